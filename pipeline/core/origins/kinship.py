"""Which stored articles an article descends from, and which from it: the edges of the chain to the original report.

Every article has one parent at most, the report nearest to the original that its text carries; an original that comes
in late takes its copies from each other, and every open reference that names it is resolved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from pipeline.core.model import DERIVATIONS, Edge, EvidenceKind, External, KnownEdge, Relation, Traced, TracedEdge
from pipeline.core.origins.alignment import align
from pipeline.core.origins.bonds import BY_THE_DESK, Bond, bond_of, is_one_party
from pipeline.core.origins.likeness import Kind, kind_of, name_key
from pipeline.core.origins.precedence import NAMED, apart, plainness, time_lean
from pipeline.core.origins.reports import COMPARED, Report, is_at, is_titled, quotes_in_common, same_name
from pipeline.core.origins.wording import stems_of, wording_of

METHOD: Final = "kinship/1"
MAX_READ: Final = 12  # articles whose texts are laid beside one that arrives

MARK_WEIGHTS: Final = {
    # What a shared mark is worth when candidates are chosen: an address names one article, a name hundreds.
    Kind.ADDRESS: 10.0,
    Kind.TITLE: 4.0,
    Kind.TEXT: 2.0,
    Kind.SOURCE: 2.0,
    Kind.QUOTE: 2.0,
    Kind.FIGURE: 1.0,
    Kind.NAME: 1.0,
}
WORTH_READING: Final = 2.0  # one row of words, or two lesser things
PROMISING: Final = 5.0  # two rows of words and more; below that stands what any two reports of one week may share
MAX_DOUBTFUL: Final = 4  # of those that are not; laying two texts side by side costs a millisecond

RANKS: Final = {
    Relation.REVISION_OF: 3.0,
    Relation.COPY_OF: 2.0,
    Relation.TRANSLATION_OF: 1.0,
    Relation.REWRITE_OF: 0.0,
}
SHARE_MARGIN: Final = 0.15  # house style of the copy in between
SHARE_STEP: Final = 0.03  # less is chance
SURE: Final = 0.7  # a credit that is believed more says whose report it is against a likeness with another
MOST_CERTAIN: Final = 0.99

CITED_WITHIN: Final = timedelta(days=14)
BY_ADDRESS: Final = frozenset(
    {EvidenceKind.HYPERLINK, EvidenceKind.REFERENCE_ENTRY, EvidenceKind.ATOM_VIA, EvidenceKind.CANONICAL_LINK}
)
"""Evidence of citations that say which report is meant."""
CREDITS: Final = BY_THE_DESK | {EvidenceKind.DC_SOURCE}
WHOLE: Final = frozenset({Relation.COPY_OF, Relation.TRANSLATION_OF})
"""Derivations of which a credit speaks: who retells a report says in sentences whose it is."""
MIN_IN_COMMON: Final = 3
CITED_RETOLD: Final = 0.25
CLAUSE_RETOLD: Final = 0.4  # of what the citing clause is about
STAMPS_DIFFER: Final = timedelta(hours=6)  # a page that is written on through the day is stamped after those that cite


def worth_reading(shared: Mapping[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Of candidates (article id -> marks in common) those whose texts are to be compared: best first, at most MAX_READ.

    Of those that share less than PROMISING at most MAX_DOUBTFUL; of equally good ones the lower ids, as they were seen
    first.
    """
    worth = {number: sum(MARK_WEIGHTS[kind_of(mark)] for mark in set(marks)) for number, marks in shared.items()}
    chosen = sorted((-weight, number) for number, weight in worth.items() if weight >= WORTH_READING)
    promising = sum(-weight >= PROMISING for weight, _ in chosen)
    return tuple(number for _, number in chosen[: min(MAX_READ, promising + MAX_DOUBTFUL)])


def trace(subject: Traced, kin: Sequence[Traced]) -> tuple[TracedEdge, ...]:
    """The edges between ``subject`` and ``kin`` that their texts, credits and addresses carry; none that stand already.

    The subject gets at most one article that it derives from, the report nearest to the original. Kin that derive from
    the subject get it as theirs, where what they have says less: an open reference, a sibling, a weaker likeness. Open
    references of either side that name the other are resolved. Linear in the number of kin, of which there are at most
    MAX_READ.
    """
    mine = Report(subject)
    others = [Report(other) for other in kin[:MAX_READ] if other.id != subject.id]
    for report in (mine, *others):
        report.is_credited = any(
            other.owes(known, report) for other in (mine, *others) if other is not report for known in other.credits
        )
    bonds = [bond for bond in (bond_of(mine, other) for other in others) if bond]
    edges = [*_parent(mine, bonds), *_children(mine, bonds)]
    at_hand = [mine, *others]
    edges += _resolved(mine, others, edges, at_hand)
    for other in others:
        edges += _resolved(other, [mine], edges, at_hand)
    return tuple(edges)


def _parent(mine: Report, bonds: Sequence[Bond]) -> list[TracedEdge]:
    """The one edge to the report that ``mine`` derives from, or none where that stands already."""
    ways = [bond for bond in bonds if bond.child is mine]
    ways = [way for way in ways if not any(_is_foreseen(way, other) for other in ways)]
    nearest = [way for way in ways if not any(_leads_on(way, better) for better in ways)]
    if not nearest:
        return []
    return _switched(max(nearest, key=_rank), [way.parent for way in ways])


def _rank(way: Bond) -> tuple[bool, float, int]:
    named = plainness(way.child, way.parent) >= NAMED
    # The later version of one's own report stands nearer than anybody else's copy of it.
    return named, RANKS[way.relation] + way.share, -way.parent.id


def _leads_on(way: Bond, better: Bond) -> bool:
    """Whether the parent of ``way`` has it from the parent of ``better``, which explains the child hardly less."""
    if way is better or better.share < way.share - SHARE_MARGIN or way.relation is Relation.REVISION_OF:
        return False
    return any(
        known.edge.relation is not Relation.REVISION_OF and way.parent.points_at(known, better.parent)
        for known in way.parent.derivations
    )


def _is_foreseen(way: Bond, other: Bond) -> bool:
    """Whether the parent of ``way`` is a version that came after the child, and ``other`` one that was there before.

    Nobody copies tomorrow's version; a clock alone proves nothing, so the earlier one must explain hardly less.
    """
    return (
        way.relation is other.relation
        and other.share >= way.share - SHARE_MARGIN
        and is_one_party(way.parent, other.parent)
        and _is_stamped_later(way.parent, way.child)
        and not _is_stamped_later(other.parent, way.child)
    )


def _is_stamped_later(report: Report, than: Report) -> bool:
    return bool(report.article.published and than.article.published) and time_lean(report, than) > 0


def _children(mine: Report, bonds: Sequence[Bond]) -> list[TracedEdge]:
    """The edges of reports that derive from ``mine``, where what they have says less."""
    # A later version of mine is no step on the way to it: its copies are its own.
    nearer = [bond.child for bond in bonds if bond.parent is mine and bond.relation is not Relation.REVISION_OF]
    others = [bond.child if bond.parent is mine else bond.parent for bond in bonds]
    edges: list[TracedEdge] = []
    for bond in bonds:
        if bond.parent is mine and not any(
            _stays(bond, standing, others, nearer) for standing in bond.child.derivations
        ):
            edges += _switched(bond, others)
    return edges


def _stays(bond: Bond, standing: KnownEdge, others: Sequence[Report], nearer: Sequence[Report]) -> bool:
    """Whether the child keeps the parent that it has, since that one explains it better."""
    known = next((other for other in others if other.id == standing.target_id), None)
    if known is None or known is bond.parent:
        return False
    kept = bond_of(bond.child, known)
    if kept is None or kept.child is not bond.child:
        return False
    if _is_foreseen(bond, kept) or _is_foreseen(kept, bond):
        return _is_foreseen(bond, kept)
    share = kept.share
    if kept.relation is not bond.relation:
        return RANKS[kept.relation] > RANKS[bond.relation]
    return bond.share < share - SHARE_MARGIN if known in nearer else bond.share <= share + SHARE_STEP


def _switched(bond: Bond, weighed: Sequence[Report]) -> list[TracedEdge]:
    """``bond`` as an edge that ends those which say less; none where a standing one says as much or more.

    One that an address alone has drawn to the same report says less, as long as the texts were not compared.

    ``weighed`` are the reports that the bond's parent was preferred to.
    """
    ended = []
    certainty = bond.certainty
    for standing in bond.child.derivations:
        if standing.target_id == bond.parent.id:
            if standing.edge.relation is bond.relation:
                if {found.kind for found in bond.evidence} <= {found.kind for found in standing.edge.evidence}:
                    return []
                certainty = max(certainty, standing.edge.confidence)
        elif standing.target_id is None:
            points = bond.child.points_at(standing, bond.parent)
            if standing.edge.target.name and not points and standing.edge.confidence >= min(SURE, bond.certainty):
                return []
        elif standing.target_id not in {report.id for report in weighed} and not _is_weaker(standing, bond):
            return []
        ended.append(standing)
    if bond.relation in WHOLE:
        named = bond.child.traced.edges
        ended += [known for known in named if _is_credit(known) and bond.child.owes(known, bond.parent)]
    carried = {
        evidence.kind: evidence for known in ended for evidence in known.edge.evidence if evidence.kind not in COMPARED
    }
    evidence = {**carried, **{evidence.kind: evidence for evidence in bond.evidence}}
    confidence = round(min(MOST_CERTAIN, certainty), 3)
    edge = Edge(bond.relation, _as_target(bond.parent), confidence, tuple(evidence.values()), METHOD)
    return [TracedEdge(bond.child.id, bond.parent.id, edge, tuple(ended))]


def _is_weaker(standing: KnownEdge, bond: Bond) -> bool:
    return standing.edge.confidence + SHARE_STEP < bond.certainty


def _as_target(report: Report) -> External:
    return External(name=report.article.source.name, url=report.article.url, title=report.article.title)


def _resolved(
    one: Report, others: Sequence[Report], drawn: Sequence[TracedEdge], at_hand: Sequence[Report]
) -> list[TracedEdge]:
    """The open references of ``one`` that are found among ``others``, with what was said of them before.

    An address or a headline is enough. A publisher's name alone is not: of all its reports the one is meant that this
    text descends from, or with which it has at least a quote, or most of its facts, in common. So it follows where a
    better parent of the same publisher is found, or a report that has more in common with it than the one ``at_hand``
    that it was taken to mean: which of them came first must not matter. A credit by name is for the parent that the
    text has in the same way.
    """
    replaced = {known for edge in drawn if edge.subject_id == one.id for known in edge.replaces}
    parents = {edge.object_id for edge in drawn if edge.subject_id == one.id}
    parents |= {known.target_id for known in one.derivations if known.target_id is not None}
    ways = {(edge.edge.relation, edge.object_id) for edge in drawn if edge.subject_id == one.id}
    ways |= {(known.edge.relation, known.target_id) for known in one.derivations if known.target_id is not None}
    copies = [edge.edge for edge in drawn if edge.subject_id == one.id] + [known.edge for known in one.derivations]
    copied = {name_key(copy.target.name or "") for copy in copies if copy.relation in WHOLE}
    edges = []
    left = {known.target_id for known in replaced if known.target_id is not None}
    for known in one.traced.edges:
        if known in replaced or known.edge.relation is Relation.UNRELATED_REF:
            continue
        if _is_credit(known) and any(same_name(known.edge.target.name or "", (name,)) for name in copied):
            continue
        standing = None
        if known.target_id is not None and known.target_id not in left:
            standing = next((report for report in at_hand if report.id == known.target_id), None)
        if known.target_id is not None and not ((known.target_id in left or standing) and _is_by_name(known)):
            continue
        target = known.edge.target if known.target_id is None else External(name=known.edge.target.name)
        found = [other for other in others if is_at(target, other) or is_titled(target, other)]
        if not found and known.edge.relation is Relation.CITES and not target.title:
            found = [
                other
                for other in others
                if one.names_publisher(known, other) and (other.id in parents or _in_common(one, other, known))
            ]
        elif not found and known.edge.relation in DERIVATIONS and target.name:
            found = [
                other
                for other in others
                if (known.edge.relation, other.id) in ways and one.names_publisher(known, other)
            ]
        if found:
            meant = max(found, key=lambda other: _fit(one, other, known, parents))
            if standing and _fit(one, meant, known, parents) <= _fit(one, standing, known, parents):
                continue
            edges.append(TracedEdge(one.id, meant.id, _as_sure(known, meant, one, drawn), (known,)))
    return edges


def _as_sure(known: KnownEdge, meant: Report, one: Report, drawn: Sequence[TracedEdge]) -> Edge:
    """``known`` as an edge to ``meant``; where one of its kind leads there already, no less sure than that one."""
    relation = known.edge.relation
    there = [edge.edge for edge in drawn if (edge.subject_id, edge.object_id) == (one.id, meant.id)]
    there += [other.edge for other in one.traced.edges if other.target_id == meant.id]
    confidence = max(edge.confidence for edge in (known.edge, *there) if edge.relation is relation)
    return Edge(relation, _as_target(meant), confidence, known.edge.evidence, METHOD)


def _fit(one: Report, other: Report, known: KnownEdge, parents: set[int]) -> tuple[bool, int, int]:
    """How well ``other`` fits a reference of ``one``, the best highest; of equals the report that was seen first."""
    return other.id in parents, _in_common(one, other, known), -other.id


def _is_by_name(known: KnownEdge) -> bool:
    """Whether a citation gave no more than a name, so that it may mean another report of the same publisher."""
    return known.edge.relation is Relation.CITES and not BY_ADDRESS & {found.kind for found in known.edge.evidence}


def _is_credit(known: KnownEdge) -> bool:
    """Whether a citation is but a credit for the text, by its feed or its desk: beside a copy it says nothing more."""
    edge = known.edge
    return edge.relation is Relation.CITES and {found.kind for found in edge.evidence} <= CREDITS


def _in_common(one: Report, other: Report, known: KnownEdge) -> int:
    """How many quotes, names and figures say that ``one`` has the report of ``other`` before it, as ``known`` says.

    0 where too few do. Single names may be those of another story of the same publisher, so a figure, a quote or a
    retold sentence has to be among them. A paper that does not report on all the world is believed on less: a full
    name, the clause that cites it in other words, or between two languages what both can write, names and figures.
    """
    if _is_too_early(one, other) or apart(one, other) > CITED_WITHIN:
        return 0
    quotes = len(quotes_in_common(one, other))
    figures = {*one.telling_figures} & {*other.telling_figures}
    publisher = {word for name in other.names for word in name.split()}
    names = len((one.wording.names & other.wording.names) - publisher)
    told = quotes or figures or align(one.wording, other.wording).mine_retold >= CITED_RETOLD
    common = 2 * quotes + len(figures) + names
    if other.is_known:
        return common if told and common >= MIN_IN_COMMON else 0
    full = sum(" " in name and not publisher & set(name.split()) for name in one.full_names & other.full_names)
    retold = _retold_in_clause(known, other, publisher)
    common += full + retold
    if (told or full) and common >= MIN_IN_COMMON:
        return common
    is_foreign = one.article.language != other.article.language
    if retold or (is_foreign and (common >= MIN_IN_COMMON or any(map(_is_rare, figures)))):
        return common
    return 0


def _is_too_early(one: Report, other: Report) -> bool:
    """Whether ``one`` came out so long before ``other`` that it cannot cite it; when we saw them says nothing."""
    if one.article.published is None or other.article.published is None:
        return False
    return time_lean(one, other) < 0 and apart(one, other) > STAMPS_DIFFER


def _retold_in_clause(known: KnownEdge, other: Report, publisher: set[str]) -> int:
    """How many stems and figures of the citing clause ``other`` has as well; 0 where they are too few."""
    clauses = wording_of("\n".join(found.excerpt for found in known.edge.evidence if found.kind not in COMPARED))
    about = (clauses.stems | clauses.figures) - stems_of(publisher)
    shared = about & (other.wording.stems | other.wording.figures)
    return len(shared) if len(shared) >= MIN_IN_COMMON and len(shared) >= CLAUSE_RETOLD * len(about) else 0


def _is_rare(figure: str) -> bool:
    """Whether two reports hardly have ``figure`` by chance: of three digits, and not round."""
    return len(figure) >= 3 and len(figure.replace(".", "").rstrip("0")) >= 2
