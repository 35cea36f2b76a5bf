"""Changing what a role may do: drafted by one operator, approved by another, dated, traced."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access import rules
from xuecheng.city.access.models import Role, RoleVersion
from xuecheng.city.access.queries import Scope, Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing

from .checking import require

# A role counts in the whole city: only operators of the whole city change it.
CITY = Scope()


class RoleCodeWrong(Refusal):
    message = _("The code of a role has 3 to 32 small letters, digits and underscores, beginning with a letter.")
    field = "code"


class RoleCodeTaken(Refusal):
    message = _("There is a role with this code already.")
    field = "code"


class RoleNameMissing(Refusal):
    message = _("Say what the role is called, in Chinese and in English.")
    field = "name_zh"


class DraftWaits(Refusal):
    message = _("A draft of this role waits already.")
    remedy = _("Let it be decided first, or change it.")


class DraftDecided(Refusal):
    message = _("This draft was decided already.")


class DraftOfAnother(Refusal):
    message = _("Only who drafted it changes it.")


class ApprovedByAnother(Refusal):
    message = _("Whoever drafts a role does not approve it.")
    remedy = _("Ask another operator.")


class BeginsTooEarly(Refusal):
    message = _("A version begins today at the earliest, and not before the one that counts.")
    field = "begins_on"


def make_role(*, actor: Standing, code: str, name_zh: str, name_en: str, held_at: str, reason: str) -> Role:
    """Make a role that may do nothing yet. Asked again in the same words, return the same.

    Raises `Denied`, `RoleCodeWrong`, `RoleCodeTaken`, `RoleNameMissing`.
    """
    require(actor, "access.draft_role", on=CITY)
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,31}", code):
        raise RoleCodeWrong
    if not name_zh.strip() or not name_en.strip():
        raise RoleNameMissing
    wanted = {"name_zh": name_zh.strip(), "name_en": name_en.strip(), "held_at": held_at}
    with trace.change(by=actor.person, why=reason), refusing(role_code_once=RoleCodeTaken):
        known = Role.objects.filter(code=code).first()
        if known is not None:
            if any(getattr(known, name) != value for name, value in wanted.items()):
                raise RoleCodeTaken
            return known
        return Role.objects.create(code=code, **wanted)


def draft_role(
    *, actor: Standing, public_id: UUID, role: Role, acts: Collection[str], needs_second: bool, reason: str
) -> RoleVersion:
    """Write down what a role shall be able to do; nothing changes until another operator approves it.

    Sent again by its drafter while it waits, the draft is changed. Raises `Denied`, `ActUnknown`, `KeysWouldBeLost`,
    `NothingChanges`, `DraftWaits`, `DraftOfAnother`, `DraftDecided`, `FormUsedBefore`.
    """
    require(actor, "access.draft_role", on=CITY)
    chosen = rules.checked_acts(role.code, acts)
    with trace.change(by=actor.person, why=reason), refusing(role_version_one_draft=DraftWaits):
        # Two drafts of one role queue here; the second meets the first.
        Role.objects.select_for_update(no_key=True).get(pk=role.pk)
        known = RoleVersion.objects.filter(public_id=public_id).first()
        if known is not None:
            _check_mine(known, role, actor)
            known.acts, known.needs_second, known.reason = chosen, needs_second, reason.strip()
            known.save(update_fields=["acts", "needs_second", "reason"])
            return known
        now = _newest_approved(role)
        if now is not None and (sorted(now.acts), now.needs_second) == (chosen, needs_second):
            raise rules.NothingChanges
        return RoleVersion.objects.create(
            public_id=public_id,
            role=role,
            number=_next_number(role),
            acts=chosen,
            needs_second=needs_second,
            reason=reason.strip(),
            drafted_by=actor.person,
        )


def approve_role(*, actor: Standing, version: RoleVersion, begins_on: date, today: date, reason: str) -> RoleVersion:
    """Let a draft count from `begins_on` on, for everybody who holds the role, in open sessions too.

    Raises `Denied`, `DraftDecided`, `ApprovedByAnother`, `BeginsTooEarly`, `KeysWouldBeLost`.
    """
    require(actor, "access.decide_role", on=CITY)
    with trace.change(by=actor.person, why=reason):
        row = _draft(version)
        if row.drafted_by_id in actor.person_keys:
            raise ApprovedByAnother
        newest = _newest_approved(row.role)
        if begins_on < today or (newest is not None and newest.begins_on is not None and begins_on < newest.begins_on):
            raise BeginsTooEarly
        row.acts = rules.checked_acts(row.role.code, [act for act in row.acts if act in rules.ACTS])
        row.state, row.begins_on = RoleVersion.State.APPROVED, begins_on
        row.decided_by, row.decision = actor.person, reason.strip()
        row.save(update_fields=["acts", "state", "begins_on", "decided_by", "decision"])
    return row


def refuse_role(*, actor: Standing, version: RoleVersion, reason: str) -> RoleVersion:
    """Let a draft never count: another operator says so, or its drafter takes it back.

    Raises `Denied`, `DraftDecided`.
    """
    act = "access.draft_role" if version.drafted_by_id in actor.person_keys else "access.decide_role"
    require(actor, act, on=CITY)
    with trace.change(by=actor.person, why=reason):
        row = _draft(version)
        row.state, row.decided_by, row.decision = RoleVersion.State.REFUSED, actor.person, reason.strip()
        row.save(update_fields=["state", "decided_by", "decision"])
    return row


def load_shipped_roles(*, today: date) -> int:
    """Bring the roles of this release into the catalogue; how many versions were made.

    A role that is not there yet is made as shipped. One that is there gets what the release adds and loses what it
    takes away, as a version of its own; what was changed here stays (`rules.with_release`). Again, it changes nothing.
    """
    made = 0
    known = {role.code: role for role in Role.objects.filter(code__in=rules.ROLES)}
    for shipped in rules.ROLES.values():
        acts = sorted(shipped.acts)
        role = known.get(shipped.code)
        if role is None or role.shipped_acts is None or sorted(role.shipped_acts) != acts:
            made += _load(shipped, acts, today=today)
    return made


def _load(shipped: rules.Role, acts: list[str], *, today: date) -> int:
    robot, why = trace.robot("setup"), gettext_noop("The release brings its roles")
    with trace.change(by=robot, why=why):
        Role.objects.bulk_create([Role(code=shipped.code, held_at=shipped.held_at)], ignore_conflicts=True)
        # Two installations of one release queue here; the second finds everything done.
        role = Role.objects.select_for_update(no_key=True).get(code=shipped.code)
        if role.shipped_acts is not None and sorted(role.shipped_acts) == acts:
            return 0
        newest = _newest_approved(role)
        wanted = acts
        if newest is not None:
            wanted = rules.with_release(newest.acts, shipped_before=role.shipped_acts or (), shipped_now=acts)
        role.shipped_acts = acts
        role.save(update_fields=["shipped_acts"])
        if newest is not None and sorted(newest.acts) == wanted:
            return 0
        begins_on = rules.SINCE if newest is None or newest.begins_on is None else max(today, newest.begins_on)
        RoleVersion.objects.create(
            public_id=uuid7(),
            role=role,
            number=_next_number(role),
            acts=wanted,
            needs_second=newest.needs_second if newest else shipped.needs_second,
            state=RoleVersion.State.APPROVED,
            begins_on=begins_on,
            reason=why,
        )
    return 1


def _check_mine(known: RoleVersion, role: Role, actor: Standing) -> None:
    if known.role_id != role.pk:
        raise FormUsedBefore
    if known.state != RoleVersion.State.DRAFT:
        raise DraftDecided
    if known.drafted_by_id != actor.person.pk:
        raise DraftOfAnother


def _draft(version: RoleVersion) -> RoleVersion:
    Role.objects.select_for_update(no_key=True).get(pk=version.role_id)
    row = RoleVersion.objects.select_related("role").get(pk=version.pk)
    if row.state != RoleVersion.State.DRAFT:
        raise DraftDecided
    return row


def _newest_approved(role: Role) -> RoleVersion | None:
    approved = RoleVersion.objects.filter(role=role, state=RoleVersion.State.APPROVED)
    return approved.order_by("-begins_on", "-number").first()


def _next_number(role: Role) -> int:
    newest: int | None = RoleVersion.objects.filter(role=role).aggregate(Max("number"))["number__max"]
    return (newest or 0) + 1
