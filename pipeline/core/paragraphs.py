"""Which lines of a page are its story's paragraphs: long ones of one form, in the element that holds most of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lxml.html import HtmlElement

from pipeline.core.placing import PROSE_WORDS, keyed_word_count
from pipeline.core.storyhead import Line


class Form(NamedTuple):
    """How a template writes a line: tag and class of its block, whether it links anywhere, and what holds it."""

    tag: str
    names: str
    links: bool
    holder_tag: str
    holder_names: str


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The long lines of the story: the place of each with its number of words, what holds them, and their usual form.

    ``alike`` are the places of those in that form. ``holder`` and ``form`` are None where there are no paragraphs.
    """

    words: Mapping[int, int]
    holder: HtmlElement | None
    form: Form | None
    alike: frozenset[int]

    def hold(self, line: Line) -> bool:
        """Does ``line`` stand among them, in their form?"""
        return line.block.getparent() is self.holder and form_of(line) == self.form


def paragraphs_of(lines: Sequence[Line]) -> Paragraphs:
    """The story's paragraphs among all ``lines`` of a page; a place is the number of a line among them."""
    words = {
        place: count
        for place, line in enumerate(lines)
        # No word is shorter than a letter: most lines are counted by that.
        if len(line.key) >= PROSE_WORDS and (count := keyed_word_count(line.key)) >= PROSE_WORDS
    }
    held: Counter[HtmlElement | None] = Counter()
    for place, count in words.items():
        held[lines[place].block.getparent()] += count
    holder = max(held, key=held.__getitem__, default=None)
    own = {place: count for place, count in words.items() if lines[place].block.getparent() is holder}
    forms = {place: form_of(lines[place]) for place in own}
    usual = Counter(forms.values()).most_common(1)
    form = usual[0][0] if usual else None
    return Paragraphs(own, holder, form, frozenset(place for place in own if forms[place] == form))


def last_of_form(lines: Sequence[Line], form: Form | None, but: Collection[int] = ()) -> int:
    """The place of the last long line of ``form``, whatever holds it, ``but`` these; -1 where there is none.

    Bodies are often cut up: each piece of the story has a holder of its own then.
    """
    for place in reversed(range(len(lines))):
        if place not in but and keyed_word_count(lines[place].key) >= PROSE_WORDS and form_of(lines[place]) == form:
            return place
    return -1


def form_of(line: Line) -> Form:
    block, holder = line.block, line.block.getparent()
    links = next(block.iter("a"), None) is not None
    above = ("", "") if holder is None else (str(holder.tag), holder.get("class") or "")
    return Form(str(block.tag), block.get("class") or "", links, *above)
