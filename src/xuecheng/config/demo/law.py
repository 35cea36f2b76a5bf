"""The demonstration's conversion rules and units: parameters of a made-up certification body, never shown as law."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.creditbank.models import FrameworkLevel
from xuecheng.learning.creditbank.services.units import UnitDraft

from .content import ACTIVITIES, COURSES, FORMAL_COURSES

SINCE = date(2023, 1, 1)
FRAMEWORK = "GD-LEQ"


class RulePlan(NamedTuple):
    """A rule to be drafted by one officer and approved by the other. `then` are its later versions."""

    code: str
    name_zh: str
    name_en: str
    body: dict[str, Any]
    why: str


class UnitPlan(NamedTuple):
    code: str
    title_zh: str
    title_en: str
    level: str
    field: str
    kind: str
    credits: int
    outcomes: tuple[tuple[str, str], ...]


UNITS = (
    UnitPlan(
        "HL101", "居家照护基础", "Care at home: basics", "2", "0922", "certificate", 600,
        (
            ("能为卧床老人翻身、清洁、喂食，并说明要注意什么", "Turns, washes and feeds a person in bed and says what to watch for"),
            ("能测体温、脉搏、血压并正确记录", "Takes and records temperature, pulse and blood pressure"),
        ),
    ),
    UnitPlan(
        "HL201", "失智照护", "Dementia care", "3", "0922", "certificate", 800,
        (("能识别失智的常见表现，并用恰当的方式回应", "Recognises common signs of dementia and responds fittingly"),),
    ),
    UnitPlan(
        "IT101", "计算机应用一级", "Using computers, level one", "3", "0611", "certificate", 400,
        (("能用文字处理和电子表格完成日常工作", "Does everyday work with a word processor and spreadsheets"),),
    ),
)  # fmt: skip


def unit_draft(unit: UnitPlan, *, level: FrameworkLevel, keeper: Organisation) -> UnitDraft:
    """What an officer writes of a planned unit."""
    return UnitDraft(
        title_zh=unit.title_zh, title_en=unit.title_en, level=level, field=unit.field, kind=unit.kind,
        credits=unit.credits, keeper=keeper, valid_from=SINCE,
        outcomes=[{"zh": zh, "en": en, "assessed_by": ["practical"]} for zh, en in unit.outcomes],
    )  # fmt: skip


def _codes(level: int) -> list[str]:
    return [course.code for course in COURSES if course.level == level]


def _give(kind: str, level: str, unit: str | None = None) -> list[dict[str, Any]]:
    return [{"framework": FRAMEWORK, "kind": kind, "level": level, "field": "", "unit": unit}]


def rules() -> list[RulePlan]:
    """The rules in force, easy ones first (先易后难)."""
    community = [
        RulePlan(
            f"R-041{level}",
            f"社区课程学时转换（{level}级）",
            f"Community courses, level {level}",
            {
                "priority": 50,
                "match": {
                    "origin": "nonformal",
                    "activity_code": [*_codes(level), f"KC{level}-*"],
                    "role": ["learner"],
                    "min_attendance_percent": 60,
                },
                "quantity": {"from": "minutes"},
                "give": _give("community", str(level)),
                "caps": [{"id": "year", "period": "year", "per": "rule", "max": 1200, "policy": "cut"}],
                "validity_months": None,
                "retroactive": False,
            },
            "社区课程是最容易认定的一类，先开放",
        )
        for level in (1, 2, 3)
    ]
    activities = RulePlan(
        "R-0420",
        "志愿服务与讲座累计学时",
        "Volunteering and lectures, hours accumulated",
        {
            "priority": 40,
            "match": {"origin": "nonformal", "activity_code": [*sorted({one.code for one in ACTIVITIES}), "ZY-*"]},
            "quantity": {"from": "minutes", "accumulate": "quarter"},
            "give": _give("community", "1"),
            "caps": [{"id": "year", "period": "year", "per": "rule", "max": 200, "policy": "cut"}],
            "validity_months": None,
            "retroactive": False,
        },
        "零散的志愿服务和讲座按季度累计，免得每次都被舍掉",
    )
    formal = RulePlan(
        "R-0101",
        "开放大学课程学分",
        "Open university courses",
        {
            "priority": 60,
            "match": {
                "origin": "formal",
                "institution": ["GZ-KFDX"],
                "course_code": sorted({course.code for course in FORMAL_COURSES if course.level == 4}),
            },
            "quantity": {"from": "minutes"},
            "give": _give("formal", "4"),
            "caps": [],
            "validity_months": None,
            "retroactive": False,
        },
        "同级学历课程，成绩合格即可认定",
    )
    certificates = [
        RulePlan(
            code, name_zh, name_en,
            {
                "priority": 70,
                "match": {"origin": "certificate", "type_code": [type_code]},
                "quantity": {"from": "fixed"},
                "give": [{**_give("certificate", level, unit)[0], **({} if unit else {"credits": credits_})}],
                "caps": [],
                "validity_months": None,
                "retroactive": False,
            },
            "证书由发证机构考核过，按认证单元给定学分",
        )
        for code, name_zh, name_en, type_code, level, unit, credits_ in (
            ("R-0207", "养老护理员（五级）证书", "Care worker certificate, grade five", "ZY-YLHL-5", "2", "HL101@1", 600),
            ("R-0208", "养老护理员（四级）证书", "Care worker certificate, grade four", "ZY-YLHL-4", "3", "HL201@1", 800),
            ("R-0209", "全国计算机等级考试一级", "National computer examination, level one", "NCRE-1", "3", "IT101@1", 400),
            ("R-0210", "家政服务员（五级）证书", "Domestic service certificate, grade five", "ZY-JZFW-5", "2", None, 500),
            ("R-0211", "中式面点师（四级）证书", "Chinese pastry certificate, grade four", "ZY-ZSMD-4", "3", None, 700),
            ("R-0212", "红十字救护员证", "Red Cross first-aid certificate", "JJ-CPR", "2", None, 100),
        )
    ]  # fmt: skip
    points = RulePlan(
        "R-0500",
        "学习打卡积分",
        "Points for study circles",
        {
            "priority": 90,
            "match": {"origin": "nonformal", "activity_code": ["JF-*"]},
            "quantity": {"from": "minutes"},
            "give": [{"framework": "JF", "kind": "reward"}],
            "caps": [{"id": "year", "period": "year", "per": "rule", "max": 20000, "policy": "cut"}],
            "validity_months": None,
            "retroactive": False,
        },
        "打卡是鼓励，不是学分：给积分，可以换东西、抵学费",
    )
    return [*community, activities, formal, *certificates, points]


WAITING = RulePlan(
    "R-0213",
    "保育师（五级）证书",
    "Childcare certificate, grade five",
    {
        "priority": 70,
        "match": {"origin": "certificate", "type_code": ["ZY-BYY-5"]},
        "quantity": {"from": "fixed"},
        "give": [{**_give("certificate", "2")[0], "credits": 600}],
        "caps": [],
        "validity_months": None,
        "retroactive": False,
    },
    "幼儿园和托育机构来函，请求认定",
)
"""Drafted by one officer, waits for the other: the demonstration's four-eyes case."""

SENT_BACK = RulePlan(
    "R-0214",
    "普通话水平测试二级乙等",
    "Mandarin test, grade 2B",
    {
        "priority": 70,
        "match": {"origin": "certificate", "type_code": ["PSC-2B"]},
        "quantity": {"from": "fixed"},
        "give": [{**_give("certificate", "3")[0], "credits": 400}],
        "caps": [],
        "validity_months": None,
        "retroactive": False,
    },
    "推普工作需要",
)
IN_WRITING = RulePlan(
    "R-0215",
    "社区学习团队带头人培训",
    "Training of leaders of learning circles",
    {
        "priority": 50,
        "match": {"origin": "nonformal", "activity_code": ["TD-*"], "min_attendance_percent": 80},
        "quantity": {"from": "minutes"},
        "give": _give("community", "2"),
        "caps": [{"id": "year", "period": "year", "per": "rule", "max": 400, "policy": "cut"}],
        "validity_months": None,
        "retroactive": False,
    },
    "各区都在办，先写出来征求意见",
)
"""Still being written by its author."""

UNIT_WAITING = UnitPlan(
    "YZ201", "社区园艺骨干", "Leading a community garden", "2", "0812", "community", 300,
    (("能带领邻居把一块公共绿地种好、管好一季", "Leads neighbours through one season of a shared garden"),),
)  # fmt: skip
UNIT_SENT_BACK = UnitPlan(
    "SJ201", "手机助老志愿者", "Helping elders with phones", "2", "0611", "community", 500,
    (("能耐心教会一位长者独立挂号", "Patiently teaches an elder to book a doctor alone"),),
)  # fmt: skip
UNIT_SENT_BACK_REASON = "一项成果给5.00学分偏多，请补充成果或减少学分。"

SENT_BACK_REASON = "学分偏高：按学时算约2.00，请说明为什么给4.00。"
