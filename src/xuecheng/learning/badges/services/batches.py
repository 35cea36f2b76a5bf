"""Verbs of issuing for many: for a course by a job, by a standing order, and anew after a key was compromised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from itertools import islice
from typing import Any, Final, Protocol
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.jobs import services as jobs
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.trace import Actor
from xuecheng.learning.badges import queries
from xuecheng.learning.badges.models import Badge, Batch, IssuingRule, SigningKey
from xuecheng.learning.badges.queries.acts import ISSUE
from xuecheng.learning.badges.queries.lines import Wanted, lines_of

from .issuing import ROBOT, issue_lines, lock_learners
from .moving import reissue_for_key, revoke_resting_on

ISSUED = "badges.issue_for_course"
"""Kind of the job."""
SLICE: Final = 50
_MOST_BY_RULE: Final = 500
"""Credentials that one run of a standing order issues; the rest waits for the next."""


class Progress(Protocol):
    """The hand that holds the work."""

    done: int
    total: int | None
    cursor: dict[str, Any]

    def slice(self) -> AbstractContextManager[None]: ...


class DaysWrong(Refusal):
    message = _("The last day lies before the first.")
    remedy = _("Give the days between which the course ended.")
    field = "ended_to"


class CodeMissing(Refusal):
    message = _("Say for which course.")
    field = "code"


class RuleRuns(Refusal):
    message = _("Credentials for this kind of credit are issued by rule already.")
    field = "kind"


def issue_for_course(
    *,
    actor: Standing,
    public_id: UUID,
    organisation: Organisation,
    code: str,
    ended_from: date,
    ended_to: date,
    at: datetime,
) -> Batch:
    """Credentials for everybody with credit of the course `code` ended in `[ended_from, ended_to)`, by a job.

    Asked again with the same id, the same batch. Right: badges.issue_badge at the institution. Raises `Denied`,
    `DaysWrong`, `CodeMissing`, `FormUsedBefore`.
    """
    require(actor, ISSUE, on=organisation)
    if not code.strip():
        raise CodeMissing
    if ended_to <= ended_from:
        raise DaysWrong
    with trace.change(by=actor.person, why=gettext_noop("Credentials for a course")):
        row, is_new = Batch.objects.select_related("organisation").get_or_create(
            public_id=public_id,
            defaults={
                "organisation": organisation, "code": code.strip(), "ended_from": ended_from, "ended_to": ended_to,
                "asked_by": actor.person, "asked_at": at,
            },
        )  # fmt: skip
        if (row.organisation_id, row.code) != (organisation.pk, code.strip()):
            raise FormUsedBefore
        if is_new:
            row.job = jobs.start(
                ISSUED, at=at, title_zh=f"签发证书：{row.code}", title_en=f"Issuing credentials: {row.code}",
                arguments={"batch": row.pk, "page": ["badges:show_batch", str(public_id)]}, by=actor.person,
                organisation=organisation,
            )  # fmt: skip
            row.save(update_fields=["job"])
    return row


def issue_batch(row: Batch, progress: Progress, *, now: Callable[[], datetime]) -> Batch:
    """The job of `issue_for_course`. Interrupted anywhere, the same call goes on after the last learner."""
    row = Batch.objects.select_related("organisation__territory", "asked_by").get(pk=row.pk)
    wanted = queries.wanted_of_course(
        institution=row.organisation, code=row.code, ended_from=row.ended_from, ended_to=row.ended_to,
        on=clock.date_of(now()), after=progress.cursor.get("after", 0),
    )  # fmt: skip
    progress.total = progress.done + len(wanted)
    for chunk in _chunks(wanted):
        with (
            progress.slice(),
            trace.change(by=row.asked_by, why=gettext_noop("Credentials for a course")),
        ):
            _issue(chunk, how=Badge.How.OFFICER, by=row.asked_by, batch=row, at=now())
            progress.done += len(chunk)
            progress.cursor["after"] = chunk[-1].learner_id
    with progress.slice():
        row.issued_count = Badge.objects.filter(batch=row).count()
        row.finished_at = row.finished_at or now()
        row.save(update_fields=["issued_count", "finished_at"])
    return row


def start_rule(*, actor: Standing, public_id: UUID, organisation: Organisation, kind: str, at: datetime) -> IssuingRule:
    """From now on whoever gets credit of a kind from an institution gets a credential. Said twice, once.

    Right: badges.issue_badge at the institution. Raises `Denied`, `RuleRuns`.
    """
    require(actor, ISSUE, on=organisation)
    with (
        trace.change(by=actor.person, why=gettext_noop("Credentials by rule")),
        refusing(badges_rule_one_runs=RuleRuns),
    ):
        row, _is_new = IssuingRule.objects.get_or_create(
            public_id=public_id,
            defaults={"organisation": organisation, "kind": kind, "made_by": actor.person, "made_at": at},
        )
    return row


def end_rule(*, actor: Standing, rule: IssuingRule, at: datetime) -> IssuingRule:
    """What was issued stays. Said twice, once. Right: badges.issue_badge at the institution. Raises `Denied`."""
    require(actor, ISSUE, on=rule.access_scope())
    with trace.change(by=actor.person, why=gettext_noop("No credentials by rule any more")):
        row = IssuingRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
        if row.ended_at is None:
            row.ended_at = at
            row.save(update_fields=["ended_at"])
    return row


def tend(*, at: datetime) -> int:
    """Issue by standing orders; revoke what rests on credit that was taken back meanwhile. Safe twice."""
    moved = 0
    for learner, gone in queries.taken_back():
        with trace.change(by=ROBOT, why=gettext_noop("The credit was taken back")):
            lock_learners([learner])
            moved += revoke_resting_on(
                learner_ids=[learner], gone=gone, at=at, why=gettext_noop("The credit was taken back")
            )
    for rule in IssuingRule.objects.select_related("organisation").filter(ended_at=None).order_by("pk"):
        wanted = queries.wanted_of_rule(
            institution=rule.organisation, kind=rule.kind, since=rule.made_at, on=clock.date_of(at), most=_MOST_BY_RULE
        )
        for chunk in _chunks(wanted):
            with trace.change(by=ROBOT, why=gettext_noop("Credentials by rule")):
                moved += len(_issue(chunk, how=Badge.How.RULE, by=None, at=at))
    return moved


def _issue(
    chunk: Sequence[Wanted], *, how: str, by: Actor | None, at: datetime, batch: Batch | None = None
) -> list[Badge]:
    """Credentials for what still stands when the learners are locked: a case, an exchange or an erasure may have come
    between."""
    keys = lock_learners({one.learner_id for one in chunk})
    asked = {(one.record_id, one.class_id) for one in chunk}
    found = [one for one in lines_of(keys, on=clock.date_of(at)) if (one.record.pk, one.of.unit) in asked]
    return issue_lines(found, how=how, by=by, batch=batch, at=at)


def reissue_each(key: SigningKey, progress: Progress, *, now: Callable[[], datetime]) -> int:
    """The job of `compromise_key`: whatever holds and was signed by it is issued anew, the old one revoked."""
    key = SigningKey.objects.get(pk=key.pk)
    rows = Badge.objects.filter(key=key).exclude(state=Badge.State.REVOKED)
    progress.total = progress.done + rows.filter(pk__gt=progress.cursor.get("after", 0)).count()
    made = 0
    for row in _in_slices(rows, progress):
        with progress.slice():
            anew = reissue_for_key(
                row, by=ROBOT, why=gettext_noop("Its signing key is not safe any more; it was issued anew"), at=now()
            )
            made += anew is not None
            progress.done += 1
            progress.cursor["after"] = row.pk
    return made


def _in_slices(rows: QuerySet[Badge], progress: Progress) -> Iterator[Badge]:
    """Without their documents, so many at a time, from where the work was left."""
    while some := list(rows.filter(pk__gt=progress.cursor.get("after", 0)).order_by("pk").only("learner")[:SLICE]):
        yield from some


def _chunks(lines: Sequence[Wanted]) -> Iterator[list[Wanted]]:
    """Slices that end with a learner: the cursor names the last one done."""
    rest = iter(lines)
    chunk = list(islice(rest, SLICE))
    while chunk:
        following = next(rest, None)
        while following is not None and following.learner_id == chunk[-1].learner_id:
            chunk.append(following)
            following = next(rest, None)
        yield chunk
        chunk = [] if following is None else [following, *islice(rest, SLICE - 1)]
