"""From what a page claims of its origin, piece by piece, to edges: one for each relation and target, with all evidence.

Whoever finds something (a declared link, a credit, a citation) makes a ``Claim``; what they amount to together is
decided here alone: whose name it is, what is the page's own, which claims mean the same, how sure they are together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from pipeline.core.characters import one_line
from pipeline.core.errors import BadUrl
from pipeline.core.model import Article, Edge, Evidence, EvidenceKind, External, Relation, Source
from pipeline.core.origins.agencies import ARTICLES, Agency, Names, name_key
from pipeline.core.urls import host_of, registrable_domain, url_key

METHOD: Final = "stated/1"
MAX_EXCERPT_CHARS: Final = 200
MAX_EDGES: Final = 30  # a page that states more lists a library, not its sources
MAX_EVIDENCE: Final = 12  # of one edge; an article that names its source in each sentence says no more with the rest
MAX_CLAIMS: Final = 400
TOGETHER: Final = 0.5  # of the doubt that is left, each further kind of evidence takes this part away

MAX_TOKEN_CHARS: Final = 6

WEAK_KINDS: Final = frozenset({EvidenceKind.MEDIA_CREDIT})
"""What makes no edge by itself: whose the picture is says little of the text."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a page, its entry or its text says of its origin.

    ``confidence`` (0 to 1) is that of this claim alone. A claim names its target by ``name``, ``url`` or ``title``, or
    leaves several ``candidates``.
    """

    relation: Relation
    kind: EvidenceKind
    where: str
    excerpt: str
    confidence: float
    name: str | None = None
    url: str | None = None
    title: str | None = None
    date: str | None = None
    candidates: tuple[str, ...] = ()


def edges_of(claims: Iterable[Claim], article: Article, names: Names) -> tuple[Edge, ...]:
    """The edges that ``claims`` make of ``article``, the surest first, at most MAX_EDGES.

    Claims of one relation and target are one edge. What points at the article's own site or publisher is no edge. A
    vague claim joins a copy that is named, a source that is credited with the whole text is not cited as well, and
    what is only weak evidence joins an edge that stands without it.
    """
    own = OwnNames(article.source, article.url, names)
    told: list[Claim] = []
    for claim in claims:
        named = _canonical(claim, names)
        if named.candidates:
            named = replace(named, candidates=tuple(name for name in named.candidates if not own.is_name(name)))
        says = named.name or named.url or named.title or named.candidates
        if says and not own.is_url(named.url) and not own.is_name(named.name):
            told.append(named)
        if len(told) == MAX_CLAIMS:
            break
    told = [_as_copy(claim, told) for claim in told]
    weak = [claim for claim in told if claim.kind in WEAK_KINDS]
    groups = _grouped([claim for claim in told if claim.kind not in WEAK_KINDS])
    copied = {
        name_key(claim.name) for group in groups for claim in group if claim.relation is Relation.COPY_OF and claim.name
    }
    kept = [
        group
        for group in groups
        if group[0].relation is not Relation.CITES or not group[0].name or name_key(group[0].name) not in copied
    ]
    edges = [_edge([*group, *_of_same_name(group, weak)]) for group in kept]
    return tuple(sorted(edges, key=lambda edge: -edge.confidence)[:MAX_EDGES])


class OwnNames:
    """Whose page it is, to know what the page says of itself."""

    def __init__(self, source: Source, url: str, names: Names) -> None:
        self._domain = source.domain
        at_address = names.at(_host(url) or source.domain)
        named = names.named(source.name) or next(iter(names.credited(source.name)), None)
        self._agencies: tuple[Agency, ...] = tuple(agency for agency in (at_address, named) if agency)
        said = (source.name, *(name for agency in self._agencies for name in (agency.name, *agency.aliases)))
        self._names = names
        self._words = [words for words in map(_name_words, said) if words]
        self._labels = {label for label in _host_labels(url) if len(label) >= 3}

    def is_name(self, name: str | None) -> bool:
        """Is ``name`` the publisher's own: in full, shortened ("the Post"), by its initials, or as in its address?"""
        words = _name_words(name or "")
        if not words:
            return False
        if "".join(words) in self._labels:
            return True
        for own in self._words:
            shorter, longer = sorted((words, own), key=len)
            if longer[-len(shorter) :] == shorter or longer[: len(shorter)] == shorter:
                return True
            if len(own) >= 2 and not self._names.credited(name or "") and _abbreviates(name or "", own):
                return True
        return False

    def is_url(self, url: str | None) -> bool:
        """Is ``url`` of the article's own site?"""
        return url is not None and _domain(url) == self._domain


def _as_copy(claim: Claim, told: Iterable[Claim]) -> Claim:
    """``claim`` as one of the copy that is told of, where a feed's bare name of a source is another word for it."""
    if claim.kind is not EvidenceKind.DC_SOURCE or not claim.name or claim.url or claim.relation is Relation.COPY_OF:
        return claim
    for copy in told:
        if copy.relation is not Relation.COPY_OF or copy.kind in WEAK_KINDS:
            continue
        if copy.name and _is_one_source(claim.name, copy.name):
            return replace(claim, relation=Relation.COPY_OF, name=copy.name)
        if copy.url and not copy.name and "".join(_name_words(claim.name)) in _host_labels(copy.url):
            return replace(claim, relation=Relation.COPY_OF, url=copy.url)
        if claim.name in copy.candidates:
            return replace(claim, relation=Relation.COPY_OF)
    return claim


def _is_one_source(one: str, other: str) -> bool:
    """Do two names mean one source: in full, shortened ("Meridian" of "Meridian Wire"), or by initials?"""
    shorter, longer = sorted((_name_words(one), _name_words(other)), key=len)
    return bool(shorter) and (
        longer[: len(shorter)] == shorter or _abbreviates(one, longer) or _abbreviates(other, longer)
    )


def _abbreviates(token: str, words: list[str]) -> bool:
    """Is ``token`` made of the beginnings of ``words``: NNW of Northern News Wire, KUNA of Kuwait News Agency?

    A last X is often for the exchange or the express that the name does not spell out.
    """
    letters = token.casefold()
    if not token.isupper() or not letters.isalpha() or not 2 <= len(letters) <= MAX_TOKEN_CHARS:
        return False
    initials = "".join(word[0] for word in words)
    if initials.startswith(letters.removesuffix("x") if len(letters) > 2 else letters):
        return True
    spelt = iter("".join(words))
    return letters[0] == initials[0] and len(letters) >= len(words) and all(letter in spelt for letter in letters)


def _name_words(name: str) -> list[str]:
    words = name_key(name).split()
    while len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    return words


def _canonical(claim: Claim, names: Names) -> Claim:
    """``claim`` with the name that its source goes by in the table, where it is known by name or address."""
    agency = names.named(claim.name) if claim.name else None
    if agency is None and claim.name:
        agency = next(iter(names.credited(claim.name)), None)
    if agency is None and claim.name is None and claim.url:
        agency = names.at(_host(claim.url) or "")
    return replace(claim, name=agency.name) if agency else claim


def _grouped(claims: list[Claim]) -> list[list[Claim]]:
    """Claims that mean the same target, together; the ones that say most of it first."""
    groups: list[list[Claim]] = []
    by_key: dict[tuple[Relation, str], list[Claim]] = {}
    vague = [claim for claim in claims if claim.candidates and not claim.name]
    addressed = [claim for claim in claims if claim not in vague and (claim.url or claim.title)]
    named = [claim for claim in claims if claim.name and not claim.url and not claim.title]
    for claim in (*addressed, *named):
        group = next((by_key[key] for key in _keys(claim) if key in by_key), None)
        if group is None:
            group = []
            groups.append(group)
        group.append(claim)
        for key in _keys(claim, of_group=True):
            by_key.setdefault(key, group)
    for claim in vague:
        _join_vague(claim, groups)
    return groups


def _keys(claim: Claim, *, of_group: bool = False) -> list[tuple[Relation, str]]:
    """By what ``claim`` finds its like: an address, a title, or a name where it says nothing closer.

    An article has one original a source, so a copy is found by name in any case.
    """
    keys = []
    if claim.url:
        keys.append(f"url {_url_key(claim.url)}")
    if claim.title:
        keys.append(f"title {name_key(claim.title)}")
    if claim.name and (of_group or not keys or claim.relation is Relation.COPY_OF):
        keys.append(f"name {' '.join(_name_words(claim.name))}")
    return [(claim.relation, key) for key in keys]


def _join_vague(claim: Claim, groups: list[list[Claim]]) -> None:
    """A vague claim speaks for the copy that is named, above all for one of its candidates; else it stands alone."""
    copies = [group for group in groups if group[0].relation is claim.relation]
    named = [group for group in copies if group[0].name]
    named.sort(key=lambda group: group[0].name not in claim.candidates)
    vague = [group for group in copies if group[0].candidates]
    for group in (*named[:1], *vague[:1]):
        group.append(claim)
        return
    groups.append([claim])


def _of_same_name(group: list[Claim], weak: list[Claim]) -> list[Claim]:
    names = {claim.name for claim in group if claim.name}
    return [claim for claim in weak if claim.name in names and group[0].relation is Relation.COPY_OF]


def _edge(claims: list[Claim]) -> Edge:
    named = [claim for claim in claims if claim.name or claim.url or claim.title]
    candidates = next((claim.candidates for claim in claims if claim.candidates), ()) if not named else ()
    called = candidates[0] if len(candidates) == 1 else next((claim.name for claim in claims if claim.name), None)
    title = next((one_line(claim.title, MAX_EXCERPT_CHARS) for claim in claims if claim.title), None)
    target = External(
        name=one_line(called, MAX_EXCERPT_CHARS) if called else None,
        url=next((claim.url for claim in claims if claim.url), None),
        title=title,
        date=next((claim.date for claim in claims if claim.date), None),
        candidates=candidates if len(candidates) > 1 else (),
    )
    evidence = dict.fromkeys(
        Evidence(claim.kind, claim.where, one_line(claim.excerpt, MAX_EXCERPT_CHARS)) for claim in claims
    )
    return Edge(claims[0].relation, target, _confidence(claims), tuple(evidence)[:MAX_EVIDENCE], METHOD)


def _confidence(claims: list[Claim]) -> float:
    """How sure claims are together: the surest, and each further kind of evidence takes away TOGETHER of the doubt."""
    alone: dict[EvidenceKind, float] = {}
    for claim in claims:
        if claim.kind not in WEAK_KINDS:
            alone[claim.kind] = max(alone.get(claim.kind, 0.0), claim.confidence)
    doubt = 1 - max(alone.values())
    return round(1 - doubt * TOGETHER ** (len(alone) - 1), 3)


def _host(url: str) -> str | None:
    try:
        return host_of(url)
    except BadUrl:
        return None


def _host_labels(url: str) -> list[str]:
    """The parts of a host that may be a name: of ``www.meridian-wire.example`` only ``meridianwire``."""
    return [label.replace("-", "") for label in (_host(url) or "").split(".")[:-1]]


def _domain(url: str) -> str | None:
    try:
        return registrable_domain(url)
    except BadUrl:
        return None


def _url_key(url: str) -> str:
    try:
        return url_key(url)
    except BadUrl:
        return url
