"""Verbs of organisations: enter in the register, change, suspend, close, reopen."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import DateRange

from xuecheng.city import trace
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.rights import Scope, Standing, require
from xuecheng.city.territories.models import Territory

from . import rules
from .credit_codes import normalise_credit_code
from .models import Kind, Organisation, OrganisationStatus

ACT = "organisations.change_organisation"


class OrganisationCodeTaken(Refusal):
    message = _("Another organisation has this code.")
    remedy = _("Choose another code.")
    field = "code"


class CreditCodeTaken(Refusal):
    message = _("Another organisation has this unified social credit code.")
    remedy = _("Look it up in the register: it may be there already.")
    field = "credit_code"


class TerritoryEnded(Refusal):
    message = _("“%(name)s” is no division today.")
    remedy = _("Choose the one that followed it.")
    field = "territory"


class ParentBelow(Refusal):
    message = _("An organisation cannot belong to itself or to one below it.")
    field = "parent"


class StatusNotKnown(Refusal):
    message = _("This organisation was not in the register on that day.")
    field = "on"


class LaterStatusKnown(Refusal):
    message = _("Its status is to change on %(on)s already.")
    remedy = _("Choose a day from then on.")
    field = "on"


class OthersBelow(Refusal):
    message = _("%(count)d organisations below it still work.")
    remedy = _("Close them or give them another one above first.")


@dataclass(frozen=True)
class Facts:
    """Everything the register says of an organisation, as a form gives it."""

    code: str
    kind: str
    name_zh: str
    territory: Territory
    name_en: str = ""
    tier: str = ""
    credit_code: str = ""
    parent: Organisation | None = None
    address: str = ""
    grade_scale: str = "percent"


def create_organisation(
    *, actor: Standing, public_id: UUID, facts: Facts, on: date, today: date, reason: str
) -> Organisation:
    """Enter an organisation in the register, active from `on`. Asked again in the same words, return the same row.

    Raises `Denied`, `OrganisationCodeWrong`, `OrganisationCodeTaken`, `OrganisationNameMissing`, `TierMissing`,
    `TierNotForKind`, `ParentTierNotAbove`, `TerritoryEnded`, `CreditCodeWrong`, `CreditCodeMistyped`,
    `CreditCodeTaken`, `FormUsedBefore`.
    """
    require(actor, ACT, on=Scope(territory_path=facts.territory.path))
    values = _checked(facts)
    with trace.change(by=actor.person, why=reason), _unique():
        known = Organisation.objects.filter(public_id=public_id).first()
        if known is not None:
            if any(getattr(known, name) != value for name, value in values.items()):
                raise FormUsedBefore
            return known
        made = Organisation.objects.create(public_id=public_id, **values, is_active=on <= today)
        OrganisationStatus.objects.create(
            organisation=made, state=OrganisationStatus.State.ACTIVE, during=DateRange(on, None), reason=reason[:200]
        )
    return made


def change_organisation(*, actor: Standing, organisation: Organisation, facts: Facts, reason: str) -> Organisation:
    """Put `facts` in the place of what the register says; the trace keeps what stood there.

    Raises `Denied` (the right is needed at the old place and at the new one), `ParentBelow`, and what
    `create_organisation` raises.
    """
    require(actor, ACT, on=_scope(organisation))
    require(actor, ACT, on=Scope(territory_path=facts.territory.path))
    values = _checked(facts, ended_is_known=organisation.territory_id == facts.territory.pk)
    with trace.change(by=actor.person, why=reason), _unique():
        if facts.parent is not None:
            # One at a time: two changes, each right by itself, could close a ring together.
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(hashtext('organisations'))")
            _check_not_below(organisation, facts.parent)
        row = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, values[name])
        if changed:
            row.save(update_fields=changed)
    return row


def suspend_organisation(*, actor: Standing, organisation: Organisation, on: date, today: date, reason: str) -> None:
    """Let an active organisation rest from `on`.

    Raises `Denied`, `StatusAlready`, `StatusCannotFollow`, `StatusNotKnown`, `LaterStatusKnown`.
    """
    _change_status(OrganisationStatus.State.SUSPENDED, actor, organisation, on=on, today=today, reason=reason)


def close_organisation(*, actor: Standing, organisation: Organisation, on: date, today: date, reason: str) -> None:
    """End an organisation on `on`; its records stay.

    Raises `OthersBelow` and what `suspend_organisation` raises.
    """
    _change_status(OrganisationStatus.State.CLOSED, actor, organisation, on=on, today=today, reason=reason)


def reopen_organisation(*, actor: Standing, organisation: Organisation, on: date, today: date, reason: str) -> None:
    """Make a suspended or closed organisation active from `on`. Raises what `suspend_organisation` raises."""
    _change_status(OrganisationStatus.State.ACTIVE, actor, organisation, on=on, today=today, reason=reason)


def settle(*, today: date) -> int:
    """Bring `is_active` in line with the statuses of `today`; answers how many changed. Idempotent, two statements."""
    works = Exists(
        OrganisationStatus.objects.filter(
            organisation=OuterRef("pk"), state=OrganisationStatus.State.ACTIVE, during__contains=today
        )
    )
    began = Organisation.objects.filter(works, is_active=False).update(is_active=True)
    return began + Organisation.objects.filter(~works, is_active=True).update(is_active=False)


def apply_due_statuses(*, today: date) -> int:
    """The routine of each day: statuses whose day has come hold from now on. Answers how many organisations changed."""
    with trace.change(by=trace.robot("calendar"), why=gettext_noop("The day of a recorded change has come")):
        return settle(today=today)


def _change_status(
    state: str, actor: Standing, organisation: Organisation, *, on: date, today: date, reason: str
) -> None:
    require(actor, ACT, on=_scope(organisation))
    with trace.change(by=actor.person, why=reason):
        row = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        status = row.statuses.filter(during__contains=on).first()
        if status is None:
            raise StatusNotKnown
        if status.during.upper is not None:
            raise LaterStatusKnown(on=status.during.upper)
        rules.check_follows(status.state, state)
        if state == OrganisationStatus.State.CLOSED and (count := row.children.filter(is_active=True).count()):
            raise OthersBelow(count=count)
        if status.during.lower == on:
            status.state, status.reason = state, reason[:200]
            status.save(update_fields=["state", "reason"])
        else:
            # The old one first: two open ones would overlap.
            status.during = DateRange(status.during.lower, on)
            status.save(update_fields=["during"])
            OrganisationStatus.objects.create(
                organisation=row, state=state, during=DateRange(on, None), reason=reason[:200]
            )
        settle(today=today)


def _checked(facts: Facts, *, ended_is_known: bool = False) -> dict[str, object]:
    if not facts.name_zh.strip():
        raise rules.OrganisationNameMissing
    rules.check_tier(facts.kind, facts.tier)
    if facts.parent is not None and facts.parent.kind == Kind.COMMUNITY_COLLEGE:
        rules.check_parent_tier(facts.tier, facts.parent.tier)
    if not facts.territory.is_current and not ended_is_known:
        raise TerritoryEnded(name=facts.territory.name)
    values = {one.name: getattr(facts, one.name) for one in fields(facts)}
    return values | {
        "code": rules.normalise_code(facts.code),
        "credit_code": normalise_credit_code(facts.credit_code) if facts.credit_code.strip() else None,
        "name_zh": facts.name_zh.strip(),
        "name_en": facts.name_en.strip(),
        "address": facts.address.strip(),
    }


def _check_not_below(organisation: Organisation, parent: Organisation | None) -> None:
    key = parent.pk if parent else None
    while key is not None:
        if key == organisation.pk:
            raise ParentBelow
        key = Organisation.objects.values_list("parent_id", flat=True).get(pk=key)


def _unique() -> AbstractContextManager[None]:
    return refusing(organisation_code_once=OrganisationCodeTaken, organisation_credit_code_once=CreditCodeTaken)


def _scope(organisation: Organisation) -> Scope:
    return Scope(organisation_id=organisation.pk, territory_path=organisation.territory.path)
