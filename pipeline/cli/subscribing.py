"""``dateline feeds``: subscriptions in, out, listed and changed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.saying import MISUSED, SOME_FAILED, AsJson, complain, fail, print_json, put, read_file, run, say

Address = Annotated[str, typer.Argument(metavar="URL", help="The feed's address, as `dateline feeds list` has it.")]

app = typer.Typer(no_args_is_help=True, help="Subscriptions: add, import, list, pause, export.", rich_markup_mode=None)


@app.command("add")
def feeds_add(
    ctx: typer.Context,
    urls: Annotated[list[str], typer.Argument(metavar="URL", help="Feeds, or sites that name their feed.")],
    no_check: Annotated[bool, typer.Option("--no-check", help="Store without a first fetch.")] = False,
    source: Annotated[str | None, typer.Option(metavar="NAME", help="The publisher's name.")] = None,
    tag: Annotated[list[str], typer.Option("--tag", metavar="TAG", help="A tag (may be repeated).")] = [],  # noqa: B006
) -> None:
    """Subscribe to feeds; of a site, to the feed that it names."""
    from pipeline.core.errors import BadUrl, FetchError, Unreadable
    from pipeline.core.subscriptions import Subscription, meant_url
    from pipeline.core.urls import fetchable

    settings = ctx.obj.load().settings

    async def add() -> list[Exception]:
        from pipeline.assemble import now, open_finder, open_store

        failed: list[Exception] = []
        async with open_store(settings, create=True) as store, open_finder(settings) as finder:
            for url in urls:
                title, site_url, found = None, None, meant_url(url)
                try:
                    found = fetchable(found if "://" in found else f"https://{found}")
                    if not no_check:
                        found, document = await finder.find(found)
                        title, site_url = document.title, document.site_url
                        if document.trouble is not None:
                            complain(f"{found}: {document.trouble}")
                except (FetchError, Unreadable) as error:
                    failed.append(error)
                    complain(str(error) if url in str(error) else f"{url}: {error}")
                    continue
                wanted = Subscription(url=found, source=source, title=title, tags=tuple(tag), site_url=site_url)
                (done,) = await store.subscribe([wanted], now())
                say(f"{'Added' if done.created else 'Already there'}: {found}{f'  ({title})' if title else ''}")
        return failed

    failed = run(add())
    if any(not isinstance(error, BadUrl) for error in failed):
        complain("To store an address without looking at it first, add --no-check.")
    if failed:
        raise typer.Exit(SOME_FAILED)


@app.command("import")
def feeds_import(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="OPML, TOML, or a list of URLs, one a line.")],
) -> None:
    """Subscribe to every feed of a file.

    Folders of an OPML file become tags. What has no address that can be followed is named, and the others are taken.
    """
    from pipeline.core.subscriptions import read_usable

    wanted, unusable = read_usable(read_file(file), str(file))
    for error in unusable:
        complain(str(error))
    if not wanted:
        fail(f"{file} lists no feed that could be followed; nothing was added.", SOME_FAILED if unusable else MISUSED)

    async def add() -> int:
        from pipeline.assemble import now, open_store

        async with open_store(ctx.obj.load().settings, create=True) as store:
            return sum(done.created for done in await store.subscribe(wanted, now()))

    added = run(add())
    left_out = f", {len(unusable)} left out (see above)" if unusable else ""
    say(f"{added} added, {len(wanted) - added} already there{left_out}. `dateline poll` fetches them now.")
    if unusable:
        raise typer.Exit(SOME_FAILED)


@app.command("export")
def feeds_export(
    ctx: typer.Context,
    opml: Annotated[bool, typer.Option("--opml", help="OPML, for other readers; otherwise TOML.")] = False,
) -> None:
    """Write the subscriptions to standard output."""
    from pipeline.core.subscriptions import write_opml, write_toml

    async def look() -> str:
        from pipeline.assemble import open_store

        async with open_store(ctx.obj.load().settings) as store:
            subscribed = await store.subscriptions()
            return write_opml(subscribed).decode() if opml else write_toml(subscribed)

    sys.stdout.write(run(look()))


@app.command("list")
def feeds_list(
    ctx: typer.Context,
    failing: Annotated[bool, typer.Option("--failing", help="Only those whose last poll failed.")] = False,
    as_json: AsJson = False,
) -> None:
    """The subscriptions and how each is doing."""
    from pipeline.screens import feeds_table

    async def look() -> list[Any]:
        from pipeline.assemble import open_store

        async with open_store(ctx.obj.load().settings) as store:
            return list(await store.list_feeds(failing=failing))

    rows = run(look())
    if as_json:
        print_json(rows)
    elif rows:
        from pipeline.assemble import now

        put(feeds_table(rows, now()))
    else:
        say("No feed is failing." if failing else "No feeds yet. Add one with `dateline feeds add URL`.")


@app.command("edit")
def feeds_edit(
    ctx: typer.Context,
    url: Address,
    new_url: Annotated[str | None, typer.Option("--url", metavar="URL", help="The feed has moved here.")] = None,
    source: Annotated[str | None, typer.Option(metavar="NAME", help="The publisher's name.")] = None,
    title: Annotated[str | None, typer.Option(metavar="TITLE", help="A title of your own.")] = None,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Tags instead of the present ones.")
    ] = None,
) -> None:
    """Change a subscription's address, publisher, title or tags."""
    from pipeline.core.urls import fetchable

    if new_url is None and source is None and title is None and tag is None:
        fail("nothing to change; give --url, --source, --title or --tag.", MISUSED)

    asked_url = None if new_url is None else fetchable(new_url)

    async def edit() -> bool:
        from pipeline.assemble import now, open_store

        async with open_store(ctx.obj.load().settings, upgrade=True) as store:
            return await store.edit_feed(
                url,
                new_url=asked_url,
                source=source,
                title=title,
                tags=tag,
                now=now(),
            )

    _told(url, run(edit()), "changed")


@app.command("pause")
def feeds_pause(ctx: typer.Context, url: Address) -> None:
    """Stop polling a feed until it is resumed; nothing is deleted."""
    _set_paused(ctx, url, True)


@app.command("resume")
def feeds_resume(ctx: typer.Context, url: Address) -> None:
    """Poll a paused (or gone) feed again, from now on."""
    _set_paused(ctx, url, False)


@app.command("remove")
def feeds_remove(ctx: typer.Context, url: Address) -> None:
    """End a subscription; its articles stay."""

    async def remove() -> bool:
        from pipeline.assemble import open_store

        async with open_store(ctx.obj.load().settings, upgrade=True) as store:
            return await store.remove_feed(url)

    _told(url, run(remove()), "removed; its articles stay")


@app.command("sync")
def feeds_sync(ctx: typer.Context) -> None:
    """Make the subscriptions follow feeds.file.

    What is new there is added, what left it is paused.
    """
    from pipeline.core.subscriptions import read_subscriptions

    loaded = ctx.obj.load()
    if not loaded.feeds_file.exists():
        fail(f"{loaded.feeds_file}: not there. `dateline config init` writes a first list of feeds.", MISUSED)
    wanted = read_subscriptions(read_file(loaded.feeds_file), str(loaded.feeds_file))

    async def sync() -> str:
        from pipeline.assemble import now, open_store

        async with open_store(loaded.settings, create=True) as store:
            done = await store.follow(wanted, now())
            return f"{done.added} added, {done.updated} updated, {done.resumed} resumed, {done.paused} paused"

    say(f"{loaded.feeds_file}: {run(sync())}.")


def _set_paused(ctx: typer.Context, url: str, paused: bool) -> None:
    async def change() -> bool:
        from pipeline.assemble import now, open_store

        async with open_store(ctx.obj.load().settings, upgrade=True) as store:
            return await store.set_paused(url, paused, now())

    _told(url, run(change()), "paused" if paused else "resumed; due now")


def _told(url: str, found: bool, what: str) -> None:
    if not found:
        fail(f"not subscribed to {url}. `dateline feeds list` shows what is.", SOME_FAILED)
    say(f"{url}: {what}.")
