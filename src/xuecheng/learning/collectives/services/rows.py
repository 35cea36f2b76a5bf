"""Rows as verbs take them: locked, and checked against who asks. Locks: collectives by ascending key, then a book."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import Denied
from xuecheng.city.refusals import Refusal
from xuecheng.learning.collectives.models import Collective, Membership
from xuecheng.learning.collectives.queries.acts import KEEP, TAKE_PART
from xuecheng.learning.collectives.queries.seeing import keeps

STATE, MEMBER = Collective.State, Membership.State


class AccountAtRest(Refusal):
    message = _("This account is not open.")
    remedy = _("Look at its page for what became of it.")


class WhyMissing(Refusal):
    message = _("Say why; who applied and the members read it.")
    field = "why"


def locked(row: Collective) -> Collective:
    """The account as it is now, locked: whoever deposits, closes or changes who belongs to it queues here."""
    rows = Collective.objects.select_related("institution__territory", "organisation__territory", "applied_by")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)


def locked_open(row: Collective) -> Collective:
    """The same. Raises `AccountAtRest` unless it is open."""
    found = locked(row)
    if found.state != STATE.OPEN:
        raise AccountAtRest
    return found


def require_keeper(actor: Standing, row: Collective, *, on: date) -> None:
    """Let who keeps the account on a day, whoever represents its organisation, or the institution. Raises `Denied`."""
    if not (actor.may(KEEP, row.access_scope()) or keeps(actor, row, on=on)):
        raise Denied(TAKE_PART)
