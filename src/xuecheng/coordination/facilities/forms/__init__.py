"""Forms of places. Hours are typed as people write them, `08:30-12:00, 14:00-21:00`."""

from .booking import BookForm, Reason, SeriesForm
from .keeping import (
    ClosureForm,
    EndClosure,
    HoursForm,
    SpaceForm,
    TermsForm,
    VenueForm,
    initial_of_space,
    initial_of_terms,
    initial_of_venue,
)
from .lending import AskForRoom, EndLoan, LendForm, RefuseRequest
from .looking import FilterBookings, FilterVenues, FindFree, WithPlace
from .words import SHORT, WEEKDAYS, hours_written, period_of

__all__ = [
    "SHORT",
    "WEEKDAYS",
    "AskForRoom",
    "BookForm",
    "ClosureForm",
    "EndClosure",
    "EndLoan",
    "FilterBookings",
    "FilterVenues",
    "FindFree",
    "HoursForm",
    "LendForm",
    "Reason",
    "RefuseRequest",
    "SeriesForm",
    "SpaceForm",
    "TermsForm",
    "VenueForm",
    "WithPlace",
    "hours_written",
    "initial_of_space",
    "initial_of_terms",
    "initial_of_venue",
    "period_of",
]
