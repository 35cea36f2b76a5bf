"""What recognising prior learning tells people: the learner, the centre, assessors, members of a group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many

from .models import Application, Assignment, Group, Meeting
from .queries.acts import HANDLE

SUBMITTED, ANSWERED, ASSIGNED, MEETING, DUE, GROUP = (
    "priorlearning.submitted", "priorlearning.answered", "priorlearning.assigned", "priorlearning.meeting",
    "priorlearning.due", "priorlearning.group",
)  # fmt: skip
_ICON = "certificate"
_CASE = {"title": "家庭养老护理"}


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        SUBMITTED,
        _("An application for recognition, or an appeal, came in"),
        kinds.Words(
            title=_("Recognition of prior learning: “%(title)s” came in."),
            body=_("Look whether it is complete. The learner waits for an answer."),
            sms=_("An application for recognition came in. Sign in to see it."),
        ),
        sample=_CASE,
        icon=_ICON,
    )
    kinds.register(
        ANSWERED,
        _("News about your application for recognition"),
        kinds.Words(
            title=_("News about your application: “%(title)s”."),
            body=_("Open it to see what was decided and why, or what is still missing."),
            sms=_("There is news about your application for recognition. Sign in to see it."),
        ),
        sample=_CASE,
        icon=_ICON,
        channels=("email", "sms"),
    )
    kinds.register(
        ASSIGNED,
        _("A case of recognition was drawn to you"),
        kinds.Words(
            title=_("A case was drawn to you: “%(title)s”."),
            body=_("If you know the learner, say so at once; somebody else is drawn then."),
            sms=_("A case of recognition was drawn to you. Sign in to see it."),
        ),
        sample=_CASE,
        icon=_ICON,
        channels=("email",),
    )
    kinds.register(
        MEETING,
        _("An interview or test was called or cancelled"),
        kinds.Words(
            title=_("An interview or test: “%(title)s”."),
            body=_("Open it to see when and where it is, or that it was cancelled."),
            sms=_("About an interview or test for your recognition: sign in to see when and where."),
        ),
        sample=_CASE,
        icon="calendar",
        channels=("email", "sms"),
    )
    kinds.register(
        DUE,
        _("A clock of a recognition ends, or is over"),
        kinds.Words(
            title=_("The time ends: “%(title)s”."),
            body=_("Somebody waits for an answer. Open it to see what is to be done."),
            sms=_("The time for a case of recognition ends. Sign in to see it."),
        ),
        sample=_CASE,
        icon="clock",
        channels=("email",),
    )
    kinds.register(
        GROUP,
        _("Your organisation asks whether you take part in recognition"),
        kinds.Words(
            title=_("Do you take part? “%(title)s”"),
            body=_("Your organisation would like to have recognised what you can do. You decide."),
            sms=_("Your organisation asks whether you take part in recognition. Sign in to answer."),
        ),
        sample=_CASE,
        icon="users",
        channels=("email", "sms"),
    )


def tell_submitted(row: Application, *, at: datetime) -> None:
    _tell_staff(SUBMITTED, row, key=f"{row.public_id}/{at.isoformat()}", at=at)


def tell_appealed(row: Application, *, at: datetime) -> None:
    _tell_staff(SUBMITTED, row, key=f"{row.public_id}/appeal/{at.isoformat()}", at=at)


def tell_learner(row: Application, *, at: datetime, key: str = "") -> None:
    _tell(ANSWERED, row, [row.learner_id], key=f"{row.public_id}/{row.state}/{key or at.isoformat()}", at=at)


def tell_assigned(row: Assignment, *, at: datetime) -> None:
    _tell(ASSIGNED, row.application, [row.person_id], key=f"{row.application.public_id}/{row.place}/{row.pk}", at=at)


def tell_meeting(row: Meeting, *, at: datetime) -> None:
    """Tell the learner and whoever assesses."""
    application = row.application
    people = [application.learner_id, *_assessors(application)]
    _tell(MEETING, application, people, key=f"{row.public_id}/{bool(row.cancelled_at)}", at=at)


def tell_due(row: Application, *, at: datetime, is_over: bool) -> None:
    """Remind whoever has to act before the day; after it the centre and the learner know that it is late."""
    people = [] if row.state == Application.State.SUBMITTED else list(_assessors(row))
    key = f"{row.public_id}/{row.state}/{row.due_on}/{'over' if is_over else 'soon'}"
    if row.state == Application.State.RETURNED or is_over:
        people.append(row.learner_id)
    _tell(DUE, row, people, key=key, at=at)
    _tell_staff(DUE, row, key=key, at=at)


def tell_members(row: Group, people: Iterable[int], *, at: datetime) -> None:
    about = ("priorlearning:list_own",)
    tell_many(GROUP, [Telling(one, str(row.public_id), {"title": row.title}, about) for one in people], at=at)


def _assessors(row: Application) -> Iterable[int]:
    return row.assignments.filter(ended_at=None).values_list("person_id", flat=True)


def _tell(kind: str, row: Application, people: Iterable[int], *, key: str, at: datetime) -> None:
    about = ("priorlearning:show_application", str(row.public_id))
    tell_many(kind, [Telling(one, key, {"title": row.title}, about) for one in sorted(set(people))], at=at)


def _tell_staff(kind: str, row: Application, *, key: str, at: datetime) -> None:
    people = people_who_may(HANDLE, at=row.centre.organisation, today=clock.date_of(at))
    _tell(kind, row, [one.pk for one in people if one.pk != row.learner_id], key=key, at=at)
