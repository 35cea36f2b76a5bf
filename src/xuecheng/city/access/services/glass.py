"""Breaking the glass: an emergency in which somebody reads what their role does not let them read."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access import hooks
from xuecheng.city.access.models import BrokenGlass
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal

from .checking import require

MOST_HOURS = 8
SHORTEST_REASON = 10


class GlassForOneself(Refusal):
    message = _("Your own records are open to you without this.")


class GlassHoursWrong(Refusal):
    message = _("Records are opened for one to %(most)d hours.")
    field = "hours"


class GlassReasonShort(Refusal):
    message = _("Say what happened, so that whoever reviews it understands: at least %(least)d characters.")
    field = "reason"


class GlassClosed(Refusal):
    message = _("This emergency access has ended already.")


class GlassReviewed(Refusal):
    message = _("This emergency access was reviewed already.")


class ReviewedByAnother(Refusal):
    message = _("Whoever opened the records does not review it.")
    remedy = _("The data protection officer or another operator does.")


class FindingMissing(Refusal):
    message = _("Say what you found.")
    field = "finding"


class StillOpen(Refusal):
    message = _("The records are still open.")
    remedy = _("Review it when it has ended.")


def break_glass(
    *,
    actor: Standing,
    public_id: UUID,
    person: Person | None = None,
    organisation: Organisation | None = None,
    reason: str,
    hours: int | None = None,
    at: datetime,
) -> BrokenGlass:
    """Open the records of one person or organisation to `actor` for `hours`, with an alarm. Asked again, the same one.

    Raises `Denied`, `GlassForOneself`, `GlassHoursWrong`, `GlassReasonShort`, `FormUsedBefore`.
    """
    thing = person or organisation
    require(actor, "access.break_glass", on=thing)
    if person is not None and person.pk in actor.person_keys:
        raise GlassForOneself
    hours = hours or settings.GLASS_HOURS
    if not 1 <= hours <= MOST_HOURS:
        raise GlassHoursWrong(most=MOST_HOURS)
    if len(reason.strip()) < SHORTEST_REASON:
        raise GlassReasonShort(least=SHORTEST_REASON)
    wanted = {
        "opened_by_id": actor.person.pk,
        "person_id": person.pk if person else None,
        "organisation_id": organisation.pk if organisation else None,
    }
    with trace.change(by=actor.person, why=reason):
        # One form sent twice queues here; the second meets the first.
        Person.objects.select_for_update(no_key=True).get(pk=actor.person.pk)
        known = BrokenGlass.objects.filter(public_id=public_id).first()
        if known is not None:
            if any(getattr(known, name) != value for name, value in wanted.items()):
                raise FormUsedBefore
            return known
        made = BrokenGlass.objects.create(
            public_id=public_id,
            **wanted,
            opened_at=at,
            ends_at=at + timedelta(hours=hours),
            reason=reason.strip(),
            review_due_on=clock.date_of(at) + timedelta(days=settings.GLASS_REVIEW_DAYS),
        )
        hooks.tell(hooks.Event.GLASS_BROKEN, person=person, glass=made)
    return made


def close_glass(*, actor: Standing, glass: BrokenGlass, at: datetime) -> BrokenGlass:
    """End it before its time: who opened it, when they have seen enough, or who may review it. Raises `GlassClosed`."""
    if glass.opened_by_id != actor.person.pk:
        require(actor, "access.review_glass", on=glass.person or glass.organisation)
    with trace.change(by=actor.person, why=gettext_noop("Closed before its time")):
        row = BrokenGlass.objects.select_for_update(no_key=True).get(pk=glass.pk)
        if row.ends_at <= at:
            raise GlassClosed
        row.ends_at = max(at, row.opened_at)
        row.save(update_fields=["ends_at"])
    return row


def review_glass(*, actor: Standing, glass: BrokenGlass, verdict: str, finding: str, at: datetime) -> BrokenGlass:
    """Say whether it was in order.

    Raises `Denied`, `ReviewedByAnother`, `GlassReviewed`, `StillOpen`, `FindingMissing`.
    """
    require(actor, "access.review_glass", on=glass.person or glass.organisation)
    if glass.opened_by_id in actor.person_keys:
        raise ReviewedByAnother
    if not finding.strip():
        raise FindingMissing
    with trace.change(by=actor.person, why=finding):
        row = BrokenGlass.objects.select_for_update(no_key=True).get(pk=glass.pk)
        if row.reviewed_by_id is not None:
            raise GlassReviewed
        if row.ends_at > at:
            raise StillOpen
        row.reviewed_by, row.reviewed_at = actor.person, at
        row.verdict, row.finding = BrokenGlass.Verdict(verdict), finding.strip()
        row.save(update_fields=["reviewed_by", "reviewed_at", "verdict", "finding"])
        hooks.tell(hooks.Event.GLASS_REVIEWED, person=row.person, glass=row)
    return row
