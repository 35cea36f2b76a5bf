"""From the call to the certificate: who fits, minutes from checking in and out, overlaps, credit, stars (V-01 to V-11)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from coordination.volunteers.situations import (
    MORNING,
    NOW,
    Street,
    a_shift,
    a_volunteer,
    a_wish,
    an_activity,
    applied,
    assigned,
    called,
    of,
    served,
    somebody,
    whole,
    whole_assignment,
    whole_service,
    whole_shift,
)
from xuecheng.city import trace
from xuecheng.city.ids import uuid7
from xuecheng.city.notices.models import Notice
from xuecheng.city.rights import Denied
from xuecheng.coordination.staff.models import Teacher, TeachingSession
from xuecheng.coordination.volunteers import printing, queries, rules, services
from xuecheng.coordination.volunteers.models import Assignment, Certificate, Service, Volunteer
from xuecheng.learning.records.models import LearningRecord

pytestmark = pytest.mark.django_db


def record_of(row: Service) -> LearningRecord:
    return LearningRecord.objects.get(record_key=f"service/{row.public_id}", is_latest=True)


def test_from_the_call_to_the_certificate(street: Street) -> None:
    volunteer = a_volunteer(street)
    shift = called(street)
    one = applied(volunteer, shift)
    assert one.due_at == NOW + timedelta(days=3)  # V-02
    assert Notice.objects.filter(kind="volunteers.applied", person=street.keeper.person).count() == 1
    services.assign(actor=street.keeper, assignment=one, at=NOW)
    services.assign(actor=street.keeper, assignment=one, at=NOW)
    assert Notice.objects.filter(kind="volunteers.answered", person=volunteer.person).count() == 1

    # Half an hour early is waiting; ten minutes over is service; ten minutes of pause are none (V-07).
    row = served(street.keeper, whole_assignment(one), came=-30, went=190, pause=10)
    assert row is not None
    assert (row.during.lower, row.minutes, row.state) == (MORNING, 180, "counted")
    found = record_of(row)
    assert (found.role, found.minutes, found.source, found.code) == ("volunteer", 180, "service", shift.activity.code)
    assert found.institution_id == street.station.pk

    at = MORNING + timedelta(days=1)
    account = queries.account_of(volunteer, at=at)
    assert (account.minutes, account.times, account.star.number, account.star.next_number) == (180, 1, 0, 1)
    key = uuid7()
    for _again in range(2):
        made = services.issue_certificate(
            actor=of(volunteer.person, at), public_id=key, volunteer=volunteer, language="zh-hans", at=at
        )
    assert Certificate.objects.count() == 1
    assert made.content["lines"][0]["minutes"] == made.minutes == 180
    assert printing.certificate_pdf(made, verify_url="https://xuecheng.example/").startswith(b"%PDF-")


def test_nothing_served_no_certificate_and_nobody_else_asks_for_one(street: Street) -> None:
    volunteer = a_volunteer(street)
    with pytest.raises(services.NothingServed):
        services.issue_certificate(
            actor=of(volunteer.person), public_id=uuid7(), volunteer=volunteer, language="en", at=NOW
        )
    with pytest.raises(Denied):
        services.issue_certificate(actor=street.keeper, public_id=uuid7(), volunteer=volunteer, language="en", at=NOW)


class TestWhoFits:
    """V-01, V-03, V-04: every refusal says why."""

    def test_each_reason_is_told(self, street: Street) -> None:
        person = somebody(street, "林小雨", born=2011)
        volunteer = a_volunteer(street, person, skills=[])
        Volunteer.objects.filter(pk=volunteer.pk).update(identity_seen_at=None, identity_seen_by=None)
        shift = called(
            street, skills=["guide"], trainings=["first_aid"], least_age=16, most_age=None, demands="搬二十公斤"
        )
        numbers = queries.numbers_at(street.station.territory.path, on=NOW.date())
        fresh = Volunteer.objects.select_related("person").get(pk=volunteer.pk)
        (against,) = queries.why_not([queries.Pair(fresh, shift, False)], numbers=numbers)
        assert [type(one) for one in against] == [
            rules.IdentityNotShown, rules.TooYoung, rules.GuardianNotHeard, rules.SkillMissing, rules.TrainingMissing,
            rules.NotAble,
        ]  # fmt: skip
        assert all(str(one) for one in against)
        with pytest.raises(rules.IdentityNotShown):
            applied(fresh, shift)

    def test_what_is_missing_is_brought(self, street: Street) -> None:
        person = somebody(street, "林小雨", born=2010)
        volunteer = a_volunteer(street, person)
        shift = called(street, trainings=["first_aid"])
        with pytest.raises(rules.GuardianNotHeard):
            applied(volunteer, shift)
        kept = services.record_consent(
            actor=street.keeper, public_id=uuid7(), volunteer=volunteer, organisation=street.station, proof="同意书原件，档案柜3",
            at=NOW,
        )  # fmt: skip
        assert kept.until == date(2029, 1, 1)
        with pytest.raises(rules.TrainingMissing):
            applied(volunteer, shift)
        training: dict[str, Any] = {
            "actor": street.keeper, "volunteer": volunteer, "organisation": street.station, "kind": "first_aid",
            "completed_on": date(2026, 9, 1), "proof": "培训签到表", "at": NOW,
        }  # fmt: skip
        # One that runs out before the day of the shift does not help.
        services.record_training(public_id=uuid7(), valid_until=date(2026, 10, 16), **training)
        with pytest.raises(rules.TrainingMissing):
            applied(volunteer, shift)
        services.record_training(public_id=uuid7(), valid_until=None, **training)
        one = applied(volunteer, shift)
        services.withdraw_consent(actor=street.keeper, volunteer=volunteer, organisation=street.station, at=NOW)
        with pytest.raises(rules.GuardianNotHeard):
            services.assign(actor=street.keeper, assignment=one, at=NOW)

    def test_strangers_and_oneself_confirm_nothing(self, street: Street) -> None:
        volunteer = a_volunteer(street)
        with pytest.raises(services.NotOurs):
            services.see_identity(actor=street.far_keeper, volunteer=volunteer, organisation=street.far, at=NOW)
        with pytest.raises(Denied):
            services.see_identity(actor=street.far_keeper, volunteer=volunteer, organisation=street.station, at=NOW)
        with pytest.raises(services.OwnVolunteer):
            a_volunteer(street, street.keeper.person)
        with pytest.raises(services.RegisteredBefore):
            a_volunteer(street, volunteer.person)

    def test_own_entry_needs_a_contact(self, street: Street) -> None:
        person = somebody(street)
        wish: dict[str, Any] = {"actor": of(person), "public_id": uuid7(), "skills": [], "at": NOW}
        with pytest.raises(services.TimesMissing):
            services.register(times=[], **wish)
        with pytest.raises(services.NoContact):
            services.register(times=["weekend_day"], **wish)

    def test_whoever_serves_then_does_not_fit(self, street: Street) -> None:
        volunteer = a_volunteer(street)
        assigned(street.keeper, volunteer, called(street))
        with pytest.raises(rules.ServesThen):
            applied(volunteer, called(street, begins=MORNING + timedelta(minutes=60)))

    def test_whoever_teaches_then_does_not_fit(self, street: Street) -> None:
        """The staff pool and the volunteers share one person's time."""
        volunteer = a_volunteer(street)
        teacher = Teacher.objects.create(
            person=volunteer.person, kind="volunteer", home=street.station, territory=street.station.territory,
            subjects=["smartphone"], languages=[], travel_km=8, sessions=2, state="open",
            decided_by=street.keeper.person, entered_at=NOW,
        )  # fmt: skip
        session = TeachingSession.objects.create(
            public_id=uuid7(), teacher=teacher, person=volunteer.person, kind="volunteer", organisation=street.station,
            territory=street.station.territory, place="二楼", subject="smartphone", level=1,
            during=(MORNING + timedelta(hours=1), MORNING + timedelta(hours=2)),
        )  # fmt: skip
        shift = called(street)
        with pytest.raises(rules.TeachesThen):
            applied(volunteer, shift)
        TeachingSession.objects.filter(pk=session.pk).update(state="taught", checked_in_at=MORNING)
        assert queries.account_of(volunteer, at=NOW).taught == 1


class TestCalls:
    def test_published_only_verified_with_a_shift_and_then_fixed(self, street: Street) -> None:
        row = an_activity(street)
        publish: dict[str, Any] = {"actor": street.keeper, "activity": row, "at": NOW}
        with pytest.raises(services.NotVerified):
            services.publish_activity(is_verified=False, **publish)
        with pytest.raises(services.NoShiftYet):
            services.publish_activity(is_verified=True, **publish)
        assert queries.call(row.public_id) is None
        a_shift(street.keeper, row)
        services.publish_activity(is_verified=True, **publish)
        assert queries.call(row.public_id) is not None
        with pytest.raises(services.NoDraft):
            services.draft_activity(
                actor=street.keeper, public_id=row.public_id, organisation=street.station, wish=a_wish(title="改了")
            )
        with pytest.raises(services.RisksMissing):
            an_activity(street, risks=" ")
        with pytest.raises(Denied):
            services.publish_activity(actor=street.far_keeper, activity=row, is_verified=True, at=NOW)

    def test_places_are_given_once(self, street: Street) -> None:
        shift = called(street, needed=1)
        first, second = (applied(a_volunteer(street, somebody(street, name)), shift) for name in ("甲", "乙"))
        services.assign(actor=street.keeper, assignment=first, at=NOW)
        with pytest.raises(services.ShiftFull):
            services.assign(actor=street.keeper, assignment=second, at=NOW)
        # The database says the same to whoever writes past the service.
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.filter(pk=second.pk).update(state="assigned")

    def test_what_is_cancelled_is_told(self, street: Street) -> None:
        shift = called(street)
        volunteer = a_volunteer(street)
        one = assigned(street.keeper, volunteer, shift)
        services.cancel_activity(actor=street.keeper, activity=shift.activity, why="台风停办", at=NOW)
        assert whole_assignment(one).state == "released"
        assert Notice.objects.filter(kind="volunteers.called_off", person=volunteer.person).count() == 1

    def test_nobody_waits_for_ever(self, street: Street) -> None:
        """V-02: organisers hear once; what was not answered before the shift ends."""
        shift = called(street)
        one = applied(a_volunteer(street), shift)
        for _again in range(2):
            assert services.tend(at=NOW + timedelta(days=4)) == 0
        assert Notice.objects.filter(kind="volunteers.overdue").count() == 1
        assert services.tend(at=MORNING + timedelta(minutes=1)) == 1
        assert whole_assignment(one).state == "released"
        with pytest.raises(services.AnsweredBefore):
            services.assign(actor=street.keeper, assignment=one, at=MORNING)


class TestInsurance:
    def test_nobody_serves_a_risk_without_insurance_recorded_before(self, street: Street) -> None:
        """V-05, also for whoever writes past the service."""
        shift = called(street, has_bodily_risk=True)
        one = assigned(street.keeper, a_volunteer(street), shift)
        with pytest.raises(services.NotInsured):
            services.check_in(actor=street.keeper, assignment=one, when=MORNING, at=MORNING)
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.filter(pk=one.pk).update(
                state="serving", checked_in_at=MORNING, checked_in_by=street.keeper.person
            )
        late = MORNING + timedelta(minutes=5)
        policy = {"insurer": "人保", "policy_number": "P-2026-1"}
        services.insure_activity(actor=street.keeper, activity=shift.activity, at=late, **policy)
        with pytest.raises(services.NotInsured):
            services.check_in(actor=street.keeper, assignment=whole_assignment(one), when=late, at=late)

    def test_recorded_before_it_is_fine(self, street: Street) -> None:
        shift = called(street, has_bodily_risk=True)
        services.insure_activity(
            actor=street.keeper, activity=shift.activity, insurer="人保", policy_number="P-2026-1", at=NOW
        )
        one = assigned(street.keeper, a_volunteer(street), whole_shift(shift))
        assert served(street.keeper, one) is not None
        with pytest.raises(services.NoRiskFlagged):
            services.insure_activity(
                actor=street.keeper, activity=an_activity(street), insurer="人保", policy_number="P", at=NOW
            )


class TestHours:
    """V-07: exact minutes from checking in and out, and from nothing else."""

    def test_forgotten_check_out_counts_an_hour_over_at_most(self, street: Street) -> None:
        one = assigned(street.keeper, a_volunteer(street), called(street))
        row = served(street.keeper, one, went=900)
        assert row is not None
        assert row.minutes == 180 + 60

    def test_gone_before_it_began_nothing_counts(self, street: Street) -> None:
        one = assigned(street.keeper, a_volunteer(street), called(street))
        assert served(street.keeper, one, came=-40, went=-5) is None
        assert whole_assignment(one).state == "served"

    def test_other_minutes_are_refused_by_the_database(self, street: Street) -> None:
        row = served(street.keeper, assigned(street.keeper, a_volunteer(street), called(street)))
        assert row is not None
        longer = type(row.during)(row.during.lower, row.during.upper + timedelta(minutes=30), "[)")
        for wrong in ({"minutes": 600}, {"during": longer, "minutes": 210}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Service.objects.filter(pk=row.pk).update(**wrong)

    def test_nobody_checks_themselves_in_and_nobody_too_early_or_late(self, street: Street) -> None:
        one = assigned(street.keeper, a_volunteer(street), called(street))
        early, late = MORNING - timedelta(minutes=61), MORNING + timedelta(minutes=180)
        with pytest.raises(rules.CheckInTooEarly):
            services.check_in(actor=street.keeper, assignment=one, when=early, at=early)
        with pytest.raises(rules.InTheFuture):
            services.check_in(actor=street.keeper, assignment=one, when=MORNING, at=early)
        with pytest.raises(rules.ShiftOver):
            services.check_in(actor=street.keeper, assignment=one, when=late, at=late)
        with pytest.raises(Denied):
            services.check_in(actor=street.far_keeper, assignment=one, when=MORNING, at=MORNING)
        with pytest.raises(services.NotCheckedIn):
            services.check_out(actor=street.keeper, assignment=one, when=late, pause_minutes=0, at=late)
        services.check_in(actor=street.keeper, assignment=one, when=MORNING, at=MORNING)
        with pytest.raises(rules.PauseTooLong):
            services.check_out(actor=street.keeper, assignment=one, when=late, pause_minutes=181, at=late)
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.filter(pk=one.pk).update(checked_in_by=one.person)


class TestOverlaps:
    """V-07: of two services at one time both are looked at, and at most one counts."""

    @pytest.fixture
    def two(self, street: Street) -> tuple[Volunteer, Service, Service]:
        """The first runs over by forty minutes; the second begins meanwhile, elsewhere."""
        volunteer = a_volunteer(street)
        first = assigned(street.keeper, volunteer, called(street))
        second = assigned(
            street.far_keeper,
            volunteer,
            called(street, keeper=street.far_keeper, begins=MORNING + timedelta(minutes=190)),
        )
        a = served(street.keeper, first, went=220)
        assert a is not None
        assert a.state == "counted"
        assert record_of(a).status == "passed"
        b = served(street.far_keeper, second)
        assert b is not None
        return volunteer, whole_service(a), b

    def test_both_go_to_review_and_credit_is_taken_back(self, street: Street, two: Any) -> None:
        volunteer, a, b = two
        assert (a.state, b.state) == ("review", "review")
        assert record_of(a).status == "withdrawn"
        assert not LearningRecord.objects.filter(record_key=f"service/{b.public_id}").exists()
        assert queries.account_of(volunteer, at=b.entered_at).minutes == 0
        assert {one.pk for one in queries.reviews(street.officer)} == {a.pk, b.pk}
        assert not queries.reviews(street.keeper).exists()
        assert [one.pk for one in queries.others_beside(a)] == [b.pk]

    def test_an_officer_shortens_one_and_counts_both(self, street: Street, two: Any) -> None:
        _volunteer, a, b = two
        at = b.entered_at + timedelta(days=1)
        decide: dict[str, Any] = {"actor": street.officer, "why": "名单上写明12点半离开", "at": at}
        services.decide_service(service=b, counts=True, **decide)
        with pytest.raises(services.StillOverlaps):
            services.decide_service(service=a, counts=True, **decide)
        with pytest.raises(services.OutsideOfService):
            services.decide_service(service=a, counts=True, ends_at=a.during.upper + timedelta(minutes=1), **decide)
        with pytest.raises(IntegrityError), transaction.atomic(), trace.change(by=street.officer.person, why="x"):
            Service.objects.filter(pk=a.pk).update(state="counted")
        for _again in range(2):
            services.decide_service(service=a, counts=True, ends_at=MORNING + timedelta(minutes=190), **decide)
        assert (record_of(a).status, record_of(a).minutes, record_of(a).version) == ("passed", 190, 3)
        assert record_of(b).minutes == 180
        with pytest.raises(services.DecidedBefore):
            services.decide_service(service=a, counts=False, **decide)

    def test_organisers_and_the_person_decide_nothing(self, street: Street, two: Any) -> None:
        volunteer, a, _b = two
        for actor in (street.keeper, of(volunteer.person)):
            with pytest.raises(Denied):
                services.decide_service(actor=actor, service=a, counts=True, why="x", at=NOW)
        with pytest.raises(services.WhyMissing):
            services.decide_service(actor=street.officer, service=a, counts=False, why=" ", at=NOW)
        services.decide_service(actor=street.officer, service=a, counts=False, why="没有签退证明", at=NOW)
        assert record_of(a).status == "withdrawn"


class TestNumbers:
    """V-09: stars are data, and the nearest division's count."""

    def test_stars(self) -> None:
        numbers = rules.DEFAULTS
        assert rules.star_of(0, 9_999, numbers) == rules.Star(0, 1, 6_000, 0)
        assert rules.star_of(6_000, 182, numbers) == rules.Star(0, 1, 0, 1)
        assert rules.star_of(40 * 600, 200, numbers).number == 2
        assert rules.star_of(1_500 * 60, 365, numbers) == rules.Star(5, None, 0, 0)

    def test_a_district_sets_its_own_from_a_day_on(self, street: Street) -> None:
        from city.situations import an_operator

        operator = an_operator(street.city["广州市"])
        mine = rules.Numbers(star_hours=(1, 2, 3, 4, 5), star_days=(0, 0, 0, 0, 0), answer_days=1)
        wish: dict[str, Any] = {
            "actor": operator, "territory": street.city["天河区"], "begins_on": date(2026, 10, 13), "why": "试行",
            "today": NOW.date(),
        }  # fmt: skip
        for _again in range(2):
            services.set_numbers(numbers=mine, **wish)
        path = street.station.territory.path
        assert queries.numbers_at(path, on=date(2026, 10, 12)) == rules.DEFAULTS
        assert queries.numbers_at(path, on=date(2026, 10, 13)) == mine
        with pytest.raises(services.NumbersSetForThatDay):
            services.set_numbers(numbers=rules.DEFAULTS, **wish)
        with pytest.raises(rules.NumbersWrong):
            services.set_numbers(numbers=rules.Numbers(star_hours=(2, 1, 3, 4, 5)), **wish)
        with pytest.raises(Denied):
            services.set_numbers(numbers=mine, **wish | {"actor": street.keeper})


def test_leaving_takes_applications_back(street: Street) -> None:
    volunteer = a_volunteer(street)
    one = applied(volunteer, called(street))
    services.leave_volunteering(actor=of(volunteer.person), volunteer=volunteer, at=NOW)
    assert whole_assignment(one).state == "withdrawn"
    with pytest.raises(services.NotRegistered):
        applied(volunteer, called(street))
    assert whole(one.shift.activity).state == "published"
