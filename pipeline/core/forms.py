"""Values in the JSON form that scripts rely on: the fields, their order, and times as ISO 8601 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypedDict

from pipeline.core.model import Edge, Part, Reading


def time_form(at: datetime | None) -> str | None:
    """ISO 8601 in UTC, ending in Z, with microseconds only where there are some."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def edge_form(edge: Edge, *, article_url: str) -> dict[str, Any]:
    """An edge whose object is not in a store."""
    target = edge.target
    return {
        "article_url": article_url,
        "relation": str(edge.relation),
        "target_url": None,
        "target": None,
        "external": {
            "name": target.name,
            "title": target.title,
            "url": target.url,
            "date": target.date,
            "candidates": list(target.candidates),
        },
        "external_name": target.name or target.url,
        "confidence": round(edge.confidence, 3),
        "evidence": list(dict.fromkeys(str(evidence.kind) for evidence in edge.evidence)),
        "evidence_detail": [
            {"kind": str(evidence.kind), "where": evidence.where, "excerpt": evidence.excerpt}
            for evidence in edge.evidence
        ],
        "method": edge.method,
    }


class PartForm(TypedDict):
    kind: str
    text: str
    place: int | None
    url: str | None
    rows: list[list[str]]


def part_form(part: Part) -> PartForm:
    """A part of a story that is not its prose; ``rows`` are the cells of a table, else empty."""
    return {
        "kind": str(part.kind),
        "text": part.text,
        "place": part.place,
        "url": part.url,
        "rows": [list(row) for row in part.rows],
    }


def reading_form(reading: Reading) -> dict[str, Any]:
    """The fields of an article that one page alone can give."""
    article = reading.article
    published = article.published
    return {
        "url": article.url,
        "canonical_url": article.canonical_url,
        "source": {
            "name": article.source.name,
            "domain": article.source.domain,
            "witness": article.source.witness,
        },
        "title": article.title,
        "title_witness": article.title_witness,
        "authors": list(article.authors),
        "authors_witness": article.authors_witness,
        "text": article.text,
        "language": article.language,
        "published_at": time_form(published.at) if published else None,
        "published_day": published.day.isoformat() if published else None,
        "published_precision": str(published.precision) if published else None,
        "published_witness": article.published_witness,
        "dateline": None
        if article.dateline is None
        else {
            "place": article.dateline.place,
            "date": article.dateline.date,
            "agency": article.dateline.agency,
        },
        "credit": article.credit,
        "genre": article.genre,
        "flags": list(article.flags),
        "parts": [part_form(part) for part in article.parts],
        "edges": [edge_form(edge, article_url=article.url) for edge in reading.edges],
    }


def no_reading_form(url: str, kind: str, message: str) -> dict[str, Any]:
    """The same fields, empty, for a page that could not be read, and ``error`` saying why."""
    unknown = (
        *("canonical_url", "source", "title", "title_witness", "authors_witness", "language", "published_at"),
        *("published_day", "published_precision", "published_witness", "dateline", "credit", "genre"),
    )
    return {
        "url": url,
        **dict.fromkeys(unknown),
        "authors": [],
        "text": "",
        "flags": [],
        "parts": [],
        "edges": [],
        "error": {"kind": kind, "message": message},
    }
