"""The daemon: each second, the hosts with work due are sent to the workers; it fetches nothing itself.

Due times live in rows, so the scheduler carries a few ticks and remembers nothing. What comes due late (the machine
slept, the network was gone, the daemon was down) is caught up with at a bounded pace and not in one burst.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from pipeline.core.errors import AlreadyRunning, ClockOff, StoreError
from pipeline.core.pace import price_for
from pipeline.tempo import LATE_AFTER, Tempo
from pipeline.walk import Walk
from pipeline.workers.contract import Workers

if TYPE_CHECKING:
    from pipeline.store import DueWork, Store

TICK_S = 1.0
TICK_JITTER_S = 0.2  # of daemons that share a store, one would else be first with every tick and take all there is
# Due within half a tick is due: a tick a moment before the due time would otherwise double the wait (miniflux#2201).
EARLY = timedelta(seconds=TICK_S / 2)
HOSTS_A_TICK = 2000
REPRICE_EVERY = timedelta(hours=6)
PRICED_SAMPLE = 2000  # feeds; their rates are heavy-tailed, and the price of so many comes within 2 % of that of all
SWEEP_EVERY = timedelta(hours=6)
HOLD_EVERY_S = 10.0
TRACE_EVERY_S = 2.0
# A trace follows its reading within a second or two; one that is due for longer was left behind.
TRACE_LEFT_AFTER = timedelta(seconds=20)
# A store that fails is tried again after the first of these, then half as often each time until the second.
STORE_RETRY_S = 5.0
STORE_RETRY_AT_MOST_S = 30.0
# A smaller step is a clock being trimmed, or that of another machine which shares the store.
CLOCK_STEP = timedelta(seconds=30)
# What is in flight when we are told to stop may end; with this and the closing, all is over within 10 s.
GRACE_S = 7.0

_log = structlog.get_logger()


class Daemon:
    """Ticks until it is told to stop. While the store fails, or no host answers, one turn at a time tries again.

    ``each_tick`` is called every TICK_S, whatever the store does (metrics, watchdog).
    """

    def __init__(
        self,
        *,
        store: Store,
        walk: Walk,
        workers: Callable[[Callable[[str], Awaitable[None]]], Workers],
        now: Callable[[], datetime],
        keep_pages: timedelta | None,
        each_tick: Callable[[], Awaitable[None]],
    ) -> None:
        self._store = store
        self._walk = walk
        self._workers = workers(self._turn)
        self._now = now
        self._keep_pages = keep_pages
        self._each_tick = each_tick
        self._tempo = Tempo()
        self._sent: set[str] = set()  # hosts whose turn waits or runs
        self._clock: tuple[datetime, float] | None = None
        self._store_trouble: str | None = None
        self._store_retry_s = 0.0
        self._store_wait_s = STORE_RETRY_S
        self._probe: str | None = None
        self._ousted: AlreadyRunning | ClockOff | None = None
        self._trace_left_after = timedelta(0)  # what is due when we begin, nobody of ours is at

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until ``stop`` is set; then let calls in flight end, for GRACE_S at most.

        Raises AlreadyRunning where another daemon took the store while its server was away, and ClockOff where the
        clock left those of the daemons that share the store.
        """
        # That a job still runs when it is due again is what max_instances is for, and no news.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        # max_instances: a tick that is still running is not begun again. misfire_grace_time None: by default
        # APScheduler silently skips a run that is a second late. coalesce: after a pause one tick, not a thousand.
        scheduler = AsyncIOScheduler(timezone=UTC)
        rules = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None, "next_run_time": datetime.now(UTC)}
        scheduler.add_job(self._tick, "interval", seconds=TICK_S, jitter=TICK_JITTER_S, **rules)
        scheduler.add_job(self._each_tick, "interval", seconds=TICK_S, **rules)
        scheduler.add_job(self._keep_hold, "interval", seconds=HOLD_EVERY_S, args=[stop], **rules)
        scheduler.add_job(self._trace_left, "interval", seconds=TRACE_EVERY_S, **rules)
        scheduler.add_job(self._price, "interval", seconds=REPRICE_EVERY.total_seconds(), **rules)
        scheduler.add_job(self._sweep, "interval", seconds=SWEEP_EVERY.total_seconds(), **rules)
        serving = asyncio.create_task(self._workers.serve())
        scheduler.start()
        notify("READY=1")
        await stop.wait()
        notify("STOPPING=1")
        scheduler.shutdown(wait=False)
        self._walk.stopping = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_S):
                await self._workers.drain()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        if self._ousted is not None:
            raise self._ousted

    async def _turn(self, host: str) -> None:
        probes = host == self._probe
        try:
            if self._store_trouble is None or probes:
                worked = await self._walk.turn(host, early=EARLY)
                if worked and probes:
                    self._note_store_well()
        except StoreError as error:
            self._note_store_trouble(error)
        finally:
            self._sent.discard(host)

    async def _tick(self) -> None:
        if monotonic() < self._store_retry_s:
            return
        try:
            now = self._now()
            await self._follow_clock(now)
            await self._send_due(now)
        except StoreError as error:
            self._note_store_trouble(error)

    async def _send_due(self, now: datetime) -> None:
        # Asked for apart, so that however much is late, what is in time is seen.
        in_time = self._unsent(
            await self._store.due_work(now, HOSTS_A_TICK, due_after=now - LATE_AFTER, due_by=now + EARLY)
        )
        late = self._unsent(await self._store.due_work(now, HOSTS_A_TICK, due_by=now - LATE_AFTER))
        if self._store_trouble is None and not self._walk.reach.lost:
            if self._tempo.is_stale(now, in_time, late):
                self._tempo.set_rate(await self._store.polls_per_s())
            chosen = self._tempo.choose(now, in_time, late)
        elif self._probe in self._sent:
            chosen = []
        else:
            chosen = [work.host for work in [*late, *in_time][:1]]
            self._probe = next(iter(chosen), None)
        self._sent.update(chosen)
        await self._workers.send(chosen)

    def _unsent(self, due: Sequence[DueWork]) -> list[DueWork]:
        return [work for work in due if work.host not in self._sent]

    async def _follow_clock(self, now: datetime) -> None:
        """Where the clock was set back, let what is due come no later for it.

        A clock that was wrong while nobody watched shows in the rows: a feed was polled at a time that is still to
        come. Set forward, it makes work late, which is caught up with as after any pause.
        """
        at_s = monotonic()
        if self._clock is None:
            back = await self._store.ahead_of(now)
        else:
            before, before_s = self._clock
            back = before + timedelta(seconds=at_s - before_s) - now
        if back > CLOCK_STEP:
            await self._store.pull_in(now, back)
            _log.warning("clock", outcome="set back", by_s=round(back.total_seconds()), detail="due times go with it")
        self._clock = now, at_s

    async def _keep_hold(self, stop: asyncio.Event) -> None:
        try:
            await self._store.keep_run()
        except (AlreadyRunning, ClockOff) as error:
            self._ousted = error
            stop.set()
        except StoreError as error:
            self._note_store_trouble(error)

    async def _trace_left(self) -> None:
        """Trace what a process that was killed had read and not traced, and what is to be tried again."""
        with contextlib.suppress(StoreError):  # the tick tells of it
            await self._walk.tracing.trace_due(self._now() - self._trace_left_after, lambda: not self._walk.stopping)
            self._trace_left_after = TRACE_LEFT_AFTER

    async def _price(self) -> None:
        with contextlib.suppress(StoreError):  # the tick tells of it
            states = await self._store.pace_states(PRICED_SAMPLE)
            self._walk.policy = replace(self._walk.policy, price=price_for(states, self._walk.policy))

    async def _sweep(self) -> None:
        if self._keep_pages is not None:
            with contextlib.suppress(StoreError):
                swept = await self._store.sweep_pages(self._now() - self._keep_pages)
                if swept:
                    _log.info("sweep", pages=swept)

    def _note_store_trouble(self, error: StoreError) -> None:
        """Said once, and again where it becomes another; the turns that were under way fail for the same reason."""
        if monotonic() >= self._store_retry_s:
            self._store_retry_s = monotonic() + self._store_wait_s
            self._store_wait_s = min(2 * self._store_wait_s, STORE_RETRY_AT_MOST_S)
        if self._store_trouble != error.kind:
            _log.error("store", outcome="failed", error=error.kind, detail=str(error), next="it is tried again")
        self._store_trouble = error.kind

    def _note_store_well(self) -> None:
        if self._store_trouble is not None:
            _log.warning("store", outcome="well", detail="the store works again; what is late is caught up with")
        self._store_trouble = self._probe = None
        self._store_retry_s = 0.0
        self._store_wait_s = STORE_RETRY_S


async def watchdog() -> None:
    """Tell systemd that the loop still turns (WatchdogSec=)."""
    notify("WATCHDOG=1")


def notify(state: str) -> None:
    """Tell systemd, where it started us with Type=notify (sd_notify(3)); nothing otherwise."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.sendto(state.encode(), address.replace("@", "\0", 1) if address.startswith("@") else address)
