"""What a daemon asks of all hosts together: whose work is due since when, how much there is, and who is spared.

Nothing here reads a whole table but ``polls_per_s`` and ``pace_states``, which are asked for rarely.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, delete, func, or_, select, update

from pipeline.core.model import Turn
from pipeline.store.tables import entry, feed, host, raw_page
from pipeline.store.turns import check_lease, lower_due

# A feed that was never polled has no interval yet; it is taken to be as the average one.
UNKNOWN_INTERVAL_S = 3600.0


@dataclass(frozen=True, slots=True)
class DueWork:
    """A host whose turn may start, since when its earliest work is due, and how many of its feeds are.

    ``polls`` leaves out feeds that were never polled: a wave of new subscriptions is nothing to be caught up with.
    """

    host: str
    due_at: datetime
    polls: int


def due_work(
    connection: Connection, now: datetime, limit: int, due_after: datetime, due_by: datetime
) -> tuple[DueWork, ...]:
    """See Store.due_work."""
    asked = {"now": now, "due_after": due_after, "due_by": due_by, "limit": limit}
    return tuple(DueWork(*row) for row in connection.execute(_DUE_WORK, asked))


def polls_per_s(connection: Connection) -> float:
    """See Store.polls_per_s."""
    return float(connection.execute(_POLLS_PER_S).scalar() or 0.0)


def pace_states(connection: Connection, at_most: int) -> tuple[Mapping[str, Any], ...]:
    """See Store.pace_states."""
    live = and_(~feed.c.removed, feed.c.paused.is_(None), feed.c.gone_at.is_(None), feed.c.pace.is_not(None))
    total = int(connection.execute(select(func.count()).select_from(feed).where(live)).scalar() or 0)
    # Every n-th by id: the order of subscribing says nothing of a feed's rate.
    step = max(1, -(-total // at_most))
    return tuple(connection.execute(select(feed.c.pace).where(live, feed.c.id % step == 0)).scalars())


def postpone(connection: Connection, turn: Turn, until: datetime, *, feed_id: int | None, entry_id: int | None) -> None:
    """See Store.postpone."""
    check_lease(connection, turn)
    if feed_id is not None:
        connection.execute(
            update(feed).where(feed.c.id == feed_id).values(next_poll_at=until, next_poll_reason="we are offline")
        )
    if entry_id is not None:
        connection.execute(update(entry).where(entry.c.id == entry_id).values(read_due_at=until))


def forgive(connection: Connection, feed_ids: Collection[int], entry_ids: Collection[int], until: datetime) -> None:
    """See Store.forgive."""
    for table, ids in ((feed, feed_ids), (entry, entry_ids)):
        if not ids:
            continue
        due = table.c.next_poll_at if table is feed else table.c.read_due_at
        only_this = table.c.error_count <= 1
        connection.execute(
            update(table)
            .where(table.c.id.in_(ids), table.c.error_count > 0)
            .values(
                {
                    due: until,
                    table.c.error_count: table.c.error_count - 1,
                    table.c.error_kind: case((only_this, None), else_=table.c.error_kind),
                    table.c.error_message: case((only_this, None), else_=table.c.error_message),
                    table.c.error_since: case((only_this, None), else_=table.c.error_since),
                }
            )
        )
        lower_due(connection, connection.execute(select(table.c.host).where(table.c.id.in_(ids))).scalars(), until)


def ahead_of(connection: Connection, now: datetime) -> timedelta:
    """See Store.ahead_of."""
    latest = connection.execute(select(func.max(feed.c.last_polled_at))).scalar()
    return max(latest - now, timedelta(0)) if latest is not None else timedelta(0)


def pull_in(connection: Connection, now: datetime, back: timedelta, lease_s: float) -> None:
    """See Store.pull_in."""
    waiting_retries = and_(entry.c.error_kind.is_not(None), entry.c.read_due_at > now)
    for key, due, waiting in (
        (feed.c.id, feed.c.next_poll_at, feed.c.next_poll_at > now),
        (entry.c.id, entry.c.read_due_at, waiting_retries),
        (host.c.host, host.c.next_due_at, host.c.next_due_at > now),
    ):
        # In Python: each database has its own arithmetic of times, and a clock is seldom set back.
        rows = connection.execute(select(key, due).where(waiting)).all()
        if rows:
            moved = update(key.table).where(key == bindparam("row_key")).values({due: bindparam("sooner")})
            connection.execute(moved, [{"row_key": row_key, "sooner": at - back} for row_key, at in rows])
    # What was due before the step. The many revisits that were not may come as much later as the clock was set back.
    connection.execute(
        update(entry).where(entry.c.read_due_at > now, entry.c.read_due_at <= now + back).values(read_due_at=now)
    )
    longest = now + timedelta(seconds=lease_s)
    connection.execute(update(host).where(host.c.lease_until > longest).values(lease_until=longest))


def free_leases(connection: Connection, owner_prefix: str) -> int:
    """See Store.free_leases."""
    return connection.execute(
        update(host).where(host.c.owner.startswith(owner_prefix, autoescape=True)).values(owner=None, lease_until=None)
    ).rowcount


def sweep_pages(connection: Connection, kept_before: datetime, at_most: int) -> int:
    """See Store.sweep_pages; at most so many at a time, so that no reader waits long."""
    old = select(raw_page.c.digest).where(raw_page.c.kept_at < kept_before).limit(at_most)
    return connection.execute(delete(raw_page).where(raw_page.c.digest.in_(old))).rowcount


_DUE_FEEDS_OF_HOST = (
    select(func.count())
    .where(feed.c.host == host.c.host, feed.c.next_poll_at <= bindparam("due_by"), feed.c.last_polled_at.is_not(None))
    .scalar_subquery()
)
_DUE_WORK = (
    select(host.c.host, host.c.next_due_at, _DUE_FEEDS_OF_HOST)
    .where(
        host.c.next_due_at > bindparam("due_after"),
        host.c.next_due_at <= bindparam("due_by"),
        or_(host.c.lease_until.is_(None), host.c.lease_until <= bindparam("now")),
        or_(host.c.held_until.is_(None), host.c.held_until <= bindparam("now")),
    )
    .order_by(host.c.next_due_at, host.c.host)
    .limit(bindparam("limit"))
)
_POLLS_PER_S = select(func.sum(1.0 / case((feed.c.interval_s > 0, feed.c.interval_s), else_=UNKNOWN_INTERVAL_S))).where(
    ~feed.c.removed, feed.c.paused.is_(None), feed.c.gone_at.is_(None)
)
