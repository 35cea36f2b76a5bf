"""A person says yes to an employer, for 90 days at most, and takes it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from learning.employers.situations import NOW, World, a_row, agreed, asked_of, checked
from xuecheng.city.access.services import Denied
from xuecheng.city.mydata import erasing
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.learning.employers import queries, services
from xuecheng.learning.employers.models import Consent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_ninety_days_and_no_longer(world: World, settings: Any) -> None:
    settings.EMPLOYER_CONSENT_DAYS = 400
    assert agreed(world, days=90).is_open(NOW + 90 * DAY - timedelta(seconds=1))
    for days in (91, 0, -1):
        with pytest.raises(services.EndWrong):
            agreed(world, days=days)
    settings.EMPLOYER_CONSENT_DAYS = 14
    agreed(world, days=14)
    with pytest.raises(services.EndWrong):
        agreed(world, days=15)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            public_id=uuid4(), learner=world.learner, organisation=world.other_company, given_at=NOW,
            until=NOW + 90 * DAY + timedelta(seconds=1),
        )  # fmt: skip


def test_a_new_one_takes_the_place_of_the_old_and_the_same_id_is_the_same(world: World) -> None:
    first = agreed(world)
    second = agreed(world, days=60)
    first.refresh_from_db()
    assert (first.ended_at, second.ended_at) == (NOW, None)
    same = services.give_consent(
        actor=world.holder, public_id=second.public_id, learner=world.learner, organisation=world.company,
        until=NOW + 5 * DAY, at=NOW,
    )  # fmt: skip
    assert same == second
    with pytest.raises(FormUsedBefore):
        services.give_consent(
            actor=world.holder, public_id=second.public_id, learner=world.learner, organisation=world.other_company,
            until=NOW + 5 * DAY, at=NOW,
        )  # fmt: skip


def test_only_the_person_says_and_takes_it_back(world: World) -> None:
    with pytest.raises(Denied):
        services.give_consent(
            actor=world.desk, public_id=uuid4(), learner=world.learner, organisation=world.company, until=NOW + DAY,
            at=NOW,
        )  # fmt: skip
    row = agreed(world)
    assert queries.own_consent(world.desk, row.public_id) is None
    with pytest.raises(Denied):
        services.withdraw_consent(actor=world.desk, consent=row, at=NOW)
    ended = services.withdraw_consent(actor=world.holder, consent=row, at=NOW + DAY)
    assert services.withdraw_consent(actor=world.holder, consent=row, at=NOW + 2 * DAY).ended_at == ended.ended_at
    with pytest.raises(services.OrganisationUnknown):
        services.give_consent(
            actor=world.holder, public_id=uuid4(), learner=world.learner, organisation=None, until=NOW + DAY, at=NOW
        )


def test_an_organisation_goes_by_its_code_or_its_whole_name(world: World) -> None:
    assert queries.body(world.company.code.lower()) == queries.body("珠江电子厂") == world.company
    assert queries.body("珠江") is None
    assert queries.body("") is None


def test_when_the_person_is_erased_consents_and_log_go(world: World) -> None:
    agreed(world)
    checked(world, a_row(str(world.badge.public_id)))
    assert asked_of(world.learner)
    from xuecheng.learning.employers.leaving import _leave

    class Leaver:
        keys = (world.learner.pk,)

    _leave(Leaver())  # type: ignore[arg-type]  # as much as it uses
    assert not asked_of(world.learner)
    assert not Consent.objects.exists()
    assert {("employers.Consent", "learner"), ("employers.Inquiry", "learner")} <= set(erasing.fates())
