"""Whatever stands in two articles: marks are bounded, every edge has its evidence, and a text is kin to itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.model import (
    DERIVATIONS,
    Article,
    Edge,
    Evidence,
    EvidenceKind,
    External,
    KnownEdge,
    Quote,
    Relation,
    Source,
    Traced,
)
from pipeline.core.origins.kinship import trace, worth_reading
from pipeline.core.origins.likeness import kind_of, marks_of, title_key
from pipeline.core.origins.quotes import quotes_of, same_rendering, same_utterance, utterance_keys
from pipeline.core.origins.wording import folded, wording_of

SEEN_AT = datetime(2026, 3, 1, tzinfo=UTC)
NEWSY = st.text("abc ABC.\n“”\"'’‘«»„12,.%稀土渡轮。ผู้ابجد", max_size=300)
TEXTS = st.text(max_size=200) | NEWSY | st.lists(NEWSY, max_size=6).map("\n".join)
EDGES = st.lists(
    st.builds(
        Edge,
        st.sampled_from(Relation),
        st.builds(External, name=st.sampled_from(["Marlin Wire", "A", "B b"]), url=st.none() | st.text(max_size=9)),
        st.floats(0, 1),
        st.just((Evidence(EvidenceKind.CREDIT_LINE, "tail", "x"),)),
        st.just("test/1"),
    ),
    max_size=3,
)

HOSTILE = {
    "all quotes": "“We shall see what it is.” " * 20_000,
    "quotes that never close": "“ " * 200_000,
    "doubled marks that never close": "'' we shall see what it is " * 20_000,
    "one word": "word " * 100_000,
    "one line without a blank": "a" * 500_000,
    "names alone": "Aa Bb Cc Dd " * 40_000,
    "figures alone": "1,000 2.5 3 000 " * 30_000,
    "full stops alone": ". " * 250_000,
    "line ends alone": "\n" * 500_000,
    "signs without a stop": "稀土渡轮" * 100_000,
    "one sentence over and over": "The heron stood on one leg in 1984. " * 14_000,
}


def report(number: int, text: str, edges: list[Edge] | None = None) -> Traced:
    source = Source(f"Paper {number}", f"paper{number}.example", "host")
    read = Article(f"https://paper{number}.example/1", None, source, "A title", (), text, None, None, None)
    return Traced(
        number, read, (f"paper{number}.example/1",), (source.name,), SEEN_AT, tuple(map(KnownEdge, edges or []))
    )


@given(TEXTS, st.text(max_size=40))
def test_marks_are_bounded_and_each_is_of_a_kind(text: str, title: str) -> None:
    hashes = marks_of(replace(report(1, text).article, title=title), ["https://paper1.example/1"], ()).hashes
    assert len(hashes) == len(set(hashes)) <= 60
    for mark in hashes:
        assert 0 <= mark < 2**63
        kind_of(mark)


@given(TEXTS)
def test_folding_and_title_keys_are_stable(text: str) -> None:
    assert title_key(title_key(text)) == title_key(text)
    assert folded(folded(text)).split() == folded(text).split()


@given(TEXTS)
def test_sentences_stand_where_they_say(text: str) -> None:
    for sentence in wording_of(text).sentences:
        assert text[sentence.place : sentence.place + len(sentence.text)] == sentence.text


@given(TEXTS)
def test_quotes_stand_where_they_say_and_are_one_utterance_with_themselves(text: str) -> None:
    for quote in quotes_of(report(1, text).article):
        for place in quote.places:
            assert quote.text[:5] in text[place : place + 20]
        assert same_rendering(quote, quote)
        assert same_utterance(quote, quote)
        assert len(utterance_keys(quote)) <= 4


@given(st.text(max_size=80), st.text(max_size=80))
def test_being_one_utterance_goes_both_ways(one: str, other: str) -> None:
    mine, theirs = Quote(one, (0,)), Quote(other, (0,))
    assert same_utterance(mine, theirs) == same_utterance(theirs, mine)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, EDGES), min_size=1, max_size=5))
def test_an_edge_is_between_two_articles_that_were_given_and_replaces_what_stands(
    drawn: list[tuple[str, list[Edge]]],
) -> None:
    reports = {number: report(number, text, edges) for number, (text, edges) in enumerate(drawn)}
    parents = []
    for edge in trace(reports[0], [reports[number] for number in list(reports)[1:]]):
        assert edge.subject_id != edge.object_id
        assert {edge.subject_id, edge.object_id} <= reports.keys()
        assert 0 in (edge.subject_id, edge.object_id)
        assert 0 <= edge.edge.confidence <= 1
        assert set(edge.replaces) <= set(reports[edge.subject_id].edges)
        if edge.edge.relation in DERIVATIONS:
            parents.append((edge.subject_id, edge.object_id))
    assert len(parents) == len(set(parents))


MARKS = st.lists(st.integers(0, 2**60).map(lambda n: n * 8 + n % 6)).map(tuple)


@given(st.dictionaries(st.integers(1, 99), MARKS), MARKS)
def test_at_most_twelve_candidates_are_read_and_only_such_as_were_found(
    shared: dict[int, tuple[int, ...]], marks: tuple[int, ...]
) -> None:
    chosen = worth_reading(shared, marks)
    assert len(chosen) == len(set(chosen)) <= 12
    assert set(chosen) <= shared.keys()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_no_desk_would_print_is_read_all_the_same(text: str) -> None:
    one, other = report(1, text), report(2, text)
    assert len(marks_of(one.article, [one.article.url], ()).hashes) <= 60
    assert len(quotes_of(one.article)) <= 200
    for edge in trace(one, [other]):
        assert edge.edge.evidence
