"""Withdrawal: frozen, noticed, heard, decided by another, reversed exactly, with its shortfall and dependents (C-71 … C-74)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from city.situations import a_person, a_registrar, an_organisation
from learning.exchange import situations as exchanges
from learning.exchange.situations import ratio
from learning.recognition.situations import TODAY, a_record
from learning.supervision.situations import (
    LATER,
    NOW,
    World,
    a_learner,
    a_third,
    agreed,
    appealed,
    asked,
    decided,
    decider,
    dependent,
    earned,
    earned_at,
    held,
    noticed,
    of,
    opened,
    opener,
    record_of,
    settled,
    whole,
    withdrawn,
)
from xuecheng.city.access.services import Denied
from xuecheng.city.notices.models import Notice
from xuecheng.city.organisations.models import Kind
from xuecheng.learning.credentials import queries as credentials
from xuecheng.learning.credentials import services as transcripts
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.exchange import queries as wallets
from xuecheng.learning.exchange import rules as exchange_rules
from xuecheng.learning.exchange import services as exchange
from xuecheng.learning.recognition.models import Posting, Result, Run, Withholding
from xuecheng.learning.recognition.queries.law import law_on
from xuecheng.learning.recognition.services import corrections
from xuecheng.learning.recognition.services.recognising import Recogniser
from xuecheng.learning.supervision import queries, services
from xuecheng.learning.supervision.models import Shortfall, Withdrawal

pytestmark = pytest.mark.django_db


def test_what_a_case_is_about_is_frozen_for_new_use(world: World) -> None:
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university)
    row = opened(world, posting)
    assert held(learner) == (0, 300)
    with pytest.raises(exchange_rules.Frozen):
        asked(world, learner, posting)
    assert credentials.certifiable_lines(learner_ids=[learner.pk]) == []
    with pytest.raises(corrections.CaseOpen):
        corrections.reverse_postings(actor=decider(world), record=record_of(posting), why="改", at=NOW)
    with pytest.raises(services.CaseOpenAlready):
        opened(world, posting)
    again = services.open_withdrawal(
        actor=opener(world), public_id=row.public_id, record=record_of(posting), ground="double", reason="同", at=NOW
    )
    assert again == row
    closed = decided(world, _noticed(world, row), withdraws=False)
    assert (closed.state, held(learner)) == ("closed", (300, 0))
    assert asked(world, learner, posting, at=LATER).state == "earmarked"


def test_a_case_that_waits_for_a_registrar_is_not_accepted_while_frozen_and_ends_with_the_credit(world: World) -> None:
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university)
    case = asked(world, learner, posting)
    row = noticed(world, posting)
    assert row.items.get().used == 300
    with pytest.raises(exchange.SourceFrozen):
        exchange.accept_case(actor=world.vc, case=case, at=NOW)
    decided(world, row)
    case.refresh_from_db()
    assert (case.state, held(learner)) == ("voided", (0, 0))
    assert row.items.get().recovered == 300
    assert not Shortfall.objects.exists()
    assert dependent(row).state == "voided"


def test_who_opened_issued_or_learnt_does_not_decide(world: World) -> None:
    learner = a_learner()
    posting = earned(learner, world.open_university, entered_by_id=decider(world).person.pk)
    row = noticed(world, posting)
    for actor in (opener(world), decider(world)):
        with pytest.raises(services.OpenedByYou):
            services.decide_withdrawal(actor=actor, case=row, withdraws=True, words="是", at=LATER)
    for actor in (of(learner), world.ou, of(a_person("路人"))):
        with pytest.raises(Denied):
            services.decide_withdrawal(actor=actor, case=row, withdraws=True, words="是", at=LATER)
    third = a_third(world)
    services.decide_withdrawal(actor=third, case=row, withdraws=True, words="是", at=LATER)
    assert whole(row).state == "withdrawn"
    with pytest.raises(services.NotOpen):
        services.decide_withdrawal(actor=third, case=row, withdraws=False, words="否", at=LATER)
    # Said twice, once.
    services.decide_withdrawal(actor=third, case=row, withdraws=True, words="是", at=LATER)
    assert Posting.objects.filter(reverses=posting.key).count() == 1


def test_notice_hearing_and_clock(world: World) -> None:
    learner = a_learner()
    posting = earned(learner, world.open_university)
    row = opened(world, posting)
    with pytest.raises(services.NoticeFirst):
        decided(world, row)
    with pytest.raises(services.NoticeFirst):
        services.make_statement(actor=of(learner), case=row, words="不对", at=NOW)
    row = _noticed(world, row)
    told = set(Notice.objects.filter(kind="supervision.noticed").values_list("person_id", flat=True))
    assert told == {learner.pk, world.ou.person.pk}
    # Fifteen working days after Monday 23 November 2026 is Monday 14 December.
    assert str(row.due_on) == "2026-12-14"
    with pytest.raises(services.TooEarly):
        decided(world, row, at=NOW + timedelta(days=21))
    made = services.make_statement(actor=of(learner), case=row, words="是两次", wants_hearing=True, at=NOW)
    assert services.make_statement(actor=of(learner), case=row, words="是两次", wants_hearing=True, at=NOW) == made
    services.make_statement(actor=world.ou, case=row, words="学校记录无误", at=NOW)
    with pytest.raises(services.HearingOwed):
        decided(world, row)
    with pytest.raises(services.HearingNotYet):
        services.hold_hearing(actor=opener(world), case=row, held_at=LATER, words="双方到场", at=NOW)
    services.hold_hearing(actor=opener(world), case=row, held_at=NOW, words="双方到场", at=NOW)
    assert decided(world, row, at=NOW + timedelta(days=3)).state == "withdrawn"
    with pytest.raises(services.TooLateToState):
        services.make_statement(actor=of(learner), case=row, words="补充", at=LATER)
    with pytest.raises(Denied):
        services.make_statement(actor=world.vc, case=row, words="路过", at=NOW)


def test_both_answered_may_be_decided_before_the_clock(world: World) -> None:
    learner = a_learner()
    row = noticed(world, earned(learner, world.open_university))
    services.make_statement(actor=of(learner), case=row, words="同意", at=NOW)
    services.make_statement(actor=world.ou, case=row, words="同意", at=NOW)
    assert decided(world, row, at=NOW + timedelta(days=1)).state == "withdrawn"


def test_whoever_entered_the_record_or_let_it_be_credited_is_not_asked_to_decide(world: World) -> None:
    """C-71: what `involved_in` keeps them from stands in no list of theirs either."""
    learner, mine, clerk = a_learner(), decider(world), a_third(world)
    run = Run.objects.create(organisation=world.open_university, started_at=NOW, started_by=mine.person)
    facts = {"origin": "formal", "code": "OU-CS101", "title": "信息技术基础", "grade": "80", "grade_scale": "percent"}
    record = a_record(learner, world.open_university, minutes=2880, entered_by_id=clerk.person.pk, **facts)
    with transaction.atomic():
        Recogniser(law_on(TODAY), run_id=run.pk).recognise([record.pk], books={record.book}, at=NOW)
    row = noticed(world, Posting.objects.get(record_id=record.pk, book=record.book))
    assert {opener(world).person.pk, mine.person.pk, clerk.person.pk} <= queries.involved_in(row)
    for officer in (opener(world), mine, clerk):
        assert row not in queries.withdrawals_to_decide(officer, today=LATER.date())
    other = noticed(world, earned(a_learner("林志强"), world.open_university))
    assert [other in queries.withdrawals_to_decide(officer, today=LATER.date()) for officer in (mine, clerk)] == [
        True
    ] * 2


def test_a_hearing_takes_nobody_s_days_and_a_later_request_is_owed_a_hearing(world: World) -> None:
    """C-71: fifteen working days, or both have said something, whether or not a hearing was held."""
    learner = a_learner()
    row = noticed(world, earned(learner, world.open_university))
    day = timedelta(days=1)
    services.hold_hearing(actor=opener(world), case=row, held_at=NOW, words="学习者未到场", at=NOW)
    with pytest.raises(services.TooEarly):
        decided(world, row, at=NOW + day)
    mine = decider(world)
    assert row not in queries.withdrawals_to_decide(mine, today=(NOW + day).date())
    assert row in queries.withdrawals_to_decide(mine, today=LATER.date())
    services.make_statement(actor=world.ou, case=row, words="记录无误", at=NOW)
    assert row not in queries.withdrawals_to_decide(mine, today=(NOW + day).date())
    services.make_statement(actor=of(learner), case=row, words="当面说", wants_hearing=True, at=NOW + day)
    assert row in queries.withdrawals_to_decide(mine, today=(NOW + day).date())
    with pytest.raises(services.HearingOwed):
        decided(world, row)
    services.hold_hearing(actor=opener(world), case=row, held_at=NOW + day, words="到场", at=NOW + day)
    assert decided(world, row, at=NOW + day).state == "withdrawn"


def test_each_hearing_stays_and_a_request_later_on_the_same_day_is_owed_one(world: World) -> None:
    """C-71: a second hearing takes nothing of the first; what was asked after it, by the clock, waits for another."""
    learner = a_learner()
    row = noticed(world, earned(learner, world.open_university))
    hour = timedelta(hours=1)

    def hear(held_at: datetime, words: str, at: datetime) -> Withdrawal:
        return services.hold_hearing(actor=opener(world), case=row, held_at=held_at, words=words, at=at)

    hear(NOW, "学习者说是两次", NOW + hour)
    hear(NOW, "学习者说是两次", NOW + 2 * hour)
    with pytest.raises(services.HearingKnown):
        hear(NOW, "改写", NOW + hour)
    with pytest.raises(services.HearingNotYet):
        hear(NOW - timedelta(minutes=1), "通知之前", NOW + hour)
    services.make_statement(actor=of(learner), case=row, words="再当面说", wants_hearing=True, at=NOW + hour)
    services.make_statement(actor=world.ou, case=row, words="记录无误", at=NOW + hour)
    with pytest.raises(services.HearingOwed):
        decided(world, row, at=NOW + 2 * hour)
    hear(NOW + hour, "机构出示签到表", NOW + 2 * hour)
    assert [one.words for one in row.hearings.order_by("held_at")] == ["学习者说是两次", "机构出示签到表"]
    assert decided(world, row, at=NOW + 2 * hour).state == "withdrawn"


def test_a_reversal_is_exact_and_a_posting_of_its_own(world: World) -> None:
    learner = a_learner()
    posting = earned(learner, world.open_university)
    other = earned(learner, world.open_university, title="会计", code="K1", minutes=960)
    assert held(learner) == (400, 0)
    row = withdrawn(world, posting)
    # The calendar of 2027 is not known to the tests: weeks of five days are counted.
    assert held(learner) == (100, 0)
    back = Posting.objects.get(reverses=posting.key)
    assert (back.credits, back.why, back.officer_id) == (-300, "两份记录是同一次学习", decider(world).person.pk)
    assert ledger.reversals(book=posting.book, keys=[posting.key])[posting.key].by_key == back.key
    assert Result.objects.get(record_id=posting.record_id).state == "reversed"
    assert not Withholding.objects.filter(ended_at=None).exists()
    assert not Posting.objects.filter(reverses=other.key).exists()
    assert str(row.appeal_until) == "2027-01-23"


def test_what_was_exchanged_is_a_shortfall_that_later_credit_fills_first(world: World) -> None:
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university)
    settled(world, learner, posting)
    spare = earned(learner, world.bank.college, code="S1")
    free_before, _aside = held(learner)
    row = withdrawn(world, posting)
    item = row.items.get()
    assert (item.used, item.recovered) == (300, 0)
    short = Shortfall.objects.get()
    assert (short.credits, short.left) == (300, 300)
    # Other credit that stood before is not taken for it.
    assert held(learner)[0] == free_before
    assert dependent(row).state == "open"
    services.fill_shortfalls(at=LATER)
    assert Shortfall.objects.get().filled == 0
    first = earned_at(learner, world.bank.college, at=LATER, title="插花", minutes=960)
    services.fill_shortfalls(at=LATER)
    services.fill_shortfalls(at=LATER)
    assert Shortfall.objects.get().filled == 100
    assert held(learner)[0] == free_before
    assert {one.posting: one.held.free for one in wallets.holdings_of([learner.pk])}[first.key] == 0
    second = earned_at(learner, world.bank.college, at=LATER, title="养花", minutes=2880)
    services.fill_shortfalls(at=LATER)
    short = Shortfall.objects.get()
    assert (short.state, short.filled) == ("filled", 300)
    assert held(learner)[0] == free_before + 100
    free = {one.posting: one.held.free for one in wallets.holdings_of([learner.pk])}
    assert (free[second.key], free[spare.key]) == (100, 300)
    certified = {line.title: line.credits for line in credentials.certifiable_lines(learner_ids=[learner.pk])}
    assert certified["养花"] == 100
    assert "插花" not in certified


def test_other_credit_takes_the_place_and_the_exchange_holds(world: World) -> None:
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university)
    case = settled(world, learner, posting)
    other = earned(learner, world.open_university, title="会计", code="K1")
    row = withdrawn(world, posting)
    row_dependent = dependent(row)
    fit = wallets.replacements(case, lost=posting.key, at=LATER)
    assert [one.postings for one in fit] == [(other.key,)]
    with pytest.raises(exchange.ReplacementUnfit):
        services.replace_dependent(actor=decider(world), dependent=row_dependent, postings=[posting.key], at=LATER)
    services.replace_dependent(actor=decider(world), dependent=row_dependent, postings=[other.key], at=LATER)
    services.replace_dependent(actor=decider(world), dependent=row_dependent, postings=[other.key], at=LATER)
    assert Shortfall.objects.get().state == "filled"
    assert dependent(row).state == "replaced"
    free = {one.posting: one.held.free for one in wallets.holdings_of([learner.pk])}
    assert free == {other.key: 0}
    # Two thirds of 3.00 were given for it, and still stand.
    assert held(learner) == (200, 0)
    assert [line.credits for line in credentials.certifiable_lines(learner_ids=[learner.pk])] == [200]


def test_one_credit_takes_the_place_behind_two_exchanges_as_far_as_it_goes(world: World) -> None:
    """C-72: 3.00 behind two exchanges of 1.50 each; other 3.00 stand for both, other 2.00 for one of them only."""
    third = an_organisation(world.bank.places["天河区"], kind=Kind.SCHOOL, name_zh="第三学校")
    for target in (world.vocational, third):
        term = ratio(world, target=target)
        row = exchanges.drafted(world, term, others=[target], is_automatic=True, most_per_learner=100)
        exchange.offer_agreement(actor=world.ou, agreement=row, at=NOW)
        signs = world.vc if target == world.vocational else a_registrar(third, "第三登记")
        exchange.sign_agreement(actor=signs, agreement=row, organisation=target, at=NOW)
        exchange.approve_agreement(actor=world.officer, agreement=row, at=NOW)
    learner, poor = a_learner(), a_learner("只够一次")
    for who, minutes in ((learner, 2880), (poor, 1920)):
        posting = earned(who, world.open_university)
        for target in (world.vocational, third):
            assert asked(world, who, posting, target=target).state == "settled"
        other = earned(who, world.open_university, title="会计", code="K1", minutes=minutes)
        rests = withdrawn(world, posting).dependents.select_related("withdrawal__institution__territory", "exchange")
        first, second = rests.order_by("pk")
        assert (first.credits, second.credits) == (150, 150)
        services.replace_dependent(actor=decider(world), dependent=first, postings=[other.key], at=LATER)
        if who == poor:
            with pytest.raises(exchange.ReplacementUnfit):
                services.replace_dependent(actor=decider(world), dependent=second, postings=[other.key], at=LATER)
        else:
            services.replace_dependent(actor=decider(world), dependent=second, postings=[other.key], at=LATER)
            services.replace_dependent(actor=decider(world), dependent=second, postings=[other.key], at=LATER)
        (short,) = Shortfall.objects.filter(learner=who)
        steps = [one.credits for one in short.fills.order_by("pk")]
        assert steps == ([150] if who == poor else [150, 150])
        assert short.state == ("open" if who == poor else "filled")


@pytest.mark.parametrize("minutes", [960, 2880])
def test_what_later_credit_filled_is_not_replaced_too(world: World, minutes: int) -> None:
    """Filled in part or whole by what came later, an exchange stands as it is: nobody gives for it twice (C-73)."""
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university)
    settled(world, learner, posting)
    other = earned(learner, world.open_university, title="会计", code="K1")
    row = withdrawn(world, posting)
    (offered,) = queries.resting_on(row, at=LATER, with_fit=True)
    assert [one.postings for one in offered.fit] == [(other.key,)]
    earned_at(learner, world.bank.college, at=LATER, title="插花", minutes=minutes)
    services.fill_shortfalls(at=LATER)
    before = held(learner)
    with pytest.raises(services.FilledMeanwhile):
        services.replace_dependent(actor=decider(world), dependent=dependent(row), postings=[other.key], at=LATER)
    assert (held(learner), dependent(row).state) == (before, "open")
    free = {one.posting: one.held.free for one in wallets.holdings_of([learner.pk])}
    assert free[other.key] == 300
    (offered,) = queries.resting_on(row, at=LATER, with_fit=True)
    assert offered.fit == []
    services.let_stand(actor=decider(world), dependent=dependent(row), words="善意取得", at=LATER)


def test_an_exchange_may_stand_and_its_shortfall_be_written_off(world: World) -> None:
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university)
    settled(world, learner, posting)
    row = withdrawn(world, posting)
    with pytest.raises(services.ReasonsMissing):
        services.let_stand(actor=decider(world), dependent=dependent(row), words=" ", at=LATER)
    services.let_stand(actor=decider(world), dependent=dependent(row), words="善意取得", at=LATER)
    with pytest.raises(services.DependentDecided):
        services.replace_dependent(actor=decider(world), dependent=dependent(row), postings=[posting.key], at=LATER)
    short = Shortfall.objects.select_related("item__withdrawal__institution__territory").get()
    with pytest.raises(Denied):
        services.write_off(actor=world.ou, shortfall=short, words="算了", at=LATER)
    services.write_off(actor=decider(world), shortfall=short, words="善意取得，不再追", at=LATER)
    services.write_off(actor=decider(world), shortfall=short, words="善意取得，不再追", at=LATER)
    assert Shortfall.objects.get().left == 0


def test_spent_beside_any_posting_is_a_shortfall_too(world: World) -> None:
    """Rewards are spent by amount: what is gone from the account is not taken back, and never below 0."""
    learner = a_learner()
    posting = earned(learner, world.open_university)
    _spend(learner.pk, posting, 120)
    row = noticed(world, posting)
    assert held(learner) == (0, 180)
    decided(world, row)
    assert row.items.get().recovered == 180
    assert (held(learner), Shortfall.objects.get().credits) == ((0, 0), 120)


def test_an_appeal_gives_it_anew_and_the_shortfall_comes_first(world: World) -> None:
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university)
    settled(world, learner, posting)
    free_before, _aside = held(learner)
    appeal = appealed(world, posting)
    with pytest.raises(services.OpenedByYou):
        services.decide_appeal(actor=decider(world), appeal=appeal, grants=True, answer="是", at=LATER)
    third = a_third(world)
    services.decide_appeal(actor=third, appeal=appeal, grants=True, answer="确为两次学习", at=LATER)
    services.decide_appeal(actor=third, appeal=appeal, grants=True, answer="确为两次学习", at=LATER)
    assert whole(appeal.withdrawal).state == "restored"
    assert held(learner)[0] == free_before
    anew = Posting.objects.get(record_id=posting.record_id, reverses=None, posted_at__gte=LATER)
    services.fill_shortfalls(at=LATER)
    assert (held(learner)[0], Shortfall.objects.get().state) == (free_before, "filled")
    free = {one.posting: one.held.free for one in wallets.holdings_of([learner.pk])}
    assert free[anew.key] == 0
    with pytest.raises(services.AppealDecided):
        services.decide_appeal(actor=third, appeal=appeal, grants=False, answer="否", at=LATER)


def test_what_was_written_off_is_set_off_against_what_an_appeal_gives_anew(world: World) -> None:
    """Used once, forgiven once: given anew it is not had twice (C-73)."""
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university, minutes=4800)
    _spend(learner.pk, posting, 300)
    assert (posting.credits, held(learner)) == (500, (200, 0))
    appeal = appealed(world, posting)
    short = Shortfall.objects.select_related("item__withdrawal__institution__territory").get()
    services.write_off(actor=decider(world), shortfall=short, words="善意取得", at=LATER)
    services.decide_appeal(actor=a_third(world), appeal=appeal, grants=True, answer="确为两次学习", at=LATER)
    services.fill_shortfalls(at=LATER)
    assert held(learner) == (200, 0)
    short.refresh_from_db()
    assert (short.state, short.filled) == ("filled", 300)
    (anew,) = wallets.holdings_of([learner.pk])
    assert anew.held.free == 200


def test_an_appeal_comes_in_time_and_once(world: World) -> None:
    learner = a_learner()
    posting = earned(learner, world.open_university)
    row = withdrawn(world, posting)
    with pytest.raises(services.TooLateToAppeal):
        services.lodge_appeal(actor=of(learner), case=row, words="不服", at=LATER + timedelta(days=60))
    made = services.lodge_appeal(actor=world.ou, case=row, words="不服", at=LATER)
    assert services.lodge_appeal(actor=world.ou, case=row, words="不服", at=LATER) == made
    with pytest.raises(services.AppealedAlready):
        services.lodge_appeal(actor=world.ou, case=row, words="还有一点", at=LATER)
    services.decide_appeal(actor=a_third(world), appeal=made, grants=False, answer="维持", at=LATER)
    assert (whole(row).state, held(learner)) == ("withdrawn", (0, 0))


def test_each_side_appeals_for_itself_and_what_is_granted_is_granted_to_both(world: World) -> None:
    learner, other = a_learner(), a_learner("王爷爷")
    row = withdrawn(world, earned(learner, world.open_university))
    of_issuer = services.lodge_appeal(actor=world.ou, case=row, words="学校记录无误", at=LATER)
    own = services.lodge_appeal(actor=of(learner), case=row, words="是两次不同的学习", at=LATER)
    third = a_third(world)
    assert list(queries.withdrawals_to_decide(third, today=LATER.date())) == [row]
    services.decide_appeal(actor=third, appeal=of_issuer, grants=False, answer="学校未提出新依据", at=LATER)
    own.refresh_from_db()
    assert (own.state, own.words, whole(row).state) == ("open", "是两次不同的学习", "withdrawn")
    services.decide_appeal(actor=third, appeal=own, grants=True, answer="签到表可证", at=LATER)
    assert (whole(row).state, held(learner)) == ("restored", (300, 0))
    row = withdrawn(world, earned(other, world.open_university))
    of_issuer = services.lodge_appeal(actor=world.ou, case=row, words="学校记录无误", at=LATER)
    own = services.lodge_appeal(actor=of(other), case=row, words="不服", at=LATER)
    services.decide_appeal(actor=third, appeal=of_issuer, grants=True, answer="记录属实", at=LATER)
    own.refresh_from_db()
    assert (own.state, own.answer, held(other)) == ("granted", "记录属实", (300, 0))
    with pytest.raises(services.AppealDecided):
        services.decide_appeal(actor=third, appeal=own, grants=False, answer="否", at=LATER)


def test_transcripts_say_so_while_it_is_open_and_are_revoked_when_nothing_of_them_holds(world: World) -> None:
    learner = a_learner()
    posting = earned(learner, world.open_university)
    alone = transcripts.issue_transcript(actor=of(learner), learner=learner, at=NOW, language="zh-hans")
    earned(learner, world.open_university, title="会计", code="K1")
    both = transcripts.issue_transcript(actor=of(learner), learner=learner, at=NOW, language="zh-hans")
    row = noticed(world, posting)
    (change,) = credentials.changes_since(alone)
    assert change.is_suspended
    assert not change.is_taken_back
    decided(world, row)
    for one in (alone, both):
        one.refresh_from_db()
    assert alone.revoked_at is not None
    assert both.revoked_at is None
    (change,) = credentials.changes_since(both)
    assert (change.title, change.is_taken_back, change.is_suspended) == ("信息技术基础", True, False)


def _noticed(world: World, row: Withdrawal) -> Withdrawal:
    services.give_notice(actor=opener(world), case=row, at=NOW)
    services.give_notice(actor=opener(world), case=row, at=NOW)
    return whole(row)


def _spend(learner_id: int, posting: Posting, amount: int) -> None:
    account = ledger.learner_account(learner_id=learner_id, unit=posting.credit_class_id)
    partner = ledger.open_account(
        book=posting.book, owner_kind=ledger.OwnerKind.PARTNER, owner_id=1, role=ledger.Role.MAIN,
        unit=posting.credit_class_id,
    )  # fmt: skip
    key = ledger.derive_key(at=NOW, source_system="test", source_id="1", purpose="spend")
    ledger.post(transfer=ledger.Transfer(key, account, partner, amount, 1, NOW), kind=30, actor=0)
