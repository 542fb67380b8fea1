"""What a page or its feed entry declares of its origin outright: links and names in mark-up, before any text is read.

Each kind of declaration has one line in ``KINDS``: what it makes of the article, and how far it is to be believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pipeline.core.declarations import Named
from pipeline.core.model import Article, Entry, EvidenceKind, Relation
from pipeline.core.origins.claims import Claim
from pipeline.core.pages import Page
from pipeline.core.urls import absolute

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


def declared_claims(page: Page | None, entry: Entry | None, article: Article) -> Iterator[Claim]:
    """What ``page`` and ``entry`` declare of the origin of ``article``; None declares nothing."""
    yield from _page_claims(page)
    yield from _entry_claims(entry, article)


def _page_claims(page: Page | None) -> Iterator[Claim]:
    if page is None:
        return
    if page.copied_from_url:
        yield _claim(EvidenceKind.CANONICAL_LINK, "head", None, page.copied_from_url)
    for name in ("syndication-source", "original-source"):
        for value in page.declared.meta.get(name, ()):
            url = absolute(page.url, value) if "/" in value else None
            if url or "/" not in value:
                yield _claim(EvidenceKind.META_SYNDICATION, "head", None if url else value, url)
    markup = page.declared.markup
    if markup:
        yield from _named_claims(EvidenceKind.IS_BASED_ON, markup.based_on, page.url)
        yield from _named_claims(EvidenceKind.REFERENCE_ENTRY, markup.citations, page.url)
        yield from _named_claims(EvidenceKind.SOURCE_ORGANIZATION, markup.source_organizations, page.url)


def _named_claims(kind: EvidenceKind, named: Iterable[Named], page_url: str) -> Iterator[Claim]:
    for each in named:
        url = absolute(page_url, each.url) if each.url else None
        if each.name or url:
            yield _claim(kind, "json-ld", each.name, url)


def _entry_claims(entry: Entry | None, article: Article) -> Iterator[Claim]:
    if entry is None:
        return
    for source in entry.sources:
        url = absolute(article.url, source.url) if source.url else None
        if source.kind in KINDS and (source.name or url):
            yield _claim(source.kind, "feed", source.name, url)
    for via_url in entry.via_urls:
        url = absolute(article.url, via_url)
        if url:
            yield _claim(EvidenceKind.ATOM_VIA, "feed", None, url)


def _claim(kind: EvidenceKind, where: str, name: str | None, url: str | None) -> Claim:
    relation, confidence = KINDS[kind]
    return Claim(relation, kind, where, url or name or "", confidence, name=name, url=url)
