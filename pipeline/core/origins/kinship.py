"""Which stored articles an article descends from, and which from it: the edges of the chain to the original report.

Every article has one parent, the report nearest to the original that its text carries, or two where a desk made it of
two reports; an original that comes in late takes its copies from each other, and every open reference that names it is
resolved.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from pipeline.core.model import Edge, EvidenceKind, KnownEdge, Relation, Traced, TracedEdge
from pipeline.core.origins.bonds import Bond, bond_of, has_matter_of, is_one_party
from pipeline.core.origins.likeness import Kind, kind_of
from pipeline.core.origins.precedence import NAMED, came_out, plainness, time_lean
from pipeline.core.origins.reports import COMPARED, METHOD, Report
from pipeline.core.origins.resolution import WHOLE, is_credit, resolved
from pipeline.core.origins.wording import Said

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
    Kind.MATTER: 1.5,
}
WORTH_READING: Final = 2.0  # one row of words, or two lesser things
PROMISING: Final = 5.0  # two rows of words and more; below that stands what any two reports of one week may share
MAX_DOUBTFUL: Final = 4  # of those that are not; laying two texts side by side costs a millisecond
FACTS: Final = frozenset({Kind.NAME, Kind.FIGURE})
WORDING: Final = frozenset({Kind.TEXT, Kind.QUOTE})
MANY_FACTS: Final = 8  # marks of one text's facts: kin of so factual a report have several of them
MIN_FACTS: Final = 2  # in common with such a report; a single figure is one that any two may have
MIN_WORDING: Final = 3  # the same of rows of words; one or two are turns of speech

RANKS: Final = {
    Relation.REVISION_OF: 3.0,
    Relation.COPY_OF: 2.0,
    Relation.TRANSLATION_OF: 1.0,
    Relation.REWRITE_OF: 0.0,
}
DECLARED: Final = frozenset({EvidenceKind.IS_BASED_ON, EvidenceKind.CANONICAL_LINK})  # by the page's own mark-up
SHARE_MARGIN: Final = 0.15  # house style of the copy in between
SHARE_STEP: Final = 0.03  # less is chance
MIN_TAKEN: Final = 2  # sentences that one of two parents brought, and not the other
TAKEN_BY_BOTH: Final = 0.2  # of the sentences that the lesser one brought: two reports may quote one statement
SURE: Final = 0.7  # a credit that is believed more says whose report it is against a likeness with another
MOST_CERTAIN: Final = 0.99


def ranked(shared: Mapping[int, tuple[int, ...]], marks: Collection[int]) -> tuple[int, ...]:
    """Of candidates (article id -> marks in common) those whose texts may tell more: the best first.

    ``marks`` are all that the article has that is traced. Of equally good ones the lower ids come first, as they were
    seen first.
    """
    return tuple(id_ for _, id_ in _weighed(shared, marks))


def worth_reading(shared: Mapping[int, tuple[int, ...]], marks: Collection[int]) -> tuple[int, ...]:
    """Those of ``ranked`` whose texts are to be compared: at most MAX_READ, and few of those that promise little."""
    weighed = _weighed(shared, marks)
    promising = sum(-weight >= PROMISING for weight, _ in weighed)
    return tuple(id_ for _, id_ in weighed[: min(MAX_READ, promising + MAX_DOUBTFUL)])


def trace(subject: Traced, kin: Sequence[Traced]) -> tuple[TracedEdge, ...]:
    """The edges between ``subject`` and ``kin`` that their texts, credits and addresses carry; none that stand already.

    The subject gets at most two articles that it derives from, those nearest to the original. Kin that derive from the
    subject get it as theirs, where what they have says less: an open reference, a sibling, a weaker likeness. Open
    references of either side that name the other are resolved. Linear in the number of kin, of which there are at most
    MAX_READ.
    """
    said: dict[str, Said] = {}
    mine = Report(subject, said)
    others = [Report(other, said) for other in kin[:MAX_READ] if other.id != subject.id]
    for report in (mine, *others):
        report.is_credited = any(
            other.owes(known, report) for other in (mine, *others) if other is not report for known in other.credits
        )
    bonds = [bond for bond in (bond_of(mine, other) for other in others) if bond]
    edges = [*_parent(mine, bonds), *_children(mine, bonds, others)]
    at_hand = [mine, *others]
    edges += resolved(mine, others, edges, at_hand)
    for other in others:
        edges += resolved(other, [mine], edges, at_hand)
    return tuple(edges)


def unsettled(subject: Traced, kin: Sequence[Traced], found: Sequence[TracedEdge]) -> tuple[int, ...]:
    """The articles (ids) among ``kin`` that have to be traced again, as ``found`` is new with ``subject``.

    Those that came out after it: what they were taken to derive from may itself be a copy, or not the best of all.
    So each is traced after all that came out before it, in whatever order they came in; and two never wake each other.
    """
    if not found:
        return ()
    named = {id_ for edge in found for id_ in (edge.subject_id, edge.object_id)}
    akin = named.union(
        id_ for weight, id_ in _weighed({one.id: one.shared for one in kin}, subject.shared) if -weight >= PROMISING
    )
    first = came_out(subject.article)
    return tuple(one.id for one in kin if one.id in akin and came_out(one.article) > first)


def _weighed(shared: Mapping[int, tuple[int, ...]], marks: Collection[int]) -> list[tuple[float, int]]:
    is_factual = _number_of(FACTS, marks) >= MANY_FACTS
    weighed = ((-sum(MARK_WEIGHTS[kind_of(mark)] for mark in set(theirs)), id_) for id_, theirs in shared.items())
    return sorted(
        (weight, id_)
        for weight, id_ in weighed
        if -weight >= WORTH_READING and not (is_factual and _is_chance(shared[id_]))
    )


def _is_chance(shared: Collection[int]) -> bool:
    """Whether any two reports of one trade may have so much in common: a turn of speech or two, a figure."""
    facts, rows = _number_of(FACTS, shared), _number_of(WORDING, shared)
    return facts < MIN_FACTS and rows < MIN_WORDING and facts + rows == len(shared)


def _number_of(kinds: Collection[Kind], marks: Collection[int]) -> int:
    return sum(kind_of(mark) in kinds for mark in marks)


def _parent(mine: Report, bonds: Sequence[Bond]) -> list[TracedEdge]:
    """The edge to the report that ``mine`` derives from, or the two of its halves; none that stands already."""
    ways = [bond for bond in bonds if bond.child is mine]
    there = [way for way in ways if not any(_is_foreseen(way, other) for other in ways)]
    nearest = [way for way in there if not any(_leads_on(way, better) for better in there)]
    if not nearest:
        return []
    weighed = [way.parent for way in ways]
    first = min(nearest, key=_place)
    second = min((way for way in nearest if _are_halves(first, way)), key=_place, default=None)
    if second is None:
        return _switched(first, weighed)
    return _switched(first, weighed, [second.parent.id]) + _switched(second, weighed, [first.parent.id])


def _are_halves(one: Bond, other: Bond) -> bool:
    """Whether the child was made of two reports: sentences of it are copied from each that the other does not have."""
    least = min(len(one.taken), len(other.taken))
    both = len(one.taken & other.taken)
    return least - both >= MIN_TAKEN and both <= TAKEN_BY_BOTH * least and not is_one_party(one.parent, other.parent)


def _place(way: Bond) -> tuple[int, float, tuple[float, str]]:
    """Where ``way`` stands among those to a child's parents, the best lowest; of equals the one to the first report."""
    named = 2 if plainness(way.child, way.parent) >= NAMED else min(_credit(way), 1)
    # The later version of one's own report stands nearer than anybody else's copy of it.
    return -named, -(RANKS[way.relation] + way.share), came_out(way.parent.article)


def _credit(way: Bond) -> int:
    """How plainly the child says that it has its report from the parent, 0 where it does not.

    2 where its desk credits the parent's publisher, or its page declares the parent to be its base; 1 where a
    translation cites the publisher in its text, as who translates from a paper names no other.
    """
    if has_matter_of(way.child, way.parent) or any(
        evidence.kind in DECLARED and way.child.points_at(known, way.parent)
        for known in way.child.derivations
        for evidence in known.edge.evidence
    ):
        return 2
    return int(way.relation is Relation.TRANSLATION_OF and plainness(way.child, way.parent) > 0.0)


def _leads_on(way: Bond, better: Bond) -> bool:
    """Whether the parent of ``way`` has it from the parent of ``better``, which explains the child hardly less."""
    if way is better or better.share < way.share - SHARE_MARGIN or way.relation is Relation.REVISION_OF:
        return False
    if way.relation is Relation.COPY_OF and better.relation is Relation.REWRITE_OF:
        return False  # whose words it prints is nearer than who was retold in them
    if _credit(way) > _credit(better):
        return False  # the child says itself that it has it from there
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


def _children(mine: Report, bonds: Sequence[Bond], at_hand: Sequence[Report]) -> list[TracedEdge]:
    """The edges of reports that derive from ``mine``, where what they have says less."""
    # A later version of mine is no step on the way to it: its copies are its own.
    nearer = [bond.child for bond in bonds if bond.parent is mine and bond.relation is not Relation.REVISION_OF]
    others = [bond.child if bond.parent is mine else bond.parent for bond in bonds]
    edges: list[TracedEdge] = []
    for bond in bonds:
        if bond.parent is mine:
            standing = _standing(bond, at_hand)
            halves = [kept.parent.id for kept in standing if _are_halves(bond, kept)]
            rivals = [kept for kept in standing if kept.parent in others and kept.parent.id not in halves]
            if not any(_stays(bond, kept, nearer) for kept in rivals):
                left = [kept.parent for kept in standing if _is_foreseen(kept, bond)]
                edges += _switched(bond, [*others, *left], halves)
    return edges


def _standing(bond: Bond, at_hand: Sequence[Report]) -> list[Bond]:
    """How the child is bound to those ``at_hand`` that it derives from as things stand, beside the bond's parent."""
    targets = {known.target_id for known in bond.child.derivations}
    bonds = (bond_of(bond.child, other) for other in at_hand if other.id in targets and other is not bond.parent)
    return [kept for kept in bonds if kept and kept.child is bond.child]


def _stays(bond: Bond, kept: Bond, nearer: Sequence[Report]) -> bool:
    """Whether the child keeps the parent that it has, since that one explains it better."""
    if _is_foreseen(bond, kept) or _is_foreseen(kept, bond):
        return _is_foreseen(bond, kept)
    if _credit(bond) != _credit(kept):
        return _credit(kept) > _credit(bond)
    share = kept.share
    if kept.relation is not bond.relation:
        return RANKS[kept.relation] > RANKS[bond.relation]
    return bond.share < share - SHARE_MARGIN if kept.parent in nearer else bond.share <= share + SHARE_STEP


def _switched(bond: Bond, weighed: Sequence[Report], beside: Collection[int] = ()) -> list[TracedEdge]:
    """``bond`` as an edge that ends those which say less; none where a standing one says as much or more.

    One that an address alone has drawn to the same report says less, as long as the texts were not compared.
    ``weighed`` are the reports that the bond's parent was preferred to; ``beside`` those (ids) that stay beside it.
    """
    ended = []
    certainty = bond.certainty
    for standing in bond.child.derivations:
        if standing.target_id in beside:
            continue
        if standing.target_id == bond.parent.id:
            if standing.edge.relation is bond.relation:
                if {found.kind for found in bond.evidence} <= {found.kind for found in standing.edge.evidence}:
                    return []
                certainty = max(certainty, standing.edge.confidence)
        elif standing.target_id is None:
            points = bond.child.points_at(standing, bond.parent)
            if standing.edge.target.name and not points and standing.edge.confidence >= min(SURE, bond.certainty):
                if has_matter_of(bond.child, bond.parent):
                    continue  # "ANP/Reuters": the one had it from the other
                return []
        elif standing.target_id not in {report.id for report in weighed} and not _is_weaker(standing, bond):
            return []
        ended.append(standing)
    if bond.relation in WHOLE:
        named = bond.child.traced.edges
        ended += [known for known in named if is_credit(known) and bond.child.owes(known, bond.parent)]
    carried = {
        evidence.kind: evidence
        for known in ended
        if bond.child.owes(known, bond.parent)
        for evidence in known.edge.evidence
        if evidence.kind not in COMPARED
    }
    evidence = {**carried, **{evidence.kind: evidence for evidence in bond.evidence}}
    confidence = round(min(MOST_CERTAIN, certainty), 3)
    edge = Edge(bond.relation, bond.parent.as_target(), confidence, tuple(evidence.values()), METHOD)
    return [TracedEdge(bond.child.id, bond.parent.id, edge, tuple(ended))]


def _is_weaker(standing: KnownEdge, bond: Bond) -> bool:
    return standing.edge.confidence + SHARE_STEP < bond.certainty
