"""Two officers of the same role over two districts: each list shows the own rows, and reads no others."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from attacks.territories.districts import District
from city.situations import forget_what_is_kept, small_city
from learning.recognition import situations as so
from test_who_sees import _lists
from xuecheng.city import clock
from xuecheng.city.api.declared import OPERATIONS
from xuecheng.config.api import site
from xuecheng.learning.creditbank.queries import drafts_waiting
from xuecheng.learning.creditbank.services import load_frameworks

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# Address → who looks, and by which of the own rows the list is known to show them.
LISTS: dict[str, tuple[str, str]] = {
    "people:list_people": ("W", "double"),
    "people:list_duplicates": ("W", "double"),
    "realname:list_documents": ("W", "document of a person"),
    "access:list_waiting": ("O", "double"),
    "access:list_expiring": ("O", "expiring"),
    "access:export_expiring": ("O", "expiring"),
    "access:list_glass": ("O", "glass"),
    "mydata:list_requests": ("D", "request"),
    "mydata:list_erasures": ("D", "erasure"),
    "jobs:list_jobs": ("R", "job"),
    "imports:list_imports": ("R", "file"),
    "notices:list_messages": ("O", "double"),
    "notices:export_messages": ("O", "double"),
    "documents:list_documents": ("R", "college"),
    "documents:export_documents": ("R", "college code"),
    "records:list_records": ("R", "record"),
    "records:export_records": ("R", "record"),
    "records:list_pending": ("R", "record"),
    "recognition:list_rules": ("C", "rule"),
    "recognition:list_refused": ("C", "refused"),
    "recognition:export_refused": ("C", "refused"),
    "recognition:list_credited": ("C", "credited"),
    "recognition:export_credited": ("C", "credited"),
    "recognition:list_corrections": ("C", "corrected"),
    "creditbank:list_units": ("C", "unit"),
    "facilities:list_bookings": ("R", "booking"),
    "facilities:list_waits": ("R", "room wait"),
    "facilities:list_requests": ("R", "room request"),
    "classes:list_seasons": ("R", "season"),
    "enrolment:list_rolls": ("R", "roll"),
    "enrolment:list_charges": ("R", "charge"),
    "teaching:list_classes": ("R", "class that runs"),
    "rollout:list_accreditations": ("C", "accreditation"),
    "rollout:list_readiness": ("C", "readiness"),
    "supervision:list_suspicions": ("C", "suspicion"),
    "supervision:list_questions": ("R", "supervision question"),
    "supervision:list_withdrawals": ("C", "withdrawal"),
    "exchange:list_kept": ("R", "exchange agreement"),
    "exchange:list_to_decide": ("C", "exchange to decide"),
    "exchange:list_cases": ("R", "exchange case"),
    "exchange:list_batches": ("R", "exchange batch"),
    "exchange:list_appeals": ("C", "exchange appeal"),
    "exchange:list_statements": ("R", "exchange statement"),
    "collectives:list_kept": ("R", "collective"),
    "redemption:list_offers": ("R", "offer"),
    "redemption:list_orders": ("R", "order"),
    "employers:list_lists": ("R", "verified list"),
    "foreign:list_desk": ("C", "outside record"),
    "foreign:list_rules": ("C", "outside rule"),
    "priorlearning:list_cases": ("R", "recognition case"),
    "priorlearning:list_groups": ("R", "recognition group"),
    "volunteers:list_activities": ("R", "call"),
    "volunteers:list_volunteers": ("R", "volunteer"),
    "volunteers:list_reviews": ("C", "served"),
    "volunteers:list_late": ("C", "late entry"),
    "volunteers:export_volunteers": ("R", "volunteer"),
    "courses:list_kept": ("R", "course"),
    "courses:list_reviews": ("C", "course"),
    "staff:list_teachers": ("R", "teacher"),
    "staff:list_agreements": ("R", "agreement"),
    "linking:list_keys": ("O", "key"),
    "linking:list_sites": ("O", "site"),
    "webhooks:list_subscriptions": ("R", "webhook"),
}
# Operation → the same, and its address.
OPERATIONS_OF: dict[str, tuple[str, str, str]] = {
    "list_people": ("W", "person id", "/people"),
    "list_jobs": ("R", "job", "/jobs"),
    "list_room_waits": ("R", "room wait", "/room-waits"),
    "list_room_loans": ("R", "room loan", "/room-loans"),
    "list_imports": ("R", "file", "/imports"),
    "list_records": ("R", "record", "/records"),
    "list_disputes": ("R", "", "/disputes"),
    "list_double_reports": ("R", "", "/double-reports"),
    "list_runs": ("C", "", "/runs"),
    "list_results": ("C", "", "/results"),
    "list_rule_versions": ("C", "rule", "/rule-versions"),
    "list_units": ("C", "unit", "/units"),
    "list_webhooks": ("R", "webhook", "/webhooks"),
    "list_teachers": ("R", "teacher", "/teachers"),
    "list_teaching_load": ("R", "teacher", "/teaching-load/people"),
    "list_agreements": ("R", "agreement", "/teaching-agreements"),
    # Classes of the districts meet the day after tomorrow for the first time.
    "list_sessions_to_take": ("R", "class that runs", f"/class-sessions?day={clock.today() + timedelta(days=2)}"),
    "list_readiness": ("C", "readiness id", "/readiness"),
    "list_clearing_statements": ("R", "exchange statement", "/clearing-statements"),
    "list_kept_exchange_agreements": ("R", "exchange agreement", "/kept-exchange-agreements"),
    "list_kept_accreditations": ("C", "accreditation", "/kept-accreditations"),
    "list_supervision_questions": ("R", "supervision question", "/supervision-questions"),
    "list_exchange_batches": ("R", "exchange batch", "/exchange-batches"),
    "list_exchanges": ("R", "exchange case id", "/exchanges"),
    "list_kept_collectives": ("R", "collective id", "/kept-collectives"),
    "list_redemptions": ("R", "order id", "/redemptions"),
    "list_credential_lists": ("R", "verified list", "/credential-lists"),
    "list_outside_records": ("C", "outside record id", "/outside-records"),
    "list_outside_rules": ("C", "outside rule", "/outside-rules"),
    "list_kept_outside_issuers": ("C", "outside issuer", "/kept-outside-issuers"),
    "list_recognitions": ("R", "recognition case id", "/recognitions"),
    "list_suspicions": ("C", "suspicion", "/suspicions"),
    "list_withdrawals": ("C", "withdrawal", "/withdrawals"),
    "list_volunteer_activities": ("R", "call id", "/volunteer-activities"),
    "list_volunteer_reviews": ("C", "service", "/volunteer-reviews"),
    "list_course_versions": ("R", "course version", "/course-versions"),
    "list_seasons": ("R", "season id", "/seasons"),
    "list_corrections": ("C", "", "/corrections"),
    "list_data_requests": ("D", "request", "/data-requests"),
    "list_documents": ("R", "", "/documents"),
    "list_duplicates": ("W", "pair", "/duplicates"),
    "list_expiring_roles": ("O", "expiring id", "/role-holdings/expiring"),
    "list_identity_documents": ("W", "document of a person", "/identity-documents"),
    "list_messages": ("O", "", "/messages"),
    "list_waiting_roles": ("O", "waiting", "/role-holdings/waiting"),
}
NOT_OF_A_TERRITORY = {
    "list_homework": "one session, checked before", "list_shift_volunteers": "one shift, checked before", "list_volunteer_calls": "public", "list_own_volunteer_services": "one's own",
    "list_accreditations": "public", "list_rollout_phases": "public",
    "list_outside_issuers": "public", "list_own_outside_records": "one's own", "list_own_outside_files": "one's own",
    "list_recognisable_units": "public", "list_own_recognitions": "one's own",
    "list_own_recognition_work": "one's own",
    "list_audits": "public", "list_clearing_periods": "the city's days, that name nobody and no institution", "list_own_withdrawals": "one's own",
    "list_exchange_agreements": "public", "list_own_exchanges": "one's own",
    "list_clearing_lines": "one statement, checked before",
    "list_giving_rules": "public", "list_family_gifts": "one's own", "list_own_kinships": "one's own",
    "list_kinships_of": "one person, checked before",
    "list_collectives": "public", "list_own_collectives": "one's own",
    "list_collective_deposits": "of one account", "list_collective_memberships": "of one account",
    "list_credential_answers": "of one list, checked before", "list_employer_consents": "one's own",
    "list_employer_inquiries": "one's own",
    "list_own_credentials": "one's own", "list_certifiable_entries": "one's own",
    "list_issued_credentials": "of issuers in reach: tests/learning/badges/test_pages.py",
    "list_signing_keys": "the same, of whole institutions",
    "list_redemption_offers": "public", "list_own_redemptions": "one's own",
    "list_territories": "public", "list_organisations": "public", "list_rules": "public: what is in force",
    "list_classes": "public", "list_planned_classes": "of one unit, narrowed to what the asker sees",
    "list_courses": "public", "list_shared_courses": "what colleges share with all others, on purpose",
    "list_frameworks": "public", "list_venues": "public",
    "list_colleges": "public", "list_covering": "public", "list_gaps": "public", "list_free_rooms": "public", "list_import_kinds": "the kinds themselves", "list_own_roles": "one's own",
    "list_own_records": "one's own", "list_own_disputes": "one's own", "list_own_enrolments": "one's own", "list_roll": "one class, checked before",
    "list_attendance": "one session, checked before", "list_own_attendance": "one's own", "list_own_lines": "one's own",
    "list_transcripts": "one's own", "list_roles_at": "one place, checked before", "list_lines": "one person, checked before",
    "list_record_versions": "one record, checked before", "list_dry_runs": "one rule, checked before",
    "list_deeds": "one's own", "list_helped": "one's own", "list_helpers": "one's own", "list_notices": "one's own",
    "list_own_consents": "one's own", "list_own_data_requests": "one's own", "list_own_readings": "one's own",
    "list_own_identity_documents": "one's own", "list_division_names": "public", "list_divisions_as_of": "public",
    "list_successions": "public", "list_document_places": "public", "list_legal_points": "public",
    "list_security_requirements": "public", "list_special_days": "public",
    "list_documents_of": "one thing, checked before", "list_helpers_of": "one person, checked before",
    "list_identity_documents_of": "one person, checked before", "list_merges": "one person, checked before",
    "list_readings_of": "one person, checked before", "list_roles_of": "one person, checked before",
    "list_roles_over": "one place, checked before", "list_role_versions": "roles are the city's",
    "list_role_catalogue": "roles are the city's", "list_ledger_checks": "the whole ledger's",
    "list_routines": "the whole installation's",
    "list_substitutes": "one session, checked before; whoever lets themselves be found is found by all units",
    "list_import_problems": "one file, checked before", "list_deliveries": "one webhook, checked before",
}  # fmt: skip


@pytest.fixture
def two(db: None, settings: Any, tmp_path: Path) -> tuple[District, District]:
    settings.FILES_ROOT = tmp_path
    settings.API_PER_MINUTE = 10_000
    places = small_city()
    load_frameworks()
    ours, theirs = District("甲区", places["天河区"]), District("乙区", places["从化区"])
    whole = District("全市", places["广州市"])
    # One rule of the whole city credits both.
    rule = so.a_draft(so.City(whole.college, whole.body, whole.standing("C"), whole.second, whole.standing("R")))
    decided = {"decided_by": whole.second.person, "decided_at": so.NOW, "dry_run_digest": "0" * 64}
    type(rule).objects.filter(pk=rule.pk).update(state="approved", **decided)
    for one in (ours, theirs):
        one.fill()
        one.tokens |= {"college": one.college.name_zh, "college code": one.college.code}
    return ours, theirs


class Fetched:
    """How many rows the database handed over, all statements together."""

    def __init__(self) -> None:
        self.rows = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.lstrip().lower().startswith(("select", "with")):
            self.rows += max(0, context["cursor"].rowcount)
        return result


def _read(ask: Callable[[], Any]) -> tuple[str, int]:
    forget_what_is_kept()
    fetched = Fetched()
    with connection.execute_wrapper(fetched):
        answer = ask()
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, answer.status_code
    if "json" in answer.headers["Content-Type"]:
        return json.dumps(json.loads(content), ensure_ascii=False), fetched.rows
    return content.decode(), fetched.rows


def test_every_list_has_a_row() -> None:
    """The list of a person's roles names one person, whom it checks before."""
    assert set(_lists()) - {"access:list_roles_of"} == set(LISTS), "say in LISTS who looks at it in two districts"
    site.patterns()
    lists = {name for name in OPERATIONS if name.startswith("list_")}
    assert lists == set(OPERATIONS_OF) | set(NOT_OF_A_TERRITORY)


def _asked(ours: District) -> dict[str, tuple[str, Callable[[], Any]]]:
    """Every list by its name: the own row that it must show, and how it is asked."""
    asked: dict[str, tuple[str, Callable[[], Any]]] = {}
    for name, (letter, token) in LISTS.items():
        asked[name] = token, partial(ours.clients[letter].get, reverse(name))
    for name, (letter, token, path) in OPERATIONS_OF.items():
        headers = {"Authorization": f"Bearer {ours.bearers[letter]}"}
        asked[f"API {name}"] = token, partial(Client().get, f"/api/v1{path}", headers=headers)
    return asked


def test_each_list_shows_and_reads_the_own_rows_only(two: tuple[District, District]) -> None:
    ours, theirs = two
    asked, before, wrong = _asked(ours), {}, []
    for name, (token, ask) in asked.items():
        text, before[name] = _read(ask)
        if token and ours.tokens[token] not in text:
            wrong.append(f"{name}: the own row is not there, so it shows nothing")
        wrong += [f"{name} shows {known}" for known in (theirs.name, *theirs.tokens.values()) if known in text]
    for _time in range(2):
        theirs.fill()
    for name, (_token, ask) in asked.items():
        text, rows = _read(ask)
        if theirs.name in text:
            wrong.append(f"{name} shows rows of the other district once there are more")
        if rows != before[name]:
            wrong.append(f"{name} reads {rows} rows instead of {before[name]}: filtered after it was read")
    assert not wrong, "\n".join(wrong)


def test_what_waits_is_counted_of_the_own_district_only(two: tuple[District, District]) -> None:
    """Every fill leaves one draft of a unit."""
    ours, theirs = two
    for _time in range(2):
        theirs.fill()
    assert (drafts_waiting(ours.second).count(), drafts_waiting(theirs.second).count()) == (1, 3)
    assert drafts_waiting(ours.standing("C")).count() == 0, "who drafted it does not decide"
    assert drafts_waiting(ours.standing("R")).count() == 0
