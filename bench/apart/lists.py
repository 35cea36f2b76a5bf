"""Long lists: a million residents and a million records in a city, and their pages as an officer over a district turns them."""

from __future__ import annotations

import statistics
import time
from datetime import date
from typing import Any

# Names as frequent as in a city: a few thousand, so that many share one.
_PEOPLE = """
insert into people_person (password, public_id, sign_in_name, name, sort_key, birth_year, territory_id, language, is_active,
    is_fictional, joined_at)
select '!', gen_random_uuid(), 'm' || lpad(n::text, 8, '0'), zh[1 + n %% 20] || given[1 + n / 20 %% 20] || given[1 + n / 400 %% 20],
    (array['chen','lin','huang','li','zhang','liang','wu','liu','cai','yang','xie','xu','zheng','he','luo','deng','feng','zhou',
        'zeng','su'])[1 + n %% 20] || ' ' || chr(97 + n / 20 %% 20) || ' ' || chr(97 + n / 400 %% 20),
    1930 + n %% 75, places[1 + abs(hashint4(n)) %% cardinality(places)], 'zh-hans', true, true, now()
from generate_series(1, %(count)s) n,
    (select array_agg(id order by id) places from territories_territory where is_current and level in ('street', 'community')) p,
    (select string_to_array('陈林黄李张梁吴刘蔡杨谢许郑何罗邓冯周曾苏', null) zh,
        string_to_array('伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂', null) given) w"""
_RECORDS = """
insert into records_learningrecord (book, learner_id, institution_id, record_key, version, is_latest, origin, code, title, term,
    ended_on, minutes, level, grade, grade_scale, status, role, mode, territory_code, evidence, note, digest, source,
    entered_by_id, entered_at, reason)
select learner %% 256, learner, places[1 + abs(hashint4(n)) %% cardinality(places)], 'm' || n, 1, true, 'nonformal', 'SQ-01',
    '社区课程', '', date '2024-01-01' + n %% 700, 600, '', '', '', 'passed', 'learner', '', '', '', '', sha256(n::text::bytea),
    'import', 1, now(), ''
from (select n, first + abs(hashint4(n * 7)) %% (last - first) learner from generate_series(1, %(count)s) n,
    (select min(id) first, max(id) last from people_person where sign_in_name like 'm%%') one) n,
    (select array_agg(id order by id) places from organisations_organisation) p"""
SIZE = 25


def fill_lists(count: int) -> None:
    """`count` residents over all divisions and as many records over all institutions, with triggers off."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute(_PEOPLE, {"count": count})
        cursor.execute(_RECORDS, {"count": count})
        cursor.execute("set session_replication_role = origin")
        cursor.execute("vacuum analyze")


def _officer() -> Any:
    """Who reads people and records of the district with the most divisions."""
    from django.db.models import Count
    from psycopg.types.range import DateRange

    from xuecheng.city import clock
    from xuecheng.city.access.models import RoleHolding
    from xuecheng.city.access.queries import standing_of
    from xuecheng.city.people.models import Person
    from xuecheng.city.territories.models import Territory

    officer, is_new = Person.objects.get_or_create(sign_in_name="district.officer", defaults={"name": "区认定员"})
    if is_new:
        district = (
            Territory.objects.filter(level="district", is_current=True)
            .annotate(many=Count("children__children"))
            .order_by("-many")[0]
        )
        RoleHolding.objects.create(
            person=officer, role="certification_officer", territory=district, during=DateRange(date(2023, 1, 1), None),
            reason="x",
        )  # fmt: skip
    return standing_of(officer, today=clock.today())


def list_pages(*, kind: str, page_no: int, times: int) -> dict[str, Any]:
    """Median seconds of the first page of a list and of its page `page_no` (the last, where it is shorter)."""
    from xuecheng.city.people.queries import people
    from xuecheng.learning.records.queries.lists import records_of_institutions
    from xuecheng.web.paging import page_of

    viewer = _officer()
    rows, order = {
        "people": (people, ("sort_key", "pk")),
        "records": (records_of_institutions, ("-id",)),
    }[kind]
    before = SIZE * (min(page_no, rows(viewer).count() // SIZE) - 1)
    deep = page_of(rows(viewer), order=order, size=before).next_cursor
    found: dict[str, list[float]] = {"first": [], "deep": []}
    for _time in range(times):
        for name, after in (("first", ""), ("deep", deep)):
            began = time.perf_counter()
            page = page_of(rows(viewer), order=order, after=after)
            found[name].append(time.perf_counter() - began)
            if len(page) != SIZE:
                raise RuntimeError(f"the {name} page has {len(page)} rows")
    return {"page": before // SIZE + 1} | {name: statistics.median(seconds) for name, seconds in found.items()}
