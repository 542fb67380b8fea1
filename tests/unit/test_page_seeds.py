"""Every page of tests/seeds/pages is read as its TOML file says: what went in lies beside what must come out."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.errors import Unreadable
from pipeline.core.model import Entry, Moment, Precision, Reading, Reply, SourceRef, Surroundings
from pipeline.core.reading import read_entry, read_page

SEEDS = Path(__file__).parents[1] / "seeds" / "pages"
NAMES = sorted(path.stem for path in SEEDS.glob("*.toml"))
FETCHED_AT = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture(params=NAMES)
def seed(request: pytest.FixtureRequest) -> tuple[dict[str, Any], Reading]:
    """The expectations of a seed, and the reading of its page (or of its feed entry, where the page is unreadable)."""
    said = tomllib.loads((SEEDS / f"{request.param}.toml").read_text(encoding="utf-8"))
    reply = Reply(
        said["url"],
        said["url"],
        200,
        {"content-type": "text/html"},
        (SEEDS / f"{request.param}.html").read_bytes(),
        FETCHED_AT,
    )
    entry, around = _entry(said), Surroundings(**_tuples(said.get("around", {})))
    if said.get("unreadable"):
        with pytest.raises(Unreadable):
            read_page(reply, entry, around)
        assert entry is not None
        return said["expect"], read_entry(entry, around)
    return said["expect"], read_page(reply, entry, around)


def test_the_facts_of_a_seed_are_read_as_its_file_says(seed: tuple[dict[str, Any], Reading]) -> None:
    expected, reading = seed
    article = reading.article
    dateline = article.dateline
    found: dict[str, Any] = {
        "title": article.title,
        "authors": list(article.authors),
        "source": article.source.name,
        "source_witness": article.source.witness,
        "domain": article.source.domain,
        "published": article.published.at if article.published else None,
        "precision": str(article.published.precision) if article.published else None,
        "published_witness": article.published_witness,
        "undated": article.published is None,
        "language": article.language,
        "credit": article.credit,
        "flags": list(article.flags),
        "canonical": article.canonical_url or "",
        "dateline_place": dateline.place if dateline else None,
        "dateline_date": dateline.date if dateline else None,
        "dateline_agency": dateline.agency if dateline else None,
        "urls": [list(pair) for pair in reading.urls],
        "edges": [
            {"relation": str(edge.relation), "url": edge.target.url, "evidence": [str(e.kind) for e in edge.evidence]}
            for edge in reading.edges
        ],
    }
    facts = {key: value for key, value in expected.items() if key not in {"kept", "once", "dropped", "parts"}}
    assert {key: found[key] for key in facts} == facts


def test_the_story_of_a_seed_is_kept_and_the_rest_dropped(seed: tuple[dict[str, Any], Reading]) -> None:
    expected, reading = seed
    lost = [words for words in expected.get("kept", []) if words not in reading.article.text]
    leaked = [words for words in expected.get("dropped", []) if words in reading.article.text]
    assert (lost, leaked) == ([], [])


def test_the_story_of_a_seed_is_told_in_its_order(seed: tuple[dict[str, Any], Reading]) -> None:
    expected, reading = seed
    kept = expected.get("kept", [])
    assert sorted(kept, key=reading.article.text.find) == kept


def test_what_a_seed_holds_twice_is_told_once(seed: tuple[dict[str, Any], Reading]) -> None:
    expected, reading = seed
    counts = {words: reading.article.text.count(words) for words in expected.get("once", [])}
    assert counts == dict.fromkeys(counts, 1)


def test_the_parts_of_a_seed_are_told_in_the_order_of_the_story(seed: tuple[dict[str, Any], Reading]) -> None:
    expected, reading = seed
    parts = expected.get("parts", {})
    assert {kind: [part.text for part in reading.article.parts if part.kind == kind] for kind in parts} == parts


def _entry(said: dict[str, Any]) -> Entry | None:
    if "entry" not in said:
        return None
    fields = dict(said["entry"])
    published = fields.pop("published", None)
    sources = tuple(SourceRef(**source) for source in fields.pop("sources", []))
    return Entry(
        guid=None,
        url=said["url"],
        published=Moment(published, Precision.SECOND) if published else None,
        sources=sources,
        **_tuples(fields),
    )


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
