"""Teaching 教学: who was there, how they checked in, what was assessed, who completed."""

from .attendance import Arrival, CheckInKey, How, Mark
from .completion import Assessment, Decision

__all__ = ["Arrival", "Assessment", "CheckInKey", "Decision", "How", "Mark"]
