"""What it costs to mark an article and to compare it with its kin, in CPU of one process, beside what was promised.

    python -m benchmarks kinship [--words N] [--kin N]

The texts are invented: words drawn by Zipf's law, with names, figures and quotes as often as news has them. The kin are
copies, trimmed and edited ones, so that none is turned away at the door.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from pipeline.core.model import Article, Moment, Precision, Source, Traced
from pipeline.core.origins.kinship import MAX_READ, trace
from pipeline.core.origins.likeness import marks_of
from pipeline.core.origins.quotes import quotes_of

SHOWS = "CPU of marking an article, of finding its quotes, and of comparing it with eight kin"
PROMISED_MS = {"marks": 2.5, "trace": 8.0}
ROUNDS = 30
SENTENCE_WORDS = 22
MORNING = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)

_random = random.Random(1)
VOCABULARY = ["".join(_random.choices("abcdefghijklmnoprstuvw", k=_random.randint(3, 9))) for _ in range(20_000)]
ZIPF = list(accumulate(1 / (rank + 3) for rank in range(len(VOCABULARY))))


def main(arguments: Sequence[str]) -> int:
    """``python -m benchmarks kinship``: the least of many rounds, as what it is more is other work of the machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks kinship", description=__doc__)
    parser.add_argument("--words", type=int, default=700, help="of the article")
    parser.add_argument("--kin", type=int, default=8, help=f"articles that it is compared with, at most {MAX_READ}")
    asked = parser.parse_args(arguments)
    reports = [_report(number, asked.words) for number in range(asked.kin + 1)]
    subject, kin = reports[-1], reports[:-1]
    article = subject.article
    marks = len(marks_of(article, [article.url], ()).hashes)
    print(f"an article of {len(article.text.split())} words, {marks} marks, {asked.kin} kin")
    _print_ms("marks", lambda: marks_of(article, [article.url], ()))
    _print_ms("quotes", lambda: quotes_of(article))
    _print_ms("trace", lambda: trace(subject, kin))
    return 0


def _print_ms(name: str, work: Callable[[], object]) -> None:
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        spent.append(1000 * (time.process_time() - began))
    promised = PROMISED_MS.get(name)
    verdict = "" if promised is None else f"   at most {promised:g}, {'met' if min(spent) <= promised else 'MISSED'}"
    print(f"  {name:8}{min(spent):8.2f} ms{verdict}")


def _report(number: int, words: int) -> Traced:
    """A copy of the one report: cut by its number and edited here and there."""
    drawn = random.Random(7)
    sentences = [_sentence(drawn) for _ in range(words // SENTENCE_WORDS + 1)]
    edited = random.Random(number)
    kept = [_sentence(edited) if edited.random() < 0.02 * number else sentence for sentence in sentences]
    text = "\n".join(" ".join(kept[at : at + 2]) for at in range(0, len(kept) - number % 3, 2))
    published = Moment(MORNING + timedelta(minutes=number), Precision.MINUTE)
    host = f"paper{number}.example"
    source = Source(f"Paper {number}", host, "json-ld")
    article = Article(f"https://{host}/1", None, source, f"Report {number}", (), text, "en", published, "feed")
    return Traced(number, article, (f"{host}/1",), (source.name,), published.at)


def _sentence(drawn: random.Random) -> str:
    words = drawn.choices(VOCABULARY, cum_weights=ZIPF, k=SENTENCE_WORDS)
    words[5] = words[5].title()
    words[6] = words[6].title()
    if drawn.random() < 0.4:
        words[9] = f"{drawn.randint(11, 99_999):,}"
    if drawn.random() < 0.2:
        words[0], words[12] = f"“{words[0].title()}", f"{words[12]},”"
    return " ".join(words).capitalize() + "."
