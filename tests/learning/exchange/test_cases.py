"""Cases: held when asked, then settled or given back; what stands against them; clocks, refusals, appeals."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from psycopg.types.range import Int8Range

from learning.exchange.situations import (
    NOW,
    World,
    a_learner,
    agreed,
    appealed,
    asked,
    days_after,
    earned,
    held,
    level,
    of,
    pair,
    ratio,
    refused,
    wallet,
    whole_case,
)
from xuecheng.city.access.services import Denied
from xuecheng.city.notices.models import Notice
from xuecheng.learning.account.queries import accounts_of, statement_of
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.exchange import queries, rules, services
from xuecheng.learning.exchange.models import Case, Use
from xuecheng.learning.recognition.services.corrections import reverse_postings
from xuecheng.learning.records.models import LearningRecord

pytestmark = pytest.mark.django_db


def test_what_is_asked_is_held_and_what_is_accepted_is_taken_and_given(world: World) -> None:
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university, minutes=3360)
    (place,) = wallet(learner).places
    (answer,) = place.counts
    assert (answer.worth.target, answer.worth.source) == (230, 350)
    number = uuid4()
    case = asked(world, learner, posting, public_id=number)
    assert asked(world, learner, posting, public_id=number) == case
    assert (case.state, held(learner)) == ("earmarked", {"free": 0, "held": 350})
    assert case.due_on == date(2026, 12, 7)
    with pytest.raises(rules.InUse):
        asked(world, learner, posting)
    services.accept_case(actor=world.vc, case=case, at=NOW)
    services.accept_case(actor=world.vc, case=case, at=NOW)
    case = whole_case(case)
    assert (case.state, held(learner)) == ("settled", {"free": 230, "held": 0})
    given, aside, _learnt = statement_of(accounts_of(learner_id=learner.pk)).lines
    assert {given.purpose.public_id, aside.purpose.public_id} == {case.public_id}
    assert (given.place, given.purpose.title) == (case.target.name, case.title)
    assert [one.kind for one in Notice.objects.filter(person=learner)] == ["exchange.answered"]
    assert "exchange.asked" in {one.kind for one in Notice.objects.filter(person=world.vc.person)}
    with pytest.raises(services.TooLateToWithdraw):
        services.withdraw_case(actor=of(learner), case=case, at=NOW)


def test_rounding_loss_stays_with_the_learner_and_can_be_used_again(world: World) -> None:
    agreed(world, most_per_learner=250)
    learner = a_learner()
    posting = earned(learner, world.open_university, minutes=4320)
    case = asked(world, learner, posting)
    assert (case.target_credits, case.source_credits, held(learner)) == (250, 380, {"free": 70, "held": 380})
    with pytest.raises(rules.CapReached):
        asked(world, learner, posting)
    services.withdraw_case(actor=of(learner), case=case, at=NOW)
    assert held(learner) == {"free": 450, "held": 0}
    assert asked(world, learner, posting).target_credits == 250


def test_a_pair_is_taken_whole_for_the_unit_and_once(world: World) -> None:
    agreed(world, pair(world, least_grade="70", grade_scale="percent"), ratio(world), is_automatic=True)
    learner = a_learner()
    low = earned(learner, world.open_university, grade="69")
    with pytest.raises(rules.GradeTooLow):
        asked(world, learner, low)
    good = earned(learner, world.open_university, grade="70", minutes=1440)
    case = asked(world, learner, good)
    assert (case.state, case.source_credits, case.target_credits) == ("settled", 150, 300)
    assert case.decided_by is None
    another = earned(learner, world.open_university, grade="90")
    (place,) = wallet(learner).places
    assert {type(why).__name__ for one in place.counts_not for why in one.against} == {
        "GradeTooLow",
        "InUse",
        "UnitHeldAlready",
    }
    with pytest.raises(rules.UnitHeldAlready):
        asked(world, learner, another)


def test_a_level_below_that_there_does_not_count(world: World) -> None:
    UnitVersion.objects.filter(code="VC-EL001").update(level=level("3"))
    agreed(world, pair(world))
    learner = a_learner()
    posting = earned(learner, world.open_university)
    with pytest.raises(rules.LevelTooLow):
        asked(world, learner, posting)
    assert held(learner) == {"free": 300}


def test_only_ones_own_credits_are_asked_for_and_only_others_decided(world: World) -> None:
    agreed(world)
    learner, other = a_learner(), a_learner("黄另人")
    posting = earned(learner, world.open_university)
    with pytest.raises(services.CreditsUnknown):
        asked(world, other, posting)
    with pytest.raises(rules.NoClause):
        asked(world, learner, posting, target=world.bank.college)
    case = asked(world, learner, posting)
    for actor in (of(other), world.ou, of(learner)):
        with pytest.raises(Denied):
            services.accept_case(actor=actor, case=case, at=NOW)
        assert actor.person == learner or queries.case(actor, case.public_id) is None
    mine = earned(world.vc.person, world.open_university)
    own = asked(world, world.vc.person, mine)
    with pytest.raises(services.OwnCase):
        services.accept_case(actor=world.vc, case=own, at=NOW)
    assert list(queries.cases_to_decide(world.vc)) == [case]


def test_a_refusal_names_a_substantial_difference_and_gives_back(world: World) -> None:
    agreed(world)
    learner = a_learner()
    case = asked(world, learner, earned(learner, world.open_university))
    with pytest.raises(services.DifferenceMissing):
        services.refuse_case(actor=world.vc, case=case, difference="not our teacher", words="不同", at=NOW)
    with pytest.raises(services.ReasonMissing):
        services.refuse_case(actor=world.vc, case=case, difference="level", words=" ", at=NOW)
    services.refuse_case(actor=world.vc, case=case, difference="level", words="低一级", at=NOW)
    assert (whole_case(case).state, held(learner)) == ("refused", {"free": 300, "held": 0})
    with pytest.raises(services.NotOpen):
        services.accept_case(actor=world.vc, case=case, at=NOW)


def test_a_refusal_says_more_than_no_c36(world: World) -> None:
    agreed(world)
    learner = a_learner()
    case = asked(world, learner, earned(learner, world.open_university))
    for words in ("不", "不行", " 不行 "):
        with pytest.raises(services.ReasonMissing):
            services.refuse_case(actor=world.vc, case=case, difference="level", words=words, at=NOW)
    assert whole_case(case).state == "earmarked"
    services.refuse_case(actor=world.vc, case=case, difference="level", words="低一级", at=NOW)
    assert services.appeal_until(whole_case(case)) == date(2026, 12, 14)
    (told,) = Notice.objects.filter(person=learner)
    assert (told.kind, told.values["outcome"]) == ("exchange.answered", "refused")


def test_what_nobody_answered_in_time_the_certification_body_may_answer_c34(world: World) -> None:
    agreed(world)
    learner, other = a_learner(), a_learner("李等待")
    case = asked(world, learner, earned(learner, world.open_university))
    second = asked(world, other, earned(other, world.open_university))
    for act, more in ((services.accept_case, {}), (services.refuse_case, {"difference": "level", "words": "低一级"})):
        with pytest.raises(Denied):
            act(actor=world.officer, case=case, at=NOW, **more)
    services.tend(at=days_after(15))
    raised = whole_case(case)
    with pytest.raises(Denied):
        services.accept_case(actor=of(learner), case=raised, at=days_after(16))
    with pytest.raises(Denied):
        services.accept_case(actor=world.ou, case=raised, at=days_after(16))
    services.accept_case(actor=world.officer, case=raised, at=days_after(16))
    assert (whole_case(case).state, whole_case(case).decided_by) == ("settled", world.officer.person)
    services.refuse_case(
        actor=world.officer, case=whole_case(second), difference="level", words="低一级", at=days_after(16)
    )
    row = services.appeal(actor=of(other), case=whole_case(second), words="级别一样", at=days_after(17))
    row.case = whole_case(second)
    with pytest.raises(services.OwnRefusal):
        services.decide_appeal(actor=world.officer, appeal=row, grants=True, answer="可以", at=days_after(18))


def test_an_appeal_is_decided_by_another_and_may_exchange_after_all(world: World) -> None:
    agreed(world)
    learner = a_learner()
    row = appealed(world, learner, earned(learner, world.open_university))
    with pytest.raises(Denied):
        services.decide_appeal(actor=world.vc, appeal=row, grants=True, answer="可", at=NOW)
    assert list(queries.appeals_waiting(world.officer)) == [row]
    services.decide_appeal(actor=world.officer, appeal=row, grants=True, answer="实操确有考核", at=NOW)
    services.decide_appeal(actor=world.officer, appeal=row, grants=True, answer="实操确有考核", at=NOW)
    made = Case.objects.get(after_appeal=row.case)
    assert (made.state, made.decided_by, held(learner)) == ("settled", world.officer.person, {"free": 200, "held": 0})
    late = refused(world, a := a_learner("李迟到"), earned(a, world.open_university))
    with pytest.raises(services.TooLateToAppeal):
        services.appeal(actor=of(a), case=late, words="晚了", at=days_after(30))


def test_the_clock_raises_then_lapses_or_accepts_where_it_says_so_c34(world: World) -> None:
    agreed(world)
    learner = a_learner()
    case = asked(world, learner, earned(learner, world.open_university))
    assert services.tend(at=days_after(14)) == 0  # 7 December is the tenth working day
    assert services.tend(at=days_after(15)) == 1
    assert services.tend(at=days_after(15)) == 0
    case = whole_case(case)
    assert (case.state, case.ends_on) == ("earmarked", date(2026, 12, 15))
    assert list(queries.cases_raised(world.officer)) == [case]
    services.tend(at=days_after(23))
    assert (whole_case(case).state, held(learner)) == ("lapsed", {"free": 300, "held": 0})


def test_silence_accepts_only_where_the_agreement_says_so_c34(world: World) -> None:
    agreed(world, silence="accepts")
    learner = a_learner()
    case = asked(world, learner, earned(learner, world.open_university))
    services.tend(at=days_after(15))
    assert whole_case(case).state == "earmarked"
    services.tend(at=days_after(23))
    assert (whole_case(case).state, whole_case(case).decided_by) == ("settled", None)


def test_a_failure_between_hold_and_settling_leaves_it_held_and_accepted(world: World) -> None:
    """The receiving institution's budget is spent: the case waits, accepted, until the job can post it."""
    agreed(world)
    learner = a_learner()
    case = asked(world, learner, earned(learner, world.open_university))
    issuing = ledger.open_account(
        book=case.book, owner_kind=ledger.OwnerKind.INSTITUTION, owner_id=world.vocational.pk,
        role=ledger.Role.ISSUING, unit=case.target_class_id,
    )  # fmt: skip
    ledger.set_state(account=issuing, state=ledger.State.FROZEN, reason="核查", actor=1)
    services.accept_case(actor=world.vc, case=case, at=NOW)
    assert (whole_case(case).state, held(learner)) == ("accepted", {"free": 0, "held": 300})
    assert services.tend(at=days_after(1)) == 0
    ledger.set_state(account=issuing, state=ledger.State.OPEN, reason="核查完毕", actor=1)
    assert services.tend(at=days_after(1)) == 1
    assert (whole_case(case).state, held(learner)) == ("settled", {"free": 200, "held": 0})


def test_what_recognition_took_back_is_not_accepted(world: World) -> None:
    agreed(world)
    learner = a_learner()
    first = earned(learner, world.open_university)
    case = asked(world, learner, first)
    earned(learner, world.open_university, code="OU-CS102", title="程序设计")
    record = LearningRecord.objects.get(pk=first.record_id)
    reverse_postings(actor=world.officer, record=record, why="登记错误", at=NOW)
    with pytest.raises(services.SourceTakenBack):
        services.accept_case(actor=world.vc, case=case, at=NOW)
    assert whole_case(case).state == "earmarked"
    services.refuse_case(actor=world.vc, case=case, difference="quality", words="来源学分已撤销", at=NOW)


def test_the_database_keeps_holds_and_hundredths_whoever_writes(world: World) -> None:
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university)
    case = asked(world, learner, posting)
    use = Use.objects.get(case=case)
    for break_it in (
        lambda: Case.objects.filter(pk=case.pk).update(state="settled", settled_at=NOW),
        lambda: Case.objects.filter(pk=case.pk).update(state="withdrawn"),
        lambda: Case.objects.filter(pk=case.pk).update(source_credits=10),
        lambda: Use.objects.create(case=case, lot=use.lot, span=Int8Range(100, 110, "[)")),
        lambda: Use.objects.create(case=case, lot=use.lot, span=Int8Range(300, 310, "[)")),
        lambda: Use.objects.filter(pk=use.pk).update(span=Int8Range(0, 10, "[)")),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            break_it()
    assert held(learner) == {"free": 0, "held": 300}


def test_a_running_case_keeps_its_version(world: World) -> None:
    row = agreed(world)
    learner = a_learner()
    case = asked(world, learner, earned(learner, world.open_university))
    services.end_agreement(
        actor=world.ou, agreement=row, organisation=world.open_university, on=date(2027, 1, 22), why="专业调整", at=NOW
    )
    services.accept_case(actor=world.vc, case=case, at=days_after(100))
    assert (whole_case(case).state, whole_case(case).agreement) == ("settled", row)
    other = a_learner("李后来")
    with pytest.raises(rules.NoClause):
        asked(world, other, earned(other, world.open_university), at=days_after(60))
