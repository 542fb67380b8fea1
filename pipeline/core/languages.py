"""The language of a text: by its letters, by what was declared and can be, and by its most frequent words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

MAX_KANJI_ONLY: Final = 60  # letters of a Japanese text without kana
DETECT_CHARS: Final = 1_000  # py3langid's cost grows with the text, its certainty hardly
_HAN = re.compile(r"[\u4e00-\u9fff]")
SCRIPTS: Final = (
    # Letters that only these languages write, in the order of asking: Japanese and Korean texts hold Han as well.
    ("ja", re.compile(r"[\u3041-\u30ff]"), 0.05),
    ("ko", re.compile(r"[\uac00-\ud7af]"), 0.2),
    ("zh", _HAN, 0.2),
    ("th", re.compile(r"[\u0e01-\u0e5b]"), 0.3),
    ("el", re.compile(r"[\u0370-\u03ff]"), 0.3),
    ("he", re.compile(r"[\u0590-\u05ff]"), 0.3),
    ("hy", re.compile(r"[\u0531-\u058a]"), 0.3),
    ("pa", re.compile(r"[\u0a00-\u0a7f]"), 0.3),
    ("gu", re.compile(r"[\u0a80-\u0aff]"), 0.3),
    ("or", re.compile(r"[\u0b00-\u0b7f]"), 0.3),
    ("ta", re.compile(r"[\u0b80-\u0bff]"), 0.3),
    ("te", re.compile(r"[\u0c00-\u0c7f]"), 0.3),
    ("kn", re.compile(r"[\u0c80-\u0cff]"), 0.3),
    ("ml", re.compile(r"[\u0d00-\u0d7f]"), 0.3),
    ("si", re.compile(r"[\u0d80-\u0dff]"), 0.3),
    ("lo", re.compile(r"[\u0e80-\u0eff]"), 0.3),
    ("my", re.compile(r"[\u1000-\u109f]"), 0.3),
    ("ka", re.compile(r"[\u10a0-\u10ff]"), 0.3),
    ("km", re.compile(r"[\u1780-\u17ff]"), 0.3),
)
"""Language, its letters, and the share of all letters from which on the text is in it."""

FAMILIES: Final = (
    # Where several languages share a script: a declared language outside the family is not believed.
    (
        re.compile(r"[\u0400-\u04ff]"),
        frozenset({"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "tt", "uz"}),
    ),
    (re.compile(r"[\u0600-\u06ff]"), frozenset({"ar", "fa", "ur", "ps", "ku", "ug", "sd"})),
    (re.compile(r"[\u0900-\u097f]"), frozenset({"hi", "mr", "ne", "sa"})),
    (re.compile(r"[\u0980-\u09ff]"), frozenset({"bn", "as"})),
    (re.compile(r"[\u1200-\u137f]"), frozenset({"am", "ti"})),
)
FAMILY_SHARE: Final = 0.4
OTHER_SCRIPT_LANGUAGES: Final = frozenset(
    {language for language, _, _ in SCRIPTS} | {language for _, family in FAMILIES for language in family}
) - {"sr", "kk", "ky", "mn", "uz", "ku", "tt"}  # these are written in Latin letters too
FUNCTION_WORDS: Final = {
    # What no text of some length does without. Templates are sold with lang="en" and filled in any language.
    "en": "the of and to in a is that for on it with as was by",
    "de": "der die und in den von zu das mit ist des im für auf nicht",
    "fr": "le la de et les des en un une du que pour dans est sur",
    "es": "de la que el en y a los se del las por un con para",
    "pt": "de a o que e do da em um para com não uma os no",
    "it": "di e il la che in un a per è del con non le della",
    "nl": "de van het een en in is dat op te met voor die zijn niet",
    "sv": "och i att det som en på är av för med den till inte",
    "no": "og i det som på er en til av for å med har ikke at den",
    "da": "og i det at er en til på af for med der den ikke har",
    "pl": "i w na z się do nie to że o jest za od po jak",
    "tr": "ve bir bu için da de ile olarak çok daha gibi sonra",
    "id": "yang dan di dari untuk dengan ini itu dalam pada tidak akan",
}
"""Some of the most frequent words of a language. They spare most pages the model, which takes some 70 MB."""
_OTHER_LETTER = re.compile(
    "|".join([*(script.pattern for _, script, _ in SCRIPTS), *(script.pattern for script, _ in FAMILIES)])
)
_FREQUENT: Final = {language: frozenset(words.split()) for language, words in FUNCTION_WORDS.items()}
MIN_JUDGED_WORDS: Final = 20
PLAIN_SHARE: Final = 0.15  # of all words; prose of these languages has 0.2 to 0.4
FUNCTION_SHARE: Final = 0.08  # of all words; half of what prose of these languages has at the least

LANGUAGE_NAMES: Final = {"in": "id", "iw": "he", "ji": "yi", "cn": "zh", "jp": "ja", "kr": "ko", "ua": "uk", "gr": "el"}
"""Withdrawn codes of ISO 639-1, and countries that templates write for languages."""


def language_of(text: str, stated: Iterable[str]) -> str | None:
    """ISO 639-1 code: the script where it decides, the declarations where they agree, else a look at the text.

    ``stated`` are the declarations as they were found ("en-GB", "zh_Hant"). None where the text has no letters and
    nothing is declared.
    """
    sample = text[:DETECT_CHARS]
    letters = sum(map(str.isalpha, sample))
    declared = [code for code in dict.fromkeys(map(_language_code, stated)) if code]
    if not letters:
        return declared[0] if declared else None
    is_plain = _OTHER_LETTER.search(sample) is None  # so are most, and need not be looked through two dozen times
    for language, script, share in () if is_plain else SCRIPTS:
        if len(script.findall(sample)) >= share * letters:
            # A Japanese headline may do without kana, a text may not.
            return "ja" if language == "zh" and "ja" in declared and letters <= MAX_KANJI_ONLY else language
    families = () if is_plain else FAMILIES
    family = next((langs for script, langs in families if len(script.findall(sample)) >= FAMILY_SHARE * letters), None)
    believable = [code for code in declared if (code in family if family else code not in OTHER_SCRIPT_LANGUAGES)]
    words = sample.lower().split()
    if len(believable) == 1 and _may_be_in(believable[0], words):
        return believable[0]
    return _plainly(words) or _detected(sample)


def _may_be_in(language: str, words: Sequence[str]) -> bool:
    """Are there the ``words`` that a text in ``language`` cannot do without? So where these are not known."""
    if language not in FUNCTION_WORDS or len(words) < MIN_JUDGED_WORDS:
        return True
    return _share_of(language, words) >= FUNCTION_SHARE


def _plainly(words: Sequence[str]) -> str | None:
    """The language whose frequent words stand in a text far oftener than those of any other; None in doubt."""
    if len(words) < MIN_JUDGED_WORDS:
        return None
    second, best = sorted(FUNCTION_WORDS, key=lambda language: _share_of(language, words))[-2:]
    share = _share_of(best, words)
    return best if share >= PLAIN_SHARE and _share_of(second, words) <= share / 2 else None


def _share_of(language: str, words: Sequence[str]) -> float:
    frequent = _FREQUENT[language]
    return sum(map(frequent.__contains__, words)) / len(words)


def _language_code(stated: str) -> str | None:
    code = re.split(r"[-_,; ]", stated.strip().lower())[0]
    code = LANGUAGE_NAMES.get(code, code)
    return code if re.fullmatch(r"[a-z]{2,3}", code) and code not in {"und", "mul", "zxx"} else None


def _detected(sample: str) -> str | None:
    # Imported where it is needed: its model takes memory, and most pages declare their language.
    import py3langid

    return str(py3langid.classify(sample)[0])
