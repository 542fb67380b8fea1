"""robots.txt is asked before a page is read, once, and obeyed as RFC 9309 has it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.core.errors import Disallowed, Refused, Slow, Unreachable
from pipeline.core.model import Request, Want
from pipeline.fetch.client import Client
from pipeline.fetch.robots import MAX_RULES, lines_for, product_token
from tests.localsite import LocalSite, Visit

AGENT = "Dateline/0.1 (+https://dateline.example)"
PAGE = "http://news.example/story.html"
ROBOTS = "http://news.example/robots.txt"


@pytest.fixture
def site() -> Iterator[LocalSite]:
    with LocalSite() as running:
        running.page("/story.html", "the story")
        yield running


class Clock:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 2, 11, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def client_of(site: LocalSite, now: Callable[[], datetime] | None = None, page_deadline_s: float = 20.0) -> Client:
    return Client(
        user_agent=AGENT,
        proxy=site.proxy_url,
        pause_s=0.0,
        page_deadline_s=page_deadline_s,
        now=now or Clock(),
    )


async def read(client: Client, url: str = PAGE) -> bytes:
    return (await client.fetch(Request(url, Want.PAGE))).body


async def test_a_page_without_robots_txt_is_read(site: LocalSite) -> None:
    async with client_of(site) as client:
        assert await read(client) == b"the story"
    assert [visit.url for visit in site.requests] == [ROBOTS, PAGE]


async def test_a_disallowed_page_is_not_asked_for(site: LocalSite) -> None:
    site.robots("http://news.example", "User-agent: *\nDisallow: /story")
    async with client_of(site) as client:
        with pytest.raises(Disallowed, match="asks us not to read") as caught:
            await read(client)
    assert caught.value.url == PAGE
    assert site.visits(PAGE) == []


async def test_a_feed_is_fetched_whatever_robots_txt_says(site: LocalSite) -> None:
    site.robots("http://news.example", "User-agent: *\nDisallow: /")
    async with client_of(site) as client:
        await client.fetch(Request(PAGE, Want.FEED))
    assert [visit.url for visit in site.requests] == [PAGE]


async def test_a_group_with_our_name_goes_before_the_one_for_everybody(site: LocalSite) -> None:
    site.robots("http://news.example", "User-agent: *\nDisallow: /\n\nUser-agent: DATELINE\nDisallow: /private/\n")
    async with client_of(site) as client:
        assert await read(client) == b"the story"


async def test_the_longest_rule_wins(site: LocalSite) -> None:
    site.robots("http://news.example", "User-agent: *\nDisallow: /\nAllow: /story.html$\n")
    async with client_of(site) as client:
        assert await read(client) == b"the story"
        with pytest.raises(Disallowed):
            await read(client, f"{PAGE}?page=2")


async def test_robots_txt_is_asked_once_a_day(site: LocalSite) -> None:
    clock = Clock()
    async with client_of(site, clock) as client:
        await read(client)
        clock.now += timedelta(hours=23)
        await read(client)
        assert len(site.visits(ROBOTS)) == 1
        clock.now += timedelta(hours=2)
        await read(client)
    assert len(site.visits(ROBOTS)) == 2


async def test_two_pages_at_once_ask_for_one_robots_txt(site: LocalSite) -> None:
    site.page("/second.html", "the second story")
    async with client_of(site) as client:
        await asyncio.gather(read(client), read(client, "http://news.example/second.html"))
    assert len(site.visits(ROBOTS)) == 1


async def test_every_authority_has_a_robots_txt_of_its_own(site: LocalSite) -> None:
    site.robots("http://news.example", "User-agent: *\nDisallow: /")
    async with client_of(site) as client:
        assert await read(client, "http://news.example:8080/story.html") == b"the story"
    assert site.requests[0].url == "http://news.example:8080/robots.txt"


async def test_a_redirect_to_another_host_asks_that_hosts_robots_txt(site: LocalSite) -> None:
    site.redirect(PAGE, "http://other.example/story.html")
    site.robots("http://other.example", "User-agent: *\nDisallow: /")
    async with client_of(site) as client:
        with pytest.raises(Disallowed, match=r"other\.example"):
            await read(client)
    assert site.visits("http://other.example/story.html") == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
async def test_a_robots_txt_that_is_not_to_be_had_allows_everything(site: LocalSite, status: int) -> None:
    site.robots("http://news.example", "User-agent: *\nDisallow: /", status=status)
    async with client_of(site) as client:
        assert await read(client) == b"the story"


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_server_in_trouble_is_left_alone_for_ten_minutes(site: LocalSite, status: int) -> None:
    clock = Clock()
    site.robots("http://news.example", "", status=status)
    async with client_of(site, clock) as client:
        for _ in range(2):
            with pytest.raises(Disallowed, match=f"answered {status}"):
                await read(client)
        assert len(site.visits(ROBOTS)) == 1
        site.robots("http://news.example", "")
        clock.now += timedelta(minutes=11)
        assert await read(client) == b"the story"


async def test_a_retry_after_on_robots_txt_is_handed_on(site: LocalSite) -> None:
    clock = Clock()
    site.page(ROBOTS, status=503, headers={"Retry-After": "600"})
    async with client_of(site, clock) as client:
        with pytest.raises(Refused) as caught:
            await read(client)
    assert caught.value.after == clock.now + timedelta(minutes=10)
    assert site.visits(PAGE) == []


async def test_a_page_is_not_read_while_its_robots_txt_cannot_be_reached(site: LocalSite) -> None:
    async def reset(visit: Visit, out: asyncio.StreamWriter) -> None:
        out.transport.abort()

    site.behave(ROBOTS, reset)
    async with client_of(site) as client:
        with pytest.raises(Unreachable):
            await read(client)
    assert site.visits(PAGE) == []


async def test_a_robots_txt_that_never_ends_costs_its_first_500_kb(site: LocalSite) -> None:
    async def endless(visit: Visit, out: asyncio.StreamWriter) -> None:
        out.write(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /story\n")
        while True:
            out.write(b"# nothing to see\n" * 1000)
            await out.drain()

    site.behave(ROBOTS, endless)
    async with client_of(site) as client:
        with pytest.raises(Disallowed):
            await read(client)


async def test_a_robots_txt_that_drips_ends_at_the_deadline(site: LocalSite) -> None:
    async def drip(visit: Visit, out: asyncio.StreamWriter) -> None:
        out.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            out.write(b"#")
            await asyncio.sleep(0.05)

    site.behave(ROBOTS, drip)
    async with client_of(site, page_deadline_s=0.4) as client:
        with pytest.raises(Slow):
            await read(client)
    assert site.visits(PAGE) == []


@pytest.mark.parametrize(("hops", "read_after"), [(5, False), (6, True)])
async def test_five_redirects_of_robots_txt_are_followed(site: LocalSite, hops: int, read_after: bool) -> None:
    site.redirect(ROBOTS, "/1")
    for hop in range(1, hops):
        site.redirect(f"http://news.example/{hop}", f"/{hop + 1}")
    site.page(f"http://news.example/{hops}", "User-agent: *\nDisallow: /")
    async with client_of(site) as client:
        if read_after:
            assert await read(client) == b"the story"
        else:
            with pytest.raises(Disallowed):
                await read(client)


async def test_a_byte_order_mark_does_not_hide_the_first_line(site: LocalSite) -> None:
    site.robots("http://news.example", "\ufeffUser-agent: *\nDisallow: /")
    async with client_of(site) as client:
        with pytest.raises(Disallowed):
            await read(client)


async def test_a_web_page_in_the_place_of_robots_txt_allows_everything(site: LocalSite) -> None:
    site.page(ROBOTS, "<!doctype html><title>Welcome</title><p>Disallow: / is not meant here")
    async with client_of(site) as client:
        assert await read(client) == b"the story"


async def test_crawl_delay_lengthens_the_pause_between_pages(site: LocalSite) -> None:
    site.robots("http://news.example", "User-agent: *\nCrawl-delay: 0.4")
    async with client_of(site) as client:
        await read(client)
        await read(client)
    first, second = site.visits(PAGE)
    assert first.ended_s is not None
    assert second.started_s - first.ended_s >= 0.39


async def test_crawl_delay_does_not_delay_feeds(site: LocalSite) -> None:
    site.robots("http://news.example", "User-agent: *\nCrawl-delay: 20")
    began_s = time.monotonic()
    async with client_of(site, page_deadline_s=1.0) as client:
        await client.fetch(Request(ROBOTS, Want.ROBOTS))
        await client.fetch(Request(PAGE, Want.FEED))
    assert time.monotonic() - began_s < 5


@pytest.mark.parametrize(
    "bomb",
    [
        "User-agent: *\n" + ("Disallow: /" + "*a" * 990 + "*b\n") * 250,
        "User-agent: *\nDisallow: /" + "*a" * 250_000,
        "User-agent: *\n" + "".join(f"Disallow: /*{rule}*b*c$\n" for rule in range(20_000)),
        "".join(f"User-agent: bot{bot}\n" for bot in range(15_000)) + "Disallow: /x\n" * 15_000,
        "User-agent: dateline\n" * 12_000 + "User-agent: *\n" * 10_000 + "Disallow: /x\n" * 10_000,
    ],
    ids=["wildcards", "one long rule", "many rules", "many agents", "the same agents"],
)
async def test_a_hostile_robots_txt_does_not_hang_the_client(site: LocalSite, bomb: str) -> None:
    site.robots("http://news.example", bomb)
    site.page("http://news.example/" + "a" * 1900, "the story")
    began_s = time.process_time()
    async with client_of(site) as client:
        assert await read(client, "http://news.example/" + "a" * 1900) == b"the story"
    assert time.process_time() - began_s < 3  # without the bounds the worst of these takes minutes


def test_only_the_groups_for_us_are_kept() -> None:
    text = "\n".join(
        [
            "Disallow: /nobody",
            "User-agent: other",
            "Disallow: /other",
            "",
            "User-agent: first",
            "Sitemap: http://news.example/map.xml",
            "User-Agent : Dateline/2.0   # that is us",
            "user-agent: last",
            "Disallow: /ours",
            "Crawl-delay: 2",
            "User-agent: datelinebot",
            "Disallow: /namesake",
            "User-agent: *",
            "Disallow: /all",
        ]
    )
    assert lines_for("dateline", text).splitlines() == [
        "User-agent: dateline",
        "Disallow: /ours",
        "Crawl-delay: 2",
        "User-agent: *",
        "Disallow: /all",
    ]


def test_the_number_of_rules_is_bounded() -> None:
    kept = lines_for("dateline", "User-agent: *\n" + "Disallow: /x\n" * (MAX_RULES + 5))
    assert len(kept.splitlines()) == MAX_RULES + 1


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [("Dateline/0.1 (+https://x.example)", "dateline"), ("My_Reader-two", "my_reader-two"), ("(nameless)", "*")],
)
def test_the_product_token_opens_the_user_agent(user_agent: str, token: str) -> None:
    assert product_token(user_agent) == token
