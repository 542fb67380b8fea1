"""How sources stand to each other, on both databases: counted over the edges that stand, and nothing besides."""

from __future__ import annotations

from pipeline.core.model import Relation, Source
from tests.integration.newsdesk import OTHER_STORY, STORY, Newsdesk, a_reading, an_edge

HERALD = Source("The Herald", "herald.example", "og:site_name")


async def test_an_outlet_that_copies_an_agency_twice_is_one_relation_of_two_articles(desk: Newsdesk) -> None:
    await desk.publish(
        a_reading(source=HERALD, edges=[an_edge("Meridian Wire", confidence=0.9)]),
        a_reading(OTHER_STORY, "The ferry waited.", source=HERALD, edges=[an_edge("Meridian Wire", confidence=0.7)]),
    )

    assert await desk.store.source_relations() == [
        {
            "source": "The Herald",
            "source_domain": "herald.example",
            "relation": "copy_of",
            "of": "Meridian Wire",
            "of_domain": None,
            "articles": 2,
            "confidence": 0.8,
        }
    ]


async def test_two_links_of_an_article_to_one_house_count_once(desk: Newsdesk) -> None:
    links = [an_edge(None, f"https://gazette.example/{n}", relation=Relation.CITES) for n in (1, 2)]
    await desk.publish(a_reading(source=HERALD, edges=links))

    assert [(row["of"], row["articles"]) for row in await desk.store.source_relations()] == [("gazette.example", 1)]


async def test_what_a_house_has_from_itself_is_no_relation(desk: Newsdesk) -> None:
    await desk.publish(
        a_reading(source=HERALD),
        a_reading(
            OTHER_STORY,
            "The bridge opened, corrected.",
            source=HERALD,
            edges=[an_edge(None, STORY, relation=Relation.REVISION_OF)],
        ),
    )

    assert [row["target_url"] async for row in desk.store.edges()] == [STORY]
    assert await desk.store.source_relations() == []
