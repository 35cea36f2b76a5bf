"""The whole product on a database of the measurements' own: files brought, checked, written, recognised; pages answered.

`python -m bench.apart.city prepare 0 N ROWS` fills a migrated database with territories, bodies, officers, law and N
residents, as the owner, and `prepare FEW N ROWS` one that has all this and FEW residents already; `term N MONDAY` adds a
term of N classes; without a word it serves, under the application's identity, as the product runs.
"""

from __future__ import annotations

import csv
import gc
import io
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import django
from django.conf import settings

from bench.apart import serve
from bench.apart.badges import draw, issue, revoke
from bench.apart.exchange import exchange
from bench.apart.lists import fill_lists, list_pages
from bench.apart.pages import ratios
from bench.apart.redeeming import redeem
from bench.apart.rooms import book_rooms, search_rooms
from bench.apart.rooms import lay_out as lay_out_rooms
from bench.apart.rush import rush
from bench.apart.term import fill_term
from bench.apart.term_pages import term_page, term_pages

COLLEGE = "LW-SQXY"
_SESSIONS = 12
_TERMS = 4
"""A learner's records lie in so many years, so that no cap of the demonstration's rules cuts them."""


def _ready() -> None:
    # Pages are measured, not the collecting of static files.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()


def prepare(already: int, residents: int) -> None:
    """Territories, bodies, officers, frameworks and rules of the demonstration, and residents with learning accounts."""
    from xuecheng.city import clock
    from xuecheng.config.demo import load
    from xuecheng.config.demo.people import make_residents, make_staff
    from xuecheng.config.demo.place import lay_out

    now, today = clock.now(), clock.today()
    if not already:  # the demonstration's first steps, without its people
        load._territories(today)  # noqa: SLF001
    places = lay_out(size="small")
    if not already:
        load._law(load._officers(make_staff(at=now, today=today), today), now)  # noqa: SLF001
    for first in range(already, residents, 2_000):
        for _one in make_residents(places, first=first, count=min(2_000, residents - first), at=now):
            pass
    _run("vacuum analyze")


def _run(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


class _Hand:
    """Progress in the form that long work expects; nobody looks."""

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None
        self.cursor: dict[str, Any] = {}

    @contextmanager
    def slice(self) -> Iterator[None]:
        from django.db import transaction

        with transaction.atomic():
            yield

    def report(self) -> None:
        pass


def _standing(sign_in_name: str) -> Any:
    from xuecheng.city import clock
    from xuecheng.city.access.queries import standing_of
    from xuecheng.city.people.models import Person

    return standing_of(Person.objects.get(sign_in_name=sign_in_name), today=clock.today())


def _file(*, first: int, people: int, each: int) -> Iterator[bytes]:
    """A college's file of completions: `each` of the demonstration's courses, none twice, for each of `people`."""
    from xuecheng.config.demo.content import COURSES
    from xuecheng.config.demo.people import card_number_of
    from xuecheng.config.demo.place import SHOWN_STREETS
    from xuecheng.config.demo.plan import resident

    streets = sum(map(len, SHOWN_STREETS.values()))
    head = (
        "organiser_code,record_key,person_ref,name,activity_code,activity_title,role,start,end,minutes,"
        "attended_sessions,held_sessions\r\n"
    )
    yield b"\xef\xbb\xbf" + head.encode()
    for number in range(first, first + people):
        text = io.StringIO()
        writer = csv.writer(text)
        card, name = card_number_of(number), resident(number, streets=streets).name
        for index in range(each):
            course = COURSES[(index + number) % len(COURSES)]
            began = date(2023 + index % _TERMS, 3, 1) + timedelta(days=(number + index) % 60)
            writer.writerow(
                (
                    COLLEGE, f"{number:07d}-{index:02d}", card, name, course.code, course.title, "learner", began,
                    began + timedelta(days=60), course.minutes, _SESSIONS, _SESSIONS,
                )
            )  # fmt: skip
        yield text.getvalue().encode()


def learn(*, first: int, people: int, each: int) -> dict[str, Any]:
    """A file from its first byte to the ledger; the seconds of each step, and what came of it."""
    from xuecheng.city import clock
    from xuecheng.city.ids import uuid7
    from xuecheng.city.imports import services, work
    from xuecheng.city.imports.kinds import kind_named
    from xuecheng.city.imports.models import ImportFile
    from xuecheng.city.organisations.models import Organisation
    from xuecheng.learning.recognition.services import runs

    registrar, officer = _standing("huang.xiaotong"), _standing("liang.zhiyuan")
    college = Organisation.objects.select_related("territory").get(code=COLLEGE)
    # Made before the clock starts, and kept as a file is: not in memory.
    place = settings.HOME / "brought.csv"
    with place.open("wb") as sink:
        sink.writelines(_file(first=first, people=people, each=each))
    began = time.perf_counter()
    with place.open("rb") as source:
        file = services.receive_file(
            actor=registrar, public_id=uuid7(), kind=kind_named("records.nonformal"), organisation=college,
            file_name=place.name, chunks=iter(lambda: source.read(1_048_576), b""), at=clock.now(), in_background=False,
        )  # fmt: skip
    file = work.check_file(file, _Hand(), now=clock.now())
    checked = time.perf_counter()
    if file.bad_count or file.good_count != people * each:
        raise RuntimeError(f"the file was not taken whole: {file.state}, {file.good_count} good, {file.bad_count} bad")
    file = services.start_writing(
        actor=registrar, file=file, choice=ImportFile.Choice.ALL, at=clock.now(), in_background=False
    )
    file = work.write_file(file, _Hand(), now=clock.now())
    written = time.perf_counter()
    run = runs.start_recognition(
        actor=officer, public_id=uuid7(), at=clock.now(), import_file=file, in_background=False
    )
    run = runs.recognise_run(run, _Hand(), now=clock.now)
    ended = time.perf_counter()
    if run.seen_count != people * each:
        raise RuntimeError(f"of {people * each} records {run.seen_count} were recognised")
    gc.collect()
    return {
        "records": people * each,
        "credited": run.credited_count,
        "seconds": ended - began,
        "check": checked - began,
        "write": written - checked,
        "recognise": ended - written,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "run": run.pk,
    }


_OF_RUN = """
select t.book, t.debit, t.credit, t.amount, t.ref, t.effective_at
from recognition_posting p join ledger.transfer t on t.key = p.key and t.book = p.book
where p.run_id = %(run)s order by t.book, t.seq"""


def import_people(*, first: int, count: int) -> dict[str, Any]:
    """A list of residents with identity numbers, from its first byte to accounts, cards and sealed documents."""
    from psycopg.types.range import DateRange

    from xuecheng.city import clock
    from xuecheng.city.access.models import RoleHolding
    from xuecheng.city.access.queries import standing_of
    from xuecheng.city.ids import uuid7
    from xuecheng.city.imports import services, work
    from xuecheng.city.imports.kinds import kind_named
    from xuecheng.city.imports.models import ImportFile
    from xuecheng.city.organisations.models import Organisation
    from xuecheng.city.people.models import Person
    from xuecheng.city.territories.models import Territory

    officer, is_new = Person.objects.get_or_create(sign_in_name="counter.officer", defaults={"name": "窗口甲"})
    if is_new:
        city = Territory.objects.get(level="city", is_current=True)
        RoleHolding.objects.create(
            person=officer, role="counter_clerk", territory=city, during=DateRange(date(2023, 1, 1), None), reason="x"
        )
    actor = standing_of(officer, today=clock.today())
    college = Organisation.objects.select_related("territory").get(code=COLLEGE)
    places = list(Territory.objects.filter(level="street", is_current=True).values_list("code", flat=True)[:200])
    place = settings.HOME / "residents.csv"
    with place.open("wb") as sink:
        sink.writelines(_list_of_residents(first, count, places))
    began = time.perf_counter()
    with place.open("rb") as source:
        file = services.receive_file(
            actor=actor, public_id=uuid7(), kind=kind_named("people.residents"), organisation=college,
            file_name=place.name, chunks=iter(lambda: source.read(1_048_576), b""), at=clock.now(), in_background=False,
        )  # fmt: skip
    file = work.check_file(file, _Hand(), now=clock.now())
    if file.good_count != count:
        raise RuntimeError(f"the list was not taken whole: {file.state}, {file.good_count} good, {file.bad_count} bad")
    checked = time.perf_counter()
    file = services.start_writing(
        actor=actor, file=file, choice=ImportFile.Choice.GOOD, at=clock.now(), in_background=False
    )
    work.write_file(file, _Hand(), now=clock.now())
    ended = time.perf_counter()
    gc.collect()
    return {
        "people": count,
        "check": checked - began,
        "write": ended - checked,
        "seconds": ended - began,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _list_of_residents(first: int, count: int, places: list[str]) -> Iterator[bytes]:
    """Numbers of nobody: every day of birth from 1930 on has 999 of them."""
    from xuecheng.city.realname.rules import check_sign

    given = "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂"
    yield "姓名,身份证号,居住地代码\r\n".encode("gb18030")
    for number in range(first, first + count):
        born = date(1930, 1, 1) + timedelta(days=number // 900)
        body = f"440106{born:%Y%m%d}{number % 900 + 100:03}"
        name = "陈林黄李张"[number % 5] + given[number % 20] + given[number // 20 % 20]
        yield f"{name},{body}{check_sign(body)},{places[number % len(places)]}\r\n".encode("gb18030")


_FLOOR = {
    "people_person": (
        (
            "id, public_id, sign_in_name, name, sort_key, birth_year, territory_id, password, language, is_active,"
            " is_fictional, joined_at"
        ),
        (
            "id + %(shift)s, gen_random_uuid(), %(mark)s || id, name, sort_key, birth_year, territory_id, password, language,"
            " is_active, is_fictional, joined_at"
        ),
        "sign_in_name like 'p%%' and public_id in (select public_id from realname_identitydocument)",
    ),
    "creditbank_learningaccount": (
        "person_id, card_number, opened_at, public_id",
        (
            "person_id + %(shift)s, '44' || lpad((%(cards)s + row_number() over ())::text, 14, '0'), opened_at,"
            " gen_random_uuid()"
        ),
        "person_id in (select person_id from realname_identitydocument)",
    ),
    "realname_identitydocument": (
        (
            "public_id, person_id, kind, number_sealed, number_hash, name_on_document, doubts, state, claimed_at,"
            " claimed_by_id, seen, service_reference, note"
        ),
        (
            "gen_random_uuid(), person_id + %(shift)s, kind, number_sealed,"
            " substring(number_hash from 1 for 4) || sha256(number_hash || %(mark)s::bytea), name_on_document, doubts, state,"
            " claimed_at, claimed_by_id, seen, service_reference, note"
        ),
        "true",
    ),
}


def _filled(query: str, values: dict[str, Any]) -> str:
    """COPY takes no parameters; these are a number and words of ours."""
    return query % {name: value if isinstance(value, int) else f"'{value}'" for name, value in values.items()}


_FLOOR_SLICE = 10_000
"""Rows of a transaction of the floor: history's trigger begins one within it at each row, and a million of those in one
transaction take ever longer (one of 1,000,000 people did not end within ten minutes)."""


def copy_people(*, count: int, turn: int) -> dict[str, Any]:
    """The floor: as many rows as text by COPY into the same tables, with their indexes, constraints and triggers."""
    from django.db import connection, transaction

    values = {"shift": 1_000_000_000 * (turn + 1), "mark": f"floor{turn}-", "cards": 90_000_000_000_000 + turn * 10**8}
    texts: dict[str, bytes] = {}
    with connection.cursor() as cursor:
        for table, (_columns, expressions, which) in _FLOOR.items():
            order = "person_id" if table != "people_person" else "id"
            select = f"select {expressions} from (select * from {table} where {which} and {order} < 1000000000 order by"
            select = _filled(f"{select} {order} limit {int(count)}) t", values)
            with cursor.copy(f"copy ({select}) to stdout") as copy:
                texts[table] = b"".join(copy)
    slices = [
        (f"copy {table} ({columns}) from stdin", b"".join(lines[first : first + _FLOOR_SLICE]))
        for table, (columns, _expressions, _which) in _FLOOR.items()
        for lines in [texts[table].splitlines(keepends=True)]
        for first in range(0, len(lines), _FLOOR_SLICE)
    ]
    began = time.perf_counter()
    for statement, text in slices:
        with transaction.atomic(), connection.cursor() as cursor:
            # As any change of ours says who and why. Without it the history's trigger fails inside itself at each row, and
            # each such failure goes through all checks that wait for the commit: the floor would grow with the square.
            cursor.execute(
                "select set_config('pghistory.context_id', gen_random_uuid()::text, true),"
                " set_config('pghistory.context_metadata', '{}', true)"
            )
            with cursor.copy(statement) as copy:
                copy.write(text)
    return {"people": count, "seconds": time.perf_counter() - began}


def post_alone(*, run: int) -> dict[str, Any]:
    """The transfers of a recognition once more, under new keys, by nothing but batches, each as large as a book has.

    Read and made outside the clock, batch by batch.
    """
    from xuecheng.city import clock
    from xuecheng.learning.creditbank import ledger
    from xuecheng.learning.recognition.queries.held import held_list

    now = clock.now()
    transfers = calls = 0
    seconds = 0.0
    with held_list("bench_transfers", _OF_RUN, {"run": run}) as rows:
        for book, of_book in groupby(rows, key=itemgetter(0)):
            while part := list(islice(of_book, ledger.ITEMS_LIMIT)):
                batch = []
                for _book, debit, credit, amount, ref, effective_at in part:
                    transfers += 1
                    name = f"{run}-{transfers}-{now}"
                    key = ledger.derive_key(at=now, source_system="bench", source_id=name, purpose="posting")
                    batch.append(ledger.Transfer(key, debit, credit, amount, ref, effective_at))
                began = time.perf_counter()
                ledger.post_batch(book=book, transfers=batch, kind=10, actor=0)
                seconds += time.perf_counter() - began
                calls += 1
    return {"transfers": transfers, "seconds": seconds, "calls": calls}


def _transfers(keys: list[Any]) -> Iterable[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select book, debit, credit, amount, ref, effective_at from ledger.transfer where key = any(%s)", [keys]
        )
        yield from cursor.fetchall()


def page(*, number: int, times: int) -> dict[str, Any]:
    """The account page of resident `number`: the server's median seconds and its queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from xuecheng.city.people.models import Person

    client = Client()
    client.force_login(Person.objects.get(sign_in_name=f"r{number:07d}"))
    taken = []
    for _time in range(times):
        began = time.perf_counter()
        answer = client.get("/account/")
        taken.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"the page answered {answer.status_code}")
    with CaptureQueriesContext(connection) as asked:
        client.get("/account/")
    return {"seconds": statistics.median(taken), "queries": len(asked)}


def access(*, number: int, times: int) -> dict[str, Any]:
    """Median seconds of an officer's page of resident `number`, of the check in it, and of its row in the log."""
    from datetime import timedelta

    from django.test import Client

    from xuecheng.city import clock
    from xuecheng.city.access.queries import scope_of, standing_of, visible
    from xuecheng.city.access.services import note_reading
    from xuecheng.city.people.models import Person

    officer = Person.objects.get(sign_in_name="liang.zhiyuan")
    learner = Person.objects.select_related("territory").get(sign_in_name=f"r{number:07d}")
    client = Client()
    client.force_login(officer)
    today, now = clock.today(), clock.now()
    found: dict[str, list[float]] = {"page": [], "check": [], "log": []}
    for time_no in range(times):
        began = time.perf_counter()
        answer = client.get(f"/account/of/{learner.public_id}/")
        paged = time.perf_counter()
        standing = standing_of(officer, today=today)
        standing.may("account.see_account", scope_of(learner))
        visible(standing, "records.see_record", organisation="institution", territory="institution__territory")
        checked = time.perf_counter()
        note_reading(reader=standing, person_id=learner.pk, what="account", at=now + timedelta(hours=time_no))
        ended = time.perf_counter()
        if answer.status_code != 200:
            raise RuntimeError(f"the page answered {answer.status_code}")
        for name, seconds in (("page", paged - began), ("check", checked - paged), ("log", ended - checked)):
            found[name].append(seconds)
    return {name: statistics.median(seconds) for name, seconds in found.items()}


def _ask_ledger(values: list[Any]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select ledger.post(%s, %s, %s, %s, %s, %s::smallint, %s, %s, %s)", values)


def services(*, first: int, times: int) -> dict[str, Any]:
    """Median seconds of whole verbs over one record each, and of the bare function in one statement of its own."""
    from django.db import connection

    from xuecheng.city import clock
    from xuecheng.city.people.models import Person
    from xuecheng.learning.creditbank import ledger
    from xuecheng.learning.recognition.models import Posting
    from xuecheng.learning.recognition.services.corrections import rerecognise_record, reverse_postings
    from xuecheng.learning.records.models import LearningRecord

    officer = _standing("liang.zhiyuan")
    names = [f"r{number:07d}" for number in range(first, first + times)]
    people = Person.objects.filter(sign_in_name__in=names).values_list("pk", flat=True)
    records = [
        LearningRecord.objects.select_related("institution__territory").filter(learner_id=pk).order_by("pk")[0]
        for pk in people
    ]
    keys = [Posting.objects.filter(record_id=one.pk, reverses=None).values_list("key", flat=True)[0] for one in records]
    rows = list(_transfers(keys))
    taken: dict[str, list[float]] = defaultdict(list)
    queries: dict[str, set[int]] = defaultdict(set)

    def clocked(name: str, work: Any) -> None:
        began = time.perf_counter()
        work()
        taken[name].append(time.perf_counter() - began)

    for record, (book, debit, credit, amount, ref, effective_at) in zip(records, rows, strict=True):
        now = clock.now()
        key = ledger.derive_key(at=now, source_system="bench", source_id=f"{ref}-{now}", purpose="bare")

        values = [book, key, debit, credit, amount, 10, ref, effective_at, 0]
        clocked("bare", partial(_ask_ledger, values))
        clocked("reverse", lambda r=record, n=now: reverse_postings(actor=officer, record=r, why="measured", at=n))
        clocked("recognise", lambda r=record, n=now: rerecognise_record(actor=officer, record=r, why="measured", at=n))
    from django.test.utils import CaptureQueriesContext

    for record in records[:3]:
        for name, verb in (("reverse", reverse_postings), ("recognise", rerecognise_record)):
            with CaptureQueriesContext(connection) as asked:
                verb(actor=officer, record=record, why="counted", at=clock.now())
            queries[name].add(len(asked))
    return {
        "seconds": {name: statistics.median(found) for name, found in taken.items()},
        "queries": {name: sorted(found) for name, found in queries.items()},
    }


if __name__ == "__main__":
    _ready()
    if sys.argv[1:2] == ["prepare"]:
        already, residents, rows = map(int, sys.argv[2:])
        prepare(already, residents)
        if rows:
            fill_lists(rows)
    elif sys.argv[1:2] == ["term"]:
        fill_term(classes=int(sys.argv[2]), monday=sys.argv[3])
    else:
        serve(
            {
                "learn": learn,
                "post_alone": post_alone,
                "page": page,
                "access": access,
                "services": services,
                "import_people": import_people,
                "copy_people": copy_people,
                "list_pages": list_pages,
                "ratios": ratios,
                "lay_out_rooms": lay_out_rooms,
                "exchange": exchange,
                "draw": draw,
                "issue": issue,
                "revoke": revoke,
                "rush": rush,
                "redeem": redeem,
                "book_rooms": book_rooms,
                "search_rooms": search_rooms,
                "term_page": term_page,
                "term_pages": term_pages,
            }
        )
