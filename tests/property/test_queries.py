"""Whatever is typed is a query that both databases understand, or says why it is none."""

from __future__ import annotations

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import BadQuery
from pipeline.core.queries import read_query
from pipeline.core.words import asked_phrase, indexed_words
from pipeline.store.searching import as_fts5_query

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
