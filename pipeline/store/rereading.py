"""Articles that were read by older rules, and the raw pages or feed entries from which they can be read again.

Nothing is claimed and nothing is due: an article is done once it says that the newer rules have read it, so whoever is
ended in between goes on where they were.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import Connection, Row, bindparam, literal, select

from pipeline.core.errors import BadUrl
from pipeline.core.model import DueEntry, Entry, HostLines, PageState, Reading, Reply, Surroundings
from pipeline.core.urls import host_of, url_key
from pipeline.store import articles, host_lines
from pipeline.store.articles import Saved
from pipeline.store.frontier import ITS_FEED, NO_ENTRY, WORDS_OF_ITS_FEED, State, around_of
from pipeline.store.tables import article, article_url, backfill, backfill_page, entry, feed, raw_page
from pipeline.store.turns import SIBLING_HEADLINES, WORDS_OF_THE_FEED, surroundings_of

_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Rereadable:
    """An article and what it was read from.

    ``by_feed_text``: that is the text of ``due.entry``. Else ``due.page.digest`` finds its raw page, None where it
    never had one.
    """

    article_id: int
    url: str
    rules: str
    due: DueEntry
    by_feed_text: bool = False


def rules_in_use(connection: Connection) -> tuple[str, ...]:
    """See Store.rules_in_use."""
    return tuple(connection.execute(select(article.c.rules).distinct().order_by(article.c.rules)).scalars())


def rereadable(connection: Connection, rules: Collection[str], after_id: int, at_most: int) -> tuple[Rereadable, ...]:
    """See Store.rereadable."""
    wanted = _ARTICLES.where(article.c.rules.in_(rules), article.c.id > after_id).order_by(article.c.id).limit(at_most)
    return _with_their_entries(connection, connection.execute(wanted).all())


def rereadable_at(connection: Connection, url: str) -> Rereadable | None:
    """See Store.rereadable_at."""
    wanted = _ARTICLES.join(article_url, article_url.c.article_id == article.c.id).where(
        article_url.c.key == url_key(url)
    )
    found = _with_their_entries(connection, connection.execute(wanted).all())
    return found[0] if found else None


def kept_pages(connection: Connection, digests: Sequence[bytes]) -> dict[bytes, Reply]:
    """See Store.kept_pages."""
    return {
        bytes(row.digest): Reply(
            asked_url=row.url,
            final_url=row.url,
            status=200,
            headers={} if row.content_type is None else {"content-type": row.content_type},
            body=zstandard.decompress(row.body),
            fetched_at=row.kept_at,
        )
        for row in connection.execute(select(raw_page).where(raw_page.c.digest.in_(digests)))
    }


def save_rereading(connection: Connection, old: Rereadable, reading: Reading, now: datetime) -> Saved | None:
    """See Store.save_rereading."""
    rules = connection.execute(select(article.c.rules).where(article.c.id == old.article_id)).scalar()
    digest = connection.execute(_DIGEST, {"entry_id": old.due.id}).scalar()
    overtaken = old.due.id != NO_ENTRY and digest != old.due.page.digest
    if rules != old.rules or overtaken:
        return None
    return articles.save(connection, old.due, reading, now)


def _with_their_entries(connection: Connection, found: Sequence[_Row]) -> tuple[Rereadable, ...]:
    ids = [row.id for row in found]
    told_by_feed = {row.id for row in found if articles.FEED_TEXT in row.flags}
    read_from: dict[int, _Row] = {}
    # The later ones last: the last page that was read is what the article says.
    for row in [*connection.execute(_HISTORY, {"ids": ids}), *connection.execute(_ENTRIES, {"ids": ids})]:
        has_text = row.packed is not None and (row.packed.content or row.packed.summary)
        if has_text if row.article_id in told_by_feed else row.page_digest is not None:
            read_from[row.article_id] = row
    hosts = {row.id: _host(row.url) for row in found}
    lines = host_lines.known(connection, set(hosts.values()))
    return tuple(
        Rereadable(
            row.id,
            row.url,
            row.rules,
            _due_of(connection, read_from[row.id], lines.get(hosts[row.id], HostLines()))
            if row.id in read_from
            else _never_read(row.id, row.url),
            by_feed_text=row.id in told_by_feed and row.id in read_from,
        )
        for row in found
    )


def _due_of(connection: Connection, row: _Row, lines: HostLines) -> DueEntry:
    page = PageState(digest=None if row.page_digest is None else bytes(row.page_digest))
    if row.entry_id == NO_ENTRY:
        said = row.packed or Entry(guid=None, url=row.url, title=None)
        around = replace(around_of(row), host_lines=lines)
        return DueEntry(NO_ENTRY, said, around, article_id=row.article_id, page=page, first_seen_at=row.first_seen_at)
    near = {"feed_id": row.feed_id, "entry_id": row.entry_id}
    headlines = [*connection.execute(_BEFORE, near).scalars(), *connection.execute(_AFTER, near).scalars()]
    return DueEntry(
        id=row.entry_id,
        entry=row.packed,
        around=surroundings_of(row, headlines, lines),
        article_id=row.article_id,
        page=page,
        first_seen_at=row.first_seen_at,
    )


def _host(url: str) -> str:
    """The host of ``url``; of a page saved under a name of somebody's own, that name."""
    try:
        return host_of(url)
    except BadUrl:
        return url


def _never_read(article_id: int, url: str) -> DueEntry:
    return DueEntry(NO_ENTRY, Entry(guid=None, url=url, title=None), Surroundings(), article_id=article_id)


_ARTICLES = select(article.c.id, article.c.url, article.c.rules, article.c.flags)
_DIGEST = select(entry.c.page_digest).where(entry.c.id == bindparam("entry_id"))
_ENTRIES = (
    select(
        entry.c.id.label("entry_id"),
        entry.c.feed_id,
        entry.c.article_id,
        entry.c.packed,
        entry.c.page_digest,
        entry.c.first_seen_at,
        *WORDS_OF_THE_FEED,
    )
    .join(feed, feed.c.id == entry.c.feed_id)
    .where(entry.c.article_id.in_(bindparam("ids", expanding=True)))
    .order_by(entry.c.id)
)
_HISTORY = (
    select(
        literal(NO_ENTRY).label("entry_id"),
        backfill_page.c.article_id,
        backfill_page.c.url,
        backfill_page.c.packed,
        backfill_page.c.page_digest,
        backfill_page.c.found_at.label("first_seen_at"),
        *WORDS_OF_ITS_FEED,
    )
    .join(backfill, backfill.c.id == backfill_page.c.backfill_id)
    .outerjoin(feed, ITS_FEED)
    .where(backfill_page.c.article_id.in_(bindparam("ids", expanding=True)), backfill_page.c.state == State.READ.value)
    .order_by(backfill_page.c.id)
)
# What stood beside an entry when it was new, not what stands in its feed today: half before it, half after.
_NEIGHBOUR = select(entry.c.title).where(entry.c.feed_id == bindparam("feed_id"), entry.c.title.is_not(None))
_BEFORE = _NEIGHBOUR.where(entry.c.id < bindparam("entry_id")).order_by(entry.c.id.desc()).limit(SIBLING_HEADLINES // 2)
_AFTER = _NEIGHBOUR.where(entry.c.id > bindparam("entry_id")).order_by(entry.c.id).limit(SIBLING_HEADLINES // 2)
