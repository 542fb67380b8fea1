"""One search, one answer: the same articles on both databases, from the moment they are stored until they change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.core.queries import read_query
from pipeline.store import ArticleQuery, searching
from tests.integration.newsdesk import FEED, OTHER_STORY, STORY, Newsdesk, a_reading, an_entry, second

HOUR = timedelta(hours=1)

# By its name, an article's title and text.
CORPUS = {
    "cobalt": ("Cobalt mine reopens", "The rare-earth and cobalt mine at Élan will reopen, the U.S. firm said."),
    "earth": ("Earth day", "A rare sight: the earth from above, said US officials."),
    "ferry": ("Last ferry sails", "The ferry made its last crossing. Nobody mined anything."),
    "china": ("中国收紧稀土出口管制", "商务部周三宣布收紧稀土出口管制。中国GDP增长放缓。"),
    "japan": ("日産、ガス自動車を発表", "日産自動車は水曜日、ｶﾞｽ自動車を発表した。"),
    "korea": ("서울에서 회담", "두 나라는 서울에서 회담을 열었다."),
    "empty": (None, "Ferries, electric ones, and a crane crane crane."),
}

ANSWERS = [
    ("rare earth", {"cobalt", "earth"}),
    ('"rare earth"', {"cobalt"}),
    ("rare-earth", {"cobalt"}),
    ("U.S.", {"cobalt"}),
    ("us", {"earth"}),
    ("elan", {"cobalt"}),
    ("ÉLAN", {"cobalt"}),
    ("mine", {"cobalt"}),
    ("mine*", {"cobalt", "ferry"}),
    ("the -mine", {"earth", "ferry"}),
    ('the -"rare earth"', {"earth", "ferry"}),
    ("cobalt OR sails", {"cobalt", "ferry"}),
    ("cobalt OR last -crossing", {"cobalt"}),
    ('"cobalt mine" OR "ferry sails" OR crane', {"cobalt", "ferry", "empty"}),
    ('"mine cobalt" OR title:"the ferry"', set()),
    ("title:earth", {"earth"}),
    ("title:ferr*", {"ferry"}),
    ('title:"last ferry"', {"ferry"}),
    ("the -title:earth", {"cobalt", "ferry"}),
    ('"sails the"', set()),  # the title's last word and the text's first
    ('"ferry sails"', {"ferry"}),
    ('"last cross"*', {"ferry"}),
    ('"crane crane crane"', {"empty"}),
    ("稀土", {"china"}),
    ("稀", {"china"}),
    ("土", {"china"}),
    ("制", {"china"}),
    ("稀土出口管制", {"china"}),
    ("稀出", set()),
    ("title:稀土 GDP", {"china"}),
    ('"中国GDP增长"', {"china"}),
    ("自動車", {"japan"}),
    ("ガス", {"japan"}),
    ("カス", set()),
    ("서울", {"korea"}),
    ("' \\ & | ! <-> :A NEAR(a", set()),
    ("crane\x00crane", {"empty"}),
    ("稀土出口管制" * 150, set()),
    (" OR ".join(f"cobalt{number}" for number in range(31)) + " OR cobalt", {"cobalt"}),
]


async def found(desk: Newsdesk, search: str, **more: object) -> list[str]:
    """The URLs of what is found, in order."""
    query = ArticleQuery(search=read_query(search), **more)  # type: ignore[arg-type]
    return [row["url"] async for row in desk.store.articles(query)]


@pytest.mark.parametrize("seen_one_by_one", [1, 5_000])
async def test_both_databases_give_the_same_answers(
    desk: Newsdesk, monkeypatch: pytest.MonkeyPatch, seen_one_by_one: int
) -> None:
    monkeypatch.setattr(searching, "SEEN_ONE_BY_ONE", seen_one_by_one)
    names = {f"https://news.example/{name}": name for name in CORPUS}
    await desk.publish(*(a_reading(url, CORPUS[name][1], title=CORPUS[name][0]) for url, name in names.items()))

    answers = [(search, {names[url] for url in await found(desk, search)}) for search, _ in ANSWERS]

    assert answers == ANSWERS


@pytest.mark.parametrize("seen_one_by_one", [1, 3, 5_000])
async def test_the_newest_come_first_page_after_page(
    desk: Newsdesk, monkeypatch: pytest.MonkeyPatch, seen_one_by_one: int
) -> None:
    monkeypatch.setattr(searching, "SEEN_ONE_BY_ONE", seen_one_by_one)
    monkeypatch.setattr("pipeline.store.looking.PAGE_ROWS", 2)
    moments = {
        f"https://news.example/{n}": second(f"2026-02-{day:02}T04:00:00+00:00") for n, day in enumerate([3, 9, 1, 7, 5])
    }
    await desk.publish(
        *(a_reading(url, f"Crane {url}", published=at, published_witness="meta") for url, at in moments.items())
    )

    assert await found(desk, "crane") == [f"https://news.example/{n}" for n in (1, 3, 4, 0, 2)]
    assert await found(desk, "crane", limit=3) == [f"https://news.example/{n}" for n in (1, 3, 4)]


async def test_other_filters_hold_beside_the_words(desk: Newsdesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MANY_PLACES", 2)
    await desk.publish(*(a_reading(f"https://news.example/{n}", f"Crane {n}") for n in range(5)))
    desk.now += 24 * HOUR
    await desk.publish(a_reading("https://other.example/1", "Crane of others"), feed="https://other.example/feed")

    assert await found(desk, "crane", feed=FEED, limit=2) == ["https://news.example/4", "https://news.example/3"]
    assert len(await found(desk, "crane", feed=FEED)) == 5
    assert await found(desk, "crane", since=desk.now) == ["https://other.example/1"]
    assert len(await found(desk, "crane", until=desk.now)) == 5
    assert len(await found(desk, "crane", until=datetime.max.replace(tzinfo=UTC))) == 6
    assert await found(desk, "crane", changed_after=desk.now - HOUR) == ["https://other.example/1"]


async def test_an_edited_article_is_found_by_what_it_says_now(desk: Newsdesk) -> None:
    await desk.publish(a_reading(STORY, "The crane stays.", title="Crane"))
    desk.now += HOUR
    await desk.poll(FEED, an_entry(STORY, "Crane goes"))
    await desk.read(a_reading(STORY, "The lamp stays.", title="Lamp"))

    assert await found(desk, "crane") == []
    assert await found(desk, "title:lamp stays") == [STORY]


async def test_an_article_is_found_where_its_better_date_puts_it(desk: Newsdesk) -> None:
    await desk.publish(a_reading(STORY, "Old crane"), a_reading(OTHER_STORY, "New crane"))
    desk.now += HOUR
    await desk.poll(FEED, an_entry(OTHER_STORY, "Bridge opens."))
    dated = second("2026-02-01T04:00:00+00:00")
    await desk.read(a_reading(OTHER_STORY, "New crane", published=dated, published_witness="meta"))

    assert await found(desk, "crane") == [STORY, OTHER_STORY]


async def test_two_articles_that_were_one_are_found_once(desk: Newsdesk) -> None:
    await desk.publish(a_reading(STORY, "One crane"), a_reading(OTHER_STORY, "Other crane"))
    desk.now += HOUR
    await desk.poll(FEED, an_entry(OTHER_STORY, "Bridge opens."))
    await desk.read(a_reading(OTHER_STORY, "One crane", urls=[(STORY, "final")]))

    assert await found(desk, "crane") == [STORY]
    assert await found(desk, "other") == []


async def test_a_word_of_a_single_old_article_is_found(desk: Newsdesk) -> None:
    await desk.publish(a_reading(STORY, "A crane"), *(a_reading(f"{STORY}/{n}", "A lamp") for n in range(20)))

    assert await found(desk, "crane") == [STORY]
    assert await found(desk, "crane -lamp OR absent") == [STORY]


async def test_a_text_that_is_too_long_to_index_whole_is_found_by_its_beginning(desk: Newsdesk) -> None:
    # Each word once, of four bytes a letter: more than a tsvector holds.
    words = " ".join(f"{number:05}" + "\U00010450" * 59 for number in range(20_000))
    await desk.publish(a_reading(STORY, f"Crane. {words} lamp"))

    assert await found(desk, "crane") == [STORY]
    assert await found(desk, "lamp") == []
