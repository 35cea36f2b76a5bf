"""A helper does what was entrusted on the learning floor: it is the person's, and the trace and the log say by whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from learning.account import makers
from learning.records.situations import a_desk, a_learner
from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.care import services as care
from xuecheng.city.care.models import Deed
from xuecheng.city.ids import uuid7
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.records.models import Dispute

pytestmark = pytest.mark.django_db


def acting(client: Client, person, *tasks: str):
    helper = makers.person("冯嘉敏")
    proxy = care.grant_proxy(
        actor=Standing(person=person), public_id=uuid7(), helper=helper, tasks=tasks,
        ends_on=clock.today() + timedelta(days=3), at=clock.now(),
    )  # fmt: skip
    client.force_login(helper)
    assert client.post(f"/care/helping/proxy/{proxy.public_id}/").status_code == 302
    return helper


def test_a_transcript_is_the_persons_and_the_deed_the_helpers(client: Client) -> None:
    elder = makers.learner("陈惠芬")
    makers.credit(elder, 150, title="太极拳初级")
    helper = acting(client, elder, "transcript")
    page = client.get("/transcripts/new/")
    assert page.status_code == 200
    kinds = [value for value, _label in page.context["form"].fields["kinds"].choices]
    answer = client.post("/transcripts/new/", {"language": "zh-hans", "kinds": kinds})
    assert answer.status_code == 302
    (made,) = Transcript.objects.all()
    assert made.learner == elder
    (deed,) = Deed.objects.all()
    assert (deed.person_id, deed.helper_id, deed.why) == (elder.pk, helper.pk, "A transcript was issued")
    assert client.get(f"/transcripts/{made.code}/").status_code == 200
    assert set(Reading.objects.filter(person=elder).values_list("reader", "via")) == {(helper.pk, "proxy")}
    # Seeing and getting was named; revoking was not, nor the account.
    assert client.get(f"/transcripts/{made.code}/revoke/").status_code == 403
    assert client.get("/account/").status_code == 403
    client.force_login(elder)
    assert "冯嘉敏" in client.get("/care/helpers/").content.decode()


def test_an_objection_is_the_persons_and_the_deed_the_helpers(client: Client) -> None:
    elder = a_learner("冯国强")
    record = a_desk().record(elder)
    helper = acting(client, elder, "object")
    assert client.get(f"/records/{record.pk}/").status_code == 200
    answer = client.post(f"/records/{record.pk}/dispute/", {"complaint": "学时写少了"})
    assert answer.status_code == 302
    assert Dispute.objects.get().learner == elder
    (deed,) = Deed.objects.all()
    assert (deed.helper_id, deed.why) == (helper.pk, "学时写少了")
