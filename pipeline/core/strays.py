"""Is this the page that the feed's entry tells of, or what a server shows in its place, with status 200?

A wall of consent, a log-in, the front page behind the address of a story that was removed, "not found" in a friendly
tone: none of them shares the words of the story. What does may be worded as it likes: desks rewrite headlines.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from pipeline.core.characters import plain_text
from pipeline.core.model import Entry
from pipeline.core.words import indexed_words

# Of the telling words of a headline at least so many stand on its own page: on all of 681 news pages, and on 99 % where
# only the text is asked. A wall or a notice has so many of one headline in twenty.
LEAST_SHARE: Final = 0.2
MIN_WORDS: Final = 3  # of a headline; "Live updates" may stand over anything
MIN_LETTERS: Final = 4  # shorter ones are on every page ("the", "und"), but for figures
STEM_LETTERS: Final = 5  # "night", "nights"; "Hafen", "Hafens"


def is_stray(entry: Entry, page_title: str | None, text: str) -> bool:
    """Whether the page with ``page_title`` and ``text`` tells nothing of what ``entry`` announces.

    ``page_title`` is the page's own, never the feed's. False where headline and summary of the entry say too little to
    judge by, and where the page is written in another script.
    """
    announced = [stems for stems in map(_stems, _announcements(entry)) if len(stems) >= MIN_WORDS]
    if not announced:
        return False
    # Titles alone settle nearly every page, at no cost.
    if any(_shares(stems, _stems(page_title or "")) for stems in announced):
        return False
    told = _stems(text)
    return _is_of_their_script(told, announced) and not any(_shares(stems, told) for stems in announced)


def _announcements(entry: Entry) -> Iterable[str]:
    return (entry.title or "", plain_text(entry.summary or ""))


def _shares(stems: frozenset[str], others: frozenset[str]) -> bool:
    return len(stems & others) >= LEAST_SHARE * len(stems)


def _is_of_their_script(told: frozenset[str], announced: Iterable[frozenset[str]]) -> bool:
    scripts = {_script(stem) for stem in told}
    return all(sum(_script(stem) in scripts for stem in stems) * 2 > len(stems) for stems in announced)


def _stems(text: str) -> frozenset[str]:
    """The telling words of ``text``, cut to their beginnings; of Han, kana and hangul, its pairs of signs."""
    return frozenset(word[:STEM_LETTERS] for word in indexed_words(None, text).text if _is_telling(word))


def _is_telling(word: str) -> bool:
    if len(word) == 2:
        return word.isdecimal() or unicodedata.east_asian_width(word[0]) == "W"
    return len(word) >= MIN_LETTERS or word.isdecimal()


def _script(word: str) -> str:
    """LATIN, CYRILLIC, CJK, DIGIT ..."""
    return unicodedata.name(word[0], "").partition(" ")[0]
