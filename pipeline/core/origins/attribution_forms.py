"""How each language words whom it has something from: forms around an outlet's name, as data for attributions.py.

A form is words and never a name; who is named beside them is read by naming.py. Adding a form is a word here and a
line in its test.
"""

from __future__ import annotations

import re
from typing import Final

_EN_WHEN: Final = (
    r"(?:first|earlier|exclusively|originally|initially|previously|late|early|widely|on \w+day|last \w+|this \w+"
    r"|at the time)"
)

BEHIND: Final = {
    # Words with the source's name behind them, in small letters; what is only looked ahead at belongs to the name.
    "en": (
        r"according to|citing|quoting|per|as per",
        (
            r"(?:cited|quoted|reported|published|aired|broadcast|carried|obtained|seen|reviewed|revealed|disclosed|released"
            r"|relayed|uncovered|exposed|broken|leaked|distributed|run|viewed|heard|shown|emailed)"
            rf"(?: as (?:saying|telling))?(?: {_EN_WHEN}){{0,3}} (?:by|in|on|to)"
        ),
        (
            r"(?:reached|contacted|approached|polled|surveyed|compiled|collected|gathered|tallied|calculated|analy[sz]ed"
            r"|examined|verified|asked|questioned|monitored|documented|commissioned) by"
        ),
        r"(?:remarks|comments|statements?|claims?|allegations|confession),? (?:made|given) to",
        r"(?:reports?|reported|describe[sd]?) (?:today |yesterday |this week |on \w+day )?in(?= the journal)",
        r"(?:appear(?:ing|ed|s)|guest|interviewed) on|episode of",
        r"told|(?:speaking|spoke|speaks|talking|talked) (?:to|with|on)",
        r"(?:shared|provided|shown|sent|confirmed) (?:with|to)",
        r"interviews? (?:with|to|in|by|on|(?:published|given|granted|aired) (?:by|in|to|on))|interviewed (?:by|on)",
        r"(?:comments|remarks|statement|statements|email|emails) to",
        r"(?:reports?|reporting) (?:by|from|in)",
        (
            r"(?:article|story|investigation|dispatch|editorial|column|op-ed|commentary|essay|opinion piece|letter)"
            r"(?: published)? (?:in|by|to|for|on)"
        ),
        r"(?:wrote|writing|writes|said|appeared(?: first)?|exclusives?) in",
        r"(?:reporters?|correspondents?) (?:for|from|with)",
    ),
    "es": (
        r"según|de acuerdo con|conforme a|citando a|de acuerdo a",
        (
            r"(?:citad|publicad|difundid|revelad|adelantad|recogid|reportad|divulgad|emitid|desvelad|obtenid|entrevistad"
            r"|consultad|contactad|avanzad|recabad|preguntad|filtrad|firmad)"
            r"[oa]s?(?: por primera vez| inicialmente| originalmente| en exclusiva)?(?= (?:por|en|a) )"
        ),
        r"informó|informa|reportó|reporta|publicó|publica|recogió|recoge|reveló|revela|adelantó|adelanta|difundió",
        r"señaló|señala|apuntó|indicó|aseguró|detalló|confirmó|avanzó|avanza|desveló|explica|cuenta|relata|publicaba",
        r"(?:ha|han|había) (?:informado|publicado|revelado|adelantado|avanzado|desvelado|confirmado|contado|sabido)",
        r"(?:ha|han|había) (?:podido|tenido) (?:saber|confirmar|comprobar|conocer|constatar|acceso)",
        r"pudo (?:saber|confirmar)",
        r"(?:dio a conocer|da cuenta|dio cuenta|se hace eco)",
        (
            r"(?:entrevista|declaraciones|reportaje|artículo|investigación|informaci(?:ón|ones)|noticia|editorial|despacho"
            r"|encuesta|micrófonos|crónica|columnas?|páginas|edición|periodista|corresponsal|preguntas)"
            r"(?: \w+d[oa]s?)?(?= (?:con|en|al?|de|del|por) )"
        ),
    ),
    "fr": (
        r"selon|d['’]après|citant",
        (
            r"(?:cité|publié|relayé|rapporté|révélé|diffusé|consulté|obtenu|repris|dévoilé|interrogé|interviewé|contacté"
            r"|sollicité|joint|recueilli|évoqué)"
            r"e?s?(?= (?:par|dans|sur) )|auprès(?= d[eu'’])"
        ),
        r"(?:a )?(?:rapporté|indiqué|écrit|révélé|précisé|annoncé|signalé|relaté)|rapporte|rapportait|indique|écrit",
        r"révèle|affirme|précise|annonce|relate|rappelle|relève|raconte|dévoile|signale|publie",
        r"sur(?= [^,.\n]{2,30}, (?:il|elle|le|la|les|l['’]))",
        (
            r"(?:entretien|interview|enquête|article|reportage|dépêche|tribune|informations?|révélations?|sondage|confrères"
            r"|micro|antenne|colonnes|plateau|journaliste|correspondante?)"
            r"(?: \w+ées?| \w+és?)?(?= (?:à|aux?|avec|d[eu'’]|des|dans|par) ?)"
        ),
        r"(?:a|avait|ont|avaient)(?= \w+ (?:rapporté|révélé|annoncé|indiqué)\b)",
    ),
    "de": (
        r"laut|unter berufung auf|gegenüber|(?:zitiert|veröffentlicht|verbreitet|enthüllt) (?:von|in|durch|über)",
        r"nach (?:angaben|informationen|berichten|einem bericht)(?: von| vom)?|so(?= (?:der|die|das) )",
        (
            r"(?:bericht|berichts|berichte|berichten|recherchen?|informationen|meldung|meldungen|artikel|gastbeitrag"
            r"|umfrage)(?= (?:der|des|von|im|in|bei) )"
        ),
        r"(?:berichten|berichtete?n?|melden|meldete?n?|meldet|schreibt|schrieb|zitiert|zitierte)(?: am \w+)?",
        r"(?:interview|gespräch) (?:mit|in|bei|im)|(?:interview|gespräch)(?= der )",
        # The verb stands at the end of the clause, its subject behind the word that begins it.
        r"wie(?=[^.!?\n]{3,110}\b(?:bericht|meld|schreib|schrieb|erfuhr|erfahren))",
        r"(?:haben|hat|hatten?)(?=[^.!?\n]{3,110}\b(?:berichtet|gemeldet|geschrieben|enthüllt)\b)",
        r"(?:reporter|korrespondent|fotograf|journalist)(?:in|en|s)?(?= d)|auf (?:an|nach)frage(?= (?:der|des|von) )",
        r"von(?= [^.!?\n]{3,60}\b(?:veröffentlicht|verbreitet|zitiert|enthüllt))",
        r"(?:im|in der|bei)(?= [^.,!?\n]{2,30} (?:sagte|erklärte|betonte|warnte|forderte|sprach|nannte) )",
    ),
    "pt": (
        r"segundo|de acordo com|conforme|citando",
        (
            r"(?:citad|divulgad|publicad|obtid|revelad|noticiad|exibid|antecipad|entrevistad|avançad|confirmad|consultad"
            r"|contactad|ouvid|apurad|adiantad|questionad)[oa]s?"
            r"(?: primeiro| inicialmente| originalmente| em primeira mão)?(?= (?:por|pel[oa]s?|em|n[oa]s?) )"
        ),
        r"informou|informa|noticiou|noticia|publicou|publica|reportou|revelou|revela|apurou|divulgou|escreve|escreveu",
        r"avançou|avança|adianta|adiantou|refere|referiu|conta|deu conta|dá conta",
        r"(?:entregue|enviad[oa]|vazad[oa]|cedid[oa])s?(?= (?:ao|à) )",
        (
            r"(?:entrevista|declarações|reportagem|artigo|matéria|notícia|informaç(?:ão|ões)|investigação|editorial"
            r"|microfones|páginas|edição|coluna)"
            r"(?: \w+d[oa]s?)?(?= (?:à|ao|com|a|d[aoe]|n[ao]|em|pel[ao]) )"
        ),
    ),
    "it": (
        r"secondo(?: quanto)?|stando(?= al?)|citando|si legge(?= su)",
        (
            r"(?:citat|pubblicat|riportat|rivelat|anticipat|diffus|rilanciat|ottenut|raccolt|intervistat|contattat|consultat"
            r"|interpellat|sentit|battut|pres)[oaie]"
            r"(?: per prim[oa])?(?= (?:d|su))"
        ),
        r"(?:ha )?(?:riferito|riportato|scritto|rivelato)|riferisce|riporta|scrive|rivela|riferiva|scrivono|anticipa",
        r"(?:ne )?(?:dà|danno|ha dato) (?:notizia|conto)|racconta|spiega|svela|rilancia|segnala",
        (
            r"(?:intervista|dichiarazioni|colloquio|inchiesta|articolo|reportage|indiscrezioni|microfoni|colonne|pagine|notizia"
            r"|ricostruzione)(?: \w+t[aoei])?"
            r"(?= (?:al?|con|d[ei]|su))"
        ),
    ),
    "nl": (
        r"volgens|aldus|citeert|onder verwijzing naar|op gezag van|zo (?:meldt|bericht|schrijft)|tegenover",
        r"(?:meldt|melden|meldde|meldden|bericht|berichtte|schrijft|schreef|onthulde|onthult|weet)(?: \w+dag)?",
        r"(?:geciteerd|gepubliceerd|gemeld|onthuld|verspreid|uitgezonden|ingezien|bevestigd) (?:door|in|op|bij|aan)",
        r"in handen van|(?:heeft|had|hebben)(?=[^.!?\n]{3,60}\b(?:gemeld|bericht|onthuld|geschreven)\b)",
        r"(?:interview|gesprek|vraaggesprek) (?:met|in)",
        r"(?:bericht|artikel|onderzoek|reportage|berichten)(?= (?:van|in) )",
    ),
    "ru": (
        r"сообщает|сообщил[аои]?|сообщают|пишет|пишут|передает|передаёт|передают|передал[аои]?|цитирует|уточняет",
        r"рассказал[аи]?|заявил[аи]?|пояснил[аи]?|отмечает|информирует",
        r"со ссылкой на|по данным|по информации",
        r"по материалам|по сообщениям?|в интервью|в беседе с|опубликован\w+ (?:в|на)?",
        r"как (?:стало известно|узнал[аои]?)|корреспондент[уа]?|журналист[уа]?",
    ),
    "uk": (
        r"повідомляє|повідомив|повідомила|повідомило|повідомляють|пише|пишуть|передає|передають|цитує|уточнює",
        r"з посиланням на|за даними|за інформацією|за повідомленням|в інтерв['’]ю|у розмові з",
        r"розповів|розповіла|заявив",
    ),
    "pl": (
        r"według|zdaniem|jak (?:podaje|podają|podała|podał|podało|pisze|informuje|donosi|ustalił[ao]?|relacjonuje)",
        r"podaje|podał[ao]?|pisze|napisał[ao]?|informuje|poinformował[ao]?|donosi|doniosł[ao]?|przekazał[ao]?",
        r"(?:fragmenty|słowa|wypowiedzi?|ustalenia) (?:przytacza|publikuje)|przytacza",
        r"ujawnił[ao]?",
        r"powołując się na|cytuje|cytowan\w+ przez|opublikowan\w+ (?:przez|w)|w (?:rozmowie|wywiadzie) (?:z|dla)",
        r"informacji|ustaleń|doniesień",
    ),
    "sv": (
        r"enligt|skriver|rapporterar|uppger|meddelar|avslöjar|intervju (?:med|i)|publicera(?:d|ts|des) (?:i|av)",
        r"först(?: med)? att (?:rapportera|berätta|skriva|avslöja)[^.!?\n]{0,40} var|kan (?=[^.!?\n]{3,40} avslöja)",
        r"(?:har|hade)(?= [^.!?\n]{3,40} (?:rapporterat|avslöjat|skrivit|berättat))",
    ),
    "da": (
        r"ifølge|skriver|rapporterer|oplyser|opplyser|afslører|avslører|interview (?:med|i)|intervju (?:med|i)|melder",
    ),
    "tr": (r"göre",),
    "ro": (
        r"potrivit|conform|citând|citat[ăe]? (?:de|în)|relatează|anunță|informează|transmite|notează|dezvăluie",
        r"(?:a|au) (?:relatat|anunțat|informat|transmis|dezvăluit|notat)",
        r"(?:interviu|declarați[ei]i?)(?= (?:acordate?|pentru|cu|în|la) )|publicat[ăe]? (?:de|în)",
    ),
    "id": (
        r"menurut|(?:dilansir|dikutip|dilaporkan|diberitakan|disiarkan)(?: dari| oleh)?|mengutip|melansir|kepada",
        r"wawancara (?:dengan|dari)|laporan(?: dengan| dari)?|pemberitaan",
    ),
}
AHEAD: Final = {
    # Words with the source's name before them.
    "en": (
        r"reported|reports|is reporting|said|says|wrote|writes|revealed|reveals|disclosed|quoted|quotes|cited|cites",
        r"was told|found|noted|notes|added|published|broadcast|showed|aired|pointed out|points out",
        r"has (?:learned|learnt|seen)",
        r"quoting|citing|confirmed|estimated|counted|calculated|relayed",
        r"put (?:the|its) (?:toll|number|figure|count|total)",
        r"(?:carried|ran|released) (?:the|an?|his|her|footage|pictures|photographs|photos|images|video)",
        (
            r"(?:obtained|reviewed|viewed|saw) (?:the |an? )?(?:internal |leaked |court )?(?:cop(?:y|ies)|documents?"
            r"|e-?mails?|records?|drafts?|letters?|memos?|footage|videos?|transcripts?|messages)"
        ),
        (
            r"(?:correspondents?|reporters?|journalists?|photographers?|teams?|crews?)"
            r"(?= (?:at the scene|on the (?:ground|spot|scene)|in the (?:area|city|town|region)|saw|heard|counted))"
        ),
        r"observed|understands|claimed|claims|argued|uncovered|exposed",
        r"was (?:the )?first to report|broke the (?:story|news)",
        r"reporting|investigation|story|report|poll|survey|tally|interview|exclusive",
    ),
    "es": (
        r"informó|reportó|publicó|reveló|señaló|adelantó|recogió|dijo|indicó|aseguró|informa|publica|citó|revela",
        r"ha (?:informado|publicado|revelado|adelantado)|habían? (?:informado|publicado|revelado|adelantado)",
        r"(?:public|inform|revel|adelant)(?:ara|ase|aba)|desveló|avanzó|recoge|señala|apunta|cuenta|asegura|detalla",
        r"detalló",
        r"citando a|tuvo acceso|ha tenido acceso",
    ),
    "fr": (
        r"(?:a|ont|avait|avaient) (?:rapporté|indiqué|écrit|révélé|affirmé|annoncé|cité|publié|signalé|relaté|dévoilé)",
        r"rapporte|indique|écrit|révèle|affirme|cite|annonce|relate|précise|évoque|fait état|dévoile|publie|raconte",
        r"citant",
        r"a pu (?:consulter|se procurer|avoir accès|vérifier|constater|lire|joindre)|s['’]est procurée?|croit savoir",
    ),
    "de": (
        r"berichten|berichtete?n?|berichtet|meldete?n?|meldet|melden|schreibt|schrieb|zitierte?|zitiert|enthüllte",
        r"zufolge",
        r"zugespielt (?:wurden?|worden)",
        r"unter berufung auf|(?:exklusiv )?(?:vorliegt|vorliegen|vorliegenden?|vorlag|vorlagen)",
        r"hat(?:te)? (?:\w+ ){0,5}?(?:berichtet|gemeldet)",
    ),
    "pt": (
        r"informou|noticiou|publicou|reportou|revelou|apurou|divulgou|disse|afirmou|informa|noticia|citou|revela",
        r"antecipou|escreveu|mostrou|avançou|avança|adianta|adiantou|escreve|conta|refere|referiu|citando|teve acesso",
        r"(?:tinha|havia|já tinha|já havia) (?:noticiado|avançado|revelado|publicado|informado|adiantado)",
    ),
    "it": (
        r"(?:ha|aveva) (?:riferito|riportato|scritto|rivelato|pubblicato|citato|anticipato)",
        r"riferisce|riporta|scrive|rivela|cita|anticipa|racconta|svela|parla di|citando|è in possesso",
        r"ha potuto visionare",
    ),
    "nl": (
        r"meldt|melden|meldde|meldden|bericht|berichtte|schrijft|schreef|onthulde|onthult",
        r"(?:heeft|had) (?:\w+ ){0,3}?(?:gemeld|bericht|onthuld|geschreven)",
    ),
    "ru": (
        r"сообщил[аои]?|сообщает|пишет|написал[аои]?|передает|передаёт|передал[аои]?",
        r"опубликовал[аои]?|выяснил[аои]?|цитирует|узнал[аои]?|со ссылкой на|утверждает|рассказывает|отмечает",
    ),
    "uk": (
        r"повідомив|повідомила|повідомило|повідомляє|пише|написав|написала|написало|передає|передало|з['’]ясувал[аои]",
        r"з посиланням на|зазначає|розповідає",
    ),
    "pl": (
        r"podaje|podał[ao]?|pisze|napisał[ao]?|informuje|poinformował[ao]?|donosi|ujawnił[ao]?|ustalił[ao]?",
        r"powołując się na|opisał[ao]?|opisuje|przekazał[ao]?|relacjonuje",
    ),
    "sv": (
        r"skriver|rapporterar|uppger|meddelar|avslöjar|har (?:rapporterat|avslöjat|skrivit|uppgett|berättat)",
        r"tagit del av",
    ),
    "da": (r"skriver|rapporterer|oplyser|melder|afslører|afslørte|har (?:skrevet|rapporteret|afsløret|meldt)",),
    "tr": (
        # The case of the name is a suffix of its own, behind an apostrophe.
        r"bildirdi|duyurdu|yazdı|aktardı|haberinde|haberine göre",
        r"(?:bildirdiğine|aktardığına|yazdığına|belirttiğine) göre",
        r"(?:sabah |akşam |ana |özel )?(?:programı|yayını|muhabiri|röportajı|bülteni)n?\w{1,3}|geçti",
        r"(?:yaptığı|yapılan) açıklama\w*|verdiği \w+|konuşan|konuştu|göre|açıkladı|ulaşan",
    ),
    "ro": (
        r"relatează|scrie|anunță|informează|transmite|notează|dezvăluie",
        r"(?:a|au) (?:relatat|scris|anunțat|informat|transmis|dezvăluit|notat)",
    ),
    "id": (r"melaporkan|memberitakan|menyebutkan|menulis|mengabarkan|mewartakan",),
}
TELLING: Final = {
    # Words of speaking, and the ones that lead from there to who was told: "declaró la alcaldesa a la agencia EFE".
    "en": (r"confirmed|denied|recounted|complained|described|explained", r"to|on"),
    "de": (
        r"sag(?:te|ten|t|en)|erklärt(?:e|en)?|erzählt(?:e|en)?|betont(?:e|en)?|versichert(?:e|en)?|bestätigt(?:e|en)?",
        r"der|dem|den|gegenüber|in der|im|bei",
    ),
    "es": (
        (
            r"dijo|dijeron|declar(?:ó|aron)|explic(?:ó|aron|a)|afirm(?:ó|aron|a)|cont(?:ó|aron)|indicó|señaló|aseguró"
            r"|comentó|manifestó|confirm(?:ó|aron)|relató|confesó|admitió|lamentó|advirtió|reconoció"
        ),
        r"al?|en|ante",
    ),
    "fr": (
        (
            r"(?:déclar|confi|indiqu|affirm|expliqu|assur|précis|racont|confirm|lanc|témoign|déplor|regrett|détaill|soulign"
            r"|résum|estim|ajout|reconn)(?:é|e|ait)(?:-t-(?:il|elle|on)|-(?:ils|elles))?|dit(?:-(?:il|elle))?"
        ),
        r"à|aux?|auprès|sur|dans",
    ),
    "pt": (
        r"disse|disseram|afirm(?:ou|aram)|declarou|contou|explicou|confirmou|relatou|lamentou|admitiu",
        r"à|ao|aos|às|a|n[ao]|em",
    ),
    "it": (
        r"detto|dichiarato|spiegato|raccontato|affermato|confermato|confidato|ammesso|dice|spiega|racconta",
        r"all[aeo]?|al|agli|ai|all['’]|a|su|in",
    ),
    "nl": (
        r"zegt|zei|zeggen|zeiden|vertelde|vertelt|verklaarde|bevestigde|bevestigt|bevestigen|liet|laat",
        r"tegen|aan|in|bij|tegenover",
    ),
    "ru": (
        r"заявил[аи]?|рассказал[аи]?|сказал[аи]?|сообщил[аи]?|пояснил[аи]?|подтвердил[аи]?",
        r"газете|агентству|изданию|телеканалу|порталу|журналу|радиостанции|корреспонденту|в интервью|в эфире",
    ),
    "uk": (
        r"заявив|заявила|розповів|розповіла|сказав|сказала|повідомив|повідомила|пояснив|пояснила",
        r"газеті|агентству|агенції|виданню|телеканалу|порталу|журналу|радіо|в інтерв['’]ю|в етері",
    ),
    "pl": (
        r"powiedział[ay]?|przekazał[ay]?|poinformował[ay]?|przyznał[ay]?|mówi|mówił[ay]?|wyjaśnił[ay]?",
        r"agencji|dziennikowi|gazecie|portalowi|dla|w|telewizji|radiu|tygodnikowi",
    ),
    "sv": (r"säger|sade|sa|berättar|berättade|bekräftar", r"till|för|i"),
    "da": (r"siger|sagde|sier|sa|fortæller|fortalte|forteller|bekræfter", r"til|i"),
    "ro": (r"declarat|spus|confirmat|explicat|povestit|precizat|declară|spune", r"pentru|la|în"),
    "id": (r"kata|ujar|ungkap|mengatakan|menyampaikan", r"kepada"),
}
ADDRESSED_WITHIN_CHARS: Final = 60  # of a word of speaking: who spoke stands in between

ACCORDING: Final = frozenset(
    # Words behind which a name in quotation marks is an outlet's without an article: "laut „Kurier“".
    {"laut", "selon", "según", "segundo", "secondo", "według", "volgens", "aldus", "podaje", "donosi", "pisze"}
    | {"ustaleń", "informacji", "doniesień", "w rozmowie z", "w wywiadzie dla", "корреспондент", "корреспонденту"}
    | {"журналисту", "журналист", "appearing on", "appeared on", "appears on", "guest on", "episode of"}
)
ANAPHORS: Final = (
    # What an outlet is called that was named before: "The magazine quotes a friend".
    r"\b(?:[Tt]he|[Dd]as|[Dd]ie|[Dd]er|[Dd]em|[Ll][ea]|[Ee]l|[Ii]l|[Oo]|[Aa]|[Dd]e|[Hh]et)"
    r" (?:tabloid|magazine?|newspaper|paper|outlet|website|site|channel|station|publication|broadcaster|Blatt|Zeitung"
    r"|Magazin|Sender|Portal|journal|quotidien|hebdomadaire|chaîne|periódico|diario|revista|cadena|medio|giornale"
    r"|quotidiano|rivista|emittente|jornal|emissora|krant|omroep)\b"
    r"|\b(?:tidningen|avisen|avisa|bladet|magasinet)\b"
)

QUOTING: Final = frozenset({"de", "fr", "it", "es", "pl", "pt", "nl"})
"""Languages that put the names of papers in quotation marks, but not those of companies and ships as Russian does."""

REPORTING: Final = frozenset(
    # What only reporters do, or what is done with them: beside these a name counts that is also a word, and that of an
    # outlet's own reporter.
    {"reported", "reports", "is reporting", "wrote", "writes", "revealed", "interview with"}
    | {"berichtet", "berichten", "berichtete", "berichteten", "meldet", "meldete", "melden", "meldeten", "schreibt"}
    | {"schrieb", "interview mit", "rapporte", "a rapporté", "informa", "publicó", "publica", "noticiou", "riferisce"}
    | {"scrive", "meldde", "schrijft", "schreef", "podaje", "pisze", "donosi", "informuje", "w rozmowie z"}
    | {"w wywiadzie dla", "rapporté", "révélé", "informado", "publicado", "adelantado", "avançada", "avançado"}
    | {
        "gesprek met",
        "interview met",
        "in gesprek met",
        "noticiado",
        "noticiada",
        "сообщает",
        "передает",
        "передаёт",
        "повідомляє",
    }
)
FIRST_REPORTED: Final = ("reported by", "reported first by", "reported earlier by", "reported exclusively by")
SPEAKING_VERBS: Final = frozenset(
    # What companies and offices do as well as reporters: with these an unknown name must be a full one.
    {"confirmed", "estimated", "counted", "calculated", "relayed", "citing", "quoting", "denied", "described"}
    | {"said", "says", "added", "noted", "notes", "found", "showed", "published", "report", "poll", "survey"}
    | {"investigation", "tally", "interview", "cites", "cited", "observed", "claimed", "claims", "argued", "exposed"}
    | {"dijo", "indicó", "aseguró", "señala", "apunta", "cuenta", "affirme", "indique", "annonce", "précise"}
    | {"disse", "afirmou", "mostrou", "uppger", "meddelar", "oplyser", "göre", "açıkladı", "konuştu"}
)

_EN_GROUPS: Final = (
    r"(?:[Ss]tate|[Oo]fficial|[Ll]ocal|[Dd]omestic|[Nn]ational|[Gg]overnment|[A-Z]\w+(?:ese|ian|ish|ean|can|li|qi|ch))"
    r"(?:-(?:run|owned|controlled|backed))?(?: (?:state|official|local))? (?:news )?media"
)
UNNAMED: Final = {
    # Media that are cited without a name: what they are called, the words before it that attribute, and the ones
    # behind it; empty where only the others do.
    "en": (
        _EN_GROUPS,
        r"according to|citing|reported by|told|quoted by",
        r"(?:outlets? |reports? )?(?:have |has |also )?(?:reported|reports?|said|says?|quoted|suggest(?:ed)?)",
    ),
    "es": (
        r"(?:[Ll]os |[Ll]a )?(?:[Mm]edios|[Pp]rensa) (?:estatal(?:es)?|oficial(?:es)?|local(?:es)?)",
        r"según|citando a|de acuerdo con|a",
        r"(?:informa|informó|informaron|reportan|reportaron|reportó|publicaron|publicó|señal|hablan|dijeron|indicaron)",
    ),
    "fr": (
        r"(?:[Ll]es |[Ll]a )?(?:[Mm]édias|[Pp]resse) (?:d['’]État|officiels|locaux|officielle|locale|publics)",
        r"selon|d['’]après|citant|par",
        r"(?:rapport|ont |a |font|indiqu|affirm|évoqu|annonc|parl)",
    ),
    "de": (
        r"Staatsmedien|Lokalmedien|(?:[Ss]taatliche|[Öö]rtliche|[Ll]okale|[A-Z]\w+ische)[nr]? Medien",
        r"[Ll]aut|[Nn]ach (?:Angaben|Berichten)(?: der| von)?|berichten|berichteten|melden|meldeten",
        r"(?:bericht|meld|schr|zufolge|zitier|sprechen|sprachen)",
    ),
    "pt": (
        r"(?:[Aa] )?(?:[Mm]ídia|[Ii]mprensa) (?:estatal|oficial|local)|(?:[Oo]s )?[Mm]eios locais",
        r"segundo|de acordo com|citando|conforme|pela",
        r"(?:inform|notici|report|public|diss|afirm)",
    ),
    "it": (
        r"(?:[Ii] )?[Mm]edia (?:statali|ufficiali|locali)|(?:[Ll]a )?[Ss]tampa locale",
        r"secondo|citando|dai|dalla",
        r"(?:rifer|riport|parl|scriv|hanno |ha |afferm)",
    ),
    "nl": (
        r"(?:[Ll]okale|[Ss]taats|[A-Z]\w+se) ?media|[Ss]taatsmedia",
        r"volgens|melden|meldden|aldus",
        r"(?:meld|bericht|schr)",
    ),
    "ru": (
        r"(?:[Гг]осударственные|[Оо]фициальные|[Мм]естные) СМИ",
        r"сообщают|пишут|передают|сообщили",
        r"(?:сообщ|пиш|переда|уточн|утвержда)",
    ),
    "uk": (r"(?:[Дд]ержавні|[Оо]фіційні|[Мм]ісцеві) ЗМІ", r"повідомляють|пишуть", r"(?:повідом|пиш|переда)"),
    "pl": (
        r"(?:[Ll]okalne|[Pp]aństwowe|[Mm]iejscowe) media",
        r"podają|piszą|informują|według",
        r"(?:inform|pod|pisz|donos|relacj)",
    ),
    "tr": (
        r"(?:[Yy]erel|[Rr]esm[iî]|[Dd]evlet) (?:basın|medya(?:sı)?)",
        "",
        r"(?:[^.!?\n]{0,60}\b)?(?:yaz|bildir|duyur|aktar|haber)",
    ),
    "id": (
        r"[Mm]edia (?:lokal|setempat|pemerintah|resmi)",
        r"menurut|dilansir|mengutip",
        r"(?:melapor|memberita|menyebut)",
    ),
    "zh": (r"官方媒体|官媒|当地媒体|當地媒體|官方媒體|国家媒体", r"据|據", r"(?:报|報|称|稱|说|說|消息)"),
    "ja": (r"地元メディア|国営メディア|現地メディア|地元紙", "", r"(?:など)?(?:に(?:よると|よれば)|が|は)"),
    "ar": (
        r"وسائل (?:ال)?إعلام (?:ال)?(?:محلية|رسمية|حكومية)",
        r"أفادت|ذكرت|نقلت|وفقا ل|بحسب|حسب|نقلا عن",
        r"(?:إن|أن|أفادت|ذكرت)",
    ),
    "hi": (r"(?:स्थानीय|सरकारी) मीडिया", "", r"(?:रिपोर्टों )?(?:के|की|ने|में)"),
}
MEDIA: Final = {"en": " media"}  # without which the form of a language is not tried

_HAN_NAME = (
    # Signs, or words of letters; the letters in brackets are how the outlet calls itself.
    r"\s?《?(?P<name>[A-Z][\w.'’&-]*(?: [A-Za-z][\w.'’&-]*){1,4}|[A-Za-z\u3040-\u30ff\u30fc\u4e00-\u9fff·・]{2,16}?)》?"
    r"(?:[（(](?P<latin>[A-Z][^（）()]{1,40})[）)])?\s?"
)
UNSPACED: Final = {
    # Scripts without blanks: the form with the name in it. Where nobody is known by it, its end must be an outlet's.
    "zh": (
        (
            rf"(?:据|根据|據|根據)(?:[\u4e00-\u9fff]{{0,6}}(?:媒体|官媒|通讯社|报纸)|[\u4e00-\u9fff]{{1,10}}(?=《))?"
            rf"{_HAN_NAME}(?:网站)?(?:\d{{1,2}}月)?(?:\d{{1,2}}日|周[一二三四五六日])?(?:的)?(?:援引|报道|報道|報導|消息|报导|透露|电|電|称|稱"
            rf"|的消息|记者(?:了解|获悉|报道)|获悉)"
        ),
        rf"(?:回应|回應|答复|答覆){_HAN_NAME}(?=[，。：称稱时時])",
        rf"(?:^|[，。；、“”\s]){_HAN_NAME}(?:援引|引述)[^，。]{{2,20}}?(?:的话)?(?:报道|说|称|稱|表示|指出)",
        rf"(?:告诉|告訴){_HAN_NAME}(?=[，。：“]|说|称)",
        (
            rf"(?:^|[，。；、“”\s]){_HAN_NAME}(?:网站)?(?:\d{{1,2}}月)?(?:\d{{1,2}}日|周[一二三四五六日])?(?:援引[^，。]"
            rf"{{2,20}})?(?:率先|最先|首先|独家|獨家)?(?:报道|報道|報導|报导|披露|透露)(?:称|说|稱|了)?"
        ),
        rf"(?:援引|引述|转引){_HAN_NAME}(?:的)?(?:报道|消息|電|说法|的话)?",
        rf"(?:对|向|告诉|接受){_HAN_NAME}(?:记者|的?采访|专访|採訪|專訪|表示|说)",
    ),
    "ja": (
        rf"(?:^|[、。「」\s]){_HAN_NAME}(?:の報道)?に(?:よると|よれば)",
        (
            rf"(?:^|[、。「」\s])(?:[\u4e00-\u9fff\u30a0-\u30ff]{{0,8}}の)?{_HAN_NAME}(?:が"
            rf"|は)(?=[^。]{{0,40}}?(?:報じた|伝えた|報道した|報じている|伝えている|書いた))"
        ),
        rf"{_HAN_NAME}の(?:取材|インタビュー)に",
        rf"{_HAN_NAME}の\w{{0,8}}番組で",
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
        r"(?:وفقا?ً? ل|بحسب|حسب|نقلت|نقل(?= موقع)|نقلا? عن|ذكرت|ذكر|أفادت|أفاد|قالت|أوردت|كشفت|نشرت"
        r"|صرح ل|قال ل|أبلغ|(?:مقابلة|حوار|حديث) مع|حديث إلى|تصريحات ل|(?<!\S)(?=ل(?:وكالة|صحيفة|قناة|موقع|إذاعة) ))"
        r"\s?(?P<name>[^،.؛:\n]{2,50})"
    ),
    "hi": (
        r"(?P<name>[^।,\n]{2,40}?)\s(?:के (?:अनुसार|मुताबिक|हवाले से)|की (?:रिपोर्ट|खबर) (?:के|में)"
        r"|को बताया|ने (?:बताया|कहा|रिपोर्ट|लिखा|(?:यह )?(?:खबर |जानकारी )?दी)|से (?:कहा|बातचीत))"
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

LANGUAGES: Final = {
    # A language that has no forms of its own is read by those of a near one.
    "be": "ru", "bg": "ru", "no": "da", "nb": "da", "nn": "da", "ms": "id", "af": "nl", "yue": "zh", "ur": "ar",
    "fa": "ar", "mr": "hi", "ne": "hi", "gl": "es", "ca": "es",
}  # fmt: skip
