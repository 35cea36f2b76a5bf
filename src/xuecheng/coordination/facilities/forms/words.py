"""Days and hours as people write them: `08:30-12:00, 14:00-21:00`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import clock
from xuecheng.coordination.facilities import rules

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
SHORT = [
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
]
ALL = ("", pgettext_lazy("filter", "all"))
_HOURS = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})")


def hours_typed(text: str, weekday: int) -> list[rules.Hours]:
    """The hours of a weekday as somebody types them. Raises `ValidationError` for what is no time of a day."""
    found = []
    for part in re.split(r"[,，、;；]", text):
        if not part.strip():
            continue
        match = _HOURS.fullmatch(part.strip())
        numbers = [int(digits) for digits in match.groups()] if match else [99] * 4
        begins, ends = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
        if numbers[1] > 59 or numbers[3] > 59 or not begins < ends <= rules.DAY:
            raise forms.ValidationError(_("Write hours such as 08:30–12:00, 14:00–21:00; the day ends at 24:00."))
        found.append(rules.Hours(weekday, begins, ends))
    return found


def hours_written(hours: Iterable[rules.Hours], weekday: int) -> str:
    """The same the other way round."""
    mine = sorted((one for one in hours if one.weekday == weekday), key=lambda one: one.begins)
    return ", ".join(f"{rules.clock_of(one.begins)}–{rules.clock_of(one.ends)}" for one in mine)


def period_of(on: date, begins: time, ends: time) -> tuple[datetime, datetime]:
    """The period of a day from one time to the other, which lies on the next day unless it is later."""
    zone = clock.zone()
    last = on if ends > begins else on + timedelta(days=1)
    return datetime.combine(on, begins, zone), datetime.combine(last, ends, zone)
