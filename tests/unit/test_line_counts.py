"""line_counts.py: what stood on a host's pages is counted, and what the host has given up is forgotten."""

from __future__ import annotations

from pipeline.core.line_counts import MAX_LINES, MAX_PAGES, learnt
from pipeline.core.model import HostLines


def test_every_page_counts_its_lines() -> None:
    lines = learnt(learnt(HostLines(), [1, 2], [101]), [2, 3], [102])

    assert lines == HostLines(2, {1: 1, 2: 2, 3: 1})


def test_a_story_under_another_address_teaches_nothing() -> None:
    seen, story = [1, 101, 102, 103, 2], [101, 102, 103]
    once = learnt(HostLines(), seen, story)

    assert learnt(once, seen, story) is once


def test_a_story_that_shares_half_its_paragraphs_with_others_is_new() -> None:
    once = learnt(HostLines(), [1, 101, 102], [101, 102])

    assert learnt(once, [1, 102, 103], [102, 103]).counts[1] == 2


def test_what_a_host_has_given_up_is_forgotten() -> None:
    lines = HostLines(1, {7: 1})
    for number in range(2 * MAX_PAGES):
        lines = learnt(lines, [8], [100 + number])

    assert 7 not in lines.counts
    assert 8 in lines.counts
    assert lines.pages <= MAX_PAGES


def test_a_host_is_remembered_within_bounds_and_what_repeats_stays_longest() -> None:
    lines = learnt(HostLines(1, {7: 2, 8: 1}), range(100, 100 + MAX_LINES), [5])

    assert len(lines.counts) == MAX_LINES
    assert 7 in lines.counts
    assert 8 not in lines.counts
