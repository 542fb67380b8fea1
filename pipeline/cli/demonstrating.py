"""``dateline demo``: the whole pipeline on a bundled newsroom; what stays on the screen is one story's whole way."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence, Set
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.saying import Chosen, progress, put, run, say

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.demo import Newsroom
    from pipeline.store import ArticleRow, Store
    from pipeline.store.lineage import DerivedRow

DEMO_STORE = Path("dateline-demo.db")
STAY_POLLING_EVERY_S = 10.0
PLAIN_SHOWN = 3  # beside those that have something to tell: what stays on a newcomer's screen is the story's tree


def demo(
    ctx: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Exit when done instead of staying up.")] = False,
) -> None:
    """The whole pipeline on a bundled newsroom.

    Over loopback HTTP; needs no network.
    """
    from pipeline import logs
    from pipeline.assemble import now
    from pipeline.demo import Newsroom

    chosen: Chosen = ctx.obj
    # Its own failing page and broken feed are part of the show: they appear in the tables, not as log lines.
    logs.set_up("text", "error")
    if chosen.store is None:
        for leftover in DEMO_STORE.parent.glob(f"{DEMO_STORE.stem}*.db*"):
            leftover.unlink()
    store_url = chosen.store or f"sqlite:///{DEMO_STORE}"
    with Newsroom(now=now()) as newsroom:
        try:
            run(_show(newsroom, _settings(newsroom.proxy_url, store_url), once=once or not sys.stdout.isatty()))
        except KeyboardInterrupt:
            say("The newsroom is closed; what it brought stays in the store.")


async def _show(newsroom: Newsroom, settings: Settings, *, once: bool) -> None:
    from pipeline.assemble import App, now, open_app
    from pipeline.core.subscriptions import Subscription
    from pipeline.screens import articles_table, cycle_line, feeds_table, headline, story_tree
    from pipeline.store.looking import ArticleQuery

    async def cycle(pipeline: App, what: str) -> None:
        with progress(what) as show:
            done = await pipeline.poll(progress=show)
        put(cycle_line(done.counts, done.hosts))

    async with open_app(settings) as pipeline:
        subscriptions = [Subscription(url=feed.url, source=feed.source, tags=feed.tags) for feed in newsroom.feeds]
        await pipeline.store.subscribe(subscriptions, now())
        put(
            headline(
                f"Evening: {len(subscriptions)} feeds of a newsroom on loopback, invented for this, are polled and read"
            )
        )
        await cycle(pipeline, "evening")
        newsroom.next_morning()
        put(headline("Next morning: one story was edited, one corrected, two are new; quiet feeds answer 304"))
        await cycle(pipeline, "morning")
        rows = [row async for row in pipeline.store.articles(ArticleQuery())]
        report, derived = await _most_taken_over(pipeline.store, rows)
        put(headline("Feeds"))
        put(feeds_table(await pipeline.store.list_feeds(), now(), brief=True))
        put(headline("Articles that have something to tell, and some plain ones"))
        put(articles_table(_worth_showing(rows, {report["id"], *(row["id"] for row in derived)}), now()))
        put(headline("One report, and who has it from there"))
        put(story_tree(report, derived, now()))
        at = f"dateline --store {settings.store.url}"
        retold = next((row for row in derived if row["relation"] == "rewrite_of"), report)
        put(headline(f"{len(rows)} articles in all. Look closer, then poll the real world"))
        say(f"  {at} show {retold['id']}    # what it has from whom, and how we know")
        say(f"  {at} articles    # also: edges, feeds list, status")
        say("  dateline config init; dateline feeds sync; dateline poll")
        if once:
            return
        say(f"The newsroom stays up at {newsroom.proxy_url} and is polled every 10 s. Ctrl-C ends it.")
        while True:
            await asyncio.sleep(STAY_POLLING_EVERY_S)
            await cycle(pipeline, "polling")


async def _most_taken_over(store: Store, rows: Sequence[ArticleRow]) -> tuple[ArticleRow, Sequence[DerivedRow]]:
    """The report that most articles lead to, and those that do."""
    targets = Counter(edge["target"]["id"] for row in rows for edge in row["edges"] if edge["target"] is not None)
    report = max(rows, key=lambda row: targets[row["id"]])
    return report, (await store.lineage(report["id"]))["derived"]


def _worth_showing(rows: Sequence[ArticleRow], in_tree: Set[int]) -> list[ArticleRow]:
    """The articles that have something to tell beyond what the tree of a story tells, and a few that have not."""
    telling = [
        row
        for row in rows
        if row["revisions"] or row["flags"] or len(row["edges"]) > (1 if row["id"] in in_tree else 0)
    ]
    plain = [row for row in rows if row not in telling and row["id"] not in in_tree][:PLAIN_SHOWN]
    return [row for row in rows if row in telling or row in plain]


def _settings(proxy_url: str, store_url: str) -> Settings:
    """The defaults, with the newsroom as the world and without the pause that real publishers are given."""
    from pipeline.config import FetchSettings, Settings, StoreSettings

    return Settings(store=StoreSettings(url=store_url), fetch=FetchSettings(proxy=proxy_url, pause=timedelta(0)))
