"""Pages of notices: a person's list and choices, the operators' outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import capacity, standing
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.city.tables import csv_response
from xuecheng.web.paging import page_of

from . import addresses, queries, services
from .faces import face_of, path_of
from .forms import CHANNEL_LABELS, ChooseChannels, FilterMessages
from .kinds import KINDS, label_of
from .models import Message, Notice

_CHIPS = {
    Message.State.HELD: "info",
    Message.State.BUNDLED: "neutral",
    Message.State.WAITING: "wait",
    Message.State.SENDING: "now",
    Message.State.SENT: "done",
    Message.State.FAILED: "no",
    Message.State.BOUNCED: "no",
    Message.State.DROPPED: "neutral",
}
_ERRORS = {
    "no-address": _("no verified address any more"),
    "not-wanted": _("switched off since"),
    "too-old": _("too old"),
    "unknown-kind": _("no worker knows this kind"),
    "bounced": _("nothing arrives at this address"),
    "killed": _("the worker died each time"),
    "key-changed": _("sealed under an older key"),
    "private-address": _("the provider's address lies inside our network"),
    "not-https": _("the provider's address is not https"),
    "unknown-host": _("the provider's name is not known"),
    "TimeoutError": _("the provider was too slow"),
}


def _base(request: HttpRequest) -> str:
    """The frame of a person's own pages: with the rail for those who act in a role."""
    return "web/staff.html" if capacity(request) else "web/base.html"


# One's own notices


@require_GET
@never_cache
def list_notices(request: HttpRequest) -> HttpResponse:
    """What was told to the signed-in person, the newest first."""
    person = standing(request).person
    is_unread = request.GET.get("show") == "unread"
    page = page_of(queries.notices_of(person, is_unread=is_unread), order=("-id",), after=request.GET.get("after", ""))
    unread = queries.unread_count(person)
    return render(
        request,
        "notices/list.html",
        {
            "base": _base(request),
            "page": page,
            "faces": [face_of(notice) for notice in page],
            "unread": unread,
            "is_unread": is_unread,
        },
    )


def _own(request: HttpRequest, message_id: str) -> Notice:
    """A notice of the signed-in person; another's is not there."""
    return get_object_or_404(queries.notices_of(standing(request).person), message_id=message_id)


@require_GET
@never_cache
def open_notice(request: HttpRequest, message_id: str) -> HttpResponse:
    """Read one notice: to the page it is about, or its own. Opening it is reading it, so a GET notes that."""
    notice = _own(request, message_id)
    services.mark_read(reader=standing(request), notice=notice, at=clock.now())
    if path := path_of(notice.about):
        return redirect(path)
    return render(request, "notices/notice.html", {"base": _base(request), "face": face_of(notice)})


@require_POST
def mark_unread(request: HttpRequest, message_id: str) -> HttpResponse:
    notice = _own(request, message_id)
    services.mark_read(reader=standing(request), notice=notice, at=clock.now(), is_read=False)
    return redirect("notices:list_notices")


@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(reader=standing(request), at=clock.now())
    messages.success(request, _("All notices are marked as read."))
    return redirect("notices:list_notices")


# How one wants to be told


@require_http_methods(["GET", "POST"])
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """Switches by kind and channel, digest, quiet hours, language."""
    viewer = standing(request)
    form = _choices(request, viewer)
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.choose(
                actor=viewer,
                wanted=form.wanted(),
                digest=said["digest"],
                quiet_from=said["quiet_from"],
                quiet_until=said["quiet_until"],
                language=said["language"],
                at=clock.now(),
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("So you will be told from now on."))
            return redirect("notices:list_notices")
    return render(
        request,
        "notices/choose.html",
        {"base": _base(request), "form": form},
        status=422 if form.errors else 200,
    )


def _choices(request: HttpRequest, viewer: Standing) -> ChooseChannels:
    person = viewer.person
    preference = queries.preference_of(person.pk)
    return ChooseChannels(
        request.POST or None,
        offered=queries.kinds_for(viewer),
        chosen=queries.choices_of(person),
        channels=sorted(addresses.verified([person.pk]).get(person.pk, ())),
        initial={
            "digest": preference.digest,
            "quiet_from": preference.quiet_from,
            "quiet_until": preference.quiet_until,
            "language": preference.language,
        },
    )


@require_POST
def switch_off(request: HttpRequest) -> HttpResponse:
    """One tap below a reminder: no more of these."""
    kind = request.POST.get("kind", "")
    if kind in KINDS:
        try:
            services.switch_off(actor=standing(request), kind=kind)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("These come no more. Under “How I am told” you can have them again."))
    return redirect("notices:list_notices")


# The outbox


@require_GET
@only_for("notices.see_outbox")
def list_messages(request: HttpRequest) -> HttpResponse:
    """What goes out of the house: to whom, of which kind, how far; never what it says."""
    viewer = standing(request)
    form = FilterMessages(request.GET)
    found = queries.visible_messages(viewer, **form.narrowed())
    page = page_of(found, order=("-id",), after=request.GET.get("after", ""))
    context = {
        "filter": form,
        "page": page,
        "messages_shown": [_row(message, viewer) for message in page],
        "health": queries.health(viewer, at=clock.now()),
    }
    return render(request, "notices/outbox.html", context)


def _row(message: Message, viewer: Standing) -> dict[str, Any]:
    state = Message.State(message.state)
    can = message.person is not None and state in (Message.State.FAILED, Message.State.BOUNCED)
    return {
        "message": message,
        "kind": label_of(message.kind),
        "channel": CHANNEL_LABELS[message.channel],
        "state": state.label,
        "chip": _CHIPS[state],
        "error": _ERRORS.get(message.error, message.error),
        "can_be_sent_again": can and viewer.may("notices.retry_sending", message.access_scope()),
    }


@require_GET
@only_for("notices.see_outbox")
def export_messages(request: HttpRequest) -> HttpResponseBase:
    """The same as a table, as it is narrowed."""
    found = queries.visible_messages(standing(request), **FilterMessages(request.GET).narrowed()).order_by("-id")
    header = [
        _("Told at"),
        _("Kind"),
        _("By which way"),
        pgettext("message", "To"),
        _("State"),
        _("Tries"),
        pgettext("message", "Ended"),
        pgettext("message", "Why not"),
    ]
    language = get_language() or ""
    rows = (_cells(message, language) for message in found.iterator(chunk_size=1_000))
    return csv_response("outbox.csv", [str(one) for one in header], rows)


def _cells(message: Message, language: str) -> list[str | int]:
    # The file is written when the request has ended, and with it the reader's language.
    with override(language):
        return [
            _moment(message.created_at),
            str(label_of(message.kind)),
            str(CHANNEL_LABELS[message.channel]),
            message.person.name if message.person else "",
            str(Message.State(message.state).label),
            message.attempts,
            _moment(message.ended_at),
            str(_ERRORS.get(message.error, message.error)),
        ]


def _moment(at: datetime | None) -> str:
    return at.astimezone(clock.zone()).isoformat(timespec="seconds") if at else ""


@require_POST
@only_for("notices.retry_sending")
def send_again(request: HttpRequest, message_id: str) -> HttpResponse:
    viewer = standing(request)
    message = get_object_or_404(queries.visible_messages(viewer), message_id=message_id)
    try:
        services.send_again(actor=viewer, message=message, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It goes out again in a moment."))
    return redirect("notices:list_messages")
