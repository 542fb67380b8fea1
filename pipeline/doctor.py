"""What is wrong with this installation, and what mends it: one check after another, each answering with findings.

A check asks the machine, the configuration, the store or the network, and judges what it finds; nothing is changed.
One feed is asked for, once, as a turn would ask for it, and only where nobody else is asking its host.
"""

from __future__ import annotations

import asyncio
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from pipeline import __version__
from pipeline.assemble import now, open_client, open_store
from pipeline.config import Loaded, Settings, shown
from pipeline.core.dates import read_moment
from pipeline.core.errors import ConfigError, FetchError, Refused, StoreError
from pipeline.core.model import Feed, Reply, Request, Want
from pipeline.core.urls import without_login
from pipeline.store import Ground, LooseEnds, Status, Store

GIB = 1024**3

TESTED_PYTHONS = ((3, 11), (3, 15))  # from, and below
PLACEHOLDER_CONTACT = "dateline.example"  # of the shipped fetch.user_agent
FREE_BYTES = 1 * GIB  # below, a busy day of raw pages may fill the disk
FREE_SHARE = 0.1
CLOCK_OFF = timedelta(seconds=60)
LATE = timedelta(hours=1)  # who polls by cron does so hourly or oftener
LOOK_UP_S = 10.0
MANY_FAILING = 0.25  # of all feeds; a few are always down somewhere


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"  # it works, and somebody should look at it
    ERROR = "error"  # it does not work


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw. ``mend`` is the command or the edit that mends it; None where nothing is to be done."""

    check: str
    level: Level
    what: str
    mend: str | None = None


async def examine(loaded: Loaded) -> tuple[Finding, ...]:
    """Every check, in the order in which one thing rests on another. Takes a second, and more on large SQLite files."""
    findings = [_of_machine(), *_of_configuration(loaded)]
    try:
        async with open_store(loaded.settings) as store:
            findings += await _of_store(store, loaded.settings)
            feed = await store.feed_to_try(now())
    except StoreError as error:
        return (*findings, _of_error("store", error))
    return (*findings, *await _of_network(loaded.settings, feed))


def of_misconfiguration(error: ConfigError) -> tuple[Finding, ...]:
    """What can be said where the configuration cannot be read: where the store is, is then not known."""
    return _of_machine(), Finding("configuration", Level.ERROR, str(error), "edit what is named, then ask again")


def is_well(findings: Sequence[Finding]) -> bool:
    """Whether all works; what only somebody should look at is no error."""
    return all(finding.level is not Level.ERROR for finding in findings)


def _of_machine() -> Finding:
    what = f"Dateline {__version__} on Python {platform.python_version()}, {platform.platform(terse=True)}"
    lowest, above = TESTED_PYTHONS
    if not lowest <= sys.version_info[:2] < above:
        supported = f"Python {lowest[0]}.{lowest[1]} to {above[0]}.{above[1] - 1}"
        return Finding("python", Level.WARNING, f"{what}; it is tested on {supported}", f"install it on {supported}")
    return Finding("python", Level.OK, what)


# -------------------------------------------------------------------------------------------- configuration


def _of_configuration(loaded: Loaded) -> Iterator[Finding]:
    defaults = {row["key"]: row["value"] for row in shown(Loaded(settings=Settings(), file=None, origins={}))}
    changed = [row for row in shown(loaded) if row["value"] != defaults[row["key"]]]
    words = [f"{row['key']} = {row['value']!r} (from {row['origin']})" for row in changed]
    what = f"{_place_of(loaded.file)}; " + (
        "differs from the defaults in " + ", ".join(words) if words else "all defaults"
    )
    yield Finding("configuration", Level.OK, what)
    yield from _of_password(loaded)
    if PLACEHOLDER_CONTACT in loaded.settings.fetch.user_agent:
        yield Finding(
            "user agent",
            Level.WARNING,
            f"publishers who ask who we are find {loaded.settings.user_agent!r}, which leads to nobody",
            "put an address of yours into fetch.user_agent"
            + (f" in {loaded.file}" if loaded.file else "; `dateline config init` writes a file for it"),
        )


def _place_of(file: Path | None) -> str:
    if file is None:
        return "no file"
    resolved = file.resolve()
    return str(file) if resolved == file.absolute() else f"{file}, which is {resolved}"


def _of_password(loaded: Loaded) -> Iterator[Finding]:
    """A password in a file that every user of the machine can read."""
    values = {"store.url": loaded.settings.store.url, "fetch.proxy": loaded.settings.fetch.proxy}
    held = [
        key
        for key, value in values.items()
        if loaded.origins.get(key) == str(loaded.file) and urlsplit(value).password is not None
    ]
    if loaded.file is not None and held and loaded.file.stat().st_mode & 0o004:
        yield Finding(
            "password",
            Level.WARNING,
            f"{loaded.file} holds the password of {' and '.join(held)}, and every user of this machine can read it",
            f"chmod o-rwx {loaded.file}",
        )


# ---------------------------------------------------------------------------------------------------- store


async def _of_store(store: Store, settings: Settings) -> list[Finding]:
    moment = now()
    holder = await store.run_holder()
    status = await store.status(moment)
    ends = await store.loose_ends(moment, settings.pace.max_interval)
    return [
        *_of_ground(await store.ground()),
        Finding("daemon", Level.OK, "nobody runs it" if holder is None else f"{holder} runs it"),
        *_of_loose_ends(ends, holder),
        _of_subscriptions(status),
        _of_lateness(status, holder),
    ]


def _of_error(check: str, error: StoreError) -> Finding:
    # The errors of the store say what is wrong, a semicolon, and the next step.
    what, _, mend = str(error).partition("; ")
    return Finding(check, Level.ERROR, what, mend or None)


def _of_ground(ground: Ground) -> Iterator[Finding]:
    sizes = f"{_size(ground.store_bytes)}, and {_size(ground.pages_bytes)} of raw pages"
    if ground.damage:
        yield Finding(
            "store",
            Level.ERROR,
            f"{ground.database} finds it damaged: {'; '.join(ground.damage)}",
            "stop the daemon, keep a copy, then restore a backup or try `sqlite3 FILE .recover`"
            if ground.journal_mode
            else "REINDEX what is named, or restore a backup",
        )
    else:
        yield Finding("store", Level.OK, f"{ground.database}; the schema is current and all is sound; {sizes}")
    if ground.pages_damage:
        yield Finding(
            "raw pages",
            Level.WARNING,
            f"their file is damaged: {'; '.join(ground.pages_damage)}",
            "stop the daemon and move the .pages.db file away; a new one is begun, and no article is lost",
        )
    if ground.journal_mode not in {None, "wal"}:
        yield Finding(
            "journal",
            Level.WARNING,
            f"the journal mode is {ground.journal_mode}, so that looking waits for writing; Dateline sets wal",
            "end whatever set it; `dateline poll --due` sets it back",
        )
    if ground.free_bytes is not None and ground.disk_bytes:
        share = ground.free_bytes / ground.disk_bytes
        what = f"{_size(ground.free_bytes)} of {_size(ground.disk_bytes)} are free where the store is ({share:.0%})"
        if ground.free_bytes < FREE_BYTES or share < FREE_SHARE:
            yield Finding(
                "disk", Level.WARNING, what, "free some, or keep raw pages for a shorter time: store.keep_pages"
            )
        else:
            yield Finding("disk", Level.OK, what)


def _of_loose_ends(ends: LooseEnds, holder: str | None) -> Iterator[Finding]:
    if ends.forgotten_leases:
        yield Finding(
            "leases",
            Level.WARNING,
            f"hosts whose worker was killed over them: {ends.forgotten_leases}; they are free for others by now",
            "`dateline poll --due` works what is due there and clears this",
        )
    if ends.unfollowed_entries:
        url = ends.unfollowed_url
        yield Finding(
            "entries",
            Level.WARNING,
            f"entries due though their feed is not followed any more: {ends.unfollowed_entries}, such as of {url}",
            f"`dateline feeds add --no-check {url}`, then `dateline feeds remove {url}`",
        )
    if ends.unpolled_feeds:
        url = ends.unpolled_url
        yield Finding(
            "feeds",
            Level.WARNING,
            f"feeds never polled, though long due: {ends.unpolled_feeds}, such as {url}",
            "`dateline run`" if holder is None else f"`dateline poll --feed {url}`, and look at what it says",
        )
    if ends.future_rows:
        yield Finding(
            "clock",
            Level.WARNING,
            f"polls and leases dated in the future: {ends.future_rows}; this clock was ahead, or is behind",
            "set the clock by network time (`timedatectl set-ntp true`)",
        )


def _of_subscriptions(status: Status) -> Finding:
    feeds = status["feeds"]
    if not feeds["total"]:
        return Finding(
            "subscriptions", Level.OK, "there are none yet", "`dateline feeds add URL`, or `dateline feeds sync`"
        )
    what = f"{feeds['total']} in all; {feeds['error']} failing, {feeds['gone']} gone, {feeds['paused']} paused"
    if feeds["error"] <= MANY_FAILING * feeds["total"]:
        return Finding("subscriptions", Level.OK, what)
    return Finding(
        "subscriptions", Level.WARNING, what, "`dateline feeds list --failing` says which, since when and why"
    )


def _of_lateness(status: Status, holder: str | None) -> Finding:
    late, due = timedelta(seconds=status["late_s"]), status["hosts"]["due"]
    if late < LATE:
        return Finding(
            "lateness", Level.OK, f"the longest wait of what is due: {_span(late)}" if due else "nothing is due"
        )
    return Finding(
        "lateness",
        Level.WARNING,
        f"hosts with work due: {due}, the longest waiting for {_span(late)}",
        "`dateline run`, or `dateline poll --due` now and then"
        if holder is None
        else "`dateline status` says which and why; more workers.parallel or a larger machine if it stays so",
    )


# -------------------------------------------------------------------------------------------------- network


async def _of_network(settings: Settings, feed: Feed | None) -> list[Finding]:
    if feed is None:
        return [Finding("network", Level.OK, "not tried: there is no feed that may be asked now")]
    looked_up = await _of_name(settings, feed.host)
    if looked_up.level is Level.ERROR:
        return [looked_up]
    try:
        async with open_client(settings) as client:
            reply = await client.fetch(Request(feed.url, Want.FEED, feed.validators))
    except FetchError as error:
        return [looked_up, _of_failed_call(error)]
    answered = f"{without_login(feed.url)} answered {reply.status}"
    return [looked_up, Finding("call", Level.OK, answered), *_of_clock(reply, feed.host)]


async def _of_name(settings: Settings, host: str) -> Finding:
    if settings.fetch.proxy:
        return Finding("names", Level.OK, "not looked up: the proxy of fetch.proxy does that")
    from pipeline.fetch.names import Names

    names = Names(at_once=1)
    try:
        async with asyncio.timeout(LOOK_UP_S):
            found = await names.resolve(host)
    except TimeoutError:
        what = f"no answer for {host} within {LOOK_UP_S:g} s"
    except OSError as error:
        what = f"{host} is not found: {error.strerror}"
    else:
        return Finding("names", Level.OK, f"{host} is {found[0]['host']}")
    finally:
        await names.close()
    return Finding("names", Level.ERROR, what, "look at the network and at /etc/resolv.conf")


def _of_failed_call(error: FetchError) -> Finding:
    if isinstance(error, Refused):
        # Somebody answered, so all on our side works.
        return Finding("call", Level.WARNING, str(error), "`dateline feeds list --failing` tells whether it stays so")
    return Finding("call", Level.ERROR, str(error), "look at the network, fetch.proxy and fetch.allow_networks")


def _of_clock(reply: Reply, host: str) -> Iterator[Finding]:
    their_time = _stated_time(reply)
    if their_time is None:
        return
    off = reply.fetched_at - their_time
    if abs(off) <= CLOCK_OFF:
        yield Finding("clock", Level.OK, f"within {CLOCK_OFF.seconds} s of what {host} says")
        return
    yield Finding(
        "clock",
        Level.WARNING,
        f"it is {_span(abs(off))} {'ahead of' if off > timedelta(0) else 'behind'} what {host} says",
        "set the clock by network time (`timedatectl set-ntp true`)",
    )


def _stated_time(reply: Reply) -> datetime | None:
    """What the server's clock said when it sent this, or None."""
    stated = read_moment(reply.headers.get("date", ""))
    # A cache sends the date of the original, and how long ago that was (RFC 9111, section 5.1).
    age = reply.headers.get("age", "0")
    return None if stated is None or not age.isdecimal() else stated.at + timedelta(seconds=int(age[:9]))


def _size(number: int) -> str:
    return f"{number / GIB:.1f} GB" if number >= GIB / 10 else f"{number / 1024**2:.1f} MB"


def _span(time: timedelta) -> str:
    seconds = time.total_seconds()
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
