"""The acts that questions ask about."""

from __future__ import annotations

SEE = "facilities.see_bookings"
KEEP = "facilities.keep_venue"
BOOK = "facilities.book_space"
TERMS = "facilities.set_terms"
