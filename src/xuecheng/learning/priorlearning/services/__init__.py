"""Verbs of recognising prior learning."""

from .appealing import appeal, vote_appeal
from .assessing import call_meeting, cancel_meeting, give_opinion, settle_task, tick_evidence, write_minutes
from .drafting import (
    begin_application,
    choose_units,
    pause_application,
    resume_application,
    save_answers,
    submit_application,
    withdraw_application,
)
from .drawing import declare_conflict, exclude_assessor, hindrance_of
from .evidence import (
    PURPOSE,
    Contact,
    Piece,
    add_file,
    add_link,
    add_record,
    add_statement,
    contact_of,
    name_witness,
    remove_evidence,
    speak_as_witness,
)
from .granting import LEDGER_KIND, reverse_grant
from .grouping import answer_group, lodge_group
from .registering import NUMBERS, keep_assessor, open_centre, write_guide
from .screening import decline_application, pass_screening, return_application
from .tending import tend

__all__ = [
    "LEDGER_KIND",
    "NUMBERS",
    "PURPOSE",
    "Contact",
    "Piece",
    "add_file",
    "add_link",
    "add_record",
    "add_statement",
    "answer_group",
    "appeal",
    "begin_application",
    "call_meeting",
    "cancel_meeting",
    "choose_units",
    "contact_of",
    "declare_conflict",
    "decline_application",
    "exclude_assessor",
    "give_opinion",
    "hindrance_of",
    "keep_assessor",
    "lodge_group",
    "name_witness",
    "open_centre",
    "pass_screening",
    "pause_application",
    "remove_evidence",
    "resume_application",
    "return_application",
    "reverse_grant",
    "save_answers",
    "settle_task",
    "speak_as_witness",
    "submit_application",
    "tend",
    "tick_evidence",
    "vote_appeal",
    "withdraw_application",
    "write_guide",
    "write_minutes",
]
