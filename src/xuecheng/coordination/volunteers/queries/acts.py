"""The acts of volunteers' service."""

SERVE, KEEP, PEOPLE, REVIEW, NUMBERS = (
    "volunteers.serve",
    "volunteers.keep_activity",
    "volunteers.keep_volunteer",
    "volunteers.review_service",
    "volunteers.set_numbers",
)
