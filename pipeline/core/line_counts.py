"""On how many of a host's pages a line stood: counted page by page, forgotten as the site changes, and bounded.

Lines are hashes here (pipeline.core.repeats): who stores the counts has no use for a page, nor for its parser.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from pipeline.core.model import HostLines

MAX_PAGES: Final = 64  # then all counts are halved, so that what a site has given up is forgotten
MAX_LINES: Final = 1_000  # of a host: what stood once goes first, the oldest before the others
KNOWN_STORY: Final = 0.5  # of a story's own paragraphs, in words or in number: then it has been read before


def learnt(known: HostLines, seen: Iterable[int], paragraphs: Collection[int]) -> HostLines:
    """``known`` after one page more, with the lines ``seen`` on it and the ``paragraphs`` of its story.

    Nothing is learnt from a story that is known already: it would make its own paragraphs look like furniture.
    """
    if paragraphs and sum(number in known.counts for number in paragraphs) > KNOWN_STORY * len(paragraphs):
        return known
    counts, pages = dict(known.counts), known.pages + 1
    for number in seen:
        counts[number] = counts.pop(number, 0) + 1  # to the end: the order is that of the last time
    if pages > MAX_PAGES:
        counts, pages = {number: count // 2 for number, count in counts.items() if count > 1}, pages // 2
    surplus = len(counts) - MAX_LINES
    if surplus > 0:
        once = [number for number, count in counts.items() if count == 1]
        for number in [*once, *counts][:surplus]:
            counts.pop(number, None)
    return HostLines(pages, counts)
