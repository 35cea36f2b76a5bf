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


def connect() -> None:
    """Called once, when all apps are ready."""
    _register()
    hooks.listen(_heard)


def _register() -> None:
    register(
        Event.GLASS_BROKEN,
        _("Emergency access to your records"),
        Words(
            title=_("Your records were opened in an emergency"),
            body=_(
                "Somebody whose role does not let them read your records opened them in an emergency. Who it was and"
                " why stands in the list of who looked; somebody else checks whether it was in order."
            ),
            sms=_("Your records were opened in an emergency. Sign in to see by whom and why."),
        ),
        sample={},
        channels=("email", "sms"),
        may_be_switched_off=False,
        icon="alert-triangle",
    )
    register(
        Event.GLASS_REVIEWED,
        _("Checks of emergency accesses"),
        Words(
            title=_("The emergency access to your records was checked"),
            body=_("Somebody else has said whether it was in order. You find it in the list of who looked."),
            sms=_("The emergency access to your records was checked. Sign in to read it."),
        ),
        sample={},
        may_be_switched_off=False,
        icon="eye",
    )
    register(
        care.PROXY_CHOSEN,
        _("Somebody may help you"),
        Words(
            title=_("From now on somebody may help you"),
            body=_("You see who it is and what they may do. If you did not want it, end it there at once."),
            sms=_("From now on somebody may help you. Sign in to see who, or to end it."),
        ),
        sample={},
        channels=("email",),
        may_be_switched_off=False,
        icon="users",
    )
    register(
        YOU_HELP,
        _("Somebody asks you to help"),
        Words(
            title=_("Somebody has chosen you to help them"),
            body=_("You see what you may do for them, and can end it there at any time."),
            sms=_("Somebody has chosen you to help them. Sign in to see what you may do."),
        ),
        sample={},
        icon="users",
    )
    register(
        care.HELP_ENDED,
        _("Help that ended"),
        Words(title=_("A help has ended"), body=_("Nothing can be done by it any more."), sms=_("A help has ended.")),
        sample={},
        icon="users",
    )
    register(
        care.GUARDIAN_RECORDED,
        _("You are to be a guardian"),
        Words(
            title=_("You were recorded as a guardian"),
            body=_("It counts once you agree that the child’s learning is kept here. Read it and decide."),
            sms=_("You were recorded as a guardian. Sign in to read it and decide."),
        ),
        sample={},
        channels=("email", "sms"),
        may_be_switched_off=False,
        icon="users",
    )
    register(
        care.ASKED_ANEW,
        _("You decide for yourself"),
        Words(
            title=_("From today on you decide for yourself"),
            body=_("Nobody acts for you any more. Say whether who did so until now may go on helping."),
            sms=_("From today on you decide for yourself. Sign in to say who may help you."),
        ),
        sample={},
        channels=("email",),
        may_be_switched_off=False,
        icon="user-check",
    )
    register(
        care.DONE_FOR_YOU,
        _("Done for you"),
        Words(
            title=_("Somebody did something for you"),
            body=_("You see who it was and what they did."),
            sms=_("Somebody did something for you. Sign in to see it."),
        ),
        sample={},
        icon="users",
    )


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
