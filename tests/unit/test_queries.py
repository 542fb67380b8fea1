"""What a person types and what it means."""

from __future__ import annotations

import pytest

from pipeline.core.errors import BadQuery
from pipeline.core.queries import MAX_LETTERS, MAX_PHRASES, Alternative, Query, Term, read_query
from pipeline.core.words import Phrase


def word(*words: str, begins: bool = False, in_title: bool = False) -> Term:
    return Term(Phrase(words, begins), in_title)


def all_of(*wanted: Term, but: tuple[Term, ...] = ()) -> Query:
    return Query((Alternative(wanted, but),))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("rare earth", all_of(word("rare"), word("earth"))),
        ('"rare earth"', all_of(word("rare", "earth"))),
        ("“rare earth”", all_of(word("rare", "earth"))),
        ('"rare earth', all_of(word("rare", "earth"))),
        ("rare-earth", all_of(word("rare", "earth"))),
        ("earth -mine", all_of(word("earth"), but=(word("mine"),))),
        ('earth -"open pit"', all_of(word("earth"), but=(word("open", "pit"),))),
        ("earth - mine", all_of(word("earth"), word("mine"))),
        ("title:ferry", all_of(word("ferry", in_title=True))),
        ('title:"last ferry"', all_of(word("last", "ferry", in_title=True))),
        ("ferry -title:ferry", all_of(word("ferry"), but=(word("ferry", in_title=True),))),
        ("title:", all_of(word("title"))),
        ("site:example", all_of(word("site", "example"))),
        ("electri*", all_of(word("electri", begins=True))),
        ('"power electri"*', all_of(word("power", "electri", begins=True))),
        ("稀土", all_of(word("稀土"))),
        ("(a) AND [b]", all_of(word("a"), word("and"), word("b"))),
        ("or", all_of(word("or"))),
        ("OR", all_of(word("or"))),
        ("a OR", all_of(word("a"), word("or"))),
    ],
)
def test_a_text_means(text: str, meaning: Query) -> None:
    assert read_query(text) == meaning


def test_or_parts_all_that_stands_on_either_side() -> None:
    assert read_query("red crane OR blue -lamp") == Query(
        (Alternative((word("red"), word("crane"))), Alternative((word("blue"),), (word("lamp"),)))
    )


@pytest.mark.parametrize("text", ["", "  ", "-", '""', "* * *", "…"])
def test_without_a_word_there_is_nothing_to_look_for(text: str) -> None:
    with pytest.raises(BadQuery, match="is empty"):
        read_query(text)


@pytest.mark.parametrize("text", ["-mine", "crane OR -mine"])
def test_only_leaving_out_is_no_search(text: str) -> None:
    with pytest.raises(BadQuery, match="at least one word"):
        read_query(text)


@pytest.mark.parametrize("text", ["x" * (MAX_LETTERS + 1), " ".join(f"w{n}" for n in range(MAX_PHRASES + 1))])
def test_a_search_has_an_end(text: str) -> None:
    with pytest.raises(BadQuery, match="ask for less"):
        read_query(text)
