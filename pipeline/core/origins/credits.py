"""Whose text it is, in the words of the page: datelines, sign-offs, bylines, notices of rights and of republication.

Two steps. ``part_statements`` and ``part_ending`` take the statements out of the prose and keep them as parts;
``credit_claims`` says what the parts, the bylines and the page's mark-up come to. What counts is a general form at the
place where desks print it; who is meant is asked of the table of names. The confidences are judgement, from how often
such a line means what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipeline.core.bylines import AUTHOR_META
from pipeline.core.characters import one_line
from pipeline.core.model import Article, Dateline, Entry, EvidenceKind, Part, PartKind, Relation, Source
from pipeline.core.origins.agencies import AGENCIES, PLAIN_WORDS, Agency, Kind, Names, name_key
from pipeline.core.origins.claims import Claim, OwnNames
from pipeline.core.origins.naming import is_outlet_name, sources_after
from pipeline.core.pages import Page, of_one_site
from pipeline.core.storyhead import Line
from pipeline.core.urls import absolute

MAX_CREDIT_CHARS: Final = 240
HEAD_LINES: Final = 4  # a standfirst and a caption may stand above a dateline or a byline
TAIL_LINES: Final = 8
MAX_LINE_CHARS: Final = 400  # of a statement; what is longer is prose
MAX_NAMES: Final = 6  # of one credit; more is a list of something else

_UP = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĘĚĞĠĢĪİĶĹĽŁŃŅŇŌŐŒŔŘŚŜŞŠŢŤŪŮŰŴŶŸŹŻŽȘȚА-ЯЁІЇЄҐ"
_DASH = r"(?:--?|[–—―])"

DATELINE_FORMS: Final = (
    # An agency's own line at the head of a text; the groups are place, date and agency.
    (
        r"(?P<place>{place}),? (?P<date>{day}),? ?[(\[/](?P<agency>{agency})[)\]/]\.?\s*(?:{dash}|[:.])",
        "BEIJING, Feb 11 (Reuters) -",
    ),
    (r"(?P<place>{place}),? [(\[/](?P<agency>{agency})[)\]/]\.?\s*(?:{dash}|:)", "BERLIN (dpa) -"),
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
    (r"(?P<place>{capitals}),? (?P<agency>{agency_words}) {dash}(?= )", "TOKYO, Kyodo -"),
    (r"(?P<place>{capitals}),? (?P<date>{day})\s*(?:--|[-–—](?= ))", "BEIJING, Feb 11 -"),
    (r"(?P<place>{capitals})\s*(?:--|[-–—](?= ))", "BEIJING – (after the agency was taken off)"),
    (
        (
            r"[（(【]?(?P<agency>{han_agency})[）)】]?(?P<place>\w{{1,12}}?)(?P<date>(?:\d{{1"
            r",2}}月)?\d{{1,2}}日)(?:[综专]?[电電]|[讯訊])"
        ),
        "新华社北京2月11日电",
    ),
    (
        r"[【［\[(（](?P<place>\w{{1,8}}?)[ 　]?(?P<date>\d{{1,2}}日)?[ 　]?(?P<agency>{han_agency})[】］\])）]",
        "【北京共同】",
    ),
    (
        r"[(（](?:(?P<place>\w{{1,8}})[=＝ ])?(?P<agency>{han_agency})[)）]",
        "(서울=연합뉴스)",
    ),
    (
        (
            r"(?P<place>[\w ]{{2,20}}),? ?(?:(?P<date>\d{{1,2}} [^\W\d]{{2,12}}(?: \d{{4}})?),?"
            r" ?)?[(（](?P<agency>{other_script})[)）]\s*(?:{dash}|:|।)?"
        ),
        "القاهرة (رويترز) -, नई दिल्ली, 11 फरवरी (भाषा)",
    ),
)
_DATELINE_PARTS: Final = {
    "capitals": rf"[{_UP}][{_UP}.'’-]+(?:[ ,/]+[{_UP}][{_UP}.'’-]+){{0,3}}",
    "place": rf"[{_UP}][\w.'’-]+(?:[ ,/]+(?:[{_UP}\[][\w.'’\]-]*|d[aeiou]l?|del?|la|al|el|am|an)){{0,4}}",
    "day": rf"(?:\d{{1,2}}\.? (?:de )?[^\W\d]{{3,10}}\.?|[{_UP}][^\W\d]{{2,9}}\.? \d{{1,2}})(?:,? (?:de )?\d{{4}})?",
    "agency": rf"[{_UP}][\w./&,' -]{{1,40}}|[a-z]{{2,6}}(?:[-/]\w+)*",
    "agency_words": rf"[{_UP}][\w.]*(?: [{_UP}][\w.]*){{0,3}}",
    "han_agency": "|".join(
        sorted(
            (re.escape(name) for agency in AGENCIES for name in agency.aliases if "\u3040" <= name[0] <= "\ud7af"),
            key=len,
            reverse=True,
        )
    )
    + r"|[\u3040-\u30ff\u4e00-\u9fff]{2,6}?(?:通讯社|通訊社|通信社|通信|社)",
    "other_script": r"[\u0600-\u06ff\u0900-\u097f ]{2,24}",
    "dash": _DASH,
}
_DATELINES: Final = tuple(re.compile(form.format(**_DATELINE_PARTS)) for form, _ in DATELINE_FORMS)
MAX_DATELINE_CHARS: Final = 160
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
    (r"[(\[/](?P<credit>{token})[)\]/]\.?", "... he said. (ANI)"),
    (r"{dash}?\s?(?P<credit>{short}(?: [A-Z]{{2,4}}){{1,6}})", "... he said. PTI KJV ZH"),
    (r"{dash}\s?(?P<credit>{short}\s+[a-z]{{2,5}}(?:/[a-z]{{2,5}}){{0,3}})/?", "... he said. --IANS abc/de"),
    (r"(?P<credit>{token})\.?", "... escalates efforts. REUTERS"),
    (r"[（(](?P<credit>[\u3040-\u30ff\u4e00-\u9fff\u0600-\u06ff\u0900-\u097f ]{{2,16}})[）)]", "…表示。（新华社）"),
)
_ENDING_PARTS: Final = {
    "dash": _DASH,
    "token": rf"(?:[{_UP}][\w.&'’-]*|[a-z]{{3}}(?:-\w+)?)(?:(?:[ /]|, | and | & )[{_UP}][\w.&'’-]*){{0,5}}",
    "short": r"[A-Z]{3,6}",
}
_ENDINGS: Final = tuple(
    re.compile(rf"(?:(?<=[.!?。！？।])|(?<=[.!?。][\"”’')])|^)\s*{form.format(**_ENDING_PARTS)}\s*$")
    for form, _ in ENDING_FORMS
)
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
    (r"This report by The Canadian Press was first published", "The Canadian Press"),
    (r"--With assistance from .{3,200}$", "Bloomberg"),
)

_NOUN = (
    r"(?:article|story|report|piece|post|column|essay|analysis|interview|text|op-?ed|commentary|content|dispatch|copy)"
)
_THIS = rf"(?:this|the|our)\s+(?:following\s+|above\s+|original\s+|full\s+)?{_NOUN}"
_SHOWN = (
    r"(?:re-?)?(?:published|appeared|printed|reproduced|syndicated|posted|ran)"
    r"(?:\s+(?:here|first|originally|today|online|exclusively))?\s+(?:by|in|on|at|from|with|courtesy|via|under|through)\b"
)

REPUBLISH_FORMS: Final = (
    # The name follows. Each speaks of the text that it stands in, at the start of a sentence: "The report was published
    # in ..." is a story's own sentence.
    (rf"^\W{{0,3}}(?:this|the above|the following) {_NOUN}(?:\s+\w+){{0,3}}?\s+{_SHOWN}", "en"),
    (rf"^\W{{0,3}}(?:{_NOUN} )?(?:was )?(?:originally|first|previously|initially) {_SHOWN}", "en"),
    (r"^\W{0,3}(?:re-?published|reprinted|reproduced|used|published|posted) (?:here )?(?:from|courtesy)\b", "en"),
    (rf"^\W{{0,3}}(?:(?:this {_NOUN} (?:is|was|has been) )?\w+ )?(?:here )?with (?:the )?(?:kind )?permission\b", "en"),
    (r"^\W{0,3}(?:read|see|view) the (?:original|full) (?:article|story|report|piece|text)\b", "en"),
    (r"^\W{0,3}(?:courtesy(?: of)?|distributed by|syndicated (?:by|from))\b", "en"),
    (
        (
            r"^\W{0,3}(?:este|esta) (?:artículo|nota|noticia|texto|reportaje"
            r"|información|contenido|crónica|pieza)\b.{0,30}?"
            r"(?:publicad[oa]|publicó|apareció|reproducid[oa]|reproduce).{0,40}?\b(?:en"
            r"|por|autorización de|permiso de|de)\b"
        ),
        "es",
    ),
    (r"^\W{0,3}publicad[oa] (?:originalmente|por primera vez|antes) (?:en|por)\b", "es"),
    (
        (
            r"^\W{0,3}(?:cet|cette|ce) (?:article|texte|dépêche|enquête|tribune|contenu)\b.{0,30}?"
            r"(?:publiée?|paru|reprise?|reproduite?|republiée?).{0,40}?\b(?:par|dans|sur"
            r"|autorisation d[eu]|à partir d[eu]|de|du)\b"
        ),
        "fr",
    ),
    (
        (
            r"^\W{0,3}(?:initialement |d['’]abord )?(?:publié|paru)e? (?:initialement "
            r"|à l['’]origine |d['’]abord )?(?:par|dans|sur)\b"
        ),
        "fr",
    ),
    (
        (
            r"^\W{0,3}(?:dieser|diese) (?:artikel|text|beitrag|bericht|meldung|inhalt)\b.{0,60}?"
            r"\b(?:zuerst|ursprünglich|erstmals|genehmigung|übernahme|übernommen|erschienen"
            r"|erschien)\b.{0,20}?\b(?:in|bei|auf|von|im|der|des|aus)\b"
        ),
        "de",
    ),
    (r"^\W{0,3}(?:zuerst|ursprünglich|erstmals) (?:erschienen|veröffentlicht) (?:in|bei|auf|im)\b", "de"),
    (r"^\W{0,3}mit (?:freundlicher )?genehmigung (?:von|der|des)\b", "de"),
    (
        (
            r"^\W{0,3}(?:este|esta) (?:artigo|texto|reportagem|matéria|notícia|conteúdo)\b.{0,20}?"
            r"(?:publicad[oa]|republicad[oa]|reproduzid[oa]).{0,40}?\b(?:em|por|pel[oa]|n[oa]|d[oae])\b"
        ),
        "pt",
    ),
    (r"^\W{0,3}publicado (?:originalmente|primeiro|pela primeira vez) (?:em|por|n[oa]|pel[oa])\b", "pt"),
    (
        (
            r"^\W{0,3}quest['’oa] ?(?:articolo|testo|inchiesta|notizia|contenuto)\b.{0,20}?"
            r"(?:apparso|apparsa|pubblicat[oa]|ripres[oa]|riprodott[oa]).{0,40}?\b(?:su|da|in"
            r"|sul|dal|dalla|sulla|concessione d[ie]l?)\b"
        ),
        "it",
    ),
    (
        r"^\W{0,3}(?:本文|此文|文章|稿件|本稿)?(?:最初|首先|首)?(?:转载自|轉載自|转自|轉自|原载于?|原載|发表于|刊于|来源于|摘自)[:：]?",
        "zh",
    ),
    (r"^\W{0,3}(?:この記事|本記事)は、?", "ja"),
    (
        (
            r"^\W{0,3}(?:перепечатано из|перепечатка из|впервые опубликован\w* (?:в|на)"
            r"|оригинал(?: статьи| материала)?(?: опубликован)? (?:в|на)|перепубликовано из)"
        ),
        "ru",
    ),
    (r"^\W{0,3}(?:نقلا? عن|نُ?شر(?:ت)? (?:هذه|هذا).{0,20}(?:في|على))", "ar"),
    (r"^\W{0,3}(?:साभार|सौजन्य)\s*[:：-]?", "hi"),
)
SOURCE_LABELS: Final = (
    r"sources?|fuentes?|quellen?|fontes?|fonte|fonti|bron|via|来源|來源|稿源|稿件来源|消息来源"
    r"|文章来源|источники?|المصدر|स्रोत|出典|配信|配信元|提供"
)
"""A label at the start of a short line, with a colon and the name behind it."""

INPUT_FORMS: Final = (
    # A desk's own text with matter from others: the name follows, or stands before (``{name}`` first).
    (
        (
            r"\bwith (?:additional |agency |some )?(?:inputs?|reporting|files?|reports?"
            r"|material|contributions?|information) (?:from|by)\b"
        ),
        "en",
    ),
    (r"\b(?:additional|further) (?:reporting|inputs?|material|information) (?:from|by)\b", "en"),
    (r"\bcompiled from\b|\b(?:material|information) from\b(?=.{0,80}\b(?:was|were) used)", "en"),
    (
        r"\b(?:con|com|con) (?:información|informações|informazioni|datos) (?:de|da|do|del|di|das|dos|delle)\b",
        "es pt it",
    ),
    (
        (
            r"\b(?:mit|unter verwendung von) (?:material|informationen|agenturmaterial"
            r"|inhalten)(?: (?:von|der|des|aus))?\b"
        ),
        "de",
    ),
    (r"^\W{0,3}(?:avec|mit|con|com)\b(?=.{2,40}$)", "fr de es pt: (avec AFP)"),
    (r"по материалам\b|по сообщениям\b(?=[^.]{2,40}$)", "ru"),
    (r"^\W{0,3}综合(?=.{2,30}(?:报道|消息|电))|^\W{0,3}綜合", "zh"),
    (r"इनपुट\s*[:：-]?\s*(?=.)", "hi"),
)
CONTRIBUTED: Final = re.compile(
    r"\b(?:also )?contribut(?:ed|ing) (?:to|reporting)\b|\b(?:ha|a) contribu(?:ito|ido|é)\b|के इनपुट", re.IGNORECASE
)
WRITER: Final = re.compile(r"\b(?:writers?|reporters?|journalists?|correspondents?|staff)\b", re.IGNORECASE)

_NOT_TOUCHED = (
    r"not (?:been )?(?:edited|created|written|modified|altered|changed|produced|reviewed)"
    r"|without (?:any )?(?:modification|edit|change|alteration)s?"
    r"|un(?:edited|modified|altered)|auto-?(?:matically )?-?(?:generated|published|posted|fetched|sourced|imported)"
    r"|(?:published|sourced|taken|received|generated|supplied|provided|imported"
    r"|reproduced) (?:directly |automatically |verbatim )?(?:from|by|through|via)"
)
_A_WIRE = (
    r"(?:syndicat\w+|wire|newswire|(?:news |press )?agenc(?:y|ies)|third.party)(?:['’]s)?(?: (?:news"
    r"|agency|wire|partner|copy))* ?(?:feeds?|services?|reports?|copy|content|sources?|partners?"
    r"|text|stor(?:y|ies)|wires?|agency|agencies)?"
)
DISCLAIMER_FORMS: Final = (
    # A desk's word that it did not write the text: that it left it alone, and that a wire brought it.
    (rf"{_THIS}\b.{{0,80}}?(?:{_NOT_TOUCHED}).{{0,120}}?\b{_A_WIRE}", "en"),
    (rf"{_THIS}\b.{{0,60}}?\bfrom\b.{{0,50}}?\b(?:{_A_WIRE}|feed)\b.{{0,60}}?(?:{_NOT_TOUCHED})", "en"),
    (rf"{_THIS}\b.{{0,80}}?(?:{_NOT_TOUCHED}).{{0,60}}?\bfeed\b", "en"),
    (r"except (?:for )?the headline\b.{0,60}?\bnot been edited|only the headline\b.{0,80}?\breworked\b", "en"),
    (
        (
            r"(?:este|esta|el|la) (?:texto|nota|noticia|contenido|información"
            r"|artículo)\b.{0,80}?\b(?:automátic\w+|sin (?:editar|edición|modifica\w+|cambios)"
            r"|no ha sido (?:editad|modificad|redactad)\w+).{0,80}?\b(?:agencias?|teletipo|cable|servicio)\b"
        ),
        "es",
    ),
    (
        (
            r"(?:este|esta|el|la) (?:texto|nota|noticia|contenido|información"
            r"|artículo)\b.{0,60}?\b(?:agencias?|teletipo|cable)\b.{0,60}?"
            r"\b(?:automátic\w+|sin (?:editar|edición|modifica\w+|cambios)|no ha sido)"
        ),
        "es",
    ),
    (
        (
            r"(?:cet|cette|ce|la|le) ?(?:article|texte|dépêche|contenu"
            r"|information)\b.{0,80}?\b(?:automatique\w*|sans modification|n['’](?:a|est) pas (?:été )?\w+)"
            r".{0,80}?\b(?:agences?|flux|dépêches?|fil)\b"
        ),
        "fr",
    ),
    (
        (
            r"(?:cet|cette|ce|la|le) ?(?:article|texte|dépêche|contenu)\b.{0,60}?\b(?:agences?|flux"
            r"|fil)\b.{0,60}?\b(?:automatique\w*|sans modification|pas été)"
        ),
        "fr",
    ),
    (
        (
            r"(?:dieser|diese|der|die|das) (?:artikel|text|beitrag|bericht|meldung"
            r"|inhalt)\b.{0,80}?\b(?:automatisch|unverändert|nicht (?:redaktionell )?(?:bearbeitet|verändert"
            r"|geprüft)"
            r"|ungeprüft)\b.{0,80}?\b(?:agentur\w*|nachrichtenagentur\w*|feed|ticker)"
        ),
        "de",
    ),
    (
        (
            r"(?:dieser|diese|der|die|das) (?:artikel|text|beitrag|bericht|meldung"
            r"|inhalt)\b.{0,60}?\b(?:agentur\w*|nachrichtenagentur\w*|feed|ticker)\b.{0,80}?"
            r"\b(?:automatisch|unverändert|nicht (?:redaktionell )?(?:bearbeitet|verändert|geprüft)|übernommen)"
        ),
        "de",
    ),
    (
        (
            r"(?:este|esta|o|a) (?:texto|notícia|conteúdo|matéria|artigo)\b.{0,80}?\b(?:automatic\w+"
            r"|sem (?:edição|alteraç\w+|modificaç\w+)|não foi (?:editad|alterad)\w+)"
            r".{0,80}?\b(?:agências?|feed)\b"
        ),
        "pt",
    ),
    (
        (
            r"(?:quest[oa]|il|la|l['’]) ?(?:testo|notizia|contenuto|articolo)\b.{0,80}?\b(?:automatic\w+"
            r"|senza (?:modifiche|interventi)|non è stat[oa] (?:modificat|redatt)\w+)"
            r".{0,80}?\b(?:agenzi[ae]|feed|flusso)\b"
        ),
        "it",
    ),
    (
        r"(?:本文|此文|本稿|稿件).{0,20}(?:自动|自動)(?:生成|发布|發布|抓取).{0,20}|(?:本文|稿件).{0,20}(?:通讯社|通訊社|通稿).{0,20}未经(?:编辑|修改)",
        "zh",
    ),
    (r"(?:यह|इस) (?:खबर|समाचार|लेख|स्टोरी|रिपोर्ट).{0,80}?(?:सिंडिकेट|एजेंसी|फीड).{0,80}", "hi"),
    (
        (
            r"(?:этот|данный) (?:текст|материал)\b.{0,60}?(?:автоматически|без (?:изменений"
            r"|правки)).{0,60}?(?:агентств\w+|лент\w+)"
        ),
        "ru",
    ),
)
"""The form, and its language."""

VAGUE_BYLINES: Final = re.compile(
    r"(?:by |from |von |par |por )?(?:staff (?:and|&) )?(?:the )?(?:news |wire )?(?:agencies|wires?"
    r"|wire (?:services?|reports?)|news agencies|newswires?|agencias|agences?"
    r"|agenturen|nachrichtenagenturen|agenzie|agências|agency reports?|syndicated(?: feed)?"
    r"|агентства|وكالات|एजेंसी|एजेंसियां)(?: (?:and staff|report|staff))?",
    re.IGNORECASE,
)
BY: Final = re.compile(r"^\W{0,3}(?:by|from|von|par|por|di|da|por:|autor:|de)\s+", re.IGNORECASE)
BYLINE_TAILS: Final = re.compile(
    r"[,\s]+(?:staff|news ?desk|news agency|news service|reporters?|writers?"
    r"|correspondents?|newsroom|online|desk|international|in \w+)$",
    re.IGNORECASE,
)
_BYLINE_PARTS = re.compile(r"\s*[,|/;•·(–—]\s*|\s+-\s+|\s+(?:for|para|für|pour|per|at)\s+")
_CREDIT_PARTS = re.compile(r"\s*[/;,&+|]\s*|\s+(?:and|und|y|et|e|mit|with|avec|con|via)\s+|[、，]")

_SIGNED = re.compile(
    rf"(?:[{_UP}][\w.'’-]*|de|del|la|van|von|der|bin|al|da|di|and|y|und|et|e"
    rf"|&)(?: (?:[{_UP}][\w.'’-]*|de|del|la|van|von|der|bin|al|da|di|and|y|und|et|e|&)){{0,8}}"
)
RIGHTS_FORM: Final = re.compile(
    r"(?:©|\(c\)|copyright|derechos reservados|tous droits réservés"
    r"|alle rechte vorbehalten)[\s©:,]*(?:\(c\)|©)?[\s,]*(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:19"
    r"|20)\d\d)?)?[\s,©]*"
    r"(?:by |por |par |von )?(?=[^\W\d])",
    re.IGNORECASE,
)
_RIGHTS_LINE = re.compile(
    r"\W{0,3}(?:copyright\W{0,4}(?:\(c\)|©|(?:19|20)\d\d|[A-Z])|©|\(c\) ?(?:19|20)?\d\d|riproduzione riservata)",
    re.IGNORECASE,
)
_SOURCE_LINE = re.compile(
    rf"^[\W_]{{0,3}}(?:{SOURCE_LABELS})\s*[:：]\s*(?P<names>.{{2,80}}?)[\W_]{{0,3}}$", re.IGNORECASE
)
_REPUBLISH = re.compile("|".join(f"(?:{form})" for form, _ in REPUBLISH_FORMS), re.IGNORECASE)
_INPUT = re.compile("|".join(f"(?:{form})" for form, _ in INPUT_FORMS), re.IGNORECASE)
_DISCLAIMER = re.compile("|".join(f"(?:{form})" for form, _ in DISCLAIMER_FORMS), re.IGNORECASE)
_SIGN_OFFS: Final = tuple((re.compile(form), name) for form, name in SIGN_OFFS)
_SENTENCE_END = re.compile(r"[.!?。！？।][\"”’)]*\s*")

CUES: Final = (
    # Words in small letters one of which stands in any line that makes a statement; the forms are tried on no other.
    r"publish|appear|reprint|reproduc|syndicat|courtesy|permission|original|contribut|input"
    r"|reporting|additional|compiled|material|feed|wire|agenc"
    r"|copyright|©|\(c\)|riservata|source|fuente|quelle|fonte|fonti|bron|via|edited"
    r"|edición|headline|standards|enditem|\(end\)|assistance"
    r"|publicad|publicó|public|paru|repris|erschien|genehmigung|veröffentlicht|agentur|avec"
    r"|mit |con |com |pubblicat|apparso|ripreso|autor"
    r"|转|轉|来源|來源|稿|综合|綜合|原载|自动|自動|出典|記事|配信|提供|転載|перепеч|опубликован|источник|материал|агентств"
    r"|نقل|المصدر|نشر|साभार|सौजन्य|स्रोत|इनपुट|फीड|एजेंसी"
)
_CUE = re.compile(CUES)

HOUSE_STYLES: Final = (
    # What a text itself says of the desks it may come from, to put the likelier candidate first.
    (
        re.compile(r"\bUSD \d|\bRs\.? ?\d|\b(?:lakh|crore)\b|''"),
        ("Press Trust of India", "Indo-Asian News Service", "Asian News International"),
    ),
)
DEFAULT_CANDIDATES: Final = ("Reuters", "Associated Press", "Agence France-Presse")
CANDIDATES: Final = (
    # By the publisher's country (the end of its domain) or its language: which agencies its feeds are made of.
    (
        ("in", "hi"),
        (
            "Press Trust of India",
            "Indo-Asian News Service",
            "Asian News International",
            "Reuters",
            "Agence France-Presse",
        ),
    ),
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
"""Domain endings and languages, and the agencies that an unnamed one may be, the likeliest first."""
FEED_CANDIDATES: Final = (
    "Press Trust of India",
    "Indo-Asian News Service",
    "Asian News International",
    "Reuters",
    "Agence France-Presse",
)
"""Behind "syndicated feed", a phrase of Indian desks, wherever the page stands."""

SURE: Final = {
    # How far one statement alone is believed.
    EvidenceKind.DATELINE: 0.95,
    EvidenceKind.CREDIT_LINE: 0.93,
    EvidenceKind.BYLINE: 0.88,
    EvidenceKind.COPYRIGHT_NOTICE: 0.88,
    EvidenceKind.REPUBLISH_NOTICE: 0.93,
    EvidenceKind.DISCLAIMER: 0.85,
}
UNKNOWN_NAME: Final = 0.85  # of that, where no table knows the name


@dataclass(slots=True)
class Statements:
    """The lines of a text without what its desk says of the text, and that as parts."""

    kept: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


def part_statements(lines: Sequence[str], names: Names) -> Statements:
    """Part ``lines`` into those of the story and what is said of it: disclaimers, notices, sources, sign-offs.

    A statement is a whole line, or the last sentences of one. It is looked for in short lines, and in the first and
    last ones. A part's place is 0 before the first kept line, else None until ``placed``.
    """
    told = Statements()
    for number, line in enumerate(lines):
        is_edge = number < HEAD_LINES or number >= len(lines) - TAIL_LINES
        found = _statement(line, names) if is_edge or len(line) <= MAX_CREDIT_CHARS else None
        if found is None:
            told.kept.append(line)
            continue
        kind, start = found
        told.parts.append(Part(kind, one_line(line[start:], MAX_LINE_CHARS), None if told.kept else 0))
        rest = line[:start].rstrip(" (\u3000[")
        if rest:
            told.kept.append(rest)
    return told


def part_ending(lines: list[str], names: Names) -> Part | None:
    """Take the agency's token or sign-off off the end of the last line (and the line, where nothing else stands in it).

    None where the text ends in its own words.
    """
    for form in _ENDINGS if lines else ():
        found = form.search(lines[-1][-300:])
        if found and _is_ending(found["credit"], lines, names, bare=form is _ENDINGS[_BARE]):
            rest = lines[-1][: len(lines[-1]) - len(found.group())].rstrip()
            lines[-1:] = [rest] if rest else []
            return Part(PartKind.CREDIT, one_line(found["credit"], MAX_CREDIT_CHARS))
    return None


def part_dateline(text: str, names: Names) -> tuple[Dateline, Part] | None:
    """The dateline among the first lines of ``text``, which stays in the text, or None."""
    place = 0
    for line in text.split("\n", HEAD_LINES)[:HEAD_LINES]:
        for form in _DATELINES:
            found = form.match(line[:MAX_DATELINE_CHARS])
            parts = found.groupdict() if found else {}
            agency, where = parts.get("agency"), parts.get("place")
            if found is None or (agency and not _is_dateline_agency(agency, parts, names)):
                continue
            if where in NOT_PLACES:
                return None
            dateline = Dateline(where.title() if where and where.isupper() else where, parts.get("date"), agency)
            return dateline, Part(PartKind.DATELINE, found.group().strip(), place)
        place += len(line) + 1
    return None


def page_statements(
    page: Page, source: Source, head: Sequence[Line], lines: Sequence[Line], told: Sequence[str], names: Names
) -> list[Part]:
    """What ``page`` says of the text outside of it: bylines in the story's ``head``, and notices right below the story.

    ``lines`` are all lines of the page, ``told`` those that were taken for the story's text.
    """
    own = OwnNames(source, page.url, names)
    parts = [Part(PartKind.CREDIT, line.text, 0) for line in head if _is_byline(line, own, names)]
    known = set(told)
    for line in _below(lines, told):
        found = _statement(line.text, names) if line.text not in known else None
        if found:
            kind, start = found
            parts.append(Part(kind, one_line(line.text[start:], MAX_LINE_CHARS), None, _link_elsewhere(line, page.url)))
    return parts


def placed(parts: Iterable[Part | None], text: str) -> tuple[Part, ...]:
    """``parts`` once each and in their order; one without a place stands behind ``text``."""
    found: dict[tuple[PartKind, str], Part] = {}
    for part in parts:
        if part is not None:
            known = found.get((part.kind, part.text))
            url = part.url or (known.url if known else None)
            place = known.place if known else len(text) if part.place is None else part.place
            found[part.kind, part.text] = replace(part, url=url, place=place)
    return tuple(found.values())


def credit_claims(page: Page | None, entry: Entry | None, article: Article, names: Names) -> Iterator[Claim]:
    """What the credits of ``article``, its bylines and its mark-up claim of its origin."""
    said = _Said(article, names)
    if article.dateline and article.dateline.agency:
        excerpt = next((part.text for part in article.parts if part.kind is PartKind.DATELINE), article.dateline.agency)
        yield from said.credited(article.dateline.agency, EvidenceKind.DATELINE, "head", excerpt)
    for part in article.parts:
        where = "head" if part.place == 0 else "tail" if part.place and part.place >= len(article.text) else "text"
        if part.kind is PartKind.CREDIT:
            yield from said.credit_line(part.text, where)
        elif part.kind is PartKind.RIGHTS:
            yield from said.notice(part.text, where, part.url)
        elif part.kind is PartKind.DISCLAIMER:
            yield from said.disclaimer(part.text, where)
        elif part.kind in {PartKind.IMAGE_CREDIT, PartKind.CAPTION}:
            yield from said.picture(part.text)
    for text, where in _bylines(page, entry):
        yield from said.byline(text, where)
    if page and page.declared.markup and page.declared.markup.credit_text:
        yield from said.credited(
            page.declared.markup.credit_text, EvidenceKind.CREDIT_LINE, "json-ld", page.declared.markup.credit_text
        )


def credit_of(parts: Iterable[Part], names: Names) -> str | None:
    """What an article's ``credit`` says: the line at its end or head, else the agency that reserves the rights."""
    told = [part for part in parts if part.kind is PartKind.CREDIT]
    for part in (*told[::-1],):
        return part.text
    for part in parts:
        holder = _rights_holder(part.text, names) if part.kind is PartKind.RIGHTS else None
        if holder:
            return holder[0]
    return None


# --------------------------------------------------------------------------------------------- what is a statement


def _is_byline(line: Line, own: OwnNames, names: Names) -> bool:
    """Does a short line of the head credit a source: "By Reuters", "Ines Calloway, AP"?

    Not below a picture, nor in a menu. Where neither "By" nor the mark-up says that it is a byline, only agencies
    count: "Print" and "Mundo" are also what buttons and sections are called.
    """
    marks = _marks(line.block)
    if len(line.text) > MAX_BYLINE_CHARS or _PICTURE_MARK.search(marks) or _MENU_MARK.search(marks):
        return False
    text = line.text.strip()
    if VAGUE_BYLINES.fullmatch(text):
        return True
    is_stated = BY.match(text) is not None or _BYLINE_MARK.search(marks) is not None
    return any(
        not own.is_name(name) and (is_stated or any(agency.kind in WIRES for agency in known))
        for known, name in _byline_sources(text, names)
    )


def _marks(block: HtmlElement) -> str:
    """What the mark-up calls a block and the two around it."""
    around = [block, *islice(block.iterancestors(), 2)]
    return " ".join(f"{each.tag} {each.get('class') or ''} {each.get('id') or ''}" for each in around).lower()


def _below(lines: Sequence[Line], told: Sequence[str]) -> Sequence[Line]:
    """The lines of the page around and behind the last one of the story."""
    last = next((line for line in reversed(told) if len(line) >= MIN_ANCHOR_CHARS), None)
    if last is None:
        return ()
    start = last[:MIN_ANCHOR_CHARS]
    place = next((number for number in range(len(lines) - 1, -1, -1) if lines[number].text.startswith(start)), None)
    return () if place is None else lines[place : place + 1 + TAIL_LINES]


def _link_elsewhere(line: Line, page_url: str) -> str | None:
    """Where a line links to on another site: a notice of republication often has the original's address."""
    for link in line.block.iter("a"):
        url = absolute(page_url, link.get("href") or "")
        if url and not of_one_site(url, page_url):
            return url
    return None


_BARE: Final = 5  # of ENDING_FORMS: nothing but the token, so it must be one that is known
MAX_BYLINE_CHARS: Final = 100
MAX_RIGHTS_CHARS: Final = 240
MIN_ANCHOR_CHARS: Final = 40  # of a story's last long line, by which it is found among the page's lines
_PICTURE_MARK = re.compile(r"figure|caption|photo|image|picture|\bimg|media|gallery|video")
_MENU_MARK = re.compile(r"\bnav|menu|breadcrumb|crumbs|toolbar|share|social|related|trending|aside|footer|button")
_BYLINE_MARK = re.compile(r"by-?line|author|credit|source|agency|dateline")


def _statement(line: str, names: Names) -> tuple[PartKind, int] | None:
    """What ``line`` states of its text, and where in the line that begins; None where it tells the story."""
    shift = max(0, len(line) - MAX_LINE_CHARS)
    end = line[shift:]
    if not _CUE.search(end.lower()):
        return None
    whole = shift == 0
    if whole and len(line) <= MAX_RIGHTS_CHARS and _RIGHTS_LINE.match(line):
        return PartKind.RIGHTS, 0
    if whole and (found := _SOURCE_LINE.match(line)) and _are_reporters(found["names"], names):
        return PartKind.CREDIT, 0
    if found := _DISCLAIMER.search(end):
        return PartKind.DISCLAIMER, shift + _sentence_start(end, found.start())
    for form, _ in _SIGN_OFFS:
        if found := form.search(end):
            return PartKind.CREDIT, shift + found.start()
    for start in _sentence_starts(end):
        rest = end[start:]
        found = _REPUBLISH.match(rest)
        if found and (_holder_after(rest, found.end(), names) or "permission" in found.group().lower()):
            return PartKind.RIGHTS, shift + start
        if len(rest) <= MAX_CREDIT_CHARS and _inputs(rest, names):
            return PartKind.CREDIT, shift + start
    return None


def _sentence_starts(text: str) -> list[int]:
    """Where sentences and brackets begin in the last part of a line."""
    starts = {0, *(match.end() for match in _SENTENCE_END.finditer(text))}
    bracket = text.rfind("(")
    if bracket > 0 and text.rstrip()[-1:] in ")." and text[:bracket].rstrip()[-1:] in '.!?"”’':
        starts.add(bracket)
    return sorted(start for start in starts if start < len(text))


def _sentence_start(text: str, place: int) -> int:
    return max(start for start in _sentence_starts(text[: place + 1]) or [0])


def _is_ending(credit: str, lines: Sequence[str], names: Names, *, bare: bool) -> bool:
    if credit.startswith("("):
        return True
    short = credit.split()[0] if re.fullmatch(r"[A-Z]{3,6}(?: [A-Z]{2,4}| [a-z/]+)+", credit) else credit
    for known, text in _named_parts(short, names):
        if known:
            if all(agency.kind is Kind.REFERENCE for agency in known):
                return False
        elif bare or not (_is_wire_name(text) or _is_token(text)) or any(text in line for line in lines[1:-1]):
            # Letters that the story itself uses are a body's that it tells of, not a desk's.
            return False
    return bool(_named_parts(short, names))


def _are_reporters(text: str, names: Names) -> bool:
    """Does a list name only who reports? "Sources: IEA, Statista" is the note of a chart."""
    told = _named_parts(text, names)
    return bool(told) and all(
        known[0].kind is not Kind.REFERENCE if known else _is_wire_name(name) for known, name in told
    )


def _is_dateline_agency(text: str, parts: dict[str, str | None], names: Names) -> bool:
    told = _named_parts(text, names)
    if not told:
        return False
    place = parts.get("place") or ""
    plain = place.isupper() or bool(parts.get("date")) or "place" not in parts
    return all(known or (plain and (_is_wire_name(name) or _is_token(name))) for known, name in told)


def _is_token(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]{3,6}", text)) and text not in NOT_CREDITS


def _is_wire_name(text: str) -> bool:
    """Does an unknown name say that it is an agency's, or an outlet's?"""
    words = name_key(text).split()
    ends = {" ".join(words[-size:]) for size in (1, 2)} | {words[0]} if len(words) > 1 else set()
    return bool(ends & WIRE_WORDS) or is_outlet_name(text.split())


def _named_parts(text: str, names: Names) -> list[tuple[tuple[Agency, ...], str]]:
    """The names of a credit one by one, each with whom the table knows by it; empty where it is no list of names."""
    text = text.strip(" .()[]（）")
    whole = names.credited(text)
    if whole:
        return [(whole, text)]
    told = []
    for part in _CREDIT_PARTS.split(text)[: MAX_NAMES + 1]:
        name = BYLINE_TAILS.sub("", BY.sub("", part)).strip(" .")
        if not name or len(name) > 60 or len(name.split()) > 6:
            return []
        told.append((names.credited(name), name))
    return told if len(told) <= MAX_NAMES else []


def _holder_after(text: str, place: int, names: Names) -> str | None:
    """The name behind the words of a republication: any name in capitals, for the words alone say what it is."""
    sources = sources_after(text, place, names, any_name=True)
    return sources[0].name if sources else None


def _inputs(text: str, names: Names) -> list[tuple[tuple[Agency, ...], str]]:
    """The sources whose matter went into a desk's own text; empty where ``text`` is no such line."""
    found = _INPUT.search(text, 0, 80)
    if (found and not text[: found.start()].strip(" (—–-")) or (
        found and text[: found.start()].lower().strip(" (—–-") in {"reporting by", "with"}
    ):
        rest = text[found.end() :].strip(" .()（）:：")
        if VAGUE_BYLINES.fullmatch(rest):
            return [((), rest)]
        told = [(known, name) for known, name in _named_parts(rest, names) if known or _is_wire_name(name)]
        if told:
            return told
        return [
            ((source.agency,) if source.agency else (), source.name)
            for source in sources_after(text, found.end(), names)
        ]
    by_end = CONTRIBUTED.search(text)
    if by_end and not WRITER.search(text[: by_end.start()]):
        told = _named_parts(re.sub(r"^\W*[Tt]he\s", "", text[: by_end.start()]).strip(" ("), names)
        return [(known, name) for known, name in told if known or _is_wire_name(name)]
    return []


def _rights_holder(text: str, names: Names) -> tuple[str, bool] | None:
    """Who reserves the rights, and whether a table knows it; None where that is no source of news."""
    found = RIGHTS_FORM.search(text)
    if found is None:
        return None
    sources = sources_after(text, found.end(), names, any_name=True)
    if not sources:
        return None
    source = sources[0]
    if source.agency is not None:
        return (source.agency.name, True) if source.agency.kind is not Kind.REFERENCE else None
    return (source.name, False) if _is_wire_name(source.name) else None


def _byline_sources(text: str, names: Names) -> list[tuple[tuple[Agency, ...], str]]:
    """The sources that a byline names, whole or beside a person; empty where only persons sign."""
    line = BY.sub("", text.strip())
    told = _named_parts(line, names)
    if told and all(known or _is_wire_name(name) for known, name in told):
        return told
    last = _BYLINE_PARTS.split(line.strip(" )."))
    if len(last) > 1 and _SIGNED.fullmatch(last[0]):
        name = BYLINE_TAILS.sub("", last[-1]).strip()
        known = names.credited(name)
        if known or (name and _is_wire_name(name)):
            return [(known, name)]
    words = line.split()
    for start in range(2, min(len(words), 5)) if _SIGNED.fullmatch(line) else ():
        # A person's name in front, the agency's behind, with nothing between them but the type.
        known = names.credited(" ".join(words[start:]))
        if known and len(" ".join(words[start:])) > 3:
            return [(known, " ".join(words[start:]))]
    return []


def _bylines(page: Page | None, entry: Entry | None) -> Iterator[tuple[str, str]]:
    for author in entry.authors[:MAX_NAMES] if entry else ():
        yield author, "feed"
    if page is None:
        return
    for named in page.declared.markup.authors[:MAX_NAMES] if page.declared.markup else ():
        if named.name:
            yield named.name, "json-ld"
    for meta in AUTHOR_META:
        for value in page.declared.meta.get(meta, ())[:MAX_NAMES]:
            yield value, "meta"


# ----------------------------------------------------------------------------------------------- what it comes to


@dataclass(frozen=True, slots=True)
class _Said:
    """Claims from the statements of one article."""

    article: Article
    names: Names

    def credited(self, text: str, kind: EvidenceKind, where: str, excerpt: str) -> Iterator[Claim]:
        """A credit for the whole text; where several share it, a desk made the text from theirs."""
        told = _named_parts(text, self.names)
        relation = Relation.COPY_OF if len(told) == 1 else Relation.CITES
        for known, name in told:
            if (
                known
                or _is_wire_name(name)
                or (kind is EvidenceKind.DATELINE and _is_token(name))
                or (where == "tail" and _is_token(name))
            ):
                yield self._claim(
                    relation,
                    kind,
                    where,
                    excerpt,
                    SURE[kind] * (1 if relation is Relation.COPY_OF else 0.7),
                    known,
                    name,
                )

    def credit_line(self, text: str, where: str) -> Iterator[Claim]:
        house = next((name for form, name in _SIGN_OFFS if form.search(text)), None)
        if house is not None:
            # The form alone: another desk that is named elsewhere uses it as well.
            yield Claim(Relation.COPY_OF, EvidenceKind.CREDIT_LINE, where, text, 0.8, candidates=(house,))
        elif told := _inputs(text, self.names):
            yield from self._inputs(told, text, where)
        elif found := _SOURCE_LINE.match(text):
            yield from self.credited(found["names"], EvidenceKind.CREDIT_LINE, where, text)
        elif where == "head":
            yield from self.byline(text, where)
        elif re.fullmatch(r"[A-Z]{3,6}(?: [A-Z]{2,4}| [a-z/]+)+", text) and self.names.credited(text.split()[0]):
            yield from self.credited(text.split()[0], EvidenceKind.CREDIT_LINE, where, text)
        elif not text.startswith("("):
            yield from self.credited(text, EvidenceKind.CREDIT_LINE, where, text)

    def notice(self, text: str, where: str, url: str | None) -> Iterator[Claim]:
        found = _REPUBLISH.match(text.lstrip())
        if found:
            name = _holder_after(text.lstrip(), found.end(), self.names)
            if name or url:
                sure = SURE[EvidenceKind.REPUBLISH_NOTICE]
                yield Claim(Relation.COPY_OF, EvidenceKind.REPUBLISH_NOTICE, where, text, sure, name=name, url=url)
            return
        holder = _rights_holder(text, self.names)
        if holder:
            name, known = holder
            sure = SURE[EvidenceKind.COPYRIGHT_NOTICE] * (1 if known else UNKNOWN_NAME)
            yield Claim(Relation.COPY_OF, EvidenceKind.COPYRIGHT_NOTICE, where, text, round(sure, 3), name=name)

    def disclaimer(self, text: str, where: str) -> Iterator[Claim]:
        kind = EvidenceKind.DISCLAIMER
        named = list(dict.fromkeys(self._agencies_in(text)))
        if len(named) == 1:
            yield Claim(Relation.COPY_OF, kind, where, text, SURE[kind], name=named[0])
        else:
            candidates = tuple(named) or self._candidates(FEED_CANDIDATES if "syndicated feed" in text.lower() else ())
            yield Claim(Relation.COPY_OF, kind, where, text, SURE[kind], candidates=candidates)

    def byline(self, text: str, where: str) -> Iterator[Claim]:
        kind = EvidenceKind.BYLINE
        if VAGUE_BYLINES.fullmatch(text.strip()):
            yield Claim(Relation.COPY_OF, kind, where, text, 0.6, candidates=self._candidates(()))
            return
        told = _byline_sources(text, self.names)
        relation = Relation.COPY_OF if len(told) == 1 else Relation.CITES
        for known, name in told:
            yield self._claim(relation, kind, where, text, SURE[kind] * (1 if len(told) == 1 else 0.7), known, name)

    def picture(self, text: str) -> Iterator[Claim]:
        for name in dict.fromkeys(self._agencies_in(text)):
            yield Claim(Relation.COPY_OF, EvidenceKind.MEDIA_CREDIT, "image", text, 0.0, name=name)

    def _inputs(self, told: list[tuple[tuple[Agency, ...], str]], text: str, where: str) -> Iterator[Claim]:
        """Matter from others in a desk's own text: said to be a part of it, so it is a citation and no copy."""
        for known, name in told:
            if not known and VAGUE_BYLINES.fullmatch(name):
                candidates = self._candidates(())
                yield Claim(Relation.CITES, EvidenceKind.CREDIT_LINE, where, text, 0.5, candidates=candidates)
            else:
                yield self._claim(Relation.CITES, EvidenceKind.CREDIT_LINE, where, text, 0.75, known, name)

    def _claim(
        self,
        relation: Relation,
        kind: EvidenceKind,
        where: str,
        excerpt: str,
        confidence: float,
        known: tuple[Agency, ...],
        name: str,
    ) -> Claim:
        known = self._told_apart(known)
        if len(known) > 1:
            candidates = tuple(agency.name for agency in known)
            return Claim(relation, kind, where, excerpt, round(confidence, 3), candidates=candidates)
        sure = round(confidence * (1 if known else UNKNOWN_NAME), 3)
        return Claim(relation, kind, where, excerpt, sure, name=known[0].name if known else name)

    def _told_apart(self, known: tuple[Agency, ...]) -> tuple[Agency, ...]:
        """Of those that share a token, the one that reports from the dateline's place or the publisher's country."""
        if len(known) < 2:
            return known
        place = name_key(self.article.dateline.place or "") if self.article.dateline else ""
        there = [agency for agency in known if place and any(name_key(each) in place for each in agency.places)]
        country = self.article.source.domain.rpartition(".")[2].upper().replace("UK", "GB")
        at_home = [agency for agency in known if agency.country == country]
        for chosen in (there, at_home):
            if len(chosen) == 1:
                return tuple(chosen)
        return known

    def _agencies_in(self, text: str) -> Iterator[str]:
        """The agencies named anywhere in a short statement that are not the publisher itself."""
        words = re.findall(r"[^\s/,;:()|\[\]。、，：（）]+", text)[:80]
        place = 0
        while place < len(words):
            for size in (4, 3, 2, 1):
                phrase = " ".join(words[place : place + size]).strip(".'’\"“”-")
                known = self.names.credited(phrase) if phrase[:1].isupper() or phrase in {"dpa", "epd"} else ()
                if len(known) == 1 and known[0].kind in WIRES and not (size == 1 and phrase in PLAIN_WORDS):
                    yield known[0].name
                    place += size - 1
                    break
            place += 1

    def _candidates(self, named: tuple[str, ...]) -> tuple[str, ...]:
        """Whom an unnamed agency may be, the likeliest first, as the text's own style has it."""
        keys = {self.article.source.domain.rpartition(".")[2], self.article.language or ""}
        listed = named or next((agencies for where, agencies in CANDIDATES if keys & set(where)), DEFAULT_CANDIDATES)
        styled = [name for style, agencies in HOUSE_STYLES if style.search(self.article.text) for name in agencies]
        return tuple(sorted(listed, key=lambda name: styled.index(name) if name in styled else len(styled)))


WIRES: Final = frozenset({Kind.AGENCY, Kind.SYNDICATOR, Kind.PR_WIRE, Kind.DISTRIBUTOR})
"""Kinds whose name in a disclaimer or beside a picture is that of the text's or the picture's origin."""
