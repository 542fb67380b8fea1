"""``dateline backfill`` on a terminal of 80 columns: what is seen while it goes, and what Ctrl-C comes to."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable

import pytest
from rich.cells import cell_len

from tests.acceptance.command import Dateline
from tests.acceptance.history import FEED, HOST, newest_first, rss, urlset
from tests.localsite import LocalSite

COLUMNS = 80
LIMIT_S = 60
STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CTRL_C = b"\x03"


def on_terminal(
    dateline: Dateline,
    *arguments: str,
    is_enough: Callable[[str], bool] = lambda said: False,
    columns: int = COLUMNS,
) -> tuple[int, str]:
    """The exit code, and all that the command wrote to its terminal; Ctrl-C is typed there once ``is_enough``."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = subprocess.Popen(
        dateline.command(*arguments),
        cwd=dateline.folder,
        env=dateline.environment() | {"TERM": "xterm-256color"},
        preexec_fn=lambda: os.login_tty(theirs),  # only a terminal of its own sends it what Ctrl-C means
    )
    os.close(theirs)
    said, typed, give_up_at = b"", False, time.monotonic() + LIMIT_S
    while time.monotonic() < give_up_at:
        if not select.select([ours], [], [], 1.0)[0]:
            continue
        try:
            heard = os.read(ours, 65536)
        except OSError:  # Linux says so where the other side is closed
            break
        if not heard:
            break
        said += heard
        if not typed and is_enough(STEERING.sub("", said.decode(errors="ignore"))):
            os.write(ours, CTRL_C)
            typed = True
    os.close(ours)
    return command.wait(timeout=LIMIT_S), STEERING.sub("", said.decode())


@pytest.fixture
def slow_paper(site: LocalSite) -> LocalSite:
    """Forty stories in a feed of two pages and a sitemap, each of which takes a while."""
    stories = newest_first(0, 40)
    for story in stories:
        site.page(story.url, story.page(), delay_s=0.15)
    site.page(FEED, rss(stories[:10]))
    site.page(f"{FEED}?paged=2", rss(stories[10:20]))
    site.robots(HOST, f"Sitemap: {HOST}/sitemap.xml\n")
    site.page(f"{HOST}/sitemap.xml", urlset(stories))
    return site


def test_bars_tell_how_far_how_fast_and_how_long_within_80_columns(dateline: Dateline, slow_paper: LocalSite) -> None:
    code, said = on_terminal(dateline, "backfill", FEED)

    assert code == 0
    drawn = [line for line in re.split(r"[\r\n]+", said) if "━" in line]
    assert max(map(cell_len, drawn)) <= COLUMNS
    assert any(re.search(r"^quay\.example/feed .* \d+/40 \d+\.\d pages/s, \d+ s left", line) for line in drawn)
    for source in ("feed", "paged", "sitemap"):
        assert any(re.search(rf"^  {source} .* \d+/\d+ ", line) for line in drawn), source
    assert any(re.search(r"^  sitemap .* pages/s, \d+ s left", line) for line in drawn)
    assert any(re.search(r"^  paged .* waits", line) for line in drawn)
    last = said[said.rindex("━") :]
    assert max(map(cell_len, last.splitlines())) <= COLUMNS
    assert "New: 10 by feed, 10 by paged, 20 by sitemap." in last


def test_ctrl_c_ends_cleanly_and_says_how_to_go_on(dateline: Dateline, slow_paper: LocalSite) -> None:
    code, said = on_terminal(dateline, "backfill", FEED, is_enough=lambda said: " s left" in said)

    assert code == 130
    assert "Traceback" not in said
    assert re.search(r"stopped after (\d+) new articles?; what was read is kept\.", said)
    assert "the same command goes on from here" in said
    kept = len(dateline.articles())
    assert 0 < kept < 40
    assert f"stopped after {kept} new" in said
    assert "40 articles" in dateline.fine("backfill", FEED)
    assert max(len(slow_paper.visits(story.url)) for story in newest_first(0, 40)) == 1
