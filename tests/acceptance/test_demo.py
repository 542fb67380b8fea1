"""The demo's newsroom has all kinds of origin; which of its articles comes from which is found, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command import Dateline

STRAIT = "meridianwire.example/sea/strait-speed-limit-7117"
BLACKOUT = "meridianwire.example/world/corran-blackout-7121"
BARLEY = "meridianwire.example/money/barley-harvest-7112"


@pytest.fixture(scope="module")
def edges(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder: Path = tmp_path_factory.mktemp("demo")
    dateline = Dateline(folder)
    store = ("--store", "sqlite:///demo.db")
    assert dateline(*store, "demo", "--once").code == 0
    return [json.loads(line) for line in dateline.fine(*store, "edges", "--jsonl").splitlines()]


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
        ("newsquay.example", "copy_of", BLACKOUT),
        ("tideandtrade.example", "copy_of", BARLEY),
        ("newsquay.example", "cites", ""),  # "with inputs from agencies": nobody is named
    }


def test_an_unnamed_agency_stays_a_set_of_candidates(edges: list[dict[str, Any]]) -> None:
    unnamed = [edge["external"] for edge in edges if edge["target_url"] is None]
    assert [external["name"] for external in unnamed] == [None]
    assert "Reuters" in unnamed[0]["candidates"]


def test_no_edge_of_the_demo_stands_without_evidence(edges: list[dict[str, Any]]) -> None:
    assert all(edge["evidence"] and all(seen["excerpt"] for seen in edge["evidence_detail"]) for edge in edges)
