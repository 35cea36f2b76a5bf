"""Two accounts of one person: found, decided, merged, undone; sign-in, roles and four eyes follow."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from city.situations import TODAY, a_person, an_organisation, holding, small_city
from city.test_races import at_once
from xuecheng.city import clock, rights, trace
from xuecheng.city.access.queries import standing_of
from xuecheng.city.access.services import NobodyGrantsToThemselves, grant_role
from xuecheng.city.people import duplicates, groups, merging, queries
from xuecheng.city.people.models import DuplicateCandidate, Person, PersonMerge
from xuecheng.city.rights import Denied, Scope

NOW = clock.now()


@pytest.fixture
def city(db):
    return small_city()


@pytest.fixture
def officer(city):
    person = a_person("窗口甲")
    holding(person, "counter_clerk", territory=city["广州市"])
    return standing_of(person, today=TODAY)


def people(city, *names):
    return [a_person(name, territory=city["五山街道"]) for name in names]


def merge(officer, kept, merged, *, public_id=None):
    return merging.merge_people(
        actor=officer, public_id=public_id or uuid4(), kept=kept, merged=merged, at=NOW, reason="同一人"
    )


def undo(officer, one):
    return merging.unmerge_people(actor=officer, merge=one, at=NOW, reason="弄错了")


def pointers():
    return dict(Person.objects.exclude(merged_into=None).values_list("pk", "merged_into"))


def test_a_merge_points_one_account_to_the_other_and_undoing_it_is_exact(city, officer):
    kept, merged = people(city, "陈嘉敏", "陈嘉敏")
    before = list(Person.objects.order_by("pk").values())
    one = merge(officer, kept, merged)
    merged.refresh_from_db()
    assert merged.merged_into_id == kept.pk
    assert groups.keys_of(kept) == groups.keys_of(merged) == (kept.pk, merged.pk)
    undo(officer, one)
    assert list(Person.objects.order_by("pk").values()) == before
    assert groups.keys_of(merged) == (merged.pk,)


def test_repeated_it_is_one_merge_and_the_id_is_for_no_other(city, officer):
    kept, merged, third = people(city, "甲", "乙", "丙")
    public_id = uuid4()
    assert merge(officer, kept, merged, public_id=public_id) == merge(officer, kept, merged, public_id=public_id)
    with pytest.raises(merging.FormUsedBefore):
        merge(officer, kept, third, public_id=public_id)


def test_chains_point_to_their_root_and_come_apart_in_any_order(city, officer):
    first, second, third = people(city, "甲", "乙", "丙")
    low = merge(officer, second, third)
    high = merge(officer, first, second)
    assert pointers() == {second.pk: first.pk, third.pk: first.pk}
    undo(officer, low)
    assert pointers() == {second.pk: first.pk}
    undo(officer, high)
    assert pointers() == {}
    low, high = merge(officer, second, third), merge(officer, first, second)
    undo(officer, high)
    assert pointers() == {third.pk: second.pk}
    undo(officer, low)
    assert pointers() == {}


def test_refused_are_oneself_a_merged_account_an_undone_merge_and_no_reason(city, officer):
    kept, merged, third = people(city, "甲", "乙", "丙")
    with pytest.raises(merging.SameAccount):
        merge(officer, kept, kept)
    one = merge(officer, kept, merged)
    with pytest.raises(merging.MergedAlready):
        merge(officer, third, merged)
    with pytest.raises(merging.MergedAlready):
        merge(officer, merged, third)
    undo(officer, one)
    with pytest.raises(merging.MergeUndone):
        undo(officer, one)
    with pytest.raises(trace.ReasonMissing):
        merging.merge_people(actor=officer, public_id=uuid4(), kept=kept, merged=merged, at=NOW, reason=" ")
    with pytest.raises(merging.NobodyMergesThemselves):
        merge(officer, officer.person, kept) if officer.person.territory else merge(
            standing_of(officer.person, today=TODAY), officer.person, kept
        )


def test_the_right_is_needed_where_both_live(city):
    person = a_person("窗口乙")
    holding(person, "counter_clerk", territory=city["天河区"])
    local = standing_of(person, today=TODAY)
    here, there = a_person("甲", territory=city["五山街道"]), a_person("甲", territory=city["街口街道"])
    for pair in ((here, there), (there, here)):
        with pytest.raises(Denied):
            merge(local, *pair)
    with pytest.raises(Denied):
        merge(standing_of(a_person(), today=TODAY), here, here)
    assert pointers() == {}


def test_who_merged_and_undid_and_why_stands_in_the_history(city, officer):
    kept, merged = people(city, "甲", "乙")
    one = merge(officer, kept, merged)
    undo(officer, one)
    reasons = [(entry.by, entry.why) for entry in trace.history_of(one)]
    assert reasons == [("窗口甲", "弄错了"), ("窗口甲", "同一人")]
    assert [entry.why for entry in trace.history_of(merged)][:2] == ["弄错了", "同一人"]


def test_roles_of_both_count_for_the_one_and_not_after_undoing(city, officer):
    kept, merged = people(city, "甲", "乙")
    college = an_organisation(city["五山街道"])
    holding(merged, "registrar", organisation=college)
    scope = Scope(organisation_id=college.pk, territory_path=college.territory.path)
    assert not standing_of(kept, today=TODAY).may("records.enter_record", scope)
    one = merge(officer, kept, merged)
    found = standing_of(kept, today=TODAY)
    assert found.may("records.enter_record", scope)
    assert found.person_keys == (kept.pk, merged.pk)
    assert found.may("people.see_person", Scope(person_id=merged.pk)), "what is the other's is one's own"
    undo(officer, one)
    assert not standing_of(kept, today=TODAY).may("records.enter_record", scope)


def test_a_standing_costs_one_query_whether_merged_or_not(city, officer, django_assert_num_queries):
    kept, merged = people(city, "甲", "乙")
    merge(officer, kept, merged)
    for person in (kept, merged, a_person()):
        with django_assert_num_queries(1):
            standing_of(person, today=TODAY)
    with django_assert_num_queries(1):
        groups.groups_of([kept.pk, merged.pk, officer.person.pk])


def test_nobody_grants_a_role_to_another_account_of_theirs(city, officer):
    boss, second = people(city, "何运维", "何运维")
    holding(boss, "operator", territory=city["广州市"])
    merge(officer, boss, second)
    with pytest.raises(NobodyGrantsToThemselves):
        grant_role(
            actor=standing_of(boss, today=TODAY),
            public_id=uuid4(),
            person=second,
            role="operator",
            territory=city["广州市"],
            begins_on=TODAY,
            reason="x",
        )
    assert groups.as_same(standing_of(boss, today=TODAY), second.pk) == second.pk
    assert groups.as_same(standing_of(boss, today=TODAY), officer.person.pk) == boss.pk


def test_either_name_signs_in_as_the_kept_account_and_old_sessions_of_the_other_end(city, officer, client):
    kept, merged = people(city, "甲", "乙")
    for person in (kept, merged):
        person.set_password("correct-horse-battery")
        person.save()
    old = Client()
    old.force_login(merged)
    one = merge(officer, kept, merged)
    assert old.get(reverse("access:list_own")).status_code == 302, "that session is over"
    answer = client.post(reverse("account_login"), {"login": merged.sign_in_name, "password": "correct-horse-battery"})
    assert answer.status_code == 302
    assert int(client.session["_auth_user_id"]) == kept.pk
    undo(officer, one)
    again = Client()
    again.post(reverse("account_login"), {"login": merged.sign_in_name, "password": "correct-horse-battery"})
    assert int(again.session["_auth_user_id"]) == merged.pk


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_merge_crosswise_one_wins():
    city = small_city()
    officers = []
    for name in ("窗口甲", "窗口乙"):
        person = a_person(name)
        holding(person, "counter_clerk", territory=city["广州市"])
        officers.append(standing_of(person, today=TODAY))
    one, other = people(city, "甲", "甲")
    answers = at_once(lambda: merge(officers[0], one, other), lambda: merge(officers[1], other, one))
    assert sorted(type(answer).__name__ for answer in answers) == ["MergedAlready", "PersonMerge"]
    assert len(pointers()) == 1


class TestFinding:
    def test_one_name_and_year_of_birth_are_a_pair_found_once(self, city, officer):
        one, other = people(city, "陈嘉敏", "陈嘉敏")
        Person.objects.update(birth_year=1958)
        assert duplicates.find_all(at=NOW) == 1
        assert duplicates.find_all(at=NOW) == 0
        (pair,) = queries.candidates(officer)
        assert (pair.first, pair.second, pair.score) == (one, other, 65)
        assert set(pair.reasons) == {"name", "birth_year", "residence"}

    def test_many_of_one_name_are_compared_within_a_residence_only(self, city):
        for place in ("五山街道", "员村街道", "街口街道", "天河区", "从化区"):
            a_person("王伟", territory=city[place])
        twin = a_person("王伟", territory=city["五山街道"])
        Person.objects.update(birth_year=1980)
        assert duplicates.find_all(at=NOW) == 1
        assert DuplicateCandidate.objects.get().second == twin

    def test_decided_pairs_stay_decided_until_a_new_sign_speaks(self, city, officer):
        one, other = people(city, "陈嘉敏", "陈嘉敏")
        Person.objects.update(birth_year=1958)
        duplicates.find_all(at=NOW)
        pair = DuplicateCandidate.objects.get()
        merging.decide_different(actor=officer, candidate=pair, at=NOW, reason="看过两人证件")
        duplicates.find_all(at=NOW)
        assert not queries.candidates(officer)
        duplicates.note_pairs({(one.pk, other.pk): {"identity"}}, at=NOW)
        assert queries.candidates(officer).get().score == 100

    def test_merging_decides_the_pair_and_undoing_asks_again(self, city, officer):
        one, other = people(city, "陈嘉敏", "陈嘉敏")
        Person.objects.update(birth_year=1958)
        duplicates.find_all(at=NOW)
        made = merge(officer, one, other)
        assert DuplicateCandidate.objects.get().state == "same"
        assert duplicates.find_all(at=NOW) == 0
        undo(officer, made)
        assert DuplicateCandidate.objects.get().state == "open"

    def test_an_account_opened_for_somebody_who_is_here_is_noticed_at_once(self, city):
        from xuecheng.city.people.services import NewPerson, create_person

        there = a_person("陈嘉敏", territory=city["五山街道"])
        Person.objects.filter(pk=there.pk).update(birth_year=1958, sort_key="chen2 jia1 min3\t陈嘉敏")
        new = create_person(
            actor=rights.OWNER,
            person=NewPerson(public_id=uuid4(), sign_in_name="jiamin2", name="陈嘉敏", birth_year=1958),
            today=TODAY,
            reason="x",
        )
        assert DuplicateCandidate.objects.filter(first=there, second=new).exists()


class TestPages:
    @pytest.fixture
    def window(self, client, officer):
        client.force_login(officer.person)
        client.cookies["django_language"] = "en"
        return client

    @pytest.fixture
    def pair(self, city):
        one, other = people(city, "陈嘉敏", "陈嘉敏")
        Person.objects.filter(pk__in=[one.pk, other.pk]).update(birth_year=1958)
        duplicates.find_all(at=NOW)
        return DuplicateCandidate.objects.get()

    def test_an_officer_merges_a_pair_and_undoes_it(self, window, pair):
        page = window.get(reverse("people:list_duplicates")).content.decode()
        assert "same name" in page
        address = reverse("people:decide_duplicate", args=[pair.public_id])
        assert window.get(address).status_code == 200
        assert window.post(address, {"public_id": uuid4(), "decision": "first"}).status_code == 422
        answer = window.post(address, {"public_id": uuid4(), "decision": "first", "reason": "同一人"})
        assert answer.url == reverse("people:merge_person", args=[pair.first.public_id])
        assert pointers() == {pair.second_id: pair.first_id}
        assert "Undo this merge" in window.get(answer.url).content.decode()
        assert "merged" in window.get(reverse("people:show_person", args=[pair.second.public_id])).content.decode()
        made = PersonMerge.objects.get()
        done = window.post(reverse("people:undo_merge", args=[made.public_id]), {"reason": "弄错了"})
        assert done.status_code == 302
        assert pointers() == {}

    def test_two_people_are_noted(self, window, pair):
        address = reverse("people:decide_duplicate", args=[pair.public_id])
        answer = window.post(address, {"public_id": uuid4(), "decision": "different", "reason": "兄妹"})
        assert answer.status_code == 302
        assert window.get(address).status_code == 200
        assert "No pair waits" in window.get(reverse("people:list_duplicates")).content.decode()

    def test_an_account_is_merged_by_the_name_of_the_other(self, window, city):
        one, other = people(city, "甲", "乙")
        address = reverse("people:merge_person", args=[one.public_id])
        nobody = window.post(address, {"public_id": uuid4(), "merged": "nobody-here", "reason": "x"})
        assert nobody.status_code == 422
        assert (
            window.post(address, {"public_id": uuid4(), "merged": other.sign_in_name, "reason": "x"}).status_code == 302
        )
        assert pointers() == {other.pk: one.pk}

    def test_an_officer_elsewhere_sees_no_pair_and_no_merge(self, client, city, officer, pair):
        made = merge(officer, pair.first, pair.second)
        elsewhere = a_person("窗口乙")
        holding(elsewhere, "counter_clerk", territory=city["从化区"])
        client.force_login(elsewhere)
        assert client.get(reverse("people:decide_duplicate", args=[pair.public_id])).status_code == 404
        assert client.get(reverse("people:merge_person", args=[pair.first.public_id])).status_code == 404
        assert client.post(reverse("people:undo_merge", args=[made.public_id]), {"reason": "x"}).status_code == 404

    def test_the_list_costs_the_same_for_one_pair_and_for_many(self, window, city, pair, django_assert_max_num_queries):
        address = reverse("people:list_duplicates")
        window.get(address)
        with django_assert_max_num_queries(12) as first:
            window.get(address)
        for _round in range(6):
            people(city, f"林{'一二三四五六'[_round]}", f"林{'一二三四五六'[_round]}")
        Person.objects.filter(birth_year=None).update(birth_year=1970)
        duplicates.find_all(at=NOW)
        with django_assert_max_num_queries(len(first.captured_queries)):
            window.get(address)


def test_the_database_itself_refuses_a_merge_of_oneself(city, officer):
    from django.db import IntegrityError, transaction

    kept, merged = people(city, "甲", "乙")
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonMerge.objects.create(kept=kept, merged=merged, merged_by=kept, merged_at=NOW, reason="x")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update people_person set merged_into_id = id where id = %s", [kept.pk])
