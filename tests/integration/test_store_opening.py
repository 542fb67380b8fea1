"""A store is opened, made, upgraded, refused or found locked: what happens, and what the message says to do next."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from pipeline.core.errors import AlreadyRunning, ClockOff, StoreBusy, StoreTooNew, StoreUnusable
from pipeline.core.subscriptions import Subscription
from pipeline.store import Store, sqlite
from pipeline.store.migrating import SCHEMA
from tests.integration.newsdesk import FEED, STORY, Newsdesk, a_reading, a_reply

CHECKOUT = Path(__file__).parents[2]


async def opened(url: str, *, create: bool = True) -> Store:
    store = Store(url)
    await store.open(create=create)
    return store


async def make(url: str) -> None:
    await (await opened(url)).close()


async def look_at(url: str) -> None:
    store = await opened(url, create=False)
    try:
        await store.list_feeds()
    finally:
        await store.close()


def name_version(url: str, number: str) -> None:
    """Write another schema's number into the store at ``url``."""
    statement = f"UPDATE alembic_version SET version_num = '{number}'"
    if url.startswith("sqlite"):
        with driver(Path(url.removeprefix("sqlite:///"))) as file:
            file.execute(statement)
    else:
        with psycopg.connect(url.replace("+psycopg", "")) as server:
            server.execute(statement)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def run_python(program: str, *arguments: str, cwd: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
    """Run ``program`` with the package of the checkout at ``cwd``."""
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(cwd), *sys.path[1:]])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def sqlite_at(path: Path) -> str:
    return f"sqlite:///{path}"


@contextmanager
def driver(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as another program sees it."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


class TestMaking:
    async def test_what_was_saved_is_there_after_closing_and_opening(self, empty_url: str, now: datetime) -> None:
        store = await opened(empty_url)
        await store.subscribe([Subscription(FEED)], now)
        await store.close()

        again = await opened(empty_url, create=False)
        assert await again.subscriptions() == (Subscription(FEED),)
        await again.close()

    async def test_opening_with_create_what_exists_changes_nothing(self, store_url: str, now: datetime) -> None:
        store = await opened(store_url)
        await store.subscribe([Subscription(FEED)], now)
        await store.close()

        again = await opened(store_url, create=True)
        assert len(await again.subscriptions()) == 1
        await again.close()

    def test_processes_that_make_one_store_at_once_all_end_well(self, empty_url: str, now: datetime) -> None:
        program = (
            "import asyncio, sys\n"
            "from datetime import datetime\n"
            "from pipeline.store import Store\n"
            "from pipeline.core.subscriptions import Subscription\n"
            "async def main(url, name):\n"
            "    store = Store(url)\n"
            "    await store.open(create=True)\n"
            "    now = datetime.fromisoformat('2026-02-11T12:00:00+00:00')\n"
            "    await store.subscribe([Subscription(f'https://{name}.example/feed')], now)\n"
            "    await store.close()\n"
            "asyncio.run(main(*sys.argv[1:]))\n"
        )
        running = [
            subprocess.Popen(
                [sys.executable, "-c", program, empty_url, f"host-{n}"], cwd=CHECKOUT, stderr=subprocess.PIPE, text=True
            )
            for n in range(3)
        ]

        said = [process.communicate(timeout=60)[1] for process in running]

        assert [(process.returncode, words) for process, words in zip(running, said, strict=True)] == [(0, "")] * 3
        store = Store(empty_url)
        asyncio.run(store.open(create=False))
        assert len(asyncio.run(store.subscriptions())) == 3
        asyncio.run(store.close())

    async def test_closing_leaves_no_thread_behind(self, store_url: str, now: datetime) -> None:
        before = set(threading.enumerate())
        store = await opened(store_url)
        await store.subscribe([Subscription(FEED)], now)
        await store.list_feeds()
        await store.keep_page(a_reply(STORY))

        await store.close()

        assert set(threading.enumerate()) <= before

    async def test_a_store_in_a_folder_with_odd_letters_is_a_store(self, tmp_path: Path, now: datetime) -> None:
        folder = tmp_path / "50% of ünique #1"
        folder.mkdir()

        store = await opened(sqlite_at(folder / "my news.db"))
        await store.subscribe([Subscription(FEED)], now)
        await store.close()

        assert names_in(folder) == ["my news.db", "my news.pages.db"]


class TestRefusing:
    async def test_a_store_that_is_not_there_is_not_made_by_looking(self, tmp_path: Path) -> None:
        with pytest.raises(StoreUnusable, match=r"no store at .*missing\.db.*dateline feeds add"):
            await opened(sqlite_at(tmp_path / "missing.db"), create=False)

        assert names_in(tmp_path) == []

    async def test_an_empty_database_is_not_made_a_store_by_looking(self, empty_url: str) -> None:
        with pytest.raises(StoreUnusable, match="dateline feeds add"):
            await opened(empty_url, create=False)

    async def test_a_missing_folder_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(StoreUnusable, match=r"folder .*nowhere.* does not exist"):
            await opened(sqlite_at(tmp_path / "nowhere" / "news.db"))

    async def test_a_file_that_is_no_database_is_left_as_it_is(self, tmp_path: Path) -> None:
        path = tmp_path / "diary.txt"
        path.write_text("Dear diary, " * 200)

        with pytest.raises(StoreUnusable, match="not a SQLite database"):
            await opened(sqlite_at(path))

        assert path.read_text() == "Dear diary, " * 200

    async def test_a_database_of_another_program_is_left_as_it_is(self, tmp_path: Path) -> None:
        path = tmp_path / "photos.db"
        with driver(path) as other:
            other.execute("CREATE TABLE photo (id INTEGER)")

        with pytest.raises(StoreUnusable, match="not Dateline's"):
            await opened(sqlite_at(path))

        with driver(path) as other:
            assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("photo",)]

    async def test_a_store_of_a_newer_program_is_refused(self, store_url: str) -> None:
        name_version(store_url, "9999")

        for create in (True, False):
            with pytest.raises(StoreTooNew, match="newer Dateline"):
                await opened(store_url, create=create)

    async def test_a_store_of_a_version_that_nobody_knows_is_left_alone(self, store_url: str) -> None:
        name_version(store_url, "0000")

        with pytest.raises(StoreUnusable, match="cannot be brought up to date"):
            await opened(store_url)

    async def test_a_damaged_store_says_so(self, tmp_path: Path, now: datetime) -> None:
        path = tmp_path / "news.db"
        store = await opened(sqlite_at(path))
        await store.subscribe([Subscription(f"https://h{n}.example/feed") for n in range(500)], now)
        await store.close()
        whole = path.read_bytes()
        path.write_bytes(whole[:8192] + b"\x5a" * (len(whole) - 8192))

        with pytest.raises(StoreUnusable, match="damaged"):
            await look_at(sqlite_at(path))

    @pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody may write to")
    async def test_a_folder_that_cannot_be_written_to_is_named(self) -> None:
        with pytest.raises(StoreUnusable, match=r"/proc/news\.db.*cannot be opened.*writable"):
            await opened("sqlite:////proc/news.db")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    async def test_a_store_that_cannot_be_written_can_be_looked_at(self, tmp_path: Path, now: datetime) -> None:
        path = tmp_path / "news.db"
        await make(sqlite_at(path))
        path.chmod(0o444)
        store = await opened(sqlite_at(path), create=False)

        assert await store.list_feeds() == []
        with pytest.raises(StoreUnusable, match="cannot be written"):
            await store.subscribe([Subscription(FEED)], now)
        await store.close()

    @pytest.mark.parametrize(
        "url",
        [
            "mysql://u:secret@host/db",
            "sqlite://",
            "sqlite:///:memory:",
            "postgresql://u:secret@host",
            "u:secret@host/db",
        ],
    )
    def test_a_url_of_no_store_is_refused_without_telling_its_password(self, url: str) -> None:
        with pytest.raises(StoreUnusable, match=r"sqlite:///FILE") as refusal:
            Store(url)

        assert "secret" not in str(refusal.value)

    def test_a_file_is_answered_with_the_url_that_it_has(self) -> None:
        with pytest.raises(StoreUnusable, match=r"sqlite:///my\.db"):
            Store("my.db")

    def test_a_folder_is_no_store(self, tmp_path: Path) -> None:
        with pytest.raises(StoreUnusable, match="is a folder"):
            Store(sqlite_at(tmp_path))

    async def test_a_server_that_does_not_answer_is_named_without_the_password(self) -> None:
        with pytest.raises(StoreUnusable, match=r"127\.0\.0\.1:1/news.* cannot be reached") as refusal:
            await opened("postgresql+psycopg://me:secret@127.0.0.1:1/news")

        assert "secret" not in str(refusal.value)


class TestTrouble:
    async def test_a_save_waits_for_another_process_and_then_says_who_is_busy(
        self, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.2)
        path = tmp_path / "news.db"
        store = await opened(sqlite_at(path))
        with driver(path) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy, match="another process keeps it locked"):
                await store.subscribe([Subscription(FEED)], now)
            assert await store.list_feeds() == []
            other.execute("ROLLBACK")

        await store.subscribe([Subscription(FEED)], now)
        assert len(await store.list_feeds()) == 1
        await store.close()

    async def test_a_new_store_that_another_process_is_making_is_busy(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.2)
        path = tmp_path / "news.db"
        with driver(path) as other:
            other.execute("PRAGMA journal_mode=WAL")
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy):
                await opened(sqlite_at(path))

    def test_a_full_disk_is_told_and_what_was_stored_stays(self, tmp_path: Path) -> None:
        program = (
            "import asyncio, resource, sys\n"
            "from datetime import datetime\n"
            "from pipeline.core.errors import StoreUnusable\n"
            "from pipeline.core.subscriptions import Subscription\n"
            "from pipeline.store import Store\n"
            "async def main(url):\n"
            "    now = datetime.fromisoformat('2026-02-11T12:00:00+00:00')\n"
            "    store = Store(url)\n"
            "    await store.open(create=True)\n"
            "    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))\n"
            "    stored = 0\n"
            "    try:\n"
            "        for n in range(10_000):\n"
            "            await store.subscribe([Subscription(f'https://h{n}.example/feed', 'x' * 1000)], now)\n"
            "            stored += 1\n"
            "    except StoreUnusable as error:\n"
            "        print(error)\n"
            "    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
            "    await store.subscribe([Subscription('https://after.example/feed')], now)\n"
            "    print(len(await store.subscriptions()) - stored)\n"
            "    await store.close()\n"
            "asyncio.run(main(sys.argv[1]))\n"
        )

        done = run_python(program, sqlite_at(tmp_path / "news.db"))

        message, difference = done.stdout.splitlines()
        assert "disk" in message
        assert difference == "1"

    @pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
    async def test_a_server_that_drops_its_connections_loses_no_save(
        self, store: Store, store_url: str, now: datetime
    ) -> None:
        await store.subscribe([Subscription(FEED)], now)
        with psycopg.connect(store_url.replace("+psycopg", ""), autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

        await asyncio.gather(
            *(store.subscribe([Subscription(f"https://h{n}.example/feed")], now) for n in range(12)), store.list_feeds()
        )

        assert len(await store.subscriptions()) == 13

    @pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
    async def test_a_server_that_vanishes_without_a_word_is_given_up_within_a_minute(self, store: Store) -> None:
        terms = await store._database.read(  # what was agreed with the server shows nowhere else
            lambda c: c.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
        )

        waits_s = int(terms["keepalives_idle"]) + int(terms["keepalives_interval"]) * int(terms["keepalives_count"])
        assert max(waits_s, int(terms["tcp_user_timeout"]) / 1000) < 60

    @pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
    @pytest.mark.parametrize("ahead_s", [3600, -3600])
    async def test_a_daemon_whose_clock_is_not_the_servers_shares_no_store(self, store: Store, ahead_s: int) -> None:
        with pytest.raises(ClockOff, match=r"3600 s .* network time"):
            await store.hold_run("one", lambda: datetime.now(UTC) + timedelta(seconds=ahead_s), share=True)

    @pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
    async def test_a_daemon_whose_clock_leaves_the_servers_shares_its_store_no_longer(self, store: Store) -> None:
        clocks = iter([timedelta(0), timedelta(0), timedelta(hours=1)])
        await store.hold_run("one", lambda: datetime.now(UTC) + next(clocks), share=True)
        await store.keep_run()

        with pytest.raises(ClockOff, match="ahead of"):
            await store.keep_run()

    @pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
    async def test_a_daemon_that_shares_with_none_may_have_any_clock(self, store: Store) -> None:
        await store.hold_run("one", lambda: datetime.now(UTC) + timedelta(hours=1))

        await store.keep_run()

    async def test_a_file_that_was_moved_away_is_written_no_more_until_it_is_back(
        self, tmp_path: Path, now: datetime
    ) -> None:
        (tmp_path / "here").mkdir()
        store = await opened(sqlite_at(tmp_path / "here" / "news.db"))
        await store.subscribe([Subscription(FEED)], now)
        (tmp_path / "here").rename(tmp_path / "there")

        with pytest.raises(StoreUnusable, match="folder exists"):
            await store.subscribe([Subscription("https://lost.example/feed")], now)
        with pytest.raises(StoreUnusable, match="folder exists"):
            await store.list_feeds()

        (tmp_path / "there").rename(tmp_path / "here")
        await store.subscribe([Subscription("https://kept.example/feed")], now)
        assert [kept.url for kept in await store.subscriptions()] == [FEED, "https://kept.example/feed"]
        await store.close()

    async def test_a_file_in_the_place_of_another_is_the_store_from_then_on(
        self, tmp_path: Path, now: datetime
    ) -> None:
        path, copy_path = tmp_path / "news.db", tmp_path / "copy.db"
        store = await opened(sqlite_at(path))
        await store.subscribe([Subscription(FEED)], now)
        await store.back_up(copy_path)
        await store.subscribe([Subscription("https://later.example/feed")], now)
        for name in ("news.db-wal", "news.db-shm"):
            (tmp_path / name).unlink()
        copy_path.replace(path)

        await store.subscribe([Subscription("https://latest.example/feed")], now)

        assert [kept.url for kept in await store.subscriptions()] == [FEED, "https://latest.example/feed"]
        await store.close()
        with driver(path) as file:
            assert file.execute("SELECT count(*) FROM feed").fetchall() == [(2,)]

    async def test_raw_pages_are_kept_in_a_new_file_where_theirs_has_gone(self, tmp_path: Path) -> None:
        store = await opened(sqlite_at(tmp_path / "news.db"))
        await store.keep_page(a_reply("https://news.example/1", b"<p>one"))
        for name in ("news.pages.db", "news.pages.db-wal", "news.pages.db-shm"):
            (tmp_path / name).unlink()

        await store.keep_page(a_reply("https://news.example/2", b"<p>two"))

        await store.close()
        with driver(tmp_path / "news.pages.db") as file:
            assert file.execute("SELECT url FROM raw_page").fetchall() == [("https://news.example/2",)]

    async def test_a_damaged_file_of_raw_pages_says_that_it_can_be_moved_away(self, tmp_path: Path) -> None:
        store = await opened(sqlite_at(tmp_path / "news.db"))
        await store.close()
        (tmp_path / "news.pages.db").write_bytes(b"pulp " * 5_000)

        with pytest.raises(StoreUnusable, match=r"damaged; move .*news\.pages\.db away"):
            await opened(sqlite_at(tmp_path / "news.db"))

    async def test_a_daemon_whose_file_was_replaced_keeps_others_away_from_the_new_one(self, tmp_path: Path) -> None:
        path = tmp_path / "news.db"
        daemon, other = await opened(sqlite_at(path)), await opened(sqlite_at(path))
        await daemon.hold_run("process 1")
        (tmp_path / "news.db.run").unlink()

        await daemon.keep_run()

        with pytest.raises(AlreadyRunning, match="process 1"):
            await other.hold_run("process 2")
        await daemon.close()
        await other.close()

    async def test_an_acknowledged_save_outlives_a_killed_process(self, tmp_path: Path) -> None:
        program = (
            "import asyncio, os, signal, sys\n"
            "from datetime import datetime\n"
            "from pipeline.core.subscriptions import Subscription\n"
            "from pipeline.store import Store\n"
            "async def main(url):\n"
            "    now = datetime.fromisoformat('2026-02-11T12:00:00+00:00')\n"
            "    store = Store(url)\n"
            "    await store.open(create=True)\n"
            "    for n in range(50):\n"
            "        await store.subscribe([Subscription(f'https://h{n}.example/feed')], now)\n"
            "    asyncio.create_task(store.subscribe([Subscription('https://unheard.example/feed')], now))\n"
            "    await asyncio.sleep(0)\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
            "asyncio.run(main(sys.argv[1]))\n"
        )
        url = sqlite_at(tmp_path / "news.db")
        ended = run_python(program, url)

        assert ended.returncode == -signal.SIGKILL
        store = await opened(url, create=False)

        assert len(await store.subscriptions()) in {50, 51}
        await store.close()


class TestTheNextVersion:
    """The program of tomorrow: a copy of today's with one more migration, which rebuilds a table others refer to."""

    @pytest.fixture
    def tomorrow(self, tmp_path: Path) -> Path:
        checkout = tmp_path / "tomorrow"
        shutil.copytree(CHECKOUT / "pipeline", checkout / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(CHECKOUT / "migrations", checkout / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
        migrating = checkout / "pipeline" / "store" / "migrating.py"
        migrating.write_text(migrating.read_text().replace(f'SCHEMA = "{SCHEMA}"', 'SCHEMA = "9999"'))
        (checkout / "migrations" / "versions" / "9999_feeds_have_colours.py").write_text(
            "import sqlalchemy as sa\n"
            "from alembic import op\n"
            f"revision, down_revision, branch_labels, depends_on = '9999', '{SCHEMA}', None, None\n"
            "def upgrade():\n"
            "    with op.batch_alter_table('feed', recreate='auto') as table:\n"
            "        table.add_column(sa.Column('colour', sa.Text()))\n"
            "        table.alter_column('origin', nullable=True)\n"
        )
        return checkout

    def run_open(self, checkout: Path, url: str, *, create: bool) -> str:
        program = (
            "import asyncio, sys\n"
            "from pipeline.core.errors import StoreError\n"
            "from pipeline.store import Store\n"
            "async def main(url, create):\n"
            "    store = Store(url)\n"
            "    try:\n"
            "        await store.open(create=create == 'True')\n"
            "        print('opened')\n"
            "    except StoreError as error:\n"
            "        print(error)\n"
            "    else:\n"
            "        await store.close()\n"
            "asyncio.run(main(*sys.argv[1:]))\n"
        )
        return run_python(program, url, str(create), cwd=checkout).stdout

    async def test_it_looks_at_no_store_of_today_and_says_how_to_go_on(self, store_url: str, tomorrow: Path) -> None:
        assert "dateline db upgrade" in self.run_open(tomorrow, store_url, create=False)

    async def test_it_carries_all_rows_over(self, store_url: str, tomorrow: Path, now: datetime) -> None:
        store = await opened(store_url, create=False)
        await store.subscribe([Subscription("https://tagged.example/feed", tags=("a", "b"))], now)
        await Newsdesk(store, now).publish(a_reading(STORY))
        before = [await store.list_feeds(), await store.article(STORY)]
        await store.close()

        assert self.run_open(tomorrow, store_url, create=True) == "opened\n"

        with pytest.raises(StoreTooNew):
            await opened(store_url)
        name_version(store_url, SCHEMA)
        store = await opened(store_url, create=False)
        assert [await store.list_feeds(), await store.article(STORY)] == before
        await store.close()

    async def test_it_copies_a_file_before_it_touches_it(self, tmp_path: Path, tomorrow: Path, now: datetime) -> None:
        path = tmp_path / "news.db"
        store = await opened(sqlite_at(path))
        await store.subscribe([Subscription(FEED)], now)
        await store.close()

        self.run_open(tomorrow, sqlite_at(path), create=True)

        (copy,) = (name for name in names_in(tmp_path) if name.startswith("news.db.before-upgrade-"))
        kept = await opened(sqlite_at(tmp_path / copy), create=False)
        assert await kept.subscriptions() == (Subscription(FEED),)
        await kept.close()
