"""When a feed's entries come: what its past polls say, in less than 1 KB that every good poll teaches a little more.

Learnt are a rate, the habits of the hours and of the weekdays, and a burst that fades within hours; each forgets at its
own pace. Times are seconds since 1970, hours and days are counted in GMT.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from math import exp, isfinite
from typing import Any
from zlib import crc32

from pipeline.core.model import FeedHints, Outcome, PollFacts

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
LOSS_SHORTENING = 0.3  # of the interval after which nothing in the document was known any more
LOSS_RECOVERY = 1.5  # growth of that bound with each poll that lost nothing

MAX_FAILURES_COUNTED = 40  # 2**40 intervals are past any bound
SANE_NUMBER = 1e12  # past every time, count and span that a state can hold
NO_HINTS = FeedHints()

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


@dataclass(slots=True)
class Memory:
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


def recall(state: Mapping[str, Any]) -> Memory:
    """The memory that ``write_down`` made ``state`` of; an empty one, but for its seed, where it cannot be that."""
    seed = state.get("seed")
    if not isinstance(seed, int):
        seed = None
    if state.get("v") != STATE_VERSION:
        return Memory(seed)
    try:
        lists = [state[name] for name in _LENGTHS]
        _check(lists)
    except (KeyError, TypeError, ValueError, OverflowError):
        return Memory(seed)
    times, counts, hours, days, document, asks, skip_hours, skip_days, failures = lists
    return Memory(
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


def learn(memory: Memory, seen: PollFacts, now_s: float) -> None:
    """Take into ``memory`` what a good poll, ended at ``now_s``, brought and what the answer asks for."""
    _learn_asks(memory, seen)
    if seen.first or not memory.seen_at_s:
        _learn_first_document(memory, seen, now_s)
    else:
        _learn_arrivals(memory, seen, now_s)
    if seen.window:  # an empty document is one that is being rebuilt (newsboat/newsboat#1138)
        memory.window = seen.window
    memory.seen_at_s = round(now_s)


def write_down(memory: Memory) -> dict[str, Any]:
    """The memory as JSON of less than 1 KB, for ``recall``."""
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


class Rate:
    """Entries a second that a feed's habits foretell, hour by hour (hours counted since 1970)."""

    __slots__ = ("_day", "_day_per_s", "mean_per_s", "of_day", "of_hour")

    def __init__(self, memory: Memory) -> None:
        age_s = max(memory.seen_at_s - memory.since_s, 0.0)
        exposure_s = RATE_MEMORY_S * (1 - exp(-age_s / RATE_MEMORY_S))
        self.mean_per_s = (memory.entries + PRIOR_ENTRIES) / (exposure_s + PRIOR_EXPOSURE_S)
        at_h = memory.seen_at_s / HOUR_S
        self.of_hour = _Habit(memory.hours, age_s / HOUR_S, at_h % 24)
        self.of_day = _Habit(memory.days, age_s / DAY_S, weekday(int(at_h)) + at_h % 24 / 24)
        self._day, self._day_per_s = -1, 0.0  # the day that was asked for last: hours are asked for in a row

    def per_s(self, hour: int) -> float:
        """Entries a second in ``hour``, counted since 1970."""
        if hour // 24 != self._day:
            self._day, self._day_per_s = hour // 24, self.mean_per_s * self.of_day.share(weekday(hour))
        return self._day_per_s * self.of_hour.share(hour % 24)


def weekday(hour: int) -> int:
    """The day of the week of an hour counted since 1970: Monday is 0."""
    return (hour // 24 + 3) % 7  # 1970 began on a Thursday


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


def _check(lists: list[list[Any]]) -> None:
    """Raise ValueError or TypeError unless these can be the lists that were written, in the order of _LENGTHS."""
    for found, length in zip(lists, _LENGTHS.values(), strict=True):
        if not isinstance(found, list) or length not in {None, len(found)}:
            raise ValueError("not the list that was written")
    # In one go: every poll does this, and a look at each list by itself would be a third of deciding when to come back.
    numbers = list(chain.from_iterable(lists))
    if not (isfinite(sum(numbers)) and min(numbers) >= 0 and max(numbers) <= SANE_NUMBER):
        raise ValueError("not the numbers that were written")


def _learn_asks(memory: Memory, seen: PollFacts) -> None:
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


def _learn_first_document(memory: Memory, seen: PollFacts, now_s: float) -> None:
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


def _learn_arrivals(memory: Memory, seen: PollFacts, now_s: float) -> None:
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


def _arrival_times(memory: Memory, seen: PollFacts, now_s: float) -> list[float]:
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


def _learn_habit(memory: Memory, at_s: float, weight: float) -> None:
    hour = int(at_s // HOUR_S)
    memory.hours[hour % 24] = round(memory.hours[hour % 24] + weight, 2)
    memory.days[weekday(hour)] = round(memory.days[weekday(hour)] + weight, 2)


def _recent_expected(memory: Memory, now_s: float, elapsed_s: float) -> float:
    """What the habits foretell for the time since the last poll, fading with BURST_MEMORY_S."""
    rate = Rate(memory)
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
