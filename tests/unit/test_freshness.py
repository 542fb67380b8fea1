"""Freshness: what max-age, Age and Expires say, and what they do not."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipeline.core.freshness import max_age_s


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": "public, MAX-AGE=600", "age": "100"}, 500),
        ({"cache-control": "max-age=60", "age": "100"}, 0),
        ({"cache-control": "s-maxage=600"}, None),
        ({"cache-control": "max-age=600", "expires": "Wed, 11 Feb 2026 13:00:00 GMT"}, 600),
        ({"expires": "Wed, 11 Feb 2026 13:00:00 GMT"}, 3600),
        ({"expires": "Wed, 11 Feb 2026 11:00:00 GMT"}, 0),
        ({"expires": "0"}, 0),
        ({"expires": "-1"}, 0),
        ({"cache-control": "no-cache", "expires": "0"}, None),
        ({"cache-control": "max-age=oops"}, None),
    ],
)
def test_freshness_is_what_the_server_states(now: datetime, headers: dict[str, str], seconds: int | None) -> None:
    assert max_age_s(headers, now) == seconds
