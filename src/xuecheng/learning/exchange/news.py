"""What exchange tells people: requests and clocks to registrars, answers to learners, agreements to their sides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many
from xuecheng.city.organisations.models import Organisation

from .models import Agreement, Appeal, Batch, Case, ClearingPeriod
from .queries.acts import ACKNOWLEDGE, APPEALS, DECIDE, DECIDE_AGREEMENT, DRAFT

ASKED, OVERDUE, ANSWERED, APPEALED, AGREEMENT, ASKED_FOR, BATCH, STATEMENT = (
    "exchange.asked", "exchange.overdue", "exchange.answered", "exchange.appealed", "exchange.agreement",
    "exchange.asked_for", "exchange.batch", "exchange.statement",
)  # fmt: skip
_ICON = "arrows-exchange"
_CASE = {"title": "家庭养老护理"}
_NAMED = {"title": "课程互认协议"}


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        ASKED,
        _("A learner asks that credits count with you"),
        kinds.Words(
            title=_("Somebody asks that credits count with you: “%(title)s”."),
            body=_("The credits are held until you answer. Accept them, or name a substantial difference."),
            sms=_("A learner asks that credits count with you. Sign in to answer."),
        ),
        sample=_CASE,
        icon=_ICON,
    )
    kinds.register(
        OVERDUE,
        _("A request for exchange was not answered in time"),
        kinds.Words(
            title=_("Not answered in time: “%(title)s”."),
            body=_("A learner waits for an answer whether credits count. The certification body knows as well."),
            sms=_("A request for exchange of credits was not answered in time. Sign in to see it."),
        ),
        outcomes={
            "raised": kinds.Words(
                title=_("Not answered in time: “%(title)s”."),
                body=_("A learner waits, and the receiving institution did not answer. You may decide instead."),
                sms=_("A request for exchange of credits was not answered in time. Sign in to decide it."),
            ),
            "own": kinds.Words(
                title=_("Nobody answered in time: “%(title)s”."),
                body=_("The certification body knows now, and may decide instead. Your credits stay held for it."),
                sms=_("Your request for exchange of credits was not answered in time. The certification body knows."),
            ),
        },
        sample=_CASE,
        icon="clock",
        channels=("email",),
    )
    kinds.register(
        ANSWERED,
        _("Your request for exchange was answered"),
        kinds.Words(
            title=_("Your request was answered: “%(title)s”."),
            body=_("Open it to see what was decided, and why."),
            sms=_("Your request for exchange of credits was answered. Sign in to see it."),
        ),
        outcomes={
            "settled": kinds.Words(
                title=_("Exchanged: “%(title)s”."),
                body=_("Your request was accepted. Open it to see what you were given."),
                sms=_("Your request for exchange of credits was accepted. Sign in to see it."),
            ),
            "refused": kinds.Words(
                title=_("Refused: “%(title)s”."),
                body=_("Open it to read the reason. Everything that was held went back, and you may appeal once."),
                sms=_("Your request for exchange of credits was refused. Sign in to read why, and to appeal."),
            ),
            "lapsed": kinds.Words(
                title=_("Nobody answered, and it ended: “%(title)s”."),
                body=_("Everything that was held went back. You can ask again."),
                sms=_("Nobody answered your request for exchange of credits, and it ended. You can ask again."),
            ),
            "voided": kinds.Words(
                title=_("Your request ended: “%(title)s”."),
                body=_("The credit behind it was withdrawn. Open it to see more."),
                sms=_("Your request for exchange of credits ended: the credit behind it was withdrawn."),
            ),
        },
        sample=_CASE,
        icon=_ICON,
        channels=("email", "sms"),
    )
    kinds.register(
        APPEALED,
        _("An appeal against a refused exchange, or its answer"),
        kinds.Words(
            title=_("About an appeal: “%(title)s”."),
            body=_("An appeal against a refused exchange was lodged or answered. Open it to see more."),
            sms=_("About an appeal against a refused exchange of credits: sign in to see it."),
        ),
        outcomes={
            "open": kinds.Words(
                title=_("A learner appeals: “%(title)s”."),
                body=_("An exchange was refused, and the learner asks that somebody else decides. Open it to decide."),
                sms=_("An appeal against a refused exchange of credits waits. Sign in to decide it."),
            ),
            "granted": kinds.Words(
                title=_("Your appeal was granted: “%(title)s”."),
                body=_("The credits were exchanged after all. Open it to read the reason."),
                sms=_("Your appeal about exchange of credits was granted. Sign in to see it."),
            ),
            "upheld": kinds.Words(
                title=_("The refusal stands: “%(title)s”."),
                body=_("Somebody else looked at it again. Open it to read the reason."),
                sms=_("Your appeal about exchange of credits was decided: the refusal stands. Sign in to read why."),
            ),
        },
        sample=_CASE,
        icon="scale",
    )
    kinds.register(
        AGREEMENT,
        _("An agreement on exchange waits, was decided, or ends"),
        kinds.Words(
            title=_("About an agreement on exchange: “%(title)s”."),
            body=_("It waits for you, was decided, or ends. Open it to see what is to be done."),
            sms=_("About an agreement on exchange of credits: sign in to see it."),
        ),
        sample=_NAMED,
        icon="certificate",
    )
    kinds.register(
        ASKED_FOR,
        _("Your school asked that your credits count elsewhere"),
        kinds.Words(
            title=_("Your school asked for you: “%(title)s”."),
            body=_(
                "With your written consent it asked that these credits count at another institution. While it is not"
                " decided you can take the request back."
            ),
            sms=_("Your school asked that credits of yours count elsewhere. Sign in to see it, or to take it back."),
        ),
        sample=_CASE,
        icon=_ICON,
        channels=("email", "sms"),
    )
    kinds.register(
        BATCH,
        _("A school asks for a class of graduates"),
        kinds.Words(
            title=_("A school asks for a class of graduates: %(title)s."),
            body=_("The credits are held until you answer. Look at the list, and accept them together or one by one."),
            sms=_("A school asks that the credits of a class of graduates count with you. Sign in to answer."),
        ),
        sample={"title": "OU-CS101"},
        icon="school",
    )
    kinds.register(
        STATEMENT,
        _("A clearing statement of exchange was drawn"),
        kinds.Words(
            title=_("A clearing statement waits: %(title)s."),
            body=_("Look at what was exchanged, and acknowledge it for your side, or say which line is wrong."),
            sms=_("A clearing statement of exchange waits for your side. Sign in to see it."),
        ),
        sample={"title": "广州开放大学 – 广州市职业学校"},
        icon="scale",
    )


def tell_asked(row: Case, *, at: datetime) -> None:
    """Tell whoever may answer at the receiving institution."""
    _tell_staff(ASKED, DECIDE, row, key=str(row.public_id), at=at)


def tell_asked_for(row: Case, batch: Batch, *, at: datetime) -> None:
    """Tell a learner for whom the school asked."""
    about = ("exchange:show_case", str(row.public_id))
    key = f"{batch.public_id}/{row.public_id}"
    tell_many(ASKED_FOR, [Telling(row.learner_id, key, {"title": row.title}, about)], at=at)


def tell_batch_asked(row: Batch, *, at: datetime) -> None:
    """Tell whoever may answer, once for all of them; nobody where nothing waits."""
    if not row.asked_count:
        return
    people = people_who_may(DECIDE, at=row.target, today=clock.date_of(at))
    about = ("exchange:show_batch", str(row.public_id))
    tell_many(BATCH, [Telling(one.pk, str(row.public_id), {"title": row.code}, about) for one in people], at=at)


def tell_overdue(row: Case, *, at: datetime) -> None:
    """Tell them again, the certification body, and the learner that it was raised."""
    _tell_staff(OVERDUE, DECIDE, row, key=f"{row.public_id}/overdue", at=at)
    _tell_staff(OVERDUE, APPEALS, row, key=f"{row.public_id}/raised", outcome="raised", at=at)
    _tell_learner(OVERDUE, row, key=f"{row.public_id}/late", outcome="own", at=at)


def tell_drawn(period: ClearingPeriod, *, at: datetime) -> None:
    """Tell whoever may acknowledge, at both sides of each statement."""
    rows = list(period.statements.select_related("one__territory", "other__territory").order_by("pk"))
    sides = {side.pk: side for row in rows for side in (row.one, row.other)}
    today = clock.date_of(at)
    speak = {key: {one.pk for one in people_who_may(ACKNOWLEDGE, at=side, today=today)} for key, side in sides.items()}
    told = []
    for row in rows:
        number, values = str(row.public_id), {"title": f"{row.one.name_zh} – {row.other.name_zh}"}
        people = sorted(speak[row.one_id] | speak[row.other_id])
        told += [Telling(one, number, values, ("exchange:show_statement", number)) for one in people]
    tell_many(STATEMENT, told, at=at)


def tell_answered(row: Case, *, at: datetime) -> None:
    """Tell the learner what came of it: that it counts, that it was refused, or that it ended undecided."""
    _tell_learner(ANSWERED, row, key=f"{row.public_id}/{row.state}", outcome=row.state, at=at)


def tell_appealed(row: Appeal, *, at: datetime) -> None:
    _tell_staff(APPEALED, APPEALS, row.case, key=f"{row.case.public_id}/appeal", outcome=row.state, at=at)


def tell_appeal_decided(row: Appeal, *, at: datetime) -> None:
    _tell_learner(APPEALED, row.case, key=f"{row.case.public_id}/appeal/{row.state}", outcome=row.state, at=at)


def tell_offered(row: Agreement, *, at: datetime) -> None:
    unsigned = [one.organisation for one in row.parties.filter(signed_by__isnull=True).select_related("organisation")]
    _tell_sides(row, unsigned, DRAFT, at=at)


def tell_signed(row: Agreement, *, at: datetime) -> None:
    _tell_sides(row, [row.drafted_for], DECIDE_AGREEMENT, at=at)


def tell_decided(row: Agreement, *, at: datetime) -> None:
    _tell_sides(row, [one.organisation for one in row.parties.select_related("organisation")], DRAFT, at=at)


def tell_ended(row: Agreement, *, at: datetime) -> None:
    tell_decided(row, at=at)


def _tell_sides(row: Agreement, organisations: Iterable[Organisation], act: str, *, at: datetime) -> None:
    about = ("exchange:show_agreement", str(row.public_id))
    people = {one.pk for place in organisations for one in people_who_may(act, at=place, today=clock.date_of(at))}
    key = f"{row.public_id}/{row.state}/{act}"
    tell_many(AGREEMENT, [Telling(one, key, {"title": row.name_zh}, about) for one in sorted(people)], at=at)


def _tell_staff(kind: str, act: str, row: Case, *, key: str, outcome: str = "", at: datetime) -> None:
    people = people_who_may(act, at=row.target, today=clock.date_of(at))
    about = ("exchange:show_case", str(row.public_id))
    values = {"title": row.title, "outcome": outcome}
    tell_many(kind, [Telling(one.pk, key, values, about) for one in people if one.pk != row.learner_id], at=at)


def _tell_learner(kind: str, row: Case, *, key: str, outcome: str, at: datetime) -> None:
    about = ("exchange:show_case", str(row.public_id))
    tell_many(kind, [Telling(row.learner_id, key, {"title": row.title, "outcome": outcome}, about)], at=at)
