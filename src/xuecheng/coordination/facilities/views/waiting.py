"""Pages of the lines for rooms: who waits for what, and the answer to an offer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.coordination.facilities import queries, services
from xuecheng.coordination.facilities.models import RoomWait
from xuecheng.coordination.facilities.queries import SEE
from xuecheng.web.paging import page_of

CHIPS = {
    RoomWait.State.WAITING: "wait",
    RoomWait.State.OFFERED: "now",
    RoomWait.State.TAKEN: "done",
    RoomWait.State.LEFT: "neutral",
    RoomWait.State.LAPSED: "neutral",
}


@never_cache
@require_GET
@only_for(SEE)
def list_waits(request: HttpRequest) -> HttpResponse:
    """Lines for rooms of the places that one sees into, the newest first."""
    viewer = standing(request)
    page = page_of(queries.room_waits(viewer), order=("-pk",), after=request.GET.get("after", ""))
    rows = [
        (
            one,
            CHIPS[RoomWait.State(one.state)],
            one.state in queries.STANDING and queries.may_answer(viewer, one),
        )
        for one in page
    ]
    return render(request, "facilities/waits.html", {"page": page, "rows": rows})


@never_cache
@require_POST
def answer_wait(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Take what is offered, or leave the line."""
    wait = queries.room_wait(standing(request), public_id)
    if wait is None:
        raise Http404
    try:
        match verb:
            case "take":
                made = services.take_room_offer(actor=standing(request), wait=wait, at=clock.now())
                messages.success(request, _("The room is booked."))
                return redirect("facilities:show_booking", public_id=made.public_id)
            case "leave":
                services.leave_room_line(actor=standing(request), wait=wait, at=clock.now())
                messages.success(request, _("You wait no more; the next is asked."))
            case _:
                raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("facilities:list_waits")
