"""Whose reports an article rests on: what it says of them in its sentences, its headline, its chips and its links.

Each finds its own: attributions.py reads the sentences, references.py a list of sources. A link within a sentence that
attributes belongs to what is attributed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from pipeline.core.errors import BadUrl
from pipeline.core.model import Article, EvidenceKind, Part, PartKind, Relation
from pipeline.core.origins.agencies import Kind, Names, name_key
from pipeline.core.origins.attributions import Attribution, attributes, attributions
from pipeline.core.origins.claims import Claim
from pipeline.core.origins.references import reference_claims
from pipeline.core.urls import host_of, same_site

SURE_TITLE: Final = 0.7
# Fitted by the rule of benchmarks/confidence.py: in how many of the stories to tune on it was right.
SURE_CHIP: Final = 0.9  # 4 of 4
SURE_LINK: Final = 0.75  # 4 of 4

NOT_REPORTS: Final = frozenset(
    # Where links lead that are no report: networks, shops, shorteners, players, forms, and the machinery of ads.
    {"facebook.com", "twitter.com", "x.com", "instagram.com", "linkedin.com", "youtube.com", "youtu.be", "tiktok.com"}
    | {
        "t.me",
        "telegram.me",
        "whatsapp.com",
        "wa.me",
        "reddit.com",
        "pinterest.com",
        "threads.net",
        "bsky.app",
        "bit.ly",
    }
    | {
        "t.co",
        "goo.gl",
        "amzn.to",
        "amazon.com",
        "apple.com",
        "play.google.com",
        "google.com",
        "spotify.com",
        "flickr.com",
    }
    | {"doubleclick.net", "taboola.com", "outbrain.com", "patreon.com", "paypal.com", "gofundme.com", "eventbrite.com"}
    | {
        "mailchimp.com",
        "list-manage.com",
        "substack.com/subscribe",
        "disqus.com",
        "gravatar.com",
        "addtoany.com",
        "vk.com",
    }
    | {
        "weibo.com",
        "line.me",
        "feedburner.com",
        "creativecommons.org",
        "getpocket.com",
        "flipboard.com",
        "news.google.com",
    }
)
NOT_ARTICLES: Final = frozenset(
    # Steps of an address behind which no report stands.
    {"share", "sharer", "intent", "subscribe", "subscription", "newsletter", "newsletters", "login", "signin"}
    | {"register", "account", "search", "donate", "contact", "privacy", "terms", "cart", "shop", "product", "dp", "app"}
    | {"download"}
)
LISTS: Final = frozenset({"tag", "tags", "topic", "topics", "category", "author", "about", "store"})
"""Steps of an address behind which a list stands, but also a report under a headline of its own."""
SAYS_CHARS: Final = 18  # behind a linked name: "has reported", "wrote"
HEADLINE_WORDS: Final = 4  # of the last step of an address; a topic has fewer
_QUERY_ID = re.compile(r"(?:^|&)(?:p|id|article|story|aid|nid|news_?id|articleid)=\d+", re.IGNORECASE)
_GLUE = re.compile(r"(?<=[a-zà-ÿ.])(?=[A-ZÀ-Þ])")
_TITLE_SOURCE = re.compile(r"(?:\s[-–—]\s|:\s|\s\|\s)(?P<last>[^-–—:|]{2,40})$|^(?P<first>[^-–—:|]{2,40}):\s")


def citation_claims(article: Article, names: Names) -> Iterator[Claim]:
    """What the title, the text and the parts of ``article`` cite, in the order of the text."""
    attributed = list(attributions(article, names))
    links = [part for part in article.parts if part.kind is PartKind.LINK and part.url]
    joined, left = _with_links(attributed, links, article, names)
    for attribution in joined:
        yield attribution.claim
    yield from _title_claims(article, names)
    yield from _link_claims(left, article, names)
    for part in article.parts:
        if part.kind is PartKind.CHIP:
            yield from _chip_claims(part, names)
    yield from reference_claims([part for part in article.parts if part.kind is PartKind.REFERENCE], article, names)


def _title_claims(article: Article, names: Names) -> Iterator[Claim]:
    """A headline that gives its source last or first: "Port to close - Reuters", "Reuters: port to close"."""
    title = article.title or ""
    found = _TITLE_SOURCE.search(title)
    said = (found["last"] or found["first"]) if found else None
    agency = names.named(said) if said else None
    if agency and agency.kind is not Kind.REFERENCE:
        yield Claim(Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, "title", title, SURE_TITLE, name=agency.name)


# -------------------------------------------------------------------------------------------------- in the parts


def _chip_claims(part: Part, names: Names) -> Iterator[Claim]:
    for name in _chip_names(part.text, names):
        agency = names.named(name) or next(iter(names.credited(name)), None)
        kind = EvidenceKind.CITATION_CHIP
        yield Claim(
            Relation.CITES, kind, "text", part.text, SURE_CHIP, name=agency.name if agency else name, url=part.url
        )


def _chip_names(text: str, names: Names) -> list[str]:
    """A chip's name, or the names of several that are glued together ("Global SecuritySouth China Morning Post")."""
    text = " ".join(text.split())
    if names.named(text) or names.credited(text):
        return [text]
    pieces = _GLUE.split(text)
    if len(pieces) > 1 and sum(names.named(piece) is not None for piece in pieces) * 2 >= len(pieces):
        return pieces
    return [text] if 2 <= len(text) <= 60 else []


def _link_claims(links: Sequence[Part], article: Article, names: Names) -> Iterator[Claim]:
    for part in links:
        agency = names.at(part.url or "")
        name = agency.name if agency else None
        yield Claim(
            Relation.CITES,
            EvidenceKind.HYPERLINK,
            "text",
            part.text or part.url or "",
            SURE_LINK,
            name=name,
            url=part.url,
        )
        if part.place is not None and attributes(
            article.text, part.place, part.place + len(part.text) + SAYS_CHARS, article.language
        ):
            yield Claim(
                Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, "text", part.text, SURE_LINK, name=name, url=part.url
            )


def _with_links(
    attributed: Sequence[Attribution], links: Sequence[Part], article: Article, names: Names
) -> tuple[list[Attribution], list[Part]]:
    """Attributions with the addresses that their sentences link to, and the links that lead to reports."""
    joined = list(attributed)
    left: list[Part] = []
    for part in links:
        if not _leads_to_a_report(part.url or "", article):
            continue
        left.append(part)
        for number, each in enumerate(joined):
            if each.claim.url is None and each.name and _is_linked(each, part, names):
                joined[number] = replace(each, claim=replace(each.claim, url=part.url))
                break
    return joined, left


def _is_linked(attribution: Attribution, part: Part, names: Names) -> bool:
    """Does a link in the attribution's own sentence lead to whom it names?"""
    if part.place is None or not attribution.start - 2 <= part.place <= attribution.end:
        return False
    agency = names.at(part.url or "")
    if agency is not None:
        return agency.name == attribution.name
    if part.place <= attribution.named_at < part.place + len(part.text):
        return True  # the name is in the words that link
    label = _site_label(part.url or "")
    key = name_key(attribution.name).replace(" ", "")
    if label and (label in key or key in label):
        return True
    # An unknown house under an address of its own: the link is the attribution's own words.
    known = names.named(attribution.name)
    return (known is None or not known.domains) and name_key(part.text) in name_key(attribution.claim.excerpt)


def _leads_to_a_report(url: str, article: Article) -> bool:
    """Does ``url`` lead to a page of another site that may be a report: no front page, share button or shop?"""
    try:
        host = host_of(url)
        if same_site(url, article.url):
            return False
    except BadUrl:
        return False
    if any(host == each or host.endswith(f".{each}") for each in NOT_REPORTS):
        return False
    parts = urlsplit(url)
    steps = [step for step in parts.path.split("/") if step]
    folders = {step.casefold() for step in steps}
    if folders & NOT_ARTICLES:
        return False
    words = len(re.split(r"[-_]", steps[-1])) if steps else 0
    if folders & LISTS and words < HEADLINE_WORDS:
        return False
    if _QUERY_ID.search(parts.query):
        return True
    return len(steps) >= 2 or (len(steps) == 1 and (words >= 3 or any(map(str.isdigit, steps[0]))))


def _site_label(url: str) -> str:
    """The part of a host that may be a name: of ``www.valley-post.example`` it is ``valleypost``."""
    try:
        labels = host_of(url).removeprefix("www.").split(".")
    except BadUrl:
        return ""
    return max(labels[:-1], key=len, default="").replace("-", "")
