"""``dateline export``: articles, and what is known of them, as files for research."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from pipeline.cli.choosing import ChangedAfter, Feed, Search, Since, Source, Tag, Until, chosen_articles
from pipeline.cli.saying import MISUSED, console, fail, json_line, run, say

if TYPE_CHECKING:
    from pipeline.store import ArticleRow, FeedRow

DICTIONARY = "dictionary.md"
SHOWN_EVERY = 500  # articles between two movements of the progress line


class Format(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    WARC = "warc"


LATER = {Format.PARQUET, Format.WARC}
# What a name asks for where --format does not say; one without an ending is a folder.
ENDINGS = {
    "": Format.JSONL,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".csv": Format.CSV,
    ".parquet": Format.PARQUET,
    ".warc": Format.WARC,
}


def export(
    ctx: typer.Context,
    target: Annotated[
        Path,
        typer.Argument(
            metavar="FILE_OR_FOLDER",
            help="A name with an ending is a file of articles; another is a folder, with a data dictionary.",
        ),
    ],
    form: Annotated[
        Format | None, typer.Option("--format", metavar="FORMAT", help="jsonl or csv; by default as FILE ends.")
    ] = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    feed: Feed = None,
    tag: Tag = None,
    search: Search = None,
    changed_after: ChangedAfter = None,
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="At most so many.")] = None,
) -> None:
    """Write articles to files, for research.

    Newest first: JSON lines, or tables of articles, edges, revisions and feeds.
    """
    if target.name == "-" or (target.exists() and not target.is_file() and not target.is_dir()):
        fail("export writes files; name one. For standard output: `dateline articles --jsonl` or --csv.", MISUSED)
    if form is None:
        form = ENDINGS.get(target.suffix.lower())
    if form is None:
        fail(f"{target}: its ending does not tell what to write; add --format jsonl or --format csv.", MISUSED)
    if form in LATER:
        fail(f"--format {form} belongs to a later release; jsonl and csv are there now.", MISUSED)
    query = chosen_articles(
        since=since,
        until=until,
        source=source,
        feed=feed,
        tag=tag,
        search=search,
        changed_after=changed_after,
        limit=limit,
    )
    into_folder = target.is_dir() or not target.suffix

    async def write() -> int:
        from pipeline.assemble import open_store

        async with open_store(ctx.obj.load().settings) as store:
            articles = store.articles(query)
            if form is Format.JSONL:
                return await _write_jsonl(target, articles, into_folder=into_folder)
            if into_folder:
                return await _write_tables(target, articles, await store.list_feeds())
            return await _write_table(target, articles)

    try:
        if into_folder:
            target.mkdir(parents=True, exist_ok=True)
        number = run(write())
    except OSError as error:
        fail(f"{error.filename or target}: cannot be written ({error.strerror}).", MISUSED)
    from pipeline.screens import counted

    say(
        f"Wrote {counted(number, 'article')} to {target}."
        + (f" {target / DICTIONARY} explains them." if into_folder else "")
    )


async def _write_jsonl(target: Path, articles: AsyncIterator[ArticleRow], *, into_folder: bool) -> int:
    from pipeline.core.origins.standards import prov_form, schema_org_form
    from pipeline.sheets import dictionary

    file = target / "articles.jsonl" if into_folder else target
    with _Files() as files:
        lines = files.open(file)
        if into_folder:
            files.open(target / DICTIONARY).write(dictionary("jsonl"))
        number = 0
        async for row in _counted(articles):
            number += 1
            lines.write(json_line({**row, "prov": prov_form(row), "schema_org": schema_org_form(row)}) + "\n")
    return number


async def _write_table(file: Path, articles: AsyncIterator[ArticleRow]) -> int:
    from pipeline.sheets import ARTICLES, csv_header, csv_line

    with _Files() as files:
        table = files.open(file)
        table.write(csv_header(ARTICLES))
        number = 0
        async for row in _counted(articles):
            number += 1
            table.write(csv_line(ARTICLES, row))
    return number


async def _write_tables(folder: Path, articles: AsyncIterator[ArticleRow], feeds: list[FeedRow]) -> int:
    from pipeline.sheets import FEEDS, TABLES, csv_header, csv_line, dictionary, rows_of

    with _Files() as files:
        files.open(folder / DICTIONARY).write(dictionary("csv"))
        tables = {name: files.open(folder / name) for name in TABLES}
        for name, columns in TABLES.items():
            tables[name].write(csv_header(columns))
        for feed in feeds:
            tables["feeds.csv"].write(csv_line(FEEDS, feed))
        number = 0
        async for article in _counted(articles):
            number += 1
            for name, row in rows_of(article):
                tables[name].write(csv_line(TABLES[name], row))
    return number


class _Files:
    """Files that appear under their names together, once all are whole; until then, and after trouble, none does."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._unfinished: dict[Path, Path] = {}

    def open(self, file: Path) -> IO[str]:
        self._unfinished[file] = file.with_name(f".{file.name}.unfinished")
        try:
            # newline="": CSV brings its own line ends.
            return self._open.enter_context(self._unfinished[file].open("w", encoding="utf-8", newline=""))
        except OSError as error:
            error.filename = str(file)  # as it was asked for
            raise

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        whole = False
        try:
            self._open.close()  # what is still on its way to the disk may fail here
            whole = kind is None
        finally:
            for file, unfinished in self._unfinished.items():
                if whole:
                    unfinished.replace(file)
                else:
                    unfinished.unlink(missing_ok=True)


async def _counted(articles: AsyncIterator[ArticleRow]) -> AsyncIterator[ArticleRow]:
    """The same articles, counted on stderr where that is a terminal."""
    number = 0
    with console(stderr=True).status("exporting") if sys.stderr.isatty() else nullcontext() as line:
        async for row in articles:
            number += 1
            if line is not None and number % SHOWN_EVERY == 0:
                line.update(f"exporting: {number} articles")
            yield row
