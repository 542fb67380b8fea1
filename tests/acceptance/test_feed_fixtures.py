"""Feeds of the wild and torture cases, judged field by field against floors that may only rise.

The fixtures lie outside the repository, in ``feeds-dev`` of the folder that DATELINE_EVAL_DATA names, and are read in
place. What is deliberately ours counts as right: a link is judged after it was resolved, a counting
link is not judged, and a date at midnight is a day, wherever on earth that day was.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.errors import Unreadable
from pipeline.core.feeds import parse_feed
from pipeline.core.model import Entry, FeedDocument, Moment, Precision, Reply
from pipeline.core.urls import absolute

URL = "https://feeds.example/feed.xml"
COUNTING_LINKS = ("feedproxy.google.com", "feeds.feedburner.com", "google.com/url?")
DAY_S = 86_400

# Shares of fields that come out right. Of the micro cases the rest is: RDF items whose address is their rdf:about (we
# take it as their link), years before 1990 and dates of a year alone (no moment to us), the first of two repeated
# elements (we take the last), one item that has only a contributor, and an entity that its DOCTYPE spells out.
FLOORS: dict[str, dict[str, float]] = {
    "micro": {"count": 0.999, "title": 0.997, "link": 0.990, "id": 0.997, "published": 0.950, "updated": 1.0},
    "real": {"count": 1.0, "title": 1.0, "link": 1.0, "id": 1.0, "published": 1.0, "updated": 0.992},
}


@dataclass(frozen=True)
class Case:
    name: str
    reply: Reply
    expected: dict[str, Any]


@pytest.fixture(scope="module")
def fixtures() -> Path:
    folder = os.environ.get("DATELINE_EVAL_DATA")
    if not folder:
        pytest.skip("DATELINE_EVAL_DATA names no folder with feeds-dev in it")
    return Path(folder) / "feeds-dev"


@pytest.mark.parametrize("pack", FLOORS)
def test_the_share_of_fields_read_right_keeps_its_floor(fixtures: Path, pack: str) -> None:
    right: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    for case in micro_cases(fixtures) if pack == "micro" else real_cases(fixtures):
        for field, is_right in judgements(case):
            judged[field] += 1
            right[field] += is_right

    shares = {field: right[field] / judged[field] for field in FLOORS[pack]}

    below = {field: share for field, share in shares.items() if share < FLOORS[pack][field]}
    assert not below, f"{pack}: {below} of {dict(judged)}"


def micro_cases(folder: Path) -> Iterator[Case]:
    with (folder / "micro.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield case(row, base64.b64decode(row["body_b64"]))


def real_cases(folder: Path) -> Iterator[Case]:
    for row in json.loads((folder / "expected.json").read_text(encoding="utf-8")):
        yield case(row, (folder / row["file"]).read_bytes())


def case(row: dict[str, Any], body: bytes) -> Case:
    headers = {name.lower(): value for name, value in row.get("headers", {}).items()}
    return Case(row["path"], Reply(URL, URL, 200, headers, body, datetime(2026, 2, 11, tzinfo=UTC)), row["expected"])


def judgements(case: Case) -> Iterator[tuple[str, bool]]:
    """Each judged field of a case, and whether we have it right."""
    try:
        document = parse_feed(case.reply)
    except Unreadable:
        document = FeedDocument(None, None, None, ())
    if "count" in case.expected:
        yield "count", case.expected["count"] == len(document.entries)
    # Where the counts differ the rest cannot be paired; it was judged by the count.
    for stated, entry in zip(case.expected.get("entries", []), document.entries, strict=False):
        for field in stated.keys() & FLOORS["micro"].keys():
            if field == "link" and any(host in (stated["link"] or "") for host in COUNTING_LINKS):
                continue
            yield field, is_right(field, stated[field], entry)


def is_right(field: str, stated: Any, entry: Entry) -> bool:
    if field == "title":
        return words(stated) == words(entry.title)
    if field == "id":
        return bare(stated) == bare(entry.guid)
    if field == "link":
        link = bare(stated)
        return (absolute(URL, link) if link else None) == entry.url or link == entry.url
    moment: Moment | None = getattr(entry, field)
    if moment is None or stated is None:
        return moment is None and stated is None
    return abs(moment.at.timestamp() - stated) < (DAY_S if moment.precision is Precision.DAY else 1)


def words(title: str | None) -> str:
    plain = re.sub(r"<[^>]*>", "", html.unescape(html.unescape(title or "")))
    return unicodedata.normalize("NFC", " ".join(plain.split()))


def bare(text: str | None) -> str:
    return html.unescape(text or "").strip()
