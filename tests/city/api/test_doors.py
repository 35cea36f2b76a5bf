"""Operation × role: who passes which door of the interface. An operation without a row here fails."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from city.api import asks, asks_of_attendance, asks_of_credit
from city.api.programs import Town, a_town, new_id, record_body
from city.situations import a_job
from learning.account import makers
from learning.records.situations import NOW, standing
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.api.declared import OPERATIONS
from xuecheng.city.ids import uuid7
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.webhooks import services as webhook_services
from xuecheng.city.webhooks.models import Delivery, Subscription
from xuecheng.config.api import site
from xuecheng.learning.credentials import services as transcript_services
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.creditbank.models import FrameworkLevel, UnitVersion
from xuecheng.learning.recognition.models import RuleVersion, Run
from xuecheng.learning.records import services as record_services
from xuecheng.learning.records.models import DoubleReport


@pytest.fixture(scope="module")
def whole_town(around_the_module: None) -> Town:
    return a_town()


@pytest.fixture
def town(db: None, whole_town: Town, settings: Any, tmp_path: Path) -> Town:
    settings.FILES_ROOT = tmp_path / "files"
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 100_000
    return deepcopy(whole_town)


LETTERS = "ALRCOWD"
EVERYBODY, KNOWN = "ALRCOWD", "LRCOWD"

# Name of the operation → who passes, asked for what exists and is theirs to ask for. "hidden": for those who do not
# pass it is as if the thing were not there (404); else 403, and 401 for who is not known.
DOORS: dict[str, str] = {
    "list_territories": EVERYBODY, "get_territory": EVERYBODY, "get_territory_as_of": EVERYBODY,
    "list_organisations": EVERYBODY, "get_organisation": EVERYBODY, "create_organisation": "O",
    "change_organisation": "O", "change_status": "O",
    "get_me": KNOWN, "list_people": KNOWN, "get_person": "LCOWD", "change_person": "O",
    "list_own_roles": KNOWN, "list_roles_at": "OD",
    "retry_job": "O",
    "carry_on_import": "R",
    "end_rule": "C",
    "list_jobs": KNOWN, "get_job": "RCOW", "cancel_job": "RCOW",
    "list_import_kinds": KNOWN, "list_imports": KNOWN, "bring_file": "R", "get_import": "R",
    "list_import_problems": "R", "choose_rows": "R", "abandon_import": "R", "get_rejected_rows": "R",
    "list_records": KNOWN, "list_own_records": KNOWN, "get_record": "LRC", "list_record_versions": "LRC",
    "enter_record": "R", "correct_record": "R", "withdraw_record": "R", "dispute_record": "L", "list_disputes": KNOWN,
    "list_own_disputes": KNOWN, "answer_dispute": "R", "drop_dispute": "L", "list_double_reports": KNOWN,
    "decide_double": "RC",
    "list_rules": EVERYBODY, "get_rule": EVERYBODY, "list_rule_versions": "C", "get_rule_version": "C",
    "draft_rule": "C", "edit_rule": "C", "try_rule": "C", "list_dry_runs": "C", "propose_rule": "C",
    "decide_rule": "C", "list_runs": KNOWN, "get_run": "RC", "start_recognition": "RC", "list_results": KNOWN,
    "list_frameworks": EVERYBODY, "get_framework": EVERYBODY, "list_units": "C", "get_unit": "C",
    "get_ledger_health": "CO", "check_ledger": "CO",
    "get_own_account": KNOWN, "get_account": "LC", "list_own_lines": KNOWN, "list_lines": "LC", "get_own_line": "",
    "get_own_card": "L", "freeze_own_card": "L", "remove_card_device": "L", "read_learning_card": "RW",
    "list_certifiable_entries": KNOWN, "list_own_credentials": KNOWN, "ask_credential": KNOWN,
    "share_credentials": KNOWN, "withdraw_credential_share": "L", "list_issued_credentials": "RC",
    "move_credential": "RC", "issue_credentials": "RC", "list_signing_keys": "C", "rotate_signing_key": "C",
    "list_transcripts": KNOWN, "issue_transcript": KNOWN, "get_transcript": "LC", "revoke_transcript": "LC",
    "verify_transcript": EVERYBODY, "verify_credential": EVERYBODY,
    "get_own_teaching": "L", "list_teachers": "R", "get_teacher": "LR", "find_teachers": "R", "get_teaching_mix": "R",
    "get_teaching_load": "R", "list_teaching_load": "R",
    "list_agreements": "R", "get_agreement": "LR", "draft_agreement": "R", "send_agreement": "R",
    "consent_to_agreement": "L", "ask_extension": "R", "recall_agreement": "R", "end_agreement": "R",
    "get_lesson": "R", "keep_lesson": "R", "list_homework": "R", "get_own_class": "L", "hand_in_homework": "L",
    "give_class_feedback": "L", "get_class_feedback": "R",
    "list_audits": EVERYBODY, "get_audit": EVERYBODY, "list_suspicions": "C", "list_withdrawals": "C",
    "list_own_withdrawals": KNOWN, "state_in_withdrawal": "LR",
    "open_withdrawal_of_record": "C", "take_suspicion": "C", "dismiss_suspicion": "C", "open_withdrawal": "C", "give_withdrawal_notice": "C",
    "record_withdrawal_hearing": "C", "decide_withdrawal": "C", "appeal_withdrawal": "LR",
    "decide_withdrawal_appeal": "C", "record_audit_finding": "C", "publish_audit": "C",
    "list_exchange_agreements": EVERYBODY, "get_exchange_agreement": EVERYBODY, "get_where_credits_count": KNOWN,
    "list_own_exchanges": KNOWN, "ask_for_exchange": KNOWN, "withdraw_exchange": "L", "list_exchanges": "R",
    "decide_exchange": "R", "get_exchange": "LR", "appeal_exchange": "L", "decide_exchange_appeal": "C", "list_clearing_statements": "R", "list_exchange_batches": "R",
    "lodge_exchange_batch": "R", "accept_exchange_batch": "R",
    "list_accreditations": EVERYBODY, "list_rollout_phases": EVERYBODY, "list_readiness": "C", "decide_accreditation": "C", "open_rollout_phase": "C",
    "close_rollout_phase": "C",
    "list_giving_rules": EVERYBODY, "list_family_gifts": KNOWN, "offer_family_gift": KNOWN, "answer_family_gift": "L",
    "list_kept_exchange_agreements": "RC", "get_kept_exchange_agreement": "RC", "draft_exchange_agreement": "R",
    "add_exchange_term": "R", "remove_exchange_term": "R", "offer_exchange_agreement": "R",
    "sign_exchange_agreement": "R", "decide_exchange_agreement": "C", "end_exchange_agreement": "RC",
    "list_clearing_lines": "RC", "explain_clearing_line": "RC", "list_kept_accreditations": "C",
    "end_accreditation": "C", "hand_back_suspicion": "C", "note_suspicion": "C", "ask_supervision_question": "C",
    "list_supervision_questions": "R", "answer_supervision_question": "R",
    "list_own_kinships": KNOWN, "agree_to_kinship": "L", "end_kinship": "LW", "list_kinships_of": "W",
    "record_kinship": "W",
    "list_collectives": EVERYBODY, "list_own_collectives": KNOWN, "list_kept_collectives": "RC",
    "get_collective": KNOWN, "list_collective_deposits": "LRC", "list_collective_memberships": "LRC",
    "apply_for_collective": KNOWN, "withdraw_collective": "L", "decide_collective": "R",
    "deposit_for_collective": "R", "take_back_collective_deposit": "R", "close_collective": "R",
    "join_collective": KNOWN, "answer_collective_membership": "LR", "end_collective_membership": "LR",
    "let_keep_collective": "LR",
    "list_redemption_offers": EVERYBODY, "get_redemption_offer": EVERYBODY, "get_own_points": KNOWN,
    "list_own_redemptions": KNOWN, "reserve_for_oneself": KNOWN, "release_redemption": "LR", "list_redemptions": "R",
    "reserve_at_counter": "R", "read_redemption_holder": "R", "hand_out_redemption": "R", "take_back_redemption": "R", "enter_stock": "R",
    "list_credential_lists": "R", "bring_credential_list": "R", "get_credential_list": "R",
    "list_credential_answers": "R", "carry_on_credential_list": "R", "list_employer_consents": KNOWN,
    "give_employer_consent": KNOWN, "withdraw_employer_consent": "L", "list_employer_inquiries": KNOWN,
    "list_outside_issuers": EVERYBODY, "list_own_outside_records": KNOWN, "list_own_outside_files": KNOWN,
    "bring_outside_file": KNOWN, "decide_outside_file": "L", "ask_about_outside_record": "L", "drop_outside_record": "L",
    "list_outside_records": "C", "decide_outside_record": "C", "clear_outside_record": "C",
    "list_kept_outside_issuers": "C", "propose_outside_issuer": "C", "decide_outside_issuer": "C",
    "end_outside_issuer": "C", "list_outside_rules": "C", "get_outside_rule": "C", "draft_outside_rule": "C",
    "try_outside_rule": "C", "decide_outside_rule": "C", "end_outside_rule": "C",
    "list_recognisable_units": EVERYBODY, "list_own_recognitions": KNOWN, "begin_recognition": KNOWN,
    "answer_recognition_questions": "L", "submit_recognition": "L", "withdraw_recognition": "L",
    "list_recognitions": "R", "screen_recognition": "R", "list_own_recognition_work": KNOWN,
    "give_recognition_opinion": "L",
    "list_volunteer_calls": EVERYBODY, "get_volunteer_call": EVERYBODY, "get_own_volunteering": "L",
    "list_own_volunteer_services": KNOWN, "apply_for_shift": "L", "withdraw_from_shift": "L",
    "list_volunteer_activities": "R", "list_volunteer_reviews": "C", "list_shift_volunteers": "R",
    "check_volunteer_in": "R", "check_volunteer_out": "R", "verify_volunteer_certificate": EVERYBODY,
    "list_classes": EVERYBODY, "get_class": EVERYBODY, "list_planned_classes": "RO", "get_planned_class": "RO",
    "list_seasons": "RO", "create_season": "RO", "plan_season_again": "R", "plan_class": "R", "add_sessions": "R",
    "try_sessions": "R", "move_class": "R", "cancel_class": "R", "move_session": "R", "substitute_teacher": "R",
    "list_substitutes": "R", "cancel_session": "R",
    "enrol": KNOWN, "list_own_enrolments": KNOWN, "get_enrolment": "LRW", "answer_offer": "LRW", "withdraw": "LRW",
    "pause": "LRW", "transfer": "LRW", "list_roll": "RW", "get_lottery": EVERYBODY, "get_charge": "LRW",
    "pay_charge": "RW", "pay_by_voucher": "LRW", "give_back": "RW",
    "list_sessions_to_take": KNOWN, "list_attendance": "R", "mark_attendance": "R", "list_own_attendance": KNOWN,
    "get_certificate": "LR", "verify_certificate": EVERYBODY,
    "list_courses": EVERYBODY, "get_course": EVERYBODY, "get_published_version": EVERYBODY, "list_shared_courses": "R",
    "list_course_versions": "RC", "get_course_version": "RC", "write_course": "R", "draft_course_version": "R",
    "edit_course_version": "R", "send_course_version": "R", "decide_course_version": "C",
    "retire_course_version": "R", "share_course": "R", "copy_course": "R",
    "get_network_classes": EVERYBODY,
    "get_figures": EVERYBODY,
    "list_webhooks": KNOWN, "subscribe": "RO", "get_webhook": "RO", "rotate_webhook_secret": "RO", "end_webhook": "RO",
    "list_deliveries": "RO", "replay_delivery": "RO",
    "list_divisions_as_of": EVERYBODY, "list_division_names": EVERYBODY, "list_successions": EVERYBODY,
    "rename_division": "O", "move_division": "O", "merge_divisions": "O", "split_division": "O",
    "open_account": "OW", "open_account_at_counter": "ROW", "change_name": "O", "change_sign_in": "O",
    "list_duplicates": "W", "decide_duplicate": "W", "list_merges": "W", "merge_people": "W", "undo_merge": "W",
    "list_identity_documents": "W", "list_own_identity_documents": KNOWN, "list_identity_documents_of": "W",
    "verify_identity_document": "W", "refuse_identity_document": "W",
    "list_roles_over": "OD", "list_roles_of": "OD", "list_waiting_roles": "OD", "list_expiring_roles": "OD",
    "grant_role": "O", "decide_holding": "O", "end_role": "O",
    "list_role_catalogue": "OD", "get_catalogue_role": "OD", "list_role_versions": "OD", "make_role": "O",
    "draft_role": "O", "decide_role": "O", "list_own_readings": KNOWN, "list_readings_of": "D",
    "explain_access": "LOD",
    "list_helpers": KNOWN, "list_helped": KNOWN, "list_deeds": KNOWN, "choose_helper": KNOWN, "end_help": "LOW",
    "consent_as_guardian": "L", "end_guardianship": "LOW", "answer_anew": "L", "list_helpers_of": "OW",
    "record_helper": "OW", "record_guardian": "OW",
    "get_own_data": KNOWN, "ask_archive": KNOWN, "list_own_consents": KNOWN, "say_consent": KNOWN,
    "list_own_data_requests": KNOWN, "ask_about_data": KNOWN, "take_back_data_request": "L",
    "list_data_requests": "D", "answer_data_request": "D",
    "list_notices": KNOWN, "mark_notice": "L", "mark_all_notices": KNOWN, "get_notice_choices": KNOWN,
    "choose_channels": KNOWN, "list_messages": "O", "send_message_again": "O",
    "list_document_places": EVERYBODY, "list_documents": "RC", "list_documents_of": "LRC", "get_document": "LRC",
    "add_document": "R", "add_document_version": "R", "remove_document": "R", "hold_document": "C",
    "get_document_file": "LRC",
    "list_special_days": EVERYBODY, "count_working_days": EVERYBODY, "list_routines": "O",
    "get_import_template": KNOWN, "list_security_requirements": EVERYBODY, "list_legal_points": EVERYBODY,
    "list_corrections": "C", "correct_credit": "C", "recognise_anew": "C", "draft_unit": "C", "edit_unit": "C",
    "decide_unit": "C", "end_unit": "C", "list_ledger_checks": "CO", "get_ledger_check": "CO", "get_line": "",
    "get_transcript_paper": "LC", "get_certificate_paper": "LR",
    "propose_accreditation": "C", "suspend_accreditation": "C", "lift_accreditation_suspension": "C",
    "plan_rollout_phase": "C", "plan_audit": "C", "draft_redemption_offer": "R", "publish_redemption_offer": "R",
    "close_redemption_offer": "R", "list_clearing_periods": "C", "draw_clearing_period": "C",
    "close_clearing_period": "C", "acknowledge_clearing_statement": "R", "doubt_clearing_line": "R",
    "call_recognition_meeting": "R", "keep_recognition_minutes": "R", "cancel_recognition_meeting": "R",
    "vote_recognition_appeal": "L",
    "list_colleges": EVERYBODY, "get_college": EVERYBODY, "list_covering": EVERYBODY, "list_gaps": EVERYBODY,
    "found_college": "O", "move_college": "O", "close_college": "O",
    "list_venues": EVERYBODY, "get_venue": EVERYBODY, "list_free_rooms": EVERYBODY, "book_room": "RO",
    "get_booking": "RO", "cancel_booking": "RO", "wait_for_room": "RO", "list_room_waits": "RO",
    "answer_room_offer": "RO", "list_room_loans": "RO", "get_room_loan": "RO", "lend_room": "RO", "end_room_loan": "RO",
}  # fmt: skip


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert site.title
    assert set(OPERATIONS) - set(DOORS) == set(), "say in DOORS who passes"
    assert set(DOORS) - set(OPERATIONS) == set()


def test_what_is_not_public_needs_a_scope_that_a_key_can_have() -> None:
    from xuecheng.city.linking.scopes import SCOPES

    for declared in OPERATIONS.values():
        assert declared.scope in SCOPES or (not declared.scope and DOORS[declared.name] == EVERYBODY), declared.name


@pytest.mark.parametrize("name", [name for name, one in OPERATIONS.items() if one.scope])
def test_whoever_is_not_known_gets_401_and_a_key_without_the_scope_403(town: Town, name: str) -> None:
    """Before anything is looked up: an address tells a stranger not even whether its object exists."""
    from city.api.programs import Program, a_site, a_token

    declared = OPERATIONS[name]
    path = declared.path.format_map(_Made())
    assert town["A"].ask(declared.method, path).status_code == 401
    poor = Program(a_token(town.people["O"], a_site(town.desk.college), scopes=("openid",)))
    answer = poor.ask(declared.method, path)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


_NOTHING = {
    "number": "1", "version": "1", "code": "000000000000", "kind": "person", "name": "nothing", "place": "nothing",
    "year": "2026",
}  # fmt: skip


class _Made(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return _NOTHING.get(name, new_id())


def _asks(town: Town, name: str) -> tuple[str, Any, dict[str, str]]:
    """Address, body and headers of one request of this operation that only the role decides about."""
    return _BUILDERS[name](town) if name in _BUILDERS else (_PATHS[name](town), None, {})


def _record(town: Town) -> Any:
    return town.desk.record(town.learner)


def _job(town: Town) -> Any:
    return a_job(state="running", organisation=town.desk.college)


def _import(town: Town, **more: Any) -> Any:
    return ImportFile.objects.create(
        kind="records.formal", organisation=town.desk.college, brought_by=town.people["R"], brought_at=NOW,
        file_name="a.csv", byte_count=1, sha256="0" * 64, **({"state": "checked"} | more),
    )  # fmt: skip


def _dispute(town: Town) -> Any:
    return record_services.dispute_record(
        actor=standing(town.learner), record=_record(town), complaint="我来了八次", at=NOW
    )


def _double(town: Town) -> Any:
    first, second = _record(town), _record(town)
    return DoubleReport.objects.get_or_create(
        book=first.book, first_id=first.pk, second_id=second.pk, defaults={"learner": town.learner}
    )[0]


def _rule(town: Town, state: str = "draft") -> RuleVersion:
    body = {"match": {"origin": "nonformal"}}
    return RuleVersion.objects.create(
        code=f"R-{RuleVersion.objects.count() + 1:04}", version=1, name_zh="规则", name_en="Rule", body=body,
        effect_from=date(2026, 1, 1), keeper=Organisation.objects.filter(kind="certification_body").earliest("pk"), state=state,
        drafted_by=town.people["C"], drafted_at=NOW, why="试", **(
            {"decided_by": town.people["O"], "dry_run_digest": "x"} if state == "approved" else {}
        ),
    )  # fmt: skip


def _run(town: Town) -> Run:
    return Run.objects.create(organisation=town.desk.college, started_at=NOW)


def _unit(town: Town) -> UnitVersion:
    level = FrameworkLevel.objects.order_by("pk")[0]
    return UnitVersion.objects.create(
        code=f"HL{UnitVersion.objects.count() + 101}", version=1, title_zh="单元", title_en="Unit", level=level, field="0921", kind="community",
        credits=100, outcomes=[{"zh": "会", "en": "can", "assessed_by": ["written"]}], valid_from=date(2026, 1, 1),
        keeper=Organisation.objects.filter(kind="certification_body").earliest("pk"), drafted_by=town.people["C"],
    )  # fmt: skip


def _transcript(town: Town) -> Transcript:
    return Transcript.objects.create(
        code=f"AB2C-DEF3-{Transcript.objects.count():04}", learner=town.learner, issued_at=NOW, language="zh-hans",
        snapshot={"frameworks": []}, digest="x",
    )  # fmt: skip


def _issued(town: Town) -> Transcript:
    """One that can be printed."""
    makers.credit(town.learner, 150, title="太极拳初级")
    return transcript_services.issue_transcript(
        actor=standing(town.learner), learner=town.learner, at=clock.now(), language="zh-hans"
    )


def _webhook(town: Town) -> Subscription:
    actor = standing_of(town.people["R"], today=clock.today())
    made, _secret = webhook_services.subscribe(
        actor=actor, public_id=uuid7(), organisation=town.desk.college, url="https://example.org/hook",
        events=["record.entered"], at=clock.now(), reason="试",
    )  # fmt: skip
    return made


def _delivery(town: Town) -> str:
    made = _webhook(town)
    sent = Delivery.objects.create(
        message_id=uuid7(), subscription=made, event="record.entered", data={}, made_at=NOW, state="delivered",
        due_at=NOW, give_up_at=NOW,
    )  # fmt: skip
    return f"/webhooks/{made.public_id}/deliveries/{sent.message_id}/replay"


def _with_etag(town: Town, path: str, letter: str, body: dict[str, Any]) -> tuple[str, Any, dict[str, str]]:
    return path, body, {"If-Match": town[letter].get(path)["ETag"]}


_WHY = {"reason": "试一试"}
_RULE = {
    "name_zh": "社区课程学时转换", "name_en": "Hours of community courses", "effect_from": "2026-01-01", "why": "试",
    "body": {
        "priority": 50, "match": {"origin": "nonformal", "min_minutes": 60}, "quantity": {"from": "minutes"},
        "give": [{"framework": "GD-LEQ", "kind": "community", "level": "1"}],
    },
}  # fmt: skip
_PATHS: dict[str, Any] = (
    {
        "list_territories": lambda town: "/territories",
        "get_territory": lambda town: f"/territories/{town.desk.district.code}",
        "get_territory_as_of": lambda town: f"/territories/{town.desk.district.code}/as-of?on=2026-01-01",
        "list_organisations": lambda town: "/organisations",
        "get_organisation": lambda town: f"/organisations/{town.desk.college.code}",
        "get_me": lambda town: "/me",
        "list_people": lambda town: "/people",
        "get_person": lambda town: f"/people/{town.learner.public_id}",
        "list_own_roles": lambda town: "/roles",
        "list_roles_at": lambda town: f"/organisations/{town.desk.college.code}/roles",
        "list_jobs": lambda town: "/jobs",
        "get_job": lambda town: f"/jobs/{_job(town).public_id}",
        "cancel_job": lambda town: f"/jobs/{_job(town).public_id}/cancellation",
        "list_import_kinds": lambda town: "/import-kinds",
        "retry_job": lambda town: f"/jobs/{_job(town).public_id}/retry",
        "carry_on_import": lambda town: f"/imports/{_import(town).public_id}/continuation",
        "list_imports": lambda town: "/imports",
        "get_import": lambda town: f"/imports/{_import(town).public_id}",
        "list_import_problems": lambda town: f"/imports/{_import(town).public_id}/problems",
        "abandon_import": lambda town: f"/imports/{_import(town).public_id}/abandonment",
        "get_rejected_rows": lambda town: f"/imports/{_import(town).public_id}/rejected",
        "list_records": lambda town: "/records",
        "list_own_records": lambda town: "/me/records",
        "get_record": lambda town: f"/records/{_record(town).pk}",
        "list_record_versions": lambda town: f"/records/{_record(town).pk}/versions",
        "list_disputes": lambda town: "/disputes",
        "list_own_disputes": lambda town: "/me/disputes",
        "drop_dispute": lambda town: f"/disputes/{_dispute(town).pk}/withdrawal",
        "list_double_reports": lambda town: "/double-reports",
        "list_rules": lambda town: "/rules",
        "get_rule": lambda town: f"/rules/{_rule(town, 'approved').code}/1",
        "list_rule_versions": lambda town: "/rule-versions",
        "get_rule_version": lambda town: f"/rule-versions/{_rule(town).public_id}",
        "list_dry_runs": lambda town: f"/rule-versions/{_rule(town).public_id}/dry-runs",
        "propose_rule": lambda town: f"/rule-versions/{_rule(town).public_id}/proposal",
        "list_runs": lambda town: "/runs",
        "get_run": lambda town: f"/runs/{_run(town).public_id}",
        "list_results": lambda town: "/results",
        "list_frameworks": lambda town: "/frameworks",
        "get_framework": lambda town: "/frameworks/GD-LEQ/1",
        "list_units": lambda town: "/units",
        "get_unit": lambda town: f"/units/{_unit(town).code}/1",
        "get_ledger_health": lambda town: "/ledger/health",
        "get_own_account": lambda town: "/me/account",
        "get_account": lambda town: f"/people/{town.learner.public_id}/account",
        "list_own_lines": lambda town: "/me/account/lines",
        "list_lines": lambda town: f"/people/{town.learner.public_id}/account/lines",
        "get_own_line": lambda town: f"/me/account/lines/{new_id()}",
        "list_transcripts": lambda town: "/me/transcripts",
        "get_transcript": lambda town: f"/transcripts/{_transcript(town).code}",
        "verify_transcript": lambda town: f"/transcripts/{_transcript(town).code}/verdict",
        "get_figures": lambda town: "/figures",
        "list_webhooks": lambda town: "/webhooks",
        "get_webhook": lambda town: f"/webhooks/{_webhook(town).public_id}",
        "list_deliveries": lambda town: f"/webhooks/{_webhook(town).public_id}/deliveries",
        "replay_delivery": _delivery,
        "get_transcript_paper": lambda town: f"/transcripts/{_issued(town).code}/paper",
    }
    | asks.PATHS
    | asks_of_attendance.PATHS
    | asks_of_credit.PATHS
)
_BUILDERS: dict[str, Any] = {
    "create_organisation": lambda town: ("/organisations", _facts(town) | {"id": new_id(), "code": f"N-{new_id()[-6:]}"}, {}),
    "change_organisation": lambda town: _with_etag(
        town, f"/organisations/{town.desk.college.code}", "A", _facts(town) | {"code": town.desk.college.code}
    ),
    "change_status": lambda town: (
        f"/organisations/{town.desk.college.code}/statuses",
        {"state": "suspended", "on": clock.today().isoformat()} | _WHY,
        {},
    ),
    "change_person": lambda town: _with_etag(
        town, f"/people/{town.learner.public_id}", "O", {"birth_year": 1950} | _WHY
    ),
    "bring_file": lambda town: (
        f"/imports?id={new_id()}&kind=records.formal&organisation={town.desk.college.code}&file_name=a.csv",
        None,
        {"Content-Type": "application/octet-stream"},
    ),
    "choose_rows": lambda town: (f"/imports/{_import(town, good_count=1).public_id}/choice", {"choice": "all"}, {}),
    "enter_record": lambda town: ("/records", record_body(town), {}),
    "correct_record": lambda town: _correction(town),  # noqa: PLW0108  # defined below
    "withdraw_record": lambda town: (f"/records/{_record(town).pk}/withdrawal", _WHY, {}),
    "dispute_record": lambda town: (f"/records/{_record(town).pk}/disputes", {"complaint": "我来了八次"}, {}),
    "answer_dispute": lambda town: (
        f"/disputes/{_dispute(town).pk}/answer", {"state": "upheld", "answer": "查过了，没有错"}, {},
    ),
    "decide_double": lambda town: (
        f"/double-reports/{_double(town).pk}/decision", {"state": "different"} | _WHY, {},
    ),
    "draft_rule": lambda town: ("/rule-versions", _RULE | {"id": new_id()}, {}),
    "edit_rule": lambda town: _with_etag(town, f"/rule-versions/{_rule(town).public_id}", "C", _RULE),
    "try_rule": lambda town: (f"/rule-versions/{_rule(town).public_id}/dry-runs", {"id": new_id()}, {}),
    "decide_rule": lambda town: (
        f"/rule-versions/{_rule(town, 'proposed').public_id}/decision", {"decision": "reject"} | _WHY, {},
    ),
    "end_rule": lambda town: (
        f"/rule-versions/{_rule(town, 'approved').public_id}/end",
        {"on": "2027-01-01"} | _WHY,
        {},
    ),
    "start_recognition": lambda town: ("/runs", {"id": new_id(), "organisation": town.desk.college.code}, {}),
    "check_ledger": lambda town: ("/ledger/checks", {"id": new_id()}, {}),
    "issue_transcript": lambda town: ("/me/transcripts", {}, {}),
    "revoke_transcript": lambda town: (f"/transcripts/{_transcript(town).code}/revocation", {"why": "丢了"}, {}),
    "subscribe": lambda town: (
        "/webhooks",
        {"id": new_id(), "organisation": town.desk.college.code, "url": "https://example.org/a",
         "events": ["record.entered"]} | _WHY,
        {},
    ),
    "rotate_webhook_secret": lambda town: (f"/webhooks/{_webhook(town).public_id}/secret", _WHY, {}),
    "end_webhook": lambda town: (f"/webhooks/{_webhook(town).public_id}/end", _WHY, {}),
    "edit_unit": lambda town: _with_etag(town, f"/units/{_unit(town).code}/1", "C", asks.unit_text(town)),
    "decide_unit": lambda town: (f"/units/{_unit(town).code}/1/decision", {"decision": "reject"} | _WHY, {}),
    "end_unit": lambda town: (f"/units/{_unit(town).code}/1/end", {"on": "2027-01-01"} | _WHY, {}),
    "verify_credential": lambda town: ("/credentials/verdict", {"credential": "{}"}, {}),
    "recognise_anew": lambda town: (
        f"/rule-versions/{_rule(town, 'approved').public_id}/recognition", {"id": new_id()} | _WHY, {},
    ),
} | asks.BUILDERS | asks_of_attendance.BUILDERS | asks_of_credit.BUILDERS  # fmt: skip


def _facts(town: Town) -> dict[str, Any]:
    return {
        "kind": "library", "name_zh": "图书馆", "territory": town.desk.district.code, "reason": "登记",
    }  # fmt: skip


def _correction(town: Town) -> tuple[str, Any, dict[str, str]]:
    path = f"/records/{_record(town).pk}"
    content = {
        name: value
        for name, value in record_body(town, grade="90").items()
        if name not in ("institution", "record_key", "learner", "name", "origin")
    }
    return path, content | _WHY, {"If-Match": town["R"].get(path)["ETag"]}


def test_every_operation_is_asked() -> None:
    assert set(_PATHS) | set(_BUILDERS) == set(OPERATIONS)


@pytest.mark.parametrize("name", DOORS)
def test_each_role_passes_the_doors_the_table_says_and_no_other(town: Town, name: str) -> None:
    """A rule's refusal (409), or a file that is empty, is behind the door: the role was let in."""
    asked = None if name in asks.OF_EACH_ROLE else _asks(town, name)
    passed = ""
    for letter in LETTERS:
        town.asking = letter
        # Nobody finds what the one before has changed, and what is asked for is made once.
        with transaction.atomic():
            passed += letter if _lets_in(town, name, asked or _asks(town, name)) else ""
            transaction.set_rollback(True)
    assert passed == DOORS[name]


def _lets_in(town: Town, name: str, asked: tuple[str, Any, dict[str, str]]) -> bool:
    """Whether whoever asks passes the door."""
    path, body, headers = asked
    answer = town[town.asking].ask(OPERATIONS[name].method, path, body, **headers)
    if answer.streaming:
        # Read to its end, the file is closed.
        answer.getvalue()
        return True
    assert answer.status_code < 500, (town.asking, answer.content)
    assert answer.status_code not in (400, 405, 412, 415, 422, 428), (town.asking, answer.content.decode())
    return answer.status_code not in (401, 403, 404)
