"""Pages of recognition: the officer's morning and rules, the registrar's runs and results, the public rules."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.middleware import public
from xuecheng.city.access.queries import scope_of, visible
from xuecheng.city.access.requests import capacity, standing
from xuecheng.city.jobs.faces import face_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.city.tables import csv_response
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.queries import DEFAULT_FRAMEWORK
from xuecheng.learning.records.queries.lists import visible_records
from xuecheng.web.paging import page_of
from xuecheng.web.templatetags.xc import credits as shown

from . import forms, words
from .models import Result, RuleVersion
from .queries import lists
from .queries.dry_runs import records_now
from .queries.rule_versions import versions_in_force, wording_digest
from .services import corrections, dry_runs, rule_versions, runs

_State = RuleVersion.State


@require_GET
@only_for("recognition.decide_rule")
def show_desk(request: HttpRequest) -> HttpResponse:
    """The certification officer's morning."""
    tails = ledger.tails()
    now = clock.now()
    age = max((tail.age(now=now).total_seconds() for tail in tails), default=0)
    return render(
        request,
        "recognition/desk.html",
        {
            "desk": lists.officers_desk(standing(request)),
            "today": clock.today(),
            "unsealed": sum(tail.rows for tail in tails),
            "is_late": age > ledger.ALARM_AFTER.total_seconds(),
        },
    )


@require_GET
@only_for("recognition.draft_rule")
def list_rules(request: HttpRequest) -> HttpResponse:
    form = forms.FindRules(request.GET)
    found = lists.visible_rules(standing(request))
    if form.is_valid() and form.cleaned_data["state"]:
        found = found.filter(state=form.cleaned_data["state"])
    page = page_of(found, order=("code", "-version"), after=request.GET.get("after", ""), size=50)
    return render(request, "recognition/rules.html", {"form": form, "page": page})


@require_GET
def show_rule(request: HttpRequest, public_id: str) -> HttpResponse:
    """A version for officers: what it says and changes, its dry run, who drafted and who decides."""
    return _rule_page(request, _rule(request, public_id), forms.DecideForm())


def _rule_page(request: HttpRequest, rule: RuleVersion, form: forms.DecideForm, *, status: int = 200) -> HttpResponse:
    viewer = standing(request)
    versions = lists.versions_of(rule)
    before = next((one for one in versions if one.version < rule.version and one.state in ("approved", "ended")), None)
    dry_run = lists.newest_dry_run(rule)
    is_author = rule.drafted_by_id == viewer.person.pk
    return render(
        request,
        "recognition/rule.html",
        {
            "rule": rule,
            "form": form,
            "versions": versions,
            "before": before,
            "changes": words.changes_between(before, rule),
            "dry_run": dry_run,
            "trial": _trial(dry_run, rule) if dry_run else None,
            "job": face_of(dry_run.job) if dry_run and dry_run.job and not dry_run.finished_at else None,
            "is_author": is_author,
            "may_decide": rule.state == _State.PROPOSED
            and not is_author
            and viewer.may("recognition.decide_rule", scope_of(rule.keeper)),
            "may_edit": is_author and rule.state in (_State.DRAFT, _State.REJECTED),
            "may_try": rule.state in (_State.DRAFT, _State.PROPOSED, _State.REJECTED),
            "may_renew": rule.state == _State.APPROVED and viewer.may("recognition.draft_rule", scope_of(rule.keeper)),
            "checks": _checks(rule, dry_run, is_author=is_author),
            "viewer_name": viewer.person.name,
        },
        status=status,
    )


def _amounts(rows: list[list[Any]], *, sign: bool = False) -> str:
    """Credits by class in words; classes are never added (C-01)."""
    if not rows:
        return shown(0)
    if len(rows) == 1 and rows[0][0] == DEFAULT_FRAMEWORK:
        return ("+" if sign and rows[0][3] > 0 else "") + shown(rows[0][3])
    return gettext("; ").join(
        gettext("%(credits)s (level %(level)s)") % {"credits": shown(amount), "level": level}
        for _framework, _kind, level, amount in rows
    )


def _trial(dry_run: Any, rule: RuleVersion) -> dict[str, Any] | None:
    """A finished dry run as the page shows it."""
    if dry_run.finished_at is None:
        return None
    result = dry_run.result
    people = result.get("people", {})
    return {
        "at": dry_run.finished_at,
        "records": result.get("records", 0),
        "matched": result.get("matched", 0),
        "given": _amounts(result.get("given", [])),
        "gained": _amounts(result.get("gained", []), sign=True),
        "people": [
            (label, people.get(name, {}).get("count", 0), _amounts(people.get(name, {}).get("credits", []), sign=True))
            for name, label in (("more", _("get more")), ("same", _("stay as they are")), ("less", _("get less")))
        ],
        "institutions": [
            {"code": one["code"], "hit": one["hit"], "credits": _amounts(one["credits"]), "over_cap": one["over_cap"]}
            for one in result.get("institutions", [])[:20]
        ],
        "most_hit": max((one["hit"] for one in result.get("institutions", [])), default=0),
        "over_cap": result.get("learners_over_cap", 0),
        "conflicts": result.get("conflicts", []),
        "is_of_this": dry_run.wording_digest == wording_digest(rule),
    }


def _checks(rule: RuleVersion, dry_run: Any, *, is_author: bool) -> list[tuple[str, Any]]:
    finished = dry_run is not None and dry_run.finished_at is not None
    is_fresh = finished and dry_run.wording_digest == wording_digest(rule)
    grown = records_now(dry_run) - dry_run.record_count if is_fresh else 0
    is_near = is_fresh and grown * 100 <= max(dry_run.record_count, 1)
    begins_later = rule.version == 1 or rule.effect_from > clock.today()
    return [
        ("wait" if is_author else "done", _("Author and approver are two people")),
        ("done" if is_fresh else "no", _("A finished dry run of exactly this wording")),
        ("done" if is_near else "wait", _("Records have hardly grown since (no more than 1 %)")),
        ("done" if begins_later else "no", _("What is credited already does not change")),
    ]


@require_http_methods(["GET", "POST"])
@only_for("recognition.draft_rule")
def draft_rule(request: HttpRequest) -> HttpResponse:
    viewer = standing(request)
    allowed = visible(viewer, "recognition.draft_rule", organisation="pk", territory="territory")
    keeper = get_object_or_404(Organisation.objects.filter(allowed, kind="certification_body").order_by("pk")[:1])
    form = forms.RuleForm(
        request.POST or None, initial={"origin": "nonformal", "quantity": "minutes", "effect_from": clock.today()}
    )
    if form.is_valid():
        try:
            rule = rule_versions.draft_rule(
                actor=viewer, public_id=uuid4(), keeper=keeper, text=form.text(), at=clock.now()
            )
        except Refusal as refusal:
            _at_field(form, refusal)
        else:
            messages.success(request, _("The draft is kept. Try it on the records before you propose it."))
            return redirect("recognition:show_rule", public_id=rule.public_id)
    return render(request, "recognition/draft.html", {"form": form}, status=422 if form.errors else 200)


_FIELDS = {"match": "codes", "give": "level", "caps": "cap", "quantity": "quantity"}


def _at_field(form: Any, refusal: Refusal) -> None:
    """The refusal at the field whose part of the written form it names."""
    name = refusal.field if refusal.field in form.fields else _FIELDS.get(refusal.field.split(".")[0], "")
    form.add_error(name if name in form.fields else None, str(refusal))


@require_http_methods(["GET", "POST"])
def edit_draft(request: HttpRequest, public_id: str) -> HttpResponse:
    rule = _rule(request, public_id)
    form = forms.RuleForm(request.POST or None, initial=forms.RuleForm.initial_of(rule))
    if form.is_valid():
        try:
            rule_versions.edit_draft(actor=standing(request), rule=rule, text=form.text(), at=clock.now())
        except Refusal as refusal:
            _at_field(form, refusal)
        else:
            messages.success(request, _("The draft is kept. It needs a new dry run."))
            return redirect("recognition:show_rule", public_id=public_id)
    return render(request, "recognition/draft.html", {"form": form, "rule": rule}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def draft_version(request: HttpRequest, public_id: str) -> HttpResponse:
    """The next version of a rule in force."""
    rule = _rule(request, public_id)
    form = forms.RuleForm(
        request.POST or None, initial=forms.RuleForm.initial_of(rule) | {"effect_from": None, "why": ""}
    )
    if form.is_valid():
        try:
            newer = rule_versions.new_version(
                actor=standing(request), public_id=uuid4(), of=rule, text=form.text(), at=clock.now()
            )
        except Refusal as refusal:
            _at_field(form, refusal)
        else:
            messages.success(request, _("The draft is kept. Try it on the records before you propose it."))
            return redirect("recognition:show_rule", public_id=newer.public_id)
    return render(
        request,
        "recognition/draft.html",
        {"form": form, "rule": rule, "is_new": True},
        status=422 if form.errors else 200,
    )


@require_POST
def try_rule(request: HttpRequest, public_id: str) -> HttpResponse:
    rule = _rule(request, public_id)
    try:
        dry_runs.try_rule(actor=standing(request), public_id=uuid4(), rule=rule, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("recognition:show_rule", public_id=public_id)


@require_POST
def propose_rule(request: HttpRequest, public_id: str) -> HttpResponse:
    rule = _rule(request, public_id)
    try:
        rule_versions.propose_rule(actor=standing(request), rule=rule, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Proposed. Another officer decides."))
    return redirect("recognition:show_rule", public_id=public_id)


@require_POST
def decide_rule(request: HttpRequest, public_id: str) -> HttpResponse:
    """Approve, or send back with a reason."""
    rule = _rule(request, public_id)
    form = forms.DecideForm(request.POST)
    if form.is_valid():
        decide = rule_versions.reject_rule if request.POST.get("decision") == "reject" else rule_versions.approve_rule
        try:
            decide(actor=standing(request), rule=rule, reason=form.cleaned_data["reason"], at=clock.now())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Decided. It is kept with your name and reason."))
            return redirect("recognition:show_rule", public_id=public_id)
    return _rule_page(request, rule, form, status=422)


@require_http_methods(["GET", "POST"])
def end_rule(request: HttpRequest, public_id: str) -> HttpResponse:
    rule = _rule(request, public_id)
    form = forms.EndForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            rule_versions.end_rule(
                actor=standing(request), rule=rule, on=data["on"], reason=data["reason"], at=clock.now()
            )
        except Refusal as refusal:
            _at_field(form, refusal)
        else:
            messages.success(request, _("The rule ends on that day. What it credited stays."))
            return redirect("recognition:show_rule", public_id=public_id)
    return render(request, "recognition/end.html", {"form": form, "rule": rule}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only_for("recognition.recognise")
def start_recognition(request: HttpRequest) -> HttpResponse:
    """Recognise what waits: of the registrar's institution, or everywhere for an officer of the city."""
    viewer = standing(request)
    held = capacity(request)
    at = held.organisation_id if held else None
    organisation = Organisation.objects.select_related("territory").filter(pk=at).first() if at else None
    if request.method == "POST":
        is_again = bool(request.POST.get("again"))
        run = runs.start_recognition(
            actor=viewer, public_id=uuid4(), at=clock.now(), organisation=organisation, is_again=is_again
        )
        return redirect("recognition:show_run", public_id=run.public_id)
    return render(
        request,
        "recognition/start.html",
        {
            "organisation": organisation,
            "waiting": lists.waiting_count(organisation) if organisation else None,
            "refused": lists.refused_count(organisation) if organisation else None,
            "runs": list(lists.visible_runs(viewer)[:5]),
        },
    )


@require_GET
def show_run(request: HttpRequest, public_id: str) -> HttpResponse:
    """A recognition: its progress, then what came of it."""
    viewer = standing(request)
    run = get_object_or_404(lists.visible_runs(viewer), public_id=public_id)
    job = face_of(run.job) if run.job else None
    is_working = bool(job and job.is_open)
    template = (
        "recognition/working.html" if request.headers.get("HX-Request") and is_working else "recognition/run.html"
    )
    counts = [
        {"kind": "done", "label": _("credited"), "count": run.credited_count},
        {"kind": "info", "label": _("hours kept for later"), "count": run.carried_count},
        {"kind": "no", "label": _("not credited"), "count": run.refused_count},
    ]
    return render(request, template, {"run": run, "job": job, "is_working": is_working, "counts": counts})


@require_GET
@only_for("recognition.see_result")
def list_refused(request: HttpRequest) -> HttpResponse:
    """Records that got no credit, with the reason and what can be done."""
    viewer = standing(request)
    found = lists.reasons_by_number(viewer)
    form = forms.FindResults(request.GET, found=found)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    results = lists.visible_results(viewer, state=Result.State.REFUSED, reason=reason)
    page = page_of(results, order=("-record_id",), after=request.GET.get("after", ""))
    return render(
        request, "recognition/refused.html", {"form": form, "page": page, "lines": lists.lines_of(list(page))}
    )


@require_GET
@only_for("recognition.see_result")
def export_refused(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV, the newest 10,000."""
    results = list(lists.visible_results(standing(request), state=Result.State.REFUSED).order_by("-record_id")[:10_000])
    header = [
        gettext("Key"),
        gettext("Name"),
        gettext("Title"),
        gettext("Ended"),
        gettext("Reason"),
        gettext("What to do"),
    ]
    rows = (
        [
            line.record.record_key,
            line.record.learner.name,
            line.record.title,
            line.record.ended_on.isoformat(),
            line.why,
            line.remedy,
        ]
        for line in lists.lines_of(results)
    )
    return csv_response(f"{gettext('without credit')}.csv", [str(title) for title in header], rows)


@require_GET
@only_for("recognition.see_result")
def list_credited(request: HttpRequest) -> HttpResponse:
    """What was credited."""
    results = lists.visible_results(standing(request), state=Result.State.CREDITED)
    page = page_of(results, order=("-record_id",), after=request.GET.get("after", ""))
    return render(request, "recognition/credited.html", {"page": page, "lines": lists.lines_of(list(page))})


@require_http_methods(["GET", "POST"])
def reverse_record(request: HttpRequest, number: int) -> HttpResponse:
    """Take back what a record earned, or have it recognised anew: an officer's decision with a reason."""
    viewer = standing(request)
    record = get_object_or_404(visible_records(viewer), pk=number)
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        act = corrections.rerecognise_record if request.POST.get("act") == "again" else corrections.reverse_postings
        try:
            act(actor=viewer, record=record, why=form.cleaned_data["why"], at=clock.now())
        except Refusal as refusal:
            form.add_error("why" if refusal.field == "why" else None, str(refusal))
        else:
            messages.success(request, _("Done. Every step stands in the ledger with your reason."))
            return redirect("records:show_record", number=number)
    return render(
        request, "recognition/reverse.html", {"form": form, "record": record}, status=422 if form.errors else 200
    )


@public
@require_GET
def list_public_rules(request: HttpRequest) -> HttpResponse:
    """How credit is counted: the rules in force today, for everybody."""
    rules = [(rule, words.rows_of(rule)) for rule in versions_in_force(clock.today())]
    return render(request, "recognition/public_rules.html", {"rules": rules, "today": clock.today()})


@public
@require_GET
def show_public_rule(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version that is or was in force, for everybody."""
    rule = get_object_or_404(
        RuleVersion.objects.select_related("drafted_by", "decided_by", "keeper"),
        code=code,
        version=version,
        state__in=[_State.APPROVED, _State.ENDED],
    )
    return render(request, "recognition/public_rule.html", {"rule": rule, "rows": words.rows_of(rule)})


def _rule(request: HttpRequest, public_id: str) -> RuleVersion:
    return get_object_or_404(lists.visible_rules(standing(request)), public_id=public_id)
