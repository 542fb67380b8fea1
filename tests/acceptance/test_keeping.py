"""Searching, exporting, keeping and taking down, through the command, on a store that a poll has filled."""

from __future__ import annotations

import asyncio
import csv
import fcntl
import json
import shlex
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

from pipeline.store.migrating import config_for
from tests.acceptance.command import Dateline
from tests.acceptance.test_backfill_terminal import on_terminal
from tests.acceptance.test_commands import FEED, page, rss
from tests.localsite import LocalSite, Visit

CRANE, LAMP = "http://quay.example/crane", "http://quay.example/lamp"


def open_paper(site: LocalSite) -> None:
    """A paper with two stories, one of them about rare-earth magnets."""
    site.page(FEED, rss(("Crane stays", CRANE), ("Lamp sought", LAMP)), headers={"Content-Type": "application/rss+xml"})
    site.page(CRANE, page("Crane stays"))
    magnets = "The lamp hangs on rare-earth magnets from the U.S., said the keeper, who has tended it for years."
    words = (magnets, magnets.replace("keeper", "mayor"), "稀土磁铁 are what she called them.")
    site.page(LAMP, page("Lamp sought", *words))


@pytest.fixture(scope="module")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of these two stories."""
    folder = tmp_path_factory.mktemp("filled")
    with LocalSite() as site:
        open_paper(site)
        dateline = Dateline(folder, site.proxy_url)
        dateline.fine("feeds", "add", "--no-check", FEED)
        dateline.fine("poll")
    return folder


@pytest.fixture
def filled(dateline: Dateline, site: LocalSite, read_once: Path) -> Dateline:
    """The command in a copy of that folder, before the same paper."""
    open_paper(site)
    shutil.copytree(read_once, dateline.folder, dirs_exist_ok=True)
    return dateline


class TestSearch:
    @pytest.mark.parametrize(
        ("words", "titles"),
        [
            ("rare-earth", ["Lamp sought"]),
            ('U.S. "said the keeper"', ["Lamp sought"]),
            ("稀土", ["Lamp sought"]),
            ("title:crane -magnets", ["Crane stays"]),
            ("(", None),
            ("nowhere", []),
        ],
    )
    def test_articles_are_found_by_their_words(self, filled: Dateline, words: str, titles: list[str] | None) -> None:
        done = filled("articles", "--search", words, "--jsonl")

        if titles is None:
            assert done.code == 2
            assert "no word in it to look for" in done.err
        else:
            assert [json.loads(line)["title"] for line in done.out.splitlines()] == titles

    def test_a_search_that_finds_nothing_says_so(self, filled: Dateline) -> None:
        assert "No article matches" in filled.fine("articles", "--search", "nowhere")


class TestExport:
    def test_json_lines_are_those_of_articles(self, filled: Dateline) -> None:
        filled.fine("export", "out.jsonl", "--format", "jsonl")

        exported = [json.loads(line) for line in (filled.folder / "out.jsonl").read_text().splitlines()]
        in_standards = [(row.pop("prov"), row.pop("schema_org")) for row in exported]
        assert exported == [json.loads(line) for line in filled.fine("articles", "--jsonl").splitlines()]
        assert [form["headline"] for _, form in in_standards] == [row["title"] for row in exported]
        assert all(form["wasAttributedTo"] for form, _ in in_standards)

    def test_a_folder_of_tables_comes_with_what_its_columns_mean(self, filled: Dateline) -> None:
        filled.fine("export", "research", "--format", "csv", "--search", "magnets")

        folder = filled.folder / "research"
        assert sorted(file.name for file in folder.iterdir()) == [
            *("articles.csv", "dictionary.md", "edges.csv", "feeds.csv", "revisions.csv")
        ]
        with (folder / "articles.csv").open(newline="") as file:
            (lamp,) = csv.DictReader(file)
        assert lamp["title"] == "Lamp sought"
        assert "| published_witness |" in (folder / "dictionary.md").read_text()

    def test_a_file_of_csv_holds_the_articles(self, filled: Dateline) -> None:
        filled.fine("export", "out.csv")

        assert (filled.folder / "out.csv").read_text().splitlines()[0].startswith("id,url,canonical_url,source,")

    def test_a_file_that_cannot_be_finished_leaves_the_old_one(self, filled: Dateline) -> None:
        (filled.folder / "out.jsonl").write_text("old")

        done = filled("export", "out.jsonl", "--feed", "no address")

        assert done.code == 2
        assert (filled.folder / "out.jsonl").read_text() == "old"
        assert [file.name for file in filled.folder.iterdir() if file.name.endswith(".unfinished")] == []

    @pytest.mark.parametrize("form", ["parquet", "warc"])
    def test_what_belongs_to_a_later_release_says_so(self, filled: Dateline, form: str) -> None:
        done = filled("export", "out", "--format", form)

        assert done.code == 2
        assert "later release" in done.err

    def test_a_place_that_cannot_be_written_is_named(self, filled: Dateline) -> None:
        done = filled("export", "missing/out.jsonl")

        assert done.code == 2
        assert "missing" in done.err


class TestKeeping:
    def test_a_sound_store_passes_its_check(self, filled: Dateline) -> None:
        assert "2 articles" in filled.fine("db", "check")

    def test_a_damaged_store_ends_with_3(self, filled: Dateline) -> None:
        file = filled.folder / "dateline.db"
        filled.fine("db", "backup", "whole.db")
        torn = bytearray((filled.folder / "whole.db").read_bytes())
        torn[len(torn) // 2 : len(torn) // 2 + 20_000] = b"\xff" * 20_000
        file.write_bytes(torn)
        for rest in ("-wal", "-shm"):
            file.with_name(file.name + rest).unlink(missing_ok=True)

        done = filled("db", "check")

        assert done.code == 3

    def test_a_backup_is_a_store_with_its_pages(self, filled: Dateline) -> None:
        filled.fine("db", "backup", "copy.db")

        copy = ("--store", "sqlite:///copy.db")
        assert filled.fine(*copy, "articles", "--jsonl") == filled.fine("articles", "--jsonl")
        assert (filled.folder / "copy.pages.db").exists()
        assert filled("db", "backup", "copy.db").code == 2

    def test_a_forgotten_article_stays_away(self, filled: Dateline) -> None:
        assert "1 raw page." in filled.fine("forget", LAMP)

        filled.fine("poll")

        assert [row["title"] for row in filled.articles()] == ["Crane stays"]
        assert filled("forget", LAMP).code == 1

    def test_a_blocked_address_is_never_taken_again(self, filled: Dateline, site: LocalSite) -> None:
        filled.fine("forget", LAMP, "--block")
        site.page(FEED, rss(("Lamp found", LAMP)), headers={"Content-Type": "application/rss+xml"})
        visits = len(site.visits(LAMP))

        filled.fine("poll")

        assert [row["title"] for row in filled.articles()] == ["Crane stays"]
        assert len(site.visits(LAMP)) == visits


class TestReread:
    def test_pages_are_read_again_without_a_call(self, filled: Dateline, site: LocalSite) -> None:
        with closing(sqlite3.connect(filled.folder / "dateline.db")) as store, store:
            store.execute("UPDATE article SET rules = '0', text_hash = x'00' WHERE url = ?", [CRANE])
            (before,) = store.execute("SELECT text FROM article WHERE url = ?", [CRANE]).fetchone()

        said = filled.fine("reread")

        assert "0 the same, 1 changed" in said
        assert filled.fine("reread").startswith("Nothing to read again")
        (crane,) = [row for row in filled.articles() if row["url"] == CRANE]
        assert (crane["text"], len(crane["revisions"])) == (before, 1)
        assert site.visits(CRANE) == []

    def test_one_article_is_read_by_its_address(self, filled: Dateline) -> None:
        assert "1 the same" in filled.fine("reread", "--url", LAMP + "?utm_source=x")
        assert filled("reread", "--url", "http://quay.example/none").code == 1

    def test_a_version_that_is_none_is_refused(self, filled: Dateline) -> None:
        assert filled("reread", "--older-than", "yesterday").code == 2


@pytest.fixture
def older(read_once: Path, tmp_path: Path) -> Dateline:
    """A copy of that store whose schema is the one before today's."""
    shutil.copytree(read_once, tmp_path, dirs_exist_ok=True)
    engine = create_engine(f"sqlite:///{tmp_path / 'dateline.db'}")
    with engine.connect() as connection:
        command.downgrade(config_for(connection), "-1")
    engine.dispose()
    return Dateline(tmp_path)


def test_an_upgrade_says_what_it_did_and_where_the_copy_is(older: Dateline) -> None:
    said = older.fine("db", "upgrade")
    (copy,) = older.folder.glob("dateline.db.before-upgrade-*")
    assert "up to date now" in said
    assert copy.name in said
    assert "already" in older.fine("db", "upgrade")


def test_a_command_that_writes_upgrades_and_a_daemon_of_the_version_before_is_named(older: Dateline) -> None:
    lock = older.folder / "dateline.db.run"
    lock.write_text("process 7 on desk")
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = older("reread")
    assert done.code == 0
    (line,) = (json.loads(line) for line in done.err.splitlines())
    assert (line["event"], line["outcome"]) == ("store", "upgraded")
    assert (older.folder / line["copy"]).is_file()
    assert "restart the daemon (process 7 on desk)" in line["detail"]


def test_a_copy_that_finds_no_room_leaves_nothing_behind(read_once: Path, tmp_path: Path) -> None:
    shutil.copytree(read_once, tmp_path, dirs_exist_ok=True)
    dateline = Dateline(tmp_path)
    # No file may grow over 100 KiB: to the writer, a disk that is full.
    backup = shlex.join(dateline.command("db", "backup", "copy.db"))
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 100; {backup}"], cwd=tmp_path, env=dateline.environment(), check=False
    )
    assert done.returncode == 3
    assert not list(tmp_path.glob("copy*"))


def test_a_narrow_terminal_is_shown_the_headlines_all_the_same(read_once: Path) -> None:
    code, shown = on_terminal(Dateline(read_once), "articles", columns=30)
    assert code == 0
    assert "Crane stays" in shown


@pytest.mark.parametrize(
    "asked", [("forget", CRANE), ("reread",), ("feeds", "remove", FEED), ("feeds", "pause", FEED)], ids=" ".join
)
def test_what_changes_a_store_makes_none_at_a_mistyped_place(tmp_path: Path, asked: tuple[str, ...]) -> None:
    done = Dateline(tmp_path)("--store", "sqlite:///dateling.db", *asked)
    assert done.code == 3
    assert "no store at dateling.db" in done.err
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_a_cycle_that_a_silent_server_would_hold_up(tmp_path: Path) -> None:
    async def say_nothing(_visit: Visit, _out: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    with LocalSite() as site:
        open_paper(site)
        site.behave("http://silent.example/feed", say_nothing)
        dateline = Dateline(tmp_path, site.proxy_url, {"DATELINE_FETCH__FEED_DEADLINE": "10m"})
        dateline.fine("feeds", "add", "--no-check", "http://silent.example/feed", FEED)
        code, said = on_terminal(dateline, "poll", is_enough=lambda said: "article=2" in said)
    assert code == 130
    assert "the same command may be given again" in said
    assert len(dateline.articles()) == 2
