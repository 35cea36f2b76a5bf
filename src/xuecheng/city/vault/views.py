"""The operator's page of keys: what there is, how far a replacement is, and beginning one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xuecheng.city import clock, trace
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope, standing_of_request

from . import queries, services
from .forms import ReplaceKeys

USES = {"dek": "seal", "lookup": "look_up"}


@never_cache
@require_http_methods(["GET", "POST"])
def show_keys(request: HttpRequest) -> HttpResponse:
    """The keys of the installation. Their material is never shown, to nobody."""
    viewer = standing_of_request(request)
    faces = queries.keys(viewer)
    form = ReplaceKeys(request.POST or None)
    if form.is_valid():
        what, reason = form.cleaned_data["what"], form.cleaned_data["reason"]
        try:
            if what == "kek":
                count = services.rewrap(actor=viewer, reason=reason)
                messages.success(request, _("%(count)d keys are wrapped anew.") % {"count": count})
            else:
                services.replace(actor=viewer, use=USES[what], at=clock.now(), reason=reason)
                messages.success(request, _("New keys work from now on. A background job seals the rows anew."))
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return redirect("vault:show_keys")
    context = {
        "keys": faces,
        "owners": queries.owners_keys(viewer),
        "unused": queries.unused_keks(),
        "form": form,
        "may_replace": viewer.may(services.ROTATE, Scope()),
        "history": trace.history_of(*[face.key for face in faces], limit=20) if faces else [],
    }
    return render(request, "vault/keys.html", context, status=422 if form.errors else 200)
