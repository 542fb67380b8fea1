"""What tracing an article costs among a million stored ones, on both databases, beside what was promised.

The articles are invented: sentences drawn from a pool, and marks. Of a hundred 15 are copies of an earlier one, and 30
carry a mark that thousands do. Most are stored in bulk, the last as they come in; some of these are then traced, with
the product's own look-up, comparison and saving. What counts is CPU, of all threads and of the server.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import struct
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from statistics import quantiles

from sqlalchemy import Connection, Engine, insert, text

from benchmarks.databases import Cpu, engine_at, on_each_database
from pipeline.core.origins.kinship import trace
from pipeline.core.origins.likeness import Kind
from pipeline.store import Store, postings, tracing
from pipeline.store.tables import article, article_marks, digest_of, posting

SHOWS = "what tracing an article costs among 1,000,000 stored ones, on SQLite and on Postgres"
TRACE_P95_MS = 15.0  # promised on SQLite
LOOK_UP_P95_MS = 5.0  # promised for an article that carries a mark of many
INDEX_BYTES = {"sqlite": 900, "postgresql": 2500}  # promised an article

MARKS = 54  # measured: 49 to 54 on news pages, those of publishers and their matters among them
KEPT_MARKS = 43  # of an original's marks that its copy has too
HOT_MARKS = [(number << 8) | Kind.TEXT for number in range(1, 6)]
SENTENCES = 24  # of a text: some 450 words
ARRIVING = 0.01  # of the articles are indexed one by one, as the walk does
TRACED = 400
BATCH = 2_000
RANGES = 64  # the index of SQLite is filled in its own order, a range of it at a time
ALL = 1 << 32
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

_random = random.Random(2)
WORDS = ["".join(_random.choices("abcdefghijklmnoprstuvw", k=_random.randint(3, 9))) for _ in range(20_000)]
NAMES = [word.capitalize() for word in WORDS[:4_000]]
POOL = [
    f"{_random.choice(NAMES)} {' '.join(_random.choices(WORDS, k=16))} {_random.randint(10, 99_999)}."
    for _ in range(20_000)
]


def main(arguments: Sequence[str]) -> int:
    """``python -m benchmarks trace``: fill a store on each database, and trace articles in it."""
    return on_each_database(arguments, "trace", __doc__, articles=1_000_000, measure=_measure)


def _measure(url: str, articles: int) -> None:
    asyncio.run(_make(url))
    engine = engine_at(url)
    database = engine.dialect.name
    print(f"{database}, {articles} articles", flush=True)
    first_arriving = articles - int(articles * ARRIVING) + 1
    _fill(engine, articles, first_arriving)
    began = time.process_time()
    with engine.begin() as connection:
        for number in range(first_arriving, articles + 1):
            postings.put(connection, number, (), _marks(number))
            tracing.make_due(connection, number, EPOCH)
    _print("indexing, CPU ms an article", 1000 * (time.process_time() - began) / (articles - first_arriving + 1))
    _print("index, bytes an article", _index_bytes(engine) / articles, INDEX_BYTES[database])
    engine.dispose()
    asyncio.run(_trace(url, range(first_arriving, articles + 1), on_sqlite=database == "sqlite"))


async def _make(url: str) -> None:
    store = Store(url)
    await store.open(create=True)
    await store.close()


def _fill(engine: Engine, articles: int, first_arriving: int) -> None:
    with engine.begin() as connection:
        for start in range(1, articles + 1, BATCH):
            connection.execute(insert(article), [_row(n) for n in range(start, min(start + BATCH, articles + 1))])
        _fill_index(connection, first_arriving)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _fill_index(connection: Connection, end: int) -> None:
    held = _held(end)
    if connection.dialect.name == "sqlite":
        _fill_by_mark(connection, held)
        return
    while rows := [{"article_id": number, "short_hashes": marks} for number, marks in islice(held, BATCH)]:
        connection.execute(insert(article_marks), rows)


def _held(end: int) -> Iterator[tuple[int, list[int]]]:
    """Each article with the marks that are kept for it."""
    holders: Counter[int] = Counter()
    for number in range(1, end):
        marks = set(map(postings.short, _marks(number)))
        holders.update(marks & SHORT_HOT)
        yield number, sorted(mark for mark in marks if holders[mark] <= postings.HOT)


def _fill_by_mark(connection: Connection, held: Iterable[tuple[int, Sequence[int]]]) -> None:
    ranges = [array("q") for _ in range(RANGES)]
    for number, marks in held:
        for mark in marks:
            at = mark + ALL // 2
            ranges[at * RANGES // ALL].append(at << 31 | number)
    for each in ranges:
        rows = [{"short_hash": (one >> 31) - ALL // 2, "article_id": one & (1 << 31) - 1} for one in sorted(each)]
        for start in range(0, len(rows), 20 * BATCH):
            connection.execute(insert(posting), rows[start : start + 20 * BATCH])


def _row(number: int) -> dict[str, object]:
    at = EPOCH + timedelta(seconds=number * 20)
    words = _text(number)
    return {
        "id": number,
        "url": f"https://paper{number % 500}.example/story/{number}",
        "source_name": f"Paper {number % 500}",
        "source_domain": f"paper{number % 500}.example",
        "source_witness": "host",
        "title": words[:60],
        "authors": (),
        "text": words,
        "text_hash": digest_of(words),
        "language": "en",
        "published_at": at,
        "published_precision": "second",
        "published_witness": "feed",
        "flags": (),
        "marks": postings.packed(_marks(number)),
        "rules": "1",
        "first_seen_at": at,
        "updated_at": at,
        "ordered_at": at,
    }


def _original(number: int) -> int | None:
    """The article that this one is a copy of, for 15 of a hundred."""
    earlier = number - 1 - number % 17
    return earlier if number % 20 in {3, 9, 15} and earlier > 0 and earlier % 20 not in {3, 9, 15} else None


def _text(number: int) -> str:
    original = _original(number)
    if original is not None:
        return f"{_text(original)}\n{POOL[number % len(POOL)]}"
    chosen = random.Random(number).choices(POOL, k=SENTENCES)
    return "\n".join(" ".join(chosen[start : start + 3]) for start in range(0, SENTENCES, 3))


def _marks(number: int) -> list[int]:
    original = _original(number)
    own = [
        mark & (1 << 63) - 8
        for mark in struct.unpack(f">{MARKS}Q", hashlib.shake_128(b"%d" % number).digest(8 * MARKS))
    ]
    if original is not None:
        own[:KEPT_MARKS] = _marks(original)[:KEPT_MARKS]
    if number % 10 in {1, 4, 7}:
        own[-1] = HOT_MARKS[number % len(HOT_MARKS)]
    return own


def _index_bytes(engine: Engine) -> float:
    sizes = {
        "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name = 'posting'",
        "postgresql": "SELECT pg_total_relation_size('article_marks')",
    }
    with engine.connect() as connection:
        return float(connection.execute(text(sizes[engine.dialect.name])).scalar() or 0)


async def _trace(url: str, arrived: Sequence[int], *, on_sqlite: bool) -> None:
    store = Store(url)
    await store.open(create=False)
    cpu = Cpu(url)
    drawn = random.Random(3).sample(arrived, min(TRACED, len(arrived)))
    took: dict[str, list[float]] = {"look-up": [], "look-up, hot": [], "comparison": [], "saving": [], "all": []}
    linked = 0
    for number in drawn:
        part = "look-up, hot" if number % 10 in {1, 4, 7} else "look-up"
        with _timed(took[part], cpu) as look_up:
            loaded = await store.kin(number)
        assert loaded is not None
        with _timed(took["comparison"], cpu) as comparison:
            found = trace(*loaded)
        with _timed(took["saving"], cpu) as saving:
            await store.save_edges(loaded[0], found, EPOCH)
        took["all"].append(look_up() + comparison() + saving())
        linked += bool(found)
    await store.close()
    copies = sum(_original(number) is not None for number in drawn)
    print(f"  {len(drawn)} traced: {copies} copies among them, {linked} led to edges")
    for part, milliseconds in took.items():
        bound = LOOK_UP_P95_MS if part == "look-up, hot" else TRACE_P95_MS if part == "all" and on_sqlite else None
        cuts = quantiles(milliseconds, n=20)
        _print(f"{part}, ms, 50 %", cuts[9])
        _print(f"{part}, ms, 95 %", cuts[18], bound)


class _timed:  # noqa: N801 - used like a function, as contextlib's own are
    """Adds to ``took`` the CPU of what is done inside, in ms; afterwards a call answers it."""

    def __init__(self, took: list[float], cpu: Cpu) -> None:
        self._took = took
        self._cpu = cpu

    def __enter__(self) -> Callable[[], float]:
        self._began = self._cpu.begin()
        return lambda: self._took[-1]

    def __exit__(self, *_: object) -> None:
        self._took.append(1000 * self._cpu.since(self._began))


def _print(what: str, value: float, at_most: float | None = None) -> None:
    verdict = "" if at_most is None else f"   target: at most {at_most:g}, {'met' if value <= at_most else 'MISSED'}"
    print(f"  {what:34}{value:10.2f}{verdict}", flush=True)


SHORT_HOT = frozenset(map(postings.short, HOT_MARKS))
