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


class ErasureUnderWay(Refusal):
    message = _("This was asked for already.")
    remedy = _("Wait until its time has come, or take it back.")


class ErasureEnded(Refusal):
    message = _("This cannot be taken back or confirmed any more.")
    remedy = _("Look at the page anew to see what became of it.")


class HoldsRole(Refusal):
    message = _("Who holds a role, or is proposed for one, cannot be erased.")
    remedy = _("Let an operator end the role first.")


class IsGuardian(Refusal):
    message = _("A guardian of a child cannot be erased while the child needs one.")
    remedy = _("End the guardianship first, or let another guardian be recorded at a counter.")


class GuardedChild(Refusal):
    message = _("A child’s guardian decides about this.")
    remedy = _("The guardian asks for it at a counter, with the child.")


class OwnDocumentHeld(Refusal):
    message = _("A document of this account is kept for a legal reason.")
    remedy = _("Ask the data protection officer which, and for how long.")


class NobodyErasesThemselves(Refusal):
    message = _("Nobody opens or confirms their own erasure at a counter.")
    remedy = _("Use the page “My data”, or ask a colleague.")


class SecondOfficerNeeded(Refusal):
    message = _("Whoever opened it does not confirm it.")
    remedy = _("Another officer confirms it.")


def waits_until(asked_at: datetime, *, days: int) -> datetime:
    """The first moment at which an erasure can be taken back no more and is carried out (the number is ours)."""
    return asked_at + timedelta(days=days)


def can_be_taken_back(*, waits_until: datetime | None, at: datetime) -> bool:
    """Before its time an erasure can be taken back; from then on it is carried out: never both."""
    return waits_until is None or at < waits_until


def expires_at(made_at: datetime, *, days: int) -> datetime:
    """When an archive that was made then goes."""
    return made_at + timedelta(days=days)


def due_on(asked_on: date, *, days: int) -> date:
    """The last day on which a request of that day is answered in time (the clock is ours: 15 days)."""
    return asked_on + timedelta(days=days)
