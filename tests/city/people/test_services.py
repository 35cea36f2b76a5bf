"""Accounts: opened by staff with the least data, renamed with a reason, closed to sign-in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from city.situations import TODAY, a_person, a_registrar, a_stranger, an_operator, an_organisation, small_city
from xuecheng.city import rights, trace
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.people import queries, rules, services
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def operator(city):
    return an_operator(city["广州市"])


def somebody(**more):
    return replace(services.NewPerson(public_id=uuid7(), sign_in_name="chen.jiamin", name="陈嘉敏"), **more)


def open_account(actor, person):
    return services.create_person(actor=actor, person=person, today=TODAY, reason="柜台开户")


class TestCreate:
    def test_an_account_needs_a_name_and_a_sign_in_name_only(self, operator):
        made = open_account(operator, somebody(name="曾 小明", sign_in_name="Zeng.XiaoMing"))
        assert (made.name, made.sign_in_name) == ("曾小明", "zeng.xiaoming")
        assert (made.birth_year, made.territory) == (None, None)
        assert made.sort_key.startswith("zeng1 ")
        assert not made.has_usable_password()

    def test_asked_again_it_is_the_same_account(self, operator):
        wished = somebody()
        assert open_account(operator, wished) == open_account(operator, wished)
        with pytest.raises(FormUsedBefore):
            open_account(operator, replace(wished, name="别人"))

    @pytest.mark.parametrize(
        ("more", "refusal"),
        [
            ({"name": ""}, rules.NameMissing),
            ({"sign_in_name": "a"}, rules.SignInNameWrong),
            ({"birth_year": 2027}, rules.BirthYearWrong),
            ({"password": "short"}, services.PasswordTooWeak),
            ({"password": "chen.jiamin"}, services.PasswordTooWeak),
            ({"password": "password123"}, services.PasswordTooWeak),
        ],
    )
    def test_what_cannot_be_is_refused_and_nothing_is_written(self, operator, more, refusal):
        before = Person.objects.count()
        with pytest.raises(refusal) as caught:
            open_account(operator, somebody(**more))
        assert caught.value.field
        assert str(caught.value)
        assert Person.objects.count() == before

    def test_a_sign_in_name_belongs_to_one(self, operator):
        open_account(operator, somebody())
        with pytest.raises(services.SignInNameTaken):
            open_account(operator, somebody(sign_in_name="CHEN.jiamin"))

    def test_a_district_opens_accounts_for_its_own_residents_only(self, city):
        tianhe = an_operator(city["天河区"], name="天河运维")
        assert open_account(tianhe, somebody(territory=city["五山街道"]))
        for territory in (city["街口街道"], city["广州市"], None):
            with pytest.raises(rights.Denied):
                open_account(tianhe, somebody(sign_in_name="another", territory=territory))
        for nobody in (a_stranger(), a_registrar(an_organisation(city["天河区"]))):
            with pytest.raises(rights.Denied):
                open_account(nobody, somebody(sign_in_name="another"))

    def test_many_at_once_are_all_or_none(self, operator):
        people = [somebody(public_id=uuid7(), sign_in_name=f"resident-{number}") for number in range(50)]
        made = services.create_people(actor=operator, people=people, today=TODAY, reason="导入")
        assert len(made) == 50
        assert trace.history_of(made[0])[0].why == "导入"
        with pytest.raises(services.SignInNameTaken):
            services.create_people(
                actor=operator,
                people=[somebody(sign_in_name="new"), replace(people[0], public_id=uuid7())],
                today=TODAY,
                reason="导入",
            )
        assert not Person.objects.filter(sign_in_name="new").exists()

    def test_the_owner_opens_the_first_account(self):
        made = services.open_account_by_owner(
            sign_in_name="first", name="何一", password="trees and rivers", today=TODAY
        )
        assert made.check_password("trees and rivers")


class TestChange:
    def test_a_name_changes_with_its_order_and_its_reason(self, city, operator):
        person = a_person("陈嘉敏", territory=city["五山街道"])
        services.change_name(actor=operator, person=person, name="曾嘉敏", reason="身份证更名")
        row = Person.objects.get(pk=person.pk)
        assert (row.name, row.sort_key[:5]) == ("曾嘉敏", "zeng1")
        newest = trace.history_of(row)[0]
        assert newest.changes == {"name": ("陈嘉敏", "曾嘉敏")}
        assert newest.why == "身份证更名"
        with pytest.raises(trace.ReasonMissing):
            services.change_name(actor=operator, person=person, name="曾佳敏", reason=" ")

    def test_nobody_changes_their_own_name_by_themselves(self, city):
        person = a_person(territory=city["五山街道"])
        with pytest.raises(rights.Denied):
            services.change_name(actor=standing_of(person, today=TODAY), person=person, name="别名", reason="喜欢")

    def test_residence_and_year_of_birth_change(self, city, operator):
        person = a_person(territory=city["五山街道"])
        services.change_person(
            actor=operator, person=person, birth_year=1958, territory=city["员村街道"], today=TODAY, reason="搬家"
        )
        row = Person.objects.get(pk=person.pk)
        assert (row.birth_year, row.territory) == (1958, city["员村街道"])
        shown = {one.label: (one.before, one.after) for one in trace.history_of(row)[0].shown}
        assert ("五山街道", "员村街道") in shown.values()

    def test_a_closed_account_holds_no_role_and_can_be_opened_again(self, city, operator):
        other = an_operator(city["天河区"], name="天河运维").person
        services.close_sign_in(actor=operator, person=other, reason="离职")
        other.refresh_from_db()
        assert standing_of(other, today=TODAY).holdings == ()
        services.open_sign_in(actor=operator, person=other, reason="返聘")
        other.refresh_from_db()
        assert standing_of(other, today=TODAY).holdings

    def test_nobody_closes_their_own_account(self, operator):
        with pytest.raises(services.OwnSignInKept):
            services.close_sign_in(actor=operator, person=operator.person, reason="误")

    def test_a_new_password_ends_the_sessions_of_the_old_one(self, city, operator):
        person = a_person(territory=city["五山街道"])
        before = person.get_session_auth_hash()
        services.set_password(actor=operator, person=person, password="trees and rivers", reason="忘记密码")
        person.refresh_from_db()
        assert person.check_password("trees and rivers")
        assert person.get_session_auth_hash() != before


class TestSeeing:
    def test_a_district_sees_its_residents_and_the_city_everybody(self, city, operator):
        in_tianhe = a_person("甲", territory=city["五山街道"])
        in_conghua = a_person("乙", territory=city["街口街道"])
        nowhere = a_person("丙")
        tianhe = an_operator(city["天河区"], name="天河运维")
        assert set(queries.people(tianhe)) == {in_tianhe}
        assert {in_tianhe, in_conghua, nowhere} <= set(queries.people(operator))
        assert queries.person(tianhe, in_conghua.public_id) is None
        assert queries.person(operator, in_conghua.public_id) == in_conghua

    def test_without_a_right_people_see_themselves_only(self, city):
        somebody_else = a_person("甲", territory=city["五山街道"])
        stranger = a_stranger()
        assert list(queries.people(stranger)) == [stranger.person]
        assert queries.person(stranger, somebody_else.public_id) is None
        assert list(queries.people(rights.NOBODY)) == []

    def test_search_is_by_the_whole_name_never_by_a_part(self, city, operator):
        person = a_person("买买提·吐尔逊", territory=city["五山街道"])
        assert list(queries.people(operator, text="买买提•吐尔逊")) == [person]
        assert list(queries.people(operator, text=person.sign_in_name.upper())) == [person]
        assert list(queries.people(operator, text="买买提")) == []

    def test_a_colleague_is_named_by_sign_in_name_if_active(self):
        person = a_person()
        assert queries.by_sign_in_name(f" {person.sign_in_name.upper()}") == person
        assert queries.by_sign_in_name("？？") is None
        Person.objects.filter(pk=person.pk).update(is_active=False)
        assert queries.by_sign_in_name(person.sign_in_name) is None
