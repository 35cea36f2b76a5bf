"""How money comes and goes: one face for the cash desk and for providers outside.

A provider is asked within the change that writes the movement. What it answers, a receipt, is written with it; refused,
nothing happened. A provider outside that answers later would be asked by a job and written when it has answered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal

from .models import CashDay, Provider


class DayClosed(Refusal):
    message = _("The cash desk of %(unit)s is closed for today.")
    remedy = _("Take the money tomorrow; the place is kept until it has to be paid.")


class ProviderOff(Refusal):
    message = _("This way of paying is not switched on here.")
    remedy = _("Pay at the cash desk of the unit.")
    field = "provider"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be paid or given back: how much, to or by which unit, under which id (again: the same receipt)."""

    public_id: UUID
    organisation: Organisation
    amount_fen: int
    at: datetime


@dataclass(frozen=True)
class Receipt:
    """That money moved: under which number, and at a desk, on which of its days."""

    reference: str
    cash_day: CashDay | None = None


@dataclass(frozen=True)
class Way:
    """A provider: takes money and gives it back. Raises a refusal where it does not."""

    name: str
    at_counter: bool
    """Whether a clerk takes it; else the person pays for themselves."""
    take: Callable[[Wish], Receipt]
    give_back: Callable[[Wish], Receipt]


def _at_the_desk(wish: Wish) -> Receipt:
    """The next receipt of the day. The day's row is what receipts queue for: no number is missing, none comes twice."""
    unit = wish.organisation
    day, _is_new = CashDay.objects.get_or_create(
        organisation=unit, on=clock.date_of(wish.at), defaults={"public_id": uuid7()}
    )
    day = CashDay.objects.select_for_update(no_key=True).get(pk=day.pk)
    if day.closed_at is not None:
        raise DayClosed(unit=unit.name)
    day.last_number += 1
    day.save(update_fields=["last_number"])
    return Receipt(f"{unit.code}-{day.on:%Y%m%d}-{day.last_number:04}", day)


def _on_trial(wish: Wish) -> Receipt:
    """Nothing moves: for demonstrations and tests, where the city switched it on."""
    if not settings.TRIAL_PAYMENTS:
        raise ProviderOff
    return Receipt(f"TRIAL-{wish.public_id}")


WAYS: dict[str, Way] = {
    Provider.CASH: Way(Provider.CASH, at_counter=True, take=_at_the_desk, give_back=_at_the_desk),
    Provider.TEST: Way(Provider.TEST, at_counter=False, take=_on_trial, give_back=_on_trial),
}
"""A city's own provider is one more line here."""


def way_named(name: str) -> Way:
    """The provider of that name. Raises `ProviderOff`."""
    found = WAYS.get(name)
    if found is None:
        raise ProviderOff
    return found


def is_trial_on() -> bool:
    """Whether fees can be paid without any money here."""
    return bool(settings.TRIAL_PAYMENTS)
