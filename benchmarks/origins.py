"""What it costs to read off an article what it says of its own origin, in CPU of one process, beside what was promised.

    python -m benchmarks origins [--words N] [--learnt N]

The article is invented, with attributions, a dateline and a credit as often as an agency's report has them; beside the
built-in table it is asked of as many publishers as a store may have met.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence

from pipeline.core.model import Article, Source
from pipeline.core.origins.agencies import OriginRules, names_of
from pipeline.core.origins.citations import citation_claims
from pipeline.core.origins.claims import edges_of
from pipeline.core.origins.credits import credit_claims, part_dateline, part_ending, part_statements, placed

SHOWS = "CPU of reading an article's credits and citations, and of making edges of them"
PROMISED_MS = 1.0
ROUNDS = 50
PROSE = (
    "the quay council decided on Wednesday to keep closed until April after divers found cracks in eleven of forty "
    "piles and repair will cost two million crowns which fishing crews must not pay as they unload at old berth"
)
ATTRIBUTIONS = (
    "The council meets again on Friday, the Orrin Gazette reported.",
    "“It is over,” he told Reuters on Monday.",
    "According to the Ministry of Harbours, nobody was hurt.",
    "The mayor said that the town would wait.",
)


def main(arguments: Sequence[str]) -> int:
    """``python -m benchmarks origins``: the least of many rounds, as what it is more is other work of the machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks origins", description=__doc__)
    parser.add_argument("--words", type=int, default=700, help="of the article")
    parser.add_argument("--learnt", type=int, default=2_000, help="publishers that the store has met")
    asked = parser.parse_args(arguments)
    names = names_of(OriginRules(learnt=tuple((f"Paper {n} Post", f"paper{n}.example") for n in range(asked.learnt))))
    lines = _lines(asked.words)

    def read() -> Article:
        told = part_statements(lines, names)
        ending = part_ending(told.kept, names)
        text = "\n".join(told.kept)
        dateline, line = part_dateline(text, names) or (None, None)
        return Article(
            url="https://bayledger.example/quay",
            canonical_url=None,
            source=Source("Bay Ledger", "bayledger.example", "json-ld"),
            title="East quay stays shut until spring",
            authors=(),
            text=text,
            language="en",
            published=None,
            published_witness=None,
            dateline=dateline,
            parts=placed((line, *told.parts, ending), text),
        )

    article = read()
    claims = [*credit_claims(None, None, article, names), *citation_claims(article, names)]
    print(f"an article of {len(article.text.split())} words, {len(edges_of(claims, article, names))} edges")
    spent = {
        "credits": _least_ms(read) + _least_ms(lambda: list(credit_claims(None, None, article, names))),
        "citations": _least_ms(lambda: list(citation_claims(article, names))),
        "edges": _least_ms(lambda: edges_of(claims, article, names)),
    }
    for name, ms in spent.items():
        print(f"  {name:10}{ms:8.2f} ms")
    total = sum(spent.values())
    print(f"  {'in all':10}{total:8.2f} ms   at most {PROMISED_MS:g}, {'met' if total <= PROMISED_MS else 'MISSED'}")
    return 0


def _least_ms(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        spent.append(1000 * (time.process_time() - began))
    return min(spent)


def _lines(words: int) -> list[str]:
    """Paragraphs of some forty words, every second with an attribution; a dateline in front and a credit behind."""
    drawn = random.Random(3)
    lines = []
    for number in range(words // 40):
        sentence = " ".join(drawn.choices(PROSE.split(), k=30)).capitalize() + "."
        said = ATTRIBUTIONS[number // 2 % len(ATTRIBUTIONS)] if number % 2 else "It meets again in a week."
        lines.append(f"{sentence} {said}")
    lines[0] = f"ORRIN, Feb 3 (Reuters) - {lines[0]}"
    return [*lines, "(Reporting by Ines Calloway; Editing by Rafe Oduya)", "© 2026 Reuters. All rights reserved."]
