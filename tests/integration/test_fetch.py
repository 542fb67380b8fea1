"""One call to the world: what comes back, what is refused, and what a hostile or broken server can cost."""

from __future__ import annotations

import asyncio
import gzip
import pickle
import socket
import threading
import time
import tracemalloc
import zlib
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from pipeline.core.errors import (
    BadRedirect,
    BadReply,
    BadUrl,
    Disallowed,
    FetchError,
    Refused,
    Slow,
    TooLarge,
    Unreachable,
)
from pipeline.core.model import Hop, Reply, Request, Validators, Want
from pipeline.fetch.client import MIB, Client
from pipeline.fetch.courtesy import SWEEP_FROM_HOSTS, Courtesy
from tests.localsite import Handler, LocalSite, Visit

AGENT = "Dateline/0.1 (+https://dateline.example)"
NOW = datetime(2026, 2, 11, 12, 0, tzinfo=UTC)
UNKNOWN = Validators()


@pytest.fixture
def site() -> Iterator[LocalSite]:
    with LocalSite() as running:
        yield running


def direct(
    *,
    pause_s: float = 0.0,
    feed_deadline_s: float = 10.0,
    max_feed_bytes: int = MIB,
    max_page_bytes: int = MIB,
    now: Callable[[], datetime] = lambda: NOW,
) -> Client:
    """A client that dials the local site as an origin."""
    return Client(
        user_agent=AGENT,
        allow_networks=["127.0.0.0/8", "::1/128"],
        pause_s=pause_s,
        feed_deadline_s=feed_deadline_s,
        max_feed_bytes=max_feed_bytes,
        max_page_bytes=max_page_bytes,
        now=now,
    )


def proxied(site: LocalSite, *, pause_s: float = 0.0, now: Callable[[], datetime] = lambda: NOW) -> Client:
    """A client that reaches invented hosts through the local site."""
    return Client(user_agent=AGENT, proxy=site.proxy_url, pause_s=pause_s, now=now)


async def feed(client: Client, url: str, validators: Validators = UNKNOWN) -> Reply:
    return await client.fetch(Request(url, Want.FEED, validators))


def sends(*pieces: bytes, pause_s: float = 0.0) -> Handler:
    """A server that sends these bytes, with pauses between them, and closes."""

    async def send(visit: Visit, out: asyncio.StreamWriter) -> None:
        for piece in pieces:
            out.write(piece)
            await out.drain()
            await asyncio.sleep(pause_s)

    return send


def drips(head: bytes, drop: bytes, every_s: float = 0.05) -> Handler:
    """A server that sends ``head`` and then ``drop`` for ever."""

    async def drip(visit: Visit, out: asyncio.StreamWriter) -> None:
        out.write(head)
        while True:
            out.write(drop)
            await out.drain()
            await asyncio.sleep(every_s)

    return drip


async def fault_of(call: Awaitable[Reply]) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await call
    return caught.value


# ------------------------------------------------------------------------------------------- a plain answer


async def test_a_reply_tells_what_came_and_from_where(site: LocalSite) -> None:
    site.page("/feed", "news", headers={"X-Cache": "hit"}, etag='"7"', last_modified="Wed, 11 Feb 2026 08:00:00 GMT")
    async with direct() as client:
        reply = await feed(client, site.url("/feed"))
    assert reply == Reply(
        asked_url=site.url("/feed"),
        final_url=site.url("/feed"),
        status=200,
        headers={
            "x-cache": "hit",
            "etag": '"7"',
            "last-modified": "Wed, 11 Feb 2026 08:00:00 GMT",
            "content-type": "text/html; charset=utf-8",
            "content-length": "4",
        },
        body=b"news",
        fetched_at=NOW,
        validators=Validators('"7"', "Wed, 11 Feb 2026 08:00:00 GMT"),
    )


async def test_a_request_says_who_asks_and_what_for(site: LocalSite) -> None:
    site.page("/feed", "news")
    async with direct() as client:
        await feed(client, site.url("/feed"))
    sent = site.requests[0].headers
    assert sent["user-agent"] == AGENT
    assert sent["accept-encoding"] == "gzip"
    assert "application/rss+xml" in sent["accept"]
    assert "cookie" not in sent


async def test_a_cookie_is_not_brought_back(site: LocalSite) -> None:
    site.page("/feed", "news", headers={"Set-Cookie": "reader=1"})
    async with direct() as client:
        await feed(client, site.url("/feed"))
        await feed(client, site.url("/feed"))
    assert "cookie" not in site.requests[1].headers


@pytest.mark.parametrize("status", [200, 203, 206, 226])
async def test_every_success_with_a_body_is_a_reply(site: LocalSite, status: int) -> None:
    site.page("/feed", "news", status=status)
    async with direct() as client:
        reply = await feed(client, site.url("/feed"))
    assert (reply.status, reply.body) == (status, b"news")


async def test_no_content_is_a_reply_with_an_empty_body(site: LocalSite) -> None:
    site.page("/feed", status=204)
    async with direct() as client:
        reply = await feed(client, site.url("/feed"))
    assert (reply.status, reply.body) == (204, b"")


async def test_a_name_of_this_machine_can_be_dialled_where_that_is_allowed(site: LocalSite) -> None:
    site.page("/feed", "news")
    async with direct() as client:
        reply = await feed(client, f"http://localhost:{site.port}/feed")
    assert reply.body == b"news"


async def test_one_connection_serves_call_after_call(site: LocalSite) -> None:
    site.page("/feed", "news", etag='"7"')
    async with direct() as client:
        for _ in range(5):
            await feed(client, site.url("/feed"), Validators('"7"'))
    assert site.connections == 1


async def test_a_client_outside_its_context_says_so() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await feed(direct(), "http://127.0.0.1/feed")


# --------------------------------------------------------------------------------------- "has it changed?"


async def test_unchanged_is_a_304_with_the_validators_that_were_sent(site: LocalSite) -> None:
    site.page("/feed", "news", last_modified="Wed, 11 Feb 2026 08:00:00 GMT")
    sent = Validators(None, "Wed, 11 Feb 2026 08:00:00 GMT")
    async with direct() as client:
        reply = await feed(client, site.url("/feed"), sent)
    assert (reply.status, reply.body, reply.validators) == (304, b"", sent)


async def test_a_304_updates_the_validators_that_it_names(site: LocalSite) -> None:
    site.behave("/feed", sends(b'HTTP/1.1 304 Not Modified\r\nETag: "8"\r\n\r\n'))
    async with direct() as client:
        reply = await feed(client, site.url("/feed"), Validators('"7"', "Wed, 11 Feb 2026 08:00:00 GMT"))
    assert reply.validators == Validators('"8"', "Wed, 11 Feb 2026 08:00:00 GMT")


async def test_both_validators_are_sent_byte_for_byte(site: LocalSite) -> None:
    site.page("/feed", "news")
    async with direct() as client:
        await feed(client, site.url("/feed"), Validators('W/"x, y-gzip"', "yesterday at tea time"))
    sent = site.requests[0].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('W/"x, y-gzip"', "yesterday at tea time")


async def test_a_304_that_was_not_asked_for_is_a_bad_reply(site: LocalSite) -> None:
    site.page("/feed", status=304)
    async with direct() as client:
        assert isinstance(await fault_of(feed(client, site.url("/feed"))), BadReply)


async def test_validators_reach_the_end_of_a_redirect(site: LocalSite) -> None:
    site.redirect("/old", "/new", status=301)
    site.page("/new", "news", etag='"7"')
    async with direct() as client:
        reply = await feed(client, site.url("/old"), Validators('"7"'))
    assert reply.status == 304


@pytest.mark.parametrize("etag", ['"' + "x" * 60_000 + '"', '"caf\u00e9"', '"a\tb"'], ids=["long", "letters", "tab"])
async def test_a_validator_that_is_not_fit_to_be_stored_is_dropped(site: LocalSite, etag: str) -> None:
    site.page("/feed", "news", etag=etag)
    async with direct() as client:
        reply = await feed(client, site.url("/feed"))
    assert (reply.body, reply.validators) == (b"news", Validators())


# ------------------------------------------------------------------------------------------ packed bodies


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"news")),
        ("x-gzip", gzip.compress(b"news")),
        ("GZIP", gzip.compress(b"news")),
        ("gzip, gzip", gzip.compress(gzip.compress(b"news"))),
        ("gzip, identity", gzip.compress(b"news")),
        ("gzip", gzip.compress(b"ne") + gzip.compress(b"ws")),
        ("gzip", gzip.compress(b"news") + b"\0\0\0"),
        ("deflate", zlib.compress(b"news")),
        ("deflate", zlib.compress(b"news")[2:-4]),
        ("gzip", b"news"),
        ("gzip", b"n"),
        ("gzip", b""),
        ("identity", b"news"),
        ("", gzip.compress(b"news")),
    ],
    ids=[
        "gzip", "x-gzip", "upper case", "twice", "and identity", "two members", "padded", "deflate", "bare deflate",
        "plain though labelled", "one letter", "empty", "identity", "gzip without a label",
    ],
)  # fmt: skip
async def test_a_packed_body_is_unpacked(site: LocalSite, coding: str, packed: bytes) -> None:
    site.page("/feed", packed, headers={"Content-Encoding": coding})
    async with direct() as client:
        reply = await feed(client, site.url("/feed"))
    assert reply.body == {b"n": b"n", b"": b""}.get(packed, b"news")


async def test_a_packed_body_may_arrive_byte_by_byte(site: LocalSite) -> None:
    packed = gzip.compress(b"good ") + gzip.compress(b"news")
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    site.behave("/feed", sends(head, *(packed[place : place + 1] for place in range(len(packed))), pause_s=0.001))
    async with direct() as client:
        reply = await feed(client, site.url("/feed"))
    assert reply.body == b"good news"


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 300_001])
async def test_a_body_is_whole_whatever_its_length(site: LocalSite, size: int) -> None:
    text = b"x" * size
    site.page("/feed", gzip.compress(text), headers={"Content-Encoding": "gzip"})
    async with direct() as client:
        assert (await feed(client, site.url("/feed"))).body == text


@pytest.mark.parametrize(
    "packed", [gzip.compress(b"news" * 99)[:-9], gzip.compress(b"news")[:-8] + b"\0" * 8], ids=["cut off", "checksum"]
)
async def test_a_damaged_gzip_body_is_a_bad_reply(site: LocalSite, packed: bytes) -> None:
    site.page("/feed", packed, headers={"Content-Encoding": "gzip"})
    async with direct() as client:
        assert isinstance(await fault_of(feed(client, site.url("/feed"))), BadReply)


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, br", ", ".join(["gzip"] * 9)])
async def test_a_coding_that_was_not_asked_for_is_a_bad_reply(site: LocalSite, coding: str) -> None:
    site.page("/feed", "news", headers={"Content-Encoding": coding})
    async with direct() as client:
        assert "gzip" in str(await fault_of(feed(client, site.url("/feed"))))


# ----------------------------------------------------------------------------------------- bombs and bounds


def zeros(megabytes: int) -> bytes:
    """So many megabytes of zeros as gzip, in members of 16 MB."""
    return gzip.compress(bytes(16 * MIB)) * (megabytes // 16)


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        ("gzip", lambda: zeros(1024)),
        ("gzip, gzip", lambda: gzip.compress(zeros(1024))),
        ("gzip, gzip, gzip", lambda: gzip.compress(gzip.compress(zeros(1024)))),
        ("deflate", lambda: zlib.compress(bytes(64 * MIB))),
        ("", lambda: zeros(1024)),
        # Unpacks to megabytes of empty gzip members, and those to nothing at all.
        ("gzip, gzip", lambda: gzip.compress(gzip.compress(b"") * 1_000_000)),
    ],
    ids=["gzip", "double", "triple", "deflate", "unlabelled", "empty members"],
)
async def test_a_bomb_stops_at_the_bound(site: LocalSite, coding: str, bomb: Callable[[], bytes]) -> None:
    site.page("/feed", bomb(), headers={"Content-Encoding": coding})
    async with direct() as client:
        tracemalloc.start()
        fault = await fault_of(feed(client, site.url("/feed")))
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert isinstance(fault, TooLarge)
    assert fault.limit_bytes == MIB
    assert "1 MiB; fetch.max_body_mb" in str(fault)
    assert peak_bytes < 20 * MIB


async def test_a_chunked_body_without_end_stops_at_the_bound(site: LocalSite) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    site.behave("/feed", drips(head, b"10000\r\n" + b"x" * 65_536 + b"\r\n", every_s=0))
    async with direct() as client:
        assert isinstance(await fault_of(feed(client, site.url("/feed"))), TooLarge)


async def test_an_announced_length_over_the_bound_is_not_waited_for(site: LocalSite) -> None:
    site.behave("/feed", drips(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000000\r\n\r\n", b"", every_s=1))
    began_s = time.monotonic()
    async with direct() as client:
        assert isinstance(await fault_of(feed(client, site.url("/feed"))), TooLarge)
    assert time.monotonic() - began_s < 5


async def test_a_body_as_long_as_the_bound_is_taken(site: LocalSite) -> None:
    site.page("/feed", b"x" * MIB)
    async with direct() as client:
        assert len((await feed(client, site.url("/feed"))).body) == MIB


async def test_a_page_has_a_bound_of_its_own(site: LocalSite) -> None:
    site.page("/page", b"x" * 2000)
    async with direct(max_page_bytes=1000) as client:
        fault = await fault_of(client.fetch(Request(site.url("/page"), Want.PAGE)))
    assert isinstance(fault, TooLarge)
    assert "fetch.max_page_mb" in str(fault)


@pytest.mark.parametrize(
    "head",
    [
        b"X-Long: " + b"x" * (10 * MIB) + b"\r\n\r\n",
        b"".join(b"X-%d: x\r\n" % line for line in range(100_000)) + b"\r\n",
        b"Set-Cookie: a=b\r\n" * 100_000 + b"\r\n",
    ],
    ids=["one long header", "many headers", "many cookies"],
)
async def test_a_flood_of_headers_is_a_bad_reply(site: LocalSite, head: bytes) -> None:
    site.behave("/feed", sends(b"HTTP/1.1 200 OK\r\n" + head + b"news"))
    async with direct() as client:
        assert isinstance(await fault_of(feed(client, site.url("/feed"))), BadReply)


async def test_sixty_cookies_do_no_harm(site: LocalSite) -> None:
    site.page("/feed", "news", headers=tuple(("Set-Cookie", f"c{each}=1") for each in range(60)))
    async with direct() as client:
        assert (await feed(client, site.url("/feed"))).body == b"news"


# ------------------------------------------------------------------------------------------------- deadlines


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (b"", b""),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ],
    ids=["a body that drips", "headers that drip", "silence", "early hints for ever"],
)
async def test_a_slow_answer_ends_at_the_total_deadline(site: LocalSite, head: bytes, drop: bytes) -> None:
    site.behave("/feed", drips(head, drop))
    began_s = time.monotonic()
    async with direct(feed_deadline_s=0.5) as client:
        fault = await fault_of(feed(client, site.url("/feed")))
    assert isinstance(fault, Slow)
    assert (fault.limit_s, "0.5 s" in str(fault)) == (0.5, True)
    assert time.monotonic() - began_s < 3


async def test_the_deadline_is_one_for_all_redirects(site: LocalSite) -> None:
    for hop in range(9):
        site.page(f"/{hop}", status=302, headers={"Location": f"/{hop + 1}"}, delay_s=0.15)
    async with direct(feed_deadline_s=0.5) as client:
        assert isinstance(await fault_of(feed(client, site.url("/0"))), Slow)
    assert len(site.requests) < 6


async def test_waiting_for_a_hosts_turn_does_not_count(site: LocalSite) -> None:
    site.page("/feed", "news", delay_s=0.2)
    async with direct(feed_deadline_s=0.4, pause_s=0.2) as client:
        replies = await asyncio.gather(*(feed(client, site.url("/feed")) for _ in range(4)))
    assert [reply.body for reply in replies] == [b"news"] * 4


async def test_a_cancelled_call_leaves_the_host_to_the_next(site: LocalSite) -> None:
    site.behave("/slow", drips(b"", b""))
    site.page("/feed", "news")
    async with direct() as client:
        call = asyncio.create_task(feed(client, site.url("/slow")))
        await asyncio.sleep(0.1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await feed(client, site.url("/feed"))).body == b"news"


# ------------------------------------------------------------------------------------------------- redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_and_kept_as_a_hop(site: LocalSite, status: int) -> None:
    site.redirect("/old", "/new?a=b", status=status)
    site.page("/new?a=b", "news")
    async with direct() as client:
        reply = await feed(client, site.url("/old"))
    assert (reply.body, reply.asked_url, reply.final_url) == (b"news", site.url("/old"), site.url("/new?a=b"))
    assert reply.hops == (Hop(site.url("/old"), status),)


@pytest.mark.parametrize(("hops", "arrives"), [(10, True), (11, False)])
async def test_ten_redirects_are_followed(site: LocalSite, hops: int, arrives: bool) -> None:
    for hop in range(hops):
        site.redirect(f"/{hop}", f"/{hop + 1}")
    site.page(f"/{hops}", "news")
    async with direct() as client:
        if arrives:
            assert (await feed(client, site.url("/0"))).body == b"news"
        else:
            assert "more than 10" in str(await fault_of(feed(client, site.url("/0"))))


async def test_a_redirect_in_a_circle_is_noticed_at_once(site: LocalSite) -> None:
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    async with direct() as client:
        fault = await fault_of(feed(client, site.url("/a")))
    assert isinstance(fault, BadRedirect)
    assert len(site.requests) == 2


@pytest.mark.parametrize(
    "location",
    [
        "",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://news.example/feed",
        "data:text/plain,news",
        "javascript:alert(1)",
        "http://",
        "http://user:word@127.0.0.1/feed",
        "http://127.0.0.1\\@news.example/",
        "http://news.example:99999/",
    ],
)
async def test_a_redirect_that_cannot_be_followed_is_bad(site: LocalSite, location: str) -> None:
    site.redirect("/old", location)
    async with direct() as client:
        fault = await fault_of(feed(client, site.url("/old")))
    assert isinstance(fault, BadRedirect)
    assert fault.url == site.url("/old")
    assert "word" not in f"{fault} {fault.target}"


async def test_a_redirect_in_raw_bytes_arrives_as_their_escapes(site: LocalSite) -> None:
    site.behave("/old", sends(b"HTTP/1.1 302 Found\r\nLocation: /caf\xe9\r\nContent-Length: 0\r\n\r\n"))
    site.page("/caf%E9", "news")
    async with direct() as client:
        assert (await feed(client, site.url("/old"))).body == b"news"


@pytest.mark.parametrize("status", [300, 305, 306])
async def test_other_statuses_of_three_hundred_are_no_redirects(site: LocalSite, status: int) -> None:
    site.redirect("/old", "/new", status=status)
    async with direct() as client:
        fault = await fault_of(feed(client, site.url("/old")))
    assert fault.kind == f"http-{status}"


# ---------------------------------------------------------------------------------------------------- logins


async def test_a_login_is_sent_to_its_own_host_and_shown_nowhere(site: LocalSite) -> None:
    site.redirect("http://news.example/old", "/new")
    site.page("http://news.example/new", "news")
    async with proxied(site) as client:
        reply = await feed(client, "http://reader:p%40ss%C3%A9@news.example/old")
    expected = "Basic " + b64encode("reader:p@ss\u00e9".encode()).decode()
    assert [visit.headers.get("authorization") for visit in site.requests] == [expected, expected]
    assert "reader" not in repr(reply)


async def test_a_login_is_not_carried_to_another_host(site: LocalSite) -> None:
    site.redirect("http://news.example/old", "http://other.example/new")
    site.redirect("http://other.example/new", "http://news.example:8080/new")
    site.page("http://news.example:8080/new", "news")
    async with proxied(site) as client:
        await feed(client, "http://reader:word@news.example/old")
    assert ["authorization" in visit.headers for visit in site.requests] == [True, False, False]


@pytest.mark.parametrize("path", ["/missing", "/loop", "/torn", "/304"])
async def test_no_error_shows_a_login(site: LocalSite, path: str) -> None:
    site.redirect("/loop", "/loop")
    site.behave("/torn", sends(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"))
    site.page("/304", status=304)
    async with direct() as client:
        fault = await fault_of(feed(client, site.url(path).replace("http://", "http://reader:word@")))
    assert "word" not in f"{fault} {vars(fault)} {fault.__cause__}"


async def test_the_login_of_the_proxy_is_sent_to_it_and_shown_nowhere(site: LocalSite) -> None:
    site.page("http://news.example/feed", "news")
    login_proxy = site.proxy_url.replace("http://", "http://me:word@")
    async with Client(user_agent=AGENT, proxy=login_proxy, pause_s=0.0) as client:
        await feed(client, "http://news.example/feed")
        fault = await fault_of(feed(client, "https://news.example/feed"))
    sent = "Basic " + b64encode(b"me:word").decode()
    assert [visit.headers["proxy-authorization"] for visit in site.requests] == [sent, sent]
    assert "word" not in str(fault)


# ------------------------------------------------------------------------------------------- error statuses


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 429, 451, 500, 502, 503, 599])
async def test_an_error_status_is_refused(site: LocalSite, status: int) -> None:
    site.page("/feed", "<rss>news all the same</rss>", status=status)
    async with direct() as client:
        fault = await fault_of(feed(client, site.url("/feed")))
    assert isinstance(fault, Refused)
    assert (fault.status, fault.after, fault.asked, fault.kind) == (status, None, True, f"http-{status}")


async def test_the_body_of_an_error_is_not_waited_for(site: LocalSite) -> None:
    site.behave("/feed", drips(b"HTTP/1.1 404 Not Found\r\n\r\n", b"sorry ", every_s=0.01))
    async with direct() as client:
        assert (await fault_of(feed(client, site.url("/feed")))).kind == "http-404"


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta()),
        ("-5", timedelta()),
        ("317100", timedelta(days=1)),
        ("9" * 5000, timedelta(days=1)),
        (format_datetime(NOW + timedelta(hours=3), usegmt=True), timedelta(hours=3)),
        (format_datetime(NOW - timedelta(days=300), usegmt=True), timedelta()),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=1)),
    ],
)
async def test_retry_after_names_a_moment_within_a_day(site: LocalSite, retry_after: str, wait: timedelta) -> None:
    site.page("/feed", status=429, headers={"Retry-After": retry_after})
    async with direct() as client:
        fault = await fault_of(feed(client, site.url("/feed")))
    assert isinstance(fault, Refused)
    assert fault.after == NOW + wait


@pytest.mark.parametrize("retry_after", ["", "soon", "1.5", "Wed, 99 Foo 2026 99:99:99 GMT", "12 minutes"])
async def test_a_retry_after_that_cannot_be_read_is_none(site: LocalSite, retry_after: str) -> None:
    site.page("/feed", status=503, headers={"Retry-After": retry_after})
    async with direct() as client:
        fault = await fault_of(feed(client, site.url("/feed")))
    assert isinstance(fault, Refused)
    assert fault.after is None


# -------------------------------------------------------------------------------------------------- courtesy


async def test_a_pause_lies_between_two_calls_to_a_host(site: LocalSite) -> None:
    site.page("/feed", "news", delay_s=0.05)
    async with direct(pause_s=0.3) as client:
        for _ in range(3):
            await feed(client, site.url("/feed"))
    for earlier, later in zip(site.requests, site.requests[1:], strict=False):
        assert earlier.ended_s is not None
        assert later.started_s - earlier.ended_s >= 0.29


async def test_a_host_is_called_by_one_at_a_time(site: LocalSite) -> None:
    for path in ("/a", "/b", "/c", "/d"):
        site.page(path, "news", delay_s=0.05)
    async with direct() as client:
        await asyncio.gather(*(feed(client, site.url(path)) for path in ("/a", "/b", "/c", "/d")))
    for earlier, later in zip(site.requests, site.requests[1:], strict=False):
        assert earlier.ended_s is not None
        assert later.started_s >= earlier.ended_s


async def test_two_hosts_do_not_wait_for_each_other(site: LocalSite) -> None:
    site.page("/feed", "news", delay_s=0.2)
    async with proxied(site, pause_s=60.0) as client:
        await asyncio.gather(*(feed(client, f"http://{name}.example/feed") for name in ("a", "b", "c")))
    assert max(visit.started_s for visit in site.requests) - min(visit.started_s for visit in site.requests) < 0.2


async def test_the_pause_holds_between_the_hops_of_a_redirect(site: LocalSite) -> None:
    site.redirect("http://a.example/old", "/new")
    site.page("http://a.example/new", "news")
    async with proxied(site, pause_s=0.3) as client:
        await feed(client, "http://a.example/old")
    first, second = site.requests
    assert first.ended_s is not None
    assert second.started_s - first.ended_s >= 0.29


async def test_the_pause_holds_after_a_failed_call(site: LocalSite) -> None:
    site.behave("/torn", sends(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"))
    site.page("/feed", "news")
    async with direct(pause_s=0.3) as client:
        await fault_of(feed(client, site.url("/torn")))
        await feed(client, site.url("/feed"))
    first, second = site.requests
    assert second.started_s - first.started_s >= 0.29


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_asks_to_be_left_alone_is(site: LocalSite, status: int) -> None:
    moments = [NOW]
    site.page("http://a.example/feed", status=status, headers={"Retry-After": "60"})
    site.page("/other", "news")
    async with proxied(site, now=lambda: moments[-1]) as client:
        await fault_of(feed(client, "http://a.example/feed"))
        fault = await fault_of(feed(client, "http://a.example/other"))
        assert isinstance(fault, Refused)
        assert (fault.status, fault.after, fault.asked) == (status, NOW + timedelta(minutes=1), False)
        assert len(site.requests) == 1
        moments.append(NOW + timedelta(seconds=61))
        assert (await feed(client, "http://a.example/other")).body == b"news"


async def test_a_host_left_alone_keeps_no_other_host_waiting(site: LocalSite) -> None:
    site.page("http://a.example/feed", status=429, headers={"Retry-After": "60"})
    site.page("http://b.example/feed", "news")
    async with proxied(site) as client:
        await fault_of(feed(client, "http://a.example/feed"))
        assert (await feed(client, "http://b.example/feed")).body == b"news"


async def test_a_404_with_retry_after_does_not_close_the_host(site: LocalSite) -> None:
    site.page("/gone", status=404, headers={"Retry-After": "60"})
    site.page("/feed", "news")
    async with direct() as client:
        await fault_of(feed(client, site.url("/gone")))
        assert (await feed(client, site.url("/feed"))).body == b"news"


async def test_idle_hosts_are_forgotten_and_a_barred_one_is_not() -> None:
    courtesy = Courtesy(now=lambda: NOW)
    async with courtesy.turn("barred.example", pause_s=0.0, url="http://barred.example/"):
        courtesy.bar("barred.example", until=NOW + timedelta(minutes=1), status=429)
    for number in range(2000):
        async with courtesy.turn(f"{number}.example", pause_s=0.0, url=f"http://{number}.example/"):
            pass
    assert len(courtesy) <= SWEEP_FROM_HOSTS
    with pytest.raises(Refused):
        async with courtesy.turn("barred.example", pause_s=0.0, url="http://barred.example/"):
            pass


# --------------------------------------------------------------------------------------------- broken servers


@pytest.mark.parametrize(
    ("pieces", "fault"),
    [
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nonly this"], BadReply),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nonly this"], BadReply),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nnews"], BadReply),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnews\r\nzz\r\n"], BadReply),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnews\r\n", b"zz\r\n"], BadReply),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnews\r\n"], BadReply),
        ([b"SSH-2.0-OpenSSH_9.6\r\n"], BadReply),
        ([b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"], BadReply),
        ([b"HTTP/1.1 abc OK\r\n\r\n"], BadReply),
        ([b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: news\r\nConnection: upgrade\r\n\r\n"], BadReply),
        ([b"\x00" * 2000], BadReply),
        ([b"HTTP/1.1 200 OK\r\nContent-"], Unreachable),
        ([b""], Unreachable),
    ],
    ids=[
        "short", "long", "length in words", "bad chunk", "bad chunk later", "chunks cut off", "not HTTP", "bad header",
        "bad status", "another protocol", "zeros", "head cut off", "nothing",
    ],
)  # fmt: skip
async def test_broken_http_is_told_in_one_line(site: LocalSite, pieces: list[bytes], fault: type[FetchError]) -> None:
    site.behave("/feed", sends(*pieces, pause_s=0.02))
    async with direct() as client:
        error = await fault_of(feed(client, site.url("/feed")))
    assert type(error) is fault
    assert site.authority in str(error)
    assert "\n" not in str(error)
    assert error.retry


async def test_a_body_without_a_length_ends_with_the_connection(site: LocalSite) -> None:
    site.behave("/feed", sends(b"HTTP/1.0 200 OK\r\n\r\ngood ", b"news", pause_s=0.02))
    async with direct() as client:
        assert (await feed(client, site.url("/feed"))).body == b"good news"


async def test_a_connection_that_is_reset_is_unreachable(site: LocalSite) -> None:
    async def reset(visit: Visit, out: asyncio.StreamWriter) -> None:
        out.transport.abort()

    site.behave("/feed", reset)
    async with direct() as client:
        assert isinstance(await fault_of(feed(client, site.url("/feed"))), Unreachable)


async def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with LocalSite() as gone:
        url = gone.url("/feed")
    async with direct() as client:
        fault = await fault_of(feed(client, url))
    assert isinstance(fault, Unreachable)
    assert "refused" in str(fault).lower()


@pytest.mark.parametrize("name", ["nosuch.invalid", "a" * 64 + ".invalid", "xn--zzzzzz.invalid"])
async def test_a_name_that_nobody_has_is_unreachable_or_bad(name: str) -> None:
    async with direct() as client:
        fault = await fault_of(feed(client, f"http://{name}/feed"))
    assert isinstance(fault, Unreachable | BadUrl)
    assert name in str(fault)


async def test_names_whose_servers_are_silent_hold_up_no_other(
    site: LocalSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.page("/feed", "news")
    look_up, spoken = socket.getaddrinfo, threading.Event()

    def silent(host: str, *rest: Any) -> Any:
        if host.startswith("silent"):
            spoken.wait(20)
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return look_up(host, *rest)

    monkeypatch.setattr("socket.getaddrinfo", silent)
    async with direct() as client:
        calls = [asyncio.create_task(feed(client, f"http://silent-{n}.example/feed")) for n in range(40)]
        await asyncio.sleep(0.1)
        reply = await feed(client, f"http://localhost:{site.port}/feed")
        waited = [call.done() for call in calls]
        spoken.set()
        faults = await asyncio.gather(*calls, return_exceptions=True)
    assert reply.body == b"news"
    assert not any(waited)
    assert all(isinstance(fault, Unreachable) for fault in faults)


async def test_a_server_without_tls_is_unreachable_by_https(site: LocalSite) -> None:
    async def plain(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        out.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        out.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, direct() as client:
        fault = await fault_of(feed(client, f"https://127.0.0.1:{port}/feed"))
    assert isinstance(fault, Unreachable)
    assert "secure" in str(fault)


async def test_https_goes_through_a_tunnel_of_the_proxy(site: LocalSite) -> None:
    async with proxied(site) as client:
        fault = await fault_of(feed(client, "https://news.example/feed"))
    assert [(visit.method, visit.url) for visit in site.requests] == [("CONNECT", "news.example:443")]
    assert isinstance(fault, Unreachable)
    assert "502" in str(fault)


async def test_a_proxy_that_is_gone_is_named() -> None:
    with LocalSite() as gone:
        proxy = gone.proxy_url
    async with Client(user_agent=AGENT, proxy=proxy, pause_s=0.0) as client:
        fault = await fault_of(feed(client, "http://news.example/feed"))
    assert isinstance(fault, Unreachable)
    assert proxy in str(fault)


async def test_a_reply_and_a_fault_survive_the_way_to_another_process(site: LocalSite) -> None:
    site.page("/feed", "news")
    async with direct() as client:
        reply = await feed(client, site.url("/feed"))
        fault = await fault_of(feed(client, site.url("/missing")))
    assert pickle.loads(pickle.dumps(reply)) == reply
    assert vars(pickle.loads(pickle.dumps(fault))) == vars(fault)


# ----------------------------------------------------------------------------------------------------- history


async def test_a_sitemap_may_be_larger_than_a_feed_and_packed_without_saying_so(site: LocalSite) -> None:
    plain = b"<urlset>" + b" " * (3 * MIB) + b"</urlset>"
    site.page("/sitemap.xml.gz", gzip.compress(plain), headers={"Content-Type": "application/gzip"})
    async with direct(max_feed_bytes=MIB) as client:
        reply = await client.fetch(Request(site.url("/sitemap.xml.gz"), Want.SITEMAP))
    assert reply.body == plain


async def test_a_sitemap_that_unpacks_beyond_fifty_megabytes_is_a_bomb(site: LocalSite) -> None:
    site.page("/bomb.xml.gz", gzip.compress(b"<urlset>" + b" " * (60 * MIB)))
    async with direct() as client:
        with pytest.raises(TooLarge, match="50 MiB"):
            await client.fetch(Request(site.url("/bomb.xml.gz"), Want.SITEMAP))


@pytest.mark.parametrize("want", [Want.OLDER, Want.SITEMAP])
async def test_what_is_asked_for_in_bulk_is_asked_about_in_robots_txt_and_a_feed_is_not(
    site: LocalSite, want: Want
) -> None:
    site.robots("", "User-agent: *\nDisallow: /closed\n")
    site.page("/closed", b"<rss/>")
    async with direct() as client:
        assert (await client.fetch(Request(site.url("/closed"), Want.FEED))).status == 200
        with pytest.raises(Disallowed):
            await client.fetch(Request(site.url("/closed"), want))
