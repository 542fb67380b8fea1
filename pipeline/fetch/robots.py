"""robots.txt by RFC 9309: asked once a day for each origin, before a page of it is read.

Feeds are published for machines like us and are not asked about. What a file means is left to protego; what it
may cost is decided here: only the groups that speak to us are kept, and only so many rules of them, since a file of a
thousand agents and a thousand rules takes protego a second, and one of 500 KB minutes.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from protego import Protego

from pipeline.core.errors import BadRedirect, Disallowed, Refused

MAX_ROBOTS_BYTES = 500 * 1024  # RFC 9309 section 2.5: what a crawler must read at least; we read no more
MAX_ROBOTS_HOPS = 5  # section 2.3.1.2
FRESH_FOR = timedelta(hours=24)  # section 2.4
CLOSED_FOR = timedelta(minutes=10)  # section 2.3.1.4 rules out reading now; a server in trouble is asked again soon
MAX_CRAWL_DELAY_S = 30.0  # longer ones, meant for crawlers of whole sites, would end our reading of a day's few pages

MAX_RULES = 10_000  # of the groups for us; far beyond what anybody writes by hand, and 0.2 s for protego
MAX_RULE_CHARS = 2_000  # a longer path is longer than any URL we dial
MAX_CACHED_ORIGINS = 20_000
MAX_CACHED_CHARS = 32 * 1024 * 1024
PARSED_AT_ONCE = 16  # parsed rules take 50 times the room of their text; a turn needs one or two

LONG_AGO = datetime.min.replace(tzinfo=UTC)

_AGENT_LINE = re.compile(r"user[- ]?agent\s*[:\s]\s*(.*)", re.IGNORECASE)
_SITE_WIDE_LINE = re.compile(r"(?:site-?maps?|host)\s*[:\s]", re.IGNORECASE)
_PRODUCT = re.compile(r"[A-Za-z_-]+")  # RFC 9309 section 2.2.1


@dataclass(slots=True)
class _Known:
    """What one origin said. ``lines`` is None while it keeps us out, for the reason in ``closed_because``."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    lines: str | None = ""
    closed_because: str = ""
    until: datetime = LONG_AGO


class Robots:
    """The rules of every origin (scheme and authority) that has been asked lately.

    ``read`` fetches a robots.txt: it gives the first MAX_ROBOTS_BYTES of the body or raises a FetchError.
    """

    def __init__(
        self, *, user_agent: str, read: Callable[[str], Awaitable[bytes]], now: Callable[[], datetime]
    ) -> None:
        self._product = product_token(user_agent)
        self._read = read
        self._now = now
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._cached_chars = 0
        self._parsed = lru_cache(maxsize=PARSED_AT_ONCE)(Protego.parse)

    async def permit(self, url: str, origin: str) -> float:
        """Answer the Crawl-delay in seconds for a page that may be read (0.0 where none is asked for, at most
        MAX_CRAWL_DELAY_S).

        Raises Disallowed where the page may not be read, and lets FetchErrors of ``read`` pass where the origin
        could not be asked at all: its page would fare no better, and says so in better words.
        """
        known = self._known.get(origin)
        if known is None:
            known = self._known[origin] = _Known()
            self._evict()
        self._known.move_to_end(origin)
        async with known.lock:
            if known.until <= self._now():
                await self._ask(known, origin)
        if known.lines is None:
            raise Disallowed(f"{origin}/robots.txt {known.closed_because}, so its pages are left alone", url=url)
        if not known.lines:
            return 0.0
        rules = self._parsed(known.lines)
        if not rules.can_fetch(url, self._product):
            raise Disallowed(f"{origin}/robots.txt asks us not to read this page", url=url)
        return min(rules.crawl_delay(self._product) or 0.0, MAX_CRAWL_DELAY_S)

    async def _ask(self, known: _Known, origin: str) -> None:
        lines: str | None
        because, fresh_for = "", FRESH_FOR
        try:
            lines = lines_for(self._product, (await self._read(f"{origin}/robots.txt")).decode("utf-8-sig", "replace"))
        except BadRedirect:
            lines = ""  # RFC 9309 section 2.3.1.2: unavailable, so everything may be read
        except Refused as error:
            # Section 2.3.1.3 lets everything be read after any 4xx; 429 is a host in trouble, as a 5xx is.
            if error.status < 500 and error.status != 429:
                lines = ""
            elif error.after is not None:
                raise  # the host has named its moment, which is a better answer than a guess of ours
            else:
                lines, because, fresh_for = None, f"answered {error.status}", CLOSED_FOR
        self._cached_chars += len(lines or "") - len(known.lines or "")
        known.lines, known.closed_because, known.until = lines, because, self._now() + fresh_for
        self._evict()

    def _evict(self) -> None:
        """Forget the origins that were needed longest ago; never the newest, which is in use."""
        while len(self._known) > 1 and (len(self._known) > MAX_CACHED_ORIGINS or self._cached_chars > MAX_CACHED_CHARS):
            _, oldest = self._known.popitem(last=False)
            self._cached_chars -= len(oldest.lines or "")


def product_token(user_agent: str) -> str:
    """The name that robots.txt files know us by: "dateline" of "Dateline/1.2 (+https://...)"; "*" where none."""
    product = _PRODUCT.match(user_agent)
    return product[0].lower() if product else "*"


def lines_for(product: str, text: str) -> str:
    """The groups of a robots.txt that speak to ``product`` or to everybody, in their order; "" where none does.

    At most MAX_RULES lines of rules. Agents are matched whole and without case (RFC 9309 section 2.2.1).
    """
    kept: list[str] = []
    for_us = naming = False
    rules = 0
    for raw_line in text.splitlines():
        line = raw_line.partition("#")[0].strip()
        if not line or _SITE_WIDE_LINE.match(line):
            continue  # site-wide lines do not end a group's list of agents
        agent = _AGENT_LINE.match(line)
        if agent:
            for_us = for_us and naming
            naming = True
            name = agent[1].partition("/")[0].strip().lower()
            if name in {"*", product}:
                for_us = True
                kept.append(f"User-agent: {name}")
            continue
        naming = False
        if for_us and len(line) <= MAX_RULE_CHARS and rules < MAX_RULES:
            kept.append(line)
            rules += 1
    return "\n".join(kept)
