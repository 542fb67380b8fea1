"""How long a server says that its answer stays fresh: RFC 9111, section 4.2, and nothing guessed beyond it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from pipeline.core.dates import read_moment

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)


def max_age_s(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds from ``now`` until the answer goes stale, or None where its ``headers`` do not say.

    Cache-Control max-age wins over Expires; ``Age`` is taken off it. no-cache and no-store mean that a cache must
    ask again, not how often, so they say nothing here. An Expires that is no date ("0", "-1") means stale: 0.
    """
    control = headers.get("cache-control", "")
    if stated := _MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        return max(0, int(stated[1]) - (int(age) if age.isascii() and age.isdigit() else 0))
    if "expires" in headers and "no-cache" not in control and "no-store" not in control:
        expires = read_moment(headers["expires"])
        return 0 if expires is None else max(0, int((expires.at - now).total_seconds()))
    return None
