"""Withdrawal of credit that assessors gave, or that a redemption used; what a published audit says to readiness."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import TODAY, a_person, holding
from learning.priorlearning import situations as prior
from learning.recognition.situations import a_draft
from learning.redemption import situations as redeeming
from learning.redemption.test_units import with_unit
from learning.supervision.situations import (
    LATER,
    NOW,
    a_learner,
    a_third,
    a_world,
    agreed,
    appealed,
    decider,
    earned,
    held,
    noticed,
    of,
    opened,
    opener,
    settled,
    withdrawn,
)
from learning.supervision.test_pages import by
from xuecheng.city.people import merging
from xuecheng.city.people.models import Person
from xuecheng.learning.credentials import services as transcripts
from xuecheng.learning.credentials.queries import changes_since
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.exchange import services as exchange
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.redemption import services as redemption
from xuecheng.learning.rollout import measures
from xuecheng.learning.rollout.rules import Measured
from xuecheng.learning.supervision import counting, queries, services
from xuecheng.learning.supervision.models import Audit, Shortfall, Withdrawal

pytestmark = pytest.mark.django_db


def test_what_assessors_gave_is_given_again_after_an_appeal() -> None:
    world: Any = prior.a_world()
    learner = a_person("陈阿姨")
    prior.decided(world, learner)
    posting = Posting.objects.get(learner=learner)
    appeal = appealed(world, posting)
    assert held(learner) == (0, 0)
    services.decide_appeal(actor=a_third(world), appeal=appeal, grants=True, answer="评审依据充分", at=LATER)
    again = Posting.objects.filter(learner=learner, reverses=None).exclude(key=posting.key).get()
    assert (again.identity, again.credits, again.rule) == (posting.identity, posting.credits, None)
    assert held(learner) == (posting.credits, 0)
    assert Withdrawal.objects.get().state == "restored"
    # And once more: what was given again is taken back and given again.
    second = appealed(world, again)
    services.decide_appeal(actor=a_third(world), appeal=second, grants=True, answer="评审依据充分", at=LATER)
    assert held(learner) == (posting.credits, 0)
    assert [one for book in ledger.books_in_use() for one in ledger.reconcile(book=book)] == []


def test_credit_that_is_looked_into_is_not_redeemed() -> None:
    world: Any = redeeming.a_world()
    learner = with_unit(world)
    offer = redeeming.on_shelf(world, redeeming.unit_wish(world, consumes=True))
    opened(world, Posting.objects.get(learner=learner))
    with pytest.raises(redemption.UnitMissing):
        redeeming.reserved(learner, offer)


def test_what_a_redemption_used_up_is_a_shortfall_c73() -> None:
    world: Any = redeeming.a_world()
    learner = with_unit(world)
    offer = redeeming.on_shelf(world, redeeming.unit_wish(world, consumes=True))
    order = redeeming.reserved(learner, offer)
    redeeming.handed(world, order)
    posting = Posting.objects.get(learner=learner)
    withdrawn(world, posting)
    short = Shortfall.objects.get()
    assert (short.learner_id, short.credits, short.filled) == (learner.pk, posting.credits, 0)
    assert redeeming.whole_order(order).state == "fulfilled"
    assert held(learner) == (0, 0)


def test_an_exemption_that_took_nothing_is_shown_to_the_officer_while_it_stands() -> None:
    """C-41, C-72: a person can have it taken back at the counter; nothing is done by itself."""
    world: Any = redeeming.a_world()
    learner = with_unit(world)
    order = redeeming.reserved(learner, redeeming.on_shelf(world, redeeming.unit_wish(world)))
    posting = Posting.objects.get(learner=learner)
    row = withdrawn(world, posting)
    assert not Shortfall.objects.exists()
    (grant,) = queries.grants_with([learner.pk], [posting.key])
    assert (grant.redemption, grant.credits) == (order, posting.credits)
    page, officer, own = reverse("supervision:show_withdrawal", args=[row.public_id]), Client(), Client()
    officer.force_login(world.bank.author.person)
    own.force_login(learner)
    assert "免修：信息技术基础" in officer.get(page).content.decode()
    assert "免修：信息技术基础" not in own.get(page).content.decode()
    redemption.release(actor=redeeming.of(learner), redemption=order, at=NOW + timedelta(hours=1))
    assert queries.grants_with([learner.pk], [posting.key]) == []


def test_what_is_only_reserved_is_looked_into_with_nothing_held_twice() -> None:
    world: Any = redeeming.a_world()
    learner = with_unit(world)
    order = redeeming.reserved(learner, redeeming.on_shelf(world, redeeming.unit_wish(world, consumes=True)))
    noticed(world, Posting.objects.get(learner=learner))
    assert held(learner) == (0, 300)
    redemption.release(actor=redeeming.of(learner), redemption=order, at=NOW + timedelta(hours=1))
    assert held(learner) == (300, 0)


@pytest.mark.parametrize("consumes", [True, False])
def test_nothing_is_granted_on_credit_that_is_looked_into_since(consumes: bool) -> None:
    world: Any = redeeming.a_world()
    learner = with_unit(world)
    order = redeeming.reserved(learner, redeeming.on_shelf(world, redeeming.unit_wish(world, consumes=consumes)))
    noticed(world, Posting.objects.get(learner=learner))
    with pytest.raises(redemption.CreditGone):
        redeeming.handed(world, order)
    assert redeeming.whole_order(order).state == "reserved"


def test_a_transcript_says_that_its_credit_was_used_up_since_c88() -> None:
    world: Any = redeeming.a_world()
    learner = with_unit(world)
    (posting,) = Posting.objects.filter(learner=learner)
    transcript = SimpleNamespace(
        learner_id=learner.pk, issued_at=NOW - timedelta(days=1),
        snapshot={"frameworks": [{"lines": [{"title": "信息技术", "keys": [str(posting.key)]}]}]},
    )  # fmt: skip
    order = redeeming.reserved(learner, redeeming.on_shelf(world, redeeming.unit_wish(world, consumes=True)))
    assert changes_since(transcript) == []  # type: ignore[arg-type]  # what of a transcript is read
    redeeming.handed(world, order)
    (change,) = changes_since(transcript)  # type: ignore[arg-type]  # the same
    assert (change.is_used_up, change.is_suspended, change.is_exchanged) == (True, False, False)


def test_readiness_reads_the_newest_published_bound_of_each_issuer() -> None:
    world: Any = redeeming.a_world()
    plain: dict[str, Any] = {
        "keeper": world.bank.centre, "aim": "discover", "institution": world.college, "posted_from": TODAY,
        "posted_to": TODAY, "planned_by": world.bank.author.person, "planned_at": NOW, "seed_day": TODAY,
        "population_digest": "0" * 64, "seed": "7f3a", "seed_head": 1, "drawn_at": NOW, "share": 0,
        "published_by": world.bank.approver.person, "state": "published",
    }  # fmt: skip
    Audit.objects.create(public_id=prior_id(1), code="CC-1", bound=49_510, published_at=NOW, **plain)
    assert counting.errors(TODAY + timedelta(days=1)) == {(world.college.pk, ""): 50}
    later = NOW + timedelta(days=1)
    Audit.objects.create(public_id=prior_id(2), code="CC-2", bound=9_970, published_at=later, **plain)
    expected = {(world.college.pk, ""): 10}
    assert measures.counted(TODAY + timedelta(days=2))[Measured.ERRORS] == expected
    # One rule's postings, or a bound that holds nine times in ten, say nothing of the issuer.
    latest = plain | {"published_at": NOW + timedelta(days=2), "bound": 1_000}
    Audit.objects.create(public_id=prior_id(3), code="CC-3", rule=a_draft(world.bank), **latest)
    Audit.objects.create(public_id=prior_id(4), code="CC-4", confidence=90, **latest)
    assert counting.errors(TODAY + timedelta(days=3)) == expected


def prior_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def test_c35_an_officer_sees_where_an_exchange_that_rests_on_it_was_cleared() -> None:
    world = a_world()
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university)
    settled(world, learner, posting)
    period = exchange.draw_period(
        actor=world.officer, public_id=uuid4(), begins_on=TODAY - timedelta(days=9), ends_on=TODAY + timedelta(days=1),
        at=NOW + timedelta(days=2),
    )  # fmt: skip
    row = withdrawn(world, posting)
    (resting,) = queries.resting_on(row, at=LATER, with_fit=False)
    assert resting.line is not None
    assert (resting.line.statement.period, resting.line.credits) == (period, 200)
    page = reverse("supervision:show_withdrawal", args=[row.public_id])
    link = reverse("exchange:show_statement", args=[resting.line.statement.public_id])
    assert link in by(decider(world).person).get(page).content.decode()
    assert link not in by(learner).get(page).content.decode()


def test_c72_before_the_decision_an_officer_sees_what_rests_on_it_and_whether_it_would_hold() -> None:
    world = a_world()
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university)
    made = settled(world, learner, posting)
    row = opened(world, posting)
    (one,) = queries.foreseen(row, [learner.pk], at=LATER, with_fit=True)
    assert (one.exchange, one.credits, one.is_settled, list(one.fit)) == (made, 300, True, [])
    page = reverse("supervision:show_withdrawal", args=[row.public_id])
    assert "留下欠缺" in by(decider(world).person).get(page).content.decode()
    other = earned(learner, world.open_university, title="会计", code="K1")
    (one,) = queries.foreseen(row, [learner.pk], at=LATER, with_fit=True)
    assert [fit.postings for fit in one.fit] == [(other.key,)]
    shown = by(decider(world).person).get(page).content.decode()
    assert "会计" in shown
    (told,) = queries.foreseen(row, [learner.pk], at=LATER, with_fit=False)
    assert list(told.fit) == [], "nobody solves for who only reads"
    assert by(learner).get(page).status_code == 404, "nobody has told them yet"
    services.give_notice(actor=opener(world), case=row, at=NOW)
    own = by(learner).get(page).content.decode()
    assert "会计" not in own
    assert reverse("exchange:show_case", args=[made.public_id]) in own


def test_what_the_other_account_of_the_person_printed_is_listed_too() -> None:
    """Merged accounts: a transcript of the kept one shows the credit of the other."""
    world = a_world()
    there = world.bank.places["天河区"]
    kept, other = (a_person("陈嘉敏", territory=there) for _account in range(2))
    posting = earned(other, world.open_university)
    counter = a_person("窗口甲")
    holding(counter, "counter_clerk", territory=there)
    merging.merge_people(actor=of(counter), public_id=uuid4(), kept=kept, merged=other, at=NOW, reason="同一人")
    code = transcripts.issue_transcript(
        actor=of(Person.objects.get(pk=kept.pk)), learner=kept, at=NOW, language="zh-hans"
    ).code
    row = opened(world, posting)
    page = reverse("supervision:show_withdrawal", args=[row.public_id])
    assert code in by(opener(world).person).get(page).content.decode()
