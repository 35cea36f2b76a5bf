"""C-91: credit of a collective never counts for a person, whoever posts what by whichever way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from city.situations import a_person
from learning.collectives.situations import (
    NOW,
    World,
    activity,
    agreed_with_ledger,
    award,
    deposited,
    held,
    joined,
    lies_on,
    opened,
)
from xuecheng.city.refusals import Refusal
from xuecheng.learning.collectives import services
from xuecheng.learning.collectives.models import Deposit
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import CreditClass
from xuecheng.learning.creditbank.queries import health, names_of_classes, sums_by_class
from xuecheng.learning.creditbank.services.classes import credit_class
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.redemption.queries import points_of

pytestmark = pytest.mark.django_db
LEARNER, INSTITUTION = ledger.OwnerKind.LEARNER, ledger.OwnerKind.INSTITUTION
COLLECTIVE, PLATFORM = ledger.OwnerKind.COLLECTIVE, ledger.OwnerKind.PLATFORM


def unit_of_collectives() -> int:
    return credit_class(framework="GD-LEQ", kind="community", level=1, is_collective=True).pk


def an_account(kind: ledger.OwnerKind, owner: int, role: ledger.Role, unit: int, *, book: int | None = None) -> int:
    in_book = ledger.book_of(owner) if book is None else book
    return ledger.open_account(book=in_book, owner_kind=kind, owner_id=owner, role=role, unit=unit)


def test_the_health_of_the_ledger_counts_them_apart(world: World) -> None:
    """What circles hold stands in a table of its own, and is held: it is nobody's, and nothing is missing."""
    row = opened(world)
    deposited(world, row)
    unit = unit_of_collectives()
    sums = {one.unit: one for one in sums_by_class()}
    mine = sums[unit]
    assert mine.held == mine.issued > 0
    assert (mine.elsewhere, mine.difference, mine.accounts) == (0, 0, 1)
    names = names_of_classes([unit, credit_class(framework="GD-LEQ", kind="community", level=1).pk])
    shown = replace(health(now=NOW), sums=[(one, names.get(one.unit)) for one in sums.values()])
    assert [one.unit for one, _names in shown.sums_of_collectives] == [unit]
    assert unit not in {one.unit for one, _names in shown.sums_of_learners}


def test_the_two_sorts_of_classes_are_numbered_apart(world: World) -> None:
    ours, theirs = unit_of_collectives(), credit_class(framework="GD-LEQ", kind="community", level=1).pk
    assert theirs < ledger.FIRST_COLLECTIVE_UNIT <= ours
    assert credit_class(framework="GD-LEQ", kind="community", level=1, is_collective=True).pk == ours
    assert credit_class(framework="GD-LEQ", kind="community", level=2, is_collective=True).pk == ours + 1
    for number, is_collective in ((5, True), (ledger.FIRST_COLLECTIVE_UNIT + 50, False)):
        with pytest.raises(IntegrityError), transaction.atomic():
            CreditClass.objects.create(
                id=number, framework_code="X", kind="community", level=1, is_collective=is_collective
            )


@pytest.mark.parametrize(
    ("kind", "role", "is_collective"),
    [
        (LEARNER, ledger.Role.MAIN, True),
        (LEARNER, ledger.Role.HOLD, True),
        (INSTITUTION, ledger.Role.MAIN, True),
        (INSTITUTION, ledger.Role.SUSPENSE, True),
        (PLATFORM, ledger.Role.MAIN, True),
        (ledger.OwnerKind.PARTNER, ledger.Role.MAIN, True),
        (COLLECTIVE, ledger.Role.MAIN, False),
        (COLLECTIVE, ledger.Role.HOLD, True),
        (COLLECTIVE, ledger.Role.ISSUING, True),
    ],
)
def test_the_ledger_opens_no_account_that_could_join_the_two(
    world: World, kind: ledger.OwnerKind, role: ledger.Role, is_collective: bool
) -> None:
    unit = credit_class(framework="GD-LEQ", kind="community", level=1, is_collective=is_collective).pk
    with pytest.raises(IntegrityError), transaction.atomic():
        an_account(kind, world.member.pk, role, unit)


def test_a_collective_lies_in_its_own_book_only(world: World) -> None:
    row = opened(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        an_account(COLLECTIVE, row.pk, ledger.Role.MAIN, unit_of_collectives(), book=(row.book + 1) % ledger.BOOKS)


def test_no_posting_hold_or_move_leads_from_a_collective_to_a_person(world: World) -> None:
    row = opened(world)
    deposited(world, row)
    (lies,) = held(row)
    unit = credit_class(framework="GD-LEQ", kind="community", level=1).pk
    person = next(one for one in iter(lambda: a_person("同册人"), None) if ledger.book_of(one.pk) == row.book)
    main = ledger.learner_account(learner_id=person.pk, unit=unit)
    aside = ledger.learner_account(learner_id=person.pk, unit=unit, role=ledger.Role.HOLD)

    def transfer(target: int) -> ledger.Transfer:
        return ledger.Transfer(uuid4(), lies.account, target, 50, 1, NOW)

    for account in (main, aside):
        with pytest.raises(ledger.UnitsDiffer), transaction.atomic():
            ledger.post(transfer=transfer(account), kind=10, actor=0)
    with pytest.raises(ledger.UnitsDiffer), transaction.atomic():
        ledger.hold_open(transfer=transfer(aside), expires_at=NOW, actor=0)
    elsewhere = ledger.learner_account(learner_id=world.member.pk, unit=unit)
    if ledger.book_of(world.member.pk) != row.book:
        with pytest.raises(ledger.UnitsDiffer), transaction.atomic():
            ledger.move(transfer=transfer(elsewhere), actor=0)
    assert ledger.balance(account=lies.account) == 100
    with pytest.raises(ledger.RulingMalformed), transaction.atomic():
        ledger.set_floor(account=lies.account, floor=-100, reason="透支", actor=0)


def test_nothing_of_a_member_grows_when_the_collective_earns(world: World) -> None:
    row = opened(world)
    joined(world, row)
    deposited(world, row)
    deposited(world, row, award())
    for person in (world.convenor, world.member):
        keys = (person.pk,)
        assert ledger.balances_of(learner_id=person.pk) == []
        assert not Posting.objects.filter(learner_id=person.pk).exists()
        assert (points_of(keys).free, points_of(keys).held) == (0, 0)


def test_a_collective_whose_number_is_a_persons_touches_nothing_of_that_person(world: World) -> None:
    """Owners are numbers of their own kind: collective 7 is not learner 7."""
    row = opened(world)
    deposited(world, row)
    assert ledger.balances_of(learner_id=row.pk) == []
    assert ledger.balances_of_all(learner_ids=[row.pk]) == []


_ACTS = st.lists(
    st.tuples(st.sampled_from(["give", "back", "close"]), st.integers(0, 2), st.integers(1, 1900)), max_size=12
)


@given(acts=_ACTS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_entered_and_taken_back_the_account_is_its_deposits(
    world: World, acts: list[tuple[str, int, int]]
) -> None:
    """Over any order of deposits, taking back and closing: the ledger holds what stands, caps hold, the sum is zero."""
    point = transaction.savepoint()
    rows = [opened(world, name=f"团队{number}") for number in range(3)]
    entered: dict[int, list[Deposit]] = {0: [], 1: [], 2: []}
    for turn, (act, number, minutes) in enumerate(acts):
        try:
            with transaction.atomic():
                do(world, act, rows, number, minutes=minutes, turn=turn, entered=entered)
        except Refusal:
            continue
    agreed_with_ledger()
    for row in rows:
        row.refresh_from_db()
        standing = Deposit.objects.filter(collective=row, taken_back_at=None)
        assert sum(standing.values_list("credits", flat=True)) <= 300
        if row.state == "closed":
            assert lies_on(row) == 0
    stands = sum(Deposit.objects.filter(taken_back_at=None).values_list("credits", flat=True))
    lapsed = sum(
        one.balance
        for one in ledger.balances_of_owner(owner_kind=INSTITUTION, owner_id=world.college.pk)
        if one.role == ledger.Role.EXPIRY
    )
    assert sum(map(lies_on, rows)) + lapsed == stands
    transaction.savepoint_rollback(point)


def do(
    world: World, act: str, rows: list[Any], number: int, *, minutes: int, turn: int, entered: dict[int, list[Deposit]]
) -> None:
    if act == "give":
        entered[number].append(deposited(world, rows[number], activity(minutes, code=f"TD-{turn}")))
    elif act == "back" and entered[number]:
        services.take_back(actor=world.desk, deposit=entered[number][minutes % len(entered[number])], why="错", at=NOW)
    elif act == "close":
        heir = rows[minutes % 3] if minutes % 2 else None
        services.close(actor=world.desk, collective=rows[number], why="解散", to=heir, at=NOW)
