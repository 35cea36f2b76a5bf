"""Files of shifts: the stamped list and the proof from which hours are registered afterwards (V-08)."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import Standing
from xuecheng.city.documents.places import Place, Thing
from xuecheng.city.documents.rules import Retention

from .models import Activity, Shift
from .queries.acts import KEEP, REVIEW
from .queries.late import LIST, PROOF


def shift_as_thing(shift: Shift) -> Thing:
    """A shift as its files know it: whoever keeps the activity adds to them until it is cancelled."""
    return Thing(
        key=str(shift.public_id),
        title=shift.activity.title,
        url=reverse("volunteers:register_late", args=[shift.public_id]),
        scope=shift.activity.access_scope(),
        is_open=shift.activity.state != Activity.State.CANCELLED,
    )


def _find(key: str) -> Thing | None:
    try:
        public_id = UUID(key)
    except ValueError:
        return None
    row = Shift.objects.filter(public_id=public_id).select_related("activity__organisation__territory").first()
    return shift_as_thing(row) if row is not None else None


def _may_read(viewer: Standing, thing: Thing) -> bool:
    """Whoever keeps the activity, and the second person."""
    return viewer.may(KEEP, thing.scope) or viewer.may(REVIEW, thing.scope)


_KEPT = Retention(settings.KEEP_EVIDENCE_YEARS, _("as long as hours may be looked into (set by the city)"))
PLACES = (
    Place(
        name=LIST,
        label=_("Stamped list of who served"),
        explanation=_("With everybody's name, when they came and went, and the organiser's stamp."),
        types=("pdf", "jpeg", "png", "webp"),
        most_bytes=10_000_000,
        add_act=KEEP,
        read_act=KEEP,
        retention=_KEPT,
        find=_find,
        may_read=_may_read,
        most_files=5,
    ),
    Place(
        name=PROOF,
        label=_("Proof of the service"),
        explanation=_("Photographs of the service, or the sheet on which people signed in."),
        types=("pdf", "jpeg", "png", "webp"),
        most_bytes=10_000_000,
        add_act=KEEP,
        read_act=KEEP,
        retention=_KEPT,
        find=_find,
        may_read=_may_read,
        most_files=10,
    ),
)
