"""Staying signed in, and what stays on this device."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xuecheng.city import clock
from xuecheng.city.identity import ending, keeping
from xuecheng.city.identity.services import sessions
from xuecheng.city.people.models import Person
from xuecheng.city.rights import entrusted
from xuecheng.web import providers
from xuecheng.web.offline import first_kept
from xuecheng.web.views import safe_path


@entrusted("")
@never_cache
@require_http_methods(["GET", "POST"])
def stay(request: HttpRequest) -> HttpResponse:
    """When the session ends; asking is no use of it. Sent as a form, it counts as use and puts the end off."""
    for_script = request.headers.get("Accept", "").startswith("application/json")
    next_path = safe_path(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "POST":
        now = clock.now()
        request.session[ending.SEEN] = int(now.timestamp())
        sessions.seen(key=request.session.session_key or "", at=now)
        if not for_script:
            messages.success(request, _("You stay signed in."))
            return redirect(next_path)
    if not for_script:
        return render(request, "identity/stay.html", {"next": next_path})
    until = providers.until_of(request)
    assert until is not None  # whoever comes here is signed in
    return JsonResponse({"left": until.left_s, "words": until.words, "final": until.is_final})


@never_cache
@require_http_methods(["GET", "POST"])
def keep_on_device(request: HttpRequest) -> HttpResponse:
    """Choose whether one's own account, card and transcripts can be read on this device without network."""
    if request.method != "POST":
        return render(request, "identity/device.html", {"is_kept": keeping.is_chosen(request), "first": first_kept()})
    answer = redirect("identity:keep_on_device")
    if request.POST.get("keep") == "yes" and isinstance(request.user, Person):
        keeping.choose(answer, request.user)
        messages.success(request, _("From now on they stay on this device."))
    else:
        keeping.stop(answer)
        messages.success(request, _("Nothing of yours stays on this device any more."))
    return answer
