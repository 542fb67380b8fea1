"""What the sentences of a text attribute to whose report: "X reported", "according to X", "told X".

A sentence attributes in few ways; the name is read off the text on the side where its language puts it. Who is named
must be an outlet: persons, ministries and companies are the news and not a report of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from pipeline.core.model import Article, EvidenceKind, Relation
from pipeline.core.origins.agencies import ARTICLES, PLAIN_WORDS, Names, name_key
from pipeline.core.origins.attribution_forms import (
    ACCORDING,
    ADDRESSED_WITHIN_CHARS,
    AHEAD,
    ANAPHORS,
    BEHIND,
    FIRST_REPORTED,
    HAN_BEFORE,
    HAN_ENDS,
    LANGUAGES,
    MEDIA,
    QUOTING,
    REPORTING,
    SCRIPT_KINDS,
    SCRIPT_NO_NAMES,
    SPACED_FORMS,
    SPEAKING_VERBS,
    TELLING,
    UNNAMED,
    UNSPACED,
)
from pipeline.core.origins.claims import Claim
from pipeline.core.origins.mentions import DECLINING, REFLEXIVE, is_reporting, mentions
from pipeline.core.origins.naming import (
    LEADING,
    PARTICLES,
    Beside,
    NamedSource,
    is_describing,
    is_outlet_name,
    is_report_source,
    sources_after,
    sources_before,
)

# Fitted by the rule of benchmarks/confidence.py: in how many of the stories to tune on it was right. An unknown name
# was right there in all 19 cases; it stays where it was, as other people's stories have other names.
SURE_KNOWN: Final = 0.9  # 9 of 9
SURE_UNKNOWN: Final = 0.75
SURE_MENTIONED: Final = 0.6
SURE_UNNAMED: Final = 0.5

MAX_READ_CHARS: Final = 60_000  # of a text; an article of this length has named its sources
MAX_CUES: Final = 400
MAX_CLAUSE_CHARS: Final = 160
MAX_HAN_LIST_CHARS: Final = 20
ANAPHOR_CHARS: Final = 160  # behind a name: its sentence and the beginning of the next
FORMER_CHARS: Final = 24
MAX_TOKEN_CHARS: Final = 6
MAX_SMALL_WORD_CHARS: Final = 3  # "of", "the", "for": they lend no letter to an abbreviation

NEVER: Final = r"(?!)"  # what no text matches
_LETTER = "[A-Za-zÀ-ÿ]"  # of scripts that put blanks around every word
_TURKISH_CASE = re.compile(r"(?<=\w)['’][a-zçğıöşü]{1,5}\b")
_SPEECH_ENDS = re.compile(r"[.!?…;:\n\"“”„«»]")
_STAFF_AT_END = re.compile(
    r"\b(?:chefredakteur|redakteur|herausgeber|verleger|sprecher|reporter|journalist|redaktion|geschäftsführer)(?:in)?\s+$"
)
_FORMER = re.compile(
    r"\b(?:former|ex|ancien(?:ne)?|ehemalige\w*|frühere\w*|antigu[oa]|voormalige?|бывш\w+|колишн\w+|był[aey]"
    r"|tidligere|tidigare|mantan)[ -](?:\w+ )?$"
)
"""Before whoever worked for an outlet: the text has it from a person and no report."""
_HAN_LISTED = re.compile(r"([\u3040-\u30ff\u4e00-\u9fff·・]{2,16})(?:、|和|及)$")
_ANAPHOR = re.compile(ANAPHORS)
_ONE_WORD = re.compile(
    r" (?:the |dem |der |le |la |el |il |o |a )?((?:The )?[A-ZÀ-Þ][a-zà-ÿ]{3,20})(?=[.,;:\n])(?!, \d)"
)
_AFTER_ARTICLE = re.compile(
    r"\b(?:der|die|das|dem|den|ein|eine|einem|einer|seine?[mr]?|ihre?[mr]?) $"
)  # nouns have capitals
_NOT_MEDIA = re.compile(
    r"\b(?:social|mass|new|digital|the|other|some|many|several|foreign and|to|of|from|by|in)\b", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?…][\"”’»)]*\s+(?=[\"“„«‘(]?[^\W\d_a-zà-ÿ])|[。！？।]|\n")
_ATTRIBUTING = re.compile(
    r"(?:reports?|says?|said|reported|exclusive|poll|survey|berichtet|informa|rapporte)\b", re.IGNORECASE
)
_UNSPACED_FORMS: Final = {
    language: tuple(re.compile(form, re.MULTILINE) for form in forms) for language, forms in UNSPACED.items()
}
_SCRIPT_FORMS: Final = {language: re.compile(form) for language, form in SPACED_FORMS.items()}
_UNNAMED_FORMS: Final = {
    language: re.compile(
        rf"(?<!{_LETTER})(?:{before or NEVER})\s?(?P<told>{who})(?!{_LETTER})(?! outlets? [A-Z]| [A-Z]| agency)"
        rf"|(?<!{_LETTER})(?P<telling>{who}) ?(?={behind})"
    )
    for language, (who, before, behind) in UNNAMED.items()
}


@dataclass(frozen=True, slots=True)
class Attribution:
    """A claim, the sentence of the text that makes it, and where in the text it names whom."""

    claim: Claim
    start: int
    end: int
    name: str
    named_at: int


def attributions(article: Article, names: Names) -> Iterator[Attribution]:
    text = article.text[:MAX_READ_CHARS]
    language = LANGUAGES.get(article.language or "", article.language or "en")
    subject = _subject(article.title or "", names)
    seen: set[tuple[str, str]] = set()
    persons: dict[str, bool] = {}
    for source, start, end, sure in _all_named(text, article.title or "", language, names):
        written = text[source.start : source.end]
        if written not in persons:
            persons[written] = source.agency is not None and _is_person(text, written, language, names)
        if not is_report_source(source) or source.name == subject or persons[written]:
            continue
        clause = _clause(text, start, end)
        if (source.name, clause) in seen or _is_anothers(text, written):
            continue
        seen.add((source.name, clause))
        claim = Claim(Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, "text", clause, sure, name=source.name)
        first, last = _sentence(text, start, end)
        yield Attribution(claim, first, last, source.name, source.start)
    yield from _unnamed(text, language)


@dataclass(frozen=True, slots=True)
class _Cues:
    """The words by which a language attributes, and those of English: all, the ones with the name before them, and
    the ones with it behind them; words of speaking, and the ones that lead from there to who was told."""

    any: re.Pattern[str]
    ahead: re.Pattern[str]
    behind: re.Pattern[str]
    telling: re.Pattern[str]
    told: re.Pattern[str]


@lru_cache(maxsize=16)
def _cues(language: str) -> _Cues:
    spoken = dict.fromkeys((language if language in BEHIND else "en", "en"))
    behind = "|".join(form for each in spoken for form in BEHIND[each])
    ahead = "|".join(form for each in spoken for form in AHEAD[each])
    telling, told = TELLING.get(language, (NEVER, NEVER))
    return _Cues(
        re.compile(rf"(?<![\w-])(?:{_by_first_letter(f'{behind}|{ahead}|{telling}')})(?![\w-])"),
        re.compile(f"(?:{ahead})"),
        re.compile(f"(?:{behind})"),
        re.compile(rf"(?:{telling})(?![\w-])"),
        re.compile(rf"(?<=\s)(?:{told})(?=[\s'’])"),
    )


def _by_first_letter(form: str) -> str:
    """``form``, which matches the same, with its alternatives put together by the letter that they begin with.

    It is tried at every word of a text: with one alternative a letter that takes less than half the time.
    """
    alike: dict[str, list[str]] = {}
    for each in _alternatives(form):
        is_plain = each[0].isalpha() and each[1:2] not in {"?", "*", "+", "{"}
        alike.setdefault(each[0] if is_plain else "", []).append(each[1:] if is_plain else each)
    return "|".join(f"{letter}(?:{'|'.join(rest)})" if letter else "|".join(rest) for letter, rest in alike.items())


def _alternatives(form: str) -> list[str]:
    """The alternatives of ``form``, a group that one begins with taken apart: "(?:ab|cd)e" is "abe" and "cde"."""
    found = []
    for each in _parted(form):
        size = _group_size(each)
        tail = each[size:]
        is_group = size > 0 and tail[:1] not in {"?", "*", "+", "{"}
        found += [head + tail for head in _parted(each[len("(?:") : size - 1])] if is_group else [each]
    return found


def _parted(form: str) -> list[str]:
    """``form`` parted at each stroke that stands in no group."""
    parts, depth, start, is_class = [], 0, 0, False
    for place, sign in enumerate(form):
        if place and form[place - 1] == "\\":
            continue
        is_class = (is_class or sign == "[") and sign != "]"
        depth += 0 if is_class else (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0 and not is_class:
            parts.append(form[start:place])
            start = place + 1
    return [*parts, form[start:]]


def _group_size(form: str) -> int:
    """How many signs of ``form`` are the group that it begins with; 0 where it begins with none."""
    depth = 0
    for place, sign in enumerate(form if form.startswith("(?:") else ""):
        depth += 0 if place and form[place - 1] == "\\" else (sign == "(") - (sign == ")")
        if depth == 0:
            return place + 1
    return 0


def _is_person(text: str, written: str, language: str, names: Names) -> bool:
    """Does the text call somebody so: after "Anders Ritzau", "according to Ritzau" is not the agency's report.

    What begins a sentence ("Citing Reuters") is no first name.
    """
    if not written.isalpha() or not written[0].isupper() or written.isupper():
        return False
    for found in re.finditer(rf"\b([A-ZÀ-Þ][a-zà-ÿ]+) {re.escape(written)}\b", text):
        first = found[1].casefold()
        if first in LEADING | ARTICLES or first.endswith(("ing", "ly", "ed")) or names.named(found[0]):
            continue
        if is_describing(found[1]) or is_reporting(found[1], language):
            continue
        if not _AFTER_ARTICLE.search(text, max(0, found.start() - 10), found.start()):
            return True
    return False


def attributes(text: str, start: int, end: int, language: str | None) -> bool:
    """Do the words from ``start`` to ``end`` attribute, with their name first: "Orrin Harbour Office reports"?"""
    cues = _cues(LANGUAGES.get(language or "", language or "en"))
    lower = text[start:end].lower()
    if not text[start : start + 1].isupper() or len(lower) != len(text[start:end]):
        return False
    first = next((cue for cue in cues.any.finditer(lower) if cues.ahead.match(lower, cue.start())), None)
    if first is None or not first.start():
        return False
    words = text[start : start + first.start()].split()
    return all(word[0].isupper() or word.casefold() in PARTICLES for word in words)


def _all_named(text: str, title: str, language: str, names: Names) -> Iterator[tuple[NamedSource, int, int, float]]:
    """Each source that ``text`` attributes something to, the place of the words that say so, and how sure they are."""
    told: set[str] = set()
    for source, start, end in _named_in(text, language, names):
        told.add(source.name)
        yield source, start, end, SURE_KNOWN if source.agency else SURE_UNKNOWN
    for source in mentions(text, title, language, told, names):
        yield source, source.start, source.end, SURE_MENTIONED


def _is_anothers(text: str, written: str) -> bool:
    """Does the text use an agency's letters for somebody else: "the Australian Federal Police (AFP)"?"""
    if not (written.isupper() and written.isalpha() and len(written) <= MAX_TOKEN_CHARS) or f"({written})" not in text:
        return False
    for found in re.finditer(rf"((?:[\w'’-]+ ){{1,8}})\({written}\)", text):
        initials = "".join(word[0] for word in found[1].split() if len(word) > MAX_SMALL_WORD_CHARS).lower()
        if initials.endswith(written.lower()) or written.lower() in initials:
            return True
    return False


def _named_in(text: str, language: str, names: Names) -> Iterator[tuple[NamedSource, int, int]]:
    """Each source that ``text`` attributes something to, with the place of the attributing words."""
    if language in UNSPACED:
        yield from _unspaced(text, language, names)
    if language in SPACED_FORMS:
        yield from _scripted(text, language, names)
    cues = _cues(language)
    if language == "tr":  # the case of a name is a suffix behind an apostrophe
        text = _TURKISH_CASE.sub(lambda found: " " * len(found[0]), text)
    lower = text.lower()
    if len(lower) != len(text):  # a few capitals become two small letters; places would shift
        lower = text
    earlier: dict[str, str] = {}
    for number, cue in enumerate(cues.any.finditer(lower)):
        if number == MAX_CUES:
            return
        for source in _sources_at(text, lower, cue, cues, language, names):
            if _FORMER.search(lower, max(0, min(source.start, cue.start()) - FORMER_CHARS), cue.start()):
                continue
            source = _meant(source, earlier)
            is_full = source.is_described or len(source.name.split()) > 1
            if source.agency is None and cue.group() in SPEAKING_VERBS and not is_full:
                continue
            yield source, min(source.start, cue.start()), max(source.end, cue.end())


def _sources_at(
    text: str, lower: str, cue: re.Match[str], cues: _Cues, language: str, names: Names
) -> list[NamedSource]:
    """Whom ``text`` (and ``lower``, the same in small letters) names beside ``cue``, on the side where it may stand."""
    word = cue.group()
    last = word.rpartition(" ")[2]
    beside = _beside(word, last, language)
    sources: list[NamedSource] = []
    if cues.behind.match(lower, cue.start()):
        sources = sources_after(text, cue.end(), names, beside)
        if not sources and _ANAPHOR.search(text, cue.end(), min(len(text), cue.end() + ANAPHOR_CHARS)):
            sources = _called_again(text, cue.end(), language, names)
    if not sources and cues.ahead.match(lower, cue.start()):
        sources = sources_before(text, cue.start(), names, beside)
        if (REFLEXIVE.match(lower, cue.end()) and word in SPEAKING_VERBS) or lower.startswith(" sich ", cue.end()):
            sources = []
    if not sources and cues.telling.match(lower, cue.end() - len(last)):
        sources = _told(text, lower, cue.end(), cues.told, names, beside)
    return sources


def _called_again(text: str, place: int, language: str, names: Names) -> list[NamedSource]:
    """The one word in capitals at ``place``, which "the magazine" of the sentence behind it says to be an outlet."""
    found = _ONE_WORD.match(text, place)
    if found is None or is_describing(found[1]) or names.named(found[1]):
        return []
    if _is_person(text, found[1], language, names):
        return []
    return [NamedSource(found[1], None, found.start(1), found.end(1), is_described=True)]


@lru_cache(maxsize=4_096)
def _beside(word: str, last: str, language: str) -> Beside:
    """What a cue, and the ``last`` word of it, tells of the name beside it."""
    return Beside(
        is_reporter=not REPORTING.isdisjoint({word, last, word.partition(" ")[0]}) or word.startswith(FIRST_REPORTED),
        in_quotes=language in QUOTING or word in ACCORDING,
        bare_quotes=word in ACCORDING or last in ACCORDING,
        has_noun_capitals=language == "de",
        declines=language in DECLINING,
    )


def _told(
    text: str, lower: str, place: int, leading: re.Pattern[str], names: Names, beside: Beside
) -> list[NamedSource]:
    """Whom ``text`` says was told, where who spoke stands between: behind one of the words that lead there."""
    end = min(len(text), place + ADDRESSED_WITHIN_CHARS)
    stop = _SPEECH_ENDS.search(lower, place, end)
    for to in leading.finditer(lower, max(0, place - 1), stop.start() if stop else end):
        if _STAFF_AT_END.search(lower, place, to.start()):
            continue  # "sagte die Chefredakteurin der Nordsee-Zeitung" speaks herself
        is_article = to.group() in ARTICLES or to.group() == "all"
        told = sources_after(text, to.start() if is_article else to.end(), names, replace(beside, is_reporter=True))
        # Letters that are told something are an agency's, though they be a word: "till TT"; a word may be a person's.
        sources = [
            source
            for source in told
            if beside.is_reporter or (plain := text[source.start : source.end]).isupper() or plain not in PLAIN_WORDS
        ]
        if sources:
            return sources
    return []


def _meant(source: NamedSource, earlier: dict[str, str]) -> NamedSource:
    """ "The Times" after "The Valley Times" is the latter; ``earlier`` holds the last words of the names so far."""
    words = name_key(source.name).split()
    short = words[-1]
    if len([word for word in words if word != "the"]) == 1 and short in earlier:
        return replace(source, name=earlier[short], agency=None)
    if len(words) > 1:
        earlier.setdefault(short, source.name)
    return source


def _unspaced(text: str, language: str, names: Names) -> Iterator[tuple[NamedSource, int, int]]:
    for form in _UNSPACED_FORMS[language]:
        for found in form.finditer(text):
            source = _han_source(found["name"], found.start("name"), names)
            yield from _listed_before(text, found.start("name"), names)
            if found["latin"] and (source is None or source.agency is None):
                known = names.named(found["latin"])
                name = known.name if known else found["latin"]
                source = NamedSource(name, known, found.start("latin"), found.end("latin"))
            if source:
                yield source, found.start(), found.end()


def _listed_before(text: str, place: int, names: Names) -> Iterator[tuple[NamedSource, int, int]]:
    """The outlets that stand before the one at ``place``, each with a mark of enumeration behind it: "综合法新社、"."""
    while found := _HAN_LISTED.search(text, max(0, place - MAX_HAN_LIST_CHARS), place):
        source = _han_source(found[1], found.start(1), names)
        if source is None:
            return
        yield source, found.start(1), place
        place = found.start(1)


def _han_source(written: str, start: int, names: Names) -> NamedSource | None:
    """The outlet that a run of signs names at its end, or anywhere by a known name."""
    size = len(written)
    for begin in range(size - 1):
        for end in range(size, begin + 1, -1):
            agency = names.named(written[begin:end])
            if agency:
                return NamedSource(agency.name, agency, start + begin, start + end)
    if " " in written and is_outlet_name(written.split()):
        return NamedSource(written, None, start, start + size)
    name = HAN_BEFORE.sub("", written)
    if any(name.endswith(end) and len(name) > len(end) for end in HAN_ENDS):
        return NamedSource(name, None, start + size - len(name), start + size)
    return None


def _scripted(text: str, language: str, names: Names) -> Iterator[tuple[NamedSource, int, int]]:
    form, kind = _SCRIPT_FORMS[language], SCRIPT_KINDS[language]
    for found in form.finditer(text):
        written = found["name"]
        words = written.split()
        known = None
        spans = [
            (begin, end) for begin in range(min(len(words), 8)) for end in range(min(len(words), begin + 4), begin, -1)
        ]
        for begin, end in spans if language == "ar" else reversed(spans):
            phrase = " ".join(words[begin:end]).strip("\"«»“”'")
            known = names.named(phrase) or names.named(re.sub(r"^(?:لل|ل|ال)", "", phrase))
            if known:
                break
        if known:
            yield NamedSource(known.name, known, found.start("name"), found.end("name")), found.start(), found.end()
        elif called := kind.search(written):
            name = next(filter(None, called.groups())).strip("\"«»“”'")
            if name.split()[0] in SCRIPT_NO_NAMES.get(language, ()):
                continue
            yield NamedSource(name, None, found.start("name"), found.end("name")), found.start(), found.end()


def _unnamed(text: str, language: str) -> Iterator[Attribution]:
    for each in dict.fromkeys((language, "en")):
        form = _UNNAMED_FORMS.get(each) if each not in MEDIA or MEDIA[each] in text else None
        for found in form.finditer(text) if form else ():
            who = found["told"] or found["telling"]
            if _NOT_MEDIA.search(who):
                continue
            yield Attribution(
                Claim(
                    Relation.CITES,
                    EvidenceKind.ATTRIBUTION_PHRASE,
                    "text",
                    _clause(text, found.start(), found.end()),
                    SURE_UNNAMED,
                    name=f"{who[0].lower()}{who[1:]} (unnamed)",
                ),
                found.start(),
                found.end(),
                "",
                found.start(),
            )
            return


def _subject(title: str, names: Names) -> str | None:
    """The source that the headline tells of: its first words name it, and no colon follows ("Reuters lays off ...")."""
    found = sources_after(title, 0, names)
    if not found or found[0].start > 6:
        return None
    rest = title[found[0].end :].lstrip()
    return None if rest[:1] in {":", "", "-", "–", "|"} or _ATTRIBUTING.match(rest) else found[0].name


def _clause(text: str, start: int, end: int) -> str:
    """The words around an attribution, for people to look at."""
    first, last = _sentence(text, start, end)
    if last - first <= MAX_CLAUSE_CHARS:
        return text[first:last].strip()
    before = max(first, start - MAX_CLAUSE_CHARS // 2)
    before = before if before == first else text.find(" ", before, start) + 1 or before
    return text[before : min(last, end + MAX_CLAUSE_CHARS // 4)].strip()


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    floor = max(0, start - 400)
    begins = [found.end() for found in _SENTENCE_END.finditer(text, floor, start)]
    stop = _SENTENCE_END.search(text, end, min(len(text), end + 400))
    return (begins[-1] if begins else floor), (stop.start() + 1 if stop else min(len(text), end + 400))
