"""Pages of enrolment: one's own, the roll of a class, the lottery for everybody, the cash desk."""

from .desk import cash_desk, move_charge, show_charge, show_day
from .drawing import lottery_file, lottery_script, show_lottery
from .own import enrol, list_own, move_enrolment, show_enrolment, take_calendar, transfer
from .roll import enrol_person, list_enrolments, list_rolls, print_list, run_lottery, set_numbers

__all__ = [
    "cash_desk",
    "enrol",
    "enrol_person",
    "list_enrolments",
    "list_own",
    "list_rolls",
    "lottery_file",
    "lottery_script",
    "move_charge",
    "move_enrolment",
    "print_list",
    "run_lottery",
    "set_numbers",
    "show_charge",
    "show_day",
    "show_enrolment",
    "show_lottery",
    "take_calendar",
    "transfer",
]
