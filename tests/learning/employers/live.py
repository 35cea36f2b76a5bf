"""Lists and consents at any organisation by the real clock, for pages and doors of the whole house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from learning.employers.situations import UNKNOWN, a_file, a_row
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.config.demo.load import Hand
from xuecheng.learning.employers import services
from xuecheng.learning.employers.models import CheckedList, Consent


def standing(who: Person) -> Standing:
    return standing_of(who, today=clock.today())


def a_list(keeper: Standing, place: Organisation, *rows: Sequence[str]) -> CheckedList:
    """One that waits for its job."""
    return services.bring_list(
        actor=keeper, public_id=uuid4(), organisation=place, file_name="应聘者.csv",
        chunks=[a_file(rows or [a_row(UNKNOWN)])], at=clock.now(),
    )  # fmt: skip


def a_checked_list(keeper: Standing, place: Organisation, *rows: Sequence[str]) -> CheckedList:
    """One with its answers."""
    made = services.check_list(a_list(keeper, place, *rows), Hand(), now=clock.now)
    Job.objects.filter(pk=made.job_id).update(state="done", ended_at=clock.now())
    return made


def over(row: CheckedList) -> CheckedList:
    """The list with its job stopped."""
    Job.objects.filter(pk=row.job_id).update(state="cancelled", ended_at=clock.now())
    return row


def a_consent(learner: Person, place: Organisation) -> Consent:
    now = clock.now()
    return services.give_consent(
        actor=standing(learner), public_id=uuid4(), learner=learner, organisation=place,
        until=now + timedelta(days=30), at=now,
    )  # fmt: skip
