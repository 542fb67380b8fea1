"""The walk on a real store of both kinds, before a world that is a dict: what each step leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from pipeline.core.errors import FetchError, LeaseLost, Refused, Unreachable, Unreadable
from pipeline.core.feeds import parse_feed
from pipeline.core.identity import compare
from pipeline.core.model import (
    Entry,
    FeedDocument,
    Hop,
    KnownEntry,
    News,
    PacePolicy,
    Reading,
    Reply,
    Request,
    Surroundings,
    Validators,
    Want,
)
from pipeline.core.reading import read_entry, read_page
from pipeline.core.subscriptions import Subscription
from pipeline.store import ArticleQuery, Store
from pipeline.walk import PAGES_IN_HAND, Walk
from tests.integration.newsdesk import tracing_in

FEED = "http://quay.example/rss.xml"
OTHER_FEED = "http://quay.example/all.xml"
NEW_FEED = "http://quay.example/feed.xml"
CRANE = "http://quay.example/crane"
LAMP = "http://quay.example/lamp"
LONG = (
    "The harbour council voted on Tuesday to keep the old crane where it stands, after a debate until dusk.",
    "Three speakers asked for a museum in its engine room; two wanted a lamp at the end of its arm.",
    "The clerk said that the cost would be borne by the port fund, and painting could begin in April.",
    "Nobody spoke for the company that had offered to buy the steel, though its agent sat in the gallery all day.",
    "The vote was nine to four. The next sitting, in March, takes up the matter of the gulls and the market roof.",
)


class World:
    """URLs and what answers there, now; and a clock that stands still until it is told otherwise."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.answers: dict[str, bytes | FetchError] = {}
        self.validators: dict[str, Validators] = {}
        self.moved: dict[str, tuple[int, str]] = {}
        self.asked: list[Request] = []
        self.before: Callable[[Request], Awaitable[None]] | None = None
        self.parsed = 0

    async def fetch(self, request: Request) -> Reply:
        self.asked.append(request)
        if self.before is not None:
            await self.before(request)
        url, hops = request.url, []
        while url in self.moved:
            status, target = self.moved[url]
            hops.append(Hop(url, status))
            url = target
        answer = self.answers.get(url) or Refused("404 there", url=url, status=404)
        if isinstance(answer, FetchError):
            raise answer
        current = self.validators.get(url, Validators())
        unchanged = current != Validators() and request.validators == current
        return Reply(
            asked_url=request.url,
            final_url=url,
            status=304 if unchanged else 200,
            headers={"content-type": "text/html" if request.want is Want.PAGE else "application/rss+xml"},
            body=b"" if unchanged else answer,
            fetched_at=self.now,
            hops=tuple(hops),
            validators=current,
        )

    async def parse_feed(self, reply: Reply) -> FeedDocument:
        self.parsed += 1
        return parse_feed(reply)

    async def compare(self, known: Sequence[KnownEntry], document: FeedDocument) -> News:
        return compare(known, document)

    async def read_page(self, reply: Reply, entry: Entry, around: Surroundings) -> Reading:
        return read_page(reply, entry, around)

    async def read_entry(self, entry: Entry, around: Surroundings) -> Reading:
        return read_entry(entry, around)

    def times_asked(self, url: str) -> int:
        return sum(request.url == url for request in self.asked)


@pytest.fixture
def world(now: datetime) -> World:
    world = World(now)
    world.answers[FEED] = rss(("Crane stays", CRANE), ("Lamp sought", LAMP))
    world.answers[CRANE] = page("Crane stays", *LONG)
    world.answers[LAMP] = page("Lamp sought", *LONG[::-1])
    return world


def page(title: str, *paragraphs: str, sidebar: str = "") -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f"<!doctype html><html lang=en><title>{title}</title><body><article><h1>{title}</h1>{body}</article>"
        f"<aside class=trending>{sidebar}</aside></body></html>"
    ).encode()


def rss(*items: tuple[str, str], content: str = "", guid: Callable[[str], str] = str) -> bytes:
    stamp = format_datetime(datetime(2026, 2, 11, 4, 0).astimezone())
    whole = f"<content:encoded><![CDATA[{content}]]></content:encoded>" if content else ""
    entries = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{guid(link)}</guid><pubDate>{stamp}</pubDate>{whole}</item>"
        for title, link in items
    )
    return (
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>The Quay</title>"
        f"<link>http://quay.example/</link>{entries}</channel></rss>"
    ).encode()


def walking(store: Store, world: World, owner: str = "a worker") -> Walk:
    return Walk(
        store=store,
        fetch=world.fetch,
        parse_feed=world.parse_feed,
        compare=world.compare,
        read_page=world.read_page,
        read_entry=world.read_entry,
        tracing=tracing_in(store, lambda: world.now),
        now=lambda: world.now,
        policy=PacePolicy(),
        owner=owner,
        revisit_s=(3600.0, 86400.0),
    )


async def cycle(store: Store, world: World, *, by_hand: bool = True) -> Walk:
    """Every feed polled and every due page read, as a cycle of the pipeline does."""
    walk = walking(store, world)
    if by_hand:
        await store.make_due(world.now)
    while hosts := await store.due_hosts(world.now):
        for host in hosts:
            await walk.turn(host)
    return walk


async def follow(store: Store, world: World, *urls: str) -> None:
    await store.subscribe([Subscription(url=url) for url in urls or (FEED,)], world.now)


async def articles(store: Store) -> dict[str, dict]:  # type: ignore[type-arg]
    return {row["title"] or "": dict(row) async for row in store.articles(ArticleQuery())}


async def test_a_cycle_brings_the_feed_s_articles(store: Store, world: World) -> None:
    await follow(store, world)
    walk = await cycle(store, world)
    found = await articles(store)
    assert set(found) == {"Crane stays", "Lamp sought"}
    assert found["Crane stays"]["text"].split("\n") == list(LONG)
    assert walk.counts["poll", "news"] == 1
    assert walk.counts["page", "new"] == 2


async def test_a_second_cycle_changes_nothing(store: Store, world: World) -> None:
    await follow(store, world)
    await cycle(store, world)
    before = await articles(store)
    walk = await cycle(store, world)
    assert await articles(store) == before
    assert dict(walk.counts) == {("poll", "unchanged"): 1}
    assert world.times_asked(CRANE) == 1


async def test_the_same_bytes_are_not_parsed_again(store: Store, world: World) -> None:
    await follow(store, world)
    await cycle(store, world)
    await cycle(store, world)
    assert world.parsed == 1


async def test_both_validators_go_back_as_they_came(store: Store, world: World) -> None:
    world.validators[FEED] = Validators('W/"a b"', "Tue, 10 Feb 2026 23:00:00 GMT")
    await follow(store, world)
    await cycle(store, world)
    await cycle(store, world)
    assert [request.validators for request in world.asked if request.url == FEED] == [
        Validators(),
        Validators('W/"a b"', "Tue, 10 Feb 2026 23:00:00 GMT"),
    ]


@pytest.mark.parametrize("whole_text", ["", "".join(f"<p>{line}</p>" for line in LONG)])
async def test_a_spelling_that_is_not_to_be_had_hides_no_other_one(store: Store, world: World, whole_text: str) -> None:
    misspelt = CRANE + "?utm_source=rss"
    world.answers[FEED] = rss(("Crane stays", misspelt), content=whole_text)
    world.answers[OTHER_FEED] = rss(("Crane stays", CRANE))
    served = world.answers.pop(CRANE)
    for feed in (FEED, OTHER_FEED):  # one after the other: the entry of the first is asked for first
        await follow(store, world, feed)
        await cycle(store, world)
    assert world.times_asked(misspelt) > 0

    world.answers[CRANE] = served
    world.now += timedelta(days=2)
    await cycle(store, world, by_hand=False)

    (found,) = (await articles(store)).values()
    assert found["flags"] == []
    asked_in_vain = world.times_asked(misspelt)
    world.now += timedelta(days=20)
    await cycle(store, world, by_hand=False)
    assert world.times_asked(misspelt) == asked_in_vain


async def test_a_page_that_is_not_to_be_had_is_asked_for_once_for_all_feeds(store: Store, world: World) -> None:
    del world.answers[CRANE]
    world.answers[OTHER_FEED] = world.answers[FEED]
    await follow(store, world, FEED, OTHER_FEED)

    await cycle(store, world)

    assert world.times_asked(CRANE) == 1


@pytest.mark.parametrize("block", [False, True])
async def test_what_is_taken_down_while_it_waits_in_a_turn_is_not_asked_for(
    store: Store, world: World, block: bool
) -> None:
    urls = [f"http://quay.example/story/{number}" for number in range(PAGES_IN_HAND + 2)]
    world.answers[FEED] = rss(*((f"Story of {url}", url) for url in urls))
    world.answers |= {url: page("A story", *LONG) for url in urls}
    taken_down = asyncio.Event()

    async def take_down_the_last(request: Request) -> None:
        if request.url == urls[0]:
            await store.forget(urls[-1], world.now, block=block)
            taken_down.set()
        if request.want is Want.PAGE:
            await taken_down.wait()

    world.before = take_down_the_last
    await follow(store, world)
    await cycle(store, world)

    assert [url for url in urls if not world.times_asked(url)] == [urls[-1]]


async def test_an_empty_document_leaves_no_validators_to_hide_behind(store: Store, world: World) -> None:
    world.answers[FEED] = rss()
    world.validators[FEED] = Validators('"empty"')
    await follow(store, world)
    await cycle(store, world)
    await cycle(store, world)
    assert [request.validators for request in world.asked] == [Validators(), Validators()]


async def test_a_page_that_fails_keeps_its_trouble_and_its_neighbour_is_read(store: Store, world: World) -> None:
    world.answers[CRANE] = Refused("503 from quay.example", url=CRANE, status=503)
    await follow(store, world)
    await cycle(store, world)
    assert set(await articles(store)) == {"Lamp sought"}
    assert (await store.status(world.now))["entries"]["failing"] == {"http-503": 1}


async def test_a_failed_page_is_tried_again_when_its_time_has_come(store: Store, world: World) -> None:
    world.answers[CRANE] = Unreachable("no route to quay.example", url=CRANE)
    await follow(store, world)
    await cycle(store, world)
    await cycle(store, world, by_hand=False)
    assert world.times_asked(CRANE) == 1
    world.answers[CRANE] = page("Crane stays", *LONG)
    world.now += timedelta(days=1)
    await cycle(store, world, by_hand=False)
    assert set(await articles(store)) == {"Crane stays", "Lamp sought"}
    assert (await store.status(world.now))["entries"]["failing"] == {}


async def test_the_feed_s_own_text_stands_in_for_a_page_that_is_gone(store: Store, world: World) -> None:
    world.answers[FEED] = rss(("Crane stays", CRANE), content="".join(f"<p>{text}</p>" for text in LONG))
    world.answers[CRANE] = Refused("410 from quay.example", url=CRANE, status=410)
    await follow(store, world)
    walk = await cycle(store, world)
    crane = (await articles(store))["Crane stays"]
    assert crane["flags"] == ["feed-text"]
    assert crane["text"].split("\n") == list(LONG)
    assert walk.counts["page", "feed-text"] == 1


async def test_a_page_that_heals_takes_the_place_of_the_feed_s_text(store: Store, world: World) -> None:
    world.answers[FEED] = rss(("Crane stays", CRANE), content="".join(f"<p>{text}</p>" for text in LONG))
    world.answers[CRANE] = Refused("503 from quay.example", url=CRANE, status=503)
    await follow(store, world)
    await cycle(store, world)
    world.answers[CRANE] = page("Crane stays", *LONG, "The gallery applauded, which the rules of the house forbid.")
    world.now += timedelta(days=1)
    await cycle(store, world, by_hand=False)
    crane = (await articles(store))["Crane stays"]
    assert crane["flags"] == []
    assert len(crane["text"].split("\n")) == len(LONG) + 1
    assert len(crane["revisions"]) == 1


async def test_a_page_once_read_is_not_replaced_by_the_feed_s_text_when_it_goes(store: Store, world: World) -> None:
    world.answers[FEED] = rss(("Crane stays", CRANE), content="".join(f"<p>{text} (feed)</p>" for text in LONG))
    await follow(store, world)
    await cycle(store, world)
    world.answers[CRANE] = Refused("404 from quay.example", url=CRANE, status=404)
    world.now += timedelta(hours=2)
    await cycle(store, world, by_hand=False)
    crane = (await articles(store))["Crane stays"]
    assert crane["text"].split("\n") == list(LONG)
    assert crane["revisions"] == []
    error = await store.page_error(crane["id"])
    assert error is not None
    assert error["kind"] == "http-404"


async def test_the_front_page_behind_a_removed_story_s_address_is_no_edit_of_it(store: Store, world: World) -> None:
    title = "Old crane stays, harbour council votes"
    world.answers[FEED] = rss((title, CRANE))
    world.answers[CRANE] = page(title, *LONG)
    await follow(store, world)
    await cycle(store, world)
    world.answers[CRANE] = page("The Quay Ledger", "Ferries run twice a night from today.", "Barley prices slip again.")
    world.now += timedelta(hours=2)
    walk = await cycle(store, world, by_hand=False)
    crane = (await articles(store))[title]
    assert crane["text"].split("\n") == list(LONG)
    assert crane["revisions"] == []
    assert walk.counts["page", "failed"] == 1


async def test_a_page_that_says_not_yet_is_asked_for_again_until_the_story_is_there(store: Store, world: World) -> None:
    title = "Old crane stays, harbour council votes"
    world.answers[FEED] = rss((title, CRANE))
    world.answers[CRANE] = page("Not found", "What you are looking for may have moved; search, or begin at the top.")
    await follow(store, world)
    await cycle(store, world)
    assert await articles(store) == {}
    world.answers[CRANE] = page(title, *LONG)
    world.now += timedelta(hours=2)
    await cycle(store, world, by_hand=False)
    assert list(await articles(store)) == [title]


async def test_an_edited_page_is_a_revision_when_the_revisit_sees_it(store: Store, world: World) -> None:
    await follow(store, world)
    await cycle(store, world)
    world.answers[CRANE] = page(
        "Crane moves after all", LONG[0], "It will go by barge in May, the clerk said.", *LONG[2:]
    )
    world.now += timedelta(hours=2)
    walk = await cycle(store, world, by_hand=False)
    crane = (await articles(store))["Crane moves after all"]
    assert [revision["title"] for revision in crane["revisions"]] == ["Crane stays"]
    assert crane["updated_at"] > crane["first_seen_at"]
    assert walk.counts["page", "edited"] == 1


async def test_a_page_that_changes_only_its_sidebar_makes_no_revision(store: Store, world: World) -> None:
    await follow(store, world)
    await cycle(store, world)
    world.answers[CRANE] = page("Crane stays", *LONG, sidebar="<a href=/gulls>Gulls of the market roof</a>")
    world.now += timedelta(hours=2)
    walk = await cycle(store, world, by_hand=False)
    crane = (await articles(store))["Crane stays"]
    assert crane["revisions"] == []
    assert crane["updated_at"] == crane["first_seen_at"]
    assert walk.counts["page", "same"] == 1


async def test_a_revisit_asks_with_the_page_s_validators_and_a_304_keeps_all(store: Store, world: World) -> None:
    world.validators[CRANE] = Validators('"7"')
    await follow(store, world)
    await cycle(store, world)
    world.now += timedelta(hours=2)
    walk = await cycle(store, world, by_hand=False)
    assert [request.validators for request in world.asked if request.url == CRANE] == [Validators(), Validators('"7"')]
    assert walk.counts["page", "unchanged"] == 2


async def test_revisits_end_with_the_schedule(store: Store, world: World) -> None:
    await follow(store, world)
    for _ in range(40):
        await cycle(store, world, by_hand=False)
        world.now += timedelta(hours=6)
    assert world.times_asked(CRANE) == 3  # at once, after an hour, after a day


async def test_one_article_in_two_feeds_is_read_once_and_found_by_both(store: Store, world: World) -> None:
    second = "http://quay.example/ports.xml"
    world.answers[second] = rss(("Crane stays", f"{CRANE}?utm_source=ports"))
    world.answers[f"{CRANE}?utm_source=ports"] = world.answers[CRANE]  # whichever feed comes first is followed
    await follow(store, world, FEED, second)
    await cycle(store, world)
    crane = (await articles(store))["Crane stays"]
    assert sorted(crane["feeds"]) == sorted([FEED, second])
    assert world.times_asked(CRANE) + world.times_asked(f"{CRANE}?utm_source=ports") == 1


async def test_a_broken_feed_keeps_its_error_and_stops_no_other(store: Store, world: World) -> None:
    broken = "http://broken.example/feed"
    world.answers[broken] = b"<html><body>We are moving</body></html>"
    await follow(store, world, broken, FEED)
    await cycle(store, world)
    feeds = {feed["url"]: feed for feed in await store.list_feeds()}
    assert feeds[broken]["state"] == "error"
    assert feeds[broken]["error"] is not None
    assert feeds[broken]["error"]["kind"] == Unreadable.kind
    assert feeds[FEED]["state"] == "ok"


async def test_a_feed_that_is_gone_is_not_asked_again_even_by_hand(store: Store, world: World) -> None:
    world.answers[FEED] = Refused("410 from quay.example", url=FEED, status=410)
    await follow(store, world)
    await cycle(store, world)
    await cycle(store, world)
    assert world.times_asked(FEED) == 1
    assert [feed["state"] for feed in await store.list_feeds()] == ["gone"]


async def move_for_good(store: Store, world: World, *, days: int = 8) -> None:
    """Let the feed's address point on to NEW_FEED, day after day, and poll it each day."""
    world.answers[NEW_FEED] = world.answers.pop(FEED)
    world.moved[FEED] = (301, NEW_FEED)
    await follow(store, world, FEED)
    for _ in range(days):
        await cycle(store, world)
        world.now += timedelta(days=1)
    world.asked.clear()


async def test_a_feed_that_has_moved_for_good_is_asked_at_its_new_address_alone(store: Store, world: World) -> None:
    await move_for_good(store, world)

    await cycle(store, world)

    (feed,) = await store.list_feeds()
    assert [request.url for request in world.asked] == [NEW_FEED]
    assert (feed["url"], feed["moved_to"], feed["state"]) == (FEED, NEW_FEED, "ok")


async def test_a_move_is_not_believed_before_a_week_is_over(store: Store, world: World) -> None:
    await move_for_good(store, world, days=7)

    await cycle(store, world)

    assert [request.url for request in world.asked] == [FEED]


async def test_a_move_for_now_never_counts(store: Store, world: World) -> None:
    await move_for_good(store, world, days=0)
    world.moved |= {FEED: (301, OTHER_FEED), OTHER_FEED: (302, NEW_FEED)}
    for _ in range(9):
        await cycle(store, world)
        world.now += timedelta(days=1)

    assert world.times_asked(FEED) == 9
    assert (await store.list_feeds())[0]["moved_to"] is None


async def test_the_subscriber_s_address_is_asked_again_each_week_and_may_take_its_feed_back(
    store: Store, world: World
) -> None:
    await move_for_good(store, world)
    del world.moved[FEED]
    world.answers[FEED] = world.answers[NEW_FEED]
    for _ in range(9):
        await cycle(store, world)
        world.now += timedelta(days=1)

    assert [request.url for request in world.asked] == [NEW_FEED] * 6 + [FEED] * 3
    assert (await store.list_feeds())[0]["moved_to"] is None


async def test_a_new_address_that_is_gone_is_left_for_the_subscriber_s_in_the_same_poll(
    store: Store, world: World
) -> None:
    await move_for_good(store, world)
    del world.moved[FEED]
    world.answers[FEED] = world.answers[NEW_FEED]
    world.answers[NEW_FEED] = Refused("gone", url=NEW_FEED, status=410)

    await cycle(store, world)

    (feed,) = await store.list_feeds()
    assert [request.url for request in world.asked] == [NEW_FEED, FEED]
    assert (feed["state"], feed["moved_to"]) == ("ok", None)


async def test_while_a_new_address_fails_the_subscriber_s_is_asked(store: Store, world: World) -> None:
    await move_for_good(store, world)
    world.answers[NEW_FEED] = Refused("out of order", url=NEW_FEED, status=500)

    await cycle(store, world)
    await cycle(store, world)

    assert [request.url for request in world.asked] == [NEW_FEED, FEED]
    assert (await store.list_feeds())[0]["state"] == "error"


async def test_a_feed_that_is_read_with_a_login_is_asked_at_its_own_address_for_ever(
    store: Store, world: World
) -> None:
    with_login = FEED.replace("://", "://ida:brandt@")
    world.answers[NEW_FEED] = world.answers.pop(FEED)
    world.moved[with_login] = (308, NEW_FEED)
    await follow(store, world, with_login)
    for _ in range(10):
        await cycle(store, world)
        world.now += timedelta(days=1)

    assert world.times_asked(with_login) == 10


async def test_retry_after_holds_the_whole_host_back_even_by_hand(store: Store, world: World) -> None:
    other = "http://quay.example/other.xml"
    after = world.now + timedelta(minutes=30)
    world.answers[FEED] = Refused("429 from quay.example", url=FEED, status=429, after=after)
    world.answers[other] = rss()
    await follow(store, world, FEED)
    await cycle(store, world)
    await follow(store, world, other)
    world.now += timedelta(minutes=10)
    await cycle(store, world)
    assert len(world.asked) == 1
    world.answers[FEED] = rss()
    world.now = after + timedelta(minutes=1)
    await cycle(store, world)
    assert world.times_asked(other) == 1


async def test_a_turn_that_lost_its_host_saves_nothing_more(store: Store, world: World) -> None:
    await follow(store, world)
    thief = walking(store, world, owner="a thief")
    asked = world.fetch

    async def stolen_meanwhile(request: Request) -> Reply:
        world.now += timedelta(minutes=5)  # longer than the lease, and nobody renewed it
        assert await store.claim("quay.example", "a thief", world.now) is not None
        return await asked(request)

    walk = walking(store, world)
    walk._fetch = stolen_meanwhile  # the only way to be robbed in the middle of a call
    await walk.turn("quay.example")
    assert await articles(store) == {}
    assert [feed["last_polled_at"] for feed in await store.list_feeds()] == [None]
    assert thief.counts == {}


async def test_a_host_that_another_worker_holds_is_left_alone(store: Store, world: World) -> None:
    await follow(store, world)
    assert await store.claim("quay.example", "another", world.now) is not None
    await walking(store, world).turn("quay.example")
    assert world.asked == []


async def test_a_lost_lease_is_no_failure_of_the_turn(store: Store, world: World) -> None:
    await follow(store, world)
    work = await store.claim("quay.example", "first", world.now)
    assert work is not None
    world.now += timedelta(minutes=5)
    assert await store.claim("quay.example", "second", world.now) is not None
    with pytest.raises(LeaseLost):
        await store.renew(work.turn, world.now)
