"""``dateline run``: the daemon, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.saying import FINE, complain, read_file
from pipeline.cli.saying import run as run_to_the_end

if TYPE_CHECKING:
    from pipeline.config import Loaded

STOPPED_BY = [signal.SIGTERM, signal.SIGINT]


def run(
    ctx: typer.Context,
    share: Annotated[
        bool, typer.Option("--share", help="Be one of several daemons on one Postgres store, on any machines.")
    ] = False,
) -> None:
    """The daemon: polls, reads and stores until it is stopped.

    By SIGTERM, SIGINT (Ctrl-C), or its terminal closing.
    """
    stopped_by = STOPPED_BY
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as nohup has it
        stopped_by = [*STOPPED_BY, signal.SIGHUP]  # the terminal that we were started from may close
    for number in stopped_by:
        # While modules still load there is nothing to close, and no loop that could be told.
        signal.signal(number, lambda *_: os._exit(FINE))
    run_to_the_end(_serve(ctx.obj.load(), share, stopped_by))
    # A name look-up that hangs sits in a thread that nobody can end, and Python would wait for it at exit. All that
    # matters has been closed by now.
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # nobody reads it any more, or it never was there
            stream.flush()
    os._exit(FINE)


async def _serve(loaded: Loaded, share: bool, stopped_by: Sequence[signal.Signals]) -> None:
    import structlog
    from sqlalchemy import make_url

    from pipeline.assemble import now, open_daemon
    from pipeline.core.subscriptions import read_subscriptions

    log, url = structlog.get_logger(), make_url(loaded.settings.store.url)
    # As it was given, where it holds no secret: rendered, a folder's "ü" would be "%C3%BC".
    place = loaded.settings.store.url if url.password is None else url.render_as_string(hide_password=True)
    stop = asyncio.Event()
    for number in stopped_by:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_daemon(loaded.settings, share=share) as (daemon, store):
        if loaded.feeds_file.is_file():
            listed = read_subscriptions(read_file(loaded.feeds_file), str(loaded.feeds_file))
            await store.follow(listed, now())
        if not await store.is_followed():
            complain("there are no feeds yet; waiting for `dateline feeds add URL` or `dateline feeds sync`.")
        # Where all is quiet nothing else may be said for an hour.
        log.info("run", outcome="started", store=place, detail="Ctrl-C or SIGTERM stops it")
        await daemon.run(stop)
    log.info("run", outcome="stopped", store=place)
