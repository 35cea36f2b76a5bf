"""Questions of supervision."""

from .acts import ANSWER, APPEALS, AUDIT, DECIDE, INVESTIGATE, STATE_OWN

__all__ = ["ANSWER", "APPEALS", "AUDIT", "DECIDE", "INVESTIGATE", "STATE_OWN"]
