"""Single cases that the pages should show: what waits, what was sent back, what ends, what comes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid5

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank import services as bank
from xuecheng.learning.creditbank.models import FrameworkLevel, LearningAccount, UnitVersion
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.recognition.services import rule_versions
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import Source
from xuecheng.learning.records.services.entering import enter_records

from . import law, registers
from .cases import Cast
from .content import COURSES
from .place import NAMESPACE

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


def arrange(staff: dict[str, Person], officers: Officers, cast: Cast, *, now: datetime) -> None:
    """Make the cases; those already there are left."""
    from .load import Hand  # noqa: PLC0415  # this module is loaded by that one

    keeper = Organisation.objects.select_related("territory").get(code="GZ-XFRZ")
    _rules_in_work(officers, keeper, now)
    _rules_that_change(officers, keeper, cast.today, now)
    _units_in_work(officers, keeper, now)
    registers.bring_files(cast, Hand)
    registers.keep_registers(cast, registers.operator_of(staff, today=cast.today))


def _rules_that_change(officers: Officers, keeper: Organisation, today: date, now: datetime) -> None:
    """A rule that ends with the year, one whose next version begins with the next, and a draft still being written."""
    from .load import drafted, tried  # noqa: PLC0415

    year_end = date(today.year + 1, 1, 1)
    ending = RuleVersion.objects.select_related("keeper__territory").get(code="R-0210", version=1)
    if ending.effect_to is None:
        rule_versions.end_rule(
            actor=officers.decides, rule=ending, on=year_end, reason="证书改版，新证书另订规则", at=now
        )
    old = RuleVersion.objects.select_related("keeper__territory").get(code="R-0412", version=1)
    text = rule_versions.RuleText(
        name_zh=old.name_zh,
        name_en=old.name_en,
        body={**old.body, "caps": [{**old.body["caps"][0], "max": 1600}]},
        effect_from=year_end,
        effect_to=None,
        why="2级课程学时长，一年12学分不够用",
    )
    renewed = RuleVersion.objects.filter(code="R-0412", version=2).first() or rule_versions.new_version(
        actor=officers.drafts, public_id=uuid5(NAMESPACE, "rule:R-0412:2"), of=old, text=text, at=now
    )
    if renewed.state == RuleVersion.State.DRAFT:
        renewed = rule_versions.propose_rule(actor=officers.drafts, rule=renewed, at=now)
        tried(renewed, officers.drafts, at=now)
        rule_versions.approve_rule(actor=officers.decides, rule=renewed, reason="试算后同意，明年起施行", at=now)
    drafted(law.IN_WRITING, officers, keeper, at=now)


def _units_in_work(officers: Officers, keeper: Organisation, now: datetime) -> None:
    """A unit that waits for the other officer, and one that was sent back."""
    levels = {level.label: level for level in FrameworkLevel.objects.filter(framework__code=law.FRAMEWORK)}
    for unit, reason in ((law.UNIT_WAITING, ""), (law.UNIT_SENT_BACK, law.UNIT_SENT_BACK_REASON)):
        if UnitVersion.objects.filter(code=unit.code).exists():
            continue
        draft = law.unit_draft(unit, level=levels[unit.level], keeper=keeper)
        made = bank.draft_unit(
            actor=officers.drafts,
            public_id=uuid5(NAMESPACE, f"unit:{unit.code}"),
            code=unit.code,
            draft=draft,
            why="社区学院提出",
        )
        if reason:
            bank.reject_unit(actor=officers.decides, unit=made, at=now, reason=reason)


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
