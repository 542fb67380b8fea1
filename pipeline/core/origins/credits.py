"""Whose text it is, in the words of the page: datelines, sign-offs, bylines, notices of rights and of republication.

Two steps. ``part_statements`` and ``part_ending`` take the statements out of the prose and keep them as parts;
``credit_claims`` says what the parts, the bylines and the page's mark-up come to. What counts is a general form at the
place where desks print it; who is meant is asked of the table of names. The confidences are judgement, from how often
such a line means what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipeline.core.bylines import AUTHOR_META
from pipeline.core.characters import one_line
from pipeline.core.model import Article, Dateline, Entry, EvidenceKind, Part, PartKind, Relation, Source
from pipeline.core.origins import credit_forms as forms
from pipeline.core.origins.agencies import PLAIN_WORDS, Agency, Kind, Names, name_key
from pipeline.core.origins.claims import Claim, OwnNames
from pipeline.core.origins.naming import Beside, is_outlet_name, sources_after
from pipeline.core.pages import Page, of_one_site
from pipeline.core.storyhead import Line
from pipeline.core.urls import absolute

MAX_CREDIT_CHARS: Final = 240
HEAD_LINES: Final = 4  # a standfirst and a caption may stand above a dateline or a byline
TAIL_LINES: Final = 8
MAX_LINE_CHARS: Final = 400  # of a statement; what is longer is prose
MAX_NAME_WORDS: Final = 3  # of an agency that only its dateline makes known
MAX_NAMES: Final = 6  # of one credit, and words of one name; more is something else
MAX_NAME_CHARS: Final = 60
MAX_DATELINE_CHARS: Final = 160
MAX_BYLINE_CHARS: Final = 100
MAX_WORDS_BEHIND: Final = 5  # the names of a credit: "in Lima and Quito"
MAX_WORDS_OF_A_DAY: Final = 3  # behind "first published in the Orrin Chronicle,"
MAX_RIGHTS_CHARS: Final = 240
MIN_ANCHOR_CHARS: Final = 40  # of a story's last long line, by which it is found among the page's lines

WIRES: Final = frozenset({Kind.AGENCY, Kind.SYNDICATOR, Kind.PR_WIRE, Kind.DISTRIBUTOR})
"""Kinds whose name in a disclaimer or beside a picture is that of the text's or the picture's origin."""

_Named = tuple[tuple[Agency, ...], str]
"""Whom the table knows by a name (nobody, one, or several that share it), and the name as it stands there."""


def _any_of(forms: Iterable[str], before: str = "") -> re.Pattern[str]:
    return re.compile(before + "(?:" + "|".join(f"(?:{form})" for form in forms) + ")", re.IGNORECASE)


def _ending(form: str) -> re.Pattern[str]:
    """A form at the end of a line, behind a full stop or alone."""
    before = r"(?:(?<=[.!?。！？।])|(?<=[.!?。][\"”’')])|^)\s*"
    return re.compile(before + form.format(**forms.ENDING_PARTS) + r"\s*$")


_DATELINES: Final = tuple(re.compile(form.format(**forms.DATELINE_PARTS)) for form, _ in forms.DATELINE_FORMS)
_ENDINGS: Final = tuple(_ending(form) for form, _ in forms.ENDING_FORMS)
_BARE_ENDING = _ending(forms.BARE_ENDING)
_INITIALS = re.compile(forms.INITIALS)
_SIGN_OFFS: Final = tuple((re.compile(form), name) for form, name in forms.SIGN_OFFS)
_REPUBLISH = _any_of((form for form, _ in forms.REPUBLISH_FORMS), before=r"^\W{0,3}")
_CONTRIBUTIONS: Final = tuple(re.compile(form) for form, _ in forms.CONTRIBUTIONS)
_ABOUT_THE_TEXT = re.compile(forms.ABOUT_THE_TEXT, re.IGNORECASE)
_WITH_A_SUBJECT = re.compile(forms.WITH_A_SUBJECT, re.IGNORECASE)
_OWN_ISSUE = re.compile(forms.OWN_ISSUE, re.IGNORECASE)
_ANY_NAME = re.compile(forms.ANY_NAME)
_INPUT = _any_of(form for form, _ in forms.INPUT_FORMS)
_VAGUE_INPUT = re.compile(forms.VAGUE_INPUT, re.IGNORECASE)
_HAN_REPORT = re.compile(r"(?:\d{1,2}月)?(?:\d{1,2}日)?(?:的)?(?:报道|報道|報導|消息|电|電)$")
_BEFORE_INPUT = re.compile(forms.BEFORE_INPUT)
_CONTRIBUTED = _any_of(forms.CONTRIBUTED)
_WRITERS = re.compile(forms.WRITERS, re.IGNORECASE)
_DISCLAIMER = _any_of(form for form, _ in forms.DISCLAIMER_FORMS)
_PUBLISHED_WHERE = re.compile(forms.PUBLISHED_WHERE)
_BYLINE_WITH = re.compile(forms.BYLINE_WITH, re.IGNORECASE)
_VAGUE_BYLINE = re.compile(forms.VAGUE_BYLINE, re.IGNORECASE)
_BYLINE_BY = re.compile(forms.BYLINE_BY, re.IGNORECASE)
_BYLINE_TAIL = re.compile(forms.BYLINE_TAIL, re.IGNORECASE)
_RIGHTS = re.compile(forms.RIGHTS_FORM, re.IGNORECASE)
_RIGHTS_LINE = re.compile(forms.RIGHTS_LINE, re.IGNORECASE)
_SOURCE_LINE = re.compile(
    rf"^[\W_]{{0,3}}(?:{'|'.join(forms.SOURCE_LABELS)})\s*[:：]\s*(?P<names>.{{2,80}}?){forms.SOURCE_TAIL}[\W_]{{0,3}}$",
    re.IGNORECASE,
)
_CUES: Final = "|".join(forms.CUES).split("|")
_ASCII_CUES: Final = tuple(cue for cue in _CUES if cue.isascii())
_OTHER_CUES: Final = tuple(cue for cue in _CUES if not cue.isascii())
_CUE_SIGN = re.compile("[" + "".join({sign for sign in "".join(_OTHER_CUES) if not sign.isascii()}) + "]")
_HOUSE_STYLES: Final = tuple((re.compile(style), agencies) for style, agencies in forms.HOUSE_STYLES)
_BYLINE_PARTS = re.compile(r"\s*[,|/;•·(–—]\s*|\s+-\s+|\s+(?:for|para|für|pour|per|at)\s+")
_CREDIT_PARTS = re.compile(
    r"\s*[/;,&+|]\s*(?:(?:and|und|y|et|e|en|och|og)\s+)?|\s+(?:and|und|y|et|e|mit|with|avec|con|via)\s+|[、，]"
)
_ENCLOSED = re.compile(r"[(\[/]([^()\[\]/]{2,40})[)\]/]")  # a byline of nothing else: "(sda)", "/ritzau/"
_JOINT = re.compile(r"[^/;,]{2,40}(?:/[^/;,]{2,40})+")
_SIGNED_WORD: Final = rf"(?:[{forms.UPPER}][\w.'’-]*|de|del|la|van|von|der|bin|al|da|di|and|y|und|et|e|&)"
_SIGNED = re.compile(rf"{_SIGNED_WORD}(?: {_SIGNED_WORD}){{0,8}}")
_JOINED = re.compile(r"^(?:and|und|y|et|e|en|och|og|&)\s+", re.IGNORECASE)  # the last name of a list that was parted
_ASIDE = re.compile(r"\s*\([^()]{3,60}\)\s*$")  # "AP (translated by the Bay Ledger)"
_BY_OR_IN = re.compile(r"\b(?:by|in|at|from|por|en|par|dans|von|bei|da|su|em)\b", re.IGNORECASE)
_DATE_WORD = re.compile(
    r"(?:\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|mai|okt|dez|gen|mag|giu|lug|set|ott)[a-z]{0,7}\b"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?。！？।][\"”’)]*\s*")
_PICTURE_MARK = re.compile(r"figure|caption|photo|image|picture|\bimg|media|gallery|video")
_MENU_MARK = re.compile(r"\bnav|menu|breadcrumb|crumbs|toolbar|share|social|related|trending|aside|footer|button")
_BYLINE_MARK = re.compile(r"by-?line|author|credit|source|agency|dateline")


@dataclass(slots=True)
class Statements:
    """The lines of a text without what its desk says of the text, and that as parts."""

    kept: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


def part_statements(lines: Sequence[str], names: Names) -> Statements:
    """Part ``lines`` into those of the story and what is said of it: disclaimers, notices, sources, sign-offs.

    A statement is a whole line, or the last sentences of one. It is looked for in short lines, and in the first and
    last ones. A part's place is 0 before the first kept line, else None until ``placed``.
    """
    told = Statements()
    for number, line in enumerate(lines):
        is_tail = number >= max(1, len(lines) - TAIL_LINES)
        is_edge = number < HEAD_LINES or is_tail
        found = _statement(line, names, is_tail=is_tail) if is_edge or len(line) <= MAX_CREDIT_CHARS else None
        if found is None:
            told.kept.append(line)
            continue
        kind, start = found
        told.parts.append(Part(kind, one_line(line[start:], MAX_LINE_CHARS), None if told.kept else 0))
        rest = line[:start].rstrip(" (\u3000[")
        if rest:
            told.kept.append(rest)
    return told


def is_statement(line: str, names: Names) -> bool:
    """Would ``part_statements`` find anything in ``line``, if that were all of the text?"""
    return _statement(line, names) is not None


def part_ending(lines: list[str], names: Names) -> Part | None:
    """Take the agency's token or sign-off off the end of the last line (and the line, where nothing else stands in it).

    None where the text ends in its own words.
    """
    if len(lines) > 1 and _INITIALS.fullmatch(lines[-1]) and (above := part_ending(before := lines[:-1], names)):
        lines[:] = before
        return above
    for form in (*_ENDINGS, _BARE_ENDING) if lines else ():
        found = form.search(lines[-1][-300:])
        if found and _is_ending(found["credit"], lines, names, bare=form is _BARE_ENDING):
            rest = lines[-1][: len(lines[-1]) - len(found.group())].rstrip()
            lines[-1:] = [rest] if rest else []
            return Part(PartKind.CREDIT, one_line(found["credit"], MAX_CREDIT_CHARS))
    return None


def part_dateline(text: str, names: Names) -> tuple[Dateline, Part] | None:
    """The dateline among the first lines of ``text``, which stays in the text, or None."""
    place = 0
    for line in text.split("\n", HEAD_LINES)[:HEAD_LINES]:
        for form in _DATELINES:
            found = form.match(line[:MAX_DATELINE_CHARS])
            parts = found.groupdict() if found else {}
            agency, where = parts.get("agency"), parts.get("place")
            if found is None or (agency and (_is_spelt_out(found, names) or not _is_dateline_agency(found, names))):
                continue
            if where in forms.NOT_PLACES:
                return None
            dateline = Dateline(where.title() if where and where.isupper() else where, parts.get("date"), agency)
            return dateline, Part(PartKind.DATELINE, found.group().strip(), place)
        place += len(line) + 1
    return None


def page_statements(
    page: Page, source: Source, head: Sequence[Line], lines: Sequence[Line], told: Sequence[str], names: Names
) -> list[Part]:
    """What ``page`` says of the text outside of it: bylines in the story's ``head``, and notices right below the story.

    ``lines`` are all lines of the page, ``told`` those that were taken for the story's text.
    """
    own = OwnNames(source, page.url, names)
    below = _below(lines, told)
    ended = {id(line) for line in below}  # of a short story the lines near the headline are also those at its end
    parts = [
        Part(PartKind.CREDIT, line.text, 0) for line in head if id(line) not in ended and _is_byline(line, own, names)
    ]
    for line in below:
        found = _statement(line.text, names, is_tail=True)
        if found:
            kind, start = found
            parts.append(Part(kind, one_line(line.text[start:], MAX_LINE_CHARS), None, _link_elsewhere(line, page.url)))
    return parts


def placed(parts: Iterable[Part | None], text: str) -> tuple[Part, ...]:
    """``parts`` once each and in their order; one without a place stands behind ``text``."""
    found: dict[tuple[PartKind, str, int], Part] = {}
    for part in parts:
        if part is not None:
            place = len(text) if part.place is None else part.place
            known = found.get((part.kind, part.text, place))
            found[part.kind, part.text, place] = replace(
                part, place=place, url=part.url or (known.url if known else None)
            )
    return tuple(found.values())


def credit_claims(page: Page | None, entry: Entry | None, article: Article, names: Names) -> Iterator[Claim]:
    """What the credits of ``article``, its bylines and its mark-up claim of its origin."""
    said = _Said(article, names)
    if article.dateline and article.dateline.agency:
        excerpt = next((part.text for part in article.parts if part.kind is PartKind.DATELINE), article.dateline.agency)
        yield from said.credited(article.dateline.agency, EvidenceKind.DATELINE, "head", excerpt)
    for part in article.parts:
        where = "head" if part.place == 0 else "tail" if part.place and part.place >= len(article.text) else "text"
        if part.kind is PartKind.CREDIT:
            yield from said.credit_line(part.text, where)
        elif part.kind is PartKind.RIGHTS:
            yield from said.notice(part.text, where, part.url)
        elif part.kind is PartKind.DISCLAIMER:
            yield from said.disclaimer(part.text, where)
        elif part.kind in {PartKind.IMAGE_CREDIT, PartKind.CAPTION}:
            yield from said.picture(part.text)
    for text, where in _bylines(page, entry):
        yield from said.byline(text, where)
    if page and page.declared.markup and page.declared.markup.credit_text:
        yield from said.credited(
            page.declared.markup.credit_text, EvidenceKind.CREDIT_LINE, "json-ld", page.declared.markup.credit_text
        )


def credit_of(parts: Iterable[Part], names: Names) -> str | None:
    """What an article's ``credit`` says: the line at its end or head, else the agency that reserves the rights."""
    told = [part for part in parts if part.kind is PartKind.CREDIT]
    for part in told[::-1]:
        worked = _contribution(part.text)
        if worked is None or names.credited(worked.groupdict().get("whose") or ""):
            return part.text
    for part in parts:
        holder = _rights_holder(part.text, names) if part.kind is PartKind.RIGHTS else None
        if holder:
            return holder[0]
    return None


# --------------------------------------------------------------------------------------------- what is a statement


def _is_byline(line: Line, own: OwnNames, names: Names) -> bool:
    """Does a short line of the head credit a source: "By Reuters", "Ines Calloway, AP"?

    Not below a picture, nor in a menu. Where neither "By" nor the mark-up says that it is a byline, only agencies
    count: "Print" and "Mundo" are also what buttons and sections are called.
    """
    marks, text = _marks(line.block), line.text.strip()
    if (
        len(text) > MAX_BYLINE_CHARS
        or not (text[:1].isalnum() or _ENCLOSED.fullmatch(text))
        or _PICTURE_MARK.search(marks)
        or _MENU_MARK.search(marks)
    ):
        return False
    if _VAGUE_BYLINE.fullmatch(text):
        return True
    is_stated = _BYLINE_BY.match(text) is not None or _BYLINE_MARK.search(marks) is not None
    return any(
        not own.is_name(name) and (is_stated or any(agency.kind in WIRES for agency in known))
        for known, name in (*_byline_inputs(text, names), *_byline_sources(text, names))
    )


def _marks(block: HtmlElement) -> str:
    """What the mark-up calls a block and the two around it."""
    around = [block, *islice(block.iterancestors(), 2)]
    return " ".join(f"{each.tag} {each.get('class') or ''} {each.get('id') or ''}" for each in around).lower()


def _below(lines: Sequence[Line], told: Sequence[str]) -> Sequence[Line]:
    """The lines of the page around and behind the last one of the story."""
    last = next((line for line in reversed(told) if len(line) >= MIN_ANCHOR_CHARS), None)
    if last is None:
        return ()
    start = last[:MIN_ANCHOR_CHARS]
    place = next((number for number in range(len(lines) - 1, -1, -1) if lines[number].text.startswith(start)), None)
    return () if place is None else lines[place : place + 1 + TAIL_LINES]


def _link_elsewhere(line: Line, page_url: str) -> str | None:
    """Where a line links to on another site: a notice of republication often has the original's address."""
    for link in line.block.iter("a"):
        url = absolute(page_url, link.get("href") or "")
        if url and not of_one_site(url, page_url):
            return url
    return None


def _statement(line: str, names: Names, *, is_tail: bool = False) -> tuple[PartKind, int] | None:
    """What ``line`` states of its text, and where in the line that begins; None where it tells the story.

    ``is_tail``: it is one of the last, where desks say who contributed.
    """
    shift = max(0, len(line) - MAX_LINE_CHARS)
    end = line[shift:]
    lower = end.lower()
    if not _holds_cue(lower):
        return None
    whole = shift == 0
    if whole and len(line) <= MAX_RIGHTS_CHARS and _RIGHTS_LINE.match(line):
        return PartKind.RIGHTS, 0
    if whole and (found := _SOURCE_LINE.match(line)) and _are_reporters(found["names"], names):
        return PartKind.CREDIT, 0
    if is_tail and whole and len(line) <= MAX_CREDIT_CHARS and _contribution(line):
        return PartKind.CREDIT, 0
    if is_tail and whole and len(line) <= MAX_BYLINE_CHARS and _BYLINE_BY.match(line) and _byline_inputs(line, names):
        return PartKind.CREDIT, 0
    if found := _DISCLAIMER.search(end):
        return PartKind.DISCLAIMER, shift + _sentence_start(end, found.start())
    for form, _ in _SIGN_OFFS:
        if found := form.search(end):
            return PartKind.CREDIT, shift + found.start()
    for start in _sentence_starts(end):
        rest = end[start:]
        found = _REPUBLISH.match(rest)
        if (
            found
            and not _WITH_A_SUBJECT.match(rest)
            and _tells_on(rest[found.end() :].partition(", ")[2], MAX_WORDS_OF_A_DAY)
        ):
            continue  # "First published in 1911, the poem is about ..."
        if found and (_holder_after(rest, found.end(), names) or "permission" in found.group().lower()):
            return PartKind.RIGHTS, shift + start
        if found and is_tail and _OWN_ISSUE.search(rest):
            return PartKind.RIGHTS, shift + start
        if len(rest) <= MAX_CREDIT_CHARS and _PUBLISHED_WHERE.search(rest):
            return PartKind.RIGHTS, shift + start
        if len(rest) <= MAX_CREDIT_CHARS and _inputs(rest, names):
            return PartKind.CREDIT, shift + start
    return None


def _tells_on(rest: str, most_words: int) -> bool:
    """Does a line go on, behind the words of a notice or its names, with more than a notice has: a sentence's verb?"""
    end = _SENTENCE_END.search(rest)
    sentence = rest[: end.start()] if end else rest
    return len(sentence.split()) > most_words and not _ABOUT_THE_TEXT.search(sentence)


def _contribution(line: str) -> re.Match[str] | None:
    return next((found for form in _CONTRIBUTIONS if (found := form.fullmatch(line.strip()))), None)


def _holds_cue(lower: str) -> bool:
    # Asked of nearly every line of a page: a loop of plain searches is the fastest of all ways.
    for cue in _ASCII_CUES:
        if cue in lower:
            return True
    return _CUE_SIGN.search(lower) is not None and any(cue in lower for cue in _OTHER_CUES)


def _sentence_starts(text: str) -> list[int]:
    """Where sentences and brackets begin in the last part of a line."""
    starts = {0, *(match.end() for match in _SENTENCE_END.finditer(text))}
    bracket = text.rfind("(")
    if bracket > 0 and text.rstrip()[-1:] in ")." and text[:bracket].rstrip()[-1:] in '.!?"”’':
        starts.add(bracket)
    return sorted(start for start in starts if start < len(text))


def _sentence_start(text: str, place: int) -> int:
    return max(start for start in _sentence_starts(text[: place + 1]) or [0])


def _is_ending(credit: str, lines: Sequence[str], names: Names, *, bare: bool) -> bool:
    if credit.startswith("("):
        return True
    short = credit.split()[0] if re.fullmatch(r"[A-Z]{3,6}(?: [A-Z]{2,4}| [a-z/]+)+", credit) else credit
    for known, text in _named_parts(short, names):
        if known:
            if all(agency.kind is Kind.REFERENCE for agency in known):
                return False
        elif bare or not (_is_wire_name(text) or _is_token(text)) or any(text in line for line in lines[1:-1]):
            # Letters that the story itself uses are a body's that it tells of, not a desk's.
            return False
    return bool(_named_parts(short, names))


def _are_reporters(text: str, names: Names) -> bool:
    """Does a list name only who reports? "Sources: IEA, Statista" is the note of a chart."""
    told = _named_parts(text, names)
    return bool(told) and all(
        known[0].kind is not Kind.REFERENCE if known else _is_wire_name(name) for known, name in told
    )


def _is_dateline_agency(found: re.Match[str], names: Names) -> bool:
    """Can what stands for an agency in a dateline be one? One that no table knows stands in brackets or strokes."""
    told = _named_parts(found["agency"], names)
    place = found.groupdict().get("place") or ""
    date = found.groupdict().get("date")
    enclosed = found.string[found.start("agency") - 1 : found.start("agency")] in set("([/")
    ended = found.group().rstrip()[-1:] not in ")]"
    plain = enclosed and ended and (place.isupper() or bool(date) or not place)
    # "PORT ALMERY, Nov 20 (Meridian) -" is so much of a form that the name need not say what it is.
    whole = plain and place.isupper() and bool(date)
    if told and told[0][0] and all(not known and name.islower() for known, name in told[1:]):
        return True  # "dpa/lno": one of the agency's own services
    return bool(told) and all(
        known or (plain and (_is_wire_name(name) or _is_token(name))) or (whole and _is_plain_name(name))
        for known, name in told
    )


def _is_spelt_out(found: re.Match[str], names: Names) -> bool:
    """Does a name stand where a place would, before its own letters: "Telegrambyrån (TT) Chefredaktör"?"""
    place = found.groupdict().get("place") or ""
    return any(known in names.credited(found["agency"]) for known in names.credited(place))


def _is_plain_name(text: str) -> bool:
    words = text.split()
    return len(words) <= MAX_NAME_WORDS and all(word.isalpha() and word[0].isupper() for word in words)


def _is_token(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]{3,6}", text)) and text not in forms.NOT_CREDITS


def _is_wire_name(text: str) -> bool:
    """Does an unknown name say that it is an agency's, or an outlet's?"""
    words = name_key(text).split()
    ends = {" ".join(words[-size:]) for size in (1, 2)} | {words[0]} if len(words) > 1 else set()
    return bool(ends & forms.WIRE_WORDS) or is_outlet_name(text.split())


def _named_parts(text: str, names: Names) -> list[_Named]:
    """The names of a credit one by one; empty where it is no list of names.

    What no table knows stays in one piece: an agency may have "and" or a stroke in its name.
    """
    text = _JOINED.sub("", text.strip(" .()[]（）"))
    whole = names.credited(text)
    if whole:
        return [(whole, text)]
    told: list[_Named] = []
    for part in _CREDIT_PARTS.split(text)[: MAX_NAMES + 1]:
        name = _BYLINE_TAIL.sub("", _BYLINE_BY.sub("", part)).strip(" .")
        told.append((names.credited(name), name))
    if not any(known for known, _ in told):
        told = [((), _BYLINE_TAIL.sub("", _BYLINE_BY.sub("", text)).strip(" ."))]
    fits = all(name and len(name) <= MAX_NAME_CHARS and len(name.split()) <= MAX_NAMES for _, name in told)
    return told if fits and len(told) <= MAX_NAMES else []


def _holder_after(text: str, place: int, names: Names) -> str | None:
    """The name behind the words of a republication: any name in capitals, for the words alone say what it is.

    A day may stand before it ("first published on March 3 by ..."); where nothing else follows, the page speaks of its
    own first publication.
    """
    for start in (place, *(found.end() for found in _BY_OR_IN.finditer(text, place))):
        sources = sources_after(text, start, names, Beside(is_outlet=True))
        if sources and (is_outlet_name(sources[0].name.split()) or not _DATE_WORD.match(sources[0].name)):
            return sources[0].name
    named = _ANY_NAME.match(text, place) if text[:4].lower() == "this" else None
    return named["name"] if named and not _DATE_WORD.match(named["name"]) else None


def _inputs(text: str, names: Names) -> list[_Named]:
    """The sources whose matter went into a desk's own text; empty where ``text`` is no such line."""
    if _VAGUE_INPUT.fullmatch(text):
        return [((), "agencies")]
    found = _INPUT.search(text, 0, 80)
    before = text[: found.start()].lower().strip(" (—–*-") if found else ""
    if found and _BEFORE_INPUT.match(text[: found.start()]):
        told = _named_parts(text[found.end() :].strip(" .()（）:："), names)
        return told if all(known for known, _ in told) else []
    if found and before in {"", "reporting by", "with"}:
        rest = _HAN_REPORT.sub("", text[found.end() :].strip(" .()（）:：。"))
        if _VAGUE_BYLINE.fullmatch(rest):
            return [((), rest)]
        told = [(known, name) for known, name in _named_parts(rest, names) if known or _is_wire_name(name)]
        if told:
            return told
        sources = sources_after(text, found.end(), names)
        if not sources or _tells_on(text[sources[-1].end :], MAX_WORDS_BEHIND):
            return []
        return [((source.agency,) if source.agency else (), source.name) for source in sources]
    by_end = _CONTRIBUTED.search(text)
    if by_end and not _tells_on(text[by_end.end() :], MAX_WORDS_BEHIND) and not _WRITERS.search(text[: by_end.start()]):
        told = _named_parts(re.sub(r"^\W*[Tt]he\s", "", text[: by_end.start()]).strip(" ("), names)
        return [(known, name) for known, name in told if known or _is_wire_name(name)]
    return []


def _rights_holder(text: str, names: Names) -> tuple[str, bool] | None:
    """Who reserves the rights, and whether a table knows it; None where that is no source of news."""
    found = _RIGHTS.search(text)
    if found is None:
        return None
    sources = sources_after(text, found.end(), names, Beside(is_outlet=True))
    if not sources:
        return None
    source = sources[0]
    if source.agency is not None:
        return (source.agency.name, True) if source.agency.kind is not Kind.REFERENCE else None
    return (source.name, False) if _is_wire_name(source.name) else None


def _byline_sources(text: str, names: Names) -> list[_Named]:
    """The sources that a byline names, whole or beside a person; empty where only persons sign."""
    enclosed = _ENCLOSED.fullmatch(text.strip())
    line = enclosed[1] if enclosed else _ASIDE.sub("", _BYLINE_BY.sub("", text.strip()))
    told = _named_parts(line, names)
    wires = [(known, name) for known, name in told if any(agency.kind in WIRES for agency in known)]
    others = [name for known, name in told if not known or known[0].kind is Kind.LEARNT]
    if len(wires) == 1 and len(others) == len(told) - 1 and all(map(_signs, others)):
        return wires  # "PA and staff", "dpa/br", "Ines Calloway, Bay Ledger, and The Associated Press"
    if told and all(known or (_is_wire_name(name) and _SIGNED.fullmatch(name)) for known, name in told):
        return told
    last = _BYLINE_PARTS.split(line.strip(" )."))
    if len(last) > 1 and _SIGNED.fullmatch(last[0]):
        name = _JOINED.sub("", _BYLINE_TAIL.sub("", last[-1]).strip())
        known = names.credited(name)
        if known or (name and _is_wire_name(name)):
            return [(known, name)]
    words = line.split()
    for start in range(2, min(len(words), 5)) if _SIGNED.fullmatch(line) else ():
        # A person's name in front, the agency's behind, with nothing between them but the type.
        known = names.credited(" ".join(words[start:]))
        if known and len(" ".join(words[start:])) > 3:
            return [(known, " ".join(words[start:]))]
    return []


def _signs(name: str) -> bool:
    """Can ``name`` sign beside an agency: a person, the paper itself, a desk's letters?"""
    return _SIGNED.fullmatch(name) is not None or name.islower()


def _byline_inputs(text: str, names: Names) -> list[_Named]:
    """The sources whose matter a byline says was used, beside a desk or a person; empty where it names none."""
    found = _BYLINE_WITH.search(text)
    told = _named_parts(found["names"], names) if found else []
    return told if all(known or _is_wire_name(name) for known, name in told) else []


def _bylines(page: Page | None, entry: Entry | None) -> Iterator[tuple[str, str]]:
    for author in entry.authors[:MAX_NAMES] if entry else ():
        yield author, "feed"
    if page is None:
        return
    for named in page.declared.markup.authors[:MAX_NAMES] if page.declared.markup else ():
        if named.name:
            yield named.name, "json-ld"
    for meta in AUTHOR_META:
        for value in page.declared.meta.get(meta, ())[:MAX_NAMES]:
            yield value, "meta"


# ----------------------------------------------------------------------------------------------- what it comes to


@dataclass(frozen=True, slots=True)
class _Said:
    """Claims from the statements of one article."""

    article: Article
    names: Names

    def credited(self, text: str, kind: EvidenceKind, where: str, excerpt: str) -> Iterator[Claim]:
        """A credit for the whole text; a list is what a desk used.

        Of two with a stroke between the first reports; where that is the house itself, it has it from the second.
        """
        told = _named_parts(text, self.names)
        sure = forms.SURE[kind]
        if len(told) > 1 and _JOINT.fullmatch(text.strip(" .()[]")):
            own = OwnNames(self.article.source, self.article.url, self.names)
            others = [each for each in told if not own.is_name(each[0][0].name if each[0] else each[1])]
            told, sure = others[:1], sure * forms.JOINT
        relation = Relation.COPY_OF if len(told) == 1 else Relation.CITES
        sure *= 1 if len(told) == 1 else forms.SHARED
        for known, name in told:
            is_token = _is_token(name) and (kind is EvidenceKind.DATELINE or where == "tail")
            if known or is_token or _is_wire_name(name):
                yield self._claim(relation, kind, where, excerpt, sure, known, name)

    def credit_line(self, text: str, where: str) -> Iterator[Claim]:
        house = next((name for form, name in _SIGN_OFFS if form.search(text)), None)
        if house is not None:
            # The form alone: another desk that is named elsewhere uses it as well.
            yield Claim(Relation.COPY_OF, EvidenceKind.CREDIT_LINE, where, text, forms.SURE_HOUSE, candidates=(house,))
        elif told := _inputs(text, self.names):
            yield from self._inputs(told, text, where)
        elif worked := _contribution(text):
            whose = worked.groupdict().get("whose") or ""
            if all(known for known, _ in _named_parts(whose, self.names)):
                yield from self.credited(whose, EvidenceKind.CREDIT_LINE, where, text)
        elif found := _SOURCE_LINE.match(text):
            yield from self.credited(found["names"], EvidenceKind.CREDIT_LINE, where, text)
        elif where == "head":
            yield from self.byline(text, where)
        elif _BYLINE_BY.match(text) and (told := _byline_inputs(text, self.names)):
            yield from self._inputs(told, text, where)
        elif re.fullmatch(r"[A-Z]{3,6}(?: [A-Z]{2,4}| [a-z/]+)+", text) and self.names.credited(text.split()[0]):
            yield from self.credited(text.split()[0], EvidenceKind.CREDIT_LINE, where, text)
        elif not text.startswith("("):
            yield from self.credited(text, EvidenceKind.CREDIT_LINE, where, text)

    def notice(self, text: str, where: str, url: str | None) -> Iterator[Claim]:
        found = _REPUBLISH.match(text.lstrip())
        if found:
            is_own = _OWN_ISSUE.search(text) is not None
            name = None if is_own else _holder_after(text.lstrip(), found.end(), self.names)
            if not is_own and (name or url):
                sure = forms.SURE[EvidenceKind.REPUBLISH_NOTICE]
                yield Claim(Relation.COPY_OF, EvidenceKind.REPUBLISH_NOTICE, where, text, sure, name=name, url=url)
            return
        named = _PUBLISHED_WHERE.search(text)
        if named:
            sure = forms.SURE[EvidenceKind.REPUBLISH_NOTICE]
            yield Claim(
                Relation.COPY_OF, EvidenceKind.REPUBLISH_NOTICE, where, text, sure, name=named["holder"], url=url
            )
            return
        holder = _rights_holder(text, self.names)
        if holder:
            name, known = holder
            sure = forms.SURE[EvidenceKind.COPYRIGHT_NOTICE] * (1 if known else forms.UNKNOWN_NAME)
            yield Claim(Relation.COPY_OF, EvidenceKind.COPYRIGHT_NOTICE, where, text, round(sure, 3), name=name)

    def disclaimer(self, text: str, where: str) -> Iterator[Claim]:
        kind = EvidenceKind.DISCLAIMER
        named = list(dict.fromkeys(self._agencies_in(text)))
        if len(named) == 1:
            yield Claim(Relation.COPY_OF, kind, where, text, forms.SURE[kind], name=named[0])
        else:
            candidates = tuple(named) or self._candidates(
                forms.FEED_CANDIDATES if "syndicated feed" in text.lower() else ()
            )
            yield Claim(Relation.COPY_OF, kind, where, text, forms.SURE[kind], candidates=candidates)

    def byline(self, text: str, where: str) -> Iterator[Claim]:
        kind = EvidenceKind.BYLINE
        if _VAGUE_BYLINE.fullmatch(text.strip()):
            yield Claim(Relation.COPY_OF, kind, where, text, forms.SURE_VAGUE_BYLINE, candidates=self._candidates(()))
            return
        inputs = _byline_inputs(text, self.names)
        for known, name in inputs:
            yield self._claim(Relation.CITES, kind, where, text, forms.SURE_INPUT, known, name)
        told = _byline_sources(text, self.names) if not inputs else []
        relation, sure = Relation.COPY_OF, forms.SURE[kind]
        if len(told) > 1:
            if _JOINT.fullmatch(_BYLINE_BY.sub("", text.strip())):
                (known, name), *told = told  # of "ANP/Reuters" the first reports
                yield self._claim(relation, kind, where, text, sure * forms.JOINT, known, name)
            relation, sure = Relation.CITES, sure * forms.SHARED
        for known, name in told:
            yield self._claim(relation, kind, where, text, sure, known, name)

    def picture(self, text: str) -> Iterator[Claim]:
        for name in dict.fromkeys(self._agencies_in(text)):
            yield Claim(Relation.COPY_OF, EvidenceKind.MEDIA_CREDIT, "image", text, 0.0, name=name)

    def _inputs(self, told: list[_Named], text: str, where: str) -> Iterator[Claim]:
        """Matter from others in a desk's own text: said to be a part of it, so it is a citation and no copy."""
        for known, name in told:
            if not known and _VAGUE_BYLINE.fullmatch(name):
                candidates = self._candidates(())
                yield Claim(
                    Relation.CITES, EvidenceKind.DISCLAIMER, where, text, forms.SURE_VAGUE, candidates=candidates
                )
            else:
                yield self._claim(Relation.CITES, EvidenceKind.CREDIT_LINE, where, text, forms.SURE_INPUT, known, name)

    def _claim(
        self,
        relation: Relation,
        kind: EvidenceKind,
        where: str,
        excerpt: str,
        confidence: float,
        known: tuple[Agency, ...],
        name: str,
    ) -> Claim:
        known = self._told_apart(known)
        if len(known) > 1:
            candidates = tuple(agency.name for agency in known)
            return Claim(relation, kind, where, excerpt, round(confidence, 3), candidates=candidates)
        sure = round(confidence * (1 if known else forms.UNKNOWN_NAME), 3)
        return Claim(relation, kind, where, excerpt, sure, name=known[0].name if known else name)

    def _told_apart(self, known: tuple[Agency, ...]) -> tuple[Agency, ...]:
        """Of those that share a token, the one that reports from the dateline's place or the publisher's country."""
        if len(known) < 2:
            return known
        place = name_key(self.article.dateline.place or "") if self.article.dateline else ""
        there = [agency for agency in known if place and any(name_key(each) in place for each in agency.places)]
        country = self.article.source.domain.rpartition(".")[2].upper().replace("UK", "GB")
        at_home = [agency for agency in known if agency.country == country]
        for chosen in (there, at_home):
            if len(chosen) == 1:
                return tuple(chosen)
        return known

    def _agencies_in(self, text: str) -> Iterator[str]:
        """The agencies named anywhere in a short statement that are not the publisher itself."""
        words = re.findall(r"[^\s/,;:()|\[\]。、，：（）]+", text)[:80]
        place = 0
        while place < len(words):
            for size in (4, 3, 2, 1):
                phrase = " ".join(words[place : place + size]).strip(".'’\"“”-")
                known = self.names.credited(phrase) if phrase[:1].isupper() or phrase in {"dpa", "epd"} else ()
                if len(known) == 1 and known[0].kind in WIRES and not (size == 1 and phrase in PLAIN_WORDS):
                    yield known[0].name
                    place += size - 1
                    break
            place += 1

    def _candidates(self, named: tuple[str, ...]) -> tuple[str, ...]:
        """Whom an unnamed agency may be, the likeliest first, as the text's own style has it."""
        keys = {self.article.source.domain.rpartition(".")[2], self.article.language or ""}
        listed = named or next(
            (agencies for where, agencies in forms.CANDIDATES if keys & set(where)), forms.DEFAULT_CANDIDATES
        )
        styled = [name for style, agencies in _HOUSE_STYLES if style.search(self.article.text) for name in agencies]
        return tuple(sorted(listed, key=lambda name: styled.index(name) if name in styled else len(styled)))
