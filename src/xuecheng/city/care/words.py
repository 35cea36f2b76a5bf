"""What can be entrusted, in words that an elder understands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from xuecheng.city.access.words import WORDS as ACT_WORDS
from xuecheng.city.access.words import word_of

from .rules import Task

if TYPE_CHECKING:
    from django.utils.functional import Promise, _StrPromise

WORDS: dict[Task, _StrPromise] = {
    Task.ACCOUNT: pgettext_lazy("entrusted", "look at my learning account"),
    Task.RECORDS: pgettext_lazy("entrusted", "look at my learning records"),
    Task.OBJECT: pgettext_lazy("entrusted", "say that a learning record is wrong"),
    Task.TRANSCRIPT: pgettext_lazy("entrusted", "get a transcript for me"),
    Task.ENROL: pgettext_lazy("entrusted", "enrol me for classes"),
}
MEANING: dict[Task, _StrPromise] = {
    Task.ACCOUNT: pgettext_lazy("entrusted", "How much credit I have, and where it comes from."),
    Task.RECORDS: pgettext_lazy("entrusted", "What I have learnt, as the learning places report it."),
    Task.OBJECT: pgettext_lazy("entrusted", "For this the helper sees my records too."),
    Task.TRANSCRIPT: pgettext_lazy("entrusted", "A sheet with a code, to show to others."),
    Task.ENROL: pgettext_lazy("entrusted", "Take places and offers, and give them back."),
}
PAGES: dict[Task, str] = {
    Task.ACCOUNT: "account:see_account",
    Task.RECORDS: "account:list_records",
    Task.OBJECT: "account:list_records",
    Task.TRANSCRIPT: "credentials:list_transcripts",
    Task.ENROL: "enrolment:list_own",
}
"""Where each is done; the pages of higher floors, by name."""


MAIN: dict[Task, str] = {
    Task.ACCOUNT: "account.see_account",
    Task.RECORDS: "records.see_record",
    Task.OBJECT: "records.dispute_record",
    Task.TRANSCRIPT: "credentials.issue_transcript",
    Task.ENROL: "enrolment.enrol",
}
"""The act that a task is called by where others than the person read it."""


def task_words(tasks: Iterable[Task]) -> tuple[str, ...]:
    """The tasks as the person says them, in the reader's language."""
    return tuple(str(WORDS[task]) for task in tasks)


def plain_words(tasks: Iterable[Task]) -> tuple[str, ...]:
    """The tasks as others say them: helpers, clerks, officers."""
    return tuple(word_of(MAIN[task]) for task in tasks)


def lazy_plain(task: Task) -> Promise:
    """The same of one task, found out when it is shown."""
    return ACT_WORDS[MAIN[task]]
