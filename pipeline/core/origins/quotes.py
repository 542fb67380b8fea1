"""What an article puts between quotation marks, and whether two quotes are one utterance in two renderings.

The same words quoted twice are one quote with two places. An utterance that was translated twice reads differently in
each chain of copies, so which rendering an article prints tells whose report it had before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from pipeline.core.model import Article, Quote
from pipeline.core.origins.wording import (
    MAX_CHARS,
    figures_of,
    fingerprint,
    folded,
    gram_size,
    stems_of,
    words_of,
)

MAX_QUOTES: Final = 200  # of an article; an interview has some eighty
MIN_WORDS: Final = 4  # fewer are a name or a word held at arm's length
MIN_SIGNS: Final = 8  # the same for scripts without blanks
MAX_QUOTE_CHARS: Final = 1_500
REACH_CHARS: Final = 130  # how far from the marks a speaker is looked for
SAME_RENDERING: Final = 0.8  # share of the shorter quote's words in a row that the longer one has; it may cut and mend
SAME_STEMS: Final = 0.6  # share of the poorer quote's stems that two translations of one sentence keep
SAME_STEMS_OF_ONE_SPEAKER: Final = 0.5
MIN_SHARED_STEMS: Final = 4
SPEAKERS_KEPT: Final = 500  # whose names are known: a quote is compared with those of the same few people
KEYS: Final = 4  # two renderings that share two thirds of their stems miss each other at four keys once in 60 times

MARKS: Final = (
    # Quotation marks by house and language; each text between them ends before the next opening mark, so that many
    # openings cost no more than one. Each form begins with the mark itself: that is what a search can run to.
    (r"„([^„“”\n]+)[“”]", "German, Polish, Czech"),
    (r"“([^“”\n]+)(?:”|(?=\n\s*“))", "English; a paragraph that the next one goes on with has no closing mark"),
    (r"«\s?([^«»\n]+?)\s?»", "French, Spanish, Russian, Portuguese"),
    (r"»([^«»\n]+)«", "German and Danish books"),
    (r"「([^「」\n]+)」", "Chinese, Japanese"),
    (r"『([^『』\n]+)』", "Chinese, Japanese, inner"),
    (r"''(?<!''')(?=[^\s'])((?:(?!'')[^\n])+)''", "Indian agencies' doubled single marks"),
    (r"\"(?<![\w\"]\")(?=[^\s\"])([^\"\n]+)(?:\"|(?=\n\s*\"))", "typewriters"),
    (r"‘(?<![\w‘]‘)((?:[^‘’\n]|’(?=\w))+)’", "British houses; within a word it is an apostrophe"),
    (r"'(?<![\w']')(?=[A-Z])((?:[^'\n]|(?<=\w)'(?=\w))+(?<=[,.?!]))'", "British houses on typewriters"),
)
SPEECH: Final = (
    # Verbs of speech beside a quote, by language.
    "said|says|added|told|declared|stated|wrote|noted|explained|warned|insisted|argued|remarked|announced|confirmed"
    "|was quoted as saying|was cited as saying|dijo|afirmó|señaló|declaró|explicó|aseguró|añadió|sagte|erklärte|betonte"
    "|teilte|schrieb|a déclaré|a dit|a expliqué|a affirmé|a ajouté|déclare|explique|disse|afirmou|declarou|explicou"
    "|acrescentou|ha detto|ha dichiarato|ha spiegato|dice"
)
_PRONOUNS_BY_LANGUAGE: Final = {
    "en": "he she they it i we",
    "es": "el ella",
    "de": "er sie",
    "pt": "ele ela",
    "fr": "il elle",
    "it": "lui lei",
}
_TITLES: Final = "mr mrs ms dr prof sir lord dame herr frau m mme president minister premier"
PRONOUNS: Final = frozenset(" ".join(_PRONOUNS_BY_LANGUAGE.values()).split())
TITLES: Final = frozenset(_TITLES.split())

_QUOTED = re.compile("|".join(form for form, _ in MARKS))
_PERSON = (
    r"(?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’-]*\.?(?: (?:de|da|do|del|von|van|bin|al) )?[ ]?){1,4}|he\b|she\b|they\b|él\b|ella\b|er\b"
)
_SAID_AFTER = re.compile(
    rf"\s*[,.]?\s*(?:(?:{SPEECH})\s+(?P<last>{_PERSON})|(?P<first>{_PERSON})[^.\n“\"]{{0,60}}?\b(?:{SPEECH})\b)"
)
_SAID_AT_END = re.compile(rf"\b(?:{SPEECH})\b[^.\n”\"]{{0,30}}?[\s,:–—-]*$")
"""The end of whatever the next pattern finds; to look for that alone is far cheaper."""
_SAID_BEFORE = re.compile(rf"(?P<name>{_PERSON})[^.\n”\"]{{0,60}}?{_SAID_AT_END.pattern}")
VIA_WORDS: Final = ("told", "reported", "quoted", "according", "speaking", "in an interview")
"""One of them stands in whatever the next pattern finds; to look for them is far cheaper."""
_VIA = re.compile(
    r"\btold (?:the )?(?P<told>(?:[A-Z][\w.&'’-]+ ?){1,5})"
    r"|(?P<reported>(?:[A-Z][\w.&'’-]+ ?){1,5}) (?:reported|quoted)\b"
    r"|\b(?:according|speaking|in an interview) (?:to|with) (?:the )?(?P<according>(?:[A-Z][\w.&'’-]+ ?){1,5})"
)


def quotes_of(article: Article) -> tuple[Quote, ...]:
    """The quotes of ``article`` in the order of their first places, at most MAX_QUOTES.

    Only what has at least MIN_WORDS words. "he said" names the speaker of the quote before, where there is one.
    """
    text = article.text[:MAX_CHARS]
    found: dict[str, Quote] = {}
    last_speaker: str | None = None
    for start, end in quoted_spans(text):
        words = text[start:end].strip(" ,;")
        key = " ".join(words_of(folded(words)))
        if key in found:
            known = found[key]
            found[key] = Quote(known.text, (*known.places, start), known.speaker, known.via)
            continue
        if len(found) >= MAX_QUOTES:
            break
        speaker = _speaker(text, start, end, last_speaker)
        last_speaker = speaker or last_speaker
        found[key] = Quote(words, (start,), speaker, _via(text, end))
    return tuple(found.values())


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Where in ``text`` (its first MAX_CHARS) words stand between quotation marks: without the marks, in order.

    What is shorter than a clause (MIN_WORDS, MIN_SIGNS) or longer than MAX_QUOTE_CHARS is left out.
    """
    spans = []
    for found in _QUOTED.finditer(text[:MAX_CHARS]):
        start, end = found.span(found.lastindex or 0)
        if end - start <= MAX_QUOTE_CHARS and _is_clause(found[found.lastindex or 0]):
            spans.append((start, end))
    return spans


def same_rendering(one: Quote, other: Quote) -> bool:
    """Whether both print the same words; one may print only a part of them."""
    mine, theirs = words_of(folded(one.text)), words_of(folded(other.text))
    rows, others = set(rows_of(mine)), set(rows_of(theirs))
    return len(rows & others) >= SAME_RENDERING * min(len(rows), len(others))


def same_utterance(one: Quote, other: Quote) -> bool:
    """Whether both may be one thing said: the same words, or two translations of them.

    Two named speakers without a name in common, or figures that differ, speak against it.
    """
    speakers = _agree_on_speaker(one, other)
    if speakers is False:
        return False
    if same_rendering(one, other):
        return True
    mine, theirs = folded(one.text), folded(other.text)
    figures, others = set(figures_of(mine)), set(figures_of(theirs))
    if figures and others and not figures & others:
        return False
    stems, other_stems = stems_of(words_of(mine)), stems_of(words_of(theirs))
    shared = len(stems & other_stems)
    least = SAME_STEMS_OF_ONE_SPEAKER if speakers else SAME_STEMS
    return shared >= MIN_SHARED_STEMS and shared >= least * min(len(stems), len(other_stems))


def utterance_keys(quote: Quote) -> tuple[int, ...]:
    """At most KEYS hashes of 60 bits; two renderings of one utterance nearly always share one.

    Sharing one proves nothing yet: ``same_utterance`` decides.
    """
    stems = stems_of(words_of(folded(quote.text)))
    return tuple(sorted(map(fingerprint, stems))[:KEYS])


def quote_rows(quoted: str) -> Iterator[str]:
    """The words of a quote four in a row (signs: seven), each row as one string: what marks are made of."""
    return map(" ".join, rows_of(words_of(folded(quoted))))


def rows_of(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """``words`` of a quote four in a row (signs: seven); all of them, where they are fewer."""
    size = gram_size(words) - 1
    if len(words) <= size:
        return iter((tuple(words),))
    return zip(*(words[at:] for at in range(size)), strict=False)


def _is_clause(quoted: str) -> bool:
    if len(quoted.split()) >= MIN_WORDS:
        return True
    words = words_of(folded(quoted))
    return gram_size(words) > gram_size(()) and len(words) >= MIN_SIGNS


def _speaker(text: str, start: int, end: int, last_speaker: str | None) -> str | None:
    after = text[end + 1 : end + 1 + REACH_CHARS].lstrip("'\"”»“").split("\n", 1)[0]
    before = text[max(0, start - REACH_CHARS) : start - 1].rsplit("\n", 1)[-1]
    found = _SAID_AFTER.match(after)
    name = (found["last"] or found["first"]) if found else None
    if name is None:
        found = _SAID_BEFORE.search(before) if _SAID_AT_END.search(before) else None
        name = found["name"] if found else None
    if name is None:
        return None
    words = name.split()
    while words and words[0].strip(".").lower() in TITLES:
        words.pop(0)
    if not words:
        return None
    return last_speaker if words[0].lower() in PRONOUNS else " ".join(words).strip(" ,.'’")


def _via(text: str, end: int) -> str | None:
    after = text[end : end + REACH_CHARS].split("\n", 1)[0]
    found = _VIA.search(after) if any(word in after for word in VIA_WORDS) else None
    return next((name.strip() for name in found.groups() if name), None) if found else None


def _agree_on_speaker(one: Quote, other: Quote) -> bool | None:
    if one.speaker is None or other.speaker is None:
        return None
    return not _names_of(one.speaker).isdisjoint(_names_of(other.speaker))


@lru_cache(maxsize=SPEAKERS_KEPT)
def _names_of(speaker: str) -> frozenset[str]:
    return frozenset(words_of(folded(speaker)))
