"""The standards that the house proposes where a city has set none (N-01, N-03) [K]: a beginning, never a law."""

from __future__ import annotations

from .services import Requirement

SOURCE = "教育部等九部门关于进一步推进社区教育发展的意见（教职成〔2016〕4号）；建议稿"

_SAFE = Requirement(
    code="fire", shown_by="document", months=36, text_zh="消防安全检查合格", text_en="The fire inspection is passed"
)
_ROOMS = Requirement(
    code="premises", shown_by="premises", text_zh="有能开课的场地", text_en="It has premises to teach in"
)
_PLAN = Requirement(
    code="plan", shown_by="document", months=12, text_zh="本年度工作计划已公布", text_en="This year's plan is published"
)

STANDARDS: dict[str, tuple[Requirement, ...]] = {
    "city": (
        _ROOMS,
        _SAFE,
        _PLAN,
        Requirement(
            code="research", shown_by="document", months=24, text_zh="全市社区教育研究与指导",
            text_en="Research and guidance for the city",
        ),
    ),
    "district": (
        _ROOMS,
        _SAFE,
        _PLAN,
        Requirement(
            code="curriculum", shown_by="document", months=24, text_zh="有供街镇使用的课程",
            text_en="A curriculum for the schools",
        ),
        Requirement(
            code="model", shown_by="fact", months=12, text_zh="办有示范班", text_en="It holds model classes"
        ),
        Requirement(
            code="guidance", shown_by="fact", months=12, text_zh="每季度到街镇学校指导",
            text_en="It guides the schools each quarter",
        ),
    ),
    "street": (
        _ROOMS,
        _SAFE,
        Requirement(
            code="staff", shown_by="fact", months=12, text_zh="有专人负责", text_en="Somebody is in charge of it"
        ),
        Requirement(
            code="activities", shown_by="fact", months=12, text_zh="全年组织活动不少于24次",
            text_en="At least 24 activities a year",
        ),
        Requirement(
            code="points", shown_by="fact", months=12, text_zh="指导辖区内学习点",
            text_en="It guides the points in its area",
        ),
    ),
    "point": (
        _ROOMS,
        Requirement(
            code="hours", shown_by="fact", months=12, text_zh="公布开放时间", text_en="Its opening hours are told"
        ),
    ),
}  # fmt: skip
