"""An institution of the city states what people learnt elsewhere: rows of its table (C-11, C-13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import trace
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import groups_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.learning.foreign.models import ForeignRecord
from xuecheng.learning.foreign.queries import body_of_city, law
from xuecheng.learning.foreign.reading import Bad, Found, Holder
from xuecheng.learning.records.queries.arriving import Learner, learners_called

from .bringing import ROBOT
from .crediting import settle
from .refusals import NobodyDecides
from .rows import fresh
from .taking_in import take_in


class LearnerUnknown(Refusal):
    message = _("Nobody has the card number “%(person_ref)s”.")
    remedy = _("Look at the learning card again, or write the sign-in name.")
    field = "person_ref"


class OwnLearning(Refusal):
    message = _("Nobody states their own learning.")
    remedy = _("Let somebody else at your institution bring this row.")
    field = "person_ref"


class NameOfAnother(Refusal):
    message = _("The card belongs to somebody who is called otherwise.")
    remedy = _("Compare name and card number.")
    field = "name"


class DayToCome(Refusal):
    message = _("The last day is to come.")
    remedy = _("Bring the row when the learning is over.")
    field = "end_date"


class BroughtByAnother(Refusal):
    message = _("This achievement was brought for another person already. The certification body looks at it.")
    field = "record_key"


class OtherContent(Refusal):
    message = _("This achievement is here already, and says something else.")
    remedy = _("Give it a number of its own, or ask the certification body.")
    field = "record_key"


_Here = defaultdict[bytes, list[ForeignRecord]]
_COMPARED = ("claim", "learner_id", "digest", "state", "holder")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table. `issuer_key` is how the issuer is recognised; credits are hundredths."""

    person_ref: str
    name: str
    issuer_name: str
    issuer_key: str
    record_key: str
    title: str
    ended_on: date
    kind: str = ""
    code: str = ""
    level: str = ""
    credits: int | None = None
    scheme: str = ""
    grade: str = ""
    started_on: date | None = None

    def found(self) -> Found:
        keys = tuple(filter(None, [self.issuer_key]))
        return Found(
            place=self.record_key, issuer_name=self.issuer_name, issuer_keys=keys, title=self.title,
            holder=Holder(names=(self.name,)), identifier=self.record_key, is_of_holder=bool(keys), kind=self.kind,
            code=self.code, level=self.level, credits=self.credits, scheme=self.scheme, grade=self.grade,
            started_on=self.started_on, ended_on=self.ended_on,
        )  # fmt: skip


def judged(rows: Sequence[Row], *, brought_by: int, today: date) -> list[Refusal | bool]:
    """For each row why it cannot be taken, or whether it is here already. Three queries."""
    learners = learners_called({row.person_ref for row in rows})
    groups = groups_of([one.id for one in learners.values()])
    own = groups.get(brought_by, (brought_by,))
    claims = {row.found().claim for row in rows}
    here: _Here = defaultdict(list)
    for one in ForeignRecord.objects.filter(claim__in=claims, state__in=ForeignRecord.LIVE).only(*_COMPARED):
        here[bytes(one.claim)].append(one)
    return [
        OwnLearning()
        if (learner := learners.get(row.person_ref)) is not None and learner.id in own
        else _judged(row, learner, groups, here, today=today)
        for row in rows
    ]


def _judged(
    row: Row, learner: Learner | None, groups: dict[int, tuple[int, ...]], here: _Here, *, today: date
) -> Refusal | bool:
    if learner is None:
        return LearnerUnknown(person_ref=row.person_ref)
    if learner.name != row.name:
        return NameOfAnother()
    if row.ended_on > today:
        return DayToCome()
    found = row.found()
    keys, known = groups.get(learner.id, (learner.id,)), here[found.claim]
    mine = next((one for one in known if one.learner_id in keys), None)
    if mine is not None:
        return OtherContent() if bytes(mine.digest) != found.digest else True
    return BroughtByAnother() if any(one.claims for one in known) else False


def state_records(
    rows: Sequence[Row], *, stated_by: Organisation, brought_by: int, import_file_id: int, at: datetime
) -> tuple[int, int]:
    """Take the rows in, within the slice's transaction; answers how many are new and how many were here. Safe twice.
    Whoever brought the table gets nothing of it for themselves, under whichever account.

    For the import, which has checked the right (foreign.state_record at the institution). Raises `NobodyDecides`.
    """
    if (body := body_of_city()) is None:
        raise NobodyDecides
    new = known = 0
    with trace.change(by=ROBOT, why=f"import {import_file_id}"):
        learners = learners_called({row.person_ref for row in rows})
        ids = sorted({one.id for one in learners.values()})
        groups = groups_of(ids)
        # All of them at once, in the house's order, before any of their rows.
        everybody = sorted({key for one in ids for key in groups.get(one, (one,))})
        people = {
            one.pk: one for one in Person.objects.filter(pk__in=everybody).order_by("pk").select_for_update(no_key=True)
        }
        rules = law(body)
        for row in rows:
            if (learner := learners.get(row.person_ref)) is None:
                continue
            keys = groups.get(learner.id, (learner.id,))
            if brought_by in keys:
                continue
            came = take_in(
                row.found(), learner=people[learner.id], keys=keys, emails=tuple, whole=None, at=at,
                origin={"stated_by": stated_by, "import_file_id": import_file_id, "body": body},
            )  # fmt: skip
            is_new = not isinstance(came, Bad) and came.taken_in_at == at and came.import_file_id == import_file_id
            if is_new and isinstance(came, ForeignRecord):
                settle(fresh(came.pk), rules, keys=keys, at=at)
            new, known = new + is_new, known + (not is_new)
    return new, known
