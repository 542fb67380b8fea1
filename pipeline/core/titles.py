"""The headline of an article out of what the page, its head and the feed say, without the name of the site."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Final

from pipeline.core.characters import one_line, plain_key, told_chars
from pipeline.core.model import Entry, Source
from pipeline.core.pages import Page
from pipeline.core.storyhead import Line

MAX_TITLE_CHARS: Final = 500
TITLE_META: Final = ("og:title", "twitter:title", "dc.title", "citation_title", "parsely-title", "sailthru.title")
AGREED_WORDS: Final = 0.75  # of the longer headline; desks change a word between page and search engine
MIN_AGREED_CHARS: Final = 12  # a shorter beginning may be a site's name or a rubric
MIN_SHOWN_WORDS: Final = 3  # of half a headline; fewer may be a rubric
SHOWN_TAGS: Final = ("h1", "h2", "h3", "h4", "b", "strong", "font")
_TITLE_PARTS = re.compile(r"(\s+[|–—·»•-]+\s+|\s*\|\s*|(?<=[\u3000-\u9fff])[_-])")  # Chinese sites part without blanks


def title_of(page: Page, entry: Entry | None, source: Source) -> tuple[str | None, str | None]:
    """The headline of ``page`` and its witness; two None where it has none.

    An h1 that another witness confirms, else what the head declares without the name of the site (``source``), then
    the feed's title, the ``<title>`` and any h1. At most MAX_TITLE_CHARS.
    """
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
    title, witness = next(((text, witness) for text, witness in choices if text), (None, None))
    return (_as_shown(title, page) if title and witness != "h1" else title), witness


def _as_shown(title: str, page: Page) -> str:
    """``title``, or the half of it that stands on the page by itself: the other is the name of a site or a rubric."""
    halves = {plain_key(half): half.strip() for half in _halves(title) if len(half.split()) >= MIN_SHOWN_WORDS}
    if not halves:
        return title
    shown = (one_line(el.text_content(), len(title)) for el in page.tree.iter(*SHOWN_TAGS) if len(el) <= 1)
    return next((halves[key] for key in map(plain_key, shown) if key in halves), title)


def _halves(title: str) -> list[str]:
    """What stands behind the first colon of ``title``, and before its last bar or dash."""
    parts = _TITLE_PARTS.split(title)
    return [*title.split(": ", 1)[1:], *(["".join(parts[:-2])] if len(parts) >= 3 else [])]


def says(title: str) -> Callable[[Line], bool]:
    """Whether a line says the headline ``title``, in other words too; no line says an empty one."""
    headline_key = plain_key(title)
    return partial(_says, headline_key, frozenset(headline_key.split()))


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


def _agree(key: str, witness: str) -> bool:
    """Do two headlines say the same: most words shared, or one the longer form of the other?"""
    if not key or not witness:
        return False
    words, other = set(key.split()), set(witness.split())
    if len(words & other) >= AGREED_WORDS * max(len(words), len(other)):
        return True
    return (witness.startswith(key) or key.startswith(witness)) and told_chars(key) >= MIN_AGREED_CHARS


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
