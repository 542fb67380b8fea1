"""How long do entries wait to be seen? Poll policies side by side on invented news feeds, at equal polls a day.

    python -m benchmarks.polling_policy [--seeds 2] [--budgets 12,24,48] [--feeds 150]

Two generators that share no formula make the traces, so that a policy cannot be fitted to one of them. The product's
policy runs as in the daemon: it starts from nothing, sees only what a poll shows, and its price of a poll is asked of
``price_for`` once a day. Whatever number of polls that comes to, the others are tuned to the same number over the
measured days. Waits are those of the entries seen; a lost entry left the document between two polls. The oracle is
the same index fed with the true rate of each moment, bursts and moods to come included, which nobody can learn; it
knows nothing of single entries.
"""

from __future__ import annotations

import argparse
import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import fmean

from pipeline.core.model import Outcome, PacePolicy, PollFacts
from pipeline.core.pace import next_poll, price_for

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
DAYS, WARM_UP_DAYS, BACKLOG_DAYS = 28, 7, 21
DAY_S, HOUR_S, CELL_S = 86400.0, 3600.0, 300.0
CELLS_A_DAY = int(DAY_S / CELL_S)
MIN_S, CEILING_S, MAX_S = 300.0, 6 * HOUR_S, DAY_S
WINDOWS = (10, 10, 15, 20, 20, 25, 30, 30, 50, 100)


@dataclass
class Trace:
    """One feed: when its entries become visible (seconds from START, some before), what they claim, and the truth.

    ``claimed_s`` holds None where the feed states no date. ``rates`` is the true rate, entries a second, a cell.
    """

    visible_s: list[float]
    claimed_s: list[float | None]
    window: int
    rates: list[float]


@dataclass
class Result:
    """Over the measured days: polls a feed and day, the waits of entries seen (min), and the share that was lost."""

    polls: float
    waits_min: list[float]
    feed_means_min: list[float]
    lost_share: float


# ------------------------------------------------------------------------------------------------------- traces


def newsroom(dice: random.Random) -> Trace:
    """Lognormal rates, smooth days of one or two humps, calm weekends, bursts of hours, some who publish in batches."""
    per_day = min(4.0 * math.exp(dice.gauss(0, 1.9)), 300.0)
    humps = [(dice.uniform(0, 24), dice.uniform(1.5, 4.5)) for _ in range(dice.choice((1, 2)))]
    floor = dice.uniform(0.02, 0.4)
    weekend = dice.uniform(0.15, 1.0)
    hours = [floor + sum(math.exp(-(_gap_h(h, at) ** 2) / (2 * wide**2)) for at, wide in humps) for h in _cell_hours()]
    mean = fmean(hours) * (5 + 2 * weekend) / 7
    rates: list[float] = []
    for day in range(-BACKLOG_DAYS, DAYS):
        level = per_day / DAY_S / mean * (weekend if day % 7 >= 5 else 1.0)
        rates.extend(level * hour for hour in hours)
    at = 0.0
    while (at := at + dice.expovariate(1 / (2.5 * CELLS_A_DAY))) < len(rates):  # a burst every two or three days
        height, length = dice.uniform(2, 8), int(dice.uniform(1, 5) * HOUR_S / CELL_S)
        for cell in range(int(at), min(int(at) + length, len(rates))):
            rates[cell] *= height
    batch = dice.choice((3, 5, 8)) if dice.random() < 0.15 else 1
    return _drawn(dice, rates, batch)


def agency(dice: random.Random) -> Trace:
    """Pareto rates, shifts with hard edges that differ by the day of the week, and a level that wanders by the hour."""
    per_day = min(0.5 * dice.paretovariate(0.75), 300.0)
    wire = dice.random() < 0.3
    begins, ends = dice.uniform(0, 24), dice.uniform(6, 14)
    days = []
    for day in range(7):
        shifted = begins + dice.gauss(0, 0.7)
        weight = dice.uniform(0.7, 1.3) * (dice.choice((0.1, 0.4, 1.0)) if day >= 5 else 1.0)
        night = 0.5 if wire else dice.uniform(0.01, 0.1)
        days.append([weight * (1.0 if (h - shifted) % 24 < ends else night) for h in _cell_hours()])
    mean = fmean(value for day in days for value in day)
    rates: list[float] = []
    mood = 0.0
    keep = math.exp(-CELL_S / (3 * HOUR_S))
    holiday = 0.0
    for day in range(-BACKLOG_DAYS, DAYS):
        holiday = dice.gauss(0, 0.25)
        for value in days[day % 7]:
            mood = mood * keep + dice.gauss(0, 0.6 * math.sqrt(1 - keep * keep))
            rates.append(per_day / DAY_S / mean * value * math.exp(mood + holiday - 0.2))
    return _drawn(dice, rates, dice.choice((2, 4, 10)) if dice.random() < 0.15 else 1)


def _cell_hours() -> list[float]:
    return [cell * CELL_S / HOUR_S for cell in range(CELLS_A_DAY)]


def _gap_h(one: float, other: float) -> float:
    gap = abs(one - other) % 24
    return min(gap, 24 - gap)


def _drawn(dice: random.Random, rates: list[float], batch: int) -> Trace:
    """Entries drawn from ``rates``; ``batch`` of them come at one moment on average."""
    begin_s = -BACKLOG_DAYS * DAY_S
    visible: list[float] = []
    reached, wanted = 0.0, dice.expovariate(1.0)
    for cell, rate in enumerate(rates):
        while reached + rate * CELL_S / batch >= wanted:
            at_s = begin_s + (cell + (wanted - reached) / (rate * CELL_S / batch)) * CELL_S
            visible.extend([at_s] * (1 if batch == 1 else 1 + int(dice.expovariate(1 / (batch - 0.5)))))
            wanted += dice.expovariate(1.0)
        reached += rate * CELL_S / batch
    claims = dice.choices(("exact", "draft", "day", "none", "ahead", "behind"), (75, 10, 5, 5, 3, 2))[0]
    claimed: list[float | None] = []
    for at_s in visible:
        match claims:
            case "exact":
                claimed.append(at_s)
            case "draft":
                claimed.append(at_s - dice.uniform(300, 2400))
            case "day":
                claimed.append(at_s // DAY_S * DAY_S)
            case "ahead":
                claimed.append(at_s + 2 * HOUR_S)
            case "behind":
                claimed.append(at_s - 5 * HOUR_S)
            case _:
                claimed.append(None)
    return Trace(visible, claimed, dice.choice(WINDOWS), rates[BACKLOG_DAYS * CELLS_A_DAY :])


# ------------------------------------------------------------------------------------------------------ policies

# A policy answers, for a trace and a knob, a function from (poll time, entries seen so far, of them new) to a wait.
Waiter = Callable[[float, int, int], float]
Policy = Callable[[Trace, float], Waiter]


def fixed(trace: Trace, knob: float) -> Waiter:
    """The same interval for all; the knob is polls a day."""
    return lambda now_s, seen, new: DAY_S / knob


def entry_frequency(trace: Trace, knob: float) -> Waiter:
    """As often as entries came in the last seven days, times the knob; 5 min to 24 h."""

    def wait(now_s: float, seen: int, new: int) -> float:
        week = seen - bisect_left(trace.visible_s, now_s - 7 * DAY_S)
        return min(max(7 * DAY_S / (max(week, 1) * knob), MIN_S), MAX_S)

    return wait


def root_of_rate(trace: Trace, knob: float) -> Waiter:
    """The knob times the root of a rate that fades over ten days; 5 min to 6 h."""
    memory_s = 10 * DAY_S
    entries, last_s = 0.0, 0.0

    def wait(now_s: float, seen: int, new: int) -> float:
        nonlocal entries, last_s
        if not last_s:
            since_s = trace.visible_s[max(seen - trace.window, 0)] if seen else now_s
            entries = min(seen, trace.window) - 1.0
            last_s = since_s
            exposure_s = now_s - since_s
        else:
            entries = entries * math.exp(-(now_s - last_s) / memory_s) + new
            exposure_s = memory_s
        last_s = now_s
        rate = (max(entries, 0.0) + 0.5) / (min(exposure_s, memory_s) + HOUR_S / 2)
        return min(max(math.sqrt(1 / rate) / knob, MIN_S), CEILING_S)

    return wait


def oracle(trace: Trace, knob: float) -> Waiter:
    """Poll when the true rate, weighed by the time since the last poll, has come to 1 / knob**2; 5 min to 6 h.

    It shares the bounds of the product's policy: 60 % of the document, and six hours.
    """
    price = 1 / knob**2
    first, second = [0.0], [0.0]  # integrals of rate, and of time * rate, up to each cell
    for cell, rate in enumerate(trace.rates):
        begin_s, end_s = cell * CELL_S, (cell + 1) * CELL_S
        first.append(first[-1] + rate * CELL_S)
        second.append(second[-1] + rate * (end_s**2 - begin_s**2) / 2)
    room = trace.window * 0.6

    def wait(now_s: float, seen: int, new: int) -> float:
        cell = min(int(now_s / CELL_S), len(trace.rates) - 1)
        rate = trace.rates[cell]
        first_now = first[cell] + rate * (now_s - cell * CELL_S)
        second_now = second[cell] + rate * (now_s**2 - (cell * CELL_S) ** 2) / 2
        low, high = cell + 1, min(cell + int(CEILING_S / CELL_S), len(trace.rates))
        while low < high:
            middle = (low + high) // 2
            expected = first[middle] - first_now
            if second[middle] - second_now - now_s * expected >= price or expected >= room:
                high = middle
            else:
                low = middle + 1
        return min(max(low * CELL_S - CELL_S / 2 - now_s, MIN_S), CEILING_S)

    return wait


def play(traces: list[Trace], policy: Policy, knob: float, seed: int) -> Result:
    dice = random.Random(seed)
    tally = Tally(len(traces))
    for number, trace in enumerate(traces):
        wait = policy(trace, knob)
        at_s, seen = dice.uniform(0, DAY_S), 0
        while at_s < DAYS * DAY_S:
            now_seen = bisect_right(trace.visible_s, at_s)
            tally.count(number, trace, at_s, seen, now_seen)
            at_s += wait(at_s, now_seen, now_seen - seen)
            seen = now_seen
    return tally.result()


def play_at(traces: list[Trace], policy: Policy, polls: float, seed: int) -> Result:
    """Turn the knob until the policy uses ``polls`` a feed and day, to within one percent."""
    low, high = 1e-6, 1e6
    knob = polls if policy is fixed else 1.0 if policy is entry_frequency else 0.03
    for _ in range(25):
        result = play(traces, policy, knob, seed)
        if abs(result.polls / polls - 1) < 0.01:
            break
        low, high = (knob, high) if result.polls < polls else (low, knob)
        guess = knob * (polls / result.polls) ** 1.15  # clamped feeds do not follow the knob
        knob = guess if low < guess < high else math.sqrt(low * high)
    return result


def play_ours(traces: list[Trace], budget: float, seed: int) -> Result:
    dice = random.Random(seed)
    tally = Tally(len(traces))
    policy = PacePolicy(polls_per_feed_per_day=budget)
    due_s = [dice.uniform(0, DAY_S) for _ in traces]
    seen = [0] * len(traces)
    states: list[dict[str, object]] = [{"seed": number} for number in range(len(traces))]
    for day in range(DAYS):
        if day:
            policy = PacePolicy(polls_per_feed_per_day=budget, price=price_for(states, policy))
        for number, trace in enumerate(traces):
            while due_s[number] < (day + 1) * DAY_S:
                at_s = due_s[number]
                now_seen = bisect_right(trace.visible_s, at_s)
                tally.count(number, trace, at_s, seen[number], now_seen)
                now = START + timedelta(seconds=at_s)
                pace = next_poll(states[number], _facts(trace, now, seen[number], now_seen), now, policy)
                assert pace.next_at is not None
                states[number], seen[number] = dict(pace.state), now_seen
                due_s[number] = (pace.next_at - START).total_seconds()
    return tally.result()


def _facts(trace: Trace, now: datetime, seen: int, now_seen: int) -> PollFacts:
    size = min(now_seen, trace.window)
    first = seen == 0
    new = min(now_seen - seen, size)
    if not new and not first:
        return PollFacts(Outcome.UNCHANGED)
    claims = trace.claimed_s[now_seen - new : now_seen]
    arrivals = tuple((None if at_s is None else START + timedelta(seconds=at_s), now) for at_s in claims)
    return PollFacts(Outcome.NEWS, arrivals, 1 - new / size if size else 1.0, size, first=first)


class Tally:
    """Counts polls, waits and losses of the measured days."""

    def __init__(self, feeds: int) -> None:
        self.polls = 0
        self.lost = 0
        self.waits: list[list[float]] = [[] for _ in range(feeds)]

    def count(self, number: int, trace: Trace, at_s: float, seen: int, now_seen: int) -> None:
        if at_s < WARM_UP_DAYS * DAY_S:
            return
        self.polls += 1
        measured = max(seen, bisect_left(trace.visible_s, WARM_UP_DAYS * DAY_S))
        kept = max(measured, now_seen - trace.window)
        self.lost += kept - measured if kept > measured else 0
        self.waits[number].extend((at_s - visible) / 60 for visible in trace.visible_s[kept:now_seen])

    def result(self) -> Result:
        waits = sorted(wait for of_feed in self.waits for wait in of_feed)
        return Result(
            self.polls / len(self.waits) / (DAYS - WARM_UP_DAYS),
            waits,
            [fmean(of_feed) for of_feed in self.waits if of_feed],
            self.lost / max(self.lost + len(waits), 1),
        )


# ------------------------------------------------------------------------------------------------------ the table

GENERATORS: dict[str, Callable[[random.Random], Trace]] = {"newsroom": newsroom, "agency": agency}
OTHERS: dict[str, Policy] = {
    "fixed interval": fixed,
    "entry frequency": entry_frequency,
    "root of rate": root_of_rate,
    "oracle": oracle,
}


HEADER = " " * 27 + "  polls    mean  median     p95  of feeds  lost %  /oracle  /fixed"


def compare(generator: str, seed: int, feeds: int, budget: float) -> dict[str, Result]:
    dice = random.Random(f"{generator}/{seed}")
    traces = [GENERATORS[generator](dice) for _ in range(feeds)]
    ours = play_ours(traces, budget, seed)
    others = {name: play_at(traces, policy, ours.polls, seed) for name, policy in OTHERS.items()}
    return {"dateline": ours, **others}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--feeds", type=int, default=150)
    parser.add_argument("--budgets", default="12,24,48", help="polls a feed and day, comma-separated")
    asked = parser.parse_args()
    budgets = [float(budget) for budget in asked.budgets.split(",")]
    cases = [(name, seed, budget) for budget in budgets for name in GENERATORS for seed in range(asked.seeds)]
    with ProcessPoolExecutor() as pool:
        runs = [pool.submit(compare, name, seed, asked.feeds, budget) for name, seed, budget in cases]
        for budget in budgets:
            print(f"\n{budget:g} polls a feed and day; minutes; means over {asked.seeds} seeds")
            print(HEADER)
            for generator in GENERATORS:
                found = [
                    run.result() for run, case in zip(runs, cases, strict=True) if case[::2] == (generator, budget)
                ]
                for name in found[0]:
                    print(_row(f"{generator}: {name}", name, found))


def _row(label: str, name: str, found: list[dict[str, Result]]) -> str:
    results = [of_seed[name] for of_seed in found]
    mean = fmean(fmean(result.waits_min) for result in results)
    best = fmean(fmean(of_seed["oracle"].waits_min) for of_seed in found)
    plain = fmean(fmean(of_seed["fixed interval"].waits_min) for of_seed in found)
    median = fmean(result.waits_min[len(result.waits_min) // 2] for result in results)
    p95 = fmean(result.waits_min[int(len(result.waits_min) * 0.95)] for result in results)
    of_feeds = fmean(fmean(result.feed_means_min) for result in results)
    lost = 100 * fmean(result.lost_share for result in results)
    polls = fmean(result.polls for result in results)
    return (
        f"{label:27}{polls:7.1f}{mean:8.1f}{median:8.1f}{p95:8.1f}{of_feeds:10.1f}{lost:8.2f}"
        f"{mean / best:9.2f}{mean / plain:8.2f}"
    )


if __name__ == "__main__":
    main()
