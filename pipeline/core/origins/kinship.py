"""Which stored articles an article descends from, and which from it: texts are laid side by side, then it is decided.

Texts say whether two articles are kin (the same, retold, translated, a later version); who was first is said by
credits, by names in the text and by versions before any clock is asked, as a copy may carry the earlier stamp.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from functools import cached_property
from typing import Final

from pipeline.core.characters import one_line
from pipeline.core.errors import BadUrl
from pipeline.core.model import (
    Article,
    Edge,
    Evidence,
    EvidenceKind,
    External,
    KnownEdge,
    Moment,
    PartKind,
    Precision,
    Relation,
    Traced,
    TracedEdge,
)
from pipeline.core.origins.agencies import BUILT_IN, Agency, names_of
from pipeline.core.origins.alignment import SAME_SENTENCE, Alignment, Pair, align, turned
from pipeline.core.origins.likeness import Kind, kind_of, name_key, prose_lines, title_key
from pipeline.core.origins.quotes import MAX_QUOTES, quote_rows, quoted_spans
from pipeline.core.origins.wording import Wording, names_in, wording_of
from pipeline.core.urls import url_key

METHOD: Final = "kinship/1"
MAX_READ: Final = 12  # articles whose texts are laid beside one that arrives

MARK_WEIGHTS: Final = {
    # What a shared mark is worth when candidates are chosen: an address names one article, a name hundreds.
    Kind.ADDRESS: 10.0,
    Kind.TITLE: 4.0,
    Kind.TEXT: 2.0,
    Kind.SOURCE: 2.0,
    Kind.QUOTE: 2.0,
    Kind.FIGURE: 1.0,
    Kind.NAME: 1.0,
}
WORTH_READING: Final = 2.0  # one row of words, or two lesser things

DERIVED: Final = frozenset({Relation.COPY_OF, Relation.REWRITE_OF, Relation.TRANSLATION_OF, Relation.REVISION_OF})
"""Relations that make up the path to the original report; an article has one of them at most, to another article."""


COMPARED: Final = frozenset(
    {EvidenceKind.TEXT_REUSE, EvidenceKind.QUOTE_MATCH, EvidenceKind.FIGURE_MATCH, EvidenceKind.TITLE_MATCH}
)
"""Evidence that comes of laying texts side by side; all other kinds are somebody's own words."""

MAX_EXCERPT_CHARS: Final = 200
MIN_TITLE_WORDS: Final = 4  # "Weather" and "Morning briefing" are many reports
MIN_NAME_CHARS: Final = 5  # "Echo" is a word, too

# What desks write over and under later versions, in the languages that we met; the agencies' own slugs first.
_UPDATE_IN_TITLE: Final = re.compile(
    r"^\W*(?:corrected|correction|refile|recast|update(?:d)?|wrapup|actualizaci[óo]n|mise à jour|aktualisiert|korrektur"
    r"|atualizaç[ãa]o|aggiornamento|更新|更正|訂正)(?:[ -](?P<number>\d{1,2}))?\s*(?:[-–—:：)\]]|\s)",
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
_AGENCIES: Final = names_of(BUILT_IN)
_YEAR: Final = re.compile(r"199\d|20[0-2]\d")  # of our time; 1887 and 2040 tell one story from another

# Signs of who has it from whom, weighed against each other; those of one line are worth about the same.
NAMED: Final = 6.0  # credit, canonical link, feed source: its own words settle it, also against the clock
CREDITED: Final = 3.0  # whoever prints a credited report without the credit
OWN_DATELINE: Final = 2.5  # an agency's token in a dateline on the agency's own page
CITED: Final = 2.5  # "Reuters reported"
MENTIONED: Final = 1.5  # "told the Dunmore Courier", where the Courier is the other
LATER: Final = 1.2  # by a clock that states minutes
LATER_DAY: Final = 1.0  # by days alone
SEEN_LATER: Final = 0.3  # by our own clock, where the articles state nothing
SIGNED: Final = 0.3  # by a person
LONGER: Final = 0.4  # a trimmed copy is shorter than its original
DIRECTION: Final = 2.0  # from the sum of those to a certainty: a clear lead in time alone makes 0.92

COPIES: Final = (
    # Least share of the copy that is the other's, of the other that is in the copy, and of rows of words (as house
    # style breaks rows).
    (0.55, 0.0, 0.3),  # trimmed as far as one likes
    (0.35, 0.6, 0.2),  # the whole report with as much of one's own
)
NAMED_COPIES: Final = (*COPIES, (0.3, 0.0, 0.2))  # a desk that gives the credit may have worked on the text
MIN_SHARED: Final = 10  # rows of words: some fifteen words one after another
COPY_BASE: Final = -1.0
COPY_SAME: Final = 6.0

# Signs of a rewrite, weighed on invented and real reports of one event; they add up to the logit of a certainty.
REWRITE_BASE: Final = -5.8
REWRITE_RETOLD: Final = 3.5  # all sentences answer each other
REWRITE_FACTS: Final = 3.0  # all names and figures of the one stand in the other
REWRITE_ALL_FACTS: Final = 2.0  # so many that no reporter of his own is behind it
MOST_FACTS: Final = 0.6
MANY_FACTS: Final = 8
REWRITE_STEMS: Final = 4.0  # all longer words do
REWRITE_ROWS: Final = 0.08  # each row of words that both have outside quotes
MAX_ROWS: Final = 25
REWRITE_QUOTES: Final = 0.4  # each quote in common: a press conference is quoted by everybody
MAX_QUOTES_COUNTED: Final = 2
REWRITE_OWN_QUOTES: Final = -0.5  # each that the other has not: whoever retells was not there
MAX_OWN_QUOTES: Final = 3
REWRITE_NAMED: Final = 1.5  # the other, or its origin, is named as the source
LEAST_RETOLD: Final = 0.08  # of the longer of the two
MOSTLY_RETOLD: Final = 0.12  # of the shorter
REUSED_ROWS: Final = 15  # more rows than these are phrases taken over

# Signs of a translation, weighed in the same way.
TRANSLATION_BASE: Final = -5.5
TRANSLATION_FIGURES: Final = 4.0  # all figures of the one stand in the other, in the same order
TRANSLATION_COUNT: Final = 0.2  # each of them
MAX_COUNTED: Final = 8
TRANSLATION_LONG: Final = 0.2  # each of three digits and more, which agree less by chance
MAX_LONG: Final = 5
TRANSLATION_NAMES: Final = 3.0  # all names do, as far as they are spelt alike
FEW_NAMES: Final = 3
NAMES_UNSEEN: Final = 0.3
TRANSLATION_OWN_QUOTES: Final = -0.5  # each quote that the other cannot have
TRANSLATION_NAMED: Final = 1.5
LONGER_BY: Final = 2.5  # sentences; languages part them differently, and desks cut
ROWS_BY_CHANCE: Final = 0.1  # names and addresses; where more is shared, the language was taken wrongly
MIN_COMMON_FIGURES: Final = 3

KEPT_OF_MARKED: Final = 0.35
KEPT_OF_UNMARKED: Final = 0.5
UNCHANGED: Final = 0.97
SOON: Final = timedelta(days=2)
FEW_FACTS: Final = 4
FACTS_OF_ONE_STORY: Final = 0.5  # names and figures; an update has more of the first version's
MOST_OF_STATEMENT: Final = 0.8
MAX_STATEMENT: Final = 0.85  # of either text; what is more is the story
MIN_DIFFERING: Final = 2  # sentences with other figures; one may be corrected
MAX_TAIL_WORDS: Final = 120  # with which a house closes its stories
MAX_TAIL: Final = 0.85  # of either text; under a teaser a notice for subscribers is the longer part
BESIDE_TAIL: Final = 0.15  # of the texts without it: as much any two stories of one desk may share
MIN_FIGURES_NAMED: Final = 2

CITED_WITHIN: Final = timedelta(days=14)
MIN_IN_COMMON: Final = 3
CITED_RETOLD: Final = 0.25

RANKS: Final = {
    Relation.REVISION_OF: 3.0,
    Relation.COPY_OF: 2.0,
    Relation.TRANSLATION_OF: 1.0,
    Relation.REWRITE_OF: 0.0,
}
SHARE_MARGIN: Final = 0.15  # house style of the copy in between
SHARE_STEP: Final = 0.03  # less is chance
SURE: Final = 0.7  # a credit that is believed more says whose report it is against a likeness with another
MOST_CERTAIN: Final = 0.99


def worth_reading(shared: Mapping[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Of candidates (article id -> marks in common) those whose texts are to be compared: best first, at most MAX_READ.

    Of equally good ones the lower ids, as they were seen first.
    """
    worth = {number: sum(MARK_WEIGHTS[kind_of(mark)] for mark in set(marks)) for number, marks in shared.items()}
    chosen = sorted((-weight, number) for number, weight in worth.items() if weight >= WORTH_READING)
    return tuple(number for _, number in chosen[:MAX_READ])


def trace(subject: Traced, kin: Sequence[Traced]) -> tuple[TracedEdge, ...]:
    """The edges between ``subject`` and ``kin`` that their texts, credits and addresses carry; none that stand already.

    The subject gets at most one article that it derives from, the report nearest to the original. Kin that derive from
    the subject get it as theirs, where what they have says less: an open reference, a sibling, a weaker likeness. Open
    references of either side that name the other are resolved. Linear in the number of kin, of which there are at most
    MAX_READ.
    """
    mine = _Report(subject)
    others = [_Report(other) for other in kin[:MAX_READ] if other.id != subject.id]
    for report in (mine, *others):
        report.is_credited = any(
            other.owes(known, report) for other in (mine, *others) if other is not report for known in other.credits
        )
    bonds = [bond for bond in (_bond(mine, other) for other in others) if bond]
    edges = [*_parent(mine, bonds), *_children(mine, bonds)]
    edges += _resolved(mine, others, edges)
    for other in others:
        edges += _resolved(other, [mine], edges)
    return tuple(edges)


# ------------------------------------------------------------------------------------------------ one report


class _Report:
    """A stored article with what is worked out of it when it is first asked for."""

    def __init__(self, traced: Traced) -> None:
        self.traced = traced
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
        return wording_of(self.prose, self.quoted)

    @cached_property
    def quotes(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Its quotes as they stand, each with its rows of words."""
        quotes = (self.prose[start:end] for start, end in self.quoted[:MAX_QUOTES])
        return tuple((quote, frozenset(quote_rows(quote))) for quote in quotes)

    @cached_property
    def title(self) -> str:
        return title_key(self.article.title or "")

    @cached_property
    def names(self) -> frozenset[str]:
        """The keys of the names that its publisher goes by."""
        source = self.article.source
        written_out = (agency.name for agency in self.agencies)
        return frozenset(filter(None, map(name_key, (*self.traced.names, source.name, source.domain, *written_out))))

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
    def full_names(self) -> frozenset[str]:
        return frozenset(names_in(self.prose))

    @cached_property
    def upstream(self) -> frozenset[str]:
        """The keys of the names that it gives as its own origin."""
        return frozenset(name_key(known.edge.target.name) for known in self.credits if known.edge.target.name)

    @cached_property
    def origins(self) -> frozenset[str]:
        """``upstream``, the names that it leaves possible, and the addresses that it gives."""
        targets = [known.edge.target for known in self.credits]
        candidates = (name_key(name) for target in targets for name in target.candidates)
        return self.upstream.union(candidates, (target.url for target in targets if target.url))

    @cached_property
    def derivations(self) -> tuple[KnownEdge, ...]:
        """What leads towards the original report; that an agency signs its own with its name leads nowhere."""
        return tuple(
            known
            for known in self.traced.edges
            if known.edge.relation in DERIVED and (known.target_id or not self.names_publisher(known, self))
        )

    @cached_property
    def credits(self) -> tuple[KnownEdge, ...]:
        """What it says itself that it derives from; what was found by comparing texts is not said."""
        return tuple(
            known
            for known in self.derivations
            if known.edge.relation is not Relation.REVISION_OF and _is_said(known.edge)
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
        """Its figures sentence by sentence, without years and single digits, which any two texts share."""
        figures = (figure for sentence in self.wording.sentences for figure in sorted(sentence.figures))
        return tuple(figure for figure in figures if len(figure) > 1 and not _YEAR.fullmatch(figure))

    @cached_property
    def version(self) -> tuple[int, Evidence] | None:
        """Which version it says to be (1 where it only says that it is a later one), and where."""
        return _version(self.article)

    def points_at(self, known: KnownEdge, other: _Report) -> bool:
        """Whether the target of ``known`` is ``other``, by address, by headline, or by its publisher's name."""
        target = known.edge.target
        if known.target_id is not None:
            return known.target_id == other.id
        return _is_at(target, other) or _is_titled(target, other) or self.names_publisher(known, other)

    def owes(self, known: KnownEdge, other: _Report) -> bool:
        """Whether ``known`` points at ``other``, or at another report of its publisher: one credit fits them all."""
        return self.points_at(known, other) or self.names_publisher(known, other)

    def names_publisher(self, known: KnownEdge, other: _Report) -> bool:
        """Whether the target of ``known`` is, or may be, the publisher of ``other``."""
        target = known.edge.target
        return any(same_name(name, other.names) for name in (target.name, *target.candidates) if name)


def _is_said(edge: Edge) -> bool:
    return any(evidence.kind not in COMPARED for evidence in edge.evidence)


def same_name(name: str, keys: Iterable[str]) -> bool:
    """Whether ``name`` is one of the names whose keys are given, written out or by its initials ("AFP")."""
    key = name_key(name)
    return any(key == other or _is_short_for(key, other) or _is_short_for(other, key) for other in keys)


def _is_short_for(short: str, long: str) -> bool:
    words = long.split()
    return " " not in short and 2 < len(short) == len(words) and short == "".join(word[0] for word in words)


def _is_at(target: External, other: _Report) -> bool:
    if not target.url:
        return False
    try:
        return url_key(target.url) in other.traced.urls
    except BadUrl:
        return False


def _is_titled(target: External, other: _Report) -> bool:
    """The same headline; with a name that fits, or so long that no other report has it."""
    if not target.title or title_key(target.title) != other.title:
        return False
    named = not target.name or same_name(target.name, other.names) or name_key(target.name) in other.upstream
    return named and len(other.title.split()) >= MIN_TITLE_WORDS


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


# ------------------------------------------------------------------------------------------------- two reports


@dataclass(frozen=True, slots=True)
class _Bond:
    """``child`` derives from ``parent``. ``share`` is how much of the child the parent explains (0 to 1).

    ``certainty`` (0 to 1) is that of the kinship and of its direction together.
    """

    relation: Relation
    child: _Report
    parent: _Report
    share: float
    certainty: float
    evidence: tuple[Evidence, ...]


def _bond(one: _Report, other: _Report) -> _Bond | None:
    """How the two reports are kin, or None."""
    if _are_in_two_languages(one, other):
        return None if _credit_one_agency(one, other) else _translation(one, other)
    alignment = align(one.wording, other.wording)
    if _is_template(one, other, alignment) and not (_is_one_party(one, other) and (one.version or other.version)):
        return None
    if _is_tail(one, other, alignment):
        return None
    if _is_one_party(one, other):
        return _revision(one, other, alignment)
    if _credit_one_agency(one, other):
        return None
    lean = _lean(one, other)
    child, parent, seen = (one, other, alignment) if lean > 0 else (other, one, turned(alignment))
    is_named = _named(child, parent) >= NAMED
    certainty = None
    if is_named or not _is_statement(one, other, alignment):
        certainty = _copy_certainty(seen, is_named)
    relation = Relation.COPY_OF
    if certainty is None:
        certainty = _rewrite_certainty(child, parent, seen)
        relation = Relation.REWRITE_OF
    if certainty is None:
        return None
    share = seen.mine_in_theirs if relation is Relation.COPY_OF else certainty
    evidence = _seen(child, parent, seen, relation)
    if not any(found.kind in COMPARED for found in evidence):
        return None
    return _Bond(relation, child, parent, share, certainty * _sigmoid(DIRECTION * abs(lean)), evidence)


def _revision(one: _Report, other: _Report, seen: Alignment) -> _Bond | None:
    """Two reports of one publisher: a later version says so, or comes soon and keeps nearly all."""
    numbers = tuple(report.version[0] if report.version else 0 for report in (one, other))
    later = _time_lean(one, other) if numbers[0] == numbers[1] else math.copysign(1, numbers[0] - numbers[1])
    if not later or (not any(numbers) and _credit_one_agency(one, other)):
        return None
    child, parent, seen = (one, other, seen) if later > 0 else (other, one, turned(seen))
    tail = _tail(child.wording, parent.wording, seen)
    kept, brought = _outside(seen.theirs_same, tail.theirs), _outside(seen.mine_same, tail.mine)
    if any(numbers):
        is_later = max(seen.theirs_same, seen.mine_same) >= KEPT_OF_MARKED
    else:
        is_later = min(kept, brought) >= KEPT_OF_UNMARKED and _apart(one, other) <= SOON
    relation = Relation.REVISION_OF
    if not any(numbers) and min(seen.mine_in_theirs, seen.theirs_in_mine) >= UNCHANGED:
        relation = Relation.COPY_OF  # the same story on another page of the house
    evidence = _seen(child, parent, seen, relation)
    if not is_later or seen.shared < MIN_SHARED or not evidence:
        return None
    return _Bond(relation, child, parent, seen.mine_in_theirs, 0.97 if any(numbers) else 0.8, evidence)


def _translation(one: _Report, other: _Report) -> _Bond | None:
    """Two languages have only figures and names in common, so it takes many of them, in the same order.

    Whoever reports by himself in the other language has figures, names and quotes of his own.
    """
    lean = _lean(one, other)
    child, parent = (one, other) if lean > 0 else (other, one)
    mine, theirs = child.telling_figures, parent.telling_figures
    blocks = SequenceMatcher(None, mine, theirs, False).get_matching_blocks()
    common = [figure for block in blocks for figure in mine[block.a : block.a + block.size]]
    if len(set(common)) < MIN_COMMON_FIGURES or not 1 / LONGER_BY <= _sentence_ratio(child, parent) <= LONGER_BY:
        return None
    names = child.wording.names & parent.wording.names
    # Scripts without capitals have no names that could be missed.
    named = len(names) / (len(child.wording.names) + FEW_NAMES) if child.wording.names else NAMES_UNSEEN
    share = (len(common) / len(mine) + named) / 2
    certainty = _sigmoid(
        TRANSLATION_BASE
        + TRANSLATION_FIGURES * len(common) / len(mine)
        + TRANSLATION_LONG * min(sum(len(figure.rstrip("0")) > 2 for figure in common), MAX_LONG)
        + TRANSLATION_COUNT * min(len(common), MAX_COUNTED)
        + TRANSLATION_NAMES * named
        + TRANSLATION_OWN_QUOTES * max(0, len(child.quotes) - len(parent.quotes))
        + (TRANSLATION_NAMED if _pointing(child, parent) else 0.0)
    )
    if certainty < 0.5:
        return None
    figures = _evidence(EvidenceKind.FIGURE_MATCH, "body", ", ".join(dict.fromkeys(common)))
    evidence = (*_pointing(child, parent), figures)
    return _Bond(Relation.TRANSLATION_OF, child, parent, share, certainty * _sigmoid(DIRECTION * abs(lean)), evidence)


def _sentence_ratio(one: _Report, other: _Report) -> float:
    return len(one.wording.sentences) / (len(other.wording.sentences) or 1)


def _copy_certainty(seen: Alignment, is_named: bool) -> float | None:
    """How sure it is that the first of the two texts is the second, whole or in part; None where it is not."""
    if seen.shared < MIN_SHARED:
        return None
    mine, theirs = max(seen.mine_same, seen.mine_in_theirs), max(seen.theirs_same, seen.theirs_in_mine)
    for least_of_mine, least_of_theirs, least_rows in NAMED_COPIES if is_named else COPIES:
        if mine >= least_of_mine and theirs >= least_of_theirs and seen.mine_in_theirs >= least_rows:
            return _sigmoid(COPY_BASE + COPY_SAME * max(mine, theirs))
    return None


def _rewrite_certainty(child: _Report, parent: _Report, seen: Alignment) -> float | None:
    """How sure it is that ``child`` retells ``parent``; None where two reports of one event are likelier.

    Who retells brings few facts of his own, so what counts is how many of his names and figures the other has, beside
    sentences that answer each other, words in a row, and the same quotes. A block that stands in both as it is, and
    nothing else, is a statement that both were sent.
    """
    block = _longest_block(child.wording, parent.wording, seen)
    retold = max(_outside(seen.mine_retold, block.mine), _outside(seen.theirs_retold, block.theirs))
    rows = max(0, seen.own_shared - block.words)
    if min(seen.mine_retold, seen.theirs_retold) < LEAST_RETOLD or retold < MOSTLY_RETOLD:
        return None
    common = len(_quotes_in_common(child, parent))
    certainty = _sigmoid(
        REWRITE_BASE
        + REWRITE_RETOLD * retold
        + REWRITE_FACTS * seen.my_facts
        + REWRITE_ALL_FACTS * _surplus(seen.my_facts) * min(len(child.facts & parent.facts), MANY_FACTS) / MANY_FACTS
        + REWRITE_STEMS * seen.my_stems
        + REWRITE_ROWS * min(rows, MAX_ROWS)
        + REWRITE_QUOTES * min(common, MAX_QUOTES_COUNTED)
        + REWRITE_OWN_QUOTES * min(len(child.quotes) - common, MAX_OWN_QUOTES)
        + (REWRITE_NAMED if _pointing(child, parent) else 0.0)
    )
    return certainty if certainty >= 0.5 else None


def _surplus(share: float) -> float:
    return max(0.0, share - MOST_FACTS) / (1 - MOST_FACTS)


@dataclass(frozen=True, slots=True)
class _Block:
    """Sentences that stand in both texts one after another: their share of each text, and their words."""

    mine: float
    theirs: float
    words: int


def _longest_block(mine: Wording, theirs: Wording, seen: Alignment) -> _Block:
    runs: list[list[int]] = []
    last = None
    for pair in seen.pairs:
        if pair.likeness >= SAME_SENTENCE:
            if last and (pair.mine, pair.theirs) == (last.mine + 1, last.theirs + 1):
                runs[-1].append(pair.mine)
            else:
                runs.append([pair.mine])
            last = pair
    longest = max((run for run in runs if len(run) > 1), key=len, default=[])
    words = sum(len(mine.sentences[number].words) for number in longest)
    return _block(words, mine, theirs)


def _block(words: int, mine: Wording, theirs: Wording) -> _Block:
    return _Block(min(1.0, words / (mine.length or 1)), min(1.0, words / (theirs.length or 1)), words)


def _outside(share: float, block: float) -> float:
    return max(0.0, share - block) / (1 - block) if block < 1 else 0.0


def _is_template(one: _Report, other: _Report, seen: Alignment) -> bool:
    """The same sentences with other figures or names: last month's report, tomorrow's warning, another man's arrest."""
    if seen.figured_differ >= MIN_DIFFERING and seen.figured_differ >= seen.figured_same:
        return True
    fewest = min(len(wording.names) + len(wording.figures) for wording in (one.wording, other.wording))
    return fewest >= FEW_FACTS and max(seen.my_facts, seen.their_facts) < FACTS_OF_ONE_STORY


def _is_statement(one: _Report, other: _Report, seen: Alignment) -> bool:
    """Whether all that is the same is a statement that both were sent: quoted, or in one block under two leads."""
    same = [pair for pair in seen.pairs if pair.likeness >= SAME_SENTENCE]
    if not same or any(0 in (pair.mine, pair.theirs) for pair in seen.pairs):
        return False
    words = sum(len(one.wording.sentences[pair.mine].words) for pair in same)
    quoted = sum(len(one.wording.sentences[pair.mine].words) for pair in same if _is_quoted(one, other, pair))
    block = _longest_block(one.wording, other.wording, seen)
    return max(quoted, block.words) >= MOST_OF_STATEMENT * words and max(block.mine, block.theirs) <= MAX_STATEMENT


def _is_quoted(one: _Report, other: _Report, pair: Pair) -> bool:
    return one.wording.sentences[pair.mine].is_quoted or other.wording.sentences[pair.theirs].is_quoted


def _tail(mine: Wording, theirs: Wording, seen: Alignment) -> _Block:
    """The sentences with which both end, one after another, as a house closes its stories; none where they are more."""
    same = {(pair.mine, pair.theirs) for pair in seen.pairs if pair.likeness >= SAME_SENTENCE}
    at, other = len(mine.sentences) - 1, len(theirs.sentences) - 1
    words = 0
    while (at, other) in same:
        words += len(mine.sentences[at].words)
        at, other = at - 1, other - 1
    tail = _block(words, mine, theirs)
    if tail.words > MAX_TAIL_WORDS or max(tail.mine, tail.theirs) > MAX_TAIL:
        return _block(0, mine, theirs)
    return tail


def _is_tail(one: _Report, other: _Report, seen: Alignment) -> bool:
    """Whether all that is the same is how a house closes its stories."""
    tail = _tail(one.wording, other.wording, seen)
    return (
        tail.words > 0
        and _outside(seen.mine_same, tail.mine) < BESIDE_TAIL
        and _outside(seen.theirs_same, tail.theirs) < BESIDE_TAIL
    )


def _are_in_two_languages(one: _Report, other: _Report) -> bool:
    languages = (one.article.language, other.article.language)
    if None in languages or languages[0] == languages[1]:
        return False
    fewest = min(len(one.wording.grams), len(other.wording.grams))
    return len(one.wording.grams & other.wording.grams) <= ROWS_BY_CHANCE * fewest


def _is_one_party(one: _Report, other: _Report) -> bool:
    mine, theirs = one.article.source, other.article.source
    return mine.domain == theirs.domain or name_key(mine.name) == name_key(theirs.name)


def _credit_one_agency(one: _Report, other: _Report) -> bool:
    """Whether both say that a third is the origin, the same one: then neither has it from the other."""
    if any(one.owes(known, other) for known in one.credits):
        return False
    if any(other.owes(known, one) for known in other.credits):
        return False
    targets = {known.target_id for known in one.credits} & {known.target_id for known in other.credits} - {None}
    return bool(targets or one.origins & other.origins)


# ------------------------------------------------------------------------------------------------- who was first


def _lean(one: _Report, other: _Report) -> float:
    """Which of two kin has it from the other: above 0, the first; the farther from 0, the surer."""
    lean = _named(one, other) - _named(other, one)
    for report, fellow, sign in ((one, other, 1.0), (other, one, -1.0)):
        if report.has_origin and not fellow.credits and not _named(report, fellow):
            lean -= sign * CREDITED  # who prints it without a word has it from somebody, too
        if report.is_credited and not fellow.is_credited:
            lean -= sign * CREDITED
        if report.article.dateline and same_name(report.article.dateline.agency or "", report.names):
            lean -= sign * OWN_DATELINE
        if _mentions(report, fellow):
            lean += sign * MENTIONED
        if report.article.authors and not fellow.article.authors:
            lean -= sign * SIGNED
    lean += LONGER * (other.wording.length - one.wording.length) / (other.wording.length + one.wording.length + 1)
    return lean + _time_lean(one, other) or -1e-6


def _named(child: _Report, parent: _Report) -> float:
    """How plainly ``child`` says that it has its report from ``parent``."""
    said = 0.0
    for known in child.traced.edges:
        if _is_said(known.edge) and child.owes(known, parent):
            said = max(said, NAMED if known.edge.relation in DERIVED else CITED)
    return said


def _mentions(report: _Report, fellow: _Report) -> bool:
    """Whether the publisher of ``fellow`` is named in the text of ``report``, by a name that is no common word."""
    names = {fellow.article.source.name, *fellow.traced.names}
    return any(
        name in report.prose and re.search(rf"\b{re.escape(name)}\b", report.prose)
        for name in names
        if len(name) >= MIN_NAME_CHARS
    )


def _time_lean(one: _Report, other: _Report) -> float:
    """Above 0 where the first is the later one, by what the two state; by when they were seen, where that is all."""
    mine, theirs = one.article.published, other.article.published
    if mine is None or theirs is None:
        seen = (one.traced.first_seen_at - other.traced.first_seen_at).total_seconds()
        return math.copysign(SEEN_LATER, seen) if seen else 0.0
    if _is_day(mine) or _is_day(theirs):
        days = (mine.day - theirs.day).days
        return math.copysign(LATER_DAY, days) if days else 0.0
    seconds = (mine.at - theirs.at).total_seconds()
    return math.copysign(LATER, seconds) if seconds else 0.0


def _is_day(moment: Moment) -> bool:
    """Whether only the day is meant: by its precision, or as midnight is what systems write that know no hour."""
    local = moment.at + timedelta(minutes=moment.east_minutes)
    return moment.precision is Precision.DAY or (local.hour, local.minute, local.second) == (0, 0, 0)


def _apart(one: _Report, other: _Report) -> timedelta:
    mine = one.article.published.at if one.article.published else one.traced.first_seen_at
    theirs = other.article.published.at if other.article.published else other.traced.first_seen_at
    return abs(mine - theirs)


# ---------------------------------------------------------------------------------------------------- evidence


def _seen(child: _Report, parent: _Report, seen: Alignment, relation: Relation) -> tuple[Evidence, ...]:
    """What speaks for the bond, in the order of its weight; a kind is named only where it was found."""
    found = list(_pointing(child, parent))
    if relation is Relation.REVISION_OF:
        found = [report.version[1] for report in (child,) if report.version]
    same = [pair for pair in seen.pairs if pair.likeness >= SAME_SENTENCE]
    if relation is not Relation.REWRITE_OF or (same and seen.own_shared >= REUSED_ROWS):
        pair = max(same or seen.pairs, key=lambda pair: pair.likeness, default=None)
        if pair:
            found.append(_evidence(EvidenceKind.TEXT_REUSE, "body", child.wording.sentences[pair.mine].text))
    quotes = _quotes_in_common(child, parent)
    if quotes:
        found.append(_evidence(EvidenceKind.QUOTE_MATCH, "body", quotes[0]))
    theirs = set(parent.telling_figures)
    figures = [figure for figure in dict.fromkeys(child.telling_figures) if figure in theirs]
    if len(figures) >= MIN_FIGURES_NAMED:
        found.append(_evidence(EvidenceKind.FIGURE_MATCH, "body", ", ".join(figures)))
    if child.title and child.title == parent.title:
        found.append(_evidence(EvidenceKind.TITLE_MATCH, "title", child.article.title or ""))
    return tuple(found)


def _pointing(child: _Report, parent: _Report) -> tuple[Evidence, ...]:
    """The evidence of edges of ``child`` that name ``parent``, or the origin that ``parent`` names itself."""
    found: dict[EvidenceKind, Evidence] = {}
    for known in child.traced.edges:
        name = known.edge.target.name
        is_upstream = known.target_id is None and name is not None and name_key(name) in parent.upstream
        if child.owes(known, parent) or is_upstream:
            for evidence in known.edge.evidence:
                if evidence.kind not in COMPARED:
                    found.setdefault(evidence.kind, evidence)
    return tuple(found.values())


def _evidence(kind: EvidenceKind, where: str, excerpt: str) -> Evidence:
    return Evidence(kind, where, one_line(excerpt, MAX_EXCERPT_CHARS))


def _quotes_in_common(one: _Report, other: _Report) -> list[str]:
    """The quotes of the first that the other prints in the same words, whole or in part."""
    theirs = frozenset().union(*(rows for _, rows in other.quotes))
    return [quote for quote, rows in one.quotes if len(rows & theirs) * 2 >= len(rows)]


# --------------------------------------------------------------------------------------------------- decision


def _parent(mine: _Report, bonds: Sequence[_Bond]) -> list[TracedEdge]:
    """The one edge to the report that ``mine`` derives from, or none where that stands already."""
    ways = [bond for bond in bonds if bond.child is mine]
    nearest = [way for way in ways if not any(_leads_on(way, better) for better in ways)]
    if not nearest:
        return []
    return _switched(max(nearest, key=_rank), [way.parent for way in ways])


def _rank(way: _Bond) -> tuple[bool, float, int]:
    named = _named(way.child, way.parent) >= NAMED
    # The later version of one's own report stands nearer than anybody else's copy of it.
    return named, RANKS[way.relation] + way.share, -way.parent.id


def _leads_on(way: _Bond, better: _Bond) -> bool:
    """Whether the parent of ``way`` has it from the parent of ``better``, which explains the child hardly less."""
    if way is better or better.share < way.share - SHARE_MARGIN or way.relation is Relation.REVISION_OF:
        return False
    return any(
        known.edge.relation is not Relation.REVISION_OF and way.parent.points_at(known, better.parent)
        for known in way.parent.derivations
    )


def _children(mine: _Report, bonds: Sequence[_Bond]) -> list[TracedEdge]:
    """The edges of reports that derive from ``mine``, where what they have says less."""
    # A later version of mine is no step on the way to it: its copies are its own.
    nearer = [bond.child for bond in bonds if bond.parent is mine and bond.relation is not Relation.REVISION_OF]
    others = [bond.child if bond.parent is mine else bond.parent for bond in bonds]
    edges: list[TracedEdge] = []
    for bond in bonds:
        if bond.parent is mine and not any(
            _stays(bond, standing, others, nearer) for standing in bond.child.derivations
        ):
            edges += _switched(bond, others)
    return edges


def _stays(bond: _Bond, standing: KnownEdge, others: Sequence[_Report], nearer: Sequence[_Report]) -> bool:
    """Whether the child keeps the parent that it has, since that one explains it better."""
    known = next((other for other in others if other.id == standing.target_id), None)
    if known is None or known is bond.parent:
        return False
    kept = _bond(bond.child, known)
    if kept is None or kept.child is not bond.child:
        return False
    share = kept.share
    if kept.relation is not bond.relation:
        return RANKS[kept.relation] > RANKS[bond.relation]
    return bond.share < share - SHARE_MARGIN if known in nearer else bond.share <= share + SHARE_STEP


def _switched(bond: _Bond, weighed: Sequence[_Report]) -> list[TracedEdge]:
    """``bond`` as an edge that ends those which say less; none where a standing one says as much or more.

    ``weighed`` are the reports that the bond's parent was preferred to.
    """
    ended = []
    for standing in bond.child.derivations:
        if standing.target_id == bond.parent.id:
            if standing.edge.relation is bond.relation:
                return []
        elif standing.target_id is None:
            points = bond.child.points_at(standing, bond.parent)
            if standing.edge.target.name and not points and standing.edge.confidence >= min(SURE, bond.certainty):
                return []
        elif standing.target_id not in {report.id for report in weighed} and not _is_weaker(standing, bond):
            return []
        ended.append(standing)
    carried = {
        evidence.kind: evidence for known in ended for evidence in known.edge.evidence if evidence.kind not in COMPARED
    }
    evidence = {**carried, **{evidence.kind: evidence for evidence in bond.evidence}}
    confidence = round(min(MOST_CERTAIN, bond.certainty), 3)
    edge = Edge(bond.relation, _as_target(bond.parent), confidence, tuple(evidence.values()), METHOD)
    return [TracedEdge(bond.child.id, bond.parent.id, edge, tuple(ended))]


def _is_weaker(standing: KnownEdge, bond: _Bond) -> bool:
    return standing.edge.confidence + SHARE_STEP < bond.certainty


def _as_target(report: _Report) -> External:
    return External(name=report.article.source.name, url=report.article.url, title=report.article.title)


def _resolved(one: _Report, others: Sequence[_Report], drawn: Sequence[TracedEdge]) -> list[TracedEdge]:
    """The open references of ``one`` that are found among ``others``, with what was said of them before.

    An address or a headline is enough. A publisher's name alone is not: of all its reports the one is meant that this
    text descends from, or with which it has at least a quote, or most of its facts, in common.
    """
    replaced = {known for edge in drawn if edge.subject_id == one.id for known in edge.replaces}
    parents = {edge.object_id for edge in drawn if edge.subject_id == one.id}
    parents |= {known.target_id for known in one.derivations if known.target_id is not None}
    edges = []
    for known in one.traced.edges:
        if known.target_id is not None or known in replaced or known.edge.relation is Relation.UNRELATED_REF:
            continue
        target = known.edge.target
        found = [other for other in others if _is_at(target, other) or _is_titled(target, other)]
        if not found and known.edge.relation is Relation.CITES and not target.title:
            found = [
                other
                for other in others
                if one.names_publisher(known, other) and (other.id in parents or _in_common(one, other))
            ]
        if found:
            meant = max(found, key=lambda other: (other.id in parents, _in_common(one, other), -other.id))
            edge = Edge(known.edge.relation, _as_target(meant), known.edge.confidence, known.edge.evidence, METHOD)
            edges.append(TracedEdge(one.id, meant.id, edge, (known,)))
    return edges


def _in_common(one: _Report, other: _Report) -> int:
    """How many quotes, names and figures say that ``one`` has the report of ``other`` before it; 0 where too few do.

    Single names may be those of another story of the same publisher, so a figure, a quote or a retold sentence has to
    be among them; of a paper that does not report on all the world a full name will do.
    """
    if _time_lean(one, other) < 0 or _apart(one, other) > CITED_WITHIN:
        return 0
    quotes = len(_quotes_in_common(one, other))
    figures = len({*one.telling_figures} & {*other.telling_figures})
    publisher = {word for name in other.names for word in name.split()}
    names = len((one.wording.names & other.wording.names) - publisher)
    full = 0
    if not other.is_known:
        full = sum(" " in name and not publisher & set(name.split()) for name in one.full_names & other.full_names)
    told = quotes or figures or full or align(one.wording, other.wording).mine_retold >= CITED_RETOLD
    common = 2 * quotes + figures + names + full
    return common if told and common >= MIN_IN_COMMON else 0


def _sigmoid(sum_of_signs: float) -> float:
    return 1 / (1 + math.exp(-sum_of_signs))
