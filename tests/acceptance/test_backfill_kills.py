"""A backfill that is killed again and again ends with the rows of one that never was, and hardly asks for more.

One paper with a past is taken back twice: once in one go, and once by a command that is killed (-9) at random moments
and given again. What was asked for and not yet saved is asked for again: of each kill a page that was on its way (two
calls, where it had moved), one that was being read, and robots.txt, which every start asks for.
"""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from pipeline.store.tables import article, article_url, backfill_document, backfill_page, host
from tests.acceptance.command import Dateline
from tests.acceptance.history import FEED, HOST, Story, index, newest_first, put, rss, urlset
from tests.acceptance.running import Rows
from tests.localsite import LocalSite

STORIES = 240
PAGES = 16  # of ten stories each; the rest is in sitemaps only
SEED = 20260211
AGAIN_A_KILL = 4  # of 20,000 pages and 50 kills that is 1 %
WISH = (FEED, "--since", "2024-01-06", "--json")


@dataclass(frozen=True, slots=True)
class Past:
    tables: dict[str, list[str]]
    requests: int


def print_paper(site: LocalSite) -> None:
    """A feed of pages, two sitemaps that overlap with it, and some stories that are gone, moved, or not for us."""
    stories = newest_first(0, STORIES)
    put(site, stories)
    for story in stories:
        site.page(story.url, story.page(), delay_s=0.005)
        if story.number % 23 == 4:
            site.page(story.url, "gone", status=410)
        if story.number % 29 == 5:
            site.redirect(story.url, f"{story.url}/full")
            site.page(f"{story.url}/full", story.page())
    site.robots(HOST, f"User-agent: *\nDisallow: /story/33-\nSitemap: {HOST}/sitemap.xml\n")
    site.page(FEED, rss(stories[:10]))
    for page in range(2, PAGES + 1):
        site.page(f"{FEED}?paged={page}", rss(stories[10 * page - 10 : 10 * page]))
    site.page(f"{HOST}/sitemap.xml", index(f"{HOST}/new.xml", f"{HOST}/old.xml"))
    site.page(f"{HOST}/new.xml", urlset(stories[:150]))
    site.page(f"{HOST}/old.xml", urlset(stories[100:]))


def take_back(site: LocalSite, dateline: Dateline, kills: int) -> Past:
    """Give the command until it ends by itself, and kill it ``kills`` times before."""
    print_paper(site)
    moments = random.Random(SEED)
    for _ in range(kills):
        command = psutil.Popen(
            dateline.command("backfill", *WISH),
            cwd=dateline.folder,
            env=dateline.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _wait_for_a_moment(moments, site, command, STORIES // kills)
        command.kill()
        command.wait()
    done = dateline("backfill", *WISH)
    assert done.code == 1, done  # some stories are gone
    return Past(tables_of(Rows(dateline.settings["DATELINE_STORE__URL"])), len(site.requests))


def _wait_for_a_moment(moments: random.Random, site: LocalSite, command: psutil.Popen, calls_a_kill: int) -> None:
    calls = len(site.requests) + moments.randint(1, max(2, 2 * calls_a_kill - 1))
    give_up_at = time.monotonic() + 20
    while len(site.requests) < calls and time.monotonic() < give_up_at and command.poll() is None:
        time.sleep(0.002)
    time.sleep(moments.uniform(0, 0.05))


def tables_of(rows: Rows) -> dict[str, list[str]]:
    """Every row that matters, without ids and times."""
    without = {"id", "article_id", "text_hash", "first_seen_at", "updated_at", "ordered_at"}
    queries = {
        "article": select(*[column for column in article.c if column.name not in without]),
        "article_url": select(article_url.c.key, article_url.c.url, article_url.c.role),
        "document": select(
            backfill_document.c.source,
            backfill_document.c.url,
            backfill_document.c.state,
            backfill_document.c.listed,
            backfill_document.c.beyond,
        ),
        "page": select(
            backfill_page.c.source,
            backfill_page.c.url,
            backfill_page.c.state,
            backfill_page.c.error_kind,
            article.c.url.label("of_article"),
        ).outerjoin(article, article.c.id == backfill_page.c.article_id),
        "held hosts": select(host.c.host).where(host.c.owner.is_not(None)),
    }
    return {name: sorted(repr(row) for row in rows(query)) for name, query in queries.items()}


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    folder: Path = tmp_path_factory.mktemp("unbroken")
    with LocalSite() as site:
        dateline = Dateline(folder, site.proxy_url, {"DATELINE_STORE__URL": f"sqlite:///{folder / 'dateline.db'}"})
        yield take_back(site, dateline, kills=0)


def assert_same(broken: Past, unbroken: Past, kills: int) -> None:
    for name, expected in unbroken.tables.items():
        missing = [row for row in expected if row not in broken.tables[name]]
        surplus = [row for row in broken.tables[name] if row not in expected]
        assert (missing, surplus) == ([], []), name
        assert broken.tables[name] == expected, name
    assert broken.requests <= unbroken.requests + AGAIN_A_KILL * kills


def test_the_past_leaves_something_to_lose(unbroken: Past) -> None:
    assert [name for name, table in unbroken.tables.items() if not table] == ["held hosts"]
    states = {state for row in unbroken.tables["page"] for state in ("read", "twin", "dead", "skipped") if state in row}
    assert states == {"read", "twin", "dead", "skipped"}


def test_a_backfill_that_is_killed_ten_times_ends_with_the_rows_of_one_that_never_was(
    unbroken: Past, dateline: Dateline, site: LocalSite, tmp_path: Path
) -> None:
    dateline.settings["DATELINE_STORE__URL"] = f"sqlite:///{tmp_path / 'dateline.db'}"
    assert_same(take_back(site, dateline, kills=10), unbroken, 10)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_backfill_that_is_killed_fifty_times_ends_with_the_rows_of_one_that_never_was(
    unbroken: Past, dateline: Dateline, site: LocalSite, store_url: str
) -> None:
    dateline.settings["DATELINE_STORE__URL"] = store_url
    assert_same(take_back(site, dateline, kills=50), unbroken, 50)


def test_being_asked_to_stop_ends_cleanly_and_says_how_to_go_on(dateline: Dateline, site: LocalSite) -> None:
    print_paper(site)
    command = psutil.Popen(
        dateline.command("backfill", *WISH),
        cwd=dateline.folder,
        env=dateline.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    give_up_at = time.monotonic() + 30
    while not site.visits(Story(200).url) and time.monotonic() < give_up_at:
        time.sleep(0.01)
    command.send_signal(2)
    _, said = command.communicate(timeout=20)
    assert command.returncode == 130
    assert "same command goes on" in said.decode()
    assert "Traceback" not in said.decode()
    rows = Rows(f"sqlite:///{dateline.folder / 'dateline.db'}")
    assert rows(select(host.c.host).where(host.c.owner.is_not(None))) == []
