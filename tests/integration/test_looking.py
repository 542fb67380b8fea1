"""What people ask of a store, on both databases: the fields that scripts rely on, and the ways to ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from pipeline.core.model import Dateline, Moment, Part, PartKind, Precision, Relation, Source
from pipeline.core.queries import read_query
from pipeline.core.subscriptions import Subscription
from pipeline.store import ArticleQuery, Store, looking
from tests.integration.newsdesk import (
    FEED,
    OTHER_STORY,
    STORY,
    Newsdesk,
    a_reading,
    an_edge,
    an_entry,
    day,
    second,
)

HOUR = timedelta(hours=1)
MIDNIGHT = datetime.fromisoformat("2026-02-11T00:00:00+00:00")


async def found(desk: Newsdesk, query: ArticleQuery) -> list[str | None]:
    return [row["title"] async for row in desk.store.articles(query)]


class TestFields:
    async def test_an_article_has_the_promised_keys_in_the_promised_order(self, desk: Newsdesk) -> None:
        await desk.publish(
            a_reading(
                title="Bridge opens",
                title_witness="h1",
                authors_witness="byline",
                source=Source("The News", "news.example", "json-ld"),
                published=Moment(datetime(2026, 2, 11, 4, tzinfo=UTC), Precision.SECOND, -300),
                published_witness="json-ld",
                dateline=Dateline("PORTVALE", "Feb 11", "Meridian"),
                credit="Meridian",
                genre="report",
                flags=("syndicated",),
                parts=(Part(PartKind.CREDIT, "(MERIDIAN)", 29),),
                edges=[an_edge()],
            )
        )

        (row,) = [row async for row in desk.store.articles(ArticleQuery())]

        assert list(row.items()) == [
            ("id", 1),
            ("url", STORY),
            ("canonical_url", None),
            ("source", {"name": "The News", "domain": "news.example", "witness": "json-ld"}),
            ("title", "Bridge opens"),
            ("title_witness", "h1"),
            ("authors", ["A. Writer"]),
            ("authors_witness", "byline"),
            ("text", "The bridge opened on Tuesday."),
            ("language", "en"),
            ("published_at", "2026-02-11T04:00:00Z"),
            ("published_day", "2026-02-10"),
            ("published_precision", "second"),
            ("published_witness", "json-ld"),
            ("first_seen_at", "2026-02-11T12:00:00Z"),
            ("updated_at", "2026-02-11T12:00:00Z"),
            ("feeds", [FEED]),
            ("found_by", [{"by": "feed", "url": FEED, "at": "2026-02-11T12:00:00Z"}]),
            ("dateline", {"place": "PORTVALE", "date": "Feb 11", "agency": "Meridian"}),
            ("credit", "Meridian"),
            ("genre", "report"),
            ("flags", ["syndicated"]),
            ("revisions", []),
            ("parts", [{"kind": "credit", "text": "(MERIDIAN)", "place": 29, "url": None, "rows": []}]),
            (
                "original_report",
                {
                    "id": None,
                    "url": None,
                    "source": "Meridian Wire",
                    "title": None,
                    "external": {"name": "Meridian Wire", "title": None, "url": None, "date": None, "candidates": []},
                    "confidence": 0.9,
                    "via": [],
                },
            ),
            (
                "edges",
                [
                    {
                        "article_url": STORY,
                        "relation": "copy_of",
                        "target_url": None,
                        "target": None,
                        "external": {
                            "name": "Meridian Wire",
                            "title": None,
                            "url": None,
                            "date": None,
                            "candidates": [],
                        },
                        "external_name": "Meridian Wire",
                        "confidence": 0.9,
                        "evidence": ["credit_line"],
                        "evidence_detail": [{"kind": "credit_line", "where": "text", "excerpt": "(MERIDIAN)"}],
                        "method": "credits/1",
                        "status": "current",
                        "first_seen_at": "2026-02-11T12:00:00Z",
                        "ended_at": None,
                    }
                ],
            ),
        ]

    async def test_a_feed_has_the_promised_keys_in_the_promised_order(self, desk: Newsdesk) -> None:
        await desk.store.subscribe([Subscription(FEED, "News", None, ("b", "a"))], desk.now)
        await desk.poll(FEED, an_entry(STORY), an_entry(OTHER_STORY, "Ferry"))
        await desk.read(a_reading(STORY))

        (row,) = await desk.store.list_feeds()

        assert list(row.items()) == [
            ("id", 1),
            ("url", FEED),
            ("title", "The News"),
            ("source", "News"),
            ("state", "ok"),
            ("error", None),
            ("last_polled_at", "2026-02-11T12:00:00Z"),
            ("last_success_at", "2026-02-11T12:00:00Z"),
            ("next_poll_at", "2026-02-11T13:00:00Z"),
            ("next_poll_reason", "every hour"),
            ("interval_s", 3600.0),
            ("loss", None),
            ("tags", ["b", "a"]),
            ("entries", 2),
            ("articles", 1),
            ("moved_to", None),
        ]

    async def test_a_feed_that_was_never_polled_is_new(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)

        assert [row["state"] for row in await desk.store.list_feeds()] == ["new"]

    async def test_what_is_not_known_is_null(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(title=None, authors=(), language=None))

        row = await desk.store.article(1)

        assert row is not None
        nulls = [key for key, value in row.items() if value is None]
        assert nulls == [
            "canonical_url",
            "title",
            "title_witness",
            "authors_witness",
            "language",
            "published_at",
            "published_day",
            "published_precision",
            "published_witness",
            "dateline",
            "credit",
            "genre",
            "original_report",
        ]


class TestFindingArticles:
    async def test_articles_come_newest_first_by_publication_or_first_sight(self, desk: Newsdesk) -> None:
        await desk.publish(
            a_reading(
                STORY + "-1", "1", title="Published before", published=day("2026-02-09"), published_witness="meta"
            ),
            a_reading(STORY + "-2", "2", title="Undated"),
            a_reading(
                STORY + "-3", "3", title="Claims the future", published=day("2026-02-12"), published_witness="url"
            ),
            a_reading(STORY + "-4", "4", title="Today", published=day("2026-02-11"), published_witness="url"),
        )

        assert await found(desk, ArticleQuery()) == ["Claims the future", "Undated", "Today", "Published before"]

    async def test_a_list_of_many_pages_is_whole_and_in_order(
        self, desk: Newsdesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(looking, "PAGE_ROWS", 7)
        await desk.publish(*(a_reading(f"{STORY}-{n}", f"Text {n}", title=f"Story {n}") for n in range(42)))

        titles = await found(desk, ArticleQuery())

        assert titles == [f"Story {n}" for n in reversed(range(42))]

    async def test_a_limit_ends_the_list(self, desk: Newsdesk) -> None:
        await desk.publish(*(a_reading(f"{STORY}-{n}", f"{n}", title=f"Story {n}") for n in range(5)))

        assert await found(desk, ArticleQuery(limit=2)) == ["Story 4", "Story 3"]

    async def test_since_is_inclusive_and_until_is_not(self, desk: Newsdesk) -> None:
        for hour in (9, 10, 11):
            at = second(f"2026-02-11T{hour:02}:00:00+00:00")
            await desk.publish(
                a_reading(f"{STORY}-{hour}", f"{hour}", title=str(hour), published=at, published_witness="meta")
            )

        query = ArticleQuery(since=MIDNIGHT + 10 * HOUR, until=MIDNIGHT + 11 * HOUR)

        assert await found(desk, query) == ["10"]

    async def test_an_article_of_a_day_counts_for_the_whole_day(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(title="Day", published=day("2026-02-11"), published_witness="url"))

        assert await found(desk, ArticleQuery(since=MIDNIGHT + 10 * HOUR)) == ["Day"]
        assert await found(desk, ArticleQuery(since=MIDNIGHT + 24 * HOUR)) == []
        assert await found(desk, ArticleQuery(until=MIDNIGHT)) == []

    async def test_articles_are_found_by_publisher_name_or_domain(self, desk: Newsdesk) -> None:
        await desk.publish(
            a_reading(STORY, source=Source("The Portvale News", "news.example", "json-ld"), title="One"),
            a_reading(OTHER_STORY, "x", source=Source("Other", "other.example", "json-ld"), title="Two"),
        )

        assert await found(desk, ArticleQuery(source="the portvale news")) == ["One"]
        assert await found(desk, ArticleQuery(source="other.example")) == ["Two"]
        assert await found(desk, ArticleQuery(source="Nobody")) == []

    async def test_a_publisher_s_name_is_found_in_whatever_case(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(source=Source("ÉCHO du Léman", "echo.example", "json-ld"), title="One"))

        assert await found(desk, ArticleQuery(source="écho DU léman")) == ["One"]

    @pytest.mark.parametrize("few", [1, 3, 1_000])
    async def test_conditions_of_few_and_of_many_articles_are_met_alike(
        self, desk: Newsdesk, monkeypatch: pytest.MonkeyPatch, few: int
    ) -> None:
        monkeypatch.setattr(looking, "FEW", few)
        other_feed = "https://news.example/other.xml"
        await desk.publish(*(a_reading(f"{STORY}-{n}", f"{n} crane", title=f"Old {n}") for n in range(4)))
        await desk.store.subscribe([Subscription(other_feed, tags=("port",))], desk.now)
        desk.now += HOUR
        other = Source("Other", "other.example", "json-ld")
        await desk.publish(
            *(a_reading(f"{OTHER_STORY}-{n}", f"{n} crane", title=f"New {n}", source=other) for n in range(2)),
            feed=other_feed,
        )

        new = ["New 1", "New 0"]
        for query in (
            ArticleQuery(source="other"),
            ArticleQuery(feed=other_feed),
            ArticleQuery(tag="port"),
            ArticleQuery(changed_after=desk.now - HOUR / 2),
        ):
            assert await found(desk, query) == new
            assert await found(desk, replace(query, search=read_query("crane"))) == new
            assert await found(desk, replace(query, search=read_query("lamp"))) == []

    async def test_articles_are_found_by_feed_in_any_spelling_and_by_tag(self, desk: Newsdesk) -> None:
        other = "https://other.example/rss"
        await desk.store.subscribe(
            [Subscription(FEED, tags=("world",)), Subscription(other, tags=("local",))], desk.now
        )
        await desk.publish(a_reading(STORY, title="One"))
        await desk.publish(a_reading("https://other.example/2026/two-is-here", "x", title="Two"), feed=other)

        assert await found(desk, ArticleQuery(feed="http://www.news.example/feed.xml")) == ["One"]
        assert await found(desk, ArticleQuery(tag="local")) == ["Two"]
        assert await found(desk, ArticleQuery(tag="sport")) == []

    async def test_what_came_or_was_edited_later_is_changed_after(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(STORY, title="Edited later"), a_reading(OTHER_STORY, "x", title="Left alone"))
        desk.now += HOUR
        await desk.poll(FEED, an_entry(STORY, "Bridge reopens"))
        await desk.read(a_reading(STORY, "Other words.", title="Edited later"))

        assert await found(desk, ArticleQuery(changed_after=desk.now - HOUR)) == ["Edited later"]
        assert await found(desk, ArticleQuery(changed_after=desk.now)) == []

    async def test_new_articles_are_changed_after_and_unchanged_pages_are_not(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(STORY, title="Here before"))
        desk.now += HOUR
        await desk.poll(FEED, an_entry(STORY, "Bridge reopens"), an_entry(OTHER_STORY, "Ferry"))
        old = second("2020-01-01T04:00:00+00:00")
        await desk.read(
            a_reading(STORY, title="Here before", credit="Meridian"),
            a_reading(OTHER_STORY, "x", title="Old, and new here", published=old, published_witness="meta"),
        )

        assert await found(desk, ArticleQuery(changed_after=desk.now - HOUR)) == ["Old, and new here"]

    async def test_many_that_changed_come_in_order_too(self, desk: Newsdesk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(looking, "FEW", 2)
        await desk.publish(a_reading(STORY, title="One"), a_reading(OTHER_STORY, "x", title="Two"))

        assert await found(desk, ArticleQuery(changed_after=desk.now - HOUR)) == ["Two", "One"]

    async def test_the_few_that_changed_are_found_by_when_they_did(self, tmp_path: Path, now: datetime) -> None:
        store = Store(f"sqlite:///{tmp_path / 'news.db'}")
        await store.open(create=True)
        plans: list[str] = []

        def explain(connection: Connection, _: object, statement: str, values: Any, __: object, ___: bool) -> None:
            driver: Any = connection.connection.driver_connection
            plans.extend(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", values))

        event.listen(Engine, "before_cursor_execute", explain)
        assert await found(Newsdesk(store, now), ArticleQuery(changed_after=now)) == []
        event.remove(Engine, "before_cursor_execute", explain)
        await store.close()

        assert any("ix_article_updated_at" in step for step in plans)
        assert not any("ix_article_ordered_at" in step or step.startswith("SCAN article") for step in plans)

    async def test_an_article_is_found_by_its_id_as_number_or_text(self, desk: Newsdesk) -> None:
        (saved,) = await desk.publish(a_reading())

        by_number = await desk.store.article(saved.article_id)
        by_text = await desk.store.article(str(saved.article_id))

        assert by_number is not None
        assert by_number == by_text

    async def test_what_is_no_article_is_none(self, desk: Newsdesk) -> None:
        assert await desk.store.article(7) is None
        assert await desk.store.article("9" * 30) is None
        assert await desk.store.article(STORY) is None
        assert await desk.store.article("no address at all \\ ") is None


class TestEdges:
    async def test_an_edge_finds_its_target_when_the_original_arrives(self, desk: Newsdesk) -> None:
        original = "https://meridian.example/2026/bridge-opens-in-portvale"
        named = an_edge("Meridian Wire", original + "?utm_source=copy", relation=Relation.COPY_OF)
        await desk.publish(a_reading(STORY, edges=[named]))
        (before,) = [edge async for edge in desk.store.edges()]
        await desk.publish(a_reading(original, "Original."), feed="https://meridian.example/feed")

        (after,) = [edge async for edge in desk.store.edges()]

        assert (before["target_url"], before["external_name"]) == (None, "Meridian Wire")
        assert before["external"] == {
            "name": "Meridian Wire",
            "title": None,
            "url": original + "?utm_source=copy",
            "date": None,
            "candidates": [],
        }
        assert (after["target_url"], after["external"], after["external_name"]) == (original, None, None)

    async def test_a_target_without_a_name_is_called_by_its_host(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(edges=[an_edge(None, "https://meridian.example/story")]))

        (edge,) = [edge async for edge in desk.store.edges()]

        assert edge["external_name"] == "meridian.example"

    async def test_an_edge_to_the_article_itself_is_not_shown(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(STORY, edges=[an_edge("Self", STORY + "?utm_source=self")]))

        assert [edge async for edge in desk.store.edges()] == []

    async def test_all_edges_come_in_the_order_in_which_they_were_found(self, desk: Newsdesk) -> None:
        await desk.publish(
            a_reading(STORY, edges=[an_edge("One"), an_edge("Two")]),
            a_reading(OTHER_STORY, "x", edges=[an_edge("Three")]),
        )

        names = [edge["external_name"] async for edge in desk.store.edges()]

        assert names == ["One", "Two", "Three"]
