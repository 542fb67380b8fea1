"""A daemon that is killed again and again ends with the rows of one that never was.

A history is lived through twice: papers publish, correct themselves, move pages and fail, step by step and always
alike. One daemon lives through it undisturbed; another is killed (-9) at random moments, three to a step. A step
follows when what the one before brought is stored: a version of a page that nobody fetched would be missed by either,
and would say nothing of the kills. So not only the last state must be the same, but every revision on the way.

``pytest --kills 1000`` sets their number (60), ``--kills-seed``, from which the moments come, repeats a run, and
``make test-kills`` is the long form.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pipeline.core.origins.likeness import NAMING, TWO_SIDED, kind_of
from pipeline.store.postings import unpacked
from pipeline.store.tables import (
    article,
    article_url,
    edge,
    edge_evidence,
    entry,
    external_ref,
    feed,
    host,
    revision,
    trace_due,
)
from tests.acceptance.command import Dateline
from tests.acceptance.running import Rows, Running
from tests.localsite import LocalSite

KILLS_A_STEP = 3
PAPERS = 5
SHOWN = 8  # stories that a feed lists
# What a daemon had fetched and not yet saved when it was killed is fetched again: of each paper at most PAGES_IN_HAND
# (pipeline/walk.py), which would be 15, and on average far less.
AGAIN_A_KILL = 8

SENTENCES = (
    "The reeve of {} counted the sheep twice on Monday and found {} more than in the spring.",
    "Nobody in {} would say whose they were, and the pound had room for {} at most.",
    "By noon the whole of {} had come to look, {} of them with a dog and an opinion.",
    "The bailiff wrote a list for {}, which the rain took at the {}th name.",
    "It was agreed at {} to count again in {} days, when the river would be lower.",
)
WIRE = '<source url="http://wire.example/rss.xml">Parish Wire</source>'


@dataclass(slots=True)
class Story:
    paper: int
    number: int
    version: int = 1
    trouble: int | None = None  # the status with which its page answers; what is not gone heals with the next step

    @property
    def url(self) -> str:
        return f"http://paper-{self.paper}.example/{self.number}"

    @property
    def title(self) -> str:
        return f"Sheep of parish {self.paper}, count {self.number}" + (", corrected" * (self.version - 1))

    @property
    def is_shared(self) -> bool:
        """Whether the neighbour's feed names it too."""
        return self.number % 4 == 1

    @property
    def published(self) -> datetime:
        return datetime(2026, 2, 1, 6, tzinfo=UTC) + timedelta(minutes=97 * self.number + self.paper)

    @property
    def text(self) -> list[str]:
        place = f"parish {self.paper}"
        return [words.format(place, 20 * self.number + self.version + n) for n, words in enumerate(3 * SENTENCES)]


@dataclass(slots=True)
class World:
    """The papers, on ``site``. ``step`` takes them one step on; what happens in which step is fixed."""

    site: LocalSite
    stories: list[list[Story]] = field(default_factory=lambda: [[] for _ in range(PAPERS)])
    steps: int = 0
    silent: int | None = None  # the paper whose feed fails in this step

    @property
    def feeds(self) -> list[str]:
        return [f"http://paper-{number}.example/rss.xml" for number in range(PAPERS)]

    def step(self) -> None:
        fate = random.Random(self.steps)
        for paper, stories in enumerate(self.stories):
            for story in [story for story in stories if story.trouble in {404, 503}]:
                story.trouble, story.version = None, story.version + 1
            if stories:
                fate.choice(stories[-SHOWN:]).version += 1
            for _ in range(fate.randint(1, 2)):
                stories.append(Story(paper, len(stories)))
            # A story that is in two feeds never fails: by chance one of its entries bears the trouble, or the other.
            if fate.random() < 0.5 and not stories[-1].is_shared:
                stories[-1].trouble = fate.choice([404, 410, 503])
        self.silent = fate.randrange(PAPERS) if fate.random() < 0.3 else None
        self.steps += 1
        # Pages before the feeds that tell of them, as a paper does it.
        for stories in self.stories:
            for story in stories[-SHOWN - 2 :]:
                self._print(story)
        for paper, url in enumerate(self.feeds):
            if paper == self.silent:
                self.site.page(url, "out of paper", status=500)
            else:
                self.site.page(url, self._feed(paper), etag=self.etag(paper))

    def etag(self, paper: int) -> str:
        return f'"{paper}-{self.steps}"'

    def is_stored(self, rows: Rows) -> bool:
        """Whether all that this step brought has been polled, read, traced and saved."""
        polled = {
            url: (etag, trouble) for url, etag, trouble in rows(select(feed.c.url, feed.c.etag, feed.c.error_kind))
        }
        for paper, url in enumerate(self.feeds):
            if polled[url][1] != ("http-500" if paper == self.silent else None):
                return False
            if paper != self.silent and polled[url][0] != self.etag(paper):
                return False
        if rows(select(func.count()).select_from(trace_due)) != [(0,)]:
            return False
        soon = datetime.now(UTC) + timedelta(seconds=60)
        return rows(select(func.count()).where(entry.c.read_due_at < soon)) == [(0,)]

    def _print(self, story: Story) -> None:
        if story.trouble is not None:
            self.site.page(story.url, "not now", status=story.trouble, delay_s=0.03)
            return
        body = "".join(f"<p>{words}</p>" for words in story.text)
        other = f"http://paper-{(story.paper + 1) % PAPERS}.example/{story.number}"
        html = (
            f"<!doctype html><html lang=en><head><title>{story.title}</title>"
            f'<meta property="og:site_name" content="Paper {story.paper}">'
            f'<meta property="article:published_time" content="{story.published.isoformat()}"></head>'
            f"<body><article><h1>{story.title}</h1>{body}<p>As <a href={other}>a neighbouring parish</a> tells it, "
            "nobody has ever counted them right.</p></article></body></html>"
        )
        if story.number % 5 == 2:  # has moved
            self.site.redirect(story.url, f"{story.url}/full")
            self.site.page(f"{story.url}/full", html, delay_s=0.03)
        else:
            self.site.page(story.url, html, etag=f'"{story.version}"', delay_s=0.03)

    def _feed(self, paper: int) -> str:
        # The last place is for a story of a neighbour, so that some articles are in two feeds.
        neighbour = self.stories[(paper + 1) % PAPERS]
        shown = [*self.stories[paper][-SHOWN:], *[story for story in neighbour[-SHOWN:] if story.is_shared][-1:]]
        items = "".join(
            f"<item><title>{story.title}</title><link>{story.url}</link><guid>{story.url}</guid>"
            f"<pubDate>{format_datetime(story.published)}</pubDate>{WIRE if story.number % 3 == 0 else ''}"
            f"<content:encoded><![CDATA[<p>{'</p><p>'.join(story.text)}</p>]]></content:encoded></item>"
            for story in reversed(shown)
        )
        spaces = "version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'"
        return f"<rss {spaces}><channel><title>Paper {paper}</title>{items}</channel></rss>"


@dataclass(frozen=True, slots=True)
class Life:
    """What a daemon left behind, without ids and times, and how often it asked for a page."""

    tables: dict[str, list[str]]
    pages_asked: int


def live(site: LocalSite, dateline: Dateline, *, kills: int, steps: int, seed: int = 0) -> Life:
    """Take a daemon, and its successors after each of the kills, through ``steps`` steps."""
    world = World(site)
    moments = random.Random(seed)
    dateline.settings |= {
        "DATELINE_PACE__MIN_INTERVAL": "500ms",
        "DATELINE_PACE__MAX_INTERVAL": "500ms",
        "DATELINE_PACE__REVISIT": "[]",
        "DATELINE_EXTRACT__PROCESSES": "1",
    }
    rows = Rows(dateline.settings["DATELINE_STORE__URL"])
    dateline.fine("feeds", "add", "--no-check", *world.feeds)
    daemon = Running(dateline)
    try:
        for step in range(steps):
            world.step()
            for _ in range(kills * (step + 1) // steps - kills * step // steps):
                _wait_for_a_moment(moments, site)
                daemon.kill()
                assert "Traceback" not in daemon.said, daemon.said
                daemon = Running(dateline)
            daemon.wait(lambda: world.is_stored(rows), within_s=60)
        daemon.wait(lambda: daemon.lines("poll"))
        assert daemon.stop().code == 0
    finally:
        daemon.end()
    return Life(tables_of(rows), sum(not visit.url.endswith((".xml", ".txt")) for visit in site.requests))


def _wait_for_a_moment(moments: random.Random, site: LocalSite) -> None:
    """Now and then just some time after the start, but mostly in the thick of it: after so many calls."""
    give_up_at = time.monotonic() + moments.uniform(0.1, 3.0)
    calls = len(site.requests) + (moments.randint(1, 20) if moments.random() < 0.8 else 10**6)
    while len(site.requests) < calls and time.monotonic() < give_up_at:
        time.sleep(0.002)
    time.sleep(moments.uniform(0, 0.06))


def tables_of(rows: Rows) -> dict[str, list[str]]:
    """Every row that matters, without ids and times; articles and feeds are named by their addresses."""
    of_article = article.c.url.label("of_article")
    target = article.alias()
    of_target = func.coalesce(target.c.url, external_ref.c.key)
    # Which edges came first and gave way, and which rule found one first, is a matter of who was traced first.
    edges = (
        edge.join(article, article.c.id == edge.c.article_id)
        .outerjoin(target, target.c.id == edge.c.target_id)
        .outerjoin(external_ref)
    )
    without = {"id", "article_id", "text_hash", "first_seen_at", "updated_at", "ordered_at", "marks"}
    queries = {
        "feed": select(
            feed.c.url,
            feed.c.title,
            feed.c.etag,
            feed.c.body_hash,
            feed.c.document_size,
            feed.c.loss_count,
            feed.c.error_kind,
            feed.c.last_outcome.is_not(None),
        ),
        "entry": select(
            feed.c.url,
            entry.c.identity,
            entry.c.guid,
            entry.c.url_key,
            entry.c.title_key,
            entry.c.fingerprint,
            entry.c.title,
            entry.c.published_at,
            entry.c.host,
            of_article,
            entry.c.error_kind,
        ).select_from(entry.join(feed).outerjoin(article)),
        "article": select(*[column for column in article.c if column.name not in without]),
        "article_url": select(article_url.c.key, article_url.c.url, article_url.c.role, of_article).join(article),
        "edge": select(of_article, edge.c.relation, of_target, edge.c.confidence)
        .select_from(edges)
        .where(edge.c.status == "current"),
        "edge_evidence": select(
            of_article, of_target, edge_evidence.c.kind, edge_evidence.c.place, edge_evidence.c.excerpt
        )
        .select_from(edges.join(edge_evidence))
        .where(edge.c.status == "current"),
        "trace_due": select(of_article).join(trace_due),
        "held hosts": select(host.c.host).where(host.c.owner.is_not(None)),
    }
    tables = {name: sorted(repr(row) for row in rows(query)) for name, query in queries.items()}
    # Whether a publisher that a page links to had its name by then is a matter of which feed was polled first.
    marks = [
        (url, [mark for mark in unpacked(packed) if not (kind_of(mark) in TWO_SIDED and mark & NAMING)])
        for url, packed in rows(select(of_article, article.c.marks))
    ]
    texts = rows(
        select(of_article, revision.c.title, revision.c.text).join(article).order_by(of_article, revision.c.id)
    )
    return tables | {"marks": sorted(map(repr, marks)), "revision": [repr(row) for row in texts]}


@dataclass(frozen=True, slots=True)
class Violence:
    kills: int
    seed: int

    @property
    def steps(self) -> int:
        return max(1, -(-self.kills // KILLS_A_STEP))


@pytest.fixture(scope="module")
def violence(request: pytest.FixtureRequest) -> Violence:
    return Violence(request.config.getoption("--kills"), request.config.getoption("--kills-seed"))


@pytest.fixture(scope="module")
def unbroken(violence: Violence, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder: Path = tmp_path_factory.mktemp("unbroken")
    with LocalSite() as site:
        dateline = Dateline(folder, site.proxy_url, {"DATELINE_STORE__URL": f"sqlite:///{folder / 'dateline.db'}"})
        yield live(site, dateline, kills=0, steps=violence.steps)


# Without a limit for the whole: every wait within has its own, and how many there are is for the caller to say.
@pytest.mark.long
@pytest.mark.timeout(0)
def test_the_history_leaves_something_to_lose(unbroken: Life) -> None:
    assert [name for name, table in unbroken.tables.items() if not table] == ["trace_due", "held hosts"]
    assert any("http-" in row for row in unbroken.tables["entry"])
    assert any("feed-text" in row for row in unbroken.tables["article"] + unbroken.tables["revision"])


@pytest.mark.long
@pytest.mark.timeout(0)
def test_a_daemon_that_is_killed_again_and_again_ends_with_the_rows_of_one_that_never_was(
    violence: Violence, unbroken: Life, dateline: Dateline, site: LocalSite, store_url: str
) -> None:
    dateline.settings["DATELINE_STORE__URL"] = store_url
    broken = live(site, dateline, kills=violence.kills, steps=violence.steps, seed=violence.seed)
    for name, expected in unbroken.tables.items():
        missing = [row for row in expected if row not in broken.tables[name]]
        surplus = [row for row in broken.tables[name] if row not in expected]
        assert (missing, surplus) == ([], []), name
        assert broken.tables[name] == expected, name
    assert broken.pages_asked <= unbroken.pages_asked + AGAIN_A_KILL * violence.kills
