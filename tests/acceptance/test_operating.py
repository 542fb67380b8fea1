"""What an operator asks of a store and of a machine: ``doctor`` and ``status``, as screens and as JSON."""

from __future__ import annotations

import json

import pytest

from tests.acceptance.command import Dateline
from tests.acceptance.test_commands import FEED, page, rss
from tests.localsite import LocalSite


@pytest.fixture
def quay(site: LocalSite) -> LocalSite:
    """A paper with one feed of one story."""
    site.page(FEED, rss(("Crane stays", "http://quay.example/crane")), headers={"Content-Type": "application/rss+xml"})
    site.page("http://quay.example/crane", page("Crane stays"))
    return site


def test_the_doctor_ends_well_where_nothing_is_an_error(dateline: Dateline, quay: LocalSite) -> None:
    dateline.fine("feeds", "add", "--no-check", FEED)
    dateline.fine("poll")

    told = json.loads(dateline.fine("doctor", "--json"))

    assert told["well"] is True
    assert {tuple(finding) for finding in told["findings"]} == {("check", "level", "what", "mend")}
    assert {finding["check"]: finding["level"] for finding in told["findings"]}["call"] == "ok"


def test_the_doctor_ends_with_1_where_something_is_an_error(dateline: Dateline) -> None:
    done = dateline("doctor")

    assert done.code == 1
    assert "there is no store at dateline.db" in " ".join(done.out.split())
    assert "-> start one with `dateline feeds add URL`" in " ".join(done.out.split())


def test_a_broken_configuration_is_a_finding_and_no_end(dateline: Dateline) -> None:
    dateline.settings["DATELINE_FETCH__PAUZE"] = "1s"

    done = dateline("doctor", "--json")

    assert done.code == 1
    (finding,) = [each for each in json.loads(done.out)["findings"] if each["level"] == "error"]
    assert "Did you mean fetch.pause?" in finding["what"]


def test_the_doctors_page_fits_80_columns(dateline: Dateline, quay: LocalSite) -> None:
    dateline.fine("feeds", "add", "--no-check", FEED)
    dateline.settings["DATELINE_FETCH__ALLOW_NETWORKS"] = json.dumps([f"10.{n}.0.0/16" for n in range(20)])

    page_of_findings = dateline.fine("doctor")

    assert max(len(line) for line in page_of_findings.splitlines()) <= 80
