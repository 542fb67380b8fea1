"""Sitemaps: what a list says, in whatever pieces it comes, and what is not believed."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pipeline.core.errors import Unreadable
from pipeline.core.model import Moment, Precision
from pipeline.core.sitemaps import (
    MAX_LISTED,
    Listed,
    SitemapReader,
    period_in_path,
    period_named,
    sitemaps_named,
    why_no_reports,
)

HERE = "https://quay.example/sitemap.xml"
URLSET = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
 <url><loc> https://quay.example/crane </loc><lastmod>2024-03-11T04:00:00+00:00</lastmod>
  <image:image><image:loc>https://quay.example/crane.jpg</image:loc></image:image></url>
 <url><loc>https://quay.example/lamp?a=1&amp;b=2</loc>
  <news:news><news:publication><news:name>The Quay</news:name></news:publication>
  <news:publication_date>2024-03-12</news:publication_date><news:title>Lamp sought</news:title></news:news></url>
</urlset>"""


def listed(text: str | bytes) -> list[Listed]:
    body = text.encode() if isinstance(text, str) else text
    return [entry for entries in SitemapReader(HERE).read(body) for entry in entries]


def urlset(*urls: str) -> str:
    return f"<urlset>{''.join(f'<url><loc>{url}</loc></url>' for url in urls)}</urlset>"


def day(text: str) -> Moment:
    return Moment(datetime.fromisoformat(f"{text}T00:00:00+00:00"), Precision.DAY)


def test_a_list_gives_addresses_with_what_it_says_of_each() -> None:
    crane, lamp = listed(URLSET)
    assert (crane.url, crane.published, crane.title) == ("https://quay.example/crane", None, None)
    assert crane.lastmod == Moment(datetime(2024, 3, 11, 4, tzinfo=UTC), Precision.SECOND)
    assert lamp == Listed("https://quay.example/lamp?a=1&b=2", published=day("2024-03-12"), title="Lamp sought")


@pytest.mark.parametrize("chunk_bytes", [1, 7, 64])
def test_the_pieces_in_which_it_comes_change_nothing(chunk_bytes: int) -> None:
    parts = SitemapReader(HERE).read(URLSET.replace("&amp;", "&").encode(), chunk_bytes=chunk_bytes)
    assert [entry for part in parts for entry in part] == listed(URLSET)


def test_what_stands_in_cdata_may_hold_any_ampersand() -> None:
    (ropery,) = listed(
        "<urlset><url><loc><![CDATA[https://quay.example/?a=1&b=2]]></loc>"
        "<news><title><![CDATA[R&D at the ropery &amp; more]]></title></news></url></urlset>"
    )
    assert (ropery.url, ropery.title) == ("https://quay.example/?a=1&b=2", "R&D at the ropery & more")


@pytest.mark.parametrize("ahead", ["\n\n", "\ufeff\r\n "])
def test_line_ends_ahead_of_the_declaration_do_no_harm(ahead: str) -> None:
    assert listed(ahead + URLSET) == listed(URLSET)


def test_an_index_gives_lists() -> None:
    index = "<sitemapindex><sitemap><loc>https://quay.example/2024-03.xml</loc></sitemap></sitemapindex>"
    assert listed(index) == [Listed("https://quay.example/2024-03.xml", is_list=True)]


def test_a_text_of_one_address_a_line_is_a_list() -> None:
    text = "\ufeffhttps://quay.example/a\r\n\r\nabout this file\nhttps://quay.example/b"
    assert [entry.url for entry in listed(text)] == ["https://quay.example/a", "https://quay.example/b"]


def test_a_list_in_utf_16_is_read() -> None:
    assert [entry.url for entry in listed(urlset("https://quay.example/é").encode("utf-16"))] == [
        "https://quay.example/é"
    ]


def test_a_list_that_is_cut_off_gives_what_it_has_and_says_so() -> None:
    reader = SitemapReader(HERE)
    entries = reader.feed(urlset("https://quay.example/a", "https://quay.example/b").encode()[:-30])
    entries += reader.finish()
    assert [entry.url for entry in entries] == ["https://quay.example/a"]
    assert reader.trouble is not None
    assert "not well-formed" in reader.trouble


def test_declared_entities_are_refused_before_any_is_expanded() -> None:
    bomb = (
        '<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
        "<urlset><url><loc>https://quay.example/&b;</loc></url></urlset>"
    )
    with pytest.raises(Unreadable, match="declares entities"):
        listed(bomb)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "empty"),
        (b"<html><body>Not here</body></html>", "html"),
        (b"<rss version='2.0'><channel/></rss>", "rss"),
        (b"\x89PNG\r\n\x1a\n0000000000", "no sitemap"),
        (b"<urlset" + b"<a>" * 50, "no sitemap"),
        (b"<urlset>" + b"<a>" * 50, "deep"),
    ],
)
def test_what_is_no_list_is_refused_in_words(body: bytes, what: str) -> None:
    with pytest.raises(Unreadable, match=what):
        listed(body)


def test_a_longer_list_than_anybody_may_write_is_cut() -> None:
    reader = SitemapReader(HERE)
    line = b"<url><loc>https://quay.example/a</loc></url>"
    found = len(reader.feed(b"<urlset>" + line * (MAX_LISTED - 1)))
    found += len(reader.feed(line * 1_000))
    assert found == MAX_LISTED
    assert "longer than" in (reader.trouble or "")


def test_fifty_megabytes_are_read_in_little_memory() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"<urlset>"
        line = b"<url><loc>https://quay.example/" + b"x" * 900 + b"</loc></url>"
        for _ in range(52):
            yield line * 1_000
        yield b"</urlset>"

    reader, found = SitemapReader(HERE), 0
    tracemalloc.start()
    for piece in pieces():
        found += len(reader.feed(piece))
    found += len(reader.finish())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == 52_000
    assert peak < 20_000_000


def test_an_address_that_is_too_long_is_left_out_and_never_cut_to_another() -> None:
    long, short = f"https://quay.example/{'x' * 9_000}", "https://quay.example/a"
    assert [entry.url for entry in listed(urlset(long, short))] == [short]


def test_robots_names_sitemaps_whatever_the_letters_and_however_often() -> None:
    text = (
        "User-agent: *\nDisallow:\nSITEMAP: https://a.example/1.xml\nsitemap:/2.xml\nSitemap: https://a.example/1.xml"
    )
    assert sitemaps_named(text) == ("https://a.example/1.xml", "/2.xml")


@pytest.mark.parametrize(
    ("url", "begin", "end"),
    [
        ("https://a.example/sitemap-2024-03.xml", "2024-03-01", "2024-04-01"),
        ("https://a.example/sitemap-202412.xml.gz", "2024-12-01", "2025-01-01"),
        ("https://a.example/2024/sitemap.xml", "2024-01-01", "2025-01-01"),
        ("https://a.example/sitemaps/2024/02/29.xml", "2024-02-29", "2024-03-01"),
        ("https://a.example/sitemap.xml?yyyy=2024&mm=3&dd=11", "2024-03-11", "2024-03-12"),
    ],
)
def test_a_period_is_read_out_of_a_name(url: str, begin: str, end: str) -> None:
    period = period_named(url)
    assert period is not None
    assert (f"{period.begin:%Y-%m-%d}", f"{period.end:%Y-%m-%d}") == (begin, end)


@pytest.mark.parametrize(
    "url",
    [
        "https://2024.example/sitemap.xml",
        "https://a.example/post-sitemap2010.xml",
        "https://a.example/sitemap-120241.xml",
        "https://a.example/sitemap-12.xml",
    ],
)
def test_a_number_that_is_no_period_is_none(url: str) -> None:
    assert period_named(url) is None


def test_a_date_in_folders_of_a_path_is_a_period_and_a_year_in_words_is_none() -> None:
    period = period_in_path("https://a.example/news/2024/03/11/crane-stays")
    assert period is not None
    assert period.begin == datetime(2024, 3, 11, tzinfo=UTC)
    assert period_in_path("https://a.example/news/2024/crane-stays") is None
    assert period_in_path("https://a.example/news/what-2024-03-11-brought") is None


@pytest.mark.parametrize("name", ["category-sitemap.xml", "post_tag-sitemap2.xml", "author-sitemap.xml", "images.xml"])
def test_lists_of_lists_of_articles_are_told_by_their_names(name: str) -> None:
    assert why_no_reports(f"https://a.example/{name}") is not None


@pytest.mark.parametrize("name", ["post-sitemap.xml", "2024-03.xml", "news/sitemap.xml", "stage-sitemap.xml"])
def test_other_lists_may_hold_reports(name: str) -> None:
    assert why_no_reports(f"https://a.example/{name}") is None
