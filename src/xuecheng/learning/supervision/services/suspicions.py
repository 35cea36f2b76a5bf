"""Verbs of the desk: take a suspicion, note, ask an institution, dismiss."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.workdays.queries import due_after
from xuecheng.learning.records.models import LearningRecord
from xuecheng.learning.supervision import news
from xuecheng.learning.supervision.models import Note, Question, Suspicion
from xuecheng.learning.supervision.queries.acts import ANSWER, INVESTIGATE

from .clocks import QUESTION_DAYS


class SuspicionEnded(Refusal):
    message = _("This was looked into and ended already.")


class TakenByAnother(Refusal):
    message = _("%(name)s looks into this already.")
    remedy = _("Ask them to hand it back, or choose another one.")


class NotTaken(Refusal):
    message = _("Take it first, so that colleagues know who looks into it.")


class OwnRecords(Refusal):
    message = _("Nobody looks into their own records.")
    remedy = _("Ask a colleague.")


class WordsMissing(Refusal):
    message = _("Write down what you found.")
    field = "words"


class NotBehind(Refusal):
    message = _("None of the records is this institution's.")
    field = "institution"


class QuestionAnswered(Refusal):
    message = _("This question was answered already.")


def take_suspicion(*, actor: Standing, suspicion: Suspicion, at: datetime) -> Suspicion:
    """Take a suspicion to look into it.

    Taken twice by the same, once. Right: supervision.investigate over the institution. Raises `Denied`, `OwnRecords`,
    `SuspicionEnded`, `TakenByAnother`.
    """
    require(actor, INVESTIGATE, on=suspicion)
    del at
    with trace.change(by=actor.person, why=gettext_noop("Suspicion taken to look into it")):
        row = _locked(suspicion)
        _check_other(actor, row)
        if not row.is_open:
            raise SuspicionEnded
        if row.state == Suspicion.State.TAKEN:
            if row.taken_by_id in actor.person_keys:
                return row
            raise TakenByAnother(name=row.taken_by.name if row.taken_by else "")
        row.state, row.taken_by = Suspicion.State.TAKEN, actor.person
        row.save(update_fields=["state", "taken_by"])
    return row


def hand_back(*, actor: Standing, suspicion: Suspicion) -> Suspicion:
    """Give a suspicion back to the queue, so that a colleague may take it. Raises `Denied`, `NotTaken`."""
    require(actor, INVESTIGATE, on=suspicion)
    with trace.change(by=actor.person, why=gettext_noop("Suspicion handed back to the queue")):
        row = _locked(suspicion)
        _check_taken(actor, row)
        row.state, row.taken_by = Suspicion.State.FOUND, None
        row.save(update_fields=["state", "taken_by"])
    return row


def add_note(*, actor: Standing, suspicion: Suspicion, words: str, at: datetime) -> Note:
    """Write down what was found. Raises `Denied`, `WordsMissing`, `NotTaken`, `SuspicionEnded`."""
    require(actor, INVESTIGATE, on=suspicion)
    if not words.strip():
        raise WordsMissing
    with trace.change(by=actor.person, why=gettext_noop("Note on a suspicion")):
        row = _locked(suspicion)
        _check_taken(actor, row)
        return Note.objects.create(suspicion=row, by=actor.person, at=at, words=words.strip()[:1000])


def ask_institution(
    *, actor: Standing, suspicion: Suspicion, public_id: UUID, institution: Organisation, words: str, at: datetime
) -> Question:
    """Ask an institution behind one of the records, with ten working days to answer. Asked twice, once.

    Raises `Denied`, `WordsMissing`, `NotTaken`, `SuspicionEnded`, `NotBehind`.
    """
    require(actor, INVESTIGATE, on=suspicion)
    if not words.strip():
        raise WordsMissing
    with (
        trace.change(by=actor.person, why=gettext_noop("Institution asked about a suspicion")),
        refusing(supervision_question_public_id_once=FormUsedBefore),
    ):
        row = _locked(suspicion)
        known = Question.objects.filter(public_id=public_id, suspicion=row).first()
        if known is not None:
            return known
        _check_taken(actor, row)
        if not LearningRecord.objects.filter(pk__in=row.record_ids, institution=institution).exists():
            raise NotBehind
        made = Question.objects.create(
            public_id=public_id, suspicion=row, institution=institution, words=words.strip()[:1000],
            asked_by=actor.person, asked_at=at, due_on=due_after(clock.date_of(at), QUESTION_DAYS),
        )  # fmt: skip
        news.tell_asked(made, at=at)
    return made


def answer_question(*, actor: Standing, question: Question, answer: str, at: datetime) -> Question:
    """Answer for one's institution. Said twice in the same words, once.

    Right: supervision.answer at the institution. Raises `Denied`, `WordsMissing`, `QuestionAnswered`.
    """
    require(actor, ANSWER, on=question)
    if not answer.strip():
        raise WordsMissing(at_field="answer")
    with trace.change(by=actor.person, why=gettext_noop("Question of supervision answered")):
        row = Question.objects.select_for_update(no_key=True).select_related("suspicion").get(pk=question.pk)
        if row.answered_at is not None:
            if row.answer == answer.strip()[:1000] and row.answered_by_id in actor.person_keys:
                return row
            raise QuestionAnswered
        row.answer, row.answered_by, row.answered_at = answer.strip()[:1000], actor.person, at
        row.save(update_fields=["answer", "answered_by", "answered_at"])
        news.tell_answered(row, at=at)
    return row


def dismiss_suspicion(*, actor: Standing, suspicion: Suspicion, words: str, at: datetime) -> Suspicion:
    """Say why nothing is wrong. It stays dismissed unless the facts change. Said twice, once.

    Raises `Denied`, `WordsMissing`, `NotTaken`, `SuspicionEnded`.
    """
    require(actor, INVESTIGATE, on=suspicion)
    if not words.strip():
        raise WordsMissing
    with trace.change(by=actor.person, why=gettext_noop("Suspicion dismissed")):
        row = _locked(suspicion)
        if row.state == Suspicion.State.DISMISSED and row.taken_by_id in actor.person_keys:
            return row
        _check_taken(actor, row)
        row.state, row.words, row.ended_at = Suspicion.State.DISMISSED, words.strip()[:500], at
        row.save(update_fields=["state", "words", "ended_at"])
    return row


def _locked(suspicion: Suspicion) -> Suspicion:
    rows = Suspicion.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("institution__territory", "taken_by").get(pk=suspicion.pk)


def _check_taken(actor: Standing, row: Suspicion) -> None:
    _check_other(actor, row)
    if not row.is_open:
        raise SuspicionEnded
    if row.state != Suspicion.State.TAKEN:
        raise NotTaken
    if row.taken_by_id not in actor.person_keys:
        raise TakenByAnother(name=row.taken_by.name if row.taken_by else "")


def _check_other(actor: Standing, row: Suspicion) -> None:
    """Not one's own records, nor what one entered oneself."""
    mine = LearningRecord.objects.filter(pk__in=row.record_ids)
    if mine.filter(learner__in=actor.person_keys).exists() or mine.filter(entered_by_id__in=actor.person_keys).exists():
        raise OwnRecords
