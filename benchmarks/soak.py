"""The daemon for months, in minutes: millions of polls against a local server, with its memory and lateness watched.

    python -m benchmarks.soak [--polls 2000000] [--feeds 4000] [--hosts 200]

A real ``dateline run`` polls every feed about once a second. What is printed for each tenth of the run is the memory
of its whole process tree (PSS) and how late polls began; then the slope of the memory after the first tenth, for a
million polls and for an hour of running at the product's default pace, and the p99 of lateness in the first and in
the last tenth. The slope is a least-squares line over the samples.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import linear_regression
from tempfile import TemporaryDirectory

from benchmarks import product
from benchmarks.world import World

SETTINGS = """
[pace]
min_interval = "1s"
max_interval = "1s"
[log]
level = "error"
metrics_port = 0
metrics_file = "{metrics}"
"""
SAMPLE_EVERY_S = 15.0
DEFAULT_POLLS_AN_HOUR = 10_000  # 10,000 feeds at the default of one poll an hour each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polls", type=int, default=2_000_000)
    parser.add_argument("--feeds", type=int, default=4_000)
    parser.add_argument("--hosts", type=int, default=200)
    asked = parser.parse_args()
    feeds_per_host = max(1, asked.feeds // asked.hosts)
    with (
        TemporaryDirectory() as folder,
        World(hosts=asked.hosts, feeds_per_host=feeds_per_host, articles_per_feed=1) as world,
    ):
        home = Path(folder, "soak")
        product.subscribe(world, home)
        metrics = home / "metrics.prom"
        with (home / "dateline.toml").open("a") as settings:
            settings.write(SETTINGS.format(metrics=metrics))
        samples = _watched(home, metrics, asked.polls)
    _report(samples)


def _watched(home: Path, metrics: Path, polls: int) -> list[tuple[int, float, Mapping[float, float]]]:
    """(polls so far, PSS in MB, polls by upper bound of lateness in s), every SAMPLE_EVERY_S until ``polls``."""
    command = [*product.DATELINE, "--config", str(home / "dateline.toml"), "run"]
    daemon = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(product.ROOT)}, cwd=home)
    samples: list[tuple[int, float, Mapping[float, float]]] = []
    try:
        while not samples or samples[-1][0] < polls:
            time.sleep(SAMPLE_EVERY_S)
            if daemon.poll() is not None:
                raise RuntimeError(f"the daemon ended by itself with {daemon.returncode}")
            text = metrics.read_text() if metrics.exists() else ""
            lateness = {
                float(bound): float(number)
                for bound, number in re.findall(
                    r'^dateline_poll_lateness_seconds_bucket\{le="([^"]+)"\} (\S+)', text, re.M
                )
            }
            done = int(max(lateness.values(), default=0))
            samples.append((done, _pss_mb(daemon.pid), lateness))
            print(f"{done:>9} polls  {samples[-1][1]:6.1f} MB", flush=True)
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(20)
    return samples


def _report(samples: list[tuple[int, float, Mapping[float, float]]]) -> None:
    settled = samples[len(samples) // 10 + 1 :]
    slope_mb, _ = linear_regression([done / 1e6 for done, _, _ in settled], [mb for _, mb, _ in settled])
    tenth = max(1, len(settled) // 10)
    first = _p99_s(settled[0][2], settled[tenth][2])
    last = _p99_s(settled[-1 - tenth][2], settled[-1][2])
    an_hour_mb = slope_mb * DEFAULT_POLLS_AN_HOUR / 1e6
    print(
        f"memory: {slope_mb:+.2f} MB a million polls, {an_hour_mb:+.3f} MB an hour of {DEFAULT_POLLS_AN_HOUR:,} polls"
    )
    print(f"lateness p99: at most {first:g} s in the first tenth, at most {last:g} s in the last")


def _p99_s(before: Mapping[float, float], after: Mapping[float, float]) -> float:
    """The upper bound of the bucket that holds the 99th percentile of the polls between two samples."""
    counts = {bound: number - before.get(bound, 0) for bound, number in after.items()}
    return min(bound for bound, number in counts.items() if number >= 0.99 * max(counts.values()))


def _pss_mb(root: int) -> float:
    """The memory of ``root`` and all processes below it, shared pages counted once."""
    total_kb, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        try:
            children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        waiting += map(int, children)
        total_kb += int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1])  # type: ignore[index]
    return total_kb / 1024


if __name__ == "__main__":
    main()
