"""Offers in the search box: what is on the shelf is everybody's; drafts and closed ones are their keepers'."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.rights import standing_of_request
from xuecheng.web import searching

from . import queries
from .models import Offer


def _on_shelf(request: HttpRequest, text: str) -> list[searching.Hit]:
    del request
    found = queries.shelf(clock.today(), words=text).prefetch_related(None).order_by("-id")
    return [
        searching.Hit(
            one.title, reverse("redemption:show_offer", args=[one.public_id]),
            f"{one.get_kind_display()} {one.organisation.name}",
        )
        for one in found[: searching.MOST_SHOWN + 1]
    ]  # fmt: skip


def _kept(request: HttpRequest, text: str) -> list[searching.Hit]:
    called = Q(title_zh__icontains=text) | Q(title_en__icontains=text)
    found = queries.kept_offers(standing_of_request(request)).filter(called).exclude(state=Offer.State.PUBLISHED)
    return [
        searching.Hit(
            one.title, reverse("redemption:keep_offer", args=[one.public_id]),
            f"{one.get_state_display()} {one.organisation.name}",
        )
        for one in found.order_by("-id")[: searching.MOST_SHOWN + 1]
    ]  # fmt: skip


SOURCES = (
    searching.Source("rewards", _("Rewards"), "gift", _on_shelf, order=66),
    searching.Source("kept-offers", _("Offers not on the shelf"), "gift", _kept, act=queries.KEEP, order=67),
)
