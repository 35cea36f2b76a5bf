"""Pages of the certification officer: frameworks, certification units, the health of the ledger."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext as translated
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from xuecheng.city import clock, trace
from xuecheng.city.access.middleware import public
from xuecheng.city.access.queries import scope_of
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs.models import Job
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.territories.models import Installation, Territory
from xuecheng.web.paging import page_of

from . import ledger, queries, rules, services
from .forms import DecideUnit, DraftUnit, EndUnit, UnitFilter, initial_of
from .models import AssessmentMethod, Framework, LedgerCheck, UnitVersion


def _base(request: HttpRequest) -> str:
    """Staff keep their rail on pages that everybody may read."""
    return "web/staff.html" if isinstance(request.user, Person) and standing(request).holdings else "web/base.html"


@public
def list_frameworks(request: HttpRequest) -> HttpResponse:
    """The frameworks in force: what a credit and a level stand for."""
    frameworks = queries.frameworks_on(clock.today())
    return render(request, "creditbank/frameworks.html", {"base": _base(request), "frameworks": frameworks})


@public
def see_framework(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version of a framework: measure, levels, sources, what its levels are compared with."""
    framework = get_object_or_404(Framework.objects.prefetch_related("levels"), code=code, version=version)
    return render(
        request,
        "creditbank/framework.html",
        {
            "base": _base(request),
            "framework": framework,
            "is_dated": framework.effect_on > queries.SINCE_EVER,
            "facts": [
                (_fact_name(name), _source(fact["source"]), fact["verified"]) for name, fact in framework.facts.items()
            ],
            "alignments": queries.alignments_of(framework),
            "versions": queries.versions_of_framework(code),
        },
    )


def _source(source: str) -> str:
    return source if get_language() == "en" else rules.source_in_chinese(source)


def _fact_name(name: str) -> str:
    return {
        "levels": _("Levels"),
        "minutes_per_credit": _("Time of one credit"),
        "step": _("Rounding"),
        "dimensions": _("Dimensions"),
        "validity_months": _("Validity"),
        "all_or_nothing": _("All or nothing"),
    }.get(name, name)


@never_cache
def list_units(request: HttpRequest) -> HttpResponse:
    """Certification units, each version a row."""
    viewer = standing(request)
    if not viewer.may_somewhere("creditbank.draft_unit"):
        raise Denied("creditbank.draft_unit")
    form = UnitFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {"text": "", "state": ""}
    page = page_of(
        queries.unit_versions(viewer=viewer, text=wanted["text"], state=wanted["state"]),
        order=("code", "-version", "pk"),
        after=request.GET.get("after", ""),
    )
    return render(
        request,
        "creditbank/units.html",
        {"page": page, "filter": form, "waiting": queries.drafts_waiting(viewer).count()},
    )


@never_cache
def see_unit(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version: what it says, who drafted and decided, its other versions, its history."""
    return _unit_page(request, _unit(request, code, version))


def _unit_page(
    request: HttpRequest, unit: UnitVersion, *, form: DecideUnit | None = None, end_form: EndUnit | None = None
) -> HttpResponse:
    viewer = standing(request)
    equivalents, exclusions = queries.relations_of(unit)
    methods = dict(AssessmentMethod.choices)
    is_author = unit.drafted_by_id in viewer.person_keys
    may_decide = viewer.may("creditbank.decide_unit", scope_of(unit.keeper))
    bad = bool((form and form.errors) or (end_form and end_form.errors))
    return render(
        request,
        "creditbank/unit.html",
        {
            "unit": unit,
            "outcomes": [
                (outcome, [methods.get(code, code) for code in outcome.get("assessed_by", [])])
                for outcome in unit.outcomes
            ],
            "equivalents": equivalents,
            "exclusions": exclusions,
            "versions": queries.versions_of_unit(unit.code),
            "history": trace.history_of(unit),
            "is_author": is_author,
            "can_decide": may_decide and not is_author and unit.state == UnitVersion.State.DRAFT,
            "can_edit": unit.state == UnitVersion.State.DRAFT,
            "can_end": may_decide and unit.state == UnitVersion.State.PUBLISHED,
            "can_renew": unit.state in queries.GIVEN_STATES,
            "form": form or DecideUnit(),
            "end_form": end_form or EndUnit(prefix="end"),
        },
        status=422 if bad else 200,
    )


@never_cache
def draft_unit(request: HttpRequest, code: str = "", version: int = 0) -> HttpResponse:
    """Draft a unit, or the next version of one."""
    viewer = standing(request)
    if not viewer.may_somewhere("creditbank.draft_unit"):
        raise Denied("creditbank.draft_unit")
    before = _unit(request, code, version) if code else None
    initial = {"public_id": uuid7()} | (initial_of(before) | {"valid_from": None} if before else {})
    form = DraftUnit(request.POST or None, viewer=viewer, today=clock.today(), initial=initial)
    if before:
        form.fields["code"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            unit = services.draft_unit(
                actor=viewer,
                public_id=form.cleaned_data["public_id"],
                code=form.cleaned_data["code"],
                draft=form.draft(),
                why=form.cleaned_data["why"],
            )
        except Refusal as refusal:
            refusal.show_on(form, ends_on="valid_to", outcomes="outcome_1_zh")
        else:
            messages.success(request, _("The draft is saved. Another officer publishes it."))
            return redirect("creditbank:see_unit", unit.code, unit.version)
    return render(
        request, "creditbank/draft.html", {"form": form, "before": before}, status=422 if form.errors else 200
    )


@never_cache
def edit_unit(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Change a draft; whoever does becomes its author."""
    viewer = standing(request)
    unit = _unit(request, code, version)
    form = DraftUnit(
        request.POST or None,
        viewer=viewer,
        today=clock.today(),
        initial=initial_of(unit) | {"public_id": unit.public_id},
    )
    form.fields["code"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_draft(actor=viewer, unit=unit, draft=form.draft(), why=form.cleaned_data["why"])
        except Refusal as refusal:
            refusal.show_on(form, ends_on="valid_to", outcomes="outcome_1_zh")
        else:
            messages.success(request, _("The draft is saved. Another officer publishes it."))
            return redirect("creditbank:see_unit", unit.code, unit.version)
    return render(request, "creditbank/draft.html", {"form": form, "editing": unit}, status=422 if form.errors else 200)


@never_cache
@require_POST
def decide_unit(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Publish a draft, or send it back."""
    unit = _unit(request, code, version)
    form = DecideUnit(request.POST)
    if form.is_valid():
        publishing = request.POST.get("decision") == "publish"
        decide = services.publish_unit if publishing else services.reject_unit
        try:
            decide(actor=standing(request), unit=unit, at=clock.now(), reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The unit is published.") if publishing else _("The draft was sent back."))
            return redirect("creditbank:see_unit", unit.code, unit.version)
    return _unit_page(request, unit, form=form)


@never_cache
@require_POST
def end_unit(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Give a published unit no more from a day on."""
    unit = _unit(request, code, version)
    form = EndUnit(request.POST, prefix="end")
    if form.is_valid():
        try:
            services.end_unit(actor=standing(request), unit=unit, **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form, ends_on="on")
        else:
            messages.success(request, _("The unit ends."))
            return redirect("creditbank:see_unit", unit.code, unit.version)
    return _unit_page(request, unit, end_form=form)


@never_cache
def see_ledger_health(request: HttpRequest) -> HttpResponse:
    """The health of the ledger: problems first, then what is sealed, checked and published."""
    viewer = standing(request)
    if not viewer.may_somewhere("creditbank.see_ledger_health"):
        raise Denied("creditbank.see_ledger_health")
    running = (
        Job.objects.filter(kind=services.CHECK_JOB, state__in=[Job.State.WAITING, Job.State.RUNNING])
        .order_by("-pk")
        .first()
    )
    now = clock.now()
    city = _city()
    return render(
        request,
        "creditbank/health.html",
        {
            "now": now,
            "health": queries.health(now=now, running=running is not None),
            "running": running,
            "alarm_after": ledger.ALARM_AFTER,
            "checks": queries.checks()[:10],
            "can_check": city is not None and viewer.may("creditbank.verify_ledger", scope_of(city)),
            "new_id": uuid7(),
        },
    )


@never_cache
@require_POST
def check_ledger(request: HttpRequest) -> HttpResponse:
    """Start a check of the ledger."""
    city = _city()
    try:
        public_id = UUID(request.POST.get("public_id", ""))
    except ValueError:
        public_id = uuid7()
    if city is None:
        raise Http404
    services.ask_for_check(
        actor=standing(request),
        city=city,
        public_id=public_id,
        at=clock.now(),
        is_full=request.POST.get("extent") == "full",
    )
    messages.success(request, _("The check has begun; this page tells how it goes."))
    return redirect("creditbank:see_ledger_health")


@never_cache
def see_check(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What one check found."""
    if not standing(request).may_somewhere("creditbank.see_ledger_health"):
        raise Denied("creditbank.see_ledger_health")
    check = get_object_or_404(LedgerCheck.objects.select_related("asked_by"), public_id=public_id)
    findings = [
        (ledger.Check(one["check"]).label, one["book"], ", ".join(f"{k} {v}" for k, v in one["values"].items()))
        for one in check.findings
    ]
    faults = [one | {"what": translated(one["what"])} for one in check.faults]
    return render(request, "creditbank/check.html", {"check": check, "findings": findings, "faults": faults})


def _unit(request: HttpRequest, code: str, version: int) -> UnitVersion:
    """A version, for those who may draft or decide at its keeper."""
    found = UnitVersion.objects.select_related("level__framework", "keeper__territory", "drafted_by", "decided_by")
    unit = get_object_or_404(found, code=code, version=version)
    if not standing(request).may("creditbank.draft_unit", scope_of(unit.keeper)):
        raise Denied("creditbank.draft_unit")
    return unit


def _city() -> Territory | None:
    installation = Installation.objects.select_related("city").first()
    return installation.city if installation else None
