"""Whose turn is it: hosts with work due, the lease that a worker takes on one, and the work it finds there.

A host's row says when its earliest work is due. Whoever saves a due time lowers it in the same transaction; whoever
ends a turn sets it exactly. So a due time is never missed, whatever happens in between, and at worst a turn finds
nothing to do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Row,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)

from pipeline.core.errors import LeaseLost
from pipeline.core.model import DueEntry, Feed, HostLines, PageState, Surroundings, Turn, Validators
from pipeline.core.urls import without_login
from pipeline.store import host_lines
from pipeline.store.connect import insert_into, lock_rows
from pipeline.store.tables import entry, feed, host

ENTRIES_A_TURN = 50  # a page a second, in a turn of a minute
FEEDS_A_TURN = 500  # rows are small; a turn that ends before them leaves the rest due
SIBLING_HEADLINES = 60  # more than any feed shows at once

_Row = Row[*tuple[Any, ...]]

# The columns for surroundings_of. What the subscriber says of a feed goes before what the feed says of itself.
WORDS_OF_THE_FEED = (
    feed.c.url.label("feed_url"),
    feed.c.title.label("feed_title"),
    func.coalesce(feed.c.given_site_url, feed.c.site_url).label("feed_site_url"),
    feed.c.source.label("feed_source"),
    func.coalesce(feed.c.given_language, feed.c.language).label("feed_language"),
)


@dataclass(frozen=True, slots=True)
class Work:
    """A turn that has begun, and what it found due."""

    turn: Turn
    feeds: tuple[Feed, ...]
    entries: tuple[DueEntry, ...]


def make_due(connection: Connection, now: datetime, keys: Collection[str] | None) -> int:
    """See Store.make_due; ``keys`` are those of the feeds' URLs, or None for all."""
    may_be_asked = and_(
        ~feed.c.removed,
        feed.c.paused.is_(None),
        feed.c.gone_at.is_(None),
        or_(feed.c.wait_until.is_(None), feed.c.wait_until <= now),
        ~exists().where(host.c.host == feed.c.host, host.c.held_until > now),
    )
    if keys is not None:
        may_be_asked = and_(may_be_asked, feed.c.url_key.in_(keys))
    due = connection.execute(
        update(feed).where(may_be_asked).values(next_poll_at=now, next_poll_reason="asked for by hand")
    ).rowcount
    connection.execute(
        update(host)
        .where(host.c.host.in_(select(feed.c.host).where(feed.c.next_poll_at == now)))
        # Written also where it stays: a turn of the host that is about to end has to wait for this.
        .values(next_due_at=case((host.c.next_due_at <= now, host.c.next_due_at), else_=now))
    )
    return due


def due_hosts(
    connection: Connection, now: datetime, limit: int, only: Collection[str] | None = None
) -> tuple[str, ...]:
    """See Store.due_hosts; ``only`` are the keys of the feeds' URLs."""
    if only is None:
        return tuple(connection.execute(_DUE_HOSTS, {"now": now, "limit": limit}).scalars())
    asked_for = or_(
        exists().where(feed.c.host == host.c.host, feed.c.next_poll_at <= now, feed.c.url_key.in_(only)),
        exists().where(entry.c.host == host.c.host, entry.c.read_due_at <= now),
    )
    return tuple(connection.execute(_DUE_HOSTS.where(asked_for), {"now": now, "limit": limit}).scalars())


def claim(
    connection: Connection,
    name: str,
    owner: str,
    now: datetime,
    lease_s: float,
    only: Collection[str] | None = None,
    due_by: datetime | None = None,
) -> Work | None:
    """See Store.claim; ``only`` are the keys of the feeds' URLs."""
    due_by = due_by or now
    until = now + timedelta(seconds=lease_s)
    taken = connection.execute(_CLAIM, {"name": name, "new_owner": owner, "now": now, "due_by": due_by, "until": until})
    if taken.rowcount == 0:
        return None
    wanted = _DUE_FEEDS if only is None else _DUE_FEEDS.where(feed.c.url_key.in_(only))
    feeds = connection.execute(wanted, {"name": name, "now": due_by}).all()
    entries = _due_entries(connection, name, due_by, ENTRIES_A_TURN)
    return Work(Turn(name, owner), tuple(_feed_of(row) for row in feeds), entries)


def due_entries(connection: Connection, turn: Turn, now: datetime, limit: int) -> tuple[DueEntry, ...]:
    """See Store.due_entries."""
    return _due_entries(connection, turn.host, now, limit)


def still_due(connection: Connection, entry_id: int) -> bool:
    """See Store.still_due."""
    return connection.execute(_STILL_DUE, {"entry_id": entry_id}).first() is not None


def renew(connection: Connection, turn: Turn, now: datetime, lease_s: float) -> None:
    """See Store.renew."""
    kept = connection.execute(
        _RENEW, {"name": turn.host, "holder": turn.owner, "until": now + timedelta(seconds=lease_s)}
    )
    if kept.rowcount == 0:
        raise lease_lost(turn)


def release(connection: Connection, turn: Turn) -> None:
    """See Store.release."""
    mine = {"name": turn.host, "holder": turn.owner}
    # Another host's poll may just be storing an entry that is due here.
    lock_rows(connection, _MY_HOST, mine)
    connection.execute(_RELEASE, mine)


def hold_back(connection: Connection, name: str, until: datetime) -> None:
    """See Store.hold_back."""
    connection.execute(_hold_back(connection.dialect.name), {"host": name, "held_until": until})


def check_lease(connection: Connection, turn: Turn) -> None:
    """Raise LeaseLost unless ``turn`` still holds its host.

    No lock is taken: a turn that loses its host a moment later has saved what the next one would save again.
    """
    if connection.execute(_HOLDS, {"lease_host": turn.host, "lease_owner": turn.owner}).first() is None:
        raise lease_lost(turn)


def lease_lost(turn: Turn) -> LeaseLost:
    """What a turn is told that no longer holds its host."""
    return LeaseLost(f"another worker has taken over {turn.host}; its turn goes on there", host=turn.host)


def lower_due(connection: Connection, hosts: Iterable[str], due_at: datetime) -> None:
    """Note that ``hosts`` have work due at ``due_at``, unless they have some due earlier; new hosts get their row."""
    # In the order of their names: two transactions that lock the same rows must not each wait for the other.
    rows = [{"host": name, "next_due_at": due_at} for name in sorted(set(hosts))]
    if rows:
        connection.execute(_lower_due(connection.dialect.name), rows)


def surroundings_of(row: _Row, headlines: Sequence[str], lines: HostLines) -> Surroundings:
    """What is known around a page whose ``row`` holds WORDS_OF_THE_FEED; ``headlines`` are the feed's other ones.

    ``lines`` are those of the page's host.
    """
    return Surroundings(
        feed_url=without_login(row.feed_url),
        feed_title=row.feed_title,
        feed_site_url=row.feed_site_url,
        feed_source=row.feed_source,
        feed_language=row.feed_language,
        sibling_headlines=tuple(headlines),
        host_lines=lines,
    )


def holds_lease() -> ColumnElement[bool]:
    """The condition that ``lease_owner`` holds ``lease_host`` (two parameters of the statement)."""
    return exists().where(host.c.host == bindparam("lease_host"), host.c.owner == bindparam("lease_owner"))


def _feed_of(row: _Row) -> Feed:
    # Taken apart by place: by name each of fifteen fields would be looked up for each row.
    (
        feed_id,
        url,
        host_name,
        source,
        title,
        site_url,
        etag,
        last_modified,
        body_hash,
        hints,
        pace,
        error_count,
        polled_before,
        next_poll_at,
        move,
    ) = row
    return Feed(
        feed_id,
        url,
        host_name,
        source=source,
        title=title,
        site_url=site_url,
        validators=Validators(etag, last_modified),
        body_hash=body_hash,
        hints=hints,
        pace=pace or {},
        error_count=error_count,
        polled_before=polled_before,
        due_at=next_poll_at,
        move=move,
    )


def _due_entries(connection: Connection, name: str, now: datetime, limit: int) -> tuple[DueEntry, ...]:
    rows = connection.execute(_DUE_ENTRIES, {"name": name, "now": now, "limit": limit}).all()
    if not rows:
        return ()
    # Two feeds may carry one article: reading it for the first answers for the second.
    first_of: dict[object, _Row] = {}
    for row in rows:
        first_of.setdefault(row.article_id or row.url_key or f"entry {row.id}", row)
    headlines = _headlines(connection, {row.feed_id for row in rows})
    lines = host_lines.known(connection, [name]).get(name, HostLines())
    return tuple(_due_entry_of(row, headlines[row.feed_id], lines) for row in first_of.values())


def _headlines(connection: Connection, feed_ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """For each feed its latest entries as (id, title), the latest first; one more than an entry can use."""
    headlines: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for feed_id, entry_id, title in connection.execute(_HEADLINES, {"feed_ids": list(feed_ids)}):
        headlines[feed_id].append((entry_id, title))
    return headlines


def _due_entry_of(row: _Row, headlines: Sequence[tuple[int, str]], lines: HostLines) -> DueEntry:
    siblings = [title for entry_id, title in headlines if entry_id != row.id]
    return DueEntry(
        id=row.id,
        entry=row.packed,
        around=surroundings_of(row, siblings[:SIBLING_HEADLINES], lines),
        attempts=row.error_count,
        article_id=row.article_id,
        page=PageState(Validators(row.page_etag, row.page_last_modified), row.page_digest),
        first_seen_at=row.first_seen_at,
    )


# Built once: composing a statement costs more than running it.


@cache
def _hold_back(dialect: str) -> Insert:
    statement = insert_into(dialect, host)
    named = statement.excluded.held_until
    later = case((host.c.held_until > named, host.c.held_until), else_=named)
    return statement.on_conflict_do_update(index_elements=[host.c.host], set_={"held_until": later})


@cache
def _lower_due(dialect: str) -> Insert:
    statement = insert_into(dialect, host)
    named = statement.excluded.next_due_at
    sooner = case((host.c.next_due_at <= named, host.c.next_due_at), else_=named)
    return statement.on_conflict_do_update(index_elements=[host.c.host], set_={"next_due_at": sooner})


_FREE = and_(
    or_(host.c.lease_until.is_(None), host.c.lease_until <= bindparam("now")),
    or_(host.c.held_until.is_(None), host.c.held_until <= bindparam("now")),
)
_DUE_HOSTS = (
    select(host.c.host)
    .where(host.c.next_due_at <= bindparam("now"), _FREE)
    .order_by(host.c.next_due_at, host.c.host)
    .limit(bindparam("limit"))
)
_CLAIM = (
    update(host)
    .where(host.c.host == bindparam("name"), host.c.next_due_at <= bindparam("due_by"), _FREE)
    .values(owner=bindparam("new_owner"), lease_until=bindparam("until"))
)
_MINE = and_(host.c.host == bindparam("name"), host.c.owner == bindparam("holder"))
_MY_HOST = select(host.c.host).where(_MINE)
_RENEW = update(host).where(_MINE).values(lease_until=bindparam("until"))
_EARLIEST = union_all(
    select(func.min(feed.c.next_poll_at).label("due_at")).where(
        feed.c.host == bindparam("name"), feed.c.next_poll_at.is_not(None)
    ),
    select(func.min(entry.c.read_due_at)).where(entry.c.host == bindparam("name"), entry.c.read_due_at.is_not(None)),
).subquery()
_RELEASE = (
    update(host)
    .where(_MINE)
    .values(owner=None, lease_until=None, next_due_at=select(func.min(_EARLIEST.c.due_at)).scalar_subquery())
)
_HOLDS = select(host.c.host).where(host.c.host == bindparam("lease_host"), host.c.owner == bindparam("lease_owner"))
_DUE_FEEDS = (
    select(
        feed.c.id,
        feed.c.url,
        feed.c.host,
        feed.c.source,
        feed.c.title,
        feed.c.site_url,
        feed.c.etag,
        feed.c.last_modified,
        feed.c.body_hash,
        feed.c.hints,
        feed.c.pace,
        feed.c.error_count,
        feed.c.last_success_at.is_not(None),
        feed.c.next_poll_at,
        feed.c.move,
    )
    .where(feed.c.host == bindparam("name"), feed.c.next_poll_at <= bindparam("now"))
    .order_by(feed.c.next_poll_at)
    .limit(FEEDS_A_TURN)
)
_DUE_ENTRIES = (
    select(
        entry.c.id,
        entry.c.feed_id,
        entry.c.url_key,
        entry.c.packed,
        entry.c.article_id,
        entry.c.error_count,
        entry.c.first_seen_at,
        entry.c.page_etag,
        entry.c.page_last_modified,
        entry.c.page_digest,
        *WORDS_OF_THE_FEED,
    )
    .join(feed, feed.c.id == entry.c.feed_id)
    .where(entry.c.host == bindparam("name"), entry.c.read_due_at <= bindparam("now"))
    .order_by(entry.c.read_due_at, entry.c.id)
    .limit(bindparam("limit"))
)
_STILL_DUE = select(entry.c.id).where(entry.c.id == bindparam("entry_id"), entry.c.read_due_at.is_not(None))
_later = entry.alias("later")
_HEADLINES = (
    select(entry.c.feed_id, entry.c.id, entry.c.title)
    .join(feed, feed.c.id == entry.c.feed_id)
    .where(
        feed.c.id.in_(bindparam("feed_ids", expanding=True)),
        entry.c.title.is_not(None),
        # Of each feed the latest, by a step back along the index: to number all rows of a feed would read them all.
        entry.c.id
        >= func.coalesce(
            select(_later.c.id)
            .where(_later.c.feed_id == feed.c.id)
            .order_by(_later.c.id.desc())
            .limit(1)
            .offset(SIBLING_HEADLINES)
            .scalar_subquery(),
            0,
        ),
    )
    .order_by(entry.c.feed_id, entry.c.id.desc())
)
