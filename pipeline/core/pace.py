"""When to come back: a poll is worth its price once the entries that are expected to wait have waited long enough.

One fleet-wide price of a poll, in entry-seconds, makes every feed's interval proportional to 1/sqrt(its rate),
which for a given number of polls is the least total waiting (Sia, Cho and Cho, "Efficient monitoring algorithm
for fast news alerts"). With a rate that changes over the day the same thought reads: poll when
``integral of u * rate(last poll + u) du`` has reached the price. Around that stand bounds: what the server asks
for, what the document can hold, what the operator allows. All of it is a function of plain values; nothing here
reads a clock, and the spread that keeps feeds apart comes out of the state, not out of dice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import exp, sqrt
from typing import Any

from pipeline.core.habits import (
    BURST_MEMORY_S,
    BURST_PRIOR_ENTRIES,
    DAY_S,
    HOUR_S,
    MAX_FAILURES_COUNTED,
    SANE_NUMBER,
    Memory,
    Rate,
    learn,
    recall,
    weekday,
    write_down,
)
from pipeline.core.model import Outcome, Pace, PacePolicy, PollFacts
from pipeline.core.retries import RETRY_AFTER_CEILING_S

WINDOW_SHARE = 0.6  # come back before the expected new entries fill this much of the document: chance may double them
LOSS_MEMORY_S = 14 * DAY_S  # so long after a loss, a ttl that the document cannot bridge does not count

ALIVE_S = 30 * DAY_S  # an entry within this time makes a feed alive,
ALIVE_CEILING_S = 6 * HOUR_S  # and this is the longest that it is left alone

FAILURE_GROWTH = 2.0
LASTING_FAILURE_GROWTH = 4.0  # what trying again cannot mend
LASTING_FAILURE_BASE_S = HOUR_S  # starts from here at least

SPREAD = 0.05  # share of an interval over which feeds of equal habits are spread

# Entries a day of a typical mix of news feeds, each for a tenth of the fleet: few newspapers and wires, many blogs.
TYPICAL_RATES_PER_DAY = (0.1, 0.4, 0.9, 1.6, 2.8, 4.5, 7.5, 13.0, 30.0, 110.0)


def next_poll(state: Mapping[str, Any], seen: PollFacts, now: datetime, policy: PacePolicy) -> Pace:
    """Say when a feed is to be polled again after the poll that ``seen`` tells of and that ended at ``now``.

    ``state`` is what the last call returned, ``{}`` for a new feed, or ``{"seed": any integer}`` to say which
    share of the spread the feed takes (else it comes from the first poll). A state that cannot be read, or that
    another version wrote, counts as none. It is JSON of less than 1 KB.

    ``next_at`` lies between ``policy.min_interval_s`` and ``policy.max_interval_s`` from ``now``, with two
    exceptions: a Retry-After is kept to the second (clamped to a day), and after a 410 it is None. ``reason`` says
    in at most 60 characters what decided. Without ``policy.price`` the price is that of a typical mix of feeds at
    ``policy.polls_per_feed_per_day``. Entries that an archive brought (backfill) are no arrivals.
    """
    memory = recall(state)
    now_s = now.timestamp()
    if seen.outcome is Outcome.GONE:
        return Pace(None, "gone (410)", write_down(memory))
    if seen.outcome is Outcome.FAILED:
        memory.failed = min(memory.carried + max(seen.failures, 1), MAX_FAILURES_COUNTED)
        wait_s, reason = _wait_after_failure(memory, seen, now_s, policy)
    else:
        learn(memory, seen, now_s)
        memory.carried, memory.failed = memory.failed // 2, 0
        wait_s, reason = _ordinary_wait(memory, now_s, policy)
    wait_s, reason = _out_of_skipped(memory, now_s, wait_s, reason, policy)
    if seen.retry_after is not None:
        after_s = (seen.retry_after - now).total_seconds()
        wait_s, reason = _as_retry_after_asks(after_s, memory, wait_s, reason, policy)
    return Pace(now + timedelta(seconds=wait_s), reason, write_down(memory))


def price_for(states: Iterable[Mapping[str, Any]], policy: PacePolicy) -> float | None:
    """The price of a poll, in entry-seconds, at which these feeds together use ``policy.polls_per_feed_per_day``.

    Whoever runs the fleet asks this now and then (daily is often enough) and passes the answer on as
    ``policy.price``. Feeds that are gone or paused are to be left out. A budget that the bounds make impossible
    gives the nearest price there is. None where there is no feed.
    """
    demands = [_demand(recall(state), policy) for state in states]
    return _balance(demands, policy.polls_per_feed_per_day) if demands else None


# ---------------------------------------------------------------------------------------------------- deciding


def _ordinary_wait(memory: Memory, now_s: float, policy: PacePolicy) -> tuple[float, str]:
    rate = Rate(memory)
    longest_s = _max_interval_s(policy)
    price = policy.price if policy.price is not None and policy.price > 0 else _usual_price(policy)
    if _asleep(memory, now_s):
        wait_s, reason = longest_s / (1 + SPREAD), "nothing new for a month"
    else:
        wait_s, reason = _crossing(memory, rate, now_s, price, min(ALIVE_CEILING_S, longest_s))
    if memory.bound_s and memory.bound_s < wait_s:
        wait_s, reason = memory.bound_s, "entries were lost; coming sooner"
    asked_s, asked = _asked_wait(memory, rate, now_s)
    if asked_s > wait_s:
        wait_s, reason = asked_s, asked if asked_s <= longest_s else f"{asked}; at most {_span_in_words(longest_s)}"
    wait_s *= 1 + SPREAD * _share(memory)
    return min(max(wait_s, policy.min_interval_s), longest_s), reason


def _crossing(memory: Memory, rate: Rate, now_s: float, price: float, ceiling_s: float) -> tuple[float, str]:
    """Seconds until the waiting of the expected entries is worth ``price``, until the document is nearly full, or
    ``ceiling_s``: whichever comes first."""
    room = memory.window * WINDOW_SHARE if memory.window else SANE_NUMBER
    # Gamma prior around the habits: more entries than foretold lately mean more for a while, fewer mean fewer.
    prior = BURST_PRIOR_ENTRIES * max(memory.entries / memory.moments, 1.0) if memory.moments else BURST_PRIOR_ENTRIES
    lift = (memory.recent + prior) / (memory.recent_expected + prior) - 1
    fade = exp(-HOUR_S / BURST_MEMORY_S)
    hour = int(now_s // HOUR_S)
    from_s, until_s = 0.0, (hour + 1) * HOUR_S - now_s
    waiting = expected = 0.0
    while from_s < ceiling_s:
        until_s = min(until_s, ceiling_s)
        per_s = rate.per_s(hour) * (1 + lift)
        waiting_then = waiting + per_s * (until_s * until_s - from_s * from_s) / 2
        expected_then = expected + per_s * (until_s - from_s)
        if waiting_then >= price or expected_then >= room:
            worth_s = sqrt(from_s * from_s + 2 * (price - waiting) / per_s)
            full_s = from_s + (room - expected) / per_s
            if worth_s <= full_s:
                return worth_s, _rate_in_words(memory, rate)
            return full_s, f"document holds {memory.window} entries; coming before it is full"
        waiting, expected = waiting_then, expected_then
        from_s, until_s = until_s, until_s + HOUR_S
        hour += 1
        lift *= fade
    return ceiling_s, f"{_rate_in_words(memory, rate)}; looking in every {_span_in_words(ceiling_s)}"


def _asleep(memory: Memory, now_s: float) -> bool:
    return memory.seen_at_s > 0 and now_s - memory.newest_s > ALIVE_S


def _asked_wait(memory: Memory, rate: Rate, now_s: float) -> tuple[float, str]:
    """The longest wait that anybody asks for, in seconds, and who asks.

    ttl and updatePeriod are often left at some default: where entries were lost lately, these two hold only for as
    long as the document can bridge. What HTTP says holds always.
    """
    bridged_s = SANE_NUMBER
    if memory.window and memory.lost_at_s and now_s - memory.lost_at_s < LOSS_MEMORY_S:
        bridged_s = memory.window * WINDOW_SHARE / rate.mean_per_s
    asked_s, who, asker = max(
        (memory.max_age_s, "max-age", "server"),
        (min(memory.ttl_s, bridged_s), "ttl", "feed"),
        (min(memory.update_period_s, bridged_s), "updatePeriod", "feed"),
    )
    return asked_s, f"{asker} asks for {_span_in_words(asked_s)} ({who})"


def _wait_after_failure(memory: Memory, seen: PollFacts, now_s: float, policy: PacePolicy) -> tuple[float, str]:
    wait_s, _ = _ordinary_wait(memory, now_s, policy)
    times = "once" if memory.failed == 1 else f"{memory.failed} times"
    if seen.retry:
        growth, reason = FAILURE_GROWTH, f"failed {times}; backing off"
    else:
        wait_s = max(wait_s, LASTING_FAILURE_BASE_S)
        growth, reason = LASTING_FAILURE_GROWTH, f"failed {times} (lasting fault); backing off"
    wait_s *= growth ** (memory.failed - 1)
    return min(max(wait_s, policy.min_interval_s), _max_interval_s(policy)), reason


def _out_of_skipped(memory: Memory, now_s: float, wait_s: float, reason: str, policy: PacePolicy) -> tuple[float, str]:
    """Move a poll out of the hours (GMT) in which the feed says that nothing comes, as far as the bounds allow."""
    if not (memory.skip_hours or memory.skip_days):
        return wait_s, reason
    latest_s = now_s + _max_interval_s(policy)
    at_s = now_s + wait_s
    hour = int(at_s // HOUR_S)
    while at_s < latest_s and (hour % 24 in memory.skip_hours or weekday(hour) in memory.skip_days):
        hour += 1
        at_s = hour * HOUR_S
    moved_s = min(at_s, latest_s) - now_s
    return (moved_s, "feed asks to skip the time before (skipHours)") if moved_s > wait_s else (wait_s, reason)


def _as_retry_after_asks(
    after_s: float, memory: Memory, wait_s: float, reason: str, policy: PacePolicy
) -> tuple[float, str]:
    """Let a Retry-After of ``after_s`` from now replace the wait after a failure, and only lengthen any other."""
    if after_s <= 0 or (not memory.failed and after_s < wait_s):
        return wait_s, reason
    if memory.failed > 1 and after_s < policy.min_interval_s:
        return wait_s, reason  # a server that says "one second" every time is not to be asked every second
    return min(after_s, RETRY_AFTER_CEILING_S), "Retry-After"


def _max_interval_s(policy: PacePolicy) -> float:
    return max(policy.max_interval_s, policy.min_interval_s)


def _share(memory: Memory) -> float:
    """Where in the spread this feed stands, 0 to 1; neighbouring seeds lie far apart (Knuth's multiplicative hash)."""
    return (memory.seed or 0) * 2654435761 % 2**32 / 2**32


# ------------------------------------------------------------------------------------------------------- price


def _demand(memory: Memory, policy: PacePolicy) -> tuple[float, float, float]:
    """A feed as the price sees it: sqrt(2 / rate) of its habits, and its shortest and longest wait, in seconds."""
    rate = Rate(memory)
    longest_s = _max_interval_s(policy)
    if _asleep(memory, memory.seen_at_s):
        return 0.0, longest_s, longest_s
    longest_s = min(longest_s, ALIVE_CEILING_S)
    if memory.window:
        longest_s = min(longest_s, memory.window * WINDOW_SHARE / rate.mean_per_s)
    if memory.bound_s:
        longest_s = min(longest_s, memory.bound_s)
    asked_s, _ = _asked_wait(memory, rate, memory.seen_at_s)
    shortest_s = min(max(policy.min_interval_s, asked_s), _max_interval_s(policy))
    # With habits, the mean of the root is less than the root of the mean: fewer polls serve the same entries.
    of_hour = sum(sqrt(rate.of_hour.share(hour)) for hour in range(24)) / 24
    of_day = sum(sqrt(rate.of_day.share(day)) for day in range(7)) / 7
    root = sqrt(rate.mean_per_s) * of_hour * of_day
    return sqrt(2) / root, shortest_s, max(longest_s, shortest_s)


def _balance(demands: Sequence[tuple[float, float, float]], polls_per_feed_per_day: float) -> float:
    lower, upper = 1e-3, 1e9
    for _ in range(50):
        price = sqrt(lower * upper)
        root = sqrt(price) * (1 + SPREAD / 2)
        polls = sum(DAY_S / min(max(root * each, shortest), longest) for each, shortest, longest in demands)
        if polls > polls_per_feed_per_day * len(demands):
            lower = price
        else:
            upper = price
    return sqrt(lower * upper)


@lru_cache(maxsize=64)
def _usual_price(policy: PacePolicy) -> float:
    shortest_s, longest_s = policy.min_interval_s, _max_interval_s(policy)
    ceiling_s = max(min(ALIVE_CEILING_S, longest_s), shortest_s)
    demands = [(sqrt(2 * DAY_S / per_day), shortest_s, ceiling_s) for per_day in TYPICAL_RATES_PER_DAY]
    return _balance(demands, policy.polls_per_feed_per_day)


# ------------------------------------------------------------------------------------------------------- words


def _rate_in_words(memory: Memory, rate: Rate) -> str:
    if memory.entries < 1 and memory.seen_at_s - memory.since_s < DAY_S:
        return "too new to know its habits"
    for unit_s, unit in ((HOUR_S, "hour"), (DAY_S, "day"), (7 * DAY_S, "week")):
        count = rate.mean_per_s * unit_s
        if count >= 0.95:
            number = round(count)
            return f"about {number} {'entry' if number == 1 else 'entries'} {'an' if unit == 'hour' else 'a'} {unit}"
    return "less than an entry a week"


def _span_in_words(span_s: float) -> str:
    if span_s >= 2 * DAY_S:
        return f"{span_s / DAY_S:.0f} days"
    if span_s >= 2 * HOUR_S:
        return f"{span_s / HOUR_S:.0f} h"
    return f"{span_s / 60:.0f} min"
