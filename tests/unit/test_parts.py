from __future__ import annotations

import pytest
from lxml.html import HtmlElement, document_fromstring

from pipeline.core.chips import without_chips
from pipeline.core.figures import figures, without_captions
from pipeline.core.model import Part, PartKind
from pipeline.core.parts import story_parts
from pipeline.core.storyhead import page_lines

BASE = "https://soundcourier.example/harbour/"
FIRST = "The harbour board has sold the northern pier to a company that nobody on the island had heard of before."
SECOND = "Its director said on Monday that the cranes would be gone by spring and the fishermen could stay."


def tree_of(body: str) -> HtmlElement:
    return document_fromstring(f"<html><body>{body}</body></html>")


def parts_in(body: str, text: str) -> tuple[Part, ...]:
    """All that is found in a page of which ``text`` is the story."""
    tree, chips = without_chips(tree_of(body))
    lines = list(page_lines(tree))
    return story_parts(text, (*chips, *figures(tree, lines)), lines, BASE)


def chips_in(*paragraphs: str) -> tuple[list[str], str]:
    """The names that leave the paragraphs, and the paragraphs without them."""
    tree, chips = without_chips(tree_of("".join(f"<p>{words}</p>" for words in paragraphs)))
    return [chip.part.text for chip in chips], "\n".join(line.text for line in page_lines(tree))


def test_names_in_one_make_of_element_behind_sentences_are_chips() -> None:
    names, text = chips_in(
        "The board sold the northern pier in January <i>Sound Courier</i>. It kept the southern one <i>Tidewater</i>.",
        "Nobody on the island had heard of the buyer <i>Sound Courier</i>.",
    )
    assert names == ["Sound Courier", "Tidewater", "Sound Courier"]
    assert text == (
        "The board sold the northern pier in January. It kept the southern one.\n"
        "Nobody on the island had heard of the buyer."
    )


def test_a_name_that_completes_its_sentence_stays() -> None:
    paragraphs = [
        "The pier was sold in January, according to the <a>Sound Courier</a>.",
        "The buyer had spoken with reporters of <a>Sound Courier</a>.",
        "Nobody on the island had ever read the <a>Sound Courier</a>.",
    ]
    assert chips_in(*paragraphs) == (
        [],
        "\n".join(words.replace("<a>", "").replace("</a>", "") for words in paragraphs),
    )


def test_names_that_also_stand_within_sentences_are_no_chips() -> None:
    names, _ = chips_in(
        "The board sold its pier to a rival of the yard <b>Orrin Marine</b>.",
        "Shares in the company <b>Orrin Marine</b> fell by a fifth on the news, and those of the rest with them.",
        "<b>Orrin Marine</b> had built the pier itself.",
        "Nobody had told the workers of <b>Orrin Marine</b>.",
    )
    assert names == []


def test_one_element_that_is_called_a_citation_is_enough() -> None:
    names, text = chips_in(f'{FIRST}<span class="citation">Sound Courier +2</span> {SECOND}')
    assert names == ["Sound Courier"]
    assert text == f"{FIRST} {SECOND}"


def test_the_agency_behind_the_last_sentence_is_no_chip() -> None:
    names, text = chips_in(f'{FIRST} <span class="source">REUTERS</span>')
    assert (names, text) == ([], f"{FIRST} REUTERS")


def test_names_run_together_are_parted_where_one_is_known() -> None:
    names, _ = chips_in(
        f'{FIRST} <span class="chip">Global HarboursYouTube</span>', f'{SECOND} <span class="chip">YouTube</span>'
    )
    assert names == ["Global Harbours", "YouTube", "YouTube"]


def test_a_chip_of_an_unsegmented_script_leaves_no_blank() -> None:
    names, text = chips_in(
        '港口管理局一月份以两千万元的价格出售了北码头<span class="citation">海峡日报</span>。岛上没有人听说过买家。'
    )
    assert names == ["海峡日报"]
    assert text == "港口管理局一月份以两千万元的价格出售了北码头。岛上没有人听说过买家。"


def test_numbers_of_footnotes_are_no_names() -> None:
    _, text = chips_in(f'{FIRST}<sup class="cite">[1]</sup> {SECOND}<sup class="cite">[2]</sup>')
    assert "[1]" in text


def test_the_place_of_a_chip_counts_the_characters_before_it() -> None:
    text = f"{FIRST}\n{SECOND}"
    (chip,) = parts_in(f'<p>{FIRST}</p><p>{SECOND[:-1]} <span class="citation">Tidewater Post</span>.</p>', text)
    assert (chip.kind, text[: chip.place]) == (PartKind.CHIP, text[:-1])


def test_a_link_has_its_place_and_its_whole_address() -> None:
    text = f"{FIRST}\nMinutes of the meeting were published."
    (link,) = parts_in(
        f'<p>{FIRST}</p><p><a href="../minutes?day=3">Minutes of the meeting</a> were published.</p>', text
    )
    assert link.url == "https://soundcourier.example/minutes?day=3"
    assert link.place is not None
    assert text[link.place :].startswith(link.text)


def test_links_outside_the_story_are_none_of_its_parts() -> None:
    body = f'<p>{FIRST}</p><ul><li><a href="/other">Another story of the day, which has a longer headline</a></li></ul>'
    assert parts_in(body, FIRST) == ()


def test_a_table_of_data_keeps_its_rows() -> None:
    rows = "<tr><th>Pier</th><th>Length</th></tr><tr><td>North</td><td><p>210</p><p>metres</p></td></tr>"
    (table,) = parts_in(
        f"<p>{FIRST}</p><table><caption>Piers</caption>{rows}</table><p>{SECOND}</p>", f"{FIRST}\n{SECOND}"
    )
    assert table == Part(PartKind.TABLE, "Piers", len(FIRST), None, (("Pier", "Length"), ("North", "210 metres")))


def test_a_table_that_holds_the_page_together_is_no_part() -> None:
    body = f"<table><tr><td>Menu</td><td><p>{FIRST}</p><p>{SECOND}</p><p>{FIRST}</p></td></tr></table>"
    assert parts_in(body, f"{FIRST}\n{SECOND}") == ()


def test_a_caption_is_parted_from_the_credit_of_its_picture() -> None:
    figure = "<figure><img><figcaption>The pier before it was sold. (Merle Aust/Sound Pictures)</figcaption></figure>"
    caption, credit = parts_in(f"{figure}<p>{FIRST}</p>", FIRST)
    assert (caption.kind, caption.text, caption.place) == (PartKind.CAPTION, "The pier before it was sold.", 0)
    assert (credit.kind, credit.text) == (PartKind.IMAGE_CREDIT, "Merle Aust/Sound Pictures")


def test_a_stroke_parts_a_caption_from_the_credit_that_names_itself() -> None:
    figure = "<figure><img><figcaption>The oven in March / Photo by Merle Aust</figcaption></figure>"
    assert [part.text for part in parts_in(f"{figure}<p>{FIRST}</p>", FIRST)] == [
        "The oven in March",
        "Photo by Merle Aust",
    ]


@pytest.mark.parametrize(
    "picture",
    [
        '<div><img><p class="photo_cap">The quay in March. (Merle Aust/Sound Pictures)</p></div>',
        "<p><img><br>The quay in March. (Merle Aust/Sound Pictures)</p>",
    ],
    ids=["a mark of few letters", "a paragraph with a picture and a credit"],
)
def test_a_caption_and_its_credit_leave_the_text_in_one_line(picture: str) -> None:
    tree = tree_of(f"{picture}<p>{FIRST}</p>")
    lines = list(page_lines(tree))
    found = figures(tree, lines)
    assert [one.part.kind for one in found] == [PartKind.CAPTION, PartKind.IMAGE_CREDIT]
    assert list(without_captions([line.text for line in lines], found, lines)) == [FIRST]


def test_a_paragraph_with_a_picture_and_no_credit_stays() -> None:
    tree = tree_of(f"<p><img> {FIRST}</p>")
    assert figures(tree, list(page_lines(tree))) == ()


def test_an_afterthought_in_brackets_stays_with_its_caption() -> None:
    figure = "<figure><img><figcaption>The pier in its best days (the cranes are gone)</figcaption></figure>"
    (caption,) = parts_in(f"{figure}<p>{FIRST}</p>", FIRST)
    assert caption.text == "The pier in its best days (the cranes are gone)"


def test_a_caption_that_is_a_line_of_the_text_leaves_it() -> None:
    tree = tree_of(
        f'<p>{FIRST}</p><div><img><div class="photo-caption">The old pier in winter.</div></div><p>{SECOND}</p>'
    )
    lines = list(page_lines(tree))
    kept = without_captions([FIRST, "The old pier in winter.", SECOND], figures(tree, lines), lines)
    assert list(kept) == [FIRST, SECOND]


def test_a_sentence_of_the_story_under_a_picture_stays_in_the_story() -> None:
    tree = tree_of(f'<p>{FIRST}</p><div><img><div class="photo-caption">{SECOND}</div></div><p>{SECOND}</p>')
    lines = list(page_lines(tree))
    assert list(without_captions([FIRST, SECOND], figures(tree, lines), lines)) == [FIRST, SECOND]


def test_a_list_of_outlets_below_sources_is_a_list_of_references() -> None:
    items = '<li><a href="https://tidewaterpost.example/">Tidewater Post</a></li><li>Sound Courier</li>'
    parts = parts_in(f"<p>{FIRST}</p><h3>Sources</h3><ul>{items}</ul>", FIRST)
    references = [(part.text, part.url, part.place) for part in parts if part.kind is PartKind.REFERENCE]
    assert references == [
        ("Tidewater Post", "https://tidewaterpost.example/", None),
        ("Sound Courier", None, None),
    ]


def test_prose_below_the_word_sources_is_no_reference() -> None:
    prose = "They asked not to be named because they work for the board and feared to lose their places there."
    text = f"{FIRST}\nSources\n{prose}\n{SECOND}"
    assert parts_in(f"<p>{FIRST}</p><h3>Sources</h3><p>{prose}</p><p>{SECOND}</p>", text) == ()


def test_an_editors_note_that_corrects_nothing_is_no_correction() -> None:
    note = "Editor's note: this is the third part of a series about the harbours of the sound."
    assert parts_in(f"<p>{FIRST}</p><p>{note}</p>", f"{FIRST}\n{note}") == ()


def test_a_paragraph_of_ten_thousand_glued_names_is_read_and_left_alone() -> None:
    names, text = chips_in(FIRST + "<span>Sound Courier</span>" * 10_000)
    assert names == []
    assert text.count("Sound Courier") == 10_000


def test_a_text_of_one_long_line_has_its_parts() -> None:
    text = "salt and " * 60_000 + "the minutes were published on the last day of the year by the board"
    body = f"<p>{text.replace('the minutes', '<a href=/m>the minutes</a>')}</p>"
    assert [part.place for part in parts_in(body, text)] == [text.index("the minutes")]


@pytest.mark.parametrize(
    "box",
    [
        '<div class="news-pic"><img src="a.jpg"><div class="pic-desc">The crane of the northern pier</div></div>',
        '<div class="cmp"><img src="a.jpg"><span class="cmp-image__title">The crane of the northern pier</span></div>',
        '<div class="photo"><a href="a.jpg"><img src="a.jpg"></a><p>The crane of the northern pier</p></div>',
        '<a href="a.jpg"><figure><img><figcaption>The crane of the northern pier</figcaption></figure></a>',
    ],
)
def test_words_that_a_template_sets_below_a_picture_are_its_caption(box: str) -> None:
    found = parts_in(f"<p>{FIRST}</p>{box}<p>{SECOND}</p>", f"{FIRST}\n{SECOND}")
    assert [(part.kind, part.text) for part in found] == [(PartKind.CAPTION, "The crane of the northern pier")]


def test_a_linked_headline_beside_a_picture_is_no_caption() -> None:
    box = '<div class="photo"><img src="a.jpg"><a href="/cranes">Cranes are sold abroad again</a></div>'
    assert parts_in(f"<p>{FIRST}</p>{box}<p>{SECOND}</p>", f"{FIRST}\n{SECOND}") == ()


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("Кран на северном причале. Фото: Мерле Ауст", "Фото: Мерле Ауст"),
        ("Ο γερανός στην προβλήτα. Φωτο: Μ. Αούστ", "Φωτο: Μ. Αούστ"),
        ("Cần cẩu ở cầu tàu, chiều 11/2. Ảnh: Quốc Bình", "Ảnh: Quốc Bình"),
        ("O guindaste do cais norte — Foto: Zélia Nunes", "Foto: Zélia Nunes"),
        ("La grue du quai nord, mardi. | JEAN TANGUY", "JEAN TANGUY"),
        ("La gru del molo nord (archivio famiglia Aust)", "archivio famiglia Aust"),
        ("碼頭上的起重機。（記者林海生攝）", "記者林海生攝"),
    ],
)
def test_whose_picture_it_is_is_told_in_many_languages(caption: str, credit: str) -> None:
    figure = f"<figure><img src='a.jpg'><figcaption>{caption}</figcaption></figure>"
    found = parts_in(f"<p>{FIRST}</p>{figure}<p>{SECOND}</p>", f"{FIRST}\n{SECOND}")
    assert [part.text for part in found if part.kind is PartKind.IMAGE_CREDIT] == [credit]


def test_words_below_a_film_whose_player_comes_with_a_script_are_its_caption() -> None:
    box = '<div class="content-video"><p class="content-media__description">A boat crosses the street</p></div>'
    found = parts_in(f"<p>{FIRST}</p>{box}<p>{SECOND}</p>", f"{FIRST}\n{SECOND}")
    assert [(part.kind, part.text) for part in found] == [(PartKind.CAPTION, "A boat crosses the street")]
