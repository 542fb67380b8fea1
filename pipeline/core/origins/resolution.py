"""Which stored report a reference means: the one at its address, under its headline, or that the named paper had.

A publisher's name alone says little: of all its reports the one is meant that the text descends from, whose matter the
citing passage tells, or with which the text has its facts in common. Which of them came in first must not matter.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from pipeline.core.model import DERIVATIONS, Edge, EvidenceKind, External, KnownEdge, PartKind, Relation, TracedEdge
from pipeline.core.origins.alignment import align
from pipeline.core.origins.bonds import BY_THE_DESK
from pipeline.core.origins.likeness import publisher_key
from pipeline.core.origins.precedence import apart, came_out, time_lean
from pipeline.core.origins.reports import (
    COMPARED,
    METHOD,
    Report,
    cognates_of,
    is_at,
    is_half_translated,
    is_telling,
    is_titled,
    quotes_in_common,
    same_name,
)
from pipeline.core.origins.wording import beginnings_of, figures_of, folded, names_in, stems_of, wording_of, words_of

CITED_WITHIN: Final = timedelta(days=14)
STAMPS_DIFFER: Final = timedelta(hours=6)  # a page that is written on through the day is stamped after those that cite
BY_ADDRESS: Final = frozenset(
    {EvidenceKind.HYPERLINK, EvidenceKind.REFERENCE_ENTRY, EvidenceKind.ATOM_VIA, EvidenceKind.CANONICAL_LINK}
)
"""Evidence of citations that say which report is meant."""
CREDITS: Final = BY_THE_DESK | {EvidenceKind.DC_SOURCE}
WHOLE: Final = frozenset({Relation.COPY_OF, Relation.TRANSLATION_OF})
"""Derivations of which a credit speaks: who retells a report says in sentences whose it is."""

MIN_IN_COMMON: Final = 3
FOREIGN_WITHIN: Final = timedelta(days=4)
MIN_FOREIGN: Final = 2  # of names, figures and words that begin alike, within those days
CITED_RETOLD: Final = 0.25
CLAUSE_RETOLD: Final = 0.4  # of what the citing clause is about

NAME_WEIGHT: Final = 2  # of a name or a figure in a citing passage, where a word is one
MIN_TOLD: Final = 4  # of weight: two names, a name and two words
MAX_PASSAGE_CHARS: Final = 600
FINDING_CHARS: Final = 60  # of an excerpt, by which its place in the text is found
TOLD_SHARE: Final = 0.5  # of a passage; two reports of one week share a tenth of their words by chance

SAID: Final = frozenset(
    # Words of attributing themselves, which any two reports have in common.
    word
    for words in (
        "reported report reports reporting citing news agency newspaper paper daily people familiar",
        "matter sources first media interview published",
        "berichtet berichtete zeitung agencia diario publicó informó agence rapporté",
        "monday tuesday wednesday thursday friday saturday sunday",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    )
    for word in words.split()
)


def resolved(
    one: Report, others: Sequence[Report], drawn: Sequence[TracedEdge], at_hand: Sequence[Report]
) -> list[TracedEdge]:
    """The open references of ``one`` that are found among ``others``, with what was said of them before.

    ``drawn`` are edges that are new now. A citation by name that was taken to mean one of ``at_hand`` follows to a
    report of the same publisher that fits better. A credit by name is for the parent that the text has in the same way.
    """
    origins = _origins_of(one, drawn)
    edges = []
    for known, taken in _to_resolve(one, origins, at_hand):
        found = list(_found(one, known, others, origins))
        if not found:
            continue
        meant = max(found, key=lambda other: _fit(one, other, known, origins))
        if taken is None or _fit(one, meant, known, origins) > _fit(one, taken, known, origins):
            edges.append(TracedEdge(one.id, meant.id, _as_sure(known, meant, one, drawn), (known,)))
    return edges


@dataclass(frozen=True, slots=True)
class _Origins:
    """Where a report descends from, by edges that stand or are new.

    ``parents`` are articles; ``ways`` say how it has them; ``copied`` are the keys of names whose text it prints.
    ``replaced`` are edges that end now, ``left`` the articles that these led to.
    """

    parents: frozenset[int]
    ways: frozenset[tuple[Relation, int | None]]
    copied: frozenset[str]
    replaced: frozenset[KnownEdge]
    left: frozenset[int]


def _origins_of(one: Report, drawn: Sequence[TracedEdge]) -> _Origins:
    new = [edge for edge in drawn if edge.subject_id == one.id]
    ways = {(edge.edge.relation, edge.object_id) for edge in new}
    ways |= {(known.edge.relation, known.target_id) for known in one.derivations if known.target_id is not None}
    stated = (*(edge.edge for edge in new), *(known.edge for known in one.derivations))
    copies = [edge for edge in stated if edge.relation in WHOLE]
    replaced = frozenset(known for edge in new for known in edge.replaces)
    return _Origins(
        parents=frozenset(parent for _, parent in ways),
        ways=frozenset(ways),
        copied=frozenset(publisher_key(copy.target.name or "") for copy in copies),
        replaced=replaced,
        left=frozenset(known.target_id for known in replaced if known.target_id is not None),
    )


def _to_resolve(one: Report, origins: _Origins, at_hand: Sequence[Report]) -> Iterator[tuple[KnownEdge, Report | None]]:
    """The references of ``one`` that may mean a report, each with the report that it was taken to mean so far."""
    for known in one.traced.edges:
        if known in origins.replaced or known.edge.relation is Relation.UNRELATED_REF:
            continue
        if is_credit(known) and any(same_name(known.edge.target.name or "", (name,)) for name in origins.copied):
            continue
        if known.target_id is None or (known.target_id in origins.left and _is_by_name(known)):
            yield known, None
        elif _is_by_name(known):
            taken = next((report for report in at_hand if report.id == known.target_id), None)
            if taken is not None:
                yield known, taken


def _found(one: Report, known: KnownEdge, others: Sequence[Report], origins: _Origins) -> Iterator[Report]:
    """Those of ``others`` that ``known`` may mean."""
    target = known.edge.target if known.target_id is None else External(name=known.edge.target.name)
    addressed = [other for other in others if is_at(target, other) or is_titled(target, other)]
    yield from addressed
    if addressed or target.title or not target.name or _is_one_page(known):
        return
    for other in others:
        if not (one.names_publisher(known, other) or is_half_translated(target.name, other)):
            continue
        if known.edge.relation in DERIVATIONS:
            if (known.edge.relation, other.id) in origins.ways:
                yield other
        elif other.id in origins.parents or _is_cited(one, other, known):
            yield other


class _Fit(NamedTuple):
    """How well a report fits a reference, the best highest; of equals the report that came out first."""

    is_parent: bool
    in_common: int
    told: int
    before_epoch_s: float
    url: str


def _fit(one: Report, other: Report, known: KnownEdge, origins: _Origins) -> _Fit:
    at, url = came_out(other.article)
    return _Fit(other.id in origins.parents, _in_common(one, other, known), _told(one, other, known), -at, url)


def _as_sure(known: KnownEdge, meant: Report, one: Report, drawn: Sequence[TracedEdge]) -> Edge:
    """``known`` as an edge to ``meant``; where one of its kind leads there already, no less sure than that one."""
    relation = known.edge.relation
    there = [edge.edge for edge in drawn if (edge.subject_id, edge.object_id) == (one.id, meant.id)]
    there += [other.edge for other in one.traced.edges if other.target_id == meant.id]
    confidence = max(edge.confidence for edge in (known.edge, *there) if edge.relation is relation)
    return Edge(relation, meant.as_target(), confidence, known.edge.evidence, METHOD)


def _is_by_name(known: KnownEdge) -> bool:
    """Whether a citation gave no more than a name, so that it may mean another report of the same publisher."""
    return known.edge.relation is Relation.CITES and not BY_ADDRESS & {found.kind for found in known.edge.evidence}


def _is_one_page(known: KnownEdge) -> bool:
    """Whether a citation is nothing but the address of a page: no other report of that publisher is meant then."""
    kinds = {found.kind for found in known.edge.evidence}
    return bool(kinds) and kinds <= BY_ADDRESS and bool(urlsplit(known.edge.target.url or "").path.strip("/"))


def is_credit(known: KnownEdge) -> bool:
    """Whether a citation is but a credit for the text, by its feed or its desk: beside a copy it says nothing more."""
    edge = known.edge
    return edge.relation is Relation.CITES and {found.kind for found in edge.evidence} <= CREDITS


# ------------------------------------------------------------------------------------- what the passage tells


def _is_cited(one: Report, other: Report, known: KnownEdge) -> bool:
    """Whether ``one``, which names the publisher of ``other``, has this report of it before it."""
    if _is_too_early(one, other) or apart(one, other) > CITED_WITHIN:
        return False
    return bool(_told(one, other, known) or _in_common(one, other, known))


def _is_too_early(one: Report, other: Report) -> bool:
    """Whether ``one`` came out so long before ``other`` that it cannot cite it; when we saw them says nothing."""
    if one.article.published is None or other.article.published is None:
        return False
    return time_lean(one, other) < 0 and apart(one, other) > STAMPS_DIFFER


def _told(one: Report, other: Report, known: KnownEdge) -> int:
    """The weight of what a passage of ``one`` that cites tells and ``other`` has as well; 0 where that is too little.

    Words count within one language; names within one script; figures everywhere.
    """
    best = 0
    publisher = {word for name in other.names for word in name.split()}
    for passage in _passages(one, known):
        figures = {figure for figure in figures_of(folded(passage)) if is_telling(figure)}
        shared = figures & other.wording.figures
        weight, whole = NAME_WEIGHT * len(shared), NAME_WEIGHT * len(figures)
        names = {word for name in names_in(passage) for word in name.split()} - publisher
        if names and _script_of(names) == _script_of(other.all_names):
            found = names & other.all_names
            weight, whole = weight + NAME_WEIGHT * len(found), whole + NAME_WEIGHT * len(names)
        if one.article.language == other.article.language:
            words = beginnings_of(words_of(folded(passage))) - beginnings_of((*names, *publisher, *SAID))
            weight, whole = weight + len(words & other.beginnings), whole + len(words)
        if weight >= MIN_TOLD and weight >= TOLD_SHARE * whole:
            best = max(best, weight)
    return best


def _passages(one: Report, known: KnownEdge) -> Iterator[str]:
    """Where ``one`` cites: each clause, and the whole paragraph around it where that is short."""
    text = one.article.text
    chips = {part.text: part.place for part in one.article.parts if part.kind is PartKind.CHIP}
    for found in known.edge.evidence:
        if found.kind in COMPARED:
            continue
        place = chips.get(found.excerpt)
        if place is None:
            place = text.find(found.excerpt[:FINDING_CHARS])
            yield found.excerpt
        if place < 0:
            continue
        end = text.find("\n", place)
        line = text[text.rfind("\n", 0, place) + 1 : end if end >= 0 else len(text)]
        if len(line) <= MAX_PASSAGE_CHARS:
            yield line


def _script_of(names: Collection[str]) -> str:
    """The alphabet that most of ``names`` are written in, by the first word of Unicode's name for a letter of it."""
    scripts = Counter(unicodedata.name(name[0], "").partition(" ")[0] for name in names if name)
    return scripts.most_common(1)[0][0] if scripts else ""


# ---------------------------------------------------------------------------------------- what the texts share


def _in_common(one: Report, other: Report, known: KnownEdge) -> int:
    """How many quotes, names and figures say that ``one`` has the report of ``other`` before it, as ``known`` says.

    0 where too few do. Single names may be those of another story of the same publisher, so a figure, a quote or a
    retold sentence has to be among them. A paper that does not report on all the world is believed on less: a full
    name, the clause that cites it in other words, or between two languages what both can write: names, figures, and
    words that begin alike.
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
    if retold:
        return common
    if one.article.language == other.article.language:
        return 0
    akin = len(_akin(one, other))
    least = MIN_FOREIGN if apart(one, other) <= FOREIGN_WITHIN else MIN_IN_COMMON
    if any(map(_is_rare, figures)) or (names and common + akin >= least):
        return common + akin
    return 0


def _akin(one: Report, other: Report) -> frozenset[str]:
    """How long words begin that both have, whichever of them takes one for a name; names in common are left out."""
    shared = one.wording.names & other.wording.names
    return (one.cognates | cognates_of(one.wording.names - shared)) & (
        other.cognates | cognates_of(other.wording.names - shared)
    )


def _retold_in_clause(known: KnownEdge, other: Report, publisher: set[str]) -> int:
    """How many stems and figures of the citing clause ``other`` has as well; 0 where they are too few."""
    clauses = wording_of("\n".join(found.excerpt for found in known.edge.evidence if found.kind not in COMPARED))
    about = (clauses.stems | clauses.figures) - stems_of(publisher)
    shared = about & (other.wording.stems | other.wording.figures)
    return len(shared) if len(shared) >= MIN_IN_COMMON and len(shared) >= CLAUSE_RETOLD * len(about) else 0


def _is_rare(figure: str) -> bool:
    """Whether two reports hardly have ``figure`` by chance: of three digits, and not round."""
    return len(figure) >= 3 and len(figure.replace(".", "").rstrip("0")) >= 2
