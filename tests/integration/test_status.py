"""How it goes, as a store tells it, on both databases: counts by state, and what is late, failing or silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pipeline.core.errors import Unreachable
from pipeline.core.model import Edge, Evidence, EvidenceKind, External, Marks, Relation
from tests.integration.newsdesk import FEED, OTHER_STORY, STORY, Newsdesk, a_reading, an_entry

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def test_an_empty_store_has_nothing_to_tell(desk: Newsdesk) -> None:
    status = await desk.store.status(desk.now)

    assert status["feeds"]["total"] == 0
    assert status["articles"] == {"total": 0, "last_day": 0}
    assert (status["late_s"], status["next_due_at"], status["daemon"]) == (0.0, None, None)
    assert status["late_hosts"] == status["failing_feeds"] == status["failing_pages"] == status["silent_feeds"] == []


async def test_it_tells_what_is_well_what_waits_and_what_fails(desk: Newsdesk) -> None:
    broken = "https://broken.example/feed"
    await desk.follow(FEED, broken, "https://paused.example/feed", "https://new.example/feed")
    await desk.store.set_paused("https://paused.example/feed", True, desk.now)
    await desk.poll(FEED, an_entry(STORY), an_entry(OTHER_STORY, "Ferry"))
    await desk.read(a_reading(STORY))
    work = await desk.store.claim("broken.example", "w", desk.now)
    assert work is not None
    error = Unreachable("broken.example: no such host name", url=broken)
    await desk.store.save_poll_trouble(work.turn, work.feeds[0], error, desk.pace(), desk.now)
    await desk.store.release(work.turn)

    status = await desk.store.status(desk.now + HOUR / 2)

    assert status["feeds"] == {"total": 4, "new": 1, "ok": 1, "error": 1, "gone": 0, "paused": 1, "silent": 0}
    assert status["last_polls"] == {"failed": 1, "news": 1}
    assert status["entries"] == {"total": 2, "waiting": 1, "failing": {}}
    assert status["articles"] == {"total": 1, "last_day": 1}
    assert (status["hosts"]["due"], status["hosts"]["working"], status["hosts"]["held"]) == (3, 0, 0)
    assert (status["late_s"], status["next_due_at"]) == (1800.0, "2026-02-11T13:00:00Z")
    (failing,) = status["failing_feeds"]
    assert (failing["url"], failing["error"]["kind"]) == (broken, "unreachable")
    assert failing["next_poll_at"] == "2026-02-11T13:00:00Z"


async def test_it_tells_why_pages_fail(desk: Newsdesk) -> None:
    await desk.follow(FEED)
    await desk.poll(FEED, an_entry(STORY))
    work = await desk.store.claim("news.example", "w", desk.now)
    assert work is not None
    error = Unreachable("news.example: torn", url=STORY)
    await desk.store.save_read_trouble(work.turn, work.entries[0], error, None, desk.now)

    status = await desk.store.status(desk.now)

    assert status["entries"]["failing"] == {"unreachable": 1}
    (failing,) = status["failing_pages"]
    assert (failing["url"], failing["error"]["message"]) == (STORY, "news.example: torn")
    assert (failing["article_id"], failing["next_try_at"]) == (None, None)
    assert status["hosts"]["working"] == 1


async def test_it_names_who_runs_the_daemon(desk: Newsdesk) -> None:
    await desk.store.hold_run("process 7 on desk")

    status = await desk.store.status(desk.now)

    assert status["daemon"] == "process 7 on desk"


async def test_a_host_is_late_when_it_was_due_for_more_than_ten_minutes(desk: Newsdesk) -> None:
    await desk.follow(FEED)

    in_time = await desk.store.status(desk.now + 9 * MINUTE)
    late = await desk.store.status(desk.now + 11 * MINUTE)

    assert in_time["late_hosts"] == []
    assert late["late_hosts"] == [
        {"host": "news.example", "due_at": "2026-02-11T12:00:00Z", "why": "waiting", "held_until": None}
    ]


async def test_a_late_host_says_whether_it_is_held_back_or_being_worked(desk: Newsdesk) -> None:
    await desk.follow(FEED, "https://weir.example/feed")
    await desk.store.hold_back("news.example", desk.now + HOUR)
    await desk.store.claim("weir.example", "worker", desk.now + 29 * MINUTE, 120)

    status = await desk.store.status(desk.now + 30 * MINUTE)

    assert {(late["host"], late["why"], late["held_until"]) for late in status["late_hosts"]} == {
        ("news.example", "held", "2026-02-11T13:00:00Z"),
        ("weir.example", "working", None),
    }


async def test_a_feed_that_answers_but_brought_nothing_for_a_month_is_silent(desk: Newsdesk) -> None:
    never = "https://never.example/feed"
    await desk.follow(FEED, never)
    await desk.poll(never)
    desk.now += DAY
    await desk.poll(FEED, an_entry(STORY))
    early = await desk.store.status(desk.now + 28 * DAY)
    desk.now += 31 * DAY
    await desk.poll(FEED, an_entry(STORY))
    await desk.poll(never)

    status = await desk.store.status(desk.now)

    assert (early["feeds"]["silent"], status["feeds"]["silent"]) == (0, 2)
    assert status["silent_feeds"] == [
        {"url": never, "since": "2026-02-11T12:00:00Z", "next_poll_at": "2026-03-15T13:00:00Z"},
        {"url": FEED, "since": "2026-02-12T12:00:00Z", "next_poll_at": "2026-03-15T13:00:00Z"},
    ]


async def test_a_silent_feed_that_speaks_again_is_silent_no_more(desk: Newsdesk) -> None:
    await desk.follow(FEED)
    await desk.poll(FEED, an_entry(STORY))
    desk.now += 31 * DAY
    await desk.poll(FEED, an_entry(STORY), an_entry(OTHER_STORY, "Ferry"))

    status = await desk.store.status(desk.now)

    assert status["silent_feeds"] == []


async def test_a_feed_that_fails_or_rests_is_not_called_silent(desk: Newsdesk) -> None:
    await desk.follow(FEED)
    await desk.poll(FEED)
    await desk.store.set_paused(FEED, True, desk.now)

    status = await desk.store.status(desk.now + 31 * DAY)

    assert status["feeds"]["silent"] == 0


async def test_articles_that_wait_to_be_traced_and_originals_that_are_not_there_are_counted(desk: Newsdesk) -> None:
    seen = (Evidence(EvidenceKind.ATTRIBUTION_PHRASE, "text", "Reuters reported."),)
    edges = tuple(Edge(Relation.CITES, External(name=name), 0.8, seen, "stated/1") for name in ("Reuters", "Kyodo"))
    reading = replace(a_reading(STORY), edges=edges, marks=Marks((8,)))
    await desk.follow(FEED)
    await desk.poll(FEED, an_entry(STORY))
    (saved,) = await desk.read(reading, traced=False)

    waiting = await desk.store.status(desk.now + HOUR)
    await desk.store.postpone_trace(saved.article_id, desk.now + DAY)
    failing = await desk.store.status(desk.now + HOUR)

    assert waiting["traces"] == {"waiting": 1, "failing": 0, "oldest_due_at": "2026-02-11T12:00:00Z"}
    assert failing["traces"] == {"waiting": 1, "failing": 1, "oldest_due_at": None}
    assert failing["references"] == {"open": 2}
