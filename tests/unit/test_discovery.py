"""discovery.py: which feeds a page names, shows, or may have."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.core.discovery import find_feeds
from pipeline.core.model import Reply

PAGE = """<html><head><base href="/news/">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/atom+xml" title="World &amp; town" href="world.atom">
<link rel="alternate" type="text/html" hreflang="de" href="/de/">
<link rel="stylesheet" type="text/css" href="/feed.css">
<link rel="ALTERNATE feed" type="application/feed+json; charset=utf-8" href="https://post.example/feed.json">
</head><body><a href="/sport/rss.xml">Sport</a><a href="/feedback">Feedback</a><a href="/about/rss.html">About RSS</a>
<a href="https://blog.example/?feed=rss2">Blog</a>
<a href="mailto:feed@post.example">Mail</a><a href="/sport/rss.xml">Again</a></body></html>"""


def page_at_start(page: str) -> Reply:
    url = "https://post.example/start"
    return Reply(url, url, 200, {"content-type": "text/html"}, page.encode(), datetime(2026, 2, 11, tzinfo=UTC))


def test_a_pages_feeds_are_found_in_the_order_of_their_promise() -> None:
    assert find_feeds(page_at_start(PAGE))[:6] == (
        "https://post.example/news/world.atom",
        "https://post.example/feed.json",
        "https://post.example/comments/feed",
        "https://post.example/sport/rss.xml",
        "https://blog.example/?feed=rss2",
        "https://post.example/feed",  # a guess
    )


def test_a_page_that_names_no_feed_has_guesses_on_its_own_site() -> None:
    assert {url.rpartition("/")[0] for url in find_feeds(page_at_start("<p>Hello"))} == {"https://post.example"}


def test_a_page_full_of_links_gives_few_feeds() -> None:
    page = "".join(f'<a href="/{i}/feed">x</a>' for i in range(5_000))
    assert len(find_feeds(page_at_start(page))) <= 30
