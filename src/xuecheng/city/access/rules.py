"""Every act there is, and the roles as a release ships them (deny by default).

An act is named `app.verb_noun`. A role is held at an organisation or over a territory and counts for the things there
and beneath. Acts that everybody may do with what is their own (`OWN_ACTS`) need no role.

Acts are declared here, in code: what is not here is no act. Which role may do which of them is data (`models.Role`,
`models.RoleVersion`): `ROLES` is only its seed, and `services.load_shipped_roles` brings what a release adds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.refusals import Refusal


@dataclass(frozen=True)
class Role:
    """A role: its name, what it may do, and whether it is held at an organisation or over a territory."""

    code: str
    label: Promise
    acts: frozenset[str]
    held_at: str = "organisation"
    needs_second: bool = False
    """Whether a second person must approve that somebody gets it (ASVS 2.3.5)."""


def _role(code: str, label: Promise, *acts: str, held_at: str = "organisation", needs_second: bool = False) -> Role:
    return Role(code=code, label=label, acts=frozenset(acts), held_at=held_at, needs_second=needs_second)


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        _role(
            "registrar",
            pgettext_lazy("role", "registrar"),
            "badges.issue_badge",
            "badges.revoke_badge",
            "badges.see_badge",
            "cards.read_card",
            "classes.keep_season",
            "classes.plan_class",
            "classes.see_class",
            "collectives.keep_account",
            "collectives.represent",
            "collectives.see_account",
            "courses.see_course",
            "courses.write_course",
            "colleges.keep_college",
            "colleges.see_standard",
            "identity.open_account",
            "documents.see_documents",
            "employers.check_list",
            "enrolment.enrol_person",
            "enrolment.keep_roll",
            "enrolment.see_enrolment",
            "enrolment.take_money",
            "enrolment.waive_charge",
            "exchange.acknowledge_clearing",
            "exchange.decide_case",
            "exchange.draft_agreement",
            "exchange.lodge_batch",
            "facilities.book_space",
            "facilities.keep_venue",
            "facilities.see_bookings",
            "foreign.state_record",
            "imports.bring_file",
            "imports.write_file",
            "imports.see_file",
            "jobs.see_job",
            "jobs.cancel_job",
            "organisations.see_desk",
            "people.see_person",
            "priorlearning.handle_case",
            "priorlearning.keep_assessor",
            "priorlearning.lodge_group",
            "records.attach_evidence",
            "records.enter_record",
            "records.correct_record",
            "records.withdraw_record",
            "records.see_record",
            "records.answer_dispute",
            "records.decide_double",
            "recognition.recognise",
            "recognition.see_result",
            "redemption.hand_out",
            "redemption.keep_offer",
            "supervision.answer",
            "staff.approve_teacher",
            "staff.assign_teacher",
            "staff.draft_agreement",
            "staff.find_teacher",
            "staff.see_teacher",
            "staff.sign_agreement",
            "teaching.decide_completion",
            "teaching.take_attendance",
            "volunteers.keep_activity",
            "volunteers.keep_volunteer",
            "webhooks.keep_subscription",
            "webhooks.see_subscription",
        ),
        _role(
            "certification_officer",
            pgettext_lazy("role", "certification officer"),
            "account.see_account",
            "badges.issue_badge",
            "badges.keep_keys",
            "badges.revoke_badge",
            "badges.see_badge",
            "collectives.see_account",
            "courses.review_course",
            "courses.see_course",
            "creditbank.draft_unit",
            "creditbank.decide_unit",
            "creditbank.see_ledger_health",
            "creditbank.verify_ledger",
            "credentials.revoke_transcript",
            "credentials.see_transcript",
            "documents.hold_document",
            "documents.see_documents",
            "exchange.decide_agreement",
            "exchange.decide_appeal",
            "exchange.keep_clearing",
            "foreign.decide_record",
            "foreign.keep_rule",
            "jobs.see_job",
            "jobs.cancel_job",
            "organisations.see_desk",
            "people.see_person",
            "priorlearning.keep_centre",
            "priorlearning.moderate",
            "records.see_record",
            "records.decide_double",
            "recognition.draft_rule",
            "recognition.try_rule",
            "recognition.decide_rule",
            "recognition.recognise",
            "recognition.reverse_posting",
            "recognition.see_result",
            "rollout.decide_accreditation",
            "rollout.open_phase",
            "rollout.plan_phase",
            "rollout.propose_accreditation",
            "rollout.see_readiness",
            "rollout.suspend_accreditation",
            "supervision.audit",
            "supervision.decide_appeal",
            "supervision.decide_withdrawal",
            "supervision.investigate",
            "transfers.decide_rules",
            "transfers.draft_rules",
            "volunteers.review_service",
            held_at="territory",
            needs_second=True,
        ),
        _role(
            "operator",
            pgettext_lazy("role", "operator"),
            "access.approve_holding",
            "access.break_glass",
            "access.decide_role",
            "access.draft_role",
            "access.end_role",
            "access.explain_access",
            "access.grant_role",
            "access.review_glass",
            "access.see_roles",
            "care.end_help",
            "care.record_guardian",
            "care.record_proxy",
            "colleges.keep_college",
            "colleges.keep_network",
            "colleges.review_evidence",
            "colleges.see_standard",
            "colleges.set_standard",
            "creditbank.see_ledger_health",
            "creditbank.verify_ledger",
            "classes.keep_season",
            "classes.see_class",
            "facilities.book_space",
            "facilities.keep_venue",
            "facilities.see_bookings",
            "facilities.set_terms",
            "identity.give_start_code",
            "identity.open_account",
            "identity.recover_account",
            "imports.bring_file",
            "imports.see_file",
            "jobs.see_job",
            "jobs.cancel_job",
            "jobs.retry_job",
            "jobs.see_routines",
            "linking.manage_key",
            "linking.manage_site",
            "notices.retry_sending",
            "notices.see_outbox",
            "operations.see_health",
            "organisations.change_organisation",
            "organisations.see_desk",
            "people.create_person",
            "people.change_person",
            "people.see_person",
            "realname.see_unmaskings",
            "staff.set_limits",
            "territories.change_territory",
            "vault.rotate_key",
            "vault.see_keys",
            "volunteers.set_numbers",
            "webhooks.keep_subscription",
            "webhooks.see_subscription",
            "workdays.write_days",
            held_at="territory",
            needs_second=True,
        ),
        _role(
            "counter_clerk",
            pgettext_lazy("role", "counter clerk"),
            "cards.keep_card",
            "cards.read_card",
            "care.end_help",
            "care.record_guardian",
            "care.record_proxy",
            "enrolment.enrol_person",
            "enrolment.see_enrolment",
            "enrolment.take_money",
            "identity.open_account",
            "imports.bring_file",
            "imports.see_file",
            "jobs.cancel_job",
            "jobs.see_job",
            "mydata.open_erasure",
            "people.create_person",
            "people.decide_duplicate",
            "people.import_people",
            "people.merge_person",
            "people.see_person",
            "realname.claim_document",
            "realname.find_number",
            "realname.see_document",
            "realname.unmask_number",
            "realname.verify_document",
            "transfers.record_kinship",
            held_at="territory",
        ),
        _role(
            "data_protection_officer",
            pgettext_lazy("role", "data protection officer"),
            "access.explain_access",
            "access.review_glass",
            "access.see_readings",
            "access.see_roles",
            "mydata.answer_request",
            "mydata.confirm_erasure",
            "mydata.open_erasure",
            "people.see_person",
            held_at="territory",
            needs_second=True,
        ),
        _role(
            "verifier",
            pgettext_lazy("role", "verifier of certificates"),
            "employers.check_list",
            "jobs.cancel_job",
            "jobs.see_job",
        ),
    )
}

OWN_ACTS: frozenset[str] = frozenset(
    {
        "access.explain_access",
        "access.see_readings",
        "care.end_help",
        "care.grant_proxy",
        "account.see_account",
        "badges.ask_badge",
        "badges.see_badge",
        "badges.share_badge",
        "cards.enrol_device",
        "cards.keep_card",
        "collectives.take_part",
        "credentials.issue_transcript",
        "credentials.revoke_transcript",
        "credentials.see_transcript",
        "employers.give_consent",
        "enrolment.enrol",
        "enrolment.see_enrolment",
        "exchange.ask_exchange",
        "foreign.bring_record",
        "mydata.ask",
        "mydata.erase_self",
        "mydata.say_consent",
        "mydata.take_archive",
        "notices.choose_channels",
        "notices.read_notice",
        "people.see_person",
        "priorlearning.apply",
        "priorlearning.assess_case",
        "realname.claim_document",
        "realname.see_document",
        "records.dispute_record",
        "records.see_record",
        "records.withdraw_own",
        "recognition.see_result",
        "redemption.redeem",
        "classes.keep_feed",
        "supervision.state_own",
        "staff.consent",
        "staff.keep_profile",
        "staff.see_teacher",
        "teaching.check_in",
        "teaching.take_attendance",
        "transfers.give",
        "volunteers.serve",
        "jobs.see_job",
        "jobs.cancel_job",
    }
)
"""What each person may do with what is their own."""

ACTS: frozenset[str] = frozenset().union(*(role.acts for role in ROLES.values()), OWN_ACTS)
"""Every act there is; the matrix test has a row for each."""

PERSONAL_READS: tuple[str, ...] = (
    "account.see_account",
    "badges.see_badge",
    "credentials.see_transcript",
    "enrolment.see_enrolment",
    "people.see_person",
    "recognition.see_result",
    "records.see_record",
)
"""Acts that let somebody read what belongs to a person: what a broken glass opens, what a log of readings tells."""

SINCE = date(2000, 1, 1)
"""The day from which the first version of a shipped role counts: before anything was."""

KEYS: frozenset[str] = frozenset(
    {"access.approve_holding", "access.decide_role", "access.draft_role", "access.end_role", "access.grant_role"}
)
"""What the operators' role can never lose: without it nobody could mend a role that was drawn too narrow."""

KEEPERS = "operator"
"""The role that keeps `KEYS`."""


def check_act(act: str) -> None:
    """Raise `KeyError` for an act that does not exist: a misspelt one must never be answered with a silent no."""
    if act not in ACTS:
        raise KeyError(f"no such act: {act}")


class ActUnknown(Refusal):
    message = _("“%(act)s” is no act of this release.")
    field = "acts"


class KeysWouldBeLost(Refusal):
    message = _("Operators must keep the right to change roles, to grant and to end them.")
    remedy = _("Leave these acts in the role.")
    field = "acts"


class NothingChanges(Refusal):
    message = _("This is what the role may do already.")
    remedy = _("Change an act, or leave the draft.")
    field = "acts"


def checked_acts(code: str, acts: Iterable[str]) -> list[str]:
    """The acts of a version, each once, in order. Raises `ActUnknown`, `KeysWouldBeLost`."""
    chosen = sorted(set(acts))
    for act in chosen:
        if act not in ACTS:
            raise ActUnknown(act=act)
    if code == KEEPERS and not KEYS.issubset(chosen):
        raise KeysWouldBeLost
    return chosen


def with_release(held: Iterable[str], *, shipped_before: Iterable[str], shipped_now: Iterable[str]) -> list[str]:
    """The acts of a shipped role after an upgrade: what the release adds is added, what it takes away is taken away.

    What was changed here stays: an act of an earlier release that operators took out does not come back, one that they
    put in stays in. Acts that exist no more go.
    """
    before, now = set(shipped_before), set(shipped_now)
    return sorted(((set(held) | (now - before)) - (before - now)) & ACTS)
