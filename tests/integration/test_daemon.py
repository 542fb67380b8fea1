"""The daemon on a real store of both kinds, before a world that is a dict and a clock that can be set wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from pipeline.core.errors import Refused, Unreachable
from pipeline.core.subscriptions import Subscription
from pipeline.daemon import EARLY, Daemon
from pipeline.reach import OFFLINE_FROM_HOSTS
from pipeline.store import Store
from pipeline.walk import Walk
from pipeline.workers.local import Local
from tests.integration.test_walk import CRANE, FEED, LONG, World, follow, page, rss, walking

HOUR = timedelta(hours=1)


class Clock:
    """Runs on, from wherever it is set."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def set(self, at: datetime) -> None:
        self._at, self._set_s = at, time.monotonic()

    def __call__(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._set_s)


class MovingWorld(World):
    """The world of the walk's tests, whose time passes."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        super().__init__(clock())

    @property
    def now(self) -> datetime:
        return self.clock()

    @now.setter
    def now(self, at: datetime) -> None:
        self.clock.set(at)


@pytest.fixture
def world(now: datetime) -> MovingWorld:
    world = MovingWorld(Clock(now))
    world.answers[FEED] = rss(("Crane stays", CRANE))
    world.answers[CRANE] = page("Crane stays", *LONG)
    return world


def feeds(count: int) -> list[str]:
    return [f"http://town-{n}.example/rss.xml" for n in range(count)]


async def nothing() -> None: ...


@asynccontextmanager
async def serving(store: Store, world: World) -> AsyncIterator[Walk]:
    walk = walking(store, world, owner="run:here")
    daemon = Daemon(
        store=store,
        walk=walk,
        workers=lambda perform: Local(perform, parallel=8),
        now=lambda: world.now,
        keep_pages=None,
        each_tick=nothing,
    )
    stop = asyncio.Event()
    running = asyncio.create_task(daemon.run(stop))
    try:
        yield walk
    finally:
        stop.set()
        await running


async def until(true: Callable[[], object], within_s: float = 20.0) -> None:
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - counts wake nobody
            await asyncio.sleep(0.02)


async def next_poll_in(store: Store, world: World, url: str = FEED) -> timedelta:
    (row,) = [row for row in await store.list_feeds() if row["url"] == url]
    assert row["next_poll_at"] is not None
    return datetime.fromisoformat(row["next_poll_at"]) - world.now


class TestAClockSetBack:
    async def test_no_feed_is_due_later_than_its_interval(self, store: Store, world: MovingWorld) -> None:
        await follow(store, world)
        async with serving(store, world) as walk:
            await until(lambda: walk.counts["page", "new"])
            await asyncio.sleep(1.5)
            before = await next_poll_in(store, world)
            with capture_logs() as lines:
                world.now -= HOUR
                await until(lambda: lines)
            after = await next_poll_in(store, world)
        assert abs(after - before) < timedelta(seconds=10)
        assert [(line["event"], line["by_s"]) for line in lines] == [("clock", 3600)]

    async def test_a_page_that_waited_to_be_read_is_read(self, store: Store, world: MovingWorld) -> None:
        world.answers[CRANE] = Unreachable("no route to quay.example", url=CRANE)
        await follow(store, world)
        async with serving(store, world) as walk:
            await until(lambda: walk.counts["page", "failed"])  # and would be tried again in five minutes
            world.answers[CRANE] = page("Crane stays", *LONG)
            await asyncio.sleep(1.5)
            world.now -= HOUR
            await asyncio.sleep(2.5)
            assert walk.counts["page", "new"] == 0
            world.now += timedelta(minutes=7)
            await until(lambda: walk.counts["page", "new"])

    async def test_one_set_back_while_nobody_watched_is_seen_in_the_rows(
        self, store: Store, world: MovingWorld
    ) -> None:
        await follow(store, world)
        async with serving(store, world) as walk:
            await until(lambda: walk.counts["poll", "news"])
        before = await next_poll_in(store, world)
        world.now -= HOUR
        async with serving(store, world):
            await asyncio.sleep(1.5)
        assert await next_poll_in(store, world) <= before

    async def test_the_lease_of_a_dead_worker_lasts_no_longer_for_it(self, store: Store, world: MovingWorld) -> None:
        await follow(store, world)
        assert await store.claim("quay.example", "dead", world.now) is not None
        await store.pull_in(world.now - HOUR, HOUR)
        assert await store.due_hosts(world.now - HOUR + timedelta(seconds=46)) == ("quay.example",)

    async def test_revisits_that_were_not_due_stay(self, store: Store, world: MovingWorld) -> None:
        await follow(store, world)
        async with serving(store, world) as walk:
            await until(lambda: walk.counts["page", "new"])
            await asyncio.sleep(1.5)
            world.now -= HOUR
            await asyncio.sleep(2.5)
        assert world.times_asked(CRANE) == 1


class TestAClockSetForward:
    async def test_what_is_late_for_it_is_caught_up_with_and_not_all_at_once(
        self, store: Store, world: MovingWorld
    ) -> None:
        urls = feeds(40)
        for url in urls:
            world.answers[url] = rss()
        await follow(store, world, *urls)
        async with serving(store, world) as walk:
            await until(lambda: len(world.asked) == 40)  # new ones wait for nobody
            await asyncio.sleep(1.5)
            world.now += 5 * HOUR
            await asyncio.sleep(4.0)
            assert 1 <= len(world.asked) - 40 <= 3
            assert all(feed["state"] == "ok" for feed in await store.list_feeds())
        assert walk.counts["poll", "failed"] == 0


class TestWhatIsDue:
    async def test_within_half_a_tick_is_due(self, store: Store, world: MovingWorld) -> None:
        await follow(store, world)
        walk = walking(store, world)
        world.now -= EARLY - timedelta(milliseconds=50)
        assert not await walk.turn("quay.example")
        world.now -= timedelta(milliseconds=20)
        assert await walk.turn("quay.example", early=EARLY)
        assert world.times_asked(FEED) == 1

    async def test_in_time_is_seen_however_much_is_late(self, store: Store, now: datetime) -> None:
        await store.subscribe([Subscription(url) for url in feeds(20)], now - HOUR)
        await store.subscribe([Subscription(FEED)], now)
        (work,) = await store.due_work(now, 1, due_after=now - timedelta(minutes=1), due_by=now)
        assert work.host == "quay.example"

    async def test_a_feed_that_was_never_polled_is_nothing_to_be_caught_up_with(
        self, store: Store, world: MovingWorld
    ) -> None:
        await follow(store, world)
        assert [work.polls for work in await store.due_work(world.now, 10, due_by=world.now)] == [0]
        await walking(store, world).turn("quay.example")
        world.now += 24 * HOUR
        assert [work.polls for work in await store.due_work(world.now, 10, due_by=world.now)] == [1]


class TestTheNetwork:
    async def test_silence_of_all_is_charged_to_nobody_and_ends_with_the_first_answer(
        self, store: Store, world: MovingWorld
    ) -> None:
        urls = feeds(1 + OFFLINE_FROM_HOSTS)
        for url in urls:
            world.answers[url] = Unreachable("no network", url=url)
        await follow(store, world, *urls)
        async with serving(store, world) as walk:
            await until(lambda: walk.reach.lost)
            await asyncio.sleep(1.0)
            for url in urls:
                world.answers[url] = rss()
            world.now += timedelta(minutes=1)
            await until(lambda: walk.counts["poll", "nothing-new"] == len(urls), within_s=40)
        assert [feed["error"] for feed in await store.list_feeds()] == [None] * len(urls)

    async def test_dead_hosts_among_a_few_do_not_pass_for_our_own_line(self, store: Store, world: MovingWorld) -> None:
        dead = feeds(OFFLINE_FROM_HOSTS)
        for url in dead:
            world.answers[url] = Unreachable("no such host", url=url)
        await follow(store, world, FEED, *dead)
        walk = walking(store, world)
        for _ in range(3):
            await store.make_due(world.now)
            for host in ["quay.example", *(f"town-{n}.example" for n in range(len(dead)))]:
                walk.reach._probed_at = 0.0  # as if some time had passed
                await walk.turn(host)
            world.now += timedelta(minutes=2)
        states = {feed["url"]: feed["state"] for feed in await store.list_feeds()}
        assert states == {FEED: "ok"} | dict.fromkeys(dead, "error")

    async def test_an_error_status_is_an_answer(self, store: Store, world: MovingWorld) -> None:
        urls = feeds(2 * OFFLINE_FROM_HOSTS)
        for url in urls:
            world.answers[url] = Refused("503 there", url=url, status=503)
        await follow(store, world, *urls)
        walk = walking(store, world)
        for number in range(len(urls)):
            await walk.turn(f"town-{number}.example")
        assert not walk.reach.lost
        assert {feed["state"] for feed in await store.list_feeds()} == {"error"}
