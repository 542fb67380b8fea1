"""How much of the past comes back? An invented publisher of three years, whose every article and date is known here.

    python -m benchmarks backfill [--articles 20000] [--pause 0s]

The publisher spreads its past over all that lists one: an archive of its feed (RFC 5005), sitemaps by month whose
``lastmod`` is the day of the last build, a blog whose feed has pages, and a file of addresses as researchers keep
them, with tracking parameters and doubles. Some articles are in several of these, some links are dead.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.processtree import Measure, measure
from benchmarks.stories import name, prose

SHOWS: Final = "how much of a publisher's three years comes back, once each, with the right day"
ROOT: Final = Path(__file__).parents[1]
PAPER, BLOG = "http://paper.example", "http://blog.paper.example"
FIRST_DAY: Final = datetime(2022, 1, 1, tzinfo=UTC)
DAYS: Final = 3 * 365
BUILT_AT: Final = datetime(2024, 12, 31, 3, tzinfo=UTC)
A_PAGE: Final = 20
DEAD_SHARE: Final = 0.01

# Where an article is listed: (its sources, the share of such articles). "blog" stands on a host of its own.
PLACES: Final[tuple[tuple[frozenset[str], float], ...]] = (
    (frozenset({"archive"}), 0.15),
    (frozenset({"archive", "sitemap"}), 0.25),
    (frozenset({"sitemap"}), 0.25),
    (frozenset({"blog"}), 0.25),
    (frozenset({"list"}), 0.05),
    (frozenset({"list", "sitemap"}), 0.05),
)
# How a page says its date; "feed" says nothing and leaves it to the feed, which only the archive's articles can.
DATINGS: Final = ("json-ld", "meta", "time")

TARGETS: Final = (("recovered, %", 98.0), ("days right, %", 98.0))


@dataclass(frozen=True, slots=True)
class Report:
    """One article of the publisher, all of it made up from its number."""

    number: int
    published_at: datetime
    places: frozenset[str]
    dating: str
    dead: bool

    @property
    def url(self) -> str:
        return f"{BLOG if 'blog' in self.places else PAPER}/{self.number}/of-the-day-and-its-news"

    @property
    def title(self) -> str:
        rng = random.Random(f"title {self.number}")
        return f"{prose(rng, 1)[:60].rsplit(' ', 1)[0]} ({self.number})"


class Publisher:
    """``articles`` reports over DAYS, the newest first; ``answer`` is what its servers say to an address."""

    def __init__(self, articles: int) -> None:
        rng = random.Random(articles)
        sets, shares = zip(*PLACES, strict=True)
        moments = sorted(
            (FIRST_DAY + timedelta(minutes=rng.randrange(DAYS * 1440)) for _ in range(articles)), reverse=True
        )
        self.reports: list[Report] = []
        for number, moment in enumerate(moments):
            places = rng.choices(sets, shares)[0]
            datings = (*DATINGS, "feed") if places & {"archive", "blog"} else DATINGS
            self.reports.append(Report(number, moment, places, rng.choice(datings), rng.random() < DEAD_SHARE))
        self._archive = self.listed("archive")
        self._blog = self.listed("blog")
        self._months: dict[str, list[Report]] = {}
        for report in self.listed("sitemap"):
            self._months.setdefault(f"{report.published_at:%Y-%m}", []).append(report)

    def listed(self, place: str) -> list[Report]:
        return [report for report in self.reports if place in report.places]

    @property
    def addresses(self) -> str:
        """The file of a researcher: decorated, doubled, unsorted."""
        rng = random.Random(7)
        lines = [
            f"{report.url}{rng.choice(('', '/', '?utm_source=list', '#top'))}" for report in self.listed("list") * 2
        ]
        rng.shuffle(lines)
        return "\n".join(lines)

    def answer(self, url: str) -> tuple[int, str, str]:
        """Status, content type and body."""
        if url == f"{PAPER}/robots.txt":
            return 200, "text/plain", f"User-agent: *\nDisallow: /search\nSitemap: {PAPER}/sitemap.xml\n"
        if url == f"{PAPER}/sitemap.xml":
            return 200, "application/xml", _index(f"{PAPER}/sitemap-{month}.xml" for month in self._months)
        if found := re.fullmatch(rf"{PAPER}/sitemap-(\d{{4}}-\d{{2}})\.xml", url):
            return 200, "application/xml", _urlset(self._months[found[1]])
        if url == f"{PAPER}/feed" or (found := re.fullmatch(rf"{PAPER}/archive/(\d+)", url)):
            return self._archive_page(None if found is None else int(found[1]))
        if found := re.fullmatch(rf"{BLOG}/feed(?:\?paged=(\d+))?", url):
            page = int(found[1] or 1)
            reports = self._blog[A_PAGE * (page - 1) : A_PAGE * page]
            return (200, "application/rss+xml", _rss(BLOG, reports)) if reports else (404, "text/html", "no more")
        found = re.match(r"http://(?:blog\.)?paper\.example/(\d+)/of-the-day-and-its-news", url)
        if found is None or int(found[1]) >= len(self.reports):
            return 404, "text/html", "nothing here"
        report = self.reports[int(found[1])]
        return (410, "text/html", "gone") if report.dead else (200, "text/html; charset=utf-8", _page(report))

    def _archive_page(self, number: int | None) -> tuple[int, str, str]:
        """The feed itself (None), or the archive of this number, which counts up as time goes on."""
        last = -(-len(self._archive) // A_PAGE) - 1
        number = last if number is None else number
        begin = A_PAGE * (last - number)
        older = f'<atom:link rel="prev-archive" href="{PAPER}/archive/{number - 1}"/>' if number > 0 else ""
        return 200, "application/rss+xml", _rss(PAPER, self._archive[begin : begin + A_PAGE], older)


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark and print its figures; 1 where the commands did not do their work."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks backfill", description=f"Shows {SHOWS}.")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--pause", default="0s", help="fetch.pause, as a host would be asked")
    asked = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="dateline-bench-") as folder:
        figures = take_back(Path(folder), asked.articles, asked.pause)
    print(f"backfill: {SHOWS}")
    for figure, value in figures.items():
        target = dict(TARGETS).get(figure)
        verdict = "" if target is None else f"   target: at least {target:g}, {'met' if value >= target else 'MISSED'}"
        print(f"  {figure:32}{value:10.2f}{verdict}")
    return 0


def take_back(folder: Path, articles: int, pause: str = "0s") -> Mapping[str, float]:
    """Let Dateline bring back a publisher's past into a store in ``folder``, and judge it by the truth."""
    publisher = Publisher(articles)
    (folder / "addresses.txt").write_text(publisher.addresses)
    with _served(publisher) as (proxy_url, requests):
        (folder / "dateline.toml").write_text(
            f'[store]\nurl = "sqlite:///{folder / "dateline.db"}"\n'
            f'[fetch]\nproxy = "{proxy_url}"\npause = "{pause}"\n[extract]\nprocesses = 2\n[log]\nlevel = "error"\n'
        )
        sites = (f"{PAPER}/feed", f"{BLOG}/feed")
        expected = _last_line(_backfill(folder, *sites, "--dry-run", "--json"))
        looked = requests.total()
        run = _backfill(folder, *sites, "--json")
        real = _last_line(run)
        _backfill(folder, "addresses.txt", "--source", "urls", "--json")
        before = requests.total()
        _backfill(folder, *sites, "--json")
        again = requests.total() - before
    rows = [json.loads(line) for line in _dateline(folder, "articles", "--jsonl").stdout.splitlines()]
    days = {report.number: f"{report.published_at:%Y-%m-%d}" for report in publisher.reports if not report.dead}
    found = Counter(int(row["url"].split("/")[3]) for row in rows)
    right = sum((row["published_at"] or "")[:10] == days.get(int(row["url"].split("/")[3])) for row in rows)
    return {
        "articles": float(len(days)),
        "recovered, %": 100 * len(found.keys() & days.keys()) / len(days),
        "doubles": float(len(rows) - len(found)),
        "days right, %": 100 * right / max(1, len(rows)),
        "requests of the look ahead": float(looked),
        "articles foreseen, %": 100 * expected["articles"] / max(1, real["articles"]),
        "requests foreseen, %": 100 * expected["requests"] / max(1, real["requests"]),
        "minutes foreseen, %": 100 * expected["minutes"] / max(0.01, real["minutes"]),
        "megabytes foreseen, %": 100 * expected["megabytes"] / max(0.01, real["megabytes"]),
        "articles a second": real["articles"] / run.wall_s,
        "requests when done": float(again),
        "peak memory (PSS), MB": run.peak_pss_mb,
    }


def _backfill(folder: Path, *words: str) -> Measure:
    return _dateline(folder, "backfill", *words)


def _dateline(folder: Path, *words: str) -> Measure:
    command = (sys.executable, "-m", "pipeline.cli", "--config", str(folder / "dateline.toml"), *words)
    done = measure(command, {"PYTHONPATH": str(ROOT)}, folder=folder)
    # 1 says that some pages were not to be had: here links are dead on purpose.
    if done.exit_code not in {0, 1} or done.killed:
        raise RuntimeError(f"{' '.join(words)} ended with {done.exit_code}; its last words:\n{done.stderr[-2000:]}")
    return done


def _last_line(done: Measure) -> dict[str, float]:
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


@contextmanager
def _served(publisher: Publisher) -> Iterator[tuple[str, Counter[str]]]:
    """The publisher's servers behind one HTTP proxy; its address, and a count of calls by the kind of address."""
    requests: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, kind, text = publisher.answer(self.path.partition("#")[0])
            requests["page" if "/of-the-day" in self.path else "list"] += 1
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}", requests
        server.shutdown()


def _page(report: Report) -> str:
    rng = random.Random(f"page {report.number}")
    stamp = report.published_at.isoformat()
    title = escape(report.title)
    head = {
        "json-ld": '<script type="application/ld+json">'
        + json.dumps({"@type": "NewsArticle", "headline": report.title, "datePublished": stamp})
        + "</script>",
        "meta": f'<meta property="article:published_time" content="{stamp}">',
    }.get(report.dating, "")
    byline = f'<time datetime="{stamp}">{report.published_at:%d %B %Y}</time>' if report.dating == "time" else ""
    body = "".join(f"<p>{escape(prose(rng, 4))}</p>" for _ in range(6))
    return (
        f"<!doctype html><html lang=en><head><title>{title} | The Paper</title>{head}"
        '<meta property="og:site_name" content="The Paper"></head><body><nav><a href=/>Home</a></nav>'
        f"<article><h1>{title}</h1>{byline}<p>By {name(rng)}</p>{body}</article></body></html>"
    )


def _rss(site: str, reports: Sequence[Report], links: str = "") -> str:
    items = "".join(
        f"<item><title>{escape(report.title)}</title><link>{report.url}</link><guid>{report.url}</guid>"
        f"<pubDate>{format_datetime(report.published_at)}</pubDate></item>"
        for report in reports
    )
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>The Paper</title>'
        f"<link>{site}/</link>{links}{items}</channel></rss>"
    )


def _index(urls: Iterator[str]) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{url}</loc></sitemap>' for url in urls)}</sitemapindex>"


def _urlset(reports: Sequence[Report]) -> str:
    built = f"<lastmod>{BUILT_AT.isoformat()}</lastmod>"
    return f"<urlset>{''.join(f'<url><loc>{report.url}</loc>{built}</url>' for report in reports)}</urlset>"
