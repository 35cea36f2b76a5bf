"""What was decided lasts: revoked by an officer, suspended by a case, frozen, ended, erased; under the lock, not before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test.utils import CaptureQueriesContext

from learning.account import makers
from learning.badges.situations import NOW, TODAY, World, asked, document, lines, of, whole
from learning.badges.test_batches import a_batch
from learning.badges.test_moving import LATER, bits_of, key_of_school
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.access.services import Denied
from xuecheng.city.people.models import Person
from xuecheng.config.demo.load import Hand
from xuecheng.learning.badges import queries, services
from xuecheng.learning.badges.models import Badge
from xuecheng.learning.badges.services import batches, moving
from xuecheng.learning.badges.services.taking import held
from xuecheng.learning.recognition.models import Withholding

pytestmark = pytest.mark.django_db


def frozen(who: Person, badge_or_line: Any) -> None:
    for key in badge_or_line.postings:
        Withholding.objects.create(
            posting=key, book=makers.ledger.book_of(who.pk), learner=who, purpose="frozen", credits=0, case_id=uuid4(),
            began_at=NOW,
        )  # fmt: skip


def erased(who: Person) -> None:
    """As the erasing of an account leaves the row."""
    Person.objects.filter(pk=who.pk).update(
        erased_at=NOW, is_active=False, password="!", last_login=None, birth_year=None, territory=None,
        sign_in_name=f"~{who.pk}", name="已注销",
    )  # fmt: skip


def ask_again(world: World, made: Badge) -> list[Badge]:
    return services.ask_badges(
        actor=of(world.learner), learner=world.learner, lines=[made.certifies], with_name=False, at=LATER
    )


def test_revoked_by_an_officer_it_comes_back_by_an_officer_only(world: World) -> None:
    made = asked(world.learner)
    services.revoke_badge(actor=world.desk, badge=made, why="代人听课", at=LATER)
    assert lines(world.learner) == []
    with pytest.raises(services.NothingToIssue):
        ask_again(world, made)
    services.start_rule(
        actor=world.desk, public_id=uuid4(), organisation=world.school, kind="community", at=NOW - timedelta(days=9)
    )
    assert services.issue_batch(a_batch(world), Hand(), now=lambda: LATER).issued_count == 0
    assert services.tend(at=LATER) == 0
    with pytest.raises(moving.RevokedByDecision):
        services.reissue_badge(actor=of(world.learner), badge=made, why="写上姓名", with_name=True, at=LATER)
    anew = services.reissue_badge(actor=world.desk, badge=made, why="查清无误", at=LATER)
    assert (anew.version, anew.replaces_id, bits_of(whole(anew))) == (2, made.pk, (False, False))
    assert services.reissue_badge(actor=world.desk, badge=made, why="查清无误", at=LATER) == anew
    assert services.issue_batch(a_batch(world), Hand(), now=lambda: LATER).issued_count == 0


def test_after_a_decision_it_is_issued_only_for_credit_that_stands(world: World) -> None:
    made = asked(world.learner)
    services.revoke_badge(actor=world.desk, badge=made, why="有误", at=LATER)
    frozen(world.learner, made)
    with pytest.raises(services.NothingToIssue):
        services.reissue_badge(actor=world.desk, badge=made, why="更正", at=LATER)


def test_revoked_with_its_credit_or_for_a_name_it_may_be_asked_for(world: World) -> None:
    made = asked(world.learner)
    with transaction.atomic():
        services.revoke_resting_on(learner_ids=[world.learner.pk], gone=made.postings, at=LATER, why="更正")
    (anew,) = ask_again(world, made)
    assert anew.version == 2
    services.suspend_badge(actor=world.desk, badge=anew, why="核查", at=LATER)
    with transaction.atomic():
        services.revoke_resting_on(learner_ids=[world.learner.pk], gone=made.postings, at=LATER, why="更正")
    # An officer had suspended it: it does not come back by being revoked for another reason.
    assert lines(world.learner) == []


def test_the_database_knows_no_decision_on_what_holds(world: World) -> None:
    made = asked(world.learner)
    with pytest.raises(IntegrityError, match="decided_is_revoked"), transaction.atomic():
        Badge.objects.filter(pk=made.pk).update(by_decision=True)
    services.revoke_badge(actor=world.desk, badge=made, why="有误", at=LATER)
    with pytest.raises(IntegrityError, match="revoked is for ever"), transaction.atomic():
        Badge.objects.filter(pk=made.pk).update(by_decision=False)


def test_only_the_end_of_a_case_lets_hold_what_it_suspended(world: World) -> None:
    made, case = asked(world.learner), uuid4()
    with transaction.atomic():
        services.suspend_for_case(
            learner_ids=[world.learner.pk], postings=made.postings, case=case, why="核查", at=NOW
        )  # fmt: skip
    with pytest.raises(moving.UnderCase):
        services.resume_badge(actor=world.desk, badge=made, at=LATER)
    with transaction.atomic():
        assert services.resume_after_case(case=case, at=LATER) == 1
    assert whole(made).case_id is None
    services.suspend_badge(actor=world.desk, badge=made, why="另有缘由", at=LATER)
    with transaction.atomic():
        assert services.resume_after_case(case=case, at=LATER) == 0
    assert bits_of(made) == (True, True)


def test_what_an_officer_suspended_does_not_hold_again_on_frozen_credit(world: World) -> None:
    made = asked(world.learner)
    services.suspend_badge(actor=world.desk, badge=made, why="核查", at=NOW)
    frozen(world.learner, made)
    with pytest.raises(moving.UnderCase):
        services.resume_badge(actor=world.desk, badge=made, at=LATER)
    Withholding.objects.update(ended_at=LATER)
    services.resume_badge(actor=world.desk, badge=made, at=LATER)
    assert bits_of(made) == (False, False)


def test_no_officer_moves_a_credential_of_their_own(world: World) -> None:
    officer = Person.objects.get(pk=world.desk.person.pk)
    makers.credit(officer, 200, institution=world.school)
    made = asked(officer)
    mine = world.desk
    assert RoleHolding.objects.filter(person=officer).exists()
    for verb in (services.suspend_badge, services.revoke_badge):
        with pytest.raises(Denied):
            verb(actor=mine, badge=made, why="自己", at=LATER)
    services.suspend_badge(actor=world.officer, badge=made, why="核查", at=LATER)
    with pytest.raises(Denied):
        services.resume_badge(actor=mine, badge=made, at=LATER)


class Between(Hand):
    """Lets something happen after the list was read and before the first slice."""

    def __init__(self, happens: Any) -> None:
        super().__init__()
        self._happens = happens

    def slice(self) -> Any:
        happens, self._happens = self._happens, lambda: None
        happens()
        return super().slice()


def test_a_batch_certifies_what_stands_under_the_lock(world: World) -> None:
    one, other = makers.learner("甲"), makers.learner("乙")
    for who in (one, other):
        makers.credit(who, 100, institution=world.school)
    (line,) = lines(one)

    def meanwhile() -> None:
        frozen(one, line)
        erased(other)

    row = services.issue_batch(a_batch(world), Between(meanwhile), now=lambda: NOW)
    assert row.issued_count == 1
    assert not Badge.objects.filter(learner__in=[one, other]).exists()


def test_erased_people_are_not_on_the_list(world: World) -> None:
    erased(world.learner)
    hand = Hand()
    services.issue_batch(a_batch(world), hand, now=lambda: NOW)
    assert hand.total == 0


def test_ended_credit_is_not_certified_and_what_ended_not_signed_anew(world: World) -> None:
    last = TODAY + timedelta(days=3)
    makers.credit(world.learner, 100, title="急救", institution=world.school, valid_until=last)
    found = {line.title: line for line in lines(world.learner)}
    assert found["急救"].valid_until == last
    after = last + timedelta(days=1)
    assert "急救" not in {line.title for line in queries.lines_to_ask(of(world.learner), on=after)}
    (made,) = services.ask_badges(
        actor=of(world.learner), learner=world.learner, lines=[found["急救"].certifies], with_name=False, at=NOW
    )
    then = NOW + timedelta(days=4)
    assert (whole(made).holds(last), whole(made).holds(after)) == (True, False)
    with pytest.raises(moving.HasEnded):
        services.reissue_badge(actor=world.desk, badge=made, why="更正", at=then)
    key = key_of_school(world)
    services.compromise_key(actor=world.officer, key=key, why="失窃", at=then)
    assert services.reissue_each(key, Hand(), now=lambda: then) == 0
    assert (whole(made).state, whole(made).by_decision) == ("revoked", False)


def test_a_credential_without_unit_says_nothing_of_credits_available(world: World) -> None:
    assert "creditsAvailable" not in document(asked(world.learner))["credentialSubject"]["achievement"]


def test_more_credit_for_what_has_a_credential_starves_no_rule(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_MOST_BY_RULE", 1)
    begun = NOW - timedelta(days=9)
    services.start_rule(actor=world.desk, public_id=uuid4(), organisation=world.school, kind="community", at=begun)
    assert services.tend(at=NOW) == 1
    record = makers.LearningRecord.objects.get(pk=Badge.objects.get().record_id)
    makers.Result.objects.filter(record_id=record.pk).delete()
    makers.credit(world.learner, 50, for_record=record, posted_at=NOW)
    makers.credit(makers.learner("后来"), 100, institution=world.school)
    assert services.tend(at=LATER) == 1
    assert services.tend(at=LATER) == 0
    assert Badge.objects.count() == 2


def test_a_key_s_credentials_are_gone_through_without_their_documents(world: World) -> None:
    from django.db import connection

    asked(world.learner)
    key = key_of_school(world)
    services.compromise_key(actor=world.officer, key=key, why="失窃", at=LATER)
    with CaptureQueriesContext(
        connection,
    ) as said:
        assert services.reissue_each(key, Hand(), now=lambda: LATER) == 1
    listed = [one["sql"] for one in said if "LIMIT 50" in one["sql"]]
    assert listed
    assert not any("document" in one for one in listed)


def test_lists_are_locked_by_their_keys_whatever_the_order_of_issuers(world: World) -> None:
    from django.db import connection

    later = makers.school("后建的学校")
    other = makers.learner("旁人")
    makers.credit(other, 100, institution=later)
    asked(other)  # The list of the later school is the older one.
    makers.credit(world.learner, 100, title="别处", institution=later)
    with CaptureQueriesContext(connection) as said:
        services.ask_badges(
            actor=of(world.learner), learner=world.learner, with_name=False, at=NOW,
            lines=[line.certifies for line in lines(world.learner)],
        )  # fmt: skip
    locks = [one["sql"] for one in said if "badges_statuslist" in one["sql"] and "FOR NO KEY UPDATE" in one["sql"]]
    assert "IN (" in locks[0]
    assert "ORDER BY 1 ASC" in locks[0]


def test_what_its_key_no_longer_proves_is_not_said_to_hold(world: World) -> None:
    made = asked(world.learner)
    services.compromise_key(actor=world.officer, key=key_of_school(world), why="失窃", at=LATER)
    assert not whole(made).holds(date(2026, 11, 23))
    with pytest.raises(services.NotValid):
        services.jwt_of(whole(made), at=LATER)
    with pytest.raises(services.NothingChosen):
        held(world.learner, [], on=TODAY)
    with pytest.raises(services.NothingChosen):
        services.share_badges(
            actor=of(world.learner), public_id=uuid4(), learner=world.learner, badges=[made.public_id],
            until=LATER + timedelta(days=3), shows_name=False, at=LATER,
        )  # fmt: skip
