"""Pages of places: what is where and free, for everybody; bookings and keeping, for staff."""

from .asking import answer_request, ask_for_room, list_requests, show_request
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
from .lending import end_loan, lend_room
from .looking import (
    find_free,
    list_venues,
    show_venue,
)
from .waiting import answer_wait, list_waits

__all__ = [
    "add_closure",
    "add_space",
    "answer_request",
    "answer_wait",
    "ask_for_room",
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
    "end_loan",
    "excuse_no_show",
    "find_free",
    "lend_room",
    "list_bookings",
    "list_requests",
    "list_venues",
    "list_waits",
    "set_hours",
    "set_terms",
    "show_booking",
    "show_request",
    "show_series",
    "show_venue",
]
