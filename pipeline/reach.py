"""Is it the world, or is it us? When host after host fails and nobody answers, it is us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import structlog

from pipeline.core.urls import host_of

# One dead host says nothing, and two may share a fate; from three on without any answer between them it is our line.
OFFLINE_FROM_HOSTS = 3
PROBE_EVERY_S = 15.0
# Dead names fail in milliseconds, while a living server takes its time: who was asked before the first of them is
# waited for so long before all that was heard is silence.
ANSWER_WITHIN_S = 5.0

_log = structlog.get_logger()


class Reach:
    """Which hosts were silent since one last answered, and what that says of our own line.

    ``lost`` says that it is us; then a turn is tried every PROBE_EVERY_S, until one gets an answer. A host that was
    silent while another answered is no witness until it answers itself: three dead ones among a few must not pass for
    us. ``charged_feeds`` and ``charged_entries`` (ids) are those to which a silence was charged since an answer came.
    """

    def __init__(self) -> None:
        self.lost = False
        self.charged_feeds: list[int] = []
        self.charged_entries: list[int] = []
        self._silent_hosts: set[str] = set()
        self._dead_hosts: set[str] = set()
        self._probed_at = 0.0
        self._answered_at = float("-inf")
        self._silent_since = float("-inf")
        self._asked_at: dict[object, float] = {}  # of the calls in flight

    @contextmanager
    def asking(self) -> Iterator[None]:
        """A call is in flight meanwhile."""
        call = object()
        self._asked_at[call] = monotonic()
        try:
            yield
        finally:
            del self._asked_at[call]

    def answered(self, url: str) -> None:
        """Somebody answered at ``url``, whatever they said."""
        self._answered_at = monotonic()
        if not self._silent_hosts and not self._dead_hosts:
            return
        if self.lost:
            _log.warning("online", detail="hosts answer again; what is late is caught up with")
        self.lost = False
        self.charged_feeds.clear()
        self.charged_entries.clear()
        self._dead_hosts |= self._silent_hosts
        self._dead_hosts.discard(host_of(url))
        self._silent_hosts.clear()

    def failed(self, host: str, began: float) -> None:
        """``host`` did not, asked at ``began`` (monotonic)."""
        if self._answered_at >= began:
            self._dead_hosts.add(host)
        elif host not in self._dead_hosts:
            if not self._silent_hosts:
                self._silent_since = monotonic()
            self._silent_hosts.add(host)
        self.lost = self.lost or (len(self._silent_hosts) >= OFFLINE_FROM_HOSTS and not self._may_yet_answer())

    def may_try(self) -> bool:
        """Whether a turn may be begun now; where it is to find out, the next one may be PROBE_EVERY_S later."""
        if self.lost:
            if monotonic() - self._probed_at < PROBE_EVERY_S:
                return False
            self._probed_at = monotonic()
        return True

    def _may_yet_answer(self) -> bool:
        earliest = monotonic() - ANSWER_WITHIN_S
        return any(earliest < asked_at <= self._silent_since for asked_at in self._asked_at.values())
