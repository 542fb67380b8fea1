"""Written dates: what they state, how precisely, and when they state nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.core.dates import FORMS, in_plain_months, read_moment
from pipeline.core.model import Moment, Precision

FOUR = datetime(2026, 2, 11, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Wed, 11 Feb 2026 04:00:00 GMT",
        "11 Feb 2026 04:00:00 +0000",
        "Wed, 11 Feb 26 04:00:00 Z",
        "Tue, 11 Feb 2026 04:00:00 UT",  # it was a Wednesday
        "Wed,11 Feb 2026 04:00:00 GMT",
        "Wed, 11 Feb 2026 05:00:00 CET",
        "Tue, 10 Feb 2026 23:00:00 EST",
        "Tue, 10 Feb 2026 20:00:00 PST",
        "Wed, 11 Feb 2026 12:00:00 +0800",
        "Wed, 11 Feb 2026 12:00:00 +08:00",
        "Wed, 11 Feb 2026 12:00:00 GMT+0800",
        "Wed, 11 Feb 2026 04:00:00 +0000 (Greenwich Mean Time)",
        "Wed, 11 Feb 2026 04:00:00",
        "Wednesday, 11-Feb-26 04:00:00 GMT",
        "Wed Feb 11 04:00:00 2026",
        "Wed Feb 11 04:00:00 UTC 2026",
        "Wed Feb 11 2026 12:00:00 GMT+0800 (China Standard Time)",
        "2026-02-11T04:00:00Z",
        "2026-02-11T04:00:00.123456Z",
        "2026-02-11T12:00:00+08:00",
        "2026-02-11T12:00:00+0800",
        "2026-02-11 12:00:00 +08",
        "2026-02-11 04:00:00",
        "2026-02-11 T 04:00:00Z",
        "20260211T040000Z",
        "20260211040000",
        "2026/02/11 04:00:00",
        "11.02.2026 04:00:00",
        "11 Feb 2026 04:00:00",
        "Mi, 11 Feb 2026 05:00:00 MEZ",
        "11 février 2026 04:00:00",
        "11 de febrero de 2026 04:00:00",
        "11 lutego 2026 04:00:00",
        "Ср, 11 фев 2026 07:00:00 MSK",
        "Çar, 11 Şub 2026 07:00:00 +0300",
        "ср, 11 лют 2026 06:00:00 +0200",
        "الأربعاء، 11 فبراير 2026 07:00:00 +0300",
        "quarta-feira, 11 de fevereiro de 2026 04:00:00",
        "2026-02-11 05:00:00.5 +0100 CET",  # Go
        "  Wed,  11 Feb\n2026 04:00:00\u00a0GMT ",
    ],
)
def test_a_time_to_the_second_is_read_in_utc(text: str) -> None:
    assert read_moment(text) == Moment(FOUR, Precision.SECOND)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-11T04:00Z",
        "2026-02-11 04:00",
        "11 Feb 2026 04:00 GMT",
        "February 11, 2026 at 4:00 a.m. GMT",
        "Feb 10, 2026, 11:00 PM EST",
        "2026年2月11日 04:00",
        "2026/02/11 4:00 AM",
        "04:00 11.02.2026",
        "04:00, 11 февраля 2026",
    ],
)
def test_a_time_without_seconds_is_precise_to_the_minute(text: str) -> None:
    assert read_moment(text) == Moment(FOUR, Precision.MINUTE)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-11",
        "20260211",
        "11 Feb 2026",
        "February 11, 2026",
        "February 11th, 2026",
        "11. Februar 2026",
        "2026년 2월 11일",
        "11.02.2026",
        "2026-02-11T00:00:00Z",
        "2026-02-11T00:00:00+09:00",  # moved to UTC it would be the day before
        "Wed, 11 Feb 2026 00:00:00 -0500",
        "Wed, 11 Feb 2026 04:00:00 Europe/Berlin",  # no zone that we know: the day is what is sure
        "Wed, 11 Feb 2026 04:00:00 IST",
        "Wed, 11 Feb 2026 04:00:00 +9900",
    ],
)
def test_of_a_bare_day_and_of_midnight_the_stated_day_is_kept(text: str) -> None:
    assert read_moment(text) == Moment(datetime(2026, 2, 11, tzinfo=UTC), Precision.DAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026",
        "2026-02",
        "1770782400",
        "03/04/2026",
        "2026-02-30",
        "2026-13-01",
        "31 Jun 2026 04:00:00 GMT",
        "11 Foo 2026",
        "2026-02-11T25:00:00Z",
        "2026-02-11T04:61:00Z",
        "Wed, 11 Feb 2026 14:00:00 PM GMT",
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "Published on Wed, 11 Feb 2026 04:00:00 GMT by the desk",
        "11 Feb 2026 " * 20,
    ],
)
def test_what_states_no_moment_is_none(text: str) -> None:
    assert read_moment(text) is None


def test_day_and_month_are_told_apart_only_where_one_is_past_twelve() -> None:
    twenty_third = Moment(datetime(2026, 2, 23, tzinfo=UTC), Precision.DAY)
    assert read_moment("23/02/2026") == read_moment("02/23/2026") == twenty_third


def test_a_leap_second_is_the_second_before() -> None:
    assert read_moment("2016-12-31T23:59:60Z") == Moment(
        datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC), Precision.SECOND
    )


def test_the_last_readable_year_has_room_for_every_zone() -> None:
    moment = read_moment("9998-12-31T23:59:59-14:00")
    assert moment is not None
    assert moment.at == datetime(9999, 1, 1, 13, 59, 59, tzinfo=UTC)


def test_a_year_far_ahead_of_now_is_a_typing_error() -> None:
    assert read_moment("2062-02-11T04:00:00Z", now=FOUR) is None
    assert read_moment("2026-02-16T04:00:00Z", now=FOUR) is not None


@pytest.mark.parametrize("example", [example for _, example in FORMS])
def test_every_form_reads_the_example_beside_it(example: str) -> None:
    for stated in example.split("; "):
        bare = stated.split(" (RFC")[0].split(" (ISO")[0].split(" (asctime")[0].split(" (JavaScript")[0]
        assert read_moment(bare) is not None


@pytest.mark.parametrize(
    "text",
    [
        "১১ ফেব্রুয়ারি ২০২৬",
        "11 फ़रवरी 2026",
        "பிப்ரவரி 11, 2026",
        "11 tháng 2 năm 2026",
        "11 فبراير/شباط 2026",
        "11 فوریه 2026",
        "11 luty 2026",
        "11 ก.พ. 2569",
        "๑๑ กุมภาพันธ์ ๒๕๖๙",
        "۲۲ بهمن ۱۴۰۴",
        "۱۴۰۴/۱۱/۲۲",
    ],
)
def test_a_day_is_read_in_the_months_and_the_calendar_of_its_language(text: str) -> None:
    assert read_moment(text) == Moment(datetime(2026, 2, 11, tzinfo=UTC), Precision.DAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("۱ فروردین ۱۴۰۰", (2021, 3, 21)),
        ("۳۰ اسفند ۱۴۰۳", (2025, 3, 20)),  # a leap year
        ("۱ فروردین ۱۴۰۴", (2025, 3, 21)),
        ("۳۱ شهریور ۱۳۹۹", (2020, 9, 21)),
    ],
)
def test_the_year_of_iran_begins_with_spring(text: str, day: tuple[int, int, int]) -> None:
    assert read_moment(text) == Moment(datetime(*day, tzinfo=UTC), Precision.DAY)


def test_a_lunar_year_in_figures_is_no_day_of_irans_calendar() -> None:
    assert read_moment("١٤٤٧/٨/٢٣") is None


def test_a_month_within_a_word_stays_part_of_the_word() -> None:
    assert in_plain_months("নামে ২০২৬") == "নামে ২০২৬"
