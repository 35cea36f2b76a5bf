"""What the operations beside pages do, each whole: the effect, who else is needed, what a repetition answers."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from city.api.asks import unit_text
from city.api.programs import Program, Town, a_site, a_token, new_id
from city.documents.nasty import pdf
from city.situations import a_person, holding
from xuecheng.city import clock
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.documents.models import DocumentVersion
from xuecheng.city.identity.models import StartCode
from xuecheng.city.notices import services as notices
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory
from xuecheng.learning.creditbank.models import UnitVersion

WHY = {"reason": "试一试"}
TIANHE, CONGHUA, WUSHAN = "440106000000", "440117000000", "440106001000"


def another(town: Town, role: str, name: str = "同事") -> Program:
    """A second person with a role over the city, at a program of their own."""
    person = a_person(name)
    holding(person, role, territory=town.desk.district.parent)
    return Program(a_token(person, a_site(town.desk.college)))


def today() -> str:
    return clock.today().isoformat()


class TestDivisions:
    def test_a_rename_holds_from_its_day_and_the_day_before_keeps_the_old_name(self, town: Town) -> None:
        answer = town["O"].post(f"/territories/{WUSHAN}/names", {"name_zh": "五山新街道", "on": today()} | WHY)
        assert (answer.status_code, answer.json()["name_zh"]) == (201, "五山新街道")
        eve = (clock.today() - timedelta(days=1)).isoformat()
        names = [town["A"].get(f"/territories/{WUSHAN}/as-of?on={on}").json()["name_zh"] for on in (eve, today())]
        assert names == ["五山街道", "五山新街道"]
        assert [one["name_zh"] for one in town["A"].get(f"/territories/{WUSHAN}/names").json()["items"]] == names[::-1]

    def test_a_merger_ends_one_and_both_name_it(self, town: Town) -> None:
        body = {"merged": ["440106001001"], "into": "440106001002", "on": today()} | WHY
        assert town["O"].post("/territory-mergers", body).json()["code"] == "440106001002"
        (row,) = town["A"].get("/territories/440106001001/successions").json()["items"]
        assert (row["before"]["code"], row["after"]["code"], row["kind"]) == (
            "440106001001", "440106001002", "merged",
        )  # fmt: skip
        assert not Territory.objects.get(code="440106001001").is_current

    def test_a_merger_names_one_that_stays_or_a_new_one_and_never_both(self, town: Town) -> None:
        new = {"code": "440106001009", "name_zh": "新社区居民委员会"}
        for more in ({}, {"into": None}, {"into": "440106001002", "new": new}):
            body = {"merged": ["440106001001"], "on": today()} | WHY | more
            assert town["O"].post("/territory-mergers", body).status_code == 422
        body = {"merged": ["440106001001", "440106001002"], "into": new, "on": today()} | WHY
        assert town["O"].post("/territory-mergers", body).json()["code"] == "440106001009"

    def test_a_split_answers_the_parts_and_the_day_before_has_none(self, town: Town) -> None:
        part = {"code": "440106003000", "name_zh": "新街道", "takes": ["440106001002"]}
        answer = town["O"].post(
            f"/territories/{WUSHAN}/split", {"parts": [part], "remains": True, "on": today()} | WHY
        )  # fmt: skip
        assert [one["code"] for one in answer.json()["parts"]] == ["440106003000"]
        eve = (clock.today() - timedelta(days=1)).isoformat()
        beneath = [
            {one["code"] for one in town["A"].get(f"/territories/{TIANHE}/divisions-as-of?on={on}").json()["items"]}
            for on in (eve, today())
        ]
        assert beneath[1] - beneath[0] == {"440106003000"}

    def test_a_refusal_names_the_rule(self, town: Town) -> None:
        same = town["O"].post(f"/territories/{WUSHAN}/names", {"name_zh": "五山街道", "on": today()} | WHY)
        assert (same.status_code, same.json()["code"]) == (409, "nothing_changes")


class TestRoles:
    def test_a_sensitive_role_counts_only_after_another_operator_approved_it(self, town: Town) -> None:
        person = a_person("新官")
        body = {
            "id": new_id(), "person": str(person.public_id), "role": "certification_officer",
            "territory": "440100000000", "begins_on": today(),
        } | WHY  # fmt: skip
        made = town["O"].post("/role-holdings", body)
        assert (made.status_code, made.json()["state"]) == (201, "proposed")
        decide = f"/role-holdings/{body['id']}/decision"
        own = town["O"].post(decide, {"decision": "approve"} | WHY)
        assert (own.status_code, own.json()["code"]) == (409, "decided_by_another")
        colleague = another(town, "operator")
        assert [one["id"] for one in colleague.get("/role-holdings/waiting").json()["items"]] == [body["id"]]
        assert colleague.post(decide, {"decision": "approve"} | WHY).json()["state"] == "approved"
        assert colleague.post(f"/role-holdings/{body['id']}/end", {"on": today()} | WHY).status_code == 200
        assert RoleHolding.objects.get(public_id=body["id"]).during.isempty

    def test_what_a_role_may_do_changes_by_two_operators(self, town: Town) -> None:
        role = {"code": "auditor", "name_zh": "审计员", "name_en": "Auditor", "held_at": "territory"} | WHY
        assert town["O"].post("/role-catalogue", role).json()["acts"] == []
        draft = {"id": new_id(), "acts": ["records.see_record"], "needs_second": True} | WHY
        assert town["O"].post("/role-catalogue/auditor/drafts", draft).json()["state"] == "draft"
        decide = f"/role-drafts/{draft['id']}/decision"
        assert town["O"].post(decide, {"decision": "approve"} | WHY).status_code == 409
        assert another(town, "operator").post(decide, {"decision": "approve"} | WHY).json()["begins_on"] == today()
        found = town["O"].get("/role-catalogue/auditor").json()
        assert (found["acts"], found["needs_second"]) == (["records.see_record"], True)

    def test_an_act_that_there_is_not_is_refused(self, town: Town) -> None:
        draft = {"id": new_id(), "acts": ["records.burn"], "needs_second": False} | WHY
        answer = town["O"].post("/role-catalogue/registrar/drafts", draft)
        assert (answer.status_code, answer.json()["code"]) == (409, "act_unknown")


class TestUnits:
    def test_a_unit_is_drafted_edited_and_published_by_another_officer(self, town: Town) -> None:
        body = unit_text(town) | {"id": new_id(), "code": "TJ-900"}
        made = town["C"].post("/units", body)
        assert (made.status_code, made.json()["state"], made.json()["version"]) == (201, "draft", 1)
        assert town["C"].post("/units", body).json()["id"] == body["id"], "asked again, the same draft"
        edited = town["C"].put("/units/TJ-900/1", unit_text(town, credits=150), **{"If-Match": made["ETag"]})
        assert edited.json()["credits"] == 150
        stale = town["C"].put("/units/TJ-900/1", unit_text(town, credits=200), **{"If-Match": made["ETag"]})
        assert stale.status_code == 412
        publish = {"decision": "publish"} | WHY
        own = town["C"].post("/units/TJ-900/1/decision", publish)
        assert (own.status_code, own.json()["code"]) == (409, "second_officer_needed")
        assert another(town, "certification_officer").post("/units/TJ-900/1/decision", publish).json()["state"] == (
            "published"
        )
        next_one = town["C"].post(
            "/units", unit_text(town, valid_from="2028-01-01") | {"id": new_id(), "code": "TJ-900"}
        )
        assert next_one.json()["version"] == 2
        ended = town["C"].post("/units/TJ-900/1/end", {"on": "2027-09-01"} | WHY).json()
        assert (ended["state"], ended["valid_to"]) == ("ended", "2027-09-01")
        assert UnitVersion.objects.get(code="TJ-900", version=1).decided_by != town.people["C"]

    def test_a_level_or_keeper_that_there_is_not_is_not_found(self, town: Town) -> None:
        for more in ({"level": "99"}, {"framework": "NONE"}, {"keeper": "NOBODY"}):
            body = unit_text(town, **more) | {"id": new_id(), "code": "TJ-901"}
            assert town["C"].post("/units", body).status_code == 404


class TestPeople:
    def test_an_account_is_opened_at_the_counter_and_the_slip_is_shown_once(self, town: Town) -> None:
        body = {"id": new_id(), "organisation": town.desk.college.code, "name": "黄伟", "birth_year": 1949} | WHY
        first = town["R"].post("/counter-accounts", body, key="counter-0001")
        again = town["R"].post("/counter-accounts", body, key="counter-0001")
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json()["secret"]
        assert again.json()["secret"] is None
        person = Person.objects.get(public_id=body["id"])
        assert StartCode.objects.filter(person=person).count() == 1
        assert first.json()["secret"] not in str(StartCode.objects.filter(person=person).values().get())

    def test_an_account_gets_no_password_by_a_program(self, town: Town) -> None:
        body = {"id": new_id(), "sign_in_name": "huangwei", "name": "黄伟", "password": "geheim geheim"} | WHY
        assert town["O"].post("/people", body).status_code == 422
        del body["password"]
        assert town["O"].post("/people", body).status_code == 201
        assert not Person.objects.get(public_id=body["id"]).has_usable_password()

    def test_a_closed_account_signs_in_no_more_and_nobody_closes_their_own(self, town: Town) -> None:
        path = f"/people/{town.learner.public_id}/sign-in"
        assert town["O"].post(path, {"may_sign_in": False} | WHY).json()["may_sign_in"] is False
        assert town["L"].get("/me").status_code == 401
        assert town["O"].post(path, {"may_sign_in": True} | WHY).json()["may_sign_in"] is True
        own = f"/people/{town.people['O'].public_id}/sign-in"
        assert town["O"].post(own, {"may_sign_in": False} | WHY).status_code == 409

    def test_two_accounts_become_one_and_two_again(self, town: Town) -> None:
        place = Territory.objects.get(code=WUSHAN)
        kept, merged = a_person("周明", territory=place), a_person("周明", territory=place)
        body = {"id": new_id(), "merged": str(merged.public_id)} | WHY
        assert town["W"].post(f"/people/{kept.public_id}/merges", body).status_code == 201
        assert Person.objects.get(pk=merged.pk).merged_into == kept
        assert town["W"].post(f"/merges/{body['id']}/undoing", WHY).json()["undone_why"] == "试一试"
        assert Person.objects.get(pk=merged.pk).merged_into is None


class TestOwn:
    def test_what_one_was_told_is_read_and_unread(self, town: Town) -> None:
        notices.tell(town.learner, "care.help_ended", {}, key="1", at=clock.now())
        (row,) = town["L"].get("/me/notices?unread=true").json()["items"]
        assert town["R"].post(f"/me/notices/{row['id']}/reading", {"is_read": True}).status_code == 404
        assert town["L"].post(f"/me/notices/{row['id']}/reading", {"is_read": True}).json()["is_read"] is True
        assert town["L"].get("/me/notices?unread=true").json()["items"] == []
        assert town["L"].post("/me/notices/reading").json()["count"] == 0

    def test_how_one_is_told_is_an_edit_of_what_was_read(self, town: Town) -> None:
        read = town["L"].get("/me/notice-choices")
        kind = next(one for one in read.json()["kinds"] if one["may_be_switched_off"])
        body = {
            "digest": "weekly", "quiet_from": "21:30", "quiet_until": "07:00",
            "kinds": [{"kind": kind["kind"], "channels": ["site", "email", "sms"]}],
        }  # fmt: skip
        assert town["L"].put("/me/notice-choices", body).status_code == 428
        done = town["L"].put("/me/notice-choices", body, **{"If-Match": read["ETag"]})
        assert (done.json()["digest"], done.json()["quiet_from"]) == ("weekly", "21:30")
        shown = {one["kind"]: one["channels"] for one in done.json()["kinds"]}
        assert set(shown[kind["kind"]]) == {"site", "email", "sms"}
        assert town["L"].put("/me/notice-choices", body, **{"If-Match": read["ETag"]}).status_code == 412
        english = town["L"].get("/me/notice-choices", **{"Accept-Language": "en"})
        assert english["ETag"] == done["ETag"]

    def test_consent_is_to_a_text_that_was_read(self, town: Town) -> None:
        (row, *_others) = town["L"].get("/me/consents").json()["items"]
        assert row["is_given"] is False
        say = {"id": new_id(), "purpose": row["purpose"], "version": row["version"], "is_given": True}
        assert town["L"].post("/me/consents", say).json()["is_given"] is True
        old = say | {"id": new_id(), "version": row["version"] + 1}
        assert (town["L"].post("/me/consents", old).json()["code"]) == "purpose_changed"

    def test_a_request_about_data_is_answered_by_the_officer_and_nobody_else(self, town: Town) -> None:
        body = {"id": new_id(), "kind": "explain", "words": "这条记录从哪里来"}
        assert town["L"].post("/me/data-requests", body).json()["state"] == "asked"
        answer = {"answer": "由学院录入"}
        assert town["O"].post(f"/data-requests/{body['id']}/answer", answer).status_code == 404
        assert town["D"].post(f"/data-requests/{body['id']}/answer", answer).json()["state"] == "answered"
        assert town["L"].get("/me/data-requests").json()["items"][0]["answer"] == "由学院录入"

    def test_a_helper_is_chosen_and_ended_by_either_side(self, town: Town) -> None:
        helper = a_person("冯嘉敏")
        body = {
            "id": new_id(), "helper": helper.sign_in_name, "tasks": ["account"],
            "ends_on": (clock.today() + timedelta(days=3)).isoformat(),
        }  # fmt: skip
        made = town["L"].post("/me/helpers", body)
        assert (made.status_code, made.json()["is_open"]) == (201, True)
        assert town["R"].post(f"/helpers/{body['id']}/end").status_code == 404
        theirs = Program(a_token(helper, a_site(town.desk.college)))
        assert theirs.post(f"/helpers/{body['id']}/end").json()["is_open"] is False
        assert town["L"].post(f"/helpers/{body['id']}/end").json()["code"] == "help_ended"


class TestDocuments:
    def test_a_file_goes_in_and_comes_out_as_it_is(self, town: Town) -> None:
        record = town.desk.record(town.learner)
        content, made = pdf(), self._send(town, record.pk, pdf())
        assert made.status_code == 201, made.content.decode()
        (version,) = made.json()["versions"]
        assert (version["media_type"], version["bytes"]) == ("application/pdf", len(content))
        DocumentVersion.objects.update(scan="clean")
        file = town["L"].get(f"/document-versions/{version['id']}/file")
        assert file.getvalue() == content
        assert (file["Content-Type"], file["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
        (row,) = town["R"].get(f"/document-places/records.evidence/{record.pk}/documents").json()["items"]
        assert row["id"] == made.json()["id"]
        gone = town["R"].post(f"/documents/{row['id']}/removal", WHY).json()
        assert (gone["state"], gone["why_removed"], gone["title"]) == ("removed", "试一试", "")
        assert town["L"].get(f"/document-versions/{version['id']}/file").status_code == 404

    def test_a_held_document_is_not_removed(self, town: Town) -> None:
        made = self._send(town, town.desk.record(town.learner).pk, pdf()).json()
        assert town["C"].post(f"/documents/{made['id']}/hold", {"is_held": True} | WHY).json()["hold_reason"]
        assert town["R"].post(f"/documents/{made['id']}/removal", WHY).json()["code"] == "document_held"

    def test_what_the_place_does_not_take_is_refused_and_the_file_not_kept(self, town: Town) -> None:
        answer = self._send(town, town.desk.record(town.learner).pk, b"<html><script>alert(1)</script></html>")
        assert (answer.status_code, answer.json()["code"]) == (409, "type_not_taken")
        assert not DocumentVersion.objects.exists()

    def _send(self, town: Town, key: int, content: bytes) -> Any:
        from uuid import uuid4

        from django.test import Client

        return Client().generic(
            "POST",
            f"/api/v1/documents?id={new_id()}&place=records.evidence&key={key}&file_name=a.pdf",
            content,
            content_type="application/octet-stream",
            headers={"Authorization": f"Bearer {town['R'].credential}", "Idempotency-Key": uuid4().hex},
        )


class TestSheets:
    def test_a_list_is_a_table_for_whoever_asks_for_one_and_names_the_page_after_it(self, town: Town) -> None:
        for number in range(3):
            town.desk.record(town.learner, title=f"=1+{number}")
        first = town["R"].get("/records?limit=2&fields=title,minutes", Accept="text/csv")
        assert first["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.reader(io.StringIO(first.content.decode("utf-8-sig"))))
        assert rows[0] == ["number", "title", "minutes"]
        assert [row[1] for row in rows[1:]] == ["'=1+2", "'=1+1"], "no formula runs"
        path = first["Link"].partition("<")[2].partition(">")[0].removeprefix("/api/v1")
        assert first["Link"].endswith('; rel="next"')
        rest = town["R"].get(path, Accept="text/csv")
        assert rest.content.decode().count("'=1+0") == 1
        assert "Link" not in rest

    def test_json_is_what_comes_where_csv_is_not_named_first_and_problems_stay_problems(self, town: Town) -> None:
        for accept in ("*/*", "application/json, text/csv", "", "text/html"):
            assert town["R"].get("/records", Accept=accept)["Content-Type"].startswith("application/json")
        wrong = town["R"].get("/records?colour=red", Accept="text/csv")
        assert (wrong.status_code, wrong["Content-Type"]) == (422, "application/problem+json")
        assert town["R"].get("/me", Accept="text/csv")["Content-Type"].startswith("application/json")

    def test_every_list_can_be_a_table(self, town: Town) -> None:
        from city.api.test_doors import _PATHS
        from xuecheng.city.api.declared import OPERATIONS

        for declared in OPERATIONS.values():
            if declared.is_list and declared.name in _PATHS:
                path = _PATHS[declared.name](town)
                answers = [town[letter].get(path, Accept="text/csv") for letter in "ROCDWL"]
                passed = [one for one in answers if one.status_code == 200]
                assert passed, declared.name
                assert {one["Content-Type"] for one in passed} == {"text/csv; charset=utf-8"}, declared.name
