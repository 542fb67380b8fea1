"""What the benchmarks stand on: the meter that loses no child, and the world whose truth is known."""

from __future__ import annotations

import asyncio
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import backfill, searching
from benchmarks.floors import poll_feeds, read_articles
from benchmarks.processtree import measure
from benchmarks.world import World

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="process trees are measured from /proc")

BURN = """
import time
def burn(seconds):
    while time.process_time() < seconds:
        pass
"""

FORK_SERVER = (
    BURN
    + """
import multiprocessing
if __name__ == "__main__":
    server = multiprocessing.get_context("forkserver")
    workers = [server.Process(target=burn, args=(0.5,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""
)

ORPHAN = (
    BURN
    + """
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        burn(1.0)
    os._exit(0)
"""
)

SHARED_MEMORY = """
import os, time
kept = bytearray(b"x") * 100_000_000
if os.fork() == 0:
    time.sleep(1)
    os._exit(0)
os.wait()
"""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(hosts=4, articles_per_feed=3) as world:
        yield world


@linux_only
def test_cpu_of_a_fork_servers_workers_is_counted_once(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(FORK_SERVER)

    run = measure([sys.executable, str(script)])

    assert run.exit_code == 0, run.stderr
    assert 1.0 <= run.cpu_s < 1.9  # twice half a second and four starts of Python; counted twice it were 2 and more


@linux_only
def test_cpu_of_an_orphan_that_outlives_the_command_is_counted() -> None:
    run = measure([sys.executable, "-c", ORPHAN])

    assert (run.exit_code, run.killed) == (0, 0)
    assert 1.0 <= run.cpu_s < 1.9


@linux_only
def test_memory_that_two_processes_share_is_counted_once() -> None:
    run = measure([sys.executable, "-c", SHARED_MEMORY])

    assert 100 < run.peak_pss_mb < 150


@linux_only
def test_a_tree_past_its_limit_is_killed_and_says_so() -> None:
    run = measure([sys.executable, "-c", "import time; time.sleep(60)"], limit_s=0.5)

    assert (run.exit_code, run.killed) == (-9, 1)


@linux_only
def test_what_the_command_wrote_comes_back_with_its_exit_code() -> None:
    run = measure([sys.executable, "-c", "import sys; print('out'); sys.exit('err')"])

    assert (run.exit_code, run.stdout, run.stderr) == (1, "out\n", "err\n")


def test_a_bare_extraction_reads_every_body_of_the_world_right(world: World) -> None:
    texts = asyncio.run(read_articles(world.proxy_url, world.pages))

    assert [url for url in world.pages if not world.truth(url).is_told_by(texts[url])] == []


def test_a_body_that_lacks_a_paragraph_is_not_right(world: World) -> None:
    story = world.truth(world.pages[0])

    assert not story.is_told_by("\n".join(story.paragraphs[1:]))


def test_a_body_with_its_furniture_is_not_right(world: World) -> None:
    story = world.truth(world.pages[0])

    assert not story.is_told_by("\n".join((*story.paragraphs, *(["Trending now"] * 200))))


def test_a_poll_with_validators_is_answered_304(world: World) -> None:
    before = world.counts()

    asyncio.run(poll_feeds(world.proxy_url, world.feeds, rounds=2))

    assert world.counts() - before == {200: len(world.feeds), 304: 2 * len(world.feeds)}


def test_the_same_seed_makes_the_same_bytes(world: World) -> None:
    with World(hosts=4, articles_per_feed=3) as again:
        assert again.pages == world.pages
        assert _read(again, again.pages[-1]) == _read(world, world.pages[-1])


def test_what_is_not_in_the_world_is_not_found(world: World) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        _read(world, "http://site-01.example/nowhere")


def test_the_searches_that_are_timed_find_what_they_are_named_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert searching.main(["--articles", "100", "--only", "sqlite"]) == 0

    said = capsys.readouterr().out
    assert "a word of a single text (1)" in said
    assert "a word of none (0)" in said
    assert f"a word of nearly every text ({searching.LISTED})" in said


def _read(world: World, url: str) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": world.proxy_url}))
    with opener.open(url) as answer:
        return bytes(answer.read())


@linux_only
def test_the_past_of_a_small_publisher_comes_back(tmp_path: Path) -> None:
    figures = backfill.take_back(tmp_path, backfill.Publisher(120))
    assert figures["recovered, %"] >= 98
    assert figures["days right, %"] >= 98
    assert figures["doubles"] == 0
    assert figures["requests for articles when done"] == 0
    assert 80 <= figures["requests foreseen, %"] <= 120
