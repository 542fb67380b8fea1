"""repeats.py: what a host prints on page after page is its furniture, and the story never is."""

from __future__ import annotations

from collections.abc import Iterable

from lxml.html import document_fromstring

from pipeline.core.line_counts import learnt
from pipeline.core.model import HostLines
from pipeline.core.repeats import (
    furniture,
    line_hash,
    lines_seen,
    paragraphs_told,
    repeated_boxes,
    repeated_lines,
)
from pipeline.core.storyhead import Line, page_lines

STORY = tuple(
    f"Paragraph {name} of the story tells at some length what the harbour council decided, and why it did so."
    for name in "abcdefghij"
)
TOLD = paragraphs_told("\n".join(STORY))
PROMPT = "Every morning in your letterbox: the harbour, the weather and one story to read twice."
LABEL = "Our friends in town"


def page(*above: str, story: Iterable[str] = STORY, below: Iterable[str] = ()) -> list[Line]:
    body = "".join(f"<p>{line}</p>" for line in (*above, *story, *below))
    return list(page_lines(document_fromstring(f"<html><body><div>{body}</div></body></html>")))


def known(pages: int, **lines: int) -> HostLines:
    """What is known of a host: each of the named lines with its count."""
    texts = {"prompt": PROMPT, "label": LABEL} | {name: STORY["abcdefghij".index(name)] for name in "abcdefghij"}
    return HostLines(pages, {line_hash(texts[name]): count for name, count in lines.items()})


def dropped(lines: list[Line], lines_known: HostLines, *own: str) -> list[str]:
    return [line.text for line in repeated_lines(lines, lines_known, own)]


def page_with_note(note: str, *, within: bool = False, story: Iterable[str] = STORY) -> list[Line]:
    """A page whose story has ``note`` below it or in its middle, made otherwise than its paragraphs."""
    paragraphs = [f"<p>{line}</p>" for line in story]
    paragraphs.insert(5 if within else len(paragraphs), f"<p class='note'>{note}</p>")
    return list(page_lines(document_fromstring(f"<html><body><div>{''.join(paragraphs)}</div></body></html>")))


def test_a_line_below_the_story_that_stood_on_another_page_is_furniture() -> None:
    assert dropped(page_with_note(PROMPT), known(1, prompt=1)) == [PROMPT]


def test_what_stands_behind_the_story_as_its_next_paragraph_may_be_of_a_sister_story_seen_once() -> None:
    assert dropped(page(below=(LABEL, PROMPT)), known(2, label=1, prompt=1)) == []
    assert dropped(page(below=(LABEL, PROMPT)), known(2, label=2, prompt=2)) == [LABEL, PROMPT]


def test_background_that_ends_some_of_many_stories_stays_and_what_ends_every_third_goes() -> None:
    assert dropped(page(below=(LABEL, PROMPT)), known(60, label=9, prompt=9)) == [LABEL]
    assert dropped(page(below=(LABEL, PROMPT)), known(60, label=9, prompt=20)) == [LABEL, PROMPT]


OURSELVES = "Since 1887 the Vesper Ledger has been printed in Port Vesper, by 14 reporters who answer to nobody."
OURSELVES_LATER = "Since 1888 the Vesper Ledger has been printed in Port Vesper, as a reader wrote to put us right."
OTHER_STORY = tuple(line.replace("council", "board") for line in STORY)


def test_a_long_line_beside_the_story_is_known_by_its_beginning_whatever_its_numbers_are() -> None:
    host = learnt(HostLines(), lines_seen(page_with_note(OURSELVES)), TOLD)

    assert dropped(page_with_note(OURSELVES_LATER, story=OTHER_STORY), host) == [OURSELVES_LATER]


def test_a_paragraph_of_the_story_may_begin_as_a_line_beside_another_one_does() -> None:
    host = learnt(HostLines(), lines_seen(page_with_note(OURSELVES)), TOLD)

    assert dropped(page(OURSELVES_LATER, story=OTHER_STORY), host) == []


def test_how_paragraphs_begin_is_not_remembered() -> None:
    host = learnt(HostLines(), lines_seen(page(OURSELVES)), TOLD)

    assert dropped(page_with_note(OURSELVES_LATER, story=OTHER_STORY), host) == []


def test_a_short_line_is_not_known_by_its_beginning() -> None:
    host = learnt(HostLines(), lines_seen(page_with_note("The Vesper Ledger is printed in Port Vesper")), TOLD)

    assert dropped(page_with_note("The Vesper Ledger is printed in colour", story=OTHER_STORY), host) == []


def test_a_heading_over_a_new_paragraph_stays_however_often_it_stood() -> None:
    heading = "What happens next"
    body = "".join(f"<p>{line}</p>" for line in STORY)
    page_of_it = f"<html><body><div>{body}<h2>{heading}</h2><p>{OURSELVES}</p><h3>{LABEL}</h3><p>{PROMPT}</p></div>"
    lines = list(page_lines(document_fromstring(page_of_it)))
    host = HostLines(9, {line_hash(heading): 9, line_hash(LABEL): 9, line_hash(PROMPT): 9})

    assert dropped(lines, host) == [LABEL, PROMPT]


def test_of_many_pages_a_line_has_to_stand_on_more_than_one() -> None:
    assert dropped(page_with_note(PROMPT), known(20, prompt=2)) == []
    assert dropped(page_with_note(PROMPT), known(20, prompt=3)) == [PROMPT]


def test_the_sentence_of_a_series_stays_however_often_it_stood() -> None:
    assert dropped(page(), known(20, d=20)) == []


def test_a_paragraph_of_another_make_within_the_story_is_furniture_from_the_third_page_on() -> None:
    assert dropped(page_with_note(PROMPT, within=True), known(4, prompt=2)) == []
    assert dropped(page_with_note(PROMPT, within=True), known(4, prompt=3)) == [PROMPT]


def test_the_sentence_of_a_series_stays_also_where_the_parts_of_a_story_are_held_apart() -> None:
    parts = "".join(f"<div class='part'><p>{line}</p></div>" for line in STORY)
    lines = list(page_lines(document_fromstring(f"<html><body><main>{parts}</main></body></html>")))

    assert dropped(lines, known(20, d=20)) == []


def test_a_story_that_was_read_before_stays_whole() -> None:
    before = known(1, **dict.fromkeys("abcdefghij", 1))

    assert dropped(page(below=(PROMPT,)), before) == []


def test_what_the_feed_says_of_this_story_stays() -> None:
    assert dropped(page(below=(PROMPT,)), known(2, prompt=2), f"The quay. {PROMPT} More.") == []


def test_a_page_of_a_host_that_nobody_knows_keeps_its_lines() -> None:
    assert dropped(page(below=(PROMPT, PROMPT)), HostLines()) == []


def test_only_a_block_that_says_nothing_else_is_furniture() -> None:
    story = "".join(f"<p>{line}</p>" for line in STORY)
    tree = document_fromstring(f"<html><body><main>{story}</main><aside>{PROMPT}<p>Another</p></aside><p>{PROMPT}</p>")
    repeated = repeated_lines(list(page_lines(tree)), known(1, prompt=1), ())

    assert [block.tag for block in furniture(repeated)] == ["p"]


def test_lines_of_a_page_are_learnt_once_each_and_words_alone_count() -> None:
    seen = lines_seen(page(LABEL, "Home", story=(), below=("Our friends, in town!", PROMPT)))

    assert seen == (line_hash(LABEL), line_hash(PROMPT))


def test_of_a_long_page_only_the_ends_are_learnt() -> None:
    seen = lines_seen(page(story=(f"Line number {number}" for number in range(1_000))))

    assert line_hash("Line number 0") in seen
    assert line_hash("Line number 999") in seen
    assert line_hash("Line number 500") not in seen


def test_of_a_story_its_long_paragraphs_are_told_in_their_order() -> None:
    assert paragraphs_told(f"{STORY[1]}\nA short line\n{STORY[0]}") == (line_hash(STORY[1]), line_hash(STORY[0]))


def test_a_hash_fits_a_signed_column_and_never_changes() -> None:
    assert line_hash("The harbour council.") == line_hash("the HARBOUR council") == 2586291076319739569
    assert all(line_hash(str(number)) < 2**63 for number in range(100))


def page_with_sources(*sources: str, story: Iterable[str] = STORY, heading: str = "Our sources") -> list[Line]:
    listed = "".join(f"<li>{source}</li>" for source in sources)
    body = "".join(f"<p>{line}</p>" for line in story)
    box = f"<section class='box'><h3>{heading}</h3><ul>{listed}</ul></section>"
    return list(page_lines(document_fromstring(f"<html><body><main><div>{body}</div>{box}</main></body></html>")))


def test_a_box_that_is_headed_as_on_another_page_goes_whatever_it_lists() -> None:
    host = learnt(HostLines(), lines_seen(page_with_sources("The harbour master", "A diver")), TOLD)
    other = page_with_sources("Two pilots", "The minutes of the county", story=OTHER_STORY)

    assert [box.get("class") for box in repeated_boxes(other, host)] == ["box"]


def test_a_box_under_a_heading_of_its_own_stays() -> None:
    host = learnt(HostLines(), lines_seen(page_with_sources("The harbour master", "A diver")), TOLD)
    other = page_with_sources("Two pilots", "The county", story=OTHER_STORY, heading="Who may use the quay")

    assert repeated_boxes(other, host) == frozenset()


def test_a_box_with_a_line_that_is_wanted_stays() -> None:
    host = learnt(HostLines(), lines_seen(page_with_sources("The harbour master", "A diver")), TOLD)
    other = page_with_sources("Correction: the quay has forty piles", "The county", story=OTHER_STORY)

    assert repeated_boxes(other, host, lambda text: text.startswith("Correction")) == frozenset()


def test_of_many_pages_a_box_has_to_be_headed_alike_on_more_than_one() -> None:
    seen = lines_seen(page_with_sources("The harbour master", "A diver"))
    other = page_with_sources("Two pilots", "The county", story=OTHER_STORY)

    assert repeated_boxes(other, HostLines(20, dict.fromkeys(seen, 2))) == frozenset()
    assert len(repeated_boxes(other, HostLines(20, dict.fromkeys(seen, 3)))) == 1
