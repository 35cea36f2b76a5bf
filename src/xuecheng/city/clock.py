"""The one clock. Views, API and jobs ask it and hand the time down; services and rules never look."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """This instant, aware."""
    return timezone.now()  # noqa: TID251  # the one place that asks


def zone() -> tzinfo:
    """The city's zone; dates of the field (a class's end, a rule's effect) are dates there."""
    return ZoneInfo(settings.TIME_ZONE)


def today() -> date:
    """The city's date at this instant."""
    return now().astimezone(zone()).date()


def date_of(at: datetime) -> date:
    """The city's date at the aware instant `at`."""
    return at.astimezone(zone()).date()
