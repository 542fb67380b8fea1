"""The daemon for months, in an hour: millions of polls against a local server, with its memory and lateness watched.

    python -m benchmarks.soak [--polls 2000000] [--feeds 4000] [--hosts 200] [--interval-s 8]

A real ``dateline run`` polls every feed each ``--interval-s``; one feed of each host has other bytes at every poll, so
that parsing and comparing are worked too. Each sample prints the memory (PSS) of the daemon alone and of its whole
process tree, its CPU for a poll, and how late polls began since the sample before. The end, SIGINT or SIGTERM, prints
the slope of the memory after the first tenth (a least-squares line) for a million polls, for an hour of this run, and
for an hour at the product's default pace; and the p99 of lateness in the first and in the last tenth.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression
from tempfile import TemporaryDirectory

from benchmarks import product
from benchmarks.world import World

SETTINGS = """
[pace]
min_interval = "{interval_s}s"
max_interval = "{interval_s}s"
[log]
level = "error"
metrics_port = 0
metrics_file = "{metrics}"
"""
SAMPLE_EVERY_S = 30.0
SETTLES_S = 360.0  # of a daemon that starts: its first polls, all at once, are of feeds and pages it does not know
DEFAULT_POLLS_AN_HOUR = 10_000  # 10,000 feeds at the default of one poll an hour each
CPU_TICKS_A_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Sample:
    at_s: float  # since the daemon was started
    polls: int  # so far
    daemon_mb: float
    tree_mb: float
    cpu_s: float  # of the daemon alone, so far
    lateness: Mapping[float, float]  # how many polls so far began at most so many seconds late


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polls", type=int, default=2_000_000)
    parser.add_argument("--feeds", type=int, default=4_000)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--interval-s", type=int, default=8)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or the daemon would outlive us
    feeds_per_host = max(1, asked.feeds // asked.hosts)
    samples: list[Sample] = []
    with (
        TemporaryDirectory() as folder,
        World(hosts=asked.hosts, feeds_per_host=feeds_per_host, articles_per_feed=1, restless_per_host=1) as world,
    ):
        home = Path(folder, "soak")
        product.subscribe(world, home)
        metrics = home / "metrics.prom"
        with (home / "dateline.toml").open("a") as settings:
            settings.write(SETTINGS.format(metrics=metrics, interval_s=asked.interval_s))
        with suppress(KeyboardInterrupt):
            for sample in _watch(home, metrics, asked.polls):
                samples.append(sample)
                _print_sample(sample, samples[-2] if len(samples) > 1 else None)
    _report([sample for sample in samples if sample.at_s > SETTLES_S])


def _watch(home: Path, metrics: Path, polls: int) -> Iterator[Sample]:
    """What is seen every SAMPLE_EVERY_S of a daemon that is started here, until it has done ``polls``."""
    command = [*product.DATELINE, "--config", str(home / "dateline.toml"), "run"]
    daemon = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(product.ROOT)}, cwd=home)
    began_s = time.monotonic()
    done = 0
    try:
        while done < polls:
            time.sleep(SAMPLE_EVERY_S)
            if daemon.poll() is not None:
                raise RuntimeError(f"the daemon ended by itself with {daemon.returncode}")
            text = metrics.read_text() if metrics.exists() else ""
            buckets = re.findall(r'^dateline_poll_lateness_seconds_bucket\{le="([^"]+)"\} (\S+)', text, re.M)
            lateness = {float(bound): float(number) for bound, number in buckets}
            done = int(max(lateness.values(), default=0))
            own_mb, below_mb = _pss_mb(daemon.pid)
            cpu_s = _cpu_s(daemon.pid)
            yield Sample(time.monotonic() - began_s, done, own_mb, own_mb + below_mb, cpu_s, lateness)
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(20)


def _print_sample(sample: Sample, before: Sample | None) -> None:
    line = f"{sample.at_s / 60:5.1f} min {sample.polls:>9,} polls  {sample.daemon_mb:6.2f} of {sample.tree_mb:6.1f} MB"
    if before is not None and sample.polls > before.polls:
        polls = sample.polls - before.polls
        line += f"  {1000 * (sample.cpu_s - before.cpu_s) / polls:.3f} ms CPU a poll"
        line += f"  {polls / (sample.at_s - before.at_s):.0f}/s  late p99 <= {_p99_s(before, sample):g} s"
    print(line, flush=True)


def _report(samples: list[Sample]) -> None:
    """The slopes and the tails of ``samples``; with fewer than ten nothing is said."""
    tenth = len(samples) // 10
    if not tenth:
        print("too short to say anything of slopes")
        return
    settled = samples[tenth:]
    for whose, sizes in (
        ("the daemon", [sample.daemon_mb for sample in settled]),
        ("all", [sample.tree_mb for sample in settled]),
    ):
        a_million, _ = linear_regression([sample.polls / 1e6 for sample in settled], sizes)
        an_hour, _ = linear_regression([sample.at_s / 3600 for sample in settled], sizes)
        print(
            f"memory of {whose}: {a_million:+.2f} MB a million polls, {an_hour:+.2f} MB an hour of this run, "
            f"{a_million * DEFAULT_POLLS_AN_HOUR / 1e6:+.3f} MB an hour of {DEFAULT_POLLS_AN_HOUR:,} polls"
        )
    first, last = _p99_s(samples[0], samples[tenth]), _p99_s(samples[-1 - tenth], samples[-1])
    print(f"lateness p99: at most {first:g} s in the first tenth, at most {last:g} s in the last")


def _p99_s(before: Sample, after: Sample) -> float:
    """The upper bound of the bucket that holds the 99th percentile of the polls between two samples."""
    counts = {bound: number - before.lateness.get(bound, 0) for bound, number in after.lateness.items()}
    return min(bound for bound, number in counts.items() if number >= 0.99 * max(counts.values()))


def _cpu_s(process: int) -> float:
    # Behind the name, which may hold anything: utime and stime are the 12th and 13th (proc(5)).
    facts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(facts[11]) + int(facts[12])) / CPU_TICKS_A_S


def _pss_mb(root: int) -> tuple[float, float]:
    """The memory of ``root``, and that of all processes below it; shared pages are counted once."""
    sizes_mb: dict[int, float] = {}
    waiting = [root]
    while waiting:
        process = waiting.pop()
        try:
            children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        waiting += map(int, children)
        sizes_mb[process] = int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1]) / 1024  # type: ignore[index]
    own_mb = sizes_mb.pop(root, 0.0)
    return own_mb, sum(sizes_mb.values())


if __name__ == "__main__":
    main()
