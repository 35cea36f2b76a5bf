"""Every page has its counterpart in the interface, or a reason why it has none. A new page without a row here fails."""

from __future__ import annotations

from test_routes import ALL
from xuecheng.city.api.declared import OPERATIONS

SIGN_IN = "a step of signing in, or one's own keys to it: a browser's, never a program's"
STYLE = "how pages look and what they lead to; nothing that is kept of anybody"
TEXT = "words for people; what it counts is in the operations of the list beside it"
CREDENTIALS = "a program makes, changes and ends no credentials of programs: a person does, at a screen"
GLASS = "an emergency is called, closed and reviewed by a person at a screen, for a session of theirs"
WHOLE_NUMBER = "a whole identity number is shown to a person who says why, never to a program"
PASSWORD = "staff give a password or a way in from hand to hand, never through a program"
ATTENDANCE = (
    "whoever stands before the class says who is there, and the learner who comes; programs read the record it makes"
)
TEACHING = "one's own entry, and what a unit says to it after looking at the papers: people do it, at a screen"
FRESH_PROOF = "asks for a fresh proof of who one is, which a token is none of"
ERASING = "who leaves is heard by people, two of them at a counter; no program asks for it or stops it"
KEEPING = "owners keep their places, hours and terms at a screen, where they see what it changes; programs read them"
SECRET_ADDRESS = "an address that opens without a sign-in is made by a person, who sees it once"
COUNTER = "somebody stands before a clerk, who compares names and counts money: at a screen"
DRAWING = "a lottery is announced, frozen and drawn by somebody who looks at what becomes public"
OF_THE_NETWORK = "whoever keeps a college says at a screen what it covers and shares, and two look at what it shows"
PRESENCE = "whoever is there says that a group has come, or why it has not; no program can know"
PROTOCOL = "it is itself an interface for programs (OAuth 2, OpenID Connect)"

# Page → the operations that show or do the same, or the reason why there are none.
PAGES: dict[str, tuple[str, ...] | str] = {
    "web:set_preferences": STYLE, "web:parts": STYLE,
    "web:list_help": TEXT, "web:show_help": TEXT, "web:show_words": TEXT,
    "search:search": "one box for people; a program asks each list by its own operation, which takes the words too",
    "web:worker": STYLE, "web:manifest": STYLE, "web:without_network": STYLE,
    "desk:home": STYLE, "desk:switch_capacity": "a program has all roles of its holder within its scopes and place",
    "operations:show_standing": "a program reads /readyz and /metrics; this page is words for people",
    "operations:show_health": "a program reads /metrics and /readyz, or runs `xuecheng check --json`",
    "desk:show_today": ("list_jobs", "list_routines", "get_ledger_health", "list_messages"),
    "desk:show_counter": ("list_identity_documents", "list_duplicates"),
    "account_login": SIGN_IN, "account_logout": SIGN_IN, "account_inactive": SIGN_IN,
    "account_reauthenticate": SIGN_IN, "account_change_password": SIGN_IN, "account_signup": SIGN_IN,
    "account_set_password": SIGN_IN, "mfa_login_webauthn": SIGN_IN, "mfa_authenticate": SIGN_IN,
    "mfa_index": SIGN_IN, "mfa_list_webauthn": SIGN_IN, "mfa_add_webauthn": SIGN_IN, "mfa_edit_webauthn": SIGN_IN,
    "mfa_remove_webauthn": SIGN_IN, "mfa_activate_totp": SIGN_IN, "mfa_deactivate_totp": SIGN_IN,
    "mfa_view_recovery_codes": SIGN_IN, "mfa_generate_recovery_codes": SIGN_IN,
    "identity:ask_code": SIGN_IN, "identity:give_code": SIGN_IN, "identity:tell_name": SIGN_IN,
    "identity:give_start_code": SIGN_IN, "identity:show_outbox": SIGN_IN, "identity:prove_by_code": SIGN_IN,
    "identity:recover": SIGN_IN, "identity:recover_by_contact": SIGN_IN, "identity:confirm_recovery": SIGN_IN,
    "identity:recover_by_code": SIGN_IN, "identity:finish_recovery": SIGN_IN, "identity:welcome": SIGN_IN,
    "identity:show_security": SIGN_IN, "identity:add_contact": SIGN_IN, "identity:confirm_contact": SIGN_IN,
    "identity:remove_contact": SIGN_IN, "identity:choose_password": SIGN_IN,
    "identity:end_other_sessions": SIGN_IN, "identity:end_session": SIGN_IN, "identity:stop_recovery": SIGN_IN,
    "identity:show_second_factor": SIGN_IN, "identity:stay": SIGN_IN, "identity:keep_on_device": STYLE,
    "identity:open_at_counter": ("open_account_at_counter",),
    "identity:new_start_code": PASSWORD, "identity:recover_at_counter": PASSWORD,
    "territories:show_city": ("list_territories",),
    "territories:show_division": (
        "get_territory", "get_territory_as_of", "list_divisions_as_of", "list_division_names", "list_successions",
    ),
    "territories:rename_division": ("rename_division",), "territories:move_division": ("move_division",),
    "territories:merge_division": ("merge_divisions",), "territories:merge_divisions": ("merge_divisions",),
    "territories:split_division": ("split_division",),
    "organisations:list_organisations": ("list_organisations",),
    "organisations:export_organisations": ("list_organisations",),
    "organisations:create_organisation": ("create_organisation",),
    "organisations:show_organisation": ("get_organisation",),
    "organisations:change_organisation": ("change_organisation",),
    "organisations:change_status": ("change_status",),
    "people:list_people": ("list_people",), "people:open_account": ("open_account",),
    "people:show_person": ("get_person",), "people:change_name": ("change_name",),
    "people:change_person": ("change_person",), "people:set_password": PASSWORD,
    "people:change_sign_in": ("change_sign_in",), "people:list_duplicates": ("list_duplicates",),
    "people:decide_duplicate": ("decide_duplicate",), "people:undo_merge": ("undo_merge",),
    "people:merge_person": ("merge_people", "list_merges"),
    "realname:list_documents": ("list_identity_documents",), "realname:list_own": ("list_own_identity_documents",),
    "realname:find_number": WHOLE_NUMBER, "realname:list_unmaskings": WHOLE_NUMBER,
    "realname:list_documents_of": ("list_identity_documents_of",), "realname:claim_document": WHOLE_NUMBER,
    "realname:show_document": ("list_identity_documents_of",),
    "realname:verify_document": ("verify_identity_document",),
    "realname:refuse_document": ("refuse_identity_document",), "realname:unmask_number": WHOLE_NUMBER,
    "vault:show_keys": "keys are kept at the command line; what the page shows helps no other program",
    "access:list_own": ("list_own_roles",), "access:list_holdings": ("list_roles_at",),
    "access:grant_role": ("grant_role",), "access:list_holdings_over": ("list_roles_over",),
    "access:grant_role_over": ("grant_role",), "access:list_roles_of": ("list_roles_of",),
    "access:end_role": ("end_role",), "access:decide_holding": ("decide_holding",),
    "access:list_waiting": ("list_waiting_roles", "list_role_versions"),
    "access:list_expiring": ("list_expiring_roles",), "access:export_expiring": ("list_expiring_roles",),
    "access:list_roles": ("list_role_catalogue",), "access:make_role": ("make_role",),
    "access:show_role": ("get_catalogue_role", "list_role_versions"), "access:draft_role": ("draft_role",),
    "access:decide_role": ("decide_role",), "access:list_own_readings": ("list_own_readings",),
    "access:list_readings_of": ("list_readings_of",), "access:explain": ("explain_access",),
    "access:list_glass": GLASS, "access:break_glass": GLASS, "access:close_glass": GLASS, "access:review_glass": GLASS,
    "mydata:show": ("get_own_data",), "mydata:ask_archive": ("ask_archive",), "mydata:take_archive": FRESH_PROOF,
    "mydata:consents": ("list_own_consents", "say_consent"), "mydata:ask": ("ask_about_data",),
    "mydata:take_back": ("take_back_data_request", "list_own_data_requests"),
    "mydata:ask_erasure": FRESH_PROOF, "mydata:take_back_erasure": ERASING, "mydata:open_erasure": ERASING,
    "mydata:show_erasure": ERASING, "mydata:list_erasures": ERASING,
    "mydata:list_requests": ("list_data_requests",), "mydata:answer_request": ("answer_data_request",),
    "care:list_helpers": ("list_helpers", "list_deeds"), "care:choose_helper": ("choose_helper",),
    "care:end_help": ("end_help",), "care:end_guardianship": ("end_guardianship",),
    "care:answer_anew": ("answer_anew",), "care:list_helped": ("list_helped",),
    "care:show_entrusted": ("list_helped",), "care:stop_acting": "the header Acting-For is sent, or not",
    "care:consent": ("consent_as_guardian",), "care:start_acting": "the header Acting-For is sent, or not",
    "care:show_counter": ("list_helpers_of",), "care:record_proxy": ("record_helper",),
    "care:record_guardian": ("record_guardian",),
    "jobs:list_jobs": ("list_jobs",), "jobs:list_routines": ("list_routines",), "jobs:show_job": ("get_job",),
    "jobs:cancel_job": ("cancel_job",), "jobs:retry_job": ("retry_job",),
    "imports:list_imports": ("list_imports", "list_import_kinds"), "imports:bring_file": ("bring_file",),
    "imports:download_template": ("get_import_template",),
    "imports:show_import": ("get_import", "list_import_problems"), "imports:write_import": ("choose_rows",),
    "imports:carry_on": ("carry_on_import",), "imports:abandon_import": ("abandon_import",),
    "imports:download_rejected": ("get_rejected_rows",),
    "notices:list_notices": ("list_notices",), "notices:open_notice": ("mark_notice",),
    "notices:mark_unread": ("mark_notice",), "notices:mark_all_read": ("mark_all_notices",),
    "notices:choose": ("get_notice_choices", "choose_channels"), "notices:switch_off": ("choose_channels",),
    "notices:list_messages": ("list_messages",), "notices:export_messages": ("list_messages",),
    "notices:send_again": ("send_message_again",),
    "documents:list_documents": ("list_documents",), "documents:export_documents": ("list_documents",),
    "documents:show_retention": ("list_document_places",), "documents:add_document": ("add_document",),
    "documents:show_document": ("get_document", "list_documents_of"),
    "documents:add_version": ("add_document_version",), "documents:remove_document": ("remove_document",),
    "documents:hold_document": ("hold_document",), "files:download": ("get_document_file",),
    "files:preview": "a small picture for pages; a program takes the file",
    "workdays:show_today": ("list_special_days",), "workdays:show_year": ("list_special_days", "count_working_days"),
    "workdays:export_year": ("list_special_days",),
    "assurance:show_security": TEXT, "assurance:list_requirements": ("list_security_requirements",),
    "assurance:export_requirements": ("list_security_requirements",), "assurance:show_law": ("list_legal_points",),
    "records:list_records": ("list_records",), "records:show_desk": ("list_records", "list_disputes", "list_imports"),
    "records:export_records": ("list_records",), "records:show_learner": ("list_records",),
    "records:enter_record": ("enter_record",), "records:list_pending": ("list_disputes", "list_double_reports"),
    "records:show_record": ("get_record", "list_record_versions", "list_documents_of"),
    "records:correct_record": ("correct_record",), "records:withdraw_record": ("withdraw_record",),
    "records:dispute_record": ("dispute_record",), "records:answer_dispute": ("answer_dispute",),
    "records:drop_dispute": ("drop_dispute", "list_own_disputes"), "records:decide_double": ("decide_double",),
    "recognition:show_desk": ("list_rule_versions", "list_corrections", "get_ledger_health"),
    "recognition:list_rules": ("list_rule_versions",), "recognition:draft_rule": ("draft_rule",),
    "recognition:show_rule": ("get_rule_version", "list_dry_runs"), "recognition:edit_draft": ("edit_rule",),
    "recognition:draft_version": ("draft_rule",), "recognition:try_rule": ("try_rule",),
    "recognition:propose_rule": ("propose_rule",), "recognition:decide_rule": ("decide_rule",),
    "recognition:end_rule": ("end_rule",), "recognition:recognise_anew": ("recognise_anew",),
    "recognition:start_recognition": ("start_recognition", "list_runs"), "recognition:show_run": ("get_run",),
    "recognition:list_refused": ("list_results",), "recognition:export_refused": ("list_results",),
    "recognition:list_credited": ("list_results",), "recognition:export_credited": ("list_results",),
    "recognition:list_corrections": ("list_corrections",), "recognition:correct_record": ("correct_credit",),
    "recognition:list_public_rules": ("list_rules",), "recognition:show_public_rule": ("get_rule",),
    "creditbank:list_frameworks": ("list_frameworks",), "creditbank:see_framework": ("get_framework",),
    "creditbank:list_units": ("list_units",), "creditbank:draft_unit": ("draft_unit",),
    "creditbank:see_unit": ("get_unit",), "creditbank:draft_next_version": ("draft_unit",),
    "creditbank:edit_unit": ("edit_unit",), "creditbank:decide_unit": ("decide_unit",),
    "creditbank:end_unit": ("end_unit",), "creditbank:see_ledger_health": ("get_ledger_health", "list_ledger_checks"),
    "creditbank:check_ledger": ("check_ledger",), "creditbank:see_check": ("get_ledger_check",),
    "account:see_account": ("get_own_account", "list_own_lines"), "account:export_statement": ("list_own_lines",),
    "account:see_line": ("get_own_line",), "account:list_records": ("list_own_records",),
    "account:see_card": ("get_own_account",), "account:read_card": TEXT, "account:explain_checks": TEXT,
    "account:see_account_of": ("get_account", "list_lines"), "account:see_line_of": ("get_line",),
    "credentials:list_transcripts": ("list_transcripts",), "credentials:issue_transcript": ("issue_transcript",),
    "credentials:see_transcript": ("get_transcript",), "credentials:download_transcript": ("get_transcript_paper",),
    "credentials:revoke_transcript": ("revoke_transcript",), "credentials:verify": ("verify_transcript",),
    "credentials:verify_code": ("verify_transcript",),
    "colleges:show_network": ("list_colleges", "get_network_classes"), "colleges:list_colleges": ("list_colleges",),
    "colleges:show_college": ("get_college",), "colleges:find_covering": ("list_covering",),
    "colleges:show_gaps": ("list_gaps",), "colleges:show_district_gaps": ("list_gaps", "get_network_classes"), "colleges:export_gaps": ("list_gaps",),
    "colleges:found_college": ("found_college",), "colleges:move_college": ("move_college",),
    "colleges:close_college": ("close_college",), "colleges:set_coverage": OF_THE_NETWORK,
    "colleges:show_todo": OF_THE_NETWORK, "colleges:list_sharing": OF_THE_NETWORK, "colleges:declare_offer": OF_THE_NETWORK,
    "colleges:end_offer": OF_THE_NETWORK, "colleges:give_evidence": OF_THE_NETWORK, "colleges:show_evidence": OF_THE_NETWORK,
    "colleges:review_evidence": OF_THE_NETWORK, "colleges:set_standard": OF_THE_NETWORK, "colleges:set_targets": OF_THE_NETWORK,
    "facilities:list_venues": ("list_venues",), "facilities:show_venue": ("get_venue",),
    "facilities:find_free": ("list_free_rooms",), "facilities:book_space": ("book_room", "wait_for_room"),
    "facilities:list_waits": ("list_room_waits",), "facilities:answer_wait": ("answer_room_offer",),
    "facilities:show_booking": ("get_booking",), "facilities:cancel_booking": ("cancel_booking",),
    "facilities:list_bookings": "a person looks through them; a program knows the ids of what it has booked",
    "facilities:book_series": "a season is booked by people who look at each date's result; classes bring their own",
    "facilities:show_series": "what became of each date is for people who book the season at a screen", "facilities:cancel_series": "the same as booking the series at a screen",
    "facilities:check_in": PRESENCE, "facilities:excuse_no_show": PRESENCE, "facilities:confirm_booking": PRESENCE,
    "facilities:lend_room": KEEPING, "facilities:end_loan": KEEPING,
    "facilities:create_venue": KEEPING, "facilities:change_venue": KEEPING, "facilities:change_state": KEEPING,
    "facilities:set_hours": KEEPING, "facilities:add_closure": KEEPING, "facilities:end_closure": KEEPING,
    "facilities:add_space": KEEPING, "facilities:change_space": KEEPING, "facilities:set_terms": KEEPING,
    "teaching:today": ATTENDANCE, "teaching:list_own": ATTENDANCE, "teaching:list_classes": ATTENDANCE, "teaching:take": ATTENDANCE, "teaching:mark_by_card": ATTENDANCE, "teaching:sync": ATTENDANCE, "teaching:show_code": ATTENDANCE, "teaching:decide_arrival": ATTENDANCE, "teaching:check_in": ATTENDANCE, "teaching:completion": ATTENDANCE, "teaching:assess": ATTENDANCE, "teaching:correct": ATTENDANCE,
    "staff:show_own": ("get_own_teaching",), "staff:keep_profile": TEACHING, "staff:close_own": TEACHING,
    "staff:claim_qualification": TEACHING, "staff:show_qualification": ("get_teacher",),
    "staff:review_qualification": TEACHING, "staff:withdraw_qualification": TEACHING, "staff:set_limits": TEACHING,
    "staff:list_teachers": ("list_teachers",), "staff:show_teacher": ("get_teacher",), "staff:decide_teacher": TEACHING,
    "staff:find_teachers": ("find_teachers",), "staff:show_structure": ("get_teaching_mix",),
    "staff:draft_agreement": ("draft_agreement",), "staff:list_agreements": ("list_agreements",),
    "staff:show_agreement": ("get_agreement",),
    "staff:move_agreement": (
        "send_agreement", "consent_to_agreement", "ask_extension", "recall_agreement", "end_agreement",
    ),
    "classes:find_classes": ("list_classes",), "classes:show_class": ("get_class",),
    "classes:show_board": ("list_planned_classes",), "classes:show_plan": ("get_planned_class",),
    "classes:print_list": ("list_planned_classes",), "classes:plan_class": ("plan_class",),
    "classes:choose_course": ("list_shared_courses",), "classes:add_sessions": ("try_sessions", "add_sessions"),
    "classes:move_class": ("move_class",), "classes:cancel_class": ("cancel_class",),
    "classes:move_session": ("move_session",), "classes:substitute_teacher": ("substitute_teacher",),
    "classes:find_substitute": ("list_substitutes", "substitute_teacher"),
    "classes:cancel_session": ("cancel_session",), "classes:list_seasons": ("list_seasons",),
    "classes:create_season": ("create_season",), "classes:clone_season": ("plan_season_again",),
    "classes:change_season": "days of a season are changed by whoever keeps it, at a screen, where all of them stand",
    "classes:change_class": "what is told of a class is changed at a screen, which shows what may still change",
    "classes:show_timetable": "a view of what list_planned_classes and get_planned_class tell",
    "classes:show_history": "who moved what when is read by those who answer for the class, at a screen",
    "classes:act_on_session": PRESENCE,
    "classes:show_own": "a person looks at it; programs read the calendar under its secret address",
    "classes:make_own_feed": SECRET_ADDRESS, "classes:make_feed": SECRET_ADDRESS,
    "classes:read_feed": "is read by programs as it is: a calendar",
    "enrolment:enrol": ("enrol",), "enrolment:list_own": ("list_own_enrolments",),
    "enrolment:take_calendar": ("list_own_enrolments",),
    "enrolment:show_enrolment": ("get_enrolment",), "enrolment:transfer": ("transfer",),
    "enrolment:move_enrolment": ("answer_offer", "withdraw", "pause"),
    "enrolment:show_roll": ("list_roll",), "enrolment:show_lottery": ("get_lottery",),
    "enrolment:lottery_file": ("get_lottery",), "enrolment:lottery_script": TEXT,
    "enrolment:list_rolls": ("list_roll",), "enrolment:print_list": ("list_roll",),
    "enrolment:enrol_person": COUNTER, "enrolment:set_numbers": KEEPING, "enrolment:run_lottery": DRAWING,
    "enrolment:list_charges": COUNTER, "enrolment:show_day": COUNTER, "enrolment:show_charge": ("get_charge",),
    "enrolment:move_charge": ("pay_charge", "give_back"),
    "courses:list_courses": ("list_courses",), "courses:show_course": ("get_course", "get_published_version"),
    "courses:list_kept": ("list_course_versions",), "courses:find_shared": ("list_shared_courses",),
    "courses:list_reviews": ("list_course_versions",), "courses:write_course": ("write_course",),
    "courses:show_version": ("get_course_version",), "courses:edit_version": ("edit_course_version",),
    "courses:send_version": ("send_course_version",), "courses:decide_version": ("decide_course_version",),
    "courses:retire_version": ("retire_course_version",), "courses:draft_version": ("draft_course_version",),
    "courses:share_course": ("share_course",), "courses:copy_course": ("copy_course",),
    "network:show_home": ("get_figures",), "network:show_learner_home": ("get_own_account", "list_notices"),
    "network:list_places": ("list_organisations",), "network:show_help": TEXT, "network:show_accessibility": TEXT,
    "network:show_privacy": TEXT,
    "linking:show_docs": TEXT, "linking:show_operation": TEXT, "linking:list_keys": CREDENTIALS, "linking:make_key": CREDENTIALS,
    "linking:rotate_key": CREDENTIALS, "linking:revoke_key": CREDENTIALS, "linking:list_sites": CREDENTIALS,
    "linking:register_site": CREDENTIALS, "linking:change_site_secret": CREDENTIALS, "linking:end_site": CREDENTIALS,
    "linking:list_links": CREDENTIALS, "linking:end_link": CREDENTIALS,
    "webhooks:list_subscriptions": ("list_webhooks",), "webhooks:subscribe": ("subscribe",),
    "webhooks:show_subscription": ("get_webhook", "list_deliveries"),
    "webhooks:rotate_secret": ("rotate_webhook_secret",), "webhooks:end_subscription": ("end_webhook",),
    "webhooks:replay": ("replay_delivery",),
    "idp:oidc:configuration": PROTOCOL, "idp:oidc:jwks": PROTOCOL, "idp:oidc:authorization": PROTOCOL,
    "idp:oidc:token": PROTOCOL, "idp:oidc:revoke": PROTOCOL, "idp:oidc:userinfo": PROTOCOL,
}  # fmt: skip


def test_every_page_has_a_counterpart_or_a_reason() -> None:
    assert set(ALL) - set(PAGES) == set(), "name the operations that show or do the same, or say why there are none"
    assert set(PAGES) - set(ALL) == set()


def test_what_is_named_exists_and_reasons_are_sentences() -> None:
    for page, row in PAGES.items():
        if isinstance(row, str):
            assert len(row) > 20, page
        else:
            assert row, page
            assert set(row) - set(OPERATIONS) == set(), page


def test_every_operation_is_some_page_s() -> None:
    """Nothing can be done through the interface that no page does: what a program may, a person may look at."""
    named = {name for row in PAGES.values() if not isinstance(row, str) for name in row}
    assert set(OPERATIONS) - named == {"get_me"}, "a page of one's own name; say which page these belong to"
