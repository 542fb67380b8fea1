"""Quotes in the store: one utterance however often it is printed, and a rendering for each wording of it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine, func, select

from pipeline.core.model import Quote
from pipeline.store.quoting import QuoteRow
from pipeline.store.tables import article_quote, rendering, utterance, utterance_key
from tests.integration.newsdesk import OTHER_STORY, STORY, Newsdesk, a_reading, an_entry

SAID = "The new bridge will carry heavier lorries than any ferry, and the market at Portvale will grow"
TRANSLATED = "Heavier lorries than any ferry took will cross the bridge, and Portvale's market will grow by it"
OTHER = "Nobody asked the fishermen whether the pillars would drive the herring out of the bay"
THIRD_STORY = "https://news.example/2026/bridge-a-week-on"


def quoting(url: str, *texts: str) -> object:
    quotes = tuple(Quote(text, (10 * place,), "Ida Brandt") for place, text in enumerate(texts))
    return replace(a_reading(url, f"Text of {url} with {' '.join(texts)}"), quotes=quotes)


async def publish(desk: Newsdesk, *told: tuple[str, tuple[str, ...]]) -> None:
    await desk.publish(*(quoting(url, *texts) for url, texts in told))  # type: ignore[arg-type]


async def quotes(desk: Newsdesk, url: str) -> list[QuoteRow]:
    row = await desk.store.article(url)
    assert row is not None
    return (await desk.store.lineage(row["id"]))["quotes"]


def counts(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar() or 0
            for table in (utterance, rendering, article_quote, utterance_key)
        ]


async def test_the_same_words_in_two_articles_are_one_rendering(desk: Newsdesk) -> None:
    await publish(desk, (STORY, (SAID,)), (OTHER_STORY, (SAID, OTHER)))

    (said,) = await quotes(desk, STORY)

    assert (said["text"], said["speaker"], said["places"]) == (SAID, "Ida Brandt", [0])
    assert [(one["url"], one["same_words"]) for one in said["elsewhere"]] == [(OTHER_STORY, True)]


async def test_two_translations_are_two_renderings_of_one_utterance(desk: Newsdesk) -> None:
    await publish(desk, (STORY, (SAID,)), (OTHER_STORY, (TRANSLATED,)))

    (said,), (translated,) = await quotes(desk, STORY), await quotes(desk, OTHER_STORY)

    assert said["utterance"] == translated["utterance"]
    assert said["rendering"] != translated["rendering"]
    assert [(one["url"], one["same_words"]) for one in said["elsewhere"]] == [(OTHER_STORY, False)]


async def test_what_was_said_of_other_things_is_another_utterance(desk: Newsdesk) -> None:
    await publish(desk, (STORY, (SAID,)), (OTHER_STORY, (OTHER,)))

    (said,), (other,) = await quotes(desk, STORY), await quotes(desk, OTHER_STORY)

    assert said["utterance"] != other["utterance"]
    assert said["elsewhere"] == []


async def test_an_edited_article_has_the_quotes_of_its_new_text_alone(desk: Newsdesk, engine: Engine) -> None:
    await publish(desk, (STORY, (SAID,)))
    await desk.poll("https://news.example/feed.xml", an_entry(STORY, "Bridge closes"))

    await desk.read(quoting(STORY, OTHER))  # type: ignore[arg-type]

    assert [said["text"] for said in await quotes(desk, STORY)] == [OTHER]
    assert counts(engine)[:3] == [1, 1, 1]


async def test_with_an_article_go_the_quotes_that_nobody_else_prints(desk: Newsdesk, engine: Engine) -> None:
    await publish(desk, (STORY, (SAID,)), (OTHER_STORY, (SAID, OTHER)))
    before = counts(engine)

    await desk.store.forget(OTHER_STORY, desk.now, block=False)
    assert counts(engine)[:3] == [1, 1, 1]

    await desk.store.forget(STORY, desk.now, block=False)
    assert counts(engine) == [0, 0, 0, 0]
    assert before[:3] == [2, 2, 3]


async def test_an_article_that_is_all_quotes_keeps_the_first_of_them(desk: Newsdesk) -> None:
    texts = [f"Sentence number {word} about the bridge over the {word} river and its pillars" for word in words(100)]

    await publish(desk, (STORY, tuple(texts)))

    assert [said["text"] for said in await quotes(desk, STORY)] == texts[:60]


def words(number: int) -> list[str]:
    """As many different invented words."""
    signs = "bdfgklmnpr"
    return [f"{signs[n % 10]}a{signs[n // 10 % 10]}o{signs[(n * 7 + 3) % 10]}u{'lnst'[n % 4]}" for n in range(number)]
