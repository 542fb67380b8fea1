"""What a host prints on page after page: for each host one blob of line hashes and their counts, learnt page by page.

A blob is never more than some nine thousand bytes (pipeline.core.line_counts.MAX_LINES), and is written in the
transaction that saves the article it was learnt from.
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from functools import cache
from itertools import chain

from sqlalchemy import Connection, Insert, bindparam, select

from pipeline.core.errors import BadUrl
from pipeline.core.line_counts import learnt
from pipeline.core.model import HostLines, Reading
from pipeline.core.urls import host_of
from pipeline.store.connect import insert_into, lock_rows
from pipeline.store.tables import host_lines

_PAGES = struct.Struct("<H")
_LINE = struct.Struct("<QB")  # the hash, and on how many pages


def known(connection: Connection, hosts: Collection[str]) -> dict[str, HostLines]:
    """What is known of each of ``hosts``; those of which nothing is known are left out."""
    return {row.host: _unpacked(bytes(row.lines)) for row in connection.execute(_KNOWN, {"hosts": list(hosts)})}


def learn(connection: Connection, reading: Reading) -> None:
    """Count the lines of a page just read among those of its host; one that is no address teaches nothing."""
    if not reading.lines_seen:
        return
    try:
        name = host_of(reading.article.url)
    except BadUrl:
        return
    lock_rows(connection, _KNOWN, {"hosts": [name]})
    before = known(connection, [name]).get(name, HostLines())
    after = learnt(before, reading.lines_seen, reading.paragraphs)
    if after is not before:
        connection.execute(_keep(connection.dialect.name), {"host": name, "lines": _packed(after)})


def _packed(lines: HostLines) -> bytes:
    # In one call: it takes a third of the time of one for each line.
    every_line = struct.pack("<" + "QB" * len(lines.counts), *chain.from_iterable(lines.counts.items()))
    return _PAGES.pack(lines.pages) + every_line


def _unpacked(blob: bytes) -> HostLines:
    (pages,) = _PAGES.unpack_from(blob)
    return HostLines(pages, dict(_LINE.iter_unpack(blob[_PAGES.size :])))


@cache
def _keep(dialect: str) -> Insert:
    statement = insert_into(dialect, host_lines)
    return statement.on_conflict_do_update(index_elements=[host_lines.c.host], set_={"lines": statement.excluded.lines})


_KNOWN = select(host_lines.c.host, host_lines.c.lines).where(host_lines.c.host.in_(bindparam("hosts", expanding=True)))
