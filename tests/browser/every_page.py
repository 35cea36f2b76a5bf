"""Every address of the product that has a page, with somebody who may open it; what has none says why."""

from __future__ import annotations

from django.test import Client
from django.urls import resolve, reverse

from browser.pages import Ground, addresses
from stories.town import Story
from test_queries import doors
from test_routes import ROUTES
from xuecheng.city import clock

FORM_ONLY = "takes what a form of another page sends"
FILE = "hands out a file"
PROGRAM = "answers programs"
LEADS_ON = "leads to another page"
ELSEWHERE = "needs a step before it; axe sees it in a story: "

WITHOUT: dict[str, str] = {
    "desk:home": LEADS_ON,
    "web:worker": FILE,
    "web:manifest": FILE,
    "web:robots": FILE,
    "web:favicon": LEADS_ON,
    "web:security_contact": FILE,
    "web:change_password": LEADS_ON,
    "desk:switch_capacity": FORM_ONLY,
    "account_logout": "a page of one button, which nobody links to; signing out is a form in the menu",
    "account_set_password": LEADS_ON,
    "mfa_index": LEADS_ON,
    "mfa_login_webauthn": LEADS_ON,
    "mfa_authenticate": ELSEWHERE + "test_identity_story",
    "mfa_edit_webauthn": ELSEWHERE + "test_identity_story",
    "mfa_remove_webauthn": ELSEWHERE + "test_identity_story",
    "mfa_deactivate_totp": ELSEWHERE + "test_identity_story",
    "mfa_view_recovery_codes": LEADS_ON,
    "mfa_generate_recovery_codes": LEADS_ON,
    "identity:give_code": ELSEWHERE + "test_identity_story",
    "identity:tell_name": ELSEWHERE + "test_identity_story",
    "identity:prove_by_code": FORM_ONLY,
    "identity:confirm_contact": ELSEWHERE + "test_identity_story",
    "identity:confirm_recovery": ELSEWHERE + "test_identity_story",
    "identity:remove_contact": ELSEWHERE + "test_identity_story",
    "identity:end_other_sessions": FORM_ONLY,
    "identity:end_session": FORM_ONLY,
    "identity:stop_recovery": FORM_ONLY,
    "care:show_entrusted": "only while somebody acts for another: tests/city/care",
    "care:start_acting": FORM_ONLY,
    "care:stop_acting": FORM_ONLY,
    "credentials:revoke_transcript": FORM_ONLY,
    "badges:platform_did": "no page: a document for programs",
    "badges:issuer_did": "no page: a document for programs",
    "badges:key_set": "no page: a document for programs",
    "badges:status_list": "no page: a document for programs",
    "badges:shared_file": FILE,
    "badges:download": FILE,
    "badges:withdraw_share": FORM_ONLY,
    "badges:start_rule": FORM_ONLY,
    "badges:end_rule": FORM_ONLY,
    "badges:move_key": FORM_ONLY,
    "badges:name_badge": FORM_ONLY,
    "badges:move_badge": FORM_ONLY,
    "creditbank:check_ledger": FORM_ONLY,
    "creditbank:decide_unit": FORM_ONLY,
    "colleges:review_evidence": FORM_ONLY,
    "colleges:end_offer": FORM_ONLY,
    "colleges:export_gaps": FILE,
    "facilities:cancel_booking": FORM_ONLY,
    "facilities:check_in": FORM_ONLY,
    "facilities:confirm_booking": FORM_ONLY,
    "facilities:excuse_no_show": FORM_ONLY,
    "facilities:cancel_series": FORM_ONLY,
    "facilities:answer_wait": FORM_ONLY,
    "facilities:answer_request": FORM_ONLY,
    "classes:make_own_feed": FORM_ONLY,
    "classes:move_class": FORM_ONLY,
    "classes:cancel_class": FORM_ONLY,
    "classes:make_feed": FORM_ONLY,
    "classes:act_on_session": FORM_ONLY,
    "classes:read_feed": "no page: a calendar for programs",
    "enrolment:move_enrolment": FORM_ONLY,
    "enrolment:move_charge": FORM_ONLY,
    "enrolment:run_lottery": FORM_ONLY,
    "rollout:move_accreditation": FORM_ONLY,
    "rollout:move_phase": FORM_ONLY,
    "cards:revoke_device": FORM_ONLY,
    "cards:freeze_card": FORM_ONLY,
    "cards:show_card_of": "leads on to cards:show_kept",
    "credentials:print_card": "a file; tests/learning/cards/test_pages.py reads it",
    "credentials:print_voucher": "a file; tests/learning/credentials/test_vouchers.py reads it",
    "collectives:join": FORM_ONLY,
    "collectives:move_member": FORM_ONLY,
    "collectives:move_account": FORM_ONLY,
    "transfers:move_rules": FORM_ONLY,
    "transfers:move_gift": FORM_ONLY,
    "transfers:move_kinship": FORM_ONLY,
    "redemption:reserve": FORM_ONLY,
    "redemption:reserve_for": FORM_ONLY,
    "redemption:move_offer": FORM_ONLY,
    "redemption:move_order": FORM_ONLY,
    "foreign:move_delivery": FORM_ONLY,
    "employers:carry_on": FORM_ONLY,
    "employers:withdraw_consent": FORM_ONLY,
    "employers:download_answers": FILE,
    "employers:download_template": FILE,
    "foreign:move_record": FORM_ONLY,
    "foreign:decide_law": FORM_ONLY,
    "foreign:try_rule": FORM_ONLY,
    "priorlearning:add_evidence": FORM_ONLY,
    "priorlearning:answer_group": FORM_ONLY,
    "priorlearning:move_application": FORM_ONLY,
    "priorlearning:take_portfolio": "no page: an archive",
    "supervision:move_suspicion": FORM_ONLY,
    "supervision:move_withdrawal": FORM_ONLY,
    "supervision:publish_audit": FORM_ONLY,
    "supervision:download_list": FILE,
    "exchange:add_term": FORM_ONLY,
    "exchange:remove_term": FORM_ONLY,
    "exchange:move_agreement": FORM_ONLY,
    "exchange:ask": FORM_ONLY,
    "exchange:move_case": FORM_ONLY,
    "exchange:accept_batch": FORM_ONLY,
    "exchange:close_period": FORM_ONLY,
    "exchange:move_statement": FORM_ONLY,
    "volunteers:leave": FORM_ONLY,
    "volunteers:withdraw": FORM_ONLY,
    "volunteers:issue_certificate": FORM_ONLY,
    "volunteers:move_activity": FORM_ONLY,
    "volunteers:cancel_shift": FORM_ONLY,
    "volunteers:enter_volunteer": FORM_ONLY,
    "volunteers:move_assignment": FORM_ONLY,
    "volunteers:keep_volunteer": FORM_ONLY,
    "volunteers:export_volunteers": "a file; tests/coordination/volunteers/test_praise.py reads it",
    "volunteers:take_certificate": "a file; tests/coordination/volunteers/test_pages.py reads it",
    "teaching:mark_by_card": FORM_ONLY,
    "teaching:decide_arrival": FORM_ONLY,
    "teaching:assess": FORM_ONLY,
    "teaching:sync": "marks as JSON; tests/coordination/teaching/test_pages.py sends them",
    "enrolment:take_calendar": "a file; tests/coordination/enrolment/test_pages.py reads it",
    "enrolment:lottery_file": "a file; tests/coordination/enrolment/test_pages.py reads it",
    "enrolment:lottery_script": "a file; tests/coordination/enrolment/test_lottery.py runs it",
    "courses:send_version": FORM_ONLY,
    "courses:decide_version": FORM_ONLY,
    "courses:retire_version": FORM_ONLY,
    "courses:share_course": FORM_ONLY,
    "documents:hold_document": ELSEWHERE + "test_papers_story",
    "identity:show_outbox": ELSEWHERE + "test_identity_story",
    "notices:mark_all_read": FORM_ONLY,
    "care:answer_anew": FORM_ONLY,
    "care:end_guardianship": FORM_ONLY,
    "access:close_glass": FORM_ONLY,
    "mydata:take_back": FORM_ONLY,
    "mydata:take_back_erasure": FORM_ONLY,
    "imports:abandon_import": FORM_ONLY,
    "imports:carry_on": FORM_ONLY,
    "imports:write_import": FORM_ONLY,
    "notices:mark_unread": FORM_ONLY,
    "notices:switch_off": FORM_ONLY,
    "notices:send_again": FORM_ONLY,
    "recognition:decide_rule": FORM_ONLY,
    "recognition:propose_rule": FORM_ONLY,
    "recognition:try_rule": FORM_ONLY,
    "recognition:recognise_anew": FORM_ONLY,
    "records:drop_dispute": FORM_ONLY,
    "webhooks:replay": FORM_ONLY,
    "people:undo_merge": FORM_ONLY,
    "files:download": FILE,
    "files:preview": FILE,
    "mydata:take_archive": FILE,
    "imports:download_rejected": FILE,
    "imports:download_template": FILE,
    "credentials:download_transcript": FILE,
    "teaching:download_certificate": FILE,
    "teaching:print_certificates": FILE,
    "idp:oidc:configuration": PROGRAM,
    "idp:oidc:jwks": PROGRAM,
    "idp:oidc:authorization": PROGRAM,
    "idp:oidc:token": PROGRAM,
    "idp:oidc:revoke": PROGRAM,
    "idp:oidc:userinfo": PROGRAM,
    "notices:open_notice": LEADS_ON,
    "linking:end_link": FORM_ONLY,
    "creditbank:end_unit": FORM_ONLY,
    "realname:verify_document": FORM_ONLY,
    "realname:refuse_document": FORM_ONLY,
    "realname:unmask_number": FORM_ONLY,
    "staff:review_qualification": FORM_ONLY,
    "staff:withdraw_qualification": FORM_ONLY,
    "staff:decide_teacher": FORM_ONLY,
    "staff:move_agreement": FORM_ONLY,
    "jobs:cancel_job": FORM_ONLY,
    "jobs:retry_job": FORM_ONLY,
}
"""Addresses without a page of their own, or whose page is seen elsewhere, each with why."""


def every_page(town: Story) -> list[tuple[Client | None, str, str]]:
    """Who opens which page of which address: one for each, more where a page has several faces."""
    found = [(who, _route(address), address) for who, address in addresses(town)]
    _as_if_just_signed_in(town.resident)
    known = {route for _who, route, _address in found}
    for who, address in doors(town, Ground(town)):
        route = _route(address)
        if route in known or route in WITHOUT:
            continue
        answer = (who or Client()).get(address)
        if answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html"):
            known.add(route)
            found.append((who, route, address))
        elif answer.status_code == 200:
            known.add(route)  # a file
    return [*found, (None, "no such address", "/nothing/"), (town.resident, "denied", reverse("vault:show_keys"))]


def _as_if_just_signed_in(client: Client) -> None:
    """Pages that ask for a fresh proof are to be seen, not the question for it."""
    session = client.session
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session["account_authentication_methods"] = [{"method": "password", "at": clock.now().timestamp()}]
    session.save()


def not_seen(pages: list[tuple[Client | None, str, str]]) -> set[str]:
    """Addresses that are neither among `pages` nor excused."""
    files = {name for name in ROUTES if ":export_" in name}
    return set(ROUTES) - {route for _who, route, _address in pages} - set(WITHOUT) - files


def _route(address: str) -> str:
    return resolve(address.partition("?")[0]).view_name
