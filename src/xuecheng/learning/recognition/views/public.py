"""How credit is counted: the rules, for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from xuecheng.city import clock
from xuecheng.city.rights import public
from xuecheng.learning.creditbank.queries import rule_frameworks_on
from xuecheng.learning.recognition import words
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.recognition.queries import rule_pages
from xuecheng.learning.recognition.queries.rule_versions import GIVEN_STATES, versions_in_force


@public
@require_GET
def list_public_rules(request: HttpRequest) -> HttpResponse:
    """The rules in force today, each in plain words."""
    today = clock.today()
    frameworks = rule_frameworks_on(today)
    versions = list(versions_in_force(today))
    names = rule_pages.names_in(versions)
    rules = [(rule, words.rows_of(rule, frameworks, names=names, for_officers=False)) for rule in versions]
    return render(request, "recognition/public_rules.html", {"rules": rules, "today": today})


@public
@require_GET
def show_public_rule(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version that is or was in force, with the others of its rule."""
    rule = get_object_or_404(
        RuleVersion.objects.select_related("drafted_by", "decided_by", "keeper__territory"),
        code=code,
        version=version,
        state__in=GIVEN_STATES,
    )
    today = clock.today()
    others = [one for one in rule_pages.versions_of(rule) if one.state in GIVEN_STATES and one.pk != rule.pk]
    return render(
        request,
        "recognition/public_rule.html",
        {
            "rule": rule,
            "rows": words.rows_of(
                rule, rule_frameworks_on(today), names=rule_pages.names_in([rule]), for_officers=False
            ),
            "others": others,
            "is_in_force": any(one.pk == rule.pk for one in versions_in_force(today)),
        },
    )
