"""The law of one's own data: refusals, and the arithmetic of clocks. PIPL art. 44 to 50; the numbers are parameters."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal


class ArchiveNotReady(Refusal):
    message = _("This archive is not ready, or its time is over.")
    remedy = _("Ask for a new one.")


class PurposeUnknown(Refusal):
    message = _("There is no such purpose any more.")
    remedy = _("Open the page anew.")


class PurposeChanged(Refusal):
    message = _("The text of this purpose has changed since you opened the page.")
    remedy = _("Read the new text and decide again.")


class RequestUnderWay(Refusal):
    message = _("A request of this kind is already being looked at.")
    remedy = _("Wait for its answer, or take it back first.")


class RequestEnded(Refusal):
    message = _("This request has been answered or taken back already.")


class WordsMissing(Refusal):
    message = _("Say in a few words what it is about.")
    field = "words"


class AnswerMissing(Refusal):
    message = _("Write what was done, or why it cannot be done.")
    field = "answer"


class NotOnesOwnRequest(Refusal):
    message = _("Nobody answers a request of their own.")
    remedy = _("Another data protection officer answers it.")


def expires_at(made_at: datetime, *, days: int) -> datetime:
    """When an archive that was made then goes."""
    return made_at + timedelta(days=days)


def due_on(asked_on: date, *, days: int) -> date:
    """The last day on which a request of that day is answered in time (the clock is ours: 15 days)."""
    return asked_on + timedelta(days=days)
