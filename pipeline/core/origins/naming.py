"""A name read out of running text, forwards or backwards from the words that attribute something to it.

A known name is found wherever it stands in a run of capitals. An unknown one is taken for an outlet where it says so
itself ("Harbour Gazette", "Radio Nordwind") or where a word beside it does ("the newspaper Nordwind"); persons,
offices and companies are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.core.origins.agencies import ARTICLES, PLAIN_WORDS, Agency, Kind, Names, name_key

WINDOW_CHARS: Final = 120  # a name and what describes it; the longest in use has some 60
MAX_RUN_WORDS: Final = 9
MAX_WORD_CHARS: Final = 40
MAX_ADJECTIVES: Final = 2  # between what an outlet is and its name, where adjectives stand behind
MAX_APPOSITION_WORDS: Final = 4  # "a daily with a circulation of ...": it says first what it is
MAX_MASTHEAD_WORDS: Final = 4
MAX_BEFORE: Final = 3  # words of a description before it says what is described: "the weekly investigative magazine"
MAX_ABBREVIATION_CHARS: Final = 2  # "St.", "J."; a full stop behind a longer word ends its sentence

DESCRIBING: Final = (
    # Words beside a name that say what it is, in the languages that citations are read in.
    r"newswire|newspapers?|daily|weekly|monthly|tabloid|broadsheet|magazine|journal|broadcaster|broadcasting|television",
    r"tv|radio|channel|station|network|outlet|website|site|portal|publication|wire|agency|press|podcast|media|glossy",
    r"agencia|diario|periódico|semanario|revista|cadena|emisora|medio|televisión|rotativo",
    r"agence|quotidien|hebdomadaire|chaîne|mensuel",
    r"agência|jornal|emissora|canal|estação|televisão|estación|stazione|televisione|station|zeitschrift",
    r"agenzia|giornale|quotidiano|settimanale|rivista|emittente|testata|sito",
    r"persbureau|krant|dagblad|weekblad|tijdschrift|omroep|zender|nieuwszender|nieuwssite|nieuwsdienst|opinieblad",
    r"agencj[aiąę]|dziennik\w{0,3}|gazet[aeyęą]|tygodnik\w{0,3}|serwis\w{0,3}|stacj[aięą]|telewizj[aięą]|rozgłośni\w*",
    r"gazetesi|ajansı|dergisi|kanalı|televizyonu|sitesi|gazetesine|ajansına",
    r"tidningen|nyhetsbyrån|dagstidningen|avisen|avisa|nyhedsbureauet|nyhetsbyrået|dagbladet|mediet|radioen|kantor|berita|harian",
    r"publicați[ae]|ziarul(?:ui)?|cotidianul(?:ui)?|agenți[ae]i?|revistei|site-ul(?:ui)?",
    r"koran|majalah|revue|journal|site|видання|агенці\w+",
    r"(?:телеграм|telegram|youtube)-канал\w*|агентств\w+|информагентств\w+|газет\w+|издани\w+|телеканал\w*|радио|журнал\w*|портал\w*|радиостанци\w+",
)
DESCRIBING_NOUNS: Final = (
    # The same where nouns have capitals.
    r"(?:Nachrichten|Presse)?[Aa]gentur(?:en)?|(?:Tages|Wochen|Sonntags|Wirtschafts|Regional|Boulevard)?[Zz]eitung(?:en)?",
    r"(?:Nachrichten)?[Mm]agazine?s?|Blatt(?:es|s)?|(?:Fernseh|Rundfunk|Radio)?[Ss]enders?|Zeitschrift",
    r"Recherche(?:büros?|netzwerks?|kollektivs?|portals?|plattform)|(?:Nachrichten|Online)?[Pp]ortals?|Redaktionsnetzwerks?|Mediengruppe",
)

QUALIFYING: Final = frozenset(
    # Words that may stand between a verb and a name without being part of either.
    {"state", "official", "local", "national", "regional", "private", "independent", "public", "german"}
    | {"french", "state-run", "state-owned", "state-backed", "state-controlled", "government-run"}
    | {"semi-official", "pro-government", "news", "business", "financial", "online", "leading", "respected"}
    | {"influential", "popular", "english-language", "london-based", "sister", "fellow", "rival", "its"}
    | {"their", "our", "nearby", "international", "domestic", "own", "report", "reports", "story"}
    | {"article", "dispatch", "by", "in", "from", "of", "on", "with", "to", "and", "estatal", "oficial"}
    | {"española", "español", "argentina", "argentino", "mexicano", "alemana", "francesa", "oficialista"}
    | {"independiente", "privada", "noticias", "en", "con", "por", "prensa", "estadounidense", "británico"}
    | {"italiana", "portuguesa", "rusa", "china", "brasileira", "brasileiro", "notícias", "com", "estatais"}
    | {"officielle", "officiel", "locale", "nationale", "française", "allemande", "italienne", "presse"}
    | {"américain", "britannique", "régional", "à", "dans", "par", "sur", "economico", "economique"}
    | {"économique", "deutschen", "deutsche", "französischen", "staatliche", "staatlichen", "amtliche"}
    | {"amtlichen", "örtliche", "von", "britische", "britischen", "russische", "russischen", "chinesische"}
    | {"chinesischen", "italienischen", "im", "este", "esta", "ayer", "hoy", "ontem", "hoje", "ieri"}
    | {"oggi", "hier", "gestern", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"}
    | {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "stampa", "statale"}
    | {"ufficiale", "su", "da", "a", "pelo", "pela", "avec", "auprès", "quanto", "riporta", "riferisce"}
    | {"scrive", "riportato", "государственное", "государственному", "местное", "местной", "деловое", "в"}
    | {"на", "из", "zuerst", "zunächst", "bereits", "auch", "schon", "am", "unter", "gleichlautend", "een", "met"}
    | {"lokale", "z", "w", "przez", "med", "till", "til", "av", "af", "dari", "oleh", "з"}
)

OUTLET_ENDS: Final = frozenset(
    # The last word of an outlet's name; each is all but never a family's or an office's.
    {"merkur", "statesman", "spectator", "vindicator", "gleaner", "picayune"}
    | {"star", "globe", "beacon", "digest", "insider", "dispatches", "advertiser", "advocate", "agency"}
    | {"argus", "broadcasting", "bulletin", "chronicle", "courier", "daily", "dispatch", "examiner"}
    | {"gazette", "gazetteer", "herald", "inquirer", "intelligencer", "journal", "ledger", "magazine"}
    | {"messenger", "monitor", "news", "newspaper", "newsroom", "newswire", "observer", "post", "press"}
    | {"radio", "recorder", "register", "reporter", "review", "sentinel", "standard", "telegram"}
    | {"telegraph", "television", "times", "tribune", "tv", "weekly", "wire", "today", "online"}
    | {"newsletter", "mercury", "independent", "echo", "zeitung", "tageblatt", "tagblatt", "blatt"}
    | {"nachrichten", "rundschau", "anzeiger", "kurier", "bote", "rundfunk", "diario", "noticias", "prensa"}
    | {"gaceta", "heraldo", "correo", "mercurio", "periódico", "mundo", "informador", "jornal", "gazeta"}
    | {"notícias", "correio", "diário", "folha", "courrier", "dépêche", "presse", "nouvelles", "quotidien"}
    | {"écho", "télégramme", "giornale", "gazzetta", "corriere", "messaggero", "notizie", "quotidiano"}
    | {"stampa", "mattino", "агентство", "газета", "вести", "новости", "известия", "правда", "радио"}
    | {"вестник", "курьер", "sun", "mirror", "guardian", "transcript", "clarion", "courant", "krant", "dagblad"}
    | {"nieuws", "nieuwsblad", "koerier", "omroep", "gazetesi", "ajansı", "postası", "haber", "televizyonu"}
    | {"wiadomości", "kurier", "tidning", "tidende", "nyheter", "nyheder", "bladet", "вісник", "новини", "кур'єр"}
)
OUTLET_STARTS: Final = frozenset(
    # The first word of an outlet's name; the nouns of the Romance languages stand in front.
    {"hoja", "voz", "voix", "voce", "faro", "phare", "radio", "tv", "televisión", "diario", "diário"}
    | {"jornal", "gazeta", "gaceta", "gazzetta", "corriere", "giornale", "gazette", "journal", "courrier"}
    | {"correo", "correio", "heraldo", "periódico", "agencia", "agence", "agenzia", "agência", "noticias"}
    | {"folha", "dépêche", "écho", "canal", "channel", "rádio", "quotidiano", "agentur", "gazzettino"}
    | {"omroep", "cadena", "rtv", "sky"}
    | {"eco", "courier", "chronique", "crónica", "estrella", "tribuna", "газета", "агентство", "радио"}
    | {"телеканал", "tribune", "observateur", "télégramme", "progrès", "observador", "vanguardia", "opinión"}
    | {"dziennik", "gazeta", "głos", "tygodnik", "kurier", "dagblad", "krant", "harian", "suara", "berita"}
)
OUTLET_WITHIN: Final = frozenset({"news", "press"})
"""What makes a co-operative, an exchange or a network one of news wherever it stands behind the first word."""
COMPOUND_ENDS: Final = (
    # German, Dutch and Swedish write their outlets in one word.
    "zeitung", "blatt", "anzeiger", "nachrichten", "kurier", "rundschau", "rundfunk", "bote", "-post", "-echo",
    "mediengruppe", "tidningen", "bladet", "posten", "tidende", "courant",
)  # fmt: skip
AGENCY_BEFORE: Final = frozenset({"news", "press", "wire", "nachrichten", "media", "telegraph", "telegraphic"})
"""What makes an "Agency" one that reports: the Environment Agency does not."""

OTHER_HOUSES: Final = frozenset(
    # Words behind the name of an outlet that make it the name of something else: the Reuters Institute.
    {"index", "institute", "foundation", "stiftung", "philanthropies", "company", "co", "inc", "corp", "plc", "ltd"}
    | {"holdings", "prize", "award", "awards", "fund", "museum", "center", "centre", "union", "guild", "partners"}
    | {"building", "tower", "festival", "trust", "school", "university", "capital", "markets", "bank", "club", "cup"}
)
NOT_OUTLETS: Final = frozenset(
    # Words in a run of capitals that make it a person, an office or a maker of something else.
    {"mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "lord", "lady", "president", "minister"}
    | {"senator", "mayor", "governor", "judge", "justice", "captain", "general", "colonel", "sgt"}
    | {"officer", "chief", "inspector", "ministry", "department", "office", "court", "police", "university"}
    | {"committee", "commission", "council", "bank", "secretary", "spokesman", "spokeswoman"}
    | {"spokesperson", "director", "association", "society", "institute", "herr", "frau", "señor", "señora"}
    | {"monsieur", "madame", "signor", "signora", "senhor", "senhora"}
)
LEADING: Final = frozenset(
    # Words that begin a sentence before a name and belong to no name.
    {
        "the",
        "a",
        "an",
        "eine",
        "une",
        "die",
        "der",
        "das",
        "on",
        "in",
        "but",
        "and",
        "as",
        "when",
        "while",
        "however",
        "meanwhile",
    }
    | {"earlier", "later", "yesterday", "today", "monday", "tuesday", "wednesday", "thursday", "friday"}
    | {"saturday", "sunday", "both", "also", "then", "wie", "als", "según", "selon", "mais", "y", "et"}
    | {"und", "per", "that", "since", "after", "before", "if"}
)
DETERMINERS: Final = frozenset(
    # Words that say which one is meant; with no more than "newspaper" behind it such a word names nobody.
    {"this", "that", "these", "those", "another", "one", "two", "three", "some", "any", "no", "every", "each", "other"}
    | {"his", "her", "its", "their", "our", "my", "your", "several", "many", "most", "both", "various"}
    | {"un", "una", "uno", "este", "esta", "ese", "esa", "otro", "otra", "algunos", "varios", "su", "nuestro"}
    | {"une", "ce", "cet", "cette", "ces", "plusieurs", "autre", "son", "sa", "notre", "questo", "questa", "altro"}
    | {"eine", "einer", "einem", "ein", "diese", "dieses", "dieser", "mehrere", "andere", "seine", "ihre", "unsere"}
    | {"um", "uma", "outro", "outra", "vários", "seu", "sua", "nosso", "nostro", "altra"}
    | {"одно", "один", "одна", "это", "эта", "этот", "другое", "другая", "наша", "наше", "несколько"}
    | {"местная", "местные", "государственное", "государственная", "официальное"}
)
OFFICES: Final = frozenset({"agencia", "agence", "agenzia", "agência", "agentur", "агентство"})
"""What a news agency's name begins with, and that of many an office."""
OF_PLACES: Final = frozenset(
    # Adjectives of what a state runs: the Agencia Estatal de Meteorología reports the weather and no news.
    {"estatal", "nacional", "tributaria", "espacial", "federal", "nationale", "régionale", "spatiale", "européenne"}
    | {"europea", "internacional", "internationale", "italiana", "española", "spaziale", "nazionale", "regionale"}
)

PARTICLES: Final = frozenset(
    {"of", "de", "du", "la", "le", "les", "del", "della", "di", "da", "do", "dos", "das", "der", "die", "for", "à", "&"}
)
BETWEEN: Final = frozenset(
    # Words between a name and its verb, read backwards.
    {"also", "first", "later", "earlier", "previously", "has", "had", "have", "is", "was", "exclusively"}
    | {"separately", "reportedly", "already", "then", "originally", "recently", "yesterday", "today", "ha"}
    | {"había", "a", "avait", "hat", "hatte", "aveva", "que", "también", "auch", "zuerst", "déjà", "já"}
    | {"tinha", "havia", "aussi", "itself", "still", "last", "week", "month", "night", "late", "early"}
    | {"this", "morning", "afternoon", "evening", "qui", "che", "that", "which"}
)

FEMININE: Final = frozenset({"zeitung", "presse", "rundschau", "post", "woche", "tribüne", "nachrichten"})
"""Ends of German papers' names, behind whose article an adjective takes an -n."""

OWN_WORK: Final = frozenset(
    # What is an outlet's where it is told something or cited: "told the BBC's breakfast programme", and not its rivals.
    {"report", "reports", "reporting", "investigation", "story", "stories", "article", "articles", "coverage"}
    | {"account", "interview", "analysis", "survey", "poll", "tally", "count", "calculations", "estimates", "data"}
    | {"figures", "database", "programme", "program", "show", "podcast", "broadcast", "bulletin", "newscast"}
    | {"website", "site", "service", "edition", "channel", "newsletter", "column", "blog", "page", "live", "app"}
    | {"correspondent", "correspondents", "reporter", "reporters", "journalist", "journalists", "editor", "editors"}
    | {"bureau", "newsroom", "team", "crew", "chief", "anchor", "host", "presenter", "photographer", "sources"}
)

OWN: Final = frozenset(
    {
        "this",
        "our",
        "este",
        "esta",
        "nuestro",
        "nuestra",
        "ce",
        "cette",
        "notre",
        "dieser",
        "diesem",
        "diese",
        "unserer",
    }
    | {
        "unserem",
        "unsere",
        "questo",
        "questa",
        "nostro",
        "nostra",
        "nosso",
        "nossa",
        "deze",
        "dit",
        "onze",
        "наш",
        "нашей",
    }
    | {"нашему", "нашего", "naszej", "naszemu", "tej", "vår", "vårt", "vores", "denna", "denne"}
)
"""Before "newspaper": the one that speaks."""
OF_A_PLACE: Final = frozenset(
    {"of", "in", "from", "de", "du", "d", "di", "da", "do", "aus", "von", "van", "uit", "en", "à", "i"}
)
"""Between "the daily" and a town."""

THE_PLACES: Final = frozenset({"Hague", "Netherlands", "Gambia", "Bahamas", "Bronx", "Vatican", "Kremlin", "Pentagon"})
"""What has its article in capitals and is no outlet."""
PERIODICALS: Final = frozenset({"Journal", "Annals", "Archives", "Proceedings", "Transactions"})
"""What begins the name of a learned journal, which may have an "and" in it."""
NO_CALL_SIGNS: Final = frozenset(
    {"KPMG", "WADA", "WIPO", "KFOR", "WWII", "WNBA", "WTTC", "KGHM", "WIFI", "WASP", "WHEN"}
)
ROLES: Final = frozenset(
    {"bureau", "correspondent", "correspondents", "journalists", "newsroom", "reporter", "reporters"}
)
"""Whoever works for an outlet, with its name in the genitive before them."""

_DESCRIBING = re.compile("|".join((*DESCRIBING, *DESCRIBING_NOUNS)))
_TOKEN = re.compile(r"[^\W_][\w.&'’/+-]*|[^\w\s]|_")
_NATIONALITY = re.compile(
    r"[A-Z]\w+(?:[iec]an|ese|ish|aeli|raqi|stani|pali|audi|andic|ench|erman|reek|wiss|utch|elsh|zech)"
)
_ELIDED = re.compile(r"(?:l|d|dell|all|nell|sull|dall|qu|un)['’](?=\w)", re.IGNORECASE)
_GAP = re.compile(r"\s+(?:(?:l|d|dell|all|nell|sull|dall)['’])?", re.IGNORECASE)  # "Le Phare de l'Ouest"
_OPENING: Final = frozenset("\"“„«»‘'(《「『")
_CLOSING: Final = frozenset("\"”“«»’')》」』")
_DAYS: Final = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    "|lunes|martes|miércoles|jueves|viernes|sábado|domingo|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
)
_DAY_NAMES: Final = tuple(_DAYS.split("|"))
_DAY_AT_END = re.compile(rf"\b(?:on |am |el |le |on a )?(?:{_DAYS})\s*$", re.IGNORECASE)
_BETWEEN_AT_END = re.compile(rf"(?:\b(?:{'|'.join(sorted(BETWEEN))})\s+)+$")
_ROLE_AT_END = re.compile(rf"['’]s?(?: \w+)? (?:{'|'.join(sorted(ROLES))})\s*$")
_CALL_SIGN = re.compile(r"[KW][A-Z]{3}(?:-(?:TV|FM|AM))?")  # of a station in the United States; 47 CFR 73.3550
_JOINED_WORDS = re.compile(r"(?!Mac|Mc|Fitz|De|La|Le|Van|Di)[A-Z][a-z]+(?:[A-Z][a-z]+)+")
_LAST_WORD = re.compile(r"\w[\w'’]*(?=[\W_]*$)")
_SENTENCE_END = re.compile(r"[.!?…][\"”’»)]*\s+(?=[\"“„«‘(]?[^\W\d_a-zà-ÿ])|\n")
_GERMAN_CASES: Final = frozenset({"der", "den"})
_DECLINED = re.compile(r"(?<=\we)[nr]\b(?= )")
_DATIVE = re.compile(r"(?<=\we)n\b(?= )")  # alone: the -r of "Frankfurter Allgemeinen Zeitung" belongs to the name
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class NamedSource:
    """A source as a text names it. ``agency`` is None for one that no table knows; ``start`` and ``end`` are places
    in the text that was read; ``is_described``: a word beside the name says that it is an outlet."""

    name: str
    agency: Agency | None
    start: int
    end: int
    is_described: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What the words that attribute tell of the name beside them.

    ``is_outlet``: it is one, whatever it is called. ``is_reporter``: they are said of reporters only, so a name counts
    that is also a word ("Time reported"), and one of their own stands for the house ("the BBC's Ann Roe reported").
    ``in_quotes``: within quotation marks and behind an article it is an outlet's; ``bare_quotes``: or without one.
    ``has_noun_capitals``: of the language, in which the last word of a name has one as well.
    ``declines``: the language gives names other endings.
    """

    is_outlet: bool = False
    is_reporter: bool = False
    in_quotes: bool = False
    bare_quotes: bool = False
    has_noun_capitals: bool = False
    declines: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def is_name(self) -> bool:
        """Does it begin as a name does? Figures of one sign only within one ("Channel 4 News")."""
        return self.text[0].isupper() or (self.text[0].isdigit() and len(self.text) > 1)


_UNTOLD: Final = Beside()


def sources_after(text: str, place: int, names: Names, beside: Beside = _UNTOLD) -> list[NamedSource]:
    """The sources that ``text`` names right behind ``place``: one, or several joined by commas and "and"."""
    found: list[NamedSource] = []
    while len(found) < MAX_RUN_WORDS:
        source = _source_after(text, place, names, beside)
        if source is None:
            return found
        found.append(source)
        joint = _AND_AFTER.match(text, source.end)
        if joint is None:
            return found
        place = joint.end()
    return found


def sources_before(text: str, place: int, names: Names, beside: Beside = _UNTOLD) -> list[NamedSource]:
    """The sources that ``text`` names right before ``place``, as ``sources_after``."""
    found: list[NamedSource] = []
    while len(found) < MAX_RUN_WORDS:
        source = _source_before(text, place, names, beside)
        if source is None:
            return found
        found.append(source)
        joint = _AND_BEFORE.search(text, max(0, source.start - 12), source.start)
        if joint is None:
            return found
        place = joint.start()
    return found


def is_describing(word: str) -> bool:
    """Does ``word`` beside a name say that it is an outlet's: "newspaper", "Agentur"?"""
    return _DESCRIBING.fullmatch(word) is not None


def is_outlet_name(words: Sequence[str]) -> bool:
    """Does a name of capitals say by itself that it is an outlet's?"""
    keys = [name_key(word) for word in words]
    if len(keys) > 2 and keys[0] in ARTICLES:
        keys = keys[1:]
    if not keys or NOT_OUTLETS.intersection(keys) or len(name_key(" ".join(words))) < 4:
        return False
    if keys[0] in OFFICES and keys[-1] not in OUTLET_ENDS and OF_PLACES.intersection(keys[1:2]):
        return False
    if keys[-1] == "agency":
        return len(keys) > 1 and keys[-2] in AGENCY_BEFORE
    if len(keys) > 1 and (keys[-1] in OUTLET_ENDS or keys[0] in OUTLET_STARTS or OUTLET_WITHIN.intersection(keys[1:])):
        return True
    joined = words[-1].split("-")
    if len(keys) > 1 and len(joined) > 1 and joined[0][:1].isupper() and joined[0].lower() in OUTLET_ENDS:
        return joined[-1][:1].isupper()  # "Valley Post-Gazette", "Bay Times-Citizen"
    return any(words[-1].lower().endswith(end) and len(words[-1]) > len(end) + 2 for end in COMPOUND_ENDS)


# ------------------------------------------------------------------------------------------------- forwards

_AND_AFTER = re.compile(
    r"(?:['’]s?)?[\"”»]?(?:,? (?:and|und|y|et|e|sowie|as well as|и) (?:the |der |die "
    r"|el |la |le )?|, )(?=[\"“„«]?[^\W\d_a-zà-ÿ])"
)
_AND_BEFORE = re.compile(r"(?:,? (?:and|und|y|et|e|и) (?:the )?|, (?:the )?)$")


def _source_after(text: str, place: int, names: Names, beside: Beside) -> NamedSource | None:
    run: list[_Token] = []
    article, described, followed, quoted = "", beside.is_outlet, False, False
    adjectives = MAX_ADJECTIVES if beside.is_outlet else 0
    before, is_placed, is_other = "", False, False
    unsaid = 0  # words that may describe an outlet, as long as one that says so follows
    for token in _tokens(text, place, min(len(text), place + WINDOW_CHARS)):
        key = token.text.casefold()
        if not run:
            if token.text in _OPENING:
                quoted = True
            elif _DESCRIBING.fullmatch(token.text) and names.named(token.text) is None:
                if before in OWN:
                    return None  # "explica a este periódico": who is named next explains it
                described = True
            elif key in ARTICLES and not token.text[0].isupper():
                if unsaid:
                    return None
                article = key
                is_other = described and before not in PARTICLES
            elif token.is_name or _is_small_name(token.text, names):
                if unsaid and not described:
                    return None
                is_placed = described and not quoted and before in OF_A_PLACE
                run.append(token)
            elif is_other:
                return None  # "a raconté à l'agence italienne le gardien": who speaks stands behind who was told
            elif described and adjectives < MAX_ADJECTIVES and key.isalpha():
                adjectives += 1  # "el diario británico The Guardian"
            elif key not in QUALIFYING and not key.endswith("-based"):
                if described or unsaid == MAX_BEFORE or key in DETERMINERS or not key.replace("-", "").isalpha():
                    return None
                unsaid += 1  # "the investigative website Bellingcat", "der spanischen Nachrichtenagentur EFE"
            before = key
        elif token.text in _CLOSING:
            is_title = run[-1].is_name or not beside.has_noun_capitals
            described = described or (
                quoted and is_title and beside.in_quotes and (bool(article) or beside.bare_quotes)
            )
            break
        elif len(run) < MAX_RUN_WORDS and (
            _goes_on(text, run[-1], token, "and" if run[0].text in PERIODICALS else "")
            or (quoted and token.text[0].isalnum())
        ):
            run.append(token)
        elif not described and _is_whose(run, names) and key.replace("-", "").isalpha():
            # "the Spanish news agency EFE": so far it was the country.
            run, article = [], ""
            described = bool(_DESCRIBING.fullmatch(token.text))
            unsaid = 1
        else:
            followed = bool(_DESCRIBING.fullmatch(token.text))
            break
    if followed and not described and len(run) == 1 and _NATIONALITY.fullmatch(run[0].text):
        return None  # "according to the Norwegian newspaper"
    described = described and not is_placed
    return _resolved(text, run, article, described or followed, names, beside, forwards=True)


def _is_small_name(word: str, names: Names) -> bool:
    """Is ``word`` a name that its owner writes in small letters: "dpa", "taz"? "Trend" is an agency, "trend" not."""
    known = names.named(word)
    return known is not None and word in {known.name, *known.aliases, *known.tokens}


def _is_whose(run: Sequence[_Token], names: Names) -> bool:
    """Do the words in capitals so far say only where or what it is: "Spanish", "Spain's", "Lagos-based", "TV"?"""
    words = [token.text for token in run]
    if words == ["TV"]:
        return True
    if len(words) == 1 and (_NATIONALITY.fullmatch(words[0]) or words[0].endswith(("-based", "-run", "-owned"))):
        return True
    owner = _POSSESSIVE.sub("", " ".join(words))
    return words[-1] != owner.rpartition(" ")[2] and names.named(owner) is None and not is_outlet_name(owner.split())


def _goes_on(text: str, last: _Token, token: _Token, joint: str = "") -> bool:
    """Does a name go on with ``token``: a capital, a figure, a small word as names have within them, or ``joint``?"""
    fits = token.is_name or token.text.isdigit() or token.text.casefold() in PARTICLES or token.text == joint
    return fits and _GAP.fullmatch(text, last.end, token.start) is not None


def _source_before(text: str, place: int, names: Names, beside: Beside) -> NamedSource | None:
    if not _may_end_in_a_name(text, place, names):
        return None
    start = max(0, place - WINDOW_CHARS)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, start, place)]
    start = ends[-1] if ends else start
    apposition = _before_apposition(text, start, place)
    says_what = any(map(is_describing, text[apposition:place].split()[:MAX_APPOSITION_WORDS]))
    place = _before_role(text, start, apposition)
    # Tried at every letter, the pattern costs more than all the rest; most sentences end in no day.
    is_dated = text[start:place].rstrip().lower().endswith(_DAY_NAMES)
    days = _DAY_AT_END.search(text, start, place) if is_dated else None
    tokens = list(_tokens(text, start, days.start() if days else place))
    run: list[_Token] = []
    article, described, followed, quoted = "", False, False, False
    for token in reversed(tokens):
        key = token.text.casefold()
        if not run:
            if token.text in _CLOSING or (key in BETWEEN and not token.is_name):
                continue
            if _DESCRIBING.fullmatch(token.text):
                followed = True
            elif token.is_name or _is_small_name(token.text, names):
                run.append(token)
            elif key != "news":
                return None
        elif (
            (token.is_name or key in PARTICLES)
            and _GAP.fullmatch(text, token.end, run[0].start) is not None
            and len(run) < MAX_RUN_WORDS
        ):
            run.insert(0, token)
        elif token.text in _OPENING and not quoted:
            quoted = True
        else:
            article = key if key in ARTICLES else ""
            described = bool(_DESCRIBING.fullmatch(token.text)) or (quoted and beside.in_quotes and bool(article))
            break
    if beside.has_noun_capitals and len(run) > 1 and _DESCRIBING.fullmatch(run[0].text):
        run, described = run[1:], True  # "dem Magazin The Skerrier": the noun is no part of the name
    described = described or says_what
    if followed and not described and len(run) == 1 and _NATIONALITY.fullmatch(run[0].text):
        return None
    return _resolved(text, run, article, described or followed, names, beside, forwards=False)


def _may_end_in_a_name(text: str, place: int, names: Names) -> bool:
    """Can a name, or what may stand behind one, be the last word before ``place``? In most sentences it can not."""
    last = _LAST_WORD.search(text, max(0, place - MAX_WORD_CHARS), place)
    if last is None or text[last.end() : place].strip() == ",":
        return last is not None
    word = last[0]
    return (
        not word[0].islower()
        or word in BETWEEN
        or word in ROLES
        or _DESCRIBING.fullmatch(word) is not None
        or _is_small_name(word, names)
        or word.endswith("day")
    )


def _before_role(text: str, start: int, place: int) -> int:
    """Where the name ends whose own reporter the words before ``place`` are: "Al Jazeera's correspondent"."""
    found = _ROLE_AT_END.search(text, start, place)
    return found.start() if found else place


def _before_apposition(text: str, start: int, place: int) -> int:
    """Where the name ends whose verb stands at ``place``: in "Reuters, the news agency, reported" further left."""
    if "," not in text[start:place]:
        return place
    before = _BETWEEN_AT_END.sub("", text[start:place]).rstrip()
    if before[-1:] != ",":
        return place
    last = start + len(before) - 1
    first = text.rfind(", ", start, last)
    return first if first > start else place


def _tokens(text: str, start: int, end: int) -> Iterator[_Token]:
    """The words and signs of a stretch, up to the end of its line."""
    line_end = text.find("\n", start, end)
    for match in _TOKEN.finditer(text, start, end if line_end < 0 else line_end):
        elided = _ELIDED.match(match.group())
        shift = elided.end() if elided else 0
        word = match.group()[shift:].rstrip(".'’-/")
        if word or not shift:
            word = word or match.group()
            end = match.start() + shift + len(word)
            yield _Token(word, match.start() + shift, end)
            if match.group().endswith(".") and len(word) > MAX_ABBREVIATION_CHARS and "." not in word:
                yield _Token(".", end, end + 1)  # it ends the sentence, and with it the name


def _resolved(
    text: str, run: list[_Token], article: str, described: bool, names: Names, beside: Beside, *, forwards: bool
) -> NamedSource | None:
    while run and run[-1].text.casefold() in PARTICLES | {"and"} and not run[-1].is_name:
        run.pop()
    while run and run[0].text.casefold() in PARTICLES and not run[0].is_name:
        run.pop(0)
    if not run:
        return None
    known = _known(text, run, article, described, names, beside, forwards=forwards)
    if known is not None:
        return known
    declined = names.declined(text[run[0].start : run[-1].end]) if beside.declines else None
    if declined is not None:
        return NamedSource(declined.name, declined, run[0].start, run[-1].end, described)
    if any(name_key(token.text) in OTHER_HOUSES for token in run[1:]) and not is_outlet_name([run[-1].text]):
        return None
    is_within = forwards or (beside.is_reporter and _goes_before(text, run[0].start))
    is_masthead = is_within and _is_masthead([token.text for token in run], beside)
    while not is_masthead and len(run) > 1 and (_leads(run[0].text) or not run[0].is_name):
        run = run[1:]
    owner = max((n for n, token in enumerate(run[:-1]) if _POSSESSIVE.search(token.text)), default=None)
    if owner is not None and beside.is_reporter and not forwards:
        house = _known(text, run[: owner + 1], article, described, names, beside, forwards=False)
        if house is not None:
            return house
    if owner is not None and not is_outlet_name([token.text for token in run]):
        run = run[owner + 1 :]  # "Norland's Fjordkanalen": the country is no part of the name
    words = [_POSSESSIVE.sub("", token.text) for token in run]
    if forwards and article in _GERMAN_CASES and words[-1].casefold() in FEMININE and words[0].endswith("en"):
        nominative = " ".join([words[0][:-1], *words[1:]])  # "der Kleinen Zeitung" is called Kleine Zeitung
        return NamedSource(nominative, names.named(nominative), run[0].start, run[-1].end, described)
    described = described or is_masthead
    if not is_outlet_name(words) and not (described and not NOT_OUTLETS.intersection(map(name_key, words))):
        return None
    if _is_nobody(words, beginning=not forwards):
        return None
    end = run[-1].start + len(words[-1])
    return NamedSource(_POSSESSIVE.sub("", text[run[0].start : end]), None, run[0].start, end, described)


def _goes_before(text: str, place: int) -> bool:
    """Does the sentence of ``place`` begin before it, so that a capital there is a name's own?"""
    last = text[max(0, place - 2) : place].rstrip()[-1:]
    return last == "," or last.isalnum()


def _leads(word: str) -> bool:
    """Does ``word`` begin a sentence or say when, and belongs to no name: "But", "Saturday's"?"""
    return _POSSESSIVE.sub("", word.casefold()) in LEADING


def _is_masthead(words: Sequence[str], beside: Beside) -> bool:
    """Are ``words`` spelt as mastheads are: "The Skerrier" in a sentence, "MidshireLive" where reporters are named?

    A weekday is a part of "The Sunday Review": no sentence goes on with a name behind "the Sunday".
    """
    if len(words) > 2 and words[0] == "The" and words[1].casefold() in _DAY_NAMES:
        return is_outlet_name(words)
    if len(words) == 2 and words[0] == "The":
        return words[1] not in THE_PLACES and words[1].isalpha() and words[1][0].isupper()
    if 2 < len(words) <= MAX_MASTHEAD_WORDS and words[0] == "The" and beside.is_reporter:
        return all(word.isalpha() and word[0].isupper() for word in words) and not OTHER_HOUSES.intersection(
            map(name_key, words)
        )
    if len(words) == 1 and _CALL_SIGN.fullmatch(words[0]) and words[0] not in NO_CALL_SIGNS:
        return True
    return len(words) == 1 and beside.is_reporter and _JOINED_WORDS.fullmatch(words[0]) is not None


def _is_nobody(words: Sequence[str], *, beginning: bool) -> bool:
    """Do ``words`` say no more than that it is an outlet: "An agency", "The newspaper", "News agency reports"?

    ``beginning``: they may have their capital from the beginning of a sentence.
    """
    first, *others = words
    key = first.casefold()
    if not others:
        return (
            key in DETERMINERS | ARTICLES | OUTLET_WITHIN
            or key in _DAY_NAMES
            or (beginning and key in QUALIFYING)
            or any(_DESCRIBING.fullmatch(spelt) for spelt in (first, key))
        )
    return key in DETERMINERS and all(_DESCRIBING.fullmatch(word.casefold()) for word in others)


def _known(
    text: str, run: list[_Token], article: str, described: bool, names: Names, beside: Beside, *, forwards: bool
) -> NamedSource | None:
    """The longest known name in ``run`` that touches the verb's side of it, or else the other side."""
    size = len(run)
    spans = [(0, end) for end in range(size, 0, -1)] if forwards else []
    spans += [(start, size) for start in range(1 if forwards else 0, size)]
    for start, end in spans:
        words = text[run[start].start : run[end - 1].end]
        before = article if start == 0 else run[start - 1].text
        # German adjectives take an -n behind their article, and an -r without: "der Deutschen Presse-Agentur".
        spellings = (words, *(ending.sub("", words) for ending in (_POSSESSIVE, _DATIVE, _DECLINED)))
        for spelt in dict.fromkeys(spellings):
            by_article = names.named(f"{before} {spelt}") if before.casefold() in ARTICLES else None
            agency = names.named(spelt) or by_article
            if agency is None and described:
                agency = next(iter(names.credited(spelt)), None)
            # The last word of a longer name is no outlet of that name: "Meridian Wire" is not "The Wire".
            is_whole = (start, end) == (0, size)
            if by_article is not None and forwards and end < size and not _ends_there(run[end - 1], run[end]):
                continue  # "the National Crime Records Bureau" is not The National
            is_plain = spelt in PLAIN_WORDS or name_key(spelt) in OUTLET_ENDS
            is_meant = is_whole and (described or beside.is_reporter or by_article is not None)
            if agency is None or (is_plain and not is_meant):
                continue
            if any(name_key(token.text) in OTHER_HOUSES for token in run[end:]):
                return None
            if forwards and end == size and _POSSESSIVE.search(run[-1].text) and not _is_own_work(text, run[-1].end):
                return None
            return NamedSource(agency.name, agency, run[start].start, run[start].start + len(spelt), described)
    return None


def _ends_there(last: _Token, following: _Token) -> bool:
    """Does a name end with ``last`` though a capital follows: "told the Guardian Monday", "The Verge's Review"?"""
    return following.text.casefold() in _DAY_NAMES or _POSSESSIVE.search(last.text) is not None


def _is_own_work(text: str, place: int) -> bool:
    """Is what stands behind a genitive the outlet's own, a programme of its name among them?"""
    words = [token.text for token in _tokens(text, place, min(len(text), place + MAX_WORD_CHARS))][: MAX_BEFORE + 1]
    if not words or not words[0][0].islower():
        return True
    return not OWN_WORK.isdisjoint(words) or any(word[0].isupper() for word in words[1:])


def is_report_source(source: NamedSource) -> bool:
    """Can what ``source`` says be a report? Statistics and encyclopedias are cited, but they report no news."""
    return source.agency is None or source.agency.kind is not Kind.REFERENCE
