"""Which articles hold a mark: the one index by which kin are found among a million, and how far it is to be asked.

A mark that many hold (boilerplate, a name in everybody's mouth) says nothing and costs much. So no more than HOT
articles are kept for one, the first that came, and from there on it is passed over; only where nearly all marks of a
text are such (one report, copied two hundred times) are those first holders asked after all.

SQLite holds a row a mark, in the order of its key and nothing beside it. In Postgres, where a row is long, all marks of
an article are one row, and a GIN index answers who holds one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from struct import pack, unpack
from typing import Final

from sqlalchemy import Connection, Integer, bindparam, delete, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import ARRAY, array

from pipeline.core.origins.likeness import KEYS, counterpart, kind_of
from pipeline.store.connect import among, insert_into
from pipeline.store.tables import article_marks, posting

HOT: Final = 65
"""Articles kept for a mark. One held by that many is passed over: measured, the 95th percentile of a look-up among a
million articles is 90 times shorter for it."""

COPIED_SHARE: Final = 0.5  # of a text's marks: where so many are hot it is a report that is everywhere, not boilerplate
ASKED_WHEN_COPIED: Final = 8  # hot marks of such a text whose first holders are asked


def packed(hashes: Sequence[int]) -> bytes:
    """``hashes`` as the column ``article.marks`` has them."""
    return pack(f">{len(hashes)}q", *hashes)


def unpacked(marks: bytes | None) -> tuple[int, ...]:
    """The hashes in the column ``article.marks``."""
    return unpack(f">{len(marks) // 8}q", marks) if marks else ()


def put(connection: Connection, article_id: int, old: Collection[int], new: Collection[int]) -> None:
    """Let an article that was found by the hashes ``old`` be found by ``new``."""
    before, after = set(map(short, old)), set(map(short, new))
    gone, wanted = before - after, after - before
    if wanted:
        wanted -= set(connection.execute(_FULL[connection.dialect.name], {"wanted": list(wanted)}).scalars())
    if connection.dialect.name == "sqlite":
        if gone:
            connection.execute(_TAKE_OUT_ROWS, {"held_by": article_id, "wanted": list(gone)})
        if wanted:
            connection.execute(_PUT_ROWS, [{"short_hash": one, "article_id": article_id} for one in sorted(wanted)])
    elif gone or wanted:
        connection.execute(_PUT_ROW, {"held_by": article_id, "wanted": sorted(wanted), "gone": list(gone)})


def take_out(connection: Connection, article_id: int, hashes: Collection[int]) -> None:
    """Let an article be found no more; ``hashes`` are all that it was found by."""
    if connection.dialect.name != "sqlite":
        connection.execute(_TAKE_OUT_ROW, {"held_by": article_id})
    elif hashes:
        connection.execute(_TAKE_OUT_ROWS, {"held_by": article_id, "wanted": list(set(map(short, hashes)))})


def sharing(connection: Connection, article_id: int, hashes: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The other articles that hold the counterpart of any of ``hashes``, each with those by which it was found."""
    sought = {one: short(counterpart(one)) for one in hashes}
    holders = _holders(connection, sought.values())
    hot = [one for one in hashes if len(holders[sought[one]]) >= HOT]
    asked = set(hashes).difference(hot) | set(_asked_all_the_same(hashes, hot))
    shared: dict[int, list[int]] = defaultdict(list)
    for one in hashes:
        if one in asked:
            for holder in holders[sought[one]]:
                if holder != article_id:
                    shared[holder].append(one)
    return {holder: tuple(theirs) for holder, theirs in shared.items()}


def is_traceable(connection: Connection, article_id: int, marks: bytes | None) -> bool:
    """Whether an article is found by any of its ``marks`` (the column), or has none that is not hot.

    Not by all: one may have been full when the article came, and have lost another holder since.
    """
    hashes = unpacked(marks)
    holders = _holders(connection, map(short, hashes))
    cold = [one for one in hashes if len(holders[short(one)]) < HOT]
    return not cold or any(article_id in holders[short(one)] for one in hashes)


def short(hash_: int) -> int:
    """The 32 bits of a hash, as a signed number, that are a row of the index.

    Two different marks meet in one such number once in two look-ups among a million articles; the reading of the texts
    that follows tells them apart.
    """
    return ((hash_ ^ hash_ >> 32) & 0xFFFFFFFF) - 0x80000000


def _holders(connection: Connection, short_hashes: Iterable[int]) -> Mapping[int, Sequence[int]]:
    """By short hash the articles that hold it, the first that came first."""
    holders: dict[int, list[int]] = defaultdict(list)
    wanted = {"wanted": list(set(short_hashes))}
    for short_hash, holder in connection.execute(_HOLDERS[connection.dialect.name], wanted).all():
        holders[short_hash].append(holder)
    return holders


def _asked_all_the_same(hashes: Collection[int], hot: Sequence[int]) -> Sequence[int]:
    """The hot marks whose first holders are asked, since most of the text is hot."""
    of_text = [one for one in hashes if kind_of(one) not in KEYS]
    hot_of_text = [one for one in hot if kind_of(one) not in KEYS]
    if len(hot_of_text) < COPIED_SHARE * len(of_text):
        return ()
    return hot_of_text[:ASKED_WHEN_COPIED]


# Built once: composing a statement costs more than running it.

_WANTED = among("sqlite", posting.c.short_hash, "wanted")
_PUT_ROWS = insert_into("sqlite", posting).on_conflict_do_nothing()
_TAKE_OUT_ROWS = delete(posting).where(posting.c.article_id == bindparam("held_by"), _WANTED)

_PUT_ROW = text("""
    INSERT INTO article_marks (article_id, short_hashes) VALUES (:held_by, CAST(:wanted AS integer[]))
    ON CONFLICT (article_id) DO UPDATE SET short_hashes = ARRAY(
        SELECT held FROM unnest(article_marks.short_hashes) AS held WHERE held <> ALL (CAST(:gone AS integer[]))
        UNION SELECT unnest(excluded.short_hashes)
        ORDER BY 1
    )
""")
_TAKE_OUT_ROW = delete(article_marks).where(article_marks.c.article_id == bindparam("held_by"))

_SOUGHT = func.unnest(bindparam("wanted", type_=ARRAY(Integer))).column_valued("sought")
_HOLDER = (
    select(article_marks.c.article_id)
    .where(article_marks.c.short_hashes.contains(array([_SOUGHT])))
    # Spelt out for the planner, as no more are kept: it takes each mark for one of every two hundredth article, and all
    # of them together for a work that is worth a compiler.
    .limit(literal_column(str(HOT)))
    .lateral("holder")
)
_HELD: Final = {
    "sqlite": select(posting.c.short_hash, posting.c.article_id).where(_WANTED).subquery("held"),
    "postgresql": select(_SOUGHT.label("short_hash"), _HOLDER.c.article_id).subquery("held"),
}
_HOLDERS: Final = {name: select(held).order_by(held.c.short_hash, held.c.article_id) for name, held in _HELD.items()}
_FULL: Final = {
    name: select(held.c.short_hash).group_by(held.c.short_hash).having(func.count() >= HOT)
    for name, held in _HELD.items()
}
