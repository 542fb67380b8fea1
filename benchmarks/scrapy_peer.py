"""The throughput rival: a Scrapy spider that reads feeds and gives each page to trafilatura in its callback.

It runs as a file in an environment of its own (benchmarks/requirements.txt). It is given every advantage that
keeps the comparison fair: one call at a time a host and robots.txt, as Dateline does, but no revisits, no
provenance, no search index, and feeds read with selectors, which is cheaper than a lenient feed parser.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response, TextResponse

SAVE_EVERY = 50  # items a transaction


class NewsSpider(scrapy.Spider):
    """Feeds, then the pages that they name; each item is a page's url, title, author, date and text."""

    name = "news"
    feeds: list[str]

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url in self.feeds:
            yield scrapy.Request(url, self.parse_feed)

    def parse_feed(self, response: TextResponse) -> Iterator[scrapy.Request]:
        response.selector.remove_namespaces()
        for url in response.xpath("//item/link/text() | //entry/link/@href").getall():
            yield scrapy.Request(url, self.read_page)

    def read_page(self, response: Response) -> Iterator[dict[str, Any]]:
        document = trafilatura.bare_extraction(
            response.body, url=response.url, include_comments=False, with_metadata=True
        )
        if document is not None:
            yield {
                "url": response.url, "title": document.title, "author": document.author, "date": document.date,
                "text": document.text,
            }  # fmt: skip


class Saving:
    """Items into SQLite, SAVE_EVERY a transaction."""

    @classmethod
    def from_crawler(cls, crawler: Any) -> Saving:
        saving = cls()
        saving._path = crawler.settings["STORE_PATH"]
        return saving

    _path: str

    def open_spider(self) -> None:
        self._store = sqlite3.connect(self._path)
        self._store.execute("PRAGMA journal_mode=WAL")
        self._store.execute(
            "CREATE TABLE article (url TEXT PRIMARY KEY, title TEXT, author TEXT, date TEXT, text TEXT)"
        )
        self._waiting: list[dict[str, Any]] = []

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        self._waiting.append(item)
        if len(self._waiting) >= SAVE_EVERY:
            self._save()
        return item

    def close_spider(self) -> None:
        self._save()
        self._store.close()

    def _save(self) -> None:
        with self._store:
            self._store.executemany("INSERT INTO article VALUES (:url, :title, :author, :date, :text)", self._waiting)
        self._waiting.clear()


def _main() -> None:
    parser = argparse.ArgumentParser(description="Read the feeds' articles into a SQLite file.")
    parser.add_argument("--proxy", required=True)
    parser.add_argument("--feeds", required=True, type=Path, help="a file with one URL a line")
    parser.add_argument("--store", required=True)
    asked = parser.parse_args()
    # Scrapy takes a proxy for all its calls from the environment; one named on a request is not used for robots.txt.
    os.environ["http_proxy"] = asked.proxy
    feeds = asked.feeds.read_text().split()
    hosts = {urlsplit(url).netloc for url in feeds}
    process = CrawlerProcess(
        {
            # One slot a host holds each host to one call at a time. The general figure also sizes the pool of
            # kept-alive connections, and behind a proxy all hosts share one pool: 1 would reconnect at every call.
            "CONCURRENT_REQUESTS_PER_DOMAIN": len(hosts),
            "DOWNLOAD_SLOTS": {host: {"concurrency": 1, "delay": 0} for host in hosts},
            "CONCURRENT_REQUESTS": len(hosts),
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": True,
            "COOKIES_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "ITEM_PIPELINES": {Saving: 100},
            "STORE_PATH": asked.store,
            "LOG_LEVEL": "WARNING",
        }
    )
    process.crawl(NewsSpider, feeds=feeds)
    process.start()


if __name__ == "__main__":
    _main()
