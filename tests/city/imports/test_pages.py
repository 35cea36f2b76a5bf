"""The pages of imports, as a registrar meets them."""

from __future__ import annotations

import io
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from city.imports import toy as toys
from city.imports.toy import HEADING, Toy, brought, chosen, job_of, lines, worked, written_codes
from city.situations import a_registrar, an_organisation
from xuecheng.city.ids import uuid7
from xuecheng.city.imports.files import open_table
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.models import Job

BAD = "T-7,,2026-03-01\r\nT-8,图书馆8,2026-02-30\r\n"


@pytest.fixture
def registrar(toy: Toy, client: Client) -> Client:
    client.force_login(toy.registrar.person)
    client.cookies["django_language"] = "en"
    return client


def text_of(response) -> str:
    return unescape(response.content.decode())


def upload(client: Client, content: bytes, *, name: str = "秋季班.csv", **more: object):
    data = {
        "public_id": uuid7(),
        "kind": "test.organisations",
        "organisation": toys.Organisation.objects.get(name_zh="天河区社区学院").pk,
        "file": SimpleUploadedFile(name, content),
    }
    return client.post(reverse("imports:bring_file"), data | more)


def page_of(file: ImportFile) -> str:
    return reverse("imports:show_import", args=[file.public_id])


def test_a_file_in_gb18030_with_wrong_rows_is_brought_explained_and_its_good_rows_written(registrar):
    answer = upload(registrar, (HEADING + lines(1, 3) + BAD).encode("gb18030"))
    file = ImportFile.objects.get()
    assert answer.status_code == 302
    assert answer.url == page_of(file)
    assert "being checked" in text_of(registrar.get(page_of(file)))
    worked(file)

    shown = text_of(registrar.get(page_of(file)))
    assert "Checked: 2 rows are wrong, nothing is written yet" in shown
    assert "GB18030" in shown
    assert "秋季班.csv" in shown
    for words in ("Row 5", "Name", "This cell is empty.", "Fill it in.", "Row 6", "Since", "2026-02-30"):
        assert words in shown
    assert "Write 3 rows now, bring the 2 wrong ones later" in shown
    assert written_codes() == set()

    answer = registrar.post(reverse("imports:write_import", args=[file.public_id]), {"choice": "good"})
    assert answer.url == page_of(file)
    worked(file)
    shown = text_of(registrar.get(page_of(file)))
    assert "3 rows are written" in shown
    assert "Rows to mend" in shown
    assert written_codes() == {"T-1", "T-2", "T-3"}


def test_waiting_writes_nothing_and_leads_to_the_next_file(toy, registrar):
    file = worked(brought(toy, HEADING + lines(1, 1) + BAD))
    answer = registrar.post(reverse("imports:write_import", args=[file.public_id]), {"choice": "wait"})
    assert answer.url == reverse("imports:bring_file")
    file.refresh_from_db()
    assert file.state == "checked"


def test_a_file_without_wrong_rows_offers_to_write_all(toy, registrar):
    file = worked(brought(toy, HEADING + lines(1, 4)))
    shown = text_of(registrar.get(page_of(file)))
    assert "Checked: 4 rows are good, nothing is written yet" in shown
    assert "Write all 4 rows" in shown
    assert "Rows to mend" not in shown


def test_no_choice_is_answered_at_the_form(toy, registrar):
    file = worked(brought(toy, HEADING + lines(1, 1)))
    answer = registrar.post(reverse("imports:write_import", args=[file.public_id]), {})
    assert answer.status_code == 422


def test_problems_can_be_narrowed_to_one_kind(toy, registrar):
    file = worked(brought(toy, HEADING + lines(1, 1) + BAD))
    shown = text_of(registrar.get(page_of(file), {"code": "value_missing"}))
    assert "Row 3" in shown
    assert "Row 4" not in shown


def test_the_result_page_asks_the_database_as_often_for_many_rows_as_for_few(
    toy, registrar, django_assert_max_num_queries
):
    few = worked(brought(toy, HEADING + BAD))
    many = worked(brought(toy, HEADING + lines(1, 50) + BAD * 60))
    registrar.get(page_of(few))
    for file in (few, many):
        with django_assert_max_num_queries(12):
            registrar.get(page_of(file))


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_rejected_rows_are_downloaded_and_can_be_brought_again(toy, registrar, file_format):
    file = worked(brought(toy, (HEADING + lines(1, 1) + BAD + "T-9,=1+1,x\r\n").encode("gb18030")))
    answer = registrar.get(reverse("imports:download_rejected", args=[file.public_id, file_format]))
    content = b"".join(answer.streaming_content)
    assert "attachment" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"
    table = open_table(io.BytesIO(content))
    if file_format == "csv":
        assert table.encoding == "gb18030"
    heading, *rows = [cells for _, cells in table.rows()]
    assert heading == ["Code*", "Name*", "Since", "row_no", "error_code", "error_zh", "error_en"]
    assert [cells[3] for cells in rows] == ["3", "4", "5"]
    assert rows[2][1] == "'=1+1"
    again = worked(brought(toy, content, name=f"again.{file_format}"))
    assert again.bad_count == 3


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_template_is_downloaded(registrar, file_format):
    answer = registrar.get(reverse("imports:download_template", args=["test.organisations", file_format]))
    content = io.BytesIO(b"".join(answer.streaming_content))
    assert [cells for _, cells in open_table(content).rows()][1] == ["T-0", "示例", "2026-01-01"]


@pytest.mark.parametrize("place", ["template/test.organisations.pdf", "template/nothing.csv"])
def test_templates_that_do_not_exist_are_not_found(registrar, place):
    assert registrar.get(f"/imports/{place}").status_code == 404


def test_a_file_that_is_no_table_says_what_it_is(toy, registrar):
    file = worked(brought(toy, b"%PDF-1.7"))
    shown = text_of(registrar.get(page_of(file)))
    assert "This file cannot be read" in shown
    assert "a PDF document" in shown


def test_an_upload_beyond_the_limit_is_refused_at_the_field(registrar, settings):
    settings.IMPORT_BYTES_LIMIT = 1_000_000
    answer = upload(registrar, b"x" * 3_000_000)
    assert answer.status_code == 422
    assert "at most 1 MB" in text_of(answer)
    assert not ImportFile.objects.exists()


@pytest.mark.parametrize(("changes", "words"), [({"file": ""}, "Choose a file."), ({"kind": "none"}, "none")])
def test_a_form_with_something_missing_is_shown_again(registrar, changes, words):
    answer = upload(registrar, b"x", **changes)
    assert answer.status_code == 422
    assert words in text_of(answer)


def test_an_empty_file_is_refused_at_the_field(registrar):
    answer = upload(registrar, b"")
    assert answer.status_code == 422
    assert "empty" in text_of(answer)


def test_while_it_works_htmx_gets_the_card_and_then_the_page_anew(toy, registrar):
    file = brought(toy, HEADING + lines(1, 1))
    card = registrar.get(page_of(file), headers={"HX-Request": "true"})
    assert "progressbar" in text_of(card)
    assert "<html" not in text_of(card)
    worked(file)
    assert registrar.get(page_of(file), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_stopped_work_offers_to_go_on(toy, registrar):
    file = chosen(toy, worked(brought(toy, HEADING + lines(1, 2))), "good")
    jobs.ask_to_cancel(actor=toy.registrar, job=job_of(file), at=toys.NOW)
    assert "Go on" in text_of(registrar.get(page_of(file)))
    registrar.post(reverse("imports:carry_on", args=[file.public_id]))
    assert worked(file).state == "written"
    assert Job.objects.filter(kind="imports.write").count() == 2


def test_a_file_is_thrown_away(toy, registrar):
    file = worked(brought(toy, HEADING + lines(1, 2)))
    answer = registrar.post(reverse("imports:abandon_import", args=[file.public_id]), follow=True)
    assert "Nothing of it was written." in text_of(answer)
    assert "thrown away" in text_of(registrar.get(page_of(file)))


def test_the_list_names_the_files_and_their_states(toy, registrar):
    assert "No file has been brought yet" in text_of(registrar.get(reverse("imports:list_imports")))
    worked(brought(toy, HEADING + lines(1, 2), name="甲.csv"))
    shown = text_of(registrar.get(reverse("imports:list_imports")))
    assert "甲.csv" in shown
    assert "checked, not written yet" in shown


def test_files_of_another_institution_are_not_there(toy, client):
    file = worked(brought(toy, HEADING + lines(1, 2)))
    client.force_login(a_registrar(an_organisation(toy.territory)).person)
    for name in ("show_import", "write_import", "abandon_import", "carry_on"):
        address = reverse(f"imports:{name}", args=[file.public_id])
        answer = client.get(address) if name == "show_import" else client.post(address, {"choice": "good"})
        assert answer.status_code == 404
    assert client.get(reverse("imports:download_rejected", args=[file.public_id, "csv"])).status_code == 404
    assert "名单.csv" not in text_of(client.get(reverse("imports:list_imports")))


def test_another_institution_cannot_be_chosen(toy, registrar):
    answer = upload(registrar, b"x", organisation=an_organisation(toy.territory).pk)
    assert answer.status_code == 422
    assert not ImportFile.objects.exists()


def test_without_signing_in_there_is_nothing(toy, client):
    assert client.get(reverse("imports:list_imports")).status_code == 302
