"""What a poll and a reading leave behind; each function is one transaction.

A poll saves what the feed said, its new entries, and when to come back, together: an entry is due for reading in the
very transaction that stores the validators which would hide it from the next poll. A reading saves what a page says,
and that its entry has been read. Everything may be saved twice and ends the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import zstandard
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Insert,
    LargeBinary,
    Row,
    ScalarSelect,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    union,
    union_all,
    update,
)

from pipeline.core.errors import BadUrl, PipelineError, Refused
from pipeline.core.identity import EntryKeys, keys_of
from pipeline.core.model import (
    DueEntry,
    EditedEntry,
    Entry,
    Feed,
    FeedDocument,
    KnownEntry,
    NewEntry,
    News,
    Outcome,
    Pace,
    PageState,
    Reading,
    Reply,
    Turn,
)
from pipeline.core.urls import host_of, without_login
from pipeline.store import articles
from pipeline.store.articles import Saved
from pipeline.store.connect import insert_into
from pipeline.store.database import RowUpdate
from pipeline.store.forgetting import unsaid
from pipeline.store.tables import (
    PackedEntry,
    UtcTime,
    article,
    article_url,
    blocked_url,
    digest_of,
    entry,
    feed,
    raw_page,
)
from pipeline.store.turns import check_lease, holds_lease, lower_due

_Row = Row[*tuple[Any, ...]]

GONE = "http-410"
NOTHING_THERE = frozenset({"http-400", "http-404", GONE})  # said of this spelling of an address, not of its host
ZSTD_LEVEL = 3  # 0.2 ms a page for a quarter of its size; level 9 costs five times as much for a tenth less


@dataclass(frozen=True, slots=True)
class PollSaved:
    """What a poll brought: entries not known before, entries edited, and the hosts that now have pages to read."""

    new: int = 0
    edited: int = 0
    due_hosts: tuple[str, ...] = ()


# --------------------------------------------------------------------------------------------------- polls


def known(connection: Connection, polled: Feed, document: FeedDocument) -> tuple[KnownEntry, ...]:
    """See Store.known."""
    keys = [_keys_to_look_up(said) for said in document.entries]
    rows = connection.execute(
        _KNOWN,
        {
            "feed_id": polled.id,
            "guids": [key.guid for key in keys if key.guid is not None],
            "url_keys": [key.url_key for key in keys if key.url_key is not None],
            "title_keys": [key.title_key for key in keys if key.title_key is not None],
        },
    )
    return tuple(KnownEntry(*row) for row in rows)


def save_poll(
    connection: Connection,
    turn: Turn,
    polled: Feed,
    *,
    reply: Reply,
    document: FeedDocument,
    news: News,
    pace: Pace,
    outcome: Outcome,
    body_hash: bytes | None,
    now: datetime,
) -> PollSaved:
    """See Store.save_poll, for a feed that had changed."""
    found = connection.execute(
        _SAVE_DOCUMENT,
        {
            **_good_poll_facts(turn, polled, reply, pace, outcome, body_hash, now),
            "title": document.title,
            "site_url": document.site_url,
            "language": document.language,
            "hints": document.hints,
            "document_size": news.document_size,
            "nothing_shared": bool(news.document_size and not news.overlap),
        },
    ).rowcount
    if not found:
        return _not_saved(connection, turn)
    if not news.new and not news.edited:
        return PollSaved()
    return _save_news(connection, polled, news, now)


def save_unchanged(
    turn: Turn,
    polled: Feed,
    *,
    reply: Reply,
    pace: Pace,
    outcome: Outcome,
    body_hash: bytes | None,
    now: datetime,
) -> RowUpdate[PollSaved]:
    """See Store.save_poll, for a feed that had not changed: nearly all polls, so they go to the database together."""
    return RowUpdate(
        _SAVE_UNCHANGED,
        _good_poll_facts(turn, polled, reply, pace, outcome, body_hash, now),
        done=PollSaved(),
        missed=lambda connection: _not_saved(connection, turn),
    )


def save_poll_trouble(
    connection: Connection, turn: Turn, polled: Feed, error: PipelineError, pace: Pace, now: datetime
) -> None:
    """See Store.save_poll_trouble."""
    gone = error.kind == GONE
    found = connection.execute(
        _SAVE_POLL_TROUBLE,
        {
            **_poll_facts(turn, polled, pace, now),
            "last_outcome": (Outcome.GONE if gone else Outcome.FAILED).value,
            "gone_at": now if gone else None,
            "wait_until": error.after if isinstance(error, Refused) else None,
            "error_kind": error.kind,
            "error_message": str(error),
        },
    ).rowcount
    if not found:
        check_lease(connection, turn)


# ------------------------------------------------------------------------------------------------ readings


def keep_page(connection: Connection, reply: Reply) -> bytes:
    """See Store.keep_page."""
    digest = hashlib.sha256(reply.body).digest()
    connection.execute(
        _keep_page(connection.dialect.name),
        {
            "digest": digest,
            "url": without_login(reply.final_url),
            "content_type": reply.headers.get("content-type"),
            "body": zstandard.compress(reply.body, ZSTD_LEVEL),
            "kept_at": reply.fetched_at,
        },
    )
    return digest


def save_reading(
    connection: Connection,
    turn: Turn,
    due: DueEntry,
    reading: Reading,
    *,
    page: PageState,
    again_at: datetime | None,
    now: datetime,
) -> Saved:
    """See Store.save_reading."""
    check_lease(connection, turn)
    saved = articles.save(connection, due, reading, now)
    if saved.article_id is None:
        connection.execute(_UNSAY, {"entry_id": due.id, "bare": unsaid(due.entry)})
        return saved
    connection.execute(
        _SAVE_READ,
        {
            "entry_id": due.id,
            "article": saved.article_id,
            "again_at": again_at,
            "etag": page.validators.etag,
            "last_modified": page.validators.last_modified,
            "digest": page.digest,
        },
    )
    _link_namesakes(connection, due.id, saved.article_id)
    return saved


def save_page_unchanged(connection: Connection, turn: Turn, due: DueEntry, again_at: datetime | None) -> None:
    """See Store.save_page_unchanged."""
    check_lease(connection, turn)
    connection.execute(_SAVE_PAGE_UNCHANGED, {"entry_id": due.id, "again_at": again_at})
    if due.article_id is not None:
        _link_namesakes(connection, due.id, due.article_id)


def save_read_trouble(
    connection: Connection,
    turn: Turn,
    due: DueEntry,
    error: PipelineError,
    retry_at: datetime | None,
    now: datetime,
    *,
    reading: Reading | None,
) -> Saved | None:
    """See Store.save_read_trouble."""
    check_lease(connection, turn)
    saved = None
    if reading is not None:
        saved = articles.save(connection, due, reading, now)
        if saved.article_id is None:
            connection.execute(_UNSAY, {"entry_id": due.id, "bare": unsaid(due.entry)})
            return saved
        connection.execute(_LINK, {"entry_id": due.id, "article": saved.article_id})
        connection.execute(_LINK_UNREAD_NAMESAKES, {"article": saved.article_id})
    in_vain = [
        row.id
        for row in connection.execute(_DUE_NAMESAKES, {"entry_id": due.id, "now": now})
        # Another feed may spell the address so that it is to be had: its entry stays due until that was tried.
        if error.kind not in NOTHING_THERE or row.packed.url == due.entry.url
    ]
    connection.execute(
        _SAVE_READ_TROUBLE,
        {"ids": [due.id, *in_vain], "retry_at": retry_at, "kind": error.kind, "message": str(error), "now": now},
    )
    return saved


# ------------------------------------------------------------------------------------------------ privates


def _poll_facts(turn: Turn, polled: Feed, pace: Pace, now: datetime) -> dict[str, object]:
    """What every poll leaves behind, however it ended."""
    return {
        "lease_host": turn.host,
        "lease_owner": turn.owner,
        "polled_id": polled.id,
        "polled_url": polled.url,
        "polled_at": now,
        "next_at": pace.next_at,
        "next_poll_reason": pace.reason,
        "interval_s": None if pace.next_at is None else (pace.next_at - now).total_seconds(),
        "pace": pace.state,
    }


def _good_poll_facts(
    turn: Turn, polled: Feed, reply: Reply, pace: Pace, outcome: Outcome, body_hash: bytes | None, now: datetime
) -> dict[str, object]:
    return {
        **_poll_facts(turn, polled, pace, now),
        "last_outcome": outcome.value,
        "new_etag": reply.validators.etag,
        "new_last_modified": reply.validators.last_modified,
        "new_body_hash": body_hash,
        "move": polled.move,
    }


def _not_saved(connection: Connection, turn: Turn) -> PollSaved:
    """Raise LeaseLost, or else the subscription was removed or moved while the call was under way."""
    check_lease(connection, turn)
    return PollSaved()


def _keys_to_look_up(said: Entry) -> EntryKeys:
    # The text is only wanted for a fingerprint, or where there is no title; without it the keys cost next to nothing.
    return keys_of(replace(said, content=None, summary=None) if said.title else said)


def _save_news(connection: Connection, polled: Feed, news: News, now: datetime) -> PollSaved:
    keys = {new.url_key for new in news.new} | {edited.url_key for edited in news.edited}
    taken = {row.key: row for row in connection.execute(_TAKEN, {"keys": list(keys - {None})})}
    rows = [_new_row(new, polled, taken, now) for new in news.new]
    if rows:
        connection.execute(_save_new(connection.dialect.name), rows)
    edits = [_edited_row(edited, polled, taken, now) for edited in news.edited]
    if edits:
        connection.execute(_SAVE_EDITED, edits)
    due_hosts = {str(row["host"]) for row in [*rows, *edits] if row["read_due_at"] is not None}
    lower_due(connection, due_hosts, now)
    return PollSaved(len(news.new), len(news.edited), tuple(sorted(due_hosts)))


def _new_row(new: NewEntry, polled: Feed, taken: Mapping[str, _Row], now: datetime) -> dict[str, object]:
    known = taken.get(new.url_key or "")
    return _stated(new, polled, blocked=_is_blocked(known)) | {
        "feed_id": polled.id,
        "identity": digest_of(new.entry.guid, new.url_key, new.title_key),
        "first_seen_at": now,
        "article_id": None if known is None else known.article_id,
        "read_due_at": now if known is None or _is_worth_trying(new.entry, known) else None,
    }


def _edited_row(edited: EditedEntry, polled: Feed, taken: Mapping[str, _Row], now: datetime) -> dict[str, object]:
    blocked = _is_blocked(taken.get(edited.url_key or ""))
    return _stated(edited, polled, blocked=blocked) | {
        "edited_id": edited.id,
        "read_due_at": None if blocked else now,
    }


def _is_blocked(known: _Row | None) -> bool:
    """Whether what is ``known`` at an address (a row of _TAKEN) is that it was taken down for good."""
    return known is not None and known.article_id is None


def _is_worth_trying(said: Entry, known: _Row) -> bool:
    """Whether to ask for the page of an entry whose address is an article's already, by way of another feed.

    Its page has been read then, unless it was not to be had and the feed's words stand in for it: another spelling of
    the address may be better.
    """
    return known.article_id is not None and articles.FEED_TEXT in known.flags and said.url != known.url


def _stated(stated: NewEntry | EditedEntry, polled: Feed, *, blocked: bool) -> dict[str, object]:
    said = unsaid(stated.entry) if blocked else stated.entry
    return {
        "guid": said.guid,
        "url_key": stated.url_key,
        "title_key": stated.title_key,
        "fingerprint": stated.fingerprint,
        "title": said.title,
        "published_at": said.published.at if said.published else None,
        "packed": said,
        "host": _host_to_call(said, polled),
    }


def _host_to_call(said: Entry, polled: Feed) -> str:
    """The host of the entry's page; that of its feed where there is no page, so that somebody takes it up."""
    if said.url is None:
        return polled.host
    try:
        return host_of(said.url)
    except BadUrl:
        return polled.host


def _link_namesakes(connection: Connection, entry_id: int, article_id: int) -> None:
    """The other entries of this article: linked where they were not, and none due; one reading answers for all."""
    connection.execute(_LINK_NAMESAKES, {"entry_id": entry_id, "article": article_id})


# Built once: composing a statement costs more than running it.


@cache
def _save_new(dialect: str) -> Insert:
    return insert_into(dialect, entry).on_conflict_do_nothing(index_elements=[entry.c.feed_id, entry.c.identity])


@cache
def _keep_page(dialect: str) -> Insert:
    return insert_into(dialect, raw_page).on_conflict_do_nothing(index_elements=[raw_page.c.digest])


# Spelt out in the statement: each parameter that is always the same costs as much as one that is not.
_WITHOUT_TROUBLE: dict[str, object] = {
    "error_kind": null(),
    "error_message": null(),
    "error_since": null(),
    "error_count": literal_column("0"),
}
_IN_FEED = entry.c.feed_id == bindparam("feed_id")
_KNOWN_COLUMNS = (
    entry.c.id,
    entry.c.guid,
    entry.c.url_key,
    entry.c.title_key,
    entry.c.fingerprint,
    entry.c.published_at,
)
# A union, not an OR: each part walks an index of its own.
_KNOWN = union(
    select(*_KNOWN_COLUMNS).where(_IN_FEED, entry.c.guid.in_(bindparam("guids", expanding=True))),
    select(*_KNOWN_COLUMNS).where(_IN_FEED, entry.c.url_key.in_(bindparam("url_keys", expanding=True))),
    select(*_KNOWN_COLUMNS).where(_IN_FEED, entry.c.title_key.in_(bindparam("title_keys", expanding=True))),
)
_STILL_FOLLOWED = and_(
    feed.c.id == bindparam("polled_id"),
    # Not where it moved meanwhile: validators of one address must not be sent to another.
    feed.c.url == bindparam("polled_url"),
    ~feed.c.removed,
    holds_lease(),
)
_POLLED_AT = bindparam("polled_at", type_=UtcTime)
_EVERY_POLL: dict[str, object] = {
    "last_polled_at": _POLLED_AT,
    "next_poll_at": case((feed.c.paused.is_(None), bindparam("next_at", type_=UtcTime))),
}
_GOOD_POLL: dict[str, object] = {
    **_EVERY_POLL,
    **_WITHOUT_TROUBLE,
    "last_success_at": _POLLED_AT,
    "wait_until": null(),
}
_SAVE_UNCHANGED = (
    update(feed)
    .where(_STILL_FOLLOWED)
    .values(
        **_GOOD_POLL,
        # A 304 need not repeat them.
        etag=func.coalesce(bindparam("new_etag", type_=Text), feed.c.etag),
        last_modified=func.coalesce(bindparam("new_last_modified", type_=Text), feed.c.last_modified),
        body_hash=func.coalesce(bindparam("new_body_hash", type_=LargeBinary), feed.c.body_hash),
    )
)
_LOST = and_(bindparam("nothing_shared", type_=Boolean), feed.c.document_size > 0)
_SAVE_DOCUMENT = (
    update(feed)
    .where(_STILL_FOLLOWED)
    .values(
        **_GOOD_POLL,
        etag=bindparam("new_etag", type_=Text),
        last_modified=bindparam("new_last_modified", type_=Text),
        body_hash=bindparam("new_body_hash", type_=LargeBinary),
        loss_since=case((_LOST, func.coalesce(feed.c.loss_since, _POLLED_AT)), else_=feed.c.loss_since),
        loss_count=feed.c.loss_count + case((_LOST, 1), else_=0),
    )
)
_SAVE_POLL_TROUBLE = (
    update(feed)
    .where(_STILL_FOLLOWED)
    .values(
        **_EVERY_POLL,
        error_since=func.coalesce(feed.c.error_since, _POLLED_AT),
        error_count=feed.c.error_count + 1,
    )
)
# What is known at an address: the article there, or no article where it was taken down for good.
_TAKEN = union_all(
    select(article_url.c.key, article_url.c.article_id, article_url.c.url, article.c.flags)
    .join(article, article.c.id == article_url.c.article_id)
    .where(article_url.c.key.in_(bindparam("keys", expanding=True))),
    select(blocked_url.c.key, null(), null(), null()).where(blocked_url.c.key.in_(bindparam("keys", expanding=True))),
)
_SAVE_EDITED = update(entry).where(entry.c.id == bindparam("edited_id")).values(**_WITHOUT_TROUBLE)
_THIS_ENTRY = entry.c.id == bindparam("entry_id")
_READ: dict[str, object] = {**_WITHOUT_TROUBLE, "read_due_at": bindparam("again_at", type_=UtcTime)}
_SAVE_READ = (
    update(entry)
    .where(_THIS_ENTRY)
    .values(
        **_READ,
        article_id=bindparam("article"),
        page_etag=bindparam("etag"),
        page_last_modified=bindparam("last_modified"),
        page_digest=bindparam("digest"),
    )
)
_SAVE_PAGE_UNCHANGED = update(entry).where(_THIS_ENTRY).values(**_READ)
_UNSAY = (
    update(entry)
    .where(_THIS_ENTRY)
    .values(**_WITHOUT_TROUBLE, read_due_at=null(), title=null(), packed=bindparam("bare", type_=PackedEntry))
)
_LINK = update(entry).where(_THIS_ENTRY).values(article_id=bindparam("article"))
_UNREAD_NAMESAKE = and_(
    entry.c.article_id.is_(None),
    entry.c.url_key.in_(select(article_url.c.key).where(article_url.c.article_id == bindparam("article"))),
)
_LINK_UNREAD_NAMESAKES = update(entry).where(_UNREAD_NAMESAKE).values(article_id=bindparam("article"))
_LINK_NAMESAKES = (
    update(entry)
    .where(
        entry.c.id != bindparam("entry_id"),
        or_(and_(entry.c.article_id == bindparam("article"), entry.c.read_due_at.is_not(None)), _UNREAD_NAMESAKE),
    )
    .values(**_WITHOUT_TROUBLE, article_id=bindparam("article"), read_due_at=None)
)
_failed = entry.alias("failed")


def _of_failed(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(column).where(_failed.c.id == bindparam("entry_id")).scalar_subquery()


_DUE_NAMESAKES = select(entry.c.id, entry.c.packed).where(
    entry.c.id != bindparam("entry_id"),
    entry.c.read_due_at <= bindparam("now", type_=UtcTime),
    or_(entry.c.url_key == _of_failed(_failed.c.url_key), entry.c.article_id == _of_failed(_failed.c.article_id)),
)
_SAVE_READ_TROUBLE = (
    update(entry)
    .where(entry.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        read_due_at=bindparam("retry_at", type_=UtcTime),
        error_kind=bindparam("kind"),
        error_message=bindparam("message"),
        error_since=func.coalesce(entry.c.error_since, bindparam("now", type_=UtcTime)),
        error_count=entry.c.error_count + 1,
    )
)
