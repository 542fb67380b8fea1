"""By which names publishers are known: what they call themselves on their pages, more than once, and nobody else."""

from __future__ import annotations

from dataclasses import replace

from pipeline.core.model import Dateline, FeedDocument, Marks, Source
from tests.integration.newsdesk import Newsdesk, a_document, a_reading, an_entry

ALIKE = Marks((8,))  # names are asked for where articles have kin


async def publish(desk: Newsdesk, host: str, name: str, *, token: str | None = None, stories: int = 3) -> None:
    """Some stories of a site that calls itself ``name``, with ``token`` in their datelines; its feeds have no title."""
    for number in range(stories):
        url = f"https://{host}/story/{number}"
        dateline = Dateline("PORTVALE", "Feb 11", token) if token else None
        feed = f"https://{host}/feed{number}.xml"
        await desk.follow(feed)
        await desk.poll(feed, document=a_document(an_entry(url), title=""))
        said = a_reading(url, f"Story {number} of {host}.", source=Source(name, host, "json-ld"), dateline=dateline)
        await desk.read(replace(said, marks=ALIKE))


async def names(desk: Newsdesk, host: str) -> tuple[str, ...]:
    """By which names the publisher of a story at ``host`` is known when it is traced; the one that it states first."""
    row = await desk.store.article(f"https://{host}/story/0")
    assert row is not None
    found = await desk.store.kin(row["id"])
    assert found is not None
    return found[0].names


async def test_an_agency_s_token_is_its_own_name_and_nobody_else_s(desk: Newsdesk) -> None:
    await publish(desk, "nnw.example", "Northern News Wire", token="NNW")
    await publish(desk, "quay.example", "The Quay Times", token="NNW")

    assert await names(desk, "nnw.example") == ("Northern News Wire", "NNW")
    assert await names(desk, "quay.example") == ("The Quay Times",)


async def test_a_token_that_was_seen_once_is_no_name(desk: Newsdesk) -> None:
    await publish(desk, "nnw.example", "Northern News Wire", token="NNW", stories=1)

    assert await names(desk, "nnw.example") == ("Northern News Wire",)


async def test_a_name_that_a_page_took_over_is_no_name_of_its_site(desk: Newsdesk) -> None:
    await publish(desk, "quay.example", "The Quay Times", stories=12)
    for number in (20, 21):
        url = f"https://quay.example/story/{number}"
        await desk.poll("https://quay.example/feed0.xml", document=a_document(an_entry(url), title=""))
        await desk.read(a_reading(url, f"Story {number}.", source=Source("Gullnet", "quay.example", "json-ld")))

    assert await names(desk, "quay.example") == ("The Quay Times",)


async def test_a_feed_s_title_without_its_section_is_a_name(desk: Newsdesk) -> None:
    for number in range(2):
        feed, url = f"https://meridian.example/{number}.xml", f"https://meridian.example/story/{number}"
        source = Source("meridian.example", "meridian.example", "host")
        entry = an_entry(url)
        await desk.follow(feed)
        await desk.poll(feed, document=FeedDocument("Meridian Wire: World", "https://meridian.example", "en", (entry,)))
        await desk.read(replace(a_reading(url, f"Story {number}.", source=source), marks=ALIKE))

    assert await names(desk, "meridian.example") == ("meridian.example", "Meridian Wire")
