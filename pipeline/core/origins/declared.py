"""Edges that a page or its feed entry declares outright: links and names in mark-up, before any text is compared.

Each kind of declaration has one line in ``KINDS``: what it makes of the article, and how far it is to be believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.core.characters import one_line
from pipeline.core.errors import BadUrl
from pipeline.core.model import Article, Edge, Entry, Evidence, EvidenceKind, External, Relation
from pipeline.core.pages import Named, Page
from pipeline.core.urls import absolute, registrable_domain, url_key

METHOD: Final = "declared/1"
MAX_EXCERPT_CHARS: Final = 200
MAX_EDGES: Final = 30  # a page that declares more lists a library, not its sources

KINDS: Final = {
    # Google asked partners for canonical links to the original (Search Central, "syndicated content"); a template
    # fault points at the site itself, rarely at a stranger.
    EvidenceKind.CANONICAL_LINK: (Relation.COPY_OF, 0.95),
    # Google News, 2010: "syndication-source" names the original of a copy, "original-source" whoever broke the
    # story; in use the two are confused, so neither is certain.
    EvidenceKind.META_SYNDICATION: (Relation.COPY_OF, 0.85),
    # RSS 2.0: "the RSS channel that the item came from"; the item was handed on as it was.
    EvidenceKind.RSS_SOURCE: (Relation.COPY_OF, 0.85),
    # RFC 4287, 4.2.11: the metadata of the feed that an entry was copied from.
    EvidenceKind.ATOM_SOURCE: (Relation.COPY_OF, 0.85),
    # RFC 4287 (link relations): "via" is the source of the information; link blogs write their own words.
    EvidenceKind.ATOM_VIA: (Relation.CITES, 0.8),
    # Dublin Core: "from which the described resource is derived", in feeds used for anything from an agency to a desk.
    EvidenceKind.DC_SOURCE: (Relation.CITES, 0.6),
    # schema.org: "a resource from which this work is derived or from which it is a modification or adaptation":
    # derived, hence more than a citation, but not said to be the same text.
    EvidenceKind.IS_BASED_ON: (Relation.REWRITE_OF, 0.7),
    # schema.org citation: "a citation or reference to another creative work".
    EvidenceKind.REFERENCE_ENTRY: (Relation.CITES, 0.8),
    # schema.org: "the Organization on whose behalf the creator was working": an agency on a portal's page, or the
    # paper's own company.
    EvidenceKind.SOURCE_ORGANIZATION: (Relation.COPY_OF, 0.6),
}
"""What a declaration makes the article to its target, and the confidence (0 to 1) of that alone."""

TOGETHER: Final = 0.5  # of the doubt that is left, each further kind of evidence takes this part away


@dataclass(frozen=True, slots=True)
class _Claim:
    kind: EvidenceKind
    where: str
    name: str | None
    url: str | None


def declared_edges(page: Page | None, entry: Entry | None, article: Article) -> tuple[Edge, ...]:
    """The edges that ``page`` and ``entry`` declare for ``article``, the surest first, at most MAX_EDGES.

    Claims with the same target and relation make one edge with several pieces of evidence. What points at the
    article's own site, or names its own publisher, is no edge.
    """
    grouped: dict[tuple[Relation, str], list[_Claim]] = {}
    for claim in (*_page_claims(page), *_entry_claims(entry, article)):
        if not _is_own(claim, article):
            relation, _ = KINDS[claim.kind]
            grouped.setdefault((relation, _target_key(claim)), []).append(claim)
    edges = [_edge(relation, claims) for (relation, _), claims in grouped.items()]
    return tuple(sorted(edges, key=lambda edge: -edge.confidence)[:MAX_EDGES])


def _page_claims(page: Page | None) -> Iterator[_Claim]:
    if page is None:
        return
    if page.copied_from_url:
        yield _Claim(EvidenceKind.CANONICAL_LINK, "head", None, page.copied_from_url)
    for name in ("syndication-source", "original-source"):
        for value in page.declared.meta.get(name, ()):
            url = absolute(page.url, value) if "/" in value else None
            if url or "/" not in value:
                yield _Claim(EvidenceKind.META_SYNDICATION, "head", None if url else value, url)
    markup = page.declared.markup
    if markup:
        yield from _named_claims(EvidenceKind.IS_BASED_ON, markup.based_on, page.url)
        yield from _named_claims(EvidenceKind.REFERENCE_ENTRY, markup.citations, page.url)
        yield from _named_claims(EvidenceKind.SOURCE_ORGANIZATION, markup.source_organizations, page.url)


def _named_claims(kind: EvidenceKind, named: Iterable[Named], page_url: str) -> Iterator[_Claim]:
    for each in named:
        url = absolute(page_url, each.url) if each.url else None
        if each.name or url:
            yield _Claim(kind, "json-ld", each.name, url)


def _entry_claims(entry: Entry | None, article: Article) -> Iterator[_Claim]:
    if entry is None:
        return
    for source in entry.sources:
        url = absolute(article.url, source.url) if source.url else None
        if source.name or url:
            yield _Claim(source.kind, "feed", source.name, url)
    for via_url in entry.via_urls:
        url = absolute(article.url, via_url)
        if url:
            yield _Claim(EvidenceKind.ATOM_VIA, "feed", None, url)


def _is_own(claim: _Claim, article: Article) -> bool:
    if claim.kind not in KINDS:
        return True
    if claim.url and _domain(claim.url) == article.source.domain:
        return True
    return claim.name is not None and claim.name.casefold() == article.source.name.casefold()


def _domain(url: str) -> str | None:
    try:
        return registrable_domain(url)
    except BadUrl:
        return None


def _target_key(claim: _Claim) -> str:
    return url_key(claim.url) if claim.url else (claim.name or "").casefold()


def _edge(relation: Relation, claims: list[_Claim]) -> Edge:
    name = next((one_line(claim.name, MAX_EXCERPT_CHARS) for claim in claims if claim.name), None)
    url = next((claim.url for claim in claims if claim.url), None)
    evidence = dict.fromkeys(
        Evidence(claim.kind, claim.where, one_line(claim.url or claim.name or "", MAX_EXCERPT_CHARS))
        for claim in claims
    )
    return Edge(
        relation, External(name=name, url=url), _confidence({claim.kind for claim in claims}), tuple(evidence), METHOD
    )


def _confidence(kinds: set[EvidenceKind]) -> float:
    alone = sorted((KINDS[kind][1] for kind in kinds), reverse=True)
    doubt = 1 - alone[0]
    for _ in alone[1:]:
        doubt *= TOGETHER
    return round(1 - doubt, 3)
