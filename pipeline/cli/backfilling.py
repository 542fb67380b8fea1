"""``dateline backfill``: the history of feeds, sites and files of addresses, into the same store."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections import Counter
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from pipeline.cli.covering import put_coverage
from pipeline.cli.saying import (
    MISUSED,
    SOME_FAILED,
    AsJson,
    complain,
    fail,
    json_line,
    read_span,
    run,
)
from pipeline.cli.telling import endings, joint_figures, say_outlook, say_result, say_stopped, shown

if TYPE_CHECKING:
    from pipeline.backfill.course import Course
    from pipeline.backfill.outlook import Outlook
    from pipeline.backfill.wishes import Aim, Wish
    from pipeline.config import Loaded
    from pipeline.walk import Walk

T = TypeVar("T")

INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it
LATER_WAYS = ("wayback", "warc")
# What is in flight when we are told to stop may end.
GRACE_S = 7.0


def backfill(
    ctx: typer.Context,
    targets: Annotated[
        list[str], typer.Argument(metavar="TARGET", help="Feeds or sites; with --source urls, files of addresses.")
    ],
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Published at or after this date or time (UTC).")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Published before this date or time (UTC).")] = None,
    source: Annotated[
        str,
        typer.Option(
            metavar="SOURCE", help="auto, feed (and its archive), paged, sitemap, or urls (targets are files)."
        ),
    ] = "auto",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would cost, after a short look.")] = False,
    at_most: Annotated[
        int | None, typer.Option("--max", metavar="N", min=1, help="At most so many articles of a target.")
    ] = None,
    prefer_feed_text: Annotated[
        bool, typer.Option("--prefer-feed-text", help="Where a feed carries the whole text, do not ask for the page.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """The history of feeds and sites, into the same store.

    Finds what there was, reads it, and goes on where it was stopped.
    """
    from pipeline.backfill.sources import WAYS
    from pipeline.backfill.wishes import Wish, aim_of

    if source in LATER_WAYS:
        fail(f"--source {source} belongs to a later release; now there are {', '.join(WAYS)}.", MISUSED)
    if source not in WAYS:
        fail(f"--source {source!r} is none; choose one of {', '.join(WAYS)}.", MISUSED)
    begin, end = read_span(since, until)
    wishes = [Wish(target, source, begin, end, at_most, prefer_feed_text) for target in targets]
    loaded = ctx.obj.load()
    aims = [(wish, aim_of(wish)) for wish in wishes]
    for _, aim in aims:
        _tell_of_lines_without_address(aim)
    run(_look_ahead(loaded, aims, as_json) if dry_run else _fulfil(loaded, aims, as_json))


def _tell_of_lines_without_address(aim: Aim) -> None:
    from pipeline.backfill.sources import without_address
    from pipeline.screens import counted

    number, first = without_address(aim.lines() if aim.lines is not None else ())
    if number:
        complain(
            f"{aim.target}: {counted(number, 'line')} without a web address left out, such as {first[:60]!r}; write "
            "whole addresses, with https://"
        )


async def _fulfil(loaded: Loaded, aims: list[tuple[Wish, Aim]], as_json: bool) -> None:
    from pipeline.assemble import open_history
    from pipeline.backfill.course import Course

    sums: Counter[str] = Counter()
    courses: list[Course] = []
    async with open_history(loaded.settings) as (history, walk, store):
        for wish, aim in aims:
            course = Course()
            courses.append(course)
            async with shown(loaded, course, aim, as_json):
                figures = await _until_stopped(walk, history.run(wish, aim, course))
            if figures is None:
                say_stopped(course)
                raise typer.Exit(INTERRUPTED)
            sums.update(endings(course, figures))
            if not as_json:
                say_result(wish, aim, course, figures)
                covered = await store.coverage([aim.key])
                if covered is not None and figures.pages:
                    put_coverage(covered)
    if as_json:
        print(json_line(joint_figures(courses) | dict(sums)), flush=True)
    if sums["failed"] or sums["failed_lists"] or any(course.unfinished for course in courses):
        raise typer.Exit(SOME_FAILED)


async def _look_ahead(loaded: Loaded, aims: list[tuple[Wish, Aim]], as_json: bool) -> None:
    """Say what each target would cost, and all of them together where scripts ask."""
    from pipeline.assemble import open_history
    from pipeline.backfill.course import Course
    from pipeline.backfill.outlook import together
    from pipeline.core.errors import FetchError, Unreadable

    outlooks: list[Outlook] = []
    async with open_history(loaded.settings) as (history, walk, _):
        for wish, aim in aims:
            try:
                outlook = await _until_stopped(walk, history.look(wish, aim, Course()))
            except (FetchError, Unreadable) as error:
                fail(f"{error}. Nothing was looked at beyond that.", SOME_FAILED)
            if outlook is None:
                complain("stopped; a look ahead stores nothing.")
                raise typer.Exit(INTERRUPTED)
            outlooks.append(outlook)
            if not as_json:
                say_outlook(aim, outlook)
    if as_json:
        print(json_line(together(outlooks).figures()))


async def _until_stopped(walk: Walk, work: Coroutine[Any, Any, T]) -> T | None:
    """What ``work`` answers, or None where SIGINT or SIGTERM ended it: after the calls in flight, or at the second."""
    stop = asyncio.Event()
    working = asyncio.ensure_future(work)

    def end() -> None:
        if walk.stopping:
            working.cancel()
        walk.stopping = True
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not walk.stopping:
            return await working
        await asyncio.wait({working}, timeout=GRACE_S)
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
        return None
    finally:
        stopped.cancel()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
