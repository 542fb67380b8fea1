"""When a failed page, and a page under watch, are to be asked for again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.core.errors import (
    Disallowed,
    LeaseLost,
    Overran,
    Refused,
    StoreBusy,
    TooLarge,
    Unreachable,
    Unreadable,
)
from pipeline.core.retries import next_revisit, retry_at

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PAGE = "https://news.example/a"


@pytest.mark.parametrize(
    "error",
    [
        Refused("gone", url=PAGE, status=410),
        Refused("not to be had for legal reasons", url=PAGE, status=451),
        TooLarge("too large", url=PAGE, limit_bytes=5_000_000),
        Unreadable("no article in it"),
    ],
)
def test_a_page_that_cannot_heal_is_not_tried_again(error: Refused) -> None:
    assert retry_at(error, 1, NOW) is None


def test_a_fresh_article_that_is_not_found_is_tried_a_few_times_within_the_day() -> None:
    missing = Refused("not found", url=PAGE, status=404)

    times = [retry_at(missing, attempts, NOW) for attempts in range(1, 6)]

    assert times[0] is not None
    assert times[0] < NOW + HOUR
    assert all(at is not None and at < NOW + 8 * HOUR for at in times[:4])
    assert times[4] is None


def test_robots_txt_is_asked_again_after_days() -> None:
    at = retry_at(Disallowed("robots.txt asks us to stay away", url=PAGE), 1, NOW)

    assert at is not None
    assert at >= NOW + 3 * DAY


def test_a_host_that_is_away_is_tried_for_days_with_growing_waits() -> None:
    times = [retry_at(Unreachable("no connection", url=PAGE), attempts, NOW) for attempts in range(1, 10)]

    waits = [at - NOW for at in times if at is not None]
    assert waits == sorted(waits)
    assert sum(waits, timedelta(0)) > 3 * DAY
    assert times[-1] is None


def test_pages_of_one_broken_host_do_not_come_back_in_one_moment() -> None:
    times = {retry_at(Unreachable("no connection", url=f"{PAGE}/{number}"), 1, NOW) for number in range(30)}

    assert len(times) == 30


def test_the_retry_after_of_a_page_is_kept_to_the_second() -> None:
    asked = NOW + timedelta(seconds=77)

    assert retry_at(Refused("too many", url=PAGE, status=429, after=asked), 2, NOW) == asked


def test_the_retry_after_of_a_page_is_kept_for_a_day_at_most() -> None:
    error = Refused("down", url=PAGE, status=503, after=NOW + 9 * DAY)

    assert retry_at(error, 1, NOW) == NOW + DAY


def test_a_page_that_was_not_asked_for_has_not_failed() -> None:
    held = Refused("the host asked for quiet", url=PAGE, status=429, after=NOW + HOUR, asked=False)

    assert retry_at(held, 1000, NOW) == NOW + HOUR


def test_a_page_that_overran_gets_one_more_try() -> None:
    error = Overran("used up its CPU time", limit="cpu")

    assert retry_at(error, 1, NOW) is not None
    assert retry_at(error, 2, NOW) is None


@pytest.mark.parametrize("error", [StoreBusy("locked"), LeaseLost("taken over", host="news.example")])
def test_trouble_of_our_own_never_gives_a_page_up(error: StoreBusy | LeaseLost) -> None:
    at = retry_at(error, 500, NOW)

    assert at is not None
    assert at < NOW + 2 * MINUTE


def test_a_page_is_looked_at_again_at_the_first_offset_that_is_still_ahead() -> None:
    schedule_s = (3600.0, 21600.0, 86400.0)

    assert next_revisit(NOW, NOW, schedule_s) == NOW + HOUR
    assert next_revisit(NOW, NOW + HOUR, schedule_s) == NOW + 6 * HOUR
    assert next_revisit(NOW, NOW + 7 * HOUR, schedule_s) == NOW + DAY


def test_a_look_that_began_a_moment_early_is_not_done_again_when_its_time_comes() -> None:
    early = NOW + HOUR - timedelta(seconds=0.4)
    assert next_revisit(NOW, early, (3600.0, 21600.0)) == NOW + 6 * HOUR
    assert next_revisit(NOW, early, (3600.0,)) is None


def test_revisits_end_with_the_schedule() -> None:
    assert next_revisit(NOW, NOW + DAY, (3600.0, 86400.0)) is None
    assert next_revisit(NOW, NOW, ()) is None


def test_the_order_of_the_schedule_does_not_matter() -> None:
    assert next_revisit(NOW, NOW, (86400.0, 3600.0)) == NOW + HOUR
