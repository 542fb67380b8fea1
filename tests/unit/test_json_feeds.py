"""json_feeds.py: what no seed of a JSON Feed can show."""

from __future__ import annotations

import json

import pytest

from pipeline.core.errors import Unreadable
from pipeline.core.feed_fields import MAX_ENTRIES
from pipeline.core.json_feeds import read_json_feed
from pipeline.core.model import Entry, FeedDocument

URL = "https://post.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def read(**members: object) -> FeedDocument:
    return read_json_feed(json.dumps({"version": VERSION, **members}), URL)


def only(**item: object) -> Entry:
    (entry,) = read(items=[item]).entries
    return entry


def test_too_many_items_are_cut_and_said() -> None:
    document = read(items=[{"id": str(number)} for number in range(MAX_ENTRIES + 1)])
    assert len(document.entries) == MAX_ENTRIES
    assert f"{MAX_ENTRIES + 1} entries" in (document.trouble or "")


def test_a_feed_without_its_list_of_items_is_a_document_with_trouble() -> None:
    document = read(title="Quay news")
    assert (document.title, document.entries) == ("Quay news", ())
    assert "list of items" in (document.trouble or "")


def test_a_list_of_items_without_a_version_is_taken_for_a_feed() -> None:
    document = read_json_feed('{"items": [{"id": "a"}]}', URL)
    assert [entry.guid for entry in document.entries] == ["a"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"items": [', "broken JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "no JSON Feed"),
        ('{"items": "none"}', "no JSON Feed"),
    ],
)
def test_what_is_no_json_feed_is_unreadable_with_its_address(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said) as refusal:
        read_json_feed(text, URL)
    assert URL in str(refusal.value)


@pytest.mark.parametrize("end", ["", ",", ',{"id": "3", "ti', ', {"id": "3", "title": "x" "y"}]}', "], oops}"])
def test_of_a_document_that_is_cut_off_the_whole_items_are_read(end: str) -> None:
    start = '{"version": "https://jsonfeed.org/version/1", "title": "Quay news", "items": [{"id": "1"}, {"id": "2"}'
    document = read_json_feed(start + end, URL)
    assert (document.title, [entry.guid for entry in document.entries]) == ("Quay news", ["1", "2"])
    assert "cut off or broken" in (document.trouble or "")


def test_a_line_end_within_a_text_is_part_of_it() -> None:
    document = read_json_feed('{"items": [{"id": "1", "content_html": "<p>One\n\ttwo</p>"}]}', URL)
    assert (document.entries[0].content, document.trouble) == ("<p>One\n\ttwo</p>", None)


def test_a_number_is_an_id_like_its_text_and_a_truth_value_is_none() -> None:
    assert (only(id=17).guid, only(id=True).guid) == ("17", None)


def test_a_link_is_the_items_own_before_the_one_it_writes_about() -> None:
    assert only(url="/a", external_url="https://else.example/b").url == "https://post.example/a"
    assert only(external_url="https://else.example/b").url == "https://else.example/b"
    assert only(id="https://post.example/c").url == "https://post.example/c"


def test_plain_text_is_escaped_where_html_is_expected() -> None:
    entry = only(content_text="1 < 2 & 3", summary="a <b> c")
    assert (entry.content, entry.summary) == ("1 &lt; 2 &amp; 3", "a &lt;b&gt; c")


def test_authors_of_both_versions_are_taken_each_once() -> None:
    entry = only(authors=[{"name": "Ida Holm"}, "nobody"], author={"name": "Ida Holm"})
    assert entry.authors == ("Ida Holm",)
