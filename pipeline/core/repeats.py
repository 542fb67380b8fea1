"""Lines that a host prints on page after page are its furniture, whatever they say; none of them is the story.

How often a line has to have stood on other pages depends on where it stands here. Beside the story once may be enough;
within it, a paragraph like its neighbours is background that a desk repeats, or the sentence of a series, and stays;
one of another make takes more. What the feed says of this very story, its headline and its summary never go. Where most
of the story itself is known, it has been read before, perhaps under another address: then what was seen once or twice
was seen there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from math import ceil
from typing import Final

from lxml.html import HtmlElement

from pipeline.core.model import HostLines
from pipeline.core.placing import PROSE_WORDS, word_count
from pipeline.core.sidebars import plain_key
from pipeline.core.storyhead import Line, holds_one_line, words_of

MIN_WORDS: Final = 3  # of a line that is remembered; "Share" and "Background" stand everywhere and mean nothing
MAX_EDGE_LINES: Final = 150  # at either end of a page; the middle of a longer one is its story, or its comments
MAX_PAGES: Final = 64  # then all counts are halved, so that what a site has given up is forgotten
MAX_LINES: Final = 1_000  # of a host: what stood once goes first, the oldest before the others

SHARE: Final = 0.15  # of the host's pages that a line has to stand on ...
MAX_NEEDED: Final = 5  # ... up to so many: a section has furniture of its own
NEEDED_WITHIN: Final = 3  # of a paragraph in the middle of the story, where it is of another make than the others
KNOWN_STORY: Final = 0.5  # of the words of the story's own paragraphs
MIN_TOLD_CHARS: Final = 20  # of a line that the feed's words are searched for
HASHES_KEPT: Final = 2_000  # a page asks for each of its lines twice, and the next page of its host for many of them


def line_hash(text: str) -> int:
    """63 bits that stand for the words of ``text``, the same on every machine and in every year."""
    return _key_hash(plain_key(text))


def lines_seen(lines: Iterable[Line]) -> tuple[int, ...]:
    """What is remembered of a page: the hashes of the lines at its two ends, each once, in its order."""
    keys = list(dict.fromkeys(line.key for line in lines))
    ends = keys if len(keys) <= 2 * MAX_EDGE_LINES else keys[:MAX_EDGE_LINES] + keys[-MAX_EDGE_LINES:]
    return tuple(_key_hash(key) for key in ends if _is_remembered(key))


def learnt(known: HostLines, seen: Iterable[int], story: Iterable[str]) -> HostLines:
    """``known`` after one page more, with the lines ``seen`` on it and the paragraphs of its ``story``.

    Nothing is learnt from a story that is known already: it would make its own paragraphs look like furniture.
    """
    paragraphs = [line for line in story if word_count(line) >= PROSE_WORDS]
    if paragraphs and sum(line_hash(line) in known.counts for line in paragraphs) > KNOWN_STORY * len(paragraphs):
        return known
    counts, pages = dict(known.counts), known.pages + 1
    for number in seen:
        counts[number] = counts.pop(number, 0) + 1  # to the end: the order is that of the last time
    if pages > MAX_PAGES:
        counts, pages = {number: count // 2 for number, count in counts.items() if count > 1}, pages // 2
    surplus = len(counts) - MAX_LINES
    once = [number for number, count in counts.items() if count == 1]
    for number in [*once, *counts][: max(0, surplus)]:
        counts.pop(number, None)
    return HostLines(pages, counts)


def repeated_lines(lines: Sequence[Line], known: HostLines, own_words: Iterable[str]) -> list[Line]:
    """Those of the page's ``lines`` that are the host's furniture.

    ``own_words`` is what the feed and the head of the page say of this story.
    """
    counts = [known.counts.get(_key_hash(line.key), 0) for line in lines] if known.counts else []
    if not any(counts):
        return []
    needed = min(MAX_NEEDED, max(1, ceil(SHARE * known.pages)))
    words = _paragraphs_of_the_story(lines)
    story = list(words)
    told = sum(count for place, count in words.items() if counts[place])
    if told > KNOWN_STORY * sum(words.values()):
        needed = max(needed + 1, NEEDED_WITHIN)
    new = [number for number, place in enumerate(story) if not counts[place]]
    within = set(story[new[0] : new[-1]] if new else story)
    usual = Counter(_make(lines[place]) for place in story).most_common(1)
    like_others = {place for place in story if usual and _make(lines[place]) == usual[0][0]}
    own = " ".join(map(plain_key, own_words))
    return [
        line
        for place, (line, count) in enumerate(zip(lines, counts, strict=True))
        if not (place in within and place in like_others)
        and count >= (max(needed, NEEDED_WITHIN) if place in within else needed)
        and not _is_told(line.key, own)
    ]


def furniture(repeated: Iterable[Line]) -> frozenset[HtmlElement]:
    """The blocks that hold nothing but one of the ``repeated`` lines."""
    return frozenset(
        line.block for line in repeated if holds_one_line(line.block) or plain_key(words_of(line.block)) == line.key
    )


def _is_remembered(key: str) -> bool:
    # The words of a key are parted by one blank each; only where a script parts none is there more to count.
    return key.count(" ") + 1 >= MIN_WORDS or (not key.isascii() and word_count(key) >= MIN_WORDS)


def _make(line: Line) -> tuple[str, str, bool]:
    """How the template writes a line: the tag and class of its block, and whether it links anywhere."""
    return str(line.block.tag), line.block.get("class") or "", next(line.block.iter("a"), None) is not None


@lru_cache(maxsize=HASHES_KEPT)
def _key_hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()) >> 1


def _paragraphs_of_the_story(lines: Sequence[Line]) -> dict[int, int]:
    """The places of the long lines in the element that holds most of them, each with its number of words."""
    words = {
        place: count
        for place, line in enumerate(lines)
        if len(line.text) >= PROSE_WORDS and (count := _words(line)) >= PROSE_WORDS
    }
    held: Counter[HtmlElement | None] = Counter()
    for place, count in words.items():
        held[lines[place].block.getparent()] += count
    holder = max(held, key=held.__getitem__, default=None)
    return {place: count for place, count in words.items() if lines[place].block.getparent() is holder}


def _words(line: Line) -> int:
    return line.key.count(" ") + bool(line.key) if line.text.isascii() else word_count(line.text)


def _is_told(key: str, own: str) -> bool:
    return len(key) >= MIN_TOLD_CHARS and key in own
