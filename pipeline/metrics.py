"""What a daemon tells a monitoring system, in Prometheus' text form: in a file, on a port of this machine, or both.

Counts are read where they are kept, at the moment they are asked for; only what costs a look into the store is
remembered for a while. Names follow Prometheus' own rules: base units, ``_total`` for what only rises.
"""

from __future__ import annotations

import asyncio
import platform
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import (
    CollectorRegistry,
    Gauge,
    Histogram,
    ProcessCollector,
    start_http_server,
    write_to_textfile,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from pipeline import __version__
from pipeline.core.errors import ConfigError, StoreError

FILE_EVERY_S = 15.0  # Prometheus' own habit is to ask every 15 s to 60 s
STATUS_EVERY_S = 60.0  # counting the rows of a large store takes a good part of a second
LOCAL_ADDRESS = "127.0.0.1"  # the page has no login, so other machines are not let in

# Seconds. A poll is made within a second or two of its time; five minutes is the shortest interval; a daemon that was
# down for a night is late by hours.
LATENESS_BOUNDS = (1, 2, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600)

# Shown as 0 until they happen: a rate over a row that has just appeared misses its first event.
OUTCOMES = {
    "poll": ("news", "nothing-new", "unchanged", "failed"),
    "page": ("new", "edited", "same", "unchanged", "failed"),
    "trace": ("linked", "alone", "overtaken", "failed"),
}
STAND_IN = "feed-text"  # counted beside the failure of the page, so it is no outcome of its own
RESTART_CAUSES = ("cpu", "wall", "memory", "crash", "cancelled", "straggler", "recycled", "idle")
FEED_STATES = ("ok", "new", "error", "gone", "paused")
HOST_STATES = ("due", "working", "held")

_log = structlog.get_logger()


class Metrics:
    """The figures of one daemon. ``late`` and ``ticked`` note what nobody else counts; ``published`` shows it all."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        build = Gauge("dateline_build_info", "Always 1.", ["version", "python"], registry=self._registry)
        build.labels(__version__, platform.python_version()).set(1)
        self._last_tick = Gauge(
            "dateline_last_tick_timestamp_seconds", "When the daemon last looked for work.", registry=self._registry
        )
        self._lateness = Histogram(
            "dateline_poll_lateness_seconds",
            "How long after its due time a feed was polled.",
            buckets=LATENESS_BOUNDS,
            registry=self._registry,
        )
        self._ticks = asyncio.Event()

    def late(self, seconds: float) -> None:
        """A poll began so many seconds after it was due."""
        self._lateness.observe(seconds)

    async def ticked(self) -> None:
        """The daemon has looked for work."""
        self._last_tick.set(self._now().timestamp())
        self._ticks.set()

    @asynccontextmanager
    async def published(
        self,
        *,
        file: Path | None,
        port: int,
        counts: Mapping[tuple[str, str], int],
        restarts: Mapping[str, int],
        status: Callable[[], Awaitable[Mapping[str, Any]]],
    ) -> AsyncIterator[None]:
        """Keep the figures in ``file`` (None: in none) and at ``port`` of this machine (0: at none) meanwhile.

        ``counts`` are those of a Walk and ``restarts`` those of its Processes; ``status`` looks into the store, and is
        asked at most once in STATUS_EVERY_S. The file is replaced whole every FILE_EVERY_S, and only after a tick: a
        fresh file is a sign of life. Raises ConfigError where the file or the port cannot be had.
        """
        if file is None and port == 0:
            yield
            return
        reported = _Reported(counts, restarts)
        self._registry.register(reported)
        with _served(self._registry, port):
            if file is not None:
                try:
                    write_to_textfile(str(file), self._registry)
                except OSError as error:
                    raise ConfigError(
                        f"log.metrics_file: {file} cannot be written ({error.strerror}); make its folder, or name "
                        "another file"
                    ) from error
            keeping = asyncio.create_task(self._keep(reported, file, status))
            try:
                yield
            finally:
                keeping.cancel()
                with suppress(asyncio.CancelledError):
                    await keeping
                if file is not None:
                    _write(file, self._registry)

    async def _keep(
        self, reported: _Reported, file: Path | None, status: Callable[[], Awaitable[Mapping[str, Any]]]
    ) -> None:
        """Look and write again and again, in step with the ticks."""
        clock = asyncio.get_running_loop().time
        looked_s = float("-inf")
        while True:
            await self._ticks.wait()
            self._ticks.clear()
            if clock() - looked_s >= STATUS_EVERY_S:
                looked_s = clock()
                reported.status = None
                with suppress(StoreError):  # the daemon tells of it; here it shows as dateline_store_up 0
                    reported.status = await status()
            if file is not None:
                await asyncio.to_thread(_write, file, self._registry)
            await asyncio.sleep(FILE_EVERY_S)


class _Reported(Collector):
    """What others count, turned into metrics when asked; also from the thread that serves the port."""

    def __init__(self, counts: Mapping[tuple[str, str], int], restarts: Mapping[str, int]) -> None:
        self.status: Mapping[str, Any] | None = None
        self._counts = counts
        self._restarts = restarts

    def collect(self) -> Iterator[Metric]:
        counts = dict(self._counts)  # copied in one step: the loop's thread goes on counting
        for step, outcomes in OUTCOMES.items():
            happened = {outcome: number for (its_step, outcome), number in counts.items() if its_step == step}
            happened.pop(STAND_IN, None)
            yield _by_label(
                CounterMetricFamily(f"dateline_{step}s", f"Every {step} by how it ended.", labels=["outcome"]),
                dict.fromkeys(outcomes, 0) | happened,
            )
        yield CounterMetricFamily(
            "dateline_feed_texts",
            "Pages that failed and for which the feed's own text was kept.",
            value=counts.get(("page", STAND_IN), 0),
        )
        yield _by_label(
            CounterMetricFamily("dateline_worker_restarts", "Reading processes ended, by cause.", labels=["cause"]),
            dict.fromkeys(RESTART_CAUSES, 0) | dict(self._restarts),
        )
        yield from _of_store(self.status)


def _of_store(status: Mapping[str, Any] | None) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "dateline_store_up",
        f"1 if the store answered when it was last asked, at most {STATUS_EVERY_S:g} s ago.",
        value=int(status is not None),
    )
    if status is None:
        return
    yield _by_label(
        GaugeMetricFamily("dateline_feeds", "Feeds by state.", labels=["state"]),
        {state: status["feeds"][state] for state in FEED_STATES},
    )
    yield GaugeMetricFamily(
        "dateline_feeds_silent",
        "Feeds that answer, but brought nothing new for a month.",
        value=status["feeds"]["silent"],
    )
    yield GaugeMetricFamily("dateline_articles", "Articles stored.", value=status["articles"]["total"])
    yield GaugeMetricFamily("dateline_entries", "Entries of feeds stored.", value=status["entries"]["total"])
    yield GaugeMetricFamily(
        "dateline_entries_waiting", "Entries due whose page was never read.", value=status["entries"]["waiting"]
    )
    yield _by_label(
        GaugeMetricFamily("dateline_entries_failing", "Entries whose last reading failed.", labels=["error"]),
        status["entries"]["failing"],
    )
    yield _by_label(
        GaugeMetricFamily(
            "dateline_hosts", "Hosts with work due, being worked, held back by Retry-After.", labels=["state"]
        ),
        {state: status["hosts"][state] for state in HOST_STATES},
    )
    yield GaugeMetricFamily(
        "dateline_longest_due_seconds", "For how long the longest waiting host has been due.", value=status["late_s"]
    )


def _by_label(
    family: CounterMetricFamily | GaugeMetricFamily, values: Mapping[str, int]
) -> CounterMetricFamily | GaugeMetricFamily:
    for label, value in values.items():
        family.add_metric([label], value)
    return family


@contextmanager
def _served(registry: CollectorRegistry, port: int) -> Iterator[None]:
    if port == 0:
        yield
        return
    try:
        server, thread = start_http_server(port, LOCAL_ADDRESS, registry)
    except OSError as error:
        raise ConfigError(
            f"log.metrics_port: {LOCAL_ADDRESS}:{port} cannot be had ({error.strerror}); choose another port"
        ) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _write(file: Path, registry: CollectorRegistry) -> None:
    try:
        write_to_textfile(str(file), registry)
    except OSError as error:
        _log.warning("metrics", outcome="failed", file=str(file), detail=str(error), next="tried again with the next")
