"""``dateline backfill`` from outside: what it finds by itself, what it asks for, and what it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command import Dateline
from tests.acceptance.history import FEED, HOST, Story, index, newest_first, older, put, rss, urlset
from tests.localsite import LocalSite


def backfill(dateline: Dateline, *arguments: str, code: int = 0) -> dict[str, Any]:
    """The figures in which the command ended."""
    done = dateline("backfill", *arguments, "--json")
    assert done.code == code, done
    last: dict[str, Any] = json.loads(done.out.splitlines()[-1])
    return last


def titles(dateline: Dateline) -> list[str]:
    return sorted(row["title"] for row in dateline.articles())


def asked(site: LocalSite, part: str) -> list[str]:
    return [visit.url for visit in site.requests if part in visit.url]


@pytest.fixture
def paged(site: LocalSite) -> LocalSite:
    """Thirty stories, ten on each page of a feed in the manner of WordPress."""
    stories = newest_first(0, 30)
    put(site, stories)
    site.page(FEED, rss(stories[:10]))
    for page in (2, 3):
        site.page(f"{FEED}?paged={page}", rss(stories[10 * (page - 1) : 10 * page]))
    return site


def test_the_archive_of_a_feed_is_followed_to_its_end(dateline: Dateline, site: LocalSite) -> None:
    stories = newest_first(0, 9)
    put(site, stories)
    site.page(FEED, rss(stories[:3], links=older(f"{HOST}/archive-2")))
    site.page(f"{HOST}/archive-2", rss(stories[3:6], links=older(f"{HOST}/archive-1")))
    site.page(f"{HOST}/archive-1", rss(stories[6:]))
    figures = backfill(dateline, FEED)
    assert figures["articles"] == 9
    assert figures["by_source"]["archive"] == {"articles": 6, "requests": 8}
    oldest = next(row for row in dateline.articles() if row["title"] == Story(0).title)
    assert oldest["published_at"] == "2024-01-01T09:00:00Z"
    assert [(way["by"], way["url"]) for way in oldest["found_by"]] == [("archive", f"{HOST}/archive-1")]


@pytest.mark.parametrize(
    "second",
    [
        f"{FEED}?paged=2",
        f"{FEED}?page=1",
        f"{FEED}?page=2",
        f"{FEED}?start-index=6&max-results=150",
        f"{FEED}/2/",
        f"{FEED}/page/2/",
        f"{HOST}/page/2/feed",
        f"{FEED}?offset=5",
    ],
)
def test_the_manner_of_paging_is_found_by_asking(dateline: Dateline, site: LocalSite, second: str) -> None:
    stories = newest_first(0, 10)
    put(site, stories)
    site.page(FEED, rss(stories[:5]))
    site.page(second, rss(stories[5:]))
    assert backfill(dateline, FEED)["by_source"]["paged"]["articles"] == 5


def test_the_same_command_again_goes_to_no_page(dateline: Dateline, paged: LocalSite) -> None:
    assert backfill(dateline, FEED)["articles"] == 30
    before = len(paged.requests)
    again = backfill(dateline, FEED)
    assert len(paged.requests) == before
    assert (again["articles"], again["requests"], again["known"]) == (0, 0, 30)


def test_a_site_is_enough_and_its_feed_is_found(dateline: Dateline, paged: LocalSite) -> None:
    paged.page(f"{HOST}/", f'<html><head><link rel=alternate type="application/rss+xml" href="{FEED}"></head></html>')
    assert backfill(dateline, "http://quay.example")["articles"] == 30


def test_sitemaps_that_robots_txt_names_are_read_and_what_the_feed_listed_is_not_read_twice(
    dateline: Dateline, paged: LocalSite
) -> None:
    hidden = newest_first(40, 44)
    put(paged, hidden)
    paged.robots(HOST, f"User-agent: *\nSitemap: {HOST}/all.xml\n")
    paged.page(f"{HOST}/all.xml", urlset([*hidden, *newest_first(0, 30)]))
    figures = backfill(dateline, FEED)
    assert figures["by_source"]["sitemap"]["articles"] == 4
    assert len(asked(paged, "/story/")) == 34
    story = next(row for row in dateline.articles() if row["title"] == Story(5).title)
    assert [way["by"] for way in story["found_by"]] == ["paged", "sitemap"]


def test_lastmod_and_a_file_name_never_become_the_date_of_an_article(dateline: Dateline, site: LocalSite) -> None:
    stories = newest_first(0, 3)
    put(site, stories, dated=False)
    site.page(f"{HOST}/sitemap.xml", index(f"{HOST}/sitemap-2024-01.xml"))
    site.page(f"{HOST}/sitemap-2024-01.xml", urlset(stories, lastmod=datetime(2024, 1, 9, tzinfo=UTC)))
    assert backfill(dateline, HOST, "--source", "sitemap")["articles"] == 3
    assert {row["published_at"] for row in dateline.articles()} == {None}


def test_a_news_sitemap_tells_dates_and_titles(dateline: Dateline, site: LocalSite) -> None:
    story = Story(1)
    put(site, [story], dated=False)
    site.page(
        f"{HOST}/sitemap.xml",
        f"<urlset xmlns:news='n'><url><loc>{story.url}</loc><news:news><news:title>{story.title}</news:title>"
        "<news:publication_date>2024-01-02</news:publication_date></news:news></url></urlset>",
    )
    backfill(dateline, HOST, "--source", "sitemap")
    assert [(row["published_at"], row["published_precision"]) for row in dateline.articles()] == [
        ("2024-01-02T00:00:00Z", "day")
    ]


def test_a_range_is_about_publication_and_what_the_feed_dates_outside_is_not_asked_for(
    dateline: Dateline, paged: LocalSite
) -> None:
    figures = backfill(dateline, FEED, "--since", "2024-01-11", "--until", "2024-01-21")
    assert figures["articles"] == 10
    assert len(asked(paged, "/story/")) == 10
    assert {row["published_at"][:10] for row in dateline.articles()} == {f"2024-01-{day}" for day in range(11, 21)}


def test_a_page_that_turns_out_to_lie_outside_is_counted_and_not_kept(dateline: Dateline, site: LocalSite) -> None:
    stories = newest_first(0, 6)
    put(site, stories)
    site.page(f"{HOST}/sitemap.xml", urlset(stories))
    figures = backfill(dateline, HOST, "--source", "sitemap", "--since", "2024-01-04")
    assert (figures["articles"], figures["outside_range"]) == (3, 3)
    assert titles(dateline) == [Story(number).title for number in (3, 4, 5)]


def test_sitemaps_of_other_times_are_not_asked_for(dateline: Dateline, site: LocalSite) -> None:
    stories = newest_first(0, 3)
    put(site, stories)
    names = ("2023-05", "2024-01", "2024-09", "2199-01")
    site.page(f"{HOST}/sitemap.xml", index(*(f"{HOST}/sitemap-{name}.xml" for name in names)))
    for name in names:
        site.page(f"{HOST}/sitemap-{name}.xml", urlset(stories))
    backfill(dateline, HOST, "--source", "sitemap", "--since", "2024-01-01", "--until", "2024-02-01")
    assert asked(site, "/sitemap-") == [f"{HOST}/sitemap-2024-01.xml"]


def test_a_file_of_addresses_is_read_whatever_its_form(dateline: Dateline, site: LocalSite, tmp_path: Path) -> None:
    stories = newest_first(0, 4)
    put(site, stories)
    (tmp_path / "list.txt").write_text(
        f"# mine\n{stories[0].url}\n{stories[0].url}?utm_source=x\n  {stories[1].url}  the second\nno address\n"
    )
    (tmp_path / "table.csv").write_text(
        f'id,title,url\n1,"Barges, and more",{stories[2].url}\n2,Crane,"{stories[3].url}"\n'
    )
    assert backfill(dateline, "list.txt", "table.csv", "--source", "urls")["articles"] == 4
    assert {way["url"] for row in dateline.articles() for way in row["found_by"]} == {"list.txt", "table.csv"}


def test_a_file_without_addresses_is_said_to_hold_none(dateline: Dateline, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"nothing\x00 here\n")
    assert "notes.txt holds no address" in dateline.fine("backfill", "notes.txt", "--source", "urls")


def test_dead_links_are_counted_and_told(dateline: Dateline, paged: LocalSite) -> None:
    paged.page(Story(7).url, "gone", status=410)
    paged.forget(Story(8).url)
    figures = backfill(dateline, FEED, code=1)
    assert (figures["articles"], figures["failed"]) == (28, 2)


def test_what_robots_txt_refuses_is_skipped_and_counted(dateline: Dateline, paged: LocalSite) -> None:
    paged.robots(HOST, "User-agent: *\nDisallow: /story/7-\n")
    figures = backfill(dateline, FEED)
    assert (figures["articles"], figures["skipped"], figures["failed"]) == (29, 1, 0)
    assert asked(paged, "/story/7-") == []


def test_a_feed_that_carries_whole_texts_can_spare_the_pages(dateline: Dateline, site: LocalSite) -> None:
    stories = newest_first(0, 4)
    site.page(FEED, rss(stories[:2], content=True))
    site.page(f"{FEED}?paged=2", rss(stories[2:], content=True))
    assert backfill(dateline, FEED, "--prefer-feed-text")["articles"] == 4
    assert asked(site, "/story/") == []
    assert all(row["flags"] == ["feed-text"] for row in dateline.articles())


def test_no_more_than_asked_for_and_then_the_rest(dateline: Dateline, paged: LocalSite) -> None:
    assert backfill(dateline, FEED, "--max", "7")["articles"] == 7
    assert backfill(dateline, FEED, "--max", "7")["articles"] == 0
    assert backfill(dateline, FEED)["articles"] == 23


def test_what_the_poller_knows_is_not_read_again_and_keeps_its_feed(dateline: Dateline, paged: LocalSite) -> None:
    dateline.fine("feeds", "add", "--no-check", FEED)
    dateline.fine("poll")
    polled = asked(paged, "/story/")
    figures = backfill(dateline, FEED)
    assert (figures["articles"], figures["known"]) == (20, 10)
    assert len(asked(paged, "/story/")) == len(polled) + 20


def test_a_backfilled_article_is_never_due_again(dateline: Dateline, paged: LocalSite) -> None:
    backfill(dateline, FEED)
    status = json.loads(dateline.fine("status", "--json"))
    assert status["next_due_at"] is None
    assert status["entries"]["total"] == 0


def test_a_look_ahead_is_short_and_right(dateline: Dateline, site: LocalSite) -> None:
    stories = newest_first(0, 200)
    put(site, stories)
    site.page(FEED, rss(stories[:10]))
    for page in range(2, 11):
        site.page(f"{FEED}?paged={page}", rss(stories[10 * (page - 1) : 10 * page]))
    site.page(f"{HOST}/sitemap.xml", index(*(f"{HOST}/part-{number}.xml" for number in range(4))))
    for number in range(4):
        site.page(f"{HOST}/part-{number}.xml", urlset(stories[50 * number : 50 * number + 50]))
    expected = backfill(dateline, FEED, "--dry-run")
    assert len(site.requests) < 40
    assert dateline("articles", "--jsonl").out == ""
    real = backfill(dateline, FEED)
    assert real["articles"] == 200
    for key in ("articles", "requests", "megabytes"):
        assert expected[key] == pytest.approx(real[key], rel=0.2)


@pytest.mark.parametrize("way", ["wayback", "warc"])
def test_what_belongs_to_a_later_release_says_so(dateline: Dateline, way: str) -> None:
    done = dateline("backfill", FEED, "--source", way)
    assert done.code == 2
    assert "later release" in done.err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("not an address",), "give a full address"),
        (("ftp://quay.example/",), "https://"),
        ((FEED, "--source", "google"), "auto"),
        ((FEED, "--since", "2024-02-01", "--until", "2024-01-01"), "does not lie before"),
        ((FEED, "--since", "soon"), "no date"),
        (("missing.txt", "--source", "urls"), "cannot be read"),
    ],
)
def test_a_wish_that_cannot_be_fulfilled_says_what_to_do(
    dateline: Dateline, arguments: tuple[str, ...], hint: str
) -> None:
    done = dateline("backfill", *arguments)
    assert done.code == 2
    assert hint in done.err
    assert "Traceback" not in done.err


def test_a_host_that_is_not_there_is_told_at_once(dateline: Dateline) -> None:
    done = dateline("backfill", "https://quay.example")  # the proxy opens no tunnels
    assert done.code == 1
    assert "502" in done.err
    assert "No history was found" in done.out


def test_a_target_that_is_not_there_is_told_with_its_reason(dateline: Dateline, site: LocalSite) -> None:
    done = dateline("backfill", FEED)
    assert done.code == 1
    assert "404" in done.err
    assert "No history was found" in done.out


def test_coverage_is_a_chart_of_eighty_columns_with_holes_and_dead_links(dateline: Dateline, site: LocalSite) -> None:
    stories = [story for story in newest_first(0, 120) if not 50 <= story.number < 60]
    put(site, stories)
    site.page(f"{HOST}/sitemap.xml", urlset([*stories, Story(7, host="http://elsewhere.example")]))
    site.page(Story(100).url, "gone", status=410)
    done = dateline("backfill", HOST, "--source", "sitemap")
    assert done.code == 1
    chart = dateline.fine("coverage", HOST)
    assert all(len(line) <= 80 for line in chart.splitlines())
    assert "2024-02-20 to 2024-02-29" in chart
    assert Story(100).url in chart
    assert "other sites" in chart
    assert chart.strip() in done.out
    form = json.loads(dateline.fine("coverage", HOST, "--json"))
    assert [(hole["first_day"], hole["last_day"]) for hole in form["holes"]] == [("2024-02-20", "2024-02-29")]
    assert (form["articles"], form["failed"], form["other_sites"]) == (109, 1, 1)
    assert form["days"][0] == {"day": "2024-01-01", "articles": 1, "by_source": {"sitemap": 1}}


def test_coverage_of_what_was_never_backfilled_says_what_to_do(dateline: Dateline, paged: LocalSite) -> None:
    dateline.fine("feeds", "add", "--no-check", FEED)
    done = dateline("coverage", FEED)
    assert done.code == 1
    assert f"dateline backfill {FEED}" in done.err
