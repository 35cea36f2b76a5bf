"""Learning records from outside: issuers, rules, files as they came, and what stands in them."""

from .files import Delivery
from .law import ForeignIssuer, ForeignRule, ForeignTrial, IssuerKey
from .records import ForeignPart, ForeignRecord

__all__ = ["Delivery", "ForeignIssuer", "ForeignPart", "ForeignRecord", "ForeignRule", "ForeignTrial", "IssuerKey"]
