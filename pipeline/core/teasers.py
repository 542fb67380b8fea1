"""Teasers with their beginnings cut off by a program: other stories, whatever the box around them is called.

One paragraph may end in an ellipsis. Where most paragraphs that one template wrote end so, they lead to other pages.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from lxml.html import HtmlElement

from pipeline.core.placing import word_count
from pipeline.core.storyhead import Line, words_of

CUT_END: Final = r"(?:…|\.{3})\W*(?:\w+\W+){0,2}\w*\W*$"
"""An ellipsis, and at most a short label behind it: "[...]", "... Read more", "… weiterlesen"."""
MAX_END_CHARS: Final = 40  # from the ellipsis on
MIN_CUT: Final = 3  # of one make; "to be continued" may stand over and under a story
CUT_SHARE: Final = 0.7  # of the lines of that make; the last teaser is sometimes short enough to be whole
MIN_WORDS: Final = 8  # of a line; shorter ones are labels ("Loading ...")
BOX_RATIO: Final = 2.0  # of the letters of a teaser, how many its box may hold: its headline and day, no other text

_CUT = re.compile(CUT_END)


def teaser_boxes(lines: Sequence[Line]) -> frozenset[HtmlElement]:
    """The boxes of the teasers among the page's ``lines``, each with the headline over it; none holds another."""
    cut = Counter(_make(line.block) for line in lines if _is_cut(line.text))
    if all(count < MIN_CUT for count in cut.values()):
        return frozenset()
    makes: dict[tuple[str, str, str], list[Line]] = defaultdict(list)
    for line in lines:
        if (make := _make(line.block)) in cut and word_count(line.text) >= MIN_WORDS:
            makes[make].append(line)
    known = (make for make, count in cut.items() if count >= MIN_CUT and count >= CUT_SHARE * len(makes[make]))
    teasers = [line for make in known for line in makes[make]]
    held = Counter(above for line in teasers for above in line.block.iterancestors())
    return frozenset(_box(line, held) for line in teasers)


def _is_cut(text: str) -> bool:
    end = text[-MAX_END_CHARS:]
    if "…" not in end and "..." not in end:
        return False
    return _CUT.search(end) is not None and word_count(text) >= MIN_WORDS


def _make(block: HtmlElement) -> tuple[str, str, str]:
    """Tag and class of ``block`` and class of what holds it: lines of one make were written by one template."""
    above = block.getparent()
    return block.tag, block.get("class") or "", (above.get("class") or "") if above is not None else ""


def _box(teaser: Line, held: Counter[HtmlElement]) -> HtmlElement:
    box = teaser.block
    while (above := box.getparent()) is not None and held[above] == 1:
        if len(words_of(above)) > BOX_RATIO * len(teaser.text):
            break
        box = above
    return box
