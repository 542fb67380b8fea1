"""Times as the rows have them that people and scripts see."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(moment: datetime | None) -> str | None:
    """A time as the rows have it: ISO 8601, UTC; None stays None."""
    return None if moment is None else stated_iso(moment)


def stated_iso(moment: datetime) -> str:
    """The same for a time that is always there."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
