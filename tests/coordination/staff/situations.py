"""A small pool: two colleges of Tianhe, one of Conghua, a school, and people who teach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from psycopg.types.range import DateRange

from city.situations import TODAY, a_person, a_registrar, an_organisation, small_city
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Kind as OrganisationKind
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.staff import services
from xuecheng.coordination.staff.models import Agreement, Qualification, Teacher
from xuecheng.coordination.staff.rules import Form, Party, Span, span
from xuecheng.coordination.staff.services import AgreementText, Profile
from xuecheng.coordination.staff.services.sessions import Wish

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=clock.zone())
TUESDAY = TODAY + timedelta(days=1)
TUESDAY_EVENING = span(1, 19 * 60, 21 * 60)
EVENINGS = [span(day, 18 * 60, 22 * 60) for day in range(7)]


@dataclass
class Pool:
    """Who takes part."""

    places: dict[str, Territory]
    college: Organisation
    school: Organisation
    far: Organisation
    clerk: Standing
    """Of the college that asks."""
    head: Standing
    """Of the school whose teachers are asked for."""
    far_clerk: Standing


def a_pool() -> Pool:
    places = small_city()
    college = an_organisation(places["五山街道"], name_zh="天河社区学院")
    school = an_organisation(places["员村街道"], kind=OrganisationKind.SCHOOL, name_zh="员村中学")
    far = an_organisation(places["街口街道"], name_zh="从化社区学院")
    return Pool(
        places=places,
        college=college,
        school=school,
        far=far,
        clerk=a_registrar(college, "黄晓彤"),
        head=a_registrar(school, "冯校长"),
        far_clerk=a_registrar(far, "邱老师"),
    )


def acting(person: Person) -> Standing:
    return standing_of(person, today=TODAY)


def a_profile(pool: Pool, **more: Any) -> Profile:
    wished: dict[str, Any] = {
        "kind": "part_time", "home": pool.school, "has_post": True, "territory": pool.places["员村街道"],
        "subjects": ["calligraphy"], "languages": ["yue"], "travel_km": 30, "sessions": 4, "is_shared": True,
        "free": EVENINGS, "owed": [span(day, 8 * 60, 17 * 60) for day in range(5)],
    } | more  # fmt: skip
    return Profile(**wished)


def a_teacher(pool: Pool, name: str = "梁文峰", *, approve: bool = True, **more: Any) -> Teacher:
    """Somebody in the pool, approved by their unit, with a confirmed qualification for calligraphy."""
    person = a_person(name, territory=pool.places["员村街道"])
    row = services.keep_profile(actor=acting(person), profile=a_profile(pool, **more), at=NOW)
    if not approve:
        return row
    head = {pool.school.pk: pool.head, pool.college.pk: pool.clerk, pool.far.pk: pool.far_clerk}[row.home_id]
    row = services.approve_teacher(actor=head, teacher=row)
    a_qualification(row)
    return Teacher.objects.select_related("person", "home__territory").get(pk=row.pk)


def a_qualification(teacher: Teacher, **more: Any) -> Qualification:
    """Confirmed by somebody of the unit, without the steps of it."""
    wished: dict[str, Any] = {
        "public_id": uuid7(), "teacher": teacher, "person_id": teacher.person_id, "subject": "calligraphy", "level": 2,
        "title": "书法教师证", "issuer": "广东省书法家协会", "during": DateRange(date(2024, 1, 1), None),
        "state": "confirmed", "reviewed_by_id": teacher.decided_by_id, "reviewed_at": NOW,
    } | more  # fmt: skip
    return Qualification.objects.create(**wished)


def a_text(
    form: Form = Form.CONCURRENT, *, days: int = 90, hours: tuple[Span, ...] = (TUESDAY_EVENING,), **more: Any
) -> AgreementText:
    wished: dict[str, Any] = {
        "form": form, "begins_on": TODAY, "ends_on": TODAY + timedelta(days=days - 1), "hours": hours,
        "fees": {1: 20_000} if form is Form.HIRE else {}, "main_minutes": 40 * 60 if form is Form.CONCURRENT else 0,
        "purpose": "冬季书法班",
    } | more  # fmt: skip
    return AgreementText(**wished)


def drafted(pool: Pool, teacher: Teacher, form: Form = Form.CONCURRENT, **more: Any) -> Agreement:
    return services.draft_agreement(
        actor=pool.clerk, public_id=uuid7(), teacher=teacher, receiver=pool.college, text=a_text(form, **more), at=NOW
    )


def sent(pool: Pool, teacher: Teacher, form: Form = Form.CONCURRENT, **more: Any) -> Agreement:
    return services.send_agreement(actor=pool.clerk, agreement=drafted(pool, teacher, form, **more), at=NOW)


def speaker(pool: Pool, agreement: Agreement, party: str) -> Standing:
    return {"home": pool.head, "person": acting(agreement.person), "receiver": pool.clerk}[party]


def says(
    pool: Pool, agreement: Agreement, party: str, *, yes: bool = True, words: str = "", at: datetime = NOW
) -> Agreement:
    return services.consent_to_agreement(
        actor=speaker(pool, agreement, party), agreement=agreement, party=party, is_given=yes,
        words=words or ("" if yes else "时间不合适"), at=at,
    )  # fmt: skip


def in_force(pool: Pool, teacher: Teacher, form: Form = Form.CONCURRENT, **more: Any) -> Agreement:
    from xuecheng.coordination.staff.rules import ORDER

    row = sent(pool, teacher, form, **more)
    for party in ORDER[form]:
        row = says(pool, row, Party(party).value)
    return row


def a_wish(pool: Pool, *, day: date = TUESDAY, begins: int = 19, ends: int = 21, **more: Any) -> Wish:
    start = datetime(day.year, day.month, day.day, tzinfo=clock.zone())
    wished: dict[str, Any] = {
        "organisation": pool.college, "territory": pool.college.territory, "place": "301室", "subject": "calligraphy",
        "level": 1, "begins_at": start + timedelta(hours=begins), "ends_at": start + timedelta(hours=ends),
    } | more  # fmt: skip
    return Wish(**wished)
