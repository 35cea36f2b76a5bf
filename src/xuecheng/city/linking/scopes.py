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
    "roles.read": _scope(_("See who holds a role"), "access.see_roles"),
    "organisations.write": _scope(_("Change the register of organisations"), "organisations.change_organisation"),
    "jobs.read": _scope(_("See background jobs"), "jobs.see_job"),
    "jobs.write": _scope(_("Stop background jobs"), "jobs.see_job", "jobs.cancel_job"),
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
    "rules.read": _scope(_("See drafts of rules"), "recognition.draft_rule"),
    "rules.write": _scope(
        _("Draft, try and decide rules"), "recognition.draft_rule", "recognition.try_rule", "recognition.decide_rule"
    ),
    "units.read": _scope(_("See certification units"), "creditbank.draft_unit"),
    "account.read": _scope(_("See credits and the statement of the learning account"), "account.see_account"),
    "transcripts.read": _scope(_("See transcripts"), "credentials.see_transcript"),
    "transcripts.write": _scope(
        _("Issue and revoke transcripts"), "credentials.see_transcript", "credentials.issue_transcript",
        "credentials.revoke_transcript",
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
    "transcripts.write",
)  # fmt: skip
"""Scopes that a site may ask of a person; the others are for service keys and for a site's own program."""
FOR_PROGRAMS = tuple(name for name in SCOPES if name != "openid")


def acts_of(scopes: Iterable[str]) -> frozenset[str]:
    """The acts behind some scopes; unknown ones give none."""
    return frozenset().union(*(SCOPES[name].acts for name in scopes if name in SCOPES))
