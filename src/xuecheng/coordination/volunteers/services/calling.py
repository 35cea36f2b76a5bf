"""Verbs of calls: activities are drafted, verified and published, insured, closed, cancelled; shifts come and go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.facilities.models import Venue
from xuecheng.coordination.volunteers import news, queries, rules
from xuecheng.coordination.volunteers.models import Activity, Assignment, Shift
from xuecheng.coordination.volunteers.queries import KEEP

from .locking import locked_person, locked_shift


class RisksMissing(Refusal):
    message = _("Say what can go wrong (V-02); if nothing is known, say that.")
    field = "risks"


class AgesWrong(Refusal):
    message = _("The youngest age lies above the oldest.")
    field = "most_age"


class NoDraft(Refusal):
    message = _("This activity was published; it changes no more.")
    remedy = _("Close or cancel it, and draft another.")


class NotVerified(Refusal):
    message = _("An activity is published when what it says was verified (V-02).")
    remedy = _("Look through it, and say that it is so.")
    field = "is_verified"


class NoShiftYet(Refusal):
    message = _("There is no shift yet.")
    remedy = _("Enter when and where people are needed.")


class InsuranceMissing(Refusal):
    message = _("Name the insurer and the number of the policy.")
    field = "policy_number"


class NoRiskFlagged(Refusal):
    message = _("This activity states no risk for the body; no insurance is needed.")


class ActivityOver(Refusal):
    message = _("This activity is %(state)s.")


class WhyMissing(Refusal):
    message = _("Say why.")
    field = "why"


class ShiftInThePast(Refusal):
    message = _("A shift lies ahead.")
    remedy = _("If it was held already and was not entered beforehand, say so (V-08).")
    field = "begins_at"


class ShiftEndsBefore(Refusal):
    message = _("A shift ends after it begins, and lasts 12 hours at most.")
    field = "ends_at"


class PlaceMissing(Refusal):
    message = _("Say where people meet.")
    field = "place"


class NeededWrong(Refusal):
    message = _("1 to 500 people.")
    field = "needed"


class ServedAlready(Refusal):
    message = _("Somebody has checked in already.")
    remedy = _("Check everybody out, then close the activity.")


class AppliedJustNow(Refusal):
    message = _("Somebody applied just now.")
    remedy = _("Do it once more.")
    is_for_now = True


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an organisation asks volunteers for."""

    category: str
    title: str
    about: str
    risks: str
    funding: str
    demands: str = ""
    skills: Collection[str] = ()
    trainings: Collection[str] = ()
    least_age: int | None = None
    most_age: int | None = None
    funding_note: str = ""
    has_bodily_risk: bool = False

    def values(self) -> dict[str, Any]:
        found = {name: one.strip() if isinstance(one, str) else one for name, one in asdict(self).items()}
        return found | {"skills": sorted(set(self.skills)), "trainings": sorted(set(self.trainings))}


def draft_activity(*, actor: Standing, public_id: UUID, organisation: Organisation, wish: Wish) -> Activity:
    """Enter an activity, or change it while it is a draft. Asked again with the same id and words, the same draft.

    Right: volunteers.keep_activity at the organisation. Raises `Denied`, `RisksMissing`, `AgesWrong`, `NoDraft`,
    `FormUsedBefore`.
    """
    require(actor, KEEP, on=organisation)
    values = wish.values()
    if not values["risks"]:
        raise RisksMissing
    if wish.least_age is not None and wish.most_age is not None and wish.least_age > wish.most_age:
        raise AgesWrong
    with trace.change(by=actor.person, why=gettext_noop("Volunteer activity drafted")):
        row = Activity.objects.select_for_update(no_key=True).filter(public_id=public_id).first()
        if row is None:
            return Activity.objects.create(
                public_id=public_id, organisation=organisation, drafted_by=actor.person, **values
            )
        if row.organisation_id != organisation.pk:
            raise FormUsedBefore
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if changed and row.state != Activity.State.DRAFT:
            raise NoDraft
        for name in changed:
            setattr(row, name, values[name])
        if changed:
            row.save(update_fields=changed)
    return row


def publish_activity(*, actor: Standing, activity: Activity, is_verified: bool, at: datetime) -> Activity:
    """Call for volunteers, after what it says was verified (V-02); said twice, once.

    Right: volunteers.keep_activity at the organisation. Raises `Denied`, `NotVerified`, `NoShiftYet`, `ActivityOver`.
    """
    require(actor, KEEP, on=activity)
    if not is_verified:
        raise NotVerified
    with trace.change(by=actor.person, why=gettext_noop("Volunteer activity verified and published")):
        row = _locked(activity)
        if row.state == Activity.State.PUBLISHED:
            return row
        if row.state != Activity.State.DRAFT:
            raise ActivityOver(state=row.get_state_display())
        # One that was held already is verified, too, before hours of it are registered (V-08); nobody is called for it.
        if not row.shifts.filter(state=Shift.State.PLANNED).exists():
            raise NoShiftYet
        row.state, row.published_at, row.published_by = Activity.State.PUBLISHED, at, actor.person
        row.save(update_fields=["state", "published_at", "published_by"])
    return row


def insure_activity(*, actor: Standing, activity: Activity, insurer: str, policy_number: str, at: datetime) -> Activity:
    """Record the accident insurance of an activity with a risk for the body (V-05). A newer one takes its place.

    It covers shifts that begin after now only: that it was recorded before is what the database asks at check-in; so
    an earlier record stays as the time of recording. Right: volunteers.keep_activity at the organisation. Raises
    `Denied`, `InsuranceMissing`, `NoRiskFlagged`, `ActivityOver`.
    """
    require(actor, KEEP, on=activity)
    if not insurer.strip() or not policy_number.strip():
        raise InsuranceMissing(at_field="policy_number" if insurer.strip() else "insurer")
    if not activity.has_bodily_risk:
        raise NoRiskFlagged
    with trace.change(by=actor.person, why=gettext_noop("Insurance recorded")):
        row = _locked(activity)
        if row.state not in (Activity.State.DRAFT, Activity.State.PUBLISHED):
            raise ActivityOver(state=row.get_state_display())
        said = (insurer.strip()[:80], policy_number.strip()[:60])
        if said == (row.insurer, row.policy_number):
            return row
        row.insurer, row.policy_number = said
        row.insured_at, row.insured_by = row.insured_at or at, actor.person
        row.save(update_fields=["insurer", "policy_number", "insured_at", "insured_by"])
    return row


def close_activity(*, actor: Standing, activity: Activity, at: datetime) -> Activity:
    """Take nobody more: what was served stays, who was not answered is told. Said twice, once.

    Right: volunteers.keep_activity at the organisation. Raises `Denied`, `ActivityOver`.
    """
    require(actor, KEEP, on=activity)
    with trace.change(by=actor.person, why=gettext_noop("Volunteer activity closed")):
        _take_back(activity, ["applied"], words=gettext_noop("The activity takes nobody more."), at=at)
        row = _locked(activity)
        if row.state == Activity.State.CLOSED:
            return row
        if row.state != Activity.State.PUBLISHED:
            raise ActivityOver(state=row.get_state_display())
        _check_nobody_slipped_in(row, ["applied"])
        row.state = Activity.State.CLOSED
        row.save(update_fields=["state"])
    return row


def cancel_activity(*, actor: Standing, activity: Activity, why: str, at: datetime) -> Activity:
    """It does not happen: whoever applied or was assigned is told why. Said twice, once.

    Right: volunteers.keep_activity at the organisation. Raises `Denied`, `WhyMissing`, `ServedAlready`, `ActivityOver`.
    """
    require(actor, KEEP, on=activity)
    if not why.strip():
        raise WhyMissing
    with trace.change(by=actor.person, why=why):
        _take_back(activity, ["applied", "assigned"], words=why, at=at)
        row = _locked(activity)
        if row.state == Activity.State.CANCELLED:
            return row
        if row.state == Activity.State.CLOSED:
            raise ActivityOver(state=row.get_state_display())
        if Assignment.objects.filter(shift__activity=row, state__in=["serving", "served"]).exists():
            raise ServedAlready
        _check_nobody_slipped_in(row, ["applied", "assigned"])
        row.state, row.cancelled_because = Activity.State.CANCELLED, why.strip()[:200]
        row.save(update_fields=["state", "cancelled_because"])
    return row


def add_shift(
    *,
    actor: Standing,
    public_id: UUID,
    activity: Activity,
    begins_at: datetime,
    ends_at: datetime,
    needed: int,
    venue: Venue | None,
    place: str,
    at: datetime,
) -> Shift:
    """Say when and where how many are needed. Asked again with the same id, the same shift.

    Right: volunteers.keep_activity at the organisation. Raises `Denied`, `ShiftInThePast`, `ShiftEndsBefore`,
    `PlaceMissing`, `NeededWrong`, `ActivityOver`, `FormUsedBefore`.
    """
    require(actor, KEEP, on=activity)
    if begins_at <= at:
        raise ShiftInThePast
    during = _during(begins_at, ends_at, needed=needed, venue=venue, place=place)
    return _enter_shift(actor, public_id, activity, during, (needed, venue, place), why=gettext_noop("Shift entered"))


def add_past_shift(
    *,
    actor: Standing,
    public_id: UUID,
    activity: Activity,
    begins_at: datetime,
    ends_at: datetime,
    needed: int,
    venue: Venue | None,
    place: str,
    at: datetime,
) -> Shift:
    """Say when and where people served though it was not entered beforehand (V-08). Asked again, the same shift.

    Nobody is called for it: hours are registered afterwards by `register_late`. Right: volunteers.keep_activity at the
    organisation. Raises `Denied`, `ShiftNotOver`, `TooLateToRegister`, `ShiftEndsBefore`, `PlaceMissing`,
    `NeededWrong`, `ActivityOver`, `FormUsedBefore`.
    """
    require(actor, KEEP, on=activity)
    numbers = queries.numbers_at(activity.organisation.territory.path, on=clock.date_of(at))
    rules.check_late(ends=ends_at, at=at, numbers=numbers)
    during = _during(begins_at, ends_at, needed=needed, venue=venue, place=place)
    why = gettext_noop("Shift entered that was held already")
    return _enter_shift(actor, public_id, activity, during, (needed, venue, place), why=why, over_too=True)


def _during(
    begins_at: datetime, ends_at: datetime, *, needed: int, venue: Venue | None, place: str
) -> TimestamptzRange:
    if not begins_at < ends_at <= begins_at + rules.LONGEST_SHIFT:
        raise ShiftEndsBefore
    if venue is None and not place.strip():
        raise PlaceMissing
    if not 1 <= needed <= 500:
        raise NeededWrong
    return TimestamptzRange(begins_at, ends_at, "[)")


def _enter_shift(
    actor: Standing, public_id: UUID, activity: Activity, during: TimestamptzRange, said: tuple[int, Venue | None, str],
    *, why: str, over_too: bool = False,
) -> Shift:  # fmt: skip
    needed, venue, place = said
    with trace.change(by=actor.person, why=why), refusing(volunteer_shift_public_id_once=FormUsedBefore):
        row = _locked(activity)
        if known := Shift.objects.filter(public_id=public_id).first():
            if (known.activity_id, known.during.lower, known.during.upper) != (row.pk, during.lower, during.upper):
                raise FormUsedBefore
            return known
        open_states = [Activity.State.DRAFT, Activity.State.PUBLISHED, *([Activity.State.CLOSED] if over_too else [])]
        if row.state not in open_states:
            raise ActivityOver(state=row.get_state_display())
        return Shift.objects.create(
            public_id=public_id, activity=row, during=during, needed=needed, venue=venue, place=place.strip()[:120]
        )


def cancel_shift(*, actor: Standing, shift: Shift, why: str, at: datetime) -> Shift:
    """Call a shift off: whoever applied or was assigned is told why. Said twice, once.

    Right: volunteers.keep_activity at the organisation. Raises `Denied`, `WhyMissing`, `ServedAlready`.
    """
    require(actor, KEEP, on=shift.activity)
    if not why.strip():
        raise WhyMissing
    with trace.change(by=actor.person, why=why):
        _take_back(shift.activity, ["applied", "assigned"], words=why, at=at, shift=shift)
        row = locked_shift(shift.pk)
        if row.state == Shift.State.CANCELLED:
            return row
        if row.assignments.filter(state__in=["serving", "served"]).exists():
            raise ServedAlready
        row.state, row.cancelled_because = Shift.State.CANCELLED, why.strip()[:200]
        row.save(update_fields=["state", "cancelled_because"])
    return row


def _locked(activity: Activity) -> Activity:
    rows = Activity.objects.select_related("organisation__territory")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=activity.pk)


def _check_nobody_slipped_in(row: Activity, states: list[str]) -> None:
    """Whoever applies locks the activity last: under its lock nobody comes any more."""
    if Assignment.objects.filter(shift__activity=row, state__in=states).exists():
        raise AppliedJustNow


def _take_back(activity: Activity, states: list[str], *, words: str, at: datetime, shift: Shift | None = None) -> None:
    """Release everybody in these states and tell them; people before shifts, each kind by ascending key."""
    found = Assignment.objects.filter(shift__activity=activity, state__in=states)
    if shift is not None:
        found = found.filter(shift=shift)
    for key in sorted(set(found.values_list("person", flat=True))):
        locked_person(key)
    for key in sorted(set(found.values_list("shift", flat=True))):
        locked_shift(key)
    rows = list(found.select_related("shift__activity"))
    for row in rows:
        row.state, row.words = Assignment.State.RELEASED, words.strip()[:200]
        row.save(update_fields=["state", "words"])
    news.tell_called_off(rows, at=at)
