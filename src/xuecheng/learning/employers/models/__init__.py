"""What verification by employers keeps."""

from .consents import Consent
from .lists import CheckedList, RowAnswer
from .log import Inquiry

__all__ = ["CheckedList", "Consent", "Inquiry", "RowAnswer"]
