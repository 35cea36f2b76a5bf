"""What each act is called: on pages of roles, of who can see what, and of what a helper may do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

WORDS: dict[str, Promise] = {
    "access.approve_holding": pgettext_lazy("act", "approve or refuse that somebody gets a sensitive role"),
    "access.break_glass": pgettext_lazy("act", "open records in an emergency"),
    "access.decide_role": pgettext_lazy("act", "approve what a role may do"),
    "access.draft_role": pgettext_lazy("act", "draft what a role may do"),
    "access.end_role": pgettext_lazy("act", "end roles"),
    "access.explain_access": pgettext_lazy("act", "see who can see something, and why"),
    "access.grant_role": pgettext_lazy("act", "grant roles"),
    "access.review_glass": pgettext_lazy("act", "review what was opened in an emergency"),
    "access.see_readings": pgettext_lazy("act", "see who looked at a person's records"),
    "access.see_roles": pgettext_lazy("act", "see who holds which role"),
    "account.see_account": pgettext_lazy("act", "see the learning account"),
    "care.end_help": pgettext_lazy("act", "end that somebody helps"),
    "care.grant_proxy": pgettext_lazy("act", "choose a helper"),
    "care.record_guardian": pgettext_lazy("act", "record the guardians of a child"),
    "care.record_proxy": pgettext_lazy("act", "record a helper at the counter"),
    "creditbank.decide_unit": pgettext_lazy("act", "approve certification units"),
    "creditbank.draft_unit": pgettext_lazy("act", "draft certification units"),
    "creditbank.see_ledger_health": pgettext_lazy("act", "see whether the ledger is sound"),
    "creditbank.verify_ledger": pgettext_lazy("act", "verify the ledger"),
    "credentials.issue_transcript": pgettext_lazy("act", "get a transcript"),
    "credentials.revoke_transcript": pgettext_lazy("act", "revoke a transcript"),
    "credentials.see_transcript": pgettext_lazy("act", "see transcripts"),
    "imports.bring_file": pgettext_lazy("act", "bring in a file"),
    "imports.see_file": pgettext_lazy("act", "see files that were brought in"),
    "imports.write_file": pgettext_lazy("act", "write what a file brings"),
    "jobs.cancel_job": pgettext_lazy("act", "cancel a background job"),
    "jobs.retry_job": pgettext_lazy("act", "try a failed job again"),
    "jobs.see_job": pgettext_lazy("act", "see background jobs"),
    "jobs.see_routines": pgettext_lazy("act", "see recurring work"),
    "organisations.change_organisation": pgettext_lazy("act", "change organisations"),
    "organisations.see_desk": pgettext_lazy("act", "see the desk of an organisation"),
    "people.change_person": pgettext_lazy("act", "change accounts of people"),
    "people.create_person": pgettext_lazy("act", "open accounts for people"),
    "people.see_person": pgettext_lazy("act", "see name, year of birth and residence"),
    "recognition.decide_rule": pgettext_lazy("act", "approve conversion rules"),
    "recognition.draft_rule": pgettext_lazy("act", "draft conversion rules"),
    "recognition.recognise": pgettext_lazy("act", "recognise records"),
    "recognition.reverse_posting": pgettext_lazy("act", "reverse credit"),
    "recognition.see_result": pgettext_lazy("act", "see what became of a record"),
    "recognition.try_rule": pgettext_lazy("act", "try a rule on the records"),
    "records.answer_dispute": pgettext_lazy("act", "answer objections"),
    "records.correct_record": pgettext_lazy("act", "correct records"),
    "records.decide_double": pgettext_lazy("act", "decide about records told twice"),
    "records.dispute_record": pgettext_lazy("act", "object to a record"),
    "records.enter_record": pgettext_lazy("act", "enter records"),
    "records.see_record": pgettext_lazy("act", "see learning records"),
    "records.withdraw_own": pgettext_lazy("act", "withdraw a record of one's own"),
    "records.withdraw_record": pgettext_lazy("act", "withdraw records"),
    "territories.change_territory": pgettext_lazy("act", "change divisions"),
}


def word_of(act: str) -> str:
    """What an act is called, in the reader's language; its code where it has no word yet."""
    return str(WORDS.get(act, act))
