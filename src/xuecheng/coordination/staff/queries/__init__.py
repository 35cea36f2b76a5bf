"""Questions of the pool: who is in it, what was agreed, who can teach what and when."""

from .agreements import (
    AgreementFace,
    Step,
    agreement,
    agreements,
    agreements_waiting,
    concurrent_of_year,
    face_of,
    hours_in_force,
    own_agreements,
)
from .pool import (
    findable,
    home_units,
    limits_at,
    limits_of,
    own_entry,
    qualification,
    qualifications_of,
    sessions_of,
    teacher,
    teachers,
    teachers_waiting,
)
from .searching import Candidate, Found, Wanted, who_can_teach
from .sharing import Carrying, Sharing, next_sessions, people_after, sharing_of
from .structure import Mix, mix_of

__all__ = [
    "AgreementFace",
    "Candidate",
    "Carrying",
    "Found",
    "Mix",
    "Sharing",
    "Step",
    "Wanted",
    "agreement",
    "agreements",
    "agreements_waiting",
    "concurrent_of_year",
    "face_of",
    "findable",
    "home_units",
    "hours_in_force",
    "limits_at",
    "limits_of",
    "mix_of",
    "next_sessions",
    "own_agreements",
    "own_entry",
    "people_after",
    "qualification",
    "qualifications_of",
    "sessions_of",
    "sharing_of",
    "teacher",
    "teachers",
    "teachers_waiting",
    "who_can_teach",
]
