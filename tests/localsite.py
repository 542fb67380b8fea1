"""A web of our own on loopback: one port that answers for every host name a test invents, well or badly.

It is a real HTTP/1.1 server in a thread and an event loop of its own, and it can be reached in two ways::

    with LocalSite() as site:
        site.page("/feed.xml", RSS, etag='"1"')                  # as an origin: GET site.url("/feed.xml")
        site.page("http://news.example/a.html", "<p>Hello")      # as a proxy:   Client(proxy=site.proxy_url)
        ...
        assert [visit.url for visit in site.requests] == ["http://news.example/a.html"]

What is registered with a whole URL answers for that host alone; what is registered with a path answers for every
host that has nothing of its own there. Everything else is 404, robots.txt too. A page may be registered again at
any moment: the next request sees the new one. Misbehaviour is written by hand, see `LocalSite.behave`.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

MAX_HEAD_BYTES = 1 << 20  # of a request; tests send long URLs on purpose


@dataclass(slots=True)
class Visit:
    """One request as it came in. Times are ``time.monotonic()``; ``ended_s`` is None until the answer is out.

    ``url`` is whole, whichever way the request came; for CONNECT it is ``host:port``. ``headers`` have lower-case
    names, of a repeated one the last. ``via_proxy`` tells an absolute-form request from an origin's own.
    """

    method: str
    url: str
    headers: dict[str, str]
    started_s: float
    via_proxy: bool
    ended_s: float | None = None


Handler = Callable[[Visit, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Page:
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    delay_s: float = 0.0


@dataclass(slots=True)
class LocalSite:
    """The server. ``requests`` holds every `Visit` in order of arrival; ``connections`` counts accepted sockets.

    ``host`` is the loopback address to listen on (``127.0.0.1`` or ``::1``).
    """

    host: str = "127.0.0.1"
    port: int = 0
    requests: list[Visit] = field(default_factory=list)
    connections: int = 0
    _known: dict[str, _Page | Handler] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None
    _talks: set[asyncio.Task[None]] = field(default_factory=set)
    _stop: asyncio.Event | None = None

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), name="localsite", daemon=True)
        self._thread.start()
        if not ready.wait(10):
            raise RuntimeError("the local site did not start within 10 s")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None
        assert self._stop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def authority(self) -> str:
        """``host:port`` as it stands in a URL."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def proxy_url(self) -> str:
        return f"http://{self.authority}"

    def url(self, path: str) -> str:
        """The address of ``path`` (which starts with a slash) on the site itself, without a proxy."""
        return f"http://{self.authority}{path}"

    def page(
        self,
        url: str,
        body: str | bytes = b"",
        *,
        status: int = 200,
        headers: Mapping[str, str] | tuple[tuple[str, str], ...] = (),
        etag: str | None = None,
        last_modified: str | None = None,
        delay_s: float = 0.0,
    ) -> None:
        """Answer ``url`` (whole, or a path) with this page, from now on.

        A str is sent as UTF-8. Content-Type is ``text/html; charset=utf-8`` unless ``headers`` has one. With
        ``etag`` or ``last_modified`` the page is conditional: a request that brings it back gets 304.
        ``delay_s`` is waited before the first byte.
        """
        data = body.encode() if isinstance(body, str) else body
        pairs = tuple(headers.items()) if isinstance(headers, Mapping) else headers
        self._known[url] = _Page(data, status, pairs, etag, last_modified, delay_s)

    def redirect(self, url: str, to: str, status: int = 302) -> None:
        """Answer ``url`` with a redirect whose Location is ``to``, byte for byte."""
        self.page(url, status=status, headers={"Location": to})

    def robots(self, origin: str, text: str, status: int = 200) -> None:
        """Answer ``origin + "/robots.txt"``; ``origin`` is like ``http://news.example``, or empty for every host."""
        self.page(f"{origin}/robots.txt", text, status=status, headers={"Content-Type": "text/plain"})

    def behave(self, url: str, handler: Handler) -> None:
        """Let ``handler`` answer ``url`` in raw bytes; the connection is closed when it returns.

        ::

            async def torn(visit: Visit, out: asyncio.StreamWriter) -> None:
                out.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 100\\r\\n\\r\\nonly this")

        It runs in the server's own event loop and may sleep, drip or never end.
        """
        self._known[url] = handler

    def forget(self, url: str) -> None:
        """``url`` is 404 again."""
        self._known.pop(url, None)

    def visits(self, url: str) -> list[Visit]:
        """The requests for ``url`` (whole, or a path of the site itself) so far."""
        whole = self.url(url) if url.startswith("/") else url
        return [visit for visit in self.requests if visit.url == whole]

    async def _serve(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._talk, self.host, self.port, limit=MAX_HEAD_BYTES)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        server.close()
        talks = list(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        """One connection, request after request, until either side has had enough."""
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        self.connections += 1
        try:
            while await self._answer_one(reader, out):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # a client that goes away in the middle is what many tests are about
        finally:
            self._talks.discard(talk)
            out.close()

    async def _answer_one(self, reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> bool:
        """Answer the next request; False where the connection is to be closed."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        visit = _visit_of(head)
        self.requests.append(visit)
        try:
            known = self._known.get(visit.url) or self._known.get(_path_of(visit.url))
            if visit.method == "CONNECT" and not callable(known):
                known = _Page(b"this proxy opens no tunnels", 502)
            if callable(known):
                await known(visit, out)
                await out.drain()
                return False
            page = known or _Page(b"nothing here", 404)
            await asyncio.sleep(page.delay_s)
            out.write(_on_the_wire(page, visit))
            await out.drain()
            return visit.headers.get("connection", "").lower() != "close"
        finally:
            visit.ended_s = time.monotonic()


def _visit_of(head: str) -> Visit:
    request_line, *lines = head.rstrip("\r\n").split("\r\n")
    method, target, _version = request_line.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    via_proxy = not target.startswith("/")
    url = target if via_proxy else f"http://{headers.get('host', '')}{target}"
    return Visit(method, url, headers, time.monotonic(), via_proxy)


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _on_the_wire(page: _Page, visit: Visit) -> bytes:
    """The whole answer, or a 304 where the request's validators still hold (If-None-Match wins: RFC 9110, 13.2.2)."""
    asked_etag = visit.headers.get("if-none-match")
    if asked_etag is not None:
        unchanged = page.etag is not None and page.etag in [each.strip() for each in asked_etag.split(",")]
    else:
        asked_date = visit.headers.get("if-modified-since")
        unchanged = page.last_modified is not None and page.last_modified == asked_date
    status = 304 if unchanged else page.status
    pairs = list(page.headers)
    given = {name.lower() for name, _ in pairs}
    if page.etag is not None:
        pairs.append(("ETag", page.etag))
    if page.last_modified is not None:
        pairs.append(("Last-Modified", page.last_modified))
    body = b"" if status in {204, 304} else page.body
    if status not in {204, 304}:
        if "content-type" not in given:
            pairs.append(("Content-Type", "text/html; charset=utf-8"))
        if "content-length" not in given:
            pairs.append(("Content-Length", str(len(body))))
    lines = "".join(f"{name}: {value}\r\n" for name, value in pairs)
    head = f"HTTP/1.1 {status} {_phrase(status)}\r\n{lines}\r\n"
    return head.encode("latin-1") + (b"" if visit.method == "HEAD" else body)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unheard Of"
