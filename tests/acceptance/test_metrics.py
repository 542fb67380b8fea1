"""What a monitoring system reads of a real ``dateline run``: from a file, from a port, and when neither can be had."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.acceptance.command import Dateline
from tests.acceptance.test_commands import FEED, page, rss
from tests.localsite import LocalSite

LIMIT_S = 60

Figures = dict[tuple[str, str], float]


@pytest.fixture
def watched(dateline: Dateline, site: LocalSite) -> Dateline:
    """A store with one feed of two stories, of which one is not to be had, and one feed that is nowhere."""
    site.page(FEED, rss(("Crane stays", "http://quay.example/crane"), ("Lamp", "http://quay.example/lamp")))
    site.page("http://quay.example/crane", page("Crane stays"))
    dateline.fine("feeds", "add", "--no-check", FEED, "http://absent.example/feed")
    return dateline


@contextmanager
def daemon(dateline: Dateline, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """``dateline run`` with these settings of ``[log]``, ended as a service manager ends it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DATELINE_")}
    chosen = {f"DATELINE_LOG__{name.upper()}": value for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "run"],
        cwd=dateline.folder,
        env=inherited
        | {"DATELINE_FETCH__PROXY": dateline.proxy_url, "DATELINE_FETCH__PAUSE": "0s"}
        | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
        | chosen,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=LIMIT_S)
        assert process.returncode == 0, complaints
    finally:
        process.kill()
        process.communicate()


def figures(text: str) -> Figures:
    """``{("dateline_polls_total", "failed"): 1.0, ("dateline_articles", ""): 2.0, ...}``, by the value of the label."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def awaited(look: Callable[[], Figures], enough: Callable[[Figures], bool]) -> Figures:
    """What ``look`` sees as soon as it is ``enough``."""
    last: Figures = {}
    ends = time.monotonic() + LIMIT_S
    while time.monotonic() < ends:
        try:
            last = look()
        except OSError:
            last = {}
        if last and enough(last):
            return last
        time.sleep(0.1)
    raise AssertionError(f"not within {LIMIT_S} s; last seen: {last}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_a_running_daemon_counts_polls_and_pages_by_outcome_on_its_port(watched: Dateline) -> None:
    port = free_port()

    def look() -> Figures:
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/metrics")
            return figures(connection.getresponse().read().decode())

    def all_done(seen: Figures) -> bool:
        ended = [
            number for (name, _), number in seen.items() if name in {"dateline_polls_total", "dateline_pages_total"}
        ]
        return sum(ended) == 4

    with daemon(watched, metrics_port=str(port)):
        seen = awaited(look, all_done)

    assert (seen["dateline_polls_total", "news"], seen["dateline_polls_total", "unchanged"]) == (1, 0)
    assert (seen["dateline_pages_total", "new"], seen["dateline_pages_total", "failed"]) == (1, 1)
    assert seen["dateline_poll_lateness_seconds_count", ""] == 2
    assert seen["dateline_worker_restarts_total", "crash"] == 0


def test_the_file_says_what_the_store_holds_and_when_the_daemon_last_looked(watched: Dateline, tmp_path: Path) -> None:
    watched.fine("feeds", "pause", "http://absent.example/feed")
    watched("poll")
    file = tmp_path / "dateline.prom"

    with daemon(watched, metrics_file=str(file)):
        seen = awaited(lambda: figures(file.read_text()), lambda seen: seen["dateline_store_up", ""] == 1)

    assert (seen["dateline_feeds", "ok"], seen["dateline_feeds", "paused"]) == (1, 1)
    assert (seen["dateline_articles", ""], seen["dateline_entries", ""], seen["dateline_feeds_silent", ""]) == (1, 2, 0)
    assert seen["dateline_entries_failing", "http-404"] == 1
    assert abs(seen["dateline_last_tick_timestamp_seconds", ""] - time.time()) < LIMIT_S
    assert [left.name for left in tmp_path.glob("*.prom*")] == ["dateline.prom"]


def test_the_file_holds_the_last_figures_when_the_daemon_has_ended(watched: Dateline, tmp_path: Path) -> None:
    file = tmp_path / "dateline.prom"

    with daemon(watched, metrics_file=str(file)) as process:
        for line in process.stderr or ():
            if "absent.example" in line:
                break

    assert figures(file.read_text())["dateline_polls_total", "failed"] == 1


def test_a_file_that_cannot_be_written_stops_the_start_and_names_the_key(watched: Dateline) -> None:
    watched.settings["DATELINE_LOG__METRICS_FILE"] = "no/such/folder/dateline.prom"

    done = watched("run")

    assert done.code == 2
    assert "log.metrics_file" in done.err
    assert "no/such/folder/dateline.prom" in done.err


def test_a_port_that_is_taken_stops_the_start_and_names_the_key(watched: Dateline, site: LocalSite) -> None:
    watched.settings["DATELINE_LOG__METRICS_PORT"] = str(site.port)

    done = watched("run")

    assert done.code == 2
    assert "log.metrics_port" in done.err
