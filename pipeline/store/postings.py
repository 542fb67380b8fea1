"""Which articles hold a mark: the one index by which kin are found among a million, and how far it is to be asked.

A mark that many hold (boilerplate, a name in everybody's mouth) says nothing and costs much. So no more than HOT
articles are kept for one, the first that came, and from there on it is passed over; only where nearly all marks of a
text are such (one report, copied two hundred times) are those first holders asked after all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from struct import pack, unpack
from typing import Final

from sqlalchemy import Connection, Insert, bindparam, delete, func, select

from pipeline.core.origins.likeness import KEYS, counterpart, kind_of
from pipeline.store.connect import insert_into
from pipeline.store.tables import posting

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
    _take_out(connection, article_id, before - after)
    wanted = after - before
    if wanted:
        wanted -= set(connection.execute(_FULL, {"wanted": list(wanted)}).scalars())
    if wanted:
        # In their order: two transactions that write the same pages must not each wait for the other.
        rows = [{"short_hash": one, "article_id": article_id} for one in sorted(wanted)]
        connection.execute(_put(connection.dialect.name), rows)


def take_out(connection: Connection, article_id: int, hashes: Iterable[int]) -> None:
    """Let an article be found by ``hashes`` no more."""
    _take_out(connection, article_id, set(map(short, hashes)))


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
    for short_hash, holder in connection.execute(_HOLDERS, {"wanted": list(set(short_hashes))}):
        holders[short_hash].append(holder)
    return holders


def _take_out(connection: Connection, article_id: int, short_hashes: Collection[int]) -> None:
    if short_hashes:
        connection.execute(_TAKE_OUT, {"held_by": article_id, "wanted": list(short_hashes)})


def _asked_all_the_same(hashes: Collection[int], hot: Sequence[int]) -> Sequence[int]:
    """The hot marks whose first holders are asked, since most of the text is hot."""
    of_text = [one for one in hashes if kind_of(one) not in KEYS]
    hot_of_text = [one for one in hot if kind_of(one) not in KEYS]
    if len(hot_of_text) < COPIED_SHARE * len(of_text):
        return ()
    return hot_of_text[:ASKED_WHEN_COPIED]


# Built once: composing a statement costs more than running it.


@cache
def _put(dialect: str) -> Insert:
    return insert_into(dialect, posting).on_conflict_do_nothing()


_WANTED = posting.c.short_hash.in_(bindparam("wanted", expanding=True))
_HOLDERS = (
    select(posting.c.short_hash, posting.c.article_id)
    .where(_WANTED)
    .order_by(posting.c.short_hash, posting.c.article_id)
)
_FULL = select(posting.c.short_hash).where(_WANTED).group_by(posting.c.short_hash).having(func.count() >= HOT)
_TAKE_OUT = delete(posting).where(posting.c.article_id == bindparam("held_by"), _WANTED)
