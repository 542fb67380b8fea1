"""The screens: they fit 80 columns, speak in words, and let no page move the cursor."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from pipeline.core.model import EvidenceKind
from pipeline.screens import (
    EVIDENCE_WORDS,
    article_page,
    articles_table,
    cycle_line,
    edges_table,
    feeds_table,
    how_far,
    said,
    shortened,
    status_page,
    when,
)

NOW = datetime(2026, 2, 11, 12, 0, tzinfo=UTC)


def drawn(what: RenderableType, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(what)
    return console.file.getvalue()  # type: ignore[attr-defined]


def article(**changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": 7,
        "url": "http://ledger.example/a",
        "canonical_url": None,
        "source": {
            "name": "The Quayside Ledger of the Northern Ports",
            "domain": "ledger.example",
            "witness": "json-ld",
        },
        "title": "Harbour council votes to slow every ship in the strait, whatever its flag or its cargo may be",
        "authors": ["Ana Ruiz"],
        "text": "First paragraph.\nSecond paragraph.",
        "language": "en",
        "published_at": "2026-02-11T04:00:00Z",
        "published_day": "2026-02-11",
        "published_precision": "minute",
        "published_witness": "feed",
        "first_seen_at": "2026-02-11T05:00:00Z",
        "updated_at": "2026-02-11T05:00:00Z",
        "feeds": ["http://ledger.example/feed"],
        "found_by": [{"by": "feed", "url": "http://ledger.example/feed", "at": "2026-02-11T05:00:00Z"}],
        "dateline": {"place": "Almery", "date": "Feb 11", "agency": "Meridian Wire"},
        "credit": "Meridian Wire",
        "genre": None,
        "flags": ["feed-text"],
        "parts": [],
        "revisions": [{"seen_at": "2026-02-11T05:00:00Z", "title": "Old", "text": "First paragraph.\nGone line."}],
        "edges": [
            {
                "article_url": "http://ledger.example/a",
                "relation": "copy_of",
                "target_url": None,
                "target": None,
                "external": {"name": "Meridian Wire", "title": None, "url": None, "date": None, "candidates": []},
                "external_name": "Meridian Wire",
                "confidence": 0.9,
                "evidence": ["credit_line"],
                "evidence_detail": [{"kind": "credit_line", "where": "tail", "excerpt": "MERIDIAN WIRE"}],
                "method": "declared/1",
                "status": "current",
                "first_seen_at": "2026-02-11T05:00:00Z",
                "ended_at": None,
            }
        ],
        "original_report": None,
        "path": [],
        "page_error": None,
        "derived": [],
        "past_edges": [],
    }
    return row | changes


def feed(**changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": 1,
        "url": "http://ledger.example/a-rather-long-path/to-the-feed-of-the-quayside-ledger/rss.xml?section=world",
        "title": "Ledger",
        "source": "The Quayside Ledger",
        "state": "error",
        "error": {
            "kind": "http-503",
            "message": "503 from ledger.example",
            "since": "2026-02-11T04:00:00Z",
            "count": 3,
        },
        "last_polled_at": "2026-02-11T11:00:00Z",
        "last_success_at": "2026-02-11T03:00:00Z",
        "next_poll_at": "2026-02-11T12:30:00Z",
        "next_poll_reason": "failed 3 times",
        "interval_s": 3600,
        "loss": {"since": "2026-02-10T00:00:00Z", "count": 2},
        "tags": [],
        "entries": 3,
        "articles": 2,
    }
    return row | changes


def status(**changes: Any) -> dict[str, Any]:
    failing = feed()
    silent = {"url": failing["url"], "since": "2026-01-02T04:00:00Z", "next_poll_at": "2026-02-11T15:00:00Z"}
    row: dict[str, Any] = {
        "daemon": "process 7 on desk",
        "feeds": {"total": 9, "new": 1, "ok": 4, "error": 2, "gone": 1, "paused": 1, "silent": 3},
        "last_polls": {"news": 3, "failed": 2},
        "entries": {"total": 90, "waiting": 4, "failing": {"http-404": 2}},
        "articles": {"total": 80, "last_day": 7},
        "traces": {"waiting": 5, "failing": 2, "oldest_due_at": "2026-02-11T11:30:00Z"},
        "references": {"open": 31},
        "hosts": {"due": 3, "working": 1, "held": 1},
        "late_s": 5400.0,
        "next_due_at": "2026-02-11T12:01:00Z",
        "late_hosts": [
            {
                "host": "a-rather-long-name-of-a-host.of-the-northern-ports.ledger.example",
                "due_at": "2026-02-11T10:30:00Z",
                "why": "held",
                "held_until": "2026-02-11T12:40:00Z",
            }
        ],
        "failing_feeds": [{key: failing[key] for key in ("url", "error", "next_poll_at")}],
        "failing_pages": [
            {
                "url": "http://ledger.example/tide-tables",
                "title": "Tide tables",
                "article_id": None,
                "error": {
                    "kind": "http-404",
                    "message": "ledger.example answered 404 Not Found",
                    "since": "2026-02-11T11:00:00Z",
                    "count": 1,
                },
                "next_try_at": "2026-02-11T12:30:00Z",
            }
        ],
        "silent_feeds": [silent],
    }
    return row | changes


@pytest.mark.parametrize("screen", ["articles", "feeds", "article", "status"])
def test_every_screen_fits_80_columns(now: datetime, screen: str) -> None:
    text = drawn(
        {
            "articles": articles_table([article()], NOW),
            "feeds": feeds_table([feed()], now),
            "article": article_page(article()),
            "status": status_page(status(), NOW),
        }[screen]
    )
    assert max(len(line) for line in text.splitlines()) <= 80


def test_an_article_shows_its_source_its_date_and_whose_report_it_is() -> None:
    text = drawn(articles_table([article()], NOW), 120)
    assert "Feb 11 04:00" in text
    assert "The Quayside" in text
    assert "copy of Meridian Wire (its credit line; 0.90)" in text


def test_a_day_that_is_all_we_know_is_shown_without_an_hour() -> None:
    text = drawn(articles_table([article(published_precision="day")], NOW))
    assert "Feb 11 " in text
    assert "04:00" not in text


def test_a_headline_without_blanks_is_shown_to_its_end(now: datetime) -> None:
    title = "听澜市议会通过明年预算，渡轮夜间班次将增加一倍并延长至凌晨两点，市民团体表示欢迎"
    _, *lines = drawn(articles_table([article(title=title, edges=[], flags=[], revisions=[])], now)).splitlines()
    assert "".join(line.split()[-1] for line in lines) == title


def test_a_date_of_another_year_is_shown_with_its_year() -> None:
    assert "2019-02-11" in drawn(articles_table([article(published_at="2019-02-11T04:00:00Z")], NOW))


def test_a_report_that_is_in_the_store_is_named_with_its_source_and_its_title() -> None:
    (edge,) = article()["edges"]
    target = {"id": 3, "source": "Meridian Wire", "title": "Strait to be slowed"}
    found = edge | {
        "target_url": "http://meridian.example/3",
        "target": target,
        "external": None,
        "external_name": None,
    }
    assert "copy of Meridian Wire: Strait to be slowed" in drawn(articles_table([article(edges=[found])], NOW), 120)


def test_an_undated_article_says_so() -> None:
    assert "undated" in drawn(articles_table([article(published_at=None, published_precision=None)], NOW))


def test_an_article_in_full_shows_its_evidence_and_what_an_edit_took_away() -> None:
    text = drawn(article_page(article()), 120)
    assert "its credit line (in tail): MERIDIAN WIRE" in text
    assert "- Gone line." in text
    assert "First paragraph." in text
    assert "from feed" in text


def test_an_article_in_full_tells_that_its_page_is_gone() -> None:
    error = {"kind": "http-410", "message": "ledger.example answered 410 Gone", "since": "2026-02-11T11:00:00Z"}
    shown = " ".join(drawn(article_page(article(page_error=error))).split())
    assert "page now ledger.example answered 410 Gone (since 2026-02-11 11:00 UTC)" in shown


def test_every_kind_of_evidence_has_words() -> None:
    assert EVIDENCE_WORDS.keys() == set(EvidenceKind)


def test_an_evening_across_the_sea_is_shown_with_the_day_it_had_there() -> None:
    text = drawn(article_page(article(published_day="2026-02-10")), 120)
    assert "2026-02-11 04:00 UTC, 2026-02-10 where it was published" in text


def test_a_failing_feed_says_what_and_since_when(now: datetime) -> None:
    text = " ".join(drawn(feeds_table([feed()], now)).split())
    assert "503 from ledger" in text
    assert "since 2026-02-11 04:00 UTC, 3 times in a row" in text
    assert "in 30 min" in text


def test_a_message_that_begins_with_the_feeds_address_stands_below_it_without(now: datetime) -> None:
    failing = feed(url="http://a.example/rss", error={**feed()["error"], "message": "http://a.example/rss is torn"})
    text = " ".join(drawn(feeds_table([failing], now), 120).split())
    assert "http://a.example/rss is torn" in text
    assert text.count("http://a.example/rss") == 1


def test_the_address_of_an_edges_article_is_whole(now: datetime) -> None:
    url = f"http://a.example/{'long' * 30}.html"
    assert url in drawn(edges_table([an_edge(article_url=url)])).replace("\n", "").replace(" ", "")


def test_status_says_of_what_is_late_failing_or_silent_since_when_why_and_the_next_try() -> None:
    text = " ".join(drawn(status_page(status(), NOW)).split())
    assert "daemon process 7 on desk" in text
    assert "due since 2026-02-11 10:30 UTC; its server asked to be left alone, and is tried again in 40 min" in text
    assert "503 from ledger.example (since 2026-02-11 04:00 UTC, 3 times; next try in 30 min)" in text
    assert "nothing new since 2026-01-02; next try in 3 h" in text


def test_status_says_how_many_articles_wait_to_be_traced_and_how_many_originals_are_not_there() -> None:
    text = " ".join(drawn(status_page(status(), NOW)).split())
    waiting = "5 articles waiting to be traced, the longest for 30 min; 2 failed and will be tried again"
    assert f"origins {waiting}" in text
    assert "originals 31 named that are not in the store" in text


def test_status_names_the_pages_that_failed_last_and_why() -> None:
    text = " ".join(drawn(status_page(status(), NOW), 120).split())
    assert "http://ledger.example/tide-tables ledger.example answered 404 Not Found" in text
    assert "1 time; next try in 30 min" in text


def test_a_feed_whose_poll_is_late_is_due_now(now: datetime) -> None:
    late = drawn(feeds_table([feed(next_poll_at="2026-02-11T11:00:00Z", last_success_at=None)], now)).splitlines()[1]
    assert late.split()[-2:] == ["never", "now"]


@pytest.mark.parametrize("width", [60, 80])
def test_an_address_in_status_is_one_line_without_its_middle(now: datetime, width: int) -> None:
    lines = drawn(status_page(status(), now), width).split("\n")

    shown = [line for line in lines if line.strip().startswith("http://ledger.example/a")]
    assert len(shown) == 2  # a failing feed, and a silent one
    assert {len(line) for line in shown} == {width}
    assert all("…" in line and line.endswith("?section=world") for line in shown)


def test_on_a_wide_terminal_an_address_in_status_is_whole(now: datetime) -> None:
    assert f"  {feed()['url']}\n" in "\n".join(map(str.rstrip, drawn(status_page(status(), now), 120).split("\n")))


@pytest.mark.parametrize("columns", [3, 4, 10, 11])
@pytest.mark.parametrize("text", ["http://ledger.example/rss", "新闻社的网站地址在这里", "é" * 12])
def test_what_is_shortened_keeps_its_ends_and_fits(text: str, columns: int) -> None:
    short = shortened(text, columns)

    assert columns - 2 <= cell_len(short) <= columns
    head, tail = short.split("…")
    assert text.startswith(head.rstrip())
    assert text.endswith(tail)


def test_status_says_where_the_rest_of_a_list_is() -> None:
    text = drawn(status_page(status(), NOW))
    assert "All of them with `dateline feeds list --failing`." in text
    assert "3 in all." in text


def test_status_of_a_store_where_all_is_well_lists_nothing() -> None:
    well = {"total": 4, "new": 0, "ok": 4, "error": 0, "gone": 0, "paused": 0, "silent": 0}
    text = drawn(
        status_page(
            status(daemon=None, feeds=well, late_hosts=[], failing_feeds=[], failing_pages=[], silent_feeds=[]), NOW
        )
    )
    assert "nobody runs it" in text
    assert not any(word in text for word in ("Late", "Failing", "Silent", "in all"))


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\u202egnp.exe", "\x07", "\x9b31m"])
def test_words_of_the_world_cannot_move_the_cursor(hostile: str) -> None:
    plain = said(f"a{hostile}b").plain
    assert plain[0] == "a"
    assert plain[-1] == "b"
    assert all(character.isprintable() for character in plain)
    assert "\u202e" not in plain


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (None, "never"),
        ("2026-02-11T12:00:10Z", "now"),
        ("2026-02-11T12:25:00Z", "in 25 min"),
        ("2026-02-11T09:00:00Z", "3 h ago"),
        ("2026-02-08T12:00:00Z", "3 d ago"),
    ],
)
def test_distances_in_time_are_said_in_one_unit(now: datetime, moment: str | None, words: str) -> None:
    assert how_far(moment, now) == words


def test_a_time_that_is_not_known_is_left_empty() -> None:
    assert when(None) == ""


def test_a_cycle_is_told_in_a_sentence() -> None:
    counts = {
        ("poll", "news"): 1,
        ("poll", "unchanged"): 2,
        ("poll", "failed"): 1,
        ("page", "new"): 5,
        ("page", "failed"): 1,
        ("page", "feed-text"): 1,
    }
    assert cycle_line(counts, 3) == (
        "Polled 4 feeds on 3 hosts: 2 unchanged, 1 failed. "
        "5 new articles, 0 edited, 1 page not to be had (1 kept with the feed's own text)."
    )


def an_edge(**changes: Any) -> dict[str, Any]:
    edge: dict[str, Any] = article()["edges"][0]
    return edge | changes


def test_a_post_of_others_is_shown_between_the_paragraphs_where_it_stood() -> None:
    post = {"kind": "embed", "text": "Not one ship. — Ana (@ana)", "place": 16, "url": "https://posts.example/1"}
    lines = [line.strip() for line in drawn(article_page(article(parts=[post]))).splitlines() if line.strip()]
    assert lines[-4:] == [
        "First paragraph.",
        "Not one ship. — Ana (@ana)",
        "https://posts.example/1",
        "Second paragraph.",
    ]


def test_the_way_to_the_original_report_is_drawn_as_a_tree_with_its_evidence() -> None:
    inside = {"target_url": "http://strand.example/a", "external": None, "external_name": None}
    copied = an_edge(**inside, target={"id": 3, "source": "The Strand Post", "title": "Ships slow"})
    credited = an_edge(article_url="http://strand.example/a")
    row = article(edges=[copied], path=[copied, credited])

    lines = [line.rstrip() for line in drawn(article_page(row)).splitlines()]

    start = lines.index("Where it came from")
    assert lines[start + 1 : start + 6] == [
        "└── copy of The Strand Post: Ships slow [3] (0.90)",
        "    ├── its credit line (in tail): MERIDIAN WIRE",
        "    └── copy of Meridian Wire (0.90)",
        "        ├── its credit line (in tail): MERIDIAN WIRE",
        "        └── the original report, which this store does not hold",
    ]


def test_a_report_that_is_taken_over_and_cited_is_one_line_with_all_its_evidence() -> None:
    inside = {"target_url": "http://strand.example/a", "external": None, "external_name": None}
    retold = an_edge(**inside, relation="rewrite_of", target={"id": 3, "source": "The Strand Post", "title": "Ships"})
    says = {"kind": "attribution_phrase", "where": "body", "excerpt": "The Strand Post reported"}
    cited = retold | {"relation": "cites", "confidence": 0.8, "evidence": [says["kind"]], "evidence_detail": [says]}
    other = an_edge(relation="cites")
    row = article(edges=[cited, other, retold], path=[retold])

    lines = [line.rstrip() for line in drawn(article_page(row)).splitlines()]
    listed = " ".join(drawn(articles_table([row], NOW), 200).split())

    start = lines.index("Where it came from")
    assert lines[start + 1 : start + 7] == [
        "├── rewrite of The Strand Post: Ships [3] (0.90), cited (0.80)",
        "│   ├── its credit line (in tail): MERIDIAN WIRE",
        "│   ├── its own words (in body): The Strand Post reported",
        "│   └── the original report",
        "└── cites Meridian Wire (0.90)",
        "    └── its credit line (in tail): MERIDIAN WIRE",
    ]
    assert "rewrite of The Strand Post: Ships [3] (its credit line; 0.90), cited (its own words; 0.80)" in listed


def test_a_source_that_is_not_named_is_shown_with_whose_it_may_be() -> None:
    external = {"name": None, "title": None, "url": None, "date": None, "candidates": ["Reuters", "PTI"]}

    text = drawn(article_page(article(edges=[an_edge(external=external, external_name=None)])))

    assert "copy of an unnamed source, perhaps Reuters or PTI" in text


def test_an_edge_that_gave_way_stays_to_be_seen() -> None:
    past = an_edge(status="superseded", ended_at="2026-02-11T06:00:00Z")

    text = " ".join(drawn(article_page(article(past_edges=[past])), 120).split())

    assert "until 2026-02-11 06:00: copy of Meridian Wire (its credit line; 0.90); another took its place" in text


def test_those_who_have_it_from_an_article_are_drawn_below_each_other() -> None:
    def led_to(number: int, relation: str, *derived: dict[str, Any]) -> dict[str, Any]:
        named = {"id": number, "url": f"http://a.example/{number}", "source": f"Paper {number}", "title": "Ships"}
        return {**named, "relation": relation, "confidence": 0.9, "evidence": ["text_reuse"], "derived": [*derived]}

    lines = drawn(article_page(article(derived=[led_to(4, "copy_of", led_to(5, "rewrite_of"))]))).splitlines()

    start = lines.index("Who has it from here")
    assert [line.rstrip() for line in lines[start + 1 : start + 3]] == [
        "└── copy in Paper 4: Ships [4] (the same text; 0.90)",
        "    └── rewrite in Paper 5: Ships [5] (the same text; 0.90)",
    ]
