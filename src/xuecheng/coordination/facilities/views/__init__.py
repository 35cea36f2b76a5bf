"""Pages of places: what is where and free, for everybody; bookings and keeping, for staff."""

from .booking import (
    book_series,
    book_space,
    cancel_booking,
    cancel_series,
    check_in,
    confirm_booking,
    excuse_no_show,
    list_bookings,
    show_booking,
    show_series,
)
from .keeping import (
    add_closure,
    add_space,
    change_space,
    change_state,
    change_venue,
    create_venue,
    end_closure,
    set_hours,
    set_terms,
)
from .looking import (
    find_free,
    list_venues,
    show_venue,
)

__all__ = [
    "add_closure",
    "add_space",
    "book_series",
    "book_space",
    "cancel_booking",
    "cancel_series",
    "change_space",
    "change_state",
    "change_venue",
    "check_in",
    "confirm_booking",
    "create_venue",
    "end_closure",
    "excuse_no_show",
    "find_free",
    "list_bookings",
    "list_venues",
    "set_hours",
    "set_terms",
    "show_booking",
    "show_series",
    "show_venue",
]
