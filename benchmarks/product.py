"""Dateline as a benchmark meets it: through its command line, each time with a store of its own in ``folder``.

Only the polls of kept-alive connections need the inside: ``python -m benchmarks.product`` opens the assembled
pipeline once and polls it again and again, as the daemon would.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from benchmarks.processtree import Measure, measure
from benchmarks.world import World

ROOT = Path(__file__).parents[1]
DATELINE = (sys.executable, "-m", "pipeline.cli")  # this checkout's, even where another Dateline is installed
EXTRACTION_PROCESSES = 2
SETTINGS = """
[store]
url = "sqlite:///{store}"
[fetch]
proxy = "{proxy_url}"
pause = "0s"
[extract]
processes = {processes}
"""


def subscribe(world: World, folder: Path) -> None:
    """Make a store in ``folder`` (which must be new) that follows all feeds of ``world``; nothing is fetched yet."""
    folder.mkdir()
    _write_settings(folder, world.proxy_url)
    (folder / "feeds.txt").write_text("\n".join(world.feeds))
    _dateline(folder, "feeds", "import", "feeds.txt")


def poll_once(folder: Path) -> Measure:
    """One ``dateline poll``: all feeds, and the pages they brought."""
    return _dateline(folder, "poll")


def poll_rounds(folder: Path, rounds: int) -> Measure:
    """One process that polls all feeds ``rounds`` times over the connections it keeps."""
    return _run(folder, sys.executable, "-m", "benchmarks.product", str(folder / "dateline.toml"), str(rounds))


def stored_texts(folder: Path) -> dict[str, str]:
    """The text of every article in the store, by the article's URL."""
    lines = _dateline(folder, "articles", "--limit", "1000000", "--jsonl").stdout.splitlines()
    return {article["url"]: article["text"] for article in map(json.loads, lines)}


def show_help(folder: Path) -> Measure:
    return _run(folder, *DATELINE, "--help")


def make_fleet(folder: Path, feeds: int, proxy_url: str) -> None:
    """Make a store in ``folder`` (which must be new) that follows so many feeds; see ``benchmarks.fleet``."""
    folder.mkdir()
    _write_settings(folder, proxy_url)
    _fleet(folder, "make", str(feeds))


def cpu_of_ticks(folder: Path) -> tuple[float, int]:
    """Seconds of CPU for a minute of a daemon's ticks over that store, and how many due feeds they found."""
    _fleet(folder, "spread", "3600")
    figures = json.loads(_fleet(folder, "ticks").stdout)
    return figures["cpu_s"], figures["due"]


def run_daemon(folder: Path, seconds: int, due_within_s: int) -> Measure:
    """``dateline run`` over that store for so long, then told to stop; its feeds come due over ``due_within_s``."""
    _fleet(folder, "spread", str(due_within_s))
    stopped_after = ("timeout", "--preserve-status", "--signal=TERM", str(seconds))
    return _run(folder, *stopped_after, *DATELINE, "--config", str(folder / "dateline.toml"), "run")


def _fleet(folder: Path, what: str, *words: str) -> Measure:
    return _run(folder, sys.executable, "-m", "benchmarks.fleet", what, str(folder / "dateline.toml"), *words)


def _write_settings(folder: Path, proxy_url: str) -> None:
    settings = SETTINGS.format(store=folder / "dateline.db", proxy_url=proxy_url, processes=EXTRACTION_PROCESSES)
    (folder / "dateline.toml").write_text(settings)


def _dateline(folder: Path, *words: str) -> Measure:
    return _run(folder, *DATELINE, "--config", str(folder / "dateline.toml"), *words)


def _run(folder: Path, *command: str) -> Measure:
    done = measure(command, {"PYTHONPATH": str(ROOT)}, folder=folder)
    if done.exit_code != 0 or done.killed:
        raise RuntimeError(
            f"{' '.join(command)} ended with {done.exit_code}, and {done.killed} of its processes had to be killed; "
            f"its last words:\n{done.stderr[-2000:]}"
        )
    return done


async def _poll_rounds(settings_file: Path, rounds: int) -> None:
    # Imported here: the benchmarks themselves run without Dateline's own dependencies.
    from pipeline.assemble import open_app
    from pipeline.config import load
    from pipeline.logs import set_up

    settings = load(settings_file).settings
    set_up(settings.log.format, settings.log.level)
    async with open_app(settings) as app:
        for _ in range(rounds):
            await app.poll()


def _main() -> None:
    parser = argparse.ArgumentParser(description="Poll all feeds of a store, again and again.")
    parser.add_argument("settings_file", type=Path)
    parser.add_argument("rounds", type=int)
    asyncio.run(_poll_rounds(**vars(parser.parse_args())))


if __name__ == "__main__":
    _main()
