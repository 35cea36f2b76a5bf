"""A registrar attaches evidence, a learner finds it on a phone; without scripts, in large print, for every reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from browser.conftest import DESK, PHONE, Open
from browser.judged import wrong
from city.documents.nasty import NASTY, picture
from stories.town import Story
from xuecheng.city.documents.models import Document, DocumentVersion
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.learning.records.models import LearningRecord

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]


def record_of(town: Story) -> LearningRecord:
    return LearningRecord.objects.filter(learner=town.learner).order_by("id")[0]


def attach(page: Page, record: LearningRecord, path: Path, title: str = "2026年春季签到表") -> None:
    page.goto(reverse("records:show_record", args=[record.pk]))
    page.get_by_role("link", name="添加文件").click()
    page.get_by_label("这是什么").fill(title)
    page.get_by_label("文件").set_input_files(path)
    page.get_by_role("button", name="保存文件").click()


def test_evidence_goes_from_the_registrar_to_the_learner(town: Story, browse: Open, tmp_path: Path) -> None:
    sheet, evil = tmp_path / "签到表.jpg", tmp_path / "签到表.pdf"
    sheet.write_bytes(picture("JPEG", (900, 1_200)))
    evil.write_bytes(NASTY["HTML"][0])
    record = record_of(town)
    desk = browse(town.registrar, width=DESK, scripts=False)

    attach(desk, record, evil)
    assert "HTML" in desk.locator("main").inner_text()
    assert not Document.objects.exists()

    attach(desk, record, sheet)
    for job in Job.objects.filter(kind="documents.look"):
        running.run(job.pk)

    phone = browse(town.resident, width=PHONE)
    phone.goto(reverse("records:show_record", args=[record.pk]))
    phone.get_by_role("link", name="2026年春季签到表", exact=True).click()
    shown = phone.get_by_role("img", name="图片的小图")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    with phone.expect_download() as coming:
        phone.get_by_role("link", name="下载", exact=True).click()
    assert coming.value.suggested_filename == "签到表.jpg"
    assert Path(coming.value.path()).read_bytes() == sheet.read_bytes()

    other = browse(town.at_browser(town.neighbour))
    version = DocumentVersion.objects.get()
    answer = other.request.get(reverse("files:download", args=[version.public_id]))
    assert answer.status == 404


@pytest.mark.parametrize(("width", "mode"), [(PHONE, "elder"), (DESK, "normal")])
def test_every_page_of_papers_and_working_days_is_for_every_reader(
    town: Story, browse: Open, tmp_path: Path, width: int, mode: str
) -> None:
    sheet = tmp_path / "签到表.jpg"
    sheet.write_bytes(picture("JPEG"))
    record = record_of(town)
    attach(browse(town.registrar, width=DESK), record, sheet)
    key = Document.objects.get().public_id
    pages: list[tuple[Client | None, str]] = [
        (None, reverse("workdays:show_year", args=[2026]) + "?begins=2026-09-30&days=2"),
        (None, reverse("workdays:show_year", args=[2031])),
        (None, reverse("documents:show_retention")),
        (town.registrar, reverse("records:show_record", args=[record.pk])),
        (town.registrar, reverse("documents:list_documents")),
        (town.registrar, reverse("documents:add_document", args=["records.evidence", record.pk])),
        (town.registrar, reverse("documents:show_document", args=[key])),
        (town.registrar, reverse("documents:add_version", args=[key])),
        (town.registrar, reverse("documents:remove_document", args=[key])),
        (town.colleague, reverse("documents:hold_document", args=[key])),
        (town.resident, reverse("documents:show_document", args=[key])),
    ]
    for who, address in pages:
        page = browse(who, width=width, xc_mode=mode)
        assert page.goto(address).status == 200, address  # type: ignore[union-attr]
        assert wrong(page) == [], address
        page.context.close()
