"""How clean is the text, how right are the facts? Dateline beside trafilatura over pages whose truth is known.

    DATELINE_EVAL_DATA=FOLDER python -m benchmarks extraction [--sets n4k,zyte] [--share 0.2] [--with-siblings]

The pages and their truth lie in ``FOLDER/extraction-dev`` (its README tells the fields); they are others' work and
stay outside the repository. trafilatura runs at its default with comments off and with metadata. What it answers is
kept in a file beside the other caches of the user, since it changes only with its version; the cost is always
measured anew, the two sides taking turns on a fixed sample of pages in one process.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from benchmarks.extraction_scores import FIGURES, Answer, Estimate, PageScore, estimate, score
from pipeline.core.errors import Unreadable
from pipeline.core.model import Glance, Moment, Reply, Surroundings
from pipeline.core.reading import glance_at, read_page, surroundings_of_each

SHOWS: Final = "text and facts of pages whose truth is known, beside trafilatura; needs DATELINE_EVAL_DATA"
SETS: Final = ("zyte", "n4k", "fundus80", "wcxb", "trafeval", "fundusmeta", "postlight", "zh69")
NEWS_SETS: Final = ("zyte", "n4k", "fundus80", "wcxb:news")  # each weighs the same in NEWS
FETCHED_AT: Final = datetime(2026, 11, 1, tzinfo=UTC)  # after every page of the data
PROCESSES: Final = 2
TIMED_PAGES: Final = 120
MAX_TIMED_BYTES: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """One page and its truth. ``is_news`` where its source is one of news, or its mark-up says so."""

    id: str
    dataset: str
    url: str
    site: str
    is_news: bool
    body: bytes
    truth: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scored:
    record_id: str
    dataset: str
    is_news: bool
    page: PageScore


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU of both sides over the same pages, in ms a page, and the pages."""

    dateline_ms: float
    trafilatura_ms: float
    pages: int


Side = Callable[[Record, Surroundings], Answer]


def read_records(folder: Path, sets: Sequence[str] = SETS, share: float = 1.0) -> list[Record]:
    """The records of ``folder``, or that ``share`` of them whose hashed ids are lowest: always the same ones."""
    return [record for name in sets for record in _records(folder / f"{name}.jsonl.xz") if _draw(record.id) < share]


def by_dateline(record: Record, around: Surroundings) -> Answer:
    """What Dateline says of a page; nothing where it finds no article."""
    reply = Reply(record.url, record.url, 200, {"content-type": "text/html"}, record.body, FETCHED_AT)
    try:
        article = read_page(reply, None, around).article
    except Unreadable:
        return Answer()
    return Answer(article.text, article.title, article.authors, _stated_day(article.published))


def by_trafilatura(record: Record, around: Surroundings) -> Answer:
    """What trafilatura's default says of a page, comments off."""
    # Imported where it is needed: the other side brings it in by itself, later.
    import trafilatura

    found = trafilatura.bare_extraction(record.body, url=record.url, include_comments=False, with_metadata=True)
    if found is None or isinstance(found, dict):
        return Answer()
    authors = tuple((found.author or "").split("; ")) if found.author else ()
    return Answer(found.text or "", found.title, authors, found.date)


def answers(side: Side, records: Sequence[Record], around: Mapping[str, Surroundings]) -> list[Answer]:
    """The answers of ``side``, in the records' order; work is spread over PROCESSES."""
    pairs = [(record, around.get(record.id, Surroundings())) for record in records]
    with ProcessPoolExecutor(PROCESSES) as pool:
        return list(pool.map(_Answering(side), pairs, chunksize=8))


def scored(records: Sequence[Record], told: Sequence[Answer]) -> list[Scored]:
    with ProcessPoolExecutor(PROCESSES) as pool:
        pages = pool.map(score, [record.truth for record in records], told, chunksize=16)
        return [
            Scored(record.id, record.dataset, record.is_news, page) for record, page in zip(records, pages, strict=True)
        ]


def grouped(pages: Sequence[Scored]) -> dict[str, list[PageScore]]:
    """The scores by data set, and those of wcxb's news pages once more."""
    groups: dict[str, list[PageScore]] = defaultdict(list)
    for scored_page in pages:
        groups[scored_page.dataset].append(scored_page.page)
        if scored_page.dataset == "wcxb" and scored_page.is_news:
            groups["wcxb:news"].append(scored_page.page)
    return groups


def siblings(records: Sequence[Record]) -> dict[str, Surroundings]:
    """For each record what the other pages of its site within its data set are to it."""
    sites: dict[tuple[str, str], list[tuple[str, Glance | None]]] = defaultdict(list)
    for record in records:
        reply = Reply(record.url, record.url, 200, {"content-type": "text/html"}, record.body, FETCHED_AT)
        try:
            glance = glance_at(reply)
        except Unreadable:
            glance = None
        sites[record.dataset, record.site].append((record.id, glance))
    return {
        own: around
        for pages in sites.values()
        for (own, _), around in zip(pages, surroundings_of_each([glance for _, glance in pages]), strict=True)
    }


def has_siblings(record: Record, around: Mapping[str, Surroundings]) -> bool:
    return record.id in around and around[record.id].host_lines.pages > 0


def cost(records: Sequence[Record]) -> Cost:
    """CPU a page of both sides, taking turns on the same pages in this process."""
    timed = sorted((r for r in records if r.is_news and len(r.body) < MAX_TIMED_BYTES), key=lambda r: _draw(r.id))
    timed = timed[:TIMED_PAGES]
    spent: dict[Side, list[float]] = {by_dateline: [], by_trafilatura: []}
    for number, record in enumerate([*timed[:10], *timed]):
        for side, times in spent.items():
            start = time.process_time()
            side(record, Surroundings())
            if number >= 10:  # the first pages pay for imports and caches of both
                times.append(1000 * (time.process_time() - start))
    return Cost(fmean(spent[by_dateline]), fmean(spent[by_trafilatura]), len(timed))


class _Answering:
    """A side as a call of one argument that crosses into another process; a page that breaks a side counts as empty."""

    def __init__(self, side: Side) -> None:
        self.side = side

    def __call__(self, pair: tuple[Record, Surroundings]) -> Answer:
        try:
            return self.side(*pair)
        except Exception as error:
            print(f"{pair[0].id}: {error!r}", file=sys.stderr)
            return Answer()


def _records(file: Path) -> Iterator[Record]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            body = row["html"].encode("utf-8", "surrogateescape")
            yield Record(row["id"], row["dataset"], row["url"], row["site"], bool(row["news"]), body, row["truth"])


def _draw(record_id: str) -> float:
    return random.Random(record_id).random()


def _stated_day(published: Moment | None) -> str | None:
    return published.day.isoformat() if published else None


# ------------------------------------------------------------------------------------------- trafilatura's file


def _kept_answers(records: Sequence[Record]) -> list[Answer]:
    """trafilatura's answers, those of an earlier run where its version and the page's bytes are the same."""
    import trafilatura

    file = (
        Path(os.environ.get("XDG_CACHE_HOME") or tempfile.gettempdir()) / f"trafilatura-{trafilatura.__version__}.json"
    )
    kept = json.loads(file.read_text()) if file.exists() else {}
    keys = [hashlib.sha256(record.url.encode() + b"\n" + record.body).hexdigest() for record in records]
    missing = [(key, record) for key, record in zip(keys, records, strict=True) if key not in kept]
    found = answers(by_trafilatura, [record for _, record in missing], {})
    kept |= {key: asdict(answer) for (key, _), answer in zip(missing, found, strict=True)}
    if missing:
        file.write_text(json.dumps(kept))
    return [Answer(**{**kept[key], "authors": tuple(kept[key]["authors"])}) for key in keys]


# ------------------------------------------------------------------------------------------------ the command


def main(arguments: Sequence[str]) -> int:
    """Print every figure of every set beside trafilatura's, and what the texts cost. Exit code 2 without the data."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks extraction", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sets", default=",".join(SETS), help="comma-separated")
    parser.add_argument("--share", type=float, default=1.0, help="of the pages; always the same ones")
    parser.add_argument(
        "--with-siblings", action="store_true", help="give each page the headlines and lines of its site's others"
    )
    parser.add_argument("--no-cost", action="store_true", help="leave the timing out")
    asked = parser.parse_args(arguments)
    folder = Path(os.environ.get("DATELINE_EVAL_DATA", ""), "extraction-dev")
    if not folder.is_dir():
        print("DATELINE_EVAL_DATA must name the folder that holds extraction-dev", file=sys.stderr)
        return 2
    records = read_records(folder, asked.sets.split(","), asked.share)
    around = siblings(records) if asked.with_siblings else {}
    told = scored(records, answers(by_dateline, records, around))
    _print_figures(grouped(told), grouped(scored(records, _kept_answers(records))))
    if around:
        _print_sibling_gains(records, told, around)
    if not asked.no_cost:
        spent = cost(records)
        print(
            f"\nCPU a page: dateline {spent.dateline_ms:.1f} ms, trafilatura {spent.trafilatura_ms:.1f} ms, "
            f"ratio {spent.dateline_ms / spent.trafilatura_ms:.2f} ({spent.pages} pages)"
        )
    return 0


def _print_figures(ours: Mapping[str, Sequence[PageScore]], theirs: Mapping[str, Sequence[PageScore]]) -> None:
    print(f"{'set':12}{'figure':11}{'pages':>6}{'dateline':>10}{'':18}{'trafilatura':>13}{'gain':>9}")
    for name, pages in ours.items():
        for figure in FIGURES:
            own, gain = estimate(figure, pages), estimate(figure, pages, theirs[name])
            if own and gain:
                print(
                    f"{name:12}{figure.name:11}{own.pages:6}{own.value:10.4f} [{own.low:.4f}, {own.high:.4f}]"
                    f"{own.value - gain.value:12.4f}{_signed(gain)}"
                )
    for figure in FIGURES[:3]:
        gains = [estimate(figure, ours[name], theirs[name]) for name in NEWS_SETS if name in ours]
        values = [estimate(figure, ours[name]) for name in NEWS_SETS if name in ours]
        own_mean, gain_mean = fmean(v.value for v in values if v), fmean(g.value for g in gains if g)
        print(f"{'NEWS':12}{figure.name:11}{'':6}{own_mean:10.4f}{'':19}{own_mean - gain_mean:12.4f}{gain_mean:+9.4f}")


def _print_sibling_gains(records: Sequence[Record], told: Sequence[Scored], around: Mapping[str, Surroundings]) -> None:
    """What siblings add on the pages that have one: each page is read a second time, without them."""
    accompanied = [record for record in records if has_siblings(record, around)]
    alone = scored(accompanied, answers(by_dateline, accompanied, {}))
    ids = {record.id for record in accompanied}
    beside = [page for page in told if page.record_id in ids]
    with_them, without = (
        {**grouped(pages), "all news": [page.page for page in pages if _is_of_news(page)]} for pages in (beside, alone)
    )
    print(f"\n{'siblings':12}{'figure':11}{'pages':>6}{'without':>10}{'with':>10}{'gain':>9}")
    for name, pages in with_them.items():
        for figure in FIGURES[:3]:
            own, gain = estimate(figure, pages), estimate(figure, pages, without[name])
            if own and gain:
                before = own.value - gain.value
                print(f"{name:12}{figure.name:11}{own.pages:6}{before:10.4f}{own.value:10.4f}{_signed(gain)}")


def _is_of_news(page: Scored) -> bool:
    return page.dataset in NEWS_SETS or (page.dataset == "wcxb" and page.is_news)


def _signed(gain: Estimate) -> str:
    return f"{gain.value:+9.4f} [{gain.low:+.4f}, {gain.high:+.4f}]"
