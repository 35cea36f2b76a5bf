"""Collective accounts: applying, opening, members, deposits by the rules, taking back, closing (C-91)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from city.situations import TODAY, a_person, holding
from learning.collectives.situations import (
    KEPT_UNTIL,
    NOW,
    World,
    activity,
    agreed_with_ledger,
    applied,
    award,
    deposited,
    held,
    joined,
    lies_on,
    of,
    of_library,
    opened,
)
from xuecheng.city.notices.models import Notice
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.city.rights import NOBODY, Denied
from xuecheng.learning.collectives import queries, services
from xuecheng.learning.collectives.models import Collective, Deposit, DepositLine, Membership, Remainder
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.rules.reasons import NoRule

pytestmark = pytest.mark.django_db


# Applying


def test_c91_a_convenor_applies_a_registrar_opens_and_who_applied_keeps_it(world: World) -> None:
    row = opened(world)
    agreed_with_ledger()
    assert (row.state, row.decided_by, row.kind) == ("open", world.desk.person, "circle")
    kept = Membership.objects.get(collective=row)
    assert (kept.person, kept.state, kept.keeps_until) == (world.convenor, "standing", KEPT_UNTIL)
    assert kept.keeps_on(TODAY)
    assert not kept.keeps_on(KEPT_UNTIL)
    assert queries.keeps(of(world.convenor), row, on=TODAY)
    assert not queries.keeps(of(world.convenor), row, on=KEPT_UNTIL)
    assert Notice.objects.filter(kind="collectives.applied").count() == 2
    assert Notice.objects.get(kind="collectives.opened").person == world.convenor


def test_applying_twice_with_one_id_is_one_application(world: World) -> None:
    number, wish = uuid4(), services.Wish(name_zh="晨读会")
    said: dict[str, Any] = {"public_id": number, "institution": world.college, "at": NOW}
    first = services.apply(actor=of(world.convenor), wish=wish, **said)
    assert services.apply(actor=of(world.convenor), wish=wish, **said).pk == first.pk
    for actor, other in ((of(world.member), wish), (of(world.convenor), services.Wish(name_zh="别的"))):
        with pytest.raises(FormUsedBefore), transaction.atomic():
            services.apply(actor=actor, wish=other, **said)


def test_an_organisation_is_applied_for_by_its_officer_and_never_keeps_its_own(world: World) -> None:
    row = of_library(world)
    assert (row.kind, row.organisation) == ("organisation", world.library)
    wish = services.Wish(name_zh="图书馆", organisation=world.library)
    with pytest.raises(Denied):
        services.apply(actor=of(world.convenor), public_id=uuid4(), institution=world.college, wish=wish, at=NOW)
    with pytest.raises(services.OwnInstitution), transaction.atomic():
        services.apply(actor=world.officer, public_id=uuid4(), institution=world.library, wish=wish, at=NOW)
    with pytest.raises(services.AccountThereAlready), transaction.atomic():
        services.apply(actor=world.officer, public_id=uuid4(), institution=world.college, wish=wish, at=NOW)


@pytest.mark.parametrize(("name", "is_active", "refusal"), [("  ", True, services.NameMissing),
                                                             ("晨读会", False, services.InstitutionAtRest)])  # fmt: skip
def test_an_application_names_the_circle_and_an_institution_at_work(
    world: World, name: str, is_active: bool, refusal: type[Refusal]
) -> None:
    world.college.is_active = is_active
    with pytest.raises(refusal), transaction.atomic():
        services.apply(
            actor=of(world.convenor), public_id=uuid4(), institution=world.college,
            wish=services.Wish(name_zh=name), at=NOW,
        )  # fmt: skip


def test_who_applied_does_not_decide_nor_does_another_institution(world: World) -> None:
    holding(world.convenor, "registrar", organisation=world.college)
    row = applied(world)
    for verb, more in ((services.open_account, {"keeps_until": KEPT_UNTIL}), (services.refuse, {"why": "不符合"})):
        with pytest.raises(services.DecidedByAnother), transaction.atomic():
            verb(actor=of(world.convenor), collective=row, at=NOW, **more)  # type: ignore[operator]
        for actor in (world.stranger, of(world.member)):
            with pytest.raises(Denied):
                verb(actor=actor, collective=row, at=NOW, **more)  # type: ignore[operator]
    assert row not in queries.waiting(of(world.convenor))
    assert row in queries.waiting(world.desk)


def test_an_application_is_decided_once_refused_with_words_or_taken_back(world: World) -> None:
    refused = applied(world)
    with pytest.raises(services.WhyMissing):
        services.refuse(actor=world.desk, collective=refused, why=" ", at=NOW)
    for _twice in range(2):
        assert services.refuse(actor=world.desk, collective=refused, why="还没有活动", at=NOW).state == "refused"
    with pytest.raises(services.NotApplied), transaction.atomic():
        services.open_account(actor=world.desk, collective=refused, keeps_until=KEPT_UNTIL, at=NOW)
    gone = applied(world)
    with pytest.raises(Denied):
        services.withdraw(actor=of(world.member), collective=gone, at=NOW)
    for _twice in range(2):
        assert services.withdraw(actor=of(world.convenor), collective=gone, at=NOW).state == "withdrawn"
    with pytest.raises(services.NotApplied), transaction.atomic():
        services.withdraw(actor=of(world.convenor), collective=refused, at=NOW)
    with pytest.raises(services.KeeperPeriodEmpty):
        services.open_account(actor=world.desk, collective=applied(world), keeps_until=TODAY, at=NOW)


# Belonging


def test_people_ask_and_a_keeper_admits_or_declines(world: World) -> None:
    row = opened(world)
    asked = services.ask_to_join(actor=of(world.member), public_id=uuid4(), collective=row, at=NOW)
    assert Notice.objects.get(kind="collectives.asked").person == world.convenor
    with pytest.raises(Denied):
        services.admit(actor=of(world.member), membership=asked, at=NOW)
    with pytest.raises(Denied):
        services.admit(actor=world.stranger, membership=asked, at=NOW)
    for _twice in range(2):
        assert services.admit(actor=of(world.convenor), membership=asked, at=NOW).state == "standing"
    with pytest.raises(services.NotAsked), transaction.atomic():
        services.decline(actor=of(world.convenor), membership=asked, at=NOW)
    with pytest.raises(services.MemberAlready), transaction.atomic():
        services.ask_to_join(actor=of(world.member), public_id=uuid4(), collective=row, at=NOW)
    other = services.ask_to_join(actor=of(a_person("邻居曾")), public_id=uuid4(), collective=row, at=NOW)
    for _twice in range(2):
        assert services.decline(actor=world.desk, membership=other, at=NOW).state == "declined"


def test_asking_with_one_id_twice_asks_once(world: World) -> None:
    row, number = opened(world), uuid4()
    said: dict[str, Any] = {"public_id": number, "collective": row, "at": NOW}
    assert services.ask_to_join(actor=of(world.member), **said) == services.ask_to_join(actor=of(world.member), **said)
    with pytest.raises(FormUsedBefore), transaction.atomic():
        services.ask_to_join(actor=of(a_person("别人冯")), **said)
    with pytest.raises(services.AccountAtRest), transaction.atomic():
        services.ask_to_join(actor=of(world.member), public_id=uuid4(), collective=applied(world), at=NOW)


def test_members_leave_and_the_last_keeper_hands_over_first(world: World) -> None:
    row = opened(world)
    first = Membership.objects.get(collective=row)
    with pytest.raises(services.LastKeeper), transaction.atomic():
        services.leave(actor=of(world.convenor), membership=first, at=NOW)
    second = joined(world, row)
    with pytest.raises(services.KeeperPeriodEmpty):
        services.let_keep(actor=of(world.convenor), membership=second, keeps_until=TODAY - timedelta(1), at=NOW)
    services.let_keep(actor=of(world.convenor), membership=second, keeps_until=KEPT_UNTIL, at=NOW)
    assert services.leave(actor=of(world.convenor), membership=first, at=NOW).state == "ended"
    assert services.leave(actor=of(world.convenor), membership=first, at=NOW).state == "ended"
    assert not queries.keeps(of(world.convenor), row, on=TODAY)
    with pytest.raises(services.LastKeeper), transaction.atomic():
        services.let_keep(actor=world.desk, membership=second, keeps_until=TODAY, at=NOW)
    with pytest.raises(services.LastKeeper), transaction.atomic():
        services.end_membership(actor=world.desk, membership=second, at=NOW)
    third = joined_by(world, row, a_person("新来罗"))
    with pytest.raises(Denied):
        services.leave(actor=of(world.member), membership=third, at=NOW)
    assert services.end_membership(actor=of(world.member), membership=third, at=NOW).state == "ended"
    assert Notice.objects.get(kind="collectives.ended").person == third.person


def joined_by(world: World, row: Collective, person: Any) -> Membership:
    asked = services.ask_to_join(actor=of(person), public_id=uuid4(), collective=row, at=NOW)
    return services.admit(actor=of(world.member), membership=asked, at=NOW)


def test_an_officer_of_the_organisation_keeps_its_account(world: World) -> None:
    row = of_library(world)
    asked = services.ask_to_join(actor=of(world.member), public_id=uuid4(), collective=row, at=NOW)
    assert services.admit(actor=world.officer, membership=asked, at=NOW).state == "standing"
    assert queries.sees_inside(world.officer, row, None)
    assert not queries.sees_inside(world.stranger, row, None)


# Deposits


def test_c91_a_deposit_is_posted_by_the_rules_in_force_to_the_collective(world: World) -> None:
    row = opened(world)
    made = deposited(world, row)
    agreed_with_ledger()
    assert (made.credits, lies_on(row)) == (100, 100)
    line = made.lines.get()
    assert (line.rule.code, line.credits) == ("R-0600", 100)
    assert line.credit_class.is_collective
    assert line.credit_class_id >= ledger.FIRST_COLLECTIVE_UNIT
    (lies,) = held(row)
    assert ledger.book_of(row.pk) == ledger.book_of_account(lies.account)
    assert Notice.objects.get(kind="collectives.deposited").person == world.convenor
    (entry,) = queries.statement_of(row).entries
    assert (entry.amount, entry.after, entry.title, entry.day) == (100, 100, "粤剧欣赏沙龙", date(2026, 11, 20))


def test_c20_c23_hours_wait_and_caps_count_over_deposits_of_one_collective(world: World) -> None:
    row, other = opened(world), opened(world, name="另一个团队")
    half = deposited(world, row, activity(9, code="TD-02", began_on=None))
    agreed_with_ledger()
    assert half.credits == 0
    assert half.lines.get().key is None
    rest = deposited(world, row, activity(951, code="TD-03"))
    assert rest.credits == 100
    assert [deposited(world, row, activity(1920, code=f"TD-1{n}")).credits for n in range(1)] == [200]
    with pytest.raises(Refusal, match=r"R-0600|year|上限"), transaction.atomic():
        deposited(world, row, activity(1920, code="TD-20"))
    # Another collective has room of its own.
    assert deposited(world, other, activity(1920, code="TD-20")).credits == 200
    agreed_with_ledger()


def test_an_award_is_a_certificate_of_the_collective(world: World) -> None:
    row = opened(world)
    assert deposited(world, row, award()).credits == 200
    assert deposited(world, row).credits == 100
    assert {one.of.level_label: one.credits for one in queries.balances_of(row)} == {"1": 100, "2": 200}


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (lambda: activity(0), services.MinutesMissing),
        (lambda: activity(proof=" "), services.ProofMissing),
        (lambda: activity(code="XX-01"), NoRule),
        (lambda: award(code="TD-01"), NoRule),
    ],
)
def test_a_deposit_that_says_too_little_or_that_no_rule_covers_is_refused(
    world: World, given: Any, refusal: type[Refusal]
) -> None:
    row = opened(world)
    with pytest.raises(refusal), transaction.atomic():
        deposited(world, row, given())
    assert not held(row)
    assert not Deposit.objects.filter(collective=row).exists()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (lambda: activity(ended_on=date(2026, 11, 24)), "ends_in_future"),
        (lambda: activity(began_on=date(2026, 11, 21)), "ends_before_it_begins"),
        (lambda: activity(1500, began_on=None), "more_than_a_day_holds"),
    ],
)
def test_c13_the_gates_of_records_stand_before_deposits_too(world: World, given: Any, code: str) -> None:
    row = opened(world)
    with pytest.raises(Refusal) as refused, transaction.atomic():
        deposited(world, row, given())
    assert refused.value.code == code


def test_the_same_day_and_code_is_deposited_once_and_a_retry_is_the_same(world: World) -> None:
    row, number = opened(world), uuid4()
    said: dict[str, Any] = {"actor": world.desk, "public_id": number, "collective": row, "at": NOW}
    first = services.deposit(given=activity(), **said)
    assert services.deposit(given=activity(), **said).pk == first.pk
    with pytest.raises(FormUsedBefore), transaction.atomic():
        services.deposit(given=activity(code="TD-09"), **said)
    with pytest.raises(services.DepositedBefore), transaction.atomic():
        deposited(world, row)
    assert lies_on(row) == 100


def test_members_and_strangers_deposit_nothing(world: World) -> None:
    row = opened(world)
    for actor in (of(world.convenor), world.stranger, world.bank.author):
        with pytest.raises(Denied):
            services.deposit(actor=actor, public_id=uuid4(), collective=row, given=activity(), at=NOW)
    registrar = world.colleague
    joined(world, row, registrar.person)
    with pytest.raises(services.OwnCollective), transaction.atomic():
        services.deposit(actor=registrar, public_id=uuid4(), collective=row, given=activity(), at=NOW)
    made = deposited(world, row)
    with pytest.raises(services.OwnCollective), transaction.atomic():
        services.take_back(actor=registrar, deposit=made, why="记错了", at=NOW)


def test_a_deposit_is_taken_back_once_whole_and_can_be_entered_anew(world: World) -> None:
    row = opened(world)
    made = deposited(world, row)
    with pytest.raises(services.TakeBackReasonMissing):
        services.take_back(actor=world.desk, deposit=made, why=" ", at=NOW)
    with pytest.raises(Denied):
        services.take_back(actor=of(world.convenor), deposit=made, why="错", at=NOW)
    for _twice in range(2):
        assert services.take_back(actor=world.colleague, deposit=made, why="人数不足", at=NOW).why == "人数不足"
    agreed_with_ledger()
    assert lies_on(row) == 0
    assert [one.amount for one in queries.statement_of(row).entries] == [-100, 100]
    assert deposited(world, row).credits == 100
    agreed_with_ledger()


# Closing


def close(world: World, row: Collective, **more: Any) -> Collective:
    return services.close(actor=world.desk, collective=row, why="团队解散", at=NOW, **more)


def test_closing_lets_the_rest_lapse_and_nothing_comes_any_more(world: World) -> None:
    row = opened(world)
    deposited(world, row)
    deposited(world, row, award())
    membership = joined(world, row)
    for _twice in range(2):
        assert close(world, row).state == "closed"
    agreed_with_ledger()
    assert {one.state for one in held(row)} == {ledger.State.CLOSED}
    assert lies_on(row) == 0
    assert sum(Remainder.objects.filter(collective=row, to=None).values_list("credits", flat=True)) == 300
    membership.refresh_from_db()
    assert membership.state == "ended"
    assert Notice.objects.filter(kind="collectives.closed").count() == 2
    for again in (lambda: deposited(world, row, award(code="YX-09")), lambda: opened_again(world, row)):
        with pytest.raises(Refusal), transaction.atomic():
            again()
    assert [one.title for one in queries.statement_of(row).entries][:1] == ["作废"]


def opened_again(world: World, row: Collective) -> None:
    services.open_account(actor=world.desk, collective=row, keeps_until=KEPT_UNTIL, at=NOW)


def test_closing_hands_the_rest_on_within_one_institution(world: World) -> None:
    row, heir = opened(world), opened(world, name="接手的团队")
    assert row.book != heir.book
    deposited(world, row)
    deposited(world, heir, activity(480, code="TD-30"))
    close(world, row, to=heir)
    agreed_with_ledger()
    assert (lies_on(row), lies_on(heir)) == (0, 150)
    assert "接手的团队" in queries.statement_of(row).entries[0].title
    assert "荔湾湖晨读会" in queries.statement_of(heir).entries[0].title


def test_a_rest_is_never_handed_to_itself_elsewhere_or_to_who_is_closed(world: World) -> None:
    row, gone = opened(world), opened(world, name="散了的团队")
    close(world, gone)
    elsewhere = services.apply(
        actor=of(world.member), public_id=uuid4(), institution=world.library, wish=services.Wish(name_zh="馆内小组"),
        at=NOW,
    )  # fmt: skip
    for heir, refusal in ((row, services.ToItself), (gone, services.HeirAtRest), (elsewhere, services.ToElsewhere)):
        with pytest.raises(refusal), transaction.atomic():
            close(world, row, to=heir)
    with pytest.raises(services.WhyMissing):
        services.close(actor=world.desk, collective=row, why="", at=NOW)
    for actor in (of(world.convenor), world.stranger):
        with pytest.raises(Denied):
            services.close(actor=actor, collective=row, why="解散", at=NOW)
    with pytest.raises(services.AccountAtRest), transaction.atomic():
        close(world, applied(world))


# Seeing


def test_everybody_sees_the_face_members_the_inside_and_applications_their_own(world: World) -> None:
    row, waits = opened(world), applied(world)
    nobody_in_it = of(world.member)
    assert queries.account(nobody_in_it, row.public_id) == row
    assert queries.account(nobody_in_it, waits.public_id) is None
    assert queries.account(world.stranger, waits.public_id) is None
    assert queries.account(of(world.convenor), waits.public_id) == waits
    assert queries.account(world.bank.author, waits.public_id) == waits
    assert not queries.sees_inside(nobody_in_it, row, None)
    assert queries.sees_inside(world.bank.author, row, None)
    mine = joined(world, row)
    assert queries.sees_inside(nobody_in_it, row, mine)
    assert [one.person for one in queries.members_of(row)] == [world.convenor, world.member]
    assert list(queries.own_accounts(nobody_in_it)) == [row]
    assert list(queries.open_accounts(words="晨读")) == [row]
    assert not queries.open_accounts(kind="organisation").exists()
    assert list(queries.kept_accounts(NOBODY)) == []
    assert set(queries.kept_accounts(world.desk)) == {row, waits}


# The database's own word


@pytest.mark.parametrize(
    "statement",
    [
        "update collectives_collective set state = 'applied', decided_by_id = null, decided_at = null where id = %s",
        "update collectives_collective set institution_id = %s + 1000000",
        "delete from collectives_collective where id = %s",
        "update collectives_deposit set credits = 1 where collective_id = %s",
        "update collectives_deposit set minutes = 1 where collective_id = %s",
        "delete from collectives_deposit where collective_id = %s",
        (
            "update collectives_depositline set credits = 1 where deposit_id in"
            " (select id from collectives_deposit where collective_id = %s)"
        ),
        (
            "update collectives_deposit set taken_back_at = now(), taken_back_by_id = deposited_by_id, why = 'x'"
            " where collective_id = %s"
        ),
        (
            "update collectives_collective set state = 'closed', closed_at = now(), closed_by_id = decided_by_id,"
            " words = 'x' where id = %s"
        ),
    ],
)
def test_no_statement_bends_an_account_or_its_deposits(world: World, statement: str) -> None:
    row = opened(world)
    deposited(world, row)
    agreed_with_ledger()
    with pytest.raises(IntegrityError), transaction.atomic():
        told(statement, row.pk)


def told(statement: str, key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
    agreed_with_ledger()


def test_no_deposit_stands_without_its_posting(world: World) -> None:
    row = opened(world)
    made = deposited(world, row)
    line = made.lines.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        forge(world, line)


def forge(world: World, line: DepositLine) -> None:
    forged = Deposit.objects.create(
        public_id=uuid4(), collective=line.deposit.collective, source="award", code="YX-77", title="假的",
        ended_on=TODAY, proof="无", credits=500, deposited_by=world.desk.person, deposited_at=NOW,
    )  # fmt: skip
    DepositLine.objects.create(deposit=forged, credit_class=line.credit_class, rule=line.rule, credits=500, key=uuid4())
    agreed_with_ledger()
