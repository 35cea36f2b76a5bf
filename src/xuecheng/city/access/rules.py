"""The one place that says which role may do which act (deny by default).

An act is named `app.verb_noun`. A role is held at an organisation or over a territory and counts for the things there
and beneath. Acts that everybody may do with what is their own (`OWN_ACTS`) need no role.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Role:
    """A role: its name, what it may do, and whether it is held at an organisation or over a territory."""

    code: str
    label: Promise
    acts: frozenset[str]
    held_at: str = "organisation"


def _role(code: str, label: Promise, *acts: str, held_at: str = "organisation") -> Role:
    return Role(code=code, label=label, acts=frozenset(acts), held_at=held_at)


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        _role(
            "registrar",
            pgettext_lazy("role", "registrar"),
            "identity.open_account",
            "imports.bring_file",
            "imports.write_file",
            "imports.see_file",
            "jobs.see_job",
            "jobs.cancel_job",
            "organisations.see_desk",
            "people.see_person",
            "records.enter_record",
            "records.correct_record",
            "records.withdraw_record",
            "records.see_record",
            "records.answer_dispute",
            "records.decide_double",
            "recognition.recognise",
            "recognition.see_result",
            "webhooks.keep_subscription",
            "webhooks.see_subscription",
        ),
        _role(
            "certification_officer",
            pgettext_lazy("role", "certification officer"),
            "account.see_account",
            "creditbank.draft_unit",
            "creditbank.decide_unit",
            "creditbank.see_ledger_health",
            "creditbank.verify_ledger",
            "credentials.revoke_transcript",
            "credentials.see_transcript",
            "jobs.see_job",
            "jobs.cancel_job",
            "organisations.see_desk",
            "people.see_person",
            "records.see_record",
            "records.decide_double",
            "recognition.draft_rule",
            "recognition.try_rule",
            "recognition.decide_rule",
            "recognition.recognise",
            "recognition.reverse_posting",
            "recognition.see_result",
            held_at="territory",
        ),
        _role(
            "counter_officer",
            pgettext_lazy("role", "counter officer"),
            "imports.bring_file",
            "imports.see_file",
            "jobs.see_job",
            "jobs.cancel_job",
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
            held_at="territory",
        ),
        _role(
            "operator",
            pgettext_lazy("role", "operator"),
            "access.grant_role",
            "access.end_role",
            "access.see_roles",
            "creditbank.see_ledger_health",
            "creditbank.verify_ledger",
            "identity.give_start_code",
            "identity.open_account",
            "identity.recover_account",
            "jobs.see_job",
            "jobs.cancel_job",
            "jobs.retry_job",
            "jobs.see_routines",
            "linking.manage_key",
            "linking.manage_site",
            "organisations.change_organisation",
            "organisations.see_desk",
            "people.create_person",
            "people.change_person",
            "people.see_person",
            "realname.see_unmaskings",
            "territories.change_territory",
            "vault.rotate_key",
            "vault.see_keys",
            "webhooks.keep_subscription",
            "webhooks.see_subscription",
            held_at="territory",
        ),
    )
}

OWN_ACTS: frozenset[str] = frozenset(
    {
        "account.see_account",
        "credentials.issue_transcript",
        "credentials.revoke_transcript",
        "credentials.see_transcript",
        "people.see_person",
        "realname.claim_document",
        "realname.see_document",
        "records.dispute_record",
        "records.see_record",
        "records.withdraw_own",
        "recognition.see_result",
        "jobs.see_job",
        "jobs.cancel_job",
    }
)
"""What each person may do with what is their own."""

ACTS: frozenset[str] = frozenset().union(*(role.acts for role in ROLES.values()), OWN_ACTS)
"""Every act there is; the matrix test has a row for each."""


def roles_for(act: str) -> list[str]:
    """Codes of the roles that may do `act`, in order of declaration.

    Raises:
        KeyError: no such act; a misspelt act must never be answered with a silent no.
    """
    if act not in ACTS:
        raise KeyError(f"no such act: {act}")
    return [code for code, role in ROLES.items() if act in role.acts]
