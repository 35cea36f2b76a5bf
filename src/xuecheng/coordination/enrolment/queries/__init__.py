"""Questions of enrolment: who stands where, what is left, what is owed."""

from .lists import (
    Line,
    charge_by_id,
    charges_open,
    counted,
    enrolment,
    enrolments_of_class,
    held_up,
    in_order,
    line_of,
    live_of,
    local_area,
    own_enrolments,
    standing_in_class,
)
from .money import DayList, Net, cash_day, day_list, net_of

ENROL, SEE, ENROL_PERSON, KEEP, MONEY, WAIVE = (
    "enrolment.enrol", "enrolment.see_enrolment", "enrolment.enrol_person", "enrolment.keep_roll",
    "enrolment.take_money", "enrolment.waive_charge",
)  # fmt: skip

__all__ = [
    "ENROL",
    "ENROL_PERSON",
    "KEEP",
    "MONEY",
    "SEE",
    "WAIVE",
    "DayList",
    "Line",
    "Net",
    "cash_day",
    "charge_by_id",
    "charges_open",
    "counted",
    "day_list",
    "enrolment",
    "enrolments_of_class",
    "held_up",
    "in_order",
    "line_of",
    "live_of",
    "local_area",
    "net_of",
    "own_enrolments",
    "standing_in_class",
]
