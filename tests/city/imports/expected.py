"""Columns that the tests of files expect: one of each kind."""

from __future__ import annotations

from xuecheng.city.imports.files import Choice, Column, Kind

KEY = Column(
    name="record_key",
    title_zh="记录编号",
    title_en="Record key",
    kind=Kind.CODE,
    required=True,
    max_length=40,
    example="LW-0001",
)
NAME = Column(name="name", title_zh="姓名", title_en="Name", required=True, max_length=60, example="示例")
END = Column(
    name="end_date", title_zh="结束日期", title_en="End date", kind=Kind.DATE, required=True, example="2026-06-30"
)
HOURS = Column(
    name="hours_total", title_zh="总学时", title_en="Hours", kind=Kind.HOURS, aliases=("学时",), example="24"
)
MINUTES = Column(name="minutes", title_zh="分钟", title_en="Minutes", kind=Kind.MINUTES)
CREDITS = Column(name="credits_local", title_zh="本校学分", title_en="Local credits", kind=Kind.HUNDREDTHS, most=10_000)
SESSIONS = Column(name="sessions", title_zh="课次", title_en="Sessions", kind=Kind.INTEGER, least=-5, most=400)
GRADE = Column(name="grade", title_zh="成绩", title_en="Grade", kind=Kind.GRADE, max_length=20)
STATUS = Column(
    name="status",
    title_zh="结果",
    title_en="Result",
    kind=Kind.CHOICE,
    choices=(
        Choice(value="passed", title_zh="合格", title_en="passed", aliases=("通过",)),
        Choice(value="failed", title_zh="不合格", title_en="not passed"),
    ),
    example="合格",
)
COLUMNS = (KEY, NAME, END, HOURS, MINUTES, CREDITS, SESSIONS, GRADE, STATUS)
SHORT = (KEY, NAME, END)
