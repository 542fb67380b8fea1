"""The commands that keep a store: ``db upgrade``, ``check`` and ``backup``, ``reread`` and ``forget``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.saying import MISUSED, SOME_FAILED, STORE_TROUBLE, complain, console, fail, run, say

db_app = typer.Typer(no_args_is_help=True, help="The store itself: upgrade, check, back up.", rich_markup_mode=None)


@db_app.command("upgrade")
def db_upgrade(ctx: typer.Context) -> None:
    """Bring the store's schema up to date.

    On SQLite after a backup copy.
    """

    from pipeline.store import Opened, Standing, Store

    async def upgrade() -> tuple[Opened, str | None]:
        store = Store(ctx.obj.load().settings.store.url)
        opened = await store.open(create=True)
        try:
            return opened, await store.run_holder()
        finally:
            await store.close()

    opened, holder = run(upgrade())
    if opened.was is Standing.CURRENT:
        say("The store is up to date already.")
        return
    say("A new, empty store was made." if opened.was is Standing.EMPTY else "The store is up to date now.")
    if opened.copy is not None:
        say(f"As it was before: {opened.copy}. Remove it when all is well.")
    if holder is not None:
        complain(f"a daemon of the version before still runs on it ({holder}); restart it.")


@db_app.command("check")
def db_check(ctx: typer.Context) -> None:
    """Look for damage.

    The database's own check, rows that refer to nothing, the schema, the indexes of search and provenance.
    """
    from pipeline.store import Checked, Ground

    async def look() -> tuple[Ground, Checked]:
        from pipeline.assemble import open_store

        async with open_store(ctx.obj.load().settings) as store:
            return await store.ground(), await store.check()

    ground, checked = run(look())
    faults = [
        *ground.damage,
        *(f"raw pages: {line}" for line in ground.pages_damage),
        *(f"schema: {line}" for line in checked.schema),
    ]
    if checked.unsearchable:
        faults.append(f"search misses {checked.unsearchable} of {checked.searched} articles that were tried")
    if checked.untraceable:
        faults.append(
            f"{checked.untraceable} of {checked.searched} articles that were tried are not found by their marks"
        )
    if checked.bare_edges:
        faults.append(f"{checked.bare_edges} edges have no evidence")
    say(f"{ground.database}: " + ", ".join(f"{number} {what}" for what, number in _rows(checked.rows).items()) + ".")
    if faults:
        for fault in faults:
            complain(fault)
        fail("the store is broken. Keep a copy, then restore a backup, or report what stands above.", STORE_TROUBLE)
    say("Sound: pages, references, schema, search and provenance.")


@db_app.command("backup")
def db_backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; never over a file that is there.")],
) -> None:
    """Copy the store while others go on writing.

    Raw pages go into a second file beside FILE.
    """

    async def copy() -> tuple[Path, ...]:
        from pipeline.assemble import open_store

        async with open_store(ctx.obj.load().settings) as store:
            return await store.back_up(file)

    written = run(copy())
    say(f"Wrote {' and '.join(str(copy) for copy in written)}. To use it: dateline --store sqlite:///{file} ...")


def reread(
    ctx: typer.Context,
    older_than: Annotated[
        str | None,
        typer.Option("--older-than", metavar="VERSION", help="Only what rules before this version have read."),
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="Only the article at this address, whoever read it.")
    ] = None,
) -> None:
    """Read stored pages again by newer rules.

    Nothing is fetched. Stopped, the same command goes on where it was.
    """
    from pipeline.rereading import Reread

    if url is not None and older_than is not None:
        fail("--url names one article and --older-than many; give one of them.", MISUSED)
    if older_than is not None and not older_than.replace(".", "").isdecimal():
        fail(
            f"--older-than: {older_than!r} is no version of the rules; they are numbers, as in --older-than 2.", MISUSED
        )

    async def read() -> Counter[Reread] | None:
        from pipeline.assemble import open_rereading

        async with open_rereading(ctx.obj.load().settings) as rereading:
            with console(stderr=True).status("reading again") if sys.stderr.isatty() else nullcontext() as line:

                def show(counts: Counter[Reread]) -> None:
                    if line is not None:
                        line.update(f"reading again: {counts.total()} articles")

                if url is None:
                    await rereading.all_older_than(older_than, show)
                elif not await rereading.one_at(url):
                    return None
            return rereading.counts

    counts = run(read())
    if counts is None:
        fail(f"no article at {url} in this store. `dateline articles --search ...` finds its address.", SOME_FAILED)
    if not counts:
        say("Nothing to read again: every article was read by these rules or newer ones.")
        return
    say(
        f"Read again: {counts[Reread.SAME]} the same, {counts[Reread.CHANGED]} changed (the old words are a revision),"
        f" {counts[Reread.FAILED]} failed, {counts[Reread.NOT_KEPT]} left as they are, as the page is no longer kept."
    )
    if counts[Reread.FAILED]:
        raise typer.Exit(SOME_FAILED)


def forget(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="Any address of the article.")],
    block: Annotated[bool, typer.Option("--block", help="Never take it again, whoever carries it.")] = False,
) -> None:
    """Take an article down, for good with --block.

    Text, earlier versions, edges and raw pages go, and what feeds said of it.
    """
    from pipeline.screens import counted
    from pipeline.store import Forgotten

    async def take_down() -> Forgotten:
        from pipeline.assemble import now, open_store

        async with open_store(ctx.obj.load().settings, upgrade=True) as store:
            return await store.forget(url, now(), block=block)

    gone = run(take_down())
    if gone.article_id is None and not block:
        fail(f"no article at {url} in this store. `dateline articles --search ...` finds its address.", SOME_FAILED)
    if gone.article_id is not None:
        say(
            f"Forgotten: article {gone.article_id}, {gone.title or 'without a title'}; with it "
            f"{counted(gone.revisions, 'earlier version')}, {counted(gone.edges, 'edge')} and "
            f"{counted(gone.pages, 'raw page')}. Backups made before still hold it."
        )
    if block:
        others = f" and {gone.blocked - 1} more of its addresses" if gone.blocked > 1 else ""
        say(f"Blocked: {url}{others}; nothing is stored there again.")
    else:
        say("Its feeds do not bring it back as they are; an edited or new entry would. --block keeps it away for good.")


def _rows(rows: Mapping[str, int]) -> dict[str, int]:
    """How many of each, with the words for several."""
    plurals = {
        "feed": "feeds",
        "entry": "entries",
        "article": "articles",
        "revision": "revisions",
        "edge": "edges",
        "external_ref": "references to reports elsewhere",
        "source": "sources",
        "utterance": "quotes",
    }
    return {plurals[table]: number for table, number in rows.items()}
