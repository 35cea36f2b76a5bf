"""Learners hear of changes to their records and of answers; registrars of disputes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from city.situations import a_person, a_registrar, holding
from learning.records.situations import NOW, a_desk, a_learner, standing
from xuecheng.city.notices.models import Notice
from xuecheng.learning.records import news, services
from xuecheng.learning.records.services import EntryRefused

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[int]:
    return sorted(Notice.objects.filter(kind=kind).values_list("person", flat=True))


def dispute(record):
    return services.dispute_record(actor=standing(record.learner), record=record, complaint="我上满了课", at=NOW)


def test_those_who_may_answer_hear_of_a_dispute_and_nobody_else():
    desk = a_desk()
    second = a_registrar(desk.college, "何登记")
    former = a_registrar(desk.college, "离职的")
    former.person.is_active = False
    former.person.save()
    holding(a_person("认证员"), "certification_officer", territory=desk.district)
    opened = dispute(desk.record())
    assert told(news.OPENED) == sorted([desk.registrar.person.pk, second.person.pk])
    notice = Notice.objects.filter(kind=news.OPENED).first()
    assert notice.about == ["records:answer_dispute", opened.pk]
    assert notice.values["due"] == {"on": "2026-12-07"}


def test_a_dispute_that_is_refused_tells_nobody():
    desk = a_desk()
    record = desk.record()
    dispute(record)
    many = Notice.objects.count()
    with pytest.raises(services.DisputeOpen):
        dispute(record)
    assert Notice.objects.count() == many


def test_the_learner_hears_of_the_answer_but_the_notice_does_not_hold_it():
    desk = a_desk()
    record = desk.record()
    opened = dispute(record)
    services.answer_dispute(actor=desk.registrar, dispute=opened, state="upheld", answer="已核对考勤", at=NOW)
    notice = Notice.objects.get(kind=news.ANSWERED)
    assert notice.person_id == record.learner_id
    assert notice.about == ["records:show_record", record.pk]
    assert "考勤" not in str(notice.values)


def test_the_learner_hears_of_a_correction_by_hand_and_is_led_to_the_newest_version(client):
    desk = a_desk()
    record = desk.record()
    newest = services.correct_record(
        actor=desk.registrar, record=record, changes={"grade": "90"}, reason="登分有误", at=NOW
    )
    notice = Notice.objects.get(kind=news.CORRECTED)
    assert (notice.person_id, notice.about) == (record.learner_id, ["records:show_record", newest.pk])
    client.force_login(record.learner)
    answer = client.get(reverse("notices:open_notice", args=[notice.message_id]), follow=True)
    assert answer.status_code == 200


def test_a_correction_that_is_refused_tells_nobody():
    desk = a_desk()
    record = desk.record()
    with pytest.raises((EntryRefused, services.NothingChanged)):
        services.correct_record(actor=desk.registrar, record=record, changes={}, reason="没有改", at=NOW)
    assert told(news.CORRECTED) == []


def test_corrections_by_a_file_are_told_each_once():
    desk = a_desk()
    learners = [a_learner(), a_learner()]
    rows = [desk.row(learner) for learner in learners]
    desk.enter(*rows)
    again = [row._replace(grade="91", replaces=1, reason="复核") for row in rows]
    for _time in range(2):
        desk.enter(*again)
    assert told(news.CORRECTED) == sorted(learner.pk for learner in learners)


def test_a_withdrawal_by_the_institution_is_told():
    desk = a_desk()
    record = desk.record()
    services.withdraw_record(actor=desk.registrar, record=record, reason="报错了人", at=NOW)
    assert told(news.WITHDRAWN) == [record.learner_id]
