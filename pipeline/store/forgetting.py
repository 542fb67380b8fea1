"""A takedown: an article goes with its versions, its edges, its words, its raw pages and what feeds said of it.

Its feeds' entries stay, with nothing but the keys that they are known by: an entry that was unknown would be new, and
bring the article back with the next poll. Raw pages go first, in a transaction of their own: ended in between, the
takedown can be asked for again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, Insert, Row, bindparam, delete, func, null, or_, select, update

from pipeline.core.model import Entry
from pipeline.core.urls import key_if_any, url_key, without_login
from pipeline.store import edges, postings, quoting, searching
from pipeline.store.connect import insert_into
from pipeline.store.tables import (
    PackedEntry,
    article,
    article_url,
    backfill_page,
    blocked_url,
    edge,
    entry,
    raw_page,
    revision,
)

_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Traces:
    """Where raw pages of an article may lie: under these digests, and under these addresses by their keys."""

    digests: tuple[bytes, ...]
    urls: tuple[str, ...]
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went, counted. ``title`` and ``article_id`` are None where there was no article; its entries went silent."""

    article_id: int | None
    title: str | None
    revisions: int
    edges: int
    entries: int
    pages: int = 0
    blocked: int = 0


def unsaid(said: Entry) -> Entry:
    """What may be kept of an entry whose article was taken down: by what it is known, and nothing that it says."""
    return Entry(guid=said.guid, url=said.url, title=None)


def traces(connection: Connection, url: str) -> Traces:
    """What to look for among the raw pages before the article at ``url`` is forgotten. Raises BadUrl."""
    spellings = _spellings(connection, url)
    article_id = _article_at(connection, url)
    digests = {
        digest
        for table in (entry, backfill_page)
        for digest in connection.execute(
            select(table.c.page_digest).where(_about(table, article_id, list(spellings)))
        ).scalars()
        if digest is not None
    }
    return Traces(tuple(digests), tuple(spellings.values()), frozenset(spellings))


def drop_pages(connection: Connection, found: Traces) -> int:
    """Let go of the raw pages that ``traces`` found, earlier versions of them too; how many."""
    digests = {*found.digests}
    # A page is kept under the spelling that it was asked for by; the key tells whether it is one of the article's.
    for row in connection.execute(select(raw_page.c.digest, raw_page.c.url).where(_on_hosts_of(found.urls))):
        if key_if_any(row.url) in found.keys:
            digests.add(row.digest)
    return connection.execute(delete(raw_page).where(raw_page.c.digest.in_(digests))).rowcount


def drop_page(connection: Connection, digest: bytes) -> None:
    """Let go of the raw page under ``digest``."""
    connection.execute(delete(raw_page).where(raw_page.c.digest == digest))


def forget(connection: Connection, url: str, now: datetime, *, block: bool) -> Forgotten:
    """See Store.forget."""
    spellings = _spellings(connection, url)
    article_id = _article_at(connection, url)
    keys = list(spellings)
    entries = _silence(connection, article_id, keys)
    if block:
        connection.execute(
            _block(connection.dialect.name),
            [{"key": key, "url": without_login(said), "blocked_at": now} for key, said in spellings.items()],
        )
    blocked = len(keys) if block else 0
    if article_id is None:
        return Forgotten(None, None, 0, 0, entries, blocked=blocked)
    forgotten = Forgotten(
        article_id,
        connection.execute(select(article.c.title).where(article.c.id == article_id)).scalar(),
        revisions=_count(connection, revision.c.article_id == article_id),
        edges=_count(connection, or_(edge.c.article_id == article_id, edge.c.target_id == article_id)),
        entries=entries,
        blocked=blocked,
    )
    searching.take_out(connection, article_id)
    marks = connection.execute(select(article.c.marks).where(article.c.id == article_id)).scalar()
    postings.take_out(connection, article_id, postings.unpacked(marks))
    quoting.forget(connection, article_id)
    edges.forget(connection, article_id)
    connection.execute(delete(article).where(article.c.id == article_id))  # versions, edges, addresses go along
    return forgotten


def _silence(connection: Connection, article_id: int | None, keys: Collection[str]) -> int:
    """Leave nothing in the entries of an article but their keys, and none of them due; how many there were."""
    rows = connection.execute(select(entry.c.id, entry.c.packed).where(_about(entry, article_id, keys))).all()
    if rows:
        connection.execute(_SILENCE, [{"entry_id": row.id, "bare": unsaid(row.packed)} for row in rows])
    connection.execute(
        update(backfill_page)
        .where(_about(backfill_page, article_id, keys))
        .values(article_id=None, packed=None, page_digest=None, state="skipped")
    )
    return len(rows)


def _spellings(connection: Connection, url: str) -> dict[str, str]:
    """The addresses of the article at ``url`` by their keys, that one too; but no gate that others pass through."""
    rows = connection.execute(
        select(article_url.c.key, article_url.c.url).where(
            article_url.c.article_id == _article_at(connection, url), article_url.c.role != "hop"
        )
    )
    return {row.key: row.url for row in rows} | {url_key(url): url}


def _article_at(connection: Connection, url: str) -> int | None:
    return connection.execute(select(article_url.c.article_id).where(article_url.c.key == url_key(url))).scalar()


def _about(table: Any, article_id: int | None, keys: Collection[str]) -> ColumnElement[bool]:
    """The rows of ``entry`` or ``backfill_page`` that belong to an article or lead to it."""
    leads: ColumnElement[bool] = table.c.url_key.in_(keys)
    return leads if article_id is None else or_(table.c.article_id == article_id, leads)


def _on_hosts_of(urls: Collection[str]) -> ColumnElement[bool]:
    hosts = {urlsplit(without_login(url)).netloc for url in urls}
    return or_(
        *(raw_page.c.url.startswith(f"{way}://{host}", autoescape=True) for host in hosts for way in ("http", "https"))
    )


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).where(condition)).scalar() or 0)


@cache
def _block(dialect: str) -> Insert:
    return insert_into(dialect, blocked_url).on_conflict_do_nothing(index_elements=[blocked_url.c.key])


_SILENCE = (
    update(entry)
    .where(entry.c.id == bindparam("entry_id"))
    .values(
        article_id=null(),
        read_due_at=null(),
        title=null(),
        packed=bindparam("bare", type_=PackedEntry),
        page_etag=null(),
        page_last_modified=null(),
        page_digest=null(),
        error_kind=null(),
        error_message=null(),
        error_since=null(),
        error_count=0,
    )
)
