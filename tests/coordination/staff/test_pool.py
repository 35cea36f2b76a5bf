"""Entering and approving, qualifications, the numbers of a level, and who is denied what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from city.situations import TODAY, a_person, a_registrar, a_stranger, an_operator, an_organisation
from coordination.staff.situations import (
    NOW,
    a_profile,
    a_qualification,
    a_teacher,
    acting,
    drafted,
    in_force,
)
from xuecheng.city import trace
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Kind as OrganisationKind
from xuecheng.city.rights import Denied
from xuecheng.coordination.staff import queries, rules, services
from xuecheng.coordination.staff.models import Qualification, Teacher, TeacherHours
from xuecheng.coordination.staff.rules import span
from xuecheng.coordination.staff.services import pool as verbs


def claim(teacher, **more):
    wish = {
        "public_id": uuid7(), "subject": "calligraphy", "level": 1, "title": "书法等级证书", "issuer": "中国书法家协会",
        "licence_number": "", "issued_on": date(2025, 1, 1), "expires_on": None, "at": NOW,
    } | more  # fmt: skip
    return services.claim_qualification(actor=acting(teacher.person), teacher=teacher, **wish)


def test_who_enters_themselves_waits_for_their_unit(pool):
    row = a_teacher(pool, approve=False)
    assert row.state == Teacher.State.ASKED
    assert list(queries.teachers_waiting(pool.head)) == [row]
    assert not queries.teachers_waiting(pool.clerk).exists()
    opened = services.approve_teacher(actor=pool.head, teacher=row)
    assert opened.state == Teacher.State.OPEN
    assert services.approve_teacher(actor=pool.head, teacher=row) == opened  # the same again changes nothing


def test_the_same_entry_again_changes_nothing_and_another_waits_anew(pool):
    row = a_teacher(pool)
    again = services.keep_profile(actor=acting(row.person), profile=a_profile(pool), at=NOW)
    assert (again.pk, again.state) == (row.pk, Teacher.State.OPEN)
    changed = services.keep_profile(actor=acting(row.person), profile=a_profile(pool, travel_km=5), at=NOW)
    assert (changed.pk, changed.state, changed.travel_km) == (row.pk, Teacher.State.ASKED, 5)


def test_only_the_unit_decides_and_never_the_person_themselves(pool):
    row = a_teacher(pool, approve=False)
    for stranger in (a_stranger(), pool.clerk, pool.far_clerk, acting(row.person)):
        with pytest.raises(Denied):
            services.approve_teacher(actor=stranger, teacher=row)
    head = pool.head
    own = services.keep_profile(actor=head, profile=a_profile(pool), at=NOW)
    with pytest.raises(verbs.OwnEntry):
        services.approve_teacher(actor=head, teacher=own)
    with pytest.raises(IntegrityError, match="teacher_approved_by_another"), transaction.atomic():
        Teacher.objects.filter(pk=own.pk).update(decided_by=own.person)


def test_the_unit_says_what_to_mend(pool):
    row = a_teacher(pool, approve=False)
    with pytest.raises(verbs.WordsMissing):
        services.return_teacher(actor=pool.head, teacher=row, words=" ")
    row = services.return_teacher(actor=pool.head, teacher=row, words="请补充空闲时间")
    assert (row.state, row.said) == (Teacher.State.RETURNED, "请补充空闲时间")
    with pytest.raises(verbs.EntryDecided):
        services.approve_teacher(actor=pool.head, teacher=row)
    anew = services.keep_profile(actor=acting(row.person), profile=a_profile(pool), at=NOW)
    assert (anew.state, anew.said) == (Teacher.State.ASKED, "")


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"subjects": []}, rules.SubjectMissing),
        ({"sessions": 7}, rules.WishAboveCeiling),
        ({"free": []}, rules.HoursEmpty),
        ({"free": [span(0, 600, 700), span(0, 650, 720)]}, rules.HoursTwice),
        ({"free": [span(0, 9 * 60, 11 * 60)]}, rules.InsideMainPost),
    ],
)
def test_an_entry_that_says_too_little_or_too_much_is_refused(pool, wrong, refusal):
    with pytest.raises(refusal) as raised:
        services.keep_profile(actor=acting(a_person()), profile=a_profile(pool, **wrong), at=NOW)
    assert raised.value.field
    assert not Teacher.objects.exists()


def test_an_office_answers_for_nobody_who_teaches(pool):
    office = an_organisation(pool.places["天河区"], kind=OrganisationKind.DEPARTMENT)
    with pytest.raises(verbs.UnitDoesNotTeach):
        services.keep_profile(actor=acting(a_person()), profile=a_profile(pool, home=office), at=NOW)


def test_free_and_owed_hours_never_overlap_in_the_database_t04(pool):
    row = a_teacher(pool)
    with pytest.raises(IntegrityError, match="teacher_hours_once"), transaction.atomic():
        TeacherHours.objects.create(teacher=row, use="free", minutes=span(0, 9 * 60, 10 * 60))


def test_who_is_bound_changes_neither_unit_nor_type_and_does_not_close(pool):
    row = a_teacher(pool)
    in_force(pool, row)
    with pytest.raises(verbs.BoundByAgreement):
        services.keep_profile(actor=acting(row.person), profile=a_profile(pool, kind="volunteer", sessions=2), at=NOW)
    with pytest.raises(verbs.BoundByAgreement):
        services.close_teacher(actor=acting(row.person), teacher=row, words="退休", at=NOW)


def test_an_entry_is_closed_by_either_and_opened_again_by_the_unit(pool):
    row = a_teacher(pool)
    with pytest.raises(Denied):
        services.close_teacher(actor=pool.clerk, teacher=row, words="不来了", at=NOW)
    row = services.close_teacher(actor=acting(row.person), teacher=row, words="退休", at=NOW)
    with pytest.raises(verbs.EntryClosedBefore):
        services.close_teacher(actor=pool.head, teacher=row, words="退休", at=NOW)
    with pytest.raises(verbs.EntryClosed):
        claim(row)
    row = services.approve_teacher(actor=pool.head, teacher=row, words="回来了")
    assert row.state == Teacher.State.OPEN
    assert [entry.why for entry in trace.history_of(row)][:2] == ["回来了", "退休"]


def test_a_qualification_is_reviewed_by_somebody_else_t02(pool):
    row = a_teacher(pool)
    claimed = claim(row)
    for stranger in (a_stranger(), pool.clerk, acting(row.person)):
        with pytest.raises(Denied):
            services.review_qualification(actor=stranger, qualification=claimed, is_confirmed=True, finding="", at=NOW)
    with pytest.raises(verbs.WordsMissing):
        services.review_qualification(actor=pool.head, qualification=claimed, is_confirmed=False, finding="", at=NOW)
    confirmed = services.review_qualification(
        actor=pool.head, qualification=claimed, is_confirmed=True, finding="看过原件", at=NOW
    )
    assert confirmed.state == Qualification.State.CONFIRMED
    with pytest.raises(verbs.ReviewedBefore):
        services.review_qualification(
            actor=pool.head, qualification=confirmed, is_confirmed=False, finding="看错了", at=NOW
        )
    with pytest.raises(IntegrityError, match="qualification_reviewed_by_another"), transaction.atomic():
        Qualification.objects.filter(pk=claimed.pk).update(reviewed_by=row.person)


def test_nobody_reviews_their_own_even_as_the_unit_s_registrar_t02(pool):
    own = services.keep_profile(actor=pool.head, profile=a_profile(pool), at=NOW)
    claimed = services.claim_qualification(
        actor=pool.head, public_id=uuid7(), teacher=own, subject="law", level=1, title="法律职业资格", issuer="司法部",
        licence_number="", issued_on=date(2020, 1, 1), expires_on=None, at=NOW,
    )  # fmt: skip
    with pytest.raises(verbs.OwnEntry):
        services.review_qualification(actor=pool.head, qualification=claimed, is_confirmed=True, finding="", at=NOW)


def test_a_licensed_subject_without_its_number_is_refused_in_the_database_too_t02(pool):
    row = a_teacher(pool)
    with pytest.raises(rules.LicenceMissing):
        claim(row, subject="first_aid")
    with pytest.raises(IntegrityError, match="qualification_licensed_has_number"), transaction.atomic():
        a_qualification(row, subject="first_aid", needs_licence=True)


def test_a_qualification_is_claimed_once_and_for_oneself(pool):
    row, public_id = a_teacher(pool), uuid7()
    assert claim(row, public_id=public_id) == claim(row, public_id=public_id)
    with pytest.raises(Denied):
        services.claim_qualification(
            actor=pool.head, public_id=uuid7(), teacher=row, subject="law", level=1, title="证", issuer="部",
            licence_number="", issued_on=date(2020, 1, 1), expires_on=None, at=NOW,
        )  # fmt: skip
    with pytest.raises(rules.QualificationOver):
        claim(row, expires_on=TODAY)


def test_a_withdrawn_qualification_counts_no_more(pool):
    row = a_teacher(pool)
    held = Qualification.objects.get(teacher=row)
    with pytest.raises(Denied):
        services.withdraw_qualification(actor=pool.clerk, qualification=held, words="不实")
    held = services.withdraw_qualification(actor=pool.head, qualification=held, words="证书不实")
    assert held.state == Qualification.State.WITHDRAWN
    with pytest.raises(verbs.ReviewedBefore):
        services.withdraw_qualification(actor=pool.head, qualification=held, words="证书不实")


def test_the_pool_is_seen_by_its_unit_and_the_person(pool):
    row = a_teacher(pool)
    assert queries.teacher(pool.head, row.public_id) == row
    assert queries.teacher(acting(row.person), row.public_id) == row
    assert queries.teacher(pool.clerk, row.public_id) is None
    assert queries.teacher(a_stranger(), row.public_id) is None
    assert list(queries.teachers(pool.head)) == [row]
    assert list(queries.teachers(pool.clerk)) == []
    assert queries.findable(pool.clerk, row.public_id) == row
    assert queries.findable(a_stranger(), row.public_id) is None


def test_whoever_is_not_shared_is_found_by_their_own_unit_only(pool):
    row = a_teacher(pool, is_shared=False)
    assert queries.findable(pool.clerk, row.public_id) is None
    assert queries.findable(pool.head, row.public_id) == row
    with pytest.raises(services.agreements.TeacherNotShared):
        drafted(pool, row)


def test_the_nearest_level_s_newest_numbers_count(pool):
    city, district = pool.places["广州市"], pool.places["天河区"]
    operator = an_operator(city)
    plain = rules.Limits().__dict__
    day = TODAY + timedelta(days=10)

    def put(territory, begins_on, **values):
        return services.set_limits(
            actor=operator,
            territory=territory,
            begins_on=begins_on,
            values=plain | values,
            why="委员会决定",
            today=TODAY,
        )

    made = put(city, day, borrow_months=10)
    assert put(city, day, borrow_months=10) == made
    put(district, day + timedelta(days=5), borrow_months=8)
    path = pool.college.territory.path
    assert queries.limits_at(path, on=TODAY).borrow_months == 12
    assert queries.limits_at(path, on=day).borrow_months == 10
    assert queries.limits_at(path, on=day + timedelta(days=5)).borrow_months == 8
    assert queries.limits_at(pool.far.territory.path, on=day + timedelta(days=5)).borrow_months == 10
    with pytest.raises(services.limits.LimitsSetForThatDay):
        put(city, day, borrow_months=11)
    with pytest.raises(services.limits.LimitsBeginTooEarly):
        put(city, TODAY)
    with pytest.raises(Denied):
        services.set_limits(
            actor=a_registrar(pool.college), territory=district, begins_on=day, values=plain, why="", today=TODAY
        )
