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
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from math import exp, isfinite, sqrt
from typing import Any
from zlib import crc32

from pipeline.core.errors import PipelineError, Refused
from pipeline.core.model import FeedHints, Outcome, Pace, PacePolicy, PollFacts

STATE_VERSION = 1

HOUR_S = 3600.0
DAY_S = 86400.0

# The constants of learning lie on a plateau: twice or half of any changes the mean wait by less than 2 % on the
# invented feeds of benchmarks/polling_policy.py.
PRIOR_ENTRIES = 0.2  # a feed of which nothing is known is taken for one an hour, so that it is soon known;
PRIOR_EXPOSURE_S = 720.0  # twelve minutes of evidence are quickly outvoted
RATE_MEMORY_S = 14 * DAY_S  # longer than a week, so that a weekend does not read as a decline
HABIT_MEMORY_S = 35 * DAY_S  # hours of work change more slowly than volumes
HABIT_PRIOR_ENTRIES = 20.0  # spread evenly over the hours, these are weighed against the habits seen
BURST_MEMORY_S = 2 * HOUR_S  # breaking news lasts hours
BURST_HORIZON_S = 4 * BURST_MEMORY_S  # beyond it 2 % are left
BURST_PRIOR_ENTRIES = 2.0  # fewer than this more than foretold are chance

EARLIEST_CLAIM_S = 20 * 365 * DAY_S  # 1990: no feed is older; 1970 stands for a date that nobody set
BACKDATED_S = 3 * DAY_S  # drafts and wrong time zones explain less than this
TOGETHER_S = 60.0  # entries this close came by one push of a button

WINDOW_SHARE = 0.6  # come back before the expected new entries fill this much of the document: chance may double them
LOSS_SHORTENING = 0.3  # of the interval after which nothing in the document was known any more
LOSS_RECOVERY = 1.5  # growth of that bound with each poll that lost nothing
LOSS_MEMORY_S = 14 * DAY_S  # so long after a loss, a ttl that the document cannot bridge does not count

ALIVE_S = 30 * DAY_S  # an entry within this time makes a feed alive,
ALIVE_CEILING_S = 6 * HOUR_S  # and this is the longest that it is left alone
RETRY_AFTER_CEILING_S = DAY_S  # mediacloud/rss-fetcher met a Retry-After of 317,100 s

FAILURE_GROWTH = 2.0
LASTING_FAILURE_GROWTH = 4.0  # what trying again cannot mend
LASTING_FAILURE_BASE_S = HOUR_S  # starts from here at least
MAX_FAILURES_COUNTED = 40  # 2**40 intervals are past any bound

EARLY_S = 1.0  # a tick: what is due within half of it is begun, and its time has not quite come when it is done
SPREAD = 0.05  # share of an interval over which feeds of equal habits are spread
SANE_NUMBER = 1e12  # past every time, count and span that a state can hold
NO_HINTS = FeedHints()

# Entries a day of a typical mix of news feeds, each for a tenth of the fleet: few newspapers and wires, many blogs.
TYPICAL_RATES_PER_DAY = (0.1, 0.4, 0.9, 1.6, 2.8, 4.5, 7.5, 13.0, 30.0, 110.0)


@dataclass(frozen=True, slots=True)
class _RetryRule:
    """Waits of ``first_s`` times ``growth`` for each try, at most ``cap_s``; after ``tries`` failures no more."""

    first_s: float
    growth: float
    cap_s: float
    tries: int


# By kind of error (pipeline.core.errors); a kind that may heal and is not named here follows ORDINARY_RETRY.
RETRY_RULES: Mapping[str, _RetryRule] = {
    "http-404": _RetryRule(600.0, 4.0, 6 * HOUR_S, 4),  # fresh articles answer 404 until every cache knows them
    "http-401": _RetryRule(6 * HOUR_S, 4.0, 3 * DAY_S, 3),  # a wall; it seldom moves
    "http-403": _RetryRule(6 * HOUR_S, 4.0, 3 * DAY_S, 3),  # a wall, or a dislike of us that asking often confirms
    "http-429": _RetryRule(1800.0, 2.0, DAY_S, 8),  # too many calls: slower than for an outage
    "robots": _RetryRule(3 * DAY_S, 2.0, 14 * DAY_S, 3),  # such rules change in days, not hours
    "overran": _RetryRule(HOUR_S, 1.0, HOUR_S, 1),  # once more, in case the machine was busy
    "store-busy": _RetryRule(60.0, 1.0, 60.0, 10**9),  # not the page's fault: never given up
    "lease-lost": _RetryRule(60.0, 1.0, 60.0, 10**9),  # nor this: another worker is at it
}
ORDINARY_RETRY = _RetryRule(300.0, 3.0, DAY_S, 8)  # outages: from 5 min to a day, some 4 days in all
RETRY_SPREAD = 0.25  # the pages of one broken host come back one after the other


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
    memory = _recall(state)
    now_s = now.timestamp()
    if seen.outcome is Outcome.GONE:
        return Pace(None, "gone (410)", _write_down(memory))
    if seen.outcome is Outcome.FAILED:
        memory.failed = min(memory.carried + max(seen.failures, 1), MAX_FAILURES_COUNTED)
        wait_s, reason = _wait_after_failure(memory, seen, now_s, policy)
    else:
        _learn(memory, seen, now_s)
        memory.carried, memory.failed = memory.failed // 2, 0
        wait_s, reason = _ordinary_wait(memory, now_s, policy)
    wait_s, reason = _out_of_skipped(memory, now_s, wait_s, reason, policy)
    if seen.retry_after is not None:
        after_s = (seen.retry_after - now).total_seconds()
        wait_s, reason = _as_retry_after_asks(after_s, memory, wait_s, reason, policy)
    return Pace(now + timedelta(seconds=wait_s), reason, _write_down(memory))


def price_for(states: Iterable[Mapping[str, Any]], policy: PacePolicy) -> float | None:
    """The price of a poll, in entry-seconds, at which these feeds together use ``policy.polls_per_feed_per_day``.

    Whoever runs the fleet asks this now and then (daily is often enough) and passes the answer on as
    ``policy.price``. Feeds that are gone or paused are to be left out. A budget that the bounds make impossible
    gives the nearest price there is. None where there is no feed.
    """
    demands = [_demand(_recall(state), policy) for state in states]
    return _balance(demands, policy.polls_per_feed_per_day) if demands else None


def retry_at(error: PipelineError, attempts: int, now: datetime) -> datetime | None:
    """When a page that failed with ``error`` is to be tried again; None means never by itself.

    ``attempts`` counts the failed tries, this one included. Waits grow with each attempt up to a cap and are
    spread by the address that failed. A Retry-After (``Refused.after``) is kept to the second, at most a day
    ahead, and where it stopped us from asking at all (``Refused.asked`` is False) it does not count as a try.
    """
    after = error.after if isinstance(error, Refused) else None
    if not error.retry:
        return None
    if after is not None and after > now:
        after = min(after, now + timedelta(seconds=RETRY_AFTER_CEILING_S))
        if isinstance(error, Refused) and not error.asked:
            return after
    rule = RETRY_RULES.get(error.kind, ORDINARY_RETRY)
    if attempts > rule.tries:
        return None
    if after is not None and after > now:
        return after
    wait_s = min(rule.first_s * rule.growth ** (max(attempts, 1) - 1), rule.cap_s)
    share = crc32(str(getattr(error, "url", error)).encode()) / 2**32
    return now + timedelta(seconds=wait_s * (1 + RETRY_SPREAD * share))


def next_revisit(first_seen_at: datetime, now: datetime, schedule_s: Sequence[float]) -> datetime | None:
    """When a page is looked at again for edits: the first of ``first_seen_at`` plus an offset that lies after ``now``.

    One within EARLY_S is the one that this look was for. Offsets that were missed are not made up for. None where the
    schedule is over or empty.
    """
    times = (first_seen_at + timedelta(seconds=offset_s) for offset_s in schedule_s)
    return min((at for at in times if at > now + timedelta(seconds=EARLY_S)), default=None)


# ------------------------------------------------------------------------------------------- what is remembered


@dataclass(slots=True)
class _Memory:
    """A feed's state while it is worked on. Times are seconds since 1970; 0 means "not yet"."""

    seed: int | None = None
    seen_at_s: float = 0.0  # the last good poll
    since_s: float = 0.0  # from when on the feed is known
    entries: float = 0.0  # arrivals, fading with RATE_MEMORY_S
    moments: float = 0.0  # the same, where entries that came together count once
    hours: list[float] = field(default_factory=lambda: [0.0] * 24)  # arrivals by hour of the day, GMT
    days: list[float] = field(default_factory=lambda: [0.0] * 7)  # and by day of the week, Monday first
    recent: float = 0.0  # arrivals, fading with BURST_MEMORY_S
    recent_expected: float = 0.0  # what the habits foretold in their place
    newest_s: float = 0.0  # the last arrival
    window: int = 0  # entries in the last full document
    bound_s: float = 0.0  # longest wait that does not lose entries, learned from losing some
    lost_at_s: float = 0.0  # when that was seen last
    max_age_s: float = 0.0
    ttl_s: float = 0.0
    update_period_s: float = 0.0
    skip_hours: list[int] = field(default_factory=list)
    skip_days: list[int] = field(default_factory=list)
    failed: int = 0  # failures in a row
    carried: int = 0  # of the failures before the last good poll, what still counts


# How many numbers stand in each list of a state; None where it varies.
_LENGTHS: Mapping[str, int | None] = {
    "times": 3,
    "counts": 4,
    "hours": 24,
    "days": 7,
    "document": 3,
    "asks": 3,
    "skip_hours": None,
    "skip_days": None,
    "failures": 2,
}


def _recall(state: Mapping[str, Any]) -> _Memory:
    seed = state.get("seed")
    if not isinstance(seed, int):
        seed = None
    if state.get("v") != STATE_VERSION:
        return _Memory(seed)
    try:
        lists = [state[name] for name in _LENGTHS]
        _check(lists)
    except (KeyError, TypeError, ValueError, OverflowError):
        return _Memory(seed)
    times, counts, hours, days, document, asks, skip_hours, skip_days, failures = lists
    return _Memory(
        seed,
        seen_at_s=int(times[0]),
        since_s=int(times[1]),
        newest_s=int(times[2]),
        entries=counts[0],
        moments=counts[1],
        recent=counts[2],
        recent_expected=counts[3],
        hours=hours,
        days=days,
        window=int(document[0]),
        bound_s=document[1],
        lost_at_s=document[2],
        max_age_s=asks[0],
        ttl_s=asks[1],
        update_period_s=asks[2],
        skip_hours=skip_hours,
        skip_days=skip_days,
        failed=min(int(failures[0]), MAX_FAILURES_COUNTED),
        carried=min(int(failures[1]), MAX_FAILURES_COUNTED),
    )


def _check(lists: list[list[Any]]) -> None:
    """Raise ValueError or TypeError unless these can be the lists that were written, in the order of _LENGTHS."""
    for found, length in zip(lists, _LENGTHS.values(), strict=True):
        if not isinstance(found, list) or length not in {None, len(found)}:
            raise ValueError("not the list that was written")
    # In one go: every poll does this, and a look at each list by itself would be a third of deciding when to come back.
    numbers = list(chain.from_iterable(lists))
    if not (isfinite(sum(numbers)) and min(numbers) >= 0 and max(numbers) <= SANE_NUMBER):
        raise ValueError("not the numbers that were written")


def _write_down(memory: _Memory) -> dict[str, Any]:
    return {
        "v": STATE_VERSION,
        "seed": memory.seed,
        "times": [memory.seen_at_s, memory.since_s, memory.newest_s],
        "counts": [memory.entries, memory.moments, memory.recent, memory.recent_expected],
        "hours": memory.hours,
        "days": memory.days,
        "document": [memory.window, memory.bound_s, memory.lost_at_s],
        "asks": [memory.max_age_s, memory.ttl_s, memory.update_period_s],
        "skip_hours": memory.skip_hours,
        "skip_days": memory.skip_days,
        "failures": [memory.failed, memory.carried],
    }


# ---------------------------------------------------------------------------------------------------- learning


def _learn(memory: _Memory, seen: PollFacts, now_s: float) -> None:
    _learn_asks(memory, seen)
    if seen.first or not memory.seen_at_s:
        _learn_first_document(memory, seen, now_s)
    else:
        _learn_arrivals(memory, seen, now_s)
    if seen.window:  # an empty document is one that is being rebuilt (newsboat/newsboat#1138)
        memory.window = seen.window
    memory.seen_at_s = round(now_s)


def _learn_asks(memory: _Memory, seen: PollFacts) -> None:
    """A full answer replaces what was asked before; after a 304 it still holds (RFC 9111, 4.3.4)."""
    unchanged = seen.outcome is Outcome.UNCHANGED
    if seen.max_age_s is not None or not unchanged:
        memory.max_age_s = min(max(seen.max_age_s or 0, 0), SANE_NUMBER)
    if unchanged and seen.hints == NO_HINTS:
        return
    memory.ttl_s = min(max(seen.hints.ttl_s or 0, 0), SANE_NUMBER)
    memory.update_period_s = min(max(seen.hints.update_period_s or 0, 0), SANE_NUMBER)
    # Hour 24 occurs for midnight; a list that leaves no hour or no day cannot be meant.
    skip_hours = sorted({hour % 24 for hour in seen.hints.skip_hours})
    skip_days = sorted({day % 7 for day in seen.hints.skip_days})
    memory.skip_hours = skip_hours if len(skip_hours) < 24 else []
    memory.skip_days = skip_days if len(skip_days) < 7 else []


def _learn_first_document(memory: _Memory, seen: PollFacts, now_s: float) -> None:
    """Read a rate out of the times that the first document's entries claim for themselves.

    The oldest fifth is left out: a pinned entry of long ago says nothing of how far back the document reaches.
    """
    if memory.seed is None:
        memory.seed = crc32(repr((now_s, seen.arrivals[:3], seen.window)).encode())
    claims = [claimed.timestamp() for claimed, _ in seen.arrivals if claimed is not None]
    times = sorted((min(at_s, now_s) for at_s in claims if at_s > EARLIEST_CLAIM_S), reverse=True)
    memory.since_s = memory.newest_s = round(now_s)
    memory.entries = memory.moments = memory.recent = memory.recent_expected = memory.bound_s = 0.0
    memory.hours, memory.days = [0.0] * 24, [0.0] * 7
    if not times:
        return
    memory.newest_s = round(times[0])
    trusted = times[: len(times) - len(times) // 5]
    if trusted[0] - trusted[-1] < TOGETHER_S:  # dates that the server made up while it wrote the document
        return
    memory.since_s = round(trusted[-1])
    # n entries make n - 1 gaps: the oldest one only marks the beginning.
    memory.entries = sum(exp((at_s - now_s) / RATE_MEMORY_S) for at_s in trusted[:-1])
    moments = _moments(trusted[:-1])
    memory.moments = sum(exp((at_s - now_s) / RATE_MEMORY_S) for at_s in moments)
    for at_s in moments:
        if at_s % DAY_S:
            _learn_habit(memory, at_s, exp((at_s - now_s) / HABIT_MEMORY_S))


def _learn_arrivals(memory: _Memory, seen: PollFacts, now_s: float) -> None:
    elapsed_s = max(now_s - memory.seen_at_s, 0.0)
    fade = exp(-elapsed_s / BURST_MEMORY_S)
    expected = _recent_expected(memory, now_s, elapsed_s)
    memory.recent_expected = round(memory.recent_expected * fade + expected, 3)
    memory.recent = round(memory.recent * fade, 3)
    kept = exp(-elapsed_s / RATE_MEMORY_S)
    memory.entries, memory.moments = round(memory.entries * kept, 4), round(memory.moments * kept, 4)
    times = _arrival_times(memory, seen, now_s)
    if times:
        kept = exp(-max(now_s - memory.newest_s, 0.0) / HABIT_MEMORY_S)
        memory.hours = [round(weight * kept, 2) for weight in memory.hours]
        memory.days = [round(weight * kept, 2) for weight in memory.days]
        moments = _moments(times)
        for at_s in moments:
            _learn_habit(memory, at_s, 1.0)
        memory.entries = round(memory.entries + len(times), 4)
        memory.moments = round(memory.moments + len(moments), 4)
        memory.recent = round(memory.recent + sum(exp((at_s - now_s) / BURST_MEMORY_S) for at_s in times), 3)
        memory.newest_s = max(memory.newest_s, round(max(times)))
    if seen.arrivals and seen.window and seen.overlap <= 0:
        memory.bound_s, memory.lost_at_s = round(LOSS_SHORTENING * elapsed_s, 1), round(now_s)
    elif memory.bound_s:
        memory.bound_s = round(memory.bound_s * LOSS_RECOVERY, 1)
        if memory.bound_s > DAY_S:
            memory.bound_s = 0.0


def _arrival_times(memory: _Memory, seen: PollFacts, now_s: float) -> list[float]:
    """When the new entries came, in seconds since 1970, always between the last good poll and now.

    An entry's own word counts where it can be true. A time that is missing, day-only, in the future or before the
    last poll (drafts, wrong time zones) is spread over the time since then. Entries of days before that poll are an
    archive being put up or new guids for old ones: however many, they make one arrival.
    """
    since_s = min(memory.seen_at_s, now_s)
    times: list[float] = []
    unplaced = 0
    old = False
    for claimed, first_seen in seen.arrivals:
        at_s = claimed.timestamp() if claimed is not None else now_s
        if at_s < since_s - BACKDATED_S:
            old = True
        elif claimed is None or not since_s < at_s < min(first_seen.timestamp(), now_s) or not at_s % DAY_S:
            unplaced += 1
        else:
            times.append(at_s)
    unplaced += old
    times.extend(since_s + (now_s - since_s) * (number + 0.5) / unplaced for number in range(unplaced))
    return times


def _moments(times: list[float]) -> list[float]:
    """The times without those of entries that came together: a batch says once, not thirty times, when it comes."""
    moments: list[float] = []
    for at_s in sorted(times):
        if not moments or at_s - moments[-1] > TOGETHER_S:
            moments.append(at_s)
    return moments


def _learn_habit(memory: _Memory, at_s: float, weight: float) -> None:
    hour = int(at_s // HOUR_S)
    memory.hours[hour % 24] = round(memory.hours[hour % 24] + weight, 2)
    memory.days[_weekday(hour)] = round(memory.days[_weekday(hour)] + weight, 2)


def _recent_expected(memory: _Memory, now_s: float, elapsed_s: float) -> float:
    """What the habits foretell for the time since the last poll, fading with BURST_MEMORY_S."""
    rate = _Rate(memory)
    at_s = now_s
    until_s = now_s - min(elapsed_s, BURST_HORIZON_S)
    total = 0.0
    weight = 1.0
    while at_s > until_s:
        hour = int(at_s // HOUR_S)
        if hour * HOUR_S == at_s:
            hour -= 1
        from_s = max(hour * HOUR_S, until_s)
        older_weight = exp((from_s - now_s) / BURST_MEMORY_S)
        total += rate.per_s(hour) * BURST_MEMORY_S * (weight - older_weight)
        at_s, weight = from_s, older_weight
    return total


# ---------------------------------------------------------------------------------------------------- deciding


class _Rate:
    """Entries a second that a feed's habits foretell, hour by hour (hours counted since 1970)."""

    __slots__ = ("_day", "_day_per_s", "mean_per_s", "of_day", "of_hour")

    def __init__(self, memory: _Memory) -> None:
        age_s = max(memory.seen_at_s - memory.since_s, 0.0)
        exposure_s = RATE_MEMORY_S * (1 - exp(-age_s / RATE_MEMORY_S))
        self.mean_per_s = (memory.entries + PRIOR_ENTRIES) / (exposure_s + PRIOR_EXPOSURE_S)
        at_h = memory.seen_at_s / HOUR_S
        self.of_hour = _Habit(memory.hours, age_s / HOUR_S, at_h % 24)
        self.of_day = _Habit(memory.days, age_s / DAY_S, _weekday(int(at_h)) + at_h % 24 / 24)

        self._day, self._day_per_s = -1, 0.0  # the day that was asked for last: hours are asked for in a row

    def per_s(self, hour: int) -> float:
        if hour // 24 != self._day:
            self._day, self._day_per_s = hour // 24, self.mean_per_s * self.of_day.share(_weekday(hour))
        return self._day_per_s * self.of_hour.share(hour % 24)


class _Habit:
    """In which parts of a cycle (the hours of a day, the days of a week) the entries come.

    ``watched`` is how many such parts the feed has been known for, up to ``position`` in the cycle. A part that was
    never watched is taken for average, and one that was watched once more than another is not thereby busier.
    """

    __slots__ = ("_parts", "_per_watch", "_position", "_prior", "_rest", "_rounds", "_weights")

    def __init__(self, weights: list[float], watched: float, position: float) -> None:
        self._weights = weights
        self._parts = len(weights)
        self._prior = HABIT_PRIOR_ENTRIES / self._parts
        self._rounds, self._rest = divmod(watched, self._parts)
        self._per_watch = sum(weights) / watched if watched else 0.0
        self._position = position

    def share(self, part: int) -> float:
        """How many times the even share of the entries comes in ``part``."""
        begun = (self._position - part) % self._parts  # so long ago did this part begin
        if begun < 1:  # the end of this part was last watched a whole round ago
            once_more = min(begun, self._rest) + max(self._rest - self._parts + 1 - begun, 0.0)
        elif begun <= self._rest:
            once_more = 1.0
        else:
            once_more = max(self._rest - begun + 1, 0.0)
        return (self._weights[part] + self._prior) / (self._per_watch * (self._rounds + once_more) + self._prior)


def _weekday(hour: int) -> int:
    return (hour // 24 + 3) % 7  # 1970 began on a Thursday; Monday is 0


def _ordinary_wait(memory: _Memory, now_s: float, policy: PacePolicy) -> tuple[float, str]:
    rate = _Rate(memory)
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


def _crossing(memory: _Memory, rate: _Rate, now_s: float, price: float, ceiling_s: float) -> tuple[float, str]:
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


def _asleep(memory: _Memory, now_s: float) -> bool:
    return memory.seen_at_s > 0 and now_s - memory.newest_s > ALIVE_S


def _asked_wait(memory: _Memory, rate: _Rate, now_s: float) -> tuple[float, str]:
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


def _wait_after_failure(memory: _Memory, seen: PollFacts, now_s: float, policy: PacePolicy) -> tuple[float, str]:
    wait_s, _ = _ordinary_wait(memory, now_s, policy)
    times = "once" if memory.failed == 1 else f"{memory.failed} times"
    if seen.retry:
        growth, reason = FAILURE_GROWTH, f"failed {times}; backing off"
    else:
        wait_s = max(wait_s, LASTING_FAILURE_BASE_S)
        growth, reason = LASTING_FAILURE_GROWTH, f"failed {times} (lasting fault); backing off"
    wait_s *= growth ** (memory.failed - 1)
    return min(max(wait_s, policy.min_interval_s), _max_interval_s(policy)), reason


def _out_of_skipped(memory: _Memory, now_s: float, wait_s: float, reason: str, policy: PacePolicy) -> tuple[float, str]:
    """Move a poll out of the hours (GMT) in which the feed says that nothing comes, as far as the bounds allow."""
    if not (memory.skip_hours or memory.skip_days):
        return wait_s, reason
    latest_s = now_s + _max_interval_s(policy)
    at_s = now_s + wait_s
    hour = int(at_s // HOUR_S)
    while at_s < latest_s and (hour % 24 in memory.skip_hours or _weekday(hour) in memory.skip_days):
        hour += 1
        at_s = hour * HOUR_S
    moved_s = min(at_s, latest_s) - now_s
    return (moved_s, "feed asks to skip the time before (skipHours)") if moved_s > wait_s else (wait_s, reason)


def _as_retry_after_asks(
    after_s: float, memory: _Memory, wait_s: float, reason: str, policy: PacePolicy
) -> tuple[float, str]:
    """Let a Retry-After of ``after_s`` from now replace the wait after a failure, and only lengthen any other."""
    if after_s <= 0 or (not memory.failed and after_s < wait_s):
        return wait_s, reason
    if memory.failed > 1 and after_s < policy.min_interval_s:
        return wait_s, reason  # a server that says "one second" every time is not to be asked every second
    return min(after_s, RETRY_AFTER_CEILING_S), "Retry-After"


def _max_interval_s(policy: PacePolicy) -> float:
    return max(policy.max_interval_s, policy.min_interval_s)


def _share(memory: _Memory) -> float:
    """Where in the spread this feed stands, 0 to 1; neighbouring seeds lie far apart (Knuth's multiplicative hash)."""
    return (memory.seed or 0) * 2654435761 % 2**32 / 2**32


# ------------------------------------------------------------------------------------------------------- price


def _demand(memory: _Memory, policy: PacePolicy) -> tuple[float, float, float]:
    """A feed as the price sees it: sqrt(2 / rate) of its habits, and its shortest and longest wait, in seconds."""
    rate = _Rate(memory)
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


def _rate_in_words(memory: _Memory, rate: _Rate) -> str:
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
