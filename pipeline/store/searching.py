"""Which articles hold these words: an index that says so newest first, on either database.

SQLite has an FTS5 index, Postgres a table of tsvectors under GIN. Both hold the words of pipeline.core.words under the
article's *place*: the second in which it stands in time, and its id behind that. So FTS5, which walks a word's articles
in the order of their number, finds the newest first and stops after a page of them, however common the word. Postgres
needs two ways for that: see SEEN_ONE_BY_ONE. And as GIN knows which words an article has, but not where, it is told
which of them are neighbours too: see ``as_pairs``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from typing import Any
from zlib import crc32

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    SmallInteger,
    Text,
    and_,
    bindparam,
    cast,
    column,
    insert,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR

from pipeline.core.queries import Alternative, Query, Term
from pipeline.core.words import BREAK_WORDS, NOT_INDEXED, Indexed, Phrase, indexed_words
from pipeline.store.tables import article, article_words

ID_BITS = 30  # a billion articles
ID_MASK = (1 << ID_BITS) - 1
LARGEST_SECOND = (1 << (62 - ID_BITS)) - 1  # what is left of 63 bits: the years 1834 to 2106; beyond, all at the edge
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# How many places are looked up at once where not every one of them is wanted; SQLite takes 32,766 values a statement.
MANY_PLACES = 20_000

# GIN finds all articles with a word before the first is had, and keeps no order. So on Postgres the newest are looked
# through first: that many take some 25 ms, and hold a page's worth of any word that is common. What is left is rare.
SEEN_ONE_BY_ONE = 5_000

# Numbers for pairs: 16,384, of which an article of 600 words has a 27th. With more of them fewer articles are compared
# in vain (measured for two common words among a million: 0.36 s, and 0.08 s with 16 bits); but each article that comes
# in touches more lists of the index (2.2 ms of the server, and 6 ms with 16 bits, where the words alone take 0.7 ms).
PAIR_BITS = 14

_Row = Row[*tuple[Any, ...]]


def place_of(ordered_at: datetime, article_id: int) -> int:
    """Where an article stands: a number that sorts as time does, to the second, then by id."""
    second = (ordered_at - EPOCH) // timedelta(seconds=1)
    return (max(-LARGEST_SECOND, min(second, LARGEST_SECOND)) << ID_BITS) | (article_id & ID_MASK)


def put_in(connection: Connection, article_id: int) -> None:
    """Index what the row of an article says. One that is indexed already has to be taken out before."""
    _put_in(connection, article_id, *_said(connection, article_id))


def put_in_new(connection: Connection, article_id: int, ordered_at: datetime, title: str | None, text: str) -> None:
    """Index an article whose row was just made, and says this."""
    _put_in(connection, article_id, place_of(ordered_at, article_id), indexed_words(title, text))


def take_out(connection: Connection, article_id: int) -> None:
    """End what is indexed of an article; to be called while its row still says what was indexed."""
    if connection.dialect.name == "sqlite":
        # FTS5 keeps no texts here, so it has to be told which words it indexed: those of this very row.
        place, words = _said(connection, article_id)
        connection.execute(_TAKE_OUT_FTS5, {"place": place, "title": as_fts5(words.title), "text": as_fts5(words.text)})
    else:
        connection.execute(_TAKE_OUT, {"taken_id": article_id})


def is_found(connection: Connection, article_id: int) -> bool:
    """Whether an article is found by the words that its text begins with, in its place; True where it has no words."""
    place, words = _said(connection, article_id)
    begins = tuple(takewhile(lambda word: word != NOT_INDEXED, words.text[:3]))
    if not begins:
        return True
    query = Query((Alternative((Term(Phrase(begins)),)),))
    return list(_places(connection, query, place, place + 1, 1)) == [place]


def matching(
    connection: Connection,
    query: Query,
    conditions: Sequence[ColumnElement[bool]],
    few: Sequence[int] | None = None,
    *,
    after: int | None,
    since: datetime | None,
    until: datetime | None,
    rows_at_most: int,
) -> list[_Row]:
    """The newest articles that hold what ``query`` asks for and meet ``conditions``, from below the place ``after``.

    ``few`` are the only articles that can meet ``conditions``, or None where they are too many to name. ``since`` and
    ``until`` spare looking at what ``conditions`` would refuse anyway.
    """
    lowest = place_of(since, 0) if since is not None else -(1 << 62)
    below = place_of(until, 0) + (1 << ID_BITS) if until is not None else 1 << 62
    if after is not None:
        below = min(below, after)
    if few is not None:
        found = _fit(connection, _places_among(connection, query, few, lowest, below), conditions)
    else:
        found, size = [], rows_at_most
        while len(found) < rows_at_most:
            places = _places(connection, query, lowest, below, size)
            found += _fit(connection, places, conditions)
            if len(places) < size:
                break
            below, size = places[-1], MANY_PLACES
    wanted = found[:rows_at_most]
    rows = {row.id: row for row in connection.execute(select(article).where(article.c.id.in_(wanted)))}
    return [rows[id_] for id_ in wanted]


def as_fts5(words: Iterable[str]) -> str:
    """Words as a text that FTS5's ascii tokenizer splits into the same."""
    return " ".join(words)


def as_tsvector(words: Indexed) -> str:
    """Words as a literal of Postgres, with their places; those of the title have weight A."""
    places: dict[str, list[str]] = {}
    for at, word in enumerate(words.title, 1):
        places.setdefault(word, []).append(f"{at}A")
    for at, word in enumerate(words.text, len(words.title) + BREAK_WORDS):
        places.setdefault(word, []).append(str(at))
    places.pop(NOT_INDEXED, None)
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())


def as_pairs(words: Indexed) -> list[int]:
    """Words that are neighbours, and words of the title, as numbers of PAIR_BITS: what tsvectors under GIN cannot tell.

    Without them a phrase of words that stand everywhere is looked for in every text, which takes 5 s of a million. Two
    pairs may have one number: what is found by it is compared with the words themselves.
    """
    neighbours = {pair for part in (words.title, words.text) for pair in pairwise(part) if NOT_INDEXED not in pair}
    return sorted({_number(*pair) for pair in neighbours} | set(_numbers_in_title(words.title)))


def asked_pairs(side: Alternative) -> list[int]:
    """The numbers of ``as_pairs`` that every article has which holds what ``side`` wants."""
    numbers: set[int] = set()
    for term in side.wanted:
        whole = term.phrase.words[:-1] if term.phrase.open_ended else term.phrase.words
        numbers.update(_number(*pair) for pair in pairwise(whole))
        if term.in_title:
            numbers.update(_numbers_in_title(whole))
    return sorted(numbers)


def as_fts5_query(query: Query) -> str:
    """A query in FTS5's own words."""
    return " OR ".join(_fts5_alternative(side) for side in query.alternatives)


def as_tsquery(query: Query) -> str:
    """A query as a literal of Postgres."""
    return " | ".join(_ts_alternative(side) for side in query.alternatives)


def _said(connection: Connection, article_id: int) -> tuple[int, Indexed]:
    row = connection.execute(_SAID, {"article_id": article_id}).one()
    return place_of(row.ordered_at, article_id), indexed_words(row.title, row.text)


def _put_in(connection: Connection, article_id: int, place: int, words: Indexed) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(_PUT_IN_FTS5, {"place": place, "title": as_fts5(words.title), "text": as_fts5(words.text)})
    else:
        row = {"put_place": place, "put_article_id": article_id}
        connection.execute(_PUT_IN, row | {"put_words": as_tsvector(words), "put_pairs": as_pairs(words)})


def _fit(connection: Connection, places: Sequence[int], conditions: Sequence[ColumnElement[bool]]) -> list[int]:
    """The articles at ``places`` that meet ``conditions``, in the order of the places."""
    ids = [place & ID_MASK for place in places]
    fit = set(connection.execute(select(article.c.id).where(article.c.id.in_(ids), *conditions)).scalars())
    return [id_ for id_ in ids if id_ in fit]


def _places(connection: Connection, query: Query, lowest: int, below: int, at_most: int) -> Sequence[int]:
    """The newest places from ``lowest`` up to, but not at, ``below`` where ``query`` finds something."""
    bounds = {"lowest": lowest, "below": below, "at_most": at_most}
    if connection.dialect.name == "sqlite":
        return connection.execute(_PLACES_FTS5, {"asked": as_fts5_query(query), **bounds}).scalars().all()
    if at_most <= SEEN_ONE_BY_ONE:
        newest = bounds | {"seen": SEEN_ONE_BY_ONE}
        asked = {"asked": as_tsquery(query), **newest}
        places = connection.execute(_PLACES_ONE_BY_ONE, asked).scalars().all()
        if len(places) == at_most or connection.execute(_FIRST_UNSEEN, newest).first() is None:
            return places
    connection.execute(_PLAN_BY_INDEX, {"others": "off"})
    places = connection.execute(_places_by_words(query), bounds).scalars().all()
    connection.execute(_PLAN_BY_INDEX, {"others": "on"})
    return places


def _places_among(connection: Connection, query: Query, ids: Sequence[int], lowest: int, below: int) -> Sequence[int]:
    """The places of the articles ``ids`` within these bounds where ``query`` finds something, the newest first."""
    bounds = {"lowest": lowest, "below": below}
    if connection.dialect.name != "sqlite":
        return connection.execute(_PLACES_AMONG, {"asked": as_tsquery(query), "ids": ids, **bounds}).scalars().all()
    stand = connection.execute(_ORDERED_AT, {"ids": ids})
    places = [place for row in stand if lowest <= (place := place_of(row.ordered_at, row.id)) < below]
    return connection.execute(_PLACES_AMONG_FTS5, {"asked": as_fts5_query(query), "places": places}).scalars().all()


def _places_by_words(query: Query) -> Select[int]:
    # Each side with its own pairs; those that have none are asked for as one.
    sides = [(side, asked_pairs(side)) for side in query.alternatives]
    holds = [
        and_(_holds(_ts_alternative(side)), article_words.c.pairs.contains(literal(pairs, ARRAY(SmallInteger))))
        for side, pairs in sides
        if pairs
    ]
    bare = [_ts_alternative(side) for side, pairs in sides if not pairs]
    if bare:
        holds.append(_holds(" | ".join(bare)))
    # The bounds stand outside, or the planner would walk the places between them instead.
    by_words = select(article_words.c.place).where(or_(*holds)).cte("by_words").prefix_with("MATERIALIZED")
    return (
        select(by_words.c.place)
        .where(*_within(by_words.c.place))
        .order_by(by_words.c.place.desc())
        .limit(bindparam("at_most"))
    )


def _holds(asked: str) -> ColumnElement[bool]:
    return article_words.c.words.op("@@")(cast(literal(asked, Text), TSQUERY))


def _number(one: str, next_: str) -> int:
    return crc32(f"{one} {next_}".encode()) & ((1 << PAIR_BITS) - 1)


def _numbers_in_title(words: Iterable[str]) -> list[int]:
    # As if each stood behind a word that none is.
    return [_number(NOT_INDEXED, word) for word in words if word != NOT_INDEXED]


def _fts5_alternative(side: Alternative) -> str:
    wanted = " AND ".join(_fts5_term(term) for term in side.wanted)
    unwanted = " OR ".join(_fts5_term(term) for term in side.unwanted)
    return f"(({wanted}) NOT ({unwanted}))" if unwanted else f"({wanted})"


def _fts5_term(term: Term) -> str:
    where = "title : " if term.in_title else ""
    return f'{where}"{" ".join(term.phrase.words)}"{" *" if term.phrase.open_ended else ""}'


def _ts_alternative(side: Alternative) -> str:
    wanted = " & ".join(_ts_term(term) for term in side.wanted)
    unwanted = " | ".join(_ts_term(term) for term in side.unwanted)
    return f"({wanted} & !({unwanted}))" if unwanted else f"({wanted})"


def _ts_term(term: Term) -> str:
    last = len(term.phrase.words) - 1
    return "({})".format(
        " <-> ".join(
            f"'{word}'{_ts_marks(term.phrase, term.in_title, at == last)}" for at, word in enumerate(term.phrase.words)
        )
    )


def _ts_marks(phrase: Phrase, in_title: bool, last: bool) -> str:
    marks = ("*" if phrase.open_ended and last else "") + ("A" if in_title else "")
    return f":{marks}" if marks else ""


# Built once: composing a statement costs more than running it.
_PUT_IN_FTS5 = text("INSERT INTO article_words(rowid, title, text) VALUES (:place, :title, :text)")
_TAKE_OUT_FTS5 = text(
    "INSERT INTO article_words(article_words, rowid, title, text) VALUES ('delete', :place, :title, :text)"
)
_PUT_IN = insert(article_words).values(
    place=bindparam("put_place"),
    article_id=bindparam("put_article_id"),
    words=cast(bindparam("put_words", type_=Text), TSVECTOR),
    pairs=bindparam("put_pairs"),
)
_TAKE_OUT = article_words.delete().where(article_words.c.article_id == bindparam("taken_id"))
_SAID = select(article.c.ordered_at, article.c.title, article.c.text).where(article.c.id == bindparam("article_id"))
_fts5 = table("article_words", column("rowid", BigInteger))


def _within(place: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
    return (place >= bindparam("lowest", type_=BigInteger), place < bindparam("below", type_=BigInteger))


_PLACES_FTS5 = (
    select(_fts5.c.rowid)
    .where(literal_column("article_words").op("MATCH")(bindparam("asked")), *_within(_fts5.c.rowid))
    .order_by(_fts5.c.rowid.desc())
    .limit(bindparam("at_most"))
)
_ORDERED_AT = select(article.c.id, article.c.ordered_at).where(article.c.id.in_(bindparam("ids", expanding=True)))
_PLACES_AMONG_FTS5 = (
    select(_fts5.c.rowid)
    .where(
        literal_column("article_words").op("MATCH")(bindparam("asked")),
        # The sign keeps FTS5 from walking its lists once for each place: one walk over all is quicker than many.
        literal_column("+article_words.rowid", BigInteger).in_(bindparam("places", expanding=True)),
    )
    .order_by(_fts5.c.rowid.desc())
)
_ASKED = cast(bindparam("asked", type_=Text), TSQUERY)
_newest = (
    select(article_words.c.place, article_words.c.words)
    .where(*_within(article_words.c.place))
    .order_by(article_words.c.place.desc())
    .limit(bindparam("seen"))
    .subquery()
)
_FIRST_UNSEEN = (
    select(article_words.c.place)
    .where(*_within(article_words.c.place))
    .order_by(article_words.c.place.desc())
    .offset(bindparam("seen"))
    .limit(1)
)
_PLACES_AMONG = (
    select(article_words.c.place)
    .where(
        article_words.c.article_id.in_(bindparam("ids", expanding=True)),
        article_words.c.words.op("@@")(_ASKED),
        *_within(article_words.c.place),
    )
    .order_by(article_words.c.place.desc())
)
_PLACES_ONE_BY_ONE = (
    select(_newest.c.place)
    .where(_newest.c.words.op("@@")(_ASKED))
    .order_by(_newest.c.place.desc())
    .limit(bindparam("at_most"))
)
# The planner knows neither what it costs to unpack a tsvector nor how rare a phrase or a left-out word makes the rest:
# left to itself it looks at every article for a word that is in none.
_PLAN_BY_INDEX = text(
    "SELECT set_config('enable_seqscan', :others, true), set_config('enable_indexscan', :others, true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true)"
)
