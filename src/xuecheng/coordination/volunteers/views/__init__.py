"""Pages of volunteers' service: for residents, for organisers, for officers."""

from .calling import (
    add_shift,
    cancel_shift,
    change_activity,
    draft_activity,
    list_activities,
    move_activity,
    show_activity,
)
from .late import decide_late, list_late, register_late
from .own import (
    apply,
    issue_certificate,
    keep_entry,
    leave,
    list_calls,
    show_call,
    show_own,
    take_certificate,
    withdraw,
)
from .people import export_volunteers, keep_volunteer, list_volunteers, register_person, show_volunteer
from .reviewing import decide_service, list_reviews, set_numbers
from .shifts import enter_volunteer, move_assignment, show_shift
from .verifying import verify_certificate

__all__ = [
    "add_shift",
    "apply",
    "cancel_shift",
    "change_activity",
    "decide_late",
    "decide_service",
    "draft_activity",
    "enter_volunteer",
    "export_volunteers",
    "issue_certificate",
    "keep_entry",
    "keep_volunteer",
    "leave",
    "list_activities",
    "list_calls",
    "list_late",
    "list_reviews",
    "list_volunteers",
    "move_activity",
    "move_assignment",
    "register_late",
    "register_person",
    "set_numbers",
    "show_activity",
    "show_call",
    "show_own",
    "show_shift",
    "show_volunteer",
    "take_certificate",
    "verify_certificate",
    "withdraw",
]
