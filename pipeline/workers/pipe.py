"""Whole messages in and out of one end of a socket pair, on the running event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from pipeline.workers import forkserver

CHUNK_BYTES = 256 * 1024  # of a read; a Unix socket holds less than that by default


class Pipe:
    """``heard`` is called with each whole message that comes in, ``lost`` once when the other side has gone.

    A message is its length (``forkserver.HEADER``) and its bytes.
    """

    def __init__(self, end: socket.socket, *, heard: Callable[[bytearray], None], lost: Callable[[], None]) -> None:
        end.setblocking(False)
        self._end = end
        self._heard = heard
        self._lost = lost
        self._incoming = bytearray()
        self._outgoing = memoryview(b"")
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(end, self._read)

    def send(self, message: bytes) -> None:
        """Send a message; what the socket does not hold at once goes out as the other side reads."""
        self._outgoing = memoryview(forkserver.HEADER.pack(len(message)) + message)
        self._write()
        if self._outgoing:
            self._loop.add_writer(self._end, self._write)

    def has_ended(self) -> bool:
        """Whether the other side has gone, even where the loop has not yet come round to say so."""
        try:
            return not self._end.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Hear and send nothing more. Closing twice does nothing."""
        self._outgoing = memoryview(b"")
        if self._end.fileno() >= 0:
            self._loop.remove_reader(self._end)
            self._loop.remove_writer(self._end)
            self._end.close()

    def _write(self) -> None:
        try:
            self._outgoing = self._outgoing[self._end.send(self._outgoing) :]
        except BlockingIOError:
            return
        except OSError:
            self._outgoing = memoryview(b"")  # the other side has gone: reading will tell
        if not self._outgoing:
            self._loop.remove_writer(self._end)

    def _read(self) -> None:
        try:
            chunk = self._end.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            self._loop.remove_reader(self._end)
            self._lost()
            return
        self._incoming += chunk
        while len(self._incoming) >= forkserver.HEADER.size:
            end = forkserver.HEADER.size + forkserver.HEADER.unpack_from(self._incoming)[0]
            if len(self._incoming) < end:
                break
            message = self._incoming[forkserver.HEADER.size : end]
            del self._incoming[:end]
            self._heard(message)
