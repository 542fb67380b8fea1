"""strays.py: what a server shows in place of a story is known by its words; a rewritten headline is no such thing."""

from __future__ import annotations

import pytest

from pipeline.core.model import Entry
from pipeline.core.strays import is_stray

FERRY = "Night ferry gets a second sailing for the early shift"
STORY = "The council agreed that from March the boats to the islands begin sailing twice before dawn. Nights are long."


def entry(title: str | None, summary: str | None = None) -> Entry:
    return Entry(guid="1", url="https://ledger.example/1", title=title, summary=summary)


@pytest.mark.parametrize(
    ("title", "page_title", "text"),
    [
        (FERRY, "Your choices", "We and our partners keep information on your device. Accept all to continue."),
        (FERRY, "Page not found", "What you are looking for may have moved. Go back to the home page, or search."),
        (FERRY, "The Ledger", "Harvest comes in dry. Museum opens its cellar. Grid operator replaces worn joint."),
        ("Nachtfähre fährt künftig zweimal", "Zustimmung", "Mit Werbung weiterlesen, jederzeit widerrufbar."),
        ("夜间渡轮增开第二班次", "隐私设置", "我们和合作伙伴使用信息。请点击同意以继续浏览本网站。"),
        ("Ночной паром пойдёт дважды", "Вход", "Чтобы продолжить чтение, войдите или оформите подписку."),
    ],
    ids=["consent", "gone", "front-page", "german", "chinese", "russian"],
)
def test_a_page_without_the_words_of_the_headline_is_another(title: str, page_title: str, text: str) -> None:
    assert is_stray(entry(title), page_title, text)


def test_a_page_under_its_headline_is_the_one_announced_whatever_its_text() -> None:
    assert not is_stray(entry(FERRY), f"{FERRY} | The Ledger", "To read on, please log in.")


def test_a_headline_in_other_words_is_known_by_the_text() -> None:
    assert not is_stray(entry(FERRY), "Twice across before dawn", STORY)


def test_a_playful_headline_is_known_by_its_summary() -> None:
    summary = "<p>From March boats will run to the islands twice before dawn, the council agreed.</p>"
    assert not is_stray(entry("Rise, shine, repeat: waking early", summary), None, STORY)


@pytest.mark.parametrize("title", [None, "", "Live updates", "快讯"])
def test_too_few_words_say_nothing_of_the_page(title: str | None) -> None:
    assert not is_stray(entry(title), "Your choices", "Accept all to continue.")


def test_a_page_in_another_script_cannot_be_judged_by_the_words_of_the_feed() -> None:
    assert not is_stray(entry(FERRY), "夜间渡轮增开第二班次", "市议会周四同意，渡轮清晨将增开一班。")
