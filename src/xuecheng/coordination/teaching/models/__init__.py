"""Teaching 教学: who was there, how they checked in, what was assessed, who completed."""

from .attendance import Arrival, CheckInKey, How, Mark
from .certificates import Certificate
from .completion import Assessment, Decision

__all__ = ["Arrival", "Assessment", "Certificate", "CheckInKey", "Decision", "How", "Mark"]
