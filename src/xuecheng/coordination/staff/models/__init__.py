"""People who teach 师资 (I5): the one pool, what they may teach, the agreements between units, and their sessions."""

from .agreements import Agreement, AgreementHours, Consent, Fee
from .kinds import ClassLevel, Language, Subject, TeacherKind
from .pool import LimitsVersion, Qualification, Teacher, TeacherHours
from .ranges import spans_of
from .sessions import TeachingSession

__all__ = [
    "Agreement",
    "AgreementHours",
    "ClassLevel",
    "Consent",
    "Fee",
    "Language",
    "LimitsVersion",
    "Qualification",
    "Subject",
    "Teacher",
    "TeacherHours",
    "TeacherKind",
    "TeachingSession",
    "spans_of",
]
