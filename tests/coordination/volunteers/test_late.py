"""Hours registered afterwards (V-08): stamped list, proof, a second person; the same arithmetic, overlaps and record."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from city.documents.nasty import pdf
from coordination.volunteers.situations import (
    MORNING,
    NOW,
    Street,
    a_volunteer,
    a_wish,
    applied,
    assigned,
    called,
    of,
    registered_late,
    served,
    somebody,
    whole,
    whole_assignment,
    whole_service,
    whole_shift,
    with_evidence,
)
from xuecheng.city.documents import services as documents
from xuecheng.city.ids import uuid7
from xuecheng.city.notices.models import Notice
from xuecheng.city.rights import Denied
from xuecheng.coordination.volunteers import papers, queries, rules, services
from xuecheng.coordination.volunteers.models import Assignment, LateEntry, Service
from xuecheng.learning.records.models import LearningRecord

pytestmark = pytest.mark.django_db
ENDS = MORNING + timedelta(minutes=180)
AFTER = ENDS + timedelta(days=1)


def confirm(street: Street, entry: LateEntry, *, is_so: bool = True, actor: Any = None) -> LateEntry:
    return services.decide_late(
        actor=actor or street.officer, entry=entry, is_so=is_so, words="名单和照片一致", at=AFTER + timedelta(days=2)
    )


def test_two_people_make_an_hour_that_nobody_checked_in(street: Street) -> None:
    """From the entry to the record: flagged, told, counted as any other; a place beside those needed."""
    shift = with_evidence(called(street, needed=1))
    assigned(street.keeper, a_volunteer(street, somebody(street, "占满")), shift)
    volunteer = a_volunteer(street)
    entry = registered_late(street.keeper, volunteer, shift, came=-30, went=190, pause=10)
    assert (entry.state, Service.objects.count()) == ("waiting", 0)
    assert queries.late_waiting(street.officer).get() == entry
    assert not queries.late_waiting(street.keeper).exists()
    for _again in range(2):
        confirm(street, entry)
    row = whole_service(Service.objects.get())
    assert (row.during.lower, row.minutes, row.state, row.is_late) == (MORNING, 180, "counted", True)
    one = row.assignment
    assert (one.state, one.checked_in_by_id, one.checked_out_by_id) == (
        "served", street.keeper.person.pk, street.keeper.person.pk,
    )  # fmt: skip
    assert LearningRecord.objects.get(record_key=f"service/{row.public_id}").minutes == 180
    assert Notice.objects.filter(kind="volunteers.looked_at", person=volunteer.person).count() == 1
    (line,) = queries.served_of(volunteer)
    assert (line.minutes, line.late_minutes) == (180, 180)


def test_what_is_refused_counts_for_nothing_and_may_be_said_anew(street: Street) -> None:
    shift, volunteer = with_evidence(called(street)), a_volunteer(street)
    entry = registered_late(street.keeper, volunteer, shift)
    confirm(street, entry, is_so=False)
    with pytest.raises(services.DecidedBefore):
        confirm(street, entry)
    assert not Service.objects.exists()
    assert not Assignment.objects.exists()
    again = registered_late(street.keeper, volunteer, shift)
    with pytest.raises(services.ServedBefore):
        registered_late(street.keeper, volunteer, shift)
    assert again.state == "waiting"


def test_a_place_that_nobody_checked_in_is_the_one_that_served(street: Street) -> None:
    """Assigned, marked absent, or only applied: one place, never two; who was checked in is not registered again."""
    shift = with_evidence(called(street, needed=3))
    absent, asked, came = (a_volunteer(street, somebody(street, name)) for name in ("缺席", "报名", "签过"))
    one = assigned(street.keeper, absent, shift)
    services.mark_absent(actor=street.keeper, assignment=one, at=ENDS)
    two = applied(asked, shift)
    served(street.keeper, assigned(street.keeper, came, shift))
    for volunteer, place in ((absent, one), (asked, two)):
        confirm(street, registered_late(street.keeper, volunteer, shift))
        assert whole_assignment(place).state == "served"
    with pytest.raises(services.ServedBefore):
        registered_late(street.keeper, came, shift)
    assert Assignment.objects.count() == 3


def test_who_and_when(street: Street) -> None:
    shift, volunteer = with_evidence(called(street)), a_volunteer(street)
    with pytest.raises(Denied):
        registered_late(street.far_keeper, volunteer, shift)
    far: dict[str, Any] = {"actor": street.far_keeper, "organisation": street.far}
    stranger = a_volunteer(street, somebody(street, "外面"), **far)
    with pytest.raises(services.NotOurs):
        registered_late(street.keeper, stranger, shift)
    own = a_volunteer(street, street.keeper.person, **far)
    with pytest.raises(services.OwnVolunteer):
        registered_late(street.keeper, own, shift)
    with pytest.raises(rules.ShiftNotOver):
        registered_late(street.keeper, volunteer, shift, at=ENDS - timedelta(seconds=1))
    limit = ENDS + timedelta(days=rules.DEFAULTS.late_days)
    with pytest.raises(rules.TooLateToRegister):
        registered_late(street.keeper, volunteer, shift, at=limit)
    entry = registered_late(street.keeper, volunteer, shift, at=limit - timedelta(seconds=1))
    with pytest.raises(Denied):
        confirm(street, entry, actor=street.keeper)
    for wrong in ({"decided_by": street.keeper.person}, {"decided_by": volunteer.person}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LateEntry.objects.filter(pk=entry.pk).update(state="refused", decided_at=AFTER, words="不对", **wrong)


def test_evidence_insurance_and_fit_are_asked_before_anything_is_written(street: Street) -> None:
    volunteer = a_volunteer(street)
    for missing in (queries.LIST, queries.PROOF):
        with pytest.raises(services.EvidenceMissing):
            registered_late(street.keeper, volunteer, with_evidence(called(street), but=missing))
    with pytest.raises(services.NotInsured):  # V-05: also for what happened already
        registered_late(street.keeper, volunteer, with_evidence(called(street, has_bodily_risk=True)))
    with pytest.raises(rules.TrainingMissing):
        registered_late(street.keeper, volunteer, with_evidence(called(street, trainings=["first_aid"])))
    with pytest.raises(rules.NothingOfTheShift):
        registered_late(street.keeper, volunteer, with_evidence(called(street)), came=-60, went=0)
    with pytest.raises(rules.PauseTooLong):
        registered_late(street.keeper, volunteer, with_evidence(called(street)), pause=181)
    with pytest.raises(rules.OutBeforeIn):
        registered_late(street.keeper, volunteer, with_evidence(called(street)), came=10, went=10)
    cancelled = with_evidence(called(street))
    services.cancel_shift(actor=street.keeper, shift=cancelled, why="下雨", at=NOW)
    with pytest.raises(services.ShiftCancelled):
        registered_late(street.keeper, volunteer, cancelled)
    assert not LateEntry.objects.exists()


def test_what_overlaps_goes_to_review_as_any_other(street: Street) -> None:
    volunteer = a_volunteer(street)
    elsewhere = called(street, keeper=street.far_keeper, begins=MORNING + timedelta(minutes=60))
    first = served(street.far_keeper, assigned(street.far_keeper, volunteer, elsewhere))
    assert first is not None
    confirm(street, registered_late(street.keeper, volunteer, with_evidence(called(street))))
    assert list(Service.objects.order_by("pk").values_list("state", "is_late")) == [("review", False), ("review", True)]


def test_the_database_knows_which_hours_were_registered_afterwards(street: Street) -> None:
    """Whoever writes past the services: none is late without a confirmed entry, none with one is not."""
    row = served(street.keeper, assigned(street.keeper, a_volunteer(street), called(street)))
    assert row is not None
    confirm(
        street,
        registered_late(street.keeper, a_volunteer(street, somebody(street, "补登")), with_evidence(called(street))),
    )
    late = Service.objects.get(is_late=True)
    for key, is_late in ((row.pk, True), (late.pk, False)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Service.objects.filter(pk=key).update(is_late=is_late)
    with pytest.raises(Exception, match="late_entry"), transaction.atomic():
        LateEntry.objects.update(went_at=ENDS + timedelta(hours=3))


def test_an_activity_that_was_never_entered_before(street: Street, settings: Any, tmp_path: Path) -> None:
    """V-08's own case: the activity, its shift and its list come afterwards; verified as any other."""
    settings.FILES_ROOT = tmp_path
    row = whole(
        services.draft_activity(
            actor=street.keeper, public_id=uuid7(), organisation=street.station, wish=a_wish(title="暴雨后清淤")
        )
    )
    words: dict[str, Any] = {
        "actor": street.keeper, "public_id": uuid7(), "activity": row, "begins_at": MORNING, "ends_at": ENDS, "needed": 1,
        "venue": None, "place": "巷口", "at": AFTER,
    }  # fmt: skip
    with pytest.raises(services.ShiftInThePast):
        services.add_shift(**words)
    with pytest.raises(rules.ShiftNotOver):
        services.add_past_shift(**words | {"at": MORNING})
    shift = whole_shift(services.add_past_shift(**words))
    assert services.add_past_shift(**words).pk == shift.pk
    thing = papers.shift_as_thing(shift)
    for place in papers.PLACES:
        paper = {"public_id": uuid7(), "title": "名单", "file_name": "a.pdf", "chunks": [pdf()], "at": AFTER}
        with pytest.raises(Denied):
            documents.add_document(actor=street.officer, place=place, thing=thing, **paper)
        documents.add_document(actor=street.keeper, place=place, thing=thing, **paper)
        assert place.allows_reading(street.officer, thing)
        assert not place.allows_reading(street.far_keeper, thing)
    volunteer = a_volunteer(street)
    with pytest.raises(services.ActivityOver):
        registered_late(street.keeper, volunteer, shift)
    services.publish_activity(actor=street.keeper, activity=row, is_verified=True, at=AFTER)
    assert not queries.calls(at=AFTER).exists()
    confirm(street, registered_late(street.keeper, volunteer, whole_shift(shift)))
    assert queries.account_of(volunteer, at=AFTER).minutes == 180
    assert of(volunteer.person).person == volunteer.person


@given(st.integers(-120, 400), st.integers(-120, 400))
def test_told_afterwards_counts_what_checking_in_would_have_counted(came: int, went: int) -> None:
    words: dict[str, Any] = {"begins": MORNING, "ends": ENDS, "numbers": rules.DEFAULTS}
    first, last = (MORNING + timedelta(minutes=one) for one in (came, went))
    try:
        begins, ends = rules.late_period(came=first, went=last, at=AFTER, **words)
    except rules.OutBeforeIn:
        assert went <= came
    except rules.NothingOfTheShift:
        assert went <= 0 or came >= 240
    else:
        assert (begins, ends) == rules.counted_period(checked_in=first, checked_out=last, **words)
        assert MORNING <= begins < ends <= ENDS + timedelta(minutes=60)
