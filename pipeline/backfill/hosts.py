"""Whose turn it is at a host: history is asked for under the same lease as live work, and lets it go first.

A backfill holds a host for a while, one call at a time, and lets go of it as soon as live work of that host comes due;
the daemon takes that up within its next tick. Live work that nobody takes is nobody's: no daemon runs, and waiting for
one would be for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.core.errors import Refused
from pipeline.core.model import Turn
from pipeline.walk import LEASE_S, Walk

if TYPE_CHECKING:
    from pipeline.store import Store

LIVE_FIRST = timedelta(seconds=3)  # a daemon ticks each second
ASK_AGAIN_S = 0.25  # while another worker has the host
MAX_WAIT = timedelta(minutes=10)  # for a host that asked to be left alone; beyond, the same command is for later


class Hosts:
    """The turns of hosts, for one backfill. ``pause_s`` is the least time between two calls to a host."""

    def __init__(self, store: Store, walk: Walk, now: Callable[[], datetime], pause_s: float) -> None:
        self._store = store
        self._walk = walk
        self._now = now
        self.pause_s = pause_s

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[Turn | None]:
        """Hold ``host``; None where the run is being ended. Waits while others hold it.

        Raises Refused (``asked`` False) where the host wants to be left alone for longer than MAX_WAIT.
        """
        turn = await self._claim(host)
        if turn is None:
            yield None
            return
        try:
            async with self._walk.held(turn):
                yield turn
                if await self.live_work_waits(turn):
                    # Each process knows only of its own calls: what is kept here is the pause between ours and theirs.
                    await asyncio.sleep(self.pause_s)
        finally:
            await asyncio.shield(self._store.release(turn))

    async def live_work_waits(self, turn: Turn) -> bool:
        """Whether the turn should be ended for live work."""
        now = self._now()
        return await self._store.live_work_waits(turn.host, now, now - LIVE_FIRST)

    async def wait_until(self, moment: datetime) -> None:
        """Sleep until then, or until the run is stopped."""
        while not self._walk.stopping:
            wait_s = (moment - self._now()).total_seconds()
            if wait_s <= 0:
                return
            await asyncio.sleep(min(wait_s, 0.5))

    async def _claim(self, host: str) -> Turn | None:
        waited = False
        while not self._walk.stopping:
            now = self._now()
            claim = await self._store.claim_for_history(host, self._walk.owner, now, LEASE_S, now - LIVE_FIRST)
            if claim.turn is not None:
                if waited:  # for somebody who may have called the host just now
                    await asyncio.sleep(self.pause_s)
                return claim.turn
            if claim.held_until is not None and claim.held_until > now + MAX_WAIT:
                raise Refused(
                    f"not asked: {host} wants to be left alone until {claim.held_until:%Y-%m-%d %H:%M} UTC",
                    url=f"http://{host}/",
                    status=429,
                    after=claim.held_until,
                    asked=False,
                )
            waited = True
            await asyncio.sleep(ASK_AGAIN_S)
        return None
