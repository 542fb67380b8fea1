"""What a host prints on page after page is learnt with its articles and handed out with its pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pipeline.core.model import HostLines, PageState, Reading, Reply, Surroundings
from pipeline.core.reading import read_page
from pipeline.core.repeats import line_hash, paragraphs_told
from pipeline.store import Store
from tests.integration.newsdesk import FEED, OTHER_STORY, STORY, Newsdesk, a_reading, an_entry

NOWHERE = Surroundings()
THIRD_STORY = "https://news.example/third"
BRIDGE = "The bridge opened on Tuesday after two years of work, and the first lorry over it carried onions."
FERRY = "The ferry sails again from Thursday, since its new engine has passed all trials off the northern cape."


def seen(url: str, text: str, *lines: int) -> Reading:
    return replace(a_reading(url, text), lines_seen=lines, paragraphs=paragraphs_told(text))


def reply_of(url: str, subject: str) -> Reply:
    """A page about ``subject`` with a box of sources and a line about the house, which are another one on each page."""
    story = "".join(
        f"<p>Paragraph {n} tells of the {subject} what the county decided on Tuesday, and what it will cost.</p>"
        for n in "abcd"
    )
    sources = f"<h3>Our sources</h3><p>Minutes of the {subject} board</p><p>Two {subject} keepers</p>"
    house = f"<p class='us'>The News has been told in Port Vesper since 1887, by 14 {subject} watchers and a cat.</p>"
    body = f"<main><div>{story}</div><section>{sources}</section>{house}</main>"
    page = f"<html><body><h1>The {subject}</h1>{body}</body></html>"
    return Reply(url, url, 200, {"content-type": "text/html"}, page.encode(), datetime(2026, 3, 5, tzinfo=UTC))


def page_of(url: str, subject: str) -> Reading:
    return read_page(reply_of(url, subject), None, NOWHERE)


async def test_an_entry_comes_with_the_lines_of_its_hosts_other_pages(desk: Newsdesk) -> None:
    await desk.publish(seen(STORY, BRIDGE, 1, 2**63 - 1), seen(OTHER_STORY, FERRY, 1, 7))

    await desk.poll(FEED, an_entry(THIRD_STORY, "Third"))
    (due,) = await desk.due("news.example")

    assert due.around.host_lines == HostLines(2, {2**63 - 1: 1, 1: 2, 7: 1})


async def test_what_two_pages_have_taught_cleans_the_third(desk: Newsdesk) -> None:
    await desk.publish(page_of(STORY, "bridge"), page_of(OTHER_STORY, "ferry"))
    await desk.poll(FEED, an_entry(THIRD_STORY, "Third"))
    (due,) = await desk.due("news.example")

    alone, taught = (read_page(reply_of(THIRD_STORY, "lighthouse"), None, around) for around in (NOWHERE, due.around))

    assert "Minutes of the lighthouse board" in alone.article.text
    assert "14 lighthouse watchers" in alone.article.text
    assert taught.article.text.count("\n") == 3
    assert all(line.startswith("Paragraph") for line in taught.article.text.split("\n"))


async def test_a_page_that_is_read_again_is_not_counted_again(desk: Newsdesk) -> None:
    await desk.publish(seen(STORY, BRIDGE, 1, line_hash(BRIDGE)))
    await desk.poll(FEED, an_entry(STORY, "Bridge opens late"))
    await desk.read(seen(STORY, BRIDGE, 1, line_hash(BRIDGE)))

    await desk.poll(FEED, an_entry(THIRD_STORY, "Third"))
    (due,) = await desk.due("news.example")

    assert due.around.host_lines == HostLines(1, {1: 1, line_hash(BRIDGE): 1})


async def test_the_feeds_own_text_teaches_nothing_about_its_host(desk: Newsdesk) -> None:
    await desk.publish(a_reading(STORY, BRIDGE))

    await desk.poll(FEED, an_entry(THIRD_STORY, "Third"))
    (due,) = await desk.due("news.example")

    assert due.around.host_lines == HostLines()


async def test_an_article_that_is_read_again_by_newer_rules_knows_its_hosts_lines(desk: Newsdesk, store: Store) -> None:
    await desk.follow(FEED)
    await desk.poll(FEED, an_entry(STORY))
    work = await store.claim("news.example", "desk", desk.now)
    assert work is not None
    page = PageState(digest=b"the page of the bridge".ljust(32))
    await store.save_reading(work.turn, work.entries[0], seen(STORY, BRIDGE, 1), page=page, again_at=None, now=desk.now)

    (old,) = await store.rereadable(["1"], 0, 10)

    assert old.due.around.host_lines.counts == {1: 1}
