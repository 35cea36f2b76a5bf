"""The product as a whole: a file to the ledger against posting alone, the account page at two sizes, a whole verb.

A migrated database with the demonstration's bodies, law and residents is kept as a template and made again when a
migration or the demonstration changes; each measurement works on copies of it, under the application's identity.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import xuecheng

from .frame import Context, Sides, measure
from .peers import CHECKOUT, Peer
from .server import fresh_database, server, template

_PACKAGE = Path(xuecheng.__file__).parent


def environment_of(context: Context, name: str, *, identity: str) -> dict[str, str]:
    home = context.home / "city"
    home.mkdir(exist_ok=True)
    return {
        "DJANGO_SETTINGS_MODULE": "xuecheng.config.settings",
        "DATABASE_URL": f"postgresql://postgres@/{name}?host={server(context.home).socket_folder}",
        "XUECHENG_HOME": str(home),
        "XUECHENG_IDENTITY": identity,
    }


FEW = 160
"""Residents of a small city, whose template every larger one starts from: migrations run once."""


def template_of(context: Context, residents: int, rows: int = 0) -> str:
    """A city with its bodies, its law and `residents` who have learnt nothing yet; with `rows` in its long lists."""
    name = f"bench_city_template_{residents}" + (f"_{rows}" if rows else "")
    schema = [*_PACKAGE.glob("**/migrations/*.py"), *_PACKAGE.glob("**/sql/*.sql"), *_PACKAGE.glob("config/demo/*.py")]
    if rows:
        schema.append(CHECKOUT / "bench" / "apart" / "lists.py")

    is_first = (residents, rows) == (FEW, 0)
    steps = [("bench.apart.city", "prepare", str(0 if is_first else FEW), str(residents), str(rows))]
    if is_first:
        steps[:0] = [
            ("xuecheng.config.manage", "migrate", "--no-input", "--verbosity", "0"),
            ("xuecheng.config.manage", "createcachetable"),
        ]

    def make() -> None:
        path = os.pathsep.join([*filter(None, sys.path), str(CHECKOUT)])
        environment = os.environ | environment_of(context, name, identity="owner") | {"PYTHONPATH": path}
        for words in steps:
            subprocess.run([sys.executable, "-W", "ignore", "-m", *words], env=environment, check=True)

    copied_from = "template0" if is_first else template_of(context, FEW)
    return template(context, name, made_of=sorted(schema), make=make, copied_from=copied_from)


def _city(context: Context, name: str, *, residents: int, rows: int = 0) -> Peer:
    """A serving city on a copy of the template."""
    fresh_database(context, name, with_ledger=False, template=template_of(context, residents, rows)).close()
    return Peer(
        "city", environment=environment_of(context, name, identity="application"), log=context.home / f"{name}.log"
    )


def city_of(context: Context, name: str, *, residents: int = FEW) -> Peer:
    """A serving city, of few residents for what asks for none."""
    return _city(context, name, residents=max(residents, FEW))


class Cities(NamedTuple):
    """A large city and a small one in which the same first residents learnt the same; `quarter` and `whole` were timed."""

    large: Peer
    small: Peer
    quarter: dict[str, Any]
    whole: dict[str, Any]


_kept: list[Cities] = []


def _cities(context: Context) -> Cities:
    """Made once for all measurements of this file."""
    if _kept:
        return _kept[0]
    records, each = context.amount(10_000, 1_000_000), context.size(10, 20)
    people, few = records // each, FEW
    large = _city(context, "bench_city", residents=people + people // 4)
    small = _city(context, "bench_city_small", residents=few)
    small.ask("learn", first=0, people=few, each=each)
    # A quarter first: the process's peak of memory only grows.
    quarter = large.ask("learn", first=0, people=people // 4, each=each)
    whole = large.ask("learn", first=people // 4, people=people, each=each)
    _kept.append(Cities(large, small, quarter, whole))
    return _kept[0]


@measure(
    "R1", "records from a file to the ledger per second, against posting the same transfers alone", target="≥ 0.35"
)
def r1(context: Context) -> list[Sides]:
    """One round: end to end is too long to alternate. The peak of memory at N stands beside that at N/4."""
    large, _small, quarter, whole = _cities(context)
    # As in a city that has run for a night; else finding what to post alone takes longer than all the rest.
    with server(context.home).connect("bench_city") as owner:
        owner.execute("analyze")
    alone = [large.ask("post_alone", run=whole["run"]) for _round in range(3)]
    context.say(
        f"{whole['records']:,} records, {whole['credited']:,} credited: check {whole['check']:.1f} s, write "
        f"{whole['write']:.1f} s, recognise {whole['recognise']:.1f} s; {alone[0]['transfers']:,} transfers alone in "
        f"{alone[0]['calls']} calls"
    )
    rates = [one["transfers"] / one["seconds"] for one in alone]
    return [
        Sides([whole["records"] / whole["seconds"]] * len(rates), rates, "per second"),
        Sides([whole["memory_mb"]], [quarter["memory_mb"]], "MB", label="peak memory, N against N/4", target="≤ 1.15"),
    ]


@measure("A1", "a learner's account page in a large city against the same page in a small one", target="≤ 1.5")
def a1(context: Context) -> list[Sides]:
    large, small, _quarter, _whole = _cities(context)
    times = context.size(3, 50)
    pages = [(large.ask("page", number=0, times=times), small.ask("page", number=0, times=times)) for _n in range(3)]
    big, few = [one for one, _other in pages], [other for _one, other in pages]
    return [
        Sides(
            [1000 * one["seconds"] for one in big], [1000 * one["seconds"] for one in few], "ms", label="server time"
        ),
        Sides(
            [one["queries"] for one in big], [one["queries"] for one in few], "queries", label="queries", target="≤ 1"
        ),
    ]


@measure("B7", "a whole verb over one record (rights, trace, rules, posting) against the bare function", target="≤ 3")
def b7(context: Context) -> list[Sides]:
    """`reverse_postings` and `rerecognise_record`, on 1 connection; and their queries in a large city and a small one."""
    large, small, _quarter, _whole = _cities(context)
    times = context.amount(10, 100)
    verbs = [large.ask("services", first=1 + number * times, times=times) for number in range(3)]
    few = small.ask("services", first=1, times=3)
    found = []
    for name in ("reverse", "recognise"):
        seconds = [one["seconds"] for one in verbs]
        found.append(
            Sides([1000 * one[name] for one in seconds], [1000 * one["bare"] for one in seconds], "ms", label=name)
        )
        most, least = max(verbs[0]["queries"][name]), min(few["queries"][name])
        found.append(Sides([most], [least], "queries", label=f"{name}, queries, large against small", target="≤ 1"))
    return found


@measure("X1", "the access check of a page, of the page's time", target="≤ 0.10")
def x1(context: Context) -> list[Sides]:
    """An officer's page of a learner: who asks, one check, one list's condition; and the row in the log of readings."""
    large, _small, _quarter, _whole = _cities(context)
    rounds = [large.ask("access", number=number, times=context.size(8, 50)) for number in range(3)]
    pages = [1000 * one["page"] for one in rounds]
    return [
        Sides([1000 * one["check"] for one in rounds], pages, "ms", label="check"),
        Sides([1000 * one["log"] for one in rounds], pages, "ms", label="row in the log"),
    ]


@measure(
    "P1",
    "people of a list with identity numbers, checked and written, against COPY into the same tables",
    target="≥ 0.25",
)
def p1(context: Context) -> list[Sides]:
    """Both sides fill the same tables with their indexes, constraints and history triggers; peak memory at N and N/4."""
    people = context.amount(2_000, 1_000_000)
    city = _city(context, "bench_people", residents=FEW)
    quarter = city.ask("import_people", first=0, count=people // 4)
    whole = city.ask("import_people", first=people, count=people)
    context.say(
        f"{people:,} people: check {whole['check']:.1f} s, write {whole['write']:.1f} s; peak memory "
        f"{whole['memory_mb']:.0f} MB, at a quarter {quarter['memory_mb']:.0f} MB"
    )
    # The floor takes about as long as what it is compared with; two rounds tell enough while trying out.
    floors = [city.ask("copy_people", count=people, turn=turn) for turn in range(context.size(2, 3))]
    rates = [one["people"] / one["seconds"] for one in floors]
    return [
        Sides([whole["people"] / whole["seconds"]] * len(rates), rates, "people/s"),
        Sides([whole["memory_mb"]], [quarter["memory_mb"]], "MB", label="peak memory, N against N/4", target="≤ 1.15"),
    ]


@measure(
    "L1", "the 1,000th page of a long list, as an officer over a district turns it, against its first", target="≤ 1.3"
)
def l1(context: Context) -> list[Sides]:
    """Residents by name and records by date; the last page, where a small list has no thousandth."""
    city = _city(context, "bench_lists", residents=FEW, rows=context.amount(30_000, 1_000_000))
    found = []
    for kind in ("people", "records"):
        rounds = [city.ask("list_pages", kind=kind, page_no=1_000, times=context.size(8, 40)) for _round in range(3)]
        found.append(
            Sides(
                [1000 * one["deep"] for one in rounds], [1000 * one["first"] for one in rounds], "ms",
                label=f"{kind}, page {rounds[0]['page']:,}",
            )
        )  # fmt: skip
    return found


def _against_bare(context: Context, what: str, *, plain: str) -> list[Sides]:
    """Processor time of a page of the product, without the database's, against the barest page of the same Django, and
    against a plain one that shows the same rows to the same reader, in turn in one process."""
    large, _small, _quarter, _whole = _cities(context)
    rounds = [large.ask("ratios", what=what, times=context.size(6, 60)) for _round in range(3)]
    context.say(f"{what}: {rounds[0]['queries']} queries")
    worked = [1000 * one["page_cpu"] for one in rounds]
    return [
        Sides(worked, [1000 * one["bare_cpu"] for one in rounds], "ms", label="against a bare page"),
        Sides(
            worked,
            [1000 * one["plain_cpu"] for one in rounds],
            "ms",
            label="against a plain page of the same",
            target=plain,
        ),
    ]


@measure("S1", "a page with a list of 25 records, as a registrar sees it, against a bare Django page", target="≤ 15")
def s1(context: Context) -> list[Sides]:
    return _against_bare(context, "list", plain="≤ 6")


@measure("S2", "the page of one record, as a registrar sees it, against a bare Django page", target="≤ 10")
def s2(context: Context) -> list[Sides]:
    return _against_bare(context, "detail", plain="≤ 6")


@measure("S3", "a list of records as JSON, as a program reads it, against bare JSON by Django", target="≤ 8")
def s3(context: Context) -> list[Sides]:
    return _against_bare(context, "json", plain="≤ 5")
