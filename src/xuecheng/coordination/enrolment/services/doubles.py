"""One person twice in a class: two accounts that are merged have one place between them (decision 0010).

What a merge ends here stays ended when it is undone, as after a wrong merge a place may have gone to the next.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment import news, queries, rules
from xuecheng.coordination.enrolment.models import Charge, Enrolment, Lottery
from xuecheng.coordination.enrolment.queries import SAME_PERSON

_State = Enrolment.State
_BEFORE = (_State.COMPLETED, _State.ENROLLED, _State.PAUSED, _State.OFFERED, _State.APPLIED, _State.WAITING)
"""Whichever is further stays: a place before an offer, an offer before the line."""
_SEALED = (Lottery.Step.FROZEN, Lottery.Step.DRAWING)


def end_doubles(course_class: CourseClass, *, at: datetime) -> list[Enrolment]:
    """End what somebody has beyond one enrolment in a class whose lock is held; answers those that ended.

    Whose enrolment ended, and why, the unit reads on the roll. Numbers on a list that is sealed for a draw stay until
    it is drawn. Whoever calls gives their money back whole and offers the places that came free.
    """
    sealed = Lottery.objects.filter(course_class=course_class, step__in=_SEALED).exists()
    found: dict[int, list[Enrolment]] = defaultdict(list)
    rows = queries.doubled_in(course_class).select_related("person").select_for_update(no_key=True, of=("self",))
    for one in rows.order_by("pk"):
        found[one.person.merged_into_id or one.person_id].append(one)
    every = [one for held in found.values() for one in held]
    due = Charge.objects.filter(enrolment__in=every, state=Charge.State.DUE)
    owing = set(due.values_list("enrolment", flat=True))
    over: list[Enrolment] = []
    for held in found.values():
        # Of two places the one that is paid stays.
        in_order = sorted(held, key=lambda one: (_BEFORE.index(_State(one.state)), one.pk in owing, one.number))
        is_sealed = sealed and any(one.state == _State.APPLIED for one in held)
        over += [one for one in in_order[1:] if one.state in rules.LIVE and not is_sealed]
    for one in over:
        one.state, one.moved_at, one.because = _State.WITHDRAWN, at, SAME_PERSON
        one.offered_until, one.pay_until = None, None
        one.save(update_fields=["state", "moved_at", "because", "offered_until", "pay_until"])
    news.tell_ended(course_class, over, at=at)
    return over
