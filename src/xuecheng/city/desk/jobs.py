"""The routine of the ground floor: what was decided for a day holds from its morning on."""

from __future__ import annotations

import logging

from xuecheng.city import clock
from xuecheng.city.care.services import ask_anew
from xuecheng.city.organisations.services import apply_due_statuses
from xuecheng.city.territories.services import apply_due_changes

log = logging.getLogger(__name__)


def turn_of_day() -> None:
    """Bring divisions and organisations to today. Safe at any time; it does most just after midnight."""
    today = clock.today()
    divisions = apply_due_changes(today=today)
    organisations = apply_due_statuses(today=today)
    ask_anew(at=clock.now())
    if divisions or organisations:
        log.info("turn of day: %d divisions and %d organisations changed", divisions, organisations)
