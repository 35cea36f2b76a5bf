"""What records tell people: learners of changes to their records and answers to them, registrars of disputes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.faces import day
from xuecheng.city.notices.services import Telling, tell, tell_many
from xuecheng.city.organisations.models import Organisation

from .models import Dispute, LearningRecord
from .queries.arriving import versions_after

ANSWERED, OPENED = "records.dispute_answered", "records.dispute_opened"
CORRECTED, WITHDRAWN = "records.record_corrected", "records.record_withdrawn"
_SAMPLE = {"title": "智能手机入门（手机摄影与防骗）"}


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        ANSWERED,
        _("Your dispute was answered"),
        kinds.Words(
            title=_("The institution has answered what you said about “%(title)s”."),
            body=_("Open it to read the answer."),
            sms=_("An institution has answered your dispute. Sign in to read it."),
        ),
        sample=_SAMPLE,
        channels=("email", "sms"),
        icon="message",
    )
    kinds.register(
        CORRECTED,
        _("One of your records was corrected"),
        kinds.Words(
            title=_("Your record “%(title)s” was corrected."),
            body=_("Open it to see what changed and why. If it is wrong now, say so there."),
            sms=_("A learning record of yours was corrected. Sign in to see it."),
        ),
        sample=_SAMPLE,
        icon="clipboard-list",
    )
    kinds.register(
        WITHDRAWN,
        _("One of your records was withdrawn"),
        kinds.Words(
            title=_("Your record “%(title)s” was withdrawn."),
            body=_("It earns nothing new. Open it to see why. If that is wrong, say so there."),
            sms=_("A learning record of yours was withdrawn. Sign in to see why."),
        ),
        sample=_SAMPLE,
        icon="clipboard-list",
    )
    kinds.register(
        OPENED,
        _("A learner disputes a record"),
        kinds.Words(
            title=_("A learner says that “%(title)s” is wrong."),
            body=_("Answer by %(due)s. Until then the record earns nothing new."),
            sms=_("A learner disputes a record. Sign in to answer."),
        ),
        sample=_SAMPLE | {"due": {"on": "2026-12-07"}},
        act="records.answer_dispute",
        icon="alert-triangle",
    )


def tell_corrected(replaced_ids: Sequence[int], *, but: int, at: datetime, kind: str = CORRECTED) -> None:
    """Tell the learners whose records got a version after these, except `but`, who did it. Three statements at most."""
    tellings = [
        Telling(
            record.learner_id,
            f"{record.institution_id}/{record.record_key}/{record.version}",
            {"title": record.title},
            ("records:show_record", record.id),
        )
        for record in versions_after(replaced_ids)
        if record.learner_id != but
    ]
    tell_many(kind, tellings, at=at)


def tell_opened(dispute: Dispute, record: LearningRecord, *, at: datetime) -> None:
    """Tell those who may answer for the institution."""
    institution = Organisation.objects.select_related("territory").get(pk=dispute.institution_id)
    people = people_who_may("records.answer_dispute", at=institution, today=clock.date_of(at))
    values = {"title": record.title, "due": day(dispute.answer_due_on)}
    about = ("records:answer_dispute", dispute.pk)
    tell_many(OPENED, [Telling(person.pk, str(dispute.pk), values, about) for person in people], at=at)


def tell_answered(dispute: Dispute, *, at: datetime) -> None:
    """Tell the learner."""
    title = LearningRecord.objects.filter(pk=dispute.record_id, book=dispute.book).values_list("title", flat=True)
    tell(
        dispute.learner,
        ANSWERED,
        {"title": title.first() or ""},
        key=str(dispute.pk),
        at=at,
        about=("records:show_record", dispute.record_id),
    )
