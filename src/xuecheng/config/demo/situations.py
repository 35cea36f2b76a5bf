"""Single cases that the pages should show: what waits, what was sent back, what was corrected, disputed, taken back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.recognition.services import rule_versions
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import Source
from xuecheng.learning.records.services.entering import enter_records

from . import law
from .content import COURSES

if TYPE_CHECKING:
    from .load import Officers

# 陈惠芬's learning: course, when it ended, minutes attended, sessions attended of those held.
_STORY = (
    ("SJ101", date(2025, 5, 16), 960, 8, 8),
    ("SF101", date(2025, 7, 4), 1440, 12, 12),
    ("SJ103", date(2025, 10, 24), 480, 4, 4),
    ("YJ101", date(2025, 12, 19), 1320, 11, 12),
    ("LJ101", date(2026, 3, 27), 480, 4, 4),
    ("SF201", date(2026, 6, 26), 2880, 24, 24),
    ("ZF102", date(2026, 9, 30), 840, 7, 8),
    ("TJ101", date(2026, 11, 5), 1440, 12, 12),
)


def arrange(staff: dict[str, Person], officers: Officers, *, today: date, now: datetime) -> None:
    """Make the cases; those already there are left."""
    keeper = Organisation.objects.select_related("territory").get(code="GZ-XFRZ")
    _rules_in_work(officers, keeper, now)


def _rules_in_work(officers: Officers, keeper: Organisation, now: datetime) -> None:
    from .load import drafted, tried  # noqa: PLC0415  # this module is loaded by that one

    waiting = drafted(law.WAITING, officers, keeper, at=now - timedelta(days=2))
    if waiting.state == RuleVersion.State.DRAFT:
        waiting = rule_versions.propose_rule(actor=officers.drafts, rule=waiting, at=now)
        tried(waiting, officers.drafts, at=now)
    back = drafted(law.SENT_BACK, officers, keeper, at=now - timedelta(days=6))
    if back.state == RuleVersion.State.DRAFT:
        back = rule_versions.propose_rule(actor=officers.drafts, rule=back, at=now)
        tried(back, officers.drafts, at=now)
        rule_versions.reject_rule(actor=officers.decides, rule=back, reason=law.SENT_BACK_REASON, at=now)


def tell_the_story(staff: dict[str, Person], officers: Officers, *, now: datetime) -> None:
    """What the demonstration's resident learnt, entered as her institutions would."""
    person = staff["chen.huifen"]
    card = LearningAccount.objects.get(person=person).card_number
    titles = {course.code: course.title for course in COURSES}
    entries = [
        Entry(
            institution_code="LW-SQXX01" if number % 3 else "LW-SQXY", record_key=f"CHF-{number:02d}", person_ref=card,
            name=person.name, origin="nonformal", code=code, title=titles[code], ended_on=ended,
            started_on=ended - timedelta(days=60), term=f"{ended.year}{'春季' if ended.month < 8 else '秋季'}", minutes=minutes,
            role="learner", attended_sessions=attended, held_sessions=held, evidence="演示：签到表",
        )
        for number, (code, ended, minutes, attended, held) in enumerate(_STORY)
    ]  # fmt: skip
    entries.append(
        Entry(
            institution_code="LW-ZYPX", record_key="CHF-YLHL5", person_ref=card, name=person.name, origin="certificate",
            code="ZY-YLHL-5", title="养老护理员（五级）", ended_on=date(2026, 7, 10), grade="合格",
            grade_scale="two", evidence="演示：证书复印件",
        )
    )  # fmt: skip
    entries += [
        Entry(
            institution_code="LW-TSG", record_key=f"CHF-TSG-{number}", person_ref=card, name=person.name, origin="nonformal",
            code="ZY-TSG", title="图书馆志愿服务", ended_on=day, started_on=day, minutes=180, role="volunteer",
            attended_sessions=1, held_sessions=1, evidence="演示：服务记录",
        )
        for number, day in enumerate((date(2026, 8, 8), date(2026, 8, 22), date(2026, 9, 12), date(2026, 10, 17)))
    ]  # fmt: skip
    enter_records(actor=officers.registers, entries=entries, source=Source.IMPORT, at=now)
