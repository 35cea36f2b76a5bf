"""A street station that calls for volunteers, another one far away, an officer of the city, and a few people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from city.situations import a_person, a_registrar, an_organisation, holding, small_city
from coordination.teaching.situations import with_card
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.documents.models import Document, DocumentVersion
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.volunteers import queries, services
from xuecheng.coordination.volunteers.models import Activity, Assignment, LateEntry, Service, Shift, Volunteer

NOW = datetime(2026, 10, 12, 9, tzinfo=clock.zone())
"""A Monday."""
MORNING = datetime(2026, 10, 17, 9, tzinfo=clock.zone())
"""A Saturday: the first shift begins."""


@dataclass
class Street:
    city: dict[str, Territory]
    station: Organisation
    keeper: Standing
    far: Organisation
    far_keeper: Standing
    officer: Standing


def of(person: Person, at: datetime = NOW) -> Standing:
    return standing_of(person, today=clock.date_of(at))


def a_street() -> Street:
    city = small_city()
    station = an_organisation(city["五山街道"], name_zh="五山街道社区学校")
    far = an_organisation(city["街口街道"], name_zh="街口街道社区学校")
    officer = a_person("欧阳核")
    holding(officer, "certification_officer", territory=city["广州市"])
    return Street(city, station, a_registrar(station, "梁站长"), far, a_registrar(far, "邱站长"), of(officer))


def somebody(street: Street, name: str = "陈惠芬", *, born: int | None = 1960, card: bool = True) -> Person:
    person = a_person(name, territory=street.city["五山街道"])
    Person.objects.filter(pk=person.pk).update(birth_year=born)
    person.birth_year = born
    return with_card(person) if card else person


def a_volunteer(
    street: Street, person: Person | None = None, *, skills: Any = ("company",), at: datetime = NOW, **more: Any
) -> Volunteer:
    """Registered through the station, which saw who it is."""
    made = services.register_person(
        actor=more.pop("actor", street.keeper), public_id=uuid7(), organisation=more.pop("organisation", street.station),
        person=person or somebody(street), skills=skills, times=["weekend_day"], at=at,
    )  # fmt: skip
    return Volunteer.objects.select_related("person__territory", "via__territory").get(pk=made.pk)


def a_wish(**more: Any) -> services.Wish:
    plain: dict[str, Any] = {
        "category": "xx", "title": "教邻居用手机", "about": "一对一教老人用手机挂号、付款。", "risks": "没有已知风险。",
        "funding": "street",
    }  # fmt: skip
    return services.Wish(**plain | more)


def an_activity(street: Street, *, keeper: Standing | None = None, at: datetime = NOW, **more: Any) -> Activity:
    keeper = keeper or street.keeper
    unit = street.station if keeper is street.keeper else street.far
    made = services.draft_activity(actor=keeper, public_id=uuid7(), organisation=unit, wish=a_wish(**more))
    return whole(made)


def whole(row: Activity) -> Activity:
    return Activity.objects.select_related("organisation__territory").get(pk=row.pk)


def a_shift(
    keeper: Standing, activity: Activity, *, begins: datetime = MORNING, minutes: int = 180, needed: int = 2,
    at: datetime = NOW,
) -> Shift:  # fmt: skip
    made = services.add_shift(
        actor=keeper, public_id=uuid7(), activity=activity, begins_at=begins, ends_at=begins + timedelta(minutes=minutes),
        needed=needed, venue=None, place="学校一楼", at=at,
    )  # fmt: skip
    return whole_shift(made)


def whole_shift(row: Shift) -> Shift:
    return Shift.objects.select_related("activity__organisation__territory", "venue").get(pk=row.pk)


def called(street: Street, *, keeper: Standing | None = None, at: datetime = NOW, **more: Any) -> Shift:
    """A published activity with one shift."""
    times = {name: more.pop(name) for name in ("begins", "minutes", "needed") if name in more}
    keeper = keeper or street.keeper
    activity = an_activity(street, keeper=keeper, **more)
    made = a_shift(keeper, activity, at=at, **times)
    services.publish_activity(actor=keeper, activity=activity, is_verified=True, at=at)
    return whole_shift(made)


def applied(volunteer: Volunteer, shift: Shift, *, at: datetime = NOW, is_able: bool = False) -> Assignment:
    made = services.apply(
        actor=of(volunteer.person, at), public_id=uuid7(), shift=shift, volunteer=volunteer, is_able=is_able, at=at
    )
    return whole_assignment(made)


def whole_assignment(row: Assignment) -> Assignment:
    rows = Assignment.objects.select_related("shift__activity__organisation__territory", "person", "volunteer__person")
    return rows.get(pk=row.pk)


def assigned(
    keeper: Standing, volunteer: Volunteer, shift: Shift, *, at: datetime = NOW, is_able: bool = False
) -> Assignment:
    one = applied(volunteer, shift, at=at, is_able=is_able)
    services.assign(actor=keeper, assignment=one, at=at)
    return whole_assignment(one)


def served(
    keeper: Standing, one: Assignment, *, came: int = 0, went: int | None = None, pause: int = 0
) -> Service | None:
    """In and out, in minutes after the shift begins; noted when they go."""
    begins, ends = one.shift.during.lower, one.shift.during.upper
    at_in = begins + timedelta(minutes=came)
    at_out = begins + timedelta(minutes=went) if went is not None else ends
    services.check_in(actor=keeper, assignment=one, when=at_in, at=at_in)
    made = services.check_out(actor=keeper, assignment=one, when=at_out, pause_minutes=pause, at=at_out)
    return whole_service(made) if made is not None else None


def with_evidence(shift: Shift, *, but: str = "") -> Shift:
    """A stamped list and a photograph of a shift, as far as they are rows."""
    for place in {queries.LIST, queries.PROOF} - {but}:
        document = Document.objects.create(
            place=place, thing_key=str(shift.public_id), title="名单", keep_until=date(2040, 1, 1),
            organisation=shift.activity.organisation,
        )  # fmt: skip
        DocumentVersion.objects.create(
            document=document, number=1, public_id=uuid7(), file_name="a.pdf", content_type="pdf", byte_count=900,
            sha256="0" * 64, uploaded_by=shift.activity.drafted_by, uploaded_at=NOW, is_stored=False, scan="none",
            look="none",
        )  # fmt: skip
    return shift


def registered_late(
    keeper: Standing, volunteer: Volunteer, shift: Shift, *, came: int = 0, went: int | None = None, pause: int = 0,
    at: datetime | None = None, why: str = "签到表没带到现场",
) -> LateEntry:  # fmt: skip
    """Came and went in minutes after the shift begins; registered the day after it."""
    begins, ends = shift.during.lower, shift.during.upper
    made = services.register_late(
        actor=keeper, public_id=uuid7(), shift=shift, volunteer=volunteer, came_at=begins + timedelta(minutes=came),
        went_at=begins + timedelta(minutes=went) if went is not None else ends, pause_minutes=pause, why=why,
        at=at or ends + timedelta(days=1),
    )  # fmt: skip
    return whole_late(made)


def whole_late(row: LateEntry) -> LateEntry:
    return LateEntry.objects.select_related("shift__activity__organisation__territory", "person").get(pk=row.pk)


def whole_service(row: Service) -> Service:
    rows = Service.objects.select_related("organisation__territory", "activity", "person", "assignment")
    return rows.get(pk=row.pk)
