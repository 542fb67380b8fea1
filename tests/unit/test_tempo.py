"""How fast late work is caught up with: fleets of feeds after a pause, in simulated time, through the real pace."""

from __future__ import annotations

import heapq
import random
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import exp
from typing import Any

import pytest

from pipeline.core.model import Outcome, PacePolicy, PollFacts
from pipeline.core.pace import TYPICAL_RATES_PER_DAY, next_poll
from pipeline.daemon import EARLY, LATE_AFTER, RATE_KEPT_S, Tempo
from pipeline.store import DueWork

BEGAN = datetime(2026, 2, 9, 0, 0, tzinfo=UTC)
POLICY = PacePolicy()
HOUR_S, DAY_S = 3600.0, 86400.0


class Clock:
    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


def work(name: str, polls: int = 1) -> DueWork:
    return DueWork(name, BEGAN, polls)


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
        self.at_s += pause_s
        resumed_s = self.at_s
        clock = Clock()
        tempo = Tempo(clock)
        late: deque[DueWork] = deque()
        while True:
            clock.s = self.at_s - resumed_s
            if tempo.is_stale():
                tempo.set_rate(self.mean_polls_per_s())
            in_time = []
            while self.due and self.due[0][0] <= self.at_s + EARLY.total_seconds():
                due_s, feed = heapq.heappop(self.due)
                due = DueWork(str(feed), BEGAN + timedelta(seconds=due_s), 1)
                (late if self.at_s - due_s > LATE_AFTER.total_seconds() else in_time).append(due)
            chosen = tempo.choose(in_time, late)
            assert {each.host for each in in_time} <= set(chosen), "work in time was held up"
            taken = set(chosen)
            late = deque(each for each in late if each.host not in taken)
            for name in chosen:
                self.poll(int(name))
            if not late:
                return self.at_s - resumed_s
            self.at_s += 1.0
            assert self.at_s - resumed_s < 2 * DAY_S, "the catching up never ends"

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


@pytest.mark.long
@pytest.mark.parametrize("pause_s", [HOUR_S, DAY_S])
def test_after_a_pause_no_minute_has_more_than_half_again_the_mean_of_the_catching_up(pause_s: float) -> None:
    fleet = Fleet(2000)
    fleet.live(DAY_S)

    took_s = fleet.catch_up(pause_s)

    mean = len(fleet.polled_at_s) / (took_s / 60)
    assert max(minutes_of(fleet.polled_at_s).values()) <= 1.5 * mean
    assert mean <= 1.5 * 60 * fleet.mean_polls_per_s()


@pytest.mark.parametrize("pause_s", [HOUR_S, DAY_S])
def test_catching_up_gives_a_small_fleet_no_busier_minute_than_an_ordinary_day(pause_s: float) -> None:
    # With three polls a minute chance alone puts eight into one, on any day.
    fleet = Fleet(200)
    fleet.live(DAY_S)
    fleet.live_on(2 * DAY_S)
    busiest = max(minutes_of(fleet.polled_at_s).values())
    fleet.polled_at_s.clear()

    took_s = fleet.catch_up(pause_s)

    assert max(minutes_of(fleet.polled_at_s).values()) <= busiest
    assert len(fleet.polled_at_s) / took_s <= 1.5 * fleet.mean_polls_per_s()


@pytest.mark.parametrize(("size", "pause_s", "hours"), [(200, HOUR_S, 1.5), (200, DAY_S, 2.5)])
def test_catching_up_ends_within_hours(size: int, pause_s: float, hours: float) -> None:
    fleet = Fleet(size)
    fleet.live(DAY_S)
    assert fleet.catch_up(pause_s) < hours * HOUR_S


def test_work_in_time_is_never_held_up_however_much_is_late() -> None:
    tempo = Tempo(Clock())
    tempo.set_rate(0.01)
    for _ in range(100):
        tempo.choose(hosts(50), [])
    in_time = [work("in-time.example")]

    chosen = tempo.choose(in_time, hosts(1000))

    assert chosen == ["in-time.example"]


def test_late_work_is_let_through_at_the_rate_of_the_fleet_and_a_little_more() -> None:
    clock = Clock()
    tempo = Tempo(clock)
    tempo.set_rate(10.0)
    started = 0
    for second in range(600):
        clock.s = float(second)
        started += len(tempo.choose([], hosts(100)))
    assert 1.3 * 6000 < started < 1.5 * 6000


def test_a_host_with_many_feeds_pays_for_all_of_them() -> None:
    clock = Clock()
    tempo = Tempo(clock)
    tempo.set_rate(1.0)
    many = [work("many.example", polls=100)]
    assert tempo.choose([], many) == ["many.example"]
    clock.s = 60.0
    assert tempo.choose([], many) == []
    clock.s = 80.0
    assert tempo.choose([], many) == ["many.example"]


def test_pages_and_feeds_that_were_never_polled_are_not_held_up() -> None:
    tempo = Tempo(Clock())
    tempo.set_rate(0.001)
    tempo.choose(hosts(50), [])
    wave = hosts(500, polls=0)
    assert len(tempo.choose([], wave)) == 500


def test_a_rush_of_work_in_time_stops_the_catching_up_for_seconds_and_not_for_hours() -> None:
    clock = Clock()
    tempo = Tempo(clock)
    tempo.set_rate(1.0)
    tempo.choose(hosts(5000), [])
    clock.s = 12.0
    assert tempo.choose([], [work("late.example")]) == ["late.example"]


def test_the_rate_is_asked_for_anew_after_some_minutes() -> None:
    clock = Clock()
    tempo = Tempo(clock)
    assert tempo.is_stale()
    tempo.set_rate(1.0)
    assert not tempo.is_stale()
    clock.s = RATE_KEPT_S + 1
    assert tempo.is_stale()
