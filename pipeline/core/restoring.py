"""Sub-headings and lists that an extraction lost in the middle of the story: they stand where its paragraphs stand.

An extractor weighs each block by itself, and what is short looks like a label or a menu to it. The page's own order
says more: what stands between two paragraphs of the story, and within the element that holds them, is of the story.
Only headings and lists are brought back. Other blocks in that place are prompts, captions and boxes as often as prose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from lxml.html import HtmlElement

from pipeline.core.headings import heads_other_texts
from pipeline.core.placing import PROSE_WORDS, Placed, main_holder, placed, word_count
from pipeline.core.sidebars import is_named_as_box
from pipeline.core.storyhead import Line, words_of

HEADINGS: Final = frozenset({"h2", "h3", "h4", "h5", "h6"})
LISTS: Final = frozenset({"ul", "ol"})
MIN_OWN_WORDS: Final = 3  # of a sentence that is mostly a link
SENTENCE_ENDS: Final = (".", "!", "?", "…", "。", "！", "？", "।")
MAX_LINKED: Final = 0.5  # of the letters of a line; one that mostly leads elsewhere is a reference or a menu


def restored(text: Sequence[str], lines: Sequence[Line], strays: Collection[HtmlElement] = ()) -> list[str]:
    """``text`` with the headings and list items among the page's ``lines`` that it lost between its own paragraphs.

    A heading comes back only where what it heads is told. Items come back as ``- item``, as the extractor writes
    them. No block of ``strays`` comes back.
    """
    found = placed(text, lines)
    holder = main_holder(found)
    told = [line.number for line in found if line.number is not None and _is_paragraph(line, holder)]
    if holder is None or len(told) < 2:
        return list(text)
    lost = list(_lost(lines, {line.number for line in found}, range(told[0], told[-1]), holder, strays))
    whole: list[str] = []
    for line in found:
        while lost and line.number is not None and lost[-1][0] < line.number:
            whole.append(lost.pop()[1])
        whole.append(line.text)
    return whole


def _is_paragraph(line: Placed, holder: HtmlElement | None) -> bool:
    return line.holder is holder and (line.words >= PROSE_WORDS or (line.block is not None and line.block.tag == "p"))


def _lost(
    lines: Sequence[Line],
    had: Collection[int | None],
    within: range,
    holder: HtmlElement,
    strays: Collection[HtmlElement],
) -> Iterator[tuple[int, str]]:
    """The numbers and texts of the lost lines, the last one first: so it is known of a heading what it heads."""
    keys = {lines[number].key for number in had if number is not None}
    told = within.stop
    for number in reversed(within):
        line = lines[number]
        if number in had:
            told = number
        elif line.key and line.key not in keys and line.block not in strays:
            is_heading = _is_heading_in(line, holder) and told == number + 1
            if (is_heading or _is_item_in(line, holder)) and not _leads_elsewhere(line):
                told = number
                yield number, line.text if is_heading else f"- {line.text}"


def _is_heading_in(line: Line, holder: HtmlElement) -> bool:
    if line.block.tag not in HEADINGS or line.block.getparent() is not holder:
        return False
    return not heads_other_texts(line.text) and not is_named_as_box(line.block)


def _is_item_in(line: Line, holder: HtmlElement) -> bool:
    above = line.block.getparent() if line.block.tag == "li" else None
    if above is None or above.tag not in LISTS or above.getparent() is not holder:
        return False
    return not is_named_as_box(above) and not is_named_as_box(line.block)


def _leads_elsewhere(line: Line) -> bool:
    links = [words_of(link) for link in line.block.iter("a")]
    if sum(map(len, links)) <= MAX_LINKED * len(line.text):
        return False
    # A newsletter tells what stands behind its links: "[Ferry runs again](...), the Courier says."
    own_words = word_count(line.text) - sum(map(word_count, links))
    return own_words < MIN_OWN_WORDS or not line.text.endswith(SENTENCE_ENDS)
