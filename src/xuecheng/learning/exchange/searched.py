"""Exchange agreements in force in the search box, for everybody: by their name, number, or an institution's name."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xuecheng.city import clock
from xuecheng.web import searching

from . import queries
from .models import Party


def _agreements(request: HttpRequest, text: str) -> list[searching.Hit]:
    del request
    side = Q(organisation__name_zh__contains=text) | Q(organisation__name_en__icontains=text)
    party = Party.objects.filter(side, agreement=OuterRef("pk"))
    called = Q(code__iexact=text) | Q(name_zh__contains=text) | Q(name_en__icontains=text) | Q(Exists(party))
    found = queries.agreements_in_force(on=clock.today()).filter(called).prefetch_related(None).order_by("-id")
    return [
        searching.Hit(
            one.name,
            reverse("exchange:show_agreement", args=[one.public_id]),
            _("%(code)s version %(version)s") % {"code": one.code, "version": one.version},
        )
        for one in found[: searching.MOST_SHOWN + 1]
    ]


SOURCE = searching.Source(
    "exchange-agreements", gettext_lazy("Exchange agreements"), "arrows-exchange", _agreements, order=65
)
