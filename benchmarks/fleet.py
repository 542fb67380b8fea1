"""A store that follows very many feeds, two a host, polled before and due again spread over some time.

``python -m benchmarks.fleet make SETTINGS FEEDS`` makes it, ``... spread SETTINGS SECONDS`` gives the feeds that
interval and spreads them over it from now on, and ``... ticks SETTINGS`` does what a daemon's tick does, for a minute
of ticks, and says what that cost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.assemble import open_store
from pipeline.config import load
from pipeline.core.model import Outcome, PacePolicy, PollFacts
from pipeline.core.pace import next_poll
from pipeline.core.subscriptions import Subscription
from pipeline.daemon import HOSTS_A_TICK, TICK_S
from pipeline.tempo import LATE_AFTER, Tempo

INTERVAL_S = 3600
TICKS = 59  # within LATE_AFTER: until then nothing is late, though nobody takes the work up
COLD = timedelta(seconds=10)  # of ticks that are not counted: statements are compiled, pages of the store are read


async def make(settings_file: Path, feeds: int) -> None:
    """Follow ``feeds`` new feeds, and let each have been polled once."""
    begun = datetime.now(UTC)
    wishes = [Subscription(f"http://host-{n // 2}.example/feed-{n}.xml") for n in range(feeds)]
    async with open_store(load(settings_file).settings, create=True) as store:
        await store.subscribe(wishes, begun)
    arrivals = tuple((begun - timedelta(hours=5 * n), begun) for n in range(12))
    seen = PollFacts(outcome=Outcome.NEWS, arrivals=arrivals, window=len(arrivals), first=True)
    pace = next_poll({}, seen, begun, PacePolicy())
    with sqlite3.connect(_file_of(settings_file)) as rows:
        rows.execute(
            "UPDATE feed SET last_polled_at = added_at, last_success_at = added_at, interval_s = ?, pace = ?,"
            " next_poll_reason = ?, etag = '\"' || id || '\"'",
            (INTERVAL_S, json.dumps(pace.state), pace.reason),
        )


def spread(settings_file: Path, over_s: int) -> None:
    """Set every due time anew: evenly over an interval of ``over_s`` from now, in an order other than the rows'."""
    with sqlite3.connect(_file_of(settings_file)) as rows:
        rows.execute(
            # 61803 shares no divisor with a power of ten, so that each place of such a number of feeds is taken once.
            "UPDATE feed SET interval_s = ?, next_poll_at = strftime('%Y-%m-%dT%H:%M:%f', 'now', '+' || "
            "(? * ((id * 61803) % (SELECT count(*) FROM feed)) * 1.0 / (SELECT count(*) FROM feed)) || ' seconds')"
            " || '000Z'",
            (over_s, over_s),
        )
        rows.execute(
            "UPDATE host SET owner = NULL, lease_until = NULL,"
            " next_due_at = (SELECT min(next_poll_at) FROM feed WHERE feed.host = host.host"
            " AND next_poll_at IS NOT NULL)"
        )


async def count_ticks(settings_file: Path) -> dict[str, float]:
    """The CPU of a tick for each host's work that it finds due, and how many it finds, in ticks without a turn."""
    async with open_store(load(settings_file).settings) as store:
        tempo = Tempo()
        tempo.set_rate(await store.polls_per_s())
        begun = datetime.now(UTC)
        due = 0
        began_s = 0.0
        for tick in range(TICKS):
            now = begun + timedelta(seconds=tick * TICK_S)
            if now - begun == COLD:
                due, began_s = 0, time.process_time()
            # What came due before the last tick is being worked on by now, and is found no more.
            in_time = await store.due_work(now, HOSTS_A_TICK, due_after=now - timedelta(seconds=TICK_S), due_by=now)
            late = await store.due_work(now, HOSTS_A_TICK, due_by=now - LATE_AFTER)
            tempo.choose(now, in_time, late)
            due += sum(work.polls for work in in_time)
        cpu_s = time.process_time() - began_s
    return {"due": due, "cpu_s": cpu_s}


def _file_of(settings_file: Path) -> str:
    return load(settings_file).settings.store.url.removeprefix("sqlite:///")


def _main() -> None:
    parser = argparse.ArgumentParser(description="A store of very many feeds.")
    parser.add_argument("what", choices=["make", "spread", "ticks"])
    parser.add_argument("settings_file", type=Path)
    parser.add_argument("number", type=int, nargs="?", default=0, help="of feeds to make, or of seconds to spread over")
    asked = parser.parse_args()
    if asked.what == "make":
        asyncio.run(make(asked.settings_file, asked.number))
    elif asked.what == "spread":
        spread(asked.settings_file, asked.number)
    else:
        print(json.dumps(asyncio.run(count_ticks(asked.settings_file))))


if __name__ == "__main__":
    _main()
