"""Whatever text arrives: a moment in UTC inside the bounds, or None."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.dates import FIRST_YEAR, LAST_YEAR, read_moment
from pipeline.core.model import Precision

pieces = st.one_of(
    st.sampled_from(
        ["Wed,", "11", "Feb", "2026", "26", "04:00:00", "4:00", "pm", "GMT", "+0800", "-14:00", "T", "Z", "-", "/", ".",
         "年", "9998", "0001", "24:00", "EST", "(x)", "99"]
    ),
    st.text(max_size=4),
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=60), st.lists(pieces, max_size=9).map(" ".join), st.lists(pieces, max_size=9).map("".join)
)
moments = st.datetimes(
    min_value=datetime(FIRST_YEAR, 1, 2),
    max_value=datetime(LAST_YEAR, 12, 30),
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(texts)
def test_any_text_is_a_moment_inside_the_bounds_or_none(text: str) -> None:
    moment = read_moment(text)
    if moment is not None:
        assert moment.at.utcoffset() == timedelta(0)
        assert FIRST_YEAR - 1 <= moment.at.year <= LAST_YEAR + 1
        assert moment.at.astimezone(timezone(timedelta(hours=14)))


@given(moments, zones)
def test_a_moment_survives_its_way_through_iso_and_mail_dates(at: datetime, zone: timezone) -> None:
    local = at.astimezone(zone)
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        return
    for written in (local.isoformat(), format_datetime(local)):
        moment = read_moment(written)
        assert moment is not None
        if local.time().isoformat() == "00:00:00":
            assert (moment.precision, moment.at.date()) == (Precision.DAY, local.date())
        else:
            assert (moment.precision, moment.at) == (Precision.SECOND, at)
