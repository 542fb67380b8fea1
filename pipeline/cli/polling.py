"""``dateline poll``: one cycle of the pipeline, now."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.saying import MISUSED, SOME_FAILED, fail, progress, put, run, say


def poll(
    ctx: typer.Context,
    feed: Annotated[list[str], typer.Option("--feed", metavar="URL", help="Only this feed (may be repeated).")] = [],  # noqa: B006
    due: Annotated[bool, typer.Option("--due", help="Only what is due by its own rhythm; for cron.")] = False,
) -> None:
    """One cycle now: poll the feeds, read what is new, then exit."""
    from pipeline.assemble import Cycle, open_app
    from pipeline.screens import cycle_line

    loaded = ctx.obj.load()

    async def one_cycle() -> Cycle | None:
        async with open_app(loaded.settings) as pipeline:
            if not feed and not await pipeline.store.is_followed():
                return None
            if strangers := [url for url in feed if not await pipeline.store.is_followed(url)]:
                fail(f"not subscribed to {strangers[0]}. `dateline feeds list` shows what is.", MISUSED)
            with progress("polling") as show:
                return await pipeline.poll(feed or None, due_only=due, progress=show)

    cycle = run(one_cycle())
    if cycle is None:
        say("No feeds yet. Add one with `dateline feeds add URL`, or a first list with `dateline feeds sync`.")
        return
    put(cycle_line(cycle.counts, cycle.hosts))
    if cycle.offline:
        say("No host could be reached: this machine seems to be offline. Nothing is charged to any feed.")
        raise typer.Exit(SOME_FAILED)
    if cycle.failed:
        say("What failed and why: `dateline status`.")
        raise typer.Exit(SOME_FAILED)
