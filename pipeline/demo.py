"""A small news world on loopback: invented outlets, their feeds and their pages, behind one HTTP proxy.

The words stand under ``newsroom/``, a folder a host: ``site.toml`` (the outlet and its habits), ``page.html``,
``feed.xml`` and ``entry.xml`` (its own mark-up), ``stories/*.toml`` (what it wrote). From them an edition is
printed once, as a plain table from URL to answer; the server only looks up. This module imports nothing of the
pipeline: to it the newsroom is the web, as strange and as untidy as any other.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import cache, partial
from html import escape
from importlib.resources import files
from string import Template
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from aiohttp import web

_NEWSROOM = files("pipeline") / "newsroom"
_LINK = re.compile(r"\[([^\]]+)\]\((http[^)]+)\)")
_GOODBYE_S = 1.0  # for answers on their way when the newsroom closes


@dataclass(frozen=True, slots=True)
class NewsroomFeed:
    """A feed to subscribe to. ``source`` is the publisher's name, None where the subscriber would not know it."""

    url: str
    source: str | None
    tags: tuple[str, ...]


class Newsroom:
    """A small world of news sites on loopback, served as an HTTP proxy for invented host names.

    Opened with ``with``; the server runs in a thread of its own. ``now`` is aware; every story is dated before
    it, the first edition 12 hours or more. ``latency_s`` is waited before each answer. ``proxy_url`` is valid
    inside the ``with``. ``requests`` counts answers by (kind, status), e.g. ``requests["feed", 304]``; kinds are
    feed, page, robots, front, photo, and nowhere (no such host or page).
    """

    def __init__(self, *, now: datetime, latency_s: float = 0.0) -> None:
        self.feeds = tuple(
            NewsroomFeed(f"http://{site.host}{feed.path}", feed.source, feed.tags)
            for site in _sites()
            for feed in site.feeds
        )
        self.requests: Counter[tuple[str, int]] = Counter()
        self.proxy_url = ""
        self._now = now
        self._latency_s = latency_s
        self._edition = _print_edition(self._now, morning=False)
        self._hosts = frozenset(site.host for site in _sites())
        self._open: Future[tuple[int, Callable[[], object]]] = Future()  # the port, and how to close again
        self._thread = Thread(target=lambda: asyncio.run(self._serve()), name="newsroom", daemon=True)

    def next_morning(self) -> None:
        """Let the world move on to ``now``: a storm report rewritten, a figure corrected, two stories more.

        Their feeds change with them; every other feed and page stays as it is, byte for byte.
        """
        self._edition = _print_edition(self._now, morning=True)

    def __enter__(self) -> Self:
        self._thread.start()
        port, self._close = self._open.result()
        self.proxy_url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()
        self._thread.join()

    async def _serve(self) -> None:
        server = web.ServerRunner(web.Server(self._answer), shutdown_timeout=_GOODBYE_S)
        closing = asyncio.Event()
        try:
            await server.setup()
            await web.TCPSite(server, "127.0.0.1", 0).start()
            close = partial(asyncio.get_running_loop().call_soon_threadsafe, closing.set)
            self._open.set_result((server.addresses[0][1], close))
            await closing.wait()
        except OSError as error:
            self._open.set_exception(error)
        finally:
            await server.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(self._latency_s)
        url = request.raw_path if "://" in request.raw_path else f"http://{request.host}{request.raw_path}"
        sheet = self._find(url)
        unchanged = sheet.status == 200 and _unchanged(sheet.headers, request.headers)
        status = 304 if unchanged else sheet.status
        self.requests[sheet.kind, status] += 1
        if unchanged:
            return web.Response(status=304, headers={k: v for k, v in sheet.headers.items() if k != "Content-Type"})
        response = web.Response(status=status, headers=sheet.headers, body=sheet.body)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.enable_compression(web.ContentCoding.gzip)
        return response

    def _find(self, url: str) -> _Sheet:
        address = url.partition("?")[0]  # our outlets pay no heed to a query: it is only there to follow readers
        host = address.partition("://")[2].partition("/")[0]
        if address in self._edition:
            return self._edition[address]
        plain = {"Content-Type": "text/plain; charset=utf-8"}
        if host in self._hosts:
            return _Sheet("nowhere", 404, plain, b"There is no such page.\n")
        about = f"This newsroom has no host {host}; it serves {', '.join(sorted(self._hosts))}.\n"
        return _Sheet("nowhere", 502, plain, about.encode(errors="replace"))


def main() -> None:
    """Serve the newsroom until Ctrl-C, for a look at it with a browser."""
    try:
        with Newsroom(now=datetime.now(UTC)) as newsroom:
            print(f"The newsroom is open. Set {newsroom.proxy_url} as HTTP proxy, then visit a feed or its site:")
            for feed in newsroom.feeds:
                print(f"  {feed.url}  ({feed.source or 'publisher not stated'}; {', '.join(feed.tags)})")
            print("Ctrl-C closes it.", flush=True)
            Event().wait()
    except KeyboardInterrupt:
        print("Closed.")


# ------------------------------------------------------------------------------- what stands in the folders


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    """A ``[[feed]]`` of a site.toml. ``section`` limits it to one; ``tracking`` is added to each link.

    ``broken_body`` is sent in place of a feed by an outlet whose feed is out of order.
    """

    path: str
    content_type: str
    source: str | None = None
    tags: tuple[str, ...] = ()
    title: str = ""
    section: str | None = None
    tracking: str = ""
    broken_body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """A site.toml. ``etag`` is a template of the digest, None where the outlet sends none; ``figure`` is the
    outlet's mark-up of a picture; ``robots`` its robots.txt, None where it has none."""

    host: str
    name: str
    language: str = "en"
    utc_offset_hours: float = 0.0
    charset: str = "utf-8"
    date_format: str = "%d %B %Y"
    figure: str = ""
    etag: str | None = None
    last_modified: bool = True
    robots: str | None = None
    feeds: tuple[_Feed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """A story as one outlet prints it; the times of its edit and of the event are those of its publication where
    the file does not state them. ``text`` has a blank line between paragraphs, ``## `` before a heading,
    ``[words](url)`` for a link; in title, summary and text ``$weekday`` and ``$day`` are those of the event.

    ``json_ld`` and ``entry_markup`` go as they are into the page's JSON-LD and the feed's entry. ``moved_from``
    is an old path that the feed still names. ``elsewhere`` is a page of another host that the entry points at;
    this outlet then has none of its own.
    """

    path: str
    title: str
    summary: str
    text: str = ""
    hours_ago: float
    updated_hours_ago: float
    event_hours_ago: float
    author: str = ""
    section: str = "news"
    photo_caption: str = ""
    photo_credit: str = ""
    canonical: str | None = None
    json_ld: str = ""
    entry_markup: str = ""
    page_status: int = 200
    moved_from: str | None = None
    elsewhere: str | None = None


@cache
def _sites() -> tuple[_Site, ...]:
    folders = sorted((folder for folder in _NEWSROOM.iterdir() if folder.is_dir()), key=lambda folder: folder.name)
    return tuple(_read_site(folder.name) for folder in folders)


def _read_site(host: str) -> _Site:
    table = tomllib.loads(_read(f"{host}/site.toml"))
    feeds = tuple(_Feed(**{**feed, "tags": tuple(feed["tags"])}) for feed in table.pop("feed", []))
    return _Site(host=host, feeds=feeds, **table)


def _stories(host: str, *, morning: bool) -> Iterator[_Story]:
    """The outlet's stories, as they stand on the evening before or on the morning; in the order of file names."""
    folder = _NEWSROOM / host / "stories"
    for name in sorted(file.name for file in folder.iterdir()) if folder.is_dir() else ():
        table: dict[str, Any] = tomllib.loads(_read(f"{host}/stories/{name}"))
        later = table.pop("next_morning", {})
        not_yet = table.pop("published_next_morning", False) and not morning
        if not not_yet:
            times = dict.fromkeys(("updated_hours_ago", "event_hours_ago"), table["hours_ago"])
            yield _Story(**(times | table | (later if morning else {})))


def _read(path: str) -> str:
    return _NEWSROOM.joinpath(*path.split("/")).read_text(encoding="utf-8")


@cache
def _template(path: str) -> Template:
    return Template(_read(path))


# ------------------------------------------------------------------------------------------------ printing


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What one URL answers."""

    kind: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def _unchanged(ours: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    """Does it hold our validator, byte for byte? Where it has an ETag, that alone decides (RFC 9110, 13.2.2)."""
    for question, answer in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        if question in asked:
            return asked[question] == ours.get(answer)
    return False


def _print_edition(now: datetime, *, morning: bool) -> dict[str, _Sheet]:
    edition: dict[str, _Sheet] = {}
    for site in _sites():
        edition |= _print_site(site, now, morning=morning)
    return edition


def _print_site(site: _Site, now: datetime, *, morning: bool) -> dict[str, _Sheet]:
    home = f"http://{site.host}"
    stories = sorted(_stories(site.host, morning=morning), key=lambda story: story.hours_ago)
    evening = [_words(site, story, now) for story in _stories(site.host, morning=False) if not story.elsewhere]
    sheets = {f"{home}/photo.svg": _Sheet("photo", 200, {"Content-Type": "image/svg+xml"}, _read("photo.svg").encode())}
    for story in stories:
        words = _words(site, story, now)
        # The boxes beside a story name the evening's headlines on the morning too: a page changes with its story only.
        words["related"] = _headlines(other for other in evening if other["url"] != words["url"])
        if not story.elsewhere:
            sheets[words["url"]] = _print_page(site, story, words, now)
        if story.moved_from:
            sheets[home + story.moved_from] = _Sheet("page", 301, {"Location": words["url"]})
    for feed in site.feeds:
        printed = [story for story in stories if feed.section in (None, story.section)]
        sheets[home + feed.path] = _print_feed(site, feed, printed, now)
    if site.robots:
        sheets[f"{home}/robots.txt"] = _Sheet("robots", 200, {"Content-Type": "text/plain"}, site.robots.encode())
    front = _template("front.html").substitute(
        _about(site),
        headlines=_headlines(_words(site, story, now) for story in stories),
        feed_links="\n".join(
            f'<link rel="alternate" type="{feed.content_type}" href="{feed.path}" title="{escape(feed.title)}">'
            for feed in site.feeds
        ),
    )
    sheets[f"{home}/"] = _sheet(site, "front", front, "text/html", None)
    return sheets


def _print_page(site: _Site, story: _Story, words: Mapping[str, str], now: datetime) -> _Sheet:
    if story.page_status != 200:
        sorry = f"<!DOCTYPE html><title>{story.page_status}</title><h1>Something is not right</h1>"
        return _Sheet("page", story.page_status, {"Content-Type": "text/html"}, sorry.encode())
    html = _template(f"{site.host}/page.html").substitute(words)
    return _sheet(site, "page", html, "text/html", _before(now, story.updated_hours_ago))


def _print_feed(site: _Site, feed: _Feed, stories: list[_Story], now: datetime) -> _Sheet:
    if feed.broken_body is not None:
        return _sheet(site, "feed", feed.broken_body, feed.content_type, None)
    updated_at = max(_before(now, story.updated_hours_ago) for story in stories)
    entries = []
    for story in stories:
        words = _words(site, story, now)
        words["link"] = escape(
            (story.elsewhere or f"http://{site.host}{story.moved_from or story.path}") + feed.tracking
        )
        entries.append(_template(f"{site.host}/entry.xml").substitute(words))
    document = _template(f"{site.host}/feed.xml").substitute(
        _about(site),
        feed_title=escape(feed.title),
        feed_url=f"http://{site.host}{feed.path}",
        updated_iso=updated_at.isoformat(),
        updated_rfc822=format_datetime(updated_at, usegmt=True),
        items="\n".join(f'<rdf:li rdf:resource="http://{site.host}{story.path}"/>' for story in stories),
        entries=(",\n" if "json" in feed.content_type else "\n").join(entries),
    )
    return _sheet(site, "feed", document, feed.content_type, updated_at)


def _sheet(site: _Site, kind: str, text: str, content_type: str, modified_at: datetime | None) -> _Sheet:
    body = text.encode(site.charset, errors="xmlcharrefreplace")
    headers = {"Content-Type": f"{content_type}; charset={site.charset}", "Vary": "Accept-Encoding"}
    if site.etag:
        headers["ETag"] = Template(site.etag).substitute(digest=hashlib.sha256(body).hexdigest()[:16])
    if site.last_modified and modified_at:
        headers["Last-Modified"] = format_datetime(modified_at, usegmt=True)
    return _Sheet(kind, 200, headers, body)


# ----------------------------------------------------------------------------------- words for the templates


def _words(site: _Site, story: _Story, now: datetime) -> dict[str, str]:
    """Everything that a page or an entry may want to say of a story.

    Text is escaped for mark-up; the same key with ``_json`` is a JSON string that is safe inside a script.
    """
    zone = timezone(timedelta(hours=site.utc_offset_hours))
    event_at = _before(now, story.event_hours_ago)  # in UTC: copies in other time zones keep the agency's day
    published_at = _before(now, story.hours_ago).astimezone(zone)
    url = story.elsewhere or f"http://{site.host}{story.path}"
    calendar = {"weekday": f"{event_at:%A}", "day": f"{event_at:%b} {event_at.day}"}
    title, summary, text = (
        Template(words).substitute(calendar) for words in (story.title, story.summary, story.text.strip())
    )
    plain = {
        "title": title,
        "summary": summary,
        "author": story.author,
        "section": story.section,
        "path": story.path,
        "photo_caption": story.photo_caption,
        "photo_credit": story.photo_credit,
        "url": url,
        "canonical": story.canonical or url,
        "published_iso": published_at.isoformat(),
        "published_day": f"{published_at:%Y-%m-%d}",
        "published_shown": published_at.strftime(site.date_format),
        "published_rfc822": format_datetime(published_at),
        "updated_iso": _before(now, story.updated_hours_ago).astimezone(zone).isoformat(),
    }
    paragraphs = [_paragraph(part) for part in re.split(r"\n\s*\n", text)]
    words = {name: escape(value) for name, value in plain.items()}
    words |= {f"{name}_json": _json(value) for name, value in plain.items()}
    # Outlets break a story after its second paragraph: that is where their prompts and players stand.
    words |= {"opening": "\n".join(paragraphs[:2]), "rest": "\n".join(paragraphs[2:])}
    words |= {"body": "\n".join(paragraphs), "json_ld": story.json_ld, "entry_markup": story.entry_markup}
    words["figure"] = Template(site.figure).substitute(words) if story.photo_caption else ""
    return words | _about(site)


def _about(site: _Site) -> dict[str, str]:
    return {
        "host": site.host,
        "site_name": escape(site.name),
        "site_name_json": _json(site.name),
        "language": site.language,
    }


def _before(now: datetime, hours: float) -> datetime:
    return (now - timedelta(hours=hours)).astimezone(UTC).replace(microsecond=0)


def _paragraph(text: str) -> str:
    tag = "h2" if text.startswith("## ") else "p"
    line = escape(" ".join(text.removeprefix("## ").splitlines()), quote=False)
    return f"<{tag}>{_LINK.sub(_anchor, line)}</{tag}>"


def _anchor(link: re.Match[str]) -> str:
    return f'<a href="{link[2]}">{link[1]}</a>'


def _headlines(stories: Iterator[dict[str, str]]) -> str:
    return "\n".join(f'<li><a href="{words["url"]}">{words["title"]}</a></li>' for words in stories)


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("</", "<\\/")


if __name__ == "__main__":
    main()
