"""What holds for every poll, whatever the state, the server and the operator say."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.core.errors import Refused, Unreachable
from pipeline.core.model import FeedHints, Outcome, PacePolicy, PollFacts
from pipeline.core.pace import next_poll, price_for
from pipeline.core.retries import EARLY_S, next_revisit, retry_at

NOW = datetime(2026, 3, 4, 12, 34, 56, tzinfo=UTC)
SECOND = timedelta(seconds=1)

moments = st.datetimes(datetime(1970, 1, 2), datetime(2090, 1, 1), timezones=st.just(UTC))
near = st.floats(-10 * 86400, 3600).map(lambda seconds: NOW + timedelta(seconds=seconds))
arrivals = st.lists(st.tuples(st.none() | moments | near, near | st.just(NOW)), max_size=6).map(tuple)
seconds = st.none() | st.integers(-10, 10**9)
hints = st.builds(
    FeedHints,
    ttl_s=seconds,
    update_period_s=seconds,
    skip_hours=st.frozensets(st.integers(0, 24)),
    skip_days=st.frozensets(st.integers(0, 6)),
)
facts = st.builds(
    PollFacts,
    outcome=st.sampled_from(Outcome),
    arrivals=arrivals,
    overlap=st.floats(0, 1),
    window=st.integers(0, 5000),
    hints=hints,
    max_age_s=seconds,
    retry_after=st.none() | moments | near,
    retry=st.booleans(),
    failures=st.integers(0, 200),
    first=st.booleans(),
)
policies = st.builds(
    PacePolicy,
    min_interval_s=st.floats(1, 3600),
    max_interval_s=st.floats(3600, 30 * 86400),
    polls_per_feed_per_day=st.floats(0.1, 500),
    price=st.none() | st.floats(1e-6, 1e12),
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
garbage = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4), max_leaves=6)
FIELDS = ("seed", "times", "counts", "hours", "days", "document", "asks", "skip_hours", "skip_days", "failures")


@st.composite
def states(draw: st.DrawFn) -> dict[str, Any]:
    """States as they come: none, after some polls, of another version, and damaged in one or two places."""
    state: dict[str, Any] = {}
    for seen in draw(st.lists(facts, max_size=3)):
        state = dict(next_poll(state, seen, NOW - timedelta(seconds=draw(st.integers(0, 10**6))), PacePolicy()).state)
    for name in draw(st.lists(st.sampled_from(("v", *FIELDS)), max_size=2)):
        numbers = st.lists(st.floats(0, 1e13) | st.integers(-5, 10**14), min_size=1, max_size=24)
        state[name] = draw(garbage | numbers)
    return state


@given(states(), facts, policies)
def test_the_next_poll_lies_within_the_bounds_of_the_operator(
    state: dict[str, Any], seen: PollFacts, policy: PacePolicy
) -> None:
    pace = next_poll(state, seen, NOW, policy)

    if seen.outcome is Outcome.GONE:
        assert pace.next_at is None
    elif pace.reason != "Retry-After":
        assert pace.next_at is not None
        wait_s = (pace.next_at - NOW).total_seconds()
        assert policy.min_interval_s - 1e-5 <= wait_s <= policy.max_interval_s + 1e-5


@given(states(), facts, policies)
def test_the_next_poll_is_always_ahead_and_a_retry_after_is_never_undercut(
    state: dict[str, Any], seen: PollFacts, policy: PacePolicy
) -> None:
    pace = next_poll(state, seen, NOW, policy)

    assume(pace.next_at is not None)
    assert pace.next_at is not None
    assert pace.next_at > NOW
    if seen.retry_after is not None:
        assert pace.next_at >= min(seen.retry_after, NOW + timedelta(days=1))


@given(states(), facts, policies)
def test_the_state_survives_json_and_stays_small(state: dict[str, Any], seen: PollFacts, policy: PacePolicy) -> None:
    assume(not isinstance(state.get("seed"), int) or abs(state["seed"]) < 2**63)
    pace = next_poll(state, seen, NOW, policy)

    written = json.dumps(pace.state, allow_nan=False)

    assert len(written) < 1024
    later = NOW + timedelta(hours=1)
    again = PollFacts(Outcome.UNCHANGED)
    assert next_poll(json.loads(written), again, later, policy) == next_poll(pace.state, again, later, policy)


@given(states(), facts, policies)
def test_the_reason_fits_a_table(state: dict[str, Any], seen: PollFacts, policy: PacePolicy) -> None:
    reason = next_poll(state, seen, NOW, policy).reason

    assert 0 < len(reason) <= 60


@given(states(), facts, policies)
def test_the_same_poll_gives_the_same_pace_and_leaves_its_arguments_alone(
    state: dict[str, Any], seen: PollFacts, policy: PacePolicy
) -> None:
    before = repr(state)

    assert next_poll(state, seen, NOW, policy) == next_poll(state, seen, NOW, policy)
    assert repr(state) == before


@given(states(), policies, st.booleans(), st.integers(1, 50), st.integers(1, 50))
def test_more_failures_never_bring_the_next_poll_nearer(
    state: dict[str, Any], policy: PacePolicy, retry: bool, fewer: int, more: int
) -> None:
    fewer, more = sorted((fewer, more))

    near_at, far_at = (
        next_poll(state, PollFacts(Outcome.FAILED, failures=count, retry=retry), NOW, policy).next_at
        for count in (fewer, more)
    )

    assert near_at is not None
    assert far_at is not None
    assert near_at <= far_at


@given(st.lists(states(), min_size=1, max_size=5), policies)
def test_every_fleet_has_a_price(fleet: list[dict[str, Any]], policy: PacePolicy) -> None:
    price = price_for(fleet, policy)

    assert price is not None
    assert 0 < price < float("inf")


@given(st.sampled_from((404, 403, 429, 500, 503)), st.integers(0, 100), st.none() | moments)
def test_a_page_is_tried_again_in_the_future_or_never(status: int, attempts: int, after: datetime | None) -> None:
    at = retry_at(Refused("refused", url="https://news.example/a", status=status, after=after), attempts, NOW)

    assert at is None or at > NOW


@given(st.text(min_size=1), st.integers(1, 7))
def test_another_failed_try_never_brings_a_page_nearer(path: str, attempts: int) -> None:
    error = Unreachable("no connection", url=f"https://news.example/{path}")

    now_at, then_at = retry_at(error, attempts, NOW), retry_at(error, attempts + 1, NOW)

    assert now_at is not None
    assert then_at is not None
    assert now_at <= then_at


@given(near, near, st.lists(st.floats(0, 1e7), max_size=6))
def test_a_revisit_is_ahead_and_on_the_schedule(
    first_seen_at: datetime, now: datetime, schedule_s: list[float]
) -> None:
    at = next_revisit(first_seen_at, now, schedule_s)

    ahead = [first_seen_at + timedelta(seconds=offset_s) for offset_s in schedule_s]
    assert at == min((each for each in ahead if each > now + timedelta(seconds=EARLY_S)), default=None)
