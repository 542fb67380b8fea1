"""Stored pages read again by newer rules: what changes becomes a version, and nothing newer is ever overwritten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pipeline.core.errors import Refused, Unreadable
from pipeline.core.model import Entry, PageState, Reading, Reply, Surroundings
from pipeline.core.queries import read_query
from pipeline.core.urls import host_of, url_key
from pipeline.rereading import Reread, Rereading
from pipeline.store import ArticleQuery
from pipeline.store.frontier import Document, FeedFound, Found, Source, State
from tests.integration.newsdesk import (
    FEED,
    OTHER_STORY,
    STORY,
    Newsdesk,
    a_reading,
    a_reply,
    an_entry,
    second,
    tracing_in,
)

HOUR = timedelta(hours=1)


class Reader:
    """Rules of a newer version: ``text_of`` says what they find in a page; what they were given is kept."""

    def __init__(self, desk: Newsdesk, text_of: Callable[[str], str], rules: str = "2", **more: Any) -> None:
        self.asked: list[tuple[Reply, Entry, Surroundings]] = []
        self.asked_words: list[tuple[Entry, Surroundings]] = []
        self._text_of = text_of
        self._rules = rules
        self._more = more
        self.rereading = Rereading(
            store=desk.store,
            read_page=self.read,
            read_entry=self.read_words,
            tracing=tracing_in(desk.store, lambda: desk.now),
            now=lambda: desk.now,
            rules=rules,
        )

    async def read(self, reply: Reply, entry: Entry, around: Surroundings) -> Reading:
        self.asked.append((reply, entry, around))
        return a_reading(reply.final_url, self._text_of(reply.body.decode()), rules=self._rules, **self._more)

    async def read_words(self, entry: Entry, around: Surroundings) -> Reading:
        self.asked_words.append((entry, around))
        text = self._text_of(entry.content or "")
        return a_reading(entry.url or "", text, rules=self._rules, flags=("feed-text",), **self._more)

    async def all(self, older_than: str | None = None) -> Counter[Reread]:
        self.rereading.counts.clear()
        await self.rereading.all_older_than(older_than, lambda counts: None)
        return self.rereading.counts


async def publish(desk: Newsdesk, **bodies: str) -> None:
    """Poll and read a page of the paper for each name, whose text is its body, by rules of version 1."""
    await desk.follow(FEED)
    await desk.poll(FEED, *(an_entry(f"https://news.example/{name}", f"Headline {name}") for name in bodies))
    work = await desk.store.claim(host_of(STORY), "desk", desk.now)
    assert work is not None
    for due in work.entries:
        url = due.entry.url or ""
        body = bodies[url.rpartition("/")[2]]
        digest = await desk.store.keep_page(a_reply(url, body.encode()))
        page = PageState(digest=digest)
        await desk.store.save_reading(work.turn, due, a_reading(url, body), page=page, again_at=None, now=desk.now)
    await desk.store.release(work.turn)


async def test_what_newer_rules_say_otherwise_is_a_new_version(desk: Newsdesk) -> None:
    await publish(desk, crane="Crane. Share this!", lamp="Lamp.")
    desk.now += HOUR

    counts = await Reader(desk, lambda body: body.removesuffix(" Share this!")).all()

    assert counts == {Reread.CHANGED: 1, Reread.SAME: 1}
    crane, lamp = [await desk.store.article(f"https://news.example/{name}") for name in ("crane", "lamp")]
    assert crane is not None
    assert lamp is not None
    assert (crane["text"], [revision["text"] for revision in crane["revisions"]]) == ("Crane.", ["Crane. Share this!"])
    assert lamp["revisions"] == []
    found = [row["url"] async for row in desk.store.articles(ArticleQuery(search=read_query("share")))]
    assert found == []


async def test_a_reader_gets_the_page_the_entry_and_what_stood_beside_it(desk: Newsdesk) -> None:
    await publish(desk, crane="Crane.", lamp="Lamp.")
    reader = Reader(desk, str)

    await reader.rereading.one_at("https://news.example/crane")

    ((reply, entry, around),) = reader.asked
    assert (reply.final_url, reply.body, reply.headers) == (
        "https://news.example/crane",
        b"Crane.",
        {"content-type": "text/html"},
    )
    assert entry.title == "Headline crane"
    assert (around.feed_url, around.feed_title, around.sibling_headlines) == (FEED, "The News", ("Headline lamp",))


async def test_what_the_newer_rules_have_read_is_not_read_again(desk: Newsdesk) -> None:
    await publish(desk, crane="Crane.", lamp="Lamp.")
    reader = Reader(desk, str)
    await reader.all()

    assert await reader.all() == {}
    assert len(reader.asked) == 2


async def test_ended_in_between_it_goes_on_where_it_was(desk: Newsdesk) -> None:
    await publish(desk, crane="Crane.", lamp="Lamp.")
    reader = Reader(desk, str)
    await reader.rereading.one_at("https://news.example/crane")

    assert await reader.all() == {Reread.SAME: 1}


@pytest.mark.parametrize(("older_than", "read"), [("1", 0), ("2", 1), ("10", 1), (None, 1)])
async def test_only_what_rules_before_a_version_have_read(desk: Newsdesk, older_than: str | None, read: int) -> None:
    await publish(desk, crane="Crane.")

    assert (await Reader(desk, str).all(older_than)).total() == read


async def test_todays_rules_do_not_read_again_what_they_read(desk: Newsdesk) -> None:
    await publish(desk, crane="Crane.")

    assert await Reader(desk, str, rules="1").all("10") == {}


async def test_the_text_of_a_feed_is_read_again_from_its_entry(desk: Newsdesk) -> None:
    await desk.follow(FEED)
    await desk.poll(FEED, an_entry(STORY, content="Crane. Share this!"))
    work = await desk.store.claim(host_of(STORY), "desk", desk.now)
    assert work is not None
    stand_in = a_reading(STORY, "Crane. Share this!", flags=("feed-text",))
    gone = Refused("404 there", url=STORY, status=404)
    await desk.store.save_read_trouble(work.turn, work.entries[0], gone, None, desk.now, reading=stand_in)

    counts = await Reader(desk, lambda said: said.removesuffix(" Share this!")).all()

    assert counts == {Reread.CHANGED: 1}
    row = await desk.store.article(STORY)
    assert row is not None
    assert (row["text"], row["flags"]) == ("Crane.", ["feed-text"])


async def test_the_text_of_an_archive_is_read_again_with_the_name_of_its_feed(desk: Newsdesk) -> None:
    job = await desk.store.open_backfill(FEED, "news.example/feed", "feed", None, None, desk.now)
    document = Document(Source.FEED, FEED, "news.example")
    await desk.store.add_documents(job.id, [document], desk.now)
    waiting = await desk.store.next_document(job.id)
    assert waiting is not None
    claim = await desk.store.claim_for_history("news.example", "desk", desk.now, 45.0, desk.now)
    assert claim.turn is not None
    said = an_entry(STORY, content="Crane. Share this!")
    await desk.store.save_found(
        claim.turn, job, waiting, [Found(STORY, url_key(STORY), "news.example", said)], desk.now
    )
    found = FeedFound(FEED, "The News", "https://news.example/", "en")
    await desk.store.end_document(claim.turn, job, waiting, state=State.DONE, feed_found=found, now=desk.now)
    (page,) = await desk.store.next_pages(claim.turn, job, desk.now, 1)
    told = a_reading(STORY, "Crane. Share this!", flags=("feed-text",))
    await desk.store.save_history(claim.turn, page, told, Surroundings(), None, desk.now)

    reader = Reader(desk, lambda words: words.removesuffix(" Share this!"))
    counts = await reader.all()

    assert counts == {Reread.CHANGED: 1}
    ((entry, around),) = reader.asked_words
    assert (entry.content, around.feed_title) == ("Crane. Share this!", "The News")


async def test_a_page_that_is_no_longer_kept_is_counted(desk: Newsdesk) -> None:
    await publish(desk, crane="Crane.")
    await desk.store.sweep_pages(desk.now + 365 * 24 * HOUR)

    assert await Reader(desk, str).all() == {Reread.NOT_KEPT: 1}


async def test_an_article_in_whose_page_newer_rules_find_none_stays(desk: Newsdesk) -> None:
    await publish(desk, crane="Crane.")

    def nothing(body: str) -> str:
        raise Unreadable("no article")

    assert await Reader(desk, nothing).all() == {Reread.FAILED: 1}
    row = await desk.store.article("https://news.example/crane")
    assert row is not None
    assert row["text"] == "Crane."


async def test_a_date_that_newer_rules_correct_is_corrected(desk: Newsdesk) -> None:
    old, new = second("2026-02-10T04:00:00+00:00"), second("2026-02-11T04:00:00+00:00")
    await publish(desk, crane="Crane.")
    await Reader(desk, str, published=old, published_witness="meta").all()

    await Reader(desk, str, rules="3", published=new, published_witness="meta").all()

    row = await desk.store.article("https://news.example/crane")
    assert row is not None
    assert row["published_at"] == "2026-02-11T04:00:00Z"


async def test_a_reading_that_came_meanwhile_is_not_overwritten(desk: Newsdesk) -> None:
    await publish(desk, crane="Crane.")
    old = await desk.store.rereadable_at("https://news.example/crane")
    assert old is not None
    await desk.poll(FEED, an_entry("https://news.example/crane", "Crane moves"))
    await desk.read(a_reading("https://news.example/crane", "Crane moves."))

    saved = await desk.store.save_rereading(old, a_reading("https://news.example/crane", "Crane!", rules="2"), desk.now)

    assert saved is None
    row = await desk.store.article("https://news.example/crane")
    assert row is not None
    assert row["text"] == "Crane moves."


async def test_an_article_that_was_taken_down_meanwhile_stays_away(desk: Newsdesk) -> None:
    await publish(desk, crane="Crane.")
    old = await desk.store.rereadable_at("https://news.example/crane")
    assert old is not None
    await desk.store.forget("https://news.example/crane", desk.now, block=False)

    assert await desk.store.save_rereading(old, a_reading(rules="2"), desk.now) is None
    assert await desk.store.article("https://news.example/crane") is None


async def test_many_articles_are_read_batch_by_batch(desk: Newsdesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.rereading.BATCH", 2)
    await publish(desk, **{f"story{number}": f"Text {number}." for number in range(5)})

    assert await Reader(desk, str).all() == {Reread.SAME: 5}


async def test_an_address_that_is_no_articles_is_told(desk: Newsdesk) -> None:
    assert not await Reader(desk, str).rereading.one_at(OTHER_STORY)
