"""What supervision tells: learners and issuers of a withdrawal, institutions of questions, officers of answers."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many

from .models import Appeal, Question, Statement, Withdrawal
from .queries.acts import ANSWER, APPEALS

NOTICED, DECIDED, APPEALED, ASKED, ANSWERED = (
    "supervision.noticed", "supervision.decided", "supervision.appealed", "supervision.asked", "supervision.answered",
)  # fmt: skip
_ICON = "scale"
_SAMPLE = {"title": "家庭养老护理"}


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        NOTICED,
        _("It is being looked into whether a credit was given rightly"),
        kinds.Words(
            title=_("About the credit for “%(title)s”: please read and answer."),
            body=_("It may have been given wrongly. Until it is decided it cannot be used anew. Say what you know."),
            sms=_("It is being looked into whether a credit was given rightly. Sign in to read and answer."),
        ),
        sample=_SAMPLE,
        icon=_ICON,
        channels=("email", "sms"),
        may_be_switched_off=False,
    )
    kinds.register(
        DECIDED,
        _("It was decided whether a credit was given rightly"),
        kinds.Words(
            title=_("Decided: the credit for “%(title)s”."),
            body=_("Open it to read what was decided and why, and what you can do."),
            sms=_("It was decided whether a credit was given rightly. Sign in to read it."),
        ),
        sample=_SAMPLE,
        icon=_ICON,
        channels=("email", "sms"),
        may_be_switched_off=False,
    )
    kinds.register(
        APPEALED,
        _("Something is to be decided about a withdrawal of credit"),
        kinds.Words(
            title=_("To be decided: the credit for “%(title)s”."),
            body=_("A statement or an appeal came. Open it to read it."),
            sms=_("A statement or an appeal about a withdrawal of credit came. Sign in to read it."),
        ),
        sample=_SAMPLE,
        icon=_ICON,
    )
    kinds.register(
        ASKED,
        _("The certification body asks your institution something"),
        kinds.Words(
            title=_("The certification body asks about records of %(place)s."),
            body=_("Open the question to read and answer it in time."),
            sms=_("The certification body asks about records of your institution. Sign in to answer."),
        ),
        sample={"place": "天河社区学院"},
        icon="help-circle",
        channels=("email",),
    )
    kinds.register(
        ANSWERED,
        _("An institution answered your question"),
        kinds.Words(
            title=_("%(place)s answered your question."),
            body=_("Open what you look into to read the answer."),
            sms=_("An institution answered your question. Sign in to read it."),
        ),
        sample={"place": "天河社区学院"},
        icon="help-circle",
    )


def tell_noticed(row: Withdrawal, *, at: datetime) -> None:
    """Tell the learner, and whoever answers for the issuer."""
    _tell_parties(NOTICED, row, key=f"{row.public_id}/notice", at=at)


def tell_stated(row: Withdrawal, made: Statement, *, at: datetime) -> None:
    """Tell who opened the case."""
    about = ("supervision:show_withdrawal", str(row.public_id))
    key = f"{row.public_id}/statement/{made.pk}"
    tell_many(APPEALED, [Telling(row.opened_by_id, key, {"title": row.title}, about)], at=at)


def tell_decided(row: Withdrawal, *, at: datetime) -> None:
    _tell_parties(DECIDED, row, key=f"{row.public_id}/{row.state}", at=at)


def tell_appealed(made: Appeal, *, at: datetime) -> None:
    """Tell whoever decides appeals, but who opened or decided."""
    row = made.withdrawal
    people = people_who_may(APPEALS, at=row.institution, today=clock.date_of(at))
    out = {row.opened_by_id, row.decided_by_id, row.learner_id}
    about = ("supervision:show_withdrawal", str(row.public_id))
    tell_many(
        APPEALED,
        [
            Telling(one.pk, f"{row.public_id}/appeal/{made.side}", {"title": row.title}, about)
            for one in people
            if one.pk not in out
        ],
        at=at,
    )


def tell_appeal_decided(row: Appeal, *, at: datetime) -> None:
    _tell_parties(DECIDED, row.withdrawal, key=f"{row.withdrawal.public_id}/appeal/{row.side}/{row.state}", at=at)


def tell_asked(row: Question, *, at: datetime) -> None:
    """Tell whoever answers for the institution."""
    people = people_who_may(ANSWER, at=row.institution, today=clock.date_of(at))
    about = ("supervision:show_question", str(row.public_id))
    values = {"place": row.institution.name_zh}
    tell_many(ASKED, [Telling(one.pk, str(row.public_id), values, about) for one in people], at=at)


def tell_answered(row: Question, *, at: datetime) -> None:
    about = ("supervision:show_suspicion", str(row.suspicion.public_id))
    values = {"place": row.institution.name_zh}
    tell_many(ANSWERED, [Telling(row.asked_by_id, str(row.public_id), values, about)], at=at)


def _tell_parties(kind: str, row: Withdrawal, *, key: str, at: datetime) -> None:
    people = {one.pk for one in people_who_may(ANSWER, at=row.institution, today=clock.date_of(at))}
    people.add(row.learner_id)
    about = ("supervision:show_withdrawal", str(row.public_id))
    tell_many(kind, [Telling(one, key, {"title": row.title}, about) for one in sorted(people)], at=at)
