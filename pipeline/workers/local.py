"""The workers of one machine: turns of hosts side by side, as tasks of the event loop of this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog

_log = structlog.get_logger()


class Local:
    """``Workers`` in this process. ``perform(host)`` is one turn; at most ``parallel`` run at a time.

    Serves once: after ``drain`` or a cancelled ``serve`` it takes nothing more.
    """

    def __init__(self, perform: Callable[[str], Awaitable[None]], *, parallel: int) -> None:
        if parallel < 1:
            raise ValueError(f"parallel is {parallel}, but at least one turn must be able to run")
        self._perform = perform
        self._parallel = parallel
        self._waiting: dict[str, None] = {}  # the keys in the order they were sent: a set that remembers it
        self._running: set[str] = set()
        self._closing = False
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()

    async def send(self, hosts: Iterable[str]) -> None:
        """Ask for one turn of each host; one that waits already keeps its place."""
        if not self._closing:
            self._waiting.update(dict.fromkeys(hosts))
            self._changed.set()

    async def serve(self) -> None:
        """Perform what is sent, until drained or cancelled."""
        try:
            async with asyncio.TaskGroup() as turns:
                while self._waiting or self._running or not self._closing:
                    self._changed.clear()
                    for host in self._startable():
                        del self._waiting[host]
                        self._running.add(host)
                        turns.create_task(self._turn(host), name=f"turn of {host}")
                    await self._changed.wait()
        finally:
            self._closing = True
            self._waiting.clear()
            self._ended.set()

    async def drain(self) -> None:
        """Take no more, and return when what was sent is done. Needs ``serve`` to run, before or beside it."""
        self._closing = True
        self._changed.set()
        await self._ended.wait()

    def _startable(self) -> list[str]:
        """The hosts whose turn may start now, longest waiting first; those that are running wait on."""
        room = self._parallel - len(self._running)
        startable: list[str] = []
        for host in self._waiting:
            if len(startable) >= room:
                break
            if host not in self._running:
                startable.append(host)
        return startable

    async def _turn(self, host: str) -> None:
        try:
            await self._perform(host)
        except Exception:
            # A turn handles what it expects. What arrives here is a fault of ours, and other hosts must not pay for it.
            _log.exception("turn", outcome="fault", host=host)
        finally:
            self._running.discard(host)
            self._changed.set()
