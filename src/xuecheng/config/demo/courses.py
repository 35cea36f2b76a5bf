"""What the demonstration's colleges can teach: written, reviewed and shared through the same services as real courses."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db.models import F

from xuecheng.city.access.queries import Standing
from xuecheng.city.notices.models import Notice
from xuecheng.coordination.courses import services
from xuecheng.coordination.courses.models import Course, CourseVersion
from xuecheng.learning.creditbank.models import UnitVersion

from .courses_taught import IN_ENGLISH, TAUGHT, Taught
from .place import NAMESPACE, Places

RETURNED_BECAUSE = "请写清楚怎样考核，学费也请说明包含什么。"
APPROVED_BECAUSE = "成果可检验，课时合适"
_LEVELS = {"c": "city", "d": "district", "s": "street", "p": "point"}
NEXT_OUTCOME = "能说出自己的作品好在哪里、还差什么"


def teach(places: Places, writer: Standing, reviewer: Standing, *, now: datetime) -> None:
    """Write the courses, the oldest first; what is there already is left."""
    if Course.objects.exists():
        return
    units = {one.code: one for one in UnitVersion.objects.filter(state=UnitVersion.State.PUBLISHED)}
    made: dict[str, CourseVersion] = {}
    for number, plan in enumerate(TAUGHT):
        at = now - timedelta(days=260 - number * 6)
        version = _written(plan, places, units.get(plan.unit), writer, at=at)
        made[plan.title_zh] = _decided(plan, version, writer, reviewer, at=at)
        if plan.state == "approved":
            services.share_course(actor=writer, course=version.course, is_shared=True)
    _next_version(made["广绣入门"], writer, now=now)
    second = _next_version(made["楷书入门"], writer, now=now)
    services.approve_version(actor=reviewer, version=second, at=now, reason=APPROVED_BECAUSE)
    _copied(made["智能手机：看病挂号与缴费"], places, writer, reviewer, now=now)
    # What was decided months ago was read long since: only the newest stands among what is to be read.
    old = Notice.objects.filter(kind__startswith="courses.", told_at__lt=now - timedelta(days=14), read_at=None)
    old.update(read_at=F("told_at"))


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE, f"course:{name}")


def _written(
    plan: Taught, places: Places, unit: UnitVersion | None, writer: Standing, *, at: datetime
) -> CourseVersion:
    requirement, reason = plan.requires
    return services.write_course(
        actor=writer,
        public_id=_id(f"{plan.owner}:{plan.title_zh}"),
        version_id=_id(f"{plan.owner}:{plan.title_zh}:1"),
        owner=places.by_code[plan.owner],
        facts=services.CourseFacts(
            title_zh=plan.title_zh, title_en=plan.title_en, subject=plan.subject, audience=plan.audience,
            languages=plan.languages.split(),
        ),
        text=services.VersionText(
            outcome="\n".join(plan.outcomes),
            outcome_en="\n".join(IN_ENGLISH.get(plan.title_zh, ())),
            level=plan.level,
            sessions=plan.sessions,
            minutes=plan.minutes,
            unit=unit,
            least_attendance_percent=60 if plan.level == 1 else 75,
            is_assessed=plan.is_assessed,
            entry_requirement=requirement,
            entry_reason=reason,
            fee_fen=plan.fee * 100,
            waivers=["low_income", "disabled", "elder"] if plan.fee else [],
            materials=plan.materials,
            levels=[_LEVELS[one] for one in plan.tiers],
            seats_least=8,
            seats_most=30 if plan.level == 1 else 24,
        ),
        at=at,
    )  # fmt: skip


def _decided(
    plan: Taught, version: CourseVersion, writer: Standing, reviewer: Standing, *, at: datetime
) -> CourseVersion:
    if plan.state == "draft":
        return version
    version = services.send_to_review(actor=writer, version=version, at=at)
    later = at + timedelta(days=2)
    if plan.state == "approved":
        return services.approve_version(actor=reviewer, version=version, at=later, reason=APPROVED_BECAUSE)
    if plan.state == "returned":
        return services.return_version(actor=reviewer, version=version, at=later, reason=RETURNED_BECAUSE)
    return version


def _next_version(version: CourseVersion, writer: Standing, *, now: datetime) -> CourseVersion:
    """A second version goes to review, two sessions longer: the reviewer sees what changed."""
    same = {name: getattr(version, name) for name in services.VersionText.__dataclass_fields__}
    more = {"sessions": version.sessions + 2, "fee_fen": version.fee_fen + 3_000}
    draft = services.draft_version(
        actor=writer, public_id=_id(f"{version.public_id}:2"), course=version.course, at=now,
        text=services.VersionText(**same | more | {"outcome": f"{version.outcome}\n{NEXT_OUTCOME}"}),
    )  # fmt: skip
    return services.send_to_review(actor=writer, version=draft, at=now)


def _copied(source: CourseVersion, places: Places, writer: Standing, reviewer: Standing, *, now: datetime) -> None:
    """Another district teaches what Haizhu shares."""
    made = services.copy_course(
        actor=writer,
        public_id=_id("copy"),
        version_id=_id("copy:1"),
        source=source,
        owner=places.by_code["CH-SQXY"],
        at=now,
    )
    sent = services.send_to_review(actor=writer, version=made, at=now)
    services.approve_version(actor=reviewer, version=sent, at=now, reason=APPROVED_BECAUSE)
