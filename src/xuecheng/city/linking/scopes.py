"""Scopes: what a key or a linked site may be given, and which acts stand behind each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Scope:
    """One scope: what it lets somebody see or do, in plain words, and the acts of `access` behind it."""

    label: Promise
    acts: frozenset[str]


def _scope(label: Promise, *acts: str) -> Scope:
    return Scope(label=label, acts=frozenset(acts))


SCOPES: dict[str, Scope] = {
    "openid": _scope(_("Know that it is you, by a number made for this site only")),
    "profile": _scope(_("See your name, year of birth, residence and roles"), "people.see_person"),
    "people.read": _scope(_("See people whom you may see"), "people.see_person"),
    "people.write": _scope(
        _("Change year of birth and residence of people"), "people.see_person", "people.change_person"
    ),
    "people.open": _scope(_("Open accounts"), "people.create_person", "identity.open_account"),
    "people.merge": _scope(
        _("Decide whether two accounts are one person's"), "people.see_person", "people.merge_person",
        "people.decide_duplicate",
    ),
    "documents.identity": _scope(
        _("See identity documents, their numbers masked, and decide about them"), "realname.see_document",
        "realname.verify_document", "people.see_person",
    ),
    "roles.read": _scope(_("See who holds a role"), "access.see_roles"),
    "roles.write": _scope(
        _("Grant, approve and end roles"), "access.see_roles", "access.grant_role", "access.end_role",
        "access.approve_holding",
    ),
    "roles.define": _scope(
        _("Change what a role may do"), "access.see_roles", "access.draft_role", "access.decide_role"
    ),
    "readings.read": _scope(
        _("See who looked at records and who can"), "access.see_readings", "access.explain_access"
    ),
    "territories.write": _scope(
        _("Rename, move, merge and split divisions"), "territories.change_territory"
    ),
    "organisations.write": _scope(_("Change the register of organisations"), "organisations.change_organisation"),
    "bookings.read": _scope(_("See bookings of rooms"), "facilities.see_bookings"),
    "bookings.write": _scope(
        _("Book rooms and give them back"), "facilities.see_bookings", "facilities.book_space"
    ),
    "venues.lend": _scope(
        _("Lend rooms to other units, and end it"), "facilities.keep_venue", "facilities.see_bookings",
        "facilities.book_space",
    ),
    "courses.read": _scope(
        _("See courses that are being written or reviewed"), "courses.see_course", "courses.write_course"
    ),
    "courses.write": _scope(
        _("Write, review and share courses"), "courses.see_course", "courses.write_course", "courses.review_course"
    ),
    "enrolment.read": _scope(
        _("See enrolments, charges and rolls of classes"), "enrolment.see_enrolment"
    ),
    "enrolment.write": _scope(
        _("Enrol for classes, leave them, take offers"), "enrolment.enrol", "enrolment.enrol_person",
        "enrolment.see_enrolment",
    ),
    "attendance.read": _scope(
        _("See attendance, lessons, homework, feedback and certificates of classes"), "teaching.take_attendance",
        "teaching.check_in", "teaching.decide_completion",
    ),
    "attendance.write": _scope(
        _("Take attendance, write what was taught, hand in homework and say how a class was"),
        "teaching.take_attendance", "teaching.check_in",
    ),
    "payments.write": _scope(
        _("Pay fees and give them back"), "enrolment.enrol", "enrolment.see_enrolment", "enrolment.take_money"
    ),
    "colleges.write": _scope(
        _("Found, move and close units of the college network"), "colleges.keep_network", "colleges.see_standard"
    ),
    "jobs.read": _scope(_("See background jobs"), "jobs.see_job", "jobs.see_routines"),
    "jobs.write": _scope(_("Stop background jobs"), "jobs.see_job", "jobs.cancel_job", "jobs.retry_job"),
    "imports.read": _scope(_("See imported files and their problems"), "imports.see_file"),
    "imports.write": _scope(
        _("Bring files and write them"), "imports.see_file", "imports.bring_file", "imports.write_file",
        "records.enter_record", "records.correct_record",
    ),
    "records.read": _scope(
        _("See learning records"), "records.see_record", "records.answer_dispute", "records.decide_double",
        "records.dispute_record",
    ),
    "records.write": _scope(
        _("Enter, correct, withdraw and dispute learning records"), "records.see_record", "records.enter_record",
        "records.correct_record", "records.withdraw_record", "records.dispute_record", "records.answer_dispute",
        "records.decide_double",
    ),
    "recognition.read": _scope(
        _("See what was credited and what was not"), "recognition.see_result", "recognition.recognise",
        "records.see_record",
    ),
    "recognition.write": _scope(_("Start recognition"), "recognition.recognise"),
    "corrections.write": _scope(
        _("Take credit back, and recognise anew"), "recognition.reverse_posting", "recognition.see_result",
        "recognition.draft_rule", "records.see_record",
    ),
    "rules.read": _scope(_("See drafts of rules"), "recognition.draft_rule"),
    "rules.write": _scope(
        _("Draft, try and decide rules"), "recognition.draft_rule", "recognition.try_rule", "recognition.decide_rule"
    ),
    "units.read": _scope(_("See certification units"), "creditbank.draft_unit"),
    "units.write": _scope(
        _("Draft and decide certification units"), "creditbank.draft_unit", "creditbank.decide_unit"
    ),
    "account.read": _scope(_("See credits and the statement of the learning account"), "account.see_account"),
    "transcripts.read": _scope(_("See transcripts"), "credentials.see_transcript"),
    "transcripts.write": _scope(
        _("Issue and revoke transcripts"), "credentials.see_transcript", "credentials.issue_transcript",
        "credentials.revoke_transcript",
    ),
    "badges.read": _scope(
        _("See issued credentials, and the keys that sign them"), "badges.see_badge", "badges.ask_badge",
        "badges.revoke_badge", "badges.keep_keys",
    ),
    "badges.write": _scope(
        _("Get, share, issue and revoke credentials"), "badges.see_badge", "badges.ask_badge", "badges.share_badge",
        "badges.issue_badge", "badges.revoke_badge", "badges.keep_keys",
    ),
    "documents.read": _scope(
        _("See documents"), "documents.see_documents", "records.see_record", "records.answer_dispute"
    ),
    "documents.write": _scope(
        _("Bring, replace, hold and remove documents"), "documents.see_documents", "documents.hold_document",
        "records.see_record", "records.answer_dispute", "records.attach_evidence", "records.dispute_record",
    ),
    "notices.read": _scope(_("See what you were told"), "notices.read_notice"),
    "notices.write": _scope(
        _("Mark what you were told as read, and choose how you are told"), "notices.read_notice",
        "notices.choose_channels",
    ),
    "outbox.read": _scope(_("See what was sent to people, not what it says"), "notices.see_outbox"),
    "outbox.write": _scope(
        _("Send again what did not arrive"), "notices.see_outbox", "notices.retry_sending"
    ),
    "helpers.read": _scope(
        _("See who helps whom"), "care.grant_proxy", "care.record_proxy", "people.see_person"
    ),
    "helpers.write": _scope(
        _("Choose and end helpers"), "care.grant_proxy", "care.end_help", "care.record_proxy",
        "care.record_guardian", "people.see_person",
    ),
    "mydata.read": _scope(
        _("See what is kept of you, what you agreed to and asked"), "mydata.take_archive", "mydata.say_consent",
        "mydata.ask", "realname.see_document",
    ),
    "mydata.write": _scope(
        _("Say what you agree to, and ask about your data"), "mydata.take_archive", "mydata.say_consent", "mydata.ask"
    ),
    "requests.answer": _scope(_("Answer requests about personal data"), "mydata.answer_request"),
    "classes.read": _scope(_("See how classes are planned"), "classes.see_class"),
    "classes.write": _scope(
        _("Plan classes and change their sessions"), "classes.see_class", "classes.plan_class", "classes.keep_season",
        "facilities.book_space", "staff.assign_teacher",
    ),
    "teaching.read": _scope(
        _("See who teaches, and agreements to teach"), "staff.see_teacher", "staff.approve_teacher",
        "staff.find_teacher", "staff.draft_agreement", "staff.sign_agreement", "staff.keep_profile", "staff.consent",
    ),
    "teaching.write": _scope(
        _("Draft agreements to teach, and consent to them"), "staff.draft_agreement", "staff.sign_agreement",
        "staff.consent", "staff.find_teacher", "staff.see_teacher",
    ),
    "volunteering.read": _scope(
        _("See your volunteering, activities of volunteers, and services to be looked at"), "volunteers.serve",
        "volunteers.keep_activity", "volunteers.review_service",
    ),
    "volunteering.write": _scope(
        _("Apply for shifts of volunteers, take it back, and check volunteers in and out"), "volunteers.serve",
        "volunteers.keep_activity",
    ),
    "cards.read": _scope(_("See your learning card and the phones that show it"), "cards.keep_card"),
    "cards.write": _scope(
        _("Freeze your learning card, take phones off it, and read cards at a counter"), "cards.keep_card",
        "cards.read_card",
    ),
    "collectives.read": _scope(
        _("See collectives that you belong to, and collective accounts that you keep"), "collectives.take_part",
        "collectives.keep_account", "collectives.see_account", "collectives.represent",
    ),
    "collectives.write": _scope(
        _("Apply for collective accounts, join collectives, and keep their accounts"), "collectives.take_part",
        "collectives.keep_account", "collectives.represent",
    ),
    "exchange.read": _scope(
        _("See where credits count, requests for exchange, and agreements on it"), "exchange.ask_exchange",
        "exchange.decide_case", "exchange.decide_appeal", "exchange.draft_agreement", "exchange.decide_agreement",
        "exchange.acknowledge_clearing", "exchange.keep_clearing", "exchange.lodge_batch",
    ),
    "exchange.write": _scope(
        _("Ask that credits count elsewhere, answer such requests, write agreements, and clear between institutions"),
        "exchange.ask_exchange", "exchange.decide_case", "exchange.decide_appeal", "exchange.lodge_batch",
        "exchange.acknowledge_clearing", "exchange.keep_clearing", "exchange.draft_agreement",
        "exchange.decide_agreement",
    ),
    "rollout.read": _scope(
        _("See who is ready for the next phase of the roll-out, and what of accreditations waits for a decision"),
        "rollout.see_readiness", "rollout.propose_accreditation", "rollout.decide_accreditation",
    ),
    "rollout.write": _scope(
        _("Propose, decide and suspend accreditations; plan, open and close phases of the roll-out"),
        "rollout.decide_accreditation", "rollout.propose_accreditation", "rollout.suspend_accreditation",
        "rollout.open_phase", "rollout.plan_phase",
    ),
    "redemption.read": _scope(
        _("See reward points, what they are redeemed for, and orders"), "redemption.redeem", "redemption.hand_out",
        "redemption.keep_offer",
    ),
    "redemption.write": _scope(
        _("Reserve, hand out and take back what is redeemed"), "redemption.redeem", "redemption.hand_out",
        "redemption.keep_offer",
    ),
    "transfers.read": _scope(
        _("See points given within your family, and relations in it that were recorded"), "transfers.give",
        "transfers.record_kinship",
    ),
    "transfers.write": _scope(
        _("Offer points within your family, answer such offers, record and end relations in a family"),
        "transfers.give", "transfers.record_kinship",
    ),
    "priorlearning.read": _scope(
        _("See applications for recognition of prior learning, and cases to assess"), "priorlearning.apply",
        "priorlearning.handle_case", "priorlearning.assess_case", "priorlearning.lodge_group",
    ),
    "priorlearning.write": _scope(
        _("Apply for recognition of prior learning, handle and assess applications"), "priorlearning.apply",
        "priorlearning.handle_case", "priorlearning.assess_case", "priorlearning.lodge_group",
    ),
    "foreign.read": _scope(
        _("See what was learnt outside the city, and what it counts"), "foreign.bring_record", "foreign.decide_record",
        "foreign.keep_rule",
    ),
    "verification.read": _scope(
        _("See who may verify certificates and who asked, and lists that were verified"), "employers.check_list",
        "employers.give_consent",
    ),
    "verification.write": _scope(
        _("Have lists of certificates verified, say who may verify one's own"), "employers.check_list",
        "employers.give_consent",
    ),
    "foreign.write": _scope(
        _("Bring learning from outside the city, ask again, decide"), "foreign.bring_record", "foreign.decide_record",
        "foreign.keep_rule",
    ),
    "supervision.read": _scope(
        _("See credit that is looked into, and what looks wrong"), "supervision.state_own",
        "supervision.investigate", "supervision.answer",
    ),
    "supervision.write": _scope(
        _("Say something to a notice about credit, and decide about it"), "supervision.state_own",
        "supervision.answer", "supervision.investigate", "supervision.decide_withdrawal", "supervision.decide_appeal",
        "supervision.audit",
    ),
    "ledger.read": _scope(_("See the health of the ledger"), "creditbank.see_ledger_health"),
    "ledger.write": _scope(_("Start a check of the ledger"), "creditbank.verify_ledger"),
    "webhooks.read": _scope(_("See webhooks and what was delivered"), "webhooks.see_subscription"),
    "webhooks.write": _scope(
        _("Keep webhooks"), "webhooks.see_subscription", "webhooks.keep_subscription"
    ),
}  # fmt: skip

FOR_PEOPLE = (
    "openid", "profile", "records.read", "records.write", "recognition.read", "account.read", "transcripts.read",
    "transcripts.write", "notices.read", "notices.write", "helpers.read", "helpers.write", "mydata.read",
    "mydata.write", "readings.read", "documents.read", "documents.write", "teaching.read", "teaching.write",
    "enrolment.read", "enrolment.write", "payments.write", "attendance.read", "attendance.write", "volunteering.read",
    "volunteering.write", "exchange.read", "exchange.write", "cards.read", "cards.write", "redemption.read",
    "redemption.write", "priorlearning.read", "priorlearning.write", "foreign.read", "foreign.write",
    "verification.read", "verification.write", "volunteering.write", "exchange.read", "exchange.write",
    "supervision.read",
    "supervision.write",
)  # fmt: skip
"""Scopes that a site may ask of a person; the others are for service keys and for a site's own program."""
FOR_PROGRAMS = tuple(name for name in SCOPES if name != "openid")


def acts_of(scopes: Iterable[str]) -> frozenset[str]:
    """The acts behind some scopes; unknown ones give none."""
    return frozenset().union(*(SCOPES[name].acts for name in scopes if name in SCOPES))
