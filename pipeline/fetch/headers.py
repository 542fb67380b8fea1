"""What goes into a request's headers and what an answer's headers say: validators and Retry-After."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pipeline.core.model import Validators, Want

# Feeds are often served as the wrong one of these types; */* keeps strict servers from answering 406.
_FEED_TYPES = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
ACCEPT: Mapping[Want, str] = {
    Want.FEED: _FEED_TYPES,
    Want.OLDER: _FEED_TYPES,
    Want.SITEMAP: "application/xml, text/xml, text/plain;q=0.5, */*;q=0.1",
    Want.PAGE: "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
    Want.ROBOTS: "text/plain, */*;q=0.1",
}
MAX_RETRY_AFTER = timedelta(days=1)  # 317,100 s and more are seen; a day later the question is fair again
MAX_VALIDATOR_CHARS = 1024  # an ETag of 60 KB is somebody's joke, and would be sent with every poll

_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_SECONDS = re.compile(r"-?[0-9]+")


def conditional(sent: Validators) -> dict[str, str]:
    """The headers that ask "has it changed?"; empty where there is nothing to ask with.

    Both are sent where both are known: some servers change one of the two and never match it again.
    """
    headers: dict[str, str] = {}
    if sent.etag:
        headers["If-None-Match"] = sent.etag
    if sent.last_modified:
        headers["If-Modified-Since"] = sent.last_modified
    return headers


def validators_in(headers: Mapping[str, str], sent: Validators) -> Validators:
    """The validators of an answer that are fit to be stored; those in ``sent`` stand in for missing ones.

    Fit is printable ASCII of at most MAX_VALIDATOR_CHARS. ``sent`` are those of the request after a 304, which updates
    only what it names (RFC 9111 section 3.2), and empty ones after a whole answer.
    """
    return Validators(
        etag=_fit(headers.get("ETag")) or sent.etag,
        last_modified=_fit(headers.get("Last-Modified")) or sent.last_modified,
    )


def retry_moment(retry_after: str | None, now: datetime) -> datetime | None:
    """The moment that a Retry-After header names, in seconds or as a date (RFC 9110 section 10.2.3).

    Never before ``now`` and never more than MAX_RETRY_AFTER after it. None where there is none or it cannot be read.
    """
    text = (retry_after or "").strip()
    if _SECONDS.fullmatch(text):
        wait = timedelta(seconds=int(text[:10]))  # ten digits are centuries; int() refuses thousands of them
    else:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return now + min(max(wait, timedelta()), MAX_RETRY_AFTER)


def _fit(validator: str | None) -> str | None:
    if validator and len(validator) <= MAX_VALIDATOR_CHARS and _PRINTABLE.fullmatch(validator):
        return validator
    return None
