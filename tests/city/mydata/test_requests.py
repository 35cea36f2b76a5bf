"""Requests to the data protection officer: their clock, who answers, who does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from city.situations import TODAY, a_person, a_stranger, forget_what_is_kept, holding, small_city
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.mydata import queries, rules, services
from xuecheng.city.mydata.models import Request
from xuecheng.city.notices.models import Notice
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def me(city):
    return a_person("冯国强", territory=city["五山街道"])


def officer_of(territory, name="区保护"):
    person = a_person(name, territory=territory)
    holding(person, "data_protection_officer", territory=territory)
    return standing_of(person, today=TODAY)


def ask(person, **more):
    wished = {
        "actor": Standing(person=person),
        "public_id": uuid7(),
        "kind": "delete",
        "words": "我的旧地址",
        "at": NOW,
    }
    return services.ask(**(wished | more))


def answer(officer, request, **more):
    return services.answer_request(**({"actor": officer, "request": request, "answer": "已删除。", "at": NOW} | more))


def test_the_clock_runs_from_the_day_on_which_it_was_asked(me):
    assert ask(me).due_on == clock.date_of(NOW) + timedelta(days=settings.MYDATA_ANSWER_DAYS)


def test_one_of_a_kind_at_a_time_and_a_form_sent_twice_is_one(me):
    first = ask(me)
    assert ask(me, public_id=first.public_id) == first
    with pytest.raises(FormUsedBefore):
        ask(me, public_id=first.public_id, words="别的")
    with pytest.raises(rules.RequestUnderWay):
        ask(me)
    ask(me, kind="correct")
    with pytest.raises(rules.WordsMissing):
        ask(me, kind="explain", words="  ")


def test_it_is_answered_once_and_the_person_is_told(me, city):
    request, officer = ask(me), officer_of(city["广州市"])
    with pytest.raises(rules.AnswerMissing):
        answer(officer, request, answer=" ")
    assert answer(officer, request).state == "answered"
    assert Notice.objects.filter(person=me, kind="mydata.request_answered").count() == 1
    with pytest.raises(rules.RequestEnded):
        answer(officer, request)
    with pytest.raises(rules.RequestEnded):
        services.take_back(actor=Standing(person=me), request=request)
    ask(me)


def test_what_was_taken_back_is_not_answered(me, city):
    request = ask(me)
    services.take_back(actor=Standing(person=me), request=request)
    with pytest.raises(rules.RequestEnded):
        answer(officer_of(city["广州市"]), request)


def test_only_the_officer_of_the_place_answers_and_nobody_for_themselves(me, city):
    request = ask(me)
    for other in (a_stranger(), officer_of(city["从化区"]), Standing(person=me)):
        with pytest.raises(Denied):
            answer(other, request)
    with pytest.raises(Denied):
        services.take_back(actor=a_stranger(), request=request)
    officer = officer_of(city["五山街道"])
    with pytest.raises(rules.NotOnesOwnRequest):
        answer(officer, ask(officer.person))
    assert Request.objects.filter(state="answered").count() == 0


def test_overdue_begins_the_day_after_the_last(me, city):
    request, officer = ask(me), officer_of(city["广州市"])
    assert queries.overdue(officer, today=request.due_on).count() == 0
    assert queries.overdue(officer, today=request.due_on + timedelta(days=1)).count() == 1
    assert queries.overdue(officer_of(city["从化区"]), today=request.due_on + timedelta(days=1)).count() == 0


class TestPages:
    def test_the_officer_sees_it_and_answers(self, client, me, city):
        request, officer = ask(me), officer_of(city["广州市"])
        Request.objects.filter(pk=request.pk).update(due_on=clock.today() - timedelta(days=1))
        client.force_login(officer.person)
        page = client.get(reverse("mydata:list_requests")).content.decode()
        assert "冯国强" in page
        place = reverse("mydata:answer_request", args=[request.public_id])
        assert client.get(place).status_code == 200
        assert client.post(place, {"answer": ""}).status_code == 422
        assert client.post(place, {"answer": "已删除。"}).status_code == 302
        client.force_login(me)
        assert "已删除。" in client.get(reverse("mydata:show")).content.decode()

    def test_others_do_not_find_it(self, client, me, city):
        request = ask(me)
        client.force_login(officer_of(city["从化区"]).person)
        assert client.get(reverse("mydata:answer_request", args=[request.public_id])).status_code == 404
        client.force_login(a_person())
        assert client.get(reverse("mydata:answer_request", args=[request.public_id])).status_code == 404
        assert client.post(reverse("mydata:take_back", args=[request.public_id])).status_code == 404

    def test_a_person_asks_and_takes_back(self, client, me):
        client.force_login(me)
        form = {"public_id": uuid7(), "kind": "correct", "words": "出生年份"}
        assert client.post(reverse("mydata:ask"), {**form, "words": ""}).status_code == 422
        assert client.post(reverse("mydata:ask"), form).status_code == 302
        request = Request.objects.get()
        assert client.post(reverse("mydata:take_back", args=[request.public_id])).status_code == 302
        request.refresh_from_db()
        assert request.state == "taken"

    def test_the_list_takes_the_same_queries_for_one_and_for_many(self, client, city, django_assert_max_num_queries):
        client.force_login(officer_of(city["广州市"]).person)
        counts = []
        for _ in range(2):
            for _person in range(4):
                ask(a_person(territory=city["五山街道"]))
            forget_what_is_kept()
            with django_assert_max_num_queries(100) as seen:
                client.get(reverse("mydata:list_requests"))
            counts.append(len(seen))
        assert counts[0] == counts[1]
