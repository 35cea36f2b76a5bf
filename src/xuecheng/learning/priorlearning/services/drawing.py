"""Who assesses: drawn among the free and fit without a tie, by a seed that was published before (C-45, C-76, C-80)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db.models import Max
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.groups import groups_of, keys_of
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.priorlearning import news, rules, ties
from xuecheng.learning.priorlearning.models import Application, Assessor, Assignment, Draw, Tie
from xuecheng.learning.priorlearning.queries.acts import APPLY, ASSESS
from xuecheng.learning.priorlearning.queries.assessing import load_of
from xuecheng.learning.priorlearning.rules.evidence import months_before

from .refusals import NotAssessing, NotYours
from .rows import locked

TEACHER_MONTHS = 36
"""So far back somebody counts as a teacher of the learner (C-45)."""
ASSESSORS = 2
PANEL = 3


def needed_in(row: Application) -> int:
    """How many assessors a case has: two; one where a group's case is not in the sample for a second (C-76)."""
    if row.group_id is None or row.round > 1:
        return ASSESSORS
    percent = row.centre.second_percent
    return 1 + rules.is_in_sample(row.seed, str(row.public_id), percent=percent)


def assign(row: Application, *, at: datetime) -> bool:
    """Draw the assessors of an application that is complete; False while too few are free."""
    drawn = _draw(row, Draw.Purpose.ASSESSING, needed_in(row), needs_expert=True, at=at)
    if drawn is None:
        return False
    _place(row, drawn, Assignment.Purpose.ASSESSING, places=range(1, len(drawn.chosen) + 1), at=at)
    row.state = Application.State.ASSESSING
    row.save(update_fields=["state"])
    return True


def assign_third(row: Application, *, at: datetime) -> bool:
    """Draw whoever decides where two differ; the two stay out of it. False while nobody is free."""
    if row.assignments.filter(purpose=Assignment.Purpose.ASSESSING, round=row.round, place=3, ended_at=None).exists():
        return True
    drawn = _draw(row, Draw.Purpose.THIRD, 1, needs_expert=True, at=at)
    if drawn is None:
        return False
    _place(row, drawn, Assignment.Purpose.ASSESSING, places=(3,), at=at)
    return True


def assign_panel(row: Application, *, at: datetime) -> bool:
    """Draw a panel of three, none of whom had a part in the case (C-48). False while too few are free."""
    if row.assignments.filter(purpose=Assignment.Purpose.PANEL, round=row.round, ended_at=None).exists():
        return True
    drawn = _draw(row, Draw.Purpose.PANEL, PANEL, needs_expert=True, at=at)
    if drawn is None:
        return False
    _place(row, drawn, Assignment.Purpose.PANEL, places=range(1, PANEL + 1), at=at)
    return True


def fill_places(row: Application, *, at: datetime) -> bool:
    """Draw for places whose assessor was released, of whoever works on it now: a panel while an appeal runs, assessors
    else. False while nobody is free for one of them."""
    is_appealed = row.state == Application.State.APPEALED
    purpose = Assignment.Purpose.PANEL if is_appealed else Assignment.Purpose.ASSESSING
    of_round = row.assignments.filter(round=row.round, purpose=purpose)
    released = set(of_round.filter(ended_at__isnull=False).values_list("place", flat=True))
    taken = set(of_round.filter(ended_at=None).values_list("place", flat=True))
    is_full = True
    for place in sorted(released - taken):
        drawn = _draw(row, Draw.Purpose.REPLACEMENT, 1, needs_expert=place in (1, 3), at=at)
        if drawn is None:
            is_full = False
        else:
            _place(row, drawn, purpose, places=(place,), at=at)
    return is_full


def declare_conflict(*, actor: Standing, assignment: Assignment, kind: str, at: datetime) -> None:
    """An assessor says that they may not assess this learner: they are released, and somebody else is drawn.

    Said twice, once. Right: priorlearning.assess_case, one's own. Raises `Denied`, `NotYours`, `NotAssessing`.
    """
    require(actor, ASSESS, on=assignment)
    with trace.change(by=actor.person, why=gettext_noop("Declared a conflict of interests")):
        row = locked(assignment.application, may_be_paused=True)
        mine = row.assignments.filter(pk=assignment.pk, person__in=actor.person_keys).first()
        if mine is None:
            raise NotYours
        if mine.ended_at is not None:
            return
        if row.state not in ("assessing", "appealed"):
            raise NotAssessing
        _tie(row, mine.person_id, kind, actor=actor, at=at)
        _release(row, mine, at=at)


def exclude_assessor(*, actor: Standing, application: Application, assessor: Assessor, kind: str, at: datetime) -> None:
    """A learner names a tie to somebody who assesses at the centre: that person is not drawn, or is released.

    Said twice, once. Right: priorlearning.apply, one's own. Raises `Denied`.
    """
    require(actor, APPLY, on=application.learner)
    with trace.change(by=actor.person, why=gettext_noop("Named a tie to an assessor")):
        row = locked(application, may_be_paused=True)
        _tie(row, assessor.person_id, kind, actor=actor, at=at)
        mine = row.assignments.filter(assessor=assessor, ended_at=None).first()
        if mine is not None and row.state in ("assessing", "appealed"):
            _release(row, mine, at=at)


def _tie(row: Application, person_id: int, kind: str, *, actor: Standing, at: datetime) -> None:
    Tie.objects.get_or_create(
        person_id=person_id, learner_id=row.learner_id, kind=Tie.Kind(kind),
        defaults={"declared_by": actor.person, "declared_at": at},
    )  # fmt: skip


def _release(row: Application, mine: Assignment, *, at: datetime) -> None:
    mine.ended_at = at
    mine.save(update_fields=["ended_at"])
    fill_places(row, at=at)


def _draw(row: Application, purpose: Draw.Purpose, n: int, *, needs_expert: bool, at: datetime) -> rules.Drawn | None:
    """Draw and keep the draw. Everybody who draws at a centre queues on its assessors, so that loads are true."""
    assessors = list(
        Assessor.objects.filter(centre=row.centre, is_active=True).order_by("pk").select_for_update(no_key=True)
    )
    fit = free_and_fit(row, assessors, today=clock.date_of(at))
    fields = {claim.unit.field for claim in row.claims.all() if claim.state != "dropped"}
    candidates = [rules.Candidate(str(one.public_id), all(one.covers(field) for field in fields)) for one in fit]
    sealed = _seal_for(row)
    if sealed is None:
        return None
    newest = row.draws.aggregate(n=Max("id"))["n"]
    seal_number, of_seal = sealed
    seed = f"{of_seal}|{row.public_id}|{row.draws.count() + 1}"
    drawn = rules.draw_assessors(seed, candidates, n, needs_expert=needs_expert)
    if drawn is None:
        return None
    Draw.objects.create(
        public_id=uuid5(row.public_id, f"draw/{newest or 0}/{purpose}"),
        application=row,
        purpose=purpose,
        seal_number=seal_number,
        seed=seed,
        candidates=list(drawn.candidates),
        experts=[one for one in drawn.candidates if one in {c.id for c in candidates if c.is_expert}],
        chosen=list(drawn.chosen),
        drawn_at=at,
    )
    return drawn


def seed_of(head: ledger.CityHead) -> str:
    """A seal of the ledger as draws are seeded by it."""
    return f"{head.n}:{head.hash.hex()}"


def _seal_for(row: Application) -> tuple[int, str] | None:
    """Number and seed of the seal by which a draw goes: the application's own; where the centre's list of assessors was
    changed since that was published, the first one since, which nobody knew who changed it. None until it is
    published: the clock asks again."""
    assert row.seal_number is not None, "only what was handed in is assessed"
    changed = Assessor.objects.filter(centre=row.centre).aggregate(at=Max("kept_at"))["at"]
    head = ledger.first_city_head_since(at=changed) if changed is not None else None
    if head is None:
        return None
    return (row.seal_number, row.seed) if head.n <= row.seal_number else (head.n, seed_of(head))


def free_and_fit(row: Application, assessors: list[Assessor], *, today: date) -> list[Assessor]:
    """Those who have room and no tie to the learner, and had no part in the case yet (C-45)."""
    load = load_of([one.pk for one in assessors])
    groups = groups_of([one.person_id for one in assessors])
    out = tied(row, {key for one in assessors for key in groups.get(one.person_id, (one.person_id,))}, today=today)
    out |= set(row.assignments.values_list("person_id", flat=True))
    employers = {row.employer_id, row.group.organisation_id if row.group else None} - {None}
    return [
        one
        for one in assessors
        if load.get(one.pk, 0) < one.capacity
        and out.isdisjoint(groups.get(one.person_id, (one.person_id,)))
        and one.employer_id not in employers
    ]


def hindrance_of(row: Application, *, today: date) -> tuple[str, str] | None:
    """Why no assessors are drawn yet for what is complete: a reason and the fields of its units; None: the draw only
    waits for its seal. "field": nobody on the list knows all fields (C-45 asks for one who does); "expert": who does is
    full, tied to the learner, or had a part; "few": too few others are free."""
    assessors = list(Assessor.objects.filter(centre=row.centre, is_active=True).order_by("pk"))
    fields = sorted({claim.unit.field for claim in row.claims.all() if claim.state != "dropped"})
    experts = {one.pk for one in assessors if all(one.covers(field) for field in fields)}
    named = " ".join(fields)
    if not experts:
        return "field", named
    fit = {one.pk for one in free_and_fit(row, assessors, today=today)}
    if not experts & fit:
        return "expert", named
    return ("few", named) if len(fit) < needed_in(row) else None


def tied(row: Application, people: Collection[int], *, today: date) -> set[int]:
    """Keys of those who may not assess the learner: themselves, declared ties, and what floors above know."""
    keys = keys_of(row.learner_id)
    found = set(keys) | set(Tie.objects.filter(learner__in=keys).values_list("person_id", flat=True))
    since = months_before(today, TEACHER_MONTHS)
    for finder in ties.finders().values():
        found |= set(finder(keys, people, since))
    return found


def _place(
    row: Application, drawn: rules.Drawn, purpose: Assignment.Purpose, *, places: Collection[int], at: datetime
) -> None:
    draw = row.draws.order_by("-pk")[0]
    named = {str(one.public_id): one for one in Assessor.objects.filter(public_id__in=[UUID(i) for i in drawn.chosen])}
    for place, number in zip(places, drawn.chosen, strict=True):
        assessor = named[number]
        made = Assignment.objects.create(
            application=row, assessor=assessor, person_id=assessor.person_id, draw=draw, purpose=purpose,
            round=row.round, place=place, assigned_at=at,
        )  # fmt: skip
        news.tell_assigned(made, at=at)
