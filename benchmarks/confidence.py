"""How sure is Dateline, and how often is it right? The confidence of its edges against the truth of invented stories.

    python -m benchmarks confidence [--stories FOLDER]

What is right is counted by relation, surest kind of evidence, and whether the target is in the store, on the stories
that rules are tuned on. A confidence is fitted by one rule: as many cases as WEIGHT are added that were as often right
as is stated now, so that few cases move it little. Reliability is shown bin by bin for all parts, as stated and fitted.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from benchmarks.press import STORIES, Press, read_press
from benchmarks.provenance import PARTS, Drawn, draw, is_right

SHOWS: Final = "how sure edges between invented stories are, against how often they are right"
WEIGHT: Final = 5.0  # cases that what is stated counts for
BINS: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.01)
COMPARED: Final = ("text_reuse", "quote_match", "figure_match", "title_match")  # found by comparing, the first surest


class Ground(NamedTuple):
    """On what an edge stands, as far as confidences tell cases apart. ``told_by``: a kind of evidence, or "several"."""

    relation: str
    told_by: str
    is_stored: bool


class Case(NamedTuple):
    """An edge that was drawn. ``stated`` is its confidence, 0 to 1."""

    ground: Ground
    stated: float
    is_right: bool


class Fitted(NamedTuple):
    """What the cases on one ground amount to; ``stated`` is their mean."""

    cases: int
    right: int
    stated: float
    confidence: float


def cases_of(press: Press, drawn: Iterable[Drawn]) -> dict[str, list[Case]]:
    """By part of the stories, every edge drawn from one of its articles."""
    part = {article.id: story.part for story in press.stories for article in story.articles}
    cases: dict[str, list[Case]] = {name: [] for name in PARTS}
    for edge in drawn:
        article = press.articles.get(edge.article)
        if article is not None and edge.relation != "same_story":
            cases[part[edge.article]].append(Case(_ground(edge), edge.confidence, is_right(article, edge)))
    return cases


def fit(cases: Iterable[Case]) -> dict[Ground, Fitted]:
    """The confidence that each ground deserves, by the rule at the head of this file."""
    grounds: dict[Ground, list[Case]] = defaultdict(list)
    for case in cases:
        grounds[case.ground].append(case)
    table = {}
    for ground, of_ground in sorted(grounds.items()):
        right, stated = sum(case.is_right for case in of_ground), fmean(case.stated for case in of_ground)
        deserved = (right + WEIGHT * stated) / (len(of_ground) + WEIGHT)
        table[ground] = Fitted(len(of_ground), right, round(stated, 3), round(deserved, 3))
    return table


def brier(cases: Sequence[Case], table: Mapping[Ground, Fitted] | None = None) -> float:
    """The mean square of how far confidences are from the truth, as stated or as ``table`` has them."""
    return fmean((_sure(case, table) - case.is_right) ** 2 for case in cases)


def main(arguments: Sequence[str]) -> int:
    """Print the fitted table and the reliability of every part; 1 where the commands did not do their work."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks confidence", description=f"Shows {SHOWS}.")
    parser.add_argument("--stories", type=Path, default=STORIES, help="another folder of stories")
    asked = parser.parse_args(arguments)
    press = read_press(asked.stories)
    try:
        with TemporaryDirectory(prefix="dateline-bench-") as folder:
            cases = cases_of(press, draw(press, Path(folder)))
    except RuntimeError as error:
        print(f"confidence: {error}", file=sys.stderr)
        return 1
    table = fit(cases["dev"])
    print(f"  {'relation':16}{'told by':20}{'target':9}{'cases':>6}{'right':>6}{'stated':>8}{'fitted':>8}")
    for ground, row in table.items():
        where = "stored" if ground.is_stored else "outside"
        print(
            f"  {ground.relation:16}{ground.told_by:20}{where:9}{row.cases:6}{row.right:6}"
            f"{row.stated:8.3f}{row.confidence:8.3f}"
        )
    for name, heading in PARTS.items():
        if cases[name]:
            _print_reliability(heading, cases[name], table)
    return 0


def _ground(edge: Drawn) -> Ground:
    said = sorted(edge.evidence.difference(COMPARED))
    found = [kind for kind in COMPARED if kind in edge.evidence]
    told_by = "several" if len(said) > 1 or (said and found) else (*said, *found)[0]
    return Ground(edge.relation, told_by, edge.target is not None)


def _sure(case: Case, table: Mapping[Ground, Fitted] | None) -> float:
    row = table.get(case.ground) if table else None
    return min(1.0, case.stated + row.confidence - row.stated) if row else case.stated


def _print_reliability(heading: str, cases: Sequence[Case], table: Mapping[Ground, Fitted]) -> None:
    print(f"\n{heading}: Brier {brier(cases):.3f} as stated, {brier(cases, table):.3f} as fitted")
    for least, below in pairwise(BINS):
        of_bin = [case for case in cases if least <= case.stated < below]
        if of_bin:
            right = fmean(case.is_right for case in of_bin)
            print(f"  {fmean(case.stated for case in of_bin):.2f} stated  {right:.2f} right  {len(of_bin):4} edges")
