"""How near is an answer to the truth of a page? Scores of one page, and figures over many with their intervals.

The definitions are those that the sources of the data use, so that figures can be laid beside published ones:
word F1 as in WCXB, shingle F1 as in Zyte's article benchmark, segment F1 as in trafilatura's own evaluation, and
ROUGE-L over the whole text. A figure is a function of column sums over pages: so its interval, and that of the
difference of two sides, come from drawing pages anew.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SHINGLE_WORDS: Final = 4
FLOODED_BELOW: Final = 0.5  # ROUGE-L F1 of a page that was missed, or drowned in what is not its story
DRAWS: Final = 1_000
INTERVAL: Final = (2.5, 97.5)  # percentiles

_WORD = re.compile(r"\w+")
_EAST_ASIAN = re.compile(r"[\u3040-\u9fff]")
_NAMES_PART = re.compile(r"\s*(?:;|,|\s&\s|\s+and\s+|\s\|\s)\s*")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a side says of a page. ``day`` is YYYY-MM-DD; None or empty where it says nothing."""

    text: str = ""
    title: str | None = None
    authors: tuple[str, ...] = ()
    day: str | None = None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Precision, recall and their harmonic mean, each 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return harmonic(self.precision, self.recall)


@dataclass(frozen=True, slots=True)
class PageScore:
    """The scores of one page; None where its truth is silent. ``segments`` is (hits, leaks, losses)."""

    words: Overlap | None = None
    rouge: Overlap | None = None
    shingles: Overlap | None = None
    segments: tuple[int, int, int] | None = None
    title: bool | None = None
    authors: bool | None = None
    day: bool | None = None


def score(truth: Mapping[str, Any], answer: Answer) -> PageScore:
    """The scores of ``answer`` against the ``truth`` of a record of the data set (its README has the fields)."""
    whole = truth["text"] if truth["text"] is not None else truth.get("secondary_text")
    texts = [text for text in (whole, truth.get("alt_text")) if text is not None]
    rouge, nearest = max(
        ((rouge_overlap(text, answer.text), text) for text in texts), key=lambda pair: pair[0].f1, default=(None, "")
    )
    has_segments = truth["with"] or truth["without"]
    return PageScore(
        words=word_overlap(nearest, answer.text) if texts else None,
        rouge=rouge,
        shingles=shingle_overlap(nearest, answer.text) if texts else None,
        segments=segment_counts(truth["with"] or (), truth["without"] or (), answer.text) if has_segments else None,
        title=bare(truth["title"]) == bare(answer.title or "") if truth["title"] else None,
        authors=same_names(truth["authors"], answer.authors) if truth["authors"] is not None else None,
        day=truth["date"] == answer.day if truth["date"] else None,
    )


def harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def word_overlap(truth: str, told: str) -> Overlap:
    """Of words as often as they occur, whatever their order."""
    return _overlap(Counter(words(truth.lower())), Counter(words(told.lower())))


def shingle_overlap(truth: str, told: str) -> Overlap:
    """Of runs of SHINGLE_WORDS words, capitals as written; a shorter text is one run."""
    return _overlap(_shingles(words(truth)), _shingles(words(told)))


def rouge_overlap(truth: str, told: str) -> Overlap:
    """Of the longest common subsequence of words: what stands in another order counts once."""
    true_words, told_words = words(truth.lower()), words(told.lower())
    if not true_words or not told_words:
        return _of_empty(not true_words and not told_words)
    common = common_subsequence_length(true_words, told_words)
    return Overlap(common / len(told_words), common / len(true_words))


def segment_counts(wanted: Iterable[str], unwanted: Iterable[str], told: str) -> tuple[int, int, int]:
    """(wanted segments found, unwanted segments found, wanted segments lost), white space aside."""
    text = " ".join(told.split())
    found = [" ".join(segment.split()) in text for segment in wanted]
    leaked = [" ".join(segment.split()) in text for segment in unwanted]
    return sum(found), sum(leaked), len(found) - sum(found)


def same_names(truth: Iterable[str], told: Iterable[str]) -> bool:
    """Are these the same persons, whatever their order? No names are right where there are none."""
    return {bare(name) for name in truth} - {""} == {
        bare(name) for names in told for name in _NAMES_PART.split(names)
    } - {""}


def bare(text: str) -> str:
    """The words of ``text`` in lower case, without accents and entities."""
    letters = unicodedata.normalize("NFKD", html.unescape(text)).lower()
    return " ".join(_WORD.findall("".join(letter for letter in letters if not unicodedata.combining(letter))))


def words(text: str) -> list[str]:
    """Words; one that holds East Asian letters goes letter by letter, since no blanks part words there."""
    found: list[str] = []
    for word in _WORD.findall(text):
        if _EAST_ASIAN.search(word):
            found.extend(word)
        else:
            found.append(word)
    return found


def common_subsequence_length(a: Sequence[str], b: Sequence[str]) -> int:
    """The length of the longest common subsequence; a row of the table is one integer (Hyyrö 2004)."""
    places: dict[str, int] = {}
    for place, word in enumerate(a):
        places[word] = places.get(word, 0) | 1 << place
    everywhere = (1 << len(a)) - 1
    open_places = everywhere
    for word in b:
        matches = open_places & places.get(word, 0)
        open_places = (open_places + matches | open_places - matches) & everywhere
    return len(a) - open_places.bit_count()


def _shingles(tokens: list[str]) -> Counter[tuple[str, ...]]:
    runs = len(tokens) - SHINGLE_WORDS + 1 if len(tokens) >= SHINGLE_WORDS else min(len(tokens), 1)
    return Counter(tuple(tokens[start : start + SHINGLE_WORDS]) for start in range(runs))


def _overlap(truth: Counter[Any], told: Counter[Any]) -> Overlap:
    if not truth or not told:
        return _of_empty(not truth and not told)
    common = (truth & told).total()
    return Overlap(common / told.total(), common / truth.total())


def _of_empty(both: bool) -> Overlap:
    return Overlap(1.0, 1.0) if both else Overlap(0.0, 0.0)


# --------------------------------------------------------------------------------------- figures over pages


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over pages. ``columns`` are the numbers of one page, None where it does not count.

    ``value`` takes the sums of those columns, the last axis of an array, and answers the figure for each row.
    """

    name: str
    columns: Callable[[PageScore], tuple[float, ...] | None]
    value: Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, the number of its pages, and the interval that 95 of 100 draws of pages fall into."""

    value: float
    low: float
    high: float
    pages: int


def _mean(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(sums[..., 0] / np.maximum(sums[..., 1], 1))


def _f1_of_means(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    precision, recall = sums[..., 0], sums[..., 1]
    return np.asarray(2 * precision * recall / np.maximum((precision + recall) * sums[..., 2], 1e-9))


def _segment_f1(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    hits, leaks, losses = sums[..., 0], sums[..., 1], sums[..., 2]
    return np.asarray(2 * hits / np.maximum(2 * hits + leaks + losses, 1))


def _share(part: int, other: int) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    return lambda sums: np.asarray(sums[..., part] / np.maximum(sums[..., part] + sums[..., other], 1))


def _of(kind: str, number: Callable[[Any], float]) -> Callable[[PageScore], tuple[float, ...] | None]:
    def columns(page: PageScore) -> tuple[float, ...] | None:
        found = getattr(page, kind)
        return None if found is None else (number(found), 1.0)

    return columns


FIGURES: Final = tuple(
    Figure(*row)
    for row in (
        ("word", _of("words", lambda found: found.f1), _mean),
        ("shingle", lambda p: (p.shingles.precision, p.shingles.recall, 1.0) if p.shingles else None, _f1_of_means),
        ("rouge", _of("rouge", lambda found: found.f1), _mean),
        ("precision", _of("rouge", lambda found: found.precision), _mean),
        ("recall", _of("rouge", lambda found: found.recall), _mean),
        ("flooded", _of("rouge", lambda found: found.f1 < FLOODED_BELOW), _mean),
        ("segment", lambda p: p.segments, _segment_f1),
        ("segment-p", lambda p: p.segments, _share(0, 1)),
        ("segment-r", lambda p: p.segments, _share(0, 2)),
        ("title", _of("title", float), _mean),
        ("author", _of("authors", float), _mean),
        ("date", _of("day", float), _mean),
    )
)


def estimate(figure: Figure, pages: Sequence[PageScore], against: Sequence[PageScore] | None = None) -> Estimate | None:
    """The figure over ``pages``, or its gain over the same pages as another side scored them; None without pages."""
    columns = [figure.columns(page) for page in pages]
    counted = np.array([row for row in columns if row is not None], dtype=np.float64)
    if not len(counted):
        return None
    drawn = _draws(len(counted))
    values = figure.value(counted[drawn].sum(axis=1))
    value = float(figure.value(counted.sum(axis=0)))
    if against is not None:
        others = np.array([row for row in map(figure.columns, against) if row is not None], dtype=np.float64)
        values = values - figure.value(others[drawn].sum(axis=1))
        value -= float(figure.value(others.sum(axis=0)))
    low, high = np.percentile(values, INTERVAL)
    return Estimate(value, float(low), float(high), len(counted))


def _draws(pages: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed=pages).integers(0, pages, size=(DRAWS, pages))
