"""Whatever bytes arrive: a FeedDocument whose values keep their promises, or Unreadable."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.discovery import find_feeds
from pipeline.core.errors import Unreadable
from pipeline.core.feed_fields import MAX_TITLE_CHARS
from pipeline.core.feeds import parse_feed
from pipeline.core.identity import compare
from pipeline.core.model import FeedDocument, Reply
from pipeline.core.urls import fetchable

markup = st.one_of(
    st.sampled_from(
        ["<rss version='2.0'>", "<channel>", "<item>", "</item>", "</channel>", "</rss>", "<title>", "</title>",
         "<link>", "</link>", "<guid isPermaLink='false'>", "</guid>", "<pubDate>", "Wed, 11 Feb 2026 04:00:00 GMT",
         "</pubDate>", "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/x/'>", "<entry>", "</entry>", "</feed>",
         "<id>", "<link rel='via' href='b'/>", "<source url='https://a.example/'>A</source>", "&amp;", "&nbsp;", "&",
         "<![CDATA[", "]]>", "<!--", "-->", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "<content type='xhtml'>",
         "<?xml version='1.0' encoding='latin-1'?>", "<skipHours><hour>24</hour></skipHours>", "<ttl>60</ttl>",
         "https://news.example/a", "x"]
    ),
    st.text(max_size=8),
)  # fmt: skip
xml = st.lists(markup, max_size=40).map("".join).map(lambda text: text.encode("utf-8", "surrogatepass"))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["items", "id", "url", "title", "content_html", "authors", "name", "date_published", "version", "external_url"]
    ), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip
json_feeds = st.fixed_dictionaries(
    {"version": st.just("https://jsonfeed.org/version/1.1"), "items": values},
    optional={"title": values, "language": values},
).map(lambda feed: json.dumps(feed).encode())
types = st.sampled_from(
    ["", "text/xml; charset=iso-8859-1", "application/json", "text/html; charset=shift_jis", "x; charset=zip"]
)


def reply(body: bytes, content_type: str) -> Reply:
    url = "https://news.example/feed"
    return Reply(url, url, 200, {"content-type": content_type}, body, datetime(2026, 2, 11, tzinfo=UTC))


def keeps_its_promises(document: FeedDocument) -> bool:
    for entry in document.entries:
        assert entry.url is None or fetchable(entry.url)
        assert all(map(fetchable, entry.via_urls))
        assert entry.title is None or 0 < len(entry.title) <= MAX_TITLE_CHARS
        for text in (entry.guid, entry.title, entry.summary, entry.content, *entry.authors):
            assert text is None or ("\x00" not in text and text.encode())
    assert all(0 <= hour < 24 for hour in document.hints.skip_hours)
    return True


@given(st.one_of(st.binary(max_size=200), xml, json_feeds), types)
def test_any_bytes_are_a_document_or_unreadable(body: bytes, content_type: str) -> None:
    try:
        document = parse_feed(reply(body, content_type))
    except Unreadable:
        return
    assert keeps_its_promises(document)


@given(st.one_of(xml, json_feeds))
def test_every_entry_of_any_document_is_new_or_a_repetition_or_nothing(body: bytes) -> None:
    try:
        document = parse_feed(reply(body, ""))
    except Unreadable:
        return
    news = compare([], document)
    assert len(news.new) == news.document_size <= len(document.entries)


@given(st.one_of(st.binary(max_size=200), xml), types)
def test_any_page_has_fetchable_feeds_or_guesses(body: bytes, content_type: str) -> None:
    urls = find_feeds(reply(body, content_type))
    assert urls
    assert all(fetchable(url) for url in urls)
