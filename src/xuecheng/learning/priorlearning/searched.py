"""Applications in the search box, for officers of their centre: by the learner's name, a unit's code or title."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.rights import standing_of_request
from xuecheng.web import searching

from . import queries
from .models import Claim


def _look(request: HttpRequest, text: str) -> list[searching.Hit]:
    of_unit = Q(unit__code__iexact=text) | Q(unit__title_zh__icontains=text) | Q(unit__title_en__icontains=text)
    claimed = Exists(Claim.objects.filter(of_unit, application=OuterRef("pk")))
    rows = queries.handed_in(standing_of_request(request)).filter(Q(learner__name__contains=text) | claimed)
    return [
        searching.Hit(
            one.learner.name,
            reverse("priorlearning:show_application", args=[one.public_id]),
            " ".join([*(claim.unit.title for claim in one.claims.all()), str(one.get_state_display())]),
        )
        for one in rows.order_by("-id")[: searching.MOST_SHOWN + 1]
    ]


SOURCE = searching.Source(
    "priorlearning", _("Prior learning to be recognised"), "certificate", _look, act=queries.HANDLE, is_personal=True,
    order=32,
)  # fmt: skip
