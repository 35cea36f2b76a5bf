"""The verb of feedback: saying how a class was."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.enrolment.services.locking import locked_class
from xuecheng.coordination.teaching import queries
from xuecheng.coordination.teaching.models import Feedback
from xuecheng.coordination.teaching.models.attendance import BOOKS
from xuecheng.coordination.teaching.queries import CHECK_IN

from .attendance import OVER, NotOnTheList


class ClassNotOver(Refusal):
    message = _("The class is not over yet.")
    remedy = _("Say how it was when it is finished.")


class FeedbackClosed(Refusal):
    message = _("It is too long since this class was over to say something, or to change it.")


def give_feedback(*, actor: Standing, enrolment: Enrolment, mark: int, words: str, at: datetime) -> Feedback:
    """Say how a class was, once; until a month after its end the newer words take the place of the old ones.

    Right: teaching.check_in for oneself. Raises `Denied`, `NotOnTheList`, `ClassNotOver`, `FeedbackClosed`.
    """
    require(actor, CHECK_IN, on=Scope(person_id=enrolment.person_id))
    with trace.change(by=actor.person, why=gettext_noop("Feedback on a class")):
        row = locked_class(enrolment.course_class_id)
        if not queries.has_a_place(enrolment):
            raise NotOnTheList
        if row.state not in OVER:
            raise ClassNotOver
        if not queries.may_say(enrolment, at=at):
            raise FeedbackClosed
        one, _is_new = Feedback.objects.update_or_create(
            enrolment=enrolment, book=enrolment.person_id % BOOKS,
            defaults={"learner_id": enrolment.person_id, "mark": mark, "words": words.strip(), "at": at},
        )  # fmt: skip
    return one
