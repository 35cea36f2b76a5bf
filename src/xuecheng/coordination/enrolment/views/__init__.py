"""Pages of enrolment: one's own, the roll of a class, the lottery for everybody, the cash desk."""

from .desk import list_charges, move_charge, show_charge, show_day
from .drawing import lottery_file, lottery_script, show_lottery
from .own import enrol, list_own, move_enrolment, show_enrolment, take_calendar, transfer
from .roll import enrol_person, list_rolls, print_list, run_lottery, set_numbers, show_roll

__all__ = [
    "enrol",
    "enrol_person",
    "list_charges",
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
    "show_roll",
    "take_calendar",
    "transfer",
]
