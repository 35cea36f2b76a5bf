"""An institution hands in the files themselves: a ZIP, each achievement once, for whom the file is and for nobody else."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.urls import reverse

from city.identity.test_sessions_end import at_browser
from learning.foreign.situations import (
    EMAIL,
    NOW,
    World,
    a_badge,
    a_person,
    a_rule,
    course,
    records_of,
    the_record,
    transcript,
)
from xuecheng.city.access.services import Denied
from xuecheng.city.ids import uuid7
from xuecheng.city.imports import queries as import_queries
from xuecheng.city.imports import services as imports
from xuecheng.city.imports.kinds import kind_named
from xuecheng.city.imports.models import ImportFile, ImportProblem
from xuecheng.city.jobs import running
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.services.accounts import open_learning_account
from xuecheng.learning.foreign.models import Delivery, ForeignRecord

pytestmark = pytest.mark.django_db


def a_card(person: Person) -> str:
    return open_learning_account(person=person, at=NOW).card_number


def a_zip(**files: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return sink.getvalue()


def handed_in(world: World, data: bytes, *, actor: Any = None) -> ImportFile:
    """Brought and checked."""
    file = imports.receive_file(
        actor=actor or world.bank.registrar, public_id=uuid7(), kind=kind_named("foreign.files"),
        organisation=world.bank.college, file_name="外来.zip", chunks=[data], at=NOW,
    )  # fmt: skip
    return worked(file)


def worked(file: ImportFile) -> ImportFile:
    file.refresh_from_db()
    assert file.job_id is not None
    running.run(file.job_id)
    file.refresh_from_db()
    return file


def written(world: World, file: ImportFile) -> ImportFile:
    return worked(imports.start_writing(actor=world.bank.registrar, file=file, choice="all", at=NOW))


def problems(file: ImportFile) -> list[tuple[str, str]]:
    rows = ImportProblem.objects.filter(file=file).order_by("row_no")
    return [(one.cells[0], one.code) for one in rows]


def test_files_come_in_for_whom_they_are(world: World) -> None:
    a_rule(world, num=300, den=500, needs="stated")
    by_card, by_list, by_mail = a_person("陈嘉敏"), a_person("陈嘉敏"), a_person("孙某", email=EMAIL)
    data = a_zip(
        **{
            f"{a_card(by_card)}-成绩单.xml": transcript(course(), course("X", "X", status="failed")),
            "b.xml": transcript(course("OTHER", "Old Norse")),
            "people.csv": f"file,person_ref\nb.xml,{by_list.sign_in_name}\n".encode(),
            "徽章/badge.json": a_badge(world.key),
            "__MACOSX/._b.xml": b"x",
        }
    )
    a_card(by_list), a_card(by_mail)
    file = handed_in(world, data)
    assert (file.state, file.good_count, file.bad_count, file.format) == ("checked", 3, 1, "zip")
    assert problems(file) == [(f"{a_card(by_card)}-成绩单.xml", "left_out")]
    assert not ForeignRecord.objects.exists()
    file = worked(imports.start_writing(actor=world.bank.registrar, file=file, choice="good", at=NOW))
    assert (file.state, file.written_count) == ("written", 3)
    record = the_record(by_card)
    assert (record.state, record.proof, record.credits_given) == ("credited", "stated", 360)
    assert (record.stated_by, record.import_file_id) == (world.bank.college, file.pk)
    assert record.delivery is not None
    assert record.delivery.stated_by == world.bank.college
    assert (the_record(by_list).wait, the_record(by_mail).proof) == ("several", "verified") or (
        the_record(by_list).state,
        the_record(by_mail).proof,
    ) == ("credited", "verified")


def test_nobody_is_found_by_a_name_and_what_names_another_is_refused(world: World) -> None:
    namesake, other = a_person("陈嘉敏"), a_person("林秀英")
    a_card(namesake)
    registrar = world.bank.registrar.person
    data = a_zip(
        **{
            "nameless.xml": transcript(course()),
            f"{a_card(other)}.xml": transcript(course()),
            "4412345678901220.xml": transcript(course()),
            f"{a_card(registrar)}.xml": transcript(course(), given="", family=""),
            "broken.xml": b"<elmo",
            f"{a_card(other)} {a_card(namesake)}.xml": transcript(course()),
        }
    )
    file = handed_in(world, data)
    assert dict(problems(file)) == {
        "nameless.xml": "holder_unknown",
        f"{a_card(other)}.xml": "holder_differs",
        "4412345678901220.xml": "learner_unknown",
        f"{a_card(registrar)}.xml": "own_learning",
        "broken.xml": "left_out",
        f"{a_card(other)} {a_card(namesake)}.xml": "holder_unknown",
    }
    assert (file.good_count, file.row_count) == (0, 6)
    # What the file says of people is masked where it is kept.
    kept = ImportProblem.objects.get(file=file, row_no=1)
    assert "Jiamin" not in json.dumps(kept.cells)


def test_brought_again_nothing_comes_twice_and_a_whole_counts_once(world: World) -> None:
    a_rule(world)
    person = a_person("陈嘉敏")
    name = f"{a_card(person)}.xml"
    data = a_zip(**{name: transcript(course("W", "Whole", parts=course("P", "Part")))})
    file = written(world, handed_in(world, data))
    assert (file.choice, file.written_count) == ("good", 2)
    assert [(one.title, one.wait or one.state) for one in records_of(person)] == [
        ("Whole", "credited"),
        ("Part", "part"),
    ]
    assert Delivery.objects.get(learner=person).found_count == 2
    again = handed_in(world, data)
    assert (again.known_count, again.good_count) == (2, 0)


def test_a_part_that_counted_before_keeps_its_whole_from_counting(world: World) -> None:
    a_rule(world, achievement="Part")
    person = a_person("陈嘉敏")
    name = f"{a_card(person)}.xml"
    written(world, handed_in(world, a_zip(**{name: transcript(course("P", "Part"))})))
    assert the_record(person).state == "credited"
    a_rule(world, unit=world.other_unit, achievement="Whole")
    both = a_zip(**{name: transcript(course("W", "Whole", parts=course("P", "Part")))})
    written(world, handed_in(world, both))
    assert [(one.title, one.wait or one.state) for one in records_of(person)] == [
        ("Part", "credited"),
        ("Whole", "part"),
    ]


def test_what_is_no_zip_is_refused_as_a_whole_and_a_bomb_is_never_unpacked(world: World) -> None:
    assert handed_in(world, b"no zip").state == "refused"
    assert handed_in(world, a_zip(**{".hidden": b"x"})).state == "refused"
    assert handed_in(world, a_zip(**{"people.csv": b"nonsense", "a.xml": b"x"})).state == "refused"
    file = handed_in(world, a_zip(**{"zero.xml": b"0" * 2_000_001}))
    assert (file.state, problems(file)) == ("checked", [("zero.xml", "left_out")])


def test_who_may_not_state_may_not_hand_in(world: World) -> None:
    for actor in (world.officer, world.author):
        with pytest.raises(Denied):
            handed_in(world, a_zip(**{"a.xml": transcript(course())}), actor=actor)
    stranger = at_browser(a_person("路人"))
    assert stranger.get(reverse("imports:bring_file")).status_code == 403


def test_the_page_offers_it_without_a_template(world: World) -> None:
    own = at_browser(world.bank.registrar.person)
    page = own.get(reverse("imports:bring_file")).content.decode()
    assert "外来学习成果原文件" in page
    there = reverse("imports:download_template", args=["foreign.files", "csv"])
    assert own.get(there).status_code == 404
    file = handed_in(world, a_zip(**{"nameless.xml": transcript(course())}))
    page = own.get(reverse("imports:show_import", args=[file.public_id])).content.decode()
    assert "看不出这份文件是谁的" in page
    rows = list(import_queries.rejected_rows(file))
    assert [one.cells[0] for one in rows] == ["nameless.xml"]
    answer = own.get(reverse("imports:download_rejected", args=[file.public_id, "csv"]))
    assert "nameless.xml" in b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a file
