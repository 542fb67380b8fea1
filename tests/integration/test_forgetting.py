"""A takedown leaves nothing of an article, and does not undo itself with the next poll."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, text

from pipeline.core.model import PageState
from pipeline.core.queries import read_query
from pipeline.core.urls import host_of
from pipeline.store import ArticleQuery
from pipeline.store.articles import Outcome
from tests.integration.newsdesk import (
    FEED,
    OTHER_STORY,
    STORY,
    Newsdesk,
    a_reading,
    a_reply,
    an_edge,
    an_entry,
)

HOUR = timedelta(hours=1)
OTHER_FEED = "https://other.example/feed"


async def urls(desk: Newsdesk, **query: object) -> list[str]:
    return [row["url"] async for row in desk.store.articles(ArticleQuery(**query))]  # type: ignore[arg-type]


async def read_with_page(desk: Newsdesk, url: str, body: bytes, text: str) -> None:
    """Read the due entry at ``url`` and keep its page, as a turn does."""
    work = await desk.store.claim(host_of(url), "desk", desk.now)
    assert work is not None
    digest = await desk.store.keep_page(a_reply(url, body))
    due = next(due for due in work.entries if due.entry.url == url)
    page = PageState(digest=digest)
    await desk.store.save_reading(work.turn, due, a_reading(url, text), page=page, again_at=None, now=desk.now)
    await desk.store.release(work.turn)


async def test_nothing_of_it_is_left_in_any_table(desk: Newsdesk, engine: Engine) -> None:
    secret = "Zanzibarian"
    await desk.follow(FEED)
    await desk.poll(FEED, an_entry(STORY, secret, summary=secret), an_entry(OTHER_STORY, "Ferry"))
    await desk.read(a_reading(STORY, secret, title=secret, edges=[an_edge(excerpt=secret)]), a_reading(OTHER_STORY))
    await desk.poll(FEED, an_entry(STORY, secret, summary=secret + " again"))
    await desk.read(a_reading(STORY, secret + " again", title=secret))

    forgotten = await desk.store.forget(STORY + "?utm_source=x", desk.now, block=False)

    assert (forgotten.title, forgotten.revisions, forgotten.edges, forgotten.entries) == (secret, 1, 1, 1)
    assert await urls(desk) == [OTHER_STORY]
    assert await urls(desk, search=read_query(secret)) == []
    with engine.connect() as connection:
        for table in ("revision", "edge", "edge_evidence", "external_ref", "trace_due", "utterance"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM article_url")).scalar() == 1
        titles = connection.execute(text("SELECT title FROM entry ORDER BY id")).scalars().all()
    assert titles == [None, "Ferry"]


async def test_every_version_of_its_page_goes_and_no_other(desk: Newsdesk) -> None:
    await desk.follow(FEED)
    await desk.poll(FEED, an_entry(STORY), an_entry(OTHER_STORY, "Ferry"))
    await read_with_page(desk, STORY, b"<p>first", "First.")
    await read_with_page(desk, OTHER_STORY, b"<p>other", "Other.")
    await desk.poll(FEED, an_entry(STORY, "Bridge closes"))
    await read_with_page(desk, STORY, b"<p>second", "Second.")

    assert (await desk.store.forget(STORY, desk.now, block=False)).pages == 2
    assert (await desk.store.forget(OTHER_STORY, desk.now, block=False)).pages == 1


async def test_an_unchanged_feed_does_not_bring_it_back(desk: Newsdesk) -> None:
    await desk.publish(a_reading(STORY))
    await desk.store.forget(STORY, desk.now, block=False)
    desk.now += HOUR

    saved = await desk.poll(FEED, an_entry(STORY))

    assert (saved.new, saved.edited) == (0, 0)
    assert await desk.due("news.example") == ()


async def test_what_waited_to_be_read_does_not_bring_it_back(desk: Newsdesk) -> None:
    await desk.publish(a_reading(STORY))
    await desk.poll(FEED, an_entry(STORY, "Bridge closes"))

    await desk.store.forget(STORY, desk.now, block=False)

    assert await desk.due("news.example") == ()


async def test_an_edit_of_the_entry_brings_it_back_where_it_is_not_blocked(desk: Newsdesk) -> None:
    await desk.publish(a_reading(STORY))
    await desk.store.forget(STORY, desk.now, block=False)

    await desk.poll(FEED, an_entry(STORY, "Bridge closes"))
    await desk.read(a_reading(STORY, "It closed."))

    assert await urls(desk) == [STORY]


async def test_blocked_neither_edits_nor_other_feeds_bring_it_back(desk: Newsdesk, engine: Engine) -> None:
    await desk.publish(a_reading(STORY))
    forgotten = await desk.store.forget(STORY, desk.now, block=True)
    await desk.follow(OTHER_FEED)

    await desk.poll(FEED, an_entry(STORY, "Bridge closes"))
    await desk.poll(OTHER_FEED, an_entry(STORY + "?utm_medium=rss", "Bridge opens"))

    assert forgotten.blocked == 1
    assert await desk.due("news.example") == ()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT title FROM entry")).scalars().all() == [None, None]


async def test_a_page_that_turns_out_to_be_blocked_is_not_kept(desk: Newsdesk) -> None:
    await desk.store.forget(STORY, desk.now, block=True)
    await desk.follow(FEED)
    await desk.poll(FEED, an_entry("https://news.example/short"))
    work = await desk.store.claim("news.example", "desk", desk.now)
    assert work is not None
    digest = await desk.store.keep_page(a_reply(STORY))

    saved = await desk.store.save_reading(
        work.turn,
        work.entries[0],
        a_reading("https://news.example/short", urls=[(STORY, "final")]),
        page=PageState(digest=digest),
        again_at=desk.now,
        now=desk.now,
    )

    assert (saved.article_id, saved.outcome) == (None, Outcome.BLOCKED)
    assert await urls(desk) == []
    assert (await desk.store.forget(STORY, desk.now, block=False)).pages == 0
    assert await desk.store.due_entries(work.turn, desk.now + HOUR) == ()


async def test_a_gate_that_it_came_through_blocks_no_other_story(desk: Newsdesk) -> None:
    gate = "https://gate.example/out"
    await desk.publish(a_reading(STORY, urls=[(gate, "hop")]))
    await desk.store.forget(STORY, desk.now, block=True)

    await desk.poll(FEED, an_entry(OTHER_STORY, "Ferry"))
    await desk.read(a_reading(OTHER_STORY, urls=[(gate, "hop")]))

    assert await urls(desk) == [OTHER_STORY]


async def test_it_may_be_asked_for_twice(desk: Newsdesk) -> None:
    await desk.publish(a_reading(STORY))

    first = await desk.store.forget(STORY, desk.now, block=True)
    second = await desk.store.forget(STORY, desk.now, block=True)

    assert (first.article_id, second.article_id) == (1, None)
