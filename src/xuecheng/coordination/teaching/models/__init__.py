"""Teaching 教学: who was there, how they checked in, what was assessed, who completed, what was taught."""

from .attendance import Arrival, CheckInKey, How, Mark
from .certificates import Certificate
from .completion import Assessment, Decision
from .feedback import Feedback
from .lessons import HandedIn, Lesson

__all__ = [
    "Arrival",
    "Assessment",
    "Certificate",
    "CheckInKey",
    "Decision",
    "Feedback",
    "HandedIn",
    "How",
    "Lesson",
    "Mark",
]
