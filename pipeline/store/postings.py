"""Which articles hold a mark: the one index by which kin are found among a million, and how far it is to be asked.

A mark that many hold (boilerplate, a name in everybody's mouth) says nothing and costs much. So no more than HOT
articles are kept for one, the first that came, and from there on it is passed over; only where nearly all marks of a
text are such (one report, copied two hundred times) are those first holders asked after all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from struct import pack, unpack
from typing import Final

from sqlalchemy import Connection, Insert, bindparam, delete, func, select

from pipeline.core.origins.likeness import KEYS, kind_of
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
    take_out(connection, article_id, set(old) - set(new))
    wanted = set(new) - set(old)
    if wanted:
        wanted -= set(connection.execute(_FULL, {"hashes": list(wanted)}).scalars())
    if wanted:
        # In their order: two transactions that write the same pages must not each wait for the other.
        rows = [{"hash": one, "article_id": article_id} for one in sorted(wanted)]
        connection.execute(_put(connection.dialect.name), rows)


def take_out(connection: Connection, article_id: int, hashes: Iterable[int]) -> None:
    """Let an article be found by ``hashes`` no more."""
    gone = list(hashes)
    if gone:
        connection.execute(_TAKE_OUT, {"article_id": article_id, "hashes": gone})


def sharing(connection: Connection, article_id: int, hashes: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The other articles that hold any of ``hashes``, each with those that it shares."""
    holders: dict[int, list[int]] = defaultdict(list)
    for hash_, holder in connection.execute(_HOLDERS, {"hashes": list(hashes)}):
        holders[hash_].append(holder)
    hot = [one for one in hashes if len(holders[one]) >= HOT]
    shared: dict[int, list[int]] = defaultdict(list)
    asked = set(hashes).difference(hot) | set(_asked_all_the_same(hashes, hot))
    for one in hashes:
        if one in asked:
            for holder in holders[one]:
                if holder != article_id:
                    shared[holder].append(one)
    return {holder: tuple(theirs) for holder, theirs in shared.items()}


def missing(connection: Connection, article_id: int, hashes: Collection[int]) -> int:
    """By how many of ``hashes`` an article should be found and is not."""
    held = Counter(dict.fromkeys(hashes, 0))
    own = set()
    for hash_, holder in connection.execute(_HOLDERS, {"hashes": list(hashes)}):
        held[hash_] += 1
        if holder == article_id:
            own.add(hash_)
    return sum(one not in own and held[one] < HOT for one in hashes)


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


_HASHES = posting.c.hash.in_(bindparam("hashes", expanding=True))
_HOLDERS = select(posting.c.hash, posting.c.article_id).where(_HASHES).order_by(posting.c.hash, posting.c.article_id)
_FULL = select(posting.c.hash).where(_HASHES).group_by(posting.c.hash).having(func.count() >= HOT)
_TAKE_OUT = delete(posting).where(posting.c.article_id == bindparam("article_id"), _HASHES)
