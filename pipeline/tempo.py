"""How fast a daemon may go: what is in time starts at once, what a pause left lying is caught up with bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.store import DueWork

# A tick sends what is due. What was left lying for longer shows a pause, and all goes at the catching-up pace until
# it is done: what is in time first, and what is late with what that leaves over.
BEHIND_AFTER = timedelta(seconds=10)
LATE_AFTER = timedelta(seconds=120)
HELD_AT_MOST = timedelta(seconds=110)  # below LATE_AFTER, or it would end behind all that is late
# Of the fleet's mean rate; with a burst, a minute stays below 1.5. Few feeds need not take hours: a poll every five
# seconds burdens nobody.
CATCH_UP = 1.4
CATCH_UP_BURST_S = 3.0
CATCH_UP_AT_LEAST_PER_S = 0.2
RATE_KEPT_S = 300.0
RATE_KEPT_BEHIND_S = 15.0  # feeds that were new a moment ago have their intervals now


class Tempo:
    """How much may start now: tokens, one a poll, at CATCH_UP times the fleet's mean rate, or the least.

    While nothing shows a pause, all that is in time starts. While something does, it too takes a token before it
    starts, or waits for HELD_AT_MOST: by chance alone, a few feeds would put twice their mean into a minute.
    ``clock`` gives seconds from anywhere.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._rate = 0.0
        self._tokens = 1.0
        self._at_s = clock()
        self._rated_at_s = float("-inf")

    def is_stale(self, now: datetime, in_time: Sequence[DueWork], late: Sequence[DueWork]) -> bool:
        """Whether the rate is to be set anew before ``choose`` is asked for these."""
        kept_s = RATE_KEPT_BEHIND_S if _are_behind(now, in_time, late) else RATE_KEPT_S
        return self._clock() - self._rated_at_s > kept_s

    def set_rate(self, polls_per_s: float) -> None:
        """``polls_per_s`` is what all feeds together ask for by their intervals."""
        self._rate = max(polls_per_s * CATCH_UP, CATCH_UP_AT_LEAST_PER_S)
        self._rated_at_s = self._clock()

    def choose(self, now: datetime, in_time: Sequence[DueWork], late: Sequence[DueWork]) -> list[str]:
        """The hosts whose turn starts now: of ``in_time`` and then of ``late`` the first, as far as the tokens go.

        What is no poll (pages) costs none.
        """
        now_s = self._clock()
        burst = max(1.0, self._rate * CATCH_UP_BURST_S)
        self._tokens = min(burst, self._tokens + (now_s - self._at_s) * self._rate)
        self._at_s = now_s
        behind = _are_behind(now, in_time, late)
        chosen: list[str] = []
        for work in in_time:
            if not behind or not work.polls or self._tokens >= 1 or now - work.due_at >= HELD_AT_MOST:
                # No debt beyond a burst: a rush of work in time is not to stop all catching up for hours.
                self._tokens = max(self._tokens - work.polls, min(self._tokens, -burst))
                chosen.append(work.host)
        for work in late:
            if not work.polls or self._tokens >= 1:
                self._tokens -= work.polls
                chosen.append(work.host)
        return chosen


def _are_behind(now: datetime, in_time: Sequence[DueWork], late: Sequence[DueWork]) -> bool:
    return any(work.polls and now - work.due_at > BEHIND_AFTER for work in (*late, *in_time))
