"""How it goes: how much there is by state, and what needs a look: what is late, what fails, what has fallen silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from pipeline.core.urls import without_login
from pipeline.store.edges import CURRENT
from pipeline.store.looking import STATE, ErrorRow, error_row
from pipeline.store.tables import article, edge, entry, feed, host, trace_due
from pipeline.store.times import iso, stated_iso

FAILING_SHOWN = 20
PAGES_SHOWN = 5
LATEST_ENTRIES = 2000  # among which failing pages are looked for: to sort all that ever failed would read them all
LATE_SHOWN = 10
SILENT_SHOWN = 10
# Due work starts within seconds; what waits for minutes waits for something.
LATE_AFTER = timedelta(minutes=10)
# A feed that is asked and answers, but brings nothing for so long, has often moved without a word. Monthly ones exist.
SILENT_AFTER = timedelta(days=30)


class FailingFeedRow(TypedDict):
    url: str
    error: ErrorRow
    next_poll_at: str | None


class FailingPageRow(TypedDict):
    """``article_id`` is that of the article that has the feed's own words meanwhile, or None where there is none."""

    url: str | None
    title: str | None
    article_id: int | None
    error: ErrorRow
    next_try_at: str | None


class SilentFeedRow(TypedDict):
    """``since`` is when its newest entry was first seen, or when it was subscribed to where it never brought one."""

    url: str
    since: str
    next_poll_at: str | None


class LateHostRow(TypedDict):
    """``why``: "held" (until ``held_until``, its Retry-After), "working" (a worker is at it), "waiting" (for one)."""

    host: str
    due_at: str
    why: str
    held_until: str | None


class FeedsStatus(TypedDict):
    """By state; ``silent`` counts those in state "ok" that brought nothing new for SILENT_AFTER."""

    total: int
    new: int
    ok: int
    error: int
    gone: int
    paused: int
    silent: int


class EntriesStatus(TypedDict):
    """``waiting``: due and never read. ``failing``: the last reading failed, by kind of error."""

    total: int
    waiting: int
    failing: dict[str, int]


class ArticlesStatus(TypedDict):
    total: int
    last_day: int


class HostsStatus(TypedDict):
    """``held``: a Retry-After still holds. ``working``: a worker has its lease."""

    due: int
    working: int
    held: int


class TracesStatus(TypedDict):
    """Articles whose origin is to be looked for. ``failing``: those of them that were tried without success.

    ``oldest_due_at`` is when the longest waiting one was due, None where none is due now.
    """

    waiting: int
    failing: int
    oldest_due_at: str | None


class ReferencesStatus(TypedDict):
    """``open``: originals that articles name and the store does not have."""

    open: int


class Status(TypedDict):
    """``daemon`` is who runs it, or None. ``last_polls`` counts the feeds by how their last poll ended.

    ``late_s`` is for how long the longest waiting host has been due; ``next_due_at`` when the next one will be. The
    lists are the first of their kind, the longest first; ``failing_pages`` are some of the latest entries.
    """

    daemon: str | None
    feeds: FeedsStatus
    last_polls: dict[str, int]
    entries: EntriesStatus
    articles: ArticlesStatus
    traces: TracesStatus
    references: ReferencesStatus
    hosts: HostsStatus
    late_s: float
    next_due_at: str | None
    late_hosts: list[LateHostRow]
    failing_feeds: list[FailingFeedRow]
    failing_pages: list[FailingPageRow]
    silent_feeds: list[SilentFeedRow]


def status(connection: Connection, now: datetime, daemon: str | None) -> Status:
    """See Store.status; ``daemon`` is who runs it."""
    oldest = connection.execute(select(func.min(host.c.next_due_at)).where(_due(now))).scalar()
    upcoming = connection.execute(select(func.min(host.c.next_due_at)).where(host.c.next_due_at > now)).scalar()
    return {
        "daemon": daemon,
        "feeds": _feeds(connection, now),
        "last_polls": dict(_pairs(connection, _LAST_POLLS)),
        "entries": {
            "total": _count(connection, select(func.count()).select_from(entry)),
            "waiting": _count(
                connection,
                select(func.count()).where(entry.c.read_due_at <= now, entry.c.article_id.is_(None)),
            ),
            "failing": dict(_pairs(connection, _FAILURES_BY_KIND)),
        },
        "articles": {
            "total": _count(connection, select(func.count()).select_from(article)),
            "last_day": _count(
                connection,
                select(func.count()).where(article.c.updated_at > now - timedelta(days=1)),
            ),
        },
        "traces": {
            "waiting": _count(connection, select(func.count()).select_from(trace_due)),
            "failing": _count(connection, select(func.count()).where(trace_due.c.attempts > 0)),
            "oldest_due_at": iso(
                connection.execute(select(func.min(trace_due.c.due_at)).where(trace_due.c.due_at <= now)).scalar()
            ),
        },
        "references": {"open": _count(connection, _OPEN_REFERENCES)},
        "hosts": {
            "due": _count(connection, select(func.count()).select_from(host).where(_due(now))),
            "working": _count(connection, select(func.count()).select_from(host).where(host.c.lease_until > now)),
            "held": _count(connection, select(func.count()).select_from(host).where(host.c.held_until > now)),
        },
        "late_s": 0.0 if oldest is None else (now - oldest).total_seconds(),
        "next_due_at": iso(upcoming),
        "late_hosts": _late_hosts(connection, now),
        "failing_feeds": _failing_feeds(connection),
        "failing_pages": _failing_pages(connection),
        "silent_feeds": _silent_feeds(connection, now),
    }


def _feeds(connection: Connection, now: datetime) -> FeedsStatus:
    states = Counter(dict(_pairs(connection, select(STATE, func.count()).where(~feed.c.removed).group_by(STATE))))
    return {
        "total": states.total(),
        "new": states["new"],
        "ok": states["ok"],
        "error": states["error"],
        "gone": states["gone"],
        "paused": states["paused"],
        "silent": _count(connection, select(func.count()).select_from(feed).where(_silent(now))),
    }


def _late_hosts(connection: Connection, now: datetime) -> list[LateHostRow]:
    late = connection.execute(
        select(host).where(host.c.next_due_at <= now - LATE_AFTER).order_by(host.c.next_due_at).limit(LATE_SHOWN)
    )
    rows: list[LateHostRow] = []
    for row in late:
        held = row.held_until is not None and row.held_until > now
        working = row.lease_until is not None and row.lease_until > now
        rows.append(
            {
                "host": row.host,
                "due_at": stated_iso(row.next_due_at),
                "why": "held" if held else "working" if working else "waiting",
                "held_until": iso(row.held_until) if held else None,
            }
        )
    return rows


def _failing_feeds(connection: Connection) -> list[FailingFeedRow]:
    return [
        {"url": without_login(row.url), "error": error, "next_poll_at": iso(row.next_poll_at)}
        for row in connection.execute(_FAILING_FEEDS)
        if (error := error_row(row)) is not None
    ]


def _failing_pages(connection: Connection) -> list[FailingPageRow]:
    return [
        {
            "url": without_login(row.packed.url) if row.packed.url else None,
            "title": row.title,
            "article_id": row.article_id,
            "error": error,
            "next_try_at": iso(row.read_due_at),
        }
        for row in connection.execute(_FAILING_PAGES)
        if (error := error_row(row)) is not None
    ]


def _silent_feeds(connection: Connection, now: datetime) -> list[SilentFeedRow]:
    longest_silent = (
        select(feed.c.url, feed.c.next_poll_at, _newest_seen_at.label("since"))
        .where(_silent(now))
        .order_by(_newest_seen_at, feed.c.id)
        .limit(SILENT_SHOWN)
    )
    return [
        {"url": without_login(row.url), "since": stated_iso(row.since), "next_poll_at": iso(row.next_poll_at)}
        for row in connection.execute(longest_silent)
    ]


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(host.c.next_due_at <= now, or_(host.c.held_until.is_(None), host.c.held_until <= now))


def _silent(now: datetime) -> ColumnElement[bool]:
    since = now - SILENT_AFTER
    return and_(~feed.c.removed, STATE == "ok", feed.c.added_at < since, _newest_seen_at < since)


def _pairs(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterable[tuple[str, int]]:
    return ((row[0], row[1]) for row in connection.execute(query))


def _count(connection: Connection, query: Select[*tuple[Any, ...]]) -> int:
    return int(connection.execute(query).scalar() or 0)


# One step to the end of each feed's entries; to ask whether any is newer would read all of a silent feed's.
_newest_seen_at = func.coalesce(
    select(entry.c.first_seen_at)
    .where(entry.c.feed_id == feed.c.id)
    .order_by(entry.c.id.desc())
    .limit(1)
    .scalar_subquery(),
    feed.c.added_at,
)
_open = (
    # In the order of its index, so that nothing has to be sorted.
    select(edge.c.external_id)
    .where(edge.c.external_id.is_not(None), edge.c.status == CURRENT)
    .group_by(edge.c.external_id)
    .subquery()
)
_LAST_POLLS = (
    select(feed.c.last_outcome, func.count())
    .where(~feed.c.removed, feed.c.last_outcome.is_not(None))
    .group_by(feed.c.last_outcome)
    .order_by(feed.c.last_outcome)
)
_FAILURES_BY_KIND = (
    select(entry.c.error_kind, func.count())
    .where(entry.c.error_kind.is_not(None))
    .group_by(entry.c.error_kind)
    .order_by(func.count().desc(), entry.c.error_kind)
)
_OPEN_REFERENCES = select(func.count()).select_from(_open)
_FAILING_FEEDS = (
    select(feed).where(~feed.c.removed, STATE == "error").order_by(feed.c.error_since, feed.c.id).limit(FAILING_SHOWN)
)
_FAILING_PAGES = (
    select(entry)
    .where(
        entry.c.error_kind.is_not(None), entry.c.id > select(func.max(entry.c.id)).scalar_subquery() - LATEST_ENTRIES
    )
    .order_by(entry.c.id.desc())
    .limit(PAGES_SHOWN)
)
