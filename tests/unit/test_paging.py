"""The pages of a feed: what each system calls the second one, and in which order that is found out."""

from __future__ import annotations

import pytest

from pipeline.core.paging import MANNERS, next_manner, page_url


@pytest.mark.parametrize(
    ("manner", "feed", "expected"),
    [
        ("wordpress", "https://a.example/feed/", "https://a.example/feed/?paged=3"),
        ("wordpress", "https://a.example/?feed=rss2", "https://a.example/?feed=rss2&paged=3"),
        ("drupal", "https://a.example/rss.xml", "https://a.example/rss.xml?page=2"),
        ("page", "https://a.example/rss?page=1", "https://a.example/rss?page=3"),
        ("blogger", "https://a.example/feeds/posts/default", "https://a.example/feeds/posts/default?start-index=51"),
        ("ghost", "https://a.example/rss/", "https://a.example/rss/3/"),
        ("ghost-page", "https://a.example/rss", "https://a.example/rss/page/3/"),
        ("page-folder", "https://a.example/blog/feed/", "https://a.example/blog/page/3/feed/"),
        ("offset", "https://a.example/feed", "https://a.example/feed?offset=50"),
    ],
)
def test_the_third_page_after_fifty_entries(manner: str, feed: str, expected: str) -> None:
    assert page_url(manner, feed, page=3, seen=50).startswith(expected)


def test_blogger_is_asked_for_its_largest_pages() -> None:
    assert "max-results=150" in page_url("blogger", "https://a.example/feeds/posts/default", page=2, seen=25)


def test_a_login_and_other_parameters_stay() -> None:
    assert page_url("page", "https://me:pass@a.example/feed?tag=x", page=2, seen=10) == (
        "https://me:pass@a.example/feed?tag=x&page=2"
    )


def test_every_manner_is_tried_once() -> None:
    tried = []
    manner = next_manner(None)
    while manner is not None:
        tried.append(manner)
        manner = next_manner(manner)
    assert tried == [each.name for each in MANNERS]


def test_a_count_from_zero_is_tried_before_the_same_count_from_one() -> None:
    names = [manner.name for manner in MANNERS]
    assert names.index("drupal") < names.index("page")
