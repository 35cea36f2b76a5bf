"""An institution is accredited by two officers, suspended, lifted, renewed, ended; its records follow (C-13)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from city.situations import a_person, a_stranger, an_organisation, holding
from learning.records.situations import Desk, a_learner, codes
from learning.rollout.situations import (
    BEGINS,
    ENDS,
    NOW,
    TODAY,
    Town,
    days,
    granted,
    level,
    lifted,
    only,
    proposed,
    scope,
    suspended,
    whole,
)
from xuecheng.city.access.queries import standing_of
from xuecheng.city.access.services import Denied
from xuecheng.city.notices.models import Notice
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.config.database import APPLICATION_ROLE
from xuecheng.learning.rollout import queries, rules, services
from xuecheng.learning.rollout.models import Accreditation, Line, Suspension

State = Accreditation.State
YESTERDAY, IN_JUNE = TODAY - timedelta(days=1), date(2026, 6, 28)


def desk_of(town: Town) -> Desk:
    return Desk(town.college, town.bank.registrar, town.bank.places["天河区"])


def sent(town: Town, **columns: Any) -> list[str]:
    """What becomes of one row that the college sends: the codes of what keeps it out."""
    desk = desk_of(town)
    (found,) = codes(desk.enter(desk.row(a_learner(), **columns)))
    return found


def carried_over(town: Town) -> Accreditation:
    """What the college got when the system came: no proposal, no decision, no end."""
    with connection.cursor() as cursor:
        cursor.execute("reset role")
        cursor.execute("set local session_replication_role = replica")
        carried = Accreditation.objects.create(
            public_id=uuid4(), code="ZR-0000001", organisation=town.college, kinds=["formal", "nonformal"],
            during=(None, None), is_carried_over=True, state=State.GRANTED, why="随系统上线", proposed_at=NOW,
        )  # fmt: skip
        cursor.execute("set local session_replication_role = origin")
        cursor.execute(f"set role {APPLICATION_ROLE}")
    for line in queries.lines_of(carried):
        line.save()
    return whole(carried)


class TestGranting:
    def test_two_officers_put_it_in_force(self, town: Town) -> None:
        row = proposed(town, kinds=("certificate", "formal"), fields=("09", "0111"))
        assert (row.state, row.kinds, row.fields) == (State.PROPOSED, ["formal", "certificate"], ["0111", "09"])
        with pytest.raises(services.SecondOfficerNeeded):
            services.grant_accreditation(actor=town.proposer, accreditation=row, at=NOW)
        services.grant_accreditation(actor=town.officer, accreditation=row, reason="材料齐全", at=NOW)
        again = services.grant_accreditation(actor=town.officer, accreditation=whole(row), at=NOW)
        assert (again.state, again.decided_by) == (State.GRANTED, town.officer.person)
        assert Line.objects.filter(accreditation=row).count() == 4

    def test_asked_again_it_is_the_same_and_other_words_are_not(self, town: Town) -> None:
        one = proposed(town)
        assert proposed(town, public_id=one.public_id) == one
        with pytest.raises(FormUsedBefore):
            proposed(town, public_id=one.public_id, kinds=("certificate",))

    def test_the_other_officer_may_refuse_with_a_reason(self, town: Town) -> None:
        row = proposed(town)
        with pytest.raises(services.WhyMissing):
            services.refuse_accreditation(actor=town.officer, accreditation=row, reason=" ", at=NOW)
        services.refuse_accreditation(actor=town.officer, accreditation=row, reason="缺专职教师", at=NOW)
        assert whole(row).state == State.REFUSED
        with pytest.raises(services.NotProposed):
            services.grant_accreditation(actor=town.officer, accreditation=row, at=NOW)

    @pytest.mark.parametrize(
        ("more", "refusal"),
        [
            ({"kinds": ()}, services.NothingAccredited),
            ({"ends_on": BEGINS}, services.PeriodEmpty),
            ({"ends_on": date(2031, 1, 2)}, services.PeriodTooLong),
            ({"fields": ("护理",)}, rules.FieldUnknown),
            ({"why": " "}, services.WhyMissing),
        ],
    )
    def test_what_cannot_be_proposed(self, town: Town, more: dict[str, Any], refusal: type[Refusal]) -> None:
        with pytest.raises(refusal):
            proposed(town, **more)
        assert proposed(town, ends_on=date(2031, 1, 1)).during.upper == date(2031, 1, 1)

    def test_levels_are_of_one_framework_and_in_order(self, town: Town) -> None:
        with pytest.raises(services.LevelsNotInOrder):
            proposed(town, lowest=level("3"), highest=level("2"))
        with pytest.raises(services.LevelsNotInOrder):
            proposed(town, lowest=level("3"))
        assert granted(town, lowest=level("2"), highest=level("3")).lowest == level("2")

    def test_who_has_no_right_is_denied_and_nothing_is_written(self, town: Town) -> None:
        row = granted(town)
        waits = proposed(town, kinds=("certificate",))
        for actor in (a_stranger(), town.bank.registrar):
            for act in (
                lambda who: services.propose_accreditation(
                    actor=who, public_id=uuid4(), organisation=town.college, scope=scope(), why="准入", at=NOW
                ),
                lambda who: services.grant_accreditation(actor=who, accreditation=waits, at=NOW),
                lambda who: services.refuse_accreditation(actor=who, accreditation=waits, reason="否", at=NOW),
                lambda who: services.suspend_accreditation(actor=who, accreditation=row, on=TODAY, reason="停", at=NOW),
                lambda who: services.lift_suspension(actor=who, accreditation=row, reason="复", at=NOW),
                lambda who: services.end_accreditation(actor=who, accreditation=row, on=TODAY, reason="止", at=NOW),
            ):
                with pytest.raises(Denied):
                    act(actor)
        assert (whole(row).state, whole(waits).state) == (State.GRANTED, State.PROPOSED)

    def test_an_officer_of_another_district_decides_nothing_here(self, town: Town) -> None:
        person = a_person("外区")
        holding(person, "certification_officer", territory=town.bank.places["从化区"])
        with pytest.raises(Denied):
            services.grant_accreditation(
                actor=standing_of(person, today=TODAY), accreditation=proposed(town), at=NOW
            )  # fmt: skip


class TestOneOfAScope:
    @pytest.mark.parametrize(
        ("first", "second", "meets"),
        [
            ({}, {}, True),
            ({}, {"kinds": ("certificate",)}, False),
            ({"fields": ("09",)}, {"fields": ("0913",)}, True),
            ({"fields": ("09",)}, {"fields": ("10",)}, False),
            ({"fields": ("09",)}, {}, True),
            ({}, {"begins_on": ENDS, "ends_on": date(2030, 1, 1)}, False),
            ({}, {"begins_on": ENDS - timedelta(days=1), "ends_on": date(2030, 1, 1)}, True),
        ],
    )
    def test_no_two_overlap(self, town: Town, first: Any, second: Any, meets: bool) -> None:
        granted(town, **first)
        if meets:
            with pytest.raises(services.AccreditedAlready):
                granted(town, **second)
        else:
            granted(town, **second)

    def test_levels_side_by_side_are_two_scopes_and_no_level_is_all_of_them(self, town: Town) -> None:
        granted(town, lowest=level("1"), highest=level("2"))
        granted(town, lowest=level("3"), highest=level("4"))
        with pytest.raises(services.AccreditedAlready):
            granted(town, lowest=level("2"), highest=level("3"))
        with pytest.raises(services.AccreditedAlready):
            granted(town)

    def test_another_institution_is_another_scope(self, town: Town) -> None:
        granted(town)
        granted(town, organisation=an_organisation(town.bank.places["天河区"]))

    def test_what_came_with_the_system_gives_way_to_the_first_decision(self, town: Town) -> None:
        carried = carried_over(town)
        assert sent(town) == []
        granted(town, begins_on=TODAY)
        assert (whole(carried).state, whole(carried).ends_on) == (State.ENDED, TODAY)
        assert sent(town, ended_on=YESTERDAY) == []
        assert sent(town, origin="nonformal", ended_on=TODAY, started_on=TODAY, minutes=60, contact_minutes=None) == [
            "outside_accredited_period"
        ]


class TestRecordsFollow:
    def test_only_what_is_accredited_is_taken_by_the_day_it_ended(self, town: Town) -> None:
        granted(town)
        assert sent(town) == []
        assert sent(town, ended_on=date(2025, 12, 31), started_on=date(2025, 9, 1)) == []
        assert sent(town, origin="certificate") == ["outside_accredited_period"]
        granted(town, kinds=("certificate",), begins_on=BEGINS, ends_on=date(2026, 6, 28))
        assert sent(town, origin="certificate") == ["outside_accredited_period"]
        assert sent(town, origin="certificate", ended_on=date(2026, 6, 27)) == []

    def test_a_level_beyond_the_accredited_ones_is_not(self, town: Town) -> None:
        granted(town, lowest=level("2"), highest=level("3"))
        assert [sent(town, level=label) for label in ("", "2", "4")] == [[], [], ["outside_accredited_period"]]

    def test_a_suspension_keeps_out_what_ended_in_its_days_and_nothing_before(self, town: Town) -> None:
        row = suspended(town, granted(town), on=IN_JUNE)
        assert sent(town) == ["outside_accredited_period"]
        assert sent(town, ended_on=IN_JUNE - timedelta(days=1)) == []
        lifted(town, row)
        assert sent(town) == ["outside_accredited_period"]
        assert sent(town, ended_on=TODAY) == []

    def test_what_is_suspended_counts_for_nothing_until_an_end_that_is_decided_for_later(self, town: Town) -> None:
        row = suspended(town, granted(town), on=IN_JUNE)
        services.end_accreditation(actor=town.officer, accreditation=row, on=TODAY + days(30), reason="停办", at=NOW)
        assert queries.not_accredited([town.college], on=TODAY) == [town.college]
        assert not queries.register(on=TODAY, kind="formal").exists()
        assert queries.not_accredited([town.college], on=IN_JUNE - days(1)) == []
        assert queries.register(on=IN_JUNE - days(1), kind="formal").get() == town.college

    def test_a_suspended_one_that_a_grant_follows_does_not_count_meanwhile(self, town: Town) -> None:
        row = suspended(town, carried_over(town), on=IN_JUNE)
        granted(town, begins_on=TODAY + days(30), kinds=("certificate",))
        assert whole(row).state == State.ENDED
        assert queries.not_accredited([town.college], on=TODAY) == [town.college]
        assert queries.not_accredited([town.college], on=TODAY + days(30)) == []

    def test_an_end_keeps_out_what_is_learnt_from_then_on(self, town: Town) -> None:
        row = granted(town)
        services.end_accreditation(actor=town.officer, accreditation=row, on=IN_JUNE, reason="停办", at=NOW)
        assert sent(town) == ["outside_accredited_period"]
        assert sent(town, ended_on=IN_JUNE - timedelta(days=1)) == []

    def test_a_phase_may_take_records_from_accredited_institutions_only(self, town: Town) -> None:
        only(town, kinds=("formal",), needs_accreditation=True)
        assert sent(town, ended_on=YESTERDAY) == []
        assert sent(town, ended_on=TODAY) == ["outside_accredited_period"]
        granted(town, begins_on=TODAY)
        assert sent(town, ended_on=TODAY) == []

    def test_the_question_for_other_apps_knows_field_level_and_suspension(self, town: Town) -> None:
        row = granted(town, kinds=("rpl",), fields=("09",), lowest=level("2"), highest=level("3"))

        def may(**more: Any) -> bool:
            return queries.is_accredited(town.college, **{"kind": "rpl", "on": TODAY} | more)

        assert may()
        assert [may(field=field) for field in ("0913", "09", "1013", "")] == [True, True, False, True]
        assert [may(ordinal=number) for number in (1, 2, 3, 4)] == [False, True, True, False]
        assert not may(kind="formal")
        suspended(town, row)
        assert not may()


class TestSuspending:
    def test_one_officer_suspends_and_another_lifts(self, town: Town) -> None:
        row = suspended(town, granted(town))
        assert suspended(town, row) == row
        assert Suspension.objects.count() == 1
        with pytest.raises(services.SecondOfficerNeeded):
            services.lift_suspension(actor=town.proposer, accreditation=row, reason="已经整改", at=NOW)
        assert lifted(town, row).state == State.GRANTED
        assert lifted(town, row).state == State.GRANTED
        assert suspended(town, row).state == State.SUSPENDED

    @pytest.mark.parametrize("on", [BEGINS - timedelta(days=1), TODAY + timedelta(days=1)])
    def test_it_begins_within_the_accreditation_and_not_in_days_to_come(self, town: Town, on: date) -> None:
        row = granted(town)
        with pytest.raises(services.DayOutside):
            suspended(town, row, on=on)

    def test_what_does_not_stand_is_not_suspended_lifted_or_ended(self, town: Town) -> None:
        row = proposed(town)
        with pytest.raises(services.NotInForce):
            suspended(town, row)
        with pytest.raises(services.NotSuspended):
            lifted(town, row)
        with pytest.raises(services.NotInForce):
            services.end_accreditation(actor=town.officer, accreditation=row, on=TODAY, reason="停办", at=NOW)
        over = granted(town, ends_on=TODAY)
        with pytest.raises(services.NotInForce):
            suspended(town, over)

    def test_a_renewal_begins_where_the_old_one_ends(self, town: Town) -> None:
        old = granted(town, ends_on=TODAY + timedelta(days=30))
        new = granted(town, renews=old, begins_on=TODAY + timedelta(days=30))
        assert new.renews == old
        stranger = an_organisation(town.bank.places["天河区"])
        with pytest.raises(services.NotItsOwn):
            proposed(town, organisation=stranger, renews=old)


class TestTelling:
    def keys(self, kind: str) -> list[str]:
        return sorted(Notice.objects.filter(kind=kind).values_list("person__name", flat=True))

    def test_the_other_officer_hears_of_a_proposal_and_the_college_of_the_decision(self, town: Town) -> None:
        proposed(town)
        assert self.keys("rollout.accreditation_waits") == [town.officer.person.name]
        granted(town)
        assert self.keys("rollout.accreditation") == [town.bank.registrar.person.name]

    def test_an_end_is_warned_of_once_for_each_of_its_days_unless_it_is_followed(self, town: Town) -> None:
        row = granted(town, ends_on=TODAY + timedelta(days=61))
        assert services.tend(at=NOW) == 1
        services.tend(at=NOW)
        assert len(self.keys("rollout.accreditation_ending")) == 3
        services.tend(at=NOW + days(1))
        assert len(self.keys("rollout.accreditation_ending")) == 6
        proposed(town, renews=row, begins_on=TODAY + timedelta(days=61))
        assert services.tend(at=NOW + days(50)) == 0


class TestTheDatabase:
    """Whoever writes: what was decided is never edited, and nothing skips a step."""

    @pytest.mark.parametrize(
        "statement",
        [
            "update rollout_accreditation set kinds = array['rpl']",
            "update rollout_accreditation set state = 'proposed'",
            "delete from rollout_accreditation",
            "update rollout_line set during = daterange('2020-01-01', null)",
            "delete from rollout_line",
            "delete from rollout_suspension",
            "update rollout_suspension set reason = '别的'",
        ],
    )
    def test_history_stays(self, town: Town, statement: str) -> None:
        lifted(town, suspended(town, granted(town)))
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
