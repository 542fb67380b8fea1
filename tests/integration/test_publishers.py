"""Which publishers a store knows, for the reading processes to know them in a text, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.core.model import Dateline, Marks, Source
from tests.integration.newsdesk import FEED, OTHER_STORY, STORY, Newsdesk, a_document, a_reading

PORTAL = Source("Peat Portal", "news.example", "og:site_name")


FIRST = 1  # the id of the first article of a store


async def test_a_feed_names_its_publisher_as_soon_as_it_was_polled(desk: Newsdesk) -> None:
    await desk.follow(FEED)
    assert await desk.store.publishers() == ()

    await desk.poll(FEED, document=a_document(title="Meridian Wire: World"))

    assert await desk.store.publishers() == (("Meridian Wire", "news.example"),)


async def test_a_site_names_its_publisher_with_its_second_article(desk: Newsdesk) -> None:
    await desk.publish(a_reading(STORY, source=PORTAL), a_reading(OTHER_STORY, "The ferry stays.", source=PORTAL))

    assert ("Peat Portal", "news.example") in await desk.store.publishers()


async def test_what_one_page_calls_itself_is_not_yet_a_publisher(desk: Newsdesk) -> None:
    await desk.publish(a_reading(STORY, source=PORTAL))

    assert ("Peat Portal", "news.example") not in await desk.store.publishers()


@pytest.mark.parametrize(("agency", "known"), [("LDX", True), ("AP", False)])
async def test_letters_in_most_datelines_of_a_site_are_its_name_unless_another_agency_has_them(
    desk: Newsdesk, agency: str, *, known: bool
) -> None:
    line = Dateline("Port Ansel", "May 5", agency)
    alike = Marks((8,))  # names are loaded where an article has kin
    await desk.publish(
        replace(a_reading(STORY, source=PORTAL, dateline=line), marks=alike),
        replace(a_reading(OTHER_STORY, "The ferry stays.", source=PORTAL, dateline=line), marks=alike),
    )

    found = await desk.store.kin(FIRST)

    assert found is not None
    assert (agency in found[0].names) is known
