"""Roll-out in the search box: accredited institutions and open phases are everybody's, the rest its officers'."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.rights import standing_of_request
from xuecheng.web import searching

from . import queries


def _register(request: HttpRequest, text: str) -> list[searching.Hit]:
    del request
    found = queries.register(on=clock.today(), text=text).prefetch_related(None).order_by("code")
    return [
        searching.Hit(one.name, reverse("rollout:show_institution", args=[one.code]), one.code)
        for one in found[: searching.MOST_SHOWN + 1]
    ]


def _phases(request: HttpRequest, text: str) -> list[searching.Hit]:
    called = Q(code__iexact=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text)
    found = queries.phases().filter(called).prefetch_related(None)[: searching.MOST_SHOWN + 1]
    plans = standing_of_request(request).may_somewhere(queries.PLAN)
    return [
        searching.Hit(
            one.name,
            reverse("rollout:show_phase", args=[one.public_id]) if plans else reverse("rollout:show_open"),
            str(one.get_state_display()),
        )
        for one in found
    ]


def _accreditations(request: HttpRequest, text: str) -> list[searching.Hit]:
    named = Q(organisation__name_zh__icontains=text) | Q(organisation__name_en__icontains=text)
    found = queries.kept(standing_of_request(request)).filter(named | Q(code__iexact=text)).prefetch_related(None)
    return [
        searching.Hit(
            one.organisation.name, reverse("rollout:show_accreditation", args=[one.public_id]),
            f"{one.code} {one.get_state_display()}",
        )
        for one in found.order_by("-id")[: searching.MOST_SHOWN + 1]
    ]  # fmt: skip


SOURCES = (
    searching.Source("accredited", _("Accredited institutions"), "certificate", _register, order=68),
    searching.Source("phases", _("Phases"), "list-check", _phases, order=69),
    searching.Source(
        "accreditations", _("Accreditations"), "certificate", _accreditations, act=queries.PROPOSE, order=52
    ),
)
