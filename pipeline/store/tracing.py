"""Whose report an article is, as far as the store can say: what is due to be traced, its kin, and the edges found.

A trace is due in the transaction that stores the marks, and no longer in the one that stores its edges. It calls
nobody and holds no lease: run twice, it ends the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Insert, Row, bindparam, delete, select, update

from pipeline.core.model import Article, Dateline, Moment, Precision, Source, Traced, TracedEdge
from pipeline.core.origins.kinship import ranked, worth_reading
from pipeline.core.origins.likeness import KEYS, Kind, kind_of
from pipeline.store import edges, postings, sources
from pipeline.store.connect import insert_into
from pipeline.store.tables import article, article_url, edge, trace_due

KIN_WINDOW: Final = timedelta(days=30)
"""How far apart two articles may stand that have only words in common; what names an article finds it at any age."""

REPRINTED_SHARE: Final = 0.5  # of a text's rows of words; an old article with which it has so many is read all the same
MIN_REPRINTED: Final = 4
BY_PUBLISHER: Final = frozenset({Kind.SOURCE, Kind.MATTER})  # marks that any two pages of one house share

MAX_LOOKED_AT: Final = 512  # of those that share marks, for house and time; most are pages of the same house
NOBODY_AT_IT: Final = timedelta(hours=1)  # due for so long, a trace is taken up by whoever looks for what was left
WOKEN_SHARE: Final = 0.5  # of the marks that the poorest of an original's kin shares with it
MAX_RENAMED: Final = 20  # articles of a publisher that are traced again for a new name of it; it was seen on two
MAX_ORIGINALS: Final = 4  # more are read where those chosen say that they have it from them

_Row = Row[*tuple[Any, ...]]


def make_due(connection: Connection, article_id: int, now: datetime) -> None:
    """Let an article be traced, from ``now`` on."""
    connection.execute(_make_due(connection.dialect.name), {"article_id": article_id, "due_at": now, "attempts": 0})


def make_publishers_due(connection: Connection, domain: str, now: datetime) -> None:
    """Let the latest articles of the publisher at ``domain`` be traced again, as it is known by another name now."""
    for id_ in connection.execute(_OF_PUBLISHER, {"domain": domain}).scalars().all():
        make_due(connection, id_, now - NOBODY_AT_IT)


def due_traces(connection: Connection, due_by: datetime, limit: int) -> tuple[tuple[int, int], ...]:
    """See Store.due_traces."""
    return tuple((row.article_id, row.attempts) for row in connection.execute(_DUE, {"due_by": due_by, "limit": limit}))


def kin(connection: Connection, article_id: int) -> tuple[Traced, tuple[Traced, ...]] | None:
    """See Store.kin."""
    row = connection.execute(_ARTICLES, {"ids": [article_id]}).first()
    if row is None:
        return None
    marks = postings.unpacked(row.marks)
    shared = postings.sharing(connection, article_id, marks)
    chosen = _chosen(connection, row, marks, shared)
    known = edges.known_edges(connection, [article_id, *chosen])
    near = [one.target_id for id_ in (article_id, *chosen) for one in known.get(id_, ()) if one.target_id is not None]
    further = [id_ for id_ in dict.fromkeys(near) if id_ != article_id and id_ not in chosen][:MAX_ORIGINALS]
    if further:
        # First: where only so many are compared, those whom the others have it from must be among them.
        chosen = {found.id: found for found in connection.execute(_ARTICLES, {"ids": further})} | chosen
        known |= edges.known_edges(connection, further)
    urls: dict[int, list[str]] = defaultdict(list)
    names: Mapping[str, Sequence[str]] = {}
    if chosen:  # an article that nobody is kin to is held against no address and no name
        for spelling in connection.execute(_URLS, {"ids": [article_id, *chosen]}):
            urls[spelling.article_id].append(spelling.key)
        names = sources.names_of(connection, {found.source_domain for found in (row, *chosen.values())})

    def traced(found: _Row, in_common: Sequence[int]) -> Traced:
        own = found.source_name
        return Traced(
            id=found.id,
            article=_article_of(found),
            urls=tuple(urls[found.id]),
            names=(own, *(name for name in names.get(found.source_domain, ()) if name != own)),
            first_seen_at=found.first_seen_at,
            edges=known.get(found.id, ()),
            shared=tuple(in_common),
        )

    return traced(row, marks), tuple(traced(found, shared.get(id_, ())) for id_, found in chosen.items())


def save_edges(
    connection: Connection, subject: Traced, found: Sequence[TracedEdge], now: datetime, again: Collection[int] = ()
) -> bool:
    """See Store.save_edges."""
    marks = connection.execute(_MARKS, {"article_id": subject.id}).scalar()
    if marks != postings.packed(subject.shared):
        return False
    children = {one.subject_id for one in found if one.object_id == subject.id}
    # Once for an article: two that wake each other would never rest.
    wakes = children and connection.execute(_LED_TO, {"article_id": subject.id}).first() is None
    there: set[int] = set()
    if found:
        there.update(connection.execute(_THERE, {"ids": list(_named(found).union(again))}).scalars())
        edges.save_traced(connection, [one for one in found if {one.subject_id, one.object_id} <= there], now)
    edges.link_to_arrived(connection, subject.id, now)
    connection.execute(_DONE, {"traced_id": subject.id})
    for id_ in sorted(there.intersection(again)):
        make_due(connection, id_, now - NOBODY_AT_IT)
    if wakes:
        _wake(connection, subject, children, _named(found), now)
    return True


def postpone(connection: Connection, article_id: int, until: datetime | None) -> None:
    """See Store.postpone_trace."""
    if until is None:
        connection.execute(_DONE, {"traced_id": article_id})
    else:
        connection.execute(_POSTPONE, {"traced_id": article_id, "until": until})


def _chosen(
    connection: Connection, subject: _Row, marks: Sequence[int], shared: Mapping[int, tuple[int, ...]]
) -> dict[int, _Row]:
    """The rows of those who are worth reading and stand near enough in time, the best first."""
    best = ranked(shared, marks)[:MAX_LOOKED_AT]
    if not best:
        return {}
    told: dict[int, tuple[int, ...]] = {}
    for row in connection.execute(_STANDING, {"ids": best}):
        theirs = shared[row.id]
        if row.source_domain == subject.source_domain:
            # On pages of one house its name says nothing, and would hide who else names the house.
            theirs = tuple(one for one in theirs if kind_of(one) not in BY_PUBLISHER)
        if _names_it(theirs) or _is_near(row, subject) or _is_most_of(theirs, marks):
            told[row.id] = theirs
    picks = worth_reading(told, marks)
    rows = {row.id: row for row in connection.execute(_ARTICLES, {"ids": picks})} if picks else {}
    return {id_: rows[id_] for id_ in picks if id_ in rows}


def _wake(
    connection: Connection, subject: Traced, children: Collection[int], read: Collection[int], now: datetime
) -> None:
    """Where an article turns out to be the original of ``children``: let what shares nearly as much be traced again.

    Only the best of its kin were ``read`` with it. Each of the others finds it now, by way of those.
    """
    shared = postings.sharing(connection, subject.id, subject.shared)
    least = min((len(shared[id_]) for id_ in children if id_ in shared), default=None)
    if least is not None:
        unread = shared.keys() - read
        for id_ in sorted(id_ for id_ in unread if len(shared[id_]) >= WOKEN_SHARE * least):
            make_due(connection, id_, now - NOBODY_AT_IT)


def _names_it(hashes: Collection[int]) -> bool:
    return any(kind_of(one) in KEYS for one in hashes)


def _is_most_of(hashes: Collection[int], marks: Collection[int]) -> bool:
    """Whether the words in common are most of the subject's: then it is an old text that is printed again."""
    rows = [one for one in hashes if kind_of(one) is Kind.TEXT]
    own = [one for one in marks if kind_of(one) is Kind.TEXT]
    return len(rows) >= MIN_REPRINTED and len(rows) >= REPRINTED_SHARE * len(own)


def _is_near(one: _Row, other: _Row) -> bool:
    return bool(abs(one.ordered_at - other.ordered_at) <= KIN_WINDOW)


def _named(found: Sequence[TracedEdge]) -> set[int]:
    return {id_ for one in found for id_ in (one.subject_id, one.object_id)}


def _article_of(row: _Row) -> Article:
    published = None
    if row.published_at is not None:
        published = Moment(row.published_at, Precision(row.published_precision), row.published_east_minutes or 0)
    return Article(
        url=row.url,
        canonical_url=row.canonical_url,
        source=Source(row.source_name, row.source_domain, row.source_witness),
        title=row.title,
        authors=tuple(row.authors),
        text=row.text,
        language=row.language,
        published=published,
        published_witness=row.published_witness,
        dateline=Dateline(**row.dateline) if row.dateline else None,
        credit=row.credit,
        genre=row.genre,
        flags=tuple(row.flags),
        parts=row.parts,
        title_witness=row.title_witness,
        authors_witness=row.authors_witness,
    )


# Built once: composing a statement costs more than running it.


@cache
def _make_due(dialect: str) -> Insert:
    statement = insert_into(dialect, trace_due)
    return statement.on_conflict_do_update(
        index_elements=[trace_due.c.article_id], set_={"due_at": statement.excluded.due_at, "attempts": 0}
    )


_DUE = (
    select(trace_due.c.article_id, trace_due.c.attempts)
    .join(article, article.c.id == trace_due.c.article_id)
    .where(trace_due.c.due_at <= bindparam("due_by"))
    # As they came out: an article is traced after those that it may have its report from.
    .order_by(article.c.ordered_at, article.c.id)
    .limit(bindparam("limit"))
)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_ARTICLES = select(article).where(article.c.id.in_(_IDS)).order_by(article.c.id)
_STANDING = select(article.c.id, article.c.source_domain, article.c.ordered_at).where(article.c.id.in_(_IDS))
_THERE = select(article.c.id).where(article.c.id.in_(_IDS))
_LED_TO = select(edge.c.id).where(edge.c.target_id == bindparam("article_id")).limit(1)
_OF_PUBLISHER = (
    select(article.c.id)
    .where(article.c.source_domain == bindparam("domain"))
    .order_by(article.c.ordered_at.desc(), article.c.id.desc())
    .limit(MAX_RENAMED)
)
_MARKS = select(article.c.marks).where(article.c.id == bindparam("article_id"))
_URLS = (
    select(article_url.c.article_id, article_url.c.key)
    .where(article_url.c.article_id.in_(_IDS))
    .order_by(article_url.c.article_id, article_url.c.first_seen_at, article_url.c.key)
)
_TRACED = trace_due.c.article_id == bindparam("traced_id")
_DONE = delete(trace_due).where(_TRACED)
_POSTPONE = update(trace_due).where(_TRACED).values(due_at=bindparam("until"), attempts=trace_due.c.attempts + 1)
