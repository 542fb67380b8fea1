"""The system's name look-up, in threads of its own.

The event loop's default executor has six threads on two cores: twenty slow look-ups there delayed everything else
that shares it by nine seconds.
"""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

MAX_ADDRESSES = 16  # of one name; the connector's work grows with their square


class Names(AbstractResolver):
    """A resolver for the connector. ``close`` it: a look-up in flight is left to its own end.

    ``at_once`` look-ups may be under way: as many as calls may, or names whose servers are silent would use up the
    deadlines of all others.
    """

    def __init__(self, at_once: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """At most MAX_ADDRESSES of ``host``, in the system's order of preference. Raises OSError where it has none."""
        try:
            infos = await asyncio.get_running_loop().run_in_executor(
                self._threads, socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG
            )
        except UnicodeError as error:  # a label of over 63 characters fails in the codec, before any look-up
            raise socket.gaierror(socket.EAI_NONAME, "no host can have this name") from error
        return [
            ResolveResult(
                hostname=host, host=str(where[0]), port=port, family=kind, proto=protocol, flags=socket.AI_NUMERICHOST
            )
            for kind, _, protocol, _, where in infos[:MAX_ADDRESSES]
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
