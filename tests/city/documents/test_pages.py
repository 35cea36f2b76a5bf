"""Pages of documents and the files' own addresses: who sees what, with which headers, under which names."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from city.documents.nasty import NASTY, SOUND, pdf
from city.documents.toy import NAME, NOW, Toy, files_under
from city.situations import TODAY, a_registrar, a_stranger, an_organisation
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.documents import services
from xuecheng.city.documents.models import Document, DocumentVersion
from xuecheng.city.ids import uuid7


def browser(who: Standing) -> Client:
    client = Client()
    client.force_login(who.person)
    return client


def get(who: Standing, name: str, *args: object, query: str = "") -> Any:
    """The answer, read to its end, as a browser does; that closes the file."""
    answer: Any = browser(who).get(reverse(name, args=args) + query)
    if answer.streaming:
        answer.whole = b"".join(answer.streaming_content)
    return answer


def send(
    who: Standing, name: str, *args: object, content: bytes = SOUND["pdf"], file: str = "证书.pdf", **post: Any
) -> Any:
    fields = {"public_id": uuid7()} | post | {"file": SimpleUploadedFile(file, content, content_type="application/pdf")}
    return browser(who).post(reverse(name, args=args), fields)


def body(answer: Any) -> bytes:
    whole: bytes = answer.whole
    return whole


@pytest.fixture
def paper(toy: Toy, time_machine: Any) -> DocumentVersion:
    time_machine.move_to(NOW)
    version = toy.add(title="结业证书")
    services.look_at(version_id=version.pk, scanner=None, at=NOW)
    version.refresh_from_db()
    return version


class TestAdding:
    def test_the_form_says_what_is_taken_and_how_long_it_is_kept(self, toy: Toy) -> None:
        seen = get(toy.registrar, "documents:add_document", NAME, "1").content.decode()

        assert 'enctype="multipart/form-data"' in seen
        assert 'accept=".pdf,.jpg,.jpeg' in seen
        assert "csrfmiddlewaretoken" in seen

    def test_a_file_is_sent_without_scripts_and_leads_back_to_its_thing(self, toy: Toy) -> None:
        answer = send(toy.registrar, "documents:add_document", NAME, "1", title="结业证书")

        assert (answer.status_code, answer.url) == (302, "/parts/")
        assert DocumentVersion.objects.get().file_name == "证书.pdf"

    def test_the_same_form_twice_is_one_document(self, toy: Toy) -> None:
        one = uuid7()
        for _time in range(2):
            send(toy.registrar, "documents:add_document", NAME, "1", title="结业证书", public_id=one)
        assert Document.objects.count() == 1

    @pytest.mark.parametrize("name", ["HTML", "a zip", "a Word file with macros", "nothing", "a cut PDF"])
    def test_what_is_refused_is_said_at_the_field(self, toy: Toy, store: Path, name: str) -> None:
        answer = send(toy.registrar, "documents:add_document", NAME, "1", title="x", content=NASTY[name][0])

        assert answer.status_code == 422
        assert answer.context["form"].errors["file"]
        assert files_under(store) == []

    def test_an_upload_ends_at_the_places_limit_and_keeps_what_was_written(self, toy: Toy, store: Path) -> None:
        answer = send(toy.registrar, "documents:add_document", NAME, "1", title="结业证书", content=b"a" * 1_000_001)

        assert answer.status_code == 422
        assert "1" in str(answer.context["form"].errors["file"])
        assert answer.context["form"]["title"].value() == "结业证书"
        assert files_under(store) == []
        assert send(
            toy.registrar, "documents:add_document", NAME, "1", title="x", content=b"a" * 1_000_000
        ).status_code == 302  # fmt: skip

    def test_whoever_may_not_see_the_thing_finds_no_form_and_whoever_may_only_see_is_denied(self, toy: Toy) -> None:
        elsewhere = a_registrar(an_organisation(toy.city["从化区"]))
        for who, status in ((a_stranger(), 404), (elsewhere, 404), (toy.learner, 403), (toy.officer, 403)):
            assert get(who, "documents:add_document", NAME, "1").status_code == status
            assert send(who, "documents:add_document", NAME, "1", title="x").status_code == status
        assert get(toy.registrar, "documents:add_document", NAME, "999").status_code == 404
        assert get(toy.registrar, "documents:add_document", "no.such", "1").status_code == 404
        assert not Document.objects.exists()

    def test_a_new_version_stands_in_front_of_the_older_ones(self, toy: Toy, paper: DocumentVersion) -> None:
        key = paper.document.public_id
        assert send(toy.registrar, "documents:add_version", key, content=pdf(5), note="盖了章").status_code == 302
        seen = get(toy.registrar, "documents:show_document", key).content.decode()
        assert seen.index("盖了章") < seen.index(paper.sha256)
        assert send(toy.learner, "documents:add_version", key, content=pdf(6), note="x").status_code == 403
        assert send(a_stranger(), "documents:add_version", key, content=pdf(6), note="x").status_code == 404


class TestReading:
    def test_a_stranger_another_college_and_the_wrong_role_find_nothing(self, toy: Toy, paper: DocumentVersion) -> None:
        elsewhere = a_registrar(an_organisation(toy.city["从化区"]))
        from city.situations import an_operator

        for who in (a_stranger(), elsewhere, an_operator(toy.city["广州市"])):
            for name, key in self.addresses(paper):
                assert get(who, name, key).status_code == 404, name

    def test_who_is_not_signed_in_is_led_to_sign_in(self, client: Client, paper: DocumentVersion) -> None:
        for name, key in self.addresses(paper):
            assert client.get(reverse(name, args=[key])).status_code == 302

    def test_the_college_the_learner_and_the_officer_read(self, toy: Toy, paper: DocumentVersion) -> None:
        for who in (toy.registrar, toy.learner, toy.officer):
            for name, key in self.addresses(paper)[:3]:
                assert get(who, name, key).status_code == 200, name

    @staticmethod
    def addresses(paper: DocumentVersion) -> list[tuple[str, UUID]]:
        document = paper.document.public_id
        return [
            ("documents:show_document", document), ("files:download", paper.public_id),
            ("files:preview", paper.public_id), ("documents:remove_document", document),
            ("documents:hold_document", document), ("documents:add_version", document),
        ]  # fmt: skip

    def test_a_lost_role_counts_at_once(self, toy: Toy, paper: DocumentVersion) -> None:
        from xuecheng.city.access.models import RoleHolding

        assert get(toy.registrar, "files:download", paper.public_id).status_code == 200
        RoleHolding.objects.filter(person=toy.registrar.person).update(during=("2024-01-01", "2025-01-01"))
        assert get(toy.registrar, "files:download", paper.public_id).status_code == 404

    def test_a_thing_or_place_that_is_gone_takes_its_documents_out_of_sight(
        self, toy: Toy, paper: DocumentVersion
    ) -> None:
        from xuecheng.city.documents import places

        kept = toy.things.pop("1")
        assert get(toy.registrar, "files:download", paper.public_id).status_code == 404
        toy.things["1"] = kept
        places._PLACES.pop(NAME)
        assert get(toy.registrar, "files:download", paper.public_id).status_code == 404

    def test_the_owner_may_decide_by_more_than_a_role(self, toy: Toy, paper: DocumentVersion) -> None:
        toy.register(may_read=lambda viewer, thing: viewer.person == toy.learner.person)
        assert get(toy.registrar, "files:download", paper.public_id).status_code == 404
        assert get(toy.learner, "files:download", paper.public_id).status_code == 200
        assert "结业证书" not in get(toy.registrar, "documents:list_documents").content.decode()


class TestTheFileItself:
    def test_it_leaves_as_an_attachment_with_strict_headers(self, toy: Toy, paper: DocumentVersion) -> None:
        answer = get(toy.learner, "files:download", paper.public_id)

        assert body(answer) == SOUND["pdf"]
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''%E8%AF%81%E4%B9%A6.pdf"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Content-Length"] == str(len(SOUND["pdf"]))

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("photo.jpg.exe", "photo.pdf"),
            ("cert\u202efdp.exe", "certfdp.pdf"),
            ('x"; filename="evil.exe', "x_; filename=_evil.pdf"),
            ("a\nb.pdf", "ab.pdf"),
        ],
    )
    def test_a_wicked_name_leaves_as_a_harmless_one(self, toy: Toy, sent: str, kept: str) -> None:
        version = toy.add(file_name=sent)
        answer = get(toy.learner, "files:download", version.public_id)
        body(answer)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{kept}"'

    def test_what_waits_for_the_scanner_or_failed_it_is_not_there(self, toy: Toy, paper: DocumentVersion) -> None:
        for state in ("waiting", "infected", "failed"):
            DocumentVersion.objects.update(scan=state)
            assert get(toy.registrar, "files:download", paper.public_id).status_code == 404
            assert get(toy.registrar, "files:preview", paper.public_id).status_code == 404
            seen = get(toy.registrar, "documents:show_document", paper.document.public_id)
            assert seen.status_code == 200
            assert reverse("files:download", args=[paper.public_id]) not in seen.content.decode()

    def test_the_small_picture_is_ours_and_as_strict(self, toy: Toy, paper: DocumentVersion) -> None:
        answer = get(toy.learner, "files:preview", paper.public_id)
        assert body(answer).startswith(b"\xff\xd8\xff")
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_nothing_but_reading_is_answered(self, toy: Toy, paper: DocumentVersion) -> None:
        assert browser(toy.registrar).post(reverse("files:download", args=[paper.public_id])).status_code == 405


class TestKeeping:
    def test_a_registrar_removes_with_a_reason_and_a_line_stays(self, toy: Toy, paper: DocumentVersion) -> None:
        key = paper.document.public_id
        client = browser(toy.registrar)
        address = reverse("documents:remove_document", args=[key])
        assert client.post(address, {"reason": ""}).status_code == 422
        assert client.post(address, {"reason": "传错了人"}).status_code == 302
        assert client.get(reverse("files:download", args=[paper.public_id])).status_code == 404
        seen = client.get(reverse("documents:show_document", args=[key])).content.decode()
        assert "传错了人" in seen
        assert paper.sha256 in seen
        assert "结业证书" not in seen
        assert "传错了人" not in client.get(reverse("documents:list_documents")).content.decode()
        assert client.get(reverse("documents:list_documents") + "?state=removed").status_code == 200
        assert client.get(reverse("documents:show_document", args=[key])).status_code == 200

    def test_an_officer_holds_and_lifts(self, toy: Toy, paper: DocumentVersion) -> None:
        key = paper.document.public_id
        officer = browser(toy.officer)
        address = reverse("documents:hold_document", args=[key])
        assert officer.get(address).status_code == 200
        assert officer.post(address, {"reason": "法院来函"}).status_code == 302
        assert "法院来函" in officer.get(reverse("documents:show_document", args=[key])).content.decode()
        answer = browser(toy.registrar).post(reverse("documents:remove_document", args=[key]), {"reason": "传错了人"})
        assert answer.status_code == 422
        assert officer.get(address).status_code == 200
        assert officer.post(address, {"reason": "已结案"}).status_code == 302
        assert browser(toy.registrar).get(address).status_code == 403

    def test_what_is_kept_how_long_is_for_everybody(self, client: Client, toy: Toy) -> None:
        seen = client.get(reverse("documents:show_retention")).content.decode()
        assert "证明材料" in seen
        assert "测试" in seen


class TestLists:
    def test_staff_see_their_own_organisations_documents_only(self, toy: Toy, paper: DocumentVersion) -> None:
        other = an_organisation(toy.city["从化区"])
        assert "结业证书" in get(toy.registrar, "documents:list_documents").content.decode()
        assert "结业证书" in get(toy.officer, "documents:list_documents").content.decode()
        assert "结业证书" not in get(a_registrar(other), "documents:list_documents").content.decode()
        assert get(toy.learner, "documents:list_documents").status_code == 403

    def test_the_file_of_the_list_names_no_file(self, toy: Toy, paper: DocumentVersion) -> None:
        shown = body(get(toy.registrar, "documents:export_documents")).decode()
        assert paper.sha256 in shown
        assert "证书.pdf" not in shown
        assert paper.sha256 not in body(
            get(a_registrar(an_organisation(toy.city["从化区"])), "documents:export_documents")
        ).decode()  # fmt: skip

    def test_a_page_costs_the_same_for_two_as_for_five(
        self, toy: Toy, paper: DocumentVersion, django_assert_num_queries: Any
    ) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = browser(toy.registrar)
        address = reverse("documents:list_documents")
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(address)
        for number in range(4):
            toy.add(pdf(number + 4))
        with django_assert_num_queries(len(few)):
            client.get(address)

    def test_the_shelf_of_a_thing_costs_two_queries(
        self, toy: Toy, paper: DocumentVersion, django_assert_num_queries: Any
    ) -> None:
        from xuecheng.city.documents.queries import shelves

        other = toy.a_thing("2")
        with django_assert_num_queries(2):
            found = shelves(toy.registrar, [(NAME, toy.thing), (NAME, other)])
        assert [len(shelf.papers) for shelf in found] == [1, 0]
        assert found[0].may_add
        assert not shelves(toy.learner, [(NAME, toy.thing)])[0].may_add
        assert shelves(a_stranger(), [(NAME, toy.thing)]) == []

    def test_each_page_speaks_both_languages(self, toy: Toy, paper: DocumentVersion) -> None:
        key = paper.document.public_id
        for language in ("zh-hans", "en"):
            client = browser(toy.registrar)
            client.cookies["django_language"] = language
            for name, args in (
                ("documents:list_documents", []), ("documents:show_document", [key]), ("documents:add_version", [key]),
                ("documents:remove_document", [key]), ("documents:show_retention", []),
                ("documents:add_document", [NAME, "1"]),
            ):  # fmt: skip
                with override(language):
                    assert client.get(reverse(name, args=args)).status_code == 200, name


def test_a_person_who_lost_everything_but_their_own_thing_still_reads_it(toy: Toy, paper: DocumentVersion) -> None:
    learner = standing_of(toy.learner.person, today=TODAY)
    assert get(learner, "documents:show_document", paper.document.public_id).status_code == 200


def test_whoever_looks_at_a_persons_document_stands_in_their_log(toy: Toy, paper: DocumentVersion) -> None:
    for _time in range(2):
        get(toy.registrar, "documents:show_document", paper.document.public_id)
        get(toy.registrar, "files:download", paper.public_id)
    get(toy.learner, "documents:show_document", paper.document.public_id)
    (row,) = Reading.objects.filter(person=toy.learner.person)
    assert (row.reader_id, row.what, row.thing) == (toy.registrar.person.pk, "document", str(paper.document.public_id))
    assert get(a_stranger(), "files:download", paper.public_id).status_code == 404
    assert Reading.objects.count() == 1
