"""Recognition of prior learning 先前学习认定: assessors, applications, evidence, opinions, appeals (C-44 … C-49)."""

from .appeals import Appeal, Ballot
from .applications import Answer, Application, Claim, Group, Member, Pause
from .assessing import Assignment, Draw, Meeting, Opinion, Tick
from .evidence import Evidence, Witness
from .register import Assessor, Centre, Guide, Tie

__all__ = [
    "Answer",
    "Appeal",
    "Application",
    "Assessor",
    "Assignment",
    "Ballot",
    "Centre",
    "Claim",
    "Draw",
    "Evidence",
    "Group",
    "Guide",
    "Meeting",
    "Member",
    "Opinion",
    "Pause",
    "Tick",
    "Tie",
    "Witness",
]
