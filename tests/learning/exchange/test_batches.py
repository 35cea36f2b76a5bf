"""A school asks for its graduates, the receiving institution accepts them together: by jobs, one learner at a time."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from learning.exchange.situations import NOW, World, a_learner, agreed, asked, earned, held, of, pair, whole_case
from learning.recognition.situations import Hand, Killed
from xuecheng.city.access.services import Denied
from xuecheng.city.jobs.models import Job
from xuecheng.city.notices.models import Notice
from xuecheng.city.people.models import Person
from xuecheng.learning.exchange import queries, rules, services
from xuecheng.learning.exchange.models import Batch, BatchRow, Case
from xuecheng.learning.exchange.services import batches

pytestmark = pytest.mark.django_db


def lodged(world: World, **more: Any) -> Batch:
    plain: dict[str, Any] = {
        "actor": world.ou, "public_id": uuid4(), "source": world.open_university, "target": world.vocational,
        "code": "OU-CS101", "ended_from": date(2026, 1, 1), "ended_to": date(2027, 1, 1), "consents": "教务处档案柜 3",
        "at": NOW,
    }  # fmt: skip
    return services.lodge_batch(**plain | more)


def asked_for(row: Batch, hand: Hand | None = None) -> Batch:
    """The job done."""
    return batches.ask_for_batch(row, hand or Hand(), now=lambda: NOW)


def accepted(world: World, row: Batch, hand: Hand | None = None) -> int:
    """The button pressed, and its job done."""
    services.accept_batch(actor=world.vc, batch=whole(row), at=NOW)
    return batches.accept_each(row, hand or Hand(), by=world.vc.person.pk, now=lambda: NOW)


def whole(row: Batch) -> Batch:
    return Batch.objects.select_related("source__territory", "target__territory").get(pk=row.pk)


def graduates(world: World, many: int) -> list[Person]:
    found = []
    for number in range(many):
        learner = a_learner(f"毕业生{number}")
        earned(learner, world.open_university)
        found.append(learner)
    return found


def kinds_told(person: Person) -> list[str]:
    return sorted(one.kind for one in Notice.objects.filter(person=person))


def test_each_graduate_has_a_case_and_who_cannot_reads_why(world: World) -> None:
    agreed(world, pair(world))
    ready = graduates(world, 2)
    late = a_learner("早申请")
    asked(world, late, earned(late, world.open_university))
    elsewhere = a_learner("别的课")
    earned(elsewhere, world.open_university, code="OU-CS102")
    row = asked_for(lodged(world))
    assert (row.asked_count, row.refused_count, row.finished_at) == (2, 1, NOW)
    assert {one.learner_id for one in Case.objects.filter(batch_row__batch=row)} == {one.pk for one in ready}
    left = BatchRow.objects.get(case=None)
    assert left.learner_id == late.pk
    assert left.why_zh and left.why_en and left.why_zh != left.why_en  # noqa: PT018  # one sentence, two languages
    assert held(ready[0]) == {"free": 0, "held": 300}
    # The registrar is told once, each learner for whom was asked, and nobody else.
    assert kinds_told(world.vc.person).count("exchange.batch") == 1
    assert kinds_told(world.vc.person).count("exchange.asked") == 1  # who asked by themselves
    assert kinds_told(ready[1]) == ["exchange.asked_for"]
    assert kinds_told(elsewhere) == []
    # Each side sees it; the receiving one only those for whom was asked.
    assert [one.pk for one in queries.batches(world.vc)] == [row.pk]
    assert queries.rows_of(world.ou, whole(row)).count() == 3
    assert queries.rows_of(world.vc, whole(row)).count() == 2


def test_killed_in_the_middle_it_goes_on_and_asks_nobody_twice(world: World) -> None:
    agreed(world, pair(world))
    graduates(world, 3)
    row, hand = lodged(world), Hand(stop_after=1)
    with pytest.raises(Killed):
        asked_for(row, hand)
    assert Case.objects.count() == 1
    again = Hand()
    again.cursor, again.done = hand.cursor, hand.done
    assert asked_for(row, again).asked_count == 3
    # Even one that remembers nothing.
    assert asked_for(row).asked_count == 3
    assert (Case.objects.count(), again.total) == (3, 3)


def test_accepted_together_but_not_what_was_taken_back(world: World) -> None:
    agreed(world, pair(world))
    first, second, third = graduates(world, 3)
    row = asked_for(lodged(world))
    case = Case.objects.get(learner=third)
    services.withdraw_case(actor=of(third), case=whole_case(case), at=NOW)
    with pytest.raises(Killed):
        accepted(world, row, hand := Hand(stop_after=1))
    assert Case.objects.filter(state="settled").count() == 1
    again = Hand()
    again.cursor, again.done = hand.cursor, hand.done
    assert batches.accept_each(row, again, by=world.vc.person.pk, now=lambda: NOW) == 1
    assert {one.learner_id for one in Case.objects.filter(state="settled")} == {first.pk, second.pk}
    assert held(third) == {"free": 300, "held": 0}
    Job.objects.update(state=Job.State.DONE, ended_at=NOW)
    with pytest.raises(services.NobodyWaits):
        services.accept_batch(actor=world.vc, batch=whole(row), at=NOW)


def test_whoever_pressed_does_not_accept_their_own(world: World) -> None:
    agreed(world, pair(world))
    earned(world.vc.person, world.open_university)
    (other,) = graduates(world, 1)
    row = asked_for(lodged(world))
    assert accepted(world, row) == 1
    assert {one.learner_id: one.state for one in Case.objects.all()} == {
        other.pk: "settled", world.vc.person.pk: "earmarked",
    }  # fmt: skip


def test_where_the_agreement_decides_they_are_exchanged_at_once(world: World) -> None:
    agreed(world, pair(world), is_automatic=True)
    graduates(world, 2)
    asked_for(lodged(world))
    assert [one.state for one in Case.objects.all()] == ["settled", "settled"]


def test_refused_with_nothing_written(world: World) -> None:
    with pytest.raises(rules.NoClause):
        lodged(world)
    agreed(world, pair(world))
    with pytest.raises(Denied):
        lodged(world, actor=world.vc)
    with pytest.raises(services.DaysWrong):
        lodged(world, ended_to=date(2026, 1, 1))
    with pytest.raises(services.ConsentsMissing):
        lodged(world, consents="  ")
    assert not Batch.objects.exists()
    row = lodged(world)
    assert lodged(world, public_id=row.public_id).pk == row.pk
    assert Job.objects.filter(kind=batches.LODGED).count() == 1
    with pytest.raises(services.NotAskedYet):
        services.accept_batch(actor=world.vc, batch=whole(row), at=NOW)
    asked_for(row)
    with pytest.raises(Denied):
        services.accept_batch(actor=world.ou, batch=whole(row), at=NOW)
