"""Where on its page does each line of an extracted text stand, and which block holds most of the story?

An extractor answers bare lines. Found again among the page's own lines, each has a block, neighbours, and a form: the
tag and class of its block and of what holds it, which is how a template writes one kind of thing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from pipeline.core.characters import plain_key, without_typography
from pipeline.core.storyhead import Line

PROSE_WORDS: Final = 12  # a line of fewer words is a label, a name or a caption as often as prose
BULLETS: Final = "-–•* "
_Form = tuple[str, str, str]
_WORD = re.compile(r"\w+")
_UNPARTED = re.compile(r"[\u3040-\u9fff]")


@dataclass(slots=True)
class Placed:
    """A line of an extracted text. ``number`` counts the page's lines; it and ``block`` are None where none is alike.

    ``words`` is their number; each Han or kana character counts as one.
    """

    text: str
    words: int
    number: int | None
    block: HtmlElement | None

    @property
    def holder(self) -> HtmlElement | None:
        """What holds the block."""
        return self.block.getparent() if self.block is not None else None

    @property
    def form(self) -> _Form | None:
        """Tag and class of the block, and class of its holder; lines of one form were written by one template."""
        if self.block is None:
            return None
        holder = self.holder
        return (
            self.block.tag,
            self.block.get("class") or "",
            (holder.get("class") or "") if holder is not None else "",
        )


def placed(lines: Sequence[str], page: Iterable[Line]) -> list[Placed]:
    """``lines`` with their places. A line that the page has twice is taken where it follows the line before it."""
    blocks: list[HtmlElement] = []
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(page):
        blocks.append(line.block)
        numbers[line.key].append(number)
    found: list[Placed] = []
    last = -1
    for text in lines:
        alike = numbers.get(plain_key(text.lstrip(BULLETS)), ())
        place = next((later for later in alike if later > last), alike[-1] if alike else None)
        last = max(last, -1 if place is None else place)
        found.append(Placed(text, word_count(text), place, None if place is None else blocks[place]))
    return found


def main_holder(lines: Sequence[Placed]) -> HtmlElement | None:
    """The element whose own blocks hold most words of prose; None where no line of prose has a place."""
    held: Counter[HtmlElement] = Counter()
    for line in lines:
        if line.holder is not None and line.words >= PROSE_WORDS:
            held[line.holder] += line.words
    return max(held, key=held.__getitem__) if held else None


def word_count(text: str) -> int:
    """The words of ``text``, where a script parts none its characters."""
    text = without_typography(text)
    if text.isascii():
        return keyed_word_count(plain_key(text))  # the same, at a third of the cost
    if not _UNPARTED.search(text):
        return len(_WORD.findall(text))
    return sum(1 if word.isascii() else max(1, len(_UNPARTED.findall(word))) for word in _WORD.findall(text))


def keyed_word_count(key: str) -> int:
    """The words of the text whose ``plain_key`` is ``key``: as many as ``word_count`` finds, and found sooner."""
    if key.isascii() or not _UNPARTED.search(key):
        return key.count(" ") + bool(key)
    return word_count(key)
