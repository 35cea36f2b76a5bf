"""The import of people: name, year of birth, residence, and an identity number where the list has one.

Rows are known again by their number's keyed hash, and by the file's digest and the row where there is none: a file that
is brought twice, or whose work was killed, writes nobody twice. Whole numbers are kept nowhere but sealed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace, vault
from xuecheng.city.access.queries import Scope, standing_of
from xuecheng.city.imports.files import Column, Kind
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
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.people import hooks
from xuecheng.city.people import rules as people_rules
from xuecheng.city.people.models import Person
from xuecheng.city.people.services import CREATE, NewPerson, create_people
from xuecheng.city.refusals import Refusal
from xuecheng.city.territories.models import Territory

from . import rules
from .models import IdentityDocument
from .services import PURPOSE, doubts_of

_REASON = gettext_noop("Imported from a list")

ContactHook = Callable[[Sequence[tuple[int, str]], datetime], None]
_contacts: list[ContactHook] = []


def keep_telephones_with(keep: ContactHook) -> None:
    """Name what keeps telephone numbers of imported people: (person's key, number) each, in the same transaction.

    As long as nobody is named, the list has no column for them: nothing is asked for that has no place.
    """
    _contacts[:] = [keep]


class NumberTwiceInFile(Refusal):
    message = _("This number stands above in this file.")
    remedy = _("Delete one of the two rows, or compare both with the documents.")
    field = "id_number"


class NumberOfAnother(Refusal):
    message = _("This number belongs to somebody with another name.")
    remedy = _("Compare number and name with the document. If both are right, an officer must look at the account.")
    field = "id_number"


class BirthYearDiffers(Refusal):
    message = _("The number says that the person was born in %(year)s.")
    remedy = _("Compare both with the document, or leave the year empty.")
    field = "birth_year"


class ResidenceUnknown(Refusal):
    message = _("There is no division with this code, or it has ended.")
    remedy = _("Use the 12 digits of the street or community.")
    field = "residence"


class ResidenceElsewhere(Refusal):
    message = _("You may not open accounts for people who live there.")
    remedy = _("Leave the row to the counter of that place.")
    field = "residence"


COLUMNS = [
    Column(
        name="name",
        title_zh="姓名",
        title_en="Name",
        required=True,
        max_length=people_rules.LONGEST_NAME,
        example="陈示例",
        hint=_("As the identity document prints it; · between the parts of a name."),
    ),
    Column(
        name="id_number",
        title_zh="身份证号",
        title_en="Identity number",
        kind=Kind.CODE,
        max_length=40,
        aliases=("身份证号码", "公民身份号码", "居民身份证号"),
        hint=_("Of the resident identity card; may be empty. It is sealed when it is written."),
        is_secret=True,
    ),
    Column(
        name="birth_year",
        title_zh="出生年份",
        title_en="Year of birth",
        kind=Kind.INTEGER,
        least=people_rules.EARLIEST_BIRTH_YEAR,
        most=2100,
        example="1958",
        hint=_("Read from the number where it is empty."),
    ),
    Column(
        name="residence",
        title_zh="居住地代码",
        title_en="Residence",
        kind=Kind.CODE,
        required=True,
        max_length=12,
        example="440106001000",
        hint=_("Code of the street or community, 12 digits."),
    ),
]
_TELEPHONE = Column(
    name="telephone",
    title_zh="手机号",
    title_en="Telephone",
    kind=Kind.CODE,
    max_length=20,
    aliases=("电话", "手机号码", "联系电话"),
    is_secret=True,
)


class _Wanted(NamedTuple):
    """One row, read."""

    row_no: int
    public_id: UUID
    name: str
    number: str
    birth_year: int | None
    place: Territory
    telephone: str
    facts: rules.Facts


_REFUSALS: tuple[type[Refusal], ...] = (
    people_rules.NameMissing,
    people_rules.NameTooLong,
    people_rules.NameHasSign,
    people_rules.BirthYearWrong,
    rules.NumberMasked,
    rules.NumberFormWrong,
    rules.CheckDigitWrong,
    rules.BirthDateWrong,
    NumberTwiceInFile,
    NumberOfAnother,
    BirthYearDiffers,
    ResidenceUnknown,
    ResidenceElsewhere,
)
_LABELS = {
    "name": _("Name"),
    "number": _("Identity number"),
    "id_number": _("Identity number"),
    "birth_year": _("Year of birth"),
    "residence": _("Residence"),
}


def problem_texts() -> dict[str, Sentences]:
    return {refusal().code: sentences_of(refusal, label=_LABELS[refusal.field]) for refusal in _REFUSALS}


def check(context: ImportContext, rows: list[Row]) -> Sequence[RowVerdict]:
    """One verdict per row; writes nothing. Four queries a slice."""
    places = _places(context, {row.values["residence"] for row in rows})
    read = [_read(context, row, places) for row in rows]
    known_rows = set(
        Person.objects.filter(public_id__in=[one.public_id for one in read if isinstance(one, _Wanted)]).values_list(
            "public_id", flat=True
        )
    )
    holders = _holders([one.number for one in read if isinstance(one, _Wanted) and one.number])
    return [_judge(context, one, known_rows, holders) for one in read]


def _judge(
    context: ImportContext, one: _Wanted | list[Problem], known_rows: set[UUID], holders: dict[str, str]
) -> RowVerdict:
    if isinstance(one, list):
        return bad(one)
    if one.public_id in known_rows:
        return KNOWN
    if not one.number:
        return GOOD
    holder = holders.get(one.number)
    if holder is not None:
        return KNOWN if holder == one.name else bad([Problem.of(NumberOfAnother())])
    # Kept as 64 bits of a digest that nobody can turn back: the process' own secret is in it.
    mark = hash(("number", one.number))
    if mark in context.seen:
        return bad([Problem.of(NumberTwiceInFile())])
    context.seen.add(mark)
    return GOOD


def _read(context: ImportContext, row: Row, places: dict[str, Territory | None]) -> _Wanted | list[Problem]:
    """The row as it is to be written, or everything that is wrong with it."""
    values, problems = row.values, []
    name, facts, birth_year = "", rules.Facts(""), values["birth_year"]
    try:
        name = people_rules.normalise_name(values["name"])
    except Refusal as refusal:
        problems.append(Problem.of(refusal))
    if values["id_number"]:
        try:
            facts = rules.read_number(rules.RESIDENT, values["id_number"], today=context.today)
        except Refusal as refusal:
            problems.append(Problem.of(refusal, column="id_number"))
    try:
        people_rules.check_birth_year(birth_year, this_year=context.today.year)
    except Refusal as refusal:
        problems.append(Problem.of(refusal))
    if facts.birth_on is not None:
        if birth_year is not None and birth_year != facts.birth_on.year:
            problems.append(Problem.of(BirthYearDiffers(year=facts.birth_on.year)))
        birth_year = facts.birth_on.year
    place = places.get(values["residence"])
    if place is None:
        known = values["residence"] in places
        problems.append(Problem.of(ResidenceElsewhere() if known else ResidenceUnknown()))
    if problems or place is None:
        return problems
    return _Wanted(
        row.row_no,
        _public_id(context, row.row_no),
        name,
        facts.number,
        birth_year,
        place,
        values.get("telephone", ""),
        facts,
    )


def _public_id(context: ImportContext, row_no: int) -> UUID:
    """The id of a row's account: the same whenever the same file comes again."""
    kept = context.kept.get("digest")
    if kept is None:
        kept = context.kept["digest"] = ImportFile.objects.values_list("sha256", flat=True).get(pk=context.file_id)
    digest = bytearray(hashlib.sha256(f"{kept}/{row_no}".encode()).digest()[:16])
    digest[6] = 0x80 | digest[6] & 0x0F
    digest[8] = 0x80 | digest[8] & 0x3F
    return UUID(bytes=bytes(digest))


def _places(context: ImportContext, codes: set[str]) -> dict[str, Territory | None]:
    """Divisions by code; None where whoever brought the file may open no accounts. One query for new codes."""
    places: dict[str, Territory | None] = context.kept.setdefault("places", {})
    missing = codes - places.keys() - context.kept.setdefault("unknown", set())
    if missing:
        standing = context.kept.get("standing")
        if standing is None:
            standing = context.kept["standing"] = standing_of(context.brought_by, today=context.today)
        for place in Territory.objects.filter(code__in=missing, is_current=True):
            places[place.code] = place if standing.may(CREATE, Scope(territory_path=place.path)) else None
        context.kept["unknown"] |= missing - places.keys()
    return places


def _holders(numbers: list[str]) -> dict[str, str]:
    """Names of those who hold these numbers, claimed or verified, by number. Two queries."""
    if not numbers:
        return {}
    of_hash = {
        found: number
        for number, hashes in zip(numbers, vault.look_up_hashes_many(PURPOSE, numbers), strict=True)
        for found in hashes
    }
    rows = IdentityDocument.objects.filter(
        number_hash__in=list(of_hash),
        kind=rules.RESIDENT,
        state__in=[IdentityDocument.State.CLAIMED, IdentityDocument.State.VERIFIED],
    ).values_list("number_hash", "person__name")
    return {of_hash[bytes(found)]: name for found, name in rows}


def write(context: ImportContext, rows: list[Row]) -> WriteCount:
    """Accounts, learning accounts and sealed documents of the slice, in its transaction."""
    places = _places(context, {row.values["residence"] for row in rows})
    wanted = [one for one in (_read(context, row, places) for row in rows) if isinstance(one, _Wanted)]
    # Hashed first: rivals under another key cannot come up unseen from here on (`vault.look_up_hash`).
    numbers = [one.number for one in wanted if one.number]
    hashes = dict(zip(numbers, vault.look_up_hash_many(PURPOSE, numbers), strict=True)) if numbers else {}
    _queue_for_numbers()
    taken = _holders(numbers)
    fresh = [one for one in wanted if one.number not in taken]
    standing = context.kept["standing"]
    with trace.change(by=context.brought_by, why=_REASON):
        people = create_people(
            actor=standing,
            people=[
                NewPerson(
                    public_id=one.public_id,
                    sign_in_name=f"p{one.public_id.hex[:12]}{one.public_id.hex[-4:]}",
                    name=one.name,
                    birth_year=one.birth_year,
                    territory=one.place,
                )
                for one in fresh
            ],
            today=context.today,
            reason=_REASON,
        )
        hooks.tell_opened_many([person.pk for person in people], context.at)
        _add_documents(
            context, [(person, one) for person, one in zip(people, fresh, strict=True) if one.number], hashes
        )
        telephones = [(person.pk, one.telephone) for person, one in zip(people, fresh, strict=True) if one.telephone]
        for keep in _contacts if telephones else ():
            keep(telephones, context.at)
    return WriteCount(written=len(fresh), known=len(wanted) - len(fresh))


_LOCK = 7261
"""Number of the advisory lock under which imports write numbers, one slice after the other."""


def _queue_for_numbers() -> None:
    """Two files with one number, written at once, meet here; the second sees what the first wrote."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])


_COPY = (
    "copy realname_identitydocument (public_id, person_id, kind, number_sealed, number_hash, name_on_document, doubts,"
    " state, claimed_at, claimed_by_id, seen, service_reference, note) from stdin (format binary)"
)
_TYPES = ("uuid", "int8", "text", "bytea", "bytea", "text", "varchar[]", "text", "timestamptz", "int8", "text", "text",
          "text")  # fmt: skip


def _add_documents(context: ImportContext, pairs: list[tuple[Person, _Wanted]], hashes: dict[str, bytes]) -> None:
    """Claimed documents; nobody has seen them yet. COPY, since the ORM takes several times as long."""
    if not pairs:
        return
    # A document has the id of its account: known again with the row, and a seal is bound to it.
    blobs = vault.seal_many(PURPOSE, [(str(one.public_id), one.number) for _person, one in pairs])
    by: int = context.brought_by.pk
    state = IdentityDocument.State.CLAIMED.value
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.set_types(list(_TYPES))
        for (person, one), blob in zip(pairs, blobs, strict=True):
            doubts: list[Any] = doubts_of(one.facts, name=one.name, person_name=one.name, birth_year=one.birth_year)
            copy.write_row(
                (one.public_id, person.pk, rules.RESIDENT, blob, hashes[one.number], one.name, doubts, state,
                 context.at, by, "", "", "")
            )  # fmt: skip


def kind() -> ImportKind:
    """The kind as it is registered; with a column for telephones where somebody keeps them."""
    return ImportKind(
        name="people.residents",
        title=_("Residents"),
        explanation=_(
            "Opens accounts and learning cards for the people of a list, with identity numbers if it has them."
        ),
        columns=[*COLUMNS, *([_TELEPHONE] if _contacts else [])],
        act="people.import_people",
        check=check,
        write=write,
        problem_texts=problem_texts(),
        next_step=(_("Look for duplicates"), "people:list_duplicates"),
    )
