"""Sampling audits: planned before the seed, drawn so that anybody can repeat it, found before seen, published (C-76 … C-80)."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from learning.supervision.situations import NOW, World, a_learner, a_third, earned, earned_at, of, opener
from xuecheng.city.access.services import Denied
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.models import Posting, Run
from xuecheng.learning.supervision import services
from xuecheng.learning.supervision.models import Audit, AuditItem

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)


def issued(world: World, count: int = 3) -> list[Posting]:
    return [earned(a_learner(f"学员{n}"), world.open_university, code=f"X{n}") for n in range(count)]


def planned(world: World, *, at: Any = TOMORROW, **more: Any) -> Audit:
    plan = services.Plan(**{"aim": "discover", "posted_from": date(2026, 11, 1), "posted_to": NOW.date()} | more)
    return services.plan_audit(actor=opener(world), public_id=uuid4(), keeper=world.bank.centre, plan=plan, at=at)


class Head:
    n = 7
    hash = bytes.fromhex("ab" * 32)


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger's seal of the day after is known."""
    monkeypatch.setattr(ledger, "first_city_head_since", lambda at: Head)


def test_the_list_is_fixed_before_the_seed_and_says_nothing_of_people(world: World) -> None:
    issued(world)
    row = planned(world)
    text = services.list_of(row)
    assert row.population == 3
    assert hashlib.sha256(text.encode()).hexdigest() == row.population_digest
    assert all(len(line.split(",")[0]) == 16 for line in text.splitlines())
    assert row.strata == [{"code": "all", "size": 3, "drawn": 3, "wrong": 0}]
    with pytest.raises(services.SeedNotKnown):
        services.draw_sample(audit=row, at=TOMORROW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Audit.objects.filter(pk=row.pk).update(population=4)


def test_what_may_be_audited(world: World) -> None:
    issued(world, 1)
    with pytest.raises(services.PeriodNotOver):
        planned(world, at=NOW)
    with pytest.raises(services.PeriodBackwards):
        planned(world, posted_from=date(2026, 11, 2), posted_to=date(2026, 11, 1))
    with pytest.raises(services.NewNeedsOne):
        planned(world, aim="new")
    with pytest.raises(services.PopulationEmpty):
        planned(world, institution=world.vocational)
    with pytest.raises(Denied):
        services.plan_audit(
            actor=world.ou, public_id=uuid4(), keeper=world.bank.centre,
            plan=services.Plan("discover", date(2026, 11, 1), NOW.date()), at=TOMORROW,
        )  # fmt: skip


def test_new_ones_are_all_looked_at_first(world: World) -> None:
    issued(world, 32)
    row = planned(world, aim="new", institution=world.open_university)
    assert row.strata == [
        {"code": "first", "size": 30, "drawn": 30, "wrong": 0}, {"code": "rest", "size": 2, "drawn": 2, "wrong": 0},
    ]  # fmt: skip


@pytest.mark.usefixtures("sealed")
def test_anybody_can_repeat_the_draw(world: World) -> None:
    issued(world, 12)
    row = planned(world, error=300_000)
    (stratum,) = row.strata
    assert 0 < stratum["drawn"] < 12
    services.draw_due(at=TOMORROW + timedelta(days=1))
    row.refresh_from_db()
    assert (row.state, row.seed, row.seed_head) == ("drawn", "ab" * 32, 7)
    # What a stranger computes with the list, the seed and nothing else.
    numbers = [line.split(",")[0] for line in services.list_of(row).splitlines()]
    order = sorted(numbers, key=lambda one: hashlib.sha256(f"{row.seed}|{one}".encode()).hexdigest())
    assert {one.number for one in row.items.all()} == set(order[: stratum["drawn"]])
    assert services.draw_due(at=TOMORROW + timedelta(days=2)) == 0


@pytest.mark.usefixtures("sealed")
def test_whoever_started_the_run_does_not_audit_its_credit(world: World) -> None:
    """C-80: an own finding is somebody's who did not let the credit be given."""
    officer = opener(world)
    run = Run.objects.create(organisation=world.open_university, started_by=officer.person, started_at=NOW)
    earned_at(a_learner(), world.open_university, at=NOW, minutes=2880, title="养花", run_id=run.pk)
    row = planned(world)
    services.draw_due(at=TOMORROW + timedelta(days=1))
    item = AuditItem.objects.select_related("audit__keeper__territory").get(audit=row)
    words: dict[str, Any] = {"own_credits": 300, "is_proven": True, "words": "签到表", "at": TOMORROW}
    with pytest.raises(services.OwnItem):
        services.record_finding(actor=officer, item=item, **words)
    assert services.record_finding(actor=a_third(world), item=item, **words).finding == "right"


@pytest.mark.usefixtures("sealed")
def test_findings_come_first_and_the_verdict_has_a_bound(world: World) -> None:
    issued(world, 4)
    row = planned(world)
    services.draw_due(at=TOMORROW + timedelta(days=1))
    officer = opener(world)
    items = list(AuditItem.objects.select_related("audit__keeper__territory").filter(audit=row).order_by("number"))
    found: dict[str, Any] = {"actor": officer, "words": "签到表与证书相符", "is_proven": True, "at": TOMORROW}
    with pytest.raises(services.BasisMissing):
        services.record_finding(item=items[0], own_credits=300, **found | {"words": " "})
    for item, credits_, how, finding in (
        (items[0], 300, {}, "right"), (items[1], 200, {}, "amount"), (items[2], 0, {}, "no_basis"),
    ):  # fmt: skip
        assert services.record_finding(item=item, own_credits=credits_, **found | how).finding == finding
    with pytest.raises(services.FoundAlready):
        services.record_finding(item=items[0], own_credits=200, **found)
    with pytest.raises(services.NotAllLookedAt):
        services.publish_audit(actor=officer, audit=items[0].audit, at=TOMORROW)
    learner = of(items[3].learner)
    with pytest.raises(Denied):
        services.record_finding(item=items[3], own_credits=0, **found | {"actor": learner})
    last = services.record_finding(item=items[3], own_credits=300, **found | {"is_proven": False})
    assert last.finding == "unproven"
    done = services.publish_audit(actor=a_third(world), audit=items[0].audit, at=TOMORROW)
    assert (done.state, done.share, done.bound, done.is_census) == ("published", 750_000, 750_000, True)
    assert services.publish_audit(actor=officer, audit=done, at=TOMORROW).published_by_id == done.published_by_id
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditItem.objects.filter(pk=items[0].pk).update(finding="no_basis")
