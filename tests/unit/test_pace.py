"""When a feed is to be looked at again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.core.model import FeedHints, Outcome, Pace, PacePolicy, PollFacts
from pipeline.core.pace import next_poll, price_for

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
POLICY = PacePolicy()
UNCHANGED = PollFacts(Outcome.UNCHANGED)


def every(gap: timedelta, count: int, before: datetime = NOW) -> tuple[tuple[datetime | None, datetime], ...]:
    """``count`` entries, each claiming to be ``gap`` older than the one before, all seen at ``before``."""
    return tuple((before - gap * (number + 0.5), before) for number in range(count))


def first_document(gap: timedelta, count: int = 30, **facts: Any) -> PollFacts:
    return PollFacts(Outcome.NEWS, every(gap, count), 0.0, count, first=True, **facts)


def wait(pace: Pace, since: datetime = NOW) -> timedelta:
    assert pace.next_at is not None
    return pace.next_at - since


def lived(
    gap: timedelta, days: int, policy: PacePolicy = POLICY, hours: range = range(24)
) -> tuple[Mapping[str, Any], datetime]:
    """The state of a feed polled hourly for ``days``, an entry each ``gap`` within ``hours``; and the time then."""
    now = NOW
    state = next_poll({"seed": 0}, PollFacts(Outcome.NOTHING_NEW, window=30, first=True), now, policy).state
    entry_at = now + gap
    for _ in range(days * 24):
        now += HOUR
        came = []
        while entry_at < now:
            if entry_at.hour in hours:
                came.append((entry_at, now))
            entry_at += gap
        facts = PollFacts(Outcome.NEWS, tuple(came), 0.9, 30) if came else UNCHANGED
        state = next_poll(state, facts, now, policy).state
    return state, now


def test_a_feed_of_four_times_the_rate_is_polled_twice_as_often() -> None:
    slow = next_poll({"seed": 0}, first_document(4 * 67 * MINUTE), NOW, PacePolicy(price=400))
    fast = next_poll({"seed": 0}, first_document(67 * MINUTE), NOW, PacePolicy(price=400))

    assert wait(slow) / wait(fast) == pytest.approx(2, rel=0.2)


def test_a_higher_price_means_longer_waits() -> None:
    cheap = next_poll({}, first_document(HOUR), NOW, PacePolicy(price=100))
    dear = next_poll({}, first_document(HOUR), NOW, PacePolicy(price=1000))

    assert wait(dear) > wait(cheap)


def test_without_a_price_the_budget_sets_the_pace() -> None:
    thrifty = next_poll({}, first_document(HOUR), NOW, PacePolicy(polls_per_feed_per_day=6))
    lavish = next_poll({}, first_document(HOUR), NOW, PacePolicy(polls_per_feed_per_day=96))

    assert wait(thrifty) > 2 * wait(lavish)


def test_a_pinned_entry_of_long_ago_does_not_hide_a_busy_feed() -> None:
    pinned = ((NOW - 900 * DAY, NOW),)

    pace = next_poll({"seed": 0}, PollFacts(Outcome.NEWS, every(HOUR, 20) + pinned, 0.0, 21, first=True), NOW, POLICY)

    assert wait(pace) < 1.2 * wait(next_poll({"seed": 0}, first_document(HOUR, 20), NOW, POLICY))


def test_dates_that_were_made_up_in_one_moment_are_no_rate() -> None:
    pace = next_poll({}, first_document(timedelta(seconds=1)), NOW, POLICY)

    assert pace.reason == "too new to know its habits"


def test_a_future_date_is_taken_for_the_time_it_was_seen() -> None:
    future, present = (((NOW + ahead, NOW),) * 3 + every(3 * HOUR, 20) for ahead in (400 * DAY, timedelta(0)))

    pace = next_poll({"seed": 0}, PollFacts(Outcome.NEWS, future, 0.0, 23, first=True), NOW, POLICY)

    assert pace == next_poll({"seed": 0}, PollFacts(Outcome.NEWS, present, 0.0, 23, first=True), NOW, POLICY)


def test_many_old_entries_that_turn_up_at_once_do_not_raise_the_rate() -> None:
    state, now = lived(12 * HOUR, days=10)
    before = next_poll(state, UNCHANGED, now + HOUR, POLICY)
    archive = tuple((now - 500 * DAY - number * DAY, now + HOUR) for number in range(200))

    after = next_poll(state, PollFacts(Outcome.NEWS, archive, 0.1, 220), now + HOUR, POLICY)

    assert wait(after, now + HOUR) > 0.6 * wait(before, now + HOUR)


def test_day_only_dates_are_counted_but_teach_no_hour() -> None:
    midnight = NOW.replace(hour=0)
    days = tuple((midnight - number * DAY, NOW) for number in range(20))

    pace = next_poll({}, PollFacts(Outcome.NEWS, days, 0.0, 20, first=True), NOW, POLICY)

    assert set(pace.state["hours"]) == {0.0}
    assert pace.reason.startswith("about 1 entry a day")


def test_the_night_of_a_feed_that_sleeps_is_polled_less_than_its_day() -> None:
    state, _ = lived(HOUR / 2, days=21, hours=range(8, 18))
    morning, night = NOW + 22 * DAY - 3 * HOUR, NOW + 22 * DAY + 9 * HOUR

    by_day = next_poll({**state, "times": _moved(state, morning)}, UNCHANGED, morning, POLICY)
    by_night = next_poll({**state, "times": _moved(state, night)}, UNCHANGED, night, POLICY)

    assert wait(by_night, night) > 2 * wait(by_day, morning)


def _moved(state: Mapping[str, Any], at: datetime) -> list[float]:
    """The times of ``state`` as if its last poll had been half an hour before ``at``."""
    return [at.timestamp() - 1800, *state["times"][1:]]


def test_a_burst_brings_the_next_poll_nearer() -> None:
    state, now = lived(97 * MINUTE, days=14)
    then = now + HOUR
    burst = tuple((then - 5 * MINUTE * (number + 1), then) for number in range(10))

    calm = next_poll(state, PollFacts(Outcome.NEWS, burst[:1], 0.9, 30), then, POLICY)
    busy = next_poll(state, PollFacts(Outcome.NEWS, burst, 0.7, 30), then, POLICY)

    assert wait(busy, then) < 0.8 * wait(calm, then)


def test_entries_that_come_together_teach_their_hour_once() -> None:
    state, now = lived(DAY, days=3)
    together = ((now + 40 * MINUTE, now + HOUR),)

    alone = next_poll(state, PollFacts(Outcome.NEWS, together, 0.9, 30), now + HOUR, POLICY).state
    batch = next_poll(state, PollFacts(Outcome.NEWS, together * 20, 0.3, 30), now + HOUR, POLICY).state

    assert batch["hours"] == alone["hours"]
    assert batch["counts"][0] == pytest.approx(alone["counts"][0] + 19)


def test_the_next_poll_comes_before_a_short_document_is_full() -> None:
    pace = next_poll({"seed": 0}, first_document(10 * MINUTE, 24), NOW, PacePolicy(price=1e7))

    assert 2 * HOUR < wait(pace) < 4 * HOUR
    assert pace.reason == "document holds 24 entries; coming before it is full"


def test_a_document_that_shares_no_entry_with_the_last_shortens_the_wait_strongly() -> None:
    state, now = lived(3 * HOUR, days=14)
    then = now + 2 * HOUR
    arrivals = ((then - HOUR, then),)

    kept = next_poll(state, PollFacts(Outcome.NEWS, arrivals, 0.9, 10), then, POLICY)
    lost = next_poll(state, PollFacts(Outcome.NEWS, arrivals, 0.0, 10), then, POLICY)

    assert wait(lost, then) < 0.6 * wait(kept, then)
    assert lost.reason == "entries were lost; coming sooner"


def test_polls_that_lose_nothing_lift_the_bound_that_a_loss_has_set() -> None:
    state, now = lived(3 * HOUR, days=14)
    then = now + 2 * HOUR
    lost = next_poll(state, PollFacts(Outcome.NEWS, ((then - HOUR, then),), 0.0, 10), then, POLICY)

    later, pace = then, lost
    for _ in range(8):
        later += HOUR
        pace = next_poll(pace.state, UNCHANGED, later, POLICY)

    assert pace.reason != lost.reason


def test_the_first_document_is_no_loss() -> None:
    pace = next_poll({}, first_document(HOUR), NOW, POLICY)

    assert pace.reason == "about 1 entry an hour"


def test_a_quiet_feed_that_lives_is_seen_every_six_hours() -> None:
    pace = next_poll({"seed": 0}, first_document(6 * DAY), NOW, POLICY)

    assert wait(pace) == 6 * HOUR
    assert pace.reason == "about 1 entry a week; looking in every 6 h"


def test_a_feed_without_an_entry_for_a_month_is_seen_once_a_day() -> None:
    old = tuple((NOW - 60 * DAY - number * DAY, NOW) for number in range(10))

    pace = next_poll({}, PollFacts(Outcome.NEWS, old, 0.0, 10, first=True), NOW, POLICY)

    assert 22 * HOUR < wait(pace) <= 24 * HOUR
    assert pace.reason == "nothing new for a month"


def test_seeds_spread_feeds_of_equal_habits() -> None:
    waits = {wait(next_poll({"seed": seed}, first_document(HOUR), NOW, POLICY)) for seed in range(50)}

    assert len(waits) == 50
    assert max(waits) / min(waits) < 1.06


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"max_age_s": 7200}, "server asks for 2 h (max-age)"),
        ({"hints": FeedHints(ttl_s=7200)}, "feed asks for 2 h (ttl)"),
        ({"hints": FeedHints(update_period_s=7200)}, "feed asks for 2 h (updatePeriod)"),
    ],
)
def test_what_is_asked_for_is_a_lower_bound(facts: dict[str, Any], reason: str) -> None:
    pace = next_poll({}, first_document(10 * MINUTE, 100, **facts), NOW, POLICY)

    assert 2 * HOUR <= wait(pace) < 2.2 * HOUR
    assert pace.reason == reason


def test_what_is_asked_for_does_not_hurry_anybody() -> None:
    plain = next_poll({"seed": 0}, first_document(6 * HOUR), NOW, POLICY)
    hinted = next_poll({"seed": 0}, first_document(6 * HOUR, max_age_s=60), NOW, POLICY)

    assert hinted.next_at == plain.next_at


def test_a_max_age_of_a_year_means_the_longest_interval() -> None:
    pace = next_poll({}, first_document(HOUR, max_age_s=365 * 86400), NOW, POLICY)

    assert wait(pace) == DAY
    assert pace.reason == "server asks for 365 days (max-age); at most 24 h"


def test_after_a_304_the_earlier_hints_still_hold() -> None:
    before = next_poll({}, first_document(HOUR, hints=FeedHints(ttl_s=10800), max_age_s=7200), NOW, POLICY)

    pace = next_poll(before.state, UNCHANGED, NOW + 3 * HOUR, POLICY)

    assert wait(pace, NOW + 3 * HOUR) >= 3 * HOUR


def test_a_304_may_bring_a_new_max_age() -> None:
    before = next_poll({}, first_document(HOUR, max_age_s=7200), NOW, POLICY)

    pace = next_poll(before.state, PollFacts(Outcome.UNCHANGED, max_age_s=14400), NOW + 3 * HOUR, POLICY)

    assert wait(pace, NOW + 3 * HOUR) >= 4 * HOUR


def test_a_full_answer_without_hints_ends_the_earlier_ones() -> None:
    before = next_poll({}, first_document(HOUR, hints=FeedHints(ttl_s=20000), max_age_s=20000), NOW, POLICY)

    pace = next_poll(before.state, PollFacts(Outcome.NOTHING_NEW, window=30), NOW + 6 * HOUR, POLICY)

    assert wait(pace, NOW + 6 * HOUR) < 5 * HOUR


def test_a_ttl_that_has_lost_entries_holds_only_as_long_as_the_document() -> None:
    ttl = FeedHints(ttl_s=86400)
    before = next_poll({}, first_document(30 * MINUTE, 20, hints=ttl), NOW, POLICY)
    lost = PollFacts(Outcome.NEWS, every(30 * MINUTE, 20, NOW + DAY), 0.0, 20, hints=ttl)

    pace = next_poll(before.state, lost, NOW + DAY, POLICY)

    assert wait(pace, NOW + DAY) < 12 * HOUR


def test_a_max_age_holds_even_where_entries_were_lost() -> None:
    before = next_poll({}, first_document(30 * MINUTE, 20, max_age_s=43200), NOW, POLICY)
    lost = PollFacts(Outcome.NEWS, every(30 * MINUTE, 20, NOW + DAY), 0.0, 20, max_age_s=43200)

    pace = next_poll(before.state, lost, NOW + DAY, POLICY)

    assert wait(pace, NOW + DAY) >= 12 * HOUR


def test_a_poll_is_moved_out_of_skipped_hours() -> None:
    skip = FeedHints(skip_hours=frozenset(range(12, 20)))

    pace = next_poll({}, first_document(HOUR, hints=skip), NOW, POLICY)

    assert pace.next_at == NOW.replace(hour=20)
    assert pace.reason == "feed asks to skip the time before (skipHours)"


def test_hour_24_is_midnight() -> None:
    late = NOW.replace(hour=23, minute=55)
    skip = FeedHints(skip_hours=frozenset({24}))

    pace = next_poll({}, PollFacts(Outcome.NOTHING_NEW, window=3, first=True, hints=skip), late, POLICY)

    assert pace.next_at == late + HOUR + 5 * MINUTE


def test_a_poll_is_moved_out_of_a_skipped_day() -> None:
    skip = FeedHints(skip_days=frozenset({2}))

    pace = next_poll({}, first_document(HOUR, hints=skip), NOW, POLICY)

    assert pace.next_at == NOW.replace(day=5, hour=0)


def test_skipped_days_never_reach_past_the_longest_interval() -> None:
    skip = FeedHints(skip_days=frozenset({2, 3, 4, 5, 6}))

    pace = next_poll({}, first_document(HOUR, hints=skip), NOW, POLICY)

    assert wait(pace) == DAY


def test_a_list_that_skips_every_hour_is_not_meant() -> None:
    skip = FeedHints(skip_hours=frozenset(range(24)))

    pace = next_poll({"seed": 0}, first_document(HOUR, hints=skip), NOW, POLICY)

    assert pace.next_at == next_poll({"seed": 0}, first_document(HOUR), NOW, POLICY).next_at


def test_retry_after_is_kept_to_the_second() -> None:
    asked = NOW + timedelta(seconds=4321)
    state = next_poll({}, first_document(HOUR), NOW - HOUR, POLICY).state

    pace = next_poll(state, PollFacts(Outcome.FAILED, failures=5, retry_after=asked), NOW, POLICY)

    assert pace.next_at == asked
    assert pace.reason == "Retry-After"


def test_a_retry_after_of_four_days_is_kept_for_one() -> None:
    pace = next_poll({}, PollFacts(Outcome.FAILED, failures=1, retry_after=NOW + 4 * DAY), NOW, POLICY)

    assert wait(pace) == DAY


def test_a_retry_after_may_reach_past_the_longest_interval() -> None:
    policy = PacePolicy(max_interval_s=3600)

    pace = next_poll({}, PollFacts(Outcome.FAILED, failures=1, retry_after=NOW + 5 * HOUR), NOW, policy)

    assert wait(pace) == 5 * HOUR


@pytest.mark.parametrize("after", [timedelta(0), -HOUR])
def test_a_retry_after_that_is_over_says_nothing(after: timedelta) -> None:
    pace = next_poll({}, PollFacts(Outcome.FAILED, failures=1, retry_after=NOW + after), NOW, POLICY)

    assert pace == next_poll({}, PollFacts(Outcome.FAILED, failures=1), NOW, POLICY)


def test_a_server_that_says_one_second_every_time_is_not_asked_every_second() -> None:
    soon = NOW + timedelta(seconds=1)

    pace = next_poll({}, PollFacts(Outcome.FAILED, failures=3, retry_after=soon), NOW, POLICY)

    assert wait(pace) > HOUR


def test_failures_double_the_wait_up_to_the_longest_interval() -> None:
    state = next_poll({"seed": 0}, first_document(HOUR), NOW, POLICY).state
    waits = [wait(next_poll(state, PollFacts(Outcome.FAILED, failures=count), NOW, POLICY)) for count in (1, 2, 3, 20)]

    assert waits[1] / waits[0] == pytest.approx(2)
    assert waits[2] / waits[0] == pytest.approx(4)
    assert waits[3] == DAY


def test_a_failure_says_how_often_it_happened() -> None:
    paces = [next_poll({}, PollFacts(Outcome.FAILED, failures=count), NOW, POLICY) for count in (1, 3)]

    assert [pace.reason for pace in paces] == ["failed once; backing off", "failed 3 times; backing off"]


def test_a_lasting_fault_is_looked_at_less_often() -> None:
    passing = next_poll({}, PollFacts(Outcome.FAILED, failures=2), NOW, POLICY)
    lasting = next_poll({}, PollFacts(Outcome.FAILED, failures=2, retry=False), NOW, POLICY)

    assert wait(lasting) > wait(passing)
    assert lasting.reason == "failed 2 times (lasting fault); backing off"


def test_one_good_poll_after_failures_does_not_yet_clear_them() -> None:
    failed = next_poll({}, PollFacts(Outcome.FAILED, failures=6), NOW, POLICY)
    good = next_poll(failed.state, UNCHANGED, NOW, POLICY)

    again = next_poll(good.state, PollFacts(Outcome.FAILED, failures=1), NOW, POLICY)

    assert again.reason == "failed 4 times; backing off"


def test_two_good_polls_clear_all_failures() -> None:
    pace = next_poll({}, PollFacts(Outcome.FAILED, failures=6), NOW, POLICY)
    for _ in range(2):
        pace = next_poll(pace.state, UNCHANGED, NOW, POLICY)

    assert (
        next_poll(pace.state, PollFacts(Outcome.FAILED, failures=1), NOW, POLICY).reason == "failed once; backing off"
    )


def test_a_feed_that_is_gone_is_not_polled_again() -> None:
    pace = next_poll({}, PollFacts(Outcome.GONE), NOW, POLICY)

    assert (pace.next_at, pace.reason) == (None, "gone (410)")


def test_an_empty_document_does_not_forget_how_much_the_feed_holds() -> None:
    before = next_poll({}, first_document(HOUR), NOW, POLICY)

    pace = next_poll(before.state, PollFacts(Outcome.NOTHING_NEW, window=0), NOW + HOUR, POLICY)

    assert pace.state["document"][0] == 30


def test_a_state_of_another_version_counts_as_none_but_keeps_its_seed() -> None:
    state = {"v": 0, "seed": 7, "rate": "brisk"}

    assert next_poll(state, UNCHANGED, NOW, POLICY) == next_poll({"seed": 7}, UNCHANGED, NOW, POLICY)


def test_the_state_of_a_busy_feed_is_small() -> None:
    state, _ = lived(7 * MINUTE, days=21)

    assert len(json.dumps(state)) < 1024


@pytest.mark.parametrize("budget", [8, 24, 60])
def test_the_price_makes_a_fleet_use_its_budget(budget: float) -> None:
    gaps = [20 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 8 * HOUR, DAY]
    policy = PacePolicy(polls_per_feed_per_day=budget)
    states = [next_poll({"seed": 0}, first_document(gap), NOW, policy).state for gap in gaps]

    priced = PacePolicy(polls_per_feed_per_day=budget, price=price_for(states, policy))

    waits = [wait(next_poll(state, UNCHANGED, NOW, priced)) for state in states]
    assert sum(DAY / each for each in waits) / len(waits) == pytest.approx(budget, rel=0.25)


def test_a_fleet_of_no_feeds_has_no_price() -> None:
    assert price_for([], POLICY) is None
