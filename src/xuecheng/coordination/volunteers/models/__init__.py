"""Volunteers 志愿服务: who volunteers, what they are called for, what they served.

The invariants live in the database: seats of a shift, the order of states, insurance before a risky shift begins
(`sql/service_v1.sql`), minutes worked out from the period, that of two services that overlap at most one counts, and
that hours registered afterwards (`sql/late_v1.sql`) were confirmed by a second person.
"""

from .calls import Activity, Assignment, Shift
from .kinds import Category, Funding, Skill, Times, TrainingKind
from .late import LateEntry
from .pool import GuardianConsent, Scale, Training, Volunteer
from .praise import Award, Evaluation
from .service import Certificate, Service

__all__ = [
    "Activity",
    "Assignment",
    "Award",
    "Category",
    "Certificate",
    "Evaluation",
    "Funding",
    "GuardianConsent",
    "LateEntry",
    "Scale",
    "Service",
    "Shift",
    "Skill",
    "Times",
    "Training",
    "TrainingKind",
    "Volunteer",
]
