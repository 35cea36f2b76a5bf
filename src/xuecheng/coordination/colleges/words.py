"""Coverage, measures and columns of the gap report as people read them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.coordination.facilities import queries
from xuecheng.coordination.facilities.forms import WEEKDAYS
from xuecheng.coordination.facilities.models import RoomLoan

from . import rules

STATES: dict[str, Promise] = {
    "own": pgettext_lazy("coverage", "with premises of its own"),
    "shared": pgettext_lazy("coverage", "served from another division"),
    "declared": pgettext_lazy("coverage", "only declared, no premises"),
    "none": pgettext_lazy("coverage", "nobody yet"),
}
CHIPS = {"own": "done", "shared": "info", "declared": "wait", "none": "no"}

MEASURES: dict[str, Promise] = {
    "schools": _("Streets and towns with a school"),
    "points": _("Communities and villages with a point"),
    "seats": _("People per seat"),
}

COLUMNS: dict[str, Promise] = {
    "code": _("Division"),
    "people": pgettext_lazy("number", "Residents"),
    "schools": _("Schools"),
    "points": pgettext_lazy("teaching", "Points"),
    "houses": pgettext_lazy("places", "Places"),
    "seats": _("Seats"),
    "per_seat": _("People per seat"),
    "nearest": _("Nearest school"),
}
CITY_COLUMNS = ("code", "people", "schools", "points", "houses", "seats", "per_seat")
DISTRICT_COLUMNS = ("code", "people", "schools", "points", "houses", "seats", "per_seat", "nearest")

TODO: dict[str, Promise] = {
    "review": _("Evidence to review"),
    "ending": _("Ends soon or has ended"),
    "premises": _("Units without premises"),
    "open": _("Requirements open"),
}

ITEM_STATES: dict[str, tuple[str, Promise]] = {
    rules.MET: ("done", pgettext_lazy("requirement", "met")),
    rules.ENDING: ("wait", pgettext_lazy("requirement", "ends soon")),
    rules.ENDED: ("no", pgettext_lazy("requirement", "has ended")),
    rules.WAITING: ("wait", pgettext_lazy("requirement", "waits for review")),
    rules.REFUSED: ("no", pgettext_lazy("requirement", "not accepted")),
    rules.MISSING: ("no", pgettext_lazy("requirement", "missing")),
}


def opening(hours: Iterable[tuple[int, int, str]]) -> list[tuple[str, str]]:
    """Days and their hours, as people say them: Monday to Friday 09:00–21:00."""
    names = dict(WEEKDAYS)
    return [
        (
            str(names[first])
            if first == last
            else gettext("%(first)s to %(last)s") % {"first": names[first], "last": names[last]},
            said,
        )
        for first, last, said in hours
    ]


def days_lent(row: RoomLoan) -> list[str]:
    """The weekdays and hours of a room that is lent."""
    return [f"{day} {said}" for day, said in opening(queries.hours_lent(row)[0])]
