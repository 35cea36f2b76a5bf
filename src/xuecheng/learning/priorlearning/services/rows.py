"""Locks of an application: the learner first, under all accounts, then its row; what every verb reads under them."""

from __future__ import annotations

from django.db.models import Q

from xuecheng.city.access.queries import Standing
from xuecheng.city.people.groups import lock_accounts
from xuecheng.learning.exchange.models import Case
from xuecheng.learning.priorlearning.models import Appeal, Application, Claim
from xuecheng.learning.recognition.models import Posting

from .refusals import IsPaused, OwnApplication


def locked(application: Application, *, may_be_paused: bool = False) -> Application:
    """The application as it is now, under the lock of its learner. Raises `IsPaused` where that hinders."""
    lock_accounts(application.learner_id)
    rows = Application.objects.select_related("learner", "centre__organisation__territory", "group__organisation")
    row = rows.prefetch_related("claims__unit__level__framework").get(pk=application.pk)
    if row.paused_at is not None and not may_be_paused:
        raise IsPaused
    return row


def check_other(actor: Standing, row: Application) -> None:
    """Raises `OwnApplication`."""
    if row.learner_id in actor.person_keys:
        raise OwnApplication


def identities_held(keys: tuple[int, ...], *, but: int | None = None) -> frozenset[str]:
    """Units that are credited or asked for, over rules, exchange and prior learning (C-25): nobody asks for them again.

    A decision that a panel looks at again is asked for too: it may yet be recognised. Three queries.
    """
    asked = Q(state__in=Claim.LIVE) | Q(appeal__state=Appeal.State.OPEN)
    return _held(keys, asked, but=but)


def identities_credited(keys: tuple[int, ...], *, but: int | None = None) -> frozenset[str]:
    """Units that are credited in another way: what a decision may not give again (C-25). Three queries.

    A unit that another application only asks for is not among them, or neither would ever be credited.
    """
    return _held(keys, Q(state=Claim.State.GRANTED), but=but)


def _held(keys: tuple[int, ...], which: Q, *, but: int | None) -> frozenset[str]:
    postings = Posting.objects.filter(learner_id__in=keys).exclude(identity="")
    taken_back = set(postings.filter(reverses__isnull=False).values_list("reverses", flat=True))
    standing = postings.filter(reverses__isnull=True).values_list("key", "identity")
    cases = Case.objects.filter(learner__in=keys, state__in=Case.LIVE).exclude(target_unit="")
    claims = Claim.objects.filter(which, learner__in=keys).exclude(application=but)
    return frozenset(
        [
            *(identity for key, identity in standing if key not in taken_back),
            *cases.values_list("target_unit", flat=True),
            *claims.values_list("identity", flat=True),
        ]
    )
