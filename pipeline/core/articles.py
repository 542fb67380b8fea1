"""An article out of a page: its text without the sidebars, and for each fact the witness that is trusted most.

Flags are words: ``syndicated`` (the desk says that the text came over a wire), ``future-date`` (a witness named a
day to come and was not believed), ``simple-text`` (the page is too large to be weighed; all its paragraphs were
taken), ``json-ld-text`` (the whole text stands only in the page's JSON-LD), ``feed-text`` (the feed's own text stands
in for the page).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lxml.etree import LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.core.boilerplate import may_be_reference, story_lines
from pipeline.core.bylines import authors, persons
from pipeline.core.candidates import MIN_TEXT_CHARS, main_text
from pipeline.core.characters import clean, one_line, plain_key, plain_text, told_chars
from pipeline.core.chips import without_chips
from pipeline.core.errors import Unreadable
from pipeline.core.figures import figures, posts, without_captions
from pipeline.core.languages import language_of
from pipeline.core.model import Article, Dateline, Entry, Part, PartKind, Surroundings
from pipeline.core.origins.agencies import BUILT_IN, Names, OriginRules, names_of
from pipeline.core.origins.claims import OwnNames
from pipeline.core.origins.credits import (
    credit_of,
    is_statement,
    page_statements,
    part_dateline,
    part_ending,
    part_statements,
    placed,
)
from pipeline.core.pages import Page, base_url
from pipeline.core.parts import is_correction, story_parts
from pipeline.core.published import publication
from pipeline.core.publishers import outlet_names, publisher_by_feed, publisher_by_host, publisher_of
from pipeline.core.repeats import furniture, repeated_boxes, repeated_lines
from pipeline.core.siblings import sibling_cards
from pipeline.core.storyhead import Line, page_lines, story_head, words_of
from pipeline.core.titles import MAX_TITLE_CHARS, says, title_of

SYNDICATED: Final = "syndicated"
FEED_TEXT: Final = "feed-text"

MAX_TEXT_CHARS: Final = 500_000  # a long feature has 60,000; what is longer is a log or an attack
MIN_FEED_TEXT_CHARS: Final = 500  # a summary has one to three sentences; a brief wire item has some 600 letters
LISTED: Final = ("li", "td", "dd", "h1", "h2", "h3", "h4", "h5", "h6")
SUMMARY_META: Final = ("og:description", "description", "twitter:description", "dc.description")
STANDFIRST_LINES: Final = 6
MIN_STANDFIRST_CHARS: Final = 40


@dataclass(frozen=True, slots=True)
class _Body:
    """The text of an article after everything that is not prose was taken out, and what was learnt from that."""

    text: str
    dateline: Dateline | None
    credit: str | None
    flags: tuple[str, ...]
    parts: tuple[Part, ...]


def extract_article(
    page: Page,
    entry: Entry | None,
    around: Surroundings,
    rules: OriginRules = BUILT_IN,
    shown_lines: Sequence[Line] | None = None,
) -> Article:
    """The article of ``page``; ``entry`` is the feed's witness of it, or None for a page that stands alone.

    ``rules`` are what is known of agencies beside the built-in table: by their names a credit is told from prose.
    ``shown_lines`` are the lines of the page, where the caller has them already.

    Paragraphs of ``text`` are parted by ``\\n``. Raises Unreadable where the page holds no text.
    """
    source = publisher_of(page, around)
    title, title_witness = title_of(page, entry, source)
    tree, chips = without_chips(page.tree)
    lines = shown_lines if shown_lines is not None and tree is page.tree else list(page_lines(tree))
    if tree is not page.tree:
        page = replace(page, tree=tree)
    is_headline = says(title or "")
    head = story_head(lines, is_headline)
    signed, signed_by = authors(page, entry, outlet_names(page, source), head, lines)
    names = names_of(rules)
    repeated = repeated_lines(lines, around.host_lines, _own_words(page, entry, title))
    silent = [line for line in repeated if not is_statement(line.text, names)]
    shown = figures(page.tree, lines)
    headed = repeated_boxes(lines, around.host_lines, lambda text: is_statement(text, names) or is_correction(text))
    strays = furniture(silent) | headed | sibling_cards(lines, around.sibling_headlines, title)
    of_others = posts(shown)
    extracted, flags = main_text(page, lines, is_headline, strays | of_others)
    if of_others and told_chars("".join(extracted)) < MIN_TEXT_CHARS:
        # Some desks let others tell a whole story: then the posts are the text that there is.
        extracted, flags = main_text(page, lines, is_headline, strays)
    standfirst = _standfirst(page, head, extracted)
    extracted = list(without_captions(extracted, shown, lines))
    body = _body(
        standfirst + extracted,
        flags,
        names,
        title=title,
        around=around,
        tree=page.tree,
        signed=signed,
        repeated=[line.text for line in repeated],
        stated=page_statements(page, source, head, lines, standfirst + extracted, names),
    )
    if told_chars(body.text) < MIN_TEXT_CHARS:
        raise Unreadable(
            f"{page.url} holds no article text: it may be built by a script, be a gallery, or ask for a login; "
            "only the feed's own words can be kept"
        )
    published, witness, doubts = publication(page, entry, head, lines)
    own = OwnNames(source, page.url, names)
    return Article(
        url=page.url,
        canonical_url=page.canonical_url,
        source=source,
        title=title,
        authors=signed,
        text=body.text,
        language=language_of(body.text, _stated_languages(page, entry, around)),
        published=published,
        published_witness=witness,
        dateline=body.dateline,
        credit=None if own.is_name(body.credit) else body.credit,
        flags=body.flags + doubts,
        parts=body.parts + story_parts(body.text, (*chips, *shown), lines, base_url(page.tree, page.url)),
        title_witness=title_witness,
        authors_witness=signed_by,
    )


def entry_article(entry: Entry, around: Surroundings, rules: OriginRules = BUILT_IN) -> Article:
    """The article that the feed itself holds, with the flag ``feed-text``; for a page that is not to be had.

    Raises Unreadable where the entry has no link, or offers less than MIN_FEED_TEXT_CHARS of text.
    """
    if entry.url is None:
        raise Unreadable(f"the feed entry {entry.title or entry.guid or ''!r} has no link, so no article can be named")
    markup = max(entry.content or "", entry.summary or "", key=len)
    tree, chips = without_chips(_parsed_fragment(markup))
    lines = list(page_lines(tree))
    shown = figures(tree, lines)
    told = without_captions((line.text for line in lines), shown, lines)
    body = _body(told, (FEED_TEXT,), names_of(rules), title=entry.title, around=around)
    if told_chars(body.text) < MIN_FEED_TEXT_CHARS:
        raise Unreadable(f"the feed holds only a summary of {entry.url} ({len(body.text)} characters)")
    published = entry.published
    signed = persons(entry.authors, ())
    return Article(
        url=entry.url,
        canonical_url=None,
        source=publisher_by_feed(entry.url, around) or publisher_by_host(entry.url),
        title=one_line(entry.title, MAX_TITLE_CHARS) or None if entry.title else None,
        authors=signed,
        text=body.text,
        language=language_of(body.text, _known((entry.language, around.feed_language))),
        published=published,
        published_witness="feed" if published else None,
        dateline=body.dateline,
        credit=body.credit,
        flags=body.flags,
        parts=body.parts + story_parts(body.text, (*chips, *shown), lines, entry.url),
        title_witness="feed" if entry.title else None,
        authors_witness="feed" if signed else None,
    )


def headline(page: Page) -> str | None:
    """The title of ``page`` by its own witnesses alone, or None where it has none."""
    title, _ = title_of(page, None, publisher_of(page, Surroundings()))
    return title


# -------------------------------------------------------------------------------------------------------- text


def _standfirst(page: Page, head: Sequence[Line], lines: Sequence[str]) -> list[str]:
    """The summary under the headline, where the page declares the same words and the main text came without it."""
    declared = [plain_key(text) for name in SUMMARY_META for text in page.declared.meta.get(name, ())]
    told = plain_key(" ".join(lines[:STANDFIRST_LINES]))
    for line in head[:STANDFIRST_LINES]:
        key = line.key
        if len(key) >= MIN_STANDFIRST_CHARS and any(key.startswith(other) for other in declared if other):
            return [] if key[:MIN_STANDFIRST_CHARS] in told else [line.text]
    return []


def _own_words(page: Page, entry: Entry | None, title: str | None) -> list[str]:
    """What the feed and the head of the page say of this story and of no other."""
    declared = [text for name in SUMMARY_META for text in page.declared.meta.get(name, ())]
    fed = (entry.title, entry.summary, entry.content) if entry else ()
    return [*_known((title,)), *declared, *map(plain_text, _known(fed))]


def _link_keys(tree: HtmlElement) -> frozenset[str]:
    """The words of the links that stand in paragraphs, to know a line that is nothing but one.

    A link in a heading or a list is often what a story is about: a product, a chapter, a source.
    """
    links = (link for link in tree.iter("a") if not (link.get("href") or "#").startswith("#"))
    told = (link for link in links if next(link.iterancestors(*LISTED), None) is None)
    return frozenset(plain_key(words_of(link) if len(link) else link.text or "") for link in told)


def _body(
    lines: Iterable[str],
    flags: tuple[str, ...],
    names: Names,
    *,
    title: str | None,
    around: Surroundings,
    tree: HtmlElement | None = None,
    signed: Sequence[str] = (),
    repeated: Sequence[str] = (),
    stated: Sequence[Part] = (),
) -> _Body:
    told = part_statements(list(lines), names)
    story = story_lines(
        told.kept,
        title=title,
        sibling_headlines=around.sibling_headlines,
        repeated=repeated,
        link_keys=_link_keys(tree) if tree is not None and any(map(may_be_reference, told.kept)) else frozenset(),
        authors=signed,
    )
    ending = part_ending(story, names)
    text = clean("\n".join(story), MAX_TEXT_CHARS).strip()
    dateline, line = part_dateline(text, names) or (None, None)
    parts = placed((line, *told.parts, ending, *stated), text)
    disclaimed = any(part.kind is PartKind.DISCLAIMER for part in parts)
    return _Body(text, dateline, credit_of(parts, names), flags + ((SYNDICATED,) if disclaimed else ()), parts)


def _parsed_fragment(markup: str) -> HtmlElement:
    try:
        return document_fromstring(f"<html><body>{markup}</body></html>", parser=HTMLParser(remove_comments=True))
    except (LxmlError, ValueError, AssertionError):
        return document_fromstring("<html><body></body></html>")


def _stated_languages(page: Page, entry: Entry | None, around: Surroundings) -> list[str]:
    markup = page.declared.markup
    stated = (page.language, page.declared.first("og:locale"), markup.language if markup else None)
    return _known(stated) or _known((entry.language if entry else None, around.feed_language))


def _known(values: Iterable[str | None]) -> list[str]:
    return [value for value in values if value]
