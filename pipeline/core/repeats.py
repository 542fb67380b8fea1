"""Lines that a host prints on page after page are its furniture, whatever they say; none of them is the story.

How often a line has to have stood on other pages depends on where it stands here. Beside the story once may be enough;
within it, a paragraph like its neighbours is background that a desk repeats, or the sentence of a series, and stays;
one of another make takes more, and so does what stands behind the story as if it were its next paragraph: a single
other page may be the sister story. A long line beside the story is known by its beginning, too, since houses change a
number or a name in what they say of themselves; one in the form of a paragraph is so only behind the last of these.
A heading over a new paragraph is how a desk builds its stories, "What happens next" in each of them, and stays. What
the feed says of this very story, its headline and its summary never go. Where most of the story itself is known, it has
been read before, perhaps under another address: then what was seen once or twice was seen there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from math import ceil
from typing import Final

from lxml.html import HtmlElement

from pipeline.core.boxes import box_at, headings, is_beside_the_story
from pipeline.core.characters import plain_key
from pipeline.core.line_counts import KNOWN_STORY
from pipeline.core.model import HostLines
from pipeline.core.paragraphs import Paragraphs, form_of, last_of_form, paragraphs_of
from pipeline.core.placing import PROSE_WORDS, keyed_word_count
from pipeline.core.restoring import HEADINGS
from pipeline.core.storyhead import Line, holds_one_line, words_of

MIN_WORDS: Final = 3  # of a line that is remembered; "Share" and "Background" stand everywhere and mean nothing
MAX_EDGE_LINES: Final = 150  # at either end of a page; the middle of a longer one is its story, or its comments

SHARE: Final = 0.15  # of the host's pages that a line has to stand on ...
MAX_NEEDED: Final = 5  # ... up to so many: a section has furniture of its own
NEEDED_WITHIN: Final = 3  # of a paragraph in the middle of the story, where it is of another make than the others
NEEDED_ALIKE: Final = 2  # of a line that is made and held as the story's paragraphs are, but not between them
SHARE_ALIKE: Final = 0.3  # of the host's pages, for a whole paragraph there: so ends a story of a long affair, too
OPENING_WORDS: Final = 6  # by which a long line is known; with 5, "X is an email marketing ..." begins a story, too
MIN_OPENED_WORDS: Final = 10  # of a line that is known by its beginning; of a shorter one it says too much
MIN_TOLD_CHARS: Final = 20  # of a line that the feed's words are searched for
HASHES_KEPT: Final = 2_000  # a page asks for each of its lines twice, and the next page of its host for many of them


_NO_DIGITS: Final = dict.fromkeys(map(ord, "0123456789"))


def line_hash(text: str) -> int:
    """63 bits that stand for the words of ``text``, the same on every machine and in every year."""
    return _key_hash(plain_key(text))


def lines_seen(lines: Sequence[Line]) -> tuple[int, ...]:
    """What is remembered of a page: the hashes of the lines at its two ends, each once, in its order.

    Behind them the hashes of how the long ones among these begin, as far as they stand beside the story, and of the
    headings of boxes.
    """
    keys = list(dict.fromkeys(line.key for line in lines))
    ends = keys if len(keys) <= 2 * MAX_EDGE_LINES else keys[:MAX_EDGE_LINES] + keys[-MAX_EDGE_LINES:]
    kept, story = frozenset(ends), paragraphs_of(lines)
    beside = (line.key for place, line in enumerate(lines) if place not in story.alike and line.key in kept)
    begun = [opening for key in beside if (opening := _opening(key))]
    begun += [_heading(lines[place].key) for place in headings(lines, story)]
    return (*(_key_hash(key) for key in ends if _is_remembered(key)), *dict.fromkeys(map(_key_hash, begun)))


def paragraphs_told(text: str) -> tuple[int, ...]:
    """The hashes of the paragraphs of a story's ``text`` in their order, where they are long enough to be prose."""
    keys = map(plain_key, text.split("\n"))
    return tuple(_key_hash(key) for key in keys if keyed_word_count(key) >= PROSE_WORDS)


def repeated_lines(lines: Sequence[Line], known: HostLines, own_words: Iterable[str]) -> list[Line]:
    """Those of the page's ``lines`` that are the host's furniture.

    ``own_words`` is what the feed and the head of the page say of this story.
    """
    if not known.counts:
        return []
    story = paragraphs_of(lines)
    counts = [_count(known, line.key) for line in lines]
    opened = [
        _count(known, opening) if place not in story.alike and (opening := _opening(line.key)) else 0
        for place, line in enumerate(lines)
    ]
    needed = _needed(known, lines, story)
    new = [number for number, place in enumerate(story.words) if not counts[place]]
    within = set(list(story.words)[new[0] : new[-1]] if new else story.words)
    headed = {place - 1 for place in story.alike if not counts[place]}
    last = last_of_form(lines, story.form, but={place for place in range(len(lines)) if counts[place] or opened[place]})
    own = " ".join(map(plain_key, own_words))
    repeated = []
    for place, (line, count) in enumerate(zip(lines, counts, strict=True)):
        if max(count, opened[place]) < needed or _is_told(line.key, own):
            continue
        if place in headed and line.block.tag in HEADINGS and line.block.getparent() is story.holder:
            continue
        alike = form_of(line) == story.form
        if place in within:
            stays = alike or count < max(needed, NEEDED_WITHIN)
        elif story.hold(line):
            share = ceil(SHARE_ALIKE * known.pages) if place in story.words else 0
            stays = count < max(needed, NEEDED_ALIKE, share)
        else:
            stays = alike and place < last and (count < needed or keyed_word_count(line.key) >= PROSE_WORDS)
        if not stays:
            repeated.append(line)
    return repeated


def repeated_boxes(
    lines: Sequence[Line], known: HostLines, is_kept: Callable[[str], bool] = lambda text: False
) -> frozenset[HtmlElement]:
    """The boxes beside the story that the host heads alike on other pages, whatever they list here.

    None of them holds a line of which ``is_kept`` says that it is wanted.
    """
    if not known.counts:
        return frozenset()
    story = paragraphs_of(lines)
    heads = headings(lines, story)
    counts = {place: _count(known, _heading(lines[place].key)) for place in heads}
    if not any(counts.values()):
        return frozenset()
    needed = _needed(known, lines, story)
    boxes = [box_at(place, element, lines) for place, element in heads.items() if counts[place] >= needed]
    return frozenset(
        box.element
        for box in boxes
        if is_beside_the_story(box, lines, story)
        and not any(is_kept(line.text) for line in lines[box.heading : box.end])
    )


def furniture(repeated: Iterable[Line]) -> frozenset[HtmlElement]:
    """The blocks that hold nothing but one of the ``repeated`` lines."""
    return frozenset(
        line.block for line in repeated if holds_one_line(line.block) or plain_key(words_of(line.block)) == line.key
    )


def _needed(known: HostLines, lines: Sequence[Line], story: Paragraphs) -> int:
    """On how many other pages a line must have stood that is beside the ``story``."""
    needed = min(MAX_NEEDED, max(1, ceil(SHARE * known.pages)))
    told = sum(count for place, count in story.words.items() if _key_hash(lines[place].key) in known.counts)
    return max(needed + 1, NEEDED_WITHIN) if told > KNOWN_STORY * sum(story.words.values()) else needed


def _count(known: HostLines, words: str) -> int:
    return known.counts.get(_key_hash(words), 0)


def _is_remembered(key: str) -> bool:
    # Nearly all keys are settled by their blanks.
    return key.count(" ") >= MIN_WORDS - 1 or (not key.isascii() and keyed_word_count(key) >= MIN_WORDS)


def _opening(key: str) -> str:
    """How a long line begins, whatever its numbers are; "" of one that is too short, or whose script parts no words."""
    if key.count(" ") < MIN_OPENED_WORDS - 1:
        return ""
    # No line has a key that ends so: keys are words alone.
    return " ".join(key.split(" ", OPENING_WORDS)[:OPENING_WORDS]).translate(_NO_DIGITS) + "…"


def _heading(key: str) -> str:
    """What stands for a line as the heading of a box; by itself, "Sources" may stand anywhere."""
    return f"{key}:"


@lru_cache(maxsize=HASHES_KEPT)
def _key_hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()) >> 1


def _is_told(key: str, own: str) -> bool:
    return len(key) >= MIN_TOLD_CHARS and key in own
