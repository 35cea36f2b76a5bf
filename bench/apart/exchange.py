"""An agreement that decides by itself, and many who ask under it at once."""

from __future__ import annotations

import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Barrier
from typing import Any
from uuid import uuid4


def exchange(*, clients: int, turn: int) -> dict[str, Any]:
    """Exchanges a second: by the service, and by bare SQL, each of one posting of every learner that the other leaves."""
    from xuecheng.learning.exchange.models import Case
    from xuecheng.learning.recognition.models import Posting

    term = _agreement()
    of_learner: dict[int, list[Any]] = defaultdict(list)
    credited = Posting.objects.filter(credit_class_id=_credit_class(), institution_id=term.source_id)
    for posting in credited.select_related("learner").order_by("learner", "record_id"):
        of_learner[posting.learner_id].append(posting)
    rates = {}
    for side, (name, work) in enumerate((("service", _by_service), ("bare", _by_sql))):
        before = Case.objects.filter(state="settled").count()
        waiting: SimpleQueue[Any] = SimpleQueue()
        for postings in of_learner.values():
            if len(postings) > 2 * turn + side:
                waiting.put(postings[2 * turn + side])
        many = waiting.qsize()
        if many < clients:
            raise AssertionError(f"{many} have so many credits of one kind: too few to be many at once")
        start = Barrier(clients + 1)
        with ThreadPoolExecutor(clients) as pool:
            going = [pool.submit(partial(_go, start, work, term, waiting)) for _client in range(clients)]
            start.wait()
            began = time.perf_counter()
            for one in going:
                one.result()
            rates[name] = many / (time.perf_counter() - began)
        if Case.objects.filter(state="settled").count() - before != many:
            raise AssertionError(f"{name}: not all were exchanged")
    return rates


def _go(start: Barrier, work: Any, term: Any, waiting: SimpleQueue[Any]) -> None:
    from django.db import connection

    try:
        connection.ensure_connection()
        start.wait()
        with suppress(Empty):
            while True:
                work(term, waiting.get_nowait())
    finally:
        connection.close()


def _by_service(term: Any, posting: Any) -> None:
    from xuecheng.city import clock
    from xuecheng.city.access.queries import standing_of
    from xuecheng.learning.exchange import services

    actor = standing_of(posting.learner, today=clock.today())
    services.ask_exchange(actor=actor, public_id=uuid4(), posting=posting.key, target=term.target, at=clock.now())


_LOT = """
insert into exchange_lot (posting, learner_id, institution_id, credit_class_id, credits, title)
values (%(posting)s, %(learner)s, %(source)s, %(class)s, %(credits)s, 'bench') returning id"""
_USED = """
select coalesce(sum(upper(u.span) - lower(u.span)), 0) from exchange_use u join exchange_lot l on l.id = u.lot_id
where l.posting = %(posting)s and u.is_live"""
_CASE = """
insert into exchange_case (public_id, learner_id, term_id, agreement_id, source_id, target_id, source_class_id,
  target_class_id, source_credits, target_credits, target_unit, state, asked_at, asked_by_id, due_on, difference, words)
values (gen_random_uuid(), %(learner)s, %(term)s, %(agreement)s, %(source)s, %(target)s, %(class)s, %(class)s,
  %(credits)s, %(credits)s, '', 'asked', now(), %(learner)s, current_date + 14, '', '') returning id"""
_USE = "insert into exchange_use (case_id, lot_id, span, is_live) values (%s, %s, int8range(0, %s), true)"
_HELD = "update exchange_case set state = 'earmarked', hold = %s where id = %s"
_ACCEPTED = "update exchange_case set state = 'accepted', decided_at = now() where id = %s"
_SETTLED = "update exchange_case set state = 'settled', settled_at = now() where id = %s"


def _by_sql(term: Any, posting: Any) -> None:
    from django.db import connection, transaction

    from xuecheng.city import clock
    from xuecheng.learning.creditbank import ledger

    values = {
        "posting": posting.key, "learner": posting.learner_id, "source": term.source_id, "target": term.target_id,
        "class": posting.credit_class_id, "credits": posting.credits, "term": term.pk, "agreement": term.agreement_id,
    }  # fmt: skip
    learner, unit, at, hold = posting.learner_id, posting.credit_class_id, clock.now(), uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select 1 from people_person where id = %s for no key update", [learner])
        cursor.execute(_USED, values)
        if cursor.fetchone()[0]:
            raise AssertionError("used before")
        cursor.execute(_LOT, values)
        (lot,) = cursor.fetchone()
        cursor.execute(_CASE, values)
        (case,) = cursor.fetchone()
        cursor.execute(_USE, [case, lot, posting.credits])
        ledger.lock_books(books=[posting.book])
        main = ledger.learner_account(learner_id=learner, unit=unit)
        aside = ledger.learner_account(learner_id=learner, unit=unit, role=ledger.Role.HOLD)
        moved = ledger.Transfer(hold, main, aside, posting.credits, case, at)
        ledger.hold_open(transfer=moved, expires_at=at, actor=learner)
        cursor.execute(_HELD, [hold, case])
        cursor.execute(_ACCEPTED, [case])
        of = {
            "book": posting.book,
            "owner_kind": ledger.OwnerKind.INSTITUTION,
            "owner_id": term.target_id,
            "unit": unit,
        }
        received = ledger.open_account(role=ledger.Role.MAIN, **of)
        ledger.hold_close(
            book=posting.book, hold=hold, target=received, captured=posting.credits, ref=case, effective_at=at, actor=0
        )
        issuing = ledger.open_account(role=ledger.Role.ISSUING, **of)
        given = ledger.Transfer(ledger.part_key(hold, 3), issuing, main, posting.credits, case, at)
        ledger.post(transfer=given, kind=20, actor=0)
        cursor.execute(_SETTLED, [case])


def _credit_class() -> int:
    """The kind and level of credit that most of them are; points, which records give too, count nowhere else."""
    from django.db.models import Count

    from xuecheng.learning.creditbank.queries import names_of_classes
    from xuecheng.learning.exchange.rules.matching import POINTS
    from xuecheng.learning.recognition.models import Posting

    often = (
        Posting.objects.values_list("credit_class_id").annotate(Count("pk")).order_by("-pk__count", "credit_class_id")
    )
    named = names_of_classes({of for of, _many in often})
    return next(of for of, _many in often if named[of].kind != POINTS)


def _agreement() -> Any:
    """One for one, between the college that taught them and another, in force; the same at every call."""
    from datetime import date

    from xuecheng.city import clock
    from xuecheng.city.ids import uuid7
    from xuecheng.city.organisations.models import Organisation
    from xuecheng.city.people.models import Person
    from xuecheng.learning.creditbank.models import FrameworkLevel
    from xuecheng.learning.creditbank.queries import names_of_classes
    from xuecheng.learning.exchange.models import Agreement, Party, Term
    from xuecheng.learning.recognition.models import Posting

    if (
        known := Term.objects.select_related("target__territory").filter(agreement__code="A-BENCH").first()
    ) is not None:
        return known
    posting = Posting.objects.filter(credit_class_id=_credit_class()).order_by("record_id")[0]
    of = names_of_classes({posting.credit_class_id})[posting.credit_class_id]
    source = Organisation.objects.get(pk=posting.institution_id)
    target = Organisation.objects.select_related("territory").exclude(pk=source.pk).order_by("pk")[0]
    one, other, third = Person.objects.filter(is_fictional=True).order_by("-pk")[:3]
    row = Agreement.objects.create(
        public_id=uuid7(), code="A-BENCH", version=1, name_zh="量", effect_from=date(2020, 1, 1), is_automatic=True,
        drafted_at=clock.now(), drafted_by=one, drafted_for=source,
    )  # fmt: skip
    signers = {
        signer.pk: Party.objects.create(agreement=row, organisation=side)
        for side, signer in ((source, one), (target, third))
    }
    level = FrameworkLevel.objects.get(
        framework__code=of.framework, framework__successor__isnull=True, label=of.level_label
    )  # fmt: skip
    Term.objects.create(
        agreement=row, number=1, source=source, target=target, basis="level", of_kind=of.kind, of_level=level,
        as_kind=of.kind, as_level=level, num=1, den=1,
    )  # fmt: skip
    of_row = Agreement.objects.filter(pk=row.pk)
    of_row.update(state="offered")
    for signer, party in signers.items():
        Party.objects.filter(pk=party.pk).update(signed_by=signer, signed_at=clock.now())
    of_row.update(state="signed")
    of_row.update(state="approved", decided_by=other, decided_at=clock.now())
    return _agreement()
