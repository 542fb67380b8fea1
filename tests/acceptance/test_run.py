"""``dateline run`` from outside: it stops when asked, stands alone or shares, and goes on where a dead one left off."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from sqlalchemy import func, select

from pipeline.store.tables import article, entry, feed, host, revision
from tests.acceptance.command import Dateline
from tests.acceptance.running import Rows, running
from tests.localsite import LocalSite, Visit

PARAGRAPHS = (
    "The lock-keeper's house by the weir has been sold to the town for one crown, the council said on Thursday.",
    "It stood empty for nine winters; swallows nest in its kitchen, and the stair has been taken for firewood.",
    "The town means to house the river archive there, four hundred ledgers that now lie in the cellar of the school.",
)
HALT_S = 10.0  # what was promised to operators; see GRACE_S in pipeline/daemon.py


def page(title: str, *paragraphs: str, aside: str = "") -> str:
    body = "".join(f"<p>{text}</p>" for text in paragraphs or PARAGRAPHS)
    return (
        f"<!doctype html><html lang=en><title>{title}</title><body><article><h1>{title}</h1>{body}</article>"
        f"<aside class=trending>{aside}</aside></body></html>"
    )


def rss(*items: tuple[str, str]) -> str:
    entries = "".join(f"<item><title>{title}</title><link>{link}</link></item>" for title, link in items)
    return f"<rss version='2.0'><channel><title>Weir</title>{entries}</channel></rss>"


def paper(site: LocalSite, name: str, *stories: str, delay_s: float = 0.0) -> str:
    """A host with a feed of ``stories``, each with its page; the feed's URL."""
    feed_url = f"http://{name}.example/rss.xml"
    links = [(f"{story} in {name}", f"http://{name}.example/{story}") for story in stories]
    site.page(feed_url, rss(*links), etag='"1"', delay_s=delay_s)
    for title, link in links:
        site.page(link, page(title), delay_s=delay_s)
    return feed_url


def never(begun: list[str]) -> Callable[[Visit, asyncio.StreamWriter], object]:
    """Answers with a byte now and then, and comes to no end."""

    async def drip(visit: Visit, out: asyncio.StreamWriter) -> None:
        begun.append(visit.url)
        out.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        while True:
            out.write(b" ")
            await out.drain()
            await asyncio.sleep(0.2)

    return drip


@pytest.fixture
def often(dateline: Dateline) -> Dateline:
    """The command with feeds that are due every second."""
    dateline.settings |= {
        "DATELINE_PACE__MIN_INTERVAL": "1s",
        "DATELINE_PACE__MAX_INTERVAL": "1s",
        "DATELINE_PACE__REVISIT": "[]",
        "DATELINE_EXTRACT__PROCESSES": "1",
    }
    return dateline


@pytest.fixture
def rows(dateline: Dateline, store_url: str) -> Rows:
    """The command's store on each database, looked at from outside."""
    dateline.settings["DATELINE_STORE__URL"] = store_url
    return Rows(store_url)


def test_what_the_feeds_bring_is_stored_without_anybody_asking(often: Dateline, site: LocalSite, rows: Rows) -> None:
    feed_url = paper(site, "weir", "house")
    often.fine("feeds", "add", "--no-check", feed_url)
    with running(often) as daemon:
        daemon.wait(lambda: rows(select(article.c.title)) == [("house in weir",)])
        paper(site, "weir", "house", "swallows")
        site.page(feed_url, rss(*((f"{s} in weir", f"http://weir.example/{s}") for s in ("house", "swallows"))))
        daemon.wait(lambda: len(rows(select(article.c.id))) == 2)
        done = daemon.stop()
    assert done.code == 0
    assert "Traceback" not in done.err


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_ten_seconds_with_fifty_connections_open(
    often: Dateline, site: LocalSite, rows: Rows, number: signal.Signals
) -> None:
    begun: list[str] = []
    urls = [f"http://slow-{n}.example/rss.xml" for n in range(50)]
    for url in urls:
        site.behave(url, never(begun))
    often.fine("feeds", "add", "--no-check", *urls)
    with running(often) as daemon:
        daemon.wait(lambda: len(set(begun)) == 50)
        family = daemon.family()
        asked_at = time.monotonic()
        # From a terminal, Ctrl-C reaches the reading processes too.
        os.killpg(daemon.process.pid, number)
        done = daemon.ended()
        took_s = time.monotonic() - asked_at
    assert (done.code, "Traceback" in done.err) == (0, False)
    assert took_s < HALT_S
    assert not [process for process in family if process.is_running()]
    # Nobody has to wait for a lease, and a poll that was not ended was not counted.
    assert rows(select(host.c.owner).where(host.c.owner.is_not(None))) == []
    assert rows(select(func.count()).where(feed.c.last_polled_at.is_(None), feed.c.error_count == 0)) == [(50,)]
    assert rows(select(func.count()).select_from(host).where(host.c.next_due_at.is_not(None))) == [(50,)]


# Python itself runs what stands in a module of this name, before anything else: here is told to stop whoever begins to
# load the parts of the pipeline.
TOLD_TO_STOP_WHILE_LOADING = """
import os, sys

class Teller:
    def find_spec(self, name, *_):
        if name == "pipeline.assemble":
            os.kill(os.getpid(), {number})

sys.meta_path.insert(0, Teller())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_while_it_still_loads_it_ends_well(
    often: Dateline, tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "sitecustomize.py").write_text(TOLD_TO_STOP_WHILE_LOADING.format(number=int(number)))
    environment = often.environment()
    environment["PYTHONPATH"] = os.pathsep.join([str(tmp_path), environment["PYTHONPATH"]])
    done = subprocess.run(
        often.command("run"), cwd=often.folder, env=environment, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert not (tmp_path / "dateline.db").exists()


def test_it_says_that_it_runs_and_that_it_has_ended_however_quiet_its_feeds_are(often: Dateline) -> None:
    with running(often) as daemon:
        daemon.wait(lambda: daemon.lines("run"))
        daemon.stop()
    assert [line["outcome"] for line in daemon.lines("run")] == ["started", "stopped"]


def test_when_its_terminal_closes_it_ends_in_good_order(often: Dateline, site: LocalSite) -> None:
    often.fine("feeds", "add", "--no-check", paper(site, "weir"))
    with running(often) as daemon:
        daemon.wait(lambda: daemon.lines("poll"))
        assert daemon.stop(signal.SIGHUP).code == 0
    assert "nobody runs it" in often.fine("status")


def test_under_nohup_it_stays_when_its_terminal_closes(often: Dateline, site: LocalSite) -> None:
    url = paper(site, "weir")
    often.fine("feeds", "add", "--no-check", url)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what a process ignores, its children ignore
    try:
        with running(often) as daemon:
            daemon.wait(lambda: daemon.lines("poll"))
            daemon.process.send_signal(signal.SIGHUP)
            polled = len(daemon.lines("poll"))
            daemon.wait(lambda: len(daemon.lines("poll")) > polled)
            assert daemon.stop().code == 0
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def test_with_too_few_open_files_it_does_not_start_and_says_how_many_it_needs(often: Dateline) -> None:
    done = subprocess.run(
        ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh", *often.command("run")],
        cwd=often.folder,
        env=often.environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert b"64 open files" in done.stderr
    assert b"ulimit -n" in done.stderr


def test_it_takes_the_open_files_that_the_system_permits(often: Dateline, site: LocalSite) -> None:
    often.fine("feeds", "add", "--no-check", paper(site, "weir"))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        with running(often) as daemon:
            daemon.wait(lambda: daemon.lines("poll"))
            assert daemon.process.rlimit(psutil.RLIMIT_NOFILE)[0] > 256
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_call_that_can_end_in_time_is_let_end_before_it_stops(often: Dateline, site: LocalSite, rows: Rows) -> None:
    feed_url = paper(site, "weir", "house", delay_s=1.5)
    often.fine("feeds", "add", "--no-check", feed_url)
    with running(often) as daemon:
        daemon.wait(lambda: site.visits(feed_url))
        done = daemon.stop()
    assert done.code == 0
    assert rows(select(feed.c.etag)) == [('"1"',)]


def test_a_second_run_is_refused_and_names_the_first(often: Dateline, site: LocalSite, rows: Rows) -> None:
    often.fine("feeds", "add", "--no-check", paper(site, "weir", "house"))
    with running(often) as daemon:
        daemon.wait(lambda: rows(select(article.c.id)))
        second = often("run")
        assert second.code == 4
        assert f"process {daemon.process.pid}" in second.err
        assert "Traceback" not in second.err


@pytest.mark.long
def test_the_other_commands_work_beside_it(often: Dateline, site: LocalSite, rows: Rows) -> None:
    often.fine("feeds", "add", "--no-check", paper(site, "weir", "house"))
    with running(often) as daemon:
        daemon.wait(lambda: rows(select(article.c.id)))
        often.fine("feeds", "add", "--no-check", paper(site, "mill", "wheel"))
        often.fine("poll")
        assert {row["title"] for row in often.articles()} == {"house in weir", "wheel in mill"}
        assert len(often.feeds()) == 2
        often.fine("status")


def test_after_a_kill_the_next_run_takes_up_the_dead_one_s_hosts_at_once(
    often: Dateline, site: LocalSite, rows: Rows
) -> None:
    feed_url = paper(site, "weir", "house", delay_s=20.0)
    often.fine("feeds", "add", "--no-check", feed_url)
    with running(often) as daemon:
        daemon.wait(lambda: site.visits(feed_url))
        assert rows(select(host.c.owner)) != [(None,)]
        daemon.kill()
    paper(site, "weir", "house")
    killed_at = time.monotonic()
    with running(often) as daemon:
        daemon.wait(lambda: len(site.visits(feed_url)) > 1)
        waited_s = site.visits(feed_url)[1].started_s - killed_at
        daemon.wait(lambda: rows(select(article.c.title)) == [("house in weir",)])
    assert waited_s < 15  # a lease would have held it for 45


def test_its_feeds_follow_the_file_at_the_start(often: Dateline, site: LocalSite, rows: Rows, tmp_path: Path) -> None:
    weir, mill = paper(site, "weir"), paper(site, "mill")
    (tmp_path / "feeds.toml").write_text(f'[[feed]]\nurl = "{weir}"\n')
    with running(often) as daemon:
        daemon.wait(lambda: site.visits(weir))
        daemon.stop()
    (tmp_path / "feeds.toml").write_text(f'[[feed]]\nurl = "{mill}"\n')
    with running(often) as daemon:
        daemon.wait(lambda: site.visits(mill))
        daemon.stop()
    assert dict(rows(select(feed.c.url, feed.c.paused))) == {weir: "left-file", mill: None}


def test_a_poll_of_what_is_due_asks_for_nothing_else(dateline: Dateline, site: LocalSite) -> None:
    weir, mill = paper(site, "weir"), paper(site, "mill")
    dateline.fine("feeds", "add", "--no-check", weir)
    dateline.fine("poll", "--due")
    dateline.fine("feeds", "add", "--no-check", mill)
    dateline.fine("poll", "--due")
    assert [visit.url for visit in site.requests] == [weir, mill]


class TestSharing:
    """Several daemons on one Postgres."""

    @pytest.fixture
    def shared(self, often: Dateline, postgres_url: str) -> Dateline:
        often.settings |= {
            "DATELINE_STORE__URL": postgres_url,
            "DATELINE_PACE__MIN_INTERVAL": "3s",
            "DATELINE_PACE__MAX_INTERVAL": "3s",
        }
        return often

    @pytest.mark.long
    def test_two_share_the_work_and_poll_no_feed_twice_for_one_due_time(
        self, shared: Dateline, site: LocalSite
    ) -> None:
        urls = [paper(site, f"town-{n}", delay_s=0.2) for n in range(12)]
        shared.fine("feeds", "add", "--no-check", *urls)
        with running(shared, "--share") as one, running(shared, "--share") as other:
            one.wait(lambda: min(len(site.visits(url)) for url in urls) >= 6)
            # Who gets how much is chance; that neither is left without is not.
            one.wait(lambda: min(len(one.lines("poll")), len(other.lines("poll"))) > 6)
            assert (one.stop().code, other.stop().code) == (0, 0)
        for url in urls:
            starts = [visit.started_s for visit in site.visits(url)]
            # The interval runs from the end of a poll, and what is due within half a second is due.
            assert min(later - earlier for earlier, later in pairwise(starts)) > 2.4

    @pytest.mark.long
    def test_the_hosts_of_one_that_is_killed_are_taken_up_by_the_other_within_a_minute(
        self, shared: Dateline, site: LocalSite
    ) -> None:
        held = [paper(site, f"held-{n}", delay_s=15.0) for n in range(3)]
        shared.fine("feeds", "add", "--no-check", *held, paper(site, "quick"))
        with running(shared, "--share") as doomed:
            doomed.wait(lambda: all(site.visits(url) for url in held))
            with running(shared, "--share") as other:
                other.wait(lambda: other.lines("poll"))
                doomed.kill()
                killed_at = time.monotonic()
                other.wait(lambda: min(len(site.visits(url)) for url in held) >= 2, within_s=60)
        assert max(site.visits(url)[1].started_s for url in held) - killed_at < 60

    def test_one_that_does_not_share_is_refused_beside_one_that_does(self, shared: Dateline, site: LocalSite) -> None:
        shared.fine("feeds", "add", "--no-check", paper(site, "weir"))
        with running(shared, "--share") as daemon:
            daemon.wait(lambda: site.requests)
            assert shared("run").code == 4

    def test_a_file_cannot_be_shared(self, often: Dateline) -> None:
        done = often("run", "--share")
        assert done.code == 3
        assert "Postgres" in done.err


def test_a_host_that_drips_and_one_that_is_dead_hold_up_no_other(often: Dateline, site: LocalSite) -> None:
    begun: list[str] = []
    slow = ["http://drips.example/rss.xml", "http://dead.example/rss.xml"]
    site.behave(slow[0], never(begun))
    site.page(slow[1], delay_s=60)
    urls = [paper(site, f"town-{n}", "one", "two") for n in range(20)]
    often.settings |= {"DATELINE_FETCH__FEED_DEADLINE": "20s", "DATELINE_PACE__MAX_INTERVAL": "1h"}
    often.fine("feeds", "add", "--no-check", *slow, *urls)
    rows = Rows(f"sqlite:///{often.folder / 'dateline.db'}")
    with running(often) as daemon:
        daemon.wait(lambda: rows(select(func.count()).select_from(article)) == [(40,)], within_s=19)
        assert [visit.ended_s for url in slow for visit in site.visits(url)] == [None, None]


def test_a_host_is_called_by_one_call_at_a_time(often: Dateline, site: LocalSite) -> None:
    feeds = []
    for name in ("weir", "mill"):
        paper(site, name, *(f"story-{n}" for n in range(8)), delay_s=0.05)
        for n in range(4):  # several feeds of one host, that name each other's pages and the other host's
            links = [
                (f"story {n} {k}", f"http://{town}.example/story-{k}") for town in ("weir", "mill") for k in range(8)
            ]
            feeds.append(f"http://{name}.example/{n}.xml")
            site.page(feeds[-1], rss(*links), delay_s=0.05)
    often.fine("feeds", "add", "--no-check", *feeds)
    with running(often) as daemon:
        daemon.wait(lambda: min(len(site.visits(url)) for url in feeds) >= 3)
        daemon.stop()
    calls: dict[str, list[Visit]] = defaultdict(list)
    for visit in site.requests:
        calls[str(urlsplit(visit.url).hostname)].append(visit)
    assert sorted(calls) == ["mill.example", "weir.example"]
    for visits in calls.values():
        for earlier, later in pairwise(visits):
            assert earlier.ended_s is not None
            assert earlier.ended_s <= later.started_s


def test_its_reading_processes_do_not_outlive_it(often: Dateline, site: LocalSite) -> None:
    often.fine("feeds", "add", "--no-check", paper(site, "weir", "house"))
    with running(often) as daemon:
        daemon.wait(lambda: daemon.lines("page"))
        family = daemon.family()
        daemon.kill()
        _gone, orphans = psutil.wait_procs(family, timeout=10)
    assert len(family) >= 2
    assert orphans == []


class TestReadingProcesses:
    """A page that costs its reading process costs nothing else."""

    BAD = "http://weir.example/bad"

    @pytest.fixture
    def weir(self, often: Dateline, site: LocalSite) -> Rows:
        """One reading process; the bad page comes slowly, so that the process is known before it reads it."""
        often.fine("feeds", "add", "--no-check", paper(site, "weir", "bad"))
        site.page(self.BAD, page("bad"), delay_s=2.0)
        return Rows(f"sqlite:///{often.folder / 'dateline.db'}")

    def publish_good(self, site: LocalSite) -> None:
        good = "http://weir.example/good"
        site.page("http://weir.example/rss.xml", rss(("bad in weir", self.BAD), ("good in weir", good)), etag='"2"')
        site.page(good, page("good in weir"))

    def reader(self, family: list[psutil.Process]) -> psutil.Process:
        parents = {process.ppid() for process in family}
        (only,) = [process for process in family if process.pid not in parents]
        return only

    def trouble(self, rows: Rows) -> list[tuple[str, str]]:
        return rows(select(entry.c.url_key, entry.c.error_message).where(entry.c.error_kind == "overran"))

    @pytest.mark.parametrize("end", [signal.SIGKILL, None])
    def test_one_that_is_killed_or_hangs_over_a_page_costs_that_page(
        self, often: Dateline, site: LocalSite, weir: Rows, end: signal.Signals | None
    ) -> None:
        often.settings["DATELINE_EXTRACT__WALL_LIMIT"] = "3s"
        with running(often) as daemon:
            daemon.wait(lambda: site.visits(self.BAD))
            reader = self.reader(daemon.family())
            reader.suspend()  # from here on it hangs, whatever it is given
            daemon.wait(lambda: site.visits(self.BAD)[0].ended_s)
            if end is not None:
                time.sleep(0.3)
                reader.send_signal(end)
            daemon.wait(lambda: self.trouble(weir))
            self.publish_good(site)
            daemon.wait(lambda: weir(select(article.c.title)) == [("good in weir",)])
            assert daemon.stop().code == 0
        (trouble,) = self.trouble(weir)
        assert trouble[0].endswith("/bad")
        assert ("signal 9" if end else "longer than 3 s") in trouble[1]

    def test_a_page_that_wants_too_much_memory_costs_that_page(
        self, often: Dateline, site: LocalSite, weir: Rows
    ) -> None:
        often.settings |= {"DATELINE_EXTRACT__MEMORY_LIMIT_MB": "128", "DATELINE_FETCH__MAX_PAGE_MB": "64"}
        site.page(self.BAD, page("bad", "<b><i>x</i></b>" * 1_500_000))
        with running(often) as daemon:
            daemon.wait(lambda: self.trouble(weir))
            self.publish_good(site)
            daemon.wait(lambda: weir(select(article.c.title)) == [("good in weir",)])
        assert "128 MiB of memory" in self.trouble(weir)[0][1]


def test_pages_are_looked_at_again_and_an_edit_is_a_revision_but_a_sidebar_is_none(
    often: Dateline, site: LocalSite, rows: Rows
) -> None:
    often.settings |= {
        "DATELINE_PACE__REVISIT": str([f"{n}s" for n in range(2, 100, 2)]).replace("'", '"'),
        "DATELINE_PACE__MAX_INTERVAL": "1h",
        "DATELINE_PACE__MIN_INTERVAL": "1h",
    }
    feed_url = paper(site, "weir", "house", "swallows")
    house, swallows = "http://weir.example/house", "http://weir.example/swallows"
    site.page(house, page("house"), etag='"h1"')
    site.page(swallows, page("swallows"), etag='"s1"')
    often.fine("feeds", "add", "--no-check", feed_url)
    with running(often) as daemon:
        daemon.wait(lambda: len(site.visits(house)) > 1 and len(site.visits(swallows)) > 1)
        site.page(
            house, page("house", *PARAGRAPHS[:2], "The price was two crowns, the council corrected."), etag='"h2"'
        )
        site.page(swallows, page("swallows", aside="<a href=/x>Eels are back in the mill race</a>"), etag='"s2"')
        daemon.wait(lambda: any(visit.headers.get("if-none-match") == '"h2"' for visit in site.visits(house)))
        daemon.wait(lambda: any(visit.headers.get("if-none-match") == '"s2"' for visit in site.visits(swallows)))
        daemon.stop()
    assert len(site.visits(feed_url)) == 1
    assert [visit.headers.get("if-none-match") for visit in site.visits(house)][:2] == [None, '"h1"']
    (edit,) = rows(
        select(article.c.url, revision.c.text, article.c.text, revision.c.seen_at, article.c.updated_at).join(
            revision, revision.c.article_id == article.c.id
        )
    )
    assert edit[0] == house
    assert edit[1].split("\n") == list(PARAGRAPHS)
    assert "two crowns" in edit[2]
    assert edit[3] < edit[4]
