"""Frameworks and certification units in the search box: frameworks are public, units are their keepers' officers'."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from xuecheng.city import clock
from xuecheng.city.rights import standing_of_request, visible
from xuecheng.web import searching

from . import queries
from .models import Framework

DRAFT = "creditbank.draft_unit"


def _frameworks(request: HttpRequest, text: str) -> list[searching.Hit]:
    del request
    called = Q(code__iexact=text) | Q(name_zh__contains=text) | Q(name_en__icontains=text)
    found = Framework.objects.filter(called, effect_on__lte=clock.today()).order_by("code", "-version").distinct("code")
    return [
        searching.Hit(one.name, reverse("creditbank:see_framework", args=[one.code, one.version]), one.code)
        for one in found[: searching.MOST_SHOWN + 1]
    ]


def _units(request: HttpRequest, text: str) -> list[searching.Hit]:
    viewer = standing_of_request(request)
    # Whose page opens: versions of those keepers only for whom the officer drafts.
    mine = visible(viewer, DRAFT, organisation="keeper", territory="keeper__territory")
    found = queries.unit_versions(viewer=viewer, text=text).filter(mine)
    return [
        searching.Hit(
            one.title,
            reverse("creditbank:see_unit", args=[one.code, one.version]),
            _("%(code)s version %(version)s") % {"code": one.code, "version": one.version},
        )
        for one in found[: searching.MOST_SHOWN + 1]
    ]


def _more_units(text: str) -> str:
    return f"{reverse('creditbank:list_units')}?{urlencode({'text': text})}"


SOURCES = (
    searching.Source("frameworks", gettext_lazy("Frameworks and levels"), "stairs-up", _frameworks, order=70),
    searching.Source(
        "units",
        pgettext_lazy("menu", "Certification units"),
        "certificate",
        _units,
        act=DRAFT,
        more=_more_units,
        order=50,
    ),
)
