"""The five documents that Dateline grew from, polled and read as a user would: publisher, date, text, and nothing else.

They are others' pages and stay outside the repository: ``DATELINE_EVAL_DATA`` names the folder.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.model import Article, Quote, Source
from pipeline.core.origins.quotes import quotes_of, same_rendering, same_utterance
from tests.acceptance.command import Dateline
from tests.localsite import LocalSite

FEED = "http://seeds.localhost/feed.xml"
DERIVATIONS = {"copy_of", "rewrite_of", "translation_of", "revision_of"}
CASES = ("000", "001", "002", "003", "004")


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """For each case, what is expected and the article that came out of one polling cycle."""
    if not os.environ.get("DATELINE_EVAL_DATA"):
        pytest.skip("DATELINE_EVAL_DATA names no folder of acceptance data")
    seeds = Path(os.environ["DATELINE_EVAL_DATA"]) / "seed-cases"
    expected = {case["id"]: case for case in json.loads((seeds / "expected.json").read_text())["cases"]}
    with LocalSite() as site:
        site.page(FEED, (seeds / "feed.xml").read_bytes(), headers={"Content-Type": "application/rss+xml"})
        for case in expected.values():
            site.page(case["url"], (seeds / case["page"]).read_bytes())
        dateline = Dateline(tmp_path_factory.mktemp("seeds"), site.proxy_url)
        dateline.fine("feeds", "add", FEED)
        dateline.fine("poll")
        found = {row["url"]: row for row in dateline.articles()}
    return {number: (case, found[case["url"]]) for number, case in expected.items()}


@pytest.fixture
def extracted(tmp_path: Path) -> Callable[[str], tuple[dict[str, Any], dict[str, Any]]]:
    """What is expected of a case, and what its page alone says as JSON."""
    if not os.environ.get("DATELINE_EVAL_DATA"):
        pytest.skip("DATELINE_EVAL_DATA names no folder of acceptance data")
    seeds = Path(os.environ["DATELINE_EVAL_DATA"]) / "seed-cases"
    expected = {case["id"]: case for case in json.loads((seeds / "expected.json").read_text())["cases"]}

    def extract(number: str) -> tuple[dict[str, Any], dict[str, Any]]:
        case = expected[number]
        said = Dateline(tmp_path).fine("extract", str(seeds / case["page"]), "--url", case["url"], "--json")
        return case, json.loads(said)

    return extract


@pytest.mark.parametrize("number", CASES)
def test_the_publisher_is_who_the_page_says_or_its_host(read: Any, number: str) -> None:
    case, article = read[number]
    if case["publisher"] is None:
        assert article["source"]["witness"] == "host"
        assert article["source"]["name"] in case["url"]
    else:
        assert article["source"]["name"] == case["publisher"]


@pytest.mark.parametrize("number", CASES)
def test_the_date_is_the_true_one_with_its_precision(read: Any, number: str) -> None:
    case, article = read[number]
    assert article["published_at"][:10] == case["date"]
    if "date_precision" in case:
        assert article["published_precision"] == case["date_precision"]
    if case.get("date_source", "").startswith("feed"):
        assert article["published_witness"] == "feed"


@pytest.mark.parametrize("number", CASES)
def test_the_story_is_kept(read: Any, number: str) -> None:
    case, article = read[number]
    assert [kept for kept in case["kept"] if kept not in article["text"]] == []


@pytest.mark.parametrize("number", CASES)
def test_what_is_not_the_story_is_dropped(read: Any, number: str) -> None:
    case, article = read[number]
    assert [dropped for dropped in case["dropped"] if dropped in article["text"]] == []


def test_the_agency_at_the_end_is_a_credit_and_no_prose(read: Any) -> None:
    _, article = read["000"]
    assert article["credit"] == "REUTERS"
    assert not article["text"].endswith("REUTERS")


def test_a_standfirst_that_stands_twice_is_kept_once_at_most(read: Any) -> None:
    _, article = read["000"]
    assert article["text"].count("one of Beijing’s most potent bargaining chips in negotiations with Washington.") <= 2
    assert article["text"].count("Access to rare earths has become one of") <= 1


def test_an_auto_generated_copy_is_marked_as_syndicated(read: Any) -> None:
    _, article = read["003"]
    assert "syndicated" in article["flags"]


def test_the_names_of_sources_leave_the_prose_and_are_all_kept(extracted: Any) -> None:
    case, article = extracted("004")
    chips = Counter(part["text"] for part in article["parts"] if part["kind"] == "citation_chip")
    written = {"GlobalSecurity.org": "Global Security", "Resources for the Future": "RFF"}  # as the page has them
    assert chips == {written.get(name, name): count for name, count in case["chip_counts"].items()}
    assert [words for words in case["chip_text_must_leave_prose"] if words in article["text"]] == []


def test_the_table_is_kept_as_rows_of_cells(extracted: Any) -> None:
    case, article = extracted("004")
    (table,) = (part for part in article["parts"] if part["kind"] == "table")
    assert table["rows"][1:] == case["table"]


def test_the_reference_list_is_told_entry_by_entry(extracted: Any) -> None:
    _, article = extracted("002")
    references = [part["text"].partition(".")[0] for part in article["parts"] if part["kind"] == "reference"]
    assert references == ["Xinhua", "Reuters", "KPMG"]


def test_the_picture_has_its_caption_and_its_credit(extracted: Any) -> None:
    _, article = extracted("000")
    kinds = [part["kind"] for part in article["parts"] if part["kind"] in {"caption", "image_credit"}]
    assert kinds == ["caption", "image_credit"]


@pytest.mark.parametrize("number", ["001", "002"])
def test_a_retold_report_leads_to_the_copy_of_it_that_is_in_the_store(read: Any, number: str) -> None:
    case, article = read[number]
    original, _ = read["000"]
    expected = next(edge for edge in case["chain"] if edge["relation"] == "rewrite_of")
    (edge,) = (edge for edge in article["edges"] if edge["relation"] in DERIVATIONS)
    assert (edge["relation"], edge["target_url"]) == ("rewrite_of", original["url"])
    assert edge["confidence"] >= expected["confidence_min"]
    assert ("quote_match" if number == "001" else "reference_entry") in edge["evidence"]


def test_reports_of_one_event_in_another_chain_are_not_taken_for_copies(read: Any) -> None:
    chains = [{read[number][0]["url"] for number in numbers} for numbers in (("000", "001", "002"), ("003", "004"))]
    for mine, others in (chains, chains[::-1]):
        for _, article in read.values():
            if article["url"] in mine:
                led_to = {edge["target_url"] for edge in article["edges"] if edge["relation"] in DERIVATIONS}
                assert not led_to & others


def test_one_utterance_was_translated_twice_and_each_chain_prints_its_own_rendering(read: Any) -> None:
    said = {number: _quote_on_value(article) for number, (_, article) in read.items() if number != "002"}
    for one, other in combinations(said, 2):
        assert same_utterance(said[one], said[other])
        assert same_rendering(said[one], said[other]) == ({one, other} in ({"000", "001"}, {"003", "004"}))
    assert len(said["003"].places) == 2


def _quote_on_value(article: dict[str, Any]) -> Quote:
    source = Source(**article["source"])
    read = Article(article["url"], None, source, None, (), article["text"], article["language"], None, None)
    (quote,) = (quote for quote in quotes_of(read) if "value of rare earths" in quote.text)
    return quote


@pytest.mark.parametrize("number", CASES)
def test_every_credit_and_citation_of_the_chain_is_an_edge_with_its_evidence(read: Any, number: str) -> None:
    case, article = read[number]
    found = {
        (edge["relation"], edge["external_name"] or (edge["external"] or {}).get("name")): edge
        for edge in article["edges"]
    }
    kinds = {"credit_line", "attribution_phrase", "citation_chip", "reference_entry"}
    for link in case["chain"]:
        asked = {each.partition(":")[0].split(" ")[0] for each in link["evidence"]} & kinds
        if link["relation"] == "rewrite_of" or not link.get("name") or not asked:
            continue
        edge = found[link["relation"], link["name"]]
        assert asked <= set(edge["evidence"])
        assert edge["confidence"] >= link.get("confidence_min", 0)


def test_an_unnamed_agency_is_a_set_of_candidates_and_never_a_name(read: Any) -> None:
    case, article = read["003"]
    (copied,) = [edge for edge in article["edges"] if edge["relation"] == "copy_of"]
    assert copied["external_name"] is None
    assert copied["external"]["candidates"] == case["candidate_upstreams"]
    assert copied["evidence"] == ["disclaimer"]


def test_the_reference_that_does_not_belong_is_flagged_and_the_others_are_not(read: Any) -> None:
    case, article = read["002"]
    flagged = [edge["external_name"] for edge in article["edges"] if edge["relation"] == "unrelated_ref"]
    assert flagged == [entry["name"] for entry in case["unrelated_references"]]


def test_a_credit_of_a_picture_alone_is_no_edge(read: Any) -> None:
    _, article = read["000"]
    (copied,) = [edge for edge in article["edges"] if edge["relation"] == "copy_of"]
    assert set(copied["evidence"]) >= {"credit_line", "media_credit"}
