"""Jobs and routines of the ground floor's lower apps, which cannot see the queue: the turn of the day, keys."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from xuecheng.city import clock
from xuecheng.city.care.services import ask_anew
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.organisations.services import apply_due_statuses
from xuecheng.city.people import duplicates
from xuecheng.city.people.models import Person
from xuecheng.city.territories.services import apply_due_changes
from xuecheng.city.trace import Actor
from xuecheng.city.vault import services as vault

log = logging.getLogger(__name__)


def turn_of_day() -> None:
    """Bring divisions and organisations to today. Safe at any time; it does most just after midnight."""
    today = clock.today()
    divisions = apply_due_changes(today=today)
    organisations = apply_due_statuses(today=today)
    ask_anew(at=clock.now())
    if divisions or organisations:
        log.info("turn of day: %d divisions and %d organisations changed", divisions, organisations)


def find_duplicates() -> None:
    """Routine `people.find_duplicates`: accounts that may be one person's, for officers to decide."""
    found = duplicates.find_all(at=clock.now())
    if found:
        log.info("%d possible duplicates were found", found)


SEAL_ANEW = "vault.seal_anew"


def seal_anew(progress: Progress) -> dict[str, Any]:
    """Kind `vault.seal_anew`: rows under keys that were replaced are sealed under the new ones."""
    return {"rows": vault.drain(progress, now=clock.now())}


def start_sealing_anew(by: Actor, at: datetime) -> None:
    """Queue that job, in the caller's transaction."""
    jobs.start(
        SEAL_ANEW,
        at=at,
        title_zh="更换密钥：重新加密",
        title_en="Replacing keys: sealing anew",
        arguments={"page": ["vault:show_keys"]},
        by=Person.objects.filter(public_id=by.public_id).first(),
    )


def care_for_keys() -> None:
    """Routine `vault.care_for_keys`: go on with what was stopped, destroy what nobody has used for long enough."""
    vault.finish_retiring(now=clock.now())
    vault.destroy_unused(now=clock.now())
    vault.forget_secrets()
