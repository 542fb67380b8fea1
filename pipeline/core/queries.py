"""What a person may type to search articles, and what it means: every text is a query, or has nothing to look for.

::

    rare earth        both words, anywhere in title or text
    "rare earth"      side by side
    -mine             not this word; also -"rare earth" and -title:mine
    cobalt OR nickel  either side; OR in capitals parts all that stands left of it from all that stands right
    title:ferry       in the title; also title:"last ferry"
    electri*          words that begin so, from two letters on

All else is text: ``rare-earth`` and ``U.S.`` are words side by side, a lone ``-`` or ``OR`` is nothing special.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.core.errors import BadQuery
from pipeline.core.words import Phrase, asked_phrase

MAX_LETTERS = 1_000
MAX_PHRASES = 32  # nobody types more, and each is one more list for the database to walk

_PIECE = re.compile(
    r"""
    (?P<not>-)?
    (?P<title>title:)?
    (?:
        ["“”„] (?P<quoted>[^"“”„]*) (?:["“”„]|\Z) (?P<quoted_star>\*)?
      | (?P<plain>[^\s"“”„]+)
    )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Term:
    phrase: Phrase
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Alternative:
    """All of ``wanted``, which is never empty, and none of ``unwanted``."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """Any of ``alternatives``, of which there is at least one."""

    alternatives: tuple[Alternative, ...]


def read_query(text: str) -> Query:
    """What ``text`` asks for.

    Raises BadQuery where it holds no word to look for (nothing but signs, or only words to leave out), or is longer
    than MAX_LETTERS or MAX_PHRASES.
    """
    if len(text) > MAX_LETTERS:
        raise BadQuery(f"this search has {len(text)} characters; {MAX_LETTERS} are the most, ask for less at once")
    alternatives: list[Alternative] = []
    for side in _sides(text):
        terms = [(piece["not"] is not None, term) for piece in side if (term := _term(piece)) is not None]
        wanted = tuple(term for unwanted, term in terms if not unwanted)
        if terms and not wanted:
            raise BadQuery("this search only says what to leave out; name at least one word to look for beside it")
        if terms:
            alternatives.append(Alternative(wanted, tuple(term for unwanted, term in terms if unwanted)))
    if not alternatives:
        raise BadQuery("this search is empty: there is no word in it to look for")
    if sum(len(side.wanted) + len(side.unwanted) for side in alternatives) > MAX_PHRASES:
        raise BadQuery(f"this search has more than {MAX_PHRASES} words or phrases; ask for less at once")
    return Query(tuple(alternatives))


def _sides(text: str) -> list[list[re.Match[str]]]:
    """The pieces of ``text`` between one OR and the next; one at either end of the text parts nothing: it is a word."""
    pieces = list(_PIECE.finditer(text))
    sides: list[list[re.Match[str]]] = [[]]
    for at, piece in enumerate(pieces):
        if piece[0] == "OR" and sides[-1] and at + 1 < len(pieces):
            sides.append([])
        else:
            sides[-1].append(piece)
    return sides


def _term(piece: re.Match[str]) -> Term | None:
    in_title = piece["title"] is not None
    if piece["quoted"] is not None:
        phrase = asked_phrase(piece["quoted"], open_ended=piece["quoted_star"] is not None)
    else:
        phrase = asked_phrase(piece["plain"], open_ended=piece["plain"].endswith("*"))
    return None if phrase is None else Term(phrase, in_title)
