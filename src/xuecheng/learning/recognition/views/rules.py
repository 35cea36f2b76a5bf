"""Conversion rules for certification officers: drafted, tried, decided by another, ended."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing, scope_of
from xuecheng.city.access.requests import standing
from xuecheng.city.jobs.faces import face_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.creditbank.queries import DEFAULT_FRAMEWORK, rule_frameworks_on, unit_versions
from xuecheng.learning.creditbank.rules import Framework
from xuecheng.learning.recognition import forms, words
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.recognition.queries import results, rule_pages
from xuecheng.learning.recognition.queries.rule_pages import Trial
from xuecheng.learning.recognition.queries.rule_versions import rule_json
from xuecheng.learning.recognition.queries.under_rule import affected_by
from xuecheng.learning.recognition.services import dry_runs, rule_versions, under_rule
from xuecheng.web.paging import page_of

_State = RuleVersion.State
_INSTITUTIONS_SHOWN = 20


@require_GET
@only_for("recognition.draft_rule")
def list_rules(request: HttpRequest) -> HttpResponse:
    """All rules and their versions, by number, newest version first."""
    form = forms.FindRules(request.GET)
    wish = form.cleaned_data if form.is_valid() else {"state": "", "text": ""}
    found = rule_pages.visible_rules(standing(request), state=wish["state"], text=wish["text"])
    page = page_of(found, order=("code", "-version"), after=request.GET.get("after", ""), size=50)
    return render(request, "recognition/rules.html", {"form": form, "page": page, "today": clock.today()})


@require_GET
def show_rule(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A version: what it says and changes, its dry run, who drafted and who decides."""
    return _rule_page(request, _rule(request, public_id))


@require_http_methods(["GET", "POST"])
@only_for("recognition.draft_rule")
def draft_rule(request: HttpRequest) -> HttpResponse:
    """A new rule."""
    keeper = get_object_or_404(rule_pages.keepers(standing(request))[:1])
    form = _form(request, initial={"effect_from": clock.today()})
    if form.is_valid():
        try:
            rule = rule_versions.draft_rule(
                actor=standing(request),
                public_id=form.cleaned_data["public_id"],
                keeper=keeper,
                text=form.text(),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The draft is kept. Try it on the records before you propose it."))
            return redirect("recognition:show_rule", public_id=rule.public_id)
    return _draft_page(request, form)


@require_http_methods(["GET", "POST"])
def edit_draft(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A draft again, or what was sent back."""
    rule = _rule(request, public_id)
    form = _form(request, initial={}, of=rule)
    if form.is_valid():
        try:
            rule_versions.edit_draft(actor=standing(request), rule=rule, text=form.text(), at=clock.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The draft is kept. It needs a new dry run."))
            return redirect("recognition:show_rule", public_id=public_id)
    return _draft_page(request, form, rule=rule)


@require_http_methods(["GET", "POST"])
def draft_version(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The next version of a rule in force, beginning with what is."""
    rule = _rule(request, public_id)
    form = _form(request, initial={"effect_from": None, "effect_to": None, "why": ""}, of=rule)
    if form.is_valid():
        try:
            newer = rule_versions.new_version(
                actor=standing(request),
                public_id=form.cleaned_data["public_id"],
                of=rule,
                text=form.text(),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The draft is kept. Try it on the records before you propose it."))
            return redirect("recognition:show_rule", public_id=newer.public_id)
    return _draft_page(request, form, rule=rule, is_next=True)


@require_POST
def try_rule(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Start a dry run; the rule's page shows how far it is, and then what it found."""
    rule = _rule(request, public_id)
    try:
        dry_runs.try_rule(actor=standing(request), public_id=uuid4(), rule=rule, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("recognition:show_rule", public_id=public_id)


@require_POST
def propose_rule(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Hand the draft to the other officers."""
    rule = _rule(request, public_id)
    try:
        rule_versions.propose_rule(actor=standing(request), rule=rule, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Proposed. Another officer decides."))
    return redirect("recognition:show_rule", public_id=public_id)


@require_POST
def decide_rule(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Approve a colleague's draft, or send it back with a reason."""
    rule = _rule(request, public_id)
    trial = rule_pages.trial_of(rule)
    form = forms.DecideForm(request.POST, has_conflicts=_has_conflicts(trial))
    if form.is_valid():
        approves = request.POST.get("decision") == "approve"
        decide = rule_versions.approve_rule if approves else rule_versions.reject_rule
        try:
            decided = decide(actor=standing(request), rule=rule, reason=form.cleaned_data["reason"], at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            said = _("%(rule)s is approved.") if approves else _("%(rule)s went back to its author.")
            messages.success(request, said % {"rule": f"{decided.code} {decided.name}"})
            return redirect("recognition:show_rule", public_id=public_id)
    return _rule_page(request, rule, form=form, status=422)


@require_http_methods(["GET", "POST"])
def end_rule(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The day from which a rule applies no more."""
    rule = _rule(request, public_id)
    form = forms.EndForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            rule_versions.end_rule(
                actor=standing(request), rule=rule, on=data["on"], reason=data["reason"], at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The rule ends on that day. What it credited stays."))
            return redirect("recognition:show_rule", public_id=public_id)
    return render(request, "recognition/end.html", {"form": form, "rule": rule}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only_for("recognition.reverse_posting")
def recognise_anew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What stands under older versions is counted; an officer may have it recognised anew."""
    rule = _rule(request, public_id)
    form = forms.AnewForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            run = under_rule.rerecognise_under_rule(
                actor=standing(request), public_id=data["public_id"], rule=rule, why=data["why"], at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return redirect("recognition:show_run", public_id=run.public_id)
    affected = affected_by(rule)
    return render(
        request,
        "recognition/anew.html",
        {"form": form, "rule": rule, "affected": affected, "sums": results.sums_of(affected.credits)},
        status=422 if form.errors else 200,
    )


# What the pages are made of


def _rule(request: HttpRequest, public_id: UUID) -> RuleVersion:
    return get_object_or_404(rule_pages.visible_rules(standing(request)), public_id=public_id)


def _has_conflicts(trial: Trial) -> bool:
    return trial.dry_run is not None and bool(trial.dry_run.result.get("conflicts"))


def _rule_page(
    request: HttpRequest, rule: RuleVersion, *, form: forms.DecideForm | None = None, status: int = 200
) -> HttpResponse:
    viewer = standing(request)
    versions = rule_pages.versions_of(rule)
    before = rule_pages.given_before(rule, versions)
    trial = rule_pages.trial_of(rule)
    frameworks = rule_frameworks_on(clock.today())
    names = rule_pages.names_in([rule, before] if before else [rule])
    is_author = rule.drafted_by_id in viewer.person_keys
    scope = rule.keeper
    job = trial.dry_run.job if trial.dry_run and trial.dry_run.finished_at is None else None
    return render(
        request,
        "recognition/rule.html",
        {
            "rule": rule,
            "today": clock.today(),
            "form": form or forms.DecideForm(has_conflicts=_has_conflicts(trial)),
            "versions": versions,
            "before": before,
            "changes": words.changes_between(before, rule, frameworks, names=names) if before else None,
            "rows": words.rows_of(rule, frameworks, names=names),
            "trial": trial,
            "found": _found(trial, frameworks),
            "job": face_of(job) if job else None,
            "checks": _checks(rule, trial, is_author=is_author),
            "history": _events(rule),
            "written": json.dumps(rule_json(rule), ensure_ascii=False, indent=2),
            "is_author": is_author,
            "viewer_name": viewer.person.name,
            "may_decide": rule.state == _State.PROPOSED and not is_author and _may(viewer, "decide_rule", scope),
            "may_edit": is_author and rule.state in (_State.DRAFT, _State.REJECTED),
            "may_try": rule.state in (_State.DRAFT, _State.PROPOSED, _State.REJECTED)
            and _may(viewer, "try_rule", scope),
            "may_renew": rule.state == _State.APPROVED and _may(viewer, "draft_rule", scope),
            "may_end": rule.state == _State.APPROVED and _may(viewer, "decide_rule", scope),
            "may_anew": rule.state == _State.APPROVED and before and _may(viewer, "reverse_posting", scope),
        },
        status=status,
    )


def _may(viewer: Standing, act: str, keeper: Organisation) -> bool:
    return viewer.may(f"recognition.{act}", scope_of(keeper))


def _found(trial: Trial, frameworks: words.Frameworks) -> dict[str, Any] | None:
    """What a finished dry run found, by classes of credit and with the institutions' names."""
    dry_run = trial.dry_run
    if dry_run is None or dry_run.finished_at is None:
        return None
    result = dry_run.result
    shown = result["institutions"][:_INSTITUTIONS_SHOWN]
    names = {
        code: (zh, en)
        for code, zh, en in Organisation.objects.filter(code__in=[one["code"] for one in shown]).values_list(
            "code", "name_zh", "name_en"
        )
    }
    return {
        "at": dry_run.finished_at,
        "records": result["records"],
        "matched": result["matched"],
        "given": _amounts(result["given"], frameworks),
        "gained": _amounts(result["gained"], frameworks),
        "people": [
            (label, result["people"][name]["count"], _amounts(result["people"][name]["credits"], frameworks))
            for name, label in (("more", _("get more")), ("same", _("get the same")), ("less", _("get less")))
        ],
        "institutions": [
            {
                "name": words.name_of(one["code"], names),
                "hit": one["hit"],
                "credits": _amounts(one["credits"], frameworks),
                "over_cap": one["over_cap"],
            }
            for one in shown
        ],
        "others": len(result["institutions"]) - len(shown),
        "most_hit": max((one["hit"] for one in shown), default=0),
        "over_cap": result["learners_over_cap"],
        "conflicts": result["conflicts"],
    }


def _amounts(amounts: list[list[Any]], frameworks: words.Frameworks) -> list[tuple[str, int]]:
    """(class in words, hundredths): classes are never added up (C-01)."""
    return [
        (words.class_in_words(framework, kind, level, frameworks), amount) for framework, kind, level, amount in amounts
    ]


def _checks(rule: RuleVersion, trial: Trial, *, is_author: bool) -> list[tuple[str, Any]]:
    """What stands in the way of an approval by the viewer, and what does not."""
    is_first, begins_later = rule.version == 1, rule.effect_from > clock.today()
    begins = _("It is the first version, so there is nothing that it would unsay")
    if not is_first or begins_later:
        begins = _("It begins after today, so that what was credited stays as it is")
    return [
        ("wait" if is_author else "done", _("Whoever approves is not who drafted")),
        ("done" if trial.is_of_this_wording else "no", _("There is a dry run of exactly this wording")),
        ("done" if trial.is_good else "no", _("Records have grown by no more than 1 % since the dry run")),
        ("done" if is_first or begins_later else "no", begins),
    ]


_STEPS = {
    _State.DRAFT: _("Edited"),
    _State.PROPOSED: _("Proposed"),
    _State.APPROVED: _("Approved"),
    _State.REJECTED: _("Sent back"),
    _State.ENDED: pgettext_lazy("rule", "Ended"),
}


def _events(rule: RuleVersion) -> list[dict[str, Any]]:
    """The life of a version, newest first: what was done with it, by whom, and why."""
    return [
        {
            "what": _("Drafted")
            if entry.what == "insert"
            else _STEPS[_State(entry.changes.get("state", ("", "draft"))[1])],
            "by": entry.by,
            "at": entry.at,
            "why": entry.reason,
        }
        for entry in trace.history_of(rule)
    ]


def _form(request: HttpRequest, *, initial: dict[str, Any], of: RuleVersion | None = None) -> forms.RuleForm:
    framework, units = _framework(), _units()
    if of is not None:
        initial = forms.initial_of(of, framework=framework, units=units) | initial
    return forms.RuleForm(request.POST or None, initial=initial, framework=framework, units=units)


def _framework() -> Framework:
    return rule_frameworks_on(clock.today())[DEFAULT_FRAMEWORK]


def _units() -> list[UnitVersion]:
    return list(unit_versions(state=UnitVersion.State.PUBLISHED))


def _draft_page(
    request: HttpRequest, form: forms.RuleForm, *, rule: RuleVersion | None = None, is_next: bool = False
) -> HttpResponse:
    return render(
        request,
        "recognition/draft.html",
        {"form": form, "rule": rule, "is_next": is_next},
        status=422 if form.errors else 200,
    )
