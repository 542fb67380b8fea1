"""An invented world of news sites, served as an HTTP proxy by a process of its own, whose truth is known here.

The server is a process apart so that its CPU counts for neither side, and every answer is rendered and compressed
before the first call. Since the truth of each page is known, a benchmark can ask not only how fast a side was, but
whether it did the work.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import json
import random
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.markup import LAYOUTS, furnish, render_atom, render_page, render_rss
from benchmarks.stories import LAST_NEWS_AT, Story, write_stories

COUNTS_URL = "http://world.example/counts"  # answered by the server itself: how often it gave each status
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\n\r\n"
ROBOTS = "User-agent: *\nDisallow: /search\n"


class World:
    """``hosts`` sites with ``feeds_per_host`` feeds (RSS 2.0 and Atom in turn) of ``articles_per_feed`` pages each.

    As a context manager it runs the server; ``proxy_url`` then takes the calls for ``site-01.example`` and its
    neighbours, names that resolve nowhere. Each answer waits ``latency_s`` first. Of the feeds of a site the first
    ``restless_per_host`` have no validators and other bytes at each call, though never other entries.
    """

    def __init__(
        self,
        *,
        hosts: int,
        articles_per_feed: int,
        feeds_per_host: int = 2,
        latency_s: float = 0.0,
        seed: int = 1,
        restless_per_host: int = 0,
    ) -> None:
        self.stories_of_feed: Mapping[str, tuple[Story, ...]] = write_stories(
            hosts=hosts, feeds_per_host=feeds_per_host, articles_per_feed=articles_per_feed, seed=seed
        )
        self.feeds = tuple(self.stories_of_feed)
        self._story_of_url = {story.url: story for stories in self.stories_of_feed.values() for story in stories}
        self.pages = tuple(self._story_of_url)
        self.latency_s, self.seed, self.restless_per_host = latency_s, seed, restless_per_host
        self.proxy_url = ""
        self._numbers = (hosts, articles_per_feed, feeds_per_host, latency_s, seed, restless_per_host)

    def __enter__(self) -> Self:
        # The server ends when its standard input closes, so it cannot outlive us, however we end.
        self._server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.world", *map(str, self._numbers)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1],
        )  # fmt: skip
        assert self._server.stdout is not None
        port = self._server.stdout.readline().strip()
        if not port:
            self._server.communicate()
            raise RuntimeError("the server of the benchmark world did not start; its own words stand above")
        self.proxy_url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.communicate()

    def truth(self, url: str) -> Story:
        """What the page at ``url`` says; KeyError for an address that is no article of this world."""
        return self._story_of_url[url]

    def counts(self) -> Counter[int]:
        """How often the server has given each status so far."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": self.proxy_url}))
        with opener.open(COUNTS_URL) as answer:
            return Counter({int(status): count for status, count in json.load(answer).items()})


@dataclass(frozen=True, slots=True)
class _Served:
    """All that can be answered for one address, as bytes on the wire."""

    etag: bytes
    modified: bytes
    plain: bytes
    gzipped: bytes
    unchanged: bytes
    restless_body: bytes = b""  # where set, each answer is this with a comment of its own behind it


def _serve_restless(text: str) -> _Served:
    return _Served(b"", b"", b"", b"", b"", restless_body=text.encode())


def _serve_as(content_type: str, text: str, modified_at: datetime) -> _Served:
    body = text.encode()
    etag = b'"%b"' % hashlib.sha256(body).hexdigest()[:20].encode()
    modified = format_datetime(modified_at, usegmt=True).encode()
    known = b"ETag: %b\r\nLast-Modified: %b\r\nVary: Accept-Encoding\r\n" % (etag, modified)
    typed = known + b"Content-Type: %b\r\n" % content_type.encode()
    return _Served(
        etag=etag,
        modified=modified,
        plain=_answer(b"200 OK", body, typed),
        gzipped=_answer(b"200 OK", gzip.compress(body, 6, mtime=0), typed + b"Content-Encoding: gzip\r\n"),
        unchanged=b"HTTP/1.1 304 Not Modified\r\n%b\r\n" % known,
    )


def _answer(status: bytes, body: bytes, headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 %b\r\n%bContent-Length: %d\r\n\r\n%b" % (status, headers, len(body), body)


def _everything_of(world: World) -> Iterator[tuple[str, _Served]]:
    """Each address with what is served there: robots.txt, pages and feeds of all hosts."""
    feeds_of_site: dict[str, list[str]] = {}
    for feed_url in world.feeds:
        feeds_of_site.setdefault(feed_url.partition("/feeds/")[0], []).append(feed_url)
    for number, (site_url, feed_urls) in enumerate(feeds_of_site.items()):
        rng = random.Random(f"{world.seed} {site_url}")
        stories = [story for feed_url in feed_urls for story in world.stories_of_feed[feed_url]]
        site = furnish(rng, site_url, LAYOUTS[number % len(LAYOUTS)], stories)
        yield f"{site_url}/robots.txt", _serve_as("text/plain", ROBOTS, LAST_NEWS_AT)
        for story in stories:
            page = render_page(rng, site, story, stories)
            yield story.url, _serve_as("text/html; charset=utf-8", page, story.published_at)
        for at, feed_url in enumerate(feed_urls):
            own = world.stories_of_feed[feed_url]
            if at < world.restless_per_host:
                yield feed_url, _serve_restless(render_rss(site, own))
            elif at % 2 == 0:
                yield feed_url, _serve_as("application/rss+xml", render_rss(site, own), LAST_NEWS_AT)
            else:
                yield feed_url, _serve_as("application/atom+xml", render_atom(site, feed_url, own), LAST_NEWS_AT)


class _Connection(asyncio.Protocol):
    """One kept-alive connection of a client, as a proxy sees it; calls are answered one after another."""

    def __init__(self, served: Mapping[bytes, _Served], counts: Counter[int], latency_s: float) -> None:
        self._served, self._counts, self._latency_s = served, counts, latency_s
        self._pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._pending += data
        while b"\r\n\r\n" in self._pending:
            head, _, self._pending = self._pending.partition(b"\r\n\r\n")
            first, *lines = head.split(b"\r\n")
            headers = {key.lower(): value.strip() for key, _, value in (line.partition(b":") for line in lines)}
            answer = self._answer_to(first.split(b" "), headers)
            closing = headers.get(b"connection", b"").lower() == b"close"
            if self._latency_s:
                asyncio.get_running_loop().call_later(self._latency_s, self._send, answer, closing)
            else:
                self._send(answer, closing)

    def _answer_to(self, words: list[bytes], headers: Mapping[bytes, bytes]) -> bytes:
        if len(words) != 3 or words[0] != b"GET":
            return self._counted(405, _answer(b"405 Method Not Allowed", b""))
        if words[1] == COUNTS_URL.encode():
            return _answer(b"200 OK", json.dumps(self._counts).encode())
        served = self._served.get(words[1])
        if served is None and b"if-none-match" in headers:
            # Of this world nobody can have learnt that validator: a fleet (benchmarks/fleet.py) says that it knows it.
            return self._counted(304, UNCHANGED)
        if served is None:
            return self._counted(404, _answer(b"404 Not Found", b"no such page in this world"))
        if served.restless_body:
            body = b"%b<!-- %d -->" % (served.restless_body, self._counts[200])
            return self._counted(200, _answer(b"200 OK", body, b"Content-Type: application/rss+xml\r\n"))
        # RFC 9110, 13.2.2: where If-None-Match stands, If-Modified-Since is not asked.
        asked = headers.get(b"if-none-match")
        if asked == served.etag or (asked is None and headers.get(b"if-modified-since") == served.modified):
            return self._counted(304, served.unchanged)
        return self._counted(200, served.gzipped if b"gzip" in headers.get(b"accept-encoding", b"") else served.plain)

    def _counted(self, status: int, answer: bytes) -> bytes:
        self._counts[status] += 1
        return answer

    def _send(self, answer: bytes, closing: bool) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)
            if closing:
                self._transport.close()


async def _serve(world: World) -> None:
    served = {url.encode(): answers for url, answers in _everything_of(world)}
    counts = Counter[int]()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(served, counts, world.latency_s), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def _main() -> None:
    parser = argparse.ArgumentParser(description="Serve the benchmark world until standard input closes.")
    for name in ("hosts", "articles_per_feed", "feeds_per_host"):
        parser.add_argument(name, type=int)
    parser.add_argument("latency_s", type=float)
    for name in ("seed", "restless_per_host"):
        parser.add_argument(name, type=int)
    asyncio.run(_serve(World(**vars(parser.parse_args()))))


if __name__ == "__main__":
    _main()
