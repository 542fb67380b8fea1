"""letters.py: what bytes prove, what documents and servers say of them, and what is guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.core.letters import decode

GERMAN = "Müllerin Käthe ließ die Flügel los – „endlich“, sagte sie. "
RUSSIAN = "Рыбный порт на северном берегу расширяют, сообщил в среду начальник порта. "


def xml(text: str, declared: str = "") -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f"{declaration}<rss><title>{text}</title></rss>"


def html(text: str, declared: str = "") -> str:
    declaration = f'<meta charset="{declared}">' if declared else ""
    return f"<html><head>{declaration}</head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_wins_over_every_statement_and_is_no_letter(charset: str) -> None:
    text = xml(GERMAN, "iso-8859-1")
    body = ("\ufeff" + text).encode(charset)
    assert decode(body, "text/xml; charset=windows-1251") == text


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_wide_charset_without_a_mark_is_told_by_its_first_tag(charset: str) -> None:
    text = xml(GERMAN, "utf-8")
    assert decode(text.encode(charset), "") == text


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_blanks_before_the_first_tag_of_a_wide_charset_are_no_trouble(charset: str) -> None:
    text = "\r\n " + html(GERMAN)
    assert decode(text.encode(charset), "") == text


def test_one_nul_byte_in_the_first_tag_makes_no_wide_charset() -> None:
    assert decode(b"<\x00html><p>quay</p>", "").replace("\x00", "") == "<html><p>quay</p>"


@pytest.mark.parametrize("charset", ["cp037", "cp500", "cp1140"])
def test_which_ebcdic_it_is_says_the_declaration(charset: str) -> None:
    text = xml("[quay!]", charset)
    assert decode(text.encode(charset), "") == text


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1251", "koi8-r", "gb2312", "shift_jis", "cp037", "x-unknown"])
@pytest.mark.parametrize("document", [xml, html])
def test_bytes_that_are_utf_8_are_utf_8_whatever_anybody_says(document: Callable[[str, str], str], label: str) -> None:
    text = document(GERMAN, label)
    assert decode(text.encode(), f"text/html; charset={label}") == text


def test_seven_bit_charsets_are_taken_from_the_declaration() -> None:
    text = html("北岸の漁港で拡張工事が始まった。", "iso-2022-jp")
    assert decode(text.encode("iso2022_jp"), "") == text


@pytest.mark.parametrize(
    ("charset", "label", "text"),
    [
        ("cp1252", "iso-8859-1", GERMAN),
        ("cp1252", "us-ascii", GERMAN),
        ("cp1254", "iso-8859-9", "Kuzey kıyısındaki “liman” genişliyor."),
        ("cp874", "tis-620", "ท่าเรือ “เหนือ” เริ่มขยาย"),
        ("gb18030", "gb2312", "北岸渔港扩建工程昨日正式开工，耗资€十二亿。"),
        ("cp932", "shift_jis", "北岸の漁港で拡張工事が始まった。①"),
        ("cp949", "euc-kr", "북쪽 어항 확장 공사가 뷁 시작되었다."),
    ],
)
@pytest.mark.parametrize("document", [xml, html])
def test_a_declared_charset_is_read_in_the_form_that_browsers_use(
    document: Callable[[str, str], str], charset: str, label: str, text: str
) -> None:
    written = document(text, label)
    assert decode(written.encode(charset), "") == written


def test_a_declaration_wins_over_the_header() -> None:
    text = xml(RUSSIAN, "koi8-r")
    assert decode(text.encode("koi8-r"), "text/xml; charset=windows-1251") == text


def test_a_declaration_that_the_bytes_disprove_leaves_the_word_to_the_header() -> None:
    text = xml("Zażółć gęślą jaźń", "utf-8")
    assert decode(text.encode("iso8859-2"), "text/xml; charset='ISO-8859-2'") == text


@pytest.mark.parametrize("label", ["utf-7", "utf-16", "unicode_escape", "hex", "undefined", "zip"])
def test_a_label_that_can_be_no_charset_of_this_document_is_passed_over(label: str) -> None:
    text = xml(RUSSIAN, label)
    assert decode(text.encode("cp1251"), "text/xml; charset=windows-1251") == text


def test_latin_1_in_a_header_alone_is_a_servers_habit_and_says_nothing() -> None:
    text = html(RUSSIAN * 5)
    assert decode(text.encode("cp1251"), "text/html; charset=ISO-8859-1") == text


@pytest.mark.parametrize(("charset", "text"), [("cp1251", RUSSIAN * 5), ("cp1252", GERMAN)])
def test_bytes_of_which_nobody_says_anything_are_guessed(charset: str, text: str) -> None:
    assert decode(html(text).encode(charset), "") == html(text)


@pytest.mark.parametrize("text", ["Café", "Die Brücke über den Fluß", "The harbour’s quay"])
def test_a_few_letters_are_no_evidence_and_never_eat_the_markup(text: str) -> None:
    assert decode(html(text).encode("cp1252"), "") == html(text)


def test_a_declaration_behind_a_long_script_is_found() -> None:
    text = f"<html><head><script>{'x' * 2_000}</script><meta charset=koi8-r></head>{RUSSIAN}"
    assert decode(text.encode("koi8-r"), "") == text


@pytest.mark.parametrize("label", ["utf-8", "windows-1252"])
def test_letters_torn_by_a_cut_do_not_turn_the_rest_into_another_charset(label: str) -> None:
    summaries = f"<p>{RUSSIAN}</p>".encode() + b"<p>\xd0</p>"
    letters = decode(html("", label).encode() + summaries * 20, "")
    assert letters.count(RUSSIAN) == 20
    assert letters.count("\ufffd") == 20


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("gb2312", "港务局周三宣布东码头关闭至四月底，渔船改在旧粮食泊位卸货。"),
        ("big5", "港務局週三宣布東碼頭關閉至四月底，漁船改在舊糧食泊位卸貨。"),
        ("shift_jis", "港湾局は水曜日、東埠頭を四月末まで閉鎖すると発表した。"),
        ("euc-kr", "항만청은 수요일 동부두를 사월 말까지 닫는다고 발표했다."),
    ],
)
def test_a_letter_cut_in_half_does_not_disprove_what_a_page_declares(charset: str, text: str) -> None:
    body = html(text * 5, charset).encode(charset).replace(b"</p>", text[0].encode(charset)[:1] + b"\xff</p>")
    assert text * 5 in decode(body, "text/html")


def test_a_bad_byte_among_few_letters_that_are_not_ascii_does_not_make_another_charset() -> None:
    body = html("The harbour’s quay is “shut”, sources say. ").encode() + b"<p>Adv\xe9rt</p>"
    assert decode(body, "") == html("The harbour’s quay is “shut”, sources say. ") + "<p>Adv\ufffdrt</p>"


def test_a_short_name_in_another_charset_is_not_taken_for_torn_utf_8() -> None:
    text = xml("联通 opens a new line", "gb2312")  # read as UTF-8, its four bytes are two faults and a letter
    assert decode(text.encode("gb2312"), "") == text


TYPESET = "“We can’t wait,” said Müllerin Käthe – and didn’t."


@pytest.mark.parametrize("charset", ["latin-1", "cp1252"])
def test_utf_8_that_was_taken_for_a_western_charset_and_written_again_is_read_as_it_was_meant(charset: str) -> None:
    taken = "".join(bytes([byte]).decode(charset, "ignore") or chr(byte) for byte in html(TYPESET, "utf-8").encode())
    assert decode(taken.encode(), "text/html") == html(TYPESET, "utf-8")


def test_a_text_that_shows_once_what_a_wrong_charset_does_is_left_as_it_is() -> None:
    text = html("The reader sees “itâ€™s” where “it’s” was typed, and “Ã©” for “é”.", "utf-8")
    assert decode(text.encode(), "text/html") == text
