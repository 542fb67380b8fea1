"""When a page is asked for again: after a failure, by what the failure says of its end, and later on for edits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from pipeline.core.errors import PipelineError, Refused

HOUR_S = 3600.0
DAY_S = 86400.0

RETRY_AFTER_CEILING_S = DAY_S  # mediacloud/rss-fetcher met a Retry-After of 317,100 s
EARLY_S = 1.0  # a tick: what is due within half of it is begun, and its time has not quite come when it is done


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
    "another-page": _RetryRule(3600.0, 6.0, DAY_S, 2),  # a notice of "not yet" passes within hours, a wall stands
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
