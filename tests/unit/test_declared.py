"""origins/declared.py: what a page or its entry declares becomes an edge with its evidence, and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.core.articles import extract_article
from pipeline.core.model import Edge, Entry, EvidenceKind, Relation, Reply, SourceRef, Surroundings
from pipeline.core.origins import claims
from pipeline.core.origins.agencies import BUILT_IN, names_of
from pipeline.core.origins.declared import KINDS, declared_claims
from pipeline.core.pages import parse_page

URL = "https://portal.example/regional/peat-railway-7741"
ORIGINAL = "https://notes.example/2026/01/peat-railway-first-guests"
STORY = "<p>The narrow peat railway carried its first paying guests on Sunday, two years after the last load.</p>" * 2


def edges_of(head: str = "", **entry: object) -> tuple[Edge, ...]:
    html = f"<html><head><meta property='og:site_name' content='County Portal'>{head}</head><body>{STORY}</body></html>"
    page = parse_page(Reply(URL, URL, 200, {}, html.encode(), datetime(2026, 3, 5, tzinfo=UTC)))
    fed = Entry(guid=None, url=URL, title=None, **entry) if entry else None  # type: ignore[arg-type]
    article = extract_article(page, fed, Surroundings())
    return claims.edges_of(declared_claims(page, fed, article), article, names_of(BUILT_IN))


def markup(facts: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {facts}}}</script>'


@pytest.mark.parametrize(
    ("head", "relation", "kind"),
    [
        (f"<link rel='canonical' href='{ORIGINAL}'>", Relation.COPY_OF, EvidenceKind.CANONICAL_LINK),
        (f"<meta name='syndication-source' content='{ORIGINAL}'>", Relation.COPY_OF, EvidenceKind.META_SYNDICATION),
        (f"<meta name='original-source' content='{ORIGINAL}'>", Relation.COPY_OF, EvidenceKind.META_SYNDICATION),
        (markup(f'"isBasedOn": "{ORIGINAL}"'), Relation.REWRITE_OF, EvidenceKind.IS_BASED_ON),
        (
            markup(f'"citation": {{"@type": "Article", "url": "{ORIGINAL}"}}'),
            Relation.CITES,
            EvidenceKind.REFERENCE_ENTRY,
        ),
        (
            markup(f'"sourceOrganization": {{"name": "Fenland Notes", "url": "{ORIGINAL}"}}'),
            Relation.COPY_OF,
            EvidenceKind.SOURCE_ORGANIZATION,
        ),
    ],
)
def test_a_declaration_in_the_page_is_an_edge(head: str, relation: Relation, kind: EvidenceKind) -> None:
    (edge,) = edges_of(head)
    assert (edge.relation, edge.target.url, [evidence.kind for evidence in edge.evidence]) == (
        relation,
        ORIGINAL,
        [kind],
    )
    assert edge.confidence == KINDS[kind][1]


@pytest.mark.parametrize(
    ("kind", "relation"),
    [
        (EvidenceKind.RSS_SOURCE, Relation.COPY_OF),
        (EvidenceKind.ATOM_SOURCE, Relation.COPY_OF),
        (EvidenceKind.DC_SOURCE, Relation.CITES),
    ],
)
def test_the_source_that_an_entry_names_is_an_edge(kind: EvidenceKind, relation: Relation) -> None:
    (edge,) = edges_of(sources=(SourceRef(kind, "Fenland Notes", "https://notes.example/feed"),))
    assert (edge.relation, edge.target.name, edge.evidence[0].where) == (relation, "Fenland Notes", "feed")


def test_a_via_link_is_a_citation() -> None:
    (edge,) = edges_of(via_urls=(ORIGINAL,))
    assert (edge.relation, edge.evidence[0].kind) == (Relation.CITES, EvidenceKind.ATOM_VIA)


def test_two_declarations_of_one_original_are_one_edge_that_is_surer_than_either() -> None:
    (edge,) = edges_of(
        f"<link rel='canonical' href='{ORIGINAL}'><meta name='syndication-source' content='{ORIGINAL}?utm_source=p'>"
    )
    assert [evidence.kind for evidence in edge.evidence] == [EvidenceKind.CANONICAL_LINK, EvidenceKind.META_SYNDICATION]
    assert edge.confidence > KINDS[EvidenceKind.CANONICAL_LINK][1]


@pytest.mark.parametrize(
    "head",
    [
        "<link rel='canonical' href='https://portal.example/2026/peat-railway-first-guests'>",
        "<meta name='original-source' content='https://www.portal.example/x/peat'>",
        markup('"sourceOrganization": {"name": "County Portal"}'),
        "<meta name='syndication-source' content='http://['>",
    ],
)
def test_what_points_at_the_articles_own_site_is_no_edge(head: str) -> None:
    assert edges_of(head) == ()


@pytest.mark.parametrize("name", ["Fenland Notes Service", "FNS", "Fenland Notes"])
def test_a_feeds_bare_name_of_the_source_that_the_page_copies_is_no_second_edge(name: str) -> None:
    head = markup('"sourceOrganization": {"name": "Fenland Notes Service"}')
    (edge,) = edges_of(head, sources=(SourceRef(EvidenceKind.DC_SOURCE, name, None),))
    assert (edge.relation, edge.target.name) == (Relation.COPY_OF, "Fenland Notes Service")
    assert {found.kind for found in edge.evidence} == {EvidenceKind.SOURCE_ORGANIZATION, EvidenceKind.DC_SOURCE}


def test_a_feeds_bare_name_of_the_site_that_the_page_copies_is_no_second_edge() -> None:
    head = "<link rel='canonical' href='https://www.fenland-notes.example/2026/01/peat-railway-first-guests'>"
    (edge,) = edges_of(head, sources=(SourceRef(EvidenceKind.DC_SOURCE, "Fenland Notes", None),))
    assert (edge.relation, edge.target.name) == (Relation.COPY_OF, "Fenland Notes")


def test_the_surest_edge_comes_first() -> None:
    edges = edges_of(markup('"citation": "Report on peat"') + f"<link rel='canonical' href='{ORIGINAL}'>")
    assert [edge.relation for edge in edges] == [Relation.COPY_OF, Relation.CITES]
