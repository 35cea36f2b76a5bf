"""What people are told of access and help: records opened in an emergency, who helps, what was done for them.

The events are told by `access.hooks`, below notices; here both are seen. No text holds a name: the page does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from xuecheng.city.access import hooks
from xuecheng.city.access.hooks import Event
from xuecheng.city.care import services as care
from xuecheng.city.notices.kinds import Words, register
from xuecheng.city.notices.services import tell
from xuecheng.city.people.models import Person

YOU_HELP = "care.you_help"
_READINGS, _HELPERS, _HELPED = "access:list_own_readings", "care:list_helpers", "care:list_helped"


_KINDS = (
    # Event, icon, by which channels besides the site; what it is called; title, next step, text message.
    (
        Event.GLASS_BROKEN,
        "alert-triangle",
        ("email", "sms"),
        _("Emergency access to your records"),
        _("Your records were opened in an emergency"),
        _(
            "Somebody whose role does not let them read your records opened them in an emergency. Who it was and"
            " why stands in the list of who looked; somebody else checks whether it was in order."
        ),
        _("Your records were opened in an emergency. Sign in to see by whom and why."),
    ),
    (
        Event.GLASS_REVIEWED,
        "eye",
        (),
        _("Checks of emergency accesses"),
        _("The emergency access to your records was checked"),
        _("Somebody else has said whether it was in order. You find it in the list of who looked."),
        _("The emergency access to your records was checked. Sign in to read it."),
    ),
    (
        care.PROXY_CHOSEN,
        "users",
        ("email",),
        _("Somebody may help you"),
        _("From now on somebody may help you"),
        _("You see who it is and what they may do. If you did not want it, end it there at once."),
        _("From now on somebody may help you. Sign in to see who, or to end it."),
    ),
    (
        YOU_HELP,
        "users",
        (),
        _("Somebody asks you to help"),
        _("Somebody has chosen you to help them"),
        _("You see what you may do for them, and can end it there at any time."),
        _("Somebody has chosen you to help them. Sign in to see what you may do."),
    ),
    (
        care.HELP_ENDED,
        "users",
        (),
        _("Help that ended"),
        _("A help has ended"),
        _("Nothing can be done by it any more."),
        _("A help has ended."),
    ),
    (
        care.GUARDIAN_RECORDED,
        "users",
        ("email", "sms"),
        _("You are to be a guardian"),
        _("You were recorded as a guardian"),
        _("It counts once you agree that the child’s learning is kept here. Read it and decide."),
        _("You were recorded as a guardian. Sign in to read it and decide."),
    ),
    (
        care.ASKED_ANEW,
        "user-check",
        ("email",),
        _("You decide for yourself"),
        _("From today on you decide for yourself"),
        _("Nobody acts for you any more. Say whether who did so until now may go on helping."),
        _("From today on you decide for yourself. Sign in to say who may help you."),
    ),
    (
        care.DONE_FOR_YOU,
        "users",
        (),
        _("Done for you"),
        _("Somebody did something for you"),
        _("You see who it was and what they did."),
        _("Somebody did something for you. Sign in to see it."),
    ),
)
_SITE_IS_ENOUGH = {YOU_HELP, care.HELP_ENDED, care.DONE_FOR_YOU}
"""What one may choose to have in the site only; whoever looks at or decides over one's records is always told."""


def connect() -> None:
    """Called once, when all apps are ready."""
    for name, icon, channels, label, title, body, sms in _KINDS:
        register(
            name,
            label,
            Words(title=title, body=body, sms=sms),
            sample={},
            channels=channels,
            may_be_switched_off=name in _SITE_IS_ENOUGH,
            icon=icon,
        )
    hooks.listen(_heard)


def _heard(event: str, person: Person | None, facts: dict[str, Any]) -> None:
    """Tell the person concerned, in the transaction in which it happened. An organisation is nobody's phone."""
    if person is None:
        return
    kind, key, page, at = _face(event, person, facts)
    tell(person, kind, {}, key=key, at=at, about=(page,))


def _face(event: str, person: Person, facts: dict[str, Any]) -> tuple[str, str, str, datetime]:
    """The kind, the event's key, the page it leads to, and when it happened."""
    if "glass" in facts:
        glass = facts["glass"]
        at = glass.reviewed_at if event == Event.GLASS_REVIEWED else glass.opened_at
        return event, str(glass.public_id), _READINGS, at
    if "deed" in facts:
        return event, str(facts["deed"].pk), _HELPERS, facts["deed"].at
    help_ = facts.get("proxy") or facts["guardianship"]
    is_helper = person.pk in (getattr(help_, "helper_id", None), getattr(help_, "guardian_id", None))
    page = _HELPED if is_helper else _HELPERS
    if event == care.ASKED_ANEW:
        return event, str(help_.public_id), page, help_.asked_at
    if event == care.HELP_ENDED:
        return event, str(help_.public_id), page, help_.during.upper
    kind = YOU_HELP if event == care.PROXY_CHOSEN and is_helper else event
    return kind, str(help_.public_id), page, help_.during.lower
