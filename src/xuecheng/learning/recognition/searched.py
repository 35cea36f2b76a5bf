"""Conversion rules in the search box: those in force are everybody's, the others their keeper's officers'."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.rights import standing_of_request
from xuecheng.web import searching

from .models import RuleVersion
from .queries import rule_pages
from .queries.rule_versions import versions_in_force


def _look(request: HttpRequest, text: str) -> list[searching.Hit]:
    if standing_of_request(request).may_somewhere("recognition.draft_rule"):
        found = rule_pages.visible_rules(standing(request), text=text).order_by("code", "-version")
        return [_hit(one, reverse("recognition:show_rule", args=[one.public_id])) for one in _first(found)]
    called = Q(code__istartswith=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text)
    return [
        _hit(one, reverse("recognition:show_public_rule", args=[one.code, one.version]))
        for one in _first(versions_in_force(clock.today()).filter(called))
    ]


def _first(found: QuerySet[RuleVersion]) -> QuerySet[RuleVersion]:
    return found[: searching.MOST_SHOWN + 1]


def _hit(rule: RuleVersion, url: str) -> searching.Hit:
    return searching.Hit(
        rule.name, url, _("%(code)s version %(version)s") % {"code": rule.code, "version": rule.version}
    )


SOURCE = searching.Source("rules", gettext_lazy("Conversion rules"), "scale", _look, order=60)
