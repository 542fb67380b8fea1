"""Whose report it is, as people see it: edges as rows, the path to the original, and who has it from an article.

The original report of an article is the root of its derivation path: at each step the surest current derivation is
followed, until an article that derives from none, or a report that is in no store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypedDict

from sqlalchemy import Connection, Row, bindparam, case, select

from pipeline.core.errors import BadUrl
from pipeline.core.model import DERIVATIONS
from pipeline.core.urls import host_of
from pipeline.store import quoting
from pipeline.store.edges import CURRENT, LONGEST_CHAIN
from pipeline.store.quoting import QuoteRow
from pipeline.store.tables import article, edge, edge_evidence, external_ref
from pipeline.store.times import iso, stated_iso

DERIVED_SHOWN: Final = 200  # of those who have it from an article; a popular report has thousands

_Row = Row[*tuple[Any, ...]]


class ExternalRow(TypedDict):
    name: str | None
    title: str | None
    url: str | None
    date: str | None
    candidates: list[str]


class EvidenceRow(TypedDict):
    kind: str
    where: str
    excerpt: str


class TargetRow(TypedDict):
    id: int
    source: str
    title: str | None


class EdgeRow(TypedDict):
    """``target_url`` is an article of this store (``target`` says which), or ``external`` what is known otherwise."""

    article_url: str
    relation: str
    target_url: str | None
    target: TargetRow | None
    external: ExternalRow | None
    external_name: str | None
    confidence: float
    evidence: list[str]
    evidence_detail: list[EvidenceRow]
    method: str
    status: str
    first_seen_at: str
    ended_at: str | None


class OriginalRow(TypedDict):
    """The root of a derivation path. ``id`` and ``url`` are an article's of this store, else ``external`` says what is
    known; ``source`` is None where only ``external.candidates`` are. ``confidence`` is that of the whole path; ``via``
    are the articles between.
    """

    id: int | None
    url: str | None
    source: str | None
    title: str | None
    external: ExternalRow | None
    confidence: float
    via: list[int]


class DerivedRow(TypedDict):
    """An article that has an edge to another, and those that derive from it in turn."""

    id: int
    url: str
    source: str
    title: str | None
    relation: str
    confidence: float
    evidence: list[str]
    derived: list[DerivedRow]


class LineageRow(TypedDict):
    """``path``: the derivations from an article up to its original report, its own first. ``derived``: who has it from
    the article. ``past_edges``: its edges that stand no more. ``quotes``: what it quotes, and who else does.
    """

    path: list[EdgeRow]
    derived: list[DerivedRow]
    past_edges: list[EdgeRow]
    quotes: list[QuoteRow]


def edge_page(
    connection: Connection, after_id: int, rows_at_most: int, *, ended: bool
) -> tuple[list[EdgeRow], int | None]:
    """The next edges in the order in which they were found, and the id to go on after; None at the end."""
    wanted = _EDGES.where(edge.c.id > after_id).limit(rows_at_most)
    if not ended:
        wanted = wanted.where(edge.c.status == CURRENT)
    found = connection.execute(wanted).all()
    end = found[-1].id if len(found) == rows_at_most else None
    return [row for _, row in _edge_rows(connection, found)], end


def edges_of(connection: Connection, article_ids: Collection[int]) -> list[tuple[int, EdgeRow]]:
    """The current edges of these articles, each with its article's id, in the order in which they were found."""
    wanted = _EDGES.where(edge.c.article_id.in_(article_ids), edge.c.status == CURRENT)
    return _edge_rows(connection, connection.execute(wanted).all())


def originals(connection: Connection, article_ids: Collection[int]) -> dict[int, OriginalRow]:
    """The original report of each of these articles; those that derive from none are left out."""
    links = _links_above(connection, article_ids)
    found = {}
    for article_id in article_ids:
        path = _path(links, article_id)
        if path:
            found[article_id] = _original_row(path)
    return found


def lineage(connection: Connection, article_id: int) -> LineageRow:
    """See Store.lineage."""
    path = _path(_links_above(connection, [article_id]), article_id)
    ids = [link.id for link in path]
    rows = {row.id: row for row in connection.execute(_EDGES.where(edge.c.id.in_(ids)))}
    past = connection.execute(_EDGES.where(edge.c.article_id == article_id, edge.c.status != CURRENT)).all()
    return {
        "path": [row for _, row in _edge_rows(connection, [rows[id_] for id_ in ids])],
        "derived": _derived(connection, article_id),
        "past_edges": [row for _, row in _edge_rows(connection, past)],
        "quotes": quoting.quotes_of(connection, article_id),
    }


def host_named(url: str | None) -> str | None:
    """What to call a target of which only the address is known; None where not even that is."""
    if url is None:
        return None
    try:
        return host_of(url)
    except BadUrl:
        return url


def _links_above(connection: Connection, article_ids: Collection[int]) -> dict[int, _Row]:
    """The surest derivation of each of these articles, and of those that they lead to, and so on."""
    links: dict[int, _Row] = {}
    unseen = set(article_ids)
    for _ in range(LONGEST_CHAIN):
        if not unseen:
            break
        asked, unseen = unseen, set()
        for row in connection.execute(_DERIVATIONS, {"ids": list(asked)}):
            if row.article_id not in links:
                links[row.article_id] = row
                if row.target_id is not None:
                    unseen.add(row.target_id)
        unseen -= links.keys() | asked
    return links


def _path(links: Mapping[int, _Row], article_id: int) -> list[_Row]:
    path: list[_Row] = []
    seen = {article_id}
    link = links.get(article_id)
    while link is not None and link.target_id not in seen:
        path.append(link)
        seen.add(link.target_id)
        link = None if link.target_id is None else links.get(link.target_id)
    return path


def _original_row(path: Sequence[_Row]) -> OriginalRow:
    root = path[-1]
    confidence = 1.0
    for link in path:
        confidence *= link.confidence
    inside = root.target_id is not None
    return {
        "id": root.target_id,
        "url": root.in_store_url,
        "source": root.in_store_source if inside else root.name or host_named(root.url),
        "title": root.in_store_title if inside else root.title,
        "external": None if inside else _external_row(root),
        "confidence": round(confidence, 3),
        "via": [link.target_id for link in path[:-1]],
    }


def _derived(connection: Connection, article_id: int) -> list[DerivedRow]:
    found: list[_Row] = []
    seen, asked = {article_id}, [article_id]
    while asked and len(found) < DERIVED_SHOWN:
        wanted = _LEADING_TO.where(edge.c.target_id.in_(asked)).limit(DERIVED_SHOWN - len(found))
        if seen != {article_id}:
            wanted = wanted.where(edge.c.relation.in_(sorted(DERIVATIONS)))
        asked = []
        for row in connection.execute(wanted).all():
            if row.article_id not in seen:
                seen.add(row.article_id)
                asked.append(row.article_id)
                found.append(row)
    kinds: dict[int, dict[str, None]] = defaultdict(dict)
    for seen_row in connection.execute(_evidence_of([row.id for row in found])):
        kinds[seen_row.edge_id][seen_row.kind] = None
    below: dict[int, list[DerivedRow]] = defaultdict(list)
    for row in found:
        below[row.target_id].append(
            {
                "id": row.article_id,
                "url": row.url,
                "source": row.source_name,
                "title": row.title,
                "relation": row.relation,
                "confidence": row.confidence,
                "evidence": list(kinds[row.id]),
                "derived": below[row.article_id],
            }
        )
    return below[article_id]


def _edge_rows(connection: Connection, found: Sequence[_Row]) -> list[tuple[int, EdgeRow]]:
    """Each edge with the id of its article."""
    evidence: dict[int, list[EvidenceRow]] = defaultdict(list)
    for row in connection.execute(_evidence_of([row.id for row in found])):
        evidence[row.edge_id].append({"kind": row.kind, "where": row.place, "excerpt": row.excerpt})
    return [(row.article_id, _edge_row(row, evidence[row.id])) for row in found]


def _edge_row(row: _Row, evidence: list[EvidenceRow]) -> EdgeRow:
    external = _external_row(row) if row.target_id is None else None
    return {
        "article_url": row.article_url,
        "relation": row.relation,
        "target_url": row.in_store_url,
        "target": None
        if row.in_store_url is None
        else {"id": row.target_id, "source": row.in_store_source, "title": row.in_store_title},
        "external": external,
        "external_name": None if external is None else row.name or host_named(row.url),
        "confidence": row.confidence,
        "evidence": list(dict.fromkeys(seen["kind"] for seen in evidence)),
        "evidence_detail": evidence,
        "method": row.method,
        "status": row.status,
        "first_seen_at": stated_iso(row.first_seen_at),
        "ended_at": iso(row.ended_at),
    }


def _external_row(row: _Row) -> ExternalRow:
    return {
        "name": row.name,
        "title": row.title,
        "url": row.url,
        "date": row.date,
        "candidates": list(row.candidates or ()),
    }


def _evidence_of(edge_ids: Collection[int]) -> Any:
    return (
        select(edge_evidence)
        .where(edge_evidence.c.edge_id.in_(edge_ids))
        .order_by(edge_evidence.c.edge_id, edge_evidence.c.seen_at, edge_evidence.c.kind, edge_evidence.c.digest)
    )


_target = article.alias("target")
# Where an edge leads, as far as it is known: what the references outside say, and the article in the store.
_OBJECT = (
    external_ref.c.name,
    external_ref.c.url,
    external_ref.c.title,
    external_ref.c.date,
    external_ref.c.candidates,
    _target.c.url.label("in_store_url"),
    _target.c.source_name.label("in_store_source"),
    _target.c.title.label("in_store_title"),
)
_EDGES = (
    select(
        edge,
        article.c.url.label("article_url"),
        *_OBJECT,
    )
    .join(article, article.c.id == edge.c.article_id)
    .outerjoin(external_ref, external_ref.c.id == edge.c.external_id)
    .outerjoin(_target, _target.c.id == edge.c.target_id)
    .order_by(edge.c.id)
)
_IN_STORE_FIRST = case((edge.c.target_id.is_(None), 1), else_=0)
_DERIVATIONS = (
    select(
        edge.c.id,
        edge.c.article_id,
        edge.c.target_id,
        edge.c.confidence,
        *_OBJECT,
    )
    .outerjoin(external_ref, external_ref.c.id == edge.c.external_id)
    .outerjoin(_target, _target.c.id == edge.c.target_id)
    .where(
        edge.c.article_id.in_(bindparam("ids", expanding=True)),
        edge.c.relation.in_(sorted(DERIVATIONS)),
        edge.c.status == CURRENT,
    )
    .order_by(edge.c.article_id, edge.c.confidence.desc(), _IN_STORE_FIRST, edge.c.id)
)
_LEADING_TO = (
    select(edge, article.c.url, article.c.source_name, article.c.title)
    .join(article, article.c.id == edge.c.article_id)
    .where(edge.c.status == CURRENT)
    # Who has it from here before who names it: of two edges of one article the first is shown.
    .order_by(edge.c.relation.not_in(sorted(DERIVATIONS)), edge.c.confidence.desc(), edge.c.id)
)
