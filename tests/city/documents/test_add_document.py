"""A document is added, or gets a new version: who may, what is kept, what a retry and a crash do."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from city.documents.nasty import NASTY, SOUND, pdf, picture
from city.documents.toy import NOW, Toy, files_under
from city.situations import TODAY, a_person, a_registrar, a_stranger, an_organisation, holding
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.documents import rules, services, storage
from xuecheng.city.documents.models import Document, DocumentVersion
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs.models import Job
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.city.rights import Denied, Scope


def test_a_file_is_kept_under_its_own_hash_with_who_when_and_until_when(toy: Toy, store: Path) -> None:
    version = toy.add(SOUND["pdf"], file_name="../证书.pdf.exe", note="  ")

    digest = hashlib.sha256(SOUND["pdf"]).hexdigest()
    assert files_under(store) == [storage.path_of(digest)]
    assert storage.path_of(digest).read_bytes() == SOUND["pdf"]
    assert (version.sha256, version.byte_count, version.number) == (digest, len(SOUND["pdf"]), 1)
    assert (version.file_name, version.content_type) == ("证书.pdf", "pdf")
    assert (version.uploaded_by, version.uploaded_at, version.scan) == (toy.registrar.person, NOW, "none")
    document = version.document
    assert (document.organisation, document.person) == (toy.college, toy.learner.person)
    assert document.keep_until == date(2029, 11, 23)


def test_a_new_version_never_overwrites(toy: Toy) -> None:
    first = toy.add(SOUND["pdf"])

    second = toy.replace(first.document, pdf(3), at=NOW + timedelta(days=400))

    assert list(first.document.versions.order_by("number").values_list("sha256", flat=True)) == [
        first.sha256, second.sha256,
    ]  # fmt: skip
    assert storage.path_of(first.sha256).exists()
    first.document.refresh_from_db()
    assert first.document.keep_until == date(2030, 12, 28), "the time begins anew"


class TestRights:
    def test_who_may_not_add_is_denied_and_nothing_is_written(self, toy: Toy, store: Path) -> None:
        elsewhere = a_registrar(an_organisation(toy.city["从化区"]))
        for actor in (a_stranger(), elsewhere, toy.officer, toy.learner):
            with pytest.raises(Denied):
                toy.add(actor=actor)
        assert not Document.objects.exists()
        assert files_under(store) == []

    def test_who_may_not_add_may_not_replace(self, toy: Toy) -> None:
        document = toy.add().document
        for actor in (a_stranger(), toy.officer, toy.learner):
            with pytest.raises(Denied):
                toy.replace(document, pdf(3), actor=actor)

    def test_nothing_is_added_to_what_is_closed(self, toy: Toy) -> None:
        document = toy.add().document
        toy.close()
        with pytest.raises(rules.ThingClosed):
            toy.add()
        with pytest.raises(rules.ThingClosed):
            toy.replace(document, pdf(3))

    def test_what_was_removed_gets_no_new_version(self, toy: Toy) -> None:
        document = toy.add().document
        services.remove_document(
            actor=toy.registrar, document=document, place=toy.place, thing=toy.thing, reason="重复", at=NOW
        )
        with pytest.raises(rules.DocumentGone):
            toy.replace(document, pdf(3))


class TestLimits:
    @pytest.mark.parametrize("name", NASTY)
    def test_nothing_of_the_nasty_set_leaves_a_trace(self, toy: Toy, store: Path, name: str) -> None:
        toy.register(most_bytes=100_000_000)
        content, code = NASTY[name]
        with pytest.raises(Refusal) as refused:
            toy.add(content, file_name="结业证书.pdf")
        assert refused.value.code == code
        assert files_under(store) == []
        assert not Document.objects.exists()

    def test_the_limit_holds_to_the_byte(self, toy: Toy) -> None:
        content = b"a" * 500
        toy.register(most_bytes=500)
        assert toy.add(content).byte_count == 500
        toy.register(most_bytes=499)
        with pytest.raises(rules.FileTooLarge):
            toy.add(content)

    def test_reading_stops_at_the_limit(self, toy: Toy, store: Path) -> None:
        asked = []

        def endless() -> Any:
            while True:
                asked.append(1)
                yield b"a" * 300_000

        with pytest.raises(rules.FileTooLarge):
            toy.add(chunks=endless())
        assert len(asked) == 4
        assert files_under(store) == []

    def test_a_thing_has_room_for_so_many_versions_and_no_more(self, toy: Toy) -> None:
        first = toy.add(pdf(1))
        for number in range(2, 6):
            toy.replace(first.document, pdf(number))
        with pytest.raises(rules.TooManyFiles):
            toy.add(pdf(9))
        toy.thing = toy.a_thing("2")
        toy.add(pdf(9))


class TestRetries:
    def test_the_same_form_twice_is_one_document(self, toy: Toy) -> None:
        public_id = uuid7()
        assert toy.add(public_id=public_id) == toy.add(public_id=public_id)
        assert Document.objects.count() == DocumentVersion.objects.count() == 1

    def test_the_same_form_for_something_else_is_refused(self, toy: Toy) -> None:
        public_id = uuid7()
        document = toy.add(public_id=public_id).document
        with pytest.raises(FormUsedBefore):
            toy.add(pdf(7), public_id=public_id)
        with pytest.raises(FormUsedBefore):
            toy.replace(document, pdf(7), public_id=public_id)
        toy.thing = toy.a_thing("2")
        with pytest.raises(FormUsedBefore):
            toy.add(public_id=public_id)

    def test_the_same_content_twice_is_one_file_and_two_documents(self, toy: Toy, store: Path) -> None:
        toy.add(), toy.add()
        assert len(files_under(store)) == 1
        assert Document.objects.count() == 2

    def test_a_file_that_can_be_drawn_or_scanned_gets_a_job_and_others_none(self, toy: Toy, settings: Any) -> None:
        toy.add(SOUND["text"])
        assert not Job.objects.exists()
        toy.add(SOUND["jpeg"])
        assert Job.objects.get().kind == "documents.look"
        settings.MALWARE_SCANNER = "tcp://127.0.0.1:1"
        assert toy.add(SOUND["text in GB18030"]).scan == "waiting"
        assert Job.objects.count() == 2


class TestTheDatabaseKeepsIt:
    @pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"file_name": "x"}, {"uploaded_at": NOW - timedelta(1)}])
    def test_a_version_cannot_be_rewritten(self, toy: Toy, change: dict[str, Any]) -> None:
        version = toy.add()
        with pytest.raises(ProgrammingError), transaction.atomic():
            DocumentVersion.objects.filter(pk=version.pk).update(**change)

    @pytest.mark.parametrize("table", ["documents_documentversion", "documents_document"])
    def test_neither_a_version_nor_a_document_can_be_deleted(self, toy: Toy, table: str) -> None:
        toy.add()
        with pytest.raises(ProgrammingError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"delete from {table}")

    def test_the_history_knows_who_and_holds_no_title(self, toy: Toy) -> None:
        toy.add(title="陈丽华的证书")
        with connection.cursor() as cursor:
            cursor.execute("select row_to_json(e)::text from documents_documentevent e")
            assert all("陈丽华" not in row for (row,) in cursor.fetchall())


@pytest.mark.django_db(transaction=True)
class TestRivals:
    def at_once(self, acts: list[Any]) -> list[Any]:
        start, answers = threading.Barrier(len(acts)), [None] * len(acts)

        def run(number: int) -> None:
            try:
                start.wait(10)
                answers[number] = acts[number]()
            except BaseException as error:  # noqa: BLE001
                answers[number] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
        [thread.start() for thread in threads], [thread.join(60) for thread in threads]
        return answers

    def test_of_four_for_the_last_place_one_gets_it(self, toy: Toy) -> None:
        toy.register(most_files=1)
        answers = self.at_once([lambda n=n: toy.add(pdf(n + 1)) for n in range(4)])
        assert Counter(type(one).__name__ for one in answers) == {"DocumentVersion": 1, "TooManyFiles": 3}

    def test_four_new_versions_at_once_get_four_numbers(self, toy: Toy) -> None:
        document = toy.add().document
        answers = self.at_once([lambda n=n: toy.replace(document, pdf(n + 3)) for n in range(4)])
        assert sorted(one.number for one in answers) == [2, 3, 4, 5]

    def test_who_adds_a_content_while_another_removes_it_keeps_the_file(self, toy: Toy, store: Path) -> None:
        for _round in range(5):
            old = toy.add().document
            toy.thing = toy.things["1"]
            added, _removed = self.at_once(
                [
                    toy.add,
                    lambda old=old: services.remove_document(
                        actor=toy.registrar, document=old, place=toy.place, thing=toy.thing, reason="重复", at=NOW
                    ),
                ]
            )
            assert storage.path_of(added.sha256).exists()
            services.remove_document(
                actor=toy.registrar, document=added.document, place=toy.place, thing=toy.thing, reason="完", at=NOW
            )
            assert not storage.path_of(added.sha256).exists()


KILLED = """
import sys
sys.path.insert(0, "tests")
import django; django.setup()
from django.conf import settings
settings.FILES_ROOT = __import__("pathlib").Path(sys.argv[1])
settings.DATABASES["default"]["NAME"] = sys.argv[2]
from xuecheng.city.documents import storage
with storage.receiving([sys.argv[3].encode()], most_bytes=10**6) as draft:
    draft.keep()
    print("kept", flush=True)
    __import__("time").sleep(60)
"""


def test_a_process_killed_between_file_and_row_leaves_a_file_that_the_routine_collects(toy: Toy, store: Path) -> None:
    kept = toy.add(picture("PNG"))
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(store), str(connection.settings_dict["NAME"]), "text of a lost upload"],
        stdout=subprocess.PIPE, env=os.environ | {"DJANGO_SETTINGS_MODULE": "xuecheng.config.settings"},
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == b"kept\n"
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    child.stdout.close()
    assert len(files_under(store)) == 2

    assert services.collect_orphans(at=clock.now()) == 0, "its row may still be on its way"
    assert len(files_under(store)) == 2

    old = time.time() - 25 * 3600
    for path in files_under(store):
        os.utime(path, (old, old))
    assert services.collect_orphans(at=clock.now()) == 1
    assert files_under(store) == [storage.path_of(kept.sha256)]


def test_a_draft_that_was_left_behind_is_collected_too(toy: Toy, store: Path) -> None:
    draft = store / "documents" / "drafts" / "tmpabc"
    draft.parent.mkdir(parents=True)
    draft.write_bytes(b"half")
    os.utime(draft, (0, 0))

    assert services.collect_orphans(at=NOW) == 1
    assert files_under(store) == []


def test_a_thing_without_a_place_belongs_to_the_city(toy: Toy) -> None:
    toy.thing = toy.a_thing("3")
    toy.things["3"] = toy.thing = type(toy.thing)(key="3", title="会议纪要", url="/", scope=Scope())
    with pytest.raises(Denied):
        toy.add()
    person = a_person()
    holding(person, "certification_officer", territory=toy.city["广州市"])
    toy.register(add_act="records.decide_double")
    assert toy.add(actor=standing_of(person, today=TODAY)).document.organisation is None
