"""Which of two kin had it first: credits and names settle it before any clock is asked.

A copy may carry the earlier stamp, and a clock that states only days says little. So the signs are weighed against each
other, and how far they lean is how sure the direction is.
"""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import Final

from pipeline.core.model import DERIVATIONS, Article, Moment, Precision
from pipeline.core.origins.reports import Report, is_said, same_name

# Signs of who has it from whom.
NAMED: Final = 6.0  # credit, canonical link, feed source: its own words settle it, also against the clock
CREDITED: Final = 3.0  # whoever prints a credited report without the credit
OWN_DATELINE: Final = 2.5  # an agency's token in a dateline on the agency's own page
CITED: Final = 2.5  # "Reuters reported"
MENTIONED: Final = 1.5  # "told the Dunmore Courier", where the Courier is the other
LATER: Final = 1.2  # by a clock that states minutes
LATER_DAY: Final = 1.0  # by days alone
SEEN_LATER: Final = 0.3  # by our own clock, where the articles state nothing
SEEN_TOGETHER: Final = timedelta(hours=1)  # in one round of polls, of which each feed may be the first
SIGNED: Final = 0.3  # by a person
LONGER: Final = 0.4  # a trimmed copy is shorter than its original
MIN_NAME_CHARS: Final = 5  # "Echo" is a word, too


def leaning(one: Report, other: Report, are_in_two_languages: bool = False) -> float:
    """Which of two kin has it from the other: above 0, the first; the farther from 0, the surer.

    Credits that others give to a report, and its own dateline, tell whose wording it is. That settles nothing between
    two languages: a translation is its desk's own wording, too.
    """
    lean = plainness(one, other) - plainness(other, one)
    for report, fellow, sign in ((one, other, 1.0), (other, one, -1.0)):
        if not are_in_two_languages:
            lean -= sign * _own_wording(report, fellow)
        if _mentions(report, fellow):
            lean += sign * MENTIONED
        if report.article.authors and not fellow.article.authors:
            lean -= sign * SIGNED
    lean += LONGER * (other.wording.length - one.wording.length) / (other.wording.length + one.wording.length + 1)
    return lean + time_lean(one, other) or (1e-6 if came_out(one.article) > came_out(other.article) else -1e-6)


def plainness(child: Report, parent: Report) -> float:
    """How plainly ``child`` says that it has its report from ``parent``."""
    said = 0.0
    for known in child.traced.edges:
        if is_said(known.edge) and child.owes(known, parent):
            said = max(said, NAMED if known.edge.relation in DERIVATIONS else CITED)
    return said


def time_lean(one: Report, other: Report) -> float:
    """Above 0 where the first is the later one, by what the two state; by when they were seen, where that is all."""
    mine, theirs = one.article.published, other.article.published
    if mine is None or theirs is None:
        seen = one.traced.first_seen_at - other.traced.first_seen_at
        return math.copysign(SEEN_LATER, seen.total_seconds()) if abs(seen) > SEEN_TOGETHER else 0.0
    if _is_day(mine) or _is_day(theirs):
        days = (mine.day - theirs.day).days
        return math.copysign(LATER_DAY, days) if days else 0.0
    seconds = (mine.at - theirs.at).total_seconds()
    return math.copysign(LATER, seconds) if seconds else 0.0


def came_out(article: Article) -> tuple[float, str]:
    """A key that sorts articles as they came out, those without a date last, those of one time by address.

    What is chosen by it is chosen whichever of them came into the store first.
    """
    return article.published.at.timestamp() if article.published else math.inf, article.url


def apart(one: Report, other: Report) -> timedelta:
    mine = one.article.published.at if one.article.published else one.traced.first_seen_at
    theirs = other.article.published.at if other.article.published else other.traced.first_seen_at
    return abs(mine - theirs)


def _own_wording(report: Report, fellow: Report) -> float:
    """How much speaks for the words of ``report`` being its own, where ``fellow`` has the same ones."""
    own = 0.0
    if report.has_origin and not fellow.credits and not plainness(report, fellow):
        own += CREDITED  # who prints it without a word has it from somebody, too
    if report.is_credited and not fellow.is_credited:
        own += CREDITED
    if report.article.dateline and same_name(report.article.dateline.agency or "", report.names):
        own += OWN_DATELINE
    return own


def _mentions(report: Report, fellow: Report) -> bool:
    """Whether the publisher of ``fellow`` is named in the text of ``report``, by a name that is no common word."""
    names = {fellow.article.source.name, *fellow.traced.names}
    return any(
        name in report.prose and re.search(rf"\b{re.escape(name)}\b", report.prose)
        for name in names
        if len(name) >= MIN_NAME_CHARS
    )


def _is_day(moment: Moment) -> bool:
    """Whether only the day is meant: by its precision, or as midnight is what systems write that know no hour."""
    local = moment.at + timedelta(minutes=moment.east_minutes)
    return moment.precision is Precision.DAY or (local.hour, local.minute, local.second) == (0, 0, 0)
