"""Supervision in the search box: audits by their number for everybody; cases, by what and whom they are about, for the
officers who may see them."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.rights import standing_of_request
from xuecheng.web import searching

from . import queries
from .models import Suspicion, Withdrawal


def _audits(request: HttpRequest, text: str) -> list[searching.Hit]:
    del request
    named = Q(institution__name_zh__icontains=text) | Q(institution__name_en__icontains=text)
    found = queries.audits().filter(Q(code__istartswith=text) | named)
    return [
        searching.Hit(
            one.code, reverse("supervision:show_audit", args=[one.public_id]),
            f"{one.get_state_display()} {one.institution.name if one.institution else ''}".strip(),
        )
        for one in found.order_by("-id")[: searching.MOST_SHOWN + 1]
    ]  # fmt: skip


def _withdrawals(request: HttpRequest, text: str) -> list[searching.Hit]:
    found = queries.withdrawals_seen(standing_of_request(request)).filter(_about(text) | Q(title__icontains=text))
    return [
        searching.Hit(
            one.title, reverse("supervision:show_withdrawal", args=[one.public_id]), _detail(one)
        )
        for one in found.order_by("-id")[: searching.MOST_SHOWN + 1]
    ]  # fmt: skip


def _suspicions(request: HttpRequest, text: str) -> list[searching.Hit]:
    found = queries.suspicions_seen(standing_of_request(request)).filter(_about(text))
    return [
        searching.Hit(
            str(one.get_kind_display()), reverse("supervision:show_suspicion", args=[one.public_id]), _detail(one)
        )
        for one in found.order_by("-id")[: searching.MOST_SHOWN + 1]
    ]  # fmt: skip


def _about(text: str) -> Q:
    named = Q(institution__name_zh__icontains=text) | Q(institution__name_en__icontains=text)
    return Q(learner__name__contains=text) | named


def _detail(one: Withdrawal | Suspicion) -> str:
    parts = (one.learner.name if one.learner else "", one.institution.name, str(one.get_state_display()))
    return " ".join(part for part in parts if part)


SOURCES = (
    searching.Source("audits", _("Audits of credit"), "list-search", _audits, order=71),
    searching.Source(
        "withdrawals", _("Withdrawal of credit"), "scale", _withdrawals, act=queries.INVESTIGATE, is_personal=True,
        order=33,
    ),
    searching.Source(
        "suspicions", _("What looks wrong"), "list-search", _suspicions, act=queries.INVESTIGATE, is_personal=True,
        order=34,
    ),
)  # fmt: skip
