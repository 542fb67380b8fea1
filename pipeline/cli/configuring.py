"""``dateline config``: write one, and show where each value comes from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.saying import MISUSED, AsJson, fail, print_json, put, read_file, say

config_app = typer.Typer(
    no_args_is_help=True, help="The configuration: write one, show where each value comes from.", rich_markup_mode=None
)


@config_app.command("init")
def config_init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where to write dateline.toml and feeds.toml.")
    ] = Path("config"),
) -> None:
    """Write a commented configuration and a list of feeds.

    Never over files that are there.
    """
    from pipeline.config import bundled

    for name in ("dateline.toml", "feeds.toml"):
        target = folder / name
        if target.exists():
            fail(f"{target} is there already; it is left as it is. Remove it first for a fresh one.", MISUSED)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("dateline.toml", "feeds.toml"):
            shutil.copyfile(bundled(name), folder / name)
    except OSError as error:
        fail(f"{folder}: cannot be written ({error.strerror}).", MISUSED)
    say(f"Wrote {folder / 'dateline.toml'} and {folder / 'feeds.toml'}.")
    # Elsewhere than where it is looked for, it has to be named.
    named = "" if folder == Path("config") else f" --config {folder / 'dateline.toml'}"
    say(
        "Put an address where publishers can reach you into fetch.user_agent there; "
        f"then `dateline{named} feeds sync` and `dateline{named} poll`."
    )


@config_app.command("show")
def config_show(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Every key, its value, and where it comes from."""
    from pipeline.config import shown
    from pipeline.screens import config_table

    rows = shown(ctx.obj.load())
    if as_json:
        print_json(rows)
    else:
        put(config_table(rows))


@config_app.command("check")
def config_check(ctx: typer.Context) -> None:
    """Say whether the configuration and the feeds file can be used."""
    from pipeline.core.errors import StoreUnusable
    from pipeline.core.subscriptions import read_subscriptions
    from pipeline.store import Store

    loaded = ctx.obj.load()
    try:
        Store(loaded.settings.store.url)
    except StoreUnusable as error:
        fail(f"{loaded.origins.get('store.url', 'default')}: {error}", MISUSED)
    say(f"{loaded.file or 'Built-in defaults'}: can be used.")
    if loaded.feeds_file.is_file():
        feeds = read_subscriptions(read_file(loaded.feeds_file), str(loaded.feeds_file))
        say(f"{loaded.feeds_file}: {len(feeds)} feeds.")
    else:
        say(f"{loaded.feeds_file}: not there; `dateline feeds sync` would have nothing to follow.")


@config_app.command("path")
def config_path(ctx: typer.Context) -> None:
    """The configuration file in use."""
    print(ctx.obj.load().file or "built-in defaults (no file)")
