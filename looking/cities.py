"""The four cities that are photographed: as the demonstration is, without learning, with long names, with wrong forms."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from xuecheng.config.embedded import Embedded

TYPICAL, EMPTY, LONG, ERROR = "typical", "empty", "long", "error"
STATES = (TYPICAL, EMPTY, LONG, ERROR)
NOBODY = "nobody"
"""Whoever is not signed in."""
_OF_TYPICAL = (TYPICAL, LONG, ERROR)

_TITLE_ZH = "粤港澳大湾区岭南非物质文化遗产传承与社区家庭教育指导高级研修班（2026年秋季第二期）"
_TITLE_EN = (
    "Advanced seminar on the intangible cultural heritage of Lingnan and guidance for families, second of autumn 2026"
)
_TITLES = {"title_zh": f"'{_TITLE_ZH}第' || id || '号'", "title_en": f"'{_TITLE_EN}, no. ' || id"}
_RULE_ZH = "广州市社区教育机构非学历学习成果（含志愿服务与家庭教育指导）认定与转换暂行办法（2026年修订稿）"
_RULE_EN = (
    "Provisional rules of Guangzhou for the recognition and conversion of non-formal learning outcomes (2026 revision)"
)
_NAMES = {"name_zh": f"'{_RULE_ZH}' || id", "name_en": f"'{_RULE_EN} ' || id"}
_FILE = "'2026年秋季学期社区课程结业证书与学习成果汇总（最终版-已核对）learning-outcomes_autumn-2026_final.zip'"

# The longest that people and offices write: 14 signs with dots, a body's whole official name, a course's whole title.
_LONG = {
    "people_person": {"name": "'买买提·吐尔逊·艾力·阿卜杜热合曼'"},
    "organisations_organisation": {
        "name_zh": "'广州市荔湾区逢源街道社区教育学校暨老年大学逢源教学点（耀华社区分点）' || right(code, 3)",
        "name_en": "'Fengyuan Subdistrict Community Education School and University of the Third Age, Liwan District, "
        "Guangzhou (Yaohua Community branch) ' || right(code, 3)",
    },
    "courses_course": _TITLES,
    "facilities_venue": {
        "name_zh": "'广州市荔湾区逢源街道文化站暨老年大学逢源教学点综合楼（耀华社区党群服务中心）'",
        "name_en": "'Fengyuan Subdistrict Cultural Station and Community Service Centre (Yaohua Community branch)'",
    },
    "facilities_space": {"name_zh": "'三楼多功能综合活动室（兼排练厅、可拆分）' || id"},
    "records_learningrecord": {"title": f"'{_TITLE_ZH}'"},
    "badges_achievement": _TITLES,
    "badges_share": {
        "title": "'应聘粤港澳大湾区岭南非物质文化遗产传承中心社区家庭教育指导师（全职，2026年秋季批次）材料'"
    },
    "collectives_collective": {
        "name_zh": "'逢源街道耀华社区岭南非物质文化遗产传承与家庭教育指导学习共同体' || id",
        "name_en": "'Learning circle for the intangible heritage of Lingnan and guidance for families, Yaohua Community ' || id",
    },
    "collectives_deposit": {"title": f"'{_TITLE_ZH}'"},
    "creditbank_unitversion": _TITLES,
    "employers_checkedlist": {"file_name": _FILE},
    "employers_inquiry": {"title": f"'{_TITLE_ZH}'"},
    "exchange_agreement": _NAMES,
    "exchange_lot": {"title": f"'{_TITLE_ZH}'"},
    "foreign_delivery": {"file_name": _FILE},
    "foreign_foreignissuer": _NAMES,
    "foreign_foreignrecord": {
        "title": f"'{_TITLE_EN}'",
        "issuer_name": "'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft, Wien'",
    },
    "priorlearning_evidence": {"title": f"'{_TITLE_ZH}'"},
    "priorlearning_group": {"title": f"'{_TITLE_ZH}'"},
    "recognition_ruleversion": _NAMES,
    "redemption_offer": {
        "title_zh": "'岭南非物质文化遗产传承体验课（含材料、午餐与往返接送，适合六十岁以上学员）' || id",
        "title_en": "'A day with the crafts of Lingnan, material, lunch and the way there included, for people over sixty ' || id",
    },
    "rollout_phase": _NAMES,
    "supervision_withdrawal": {"title": f"'{_TITLE_ZH}'"},
    "volunteers_activity": {
        "title": "'逢源街道耀华社区重阳节敬老服务与岭南非物质文化遗产集市秩序维护志愿服务活动（第二场）'"
    },
}


def prepare(home: Path, states: list[str]) -> None:
    """The demonstration of `home` as it should be, and a copy of it for each state."""
    from xuecheng.config import embedded

    _run("-m", "xuecheng.config.cli.run", "up", "--prepare-only")
    server = embedded.start(home)
    for state in states:
        if state == EMPTY:
            _first_day(server, home)
        _copy(server, state, template="xuecheng" if state in _OF_TYPICAL else _name("first_day"))
        if state in _OF_TYPICAL:
            _run(
                "-m",
                "looking.more",
                str(seeds(home, state)),
                DATABASE_URL=address(home, state),
                XUECHENG_IDENTITY="owner",
            )
        if state == LONG:
            with server.connect(_name(state)) as connection:
                _lengthen(connection)


def _first_day(server: Embedded, home: Path) -> None:
    """The city without learning, kept as long as the schema stays the same: migrating takes a minute."""
    schema, stamp = home / "run" / "schema.json", home / "looking-first-day.json"
    with server.connect() as connection:
        is_there = connection.execute("select 1 from pg_database where datname = %s", [_name("first_day")]).fetchone()
    if is_there and stamp.exists() and stamp.read_text() == schema.read_text():
        return
    _copy(server, "first_day", template="template0")
    _run("-m", "looking.empty", DATABASE_URL=address(home, "first_day"), XUECHENG_IDENTITY="owner")
    stamp.write_text(schema.read_text())


def address(home: Path, state: str) -> str:
    """Where the copy for `state` is reached, as its owner."""
    folder = (home / "database" / "socket-folder").read_text(encoding="utf-8")
    return f"postgresql://postgres@/{_name(state)}?host={folder}"


def seeds(home: Path, state: str) -> Path:
    """Addresses of a copy's single things, to which no page of the demonstration leads."""
    return home / f"looking-{state}-seeds.json"


def _name(state: str) -> str:
    return f"looking_{state}"


def _copy(server: Embedded, state: str, *, template: str) -> None:
    with server.connect() as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = any(%s)", [[_name(state), template]]
        )
        connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(_name(state))))
        connection.execute(
            sql.SQL("create database {} encoding 'UTF8' locale 'C.UTF-8' template {}").format(
                sql.Identifier(_name(state)), sql.Identifier(template)
            )
        )


def _lengthen(connection: object) -> None:
    # A copy to look at: its history need not tell of this, so no trigger is asked.
    for table, columns in _LONG.items():
        sets = ", ".join(f"{column} = {value}" for column, value in columns.items())
        connection.execute(f"alter table {table} disable trigger user")  # type: ignore[attr-defined]
        connection.execute(f"update {table} set {sets}")  # type: ignore[attr-defined]


def _run(*words: str, **more: str) -> None:
    subprocess.run([sys.executable, "-W", "ignore", *words], env=os.environ | more, check=True)
