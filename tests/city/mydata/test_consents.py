"""Consent: per purpose and version, given and withdrawn as easily, only ever added to, asked by whoever needs it."""

from __future__ import annotations

import dataclasses
import re

import pytest
from django.db import InternalError, ProgrammingError, transaction
from django.urls import reverse

from city.situations import a_person
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.mydata import purposes, queries, rules, services
from xuecheng.city.mydata.models import Consent
from xuecheng.city.notices import services as notices
from xuecheng.city.notices.models import Notice
from xuecheng.city.refusals import FormUsedBefore

pytestmark = pytest.mark.django_db
NOW = clock.now()
PURPOSE = purposes.NEW_CLASSES


@pytest.fixture
def me():
    return a_person("冯国强")


@pytest.fixture
def new_text(monkeypatch):
    """The purpose gets a new text."""
    known = purposes.PURPOSES[PURPOSE]

    def come():
        newer = dataclasses.replace(known, versions=(*known.versions, known.words))
        monkeypatch.setitem(purposes.PURPOSES, PURPOSE, newer)

    return come


def say(person, *, is_given=True, **more):
    wished = {
        "actor": Standing(person=person),
        "public_id": uuid7(),
        "purpose": PURPOSE,
        "version": purposes.PURPOSES[PURPOSE].version,
        "is_given": is_given,
        "at": NOW,
        "language": "zh-hans",
    } | more
    return services.say_consent(**wished)


def test_who_said_nothing_has_not_agreed(me):
    assert not queries.given(me, PURPOSE)
    assert not any(choice.is_given for choice in queries.choices_of(me))


def test_given_and_withdrawn_and_both_are_kept(me):
    say(me)
    assert queries.given(me, PURPOSE)
    assert not queries.given(me, purposes.RESEARCH)
    assert not queries.given(a_person(), PURPOSE)
    say(me, is_given=False)
    assert not queries.given(me, PURPOSE)
    assert list(Consent.objects.order_by("id").values_list("is_given", flat=True)) == [True, False]


def test_a_new_text_asks_anew(me, new_text):
    say(me)
    new_text()
    assert not queries.given(me, PURPOSE)
    (choice,) = [one for one in queries.choices_of(me) if one.purpose.name == PURPOSE]
    assert choice.is_asked_anew
    say(me)
    assert queries.given(me, PURPOSE)


def test_nobody_agrees_to_a_text_that_they_did_not_see(me, new_text):
    new_text()
    with pytest.raises(rules.PurposeChanged):
        say(me, version=1)
    say(me, version=1, is_given=False)


def test_a_purpose_that_does_not_exist_is_never_agreed_to(me):
    with pytest.raises(rules.PurposeUnknown):
        say(me, purpose="photos")
    assert not queries.given(me, "photos")


def test_a_form_sent_twice_is_one_answer_and_not_another(me):
    first = say(me)
    assert say(me, public_id=first.public_id) == first
    with pytest.raises(FormUsedBefore):
        say(me, public_id=first.public_id, is_given=False)
    with pytest.raises(FormUsedBefore):
        say(a_person(), public_id=first.public_id)


@pytest.mark.parametrize("change", [lambda rows: rows.update(is_given=False), lambda rows: rows.delete()])
def test_what_was_said_is_never_changed(me, change):
    say(me)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        change(Consent.objects.all())


def test_a_merged_account_counts_with_the_kept_one_and_the_newest_word_holds(me):
    second = a_person()
    say(second)
    second.merged_into = me
    second.save()
    assert queries.given(me, PURPOSE)
    assert queries.who_gave(PURPOSE, [me.pk, second.pk]) == {me.pk, second.pk}
    say(me, is_given=False)
    assert queries.who_gave(PURPOSE, [me.pk, second.pk]) == set()


def test_asking_for_many_takes_as_many_queries_as_for_one(me, django_assert_num_queries):
    people = [me, *(a_person() for _ in range(9))]
    for person in people:
        say(person)
    with django_assert_num_queries(2):
        assert len(queries.who_gave(PURPOSE, [person.pk for person in people])) == 10


def test_a_notice_with_a_purpose_reaches_those_only_who_agree(me):
    other = a_person()
    say(me)
    for person in (me, other):
        notices.tell(person, "mydata.new_classes", {"class": "合唱班"}, key="class-1", at=NOW)
    assert list(Notice.objects.filter(kind="mydata.new_classes").values_list("person", flat=True)) == [me.pk]
    say(me, is_given=False)
    assert not notices.tell(me, "mydata.new_classes", {"class": "书法班"}, key="class-2", at=NOW)


class TestPages:
    def post(self, client, say, **more):
        data = {"public_id": uuid7(), "purpose": PURPOSE, "version": 1, "say": say} | more
        return client.post(reverse("mydata:consents"), data, follow=True)

    def test_one_button_gives_and_one_withdraws(self, client, me):
        client.force_login(me)
        assert not re.search(rb"<input[^>]* checked", client.get(reverse("mydata:consents")).content)
        assert self.post(client, "yes").status_code == 200
        assert queries.given(me, PURPOSE)
        assert self.post(client, "no").status_code == 200
        assert not queries.given(me, PURPOSE)

    def test_what_is_no_answer_changes_nothing(self, client, me):
        client.force_login(me)
        assert self.post(client, "perhaps").status_code == 422
        assert not Consent.objects.exists()
