"""Files behind records: what a registrar attaches as evidence, and what a learner sends with an objection."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from xuecheng.city.documents.places import Place, Thing
from xuecheng.city.documents.rules import Retention

from .models import Dispute, LearningRecord, Status

RECORD, DISPUTE = "records.evidence", "records.dispute"
_TYPES = ("pdf", "jpeg", "png", "webp", "docx", "xlsx", "text")


def thing_of_record(latest: LearningRecord, *, first_id: int) -> Thing:
    """A record as its documents know it: by the number of its first version, which outlives corrections."""
    return Thing(
        key=str(first_id),
        title=latest.title,
        url=reverse("records:show_record", args=[latest.pk]),
        scope=latest.access_scope(),
        is_open=latest.status != Status.WITHDRAWN,
    )


def thing_of_dispute(dispute: Dispute) -> Thing:
    """An objection: evidence comes while it is open, and stays with the answer."""
    return Thing(
        key=str(dispute.pk),
        title=say("Objection"),
        url=reverse("records:show_record", args=[dispute.record_id]),
        scope=dispute.access_scope(),
        is_open=dispute.state == Dispute.State.OPEN,
    )


def _number(key: str) -> int:
    """The number that a key is; 0, which no row has, for what is none."""
    return int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0


def find_record(key: str) -> Thing | None:
    first = LearningRecord.objects.filter(pk=_number(key), version=1).first()
    if first is None:
        return None
    latest = (
        LearningRecord.objects.select_related("institution__territory")
        .filter(institution_id=first.institution_id, record_key=first.record_key, book=first.book)
        .order_by("-version")[0]
    )
    return thing_of_record(latest, first_id=first.pk)


def find_dispute(key: str) -> Thing | None:
    found = Dispute.objects.select_related("institution__territory").filter(pk=_number(key)).first()
    return thing_of_dispute(found) if found else None


PLACES = (
    Place(
        name=RECORD,
        label=_("Evidence"),
        explanation=_("Attendance lists, certificates, work that was marked: what shows that the record is right."),
        types=_TYPES,
        most_bytes=20_000_000,
        add_act="records.attach_evidence",
        read_act="records.see_record",
        retention=Retention(
            settings.KEEP_EVIDENCE_YEARS, _("as long as a record may have to be proved (set by the city)")
        ),
        find=find_record,
    ),
    Place(
        name=DISPUTE,
        label=_("Files of the objection"),
        explanation=_("A photograph of your certificate, a list with your name: what shows that you are right."),
        types=_TYPES,
        most_bytes=10_000_000,
        add_act="records.dispute_record",
        read_act="records.see_record",
        retention=Retention(
            settings.KEEP_OBJECTION_YEARS, _("as long as an answered objection may be taken up again (set by the city)")
        ),
        find=find_dispute,
        most_files=10,
    ),
)
