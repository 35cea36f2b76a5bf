"""How a job is shown: its title and state in the reader's language, how far it is, and what to say when it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext

from .models import Job
from .running import FAULT

_CHIPS = {
    Job.State.WAITING: "wait",
    Job.State.RUNNING: "now",
    Job.State.DONE: "done",
    Job.State.CANCELLED: "neutral",
    Job.State.FAILED: "no",
}


@dataclass(frozen=True)
class Face:
    """What a page shows of a job."""

    public_id: str
    title: str
    state: str
    chip: str
    is_open: bool
    can_be_retried: bool
    done: int
    total: int | None
    words: str
    error: str
    fault: str
    """Under which id the log has what happened; empty when a rule refused."""
    started_by: str
    organisation: str
    created_at: datetime
    ended_at: datetime | None
    result_url: str
    """Where what it made can be seen; the job's `result` names it as {"page": [url name, argument]}."""


def face_of(job: Job) -> Face:
    state = Job.State(job.state)
    is_open = state in (Job.State.WAITING, Job.State.RUNNING)
    return Face(
        public_id=str(job.public_id),
        title=job.title_en if get_language() == "en" else job.title_zh,
        state=str(state.label),
        chip=_CHIPS[state],
        is_open=is_open,
        can_be_retried=state in (Job.State.FAILED, Job.State.CANCELLED),
        done=job.done_count,
        total=job.total_count,
        words=_words(job, state),
        error=_error(job, state),
        fault=str(job.result.get("fault", "")) if state == Job.State.FAILED else "",
        organisation=job.organisation.name if job.organisation else "",
        started_by=job.started_by.name if job.started_by else "",
        created_at=job.created_at,
        ended_at=job.ended_at,
        result_url=_page(job.arguments) or _page(job.result),
    )


def _words(job: Job, state: Job.State) -> str:
    if state == Job.State.WAITING and not job.done_count:
        return gettext("Waiting for its turn.")
    if job.cancel_asked and state == Job.State.RUNNING:
        return gettext("Stopping at the next step.")
    if job.total_count:
        return gettext("%(done)s of %(total)s done.") % {"done": f"{job.done_count:,}", "total": f"{job.total_count:,}"}
    if job.done_count:
        return gettext("%(done)s done.") % {"done": f"{job.done_count:,}"}
    return gettext("Getting ready.") if state == Job.State.RUNNING else gettext("Nothing was done.")


def _error(job: Job, state: Job.State) -> str:
    if state != Job.State.FAILED:
        return ""
    if fault := job.result.get("fault"):
        return gettext(FAULT) % {"fault": fault}
    return str(job.result.get("refusal_en", job.error)) if get_language() == "en" else job.error


def _page(data: dict[str, Any]) -> str:
    place = data.get("page")
    if not place:
        return ""
    try:
        return reverse(place[0], args=place[1:])
    except NoReverseMatch:
        return ""
