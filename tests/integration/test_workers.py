"""The promises of workers/contract.py, to which a second kind of workers is held by one more line in KINDS.

That a killed worker's turn is taken up by another is a promise of the lease, and is tested where the store is.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from pipeline.workers.contract import Workers
from pipeline.workers.local import Local

PARALLEL = 3  # turns at a time, of every kind

MakeWorkers = Callable[[Callable[[str], Awaitable[None]]], Workers]

KINDS: dict[str, MakeWorkers] = {
    "local": lambda perform: Local(perform, parallel=PARALLEL),
}


class Newsroom:
    """Stands where the walk stands: performs turns that end when the test lets them, and keeps the record."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.under_way: Counter[str] = Counter()
        self.most_at_a_time = 0
        self.open = asyncio.Event()
        self.failing: set[str] = set()
        self._progress = asyncio.Event()

    async def perform(self, host: str) -> None:
        self.begun.append(host)
        self._progress.set()
        self.under_way[host] += 1
        self.most_at_a_time = max(self.most_at_a_time, self.under_way.total())
        try:
            assert self.under_way[host] == 1, f"two turns of {host} at a time"
            await self.open.wait()
            await asyncio.sleep(0)
            if host in self.failing:
                raise ValueError(f"no luck with {host}")
            self.ended.append(host)
        finally:
            self.under_way[host] -= 1

    async def has_begun(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.begun) < count:
                self._progress.clear()
                await self._progress.wait()


@pytest.fixture(params=KINDS)
def make_workers(request: pytest.FixtureRequest) -> MakeWorkers:
    return KINDS[request.param]


@asynccontextmanager
async def serving(make_workers: MakeWorkers, newsroom: Newsroom) -> AsyncIterator[Workers]:
    workers = make_workers(newsroom.perform)
    service = asyncio.create_task(workers.serve())
    try:
        async with asyncio.timeout(10):
            yield workers
    finally:
        service.cancel()
        await asyncio.gather(service, return_exceptions=True)


async def test_each_turn_is_performed(make_workers: MakeWorkers) -> None:
    newsroom = Newsroom()
    newsroom.open.set()
    hosts = [f"site-{number}.example" for number in range(100)]

    async with serving(make_workers, newsroom) as workers:
        await workers.send(hosts)
        await workers.drain()

    assert sorted(newsroom.ended) == sorted(hosts)


async def test_turns_begin_in_the_order_they_were_sent(make_workers: MakeWorkers) -> None:
    newsroom = Newsroom()
    newsroom.open.set()
    hosts = [f"site-{number}.example" for number in range(20)]

    async with serving(make_workers, newsroom) as workers:
        await workers.send(hosts[:10])
        await workers.send(hosts[10:])
        await workers.drain()

    assert newsroom.begun == hosts


async def test_turns_of_different_hosts_run_side_by_side_up_to_the_limit(make_workers: MakeWorkers) -> None:
    newsroom = Newsroom()

    async with serving(make_workers, newsroom) as workers:
        await workers.send(f"site-{number}.example" for number in range(10))
        await newsroom.has_begun(PARALLEL)
        newsroom.open.set()
        await workers.drain()

    assert newsroom.most_at_a_time == PARALLEL


async def test_sending_waits_for_no_turn(make_workers: MakeWorkers) -> None:
    newsroom = Newsroom()

    async with serving(make_workers, newsroom) as workers:
        for number in range(10):
            await workers.send([f"site-{number}.example"])

        assert newsroom.ended == []


async def test_a_host_that_waits_is_not_sent_again(make_workers: MakeWorkers) -> None:
    newsroom = Newsroom()
    busy = [f"busy-{number}.example" for number in range(PARALLEL)]

    async with serving(make_workers, newsroom) as workers:
        await workers.send([*busy, "site.example"])
        await newsroom.has_begun(PARALLEL)
        await workers.send(["site.example", "site.example"])
        newsroom.open.set()
        await workers.drain()

    assert newsroom.begun.count("site.example") == 1


async def test_a_host_sent_while_its_turn_runs_has_one_more_turn_and_never_two_at_a_time(
    make_workers: MakeWorkers,
) -> None:
    newsroom = Newsroom()

    async with serving(make_workers, newsroom) as workers:
        await workers.send(["site.example"])
        await newsroom.has_begun(1)
        for _ in range(5):
            await workers.send(["site.example"])
        newsroom.open.set()
        await workers.drain()

    assert newsroom.ended == ["site.example", "site.example"]


async def test_a_host_that_must_wait_for_its_own_turn_does_not_hold_the_others(make_workers: MakeWorkers) -> None:
    newsroom = Newsroom()

    async with serving(make_workers, newsroom) as workers:
        await workers.send(["site.example"])
        await newsroom.has_begun(1)
        await workers.send(["site.example", "other.example"])
        await newsroom.has_begun(2)

        assert newsroom.begun == ["site.example", "other.example"]


async def test_a_turn_that_raises_is_logged_with_its_host_and_the_others_go_on(make_workers: MakeWorkers) -> None:
    newsroom = Newsroom()
    newsroom.open.set()
    newsroom.failing.add("ill.example")

    with capture_logs() as lines:
        async with serving(make_workers, newsroom) as workers:
            await workers.send(["ill.example", "well.example"])
            await workers.drain()

    assert newsroom.ended == ["well.example"]
    (line,) = lines
    assert (line["host"], line["log_level"]) == ("ill.example", "error")
    assert line["exc_info"]


async def test_a_host_may_be_sent_again_after_its_turn_raised(make_workers: MakeWorkers) -> None:
    newsroom = Newsroom()
    newsroom.open.set()
    newsroom.failing.add("ill.example")

    async with serving(make_workers, newsroom) as workers:
        await workers.send(["ill.example"])
        await newsroom.has_begun(1)
        await workers.send(["ill.example"])
        await workers.drain()

    assert newsroom.begun == ["ill.example", "ill.example"]


async def test_draining_performs_what_waits_and_takes_no_more(make_workers: MakeWorkers) -> None:
    newsroom = Newsroom()
    sent = [f"site-{number}.example" for number in range(PARALLEL + 2)]

    async with serving(make_workers, newsroom) as workers:
        await workers.send(sent)
        await newsroom.has_begun(PARALLEL)
        draining = asyncio.create_task(workers.drain())
        await asyncio.sleep(0.01)
        await workers.send(["late.example"])
        newsroom.open.set()
        await draining

    assert newsroom.ended == sent


async def test_draining_returns_where_nothing_was_sent(make_workers: MakeWorkers) -> None:
    async with serving(make_workers, Newsroom()) as workers:
        await workers.drain()


async def test_serving_ends_when_all_is_drained(make_workers: MakeWorkers) -> None:
    newsroom = Newsroom()
    newsroom.open.set()
    workers = make_workers(newsroom.perform)
    await workers.send(["site.example"])

    async with asyncio.timeout(5):
        await asyncio.gather(workers.serve(), workers.drain())

    assert newsroom.ended == ["site.example"]


async def test_cancelled_serving_cancels_its_turns_and_lets_the_drain_go(make_workers: MakeWorkers) -> None:
    newsroom = Newsroom()
    workers = make_workers(newsroom.perform)
    service = asyncio.create_task(workers.serve())
    await workers.send(f"site-{number}.example" for number in range(10))
    await newsroom.has_begun(PARALLEL)

    draining = asyncio.create_task(workers.drain())
    service.cancel()
    async with asyncio.timeout(5):
        await draining

    assert service.done()
    assert newsroom.under_way.total() == 0
    assert (len(newsroom.begun), newsroom.ended) == (PARALLEL, [])


def test_workers_that_may_run_nothing_are_refused() -> None:
    async def perform(host: str) -> None: ...

    with pytest.raises(ValueError, match="parallel is 0"):
        Local(perform, parallel=0)
