"""Two accounts become one person: what they served at one time is looked at (V-07); and the code of a certificate."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import a_person, holding
from coordination.volunteers.situations import (
    MORNING,
    Street,
    a_volunteer,
    assigned,
    called,
    of,
    served,
    somebody,
    whole_service,
)
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.notices.models import Notice
from xuecheng.city.people import merging
from xuecheng.coordination.volunteers import queries, services
from xuecheng.coordination.volunteers.models import Certificate, Service
from xuecheng.learning.credentials import wrong_tries
from xuecheng.learning.records.models import LearningRecord

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(days=1)


def test_overlaps_are_found_when_accounts_are_merged(street: Street) -> None:
    kept, merged = (a_volunteer(street, somebody(street)) for _number in range(2))
    shifts = [called(street), called(street, begins=MORNING + timedelta(minutes=170))]
    shifts.append(called(street, begins=MORNING + timedelta(minutes=600)))
    rows = [
        served(street.keeper, assigned(street.keeper, who, shift))
        for who, shift in zip((kept, merged, kept), shifts, strict=True)
    ]
    officer = a_person("窗口甲")
    holding(officer, "counter_clerk", territory=street.city["广州市"])
    merge = merging.merge_people(
        actor=of(officer, LATER), public_id=uuid7(), kept=kept.person, merged=merged.person, at=LATER, reason="同一人"
    )
    assert {row.state for row in rows if row is not None} == {"counted"}
    running.run(Job.objects.get(kind="volunteers.find_overlaps_of_merged").pk)
    assert list(Service.objects.order_by("pk").values_list("state", flat=True)) == ["review", "review", "counted"]
    stands = LearningRecord.objects.filter(is_latest=True, source="service").exclude(status="withdrawn")
    assert stands.count() == 1
    assert Notice.objects.filter(kind="volunteers.looked_at").count() == 2
    assert services.review_overlaps(person=kept.person_id, by=officer, at=LATER) == 0

    # An officer lets one count; the other cannot any more, unless the accounts are two again.
    first, second = (whole_service(one) for one in Service.objects.order_by("pk")[:2])
    decide = {"actor": street.officer, "counts": True, "why": "名单", "at": LATER}
    services.decide_service(service=first, **decide)
    with pytest.raises(services.StillOverlaps):
        services.decide_service(service=second, **decide)
    merging.unmerge_people(actor=of(officer, LATER), merge=merge, at=LATER, reason="错了")
    assert Job.objects.filter(kind="volunteers.find_overlaps_of_merged").count() == 1
    assert services.decide_service(service=second, **decide).state == "counted"


def test_anybody_with_the_code_sees_what_a_certificate_says_and_whether_it_holds(street: Street) -> None:
    wrong_tries.cache.clear()
    volunteer = a_volunteer(street)
    row = served(street.keeper, assigned(street.keeper, volunteer, called(street)))
    assert row is not None
    made = services.issue_certificate(
        actor=of(volunteer.person, LATER), public_id=uuid7(), volunteer=volunteer, language="zh-hans", at=LATER
    )
    assert made.code is not None
    client = Client()
    answer = client.get(reverse("credentials:verify_code", args=[made.code.lower()]))
    page = reverse("volunteers:verify_certificate", args=[made.code])
    assert (answer.status_code, answer["Location"]) == (302, page)
    said = client.get(page).content.decode()
    for words in (volunteer.person.name, made.code, "属实", "教邻居用手机"):
        assert words in said
    # A service in it is found to overlap later: the sheet is genuine, and its hours are not those of today.
    Service.objects.filter(pk=row.pk).update(state="review")
    found = queries.certificate_with(made.code)
    assert found is not None
    assert (found.holds, found.minutes_now) == (False, 0)
    assert "时长后来有变" in client.get(page).content.decode()
    for _try in range(wrong_tries.MOST):
        assert client.get(reverse("volunteers:verify_certificate", args=["M6SH-CDC2-YJ8J"])).status_code == 404
    assert client.get(page).status_code == 429
    assert Certificate.objects.count() == 1
    wrong_tries.cache.clear()
