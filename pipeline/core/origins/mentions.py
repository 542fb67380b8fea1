"""Known houses that a text names where it tells whose report it has, in whatever words it does so.

attributions.py reads the forms of attributing; where it knows none, the name of an agency is enough, for news names
agencies as sources and hardly else. Beside a paper or a broadcaster a word of reporting has to stand. Nobody is cited
where the text speaks of the house itself: who works there, what it owns, what it costs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from pipeline.core.origins.agencies import ARTICLES, PLAIN_WORDS, Agency, Kind, Names, name_key
from pipeline.core.origins.naming import OTHER_HOUSES, OUTLET_ENDS, NamedSource, is_describing

MAX_NAME_WORDS: Final = 4
MAX_NAME_CHARS: Final = 60
HEAD_CHARS: Final = 2_000  # of a text, which tell its script
MAX_MENTIONS: Final = 40
NEAR_CHARS: Final = 60  # on either side of a name: a clause
SHORT_LEAD_CHARS: Final = 12  # "gegenüber "
HOUSE_CHARS: Final = 60  # before a name: "worked for eleven years at"
MIN_SHORT_CHARS: Final = 2
MIN_LED_CHARS: Final = 3  # of a name behind a word that leads to a source; with two letters a word has to say agency
MIN_SURE_CHARS: Final = 4  # of a name in letters; a shorter one has to stand behind a word that leads to a source
MIN_COINED_CHARS: Final = 7  # of a paper's name of one word and without an article
MIN_SURE_SIGNS: Final = 3  # of a name in Chinese, Japanese or Korean
MIN_SCRIPT_CHARS: Final = 6  # of a name in other scripts without capitals, whose short names are words as well

REPORTING: Final = {
    # How words begin that tell of a report, of saying and of asking.
    "en": (
        r"report|interview|told|tell|statement|comment|article|investigat|exclusive|footage|reveal|publish|wrote|writ"
        r"|broadcast|aired|quot|cit(?:ed|es|ing)|accord|news\b|disclos|appeared|sa(?:id|ys)|speak|spoke|e-?mailed|show(?:ed|n|s)\b"
    ),
    "es": (
        r"inform|report|public|entrevist|declar|pregunt|revel|adelant|noticia|exclusiv|dij|señal|asegur|confirm|coment"
        r"|constat|según|periodista|crónica"
    ),
    "fr": (
        r"rapport|révél|publi|entretien|interview|déclar|annonc|confi|micro\b|antenne|article|enquêt|inform|parle\b"
        r"|constat|journaliste|indiqu|affirm|appris|appren|selon|évoqu|invité"
    ),
    "de": (
        r"bericht|meld|anfrage|interview|recherch|schreib|schrieb|sagt|zuerst|reporter|auskunft|gespräch|erklär"
        r"|bestätig|artikel|zitier|veröffentlich|korrespondent|sendung|teilt|mitgeteilt"
    ),
    "pt": r"inform|notici|procurad|revel|public|entrevist|disse|afirm|reportag|avanç|confirm|declar|consult|segundo",
    "it": r"rifer|report|rivel|pubblic|intervist|dichiar|parlat|spieg|detto|notizi|legge|conferm|secondo|giornalist",
    "nl": r"meld|bericht|zegt|zei|interview|bevestig|onthul|schrij|schree|verkla|laten weten|volgens|journalist",
    "ru": r"сообщ|подтверд|рассказ|заяв|опублик|пиш|интервью|переда|узна|комментар|корреспондент|журналист|эфир",
    "uk": r"повідом|розпов|комент|заяв|опублік|пиш|інтерв|переда|підтверд|кореспондент|журналіст|ефір",
    "pl": r"inform|potwierdz|powiedzi|napisa|podał|podaje|rozmow|opublik|ujawni|przekaz|wywiad|komentarz|według",
    "sv": r"uppge|bekräft|skriv|skrev|rapport|säg|intervju|avslöj|först|melde|berätt|kommentar|enligt",
    "da": (
        r"oplys|opplys|oppgi|bekref|bekræft|skriv|skrev|rapport|sig|sier|intervju|interview|avslør|afslør|først|melde"
        r"|fortæl|fortel|kommentar|ifølge"
    ),
    "tr": r"bildir|haber|açıkla|konuş|yaz|aktar|duyur|söyle|doğrula|röportaj|demeç|göre",
    "id": r"lapor|berita|lansir|kutip|kata|wawancara|ungkap|sebut|tulis|keterangan|menurut",
    "cs": r"inform|uved|podle|řekl|sdělil|napsal|oznámil|potvrdil|píše|rozhovor",
    "sk": r"inform|uviedol|uviedla|podľa|povedal|oznámil|potvrdil|píše|rozhovor",
    "fi": r"kerto|mukaan|uutis|vahvist|sano|haastattel|raportoi|kirjoit",
    "ro": r"potrivit|cit(?:at|eaz)|surse|relat|anun|declar|inform|transmit|scrie|conform|precizat|interviu",
    "hu": r"szerint|jelent|közöl|írta|mond|nyilatkoz|beszámol|értesül",
    "el": r"σύμφωνα|μεταδ|μετέδωσε|δήλωσε|ανέφερε|αναφέρει|γράφει|είπε|συνέντευξη",
    "vi": r"theo|đưa tin|dẫn|cho biết|trả lời",
    "hr": r"javlja|prema|piše|prenos|izjavi|objavi|kazao|rekao|intervju",
    "sr": r"javlja|prema|piše|prenos|izjavi|objavi|kazao|rekao|intervju|јавља|према|пише|преноси",
    "sl": r"poroča|navaja|piše|po poročanju|povedal|izjavi",
    "bg": r"съобщ|според|пише|предава|заяви|каза|интервю",
}

DECLINING: Final = frozenset({"ru", "uk", "pl", "cs", "sk", "hr", "sr", "sl", "fi", "hu", "lt", "lv", "et", "el"})
"""Languages that give a name other endings."""

OF_THE_HOUSE: Final = re.compile(
    # Before a name: it employs, is bought, is sued; the text is no report of its.
    r"\b(?:work(?:s|ed|ing)? (?:\w+ ){0,3}(?:for|at|with)|join(?:s|ed|ing)|left|former(?:ly)?(?: \w+)?|ex"
    r"|(?:hired|fired|signed|paid|employed) by|(?:law)?suits? against|case against|now (?:at|with)"
    r"|(?:writ(?:es|ten|ing)|freelanc\w+|report(?:s|ed|ing)?|photographs?) for|contribut\w+ to|career (?:at|with)"
    r"|fellowship (?:at|with|from)|owns?|owned by|own(?:er|ers|ing) of|bought|buys?|sold|selling|founded|acquir\w+"
    r"|shares (?:in|of)|editor (?:of|at)|career at|sued|sues|suing|invest\w* in|subscri\w+ to|ban(?:s|ned|ning)?"
    r"|travaill\w+ (?:pour|à|au)|ancien(?:ne)?(?: \w+)? (?:de|du|à)|rejoint|racheté?\w* (?:par|le|la)?"
    r"|arbeite\w* (?:\w+ ){0,3}(?:für|bei)|ehemalige\w*(?: \w+)?|früher bei"
    r"|(?:chefredakteur|eigentümer)\w* (?:der|des|von)"
    r"|trabaj\w+ (?:en|para|na|no)|antigu[oa](?: \w+)? de|compró|comprou|director de|diretor d[aeo]"
    r"|lavora\w* (?:per|a|al|alla)|direttore d\w+|werkt\w* (?:bij|voor)|работа\w+ (?:в|на)|бывш\w+(?: \w+)?)"
    r" (?:(?-i:(?:the )?[A-Z][\w'’ ]{1,30}?(?:, and |, | and ))){0,4}"
    r"(?:the |de |le |la |el |il |l['’]|der |den |dem |[«„“\"])?$",
    re.IGNORECASE,
)
BY_THE_HOUSE: Final = re.compile(
    # Behind a name: the house itself, its people and its prizes; or a person of that name, "the former mayor".
    r", (?:the |an? )?(?:former|late|outgoing|retired|billionaire)\b"
    r"|['’]?s? (?:shares?|stock|building|fellow(?:ship)?|prize|award|terminals?|staff(?:ers)?\b(?! (?:saw|at))"
    r"|employees"
    r"|headquarters|offices?|owners?|executives?|chief|ceo|chair\w*|founders?|parent|subscribers?|readers?|unions?|lawsuits?"
    r"|cour[st]es?|exams?|tests?|scores?|photo\b|file photo|is owned|was founded|was fined|group|est (?:né|fondé)"
    r"|mitarbeiter\w*|aktie\w*|acciones|empleados|azioni|акци\w+)",
    re.IGNORECASE,
)

_TO_SHORT: Final = re.compile(
    r"(?:\b(?:to|by|with|from|de|de la|del|des|du|der|dem|den|von|gegenüber|à|a|au|al|alla|aan|van|tegen|do|da|ao"
    r"|podle|pro|dla|z|med|till|til|for|overfor|az|on|sur)|[ld]l?['’]) ?$",
    re.IGNORECASE,
)
_AGENCY_BEFORE = re.compile(
    r"(?:agentur\w*|agen[cz]\w+|hãng|hãng tin|toimisto|nyhetsbyrån|nyhedsbureauet|persbureau) $", re.IGNORECASE
)
_BEHIND_SHORT = re.compile(r"(?:['’:]\w{1,4})? ?(?:통신|通信|通讯社|社|hírügynökség|haber ajansı|news agency|agency)")
"""What says of the letters before it that they are an agency's."""
_ARTICLE = re.compile(r"(?<=[^\W\dA-Z] )([A-Z][a-z]{1,2}) $")
"""An article with a capital within a sentence: it begins a name."""
_CAPITAL = re.compile(
    r"(?<![\w@#/.])(?:[A-Z]{2,6}(?=[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af])|[A-ZÀ-ÖØ-ÞĀ-ŽΆ-ΫА-ЯЁІЇЄҐ]\w+)"
)
_WORDS = re.compile(r"[\w'’&.-]*\w")
_SENTENCE_END = re.compile(r"[.!?…。！？।]\s|\n")
_REPORTING: Final = {each: re.compile(rf"\b(?:{stems})", re.IGNORECASE) for each, stems in REPORTING.items()}
_UNCASED = re.compile(r"[\u0590-\u0dff\u0e00-\u0eff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_ENDING = re.compile(r"(?:['’:]\w{0,4})?\.?$")  # of a genitive, of a case in Turkish or Finnish, of a sentence
_QUOTE_MARKS: Final = ('"', "“", "„", "«", "‘")
REFLEXIVE: Final = re.compile(
    r"[\s,]*(?:(?:on \w+day|late|in an? \w+(?: \w+)?)[\s,]*)?(?:that )?(?:it|its|they|their|he"
    r"|she)\b(?! (?:was|were|had been|is) (?:told|informed|understood|learned))"
)
"""Behind "said": the outlet speaks of itself, and is the news."""
HOUSES: Final = frozenset({Kind.AGENCY, Kind.BROADCASTER, Kind.OUTLET, Kind.LEARNT})


def is_reporting(word: str, language: str) -> bool:
    """Does ``word`` tell of a report: "Melansir", "Potrivit"? Before a name it is no first name."""
    form = _REPORTING.get(language)
    return form is not None and form.match(word) is not None


def mentions(text: str, title: str, language: str, told: Collection[str], names: Names) -> Iterator[NamedSource]:
    """The known houses that ``text`` names as sources, each where it does so first, at most MAX_MENTIONS.

    ``title`` is the headline above it: whom that names is the news. Those in ``told`` are found already.
    """
    seen = {*told, *(agency.name for agency, _, _ in _in_capitals(title, names, language))}
    for agency, start, end in (*_in_capitals(text, names, language), *_in_other_scripts(text, names)):
        if agency.name in seen or not _is_source(text, language, agency, start, end):
            continue
        seen.add(agency.name)
        yield NamedSource(agency.name, agency, start, end)
        if len(seen) == MAX_MENTIONS:
            return


def _in_capitals(text: str, names: Names, language: str) -> Iterator[tuple[Agency, int, int]]:
    behind = 0
    declines = language in DECLINING
    for capital in _CAPITAL.finditer(text):
        if not names.may_begin(capital.group(), declined=declines) or capital.start() < behind:
            continue
        ends = [found.end() for found in _WORDS.finditer(text, capital.start(), capital.start() + MAX_NAME_CHARS)]
        for end in (*reversed(ends[:MAX_NAME_WORDS]), capital.end()):
            written = _ENDING.sub("", text[capital.start() : end])
            article = _ARTICLE.search(text, max(0, capital.start() - 6), capital.start())
            agency = names.named(written) or (names.declined(written) if declines else None)
            if agency is None and article and article[1].lower() in ARTICLES:
                agency = names.named(f"{article[1]} {written}")
            if agency is not None and agency.kind in HOUSES and (article or _is_unmistakable(written, agency)):
                behind = capital.start() + len(written)
                yield agency, capital.start(), behind
                break


def _is_unmistakable(written: str, agency: Agency) -> bool:
    """Is what is written hardly anything else than the house: an agency's name, one of several words, or letters?"""
    words = name_key(agency.name).split()
    if written in PLAIN_WORDS or name_key(written) in OUTLET_ENDS:
        return False
    if " " in written and len([word for word in words if word not in ARTICLES]) > 1:
        return True
    if agency.kind is Kind.AGENCY:
        return len(written) >= MIN_SHORT_CHARS
    is_letters = len(written) > 2 and (written.isupper() or not written.istitle())
    is_coined = len(words) == 1 and len(written) >= MIN_COINED_CHARS
    return agency.kind is not Kind.LEARNT and (is_letters or is_coined)


def _in_other_scripts(text: str, names: Names) -> Iterator[tuple[Agency, int, int]]:
    if not _UNCASED.search(text, 0, HEAD_CHARS):
        return
    for written, agency in names.uncased:
        if written in PLAIN_WORDS:
            continue
        least = MIN_SURE_SIGNS if written[0] >= "\u3040" else MIN_SCRIPT_CHARS
        start = text.find(written) if len(written) >= least and agency.kind is Kind.AGENCY else -1
        if start >= 0:
            yield agency, start, start + len(written)


def _is_source(text: str, language: str, agency: Agency, start: int, end: int) -> bool:
    first, last = _clause(text, start, end)
    if text[start - 1 : start] in _QUOTE_MARKS and text[end : end + 1] == " ":
        return False  # a headline or somebody's words
    if OF_THE_HOUSE.search(text, max(first, start - HOUSE_CHARS), start) or BY_THE_HOUSE.match(text, end):
        return False
    is_short = end - start < MIN_SURE_CHARS and text[start].isupper()
    reporting = _REPORTING.get(language)
    lead = max(first, start - SHORT_LEAD_CHARS)
    is_led = end - start >= MIN_LED_CHARS and _TO_SHORT.search(text, lead, start)
    if is_short and not (
        is_led
        or _AGENCY_BEFORE.search(text, lead, start)
        or _BEHIND_SHORT.match(text, end)
        or (end - start >= MIN_LED_CHARS and reporting and _reports(text, end, reporting))
    ):
        return False
    behind = _WORDS.match(text, end + 1) if text[end : end + 1] == " " else None
    if behind and (name_key(behind[0]) in OTHER_HOUSES or (behind[0][0].isupper() and not is_describing(behind[0]))):
        return False  # a longer name: "Bloomberg Industry Group"
    if reporting is None:
        return agency.kind is Kind.AGENCY
    return any(not start <= found.start() < end for found in reporting.finditer(text, first, last))


def _reports(text: str, end: int, reporting: re.Pattern[str]) -> bool:
    """Does the word behind a name tell of its report, and not, as "The BBC said it had apologised", of the house?"""
    word = _WORDS.match(text, _next_word(text, end))
    return (
        word is not None and reporting.match(text, word.start()) is not None and not REFLEXIVE.match(text, word.end())
    )


def _next_word(text: str, end: int) -> int:
    """Where the word behind a name begins, its ending left out: "STT:n mukaan", "DHA'nın haberine"."""
    blank = text.find(" ", end, end + SHORT_LEAD_CHARS)
    return blank + 1 if blank >= 0 else end


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    first = max(0, start - NEAR_CHARS)
    for found in _SENTENCE_END.finditer(text, first, start):
        first = found.end()
    stop = _SENTENCE_END.search(text, end, min(len(text), end + NEAR_CHARS))
    return first, stop.start() if stop else min(len(text), end + NEAR_CHARS)
