"""Edges as rows: one way to write them, with their evidence; a better one supersedes, and nothing is overwritten.

An edge leads to an article of the store or to an external reference. It is ``current`` until another takes its place
(``superseded``; ``replaced_by`` says which) or newer rules do not find it any more (``withdrawn``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    null,
    or_,
    select,
    update,
)

from pipeline.core.errors import BadUrl
from pipeline.core.model import DERIVATIONS, Edge, Evidence, EvidenceKind, External, KnownEdge, Relation, TracedEdge
from pipeline.core.urls import url_key
from pipeline.store.connect import insert_into
from pipeline.store.sources import folded, without_section
from pipeline.store.tables import RowId, article, article_url, digest_of, edge, edge_evidence, external_ref

CURRENT: Final = "current"
SUPERSEDED: Final = "superseded"
WITHDRAWN: Final = "withdrawn"

COMPARED: Final = "kinship/"  # how the methods begin that compare texts, whatever a page states

LONGEST_CHAIN: Final = 16  # of derivations; an agency, its copy, a rewrite of that are three

_FEED_NAMES = frozenset({EvidenceKind.RSS_SOURCE, EvidenceKind.ATOM_SOURCE, EvidenceKind.DC_SOURCE})
_IN_FEED = "feed"  # where evidence stands that the page itself cannot repeat
_MAX_KEY_CHARS = 1500  # of an index row in Postgres, which ends at 2,700 bytes

_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an edge leads: exactly one of the two."""

    target_id: int | None = None
    external_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Claim:
    """An edge on its way into the store."""

    article_id: int
    place: Place
    edge: Edge


def external_key(target: External) -> str:
    """By what an external reference is known: the key of its URL, else its title and name, its name, or candidates."""
    if target.url is not None:
        try:
            return url_key(target.url)
        except BadUrl:
            pass
    name = folded(target.name or (None if target.title or target.candidates else target.url))
    if target.title:
        key = f"title:{name}|{folded(target.title)}|{target.date or ''}"
    elif name:
        key = f"name:{name}"
    else:
        key = f"one of:{'|'.join(folded(one) for one in target.candidates)}"
    return key if len(key) <= _MAX_KEY_CHARS else f"{key[:100]}#{digest_of(key).hex()}"


def save_stated(connection: Connection, article_id: int, edges: Sequence[Edge], now: datetime) -> bool:
    """Keep what an article says of itself; whether any of it was not known before.

    What leads to an address of the store leads to the article there; what leads to its own is left out. What was said
    before and is not repeated stays.
    """
    stated = _told_apart(edges)
    if not stated:
        return False
    keys = {external_key(one.target) for one in stated}
    stored = {row.key: row.article_id for row in connection.execute(_STORED, {"keys": list(keys)})}
    elsewhere = [one.target for one in stated if external_key(one.target) not in stored]
    external_ids = _save_externals(connection, elsewhere, now)
    claims = []
    for one in stated:
        key = external_key(one.target)
        place = Place(target_id=stored[key]) if key in stored else Place(external_id=external_ids[key])
        if place.target_id != article_id:
            claims.append(_Claim(article_id, place, one))
    known = {_identity(row) for row in connection.execute(_OF_ARTICLE, {"article_id": article_id})}
    _write(connection, claims, now)
    return any((claim.edge.relation.value, claim.place) not in known for claim in claims)


def withdraw_unstated(connection: Connection, article_id: int, edges: Sequence[Edge], now: datetime) -> None:
    """End those of an article's edges that other rules had found on its page, and today's do not.

    What a comparison of texts found stays, and so does what a feed said: the article may have come in several.
    """
    stated = {(one.relation.value, external_key(one.target)) for one in _told_apart(edges)}
    repeated: dict[int, bool] = {}
    for row in connection.execute(_STATED, {"article_id": article_id}):
        repeated[row.id] = repeated.get(row.id, False) or (row.relation, row.key) in stated
    gone = [id_ for id_, is_repeated in repeated.items() if not is_repeated]
    if gone:
        connection.execute(update(edge).where(edge.c.id.in_(gone)).values(status=WITHDRAWN, ended_at=now))


def save_traced(connection: Connection, traced: Sequence[TracedEdge], now: datetime) -> None:
    """Keep the edges of a trace; each ends those that it replaces, and takes their evidence along.

    One that had been superseded stands again: whoever compares all anew may come back to it.
    One that would lead in a circle is left out, unless it is surer than the weakest edge of that circle, which it then
    takes the place of.
    """
    for one in traced:
        if one.subject_id == one.object_id:
            continue
        ended = [
            row.id
            for row in connection.execute(_CURRENT_OF_ARTICLE, {"article_id": one.subject_id})
            if any(_is_same(row, known) for known in one.replaces)
        ]
        if one.edge.relation in DERIVATIONS:
            circle = path(connection, one.object_id, one.subject_id)
            if circle and circle[-1].target_id == one.subject_id and not any(link.id in ended for link in circle):
                weakest = min(circle, key=lambda link: link.confidence)
                if weakest.confidence >= one.edge.confidence:
                    continue
                ended.append(weakest.id)
        ids = _write(connection, [_Claim(one.subject_id, Place(target_id=one.object_id), one.edge)], now)
        connection.execute(_REVIVE, {"revived_id": ids[0]})
        _supersede(connection, ended, ids[0], now)


def link_to_arrived(connection: Connection, article_id: int, now: datetime) -> int:
    """Let every open reference to one of an article's addresses lead to the article; how many did not.

    What was open stays to be seen, superseded by what it became.
    """
    waiting = connection.execute(_WAITING, {"article_id": article_id}).all()
    if not waiting:
        return 0
    evidence = _evidence_of(connection, [row.id for row in waiting])
    claims = [_Claim(row.article_id, Place(target_id=article_id), _edge_of(row, evidence[row.id])) for row in waiting]
    for row, id_ in zip(waiting, _write(connection, claims, now), strict=True):
        _supersede(connection, [row.id], id_, now)
    return len(waiting)


def known_edges(connection: Connection, article_ids: Collection[int]) -> dict[int, tuple[KnownEdge, ...]]:
    """The current edges of these articles, with their evidence."""
    rows = connection.execute(_KNOWN, {"ids": list(article_ids)}).all()
    if not rows:
        return {}
    evidence = _evidence_of(connection, [row.id for row in rows])
    edges: dict[int, list[KnownEdge]] = defaultdict(list)
    for row in rows:
        edges[row.article_id].append(KnownEdge(_edge_of(row, evidence[row.id]), row.target_id))
    return {article_id: tuple(theirs) for article_id, theirs in edges.items()}


def path(connection: Connection, from_id: int, to_id: int | None = None) -> list[_Row]:
    """The derivations from one article towards its original, the surest at each step; it ends at ``to_id``."""
    links: list[_Row] = []
    seen = {from_id}
    at: int | None = from_id
    while at is not None and at != to_id and len(links) < LONGEST_CHAIN:
        link = connection.execute(_DERIVED_FROM, {"article_id": at}).first()
        if link is None or link.target_id in seen:
            break
        links.append(link)
        seen.add(link.target_id)
        at = link.target_id
    return links


def hand_over(connection: Connection, stays_id: int, goes_id: int) -> None:
    """Make all edges of and to article ``goes_id`` those of ``stays_id``; twins become one with all their evidence."""
    ids = {"stays": stays_id, "goes": goes_id}
    connection.execute(_DROP_BETWEEN, ids)
    for as_target in (False, True):
        connection.execute(_hand_over(as_target=as_target), ids)
        connection.execute(_twin_evidence(connection.dialect.name, as_target=as_target), ids)
        connection.execute(delete(edge).where(_goes(as_target=as_target)), ids)


def forget(connection: Connection, article_id: int) -> None:
    """Take away every edge of an article and to it, and the references that it alone made.

    What an edge to it had superseded stands again.
    """
    connection.execute(_RESTORE, {"forgotten_id": article_id})
    named = connection.execute(_EXTERNALS_OF, {"article_id": article_id}).scalars().all()
    connection.execute(delete(edge).where(or_(edge.c.article_id == article_id, edge.c.target_id == article_id)))
    if named:
        used = exists().where(edge.c.external_id == external_ref.c.id)
        connection.execute(delete(external_ref).where(external_ref.c.id.in_(named), ~used))


def _told_apart(edges: Sequence[Edge]) -> list[Edge]:
    """The edges with one for each relation and target, the surest, which has the evidence of all."""
    groups: dict[tuple[Relation, str], list[Edge]] = {}
    for one in _named_by_source(edges):
        groups.setdefault((one.relation, external_key(one.target)), []).append(one)
    told = []
    for alike in groups.values():
        surest = max(alike, key=lambda one: one.confidence)
        evidence = tuple(dict.fromkeys(seen for one in alike for seen in one.evidence))
        told.append(replace(surest, evidence=evidence))
    return told


def _named_by_source(edges: Iterable[Edge]) -> list[Edge]:
    """The edges, with one way to name a source: "Meridian Wire: World" in a feed, "Meridian Wire" in a credit line."""
    named = [_without_section(one) for one in edges]
    addressed = {
        (one.relation, folded(one.target.name)): one.target
        for one in named
        if one.target.name and one.target.url and not one.target.title and _is_of_feed(one)
    }
    return [
        replace(one, target=replace(one.target, url=same.url))
        if one.target.name
        and not (one.target.url or one.target.title)
        and (same := addressed.get((one.relation, folded(one.target.name)))) is not None
        else one
        for one in named
    ]


def _without_section(one: Edge) -> Edge:
    if not one.target.name or not _is_of_feed(one):
        return one
    return replace(one, target=replace(one.target, name=without_section(one.target.name)))


def _is_of_feed(one: Edge) -> bool:
    return any(seen.kind in _FEED_NAMES for seen in one.evidence)


def _save_externals(connection: Connection, targets: Iterable[External], now: datetime) -> dict[str, int]:
    rows = {
        external_key(target): {
            "name": target.name,
            "url": target.url,
            "title": target.title,
            "date": target.date,
            "candidates": target.candidates or None,
            "first_seen_at": now,
        }
        for target in targets
    }
    if not rows:
        return {}
    # In the order of their keys: two transactions that lock the same rows must not each wait for the other.
    values = [{"key": key, **rows[key]} for key in sorted(rows)]
    connection.execute(_save_external(connection.dialect.name), values)
    return {row.key: row.id for row in connection.execute(_EXTERNALS, {"keys": list(rows)})}


def _evidence_of(connection: Connection, edge_ids: Collection[int]) -> Mapping[int, Sequence[Evidence]]:
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    for row in connection.execute(_EVIDENCE, {"ids": list(edge_ids)}):
        evidence[row.edge_id].append(Evidence(EvidenceKind(row.kind), row.place, row.excerpt))
    return evidence


def _write(connection: Connection, claims: Sequence[_Claim], now: datetime) -> list[int]:
    """The one place where edges are written; their ids, in the order of ``claims``.

    One that stands already is not doubled: it is as sure as it was found to be last. One that was withdrawn stands
    again, and one that was superseded stays so, but adds its evidence to what took its place. Raises ValueError for an
    edge without evidence.
    """
    for claim in claims:
        if not claim.edge.evidence:
            raise ValueError("an edge without evidence cannot be written")
    if not claims:
        return []
    dialect = connection.dialect.name
    for inside in (True, False):
        rows = [_row(claim, now) for claim in claims if (claim.place.target_id is not None) == inside]
        if rows:
            connection.execute(_save_edge(dialect, inside=inside), rows)
    found = connection.execute(_OF_ARTICLES, {"ids": list({claim.article_id for claim in claims})}).all()
    by_identity = {(row.article_id, *_identity(row)): row for row in found}
    written = [by_identity[claim.article_id, claim.edge.relation.value, claim.place] for claim in claims]
    seen_rows = [
        {
            "edge_id": id_,
            "digest": digest_of(seen.kind.value, seen.where, seen.excerpt),
            "kind": seen.kind.value,
            "place": seen.where,
            "excerpt": seen.excerpt,
            "seen_at": now,
        }
        for row, claim in zip(written, claims, strict=True)
        for id_ in dict.fromkeys((row.id, row.replaced_by or row.id))
        for seen in claim.edge.evidence
    ]
    connection.execute(_save_evidence(dialect), seen_rows)
    return [row.id for row in written]


def _row(claim: _Claim, now: datetime) -> dict[str, object]:
    place = "target_id" if claim.place.target_id is not None else "external_id"
    return {
        "article_id": claim.article_id,
        "relation": claim.edge.relation.value,
        place: claim.place.target_id or claim.place.external_id,
        "confidence": claim.edge.confidence,
        "method": claim.edge.method,
        "status": CURRENT,
        "first_seen_at": now,
    }


def _supersede(connection: Connection, ended: Sequence[int], by: int, now: datetime) -> None:
    """End edges for the sake of edge ``by``, which takes over their evidence."""
    ended = [id_ for id_ in ended if id_ != by]
    if not ended:
        return
    connection.execute(
        update(edge)
        .where(edge.c.id.in_(ended), edge.c.status == CURRENT)
        .values(status=SUPERSEDED, ended_at=now, replaced_by=by)
    )
    inherited = select(bindparam("heir", by, type_=RowId), *(edge_evidence.c[word] for word in _EVIDENCE_WORDS)).where(
        edge_evidence.c.edge_id.in_(ended)
    )
    connection.execute(
        insert_into(connection.dialect.name, edge_evidence)
        .from_select(["edge_id", *_EVIDENCE_WORDS], inherited)
        .on_conflict_do_nothing()
    )


def _identity(row: _Row) -> tuple[str, Place]:
    return row.relation, Place(row.target_id, row.external_id)


def _is_same(row: _Row, known: KnownEdge) -> bool:
    if row.relation != known.edge.relation.value:
        return False
    if known.target_id is not None:
        return bool(row.target_id == known.target_id)
    return bool(row.key == external_key(known.edge.target))


def _edge_of(row: _Row, evidence: Sequence[Evidence]) -> Edge:
    target = External(row.name, row.url, row.title, row.date, tuple(row.candidates or ()))
    return Edge(Relation(row.relation), target, row.confidence, tuple(evidence), row.method)


# Built once: composing a statement costs more than running it.


@cache
def _save_external(dialect: str) -> Insert:
    statement = insert_into(dialect, external_ref)
    said = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[external_ref.c.key],
        set_={word: func.coalesce(external_ref.c[word], said[word]) for word in ("name", "title", "date")},
    )


@cache
def _save_edge(dialect: str, *, inside: bool) -> Insert:
    statement = insert_into(dialect, edge)
    said = statement.excluded
    withdrawn = edge.c.status == WITHDRAWN
    return statement.on_conflict_do_update(
        index_elements=[edge.c.article_id, edge.c.relation, edge.c.target_id if inside else edge.c.external_id],
        set_={
            # The last reading knows best how sure it is.
            "confidence": said.confidence,
            "method": said.method,
            "status": case((withdrawn, said.status), else_=edge.c.status),
            "ended_at": case((withdrawn, null()), else_=edge.c.ended_at),
        },
    )


@cache
def _save_evidence(dialect: str) -> Insert:
    return insert_into(dialect, edge_evidence).on_conflict_do_nothing()


_GOES = bindparam("goes", type_=RowId)
_STAYS = bindparam("stays", type_=RowId)
_twin = edge.alias("twin")
_EVIDENCE_WORDS = ("digest", "kind", "place", "excerpt", "seen_at")


def _is_twin(*, as_target: bool) -> ColumnElement[bool]:
    """That ``twin`` is what an edge of (or, ``as_target``, to) the article that goes would become."""
    if as_target:
        same = and_(_twin.c.target_id == _STAYS, _twin.c.article_id == edge.c.article_id)
    else:
        same_place = or_(_twin.c.target_id == edge.c.target_id, _twin.c.external_id == edge.c.external_id)
        same = and_(_twin.c.article_id == _STAYS, same_place)
    return and_(same, _twin.c.relation == edge.c.relation)


def _goes(*, as_target: bool) -> ColumnElement[bool]:
    return (edge.c.target_id if as_target else edge.c.article_id) == _GOES


@cache
def _hand_over(*, as_target: bool) -> Update:
    statement = update(edge).where(_goes(as_target=as_target), ~exists().where(_is_twin(as_target=as_target)))
    return statement.values(target_id=_STAYS) if as_target else statement.values(article_id=_STAYS)


@cache
def _twin_evidence(dialect: str, *, as_target: bool) -> Insert:
    found = (
        select(_twin.c.id, *(edge_evidence.c[word] for word in _EVIDENCE_WORDS))
        .join_from(edge_evidence, edge, edge.c.id == edge_evidence.c.edge_id)
        .join(_twin, _is_twin(as_target=as_target))
        .where(_goes(as_target=as_target))
    )
    return (
        insert_into(dialect, edge_evidence).from_select(["edge_id", *_EVIDENCE_WORDS], found).on_conflict_do_nothing()
    )


_DROP_BETWEEN = delete(edge).where(
    or_(
        and_(edge.c.article_id == _STAYS, edge.c.target_id == _GOES),
        and_(edge.c.article_id == _GOES, edge.c.target_id == _STAYS),
    )
)
_STORED = select(article_url.c.key, article_url.c.article_id).where(
    article_url.c.key.in_(bindparam("keys", expanding=True)), article_url.c.article_id.is_not(None)
)
_EXTERNALS = select(external_ref.c.key, external_ref.c.id).where(
    external_ref.c.key.in_(bindparam("keys", expanding=True))
)
_EXTERNALS_OF = select(edge.c.external_id).where(
    edge.c.article_id == bindparam("article_id"), edge.c.external_id.is_not(None)
)
_IDENTITY = (edge.c.id, edge.c.article_id, edge.c.relation, edge.c.target_id, edge.c.external_id, edge.c.replaced_by)
_OF_ARTICLE = select(*_IDENTITY).where(edge.c.article_id == bindparam("article_id"))
_OF_ARTICLES = select(*_IDENTITY).where(edge.c.article_id.in_(bindparam("ids", expanding=True)))
_CURRENT_OF_ARTICLE = (
    select(*_IDENTITY, external_ref.c.key)
    .outerjoin(external_ref, external_ref.c.id == edge.c.external_id)
    .where(edge.c.article_id == bindparam("article_id"), edge.c.status == CURRENT)
)
_STATED = (
    # An edge to an article is known by each of that article's addresses.
    select(edge.c.id, edge.c.relation, func.coalesce(external_ref.c.key, article_url.c.key).label("key"))
    .outerjoin(external_ref, external_ref.c.id == edge.c.external_id)
    .outerjoin(article_url, article_url.c.article_id == edge.c.target_id)
    .where(
        edge.c.article_id == bindparam("article_id"),
        edge.c.status == CURRENT,
        ~edge.c.method.startswith(COMPARED),
        ~exists().where(edge_evidence.c.edge_id == edge.c.id, edge_evidence.c.place == _IN_FEED),
    )
)
_WORDS = (
    edge.c.id,
    edge.c.article_id,
    edge.c.relation,
    edge.c.target_id,
    edge.c.confidence,
    edge.c.method,
    external_ref.c.candidates,
    external_ref.c.date,
)
_WAITING = (
    select(*_WORDS, external_ref.c.name, external_ref.c.url, external_ref.c.title)
    .join(external_ref, external_ref.c.id == edge.c.external_id)
    .join(article_url, article_url.c.key == external_ref.c.key)
    .where(
        article_url.c.article_id == bindparam("article_id"),
        edge.c.article_id != bindparam("article_id"),
        edge.c.status == CURRENT,
    )
    .order_by(edge.c.id)
)
_target = article.alias("target")
_KNOWN: Select[*tuple[Any, ...]] = (
    select(
        *_WORDS,
        func.coalesce(external_ref.c.name, _target.c.source_name).label("name"),
        func.coalesce(external_ref.c.url, _target.c.url).label("url"),
        func.coalesce(external_ref.c.title, _target.c.title).label("title"),
    )
    .outerjoin(external_ref, external_ref.c.id == edge.c.external_id)
    .outerjoin(_target, _target.c.id == edge.c.target_id)
    .where(edge.c.article_id.in_(bindparam("ids", expanding=True)), edge.c.status == CURRENT)
    .order_by(edge.c.id)
)
_EVIDENCE = (
    select(edge_evidence.c.edge_id, edge_evidence.c.kind, edge_evidence.c.place, edge_evidence.c.excerpt)
    .where(edge_evidence.c.edge_id.in_(bindparam("ids", expanding=True)))
    .order_by(edge_evidence.c.edge_id, edge_evidence.c.seen_at, edge_evidence.c.kind, edge_evidence.c.digest)
)
_DERIVED_FROM = (
    select(edge.c.id, edge.c.target_id, edge.c.external_id, edge.c.relation, edge.c.confidence)
    .where(
        edge.c.article_id == bindparam("article_id"),
        edge.c.relation.in_(sorted(DERIVATIONS)),
        edge.c.status == CURRENT,
        edge.c.target_id.is_not(None),
    )
    .order_by(edge.c.confidence.desc(), edge.c.id)
    .limit(1)
)
_REVIVE = (
    update(edge)
    .where(edge.c.id == bindparam("revived_id"), edge.c.status == SUPERSEDED)
    .values(status=CURRENT, ended_at=null(), replaced_by=null())
)
_RESTORE = (
    update(edge)
    .where(
        edge.c.replaced_by.in_(select(_twin.c.id).where(_twin.c.target_id == bindparam("forgotten_id"))),
        edge.c.status == SUPERSEDED,
    )
    .values(status=CURRENT, ended_at=null(), replaced_by=null())
)
