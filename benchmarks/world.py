"""An invented world of news sites, the same for the same seed, served by a process of its own as an HTTP proxy.

The server is a process apart so that its CPU counts for neither side; every answer is rendered and compressed
before the first call. What each page truly says is known here, so that a benchmark can ask not only how fast a
side was, but whether it did the work.
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
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from html import escape
from pathlib import Path
from types import TracebackType
from typing import Self

# A day in the past for ever: a date after the reader's clock would be rejected as impossible.
LAST_NEWS_AT = datetime(2025, 3, 3, 9, tzinfo=UTC)

PAGE_KB_MEDIAN, PAGE_KB_LEAST, PAGE_KB_MOST = 80, 40, 160
PAGE_KB_SPREAD = 0.35  # sigma of the logarithm: a tenth of the pages above 125 KB, a tenth below 51 KB
WIRE_EVERY = 10  # each tenth story of a feed is a wire report that other hosts run too, so that origins have work

COUNTS_URL = "http://world.example/counts"  # answered by the server itself: how often it gave each status

ROLES = ("minister", "mayor", "spokeswoman", "analyst", "professor", "judge", "engineer", "farmer", "director", "coach")
NOUNS = (
    "budget harbour railway reservoir contract inquiry festival hospital vaccine tariff election bridge orchard "
    "satellite museum pension licence glacier strike merger verdict subsidy airport archive dialect census refinery "
    "curriculum ferry levee quarry brewery parliament turbine fishery lottery cathedral pipeline orchestra stadium "
    "drought warehouse referendum observatory tunnel cooperative treaty canal patent prison shipyard dairy wetland "
    "battery ceasefire library auction mine forest border currency kitchen theatre laboratory motorway vineyard"
).split()
VERBS = (
    "approved delayed criticised published inherited measured reopened cancelled defended inspected sold restored "
    "flooded postponed audited expanded rejected mapped rebuilt signed doubled abandoned praised surveyed leased "
    "halted redesigned financed questioned closed"
).split()
ADJECTIVES = (
    "regional unfinished disputed coastal modest record temporary confidential northern costly abandoned seasonal "
    "independent narrow rural fragile outdated popular private electric historic joint unusual cautious binding "
    "voluntary annual secret shallow remote"
).split()
SENTENCES = (
    "The {a} {n} was {v} after the {r} of {P} said that a {n2} had been {v2} without notice.",
    "{N}, a {r} in {P}, {v} the {n} and called the {a} {n2} a matter for {k} more years.",
    "According to figures that the {n} {v}, some {k} people in {P} depend on a {a} {n2}.",
    "It was not clear whether the {a2} {n2} near {P} would be {v} before the {n} is {v2}.",
    "“We have {v} every {n} since the {a} winter,” {N} said, “and the {n2} is still {a2}.”",
    "Residents of {P} have waited {k} months for the {n}, which the {a} {n2} {v} in spring.",
    "In a letter, {N} {v} the {r} for how the {a} {n} of {P} had been {v2} by its {n2}.",
    "The {n} costs {k} million crowns, more than the {a} {n2} that {P} {v} last year.",
)
HEADLINES = (
    "{P} {n} {v} as {r} warns of {a} {n2}",
    "{a} {n} in {P} {v} after {k} days",
    "Why the {r} of {P} {v} a {a} {n}",
    "{N} on the {a} {n} that {P} {v}",
)
SYLLABLES = "bar del mor vin sta kel dun ros thal wex lin hav orn pel gar tis bram nor vel ash cor fen".split()


@dataclass(frozen=True, slots=True)
class Story:
    """One article as its newsroom wrote it; ``paragraphs`` are the whole body and nothing else."""

    url: str
    title: str
    author: str
    published_at: datetime
    paragraphs: tuple[str, ...]

    def is_told_by(self, text: str) -> bool:
        """Whether ``text`` holds every paragraph and at most a tenth more words than the body has."""
        found = " ".join(text.split())
        body_words = sum(len(paragraph.split()) for paragraph in self.paragraphs)
        whole = all(" ".join(paragraph.split()) in found for paragraph in self.paragraphs)
        return whole and len(found.split()) <= 1.1 * body_words


class World:
    """``hosts`` sites with ``feeds_per_host`` feeds (RSS 2.0 and Atom in turn) of ``articles_per_feed`` pages each.

    As a context manager it runs the server. Each answer waits ``latency_s`` first. ``proxy_url`` takes the calls
    for ``site-01.example`` and its neighbours, names that resolve nowhere.
    """

    def __init__(
        self, *, hosts: int, articles_per_feed: int, feeds_per_host: int = 2, latency_s: float = 0.0, seed: int = 1
    ) -> None:
        self.hosts, self.feeds_per_host, self.articles_per_feed = hosts, feeds_per_host, articles_per_feed
        self.latency_s, self.seed = latency_s, seed
        self.proxy_url = ""

    def __enter__(self) -> Self:
        numbers = (self.hosts, self.articles_per_feed, self.feeds_per_host, self.latency_s, self.seed)
        # The server ends when this pipe closes, so it cannot outlive us, however we end.
        self._server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.world", *map(str, numbers)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1],
        )  # fmt: skip
        assert self._server.stdout is not None
        port = self._server.stdout.readline().strip()
        if not port:
            raise RuntimeError("the server of the benchmark world did not start; its own words stand above")
        self.proxy_url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.communicate()

    @property
    def feeds(self) -> tuple[str, ...]:
        """The URLs of all feeds, host by host."""
        return tuple(self.stories_of_feed)

    @property
    def pages(self) -> tuple[str, ...]:
        """The URLs of all articles, feed by feed."""
        return tuple(story.url for stories in self.stories_of_feed.values() for story in stories)

    def truth(self, url: str) -> Story:
        """What the page at ``url`` says; KeyError for an address that is no article of this world."""
        return self._story_of_url[url]

    def counts(self) -> dict[int, int]:
        """How often the server has given each status so far."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": self.proxy_url}))
        with opener.open(COUNTS_URL) as answer:
            return {int(status): count for status, count in json.load(answer).items()}

    @cached_property
    def stories_of_feed(self) -> Mapping[str, tuple[Story, ...]]:
        wire = [_body(random.Random(f"{self.seed} wire {n}")) for n in range(self.articles_per_feed)]
        feeds = {}
        for host in range(1, self.hosts + 1):
            for feed in range(1, self.feeds_per_host + 1):
                rng = random.Random(f"{self.seed} {host} {feed}")
                site = f"http://site-{host:02}.example"
                feeds[f"{site}/feeds/{feed}.xml"] = tuple(
                    _story(rng, site, f"{feed}{n:03}", rng.choice(wire) if n % WIRE_EVERY == 0 else _body(rng), n)
                    for n in range(1, self.articles_per_feed + 1)
                )
        return feeds

    @cached_property
    def _story_of_url(self) -> Mapping[str, Story]:
        return {story.url: story for stories in self.stories_of_feed.values() for story in stories}


# ---------------------------------------------------------------------------------------------- the words


def _story(rng: random.Random, site: str, number: str, body: tuple[str, ...], place: int) -> Story:
    title = _fill(rng, HEADLINES)
    title = title[0].upper() + title[1:]
    slug = "-".join(title.lower().split()[:6])
    published_at = LAST_NEWS_AT - timedelta(minutes=47 * place + rng.randrange(40))
    return Story(f"{site}/{published_at:%Y/%m}/{slug}-{number}.html", title, _name(rng), published_at, body)


def _body(rng: random.Random) -> tuple[str, ...]:
    return tuple(_prose(rng, rng.randint(2, 4)) for _ in range(rng.randint(6, 14)))


def _prose(rng: random.Random, sentences: int) -> str:
    return " ".join(_fill(rng, SENTENCES) for _ in range(sentences))


def _fill(rng: random.Random, patterns: tuple[str, ...]) -> str:
    return rng.choice(patterns).format(
        n=rng.choice(NOUNS), n2=rng.choice(NOUNS), v=rng.choice(VERBS), v2=rng.choice(VERBS), r=rng.choice(ROLES),
        a=rng.choice(ADJECTIVES), a2=rng.choice(ADJECTIVES), k=rng.randint(3, 900), N=_name(rng), P=_word(rng),
    )  # fmt: skip


def _name(rng: random.Random) -> str:
    return f"{_word(rng)} {_word(rng)}"


def _word(rng: random.Random) -> str:
    return "".join(rng.choices(SYLLABLES, k=rng.randint(2, 3))).capitalize()


# ----------------------------------------------------------------------------------------------- the pages


@dataclass(frozen=True, slots=True)
class _Site:
    """What all pages of a host share: its name, its mark-up style, and the furniture that repeats."""

    name: str
    url: str
    style: int
    css: str
    nav: str
    trending: str
    footer: str

    @classmethod
    def furnish(cls, rng: random.Random, url: str, style: int, stories: list[Story]) -> _Site:
        name = f"The {_word(rng)} {rng.choice(['Courier', 'Herald', 'Observer', 'Gazette'])}"
        sections = [_word(rng) for _ in range(rng.randint(40, 90))]
        nav = "".join(f'<li class="nav-item"><a href="/section/{s.lower()}/">{s}</a></li>' for s in sections)
        css = "".join(f".c-{_word(rng).lower()}-{n}{{margin:0 {n}px;color:#{n:06x}}}" for n in range(rng.randint(90, 220)))
        trending = "".join(_tile(rng, story) for story in rng.sample(stories, min(8, len(stories))))
        footer = "".join(f'<li><a href="/about/{s.lower()}/">{s} and partners</a></li>' for s in sections[:35])
        return cls(name, url, style, css, nav, trending, footer)


def _render(rng: random.Random, site: _Site, story: Story, others: list[Story]) -> str:
    related = "".join(_tile(rng, other) for other in rng.sample(others, min(rng.randint(8, 20), len(others))))
    comments = "".join(_comment(rng, n) for n in range(rng.randint(4, 24)))
    body = _STYLES[site.style](rng, site, story, related, comments)
    wanted_kb = PAGE_KB_MEDIAN * rng.lognormvariate(0, PAGE_KB_SPREAD)
    wanted = 1000 * min(PAGE_KB_MOST, max(PAGE_KB_LEAST, wanted_kb))
    head = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(story.title)} | {site.name}</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="canonical" href="{story.url}">'
        f'<meta property="og:title" content="{escape(story.title)}"><meta property="og:site_name" content="{site.name}">'
        f'<meta property="og:type" content="article"><meta name="description" content="{escape(_summary(story))}">'
        f"<style>{site.css}</style>{_declared(site, story)}"
    )
    # The rest of a page's weight is what weighs on the real ones: the state that a script hydrates from.
    state = _state(rng, int(wanted) - len(head) - len(body) - 100)
    return f"{head}</head><body>{body}<script>window.__STATE__={state}</script></body></html>"


def _declared(site: _Site, story: Story) -> str:
    if site.style == 3:  # the old kind of page, which declares nothing but a meta tag
        return f'<meta name="date" content="{story.published_at:%Y-%m-%d}"><meta name="author" content="{story.author}">'
    said = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title, "url": story.url,
        "datePublished": story.published_at.isoformat(), "author": {"@type": "Person", "name": story.author},
        "publisher": {"@type": "NewsMediaOrganization", "name": site.name, "url": site.url},
    }  # fmt: skip
    return f'<script type="application/ld+json">{json.dumps(said)}</script>'


def _cms(rng: random.Random, site: _Site, story: Story, related: str, comments: str) -> str:
    return (
        f'<header class="masthead"><a href="/">{site.name}</a><nav><ul>{site.nav}</ul></nav></header><main>'
        f'<article class="story"><h1>{escape(story.title)}</h1><p class="byline">By <a rel="author" href="/by/1">{story.author}'
        f'</a></p>{_time(story)}{_figure(rng)}<div class="article-body">{_paragraphs(story, "<p>")}</div></article>'
        f'<aside class="related"><h2>Related stories</h2>{related}</aside></main><aside class="trending"><h2>Trending now</h2>'
        f'{site.trending}</aside>{_newsletter()}<section id="comments" class="comments"><h2>Comments</h2>{comments}</section>'
        f'<footer class="site-footer"><ul>{site.footer}</ul></footer>'
    )


def _blog(rng: random.Random, site: _Site, story: Story, related: str, comments: str) -> str:
    return (
        f'<div id="page" class="hfeed site"><header id="masthead"><nav class="main-navigation"><ul class="menu">{site.nav}</ul>'
        f'</nav></header><div id="content" class="site-content"><div id="primary"><article class="post type-post hentry">'
        f'<header class="entry-header"><h1 class="entry-title">{escape(story.title)}</h1><div class="entry-meta">'
        f'<span class="author vcard">{story.author}</span>{_time(story)}</div></header><div class="entry-content">{_figure(rng)}'
        f'{_paragraphs(story, "<p>")}<div class="sharedaddy"><ul><li><a href="#">Share</a></li><li><a href="#">Print</a></li>'
        f'</ul></div></div></article><div class="related-posts"><h3>You may also like</h3>{related}</div><div id="comments" '
        f'class="comments-area"><ol class="comment-list">{comments}</ol></div></div><div id="secondary" class="widget-area '
        f'sidebar"><h3>Most read</h3>{site.trending}{_newsletter()}</div></div><footer id="colophon"><ul>{site.footer}</ul>'
        "</footer></div>"
    )


def _div_soup(rng: random.Random, site: _Site, story: Story, related: str, comments: str) -> str:
    return (
        f'<div class="a1"><div class="a2 nav-wrap"><ul>{site.nav}</ul></div><div class="b1"><div class="b2"><h1>'
        f'{escape(story.title)}</h1><div class="b3">{story.author}</div>{_time(story)}<div class="b4 story-text">{_figure(rng)}'
        f'<div>{_paragraphs(story, "<p>")}</div></div></div><div class="b5 recirc"><div>Read next</div>{related}</div></div>'
        f'<div class="sidebar"><div>Popular</div>{site.trending}</div>{_newsletter()}<div class="comment-thread">{comments}</div>'
        f'<div class="footer"><ul>{site.footer}</ul></div></div>'
    )


def _tables(rng: random.Random, site: _Site, story: Story, related: str, comments: str) -> str:
    return (
        f'<table width="980" class="layout"><tr><td colspan="2" class="top"><ul>{site.nav}</ul></td></tr><tr><td valign="top" '
        f'class="content"><h1>{escape(story.title)}</h1>{_time(story)}{_figure(rng)}<div id="articleText">'
        f'{_paragraphs(story, "<p>")}</div></td></tr></table><div class="related">{related}</div><div class="sidebar">'
        f'{site.trending}</div><div class="comments">{comments}</div><div class="footer"><ul>{site.footer}</ul></div>'
    )


_STYLES = (_cms, _blog, _div_soup, _tables)


def _paragraphs(story: Story, opening: str) -> str:
    return "".join(f"{opening}{escape(paragraph, quote=False)}</p>" for paragraph in story.paragraphs)


def _tile(rng: random.Random, story: Story) -> str:
    srcset = ", ".join(f"/img/{story.url[-9:-5]}-{width}.webp {width}w" for width in (320, 640, 960))
    return (
        f'<div class="card c-{rng.randrange(99)}"><a href="{story.url}" data-track="card|{rng.getrandbits(48):x}"><picture>'
        f'<source type="image/webp" srcset="{srcset}"><img loading="lazy" alt="" src="/img/{story.url[-9:-5]}.jpg"></picture>'
        f'<h3 class="card-title">{escape(story.title)}</h3></a><span class="ago">{rng.randint(1, 23)} hours ago</span></div>'
    )


def _comment(rng: random.Random, number: int) -> str:
    return (
        f'<li class="comment" id="comment-{number}"><div class="comment-author">{_name(rng)}</div><div class="comment-body"><p>'
        f'{escape(_prose(rng, rng.randint(1, 3)), quote=False)}</p></div><a class="reply" href="#r{number}">Reply</a></li>'
    )


def _figure(rng: random.Random) -> str:
    return f'<figure><img src="/img/lead.jpg" alt=""><figcaption>A view of {_word(rng)}. Photo: {_name(rng)}</figcaption></figure>'


def _time(story: Story) -> str:
    return f'<time datetime="{story.published_at.isoformat()}">{story.published_at:%d %B %Y, %H:%M}</time>'


def _newsletter() -> str:
    return '<form class="newsletter"><p>Get the morning briefing in your inbox.</p><input type="email"><button>Sign up</button></form>'


def _summary(story: Story) -> str:
    return story.paragraphs[0].split(". ")[0] + "."


def _state(rng: random.Random, size_chars: int) -> str:
    entries: list[str] = []
    while size_chars > 0:
        entries.append(
            f'{{"id":"{rng.getrandbits(64):016x}","slot":"{rng.choice(NOUNS)}-{rng.randrange(999)}","score":{rng.random():.6f},'
            f'"flags":["{rng.choice(ADJECTIVES)}","{rng.choice(VERBS)}"],"ref":"/{_word(rng).lower()}/{rng.getrandbits(32):x}"}}'
        )
        size_chars -= len(entries[-1]) + 1
    return f"[{','.join(entries)}]"


# ----------------------------------------------------------------------------------------------- the feeds


def _rss(site: _Site, feed_url: str, stories: tuple[Story, ...]) -> str:
    items = "".join(
        f"<item><title>{escape(s.title)}</title><link>{s.url}</link><guid>{s.url}</guid><dc:creator>{s.author}</dc:creator>"
        f"<pubDate>{format_datetime(s.published_at)}</pubDate><description>{escape(_summary(s))}</description></item>"
        for s in stories
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{site.name}</title><link>{site.url}</link><description>News</description><language>en</language>{items}"
        "</channel></rss>"
    )


def _atom(site: _Site, feed_url: str, stories: tuple[Story, ...]) -> str:
    entries = "".join(
        f'<entry><title>{escape(s.title)}</title><link href="{s.url}"/><id>{s.url}</id><author><name>{s.author}</name></author>'
        f"<published>{s.published_at.isoformat()}</published><updated>{s.published_at.isoformat()}</updated>"
        f"<summary>{escape(_summary(s))}</summary></entry>"
        for s in stories
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{site.name}</title>'
        f'<id>{feed_url}</id><link rel="self" href="{feed_url}"/><link href="{site.url}"/>'
        f"<updated>{LAST_NEWS_AT.isoformat()}</updated>{entries}</feed>"
    )


# ---------------------------------------------------------------------------------------------- the server


@dataclass(frozen=True, slots=True)
class _Served:
    """All that can be answered for one address, as bytes on the wire."""

    etag: bytes
    modified: bytes
    plain: bytes
    gzipped: bytes
    unchanged: bytes

    @classmethod
    def of(cls, text: str, content_type: str, modified_at: datetime) -> _Served:
        body = text.encode()
        etag = b'"' + hashlib.sha256(body).hexdigest()[:20].encode() + b'"'
        modified = format_datetime(modified_at, usegmt=True).encode()
        known = b"ETag: " + etag + b"\r\nLast-Modified: " + modified + b"\r\nVary: Accept-Encoding\r\n"
        small = gzip.compress(body, 6, mtime=0)
        typed = known + b"Content-Type: " + content_type.encode() + b"\r\n"
        return cls(
            etag,
            modified,
            _answer(b"200 OK", body, typed),
            _answer(b"200 OK", small, typed + b"Content-Encoding: gzip\r\n"),
            b"HTTP/1.1 304 Not Modified\r\n" + known + b"\r\n",
        )


def _answer(status: bytes, body: bytes, headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 " + status + b"\r\n" + headers + b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body


def _everything_of(world: World) -> Iterator[tuple[bytes, _Served]]:
    """Each address with what is served there: robots.txt, feeds and pages of all hosts."""
    sites: dict[str, list[Story]] = {}
    for feed_url, stories in world.stories_of_feed.items():
        sites.setdefault(feed_url.partition("/feeds/")[0], []).extend(stories)
    for number, (url, stories) in enumerate(sites.items()):
        rng = random.Random(f"{world.seed} {url}")
        site = _Site.furnish(rng, url, number % len(_STYLES), stories)
        robots = "User-agent: *\nDisallow: /search\n"
        yield f"{url}/robots.txt".encode(), _Served.of(robots, "text/plain", LAST_NEWS_AT)
        for story in stories:
            page = _render(rng, site, story, stories)
            yield story.url.encode(), _Served.of(page, "text/html; charset=utf-8", story.published_at)
        own_feeds = [feed_url for feed_url in world.stories_of_feed if feed_url.startswith(f"{url}/")]
        for at, feed_url in enumerate(own_feeds):
            text = (_rss, _atom)[at % 2](site, feed_url, world.stories_of_feed[feed_url])
            kind = ("application/rss+xml", "application/atom+xml")[at % 2]
            yield feed_url.encode(), _Served.of(text, kind, LAST_NEWS_AT)


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
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
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
        if served is None:
            return self._counted(404, _answer(b"404 Not Found", b"no such page in this world"))
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
    served, counts = dict(_everything_of(world)), Counter[int]()
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
    parser.add_argument("seed", type=int)
    asyncio.run(_serve(World(**vars(parser.parse_args()))))


if __name__ == "__main__":
    _main()
