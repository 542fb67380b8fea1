"""Quotes as rows: the same thing said is one utterance, however it was translated, and each wording one rendering.

Which rendering an article prints tells whose report it had before it. An utterance is looked for by a few keys and
recognised by its words; of a key that everybody has only the first holders are kept, and it is passed over.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, Final, TypedDict

from sqlalchemy import Connection, Insert, Select, and_, bindparam, delete, exists, func, insert, select

from pipeline.core.model import Quote
from pipeline.core.origins.quotes import same_rendering, same_utterance, utterance_keys
from pipeline.store.connect import among, insert_into
from pipeline.store.postings import HOT, short
from pipeline.store.tables import article, article_quote, rendering, utterance, utterance_key

MAX_KEPT: Final = 60  # quotes of an article; an interview has some eighty, of which the first name its matter
MAX_NEAR: Final = 100  # utterances that are looked at for an article, those that share most keys with its quotes
MAX_COMPARED: Final = 8  # and for one quote
ELSEWHERE_SHOWN: Final = 200  # articles that print what an article quotes


class PrintedRow(TypedDict):
    """An article that prints the same utterance; ``same_words``: in the same rendering."""

    id: int
    url: str
    source: str
    same_words: bool


class QuoteRow(TypedDict):
    """A quote of an article, where in its text it begins, and who else prints it."""

    text: str
    places: list[int]
    speaker: str | None
    via: str | None
    utterance: int
    rendering: int
    elsewhere: list[PrintedRow]


@dataclass(slots=True)
class _Rendering:
    """A wording; ``id`` is None until it is stored, and ``keys`` are those to store it by."""

    said: Quote
    keys: frozenset[int]
    id: int | None = None


@dataclass(slots=True)
class _Utterance:
    """What was said; ``id`` is None until it is stored."""

    renderings: list[_Rendering]
    id: int | None = None


class _Nearby:
    """Utterances that the quotes of an article may be, and by which of the quotes' keys each is found.

    ``hot`` are the keys that everybody has: they find nothing.
    """

    def __init__(self, hot: Collection[int] = ()) -> None:
        self.hot = hot
        self.utterances: list[_Utterance] = []
        self._numbers: dict[int, dict[int, None]] = defaultdict(dict)  # of utterances, by key, each once and in order

    def add(self, said: _Utterance, keys: Iterable[int]) -> None:
        self.find_by(keys, len(self.utterances))
        self.utterances.append(said)

    def find_by(self, keys: Iterable[int], number: int) -> None:
        for key in keys:
            if key not in self.hot:
                self._numbers[key][number] = None

    def sharing(self, keys: Iterable[int]) -> list[int]:
        """The numbers of the utterances that share most of ``keys``, at most MAX_COMPARED, the most of all first."""
        return _sharing_most(keys, self._numbers)


def keep(connection: Connection, article_id: int, quotes: Sequence[Quote], now: datetime) -> None:
    """Let the quotes of an article be these, each as a rendering of what was said."""
    forget(connection, article_id)
    put(connection, article_id, quotes, now)


def put(connection: Connection, article_id: int, quotes: Sequence[Quote], now: datetime) -> None:
    """Let an article that has no quotes yet have these, each as a rendering of what was said."""
    kept = [_Rendering(said, _keys_of(said)) for said in quotes[:MAX_KEPT]]
    if not kept:
        return
    near = _near(connection, kept)
    printed: dict[int, tuple[_Rendering, Quote]] = {}
    for one in kept:
        wording = _recognised(one, near)
        # Two quotes of one article may be one wording, where the one cuts the other short.
        printed.setdefault(id(wording), (wording, one.said))
    _save(connection, near, now)
    connection.execute(
        insert(article_quote),
        [
            {
                "article_id": article_id,
                "rendering_id": wording.id,
                "text": said.text,
                "places": said.places,
                "speaker": said.speaker,
                "via": said.via,
            }
            for wording, said in printed.values()
        ],
    )


def forget(connection: Connection, article_id: int) -> None:
    """Let an article have no quotes; wordings that nobody else prints go with them."""
    held = connection.execute(_RENDERINGS_OF, {"article_id": article_id}).all()
    if not held:
        return
    connection.execute(_UNQUOTE, {"article_id": article_id})
    printed = exists().where(article_quote.c.rendering_id == rendering.c.id)
    connection.execute(delete(rendering).where(rendering.c.id.in_([row.id for row in held]), ~printed))
    left = select(rendering.c.utterance_id).where(rendering.c.utterance_id.in_([row.utterance_id for row in held]))
    unsaid = {row.utterance_id for row in held} - set(connection.execute(left).scalars())
    if unsaid:
        keys = {key for row in held for key in _keys_of(Quote(row.text, ()))}
        connection.execute(
            delete(utterance_key).where(utterance_key.c.short_key.in_(keys), utterance_key.c.utterance_id.in_(unsaid))
        )
        connection.execute(delete(utterance).where(utterance.c.id.in_(unsaid)))


def quotes_of(connection: Connection, article_id: int) -> list[QuoteRow]:
    """The quotes of an article in the order of their first places."""
    rows = connection.execute(_QUOTES, {"article_id": article_id}).all()
    elsewhere: dict[int, list[PrintedRow]] = defaultdict(list)
    renderings = {row.utterance_id: row.rendering_id for row in rows}
    for other in connection.execute(_ELSEWHERE, {"article_id": article_id, "said": list(renderings)}):
        same_words = other.rendering_id == renderings[other.utterance_id]
        elsewhere[other.utterance_id].append(
            {"id": other.article_id, "url": other.url, "source": other.source_name, "same_words": same_words}
        )
    return [
        {
            "text": row.text,
            "places": list(row.places),
            "speaker": row.speaker,
            "via": row.via,
            "utterance": row.utterance_id,
            "rendering": row.rendering_id,
            "elsewhere": elsewhere[row.utterance_id],
        }
        for row in sorted(rows, key=lambda row: tuple(row.places))
    ]


def _near(connection: Connection, quotes: Sequence[_Rendering]) -> _Nearby:
    """The utterances that one of ``quotes`` may be: of at most MAX_NEAR those that share most keys with it."""
    keys = frozenset[int]().union(*(one.keys for one in quotes))
    holders = connection.execute(_holders(connection.dialect.name), {"keys": list(keys)}).all()
    near = _Nearby(frozenset(key for key, utterance_id in holders if utterance_id is None))
    held: dict[int, list[int]] = defaultdict(list)
    for key, utterance_id in holders:
        if utterance_id is not None:
            held[utterance_id].append(key)
    nearest = sorted(held, key=lambda id_: -len(held[id_]))[:MAX_NEAR]
    holders_of: dict[int, list[int]] = defaultdict(list)
    for utterance_id in nearest:
        for key in held[utterance_id]:
            holders_of[key].append(utterance_id)
    compared = {id_ for one in quotes for id_ in _sharing_most(one.keys, holders_of)}
    if not compared:
        return near
    wordings: dict[int, list[_Rendering]] = defaultdict(list)
    for row in connection.execute(_wordings(connection.dialect.name), {"ids": sorted(compared)}).all():
        # Which of the keys they share is known from the holders: to make them anew cost more than all the rest.
        wordings[row.utterance_id].append(_Rendering(Quote(row.text, (), row.speaker), frozenset(), row.id))
    for utterance_id, renderings in wordings.items():
        near.add(_Utterance(renderings, utterance_id), held[utterance_id])
    return near


def _sharing_most(keys: Iterable[int], holders: Mapping[int, Iterable[int]]) -> list[int]:
    """Of those who hold ``keys`` the MAX_COMPARED that hold most of them, the lower number first where they tie."""
    shared = Counter(chain.from_iterable(holders.get(key, ()) for key in keys))
    return sorted(shared, key=lambda number: (-shared[number], number))[:MAX_COMPARED]


def _recognised(one: _Rendering, near: _Nearby) -> _Rendering:
    """The wording that ``one`` is; ``near`` grows by it where it is new."""
    for number in near.sharing(one.keys):
        known = near.utterances[number]
        if any(same_utterance(one.said, wording.said) for wording in known.renderings):
            for wording in known.renderings:
                if same_rendering(one.said, wording.said):
                    return wording
            known.renderings.append(one)
            near.find_by(one.keys, number)
            return one
    near.add(_Utterance([one]), one.keys)
    return one


def _save(connection: Connection, near: _Nearby, now: datetime) -> None:
    """Store what of ``near`` is new, and give it its ids."""
    new = [one for one in near.utterances if one.id is None]
    if new:
        made = connection.execute(_SAVE_UTTERANCE, [{"first_seen_at": now} for _ in new]).scalars()
        for one, id_ in zip(new, made, strict=True):
            one.id = id_
    wordings = [(one, wording) for one in near.utterances for wording in one.renderings if wording.id is None]
    if not wordings:
        return
    rows = [
        {"utterance_id": one.id, "text": wording.said.text, "speaker": wording.said.speaker}
        for one, wording in wordings
    ]
    for (_, wording), id_ in zip(wordings, connection.execute(_SAVE_RENDERING, rows).scalars(), strict=True):
        wording.id = id_
    keys = sorted({(key, one.id) for one, wording in wordings for key in wording.keys if key not in near.hot})
    if keys:
        connection.execute(
            _save_key(connection.dialect.name), [{"short_key": key, "utterance_id": id_} for key, id_ in keys]
        )


def _keys_of(said: Quote) -> frozenset[int]:
    return frozenset(map(short, utterance_keys(said)))


# Built once: composing a statement costs more than running it.


@cache
def _save_key(dialect: str) -> Insert:
    return insert_into(dialect, utterance_key).on_conflict_do_nothing()


@cache
def _holders(dialect: str) -> Select[*tuple[Any, ...]]:
    """The utterances of each key that is not hot; of one that is, one row without any."""
    asked = utterance_key.c.short_key
    counted = (
        select(asked, func.count().label("held")).where(among(dialect, asked, "keys")).group_by(asked).cte("counted")
    )
    theirs = and_(utterance_key.c.short_key == counted.c.short_key, counted.c.held < HOT)
    return (
        select(counted.c.short_key, utterance_key.c.utterance_id)
        .select_from(counted.outerjoin(utterance_key, theirs))
        .order_by(counted.c.short_key, utterance_key.c.utterance_id)
    )


@cache
def _wordings(dialect: str) -> Select[*tuple[Any, ...]]:
    return (
        select(rendering)
        .where(among(dialect, rendering.c.utterance_id, "ids"))
        .order_by(rendering.c.utterance_id, rendering.c.id)
    )


_SAVE_UTTERANCE = insert(utterance).returning(utterance.c.id, sort_by_parameter_order=True)
_SAVE_RENDERING = insert(rendering).returning(rendering.c.id, sort_by_parameter_order=True)
_UNQUOTE = delete(article_quote).where(article_quote.c.article_id == bindparam("article_id"))
_RENDERINGS_OF = (
    select(rendering.c.id, rendering.c.utterance_id, rendering.c.text)
    .join(article_quote, article_quote.c.rendering_id == rendering.c.id)
    .where(article_quote.c.article_id == bindparam("article_id"))
)
_QUOTES = (
    select(article_quote, rendering.c.utterance_id)
    .join(rendering, rendering.c.id == article_quote.c.rendering_id)
    .where(article_quote.c.article_id == bindparam("article_id"))
)
_ELSEWHERE = (
    select(article_quote.c.article_id, article_quote.c.rendering_id, rendering.c.utterance_id)
    .add_columns(article.c.url, article.c.source_name)
    .join(rendering, rendering.c.id == article_quote.c.rendering_id)
    .join(article, article.c.id == article_quote.c.article_id)
    .where(
        rendering.c.utterance_id.in_(bindparam("said", expanding=True)),
        article_quote.c.article_id != bindparam("article_id"),
    )
    .order_by(rendering.c.utterance_id, article_quote.c.article_id)
    .limit(ELSEWHERE_SHOWN)
)
