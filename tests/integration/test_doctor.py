"""The doctor, before stores and servers that are made ill on purpose: each finding is provoked."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, delete, text, update
from sqlalchemy.pool import NullPool

from pipeline import config, doctor
from pipeline.core.subscriptions import Subscription
from pipeline.doctor import Finding, Level, examine, is_well
from pipeline.store import Store
from pipeline.store.tables import feed, host
from tests.integration.newsdesk import STORY, Newsdesk, an_entry
from tests.localsite import LocalSite

FEED = "http://quay.example/rss.xml"
OTHER_FEED = "http://weir.example/rss.xml"
RSS = "<rss version='2.0'><channel><title>The Quay</title></channel></rss>"

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def site() -> Iterator[LocalSite]:
    with LocalSite() as site:
        site.page(FEED, RSS, headers={"Content-Type": "application/rss+xml"}, etag='"7"')
        yield site


@pytest.fixture
def now() -> datetime:
    """The doctor compares with the real clock."""
    return datetime.now(UTC)


async def found(url: str, proxy: str = "", *, file: Path | None = None, **more: str) -> Mapping[str, Finding]:
    """What the doctor says of the store at ``url``, by check."""
    settings = {"DATELINE_FETCH__USER_AGENT": "Dateline (+https://desk.example)", "DATELINE_FETCH__PAUSE": "0s"}
    loaded = config.load(file, settings | {"DATELINE_FETCH__PROXY": proxy} | more, store_url=url)
    return {finding.check: finding for finding in await examine(loaded)}


@contextmanager
def hands_on(url: str) -> Iterator[Connection]:
    """A way around the store, into its rows; SQLite does not look after foreign keys there."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


def complaints(findings: Mapping[str, Finding]) -> dict[str, Level]:
    return {check: finding.level for check, finding in findings.items() if finding.level is not Level.OK}


def of(findings: Mapping[str, Finding], check: str) -> tuple[Level, str, str]:
    finding = findings[check]
    return finding.level, finding.what, finding.mend or ""


class TestWell:
    async def test_where_all_is_well_every_check_says_so(self, desk: Newsdesk, store_url: str, site: LocalSite) -> None:
        site.page(FEED, RSS, headers={"Date": format_datetime(desk.now, usegmt=True)})
        await desk.follow(FEED)

        findings = await found(store_url, site.proxy_url)

        assert complaints(findings) == {}
        assert {"python", "configuration", "store", "daemon", "lateness", "names", "call", "clock"} <= set(findings)
        assert is_well(tuple(findings.values()))

    async def test_the_doctor_changes_no_row(self, desk: Newsdesk, store_url: str, site: LocalSite) -> None:
        await desk.follow(FEED)
        before = await desk.store.list_feeds()

        await found(store_url, site.proxy_url)

        assert await desk.store.list_feeds() == before


class TestConfiguration:
    async def test_what_differs_from_the_defaults_is_told_with_its_origin(self, tmp_path: Path) -> None:
        file = tmp_path / "own.toml"
        file.write_text('[pace]\nmax_interval = "12h"\nmin_interval = "5m"\n')

        findings = await found("sqlite:///absent.db", file=file, DATELINE_WORKERS__PARALLEL="8")

        _, what, _ = of(findings, "configuration")
        assert f"pace.max_interval = '12h' (from {file})" in what
        assert "workers.parallel = '8' (from $DATELINE_WORKERS__PARALLEL)" in what
        assert "min_interval" not in what

    async def test_a_link_to_the_file_is_shown_with_where_it_leads(self, tmp_path: Path) -> None:
        (tmp_path / "own.toml").write_text("")
        (tmp_path / "link.toml").symlink_to(tmp_path / "own.toml")

        findings = await found("sqlite:///absent.db", file=tmp_path / "link.toml")

        assert f"link.toml, which is {(tmp_path / 'own.toml').resolve()}" in findings["configuration"].what

    @pytest.mark.parametrize(("mode", "told"), [(0o644, True), (0o640, False)])
    async def test_a_password_that_everybody_can_read_is_told_and_never_shown(
        self, tmp_path: Path, mode: int, told: bool
    ) -> None:
        file = tmp_path / "own.toml"
        file.write_text('[fetch]\nproxy = "http://ann:s3cret@127.0.0.1:9"\n')
        file.chmod(mode)
        loaded = config.load(file, {}, store_url=f"sqlite:///{tmp_path / 'absent.db'}")

        findings = {finding.check: finding for finding in await examine(loaded)}

        assert ("password" in findings) is told
        assert not told or of(findings, "password")[::2] == (Level.WARNING, f"chmod o-rwx {file}")
        assert "s3cret" not in str(findings)

    async def test_the_contact_that_we_ship_is_nobodys(self) -> None:
        default = config.FetchSettings().user_agent

        findings = await found("sqlite:///absent.db", DATELINE_FETCH__USER_AGENT=default)

        level, _, mend = of(findings, "user agent")
        assert level is Level.WARNING
        assert "fetch.user_agent" in mend


class TestStore:
    async def test_a_store_that_is_not_there_is_an_error_with_the_next_step(self, tmp_path: Path) -> None:
        findings = await found(f"sqlite:///{tmp_path / 'absent.db'}")

        level, what, mend = of(findings, "store")
        assert level is Level.ERROR
        assert "absent.db" in what
        assert "dateline feeds add URL" in mend
        assert "names" not in findings

    async def test_an_older_schema_is_an_error_that_an_upgrade_mends(self, store_url: str) -> None:
        with hands_on(store_url) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))

        level, _, mend = of(await found(store_url), "store")

        assert level is Level.ERROR
        assert "dateline db upgrade" in mend

    async def test_the_store_tells_its_database_and_its_size(self, store_url: str) -> None:
        findings = await found(store_url)

        assert findings["store"].what.startswith("SQLite 3." if "sqlite" in store_url else "Postgres ")
        assert " MB of raw pages" in findings["store"].what

    async def test_a_damaged_file_is_an_error(self, tmp_path: Path, now: datetime) -> None:
        path = tmp_path / "torn.db"
        store = Store(f"sqlite:///{path}")
        await store.open(create=True)
        await store.subscribe([Subscription(f"http://host-{n}.example/feed") for n in range(500)], now)
        await store.close()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        # The last page of the file belongs to the rows just written; nothing that opening needs is there.
        with path.open("r+b") as file:
            file.seek(-4096, 2)
            file.write(b"\xff" * 4096)

        level, what, mend = of(await found(f"sqlite:///{path}"), "store")

        assert level is Level.ERROR
        assert "damaged" in what
        assert "backup" in mend

    async def test_a_row_that_names_a_missing_one_is_damage(self, desk: Newsdesk, store_url: str) -> None:
        if "sqlite" not in store_url:
            pytest.skip("Postgres lets no row name a missing one")
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry(STORY))
        with hands_on(store_url) as connection:
            connection.execute(delete(feed))

        level, what, _ = of(await found(store_url), "store")

        assert level is Level.ERROR
        assert "rows of entry that name a missing feed: 1" in what

    async def test_an_index_that_postgres_holds_for_invalid_is_damage(self, store_url: str) -> None:
        if "sqlite" in store_url:
            pytest.skip("SQLite has no such mark; its own check reads the indexes")
        with hands_on(store_url) as connection:
            connection.execute(
                text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_entry_url_key'::regclass")
            )

        level, what, mend = of(await found(store_url), "store")

        assert level is Level.ERROR
        assert "ix_entry_url_key" in what
        assert "REINDEX" in mend

    async def test_damaged_raw_pages_are_a_warning_for_no_article_is_lost(self, tmp_path: Path) -> None:
        store = Store(f"sqlite:///{tmp_path / 'news.db'}")
        await store.open(create=True)
        await store.close()
        (tmp_path / "news.pages.db").write_bytes(b"no database " * 1000)

        level, _, mend = of(await found(f"sqlite:///{tmp_path / 'news.db'}"), "raw pages")

        assert level is Level.WARNING
        assert ".pages.db" in mend

    async def test_another_journal_mode_than_ours_is_a_warning(self, tmp_path: Path) -> None:
        store = Store(f"sqlite:///{tmp_path / 'news.db'}")
        await store.open(create=True)
        await store.close()
        with closing(sqlite3.connect(tmp_path / "news.db")) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")

        level, what, mend = of(await found(f"sqlite:///{tmp_path / 'news.db'}"), "journal")

        assert (level, "delete" in what) == (Level.WARNING, True)
        assert "dateline poll --due" in mend

    @pytest.mark.parametrize(("bound", "value"), [("FREE_BYTES", 2**63), ("FREE_SHARE", 1.0)])
    async def test_a_disk_that_is_nearly_full_is_a_warning(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, value: float
    ) -> None:
        store = Store(f"sqlite:///{tmp_path / 'news.db'}")
        await store.open(create=True)
        await store.close()
        monkeypatch.setattr(doctor, bound, value)

        level, what, _ = of(await found(f"sqlite:///{tmp_path / 'news.db'}"), "disk")

        assert level is Level.WARNING
        assert "GB are free" in what


class TestDaemon:
    async def test_who_runs_the_daemon_is_named(self, store: Store, store_url: str) -> None:
        await store.hold_run("process 7 on desk")

        findings = await found(store_url)

        assert findings["daemon"].what == "process 7 on desk runs it"

    async def test_where_nobody_runs_it_that_is_said(self, store: Store, store_url: str) -> None:
        findings = await found(store_url)

        assert findings["daemon"].what == "nobody runs it"

    async def test_all_who_share_a_store_are_named(self, store: Store, store_url: str) -> None:
        if "sqlite" in store_url:
            pytest.skip("a file is run by one daemon")
        other = Store(store_url)
        await other.open(create=False)
        await store.hold_run("process 7 on desk", share=True)
        await other.hold_run("process 8 on lectern", share=True)

        holder = await store.run_holder()
        await other.close()

        assert holder == "process 7 on desk and process 8 on lectern"

    async def test_the_word_that_a_killed_daemon_left_is_not_believed(self, tmp_path: Path) -> None:
        store = Store(f"sqlite:///{tmp_path / 'news.db'}")
        await store.open(create=True)
        left = tmp_path / "news.db.run"
        left.write_text("process 7 on desk")

        killed = await store.run_holder()
        with left.open() as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            alive = await store.run_holder()
        await store.close()

        assert (killed, alive) == (None, "process 7 on desk")

    async def test_looking_for_the_holder_keeps_no_lock(self, tmp_path: Path) -> None:
        store = Store(f"sqlite:///{tmp_path / 'news.db'}")
        await store.open(create=True)
        (tmp_path / "news.db.run").write_text("process 7 on desk")

        await store.run_holder()
        await store.hold_run("process 8 on desk")

        assert await store.run_holder() == "process 8 on desk"
        await store.close()


class TestLooseEnds:
    async def test_a_lease_that_ran_out_long_ago_is_told_and_goes_with_the_next_turn(
        self, desk: Newsdesk, store_url: str
    ) -> None:
        await desk.follow(FEED)
        await desk.store.claim("quay.example", "killed", desk.now - HOUR)
        with hands_on(store_url) as connection:
            connection.execute(update(host).values(owner="killed", lease_until=desk.now - HOUR))

        before = await found(store_url)
        assert await desk.due("quay.example") == ()
        after = await found(store_url)

        level, what, mend = of(before, "leases")
        assert (level, "killed over them: 1;" in what) == (Level.WARNING, True)
        assert "dateline poll --due" in mend
        assert "leases" not in after

    async def test_a_lease_that_holds_is_no_finding(self, desk: Newsdesk, store_url: str) -> None:
        await desk.follow(FEED)
        await desk.store.claim("quay.example", "worker", desk.now)

        findings = await found(store_url)

        assert complaints(findings) == {}

    async def test_an_entry_due_for_a_feed_that_was_left_is_told_and_its_mend_mends(
        self, desk: Newsdesk, store_url: str, site: LocalSite
    ) -> None:
        await desk.follow(FEED)
        await desk.poll(FEED, an_entry("http://quay.example/crane"))
        with hands_on(store_url) as connection:
            connection.execute(update(feed).values(removed=True, next_poll_at=None))

        before = await found(store_url, site.proxy_url)
        await desk.follow(FEED)
        await desk.store.remove_feed(FEED)
        after = await found(store_url, site.proxy_url)

        level, what, mend = of(before, "entries")
        assert (level, "not followed any more: 1," in what) == (Level.WARNING, True)
        assert f"feeds remove {FEED}" in mend
        assert "entries" not in after

    async def test_a_feed_never_polled_for_longer_than_the_longest_interval_is_told(
        self, store: Store, store_url: str, now: datetime
    ) -> None:
        await store.subscribe([Subscription(FEED)], now - 3 * DAY)
        await store.subscribe([Subscription(OTHER_FEED)], now - DAY / 2)

        level, what, mend = of(await found(store_url), "feeds")

        assert (level, "long due: 1," in what, FEED in what) == (Level.WARNING, True, True)
        assert mend == "`dateline run`"

    async def test_polls_of_the_future_mean_that_a_clock_was_wrong(
        self, desk: Newsdesk, store_url: str, now: datetime
    ) -> None:
        desk.now = now + HOUR
        await desk.follow(FEED)
        await desk.poll(FEED)

        level, what, mend = of(await found(store_url), "clock")

        assert (level, "dated in the future: 1;" in what) == (Level.WARNING, True)
        assert "timedatectl" in mend

    @pytest.mark.parametrize(("wait", "level"), [(30 * MINUTE, Level.OK), (3 * HOUR, Level.WARNING)])
    async def test_work_that_waits_for_hours_is_told(
        self, store: Store, store_url: str, now: datetime, wait: timedelta, level: Level
    ) -> None:
        await store.subscribe([Subscription(FEED)], now - wait)

        findings = await found(store_url)

        assert findings["lateness"].level is level
        assert level is Level.OK or "3 hours" in findings["lateness"].what


class TestSubscriptions:
    async def test_a_store_without_feeds_is_told_how_to_begin(self, store: Store, store_url: str) -> None:
        level, _, mend = of(await found(store_url), "subscriptions")
        assert (level, "feeds add" in mend) == (Level.OK, True)

    @pytest.mark.parametrize(("failing", "level"), [(1, Level.OK), (2, Level.WARNING)])
    async def test_many_failing_feeds_are_worth_a_look_and_a_few_are_not(
        self, store: Store, store_url: str, now: datetime, failing: int, level: Level
    ) -> None:
        await store.subscribe([Subscription(f"http://paper-{number}.example/feed") for number in range(5)], now)
        with hands_on(store_url) as connection:
            trouble = {"error_kind": "slow", "error_message": "too slow", "error_since": now, "error_count": 1}
            connection.execute(update(feed).where(feed.c.id <= failing).values(trouble))

        finding = (await found(store_url))["subscriptions"]

        assert finding.level is level
        assert f"5 in all; {failing} failing" in finding.what
        assert level is Level.OK or "feeds list --failing" in (finding.mend or "")


class TestNetwork:
    async def test_a_feed_is_asked_once_with_its_validators(
        self, desk: Newsdesk, store_url: str, site: LocalSite
    ) -> None:
        await desk.follow(FEED)
        with hands_on(store_url) as connection:
            connection.execute(update(feed).values(etag='"7"'))

        findings = await found(store_url, site.proxy_url)

        (visit,) = site.requests
        assert (visit.url, visit.headers["if-none-match"]) == (FEED, '"7"')
        assert findings["call"].what == f"{FEED} answered 304"

    async def test_a_feed_that_answered_before_is_asked_rather_than_one_that_did_not(
        self, desk: Newsdesk, store_url: str, site: LocalSite
    ) -> None:
        await desk.follow(OTHER_FEED, FEED)
        await desk.poll(FEED)

        await found(store_url, site.proxy_url)

        assert [visit.url for visit in site.requests] == [FEED]

    @pytest.mark.parametrize("busy", ["leased", "held back", "paused"])
    async def test_a_host_that_is_at_work_or_wants_its_peace_is_left_alone(
        self, desk: Newsdesk, store_url: str, site: LocalSite, busy: str
    ) -> None:
        await desk.follow(FEED)
        match busy:
            case "leased":
                await desk.store.claim("quay.example", "worker", desk.now)
            case "held back":
                await desk.store.hold_back("quay.example", desk.now + HOUR)
            case _:
                await desk.store.set_paused(FEED, True, desk.now)

        findings = await found(store_url, site.proxy_url)

        assert site.requests == []
        assert findings["network"].what.startswith("not tried")

    async def test_a_server_that_refuses_is_a_warning_for_the_line_works(
        self, desk: Newsdesk, store_url: str, site: LocalSite
    ) -> None:
        site.page(FEED, "no", status=503)
        await desk.follow(FEED)

        level, what, mend = of(await found(store_url, site.proxy_url), "call")

        assert (level, "503" in what) == (Level.WARNING, True)
        assert "feeds list --failing" in mend

    async def test_a_line_that_is_dead_is_an_error(self, desk: Newsdesk, store_url: str) -> None:
        await desk.follow(FEED)

        findings = await found(store_url, "http://127.0.0.1:9")

        assert findings["call"].level is Level.ERROR
        assert not is_well(tuple(findings.values()))

    async def test_a_name_that_no_look_up_finds_is_an_error_and_nobody_is_called(
        self, desk: Newsdesk, store_url: str
    ) -> None:
        # A label of over 63 characters is no name: the look-up fails before anything is sent.
        unspeakable = f"{'a' * 64}.example"
        await desk.follow(FEED)
        with hands_on(store_url) as connection:
            connection.execute(update(feed).values(url=f"http://{unspeakable}/feed", host=unspeakable))

        findings = await found(store_url)

        assert findings["names"].level is Level.ERROR
        assert "call" not in findings

    async def test_behind_a_proxy_no_name_is_looked_up(self, desk: Newsdesk, store_url: str, site: LocalSite) -> None:
        await desk.follow(FEED)

        findings = await found(store_url, site.proxy_url)

        assert "proxy" in findings["names"].what

    @pytest.mark.parametrize(
        ("off", "age", "level"),
        [
            (10 * MINUTE, None, Level.WARNING),
            (-10 * MINUTE, None, Level.WARNING),
            (-10 * MINUTE, "600", Level.OK),
            (10 * MINUTE, "?", None),
        ],
    )
    async def test_the_clock_is_compared_with_the_servers(
        self,
        desk: Newsdesk,
        store_url: str,
        site: LocalSite,
        off: timedelta,
        age: str | None,
        level: Level | None,
    ) -> None:
        headers = {"Date": format_datetime(desk.now + off, usegmt=True)} | ({"Age": age} if age else {})
        site.page(FEED, RSS, headers=headers)
        await desk.follow(FEED)

        findings = await found(store_url, site.proxy_url)

        assert (findings["clock"].level if "clock" in findings else None) is level
