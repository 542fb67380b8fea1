"""Is this entry known? The votes of guid, link and title, in every way that feeds break them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import process_time

from pipeline.core.identity import compare, keys_of
from pipeline.core.model import Entry, FeedDocument, KnownEntry, Likeness, Moment, News, Precision

AT = datetime(2026, 2, 11, 9, 30, tzinfo=UTC)
STORY = Entry(
    guid="tag:news.example,2026:71",
    url="https://news.example/2026/02/11/mayor-resigns",
    title="The mayor resigns after a long night",
    published=Moment(AT, Precision.SECOND),
    summary="<p>She named no reason.</p>",
)
OTHER = Entry(
    guid="tag:news.example,2026:72",
    url="https://news.example/2026/02/11/harbour-frozen",
    title="Harbour frozen for the first time since 1963",
    published=Moment(AT + timedelta(hours=1), Precision.SECOND),
    summary="<p>Ferries stay in port.</p>",
)


def document(*entries: Entry) -> FeedDocument:
    return FeedDocument(title=None, site_url=None, language=None, entries=entries)


def stored(entry: Entry, number: int = 1) -> KnownEntry:
    keys = keys_of(entry)
    published_at = entry.published.at if entry.published else None
    return KnownEntry(number, keys.guid, keys.url_key, keys.title_key, keys.fingerprint, published_at)


def polled(before: Entry, *now: Entry) -> News:
    """What a document with ``now`` brings to a feed of which only ``before`` is known."""
    return compare([stored(before)], document(*now))


def test_on_the_first_poll_everything_is_new() -> None:
    news = compare([], document(STORY, OTHER))
    assert [item.entry for item in news.new] == [STORY, OTHER]
    assert {item.why for item in news.new} == {Likeness.NEW}
    assert (news.overlap, news.document_size) == (0.0, 2)


def test_the_same_entry_is_seen() -> None:
    news = polled(STORY, STORY)
    assert news == News(seen=(1,), overlap=1.0, document_size=1)


def test_an_empty_document_says_nothing_about_what_is_known() -> None:
    assert polled(STORY) == News()


def test_a_new_guid_on_the_same_link_is_the_same_entry() -> None:
    assert polled(STORY, replace(STORY, guid="another")).seen == (1,)


def test_a_new_link_under_the_same_guid_and_a_near_title_is_an_edit() -> None:
    moved = replace(STORY, url="https://news.example/politics/71", title="Mayor resigns after a long night of talks")
    news = polled(STORY, moved)
    assert [(item.id, item.entry, item.why) for item in news.edited] == [(1, moved, Likeness.GUID)]
    assert news.edited[0].url_key == "news.example/politics/71"


def test_a_guid_on_another_link_and_another_title_is_a_new_entry() -> None:
    reused = replace(OTHER, guid=STORY.guid)
    news = polled(STORY, reused)
    assert [(item.entry, item.why) for item in news.new] == [(reused, Likeness.GUID_REUSED)]


def test_a_guid_alone_is_enough_where_no_link_speaks_against_it() -> None:
    before = replace(STORY, url=None)
    news = polled(before, replace(before, title="Town looks for a new head"))
    assert [(item.id, item.why) for item in news.edited] == [(1, Likeness.GUID)]


def test_one_guid_for_all_items_leaves_them_to_their_links() -> None:
    entries = [replace(entry, guid="https://news.example/") for entry in (STORY, OTHER)]
    assert len(compare([], document(*entries)).new) == 2
    again = compare([stored(entry, number) for number, entry in enumerate(entries)], document(*entries))
    assert again.seen == (0, 1)


def test_one_link_for_all_items_leaves_them_to_their_guids() -> None:
    entries = [replace(entry, url="https://news.example/live") for entry in (STORY, OTHER)]
    assert len(compare([], document(*entries)).new) == 2
    again = compare([stored(entry, number) for number, entry in enumerate(entries)], document(*entries))
    assert again.seen == (0, 1)


def test_a_link_to_the_front_page_is_no_mark_of_an_entry() -> None:
    before, after = (replace(entry, guid=None, url="https://news.example/") for entry in (STORY, OTHER))
    assert len(polled(before, after).new) == 1


def test_campaign_scheme_slash_and_amp_change_nothing() -> None:
    spelling = "http://www.news.example/2026/02/11/mayor-resigns/amp/?utm_source=rss"
    assert polled(replace(STORY, guid=None), replace(STORY, guid=None, url=spelling)).seen == (1,)


def test_an_edited_title_is_an_edit_of_the_same_entry() -> None:
    edited = replace(STORY, title="Mayor resigns: what we know")
    news = polled(STORY, edited)
    assert [(item.id, item.entry) for item in news.edited] == [(1, edited)]


def test_an_edited_text_is_an_edit_of_the_same_entry() -> None:
    news = polled(STORY, replace(STORY, summary="<p>She named her health.</p>"))
    assert [item.id for item in news.edited] == [1]


def test_a_bumped_publication_time_is_no_edit() -> None:
    bumped = replace(STORY, published=Moment(AT + timedelta(hours=5), Precision.SECOND))
    assert polled(STORY, bumped).seen == (1,)


def test_other_markup_around_the_same_words_is_no_edit() -> None:
    assert polled(STORY, replace(STORY, summary='<p class="lead">She  named no reason.</p>\n')).seen == (1,)


def test_a_stated_update_is_an_edit() -> None:
    news = polled(STORY, replace(STORY, updated=Moment(AT + timedelta(hours=2), Precision.SECOND)))
    assert [item.id for item in news.edited] == [1]


def test_an_entry_that_left_and_came_back_is_seen() -> None:
    known = [stored(STORY, 1), stored(OTHER, 2)]
    assert compare(known, document(OTHER)).seen == (2,)
    assert compare(known, document(OTHER, STORY)).seen == (2, 1)


def test_a_site_that_moves_to_another_domain_takes_its_entries_along() -> None:
    known = [stored(replace(entry, guid=entry.url), number) for number, entry in enumerate((STORY, OTHER), start=1)]
    moved = []
    for entry in (STORY, OTHER):
        url = (entry.url or "").replace("news.example", "thenews.example")
        moved.append(replace(entry, guid=url, url=url))
    news = compare(known, document(*moved))
    assert [(item.id, item.why) for item in news.edited] == [(1, Likeness.TITLE), (2, Likeness.TITLE)]


def test_a_page_of_the_same_name_on_a_sister_host_is_new() -> None:
    here = Entry(guid=None, url="https://north.news.example/weather", title="Weather for the week")
    sister = replace(here, url="https://south.news.example/weather")
    still_here = Entry(guid=None, url="https://north.news.example/sport", title="Sport of the day")
    news = compare([stored(here)], document(sister, still_here))
    assert sister in [item.entry for item in news.new]


def test_a_slug_edited_together_with_its_permalink_guid_is_known_by_title_and_time() -> None:
    before = replace(STORY, guid=STORY.url)
    after = replace(
        STORY, guid="https://news.example/2026/02/11/mayor-quits", url="https://news.example/2026/02/11/mayor-quits"
    )
    assert [(item.id, item.why) for item in polled(before, after).edited] == [(1, Likeness.TITLE)]


def test_a_title_that_comes_back_every_day_is_new_every_day() -> None:
    before = replace(STORY, title="Morning briefing")
    after = replace(OTHER, title="Morning briefing")
    assert [item.why for item in polled(before, after).new] == [Likeness.NEW]


def test_without_guid_and_link_title_and_text_decide() -> None:
    note = Entry(guid=None, url=None, title="Weather", summary="Sun in the north.")
    assert polled(note, note).seen == (1,)
    assert len(polled(note, replace(note, summary="Rain in the north.")).new) == 1


def test_an_entry_of_text_alone_is_known_by_its_text() -> None:
    note = Entry(guid=None, url=None, title=None, content="<p>The bridge is closed.</p>")
    assert polled(note, note).seen == (1,)
    assert len(polled(note, replace(note, content="<p>The bridge is open.</p>")).new) == 1


def test_an_entry_with_nothing_to_find_it_again_by_is_left_out() -> None:
    assert compare([], document(Entry(guid=None, url=None, title=None, authors=("Anna",)))) == News()


def test_an_entry_listed_twice_counts_once() -> None:
    twice = replace(STORY, guid="another", url=f"{STORY.url}?utm_source=rss")
    news = compare([], document(STORY, OTHER, twice))
    assert [item.entry for item in news.new] == [STORY, OTHER]
    assert news.document_size == 2


def test_two_stories_under_one_headline_in_one_document_are_two() -> None:
    assert len(compare([], document(STORY, replace(OTHER, title=STORY.title))).new) == 2


def test_a_known_entry_is_given_to_the_entry_that_shares_most_with_it() -> None:
    on_its_link = replace(OTHER, url=STORY.url)
    under_its_guid = replace(STORY, url="https://news.example/politics/71")
    news = compare([stored(STORY, 7)], document(on_its_link, under_its_guid))
    assert [(item.id, item.entry) for item in news.edited] == [(7, under_its_guid)]
    assert [item.entry for item in news.new] == [on_its_link]


def test_shuffled_and_slid_windows_are_seen_without_loss() -> None:
    entries = [
        replace(STORY, guid=f"g{i}", url=f"https://news.example/{i}", title=f"Story number {i}") for i in range(30)
    ]
    known = [stored(entry, number) for number, entry in enumerate(entries[:20])]
    news = compare(known, document(*reversed(entries[10:])))
    assert sorted(news.seen) == list(range(10, 20))
    assert {item.entry for item in news.new} == set(entries[20:])
    assert news.overlap == 0.5


def test_two_thousand_entries_of_one_title_are_compared_in_seconds() -> None:
    entries = [replace(STORY, guid=f"g{i}", url=f"https://news.example/{i}", title="Untitled") for i in range(2_000)]
    known = [
        stored(replace(entry, guid=f"old-{entry.guid}", url=f"{entry.url}/old"), i) for i, entry in enumerate(entries)
    ]
    began = process_time()
    compare(known, document(*entries))
    assert process_time() - began < 10


def test_a_fingerprint_is_sixteen_bytes() -> None:
    assert len(keys_of(STORY).fingerprint) == 16


def test_a_title_key_forgets_markup_case_and_punctuation() -> None:
    one, other = (keys_of(Entry(None, None, title)) for title in ("“Mayor” <b>RESIGNS</b>!", "mayor — resigns"))
    assert one.title_key == other.title_key == "mayor resigns"


def test_the_time_at_which_a_document_was_built_is_no_edit_of_its_entries() -> None:
    def built_at(hour: int, *edited: int) -> FeedDocument:
        moments = [
            Moment(AT + timedelta(hours=99 if place in edited else hour), Precision.SECOND) for place in range(5)
        ]
        return document(
            *(
                replace(STORY, guid=f"tag:{place}", url=f"https://news.example/{place}", title=None, updated=moment)
                for place, moment in enumerate(moments)
            )
        )

    known = [
        KnownEntry(place, new.entry.guid, new.url_key, new.title_key, new.fingerprint)
        for place, new in enumerate(compare([], built_at(0)).new)
    ]
    assert compare(known, built_at(1)).edited == ()
    assert [edited.id for edited in compare(known, built_at(2, 3)).edited] == [3]
