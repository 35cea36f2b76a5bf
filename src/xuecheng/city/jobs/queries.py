"""Questions about background jobs."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xuecheng.city.access.queries import Standing, visible

from .models import Job


def visible_jobs(viewer: Standing) -> QuerySet[Job]:
    """Jobs that `viewer` started or may see at their organisations or in their territory, newest first."""
    return (
        Job.objects.filter(
            visible(
                viewer,
                "jobs.see_job",
                organisation="organisation",
                territory="organisation__territory",
                person="started_by",
            )
        )
        .select_related("started_by", "organisation__territory")
        .order_by("-id")
    )


def failed_jobs(viewer: Standing) -> QuerySet[Job]:
    """Those that failed and were not tried again."""
    return visible_jobs(viewer).filter(Q(state=Job.State.FAILED))
