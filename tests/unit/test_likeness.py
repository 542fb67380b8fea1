"""origins/likeness.py: what kin share by chance of being kin, strangers do not, and what is never a mark."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.core.model import (
    Article,
    Edge,
    Evidence,
    EvidenceKind,
    External,
    Moment,
    Part,
    PartKind,
    Precision,
    Relation,
    Source,
)
from pipeline.core.origins.likeness import Kind, counterpart, kind_of, marks_of

URL = "https://courier.example/news/ferry"
SYLLABLES = ("bar", "den", "fol", "gri", "han", "kel", "lom", "mus", "nor", "pel", "rud", "sav", "tor", "vin", "wes")


def prose(words: int, seed: int) -> str:
    """Invented prose in sentences of twelve words."""
    drawn = random.Random(seed)
    told = ["".join(drawn.choices(SYLLABLES, k=drawn.randint(1, 3))) for _ in range(words)]
    return "\n".join(" ".join(told[at : at + 12]).capitalize() + "." for at in range(0, words, 12))


def article(text: str, title: str | None = None, parts: tuple[Part, ...] = ()) -> Article:
    source = Source("Dunmore Courier", "courier.example", "json-ld")
    return Article(URL, None, source, title, (), text, "en", None, None, parts=parts)


def marks(text: str, *kinds: Kind) -> set[int]:
    found = marks_of(article(text), [], ()).hashes
    return {mark for mark in found if not kinds or kind_of(mark) in kinds}


def test_an_average_article_has_some_forty_marks_of_63_bits() -> None:
    found = marks_of(article(prose(600, seed=1), "The ferry is back"), [URL], ()).hashes
    assert 20 <= len(found) <= 45
    assert all(0 <= mark < 2**63 for mark in found)


def test_marks_are_the_same_in_every_process_and_release() -> None:
    text = "Forty swans were counted on the upper lake near Dunmore this winter, and 1,284 geese."
    assert marks_of(article(text, "Swans"), [URL], ()).hashes[:2] == (4792186032496690325, 5254330248377545564)


def test_a_trimmed_copy_shares_marks_with_its_original() -> None:
    text = prose(600, seed=2)
    trimmed = "\n".join(text.split("\n")[:15])
    assert len(marks(text) & marks(trimmed)) >= 3


def test_four_sentences_in_another_text_share_marks_with_their_own() -> None:
    text = prose(600, seed=3)
    host = prose(400, seed=4).split("\n")
    host[10:10] = text.split("\n")[20:24]
    assert marks(text) & marks("\n".join(host))


def test_strangers_share_no_marks() -> None:
    assert not marks(prose(600, seed=5)) & marks(prose(600, seed=6))


def test_a_quote_in_common_is_a_mark_in_common() -> None:
    quote = "“Nobody has rowed across since the winter of my grandfather's wedding,”"
    one, other = f"{prose(300, seed=7)}\n{quote} he said.", f"{quote} said the ferryman.\n{prose(300, seed=8)}"
    assert marks(one, Kind.QUOTE) & marks(other, Kind.QUOTE)


def test_names_and_figures_are_marks_across_languages() -> None:
    english = "In Quebrada Honda some 348,000 people got 46.5 percent, said Ximena Barraza, who drew 270 million."
    german = "In Quebrada Honda bekamen 348.000 Menschen 46,5 Prozent, so Ximena Barraza, die 270 Millionen zog."
    assert marks(english, Kind.NAME) & marks(german, Kind.NAME)
    assert marks(english, Kind.FIGURE) & marks(german, Kind.FIGURE)


def test_texts_without_blanks_share_marks() -> None:
    sentence = "稀土在发展先进制造业和推动绿色低碳转型中的重要价值日益凸显，渔民在河口等待新的渡轮已经三年。"
    assert marks("他在周二说。" + sentence, Kind.TEXT) & marks(sentence + "会议将在周五继续。", Kind.TEXT)


def test_what_an_edge_points_at_is_the_mark_of_its_target() -> None:
    seen = (Evidence(EvidenceKind.HYPERLINK, "body", "there"),)
    there = External(url="https://wire.example/1?utm_source=feed", title="UPDATE 2-Ferry is back after three years")
    citing = marks_of(article("A note."), [URL], [Edge(Relation.CITES, there, 0.8, seen, "citations/1")])
    cited = marks_of(article("A report.", "Ferry is back after three years"), ["http://www.wire.example/1"], ())
    assert {kind_of(mark) for mark in {*citing.hashes} & {*cited.hashes}} == {Kind.ADDRESS, Kind.TITLE}


def test_a_notice_of_correction_shares_a_mark_with_the_report_whose_headline_it_quotes() -> None:
    report = marks_of(article(prose(300, seed=8), "Roofs of the old harbour may be sold"), [], ()).hashes
    told = "A report on Monday, “Roofs of the old harbour may be sold”, gave a wrong price. It is eleven crowns."
    notice = marks_of(article(told, "Correction: a price"), [], ()).hashes
    column = marks_of(article(told, "What we said of roofs"), [], ()).hashes
    assert Kind.TITLE in {kind_of(mark) for mark in set(report) & set(notice)}
    assert not set(report) & set(column)


def test_who_names_a_paper_shares_a_mark_with_its_reports_of_the_week() -> None:
    tuesday, friday = (Moment(datetime(2026, 3, day, 9, tzinfo=UTC), Precision.MINUTE) for day in (3, 6))
    find = replace(article("A find of the paper's own."), published=tuesday)
    seen = (Evidence(EvidenceKind.ATTRIBUTION_PHRASE, "body", "the Dunmore Courier reported"),)
    edge = Edge(Relation.CITES, External(name="The Dunmore Courier"), 0.8, seen, "citations/1")
    source = Source("Lowland Herald", "herald.example", "json-ld")
    naming = marks_of(replace(article("Elsewhere."), source=source, published=friday), [], [edge])
    sought = set(map(counterpart, naming.hashes))
    assert {kind_of(mark) for mark in sought & {*marks_of(find, [], ()).hashes}} == {Kind.SOURCE}
    assert not set(naming.hashes) & {*marks_of(find, [], ()).hashes}


def test_who_names_a_paper_in_another_script_shares_a_mark_with_it_by_its_address() -> None:
    tuesday = Moment(datetime(2026, 3, 3, 9, tzinfo=UTC), Precision.MINUTE)
    paper = Source("सेतु समाचार", "setu-samachar.example", "json-ld")
    find = replace(article("A find of the paper's own."), source=paper, published=tuesday)
    seen = (Evidence(EvidenceKind.ATTRIBUTION_PHRASE, "body", "Setu Samachar reported"),)
    edge = Edge(Relation.CITES, External(name="Setu Samachar"), 0.8, seen, "citations/1")
    naming = marks_of(replace(article("Elsewhere."), published=tuesday), [], [edge])
    sought = set(map(counterpart, naming.hashes))
    assert Kind.SOURCE in {kind_of(mark) for mark in sought & {*marks_of(find, [], ()).hashes}}


def test_whoever_names_an_agency_shares_marks_with_the_report_whose_matter_the_passage_tells() -> None:
    tuesday, friday = (Moment(datetime(2026, 3, day, 9, tzinfo=UTC), Precision.MINUTE) for day in (3, 6))
    wire = Source("Reuters", "reuters.example", "json-ld")
    tugs = replace(article("Tug crews end a go-slow at three ports.", "Tug crews vote"), source=wire, published=tuesday)
    fish = replace(article("A cold store is for sale.", "Fish store on sale"), source=wire, published=tuesday)
    seen = (Evidence(EvidenceKind.ATTRIBUTION_PHRASE, "text", "Crews of tugs voted to end the go-slow, Reuters said."),)
    edge = Edge(Relation.CITES, External(name="Reuters"), 0.8, seen, "citations/1")
    citing = marks_of(replace(article("Chairs are late."), published=friday), [], [edge])
    sought = set(map(counterpart, citing.hashes))
    in_common = [[kind_of(mark) for mark in sought & {*marks_of(one, [], ()).hashes}] for one in (tugs, fish)]
    assert [kinds.count(Kind.MATTER) for kinds in in_common] == [3, 0]


def test_credits_and_disclaimers_are_no_marks() -> None:
    notice = "This story was made by a machine out of a feed and nobody on our desk has looked at a word of it yet."
    part = (Part(PartKind.DISCLAIMER, notice),)
    bare = marks_of(article(prose(60, seed=12)), [], ())
    assert set(marks_of(article(f"{prose(60, seed=12)}\n{notice}", parts=part), [], ()).hashes) == set(bare.hashes)
