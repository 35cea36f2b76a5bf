"""Everything about me in one file: what is in it, who gets it, how long it lies, what a kill leaves."""

from __future__ import annotations

import io
import json
import threading
import tracemalloc
import zipfile
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse
from django.utils.translation import override

from city.situations import a_person, a_stranger, holding, small_city
from xuecheng.city import clock, vault
from xuecheng.city.access.queries import Standing
from xuecheng.city.identity.rules.addresses import Address
from xuecheng.city.identity.services.contacts import keep_contact
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.jobs.progress import Progress, Superseded
from xuecheng.city.mydata import jobs, parts, queries, rules, services
from xuecheng.city.mydata.models import Archive
from xuecheng.city.mydata.sealed_files import FRAME_BYTES, FileBroken, SealedWriter, folder, new_key, opened
from xuecheng.city.notices.models import Notice
from xuecheng.city.people.models import Person
from xuecheng.city.realname.models import IdentityDocument
from xuecheng.city.realname.services import PURPOSE
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import NOBODY, Denied

NOW = clock.now()
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
NUMBER = "11010519491231002X"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def me(db):
    return a_person("冯国强")


def standing(person):
    return Standing(person=person)


def asked(person, **more):
    wished = {"actor": standing(person), "public_id": uuid7(), "with_numbers": False, "at": NOW} | more
    return services.ask_archive(**wished)


def made(person, **more):
    archive = asked(person, **more)
    running.run(Job.objects.get(public_id=archive.public_id).pk)
    archive.refresh_from_db()
    return archive


def content(person, archive, *, at=None):
    _row, pieces = services.take_archive(actor=standing(person), public_id=archive.public_id, at=at or clock.now())
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def with_document(person):
    row = IdentityDocument(
        person=person, kind="resident_id", name_on_document=person.name, claimed_at=NOW, claimed_by=person
    )
    row.number_sealed = vault.seal(PURPOSE, str(row.public_id), NUMBER)
    row.number_hash = vault.look_up_hash(PURPOSE, NUMBER)
    row.save()
    return row


class TestWhatIsInIt:
    def test_pages_to_read_tables_for_machines_and_their_description(self, me):
        keep_contact(person=me, address=Address("phone", "13800138000"), at=NOW)
        with content(me, made(me)) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            assert (manifest["schema"], manifest["version"]) == ("xuecheng.mydata", 1)
            assert {part["name"] for part in manifest["parts"]} == {part.name for part in parts.all_parts()}
            for part in manifest["parts"]:
                data = json.loads(archive.read(part["data"]))
                assert set(json.loads(archive.read("schema.json"))["required"]) <= set(data)
                assert archive.read(part["page"]).startswith(b"<!doctype html>")
            contacts = json.loads(archive.read("data/contacts.json"))
            assert contacts["tables"][0]["rows"][0]["address"] == "13800138000"
            index = archive.read("index.html").decode()
        assert "冯国强" in index
        assert "My data" in index
        assert "<script" not in index
        assert 'src="' not in index

    def test_each_reason_for_what_is_left_out_stands_in_it(self, me):
        with content(me, made(me)) as archive:
            manifest = json.loads(archive.read("manifest.json"))
        assert {(one["table"], one["field"]) for one in manifest["left_out"]} == {
            (model, field) for model, field, _why in parts.left_out()
        }
        assert all(one["why"]["zh"] and one["why"]["en"] for one in manifest["left_out"])

    @pytest.mark.parametrize(("whole", "shown"), [(False, "2X"), (True, NUMBER)])
    def test_identity_numbers_are_masked_unless_they_are_wanted_whole(self, me, whole, shown):
        with_document(me)
        with content(me, made(me, with_numbers=whole)) as archive:
            text = archive.read("data/identity_documents.json").decode()
        assert shown in text
        assert (NUMBER in text) is whole

    def test_nothing_of_anybody_else_is_in_it(self, me):
        other = a_person("买买提·吐尔逊")
        keep_contact(person=other, address=Address("phone", "13900139000"), at=NOW)
        with content(me, made(me)) as archive:
            everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
        assert "13900139000" not in everything
        assert other.name not in everything

    def test_a_merged_account_comes_with_the_one_that_is_kept(self, me):
        second = a_person("冯国強")
        keep_contact(person=second, address=Address("phone", "13700137000"), at=NOW)
        second.merged_into = me
        second.save()
        with content(me, made(me)) as archive:
            assert "13700137000" in archive.read("data/contacts.json").decode()

    def test_what_a_name_holds_is_text_and_no_markup(self, me):
        Person.objects.filter(pk=me.pk).update(name="<b>冯</b>")
        with content(me, made(me)) as archive:
            assert b"<b>" not in archive.read("index.html")
            assert b"<b>" not in archive.read("pages/person.html")


class TestAskedTwice:
    def test_while_one_is_made_the_same_is_answered(self, me):
        assert asked(me) == asked(me)
        assert Archive.objects.count() == 1

    def test_the_same_form_twice_is_one_and_for_something_else_refused(self, me):
        archive = made(me)
        assert asked(me, public_id=archive.public_id) == archive
        with pytest.raises(FormUsedBefore):
            asked(me, public_id=archive.public_id, with_numbers=True)
        with pytest.raises(FormUsedBefore):
            asked(a_person(), public_id=archive.public_id)

    def test_a_newer_one_takes_the_place_of_the_older(self, me):
        older = made(me)
        newer = made(me)
        older.refresh_from_db()
        assert (older.state, newer.state) == ("over", "ready")
        assert [path.name for path in folder().iterdir()] == [newer.file_name]

    def test_one_whose_job_gave_up_does_not_stand_in_the_way(self, me):
        first = asked(me)
        Job.objects.filter(public_id=first.public_id).update(state="failed", ended_at=NOW)
        second = asked(me)
        assert second != first


@pytest.mark.django_db(transaction=True)
def test_of_four_at_once_all_get_the_same(tmp_path):
    me = a_person()
    answers = []

    def work():
        try:
            answers.append(asked(me).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert len(set(answers)) == 1


class TestAKilledWorker:
    def test_what_it_left_is_no_archive_and_the_next_makes_it_whole(self, me, monkeypatch):
        archive = asked(me)
        job = Job.objects.get(public_id=archive.public_id)
        real = services.keep_archive
        monkeypatch.setattr(services, "keep_archive", lambda *_args, **_more: (_ for _ in ()).throw(OSError("disk")))
        running.run(job.pk)
        archive.refresh_from_db()
        assert archive.state == "making"
        assert list(folder().iterdir()) == []
        monkeypatch.setattr(services, "keep_archive", real)
        running.run(job.pk)
        archive.refresh_from_db()
        assert archive.state == "ready"
        assert content(me, archive).testzip() is None

    def test_a_file_left_by_a_dead_process_goes_after_a_day(self, me):
        folder().mkdir(parents=True)
        (folder() / "left").write_bytes(b"x")
        kept = made(me)
        services.remove_expired(at=NOW)
        assert (folder() / "left").exists()
        services.remove_expired(at=clock.now() + DAY + timedelta(minutes=1))
        assert [path.name for path in folder().iterdir()] == [kept.file_name]


class TestHowLong:
    def test_it_goes_when_its_days_are_over_and_its_key_with_it(self, me):
        archive = made(me)
        assert archive.expires_at - archive.made_at == DAY * settings.MYDATA_KEEP_DAYS
        assert services.remove_expired(at=archive.expires_at - INSTANT) == 0
        assert services.remove_expired(at=archive.expires_at) == 1
        archive.refresh_from_db()
        assert (archive.state, archive.file_name, archive.key_sealed) == ("over", "", None)
        assert list(folder().iterdir()) == []

    def test_it_is_not_handed_out_from_the_instant_at_which_it_ends(self, me):
        archive = made(me)
        assert content(me, archive, at=archive.expires_at - INSTANT).namelist()
        with pytest.raises(rules.ArchiveNotReady):
            content(me, archive, at=archive.expires_at)


class TestWhoGetsIt:
    def test_the_person_alone(self, me):
        archive = made(me)
        with pytest.raises(rules.ArchiveNotReady):
            services.take_archive(actor=a_stranger(), public_id=archive.public_id, at=clock.now())
        city = small_city()
        officer = a_person("区保护")
        holding(officer, "data_protection_officer", territory=city["广州市"])
        with pytest.raises(rules.ArchiveNotReady):
            services.take_archive(actor=standing(officer), public_id=archive.public_id, at=clock.now())

    def test_nobody_is_denied(self, me):
        with pytest.raises((Denied, TypeError)):
            services.ask_archive(actor=NOBODY, public_id=uuid7(), with_numbers=False, at=NOW)

    def test_that_it_was_taken_is_kept(self, me):
        archive = made(me)
        content(me, archive)
        content(me, archive)
        archive.refresh_from_db()
        assert archive.taken_count == 2

    def test_a_notice_says_that_it_is_ready_and_holds_no_link_to_the_file(self, me):
        archive = made(me)
        notice = Notice.objects.get(person=me)
        assert notice.kind == "mydata.archive_ready"
        assert str(archive.public_id) not in str((notice.values, notice.about))


class TestTheFile:
    def test_it_lies_sealed(self, me):
        keep_contact(person=me, address=Address("phone", "13800138000"), at=NOW)
        archive = made(me)
        raw = (folder() / archive.file_name).read_bytes()
        assert b"PK\x03\x04" not in raw
        assert "冯国强".encode() not in raw

    @pytest.mark.parametrize("size", [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES])
    def test_what_was_written_is_read(self, tmp_path, size):
        key, path = new_key(), tmp_path / "file"
        writer = SealedWriter(path, key)
        writer.write(b"x" * size)
        writer.close()
        assert b"".join(opened(path, key)) == b"x" * size

    @pytest.mark.parametrize("harm", ["cut", "flip", "swap", "empty"])
    def test_what_was_harmed_does_not_open(self, tmp_path, harm):
        key, path = new_key(), tmp_path / "file"
        writer = SealedWriter(path, key)
        writer.write(b"a" * FRAME_BYTES + b"b" * FRAME_BYTES + b"c")
        writer.close()
        raw = path.read_bytes()
        frame = FRAME_BYTES + 16 + 4
        path.write_bytes(
            {
                "cut": raw[: 2 * frame],
                "flip": raw[:50] + bytes([raw[50] ^ 1]) + raw[51:],
                "swap": raw[frame : 2 * frame] + raw[:frame] + raw[2 * frame :],
                "empty": b"",
            }[harm]
        )
        with pytest.raises(FileBroken):
            list(opened(path, key))


class TestPages:
    def test_the_page_shows_what_is_kept_and_leads_on(self, client, me):
        client.force_login(me)
        answer = client.get(reverse("mydata:show"))
        assert answer.status_code == 200
        page = answer.content.decode()
        for name in ("mydata:ask_archive", "mydata:consents", "mydata:ask", "access:list_own_readings"):
            assert reverse(name) in page

    def test_the_download_asks_for_a_fresh_proof(self, client, me):
        archive = made(me)
        client.force_login(me)
        answer = client.get(reverse("mydata:take_archive", args=[archive.public_id]))
        assert answer.status_code == 302
        assert reverse("account_reauthenticate") in answer.url
        archive.refresh_from_db()
        assert archive.taken_count == 0

    def test_whole_numbers_ask_for_a_fresh_proof_before_anything_is_made(self, client, me):
        client.force_login(me)
        answer = client.post(reverse("mydata:ask_archive"), {"public_id": uuid7(), "with_numbers": "on"})
        assert answer.status_code == 302
        assert not Archive.objects.exists()

    def test_asking_leads_back_to_the_page_that_shows_how_far_it_is(self, client, me):
        client.force_login(me)
        answer = client.post(reverse("mydata:ask_archive"), {"public_id": uuid7()}, follow=True)
        assert answer.status_code == 200
        assert Archive.objects.get().state == "making"


def test_rows_are_read_slice_by_slice(me, monkeypatch):
    """A person with many rows needs no more memory than one with few: no table is ever held whole."""
    from xuecheng.city.mydata import rows

    monkeypatch.setattr(rows, "AT_ONCE", 2)
    subject = parts.Subject((me.pk,))
    for part in parts.all_parts():
        for sheet in part.collect(subject):
            assert iter(sheet.rows()) is not None
            assert not isinstance(sheet.rows(), list)


def test_counts_are_of_the_person(me):
    keep_contact(person=me, address=Address("phone", "13800138000"), at=NOW)
    with override("en"):
        assert {str(one.label): one.count for one in queries.held_of(me)}["How you are reached"] == 1
        assert {str(one.label): one.count for one in queries.held_of(a_person())}["How you are reached"] == 0


def test_the_routine_can_run_twice(me):
    made(me)
    jobs.remove_expired()
    jobs.remove_expired()
    assert Archive.objects.get().state == "ready"


class TestTwoWorkers:
    def test_one_that_froze_and_wakes_up_keeps_nothing(self, me):
        """As after a kill that was none: another worker took the job over and made the archive."""
        archive = asked(me)
        job = Job.objects.get(public_id=archive.public_id)
        frozen = Progress(running._take(job.pk))
        running.run(job.pk)
        archive.refresh_from_db()
        with pytest.raises(Superseded):
            services.keep_archive(frozen, archive, name="late", key=new_key(), byte_count=1, at=clock.now())
        archive.refresh_from_db()
        assert (archive.state, archive.file_name) != ("ready", "late")
        assert content(me, archive).testzip() is None

    def test_one_that_died_half_way_is_followed_by_one_that_begins_anew(self, me):
        archive = asked(me)
        job = Job.objects.get(public_id=archive.public_id)
        running._take(job.pk)  # a worker took it, and was killed without a word
        folder().mkdir(parents=True, exist_ok=True)
        (folder() / f"{archive.public_id}.half").write_bytes(b"half")
        running.run(job.pk)
        archive.refresh_from_db()
        job.refresh_from_db()
        assert (archive.state, job.state) == ("ready", "done")
        assert job.done_count == len(parts.all_parts())
        assert content(me, archive).testzip() is None


def test_many_rows_take_no_more_memory_than_few(me):
    """Twenty thousand notices are some 8 MB of text; what is held at a time is one slice and one frame."""
    Notice.objects.bulk_create(
        [
            Notice(message_id=uuid7(), book=1, person=me, kind="x", values={"said": "消息" * 60}, told_at=NOW)
            for _ in range(20_000)
        ],
        batch_size=2_000,
    )
    archive = asked(me)
    job = Job.objects.get(public_id=archive.public_id)
    tracemalloc.start()
    try:
        running.run(job.pk)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    archive.refresh_from_db()
    assert archive.state == "ready"
    assert most < 24_000_000, most
