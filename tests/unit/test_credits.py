"""origins/credits.py: whose text it is, told by what desks print at its head and end; everything else is prose."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.core.model import Entry, PartKind, Reading, Relation, Reply, Surroundings
from pipeline.core.origins.agencies import Agency, OriginRules
from pipeline.core.reading import read_page

PROSE = (
    "The harbour council decided on Wednesday to keep the east quay closed until the end of April.",
    "Divers had found cracks in eleven of its forty piles, and the repair will cost two million crowns.",
    "Fishing crews will unload at the old grain berth in the meantime and pay no dues for it, the harbour master said.",
)
TITLE = "East quay stays shut until spring"
MARKUP = (
    '<script type="application/ld+json">'
    f'{{"@type": "NewsArticle", "headline": "{TITLE}", "creditText": "Kyodo News"}}</script>'
)
INDIAN = "Press Trust of India | Indo-Asian News Service | Asian News International | Reuters | Agence France-Presse"
SYNDICATED = (
    "(Except for the headline, this story has not been edited by Bay Ledger staff and is published from a syndicated "
    "feed.)"
)
REPUBLISHED = (
    "This article is republished from <a href='https://orrin.example/x/quay-closed-for-winter'>Orrin Chronicle</a> "
    "under a Creative Commons license. Read the original article."
)


def reading(
    *,
    first: str = "",
    last: str = "",
    tail: tuple[str, ...] = (),
    head: str = "",
    below_headline: str = "",
    site: str = "Bay Ledger",
    host: str = "bayledger.example",
    lang: str = "en",
    entry_authors: tuple[str, ...] = (),
    rules: OriginRules | None = None,
) -> Reading:
    """A page whose story begins with ``first``, ends with ``last`` and has the lines of ``tail`` behind it."""
    lines = [first + PROSE[0], PROSE[1], PROSE[2] + last, *tail]
    body = "".join(f"<p>{line}</p>" for line in lines)
    html = (
        f"<html lang='{lang}'><head><meta property='og:site_name' content='{site}'>{head}</head><body><main><article>"
        f"<h1>{TITLE}</h1>{below_headline}{body}</article></main></body></html>"
    )
    url = f"https://{host}/news/east-quay-stays-shut-until-spring"
    reply = Reply(
        url, url, 200, {"content-type": "text/html; charset=utf-8"}, html.encode(), datetime(2026, 3, 5, tzinfo=UTC)
    )
    entry = Entry(guid=None, url=url, title=None, authors=entry_authors) if entry_authors else None
    return read_page(reply, entry, Surroundings(), rules or OriginRules())


def edges(**page: Any) -> list[tuple[str, str, str]]:
    """Of each edge: relation, name (or the candidates), and kinds of evidence."""
    return sorted(
        (
            str(edge.relation),
            edge.target.name or " | ".join(edge.target.candidates),
            " ".join(sorted(str(evidence.kind) for evidence in edge.evidence)),
        )
        for edge in reading(**page).edges
    )


@pytest.mark.parametrize(
    ("page", "drawn"),
    [
        ({"first": "BEIJING, Feb 11 (Reuters) - "}, [("copy_of", "Reuters", "dateline")]),
        ({"first": "BERLIN (dpa) - "}, [("copy_of", "dpa", "dateline")]),
        ({"first": "Madrid, 11 feb (EFE).- ", "lang": "es"}, [("copy_of", "EFE", "dateline")]),
        ({"first": "MOSCOW, February 11. /TASS/. "}, [("copy_of", "TASS", "dateline")]),
        ({"first": "(ANSA) - ROMA, 11 FEB - "}, [("copy_of", "ANSA", "dateline")]),
        ({"first": "(NNW) - "}, [("copy_of", "NNW", "dateline")]),
        ({"first": "PORT VESPER, Feb 3 (Meridian Wire) - "}, [("copy_of", "Meridian Wire", "dateline")]),
        ({"first": "PORT VESPER, Feb 3 (MCW) — "}, [("copy_of", "MCW", "dateline")]),
        ({"first": "Nairobi, Feb 3 (KNA) - "}, [("copy_of", "Kenya News Agency", "dateline")]),
        ({"first": "Bonn (KNA) - "}, [("copy_of", "KNA", "dateline")]),
        ({"first": "Somewhere, Feb 3 (KNA) - "}, [("copy_of", "KNA | Kenya News Agency", "dateline")]),
        ({"first": "TEHRAN, Feb. 11 (MNA) – "}, [("copy_of", "Mehr News Agency", "dateline")]),
        ({"first": "TOKYO, Kyodo - "}, [("copy_of", "Kyodo News", "dateline")]),
        ({"first": "新华社北京2月11日电 ", "lang": "zh"}, [("copy_of", "Xinhua", "dateline")]),
        ({"first": "МОСКВА, 11 фев — РИА Новости. ", "lang": "ru"}, [("copy_of", "RIA Novosti", "dateline")]),
        ({"first": "القاهرة (رويترز) - ", "lang": "ar"}, [("copy_of", "Reuters", "dateline")]),
        ({"first": "नई दिल्ली, 11 फरवरी (भाषा) ", "lang": "hi"}, [("copy_of", "Press Trust of India", "dateline")]),
        ({"first": "São Paulo, 12 fev (Lusa) – ", "lang": "pt"}, [("copy_of", "Lusa", "dateline")]),
        ({"first": "LONDON, April 2 /PRNewswire/ -- "}, [("copy_of", "PR Newswire", "dateline")]),
        ({"first": "LONDON — (AP) "}, [("copy_of", "Associated Press", "dateline")]),
        ({"first": "Berlin/Hamburg (dpa/lno) - ", "lang": "de"}, [("copy_of", "dpa", "dateline")]),
        ({"first": "ROMA, 4 MAR - (ANSA) - ", "lang": "it"}, [("copy_of", "ANSA", "dateline")]),
        ({"first": "MADRID, 4 (EUROPA PRESS) ", "lang": "es"}, [("copy_of", "Europa Press", "dateline")]),
        ({"first": "Москва. 4 марта. INTERFAX.RU - ", "lang": "ru"}, [("copy_of", "Interfax", "dateline")]),
        ({"first": "Budapest, 2026. március 4., szerda (MTI) - ", "lang": "hu"}, [("copy_of", "MTI", "dateline")]),
        ({"first": "القدس - (أ ف ب) - ", "lang": "ar"}, [("copy_of", "Agence France-Presse", "dateline")]),
        ({"first": "رام الله 4-3-2026 وفا- ", "lang": "ar"}, [("copy_of", "WAFA", "dateline")]),
        (
            {"first": "Jodhpur (Rajasthan) [India], May 2 (ANI): "},
            [("copy_of", "Asian News International", "dateline")],
        ),
        ({"first": "كارو (أ ب) - ", "lang": "ar"}, [("copy_of", "Associated Press", "dateline")]),
        ({"first": "New Delhi: (ANI) "}, [("copy_of", "Asian News International", "dateline")]),
        ({"first": "Valdorn (sda) ", "lang": "de"}, [("copy_of", "Keystone-SDA", "dateline")]),
        ({"first": "PUERTO CALMA / EFE. ", "lang": "es"}, [("copy_of", "EFE", "dateline")]),
        ({"first": "【ロンドン＝ロイター】", "lang": "ja"}, [("copy_of", "Reuters", "dateline")]),
    ],
)
def test_a_dateline_says_whose_text_it_is(page: dict[str, Any], drawn: list[tuple[str, str, str]]) -> None:
    assert edges(**page) == drawn


@pytest.mark.parametrize(
    ("page", "drawn"),
    [
        ({"last": " REUTERS"}, [("copy_of", "Reuters", "credit_line")]),
        ({"last": " — AFP"}, [("copy_of", "Agence France-Presse", "credit_line")]),
        ({"last": " -- BERNAMA"}, [("copy_of", "Bernama", "credit_line")]),
        ({"last": " PTI KJV ZH"}, [("copy_of", "Press Trust of India", "credit_line")]),
        ({"tail": ("(Reporting by Ines Calloway; Editing by Rafe Oduya)",)}, [("copy_of", "Reuters", "credit_line")]),
        ({"tail": ("Source: Xinhua",)}, [("copy_of", "Xinhua", "credit_line")]),
        ({"tail": ("（来源：新华网 记者 李明）",), "lang": "zh"}, [("copy_of", "Xinhua", "credit_line")]),
        ({"tail": ("(Agenzia Lusa)",), "lang": "it"}, [("copy_of", "Lusa", "credit_line")]),
        ({"tail": ("(apa)",), "lang": "de"}, [("copy_of", "Austria Press Agency", "credit_line")]),
        ({"tail": ("/ritzau/",), "lang": "da"}, [("copy_of", "Ritzau", "credit_line")]),
        (
            {"last": " AGERPRES/(A - autor: Ion Luca, editor: Ana Pop)", "lang": "ro"},
            [("copy_of", "Agerpres", "credit_line")],
        ),
        ({"tail": ("Par Le Phare avec AFP",), "lang": "fr"}, [("cites", "Agence France-Presse", "credit_line")]),
        ({"tail": ("dpa-infocom, dpa:260304-930-123456/2",), "lang": "de"}, [("copy_of", "dpa", "credit_line")]),
        (
            {"tail": ("Associated Press writer Ines Calloway in Lima contributed to this report.",)},
            [("copy_of", "Associated Press", "credit_line")],
        ),
        (
            {
                "last": " REUTERS",
                "below_headline": "<figure><img src=a.jpg><figcaption>The quay. PHOTO: REUTERS</figcaption></figure>",
            },
            [("copy_of", "Reuters", "credit_line media_credit")],
        ),
        (
            {"head": MARKUP},
            [("copy_of", "Kyodo News", "credit_line")],
        ),
    ],
)
def test_a_credit_at_the_end_says_whose_text_it_is(page: dict[str, Any], drawn: list[tuple[str, str, str]]) -> None:
    assert edges(**page) == drawn


@pytest.mark.parametrize(
    ("page", "drawn"),
    [
        (
            {"tail": ("© 2026 The Associated Press. All rights reserved.",)},
            [("copy_of", "Associated Press", "copyright_notice")],
        ),
        ({"tail": ("Copyright 2026 Meridian News Agency",)}, [("copy_of", "Meridian News Agency", "copyright_notice")]),
        (
            {"tail": ("This article was originally published by Orrin Chronicle on March 3.",)},
            [("copy_of", "Orrin Chronicle", "republish_notice")],
        ),
        (
            {"tail": ("This story first appeared in Grain & Tide and is republished here with permission.",)},
            [("copy_of", "Grain & Tide", "republish_notice")],
        ),
        (
            {"tail": ("Republished from The Conversation under a Creative Commons licence.",)},
            [("copy_of", "The Conversation", "republish_notice")],
        ),
        (
            {"tail": (REPUBLISHED,)},
            [("copy_of", "Orrin Chronicle", "republish_notice")],
        ),
        (
            {"tail": ("This report has not been edited by our staff and was auto-generated from a wire agency feed.",)},
            [("copy_of", "Reuters | Associated Press | Agence France-Presse", "disclaimer")],
        ),
        (
            {"tail": (SYNDICATED,)},
            [
                (
                    "copy_of",
                    INDIAN,
                    "disclaimer",
                )
            ],
        ),
        (
            {"tail": ("This story was published from a Reuters feed without modifications to the text.",)},
            [("copy_of", "Reuters", "disclaimer")],
        ),
        (
            {
                "tail": ("Dieser Text wurde automatisch aus dem Feed der Nachrichtenagentur dpa übernommen.",),
                "lang": "de",
            },
            [("copy_of", "dpa", "disclaimer")],
        ),
        (
            {
                "tail": (
                    "Esta nota fue generada automáticamente a partir de un cable de agencia y no ha sido editada.",
                ),
                "host": "elmuelle.es",
            },
            [("copy_of", "EFE | Europa Press | Agence France-Presse | Reuters | Associated Press", "disclaimer")],
        ),
        (
            {"tail": ("Cet article a été publié automatiquement à partir d'un flux d'agence.",), "host": "lequai.fr"},
            [("copy_of", "Agence France-Presse | Reuters | Associated Press", "disclaimer")],
        ),
        (
            {"tail": ("Zuerst erschienen bei der Nordsee-Zeitung.",), "lang": "de"},
            [("copy_of", "Nordsee-Zeitung", "republish_notice")],
        ),
        (
            {"tail": ("Publicado originalmente en La Gaceta del Norte.",), "lang": "es"},
            [("copy_of", "La Gaceta del Norte", "republish_notice")],
        ),
        (
            {"tail": ("Ce texte a d'abord été publié par la Gazette du Littoral.",), "lang": "fr"},
            [("copy_of", "Gazette du Littoral", "republish_notice")],
        ),
        (
            {"tail": ("Questo articolo è apparso originariamente su Il Gazzettino del Golfo.",), "lang": "it"},
            [("copy_of", "Il Gazzettino del Golfo", "republish_notice")],
        ),
        (
            {"tail": ("Este artigo foi publicado originalmente pela Gazeta do Planalto.",), "lang": "pt"},
            [("copy_of", "Gazeta do Planalto", "republish_notice")],
        ),
        (
            {
                "tail": (
                    (
                        "Imre Voss edits Tide and Timber, where a longer version of this essay was first published. "
                        "Reprinted by permission."
                    ),
                )
            },
            [("copy_of", "Tide and Timber", "republish_notice")],
        ),
        (
            {"tail": ("Originally published by Orrin Chronicle, a nonprofit newsroom that covers the coast.",)},
            [("copy_of", "Orrin Chronicle", "republish_notice")],
        ),
        (
            {"tail": ("This article first appeared in The Sunday Review.",)},
            [("copy_of", "The Sunday Review", "republish_notice")],
        ),
        (
            {"tail": ("An earlier version of this article first appeared in the Orrin Chronicle.",)},
            [("copy_of", "Orrin Chronicle", "republish_notice")],
        ),
        (
            {
                "tail": (
                    "From Wikipedia, the free encyclopaedia. The text is under a Creative Commons licence (CC BY-SA).",
                )
            },
            [("copy_of", "Wikipedia", "republish_notice")],
        ),
    ],
)
def test_a_notice_below_the_story_says_whose_text_it_is(
    page: dict[str, Any], drawn: list[tuple[str, str, str]]
) -> None:
    assert edges(**page) == drawn


@pytest.mark.parametrize(
    ("page", "drawn"),
    [
        ({"below_headline": "<p class=byline>By Reuters</p>"}, [("copy_of", "Reuters", "byline")]),
        (
            {"below_headline": "<p class=byline>By INES CALLOWAY, Associated Press</p>"},
            [("copy_of", "Associated Press", "byline")],
        ),
        (
            {"below_headline": "<p class=byline>Agencies</p>"},
            [("copy_of", "Reuters | Associated Press | Agence France-Presse", "byline")],
        ),
        ({"head": "<meta name=author content='AFP'>"}, [("copy_of", "Agence France-Presse", "byline")]),
        ({"below_headline": "<p class=byline>dpa/br</p>", "lang": "de"}, [("copy_of", "dpa", "byline")]),
        (
            {"below_headline": "<p class=byline>ANP/Reuters</p>", "lang": "nl"},
            [("cites", "Reuters", "byline"), ("copy_of", "ANP", "byline")],
        ),
        ({"below_headline": "<p class=byline>PA and staff</p>"}, [("copy_of", "PA Media", "byline")]),
        (
            {"below_headline": "<p class=byline>By Ines Calloway, Orrin Sentinel, and The Associated Press</p>"},
            [("copy_of", "Associated Press", "byline")],
        ),
        (
            {"below_headline": "<p class=byline>AP (traduction Bay Ledger)</p>", "lang": "fr"},
            [("copy_of", "Associated Press", "byline")],
        ),
        ({"tail": ("Πηγή: Ρόιτερς",), "lang": "el"}, [("copy_of", "Reuters", "credit_line")]),
        ({"tail": ("(źródło: PAP)",), "lang": "pl"}, [("copy_of", "PAP", "credit_line")]),
        ({"tail": ("Källa: TT",), "lang": "sv"}, [("copy_of", "TT", "credit_line")]),
        ({"tail": ("REUTERS",)}, [("copy_of", "Reuters", "credit_line")]),
        ({"entry_authors": ("dpa",)}, [("copy_of", "dpa", "byline")]),
        (
            {
                "first": "PARIS (AFP) - ",
                "last": " AFP",
                "tail": ("© 2026 AFP",),
                "below_headline": "<p class=author>AFP</p>",
            },
            [("copy_of", "Agence France-Presse", "byline copyright_notice credit_line dateline")],
        ),
    ],
)
def test_a_byline_or_a_line_of_its_own_says_whose_text_it_is(
    page: dict[str, Any], drawn: list[tuple[str, str, str]]
) -> None:
    assert edges(**page) == drawn


@pytest.mark.parametrize(
    ("page", "drawn"),
    [
        (
            {"tail": ("The study was published in the Orrin Chronicle on Friday.",)},
            [("cites", "Orrin Chronicle", "attribution_phrase")],
        ),
        ({"tail": ("(With inputs from PTI)",)}, [("cites", "Press Trust of India", "credit_line")]),
        (
            {"tail": ("The Associated Press contributed to this report.",)},
            [("cites", "Associated Press", "credit_line")],
        ),
        ({"tail": ("Additional reporting by AFP",)}, [("cites", "Agence France-Presse", "credit_line")]),
        ({"tail": ("Con información de EFE",), "lang": "es"}, [("cites", "EFE", "credit_line")]),
        (
            {"below_headline": "<p class=byline>Foreign desk, with AFP and Reuters in Orrin</p>"},
            [("cites", "Agence France-Presse", "byline"), ("cites", "Reuters", "byline")],
        ),
        ({"below_headline": "<p class=byline>Da Redação, com EFE</p>"}, [("cites", "EFE", "byline")]),
        ({"below_headline": "<p class=byline>Bay Ledger avec Reuters</p>"}, [("cites", "Reuters", "byline")]),
        (
            {"tail": ("Da Redação, com informações da Agência Brasil",), "lang": "pt"},
            [("cites", "Agência Brasil", "credit_line")],
        ),
        ({"tail": ("*Com informações da Reuters",), "lang": "pt"}, [("cites", "Reuters", "credit_line")]),
        (
            {"tail": ("（综合法新社、安塔拉通讯社3日报道）",), "lang": "zh"},
            [("cites", "Agence France-Presse", "credit_line"), ("cites", "Antara", "credit_line")],
        ),
        (
            {"tail": ("(With agency inputs)",)},
            [("cites", "Reuters | Associated Press | Agence France-Presse", "disclaimer")],
        ),
        (
            {"below_headline": "<p class=byline>Web desk (with PTI inputs)</p>"},
            [("cites", "Press Trust of India", "byline")],
        ),
        (
            {"tail": ("Compiled from reports by The Associated Press and Reuters.",)},
            [("cites", "Associated Press", "credit_line"), ("cites", "Reuters", "credit_line")],
        ),
        (
            {"tail": ("(AFP, Reuters)",)},
            [("cites", "Agence France-Presse", "credit_line"), ("cites", "Reuters", "credit_line")],
        ),
    ],
)
def test_matter_from_others_in_a_desks_own_text_is_a_citation(
    page: dict[str, Any], drawn: list[tuple[str, str, str]]
) -> None:
    assert edges(**page) == drawn


@pytest.mark.parametrize(
    "page",
    [
        {"first": "LANSING (Mich.) - "},
        {"first": "NEW DELHI: "},
        {"first": "The council (UNESCO) - "},
        {"tail": ("(Reporting by Ines Calloway)",)},
        {"tail": ("© 2026 Bay Ledger. All rights reserved.",)},
        {"tail": ("© 2026 Tidewater Holdings Ltd. All rights reserved.",)},
        {"tail": ("Source: Harbour Statistics Office",)},
        {"below_headline": "<p class=byline>Ines Calloway with the crew of the Petrel</p>"},
        {"tail": ("Our own work is available under a Creative Commons licence.",)},
        {"below_headline": "<p class=byline>By Ines Calloway</p>"},
        {"below_headline": "<p class=byline>By Ines Calloway, Bay Ledger</p>"},
        {"first": "BEIJING, Feb 11 (Reuters) - ", "site": "Reuters", "host": "reuters.example"},
        {"first": "BEIJING, Feb 11 (AP) - ", "site": "AP News", "host": "apnews.com"},
        {"first": "PORT VESPER, Feb 3 (MCW) — ", "site": "Meridian Cooperative Wire", "host": "mcw.example"},
        {"below_headline": "<figure><img src=a.jpg><figcaption>The quay. PHOTO: REUTERS</figcaption></figure>"},
    ],
)
def test_what_credits_nobody_else_is_no_edge(page: dict[str, Any]) -> None:
    assert edges(**page) == []


def test_a_credit_leaves_the_prose_and_is_kept_as_a_part() -> None:
    article = reading(last=" REUTERS", tail=("© 2026 Reuters. All rights reserved.",)).article
    assert article.text.endswith("the harbour master said.")
    assert [(part.kind, part.text, part.place) for part in article.parts] == [
        (PartKind.RIGHTS, "© 2026 Reuters. All rights reserved.", len(article.text)),
        (PartKind.CREDIT, "REUTERS", len(article.text)),
    ]
    assert article.credit == "REUTERS"


def test_a_disclaimer_is_parted_from_the_paragraph_that_it_is_glued_to() -> None:
    disclaimer = "(This story has not been edited by Bay Ledger staff and is auto-generated from a syndicated feed.)"
    article = reading(last=f" {disclaimer}").article
    assert article.text.endswith("the harbour master said.")
    assert [part.text for part in article.parts if part.kind is PartKind.DISCLAIMER] == [disclaimer]


def test_initials_of_a_desk_go_with_the_credit_above_them() -> None:
    article = reading(tail=("--IANS", "rtp/sd")).article
    assert (article.credit, article.text.endswith("the harbour master said.")) == ("IANS", True)


def test_a_vague_disclaimer_supports_the_agency_that_is_named_elsewhere() -> None:
    tail = ("This report has not been edited by our staff and was auto-generated from a wire agency feed.",)
    assert edges(first="BERLIN, Feb 3 (dpa) - ", tail=tail) == [("copy_of", "dpa", "dateline disclaimer")]


def test_the_likelier_candidate_by_the_style_of_the_text_stands_first() -> None:
    tail = ("This report has not been edited by our staff and was auto-generated from a wire agency feed.",)
    ((_, candidates, _),) = edges(first="The Rs 500 crore harbour. ", host="bayledger.in", tail=tail)
    assert candidates.startswith("Press Trust of India |")


def test_letters_that_the_story_itself_uses_are_no_credit_at_its_end() -> None:
    assert edges(first="The HQUW said so. ", tail=("Members of the HQUW voted on Friday.", "(HQUW)")) == []


def test_an_operators_agency_is_credited_by_its_token() -> None:
    rules = OriginRules(added=(Agency("Orrin Telegraph Service", tokens=("Ots",)),))
    assert edges(last=" (Ots)") == []
    assert edges(last=" (Ots)", rules=rules) == [("copy_of", "Orrin Telegraph Service", "credit_line")]


@pytest.mark.parametrize(("line", "agency"), [("/ritzau/", "Ritzau"), ("(sda)", "Keystone-SDA")])
def test_a_byline_in_strokes_or_brackets_says_whose_text_it_is(line: str, agency: str) -> None:
    assert edges(below_headline=f"<p class='byline'>{line}</p>") == [("copy_of", agency, "byline")]


def test_a_house_that_joins_another_to_its_own_letters_has_it_from_that_one() -> None:
    drawn = edges(first="Valdorn (Keystone-SDA/ANSA) ", lang="de", site="Keystone-SDA", host="keystone-sda.example")
    assert drawn == [("copy_of", "ANSA", "dateline")]


@pytest.mark.parametrize("first", ["Tidningarnas Telegrambyrå (TT) ", "Keystone-ATS (ats) ", "Valdorn (KVM) "])
def test_a_name_before_its_own_letters_and_letters_of_nobody_are_no_dateline(first: str) -> None:
    assert edges(first=first) == []


def test_the_day_of_a_pages_own_first_publication_is_no_source() -> None:
    assert edges(tail=("This article was originally published on August 27, 2015.",)) == []
    (edge,) = edges(tail=("This article was originally published on August 27, 2015 by Orrin Chronicle.",))
    assert edge == ("copy_of", "Orrin Chronicle", "republish_notice")


def test_of_two_agencies_joined_by_a_stroke_the_first_reports_and_less_surely() -> None:
    (edge,) = reading(first="Innsbruck (APA/dpa) – ").edges
    assert (edge.target.name, [evidence.excerpt for evidence in edge.evidence]) == (
        "Austria Press Agency",
        ["Innsbruck (APA/dpa) –"],
    )
    assert edge.confidence < reading(first="Innsbruck (APA) – ").edges[0].confidence


@pytest.mark.parametrize(
    ("site", "token"),
    [("Lower Delta Dispatches", "LDX"), ("Northern News Wire", "NNW"), ("Kesh National Agency", "KENA")],
)
def test_letters_of_a_publishers_own_name_in_its_datelines_are_its_own(site: str, token: str) -> None:
    assert edges(first=f"PORT ANSEL, May 5 ({token}) - ", site=site, host="wire.example") == []


def test_a_notice_of_republication_carries_the_address_that_it_links_to() -> None:
    tail = ("This article is republished from <a href='https://orrin.example/x/quay'>Orrin Chronicle</a>.",)
    (edge,) = reading(tail=tail).edges
    assert (edge.target.name, edge.target.url) == ("Orrin Chronicle", "https://orrin.example/x/quay")


def test_an_agency_that_no_table_knows_is_named_by_a_whole_dateline() -> None:
    read = reading(first="PORT ALMERY, Nov 20 (Saltwind) - ")
    assert read.article.dateline is not None
    assert read.article.dateline.agency == "Saltwind"


@pytest.mark.parametrize(
    ("line", "drawn"),
    [
        ("Ines Calloway contributed to this report.", []),
        ("The Bay Ledger's Ines Calloway contributed reporting from Lima.", []),
        ("Calloway reported from Lima and Voss from Orrin.", []),
        ("Reporting by Ines Calloway Additional reporting by Rafe Oduya Editing by Imre Voss", []),
        ("Reporting by The Associated Press.", [("copy_of", "Associated Press", "credit_line")]),
        ("Includes information from The Associated Press", [("cites", "Associated Press", "credit_line")]),
        (
            "This piece originally appeared in The Skerry Society",
            [("copy_of", "The Skerry Society", "republish_notice")],
        ),
        ("This story was originally published in our Nov/Dec 2023 issue as “The Quay”.", []),
    ],
)
def test_a_last_line_that_says_who_worked_on_the_story_is_none_of_it(
    line: str, drawn: list[tuple[str, str, str]]
) -> None:
    assert line not in reading(tail=(line,)).article.text
    assert edges(tail=(line,)) == drawn


@pytest.mark.parametrize(
    "line",
    [
        "Additional reporting by Reuters showed that the minister had lied to the committee about the bridge.",
        "With reporting by The New York Times, the committee found that forty piles were cracked.",
        "First published in the Harbour Gazette in 1911, the poem is about the quay.",
        "Courtesy of the Harbour Gazette, forty children saw the circus.",
        "The Associated Press contributed to this report by photographing the quay from the air.",
        "По материалам РИА Новости, пожар начался ночью и к утру был потушен силами трёх расчётов.",
        "Con información de EFE y de la policía, el juez ordenó el cierre del puente.",
    ],
)
def test_a_sentence_that_goes_on_behind_the_words_of_a_notice_is_prose(line: str) -> None:
    read = reading(tail=(line,))
    assert line in read.article.text
    assert {edge.relation for edge in read.edges} <= {Relation.CITES}


def test_a_sentence_that_goes_on_behind_the_agencies_that_it_is_made_from_is_prose() -> None:
    lead = "综合法新社、安塔拉通讯社3日报道，海湾岛当天清晨发生7.2级地震，鱼市屋顶坍塌，至少11人遇难。"
    assert lead in reading(first=lead, lang="zh").article.text


@pytest.mark.parametrize(
    "line",
    [
        "The mayor reported from the scene that all was well.",
        "The company contributed to this report of losses.",
        "He contributed to this story.",
        "Calloway reported 12 cases from Lima.",
    ],
)
def test_a_last_line_that_tells_of_a_contribution_is_prose(line: str) -> None:
    assert line in reading(tail=(line,)).article.text


def test_the_last_word_of_a_longer_name_is_no_outlet_of_that_name() -> None:
    assert edges(tail=("© 2026 Harbour Wire. All rights reserved.",)) == [
        ("copy_of", "Harbour Wire", "copyright_notice")
    ]


def test_what_a_menu_near_the_headline_calls_its_sections_is_no_byline() -> None:
    assert edges(below_headline="<ul class='tools'><li>Print</li><li>Share</li></ul><nav>Mundo</nav>") == []
