"""How a backfill is told: bars or JSON lines while it goes, what it came to, and what it would cost."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from pipeline.cli.saying import complain, console, json_line, say

if TYPE_CHECKING:
    from rich.progress import TaskID

    from pipeline.backfill.course import Course
    from pipeline.backfill.outlook import Outlook
    from pipeline.backfill.wishes import Aim, Wish
    from pipeline.config import Loaded
    from pipeline.store.frontier import Figures, Source

REDRAW_EVERY_S = 0.5
LINE_EVERY_S = 2.0
NAME_CELLS = 24  # of 80, so that a bar can be seen beside counts of a million


@asynccontextmanager
async def shown(loaded: Loaded, course: Course, aim: Aim, as_json: bool) -> AsyncIterator[None]:
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


def endings(course: Course, figures: Figures) -> dict[str, int]:
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


def joint_figures(courses: Sequence[Course]) -> dict[str, Any]:
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


def say_result(wish: Wish, aim: Aim, course: Course, figures: Figures) -> None:
    """What a run came to, what was not to be had and why, and whether there is more to do."""
    from pipeline.screens import counted

    target = _name_of(aim)
    ended = endings(course, figures)
    new = course.new.total()
    by_source = ", ".join(f"{number} by {source.value}" for source, number in course.new.items() if number)
    say(f"{target}: {counted(new, 'new article')}, {counted(course.requests.total(), 'request')}.")
    if by_source:
        say(f"New: {by_source}.")
    say(
        f"{ended['known']} known already, {ended['outside_range']} outside the range, {ended['failed']} not to be had, "
        f"{ended['skipped']} not asked for."
    )
    for reason in [*course.troubles, *course.unfinished.values()]:
        complain(reason)
    if not figures.pages and wish.way == "urls":
        say(f"{target} holds no address of a page; it wants one a line, or a table with a column of them.")
    elif not figures.pages:
        say(f"No history was found. Where it was looked for: `dateline coverage {target}`.")
    if ended["waiting"]:
        waiting = "1 page waits" if ended["waiting"] == 1 else f"{ended['waiting']} pages wait"
        say(f"{waiting} to be read; the same command goes on there{_beyond_max(wish)}.")


def say_stopped(course: Course) -> None:
    """What is kept of a run that was ended before its time."""
    from pipeline.screens import counted

    complain(f"stopped after {counted(course.new.total(), 'new article')}; what was read is kept.")
    complain("the same command goes on from here.")


def say_outlook(aim: Aim, outlook: Outlook) -> None:
    """What a target would cost, in all and by source."""
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


def _beyond_max(wish: Wish) -> str:
    return "" if wish.at_most is None else ", with a larger --max"
