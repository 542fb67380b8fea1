"""One polling cycle over everything that feeds and pages do wrong, beside one good feed; and stores that resist."""

from __future__ import annotations

import asyncio
import gzip
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command import Dateline, Done
from tests.localsite import LocalSite, Visit

GOOD_FEED = "http://harbour.example/rss.xml"
GOOD_PAGES = tuple(f"http://harbour.example/{name}" for name in ("ferry", "nets", "tide"))
HEALED = {"http://cut.example/feed": "The last whole one", "http://letters.example/feed": "Паром снова ходит"}

# A deadline of 1 s for each of the calls, most of them side by side; the rest is room for a machine that is busy.
CYCLE_LIMIT_S = 40

XML = {"Content-Type": "application/rss+xml; charset=utf-8"}
PARAGRAPHS = (
    "The ferry to the outer islands sails again from Monday, after eleven days in the dock for a new propeller shaft.",
    "Until then the mail boat takes passengers, twelve at a time, and the school keeps its island pupils at home.",
    "The company will refund every ticket that was bought for the days without a sailing, its office said on Friday.",
)


def page(title: str) -> str:
    body = "".join(f"<p>{text} ({title})</p>" for text in PARAGRAPHS)
    return f"<!doctype html><html lang=en><title>{title}</title><body><article><h1>{title}</h1>{body}</article></html>"


def rss(*items: tuple[str, str]) -> str:
    entries = "".join(f"<item><title>{title}</title><link>{link}</link></item>" for title, link in items)
    return f"<rss version='2.0'><channel><title>Harbour</title>{entries}</channel></rss>"


async def flood(visit: Visit, out: asyncio.StreamWriter) -> None:
    out.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<rss><channel>")
    while True:
        out.write(b"<title>again and again</title>" * 1000)
        await out.drain()


async def drip(visit: Visit, out: asyncio.StreamWriter) -> None:
    out.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
    while True:
        out.write(b" ")
        await out.drain()
        await asyncio.sleep(0.05)


async def silence(visit: Visit, out: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def torn(visit: Visit, out: asyncio.StreamWriter) -> None:
    out.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<html>")


async def babble(visit: Visit, out: asyncio.StreamWriter) -> None:
    out.write(b"220 harbour FTP ready\r\n")


def packed(body: bytes) -> dict[str, Any]:
    return {"body": body, "headers": {"Content-Encoding": "gzip"}}


def leading_to(url: str) -> dict[str, Any]:
    return {"status": 302, "headers": {"Location": url}}


BOMB = gzip.compress(b"<rss><channel>" + b" " * 50_000_000)

# What each does wrong, under which kind it is filed, and a word that its message must have for a person.
BAD_FEEDS = {
    "http://words.example/feed": ("unreadable", "not XML", {"body": "closed for repairs"}),
    "http://html.example/feed": ("unreadable", "HTML", {"body": page("We have moved")}),
    "http://xml.example/feed": ("unreadable", "no feed", {"body": "<?xml version='1.0'?><menu><soup/></menu>"}),
    "http://binary.example/feed": ("unreadable", "binary", {"body": bytes(range(256)) * 4}),
    "http://empty.example/feed": ("unreadable", "empty", {"body": b""}),
    "http://missing.example/feed": ("http-404", "404", {"status": 404}),
    "http://gone.example/feed": ("http-410", "410", {"status": 410}),
    "http://busy.example/feed": ("http-429", "429", {"status": 429, "headers": {"Retry-After": "7200"}}),
    "http://ill.example/feed": ("http-500", "500", {"status": 500}),
    "http://login.example/feed": ("http-401", "401", {"status": 401}),
    "http://flood.example/feed": ("too-large", "1 MiB", flood),
    "http://large.example/feed": ("too-large", "1 MiB", {"body": b"<rss>" + b" " * 2_000_000}),
    "http://bomb.example/feed": ("too-large", "1 MiB", packed(BOMB)),
    "http://halfgzip.example/feed": ("bad-reply", "ends before", packed(gzip.compress(rss().encode())[:-12])),
    "http://drip.example/feed": ("slow", "1 s", drip),
    "http://torn.example/feed": ("bad-reply", "cut off", torn),
    "http://babble.example/feed": ("bad-reply", "HTTP", babble),
    "http://circle.example/feed": ("bad-redirect", "circle", leading_to("/feed")),
    "http://file.example/feed": ("bad-redirect", "file:", leading_to("file:///etc/hosts")),
    "http://inward.example/feed": ("blocked", "127.0.0.1", leading_to("http://127.0.0.1/")),
    "http://169.254.169.254/feed": ("blocked", "169.254.169.254", {}),
}
BAD_PAGES = {
    "http://pdf.example/a": ("unreadable", {"body": b"%PDF-1.7\n1 0 obj"}),
    "http://blank.example/a": ("unreadable", {"body": b""}),
    "http://script.example/a": ("unreadable", {"body": "<html><body><script>draw()</script></body></html>"}),
    "http://pagebomb.example/a": ("too-large", packed(BOMB)),
    "http://pageflood.example/a": ("too-large", flood),
    "http://pagedrip.example/a": ("slow", drip),
    "http://nopage.example/a": ("http-404", {"status": 404}),
    "http://pageill.example/a": ("http-503", {"status": 503}),
    "http://ring.example/a": ("bad-redirect", leading_to("/a")),
    "http://10.1.2.3/a": ("blocked", {}),
}


@dataclass(frozen=True, slots=True)
class Cycle:
    """One ``dateline poll`` over all of it, how long it took, and what the store said afterwards."""

    done: Done
    took_s: float
    feeds: dict[str, dict[str, Any]]
    articles: list[dict[str, Any]]
    status: dict[str, Any]


@pytest.fixture(scope="module")
def cycle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cycle]:
    folder = tmp_path_factory.mktemp("bad-input")
    limits = {"FEED_DEADLINE": "1s", "PAGE_DEADLINE": "1s", "MAX_BODY_MB": "1", "MAX_PAGE_MB": "1"}
    with LocalSite() as site:
        set_up(site)
        dateline = Dateline(folder, site.proxy_url, {f"DATELINE_FETCH__{key}": value for key, value in limits.items()})
        (folder / "feeds.txt").write_text("\n".join([*BAD_FEEDS, GOOD_FEED, *HEALED]))
        dateline.fine("feeds", "import", "feeds.txt")
        began = time.monotonic()
        done = dateline("poll")
        took_s = time.monotonic() - began
        yield Cycle(
            done,
            took_s,
            {row["url"]: row for row in dateline.feeds()},
            dateline.articles(),
            json.loads(dateline.fine("status", "--json")),
        )


def set_up(site: LocalSite) -> None:
    wrongs: dict[str, Any] = {url: what for url, (_, _, what) in BAD_FEEDS.items()}
    wrongs |= {url: what for url, (_, what) in BAD_PAGES.items()}
    for url, what in wrongs.items():
        if callable(what):
            site.behave(url, what)
        else:
            site.page(url, **what)
    site.page(GOOD_FEED, rss(*((url[-5:], url) for url in (*GOOD_PAGES, *BAD_PAGES))), headers=XML)
    for url in GOOD_PAGES:
        site.page(url, page(url))
    whole = rss(("The last whole one", "http://cut.example/whole"), ("Half", "http://cut.example/half"))
    site.page("http://cut.example/feed", whole[: whole.index("/half")], headers=XML)
    site.page("http://cut.example/whole", page("The last whole one"))
    russian = rss(("Паром снова ходит", "http://letters.example/a")).encode("windows-1251")
    site.page("http://letters.example/feed", russian, headers=XML)
    site.page("http://letters.example/a", page("Паром снова ходит"))


def test_every_article_of_the_good_feed_is_stored(cycle: Cycle) -> None:
    assert cycle.feeds[GOOD_FEED]["state"] == "ok"
    stored = [row["url"] for row in cycle.articles if GOOD_FEED in row["feeds"]]
    assert sorted(stored) == sorted(GOOD_PAGES)


def test_of_a_damaged_feed_what_is_whole_is_stored(cycle: Cycle) -> None:
    assert {url: cycle.feeds[url]["state"] for url in HEALED} == dict.fromkeys(HEALED, "ok")
    assert {url: row["title"] for row in cycle.articles for url in row["feeds"] if url in HEALED} == HEALED


def test_each_bad_feed_has_an_error_of_its_kind(cycle: Cycle) -> None:
    found = {url: error and error["kind"] for url in BAD_FEEDS for error in [cycle.feeds[url]["error"]]}
    assert found == {url: kind for url, (kind, _, _) in BAD_FEEDS.items()}


def test_each_error_of_a_feed_says_in_words_what_was_wrong(cycle: Cycle) -> None:
    unclear = {
        url: cycle.feeds[url]["error"]["message"]
        for url, (_, word, _) in BAD_FEEDS.items()
        if word not in cycle.feeds[url]["error"]["message"]
    }
    assert unclear == {}


def test_a_feed_that_is_gone_is_told_from_one_that_fails(cycle: Cycle) -> None:
    states = {url: cycle.feeds[url]["state"] for url in BAD_FEEDS}
    assert states == dict.fromkeys(BAD_FEEDS, "error") | {"http://gone.example/feed": "gone"}


def test_a_busy_server_is_left_alone_as_long_as_it_asks(cycle: Cycle) -> None:
    busy = cycle.feeds["http://busy.example/feed"]
    again_at, asked_at = (datetime.fromisoformat(busy[key]) for key in ("next_poll_at", "last_polled_at"))
    assert again_at - asked_at >= timedelta(seconds=7200 - 2)
    assert again_at > datetime.now(UTC)


def test_each_bad_page_is_counted_by_its_kind(cycle: Cycle) -> None:
    assert cycle.status["entries"]["failing"] == Counter(kind for kind, _ in BAD_PAGES.values())


def test_status_tells_every_feed_that_fails_and_counts_the_one_that_is_gone(cycle: Cycle) -> None:
    failing = {row["url"]: row["error"]["kind"] for row in cycle.status["failing_feeds"]}
    assert failing == {url: kind for url, (kind, _, _) in BAD_FEEDS.items() if kind != "http-410"}
    assert cycle.status["feeds"]["gone"] == 1


def test_the_cycle_ends_with_code_1_and_no_traceback(cycle: Cycle) -> None:
    assert cycle.done.code == 1
    assert "Traceback" not in cycle.done.err + cycle.done.out
    assert f"{len(BAD_FEEDS)} failed" in cycle.done.out
    assert f"{len(GOOD_PAGES) + len(HEALED)} new articles" in cycle.done.out


def test_silent_hosts_beside_one_that_answers_are_told_as_slow(dateline: Dateline, site: LocalSite) -> None:
    dateline.settings["DATELINE_FETCH__FEED_DEADLINE"] = "1s"
    silent = [f"http://silent-{number}.example/feed" for number in range(3)]
    for url in silent:
        site.behave(url, silence)
    site.page(GOOD_FEED, rss(), headers=XML)
    dateline.fine("feeds", "add", "--no-check", GOOD_FEED, *silent)
    done = dateline("poll")
    found = {row["url"]: row["error"] and row["error"]["kind"] for row in dateline.feeds()}
    assert found == {GOOD_FEED: None} | dict.fromkeys(silent, "slow")
    assert "offline" not in done.out


def test_deadlines_bound_the_whole_cycle(cycle: Cycle) -> None:
    assert cycle.took_s < CYCLE_LIMIT_S


# -------------------------------------------------------------------------------------------- stores that resist


@pytest.mark.long
def test_a_store_that_is_kept_locked_is_said_to_be(dateline: Dateline, tmp_path: Path) -> None:
    dateline.fine("db", "upgrade")
    keeper = sqlite3.connect(tmp_path / "dateline.db", isolation_level=None)
    keeper.execute("BEGIN EXCLUSIVE")
    done = dateline("feeds", "add", "--no-check", GOOD_FEED)
    keeper.close()
    assert done.code == 3
    assert done.out == ""
    (line,) = done.err.splitlines()
    assert "dateline.db" in line
    assert "locked" in line


def test_a_store_of_a_newer_dateline_is_left_alone(dateline: Dateline, tmp_path: Path) -> None:
    dateline.fine("db", "upgrade")
    store = sqlite3.connect(tmp_path / "dateline.db")
    store.execute("UPDATE alembic_version SET version_num = '9999'")
    store.commit()
    for command in (["poll"], ["articles"], ["db", "upgrade"]):
        done = dateline(*command)
        assert (done.code, done.out) == (3, ""), command
        (line,) = done.err.splitlines()
        assert "newer" in line
    assert store.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
    store.close()
