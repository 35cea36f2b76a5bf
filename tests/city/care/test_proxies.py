"""Helpers 代办: named acts, for a time, chosen by the person; visible, ended at once; nothing more and nothing on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from city.situations import a_person, a_registrar, a_stranger, an_operator, an_organisation, holding, small_city
from xuecheng.city import clock, trace
from xuecheng.city.access import hooks, rules
from xuecheng.city.access.queries import Scope, Standing, standing_of
from xuecheng.city.care import queries, services
from xuecheng.city.care.models import Deed, Proxy
from xuecheng.city.care.rules import ACTS, HelpEndsBeforeItBegins, HelpTooLong, NothingEntrusted, Task
from xuecheng.city.ids import uuid7
from xuecheng.city.people import services as people
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied

pytestmark = pytest.mark.django_db
NOW = clock.now()
TODAY = clock.today()
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def elder(city):
    return a_person("冯国强", territory=city["五山街道"])


@pytest.fixture
def daughter(city):
    return a_person("冯嘉敏", territory=city["街口街道"])


def choose(elder, helper, **more):
    wished = {
        "actor": Standing(person=elder),
        "public_id": uuid7(),
        "helper": helper,
        "tasks": ["account"],
        "ends_on": TODAY + timedelta(days=30),
        "at": NOW,
    } | more
    return services.grant_proxy(**wished)


def acting(helper, proxy, *, at=NOW):
    return queries.acting_standing(helper, "proxy", str(proxy.public_id), at=at)


class TestWhatIsEntrusted:
    @pytest.mark.parametrize("task", list(Task))
    def test_exactly_the_named_acts_with_the_persons_own_and_no_other(self, elder, daughter, task):
        standing = acting(daughter, choose(elder, daughter, tasks=[task.value]))
        own = Scope(person_id=elder.pk)
        for act in rules.ACTS:
            assert standing.may(act, own) is (act in ACTS[task]), act
            assert not standing.may(act, Scope(person_id=daughter.pk)), act
            assert not standing.may(act, Scope()), act
            assert not standing.may_somewhere(act), act
            assert standing.keys_for(act) == ((elder.pk,) if act in ACTS[task] else ()), act

    def test_never_more_than_everybody_may_with_their_own(self):
        assert queries.ALL_TASKS <= rules.OWN_ACTS

    def test_no_role_of_either_counts(self, elder, daughter, city):
        holding(elder, "operator", territory=city["广州市"])
        holding(daughter, "certification_officer", territory=city["广州市"])
        standing = acting(daughter, choose(elder, daughter))
        assert standing.holdings == ()
        assert not standing.may("people.change_person", Scope(territory_path=city["天河区"].path))

    def test_a_helper_hands_nothing_on(self, elder, daughter):
        standing = acting(daughter, choose(elder, daughter, tasks=[task.value for task in Task]))
        with pytest.raises(Denied):
            choose(elder, a_person("别人"), actor=standing)

    def test_whom_the_person_helps_is_not_reached_through_them(self, elder, daughter):
        neighbour = a_person("邻居")
        choose(elder, daughter)
        theirs = choose(neighbour, elder)
        assert acting(daughter, theirs) is None

    def test_what_was_not_named_among_known_things_is_refused(self, elder, daughter):
        for tasks in ([], ["people.change_person"], ["everything"]):
            with pytest.raises(NothingEntrusted):
                choose(elder, daughter, tasks=tasks)


class TestTime:
    def test_it_counts_from_its_first_instant_until_before_its_last(self, elder, daughter):
        proxy = choose(elder, daughter)
        last = proxy.during.upper
        assert acting(daughter, proxy, at=NOW - INSTANT) is None
        assert acting(daughter, proxy, at=NOW)
        assert acting(daughter, proxy, at=last - INSTANT)
        assert acting(daughter, proxy, at=last) is None

    def test_a_year_at_most(self, elder, daughter):
        with pytest.raises(HelpTooLong):
            choose(elder, daughter, ends_on=TODAY + timedelta(days=366))
        with pytest.raises(HelpEndsBeforeItBegins):
            choose(elder, daughter, ends_on=TODAY - timedelta(days=1))
        assert choose(elder, daughter, ends_on=TODAY + timedelta(days=365))

    def test_the_last_day_counts_whole(self, elder, daughter):
        proxy = choose(elder, daughter, ends_on=TODAY)
        assert clock.date_of(proxy.during.upper - INSTANT) == TODAY

    @pytest.mark.parametrize("side", ["person", "helper"])
    def test_either_side_ends_it_at_once(self, elder, daughter, side):
        proxy = choose(elder, daughter)
        actor = Standing(person=elder if side == "person" else daughter)
        later = NOW + timedelta(hours=1)
        services.end_proxy(actor=actor, proxy=proxy, at=later)
        assert acting(daughter, proxy, at=later - INSTANT)
        assert acting(daughter, proxy, at=later) is None
        with pytest.raises(services.HelpEnded):
            services.end_proxy(actor=actor, proxy=proxy, at=later)
        assert choose(elder, daughter, at=later), "and may be chosen anew"

    def test_staff_at_the_residence_end_it_and_strangers_do_not(self, elder, daughter, city):
        proxy = choose(elder, daughter)
        for actor in (a_stranger(), an_operator(city["从化区"], name="从化运维"), acting(daughter, proxy)):
            with pytest.raises(Denied):
                services.end_proxy(actor=actor, proxy=proxy, at=NOW)
        services.end_proxy(actor=an_operator(city["天河区"]), proxy=proxy, at=NOW)

    def test_a_closed_account_is_helped_by_nobody(self, elder, daughter, city):
        proxy = choose(elder, daughter)
        people.close_sign_in(actor=an_operator(city["广州市"]), person=elder, reason="去世")
        assert acting(daughter, proxy) is None


class TestChoosing:
    def test_asked_again_it_is_one(self, elder, daughter):
        number = uuid7()
        first = choose(elder, daughter, public_id=number)
        assert choose(elder, daughter, public_id=number) == first
        with pytest.raises(FormUsedBefore):
            choose(elder, a_person("别人"), public_id=number)

    def test_what_cannot_be_is_refused(self, elder, daughter):
        with pytest.raises(services.HelperIsOneself):
            choose(elder, elder)
        closed = a_person("停用")
        closed.is_active = False
        closed.save()
        with pytest.raises(services.HelperClosed):
            choose(elder, closed)
        choose(elder, daughter)
        with pytest.raises(services.HelpsAlready):
            choose(elder, daughter)
        for number in range(4):
            choose(elder, a_person(f"帮手{number}"))
        with pytest.raises(services.TooManyHelpers):
            choose(elder, a_person("第六个"))

    def test_both_are_told(self, elder, daughter, monkeypatch):
        heard = []
        monkeypatch.setattr(hooks, "_listeners", [lambda event, person, facts: heard.append((event, person.name))])
        choose(elder, daughter)
        assert heard == [("care.proxy_chosen", "冯国强"), ("care.proxy_chosen", "冯嘉敏")]


class TestCounter:
    def record(self, clerk, elder, helper, **more):
        wished = {
            "actor": clerk,
            "public_id": uuid7(),
            "person": elder,
            "helper": helper,
            "tasks": ["account"],
            "ends_on": TODAY,
            "is_present": True,
            "at": NOW,
        } | more
        return services.record_proxy(**wished)

    def clerk(self, territory, name="窗口员"):
        person = a_person(name)
        holding(person, "counter_clerk", territory=territory)
        return standing_of(person, today=TODAY)

    def test_the_clerk_is_the_witness(self, elder, daughter, city):
        clerk = self.clerk(city["天河区"])
        proxy = self.record(clerk, elder, daughter)
        assert (proxy.how, proxy.witness) == ("counter", clerk.person)
        assert trace.history_of(proxy)[0].by_name == "窗口员"

    def test_only_in_the_persons_presence(self, elder, daughter, city):
        with pytest.raises(services.PersonNotPresent):
            self.record(self.clerk(city["天河区"]), elder, daughter, is_present=False)

    def test_a_clerk_neither_helps_nor_is_helped(self, elder, city):
        clerk = self.clerk(city["天河区"])
        with pytest.raises(services.WitnessHelps):
            self.record(clerk, elder, clerk.person)
        with pytest.raises(IntegrityError), transaction.atomic():
            Proxy.objects.create(
                person=elder, helper=clerk.person, witness=clerk.person, how="counter", acts=["account.see_account"],
                during=(NOW, NOW + timedelta(days=1)),
            )  # fmt: skip

    def test_only_where_the_person_lives(self, elder, daughter, city):
        for actor in (self.clerk(city["从化区"]), a_stranger(), a_registrar(an_organisation(city["天河区"]))):
            with pytest.raises(Denied):
                self.record(actor, elder, daughter)


class TestTrace:
    def test_who_acts_is_the_helper_and_for_whom_is_kept(self, elder, daughter, monkeypatch):
        """A change by the standing of somebody helped: the services know nothing of helpers, the trace does."""
        heard = []
        monkeypatch.setattr(hooks, "_listeners", [lambda event, person, facts: heard.append((event, person.name))])
        proxy = choose(elder, daughter)
        heard.clear()
        standing = acting(daughter, proxy)
        with trace.change(by=standing.person, why="代她改名字"):
            elder.name = "冯国强·新"
            elder.save()
        entry = trace.history_of(elder)[0]
        assert (entry.by_name, entry.for_name, entry.why) == ("冯嘉敏", "冯国强", "代她改名字")
        (deed,) = Deed.objects.all()
        assert (deed.person_id, deed.helper_id, deed.via_id, deed.why) == (
            elder.pk,
            daughter.pk,
            proxy.public_id,
            "代她改名字",
        )
        assert heard == [("care.done_for_you", "冯国强")]

    def test_a_change_that_fails_leaves_no_deed(self, elder, daughter):
        standing = acting(daughter, choose(elder, daughter))
        with pytest.raises(ZeroDivisionError), trace.change(by=standing.person, why="半途"):
            _ = 1 / 0
        assert not Deed.objects.exists()

    def test_the_persons_own_changes_are_nobodys_deeds(self, elder, daughter):
        choose(elder, daughter)
        assert not Deed.objects.exists()
        assert trace.history_of(Proxy.objects.get())[0].for_name == ""
