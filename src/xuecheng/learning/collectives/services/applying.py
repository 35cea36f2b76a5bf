"""Verbs of applying: a convenor for a circle, an officer for an organisation; the institution opens or refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.collectives import news
from xuecheng.learning.collectives.models import Collective, Membership
from xuecheng.learning.collectives.queries.acts import KEEP, REPRESENT, TAKE_PART

from .rows import MEMBER, STATE, WhyMissing, locked


class NameMissing(Refusal):
    message = _("Say what the circle is called.")
    field = "name_zh"


class InstitutionAtRest(Refusal):
    message = _("This institution is not at work now.")
    remedy = _("Choose another one.")
    field = "institution"


class OwnInstitution(Refusal):
    message = _("An organisation cannot keep its own account: it would give credit to itself.")
    remedy = _("Choose another institution.")
    field = "institution"


class AccountThereAlready(Refusal):
    message = _("This organisation has an account there, or has applied for one.")
    field = "institution"


class NotApplied(Refusal):
    message = _("This was decided or taken back already.")


class DecidedByAnother(Refusal):
    message = _("Who applied does not decide.")
    remedy = _("Ask a colleague.")


class KeeperPeriodEmpty(Refusal):
    message = _("The period in which somebody keeps the account must end after today.")
    field = "keeps_until"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an application says. With `organisation` it is the organisation's account, else a circle's."""

    name_zh: str
    name_en: str = ""
    about: str = ""
    is_public: bool = False
    organisation: Organisation | None = None


def apply(*, actor: Standing, public_id: UUID, institution: Organisation, wish: Wish, at: datetime) -> Collective:
    """Apply for an account at an institution. Asked again with the same id, the same application.

    A circle: by whoever convenes it (collectives.take_part). An organisation: by an officer of it
    (collectives.represent). Raises `Denied`, `NameMissing`, `InstitutionAtRest`, `OwnInstitution`,
    `AccountThereAlready`, `FormUsedBefore`.
    """
    if wish.organisation is None:
        require(actor, TAKE_PART, on=actor.person)
    else:
        require(actor, REPRESENT, on=wish.organisation)
    if not wish.name_zh.strip():
        raise NameMissing
    with (
        trace.change(by=actor.person, why=gettext_noop("Collective account applied for")),
        refusing(
            collective_public_id_once=FormUsedBefore,
            collective_of_organisation_once=AccountThereAlready,
            collective_kept_by_another=OwnInstitution,
        ),
    ):
        known = Collective.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.applied_by_id not in actor.person_keys or known.name_zh != wish.name_zh.strip():
                raise FormUsedBefore
            return known
        if not institution.is_active:
            raise InstitutionAtRest
        row = Collective.objects.create(
            public_id=public_id, institution=institution, organisation=wish.organisation,
            kind=Collective.Kind.CIRCLE if wish.organisation is None else Collective.Kind.ORGANISATION,
            name_zh=wish.name_zh.strip(), name_en=wish.name_en.strip(), about=wish.about.strip(),
            is_public=wish.is_public, applied_by=actor.person, applied_at=at,
        )  # fmt: skip
        news.tell_applied(row, at=at)
    return row


def withdraw(*, actor: Standing, collective: Collective, at: datetime) -> Collective:
    """Take one's application back while nobody decided. Said twice, once. Raises `NotApplied`."""
    del at
    require(actor, TAKE_PART, on=collective.applied_by)
    with trace.change(by=actor.person, why=gettext_noop("Application taken back")):
        row = locked(collective)
        if row.state == STATE.WITHDRAWN:
            return row
        if row.state != STATE.APPLIED:
            raise NotApplied
        row.state = STATE.WITHDRAWN
        row.save(update_fields=["state"])
    return row


def open_account(*, actor: Standing, collective: Collective, keeps_until: date, at: datetime) -> Collective:
    """Open the account; who applied is its first member and keeps it until that day. Said twice, once.

    Right: collectives.keep_account at the institution, and not who applied. Raises `Denied`, `NotApplied`,
    `DecidedByAnother`, `KeeperPeriodEmpty`.
    """
    require(actor, KEEP, on=collective)
    today = clock.date_of(at)
    if keeps_until <= today:
        raise KeeperPeriodEmpty
    with trace.change(by=actor.person, why=gettext_noop("Collective account opened")):
        row = locked(collective)
        if row.state == STATE.OPEN:
            return row
        _decide(row, actor, STATE.OPEN, words="", at=at)
        Membership.objects.create(
            public_id=uuid5(row.public_id, "applicant"), collective=row, person=row.applied_by, state=MEMBER.STANDING,
            asked_at=row.applied_at, since=at, keeps_from=today, keeps_until=keeps_until, changed_by=actor.person,
        )  # fmt: skip
        news.tell_decided(row, at=at)
    return row


def refuse(*, actor: Standing, collective: Collective, why: str, at: datetime) -> Collective:
    """Refuse an application and say why. Said twice, once.

    Right: as for opening. Raises `Denied`, `WhyMissing`, `NotApplied`, `DecidedByAnother`.
    """
    require(actor, KEEP, on=collective)
    if not why.strip():
        raise WhyMissing
    with trace.change(by=actor.person, why=gettext_noop("Collective account refused")):
        row = locked(collective)
        if row.state == STATE.REFUSED:
            return row
        _decide(row, actor, STATE.REFUSED, words=why.strip()[:300], at=at)
        news.tell_decided(row, at=at)
    return row


def _decide(row: Collective, actor: Standing, state: str, *, words: str, at: datetime) -> None:
    if row.state != STATE.APPLIED:
        raise NotApplied
    if row.applied_by_id in actor.person_keys:
        raise DecidedByAnother
    row.state, row.words, row.decided_by, row.decided_at = state, words, actor.person, at
    row.save(update_fields=["state", "words", "decided_by", "decided_at"])
