"""One page read in one call: its article, the edges that it declares itself, and the spellings of its address.

A worker process runs ``read_page`` (or ``read_entry``) over bytes and values and sends a value back; nothing here
knows of files, clocks or networks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Final
from urllib.parse import urlsplit

from pipeline.core.articles import entry_article, extract_article, headline
from pipeline.core.characters import told_chars
from pipeline.core.errors import AnotherPage
from pipeline.core.model import Article, Edge, Entry, Glance, HostLines, Reading, Reply, Surroundings
from pipeline.core.origins.agencies import BUILT_IN, OriginRules, names_of
from pipeline.core.origins.citations import citation_claims
from pipeline.core.origins.claims import edges_of
from pipeline.core.origins.credits import credit_claims
from pipeline.core.origins.declared import declared_claims
from pipeline.core.origins.likeness import marks_of
from pipeline.core.origins.quotes import quotes_of
from pipeline.core.pages import Page, parse_page
from pipeline.core.repeats import lines_seen, paragraphs_told
from pipeline.core.storyhead import page_lines
from pipeline.core.strays import is_stray

LONGEST_NOTICE: Final = 2_000  # letters; a wall of consent that lists its partners and purposes is rarely longer
RULES: Final = "20"
"""Version of the rules; a stored page read by older ones may be read again."""


def read_page(reply: Reply, entry: Entry | None, around: Surroundings, rules: OriginRules = BUILT_IN) -> Reading:
    """Read the page in ``reply``; ``entry`` is what the feed says of it, or None.

    ``rules`` are what is known of agencies and outlets beside the built-in table. Raises Unreadable where the bytes
    are no page or the page holds no article, and AnotherPage where it is not the one that ``entry`` announces.
    """
    page = parse_page(reply)
    lines = list(page_lines(page.tree))
    article = extract_article(page, entry, around, rules, lines)
    if entry is not None and _is_another_page(page, article, entry, around):
        raise AnotherPage(
            f"{page.url} shows nothing of what the feed announces: a wall of consent or log-in, the front page, or a "
            "notice that the story is gone; only the feed's own words can be kept"
        )
    edges, urls = _stated_edges(page, entry, article, rules), _spellings(reply, entry, page)
    return Reading(
        article=article,
        edges=edges,
        urls=urls,
        rules=RULES,
        marks=marks_of(article, [url for url, _ in urls], edges),
        quotes=quotes_of(article),
        lines_seen=lines_seen(lines),
        paragraphs=paragraphs_told(article.text),
    )


def read_entry(entry: Entry, around: Surroundings, rules: OriginRules = BUILT_IN) -> Reading:
    """Read the feed's own full text, where the page is not to be had; the article has the flag ``feed-text``.

    Raises Unreadable where the feed has only a summary, or no link to name the article by.
    """
    article = entry_article(entry, around, rules)
    edges = _stated_edges(None, entry, article, rules)
    return Reading(
        article=article,
        edges=edges,
        urls=((article.url, "entry"),),
        rules=RULES,
        marks=marks_of(article, [article.url], edges),
        quotes=quotes_of(article),
    )


def glance_at(reply: Reply) -> Glance:
    """What the page in ``reply`` is to the other pages of its host, without reading its article.

    Raises Unreadable where the bytes are no page.
    """
    page = parse_page(reply)
    return Glance(headline(page), lines_seen(list(page_lines(page.tree))))


def surroundings_of_each(glances: Sequence[Glance | None]) -> list[Surroundings]:
    """What the pages of one host are to each of them; None is a page that nobody could read."""
    pages = [glance for glance in glances if glance is not None]
    counts = Counter(number for glance in pages for number in glance.lines_seen)
    around = []
    for own in glances:
        headlines = tuple(other.headline for other in pages if other is not own and other.headline)
        others = {number: counts[number] - 1 for number in own.lines_seen if counts[number] > 1} if own else {}
        around.append(Surroundings(sibling_headlines=headlines, host_lines=HostLines(len(pages) - 1, others)))
    return around


def _is_another_page(page: Page, article: Article, entry: Entry, around: Surroundings) -> bool:
    """Is this not what ``entry`` announces, but a wall, a notice or the front page?

    Only what looks like one is judged: a page under a title of its own that has few words, or the site's root. A digest
    of the foreign press has no words in common with its pages. To lose a report is worse than to keep a notice.
    """
    own_title = _own_title(page, article)
    is_root = urlsplit(page.url).path in {"", "/"}
    if own_title is None or (told_chars(article.text) > LONGEST_NOTICE and not is_root):
        return False
    languages = [(told or "").partition("-")[0] for told in (entry.language or around.feed_language, article.language)]
    if all(languages) and len(set(languages)) > 1:
        return False
    return is_stray(entry, own_title, article.text)


def _own_title(page: Page, article: Article) -> str | None:
    return article.title if article.title_witness != "feed" else headline(page)


def _stated_edges(page: Page | None, entry: Entry | None, article: Article, rules: OriginRules) -> tuple[Edge, ...]:
    """All that the page, its entry and its text say of the article's origin, one edge for each relation and target."""
    names = names_of(rules)
    claims = chain(
        declared_claims(page, entry, article),
        credit_claims(page, entry, article, names),
        citation_claims(article, names),
    )
    return edges_of(claims, article, names)


def _spellings(reply: Reply, entry: Entry | None, page: Page) -> tuple[tuple[str, str], ...]:
    spelt = [(entry.url, "entry")] if entry and entry.url else []
    spelt += [(hop.url, "hop") for hop in reply.hops]
    spelt.append((reply.final_url, "final"))
    if page.canonical_url:
        spelt.append((page.canonical_url, "canonical"))
    seen: dict[str, str] = {}
    for url, role in spelt:
        seen.setdefault(url, role)
    return tuple(seen.items())
