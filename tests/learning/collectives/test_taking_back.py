"""Taking back what others rest on, or what a closed account held; who prolongs whose time (C-20, C-91)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.types.range import Range

from city.situations import TODAY, a_person, a_registrar, holding
from learning.collectives.situations import (
    KEPT_UNTIL,
    NOW,
    World,
    activity,
    agreed_with_ledger,
    deposited,
    held,
    joined,
    lies_on,
    of,
    of_library,
    opened,
    whole,
)
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.notices.models import Notice
from xuecheng.city.rights import Denied
from xuecheng.learning.collectives import queries, services
from xuecheng.learning.collectives.models import Collective, Deposit, Membership
from xuecheng.learning.creditbank import ledger

pytestmark = pytest.mark.django_db


def back(world: World, made: Deposit, **more: Any) -> Deposit:
    again = Deposit.objects.select_related("collective__institution__territory").get(pk=made.pk)
    return services.take_back(**{"actor": world.colleague, "deposit": again, "why": "签到表是假的", "at": NOW} | more)


def close(world: World, row: Collective, to: Collective | None = None) -> None:
    services.close(actor=world.desk, collective=row, why="团队解散", to=to, at=NOW)


# What rests on it


def test_c20_hours_on_which_later_deposits_rest_are_taken_back_after_them(world: World) -> None:
    """Each 96 minutes are a tenth of a credit."""
    row = opened(world)
    first, second, third = (
        deposited(
            world, row, activity(95, code=f"TD-4{n}", began_on=None, title=f"第{n}次", ended_on=date(2026, 11, 10 + n))
        )
        for n in range(3)
    )
    assert [one.credits for one in (first, second, third)] == [0, 10, 10]
    for one in (first, second):
        with pytest.raises(services.LaterDepositRests, match=r"第[12]次"), transaction.atomic():
            back(world, one)
    back(world, third)
    back(world, second)
    assert lies_on(row) == 0
    again = deposited(world, row, activity(95, code="TD-42", began_on=None, ended_on=date(2026, 11, 12)))
    assert (again.credits, lies_on(row)) == (10, 10)
    with pytest.raises(services.LaterDepositRests), transaction.atomic():
        back(world, first)
    back(world, again)
    back(world, first)
    agreed_with_ledger()
    assert lies_on(row) == 0


def test_c23_what_a_cap_left_to_a_later_deposit_rests_on_the_earlier(world: World) -> None:
    row = opened(world)
    first = deposited(world, row, activity(1920, code="TD-50"))
    cut = deposited(world, row, activity(1920, code="TD-51"))
    assert (first.credits, cut.credits) == (200, 100)
    with pytest.raises(services.LaterDepositRests), transaction.atomic():
        back(world, first)
    back(world, cut)
    back(world, first)
    assert lies_on(row) == 0


def test_what_rests_on_nothing_is_taken_back_in_any_order(world: World) -> None:
    row = opened(world)
    first, second = (
        deposited(world, row, activity(960, code="TD-60")),
        deposited(world, row, activity(960, code="TD-61")),
    )
    back(world, first)
    back(world, second)
    agreed_with_ledger()
    assert lies_on(row) == 0


# After closing


@pytest.mark.parametrize("handed_on", [0, 1, 2])
def test_after_closing_the_credit_is_called_back_from_where_it_went(world: World, handed_on: int) -> None:
    """Lapsed; with the heir; with the heir of an heir that is closed too."""
    row = opened(world)
    heirs = [opened(world, name=f"接手的团队{n}") for n in range(handed_on)]
    made, true = deposited(world, row), deposited(world, row, activity(960, code="TD-70"))
    line = [row, *heirs]
    for one, heir in zip(line, [*heirs, None], strict=True):
        if heir is not None or not handed_on:
            close(world, whole(one), whole(heir) if heir else None)
    last = line[-1]
    assert lies_on(last) == (200 if handed_on else 0)
    Notice.objects.all().delete()
    for _twice in range(2):
        assert back(world, made).taken_back_at == NOW
    agreed_with_ledger()
    assert lies_on(row) == 0
    assert {one.state for one in held(row)} == {ledger.State.CLOSED}
    assert lies_on(last) == (100 if handed_on else 0)
    assert lapsed(world) == (0 if handed_on else 100)
    newest = [(one.amount, one.is_taken_back, one.is_called_back) for one in queries.statement_of(row).entries[:2]]
    assert newest == [(-100, True, False), (100, False, True)]
    if handed_on:
        (entry, *_) = queries.statement_of(last).entries
        assert (entry.amount, entry.is_called_back) == (-100, True)
        assert "粤剧欣赏沙龙" in entry.title
        assert Notice.objects.filter(kind="collectives.taken_back").count() == 1
    back(world, true)
    agreed_with_ledger()
    assert lies_on(last) == 0


def lapsed(world: World) -> int:
    rows = ledger.balances_of_owner(owner_kind=ledger.OwnerKind.INSTITUTION, owner_id=world.college.pk)
    expiry = [one.account for one in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(b.balance), 0) from ledger.balance b join ledger.account a on a.id = b.account_id and"
            " a.book = b.book where a.role = 4 and a.id = any(%s)", [expiry]
        )  # fmt: skip
        return int(cursor.fetchone()[0])


def test_after_closing_a_second_person_takes_back(world: World) -> None:
    row = opened(world)
    made = deposited(world, row)
    third = a_registrar(world.college, "登记罗")
    services.close(actor=third, collective=row, why="团队解散", at=NOW)
    for actor in (world.desk, third):
        with pytest.raises(services.TakenBackByAnother), transaction.atomic():
            back(world, made, actor=actor)
    with pytest.raises(Denied):
        back(world, made, actor=world.stranger)
    with pytest.raises(services.TakeBackReasonMissing):
        back(world, made, why=" ")
    with pytest.raises(IntegrityError, match="second person"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update collectives_deposit set taken_back_at = now(), why = 'x', taken_back_by_id = deposited_by_id"
            " where id = %s", [made.pk]
        )  # fmt: skip
    assert back(world, made).why == "签到表是假的"


# Who keeps the account


def test_nobody_prolongs_their_own_time(world: World) -> None:
    row = opened(world)
    mine = Membership.objects.get(collective=row)
    with pytest.raises(services.OwnTerm), transaction.atomic():
        keep(world, of(world.convenor), mine, date(2099, 1, 1))
    assert keep(world, of(world.convenor), mine, KEPT_UNTIL - timedelta(9)).keeps_until == KEPT_UNTIL - timedelta(9)
    with pytest.raises(services.OwnTerm), transaction.atomic():
        keep(world, of(world.convenor), mine, KEPT_UNTIL)
    assert keep(world, world.desk, mine, KEPT_UNTIL + timedelta(9)).keeps_until == KEPT_UNTIL + timedelta(9)


def test_keepers_prolong_each_other_within_the_time_the_institution_set(world: World) -> None:
    row = opened(world)
    other = joined(world, row)
    with pytest.raises(services.BeyondTerm), transaction.atomic():
        keep(world, of(world.convenor), other, KEPT_UNTIL + timedelta(1))
    keep(world, of(world.convenor), other, KEPT_UNTIL)
    mine = Membership.objects.get(collective=row, person=world.convenor)
    keep(world, of(world.convenor), mine, TODAY + timedelta(9))
    assert keep(world, of(world.member), mine, KEPT_UNTIL).keeps_until == KEPT_UNTIL
    with pytest.raises(services.BeyondTerm), transaction.atomic():
        keep(world, of(world.member), mine, KEPT_UNTIL + timedelta(1))


def test_a_registrar_who_belongs_to_it_does_not_prolong_themselves(world: World) -> None:
    row = opened(world)
    mine = joined(world, row, world.colleague.person)
    with pytest.raises(services.OwnTerm), transaction.atomic():
        keep(world, world.colleague, mine, KEPT_UNTIL)


def test_who_lost_the_office_keeps_the_account_of_the_organisation_no_more(world: World) -> None:
    row = of_library(world)
    person = world.officer.person
    assert queries.keeps(of(person), row, on=TODAY)
    outsider = joined_as(world, row)
    with pytest.raises(services.NotInOffice), transaction.atomic():
        keep(world, world.desk, outsider, KEPT_UNTIL)
    second = a_person("馆员谢")
    RoleHolding.objects.filter(person=person).update(during=Range(TODAY - timedelta(9), TODAY))
    mine = Membership.objects.get(collective=row, person=person)
    assert mine.keeps_on(TODAY)
    assert not queries.keeps(of(person), row, on=TODAY)
    assert queries.keeping(row, [mine], on=TODAY) == set()
    with pytest.raises(Denied):
        services.end_membership(actor=of(person), membership=outsider, at=NOW)
    # News go to whoever holds the office now.
    holding(second, "registrar", organisation=world.library)
    deposited(world, row)
    assert Notice.objects.get(kind="collectives.deposited").person == second


def joined_as(world: World, row: Collective) -> Membership:
    asked = services.ask_to_join(actor=of(world.member), public_id=row.public_id, collective=row, at=NOW)
    return services.admit(actor=world.officer, membership=asked, at=NOW)


def keep(world: World, actor: Any, row: Membership, until: date) -> Membership:
    fresh = Membership.objects.select_related("collective__institution__territory", "person").get(pk=row.pk)
    return services.let_keep(actor=actor, membership=fresh, keeps_until=until, at=NOW)
