"""The law of helping: what can be entrusted, for how long, and until which birthday a guardian acts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

MOST_HELPERS = 5
"""So many people help one person at a time; more would be nobody's helper."""
MOST_GUARDIANS = 2


class Task(StrEnum):
    """What a person lets a helper do, as they would say it: some of the acts that everybody may do themselves."""

    ACCOUNT = "account"
    RECORDS = "records"
    OBJECT = "object"
    TRANSCRIPT = "transcript"
    ENROL = "enrol"


ACTS: dict[Task, frozenset[str]] = {
    Task.ACCOUNT: frozenset({"account.see_account"}),
    Task.RECORDS: frozenset({"records.see_record", "recognition.see_result"}),
    Task.OBJECT: frozenset({"records.see_record", "recognition.see_result", "records.dispute_record"}),
    Task.TRANSCRIPT: frozenset({"credentials.issue_transcript", "credentials.see_transcript"}),
    Task.ENROL: frozenset({"enrolment.enrol", "enrolment.see_enrolment"}),
}
"""All that can be entrusted. What is not here no helper may ever do: choosing helpers, sign-in, withdrawing records."""


class NothingEntrusted(Refusal):
    message = _("Choose at least one thing that the helper may do for you.")
    field = "tasks"


class HelpTooLong(Refusal):
    message = _("A helper can be chosen for %(days)d days at most.")
    remedy = _("Choose an earlier day; you can choose the helper again later.")
    field = "ends_on"


class HelpEndsBeforeItBegins(Refusal):
    message = _("The last day lies in the past.")
    remedy = _("Choose a day to come.")
    field = "ends_on"


class ChildTooOld(Refusal):
    message = _("From the %(age)dth birthday on nobody acts as a guardian; the young person decides.")
    field = "child_born_on"


class BornInTheFuture(Refusal):
    message = _("The day of birth lies in the future.")
    field = "child_born_on"


def acts_of(tasks: Iterable[str]) -> frozenset[str]:
    """The acts of some tasks. Raises `NothingEntrusted` for none, or for one that cannot be entrusted."""
    chosen = [Task(task) for task in tasks if task in set(Task)]
    if not chosen:
        raise NothingEntrusted
    return frozenset().union(*(ACTS[task] for task in chosen))


def tasks_in(acts: Iterable[str]) -> list[Task]:
    """The tasks that some acts make up, as a page shows them."""
    held = set(acts)
    found = [task for task in Task if ACTS[task] <= held]
    # Who may object sees the records anyway; one line says both.
    return [task for task in found if not (task is Task.RECORDS and Task.OBJECT in found)]


def check_last_day(ends_on: date, *, today: date, most_days: int) -> None:
    """Raise the refusal for a last day (counted with) that lies in the past or too far ahead."""
    if ends_on < today:
        raise HelpEndsBeforeItBegins
    if ends_on >= today + timedelta(days=most_days):
        raise HelpTooLong(days=most_days)


def birthday(born_on: date, age: int) -> date:
    """The day on which somebody completes `age` years; born on 29 February, 1 March in a common year."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)


def check_child(born_on: date, *, today: date, age: int) -> date:
    """The birthday on which guardians stop. Raises `BornInTheFuture`, `ChildTooOld`."""
    if born_on > today:
        raise BornInTheFuture
    last = birthday(born_on, age)
    if last <= today:
        raise ChildTooOld(age=age)
    return last
