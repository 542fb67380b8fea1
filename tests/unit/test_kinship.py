"""origins/kinship.py: who has it from whom, and what is no kin at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.core.model import (
    Article,
    Dateline,
    Edge,
    Evidence,
    EvidenceKind,
    External,
    KnownEdge,
    Moment,
    Precision,
    Relation,
    Source,
    Traced,
    TracedEdge,
)
from pipeline.core.origins.kinship import trace, unsettled, worth_reading
from pipeline.core.origins.likeness import Kind, marks_of
from pipeline.core.urls import url_key

MORNING = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)

REPORT = (
    "Tollkeepers on the Arden causeway voted on Tuesday to end a nine-day stoppage that had cut the island of "
    "Sorrel off from its markets.\n"
    "The Causeway Guild said 214 of its 330 members backed a contract that raises the hourly wage by 5.2 percent "
    "and shortens night shifts to seven hours.\n"
    '"We kept the ambulances moving and nobody thanked us for it," guild secretary Petra Lind said. "Now at least '
    'the ledger is straight."\n'
    "The operator, Arden Crossings, had offered 3.1 percent in January and threatened to bring in crews from the "
    "mainland.\n"
    "Growers on Sorrel lost about 4,600 crates of early strawberries, the island cooperative estimated, and two "
    "hotels closed for the week.\n"
    "Chief executive Jonas Mabry told reporters that toll income fell by 1.9 million crowns, and that the barrier "
    "would open again at dawn on Thursday.\n"
    "A similar dispute in 2018 lasted 16 days and ended only when the governor sent a mediator."
)

RETOLD = (
    "Nine days without a crossing are over: Sorrel can sell its fruit again. The people who collect the toll on "
    "the way to the island have accepted a new contract.\n"
    "Of 330 in the guild, 214 were in favour. They get 5.2 percent more an hour, and no night will be longer than "
    "seven hours.\n"
    '"We kept the ambulances moving and nobody thanked us for it," Petra Lind, its secretary, remarked.\n'
    "In January the company, Arden Crossings, had put 3.1 percent on the table and spoken of crews from the "
    "mainland.\n"
    "The price was high. Some 4,600 crates of strawberries rotted, if the cooperative has counted well, and Jonas "
    "Mabry, who heads the operator, misses 1.9 million crowns."
)

OTHER_REPORT = (
    "By six in the evening the queue at the barrier had turned into a fair, with a piano on a trailer and "
    "somebody frying dough.\n"
    "Ferryman Otto Brask rowed eleven passengers over during the stoppage and charged each of them a jar of jam.\n"
    '"I have jam until the year 2040," he said on the slipway. "I hope that they never do this again, and I hope '
    'that they do."\n'
    "At the school in Sorrel Hallen the teachers slept in the gymnasium, as they live on the other side.\n"
    "Guild secretary Petra Lind came by at seven, shook hands along the line and went home to sleep."
)

TRANSLATED = (
    "Die Mautkassierer am Arden-Damm haben am Dienstag für das Ende eines neuntägigen Ausstands gestimmt, der die "
    "Insel Sorrel von ihren Märkten abgeschnitten hatte.\n"
    "Nach Angaben der Causeway Guild stimmten 214 von 330 Mitgliedern für einen Vertrag, der den Stundenlohn um "
    "5,2 Prozent anhebt und Nachtschichten auf sieben Stunden verkürzt.\n"
    "«Wir haben die Krankenwagen durchgelassen, und niemand hat uns gedankt», sagte Gildesekretärin Petra Lind. "
    "«Jetzt stimmt wenigstens die Rechnung.»\n"
    "Der Betreiber Arden Crossings hatte im Januar 3,1 Prozent geboten und mit Personal vom Festland gedroht.\n"
    "Die Bauern auf Sorrel verloren nach Schätzung der Genossenschaft rund 4.600 Kisten früher Erdbeeren, zwei "
    "Hotels schlossen für die Woche.\n"
    "Geschäftsführer Jonas Mabry sagte, die Einnahmen seien um 1,9 Millionen Kronen gefallen, die Schranke öffne "
    "am Donnerstag bei Tagesanbruch.\n"
    "Ein ähnlicher Streit dauerte 2018 insgesamt 16 Tage und endete erst, als der Gouverneur einen Vermittler "
    "schickte."
)


def article(number: int, text: str, **more: object) -> Traced:
    """An article of a paper of its own, published ``number`` hours into the morning."""
    paper = str(more.pop("paper", f"Paper {'ABCDEFGH'[number]}"))
    domain = f"{paper.lower().replace(' ', '')}.example"
    edges = more.pop("edges", ())
    at = more.pop("at", MORNING + timedelta(hours=number))
    url = f"https://{domain}/{number}"
    fields: dict[str, object] = {
        "url": url,
        "canonical_url": None,
        "source": Source(paper, domain, "json-ld"),
        "title": f"Headline number {number}",
        "authors": (),
        "text": text,
        "language": "en",
        "published": Moment(at, Precision.MINUTE) if isinstance(at, datetime) else at,
        "published_witness": "feed",
        **more,
    }
    read = Article(**fields)  # type: ignore[arg-type]
    known = tuple(KnownEdge(edge) if isinstance(edge, Edge) else edge for edge in edges)  # type: ignore[attr-defined]
    return Traced(number, read, (url_key(url),), (paper,), MORNING + timedelta(hours=number), known)


def said(relation: Relation, kind: EvidenceKind = EvidenceKind.CREDIT_LINE, **target: object) -> Edge:
    return Edge(relation, External(**target), 0.9, (Evidence(kind, "tail", "as it stood"),), "credits/1")  # type: ignore[arg-type]


def citing_by_name(number: int, text: str, **more: object) -> Traced:
    """An article whose whole text is the clause that cites the paper that it names."""
    name = next(name for name in ("Paper A", "Paper B") if name in text)
    evidence = (Evidence(EvidenceKind.ATTRIBUTION_PHRASE, "text", text),)
    return article(number, text, edges=[Edge(Relation.CITES, External(name=name), 0.75, evidence, "stated/1")], **more)


def drawn(edges: tuple[TracedEdge, ...]) -> list[tuple[int, str, int]]:
    return [(edge.subject_id, edge.edge.relation.value, edge.object_id) for edge in edges]


# --------------------------------------------------------------------------------------------------- relations


def test_the_same_text_printed_later_is_a_copy() -> None:
    (edge,) = trace(article(1, REPORT), [article(0, REPORT)])
    assert (edge.subject_id, edge.edge.relation, edge.object_id) == (1, Relation.COPY_OF, 0)
    assert EvidenceKind.TEXT_REUSE in {evidence.kind for evidence in edge.edge.evidence}


def test_a_trimmed_copy_with_a_paragraph_of_its_own_is_a_copy() -> None:
    trimmed = "\n".join(
        [*REPORT.split("\n")[:4], "Our own quay will see the first boats on Friday, the harbour master says."]
    )
    assert drawn(trace(article(1, trimmed), [article(0, REPORT)])) == [(1, "copy_of", 0)]


def test_house_style_does_not_hide_a_copy() -> None:
    styled = REPORT.replace(" percent", "%").replace('"', "''").replace("1.9 million", "1.9m").replace("January", "Jan")
    assert drawn(trace(article(1, styled), [article(0, REPORT)])) == [(1, "copy_of", 0)]


def test_the_same_facts_in_other_words_are_a_rewrite() -> None:
    (edge,) = trace(article(1, RETOLD), [article(0, REPORT)])
    assert (edge.subject_id, edge.edge.relation, edge.object_id) == (1, Relation.REWRITE_OF, 0)
    assert {evidence.kind for evidence in edge.edge.evidence} == {EvidenceKind.QUOTE_MATCH, EvidenceKind.FIGURE_MATCH}


def test_who_brings_quotes_of_his_own_was_there_and_has_it_from_nobody() -> None:
    there = (
        '"I was first in the queue with my goat," said Ida Venn, who had walked to the barrier from Sorrel Hallen.\n'
        'The goat had a ribbon on. "It is for the governor, if he ever comes," Venn told this newspaper.'
    )
    heard = "\n".join([there, *RETOLD.split("\n")[1:]])
    assert trace(article(1, heard), [article(0, REPORT)]) == ()


def test_the_same_report_in_another_language_is_a_translation() -> None:
    (edge,) = trace(article(1, TRANSLATED, language="de"), [article(0, REPORT)])
    assert (edge.subject_id, edge.edge.relation, edge.object_id) == (1, Relation.TRANSLATION_OF, 0)
    assert [evidence.kind for evidence in edge.edge.evidence] == [EvidenceKind.FIGURE_MATCH]


def test_a_joint_credit_names_the_agency_in_between_beside_the_report_that_was_translated() -> None:
    joint = [said(Relation.COPY_OF, EvidenceKind.DATELINE, name="KNX"), said(Relation.CITES, name="Paper A")]
    page = article(3, TRANSLATED, language="de", edges=joint)
    (edge,) = trace(page, [article(0, REPORT)])
    assert (edge.subject_id, edge.edge.relation, edge.object_id) == (3, Relation.TRANSLATION_OF, 0)
    assert [known.edge.target.name for known in edge.replaces] == ["Paper A"]


def test_a_passage_from_a_report_in_another_language_beside_ones_own_makes_no_translation() -> None:
    own = (
        "Händler in Port Emmer warten auf Erdbeeren, und die Preise haben sich verdoppelt.\n"
        "214 von 330 Mitgliedern der Gilde stimmten für 5,2 Prozent mehr Lohn, berichtete Paper A.\n"
        "«Ich habe seit Montag nur Rhabarber im Laden stehen», sagte die Händlerin Ute Kamp."
    )
    report = "\n".join(line for line in REPORT.split("\n") if '"' not in line)
    cited = Edge(
        Relation.CITES,
        External(name="Paper A"),
        0.8,
        (Evidence(EvidenceKind.ATTRIBUTION_PHRASE, "text", own.split("\n")[1]),),
        "stated/1",
    )
    edges = trace(article(3, own, language="de", edges=[cited]), [article(0, report)])
    assert {edge.edge.relation for edge in edges} <= {Relation.CITES}


def test_a_translation_that_others_credit_is_one_nevertheless() -> None:
    first = article(0, REPORT)
    translated = article(1, TRANSLATED, language="de", paper="Nordfeld Post")
    copied = article(2, TRANSLATED, language="de", edges=[said(Relation.COPY_OF, name="Nordfeld Post")])
    assert (1, "translation_of", 0) in drawn(trace(translated, [first, copied]))


def test_an_agency_that_translates_under_its_own_dateline_has_the_report_from_elsewhere() -> None:
    dateline = Dateline("Arden", None, "Marlin Wire")
    wire = article(1, TRANSLATED, language="de", paper="Marlin Wire", dateline=dateline)
    assert drawn(trace(wire, [article(0, REPORT)])) == [(1, "translation_of", 0)]


def test_a_translation_that_names_the_paper_in_between_is_made_of_that_paper() -> None:
    french = (
        "Au bord de la Causeway Guild, 214 des 330 membres ont accepté un contrat, a rapporté la Nordfeld Post.\n"
        "Le salaire horaire augmente de 5,2 %, alors que Arden Crossings avait proposé 3,1 % en janvier.\n"
        "Sur Sorrel, 4.600 caisses de fraises ont été perdues.\n"
        "Selon Jonas Mabry, les recettes ont baissé de 1,9 million de couronnes.\n"
        "Un conflit semblable avait duré 16 jours en 2018."
    )
    first = article(0, REPORT)
    between = article(
        1,
        TRANSLATED,
        language="de",
        paper="Nordfeld Post",
        edges=[KnownEdge(said(Relation.TRANSLATION_OF, name="Paper A", url=first.article.url), 0)],
    )
    cited = said(Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, name="Nordfeld Post")
    edges = drawn(trace(article(2, french, language="fr", edges=[cited]), [first, between]))
    assert (2, "translation_of", 1) in edges
    assert (2, "translation_of", 0) not in edges


def test_copies_of_an_agencys_services_in_two_languages_are_no_translations_of_each_other() -> None:
    english = article(0, REPORT, edges=[said(Relation.COPY_OF, name="Marlin Wire")])
    german = article(1, TRANSLATED, language="de", edges=[said(Relation.COPY_OF, name="Marlin Wire")])
    assert trace(german, [english]) == ()


def test_a_later_version_of_ones_own_report_is_a_revision() -> None:
    added = REPORT + "\nThe governor welcomed the vote and said that he would visit the causeway on Friday."
    first = article(0, REPORT, paper="Wire")
    later = article(1, added, paper="Wire", title="UPDATE 1-Headline number 0")
    (edge,) = trace(later, [first])
    assert (edge.subject_id, edge.edge.relation, edge.object_id) == (1, Relation.REVISION_OF, 0)
    assert EvidenceKind.UPDATE_MARKER in {evidence.kind for evidence in edge.edge.evidence}


def test_the_same_story_on_another_page_of_the_house_is_a_copy() -> None:
    pages = (article(1, REPORT, paper="Gazette"), article(0, REPORT, paper="Gazette"))
    assert drawn(trace(pages[0], [pages[1]])) == [(1, "copy_of", 0)]


def test_a_column_that_a_house_runs_again_a_year_later_is_a_copy() -> None:
    again = "The writer is away; this was first read here last year.\n" + REPORT
    later = article(1, again, paper="Paper A", at=MORNING + timedelta(days=365))
    assert drawn(trace(later, [article(0, REPORT)])) == [(1, "copy_of", 0)]


def test_papers_of_one_name_in_two_towns_are_two() -> None:
    one, other = article(0, REPORT, paper="Daily News"), article(1, REPORT, paper="Daily News")
    source = Source("Daily News", "sorreldailynews.example", "json-ld")
    other = replace(other, article=replace(other.article, source=source, text=REPORT + "\nWe shall say more."))
    assert drawn(trace(other, [one])) == [(1, "copy_of", 0)]


def test_a_version_marker_outweighs_the_clock() -> None:
    first = article(0, REPORT, paper="Wire", at=MORNING + timedelta(hours=3))
    later = article(1, REPORT, paper="Wire", title="UPDATE 2-Headline", at=MORNING)
    assert drawn(trace(first, [later])) == [(1, "revision_of", 0)]


# ------------------------------------------------------------------------------------------------- what is no kin


def test_two_reports_of_one_event_are_no_kin() -> None:
    assert trace(article(1, OTHER_REPORT), [article(0, REPORT)]) == ()


def test_a_series_with_other_figures_is_no_kin() -> None:
    month = (
        "The board said on Thursday that the rate rose to {0} percent in {1} from {2} percent a month earlier.\n" * 1
    )
    body = (
        "The number of people without work grew by {3} to {4}, the board of statistics added in its release.\n"
        "Among those under 25 the rate stood at {5} percent, which is the highest since the survey began.\n"
        "The survey is based on interviews with 11,000 people, and its margin of error is 0.4 points."
    )
    march = (month + body).format("6.8", "March", "6.6", "2,140", "71,905", "14.9")
    april = (month + body).format("7.1", "April", "6.8", "3,310", "75,215", "15.2")
    assert trace(article(1, april, paper="Gazette"), [article(0, march, paper="Gazette")]) == ()
    assert trace(article(1, april), [article(0, march)]) == ()


def test_a_tail_that_a_house_prints_under_everything_is_no_kin() -> None:
    tail = (
        "\nThe Gazette is a community paper that has served the valley since 1911 and lives on its readers alone. "
        "If you value what we do, consider a gift to the newsroom fund, which pays for two of our reporters."
    )
    fair = (
        "The spring fair drew a record crowd to the meadow, and the heaviest pumpkin weighed as much as its grower. "
        "Nora Flint won the egg race for the third year running and gave the prize to the school band." + tail
    )
    flood = (
        "Water from the burst main stood a foot deep in Cooper Street until the fire brigade brought its old pump. "
        "Three cellars were spared because a baker had stacked flour sacks against their windows in time." + tail
    )
    assert trace(article(1, fair, paper="Gazette"), [article(0, flood, paper="Gazette")]) == ()
    assert trace(article(1, fair), [article(0, flood)]) == ()


def test_a_statement_that_both_were_sent_is_no_kin() -> None:
    statement = (
        '\n"The causeway is safe, and has been safe on every day of its service. We have asked three engineers to '
        'look at the northern pier, and we shall publish all that they find without leaving out a line."'
    )
    one = OTHER_REPORT + statement
    other = "\n".join(
        [
            "A crack as long as a bicycle has been found under the northern pier, a diver told this paper.",
            "Norma Teal goes down every spring to look at mussels, and never thought about concrete before.",
            "The company sent two sentences when we asked about it, and hung up when we asked again:" + statement,
            "The minister of works has not been heard of since Sunday, when he opened a museum of lamps.",
        ]
    )
    assert trace(article(1, one), [article(0, other)]) == ()


def test_a_long_statement_under_two_leads_is_no_kin() -> None:
    statement = "\n".join(REPORT.split("\n")[1:5])
    one = "Nobody in the harbour office wanted to speak on Monday, so they sent us a sheet of paper.\n" + statement
    other = "A courier brought four sentences to our door, and would not say who had written them.\n" + statement
    assert trace(article(1, one), [article(0, other)]) == ()


def test_the_same_words_about_another_man_are_no_kin() -> None:
    arrest = (
        "{0} {1}, {2}, of {3} was arrested on Monday night after a fight outside a tavern on {4}, the sheriff said. "
        "He was booked into the county jail and will see a judge in the morning, the office said in its daily list."
    )
    one = arrest.format("Norbert", "Flint", 41, "Arden Hill", "Cooper Street")
    other = arrest.format("Silas", "Quade", 28, "Lower Sorrel", "Quarry Road")
    assert trace(article(1, one, paper="Gazette"), [article(0, other, paper="Gazette")]) == ()


FLASH = (
    "Tollkeepers on the Arden causeway voted on Tuesday to end a nine-day stoppage, the Causeway Guild said.\n"
    "The Causeway Guild said 214 of its 330 members backed a contract that raises the hourly wage by 5.2 percent and "
    "shortens night shifts to seven hours."
)


def test_a_short_first_filing_that_is_soon_written_out_is_the_first_version() -> None:
    long = article(3, REPORT, paper="Paper A")
    assert drawn(trace(long, [article(0, FLASH)])) == [(3, "revision_of", 0)]


def test_a_short_item_of_the_day_before_is_no_first_version() -> None:
    long = article(3, REPORT, paper="Paper A", at=MORNING + timedelta(days=1))
    assert trace(long, [article(0, FLASH)]) == ()


@pytest.mark.parametrize(
    "notice",
    [
        (
            "In our report “Tollkeepers end a stoppage of nine days” the barrier was said to open on Thursday. It "
            "opens on Friday."
        ),
        (
            "In a story about the vote of tollkeepers on the Arden causeway, the Causeway Guild was said to have 330 "
            "members when 214 of them backed a contract on Tuesday. It has 303."
        ),
    ],
    ids=["by its headline", "by what it told"],
)
def test_an_item_that_does_nothing_but_correct_is_a_later_version_of_what_it_corrects(notice: str) -> None:
    report = article(0, REPORT, title="Tollkeepers end a stoppage of nine days")
    item = article(5, notice, paper="Paper A", title="Correction: Causeway story")
    other = article(1, OTHER_REPORT, paper="Paper A")
    assert drawn(trace(item, [other, report])) == [(5, "revision_of", 0)]


def test_a_page_of_two_reports_has_parts_of_each() -> None:
    halves = "\n".join([*REPORT.split("\n")[:4], *OTHER_REPORT.split("\n")[1:5]])
    credit = said(Relation.CITES, name="Paper A")
    assert drawn(trace(article(2, halves, edges=[credit]), [article(0, REPORT)])) == [(2, "copy_of", 0)]


HALVES = "\n".join([*REPORT.split("\n")[:4], *OTHER_REPORT.split("\n")[1:5]])
FROM_BOTH = [said(Relation.CITES, name="Paper A"), said(Relation.CITES, name="Paper B")]


def test_a_page_that_is_made_of_two_reports_derives_from_both() -> None:
    one, other = article(0, REPORT), article(1, OTHER_REPORT)
    page = article(2, HALVES, edges=FROM_BOTH)
    edges = trace(page, [one, other])
    assert sorted(drawn(edges)) == [(2, "copy_of", 0), (2, "copy_of", 1)]
    assert trace(replace(page, edges=tuple(KnownEdge(edge.edge, edge.object_id) for edge in edges)), [one, other]) == ()


def test_the_second_of_two_reports_that_a_page_is_made_of_may_come_in_later() -> None:
    one, other = article(0, REPORT), article(1, OTHER_REPORT)
    page = article(2, HALVES, edges=FROM_BOTH)
    (first,) = trace(page, [one])
    page = replace(page, edges=(KnownEdge(first.edge, 0), KnownEdge(FROM_BOTH[1])))
    (second,) = trace(other, [page, one])
    assert (second.subject_id, second.edge.relation, second.object_id) == (2, Relation.COPY_OF, 1)
    assert [known.target_id for known in second.replaces] == [None]


def test_matter_of_another_desk_is_a_copy_where_the_page_says_so_though_it_stands_in_one_block() -> None:
    own = "The council of Port Emmer met on Monday about the new tram and heard eleven speakers until midnight."
    block = "\n".join([own, *REPORT.split("\n")[2:7]])
    credit = said(Relation.CITES, name="Paper A")
    assert drawn(trace(article(2, block, edges=[credit]), [article(0, REPORT)])) == [(2, "copy_of", 0)]


def test_a_speech_that_two_papers_print_in_full_is_no_copy_of_one_by_the_other() -> None:
    speech = "\n".join(REPORT.split("\n")[1:])
    one = article(0, "The head of the guild spoke for an hour on Tuesday.\n" + speech, title="Full text: the speech")
    other = article(1, "This is what she said to them.\n" + speech, title="What the guild's head said, in full")
    assert trace(other, [one]) == ()


def test_a_statement_of_several_sentences_that_both_quote_is_no_retelling() -> None:
    statement = (
        "“After nine good years at the barrier we have decided, with regret and with pride, to hand back our keys. We "
        "did it. We ask the travelling public for patience, and for a thought of the ferrymen of old.”"
    )
    one = article(0, f"The guild of Arden has announced its end.\nIn a statement it said: {statement}\nIt has a cat.")
    other = article(
        1,
        f"The end of Arden's guild is now certain.\nIts people wrote: {statement}\nMayor Ruth Tell sent a wreath, and "
        "children of Sorrel sang at the barrier.",
    )
    assert trace(other, [one]) == ()


def test_other_words_in_a_quote_speak_against_a_retelling() -> None:
    short = "\n".join(RETOLD.split("\n")[:3])
    parody = short.replace(
        '"We kept the ambulances moving and nobody thanked us for it,"',
        '"We kept the ambulances waiting outside with all their bells and were given a hamper of cheese,"',
    )
    (retold,) = trace(article(1, short), [article(0, REPORT)])
    assert retold.edge.relation is Relation.REWRITE_OF
    assert all(
        edge.edge.confidence < retold.edge.confidence - 0.05 for edge in trace(article(1, parody), [article(0, REPORT)])
    )


def test_a_roundup_derives_from_none_of_its_items() -> None:
    brief = "\n".join(REPORT.split("\n")[:2])
    news = "\n".join(
        f"In the {place} the {thing} was opened by a {who} who forgot the scissors and took a bread knife instead."
        for place, thing, who in zip(
            ("harbour", "valley", "capital", "village", "museum", "college", "market", "forest", "palace", "prison"),
            ("lift", "bridge", "tunnel", "bakery", "hall", "pool", "stall", "path", "garden", "library"),
            ("mayor", "poet", "bishop", "judge", "nurse", "painter", "banker", "ranger", "duchess", "warden"),
            strict=True,
        )
    )
    assert trace(article(1, news + "\n" + brief), [article(0, brief)]) == ()


# ------------------------------------------------------------------------------------------------ who was first


def test_a_credit_outweighs_the_clock() -> None:
    agency = article(1, REPORT, paper="Marlin Wire")
    copy = article(0, REPORT, edges=[said(Relation.COPY_OF, name="Marlin Wire")])
    (edge,) = trace(agency, [copy])
    assert (edge.subject_id, edge.edge.relation, edge.object_id) == (0, Relation.COPY_OF, 1)
    assert {evidence.kind for evidence in edge.edge.evidence} >= {EvidenceKind.CREDIT_LINE, EvidenceKind.TEXT_REUSE}


def test_the_open_reference_of_a_copy_ends_when_its_original_comes_in() -> None:
    copy = article(0, REPORT, edges=[said(Relation.COPY_OF, name="Marlin Wire")])
    (edge,) = trace(article(1, REPORT, paper="Marlin Wire"), [copy])
    assert edge.replaces == copy.edges


def test_initials_name_an_agency() -> None:
    copy = article(0, REPORT, edges=[said(Relation.COPY_OF, name="NNW")])
    assert drawn(trace(article(1, REPORT, paper="Northern News Wire"), [copy])) == [(0, "copy_of", 1)]


def test_copies_that_credit_one_agency_are_no_copies_of_each_other() -> None:
    one = article(0, REPORT, edges=[said(Relation.COPY_OF, name="Marlin Wire")])
    other = article(1, REPORT, edges=[said(Relation.COPY_OF, name="Marlin Wire")])
    assert trace(other, [one]) == ()


def test_an_uncredited_text_is_a_copy_of_the_credited_one_though_it_is_earlier() -> None:
    credited = article(1, REPORT, edges=[said(Relation.COPY_OF, name="Marlin Wire")])
    assert drawn(trace(credited, [article(0, REPORT)])) == [(0, "copy_of", 1)]


def test_a_copy_of_a_copy_points_at_the_original() -> None:
    original = article(0, REPORT)
    copy = article(1, REPORT)
    standing = trace(copy, [original])[0].edge
    copy = replace(copy, edges=(KnownEdge(standing, 0),))
    assert drawn(trace(article(2, REPORT), [copy, original])) == [(2, "copy_of", 0)]


def test_a_copy_of_a_retelling_stays_with_it_though_it_names_whom_that_retells() -> None:
    scoop = article(0, REPORT)
    retelling = article(1, RETOLD, edges=[KnownEdge(said(Relation.REWRITE_OF, name="Paper A"), 0)])
    named = said(Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, name="Paper A")
    copy = article(2, "\n".join(RETOLD.split("\n")[1:]), edges=[named])
    edges = drawn(trace(copy, [scoop, retelling]))
    assert (2, "copy_of", 1) in edges
    assert (2, "rewrite_of", 0) not in edges


def test_a_credit_that_was_resolved_to_one_report_of_an_agency_still_names_the_agency() -> None:
    added = "\n".join([*REPORT.split("\n")[:5], "The minister of works will speak about the tolls at noon."])
    later = article(2, added, paper="Marlin Wire", title="UPDATE 1-Toll")
    copy = article(0, REPORT, edges=[said(Relation.COPY_OF, name="Marlin Wire")])
    (edge,) = trace(later, [copy])
    copy = replace(copy, edges=(KnownEdge(edge.edge, 2),))
    edges = trace(article(1, REPORT, paper="Marlin Wire"), [copy, later])
    assert set(drawn(edges)) == {(0, "copy_of", 1), (2, "revision_of", 1)}


def test_an_agency_goes_by_its_names_in_every_language() -> None:
    copy = article(0, REPORT, edges=[said(Relation.COPY_OF, name="China News Service")])
    assert drawn(trace(article(1, REPORT, paper="中新社"), [copy])) == [(0, "copy_of", 1)]


def test_an_agency_that_signs_its_report_has_it_from_nobody() -> None:
    signed = article(1, REPORT, paper="Marlin Wire", edges=[said(Relation.COPY_OF, name="Marlin Wire")])
    assert drawn(trace(signed, [article(0, REPORT)])) == [(1, "copy_of", 0)]
    copy = article(0, REPORT, edges=[said(Relation.COPY_OF, name="Marlin Wire")])
    assert drawn(trace(signed, [copy])) == [(0, "copy_of", 1)]


def test_an_original_takes_its_copies_from_each_other() -> None:
    credited = article(0, REPORT, edges=[said(Relation.COPY_OF, name="Marlin Wire")])
    sibling = article(1, REPORT)
    (edge,) = trace(sibling, [credited])
    sibling = replace(sibling, edges=(KnownEdge(edge.edge, 0),))
    edges = trace(article(2, REPORT, paper="Marlin Wire"), [credited, sibling])
    assert drawn(edges) == [(0, "copy_of", 2), (1, "copy_of", 2)]
    assert edges[1].replaces == sibling.edges


def test_a_copy_of_a_later_version_stays_with_it_when_the_first_version_comes_in() -> None:
    first = article(0, REPORT, paper="Wire")
    corrected = article(1, REPORT.replace("214 of its 330", "241 of its 330"), paper="Wire", title="CORRECTED-Tolls")
    copy = article(2, corrected.article.text)
    (edge,) = trace(copy, [corrected])
    copy = replace(copy, edges=(KnownEdge(edge.edge, 1),))
    assert drawn(trace(first, [copy, corrected])) == [(1, "revision_of", 0)]


def test_nobody_copies_the_version_of_the_next_day() -> None:
    first = article(0, REPORT, paper="Paper A")
    lines = REPORT.split("\n")
    longer = "\n".join(["UPDATE: The barrier opened at dawn, an hour early, and nobody was there.", *lines])
    later = article(7, longer, paper="Paper A", title="UPDATE 1-Headline number 0", at=MORNING + timedelta(days=1))
    copy = article(2, REPORT)
    assert (2, "copy_of", 0) in drawn(trace(copy, [later, first]))
    assert (2, "copy_of", 7) not in drawn(trace(copy, [later, first]))


def test_a_copy_leaves_the_version_of_the_next_day_for_the_one_that_was_there() -> None:
    first = article(0, REPORT, paper="Paper A")
    later = article(7, REPORT, paper="Paper A", title="UPDATE 1-Headline number 0", at=MORNING + timedelta(days=1))
    credit = said(Relation.COPY_OF, name="Paper A")
    (edge,) = trace(article(2, REPORT, edges=[credit]), [later])
    bound = article(2, REPORT, edges=[KnownEdge(edge.edge, 7)])
    assert drawn(trace(bound, [later, first])) == [(2, "copy_of", 0)]
    assert (2, "copy_of", 0) in drawn(trace(first, [later, bound]))


def test_a_copy_that_was_bound_by_its_address_gains_what_the_texts_have_in_common() -> None:
    report = article(0, REPORT)
    bound = Edge(
        Relation.COPY_OF,
        External(url=report.article.url),
        0.95,
        (Evidence(EvidenceKind.CANONICAL_LINK, "head", report.article.url),),
        "declared/1",
    )
    copy = article(1, REPORT, edges=[KnownEdge(bound, target_id=0)])
    (edge,) = trace(copy, [report])
    assert {EvidenceKind.CANONICAL_LINK, EvidenceKind.TEXT_REUSE} <= {found.kind for found in edge.edge.evidence}
    assert edge.edge.confidence >= bound.confidence
    again = replace(copy, edges=(KnownEdge(edge.edge, target_id=0),))
    assert trace(again, [report]) == ()


def test_an_agencys_own_dateline_marks_the_original() -> None:
    agency = article(1, REPORT, paper="Marlin Wire", dateline=Dateline("Sorrel", None, "Marlin Wire"))
    assert drawn(trace(agency, [article(0, REPORT)])) == [(0, "copy_of", 1)]


def test_a_paper_that_the_text_names_is_its_source() -> None:
    told = REPORT.replace("told reporters", "told the Sorrel Sentinel")
    sentinel = article(1, told, paper="Sorrel Sentinel")
    assert drawn(trace(sentinel, [article(0, told)])) == [(0, "copy_of", 1)]


def test_days_alone_decide_where_no_hour_is_stated() -> None:
    monday = Moment(datetime(2026, 3, 2, tzinfo=UTC), Precision.DAY)
    tuesday = Moment(datetime(2026, 3, 3, tzinfo=UTC), Precision.DAY)
    assert drawn(trace(article(0, REPORT, at=tuesday), [article(1, REPORT, at=monday)])) == [(0, "copy_of", 1)]


def test_midnight_is_a_day_without_an_hour() -> None:
    stamped = article(0, REPORT, at=datetime(2026, 3, 4, tzinfo=UTC), edges=[])
    told = REPORT.replace("told reporters", "told the Sorrel Sentinel")
    first = article(1, told, paper="Sorrel Sentinel", at=datetime(2026, 3, 4, 9, tzinfo=UTC))
    assert drawn(trace(replace(stamped, article=replace(stamped.article, text=told)), [first])) == [(0, "copy_of", 1)]


def test_a_surer_sign_of_who_was_first_makes_a_surer_edge() -> None:
    by_credit = trace(article(1, REPORT, edges=[said(Relation.COPY_OF, name="Paper A")]), [article(0, REPORT)])
    by_sight = trace(article(1, REPORT, at=None), [article(0, REPORT, at=None)])
    assert by_credit[0].edge.confidence > by_sight[0].edge.confidence


def test_tracing_again_draws_nothing_new() -> None:
    original, copy = article(0, REPORT), article(1, REPORT)
    (edge,) = trace(copy, [original])
    copy = replace(copy, edges=(KnownEdge(edge.edge, 0),))
    assert trace(copy, [original]) == ()
    assert trace(original, [copy]) == ()


# ------------------------------------------------------------------------------------------------ references


@pytest.mark.parametrize(
    "target",
    [
        {"url": "https://papera.example/0?utm_source=x"},
        {"name": "Paper A", "title": "The causeway opens again after nine days"},
    ],
    ids=["address", "headline"],
)
def test_a_reference_is_found_by_address_and_by_headline(target: dict[str, str]) -> None:
    cited = article(0, OTHER_REPORT, title="The causeway opens again after nine days")
    citing = article(1, "An essay on bridges, which says little.", edges=[said(Relation.CITES, **target)])
    (edge,) = trace(citing, [cited])
    assert (drawn((edge,)), edge.replaces) == ([(1, "cites", 0)], citing.edges)


def test_a_reference_is_found_when_its_target_comes_in_later() -> None:
    citing = article(0, "An essay on bridges.", edges=[said(Relation.CITES, url="https://paperb.example/1")])
    assert drawn(trace(article(1, OTHER_REPORT), [citing])) == [(0, "cites", 1)]


def test_a_publishers_name_alone_means_none_of_its_reports() -> None:
    citing = article(1, REPORT, edges=[said(Relation.CITES, name="Paper A")])
    assert trace(citing, [article(0, "Forty swans were counted on the upper lake this winter.")]) == ()


def test_a_credit_by_name_takes_nothing_from_how_sure_the_link_to_the_same_report_is() -> None:
    original = article(0, REPORT)
    linked = replace(said(Relation.COPY_OF, EvidenceKind.CANONICAL_LINK, url=original.article.url), confidence=0.95)
    signed = replace(said(Relation.COPY_OF, EvidenceKind.BYLINE, name="Paper A"), confidence=0.75)
    copy = article(1, "Ships slow for whales.")
    copy = replace(copy, edges=(KnownEdge(linked, original.id), KnownEdge(signed)))
    (edge,) = trace(copy, [original])
    assert (edge.replaces, edge.edge.confidence) == ((KnownEdge(signed),), 0.95)


def test_a_small_papers_name_beside_a_full_name_of_its_report_means_the_report() -> None:
    text = "Petra Lind, whose sleepless week was first reported by Paper A, will cut the ribbon of our fair on Sunday."
    citing = article(1, text, edges=[said(Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, name="Paper A")])
    assert drawn(trace(citing, [article(0, REPORT)])) == [(1, "cites", 0)]


def test_a_link_to_a_page_means_no_other_report_of_that_paper() -> None:
    text = "Petra Lind, whose sleepless week a neighbouring paper told, will cut the ribbon of our fair on Sunday."
    linking = [said(Relation.CITES, EvidenceKind.HYPERLINK, name="Paper A", url="https://a.example/another-page")]
    naming = [said(Relation.CITES, EvidenceKind.HYPERLINK, name="Paper A", url="https://a.example/")]
    assert trace(article(1, text, edges=linking), [article(0, REPORT)]) == ()
    assert drawn(trace(article(1, text, edges=naming), [article(0, REPORT)])) == [(1, "cites", 0)]


def test_of_an_agencys_reports_the_one_is_meant_whose_matter_the_passage_tells() -> None:
    text = "Chairs are late. Tug crews ended their go-slow at three ports after a vote, Reuters reported."
    evidence = (Evidence(EvidenceKind.ATTRIBUTION_PHRASE, "text", text.partition(". ")[2]),)
    citing = article(3, text, edges=[Edge(Relation.CITES, External(name="Reuters"), 0.85, evidence, "stated/1")])
    tugs = article(
        0,
        "Tug crews voted on Thursday to end a go-slow at three ports.\nShips will be at a berth soon.",
        paper="Reuters",
    )
    fish = article(1, "Lindmouth port is to sell its cold store.\nTug crews were not asked.", paper="Reuters")
    assert drawn(trace(citing, [fish, tugs])) == [(3, "cites", 0)]
    assert trace(citing, [fish]) == ()


def test_an_agencys_name_beside_a_name_in_the_news_means_none_of_its_reports() -> None:
    text = "Petra Lind will cut the ribbon of our fair on Sunday. Reuters reported that the weather will be fine."
    citing = article(1, text, edges=[said(Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, name="Reuters")])
    assert trace(citing, [article(0, REPORT, paper="Reuters")]) == ()


def test_a_publishers_name_beside_its_quote_means_the_report_with_the_quote() -> None:
    text = "Nothing moved for a week.\n" + REPORT.split("\n")[2] + "\nSo Paper A reported, and we believe it."
    citing = article(1, text, edges=[said(Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, name="Paper A")])
    assert (1, "cites", 0) in drawn(trace(citing, [article(0, REPORT)]))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The toll collectors have accepted a contract, Paper A reported, and the nine-day stoppage is over."),
        ("en", "The dispute over night shifts ended with members backing a raise, according to Paper A."),
        ("de", "Die Insel ist wieder erreichbar, berichtete die Zeitung Paper A. 214 Mitglieder stimmten zu."),
        ("zh", "据Paper A报道，收费员投票结束罢工，214人赞成，草莓损失4600箱。"),
    ],
)
def test_a_small_papers_name_on_a_clause_that_retells_its_report_means_the_report(language: str, text: str) -> None:
    assert drawn(trace(citing_by_name(1, text, language=language), [article(0, REPORT)])) == [(1, "cites", 0)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Paper A reported that the football club of Sorrel has sacked its coach after eight matches."),
        ("de", "Die Zeitung Paper A berichtete, dass der Trainer in Sorrel nach 500 Tagen gehen muss."),
    ],
)
def test_a_small_papers_name_on_another_story_of_its_town_means_not_the_report(language: str, text: str) -> None:
    assert trace(citing_by_name(1, text, language=language), [article(0, REPORT)]) == ()


def test_a_paper_that_is_named_in_another_script_is_known_by_its_address() -> None:
    text = "Sorrel can be reached again, Setu Samachar reported, after 214 members voted for the contract."
    edge = said(Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, name="Setu Samachar")
    hindi = "अर्डन के 330 सदस्यों में से 214 ने मतदान किया और 4600 टोकरियाँ खराब हुईं।"
    paper = Source("सेतु समाचार", "setu-samachar.example", "json-ld")
    cited = article(0, hindi, language="hi", source=paper)
    assert drawn(trace(article(1, text, edges=[edge]), [cited])) == [(1, "cites", 0)]


def test_a_paper_whose_name_is_half_translated_is_known_by_its_address() -> None:
    text = "Sorrel can be reached again, the Linjiang Daily reported, after 214 members voted for the contract."
    edge = said(Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, name="Linjiang Daily")
    paper = Source("临江日报", "linjiangribao.example", "json-ld")
    cited = article(0, "330名收费员中有214人投票赞成合同，4600箱草莓损失。", language="zh", source=paper)
    assert drawn(trace(article(1, text, edges=[edge]), [cited])) == [(1, "cites", 0)]


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("En Sorrel se firmó un contrato secreto con la empresa, según Paper A.", [(1, "cites", 0)]),
        ("El torneo de ajedrez de Sorrel terminó en tablas, según Paper A.", []),
    ],
)
def test_between_two_languages_a_name_and_words_that_begin_alike_mean_the_report(
    text: str, means: list[object]
) -> None:
    report = "Minister for roads Berta Kolm signed a secretive contract.\nThe enterprise is in Sorrel."
    assert drawn(trace(citing_by_name(1, text, language="es"), [article(0, report)])) == means


def test_a_word_that_one_language_has_within_a_name_is_akin_to_it_in_the_other() -> None:
    report = "The mirror of the Sorrel Deep Telescope has been ground to a wrong curve.\nA washer was missing."
    text = "El espejo del telescopio tiene un defecto, según Paper A. Abre en Sorrel en junio."
    assert drawn(trace(citing_by_name(1, text, language="es"), [article(0, report)])) == [(1, "cites", 0)]


def test_a_citation_by_name_means_the_same_report_whichever_came_first() -> None:
    text = "The toll collectors have accepted a contract, Paper A reported, and the nine-day stoppage is over."
    poor = article(0, "The toll stoppage on the causeway goes on, collectors said.\nA contract was not accepted.")
    rich = article(2, REPORT, paper="Paper A", at=MORNING)
    citing = citing_by_name(3, text)
    (first,) = trace(citing, [poor])
    assert drawn((first,)) == [(3, "cites", 0)]
    led = replace(citing, edges=(KnownEdge(first.edge, 0),))
    assert (3, "cites", 2) in drawn(trace(rich, [led, poor]))
    assert (3, "cites", 2) in drawn(trace(citing, [poor, rich]))


def test_a_cited_report_that_was_seen_later_or_is_written_on_is_still_the_one_meant() -> None:
    text = "The toll collectors have accepted a contract, Paper B reported, and the nine-day stoppage is over."
    undated = citing_by_name(0, text, published=None)
    assert drawn(trace(article(1, REPORT), [undated])) == [(0, "cites", 1)]
    assert drawn(trace(article(1, REPORT), [citing_by_name(0, text)])) == [(0, "cites", 1)]
    assert trace(article(1, REPORT, at=MORNING + timedelta(days=2)), [citing_by_name(0, text)]) == ()


def test_a_citation_by_name_follows_to_the_better_parent_of_the_same_publisher() -> None:
    short = "\n".join(REPORT.split("\n")[:4])
    later = article(2, short + "\nThe minister of works will speak at noon.", paper="Wire", title="UPDATE 1-Toll")
    citing = said(Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, name="Wire")
    copy = article(3, REPORT, edges=[citing])
    edges = trace(copy, [later])
    assert drawn(edges) == [(3, "copy_of", 2), (3, "cites", 2)]
    copy = replace(copy, edges=tuple(KnownEdge(edge.edge, edge.object_id) for edge in edges))
    moved = trace(article(1, REPORT, paper="Wire"), [copy, later])
    assert {(3, "copy_of", 1), (3, "cites", 1)} <= set(drawn(moved))


def test_a_feeds_name_for_the_source_of_a_copy_joins_the_copy() -> None:
    feed_name = said(Relation.CITES, EvidenceKind.DC_SOURCE, name="Wire")
    (edge,) = trace(article(1, REPORT, edges=[feed_name]), [article(0, REPORT, paper="Wire")])
    assert drawn((edge,)) == [(1, "copy_of", 0)]
    assert EvidenceKind.DC_SOURCE in {found.kind for found in edge.edge.evidence}
    assert [known.edge for known in edge.replaces] == [feed_name]


def test_a_feeds_name_for_the_source_of_a_copy_means_no_later_version() -> None:
    first = article(0, REPORT, paper="Wire")
    feed_name = said(Relation.CITES, EvidenceKind.DC_SOURCE, name="Wire")
    standing = said(Relation.COPY_OF, name="Wire")
    copy = article(1, REPORT, edges=[KnownEdge(standing, 0), KnownEdge(feed_name)])
    later = article(2, REPORT + "\nThe minister of works will speak at noon.", paper="Wire", title="UPDATE 1-Toll")
    assert not [edge for edge in trace(later, [first, copy]) if edge.subject_id == 1]


# ------------------------------------------------------------------------------------------------- candidates


def test_the_best_candidates_are_read_and_no_more_than_twelve() -> None:
    found = marks_of(article(0, REPORT).article, ["https://papera.example/0"], ()).hashes
    texts = tuple(mark for mark in found if mark & 7 == Kind.TEXT)
    shared = dict.fromkeys(range(20, 40), texts[:3]) | {50: texts[:4]}
    assert worth_reading(shared, found) == (50, *range(20, 31))


def test_of_candidates_that_share_little_only_a_few_are_read() -> None:
    found = marks_of(article(0, REPORT).article, ["https://papera.example/0"], ()).hashes
    texts = tuple(mark for mark in found if mark & 7 == Kind.TEXT)
    figures = tuple(mark for mark in found if mark & 7 == Kind.FIGURE)
    shared = dict.fromkeys(range(20, 40), figures[:3]) | {50: texts[:4]}
    assert worth_reading(shared, found) == (50, *range(20, 24))


@pytest.mark.parametrize("kinds", [[Kind.TEXT], [Kind.TEXT, Kind.QUOTE], [Kind.TEXT, Kind.QUOTE, Kind.FIGURE]])
def test_a_turn_of_speech_and_a_figure_are_not_worth_reading_where_a_report_is_full_of_facts(kinds: list[Kind]) -> None:
    found = marks_of(article(0, REPORT).article, ["https://papera.example/0"], ()).hashes
    shared = tuple(next(mark for mark in found if mark & 7 == kind) for kind in kinds)
    assert worth_reading({7: shared}, found) == ()
    assert worth_reading({7: (*shared, 8 * 12345 + Kind.SOURCE)}, found) == (7,)


def test_a_row_of_words_is_worth_reading_where_a_report_has_hardly_a_fact() -> None:
    row, figure = 8 * 12345 + Kind.TEXT, 8 * 12345 + Kind.FIGURE
    assert worth_reading({7: (row,)}, (row, figure)) == (7,)


def test_a_single_name_in_common_is_not_worth_reading() -> None:
    name = 8 * 12345 + Kind.NAME
    assert worth_reading({7: (name,)}, (name,)) == ()


IN_COURT = (
    "The owner of the Dellin gravel pit must pay 2.4 million crowns after a swimmer drowned, a court in Tarnby ruled.\n"
    "Judge Harald Osk said that the pit had been “fenced against bicycles and left open to children”.\n"
    "Damages for the widow, Mira Solheim, were raised to 310,000 crowns.\n"
    "Outside court Solheim, 44, said: “He could swim like an otter. Nobody warned him about the pump.”"
)
FROM_THE_BENCH = (
    "Mira Solheim wore her husband's bathing cap to court, a yellow one.\n"
    "The owner of the Dellin pit must pay the 2.4 million crowns. Damages for the widow go up by 90,000 to 310,000.\n"
    "“He could swim like an otter,” she told reporters. “Nobody warned him about the pump.”\n"
    "In a ruling of 48 pages Judge Harald Osk wrote that the pit was “fenced against bicycles and left open to "
    "children”.\n"
    "Her lawyer, Bente Kranz, carried 11 folders out. The director, Ole Vagn, had sent nobody from Aarup."
)


def test_two_who_quote_what_was_said_in_court_and_have_facts_of_their_own_are_no_kin() -> None:
    assert trace(article(2, FROM_THE_BENCH), [article(1, IN_COURT)]) == ()


SELF = (
    "About Norrvik Pumps\n"
    "Norrvik Pumps makes the pumps that empty every third dry dock of the Baltic. Its 840 people work in Norrvik, "
    "Memel and Kotka; the company was founded in 1911 by the brothers Aland."
)
RESULTS = (
    "Norrvik Pumps AB (NVP), a maker of pumps for docks, mines and sluices, today reported sales of 96 million crowns "
    "for the third quarter.\n“Orders from the mines were good,” said Helga Stroem, chief executive of Norrvik Pumps.\n"
)
PLANT = (
    "Norrvik Pumps AB (NVP), a maker of pumps for docks, mines and sluices, today bought the foundry of Kotka, where "
    "120 people cast bells and impellers.\n"
    "The price of 31 million crowns is paid in shares; a second furnace is lit in 2029, at a cost of 8 million.\n"
    "“We have bought their iron since my grandfather's day,” said Helga Stroem, chief executive of Norrvik Pumps.\n"
    "“Bells are what we do on Sundays,” said the founder Aku Rinne, who stays for two years.\n"
)


def test_two_releases_of_one_firm_that_describe_it_in_the_same_words_are_no_kin() -> None:
    earlier = article(1, RESULTS + SELF, at=MORNING - timedelta(days=9))

    assert trace(article(2, PLANT + SELF), [earlier]) == ()


INTERVIEW = (
    "Bell founder Aku Rinne, 71, will not retire, whatever his buyers hope, he tells the Kotka Mail in his kitchen.\n"
    "“I was eight when I first stood at the ladle, and my father held me by the belt so that I should not fall in.”\n"
    "The Rinne foundry has cast 3,400 bells since 1888, most of them for churches in Karelia.\n"
    "“A bell that is cast on a Friday rings flat, and nobody has ever been able to tell me why that should be so.”\n"
    "His contract with Norrvik runs for 24 months, and 7 apprentices wait downstairs by the small furnace.\n"
    "“If they want pumps they can have pumps, but the small furnace stays lit for as long as I can climb the stairs.”"
)
TOLD_AFTER = (
    "A man whose foundry has just been sold means to go on working: Aku Rinne, 71, of Kotka, told the Kotka Mail so.\n"
    "“I was eight when I first stood at the ladle, and my father held me by the belt so that I should not fall in.”\n"
    "For 24 months he is bound to Norrvik by contract, the paper found, and there are 7 apprentices downstairs.\n"
    "“If they want pumps they can have pumps, but the small furnace stays lit for as long as I can climb the stairs.”\n"
    "Churches of Karelia hang most of the 3,400 bells cast there since 1888.\n"
    "“A bell that is cast on a Friday rings flat, and nobody has ever been able to tell me why that should be so.”"
)


def test_who_takes_only_the_quotes_word_for_word_has_retold_the_report() -> None:
    mail = said(Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, name="Kotka Mail")
    retelling = article(2, TOLD_AFTER, edges=[mail])

    derived = {edge.edge.relation for edge in trace(retelling, [article(1, INTERVIEW, paper="Kotka Mail")])}

    assert derived == {Relation.REWRITE_OF, Relation.CITES}


ONE_QUOTE = (
    "Trade fairs are where towns go to look at themselves, and ours has looked for six days and seen a queue.\n"
    "“I was eight when I first stood at the ladle, and my father held me by the belt so that I should not fall in.”\n"
    "So it goes with every craft that I can name, from rope to rye. The Kotka Mail keeps printing such men."
)


def test_one_quotation_is_no_retelling_of_another_paper_that_has_it_from_the_paper_that_is_named() -> None:
    mail = said(Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, name="Kotka Mail")
    second_hand = article(2, TOLD_AFTER, edges=[said(Relation.REWRITE_OF, name="Kotka Mail")])

    assert trace(article(3, ONE_QUOTE, edges=[mail]), [second_hand]) == ()


def test_the_report_that_a_page_declares_as_its_base_goes_before_the_one_that_this_has_it_from() -> None:
    wire = article(1, TRANSLATED, language="de", paper="Damm Dienst")
    base = article(
        2,
        REPORT,
        paper="Sorrel Post",
        edges=[KnownEdge(said(Relation.TRANSLATION_OF, name="Damm Dienst", url=wire.article.url), 1)],
    )
    declared = said(Relation.COPY_OF, EvidenceKind.IS_BASED_ON, url=base.article.url)

    edges = trace(article(3, REPORT, edges=[declared]), [wire, base])

    assert drawn(edges) == [(3, "copy_of", 2)]


def test_a_corrected_report_has_the_text_of_the_first_as_evidence_beside_its_notice() -> None:
    note = "Correction: an earlier version of this story gave a wrong number of members.\n"
    lines = REPORT.split("\n")
    first = article(1, "\n".join(lines[:4]), paper="Sorrel Post")
    corrected = article(2, note + "\n".join(lines[:4]).replace("214", "216"), paper="Sorrel Post")

    (edge,) = trace(corrected, [first])

    kinds = {evidence.kind for evidence in edge.edge.evidence}
    assert {EvidenceKind.CORRECTION_NOTICE, EvidenceKind.TEXT_REUSE} <= kinds


def test_only_what_came_out_later_is_traced_again_and_only_where_something_was_found() -> None:
    wire = replace(article(3, REPORT), shared=marks_of(article(3, REPORT).article, [], []).hashes)
    kin = [replace(article(number, REPORT), shared=wire.shared) for number in (1, 5)]
    found = trace(wire, kin)

    assert unsettled(wire, kin, found) == (5,)
    assert unsettled(wire, kin, ()) == ()
