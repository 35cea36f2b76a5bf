"""An employer in the demonstration verified one list; one holder agreed, the other did not.

Done through the same services as real ones; in one transaction, so that an interrupted load goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid5

from django.db import transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.jobs.models import Job
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.tables import csv_lines
from xuecheng.learning.badges.models import Badge
from xuecheng.learning.employers import reading, services
from xuecheng.learning.employers.models import CheckedList

from .place import NAMESPACE

_DAY = timedelta(days=1)


def verify(staff: dict[str, Person], *, now: datetime) -> None:
    """A list of applicants with every answer there is, a day old; whoever was asked about was told."""
    with transaction.atomic():
        company = Organisation.objects.filter(kind=Kind.ENTERPRISE, is_active=True).order_by("code").first()
        if company is None or CheckedList.objects.exists():
            return
        at = now - _DAY
        agrees, other = staff["chen.huifen"], staff["he.jialin"]
        services.give_consent(
            actor=standing_of(agrees, today=clock.date_of(at)), public_id=uuid5(NAMESPACE, "employers.consent"),
            learner=agrees, organisation=company, until=now + 40 * _DAY, at=at - _DAY,
        )  # fmt: skip
        row = services.bring_list(
            actor=standing_of(staff["tan.zhaohui"], today=clock.date_of(at)),
            public_id=uuid5(NAMESPACE, "employers.list"), organisation=company, file_name="社区岗位应聘者.csv",
            chunks=csv_lines([one.title_zh for one in reading.COLUMNS[:3]], _rows(agrees, other)), at=at,
        )  # fmt: skip
        assert row.job is not None
        services.check_list(row, _Here(row.job), now=lambda: at)
        Job.objects.filter(pk=row.job.pk).update(
            state=Job.State.DONE, ended_at=at, done_count=row.row_count, total_count=row.row_count
        )
        services.tell_holders(at=at)


def _rows(agrees: Person, other: Person) -> list[list[str]]:
    mine = list(Badge.objects.filter(learner=agrees, replaced_by=None).select_related("achievement").order_by("pk"))
    theirs = Badge.objects.filter(learner=other, replaced_by=None).select_related("achievement").order_by("pk")[:2]
    rows = [[str(one.public_id), agrees.name, one.achievement.title_zh] for one in mine]
    rows += [[str(one.public_id), other.name, one.achievement.title_zh] for one in theirs]
    if mine:
        rows.append([str(mine[0].public_id), "陈慧芬", mine[0].achievement.title_zh])
    return [*rows, ["M6SH-CDC2-YJ8J", "黎嘉欣", "社区护理"], ["见附件", "黎嘉欣", "社区护理"]]


class _Here(Progress):
    """The same work without a worker: within the load's own transaction nobody else has the job."""

    @contextmanager
    def slice(self) -> Iterator[None]:
        with transaction.atomic():
            yield
