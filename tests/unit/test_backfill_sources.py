"""What a document of each source comes to: pages, further documents, and what is let go."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.backfill.sources import (
    TARGET,
    addresses_in,
    first_documents,
    home_of,
    in_range,
    lists_in_order,
    older_pages,
    reaches_beginning,
    read_lines,
    without_address,
)
from pipeline.core.errors import Unreadable
from pipeline.core.model import Entry, FeedDocument, Moment, Precision
from pipeline.core.sitemaps import Listed
from pipeline.store.frontier import Backfill, Document, Source

NOON = datetime(2026, 2, 11, 12, tzinfo=UTC)
FEED = "https://quay.example/feed"
SITEMAP = "https://quay.example/sitemap.xml"


def a_wish(since: str | None = None, until: str | None = None, way: str = "auto") -> Backfill:
    begin, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None for text in (since, until))
    return Backfill(1, FEED, way, begin, end)


def day(text: str) -> Moment:
    return Moment(datetime.fromisoformat(text).replace(tzinfo=UTC), Precision.DAY)


def second(text: str) -> Moment:
    return Moment(datetime.fromisoformat(text).replace(tzinfo=UTC), Precision.SECOND)


def a_feed(*dates: str, older_url: str | None = None, site_url: str | None = None) -> FeedDocument:
    entries = tuple(Entry(None, f"https://quay.example/{number}", "T", day(at)) for number, at in enumerate(dates))
    return FeedDocument("The Quay", site_url, "en", entries, older_url=older_url)


def urls(text: str) -> list[str]:
    return [page.url for page in addresses_in(text.splitlines(keepends=True))]


def test_a_range_holds_its_first_moment_and_not_its_last() -> None:
    wish = a_wish("2024-03-01", "2024-04-01")
    assert in_range(second("2024-03-01T00:00:00"), wish)
    assert not in_range(second("2024-04-01T00:00:00"), wish)
    assert not in_range(second("2024-02-29T23:59:59"), wish)


def test_of_a_date_without_a_time_the_day_decides() -> None:
    wish = a_wish("2024-03-01T18:00:00")
    assert in_range(day("2024-03-01"), wish)
    assert not in_range(day("2024-02-29"), wish)


def test_what_has_no_date_may_be_in_the_range() -> None:
    assert in_range(None, a_wish("2024-03-01"))


def test_a_page_of_a_feed_before_the_range_ends_the_chain_and_an_undated_entry_does_not() -> None:
    wish = a_wish("2024-03-01")
    assert reaches_beginning(a_feed("2024-02-01", "2024-01-20").entries, wish)
    undated = Entry(None, "https://quay.example/x", "T")
    assert not reaches_beginning([*a_feed("2024-02-01").entries, undated], wish)


def test_a_feed_without_an_archive_is_asked_for_its_second_page() -> None:
    (older,) = older_pages(Document(Source.FEED, FEED, "quay.example"), a_feed("2024-03-01"), 1, FEED, a_wish())
    assert (older.source, older.url, older.page, older.seen) == (Source.PAGED, f"{FEED}?paged=2", 2, 1)


def test_a_feed_with_an_archive_is_not_asked_for_pages() -> None:
    content = a_feed("2024-03-01", older_url="https://quay.example/archive-9")
    (older,) = older_pages(Document(Source.FEED, FEED, "quay.example"), content, 1, FEED, a_wish())
    assert (older.source, older.url) == (Source.ARCHIVE, "https://quay.example/archive-9")


def test_the_home_of_a_feed_on_a_service_is_where_its_links_lead() -> None:
    content = a_feed("2024-03-01", site_url="https://www.quay.example/")
    assert home_of("https://feeds.service.example/quay", content) == "https://www.quay.example/"


def test_a_home_to_which_no_link_leads_is_only_claimed() -> None:
    content = a_feed("2024-03-01", site_url="https://victim.example/")
    assert home_of("https://feeds.service.example/quay", content) == "https://feeds.service.example/quay"


def test_a_target_with_a_path_may_itself_be_the_sitemap() -> None:
    (document,) = first_documents("https://quay.example/news.xml", "sitemap")
    assert (document.source, document.manner) == (Source.SITEMAP, TARGET)
    (document,) = first_documents("https://quay.example:8080/", "sitemap")
    assert document.url == "https://quay.example:8080/robots.txt"


def test_sitemaps_are_asked_for_newest_first_and_those_without_a_date_before() -> None:
    names = ("2023-01.xml", "2024-06.xml", "latest.xml", "2023-09.xml")
    lists = [Listed(f"https://quay.example/{name}", is_list=True) for name in names]
    ordered = [document.url.rpartition("/")[2] for document in lists_in_order(lists, a_wish(), NOON)]
    assert ordered == ["latest.xml", "2024-06.xml", "2023-09.xml", "2023-01.xml"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (Listed("https://quay.example/author-sitemap.xml"), "no reports"),
        (Listed("https://quay.example/2031-01.xml"), "to come"),
        (Listed("https://quay.example/2019-01.xml"), "outside the range"),
        (Listed("https://quay.example/old.xml", lastmod=day("2019-01-01")), "changed"),
    ],
)
def test_a_sitemap_that_cannot_hold_anything_is_noted_with_the_reason(line: Listed, reason: str) -> None:
    (document,) = lists_in_order([line], a_wish("2024-01-01"), NOON)
    assert reason in (document.skipped or "")


def test_lastmod_only_tells_what_was_published_before() -> None:
    early = Listed("https://quay.example/early", lastmod=day("2023-01-01"))
    late = Listed("https://quay.example/late", lastmod=day("2025-01-01"))
    read = read_lines([early, late], SITEMAP, a_wish("2024-01-01", "2024-06-01"))
    assert [page.url for page in read.pages] == ["https://quay.example/late"]
    assert read.pages[0].entry is None
    assert read.beyond == 1


def test_a_dated_path_outside_the_range_is_not_asked_for_but_for_the_zones() -> None:
    lines = [Listed(f"https://quay.example/2024/{place}/story") for place in ("02/10", "02/29", "03/15")]
    read = read_lines(lines, SITEMAP, a_wish("2024-03-01"))
    assert [page.url[-11:-6] for page in read.pages] == ["02/29", "03/15"]


def test_files_and_the_front_page_are_no_articles() -> None:
    lines = [Listed(f"https://quay.example{path}") for path in ("/", "", "/a.pdf", "/b.JPG", "/c", "/?p=1")]
    read = read_lines(lines, SITEMAP, a_wish())
    assert [page.url for page in read.pages] == ["https://quay.example/c", "https://quay.example/?p=1"]


def test_a_login_in_a_sitemap_is_not_used() -> None:
    assert read_lines([Listed("https://me:pass@quay.example/a")], SITEMAP, a_wish()).pages == ()


def test_addresses_stand_one_a_line_with_remarks() -> None:
    assert urls("# all of these\n\nhttps://a.example/1 the first\n<https://a.example/2>,\nno address\n") == [
        "https://a.example/1",
        "https://a.example/2",
    ]


def test_a_table_is_read_by_its_head_and_other_addresses_in_it_are_not_taken() -> None:
    assert urls('id,source,URL\n1,https://paper.example,"https://a.example/1?x=1,2"\n2,,nothing\n') == [
        "https://a.example/1?x=1,2"
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("https://a.example/7,114912,312.html", ["https://a.example/7,114912,312.html"]),
        ("https://a.example/it's;here,", ["https://a.example/it's;here"]),
        ("https://a.example/1,https://a.example/2", ["https://a.example/1"]),
        ("https://a.example/1, seen in May", ["https://a.example/1"]),
    ],
)
def test_commas_belong_to_an_address_that_stands_alone(line: str, found: list[str]) -> None:
    assert urls(line) == found


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("# remark\n\nhttps://a.example/1\na.example/2\nnothing\n", (2, "a.example/2")),
        ("id,url\n1,https://a.example/1\n2,\n3,nothing\n", (1, "nothing")),
        ("https://a.example/1\n", (0, "")),
    ],
)
def test_lines_without_an_address_are_counted(text: str, left_out: tuple[int, str]) -> None:
    assert without_address(text.splitlines(keepends=True)) == left_out


def test_a_broken_table_is_told() -> None:
    with pytest.raises(Unreadable, match="CSV"):
        urls(f'url\n"{"x" * 200_000}"\n')
