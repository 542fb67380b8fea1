"""How much of the past comes back? An invented publisher of three years, whose every article and date is known here.

    python -m benchmarks backfill [--articles 20000] [--pause 0s] [--kills 50] [--furnished]

The publisher spreads its past over all that lists one: an archive of its feed (RFC 5005), sitemaps by month whose
``lastmod`` is the day of the last build, a blog whose feed has pages, and a file of addresses as researchers keep
them, with tracking parameters and doubles. Some articles are in several of these, some links are dead.

With ``--kills`` it is taken back a second time, by a command that is killed (-9) at random moments and given again.
Pages are short and bare, so that a run is about finding; ``--furnished`` gives them all that stands around a story in
the benchmark of articles, 80 KB as there, so that what an article costs can be set beside the floor.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.markup import CONTENT_SYSTEM, Site, furnish, render_page
from benchmarks.processtree import Measure, measure
from benchmarks.stories import Story, name, prose, write_stories

SHOWS: Final = "how much of a publisher's three years comes back, once each, with the right day"
ROOT: Final = Path(__file__).parents[1]
FLOORS: Final = Path(__file__).with_name("floors.py")
PAPER, BLOG = "http://paper.example", "http://blog.paper.example"
SITES: Final = (f"{PAPER}/feed", f"{BLOG}/feed")
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

# Pages for the floor: enough that its start-up hardly counts, as it hardly does in the command.
FLOOR_PAGES: Final = 1_000
LIMIT_S: Final = 4 * 3600.0

# What was promised of a figure: the least and the most that it may be.
TARGETS: Final[Mapping[str, tuple[float, float]]] = {
    "recovered, %": (98.0, 100.0),
    "doubles": (0.0, 0.0),
    "days right, %": (98.0, 100.0),
    "CPU an article, ratio to the floor": (0.0, 1.35),
    "requests foreseen, %": (80.0, 120.0),
    "minutes foreseen, %": (80.0, 120.0),
    "megabytes foreseen, %": (80.0, 120.0),
    "requests for articles when done": (0.0, 0.0),
    "seconds when done": (0.0, 5.0),
    "requests more by kills, %": (0.0, 1.0),
}


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
    """``articles`` reports over DAYS, the newest first; ``answer`` is what its servers say to an address.

    ``furnished`` pages state their dates as JSON-LD, all of them.
    """

    def __init__(self, articles: int, *, furnished: bool = False) -> None:
        rng = random.Random(articles)
        self._others = tuple(chain(*write_stories(hosts=1, feeds_per_host=1, articles_per_feed=60, seed=5).values()))
        self._furniture = furnish(rng, PAPER, CONTENT_SYSTEM, self._others) if furnished else None
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
        if report.dead:
            return 410, "text/html", "gone"
        if self._furniture is None:
            return 200, "text/html; charset=utf-8", _page(report)
        return 200, "text/html; charset=utf-8", _furnished_page(report, self._furniture, self._others)

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
    parser.add_argument("--kills", type=int, default=0, help="take it back once more, killed so often")
    parser.add_argument("--furnished", action="store_true", help="pages of 80 KB, as in the benchmark of articles")
    asked = parser.parse_args(arguments)
    publisher = Publisher(asked.articles, furnished=asked.furnished)
    with TemporaryDirectory(prefix="dateline-bench-") as folder:
        figures = take_back(Path(folder), publisher, asked.pause, asked.kills)
    print(f"backfill: {SHOWS}")
    for figure, value in figures.items():
        print(f"  {figure:36}{value:10.2f}{_verdict(figure, value)}")
    return 0


def _verdict(figure: str, value: float) -> str:
    if figure not in TARGETS:
        return ""
    least, most = TARGETS[figure]
    return f"   target: {least:g} to {most:g}, {'met' if least <= value <= most else 'MISSED'}"


def take_back(folder: Path, publisher: Publisher, pause: str = "0s", kills: int = 0) -> Mapping[str, float]:
    """Let Dateline bring back the past of ``publisher`` into a store in ``folder``, and judge it by the truth."""
    (folder / "addresses.txt").write_text(publisher.addresses)
    with _served(publisher) as (proxy_url, requests):
        _write_settings(folder, proxy_url, pause)
        looking = _backfill(folder, *SITES, "--dry-run", "--json")
        expected = _last_line(looking)
        looked = requests.total()
        run = _backfill(folder, *SITES, "--json")
        real = _last_line(run)
        asked = requests.total() - looked
        floor_s = _floor_s_a_page(folder, publisher, proxy_url)
        _backfill(folder, "addresses.txt", "--source", "urls", "--json")
        requests.clear()
        again = _backfill(folder, *SITES, "--json")
        asked_when_done = requests["page"]
        more = None if not kills else _asked_when_killed(folder, proxy_url, pause, requests, asked, kills) - asked
    rows = [json.loads(line) for line in _dateline(folder, "articles", "--jsonl").stdout.splitlines()]
    days = {report.number: f"{report.published_at:%Y-%m-%d}" for report in publisher.reports if not report.dead}
    found = Counter(int(row["url"].split("/")[3]) for row in rows)
    right = sum((row["published_at"] or "")[:10] == days.get(int(row["url"].split("/")[3])) for row in rows)
    cpu_s = run.cpu_s / max(1, real["articles"])
    figures = {
        "articles": float(len(days)),
        "recovered, %": 100 * len(found.keys() & days.keys()) / len(days),
        "doubles": float(len(rows) - len(found)),
        "days right, %": 100 * right / max(1, len(rows)),
        "CPU an article, ms": 1000 * cpu_s,
        "CPU an article, ratio to the floor": cpu_s / floor_s,
        "requests of the look ahead": float(looked),
        "seconds of the look ahead": looking.wall_s,
        "articles foreseen, %": 100 * expected["articles"] / max(1, real["articles"]),
        "requests foreseen, %": 100 * expected["requests"] / max(1, real["requests"]),
        "minutes foreseen, %": 100 * expected["minutes"] / max(0.01, real["minutes"]),
        "megabytes foreseen, %": 100 * expected["megabytes"] / max(0.01, real["megabytes"]),
        "articles a second": real["articles"] / run.wall_s,
        "requests for articles when done": float(asked_when_done),
        "seconds when done": again.wall_s,
        "CPU seconds when done": again.cpu_s,
        "peak memory (PSS), MB": run.peak_pss_mb,
    }
    return figures if more is None else figures | {"requests more by kills, %": 100 * more / asked}


def _write_settings(folder: Path, proxy_url: str, pause: str) -> None:
    (folder / "dateline.toml").write_text(
        f'[store]\nurl = "sqlite:///{folder / "dateline.db"}"\n'
        f'[fetch]\nproxy = "{proxy_url}"\npause = "{pause}"\n[extract]\nprocesses = 2\n[log]\nlevel = "error"\n'
    )


def _floor_s_a_page(folder: Path, publisher: Publisher, proxy_url: str) -> float:
    """CPU seconds of a bare fetch and extraction of one of the publisher's pages."""
    urls = [report.url for report in publisher.reports if not report.dead][:FLOOR_PAGES]
    (folder / "pages.txt").write_text("\n".join(urls))
    command = (sys.executable, str(FLOORS), "articles", "--proxy", proxy_url, "--urls", str(folder / "pages.txt"))
    done = measure(command, {"PYTHONPATH": str(ROOT)}, folder=folder, limit_s=LIMIT_S)
    if done.exit_code != 0:
        raise RuntimeError(f"the floor ended with {done.exit_code}; its last words:\n{done.stderr[-2000:]}")
    return done.cpu_s / len(urls)


def _asked_when_killed(
    folder: Path, proxy_url: str, pause: str, requests: Counter[str], unbroken: int, kills: int
) -> int:
    """Calls for a past that is taken back by a command killed ``kills`` times; ``unbroken`` is what it needs else."""
    own = folder / "killed"
    own.mkdir()
    _write_settings(own, proxy_url, pause)
    rng = random.Random(kills)
    moments = sorted(rng.randrange(unbroken) for _ in range(kills))
    requests.clear()
    for moment in moments:
        with subprocess.Popen(
            _command(own, "backfill", *SITES), cwd=own, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as command:  # fmt: skip
            begun = requests.total()
            while requests.total() < max(moment, begun + 1) and command.poll() is None:
                time.sleep(0.01)
            command.kill()
    _backfill(own, *SITES, "--json")
    return requests.total()


def _backfill(folder: Path, *words: str) -> Measure:
    return _dateline(folder, "backfill", *words)


def _dateline(folder: Path, *words: str) -> Measure:
    done = measure(_command(folder, *words), {"PYTHONPATH": str(ROOT)}, folder=folder, limit_s=LIMIT_S)
    # 1 says that some pages were not to be had: here links are dead on purpose.
    if done.exit_code not in {0, 1} or done.killed:
        raise RuntimeError(f"{' '.join(words)} ended with {done.exit_code}; its last words:\n{done.stderr[-2000:]}")
    return done


def _command(folder: Path, *words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "pipeline.cli", "--config", str(folder / "dateline.toml"), *words)


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

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a client that ends takes its kept-alive connections along

    with Server(("127.0.0.1", 0), Handler) as server:
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


def _furnished_page(report: Report, furniture: Site, others: Sequence[Story]) -> str:
    rng = random.Random(f"page {report.number}")
    body = tuple(prose(rng, 3) for _ in range(10))
    story = Story(report.url, report.title, name(rng), report.published_at, body)
    return render_page(rng, furniture, story, others)


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
