"""Whatever is typed is a query that both databases understand, or says why it is none."""

from __future__ import annotations

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import BadQuery
from pipeline.core.queries import Alternative, Term, read_query
from pipeline.core.words import asked_phrase, indexed_words
from pipeline.store.searching import as_fts5_query, as_pairs, asked_pairs

TYPED = st.text() | st.text("ab\"*-: ORtile():稀土ガ^{}+é\x00'\\", max_size=40)


@given(TYPED)
def test_any_text_is_a_query_or_says_why_not(text: str) -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE words USING fts5(title, text, content='', columnsize=0, tokenize='ascii')"
        )
        try:
            query = read_query(text)
        except BadQuery:
            return
        assert (
            connection.execute("SELECT rowid FROM words WHERE words MATCH ?", [as_fts5_query(query)]).fetchall() == []
        )


@given(st.text(min_size=1, max_size=60), st.data())
def test_a_whole_text_is_found_by_itself(text: str, data: st.DataObject) -> None:
    phrase = asked_phrase(text)
    if phrase is None:
        return
    indexed = indexed_words(None, text).text

    assert indexed[: len(phrase.words)] == phrase.words


WORDS = st.sampled_from(["a", "the", "ferry", "mine", "稀土", "出口管制", "U.S."])
TEXTS = st.lists(WORDS, max_size=30)


@given(title=TEXTS, text=TEXTS, start=st.integers(0, 30), length=st.integers(1, 5), in_title=st.booleans())
def test_an_article_has_all_pairs_that_are_asked_for_with_its_own_words(
    title: list[str], text: list[str], start: int, length: int, in_title: bool
) -> None:
    phrase = asked_phrase(" ".join((title if in_title else text)[start : start + length]), open_ended=length == 3)
    if phrase is None:
        return

    asked = asked_pairs(Alternative((Term(phrase, in_title),)))

    assert set(asked) <= set(as_pairs(indexed_words(" ".join(title), " ".join(text))))


def test_words_that_are_apart_in_an_article_are_none_of_its_pairs() -> None:
    (side,) = read_query('"the last ferry" title:mine').alternatives

    assert not set(asked_pairs(side)) & set(as_pairs(indexed_words("Ferry", "The mine saw its last: the ferry.")))
