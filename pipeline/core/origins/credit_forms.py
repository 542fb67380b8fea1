"""How desks print whose text it is: the forms of datelines, sign-offs, notices and disclaimers, as data for credits.py.

A form is a pattern with an example or its language; who is named in it is asked of the table of names. Adding a form
is one line here and one in its test.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.core.model import EvidenceKind
from pipeline.core.origins.agencies import AGENCIES

UPPER: Final = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĘĚĞĠĢĪİĶĹĽŁŃŅŇŌŐŒŔŘŚŜŞŠŢŤŪŮŰŴŶŸŹŻŽȘȚА-ЯЁІЇЄҐ"
_DASH: Final = r"(?:--?|[–—―])"
_HAN: Final = r"\u3040-\u30ff\u4e00-\u9fff"
_HAN_AGENCIES: Final = "|".join(
    sorted(
        (re.escape(name) for agency in AGENCIES for name in agency.aliases if "\u3040" <= name[0] <= "\ud7af"),
        key=len,
        reverse=True,
    )
)

DATELINE_FORMS: Final = (
    # An agency's own line at the head of a text; the groups are place, date and agency.
    (
        (
            r"(?P<place>{place})(?: \([^()]{{2,30}}\))?(?: \[[^\[\]]{{2,30}}\])?,? (?P<date>{day}),? ?"
            r"(?:{dash} ?)?[(\[/](?P<agency>{agency})[)\]/]"
            r"\.?(?:\s*(?:{dash}|[:.])|(?= \S))"
        ),
        "BEIJING, Feb 11 (Reuters) -, ROMA, 11 MAR - (ANSA) -, Orai (UP) [India], May 2 (ANI):",
    ),
    (r"(?P<place>{place}),? [(\[/](?P<agency>{agency})[)\]/]\.?\s*(?:{dash}|:)", "BERLIN (dpa) -"),
    (r"(?P<place>{one_place}) \((?P<agency>{agency})\)(?= [«„“\"]?[A-ZÀ-ÖØ-Þ])", "Valdorn (sda/ANSA) Der Rat"),
    (r"(?P<place>{capitals}) / (?P<agency>{agency_words})\.(?= )", "SEVILLA / EFE. El puerto"),
    (
        r"(?P<place>{place}) ?(?:{dash}|:) ?[(\[](?P<agency>{agency})[)\]](?:\s*{dash}|(?= \S))",
        "LONDON — (AP), Delhi: (ANI)",
    ),
    (
        r"(?P<place>{place})\. (?P<date>{day})\. (?P<agency>{agency_words}) {dash}(?= )",
        "Москва. 4 марта. INTERFAX.RU -",
    ),
    (r"(?P<place>{place}),? (?P<date>{day})\.? /(?P<agency>{agency})/\.?", "MOSCOW, February 11. /TASS/."),
    (
        r"(?P<place>{capitals}),? (?P<date>{day})[.,]? {dash} (?P<agency>{agency_words})\.(?=\s)",
        "МОСКВА, 11 фев — РИА Новости.",
    ),
    (
        r"(?P<place>{place}),? (?P<date>{day}),? (?P<agency>{agency_words})\s*(?:{dash}|\.{dash}?)(?=\s)",
        "TEHRAN, Feb. 11, IRNA -",
    ),
    (r"[(\[](?P<agency>{agency})[)\]]\s*{dash}?\s*(?P<place>{capitals}),?", "(ANSA) - ROMA,"),
    (r"[(\[](?P<agency>{agency})[)\]]\s*(?:{dash}|:)\s", "(Meridian Wire) - The council"),
    (r"/(?P<agency>{agency})/\s*(?:{dash})?\s", "/PRNewswire/ --"),
    (
        r"(?P<place>{capitals}(?:, [A-Z]\w+)?), (?P<agency>{agency_words}) {dash}(?= )",
        "TOKYO, Kyodo -, ORRIN, Norway, Kyodo -",
    ),
    (r"(?P<place>{capitals}),? (?P<date>{day})\s*(?:--|[-–—](?= ))", "BEIJING, Feb 11 -"),
    (r"(?P<place>{capitals})\s*(?:--|[-–—](?= ))", "BEIJING – (after the agency was taken off)"),
    (
        r"[（(【]?(?P<agency>{han_agency})[）)】]?(?P<place>\w{{1,12}}?)(?P<date>{han_day})(?:[综专]?[电電]|[讯訊])",
        "新华社北京2月11日电",
    ),
    (
        r"[【［\[(（](?P<place>\w{{1,8}}?)[ 　=＝]?(?P<date>{han_day})?[ 　]?(?P<agency>{han_agency})[】］\])）]",
        "【北京共同】, 【ロンドン＝ロイター】",
    ),
    (r"[(（](?:(?P<place>\w{{1,8}})[=＝ ])?(?P<agency>{han_agency})[)）]", "(서울=연합뉴스)"),
    (
        (
            r"(?P<place>{other_place}),? ?(?:(?P<date>{other_day}),? ?)?(?:{dash} ?)?"
            r"[(（](?P<agency>{other_script})[)）]\s*(?:{dash}|[:।])?"
        ),
        "القاهرة (رويترز) -, नई दिल्ली, 11 फरवरी (भाषा)",
    ),
    (r"(?P<place>{other_place}) (?P<date>{other_day}) (?P<agency>{other_script}?) ?{dash}", "رام الله 4-3-2026 وفا-"),
)
DATELINE_PARTS: Final = {
    "capitals": rf"[{UPPER}][{UPPER}.'’-]+(?:[ ,/]+[{UPPER}][{UPPER}.'’-]+){{0,3}}",
    "one_place": rf"[{UPPER}][\w'’-]+",
    "place": rf"[{UPPER}][\w.'’-]+(?:[ ,/]+(?:[{UPPER}\[][\w.'’\]-]*|d[aeiou]l?|la|al|el|am|an)){{0,4}}",
    "day": (
        rf"(?:\d{{1,2}}\.? (?:de )?[^\W\d]{{3,10}}\.?|[{UPPER}][^\W\d]{{2,9}}\.? \d{{1,2}})(?:,? (?:de )?\d{{4}})?"
        # "Budapest, 2026. március 4., szerda (MTI)", "MADRID, 4 (EUROPA PRESS)"
        r"|\d{4}\. [^\W\d]{3,10} \d{1,2}\.(?:, [^\W\d]{4,10})?|(?<=, )\d{1,2}(?= \()"
    ),
    "agency": rf"[{UPPER}][\w./&,' -]{{1,40}}|[a-z]{{2,6}}(?:[-/]\w+)*",
    "agency_words": rf"[{UPPER}][\w.]*(?: [{UPPER}][\w.]*){{0,3}}",
    "han_agency": rf"{_HAN_AGENCIES}|[{_HAN}]{{2,6}}?(?:通讯社|通訊社|通信社|通信|社)",
    "han_day": r"(?:\d{1,2}月)?\d{1,2}日",
    # Vowel signs are no letters to a regular expression.
    "other_place": r"[\u0600-\u06ff\u0900-\u097f ]{2,24}",
    "other_day": r"(?:\d{1,2} [\u0600-\u06ff\u0900-\u097f]{2,12}(?: \d{4})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})",
    "other_script": r"[\u0600-\u06ff\u0900-\u097f .]{2,24}",
    "dash": _DASH,
}
NOT_PLACES: Final = frozenset(
    {"UPDATE", "BREAKING", "WATCH", "ANALYSIS", "EXCLUSIVE", "OPINION", "VIDEO", "LIVE", "FACT CHECK"}
)
"""Labels in capitals before a dash, where a place would stand."""

ENDING_FORMS: Final = (
    # At the very end of the text, after a full stop or on a line of its own: how houses print whose text it was.
    (
        r"(?P<credit>\((?:[Aa]dditional |[Ww]riting|[Ee]diting|[Rr]eporting)[^()]{{3,300}}\))",
        "(Reporting by A; Editing by B)",
    ),
    (r"{dash}\s?(?P<credit>{token})\.?", "... he said. -- Bernama"),
    (r"[(\[/](?P<credit>{token}|[a-z]{{4,8}})[)\]/]\.?", "... he said. (ANI), /ritzau/"),
    (r"{dash}?\s?(?P<credit>{short}(?: [A-Z]{{2,4}}){{1,6}})", "... he said. PTI KJV ZH"),
    (r"{dash}\s?(?P<credit>{short}\s+[a-z]{{2,5}}(?:/[a-z]{{2,5}}){{0,3}})/?", "... he said. --IANS abc/de"),
    (r"[（(](?P<credit>[{han}\u0600-\u06ff\u0900-\u097f ]{{2,16}})[）)]", "…表示。（新华社）"),
)
BARE_ENDING: Final = r"(?P<credit>{token})\.?"
"""Nothing but the token ("... escalates efforts. REUTERS"), so it must be one that is known."""
ENDING_PARTS: Final = {
    "dash": _DASH,
    "token": rf"(?:[{UPPER}][\w.&'’-]*|[a-z]{{3}}(?:-\w+)?)(?:(?:[ /]|, | and | & )[{UPPER}][\w.&'’-]*){{0,5}}",
    "short": r"[A-Z]{3,6}",
    "han": _HAN,
}
INITIALS: Final = r"(?:bur-)?[a-z]{2,5}(?:[/-][a-z]{2,5}){1,3}/?"
"""A desk's initials on a line of their own below the credit: "rtp/sd"."""
NOT_CREDITS: Final = frozenset(
    {"END", "ENDS", "ENDE", "FIN", "MORE", "UPDATE", "VIDEO", "LIVE", "ETX", "NNNN", "FINE", "FIM"}
)
"""What ends a text in capitals and names nobody."""
WIRE_WORDS: Final = frozenset(
    {"wire", "newswire", "presswire", "news agency", "press agency", "news service", "wire service", "agency", "press"}
    | {"newswires", "nachrichtenagentur", "nachrichten-agentur", "agencia", "agence", "agenzia", "agência", "agentur"}
    | {"press association", "press trust", "news cooperative", "presse-agentur", "presse", "prensa", "通讯社", "通信社"}
)
"""How the name of an agency that no table knows begins or ends."""

SIGN_OFFS: Final = (
    # A line that only one house writes, and its house.
    (r"\([Rr]eporting by [^()]{2,250};\s*(?:[Ww]riting|[Ee]diting)[^()]{2,200}\)$", "Reuters"),
    (r"\b[Rr]eporting by .{2,200};\s*[Ee]diting by .{2,100}$", "Reuters"),
    (r"Our Standards:\s*The Thomson Reuters Trust Principles", "Reuters"),
    (r"\bEnditem\b", "Xinhua"),
    (r"\(END\) Dow Jones Newswires", "Dow Jones Newswires"),
    (r"\bAGERPRES ?/? ?\([A-Z]{1,3} ?[-–] ?autor: [^()]{3,200}\)$", "Agerpres"),
    (r"--With assistance from .{3,200}$", "Bloomberg"),
    (r"\bdpa:\d{6}-\d+-\d+/\d+", "dpa"),
    (
        (
            r"(?:^\W{0,3}|(?<=\. ))(?:The )?Associated Press (?:\w+ ){0,2}(?:writers?|reporters?|journalists?)"
            r" .{3,200}?"
            r"contributed(?: to this (?:report|story))?"
        ),
        "Associated Press",
    ),
)

_NOUN: Final = (
    r"(?:article|story|report|piece|post|column|essay|analysis|interview|text|op-?ed|commentary|content|dispatch|copy)"
)
_THIS: Final = rf"(?:this|the|our)\s+(?:following\s+|above\s+|original\s+|full\s+)?{_NOUN}"
_SHOWN: Final = (
    r"(?:re-?)?(?:published|appeared|printed|reproduced|syndicated|posted|ran)"
    r"(?:\s+(?:here|first|originally|today|online|exclusively))?"
    r"\s+(?:by|in|on|at|from|with|courtesy|via|under|through)\b"
)
REPUBLISH_FORMS: Final = (
    # The name follows. Each begins a sentence and speaks of the text that it stands in: "The report was published in
    # ..." is a story's own sentence.
    (rf"this {_NOUN} (?:by|from)(?=.{{3,60}}? (?:was|is|has been) (?:first|originally) published)", "en"),
    (rf"(?:this|the above|the following) {_NOUN}(?:\s+\w+){{0,3}}?\s+{_SHOWN}", "en"),
    (rf"(?:{_NOUN} )?(?:was )?(?:originally|first|previously|initially) {_SHOWN}", "en"),
    (r"(?:re-?published|reprinted|reproduced|used|published|posted) (?:here )?(?:from|courtesy)\b", "en"),
    (
        (
            rf"(?:(?:this {_NOUN} (?:is|was|has been) )?\w+ )?(?:here )?"
            r"(?:with|by) (?:the )?(?:kind |special )?permission\b"
        ),
        "en",
    ),
    (
        rf"an? (?:(?:earlier|longer|shorter|edited|abridged) )?version of this {_NOUN}(?:\s+\w+){{0,2}}?\s+{_SHOWN}",
        "en",
    ),
    (r"from (?=.{3,60}(?:free encyclop|creative commons|\bcc[ -]by\b))", "en: From Wikipedia, the free encyclopedia."),
    (rf"this {_NOUN} (?:uses|includes|incorporates) (?:material|text|content) from\b", "en"),
    (r"(?:read|see|view) the (?:original|full) (?:article|story|report|piece|text)\b", "en"),
    (r"(?:courtesy(?: of)?|distributed by|syndicated (?:by|from))\b", "en"),
    (
        (
            r"(?:este|esta) (?:artículo|nota|noticia|texto|reportaje|información|contenido|crónica|pieza)\b.{0,30}?"
            r"(?:publicad[oa]|publicó|apareció|reproducid[oa]|reproduce).{0,40}?"
            r"\b(?:en|por|autorización de|permiso de|de)\b"
        ),
        "es",
    ),
    (r"publicad[oa] (?:originalmente|por primera vez|antes) (?:en|por)\b", "es"),
    (
        (
            r"(?:cet|cette|ce) (?:article|texte|dépêche|enquête|tribune|contenu)\b.{0,30}?"
            r"(?:publiée?|paru|reprise?|reproduite?|republiée?).{0,40}?"
            r"\b(?:par|dans|sur|autorisation d[eu]|à partir d[eu]|de|du)\b"
        ),
        "fr",
    ),
    (
        (
            r"(?:initialement |d['’]abord )?(?:publié|paru)e? (?:initialement |à l['’]origine |d['’]abord )?"
            r"(?:par|dans|sur)\b"
        ),
        "fr",
    ),
    (
        (
            r"(?:dieser|diese) (?:artikel|text|beitrag|bericht|meldung|inhalt)\b.{0,60}?"
            r"\b(?:zuerst|ursprünglich|erstmals|genehmigung|übernahme|übernommen|erschienen|erschien)\b.{0,20}?"
            r"\b(?:in|bei|auf|von|im|der|des|aus)\b"
        ),
        "de",
    ),
    (r"(?:zuerst|ursprünglich|erstmals) (?:erschienen|veröffentlicht) (?:in|bei|auf|im)\b", "de"),
    (r"mit (?:freundlicher )?genehmigung (?:von|der|des)\b", "de"),
    (
        (
            r"(?:este|esta) (?:artigo|texto|reportagem|matéria|notícia|conteúdo)\b.{0,20}?"
            r"(?:publicad[oa]|republicad[oa]|reproduzid[oa]).{0,40}?\b(?:em|por|pel[oa]|n[oa]|d[oae])\b"
        ),
        "pt",
    ),
    (r"publicado (?:originalmente|primeiro|pela primeira vez) (?:em|por|n[oa]|pel[oa])\b", "pt"),
    (
        (
            r"quest['’oa] ?(?:articolo|testo|inchiesta|notizia|contenuto)\b.{0,20}?"
            r"(?:apparso|apparsa|pubblicat[oa]|ripres[oa]|riprodott[oa]).{0,40}?"
            r"\b(?:su|da|in|sul|dal|dalla|sulla|concessione d[ie]l?)\b"
        ),
        "it",
    ),
    (
        (
            r"(?:本文|此文|文章|稿件|本稿)?(?:最初|首先|首)?"
            r"(?:转载自|轉載自|转自|轉自|原载于?|原載|发表于|刊于|来源于|摘自)[:：]?"
        ),
        "zh",
    ),
    (r"(?:この記事|本記事)は、?", "ja"),
    (
        (
            r"(?:перепечатано из|перепечатка из|перепубликовано из|впервые опубликован\w* (?:в|на)"
            r"|оригинал(?: статьи| материала)?(?: опубликован)? (?:в|на))"
        ),
        "ru",
    ),
    (r"(?:نقلا? عن|نُ?شر(?:ت)? (?:هذه|هذا).{0,20}(?:في|على))", "ar"),
    (r"(?:साभार|सौजन्य)\s*[:：-]?", "hi"),
)

PUBLISHED_WHERE: Final = (
    rf"(?P<holder>[{UPPER}][\w&'’.-]*(?: (?:(?:of|the|and|for|&) )*[{UPPER}][\w&'’.-]*){{0,5}}), (?:where|in which)"
    rf" (?:an? (?:\w+ )?version of )?(?:this|the) {_NOUN} (?:was |has |had )?(?:been )?"
    r"(?:first |originally |previously )?(?:published|appeared|ran|printed)\b"
)
"""The words of republication behind the name: "the editor of Lens, where a version of this essay first appeared"."""

VAGUE_INPUT: Final = (
    r"\W{0,3}(?:(?:with (?:inputs? from )?|mit |avec (?:les |des )?|con (?:información de )?"
    r"|com (?:informações de )?|met )"
    r"(?:(?:news )?agency|agencies['’]?|wires?|agentur(?:en|material)?|agences|agencias|agências|bureaus)"
    r"(?: (?:inputs?|reports?|copy|material|services?))?"
    r"|(?:agency|wire) (?:inputs?|copy|material))\W{0,3}"
)
"""A line of matter from agencies that names none: "(With agency inputs)"."""
BEFORE_INPUT: Final = r"[^.!?:;]{2,40}, $"
"""A desk or a person before the matter it used: "Da Redação, com informações da Reuters"."""
SOURCE_TAIL: Final = r"(?:\s+(?:记者|記者|编辑|责编|责任编辑|作者|文)[:：]?\s*\S.*)?"
"""Who wrote or edited, behind a source and in its line."""

SOURCE_LABELS: Final = (
    # A label at the start of a short line, with a colon and the name behind it.
    r"sources?|via",
    r"fuentes?|quellen?|fontes?|fonti|bron",
    r"źródło|za|zdroj|källa|kilder?|kjelde|lähde|kaynak|forrás|sursa|izvor|sumber|nguồn",
    r"来源|來源|稿源|稿件来源|消息来源|文章来源|出典|配信|配信元|提供|출처",
    r"источники?|джерел[оа]|източник|πηγή|المصدر|स्रोत|מקור",
)

INPUT_FORMS: Final = (
    # A desk's own text with matter from others; the name follows.
    (
        (
            r"\bwith (?:additional |agency |some )?"
            r"(?:inputs?|reporting|files?|reports?|material|contributions?|information) (?:from|by)\b"
        ),
        "en",
    ),
    (r"\b(?:additional|further) (?:reporting|inputs?|material|information) (?:from|by)\b", "en"),
    (
        (
            r"\bincludes (?:information|material|reporting) from\b"
            r"|\bcompiled from(?: (?:reports?|material|dispatches|information) (?:from|by|of))?\b"
            r"|\b(?:material|information) from\b(?=.{0,80}\b(?:was|were) used)"
        ),
        "en",
    ),
    (r"\b(?:con|com) (?:información|informações|informazioni|datos) (?:de|da|do|del|di|das|dos|delle)\b", "es pt it"),
    (
        (
            r"\b(?:mit|unter verwendung von) (?:material|informationen|agenturmaterial|inhalten)"
            r"(?: (?:von|der|des|aus))?\b"
        ),
        "de",
    ),
    (r"^\W{0,3}(?:avec|mit|con|com)\b(?! (?:informa|material|datos))(?=.{2,40}$)", "fr de es pt: (avec AFP)"),
    (r"по материалам\b|по сообщениям\b(?=[^.]{2,40}$)", "ru"),
    (r"^\W{0,3}(?:综合|綜合)(?=[^，。]{2,40}(?:报道|報道|報導|消息|电|電)\W{0,3}$)", "zh: a line of nothing else"),
    (r"इनपुट\s*[:：-]?\s*(?=.)", "hi"),
)
CONTRIBUTED: Final = (
    # The same with the name in front.
    r"\b(?:also )?contribut(?:ed|ing) (?:to|reporting)\b",
    r"\b(?:ha|a) contribu(?:ito|ido|é)\b",
    r"के इनपुट",
)
WRITERS: Final = r"\b(?:writers?|reporters?|journalists?|correspondents?|staff)\b"
"""Who contributes to a text of their own house; then it is the house's text."""

CONTRIBUTIONS: Final = (
    # Who worked on the text, as a line of its own behind it; the first group is whose matter it was, where it says so.
    (
        (
            r"(?!(?:He|She|They|It|We|I|Who|The (?:company|group|firm|state|city)) )"
            r"[A-Z](?:[^.!?]|(?<=\b[A-Z])\.){2,160}?"
            r" contribut(?:ed|ing)"
            r" (?:reporting|to this (?:report|story|article|piece|post|dispatch))(?: from [^.]{2,40})?\.?"
        ),
        "Ines Calloway contributed to this report.",
    ),
    (
        (
            r"(?:(?:Additional |Further )?(?:[Rr]eporting|[Rr]esearch|Writing|Editing|Compiled) by"
            r" (?P<whose>(?:the )?[A-Z][\w.'’&-]*(?:(?:, and|,| and| &| of| the| for| in)* [A-Z][\w.'’&-]*){0,24}?)"
            r"\.?[; ]*){1,3}"
        ),
        "Reporting by The Associated Press.",
    ),
    (
        (
            r"[A-Z][\w'’-]+(?: [A-Z][\w'’.-]+){0,2} reported from [A-Z][\w' ]{2,30}"
            r"(?:(?:, and|,| and) [A-Z][\w'’-]+(?: [A-Z][\w'’.-]+){0,2}(?: reported)? from [A-Z][\w' ]{2,30}){0,3}\.?"
        ),
        "Calloway reported from Lima and Voss from Orrin.",
    ),
)
ABOUT_THE_TEXT: Final = (
    r"re-?publi|re-?print|reprodu|licen[sc]|permi(?:ssion|so)|creative commons|copyright|rights|contribut|publi[scz]"
    r"|appear|updated|edited|translat|newsroom|nonprofit|non-profit|website|news\b|magazine|newspaper|newsletter|journal|agency"
    r"|outlet|genehmigung|lizenz|erschien|autoris|licenci|\bused\b|syndicat|cc[ -]by|www\.|https?:|here\b"
)
"""Words of notices: a line that goes on with one speaks of the text, and one that goes on without tells the story."""
WITH_A_SUBJECT: Final = (
    r"\W{0,3}(?:this|the above|the following|our|an?|est[eao]|ce(?:t|tte)?|dies\w{1,2}|quest\w|本|この|यह|read|view)"
    r"(?![a-z])"
)
"""How a notice begins that says which text it means; without that it may be the participle of a sentence."""

OWN_ISSUE: Final = r"(?:in|from) (?:our|the) [^.]{0,40}?\b(?:issue|edition|print|magazine)\b"
"""Where a notice of first publication tells of the paper's own print."""
ANY_NAME: Final = r"\s(?P<name>(?:The )?[A-Z][\w&'’-]+(?: (?:of|the|and|for|&|[A-Z][\w&'’-]+)){0,5})(?=[.,;]|\s*$)"

_NOT_TOUCHED: Final = (
    r"not (?:been )?(?:edited|created|written|modified|altered|changed|produced|reviewed)"
    r"|without (?:any )?(?:modification|edit|change|alteration)s?|un(?:edited|modified|altered)"
    r"|auto-?(?:matically )?-?(?:generated|published|posted|fetched|sourced|imported)"
    r"|(?:published|sourced|taken|received|generated|supplied|provided|imported|reproduced)"
    r" (?:directly |automatically |verbatim )?(?:from|by|through|via)"
)
_A_WIRE: Final = (
    r"(?:syndicat\w+|wire|newswire|(?:news |press )?agenc(?:y|ies)|third.party)(?:['’]s)?"
    r"(?: (?:news|agency|wire|partner|copy|feeds?|services?|reports?|content|sources?|text|stor(?:y|ies)|agencies))*"
)
DISCLAIMER_FORMS: Final = (
    # A desk's word that it did not write the text: that it left it alone, and that a wire brought it.
    (rf"{_THIS}\b.{{0,80}}?(?:{_NOT_TOUCHED}).{{0,120}}?\b{_A_WIRE}", "en"),
    (rf"{_THIS}\b.{{0,60}}?\bfrom\b.{{0,50}}?\b(?:{_A_WIRE}|feed)\b.{{0,60}}?(?:{_NOT_TOUCHED})", "en"),
    (rf"{_THIS}\b.{{0,80}}?(?:{_NOT_TOUCHED}).{{0,60}}?\bfeed\b", "en"),
    (r"except (?:for )?the headline\b.{0,60}?\bnot been edited|only the headline\b.{0,80}?\breworked\b", "en"),
    (
        (
            r"(?:este|esta|el|la) (?:texto|nota|noticia|contenido|información|artículo)\b.{0,80}?"
            r"\b(?:automátic\w+|sin (?:editar|edición|modifica\w+|cambios)|no ha sido (?:editad|modificad|redactad)\w+)"
            r".{0,80}?\b(?:agencias?|teletipo|cable|servicio)\b"
        ),
        "es",
    ),
    (
        (
            r"(?:este|esta|el|la) (?:texto|nota|noticia|contenido|información|artículo)\b.{0,60}?"
            r"\b(?:agencias?|teletipo|cable)\b.{0,60}?"
            r"\b(?:automátic\w+|sin (?:editar|edición|modifica\w+|cambios)|no ha sido)"
        ),
        "es",
    ),
    (
        (
            r"(?:cet|cette|ce|la|le) ?(?:article|texte|dépêche|contenu|information)\b.{0,80}?"
            r"\b(?:automatique\w*|sans modification|n['’](?:a|est) pas (?:été )?\w+)"
            r".{0,80}?\b(?:agences?|flux|dépêches?|fil)\b"
        ),
        "fr",
    ),
    (
        (
            r"(?:cet|cette|ce|la|le) ?(?:article|texte|dépêche|contenu)\b.{0,60}?\b(?:agences?|flux|fil)\b.{0,60}?"
            r"\b(?:automatique\w*|sans modification|pas été)"
        ),
        "fr",
    ),
    (
        (
            r"(?:dieser|diese|der|die|das) (?:artikel|text|beitrag|bericht|meldung|inhalt)\b.{0,80}?"
            r"\b(?:automatisch|unverändert|nicht (?:redaktionell )?(?:bearbeitet|verändert|geprüft)|ungeprüft)\b"
            r".{0,80}?\b(?:agentur\w*|nachrichtenagentur\w*|feed|ticker)"
        ),
        "de",
    ),
    (
        (
            r"(?:dieser|diese|der|die|das) (?:artikel|text|beitrag|bericht|meldung|inhalt)\b.{0,60}?"
            r"\b(?:agentur\w*|nachrichtenagentur\w*|feed|ticker)\b.{0,80}?"
            r"\b(?:automatisch|unverändert|nicht (?:redaktionell )?(?:bearbeitet|verändert|geprüft)|übernommen)"
        ),
        "de",
    ),
    (
        (
            r"(?:este|esta|o|a) (?:texto|notícia|conteúdo|matéria|artigo)\b.{0,80}?"
            r"\b(?:automatic\w+|sem (?:edição|alteraç\w+|modificaç\w+)|não foi (?:editad|alterad)\w+)"
            r".{0,80}?\b(?:agências?|feed)\b"
        ),
        "pt",
    ),
    (
        (
            r"(?:quest[oa]|il|la|l['’]) ?(?:testo|notizia|contenuto|articolo)\b.{0,80}?"
            r"\b(?:automatic\w+|senza (?:modifiche|interventi)|non è stat[oa] (?:modificat|redatt)\w+)"
            r".{0,80}?\b(?:agenzi[ae]|feed|flusso)\b"
        ),
        "it",
    ),
    (
        (
            r"(?:本文|此文|本稿|稿件).{0,20}(?:自动|自動)(?:生成|发布|發布|抓取).{0,20}"
            r"|(?:本文|稿件).{0,20}(?:通讯社|通訊社|通稿).{0,20}未经(?:编辑|修改)"
        ),
        "zh",
    ),
    (r"(?:यह|इस) (?:खबर|समाचार|लेख|स्टोरी|रिपोर्ट).{0,80}?(?:सिंडिकेट|एजेंसी|फीड).{0,80}", "hi"),
    (
        (
            r"(?:этот|данный) (?:текст|материал)\b.{0,60}?(?:автоматически|без (?:изменений|правки)).{0,60}?"
            r"(?:агентств\w+|лент\w+)"
        ),
        "ru",
    ),
)

BYLINE_WITH: Final = (
    r"(?:^|[\s,(–—|/-]+)(?:with|con|com|avec|mit|met|med)(?: (?:informaci[oó]n|informações|informazioni) d[aeio]\w*)?"
    r"\s+(?P<names>[^()]{2,60}?)(?:\s+(?:inputs?|reports?|reporting|material|files))?(?:\s+in\s+[^,()]{2,30})?[\s)]*$"
)
"""A byline of a desk or a person that names whose matter it used: "Foreign staff, with AFP", "Da Redação, com EFE"."""

VAGUE_BYLINE: Final = (
    r"(?:by |from |von |par |por )?(?:staff (?:and|&) )?(?:the )?(?:news |wire )?"
    r"(?:agencies|wires?|wire (?:services?|reports?)|news agencies|newswires?|agency reports?|syndicated(?: feed)?"
    r"|agencias|agences?|agenturen|nachrichtenagenturen|agenzie|agências|агентства|وكالات|एजेंसी|एजेंसियां)"
    r"(?: (?:and staff|report|staff))?"
)
"""A byline of agencies that names none."""
BYLINE_BY: Final = r"^\W{0,3}(?:by|from|von|par|por|di|da|por:|autor:|de)\s+"
BYLINE_TAIL: Final = (
    r"[,\s]+(?:staff|news ?desk|news agency|news service|reporters?|writers?|correspondents?|newsroom|online|desk"
    r"|international|in \w+)$"
)
"""What stands behind an agency's name in a byline and is no part of it."""

RIGHTS_FORM: Final = (
    r"(?:©|\(c\)|copyright|derechos reservados|tous droits réservés|alle rechte vorbehalten)[\s©:,]*(?:\(c\)|©)?[\s,]*"
    r"(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?)?[\s,©]*(?:by |por |par |von )?(?=[^\W\d])"
)
"""The words of a notice of rights before the holder's name."""
RIGHTS_LINE: Final = (
    r"\W{0,3}(?:copyright\W{0,4}(?:\(c\)|©|(?:19|20)\d\d|[A-Z])|©|\(c\) ?(?:19|20)?\d\d|riproduzione riservata)"
    r"|all rights reserved"
)
"""How a line of rights begins."""

CUES: Final = (
    # In small letters, one of which stands in any line that makes a statement: the forms are tried on no other.
    # No patterns: to look for each of these words is ten times as fast as to match any of them.
    "publi|appear|reprint|reproduc|syndicat|courtesy|permission|original|contribut|input|reporting|additional",
    "compiled|material|feed|wire|agenc|copyright|©|(c)|riservata|rights|source|fuente|quelle|fonte|fonti|bron|via",
    "reported from|includes ",
    "edited|edición|headline|standards|enditem|(end)|assistance|paru|repris|erschien|genehmigung|veröffentlicht",
    "dpa:|agentur|avec|mit |con |com |pubbl|apparso|ripreso|autor|distributed",
    "перепеч|опубликован|источник|материал|агентств|джерел|източник|πηγή|מקור|출처",
    "encyclop|creative commons|ródło|za:|zdroj|källa|kild|kjelde|lähde|kaynak|forrás|sursa|izvor|sumber|nguồn",
    "转|轉|来源|來源|稿|综合|綜合|原载|自动|自動|出典|記事|配信|提供|転載",
    "نقل|المصدر|نشر|साभार|सौजन्य|स्रोत|इनपुट|फीड|एजेंसी",
)

HOUSE_STYLES: Final = (
    # What a text itself says of the desks it may come from, to put the likelier candidate first.
    (
        r"\bUSD \d|\bRs\.? ?\d|\b(?:lakh|crore)\b|''",
        ("Press Trust of India", "Indo-Asian News Service", "Asian News International"),
    ),
)
DEFAULT_CANDIDATES: Final = ("Reuters", "Associated Press", "Agence France-Presse")
FEED_CANDIDATES: Final = (
    "Press Trust of India",
    "Indo-Asian News Service",
    "Asian News International",
    "Reuters",
    "Agence France-Presse",
)
"""Behind "syndicated feed", a phrase of Indian desks, wherever the page stands."""
CANDIDATES: Final = (
    # Domain endings and languages, and the agencies that an unnamed one may be there, the likeliest first.
    (("in", "hi"), FEED_CANDIDATES),
    (("de", "at", "ch"), ("dpa", "Agence France-Presse", "Reuters", "Austria Press Agency", "Keystone-SDA")),
    (("fr",), ("Agence France-Presse", "Reuters", "Associated Press")),
    (
        ("es", "mx", "ar", "cl", "co", "pe"),
        ("EFE", "Europa Press", "Agence France-Presse", "Reuters", "Associated Press"),
    ),
    (("pt", "br"), ("Lusa", "Agência Brasil", "Estadão Conteúdo", "Reuters", "Agence France-Presse")),
    (("it",), ("ANSA", "Adnkronos", "AGI", "Reuters")),
    (("zh", "cn"), ("Xinhua", "China News Service")),
    (("ja", "jp"), ("Kyodo News", "Jiji Press", "Reuters")),
    (("ru",), ("TASS", "RIA Novosti", "Interfax")),
)

SURE: Final = {
    # How far one statement alone is believed, as a probability: judgement, held against the stories of the tests.
    EvidenceKind.DATELINE: 0.95,
    EvidenceKind.CREDIT_LINE: 0.93,
    EvidenceKind.BYLINE: 0.88,
    EvidenceKind.COPYRIGHT_NOTICE: 0.88,
    EvidenceKind.REPUBLISH_NOTICE: 0.93,
    EvidenceKind.DISCLAIMER: 0.85,
}
UNKNOWN_NAME: Final = 0.85  # of that, where no table knows the name
SHARED: Final = 0.7  # of that, where a credit names several: a desk made the text from theirs
JOINT: Final = 0.85  # of that for the first of two that stand joined by a stroke, "APA/dpa": it is the one that reports
SURE_HOUSE: Final = 0.8  # of a form that one house writes, and others now and then
SURE_INPUT: Final = 0.75
SURE_VAGUE: Final = 0.5
SURE_VAGUE_BYLINE: Final = 0.6
