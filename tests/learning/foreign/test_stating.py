"""An institution's table: each row is a statement of the institution, for one person, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from city.situations import TODAY
from learning.foreign.situations import DAY, NOW, WARSAW, World, a_person, a_rule, the_record
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.services.accounts import open_learning_account
from xuecheng.learning.foreign import services
from xuecheng.learning.foreign.models import ForeignRecord
from xuecheng.learning.foreign.services.stating import (
    BroughtByAnother,
    DayToCome,
    LearnerUnknown,
    NameOfAnother,
    OtherContent,
    Row,
    judged,
)

pytestmark = pytest.mark.django_db


def a_holder(name: str = "陈嘉敏") -> Person:
    person = a_person(name)
    open_learning_account(person=person, at=NOW)
    return person


def a_row(person: Person, **changes: Any) -> Row:
    plain: dict[str, Any] = {
        "person_ref": person.sign_in_name, "name": person.name, "issuer_name": "University of Warsaw",
        "issuer_key": WARSAW, "record_key": "UW-1", "title": "Compiler construction", "kind": "Course", "credits": 600,
        "scheme": "ECTS", "ended_on": date(2025, 2, 15),
    }  # fmt: skip
    return Row(**(plain | changes))


def stated(world: World, *rows: Row, at: datetime = NOW) -> tuple[int, int]:
    return services.state_records(
        rows, stated_by=world.bank.college, brought_by=world.officer.person.pk, import_file_id=7, at=at
    )


def test_a_statement_counts_where_the_rule_is_content_with_it(world: World) -> None:
    a_rule(world, needs="stated", num=100, den=200)
    person = a_holder()
    assert judged([a_row(person)], brought_by=0, today=TODAY) == [False]
    assert stated(world, a_row(person)) == (1, 0)
    record = the_record(person)
    assert (record.state, record.proof, record.credits_given) == ("credited", "stated", 300)
    assert (record.stated_by, record.import_file_id, record.delivery) == (world.bank.college, 7, None)
    # Brought again, after a crash or in another file, it is here.
    assert judged([a_row(person)], brought_by=0, today=TODAY) == [True]
    assert stated(world, a_row(person), at=NOW + DAY) == (0, 1)
    assert ForeignRecord.objects.count() == 1


def test_what_is_wrong_with_a_row_is_said(world: World) -> None:
    person, other = a_holder(), a_holder("林秀英")
    stated(world, a_row(person))
    good = a_row(person)
    answers = judged(
        [replace(good, person_ref="nobody-such"), replace(good, name="别名"), replace(good, ended_on=date(2099, 1, 1)),
         a_row(other), replace(good, credits=700)],
        brought_by=0, today=TODAY,
    )  # fmt: skip
    assert [type(one) for one in answers] == [LearnerUnknown, NameOfAnother, DayToCome, BroughtByAnother, OtherContent]


def test_a_row_that_waits_waits_for_its_reason(world: World) -> None:
    a_rule(world, needs="verified")
    people = [a_holder(), a_holder()]
    assert stated(world, a_row(people[0]), a_row(people[1], record_key="UW-2", issuer_key="schac:elsewhere.pl")) == (
        2,
        0,
    )
    assert [the_record(one).wait for one in people] == ["proof", "no_rule"]
