"""What an article lists as its sources: entries taken apart, and those told apart that do not belong to the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.core.dates import ENGLISH_MONTHS
from pipeline.core.model import Article, EvidenceKind, Part, Relation
from pipeline.core.origins.agencies import Names, name_key
from pipeline.core.origins.claims import Claim
from pipeline.core.origins.naming import is_outlet_name

# Fitted by the rule of benchmarks/confidence.py: in how many of the stories to tune on it was right.
SURE_REFERENCE: Final = 0.9  # 4 of 4
SURE_UNRELATED: Final = 0.7  # 2 of 2
MAX_READ_CHARS: Final = 60_000  # of a text

MIN_TERM_CHARS: Final = 5
STEM_CHARS: Final = 5  # of a word: "inspection" and "inspects" are one term
COMMON_WORDS: Final = frozenset(
    # Longer words of headlines that any text of news may hold: one of them says nothing.
    {"about", "above", "access", "according", "across", "action", "actions", "after", "again", "against"}
    | {"agency", "alone", "along", "already", "among", "announce", "announces", "another", "around", "article"}
    | {"asked", "based", "become", "before", "begin", "behind", "being", "below", "better", "between", "board"}
    | {"bring", "budget", "build", "building", "business", "called", "calls", "challenge", "challenges"}
    | {"change", "changes", "children", "cities", "could", "countries", "country", "daily", "decision"}
    | {"demand", "despite", "development", "during", "early", "economic", "economy", "effort", "efforts"}
    | {"employee", "employees", "energy", "enough", "event", "every", "exclusive", "expert", "experts"}
    | {"facing", "final", "finds", "first", "focus", "follow", "following", "future", "general", "global"}
    | {"government", "group", "groups", "growth", "health", "higher", "house", "human", "impact", "important"}
    | {"include", "including", "increase", "industry", "international", "issue", "issues", "later", "latest"}
    | {"launch", "launches", "law", "leader", "leaders", "leading", "level", "likely", "little", "local"}
    | {"longer", "major", "make", "makes", "market", "markets", "measure", "measures", "media", "meeting"}
    | {"members", "might", "million", "minister", "money", "month", "months", "national", "needs", "never"}
    | {"number", "office", "official", "officials", "order", "other", "people", "percent", "person", "place"}
    | {"plans", "policy", "political", "power", "present", "president", "press", "price", "prices", "private"}
    | {"problem", "process", "product", "program", "project", "provide", "public", "quarter", "question"}
    | {"raise", "raises", "rates", "reach", "really", "recent", "record", "reform", "region", "release"}
    | {"remain", "report", "reports", "research", "response", "results", "review", "right", "rises", "risks"}
    | {"rules", "second", "sector", "security", "seeks", "sees", "series", "service", "services", "several"}
    | {"should", "shows", "signs", "since", "small", "social", "solution", "source", "sources", "special"}
    | {"staff", "start", "starts", "state", "states", "still", "street", "strong", "study", "support", "system"}
    | {"taking", "talks", "their", "there", "these", "thing", "things", "think", "third", "those", "thousands"}
    | {"through", "times", "today", "together", "toward", "towards", "trade", "training", "under", "union"}
    | {"until", "update", "using", "value", "voice", "warns", "water", "weeks", "where", "which", "while"}
    | {"white", "whole", "within", "without", "women", "workers", "working", "world", "would", "years", "young"}
)

SMALL_WORDS: Final = {
    # Words that hardly a headline of the language is without.
    "en": frozenset(
        {"the", "of", "to", "in", "for", "on", "with", "and", "at", "as", "is", "are", "from", "by", "after", "over"}
    ),
    "es": frozenset({"el", "la", "los", "las", "de", "en", "y", "por", "con", "para", "del", "que", "una", "un"}),
    "fr": frozenset({"le", "la", "les", "des", "du", "de", "en", "et", "pour", "par", "au", "aux", "une", "un", "sur"}),
    "de": frozenset(
        {"der", "die", "das", "den", "dem", "und", "für", "mit", "von", "im", "zu", "auf", "ein", "eine", "nach"}
    ),
    "pt": frozenset({"o", "a", "os", "as", "de", "em", "e", "por", "com", "para", "do", "da", "que", "um", "uma"}),
    "it": frozenset({"il", "lo", "la", "gli", "le", "di", "in", "e", "per", "con", "del", "della", "un", "una", "che"}),
}
_NAME_WITHIN = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ]\w+")
SHORT_TERMS: Final = 100  # longer words of a text; some 200 words in all
MIN_COMMON_TERMS: Final = 2  # as many common words in one headline are about the same thing
_COMMON_TERMS: Final = frozenset(word[:STEM_CHARS] for word in COMMON_WORDS)
_WORD = re.compile(r"\w+")
_LATIN = re.compile(r"[A-Za-zÀ-ÿ]{3}")
_NUMBERING = re.compile(r"^\s*(?:\[?\(?\d{1,3}[\])\].:]*\s+|[•·*–—-]\s*|\^\s*)")
_ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+\.\S+")
_RETRIEVED = re.compile(
    r"(?:retrieved|accessed|abgerufen|consultado|consulté|visited)\b.{0,60}$|\bavailable at:?\s*$", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"“„«「《]([^\"”“»」》]{6,200})[\"”“»」》]")
_PIECES = re.compile(r"\s*\|\s*|(?<=\w{2})\.\s+|\s+[–—-]\s+|:\s+|(?<=[\"”»]),?\s+|,\s+(?=[\"“„«])|\"|“|”")

_DATE = (
    r"\(?\b(?P<ymd>(?:19|20)\d\d-\d\d-\d\d)\)?"
    r"|\(?\b(?P<year>(?:19|20)\d\d)(?:,? (?P<month>[A-Z][a-z]{2,8})\.?(?: (?P<day>\d{1,2}))?)?\)"
    r"|\(?\b(?P<day2>\d{1,2})\.? (?P<month2>[A-Z][a-z]{2,8})\.? (?P<year2>(?:19|20)\d\d)\)?"
    r"|\(?\b(?P<month3>[A-Z][a-z]{2,8})\.? (?P<day3>\d{1,2}),? (?P<year3>(?:19|20)\d\d)\)?"
)
_MONTHS: Final = tuple(map(str.lower, ENGLISH_MONTHS))
_REFERENCE_DATE = re.compile(_DATE)


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a list of sources, taken apart; what it does not say is None. ``date`` is an ISO 8601 day or year."""

    name: str | None
    title: str | None
    date: str | None
    url: str | None


def read_reference(text: str, url: str | None, names: Names) -> Reference:
    """Take an entry of a list of sources apart: whose it is, its title, when it came out and where it stands."""
    plain = _NUMBERING.sub("", text).strip()
    address = _ADDRESS.search(plain)
    url = url or (address.group().rstrip(".,)") if address else None)
    plain = _RETRIEVED.sub("", _ADDRESS.sub("", plain)).strip()
    found = _REFERENCE_DATE.search(plain)
    date = _iso_day(found) if found else None
    quoted = _QUOTED.search(plain)
    pieces = [
        piece.strip(' .,;:–—-"“”')
        for piece in _PIECES.split(_REFERENCE_DATE.sub(" | ", plain, count=1))
        if piece.strip(' .,;:–—-"“”()')
    ]
    named = next((piece for piece in pieces if names.named(piece) or names.credited(piece)), None)
    if named is None:
        named = next(
            (
                piece
                for piece in pieces
                if len(pieces) > 1 and len(piece.split()) <= 6 and is_outlet_name(piece.split())
            ),
            None,
        )
    if named is None and len(pieces) > 1 and len(pieces[0].split()) <= 6:
        named = pieces[0]
    agency = (names.named(named) or next(iter(names.credited(named)), None)) if named else None
    if agency is None and named is None and url:
        agency = names.at(url)
    title = quoted.group(1).strip(" .,") if quoted else max((p for p in pieces if p != named), key=len, default=None)
    return Reference(agency.name if agency else named, title, date, url)


def reference_claims(parts: Sequence[Part], article: Article, names: Names) -> Iterator[Claim]:
    if not parts:
        return
    entries = [entry for part in parts for entry in _single_entries(part)]
    references = [(part, read_reference(part.text, part.url, names)) for part in entries]
    listed = {name_key(part.text) for part in parts}
    body = "\n".join(line for line in article.text[:MAX_READ_CHARS].split("\n") if name_key(line) not in listed)
    place = (article.dateline.place if article.dateline else None) or ""
    told = _Told(f"{article.title or ''}\n{place}", f"{body}\n{place}", article.language)
    related = _joined(
        [told.shares_with(reference, _about(part.text, reference)) for part, reference in references],
        [each for _, each in references],
    )
    for (part, reference), is_related in zip(references, related, strict=True):
        if not (reference.name or reference.title or reference.url):
            continue
        # Where no entry shares anything with the text, they are in other words than it; that says nothing of one.
        unrelated = not is_related and any(related)
        yield Claim(
            Relation.UNRELATED_REF if unrelated else Relation.CITES,
            EvidenceKind.REFERENCE_ENTRY,
            "references",
            part.text,
            SURE_UNRELATED if unrelated else SURE_REFERENCE,
            name=reference.name,
            url=reference.url,
            title=reference.title,
            date=reference.date,
        )


def _single_entries(part: Part) -> list[Part]:
    """The entries of ``part``, where one note gives several: each has its own title in quotation marks or its day."""
    pieces = [piece.strip() for piece in part.text.split("; ")]
    if len(pieces) < 2 or not all(_QUOTED.search(piece) or _REFERENCE_DATE.search(piece) for piece in pieces):
        return [part]
    return [replace(part, text=piece, url=None if number else part.url) for number, piece in enumerate(pieces)]


def _about(entry: str, reference: Reference) -> str:
    """What an entry says beside whose it is, when it came out and where it stands: its title, whole."""
    rest = _REFERENCE_DATE.sub(" ", _RETRIEVED.sub("", _ADDRESS.sub("", entry)), count=1)
    return rest.replace(reference.name or "", " ") if reference.name else rest


def _joined(related: Sequence[bool], references: Sequence[Reference]) -> list[bool]:
    """``related``, and those entries that share a word of weight with one that belongs to the text."""
    about = {
        term
        for is_related, reference in zip(related, references, strict=True)
        if is_related
        for term in _terms(reference.title or "")
    } - _COMMON_TERMS
    return [
        is_related or bool(about & _terms(reference.title or ""))
        for is_related, reference in zip(related, references, strict=True)
    ]


class _Told:
    """What a text tells of, to be asked whether an entry of its list of sources belongs to it."""

    def __init__(self, title: str, body: str, language: str | None) -> None:
        self._body = body
        self._title_terms = _terms(title)
        self._counts = Counter(term for word in _WORD.findall(body) for term in _terms(word))
        self._names = {term for found in _NAME_WITHIN.findall(body) for term in _terms(found)}
        self._is_latin = len(_LATIN.findall(body)) * 6 > len(body)
        self._language = language if language in SMALL_WORDS else None

    def shares_with(self, reference: Reference, about: str) -> bool:
        """Does the entry share what the text is about: a name, a figure, a word of weight, or several others?

        True as well where that cannot be asked: no title, words too short, another language.
        """
        if not reference.title or (reference.name and reference.name in self._body):
            return True
        if not _LATIN.search(reference.title):
            return self._is_latin or any(signs in self._body for signs in _threes(reference.title))
        if self._language and not SMALL_WORDS[self._language].intersection(_WORD.findall(reference.title.casefold())):
            languages = [
                each for each, words in SMALL_WORDS.items() if words & set(_WORD.findall(reference.title.casefold()))
            ]
            if languages:
                return True
        terms = _terms(about)
        shared = {term for term in terms if term in self._counts}
        weighty = {term for term in shared if term not in _COMMON_TERMS and self._is_weighty(term)}
        return not terms or len(shared) >= MIN_COMMON_TERMS or bool(weighty)

    def _is_weighty(self, term: str) -> bool:
        """Is ``term`` more to the text than a word in passing? In a short text no word is."""
        if self._counts.total() < SHORT_TERMS:
            return True
        return self._counts[term] > 1 or term in self._title_terms or term in self._names or term.isdigit()


def _terms(text: str) -> set[str]:
    """The beginnings of the longer words of ``text``, its figures, and abbreviations; no small words, no years."""
    terms = set()
    for word in _WORD.findall(text):
        is_year = word.isdigit() and len(word) == 4 and word[:2] in {"19", "20"}
        if len(word) >= MIN_TERM_CHARS or (len(word) >= 3 and word.isupper()) or (len(word) >= 2 and word.isdigit()):
            terms.add("" if is_year else word.casefold()[:STEM_CHARS])
    return terms - {""}


def _threes(text: str) -> list[str]:
    signs = [sign for sign in text if sign.isalnum()]
    return ["".join(signs[n : n + 3]) for n in range(len(signs) - 2)]


def _iso_day(found: re.Match[str]) -> str | None:
    if found["ymd"]:
        return found["ymd"]
    for suffix in ("", "2", "3"):
        year = found[f"year{suffix}"]
        if year:
            month, day = found[f"month{suffix}"], found[f"day{suffix}"]
            number = _MONTHS.index(month[:3].lower()) + 1 if month and month[:3].lower() in _MONTHS else None
            if number is None:
                return year
            return f"{year}-{number:02}-{int(day):02}" if day and 1 <= int(day) <= 31 else f"{year}-{number:02}"
    return None
