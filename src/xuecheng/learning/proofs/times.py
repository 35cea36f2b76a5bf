"""From when and until when a credential is valid; clocks may differ by five minutes, which is then said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from xuecheng.web.templatetags.xc import date_only

from .documents import Document
from .keys import moment
from .verdicts import Finding, Outcome

SKEW: Final = timedelta(minutes=5)
_FOR_EVER: Final = 9999
_BEGINS: Final = ("validFrom", "issuanceDate", "issuedOn")
_ENDS: Final = ("validUntil", "expirationDate", "expires")


def within(
    document: Document, *, at: datetime, begins: datetime | None = None, ends: datetime | None = None
) -> list[Finding]:
    """Whether `at` lies within the credential's own times, and within those of its token."""
    froms = [found for name in _BEGINS if (found := moment(document.get(name)))] + [one for one in (begins,) if one]
    untils = [found for name in _ENDS if (found := moment(document.get(name)))] + [one for one in (ends,) if one]
    start, end = max(froms, default=None), min(untils, default=None)
    if start and end and end < start:
        return [_of(Outcome.FAILED, _("It ends before it begins."))]
    if start and at + SKEW < start:
        return [_of(Outcome.FAILED, _("It is not valid yet, only from %(day)s.") % {"day": _day(start)})]
    if end and at - SKEW > end:
        return [_of(Outcome.FAILED, _("It was valid until %(day)s only.") % {"day": _day(end)})]
    if (start and at < start) or (end and at > end):
        return [_of(Outcome.PROVEN, _("Today is within its dates, if clocks may differ by five minutes."))]
    if end and end.year < _FOR_EVER:
        return [_of(Outcome.PROVEN, _("Today is within its dates: it ends on %(day)s.") % {"day": _day(end)})]
    return [_of(Outcome.PROVEN, _("It has begun, and has no last day."))]


def _day(moment_: datetime) -> str:
    """The last days of year 9999 do not exist in every zone."""
    return date_only(moment_.date() if moment_.year >= _FOR_EVER else moment_)


def _of(outcome: Outcome, text: str) -> Finding:
    return Finding("time", outcome, text)
