"""Credits and citations of any text whatever: edges, no crash, and no more work than the text is long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.model import Article, Part, PartKind, Source
from pipeline.core.origins.agencies import OriginRules, names_of
from pipeline.core.origins.citations import citation_claims
from pipeline.core.origins.claims import MAX_EDGES, edges_of
from pipeline.core.origins.credits import credit_claims, part_dateline, part_ending, part_statements

NAMES = names_of(OriginRules())
# Pieces of which attributions, credits and lists of names are made, in orders that nobody writes.
pieces = st.sampled_from(
    [
        "Reuters",
        " reported",
        " said",
        "according to ",
        "told ",
        "the ",
        "The Valley Post",
        ", ",
        ". ",
        "and ",
        "\n",
        "“",
        "”",
        "(AP)",
        " - ",
        "BEIJING, Feb 11 ",
        "©",
        " 2026 ",
        "This article ",
        "was first published in ",
        "Source: ",
        "据",
        "新华社",
        "报道",
        "によると",
        "وفقا لوكالة ",
        "के अनुसार",
        "''",
        "(Reporting by ",
        "; Editing by ",
        ")",
        "Les Échos",
        "dem Spiegel",
    ]
)
texts = st.lists(pieces | st.text(max_size=8), max_size=60).map("".join)
languages = st.sampled_from(["en", "es", "fr", "de", "pt", "it", "ru", "zh", "ja", "ar", "hi", "xx", None])


def article(text: str, language: str | None = "en", parts: tuple[Part, ...] = ()) -> Article:
    return Article(
        url="https://bayledger.example/quay",
        canonical_url=None,
        source=Source("Bay Ledger", "bayledger.example", "json-ld"),
        title=text[:80],
        authors=(),
        text=text,
        language=language,
        published=None,
        published_witness=None,
        parts=parts,
    )


@given(text=texts, language=languages, kind=st.sampled_from(list(PartKind)))
@settings(deadline=None, max_examples=150)
def test_any_text_gives_edges_that_stand_on_evidence_and_are_sure_to_some_degree(
    text: str, language: str | None, kind: PartKind
) -> None:
    read = article(text, language, (Part(kind, text, 0, "https://orrin.example/a/b-c-d"),))
    claims = [*credit_claims(None, None, read, NAMES), *citation_claims(read, NAMES)]
    for edge in edges_of(claims, read, NAMES):
        assert 0 < edge.confidence <= 1
        assert edge.evidence


@given(text=texts)
@settings(deadline=None, max_examples=150)
def test_taking_statements_out_leaves_the_other_lines_in_their_order(text: str) -> None:
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    kept = part_statements(lines, NAMES).kept
    remaining = iter(lines)
    assert all(any(line.startswith(each) for line in remaining) for each in kept)
    part_ending(kept, NAMES)
    part_dateline("\n".join(kept), NAMES)


@pytest.mark.parametrize(
    "unit",
    [
        "“We told Reuters,” ",
        "A",
        "Reuters and ",
        "according to the ",
        "the report said ",
        "据新华社报道",
        "(",
        "This article ",
        "''",
    ],
)
def test_megabytes_of_one_line_end_within_the_bounds_of_a_reading(unit: str) -> None:
    read = article(unit * (1_000_000 // len(unit)))
    kept = part_statements([read.text], NAMES).kept
    part_ending(kept, NAMES)
    part_dateline(read.text, NAMES)
    assert len(edges_of(citation_claims(read, NAMES), read, NAMES)) <= MAX_EDGES
