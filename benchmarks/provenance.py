"""Whose report is this? Every edge that Dateline draws between invented stories, against those that are there.

    python -m benchmarks provenance [--misses] [--part dev|held|second|third|fourth] [--stories FOLDER]

All stories are printed as pages and feeds, polled into one store, and polled again after some feeds have grown; so the
stories are each other's distractors. Of the first author's stories half are ``held``: rules are not tuned on these.
Those of the ``second``, ``third`` and ``fourth`` author were written without knowledge of any rule.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.press import STORIES, Press, Printed, Truth, print_feeds, print_pages, read_press
from benchmarks.processtree import Measure, measure
from tests.localsite import LocalSite

SHOWS: Final = "edges between invented stories, against those that are there: copies, rewrites, citations"
ROOT: Final = Path(__file__).parents[1]
DERIVED: Final = frozenset({"copy_of", "rewrite_of", "translation_of", "revision_of"})
PARTS: Final[Mapping[str, str]] = {  # and their headings
    "dev": "dev",
    "held": "held",
    "second": "second author",
    "third": "third author",
    "fourth": "fourth author",
}
# What a shared text brings with it: beside text_reuse these say nothing more, and are not asked for.
IMPLIED: Final = frozenset({"quote_match", "figure_match", "title_match"})

# By figure, the bound and whether it is the least or the most.
TARGETS: Final[Mapping[str, tuple[float, str]]] = {
    "copy_of F1": (0.98, "at least"),
    "rewrite_of F1": (0.85, "at least"),
    "cites F1": (0.93, "at least"),
    "revision_of F1": (1.0, "at least"),
    "any derivation F1": (0.95, "at least"),
    "right original": (0.97, "at least"),
    "forbidden edges": (0, "at most"),
    "evidence precision": (0.80, "at least"),
    "evidence recall": (0.85, "at least"),
    "Brier score": (0.06, "at most"),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """An edge as ``dateline edges --jsonl`` gives it. ``target`` is an article's id, or None for an outside original;
    an address in the store that is no article of the press is ``?`` and the address."""

    article: str
    relation: str
    target: str | None
    name: str | None
    candidates: tuple[str, ...]
    confidence: float
    evidence: frozenset[str]

    def __str__(self) -> str:
        to = self.target or self.name or f"one of {', '.join(self.candidates)}"
        return f"{self.article} {self.relation} {to} ({self.confidence:.2f}; {' '.join(sorted(self.evidence))})"


@dataclass(slots=True)
class Judged:
    """What became of a set of articles. ``found`` and the like count edges by relation, "derived" counts them whatever
    kind of derivation they say; ``misses`` are lines for people."""

    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    originals: list[bool] = field(default_factory=list)
    forbidden: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    squares: list[float] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Every figure by its name; one that nothing speaks for is left out."""
        found: dict[str, float | None] = {
            f"{relation} F1": self._f1(relation)
            for relation in ("copy_of", "rewrite_of", "translation_of", "revision_of", "cites", "unrelated_ref")
        }
        found["any derivation F1"] = self._f1("derived")
        found["right original"] = fmean(self.originals) if self.originals else None
        found["forbidden edges"] = self.forbidden
        found["evidence precision"] = _share(self.kinds["fitting"], self.kinds["named"])
        found["evidence recall"] = _share(self.kinds["seen"], self.kinds["there"])
        found["Brier score"] = fmean(self.squares) if self.squares else None
        return {name: value for name, value in found.items() if value is not None}

    def _f1(self, relation: str) -> float | None:
        right = 2 * self.found[relation]
        return _share(right, right + self.missed[relation] + self.wrong[relation])


def draw(press: Press, folder: Path) -> list[Drawn]:
    """Let Dateline poll the whole press into a store in ``folder``, twice, and read its edges.

    Raises RuntimeError where a command fails, or an article was not read.
    """
    with _served(press) as (proxy_url, grow):
        (folder / "dateline.toml").write_text(
            f'[store]\nurl = "sqlite:///{folder / "dateline.db"}"\n'
            f'[fetch]\nproxy = "{proxy_url}"\npause = "0s"\n[extract]\nprocesses = 2\n[log]\nlevel = "error"\n'
        )
        (folder / "feeds.txt").write_text("\n".join(outlet.feed_url for outlet in press.outlets.values()))
        _dateline(folder, "feeds", "import", "feeds.txt")
        _dateline(folder, "poll")
        grow()
        _dateline(folder, "poll")
        ids = {press.url(article): article.id for article in press.articles.values()}
        stored = {row["url"] for row in _rows(_dateline(folder, "articles", "--limit", "100000", "--jsonl"))}
        if unread := ids.keys() - stored:
            raise RuntimeError(f"{len(unread)} articles were not read, the first is {min(unread)}")
        return [_read_drawn(row, ids) for row in _rows(_dateline(folder, "edges", "--jsonl"))]


def judge(press: Press, drawn: Sequence[Drawn], part: str | None = None) -> Judged:
    """Compare the edges of the articles of ``part`` (of PARTS; None: of all) with their truths."""
    judged = Judged()
    by_article: dict[str, list[Drawn]] = defaultdict(list)
    for edge in drawn:
        by_article[edge.article].append(edge)
    for story in press.stories:
        if part not in (None, story.part):
            continue
        pairs = {frozenset(pair) for group in story.apart for pair in combinations(sorted(group), 2)}
        for article in story.articles:
            edges = [edge for edge in by_article[article.id] if edge.relation != "same_story"]
            _judge_edges(article, edges, pairs, judged)
            _judge_original(press, article, by_article, judged)
    return judged


def is_right(article: Printed, edge: Drawn) -> bool:
    """Whether ``edge``, drawn from ``article``, is one of its truths."""
    return any(one.relation == edge.relation and _is_it(one, edge) for one in article.truths)


# ------------------------------------------------------------------------------------------- one article


def _judge_edges(article: Printed, edges: Sequence[Drawn], apart: set[frozenset[str]], judged: Judged) -> None:
    met: dict[Truth, Drawn] = {}  # of several edges for one truth, that which names most of its evidence
    met_somehow: set[Truth] = set()
    for edge in edges:
        truth = next((one for one in article.truths if one.relation == edge.relation and _is_it(one, edge)), None)
        judged.squares.append((edge.confidence - (truth is not None)) ** 2)
        if truth is not None:
            best = met.setdefault(truth, edge)
            if len(edge.evidence & truth.evidence) > len(best.evidence & truth.evidence):
                met[truth] = edge
        else:
            judged.wrong[edge.relation] += 1
            judged.misses.append(f"WRONG      {edge}")
        if edge.relation in DERIVED:
            kin = {one for one in article.truths if one.relation in DERIVED and _is_it(one, edge)}
            met_somehow |= kin
            judged.wrong["derived"] += not kin
            if not kin and _is_forbidden(article, edge, apart):
                judged.forbidden += 1
                judged.misses.append(f"FORBIDDEN  {edge}")
        elif truth is None and _is_forbidden(article, edge, apart):
            judged.forbidden += 1
            judged.misses.append(f"FORBIDDEN  {edge}")
    for truth, edge in met.items():
        _judge_evidence(truth, edge, judged)
    for truth in article.truths:
        if truth.relation in DERIVED and not (truth.optional and truth not in met_somehow):
            (judged.found if truth in met_somehow else judged.missed)["derived"] += 1
        if truth in met:
            judged.found[truth.relation] += 1
        elif not truth.optional:
            judged.missed[truth.relation] += 1
            to = truth.target or truth.names or truth.candidates
            judged.misses.append(f"MISSED     {article.id} {truth.relation} {to} ({' '.join(sorted(truth.evidence))})")


def _judge_evidence(truth: Truth, edge: Drawn, judged: Judged) -> None:
    if not truth.evidence:
        return
    implied = IMPLIED if "text_reuse" in truth.evidence | truth.may else frozenset()
    indifferent = (truth.may | implied) - truth.evidence
    named = edge.evidence - indifferent
    judged.kinds["named"] += len(named)
    judged.kinds["fitting"] += len(named & truth.evidence)
    judged.kinds["there"] += len(truth.evidence)
    judged.kinds["seen"] += len(edge.evidence & truth.evidence)
    if named != truth.evidence:
        less, more = " ".join(sorted(truth.evidence - named)), " ".join(sorted(named - truth.evidence))
        judged.misses.append(f"EVIDENCE   {edge}: not named [{less}], not there [{more}]")


def _judge_original(press: Press, article: Printed, drawn: Mapping[str, Sequence[Drawn]], judged: Judged) -> None:
    accepted = set(_originals(press, article))
    target, names = _drawn_original(article.id, drawn)
    right = target in accepted if target else any(names & one for one in accepted if isinstance(one, frozenset))
    judged.originals.append(right)
    if not right:
        shown = " or ".join(sorted(one if isinstance(one, str) else "/".join(sorted(one)) for one in accepted))
        told = target or "/".join(sorted(names))
        judged.misses.append(f"ORIGINAL   {article.id}: {told} instead of {shown}")


def _originals(press: Press, article: Printed) -> Iterator[str | frozenset[str]]:
    """The reports that may stand for the first one: an article, or names of an outside original.

    A later version has its first version as its original, or itself.
    """
    derived = [truth for truth in article.truths if truth.relation in DERIVED]
    sure = [truth for truth in derived if not truth.optional]
    if not sure or all(truth.relation == "revision_of" for truth in sure):
        yield article.id
    for truth in derived:
        if truth.names or truth.candidates:
            yield frozenset(map(_plain, (*truth.names, *truth.candidates)))
        for target in (truth.target, *truth.also):
            if target:
                yield from _originals(press, press.articles[target])


def _drawn_original(article: str, drawn: Mapping[str, Sequence[Drawn]]) -> tuple[str | None, frozenset[str]]:
    """Where the surest derivations lead: an article, or None and the names of an outside original."""
    passed = {article}
    while True:
        ways = [edge for edge in drawn.get(article, ()) if edge.relation in DERIVED and edge.target not in passed]
        if not ways:
            return article, frozenset()
        surest = max(ways, key=lambda edge: edge.confidence)
        if surest.target is None:
            return None, frozenset(_plain(name) for name in (surest.name, *surest.candidates) if name)
        article = surest.target
        passed.add(article)


def _is_it(truth: Truth, edge: Drawn) -> bool:
    if edge.target is not None:
        return edge.target == truth.target or edge.target in truth.also
    if truth.candidates and edge.candidates:
        return bool(set(map(_plain, edge.candidates)) & set(map(_plain, truth.candidates)))
    return edge.name is not None and _plain(edge.name) in map(_plain, truth.names)


def _is_forbidden(article: Printed, edge: Drawn, apart: set[frozenset[str]]) -> bool:
    if edge.target is None:
        return (edge.relation, _plain(edge.name or "")) in {(one, _plain(name)) for one, name in article.never}
    if edge.relation not in DERIVED:
        return False
    same_story = edge.target.partition("/")[0] == article.id.partition("/")[0]
    return not same_story or frozenset((article.id, edge.target)) in apart


def _plain(name: str) -> str:
    return " ".join(name.casefold().removeprefix("the ").replace(".", "").split())


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


# -------------------------------------------------------------------------------------------- the world


@contextmanager
def _served(press: Press) -> Iterator[tuple[str, Callable[[], None]]]:
    """The press behind one HTTP proxy: its address, and what brings the later articles in."""
    with LocalSite() as site:

        def publish(feeds: Mapping[str, str]) -> None:
            for url, text in feeds.items():
                site.page(url, text, headers={"Content-Type": "application/xml; charset=utf-8"})

        for url, page in print_pages(press).items():
            site.page(url, page)
        publish(print_feeds(press, later=False))
        yield site.proxy_url, lambda: publish(print_feeds(press, later=True))


def _dateline(folder: Path, *words: str) -> Measure:
    command = (sys.executable, "-m", "pipeline.cli", "--config", str(folder / "dateline.toml"), *words)
    done = measure(command, {"PYTHONPATH": str(ROOT)}, folder=folder)
    if done.exit_code != 0 or done.killed:
        raise RuntimeError(f"{' '.join(words)} ended with {done.exit_code}; its last words:\n{done.stderr[-2000:]}")
    return done


def _rows(done: Measure) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def _read_drawn(row: Mapping[str, Any], ids: Mapping[str, str]) -> Drawn:
    external = row.get("external") or {}
    target = row["target_url"]
    return Drawn(
        article=ids.get(row["article_url"], f"? {row['article_url']}"),
        relation=row["relation"],
        target=ids.get(target, f"? {target}") if target else None,
        name=row["external_name"],
        candidates=tuple(external.get("candidates") or ()),
        confidence=row["confidence"],
        evidence=frozenset(row["evidence"]),
    )


# ------------------------------------------------------------------------------------------------ the command


def main(arguments: Sequence[str]) -> int:
    """Print every figure for all stories and for each part; 1 where the commands did not do their work."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks provenance", description=f"Shows {SHOWS}.")
    parser.add_argument("--stories", type=Path, default=STORIES, help="another folder of stories")
    parser.add_argument("--part", choices=tuple(PARTS), help="whose misses are shown")
    parser.add_argument("--misses", action="store_true", help="list what is wrong, missed or badly founded")
    asked = parser.parse_args(arguments)
    press = read_press(asked.stories)
    try:
        with TemporaryDirectory(prefix="dateline-bench-") as folder:
            drawn = draw(press, Path(folder))
    except RuntimeError as error:
        print(f"provenance: {error}", file=sys.stderr)
        return 1
    if asked.misses:
        for line in judge(press, drawn, asked.part).misses:
            print(line)
    of_parts = {heading: judge(press, drawn, part) for part, heading in PARTS.items()}
    _print_figures(press, {"all": judge(press, drawn), **of_parts})
    return 0


def _print_figures(press: Press, judged: Mapping[str, Judged]) -> None:
    counts = Counter(story.part for story in press.stories)
    print(
        f"{len(press.articles)} articles in {counts['dev']} stories to tune on, {counts['held']} held back, "
        f"{counts['second']} by a second author, {counts['third']} by a third and {counts['fourth']} by a fourth\n"
    )
    figures = {heading: one.figures() for heading, one in judged.items()}
    print(f"  {'':24}{''.join(f'{heading:>15}' for heading in judged)}   target")
    for name in _in_order(figures.values()):
        shown = "".join(f"{of_part[name]:15.3f}" if name in of_part else f"{'':15}" for of_part in figures.values())
        print(f"  {name:24}{shown}   {_verdict(name, figures['all'].get(name))}")


def _verdict(name: str, value: float | None) -> str:
    if name not in TARGETS or value is None:
        return ""
    bound, way = TARGETS[name]
    met = value >= bound if way == "at least" else value <= bound
    return f"{way} {bound:g}, {'met' if met else 'MISSED'}"


def _in_order(tables: Iterable[Mapping[str, float]]) -> list[str]:
    return list(dict.fromkeys(name for table in tables for name in table))
