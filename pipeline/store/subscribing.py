"""What is followed: subscriptions come, change, rest and go; what they brought stays.

A feed is known by the key of its URL, so one feed in two spellings is one row. A row is never deleted: articles say
that they were found by it. A removed feed is a row that nobody asks for, and subscribing again wakes it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from pipeline.core.errors import BadUrl, StoreError
from pipeline.core.subscriptions import Subscription
from pipeline.core.urls import host_of, url_key, without_login
from pipeline.store.connect import insert_into
from pipeline.store.tables import entry, feed, feed_tag
from pipeline.store.turns import lower_due

_Row = Row[*tuple[Any, ...]]

KEYS_AT_ONCE = 1000  # SQLite takes 32,766 parameters, and every number of them is a statement of its own to compile


class Paused(StrEnum):
    """Why a feed rests: somebody said so, or it left the file of feeds."""

    BY_HAND = "hand"
    LEFT_FILE = "left-file"


FROM_FILE = "file"  # the origin of a feed that the file of feeds brought


@dataclass(frozen=True, slots=True)
class Subscribed:
    """One answer to ``subscribe``; ``created`` is False where the feed was followed already."""

    url: str
    feed_id: int
    created: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """How many feeds ``follow`` added, gave other words, resumed and paused."""

    added: int = 0
    updated: int = 0
    resumed: int = 0
    paused: int = 0


def subscribe(
    connection: Connection, subscriptions: Sequence[Subscription], now: datetime, origin: str
) -> tuple[Subscribed, ...]:
    """See Store.subscribe."""
    wished = _by_key(subscriptions)
    known = _feeds_at(connection, wished)
    created = _add(connection, wished, known, now, origin)
    rows = known | created
    return tuple(Subscribed(wish.url, rows[key].id, key in created) for key, wish in wished.items())


def follow(connection: Connection, subscriptions: Sequence[Subscription], now: datetime) -> Followed:
    """See Store.follow."""
    wished = _by_key(subscriptions)
    known = _feeds(connection)
    created = _add(connection, wished, known, now, FROM_FILE)
    tags = _tags(connection)
    kept = {key: row for key, row in known.items() if key in wished and key not in created}
    changed = {key: row for key, row in kept.items() if _differs(row, tags.get(row.id, ()), wished[key])}
    resumed = {key: row for key, row in kept.items() if row.paused == Paused.LEFT_FILE}
    left = {
        key: row
        for key, row in known.items()
        if key not in wished and row.origin == FROM_FILE and row.paused is None and not row.removed
    }
    _describe(connection, [(row.id, wished[key]) for key, row in changed.items()])
    _wake(connection, [row.id for row in resumed.values()], now)
    lower_due(connection, (row.host for row in resumed.values()), now)
    _rest(connection, [row.id for row in left.values()], Paused.LEFT_FILE)
    return Followed(len(created), len(changed), len(resumed), len(left))


def set_paused(connection: Connection, url: str, paused: bool, now: datetime) -> bool:
    """See Store.set_paused."""
    row = _feed(connection, url)
    if row is None:
        return False
    if paused:
        _rest(connection, [row.id], Paused.BY_HAND)
    elif row.paused is not None or row.gone_at is not None:
        _wake(connection, [row.id], now)
        lower_due(connection, [row.host], now)
    return True


def remove_feed(connection: Connection, url: str) -> bool:
    """See Store.remove_feed."""
    row = _feed(connection, url)
    if row is None:
        return False
    connection.execute(update(feed).where(feed.c.id == row.id).values(removed=True, next_poll_at=None))
    connection.execute(delete(entry).where(entry.c.feed_id == row.id, entry.c.article_id.is_(None)))
    connection.execute(update(entry).where(entry.c.feed_id == row.id).values(read_due_at=None))
    return True


def edit_feed(
    connection: Connection,
    url: str,
    now: datetime,
    *,
    new_url: str | None,
    source: str | None,
    title: str | None,
    tags: Sequence[str] | None,
) -> bool:
    """See Store.edit_feed."""
    row = _feed(connection, url)
    if row is None:
        return False
    changes: dict[str, object] = {}
    if source is not None:
        changes["source"] = source or None
    if title is not None:
        changes["given_title"] = title or None
    if new_url is not None and new_url != row.url:
        other = _feeds_at(connection, [url_key(new_url)]).get(url_key(new_url))
        if other is not None and other.id != row.id:
            raise StoreError(
                f"{without_login(new_url)} is or was a feed of its own; `dateline feeds add` it, and remove the old one"
            )
        lower_due(connection, [host_of(new_url)], now)
        changes |= {"url": new_url, "url_key": url_key(new_url), "host": host_of(new_url)} | FORGOTTEN_WITH_THE_URL
        if row.paused is None:
            changes["next_poll_at"] = now
    if changes:
        connection.execute(update(feed).where(feed.c.id == row.id).values(changes))
    if tags is not None:
        _set_tags(connection, [(row.id, tags)])
    return True


def is_followed(connection: Connection, url: str | None) -> bool:
    """See Store.is_followed."""
    if url is None:
        return connection.execute(_ANY_FEED).first() is not None
    try:
        return _feed(connection, url) is not None
    except BadUrl:
        return False


def subscriptions(connection: Connection) -> tuple[Subscription, ...]:
    """See Store.subscriptions."""
    tags = _tags(connection)
    return tuple(
        Subscription(
            url=row.url,
            source=row.source,
            title=row.given_title or row.title,
            tags=tags.get(row.id, ()),
            site_url=row.given_site_url or row.site_url,
            language=row.given_language or row.language,
        )
        for row in _feeds(connection).values()
        if not row.removed
    )


# What was learnt at one address says nothing about the next.
FORGOTTEN_WITH_THE_URL: dict[str, object] = {
    "etag": None,
    "last_modified": None,
    "body_hash": None,
    "document_size": 0,
    "move": None,
    "wait_until": None,
    "gone_at": None,
    "error_kind": None,
    "error_message": None,
    "error_since": None,
    "error_count": 0,
}


def _by_key(subscriptions: Iterable[Subscription]) -> dict[str, Subscription]:
    """Each feed once, in the order given; of two spellings the first. Raises BadUrl."""
    wished: dict[str, Subscription] = {}
    for wish in subscriptions:
        wished.setdefault(url_key(wish.url), wish)
    return wished


def _feeds(connection: Connection) -> dict[str, _Row]:
    """Every feed, removed ones too, by the key of its URL. A list of feeds is small beside what they bring."""
    return {row.url_key: row for row in connection.execute(_FEEDS)}


def _feeds_at(connection: Connection, keys: Iterable[str]) -> dict[str, _Row]:
    """As ``_feeds``, those with these keys alone: one feed more is no reason to read a hundred thousand."""
    found: dict[str, _Row] = {}
    left = iter(keys)
    while some := list(islice(left, KEYS_AT_ONCE)):
        found |= {row.url_key: row for row in connection.execute(_FEEDS_AT, {"keys": some})}
    return found


def _feed(connection: Connection, url: str) -> _Row | None:
    return connection.execute(_FEED, {"key": url_key(url)}).first()


def _tags(connection: Connection) -> dict[int, tuple[str, ...]]:
    tags: dict[int, tuple[str, ...]] = {}
    for feed_id, tag in connection.execute(select(feed_tag.c.feed_id, feed_tag.c.tag).order_by(feed_tag.c.place)):
        tags[feed_id] = (*tags.get(feed_id, ()), tag)
    return tags


def _add(
    connection: Connection, wished: dict[str, Subscription], known: dict[str, _Row], now: datetime, origin: str
) -> dict[str, _Row]:
    """Store the feeds of ``wished`` that are not followed, due now; answer their rows, by key."""
    absent = {key: wish for key, wish in wished.items() if key not in known}
    removed = {key: known[key] for key in wished if key in known and known[key].removed}
    lower_due(
        connection, [*(host_of(wish.url) for wish in absent.values()), *(row.host for row in removed.values())], now
    )
    if absent:
        connection.execute(
            insert_into(connection.dialect.name, feed).on_conflict_do_nothing(index_elements=[feed.c.url_key]),
            [
                {
                    "url": wish.url,
                    "url_key": key,
                    "host": host_of(wish.url),
                    "origin": origin,
                    "added_at": now,
                    "next_poll_at": now,
                    "next_poll_reason": "new",
                }
                for key, wish in absent.items()
            ],
        )
    if removed:
        connection.execute(
            update(feed)
            .where(feed.c.id.in_([row.id for row in removed.values()]))
            .values(removed=False, origin=origin, added_at=now)
        )
        _wake(connection, [row.id for row in removed.values()], now)
    created = _feeds_at(connection, absent.keys() | removed.keys())
    _describe(connection, [(row.id, wished[key]) for key, row in created.items()])
    return created


def _differs(row: _Row, tags: tuple[str, ...], wish: Subscription) -> bool:
    stated = (wish.source, wish.title, wish.site_url, wish.language, wish.tags)
    return stated != (row.source, row.given_title, row.given_site_url, row.given_language, tags)


def _describe(connection: Connection, wishes: Sequence[tuple[int, Subscription]]) -> None:
    """Give feeds, by id, the words of their subscriptions."""
    if wishes:
        connection.execute(
            _DESCRIBE,
            [
                {
                    "feed_id": feed_id,
                    "source": wish.source,
                    "given_title": wish.title,
                    "given_site_url": wish.site_url,
                    "given_language": wish.language,
                }
                for feed_id, wish in wishes
            ],
        )
        _set_tags(connection, [(feed_id, wish.tags) for feed_id, wish in wishes])


def _set_tags(connection: Connection, tags: Sequence[tuple[int, Sequence[str]]]) -> None:
    connection.execute(_DROP_TAGS, [{"id": feed_id} for feed_id, _ in tags])
    rows = [
        {"feed_id": feed_id, "tag": tag, "place": place}
        for feed_id, words in tags
        for place, tag in enumerate(dict.fromkeys(words))
    ]
    if rows:
        connection.execute(feed_tag.insert(), rows)


def _rest(connection: Connection, ids: Sequence[int], why: Paused) -> None:
    if ids:
        connection.execute(_REST, [{"feed_id": feed_id, "why": why} for feed_id in ids])


def _wake(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """Due now, also where it had been gone: whoever asks for it again wants to know."""
    if ids:
        connection.execute(_WAKE, [{"feed_id": feed_id, "now": now} for feed_id in ids])


_FEEDS = select(
    feed.c.id,
    feed.c.url,
    feed.c.url_key,
    feed.c.host,
    feed.c.origin,
    feed.c.paused,
    feed.c.gone_at,
    feed.c.removed,
    feed.c.source,
    feed.c.title,
    feed.c.given_title,
    feed.c.site_url,
    feed.c.given_site_url,
    feed.c.language,
    feed.c.given_language,
).order_by(feed.c.id)
_FEEDS_AT = _FEEDS.where(feed.c.url_key.in_(bindparam("keys", expanding=True)))
_ANY_FEED = select(feed.c.id).where(~feed.c.removed).limit(1)
_FEED = _FEEDS.where(feed.c.url_key == bindparam("key"), ~feed.c.removed)
_DESCRIBE = update(feed).where(feed.c.id == bindparam("feed_id"))
_DROP_TAGS = delete(feed_tag).where(feed_tag.c.feed_id == bindparam("id"))
_REST = update(feed).where(feed.c.id == bindparam("feed_id")).values(paused=bindparam("why"), next_poll_at=None)
_WAKE = (
    update(feed)
    .where(feed.c.id == bindparam("feed_id"))
    .values(paused=None, gone_at=None, next_poll_at=bindparam("now"), next_poll_reason="asked for again")
)
