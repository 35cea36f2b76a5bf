"""What can be imported here: course completions, certificates, activities, in the columns of `credit-bank.md` §6."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.access.queries import standing_of
from xuecheng.city.imports.files import Choice, Column, Kind
from xuecheng.city.imports.kinds import (
    GOOD,
    KNOWN,
    ImportContext,
    ImportKind,
    Problem,
    Row,
    RowVerdict,
    Sentences,
    WriteCount,
    bad,
    sentences_of,
)
from xuecheng.city.refusals import Refusal, Text
from xuecheng.learning.records import rules, services
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import Origin, Role, Source, Status
from xuecheng.learning.records.services.gates import OriginNotReported

_ACT = "records.enter_record"


def _person() -> list[Column]:
    return [
        Column(
            name="person_ref",
            title_zh="学习卡号",
            title_en="Card number",
            kind=Kind.CODE,
            required=True,
            max_length=64,
            example="4412 3456 7890 1221",
            hint=_("The number on the learning card; or the learner's sign-in name"),
            aliases=("卡号", "学员账号", "person"),
        ),
        Column(
            name="name",
            title_zh="姓名",
            title_en="Name",
            required=True,
            max_length=80,
            example="陈丽华",
            hint=_("As on the learning account"),
            aliases=("学员姓名",),
        ),
    ]


def _correction() -> list[Column]:
    """C-11: a row that corrects names the version it takes the place of, and says why."""
    return [
        Column(
            name="replaces",
            title_zh="更正第几版",
            title_en="Corrects version",
            kind=Kind.INTEGER,
            least=1,
            most=32_000,
            hint=_("Only to correct a record that is here: the version that this row replaces"),
        ),
        Column(
            name="reason",
            title_zh="更正原因",
            title_en="Reason of the correction",
            max_length=200,
            hint=_("Only for a correction: why"),
        ),
    ]


FORMAL = [
    Column(
        name="institution_code", title_zh="机构代码", title_en="Institution code", kind=Kind.CODE, required=True,
        max_length=24, example="LW-SQXY", hint=_("The code of your institution"), aliases=("学校代码",),
    ),
    Column(
        name="record_key", title_zh="记录编号", title_en="Record key", kind=Kind.CODE, required=True, max_length=80,
        example="2026S-00117", hint=_("Your own number of this completion; it never comes twice"),
    ),
    *_person(),
    Column(
        name="course_code", title_zh="课程代码", title_en="Course code", kind=Kind.CODE, required=True, max_length=60,
        example="GY-101",
    ),
    Column(
        name="course_title", title_zh="课程名称", title_en="Course title", required=True, example="粤语会话入门（一）",
        aliases=("课程",),
    ),
    Column(name="term", title_zh="学期", title_en="Term", max_length=40, example="2026年春季"),
    Column(
        name="start_date", title_zh="开始日期", title_en="First day", kind=Kind.DATE, example="2026-03-02",
        aliases=("开课日期",),
    ),
    Column(
        name="end_date", title_zh="结束日期", title_en="Last day", kind=Kind.DATE, required=True, example="2026-06-28",
        hint=_("Decides the period and the rule that applies"), aliases=("结课日期",),
    ),
    Column(
        name="hours_contact", title_zh="面授小时", title_en="Hours in class", kind=Kind.HOURS, most=10_000 * 60,
        example="24",
    ),
    Column(
        name="hours_total", title_zh="总小时", title_en="Hours in all", kind=Kind.HOURS, most=10_000 * 60, example="32",
        hint=_("Class and self-study, in hours of 60 minutes"), aliases=("学习小时",),
    ),
    Column(
        name="credits_local", title_zh="本校学分", title_en="Local credits", kind=Kind.HUNDREDTHS, most=100_000,
        example="2",
    ),
    Column(name="level", title_zh="等级", title_en="Level", kind=Kind.CODE, max_length=8, example="2"),
    Column(
        name="grade", title_zh="成绩", title_en="Grade", kind=Kind.GRADE, max_length=20, example="86",
        hint=_("Empty only for who withdrew"),
    ),
    Column(
        name="grade_scale", title_zh="成绩制", title_en="Grade scale", kind=Kind.CHOICE, required=True,
        choices=(
            Choice(value="percent", title_zh="百分制", title_en="Marks to 100"),
            Choice(value="five", title_zh="五级制", title_en="Five grades"),
            Choice(value="two", title_zh="两级制", title_en="Pass or fail"),
            Choice(value="letters", title_zh="字母制", title_en="Letters"),
        ),
        example="百分制",
    ),
    Column(
        name="status", title_zh="结果", title_en="Result", kind=Kind.CHOICE, required=True,
        choices=(
            Choice(value=Status.PASSED, title_zh="通过", title_en="Passed", aliases=("合格", "结业")),
            Choice(value=Status.FAILED, title_zh="未通过", title_en="Failed", aliases=("不合格", "未结业")),
            Choice(value=Status.WITHDRAWN, title_zh="退出", title_en="Withdrawn", aliases=("退学", "退课")),
        ),
        example="通过",
    ),
    Column(
        name="mode", title_zh="方式", title_en="Mode", kind=Kind.CHOICE,
        choices=(
            Choice(value="classroom", title_zh="面授", title_en="Classroom"),
            Choice(value="online", title_zh="线上", title_en="Online"),
            Choice(value="mixed", title_zh="混合", title_en="Mixed"),
        ),
        example="面授",
    ),
    Column(
        name="evidence_url", title_zh="证明链接", title_en="Evidence", max_length=300,
        example="https://example.org/2026S-00117", hint=_("Where the proof can be seen"),
    ),
    *_correction(),
]  # fmt: skip

CERTIFICATE = [
    Column(
        name="issuer_code", title_zh="发证机构代码", title_en="Issuer code", kind=Kind.CODE, required=True,
        max_length=24, example="GZ-JNJD", hint=_("The code of your institution"),
    ),
    Column(
        name="certificate_no", title_zh="证书编号", title_en="Certificate number", kind=Kind.CODE, required=True,
        max_length=80, example="YL20260001234", aliases=("证书号",),
    ),
    *_person(),
    Column(
        name="type_code", title_zh="证书类型代码", title_en="Type code", kind=Kind.CODE, required=True, max_length=60,
        example="YLHL-3",
    ),
    Column(name="title", title_zh="证书名称", title_en="Title", required=True, example="养老护理员（三级）"),
    Column(
        name="grade_or_level", title_zh="等级或成绩", title_en="Grade or level", kind=Kind.GRADE, max_length=20,
        example="3",
    ),
    Column(
        name="issued_on", title_zh="发证日期", title_en="Issued on", kind=Kind.DATE, required=True,
        example="2026-05-18",
    ),
    Column(
        name="valid_to", title_zh="有效期至", title_en="Valid to", kind=Kind.DATE,
        hint=_("The last day; empty if it never expires"),
    ),
    Column(name="evidence_file", title_zh="证明文件", title_en="Evidence", max_length=300),
    *_correction(),
]  # fmt: skip

NONFORMAL = [
    Column(
        name="organiser_code", title_zh="主办机构代码", title_en="Organiser code", kind=Kind.CODE, required=True,
        max_length=24, example="LW-SQXY", hint=_("The code of your institution"), aliases=("机构代码",),
    ),
    Column(
        name="record_key", title_zh="记录编号", title_en="Record key", kind=Kind.CODE, required=True, max_length=80,
        example="HD-2026-00321", hint=_("Your own number of this participation; it never comes twice"),
    ),
    *_person(),
    Column(
        name="activity_code", title_zh="活动代码", title_en="Activity code", kind=Kind.CODE, required=True,
        max_length=60, example="SQ-TJQ",
    ),
    Column(
        name="activity_title", title_zh="活动名称", title_en="Activity title", required=True, example="二十四式太极拳",
        aliases=("活动",),
    ),
    Column(
        name="role", title_zh="身份", title_en="Role", kind=Kind.CHOICE, required=True,
        choices=(
            Choice(value=Role.LEARNER, title_zh="学员", title_en="Learner", aliases=("学习者", "参加者")),
            Choice(value=Role.VOLUNTEER, title_zh="志愿者", title_en="Volunteer", aliases=("义工",)),
            Choice(value=Role.TEACHER, title_zh="教师", title_en="Teacher", aliases=("老师", "主讲")),
        ),
        example="学员",
    ),
    Column(
        name="start", title_zh="开始日期", title_en="First day", kind=Kind.DATE, required=True, example="2026-09-05"
    ),
    Column(name="end", title_zh="结束日期", title_en="Last day", kind=Kind.DATE, required=True, example="2026-11-14"),
    Column(
        name="minutes", title_zh="分钟数", title_en="Minutes", kind=Kind.MINUTES, required=True, most=10_000 * 60,
        example="900", hint=_("Time of learning, in minutes; 15小时 can be read too"),
    ),
    Column(
        name="attended_sessions", title_zh="到课次数", title_en="Sessions attended", kind=Kind.INTEGER, most=10_000,
        example="10",
    ),
    Column(
        name="held_sessions", title_zh="开课次数", title_en="Sessions held", kind=Kind.INTEGER, most=10_000,
        example="10",
    ),
    Column(
        name="territory_code", title_zh="所在区划代码", title_en="Territory code", kind=Kind.CODE, max_length=12,
        example="440103004000", hint=_("Where it took place: the official code of 12 digits"),
    ),
    Column(name="outcome_note", title_zh="学习成果", title_en="Outcome", max_length=300),
    *_correction(),
]  # fmt: skip


def _formal(values: Mapping[str, Any]) -> Entry:
    contact = values.get("hours_contact")
    return Entry(
        institution_code=values["institution_code"],
        record_key=values["record_key"],
        person_ref=values["person_ref"],
        name=values["name"],
        origin=Origin.FORMAL.value,
        code=values["course_code"],
        title=values["course_title"],
        ended_on=values["end_date"],
        started_on=values.get("start_date"),
        term=values.get("term", ""),
        # A school that counts class hours only says nothing of self-study.
        minutes=values.get("hours_total") or contact or 0,
        contact_minutes=contact,
        credits_local=values.get("credits_local"),
        level=values.get("level", ""),
        grade=values["grade"],
        grade_scale=values["grade_scale"],
        status=values["status"],
        mode=values.get("mode", ""),
        evidence=values.get("evidence_url", ""),
        replaces=values.get("replaces"),
        reason=values.get("reason", ""),
    )


_IS_LEVEL = re.compile(r"[0-9]{1,2}(\.[0-9])?").fullmatch


def _certificate(values: Mapping[str, Any]) -> Entry:
    graded = values.get("grade_or_level", "")
    is_level = _IS_LEVEL(graded) is not None
    return Entry(
        institution_code=values["issuer_code"],
        record_key=values["certificate_no"],
        person_ref=values["person_ref"],
        name=values["name"],
        origin=Origin.CERTIFICATE.value,
        code=values["type_code"],
        title=values["title"],
        ended_on=values["issued_on"],
        level=graded if is_level else "",
        grade="" if is_level else graded,
        valid_to=values.get("valid_to"),
        evidence=values.get("evidence_file", ""),
        replaces=values.get("replaces"),
        reason=values.get("reason", ""),
    )


def _nonformal(values: Mapping[str, Any]) -> Entry:
    return Entry(
        institution_code=values["organiser_code"],
        record_key=values["record_key"],
        person_ref=values["person_ref"],
        name=values["name"],
        origin=Origin.NONFORMAL.value,
        code=values["activity_code"],
        title=values["activity_title"],
        ended_on=values["end"],
        started_on=values["start"],
        minutes=values["minutes"],
        role=values["role"],
        attended_sessions=values.get("attended_sessions"),
        held_sessions=values.get("held_sessions"),
        territory_code=values.get("territory_code", ""),
        note=values.get("outcome_note", ""),
        replaces=values.get("replaces"),
        reason=values.get("reason", ""),
    )


def _judge(context: ImportContext, entry_of: Callable[[Mapping[str, Any]], Entry], rows: list[Row]) -> None:
    """Judge a slice and keep the answers by row number: `write` comes right after `check`, for the same rows."""
    kept = context.kept
    if "actor" not in kept:
        kept["actor"], kept["seen"] = standing_of(context.brought_by, today=context.today), services.Seen()
    arrivals = services.judge(
        actor=kept["actor"],
        act=_ACT,
        entries=[entry_of(row.values) for row in rows],
        today=context.today,
        seen=kept["seen"],
    )
    kept["arrivals"] = dict(zip([row.row_no for row in rows], arrivals, strict=True))


def _import_kind(
    name: str,
    *,
    title: Text,
    explanation: Text,
    columns: list[Column],
    entry_of: Callable[[Mapping[str, Any]], Entry],
    column_of: Mapping[str, str],
) -> ImportKind:
    """A kind whose rows become records. `column_of` says under which column a refusal's field stands in its files."""

    def verdict(arrival: services.Arrival) -> RowVerdict:
        if arrival.outcome is services.Outcome.KNOWN:
            return KNOWN
        if arrival.outcome is services.Outcome.REFUSED:
            return bad([Problem.of(one, column=column_of.get(one.field, one.field)) for one in arrival.refusals])
        return GOOD

    def check(context: ImportContext, rows: list[Row]) -> list[RowVerdict]:
        _judge(context, entry_of, rows)
        return [verdict(arrival) for arrival in context.kept["arrivals"].values()]

    def write(context: ImportContext, rows: list[Row]) -> WriteCount:
        if any(row.row_no not in context.kept.get("arrivals", {}) for row in rows):
            _judge(context, entry_of, rows)
        arrivals = [context.kept["arrivals"][row.row_no] for row in rows]
        services.queue_for([arrival.reporter.id for arrival in arrivals if arrival.reporter is not None])
        done = services.write_arrivals(
            actor=context.kept["actor"],
            act=_ACT,
            arrivals=arrivals,
            source=Source.IMPORT,
            at=context.at,
            import_file_id=context.file_id,
        )
        written = sum(one.outcome in {services.Outcome.NEW, services.Outcome.CORRECTION} for one in done)
        return WriteCount(written=written, known=len(done) - written)

    return ImportKind(
        name=name,
        title=title,
        explanation=explanation,
        columns=columns,
        check=check,
        write=write,
        problem_texts=PROBLEM_TEXTS,
        next_step=(_("See the records"), "records:list_records"),
    )


_LABELS: dict[type[Refusal], Text] = {
    rules.UnknownLearner: pgettext_lazy("kind of problem", "Learner unknown"),
    rules.IdentityNumberGiven: pgettext_lazy("kind of problem", "Identity number"),
    rules.NameMismatch: pgettext_lazy("kind of problem", "Name differs"),
    OriginNotReported: pgettext_lazy("kind of problem", "Not reported"),
    rules.EndsInFuture: pgettext_lazy("kind of problem", "Still to come"),
    rules.EndsBeforeItBegins: pgettext_lazy("kind of problem", "Dates exchanged"),
    rules.MinutesNegative: pgettext_lazy("kind of problem", "Hours"),
    rules.MoreThanADayHolds: pgettext_lazy("kind of problem", "Too many hours"),
    rules.MoreThanWasHeld: pgettext_lazy("kind of problem", "Too many hours"),
    rules.AttendedMoreThanWasHeld: pgettext_lazy("kind of problem", "Too many sessions"),
    rules.GradeNotInScale: pgettext_lazy("kind of problem", "Grade"),
    rules.CertificateAlreadyClaimed: pgettext_lazy("kind of problem", "Certificate of another"),
    rules.OutsideAccreditedScope: pgettext_lazy("kind of problem", "Not accredited"),
    rules.OutsideAccreditedPeriod: pgettext_lazy("kind of problem", "Not accredited"),
    rules.RecordConflict: pgettext_lazy("kind of problem", "Says something else"),
    services.OtherInstitution: pgettext_lazy("kind of problem", "Other institution"),
    services.KeyOfAnotherLearner: pgettext_lazy("kind of problem", "Key of another"),
    services.KeyTwiceInFile: pgettext_lazy("kind of problem", "Key twice"),
    services.GradeScaleUnknown: pgettext_lazy("kind of problem", "Grade"),
    services.ContactExceedsTotal: pgettext_lazy("kind of problem", "Hours"),
    services.ExpiresBeforeIssue: pgettext_lazy("kind of problem", "Dates exchanged"),
    services.TerritoryUnknown: pgettext_lazy("kind of problem", "Territory"),
    services.NothingToCorrect: pgettext_lazy("kind of problem", "Correction"),
    services.NotTheLatestVersion: pgettext_lazy("kind of problem", "Correction"),
    services.CorrectionReasonMissing: pgettext_lazy("kind of problem", "Correction"),
}
PROBLEM_TEXTS: dict[str, Sentences] = {
    refusal().code: sentences_of(refusal, label=label) for refusal, label in _LABELS.items()
}

KINDS = [
    _import_kind(
        "records.formal",
        title=_("Course completions"),
        explanation=_("One row for each learner of a course that ended, with grade and hours."),
        columns=FORMAL,
        entry_of=_formal,
        column_of={"minutes": "hours_total", "contact_minutes": "hours_contact"},
    ),
    _import_kind(
        "records.certificate",
        title=_("Certificates"),
        explanation=_("One row for each certificate that was issued."),
        columns=CERTIFICATE,
        entry_of=_certificate,
        column_of={
            "institution_code": "issuer_code",
            "record_key": "certificate_no",
            "end_date": "issued_on",
            "grade": "grade_or_level",
        },
    ),
    _import_kind(
        "records.nonformal",
        title=_("Activities"),
        explanation=_("One row for each person who took part in an activity, with the time of learning."),
        columns=NONFORMAL,
        entry_of=_nonformal,
        column_of={"institution_code": "organiser_code", "end_date": "end"},
    ),
]
