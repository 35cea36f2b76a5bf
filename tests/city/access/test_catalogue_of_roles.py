"""Roles are data: drafted by one operator, approved by another, dated, traced; a release adds and never overwrites."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from city.situations import TODAY, a_person, a_registrar, a_stranger, an_operator, an_organisation, holding, small_city
from xuecheng.city import trace
from xuecheng.city.access import queries, rules, services
from xuecheng.city.access.models import Role, RoleVersion
from xuecheng.city.access.queries import Scope, standing_of
from xuecheng.city.access.words import WORDS
from xuecheng.city.ids import uuid7

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def drafter(city):
    return an_operator(city["广州市"], name="起草人")


@pytest.fixture
def approver(city):
    return an_operator(city["广州市"], name="批准人")


@pytest.fixture
def college(city):
    return an_organisation(city["天河区"])


def registrar_role():
    return Role.objects.get(code="registrar")


def acts_now(code, *, on=TODAY):
    return set(queries.versions_in_force(today=on).filter(role__code=code).first().acts)


def draft(drafter, acts, *, role=None, **more):
    wished = {
        "actor": drafter,
        "public_id": uuid7(),
        "role": role or registrar_role(),
        "acts": acts,
        "needs_second": False,
        "reason": "试用",
    } | more
    return services.draft_role(**wished)


def approve(approver, version, *, begins_on=TODAY, today=TODAY):
    return services.approve_role(actor=approver, version=version, begins_on=begins_on, today=today, reason="同意")


def test_an_installation_begins_with_what_the_release_ships():
    for code, role in rules.ROLES.items():
        assert acts_now(code) == role.acts, code
        assert str(Role.objects.get(code=code)) == str(role.label)


def test_every_act_is_in_a_role_or_everybodys_own_and_has_a_word():
    """Deny by default: an act that nobody could ever do is a mistake, and one without a word cannot be explained."""
    assert set(WORDS) == set(rules.ACTS)


class TestDrafts:
    def test_a_draft_changes_nothing_until_another_operator_approves_it(self, drafter, approver, college):
        person = a_person()
        holding(person, "registrar", organisation=college)
        scope = Scope(college.pk, college.territory.path)
        version = draft(drafter, acts_now("registrar") - {"records.enter_record"})
        assert standing_of(person, today=TODAY).may("records.enter_record", scope)
        approve(approver, version)
        assert not standing_of(person, today=TODAY).may("records.enter_record", scope)
        assert standing_of(person, today=TODAY).may("records.correct_record", scope)
        # What holds on a day is what was in force that day.
        assert standing_of(person, today=TODAY - DAY).may("records.enter_record", scope)

    def test_it_counts_from_its_first_day_on(self, drafter, approver):
        version = draft(drafter, acts_now("registrar") | {"credentials.see_transcript"})
        approve(approver, version, begins_on=TODAY + DAY)
        assert "credentials.see_transcript" not in acts_now("registrar", on=TODAY)
        assert "credentials.see_transcript" in acts_now("registrar", on=TODAY + DAY)

    def test_whoever_drafts_does_not_approve_not_even_in_the_database(self, drafter):
        version = draft(drafter, {"people.see_person"})
        with pytest.raises(services.ApprovedByAnother):
            approve(drafter, version)
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleVersion.objects.filter(pk=version.pk).update(
                state="approved", begins_on=TODAY, decided_by=drafter.person.pk
            )

    def test_only_operators_of_the_whole_city_draft_and_approve(self, city, drafter, college):
        version = draft(drafter, {"people.see_person"})
        for actor in (a_stranger(), a_registrar(college), an_operator(city["天河区"], name="天河运维")):
            with pytest.raises(services.Denied):
                draft(actor, {"people.see_person"})
            with pytest.raises(services.Denied):
                approve(actor, version)
        assert not RoleVersion.objects.filter(state="approved", number__gt=1).exists()

    def test_one_draft_waits_at_a_time_and_its_drafter_may_change_it(self, drafter, approver):
        first = draft(drafter, {"people.see_person"})
        with pytest.raises(services.DraftWaits):
            draft(approver, {"records.see_record"})
        again = draft(drafter, {"records.see_record"}, public_id=first.public_id)
        assert (again.pk, again.acts) == (first.pk, ["records.see_record"])
        with pytest.raises(services.DraftOfAnother):
            draft(approver, {"people.see_person"}, public_id=first.public_id)

    def test_a_draft_is_decided_once(self, drafter, approver):
        version = draft(drafter, {"people.see_person"})
        services.refuse_role(actor=approver, version=version, reason="太窄")
        with pytest.raises(services.DraftDecided):
            approve(approver, version)
        assert acts_now("registrar") == rules.ROLES["registrar"].acts

    def test_what_cannot_be_is_refused(self, drafter, approver):
        with pytest.raises(rules.ActUnknown):
            draft(drafter, {"records.enter_recrod"})
        with pytest.raises(rules.NothingChanges):
            draft(drafter, acts_now("registrar"))
        with pytest.raises(trace.ReasonMissing):
            draft(drafter, {"people.see_person"}, reason=" ")
        with pytest.raises(services.BeginsTooEarly):
            approve(approver, draft(drafter, {"people.see_person"}), begins_on=TODAY - DAY)

    def test_operators_never_lose_the_keys(self, drafter):
        operator = Role.objects.get(code="operator")
        for key in rules.KEYS:
            with pytest.raises(rules.KeysWouldBeLost):
                draft(drafter, acts_now("operator") - {key}, role=operator, needs_second=True)

    def test_the_trace_tells_both(self, drafter, approver):
        version = approve(approver, draft(drafter, {"people.see_person"}))
        decided, drafted = trace.history_of(version)
        assert (drafted.by_name, drafted.why) == ("起草人", "试用")
        assert (decided.by_name, decided.why) == ("批准人", "同意")

    def test_a_version_shows_what_it_changes(self, drafter, approver):
        approve(approver, draft(drafter, (acts_now("registrar") - {"records.enter_record"}) | {"people.create_person"}))
        newest, first = queries.versions_of(registrar_role())
        assert newest.more == (str(WORDS["people.create_person"]),)
        assert newest.less == (str(WORDS["records.enter_record"]),)
        assert len(first.more) == len(rules.ROLES["registrar"].acts)


class TestOwnRoles:
    def test_a_role_made_here_may_nothing_until_it_was_approved(self, drafter, approver, college):
        role = services.make_role(
            actor=drafter,
            code="librarian",
            name_zh="图书员",
            name_en="Librarian",
            held_at="organisation",
            reason="需要",
        )
        person = a_person()
        with pytest.raises(services.RoleUnknown):
            self.grant(drafter, person, college)
        approve(approver, draft(drafter, {"records.see_record"}, role=role))
        self.grant(drafter, person, college)
        standing = standing_of(person, today=TODAY)
        assert standing.may("records.see_record", Scope(college.pk, college.territory.path))
        assert standing.holdings[0].role_name == "图书员"

    def grant(self, actor, person, college):
        services.grant_role(
            actor=actor,
            public_id=uuid7(),
            person=person,
            role="librarian",
            organisation=college,
            begins_on=TODAY,
            reason="任命",
        )

    def test_codes_and_names_are_checked(self, drafter):
        wished = {
            "actor": drafter,
            "name_zh": "图书员",
            "name_en": "Librarian",
            "held_at": "organisation",
            "reason": "需要",
        }
        for code in ("", "ab", "9lives", "With Blank", "x" * 33):
            with pytest.raises(services.RoleCodeWrong):
                services.make_role(code=code, **wished)
        with pytest.raises(services.RoleCodeTaken):
            services.make_role(code="registrar", **wished)
        with pytest.raises(services.RoleNameMissing):
            services.make_role(code="librarian", **wished | {"name_en": " "})
        made = services.make_role(code="librarian", **wished)
        assert services.make_role(code="librarian", **wished) == made


class TestReleases:
    """What a release brings; `rules.ROLES` stands for the release."""

    def ship(self, monkeypatch, code, *, more=(), less=()):
        role = rules.ROLES[code]
        acts = (role.acts | set(more)) - set(less)
        monkeypatch.setitem(
            rules.ROLES, code, rules.Role(code, role.label, frozenset(acts), role.held_at, role.needs_second)
        )
        return services.load_shipped_roles(today=TODAY)

    def test_loading_again_changes_nothing(self):
        assert services.load_shipped_roles(today=TODAY) == 0

    def test_new_acts_come_in_a_version_of_their_own(self, monkeypatch):
        assert self.ship(monkeypatch, "registrar", more={"people.create_person"}) == 1
        assert "people.create_person" in acts_now("registrar")
        assert services.load_shipped_roles(today=TODAY) == 0

    def test_what_was_changed_here_stays(self, drafter, approver, monkeypatch):
        here = (acts_now("registrar") - {"records.enter_record"}) | {"credentials.see_transcript"}
        approve(approver, draft(drafter, here))
        self.ship(monkeypatch, "registrar", more={"people.create_person"})
        assert acts_now("registrar") == here | {"people.create_person"}

    def test_what_a_release_takes_away_goes(self, monkeypatch):
        self.ship(monkeypatch, "registrar", less={"records.withdraw_record"})
        assert "records.withdraw_record" not in acts_now("registrar")

    def test_an_act_that_exists_no_more_allows_nothing(self, college, monkeypatch):
        person = a_person()
        holding(person, "registrar", organisation=college)
        RoleVersion.objects.filter(role__code="registrar").update(acts=["records.abolished", "records.see_record"])
        (held,) = standing_of(person, today=TODAY).holdings
        assert held.acts == {"records.see_record"}
