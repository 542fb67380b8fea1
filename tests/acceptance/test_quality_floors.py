"""The quality of reading is a ratchet: over pages whose truth is known, no figure falls below its floor.

Pages and truth lie outside the repository, in ``extraction-dev`` of the folder that DATELINE_EVAL_DATA names.
"""

from __future__ import annotations

import importlib.util
import os
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import extraction_scores
from benchmarks.extraction import answers, by_dateline, grouped, has_siblings, read_records, scored, siblings

FLOORS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))
ROUNDING = 0.0005  # the floors are written with three digits
VOCABULARY = ("The", "the", "ferry", "quay,", "港口", "关闭", "of.", "of", "ÉTÉ", "été", "a-b", "x1")
TEXTS = st.lists(st.sampled_from(VOCABULARY), max_size=30).map(" ".join)


@pytest.fixture(scope="module")
def pages() -> Path:
    folder = os.environ.get("DATELINE_EVAL_DATA")
    if not folder:
        pytest.skip("DATELINE_EVAL_DATA names no folder with extraction-dev in it")
    return Path(folder) / "extraction-dev"


@pytest.fixture(scope="module")
def published(pages: Path) -> ModuleType:
    """The scores that came with the data, read where they lie."""
    spec = importlib.util.spec_from_file_location("published_metrics", pages / "metrics.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_fixed_sample_of_pages_keeps_the_floors(pages: Path) -> None:
    assert below_floors(pages, FLOORS["sample"]["share"], FLOORS["sample"]["floors"]) == {}


@pytest.mark.long
@pytest.mark.timeout(300)
def test_all_pages_keep_the_floors(pages: Path) -> None:
    assert below_floors(pages, 1.0, FLOORS["whole"]["floors"]) == {}


@pytest.mark.long
@pytest.mark.timeout(300)
def test_pages_that_have_siblings_keep_the_floors_with_them(pages: Path) -> None:
    assert below_floors(pages, 1.0, FLOORS["siblings"]["floors"], with_siblings=True) == {}


@given(truth=TEXTS, told=TEXTS)
def test_the_scores_of_a_text_are_those_that_the_data_came_with(published: ModuleType, truth: str, told: str) -> None:
    words, rouge = extraction_scores.word_overlap(truth, told), extraction_scores.rouge_overlap(truth, told)
    shingles = extraction_scores.shingle_overlap(truth, told)

    assert (words.precision, words.recall, words.f1) == pytest.approx(published.word_prf(truth, told))
    assert (rouge.precision, rouge.recall, rouge.f1) == pytest.approx(published.rouge_prf(truth, told))
    if truth and told:  # of an empty text their precision is undefined
        assert (shingles.precision, shingles.recall) == pytest.approx(published.pr(*published.shingle_prf(truth, told)))


@given(wanted=st.lists(TEXTS, max_size=3), unwanted=st.lists(TEXTS, max_size=3), told=TEXTS)
def test_segments_are_counted_as_the_data_came_with(
    published: ModuleType, wanted: list[str], unwanted: list[str], told: str
) -> None:
    counts = extraction_scores.segment_counts(wanted, unwanted, told)
    assert counts == published.segments(wanted, unwanted, told)[:3]


@pytest.mark.parametrize(
    ("truth", "told"),
    [
        (["Ines Calloway"], ["ines calloway"]),
        (["Ines Calloway", "Rafe Oduya"], ["Rafe Oduya", "Ines Calloway"]),
        (["Inés Calloway"], ["Ines Calloway"]),
        ([], []),
        ([], ["Ines Calloway"]),
        (["Ines Calloway"], []),
        (["Ines Calloway"], ["Ines Calloway, Rafe Oduya"]),
    ],
)
def test_names_are_compared_as_the_data_came_with(published: ModuleType, truth: list[str], told: list[str]) -> None:
    expected = published.author_prf(truth, "; ".join(told))[3]
    assert extraction_scores.same_names(truth, told) == expected


def below_floors(
    folder: Path, share: float, floors: dict[str, dict[str, float]], *, with_siblings: bool = False
) -> dict[str, str]:
    """The figures that are below their floor, each with both values; ``with_siblings`` over the pages that have one."""
    around = siblings(read_records(folder, tuple(floors), share)) if with_siblings else {}
    records = [record for record in read_records(folder, share=share) if not around or has_siblings(record, around)]
    groups = grouped(scored(records, answers(by_dateline, records, around)))
    figures = {figure.name: figure for figure in extraction_scores.FIGURES}
    low: dict[str, str] = {}
    for name, of_set in floors.items():
        for figure, floor in of_set.items():
            found = extraction_scores.estimate(figures[figure], groups[name])
            assert found is not None, f"{name} has no page that is judged by {figure}"
            if found.value < floor - ROUNDING:
                low[f"{name} {figure}"] = f"{found.value:.4f} is below {floor}"
    return low
