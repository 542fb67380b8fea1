"""``dateline demo``: the whole pipeline on a bundled newsroom, shown on one screen."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.saying import Chosen, progress, put, run, say

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.demo import Newsroom

DEMO_STORE = Path("dateline-demo.db")
STAY_POLLING_EVERY_S = 10.0
PLAIN_SHOWN = 4  # so that all fits one screen of a newcomer's terminal


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
    with Newsroom(now=now()) as newsroom:
        settings = _settings(newsroom.proxy_url, chosen.store or f"sqlite:///{DEMO_STORE}")
        run(_show(newsroom, settings, once=once or not sys.stdout.isatty()))


async def _show(newsroom: Newsroom, settings: Settings, *, once: bool) -> None:
    from pipeline.assemble import App, now, open_app
    from pipeline.core.subscriptions import Subscription
    from pipeline.screens import articles_table, cycle_line, feeds_table, headline
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
        telling = [row for row in rows if row["edges"] or row["revisions"] or row["flags"]]
        plain = [row for row in rows if row not in telling][:PLAIN_SHOWN]
        put(headline("Articles that have something to tell, and some plain ones"))
        put(articles_table([row for row in rows if row in telling or row in plain], now()))
        put(headline("Feeds"))
        put(feeds_table(await pipeline.store.list_feeds(), now(), brief=True))
        at = f"dateline --store {settings.store.url}"
        shown = max(telling, key=lambda row: len(row["edges"]), default=rows[0])["id"]
        put(headline(f"{len(rows)} articles in all. Look closer, then poll the real world"))
        say(f"  {at} show {shown}    # also: articles, edges, feeds list, status")
        say("  dateline config init; dateline feeds sync; dateline poll")
        if once:
            return
        say(f"The newsroom stays up at {newsroom.proxy_url} and is polled every 10 s. Ctrl-C ends it.")
        while True:
            await asyncio.sleep(STAY_POLLING_EVERY_S)
            await cycle(pipeline, "polling")


def _settings(proxy_url: str, store_url: str) -> Settings:
    """The defaults, with the newsroom as the world and without the pause that real publishers are given."""
    from pipeline.config import FetchSettings, Settings, StoreSettings

    return Settings(store=StoreSettings(url=store_url), fetch=FetchSettings(proxy=proxy_url, pause=timedelta(0)))
