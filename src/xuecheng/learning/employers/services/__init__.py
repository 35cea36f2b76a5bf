"""Verbs of verification by employers."""

from .consenting import EndWrong, OrganisationUnknown, TooManyOpen, give_consent, most_days, withdraw_consent
from .lists import CHECKED, ListRemoved, ListWorkedOn, OrganisationRests, TooManyToday, bring_list, carry_on
from .tending import remove_old, tell_holders
from .verifying import ROBOT, check_list

__all__ = [
    "CHECKED",
    "ROBOT",
    "EndWrong",
    "ListRemoved",
    "ListWorkedOn",
    "OrganisationRests",
    "OrganisationUnknown",
    "TooManyOpen",
    "TooManyToday",
    "bring_list",
    "carry_on",
    "check_list",
    "give_consent",
    "most_days",
    "remove_old",
    "tell_holders",
    "withdraw_consent",
]
