"""How a backfill goes: what it has asked for and what came of it, by source; for progress bars and the last line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from pipeline.core.model import Reply, Request
from pipeline.store.frontier import Figures, Source, State
from pipeline.walk import Walk

MEGABYTE = 1_000_000
ENOUGH_TO_RECKON = 3  # pages, for a rate
MAX_TROUBLES = 10  # told at the end; all of them stand in the coverage


@dataclass(slots=True)
class Course:
    """Counts that grow while a run goes. ``listed`` and ``ended`` are pages of the frontier; ``new`` became articles.

    ``stage`` says in a word what is being done, ``first_ended_s`` when (monotonic) the first page of a source was.
    ``unfinished`` names hosts that pages were left for, with the reason; ``troubles`` are the first reasons why
    documents were not to be had.
    """

    stage: str = "looking"
    began_s: float = field(default_factory=monotonic)
    requests: Counter[Source] = field(default_factory=Counter)
    body_bytes: int = 0
    documents: Counter[Source] = field(default_factory=Counter)
    listed: Counter[Source] = field(default_factory=Counter)
    ended: Counter[Source] = field(default_factory=Counter)
    new: Counter[Source] = field(default_factory=Counter)
    states: Counter[State] = field(default_factory=Counter)
    reading_since_s: float | None = None
    first_ended_s: dict[Source, float] = field(default_factory=dict)
    unfinished: dict[str, str] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    async def ask(self, walk: Walk, source: Source, request: Request) -> Reply:
        """``walk.ask``, counted for ``source``: a call for each hop, and the bytes that came. Raises FetchError."""
        self.requests[source] += 1
        reply = await walk.ask(request)
        self.requests[source] += len(reply.hops)
        self.body_bytes += len(reply.body)
        return reply

    def begin_reading(self, figures: Figures) -> None:
        """From here on pages are read; the bars are as long as what waits now."""
        self.stage = "reading"
        self.reading_since_s = self.reading_since_s or monotonic()
        for source in Source:
            self.listed[source] = self.ended[source] + figures.pages.get((source, State.WAITING), 0)

    def end(self, source: Source, state: State, *, new: bool = False) -> None:
        """A page has come to its end."""
        self.ended[source] += 1
        self.first_ended_s.setdefault(source, monotonic())
        self.states[state] += 1
        self.new[source] += new

    def lack(self, reason: str) -> None:
        """A document that should be there is not to be had, or not whole."""
        if len(self.troubles) < MAX_TROUBLES:
            self.troubles.append(reason)

    @property
    def waiting(self) -> int:
        return self.listed.total() - self.ended.total()

    @property
    def rate_per_s(self) -> float:
        """Pages a second since reading began."""
        if self.reading_since_s is None:
            return 0.0
        return self.ended.total() / max(monotonic() - self.reading_since_s, 0.001)

    @property
    def left_s(self) -> float | None:
        """Seconds until what waits is read, at the rate so far; None where that cannot be told yet."""
        return self.waiting / self.rate_per_s if self.ended.total() >= ENOUGH_TO_RECKON else None

    def pace_of(self, source: Source) -> tuple[float, float] | None:
        """Pages a second of one source since its first was read, and seconds until its last; None before it is known.

        Sources are read one after another, so what waits for its turn is not in it.
        """
        ended = self.ended[source]
        if ended < ENOUGH_TO_RECKON:
            return None
        rate_per_s = (ended - 1) / max(monotonic() - self.first_ended_s[source], 0.001)
        return rate_per_s, (self.listed[source] - ended) / rate_per_s

    def figures(self) -> dict[str, Any]:
        """What this run came to, in the words of the interface: articles, requests, minutes, megabytes, by source."""
        return {
            "articles": self.new.total(),
            "requests": self.requests.total(),
            "minutes": round((monotonic() - self.began_s) / 60, 2),
            "megabytes": round(self.body_bytes / MEGABYTE, 2),
            "by_source": {
                source.value: {"articles": self.new[source], "requests": self.requests[source]}
                for source in Source
                if self.requests[source] or self.listed[source] or self.documents[source]
            },
        }

    def progress(self) -> dict[str, Any]:
        """A line of progress for scripts."""
        return {
            "stage": self.stage,
            "documents": self.documents.total(),
            "done": self.ended.total(),
            "waiting": self.waiting,
            "rate_per_s": round(self.rate_per_s, 2),
            "left_s": None if self.left_s is None else round(self.left_s),
            "by_source": {
                source.value: {"done": self.ended[source], "listed": self.listed[source]}
                for source in Source
                if self.listed[source]
            },
        }
