"""The demo's newsroom has all kinds of origin; which of its articles comes from which is found, and nothing else is."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command import Dateline

STRAIT = "meridianwire.example/sea/strait-speed-limit-7117"
BLACKOUT = "meridianwire.example/world/corran-blackout-7121"
BARLEY = "meridianwire.example/money/barley-harvest-7112"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def screen(folder: Path) -> str:
    """What the demo says, piped; its store stays in ``folder``."""
    return Dateline(folder).fine("--store", "sqlite:///demo.db", "demo", "--once")


@pytest.fixture(scope="module")
def edges(folder: Path, screen: str) -> list[dict[str, Any]]:
    dateline = Dateline(folder)
    return [json.loads(line) for line in dateline.fine("--store", "sqlite:///demo.db", "edges", "--jsonl").splitlines()]


def test_the_demo_counts_the_same_each_time_and_each_page_once(screen: str) -> None:
    evening, morning = (line.replace("\n", " ") for line in screen.split("Polled 11 feeds")[1:])
    assert "25 new articles, 0 edited, 3 pages not to be had (1 kept with the feed's own text)." in evening
    assert "2 new articles, 2 edited, 0 pages not to be had." in morning


def test_the_demo_ends_with_the_tree_of_the_story_that_most_have_from_one_report(screen: str) -> None:
    tree = screen.partition("who has it from there\n")[2]
    assert tree.startswith("Six states agree night speed limit for ships in Hesper Strait\nMeridian Wire, ")
    branches = Counter(line.split()[1] for line in tree.splitlines() if line.startswith(("├── ", "└── ")))
    assert branches == {"copy": 2, "rewrite": 2, "translation": 1, "cited": 2}


def test_the_demo_fits_80_columns_and_has_no_colours_in_a_file(screen: str) -> None:
    at_most = max((line for line in screen.splitlines() if "dateline --store" not in line), key=len)
    assert len(at_most) <= 80, at_most
    assert "\x1b" not in screen


def test_every_article_of_the_demo_leads_to_the_report_that_it_has_its_words_from(edges: list[dict[str, Any]]) -> None:
    drawn = {
        (edge["article_url"].split("/")[2], edge["relation"], (edge["target_url"] or "").removeprefix("http://"))
        for edge in edges
    }
    assert drawn == {
        ("almeryherald.example", "copy_of", STRAIT),
        ("strandpost.example", "copy_of", STRAIT),
        ("skerrymonitor.example", "rewrite_of", STRAIT),
        ("newsquay.example", "rewrite_of", STRAIT),
        ("tideandtrade.example", "cites", STRAIT),
        ("elfarolito.example", "cites", STRAIT),
        ("tinglan.example", "translation_of", STRAIT),
        ("tinglan.example", "cites", STRAIT),
        ("tinglan.example", "translation_of", STRAIT),
        ("newsquay.example", "copy_of", BLACKOUT),
        ("tideandtrade.example", "copy_of", BARLEY),
        ("newsquay.example", "cites", ""),  # "with inputs from agencies": nobody is named
    }


def test_an_unnamed_agency_stays_a_set_of_candidates(edges: list[dict[str, Any]]) -> None:
    unnamed = [edge["external"] for edge in edges if edge["target_url"] is None]
    assert [external["name"] for external in unnamed] == [None]
    assert "Reuters" in unnamed[0]["candidates"]


def test_no_edge_of_the_demo_stands_without_evidence(edges: list[dict[str, Any]]) -> None:
    assert edges
    assert all(edge["evidence"] and all(seen["excerpt"] for seen in edge["evidence_detail"]) for edge in edges)


def test_how_outlets_stand_to_each_other_is_counted(folder: Path, edges: list[dict[str, Any]]) -> None:
    table = Dateline(folder).fine("--store", "sqlite:///demo.db", "edges", "--by-source")

    assert "Strand Post" in table
    assert table.count("Meridian Wire") == len({(e["article_url"], e["relation"]) for e in edges if e["target"]})
