"""Verbs of volunteers' service."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from city.identity.conftest import has_contact
from city.situations import a_person, an_operator
from coordination.volunteers.live import a_late_entry, a_live_shift, a_live_volunteer, at_unit, in_review, on_now
from coordination.volunteers.situations import a_wish, an_activity, applied, served, with_evidence
from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person
from xuecheng.coordination.volunteers import rules, services
from xuecheng.coordination.volunteers.models import Assignment, Shift, Volunteer


def _clerk(town: Town) -> Standing:
    return town.city.registrar


def _volunteer(town: Town) -> Volunteer:
    return a_live_volunteer(_clerk(town), town.city.college)


def _applied(town: Town) -> Assignment:
    return applied(_volunteer(town), a_live_shift(_clerk(town), town.city.college), at=clock.now())


def _own(volunteer: Volunteer) -> Standing:
    return standing_of(volunteer.person, today=clock.today())


@row("coordination.volunteers.register")
def _(town: Town) -> Verb:
    person = a_person("热心人")
    has_contact(person, "138 0013 8000")
    actor = standing_of(person, today=clock.today())
    return lambda: services.register(
        actor=actor, public_id=uuid7(), skills=["guide"], times=["weekend_day"], at=clock.now()
    )


@row("coordination.volunteers.register_person")
def _(town: Town) -> Verb:
    person = a_person("热心人")
    return lambda: services.register_person(
        actor=_clerk(town), public_id=uuid7(), organisation=town.city.college, person=person, skills=[],
        times=["weekend_day"], at=clock.now(),
    )  # fmt: skip


@row("coordination.volunteers.leave_volunteering")
def _(town: Town) -> Verb:
    volunteer = _applied(town).volunteer
    return lambda: services.leave_volunteering(actor=_own(volunteer), volunteer=volunteer, at=clock.now())


@row("coordination.volunteers.see_identity")
def _(town: Town) -> Verb:
    volunteer = _volunteer(town)
    Volunteer.objects.update(identity_seen_at=None, identity_seen_by=None)
    return lambda: services.see_identity(
        actor=_clerk(town), volunteer=volunteer, organisation=town.city.college, at=clock.now()
    )


def _minor(town: Town) -> Volunteer:
    volunteer = _volunteer(town)
    volunteer.person.birth_year = clock.today().year - 15
    volunteer.person.save(update_fields=["birth_year"])
    return volunteer


@row("coordination.volunteers.record_consent")
def _(town: Town) -> Verb:
    volunteer = _minor(town)
    return lambda: services.record_consent(
        actor=_clerk(town), public_id=uuid7(), volunteer=volunteer, organisation=town.city.college, proof="同意书",
        at=clock.now(),
    )  # fmt: skip


@row("coordination.volunteers.withdraw_consent")
def _(town: Town) -> Verb:
    volunteer = _minor(town)
    more = {"actor": _clerk(town), "volunteer": volunteer, "organisation": town.city.college, "at": clock.now()}
    services.record_consent(public_id=uuid7(), proof="同意书", **more)
    return lambda: services.withdraw_consent(**more)


@row("coordination.volunteers.record_training")
def _(town: Town) -> Verb:
    volunteer = _volunteer(town)
    return lambda: services.record_training(
        actor=_clerk(town), public_id=uuid7(), volunteer=volunteer, organisation=town.city.college, kind="basics",
        completed_on=date(2026, 5, 1), valid_until=None, proof="签到表", at=clock.now(),
    )  # fmt: skip


@row("coordination.volunteers.withdraw_training")
def _(town: Town) -> Verb:
    training = services.record_training(
        actor=_clerk(town), public_id=uuid7(), volunteer=_volunteer(town), organisation=town.city.college, kind="basics",
        completed_on=date(2026, 5, 1), valid_until=None, proof="签到表", at=clock.now(),
    )  # fmt: skip
    return lambda: services.withdraw_training(
        actor=_clerk(town), training=training, organisation=town.city.college, at=clock.now()
    )


@row("coordination.volunteers.draft_activity")
def _(town: Town) -> Verb:
    return lambda: services.draft_activity(
        actor=_clerk(town), public_id=uuid7(), organisation=town.city.college, wish=a_wish()
    )


@row("coordination.volunteers.publish_activity")
def _(town: Town) -> Verb:
    shift = a_live_shift(_clerk(town), town.city.college)
    type(shift.activity).objects.filter(pk=shift.activity_id).update(state="draft")
    return lambda: services.publish_activity(
        actor=_clerk(town), activity=shift.activity, is_verified=True, at=clock.now()
    )


@row("coordination.volunteers.insure_activity")
def _(town: Town) -> Verb:
    activity = an_activity(at_unit(_clerk(town), town.city.college), has_bodily_risk=True)
    return lambda: services.insure_activity(
        actor=_clerk(town), activity=activity, insurer="人保", policy_number="P1", at=clock.now()
    )


@row("coordination.volunteers.close_activity")
def _(town: Town) -> Verb:
    activity = _applied(town).shift.activity
    return lambda: services.close_activity(actor=_clerk(town), activity=activity, at=clock.now())


@row("coordination.volunteers.cancel_activity")
def _(town: Town) -> Verb:
    activity = _applied(town).shift.activity
    return lambda: services.cancel_activity(actor=_clerk(town), activity=activity, why=WHY, at=clock.now())


@row("coordination.volunteers.add_shift")
def _(town: Town) -> Verb:
    activity = an_activity(at_unit(_clerk(town), town.city.college))
    begins = clock.now() + timedelta(days=3)
    return lambda: services.add_shift(
        actor=_clerk(town), public_id=uuid7(), activity=activity, begins_at=begins, ends_at=begins + timedelta(hours=2),
        needed=3, venue=None, place="门口", at=clock.now(),
    )  # fmt: skip


@row("coordination.volunteers.cancel_shift")
def _(town: Town) -> Verb:
    shift = _applied(town).shift
    return lambda: services.cancel_shift(actor=_clerk(town), shift=shift, why=WHY, at=clock.now())


@row("coordination.volunteers.apply")
def _(town: Town) -> Verb:
    volunteer, shift = _volunteer(town), a_live_shift(_clerk(town), town.city.college)
    return lambda: services.apply(
        actor=_own(volunteer), public_id=uuid7(), shift=shift, volunteer=volunteer, is_able=False, at=clock.now()
    )


@row("coordination.volunteers.assign")
def _(town: Town) -> Verb:
    one = _applied(town)
    return lambda: services.assign(actor=_clerk(town), assignment=one, at=clock.now())


@row("coordination.volunteers.refuse_application")
def _(town: Town) -> Verb:
    one = _applied(town)
    return lambda: services.refuse_application(actor=_clerk(town), assignment=one, words=WHY, at=clock.now())


@row("coordination.volunteers.withdraw")
def _(town: Town) -> Verb:
    one = _applied(town)
    services.assign(actor=_clerk(town), assignment=one, at=clock.now())
    return lambda: services.withdraw(actor=_own(one.volunteer), assignment=one, at=clock.now())


@row("coordination.volunteers.release")
def _(town: Town) -> Verb:
    one = on_now(_clerk(town), town.city.college)
    return lambda: services.release(actor=_clerk(town), assignment=one, words=WHY, at=clock.now())


@row("coordination.volunteers.tend")
def _(town: Town) -> Verb:
    one = _applied(town)
    now = clock.now()
    Shift.objects.filter(pk=one.shift_id).update(
        during=type(one.shift.during)(now - timedelta(hours=2), now + timedelta(hours=1), "[)")
    )
    Assignment.objects.update(due_at=now - timedelta(hours=2))
    return lambda: services.tend(at=clock.now())


@row("coordination.volunteers.check_in")
def _(town: Town) -> Verb:
    one = on_now(_clerk(town), town.city.college)
    return lambda: services.check_in(actor=_clerk(town), assignment=one, when=clock.now(), at=clock.now())


@row("coordination.volunteers.check_out")
def _(town: Town) -> Verb:
    one = on_now(_clerk(town), town.city.college)
    came = clock.now() - timedelta(minutes=10)
    services.check_in(actor=_clerk(town), assignment=one, when=came, at=clock.now())
    return lambda: services.check_out(
        actor=_clerk(town), assignment=one, when=clock.now(), pause_minutes=0, at=clock.now()
    )


@row("coordination.volunteers.mark_absent")
def _(town: Town) -> Verb:
    one = on_now(_clerk(town), town.city.college)
    return lambda: services.mark_absent(actor=_clerk(town), assignment=one, at=one.shift.during.upper)


@row("coordination.volunteers.decide_service")
def _(town: Town) -> Verb:
    service = in_review(_clerk(town), town.city.college)
    return lambda: services.decide_service(
        actor=town.city.author, service=service, counts=True, why=WHY, at=clock.now()
    )


@row("coordination.volunteers.add_past_shift")
def _(town: Town) -> Verb:
    activity = an_activity(at_unit(_clerk(town), town.city.college))
    ends = clock.now() - timedelta(days=1)
    return lambda: services.add_past_shift(
        actor=_clerk(town), public_id=uuid7(), activity=activity, begins_at=ends - timedelta(hours=2), ends_at=ends,
        needed=3, venue=None, place="门口", at=clock.now(),
    )  # fmt: skip


@row("coordination.volunteers.register_late")
def _(town: Town) -> Verb:
    one = on_now(_clerk(town), town.city.college)
    shift, at = with_evidence(one.shift), one.shift.during.upper
    return lambda: services.register_late(
        actor=_clerk(town), public_id=uuid7(), shift=shift, volunteer=one.volunteer, came_at=shift.during.lower,
        went_at=at, pause_minutes=0, why=WHY, at=at,
    )  # fmt: skip


@row("coordination.volunteers.decide_late")
def _(town: Town) -> Verb:
    entry = a_late_entry(_clerk(town), town.city.college)
    return lambda: services.decide_late(actor=town.city.author, entry=entry, is_so=True, words=WHY, at=clock.now())


@row("coordination.volunteers.evaluate")
def _(town: Town) -> Verb:
    one = on_now(_clerk(town), town.city.college)
    served(_clerk(town), one, went=15)
    return lambda: services.evaluate(
        actor=_clerk(town), volunteer=one.volunteer, activity=one.shift.activity, mark="good", words="", at=clock.now()
    )


@row("coordination.volunteers.record_award")
def _(town: Town) -> Verb:
    volunteer = _volunteer(town)
    return lambda: services.record_award(**_award(town, volunteer))


@row("coordination.volunteers.withdraw_award")
def _(town: Town) -> Verb:
    award = services.record_award(**_award(town, _volunteer(town)))
    return lambda: services.withdraw_award(
        actor=_clerk(town), award=award, organisation=town.city.college, at=clock.now()
    )


def _award(town: Town, volunteer: Volunteer) -> dict[str, Any]:
    return {
        "actor": _clerk(town), "public_id": uuid7(), "volunteer": volunteer, "organisation": town.city.college,
        "title": "优秀志愿者", "given_by": "区民政局", "given_on": date(2026, 5, 1), "proof": "证书", "at": clock.now(),
    }  # fmt: skip


@row("coordination.volunteers.review_overlaps")
def _(town: Town) -> Verb:
    first, second = (on_now(_clerk(town), town.city.college, a_person(name)) for name in ("甲", "乙"))
    for one in (first, second):
        served(_clerk(town), one, went=15)
    Person.objects.filter(pk=second.person_id).update(merged_into=first.person_id)
    by = town.city.author.person
    assert isinstance(by, Person)
    return lambda: services.review_overlaps(person=first.person_id, by=by, at=clock.now())


@row("coordination.volunteers.issue_certificate")
def _(town: Town) -> Verb:
    one = on_now(_clerk(town), town.city.college)
    served(_clerk(town), one, went=15)
    volunteer = Volunteer.objects.select_related("person__territory", "via__territory").get(pk=one.volunteer_id)
    return lambda: services.issue_certificate(
        actor=_own(volunteer), public_id=uuid7(), volunteer=volunteer, language="en", at=clock.now()
    )


@row("coordination.volunteers.set_numbers")
def _(town: Town) -> Verb:
    territory = town.city.college.territory
    operator = an_operator(territory)
    return lambda: services.set_numbers(
        actor=operator, territory=territory, begins_on=clock.today() + timedelta(days=1), numbers=rules.DEFAULTS, why=WHY,
        today=clock.today(),
    )  # fmt: skip
