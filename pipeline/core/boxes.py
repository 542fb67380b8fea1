"""Boxes with a heading of their own, behind the beginning of a story: sources, other stories, ways to subscribe.

What such a box lists is new on every page; that a host heads it alike on other pages tells that it is a box of theirs.
Evidence of that kind is asked of its heading; here is told which lines are such headings, and what they may not hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from pipeline.core.paragraphs import Form, Paragraphs
from pipeline.core.placing import PROSE_WORDS, keyed_word_count
from pipeline.core.storyhead import Line, blocks_around, words_of

MAX_HEADING_WORDS: Final = 6  # "More from our sports desk"; a headline is longer
MAX_LINES_BEHIND: Final = 60  # the last paragraph; further down are comments and the foot of the page
MAX_SENTENCES: Final = 1  # of a box: the teaser of another story; a text of two may be a colleague's analysis
MIN_LINK_WORDS: Final = 4  # of a line that is a link to another story
CELLS: Final = frozenset({"td", "th"})  # a table belongs to its story ...
HEADLESS: Final = CELLS | {"li"}  # ... and what begins a row or a list is one of its members
_SENTENCE_END = re.compile(r"[.!?。！？।؟۔።։။][\"”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Box:
    """An element of the page that begins with the line at ``heading``; ``end`` is the place behind its last line."""

    element: HtmlElement
    heading: int
    end: int


def headings(lines: Sequence[Line], story: Paragraphs) -> dict[int, HtmlElement]:
    """The places of the lines that head a box, each with its box; boxes that hold the story are left out."""
    heads: dict[int, HtmlElement] = {}
    if story.holder is None or not story.words:
        return heads
    outer = {story.holder, *story.holder.iterancestors()}
    for place in range(min(story.words) + 1, min(len(lines) - 1, max(story.words) + MAX_LINES_BEHIND)):
        line, above, below = lines[place], lines[place - 1], lines[place + 1]
        if not line.key or line.block.tag in HEADLESS or line.block in {above.block, below.block}:
            continue
        # Asked first, as it costs least: most short lines stand among the paragraphs, or among others of their kind.
        if len(line.block) == 0 and above.block.getparent() is line.block.getparent():
            continue
        if keyed_word_count(line.key) > MAX_HEADING_WORDS:
            continue
        around = set(blocks_around(below))
        box = next((element for element in blocks_around(line) if element in around), None)
        if box is not None and box not in outer and box not in blocks_around(above):
            heads[place] = box
    return heads


def is_beside_the_story(box: Box, lines: Sequence[Line], story: Paragraphs) -> bool:
    """May ``box`` go, as far as its own lines tell? Not with paragraphs, a text of its own, or cells of a table.

    One between two paragraphs may tell the facts at a glance, unless it leads to another story.
    """
    inside = lines[box.heading : box.end]
    long = [line for line in inside if keyed_word_count(line.key) >= PROSE_WORDS]
    sentences = [line for line in long if _SENTENCE_END.search(line.text)]
    if any(line.block.tag in CELLS for line in inside) or len(sentences) > MAX_SENTENCES:
        return False
    if any(_is_made_so(line, story.form) and _is_held_so(line, story.form) for line in long):
        return False
    if box.heading < max(story.words):
        return any(_is_link(line) for line in inside[1:])
    # Some desks build a story of sections with a paragraph each; and a label that stands over box after box is theirs.
    has_paragraph = any(_is_made_so(line, story.form) for line in sentences)
    return not has_paragraph and sum(line.key == inside[0].key for line in lines) == 1


def box_at(heading: int, element: HtmlElement, lines: Sequence[Line]) -> Box:
    """The box ``element`` with its lines: they follow each other."""
    end = heading + 1
    while end < len(lines) and element in blocks_around(lines[end]):
        end += 1
    return Box(element, heading, end)


def _is_made_so(line: Line, form: Form | None) -> bool:
    return form is not None and (line.block.tag, line.block.get("class") or "") == (form.tag, form.names)


def _is_held_so(line: Line, form: Form | None) -> bool:
    holder = line.block.getparent()
    if form is None or holder is None:
        return False
    return (holder.tag, holder.get("class") or "") == (form.holder_tag, form.holder_names)


def _is_link(line: Line) -> bool:
    """Is ``line`` a link and nothing else, as long as a headline?"""
    if keyed_word_count(line.key) < MIN_LINK_WORDS:
        return False
    return any(element.tag == "a" for element in blocks_around(line)) or any(
        words_of(link) == line.text for link in line.block.iter("a")
    )
