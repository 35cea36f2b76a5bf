"""Places 场所: venues, the rooms in them as a tree, when they are open, and who has booked what.

The invariants live in the database. Who confirms a booking, by whatever way, makes its holds by a trigger
(`sql/holds_v1.sql`): on the room and all rooms within it, over the time widened by the room's minutes before and after.
Two whole holds of a room never overlap (B-01, B-02), shared ones never exceed its places (B-03).
"""

from .asking import LoanRequest
from .bookings import Booking, BookingSeries, Hold, Occurrence, Terms
from .lending import LoanUse, RoomLoan
from .places import Accessibility, Closure, Equipment, Space, Venue, VenueKind, WeeklyHours
from .waits import RoomWait

__all__ = [
    "Accessibility",
    "Booking",
    "BookingSeries",
    "Closure",
    "Equipment",
    "Hold",
    "LoanRequest",
    "LoanUse",
    "Occurrence",
    "RoomLoan",
    "RoomWait",
    "Space",
    "Terms",
    "Venue",
    "VenueKind",
    "WeeklyHours",
]
