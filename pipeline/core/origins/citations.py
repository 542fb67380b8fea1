"""Whose reports an article rests on: what it says of them in its sentences, its chips, its references and its links.

A sentence attributes in few ways ("X reported", "according to X", "told X"); each language has its words for them in
one table, and the name is read off the text on the side where that language puts it. Who is named must be an outlet:
persons, ministries and companies are the news and not a report of it. The confidences are judgement.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from pipeline.core.errors import BadUrl
from pipeline.core.model import Article, EvidenceKind, Part, PartKind, Relation
from pipeline.core.origins.agencies import ARTICLES, Kind, Names, name_key
from pipeline.core.origins.claims import Claim
from pipeline.core.origins.naming import (
    LEADING,
    NamedSource,
    is_outlet_name,
    is_report_source,
    sources_after,
    sources_before,
)
from pipeline.core.urls import host_of, same_site

BEHIND: Final = {
    # Words with the source's name behind them, in small letters; what is only looked ahead at belongs to the name.
    "en": (
        r"according to|citing|quoting|per|as per",
        (
            r"(?:cited|quoted|reported|published|aired|broadcast|carried|obtained|seen|reviewed|revealed|disclosed|released)"
            r"(?: (?:first|earlier|on \w+day))? (?:by|in|on)"
        ),
        r"told|speaking to|spoke to|speaking with|spoke with",
        r"interviews? (?:with|to|in|by|published by|published in)|interviewed by",
        r"(?:comments|remarks|statement|statements|email|emails) to",
        r"reports? (?:by|from|in)|an? (?:article|story|investigation|dispatch|editorial|column|interview) (?:in|by)",
        r"(?:wrote|writing|said) in",
    ),
    "es": (
        r"según|de acuerdo con|conforme a|citando a|citad[oa]s? por|publicad[oa]s? (?:por|en)|difundid[oa]s? por",
        r"informó|informa|reportó|reporta|publicó|publica|recogió|recoge|reveló|revela|adelantó|adelanta|difundió",
        r"señaló|señala|apuntó|indicó|aseguró|detalló|confirmó",
        r"(?:dijo|declaró|explicó|afirmó|contó|indicó|señaló|aseguró|comentó|manifestó|confirmó)(?= (?:al?|en) )",
        r"(?:entrevista|declaraciones) (?:con|en)|(?:entrevista|declaraciones)(?= al? )",
    ),
    "fr": (
        r"selon|d['’]après|citant|citée?s? par|publiée?s? (?:par|dans)|interrogée?s? par|auprès(?= d[eu'’])",
        r"(?:a )?(?:rapporté|indiqué|écrit|révélé|précisé)|rapporte|rapportait|indique|écrit|révèle|affirme|précise",
        r"(?:déclaré|dit|confié|indiqué|affirmé|expliqué|assuré|précisé|raconté)(?= (?:à|aux?) )",
        r"(?:entretien|interview)(?: accordée?)?(?= (?:à|aux?|avec) )",
    ),
    "de": (
        r"laut|unter berufung auf|gegenüber|zitiert (?:von|in)|veröffentlicht (?:von|in)",
        r"nach (?:angaben|informationen|berichten|einem bericht)(?: von| vom)?|bericht(?= (?:der|des|von|im|in) )",
        r"(?:berichten|berichtete?n?|melden|meldete?n?|meldet|schreibt|schrieb|zitiert|zitierte)(?: am \w+)?",
        r"(?:sagten?|erklärten?|erzählten?)(?: (?:er|sie|es))?(?: am \w+)?",
        r"(?:interview|gespräch) mit",
    ),
    "pt": (
        r"segundo|de acordo com|conforme|citando|citad[oa]s?(?= (?:por|pel[oa]) )|divulgad[oa]s?(?= (?:por|pel[oa]) )",
        r"publicad[oa]s?(?= (?:por|pel[oa]|em|n[oa]) )|obtid[oa]s?(?= (?:por|pel[oa]) )",
        r"informou|informa|noticiou|noticia|publicou|publica|reportou|revelou|apurou|divulgou",
        r"(?:disse|afirmou|declarou|contou|explicou)(?= (?:à|ao|a) )|(?:entrevista|declarações)(?= (?:à|ao|com|a) )",
    ),
    "it": (
        r"secondo(?: quanto)?|stando(?= al?)|citando|citat[oaie](?= d)|pubblicat[oaie](?= (?:d|su))|si legge(?= su)",
        r"(?:ha )?(?:riferito|riportato|scritto|rivelato)|riferisce|riporta|scrive|rivela|riferiva",
        r"(?:detto|dichiarato|spiegato|raccontato|affermato)(?= al?)|(?:intervista|dichiarazioni)(?= (?:al?|con))",
    ),
    "ru": (
        r"сообщает|сообщил[аои]?|сообщают|пишет|пишут|передает|передаёт|передают|передал[аои]?|цитирует|уточняет",
        r"со ссылкой на|по данным|по информации|по сообщениям?|в интервью|в беседе с",
        r"(?:заявил|рассказал|сказал)[аи]?(?= (?:газете|агентству|изданию|телеканалу|журналистам) )",
    ),
}
AHEAD: Final = {
    # Words with the source's name before them.
    "en": (
        r"reported|reports|is reporting|said|says|wrote|writes|revealed|reveals|disclosed|quoted|quotes|cited|cites",
        r"found|noted|added|published|broadcast|showed|aired",
        r"reporting|investigation|story|report|poll|survey|tally|interview|exclusive",
    ),
    "es": (
        r"informó|reportó|publicó|reveló|señaló|adelantó|recogió|dijo|indicó|aseguró|informa|publica|citó|revela",
        r"ha (?:informado|publicado|revelado|adelantado)|habían? (?:informado|publicado|revelado|adelantado)",
    ),
    "fr": (
        r"(?:a|ont|avait) (?:rapporté|indiqué|écrit|révélé|affirmé|annoncé|cité|publié)",
        r"rapporte|indique|écrit|révèle|affirme|cite",
    ),
    "de": (
        r"berichten|berichtete?n?|meldete?n?|meldet|melden|schreibt|schrieb|zitierte?|zitiert|enthüllte|zufolge",
        r"hat(?:te)? (?:\w+ ){0,3}?(?:berichtet|gemeldet)",
    ),
    "pt": (r"informou|noticiou|publicou|reportou|revelou|apurou|divulgou|disse|afirmou|informa|noticia|citou|revela",),
    "it": (
        r"(?:ha|aveva) (?:riferito|riportato|scritto|rivelato|pubblicato|citato)",
        r"riferisce|riporta|scrive|rivela|cita",
    ),
    "ru": (
        r"сообщил[аои]?|сообщает|пишет|написал[аои]?|передает|передаёт|передал[аои]?",
        r"опубликовал[аои]?|выяснил[аои]?|цитирует",
    ),
}
SPEAKING_VERBS: Final = frozenset(
    {
        "said",
        "says",
        "added",
        "noted",
        "found",
        "showed",
        "published",
        "dijo",
        "disse",
        "indicó",
        "affirme",
        "report",
        "poll",
    }
    | {"survey", "investigation", "tally", "interview", "aseguró", "indique", "afirmou", "cites", "cited"}
)
"""What companies and offices do as well as reporters: with these an unknown name must be a full one."""

_REFLEXIVE = re.compile(
    r"[\s,]*(?:(?:on \w+day|late|in an? \w+(?: \w+)?)[\s,]*)?(?:that )?(?:it|its|they|their|he"
    r"|she)\b(?! (?:was|were|had been|is) (?:told|informed|understood|learned))"
)
"""Behind "said": the outlet speaks of itself, and is the news."""

UNNAMED: Final = {
    # Media that are cited without a name; the group is what they are called.
    "en": (
        r"\b(?P<who>(?:[Ss]tate|[Oo]fficial|[Ll]ocal|[Dd]omestic|[Nn]ational|[Gg]overnment"
        r"|[A-Z]\w+(?:ese|ian|ish|ean|can|li|qi|ch))"
        r"(?:-(?:run|owned|controlled|backed))?(?: (?:state|official|local))? (?:news )?media)(?: outlets?| reports?)?"
        r"(?= (?:reported|said|say|reports?|quoted|have reported|has reported)\b)"
        r"|(?:according to|citing|reported by|told) (?P<who2>(?:[a-z]+(?:-\w+)? "
        r"|[A-Z]\w+ ){1,2}media)\b(?! outlets? [A-Z]| [A-Z]| agency)"
    ),
    "es": r"\b(?P<who>(?:los |las )?(?:medios|prensa) (?:estatales|oficiales|locales|oficial|estatal|local))\b",
    "fr": r"\b(?P<who>(?:les |la )?(?:médias|presse) (?:d['’]État|officiels|locaux|officielle|locale|publics))\b",
    "de": r"\b(?P<who>(?:Staatsmedien|staatliche[nr]? Medien|örtliche[nr]? Medien|lokale[nr]? Medien|Lokalmedien))\b",
    "pt": r"\b(?P<who>(?:a )?(?:mídia|imprensa) (?:estatal|oficial|local))\b",
    "it": r"\b(?P<who>(?:i )?media (?:statali|ufficiali|locali))\b",
    "ru": r"\b(?P<who>(?:государственные|официальные|местные) СМИ)\b",
    "zh": r"(?P<who>官方媒体|官媒|当地媒体|當地媒體|官方媒體|国家媒体)",
}
_MEDIA: Final = {"en": " media"}  # without which the form of a language is not tried
_NOT_MEDIA = re.compile(
    r"\b(?:social|mass|new|digital|the|other|some|many|several|foreign and|to|of|from|by|in)\b", re.IGNORECASE
)

_HAN_NAME = r"《?(?P<name>[A-Za-z\u3040-\u30ff\u30fc\u4e00-\u9fff·・]{2,16}?)》?"
UNSPACED: Final = {
    # Scripts without blanks: the form with the name in it. Where nobody is known by it, its end must be an outlet's.
    "zh": (
        (
            rf"(?:据|根据|據|根據)(?:[\u4e00-\u9fff]{{0,6}}(?:媒体|官媒|通讯社"
            rf"|报纸))?{_HAN_NAME}(?:网站)?(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?(?:的)?(?:援引|报道|報道|報導|消息|报导|透露|电|電|称|稱"
            rf"|的消息)"
        ),
        (
            rf"(?:^|[，。；、“”\s]){_HAN_NAME}(?:网站)?(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?(?:援引[^，。]"
            rf"{{2,20}})?(?:报道|報道|報導|报导)(?:称|说|稱)?"
        ),
        rf"(?:援引|引述|转引){_HAN_NAME}(?:的)?(?:报道|消息|電|说法|的话)?",
        rf"(?:对|向|告诉|接受){_HAN_NAME}(?:记者|的?采访|专访|採訪|專訪|表示|说)",
    ),
    "ja": (
        rf"(?:^|[、。「」\s]){_HAN_NAME}(?:の報道)?に(?:よると|よれば)",
        (
            rf"(?:^|[、。「」\s])(?:[\u4e00-\u9fff\u30a0-\u30ff]{{0,8}}の)?{_HAN_NAME}(?:が"
            rf"|は)[^。]{{0,40}}?(?:報じた|伝えた|報道した|報じている|伝えている)"
        ),
        rf"{_HAN_NAME}の(?:取材|インタビュー)に",
    ),
}
HAN_ENDS: Final = tuple(
    {"通讯社", "通訊社", "通信社", "日报", "日報", "晚报", "晚報", "时报", "時報", "早报", "早報", "邮报"}
    | {"郵報", "新闻网", "新聞網", "新闻", "新聞", "电视台", "電視台", "广播", "廣播", "周刊", "週刊", "晨报"}
    | {
        "商报",
        "都市报",
        "青年报",
        "论坛报",
        "先驱报",
        "放送",
        "テレビ",
        "ニュース",
        "タイムズ",
        "ポスト",
        "通信",
        "财经",
    }
    | {"导报", "快报"}
)
"""How an outlet's name ends in Chinese and Japanese."""
HAN_BEFORE = re.compile(
    r"^(?:.*(?:官方|国家|國家|香港|美国|美國|英国|英國|日本|韩国|法国|德国|俄罗斯|中国|中國|当地|當地|国营|國營|媒体|媒體|通讯社|报纸|英字紙|国営|地元|米|英|紙|の))(?=.{2,})"
)

SPACED_FORMS: Final = {
    # Scripts without capitals: the words around the name, which must be known or called an agency, a paper, a channel.
    "ar": (
        r"(?:وفقا?ً? ل|بحسب|حسب|نقلت|نقلا? عن|ذكرت|ذكر|أفادت|أفاد|قالت|أوردت|كشفت|نشرت"
        r"|صرح ل|قال ل|أبلغ)\s?(?P<name>[^،.؛:\n]{2,50})"
    ),
    "hi": (
        r"(?P<name>[^।,\n]{2,40}?)\s(?:के (?:अनुसार|मुताबिक|हवाले से)|की (?:रिपोर्ट|खबर) (?:के|में)"
        r"|को बताया|ने (?:बताया|कहा|रिपोर्ट|लिखा|खबर दी)|से (?:कहा|बातचीत))"
    ),
}
SCRIPT_KINDS: Final = {
    "ar": re.compile(
        r"^(?:ل|ال)?(?:وكالة(?: الأنباء)?|صحيفة|قناة|موقع|مجلة|إذاعة|شبكة)(?: أنباء)? "
        r"(?:[\"«](?P<quoted>[^\"»]{2,40})[\"»]"
        r"|(?P<name>(?!(?:أن|إن|بأن|عن|في|على|من|إنه|أنه|نقلا|قوله)(?:\s|$))[^\s\"»]+"
        r"(?: (?!(?:أن|إن|بأن|عن|في|على|من|يوم|أمس|إنه|أنه|نقلا|قوله)(?:\s|$))[^\s\"»]+){0,2}))"
    ),
    "hi": re.compile(
        r"(?:समाचार एजेंसी|न्यूज एजेंसी|एजेंसी|अखबार|अख़बार|चैनल|टीवी चैनल|पत्रिका|दैनिक) "
        r"(?:[\"“‘'](?P<quoted>[^\"”’']{2,40})[\"”’']|(?P<name>[^\s\"”’']+(?: [^\s\"”’']+){0,3}$))"
        r"|(?P<ends>\S+ (?:समाचार|संदेश|टाइम्स|न्यूज|न्यूज़|पत्रिका|टीवी|दर्पण|केसरी|उजाला))$"
    ),
}

SCRIPT_NO_NAMES: Final = {
    # First words behind "agency", "paper", "site" that say which kind it is, or that it is of something else than
    # news: a local paper, another agency, the network of power, the canal of Suez.
    "ar": frozenset(
        {"محلية", "محلي", "المحلية", "المحلي", "رسمية", "رسمي", "الرسمية", "الرسمي", "حكومية", "الحكومية", "حكومي"}
        | {"إخباري", "إخبارية", "الإخبارية", "إلكتروني", "إلكترونية", "أخرى", "آخر", "أجنبية", "أجنبي", "دولية"}
        | {"عالمية", "عربية", "غربية", "يومية", "أسبوعية", "خاصة", "تلفزيونية", "معارضة", "وطنية", "الوطنية"}
        | {"الكهرباء", "المياه", "الطرق", "الاتصالات", "السكك", "النقل", "الصرف", "الغاز", "الإنترنت", "السويس"}
        | {"الأنباء", "البيئة", "الفضاء", "الطاقة", "السفر", "التنمية", "الاستخبارات", "الأمن", "الحادث", "الشركة"}
        | {"الوزارة", "الجماعة", "الأدوية", "الإغاثة", "اللاجئين", "الحدود", "الضرائب", "الري"}
    ),
    "hi": frozenset({"रिपोर्ट", "रिपोर्टों", "सूत्रों", "खबरों", "ने", "की", "के", "में", "से"}),
}

LANGUAGES: Final = (
    # A language that has no forms of its own is read by those of a near one.
    {"uk": "ru", "be": "ru", "bg": "ru", "yue": "zh", "ur": "ar", "fa": "ar", "mr": "hi", "ne": "hi", "gl": "es"}
    | {"ca": "es"}
)

SURE_KNOWN: Final = 0.85
SURE_UNKNOWN: Final = 0.75
SURE_TITLE: Final = 0.7
SURE_UNNAMED: Final = 0.5
SURE_CHIP: Final = 0.85
SURE_REFERENCE: Final = 0.85
SURE_LINK: Final = 0.65
SURE_UNRELATED: Final = 0.6

MAX_READ_CHARS: Final = 60_000  # of a text; an article of this length has named its sources
MAX_CUES: Final = 400
MAX_CLAUSE_CHARS: Final = 160
MAX_SCRIPT_LINE_CHARS: Final = 3_000

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
_NOT_ARTICLE_PATH = re.compile(
    r"/(?:share|sharer|intent|subscribe|subscription|newsletters?|login|signin|register"
    r"|account|tag|tags|topic|topics|category|author|search"
    r"|donate|about|contact|privacy|terms|cart|shop|store|product|dp|app|download)(?:/|$|\?)",
    re.IGNORECASE,
)


def citation_claims(article: Article, names: Names) -> Iterator[Claim]:
    """What the title, the text and the parts of ``article`` cite, in the order of the text."""
    attributed = list(_attributions(article, names))
    links = [part for part in article.parts if part.kind is PartKind.LINK and part.url]
    joined, left = _with_links(attributed, links, article, names)
    for attribution in joined:
        yield attribution.claim
    yield from _title_claims(article, names)
    yield from _link_claims(left, names)
    for part in article.parts:
        if part.kind is PartKind.CHIP:
            yield from _chip_claims(part, names)
    yield from _reference_claims([part for part in article.parts if part.kind is PartKind.REFERENCE], article, names)


# ---------------------------------------------------------------------------------------------- in the sentences


@dataclass(frozen=True, slots=True)
class _Attribution:
    """A claim and the sentence of the text that makes it."""

    claim: Claim
    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class _Cues:
    """The words by which a language attributes, and those of English: all, and the ones with the name before them."""

    any: re.Pattern[str]
    ahead: re.Pattern[str]
    behind: re.Pattern[str]


@lru_cache(maxsize=16)
def _cues(language: str) -> _Cues:
    spoken = dict.fromkeys((language if language in BEHIND else "en", "en"))
    behind = "|".join(form for each in spoken for form in BEHIND[each])
    ahead = "|".join(form for each in spoken for form in AHEAD[each])
    return _Cues(
        re.compile(rf"(?<![\w-])(?:{behind}|{ahead})(?![\w-])"),
        re.compile(f"(?:{ahead})"),
        re.compile(f"(?:{behind})"),
    )


def _attributions(article: Article, names: Names) -> Iterator[_Attribution]:
    text = article.text[:MAX_READ_CHARS]
    language = LANGUAGES.get(article.language or "", article.language or "en")
    subject = _subject(article.title or "", names)
    seen: set[tuple[str, str]] = set()
    persons: dict[str, bool] = {}
    for source, start, end in _named_in(text, language, names):
        written = text[source.start : source.end]
        if written not in persons:
            persons[written] = source.agency is not None and _is_person(text, written, names)
        if not is_report_source(source) or source.name == subject or persons[written]:
            continue
        clause = _clause(text, start, end)
        if (source.name, clause) in seen:
            continue
        seen.add((source.name, clause))
        sure = SURE_KNOWN if source.agency else SURE_UNKNOWN
        claim = Claim(Relation.CITES, EvidenceKind.ATTRIBUTION_PHRASE, "text", clause, sure, name=source.name)
        first, last = _sentence(text, start, end)
        yield _Attribution(claim, first, last, source.name)
    yield from _unnamed(text, language)


def _is_person(text: str, written: str, names: Names) -> bool:
    """Does the text call somebody so: after "Anders Ritzau", "according to Ritzau" is not the agency's report.

    What begins a sentence ("Citing Reuters") is no first name.
    """
    if not written.isalpha() or not written[0].isupper() or written.isupper():
        return False
    for found in re.finditer(rf"\b([A-ZÀ-Þ][a-zà-ÿ]+) {re.escape(written)}\b", text):
        first = found[1].casefold()
        if first not in LEADING | ARTICLES and not first.endswith(("ing", "ly", "ed")) and not names.named(found[0]):
            return True
    return False


def _named_in(text: str, language: str, names: Names) -> Iterator[tuple[NamedSource, int, int]]:
    """Each source that ``text`` attributes something to, with the place of the attributing words."""
    if language in UNSPACED:
        yield from _unspaced(text, language, names)
    if language in SPACED_FORMS:
        yield from _scripted(text, language, names)
    cues = _cues(language)
    lower = text.lower()
    if len(lower) != len(text):  # a few capitals become two small letters; places would shift
        lower = text
    earlier: dict[str, str] = {}
    for number, cue in enumerate(cues.any.finditer(lower)):
        if number == MAX_CUES:
            return
        sources: list[NamedSource] = []
        if cues.behind.match(lower, cue.start()):
            sources = sources_after(text, cue.end(), names)
        if not sources and cues.ahead.match(lower, cue.start()):
            sources = sources_before(text, cue.start(), names)
            if _REFLEXIVE.match(lower, cue.end()) and cue.group() in SPEAKING_VERBS:
                sources = []
        for source in sources:
            source = _meant(source, earlier)
            if source.agency is None and cue.group() in SPEAKING_VERBS and len(source.name.split()) < 2:
                continue
            yield source, min(source.start, cue.start()), max(source.end, cue.end())


def _meant(source: NamedSource, earlier: dict[str, str]) -> NamedSource:
    """ "The Times" after "The Valley Times" is the latter; ``earlier`` holds the last words of the names so far."""
    words = name_key(source.name).split()
    short = words[-1]
    if len([word for word in words if word != "the"]) == 1 and short in earlier:
        return replace(source, name=earlier[short], agency=None)
    if len(words) > 1:
        earlier.setdefault(short, source.name)
    return source


def _unspaced(text: str, language: str, names: Names) -> Iterator[tuple[NamedSource, int, int]]:
    for form in _UNSPACED_FORMS[language]:
        for found in form.finditer(text):
            source = _han_source(found["name"], found.start("name"), names)
            if source:
                yield source, found.start(), found.end()


def _han_source(written: str, start: int, names: Names) -> NamedSource | None:
    """The outlet that a run of signs names at its end, or anywhere by a known name."""
    size = len(written)
    for begin in range(size - 1):
        for end in range(size, begin + 1, -1):
            agency = names.named(written[begin:end])
            if agency:
                return NamedSource(agency.name, agency, start + begin, start + end)
    name = HAN_BEFORE.sub("", written)
    if any(name.endswith(end) and len(name) > len(end) for end in HAN_ENDS):
        return NamedSource(name, None, start + size - len(name), start + size)
    return None


def _scripted(text: str, language: str, names: Names) -> Iterator[tuple[NamedSource, int, int]]:
    form, kind = _SCRIPT_FORMS[language], SCRIPT_KINDS[language]
    for found in form.finditer(text):
        written = found["name"]
        words = written.split()
        known = None
        spans = [
            (begin, end) for begin in range(min(len(words), 8)) for end in range(min(len(words), begin + 4), begin, -1)
        ]
        for begin, end in spans if language == "ar" else reversed(spans):
            phrase = " ".join(words[begin:end]).strip("\"«»“”'")
            known = names.named(phrase) or names.named(re.sub(r"^(?:لل|ل|ال)", "", phrase))
            if known:
                break
        if known:
            yield NamedSource(known.name, known, found.start("name"), found.end("name")), found.start(), found.end()
        elif called := kind.search(written):
            name = next(filter(None, called.groups())).strip("\"«»“”'")
            if name.split()[0] in SCRIPT_NO_NAMES.get(language, ()):
                continue
            yield NamedSource(name, None, found.start("name"), found.end("name")), found.start(), found.end()


def _unnamed(text: str, language: str) -> Iterator[_Attribution]:
    for each in dict.fromkeys((language, "en")):
        form = _UNNAMED_FORMS.get(each) if each not in _MEDIA or _MEDIA[each] in text else None
        for found in form.finditer(text) if form else ():
            who = found["who"] or (found["who2"] if "who2" in form.groupindex else "") if form else ""
            if not who or _NOT_MEDIA.search(who):
                continue
            clause = _clause(text, found.start(), found.end())
            claim = Claim(
                Relation.CITES,
                EvidenceKind.ATTRIBUTION_PHRASE,
                "text",
                clause,
                SURE_UNNAMED,
                name=f"{who[0].lower()}{who[1:]} (unnamed)",
            )
            yield _Attribution(claim, found.start(), found.end(), "")
            return


def _subject(title: str, names: Names) -> str | None:
    """The source that the headline tells of: its first words name it, and no colon follows ("Reuters lays off ...")."""
    found = sources_after(title, 0, names)
    if not found or found[0].start > 6:
        return None
    rest = title[found[0].end :].lstrip()
    return None if rest[:1] in {":", "", "-", "–", "|"} or _ATTRIBUTING.match(rest) else found[0].name


def _clause(text: str, start: int, end: int) -> str:
    """The words around an attribution, for people to look at."""
    first, last = _sentence(text, start, end)
    if last - first <= MAX_CLAUSE_CHARS:
        return text[first:last].strip()
    before = max(first, start - MAX_CLAUSE_CHARS // 2)
    before = before if before == first else text.find(" ", before, start) + 1 or before
    return text[before : min(last, end + MAX_CLAUSE_CHARS // 4)].strip()


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    floor = max(0, start - 400)
    begins = [found.end() for found in _SENTENCE_END.finditer(text, floor, start)]
    stop = _SENTENCE_END.search(text, end, min(len(text), end + 400))
    return (begins[-1] if begins else floor), (stop.start() + 1 if stop else min(len(text), end + 400))


# ------------------------------------------------------------------------------------------------ in the headline


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


def _link_claims(links: Sequence[Part], names: Names) -> Iterator[Claim]:
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


def _with_links(
    attributed: Sequence[_Attribution], links: Sequence[Part], article: Article, names: Names
) -> tuple[list[_Attribution], list[Part]]:
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


def _is_linked(attribution: _Attribution, part: Part, names: Names) -> bool:
    """Does a link in the attribution's own sentence lead to whom it names?"""
    if part.place is None or not attribution.start - 2 <= part.place <= attribution.end:
        return False
    agency = names.at(part.url or "")
    if agency is not None:
        return agency.name == attribution.name
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
    if _NOT_ARTICLE_PATH.search(f"{parts.path}?"):
        return False
    return len(steps) >= 2 or (
        len(steps) == 1 and (len(re.split(r"[-_]", steps[0])) >= 3 or any(map(str.isdigit, steps[0])))
    )


def _site_label(url: str) -> str:
    """The part of a host that may be a name: of ``www.valley-post.example`` it is ``valleypost``."""
    try:
        labels = host_of(url).removeprefix("www.").split(".")
    except BadUrl:
        return ""
    return max(labels[:-1], key=len, default="").replace("-", "")


# ------------------------------------------------------------------------------------------------ in references

_DATE = (
    r"\(?\b(?P<ymd>(?:19|20)\d\d-\d\d-\d\d)\)?"
    r"|\(?\b(?P<year>(?:19|20)\d\d)(?:,? (?P<month>[A-Z][a-z]{2,8})\.?(?: (?P<day>\d{1,2}))?)?\)"
    r"|\(?\b(?P<day2>\d{1,2})\.? (?P<month2>[A-Z][a-z]{2,8})\.? (?P<year2>(?:19|20)\d\d)\)?"
    r"|\(?\b(?P<month3>[A-Z][a-z]{2,8})\.? (?P<day3>\d{1,2}),? (?P<year3>(?:19|20)\d\d)\)?"
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a list of sources, taken apart; what it does not say is None. ``date`` is an ISO 8601 day or year."""

    name: str | None
    title: str | None
    date: str | None
    url: str | None


def read_reference(text: str, url: str | None, names: Names) -> Reference:
    """Take an entry of a list of sources apart: whose it is, its title, when it came out and where it stands."""
    plain = _NUMBERING.sub("", text).strip()
    address = _ADDRESS.search(plain)
    url = url or (address.group().rstrip(".,)") if address else None)
    plain = _RETRIEVED.sub("", _ADDRESS.sub("", plain)).strip()
    found = _REFERENCE_DATE.search(plain)
    date = _iso_day(found) if found else None
    quoted = _QUOTED.search(plain)
    pieces = [
        piece.strip(' .,;:–—-"“”')
        for piece in _PIECES.split(_REFERENCE_DATE.sub(" | ", plain, count=1))
        if piece.strip(' .,;:–—-"“”()')
    ]
    named = next((piece for piece in pieces if names.named(piece) or names.credited(piece)), None)
    if named is None:
        named = next(
            (
                piece
                for piece in pieces
                if len(pieces) > 1 and len(piece.split()) <= 6 and is_outlet_name(piece.split())
            ),
            None,
        )
    if named is None and len(pieces) > 1 and len(pieces[0].split()) <= 6:
        named = pieces[0]
    agency = (names.named(named) or next(iter(names.credited(named)), None)) if named else None
    if agency is None and named is None and url:
        agency = names.at(url)
    title = quoted.group(1).strip(" .,") if quoted else max((p for p in pieces if p != named), key=len, default=None)
    return Reference(agency.name if agency else named, title, date, url)


def _reference_claims(parts: Sequence[Part], article: Article, names: Names) -> Iterator[Claim]:
    if not parts:
        return
    references = [(part, read_reference(part.text, part.url, names)) for part in parts]
    listed = {name_key(part.text) for part in parts}
    body = "\n".join(line for line in article.text[:MAX_READ_CHARS].split("\n") if name_key(line) not in listed)
    place = (article.dateline.place if article.dateline else None) or ""
    told = _Told(f"{article.title or ''}\n{place}", f"{body}\n{place}", article.language)
    related = [told.shares_with(reference) for _, reference in references]
    for (part, reference), is_related in zip(references, related, strict=True):
        if not (reference.name or reference.title or reference.url):
            continue
        # Where no entry shares anything with the text, they are in other words than it; that says nothing of one.
        unrelated = not is_related and any(related)
        yield Claim(
            Relation.UNRELATED_REF if unrelated else Relation.CITES,
            EvidenceKind.REFERENCE_ENTRY,
            "references",
            part.text,
            SURE_UNRELATED if unrelated else SURE_REFERENCE,
            name=reference.name,
            url=reference.url,
            title=reference.title,
            date=reference.date,
        )


class _Told:
    """What a text tells of, to be asked whether an entry of its list of sources belongs to it."""

    def __init__(self, title: str, body: str, language: str | None) -> None:
        self._body = body
        self._title_terms = _terms(title)
        self._counts = Counter(term for word in _WORD.findall(body) for term in _terms(word))
        self._names = {term for found in _NAME_WITHIN.findall(body) for term in _terms(found)}
        self._language = language if language in SMALL_WORDS else None

    def shares_with(self, reference: Reference) -> bool:
        """Does the entry share what the text is about: a name, a figure, a word of weight, or several others?

        True as well where that cannot be asked: no title, words too short, another language.
        """
        if not reference.title or (reference.name and reference.name in self._body):
            return True
        if not _LATIN.search(reference.title):
            return any(signs in self._body for signs in _threes(reference.title))
        if self._language and not SMALL_WORDS[self._language].intersection(_WORD.findall(reference.title.casefold())):
            languages = [
                each for each, words in SMALL_WORDS.items() if words & set(_WORD.findall(reference.title.casefold()))
            ]
            if languages:
                return True
        terms = _terms(reference.title)
        shared = {term for term in terms if term in self._counts}
        weighty = {term for term in shared if term not in _COMMON_TERMS and self._is_weighty(term)}
        return not terms or len(shared) >= MIN_COMMON_TERMS or bool(weighty)

    def _is_weighty(self, term: str) -> bool:
        """Is ``term`` more to the text than a word in passing? In a short text no word is."""
        if self._counts.total() < SHORT_TERMS:
            return True
        return self._counts[term] > 1 or term in self._title_terms or term in self._names or term.isdigit()


def _terms(text: str) -> set[str]:
    """The beginnings of the longer words of ``text``, its figures, and abbreviations; no small words, no years."""
    terms = set()
    for word in _WORD.findall(text):
        is_year = word.isdigit() and len(word) == 4 and word[:2] in {"19", "20"}
        if len(word) >= MIN_TERM_CHARS or (len(word) >= 3 and word.isupper()) or (len(word) >= 2 and word.isdigit()):
            terms.add("" if is_year else word.casefold()[:STEM_CHARS])
    return terms - {""}


def _threes(text: str) -> list[str]:
    signs = [sign for sign in text if sign.isalnum()]
    return ["".join(signs[n : n + 3]) for n in range(len(signs) - 2)]


def _iso_day(found: re.Match[str]) -> str | None:
    if found["ymd"]:
        return found["ymd"]
    for suffix in ("", "2", "3"):
        year = found[f"year{suffix}"]
        if year:
            month, day = found[f"month{suffix}"], found[f"day{suffix}"]
            number = _MONTHS.index(month[:3].lower()) + 1 if month and month[:3].lower() in _MONTHS else None
            if number is None:
                return year
            return f"{year}-{number:02}-{int(day):02}" if day and 1 <= int(day) <= 31 else f"{year}-{number:02}"
    return None


MIN_TERM_CHARS: Final = 5
STEM_CHARS: Final = 5  # of a word: "inspection" and "inspects" are one term
COMMON_WORDS: Final = frozenset(
    # Longer words of headlines that any text of news may hold: one of them says nothing.
    {"about", "above", "access", "according", "across", "action", "actions", "after", "again", "against"}
    | {"agency", "alone", "along", "already", "among", "announce", "announces", "another", "around", "article"}
    | {"asked", "based", "become", "before", "begin", "behind", "being", "below", "better", "between", "board"}
    | {"bring", "budget", "build", "building", "business", "called", "calls", "challenge", "challenges"}
    | {"change", "changes", "children", "cities", "could", "countries", "country", "daily", "decision"}
    | {"demand", "despite", "development", "during", "early", "economic", "economy", "effort", "efforts"}
    | {"employee", "employees", "energy", "enough", "event", "every", "exclusive", "expert", "experts"}
    | {"facing", "final", "finds", "first", "focus", "follow", "following", "future", "general", "global"}
    | {"government", "group", "groups", "growth", "health", "higher", "house", "human", "impact", "important"}
    | {"include", "including", "increase", "industry", "international", "issue", "issues", "later", "latest"}
    | {"launch", "launches", "law", "leader", "leaders", "leading", "level", "likely", "little", "local"}
    | {"longer", "major", "make", "makes", "market", "markets", "measure", "measures", "media", "meeting"}
    | {"members", "might", "million", "minister", "money", "month", "months", "national", "needs", "never"}
    | {"number", "office", "official", "officials", "order", "other", "people", "percent", "person", "place"}
    | {"plans", "policy", "political", "power", "present", "president", "press", "price", "prices", "private"}
    | {"problem", "process", "product", "program", "project", "provide", "public", "quarter", "question"}
    | {"raise", "raises", "rates", "reach", "really", "recent", "record", "reform", "region", "release"}
    | {"remain", "report", "reports", "research", "response", "results", "review", "right", "rises", "risks"}
    | {"rules", "second", "sector", "security", "seeks", "sees", "series", "service", "services", "several"}
    | {"should", "shows", "signs", "since", "small", "social", "solution", "source", "sources", "special"}
    | {"staff", "start", "starts", "state", "states", "still", "street", "strong", "study", "support", "system"}
    | {"taking", "talks", "their", "there", "these", "thing", "things", "think", "third", "those", "thousands"}
    | {"through", "times", "today", "together", "toward", "towards", "trade", "training", "under", "union"}
    | {"until", "update", "using", "value", "voice", "warns", "water", "weeks", "where", "which", "while"}
    | {"white", "whole", "within", "without", "women", "workers", "working", "world", "would", "years", "young"}
)

SMALL_WORDS: Final = {
    # Words that hardly a headline of the language is without.
    "en": frozenset(
        {"the", "of", "to", "in", "for", "on", "with", "and", "at", "as", "is", "are", "from", "by", "after", "over"}
    ),
    "es": frozenset({"el", "la", "los", "las", "de", "en", "y", "por", "con", "para", "del", "que", "una", "un"}),
    "fr": frozenset({"le", "la", "les", "des", "du", "de", "en", "et", "pour", "par", "au", "aux", "une", "un", "sur"}),
    "de": frozenset(
        {"der", "die", "das", "den", "dem", "und", "für", "mit", "von", "im", "zu", "auf", "ein", "eine", "nach"}
    ),
    "pt": frozenset({"o", "a", "os", "as", "de", "em", "e", "por", "com", "para", "do", "da", "que", "um", "uma"}),
    "it": frozenset({"il", "lo", "la", "gli", "le", "di", "in", "e", "per", "con", "del", "della", "un", "una", "che"}),
}
_NAME_WITHIN = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ]\w+")
SHORT_TERMS: Final = 100  # longer words of a text; some 200 words in all
MIN_COMMON_TERMS: Final = 2  # as many common words in one headline are about the same thing
_COMMON_TERMS: Final = frozenset(word[:STEM_CHARS] for word in COMMON_WORDS)
_WORD = re.compile(r"\w+")
_LATIN = re.compile(r"[A-Za-zÀ-ÿ]{3}")
_NUMBERING = re.compile(r"^\s*(?:\[?\(?\d{1,3}[\])\].:]*\s+|[•·*–—-]\s*|\^\s*)")
_ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+\.\S+")
_RETRIEVED = re.compile(
    r"(?:retrieved|accessed|abgerufen|consultado|consulté|visited)\b.{0,60}$|\bavailable at:?\s*$", re.IGNORECASE
)
_REFERENCE_DATE = re.compile(_DATE)
_QUOTED = re.compile(r"[\"“„«「《]([^\"”“»」》]{6,200})[\"”“»」》]")
_PIECES = re.compile(r"\s*\|\s*|(?<=\w{2})\.\s+|\s+[–—-]\s+|:\s+|(?<=[\"”»]),?\s+|,\s+(?=[\"“„«])|\"|“|”")
_GLUE = re.compile(r"(?<=[a-zà-ÿ.])(?=[A-ZÀ-Þ])")
_SENTENCE_END = re.compile(r"[.!?…][\"”’»)]*\s+(?=[\"“„«‘(]?[^\W\d_a-zà-ÿ])|[。！？।]|\n")
_ATTRIBUTING = re.compile(
    r"(?:reports?|says?|said|reported|exclusive|poll|survey|berichtet|informa|rapporte)\b", re.IGNORECASE
)
_TITLE_SOURCE = re.compile(r"(?:\s[-–—]\s|:\s|\s\|\s)(?P<last>[^-–—:|]{2,40})$|^(?P<first>[^-–—:|]{2,40}):\s")
_UNSPACED_FORMS: Final = {
    language: tuple(re.compile(form, re.MULTILINE) for form in forms) for language, forms in UNSPACED.items()
}
_SCRIPT_FORMS: Final = {language: re.compile(form) for language, form in SPACED_FORMS.items()}
_UNNAMED_FORMS: Final = {language: re.compile(form) for language, form in UNNAMED.items()}
