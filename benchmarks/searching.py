"""How long a search, a list and the status take over many articles, on both databases, beside what was promised.

The articles are invented: words drawn by Zipf's law, so that the commonest stand in nearly every text and the rarest in
one. They are stored as the walk stores them, one after another, so that the indexes are as worn as in real life.
What counts is CPU, of this process and of the server: on a machine that does nothing else that is the time it takes.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from sqlalchemy import Connection, insert, text

from benchmarks.databases import Cpu, engine_at, on_each_database
from pipeline.core.model import Entry
from pipeline.core.queries import read_query
from pipeline.core.subscriptions import Subscription
from pipeline.store import ArticleQuery, Store, searching
from pipeline.store.tables import article, digest_of, entry

SHOWS = "how long searches, lists and the status take over 200,000 articles, on SQLite and on Postgres"
PROMISED_S = 0.5  # at a million articles
ASKED_TIMES = 5
LISTED = 50  # articles a search shows, as the command's table does
FEEDS = 500
BATCH = 500
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)

_random = random.Random(1)
VOCABULARY = ["".join(_random.choices("abcdefghijklmnoprstuvw", k=_random.randint(3, 9))) for _ in range(60_000)]
ZIPF = list(accumulate(1 / (rank + 3) for rank in range(len(VOCABULARY))))
PARAGRAPHS = [" ".join(_random.choices(VOCABULARY, cum_weights=ZIPF, k=100)) for _ in range(4_000)]

# What is asked, and why it may be slow.
SEARCHES = {
    "a word of nearly every text": VOCABULARY[0],
    "a word of every tenth text": VOCABULARY[50],
    "a word of one text in a thousand": "needle7",
    "a word of a single text": "pin77",
    "a word of none": "absent",
    "two common words": f"{VOCABULARY[0]} {VOCABULARY[1]}",
    "two common words side by side": f'"{VOCABULARY[0]} {VOCABULARY[1]}"',
    "four common words side by side": f'"{" ".join(VOCABULARY[:4])}"',
    "four common words, or three others": f'"{" ".join(VOCABULARY[:4])}" OR "{" ".join(VOCABULARY[7:10])}"',
    "three common words and the beginning of one": f'"{" ".join(VOCABULARY[:3])} {VOCABULARY[3][:2]}"*',
    "two rarer words side by side": f'"{VOCABULARY[200]} {VOCABULARY[300]}"',
    "a common word or another": f"{VOCABULARY[3]} OR {VOCABULARY[5]}",
    "a common word without another": f"{VOCABULARY[3]} -{VOCABULARY[5]}",
    "a common and a rare word": f"{VOCABULARY[100]} needle7",
    "a word in the title": f"title:{VOCABULARY[2000]}",
    "a word of many texts in the title": f"title:{VOCABULARY[200]}",
    "the beginning of a word": VOCABULARY[7][:3] + "*",
}
# Beside words, and by itself.
PLACES = {
    "of all": ArticleQuery(),
    "of one source of 500": ArticleQuery(source="paper7.example"),
    "of no source": ArticleQuery(source="absent.example"),
    "of one feed of 500": ArticleQuery(feed="https://paper7.example/feed"),
}


def main(arguments: Sequence[str]) -> int:
    """``python -m benchmarks search``: fill a store on each database, and ask it."""
    return on_each_database(arguments, "search", __doc__, articles=200_000, measure=_measure)


def _measure(url: str, articles: int) -> None:
    database = url.partition(":")[0].partition("+")[0]
    print(f"{database}, {articles} articles", flush=True)
    began = time.perf_counter()
    asyncio.run(_subscribe(url))
    _fill(url, articles)
    print(f"  {'stored and indexed, ms an article':45}{1000 * (time.perf_counter() - began) / articles:9.2f}")
    print(f"  {'index and what it is made of, KB an article':45}{_index_bytes(url) / 1000 / articles:9.2f}")
    slowest = asyncio.run(_ask(url))
    verdict = "met" if slowest <= PROMISED_S else "MISSED"
    print(f"  {'slowest of all':45}{1000 * slowest:9.1f}   target: at most {1000 * PROMISED_S:g} ms, {verdict}")


async def _subscribe(url: str) -> None:
    store = Store(url)
    await store.open(create=True)
    await store.subscribe([Subscription(f"https://paper{n}.example/feed") for n in range(FEEDS)], EPOCH)
    await store.close()


def _fill(url: str, articles: int) -> None:
    engine = engine_at(url)
    _random.seed(articles)  # both databases hold the same
    for start in range(1, articles + 1, BATCH):
        with engine.begin() as connection:
            _add(connection, range(start, min(start + BATCH, articles + 1)))
            # Its own daemon does so every minute; here so much is added in one that old plans read whole tables.
            if engine.dialect.name == "postgresql" and (start == 1 or start % (20 * BATCH) == 1):
                connection.execute(text("ANALYZE"))
    engine.dispose()


def _index_bytes(url: str) -> float:
    sizes = {
        "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'article_words%'",
        "postgresql": "SELECT pg_total_relation_size('article_words')",
    }
    engine = engine_at(url)
    with engine.connect() as connection:
        found = connection.execute(text(sizes[engine.dialect.name])).scalar()
    engine.dispose()
    return float(found or 0)


def _add(connection: Connection, numbers: Sequence[int]) -> None:
    rows = [_article(number) for number in numbers]
    connection.execute(insert(article), rows)
    connection.execute(insert(entry), [_entry(row) for row in rows])
    for number in numbers:
        searching.put_in(connection, number)


def _article(number: int) -> dict[str, object]:
    # News comes about in order: within a day or so.
    at = EPOCH + timedelta(seconds=number * 80 + _random.randint(-80_000, 80_000))
    host = f"paper{number % FEEDS}.example"
    body = "\n".join(_random.choices(PARAGRAPHS, k=6)) + f"\nneedle{number % 1000} pin{number}"
    return {
        "id": number,
        "url": f"https://{host}/{number}",
        "source_name": host,
        "source_domain": host,
        "source_witness": "host",
        "title": " ".join(_random.choices(VOCABULARY, cum_weights=ZIPF, k=8)),
        "authors": [],
        "text": body,
        "text_hash": digest_of(body),
        "flags": [],
        "rules": "1",
        "first_seen_at": at,
        "updated_at": at,
        "ordered_at": at,
    }


def _entry(row: dict[str, object]) -> dict[str, object]:

    number, url = int(str(row["id"])), str(row["url"])
    return {
        "feed_id": number % FEEDS + 1,
        "identity": digest_of(url),
        "guid": url,
        "url_key": url.removeprefix("https://"),
        "fingerprint": b"",
        "title": row["title"],
        "packed": Entry(url, url, str(row["title"])),
        "first_seen_at": row["first_seen_at"],
        "article_id": number,
        "host": row["source_domain"],
    }


async def _ask(url: str) -> float:
    """Print what CPU each question takes, and how many rows it finds; the most, in seconds."""
    store = Store(url)
    await store.open(create=False)
    now = EPOCH + timedelta(days=365)

    def listed(query: ArticleQuery) -> Callable[[], Awaitable[int]]:
        async def ask() -> int:
            return len([row async for row in store.articles(query)])

        return ask

    async def status() -> int:
        return len(await store.status(now))

    questions = {what: listed(ArticleQuery(search=read_query(words), limit=LISTED)) for what, words in SEARCHES.items()}
    common = read_query(VOCABULARY[0])
    for name, where in PLACES.items():
        questions[f"the newest {name}"] = listed(replace(where, limit=LISTED))
        questions[f"a common word {name}"] = listed(replace(where, search=common, limit=LISTED))
    (latest,) = [row async for row in store.articles(ArticleQuery(limit=1))]
    changed_after = datetime.fromisoformat(latest["updated_at"]) - timedelta(hours=2)
    questions["what changed in the last two hours"] = listed(ArticleQuery(changed_after=changed_after))
    questions["status"] = status
    slowest = 0.0
    cpu = Cpu(url)
    for what, ask in questions.items():
        answers = [await _timed(ask, cpu) for _ in range(ASKED_TIMES)]
        took = sorted(seconds for seconds, _ in answers)
        slowest = max(slowest, took[-1])
        label = f"{what} ({answers[0][1]})"
        print(f"  {label:45}{1000 * took[len(took) // 2]:9.1f} ms, at most {1000 * took[-1]:.1f}", flush=True)
    await store.close()
    return slowest


async def _timed(ask: Callable[[], Awaitable[int]], cpu: Cpu) -> tuple[float, int]:
    """How many seconds of CPU an answer takes, of ours and of the server's, and how many rows it has."""
    began = cpu.begin()
    rows = await ask()
    return cpu.since(began), rows
