"""Reasons in words: those of the rules, and those that come from outside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal
from xuecheng.learning.recognition.rules import REASONS, Reason
from xuecheng.learning.records.rules.periods import period_in_words


class ToldTwice(Refusal):
    message = _("Another record may tell of the same learning.")
    remedy = _("The institution decides which of the two counts.")


class SameLearning(Refusal):
    message = _("Another record tells of the same learning, and that one counts.")
    remedy = _("Nothing needs to be done.")


class AccountClosed(Refusal):
    message = _("The learner's account is closed and takes no credit.")
    remedy = _("Ask the credit bank to look into it.")


class BudgetSpent(Refusal):
    message = _("The institution has issued all the credit it is allowed to.")
    remedy = _("The certification body may raise the limit; then recognise again.")


class TakenBack(Refusal):
    message = _("The credit was taken back: %(why)s")
    remedy = _("An officer of the certification body may recognise the record anew.")


_OWN: Mapping[str, type[Refusal]] = {
    kind().code: kind for kind in (ToldTwice, SameLearning, AccountClosed, BudgetSpent, TakenBack)
}

ALL_CODES = (*REASONS, *_OWN)

WAITS_FOR_OFFICER = ("correction_waits", "higher_level_waits")
"""Something stands that no longer fits; only a person takes it back (C-25)."""


def reason_of(kind: type[Refusal], **values: str | int) -> Reason:
    """A reason from outside the rules, kept in the same way as theirs."""
    return Reason(kind().code, values)


def in_words(code: str, values: Mapping[str, Any]) -> Refusal:
    """The sentence of a kept reason and what can be done, put into the reader's language when it is shown."""
    shown = {name: period_in_words(str(value)) if name == "period" else value for name, value in values.items()}
    return (REASONS.get(code) or _OWN[code])(**shown)
