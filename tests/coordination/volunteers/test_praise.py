"""Evaluation and awards (V-06), and the list as a file with what identifies masked (V-11)."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from city.identity.conftest import has_contact
from coordination.volunteers.situations import (
    NOW,
    Street,
    a_volunteer,
    an_activity,
    assigned,
    called,
    served,
    somebody,
    whole,
)
from xuecheng.city.access.models import Reading
from xuecheng.city.ids import uuid7
from xuecheng.city.rights import Denied
from xuecheng.coordination.volunteers import exports, queries, services
from xuecheng.coordination.volunteers.models import Award, Evaluation, Volunteer

pytestmark = pytest.mark.django_db


def by(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_only_what_was_served_is_evaluated_by_its_organiser(street: Street) -> None:
    volunteer = a_volunteer(street)
    shift = called(street)
    said: dict[str, Any] = {
        "actor": street.keeper,
        "volunteer": volunteer,
        "activity": whole(shift.activity),
        "at": NOW,
    }
    with pytest.raises(services.NotServedThere):
        services.evaluate(mark="good", words="", **said)
    served(street.keeper, assigned(street.keeper, volunteer, shift))
    with pytest.raises(services.PoorSaysWhy):
        services.evaluate(mark="poor", words=" ", **said)
    with pytest.raises(Denied):
        services.evaluate(mark="good", words="", **said | {"actor": street.far_keeper})
    services.evaluate(mark="poor", words="迟到一小时", **said)
    for _again in range(2):
        row = services.evaluate(mark="excellent", words="耐心", **said)
    assert (Evaluation.objects.count(), row.mark) == (1, "excellent")
    assert queries.evaluations_seen(street.keeper, volunteer) == queries.evaluations_of(volunteer) == [row]
    assert queries.evaluations_seen(street.far_keeper, volunteer) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.update(by=volunteer.person)


def test_awards_are_entered_by_whoever_saw_them(street: Street) -> None:
    volunteer = a_volunteer(street)
    wish: dict[str, Any] = {
        "actor": street.keeper, "public_id": uuid7(), "volunteer": volunteer, "organisation": street.station,
        "title": "优秀志愿者", "given_by": "天河区民政局", "given_on": NOW.date(), "proof": "证书原件，本人留存", "at": NOW,
    }  # fmt: skip
    for wrong, refusal in (
        ({"title": " "}, services.AwardUnnamed), ({"given_by": ""}, services.AwardUnnamed),
        ({"proof": ""}, services.ProofMissing), ({"given_on": NOW.date() + timedelta(days=1)}, services.GivenInFuture),
        ({"actor": street.far_keeper}, Denied),
        ({"actor": street.far_keeper, "organisation": street.far}, services.NotOurs),
    ):  # fmt: skip
        with pytest.raises(refusal):
            services.record_award(**wish | wrong)
    for _again in range(2):
        row = services.record_award(**wish)
    assert Award.objects.count() == 1
    for _again in range(2):
        services.withdraw_award(actor=street.keeper, award=row, organisation=street.station, at=NOW)
    assert Award.objects.get().withdrawn_at == NOW


def test_pages_of_evaluation_and_awards_and_the_list_as_a_file(street: Street) -> None:
    person = somebody(street, "陈惠芬")
    has_contact(person, "138 0013 8000")
    volunteer = a_volunteer(street, person)
    a_volunteer(street, somebody(street, "邱远"), actor=street.far_keeper, organisation=street.far)
    shift = called(street)
    served(street.keeper, assigned(street.keeper, volunteer, shift))
    other = an_activity(street)
    desk = by(street.keeper.person)

    def keep(verb: str, **data: str) -> int:
        return desk.post(reverse("volunteers:keep_volunteer", args=[volunteer.public_id, verb]), data).status_code

    assert keep("evaluation", activity=str(other.public_id), mark="good") == 422
    assert keep("evaluation", activity=str(shift.activity.public_id), mark="poor") == 422
    assert keep("evaluation", activity=str(shift.activity.public_id), mark="good", words="很耐心") == 302
    award = {
        "public_id": str(uuid4()),
        "title": "优秀志愿者",
        "given_by": "区民政局",
        "given_on": "2026-05-01",
        "proof": "证书",
    }
    assert keep("award", **award | {"title": ""}) == 422
    assert keep("award", **award) == 302
    assert Award.objects.get().given_on == date(2026, 5, 1)
    for client, page in (
        (desk, reverse("volunteers:show_volunteer", args=[volunteer.public_id])),
        (by(person), reverse("volunteers:show_own")),
    ):
        said = client.get(page).content.decode()
        assert "很耐心" in said
        assert "优秀志愿者" in said
    assert keep("award-back", award=str(Award.objects.get().pk)) == 302
    assert keep("award-back", award="77") == 404

    door = reverse("volunteers:export_volunteers")
    text = b"".join(desk.get(door).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # it streams
    assert "陈＊＊" in text
    assert "180" in text
    assert str(volunteer.public_id) in text
    assert not any(told in text for told in ("陈惠芬", "13800138000", "138 0013 8000", "邱"))
    assert Reading.objects.get(what="export").person_id == person.pk
    sheet = load_workbook(BytesIO(desk.get(door, {"as": "xlsx"}).content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows[0]) == len(exports.COLUMNS)
    assert [row[1] for row in rows[1:]] == ["陈＊＊"]
    assert by(person).get(door).status_code == 403
    assert Volunteer.objects.count() == 2
