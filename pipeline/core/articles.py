"""An article out of a page: its text without the sidebars, and for each fact the witness that is trusted most.

Flags are words: ``syndicated`` (the desk says that the text came over a wire), ``future-date`` (a witness named a
day to come and was not believed), ``simple-text`` (the page is too large to be weighed; all its paragraphs were
taken), ``json-ld-text`` (the whole text stands only in the page's JSON-LD), ``feed-text`` (the feed's own text stands
in for the page).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from lxml.etree import LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.core.bylines import authors, persons
from pipeline.core.candidates import MIN_TEXT_CHARS, main_text
from pipeline.core.characters import clean, one_line, plain_text, told_chars
from pipeline.core.errors import BadUrl, Unreadable
from pipeline.core.model import Article, Dateline, Entry, Part, PartKind, Source, Surroundings
from pipeline.core.origins.agencies import BUILT_IN, Names, OriginRules, names_of
from pipeline.core.origins.claims import OwnNames
from pipeline.core.origins.credits import (
    credit_of,
    page_statements,
    part_dateline,
    part_ending,
    part_statements,
    placed,
)
from pipeline.core.pages import Page, base_url, of_one_site
from pipeline.core.parts import figures, story_parts, without_captions, without_chips
from pipeline.core.published import publication
from pipeline.core.repeats import furniture, repeated_lines
from pipeline.core.sidebars import may_be_reference, plain_key, story_lines
from pipeline.core.storyhead import Line, page_lines, story_head, words_of
from pipeline.core.urls import host_of, registrable_domain

SYNDICATED: Final = "syndicated"
FEED_TEXT: Final = "feed-text"

MAX_TEXT_CHARS: Final = 500_000  # a long feature has 60,000; what is longer is a log or an attack
MAX_TITLE_CHARS: Final = 500
MAX_NAME_CHARS: Final = 80
MIN_FEED_TEXT_CHARS: Final = 500  # a summary has one to three sentences; a brief wire item has some 600 letters

TITLE_META: Final = ("og:title", "twitter:title", "dc.title", "citation_title", "parsely-title", "sailthru.title")
AGREED_WORDS: Final = 0.75  # of the longer headline; desks change a word between page and search engine
MIN_AGREED_CHARS: Final = 12  # a shorter beginning may be a site's name or a rubric
_TITLE_PARTS = re.compile(r"(\s+[|–—·»•-]+\s+|\s*\|\s*|(?<=[\u3000-\u9fff])[_-])")  # Chinese sites part without blanks
LISTED: Final = ("li", "td", "dd", "h1", "h2", "h3", "h4", "h5", "h6")
SUMMARY_META: Final = ("og:description", "description", "twitter:description", "dc.description")
STANDFIRST_LINES: Final = 6
MIN_STANDFIRST_CHARS: Final = 40
MAX_KANJI_ONLY: Final = 60  # letters of a Japanese text without kana
DETECT_CHARS: Final = 1_000  # py3langid's cost grows with the text, its certainty hardly
_HAN = re.compile(r"[\u4e00-\u9fff]")
SCRIPTS: Final = (
    # Letters that only these languages write, in the order of asking: Japanese and Korean texts hold Han as well.
    ("ja", re.compile(r"[\u3041-\u30ff]"), 0.05),
    ("ko", re.compile(r"[\uac00-\ud7af]"), 0.2),
    ("zh", _HAN, 0.2),
    ("th", re.compile(r"[\u0e01-\u0e5b]"), 0.3),
    ("el", re.compile(r"[\u0370-\u03ff]"), 0.3),
    ("he", re.compile(r"[\u0590-\u05ff]"), 0.3),
    ("hy", re.compile(r"[\u0531-\u058a]"), 0.3),
    ("pa", re.compile(r"[\u0a00-\u0a7f]"), 0.3),
    ("gu", re.compile(r"[\u0a80-\u0aff]"), 0.3),
    ("or", re.compile(r"[\u0b00-\u0b7f]"), 0.3),
    ("ta", re.compile(r"[\u0b80-\u0bff]"), 0.3),
    ("te", re.compile(r"[\u0c00-\u0c7f]"), 0.3),
    ("kn", re.compile(r"[\u0c80-\u0cff]"), 0.3),
    ("ml", re.compile(r"[\u0d00-\u0d7f]"), 0.3),
    ("si", re.compile(r"[\u0d80-\u0dff]"), 0.3),
    ("lo", re.compile(r"[\u0e80-\u0eff]"), 0.3),
    ("my", re.compile(r"[\u1000-\u109f]"), 0.3),
    ("ka", re.compile(r"[\u10a0-\u10ff]"), 0.3),
    ("km", re.compile(r"[\u1780-\u17ff]"), 0.3),
)
"""Language, its letters, and the share of all letters from which on the text is in it."""

FAMILIES: Final = (
    # Where several languages share a script: a declared language outside the family is not believed.
    (
        re.compile(r"[\u0400-\u04ff]"),
        frozenset({"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "tt", "uz"}),
    ),
    (re.compile(r"[\u0600-\u06ff]"), frozenset({"ar", "fa", "ur", "ps", "ku", "ug", "sd"})),
    (re.compile(r"[\u0900-\u097f]"), frozenset({"hi", "mr", "ne", "sa"})),
    (re.compile(r"[\u0980-\u09ff]"), frozenset({"bn", "as"})),
    (re.compile(r"[\u1200-\u137f]"), frozenset({"am", "ti"})),
)
FAMILY_SHARE: Final = 0.4
OTHER_SCRIPT_LANGUAGES: Final = frozenset(
    {language for language, _, _ in SCRIPTS} | {language for _, family in FAMILIES for language in family}
) - {"sr", "kk", "ky", "mn", "uz", "ku", "tt"}  # these are written in Latin letters too
FUNCTION_WORDS: Final = {
    # What no text of some length does without. Templates are sold with lang="en" and filled in any language.
    "en": "the of and to in a is that for on it with as was by",
    "de": "der die und in den von zu das mit ist des im für auf nicht",
    "fr": "le la de et les des en un une du que pour dans est sur",
    "es": "de la que el en y a los se del las por un con para",
    "pt": "de a o que e do da em um para com não uma os no",
    "it": "di e il la che in un a per è del con non le della",
    "nl": "de van het een en in is dat op te met voor die zijn niet",
    "sv": "och i att det som en på är av för med den till inte",
    "no": "og i det som på er en til av for å med har ikke at den",
    "da": "og i det at er en til på af for med der den ikke har",
    "pl": "i w na z się do nie to że o jest za od po jak",
    "tr": "ve bir bu için da de ile olarak çok daha gibi sonra",
    "id": "yang dan di dari untuk dengan ini itu dalam pada tidak akan",
}
"""Some of the most frequent words of a language. They spare most pages the model, which takes some 70 MB."""
_FREQUENT: Final = {language: frozenset(words.split()) for language, words in FUNCTION_WORDS.items()}
MIN_JUDGED_WORDS: Final = 20
PLAIN_SHARE: Final = 0.15  # of all words; prose of these languages has 0.2 to 0.4
FUNCTION_SHARE: Final = 0.08  # of all words; half of what prose of these languages has at the least

LANGUAGE_NAMES: Final = {"in": "id", "iw": "he", "ji": "yi", "cn": "zh", "jp": "ja", "kr": "ko", "ua": "uk", "gr": "el"}
"""Withdrawn codes of ISO 639-1, and countries that templates write for languages."""


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
    source = _source(page, around)
    title, title_witness = _title(page, entry, source)
    tree, chips = without_chips(page.tree)
    lines = shown_lines if shown_lines is not None and tree is page.tree else list(page_lines(tree))
    page = replace(page, tree=tree)
    headline_key = plain_key(title or "")
    is_headline = partial(_says, headline_key, frozenset(headline_key.split()))
    head = story_head(lines, is_headline)
    signed, signed_by = authors(page, entry, _outlets(page, source), head, lines)
    names = names_of(rules)
    repeated = repeated_lines(lines, around.host_lines, _own_words(page, entry, title))
    silent = [line for line in repeated if not part_statements([line.text], names).parts]
    extracted, flags = main_text(page, lines, is_headline, furniture(silent))
    standfirst = _standfirst(page, head, extracted)
    shown = figures(page.tree, lines)
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
        language=_language(body.text, _stated_languages(page, entry, around)),
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
        source=_feed_source(entry.url, around) or _host_source(entry.url),
        title=one_line(entry.title, MAX_TITLE_CHARS) or None if entry.title else None,
        authors=signed,
        text=body.text,
        language=_language(body.text, _known((entry.language, around.feed_language))),
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
    title, _ = _title(page, None, _source(page, Surroundings()))
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


# ------------------------------------------------------------------------------------------------------- title


def _title(page: Page, entry: Entry | None, source: Source) -> tuple[str | None, str | None]:
    """The headline and its witness: an h1 that another confirms, else what the head declares, the site's name cut."""
    site_keys = {plain_key(name) for name in (source.name, source.domain, *page.declared.meta.get("og:site_name", ()))}
    markup = page.declared.markup
    stated = [(markup.headline if markup else None, "json-ld")]
    stated += [(page.declared.first(name), "meta") for name in TITLE_META]
    declared = [(_without_site(text, site_keys), witness) for text, witness in stated if text]
    title_tag = _without_site(page.declared.title_tag or "", site_keys, guess=True)
    fed = one_line(entry.title, MAX_TITLE_CHARS) if entry and entry.title else ""
    witnesses = [plain_key(text) for text in (*(text for text, _ in declared), title_tag, fed) if text]
    headings = [one_line(h1.text_content(), MAX_TITLE_CHARS + 1) for h1 in page.tree.iter("h1")][:10]
    headings = [text for text in headings if 0 < len(text) <= MAX_TITLE_CHARS and plain_key(text) not in site_keys]
    confirmed = [text for text in headings if any(_agree(plain_key(text), witness) for witness in witnesses)]
    said = [(text, "h1") for text in confirmed] + declared
    said += [(fed, "feed"), (title_tag, "title-tag"), *((text, "h1") for text in headings)]
    choices = ((one_line(text, MAX_TITLE_CHARS), witness) for text, witness in said)
    return next(((text, witness) for text, witness in choices if text), (None, None))


def _agree(key: str, witness: str) -> bool:
    """Do two headlines say the same: most words shared, or one the longer form of the other?"""
    if not key or not witness:
        return False
    words, other = set(key.split()), set(witness.split())
    if len(words & other) >= AGREED_WORDS * max(len(words), len(other)):
        return True
    return (witness.startswith(key) or key.startswith(witness)) and told_chars(key) >= MIN_AGREED_CHARS


def _says(headline_key: str, headline_words: frozenset[str], line: Line) -> bool:
    """Does ``line`` say the headline, whose ``plain_key`` and different words these are?"""
    key = line.key
    if not headline_key or not key or len(line.text) > MAX_TITLE_CHARS:
        return False
    if headline_key.startswith(key) or key.startswith(headline_key):
        return _agree(key, headline_key)
    # Most lines of a page have too few words to share most of the headline's: no need to take them apart.
    least = AGREED_WORDS * len(headline_words)
    if key.count(" ") + 1 < least or len(headline_words.intersection(key.split())) < least:
        return False
    return _agree(key, headline_key)


def _without_site(title: str, site_keys: set[str], *, guess: bool = False) -> str:
    """``title`` without "| Site" at its end (or "Site:" at its start).

    With ``guess`` the last part goes also where the site's name is not known: the form of ``<title>`` is
    always headline first, but only a bar or a spaced dash parts it.
    """
    start, colon, rest = title.partition(": ")
    if colon and plain_key(start) in site_keys:
        return rest
    parts = _TITLE_PARTS.split(title)
    if len(parts) < 3:
        return title
    if plain_key(parts[-1]) in site_keys or (guess and _is_site_part(parts)):
        # Behind a bar stands a rubric or the site; behind a dash perhaps the second half of the headline.
        return _without_site("".join(parts[:-2]), site_keys, guess=guess and "|" in parts[-2])
    if plain_key(parts[0]) in site_keys:
        return "".join(parts[2:])
    return title


def _is_site_part(parts: list[str]) -> bool:
    rest = plain_key("".join(parts[:-2]))
    return len(parts[-1].split()) <= 4 and (len(rest.split()) >= 4 or told_chars(rest) >= 20)


# ------------------------------------------------------------------------------------------------------ source


def _source(page: Page, around: Surroundings) -> Source:
    """Who published: JSON-LD, og:site_name, the subscriber's or feed's name for its own site, else the host."""
    titles = {plain_key(text) for text in (page.declared.title_tag, page.declared.first("og:title")) if text}
    publisher = page.declared.markup.publisher if page.declared.markup else None
    named = ((publisher.name if publisher else None, "json-ld"), (page.declared.first("og:site_name"), "og:site_name"))
    for name, witness in named:
        if name and _is_outlet_name(name, titles):
            return Source(one_line(name, MAX_NAME_CHARS), _host_source(page.url).domain, witness)
    return _feed_source(page.url, around) or _host_source(page.url)


def _outlets(page: Page, source: Source) -> set[str]:
    """Names that the site goes by; none of them signs a story."""
    return {source.name, source.domain, *page.declared.meta.get("og:site_name", ())}


def _feed_source(url: str, around: Surroundings) -> Source | None:
    """The feed's word for the outlet, where both are of one site: a collection names itself, not its sources."""
    home = around.feed_site_url or around.feed_url
    if not home or not of_one_site(home, url):
        return None
    for name, witness in ((around.feed_source, "subscription"), (around.feed_title, "feed")):
        if name and _is_outlet_name(name, set()):
            return Source(one_line(name, MAX_NAME_CHARS), _host_source(url).domain, witness)
    return None


def _host_source(url: str) -> Source:
    try:
        return Source(host_of(url).removeprefix("www."), registrable_domain(url), "host")
    except BadUrl:
        # A page saved under a name of somebody's own: the name is all that is known.
        name = one_line(url, MAX_NAME_CHARS)
        return Source(name, name, "host")


def _is_outlet_name(name: str, titles: set[str]) -> bool:
    key = plain_key(name)
    return bool(key) and len(name) <= MAX_NAME_CHARS and "://" not in name and "{" not in name and key not in titles


# ---------------------------------------------------------------------------------------------------- language


def _stated_languages(page: Page, entry: Entry | None, around: Surroundings) -> list[str]:
    markup = page.declared.markup
    stated = (page.language, page.declared.first("og:locale"), markup.language if markup else None)
    page_said = _known(stated)
    return page_said or _known((entry.language if entry else None, around.feed_language))


def _language(text: str, stated: Iterable[str]) -> str | None:
    """ISO 639-1 code: the script where it decides, the declarations where they agree, else a look at the text.

    None where the text has no letters and nothing is declared.
    """
    sample = text[:DETECT_CHARS]
    letters = sum(char.isalpha() for char in sample)
    declared = [code for code in dict.fromkeys(map(_language_code, stated)) if code]
    if not letters:
        return declared[0] if declared else None
    for language, script, share in SCRIPTS:
        if len(script.findall(sample)) >= share * letters:
            # A Japanese headline may do without kana, a text may not.
            return "ja" if language == "zh" and "ja" in declared and letters <= MAX_KANJI_ONLY else language
    family = next((langs for script, langs in FAMILIES if len(script.findall(sample)) >= FAMILY_SHARE * letters), None)
    believable = [code for code in declared if (code in family if family else code not in OTHER_SCRIPT_LANGUAGES)]
    words = sample.lower().split()
    if len(believable) == 1 and _may_be_in(believable[0], words):
        return believable[0]
    return _plainly(words) or _detected(sample)


def _may_be_in(language: str, words: Sequence[str]) -> bool:
    """Are there the ``words`` that a text in ``language`` cannot do without? So where these are not known."""
    if language not in FUNCTION_WORDS or len(words) < MIN_JUDGED_WORDS:
        return True
    return _share_of(language, words) >= FUNCTION_SHARE


def _plainly(words: Sequence[str]) -> str | None:
    """The language whose frequent words stand in a text far oftener than those of any other; None in doubt."""
    if len(words) < MIN_JUDGED_WORDS:
        return None
    second, best = sorted(FUNCTION_WORDS, key=lambda language: _share_of(language, words))[-2:]
    share = _share_of(best, words)
    return best if share >= PLAIN_SHARE and _share_of(second, words) <= share / 2 else None


def _share_of(language: str, words: Sequence[str]) -> float:
    frequent = _FREQUENT[language]
    return sum(word in frequent for word in words) / len(words)


def _language_code(stated: str) -> str | None:
    code = re.split(r"[-_,; ]", stated.strip().lower())[0]
    code = LANGUAGE_NAMES.get(code, code)
    return code if re.fullmatch(r"[a-z]{2,3}", code) and code not in {"und", "mul", "zxx"} else None


def _detected(sample: str) -> str | None:
    # Imported where it is needed: its model takes memory, and most pages declare their language.
    import py3langid

    return str(py3langid.classify(sample)[0])


def _known(values: Iterable[str | None]) -> list[str]:
    return [value for value in values if value]
