"""Coverage: which empty days are suspicious, and how a range is drawn in a line."""

from __future__ import annotations

from datetime import date, timedelta

from pipeline.core.coverage import BARS, bars, days_a_bar, highest_bar, holes

MONDAY = date(2024, 1, 1)
END = MONDAY + timedelta(days=181)


def daily(number: int, *, without: set[int] = frozenset(), weekdays: int = 7) -> dict[date, int]:  # type: ignore[assignment]
    """``number`` reports on each of the first ``weekdays`` days of every week, but not on the days ``without``."""
    days = [MONDAY + timedelta(days=place) for place in range(182)]
    return {day: number for place, day in enumerate(days) if day.weekday() < weekdays and place not in without}


def test_a_paper_of_every_day_has_no_hole() -> None:
    assert holes(daily(3), MONDAY, END) == ()


def test_a_paper_that_rests_on_sundays_has_no_hole() -> None:
    assert holes(daily(6, weekdays=6), MONDAY, END) == ()


def test_one_silent_day_of_a_busy_paper_is_a_hole() -> None:
    (hole,) = holes(daily(6, without={40}), MONDAY, END)
    assert (hole.begin, hole.end, hole.expected) == (
        MONDAY + timedelta(days=40),
        MONDAY + timedelta(days=40),
        6.0,
    )


def test_one_silent_day_of_a_small_paper_is_chance_and_a_week_is_none() -> None:
    assert holes(daily(1, without={40}), MONDAY, END) == ()
    (hole,) = holes(daily(1, without=set(range(40, 47))), MONDAY, END)
    assert (hole.end - hole.begin).days == 6


def test_a_silence_of_months_is_judged_by_what_lies_around_it() -> None:
    (hole,) = holes(daily(2, without=set(range(30, 150))), MONDAY, END)
    assert hole.expected == 240.0


def test_a_silence_at_the_beginning_of_the_range_is_a_hole() -> None:
    (hole,) = holes(daily(5, without=set(range(10))), MONDAY, END)
    assert hole.begin == MONDAY


def test_a_range_is_drawn_in_no_more_columns_than_there_are() -> None:
    counts = daily(4)
    line = bars(counts, MONDAY, END, 60, highest_bar(counts, MONDAY, END, 60))
    assert days_a_bar(MONDAY, END, 60) == 4
    assert set(line) == {BARS[-1]}
    assert len(line) <= 60


def test_a_column_without_any_report_is_blank_and_one_report_is_seen() -> None:
    counts = {MONDAY: 100, MONDAY + timedelta(days=2): 1}
    assert bars(counts, MONDAY, MONDAY + timedelta(days=2), 60, 100.0) == f"{BARS[-1]} {BARS[0]}"
