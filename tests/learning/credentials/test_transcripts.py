"""Transcripts: what is certified stays, what changed since is said, and who looks is counted (C-88)."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection
from pypdf import PdfReader

from learning.account import makers
from xuecheng.city.access.services import Denied
from xuecheng.city.notices.models import Notice
from xuecheng.city.territories.models import Installation
from xuecheng.learning.credentials import glyphs, printing, queries, rules, services, typesetting
from xuecheng.learning.credentials.models import Transcript, TranscriptCheck

pytestmark = pytest.mark.django_db


def issue(who, *, language: str = "zh-hans", **fields) -> Transcript:
    return services.issue_transcript(
        actor=makers.standing(who), learner=who, at=makers.NOW, language=language, **fields
    )


@pytest.fixture
def who():
    learner = makers.learner("买买提·吐尔逊")
    certificates = makers.credit_class("certificate", 2)
    makers.credit(learner, 600, title="养老护理员（五级）", of=certificates, ended_on=date(2026, 7, 10))
    makers.credit(learner, 150, title="太极拳初级")
    return learner


def test_a_snapshot_holds_what_is_printed_and_no_more_c_88(who) -> None:
    made = issue(who)
    (table,) = made.snapshot["frameworks"]
    assert [(line["title"], line["credits"], line["ended_on"]) for line in table["lines"]] == [
        ("养老护理员（五级）", 600, "2026-07-10"),
        ("太极拳初级", 150, "2026-11-05"),
    ]
    assert (made.snapshot["holder"], made.snapshot["issued_on"], table["total"]) == ("买买提·吐尔逊", "2026-11-23", 750)
    assert made.snapshot["card_number"] == ""
    assert who.sign_in_name not in str(made.snapshot)
    assert rules.normalise_transcript_code(made.code) == made.code


def test_the_language_is_chosen_and_the_card_number_only_on_wish(who) -> None:
    made = issue(who, language="en", with_card_number=True)
    assert made.snapshot["frameworks"][0]["name"].startswith("Guangdong Lifelong")
    assert made.snapshot["city"] == "Guangzhou"
    assert made.snapshot["card_number"] == who.learning_account.card_number


def test_kinds_can_be_left_out(who) -> None:
    made = issue(who, kinds=["community"])
    assert [line["title"] for line in made.snapshot["frameworks"][0]["lines"]] == ["太极拳初级"]
    with pytest.raises(services.NothingToCertify):
        issue(who, kinds=["formal"])


def test_only_some_entries_and_what_it_is_for_are_certified_and_sealed(who) -> None:
    whole = issue(who)
    key = next(line["keys"][0] for line in queries.lines_in(whole) if line["title"] == "太极拳初级")
    made = issue(who, entries=[UUID(key)], purpose="  申请开放大学\n入学 ")
    assert [line["title"] for line in queries.lines_in(made)] == ["太极拳初级"]
    assert made.snapshot["purpose"] == "申请开放大学 入学"
    assert made.digest == rules.snapshot_digest(made.snapshot)
    assert "purpose" not in whole.snapshot
    with pytest.raises(services.NothingToCertify):
        issue(who, entries=[uuid4()])


def test_each_print_is_kept_and_nobody_else_s_is(who) -> None:
    made = issue(who)
    services.note_print(actor=makers.standing(who), transcript=made, at=makers.NOW)
    assert [(one.by, one.at) for one in made.prints.all()] == [(who, makers.NOW)]
    with pytest.raises(Denied):
        services.note_print(actor=makers.standing(makers.learner("旁人")), transcript=made, at=makers.NOW)


def test_two_frameworks_are_two_tables_and_never_one_sum_c_01(who) -> None:
    makers.credit(who, 300, of=makers.credit_class("formal", 4, "HK-QF"))
    made = issue(who)
    tables = [(table["code"], table["total"]) for table in made.snapshot["frameworks"]]
    assert tables == [("GD-LEQ", 750), ("HK-QF", 300)]


def test_what_was_taken_back_is_not_certified(who) -> None:
    makers.take_back(makers.credit(who, 100, title="少儿绘画"))
    assert "少儿绘画" not in str(issue(who).snapshot)


def test_later_postings_do_not_reach_an_issued_transcript(who) -> None:
    made = issue(who)
    makers.credit(who, 900, title="后来学的", posted_at=makers.NOW + timedelta(days=1))
    made.refresh_from_db()
    assert "后来学的" not in str(made.snapshot)
    assert services.answer_code(text=made.code).is_unchanged


def test_a_reversal_since_is_said_with_the_line_it_concerns(who) -> None:
    credited = makers.credit(who, 210, title="图书馆志愿服务")
    made = issue(who)
    later = makers.NOW + timedelta(days=3)
    makers.take_back(credited, posted_at=later)
    answer = services.answer_code(text=made.code)
    assert not answer.is_unchanged
    assert [(change.title, change.on, change.is_taken_back) for change in answer.changes] == [
        ("图书馆志愿服务", later, True)
    ]


def test_a_record_corrected_since_is_said(who) -> None:
    credited = makers.credit(who, 210, title="图书馆志愿服务")
    made = issue(who)
    first = credited.record
    makers.record(
        who,
        title="图书馆志愿服务",
        institution=first.institution,
        record_key=first.record_key,
        version=2,
        replaces_id=first.pk,
        reason="少4小时",
        entered_at=makers.NOW + timedelta(days=2),
    )
    (change,) = services.answer_code(text=made.code).changes
    assert (change.title, change.is_taken_back, change.is_withdrawn) == ("图书馆志愿服务", False, False)


def test_codes_are_read_as_people_write_them_c_83(who) -> None:
    made = issue(who)
    written = f" {made.code.replace('-', ' ').lower().replace('1', 'l').replace('0', 'o')} "
    assert services.answer_code(text=written).transcript == made
    wide = made.code.translate(str.maketrans("0123456789-", "０１２３４５６７８９－"))
    assert services.answer_code(text=wide).transcript == made


def test_unknown_and_malformed_codes_answer_alike_after_the_same_work(django_assert_num_queries) -> None:
    for text in ("M6SH-CDC2-YJ8J", "not a code", ""):
        with django_assert_num_queries(1):
            assert services.answer_code(text=text) is None


def test_a_snapshot_changed_behind_our_back_is_not_called_genuine(who) -> None:
    made = issue(who)
    made.snapshot["frameworks"][0]["lines"][0]["credits"] = 9999
    made.save(update_fields=["snapshot"])
    assert not services.answer_code(text=made.code).is_genuine


def test_the_holder_revokes_and_the_code_says_so(who) -> None:
    made = issue(who)
    holder = makers.standing(who)
    with pytest.raises(services.RevocationReasonMissing):
        services.revoke_transcript(actor=holder, transcript=made, at=makers.NOW, why=" ")
    services.revoke_transcript(actor=holder, transcript=made, at=makers.NOW, why="发错了人")
    answer = services.answer_code(text=made.code)
    assert (answer.is_unchanged, answer.transcript.revoked_why) == (False, "发错了人")
    with pytest.raises(services.TranscriptRevoked):
        services.revoke_transcript(actor=holder, transcript=made, at=makers.NOW, why="再来")


def test_an_officer_of_the_city_revokes_and_a_stranger_does_not(who) -> None:
    made = issue(who)
    for stranger in (makers.standing(makers.person()), makers.registrar(makers.school())):
        with pytest.raises(Denied):
            services.revoke_transcript(actor=stranger, transcript=made, at=makers.NOW, why="x")
    services.revoke_transcript(actor=makers.officer(), transcript=made, at=makers.NOW, why="记录造假")
    assert Transcript.objects.get(pk=made.pk).revoked_at == makers.NOW


def test_the_holder_hears_when_somebody_else_revokes_and_the_notice_holds_no_code(who) -> None:
    own, taken = issue(who), issue(who)
    services.revoke_transcript(actor=makers.standing(who), transcript=own, at=makers.NOW, why="发错了人")
    assert not Notice.objects.exists()
    services.revoke_transcript(actor=makers.officer(), transcript=taken, at=makers.NOW, why="记录造假")
    notice = Notice.objects.get()
    assert (notice.person, notice.kind) == (who, "credentials.transcript_revoked")
    assert taken.code not in str(notice.values) + str(notice.about)


def test_nobody_issues_for_another(who) -> None:
    for other in (makers.standing(makers.learner("别人")), makers.officer(), makers.registrar(makers.school())):
        with pytest.raises(Denied):
            services.issue_transcript(actor=other, learner=who, at=makers.NOW, language="zh-hans")
    assert not Transcript.objects.exists()


def test_so_many_a_day_and_no_more(who) -> None:
    Transcript.objects.bulk_create(
        Transcript(code=f"C{n:03}", learner=who, issued_at=makers.NOW, language="en", snapshot={}, digest="")
        for n in range(services.MOST_A_DAY)
    )
    with pytest.raises(services.TooManyToday):
        issue(who)


def test_the_holder_sees_how_often_it_was_looked_at(who, django_assert_num_queries) -> None:
    made = issue(who)
    for day in (1, 2, 3):
        services.note_check(transcript=made, at=makers.NOW + timedelta(days=day))
    with django_assert_num_queries(1):
        (row,) = queries.transcripts_of(who.pk)
    assert (row.check_count, row.last_check_at) == (3, makers.NOW + timedelta(days=3))


def test_checks_cannot_be_taken_back_by_the_application(who) -> None:
    from django.db import DatabaseError, transaction

    made = issue(who)
    services.note_check(transcript=made, at=makers.NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from credentials_transcriptcheck")
    assert TranscriptCheck.objects.count() == 1


# The sheet of paper.


def pdf(made: Transcript) -> PdfReader:
    return PdfReader(io.BytesIO(printing.transcript_pdf(made, verify_url=f"https://example.org/verify/{made.code}/")))


def test_the_pdf_says_all_of_it_in_text_that_can_be_read_out(who) -> None:
    made = issue(who)
    text = "".join(page.extract_text() for page in pdf(made).pages).replace("\n", "")
    for expected in (
        "买买提·吐尔逊",
        "太极拳初级",
        "养老护理员（五级）",
        "7.50",
        made.code,
        "https://example.org/verify/",
    ):
        assert expected in text


def test_its_fonts_are_embedded_and_it_is_tagged_for_readers(who) -> None:
    reader = pdf(issue(who))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].lower().startswith("zh")
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "Noto" in font["/BaseFont"]
        assert any(name in descriptor for name in ("/FontFile2", "/FontFile3"))


def test_a_long_one_has_numbered_pages_and_repeats_its_head(who) -> None:
    for number in range(60):
        makers.credit(who, 10, title=f"社区讲座第{number}讲：岭南文化与城市记忆（越秀老城走读）")
    pages = pdf(issue(who)).pages
    assert len(pages) >= 3
    for number, page in enumerate(pages, 1):
        text = page.extract_text().replace("\n", "")
        assert str(number) in text
        assert str(len(pages)) in text


def test_rare_characters_are_printed_and_one_that_no_font_has_is_not_lost_in_silence() -> None:
    who = makers.learner("㛃䶮𠮷")
    makers.credit(who, 100)
    assert "㛃䶮〓(U+20BB7)" in pdf(issue(who)).pages[0].extract_text()


def test_a_folder_of_further_fonts_serves_what_the_built_in_ones_lack(settings) -> None:
    noto = Path("/usr/share/fonts/opentype/noto")
    if not (noto / "NotoSansCJK-Regular.ttc").exists():
        pytest.skip("Debian's fonts-noto-cjk is not installed")
    settings.FONT_FOLDER = str(noto)
    try:
        glyphs._known.cache_clear()
        typesetting.fonts.cache_clear(), typesetting.compiler.cache_clear()
        who = makers.learner("㛃䶮𠮷")
        makers.credit(who, 100)
        assert "㛃䶮𠮷" in pdf(issue(who)).pages[0].extract_text()
    finally:
        glyphs._known.cache_clear()
        typesetting.fonts.cache_clear(), typesetting.compiler.cache_clear()


def test_a_demonstration_says_so_on_paper(who) -> None:
    Installation.objects.update(is_demonstration=True)
    made = issue(who, language="en")
    assert "made up" in pdf(made).pages[0].extract_text().replace("\n", " ")


def test_the_same_snapshot_makes_the_same_file(who) -> None:
    made = issue(who)
    once = printing.transcript_pdf(made, verify_url="https://example.org/")
    assert printing.transcript_pdf(made, verify_url="https://example.org/") == once
