"""A home carer without a diploma: what she can do becomes two units, credits of a school count at the open university,
a fee is waived at a counter that reads her phone without network; a double claim is withdrawn after hearing, what
rests on it is solved anew, and the two institutions' clearing agrees to the hundredth (L4)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from coordination.enrolment.situations import a_school_of, an_open_class, charge_of, enrolled
from learning.cards.situations import a_phone, with_card
from learning.exchange import situations as ex
from learning.priorlearning import situations as prior
from learning.recognition.situations import a_unit
from learning.redemption.situations import fee_wish, give_points, points_of
from learning.supervision.situations import a_third, found
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.coordination.enrolment import services as enrolment
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.exchange import queries as wallets
from xuecheng.learning.exchange import services as exchange
from xuecheng.learning.exchange.models import Case, Statement
from xuecheng.learning.priorlearning import services as recognition
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.records.models import LearningRecord
from xuecheng.learning.redemption import services as redemption
from xuecheng.learning.redemption.models import Offer, Redemption
from xuecheng.learning.supervision import services as supervision
from xuecheng.learning.supervision.models import Dependent, Shortfall, Withdrawal

pytestmark = pytest.mark.django_db
NOW = ex.NOW
DAY = timedelta(days=1)


def test_from_what_she_can_do_to_a_waiver() -> None:
    world = ex.a_world()
    carer = with_card(ex.a_learner("何阿姨"))

    # What she can do: two units, four hands that were drawn, no grade, and the origin for ever (C-44 … C-49).
    centre = recognition.open_centre(actor=world.officer, organisation=world.vocational, is_open=True, numbers={})
    desk = prior.World(
        world.bank, world.vocational, centre, world.vc, a_unit(world.bank, code="HL201"),
        a_unit(world.bank, code="HL202"),
    )  # fmt: skip
    for name in "甲乙丙丁戊己":
        prior.an_assessor(desk, f"评{name}")
    row = prior.assessing(desk, carer, desk.care, desk.food)
    for number in (1, 2):
        row = prior.opined(row, "yes", "yes", number=number)
    assert row.state == "decided"
    units = Posting.objects.filter(learner=carer).select_related("unit").order_by("unit__code")
    assert [(one.unit.code, one.rule) for one in units if one.unit] == [("HL201", None), ("HL202", None)]

    # Credits of the school count at the open university by agreement: asked, held, accepted, exchanged (C-32 … C-34).
    back = ex.ratio(world, source=world.vocational, target=world.open_university, num=1, den=2)
    ex.agreed(world, ex.ratio(world), back, price_fen=1230)
    days = {"started_on": date(2026, 3, 1), "ended_on": date(2026, 4, 30)}
    first = ex.earned(carer, world.vocational, title="计算机基础（一）", code="B1", **days)
    case = ex.asked(world, carer, first, target=world.open_university)
    exchange.accept_case(actor=world.ou, case=case, at=NOW)
    assert ex.whole_case(case).state == "settled"
    other = ex.a_learner("邻居")
    exchange.accept_case(actor=world.vc, case=ex.asked(world, other, ex.earned(other, world.open_university)), at=NOW)

    # Points waive a fee; the counter reads the phone, which has no network and its own clock (C-40, C-84).
    school = a_school_of(world.vocational, world.vc)
    charge = charge_of(enrolled(an_open_class(school, fee_fen=3000), carer))
    give_points(carer, 900)
    offer = redemption.draft_offer(
        actor=world.vc, public_id=uuid4(), organisation=world.vocational, wish=fee_wish(most_per_order=9), at=NOW
    )
    redemption.publish_offer(actor=world.vc, offer=whole(offer), at=NOW)
    phone = a_phone(ex.of(carer), at=NOW)
    phone.off = timedelta(seconds=25)
    printed = redemption.read_holder(actor=world.vc, public_id=uuid4(), text=phone.card, at=NOW)
    assert printed.needs_confirmation
    read = redemption.read_holder(actor=world.vc, public_id=uuid4(), text=phone.picture(NOW), at=NOW)
    assert read.person == carer
    order = redemption.reserve(
        actor=world.vc, public_id=uuid4(), offer=whole(offer), items=3, learner=read.person, at=NOW
    )
    enrolment.pay_by_voucher(actor=world.vc, public_id=uuid7(), charge=charge, code=order.code, at=NOW)
    charge.refresh_from_db()
    assert (charge.owed_fen, charge.state, points_of(carer)) == (0, "settled", (0, 0))
    assert Redemption.objects.get().state == "fulfilled"

    # The same learning came a second time from elsewhere: found, opened, noticed, heard, decided by another (C-71).
    ex.earned(carer, world.open_university, title="计算机基础 Ⅰ", code="A1", **days)
    spare = ex.earned(carer, world.vocational, title="会计", code="K1")
    suspicion = found(kind="double")
    assert suspicion.learner_id == carer.pk
    record = LearningRecord.objects.select_related("institution__territory", "learner").get(pk=first.record_id)
    opened = supervision.open_withdrawal(
        actor=world.bank.author, public_id=uuid4(), record=record, ground="double", reason="同一门课入账两次", at=NOW,
        suspicion=suspicion,
    )  # fmt: skip
    supervision.give_notice(actor=world.bank.author, case=on(opened), at=NOW)
    supervision.make_statement(
        actor=ex.of(carer), case=on(opened), words="我只上过一次，是学校报了两遍。", wants_hearing=True, at=NOW + DAY
    )
    supervision.hold_hearing(
        actor=world.bank.author, case=on(opened), held_at=NOW + 5 * DAY, words="本人到场说明",
        at=NOW + 5 * DAY,
    )  # fmt: skip
    later = NOW + 40 * DAY
    supervision.decide_withdrawal(
        actor=a_third(world), case=on(opened), withdraws=True, words="两份记录是同一次学习", at=later
    )

    # What rests on it is solved anew: other credit of the same class takes its place, and the exchange stands (C-72).
    resting = Dependent.objects.get()
    fit = wallets.replacements(Case.objects.get(pk=case.pk), lost=first.key, at=later)
    assert [one.postings for one in fit] == [(spare.key,)]
    supervision.replace_dependent(actor=world.bank.approver, dependent=resting, postings=[spare.key], at=later)
    assert (Dependent.objects.get().state, Shortfall.objects.get().state) == ("replaced", "filled")
    assert ex.whole_case(case).state == "settled"

    # Two institutions' clearing agrees to the hundredth, and is closed (C-35).
    keeper = world.officer
    period = exchange.draw_period(
        actor=keeper, public_id=uuid4(), begins_on=clock.date_of(NOW) - 30 * DAY, ends_on=clock.date_of(NOW) + DAY,
        at=later,
    )  # fmt: skip
    statement = Statement.objects.select_related("one__territory", "other__territory", "period").get()
    settled = Case.objects.filter(state="settled")
    sums = {side: sum(one.target_credits for one in settled if one.source_id == side) for side in
            (statement.one_id, statement.other_id)}  # fmt: skip
    assert (statement.to_other, statement.to_one) == (sums[statement.one_id], sums[statement.other_id])
    assert statement.net == statement.to_other - statement.to_one
    for speaker, side in ((world.ou, world.open_university), (world.vc, world.vocational)):
        exchange.acknowledge(actor=speaker, statement=statement, organisation=side, at=later)
    assert exchange.close_period(actor=keeper, period=period, at=later).state == "closed"

    # And nothing came of nothing.
    assert [one for book in ledger.books_in_use() for one in ledger.reconcile(book=book)] == []
    ledger.seal_all()
    assert ledger.verify().is_good


def whole(row: Offer) -> Offer:
    return Offer.objects.select_related("organisation__territory").get(pk=row.pk)


def on(row: Withdrawal) -> Withdrawal:
    return Withdrawal.objects.select_related("learner", "institution__territory").get(pk=row.pk)
