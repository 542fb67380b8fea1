"""What people ask the store: lists, one article, edges. All of it only reads.

The rows are what the command prints as JSON: their keys, and the order of these, are a promise to scripts. Times are
ISO 8601 in UTC. Long lists come in pages, each from where the last one ended, so that nobody holds a million rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)

from pipeline.core.errors import BadUrl
from pipeline.core.forms import PartForm, part_form
from pipeline.core.model import Precision
from pipeline.core.queries import Query
from pipeline.core.urls import url_key, without_login
from pipeline.store import lineage, searching
from pipeline.store.lineage import EdgeRow, OriginalRow
from pipeline.store.tables import (
    article,
    article_url,
    backfill_document,
    backfill_page,
    entry,
    feed,
    feed_tag,
    revision,
)
from pipeline.store.times import iso, stated_iso

PAGE_ROWS = 200
# Of a condition that fewer articles meet, these are looked up and sorted, anew for each page of a list. Where more do,
# all articles are walked in their order until the page is full: 7,000 of a million for a page of 50. Both take 0.1 s.
FEW = 7_000
LARGEST_ID = 2**63 - 1

_Row = Row[*tuple[Any, ...]]


class ErrorRow(TypedDict):
    kind: str
    message: str
    since: str
    count: int


class LossRow(TypedDict):
    since: str
    count: int


class FeedRow(TypedDict):
    """``state`` is "new", "ok", "error", "gone" or "paused". ``loss``: documents that shared no entry with the last.

    ``moved_to`` is where its address points on to for good, by its last answer.
    """

    id: int
    url: str
    title: str | None
    source: str | None
    state: str
    error: ErrorRow | None
    last_polled_at: str | None
    last_success_at: str | None
    next_poll_at: str | None
    next_poll_reason: str | None
    interval_s: float | None
    loss: LossRow | None
    tags: list[str]
    entries: int
    articles: int
    moved_to: str | None


class SourceRow(TypedDict):
    name: str
    domain: str
    witness: str


class FoundRow(TypedDict):
    by: str
    url: str
    at: str


class DatelineRow(TypedDict):
    place: str | None
    date: str | None
    agency: str | None


class RevisionRow(TypedDict):
    seen_at: str
    title: str | None
    text: str


class ArticleRow(TypedDict):
    """All that is known of an article. ``feeds`` are the followed ones that carry it, ``found_by`` all ways to it."""

    id: int
    url: str
    canonical_url: str | None
    source: SourceRow
    title: str | None
    title_witness: str | None
    authors: list[str]
    authors_witness: str | None
    text: str
    language: str | None
    published_at: str | None
    published_day: str | None
    published_precision: str | None
    published_witness: str | None
    first_seen_at: str
    updated_at: str
    feeds: list[str]
    found_by: list[FoundRow]
    dateline: DatelineRow | None
    credit: str | None
    genre: str | None
    flags: list[str]
    revisions: list[RevisionRow]
    parts: list[PartForm]
    original_report: OriginalRow | None
    edges: list[EdgeRow]


@dataclass(frozen=True, slots=True)
class ArticleQuery:
    """Which articles; what is None does not matter.

    ``since`` (inclusive) and ``until`` (exclusive) are about the date of publication, or the time of first sight where
    none is known; an article of which only the day is known counts for its whole day. ``source`` is a publisher's name
    or domain, ``feed`` a URL, ``tag`` a tag of its feed. ``search`` is about words; the newest come first then too, to
    the second. ``changed_after`` asks for what came in or was edited later. ``limit`` ends the list.
    """

    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    feed: str | None = None
    tag: str | None = None
    changed_after: datetime | None = None
    limit: int | None = None
    search: Query | None = None


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a page of articles ended."""

    ordered_at: datetime
    id: int


def list_feeds(connection: Connection, *, failing: bool) -> list[FeedRow]:
    """See Store.list_feeds."""
    tags = defaultdict(list)
    for row in connection.execute(select(feed_tag).order_by(feed_tag.c.place)):
        tags[row.feed_id].append(row.tag)
    counts = {row.feed_id: row for row in connection.execute(_ENTRY_COUNTS)}
    query = select(feed).where(~feed.c.removed).order_by(feed.c.id)
    if failing:
        query = query.where(STATE.in_(["error", "gone"]))
    rows = connection.execute(query.add_columns(STATE.label("state"))).all()
    return [_feed_row(row, tags[row.id], counts.get(row.id)) for row in rows]


def article_page(
    connection: Connection, query: ArticleQuery, after: Bookmark | None, rows_at_most: int
) -> tuple[list[ArticleRow], Bookmark | None]:
    """The next articles of ``query``, newest first, and where to go on; None at the end."""
    few = _few(connection, query)
    if query.search is None:
        found = _newest(connection, query, few, after, rows_at_most)
    else:
        found = searching.matching(
            connection,
            query.search,
            list(_conditions(connection, query)),
            few,
            after=None if after is None else searching.place_of(after.ordered_at, after.id),
            since=None if query.since is None else _midnight(query.since),
            until=query.until,
            rows_at_most=rows_at_most,
        )
    end = Bookmark(found[-1].ordered_at, found[-1].id) if len(found) == rows_at_most else None
    return _article_rows(connection, found), end


def article_at(connection: Connection, id_or_url: int | str) -> ArticleRow | None:
    """See Store.article."""
    if isinstance(id_or_url, int) or id_or_url.isdecimal():
        number = int(id_or_url)
        if number > LARGEST_ID:
            return None
        wanted = select(article).where(article.c.id == number)
    else:
        try:
            key = url_key(id_or_url)
        except BadUrl:
            return None
        wanted = (
            select(article).join(article_url, article_url.c.article_id == article.c.id).where(article_url.c.key == key)
        )
    rows = _article_rows(connection, connection.execute(wanted).all())
    return rows[0] if rows else None


def page_error(connection: Connection, article_id: int) -> ErrorRow | None:
    """See Store.page_error."""
    # Of several entries the one whose page was read: the others were answered by it.
    read = connection.execute(
        select(entry)
        .where(entry.c.article_id == article_id)
        .order_by(entry.c.page_digest.is_(None), entry.c.id)
        .limit(1)
    ).first()
    return None if read is None else error_row(read)


def error_row(row: _Row) -> ErrorRow | None:
    """What is wrong with a feed or the page of an entry; None where nothing is."""
    if row.error_kind is None:
        return None
    return {
        "kind": row.error_kind,
        "message": row.error_message,
        "since": stated_iso(row.error_since),
        "count": row.error_count,
    }


def _few(connection: Connection, query: ArticleQuery) -> Sequence[int] | None:
    """The articles that meet the rarest of the conditions with an index of their own; None where all are common."""
    lookups: list[tuple[Select[int], dict[str, object]]] = []
    if query.source is not None:
        lookups.append((_OF_SOURCE, {"domain": query.source.lower(), "names": _names_like(connection, query.source)}))
    if query.feed is not None:
        lookups.append((_OF_FEED, {"key": url_key(query.feed)}))
    if query.tag is not None:
        lookups.append((_OF_TAG, {"tag": query.tag}))
    if query.changed_after is not None:
        lookups.append((_CHANGED, {"after": query.changed_after}))
    found = [connection.execute(statement, {**asked, "few": FEW}).scalars().all() for statement, asked in lookups]
    return min((ids for ids in found if len(ids) < FEW), key=len, default=None)


def _names_like(connection: Connection, name: str) -> list[str]:
    """The names of sources that are ``name`` in any case. Here, as databases fold letters each in their own way."""
    return [known for known in connection.execute(_SOURCE_NAMES).scalars() if known and known.lower() == name.lower()]


def _newest(
    connection: Connection, query: ArticleQuery, few: Sequence[int] | None, after: Bookmark | None, rows_at_most: int
) -> Sequence[_Row]:
    wanted = select(article).where(*_conditions(connection, query))
    if few is not None:
        wanted = wanted.where(article.c.id.in_(few))
    if after is not None:
        wanted = wanted.where(
            article.c.ordered_at <= after.ordered_at,
            or_(article.c.ordered_at < after.ordered_at, article.c.id < after.id),
        )
    return connection.execute(
        wanted.order_by(article.c.ordered_at.desc(), article.c.id.desc()).limit(rows_at_most)
    ).all()


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _feed_row(row: _Row, tags: list[str], counts: _Row | None) -> FeedRow:
    loss: LossRow | None = None
    if row.loss_count:
        loss = {"since": stated_iso(row.loss_since), "count": row.loss_count}
    return {
        "id": row.id,
        "url": without_login(row.url),
        "title": row.given_title or row.title,
        "source": row.source,
        "state": row.state,
        "error": error_row(row),
        "last_polled_at": iso(row.last_polled_at),
        "last_success_at": iso(row.last_success_at),
        "next_poll_at": iso(row.next_poll_at),
        "next_poll_reason": row.next_poll_reason,
        "interval_s": row.interval_s,
        "loss": loss,
        "tags": tags,
        "entries": counts.entries if counts else 0,
        "articles": counts.articles if counts else 0,
        "moved_to": row.move.url if row.move else None,
    }


def _conditions(connection: Connection, query: ArticleQuery) -> Iterable[ColumnElement[bool]]:
    if query.since is not None:
        yield article.c.ordered_at >= _midnight(query.since)
        yield or_(article.c.ordered_at >= query.since, article.c.published_precision == Precision.DAY.value)
    if query.until is not None:
        yield article.c.ordered_at < query.until
    if query.source is not None:
        names = _names_like(connection, query.source)
        yield or_(article.c.source_name.in_(names), article.c.source_domain == query.source.lower())
    if query.feed is not None:
        yield exists().where(
            entry.c.article_id == article.c.id, entry.c.feed_id == feed.c.id, feed.c.url_key == url_key(query.feed)
        )
    if query.tag is not None:
        yield exists().where(
            entry.c.article_id == article.c.id, feed_tag.c.feed_id == entry.c.feed_id, feed_tag.c.tag == query.tag
        )
    if query.changed_after is not None:
        yield article.c.updated_at > query.changed_after


def _article_rows(connection: Connection, found: Sequence[_Row]) -> list[ArticleRow]:
    if not found:
        return []
    ids = [row.id for row in found]
    ways: dict[int, list[_Row]] = defaultdict(list)
    for row in [*connection.execute(_ways(ids)), *connection.execute(_ways_of_history(ids))]:
        ways[row.article_id].append(row)
    revisions: dict[int, list[RevisionRow]] = defaultdict(list)
    for row in connection.execute(
        select(revision).where(revision.c.article_id.in_(ids)).order_by(revision.c.seen_at, revision.c.id)
    ):
        revisions[row.article_id].append({"seen_at": stated_iso(row.seen_at), "title": row.title, "text": row.text})
    theirs: dict[int, list[EdgeRow]] = defaultdict(list)
    for article_id, edge_row in lineage.edges_of(connection, ids):
        theirs[article_id].append(edge_row)
    originals = lineage.originals(connection, ids)
    return [_article_row(row, ways[row.id], revisions[row.id], theirs[row.id], originals.get(row.id)) for row in found]


def _article_row(
    row: _Row,
    ways: Sequence[_Row],
    revisions: list[RevisionRow],
    theirs: list[EdgeRow],
    original: OriginalRow | None,
) -> ArticleRow:
    return {
        "id": row.id,
        "url": row.url,
        "canonical_url": row.canonical_url,
        "source": {"name": row.source_name, "domain": row.source_domain, "witness": row.source_witness},
        "title": row.title,
        "title_witness": row.title_witness,
        "authors": list(row.authors),
        "authors_witness": row.authors_witness,
        "text": row.text,
        "language": row.language,
        "published_at": iso(row.published_at),
        "published_day": _stated_day(row.published_at, row.published_east_minutes),
        "published_precision": row.published_precision,
        "published_witness": row.published_witness,
        "first_seen_at": stated_iso(row.first_seen_at),
        "updated_at": stated_iso(row.updated_at),
        "feeds": list(dict.fromkeys(without_login(way.url) for way in ways if way.is_followed)),
        "found_by": _found_by(ways),
        "dateline": row.dateline,
        "credit": row.credit,
        "genre": row.genre,
        "flags": list(row.flags),
        "revisions": revisions,
        "parts": [part_form(part) for part in row.parts],
        "original_report": original,
        "edges": theirs,
    }


def _stated_day(at: datetime | None, east_minutes: int | None) -> str | None:
    """The calendar day in the publisher's own zone, or that of UTC where the zone was not noted."""
    return None if at is None else (at + timedelta(minutes=east_minutes or 0)).date().isoformat()


def _found_by(ways: Sequence[_Row]) -> list[FoundRow]:
    """Each way once, by whom and where, in the order in which they led there."""
    first: dict[tuple[str, str], FoundRow] = {}
    for way in sorted(ways, key=lambda way: way.first_seen_at):
        # The file of addresses is known by its name; what stands behind it tells one state of it from another.
        url = way.url.partition("#")[0] if way.by == "urls" else without_login(way.url)
        first.setdefault((way.by, url), {"by": way.by, "url": url, "at": stated_iso(way.first_seen_at)})
    return list(first.values())


def _ways(article_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            entry.c.article_id,
            entry.c.first_seen_at,
            feed.c.url,
            (~feed.c.removed).label("is_followed"),
            literal("feed").label("by"),
        )
        .join(feed, feed.c.id == entry.c.feed_id)
        .where(entry.c.article_id.in_(article_ids))
        .order_by(entry.c.first_seen_at, entry.c.id)
    )


def _ways_of_history(article_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            backfill_page.c.article_id,
            backfill_page.c.found_at.label("first_seen_at"),
            backfill_document.c.url,
            false().label("is_followed"),
            backfill_page.c.source.label("by"),
        )
        .join(backfill_document, backfill_document.c.id == backfill_page.c.document_id)
        .where(backfill_page.c.article_id.in_(article_ids))
        .order_by(backfill_page.c.found_at, backfill_page.c.id)
    )


STATE = case(
    (feed.c.paused.is_not(None), "paused"),
    (feed.c.gone_at.is_not(None), "gone"),
    (feed.c.error_count > 0, "error"),
    (feed.c.last_success_at.is_(None), "new"),
    else_="ok",
)
_ENTRY_COUNTS = select(
    entry.c.feed_id,
    func.count().label("entries"),
    func.count(entry.c.article_id.distinct()).label("articles"),
).group_by(entry.c.feed_id)
_CHANGED = (
    select(article.c.id)
    .where(article.c.updated_at > bindparam("after"))
    .order_by(article.c.updated_at.desc())
    .limit(bindparam("few"))
)
_OF_SOURCE = (
    select(article.c.id)
    .where(
        or_(
            article.c.source_domain == bindparam("domain"),
            article.c.source_name.in_(bindparam("names", expanding=True)),
        )
    )
    .limit(bindparam("few"))
)
_OF_FEED = (
    select(entry.c.article_id)
    .join(feed, feed.c.id == entry.c.feed_id)
    .where(feed.c.url_key == bindparam("key"), entry.c.article_id.is_not(None))
    .limit(bindparam("few"))
)
_OF_TAG = (
    select(entry.c.article_id)
    .join(feed_tag, feed_tag.c.feed_id == entry.c.feed_id)
    .where(feed_tag.c.tag == bindparam("tag"), entry.c.article_id.is_not(None))
    .limit(bindparam("few"))
)
# From one name to the next along their index: there are thousands, in millions of rows.
_first_name = select(func.min(article.c.source_name).label("name")).cte("known", recursive=True)
_known_names = _first_name.union_all(
    select(
        select(func.min(article.c.source_name)).where(article.c.source_name > _first_name.c.name).scalar_subquery()
    ).where(_first_name.c.name.is_not(None))
)
_SOURCE_NAMES = select(_known_names.c.name)
