"""A stored article as the question of kinship sees it: its text ready to be compared, its names, and what it credits.

What a report says itself is kept apart from what was found by comparing it: only the former can be held against a
clock. Everything is worked out when it is first asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, MutableMapping
from functools import cached_property
from typing import Final

from pipeline.core.characters import one_line
from pipeline.core.errors import BadUrl
from pipeline.core.model import (
    DERIVATIONS,
    Article,
    Edge,
    Evidence,
    EvidenceKind,
    External,
    KnownEdge,
    PartKind,
    Relation,
    Traced,
)
from pipeline.core.origins.agencies import BUILT_IN, Agency, names_of
from pipeline.core.origins.likeness import address_label, joined_name, prose_lines, publisher_key, title_key
from pipeline.core.origins.quotes import MAX_QUOTES, quoted_spans, rows_of
from pipeline.core.origins.wording import GRAMMAR, Said, Wording, beginnings_of, folded, names_in, wording_of, words_of
from pipeline.core.urls import url_key

METHOD: Final = "kinship/1"  # of edges that come of comparing reports
COMPARED: Final = frozenset(
    {EvidenceKind.TEXT_REUSE, EvidenceKind.QUOTE_MATCH, EvidenceKind.FIGURE_MATCH, EvidenceKind.TITLE_MATCH}
)
"""Evidence that comes of laying texts side by side; all other kinds are somebody's own words."""

MAX_EXCERPT_CHARS: Final = 200
MIN_TITLE_WORDS: Final = 4  # "Weather" and "Morning briefing" are many reports

# What desks write over and under later versions, in the languages that we met; the agencies' own slugs first.
_UPDATE_IN_TITLE: Final = re.compile(
    r"^\W*(?:corrected|correction|refile|recast|update(?:d)?|wrapup|actualizaci[óo]n|mise à jour|aktualisiert|korrektur"
    r"|atualizaç[ãa]o|aggiornamento|更新|更正|訂正)(?:[ -](?P<number>\d{1,2})\b)?\s*(?:[-–—:：)\]]|(?<=\d)\s)"
    r"|[(\[](?:update[ds]?|corrected|actualizad[oa]|mis à jour|aktualisiert|korrigiert|atualizad[oa])[)\]]\W*$",
    re.IGNORECASE,
)
_NOTICE: Final = re.compile(
    r"\b(?:story|article|report|headline|version|piece)\b.{0,40}\b(?:updated|corrected|amended|clarified|changed)\b"
    r"|\b(?:corrects|updates with|adds (?:details|quotes?|comment|background|minister|reaction))\b"
    r"|^\W*(?:correction|clarification|update|editor's note|corrección|rectificatif|berichtigung|korrektur|errata)\b\W"
    r"|\ban earlier version\b|更正",
    re.IGNORECASE,
)
_CORRECTS: Final = re.compile(
    r"correct|clarif|amend|earlier version|correcc|rectif|berichtig|korrektur|errat|更正|訂正", re.IGNORECASE
)
NOTICE_LINES: Final = 2  # at either end of a text
MAX_NOTICE_CHARS: Final = 300
_CALL_SIGN: Final = re.compile(r"[kw][a-z]{3}")  # of a station in the United States, folded
_YEAR: Final = re.compile(r"199\d|20[0-2]\d")  # of our time; 1887 and 2040 tell one story from another
MIN_PLACE_CHARS: Final = 5  # of the word in a paper's name that is not translated
MIN_COGNATE_CHARS: Final = 6
COGNATE_CHARS: Final = 5  # "minister" and "ministre", "contract" and "contrato"; by chance two reports share .4 of them
_AGENCIES: Final = names_of(BUILT_IN)


class Report:
    """A stored article with what is worked out of it when it is first asked for.

    ``said`` is what its sentences say, as far as it is known: reports that are compared share them, see ``wording_of``.
    """

    def __init__(self, traced: Traced, said: MutableMapping[str, Said]) -> None:
        self.traced = traced
        self._said = said
        self.id = traced.id
        self.article = traced.article
        self.is_credited = False  # by another of the reports at hand

    @cached_property
    def prose(self) -> str:
        return "\n".join(prose_lines(self.article))

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        return quoted_spans(self.prose)

    @cached_property
    def wording(self) -> Wording:
        return wording_of(self.prose, self.quoted, self._said)

    @cached_property
    def quotes(self) -> tuple[tuple[str, frozenset[tuple[str, ...]]], ...]:
        """Its quotes as they stand, each with its rows of words."""
        quotes = [self.prose[start:end] for start, end in self.quoted[:MAX_QUOTES]]
        plain = folded("\n".join(quotes)).split("\n")  # in one go, as a call a quote costs more than the folding
        return tuple((quote, frozenset(rows_of(words_of(each)))) for quote, each in zip(quotes, plain, strict=False))

    @cached_property
    def title(self) -> str:
        return title_key(self.article.title or "")

    @cached_property
    def names(self) -> frozenset[str]:
        """The keys of the names that its publisher goes by."""
        source = self.article.source
        written_out = (agency.name for agency in self.agencies)
        return frozenset(
            filter(None, map(publisher_key, (*self.traced.names, source.name, source.domain, *written_out)))
        )

    @cached_property
    def agencies(self) -> tuple[Agency, ...]:
        """Who of the table of agencies and great papers its publisher is; empty for all others."""
        source = self.article.source
        found = (*map(_AGENCIES.named, (*self.traced.names, source.name)), _AGENCIES.at(source.domain))
        return tuple(agency for agency in found if agency)

    @property
    def is_known(self) -> bool:
        return bool(self.agencies)

    @cached_property
    def cognates(self) -> frozenset[str]:
        """How its long words begin that may be in other languages, too; what is a name is not asked again."""
        words = (word for sentence in self.wording.sentences for word in sentence.words)
        return cognates_of({*words} - GRAMMAR - self.wording.names)

    @cached_property
    def full_names(self) -> frozenset[str]:
        return frozenset(names_in(self.prose))

    @cached_property
    def upstream(self) -> frozenset[str]:
        """The keys of the names that it gives as its own origin."""
        return frozenset(publisher_key(known.edge.target.name) for known in self.credits if known.edge.target.name)

    @cached_property
    def origins(self) -> frozenset[str]:
        """``upstream``, the names that it leaves possible, and the addresses that it gives."""
        targets = [known.edge.target for known in self.credits]
        candidates = (publisher_key(name) for target in targets for name in target.candidates)
        return self.upstream.union(candidates, (target.url for target in targets if target.url))

    @cached_property
    def derivations(self) -> tuple[KnownEdge, ...]:
        """What leads towards the original report; that an agency signs its own with its name leads nowhere."""
        return tuple(
            known
            for known in self.traced.edges
            if known.edge.relation in DERIVATIONS and (known.target_id or not self.names_publisher(known, self))
        )

    @cached_property
    def credits(self) -> tuple[KnownEdge, ...]:
        """What it says itself that it derives from; what was found by comparing texts is not said."""
        return tuple(
            known
            for known in self.derivations
            if known.edge.relation is not Relation.REVISION_OF and is_said(known.edge)
        )

    @property
    def facts(self) -> frozenset[str]:
        return self.wording.names | self.wording.figures

    @property
    def has_origin(self) -> bool:
        """Whether it says plainly whose report it is."""
        return any(known.edge.target.name or known.edge.target.url for known in self.credits)

    @cached_property
    def telling_figures(self) -> tuple[str, ...]:
        """Its figures sentence by sentence, those that tell."""
        figures = (figure for sentence in self.wording.sentences for figure in sorted(sentence.figures))
        return tuple(filter(is_telling, figures))

    @cached_property
    def all_names(self) -> frozenset[str]:
        """The names of its headline and its prose, word by word."""
        titled = names_in(self.article.title or "")
        return self.wording.names.union(word for name in titled for word in name.split())

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """How the words of its headline and its prose begin."""
        words = (word for sentence in self.wording.sentences for word in sentence.words)
        return beginnings_of((*words_of(folded(self.article.title or "")), *words))

    @cached_property
    def version(self) -> tuple[int, Evidence] | None:
        """Which version it says to be (1 where it only says that it is a later one), and where."""
        return _version(self.article)

    def as_target(self) -> External:
        """It as what an edge leads to."""
        return External(name=self.article.source.name, url=self.article.url, title=self.article.title)

    def points_at(self, known: KnownEdge, other: Report) -> bool:
        """Whether the target of ``known`` is ``other``, by address, by headline, or by its publisher's name."""
        target = known.edge.target
        if known.target_id is not None:
            return known.target_id == other.id
        return is_at(target, other) or is_titled(target, other) or self.names_publisher(known, other)

    def owes(self, known: KnownEdge, other: Report) -> bool:
        """Whether ``known`` points at ``other``, or at another report of its publisher: one credit fits them all."""
        return self.points_at(known, other) or self.names_publisher(known, other)

    def names_publisher(self, known: KnownEdge, other: Report) -> bool:
        """Whether the target of ``known`` is, or may be, the publisher of ``other``: by name, or as in its address."""
        target = known.edge.target
        names = [name for name in (target.name, *target.candidates) if name]
        return any(same_name(name, other.names) or _is_in_address(name, other) for name in names)


def pointing(child: Report, parent: Report) -> tuple[Evidence, ...]:
    """The evidence of edges of ``child`` that name ``parent``, or the origin that ``parent`` names itself."""
    found: dict[EvidenceKind, Evidence] = {}
    for known in child.traced.edges:
        name = known.edge.target.name
        is_upstream = known.target_id is None and name is not None and publisher_key(name) in parent.upstream
        if child.owes(known, parent) or is_upstream:
            for evidence in known.edge.evidence:
                if evidence.kind not in COMPARED:
                    found.setdefault(evidence.kind, evidence)
    return tuple(found.values())


def quotes_in_common(one: Report, other: Report) -> list[str]:
    """The quotes of the first that the other prints in the same words, whole or in part."""
    theirs = frozenset().union(*(rows for _, rows in other.quotes))
    return [quote for quote, rows in one.quotes if len(rows & theirs) * 2 >= len(rows)]


def has_altered_quotes(one: Report, other: Report) -> bool:
    """Whether the first prints words of a quote of the other's, but most of that quote in other words.

    Who retells a report cuts its quotes and does not put others in their place.
    """
    theirs = frozenset().union(*(rows for _, rows in other.quotes))
    return any(rows and 0 < len(rows & theirs) * 2 < len(rows) for _, rows in one.quotes)


def is_said(edge: Edge) -> bool:
    return any(evidence.kind not in COMPARED for evidence in edge.evidence)


def cognates_of(words: Iterable[str]) -> frozenset[str]:
    """How the long ones of ``words`` begin, as they may in another language."""
    return frozenset(word[:COGNATE_CHARS] for word in words if len(word) >= MIN_COGNATE_CHARS and word.isalpha())


def same_name(name: str, keys: Iterable[str]) -> bool:
    """Whether ``name`` is one of the names whose keys are given, written out or by its initials ("AFP")."""
    key = publisher_key(name)
    return any(key == other or _is_short_for(key, other) or _is_short_for(other, key) for other in keys)


def is_telling(figure: str) -> bool:
    """Whether ``figure`` says more than a year or a single digit, which any two texts share."""
    return len(figure) > 1 and not _YEAR.fullmatch(figure)


def is_at(target: External, other: Report) -> bool:
    if not target.url:
        return False
    try:
        return url_key(target.url) in other.traced.urls
    except BadUrl:
        return False


def is_titled(target: External, other: Report) -> bool:
    """The same headline; with a name that fits, or so long that no other report has it."""
    if not target.title or title_key(target.title) != other.title:
        return False
    named = not target.name or same_name(target.name, other.names) or publisher_key(target.name) in other.upstream
    return named and len(other.title.split()) >= MIN_TITLE_WORDS


def is_half_translated(name: str, other: Report) -> bool:
    """Whether ``name`` may be the one that ``other`` has in another script: "Linjiang Daily" at linjiangribao."""
    first, _, rest = publisher_key(name).partition(" ")
    is_foreign = first.isascii() and not any(sign.isascii() and sign.isalpha() for sign in other.article.source.name)
    is_spelt = len(first) >= MIN_PLACE_CHARS and address_label(other.article.source.domain).startswith(first)
    return bool(rest) and is_foreign and is_spelt


def _is_in_address(name: str, other: Report) -> bool:
    """Whether a name of several words is spelt by the address of ``other``; of one word it may be anybody's."""
    return " " in publisher_key(name) and joined_name(name) == address_label(other.article.source.domain)


def _is_short_for(short: str, long: str) -> bool:
    words = long.split()
    if _CALL_SIGN.fullmatch(short):
        return words[0] == short and all(word.isdigit() for word in words[1:])  # "KXYZ" of "KXYZ 7 News"
    return " " not in short and 2 < len(short) == len(words) and short == "".join(word[0] for word in words)


def _version(article: Article) -> tuple[int, Evidence] | None:
    found = _UPDATE_IN_TITLE.search(article.title or "")
    if found:
        number = int(found["number"]) if found["number"] else 1
        kind = EvidenceKind.CORRECTION_NOTICE if _CORRECTS.search(found[0]) else EvidenceKind.UPDATE_MARKER
        return number, Evidence(kind, "title", one_line(article.title or "", MAX_EXCERPT_CHARS))
    notices = [part.text for part in article.parts if part.kind is PartKind.CORRECTION]
    lines = [line for line in article.text.split("\n") if line.strip()]
    for line in (*notices, *lines[:NOTICE_LINES], *lines[-NOTICE_LINES:]):
        found = _NOTICE.search(line[:MAX_NOTICE_CHARS])
        if found:
            kind = EvidenceKind.CORRECTION_NOTICE if _CORRECTS.search(found[0]) else EvidenceKind.UPDATE_MARKER
            return 1, Evidence(kind, "body", one_line(line, MAX_EXCERPT_CHARS))
    return None
