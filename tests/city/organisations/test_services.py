"""The register of organisations: enter, change, suspend, close, reopen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from city.situations import KNOWN_SINCE, TODAY, a_stranger, an_operator, an_organisation, small_city
from xuecheng.city import rights, trace
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations import queries, rules, services
from xuecheng.city.organisations.models import Organisation, OrganisationStatus
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.territories.models import Territory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
GOOD_CODE = "91110000600037341L"


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def operator(city):
    return an_operator(city["广州市"])


def facts(city, **more):
    return replace(
        services.Facts(
            code="TH-SQXY",
            kind="community_college",
            tier="district",
            name_zh="天河区社区学院",
            name_en="Tianhe Community College",
            territory=city["天河区"],
        ),
        **more,
    )


def enter(operator, wished, *, public_id=None, on=KNOWN_SINCE):
    return services.create_organisation(
        actor=operator, public_id=public_id or uuid7(), facts=wished, on=on, today=TODAY, reason="穗教〔2023〕5号"
    )


class TestCreate:
    def test_an_organisation_is_active_from_its_day(self, city, operator):
        made = enter(operator, facts(city, credit_code=" 9111 0000 6000 3734 1l "))
        assert made.credit_code == GOOD_CODE
        assert made.is_active
        assert queries.status_on(made, KNOWN_SINCE - DAY) is None
        assert queries.status_on(made, KNOWN_SINCE).state == "active"

    def test_one_that_begins_later_is_not_active_yet(self, city, operator):
        made = enter(operator, facts(city), on=TODAY + DAY)
        assert not made.is_active
        assert services.apply_due_statuses(today=TODAY) == 0
        assert services.apply_due_statuses(today=TODAY + DAY) == 1
        made.refresh_from_db()
        assert made.is_active

    def test_sent_twice_it_is_entered_once(self, city, operator):
        public_id = uuid7()
        first = enter(operator, facts(city), public_id=public_id)
        assert enter(operator, facts(city), public_id=public_id) == first
        with pytest.raises(FormUsedBefore):
            enter(operator, facts(city, name_zh="别的学院"), public_id=public_id)
        assert Organisation.objects.count() == 1

    @pytest.mark.parametrize(
        ("more", "refusal", "field"),
        [
            ({"code": "天河"}, rules.OrganisationCodeWrong, "code"),
            ({"name_zh": "  "}, rules.OrganisationNameMissing, "name_zh"),
            ({"tier": ""}, rules.TierMissing, "tier"),
            ({"kind": "library"}, rules.TierNotForKind, "tier"),
            ({"credit_code": "91110000600037341K"}, rules.CreditCodeMistyped, "credit_code"),
            ({"credit_code": "91110000600037314L"}, rules.CreditCodeMistyped, "credit_code"),
            ({"credit_code": "9111000060003734"}, rules.CreditCodeWrong, "credit_code"),
            ({"credit_code": "91110000600037O41L"}, rules.CreditCodeWrong, "credit_code"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, city, operator, more, refusal, field):
        with pytest.raises(refusal) as caught:
            enter(operator, facts(city, **more))
        assert caught.value.field == field
        assert not Organisation.objects.exists()

    def test_code_and_credit_code_belong_to_one(self, city, operator):
        enter(operator, facts(city, credit_code=GOOD_CODE))
        with pytest.raises(services.OrganisationCodeTaken):
            enter(operator, facts(city, code="th-sqxy"))
        with pytest.raises(services.CreditCodeTaken):
            enter(operator, facts(city, code="TH-2", credit_code=GOOD_CODE))
        assert enter(operator, facts(city, code="TH-3")).credit_code is None
        assert enter(operator, facts(city, code="TH-4")).credit_code is None

    def test_a_rural_collective_has_a_letter_for_its_authority(self, city, operator):
        from stdnum.cn import uscc

        body = "N2440117MA5CKY000"
        code = body + uscc.calc_check_digit(body)
        assert enter(operator, facts(city, credit_code=code)).credit_code == code
        wrong = body + ("1" if code[-1] != "1" else "2")
        with pytest.raises(rules.CreditCodeMistyped):
            enter(operator, facts(city, code="TH-2", credit_code=wrong))

    def test_an_ended_division_takes_no_new_organisation(self, city, operator):
        city["天河区"].is_current = False
        with pytest.raises(services.TerritoryEnded):
            enter(operator, facts(city))

    def test_somebody_without_the_right_there_is_denied(self, city):
        for nobody in (a_stranger(), an_operator(city["从化区"], name="从化运维")):
            with pytest.raises(rights.Denied):
                enter(nobody, facts(city))
        assert enter(an_operator(city["天河区"], name="天河运维"), facts(city))


class TestChange:
    def change(self, operator, organisation, wished):
        return services.change_organisation(actor=operator, organisation=organisation, facts=wished, reason="更名通知")

    def test_the_trace_keeps_what_stood_there(self, city, operator):
        made = enter(operator, facts(city))
        self.change(operator, made, facts(city, name_zh="天河社区大学"))
        newest, first = trace.history_of(Organisation.objects.get())
        assert newest.changes == {"name_zh": ("天河区社区学院", "天河社区大学")}
        assert (newest.by_name, newest.why, first.what) == ("何运维", "更名通知", "insert")

    def test_nothing_changed_writes_nothing(self, city, operator):
        made = enter(operator, facts(city))
        self.change(operator, made, facts(city))
        assert len(trace.history_of(made)) == 1

    def test_the_tiers_of_the_network_hold(self, city, operator):
        top = enter(operator, facts(city, code="GZ", tier="city", territory=city["广州市"]))
        district = enter(operator, facts(city, parent=top))
        street = enter(operator, facts(city, code="TH-1", tier="street", territory=city["五山街道"], parent=district))
        assert queries.children_of(district) == [street]
        for parent in (district, street):
            with pytest.raises(rules.ParentTierNotAbove):
                self.change(operator, district, facts(city, parent=parent))

    def test_no_ring_of_organisations(self, city, operator):
        def library(code, parent=None):
            return facts(city, code=code, kind="library", tier="", parent=parent)

        one = enter(operator, library("L-1"))
        two = enter(operator, library("L-2", one))
        three = enter(operator, library("L-3", two))
        for parent in (one, two, three):
            with pytest.raises(services.ParentBelow):
                self.change(operator, one, library("L-1", parent))

    def test_moving_away_needs_the_right_at_both_ends(self, city, operator):
        made = enter(operator, facts(city))
        with pytest.raises(rights.Denied):
            self.change(an_operator(city["天河区"], name="天河运维"), made, facts(city, territory=city["从化区"]))


class TestStatus:
    def say(self, verb, operator, organisation, on, today=TODAY):
        getattr(services, f"{verb}_organisation")(
            actor=operator, organisation=organisation, on=on, today=today, reason="整改"
        )

    def test_suspended_reopened_closed_each_from_its_day(self, city, operator):
        made = enter(operator, facts(city))
        self.say("suspend", operator, made, date(2025, 3, 1))
        self.say("reopen", operator, made, date(2025, 9, 1))
        self.say("close", operator, made, date(2026, 1, 1))
        states = [(one.state, one.during.lower) for one in queries.statuses_of(made)]
        assert states == [
            ("closed", date(2026, 1, 1)),
            ("active", date(2025, 9, 1)),
            ("suspended", date(2025, 3, 1)),
            ("active", KNOWN_SINCE),
        ]
        assert queries.status_on(made, date(2025, 8, 31)).state == "suspended"
        made.refresh_from_db()
        assert not made.is_active
        assert len(trace.history_of(made, *made.statuses.all())) == 4

    def test_a_status_of_the_future_waits_for_its_day(self, city, operator):
        made = enter(operator, facts(city))
        self.say("close", operator, made, TODAY + DAY)
        made.refresh_from_db()
        assert made.is_active
        services.apply_due_statuses(today=TODAY + DAY)
        made.refresh_from_db()
        assert not made.is_active
        with pytest.raises(services.LaterStatusKnown):
            self.say("suspend", operator, made, TODAY)

    def test_every_pair_of_states_follows_or_is_refused(self, city, operator):
        verbs = {"active": "reopen", "suspended": "suspend", "closed": "close"}
        for state in verbs:
            for following, verb in verbs.items():
                made = an_organisation(city["天河区"], kind="library")
                made.statuses.all().delete()
                OrganisationStatus.objects.create(organisation=made, state=state, during=(KNOWN_SINCE, None))
                if following in rules.FOLLOWS[state]:
                    self.say(verb, operator, made, TODAY)
                    assert queries.status_on(made, TODAY).state == following
                else:
                    refusal = rules.StatusAlready if state == following else rules.StatusCannotFollow
                    with pytest.raises(refusal):
                        self.say(verb, operator, made, TODAY)

    def test_on_the_day_it_began_the_status_is_written_over(self, city, operator):
        made = enter(operator, facts(city))
        self.say("suspend", operator, made, KNOWN_SINCE)
        assert [one.state for one in queries.statuses_of(made)] == ["suspended"]
        with pytest.raises(services.StatusNotKnown):
            self.say("reopen", operator, made, KNOWN_SINCE - DAY)

    def test_one_with_others_below_is_not_closed(self, city, operator):
        top = enter(operator, facts(city, code="GZ", tier="city", territory=city["广州市"]))
        enter(operator, facts(city, parent=top))
        with pytest.raises(services.OthersBelow) as caught:
            self.say("close", operator, top, TODAY)
        assert caught.value.values == {"count": 1}

    def test_a_stranger_is_denied(self, city, operator):
        made = enter(operator, facts(city))
        for verb in ("suspend", "close", "reopen"):
            with pytest.raises(rights.Denied):
                self.say(verb, a_stranger(), made, TODAY)


class TestRegister:
    def test_it_narrows_by_kind_place_text_and_status(self, city, operator):
        college = enter(operator, facts(city))
        library = enter(
            operator,
            facts(
                city,
                code="CH-TSG",
                kind="library",
                tier="",
                name_zh="从化区图书馆",
                name_en="",
                territory=city["从化区"],
            ),
        )
        services.suspend_organisation(actor=operator, organisation=library, on=TODAY, today=TODAY, reason="装修")

        def found(**asked):
            return list(queries.organisations(**asked).order_by("code"))

        assert found() == [library, college]
        assert found(kind="library") == [library]
        assert found(within=city["天河区"]) == [college]
        assert found(text="图书") == [library]
        assert found(text="th-") == [college]
        assert found(text="tianhe community") == [college]
        assert found(text="图书 天河") == []
        assert found(state="suspended", on=TODAY) == [library]
        assert found(state="active", on=TODAY - DAY) == [library, college]

    def test_organisations_left_in_an_ended_division_are_found(self, city, operator):
        made = enter(operator, facts(city))
        assert list(queries.in_ended_divisions()) == []
        Territory.objects.filter(pk=city["天河区"].pk).update(is_current=False)
        assert list(queries.in_ended_divisions()) == [made]
