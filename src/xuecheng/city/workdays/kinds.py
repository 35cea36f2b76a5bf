"""The import kind of the calendar: one row for each day off and each make-up working day."""

from __future__ import annotations

from datetime import date

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
from xuecheng.city.refusals import Refusal

from . import rules, services
from .models import SpecialDay

NAME = "workdays.days"
_HOLIDAY_TITLES = {
    "new_year": ("元旦", "New Year's Day"),
    "spring": ("春节", "Spring Festival"),
    "qingming": ("清明节", "Qingming Festival"),
    "labour": ("劳动节", "Labour Day"),
    "dragon_boat": ("端午节", "Dragon Boat Festival"),
    "mid_autumn": ("中秋节", "Mid-Autumn Festival"),
    "national": ("国庆节", "National Day"),
    "other": ("其他", "Other"),
}


class DayTwice(Refusal):
    message = _("%(date)s stands in this file twice.")
    remedy = _("Keep one of the two rows.")
    field = "date"


class CityWideOnly(Refusal):
    """The calendar is the whole country's; who keeps one district must not change it for all."""

    message = _("Only an operator of the whole city brings the calendar.")


COLUMNS = [
    Column(
        name="date", title_zh="日期", title_en="Date", kind=Kind.DATE, required=True, example="2027-01-01",
        hint=_("One row for each day on which the week's order does not hold"),
    ),
    Column(
        name="kind", title_zh="类型", title_en="Kind", kind=Kind.CHOICE, required=True, example="休息",
        choices=(
            Choice(value=rules.OFF, title_zh="休息", title_en="Day off", aliases=("放假", "休")),
            Choice(value=rules.WORK, title_zh="上班", title_en="Working day", aliases=("调休上班", "班", "补班")),
        ),
    ),
    Column(
        name="holiday", title_zh="节日", title_en="Holiday", kind=Kind.CHOICE, example="元旦",
        choices=tuple(Choice(value=code, title_zh=zh, title_en=en) for code, (zh, en) in _HOLIDAY_TITLES.items()),
        hint=_("For a working day: the holiday that it makes up for"),
    ),
    Column(
        name="state", title_zh="状态", title_en="State", kind=Kind.CHOICE, required=True, example="已公布",
        choices=(
            Choice(value=rules.ANNOUNCED, title_zh="已公布", title_en="Announced"),
            Choice(value=rules.EXPECTED, title_zh="预计", title_en="Expected"),
        ),
        hint=_("Expected days are not used for deadlines; announced ones take their place"),
    ),
    Column(
        name="source", title_zh="依据", title_en="Source", required=True, max_length=200,
        example="国务院办公厅关于2027年部分节假日安排的通知", hint=_("Who says so: number and date of the notice"),
    ),
]  # fmt: skip

_LABELS: dict[type[Refusal], object] = {
    rules.WeekdayWorksAnyway: pgettext_lazy("kind of problem", "Works anyway"),
    rules.HolidayUnnamed: pgettext_lazy("kind of problem", "Holiday missing"),
    rules.DayOfAnotherCentury: pgettext_lazy("kind of problem", "Date"),
    DayTwice: pgettext_lazy("kind of problem", "Day twice"),
    CityWideOnly: pgettext_lazy("kind of problem", "Not allowed"),
}
PROBLEM_TEXTS: dict[str, Sentences] = {
    refusal().code: sentences_of(refusal, label=label)  # type: ignore[arg-type]  # lazy texts
    for refusal, label in _LABELS.items()
}


def _day(row: Row) -> services.Day:
    values = row.values
    return services.Day(values["date"], values["kind"], values.get("holiday", ""), values["state"], values["source"])


def check(context: ImportContext, rows: list[Row]) -> list[RowVerdict]:
    """Judge a slice of rows: each by itself, against the file, and against what is known."""
    if "may" not in context.kept:
        standing = standing_of(context.brought_by, today=context.today)
        context.kept["may"] = standing.may_city_wide(services.ACT)
    days = [_day(row) for row in rows]
    known = {row.on: row for row in SpecialDay.objects.filter(on__in=[day.on for day in days])}
    return [_judge(context, day, known) for day in days]


def _judge(context: ImportContext, day: services.Day, known: dict[date, SpecialDay]) -> RowVerdict:
    problems = list(rules.check_special(day.on, day.kind, day.holiday))
    if not context.kept["may"]:
        problems.append(CityWideOnly())
    if day.on.toordinal() in context.seen:
        problems.append(DayTwice(date=day.on.isoformat()))
    context.seen.add(day.on.toordinal())
    if problems:
        return bad([Problem.of(problem) for problem in problems])
    row = known.get(day.on)
    return KNOWN if row is not None and services.is_same(day, row) else GOOD


def write(context: ImportContext, rows: list[Row]) -> WriteCount:
    """Write the rows, the file's name being the reason that the history keeps."""
    written = services.write_days(
        actor=standing_of(context.brought_by, today=context.today),
        days=[_day(row) for row in rows],
        why=str(_("Calendar from a file")),
    )
    return WriteCount(written=written, known=len(rows) - written)


KIND = ImportKind(
    name=NAME,
    title=_("Calendar of working days"),
    explanation=_("One row for each holiday and each make-up working day of a year, as announced."),
    columns=COLUMNS,
    act=services.ACT,
    check=check,
    write=write,
    problem_texts=PROBLEM_TEXTS,
    next_step=(_("See the calendar"), "workdays:show_today"),
)
