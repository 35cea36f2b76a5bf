"""The holder's pages: one's own credentials, what is in one, files to take along, links to share."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock, trace
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.learning.badges import addresses, beside, elm, forms, printing, queries, rules, services
from xuecheng.learning.badges.models import Badge, Share
from xuecheng.learning.badges.queries import REVOKE
from xuecheng.web.drawings.code import qr_code
from xuecheng.web.forms import set_apart
from xuecheng.web.paging import page_of

_KINDS = {
    "json": "application/vc+ld+json",
    "jwt": "text/plain; charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}


@never_cache
@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """My credentials 我的证书, as cards."""
    viewer = standing(request)
    page = page_of(queries.own_badges(viewer), order=("-id",), after=request.GET.get("after", ""))
    names = queries.classes_of(one.achievement for one in page)
    context = {
        "page": page,
        "rows": [(one, names[one.achievement.credit_class_id]) for one in page],
        "waiting": queries.lines_to_ask(viewer, on=clock.today()),
        "beside": beside.doors(),
    }
    return render(request, "badges/own.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Choose entries of one's record, and have them certified."""
    viewer = standing(request)
    lines = queries.lines_to_ask(viewer, on=clock.today())
    form = forms.Ask(request.POST if request.method == "POST" else None, lines=lines)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.ask_badges(
                actor=viewer, learner=viewer.person, lines=form.chosen(), with_name=form.cleaned_data["with_name"],
                at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("It is yours."))
            if len(made) == 1:
                return redirect("badges:show_badge", public_id=made[0].public_id)
            return redirect("badges:list_own")
    context = {"form": form, "lines": lines, "has_some": bool(lines) or queries.own_badges(viewer).exists()}
    return render(request, "badges/ask.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def show_badge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One credential: what is in it in plain words, its files, who looked; for officers what they may do with it."""
    return badge_page(request, badge_or_404(request, public_id))


def badge_page(request: HttpRequest, row: Badge, *, wrong: forms.Why | None = None, verb: str = "") -> HttpResponse:
    """The page of a credential, for its holder or its issuer."""
    viewer = standing(request)
    is_own = row.learner_id in viewer.person_keys
    may = not is_own and viewer.may(REVOKE, row.access_scope())
    versions = queries.versions_of(row)
    shown = _forms_of(row, is_newest=versions[0].pk == row.pk) if may else {}
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    set_apart(shown)
    address = addresses.to_open(request, "show_credential", row.public_id)
    context = {
        "row": row,
        "of": queries.class_of(row.achievement),
        "is_own": is_own,
        "shown": shown,
        "errors": wrong,
        "inside": json.loads(row.document) if row.document else None,
        "picture": qr_code(address, label=_("Code of the credential")),
        "address": address,
        "issuer": addresses.issuer_of(row.issuer),
        "versions": versions,
        "looks": queries.looks_at(row) if is_own else [],
        "history": trace.history_of(row),
        "base": "web/base.html" if is_own else "web/staff.html",
    }
    return render(request, "badges/badge.html", context, status=422 if wrong is not None else 200)


def _forms_of(row: Badge, *, is_newest: bool) -> dict[str, forms.Why]:
    verbs = {
        Badge.State.VALID: ("suspend", "revoke", "reissue"),
        Badge.State.SUSPENDED: ("resume", "revoke") if row.case_id is None else ("revoke",),
        Badge.State.REVOKED: ("reissue",) if row.by_decision and is_newest else (),
    }[Badge.State(row.state)]
    return {verb: forms.Why() for verb in verbs}


@never_cache
@require_GET
def download(request: HttpRequest, public_id: UUID, form: str) -> HttpResponse:
    """A credential as a file: JSON, JWT, picture or drawing with the credential in it, sheet of paper.

    What is signed is for its holder alone; an officer gets the sheet at most.
    """
    row = badge_or_404(request, public_id)
    is_own = row.learner_id in standing(request).person_keys
    if not row.document or form not in _KINDS or not (is_own or form == "pdf"):
        raise Http404
    try:
        content = _file(request, row, form)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("badges:show_badge", public_id=public_id)
    response = HttpResponse(content, content_type=_KINDS[form])
    name = f"{row.achievement.title_zh[:40]}-{row.awarded_on:%Y%m%d}.{form}"
    return _attached(response, name)


def _file(request: HttpRequest, row: Badge, form: str) -> bytes | str:
    match form:
        case "json":
            return row.document
        case "jwt":
            return services.jwt_of(row, at=clock.now())
        case "png":
            return rules.baked_png(printing.picture_png(row), row.document)
        case "svg":
            return rules.baked_svg(printing.picture_svg(row), row.document)
        case _:
            address = addresses.to_open(request, "show_credential", row.public_id)
            return printing.sheet_pdf(row, holder=row.learner.name if row.with_name else "", address=address)


@never_cache
@require_POST
def name_badge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Have one's name written into a credential, or taken out of it: it is signed anew."""
    row = badge_or_404(request, public_id)
    if row.learner_id not in standing(request).person_keys:
        raise Http404
    why = _("The holder wants the name left out.") if row.with_name else _("The holder wants the name in it.")
    try:
        made = services.reissue_badge(
            actor=standing(request), badge=row, why=why, with_name=not row.with_name, at=clock.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("badges:show_badge", public_id=public_id)
    messages.success(request, _("Signed anew. Files that you took before do not hold any more."))
    return redirect("badges:show_badge", public_id=made.public_id)


@never_cache
@require_http_methods(["GET", "POST"])
def take_record(request: HttpRequest) -> HttpResponse:
    """All of one's credentials, or chosen ones, as one file."""
    viewer = standing(request)
    rows = list(queries.own_badges(viewer).filter(queries.holding(clock.today())).order_by("-awarded_on", "-pk")[:200])
    form = forms.Take(request.POST if request.method == "POST" else None, badges=rows)
    if request.method == "POST" and form.is_valid():
        try:
            text, held = services.record_of(
                actor=viewer, learner=viewer.person, badges=form.chosen(), with_name=form.cleaned_data["with_name"],
                at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            name = viewer.person.name if form.cleaned_data["with_name"] else ""
            if form.cleaned_data["form"] == "elm":
                text = json.dumps(elm.document_of(held, holder=name, at=clock.now()), ensure_ascii=False, indent=1)
                return _attached(HttpResponse(text, content_type="application/ld+json"), "learning.elm.jsonld")
            return _attached(HttpResponse(text, content_type=_KINDS["json"]), "learning.clr.json")
    return render(request, "badges/take.html", {"form": form, "rows": rows}, status=422 if form.errors else 200)


@never_cache
@require_GET
def list_shares(request: HttpRequest) -> HttpResponse:
    """One's own links, and how often each was followed."""
    viewer, now = standing(request), clock.now()
    page = page_of(queries.own_shares(viewer), order=("-id",), after=request.GET.get("after", ""))
    context = {"page": page, "rows": [(one, one.is_open(now)) for one in page]}
    return render(request, "badges/shares.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def share(request: HttpRequest) -> HttpResponse:
    """A link that shows chosen credentials until a day."""
    viewer = standing(request)
    rows = list(queries.own_badges(viewer).filter(queries.holding(clock.today())).order_by("-awarded_on", "-pk")[:200])
    initial: dict[str, Any] = {"public_id": uuid7(), "badges": request.GET.getlist("badge")[:1]}
    form = forms.ShareThem(request.POST if request.method == "POST" else None, badges=rows, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.share_badges(
                actor=viewer, public_id=data["public_id"], learner=viewer.person, badges=form.chosen(),
                until=form.until(), shows_name=data["shows_name"], title=data["title"], at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
            if form.has_error("until"):
                form.add_error("last_day", str(refusal))
        else:
            return redirect("badges:show_share", public_id=made.public_id)
    return render(request, "badges/share.html", {"form": form, "rows": rows}, status=422 if form.errors else 200)


@never_cache
@require_GET
def show_share(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One link: the address and its code, what it shows, who looked, and taking it back."""
    row = _share_or_404(request, public_id)
    token = services.token_of(row.public_id)
    # After the server's key was replaced a link cannot be shown again; whoever has it may use it on.
    is_shown = row.is_open(clock.now()) and services.hash_of(token) == bytes(row.token_hash)
    address = addresses.to_open(request, "open_share", token) if is_shown else ""
    context = {
        "row": row,
        "badges": queries.badges_in(row),
        "address": address,
        "picture": qr_code(address, label=_("Code of the link")) if address else "",
        "is_open": row.is_open(clock.now()),
        "looks": row.looks.order_by("-pk")[:20],
    }
    return render(request, "badges/show_share.html", context)


@never_cache
@require_POST
def withdraw_share(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The link shows nothing any more."""
    row = _share_or_404(request, public_id)
    services.withdraw_share(actor=standing(request), share=row, at=clock.now())
    messages.success(request, _("Withdrawn. The link shows nothing any more."))
    return redirect("badges:show_share", public_id=public_id)


def badge_or_404(request: HttpRequest, public_id: UUID) -> Badge:
    """The credential, if it is one's own or an officer may see it; else there is no such page."""
    row = queries.badge(standing(request), public_id)
    if row is None:
        raise Http404
    seen(request, person_id=row.learner_id, what=Reading.What.ACCOUNT, thing=row.public_id)
    return row


def _share_or_404(request: HttpRequest, public_id: UUID) -> Share:
    row = queries.own_share(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def _attached(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
