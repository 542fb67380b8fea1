"""What the work costs with nothing around it: a bare aiohttp fetch, a bare trafilatura extraction, one process.

``python -m benchmarks.floors articles`` reads pages, ``... polls`` asks feeds again and again; both keep one
connection a host alive, as Dateline does, and both fail loudly where an answer is not the expected one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp


async def read_articles(proxy_url: str, urls: Sequence[str]) -> dict[str, str]:
    """Fetch and extract each page; answers the text by URL, "" where trafilatura finds none."""
    # Imported here: polls have no use for it, and it costs a second.
    import trafilatura

    texts: dict[str, str] = {}

    async def read(session: aiohttp.ClientSession, url: str) -> None:
        async with session.get(url, proxy=proxy_url) as reply:
            reply.raise_for_status()
            body = await reply.read()
        document = trafilatura.bare_extraction(body, url=url, include_comments=False, with_metadata=True)
        assert not isinstance(document, dict)  # trafilatura's older form, which nobody asked for here
        texts[url] = (document and document.text) or ""

    await _host_by_host(urls, read)
    return texts


async def poll_feeds(proxy_url: str, urls: Sequence[str], rounds: int) -> None:
    """Fetch each feed once, then ``rounds`` times with its validators.

    Raises RuntimeError where a feed answers a poll with anything but 304.
    """
    validators: dict[str, dict[str, str]] = {}

    async def poll(session: aiohttp.ClientSession, url: str) -> None:
        known = validators.get(url, {})
        async with session.get(url, proxy=proxy_url, headers=known) as reply:
            await reply.read()
        if reply.status != (304 if known else 200):
            raise RuntimeError(f"{url} answered {reply.status} to a poll with {known or 'no validators'}")
        validators[url] = {
            "If-None-Match": reply.headers["ETag"],
            "If-Modified-Since": reply.headers["Last-Modified"],
        }

    await _host_by_host(urls, poll, times=1 + rounds)


async def _host_by_host(
    urls: Sequence[str], act: Callable[[aiohttp.ClientSession, str], Awaitable[None]], times: int = 1
) -> None:
    async def visit(session: aiohttp.ClientSession, own: Sequence[str]) -> None:
        for url in own:
            await act(session, url)

    hosts = [list(own) for _, own in groupby(sorted(urls), key=lambda url: urlsplit(url).netloc)]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, limit_per_host=1)) as session:
        for _ in range(times):
            await asyncio.gather(*(visit(session, own) for own in hosts))


def _main() -> None:
    parser = argparse.ArgumentParser(description="The floors of the benchmarks.")
    parser.add_argument("what", choices=["articles", "polls"])
    parser.add_argument("--proxy", required=True)
    parser.add_argument("--urls", required=True, type=Path, help="a file with one URL a line")
    parser.add_argument("--rounds", type=int, default=1, help="polls of each feed beyond the first")
    parser.add_argument("--texts", type=Path, help="where the texts of the articles go, as one JSON object")
    asked = parser.parse_args()
    urls = asked.urls.read_text().split()
    if asked.what == "polls":
        asyncio.run(poll_feeds(asked.proxy, urls, asked.rounds))
        return
    texts = asyncio.run(read_articles(asked.proxy, urls))
    if asked.texts:
        asked.texts.write_text(json.dumps(texts))


if __name__ == "__main__":
    _main()
