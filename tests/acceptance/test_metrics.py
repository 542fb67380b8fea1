"""What a monitoring system reads of a real ``dateline run``: from a file, from a port, and when neither can be had."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.acceptance.command import Dateline
from tests.acceptance.running import PATIENCE_S, running
from tests.acceptance.test_commands import FEED, page, rss
from tests.localsite import LocalSite

ABSENT = "http://absent.example/feed"


@pytest.fixture
def watched(dateline: Dateline, site: LocalSite) -> Dateline:
    """A store with one feed of two stories, of which one is not to be had, and one feed that is nowhere."""
    site.page(FEED, rss(("Crane stays", "http://quay.example/crane"), ("Lamp", "http://quay.example/lamp")))
    site.page("http://quay.example/crane", page("Crane stays"))
    dateline.fine("feeds", "add", "--no-check", FEED, ABSENT)
    return dateline


def figures(text: str) -> dict[tuple[str, str], float]:
    """``{("dateline_polls_total", "failed"): 1.0, ("dateline_articles", ""): 2.0, ...}``, by the value of the label."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_a_running_daemon_counts_polls_and_pages_by_outcome_on_its_port(watched: Dateline) -> None:
    port = free_port()
    watched.settings["DATELINE_LOG__METRICS_PORT"] = str(port)

    with running(watched) as daemon:
        daemon.wait(lambda: len(daemon.lines("poll")) == 2 and len(daemon.lines("page")) == 2)
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/metrics")
            seen = figures(connection.getresponse().read().decode())
        done = daemon.stop()

    assert done.code == 0, done
    polls = {outcome: number for (name, outcome), number in seen.items() if name == "dateline_polls_total"}
    assert polls == {"news": 1, "nothing-new": 0, "unchanged": 0, "failed": 1}
    assert (seen["dateline_pages_total", "new"], seen["dateline_pages_total", "failed"]) == (1, 1)
    assert seen["dateline_poll_lateness_seconds_count", ""] == 2
    assert seen["dateline_worker_restarts_total", "crash"] == 0


def test_the_file_says_what_the_store_holds_and_when_the_daemon_last_looked(watched: Dateline, tmp_path: Path) -> None:
    watched.fine("feeds", "pause", ABSENT)
    watched("poll")
    file = tmp_path / "dateline.prom"
    watched.settings["DATELINE_LOG__METRICS_FILE"] = str(file)

    with running(watched) as daemon:
        daemon.wait(lambda: file.exists() and figures(file.read_text())["dateline_store_up", ""] == 1)
        seen = figures(file.read_text())
        daemon.stop()

    assert (seen["dateline_feeds", "ok"], seen["dateline_feeds", "paused"], seen["dateline_feeds_silent", ""]) == (
        1,
        1,
        0,
    )
    assert (seen["dateline_articles", ""], seen["dateline_entries", ""]) == (1, 2)
    assert seen["dateline_entries_failing", "http-404"] == 1
    assert abs(seen["dateline_last_tick_timestamp_seconds", ""] - time.time()) < PATIENCE_S
    assert [left.name for left in tmp_path.glob("*.prom*")] == ["dateline.prom"]


def test_the_file_holds_the_last_figures_when_the_daemon_has_ended(watched: Dateline, tmp_path: Path) -> None:
    file = tmp_path / "dateline.prom"
    watched.settings["DATELINE_LOG__METRICS_FILE"] = str(file)

    with running(watched) as daemon:
        daemon.wait(lambda: len(daemon.lines("poll")) == 2)
        daemon.stop()

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
