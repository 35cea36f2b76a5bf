"""The lottery for everybody: what was published, the file, and the script that works it out again."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from xuecheng.city.rights import public, standing_of_request
from xuecheng.coordination.enrolment import queries
from xuecheng.coordination.enrolment.models import Lottery
from xuecheng.coordination.enrolment.rules import lottery as law

from .doors import class_or_404

SCRIPT = Path(law.__file__).with_name("verify_lottery.py")
_SHOWN = 2_000
"""All seats a class can have, and more numbers than a page should show: the file has all."""


def _lottery_or_404(public_id: UUID) -> Lottery:
    found = queries.lottery_of(class_or_404(public_id))
    if found is None:
        raise Http404
    return found


@public
@require_GET
def show_lottery(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was published when; the order of public numbers, and how to work it out again."""
    lottery = _lottery_or_404(public_id)
    mine = queries.own_number(standing_of_request(request), lottery)
    is_drawn = lottery.step == Lottery.Step.DRAWN
    taken = set(lottery.order[: lottery.places or 0])
    groups = {number: group for group, number in lottery.entries}
    context = {
        "lottery": lottery,
        "course_class": lottery.course_class,
        "is_drawn": is_drawn,
        "mine": mine,
        "rows": [
            {
                "place": place,
                "number": number,
                "group": groups[number],
                "key": law.digest(f"{lottery.seed}:{number}"),
                "has_place": number in taken,
                "is_mine": number == mine,
            }
            for place, number in enumerate(lottery.order[:_SHOWN], start=1)
        ],
        "numbers": [number for _group, number in lottery.entries[:_SHOWN]],
        "has_groups": bool(lottery.course_class.priority),
    }
    return render(request, "enrolment/lottery.html", context)


@public
@require_GET
def lottery_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything that was published, as a file that the script reads."""
    del request
    document = _lottery_or_404(public_id).document()
    if not document:
        raise Http404
    response = JsonResponse(document, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="lottery.json"'
    return response


@public
@require_GET
def lottery_script(request: HttpRequest) -> HttpResponse:
    """Twenty lines of Python that need nothing else."""
    del request
    response = HttpResponse(SCRIPT.read_text(encoding="utf-8"), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_lottery.py"'
    return response
