"""What the older pages of a feed are called: each publishing system counts in its own way, and none says which.

The way is found by asking for the second page in each manner until one answers entries that the first page does not
have. A system that does not know the manner ignores it and answers the first page again, or has nothing there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

# Manners, in the order in which they are tried: the most used first, and a count from zero before the same count from
# one, since a system that counts from zero answers its third page to "page=2", and the second would be missed.
QUERY, PATH, BEFORE_NAME = "query", "path", "before-name"


@dataclass(frozen=True, slots=True)
class Manner:
    """``word`` is the parameter (QUERY) or the folder (PATH, BEFORE_NAME; "" for the bare number).

    ``counts`` is what the number counts: ``pages`` (the first is 1), ``pages-from-0``, ``entries`` (how many are
    passed over) or ``entries-from-1`` (the place of the first). ``also`` is a further parameter with its value.
    """

    name: str
    place: str
    word: str
    counts: str
    also: tuple[str, str] | None = None


MANNERS: Final[tuple[Manner, ...]] = (
    Manner("wordpress", QUERY, "paged", "pages"),  # /feed/?paged=2
    # Blogger's own largest page; a smaller one would cost more calls.
    Manner("blogger", QUERY, "start-index", "entries-from-1", ("max-results", "150")),
    Manner("drupal", QUERY, "page", "pages-from-0"),  # /rss.xml?page=1 is the second
    Manner("page", QUERY, "page", "pages"),  # Substack's lists, and many home-made systems
    Manner("ghost", PATH, "", "pages"),  # /rss/2/
    Manner("ghost-page", PATH, "page", "pages"),  # /rss/page/2/
    Manner("page-folder", BEFORE_NAME, "page", "pages"),  # /page/2/feed/
    Manner("offset", QUERY, "offset", "entries"),  # Substack's archive
)

_MANNER_BY_NAME: Final = {manner.name: manner for manner in MANNERS}


def page_url(manner_name: str, feed_url: str, *, page: int, seen: int) -> str:
    """The address of ``page`` (the feed itself is page 1) of the feed at ``feed_url``, in this manner.

    ``seen`` is the number of entries on the pages before it. Raises KeyError for a manner that is not in MANNERS.
    """
    manner = _MANNER_BY_NAME[manner_name]
    number = {"pages": page, "pages-from-0": page - 1, "entries": seen, "entries-from-1": seen + 1}[manner.counts]
    parts = urlsplit(feed_url)
    path, query = parts.path, parts.query
    if manner.place == QUERY:
        query = _with(query, manner.word, str(number))
        if manner.also is not None:
            query = _with(query, *manner.also)
    else:
        folders = f"{manner.word}/{number}/" if manner.word else f"{number}/"
        if manner.place == PATH:
            path = f"{path.rstrip('/')}/{folders}"
        else:
            before, _, name = path.rstrip("/").rpartition("/")
            path = f"{before}/{folders}{name}{'/' if path.endswith('/') else ''}"
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def next_manner(manner_name: str | None) -> str | None:
    """The manner to try after this one (None: the first to try); None after the last."""
    if manner_name is None:
        return MANNERS[0].name
    place = [manner.name for manner in MANNERS].index(manner_name)
    return MANNERS[place + 1].name if place + 1 < len(MANNERS) else None


def _with(query: str, name: str, value: str) -> str:
    """``query`` with ``name`` said once, as ``value``."""
    kept = [part for part in query.split("&") if part and not re.match(rf"{re.escape(name)}(?:=|$)", part)]
    return "&".join([*kept, f"{name}={value}"])
