"""Hours registered afterwards (V-08): what waits for a second person, whether evidence stands, whom one registers."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from xuecheng.city.documents.models import Document
from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.volunteers.models import Assignment, LateEntry, Shift, Volunteer

from .acts import REVIEW, SERVE

LIST, PROOF = "volunteers.late_list", "volunteers.late_proof"
_ALONG = ("person", "registered_by", "shift__activity__organisation__territory", "shift__venue")


def has_late_evidence(shift: Shift) -> bool:
    """Whether a stamped list and a proof stand. One query."""
    rows = Document.objects.filter(
        place__in=(LIST, PROOF), thing_key=str(shift.public_id), state=Document.State.STANDING
    )
    return len(set(rows.values_list("place", flat=True))) == len((LIST, PROOF))


def of_organisation(organisation: int) -> QuerySet[Volunteer]:
    """Who came through an organisation, or applied to it, by name."""
    applied = Assignment.objects.filter(shift__activity__organisation=organisation, volunteer=OuterRef("pk"))
    rows = Volunteer.objects.filter(Q(via=organisation) | Q(Exists(applied)))
    return rows.select_related("person").order_by("person__sort_key", "pk")


def is_ours(volunteer: Volunteer, organisation: int) -> bool:
    """Whether somebody came through an organisation, or applied to it. One query."""
    return of_organisation(organisation).filter(pk=volunteer.pk).exists()


def late_entries_of(shift: Shift) -> list[LateEntry]:
    """Those of a shift, the newest first. One query."""
    rows = LateEntry.objects.filter(shift=shift).select_related("person", "volunteer", "registered_by", "decided_by")
    return list(rows.order_by("-pk")[:200])


def late_waiting(viewer: Standing) -> QuerySet[LateEntry]:
    """What waits for the viewer as a second person, for a list by (-id). One query."""
    mine = visible(
        viewer, REVIEW, organisation="shift__activity__organisation",
        territory="shift__activity__organisation__territory",
    )  # fmt: skip
    return LateEntry.objects.filter(mine, state=LateEntry.State.WAITING).select_related(*_ALONG)


def late_entry(viewer: Standing, public_id: UUID) -> LateEntry | None:
    """One where the viewer may be the second person. One query."""
    mine = visible(
        viewer, REVIEW, organisation="shift__activity__organisation",
        territory="shift__activity__organisation__territory",
    )  # fmt: skip
    return LateEntry.objects.filter(mine, public_id=public_id).select_related(*_ALONG, "decided_by").first()


def own_late_waiting(viewer: Standing) -> list[LateEntry]:
    """What an organiser registered for the viewer and nobody confirmed yet. One query."""
    mine = visible(viewer, SERVE, person="person")
    rows = LateEntry.objects.filter(mine).exclude(state=LateEntry.State.CONFIRMED)
    return list(rows.select_related("shift__activity__organisation").order_by("-pk")[:20])
