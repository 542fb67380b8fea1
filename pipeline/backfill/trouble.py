"""What an error means for history: try once more, try another day, or let it be."""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.core.errors import (
    BadReply,
    Disallowed,
    Overran,
    PipelineError,
    Refused,
    Slow,
    Unreachable,
    WorkerFailed,
)
from pipeline.store.frontier import State

# Tries in one run, and the pauses between them: history can wait, but a run should come to an end.
PAUSES = (timedelta(seconds=5), timedelta(seconds=20))
# What failed for a reason that may pass is asked for again by the same command, from then on.
ANOTHER_DAY = timedelta(days=1)

PASSING = (Unreachable, Slow, BadReply, Overran, WorkerFailed)
PASSING_STATUSES = frozenset({408, 425, 429})


def outcome_of(error: PipelineError, attempts: int, now: datetime) -> tuple[State, datetime]:
    """What becomes of a page or document after ``attempts`` earlier failures and this ``error``, and when it is due.

    A story that answers 404 after years is gone, other than one that was published a minute ago.
    """
    if isinstance(error, Disallowed):
        return State.SKIPPED, now
    if not is_passing(error):
        return State.DEAD, now
    if attempts < len(PAUSES):
        return State.WAITING, now + PAUSES[attempts]
    return State.FAILED, now + ANOTHER_DAY


def is_passing(error: PipelineError) -> bool:
    """Whether the same question may be answered in a while."""
    if isinstance(error, Refused):
        return error.status >= 500 or error.status in PASSING_STATUSES
    return isinstance(error, PASSING)
