"""Where a feed has moved to for good, and which of its two addresses a poll asks.

The subscriber's address stays what it is. That it points on is believed once it has said so for days, poll after poll:
permanent redirects are set by mistake and taken back (feedbin waits for six days of them, lion-reader for seven). From
then on the new address is asked alone, and the old one now and then, or when the new one fails.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from pipeline.core.model import Feed, Move, Reply
from pipeline.core.urls import without_login

PERMANENT: Final[Collection[int]] = frozenset({301, 308})  # RFC 9110, sections 15.4.2 and 15.4.9
PROVEN_BY_ANSWERS: Final = 5
PROVEN_AFTER: Final = timedelta(days=7)
ASKED_AGAIN_AFTER: Final = timedelta(days=7)  # is the subscriber's address: one call in 168 where it is polled hourly


def is_followed(feed: Feed, now: datetime) -> bool:
    """Whether the address that ``feed`` has moved to is asked now, and not the one that was subscribed to."""
    move = feed.move
    if move is None or feed.error_count:
        return False
    proven = move.answers >= PROVEN_BY_ANSWERS and move.asked_at - move.since >= PROVEN_AFTER
    return proven and now - move.asked_at < ASKED_AGAIN_AFTER


def move_after(feed: Feed, reply: Reply, now: datetime) -> Move | None:
    """What is known of the move of ``feed`` once its own address was asked and ``reply`` came.

    None where one step on the way was not for good, and where the address holds a login: that is sent to its own place
    alone, which may ask for it on the way.
    """
    if not reply.hops or any(hop.status not in PERMANENT for hop in reply.hops) or without_login(feed.url) != feed.url:
        return None
    if feed.move is None or feed.move.url != reply.final_url:
        return Move(reply.final_url, 1, now, now)
    return Move(reply.final_url, feed.move.answers + 1, feed.move.since, now)
