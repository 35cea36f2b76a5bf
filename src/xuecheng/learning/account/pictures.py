"""What pages of the account draw: bars by quarter in words of the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext, pgettext

from xuecheng.learning.creditbank.models import CreditKind
from xuecheng.web.drawings import Bar
from xuecheng.web.templatetags.xc import credits as shown

from .queries import KINDS, Quarter

GLASS = {CreditKind.COMMUNITY: "green", CreditKind.CERTIFICATE: "amber", CreditKind.FORMAL: "blue"}


def short_kinds() -> list[str]:
    """The kinds in the order of `KINDS`, in words that fit above a narrow column."""
    return [pgettext("kind, short", "Comm."), pgettext("kind, short", "Cert."), pgettext("kind, short", "Formal")]


def quarter_short(number: int) -> str:
    """Q3, 三季."""
    return [
        pgettext("quarter", "Q1"),
        pgettext("quarter", "Q2"),
        pgettext("quarter", "Q3"),
        pgettext("quarter", "Q4"),
    ][number - 1]


def quarter_name(quarter: Quarter) -> str:
    """Q3 2025, 2025年三季度."""
    return [
        gettext("Q1 %(year)s"),
        gettext("Q2 %(year)s"),
        gettext("Q3 %(year)s"),
        gettext("Q4 %(year)s"),
    ][quarter.number - 1] % {"year": quarter.year}


def bars_of(quarters: Sequence[Quarter]) -> list[Bar]:
    """A bar per quarter, what came first at the sill; the year under the first bar of each, "so far" under the last."""
    bars = []
    for place, quarter in enumerate(quarters):
        is_first_of_year = place == 0 or quarters[place - 1].year != quarter.year
        second = pgettext("quarter", "'%(year)s") % {"year": f"{quarter.year % 100:02}"} if is_first_of_year else ""
        if quarter.is_open:
            second = gettext("so far")
        bars.append(
            Bar(
                label=quarter_short(quarter.number),
                second=second,
                text=shown(quarter.total),
                # From the sill: formal, certificates, community, as panes are filled too.
                parts=tuple(
                    (GLASS[kind], amount)
                    for kind, amount in reversed(list(zip(KINDS, quarter.by_kind, strict=True)))
                    if amount > 0
                ),
            )
        )
    return bars
