"""The doors: every command of ``dateline``, its flags, its exit code, and errors in words.

Heavy modules are imported inside the commands, so that ``--help`` answers at once.
Exit codes: 0 fine; 1 done, but some feeds or pages failed; 2 usage or configuration; 3 the store;
4 another run holds the lock.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline import __version__
from pipeline.cli import (
    backfilling,
    configuring,
    covering,
    demonstrating,
    diagnosing,
    exporting,
    extracting,
    keeping,
    looking,
    polling,
    running,
    subscribing,
)
from pipeline.cli.saying import ALREADY_RUNNING, FINE, MISUSED, SOME_FAILED, STORE_TROUBLE, Chosen

# Without rich's mark-up: importing it would triple the time that --help takes.
app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)

app.command("run")(running.run)
app.command("poll")(polling.poll)
app.command("backfill")(backfilling.backfill)
app.command("coverage")(covering.coverage)
app.add_typer(subscribing.app, name="feeds")
app.command("articles")(looking.articles)
app.command("show")(looking.show)
app.command("edges")(looking.edges)
app.command("status")(looking.status)
app.command("doctor")(diagnosing.doctor)
app.command("export")(exporting.export)
app.command("extract")(extracting.extract)
app.command("reread")(keeping.reread)
app.command("forget")(keeping.forget)
app.add_typer(configuring.config_app, name="config")
app.add_typer(keeping.db_app, name="db")
app.command("demo")(demonstrating.demo)


def main() -> None:
    """Run the command line; the entry point of ``dateline``."""
    from pipeline.core.errors import AlreadyRunning, BadQuery, BadUrl, ConfigError, PipelineError, StoreError

    _make_writable()
    try:
        try:
            app()
        finally:
            # What still waits for its reader fails here, and not where the interpreter ends and only it can tell.
            sys.stdout.flush()
    except SystemExit as end:
        # Typer ends the process itself over both of these, and not as people expect it.
        if _came_from(end, BrokenPipeError):
            sys.exit(FINE)  # the reader of our output has gone (``| head``)
        if _came_from(end, KeyboardInterrupt):
            print(
                "dateline: stopped; what was stored is kept, and the same command may be given again.", file=sys.stderr
            )
        raise
    except PipelineError as error:
        print(f"dateline: {error}", file=sys.stderr)
        if isinstance(error, (BadQuery, BadUrl, ConfigError)):
            sys.exit(MISUSED)
        if isinstance(error, AlreadyRunning):
            sys.exit(ALREADY_RUNNING)
        sys.exit(STORE_TROUBLE if isinstance(error, StoreError) else SOME_FAILED)
    except BrokenPipeError:
        _drop_output()
        sys.exit(FINE)
    except OSError as error:
        _drop_output()
        print(f"dateline: the output cannot be written: {error.strerror}.", file=sys.stderr)
        sys.exit(SOME_FAILED)


def _drop_output() -> None:
    """Let what could not be written go nowhere: at its end the interpreter tries once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _make_writable() -> None:
    """Let output go nowhere where it was closed, and let no letter of the world's news be one too many for it."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - for as long as the process lasts
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _came_from(end: BaseException | None, kind: type[BaseException]) -> bool:
    while end is not None and not isinstance(end, kind):
        end = end.__cause__ or end.__context__
    return end is not None


@app.callback()
def before_all(
    ctx: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Configuration file.", show_default=False)
    ] = None,
    store: Annotated[str | None, typer.Option("--store", metavar="URL", help="Store URL; wins over store.url.")] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Say the version and exit.", is_eager=True, callback=lambda v: _version(v))
    ] = False,
) -> None:
    """Dateline polls news feeds, reads the articles, and stores them with source, date and provenance."""
    ctx.obj = Chosen(config, store)


def _version(asked: bool) -> None:
    if asked:
        print(f"dateline {__version__}")
        raise typer.Exit
