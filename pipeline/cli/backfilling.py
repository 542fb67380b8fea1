"""``dateline backfill``: the history of feeds, sites and files of addresses, into the same store."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from pipeline.cli.covering import put_coverage
from pipeline.cli.saying import (
    MISUSED,
    SOME_FAILED,
    AsJson,
    complain,
    console,
    fail,
    json_line,
    read_span,
    run,
    say,
)

if TYPE_CHECKING:
    from rich.progress import TaskID

    from pipeline.backfill.course import Course
    from pipeline.backfill.outlook import Outlook
    from pipeline.backfill.wishes import Aim, Wish
    from pipeline.config import Loaded
    from pipeline.store.frontier import Figures, Source
    from pipeline.walk import Walk

T = TypeVar("T")

INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it
LATER_WAYS = ("wayback", "warc")
# What is in flight when we are told to stop may end.
GRACE_S = 7.0
REDRAW_EVERY_S = 0.5
LINE_EVERY_S = 2.0
NAME_CELLS = 24  # of 80, so that a bar can be seen beside counts of a million


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
    run(_look_ahead(loaded, aims, as_json) if dry_run else _fulfil(loaded, aims, as_json))


async def _fulfil(loaded: Loaded, aims: list[tuple[Wish, Aim]], as_json: bool) -> None:
    from pipeline.assemble import open_history
    from pipeline.backfill.course import Course

    sums: Counter[str] = Counter()
    courses: list[Course] = []
    async with open_history(loaded.settings) as (history, walk, store):
        for wish, aim in aims:
            course = Course()
            courses.append(course)
            async with _shown(loaded, course, aim, as_json):
                figures = await _until_stopped(walk, history.run(wish, aim, course))
            if figures is None:
                _say_stopped(course)
                raise typer.Exit(INTERRUPTED)
            sums.update(_sums(course, figures))
            if not as_json:
                _say_result(wish, aim, course, figures)
                covered = await store.coverage([aim.key])
                if covered is not None and figures.pages:
                    put_coverage(covered)
    if as_json:
        print(json_line(_together(courses) | dict(sums)), flush=True)
    if sums["failed"] or sums["failed_lists"] or any(course.unfinished for course in courses):
        raise typer.Exit(SOME_FAILED)


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


# ------------------------------------------------------------------------------------------------ how it is told


@asynccontextmanager
async def _shown(loaded: Loaded, course: Course, aim: Aim, as_json: bool) -> AsyncIterator[None]:
    """Tell of ``course`` while it grows: bars on a terminal's stderr, or JSON lines on stdout where asked for."""
    telling = None
    if as_json:
        telling = asyncio.create_task(_tell_lines(course, aim))
    elif sys.stderr.isatty():
        from pipeline import logs

        # Lines between the bars would tear them; what went wrong is told all the same.
        logs.set_up(loaded.settings.log.format, "warning")
        telling = asyncio.create_task(_draw_bars(course, aim))
    try:
        yield
    finally:
        if telling is not None:
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await telling


async def _tell_lines(course: Course, aim: Aim) -> None:
    while True:
        await asyncio.sleep(LINE_EVERY_S)
        print(json_line({"target": _name_of(aim)} | course.progress()), flush=True)


async def _draw_bars(course: Course, aim: Aim) -> None:
    """A bar for all pages and one for each source, with what is read, how fast, and the time that is left."""
    from rich.progress import BarColumn, Progress, TextColumn

    from pipeline.screens import said

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(None),
        TextColumn("{task.fields[count]}", justify="right"),
        TextColumn("{task.fields[pace]}"),
    )
    name = said(_name_of(aim).rpartition("://")[2])
    name.truncate(NAME_CELLS, overflow="ellipsis")
    screen = Progress(*columns, console=console(stderr=True), transient=True, auto_refresh=False, expand=True)
    with screen as progress:
        whole = progress.add_task(name.plain, total=None, count="", pace="")
        bars: dict[Source, TaskID] = {}
        while True:
            listed = course.listed.total()
            progress.update(
                whole,
                total=listed or None,
                completed=course.ended.total(),
                count=f"{course.ended.total()}/{listed}" if listed else "",
                pace=_pace_of(course),
            )
            for source, number in course.listed.items():
                if number and source not in bars:
                    bars[source] = progress.add_task(f"  {source.value}", count="", pace="")
                if number:
                    progress.update(
                        bars[source],
                        total=number,
                        completed=course.ended[source],
                        count=f"{course.ended[source]}/{number}",
                        pace=_pace_of_source(course, source),
                    )
            progress.refresh()
            await asyncio.sleep(REDRAW_EVERY_S)


def _name_of(aim: Aim) -> str:
    from pipeline.core.urls import without_login

    return without_login(aim.target)


def _pace_of(course: Course) -> str:
    if course.stage != "reading":
        return f"{course.stage}: {course.documents.total()} lists read"
    left = "" if course.left_s is None else f", {_in_words(course.left_s)} left"
    return f"{course.rate_per_s:.1f} pages/s{left}"


def _pace_of_source(course: Course, source: Source) -> str:
    if course.ended[source] >= course.listed[source]:
        return "done"
    pace = course.pace_of(source)
    if pace is None:
        return "waits" if not course.ended[source] else ""
    rate_per_s, left_s = pace
    return f"{rate_per_s:.1f} pages/s, {_in_words(left_s)} left"


def _in_words(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{max(1, round(seconds))} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def _sums(course: Course, figures: Figures) -> dict[str, int]:
    """What became of the pages, over all runs of the backfill. ``known`` were in the store before this run."""
    from pipeline.store.frontier import State

    return {
        "known": figures.pages_in(State.READ, State.KNOWN) - course.new.total(),
        "failed": figures.pages_in(State.FAILED, State.DEAD),
        "outside_range": figures.pages_in(State.OUTSIDE),
        "skipped": figures.pages_in(State.SKIPPED),
        "waiting": figures.pages_in(State.WAITING),
        "failed_lists": figures.documents_in(State.FAILED, State.DEAD),
    }


def _together(courses: Sequence[Course]) -> dict[str, Any]:
    """The figures of several targets as those of one."""
    together: dict[str, Any] = {"articles": 0, "requests": 0, "minutes": 0.0, "megabytes": 0.0, "by_source": {}}
    for course in courses:
        figures = course.figures()
        for key in ("articles", "requests", "minutes", "megabytes"):
            together[key] = round(together[key] + figures[key], 2)
        for source, numbers in figures["by_source"].items():
            counts = together["by_source"].setdefault(source, {"articles": 0, "requests": 0})
            for key, number in numbers.items():
                counts[key] += number
    return together


def _say_result(wish: Wish, aim: Aim, course: Course, figures: Figures) -> None:
    from pipeline.screens import counted

    target = _name_of(aim)
    sums = _sums(course, figures)
    new = course.new.total()
    by_source = ", ".join(f"{number} by {source.value}" for source, number in course.new.items() if number)
    say(f"{target}: {counted(new, 'new article')}, {counted(course.requests.total(), 'request')}.")
    if by_source:
        say(f"New: {by_source}.")
    say(
        f"{sums['known']} known already, {sums['outside_range']} outside the range, {sums['failed']} not to be had, "
        f"{sums['skipped']} not asked for."
    )
    for reason in [*course.troubles, *course.unfinished.values()]:
        complain(reason)
    if not figures.pages and wish.way == "urls":
        say(f"{target} holds no address of a page; it wants one a line, or a table with a column of them.")
    elif not figures.pages:
        say(f"No history was found. Where it was looked for: `dateline coverage {target}`.")
    if sums["waiting"]:
        waiting = "1 page waits" if sums["waiting"] == 1 else f"{sums['waiting']} pages wait"
        say(f"{waiting} to be read; the same command goes on there{_beyond_max(wish)}.")


def _beyond_max(wish: Wish) -> str:
    return "" if wish.at_most is None else ", with a larger --max"


def _say_stopped(course: Course) -> None:
    from pipeline.screens import counted

    complain(f"stopped after {counted(course.new.total(), 'new article')}; what was read is kept.")
    complain("the same command goes on from here.")


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
                _say_outlook(aim, outlook)
    if as_json:
        print(json_line(together(outlooks).figures()))


def _say_outlook(aim: Aim, outlook: Outlook) -> None:
    from pipeline.screens import counted

    figures = outlook.figures()
    say(
        f"{_name_of(aim)}: about {counted(figures['articles'], 'article')} by {counted(figures['requests'], 'request')}"
        f", {_in_words(outlook.minutes * 60)}, {figures['megabytes']:g} MB."
    )
    for source, numbers in figures["by_source"].items():
        say(f"  {source}: {counted(numbers['articles'], 'article')}, {counted(numbers['requests'], 'request')}")
    for note in outlook.notes:
        say(f"  {note}")
