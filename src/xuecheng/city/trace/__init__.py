"""Trace: who changed what, when and why (door "Change").

`with trace.change(by=actor, why=...)` opens the transaction and tells the history triggers of `django-pghistory` who
acts and why. Tables that hold many rows per learner are append-only and carry these facts themselves: history triggers
would not survive a move to a cluster (`scale-out.md` §3.1).
"""

from .change import Acting, Actor, ReasonMissing, acting, change, following, on_act_for_another, robot, who
from .history import Entry, Shown, history_of

__all__ = [
    "Acting",
    "Actor",
    "Entry",
    "ReasonMissing",
    "Shown",
    "acting",
    "change",
    "following",
    "history_of",
    "on_act_for_another",
    "robot",
    "who",
]
