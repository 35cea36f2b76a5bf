"""What waits today for operators, for who protects data, and at the counter, gathered from all of the ground floor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from xuecheng.city import clock
from xuecheng.city.access.models import BrokenGlass, RoleHolding
from xuecheng.city.access.queries import Standing, drafts, ending_soon, glass_to_review, proposed, visible
from xuecheng.city.jobs import queries as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.jobs.queries import RoutineFace
from xuecheng.city.mydata import queries as mydata
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.organisations.models import Organisation, OrganisationStatus
from xuecheng.city.people import queries as people
from xuecheng.city.realname import queries as realname
from xuecheng.city.territories.models import TerritoryVersion
from xuecheng.web.counting import counts_of

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
    requests: int
    """What residents asked about their data and nobody has answered."""
    erasures: int
    """Accounts to be erased, which others have opened."""
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
            self.requests,
            self.erasures,
        )
        return sum(of_each) + (1 if self.late else 0)


def waiting_for_operator(viewer: Standing, *, at: datetime) -> Waiting:
    """Everything that waits where `viewer` is an operator. Eleven queries, however much waits."""
    today = clock.date_of(at)
    mine = visible(viewer, "organisations.change_organisation", territory="territory")
    displaced = organisations.in_ended_divisions().filter(mine).order_by("code")
    routines = jobs.routines(at=at) if viewer.may_city_wide("jobs.see_routines") else []
    data = counts_of({"requests": [mydata.visible_requests(viewer)], "erasures": [mydata.to_confirm(viewer)]})
    return Waiting(
        failed_jobs=list(jobs.failed_jobs(viewer, since=at - timedelta(days=JOBS_FAILED_WITHIN_DAYS))[:MOST_SHOWN]),
        fallen=[face for face in routines if face.fault],
        late=[face for face in routines if face.is_late and not face.fault],
        roles_ending=list(ending_soon(viewer, today=today, days=ROLES_END_WITHIN_DAYS)[:MOST_SHOWN]),
        emergencies=list(glass_to_review(viewer)[:MOST_SHOWN]),
        proposed=proposed(viewer).order_by()[:99].count() + len(drafts(viewer)),
        requests=data["requests"],
        erasures=data["erasures"],
        displaced=list(displaced[:MOST_SHOWN]),
        suspended=_suspended(viewer, today),
        coming=_coming(viewer, today),
    )


@dataclass(frozen=True)
class AtCounter:
    """What waits at the counter, each counted as far as a menu counts."""

    documents: int
    """Identity documents that people have told and nobody has seen yet."""
    duplicates: int
    erasures: int
    """Accounts to be erased: told at the counter or waiting for their day."""

    def count(self) -> int:
        """How many kinds of things wait: each is one line of the page."""
        return bool(self.documents) + bool(self.duplicates) + bool(self.erasures)


def waiting_at_counter(viewer: Standing) -> AtCounter:
    """What waits where `viewer` is at the counter. One query."""
    found = counts_of(
        {
            "documents": [realname.to_decide(viewer)],
            "duplicates": [people.candidates(viewer)],
            "erasures": [mydata.visible_erasures(viewer)],
        }
    )
    return AtCounter(**found)


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
