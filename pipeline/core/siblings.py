"""What a page shows of its feed's other stories: the cards that their headlines stand on, with teaser, day and label.

A headline that the feed gives to another entry is the best evidence there is: no mark-up and no word has to be known.
A digest tells other stories of its feed under their own headlines; there the cards are the story.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from lxml.html import HtmlElement

from pipeline.core.boilerplate import headline_keys
from pipeline.core.characters import plain_key
from pipeline.core.placing import PROSE_WORDS, keyed_word_count
from pipeline.core.storyhead import Line, blocks_around

MAX_CARD_LINES: Final = 6  # rubric, headline, teaser, byline, day and a label
MAX_SHARE: Final = 0.7  # of the page's words of prose; a brief report may have more teasers under it than paragraphs
PAGE_TAGS: Final = frozenset({"body", "html", "main"})  # however little stands in them, they are no card


def sibling_cards(lines: Sequence[Line], headlines: Iterable[str], title: str | None) -> frozenset[HtmlElement]:
    """The largest blocks among the page's ``lines`` that hold one of the ``headlines``, and what goes with it.

    ``title`` is the page's own; other entries of a feed may bear it, too. No blocks where the cards are the story.
    """
    keys, own = headline_keys(headlines), plain_key(title or "")
    heads = [place for place, line in enumerate(lines) if line.key in keys and line.key != own]
    boxes = frozenset(card for place in heads if (card := _card(lines, place, keys, own)) is not None)
    if not boxes:
        return boxes
    prose = [(line, count) for line in lines if (count := keyed_word_count(line.key)) >= PROSE_WORDS]
    carded = sum(count for line, count in prose if not boxes.isdisjoint(blocks_around(line)))
    return boxes if carded <= MAX_SHARE * sum(count for _, count in prose) else frozenset()


def _card(lines: Sequence[Line], head: int, keys: frozenset[str], own: str) -> HtmlElement | None:
    """The largest block around the line ``head`` that holds no other headline, no prose above it, and at most a teaser.

    None where already the block of the headline holds more.
    """
    near = range(max(0, head - MAX_CARD_LINES), min(len(lines), head + MAX_CARD_LINES + 1))
    around = {place: frozenset(blocks_around(lines[place])) for place in near}
    card = None
    for block in blocks_around(lines[head]):
        inside = [place for place in near if block in around[place]]
        long = [place for place in inside if place != head and keyed_word_count(lines[place].key) >= PROSE_WORDS]
        others = (lines[place] for place in inside if place != head)
        if (
            len(inside) > MAX_CARD_LINES
            or block.tag in PAGE_TAGS
            or len(long) > 1
            or any(place < head for place in long)
            or any(other.block.tag == "h1" or other.key == own or other.key in keys for other in others)
        ):
            break
        card = block
    return card
