"""Tables for research: every column explained, cells that run nowhere, and the fields of the JSON form, all of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from typing_extensions import is_typeddict

from pipeline.sheets import ARTICLE_FIELDS, EDGES, FEEDS, TABLES, csv_header, csv_line, dictionary, rows_of
from pipeline.store.looking import ArticleRow, FeedRow

EDGE = {
    "article_url": "https://news.example/1",
    "relation": "copy_of",
    "target_url": None,
    "target": None,
    "external": {"name": "Meridian", "title": None, "url": None, "date": None, "candidates": []},
    "external_name": "Meridian",
    "confidence": 0.9,
    "evidence": ["credit_line"],
    "evidence_detail": [{"kind": "credit_line", "where": "text", "excerpt": "(MERIDIAN)"}],
    "method": "credits/1",
    "status": "current",
    "first_seen_at": "2026-02-11T12:00:00Z",
    "ended_at": None,
}
ARTICLE: dict[str, Any] = {
    "id": 7,
    "url": "https://news.example/1",
    "canonical_url": None,
    "source": {"name": "The News", "domain": "news.example", "witness": "host"},
    "title": "=cmd('x')",
    "title_witness": "h1",
    "authors": ["A. Writer", "B. Writer"],
    "authors_witness": "meta",
    "text": 'One.\nTwo, "three".',
    "language": "en",
    "published_at": None,
    "published_day": None,
    "published_precision": None,
    "published_witness": None,
    "first_seen_at": "2026-02-11T12:00:00Z",
    "updated_at": "2026-02-11T12:00:00Z",
    "feeds": ["https://news.example/feed"],
    "found_by": [],
    "dateline": None,
    "credit": None,
    "genre": None,
    "flags": [],
    "revisions": [{"seen_at": "2026-02-10T12:00:00Z", "title": "Old", "text": "Older."}],
    "parts": [],
    "edges": [EDGE],
    "original_report": {
        "id": None,
        "url": None,
        "source": "Meridian",
        "title": None,
        "external": EDGE["external"],
        "confidence": 0.9,
        "via": [],
    },
}


def ways(row: Any, before: str = "") -> Iterator[str]:
    """Every way to a value in a row type, as the dictionary of fields writes it."""
    for key, hint in get_type_hints(row).items():
        yield from ways_of(hint, f"{before}{key}")


def ways_of(hint: Any, way: str) -> Iterator[str]:
    if get_origin(hint) is UnionType:
        (hint,) = (part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is list:
        yield from ways_of(get_args(hint)[0], f"{way}[]")
    elif is_typeddict(hint):
        yield from ways(hint, f"{way}.")
    else:
        yield way


def test_every_field_of_an_article_is_explained_and_no_other() -> None:
    assert sorted(field.name for field in ARTICLE_FIELDS) == sorted(ways(ArticleRow))


def test_a_feed_has_a_column_for_every_field() -> None:
    assert sorted(column.name for column in FEEDS) == sorted(
        way.replace("[]", "").replace(".", "_") for way in ways(FeedRow)
    )


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_explained_once(name: str) -> None:
    columns = TABLES[name]

    assert len({column.name for column in columns}) == len(columns)
    assert all(column.meaning.endswith((".", "...")) and column.kind for column in columns)
    assert all(f"| {column.name} | {column.kind} |" in dictionary("csv") for column in columns)


def test_an_article_with_all_it_has_fills_three_tables() -> None:
    rows = [
        (
            name,
            dict(zip(next(csv.reader([csv_header(TABLES[name])])), next(csv.reader(io.StringIO(line))), strict=True)),
        )
        for name, row in rows_of(ARTICLE)
        for line in [csv_line(TABLES[name], row)]
    ]

    (_, article), (edges, edge), (revisions, revision) = rows
    assert (article["id"], article["authors"], article["text"]) == ("7", "A. Writer; B. Writer", ARTICLE["text"])
    assert (article["published_at"], article["origin"]) == ("", "copy_of Meridian")
    assert (edges, edge["article_id"], edge["external_name"], edge["target_id"]) == ("edges.csv", "7", "Meridian", "")
    assert edge["excerpts"] == "credit_line in text: (MERIDIAN)"
    assert (revisions, revision["article_id"], revision["text"]) == ("revisions.csv", "7", "Older.")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠SUM(A1)"])
def test_no_cell_is_a_formula(text: str) -> None:
    line = csv_line(EDGES, EDGE | {"article_id": 1, "relation": text})

    assert next(csv.reader(io.StringIO(line, newline="")))[2] == "'" + text
