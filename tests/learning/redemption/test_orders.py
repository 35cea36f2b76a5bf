"""Orders: reserve, hand out, give up, the clock, taking back; to the hundredth (C-40, C-42)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from pghistory.models import Context

from learning.redemption.situations import (
    NOW,
    World,
    drafted,
    fee_wish,
    give_points,
    handed,
    of,
    on_shelf,
    points_at,
    points_of,
    reserved,
    stock_of,
    unit_wish,
    whole,
    whole_order,
    wish,
    with_points,
)  # fmt: skip
from xuecheng.city.mydata import services as mydata
from xuecheng.city.notices.models import Notice
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.city.rights import Denied
from xuecheng.learning.redemption import services
from xuecheng.learning.redemption.models import Handing, Redemption, Stock, StockMovement
from xuecheng.learning.redemption.services import books

pytestmark = pytest.mark.django_db
HOURS_72 = timedelta(hours=72)


def agreed_with_ledger() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")


def test_c40_points_and_stock_are_held_in_the_same_moment(world: World) -> None:
    learner, offer = with_points(2000), on_shelf(world)
    row = reserved(learner, offer, 3)
    assert (points_of(learner), stock_of(offer)) == ((500, 1500), (10, 3))
    assert (row.state, row.until - row.reserved_at, len(row.code)) == ("reserved", HOURS_72, 10)
    agreed_with_ledger()


def test_asked_again_with_the_same_id_it_is_the_same_order(world: World) -> None:
    learner, offer = with_points(2000), on_shelf(world)
    number = uuid4()
    once, again = (reserved(learner, offer, 2, public_id=number) for _time in range(2))
    assert once == again
    assert (points_of(learner), stock_of(offer)) == ((1000, 1000), (10, 2))
    with pytest.raises(FormUsedBefore):
        reserved(learner, offer, 1, public_id=number)


@pytest.mark.parametrize(
    ("points", "stock", "items", "refusal"),
    [
        (1500, 3, 3, None),
        (1499, 3, 3, services.PointsTooFew),
        (1500, 2, 3, services.OutOfStock),
        (9999, 9, 6, services.TooManyAtOnce),
        (9999, 9, 0, services.TooManyAtOnce),
    ],
)
def test_both_sides_of_points_stock_and_most_at_once(
    world: World, points: int, stock: int, items: int, refusal: type[Refusal] | None
) -> None:
    learner, offer = with_points(points), on_shelf(world, stock=stock)
    if refusal is None:
        reserved(learner, offer, items)
        return
    with pytest.raises(refusal):
        reserved(learner, offer, items)
    assert (points_of(learner), stock_of(offer)) == ((points, 0), (stock, 0))
    assert not Redemption.objects.exists()


def test_c42_the_limit_of_a_person_counts_in_its_period_and_not_what_was_given_up(world: World) -> None:
    learner = with_points(9000)
    offer = on_shelf(world, wish(most_per_person=2, period="month"), stock=20)
    first = reserved(learner, offer, 2)
    with pytest.raises(services.LimitReached):
        reserved(learner, offer)
    services.release(actor=of(learner), redemption=first, at=NOW)
    second = reserved(learner, offer, 2)
    handed(world, second, 2)
    with pytest.raises(services.LimitReached):
        reserved(learner, offer)
    services.take_back(actor=world.desk, public_id=uuid4(), redemption=second, items=1, why="缺笔", at=NOW)
    reserved(learner, offer)
    with pytest.raises(services.LimitReached):
        reserved(learner, offer)
    reserved(learner, offer, at=NOW + timedelta(days=40))


def test_c42_another_offer_in_its_place_goes_on_counting(world: World) -> None:
    learner = with_points(9000)
    offer = on_shelf(world, wish(most_per_person=1))
    reserved(learner, offer)
    follower = on_shelf(world, wish(most_per_person=1), follows=offer)
    assert whole(offer).state == "closed"
    with pytest.raises(services.LimitReached):
        reserved(learner, follower)
    with pytest.raises(services.OfferNotOpen):
        reserved(with_points(900, "李"), whole(offer))


def test_partly_handed_out_the_rest_is_kept_and_then_fetched(world: World) -> None:
    learner, offer = with_points(2000), on_shelf(world)
    row = reserved(learner, offer, 3)
    made = handed(world, row, 2)
    assert (made.points, points_of(learner), points_at(world.college, learner)) == (1000, (500, 500), 1000)
    assert stock_of(offer) == (8, 1)
    agreed_with_ledger()
    assert whole_order(row).state == "reserved"
    handed(world, row, 1)
    assert (points_of(learner), stock_of(offer), whole_order(row).state) == ((500, 0), (7, 0), "fulfilled")
    with pytest.raises(services.NotReserved):
        handed(world, row, 1)
    agreed_with_ledger()


def test_partly_handed_out_the_rest_is_given_up_at_once(world: World) -> None:
    learner, offer = with_points(2000), on_shelf(world)
    row = reserved(learner, offer, 3)
    handed(world, row, 1, keeps_rest=False)
    ended = whole_order(row)
    assert (ended.state, ended.handed, points_of(learner), stock_of(offer)) == ("fulfilled", 1, (1500, 0), (9, 0))
    agreed_with_ledger()


def test_the_counter_says_it_twice_and_hands_out_once(world: World) -> None:
    learner, offer = with_points(2000), on_shelf(world)
    row, number = reserved(learner, offer, 3), uuid4()
    once, again = (handed(world, row, 1, public_id=number) for _time in range(2))
    assert once == again
    assert stock_of(offer) == (9, 2)
    with pytest.raises(FormUsedBefore):
        handed(world, row, 2, public_id=number)
    with pytest.raises(services.TooManyHanded):
        handed(world, row, 3)


def test_taken_back_exactly_what_it_cost_goes_back_and_it_is_in_stock_again(world: World) -> None:
    learner, offer = with_points(2000), on_shelf(world)
    row = reserved(learner, offer, 3)
    handed(world, row, 3)
    with pytest.raises(services.WhyMissing):
        services.take_back(actor=world.desk, public_id=uuid4(), redemption=row, items=1, why=" ", at=NOW)
    number = uuid4()
    for _time in range(2):
        services.take_back(actor=world.desk, public_id=number, redemption=row, items=2, why="墨盒漏墨", at=NOW)
    assert (points_of(learner), stock_of(offer), points_at(world.college, learner)) == ((1500, 0), (9, 0), 500)
    with pytest.raises(services.TooManyTaken):
        services.take_back(actor=world.desk, public_id=uuid4(), redemption=row, items=2, why="又", at=NOW)
    agreed_with_ledger()
    assert Notice.objects.filter(person=learner, kind="redemption.refunded").count() == 1


def test_given_up_by_the_learner_or_called_off_with_a_reason(world: World) -> None:
    learner, offer = with_points(2000), on_shelf(world)
    mine, theirs = reserved(learner, offer), reserved(learner, offer)
    services.release(actor=of(learner), redemption=mine, at=NOW)
    services.release(actor=of(learner), redemption=mine, at=NOW)
    with pytest.raises(services.ReasonMissing):
        services.release(actor=world.desk, redemption=theirs, at=NOW)
    services.release(actor=world.desk, redemption=theirs, words="到货有破损", at=NOW)
    assert (points_of(learner), stock_of(offer)) == ((2000, 0), (10, 0))
    assert whole_order(theirs).words == "到货有破损"
    with pytest.raises(services.NotReserved):
        services.release(actor=of(learner), redemption=theirs, at=NOW)
    agreed_with_ledger()


@pytest.mark.parametrize(("seconds", "state"), [(-1, "reserved"), (0, "released")])
def test_the_clock_frees_what_was_not_fetched_at_its_very_end(world: World, seconds: int, state: str) -> None:
    learner, offer = with_points(500), on_shelf(world)
    row = reserved(learner, offer)
    at = NOW + HOURS_72 + timedelta(seconds=seconds)
    services.tend(at=at)
    services.tend(at=at)
    assert whole_order(row).state == state
    if state == "released":
        assert (points_of(learner), stock_of(offer)) == ((500, 0), (10, 0))
        # The clock steps back: what was freed stays free.
        services.tend(at=NOW)
        assert whole_order(row).because == "clock"
        agreed_with_ledger()
    else:
        assert Notice.objects.filter(kind="redemption.ending").count() == 1
        handed(world, row, at=at)


def test_at_its_end_nothing_is_handed_out_even_if_the_clock_was_late(world: World) -> None:
    row = reserved(with_points(500), on_shelf(world))
    with pytest.raises(services.KeptTooShort):
        handed(world, row, at=NOW + HOURS_72)


def test_who_may(world: World) -> None:
    learner, offer = with_points(2000), on_shelf(world)
    row = reserved(learner, offer)
    stranger = world.stranger
    with pytest.raises(Denied):
        handed(world, row, actor=stranger)
    with pytest.raises(Denied):
        services.release(actor=stranger, redemption=row, words="x", at=NOW)
    with pytest.raises(Denied):
        reserved(learner, offer, actor=stranger, learner=learner)
    with pytest.raises(Denied):
        services.close_offer(actor=of(learner), offer=offer, why="x", at=NOW)
    with pytest.raises(Denied):
        services.receive_stock(actor=stranger, public_id=uuid4(), offer=offer, amount=1, why="", at=NOW)
    at_counter = reserved(learner, offer, actor=world.desk, learner=learner)
    assert (at_counter.learner, at_counter.reserved_by) == (learner, world.desk.person)


def test_nobody_hands_out_to_themselves(world: World) -> None:
    offer = on_shelf(world)
    give_points(world.desk.person, 500)
    row = reserved(world.desk.person, offer, actor=world.desk)
    with pytest.raises(Denied):
        handed(world, row)
    handed(world, row, actor=world.colleague)


def test_what_the_ledger_refuses_half_way_leaves_nothing(world: World, monkeypatch: Any) -> None:
    learner, offer = with_points(2000), on_shelf(world)
    row = reserved(learner, offer, 2)
    with monkeypatch.context() as broken:
        broken.setattr(books, "take", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            handed(world, row, 1)
    assert (whole_order(row).handed, stock_of(offer), points_of(learner)) == (0, (10, 2), (1000, 1000))
    assert not Handing.objects.exists()


def test_the_database_itself_refuses_what_does_not_agree(world: World) -> None:
    learner, offer = with_points(2000), on_shelf(world)
    row = reserved(learner, offer, 2)

    def refused(work: Any, name: str) -> None:
        def commit() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                work()
                cursor.execute("set constraints all immediate")

        with pytest.raises(IntegrityError) as caught:
            commit()
        assert name in str(caught.value.__cause__.diag.constraint_name)

    orders = Redemption.objects.filter(pk=row.pk)
    refused(lambda: orders.update(items=3), "redemption_order_stays")
    refused(lambda: orders.update(handed=1), "redemption_order_is_held")
    refused(lambda: orders.update(state="released", because="learner", ended_at=NOW), "redemption_order_is_held")
    refused(lambda: type(offer.stock).objects.filter(offer=offer).update(on_hand=99), "redemption_stock_adds_up")
    refused(lambda: type(offer).objects.filter(pk=offer.pk).update(points=1), "redemption_offer_stays")
    write_off = {"stock_id": offer.pk, "kind": "written_off", "amount": -9, "at": NOW, "why": "x", "public_id": uuid4()}
    refused(lambda: StockMovement.objects.create(**write_off), "redemption_stock_reserved_within")


def test_offers_are_drafted_published_closed_and_say_what_is_missing(world: World) -> None:
    for broken, refusal in (
        (wish(points=0), services.PointsMissing), (fee_wish(face_fen=0), services.FeeWorthMissing),
        (wish(place=""), services.PlaceMissing), (wish(kind="exemption"), services.UnitsMissing),
        (wish(closes_on=wish().opens_on), services.DaysWrong), (wish(face_fen=1000), services.WorthNotOfKind),
        (unit_wish(world, points=500), services.PointsNotOfKind), (wish(units=[world.unit]), services.UnitsNotOfKind),
    ):  # fmt: skip
        with pytest.raises(refusal):
            drafted(world, broken)
    draft = drafted(world)
    with pytest.raises(services.StockMissing):
        services.publish_offer(actor=world.desk, offer=draft, at=NOW)
    with pytest.raises(services.OfferNotOpen):
        reserved(with_points(900), draft)
    services.receive_stock(actor=world.desk, public_id=uuid4(), offer=draft, amount=2, why="", at=NOW)
    services.publish_offer(actor=world.desk, offer=draft, at=NOW)
    with pytest.raises(services.NotADraft):
        services.change_offer(actor=world.desk, offer=draft, wish=wish(points=1), at=NOW)
    with pytest.raises(services.CloseReasonMissing):
        services.close_offer(actor=world.desk, offer=draft, why="", at=NOW)
    kept = reserved(with_points(900, "周"), whole(draft))
    services.close_offer(actor=world.desk, offer=draft, why="换新款", at=NOW)
    handed(world, kept)
    learning = drafted(world, unit_wish(world))
    with pytest.raises(services.SecondOfficerNeeded):
        services.publish_offer(actor=world.desk, offer=learning, at=NOW)
    services.publish_offer(actor=world.colleague, offer=learning, at=NOW)


def test_stock_is_written_off_with_a_reason_and_never_what_is_kept(world: World) -> None:
    offer = on_shelf(world, wish(low_stock=2), stock=4)
    reserved(with_points(900), offer)
    with pytest.raises(services.StockReasonMissing):
        services.write_off_stock(actor=world.desk, public_id=uuid4(), offer=offer, amount=1, why="", at=NOW)
    with pytest.raises(services.StockKept):
        services.write_off_stock(actor=world.desk, public_id=uuid4(), offer=offer, amount=4, why="受潮", at=NOW)
    number = uuid4()
    for _time in range(2):
        services.write_off_stock(actor=world.desk, public_id=number, offer=offer, amount=3, why="受潮", at=NOW)
    assert stock_of(offer) == (1, 1)


def test_what_pays_at_every_college_is_put_up_for_the_whole_city(world: World) -> None:
    row = drafted(world, fee_wish(is_everywhere=True))
    with pytest.raises(services.NotForOthers):
        services.publish_offer(actor=world.colleague, offer=row, at=NOW)
    assert whole(row).state == "draft"


def test_a_draft_stops_being_counted_until_something_came_in(world: World) -> None:
    row = drafted(world, fee_wish(is_counted=True))
    services.change_offer(actor=world.desk, offer=row, wish=fee_wish(is_counted=False), at=NOW)
    assert not Stock.objects.filter(offer=row).exists()
    services.change_offer(actor=world.desk, offer=row, wish=fee_wish(is_counted=True), at=NOW)
    services.receive_stock(actor=world.desk, public_id=uuid4(), offer=whole(row), amount=3, why="", at=NOW)
    with pytest.raises(services.StockEntered):
        services.change_offer(actor=world.desk, offer=row, wish=fee_wish(is_counted=False), at=NOW)
    assert stock_of(row) == (3, 0)


def test_who_is_erased_is_named_by_no_reason_of_taking_back(world: World) -> None:
    learner = with_points(2000, "冯国强")
    row = reserved(learner, on_shelf(world), 1)
    handed(world, row)
    services.take_back(
        actor=world.desk, public_id=uuid4(), redemption=row, items=1, why="冯国强嫌颜色不对，退回", at=NOW
    )
    asked = mydata.ask_erasure(actor=of(learner), public_id=uuid4(), at=NOW)
    mydata.carry_out(erasure=asked, at=NOW + timedelta(days=settings.MYDATA_ERASURE_DAYS))
    learner.refresh_from_db()
    assert learner.erased_at is not None
    back = Handing.objects.get(redemption=row, way="back")
    said = Context.objects.filter(metadata__why__icontains="嫌颜色不对").get().metadata["why"]
    assert back.why == said == f"{learner.name}嫌颜色不对，退回"
    assert points_of(learner) == (2000, 0)
    # The act itself stays as it was.
    with pytest.raises(DatabaseError), transaction.atomic():
        Handing.objects.filter(pk=back.pk).update(why="改")
