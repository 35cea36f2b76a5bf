"""Every address × role: who passes its door. A new address without a row here fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from city.situations import a_job, a_person, an_organisation, holding, small_city
from xuecheng.learning.creditbank.services.frameworks import load_frameworks

LETTERS = "ALRCOWD"
"""Anonymous; a resident (Learner); Registrar of a college in Tianhe; Certification officer, Operator, counter clerk (W) and
Data protection officer of the city."""

SIGNED_IN, EVERYBODY = "LRCOWD", "ALRCOWD"
OWN_OBJECTS = "object"
"""The address names an object that must be made first; who may see it is tested beside its app."""
PUBLIC_OBJECTS = "public object"
"""The same, and everybody may see it."""

ROUTES: dict[str, str] = {
    "web:set_preferences": EVERYBODY,
    "web:parts": EVERYBODY,
    "web:list_help": EVERYBODY,
    "web:show_help": PUBLIC_OBJECTS,
    "web:show_words": EVERYBODY,
    "search:search": EVERYBODY,
    "web:worker": EVERYBODY,
    "web:manifest": EVERYBODY,
    "web:without_network": EVERYBODY,
    "desk:home": SIGNED_IN,
    "desk:switch_capacity": SIGNED_IN,
    "desk:show_today": "OD",
    "desk:show_counter": "W",
    "account_login": EVERYBODY,
    "account_logout": EVERYBODY,
    "account_inactive": EVERYBODY,
    "account_reauthenticate": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_signup": EVERYBODY,
    "account_set_password": SIGNED_IN,
    # Both lead back to the sign-in page whoever has begun nothing there; they are public.
    "mfa_login_webauthn": SIGNED_IN,
    "mfa_authenticate": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": OWN_OBJECTS,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "identity:ask_code": EVERYBODY,
    "identity:give_code": EVERYBODY,
    "identity:tell_name": EVERYBODY,
    "identity:give_start_code": EVERYBODY,
    "identity:show_outbox": PUBLIC_OBJECTS,
    "identity:prove_by_code": SIGNED_IN,
    "identity:recover": EVERYBODY,
    "identity:recover_by_contact": EVERYBODY,
    "identity:confirm_recovery": EVERYBODY,
    "identity:recover_by_code": EVERYBODY,
    "identity:finish_recovery": EVERYBODY,
    "identity:welcome": SIGNED_IN,
    "identity:show_security": SIGNED_IN,
    "identity:add_contact": SIGNED_IN,
    "identity:confirm_contact": SIGNED_IN,
    "identity:remove_contact": OWN_OBJECTS,
    "identity:choose_password": SIGNED_IN,
    "identity:end_other_sessions": SIGNED_IN,
    "identity:end_session": SIGNED_IN,
    "identity:stop_recovery": SIGNED_IN,
    "identity:show_second_factor": SIGNED_IN,
    "identity:stay": SIGNED_IN,
    "identity:keep_on_device": SIGNED_IN,
    "identity:open_at_counter": "ROW",
    "identity:new_start_code": "O",
    "identity:recover_at_counter": "O",
    "territories:show_city": EVERYBODY,
    "territories:show_division": EVERYBODY,
    "territories:rename_division": "O",
    "territories:move_division": "O",
    "territories:merge_division": "O",
    "territories:merge_divisions": "O",
    "territories:split_division": "O",
    "organisations:list_organisations": EVERYBODY,
    "organisations:export_organisations": EVERYBODY,
    "organisations:create_organisation": "O",
    "organisations:show_organisation": EVERYBODY,
    "organisations:change_organisation": "O",
    "organisations:change_status": "O",
    "people:list_people": "RCOWD",
    "people:open_account": "OW",
    "people:show_person": "COWD",
    "people:change_name": "O",
    "people:change_person": "O",
    "people:set_password": "O",
    "people:change_sign_in": "O",
    "people:list_duplicates": "W",
    "people:decide_duplicate": OWN_OBJECTS,
    "people:undo_merge": OWN_OBJECTS,
    "people:merge_person": "W",
    "realname:list_documents": "W",
    "realname:list_own": SIGNED_IN,
    "realname:find_number": "W",
    "realname:list_unmaskings": "O",
    "realname:list_documents_of": "W",
    "realname:claim_document": "W",
    "realname:show_document": OWN_OBJECTS,
    "realname:verify_document": OWN_OBJECTS,
    "realname:refuse_document": OWN_OBJECTS,
    "realname:unmask_number": OWN_OBJECTS,
    "vault:show_keys": "O",
    "access:list_own": SIGNED_IN,
    "access:list_holdings": "OD",
    "access:grant_role": "O",
    "access:list_holdings_over": "OD",
    "access:grant_role_over": "O",
    "access:list_roles_of": "OD",
    "access:end_role": "O",
    "access:decide_holding": "O",
    "access:list_waiting": "OD",
    "access:list_expiring": "OD",
    "access:export_expiring": "OD",
    "access:list_roles": "OD",
    "access:make_role": "O",
    "access:show_role": "OD",
    "access:draft_role": "O",
    "access:decide_role": OWN_OBJECTS,
    "access:list_own_readings": SIGNED_IN,
    "access:list_readings_of": "D",
    "access:explain": "OD",
    "access:list_glass": "OD",
    "access:break_glass": "O",
    "access:close_glass": OWN_OBJECTS,
    "access:review_glass": OWN_OBJECTS,
    "mydata:show": SIGNED_IN,
    "mydata:ask_archive": SIGNED_IN,
    "mydata:take_archive": OWN_OBJECTS,
    "mydata:consents": SIGNED_IN,
    "mydata:ask": SIGNED_IN,
    "mydata:take_back": OWN_OBJECTS,
    "mydata:ask_erasure": SIGNED_IN,
    "mydata:take_back_erasure": OWN_OBJECTS,
    "mydata:list_erasures": "WD",
    "mydata:open_erasure": OWN_OBJECTS,
    "mydata:show_erasure": OWN_OBJECTS,
    "mydata:list_requests": "D",
    "mydata:answer_request": OWN_OBJECTS,
    "care:list_helpers": SIGNED_IN,
    "care:choose_helper": SIGNED_IN,
    "care:end_help": OWN_OBJECTS,
    "care:end_guardianship": OWN_OBJECTS,
    "care:answer_anew": OWN_OBJECTS,
    "care:list_helped": SIGNED_IN,
    "care:show_entrusted": SIGNED_IN,
    "care:stop_acting": SIGNED_IN,
    "care:consent": OWN_OBJECTS,
    "care:start_acting": OWN_OBJECTS,
    "care:show_counter": "OW",
    "care:record_proxy": "OW",
    "care:record_guardian": "OW",
    "jobs:list_jobs": SIGNED_IN,
    "jobs:list_routines": "O",
    "jobs:show_job": "RCOW",
    "jobs:cancel_job": "RCOW",
    "jobs:retry_job": "O",
    "imports:list_imports": "ROW",
    "imports:bring_file": "ROW",
    "notices:list_notices": SIGNED_IN,
    "notices:open_notice": OWN_OBJECTS,
    "notices:mark_unread": OWN_OBJECTS,
    "notices:mark_all_read": SIGNED_IN,
    "notices:choose": SIGNED_IN,
    "notices:switch_off": SIGNED_IN,
    "notices:list_messages": "O",
    "notices:export_messages": "O",
    "notices:send_again": OWN_OBJECTS,
    "imports:download_template": OWN_OBJECTS,
    "imports:show_import": OWN_OBJECTS,
    "imports:write_import": OWN_OBJECTS,
    "imports:carry_on": OWN_OBJECTS,
    "imports:abandon_import": OWN_OBJECTS,
    "imports:download_rejected": OWN_OBJECTS,
    "documents:list_documents": "RC",
    "documents:export_documents": "RC",
    "documents:show_retention": EVERYBODY,
    "documents:add_document": OWN_OBJECTS,
    "documents:show_document": OWN_OBJECTS,
    "documents:add_version": OWN_OBJECTS,
    "documents:remove_document": OWN_OBJECTS,
    "documents:hold_document": OWN_OBJECTS,
    "files:download": OWN_OBJECTS,
    "files:preview": OWN_OBJECTS,
    "workdays:show_today": EVERYBODY,
    "workdays:show_year": EVERYBODY,
    "workdays:export_year": EVERYBODY,
    "operations:show_health": "O",
    "operations:show_standing": EVERYBODY,
    "assurance:show_security": EVERYBODY,
    "assurance:list_requirements": EVERYBODY,
    "assurance:export_requirements": EVERYBODY,
    "assurance:show_law": EVERYBODY,
    "records:list_records": "RC",
    "records:show_desk": "R",
    "records:export_records": "RC",
    "records:show_learner": OWN_OBJECTS,
    "records:enter_record": "R",
    "records:list_pending": "RC",
    "records:show_record": OWN_OBJECTS,
    "records:correct_record": OWN_OBJECTS,
    "records:withdraw_record": OWN_OBJECTS,
    "records:dispute_record": OWN_OBJECTS,
    "records:answer_dispute": OWN_OBJECTS,
    "records:drop_dispute": OWN_OBJECTS,
    "records:decide_double": OWN_OBJECTS,
    "recognition:show_desk": "C",
    "recognition:list_rules": "C",
    "recognition:draft_rule": "C",
    "recognition:show_rule": OWN_OBJECTS,
    "recognition:edit_draft": OWN_OBJECTS,
    "recognition:draft_version": OWN_OBJECTS,
    "recognition:try_rule": OWN_OBJECTS,
    "recognition:propose_rule": OWN_OBJECTS,
    "recognition:decide_rule": OWN_OBJECTS,
    "recognition:end_rule": OWN_OBJECTS,
    "recognition:recognise_anew": OWN_OBJECTS,
    "recognition:start_recognition": "RC",
    "recognition:show_run": OWN_OBJECTS,
    "recognition:list_refused": "RC",
    "recognition:export_refused": "RC",
    "recognition:list_credited": "RC",
    "recognition:export_credited": "RC",
    "recognition:list_corrections": "C",
    "recognition:correct_record": OWN_OBJECTS,
    "recognition:list_public_rules": EVERYBODY,
    "recognition:show_public_rule": PUBLIC_OBJECTS,
    "colleges:show_network": EVERYBODY,
    "colleges:list_colleges": EVERYBODY,
    "colleges:find_covering": EVERYBODY,
    "colleges:show_gaps": EVERYBODY,
    "colleges:show_district_gaps": PUBLIC_OBJECTS,
    "colleges:export_gaps": PUBLIC_OBJECTS,
    "colleges:show_college": PUBLIC_OBJECTS,
    "colleges:found_college": "O",
    "colleges:show_todo": "RO",
    "colleges:list_sharing": "RO",
    "colleges:set_standard": "O",
    "colleges:set_targets": "O",
    "colleges:end_offer": OWN_OBJECTS,
    "colleges:show_evidence": OWN_OBJECTS,
    "colleges:review_evidence": OWN_OBJECTS,
    "colleges:move_college": OWN_OBJECTS,
    "colleges:close_college": OWN_OBJECTS,
    "colleges:set_coverage": OWN_OBJECTS,
    "colleges:declare_offer": OWN_OBJECTS,
    "colleges:give_evidence": OWN_OBJECTS,
    "facilities:list_venues": EVERYBODY,
    "facilities:find_free": EVERYBODY,
    "facilities:show_venue": PUBLIC_OBJECTS,
    "facilities:create_venue": "RO",
    "facilities:list_bookings": "RO",
    "facilities:list_waits": "RO",
    "facilities:answer_wait": OWN_OBJECTS,
    "facilities:set_terms": "O",
    "facilities:show_booking": OWN_OBJECTS,
    "facilities:cancel_booking": OWN_OBJECTS,
    "facilities:check_in": OWN_OBJECTS,
    "facilities:confirm_booking": OWN_OBJECTS,
    "facilities:excuse_no_show": OWN_OBJECTS,
    "facilities:show_series": OWN_OBJECTS,
    "facilities:cancel_series": OWN_OBJECTS,
    "facilities:change_space": OWN_OBJECTS,
    "facilities:book_space": OWN_OBJECTS,
    "facilities:book_series": OWN_OBJECTS,
    "facilities:end_closure": OWN_OBJECTS,
    "facilities:change_venue": OWN_OBJECTS,
    "facilities:lend_room": OWN_OBJECTS,
    "facilities:end_loan": OWN_OBJECTS,
    "facilities:change_state": OWN_OBJECTS,
    "facilities:set_hours": OWN_OBJECTS,
    "facilities:add_closure": OWN_OBJECTS,
    "facilities:add_space": OWN_OBJECTS,
    "creditbank:list_frameworks": EVERYBODY,
    "creditbank:see_framework": PUBLIC_OBJECTS,
    "creditbank:list_units": "C",
    "creditbank:draft_unit": "C",
    "creditbank:see_unit": OWN_OBJECTS,
    "creditbank:draft_next_version": OWN_OBJECTS,
    "creditbank:edit_unit": OWN_OBJECTS,
    "creditbank:decide_unit": OWN_OBJECTS,
    "creditbank:end_unit": OWN_OBJECTS,
    "creditbank:see_ledger_health": "CO",
    "creditbank:check_ledger": "CO",
    "creditbank:see_check": OWN_OBJECTS,
    "account:see_account": SIGNED_IN,
    "account:export_statement": SIGNED_IN,
    "account:see_line": OWN_OBJECTS,
    "account:list_records": SIGNED_IN,
    "account:see_card": SIGNED_IN,
    "account:read_card": PUBLIC_OBJECTS,
    "account:explain_checks": EVERYBODY,
    "account:see_account_of": OWN_OBJECTS,
    "account:see_line_of": OWN_OBJECTS,
    "credentials:list_transcripts": SIGNED_IN,
    "credentials:issue_transcript": SIGNED_IN,
    "credentials:see_transcript": OWN_OBJECTS,
    "credentials:download_transcript": OWN_OBJECTS,
    "credentials:revoke_transcript": OWN_OBJECTS,
    "credentials:verify": EVERYBODY,
    "credentials:verify_code": PUBLIC_OBJECTS,
    "classes:find_classes": EVERYBODY,
    "classes:show_class": PUBLIC_OBJECTS,
    "classes:read_feed": PUBLIC_OBJECTS,
    "classes:show_board": "RO",
    "classes:print_list": "RO",
    "classes:show_timetable": "RO",
    "classes:show_own": SIGNED_IN,
    "classes:make_own_feed": SIGNED_IN,
    "classes:choose_course": "R",
    "classes:plan_class": OWN_OBJECTS,
    "classes:list_seasons": "RO",
    "classes:create_season": "RO",
    "classes:change_season": OWN_OBJECTS,
    "classes:clone_season": OWN_OBJECTS,
    "classes:show_plan": OWN_OBJECTS,
    "classes:show_history": OWN_OBJECTS,
    "classes:change_class": OWN_OBJECTS,
    "classes:add_sessions": OWN_OBJECTS,
    "classes:move_class": OWN_OBJECTS,
    "classes:cancel_class": OWN_OBJECTS,
    "classes:make_feed": OWN_OBJECTS,
    "classes:move_session": OWN_OBJECTS,
    "classes:substitute_teacher": OWN_OBJECTS,
    "classes:find_substitute": OWN_OBJECTS,
    "classes:cancel_session": OWN_OBJECTS,
    "classes:act_on_session": OWN_OBJECTS,
    "teaching:today": SIGNED_IN,
    "teaching:list_own": SIGNED_IN,
    "teaching:list_classes": SIGNED_IN,
    "teaching:take": OWN_OBJECTS,
    "teaching:mark_by_card": OWN_OBJECTS,
    "teaching:sync": OWN_OBJECTS,
    "teaching:show_code": OWN_OBJECTS,
    "teaching:decide_arrival": OWN_OBJECTS,
    "teaching:check_in": OWN_OBJECTS,
    "teaching:completion": OWN_OBJECTS,
    "teaching:assess": OWN_OBJECTS,
    "teaching:correct": OWN_OBJECTS,
    "enrolment:enrol": PUBLIC_OBJECTS,
    "enrolment:list_own": SIGNED_IN,
    "enrolment:take_calendar": SIGNED_IN,
    "enrolment:show_enrolment": OWN_OBJECTS,
    "enrolment:move_enrolment": OWN_OBJECTS,
    "enrolment:transfer": OWN_OBJECTS,
    "enrolment:list_rolls": "RW",
    "enrolment:show_roll": OWN_OBJECTS,
    "enrolment:print_list": OWN_OBJECTS,
    "enrolment:enrol_person": OWN_OBJECTS,
    "enrolment:set_numbers": OWN_OBJECTS,
    "enrolment:run_lottery": OWN_OBJECTS,
    "enrolment:show_lottery": PUBLIC_OBJECTS,
    "enrolment:lottery_file": PUBLIC_OBJECTS,
    "enrolment:lottery_script": EVERYBODY,
    "enrolment:list_charges": "RW",
    "enrolment:show_day": OWN_OBJECTS,
    "enrolment:show_charge": OWN_OBJECTS,
    "enrolment:move_charge": OWN_OBJECTS,
    "courses:list_courses": EVERYBODY,
    "courses:show_course": PUBLIC_OBJECTS,
    "courses:list_kept": "RC",
    "courses:find_shared": "R",
    "courses:list_reviews": "C",
    "courses:write_course": "R",
    "courses:show_version": OWN_OBJECTS,
    "courses:edit_version": OWN_OBJECTS,
    "courses:send_version": OWN_OBJECTS,
    "courses:decide_version": OWN_OBJECTS,
    "courses:retire_version": OWN_OBJECTS,
    "courses:draft_version": OWN_OBJECTS,
    "courses:share_course": OWN_OBJECTS,
    "courses:copy_course": OWN_OBJECTS,
    "staff:show_own": SIGNED_IN,
    "staff:keep_profile": SIGNED_IN,
    "staff:close_own": OWN_OBJECTS,
    "staff:claim_qualification": SIGNED_IN,
    "staff:show_qualification": OWN_OBJECTS,
    "staff:review_qualification": OWN_OBJECTS,
    "staff:withdraw_qualification": OWN_OBJECTS,
    "staff:list_teachers": "R",
    "staff:find_teachers": "R",
    "staff:show_structure": "R",
    "staff:set_limits": "O",
    "staff:show_teacher": OWN_OBJECTS,
    "staff:decide_teacher": OWN_OBJECTS,
    "staff:draft_agreement": OWN_OBJECTS,
    "staff:list_agreements": "R",
    "staff:show_agreement": OWN_OBJECTS,
    "staff:move_agreement": OWN_OBJECTS,
    "network:show_home": EVERYBODY,
    "network:show_learner_home": SIGNED_IN,
    "network:list_places": EVERYBODY,
    "network:show_help": EVERYBODY,
    "network:show_accessibility": EVERYBODY,
    "network:show_privacy": EVERYBODY,
    "linking:show_docs": EVERYBODY,
    "linking:show_operation": PUBLIC_OBJECTS,
    "linking:list_keys": "O",
    "linking:make_key": "O",
    "linking:rotate_key": OWN_OBJECTS,
    "linking:revoke_key": OWN_OBJECTS,
    "linking:list_sites": "O",
    "linking:register_site": "O",
    "linking:change_site_secret": OWN_OBJECTS,
    "linking:end_site": OWN_OBJECTS,
    "linking:list_links": SIGNED_IN,
    "linking:end_link": OWN_OBJECTS,
    "webhooks:list_subscriptions": "RO",
    "webhooks:subscribe": "RO",
    "webhooks:show_subscription": OWN_OBJECTS,
    "webhooks:rotate_secret": OWN_OBJECTS,
    "webhooks:end_subscription": OWN_OBJECTS,
    "webhooks:replay": OWN_OBJECTS,
    # Programs ask these with keys and tokens: `tests/city/linking/test_oidc.py`.
    "idp:oidc:configuration": EVERYBODY,
    "idp:oidc:jwks": EVERYBODY,
    "idp:oidc:authorization": PUBLIC_OBJECTS,
    "idp:oidc:token": PUBLIC_OBJECTS,
    "idp:oidc:revoke": PUBLIC_OBJECTS,
    "idp:oidc:userinfo": PUBLIC_OBJECTS,
}


def _walk(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}", pattern


# The interface for programs looks at no session: its doors stand in `tests/city/api/test_doors.py`.
ALL = {name: pattern for name, pattern in _walk(get_resolver()) if not name.startswith("api:")}


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(ALL) - set(ROUTES) == set(), "say in ROUTES who passes the door of these"
    assert set(ROUTES) - set(ALL) == set()


def _made_up(pattern: URLPattern) -> dict[str, Any]:
    """Arguments that fit the address and name nothing."""
    values = {
        "UUIDConverter": UUID("018f0000-0000-7000-8000-000000000000"),
        "IntConverter": 1,
        "StringConverter": "NOTHING",
        "SlugConverter": "nothing",
    }
    found = {name: values[type(one).__name__] for name, one in pattern.pattern.converters.items()}
    return found or dict.fromkeys(pattern.pattern.regex.groupindex, "999999999999")


def _leads_to_sign_in(answer: Any) -> bool:
    return answer.status_code == 302 and answer.url.partition("?")[0] == reverse("account_login")


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, row in ROUTES.items() if row not in (EVERYBODY, PUBLIC_OBJECTS)])
def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page(client: Client, name: str) -> None:
    """Before anything is looked up: an address tells a stranger not even whether its object exists."""
    address = reverse(name, kwargs=_made_up(ALL[name]))
    assert _leads_to_sign_in(client.get(address))
    assert _leads_to_sign_in(client.post(address))


@pytest.fixture(scope="module")
def doors_of_all(around_the_module: None) -> dict[str, Any]:
    """A browser for each letter, and the arguments of the ground floor's addresses."""
    city = small_city()
    college = an_organisation(city["天河区"])
    an_organisation(city["广州市"], kind="certification_body")  # which keeps the rules
    load_frameworks()
    people = {letter: a_person(letter, territory=city["五山街道"]) for letter in LETTERS[1:]}
    holding(people["R"], "registrar", organisation=college)
    holding(people["C"], "certification_officer", territory=city["广州市"])
    held = holding(people["O"], "operator", territory=city["广州市"])
    holding(people["W"], "counter_clerk", territory=city["广州市"])
    holding(people["D"], "data_protection_officer", territory=city["广州市"])
    somebody = a_person("别人", territory=city["五山街道"])
    job = a_job(state="running", organisation=college)
    clients = {letter: Client() for letter in LETTERS}
    for letter, person in people.items():
        clients[letter].force_login(person)
    arguments = {
        "territories": {"code": city["天河区"].code},
        "organisations": {"code": college.code},
        "people": {"public_id": somebody.public_id},
        "realname": {"person_id": somebody.public_id},
        "identity": {"public_id": somebody.public_id},
        "mfa_edit_webauthn": {"pk": 1},
        "mfa_remove_webauthn": {"pk": 1},
        "jobs": {"public_id": job.public_id},
        "workdays": {"year": 2026},
        "access:list_holdings_over": {"code": city["天河区"].code},
        "access:grant_role_over": {"code": city["天河区"].code},
        "access:list_roles_of": {"public_id": somebody.public_id},
        "access:end_role": {"public_id": held.public_id},
        "access:list_readings_of": {"public_id": somebody.public_id},
        "access:decide_holding": {"public_id": held.public_id},
        "access:show_role": {"code": "registrar"},
        "access:draft_role": {"code": "registrar"},
        "access:explain": {"kind": "person", "number": str(somebody.public_id)},
        "access:break_glass": {"kind": "person", "number": str(somebody.public_id)},
        "access": {"code": college.code},
        "care:choose_helper": {"step": "who"},
        "care": {"public_id": somebody.public_id},
    }
    return {"clients": clients, "arguments": arguments}


@pytest.fixture
def doors(db: None, doors_of_all: dict[str, Any]) -> dict[str, Any]:
    return doors_of_all


@pytest.mark.parametrize("name", [name for name, row in ROUTES.items() if row not in (OWN_OBJECTS, PUBLIC_OBJECTS)])
def test_each_role_passes_the_doors_the_table_says_and_no_other(doors: dict[str, Any], name: str) -> None:
    pattern = ALL[name]
    wanted = pattern.pattern.converters or pattern.pattern.regex.groupindex
    arguments = doors["arguments"].get(name) or doors["arguments"].get(name.split(":", maxsplit=1)[0], {})
    address = reverse(name, kwargs={key: value for key, value in arguments.items() if key in wanted})
    passed = ""
    for letter, client in doors["clients"].items():
        answer = client.get(address)
        if answer.status_code == 405:
            answer = client.post(address)
        assert answer.status_code < 500
        if answer.status_code not in (403, 404) and not _leads_to_sign_in(answer):
            passed += letter
    assert passed == ROUTES[name]
