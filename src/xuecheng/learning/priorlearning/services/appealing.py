"""Appeals: others look again, and it never ends worse than it began (C-48)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.groups import lock_accounts
from xuecheng.city.workdays.queries import due_after
from xuecheng.learning.priorlearning import news, rules
from xuecheng.learning.priorlearning.models import Appeal, Application, Assignment, Ballot, Claim
from xuecheng.learning.priorlearning.queries.acts import APPLY, ASSESS
from xuecheng.learning.priorlearning.rules import Vote

from .drawing import assign, assign_panel
from .granting import decide
from .refusals import AppealDecided, AskedElsewhere, NothingToAppeal, NotYours, TooLateToAppeal, WordsMissing
from .rows import identities_held, locked

_AS_STATE = {
    Vote.UPHOLD: Appeal.State.UPHELD,
    Vote.CHANGE: Appeal.State.CHANGED,
    Vote.REASSESS: Appeal.State.REASSESSED,
}


def appeal(*, actor: Standing, claim: Claim, ground: str, words: str, at: datetime) -> Appeal:
    """Ask that others look at "not yet" again. A panel of three is drawn, none of whom had a part in it. Said twice,
    once.

    Right: priorlearning.apply, one's own. Raises `Denied`, `WordsMissing`, `NothingToAppeal`, `TooLateToAppeal`,
    `AskedElsewhere`.
    """
    require(actor, APPLY, on=claim.application.learner)
    if not words.strip():
        raise WordsMissing
    with trace.change(by=actor.person, why=gettext_noop("Appealed against a decision on prior learning")):
        row = locked(claim.application, may_be_paused=True)
        of = next(one for one in row.claims.all() if one.pk == claim.pk)
        known = Appeal.objects.filter(claim=of).first()
        if known is not None:
            if known.words != words.strip()[:1000]:
                raise NothingToAppeal
            return known
        if of.state != Claim.State.NOT_YET or row.state not in ("decided", "appealed") or of.decided_at is None:
            raise NothingToAppeal
        until = due_after(clock.date_of(of.decided_at), row.centre.appeal_days)
        if clock.date_of(at) > until:
            raise TooLateToAppeal(until=until)
        # The same unit in two applications at once could be recognised in neither (C-25).
        if of.identity in identities_held(lock_accounts(row.learner_id), but=row.pk):
            raise AskedElsewhere(unit=of.unit.title)
        due_on = due_after(clock.date_of(at), row.centre.appeal_answer_days)
        made = Appeal.objects.create(
            claim=of, round=row.round, ground=Appeal.Ground(ground), words=words.strip()[:1000], lodged_at=at,
            due_on=due_on,
        )  # fmt: skip
        row.due_on = min(row.due_on or due_on, due_on) if row.state == Application.State.APPEALED else due_on
        row.state, row.reminded_at, row.overdue_at = Application.State.APPEALED, None, None
        row.save(update_fields=["state", "due_on", "reminded_at", "overdue_at"])
        assign_panel(row, at=at)
        news.tell_appealed(row, at=at)
    return made


def vote_appeal(
    *, actor: Standing, assignment: Assignment, appeal: Appeal, vote: str, words: str, at: datetime
) -> Appeal:
    """Vote, before seeing how the others vote. Three votes decide: the majority, or anew where all differ. Said twice,
    once.

    Right: priorlearning.assess_case, one's own. Raises `Denied`, `NotYours`, `AppealDecided`, `WordsMissing`.
    """
    require(actor, ASSESS, on=assignment)
    if not words.strip():
        raise WordsMissing
    with trace.change(by=actor.person, why=gettext_noop("Voted on an appeal")):
        row = locked(assignment.application, may_be_paused=True)
        mine = row.assignments.filter(
            pk=assignment.pk, person__in=actor.person_keys, ended_at=None, purpose=Assignment.Purpose.PANEL
        ).first()
        of = Appeal.objects.select_related("claim").get(pk=appeal.pk)
        if mine is None or of.claim.application_id != row.pk or of.round != mine.round:
            raise NotYours
        known = Ballot.objects.filter(appeal=of, assignment=mine).first()
        if known is not None:
            if known.vote != vote:
                raise AppealDecided
            return of
        if of.state != Appeal.State.OPEN:
            raise AppealDecided
        Ballot.objects.create(appeal=of, assignment=mine, vote=Vote(vote), words=words.strip()[:600], cast_at=at)
        ballots = list(of.ballots.filter(assignment__ended_at=None).select_related("assignment__person").order_by("pk"))
        decided = rules.vote_of([Vote(one.vote) for one in ballots])
        if decided is not None:
            _decide(row, of, decided, ballots, at=at)
    return of


def _decide(row: Application, of: Appeal, vote: Vote, ballots: list[Ballot], *, at: datetime) -> None:
    agreeing = [one for one in ballots if one.vote == vote] or ballots
    of.answer = "\n".join(dict.fromkeys(one.words for one in agreeing))[:2000]
    of.state, of.decided_at = _AS_STATE[vote], at
    of.save(update_fields=["answer", "state", "decided_at"])
    claim = next(one for one in row.claims.all() if one.pk == of.claim_id)
    if vote is Vote.CHANGE:
        decide(claim, row, Claim.State.GRANTED, words=of.answer, by=agreeing[-1].assignment.person, at=at)
    elif vote is Vote.REASSESS:
        claim.state = Claim.State.CLAIMED
        claim.save(update_fields=["state"])
    if Appeal.objects.filter(claim__application=row, state=Appeal.State.OPEN).exists():
        return
    row.reminded_at = row.overdue_at = None
    running = row.assignments.filter(ended_at=None)
    # Whoever assessed still settles a task of another unit; only a new round is assessed by others.
    running.filter(purpose=Assignment.Purpose.PANEL).update(ended_at=at)
    if row.claims.filter(state=Claim.State.CLAIMED).exists():
        running.update(ended_at=at)
        row.state, row.round = Application.State.SCREENED, row.round + 1
        row.due_on = due_after(clock.date_of(at), row.centre.decision_days)
    else:
        row.state = Application.State.DECIDED
        row.due_on = due_after(clock.date_of(at), row.centre.appeal_days)
    row.save(update_fields=["state", "round", "due_on", "reminded_at", "overdue_at"])
    if row.state == Application.State.SCREENED:
        assign(row, at=at)
    news.tell_learner(row, at=at, key=f"appeal/{row.round}")
