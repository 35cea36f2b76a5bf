"""A unit asks for the loan of a room; the owner grants or refuses it (A4, P-03)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from city.situations import a_registrar, a_stranger, an_organisation
from coordination.facilities.situations import MONDAY, NOW, Town, a_request, booked, on, open_always
from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.notices.models import Notice
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.facilities import queries, rules, services
from xuecheng.coordination.facilities.models import LoanRequest, RoomLoan

pytestmark = pytest.mark.django_db
TODAY = clock.date_of(NOW)
WHY = "周二晚上合唱团要用，周三可以"


def an_asker(town: Town) -> tuple[Organisation, Standing]:
    """A unit with no room of its own, and its clerk."""
    unit = an_organisation(town.city["从化区"], name_zh="从化区社区学院")
    return unit, a_registrar(unit, "邱老师")


def again(row: LoanRequest) -> LoanRequest:
    return queries.whole_requests().get(pk=row.pk)


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("person__name", flat=True))


def test_what_is_asked_is_granted_as_it_was_asked_and_then_booked(town: Town) -> None:
    unit, clerk = an_asker(town)
    room = open_always(town.keeper, town.college)
    row = a_request(clerk, unit, room.venue, space=room, weekdays=[MONDAY.weekday()])
    assert told("facilities.room_asked") == {town.keeper.person.name}
    evening = (on(MONDAY, "19:00"), on(MONDAY, "21:00"))
    own = {"actor": clerk, "group_name": "", "group_organisation": unit}
    with pytest.raises(Denied):
        booked(town, room, *evening, **own)
    done = services.grant_request(actor=town.keeper, request=row, at=NOW)
    assert services.grant_request(actor=town.keeper, request=row, at=NOW).loan_id == done.loan_id
    loan = RoomLoan.objects.get()
    assert (loan.borrower, loan.lender, loan.space, loan.purpose) == (unit, town.college, room, row.purpose)
    asked = again(row)
    assert (loan.during, loan.minutes, loan.weekdays) == (asked.during, asked.minutes, asked.weekdays)
    assert loan.consented_by == town.keeper.person
    assert told("facilities.room_lent") == {"邱老师"}
    assert booked(town, room, *evening, **own).state == "confirmed"


def test_a_no_has_its_reason_and_whoever_asked_reads_it(town: Town) -> None:
    unit, clerk = an_asker(town)
    row = a_request(clerk, unit, town.venue)
    with pytest.raises(services.ReasonNeeded):
        services.refuse_request(actor=town.keeper, request=row, why="  ", at=NOW)
    services.refuse_request(actor=town.keeper, request=row, why=WHY, at=NOW)
    assert (again(row).state, again(row).answer, again(row).answered_by) == ("refused", WHY, town.keeper.person)
    assert told("facilities.room_not_lent") == {"邱老师"}
    assert trace.history_of(again(row))[0].why == WHY
    for act in (services.grant_request, services.take_back_request):
        with pytest.raises(services.RequestAnswered):
            act(actor=town.keeper if act is services.grant_request else clerk, request=row, at=NOW)
    assert not RoomLoan.objects.exists()
    # What would do is asked for anew.
    assert a_request(clerk, unit, town.venue, weekdays=[2]).state == "asked"


def test_each_speaks_for_its_own_side_only(town: Town) -> None:
    unit, clerk = an_asker(town)
    row = a_request(clerk, unit, town.venue)
    elsewhere = a_registrar(an_organisation(town.city["天河区"]), "别处的人")
    for actor in (clerk, elsewhere, a_stranger()):
        with pytest.raises(Denied):
            services.grant_request(actor=actor, request=row, at=NOW)
        with pytest.raises(Denied):
            services.refuse_request(actor=actor, request=row, why=WHY, at=NOW)
    for actor in (town.keeper, elsewhere, a_stranger()):
        with pytest.raises(Denied):
            services.take_back_request(actor=actor, request=row, at=NOW)
        with pytest.raises(Denied):
            a_request(actor, unit, town.venue, weekdays=[2])
    for viewer, sees in ((clerk, True), (town.keeper, True), (elsewhere, False), (a_stranger(), False)):
        assert queries.loan_requests(viewer).exists() is sees
    assert (queries.requests_to_answer(town.keeper).count(), queries.requests_to_answer(clerk).count()) == (1, 0)
    services.take_back_request(actor=clerk, request=row, at=NOW)
    assert again(row).state == "taken_back"
    assert not queries.requests_to_answer(town.keeper).exists()


def test_asked_once_for_a_room_and_not_of_oneself(town: Town) -> None:
    unit, clerk = an_asker(town)
    number = uuid7()
    text = services.LoanText(
        begins_on=TODAY, ends_on=TODAY + timedelta(days=30), weekdays=[1], begins=540, ends=600, purpose="书法班"
    )
    wish: dict[str, Any] = {
        "actor": clerk, "public_id": number, "venue": town.venue, "space": town.hall, "unit": unit, "text": text, "at": NOW,
    }  # fmt: skip
    made = services.ask_for_room(**wish)
    assert services.ask_for_room(**wish) == made
    with pytest.raises(FormUsedBefore):
        services.ask_for_room(**(wish | {"space": None}))
    with pytest.raises(services.AskedAlready):
        services.ask_for_room(**(wish | {"public_id": uuid7()}))
    other = {"public_id": uuid7(), "space": None}
    assert services.ask_for_room(**(wish | other)).space is None
    with pytest.raises(services.AskedAlready):
        services.ask_for_room(**(wish | other | {"public_id": uuid7()}))
    with pytest.raises(services.LentToItself):
        services.ask_for_room(**(wish | {"actor": town.keeper, "unit": town.college, "public_id": uuid7()}))
    services.close_venue(actor=town.keeper, venue=town.venue, why="大修")
    with pytest.raises(services.PlaceClosed):
        services.ask_for_room(**(wish | {"public_id": uuid7(), "space": town.corner}))


def test_what_is_over_is_not_lent_any_more(town: Town) -> None:
    unit, clerk = an_asker(town)
    row = a_request(clerk, unit, town.venue)
    with pytest.raises(rules.LoanPeriodWrong):
        services.grant_request(actor=town.keeper, request=row, at=NOW + timedelta(weeks=20))
    assert again(row).state == "asked"


def test_the_database_keeps_what_was_asked_and_answered(town: Town) -> None:
    unit, clerk = an_asker(town)
    row = a_request(clerk, unit, town.venue)
    rows = LoanRequest.objects.filter(pk=row.pk)

    def refused(name: str, **values: Any) -> None:
        with pytest.raises(IntegrityError) as raised, transaction.atomic():
            rows.update(**values)
        cause: Any = raised.value.__cause__
        assert cause.diag.constraint_name == name

    answered = {"answered_by": town.keeper.person, "answered_at": NOW}
    refused("loan_request_stays", purpose="别的")
    refused("loan_request_granted_is_lent", state="granted", **answered)
    refused("loan_request_refused_has_reason", state="refused", **answered)
    refused("loan_request_answered_by_somebody", state="taken_back")
    services.refuse_request(actor=town.keeper, request=row, why=WHY, at=NOW)
    refused("loan_request_stays", answer="改口")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_from_asking_to_the_answer(client: Client, town: Town, language: str) -> None:
    client.cookies["django_language"] = language
    unit, clerk = an_asker(town)
    place = reverse("facilities:show_venue", args=[town.venue.public_id])
    ask = reverse("facilities:ask_for_room", args=[town.venue.public_id])
    assert ask not in client.get(place).content.decode()  # a visitor
    client.force_login(clerk.person)
    assert ask in client.get(place).content.decode()
    form = client.get(ask).context["form"]
    assert form["unit"].value() == unit.pk
    today = clock.today()
    wish = {
        "public_id": uuid7(), "unit": unit.pk, "space": town.hall.pk, "begins_on": today.isoformat(),
        "ends_on": (today + timedelta(days=60)).isoformat(), "weekdays": ["1"], "begins": "19:00", "ends": "21:00",
        "purpose": "冬季书法班",
    }  # fmt: skip
    for wrong, field in (
        ({"ends": "18:00"}, "weekdays"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"unit": ""}, "unit"),
    ):
        answer = client.post(ask, wish | wrong)
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {field}
    there = client.post(ask, wish)["Location"]
    shown = client.get(there)
    assert (shown.context["may_answer"], shown.context["may_take_back"]) == (False, True)
    assert "冬季书法班" in client.get(reverse("facilities:list_requests")).content.decode()
    client.force_login(town.keeper.person)
    assert ask not in client.get(place).content.decode()
    assert client.get(there).context["may_answer"]
    row = LoanRequest.objects.get()

    def to(verb: str) -> str:
        return reverse("facilities:answer_request", args=[row.public_id, verb])

    assert client.post(to("refuse"), {"why": ""}).status_code == 422
    assert client.post(to("sing")).status_code == 404
    assert client.post(to("grant"))["Location"] == there
    assert again(row).state == "granted"
    assert client.get(there).status_code == 200
    assert client.get(place).context["loans"]
    client.force_login(a_stranger().person)
    assert client.get(there).status_code == 404
    assert client.post(to("take-back")).status_code == 404
    assert client.get(ask).status_code == 403
    assert client.get(reverse("facilities:list_requests")).status_code == 403
