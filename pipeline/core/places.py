"""Where in the text of a story a part of its page stood: known by the letters around it.

So it does not matter what the text has lost in between, nor what extraction does to white space.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container
from dataclasses import dataclass, replace
from itertools import accumulate, islice
from typing import Final

from lxml.html import HtmlElement

from pipeline.core.characters import without_typography
from pipeline.core.model import Part
from pipeline.core.storyhead import BLOCK_TAGS
from pipeline.core.urls import absolute

MAX_PARTS: Final = 500  # of one kind; a page with more is a directory
MAX_PART_CHARS: Final = 2_000
MAX_HOPS: Final = 50  # between neighbours in the tree; a sentence has a handful
ANCHOR_CHARS: Final = 40  # letters and digits by which a place is known
MIN_ANCHOR: Final = 8  # fewer may stand anywhere
MIN_LINE_ANCHOR: Final = 20  # of the letters of a whole line: labels of buttons are shorter
CONTEXT_CHARS: Final = 200
STEP_CHARS: Final = 256  # how finely the letters of a text are counted
_LETTERS = re.compile(r"[^\W_]+")
_NO_ASCII_LETTERS: Final = bytes(code for code in range(128) if not chr(code).isalnum())


@dataclass(frozen=True, slots=True)
class Found:
    """A part, and the letters and digits around it, by which its place in the text is known; the surest first.

    ``before`` end where the part stood, ``after`` begin there. ``is_block``: it stood between two lines of the text;
    ``is_line``: it was a line itself. ``element`` is what held it, where it stood in an element of its own.
    """

    part: Part
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    is_block: bool = False
    is_line: bool = False
    element: HtmlElement | None = None


class Ground:
    """A text, and its letters and digits alone: what is left the same by all that extraction does to white space."""

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = [letters(text[start : start + STEP_CHARS]) for start in range(0, len(text), STEP_CHARS)]
        self._letters = "".join(pieces)
        self._ends = list(accumulate(map(len, pieces)))
        self._cursor = 0

    def holds(self, words: str) -> bool:
        return words in self._letters

    def start_of(self, words: str) -> int | None:
        """Where in the text ``words`` begin; letters and digits alone, looked for behind the last ones found first."""
        found = self._find(words)
        return None if found is None else self._at(found)

    def end_of(self, words: str) -> int | None:
        found = self._find(words)
        return None if found is None else self._at(found + len(words) - 1) + 1

    def place_of(self, link: HtmlElement, words: str) -> int | None:
        """Where the ``words`` of ``link`` begin in the text; None where they are not in it, or cannot be told there."""
        before = letters(text_before(link, frozenset()))[-ANCHOR_CHARS:]
        wanted = before + letters(words)
        if len(wanted) < MIN_LINE_ANCHOR:
            wanted += letters(text_behind(link, frozenset()))[:ANCHOR_CHARS]
        found = self._find(wanted) if len(wanted) > max(len(before), MIN_ANCHOR) else None
        return None if found is None else self._at(found + len(before))

    def placed(self, found: Found, base_url: str) -> Part | None:
        """The part of ``found`` with its place; None where nothing of what stood around it is in the text."""
        place = next((end for words in found.before if (end := self.end_of(words)) is not None), None)
        if place is not None and found.is_block:
            line_end = self.text.find("\n", place)
            place = len(self.text) if line_end < 0 else line_end
        if place is None:
            place = next((start for words in found.after if (start := self.start_of(words)) is not None), None)
        if place is None:
            return None
        url = absolute(base_url, found.part.url) if found.part.url else None
        return replace(found.part, place=place, url=url)

    def _at(self, number: int) -> int:
        """Where in the text the letter of that ``number`` stands."""
        step = bisect_right(self._ends, number)
        first = step * STEP_CHARS
        number -= self._ends[step - 1] if step else 0
        places = (place for place, char in enumerate(self.text[first : first + STEP_CHARS]) if char.isalnum())
        return first + next(islice(places, number, None))

    def _find(self, words: str) -> int | None:
        at = self._letters.find(words, self._cursor)
        if at < 0:
            at = self._letters.find(words, 0, self._cursor + len(words))
        if at < 0:
            return None
        self._cursor = at
        return at


def anchors(element: HtmlElement) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The letters right before and behind ``element`` in its block; what is too short to be known by is left out."""
    before = letters(text_before(element, frozenset()))[-ANCHOR_CHARS:]
    after = letters(text_behind(element, frozenset()))[:ANCHOR_CHARS]
    return tuple(w for w in (before,) if len(w) >= MIN_ANCHOR), tuple(w for w in (after,) if len(w) >= MIN_ANCHOR)


def tells_a_line(words: str) -> bool:
    """Are these ``letters`` enough to know a line by? Labels of buttons are not."""
    return len(words) >= (MIN_LINE_ANCHOR if words.isascii() else MIN_ANCHOR)


def letters(text: str) -> str:
    """The letters and digits of ``text``, and nothing between them."""
    text = without_typography(text)
    if text.isascii():  # the same, at a tenth of the cost
        return str(text.encode("ascii").translate(None, _NO_ASCII_LETTERS), "ascii")
    return "".join(_LETTERS.findall(text))


def text_before(element: HtmlElement, skipped: Container[HtmlElement]) -> str:
    """What stands before ``element`` in its block, up to CONTEXT_CHARS, without the ``skipped`` elements."""
    pieces: list[str] = []
    chars = 0
    for _ in range(MAX_HOPS):
        above = element.getprevious()
        if above is None:
            parent = element.getparent()
            if parent is None:
                break
            pieces.append(parent.text or "")
            if parent.tag in BLOCK_TAGS:
                break
            element = parent
        else:
            pieces.append(above.tail or "")
            if above.tag in BLOCK_TAGS or above.tag == "br":
                break
            if above not in skipped:
                pieces.append(above.text_content()[-CONTEXT_CHARS:])
            element = above
        chars += sum(map(len, pieces[-2:]))
        if chars >= CONTEXT_CHARS:
            break
    return "".join(reversed(pieces))


def text_behind(element: HtmlElement, skipped: Container[HtmlElement]) -> str:
    """What stands behind ``element`` in its block, up to CONTEXT_CHARS, without the ``skipped`` elements."""
    pieces: list[str] = []
    for _ in range(MAX_HOPS):
        pieces.append(element.tail or "")
        if sum(map(len, pieces)) >= CONTEXT_CHARS:
            break
        below = element.getnext()
        if below is None:
            element = element.getparent()
            if element is None or element.tag in BLOCK_TAGS:
                break
        elif below.tag in BLOCK_TAGS or below.tag == "br":
            break
        else:
            if below not in skipped:
                pieces.append(below.text_content()[:CONTEXT_CHARS])
            element = below
    return "".join(pieces)
