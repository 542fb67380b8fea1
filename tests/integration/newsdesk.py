"""A desk that takes a store through the walk's calls in the walk's order, with invented feeds and pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from pipeline.core.identity import compare
from pipeline.core.model import (
    Article,
    DueEntry,
    Edge,
    Entry,
    Evidence,
    EvidenceKind,
    External,
    Feed,
    FeedDocument,
    Moment,
    News,
    Outcome,
    Pace,
    PageState,
    Precision,
    Reading,
    Relation,
    Reply,
    Source,
    Traced,
    TracedEdge,
    Turn,
    Validators,
)
from pipeline.core.origins.kinship import trace
from pipeline.core.subscriptions import Subscription
from pipeline.core.urls import host_of, registrable_domain
from pipeline.store import PollSaved, Saved, Store
from pipeline.tracing import Tracing

FEED = "https://news.example/feed.xml"
STORY = "https://news.example/2026/bridge-opens-to-traffic"
OTHER_STORY = "https://news.example/2026/ferry-makes-last-crossing"


def an_entry(url: str | None = STORY, title: str | None = "Bridge opens", **more: object) -> Entry:
    return Entry(guid=url, url=url, title=title, **more)  # type: ignore[arg-type]


def a_document(*entries: Entry, title: str = "The News", **more: object) -> FeedDocument:
    return FeedDocument(title, "https://news.example/", "en", entries, **more)  # type: ignore[arg-type]


def a_reply(url: str, body: bytes = b"<html>", *, status: int = 200, etag: str | None = None, **more: object) -> Reply:
    at = datetime.fromisoformat("2026-02-11T12:00:00+00:00")
    return Reply(url, url, status, {"content-type": "text/html"}, body, at, validators=Validators(etag), **more)  # type: ignore[arg-type]


def an_article(url: str = STORY, text: str = "The bridge opened on Tuesday.", **more: object) -> Article:
    facts: dict[str, object] = {
        "canonical_url": None,
        "source": Source("The News", registrable_domain(url), "subscription"),
        "title": "Bridge opens",
        "authors": ("A. Writer",),
        "language": "en",
        "published": None,
        "published_witness": None,
    }
    return Article(url=url, text=text, **{**facts, **more})  # type: ignore[arg-type]


def a_reading(
    url: str = STORY,
    text: str = "The bridge opened on Tuesday.",
    *,
    edges: Sequence[Edge] = (),
    urls: Sequence[tuple[str, str]] = (),
    rules: str = "1",
    **more: object,
) -> Reading:
    return Reading(an_article(url, text, **more), tuple(edges), ((url, "entry"), *urls), rules)


def an_edge(
    name: str | None = "Meridian Wire",
    url: str | None = None,
    *,
    relation: Relation = Relation.COPY_OF,
    kind: EvidenceKind = EvidenceKind.CREDIT_LINE,
    excerpt: str = "(MERIDIAN)",
    confidence: float = 0.9,
) -> Edge:
    return Edge(relation, External(name, url), confidence, (Evidence(kind, "text", excerpt),), "credits/1")


def day(text: str) -> Moment:
    return Moment(datetime.fromisoformat(text + "T00:00:00+00:00"), Precision.DAY)


def second(text: str) -> Moment:
    return Moment(datetime.fromisoformat(text).astimezone(), Precision.SECOND)


def tracing_in(store: Store, now: Callable[[], datetime]) -> Tracing:
    """The step of the product that finds an article's kin, without a process of its own."""

    async def decide(subject: Traced, kin: Sequence[Traced]) -> tuple[TracedEdge, ...]:
        return trace(subject, kin)

    return Tracing(store=store, decide=decide, now=now)


class Newsdesk:
    """``now`` may be moved on; every call is a turn of its own, claimed and released."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store = store
        self.now = now

    async def follow(self, *urls: str) -> None:
        await self.store.subscribe([Subscription(url) for url in urls], self.now)

    async def poll(self, url: str, *entries: Entry, document: FeedDocument | None = None) -> PollSaved:
        """Make the feed at ``url`` due, and save a poll that found ``entries``."""
        await self.store.make_due(self.now, [url])
        work = await self.store.claim(host_of(url), "desk", self.now)
        assert work is not None
        feed = next(feed for feed in work.feeds if feed.url == url)
        saved = await self.save_document(work.turn, feed, document or a_document(*entries))
        await self.store.release(work.turn)
        return saved

    async def save_document(self, turn: Turn, feed: Feed, document: FeedDocument) -> PollSaved:
        news = compare(await self.store.known(feed, document), document)
        return await self.store.save_poll(
            turn,
            feed,
            reply=a_reply(feed.url),
            document=document,
            news=news,
            pace=self.pace(),
            outcome=Outcome.NEWS if news.new else Outcome.NOTHING_NEW,
            body_hash=b"hash",
            now=self.now,
        )

    async def save_unchanged(
        self, turn: Turn, feed: Feed, *, etag: str | None = None, pace: Pace | None = None
    ) -> None:
        await self.store.save_poll(
            turn,
            feed,
            reply=a_reply(feed.url, b"", status=304, etag=etag),
            document=None,
            news=News(),
            pace=pace or self.pace(),
            outcome=Outcome.UNCHANGED,
            body_hash=None,
            now=self.now,
        )

    def pace(self) -> Pace:
        return Pace(self.now + timedelta(hours=1), "every hour", {"v": 1})

    async def due(self, host: str) -> tuple[DueEntry, ...]:
        """What is due for reading on ``host``; the turn is given back."""
        work = await self.store.claim(host, "desk", self.now)
        if work is None:
            return ()
        await self.store.release(work.turn)
        return work.entries

    async def read(self, *readings: Reading, again_at: datetime | None = None, traced: bool = True) -> list[Saved]:
        """Save each reading for the due entry whose URL is the reading's first, and trace its article."""
        saved = []
        for reading in readings:
            url = reading.urls[0][0]
            work = await self.store.claim(host_of(url), "desk", self.now)
            assert work is not None, f"nothing is due on the host of {url}"
            due = next(due for due in work.entries if due.entry.url == url)
            saved.append(
                await self.store.save_reading(
                    work.turn, due, reading, page=PageState(), again_at=again_at, now=self.now
                )
            )
            await self.store.release(work.turn)
            if traced and saved[-1].trace_due:
                await tracing_in(self.store, lambda: self.now).trace(saved[-1].article_id or 0)
        return saved

    async def publish(self, *readings: Reading, feed: str = FEED) -> list[Saved]:
        """Follow ``feed``, poll the readings' entries out of it, and read them."""
        await self.follow(feed)
        await self.poll(feed, *(an_entry(reading.urls[0][0], reading.article.title) for reading in readings))
        return await self.read(*readings)
