"""After an erasure nothing in the whole database tells who it was, and the books are as they were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as Site
from allauth.idp.oidc.models import Token
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from psycopg.types.range import TimestamptzRange

from city.documents.nasty import pdf
from city.realname.numbers import a_number
from city.situations import holding
from learning.account import makers
from xuecheng.city import clock, rights, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.care.models import Guardianship, Proxy
from xuecheng.city.care.services import note_deed
from xuecheng.city.documents import storage
from xuecheng.city.documents.models import Document, DocumentVersion
from xuecheng.city.identity.models import ContactPoint, SignInTry
from xuecheng.city.identity.rules.addresses import Address
from xuecheng.city.identity.services.contacts import keep_contact
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.mydata import services
from xuecheng.city.mydata.models import Archive, Erasure
from xuecheng.city.mydata.sealed_files import folder
from xuecheng.city.notices.models import Notice
from xuecheng.city.people import services as people
from xuecheng.city.people.models import Person
from xuecheng.city.realname import services as realname
from xuecheng.city.realname.models import IdentityDocument, Unmasking
from xuecheng.city.vault.models import Key
from xuecheng.learning.credentials import services as credentials
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.models import Result
from xuecheng.learning.records import evidence
from xuecheng.learning.records.models import Dispute, LearningRecord
from xuecheng.learning.records.services import dispute_record
from xuecheng.learning.records.services.disputing import answer_dispute

NOW = clock.now()
WAIT = timedelta(days=settings.MYDATA_ERASURE_DAYS)
NAME, OLD_NAME, SIGN_IN = "欧阳鹭鸶", "欧阳白鹭", "ouyang-lusi-1958"
PHONE, EMAIL = "+8613912876543", "lusi.ouyang@example.org"
NUMBER = a_number(born=date(1958, 3, 15))
FILE_NAME = "鹭鸶的结业证.pdf"
TELLING = (NAME, OLD_NAME, SIGN_IN, PHONE, PHONE.removeprefix("+86"), EMAIL, NUMBER, FILE_NAME)


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, settings: Any) -> None:
    settings.FILES_ROOT = tmp_path


def found_in_database(words: Iterable[str]) -> dict[str, set[str]]:
    """Word → the tables in which it stands: every column of every row of every table, bytes by their bytes."""
    found: dict[str, set[str]] = {word: set() for word in words}
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        (role,) = cursor.fetchone()
        cursor.execute("reset role")
        cursor.execute(
            "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"
        )
        for (table,) in cursor.fetchall():
            for word, tables in found.items():
                escaped = word.encode("unicode_escape").decode().replace("\\", "\\\\\\\\")
                cursor.execute(
                    f"select exists (select from {table} t where t::text like any (%s))",
                    [[f"%{word}%", f"%{word.encode().hex()}%", f"%{escaped}%"]],
                )
                if cursor.fetchone()[0]:
                    tables.add(table)
        cursor.execute(f"set role {role}")
    return found


def somebody() -> tuple[Person, Standing]:
    """A person about whom everything is kept that can be, and their name stands wherever somebody may write it."""
    person = makers.learner(OLD_NAME)
    Person.objects.filter(pk=person.pk).update(sign_in_name=SIGN_IN, birth_year=1958)
    person.refresh_from_db()
    people.change_name(actor=rights.OWNER, person=person, name=NAME, reason=f"{OLD_NAME}改名为{NAME}，电话{PHONE[3:]}")
    person.refresh_from_db()
    with trace.change(by=person, why="test"):
        keep_contact(person=person, address=Address("phone", PHONE), at=NOW)
        keep_contact(person=person, address=Address("email", EMAIL), at=NOW)
    papers(person)
    help_and_office(person)
    learning(person)
    return person, makers.standing(person)


def papers(person: Person) -> None:
    clerk = makers.officer("counter_clerk", name="窗口甲")
    claim = realname.Claim(public_id=uuid7(), kind="resident_id", number=NUMBER)
    document = realname.claim_document(actor=clerk, person=person, claim=claim, at=NOW)
    realname.verify_at_counter(actor=clerk, document=document, seen="original", at=NOW, reason=f"{NAME}本人到场")
    realname.unmask_number(actor=clerk, document=document, reason=f"核对{NAME}的号码", at=NOW)


def help_and_office(person: Person) -> None:
    helper, clerk = makers.person("帮手"), makers.person("窗口乙")
    proxy = Proxy.objects.create(
        person=person,
        helper=helper,
        acts=["account.see_account"],
        how="alone",
        during=TimestamptzRange(NOW, NOW + WAIT),
    )
    note_deed(helper, person, trace.Acting(via="proxy", via_id=str(proxy.public_id)), f"替{NAME}查学分")
    Guardianship.objects.create(
        child=makers.person("孩子"), guardian=person, relation="father", proof=f"{NAME}的户口簿",
        child_born_on=date(2012, 1, 1), during=TimestamptzRange(NOW - WAIT, NOW), recorded_by=clerk,
    )  # fmt: skip
    SignInTry.objects.create(person=person, at=NOW, way="password", worked=True, browser="other", device="other")
    site = Site.objects.create(id="site-1", name="图书馆", type="confidential")
    Token.objects.create(client=site, user=person, type="ia", hash="0" * 32, data={"name": NAME})
    held = holding(person, "registrar", organisation=makers.school())
    type(held).objects.filter(pk=held.pk).update(during=("2020-01-01", "2020-02-01"), reason=f"{NAME}代班")


def learning(person: Person) -> None:
    school = makers.school("逢源街社区学校")
    credited = makers.credit(person, 600, institution=school, note=f"{NAME}补考", evidence=f"{NAME}的签到表")
    record = credited.record
    makers.take_back(makers.credit(person, 150), why=f"{NAME}少4小时")
    Result.objects.filter(learner=person, state="reversed").update(
        reasons=[{"code": "taken_back", "values": {"why": f"{NAME}少4小时"}}]
    )
    learner = makers.standing(person)
    registrar = makers.registrar(school)
    dispute = dispute_record(actor=learner, record=record, complaint=f"我是{NAME}，学时不对", at=NOW)
    answer_dispute(actor=registrar, dispute=dispute, state="upheld", answer=f"{NAME}：学时无误", at=NOW)
    with_file(registrar, record)
    credentials.issue_transcript(actor=learner, learner=person, at=NOW, language="zh-hans", with_card_number=True)


def with_file(registrar: Standing, record: LearningRecord) -> None:
    browser = Client()
    browser.force_login(registrar.person)
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = browser.post(
        reverse("documents:add_document", args=[evidence.RECORD, record.pk]),
        {"public_id": uuid7(), "title": f"{NAME}的证书", "file": SimpleUploadedFile(FILE_NAME, pdf())},
    )
    assert answer.status_code == 302
    assert Document.objects.get().person_id == record.learner_id


def with_wishes(actor: Standing, person: Person) -> None:
    services.ask(actor=actor, public_id=uuid7(), kind="correct", words=f"我叫{NAME}", at=NOW)
    archive = services.ask_archive(actor=actor, public_id=uuid7(), with_numbers=True, at=NOW)
    running.run(Job.objects.get(public_id=archive.public_id).pk)
    archive.refresh_from_db()
    assert archive.state == "ready"
    assert (folder() / archive.file_name).exists()


def carried_out(actor: Standing, capture: Any) -> Erasure:
    made = services.ask_erasure(actor=actor, public_id=uuid7(), at=NOW)
    with capture(execute=True):
        return services.carry_out(erasure=made, at=NOW + WAIT)


@pytest.mark.django_db
def test_no_word_of_the_person_is_found_in_any_column_of_any_table(django_capture_on_commit_callbacks: Any) -> None:
    person, actor = somebody()
    with_wishes(actor, person)
    sealed = list(ContactPoint.objects.filter(person=person).values_list("sealed", flat=True))
    files = [storage.path_of(one.sha256) for one in DocumentVersion.objects.all()]
    archive = folder() / Archive.objects.get(person=person).file_name
    before = found_in_database(TELLING)
    # What lies sealed is found before as little as after; the rest must be there, or this test tests nothing.
    assert {word for word, tables in before.items() if tables} >= {NAME, OLD_NAME, SIGN_IN, FILE_NAME, PHONE[3:]}
    assert "public.pghistory_context" in before[NAME]
    assert "public.people_personevent" in before[OLD_NAME]
    assert "public.records_learningrecord" in before[NAME]

    assert carried_out(actor, django_capture_on_commit_callbacks).state == "done"

    after = found_in_database(TELLING)
    assert {word: tables for word, tables in after.items() if tables} == {}
    assert not any(path.exists() for path in (*files, archive))
    assert sealed
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from identity_contactpoint where sealed = any(%s)", [[bytes(one) for one in sealed]]
        )
        assert cursor.fetchone() == (0,)
    assert not IdentityDocument.objects.filter(person=person).exists()
    assert [(look.document_id, look.reason) for look in Unmasking.objects.all()] == [(None, "（已随注销删除 Erased）")]
    assert not Token.objects.filter(user=person).exists()
    assert not Notice.objects.filter(person=person).exists()
    assert set(Key.objects.exclude(owner="").values_list("state", flat=True)) == {"destroyed"}


@pytest.mark.django_db
def test_the_books_are_as_they_were(django_capture_on_commit_callbacks: Any) -> None:
    person, actor = somebody()
    book = ledger.book_of(person.pk)

    def books() -> tuple[Any, ...]:
        with connection.cursor() as cursor:
            cursor.execute("select account_id, balance, version from ledger.balance where book = %s order by 1", [book])
            balances = cursor.fetchall()
            cursor.execute("select * from ledger.transfer where book = %s order by seq", [book])
            return balances, cursor.fetchall()

    facts = list(LearningRecord.objects.filter(learner=person).order_by("pk").values_list("title", "minutes", "status"))
    was = books()
    verified = ledger.verify(books=[book])
    carried_out(actor, django_capture_on_commit_callbacks)
    assert books() == was
    assert ledger.verify(books=[book]) == verified
    now = LearningRecord.objects.filter(learner=person).order_by("pk").values_list("title", "minutes", "status")
    assert list(now) == facts


@pytest.mark.django_db
def test_a_transcript_answers_that_it_was_issued_and_names_nobody(django_capture_on_commit_callbacks: Any) -> None:
    person, actor = somebody()
    transcript = Transcript.objects.get()
    card = person.learning_account.card_number
    carried_out(actor, django_capture_on_commit_callbacks)

    answer = credentials.answer_code(text=transcript.code)
    assert answer is not None
    assert answer.is_genuine
    page = Client().get(reverse("credentials:verify_code", args=[transcript.code])).content.decode()
    assert "持有人已注销" in page
    for word in (NAME, card, "太极拳初级", "已注销居民"):
        assert word not in page
    verdict = Client().get(f"/api/v1/transcripts/{transcript.code}/verdict").json()
    assert verdict["is_genuine"]
    assert verdict["holder_left_at"]
    assert verdict["content"] == {}

    # Whoever changes what is left is found out, as before.
    Transcript.objects.filter(pk=transcript.pk).update(
        snapshot={**answer.transcript.snapshot, "issued_on": "2020-01-01"}
    )
    changed = credentials.answer_code(text=transcript.code)
    assert changed is not None
    assert not changed.is_genuine


@pytest.mark.django_db
def test_one_that_was_not_genuine_before_is_not_so_afterwards(django_capture_on_commit_callbacks: Any) -> None:
    _person, actor = somebody()
    transcript = Transcript.objects.get()
    Transcript.objects.filter(pk=transcript.pk).update(snapshot={**transcript.snapshot, "issued_on": "2020-01-01"})
    carried_out(actor, django_capture_on_commit_callbacks)
    answer = credentials.answer_code(text=transcript.code)
    assert answer is not None
    assert not answer.is_genuine


@pytest.mark.django_db
def test_an_open_objection_hinders_it() -> None:
    person = makers.learner(NAME)
    record = makers.record(person)
    dispute_record(actor=makers.standing(person), record=record, complaint="学时不对", at=NOW)
    from xuecheng.learning.records.leaving import ObjectionOpen

    with pytest.raises(ObjectionOpen):
        services.ask_erasure(actor=makers.standing(person), public_id=uuid7(), at=NOW)
    Dispute.objects.update(state="dropped")
    assert services.ask_erasure(actor=makers.standing(person), public_id=uuid7(), at=NOW).state == "waiting"


@pytest.mark.django_db
def test_pages_that_show_people_work_for_somebody_who_left(django_capture_on_commit_callbacks: Any) -> None:
    person, actor = somebody()
    record = LearningRecord.objects.filter(learner=person).first()
    assert record is not None
    registrar = makers.registrar(record.institution)
    carried_out(actor, django_capture_on_commit_callbacks)
    certifier, operator = makers.officer(), makers.officer("operator")
    erasure, transcript = Erasure.objects.get(), Transcript.objects.get()
    seen = [
        (registrar, reverse("records:show_record", args=[record.pk])),
        (registrar, reverse("records:list_records")),
        (registrar, reverse("records:show_learner", args=[person.public_id])),
        (certifier, reverse("account:see_account_of", args=[person.public_id])),
        (certifier, reverse("credentials:see_transcript", args=[transcript.code])),
        (certifier, reverse("credentials:download_transcript", args=[transcript.code])),
        (operator, reverse("people:show_person", args=[person.public_id])),
        (operator, reverse("people:list_people")),
        (operator, reverse("people:list_people") + f"?q={Person.objects.get(pk=person.pk).name}"),
        (operator, reverse("access:list_roles_of", args=[person.public_id])),
        (operator, reverse("realname:list_unmaskings")),
        (makers.officer("data_protection_officer"), reverse("mydata:show_erasure", args=[erasure.public_id])),
        (makers.officer("data_protection_officer"), reverse("mydata:list_requests") + "?show=all"),
        (makers.officer("data_protection_officer"), reverse("access:list_readings_of", args=[person.public_id])),
    ]
    for viewer, place in seen:
        browser = Client()
        browser.force_login(viewer.person)
        for language in ("zh-hans", "en"):
            browser.cookies["xc_language"] = language
            answer = browser.get(place)
            assert answer.status_code == 200, place
            assert NAME not in (b"".join(answer) if answer.streaming else answer.content).decode(errors="ignore"), place


@pytest.mark.django_db
def test_files_find_no_learner_by_the_card_of_somebody_who_left(django_capture_on_commit_callbacks: Any) -> None:
    from xuecheng.learning.records.queries.arriving import learners_called

    person, actor = somebody()
    card, account = person.learning_account.card_number, str(person.learning_account.public_id)
    assert set(learners_called([card, account, SIGN_IN])) == {card, account, SIGN_IN}
    carried_out(actor, django_capture_on_commit_callbacks)
    assert learners_called([card, account, SIGN_IN]) == {}


@pytest.mark.django_db
def test_number_phone_and_name_are_free_for_a_new_account(django_capture_on_commit_callbacks: Any) -> None:
    _person, actor = somebody()
    carried_out(actor, django_capture_on_commit_callbacks)
    again = makers.learner(NAME)
    Person.objects.filter(pk=again.pk).update(sign_in_name=SIGN_IN)
    with trace.change(by=again, why="test"):
        assert keep_contact(person=again, address=Address("phone", PHONE), at=NOW).person_id == again.pk
    papers(again)
    assert IdentityDocument.objects.get(person=again).state == "verified"
