"""How two reports are kin: one the copy of the other, retold from it, translated, a later version; or not at all.

Much that looks alike is no kin: a series with other figures, a statement that both were sent, how a house closes its
stories, two reports of one event. Each has its sign in the way the sentences of the two answer each other.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import SequenceMatcher
from typing import Final

from pipeline.core.characters import one_line
from pipeline.core.model import Evidence, EvidenceKind, Relation
from pipeline.core.origins.alignment import SAME_SENTENCE, Alignment, Pair, align, turned
from pipeline.core.origins.likeness import publisher_key, title_key
from pipeline.core.origins.precedence import NAMED, apart, leaning, plainness, time_lean
from pipeline.core.origins.reports import (
    COMPARED,
    MAX_EXCERPT_CHARS,
    MIN_TITLE_WORDS,
    Report,
    has_altered_quotes,
    pointing,
    quotes_in_common,
)
from pipeline.core.origins.wording import Sentence, Wording

DIRECTION: Final = 2.0  # from the sum of those to a certainty: a clear lead in time alone makes 0.92


COPIES: Final = (
    # Least share of the copy that is the other's, of the other that is in the copy, and of rows of words (as house
    # style breaks rows).
    (0.55, 0.0, 0.3),  # trimmed as far as one likes
    (0.35, 0.6, 0.2),  # the whole report with as much of one's own
)
NAMED_COPIES: Final = (*COPIES, (0.3, 0.0, 0.2))  # a desk that gives the credit may have worked on the text
LEAST_UNQUOTED: Final = 0.15  # of what a copy does not quote: who retells a report takes its quotes word for word
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
REWRITE_OWN_QUOTES: Final = -1.0  # each that the other has not: whoever retells was not there
MAX_OWN_QUOTES: Final = 3
REWRITE_OTHER_WORDS: Final = -2.5  # where a quote begins alike and goes on in other words: another chain, or a parody
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
SHORTEST: Final = 0.2  # of the sentences; desks cut what they translate
LONGEST: Final = 1.6  # languages part their sentences differently
ROWS_BY_CHANCE: Final = 0.1  # names and addresses; where more is shared, the language was taken wrongly
MIN_COMMON_FIGURES: Final = 2

KEPT_OF_MARKED: Final = 0.35
KEPT_OF_UNMARKED: Final = 0.5
UNCHANGED: Final = 0.97
REPRINTED: Final = 0.85  # with a line that says so, and when it was written
SOON: Final = timedelta(days=2)
FEW_FACTS: Final = 4
FACTS_OF_ONE_STORY: Final = 0.5  # names and figures; an update has more of the first version's
MOST_OF_STATEMENT: Final = 0.8
MAX_STATEMENT: Final = 0.85  # of either text; what is more is the story
MIN_DIFFERING: Final = 2  # sentences with other figures; one may be corrected
MAX_TAIL_WORDS: Final = 120  # with which a house closes its stories
MAX_TAIL: Final = 0.85  # of either text; under a teaser a notice for subscribers is the longer part
MAX_FOREIGN_TAIL: Final = 0.5  # of either text, of two houses: what is more is a report that one of them goes on with
BESIDE_TAIL: Final = 0.15  # of the texts without it: as much any two stories of one desk may share
MIN_FIGURES_NAMED: Final = 2
TAKEN_WHOLE: Final = 0.35  # of either text, in the same sentences: a page that is made of two reports has half of each
SAME_FACTS: Final = 0.8  # of the names and figures of those sentences; in another man's arrest the names are others

FLASH: Final = timedelta(hours=12)  # within which a first short filing is written out
FLASH_LENGTH: Final = 0.5  # of the report that takes it up
FLASH_RETOLD: Final = 0.6
FLASH_FACTS: Final = 0.75
MAX_CORRECTION_WORDS: Final = 150  # of an item that does nothing but correct; a corrected report goes on
CORRECTED_WITHIN: Final = timedelta(days=14)
OF_THE_CORRECTED: Final = 0.5  # of such an item's facts and of what its words are about

BY_THE_DESK: Final = frozenset(
    {EvidenceKind.BYLINE, EvidenceKind.DATELINE, EvidenceKind.CREDIT_LINE, EvidenceKind.DISCLAIMER}
)
"""Evidence by which a desk says that matter of another house went into the text; to quote it is something else."""

# Headlines over a document that is printed as it is: who prints one has it from whoever made it.
_DOCUMENT: Final = re.compile(
    r"\bin full\b|\bfull (?:text|transcript|statement|speech|remarks|letter)\b|\btranscript\b|\bverbatim\b"
    r"|texto (?:íntegro|completo)|discurso completo|na íntegra|texte intégral|im wortlaut|testo integrale"
    r"|全文|полный текст|النص الكامل",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bond:
    """``child`` derives from ``parent``. ``share`` is how much of the child the parent explains (0 to 1).

    ``certainty`` (0 to 1) is that of the kinship and of its direction together. ``taken`` are the child's sentences
    that stand in the parent, by number: of a copy.
    """

    relation: Relation
    child: Report
    parent: Report
    share: float
    certainty: float
    evidence: tuple[Evidence, ...]
    taken: frozenset[int] = frozenset()


def bond_of(one: Report, other: Report) -> Bond | None:
    """How the two reports are kin, or None."""
    if _are_in_two_languages(one, other):
        return None if _credit_one_agency(one, other) else _translation(one, other)
    alignment = align(one.wording, other.wording)
    if _is_template(one, other, alignment) and not (is_one_party(one, other) and (one.version or other.version)):
        return None
    if _is_tail(one, other, alignment):
        return None
    if is_one_party(one, other):
        return _revision(one, other, alignment)
    if _credit_one_agency(one, other):
        return None
    lean = leaning(one, other)
    child, parent, seen = (one, other, alignment) if lean > 0 else (other, one, turned(alignment))
    is_named = plainness(child, parent) >= NAMED or has_matter_of(child, parent)
    if not is_named and _is_document(one) and _is_document(other):
        return None
    certainty = None
    if is_named or not _is_statement(one, other, alignment):
        certainty = _copy_certainty(child, seen, is_named)
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
    taken = frozenset[int]()
    if relation is Relation.COPY_OF:
        taken = frozenset(pair.mine for pair in seen.pairs if pair.likeness >= SAME_SENTENCE)
    return Bond(relation, child, parent, share, certainty * _sigmoid(DIRECTION * abs(lean)), evidence, taken)


def _revision(one: Report, other: Report, seen: Alignment) -> Bond | None:
    """Two reports of one publisher: a later version says so, or comes soon and keeps nearly all."""
    numbers = tuple(report.version[0] if report.version else 0 for report in (one, other))
    later = time_lean(one, other) if numbers[0] == numbers[1] else math.copysign(1, numbers[0] - numbers[1])
    if not later or (not any(numbers) and _credit_one_agency(one, other)):
        return None
    child, parent, seen = (one, other, seen) if later > 0 else (other, one, turned(seen))
    tail = _tail(child.wording, parent.wording, seen)
    kept, brought = _outside(seen.theirs_same, tail.theirs), _outside(seen.mine_same, tail.mine)
    if any(numbers):
        is_later = max(seen.theirs_same, seen.mine_same) >= KEPT_OF_MARKED
    else:
        is_later = min(kept, brought) >= KEPT_OF_UNMARKED and apart(one, other) <= SOON
        is_later = is_later or _is_written_out(child, parent, seen)
    relation = Relation.REVISION_OF
    unchanged = min(seen.mine_in_theirs, seen.theirs_in_mine)
    if not any(numbers) and unchanged >= (UNCHANGED if apart(one, other) <= SOON else REPRINTED):
        relation, is_later = Relation.COPY_OF, True  # the same story on another page of the house, or in another year
    if child.version and (about := _corrected(child, parent, seen)):
        seen_too = _seen(child, parent, seen, relation) if seen.shared >= MIN_SHARED else ()
        return Bond(relation, child, parent, about, 0.9, seen_too or (child.version[1],))
    evidence = _seen(child, parent, seen, relation)
    if not is_later or seen.shared < MIN_SHARED or not evidence:
        return None
    return Bond(relation, child, parent, seen.mine_in_theirs, 0.97 if any(numbers) else 0.8, evidence)


def _is_written_out(child: Report, parent: Report, seen: Alignment) -> bool:
    """Whether ``parent`` is the first short filing of what ``child`` reports at length soon after."""
    return (
        parent.wording.length <= FLASH_LENGTH * child.wording.length
        and apart(child, parent) <= FLASH
        and seen.theirs_retold >= FLASH_RETOLD
        and seen.their_facts >= FLASH_FACTS
    )


def _corrected(child: Report, parent: Report, seen: Alignment) -> float:
    """How much of ``child``, which does nothing but correct, is about ``parent`` (0 to 1); 0 where it is another item.

    It gives the headline of what it corrects, or speaks of little else.
    """
    if child.version is None or child.version[1].kind is not EvidenceKind.CORRECTION_NOTICE or parent.version:
        return 0.0
    if child.wording.length > MAX_CORRECTION_WORDS or apart(child, parent) > CORRECTED_WITHIN:
        return 0.0
    if len(parent.title.split()) >= MIN_TITLE_WORDS and f" {parent.title} " in f" {title_key(child.prose)} ":
        return 1.0
    about = min(seen.mine_retold, seen.my_facts, seen.my_stems)
    return about if about >= OF_THE_CORRECTED else 0.0


def _translation(one: Report, other: Report) -> Bond | None:
    """Two languages have only figures and names in common, so it takes many of them, in the same order.

    Whoever reports by himself in the other language has figures, names and quotes of his own.
    """
    lean = leaning(one, other, are_in_two_languages=True)
    child, parent = (one, other) if lean > 0 else (other, one)
    mine, theirs = child.telling_figures, parent.telling_figures
    blocks = SequenceMatcher(None, mine, theirs, False).get_matching_blocks()
    common = [figure for block in blocks for figure in mine[block.a : block.a + block.size]]
    if len(set(common)) < MIN_COMMON_FIGURES or not SHORTEST <= _sentence_ratio(child, parent) <= LONGEST:
        return None
    names = child.wording.names & parent.wording.names
    # Scripts without capitals have no names that could be missed.
    named = len(names) / (len(child.wording.names) + FEW_NAMES) if child.wording.names else NAMES_UNSEEN
    share = (len(common) / len(mine) + named) / 2
    own_quotes = max(0, len(child.quotes) - len(parent.quotes))
    # A sentence that names the paper is no credit for the whole where the child was told something itself.
    is_credited = any(
        seen.kind is not EvidenceKind.ATTRIBUTION_PHRASE or not own_quotes for seen in pointing(child, parent)
    )
    certainty = _sigmoid(
        TRANSLATION_BASE
        + TRANSLATION_FIGURES * len(common) / len(mine)
        + TRANSLATION_LONG * min(sum(len(figure.rstrip("0")) > 2 for figure in common), MAX_LONG)
        + TRANSLATION_COUNT * min(len(common), MAX_COUNTED)
        + TRANSLATION_NAMES * named
        + TRANSLATION_OWN_QUOTES * own_quotes
        + (TRANSLATION_NAMED if is_credited else 0.0)
    )
    if certainty < 0.5:
        return None
    figures = _evidence(EvidenceKind.FIGURE_MATCH, "body", ", ".join(dict.fromkeys(common)))
    evidence = (*pointing(child, parent), figures)
    return Bond(Relation.TRANSLATION_OF, child, parent, share, certainty * _sigmoid(DIRECTION * abs(lean)), evidence)


def _sentence_ratio(one: Report, other: Report) -> float:
    return len(one.wording.sentences) / (len(other.wording.sentences) or 1)


def _copy_certainty(child: Report, seen: Alignment, is_named: bool) -> float | None:
    """How sure it is that the first of the two texts is the second, whole or in part; None where it is not."""
    unquoted = len(child.wording.grams - child.wording.quoted_grams)
    if seen.shared < MIN_SHARED or (unquoted >= MIN_SHARED and seen.own_shared < LEAST_UNQUOTED * unquoted):
        return None
    mine, theirs = max(seen.mine_same, seen.mine_in_theirs), max(seen.theirs_same, seen.theirs_in_mine)
    for least_of_mine, least_of_theirs, least_rows in NAMED_COPIES if is_named else COPIES:
        if mine >= least_of_mine and theirs >= least_of_theirs and seen.mine_in_theirs >= least_rows:
            return _sigmoid(COPY_BASE + COPY_SAME * max(mine, theirs))
    return None


def _rewrite_certainty(child: Report, parent: Report, seen: Alignment) -> float | None:
    """How sure it is that ``child`` retells ``parent``; None where two reports of one event are likelier.

    Who retells brings few facts of his own, so what counts is how many of his names and figures the other has, beside
    sentences that answer each other, words in a row, and the same quotes. A block that stands in both as it is, and
    nothing else, is a statement that both were sent.
    """
    block = _longest_block(child.wording, parent.wording, seen)
    retold = max(_outside(seen.mine_retold, block.mine), _outside(seen.theirs_retold, block.theirs))
    rows = max(0, seen.own_shared - block.words)
    facts, stems = _beside(child.wording, parent.wording, block) if block.is_quoted else (seen.my_facts, seen.my_stems)
    if min(seen.mine_retold, seen.theirs_retold) < LEAST_RETOLD or retold < MOSTLY_RETOLD:
        return None
    common = len(quotes_in_common(child, parent))
    is_named = bool(pointing(child, parent))
    counted = min(common, MAX_QUOTES_COUNTED)
    if not is_named and facts < MOST_FACTS and apart(child, parent) > SOON:
        return None  # how a firm is introduced, again with other news
    quoted = _quoted_share(child, parent, seen)
    if retold <= quoted and plainness(child, parent) <= 0.0:
        return None  # who was quoted may have said it to many, and whoever is named may have printed it first
    if not is_named and facts < MOST_FACTS and rows < MIN_SHARED:
        # With as many facts of its own it had a reporter there, and what both heard in one room says nothing.
        counted, retold = 0, retold - quoted
    certainty = _sigmoid(
        REWRITE_BASE
        + REWRITE_RETOLD * retold
        + REWRITE_FACTS * facts
        + REWRITE_ALL_FACTS * _surplus(facts) * min(len(child.facts & parent.facts), MANY_FACTS) / MANY_FACTS
        + REWRITE_STEMS * stems
        + REWRITE_ROWS * min(rows, MAX_ROWS)
        + REWRITE_QUOTES * counted
        + REWRITE_OWN_QUOTES * min(len(child.quotes) - common, MAX_OWN_QUOTES)
        + (REWRITE_OTHER_WORDS if has_altered_quotes(child, parent) else 0.0)
        + (REWRITE_NAMED if is_named else 0.0)
    )
    return certainty if certainty >= 0.5 else None


def _quoted_share(child: Report, parent: Report, seen: Alignment) -> float:
    """The share of the child's words, or of the parent's where that is more, in sentences of both that are quotes."""
    quoted = [pair for pair in seen.pairs if _is_quoted(child, parent, pair)]
    mine = sum(len(child.wording.sentences[pair.mine].words) for pair in quoted)
    theirs = sum(len(parent.wording.sentences[pair.theirs].words) for pair in quoted)
    return max(mine / (child.wording.length or 1), theirs / (parent.wording.length or 1))


def _surplus(share: float) -> float:
    return max(0.0, share - MOST_FACTS) / (1 - MOST_FACTS)


@dataclass(frozen=True, slots=True)
class _Block:
    """Sentences that stand in both texts one after another: their share of each text, their words and their numbers.

    ``is_quoted`` where both texts quote most of them: they were said to both.
    """

    mine: float
    theirs: float
    words: int
    my_sentences: range = range(0)
    their_sentences: range = range(0)
    is_quoted: bool = False


def _longest_block(mine: Wording, theirs: Wording, seen: Alignment) -> _Block:
    runs: list[tuple[Pair, Pair]] = []
    for pair in seen.pairs:
        if pair.likeness >= SAME_SENTENCE:
            if runs and _goes_on(runs[-1][1], pair, mine, theirs):
                runs[-1] = (runs[-1][0], pair)
            else:
                runs.append((pair, pair))
    runs = [(first, last) for first, last in runs if last.mine > first.mine]
    if not runs:
        return _block(0, mine, theirs)
    first, last = max(runs, key=lambda run: run[1].mine - run[0].mine)
    mine_at, theirs_at = range(first.mine, last.mine + 1), range(first.theirs, last.theirs + 1)
    words = sum(len(mine.sentences[number].words) for number in mine_at)
    quoted = sum(
        mine.sentences[one].is_quoted and theirs.sentences[other].is_quoted
        for one, other in zip(mine_at, theirs_at, strict=True)
    )
    return replace(
        _block(words, mine, theirs),
        my_sentences=mine_at,
        their_sentences=theirs_at,
        is_quoted=quoted >= MOST_OF_STATEMENT * len(mine_at),
    )


def _goes_on(last: Pair, pair: Pair, mine: Wording, theirs: Wording) -> bool:
    """Whether ``pair`` follows on ``last`` in both texts; what is too short to be paired may stand between them."""
    step = pair.mine - last.mine
    return step == pair.theirs - last.theirs and all(
        mine.sentences[last.mine + at].words == theirs.sentences[last.theirs + at].words for at in range(1, step)
    )


def _beside(mine: Wording, theirs: Wording, block: _Block) -> tuple[float, float]:
    """The shares of my names and figures, and of what my words are about, that the other has: beside ``block``."""
    my_facts, my_stems = _said_beside(mine, block.my_sentences)
    their_facts, their_stems = _said_beside(theirs, block.their_sentences)
    return len(my_facts & their_facts) / (len(my_facts) or 1), len(my_stems & their_stems) / (len(my_stems) or 1)


def _said_beside(wording: Wording, left_out: range) -> tuple[frozenset[str], frozenset[str]]:
    told = [sentence for number, sentence in enumerate(wording.sentences) if number not in left_out]
    facts = frozenset[str]().union(*(_facts_of(sentence, wording) for sentence in told))
    return facts, frozenset[str]().union(*(sentence.stems for sentence in told))


def _facts_of(sentence: Sentence, wording: Wording) -> frozenset[str]:
    return wording.names.intersection(sentence.words).union(sentence.figures)


def _block(words: int, mine: Wording, theirs: Wording) -> _Block:
    return _Block(min(1.0, words / (mine.length or 1)), min(1.0, words / (theirs.length or 1)), words)


def _outside(share: float, block: float) -> float:
    return max(0.0, share - block) / (1 - block) if block < 1 else 0.0


def _is_template(one: Report, other: Report, seen: Alignment) -> bool:
    """The same sentences with other figures or names: last month's report, tomorrow's warning, another man's arrest."""
    if seen.figured_differ >= MIN_DIFFERING and seen.figured_differ >= seen.figured_same:
        return True
    fewest = min(len(wording.names) + len(wording.figures) for wording in (one.wording, other.wording))
    if fewest < FEW_FACTS or max(seen.my_facts, seen.their_facts) >= FACTS_OF_ONE_STORY:
        return False
    return max(seen.mine_same, seen.theirs_same) < TAKEN_WHOLE or not _have_same_facts(one, other, seen)


def _have_same_facts(one: Report, other: Report, seen: Alignment) -> bool:
    """Whether the sentences that stand in both tell of the same names and figures."""
    same = [pair for pair in seen.pairs if pair.likeness >= SAME_SENTENCE]
    mine = [_facts_of(one.wording.sentences[pair.mine], one.wording) for pair in same]
    theirs = [_facts_of(other.wording.sentences[pair.theirs], other.wording) for pair in same]
    common = sum(len(facts & others) for facts, others in zip(mine, theirs, strict=True))
    return common >= SAME_FACTS * max(sum(map(len, mine)), sum(map(len, theirs)))


def _is_statement(one: Report, other: Report, seen: Alignment) -> bool:
    """Whether all that is the same is a statement that both were sent: quoted, or in one block under two leads."""
    same = [pair for pair in seen.pairs if pair.likeness >= SAME_SENTENCE]
    if not same or any(0 in (pair.mine, pair.theirs) for pair in seen.pairs):
        return False
    words = sum(len(one.wording.sentences[pair.mine].words) for pair in same)
    quoted = sum(len(one.wording.sentences[pair.mine].words) for pair in same if _is_quoted(one, other, pair))
    block = _longest_block(one.wording, other.wording, seen)
    return max(quoted, block.words) >= MOST_OF_STATEMENT * words and max(block.mine, block.theirs) <= MAX_STATEMENT


def _is_quoted(one: Report, other: Report, pair: Pair) -> bool:
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


def _is_tail(one: Report, other: Report, seen: Alignment) -> bool:
    """Whether all that is the same is how a house closes its stories."""
    tail = _tail(one.wording, other.wording, seen)
    if max(tail.mine, tail.theirs) > MAX_FOREIGN_TAIL and not is_one_party(one, other):
        return False
    return (
        tail.words > 0
        and _outside(seen.mine_same, tail.mine) < BESIDE_TAIL
        and _outside(seen.theirs_same, tail.theirs) < BESIDE_TAIL
    )


def has_matter_of(child: Report, parent: Report) -> bool:
    """Whether the desk of ``child`` says that matter of ``parent``'s publisher went into it."""
    return any(
        BY_THE_DESK & {evidence.kind for evidence in known.edge.evidence} and child.owes(known, parent)
        for known in child.traced.edges
    )


def _is_document(report: Report) -> bool:
    return _DOCUMENT.search(report.article.title or "") is not None


def _are_in_two_languages(one: Report, other: Report) -> bool:
    languages = (one.article.language, other.article.language)
    if None in languages or languages[0] == languages[1]:
        return False
    fewest = min(len(one.wording.grams), len(other.wording.grams))
    return len(one.wording.grams & other.wording.grams) <= ROWS_BY_CHANCE * fewest


def is_one_party(one: Report, other: Report) -> bool:
    """Whether both are of one publisher; namesakes in two towns are two, one house in two countries is one."""
    mine, theirs = one.article.source, other.article.source
    if mine.domain == theirs.domain:
        return True
    labels = {domain.partition(".")[0] for domain in (mine.domain, theirs.domain)}
    return len(labels) == 1 and publisher_key(mine.name) == publisher_key(theirs.name)


def _credit_one_agency(one: Report, other: Report) -> bool:
    """Whether both say that a third is the origin, the same one: then neither has it from the other."""
    if any(one.owes(known, other) for known in one.credits):
        return False
    if any(other.owes(known, one) for known in other.credits):
        return False
    targets = {known.target_id for known in one.credits} & {known.target_id for known in other.credits} - {None}
    return bool(targets or one.origins & other.origins)


def _seen(child: Report, parent: Report, seen: Alignment, relation: Relation) -> tuple[Evidence, ...]:
    """What speaks for the bond, in the order of its weight; a kind is named only where it was found."""
    found = list(pointing(child, parent))
    if relation is Relation.REVISION_OF:
        found = [report.version[1] for report in (child,) if report.version]
    same = [pair for pair in seen.pairs if pair.likeness >= SAME_SENTENCE]
    if relation is not Relation.REWRITE_OF or (same and seen.own_shared >= REUSED_ROWS):
        pair = max(same or seen.pairs, key=lambda pair: pair.likeness, default=None)
        if pair:
            found.append(_evidence(EvidenceKind.TEXT_REUSE, "body", child.wording.sentences[pair.mine].text))
    quotes = quotes_in_common(child, parent)
    if quotes:
        found.append(_evidence(EvidenceKind.QUOTE_MATCH, "body", quotes[0]))
    theirs = set(parent.telling_figures)
    figures = [figure for figure in dict.fromkeys(child.telling_figures) if figure in theirs]
    if len(figures) >= MIN_FIGURES_NAMED:
        found.append(_evidence(EvidenceKind.FIGURE_MATCH, "body", ", ".join(figures)))
    if child.title and child.title == parent.title:
        found.append(_evidence(EvidenceKind.TITLE_MATCH, "title", child.article.title or ""))
    return tuple(found)


def _evidence(kind: EvidenceKind, where: str, excerpt: str) -> Evidence:
    return Evidence(kind, where, one_line(excerpt, MAX_EXCERPT_CHARS))


def _sigmoid(sum_of_signs: float) -> float:
    return 1 / (1 + math.exp(-sum_of_signs))
