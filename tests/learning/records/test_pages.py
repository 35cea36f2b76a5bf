"""The registrar's pages and a learner's own, asked over HTTP: who sees what, what they answer, what they cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import a_person, forget_what_is_kept
from learning.records.situations import NOW, Desk, a_desk, a_learner, an_officer, card_of, standing
from xuecheng.city.access.queries import Standing
from xuecheng.city.people.models import Person
from xuecheng.learning.records import services
from xuecheng.learning.records.models import Dispute, DoubleReport, LearningRecord


@pytest.fixture
def desk(db: None, time_machine: Any) -> Desk:
    time_machine.move_to(NOW)
    return a_desk()


def page(
    who: Standing | Person, name: str, /, *args: object, query: str = "", language: str = "zh-hans", **post: object
) -> Any:
    """What `who` gets from a page; with `post` they send its form."""
    client = Client(headers={"accept-language": language})
    client.force_login(who.person if isinstance(who, Standing) else who)
    url = reverse(f"records:{name}", args=args) + query
    return client.post(url, post) if post else client.get(url)


def text(response: Any) -> str:
    return response.content.decode()


STAFF_PAGES = ["show_desk", "list_records", "enter_record", "list_pending", "export_records"]


@pytest.mark.parametrize("name", STAFF_PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_of_the_registrars_pages_opens(desk: Desk, name: str, language: str) -> None:
    desk.record()

    assert page(desk.registrar, name, language=language).status_code == 200


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_nobody_sees_a_page_without_signing_in(db: None, name: str) -> None:
    assert Client().get(reverse(f"records:{name}")).status_code == 302


class TestList:
    def test_it_shows_the_institutions_records_and_no_others(self, desk: Desk) -> None:
        other = a_desk(name="从化社区学院")
        desk.record(title="太极拳"), other.record(title="插花")

        shown = text(page(desk.registrar, "list_records"))

        assert "太极拳" in shown
        assert "插花" not in shown

    def test_a_registrars_own_learning_elsewhere_is_not_on_the_institutions_list(self, desk: Desk) -> None:
        registrar = desk.registrar.person
        from xuecheng.learning.creditbank.models import LearningAccount

        LearningAccount.objects.create(person=registrar, card_number="4400000000009991", opened_at=NOW)
        a_desk(name="从化社区学院").record(registrar, title="插花", person_ref=registrar.sign_in_name)

        assert "插花" not in text(page(desk.registrar, "list_records"))

    @pytest.mark.parametrize(
        "query", ["?text=K-", "?text=陈丽华", "?text=太极", "?origin=formal", "?year=2026", "?text=CARD"]
    )
    def test_it_is_narrowed_by_key_name_title_card_kind_and_year(self, desk: Desk, query: str) -> None:
        learner = a_learner("陈丽华")
        desk.record(learner, title="太极拳", record_key="K-1")
        desk.record(
            a_learner("王芳"), title="插花", record_key="X-1", origin="nonformal", grade="", grade_scale="",
            started_on=None, ended_on=NOW.date().replace(year=2025), minutes=60, contact_minutes=None,
        )  # fmt: skip

        shown = text(page(desk.registrar, "list_records", query=query.replace("CARD", card_of(learner))))

        assert "太极拳" in shown
        assert "插花" not in shown

    def test_the_download_holds_the_narrowed_list_and_no_formula(self, desk: Desk) -> None:
        desk.record(title="=1+1 算术")
        desk.record(title="插花", record_key="X-1")

        response = page(desk.registrar, "export_records", query="?text==1")

        lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert "'=1+1 算术" in lines[1]

    def test_it_costs_the_same_at_two_sizes(self, desk: Desk, django_assert_max_num_queries: Any) -> None:
        costs = []
        for size in (1, 20):
            desk.enter(*[desk.row(a_learner()) for _ in range(size)])
            forget_what_is_kept()
            with django_assert_max_num_queries(33) as captured:
                page(desk.registrar, "list_records")
            costs.append([query["sql"][:60] for query in captured.captured_queries])
        assert len(costs[0]) == len(costs[1]), costs


class TestRecord:
    def test_it_tells_who_brought_changed_and_why(self, desk: Desk) -> None:
        record = desk.record()
        newer = services.correct_record(
            actor=desk.registrar, record=record, changes={"grade": "68"}, reason="登分错误", at=NOW
        )

        shown = text(page(desk.registrar, "show_record", newer.pk))

        assert all(word in shown for word in ("登分错误", "86 → 68", desk.registrar.person.name))
        assert "68" in text(page(desk.registrar, "show_record", record.pk))

    def test_its_learner_its_registrar_and_the_officer_see_it_and_nobody_else(self, desk: Desk) -> None:
        learner = a_learner()
        record = desk.record(learner)

        for who in (learner, desk.registrar, an_officer(desk.district)):
            assert page(who, "show_record", record.pk).status_code == 200
        for who in (a_person(), a_learner(), a_desk(name="从化社区学院").registrar):
            assert page(who, "show_record", record.pk).status_code == 404

    def test_a_proof_that_is_no_web_address_is_no_link(self, desk: Desk) -> None:
        record = desk.record(evidence="javascript:alert(1)")

        assert 'href="javascript' not in text(page(desk.registrar, "show_record", record.pk))


class TestEnter:
    def form(self, desk: Desk, learner: Person, **fields: object) -> dict[str, object]:
        return {
            "institution": desk.college.pk, "record_key": "HD-1", "person_ref": card_of(learner), "name": learner.name,
            "code": "SQ-TJQ", "title": "太极拳", "role": "learner", "started_on": "2026-09-05",
            "ended_on": "2026-11-14", "minutes": "1小时30分",
        } | fields  # fmt: skip

    @pytest.mark.parametrize("kind", ["formal", "certificate", "nonformal"])
    def test_each_kind_has_its_form(self, desk: Desk, kind: str) -> None:
        shown = text(page(desk.registrar, "enter_record", query=f"?kind={kind}"))

        assert ('name="grade_scale"' in shown) == (kind == "formal")
        assert ('name="valid_to"' in shown) == (kind == "certificate")
        assert ('name="held_sessions"' in shown) == (kind == "nonformal")

    def test_an_unknown_kind_is_no_page(self, desk: Desk) -> None:
        assert page(desk.registrar, "enter_record", query="?kind=magic").status_code == 404

    def test_a_good_form_becomes_a_record(self, desk: Desk) -> None:
        response = page(desk.registrar, "enter_record", query="?kind=nonformal", **self.form(desk, a_learner()))

        record = LearningRecord.objects.get()
        assert response.status_code == 302
        assert (record.minutes, record.source, record.origin) == (90, "entered", "nonformal")

    def test_a_refused_form_says_everything_at_its_field(self, desk: Desk) -> None:
        wrong = {"name": "别人", "ended_on": "2026-12-31", "territory_code": "1"}
        response = page(
            desk.registrar, "enter_record", query="?kind=nonformal", **self.form(desk, a_learner(), **wrong)
        )

        assert response.status_code == 422
        assert {"name", "ended_on", "territory_code"} <= set(response.context["form"].errors)
        assert not LearningRecord.objects.exists()

    def test_the_same_form_sent_twice_keeps_one_record(self, desk: Desk) -> None:
        form = self.form(desk, a_learner())

        for _ in range(2):
            assert page(desk.registrar, "enter_record", **form).status_code == 302
        assert LearningRecord.objects.count() == 1

    def test_whoever_keeps_no_register_is_denied(self, desk: Desk) -> None:
        for who in (a_learner(), an_officer(desk.district)):
            assert page(who, "enter_record").status_code == 403


class TestCorrect:
    def sent(self, record: LearningRecord, **fields: object) -> dict[str, object]:
        return {
            "code": record.code, "title": record.title, "started_on": "2026-03-02", "ended_on": "2026-06-28",
            "minutes": "32", "contact_minutes": "24", "status": "passed", "grade": "86", "grade_scale": "percent",
        } | fields  # fmt: skip

    def test_the_form_shows_what_stands(self, desk: Desk) -> None:
        record = desk.record(minutes=1950, credits_local=150)

        shown = text(page(desk.registrar, "correct_record", record.pk))

        assert 'value="32:30"' in shown
        assert 'value="1.50"' in shown

    def test_it_keeps_a_new_version(self, desk: Desk) -> None:
        record = desk.record()

        page(desk.registrar, "correct_record", record.pk, **self.sent(record, grade="68", reason="登分错误"))

        newer = LearningRecord.objects.get(is_latest=True)
        assert (newer.version, newer.grade, newer.minutes, newer.reason) == (2, "68", 1920, "登分错误")

    def test_what_is_refused_stands_at_its_field(self, desk: Desk) -> None:
        record = desk.record()

        response = page(desk.registrar, "correct_record", record.pk, **self.sent(record, grade="优", reason="改"))

        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["grade"]

    def test_nothing_changed_is_said(self, desk: Desk) -> None:
        record = desk.record()

        assert page(desk.registrar, "correct_record", record.pk, **self.sent(record, reason="改")).status_code == 422

    @pytest.mark.parametrize("name", ["correct_record", "withdraw_record"])
    def test_learners_and_officers_are_denied(self, desk: Desk, name: str) -> None:
        record = desk.record()

        assert page(record.learner, name, record.pk).status_code == 403
        assert page(an_officer(desk.district), name, record.pk).status_code == 403
        assert page(a_person(), name, record.pk).status_code == 404

    def test_a_record_is_withdrawn_with_a_reason(self, desk: Desk) -> None:
        record = desk.record()

        assert page(desk.registrar, "withdraw_record", record.pk, reason=" ").status_code == 422
        assert page(desk.registrar, "withdraw_record", record.pk, reason="重复").status_code == 302
        assert LearningRecord.objects.get(is_latest=True).status == "withdrawn"


class TestDisputes:
    def test_from_the_learners_word_to_the_registrars_answer(self, desk: Desk) -> None:
        record = desk.record()

        assert page(record.learner, "dispute_record", record.pk).status_code == 200
        page(record.learner, "dispute_record", record.pk, complaint="我上满了十六次课")
        dispute = Dispute.objects.get()
        assert "我上满了十六次课" in text(page(desk.registrar, "list_pending"))
        assert "12月7日" in text(page(desk.registrar, "show_desk"))
        page(desk.registrar, "answer_dispute", dispute.pk, state="upheld", answer="签到表为十二次")

        dispute.refresh_from_db()
        assert dispute.state == "upheld"
        assert "签到表为十二次" in text(page(record.learner, "show_record", record.pk))

    def test_it_is_taken_back_by_the_learner_only(self, desk: Desk) -> None:
        record = desk.record()
        dispute = services.dispute_record(actor=standing(record.learner), record=record, complaint="错", at=NOW)

        assert page(desk.registrar, "drop_dispute", dispute.pk, go="1").status_code == 404
        assert page(record.learner, "drop_dispute", dispute.pk, go="1").status_code == 302
        dispute.refresh_from_db()
        assert dispute.state == "dropped"

    def test_only_ones_own_record_is_disputed(self, desk: Desk) -> None:
        record = desk.record()

        for who in (desk.registrar, a_learner(), an_officer(desk.district)):
            assert page(who, "dispute_record", record.pk).status_code == 404

    def test_corrected_is_refused_before_the_correction(self, desk: Desk) -> None:
        record = desk.record()
        dispute = services.dispute_record(actor=standing(record.learner), record=record, complaint="错", at=NOW)

        response = page(desk.registrar, "answer_dispute", dispute.pk, state="corrected", answer="已改")

        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["state"]

    def test_others_find_no_such_dispute(self, desk: Desk) -> None:
        record = desk.record()
        dispute = services.dispute_record(actor=standing(record.learner), record=record, complaint="错", at=NOW)

        for who in (record.learner, a_desk(name="从化社区学院").registrar, an_officer(desk.district)):
            assert page(who, "answer_dispute", dispute.pk).status_code == 404


class TestDoubles:
    def test_a_pair_of_one_institution_is_decided_by_its_registrar(self, desk: Desk) -> None:
        learner = a_learner()
        desk.record(learner), desk.record(learner)
        report = DoubleReport.objects.get()

        assert "粤语会话入门" in text(page(desk.registrar, "list_pending"))
        assert page(desk.registrar, "decide_double", report.pk).status_code == 200
        page(desk.registrar, "decide_double", report.pk, state="same", reason="同一个班")

        report.refresh_from_db()
        assert (report.state, report.decided_by) == ("same", desk.registrar.person)

    def test_the_pair_is_shown_as_it_stands_now(self, desk: Desk) -> None:
        learner = a_learner()
        desk.record(learner)
        second = desk.record(learner)
        report = DoubleReport.objects.get()
        services.correct_record(
            actor=desk.registrar, record=second, changes={"evidence": "签到表第3页"}, reason="补证明", at=NOW
        )

        assert "签到表第3页" in text(page(desk.registrar, "decide_double", report.pk))

    def test_a_pair_of_two_institutions_waits_for_the_officer(self, desk: Desk) -> None:
        learner, other = a_learner(), a_desk(name="从化社区学院")
        desk.record(learner), other.record(learner)
        report = DoubleReport.objects.get()

        assert page(desk.registrar, "decide_double", report.pk).status_code == 404
        assert page(an_officer(desk.district), "decide_double", report.pk).status_code == 200


class TestLearner:
    def test_staff_see_of_a_learner_what_is_their_institutions(self, desk: Desk) -> None:
        learner, other = a_learner(), a_desk(name="从化社区学院")
        desk.record(learner, title="太极拳"), other.record(learner, title="插花")

        shown = text(page(desk.registrar, "show_learner", learner.public_id))

        assert "太极拳" in shown
        assert "插花" not in shown

    def test_somebody_without_a_record_here_is_not_there(self, desk: Desk) -> None:
        assert page(desk.registrar, "show_learner", a_learner().public_id).status_code == 404


def test_the_menu_counts_what_waits(desk: Desk) -> None:
    record = desk.record()
    desk.record(record.learner)
    services.dispute_record(actor=standing(record.learner), record=record, complaint="错", at=NOW)
    from xuecheng.learning.records.queries.lists import waiting

    assert [rows.count() for rows in waiting(desk.registrar)] == [1, 1]
    assert [rows.count() for rows in waiting(standing(record.learner))] == [0, 0]
