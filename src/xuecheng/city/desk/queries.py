"""What waits for an operator today, gathered from all of the ground floor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from xuecheng.city import clock
from xuecheng.city.access.models import BrokenGlass, RoleHolding
from xuecheng.city.access.queries import Standing, drafts, ending_soon, glass_to_review, proposed, visible
from xuecheng.city.jobs import queries as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.jobs.queries import RoutineFace
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.organisations.models import Organisation, OrganisationStatus
from xuecheng.city.territories.models import TerritoryVersion

ROLES_END_WITHIN_DAYS = 30
JOBS_FAILED_WITHIN_DAYS = 14
COMING_WITHIN_DAYS = 60
MOST_SHOWN = 8


@dataclass(frozen=True)
class Waiting:
    """What an operator should look at, each list cut to what a page can show."""

    failed_jobs: list[Job]
    fallen: list[RoutineFace]
    """Routines whose last run failed."""
    late: list[RoutineFace]
    """Routines that should have run: if there are several, no worker is up."""
    roles_ending: list[RoleHolding]
    emergencies: list[BrokenGlass]
    """Broken glass that nobody has reviewed, the newest alarm among it."""
    proposed: int
    """Sensitive roles and drafts of roles that wait for a second person."""
    displaced: list[Organisation]
    """Active organisations whose division has ended."""
    suspended: list[OrganisationStatus]
    coming: list[OrganisationStatus | TerritoryVersion]
    """Recorded changes whose day is near."""

    def count(self) -> int:
        """How many things ask for an act; what merely comes or rests is not counted."""
        of_each = (
            len(self.failed_jobs),
            len(self.fallen),
            len(self.roles_ending),
            len(self.displaced),
            len(self.emergencies),
            self.proposed,
        )
        return sum(of_each) + (1 if self.late else 0)


def waiting_for_operator(viewer: Standing, *, at: datetime) -> Waiting:
    """Everything that waits where `viewer` is an operator. Ten queries, however much waits."""
    today = clock.date_of(at)
    mine = visible(viewer, "organisations.change_organisation", territory="territory")
    displaced = organisations.in_ended_divisions().filter(mine).order_by("code")
    routines = jobs.routines(at=at) if viewer.may_city_wide("jobs.see_routines") else []
    return Waiting(
        failed_jobs=list(jobs.failed_jobs(viewer, since=at - timedelta(days=JOBS_FAILED_WITHIN_DAYS))[:MOST_SHOWN]),
        fallen=[face for face in routines if face.fault],
        late=[face for face in routines if face.is_late and not face.fault],
        roles_ending=list(ending_soon(viewer, today=today, days=ROLES_END_WITHIN_DAYS)[:MOST_SHOWN]),
        emergencies=list(glass_to_review(viewer)[:MOST_SHOWN]),
        proposed=proposed(viewer).order_by()[:99].count() + len(drafts(viewer)),
        displaced=list(displaced[:MOST_SHOWN]),
        suspended=_suspended(viewer, today),
        coming=_coming(viewer, today),
    )


def _suspended(viewer: Standing, today: date) -> list[OrganisationStatus]:
    seen = visible(viewer, "organisations.change_organisation", territory="organisation__territory")
    return list(
        OrganisationStatus.objects.filter(seen, state=OrganisationStatus.State.SUSPENDED, during__contains=today)
        .select_related("organisation")
        .order_by("during", "id")[:MOST_SHOWN]
    )


def _coming(viewer: Standing, today: date) -> list[OrganisationStatus | TerritoryVersion]:
    period = {"during__startswith__gt": today, "during__startswith__lte": today + timedelta(days=COMING_WITHIN_DAYS)}
    statuses = OrganisationStatus.objects.filter(
        visible(viewer, "organisations.change_organisation", territory="organisation__territory"), **period
    ).select_related("organisation")
    versions = TerritoryVersion.objects.filter(
        visible(viewer, "territories.change_territory", territory="territory"), **period
    ).select_related("territory", "parent")
    found: list[OrganisationStatus | TerritoryVersion] = [*statuses[:MOST_SHOWN], *versions[:MOST_SHOWN]]
    return sorted(found, key=lambda one: one.during.lower)
