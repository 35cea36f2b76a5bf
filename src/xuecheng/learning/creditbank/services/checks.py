"""Verbs of checks of the ledger: asking for one, and keeping what it found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.territories.models import Territory
from xuecheng.learning.creditbank.models import LedgerCheck

CHECK_JOB = "creditbank.verify_ledger"
_NIGHTS = UUID("5d0f9f5c-2f0b-4c0e-9a35-0b7c3a1f6e10")


def ask_for_check(*, actor: Standing, city: Territory, public_id: UUID, at: datetime, is_full: bool) -> Job:
    """Start a check of the whole ledger; repeating with the same id answers the same job.

    `is_full` reads every sealed row, else what was sealed since the last good check. Right: creditbank.verify_ledger
    over the city. Raises `Denied`.
    """
    require(actor, "creditbank.verify_ledger", on=city)
    return jobs.start(
        CHECK_JOB,
        at=at,
        title_zh="核对账本",
        title_en="Check of the ledger",
        arguments={"is_full": is_full},
        by=actor.person,
        public_id=public_id,
    )


def check_tonight(*, night: date, at: datetime) -> Job:
    """Start the check of a night, once however often it is asked: all of it on the first of a month."""
    return jobs.start(
        CHECK_JOB,
        at=at,
        title_zh="夜间核对账本",
        title_en="Nightly check of the ledger",
        arguments={"is_full": night.day == 1},
        by=None,
        public_id=uuid5(_NIGHTS, night.isoformat()),
    )


def keep_check(*, job: Job, began_at: datetime, ended_at: datetime, found: dict[str, Any]) -> LedgerCheck:
    """Keep what a check found; once per job."""
    check, _is_new = LedgerCheck.objects.get_or_create(
        public_id=job.public_id,
        defaults={"job": job, "asked_by": job.started_by, "began_at": began_at, "ended_at": ended_at, **found},
    )
    return check
