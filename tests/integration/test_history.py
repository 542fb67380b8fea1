"""A backfill on a real store of both kinds, before a world that is a dict: all chains end, and live work goes first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.backfill.course import Course
from pipeline.backfill.history import History
from pipeline.backfill.plan import MAX_EMPTY
from pipeline.backfill.reading import PAGES_IN_HAND
from pipeline.backfill.sources import MAX_STALE
from pipeline.backfill.wishes import Wish, aim_of
from pipeline.core.discovery import find_feeds
from pipeline.core.errors import FetchError, Refused, Unreachable
from pipeline.core.feeds import parse_feed
from pipeline.core.identity import compare
from pipeline.core.model import (
    Entry,
    FeedDocument,
    KnownEntry,
    News,
    PacePolicy,
    Reading,
    Reply,
    Request,
    Surroundings,
    Want,
)
from pipeline.core.reading import read_entry, read_page
from pipeline.core.subscriptions import Subscription
from pipeline.store import ArticleQuery, Store
from pipeline.store.forgetting import Forgotten
from pipeline.store.frontier import Figures, State
from pipeline.walk import Walk
from tests.acceptance.history import FEED, HOST, Story, index, newest_first, older, rss, urlset
from tests.integration.newsdesk import tracing_in

NAME = "quay.example"


def clock() -> datetime:
    return datetime.now(UTC)


class World:
    """URLs and what answers there, each after ``delay_s``. ``before`` is called with each request."""

    def __init__(self) -> None:
        self.answers: dict[str, str | list[str | FetchError] | FetchError] = {}
        self.asked: list[str] = []
        self.before: Callable[[str], None] = lambda _url: None
        self.delay_s = 0.0

    def put(self, *stories: Story) -> None:
        self.answers |= {story.url: story.page() for story in stories}

    async def fetch(self, request: Request) -> Reply:
        self.asked.append(request.url)
        self.before(request.url)
        await asyncio.sleep(self.delay_s)
        answer = self.answers.get(request.url) or Refused("404 there", url=request.url, status=404)
        if isinstance(answer, list):  # one answer after another, the last for ever
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, FetchError):
            raise answer
        kind = "text/html" if request.want is Want.PAGE else "application/xml"
        return Reply(request.url, request.url, 200, {"content-type": kind}, answer.encode(), clock())

    async def parse_feed(self, reply: Reply) -> FeedDocument:
        return parse_feed(reply)

    async def compare(self, known: Sequence[KnownEntry], document: FeedDocument) -> News:
        return compare(known, document)

    async def read_page(self, reply: Reply, entry: Entry, around: Surroundings) -> Reading:
        return read_page(reply, entry, around)

    async def read_entry(self, entry: Entry, around: Surroundings) -> Reading:
        return read_entry(entry, around)

    async def find_feeds(self, reply: Reply) -> tuple[str, ...]:
        return find_feeds(reply)

    def lists(self) -> list[str]:
        """What was asked for that is no story."""
        return [url for url in self.asked if "/story/" not in url]


@pytest.fixture
def world() -> World:
    return World()


def walking(store: Store, world: World, owner: str = "backfill") -> Walk:
    return Walk(
        store=store,
        fetch=world.fetch,
        parse_feed=world.parse_feed,
        compare=world.compare,
        read_page=world.read_page,
        read_entry=world.read_entry,
        tracing=tracing_in(store, clock),
        now=clock,
        policy=PacePolicy(),
        owner=owner,
    )


async def backfill(
    store: Store, world: World, wish: Wish, *, walk: Walk | None = None, course: Course | None = None
) -> Figures:
    return await history(store, world, walk).run(wish, aim_of(wish), course or Course())


def history(store: Store, world: World, walk: Walk | None = None) -> History:
    return History(
        store=store,
        walk=walk or walking(store, world),
        find_feeds=world.find_feeds,
        now=clock,
        pause_s=0.0,
        parallel=4,
    )


async def titles(store: Store) -> list[str]:
    return sorted([row["title"] or "" async for row in store.articles(ArticleQuery())])


def expected(*stories: Story) -> list[str]:
    return sorted(story.title for story in stories)


# ------------------------------------------------------------------------------------------------ every chain ends


async def test_a_feed_that_answers_its_first_page_for_ever_has_no_second(store: Store, world: World) -> None:
    stories = newest_first(0, 5)
    world.put(*stories)
    page_one = rss(stories)
    world.answers[FEED] = page_one

    def answer_always(url: str) -> None:
        if url.startswith(FEED):
            world.answers[url] = page_one

    world.before = answer_always
    await backfill(store, world, Wish(FEED, "paged"))
    assert len(world.lists()) < 12
    assert await titles(store) == expected(*stories)


async def test_a_page_that_repeats_the_last_one_for_ever_ends_the_chain(store: Store, world: World) -> None:
    stories = newest_first(0, 6)
    world.put(*stories)
    world.answers[FEED] = rss(stories[:3])

    def answer_the_last(url: str) -> None:
        if "paged=" in url:
            world.answers[url] = rss(stories[3:])

    world.before = answer_the_last
    await backfill(store, world, Wish(FEED, "paged"))
    assert world.lists() == [FEED, f"{FEED}?paged=2", f"{FEED}?paged=3"]
    assert await titles(store) == expected(*stories)


async def test_one_new_story_between_two_calls_is_no_proof_of_paging(store: Store, world: World) -> None:
    stories = newest_first(0, 6)
    world.put(*stories)
    world.answers[FEED] = rss(stories[1:])
    world.answers[f"{FEED}?paged=2"] = rss(stories[:5])  # the parameter is ignored, and a story has come in
    world.answers[f"{FEED}?page=1"] = rss([Story(100)])
    world.put(Story(100))
    await backfill(store, world, Wish(FEED, "paged"))
    assert f"{FEED}?paged=3" not in world.asked
    assert Story(100).title in await titles(store)


async def test_an_archive_that_links_to_itself_is_left_for_paging(store: Store, world: World) -> None:
    stories = newest_first(0, 4)
    world.put(*stories)
    world.answers[FEED] = rss(stories[:2], links=older(FEED))
    world.answers[f"{FEED}?paged=2"] = rss(stories[2:])
    await backfill(store, world, Wish(FEED))
    assert await titles(store) == expected(*stories)


async def test_archives_in_a_circle_are_asked_for_once(store: Store, world: World) -> None:
    stories = newest_first(0, 3)
    world.put(*stories)
    first, second = f"{HOST}/a", f"{HOST}/b"
    world.answers[FEED] = rss(stories[:1], links=older(first))
    world.answers[first] = rss(stories[1:2], links=older(second))
    world.answers[second] = rss(stories[2:], links=older(first))
    await backfill(store, world, Wish(FEED, "feed"))
    assert world.lists() == [FEED, first, second]


async def test_an_endless_next_that_brings_nothing_new_ends(store: Store, world: World) -> None:
    stories = newest_first(0, 2)
    world.put(*stories)
    world.answers[FEED] = rss(stories, links=older(f"{HOST}/older?n=1", "next"))

    def lead_on(url: str) -> None:
        if "/older?n=" in url:
            world.answers[url] = rss(stories, links=older(f"{HOST}/older?n={int(url.rpartition('=')[2]) + 1}", "next"))

    world.before = lead_on
    await backfill(store, world, Wish(FEED, "feed"))
    assert len(world.lists()) == 1 + MAX_STALE


async def test_an_archive_on_another_site_is_not_followed(store: Store, world: World) -> None:
    world.put(Story(1))
    world.answers[FEED] = rss([Story(1)], links=older("http://elsewhere.example/archive"))
    await backfill(store, world, Wish(FEED, "feed"))
    assert world.lists() == [FEED]


async def test_indexes_in_a_circle_are_asked_for_once(store: Store, world: World) -> None:
    world.put(Story(1))
    one, two = f"{HOST}/sitemap.xml", f"{HOST}/two.xml"
    world.answers[one] = index(one, two)
    world.answers[two] = index(one, two, f"{HOST}/pages.xml")
    world.answers[f"{HOST}/pages.xml"] = urlset([Story(1)])
    await backfill(store, world, Wish(HOST, "sitemap"))
    assert sorted(world.lists()) == sorted([f"{HOST}/robots.txt", one, two, f"{HOST}/pages.xml"])


async def test_a_calendar_of_empty_days_is_given_up(store: Store, world: World) -> None:
    days = [f"{HOST}/sitemap-{datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=n):%Y-%m-%d}.xml" for n in range(400)]
    world.answers[f"{HOST}/sitemap.xml"] = index(*days)
    world.answers |= dict.fromkeys(days, urlset([]))
    await backfill(store, world, Wish(HOST, "sitemap"))
    assert len(world.lists()) == 2 + MAX_EMPTY


async def test_addresses_of_other_sites_in_a_sitemap_are_refused_and_counted(store: Store, world: World) -> None:
    sub, other = Story(1, host="http://blog.quay.example"), Story(2, host="http://elsewhere.example")
    world.put(sub, other)
    world.answers[f"{HOST}/robots.txt"] = f"Sitemap: {HOST}/s.xml\nSitemap: http://elsewhere.example/s.xml"
    world.answers[f"{HOST}/s.xml"] = urlset([sub, other])
    await backfill(store, world, Wish(HOST, "sitemap"))
    assert await titles(store) == expected(sub)
    assert not [url for url in world.asked if "elsewhere" in url]
    covered = await store.coverage([NAME])
    assert covered is not None
    assert covered.elsewhere == 1
    assert "list: robots.txt names it, but it lies on another site" in covered.skipped


async def test_a_sitemap_that_cannot_be_read_stops_no_other(store: Store, world: World) -> None:
    world.put(Story(1))
    world.answers[f"{HOST}/robots.txt"] = f"Sitemap: {HOST}/bad.xml\nSitemap: {HOST}/good.xml"
    world.answers[f"{HOST}/bad.xml"] = '<!DOCTYPE u [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>'
    world.answers[f"{HOST}/good.xml"] = urlset([Story(1)])
    course = Course()
    figures = await backfill(store, world, Wish(HOST, "sitemap"), course=course)
    assert figures.documents_in(State.DEAD) == 1
    assert "entities" in course.troubles[0]
    assert await titles(store) == expected(Story(1))


async def test_a_sitemap_that_is_cut_off_gives_its_pages_and_is_told_of(store: Store, world: World) -> None:
    world.put(Story(1))
    world.answers[f"{HOST}/sitemap.xml"] = urlset([Story(1)]).removesuffix("</urlset>")
    course = Course()
    await backfill(store, world, Wish(HOST, "sitemap"), course=course)
    assert await titles(store) == expected(Story(1))
    assert "not well-formed" in course.troubles[0]


# ------------------------------------------------------------------------------------------------ going on


async def test_a_page_that_fails_for_a_while_is_read_in_the_end(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.backfill.trouble.PAUSES", (timedelta(0), timedelta(0)))
    world.answers[f"{HOST}/sitemap.xml"] = urlset([Story(1)])
    busy = Refused("503 there", url=Story(1).url, status=503)
    world.answers[Story(1).url] = [busy, busy, Story(1).page()]
    figures = await backfill(store, world, Wish(HOST, "sitemap"))
    assert figures.pages_in(State.READ) == 1


async def test_a_host_that_falls_silent_is_charged_with_nothing_and_taken_up_again(store: Store, world: World) -> None:
    stories = newest_first(0, 8)
    world.answers[f"{HOST}/sitemap.xml"] = urlset(stories)
    world.answers |= {story.url: Unreachable("no route", url=story.url) for story in stories}
    course = Course()
    figures = await backfill(store, world, Wish(HOST, "sitemap"), course=course)
    assert list(course.unfinished) == [NAME]
    assert figures.pages_in(State.WAITING) == 8
    assert len(world.asked) < 8
    world.put(*stories)
    figures = await backfill(store, world, Wish(HOST, "sitemap"))
    assert figures.pages_in(State.READ) == 8


async def test_a_run_that_is_ended_in_the_middle_of_a_chain_goes_on_there(store: Store, world: World) -> None:
    stories = newest_first(0, 40)
    world.put(*stories)
    world.answers[FEED] = rss(stories[:10])
    world.answers |= {f"{FEED}?paged={page}": rss(stories[10 * page - 10 : 10 * page]) for page in (2, 3, 4)}
    for at in (2, 4, 15, 10):
        running = asyncio.ensure_future(backfill(store, world, Wish(FEED, "paged")))
        end = len(world.asked) + at

        def cut(_url: str, end: int = end, running: asyncio.Future[Figures] = running) -> None:
            if len(world.asked) == end:
                running.cancel()

        world.before = cut
        with pytest.raises(asyncio.CancelledError):
            await running
    world.before = lambda _url: None
    figures = await backfill(store, world, Wish(FEED, "paged"))
    assert figures.pages_in(State.READ) == 40
    assert await titles(store) == expected(*stories)


async def test_a_document_that_was_saved_but_not_ended_leads_on_when_it_is_asked_for_again(
    store: Store, world: World
) -> None:
    stories = newest_first(0, 6)
    world.put(*stories)
    world.answers[FEED] = rss(stories[:2])
    world.answers[f"{FEED}?paged=2"] = rss(stories[2:4])
    world.answers[f"{FEED}?paged=3"] = rss(stories[4:])
    ending = store.end_document

    async def killed_before(*arguments: object, **facts: object) -> None:
        if arguments[2].page == 2:  # type: ignore[attr-defined]
            raise asyncio.CancelledError
        await ending(*arguments, **facts)  # type: ignore[arg-type]

    store.end_document = killed_before  # type: ignore[method-assign]  # the only way to die between two saves
    with pytest.raises(asyncio.CancelledError):
        await backfill(store, world, Wish(FEED, "paged"))
    store.end_document = ending  # type: ignore[method-assign]
    await backfill(store, world, Wish(FEED, "paged"))
    assert await titles(store) == expected(*stories)


async def test_being_stopped_ends_after_the_calls_in_flight_and_frees_the_host(store: Store, world: World) -> None:
    stories = newest_first(0, 20)
    world.put(*stories)
    world.answers[f"{HOST}/sitemap.xml"] = urlset(stories)
    walk = walking(store, world)

    def stop(url: str) -> None:
        walk.stopping = walk.stopping or url == stories[5].url

    world.before = stop
    figures = await backfill(store, world, Wish(HOST, "sitemap"), walk=walk)
    assert 5 <= figures.pages_in(State.READ) <= 8
    assert await store.lease_owners("backfill") == ()


# ------------------------------------------------------------------------------------------------ beside live work


async def test_a_backfill_leaves_the_rhythm_of_the_feed_alone_and_nothing_due(store: Store, world: World) -> None:
    stories = newest_first(0, 6)
    world.put(*stories)
    world.answers[FEED] = rss(stories[:3])
    world.answers[f"{FEED}?paged=2"] = rss(stories[3:])
    await store.subscribe([Subscription(FEED)], clock())
    live = walking(store, world, "daemon")
    await live.turn(NAME)
    before = await store.list_feeds()
    due_before = await store.due_hosts(clock() + timedelta(days=3650))
    await backfill(store, world, Wish(FEED, "paged"))
    assert await store.list_feeds() == before
    assert await store.due_hosts(clock() + timedelta(days=3650)) == due_before
    assert await titles(store) == expected(*stories)


async def test_live_work_that_comes_due_goes_first(store: Store, world: World) -> None:
    stories = newest_first(0, 40)
    world.put(*stories)
    world.answers[f"{HOST}/sitemap.xml"] = urlset(stories)
    world.answers[FEED] = rss([])
    world.delay_s = 0.03
    live = walking(store, world, "daemon")
    coming: list[asyncio.Task[object]] = []

    async def subscribe_and_poll() -> None:
        await store.subscribe([Subscription(FEED)], clock())
        for _ in range(500):
            if await live.turn(NAME):
                return
            await asyncio.sleep(0.02)

    def come_due(url: str) -> None:
        if url == stories[4].url:
            coming.append(asyncio.ensure_future(subscribe_and_poll()))

    world.before = come_due
    await backfill(store, world, Wish(HOST, "sitemap"))
    await asyncio.gather(*coming)
    assert world.asked.index(FEED) < world.asked.index(stories[-1].url)
    assert await titles(store) == expected(*stories)


async def test_live_work_that_nobody_takes_holds_no_backfill_up(store: Store, world: World) -> None:
    world.put(Story(1))
    world.answers[f"{HOST}/sitemap.xml"] = urlset([Story(1)])
    await store.subscribe([Subscription(FEED)], clock() - timedelta(minutes=1))
    await backfill(store, world, Wish(HOST, "sitemap"))
    assert await titles(store) == expected(Story(1))
    assert FEED not in world.asked


async def test_a_host_that_another_worker_holds_is_waited_for(store: Store, world: World) -> None:
    world.put(Story(1))
    world.answers[f"{HOST}/sitemap.xml"] = urlset([Story(1)])
    await store.subscribe([Subscription(FEED)], clock() - timedelta(minutes=1))
    work = await store.claim(NAME, "daemon", clock())
    assert work is not None
    running = asyncio.ensure_future(backfill(store, world, Wish(HOST, "sitemap")))
    await asyncio.sleep(0.6)
    assert world.asked == []
    await store.release(work.turn)
    await running
    assert await titles(store) == expected(Story(1))


async def test_a_retry_after_of_a_day_ends_the_run_with_the_reason_and_charges_nothing(
    store: Store, world: World
) -> None:
    stories = newest_first(0, 3)
    world.answers[f"{HOST}/sitemap.xml"] = urlset(stories)
    after = clock() + timedelta(hours=20)
    world.answers |= {story.url: Refused("429 there", url=story.url, status=429, after=after) for story in stories}
    course = Course()
    figures = await backfill(store, world, Wish(HOST, "sitemap"), course=course)
    assert "left alone until" in course.unfinished[NAME]
    assert figures.pages_in(State.WAITING) == 3


async def test_an_address_that_was_taken_down_for_good_is_not_asked_for(store: Store, world: World) -> None:
    world.put(Story(1), Story(2))
    world.answers[f"{HOST}/sitemap.xml"] = urlset([Story(1), Story(2)])
    await store.forget(Story(1).url, clock(), block=True)
    figures = await backfill(store, world, Wish(HOST, "sitemap"))
    assert Story(1).url not in world.asked
    assert figures.pages_in(State.SKIPPED) == 1


async def test_what_is_taken_down_while_it_waits_in_a_turn_is_not_asked_for(store: Store, world: World) -> None:
    stories = newest_first(0, PAGES_IN_HAND + 2)
    world.put(*stories)
    world.answers[f"{HOST}/sitemap.xml"] = urlset(stories)
    taken_down: list[asyncio.Future[Forgotten]] = []

    def take_down_the_last(url: str) -> None:
        if url == stories[0].url:
            taken_down.append(asyncio.ensure_future(store.forget(stories[-1].url, clock(), block=False)))

    world.before = take_down_the_last
    world.delay_s = 0.2
    figures = await backfill(store, world, Wish(HOST, "sitemap"))

    assert all(forgotten.done() for forgotten in taken_down)
    assert stories[-1].url not in world.asked
    assert figures.pages_in(State.SKIPPED) == 1


async def test_a_look_ahead_asks_for_nothing_that_was_taken_down_for_good(store: Store, world: World) -> None:
    world.put(Story(1), Story(2))
    world.answers[f"{HOST}/sitemap.xml"] = urlset([Story(1), Story(2)])
    await store.forget(Story(1).url, clock(), block=True)
    wish = Wish(HOST, "sitemap")
    outlook = await history(store, world).look(wish, aim_of(wish), Course())
    assert Story(1).url not in world.asked
    assert outlook.figures()["articles"] == 1


async def test_a_spelling_that_is_dead_hides_no_other_one(store: Store, world: World) -> None:
    story = Story(1)
    misspelt = replace(story, host=HOST.replace("http:", "https:"))
    world.put(story)
    world.answers[FEED] = rss([misspelt])
    world.answers["https://quay.example/robots.txt"] = f"Sitemap: {HOST}/sitemap.xml"
    world.answers["http://quay.example/robots.txt"] = f"Sitemap: {HOST}/sitemap.xml"
    world.answers[f"{HOST}/sitemap.xml"] = urlset([story])
    figures = await backfill(store, world, Wish(FEED))
    assert await titles(store) == expected(story)
    assert (figures.pages_in(State.DEAD), figures.pages_in(State.READ)) == (1, 1)


async def test_two_addresses_of_one_article_are_one_article_found_twice(store: Store, world: World) -> None:
    twin = f"{HOST}/print/1"
    world.answers[Story(1).url] = Story(1).page()
    world.answers[twin] = Story(1).page().replace("<head>", f'<head><link rel="canonical" href="{Story(1).url}">')
    world.answers[f"{HOST}/sitemap.xml"] = (
        f"<urlset><url><loc>{Story(1).url}</loc></url><url><loc>{twin}</loc></url></urlset>"
    )
    figures = await backfill(store, world, Wish(HOST, "sitemap"))
    assert figures.pages_in(State.READ) == 2
    assert await titles(store) == expected(Story(1))
