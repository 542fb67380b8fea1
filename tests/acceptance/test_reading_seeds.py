"""The five seed documents, read from the folder that DATELINE_EVAL_DATA names: publisher, date, what stays and goes."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from pipeline.core.feeds import parse_feed
from pipeline.core.model import Article, Reply, Surroundings
from pipeline.core.reading import read_page

FETCHED_AT = datetime(2026, 2, 14, tzinfo=UTC)
DATA = os.environ.get("DATELINE_EVAL_DATA")
SEEDS = Path(DATA) / "seed-cases" if DATA else None

pytestmark = pytest.mark.skipif(
    SEEDS is None or not SEEDS.is_dir(), reason="DATELINE_EVAL_DATA names no folder with seed-cases"
)


@pytest.fixture(params=["000", "001", "002", "003", "004"])
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    return expected_of(request.param)


def expected_of(number: str) -> dict[str, Any]:
    assert SEEDS is not None
    cases = json.loads((SEEDS / "expected.json").read_text(encoding="utf-8"))["cases"]
    return next(case for case in cases if case["id"] == number)


def article_of(case: dict[str, Any], page: str = "page") -> Article:
    """The article of a case's page, with its entry in the seeds' feed, which is a feed of no site of theirs."""
    assert SEEDS is not None
    document = parse_feed(reply_of("http://seeds.localhost/feed.xml", SEEDS / "feed.xml", "application/rss+xml"))
    entry = next(entry for entry in document.entries if entry.url == case["url"])
    around = Surroundings(
        feed_url="http://seeds.localhost/feed.xml",
        feed_title=document.title,
        feed_site_url=document.site_url,
        sibling_headlines=tuple(other.title for other in document.entries if other.title and other is not entry),
    )
    return read_page(reply_of(case["url"], SEEDS / case[page], "text/html; charset=utf-8"), entry, around).article


def reply_of(url: str, file: Path, content_type: str) -> Reply:
    return Reply(url, url, 200, {"content-type": content_type}, file.read_bytes(), FETCHED_AT)


def test_a_seed_has_the_publisher_that_it_states_or_none_but_its_host(case: dict[str, Any]) -> None:
    source = article_of(case).source
    stated = case["publisher"]
    assert source.name == (stated or urlsplit(case["url"]).hostname)
    assert (source.witness == "host") is (stated is None)


def test_a_seed_has_the_day_that_it_or_its_feed_states(case: dict[str, Any]) -> None:
    article = article_of(case)
    assert article.published is not None
    assert article.published.at.date().isoformat() == case["date"]
    assert article.published.precision == case.get("date_precision", article.published.precision)
    assert (article.published_witness == "feed") is ("feed" in case.get("date_source", ""))


def test_a_seed_keeps_its_story_and_drops_what_stands_around_it(case: dict[str, Any]) -> None:
    text = " ".join(article_of(case).text.split())
    lost = [words for words in case["kept"] if words not in text]
    leaked = [words for words in case["dropped"] if words in text]
    assert (lost, leaked) == ([], [])


def test_headlines_of_other_stories_go_also_where_they_stand_as_paragraphs_of_the_body() -> None:
    case = expected_of("001")
    text = article_of(case, page="variant").text
    assert [words for words in case["dropped"] if words in text] == []
    assert [words for words in case["kept"] if words not in " ".join(text.split())] == []


def test_the_agency_behind_the_last_full_stop_becomes_the_credit() -> None:
    article = article_of(expected_of("000"))
    assert article.credit == "REUTERS"
    assert article.text.endswith("escalates efforts.")
    assert article.dateline is not None
    assert article.dateline.place == "Beijing"


def test_the_disclaimer_of_a_syndicated_text_becomes_a_flag() -> None:
    assert "syndicated" in article_of(expected_of("003")).flags


def test_the_cells_of_a_table_are_part_of_the_text() -> None:
    case = expected_of("004")
    text = article_of(case).text
    assert [cell for row in case["table"] for cell in row if cell not in text] == []
