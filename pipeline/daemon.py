"""The daemon: each second, the hosts with work due are sent to the workers; it fetches nothing itself.

Due times live in rows, so the scheduler carries a few ticks and remembers nothing. What comes due late (the machine
slept, the network was gone, the daemon was down) is caught up with at a bounded pace and not in one burst.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from pipeline.core.errors import StoreError
from pipeline.core.pace import price_for
from pipeline.walk import Walk
from pipeline.workers.contract import Workers

if TYPE_CHECKING:
    from pipeline.store import Store

TICK_S = 1.0
# Due within half a tick is due: a tick a moment before the due time would otherwise double the wait (miniflux#2201).
EARLY = timedelta(seconds=TICK_S / 2)
# What is due for longer is late work, and is let through at the catching-up pace.
LATE_AFTER = timedelta(seconds=60)
# Of the fleet's mean rate. What comes due in time is never held up; all together stays below 1.5.
CATCH_UP = 1.4
CATCH_UP_BURST_S = 10.0
HOSTS_A_TICK = 2000
REPRICE_EVERY = timedelta(hours=6)
PRICED_SAMPLE = 2000  # feeds; their rates are heavy-tailed, and the price of so many comes within 2 % of that of all
SWEEP_EVERY = timedelta(hours=6)
STORE_RETRY_S = 5.0
# What is in flight when we are told to stop may end; with this and the closing, all is over within 10 s.
GRACE_S = 7.0

_log = structlog.get_logger()


class Daemon:
    """Ticks until it is told to stop. ``each_tick`` is called after every tick (metrics, watchdog)."""

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
        self._store_trouble: str | None = None
        self._store_retry_s = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until ``stop`` is set; then let calls in flight end, for GRACE_S at most."""
        # max_instances: a tick that is still running is not begun again. misfire_grace_time None: by default
        # APScheduler silently skips a run that is a second late. coalesce: after a pause one tick, not a thousand.
        scheduler = AsyncIOScheduler(timezone=UTC)
        rules = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None, "next_run_time": self._now()}
        scheduler.add_job(self._tick, "interval", seconds=TICK_S, **rules)
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

    async def _turn(self, host: str) -> None:
        try:
            await self._walk.turn(host)
        except StoreError as error:
            self._note_store_trouble(error)

    async def _tick(self) -> None:
        if monotonic() >= self._store_retry_s:
            try:
                await self._send_due()
                self._note_store_well()
            except StoreError as error:
                self._note_store_trouble(error)
        await self._each_tick()

    async def _send_due(self) -> None:
        now = self._now()
        if self._tempo.is_stale():
            self._tempo.set_rate(await self._store.polls_per_s())
        due = await self._store.due_work(now + EARLY, HOSTS_A_TICK)
        chosen = []
        for work in due:
            if now - work.due_at <= LATE_AFTER or self._tempo.lets_through(work.feeds):
                chosen.append(work.host)
        self._tempo.spend(sum(work.feeds for work in due if now - work.due_at <= LATE_AFTER))
        await self._workers.send(chosen)

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
        """Said once, not every second; the next try is in STORE_RETRY_S."""
        self._store_retry_s = monotonic() + STORE_RETRY_S
        if self._store_trouble != error.kind:
            _log.error("store", outcome="failed", error=error.kind, detail=str(error), next="tried again every 5 s")
        self._store_trouble = error.kind

    def _note_store_well(self) -> None:
        if self._store_trouble is not None:
            _log.warning("store", outcome="well", detail="the store answers again; work goes on")
        self._store_trouble = None


class Tempo:
    """How much late work may be let through now: tokens, one a poll, at CATCH_UP times the fleet's mean rate.

    Work that is in time takes its tokens too but is never refused, so that the sum keeps within the rate.
    """

    def __init__(self) -> None:
        self._rate = 0.0
        self._tokens = 1.0
        self._at_s = monotonic()
        self._rated_at_s = float("-inf")

    def is_stale(self) -> bool:
        return monotonic() - self._rated_at_s > 300

    def set_rate(self, polls_per_s: float) -> None:
        """``polls_per_s`` is what all feeds together ask for by their intervals."""
        self._rate = polls_per_s * CATCH_UP
        self._rated_at_s = monotonic()

    def lets_through(self, polls: int) -> bool:
        """Whether late work of so many polls may start now; it is then spent."""
        now_s = monotonic()
        ceiling = max(1.0, self._rate * CATCH_UP_BURST_S)
        self._tokens = min(ceiling, self._tokens + (now_s - self._at_s) * self._rate)
        self._at_s = now_s
        if polls and self._tokens < 1:
            return False
        self._tokens -= polls
        return True

    def spend(self, polls: int) -> None:
        """Work that is in time was started."""
        # Never deeper than a burst: a wave of new subscriptions is not to stop all catching up for hours.
        self._tokens = max(self._tokens - polls, -max(1.0, self._rate * CATCH_UP_BURST_S))


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
