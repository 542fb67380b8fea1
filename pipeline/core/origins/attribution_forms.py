"""How each language words whom it has something from: forms around an outlet's name, as data for attributions.py.

A form is words and never a name; who is named beside them is read by naming.py. Adding a form is a word here and a
line in its test.
"""

from __future__ import annotations

import re
from typing import Final

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
MEDIA: Final = {"en": " media"}  # without which the form of a language is not tried

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
