"""Learning accounts in the search box: by the whole number of the card, for whoever may see the account."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import standing_of_request, visible
from xuecheng.learning.creditbank import rules
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.web import searching

from .queries.page import SEE


def _look(request: HttpRequest, text: str) -> list[searching.Hit]:
    try:
        number = rules.normalise_card_number(text)
    except Refusal:
        return []
    allowed = visible(standing_of_request(request), SEE, territory="person__territory")
    found = LearningAccount.objects.filter(allowed, card_number=number).select_related("person").first()
    if found is None:
        return []
    url = reverse("account:see_account_of", args=[found.person.public_id])
    return [searching.Hit(_("Learning account of %(name)s") % {"name": found.person.name}, url)]


SOURCE = searching.Source(
    "accounts", gettext_lazy("Learning accounts"), "wallet", _look, act=SEE, is_personal=True, order=15
)
