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


def test_each_poll_and_page_is_one_log_line_whose_ids_are_those_of_the_store(
    dateline: Dateline, quay: LocalSite
) -> None:
    quay.page(FEED, rss(("Crane stays", "http://quay.example/crane"), ("Lamp", "http://quay.example/lamp")))
    dateline.fine("feeds", "add", "--no-check", FEED)

    lines = [json.loads(line) for line in dateline("poll").err.splitlines()]

    (feed,), (article,) = dateline.feeds(), dateline.articles()
    (polled,) = [line for line in lines if line["event"] == "poll"]
    read = {line["outcome"]: line for line in lines if line["event"] == "page"}
    assert (polled["feed"], polled["url"], polled["outcome"], polled["new"]) == (feed["id"], FEED, "news", 2)
    assert (read["new"]["article"], read["new"]["url"]) == (article["id"], article["url"])
    assert (read["failed"]["error"], read["failed"]["level"]) == ("http-404", "warning")
    assert isinstance(read["failed"]["entry"], int)
    (traced,) = [line for line in lines if line["event"] == "trace"]
    assert (traced["article"], traced["outcome"]) == (article["id"], "alone")
    assert len(lines) == 4


def test_a_login_in_a_feeds_address_never_reaches_the_log(dateline: Dateline, quay: LocalSite) -> None:
    quay.page("http://weir.example/feed", "no", status=500)
    dateline.fine(
        "feeds", "add", "--no-check", FEED.replace("//", "//ann:s3cret@"), "http://ann:s3cret@weir.example/feed"
    )

    done = dateline("poll")

    assert [json.loads(line)["event"] for line in done.err.splitlines()].count("poll") == 2
    assert "s3cret" not in done.err
