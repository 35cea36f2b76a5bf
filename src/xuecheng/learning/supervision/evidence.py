"""Files that a learner sends with a statement, kept with the case."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from xuecheng.city.documents.places import Place, Thing
from xuecheng.city.documents.rules import Retention
from xuecheng.city.rights import Standing

from .models import Withdrawal
from .queries.acts import INVESTIGATE, STATE_OWN

STATEMENT = "supervision.statement"


def thing_of(row: Withdrawal) -> Thing:
    """A case as its documents know it."""
    return Thing(
        key=str(row.public_id),
        title=say("Statement"),
        url=reverse("supervision:show_withdrawal", args=[row.public_id]),
        scope=row.access_scope(),
        is_open=row.is_open and row.state != Withdrawal.State.OPENED,
    )


def find_case(key: str) -> Thing | None:
    try:
        public_id = UUID(key)
    except ValueError:
        return None
    row = Withdrawal.objects.select_related("institution__territory").filter(public_id=public_id).first()
    return thing_of(row) if row is not None else None


def may_read(viewer: Standing, thing: Thing) -> bool:
    """The learner, and officers over the issuer; the issuer reads what is said, not private papers."""
    return viewer.may(STATE_OWN, thing.scope) or viewer.may(INVESTIGATE, thing.scope)


PLACE = Place(
    name=STATEMENT,
    label=_("Files to the statement"),
    explanation=_("A photograph of your certificate, a list with your name: what shows how it was."),
    types=("pdf", "jpeg", "png", "webp", "docx", "xlsx", "text"),
    most_bytes=10_000_000,
    add_act=STATE_OWN,
    read_act=INVESTIGATE,
    may_read=may_read,
    retention=Retention(
        settings.KEEP_OBJECTION_YEARS, _("as long as an answered objection may be taken up again (set by the city)")
    ),
    find=find_case,
    most_files=10,
)
