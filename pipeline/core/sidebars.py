"""What is beside the story in the tree of a page: boxes, rankings, prompts, told by how they are built and named.

Evidence is asked for in this order: structure (a run of bare links), place, mark-up (class, id, role), and only then
the words of a heading. What holds the headline or most of the page's prose always stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from copy import deepcopy
from functools import lru_cache
from itertools import islice, takewhile
from typing import Final

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipeline.core.characters import plain_key
from pipeline.core.headings import (
    COMMENT_HEADING,
    MAX_HEADING_CHARS,
    MAX_LABEL_CHARS,
    MAX_LINK_CHARS,
    READ_ALSO,
    SOURCE_LABEL,
    is_headline_key,
    is_tail_key,
    spelt,
)

MARKS: Final = (
    # Words of class and id names, split at hyphens, underscores and capitals, and joined by single hyphens.
    # Each is matched as whole words; a box that holds much of the page's prose is never taken by its name.
    (r"related|recirc(?:ulation)?|read-(?:more|next|also)|also-(?:read|like|on)|see-(?:more|also)", "other stories"),
    (r"more-(?:on|from|stories|news|like|in|about|articles|posts)|more-on-this(?:-topic)?", "other stories"),
    (
        r"you-(?:may|might)(?:-also)?-like|recommend(?:ed|ations?)|suggested|up-next|next-(?:story|article|post)",
        "other stories",
    ),
    (r"trending|most-(?:read|popular|viewed|shared|recent)|popular-(?:posts|stories|news|now)|top-stories", "rankings"),
    (r"latest-(?:news|stories|posts|articles|headlines)|headlines-list|story-list|news-list|teaser-list", "rankings"),
    (r"outbrain|taboola|zergnet|revcontent|mgid|dianomi|sharethrough", "paid links of content networks"),
    (
        r"newsletters?|news-letter|mailing-list|email-(?:sign-?up|capture|subscribe)|sign-?up(?:-\w+)?",
        "prompts to sign up",
    ),
    (
        r"subscri(?:be|ption)-\w+|\w+-subscribe|subscribe|membership-\w+|donat(?:e|ion)(?:-\w+)?|paywall-promo",
        "prompts to pay",
    ),
    (
        r"comments?|comment-(?:list|form|respond|section|area|thread)|disqus(?:-thread)?|livefyre|respond",
        "readers' comments",
    ),
    (
        r"wp-caption-text|fig(?:ure)?-?caption|(?:image|photo|media|img|picture)-(?:caption|credit|source)|photo-?credit",
        "words about a picture",
    ),
    (r"share(?:-\w+)?|sharing|social(?:-\w+)?|sharedaddy|addthis(?:-\w+)?|addtoany|follow-us", "share bars"),
    (r"breadcrumbs?|tag-(?:list|cloud|links)|post-tags|article-tags|topic-(?:list|tags)|tags", "ways into the archive"),
    (
        r"author-(?:bio|box|card|info|profile|about)|about-(?:the-)?author|bio-box|post-author",
        "about the author, not the event",
    ),
    (
        r"promo(?:-\w+)?|sponsor(?:ed)?(?:-\w+)?|advert(?:isement|ising|s)?|ad-(?:container|wrapper|slot|unit|label)",
        "advertising",
    ),
    (r"cookie-(?:banner|consent|notice|bar)|consent-\w+|gdpr(?:-\w+)?", "consent notices"),
    (r"sr-only|screen-reader-text|visually-hidden|visuallyhidden", "words for machines that read the layout aloud"),
    (r"label-inline", "labelled facts about an entry, as one system of content writes them"),
    (
        r"(?:quiz|poll|survey|umfrage|encuesta|enquete|sondage|anketa|ankieta|kysely)(?:-(?:box|widget|module|embed|form))?",
        "questions to readers",
    ),
    (r"pagination|post-navigation|nav-links|prev-next|skip-link", "ways to other pages"),
    (r"wp-auth-check(?:-\w+)?", "a window that asks editors to log in again, on every page of one system"),
)
"""A pattern over mark-up names, and what stands in such a box."""

ROLES: Final = frozenset({"navigation", "complementary", "search", "contentinfo", "dialog", "alertdialog", "menu"})
"""WAI-ARIA 1.2 landmark and window roles that are by definition beside the main content."""

BOX_TAGS: Final = frozenset(
    {
        "div",
        "section",
        "aside",
        "ul",
        "ol",
        "dl",
        "p",
        "figcaption",
        "nav",
        "footer",
        "form",
        "article",
        "details",
        "span",
    }
)
"""What may be taken out whole. Headings are not: a heading goes only with what it heads."""

MAX_NAMES_CHARS: Final = 500  # of class and id; utility classes run to some 300
DIALOG_ROLES: Final = frozenset({"dialog", "alertdialog"})
MAX_PROMPT_BOX_CHARS: Final = 700  # of a box that asks for an address: a heading, an appeal, and small print ...
MAX_PROMPT_RUN_CHARS: Final = 250  # ... none of which is as long as a paragraph
NAMES_KEPT: Final = 2_000  # of class and id, judged once: a template writes the same ones on all its pages
MAX_OFFER_CHARS: Final = 300  # of a box that ends in a button
_NOT_OFFERED: Final = frozenset({"h1", "figure", "pre", "time", "table", "img", "article"})
MAX_FIELDS: Final = 20  # to be filled in; a page has a handful
FILLED_IN: Final = frozenset({"text", "number", "tel", "password", "radio"})
SEARCH: Final = (
    r"search|query|keyword|\b[qs]\b|such|busca|recherche|cerca|zoek|sök|поиск|検索|搜索|검색|cari\b|\bara\b|szuka"
)
"""Names of the fields and forms in which readers look for other stories."""
MAX_NEIGHBOURS: Final = 20  # in which the prose around a card is looked for
MAX_PROSE_SHARE: Final = 0.5  # of the page's long paragraphs; themes name even the body "content-with-social-share"
OFFER_MARK: Final = r"paywall|pay-?(?:gate|barrier)|piano|metered|subscriber-only|abo-?(?:box|teaser|offer)"
OFFER: Final = "paywall"
MAX_OFFER_SHARE: Final = 0.2  # of the page's prose; what bears such a name and holds more is the story that is paid for
MAX_COMMENT_SHARE: Final = 0.7  # a short report under which everybody has something to say
PROSE_RUN_CHARS: Final = 60  # between two tags; shorter runs are teasers, labels and captions as often as prose

LINK_SHARE: Final = 0.8  # of a block's letters; a bullet or "Read:" before a link leaves it a bare link
LINK_RUN: Final = 3  # bare links in a row; one or two are how some desks set a reference between paragraphs
BAR_MARKS: Final = frozenset({"|", "||", "·", "•", "∙", "/", "–", "»", "｜"})  # commas part the links of a sentence
RUN_TAGS: Final = frozenset({"p", "li", "h2", "h3", "h4", "h5", "h6", "article", "div", "a", "dd", "section"})
RUN_PARENTS: Final = ("div", "section", "article", "ul", "ol", "dl", "body", "main", "td", "center")
MIN_LINK_CHARS: Final = 2
TAIL_LINK_SHARE: Final = 0.5  # under a heading that says so, dates and bylines may stand between the links
HEADING_TAGS: Final = ("h2", "h3", "h4", "h5", "h6", "p", "div", "span", "strong", "b", "dt")
INLINE_TAGS: Final = frozenset({"span", "strong", "b"})
MAX_TAIL_HEADINGS: Final = 50  # each is weighed against all that follows it
HOVER_TAGS: Final = frozenset({"span", "div", "aside"})
MAX_HOVER_LETTERS: Final = 1_000  # of a card about a person or a place; behind "Skip to content" stands the page

CARD_TAGS: Final = ("div", "p", "section", "article", "h2", "h3", "h4", "h5", "h6", "li")
PROMPT_BOX_TAGS: Final = ("form", "div", "section", "aside", "p", "fieldset", "td", "li")
_SENTENCE_MARK = re.compile(r"(?:^|\w|\s)[.!?;](?:\s|$)|[。！？।]")
_UNLINKED: Final = XPath(".//text()[not(ancestor::a)]")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


_COMMENT_MARK = re.compile(
    r"(?:^|[ -])(?:comments?(?:-(?:list|section|area|thread))?|disqus(?:-thread)?|livefyre)(?=[ -]|$)"
)
_OFFER_MARK = re.compile(rf"(?:^|[ -])(?:{OFFER_MARK})(?=[ -]|$)")
_MARK = re.compile("(?:^|[ -])(?:" + "|".join(pattern for pattern, _ in MARKS) + ")(?=[ -]|$)")
_READ_ALSO_OPEN = re.compile(
    rf"\s*(?:(?:also|must) read|read (?:also|more)|see also|{spelt(READ_ALSO)})\s*[:：|»>–-]?\s*$", re.I
)
_CONSENT = re.compile(r"cookie|consent|privacy|gdpr|dsgvo|modal|popup", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SEARCH = re.compile(SEARCH)
_SOURCE_LABEL = re.compile(SOURCE_LABEL, re.IGNORECASE)


def without_sidebars(tree: HtmlElement, strays: Collection[HtmlElement] = ()) -> HtmlElement:
    """A copy of ``tree`` without its ``strays``, and without the boxes, link runs and tails that are not the story.

    Whatever holds the first headline, or more than MAX_PROSE_SHARE of the page's prose, stays.
    """
    story = deepcopy(tree)
    held = list(story.iter())  # lxml makes an element anew on every walk, unless somebody holds it
    for own, twin in zip(tree.iter(), held, strict=True) if strays else ():
        if own in strays and twin.getparent() is not None:
            twin.drop_tree()
    for script in list(story.iter("script")):  # what is left of them is JSON-LD: whole stories that nobody sees
        script.drop_tree()
    _drop_dialogs(story)
    weights = _weights(story)
    prose = weights[story].prose
    _drop_rubric(story, weights)
    _drop_link_runs(story, weights)
    _drop_link_bars(story, weights)
    _drop_prompt_boxes(story, weights, prose)
    _drop_offers(story, weights)
    _drop_marked_boxes(story, weights, prose)
    _drop_headed_tails(story, weights, prose)
    _drop_cards(story, weights)
    _drop_hover_cards(story, weights)
    _drop_ends_of_paragraphs(story)
    _open_answers(story)
    return story


def is_named_as_box(element: HtmlElement) -> bool:
    """Do class and id of ``element`` say that it is none of the story's? A whole story may bear such a name."""
    return bool(_MARK.search(_spaced(_names(element))))


class _Weight:
    """What a subtree holds, in letters: all of it, what stands in links, and what stands in long runs (prose)."""

    # No dataclass: one is made for every element of a page, and without a constructor that takes a fifth of the time.
    letters: int = 0
    linked: int = 0
    prose: int = 0


def _weights(tree: HtmlElement) -> dict[HtmlElement, _Weight]:
    """The weight of every element: children stand after their parents, so the sums are made from the end."""
    elements = list(tree.iter())
    weights = {element: _Weight() for element in elements}
    for element in reversed(elements):
        own = weights[element]
        if text := element.text:
            _add_text(own, text)
        if element.tag == "a":
            own.linked, own.prose = own.letters, 0
        parent = element.getparent()
        if parent is not None and element is not tree:
            above = weights[parent]
            if own.letters:
                above.letters += own.letters
                above.linked += own.linked
                above.prose += own.prose
            if tail := element.tail:
                _add_text(above, tail)
    return weights


def _add_text(weight: _Weight, text: str) -> None:
    letters = len(text.strip())
    weight.letters += letters
    if letters >= PROSE_RUN_CHARS:
        weight.prose += letters


def _drop_dialogs(tree: HtmlElement) -> None:
    """Drop what opens over the page: a wall of consent may be longer than the story behind it."""
    for element in list(tree.iter("div", "section", "aside", "dialog", "form")):
        is_dialog = element.tag == "dialog" or (element.get("role") or "").lower() in DIALOG_ROLES
        if is_dialog and element.getparent() is not None and next(element.iter("h1", "article"), None) is None:
            element.drop_tree()


def _drop_rubric(tree: HtmlElement, weights: dict[HtmlElement, _Weight]) -> None:
    """Drop links that stand right above the headline: the section that the story is filed under."""
    headline = next(tree.iter("h1"), None)
    above = headline.itersiblings(preceding=True) if headline is not None else ()
    for element in [element for element in above if _is_bare_link(element, weights)]:
        element.drop_tree()


def _drop_link_runs(tree: HtmlElement, weights: dict[HtmlElement, _Weight]) -> None:
    """Drop LINK_RUN or more neighbours that consist of a link each: rankings and teasers, whatever they are called.

    What shows nothing, a line break or a picture, may stand between them.
    """
    for parent in list(tree.iter(*RUN_PARENTS)):
        run: list[HtmlElement] = []
        for child in [*parent, None]:
            if child is not None and _is_bare_link(child, weights):
                run.append(child)
                continue
            if (
                child is not None
                and run
                and weights[child].letters == 0
                and not _speaks(run[-1])
                and not _speaks(child)
            ):
                continue
            if len(run) >= LINK_RUN:
                for link in run:
                    link.drop_tree()
            run = []
    # Old pages hold a column of links together by a font.
    for font in list(tree.iter("font")):
        links = [child for child in font if child.tag == "a"]
        if len(links) >= LINK_RUN and weights[font].linked >= LINK_SHARE * weights[font].letters:
            font.drop_tree()


def _drop_link_bars(tree: HtmlElement, weights: dict[HtmlElement, _Weight]) -> None:
    """Drop lines of LINK_RUN or more links that bars or dots part, with the label before them: "Ranks: A | B | C"."""
    for element in list(tree.iter("p", "li", "div")):
        weight = weights[element]
        if not weight.linked or weight.prose or weight.letters > MAX_LINK_CHARS or element.getparent() is None:
            continue
        if next(element.iter("h1"), None) is None and len(list(islice(element.iter("a"), LINK_RUN))) == LINK_RUN:
            between = [text for text in map(str.strip, _UNLINKED(element)) if text]
            if between and between[0].endswith((":", "：")) and not _SOURCE_LABEL.match(between[0]):
                between = between[1:]
            if len(between) >= LINK_RUN - 1 and all(text in BAR_MARKS for text in between):
                element.drop_tree()


def _speaks(element: HtmlElement) -> bool:
    """Do words follow ``element`` in its parent? Then it stands in a sentence."""
    return any(map(str.isalnum, element.tail or ""))


def _drop_cards(tree: HtmlElement, weights: dict[HtmlElement, _Weight]) -> None:
    """Drop links that are blocks, and boxes of links under a label, between the paragraphs of a story.

    A link in a sentence holds no blocks; and what stands beside the links of a box is no sentence.
    """
    for element in [*tree.iter("a"), *tree.iter("div", "section", "aside")]:
        weight, parent = weights[element], element.getparent()
        if parent is None or not MIN_LINK_CHARS <= weight.letters <= MAX_LINK_CHARS or weight.prose:
            continue
        is_card = (_is_block_link if element.tag == "a" else _is_link_box)(element, weights)
        if is_card and _stands_between_prose(element, weights) and next(element.iter("h1"), None) is None:
            element.drop_tree()


def _drop_hover_cards(tree: HtmlElement, weights: dict[HtmlElement, _Weight]) -> None:
    """Drop what opens over a link in a sentence: it stands right behind it, and says its words once more, then others.

    A reader who moves no pointer never sees it; in the text it would stand in the middle of the sentence.
    """
    for link in list(tree.iter("a")):
        card = link.getnext()
        if card is None or card.tag not in HOVER_TAGS or (link.tail or "").strip():
            continue
        if weights[card].letters > MAX_HOVER_LETTERS or next(card.iter("a"), None) is None:
            continue
        words, told = (plain_key(element.text_content()) for element in (link, card))
        if words and told != words and told.startswith(words):
            card.drop_tree()


def _is_block_link(link: HtmlElement, weights: dict[HtmlElement, _Weight]) -> bool:
    """Does ``link`` hold two lines or more: a rubric and a headline, a headline and a teaser?"""
    lines = (
        el for el in link.iter(*CARD_TAGS) if weights[el].letters and next(el.iterchildren(*CARD_TAGS), None) is None
    )
    return len(list(islice(lines, 2))) == 2


def _is_link_box(box: HtmlElement, weights: dict[HtmlElement, _Weight]) -> bool:
    """Is ``box`` a label, a day or nothing beside links that are headlines, and no sentence?"""
    if weights[box].linked < TAIL_LINK_SHARE * weights[box].letters:
        return False
    shown = [link.text_content() for link in box.iter("a")]
    if not any(is_headline_key(plain_key(text)) and "://" not in text for text in shown):
        return False
    return not _SENTENCE_MARK.search(" ".join([*_UNLINKED(box), box.text_content()[-2:]]))


def _stands_between_prose(element: HtmlElement, weights: dict[HtmlElement, _Weight]) -> bool:
    """Is there prose on both sides of ``element`` among its nearest neighbours?"""
    sides = (element.itersiblings(preceding=True), element.itersiblings())
    return all(any(weights[other].prose for other in islice(side, MAX_NEIGHBOURS)) for side in sides)


def _drop_prompt_boxes(tree: HtmlElement, weights: dict[HtmlElement, _Weight], prose: int) -> None:
    """Drop the boxes in which a reader is to fill something in, with all that they say: sign-up, gift, poll, log-in.

    The story never stands in one. Search is no reason: its field may stand beside the day and the byline.
    """
    for field in list(islice(filter(_asks_the_reader, tree.iter("input", "textarea")), MAX_FIELDS)):
        box = None
        for above in field.iterancestors(*PROMPT_BOX_TAGS):
            if weights[above].letters > MAX_PROMPT_BOX_CHARS or weights[above].prose > MAX_PROSE_SHARE * prose:
                break
            if any(len(text.strip()) > MAX_PROMPT_RUN_CHARS for text in above.itertext()):
                break
            box = above
        if box is not None and box.getparent() is not None and next(box.iter("h1"), None) is None:
            box.drop_tree()


def _drop_offers(tree: HtmlElement, weights: dict[HtmlElement, _Weight]) -> None:
    """Drop boxes between paragraphs that say a few words and end in a button: letters to be had, lists to be joined."""
    for button in list(tree.iter("button")):
        box = next(button.iterancestors("div", "aside", "section"), None)
        if box is None or not 0 < weights[button].letters < weights[box].letters <= MAX_OFFER_CHARS:
            continue
        if not _NOT_OFFERED.isdisjoint(inner.tag for inner in box.iter()) or not _ends_with(box, button):
            continue
        above, below = box.getprevious(), box.getnext()
        if above is not None and weights[above].prose and (below is None or weights[below].prose):
            box.drop_tree()


def _ends_with(box: HtmlElement, button: HtmlElement) -> bool:
    """Does nothing in ``box`` speak behind ``button``, and something before it?"""
    told = [run for run in box.itertext() if run.strip()]
    own = [run for run in button.itertext() if run.strip()]
    return len(told) > len(own) and told[-len(own) :] == own


def _asks_the_reader(field: HtmlElement) -> bool:
    names = f"{field.get('name') or ''} {field.get('placeholder') or ''} {field.get('id') or ''}".lower()
    kind = (field.get("type") or "text").lower()
    if kind == "email" or "mail" in names:
        return True
    form = next(field.iterancestors("form"), None)
    if form is None or kind not in FILLED_IN:
        return False
    return not _SEARCH.search(f"{names} {_names(form)} {form.get('action') or ''} {form.get('role') or ''}".lower())


def _is_bare_link(element: HtmlElement, weights: dict[HtmlElement, _Weight]) -> bool:
    weight = weights[element]
    return (
        element.tag in RUN_TAGS
        and MIN_LINK_CHARS <= weight.letters <= MAX_LINK_CHARS
        and weight.linked >= LINK_SHARE * weight.letters
    )


def _drop_marked_boxes(tree: HtmlElement, weights: dict[HtmlElement, _Weight], prose: int) -> None:
    marked: dict[str, list[HtmlElement]] = {}
    for element in tree.iter(*BOX_TAGS):
        names = _names(element)
        kind = _mark_in(names)
        # A paragraph that is named after the offer is what is paid for.
        if kind == OFFER and element.tag == "p":
            kind = ""
        if kind or (element.get("role") or "").lower() in ROLES:
            boxes = marked.setdefault(kind or names, [])
            if not boxes or boxes[-1] not in element.iterancestors():
                boxes.append(element)
    for names, boxes in marked.items():
        # Boxes of one name are judged together: each paragraph may be wrapped in one.
        share = MAX_COMMENT_SHARE if _COMMENT_MARK.search(_spaced(names)) else MAX_PROSE_SHARE
        if names == OFFER:
            share = MAX_OFFER_SHARE
        if not _hold_the_story(boxes, weights, share * prose):
            for box in boxes:
                box.drop_tree()


@lru_cache(maxsize=NAMES_KEPT)
def _mark_in(names: str) -> str:
    """What boxes of these names are judged with: those of the same names, or all offers; "" where they mark nothing."""
    spaced = _spaced(names)
    return OFFER if _OFFER_MARK.search(spaced) else names if _MARK.search(spaced) else ""


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:MAX_NAMES_CHARS]


def _spaced(names: str) -> str:
    """Names of mark-up in one spelling: ``relatedStories_box`` is ``related-stories-box``."""
    lower = names.lower()
    if lower != names:
        lower = _CAPITAL.sub("-", names).lower()
    return lower.replace("_", "-")


def _hold_the_story(elements: list[HtmlElement], weights: dict[HtmlElement, _Weight], max_prose: float) -> bool:
    """Do ``elements`` hold a headline of the page, or more than ``max_prose`` letters of prose?"""
    held = sum(weights[element].prose for element in elements)
    return held > max_prose or any(next(element.iter("h1"), None) is not None for element in elements)


def _drop_headed_tails(tree: HtmlElement, weights: dict[HtmlElement, _Weight], prose: int) -> None:
    """Drop headings over other stories or comments, each with what it heads."""
    short = (el for el in list(tree.iter(*HEADING_TAGS)) if 0 < weights[el].letters <= MAX_HEADING_CHARS)
    keyed = ((el, plain_key(el.text_content())) for el in short if _stands_alone(el, weights))
    for heading, key in islice(((el, key) for el, key in keyed if is_tail_key(key)), MAX_TAIL_HEADINGS):
        if COMMENT_HEADING.fullmatch(key):
            followers = list(heading.itersiblings())
            if not _hold_the_story(followers, weights, MAX_COMMENT_SHARE * prose):
                _drop_with(heading, followers)
        else:
            top = heading
            # A heading in a wrapper of its own heads what follows the wrapper.
            while top.getnext() is None and _fills(top, top.getparent(), weights):
                top = top.getparent()
            followers = list(takewhile(lambda el: _is_list_of_links(el, weights), top.itersiblings()))
            if followers or top.getnext() is None:
                _drop_with(top, followers)


def _drop_ends_of_paragraphs(tree: HtmlElement) -> None:
    """Drop references to other stories that end a paragraph in bold: a known label and nothing but a link."""
    for end in [end for end in tree.iter("b", "strong", "i", "em") if _READ_ALSO_OPEN.match(end.text or "")]:
        above, link = end.getparent(), end[0] if len(end) == 1 else None
        if above is None or link is None or link.tag != "a" or (link.tail or "").strip(" .»>"):
            continue
        if end.getnext() is None and not (end.tail or "").strip() and above.tag in {"p", "div", "span"}:
            end.drop_tree()


def _open_answers(tree: HtmlElement) -> None:
    """Show what opens below short lines that are made alike, and make headings of those: extractors pass over it."""
    hidden = [answer for answer in tree.iter("div", "section", "dd") if _HIDDEN.search(answer.get("style") or "")]
    for answer in hidden:
        box = answer.getparent()
        names = box.get("class") if box is not None else None
        beside = [*box.itersiblings(preceding=True), *box.itersiblings()] if box is not None and names else []
        items = [item for item in beside if item.get("class") == names]
        if items and _question(answer) is not None and not any(map(_is_out_of_sight, answer.iterancestors())):
            answer.attrib.pop("style", None)
            questions = map(_question, (answer, *(item[-1] for item in items if len(item) > 1)))
            for question in [question for question in questions if question is not None]:
                words = " ".join(question.text_content().split())
                question.clear(keep_tail=True)
                question.tag, question.text = "h3", words


def _is_out_of_sight(box: HtmlElement) -> bool:
    """Is ``box`` hidden as a whole, or named as none of the story's? So are settings of consent built, too."""
    return bool(_HIDDEN.search(box.get("style") or "")) or _CONSENT.search(_names(box)) is not None


def _question(answer: HtmlElement) -> HtmlElement | None:
    """The short line right above ``answer``, or None."""
    above = answer.getprevious()
    return above if above is not None and 0 < len(above.text_content().strip()) <= MAX_LABEL_CHARS else None


def _drop_with(heading: HtmlElement, followers: list[HtmlElement]) -> None:
    for element in (heading, *followers):
        if element.getparent() is not None:
            element.drop_tree()


def _stands_alone(element: HtmlElement, weights: dict[HtmlElement, _Weight]) -> bool:
    """Is this a line of its own, and not a word in bold within a sentence?"""
    return element.tag not in INLINE_TAGS or _fills(element, element.getparent(), weights)


def _fills(element: HtmlElement, parent: HtmlElement | None, weights: dict[HtmlElement, _Weight]) -> bool:
    """Is ``element`` all that ``parent`` says?"""
    return parent is not None and parent.tag in BOX_TAGS and weights[parent].letters <= weights[element].letters


def _is_list_of_links(element: HtmlElement, weights: dict[HtmlElement, _Weight]) -> bool:
    weight = weights[element]
    return weight.linked >= TAIL_LINK_SHARE * weight.letters and weight.prose == 0
