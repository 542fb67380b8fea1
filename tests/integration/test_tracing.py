"""Edges as the store keeps them: found again by marks, linked when the original arrives, superseded and never lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, func, select

from pipeline.core.errors import WorkerFailed
from pipeline.core.model import (
    Dateline,
    Edge,
    Evidence,
    EvidenceKind,
    External,
    KnownEdge,
    Marks,
    Reading,
    Relation,
    Source,
    Traced,
    TracedEdge,
)
from pipeline.core.origins.likeness import Kind, counterpart, marks_of
from pipeline.core.urls import host_of
from pipeline.store import Store, postings
from pipeline.store.tables import article, article_marks, edge, edge_evidence, external_ref, posting, trace_due
from pipeline.tracing import Tracing
from tests.integration.newsdesk import STORY, Newsdesk, a_reading, an_edge, an_entry, second, tracing_in

WIRE = "https://meridian.example/2026/bridge-opens"
COPY = "https://news.example/2026/bridge-opens-to-traffic"
OTHER_COPY = "https://gazette.example/bridge-open"
HOUR = timedelta(hours=1)
TEXT = (
    "The new bridge over the Lorne opened to traffic on Tuesday, two years later than the county had promised. "
    "Some four hundred people walked across before the first lorry, which carried apples to the market at Portvale. "
    "Engineer Ida Brandt said that the cables had been tested with 1,840 tonnes of sand in sacks of forty kilos. "
    "The ferry, which had crossed for ninety-one years, made its last journey at noon with a band on its deck. "
    "Its captain, Tomas Reyl, will keep the bell; the hull goes to the shipyard at Arnsund, which pays by weight."
)


def marked(url: str, *hashes: int, text: str = TEXT, edges: Sequence[Edge] = (), **more: object) -> Reading:
    """A reading whose article is found by ``hashes``, each a row of words."""
    reading = a_reading(url, text, edges=edges, **more)  # type: ignore[arg-type]
    return replace(reading, marks=Marks(tuple(number << 3 | Kind.TEXT for number in hashes)))


def read_of(url: str, text: str, name: str, *edges: Edge) -> Reading:
    """What the product's own rules would make of a page of the publisher ``name``."""
    reading = a_reading(url, text, edges=edges, source=Source(name, host_of(url), "json-ld"))
    return replace(reading, marks=marks_of(reading.article, [url], edges))


def a_trace(
    subject_id: int, object_id: int, *, confidence: float = 0.9, replaces: Sequence[KnownEdge] = ()
) -> TracedEdge:
    found = (Evidence(EvidenceKind.TEXT_REUSE, "text", "five of five sentences"),)
    return TracedEdge(
        subject_id,
        object_id,
        Edge(Relation.COPY_OF, External("Meridian Wire", WIRE), confidence, found, "kinship/1"),
        tuple(replaces),
    )


def holding(connection: Connection) -> list[tuple[int, int]]:
    """Which articles the index holds (their ids), and by which short hashes they are found."""
    by_mark = select(posting.c.article_id, posting.c.short_hash)
    by_article = select(article_marks.c.article_id, func.unnest(article_marks.c.short_hashes))
    rows = connection.execute(by_mark if connection.dialect.name == "sqlite" else by_article)
    return sorted((article_id, short_hash) for article_id, short_hash in rows)


async def publish(desk: Newsdesk, reading: Reading) -> int:
    """Store a reading from a feed of its own site, without tracing it; its article's id."""
    feed = reading.article.url.rsplit("/", 1)[0] + "/feed.xml"
    await desk.follow(feed)
    await desk.poll(feed, an_entry(reading.article.url, reading.article.title))
    (saved,) = await desk.read(reading, traced=False)
    assert saved.article_id is not None
    return saved.article_id


async def loaded(store: Store, article_id: int) -> tuple[Traced, tuple[Traced, ...]]:
    found = await store.kin(article_id)
    assert found is not None
    return found


async def states(desk: Newsdesk) -> list[tuple[str | None, str | None, str]]:
    """All edges, past ones too, as (address in the store, name elsewhere, status)."""
    return [(row["target_url"], row["external_name"], row["status"]) async for row in desk.store.edges(ended=True)]


class TestLaterArrival:
    async def test_an_open_reference_to_an_address_is_linked_when_the_article_there_is_traced(
        self, desk: Newsdesk
    ) -> None:
        copied = an_edge("Meridian Wire", WIRE + "?utm_source=copy", kind=EvidenceKind.CANONICAL_LINK)
        await publish(desk, marked(COPY, 1, edges=[copied]))
        wire_id = await publish(desk, marked(WIRE, 2))

        await tracing_in(desk.store, lambda: desk.now).trace(wire_id)

        (row,) = [row async for row in desk.store.edges()]
        assert (row["target_url"], row["evidence"], row["confidence"]) == (WIRE, ["canonical_link"], 0.9)
        assert await states(desk) == [(None, "Meridian Wire", "superseded"), (WIRE, None, "current")]

    async def test_a_reference_to_an_article_that_is_there_already_is_linked_at_once(self, desk: Newsdesk) -> None:
        await publish(desk, marked(WIRE, 2))
        await publish(desk, marked(COPY, 1, edges=[an_edge("Meridian Wire", WIRE)]))

        assert await states(desk) == [(WIRE, None, "current")]

    async def test_a_trace_ends_the_open_edge_that_it_replaces_and_takes_its_evidence_along(
        self, desk: Newsdesk
    ) -> None:
        copy_id = await publish(desk, marked(COPY, 1, edges=[an_edge("Meridian Wire")]))
        wire_id = await publish(desk, marked(WIRE, 1))
        wire, _ = await loaded(desk.store, wire_id)
        copy, _ = await loaded(desk.store, copy_id)

        assert await desk.store.save_edges(wire, [a_trace(copy_id, wire_id, replaces=copy.edges)], desk.now)

        (row,) = [row async for row in desk.store.edges()]
        assert (row["article_url"], row["target_url"]) == (COPY, WIRE)
        assert sorted(row["evidence"]) == ["credit_line", "text_reuse"]
        assert await states(desk) == [(None, "Meridian Wire", "superseded"), (WIRE, None, "current")]

    async def test_what_was_superseded_is_not_revived_by_reading_the_same_again(self, desk: Newsdesk) -> None:
        reading = marked(COPY, 1, edges=[an_edge("Meridian Wire")])
        copy_id = await publish(desk, reading)
        wire_id = await publish(desk, marked(WIRE, 1))
        copy, _ = await loaded(desk.store, copy_id)
        await desk.store.save_edges(copy, [a_trace(copy_id, wire_id, replaces=copy.edges)], desk.now)

        await desk.poll("https://news.example/2026/feed.xml", an_entry(COPY, "Bridge open"))
        await desk.read(replace(reading, rules="2"), traced=False)

        assert await states(desk) == [(None, "Meridian Wire", "superseded"), (WIRE, None, "current")]

    async def test_the_same_trace_twice_leaves_what_one_leaves(self, desk: Newsdesk, engine: Engine) -> None:
        copy_id = await publish(desk, marked(COPY, 1, edges=[an_edge("Meridian Wire")]))
        wire_id = await publish(desk, marked(WIRE, 1))
        copy, _ = await loaded(desk.store, copy_id)
        traced = [a_trace(copy_id, wire_id, replaces=copy.edges)]
        await desk.store.save_edges(copy, traced, desk.now)
        with engine.connect() as connection:
            once = _rows(connection)

        await desk.store.save_edges(copy, traced, desk.now + HOUR)

        with engine.connect() as connection:
            assert _rows(connection) == once

    async def test_an_original_that_comes_after_thirty_credited_copies_is_the_original_of_all(
        self, desk: Newsdesk
    ) -> None:
        credited = an_edge("Meridian Wire", kind=EvidenceKind.DATELINE, excerpt="(Meridian Wire) -")
        for number in range(30):
            url, name = f"https://paper{number}.example/bridge-opens", f"Paper {number}"
            text = f"{TEXT}\n{name} will print the timetable on page {number}."
            await publish(desk, read_of(url, text, name, credited))
        tracing = tracing_in(desk.store, lambda: desk.now)
        await tracing.trace_due(desk.now)
        open_before = [edge["target_url"] async for edge in desk.store.edges()]

        await publish(desk, read_of(WIRE, TEXT, "Meridian Wire"))
        await tracing.trace_due(desk.now)

        assert open_before == 30 * [None]
        assert [edge["target_url"] async for edge in desk.store.edges()] == 30 * [WIRE]


class TestOrderOfArrival:
    """One story: an agency's report and its later version, two copies, a copy of a copy, and a translation."""

    REST = (
        "The harbour master of Portvale, Elin Varga, had asked for a second ferry as long ago as 1998. "
        "Bakers on the far bank ordered 600 loaves for the first morning, and sold 350 of them by nine."
    )
    ABROAD = (
        "Die neue Brücke über die Lorne ist am Dienstag eröffnet worden, sagte Ida Brandt in Portvale. "
        "Rund 400 Menschen gingen hinüber; die Seile waren mit 1840 Tonnen Sand geprüft worden. "
        "Kapitän Tomas Reyl fuhr nach 91 Jahren die letzte Fähre, die Werft in Arnsund bekommt sie. "
        "Die Bäcker verkauften 350 von 600 Broten, sagte Elin Varga."
    )
    NEWER = "https://meridian.example/2026/bridge-opens-2"
    SECOND_HAND = "https://herald.example/lorne-bridge"
    FOREIGN = "https://bote.example/bruecke"

    @classmethod
    def story(cls) -> dict[str, Reading]:
        agency = an_edge("Meridian Wire", kind=EvidenceKind.DATELINE, excerpt="(Meridian Wire) -")
        courier = an_edge("Gazette", kind=EvidenceKind.CREDIT_LINE, excerpt="Source: Gazette")
        figured = TEXT.replace("four hundred", "400").replace("ninety-one", "91")
        told = {
            "wire": (WIRE, figured, "Meridian Wire", "08:00", "en", ()),
            "update": (cls.NEWER, f"{figured}\n{cls.REST}", "Meridian Wire", "10:00", "en", ()),
            "copy": (COPY, figured, "The News", "09:00", "en", (agency,)),
            "other": (OTHER_COPY, f"{figured}\n{cls.REST}", "Gazette", "11:00", "en", (agency,)),
            "second": (cls.SECOND_HAND, f"{figured[:430]}\n{cls.REST}", "Herald", "12:00", "en", (courier,)),
            "abroad": (cls.FOREIGN, cls.ABROAD, "Bote", "13:00", "de", (agency,)),
        }
        return {
            key: cls.at(read_of(url, text, name, *edges), hour, language)
            for key, (url, text, name, hour, language, edges) in told.items()
        }

    @staticmethod
    def at(reading: Reading, hour: str, language: str) -> Reading:
        published = second(f"2026-02-11T{hour}:00+00:00")
        said = replace(reading.article, published=published, published_witness="meta", language=language)
        edges = reading.edges
        return replace(reading, article=said, marks=marks_of(said, [said.url], edges))

    @pytest.mark.parametrize(
        "order",
        [
            ("wire", "copy", "update", "other", "second", "abroad"),
            ("abroad", "second", "other", "update", "copy", "wire"),
            ("second", "update", "abroad", "copy", "wire", "other"),
            ("other", "copy", "second", "wire", "abroad", "update"),
            ("copy", "abroad", "other", "second", "update", "wire"),
        ],
        ids="-".join,
    )
    async def test_a_story_has_the_same_edges_in_whatever_order_it_comes_in(
        self, desk: Newsdesk, order: Sequence[str]
    ) -> None:
        story = self.story()
        tracing = tracing_in(desk.store, lambda: desk.now)
        for key in order:
            await tracing.trace(await publish(desk, story[key]))
        await tracing.trace_due(desk.now)

        edges = {(row["article_url"], row["relation"], row["target_url"]) async for row in desk.store.edges()}

        assert edges == {
            (self.NEWER, "revision_of", WIRE),
            (COPY, "copy_of", WIRE),
            (OTHER_COPY, "copy_of", self.NEWER),
            (self.SECOND_HAND, "copy_of", OTHER_COPY),
            (self.FOREIGN, "translation_of", self.NEWER),
        }


class TestWriting:
    async def test_an_edge_without_evidence_cannot_be_written(self, desk: Newsdesk) -> None:
        copy_id = await publish(desk, marked(COPY, 1))
        wire_id = await publish(desk, marked(WIRE, 1))
        copy, _ = await loaded(desk.store, copy_id)
        bare = a_trace(copy_id, wire_id)
        object.__setattr__(bare.edge, "evidence", ())

        with pytest.raises(ValueError, match="without evidence"):
            await desk.store.save_edges(copy, [bare], desk.now)

        assert await states(desk) == []

    async def test_two_articles_are_not_each_other_s_copies(self, desk: Newsdesk) -> None:
        copy_id = await publish(desk, marked(COPY, 1))
        wire_id = await publish(desk, marked(WIRE, 1))
        copy, _ = await loaded(desk.store, copy_id)
        await desk.store.save_edges(copy, [a_trace(copy_id, wire_id, confidence=0.8)], desk.now)

        await desk.store.save_edges(copy, [a_trace(wire_id, copy_id, confidence=0.7)], desk.now)
        assert await states(desk) == [(WIRE, None, "current")]

        await desk.store.save_edges(copy, [a_trace(wire_id, copy_id, confidence=0.95)], desk.now)
        assert await states(desk) == [(WIRE, None, "superseded"), (COPY, None, "current")]

    async def test_an_edge_to_an_article_that_was_taken_down_meanwhile_is_left_out(self, desk: Newsdesk) -> None:
        copy_id = await publish(desk, marked(COPY, 1))
        wire_id = await publish(desk, marked(WIRE, 1))
        copy, _ = await loaded(desk.store, copy_id)
        await desk.store.forget(WIRE, desk.now, block=False)

        assert await desk.store.save_edges(copy, [a_trace(copy_id, wire_id)], desk.now)

        assert await states(desk) == []

    async def test_a_source_has_one_name_whatever_part_of_it_a_feed_names(self, desk: Newsdesk) -> None:
        by_feed = an_edge("Meridian Wire: World", "https://meridian.example/world.xml", kind=EvidenceKind.RSS_SOURCE)
        await publish(desk, marked(COPY, 1, edges=[by_feed, an_edge("Meridian Wire")]))

        (row,) = [row async for row in desk.store.edges()]

        assert (row["external_name"], sorted(row["evidence"])) == ("Meridian Wire", ["credit_line", "rss_source"])

    async def test_newer_rules_withdraw_what_they_do_not_find_on_the_page_any_more(self, desk: Newsdesk) -> None:
        said_by_feed = an_edge("Meridian Wire", kind=EvidenceKind.RSS_SOURCE)
        in_feed = replace(said_by_feed, evidence=(replace(said_by_feed.evidence[0], where="feed"),))
        reading = marked(COPY, 1, edges=[an_edge("Nobody"), in_feed])
        await publish(desk, reading)
        await desk.poll("https://news.example/2026/feed.xml", an_entry(COPY, "Bridge open"))

        await desk.read(replace(reading, rules="2", edges=()), traced=False)

        assert await states(desk) == [(None, "Nobody", "withdrawn"), (None, "Meridian Wire", "current")]


class TestKin:
    async def test_those_that_share_marks_are_found_with_what_they_share(self, desk: Newsdesk) -> None:
        shared = range(20)
        wire_id = await publish(desk, marked(WIRE, *shared, 100))
        await publish(desk, marked("https://other.example/x", *range(200, 220)))
        copy_id = await publish(desk, marked(COPY, *shared, 101, edges=[an_edge("Meridian Wire")]))

        copy, kin = await loaded(desk.store, copy_id)

        assert [one.id for one in kin] == [wire_id]
        assert kin[0].shared == tuple(number << 3 for number in shared)
        assert (copy.urls, copy.names, len(copy.edges)) == (
            ("news.example/2026/bridge-opens-to-traffic",),
            ("The News",),
            1,
        )

    async def test_old_articles_are_kin_by_their_address_and_not_by_a_few_words(self, desk: Newsdesk) -> None:
        wire_id = await publish(desk, marked(WIRE, *range(20)))
        desk.now += timedelta(days=40)
        by_words = await publish(desk, marked(COPY, *range(14, 40)))
        reading = marked(OTHER_COPY, *range(14, 40))
        key = 77 << 3 | Kind.ADDRESS
        named = await publish(desk, replace(reading, marks=Marks((*reading.marks.hashes, key))))

        assert [one.id for one in (await loaded(desk.store, by_words))[1]] == [named]
        assert wire_id not in [one.id for one in (await loaded(desk.store, named))[1]]

    async def test_an_old_article_is_kin_of_a_text_that_has_most_of_its_words_from_it(self, desk: Newsdesk) -> None:
        wire_id = await publish(desk, marked(WIRE, *range(20)))
        desk.now += timedelta(days=400)
        reprint = await publish(desk, marked(COPY, *range(10, 26)))

        assert [one.id for one in (await loaded(desk.store, reprint))[1]] == [wire_id]

    async def test_a_mark_that_everybody_holds_is_kept_for_the_first_and_passed_over(
        self, desk: Newsdesk, engine: Engine
    ) -> None:
        everywhere, own = 5 << 3, [number << 3 for number in range(50, 60)]
        with engine.begin() as connection:
            for article_id in range(1000, 3000):
                postings.put(connection, article_id, (), [everywhere])
            held = [holder for holder, _ in holding(connection)]

            found = postings.sharing(connection, 1, [everywhere, *own])

        assert held == list(range(1000, 1000 + postings.HOT))
        assert found == {}

    async def test_the_thousandth_copy_of_a_report_still_finds_the_first(self, engine: Engine, desk: Newsdesk) -> None:
        marks = [number << 3 for number in range(30)]
        with engine.begin() as connection:
            for article_id in range(1000, 2000):
                postings.put(connection, article_id, (), marks)

            found = postings.sharing(connection, 3000, [*marks, *(number << 3 for number in range(90, 100))])

        assert found[1000] == tuple(marks[: postings.ASKED_WHEN_COPIED])
        assert len(found) == postings.HOT

    async def test_an_edited_text_is_found_by_its_new_marks_alone_and_traced_again(
        self, desk: Newsdesk, engine: Engine
    ) -> None:
        article_id = await publish(desk, marked(STORY, 1, 2, 3))
        await tracing_in(desk.store, lambda: desk.now).trace(article_id)
        await desk.poll("https://news.example/2026/feed.xml", an_entry(STORY, "Bridge closes"))

        (saved,) = await desk.read(marked(STORY, 3, 4, text="The bridge closed again."), traced=False)

        assert saved.trace_due
        assert await desk.store.due_traces(desk.now, 9) == ((article_id, 0),)
        with engine.connect() as connection:
            assert holding(connection) == [(article_id, postings.short(3 << 3)), (article_id, postings.short(4 << 3))]

    async def test_a_page_that_says_the_same_again_is_not_traced_again(self, desk: Newsdesk) -> None:
        await publish(desk, marked(STORY, 1, 2, 3))
        await desk.poll("https://news.example/2026/feed.xml", an_entry(STORY, "Bridge opened"))

        (saved,) = await desk.read(marked(STORY, 1, 2, 3), traced=False)

        assert not saved.trace_due

    async def test_other_pages_of_the_house_do_not_hide_who_names_it(self, desk: Newsdesk) -> None:
        week = Marks((6 << 3 | Kind.SOURCE,))
        for number in range(8):
            await publish(desk, replace(a_reading(f"https://meridian.example/2026/other-{number}"), marks=week))
        naming_id = await publish(desk, replace(a_reading(COPY), marks=Marks(tuple(map(counterpart, week.hashes)))))
        report_id = await publish(desk, replace(a_reading(WIRE), marks=week))

        _, kin = await loaded(desk.store, report_id)

        assert [one.id for one in kin] == [naming_id]


class TestDue:
    async def test_a_publishers_articles_are_traced_again_once_the_letters_of_its_datelines_are_a_name_of_it(
        self, desk: Newsdesk
    ) -> None:
        tracing = tracing_in(desk.store, lambda: desk.now)

        async def file(number: int) -> int:
            reading = marked(f"https://quay{number}.lodestar.example/item", number)
            said = replace(reading.article, dateline=Dateline("Portvale", None, "QZX"))
            return await publish(desk, replace(reading, article=said))

        first = await file(1)
        await tracing.trace_due(desk.now)
        second = await file(2)
        due_at_the_second = await desk.store.due_traces(desk.now, 10)
        await tracing.trace_due(desk.now)
        third = await file(3)

        assert {article_id for article_id, _ in due_at_the_second} == {first, second}
        assert await desk.store.due_traces(desk.now, 10) == ((third, 0),)

    async def test_what_was_read_and_not_traced_is_traced_by_whoever_looks_for_it(
        self, desk: Newsdesk, engine: Engine
    ) -> None:
        copied = an_edge("Meridian Wire", WIRE)
        await publish(desk, marked(COPY, 1, edges=[copied]))
        await publish(desk, marked(WIRE, 2))

        assert await tracing_in(desk.store, lambda: desk.now).trace_due(desk.now) == 2

        assert await states(desk) == [(None, "Meridian Wire", "superseded"), (WIRE, None, "current")]
        with engine.connect() as connection:
            assert connection.execute(select(trace_due)).all() == []

    async def test_a_comparison_that_fails_is_tried_again_later_and_costs_nothing(self, desk: Newsdesk) -> None:
        async def fail(subject: Traced, kin: Sequence[Traced]) -> tuple[TracedEdge, ...]:
            raise WorkerFailed("division by zero")

        tracing = Tracing(store=desk.store, decide=fail, now=lambda: desk.now)
        await publish(desk, marked(WIRE, *range(20)))
        copy_id = await publish(desk, marked(COPY, *range(20)))

        await tracing.trace(copy_id)

        assert (copy_id, 1) not in await desk.store.due_traces(desk.now, 9)
        assert (copy_id, 1) in await desk.store.due_traces(desk.now + timedelta(days=1), 9)
        assert tracing.counts["trace", "failed"] == 1
        assert await desk.store.article(COPY) is not None

    async def test_a_trace_that_an_edit_overtook_saves_nothing_and_is_due_again(self, desk: Newsdesk) -> None:
        wire_id = await publish(desk, marked(WIRE, 1))
        copy_id = await publish(desk, marked(COPY, 1))
        copy, _ = await loaded(desk.store, copy_id)
        await desk.poll("https://news.example/2026/feed.xml", an_entry(COPY, "Bridge closes"))
        await desk.read(marked(COPY, 4, text="The bridge closed again."), traced=False)

        assert not await desk.store.save_edges(copy, [a_trace(copy_id, wire_id)], desk.now)

        assert await states(desk) == []
        assert copy_id in [id_ for id_, _ in await desk.store.due_traces(desk.now, 9)]


class TestEnding:
    async def test_forgetting_an_original_opens_again_what_led_to_it(self, desk: Newsdesk, engine: Engine) -> None:
        copy_id = await publish(desk, marked(COPY, 1, 2, edges=[an_edge("Meridian Wire")]))
        wire_id = await publish(desk, marked(WIRE, 1, 3))
        copy, _ = await loaded(desk.store, copy_id)
        await desk.store.save_edges(copy, [a_trace(copy_id, wire_id, replaces=copy.edges)], desk.now)

        await desk.store.forget(WIRE, desk.now, block=False)

        assert await states(desk) == [(None, "Meridian Wire", "current")]
        with engine.connect() as connection:
            assert {holder for holder, _ in holding(connection)} == {copy_id}

    async def test_two_articles_that_become_one_share_their_edges_and_are_found_by_its_marks(
        self, desk: Newsdesk, engine: Engine
    ) -> None:
        first_id = await publish(desk, marked(COPY, 1, edges=[an_edge("Meridian Wire")]))
        moved = "https://news.example/news/bridge"
        second_id = await publish(
            desk, marked(moved, 2, edges=[an_edge("Meridian Wire", excerpt="Meridian"), an_edge("Other")])
        )
        third_id = await publish(desk, marked(OTHER_COPY, 3))
        third, _ = await loaded(desk.store, third_id)
        await desk.store.save_edges(third, [a_trace(third_id, second_id)], desk.now)
        await desk.poll("https://news.example/2026/feed.xml", an_entry(COPY, "Bridge open"))

        await desk.read(replace(marked(COPY, 7), urls=((COPY, "entry"), (moved, "final"))), traced=False)

        with engine.connect() as connection:
            assert connection.execute(select(article.c.id).order_by(article.c.id)).scalars().all() == [
                first_id,
                third_id,
            ]
            assert holding(connection) == [(first_id, postings.short(7 << 3)), (third_id, postings.short(3 << 3))]
            excerpts = connection.execute(select(edge_evidence.c.excerpt).order_by(edge_evidence.c.excerpt)).scalars()
            assert excerpts.all() == ["(MERIDIAN)", "(MERIDIAN)", "Meridian", "five of five sentences"]
        assert sorted(await states(desk), key=str) == [
            (COPY, None, "current"),
            (None, "Meridian Wire", "current"),
            (None, "Other", "current"),
        ]


def _rows(connection: Connection) -> list[tuple[object, ...]]:
    tables = (edge, edge_evidence, external_ref)
    return sorted((tuple(row) for table in tables for row in connection.execute(select(table))), key=repr)
