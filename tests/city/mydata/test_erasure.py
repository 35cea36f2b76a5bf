"""Being erased: asked alone or at a counter, both sides of the wait, taken back, hindered, denied; and the race."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import override
from psycopg.types.range import DateRange, TimestamptzRange

from city.situations import TODAY, a_person, a_stranger, forget_what_is_kept, holding, small_city
from city.test_races import at_once
from xuecheng.city import clock, rights
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.access.queries import Entrusted, Standing, standing_of
from xuecheng.city.care.models import Guardianship
from xuecheng.city.documents.models import Document
from xuecheng.city.identity.services import accounts, recovery
from xuecheng.city.ids import uuid7
from xuecheng.city.mydata import jobs, queries, rules, services
from xuecheng.city.mydata.models import Erasure, HistoryErased, Request
from xuecheng.city.notices.models import Notice
from xuecheng.city.people import merging
from xuecheng.city.people import services as people
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import AccountErased
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied

pytestmark = pytest.mark.django_db
NOW = clock.now()
WAIT = timedelta(days=settings.MYDATA_ERASURE_DAYS)
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def me(city):
    return a_person("冯国强", territory=city["五山街道"])


def own(person):
    return standing_of(person, today=TODAY)


def clerk(city, name="窗口甲"):
    person = a_person(name)
    holding(person, "counter_clerk", territory=city["广州市"])
    return standing_of(person, today=TODAY)


def officer(city, name="保护乙"):
    person = a_person(name)
    holding(person, "data_protection_officer", territory=city["广州市"])
    return standing_of(person, today=TODAY)


def ask(person, **more):
    return services.ask_erasure(**({"actor": own(person), "public_id": uuid7(), "at": NOW} | more))


def opened(city, person, by=None, **more):
    wished = {"actor": by or clerk(city), "public_id": uuid7(), "person": person, "reason": "身份证原件", "at": NOW}
    return services.open_erasure(**(wished | more))


def confirm(who, erasure, **more):
    return services.confirm_erasure(**({"actor": who, "erasure": erasure, "reason": "本人到场", "at": NOW} | more))


def erased(person, at=NOW + WAIT):
    made = ask(person)
    services.carry_out(erasure=made, at=at)
    person.refresh_from_db()
    return person


class TestAsking:
    def test_it_waits_the_days_of_the_setting_and_the_person_is_told(self, me):
        made = ask(me)
        assert (made.state, made.waits_until, made.way) == ("waiting", NOW + WAIT, "alone")
        assert Notice.objects.filter(person=me, kind=services.ERASURE_WAITS).count() == 1
        me.refresh_from_db()
        assert (me.name, me.erased_at, me.is_active) == ("冯国强", None, True)

    def test_a_form_sent_twice_is_one_and_a_second_wish_is_refused(self, me):
        first = ask(me)
        assert ask(me, public_id=first.public_id) == first
        with pytest.raises(rules.ErasureUnderWay):
            ask(me)
        with pytest.raises(FormUsedBefore):
            ask(a_person(), public_id=first.public_id)

    def test_of_merged_accounts_one_wish_stands_for_all(self, me, city):
        other = a_person("冯国强", territory=city["五山街道"])
        merging.merge_people(actor=clerk(city), public_id=uuid7(), kept=me, merged=other, at=NOW, reason="同一人")
        other.refresh_from_db()
        made = ask(other)
        assert made.person_id == me.pk
        with pytest.raises(rules.ErasureUnderWay):
            ask(me)

    def test_a_helper_does_not_ask_for_whom_they_help(self, me):
        let = Entrusted(via="proxy", public_id=uuid7(), helper=a_person(), acts=frozenset({"account.see_account"}))
        with pytest.raises(Denied):
            ask(me, actor=Standing(person=me, entrusted=let))


class TestTakingBack:
    def test_up_to_the_last_moment_and_no_longer(self, me):
        late = ask(me)
        with pytest.raises(rules.ErasureEnded):
            services.take_back_erasure(actor=own(me), erasure=late, at=NOW + WAIT)
        taken = services.take_back_erasure(actor=own(me), erasure=late, at=NOW + WAIT - A_MOMENT)
        assert taken.state == "taken"
        assert services.carry_out(erasure=taken, at=NOW + WAIT).state == "taken"
        assert services.take_back_erasure(actor=own(me), erasure=taken, at=NOW + WAIT).state == "taken"
        assert Notice.objects.filter(person=me, kind=services.ERASURE_TAKEN).count() == 1
        assert ask(me).state == "waiting"

    def test_an_officer_does_it_at_the_persons_word_and_a_stranger_does_not(self, me, city):
        made = ask(me)
        away = a_person("外区窗口")
        holding(away, "counter_clerk", territory=city["从化区"])
        for other in (a_stranger(), own(away)):
            with pytest.raises(Denied):
                services.take_back_erasure(actor=other, erasure=made, at=NOW)
        assert services.take_back_erasure(actor=clerk(city), erasure=made, at=NOW).state == "taken"


class TestCounter:
    def test_one_opens_another_confirms_and_only_then_it_waits(self, me, city):
        first, second = clerk(city), officer(city)
        made = opened(city, me, first)
        assert (made.state, made.waits_until) == ("opened", None)
        assert services.carry_out_due(at=NOW + WAIT * 2) == 0
        later = NOW + timedelta(hours=3)
        waiting = confirm(second, made, at=later)
        assert (waiting.state, waiting.waits_until) == ("waiting", later + WAIT)
        assert confirm(second, made).waits_until == later + WAIT
        assert Notice.objects.filter(person=me, kind=services.ERASURE_WAITS).count() == 1
        assert services.carry_out(erasure=waiting, at=later + WAIT).state == "done"

    def test_whoever_opened_it_does_not_confirm_it(self, me, city):
        one = officer(city)
        made = opened(city, me, one)
        with pytest.raises(rules.SecondOfficerNeeded):
            confirm(one, made)
        with transaction.atomic(), pytest.raises(IntegrityError):
            Erasure.objects.filter(pk=made.pk).update(state="waiting", confirmed_by=one.person, waits_until=NOW + WAIT)
        assert confirm(officer(city, "保护丙"), made).state == "waiting"

    def test_nobody_does_it_for_themselves(self, city):
        one = officer(city)
        home = a_person("保护丁", territory=city["五山街道"])
        holding(home, "data_protection_officer", territory=city["广州市"])
        with pytest.raises(rules.NobodyErasesThemselves):
            opened(city, home, own(home))
        RoleHolding.objects.filter(person=home).update(during=DateRange(TODAY - timedelta(days=9), TODAY))
        made = opened(city, home, one)
        with pytest.raises(Denied):
            confirm(own(home), made)
        with transaction.atomic(), pytest.raises(IntegrityError):
            Erasure.objects.filter(pk=made.pk).update(state="waiting", confirmed_by=home, waits_until=NOW + WAIT)

    def test_without_the_right_there_both_are_denied(self, me, city):
        away = a_person("外区保护")
        holding(away, "data_protection_officer", territory=city["从化区"])
        operator = a_person("何运维")
        holding(operator, "operator", territory=city["广州市"])
        for other in (a_stranger(), own(me), own(away), own(operator)):
            with pytest.raises(Denied):
                opened(city, me, other)
        made = opened(city, me)
        for other in (a_stranger(), own(me), own(away), own(operator), clerk(city, "窗口乙")):
            with pytest.raises(Denied):
                confirm(other, made)
        made.refresh_from_db()
        assert made.state == "opened"

    def test_taken_back_before_it_was_confirmed_it_cannot_be_confirmed(self, me, city):
        made = opened(city, me)
        services.take_back_erasure(actor=own(me), erasure=made, at=NOW)
        with pytest.raises(rules.ErasureEnded):
            confirm(officer(city), made)


def a_role(person, city):
    return holding(person, "counter_clerk", territory=city["广州市"])


def a_child_to_guard(person, city):
    clerk_ = a_person("窗口丙")
    return Guardianship.objects.create(
        child=a_person("孩子", territory=city["五山街道"]), guardian=person, relation="mother", proof="户口簿",
        child_born_on=TODAY - timedelta(days=3000), during=TimestamptzRange(NOW, NOW + WAIT * 3), recorded_by=clerk_,
    )  # fmt: skip


def a_held_document(person, city):
    return Document.objects.create(
        place="records.evidence",
        thing_key="1",
        person=person,
        keep_until=TODAY + timedelta(days=999),
        hold_reason="诉讼",
    )


HINDRANCES = [
    (a_role, rules.HoldsRole),
    (a_child_to_guard, rules.IsGuardian),
    (a_held_document, rules.OwnDocumentHeld),
]


class TestHindrances:
    @pytest.mark.parametrize(("make", "refusal"), HINDRANCES)
    def test_it_is_refused_when_asked_opened_and_confirmed(self, me, city, make, refusal):
        before = opened(city, me)
        make(me, city)
        with pytest.raises(refusal) as told:
            confirm(officer(city), before)
        assert told.value.advice()
        services.take_back_erasure(actor=own(me), erasure=before, at=NOW)
        with pytest.raises(refusal):
            ask(me)
        with pytest.raises(refusal):
            opened(city, me, clerk(city, "窗口丁"))
        assert [type(one) for one in queries.hindrances_of(me, at=NOW)] == [refusal]

    @pytest.mark.parametrize(("make", "refusal"), HINDRANCES)
    def test_what_came_up_in_the_wait_hinders_it_and_is_told(self, me, city, make, refusal):
        made = ask(me)
        make(me, city)
        done = services.carry_out(erasure=made, at=NOW + WAIT)
        assert done.state == "refused"
        assert done.refusal_zh
        assert done.refusal_en == str_in_english(refusal)
        assert Notice.objects.filter(person=me, kind=services.ERASURE_REFUSED).count() == 1
        me.refresh_from_db()
        assert (me.name, me.erased_at) == ("冯国强", None)
        assert not HistoryErased.objects.exists()

    def test_a_role_that_ended_yesterday_and_a_guardianship_that_is_over_hinder_nothing(self, me, city):
        a_role(me, city)
        RoleHolding.objects.filter(person=me).update(during=DateRange(TODAY - timedelta(days=9), TODAY))
        guarding = a_child_to_guard(me, city)
        Guardianship.objects.filter(pk=guarding.pk).update(during=TimestamptzRange(NOW - WAIT, NOW))
        assert ask(me).state == "waiting"

    def test_a_child_does_not_decide_alone_and_the_counter_does(self, me, city):
        guarding = a_child_to_guard(a_person("家长"), city)
        Guardianship.objects.filter(pk=guarding.pk).update(child=me)
        with pytest.raises(rules.GuardedChild):
            ask(me, at=NOW + A_MOMENT)
        assert opened(city, me).state == "opened"


def str_in_english(refusal):
    with override("en"):
        return str(refusal())


class TestCarryingOut:
    def test_not_a_moment_early(self, me):
        made = ask(me)
        assert services.carry_out_due(at=NOW + WAIT - A_MOMENT) == 0
        me.refresh_from_db()
        assert me.name == "冯国强"
        assert services.carry_out_due(at=NOW + WAIT) == 1
        assert services.carry_out_due(at=NOW + WAIT) == 0
        me.refresh_from_db()
        made.refresh_from_db()
        assert made.state == "done"
        assert me.name.startswith("已注销居民 ")
        assert "Former resident" in me.name
        assert (me.birth_year, me.territory_id, me.password, me.is_active) == (None, None, "!", False)

    def test_the_routine_is_the_same_and_one_that_fails_holds_up_nobody(self, me, city, monkeypatch):
        other = a_person("何玉兰", territory=city["五山街道"])
        broken, sound = ask(me), ask(other)
        Erasure.objects.update(waits_until=clock.now(), asked_at=NOW - WAIT)
        real = services.erasing.carry_out

        def failing(*, erasure, at):
            if erasure.pk == broken.pk:
                raise RuntimeError("broken")
            return real(erasure=erasure, at=at)

        monkeypatch.setattr(services.erasing, "carry_out", failing)
        with pytest.raises(RuntimeError):
            jobs.carry_out_erasures()
        sound.refresh_from_db()
        assert sound.state == "done"

    def test_all_merged_accounts_go_and_the_merge_is_not_undone(self, me, city):
        other = a_person("冯国强", territory=city["五山街道"])
        merge = merging.merge_people(
            actor=clerk(city), public_id=uuid7(), kept=me, merged=other, at=NOW, reason="冯国强是同一人"
        )
        erased(me)
        other.refresh_from_db()
        assert other.name == me.name
        assert other.sign_in_name != me.sign_in_name
        merge.refresh_from_db()
        assert "冯国强" not in merge.reason
        operator = clerk(city)
        with pytest.raises((AccountErased, Denied)):
            merging.unmerge_people(actor=operator, merge=merge, at=NOW, reason="错了")

    def test_open_requests_end_and_their_words_go(self, me):
        services.ask(actor=own(me), public_id=uuid7(), kind="correct", words="我叫冯国强", at=NOW)
        erased(me)
        request = Request.objects.get(person=me)
        assert (request.state, request.words) == ("taken", "（已随注销删除 Erased）")

    def test_the_sign_in_name_is_free_again_and_nobody_signs_in(self, me, client, city):
        name = me.sign_in_name
        people.write_password(by=me, person=me, password="correct horse 7", reason="test")
        assert client.login(username=name, password="correct horse 7")
        erased(me)
        assert not client.login(username=name, password="correct horse 7")
        assert not client.login(username=me.sign_in_name, password="!")
        assert a_named(name).sign_in_name == name

    def test_nothing_of_the_account_is_changed_any_more(self, me, city):
        erased(me)
        admin = rights.OWNER
        for verb in (
            lambda: people.change_name(actor=admin, person=me, name="冯国强", reason="x"),
            lambda: people.change_person(
                actor=admin, person=me, birth_year=1950, territory=None, today=TODAY, reason="x"
            ),
            lambda: people.open_sign_in(actor=admin, person=me, reason="x"),
            lambda: people.set_password(actor=admin, person=me, password="correct horse 8", reason="x"),
            lambda: accounts.give_start_code(actor=admin, person=me, reason="x", at=NOW),
            lambda: recovery.ask_at_counter(actor=admin, person=me, reason="x", at=NOW),
        ):
            with pytest.raises(AccountErased):
                verb()
        with pytest.raises(Exception, match="Cannot update rows"), transaction.atomic():
            Person.objects.filter(pk=me.pk).update(name="冯国强")

    def test_killed_half_way_nothing_went_and_the_next_run_does_all(self, me, monkeypatch):
        made = ask(me)

        def dies(*_args, **_more):
            raise KeyboardInterrupt

        monkeypatch.setattr(services.erasing, "_blank_history", dies)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            services.carry_out_due(at=NOW + WAIT)
        monkeypatch.undo()
        me.refresh_from_db()
        assert (me.name, me.erased_at) == ("冯国强", None)
        assert services.carry_out_due(at=NOW + WAIT) == 1
        made.refresh_from_db()
        assert made.state == "done"


def a_named(name):
    return Person.objects.create(sign_in_name=name, name="新人")


class TestHistory:
    def test_the_application_has_no_right_to_change_history_and_none_to_say_that_it_did(self, me):
        made = ask(me)
        for statement in (
            "update people_personevent set name = 'x'",
            "delete from people_personevent",
            "update mydata_historyerased set row_counts = '{}'",
            f"insert into mydata_historyerased (erasure_id, ran_at, row_counts) values ({made.pk}, now(), '{{}}')",
        ):
            with (
                pytest.raises(Exception, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)

    def test_the_function_does_nothing_for_somebody_who_is_not_being_erased(self, me):
        made = ask(me)
        for wanted in (made.public_id, uuid7()):
            denied = pytest.raises(Exception, match="nobody is being erased")
            with denied, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select mydata_erase_history_v2(%s, '[]')", [wanted])

    def test_it_writes_down_that_it_ran_and_leaves_no_door_open(self, me):
        erased(me)
        ran = HistoryErased.objects.get()
        assert ran.row_counts["people_personevent"] >= 2
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('xuecheng.erasing'), current_setting('pgtrigger.ignore')")
            assert cursor.fetchone() == ("", "")


class TestPages:
    def test_a_person_reads_asks_and_takes_back(self, client, me):
        client.force_login(me)
        fresh(client)
        page = client.get(reverse("mydata:ask_erasure"))
        assert page.status_code == 200
        form = {"public_id": uuid7(), "is_sure": "on"}
        assert client.post(reverse("mydata:ask_erasure"), {"public_id": uuid7()}).status_code == 422
        assert client.post(reverse("mydata:ask_erasure"), form).status_code == 302
        made = Erasure.objects.get()
        place = reverse("mydata:take_back_erasure", args=[made.public_id])
        assert place in client.get(reverse("mydata:show")).content.decode()
        assert client.post(place).status_code == 302
        made.refresh_from_db()
        assert made.state == "taken"
        assert place not in client.get(reverse("mydata:show")).content.decode()

    def test_without_a_fresh_proof_the_page_asks_for_one(self, client, me):
        client.force_login(me)
        answer = client.get(reverse("mydata:ask_erasure"))
        assert answer.status_code == 302
        assert "again" in answer.url or "reauthenticate" in answer.url or "prove" in answer.url

    def test_what_hinders_it_stands_there_before_anybody_asks(self, client, me, city):
        a_held_document(me, city)
        client.force_login(me)
        fresh(client)
        page = client.get(reverse("mydata:ask_erasure")).content.decode()
        assert 'name="is_sure"' not in page
        answer = client.post(reverse("mydata:ask_erasure"), {"public_id": uuid7(), "is_sure": "on"})
        assert answer.status_code == 422

    def test_officers_open_confirm_and_take_back(self, client, me, city):
        client.force_login(clerk(city).person)
        place = reverse("mydata:open_erasure", args=[me.public_id])
        assert client.get(place).status_code == 200
        assert client.post(place, {"public_id": uuid7(), "reason": "身份证"}).status_code == 422
        assert client.post(place, {"public_id": uuid7(), "reason": "身份证", "is_present": "on"}).status_code == 302
        made = Erasure.objects.get()
        shown = reverse("mydata:show_erasure", args=[made.public_id])
        assert 'name="is_present"' not in client.get(shown).content.decode()
        assert client.post(shown, {"reason": "身份证", "is_present": "on"}).status_code == 403
        client.force_login(officer(city).person)
        assert "冯国强" in client.get(reverse("mydata:list_erasures")).content.decode()
        assert client.post(shown, {"reason": "身份证", "is_present": "on"}).status_code == 302
        made.refresh_from_db()
        assert made.state == "waiting"
        assert client.post(reverse("mydata:take_back_erasure", args=[made.public_id])).status_code == 302
        made.refresh_from_db()
        assert made.state == "taken"

    def test_others_do_not_find_them(self, client, me, city):
        made = opened(city, me)
        away = a_person("外区窗口")
        holding(away, "counter_clerk", territory=city["从化区"])
        for other in (away, a_person("路人")):
            client.force_login(other)
            assert client.get(reverse("mydata:show_erasure", args=[made.public_id])).status_code == 404
            assert client.get(reverse("mydata:open_erasure", args=[me.public_id])).status_code == 404
            assert client.post(reverse("mydata:take_back_erasure", args=[made.public_id])).status_code == 404

    def test_the_list_takes_the_same_queries_for_one_and_for_many(self, client, city, django_assert_max_num_queries):
        client.force_login(officer(city).person)
        counts = []
        for _ in range(2):
            for _person in range(4):
                ask(a_person(territory=city["五山街道"]))
            forget_what_is_kept()
            with django_assert_max_num_queries(100) as seen:
                client.get(reverse("mydata:list_erasures"))
            counts.append(len(seen))
        assert counts[0] == counts[1]


def fresh(client):
    """As if the person had just proved who they are."""
    session = client.session
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session["account_authentication_methods"] = [{"method": "password", "at": clock.now().timestamp()}]
    session.save()


@pytest.mark.django_db(transaction=True)
def test_of_taking_back_and_carrying_out_at_once_one_happens_whole():
    for _round in range(4):
        person = a_person("冯国强")
        made = ask(person)
        Erasure.objects.filter(pk=made.pk).update(waits_until=NOW + WAIT)

        def back(made=made, person=person):
            return services.take_back_erasure(actor=Standing(person=person), erasure=made, at=NOW + WAIT - A_MOMENT)

        def out(made=made):
            return services.carry_out(erasure=made, at=NOW + WAIT)

        at_once(back, out)
        person.refresh_from_db()
        made.refresh_from_db()
        assert (made.state, person.erased_at is None) in {("taken", True), ("done", False)}
