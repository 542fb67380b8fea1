"""How fast late work is caught up with: fleets of feeds after a pause, in simulated time, through the real pace."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import exp
from typing import Any

import pytest

from pipeline.core.model import Outcome, PacePolicy, PollFacts
from pipeline.core.pace import TYPICAL_RATES_PER_DAY, next_poll
from pipeline.daemon import EARLY
from pipeline.store import DueWork
from pipeline.tempo import (
    CATCH_UP,
    CATCH_UP_AT_LEAST_PER_S,
    HELD_AT_MOST,
    LATE_AFTER,
    RATE_KEPT_BEHIND_S,
    RATE_KEPT_S,
    Tempo,
)

BEGAN = datetime(2026, 2, 9, 0, 0, tzinfo=UTC)
POLICY = PacePolicy()
HOUR_S, DAY_S = 3600.0, 86400.0
HOUR = timedelta(seconds=HOUR_S)


class Clock:
    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


def work(name: str, polls: int = 1, due_at: datetime = BEGAN) -> DueWork:
    return DueWork(name, due_at, polls)


def hosts(count: int, polls: int = 1) -> list[DueWork]:
    return [work(f"site-{n}.example", polls) for n in range(count)]


@dataclass(slots=True)
class Fleet:
    """Feeds with a host each, and a clock in seconds since BEGAN. ``polled_at_s`` holds every poll since the pause."""

    size: int
    at_s: float = 0.0
    fate: random.Random = field(default_factory=lambda: random.Random(7))
    states: list[dict[str, Any]] = field(default_factory=list)
    intervals_s: list[float] = field(default_factory=list)
    last_s: list[float] = field(default_factory=list)
    due: list[tuple[float, int]] = field(default_factory=list)
    polled_at_s: list[float] = field(default_factory=list)

    def live(self, until_s: float) -> None:
        """Begin with feeds that nobody knows, and poll each on time until then."""
        self.states = [{} for _ in range(self.size)]
        self.intervals_s = [HOUR_S] * self.size
        self.last_s = [0.0] * self.size
        self.due = [(self.fate.uniform(0, HOUR_S), n) for n in range(self.size)]
        heapq.heapify(self.due)
        self.live_on(until_s)
        self.polled_at_s.clear()

    def live_on(self, until_s: float) -> None:
        while self.due[0][0] < until_s:
            self.at_s, feed = heapq.heappop(self.due)
            self.poll(feed)
        self.at_s = until_s

    def poll(self, feed: int) -> None:
        first = not self.states[feed]
        elapsed_s = self.at_s - self.last_s[feed]
        new = self._new_entries(TYPICAL_RATES_PER_DAY[feed % 10] / DAY_S * elapsed_s)
        now = BEGAN + timedelta(seconds=self.at_s)
        claims = sorted(now - timedelta(seconds=self.fate.uniform(0, elapsed_s)) for _ in range(new))
        facts = PollFacts(
            Outcome.NEWS if new else Outcome.UNCHANGED,
            arrivals=tuple((claim, now) for claim in claims),
            window=30,
            first=first,
        )
        pace = next_poll(self.states[feed], facts, now, POLICY)
        assert pace.next_at is not None
        self.states[feed], self.last_s[feed] = dict(pace.state), self.at_s
        self.intervals_s[feed] = (pace.next_at - now).total_seconds()
        heapq.heappush(self.due, (self.at_s + self.intervals_s[feed], feed))
        self.polled_at_s.append(self.at_s)

    def mean_polls_per_s(self) -> float:
        return sum(1 / interval_s for interval_s in self.intervals_s)

    def catch_up(self, pause_s: float) -> float:
        """Tick second by second after a pause, until nothing is late; how long that took."""
        return self.tick_on(self.at_s + pause_s, until_s=None)

    def tick_on(self, from_s: float, until_s: float | None) -> float:
        """Tick second by second until then, or with None until nothing waits that is late; how long that took."""
        self.at_s = from_s
        clock = Clock()
        tempo = Tempo(clock)
        waiting: list[DueWork] = []
        while True:
            clock.s, now = self.at_s - from_s, BEGAN + timedelta(seconds=self.at_s)
            while self.due and self.due[0][0] <= self.at_s + EARLY.total_seconds():
                due_s, feed = heapq.heappop(self.due)
                waiting.append(DueWork(str(feed), BEGAN + timedelta(seconds=due_s), 1))
            late = [each for each in waiting if now - each.due_at > LATE_AFTER]
            in_time = [each for each in waiting if now - each.due_at <= LATE_AFTER]
            if tempo.is_stale(now, in_time, late):
                tempo.set_rate(self.mean_polls_per_s())
            chosen = set(tempo.choose(now, in_time, late))
            for each in in_time:
                assert each.host in chosen or now - each.due_at < HELD_AT_MOST, "work in time was held up"
            waiting = [each for each in waiting if each.host not in chosen]
            for name in sorted(chosen):
                self.poll(int(name))
            if (not late) if until_s is None else (self.at_s >= until_s):
                return self.at_s - from_s
            self.at_s += 1.0
            assert self.at_s - from_s < 2 * DAY_S, "the catching up never ends"

    def _new_entries(self, expected: float) -> int:
        """A Poisson number (Knuth's product of uniforms, in steps small enough for a float)."""
        count = 0
        while expected > 0:
            limit, product = exp(-min(expected, 50.0)), self.fate.random()
            while product > limit:
                count += 1
                product *= self.fate.random()
            expected -= 50.0
        return count


def minutes_of(polled_at_s: list[float]) -> Counter[int]:
    return Counter(int(at_s // 60) for at_s in polled_at_s)


@pytest.mark.parametrize("pause_s", [HOUR_S, DAY_S])
@pytest.mark.parametrize("size", [200, pytest.param(2000, marks=pytest.mark.long)])
def test_after_a_pause_no_minute_has_more_than_half_again_the_mean_of_the_catching_up(
    size: int, pause_s: float
) -> None:
    fleet = Fleet(size)
    fleet.live(DAY_S)

    took_s = fleet.catch_up(pause_s)

    mean = len(fleet.polled_at_s) / (took_s / 60)
    assert max(minutes_of(fleet.polled_at_s).values()) <= 1.5 * mean
    assert mean <= 1.5 * 60 * max(fleet.mean_polls_per_s(), CATCH_UP_AT_LEAST_PER_S / CATCH_UP)


@pytest.mark.parametrize("pause_s", [30.0, 55.0, 100.0, 150.0])
def test_after_a_pause_of_a_minute_or_two_too_no_minute_has_more_than_half_again_the_mean(pause_s: float) -> None:
    # Many feeds that are each due every ten minutes: what one minute has beyond another is not chance then.
    fleet = Fleet(3000)
    fleet.live(HOUR_S)
    fleet.due = [(HOUR_S + n * 0.2, n) for n in range(3000)]
    fleet.intervals_s = [600.0] * 3000

    fleet.tick_on(HOUR_S + pause_s, until_s=HOUR_S + pause_s + 400.0)

    busiest = max(minutes_of(fleet.polled_at_s).values())
    assert busiest <= 1.5 * 60 * 5.0


@pytest.mark.parametrize(("size", "pause_s", "hours"), [(6, DAY_S, 0.1), (200, DAY_S, 0.5), (1000, DAY_S, 2.5)])
def test_catching_up_ends_within_hours(size: int, pause_s: float, hours: float) -> None:
    fleet = Fleet(size)
    fleet.live(DAY_S)
    assert fleet.catch_up(pause_s) < hours * HOUR_S


def test_while_nothing_is_late_all_that_is_in_time_starts() -> None:
    tempo = Tempo(Clock())
    tempo.set_rate(0.0)
    for _ in range(100):
        assert len(tempo.choose(BEGAN, hosts(50), [])) == 50


def test_what_is_in_time_goes_before_what_is_late() -> None:
    tempo = Tempo(Clock())
    later = BEGAN + HOUR
    assert tempo.choose(later, [work("in-time.example", due_at=later)], hosts(1000)) == ["in-time.example"]


def test_what_is_in_time_waits_for_its_token_while_anything_is_late_but_not_for_long() -> None:
    tempo = Tempo(Clock())
    tempo.set_rate(0.0)
    tempo.choose(BEGAN, hosts(5), [])
    in_time = [work("in-time.example", due_at=BEGAN + HOUR)]
    assert tempo.choose(BEGAN + HOUR, in_time, hosts(1000)) == []
    assert tempo.choose(BEGAN + HOUR + HELD_AT_MOST, in_time, hosts(1000)) == ["in-time.example"]


def test_late_work_is_let_through_at_the_rate_of_the_fleet_and_a_little_more() -> None:
    clock = Clock()
    tempo = Tempo(clock)
    tempo.set_rate(10.0)
    started = 0
    for second in range(600):
        clock.s = float(second)
        started += len(tempo.choose(BEGAN + HOUR, [], hosts(100)))
    assert 1.3 * 6000 < started < 1.5 * 6000


def test_a_host_with_many_feeds_pays_for_all_of_them() -> None:
    clock = Clock()
    tempo = Tempo(clock)
    tempo.set_rate(1.0)
    many = [work("many.example", polls=100)]
    assert tempo.choose(BEGAN + HOUR, [], many) == ["many.example"]
    clock.s = 60.0
    assert tempo.choose(BEGAN + HOUR, [], many) == []
    clock.s = 80.0
    assert tempo.choose(BEGAN + HOUR, [], many) == ["many.example"]


def test_pages_and_feeds_that_were_never_polled_are_not_held_up() -> None:
    tempo = Tempo(Clock())
    tempo.set_rate(0.0)
    tempo.choose(BEGAN, hosts(50), [])
    wave = hosts(500, polls=0)
    assert len(tempo.choose(BEGAN + HOUR, [], wave)) == 500


def test_a_rush_of_work_in_time_stops_the_catching_up_for_seconds_and_not_for_hours() -> None:
    clock = Clock()
    tempo = Tempo(clock)
    tempo.set_rate(1.0)
    tempo.choose(BEGAN, hosts(5000), [])
    clock.s = 12.0
    assert tempo.choose(BEGAN + HOUR, [], [work("late.example")]) == ["late.example"]


def test_the_rate_is_asked_for_anew_after_some_minutes_and_sooner_where_something_is_late() -> None:
    clock = Clock()
    tempo = Tempo(clock)
    assert tempo.is_stale(BEGAN, [], [])
    tempo.set_rate(1.0)
    assert not tempo.is_stale(BEGAN, [], [])
    clock.s = RATE_KEPT_BEHIND_S + 1
    assert not tempo.is_stale(BEGAN, hosts(1), [])
    assert tempo.is_stale(BEGAN + HOUR, [], hosts(1))
    clock.s = RATE_KEPT_S + 1
    assert tempo.is_stale(BEGAN, [], [])
