"""When a host may be called: one call at a time, a pause between two, and not before a moment that it named."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.core.errors import Refused

SWEEP_FROM_HOSTS = 256  # fewer are not worth looking through


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    guests: int = 0  # calls that wait for the host or talk to it
    ended_s: float = -math.inf  # when the last call ended, on the loop's clock
    pause_s: float = 0.0  # the longest that was asked for: how long the end of a call must be remembered
    barred_until: datetime | None = None
    barred_by_status: int = 0


class Courtesy:
    """What we owe each host. Hosts are named by authority: ``host`` or ``host:port``.

    A host is forgotten when nothing of it matters any more, so that months of new hosts leave no trace.
    """

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._hosts: dict[str, _Host] = {}
        self._sweep_at_hosts = SWEEP_FROM_HOSTS

    @asynccontextmanager
    async def turn(self, authority: str, *, pause_s: float, url: str) -> AsyncIterator[None]:
        """Hold ``authority`` for one call; entered once nobody else holds it and ``pause_s`` has passed.

        The pause runs from the end of the last call, however that ended, to the start of this one. Raises Refused
        (``asked`` False, with ``url``) at once where the host has asked to be left alone for longer.
        """
        clock = asyncio.get_running_loop().time
        host = self._hosts.get(authority)
        if host is None:
            host = self._hosts[authority] = _Host()
        host.guests += 1
        host.pause_s = max(host.pause_s, pause_s)
        try:
            async with host.lock:
                self._raise_if_barred(host, authority, url)
                wait_s = host.ended_s + pause_s - clock()
                if wait_s > 0:
                    await asyncio.sleep(wait_s)
                try:
                    yield
                finally:
                    host.ended_s = clock()
        finally:
            host.guests -= 1
            self._sweep(clock())

    def bar(self, authority: str, *, until: datetime, status: int) -> None:
        """No further call to ``authority`` before ``until``; to be called inside its turn."""
        host = self._hosts[authority]
        host.barred_until, host.barred_by_status = until, status

    def __len__(self) -> int:
        """The number of hosts remembered."""
        return len(self._hosts)

    def _raise_if_barred(self, host: _Host, authority: str, url: str) -> None:
        if host.barred_until is None:
            return
        if host.barred_until <= self._now():
            host.barred_until = None
            return
        raise Refused(
            f"not asked: {authority} wants to be left alone until {host.barred_until:%Y-%m-%d %H:%M:%S} UTC "
            f"(Retry-After of an earlier {host.barred_by_status})",
            url=url,
            status=host.barred_by_status,
            after=host.barred_until,
            asked=False,
        )

    def _sweep(self, time_s: float) -> None:
        if len(self._hosts) < self._sweep_at_hosts:
            return
        now = self._now()
        self._hosts = {
            authority: host
            for authority, host in self._hosts.items()
            if host.guests
            or time_s < host.ended_s + host.pause_s
            or (host.barred_until is not None and now < host.barred_until)
        }
        # Twice what is left, so that the work stays in proportion to the hosts that come and go.
        self._sweep_at_hosts = max(SWEEP_FROM_HOSTS, 2 * len(self._hosts))
