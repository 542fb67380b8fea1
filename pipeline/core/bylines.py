"""Who wrote it? Persons only, from the first witness that names any: what the head declares, then the byline itself.

A byline is told by its words ("By ..."), its mark-up, or a link to an author's page, near the headline before
elsewhere. Names are read off it one by one, so that roles, dates and buttons beside them stay out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

from pipeline.core.characters import one_line, plain_key, plain_text
from pipeline.core.model import Entry
from pipeline.core.pages import Page
from pipeline.core.sidebars import NAMES_KEPT
from pipeline.core.storyhead import Line, words_of

JSON_LD, META, BYLINE, MARK_UP, FEED = "json-ld", "meta", "byline", "mark-up", "feed"
"""The witnesses, as Article.authors_witness has them."""

AUTHOR_META: Final = (
    # In the order of how often a person stands there and nothing else.
    "author",
    "article:author",
    "og:article:author",
    "citation_author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.creator.name",
    "article.author",
    "byl",
    "byline",
    "twitter:data1",
)

NOT_PERSONS: Final = (
    # Whole words; who signs so is a desk, a system or nobody.
    (r"staff|editors?|editorial|desk|bureau|team|newsroom|correspondents?", "a desk"),
    (
        (
            r"redaktion(?:en)?|redacción|rédaction|redazione|redação|redactie|redakcja|redakce|redaksi|redacția"
            r"|toimitus|szerkesztőség|haber merkezi|σύνταξη|редакци[яи]|редакція|editör|tòa soạn"
            r"|編集部|編輯部|编辑部|편집부"
        ),
        "a desk",
    ),
    (
        r"reporters?|writers?|webmaster|contributors?|guest|unknown|anonymous|author|publisher",
        "a role",
    ),
    (
        r"(?:web|site|sys|wp)?admin(?:istra(?:tor|dor|teur))?\d*|super ?user|root|system",
        "an account that came with the system",
    ),
    (
        r"officer|director|chief|president|founder|analyst|columnist|professor|fellow|head of|manager|spokesman",
        "a role",
    ),
    (
        r"news|agency|agencies|agencias|wires?|press|media|times|post|magazine|journal|radio|tv|network|gazette",
        "an outlet",
    ),
    (r"report|guide|blog|store|shop|company|online|digital|studio|show|podcast|nachrichten|zeitung|nast", "an outlet"),
    (r"reuters|afp|ap|xinhua|bloomberg|dpa|efe|pti|ians|ani|tass|bbc|cnn|tnn|npr|apa", "an agency or a broadcaster"),
    (r"inc|llc|ltd|gmbh|corp|university|institute|foundation|association|ministry|department", "an organisation"),
    (r"http|https|www|com|org|net|powered|developer", "an address or a system"),
    (r"by|written|name|role|view|profile|profil|email|content|article", "a label"),
    (r"facebook|twitter|whatsapp|linkedin|instagram|pinterest|reddit|telegram|xing|bluesky|flipboard", "a button"),
)
COMPANY_FORMS: Final = r"AB|AG|ASA?|BV|Corporation|Group|Holdings?|KG|KK|Limited|NV|Oyj?|PLC|SA|SE|SpA|Srl|plc"
"""What the name of a company ends in, written so; who issues a release is no person."""
DEGREES: Final = (
    # Letters behind a name, with or without points.
    r"m\.?d|ph\.?\s?d|m\.?sc?|b\.?a|b\.?sc?|m\.?a|m\.?b\.?a|m\.?p\.?h|r\.?n|r\.?d\.?n?|l\.?d\.?n?|d\.?v\.?m|v\.?m\.?d|j\.?d"
    r"|d\.?o|d\.?d\.?s|c\.?p\.?a|c\.?f\.?p|f\.?a\.?c\.?l\.?m|f\.?o\.?m\.?a|esq"
)
MAX_NAME_CHARS: Final = 80
MAX_BYLINE_CHARS: Final = 160
MAX_ALONE_CHARS: Final = 30
MIN_SIGNED_CHARS: Final = 40  # of the line that a signature stands below
MIN_PROSE_CHARS: Final = 80  # of a line that shows that the story goes on
MAX_MARKED: Final = 8  # elements of one mark that are looked at; the ones further down sign other stories

AUTHOR_MARKS: Final = (
    (
        r"\b(?:author-?_*name|authorName|fn)\b|(?:author|contributor|reporter|writer)[-_]+name",
        "the name alone: hCard, and what themes write for it",
    ),
    (
        r"\b[Aa]uthors?\b(?![-_]*(?:bio|box|image|avatar|info|location|place|role|job|title|desc))",
        "rel, itemprop or class of a byline",
    ),
    (r"\b[Bb]y-?line\b|[-_](?:author|byline)s?\b", "a byline that names nobody's part"),
    (r"\b(?:autor(?:e|in|es)?|auteurs?|yazar|muhabir|penulis|skribent|szerzo)\b(?![-_]*(?:bio|box|img))", "the same"),
)
AUTHOR_LINKS: Final = (
    r"/(?:authors?|staff|people|profiles?|contributors?|writers?|autor(?:en|es)?|journalists?|by|auteurs?)/"
)
"""What stands in the address of a page about an author."""

BYLINE_LABELS: Final = (
    (r"(?:(?:written|posted|story|words|text|reported|published|contributed|reporting) )?by", "en"),
    (r"(?:authors?|words|text|contributors?|written by|story)\s*:", "en"),
    (r"(?:text |beitrag |geschrieben |erstellt |eingestellt |verfasst |gespeichert |interview )?von", "de"),
    (r"autor(?:in|en)?:?|text:|interview:", "de"),
    (r"par|publié par|auteure?:|propos recueillis par|por|escrito por|autor:|di|door|av|af", "fr es it nl sv da"),
    (r"автор[ы]?:|текст:|كتبت?|بقلم|napisała?:|tekst:|skrevet av", "ru ar pl no"),
    (r"yazan:|yazar:?|muhabir:?|haber:|penulis:?|oleh:?|tác giả:?|โดย|ผู้เขียน:?|เรื่อง:", "tr id vi th"),
    (r"γράφε[ιί] (?:ο|η)|συντάκτ(?:ης|ρια):?|ρεπορτάζ:|מאת:?|نویسنده:?|خبرنگار:|लेखक:?|লিখেছেন:?", "el he fa hi bn"),
    (r"szerző:?|írta:|kirjoittanut|teksti:|zapsala?:|autoři:|întocmit de", "hu fi cs ro"),
)
"""What a line says before the names of its authors, and in what language."""

MAX_WORDS_BEFORE: Final = 3  # before a label within a line: "Eine Reportage von"
MAX_LINES_BELOW: Final = 8  # of a headline, where a name alone may be a byline
NEAR_THE_DAY: Final = 2  # lines from such a name to the day
JOINTS: Final = frozenset({"", "and", "und", "og", "et", "y"})  # what a line between two names may say
ROLES_ALONE: Final = r"experts?|historian|specialist|consultant|engineer|scientist|strategist|advis[oe]r|intern|lead"
"""Words of a line below a name that says what its bearer does; a signature may well hold one of them."""
PLACE_STARTS: Final = (
    # What two words of a place begin with, as names hardly do.
    r"(?:New|Los|Las|San|Santa|São|Saint|St\.?|Port|Fort|Hong|Tel|Buenos|Kuala|Cape|North|South|East|West|Rio|Abu|Bad"
    r"|Sri|Saudi|United|Great|Middle|Top|Breaking|Latest|World|Local|Real|Premier|Current|Print|Sign|Log|Photo|Video)\b"
)

NOT_IN_NAMES: Final = (
    # Words that stand right behind a name, capitals and all.
    r"(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?|published|updated|posted|modified|last|first|link|copied"
    r"|senior|former|special|follow|view|read|min|share|comments?|photos?|illustrat\w*|in|on|at|the|for|and|with|from"
    r"|reviewed|edited|fact|alle|mehr|tech|veröffentlicht|aktualisiert|über|associated|via|more|about|of|is|a"
    r"|อ่าน|เผยแพร่|الأحد|الاثنين|الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت"
)

MONTHS: Final = (
    # Right before a day or a year; else Jan, April and August are persons.
    r"jan\w*|feb\w*|mar(?:ch|s|zo)?|apr\w*|may|mai|june?|july?|aug\w*|sept?\w*|o[ck]t\w*|nov\w*|de[cz]\w*"
)

_NOT_PERSON = re.compile(r"\b(?:" + "|".join(words for words, _ in NOT_PERSONS) + r")\b", re.IGNORECASE)
_COMPANY = re.compile(rf"\s(?:{COMPANY_FORMS})\.?$")
_DEGREE = re.compile(rf"(?:^(?:{DEGREES})\.?$|(?<=\w)\.?[\s,]+(?:{DEGREES})\.?(?=$|[\s,;]))", re.IGNORECASE)
_AUTHOR_MARKS: Final = tuple(re.compile(mark) for mark, _ in AUTHOR_MARKS)
_AUTHOR_LINK = re.compile(AUTHOR_LINKS, re.IGNORECASE)
_ARTICLES: Final = frozenset({"the", "der", "die", "das", "le", "la", "les", "our", "your"})
_NOT_IN_STORY = re.compile(
    r"comment|related|recommend|sidebar|footer|widget|teaser|(?:photo|image|img|picture|foto|media)[-_]*(?:author|by)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:^|[|•·●⋅–—,\d]|\s{1,2})(?:" + "|".join(words for words, _ in BYLINE_LABELS) + r")\s*[:：]?\s+", re.IGNORECASE
)
_LABEL_AT_START = re.compile(
    r"^\W*(?:" + "|".join(words for words, _ in BYLINE_LABELS) + r")(?:\s*[:：]\s*|\s+)", re.IGNORECASE
)
_NAME_PARTS = re.compile(r"\s*(?:[,;|/•·]|\s&\s|\s(?:and|und|y|et|with)\s)\s*")
_PAIR = re.compile(
    # Portuguese and Italian, Dutch, Scandinavian, Slavic, Turkish, Indonesian, Greek, Romanian, Vietnamese, Finnish.
    r"(\S+ \S+(?: \S+)?) (?:e|ed|en|och|og|i|oraz|и|та|і|ve|dan|και|și|và|ja) (\S+ \S+(?: \S+)?)"
)
_NO_NAME = rf"(?i:{MONTHS})\.?,? ?\d|(?i:{NOT_IN_NAMES}|{'|'.join(words for words, _ in NOT_PERSONS)})\b"
_SMALL = "a-zß-öø-ÿά-ώа-џґ"
_SPELT_WITH = "\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff"  # marks and vowels that are no letters by themselves
_WORD_OF_NAME = rf"(?!{_NO_NAME})[^\W\d_{_SMALL}][\w{_SPELT_WITH}.’'‘-]*"
_PARTICLE = r"(?:de|la|del|della|di|da|dos|du|van|von|der|den|ten|bin|ibn|al|el|le|zu|y|e|of)"
_NAME = rf"{_WORD_OF_NAME}(?: (?:{_PARTICLE} )*{_WORD_OF_NAME}){{1,4}}"
_AND = rf"(?:,? and|,? und| &| et| y) (?:(?:[Bb]y|[Vv]on) )?{_NAME}"
# Commas part names only in a list that ends in "and": else a place or a role follows.
_NAMES = re.compile(rf"(?>{_NAME}(?:(?:[,;] {_NAME})*{_AND})?)(?! (?:Staff(?! \w)|Team|Desk|Newsroom|Editors)\b)")
_ALONE = re.compile(r"([\w.’'-]{3,30})(?=\s*(?:$|[|•·●⋅–—,]|\d)|\s+(?:on|am|in|le|at)\b)")
_NAME_ALONE = re.compile(rf"{_WORD_OF_NAME}(?: (?:{_PARTICLE} )*{_WORD_OF_NAME}){{1,3}}")
_NO_NAME_ALONE = re.compile(rf"^{PLACE_STARTS}|\b(?i:{ROLES_ALONE})\b")
_DAY = re.compile(r"(?:19|20)\d\d\b|\b\d{1,2}[:.]\d{2}\b|(?:minutes?|hours?|stunden?|minuten) ago|^vor ")

# Labels and buttons stand in the same line, parted by a blank as two names are.
HAN_LABELS: Final = (
    "时间",
    "来源",
    "编辑",
    "责编",
    "发布",
    "日期",
    "字号",
    "字体",
    "字號",
    "分享",
    "打印",
    "收藏",
    "评论",
    "阅读",
    "浏览",
    "点击",
    "转发",
    "微信",
    "微博",
    "原标题",
    "关注",
    "稿源",
    *("记者", "記者", "通讯员", "实习生"),
)
HAN_ROLES: Final = r"记者|記者|通讯员|实习生"
"""What stands before the names of those who reported; a second one may follow in the same line."""
_HAN_LABEL = "|".join(HAN_LABELS)
_HAN_NAME = rf"(?!{_HAN_LABEL})[\u4e00-\u9fff]{{2,4}}(?<![摄攝])(?:·[\u4e00-\u9fff]{{1,6}})?(?![:：])"
_HAN_BYLINES: Final = (
    (
        re.compile(rf"(?:作者|撰文|文)\s*[:：／/]\s*({_HAN_NAME}(?:[、 ]{_HAN_NAME})*)(?![\u4e00-\u9fff])"),
        "作者：林海生",
    ),
    (
        re.compile(
            rf"(?:{HAN_ROLES})[:： ]*({_HAN_NAME}(?:(?:[、 ]| ?(?:{HAN_ROLES})[:： ]*){_HAN_NAME})*)"
            rf"(?=$|\s*[)）/／]|\s+(?:{_HAN_LABEL})|发自|報導|报道|[摄攝])"
        ),
        "（记者 林海生）, 本报记者林海生发自北京",
    ),
    (
        re.compile(
            r"(?:^|[\s·|/])([\uac00-\ud7a3]{2,4}) ?(?:선임|수습)?(?:기자|특파원|논설위원)(?=$|\W|입력|등록|수정)"
        ),
        "임해선 기자",
    ),
)
MAX_HAN_LINE_CHARS: Final = 200  # the credit may open the story's first paragraph, in brackets
_HAN_NAME_PARTS: Final = re.compile(rf"(?:[、 :：]|{HAN_ROLES})+")


def authors(
    page: Page, entry: Entry | None, outlets: Iterable[str], head: Sequence[Line], lines: Sequence[Line]
) -> tuple[tuple[str, ...], str | None]:
    """The persons who signed ``page``, in the order of their first witness, and that witness.

    Witnesses in order: JSON-LD, meta, bylines in the ``head`` of the story, names alone beside its day, the feed,
    marked elements, bylines among the other ``lines``. ``outlets`` are names of the site itself, which sign nothing.
    Where a later meta, or the names alone, hold all those of the first witness and more, the list was cut short, and
    the longer one stands; a name in several words goes before a login.
    """
    known = {key for name in outlets for key in (plain_key(name), name.partition(".")[0].lower())}
    markup = page.declared.markup
    signed = persons([author.name for author in markup.authors if author.name], known) if markup else ()
    own_name = persons([a.name for a in markup.authors if a.name and a.is_person], ()) if markup else ()
    declared = [persons(page.declared.meta.get(name, ()), known) for name in AUTHOR_META]
    alone = _alone(head, lines, known)
    stated = [(names, at) for names, at in [(signed, JSON_LD), *((names, META) for names in declared)] if names]
    if stated:
        first, witness = next((one for one in stated if " " in one[0][0]), stated[0])
        fuller = ((names, at) for names, at in [*stated, (alone, BYLINE)] if set(names) > set(first))
        return next(fuller, (first, witness))

    def found() -> Iterator[tuple[tuple[str, ...], str]]:
        # A blog that bears its writer's name: JSON-LD says that the name is a person's.
        yield (own_name if len(own_name) == 1 and 2 <= len(own_name[0].split()) <= 4 else ()), JSON_LD
        yield from ((_signed(line.text), BYLINE) for line in head)
        yield from ((names, MARK_UP) for names in _linked(head))
        yield alone, BYLINE
        yield (persons(entry.authors, known) if entry else ()), FEED
        yield from ((names, MARK_UP) for names in _marked(page.tree, head, known))
        yield _unanimous(_signed(line.text) for line in lines if _is_byline(line)), BYLINE
        yield _signature(lines, known), BYLINE
        yield from ((_han_names(line.text), BYLINE) for line in lines if len(line.text) <= MAX_HAN_LINE_CHARS)

    return next(((names, at) for names, at in found() if names), ((), None))


def persons(names: Iterable[str], outlets: Iterable[str]) -> tuple[str, ...]:
    """The persons among ``names``, each once, without "By", addresses, roles and degrees."""
    known = set(outlets)
    found: dict[str, str] = {}
    for name in names:
        text = _LABEL_AT_START.sub("", plain_text(name))
        first, bar, _ = text.partition("|")
        # "Vesper Ledger | Mobile": behind the house stands a rubric.
        if "://" in text or "@" in text or (bar and _is_outlet(first.strip(), plain_key(first), known)):
            continue
        for part in (each for parts in _NAME_PARTS.split(text) for each in _pair(parts)):
            person = _LABEL_AT_START.sub("", one_line(part, MAX_NAME_CHARS + 1))
            person = _without_outlet(_DEGREE.sub("", person).strip(" .,;:|-–—*"), known)
            key = plain_key(person)
            if key and not _is_outlet(person, key, known) and _is_person(person):
                found.setdefault(key, person.title() if person.isupper() and len(person) > 4 else person)
    return tuple(found.values())


def _pair(text: str) -> tuple[str, ...]:
    """The two names that ``text`` joins by a word that may also join the parts of one; each has two words at least."""
    pair = _PAIR.fullmatch(text)
    return pair.groups() if pair else (text,)


def _without_outlet(name: str, known: set[str]) -> str:
    """``name`` without the house that systems put behind it: "DANA WHITLOCK The Kestrel Herald"."""
    words = name.split()
    houses = (
        place
        for place in range(2, len(words))
        if all(map(str.isalpha, words[:2])) and _is_outlet(name, plain_key(" ".join(words[place:])), known)
    )
    return " ".join(words[: next(houses, len(words))])


def _is_outlet(name: str, key: str, known: set[str]) -> bool:
    """Is ``name`` one of those that the site goes by? In capitals also where only its blanks differ: USA TODAY."""
    shouts = any(word.isupper() and len(word) > 1 for word in name.split())
    return key in known or key.removeprefix("the ") in known or (shouts and key.replace(" ", "") in known)


def _is_person(name: str) -> bool:
    if len(name) > MAX_NAME_CHARS or any(char.isdigit() or char in "@/<>{}=" for char in name):
        return False
    words = name.split()
    return (
        1 <= len(words) <= 5
        and words[0].lower() not in _ARTICLES
        and not _NOT_PERSON.search(name)
        and not _COMPANY.search(name)
        and not re.search(r"\w\.\w{2,}$", name)
    )


def _unanimous(signed: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """What all that sign anything sign: where they differ they sign other stories."""
    found = set(filter(None, signed))
    return found.pop() if len(found) == 1 else ()


def _is_byline(line: Line) -> bool:
    return len(line.text) <= MAX_NAME_CHARS and _LABEL_AT_START.match(line.text) is not None


def _signed(text: str) -> tuple[str, ...]:
    """The names behind "By" or its like in a line; empty where the line is prose or signs nobody."""
    if len(text) > MAX_BYLINE_CHARS:
        return ()
    han = _han_names(text)
    if han:
        return han
    for label in _LABEL.finditer(text):
        if not _may_stand_before_a_byline(text[: label.start()]):
            continue
        names = _names_at_start(text[label.end() :])
        if names:
            return names
        alone = _ALONE.match(text, label.end()) if not text[: label.start()].strip(" |•·●⋅–—,") else None
        if alone and (alone[1][0].isupper() or alone.end() == len(text)) and _is_person(alone[1]):
            return (alone[1],)
    return ()


def _may_stand_before_a_byline(before: str) -> bool:
    """Nothing, a bar, a day, or the kind of text ("Eine Reportage von"): the middle of a sentence it is not."""
    return (
        len(before.split()) <= MAX_WORDS_BEFORE or before.rstrip()[-1] in "|•·●⋅–—,-" or any(map(str.isdigit, before))
    )


def _alone(head: Sequence[Line], lines: Sequence[Line], outlets: set[str]) -> tuple[str, ...]:
    """Names that stand below the headline in lines of their own, beside a line that states the day.

    Each is a form of words that rubrics share, so the day beside it is asked for, and none that begins as places do.
    """
    places = {id(line): number for number, line in enumerate(lines)}
    below = [line for line in head if head and places[id(line)] >= places[id(head[0])]][:MAX_LINES_BELOW]
    dated = [bool(line.times) or (len(line.text) <= MAX_NAME_CHARS and bool(_DAY.search(line.text))) for line in below]
    named = [_names_alone(line, outlets) for line in below] if any(dated) else []
    run: list[str] = []
    start = 0
    for number, names in enumerate([*named, ()]):
        is_joint = run and number < len(below) and below[number].key in JOINTS
        if names:
            start = start if run else number
            run += names
        elif run and not is_joint:
            if any(dated[max(0, start - NEAR_THE_DAY) : number + NEAR_THE_DAY]):
                return tuple(dict.fromkeys(run))
            run = []
    return ()


def _names_alone(line: Line, outlets: set[str]) -> tuple[str, ...]:
    """The names in ``line`` where it holds nothing else but a day behind a bar; each of its elements may be a name."""
    if len(line.text) > MAX_BYLINE_CHARS:
        return ()
    text = line.text.partition("|")[0].strip(" ,•·|-–")
    inner = [" ".join(words_of(child).split()) for child in line.block if isinstance(child.tag, str)]
    parts = (
        inner
        if len(inner) > 1 and " ".join(inner) == text
        else re.split(r"\s*[/,;]\s*|\s+(?:and|und|og|et|y)\s+", text)
    )
    if not all(_NAME_ALONE.fullmatch(part) and not _NO_NAME_ALONE.search(part) for part in parts):
        return ()
    found = persons(parts, outlets)
    return found if len(found) == len(parts) else ()


def _signature(lines: Sequence[Line], outlets: set[str]) -> tuple[str, ...]:
    """The name that stands alone, slanted or at the right, right below the last prose of its box."""
    for number, line in enumerate(lines):
        if number and len(line.text) <= MAX_ALONE_CHARS and len(lines[number - 1].text) >= MIN_SIGNED_CHARS:
            above, box = lines[number - 1].block, line.block
            of_one_box = above is box or above.getparent() is box.getparent()
            if of_one_box and _is_set_off(line) and not _prose_follows(lines[number + 1 :], box):
                names = _names_alone(line, outlets)
                if names:
                    return names
    return ()


def _is_set_off(line: Line) -> bool:
    if "right" in f"{line.block.get('style') or ''} {line.block.get('align') or ''}":
        return True
    return any(" ".join(words_of(inner).split()) == line.text for inner in line.block.iter("i", "em"))


def _prose_follows(lines: Sequence[Line], box: HtmlElement) -> bool:
    beside = (box, box.getparent())
    return any(
        len(line.text) >= MIN_PROSE_CHARS and (line.block is box or line.block.getparent() is beside[1])
        for line in lines[:MAX_LINES_BELOW]
    )


def _names_at_start(text: str) -> tuple[str, ...]:
    """Names that ``text`` begins with, up to the first word that is none."""
    found = _NAMES.match(_DEGREE.sub("", text.strip(" ,:|*")))
    return persons([found.group()], ()) if found else ()


def _han_names(text: str) -> tuple[str, ...]:
    for form, _ in _HAN_BYLINES:
        found = form.search(text)
        if found:
            return tuple(dict.fromkeys(_HAN_NAME_PARTS.split(found[1])))
    return ()


def _linked(head: Sequence[Line]) -> Iterator[tuple[str, ...]]:
    """Names in the story's head that link to a page about an author."""
    for line in head:
        links = line.block.iter("a") if len(line.text) <= MAX_BYLINE_CHARS else ()
        names = [words_of(link) for link in links if _AUTHOR_LINK.search(link.get("href") or "")]
        found = [person for name in names for person in _names_at_start(name)]
        yield tuple(dict.fromkeys(found))


@lru_cache(maxsize=NAMES_KEPT)
def _mark_rank(names: str) -> int | None:
    """How plainly ``names`` of mark-up say that a byline stands here, 0 the plainest; None where they do not."""
    rank = next((rank for rank, mark in enumerate(_AUTHOR_MARKS) if mark.search(names)), None)
    return None if rank is None or _NOT_IN_STORY.search(names) else rank


def _marked(tree: HtmlElement, head: Sequence[Line], outlets: set[str]) -> Iterator[tuple[str, ...]]:
    """Names in elements marked as a byline, the plainest mark first, those in the story's head before others."""
    near = {element for line in head for element in (line.block, *line.block.iterancestors("div", "p", "li"))}
    ranked: dict[int, list[HtmlElement]] = {}
    for element in tree.iter("a", "span", "div", "p", "address", "li", "h3", "h4", "h5", "small"):
        names = f"{element.get('rel') or ''} {element.get('itemprop') or ''} {element.get('class') or ''}"
        if (rank := _mark_rank(names)) is not None:
            ranked.setdefault(rank, []).append(element)
    for rank in sorted(ranked):
        nearest = sorted(ranked[rank], key=lambda element: not (element in near or element.getparent() in near))
        for element in nearest[:MAX_MARKED]:
            text = words_of(element)[: MAX_BYLINE_CHARS + 1]
            # A name of a form of its own, a pseudonym: only where nothing else stands in the element.
            alone = persons([text], outlets) if len(text) <= MAX_ALONE_CHARS else ()
            yield tuple(name for name in _signed(text) or _names_at_start(text) or alone if persons([name], outlets))
