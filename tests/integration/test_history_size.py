"""A site of very many pages is listed in little memory, whatever the number: nothing holds them but the store."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SITEMAPS = int(os.environ.get("SITEMAPS", "8"))  # of 50,000 pages each; 40 are two million
MOST_MB = 300

LIST_ALL = """
import asyncio, logging, resource, sys
from datetime import UTC, datetime

import structlog

from pipeline.backfill.course import Course
from pipeline.backfill.hosts import Hosts
from pipeline.backfill.plan import Discovery
from pipeline.backfill.wishes import Wish, aim_of
from pipeline.core.model import PacePolicy, Reply
from pipeline.store import Store
from pipeline.store.frontier import State
from pipeline.tracing import Tracing
from pipeline.walk import Walk

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
HOST, SITEMAPS = "https://quay.example", int(sys.argv[2])

def now():
    return datetime.now(UTC)

async def fetch(request):
    if request.url.endswith("robots.txt"):
        body = f"Sitemap: {HOST}/sitemap.xml"
    elif request.url.endswith("sitemap.xml"):
        parts = "".join(f"<sitemap><loc>{HOST}/part-{part}.xml</loc></sitemap>" for part in range(SITEMAPS))
        body = f"<sitemapindex>{parts}</sitemapindex>"
    else:
        folder = HOST + request.url[len(HOST) : -len(".xml")]
        # The first is as large as the protocol allows: 50,000 addresses and nearly 50 MB.
        tail = "x" * 850 if request.url.endswith("part-0.xml") else "the-council-voted-on-the-crane-again"
        pages = "".join(f"<url><loc>{folder}/{page}-{tail}</loc></url>" for page in range(50_000))
        body = f"<urlset>{pages}</urlset>"
    return Reply(request.url, request.url, 200, {}, body.encode(), now())

async def unused(*_):
    raise NotImplementedError

async def main():
    store = Store(f"sqlite:///{sys.argv[1]}")
    await store.open(create=True)
    walk = Walk(store=store, fetch=fetch, parse_feed=unused, compare=unused, read_page=unused, read_entry=unused,
                tracing=Tracing(store=store, decide=unused, now=now), now=now, policy=PacePolicy(), owner="test")
    aim = aim_of(Wish(HOST, "sitemap"))
    job = await store.open_backfill(aim.target, aim.key, "sitemap", None, None, now())
    await store.add_documents(job.id, aim.first, now())
    discovery = Discovery(store=store, walk=walk, hosts=Hosts(store, walk, now, 0.0), find_feeds=unused, now=now,
                          course=Course(), job=job)
    await discovery.run(None)
    waiting = (await store.backfill_figures(job.id)).pages_in(State.WAITING)
    await store.close()
    if sys.platform == "linux":  # where getrusage tells the peak of who started this process, if that is higher
        peak_kb = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM:"))
    else:
        peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(waiting, peak_kb // 1024)

asyncio.run(main())
"""


@pytest.mark.long
@pytest.mark.timeout(120 + 60 * SITEMAPS)
def test_hundreds_of_thousands_of_pages_are_listed_in_little_memory(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIST_ALL, str(tmp_path / "dateline.db"), str(SITEMAPS)],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    waiting, peak_mb = map(int, done.stdout.split())
    assert waiting == 50_000 * SITEMAPS
    assert peak_mb < MOST_MB
