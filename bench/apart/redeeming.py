"""One hot offer of the whole product, and many who want it in the same minute."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Barrier
from typing import Any


def redeem(*, people: int, clients: int, stock: int) -> dict[str, Any]:
    """Orders a second of one offer: by the service, and by bare SQL that does the same to an offer of its own."""
    from django.db.models import Sum

    from xuecheng.city.people.models import Person
    from xuecheng.learning.creditbank import ledger
    from xuecheng.learning.redemption.models import Redemption, Stock

    made = list(Person.objects.filter(is_fictional=True).order_by("pk")[:people])
    unit = _points_of(made)
    rates = {}
    for name, work in (("service", _by_service), ("bare", _by_sql)):
        offer = _an_offer(stock)
        waiting: SimpleQueue[Any] = SimpleQueue()
        for person in made:
            waiting.put(person)
        start = Barrier(clients + 1)
        with ThreadPoolExecutor(clients) as pool:
            going = [pool.submit(partial(_go, start, work, offer, waiting)) for _client in range(clients)]
            start.wait()
            began = time.perf_counter()
            for one in going:
                one.result()
            rates[name] = len(made) / (time.perf_counter() - began)
        row, got = Stock.objects.get(offer=offer), Redemption.objects.filter(offer=offer)
        doubles = got.values("learner").distinct().count() != got.count()
        if doubles or (row.on_hand, row.reserved) != (stock, got.aggregate(n=Sum("items"))["n"]):
            raise AssertionError(f"{name}: something was given twice, or the stock does not add up")
        if got.count() != min(stock, len(made)):
            raise AssertionError(f"{name}: {got.count()} orders of {stock}")
        held = sum(
            one.balance
            for one in ledger.balances_of_all(learner_ids=[person.pk for person in made])
            if one.unit == unit and one.role is ledger.Role.HOLD
        )
        if held != 100 * Redemption.objects.filter(offer__credit_class=unit, state="reserved").count():
            raise AssertionError(f"{name}: a hold without an order, or the other way round")
    return rates


def _go(start: Barrier, work: Any, offer: Any, waiting: SimpleQueue[Any]) -> None:
    from django.db import connection

    try:
        connection.ensure_connection()
        start.wait()
        with suppress(Empty):
            while True:
                work(offer, waiting.get_nowait())
    finally:
        connection.close()


def _by_service(offer: Any, person: Any) -> None:
    from xuecheng.city import clock
    from xuecheng.city.access.queries import standing_of
    from xuecheng.city.ids import uuid7
    from xuecheng.learning.redemption import services

    actor = standing_of(person, today=clock.today())
    with suppress(services.OutOfStock):
        services.reserve(actor=actor, public_id=uuid7(), offer=offer, items=1, at=clock.now())


_LIMIT = """
select coalesce(sum(items), 0) from redemption_redemption
where learner_id = %s and offer_id = %s and state <> 'released'"""
_ORDER = """
insert into redemption_redemption (public_id, learner_id, offer_id, organisation_id, items, handed, returned, points_back,
  points, code, state, reserved_at, reserved_by_id, until, hold, because, words)
values (gen_random_uuid(), %(person)s, %(offer)s, %(place)s, 1, 0, 0, 0, 100, %(code)s, 'reserved', now(), %(person)s,
  now() + interval '3 days', %(key)s, '', '') returning id"""
_ACCOUNTS = "select ledger.open_account(%s, 1::smallint, %s, 1::smallint, %s), ledger.open_account(%s, 1::smallint, %s, 2::smallint, %s)"
_HOLD = "select ledger.hold_open(%s, %s, %s, %s, 100, %s, now(), now() + interval '3 years', %s)"


def _by_sql(offer: Any, person: Any) -> None:
    """The same rows by five statements: the person locked, the limit asked, the order, the accounts, the hold."""
    import secrets
    from uuid import uuid4

    from django.db import IntegrityError, connection, transaction

    from xuecheng.learning.redemption.rules import voucher_number

    book, unit, key = person.pk % 256, offer.credit_class_id, uuid4()
    with suppress(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select 1 from people_person where id = %s for no key update", [person.pk])
        cursor.execute(_LIMIT, [person.pk, offer.pk])
        if cursor.fetchone()[0] >= 1:
            return
        cursor.execute(_ACCOUNTS, [book, person.pk, unit, book, person.pk, unit])
        main, aside = cursor.fetchone()
        code = voucher_number(f"{secrets.randbelow(10**9):09}")
        said = {"person": person.pk, "offer": offer.pk, "place": offer.organisation_id, "code": code, "key": key}
        cursor.execute(_ORDER, said)
        number = cursor.fetchone()[0]
        cursor.execute(_HOLD, [book, key, main, aside, number, person.pk])
        if cursor.fetchone()[0] != 0:
            raise AssertionError("the ledger refused a hold")


def _points_of(people: list[Any]) -> int:
    """Everybody has a hundred points."""
    from uuid import uuid4

    from xuecheng.city import clock
    from xuecheng.learning.creditbank import ledger
    from xuecheng.learning.creditbank.queries import POINTS
    from xuecheng.learning.creditbank.services.classes import credit_class

    unit = credit_class(framework=POINTS, kind="reward", level=0).pk
    for person in people:
        account = ledger.learner_account(learner_id=person.pk, unit=unit)
        issuing = ledger.open_account(
            book=ledger.book_of(person.pk), owner_kind=ledger.OwnerKind.PLATFORM, owner_id=1,
            role=ledger.Role.ISSUING, unit=unit,
        )  # fmt: skip
        ledger.post(transfer=ledger.Transfer(uuid4(), issuing, account, 10_000, 1, clock.now()), kind=10, actor=0)
    return unit


def _an_offer(stock: int) -> Any:
    """On the shelf, one for a person, so many in stock."""
    from xuecheng.city import clock
    from xuecheng.city.access.queries import Holding, Standing
    from xuecheng.city.access.rules import ROLES
    from xuecheng.city.ids import uuid7
    from xuecheng.city.organisations.models import Organisation
    from xuecheng.city.people.models import Person
    from xuecheng.learning.redemption import services
    from xuecheng.learning.redemption.models import Offer

    place = Organisation.objects.select_related("territory").get(code="LW-SQXY")
    everywhere = Holding(
        public_id="bench", role="registrar", organisation_id=None, organisation_name_zh="", organisation_name_en="",
        territory_path=place.territory.path, acts=ROLES["registrar"].acts,
    )  # fmt: skip
    keeper = Standing(person=Person.objects.filter(is_fictional=True).order_by("-pk")[0], holdings=(everywhere,))
    at = clock.now()
    wish = services.Wish(
        kind="goods",
        title_zh=f"量速度{uuid7()}"[:60],
        opens_on=clock.today(),
        points=100,
        place="量",
        most_per_person=1,
    )
    row = services.draft_offer(actor=keeper, public_id=uuid7(), organisation=place, wish=wish, at=at)
    services.receive_stock(actor=keeper, public_id=uuid7(), offer=row, amount=stock, why="", at=at)
    services.publish_offer(actor=keeper, offer=row, at=at)
    return Offer.objects.select_related("organisation__territory").get(pk=row.pk)
