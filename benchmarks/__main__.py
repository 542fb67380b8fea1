"""One command a benchmark: Dateline and the other side take turns, and what is printed is their ratio.

Taking turns lets both meet the same machine: a busy neighbour slows the two alike, and the ratio stays. A missed
target is information and no failure; work that was not done, or done wrongly, is.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import backfill, confidence, extraction, kinship, origins, product, provenance, searching, tracing
from benchmarks.processtree import Measure, measure
from benchmarks.world import World

POLL_CYCLES = 50  # of 400 feeds: 20,000 polls, so that the difference of two runs stands well above their noise
FEW_FEEDS, MANY_FEEDS = 1_000, 100_000
DAEMON_S = 60
DUE_WITHIN_S = 1200  # 5,000 polls a minute of the 100,000

Figures = Mapping[str, float]  # a figure's value by its name, which holds its unit
Sides = Mapping[str, Callable[[], Figures]]  # by a side's name, what runs it once


@dataclass(frozen=True, slots=True)
class Target:
    """The bound for a figure: for the ratio of Dateline to the other side, or for Dateline's own figure."""

    figure: str
    at_most: float
    of: str  # "ratio" or "dateline"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """``open_sides(folder, peer_python)`` makes the world and answers the sides, Dateline first."""

    shows: str
    targets: tuple[Target, ...]
    rounds: int
    open_sides: Callable[[Path, str], AbstractContextManager[Sides]]


# ----------------------------------------------------------------------------------------- the benchmarks


@contextmanager
def _articles(folder: Path, peer_python: str) -> Iterator[Sides]:
    with World(hosts=20, articles_per_feed=20) as world:
        pages, texts = _listed(folder / "pages.txt", world.pages), folder / "texts.json"

        def floor() -> Figures:
            run = _run_other(
                *(sys.executable, "-m", "benchmarks.floors", "articles", "--proxy", world.proxy_url),
                *("--urls", str(pages), "--texts", str(texts)),
            )
            return _reading(world, run, json.loads(texts.read_text()))

        yield {"dateline": lambda: _read_newsroom(world, folder), "floor": floor}


@contextmanager
def _newsroom(folder: Path, peer_python: str) -> Iterator[Sides]:
    with World(hosts=20, articles_per_feed=20, latency_s=0.2) as world:
        feeds, stores = _listed(folder / "feeds.txt", world.feeds), count()

        def scrapy() -> Figures:
            store = folder / f"scrapy-{next(stores)}.db"
            spider = str(product.ROOT / "benchmarks" / "scrapy_peer.py")
            run = _run_other(
                peer_python, spider, "--proxy", world.proxy_url, "--feeds", str(feeds), "--store", str(store)
            )
            with sqlite3.connect(store) as opened:
                return _reading(world, run, dict(opened.execute("SELECT url, text FROM article")))

        yield {"dateline": lambda: _read_newsroom(world, folder), "scrapy": scrapy}


@contextmanager
def _polls(folder: Path, peer_python: str) -> Iterator[Sides]:
    with World(hosts=20, feeds_per_host=20, articles_per_feed=2) as world:
        feeds, subscribed = _listed(folder / "feeds.txt", world.feeds), folder / "subscribed"

        def dateline() -> Figures:
            if not subscribed.exists():
                product.subscribe(world, subscribed)
                product.poll_once(subscribed)
            return _cpu_per_poll(world, lambda cycles: product.poll_rounds(subscribed, cycles))

        def floor() -> Figures:
            command = (sys.executable, "-m", "benchmarks.floors", "polls", "--proxy", world.proxy_url)
            return _cpu_per_poll(
                world, lambda cycles: _run_other(*command, "--urls", str(feeds), "--rounds", str(cycles))
            )

        yield {"dateline": dateline, "floor": floor}


@contextmanager
def _daemon(folder: Path, peer_python: str) -> Iterator[Sides]:
    # Its own host is never asked: what the fleet knows is not of this world, and unchanged.
    with World(hosts=1, feeds_per_host=1, articles_per_feed=1) as world:
        few, many = folder / "few", folder / "many"

        def dateline() -> Figures:
            if not many.exists():
                product.make_fleet(few, FEW_FEEDS, world.proxy_url)
                product.make_fleet(many, MANY_FEEDS, world.proxy_url)
            cpu_s, due = product.cpu_of_ticks(many)
            with_few = product.run_daemon(few, DAEMON_S, DUE_WITHIN_S)
            before = world.counts().total()
            with_many = product.run_daemon(many, DAEMON_S, DUE_WITHIN_S)
            polled = world.counts().total() - before
            if polled < MANY_FEEDS / DUE_WITHIN_S * DAEMON_S / 2:
                raise RuntimeError(f"the daemon of {MANY_FEEDS} feeds polled only {polled} in {DAEMON_S} s")
            return {
                "CPU of a tick a due feed, ms": 1000 * cpu_s / due,
                "memory (PSS), MB": with_many.peak_pss_mb,
                "beyond that of few, MB": with_many.peak_pss_mb - with_few.peak_pss_mb,
            }

        yield {"dateline": dateline}


@contextmanager
def _help(folder: Path, peer_python: str) -> Iterator[Sides]:
    yield {"dateline": lambda: {"CPU, s": product.show_help(folder).cpu_s}}


BENCHMARKS = {
    "articles": Benchmark(
        "CPU of the whole process tree for 800 new articles, against a bare aiohttp fetch and trafilatura extraction "
        "of the same pages in one process",
        (Target("CPU an article, ms", 1.35, "ratio"),), 5, _articles,
    ),
    "polls": Benchmark(
        "CPU of a poll answered 304, store write included, against a bare aiohttp conditional GET; both over "
        "connections kept alive to 20 hosts, start-up taken off",
        (Target("CPU a poll, ms", 3.0, "ratio"),), 5, _polls,
    ),
    "newsroom": Benchmark(
        "wall time and memory for 40 feeds and 800 articles of 20 hosts that take 200 ms to answer, against a Scrapy "
        "spider with trafilatura; both one connection a host, no pause",
        (Target("wall time, s", 0.8, "ratio"), Target("peak memory (PSS), MB", 250, "dateline")), 3, _newsroom,
    ),
    "daemon": Benchmark(
        "a store of 100,000 feeds that come due over an hour: CPU of a tick for each feed that it finds due; and the "
        "memory of the daemon at its peak while it polls 5,000 of them a minute, against that with 1,000 feeds",
        (Target("CPU of a tick a due feed, ms", 0.02, "dateline"), Target("beyond that of few, MB", 60, "dateline")),
        3, _daemon,
    ),
    "help": Benchmark("CPU of dateline --help", (Target("CPU, s", 0.3, "dateline"),), 7, _help),
}  # fmt: skip


# -------------------------------------------------------------------------------------- a turn of one side


def _read_newsroom(world: World, folder: Path) -> Figures:
    with TemporaryDirectory(dir=folder) as kept:
        fresh = Path(kept, "fresh")
        product.subscribe(world, fresh)
        run = product.poll_once(fresh)
        return _reading(world, run, product.stored_texts(fresh))


def _reading(world: World, run: Measure, texts: Mapping[str, str]) -> Figures:
    """What a run over all pages of ``world`` cost, and how much of it came out right."""
    right = sum(world.truth(url).is_told_by(texts.get(url, "")) for url in world.pages)
    if len(texts) < len(world.pages):
        raise RuntimeError(f"{len(world.pages) - len(texts)} of {len(world.pages)} articles were not read at all")
    return {
        "CPU an article, ms": 1000 * run.cpu_s / len(world.pages),
        "wall time, s": run.wall_s,
        "peak memory (PSS), MB": run.peak_pss_mb,
        "bodies right, %": 100 * right / len(world.pages),
    }


def _cpu_per_poll(world: World, poll: Callable[[int], Measure]) -> Figures:
    """The slope between one cycle and many: what starts once, and what the first cycle learns, is in both."""
    few, many = 1, 1 + POLL_CYCLES
    short = poll(few)
    before = world.counts()
    long = poll(many)
    seen = world.counts() - before
    if seen[304] < POLL_CYCLES * len(world.feeds):
        raise RuntimeError(f"{many} cycles over {len(world.feeds)} feeds met only {seen[304]} answers of 304: {seen}")
    return {"CPU a poll, ms": 1000 * (long.cpu_s - short.cpu_s) / (POLL_CYCLES * len(world.feeds))}


def _run_other(*command: str) -> Measure:
    run = measure(command, folder=product.ROOT)
    if run.exit_code != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {run.exit_code}; its last words:\n{run.stderr[-2000:]}")
    return run


def _listed(file: Path, urls: Sequence[str]) -> Path:
    file.write_text("\n".join(urls))
    return file


# -------------------------------------------------------------------------------------------- the command


def _main() -> int:
    if sys.argv[1:2] == ["extraction"]:
        return extraction.main(sys.argv[2:])  # quality, not speed: figures over pages instead of rounds of two sides
    if sys.argv[1:2] == ["search"]:
        return searching.main(sys.argv[2:])  # bounds of its own: there is no other side
    if sys.argv[1:2] == ["backfill"]:
        return backfill.main(sys.argv[2:])  # how much and how right, not how fast
    if sys.argv[1:2] == ["kinship"]:
        return kinship.main(sys.argv[2:])  # pure functions, measured where they stand
    if sys.argv[1:2] == ["trace"]:
        return tracing.main(sys.argv[2:])
    if sys.argv[1:2] == ["origins"]:
        return origins.main(sys.argv[2:])
    if sys.argv[1:2] == ["confidence"]:
        return confidence.main(sys.argv[2:])
    if sys.argv[1:2] == ["provenance"]:
        return provenance.main(sys.argv[2:])  # how right, not how fast
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Speed, as ratios. Without a name: what there is."
    )
    parser.add_argument("name", nargs="?", choices=BENCHMARKS)
    parser.add_argument("--rounds", type=int, help="turns of each side; the medians count")
    parser.add_argument("--other-side-only", action="store_true", help="leave Dateline out, to compare machines")
    parser.add_argument("--peer-python", default=sys.executable, help="the Python that has Scrapy, for newsroom")
    asked = parser.parse_args()
    if asked.name is None:
        _list_benchmarks()
        return 0
    if asked.name == "newsroom" and not _has_scrapy(asked.peer_python):
        print(
            f"{asked.peer_python} has no Scrapy. Give it an environment of its own:\n"
            "  python -m venv peer && peer/bin/pip install -r benchmarks/requirements.txt\n"
            "  python -m benchmarks newsroom --peer-python peer/bin/python",
            file=sys.stderr,
        )
        return 2
    benchmark = BENCHMARKS[asked.name]
    try:
        with (
            TemporaryDirectory(prefix="dateline-bench-") as kept,
            # Absolute, since the peer is started in another folder; not resolved, or its environment would be lost.
            benchmark.open_sides(Path(kept), str(Path(asked.peer_python).absolute())) as sides,
        ):
            if asked.other_side_only:
                sides = {name: run for name, run in sides.items() if name != "dateline"}
            turns = _take_turns(sides, asked.rounds or benchmark.rounds)
    except RuntimeError as error:
        print(f"{asked.name}: {error}", file=sys.stderr)
        return 1
    print(f"{asked.name}: {benchmark.shows}")
    _print_medians(turns, benchmark.targets)
    return 0


def _take_turns(sides: Sides, rounds: int) -> Mapping[str, list[Figures]]:
    turns: dict[str, list[Figures]] = {side: [] for side in sides}
    for number in range(1, rounds + 1):
        for side, run in sides.items():
            turns[side].append(run())
            figures = "  ".join(f"{name} {value:.3g}" for name, value in turns[side][-1].items())
            print(f"round {number} of {rounds}  {side:9} {figures}", file=sys.stderr)
    return turns


def _print_medians(turns: Mapping[str, list[Figures]], targets: Sequence[Target]) -> None:
    """One row a figure; the ratio is the median of each round's own, since the two of a round met the same machine."""
    sides = list(turns)
    if not sides:
        print("nothing was run: this benchmark has no other side")
        return
    print(f"  {'median':30}" + "".join(f"{side:>10}" for side in sides) + ("     ratio" if len(sides) == 2 else ""))
    for figure in turns[sides[0]][0]:
        values = {side: [figures[figure] for figures in turns[side]] for side in sides}
        shown = {side: median(values[side]) for side in sides}
        if len(sides) == 2:
            shown["ratio"] = median(ours / other for ours, other in zip(*values.values(), strict=True))
        row = f"  {figure:30}" + "".join(f"{value:10.3f}" for value in shown.values())
        for target in targets:
            if target.figure == figure and target.of in shown:
                verdict = "met" if shown[target.of] <= target.at_most else "MISSED"
                row += f"   target: {target.of} at most {target.at_most:g}, {verdict}"
        print(row)


def _list_benchmarks() -> None:
    for name, benchmark in BENCHMARKS.items():
        targets = ", ".join(f"{target.figure}: {target.of} at most {target.at_most:g}" for target in benchmark.targets)
        print(f"{name:10}{benchmark.shows}\n{'':10}target: {targets}")
    print(f"{'extraction':10} {extraction.SHOWS}")
    print(f"{'search':10} {searching.SHOWS}")
    print(f"{'backfill':10} {backfill.SHOWS}")
    print(f"{'provenance':10} {provenance.SHOWS}")
    print(f"{'confidence':10} {confidence.SHOWS}")
    print(f"{'kinship':10} {kinship.SHOWS}")
    print(f"{'origins':10} {origins.SHOWS}")
    print(f"{'trace':10} {tracing.SHOWS}")
    print("\nTo run one: python -m benchmarks NAME [--rounds N]")


def _has_scrapy(python: str) -> bool:
    return (
        subprocess.run([python, "-c", "import scrapy, trafilatura"], capture_output=True, check=False).returncode == 0
    )


if __name__ == "__main__":
    sys.exit(_main())
