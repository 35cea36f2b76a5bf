"""The demonstration's people: residents in bulk, staff one by one with their roles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import uuid5

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from psycopg.types.range import DateRange

from xuecheng.city import trace
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.access.rules import ROLES
from xuecheng.city.care.models import Proxy
from xuecheng.city.care.rules import ACTS, Task
from xuecheng.city.identity.rules.addresses import read_address
from xuecheng.city.identity.services.contacts import keep_contact
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.pinyin import order_of_person as sort_key
from xuecheng.city.territories.models import Territory
from xuecheng.learning.creditbank import rules as bank
from xuecheng.learning.creditbank.models import LearningAccount

from .place import NAMESPACE, Places
from .plan import SEED, Resident, resident

PASSWORD = "xuecheng-demo-2026"  # noqa: S105  # printed for everybody to try the demonstration


class Staff(NamedTuple):
    """Somebody with a sign-in that `xuecheng demo accounts` lists."""

    role: str
    """As the list shows it: a role's code, or "learner"."""
    sign_in: str
    name: str
    birth_year: int
    organisation: str | None
    holds: str | None
    """Code of the role in `access.rules.ROLES`; None for a resident."""
    phone: str = ""
    """A made-up number; codes to it appear in the demonstration's inbox."""


STAFF = (
    Staff("learner", "chen.huifen", "陈惠芬", 1958, None, None, "13800000001"),
    Staff("learner_young", "he.jialin", "何家霖", 1996, None, None, "13800000002"),
    Staff("registrar", "huang.xiaotong", "黄晓彤", 1988, "LW-SQXY", "registrar"),
    Staff("registrar_university", "ye.zhiheng", "叶志恒", 1985, "GZ-KFDX", "registrar"),
    Staff("assessor", "xu.wenjing", "许文静", 1982, None, None),
    Staff("assessor_second", "su.weiqiang", "苏伟强", 1976, None, None),
    Staff("assessor_third", "zheng.xiulan", "郑秀兰", 1971, None, None),
    Staff("certification_officer", "ou.yongyi", "区咏仪", 1979, "GZ-XFRZ", "certification_officer"),
    Staff("certification_officer_second", "liang.zhiyuan", "梁志远", 1975, "GZ-XFRZ", "certification_officer"),
    Staff("counter_clerk", "mai.yuqing", "麦雨晴", 1991, "GZ-JYJ", "counter_clerk"),
    Staff("operator", "zeng.weiming", "曾伟明", 1983, "GZ-JYJ", "operator"),
    Staff("operator_second", "lin.guodong", "林国栋", 1980, "GZ-JYJ", "operator"),
    Staff("verifier", "tan.zhaohui", "谭朝晖", 1987, "GZ-QY", "verifier"),
    Staff("data_protection_officer", "deng.jianhua", "邓健华", 1978, "GZ-JYJ", "data_protection_officer"),
)


class Made(NamedTuple):
    """A resident as the loader goes on with them."""

    number: int
    person_id: int
    name: str
    card_number: str
    district_id: int
    plan: Resident


#: Residents of the city of a million who would draw the number of an earlier one: they draw again.
_DRAW_AGAIN = frozenset({648_020})


def card_number_of(number: int) -> str:
    """The made-up card of resident `number`: 12 digits drawn from the seed, with C-82's check digits."""
    draw = f"{SEED}:card:{number}" + (":again" if number in _DRAW_AGAIN else "")
    digits = int.from_bytes(sha256(draw.encode()).digest()[:8]) % 10**12
    return bank.card_number(f"{digits:012d}")


def make_staff(*, at: datetime, today: date) -> dict[str, Person]:
    """Sign-ins with their roles, by sign-in name. Doing it again changes nothing."""
    city = Territory.objects.get(level="city")
    home = Territory.objects.get(name_zh="逢源街道", is_current=True)
    hashed = make_password(PASSWORD)
    made: dict[str, Person] = {}
    with trace.change(by=trace.robot("demonstration"), why="演示城市"):
        for one in STAFF:
            person, _new = Person.objects.get_or_create(
                sign_in_name=one.sign_in,
                defaults={
                    "public_id": uuid5(NAMESPACE, f"staff:{one.sign_in}"),
                    "name": one.name,
                    "sort_key": sort_key(one.name),
                    "birth_year": one.birth_year,
                    "territory": home,
                    "password": hashed,
                    "is_fictional": True,
                },
            )
            made[one.sign_in] = person
            if one.phone and not person.contact_points.exists():  # type: ignore[attr-defined]
                keep_contact(person=person, address=read_address(one.phone), at=at)
            if one.holds is None:
                LearningAccount.objects.get_or_create(
                    person=person, defaults={"card_number": card_number_of(-person.pk), "opened_at": at}
                )
                continue
            by_territory = ROLES[one.holds].held_at == "territory"
            RoleHolding.objects.get_or_create(
                public_id=uuid5(NAMESPACE, f"role:{one.sign_in}:{one.holds}"),
                defaults={
                    "person": person,
                    "role": one.holds,
                    "organisation": None if by_territory else Organisation.objects.get(code=one.organisation),
                    "territory": city if by_territory else None,
                    "during": DateRange(date(2022, 3, 1), None),
                    "reason": "演示城市",
                },
            )
        # 何家霖 helps 陈惠芬 with her account and her transcripts, for half a year.
        Proxy.objects.get_or_create(
            public_id=uuid5(NAMESPACE, "proxy:chen.huifen"),
            defaults={
                "person": made["chen.huifen"],
                "helper": made["he.jialin"],
                "acts": sorted(ACTS[Task.ACCOUNT] | ACTS[Task.TRANSCRIPT]),
                "during": DateTimeTZRange(at, at + timedelta(days=180)),
                "how": Proxy.How.ALONE,
            },
        )
    return made


def began_at() -> datetime | None:
    """When the loading of the residents began; None before it did."""
    first = Person.objects.filter(sign_in_name=_sign_in_name(0)).first()
    return first.joined_at if first else None


def residents_there() -> int:
    """How many residents are there: they are made in the order of their numbers."""
    last = Person.objects.filter(sign_in_name__startswith="r0", is_fictional=True).order_by("-sign_in_name").first()
    return int(last.sign_in_name[1:]) + 1 if last else 0


def _sign_in_name(number: int) -> str:
    return f"r{number:07d}"


def make_residents(places: Places, *, first: int, count: int, at: datetime) -> Iterator[Made]:
    """Residents `first` … `first + count − 1` with their accounts, by COPY; those already there are found, not doubled."""
    streets = places.streets
    planned = [resident(number, streets=len(streets)) for number in range(first, first + count)]
    names = [_sign_in_name(one.number) for one in planned]
    ids = dict(Person.objects.filter(sign_in_name__in=names).values_list("sign_in_name", "pk"))
    missing = [one for one in planned if _sign_in_name(one.number) not in ids]
    if missing:
        with transaction.atomic(), connection.cursor() as cursor:
            robot = trace.robot("demonstration")
            context = json.dumps({"by": str(robot.public_id), "by_name": robot.name, "why": "演示城市"})
            # COPY passes by what names the change at each statement; without an id the history's trigger would fail
            # inside itself at every row.
            cursor.execute(
                "select set_config('pghistory.context_id', gen_random_uuid()::text, true), "
                "set_config('pghistory.context_metadata', %s, true)",
                [context],
            )
            with cursor.copy(
                "copy people_person (password, last_login, public_id, sign_in_name, name, sort_key, birth_year, territory_id, "
                "language, is_active, is_fictional, joined_at) from stdin"
            ) as copy:
                for one in missing:
                    copy.write_row(
                        (
                            "!", None, uuid5(NAMESPACE, f"resident:{one.number}"), _sign_in_name(one.number), one.name,
                            sort_key(one.name), one.birth_year, streets[one.street].pk, "zh-hans", True, True, at,
                        )
                    )  # fmt: skip
            fresh = dict(
                Person.objects.filter(sign_in_name__in=[_sign_in_name(one.number) for one in missing]).values_list(
                    "sign_in_name", "pk"
                )
            )
            with cursor.copy(
                "copy creditbank_learningaccount (person_id, card_number, opened_at, public_id) from stdin"
            ) as copy:
                for one in missing:
                    copy.write_row(
                        (
                            fresh[_sign_in_name(one.number)],
                            card_number_of(one.number),
                            at,
                            uuid5(NAMESPACE, f"account:{one.number}"),
                        )
                    )
            ids |= fresh
    for one in planned:
        yield Made(
            number=one.number,
            person_id=ids[_sign_in_name(one.number)],
            name=one.name,
            card_number=card_number_of(one.number),
            district_id=streets[one.street].parent_id or 0,
            plan=one,
        )
