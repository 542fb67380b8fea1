"""``dateline extract``: read saved pages, one or many, without storing anything."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from pipeline.cli.saying import MISUSED, SOME_FAILED, AsJson, complain, fail, json_line, print_json, put, read_file, run

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.core.model import Entry, Glance, Reply, Surroundings

T = TypeVar("T")


def extract(
    ctx: typer.Context,
    file: Annotated[str | None, typer.Argument(help="A saved page, or - for standard input.", metavar="FILE|-")] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="The address that the page was had from.")
    ] = None,
    feed_entry: Annotated[
        Path | None,
        typer.Option(
            "--feed-entry", metavar="FILE", help="A feed document whose entry for this page is a witness too."
        ),
    ] = None,
    batch: Annotated[bool, typer.Option("--batch", help="JSON lines {url, html or html_path} on stdin.")] = False,
    alone: Annotated[
        bool, typer.Option("--alone", help="In a batch: no page knows of the others of its host.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read one saved page, or many; stores nothing."""
    if batch and (file, url, feed_entry) != (None, None, None):
        fail("--batch takes its pages from JSON lines on standard input; leave FILE, --url and --feed-entry.", MISUSED)
    if alone and not batch:
        fail("--alone is about the pages of a --batch; a single page knows of no others anyway.", MISUSED)
    if batch:
        # asyncio would only note it until the next line has come, which at a terminal is never.
        signal.signal(signal.SIGINT, _interrupt)
        if sys.stdin.isatty():
            complain("reading JSON lines from this terminal; Ctrl-D ends them.")
        run(_extract_batch(ctx.obj.load().settings, alone))
        return
    if file is None or url is None:
        fail("extract needs FILE (or -) and --url URL; or --batch with JSON lines on standard input.", MISUSED)
    form = _extract_one(file, url, feed_entry)
    if as_json:
        print_json(form)
    else:
        from pipeline.screens import reading_page

        put(reading_page(form))


def _extract_one(file: str, url: str, feed_entry: Path | None) -> dict[str, Any]:
    """Read the page in ``file`` ("-" is standard input) that was had from ``url``, in the form that users get."""
    from pipeline.core.errors import PipelineError
    from pipeline.core.forms import reading_form
    from pipeline.core.model import Surroundings
    from pipeline.core.reading import read_page
    from pipeline.core.urls import fetchable

    fetchable(url)
    body = sys.stdin.buffer.read() if file == "-" else read_file(Path(file))
    try:
        return reading_form(read_page(_saved_page(url, body), _entry_for(url, feed_entry), Surroundings()))
    except PipelineError as error:
        fail(f"{file}: {error}", SOME_FAILED)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


async def _extract_batch(settings: Settings, alone: bool) -> None:
    """Answer every line of standard input, in order, through the reading processes."""
    from pipeline.assemble import open_processes, reading_processes
    from pipeline.core.errors import Overran, PipelineError, Unreadable
    from pipeline.core.forms import no_reading_form, reading_form
    from pipeline.core.model import Reading, Surroundings
    from pipeline.workers.processes import Remote

    async with open_processes(settings) as processes:
        read_page: Remote[..., Reading] = Remote(processes, "pipeline.core.reading:read_page")
        glance_at: Remote[[Reply], Glance] = Remote(processes, "pipeline.core.reading:glance_at")
        in_hand = 4 * reading_processes(settings)

        async def glance(page: Page) -> Glance | None:
            try:
                return await glance_at(_saved_page(page.url, page.body)) if page.body else None
            except (Unreadable, Overran):  # it is told where the page itself is read
                return None

        async def answer(page: Page, around: Surroundings) -> dict[str, Any]:
            if page.body is None:
                return no_reading_form(page.url, "bad-input", page.fault)
            try:
                return reading_form(await read_page(_saved_page(page.url, page.body), None, around))
            except PipelineError as error:
                return no_reading_form(page.url, error.kind, str(error))

        if alone:
            answers = _in_order((answer(page, Surroundings()) for page in _pages(sys.stdin.buffer)), in_hand)
        else:
            # The pages of one host are each other's surroundings, so all have to be known before the first is read.
            pages = list(_pages(sys.stdin.buffer))
            glances = [found async for found in _in_order((glance(page) for page in pages), in_hand)]
            around = _surroundings(pages, glances)
            answers = _in_order((answer(*each) for each in zip(pages, around, strict=True)), in_hand)
        async for form in answers:
            print(json_line(form), flush=True)


async def _in_order(work: Iterable[Coroutine[Any, Any, T]], in_hand: int) -> AsyncIterator[T]:
    """What each piece of ``work`` answers, in its order, with at most ``in_hand`` begun and not yet answered."""
    begun: deque[asyncio.Task[T]] = deque()
    for piece in work:
        begun.append(asyncio.create_task(piece))
        if len(begun) >= in_hand:
            yield await begun.popleft()
    while begun:
        yield await begun.popleft()


@dataclass(frozen=True, slots=True)
class Page:
    """One line of a batch: a page's bytes, or (body None) what is wrong with the line."""

    url: str
    body: bytes | None
    fault: str = ""


def _surroundings(pages: Sequence[Page], glances: Sequence[Glance | None]) -> list[Surroundings]:
    """What is known around each of ``pages`` from the others of its host."""
    from pipeline.core.model import Surroundings
    from pipeline.core.reading import surroundings_of_each
    from pipeline.core.urls import host_of

    by_host: dict[str | None, list[int]] = {}
    for place, page in enumerate(pages):
        by_host.setdefault(host_of(page.url) if page.body is not None else None, []).append(place)
    around = [Surroundings()] * len(pages)
    for places in by_host.values():
        found = surroundings_of_each([glances[place] for place in places])
        for place, surroundings in zip(places, found, strict=True):
            around[place] = surroundings
    return around


def _pages(lines: Iterable[bytes]) -> Iterator[Page]:
    from pipeline.core.errors import BadUrl
    from pipeline.core.urls import fetchable

    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        url = ""
        try:
            asked = json.loads(line)
            url = str(asked["url"])
            fetchable(url)
            if "html" in asked:
                yield Page(url, str(asked["html"]).encode("utf-8", "surrogateescape"))
            else:
                yield Page(url, Path(asked["html_path"]).read_bytes())
        except (ValueError, KeyError, TypeError, RecursionError):
            yield Page(url, None, f"line {number}: not a JSON object with url and html or html_path")
        except BadUrl as error:
            yield Page(url, None, f"line {number}: {error}")
        except OSError as error:
            yield Page(url, None, f"line {number}: {error.filename}: {error.strerror}")


def _saved_page(url: str, body: bytes) -> Reply:
    from pipeline.assemble import now
    from pipeline.core.model import Reply

    return Reply(asked_url=url, final_url=url, status=200, headers={}, body=body, fetched_at=now())


def _entry_for(url: str, file: Path | None) -> Entry | None:
    """The entry of the feed document in ``file`` that links to ``url``; its only entry where just one is there."""
    if file is None:
        return None
    from pipeline.core.errors import Unreadable
    from pipeline.core.feeds import parse_feed
    from pipeline.core.urls import url_key

    try:
        entries = parse_feed(_saved_page(url, read_file(file))).entries
    except Unreadable as error:
        fail(f"{file}: {error}", MISUSED)
    for entry in entries:
        if entry.url is not None and url_key(entry.url) == url_key(url):
            return entry
    if len(entries) != 1:
        fail(f"{file}: none of its {len(entries)} entries links to {url}.", MISUSED)
    return entries[0]
