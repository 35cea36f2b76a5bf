"""Who, when and why: written by triggers, read on the record's page."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from city.situations import a_person, an_organisation, small_city
from xuecheng.city import trace
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person

pytestmark = pytest.mark.django_db


def rename(person, name, *, by, why):
    with trace.change(by=by, why=why):
        Person.objects.filter(pk=person.pk).update(name=name)


def test_every_change_leaves_a_line_with_who_and_why_newest_first():
    clerk, person = a_person("何办事"), a_person("陈一")
    rename(person, "陈二", by=clerk, why="身份证更名")
    rename(person, "陈三", by=trace.robot("recognition"), why="批量更正")
    entries = trace.history_of(person)
    assert [(one.what, one.by_name, one.why) for one in entries] == [
        ("update", "recognition", "批量更正"),
        ("update", "何办事", "身份证更名"),
        ("insert", "", ""),
    ]
    assert [one.changes for one in entries] == [{"name": ("陈二", "陈三")}, {"name": ("陈一", "陈二")}, {}]


def test_the_limit_cuts_the_oldest_and_still_knows_what_they_changed():
    clerk, person = a_person(), a_person("0")
    for number in range(1, 6):
        rename(person, str(number), by=clerk, why="改")
    entries = trace.history_of(person, limit=2)
    assert [one.changes["name"] for one in entries] == [("4", "5"), ("3", "4")]


def test_a_blank_reason_is_refused_before_anything_is_written():
    person = a_person("陈一")
    with pytest.raises(trace.ReasonMissing):
        rename(person, "陈二", by=person, why="  ")
    person.refresh_from_db()
    assert person.name == "陈一"


def test_a_change_within_a_change_joins_it_and_keeps_both_reasons():
    outer, inner, person = a_person("外"), a_person("内"), a_person("陈一")
    with trace.change(by=outer, why="合并机构"):
        rename(person, "陈二", by=inner, why="随之更名")
        Person.objects.filter(pk=person.pk).update(name="陈三")
    entry = trace.history_of(person)[0]
    assert (entry.by_name, entry.why) == ("外", "合并机构 / 随之更名")
    assert entry.changes == {"name": ("陈一", "陈三")}
    # What is written after it in the same transaction is not its, and the next change is its own again.
    Person.objects.filter(pk=person.pk).update(name="陈三半")
    assert (trace.history_of(person)[0].by_name, trace.history_of(person)[0].why) == ("", "")
    rename(person, "陈四", by=inner, why="又改")
    assert (trace.history_of(person)[0].by_name, trace.history_of(person)[0].why) == ("内", "又改")


def test_each_of_several_reasons_is_told_in_the_readers_language():
    clerk, person = a_person("何办事"), a_person("陈一")
    with trace.change(by=clerk, why="Completion decided"), trace.change(by=clerk, why="Completed"):
        Person.objects.filter(pk=person.pk).update(name="陈二")
    entry = trace.history_of(person)[0]
    assert entry.why == "Completion decided / Completed"
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(entry.reason)
    rename(person, "陈三", by=clerk, why="身份证 / 户口簿")
    assert trace.history_of(person)[0].reason == "身份证 / 户口簿"


def test_what_follows_by_rule_is_an_entry_of_its_own_and_tells_nobody_who_set_it_off():
    who, first, next_one = a_person("走的人"), a_person("陈一"), a_person("李一")
    with trace.change(by=who, why="不来了"):
        Person.objects.filter(pk=first.pk).update(name="陈二")
        with trace.following(by=trace.robot("enrolment"), why="有空位"):
            Person.objects.filter(pk=next_one.pk).update(name="李二")
            assert trace.who() == trace.robot("enrolment")
        assert trace.who() == who
        Person.objects.filter(pk=first.pk).update(name="陈三")
    (told,) = [one for one in trace.history_of(next_one) if one.what == "update"]
    assert (told.by_name, told.is_robot, told.why) == ("enrolment", True, "有空位")
    (own,) = [one for one in trace.history_of(first) if one.what == "update"]
    assert (own.by_name, own.why, own.changes) == ("走的人", "不来了", {"name": ("陈一", "陈三")})
    with trace.following(by=trace.robot("enrolment"), why="自己的"):
        Person.objects.filter(pk=next_one.pk).update(name="李三")
    assert trace.history_of(next_one)[0].why == "自己的"


def test_what_follows_falls_with_the_change_and_leaves_the_next_clean():
    who, person = a_person("走的人"), a_person("陈一")

    def fall():
        with trace.change(by=who, why="不来了"), trace.following(by=trace.robot("enrolment"), why="有空位"):
            Person.objects.filter(pk=person.pk).update(name="陈二")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fall()
    assert [one.what for one in trace.history_of(person)] == ["insert"]
    rename(person, "陈三", by=who, why="好")
    assert (trace.history_of(person)[0].by_name, trace.history_of(person)[0].why) == ("走的人", "好")


def test_a_failed_change_leaves_no_line_and_the_next_is_clean():
    person = a_person("陈一")

    def fall():
        with trace.change(by=person, why="坏"):
            Person.objects.filter(pk=person.pk).update(name="陈二")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fall()
    assert [one.what for one in trace.history_of(person)] == ["insert"]
    rename(person, "陈三", by=person, why="好")
    assert trace.history_of(person)[0].why == "好"


def test_passwords_and_sign_ins_are_no_history():
    person = a_person()
    Person.objects.filter(pk=person.pk).update(password="secret", last_login="2026-11-23T00:00+08:00")
    assert len(trace.history_of(person)) == 1


def test_a_page_shows_labels_words_and_names_instead_of_columns_and_keys():
    city = small_city()
    college, other = an_organisation(city["天河区"]), an_organisation(city["广州市"])
    with trace.change(by=a_person("何办事"), why="调整"):
        Organisation.objects.filter(pk=college.pk).update(parent=other, is_active=False, tier="street")
    (entry, _insert) = trace.history_of(college)
    shown = {(one.before, one.after) for one in entry.shown}
    assert any(after == other.name_zh for _before, after in shown)
    assert len(shown) == 3
    assert all(one.label and one.label != "parent_id" for one in entry.shown)


# Real commits: inside one transaction all history has the same time, and its order would be chance.
@pytest.mark.django_db(transaction=True)
def test_several_rows_are_one_history_with_a_fixed_number_of_queries(django_assert_num_queries):
    city = small_city()
    college = an_organisation(city["天河区"])
    statuses = list(college.statuses.all())
    with trace.change(by=a_person("何办事"), why="停用"):
        college.statuses.update(state="suspended")
        Organisation.objects.filter(pk=college.pk).update(is_active=False)
    with django_assert_num_queries(2):
        entries = trace.history_of(college, *statuses)
    # What was written in one change is one line; what came outside any change stands alone.
    assert sorted((one.what, one.why) for one in entries) == [("insert", ""), ("update", ""), ("update", "停用")]
    assert len(next(one for one in entries if one.why).shown) == 2


def test_the_application_can_neither_change_nor_delete_history():
    person = a_person()
    for statement in ("update people_personevent set name = 'x'", "delete from people_personevent"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert trace.history_of(person)


def test_a_robot_is_told_from_a_person_and_speaks_the_readers_language():
    person = a_person("陈一")
    rename(person, "陈二", by=trace.robot("calendar"), why="The day of a recorded change has come")
    entry = trace.history_of(person)[0]
    assert entry.is_robot
    assert entry.by
    assert entry.reason
    rename(person, "陈三", by=a_person("calendar"), why="改")
    entry = trace.history_of(person)[0]
    assert (entry.is_robot, entry.by, entry.reason) == (False, "calendar", "改")


# Real commits: inside one transaction all history has the same time, and its order would be chance.
@pytest.mark.django_db(transaction=True)
def test_a_row_that_comes_to_belong_to_the_record_is_told_by_what_it_brings():
    city = small_city()
    college = an_organisation(city["天河区"])
    with trace.change(by=a_person("何办事"), why="停用"):
        college.statuses.update(during=("2023-06-30", "2026-12-01"))
        status = college.statuses.create(state="suspended", during=("2026-12-01", None))
    entry = trace.history_of(college, *college.statuses.all())[0]
    assert entry.what == "update"
    assert status.get_state_display() in {one.after for one in entry.shown}
    assert college.name_zh not in {one.after for one in entry.shown}


def test_a_robot_has_one_id_everywhere():
    assert trace.robot("recognition").public_id == trace.robot("recognition").public_id
    assert trace.robot("recognition").public_id.version == 8
    assert trace.robot("sealing").public_id != trace.robot("recognition").public_id
