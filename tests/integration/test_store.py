"""The store's promises, on both databases: subscriptions, turns, polls and readings."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
import zstandard
from sqlalchemy import Connection, Engine, event, make_url

from pipeline.core.errors import LeaseLost, Refused, StoreError, Unreachable
from pipeline.core.identity import compare
from pipeline.core.model import (
    EvidenceKind,
    Feed,
    FeedDocument,
    FeedHints,
    Hop,
    Moment,
    News,
    Outcome,
    Pace,
    PageState,
    Precision,
    SourceRef,
    Validators,
)
from pipeline.core.subscriptions import Subscription
from pipeline.store import ArticleQuery, Store
from pipeline.store.articles import Outcome as Kept
from tests.integration.newsdesk import (
    FEED,
    OTHER_STORY,
    STORY,
    Newsdesk,
    a_document,
    a_reading,
    a_reply,
    an_edge,
    an_entry,
    day,
    second,
)

HOUR = timedelta(hours=1)


def rows(store_url: str, query: str) -> Sequence[tuple[object, ...]]:
    """What stands in the database, seen past the store."""
    if store_url.startswith("sqlite"):
        connection = sqlite3.connect(str(make_url(store_url).database))
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()
    with psycopg.connect(store_url.replace("+psycopg", "")) as server:
        return server.execute(query).fetchall()


async def news_of(desk: Newsdesk, feed: Feed, document: FeedDocument) -> News:
    return compare(await desk.store.known(feed, document), document)


def refused(status: int, after: datetime | None = None) -> Refused:
    return Refused(f"news.example answered {status}", url=FEED, status=status, after=after)


class TestSubscriptions:
    async def test_one_feed_in_two_spellings_is_followed_once(self, store: Store, now: datetime) -> None:
        first = await store.subscribe([Subscription("https://www.news.example/feed.xml")], now)
        again = await store.subscribe([Subscription("http://news.example/feed.xml?utm_source=x")], now)

        assert [done.created for done in (*first, *again)] == [True, False]
        assert again[0].feed_id == first[0].feed_id
        assert len(await store.subscriptions()) == 1

    async def test_thousands_of_feeds_at_once_are_each_answered_in_their_order(
        self, store: Store, now: datetime
    ) -> None:
        wishes = [Subscription(f"http://paper-{number}.example/rss.xml") for number in range(2100)]
        created = await store.subscribe(wishes, now)
        again = await store.subscribe(wishes[::-1], now)
        assert [answer.url for answer in created] == [wish.url for wish in wishes]
        assert [answer.feed_id for answer in again] == [answer.feed_id for answer in created][::-1]
        assert {answer.created for answer in created} == {True}
        assert {answer.created for answer in again} == {False}

    async def test_whether_a_feed_is_followed_is_known_in_any_spelling(self, store: Store, now: datetime) -> None:
        assert not await store.is_followed()
        await store.subscribe([Subscription(FEED)], now)

        assert await store.is_followed()
        assert await store.is_followed(FEED.replace("https://", "http://www."))
        assert not await store.is_followed("https://news.example/other.xml")
        assert not await store.is_followed("no address")

        await store.remove_feed(FEED)
        assert not await store.is_followed()

    async def test_a_new_feed_is_due_at_once_on_its_own_host(self, store: Store, now: datetime) -> None:
        await store.subscribe([Subscription(FEED)], now)

        assert await store.due_hosts(now) == ("news.example",)

    async def test_a_subscription_comes_back_word_for_word(self, store: Store, now: datetime) -> None:
        wish = Subscription(FEED, "The News", "Front page", ("world", "a tag"), "https://news.example/", "en-GB")
        await store.subscribe([wish], now)

        assert await store.subscriptions() == (wish,)

    async def test_a_removed_feed_leaves_its_articles_and_drops_what_was_not_read(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(STORY))
        await desk.poll(FEED, an_entry(OTHER_STORY, "Ferry"))

        assert await desk.store.remove_feed(FEED)

        assert await desk.store.subscriptions() == ()
        assert await desk.due("news.example") == ()
        row = await desk.store.article(STORY)
        assert row is not None
        assert row["found_by"][0]["url"] == FEED

    async def test_a_removed_feed_that_comes_back_is_created_and_due(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(STORY))
        await desk.store.remove_feed(FEED)

        (done,) = await desk.store.subscribe([Subscription(FEED, source="News")], desk.now)

        assert done.created
        assert await desk.store.subscriptions() == (
            Subscription(FEED, "News", "The News", (), "https://news.example/", "en"),
        )
        assert await desk.store.due_hosts(desk.now) == ("news.example",)

    async def test_what_is_not_followed_cannot_be_changed(self, store: Store, now: datetime) -> None:
        assert not await store.remove_feed(FEED)
        assert not await store.set_paused(FEED, True, now)
        assert not await store.edit_feed(FEED, source="x", now=now)

    async def test_a_paused_feed_is_not_due_and_a_resumed_one_is(self, store: Store, now: datetime) -> None:
        await store.subscribe([Subscription(FEED)], now)

        await store.set_paused(FEED, True, now)
        assert await store.make_due(now) == 0
        resting = await store.claim("news.example", "w", now)
        assert resting is not None
        assert resting.feeds == ()
        await store.release(resting.turn)

        await store.set_paused(FEED, False, now)
        resumed = await store.claim("news.example", "w", now)
        assert resumed is not None
        assert len(resumed.feeds) == 1

    async def test_a_pause_during_a_poll_outlasts_it(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None

        await desk.store.set_paused(FEED, True, desk.now)
        await desk.save_unchanged(work.turn, work.feeds[0])

        assert (await desk.store.list_feeds())[0]["next_poll_at"] is None

    async def test_edited_words_replace_the_old_and_empty_ones_take_away(self, store: Store, now: datetime) -> None:
        await store.subscribe([Subscription(FEED, "News", "Title", ("a",))], now)

        await store.edit_feed(FEED, source="", title="Other", tags=["b", "c"], now=now)

        (wish,) = await store.subscriptions()
        assert (wish.source, wish.title, wish.tags) == (None, "Other", ("b", "c"))

    async def test_a_feed_that_moved_keeps_its_entries_and_forgets_what_the_old_address_said(
        self, desk: Newsdesk
    ) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(STORY))
        moved = "https://feeds.other.example/news"

        assert await desk.store.edit_feed(FEED, new_url=moved, now=desk.now)

        work = await desk.store.claim("feeds.other.example", "w", desk.now)
        assert work is not None
        assert work.feeds[0].url == moved
        assert work.feeds[0].body_hash is None
        document = a_document(an_entry(STORY))
        assert len(await desk.store.known(work.feeds[0], document)) == 1

    async def test_a_feed_cannot_move_onto_another(self, store: Store, now: datetime) -> None:
        other = "https://other.example/rss"
        await store.subscribe([Subscription(FEED), Subscription(other)], now)

        with pytest.raises(StoreError, match=r"other\.example/rss"):
            await store.edit_feed(FEED, new_url=other, now=now)


class TestFollowingAFile:
    async def test_the_first_sync_adds_all_and_the_second_does_nothing(self, store: Store, now: datetime) -> None:
        wishes = [Subscription(FEED, "News", tags=("a",)), Subscription("https://b.example/rss")]

        first = await store.follow(wishes, now)
        second = await store.follow(wishes, now)

        assert (first.added, first.updated, first.paused) == (2, 0, 0)
        assert (second.added, second.updated, second.resumed, second.paused) == (0, 0, 0, 0)

    async def test_changed_words_and_tags_are_taken_over(self, store: Store, now: datetime) -> None:
        await store.follow([Subscription(FEED, "News", tags=("a",))], now)

        done = await store.follow([Subscription(FEED, "The News", "Front", ("b",))], now)

        assert done.updated == 1
        assert await store.subscriptions() == (Subscription(FEED, "The News", "Front", ("b",)),)

    async def test_what_left_the_file_is_paused_and_resumed_when_it_returns(self, store: Store, now: datetime) -> None:
        await store.follow([Subscription(FEED)], now)

        left = await store.follow([], now)
        assert left.paused == 1
        assert (await store.list_feeds())[0]["state"] == "paused"

        back = await store.follow([Subscription(FEED)], now + HOUR)
        assert back.resumed == 1
        assert await store.due_hosts(now + HOUR) == ("news.example",)

    async def test_a_feed_added_by_hand_stays_without_the_file(self, store: Store, now: datetime) -> None:
        await store.subscribe([Subscription(FEED)], now)

        assert (await store.follow([], now)).paused == 0

    async def test_a_pause_by_hand_outlasts_a_sync(self, store: Store, now: datetime) -> None:
        await store.follow([Subscription(FEED)], now)
        await store.set_paused(FEED, True, now)

        done = await store.follow([Subscription(FEED)], now)

        assert done.resumed == 0
        assert (await store.list_feeds())[0]["state"] == "paused"


class TestTurns:
    async def test_a_host_is_claimed_by_one_worker_only(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)

        claims = await asyncio.gather(*(desk.store.claim("news.example", f"w{n}", desk.now) for n in range(5)))

        assert len([work for work in claims if work is not None]) == 1

    async def test_a_leased_host_is_not_listed_until_its_lease_runs_out(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        await desk.store.claim("news.example", "w", desk.now, 45.0)

        assert await desk.store.due_hosts(desk.now + timedelta(seconds=44)) == ()
        assert await desk.store.due_hosts(desk.now + timedelta(seconds=45)) == ("news.example",)

    async def test_a_lease_that_ran_out_can_be_taken_over_and_the_old_turn_saves_no_more(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        dead = await desk.store.claim("news.example", "dead", desk.now, 45.0)
        assert dead is not None
        taken = await desk.store.claim("news.example", "alive", desk.now + HOUR)
        assert taken is not None

        with pytest.raises(LeaseLost):
            await desk.save_unchanged(dead.turn, dead.feeds[0])
        with pytest.raises(LeaseLost):
            await desk.save_document(dead.turn, dead.feeds[0], a_document(an_entry()))
        with pytest.raises(LeaseLost):
            await desk.store.save_poll_trouble(dead.turn, dead.feeds[0], refused(500), desk.pace(), desk.now)
        with pytest.raises(LeaseLost):
            await desk.store.renew(dead.turn, desk.now)
        await desk.store.release(dead.turn)
        await desk.save_unchanged(taken.turn, taken.feeds[0])

    async def test_readings_of_a_lost_turn_are_refused(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry())
        dead = await desk.store.claim("news.example", "dead", desk.now, 45.0)
        assert dead is not None
        await desk.store.claim("news.example", "alive", desk.now + HOUR)

        with pytest.raises(LeaseLost):
            await desk.store.save_reading(
                dead.turn, dead.entries[0], a_reading(), page=PageState(), again_at=None, now=desk.now
            )
        with pytest.raises(LeaseLost):
            await desk.store.save_page_unchanged(dead.turn, dead.entries[0], again_at=None)
        with pytest.raises(LeaseLost):
            await desk.store.save_read_trouble(dead.turn, dead.entries[0], refused(404), None, desk.now)
        assert await desk.store.article(STORY) is None

    async def test_a_renewed_lease_holds_longer(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        work = await desk.store.claim("news.example", "w", desk.now, 45.0)
        assert work is not None

        await desk.store.renew(work.turn, desk.now + timedelta(seconds=15), 45.0)

        assert await desk.store.claim("news.example", "x", desk.now + timedelta(seconds=59)) is None

    async def test_after_a_turn_the_host_is_due_when_its_next_work_is(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(STORY))
        await desk.read(a_reading(STORY), again_at=desk.now + timedelta(minutes=10))

        assert await desk.store.due_hosts(desk.now + timedelta(minutes=9)) == ()
        assert await desk.store.due_hosts(desk.now + timedelta(minutes=10)) == ("news.example",)

    async def test_a_turn_that_died_loses_no_due_time(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        work = await desk.store.claim("news.example", "dies", desk.now, 45.0)
        assert work is not None
        await desk.save_document(work.turn, work.feeds[0], a_document(an_entry(STORY)))

        later = await desk.store.claim("news.example", "lives", desk.now + timedelta(seconds=46))

        assert later is not None
        assert [due.entry.url for due in later.entries] == [STORY]

    @pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
    async def test_an_entry_that_is_being_stored_as_a_turn_ends_is_due_after_it(
        self, desk: Newsdesk, store_url: str
    ) -> None:
        await desk.publish(a_reading(STORY))
        await desk.store.make_due(desk.now)
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        await desk.save_unchanged(work.turn, work.feeds[0])
        with psycopg.connect(store_url.replace("+psycopg", "")) as other:
            other.execute("UPDATE entry SET read_due_at = %s", [desk.now])
            other.execute("UPDATE host SET next_due_at = %s", [desk.now])
            ending = asyncio.create_task(desk.store.release(work.turn))
            await asyncio.sleep(0.3)  # until it waits for the row that the other transaction holds
            assert not ending.done()
            other.commit()
            await ending

        assert await desk.store.due_hosts(desk.now) == ("news.example",)

    async def test_hosts_are_listed_in_the_order_in_which_they_became_due(self, store: Store, now: datetime) -> None:
        for hours, name in ((2, "c"), (0, "a"), (1, "b")):
            await store.subscribe([Subscription(f"https://{name}.example/feed")], now + hours * HOUR)

        assert await store.due_hosts(now + 3 * HOUR) == ("a.example", "b.example", "c.example")
        assert await store.due_hosts(now + 3 * HOUR, 2) == ("a.example", "b.example")

    async def test_a_host_that_is_held_back_rests_until_then(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)

        await desk.store.hold_back("news.example", desk.now + HOUR)
        await desk.store.hold_back("news.example", desk.now + HOUR / 2)

        almost = desk.now + timedelta(minutes=59)
        assert await desk.store.due_hosts(almost) == ()
        assert await desk.store.claim("news.example", "w", almost) is None
        assert await desk.store.make_due(almost) == 0
        assert await desk.store.due_hosts(desk.now + HOUR) == ("news.example",)

    async def test_a_host_may_be_held_back_before_anything_is_known_of_it(self, desk: Newsdesk) -> None:
        await desk.store.hold_back("cdn.example", desk.now + HOUR)
        await desk.follow("https://cdn.example/feed")

        assert await desk.store.due_hosts(desk.now) == ()
        assert await desk.store.due_hosts(desk.now + HOUR) == ("cdn.example",)

    async def test_by_hand_all_feeds_are_due_but_those_that_rest(self, desk: Newsdesk) -> None:
        urls = [f"https://{name}.example/feed" for name in ("rhythm", "paused", "gone", "wait", "removed")]
        await desk.follow(*urls)
        for url in urls:
            await desk.poll(url)
        await desk.store.set_paused(urls[1], True, desk.now)
        await desk.store.remove_feed(urls[4])
        await desk.store.make_due(desk.now)
        for name, error in (("gone", refused(410)), ("wait", refused(429, desk.now + HOUR))):
            work = await desk.store.claim(f"{name}.example", "w", desk.now)
            assert work is not None
            next_at = None if name == "gone" else desk.now + HOUR
            await desk.store.save_poll_trouble(work.turn, work.feeds[0], error, Pace(next_at, "", {}), desk.now)
            await desk.store.release(work.turn)

        assert await desk.store.make_due(desk.now + HOUR / 2) == 1
        assert await desk.store.make_due(desk.now + HOUR) == 2
        assert await desk.store.make_due(desk.now + HOUR, ["http://www.wait.example/feed"]) == 1

    async def test_what_the_polls_of_a_turn_brought_for_its_host_is_due_in_it(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        elsewhere = "https://elsewhere.example/2026/another-story-there"
        document = a_document(an_entry(STORY), an_entry(elsewhere, "Elsewhere"))

        saved = await desk.save_document(work.turn, work.feeds[0], document)

        assert saved.due_hosts == ("elsewhere.example", "news.example")
        due = await desk.store.due_entries(work.turn, desk.now)
        assert [one.entry.url for one in due] == [STORY]
        assert await desk.store.due_hosts(desk.now) == ("elsewhere.example",)

    async def test_an_entry_is_read_among_the_headlines_of_its_feed(self, desk: Newsdesk) -> None:
        await desk.store.subscribe([Subscription(FEED, source="News", site_url="https://news.example/en")], desk.now)
        stories = [an_entry(f"{STORY}-{n}", f"Story {n}") for n in range(70)]
        await desk.poll(FEED, *stories)

        due = await desk.due("news.example")

        around = due[0].around
        assert len(due) == 50
        assert due[0].entry == stories[0]
        assert due[0].first_seen_at == desk.now
        assert (around.feed_url, around.feed_title, around.feed_source) == (FEED, "The News", "News")
        assert (around.feed_site_url, around.feed_language) == ("https://news.example/en", "en")
        assert len(around.sibling_headlines) == 60
        assert around.sibling_headlines[0] == "Story 69"
        assert "Story 49" not in due[49].around.sibling_headlines

    async def test_a_login_in_a_feed_url_is_not_handed_to_its_pages(self, desk: Newsdesk) -> None:
        await desk.follow("https://reader:secret@news.example/feed.xml")
        await desk.poll("https://reader:secret@news.example/feed.xml", an_entry(STORY))

        (due,) = await desk.due("news.example")

        assert due.around.feed_url == FEED
        assert "secret" not in str(await desk.store.list_feeds())


class TestPolls:
    async def test_what_a_document_says_is_there_at_the_next_poll(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        hints = FeedHints(ttl_s=3600, skip_hours=frozenset({1, 2}), skip_days=frozenset({6}))
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        document = a_document(an_entry(), hints=hints)
        await desk.store.save_poll(
            work.turn,
            work.feeds[0],
            reply=a_reply(FEED, etag='"v1"'),
            document=document,
            news=await news_of(desk, work.feeds[0], document),
            pace=Pace(desk.now + HOUR, "hourly", {"v": 1, "rate": 0.25}),
            outcome=Outcome.NEWS,
            body_hash=b"\x00\xff",
            now=desk.now,
        )
        await desk.store.release(work.turn)

        again = await desk.store.claim("news.example", "w", desk.now + HOUR)

        assert again is not None
        feed = again.feeds[0]
        assert (feed.title, feed.site_url, feed.hints) == ("The News", "https://news.example/", hints)
        assert (feed.validators, feed.body_hash) == (Validators('"v1"'), b"\x00\xff")
        assert feed.pace == {"v": 1, "rate": 0.25}
        assert feed.polled_before

    async def test_a_304_keeps_validators_it_does_not_repeat_and_takes_new_ones(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        await desk.save_unchanged(work.turn, work.feeds[0], etag='"v1"', pace=Pace(desk.now, "again", {}))
        await desk.save_unchanged(work.turn, work.feeds[0], etag=None, pace=Pace(desk.now, "again", {}))
        await desk.store.release(work.turn)
        kept = await desk.store.claim("news.example", "w", desk.now)
        assert kept is not None
        assert kept.feeds[0].validators == Validators('"v1"')

        await desk.save_unchanged(kept.turn, kept.feeds[0], etag='"v2"', pace=Pace(desk.now, "again", {}))
        await desk.store.release(kept.turn)

        taken = await desk.store.claim("news.example", "w", desk.now)
        assert taken is not None
        assert taken.feeds[0].validators == Validators('"v2"')

    async def test_saving_one_poll_twice_stores_its_entries_once(self, desk: Newsdesk, store_url: str) -> None:
        await desk.follow(FEED)
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        document = a_document(an_entry(STORY), an_entry(OTHER_STORY, "Ferry"), an_entry(None, "No link"))
        news = await news_of(desk, work.feeds[0], document)

        for _ in range(2):
            await desk.store.save_poll(
                work.turn,
                work.feeds[0],
                reply=a_reply(FEED),
                document=document,
                news=news,
                pace=desk.pace(),
                outcome=Outcome.NEWS,
                body_hash=None,
                now=desk.now,
            )

        assert rows(store_url, "SELECT count(*) FROM entry") == [(3,)]

    async def test_all_of_an_entry_comes_back_when_it_is_due(self, desk: Newsdesk) -> None:
        whole = an_entry(
            STORY,
            "新桥通车 – “opens”",
            published=second("2026-02-11T09:30:00+08:00"),
            updated=day("2026-02-11"),
            authors=("A", "B"),
            summary="<p>Kurz</p>",
            content="<p>" + "Lang. " * 2000 + "</p>",
            sources=(SourceRef(EvidenceKind.RSS_SOURCE, "Meridian", "https://meridian.example/"),),
            via_urls=("https://via.example/x",),
            language="zh",
        )
        await desk.follow(FEED)
        await desk.poll(FEED, whole)

        (due,) = await desk.due("news.example")

        assert due.entry == whole

    async def test_an_entry_keeps_the_zone_that_its_time_was_stated_in(self, desk: Newsdesk) -> None:
        evening = Moment(datetime(2026, 2, 11, 4, tzinfo=UTC), Precision.MINUTE, -300)
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(published=evening))

        (due,) = await desk.due("news.example")

        assert due.entry.published is not None
        assert due.entry.published.day == date(2026, 2, 10)

    async def test_an_entry_without_a_link_is_due_on_the_host_of_its_feed(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(None, "Words alone"))

        assert [due.entry.title for due in await desk.due("news.example")] == ["Words alone"]

    async def test_known_entries_are_found_by_any_of_their_marks_and_only_in_their_feed(self, desk: Newsdesk) -> None:
        other = "https://other.example/feed"
        await desk.follow(FEED, other)
        await desk.poll(FEED, an_entry(STORY, "Bridge opens", published=day("2026-02-10")))
        await desk.store.make_due(desk.now)
        ours = await desk.store.claim("news.example", "w", desk.now)
        theirs = await desk.store.claim("other.example", "w", desk.now)
        assert ours is not None
        assert theirs is not None
        by_guid = a_document(replace(an_entry(OTHER_STORY, "X"), guid=STORY))
        by_link = a_document(replace(an_entry(STORY + "?utm_source=rss", "Y"), guid="new"))
        by_title = a_document(replace(an_entry(OTHER_STORY, "Bridge OPENS!"), guid="new"))
        by_none = a_document(an_entry(OTHER_STORY, "Ferry"))

        found = [len(await desk.store.known(ours.feeds[0], d)) for d in (by_guid, by_link, by_title, by_none)]

        assert found == [1, 1, 1, 0]
        assert await desk.store.known(theirs.feeds[0], by_guid) == ()
        (known,) = await desk.store.known(ours.feeds[0], by_link)
        assert (known.guid, known.title_key) == (STORY, "bridge opens")
        assert known.published_at == datetime.fromisoformat("2026-02-10T00:00:00+00:00")

    async def test_a_document_of_two_thousand_entries_is_one_poll(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        entries = [an_entry(f"{STORY}-{n}", f"Story number {n}") for n in range(2000)]

        first = await desk.poll(FEED, *entries)
        again = await desk.poll(FEED, *entries)

        assert (first.new, again.new) == (2000, 0)

    async def test_an_edited_entry_is_due_again(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(STORY))
        assert await desk.due("news.example") == ()

        saved = await desk.poll(FEED, an_entry(STORY, "Bridge opens, then closes"))

        assert (saved.new, saved.edited) == (0, 1)
        (due,) = await desk.due("news.example")
        assert due.entry.title == "Bridge opens, then closes"
        assert due.article_id is not None

    async def test_an_unchanged_entry_is_not_due_again(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(STORY))

        await desk.poll(FEED, an_entry(STORY, "Bridge opens"))

        assert await desk.due("news.example") == ()

    async def test_a_document_that_shares_nothing_with_the_one_before_is_a_loss(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(STORY, "One"))
        assert (await desk.store.list_feeds())[0]["loss"] is None

        await desk.poll(FEED, an_entry(OTHER_STORY, "Two"))
        await desk.poll(FEED, an_entry(STORY + "-3", "Three"))

        assert (await desk.store.list_feeds())[0]["loss"] == {"since": "2026-02-11T12:00:00Z", "count": 2}

    async def test_an_empty_document_is_no_loss(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(STORY, "One"))

        await desk.poll(FEED)
        await desk.poll(FEED, an_entry(OTHER_STORY, "Two"))

        assert (await desk.store.list_feeds())[0]["loss"] is None

    async def test_trouble_is_counted_from_its_beginning_and_forgotten_after_a_good_poll(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        error = Unreachable("news.example: no such host name", url=FEED)
        for hours in range(3):
            at = desk.now + hours * HOUR
            work = await desk.store.claim("news.example", "w", at)
            assert work is not None
            assert work.feeds[0].error_count == hours
            await desk.store.save_poll_trouble(work.turn, work.feeds[0], error, Pace(at + HOUR, "back-off", {}), at)
            await desk.store.release(work.turn)
        (row,) = await desk.store.list_feeds(failing=True)
        assert row["state"] == "error"
        assert row["error"] == {
            "kind": "unreachable",
            "message": "news.example: no such host name",
            "since": "2026-02-11T12:00:00Z",
            "count": 3,
        }

        desk.now += 3 * HOUR
        await desk.poll(FEED, an_entry())

        assert await desk.store.list_feeds(failing=True) == []
        assert (await desk.store.list_feeds())[0]["error"] is None

    async def test_a_feed_that_is_gone_is_never_due_again_by_itself(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        await desk.store.save_poll_trouble(work.turn, work.feeds[0], refused(410), Pace(None, "gone", {}), desk.now)
        await desk.store.release(work.turn)

        assert (await desk.store.list_feeds())[0]["state"] == "gone"
        assert await desk.store.due_hosts(desk.now + 1000 * HOUR) == ()

    async def test_a_poll_of_a_feed_that_was_removed_meanwhile_saves_nothing(
        self, desk: Newsdesk, store_url: str
    ) -> None:
        await desk.follow(FEED)
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        await desk.store.remove_feed(FEED)

        saved = await desk.save_document(work.turn, work.feeds[0], a_document(an_entry()))

        assert saved.new == 0
        assert rows(store_url, "SELECT count(*) FROM entry") == [(0,)]

    async def test_a_poll_of_a_feed_that_moved_meanwhile_leaves_the_new_address_unpolled(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        await desk.store.edit_feed(FEED, new_url="https://moved.example/feed", now=desk.now)

        await desk.save_unchanged(work.turn, work.feeds[0], etag='"of the old address"')

        moved = await desk.store.claim("moved.example", "w", desk.now)
        assert moved is not None
        assert moved.feeds[0].validators == Validators()

    async def test_an_entry_whose_address_was_read_for_another_feed_is_linked_and_not_read_again(
        self, desk: Newsdesk
    ) -> None:
        await desk.publish(a_reading(STORY))
        other = "https://news.example/world.xml"
        await desk.follow(other)

        saved = await desk.poll(other, an_entry(STORY + "?utm_source=world", "Bridge opens"))

        assert saved.due_hosts == ()
        assert await desk.due("news.example") == ()
        row = await desk.store.article(STORY)
        assert row is not None
        assert row["feeds"] == [FEED, other]

    async def test_of_two_feeds_with_one_story_only_one_entry_is_read(self, desk: Newsdesk) -> None:
        other = "https://news.example/world.xml"
        await desk.follow(FEED, other)
        await desk.poll(FEED, an_entry(STORY))
        await desk.poll(other, an_entry(STORY + "?utm_source=world", "Bridge opens"))

        assert len(await desk.due("news.example")) == 1
        await desk.read(a_reading(STORY))

        assert await desk.due("news.example") == ()
        row = await desk.store.article(STORY)
        assert row is not None
        assert row["feeds"] == [FEED, other]


class TestReadings:
    async def test_a_reading_saved_twice_leaves_one_article_without_revision(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(STORY))
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        reading = a_reading(edges=[an_edge()])

        saved = [
            await desk.store.save_reading(
                work.turn, work.entries[0], reading, page=PageState(), again_at=None, now=desk.now
            )
            for _ in range(2)
        ]

        assert [one.outcome for one in saved] == [Kept.NEW, Kept.SAME]
        (row,) = [row async for row in desk.store.articles(ArticleQuery())]
        assert row["revisions"] == []
        assert len(row["edges"]) == 1
        assert len(row["edges"][0]["evidence_detail"]) == 1

    async def test_another_text_makes_the_old_one_a_revision(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(text="Ten people came.", title="Bridge opens"))
        desk.now += HOUR
        await desk.poll(FEED, an_entry(STORY, "Bridge opens to hundreds"))

        (saved,) = await desk.read(a_reading(text="Hundreds came.", title="Bridge opens to hundreds"))

        assert saved.outcome is Kept.EDITED
        row = await desk.store.article(STORY)
        assert row is not None
        assert (row["title"], row["text"]) == ("Bridge opens to hundreds", "Hundreds came.")
        assert row["revisions"] == [
            {"seen_at": "2026-02-11T12:00:00Z", "title": "Bridge opens", "text": "Ten people came."}
        ]
        assert (row["first_seen_at"], row["updated_at"]) == ("2026-02-11T12:00:00Z", "2026-02-11T13:00:00Z")

    async def test_the_same_words_on_other_lines_are_no_revision(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(text="Ten people came.\nAll left."))
        desk.now += HOUR
        await desk.poll(FEED, an_entry(STORY, "Bridge reopens"))

        (saved,) = await desk.read(a_reading(text="Ten  people came.\n\nAll left. "))

        assert saved.outcome is Kept.SAME
        row = await desk.store.article(STORY)
        assert row is not None
        assert (row["revisions"], row["updated_at"]) == ([], "2026-02-11T12:00:00Z")

    async def test_a_page_is_read_again_when_asked_and_with_what_was_kept_of_it(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(STORY))
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        page = PageState(Validators('"p1"', "yesterday"), b"digest")
        again_at = desk.now + HOUR
        await desk.store.save_reading(
            work.turn, work.entries[0], a_reading(), page=page, again_at=again_at, now=desk.now
        )
        await desk.store.release(work.turn)
        assert await desk.due("news.example") == ()

        desk.now += HOUR
        (due,) = await desk.due("news.example")

        assert due.page == page
        assert due.article_id is not None

    async def test_a_page_that_two_feeds_announce_as_edited_is_read_once(self, desk: Newsdesk) -> None:
        other = "https://news.example/world.xml"
        await desk.publish(a_reading(STORY))
        await desk.follow(other)
        await desk.poll(other, an_entry(STORY))
        for feed in (FEED, other):
            await desk.poll(feed, an_entry(STORY, "Bridge reopens"))
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        (due,) = work.entries

        await desk.store.save_page_unchanged(work.turn, due, again_at=None)

        assert await desk.store.due_entries(work.turn, desk.now) == ()

    async def test_an_unchanged_page_is_put_off_and_its_trouble_forgotten(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(STORY))
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        await desk.store.save_read_trouble(work.turn, work.entries[0], refused(500), desk.now, desk.now)
        (failed,) = await desk.store.due_entries(work.turn, desk.now)

        await desk.store.save_page_unchanged(work.turn, failed, again_at=desk.now + HOUR)
        await desk.store.release(work.turn)

        assert await desk.due("news.example") == ()
        desk.now += HOUR
        (due,) = await desk.due("news.example")
        assert (failed.attempts, due.attempts) == (1, 0)

    async def test_a_failed_page_is_retried_when_it_should_and_counted(self, desk: Newsdesk, store_url: str) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(STORY))
        for attempt in range(2):
            work = await desk.store.claim("news.example", "w", desk.now)
            assert work is not None
            assert work.entries[0].attempts == attempt
            answer = await desk.store.save_read_trouble(
                work.turn, work.entries[0], refused(404), desk.now + HOUR, desk.now
            )
            assert answer is None
            await desk.store.release(work.turn)
            assert await desk.due("news.example") == ()
            desk.now += HOUR

        ((kind, message, count),) = rows(store_url, "SELECT error_kind, error_message, error_count FROM entry")
        assert (kind, message, count) == ("http-404", "news.example answered 404", 2)

    async def test_a_page_given_up_is_not_due_again(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(STORY))
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        await desk.store.save_read_trouble(work.turn, work.entries[0], refused(404), None, desk.now)
        await desk.store.release(work.turn)

        desk.now += 1000 * HOUR
        assert await desk.due("news.example") == ()

    async def test_a_page_that_failed_for_one_feed_is_not_asked_again_at_once_for_another(self, desk: Newsdesk) -> None:
        other = "https://news.example/world.xml"
        await desk.follow(FEED, other)
        await desk.poll(FEED, an_entry(STORY))
        await desk.poll(other, an_entry(STORY + "?utm_source=world"))
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None

        await desk.store.save_read_trouble(work.turn, work.entries[0], refused(500), desk.now + HOUR, desk.now)

        assert await desk.store.due_entries(work.turn, desk.now) == ()
        assert len(await desk.store.due_entries(work.turn, desk.now + HOUR)) == 1

    async def test_the_feeds_own_text_stands_in_until_the_page_is_to_be_had(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(STORY))
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        stand_in = a_reading(text="From the feed.", flags=("feed-text",))
        saved = await desk.store.save_read_trouble(
            work.turn, work.entries[0], refused(404), desk.now + HOUR, desk.now, reading=stand_in
        )
        await desk.store.release(work.turn)
        assert saved is not None
        row = await desk.store.article(saved.article_id)
        assert row is not None
        assert row["flags"] == ["feed-text"]

        desk.now += HOUR
        (read,) = await desk.read(a_reading(text="From the page, and more of it."))

        assert (read.article_id, read.outcome) == (saved.article_id, Kept.EDITED)
        row = await desk.store.article(STORY)
        assert row is not None
        assert (row["flags"], row["text"]) == ([], "From the page, and more of it.")
        assert [revision["text"] for revision in row["revisions"]] == ["From the feed."]

    async def test_the_feeds_own_text_never_replaces_what_a_page_said(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(text="From the page."))
        await desk.poll(FEED, an_entry(STORY, "Bridge reopens"))
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None

        saved = await desk.store.save_read_trouble(
            work.turn,
            work.entries[0],
            refused(500),
            None,
            desk.now,
            reading=a_reading(text="From the feed.", flags=("feed-text",)),
        )

        assert saved is not None
        assert saved.outcome is Kept.SAME
        row = await desk.store.article(STORY)
        assert row is not None
        assert (row["text"], row["flags"], row["revisions"]) == ("From the page.", [], [])

    async def test_a_page_that_says_what_the_feed_said_loses_the_flag(self, desk: Newsdesk) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(STORY))
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        stand_in = a_reading(flags=("feed-text",))
        await desk.store.save_read_trouble(
            work.turn, work.entries[0], refused(404), desk.now, desk.now, reading=stand_in
        )
        await desk.store.release(work.turn)

        (read,) = await desk.read(a_reading())

        assert read.outcome is Kept.SAME
        row = await desk.store.article(STORY)
        assert row is not None
        assert (row["flags"], row["revisions"]) == ([], [])

    async def test_newer_rules_change_the_facts_around_the_same_words_without_a_revision(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(authors=("By A. Writer",)))
        await desk.poll(FEED, an_entry(STORY, "Bridge reopens"))

        (saved,) = await desk.read(a_reading(authors=("A. Writer",), rules="2"))

        assert saved.outcome is Kept.SAME
        row = await desk.store.article(STORY)
        assert row is not None
        assert (row["authors"], row["revisions"]) == (["A. Writer"], [])


class TestDatesOfArticles:
    @pytest.mark.parametrize(
        ("before", "after", "kept"),
        [
            ((day("2026-02-10"), "url"), (second("2026-02-10T08:00:00+00:00"), "json-ld"), "2026-02-10T08:00:00Z"),
            ((second("2026-02-10T08:00:00+00:00"), "json-ld"), (day("2026-02-11"), "feed"), "2026-02-10T08:00:00Z"),
            (
                (second("2026-02-10T08:00:00+00:00"), "json-ld"),
                (second("2026-02-11T11:00:00+00:00"), "json-ld"),
                "2026-02-10T08:00:00Z",
            ),
            ((day("2026-02-10"), "meta"), (second("2026-02-10T08:00:00+00:00"), "meta"), "2026-02-10T08:00:00Z"),
            ((None, None), (day("2026-02-10"), "url"), "2026-02-10T00:00:00Z"),
            ((day("2026-02-10"), "url"), (None, None), "2026-02-10T00:00:00Z"),
        ],
        ids=["better", "worse", "same", "same-but-finer", "first", "none"],
    )
    async def test_a_date_gives_way_only_to_a_better_witness(
        self, desk: Newsdesk, before: tuple[object, str], after: tuple[object, str], kept: str
    ) -> None:
        await desk.publish(a_reading(published=before[0], published_witness=before[1]))
        await desk.poll(FEED, an_entry(STORY, "Bridge reopens"))

        await desk.read(a_reading(text="Edited.", published=after[0], published_witness=after[1]))

        row = await desk.store.article(STORY)
        assert row is not None
        assert row["published_at"] == kept


class TestOneUrlOneArticle:
    async def test_every_spelling_and_hop_leads_to_the_article(self, desk: Newsdesk) -> None:
        short = "https://sho.example/x7"
        reading = a_reading(
            short, urls=[("https://t.example/r/x7", "hop"), (STORY + "?utm_medium=x", "final"), (STORY, "canonical")]
        )
        await desk.publish(replace(reading, article=replace(reading.article, url=STORY)))

        for url in (short, "http://t.example/r/x7", STORY, STORY + "/", STORY.replace("news", "www.news")):
            row = await desk.store.article(url)
            assert row is not None, url
            assert row["edges"] == []

    async def test_an_entry_found_later_by_a_hop_is_linked_without_reading(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(STORY, urls=[("https://hop.example/story-seven-is-here", "hop")]))
        other = "https://hop.example/feed"
        await desk.follow(other)

        saved = await desk.poll(other, an_entry("https://hop.example/story-seven-is-here"))

        assert (saved.new, saved.due_hosts) == (1, ())

    async def test_two_articles_that_turn_out_to_be_one_become_the_older(self, desk: Newsdesk, store_url: str) -> None:
        old, new = "https://news.example/2026/the-old-address", "https://news.example/2026/the-new-address"
        (older,) = await desk.publish(a_reading(old, "Old words.", edges=[an_edge("Meridian"), an_edge("Both")]))
        desk.now += HOUR
        (newer,) = await desk.publish(
            a_reading(new, "New words.", title="Ferry", edges=[an_edge("Aurora"), an_edge("Both", excerpt="(BOTH)")])
        )
        assert older.article_id != newer.article_id
        desk.now += HOUR
        await desk.poll(FEED, an_entry(new, "Ferry makes a last crossing today"))

        (saved,) = await desk.read(a_reading(new, "Newest words.", urls=[(old, "final")]))

        assert saved.article_id == older.article_id
        assert await desk.store.article(newer.article_id) is None
        row = await desk.store.article(new)
        assert row is not None
        assert (row["id"], row["text"], row["first_seen_at"]) == (
            older.article_id,
            "Newest words.",
            "2026-02-11T12:00:00Z",
        )
        assert [revision["text"] for revision in row["revisions"]] == ["Old words.", "New words."]
        assert sorted(str(edge["external_name"]) for edge in row["edges"]) == ["Aurora", "Both", "Meridian"]
        both = next(edge for edge in row["edges"] if edge["external_name"] == "Both")
        assert {detail["excerpt"] for detail in both["evidence_detail"]} == {"(MERIDIAN)", "(BOTH)"}
        assert rows(store_url, "SELECT count(*) FROM entry WHERE article_id IS NULL") == [(0,)]

    async def test_a_canonical_link_joins_two_addresses_of_one_site_where_the_words_agree(self, desk: Newsdesk) -> None:
        (first,) = await desk.publish(a_reading(STORY))
        twin = "https://news.example/world/bridge-opens-to-traffic"

        (second_one,) = await desk.publish(a_reading(twin, urls=[(STORY, "canonical")]))

        assert second_one.article_id == first.article_id

    async def test_a_canonical_link_to_another_story_is_not_believed(self, desk: Newsdesk) -> None:
        (first,) = await desk.publish(a_reading(STORY))

        (other,) = await desk.publish(
            a_reading(OTHER_STORY, "The ferry made its last crossing.", title="Ferry", urls=[(STORY, "canonical")])
        )

        assert other.article_id != first.article_id

    async def test_a_canonical_link_to_another_site_is_no_spelling(self, desk: Newsdesk) -> None:
        agency = "https://meridian.example/bridge-opens-to-traffic"
        await desk.publish(a_reading(STORY, urls=[(agency, "canonical")]))

        assert await desk.store.article(agency) is None

    async def test_stories_that_pass_through_one_gate_stay_two(self, desk: Newsdesk) -> None:
        gate = "https://news.example/consent/please-agree-to-this"

        saved = await desk.publish(
            a_reading(STORY, urls=[(gate, "hop")]),
            a_reading(OTHER_STORY, "Ferry.", title="Ferry", urls=[(gate, "hop")]),
        )

        assert len({one.article_id for one in saved}) == 2

    async def test_a_front_page_is_never_an_articles_address(self, desk: Newsdesk) -> None:
        front = "https://news.example/"
        stories = [
            a_reading(STORY, urls=[(front, "canonical")]),
            a_reading(OTHER_STORY, "Ferry words.", title="Ferry", urls=[(front, "final")]),
        ]

        saved = await desk.publish(*stories)

        assert len({one.article_id for one in saved}) == 2
        assert await desk.store.article(front) is None

    async def test_a_link_that_moved_takes_its_article_along(self, desk: Newsdesk) -> None:
        (first,) = await desk.publish(a_reading(STORY))
        moved = "https://news.example/archive/bridge-opens-to-traffic"
        await desk.poll(FEED, replace(an_entry(moved, "Bridge opens"), guid=STORY))

        (again,) = await desk.read(a_reading(moved))

        assert again.article_id == first.article_id
        assert await desk.store.article(moved) == await desk.store.article(STORY)

    async def test_an_article_was_first_seen_when_the_first_of_its_entries_was(self, desk: Newsdesk) -> None:
        other = "https://news.example/world.xml"
        await desk.follow(FEED, other)
        await desk.poll(FEED, an_entry(STORY + "?utm_source=first"))
        desk.now += HOUR
        await desk.poll(other, an_entry(STORY))
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        late = replace(work.entries[0], id=2, first_seen_at=desk.now)

        await desk.store.save_reading(work.turn, late, a_reading(STORY), page=PageState(), again_at=None, now=desk.now)

        row = await desk.store.article(STORY)
        assert row is not None
        assert row["first_seen_at"] == "2026-02-11T12:00:00Z"

    async def test_workers_that_read_one_story_at_one_time_make_one_article(self, desk: Newsdesk) -> None:
        hosts = [f"mirror-{n}.example" for n in range(4)]
        for host in hosts:
            await desk.follow(f"https://{host}/feed")
            await desk.poll(f"https://{host}/feed", an_entry(f"https://{host}/r/bridge-opens-today"))
        works = [await desk.store.claim(host, "w", desk.now) for host in hosts]

        saved = await asyncio.gather(
            *(
                desk.store.save_reading(
                    work.turn,
                    work.entries[0],
                    a_reading(str(work.entries[0].entry.url), urls=[(STORY, "final")]),
                    page=PageState(),
                    again_at=None,
                    now=desk.now,
                )
                for work in works
                if work is not None
            )
        )

        assert len({one.article_id for one in saved}) == 1


class TestEdges:
    async def test_an_edge_that_a_later_reading_no_longer_names_stays(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(edges=[an_edge("Meridian")]))
        await desk.poll(FEED, an_entry(STORY, "Bridge reopens"))

        await desk.read(a_reading(text="Edited.", edges=[an_edge("Aurora")]))

        row = await desk.store.article(STORY)
        assert row is not None
        assert [edge["external_name"] for edge in row["edges"]] == ["Meridian", "Aurora"]

    async def test_more_evidence_for_one_edge_is_added_to_it(self, desk: Newsdesk) -> None:
        await desk.publish(a_reading(edges=[an_edge("Meridian", excerpt="one")]))
        await desk.poll(FEED, an_entry(STORY, "Bridge reopens"))

        await desk.read(a_reading(edges=[an_edge("MERIDIAN", excerpt="two", confidence=0.5)]))

        row = await desk.store.article(STORY)
        assert row is not None
        (edge,) = row["edges"]
        assert {detail["excerpt"] for detail in edge["evidence_detail"]} == {"one", "two"}
        assert edge["confidence"] == 0.5


class TestRawPages:
    async def test_one_page_is_kept_once_however_often_it_comes(self, store: Store, store_url: str) -> None:
        body = "<html>新桥</html>".encode() * 500

        digests = [await store.keep_page(a_reply(STORY, body, hops=(Hop(STORY, 301),))) for _ in range(3)]

        place = store_url.replace("test.db", "test.pages.db")
        ((digest, url, content_type, kept),) = rows(place, "SELECT digest, url, content_type, body FROM raw_page")
        assert {bytes(digest)} == set(digests)  # type: ignore[arg-type]
        assert (url, content_type) == (STORY, "text/html")
        assert zstandard.decompress(bytes(kept)) == body  # type: ignore[arg-type]
        assert len(bytes(kept)) < len(body) / 4  # type: ignore[arg-type]


class TestTimes:
    async def test_a_time_without_a_zone_is_refused(self, store: Store) -> None:
        with pytest.raises(StoreError, match="has no zone"):
            await store.subscribe([Subscription(FEED)], datetime(2026, 2, 11))

    async def test_a_time_in_any_zone_is_the_same_moment(self, store: Store) -> None:
        await store.subscribe([Subscription(FEED)], datetime.fromisoformat("2026-02-11T12:00:00.123456+08:00"))

        assert (await store.list_feeds())[0]["next_poll_at"] == "2026-02-11T04:00:00.123456Z"


class TestManyAtOnce:
    async def test_a_save_that_fails_fails_alone(self, store: Store, now: datetime) -> None:
        half_a_letter = "\ud800"
        titles = ["one", half_a_letter, *(f"title {n}" for n in range(30))]

        answers = await asyncio.gather(
            *(
                store.subscribe([Subscription(f"https://h{n}.example/feed", title=title)], now)
                for n, title in enumerate(titles)
            ),
            return_exceptions=True,
        )

        assert [n for n, answer in enumerate(answers) if isinstance(answer, BaseException)] == [1]
        assert isinstance(answers[1], StoreError)
        assert len(await store.subscriptions()) == 31

    async def test_of_unchanged_polls_saved_together_only_the_one_that_lost_its_host_is_told(
        self, desk: Newsdesk
    ) -> None:
        hosts = [f"h{n}.example" for n in range(8)]
        await desk.follow(*(f"https://{host}/feed" for host in hosts))
        works = [await desk.store.claim(host, "w", desk.now) for host in hosts]
        turns = [
            (replace(work.turn, owner="lost" if n == 3 else "w"), work.feeds[0]) for n, work in enumerate(works) if work
        ]

        answers = await asyncio.gather(
            *(desk.save_unchanged(turn, feed, etag=f'"{feed.host}"') for turn, feed in turns), return_exceptions=True
        )

        assert [n for n, answer in enumerate(answers) if isinstance(answer, LeaseLost)] == [3]
        for turn, _ in turns:
            await desk.store.release(replace(turn, owner="w"))
        later = [await desk.store.claim(host, "w", desk.now + 2 * HOUR) for host in hosts]
        kept = [work.feeds[0].validators.etag for work in later if work]
        assert kept == [None if host == "h3.example" else f'"{host}"' for host in hosts]

    async def test_a_save_that_is_not_awaited_to_its_end_leaves_the_others_whole(
        self, store: Store, now: datetime
    ) -> None:
        tasks = [
            asyncio.create_task(store.subscribe([Subscription(f"https://h{n}.example/feed")], now)) for n in range(20)
        ]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()

        answers = await asyncio.gather(*tasks, return_exceptions=True)

        assert all(not isinstance(answer, BaseException) for answer in answers[1::2])
        assert len(await store.subscriptions()) >= 10


class TestCost:
    @pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
    async def test_no_step_of_the_walk_reads_a_whole_table(self, desk: Newsdesk, plans: list[str]) -> None:
        await desk.publish(a_reading(STORY, edges=[an_edge()]))
        await desk.publish(a_reading(OTHER_STORY, "x", urls=[(STORY, "final")]))  # a merge
        await desk.poll(FEED, an_entry(STORY, "Bridge reopens"))
        work = await desk.store.claim("news.example", "w", desk.now)
        assert work is not None
        (due,) = work.entries
        stand_in = a_reading(flags=("feed-text",))
        await desk.store.save_read_trouble(work.turn, due, refused(500), desk.now, desk.now, reading=stand_in)
        await desk.store.save_page_unchanged(work.turn, due, again_at=desk.now)
        await desk.store.due_entries(work.turn, desk.now)
        await desk.store.release(work.turn)
        await desk.store.due_hosts(desk.now)

        assert any("ix_entry_due" in step for step in plans)
        assert any("ix_feed_due" in step for step in plans)
        assert any("ix_host_due" in step for step in plans)
        large = ("entry", "article", "article_url", "revision", "edge", "edge_evidence", "host")
        assert [step for step in plans if step.startswith(tuple(f"SCAN {name}" for name in large))] == []


@pytest.fixture
def plans() -> Iterator[list[str]]:
    """What SQLite means to do for every statement that is sent to it while the test runs."""
    steps: list[str] = []

    def explain(connection: Connection, _: object, statement: str, values: Any, __: object, many: bool) -> None:
        driver = connection.connection.driver_connection
        if statement.startswith(("SELECT", "UPDATE", "INSERT", "DELETE")):
            planned = driver.execute(f"EXPLAIN QUERY PLAN {statement}", values[0] if many else values)  # type: ignore[union-attr]
            steps.extend(row[3] for row in planned)

    event.listen(Engine, "before_cursor_execute", explain)
    yield steps
    event.remove(Engine, "before_cursor_execute", explain)
