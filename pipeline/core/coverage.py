"""How well a stretch of time is covered: counts a day as a line of bars, and the days on which something is missing.

A hole is judged by the habit of its neighbours: a paper that brings six reports on any Tuesday has none on one Tuesday
for a reason, and whoever counts reports should know of that day.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final

BARS: Final = "▁▂▃▄▅▆▇█"
NEIGHBOUR_WEEKS: Final = 8  # before and after: long enough for a habit, short enough for a paper that grows
# Of reports that come as they may, none come by chance in one of a hundred such stretches: exp(-4.6) is 0.01.
SUSPICIOUS: Final = 4.6


@dataclass(frozen=True, slots=True)
class Hole:
    """From ``begin`` to ``end`` (both included) nothing, where about ``expected`` reports were to be expected."""

    begin: date
    end: date
    expected: float


def holes(counts: Mapping[date, int], begin: date, end: date) -> tuple[Hole, ...]:
    """The suspicious stretches without any report between ``begin`` and ``end`` (both included), in time's order.

    What is to be expected of a day is the median of the same weekday in NEIGHBOUR_WEEKS before and after the stretch.
    One at either edge of the range counts too.
    """
    found: list[Hole] = []
    stretch: list[date] = []
    for day in [*_days(begin, end), None]:
        if day is not None and not counts.get(day):
            stretch.append(day)
            continue
        expected = _expected(counts, stretch, begin, end)
        if expected >= SUSPICIOUS:
            found.append(Hole(stretch[0], stretch[-1], expected))
        stretch = []
    return tuple(found)


def bars(counts: Mapping[date, int], begin: date, end: date, columns: int, highest: float) -> str:
    """A line of at most ``columns`` bars over the range, each the mean of as many days; ``highest`` fills a bar.

    A space is a column without any report.
    """
    means = _means(counts, begin, end, columns)
    return "".join(
        BARS[min(len(BARS) - 1, math.ceil(mean / highest * len(BARS)) - 1)] if mean else " " for mean in means
    )


def highest_bar(counts: Mapping[date, int], begin: date, end: date, columns: int) -> float:
    """The mean of the fullest column, as ``bars`` would draw them; at least a tiny number."""
    return max(_means(counts, begin, end, columns), default=0.0) or 1e-9


def days_a_bar(begin: date, end: date, columns: int) -> int:
    """How many days a column stands for."""
    return max(1, math.ceil(((end - begin).days + 1) / columns))


def _means(counts: Mapping[date, int], begin: date, end: date, columns: int) -> list[float]:
    """Reports a day in each of at most ``columns`` columns; the last may stand for fewer days."""
    width = days_a_bar(begin, end, columns)
    days = _days(begin, end)
    stretches = [days[start : start + width] for start in range(0, len(days), width)]
    return [sum(counts.get(day, 0) for day in stretch) / len(stretch) for stretch in stretches]


def _expected(counts: Mapping[date, int], stretch: Sequence[date], begin: date, end: date) -> float:
    if not stretch:
        return 0.0
    weeks = timedelta(weeks=NEIGHBOUR_WEEKS)
    around = [
        *_days(max(begin, stretch[0] - weeks), stretch[0] - timedelta(days=1)),
        *_days(stretch[-1] + timedelta(days=1), min(end, stretch[-1] + weeks)),
    ]
    habit = {
        weekday: median([counts.get(day, 0) for day in around if day.weekday() == weekday] or [0])
        for weekday in range(7)
    }
    return float(sum(habit[day.weekday()] for day in stretch))


def _days(begin: date, end: date) -> Sequence[date]:
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
