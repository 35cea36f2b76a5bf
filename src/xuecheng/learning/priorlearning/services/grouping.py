"""Recognition for many at once: an organisation lodges, each member agrees and has a case of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, refusing
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.priorlearning import news
from xuecheng.learning.priorlearning.models import Application, Centre, Evidence, Group, Member
from xuecheng.learning.priorlearning.queries.acts import APPLY, LODGE
from xuecheng.learning.records.queries.arriving import learners_called

from .drafting import UNITS_MOST, begin_for
from .refusals import (
    CentreClosed,
    MemberAnswered,
    MembersMissing,
    MembersUnknown,
    MemberUnknown,
    NoUnitChosen,
    TooManyUnits,
    UnitNotOffered,
    WordsMissing,
)

MEMBERS_LEAST, MEMBERS_MOST = 2, 500
WRONG_SHOWN = 20


def lodge_group(
    *,
    actor: Standing,
    public_id: UUID,
    organisation: Organisation,
    centre: Centre,
    title: str,
    statement: str,
    units: Sequence[UnitVersion],
    members: Sequence[tuple[str, str]],
    at: datetime,
) -> Group:
    """Lodge for members, named by card number, sign-in name or account, and name; each is asked whether they agree.

    Asked again with the same id, the same group. Right: priorlearning.lodge_group at the organisation. Raises `Denied`,
    `CentreClosed`, `NoUnitChosen`, `TooManyUnits`, `UnitNotOffered`, `WordsMissing`, `MembersMissing`, `MemberUnknown`,
    `MembersUnknown`.
    """
    require(actor, LODGE, on=organisation)
    with (
        trace.change(by=actor.person, why=gettext_noop("Lodged recognition for a group")),
        refusing(priorlearning_group_id_once=FormUsedBefore),
    ):
        known = Group.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.organisation_id != organisation.pk:
                raise FormUsedBefore
            return known
        if not centre.is_open:
            raise CentreClosed
        _check_units(units, at)
        if not title.strip() or not statement.strip():
            raise WordsMissing(at_field="title" if not title.strip() else "statement")
        people = _people(members)
        made = Group.objects.create(
            public_id=public_id, organisation=organisation, centre=centre, title=title.strip()[:120],
            statement=statement.strip()[:2000], lodged_by=actor.person, lodged_at=at,
        )  # fmt: skip
        made.units.set(units)
        rows = Member.objects.bulk_create(Member(group=made, person_id=key) for key in people)
        news.tell_members(made, [one.person_id for one in rows], at=at)
    return made


def answer_group(*, actor: Standing, member: Member, agrees: bool, at: datetime) -> Member:
    """A member agrees, and gets a case of their own with the organisation's statement; or does not want it. Said twice,
    once.

    Right: priorlearning.apply, one's own. Raises `Denied`, `MemberAnswered`, and as `begin_application` does.
    """
    require(actor, APPLY, on=member.person)
    wanted = Member.State.AGREED if agrees else Member.State.REFUSED
    with trace.change(by=actor.person, why=gettext_noop("Answered whether one takes part in a group's recognition")):
        row = Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
        if row.state == wanted:
            return row
        if row.state != Member.State.ASKED:
            raise MemberAnswered
        group = Group.objects.select_related("centre__organisation", "organisation").get(pk=row.group_id)
        if agrees:
            number = uuid5(group.public_id, f"member/{row.pk}")
            made = begin_for(
                learner=member.person, public_id=number, centre=group.centre,
                units=list(group.units.order_by("code").select_related("level__framework")), group=group, at=at,
            )  # fmt: skip
            _share(made, group, at=at)
            row.application = made
        row.state, row.answered_at = wanted, at
        row.save(update_fields=["state", "answered_at", "application"])
    return row


def _share(row: Application, group: Group, *, at: datetime) -> None:
    """What the organisation vouches for stands in each member's case: one source, the organisation."""
    Evidence.objects.get_or_create(
        public_id=uuid5(row.public_id, "group"),
        defaults={
            "application": row,
            "number": 1,
            "kind": Evidence.Kind.GROUP,
            "title": group.title,
            "words": group.statement,
            "source": group.organisation.name_zh,
            "dated_on": clock.date_of(group.lodged_at),
            "added_at": at,
        },
    )


def _check_units(units: Sequence[UnitVersion], at: datetime) -> None:
    if not units:
        raise NoUnitChosen
    if len(units) > UNITS_MOST:
        raise TooManyUnits(most=UNITS_MOST)
    today = clock.date_of(at)
    for unit in units:
        if unit.state != UnitVersion.State.PUBLISHED or unit.valid_from > today:
            raise UnitNotOffered(unit=unit.title)


def _people(members: Sequence[tuple[str, str]]) -> list[int]:
    wanted = [(ref.strip(), name.strip()) for ref, name in members if ref.strip()]
    if not MEMBERS_LEAST <= len(wanted) <= MEMBERS_MOST:
        raise MembersMissing
    known = learners_called({ref for ref, _name in wanted})
    found: dict[int, None] = {}
    wrong: list[tuple[str, str]] = []
    for ref, name in wanted:
        person = known.get(ref)
        # Nobody learns from a wrong name that the number exists.
        if person is None or person.name != name:
            wrong.append((ref, name))
        else:
            found[person.id] = None
    if len(wrong) == 1:
        raise MemberUnknown(ref=wrong[0][0], name=wrong[0][1])
    if wrong:
        # All of them at once: forty members are not mended one by one.
        raise MembersUnknown(n=len(wrong), rows="；".join(" ".join(one) for one in wrong[:WRONG_SHOWN]))
    return list(found)
