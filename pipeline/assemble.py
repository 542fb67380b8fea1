"""Settings -> App: the only place where the parts are joined."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import secrets
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from pipeline.config import Settings, read_agencies_file
from pipeline.core.errors import ConfigError, FetchError, PipelineError, Unreadable
from pipeline.core.identity import chars_to_compare, compare
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
    Traced,
    TracedEdge,
    Want,
)
from pipeline.core.origins.agencies import OriginRules
from pipeline.core.pace import price_for
from pipeline.store import RUN_OWNER, Standing, Store
from pipeline.tracing import Tracing
from pipeline.workers.local import Local
from pipeline.workers.processes import Processes, Remote

if TYPE_CHECKING:
    from pipeline.backfill.history import History
    from pipeline.daemon import Daemon
    from pipeline.fetch.client import Client
    from pipeline.rereading import Rereading
    from pipeline.walk import Walk

# What is imported and done once, in the fork server, so that a new reading process starts in milliseconds and reads its
# first page as fast as the next: that took 200 ms, of every one that was started.
PRELOAD = ("pipeline.core.discovery", "pipeline.core.rehearsal:rehearse")

# A sample for the price of a poll: enough for a few per cent, read in milliseconds.
PRICED_FEEDS = 500

# What a cycle that is broken off leaves to the calls in flight; a person sits before it and waits.
CALLS_END_WITHIN_S = 3.0

RULES_AGE_S = 2.0  # after which the names of publishers are looked up again: a first poll learns its feeds' names
RULES_SHARE = 0.01

MIB = 1024 * 1024

# Longer documents are compared with what is known in another process: all polls would wait for it here, over 5 ms.
COMPARED_HERE_CHARS = 200_000

# New objects, then collections of the younger ones, after which the garbage collector looks; Python's are 700, 10, 10.
COLLECTED_AFTER = (10_000, 20, 10)

# A hundred calls at once, their hosts' connections that wait for the next, the store, the reading processes. Systems
# often begin with less than they allow (macOS with 256), and a full table would be charged to feeds.
OPEN_FILES_AT_LEAST = 256
OPEN_FILES_AT_MOST = 65_536

# How the owner of a lease begins: what holds it; the machine and the process follow.
POLL_OWNER, BACKFILL_OWNER = "poll:", "backfill:"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Cycle:
    """What one polling cycle did: ``counts["poll", "news"]``, ``counts["page", "new"]``, ...

    ``offline`` says that it was ended because no host could be reached; nothing is charged to any feed then.
    """

    counts: Counter[tuple[str, str]]
    hosts: int
    offline: bool = False

    @property
    def failed(self) -> bool:
        return self.offline or any(number for (_, outcome), number in self.counts.items() if outcome == "failed")


def now() -> datetime:
    """The clock of the product: aware, in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_store(settings: Settings, *, create: bool = False, upgrade: bool = False) -> AsyncIterator[Store]:
    """The store alone, for commands that only look or only write rows; see Store.open. Raises StoreError.

    That an older one was brought up to date is logged: it took its time, and left a copy on the disk.
    """
    store = Store(settings.store.url)
    opened = await store.open(create=create, upgrade=upgrade)
    try:
        if opened.was is Standing.OLDER:
            holder = await store.run_holder()
            copy = {"copy": str(opened.copy)} if opened.copy else {}
            daemon = f"; restart the daemon ({holder}): it is of the version before" if holder else ""
            _log.warning("store", outcome="upgraded", detail=f"an older version wrote it{daemon}", **copy)
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_client(settings: Settings) -> AsyncIterator[Client]:
    """The one HTTP client alone."""
    from pipeline.fetch.client import Client  # commands that only look need not wait for it to load

    fetch = settings.fetch
    async with Client(
        user_agent=settings.user_agent,
        allow_networks=fetch.allow_networks,
        proxy=fetch.proxy,
        pause_s=fetch.pause.total_seconds(),
        max_feed_bytes=int(fetch.max_body_mb * MIB),
        max_page_bytes=int(fetch.max_page_mb * MIB),
        feed_deadline_s=fetch.feed_deadline.total_seconds(),
        page_deadline_s=fetch.page_deadline.total_seconds(),
        now=now,
    ) as client:
        yield client


@asynccontextmanager
async def open_processes(settings: Settings) -> AsyncIterator[Processes]:
    """The processes that parse and read; none is started before the first call, or ``prepare``."""
    extract = settings.extract
    async with Processes(
        count=reading_processes(settings),
        preload=PRELOAD,
        cpu_limit_s=extract.cpu_limit.total_seconds(),
        wall_limit_s=extract.wall_limit.total_seconds(),
        memory_limit_bytes=extract.memory_limit_mb * MIB,
    ) as processes:
        yield processes


def reading_processes(settings: Settings) -> int:
    """How many pages may be read at a time: as configured, or one a processor."""
    return settings.extract.processes or os.cpu_count() or 1


@asynccontextmanager
async def open_app(settings: Settings) -> AsyncIterator[App]:
    """Everything for one cycle: the store (made or brought up to date), the client, the processes and the workers."""
    async with (
        open_store(settings, create=True) as store,
        open_processes(settings) as processes,
    ):
        if await store.due_hosts(now(), 1):
            processes.prepare()  # while the client loads and the first feeds are asked for
        async with _open_walk(settings, store, processes, POLL_OWNER) as walk:
            walk.policy = replace(walk.policy, price=price_for(await store.pace_states(PRICED_FEEDS), walk.policy))
            yield App(store=store, walk=walk, parallel=settings.workers.parallel)


@asynccontextmanager
async def open_daemon(settings: Settings, *, share: bool) -> AsyncIterator[tuple[Daemon, Store]]:
    """The daemon and its store, held against a second one. Raises AlreadyRunning."""
    from pipeline.daemon import Daemon, watchdog
    from pipeline.metrics import Metrics

    metrics = Metrics(now=now)

    async def each_tick() -> None:
        await watchdog()
        await metrics.ticked()

    async with open_store(settings, create=True) as store, open_processes(settings) as processes:
        await store.hold_run(f"process {os.getpid()} on {socket.gethostname()}", now, share=share)
        processes.prepare()
        async with (
            _open_walk(settings, store, processes, RUN_OWNER, metrics.late) as walk,
            metrics.published(
                file=Path(settings.log.metrics_file) if settings.log.metrics_file else None,
                port=settings.log.metrics_port,
                counts=walk.counts,
                restarts=processes.restarts,
                status=lambda: store.status(now()),
            ),
        ):
            yield (
                Daemon(
                    store=store,
                    walk=walk,
                    workers=lambda perform: Local(perform, parallel=settings.workers.parallel),
                    now=now,
                    keep_pages=settings.store.keep_pages,
                    each_tick=each_tick,
                ),
                store,
            )


@asynccontextmanager
async def open_history(settings: Settings) -> AsyncIterator[tuple[History, Walk, Store]]:
    """What a backfill needs, its walk and its store. Setting ``walk.stopping`` ends what runs."""
    from pipeline.backfill.history import History

    async with (
        open_store(settings, create=True) as store,
        open_processes(settings) as processes,
        _open_walk(settings, store, processes, BACKFILL_OWNER) as walk,
    ):
        find_feeds: Remote[[Reply], tuple[str, ...]] = Remote(processes, "pipeline.core.discovery:find_feeds")
        history = History(
            store=store,
            walk=walk,
            find_feeds=find_feeds,
            now=now,
            pause_s=settings.fetch.pause.total_seconds(),
            parallel=settings.workers.parallel,
        )
        yield history, walk, store


@asynccontextmanager
async def open_rereading(settings: Settings) -> AsyncIterator[Rereading]:
    """The store and the reading processes, without the network."""
    from pipeline.core.reading import RULES
    from pipeline.rereading import Rereading

    async with open_store(settings, upgrade=True) as store, open_processes(settings) as processes:
        read = _Reader(settings, store, processes)
        tracing = _tracing(store, processes)
        yield Rereading(store=store, read_page=read.page, read_entry=read.entry, tracing=tracing, now=now, rules=RULES)


class _Reader:
    """The reading functions of the processes, told with each page what is known of agencies and outlets."""

    def __init__(self, settings: Settings, store: Store, processes: Processes) -> None:
        self._added = read_agencies_file(settings.extract.agencies)
        self._known = OriginRules(added=self._added)
        self._ask_at = 0.0
        self._store = store
        self._read_page: Remote[[Reply, Entry | None, Surroundings, OriginRules], Reading] = Remote(
            processes, "pipeline.core.reading:read_page"
        )
        self._read_entry: Remote[[Entry, Surroundings, OriginRules], Reading] = Remote(
            processes, "pipeline.core.reading:read_entry"
        )

    async def page(self, reply: Reply, entry: Entry | None, around: Surroundings) -> Reading:
        """See pipeline.core.reading.read_page."""
        return await self._read_page(reply, entry, around, await self._rules())

    async def entry(self, entry: Entry, around: Surroundings) -> Reading:
        """See pipeline.core.reading.read_entry."""
        return await self._read_entry(entry, around, await self._rules())

    async def _rules(self) -> OriginRules:
        """The operator's agencies and the publishers that the store knows, looked up anew after a while.

        A large store answers slowly: asking takes RULES_SHARE of the time at most.
        """
        asked_at = time.monotonic()
        if asked_at >= self._ask_at:
            self._ask_at = asked_at + RULES_AGE_S  # who comes meanwhile takes what there is
            self._known = OriginRules(added=self._added, learnt=await self._store.publishers())
            self._ask_at = asked_at + max(RULES_AGE_S, (time.monotonic() - asked_at) / RULES_SHARE)
        return self._known


def comparing(processes: Processes) -> Callable[[Sequence[KnownEntry], FeedDocument], Awaitable[News]]:
    """``compare``: here where that takes milliseconds, as for nearly all documents, else in a worker process."""
    apart: Remote[[Sequence[KnownEntry], FeedDocument], News] = Remote(processes, "pipeline.core.identity:compare")

    async def compare_documents(known: Sequence[KnownEntry], document: FeedDocument) -> News:
        if chars_to_compare(document) > COMPARED_HERE_CHARS:
            return await apart(known, document)
        return compare(known, document)

    return compare_documents


@asynccontextmanager
async def _open_walk(
    settings: Settings,
    store: Store,
    processes: Processes,
    owner: str,
    late: Callable[[float], None] = lambda _seconds: None,
) -> AsyncIterator[Walk]:
    from pipeline.walk import Walk

    _allow_open_files()
    await _free_leases_of_the_dead(store)
    pace = settings.pace
    async with open_client(settings) as client:
        _collect_seldom()
        parse_feed: Remote[[Reply], FeedDocument] = Remote(processes, "pipeline.core.feeds:parse_feed")
        read = _Reader(settings, store, processes)
        yield Walk(
            store=store,
            fetch=client.fetch,
            parse_feed=parse_feed,
            compare=comparing(processes),
            read_page=read.page,
            read_entry=read.entry,
            tracing=_tracing(store, processes),
            now=now,
            policy=PacePolicy(
                min_interval_s=pace.min_interval.total_seconds(),
                max_interval_s=pace.max_interval.total_seconds(),
                polls_per_feed_per_day=pace.polls_per_feed_per_day,
            ),
            owner=f"{owner}{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
            revisit_s=[span.total_seconds() for span in pace.revisit],
            keep_pages=settings.store.keep_pages != timedelta(0),
            late=late,
        )


def _tracing(store: Store, processes: Processes) -> Tracing:
    decide: Remote[[Traced, Sequence[Traced]], tuple[TracedEdge, ...]] = Remote(
        processes, "pipeline.core.origins.kinship:trace"
    )
    return Tracing(store=store, decide=decide, now=now)


def _allow_open_files() -> None:
    """Let this process open as many files as the system permits. Raises ConfigError where those are too few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    permitted = OPEN_FILES_AT_MOST if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES_AT_MOST)
    if permitted < OPEN_FILES_AT_LEAST:
        raise ConfigError(
            f"this process may have {permitted} open files and sockets; {OPEN_FILES_AT_LEAST} are the least, 8192 are"
            " well: allow more with `ulimit -n 8192`, LimitNOFILE= of systemd or --ulimit of Docker"
        )
    if soft != resource.RLIM_INFINITY and soft < permitted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (permitted, hard))


def _collect_seldom() -> None:
    """Spare the garbage collector what has been loaded, and let it look for circles among the rest more seldom.

    A poll makes and drops hundreds of objects and leaves no circle; looking for some after every 700, and through all
    modules now and then, took a tenth of its CPU.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


async def _free_leases_of_the_dead(store: Store) -> None:
    """Let go of the hosts that processes of this machine held when they were killed, or leases would be waited for."""
    for kind in (RUN_OWNER, POLL_OWNER, BACKFILL_OWNER):
        ours = f"{kind}{socket.gethostname()}:"
        for owner in await store.lease_owners(ours):
            try:
                os.kill(int(owner.removeprefix(ours).partition(":")[0]), 0)
            except ProcessLookupError:
                await store.free_leases(owner)
            except PermissionError:
                continue  # alive, and another user's


@dataclass(slots=True)
class App:
    """The assembled pipeline; ``poll`` is one whole cycle of it."""

    store: Store
    walk: Walk
    parallel: int

    async def poll(
        self,
        urls: Sequence[str] | None = None,
        *,
        due_only: bool = False,
        progress: Callable[[Counter[tuple[str, str]]], None] | None = None,
    ) -> Cycle:
        """One cycle: poll every feed (or ``urls``, or with ``due_only`` what is due), read what that brought.

        Ends when nothing is due any more. Raises the first StoreError: without a store there is no going on.
        """
        if not due_only:
            await self.store.make_due(now(), urls)
        before = Counter(self.walk.counts)
        hosts: set[str] = set()
        turns = 0
        ended = asyncio.Event()
        failure: list[PipelineError] = []

        async def perform(host: str) -> None:
            nonlocal turns
            turns += 1
            hosts.add(host)
            try:
                await self.walk.turn(host, urls)
            except PipelineError as error:
                failure.append(error)
            finally:
                turns -= 1
                ended.set()

        workers = Local(perform, parallel=self.parallel)
        serving = asyncio.create_task(workers.serve())
        try:
            while not failure:
                ended.clear()
                due = await self.store.due_hosts(now(), only=urls)
                if not due and not turns:
                    break
                if self.walk.reach.lost:
                    break
                await workers.send(due)
                await ended.wait()
                if progress is not None:
                    progress(self.walk.counts - before)
            await (self._break_off(workers) if failure else workers.drain())
        except asyncio.CancelledError:  # Ctrl-C
            await self._break_off(workers)
            raise
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
        if failure:
            raise failure[0]
        await self.walk.tracing.trace_due(now(), lambda: not self.walk.stopping)
        return Cycle(self.walk.counts - before, len(hosts), offline=self.walk.reach.lost)

    async def _break_off(self, workers: Local) -> None:
        """End the turns that run after the calls in flight, and these soon: whole turns last a minute."""
        self.walk.stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(CALLS_END_WITHIN_S):
                await workers.drain()


class Finder:
    """Looks at an address that somebody wants to subscribe to."""

    def __init__(self, client: Client, processes: Processes) -> None:
        self._fetch = client.fetch
        self._parse_feed: Remote[[Reply], FeedDocument] = Remote(processes, "pipeline.core.feeds:parse_feed")
        self._find_feeds: Remote[[Reply], tuple[str, ...]] = Remote(processes, "pipeline.core.discovery:find_feeds")

    async def find(self, url: str) -> tuple[str, FeedDocument]:
        """The feed at ``url``, or the one that the site at ``url`` names (autodiscovery), and what it says.

        Asks for the site once and then for the feeds that it names, in its order, then at the usual places.
        Raises FetchError or Unreadable where the address is not to be had or leads to no feed.
        """
        reply = await self._fetch(Request(url, Want.FEED))
        try:
            return url, await self._parse_feed(reply)
        except Unreadable:
            for found in await self._find_feeds(reply):
                try:
                    return found, await self._parse_feed(await self._fetch(Request(found, Want.FEED)))
                except (FetchError, Unreadable):
                    continue
            raise


@asynccontextmanager
async def open_finder(settings: Settings) -> AsyncIterator[Finder]:
    """The client and a reading process, for ``feeds add``."""
    async with open_client(settings) as client, open_processes(settings) as processes:
        yield Finder(client, processes)
