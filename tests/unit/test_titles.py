"""titles.py: the headline is what the page shows as one, without the name of the site."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.core.model import Reply, Source
from pipeline.core.pages import parse_page
from pipeline.core.titles import title_of

URL = "https://ledger.example/quay"


def title_in(title_tag: str, body: str) -> tuple[str | None, str | None]:
    html = f"<html><head><meta charset=utf-8><title>{title_tag}</title></head><body>{body}</body></html>"
    page = parse_page(Reply(URL, URL, 200, {}, html.encode(), datetime(2026, 3, 5, tzinfo=UTC)))
    return title_of(page, None, Source("ledger.example", "ledger.example", "host"))


@pytest.mark.parametrize(
    ("title_tag", "shown"),
    [
        (
            "The Vesper Sentinel: East quay stays shut until spring",
            "<font><b>East quay stays shut until spring</b></font>",
        ),
        (
            "East quay stays shut until spring - Notes from a very long and windy shore",
            "<h2>East quay stays shut until spring</h2>",
        ),
    ],
)
def test_the_half_of_a_title_that_the_page_shows_by_itself_is_the_headline(title_tag: str, shown: str) -> None:
    assert title_in(title_tag, f"{shown}<p>The harbour council decided so.</p>") == (
        "East quay stays shut until spring",
        "title-tag",
    )


def test_a_title_whose_halves_stand_nowhere_else_stays_whole() -> None:
    title = "Harbour council: East quay stays shut until spring"
    assert title_in(title, "<p>The harbour council decided so.</p>") == (title, "title-tag")
