"""Status: what does not hold is seen at once, in the list and in the database; keys rotate and fall out."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from learning.account import makers
from learning.badges.situations import NOW, TODAY, World, asked, document, of, whole
from learning.badges.test_issuing import verifies
from xuecheng.city.access.services import Denied
from xuecheng.config.demo.load import Hand
from xuecheng.learning.badges import queries, services
from xuecheng.learning.badges.models import Badge, SigningKey, StatusList
from xuecheng.learning.badges.services import status
from xuecheng.learning.badges.services.keys import KeyEnded, ReasonMissing
from xuecheng.learning.proofs import own, statuslist

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def bits_of(row: Badge) -> tuple[bool, bool]:
    """As a stranger reads them: by the entry of the credential, from the published lists, which verify."""
    entry = document(row)["credentialStatus"]
    found = []
    for address in (entry["statusListCredential"], entry["statusReference"].partition("#")[0]):
        published = own.own_document(address)
        assert published is not None
        assert verifies(published)
        assert published["issuer"] == document(row)["issuer"]["id"]
        bits = statuslist.decoded(published["credentialSubject"]["encodedList"])
        found.append(statuslist.bit(bits, int(entry["statusListIndex"])))
    return found[0], found[1]


def test_revoked_is_seen_at_once_and_is_for_ever(world: World) -> None:
    made = asked(world.learner)
    assert bits_of(made) == (False, False)
    services.revoke_badge(actor=world.desk, badge=made, why="记录有误", at=LATER)
    assert bits_of(made) == (True, False)
    assert whole(made).why == "记录有误"
    services.revoke_badge(actor=world.desk, badge=made, why="再说一次", at=LATER)
    assert whole(made).why == "记录有误"
    with pytest.raises(services.NotInThisState):
        services.resume_badge(actor=world.desk, badge=made, at=LATER)
    with pytest.raises(Denied):
        services.revoke_badge(actor=of(world.learner), badge=made, why="有误", at=LATER)


def test_suspended_and_holding_again(world: World) -> None:
    made = asked(world.learner)
    services.suspend_badge(actor=world.officer, badge=made, why="正在核查", at=LATER)
    assert bits_of(made) == (True, True)
    services.resume_badge(actor=world.officer, badge=made, at=LATER)
    assert bits_of(made) == (False, False)


def test_who_may_not(world: World) -> None:
    made = asked(world.learner)
    for who in (world.stranger, of(world.learner), of(makers.learner("旁人"))):
        with pytest.raises(Denied):
            services.revoke_badge(actor=who, badge=made, why="不", at=NOW)
        with pytest.raises(Denied):
            services.suspend_badge(actor=who, badge=made, why="不", at=NOW)
    with pytest.raises(Denied):
        services.reissue_badge(actor=world.stranger, badge=made, why="不", at=NOW)
    with pytest.raises(Denied):
        services.reissue_badge(actor=world.desk, badge=made, why="写上姓名", with_name=True, at=NOW)
    with pytest.raises(ReasonMissing):
        services.revoke_badge(actor=world.desk, badge=made, why="  ", at=NOW)


def test_an_officer_corrects_by_issuing_anew(world: World) -> None:
    made = asked(world.learner)
    anew = services.reissue_badge(actor=world.desk, badge=made, why="更正", at=LATER)
    assert (bits_of(made), bits_of(anew)) == ((True, False), (False, False))
    assert services.reissue_badge(actor=world.desk, badge=made, why="更正", at=LATER) == anew


def test_credit_taken_back_takes_its_credential_with_it(world: World) -> None:
    credited = makers.credit(world.learner, 300, title="书法", institution=world.school)
    rows = services.ask_badges(
        actor=of(world.learner), learner=world.learner, at=NOW, with_name=False,
        lines=[line.certifies for line in queries.lines_to_ask(of(world.learner), on=TODAY)],
    )  # fmt: skip
    (gone,) = [row for row in rows if credited.posting.key in row.postings]
    with transaction.atomic():
        services.suspend_for_case(
            learner_ids=[world.learner.pk], postings=[credited.posting.key], case=uuid4(), why="核查", at=NOW
        )
    assert bits_of(gone) == (True, True)
    makers.take_back(credited)
    assert services.tend(at=LATER) == 1
    assert services.tend(at=LATER) == 0
    assert [whole(row).state for row in rows].count("revoked") == 1
    assert bits_of(gone) == (True, False)


def test_a_case_that_is_closed_lets_it_hold_again(world: World) -> None:
    made, case = asked(world.learner), uuid4()
    with transaction.atomic():
        assert services.suspend_for_case(
            learner_ids=[world.learner.pk], postings=made.postings, case=case, why="核查", at=NOW
        ) == 1  # fmt: skip
    with transaction.atomic():
        assert services.resume_after_case(case=uuid4(), at=NOW) == 0
        assert services.resume_after_case(case=case, at=NOW) == 1
    assert bits_of(made) == (False, False)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("update badges_badge set state = 'revoked', why = 'x'", "badges_(badge_has_its|list_is_its)"),
        ("update badges_statuslist set revoked = set_bit(revoked, 77, 1 - get_bit(revoked, 77))", "badges_list_is_"),
        ("update badges_badge set document = document || ' '", "badges_badge_stays"),
        ("update badges_badge set credits = 900", "badges_badge_stays"),
        ("update badges_achievement set title_zh = 'x'", "badges_achievement_stays"),
        ("update badges_signingkey set number = 9", "badges_key_stays"),
    ],
)
def test_the_database_holds_them_together_whoever_writes(world: World, statement: str, constraint: str) -> None:
    asked(world.learner)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        _executed(statement)


def _executed(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("set constraints all immediate")


def test_a_full_list_is_followed_by_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "MOST_USED", 1)
    makers.credit(world.learner, 300, title="书法", institution=world.school)
    rows = services.ask_badges(
        actor=of(world.learner), learner=world.learner, at=NOW, with_name=False,
        lines=[line.certifies for line in queries.lines_to_ask(of(world.learner), on=TODAY)],
    )  # fmt: skip
    assert len({row.status_list_id for row in rows}) == 2
    assert all(bits_of(row) == (False, False) for row in rows)


def key_of_school(world: World) -> SigningKey:
    return SigningKey.objects.select_related("issuer__territory").get(issuer=world.school, state="active")


def test_after_rotation_old_ones_verify_and_the_private_half_is_gone(world: World) -> None:
    made = asked(world.learner)
    first = key_of_school(world)
    second = services.rotate_key(actor=world.officer, key=first, at=LATER)
    first.refresh_from_db()
    assert (first.state, first.sealed, second.name) == ("retired", None, "key-2")
    assert verifies(document(made))
    assert bits_of(made) == (False, False)
    makers.credit(world.learner, 300, title="书法", institution=world.school)
    assert document(asked(world.learner, at=LATER))["proof"][0]["verificationMethod"].endswith("#key-2")
    with pytest.raises(KeyEnded):
        services.rotate_key(actor=world.officer, key=first, at=LATER)
    with pytest.raises(Denied):
        services.rotate_key(actor=world.desk, key=second, at=LATER)


def test_a_compromised_key_falls_out_and_what_it_signed_is_issued_anew(world: World) -> None:
    made = asked(world.learner)
    key = key_of_school(world)
    services.compromise_key(actor=world.officer, key=key, why="服务器失窃", at=LATER)
    key.refresh_from_db()
    assert (key.state, key.sealed) == ("compromised", None)
    published = queries.did_document(world.school)
    assert all(not method["id"].endswith("#key-1") for method in published["verificationMethod"])
    hand = Hand()
    assert services.reissue_each(key, hand, now=lambda: LATER) == 1
    assert services.reissue_each(key, Hand(), now=lambda: LATER) == 0
    anew = Badge.objects.get(replaces=made)
    assert verifies(document(anew))
    assert bits_of(whole(anew)) == (False, False)
    assert bits_of(made) == (True, False)


def test_an_unchanged_list_is_signed_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = asked(world.learner)
    assert bits_of(made) == (False, False)
    from xuecheng.learning.badges.services import publishing

    def never(*_args: Any, **_more: Any) -> Any:
        raise AssertionError("signed again")

    monkeypatch.setattr(publishing, "signed", never)
    assert bits_of(made) == (False, False)


def test_any_order_of_issuing_moving_and_rotating(world: World) -> None:  # noqa: C901  # the machine stands within
    """Places are unique, bits follow, one version holds, and what was signed verifies under whatever key."""

    class Life(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            cache.clear()
            self.learners = [world.learner]
            self.before = transaction.savepoint()

        def teardown(self) -> None:
            if hasattr(self, "before"):
                transaction.savepoint_rollback(self.before)

        @rule()
        def learn(self) -> None:
            who = makers.learner()
            makers.credit(who, 100, institution=world.school)
            self.learners.append(who)

        @rule(with_name=st.booleans())
        def ask(self, with_name: bool) -> None:
            for who in self.learners:
                if queries.lines_to_ask(of(who), on=TODAY):
                    asked(who, with_name=with_name)

        @rule(number=st.integers(0, 9), verb=st.sampled_from(["revoke", "suspend", "resume", "reissue"]))
        def move(self, number: int, verb: str) -> None:
            rows = list(Badge.objects.order_by("pk"))
            if not rows:
                return
            row = whole(rows[number % len(rows)])
            try:
                with transaction.atomic():
                    if verb == "resume":
                        services.resume_badge(actor=world.desk, badge=row, at=LATER)
                    else:
                        do = {
                            "revoke": services.revoke_badge, "suspend": services.suspend_badge,
                            "reissue": services.reissue_badge,
                        }[verb]  # fmt: skip
                        do(actor=world.desk, badge=row, why="因为", at=LATER)
            except services.NotInThisState:
                assert row.state != {"reissue": "valid", "suspend": "valid", "resume": "suspended"}[verb]

        @rule()
        def rotate(self) -> None:
            if SigningKey.objects.filter(issuer=world.school, state="active").exists():
                services.rotate_key(actor=world.officer, key=key_of_school(world), at=LATER)

        @invariant()
        def it_holds_together(self) -> None:
            rows = list(Badge.objects.order_by("pk"))
            assert len({(row.status_list_id, row.status_index) for row in rows}) == len(rows)
            lists = {row.pk: bytes(row.revoked) for row in StatusList.objects.all()}
            for row in rows:
                assert statuslist.bit(lists[row.status_list_id], row.status_index) == (row.state != "valid")
            for row in {row.key_id: row for row in rows}.values():
                assert verifies(json.loads(row.document))
            certified = [row.certifies for row in rows if row.state != "revoked"]
            assert len(set(certified)) == len(certified)
            with connection.cursor() as cursor:
                cursor.execute("set constraints all immediate")
                cursor.execute("set constraints all deferred")

    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=8, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )  # fmt: skip
