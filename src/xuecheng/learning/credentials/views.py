"""Pages of transcripts: the holder's own, and the public one that answers a code."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from xuecheng.city import clock, trace
from xuecheng.city.access.middleware import public
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import scope_of
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.identity.recent import require_recent
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import entrusted
from xuecheng.learning.account.queries import accounts_of, tables_of
from xuecheng.learning.cards import queries as card_queries
from xuecheng.learning.cards.rules import ndef_of
from xuecheng.learning.redemption import queries as redemption
from xuecheng.web.machines import not_for_search
from xuecheng.web.offline import readable_offline

from . import cards, covering, elsewhere, printing, queries, services, vouchers, wrong_tries
from .forms import IssueTranscript, RevokeTranscript, VerifyCode
from .models import Transcript


@entrusted("credentials.see_transcript")
@never_cache
@readable_offline
def list_transcripts(request: HttpRequest) -> HttpResponse:
    """One's own transcripts, and how often each was looked at."""
    viewer = standing(request)
    seen(request, person_id=viewer.person.pk, what=Reading.What.TRANSCRIPT)
    rows = queries.transcripts_of(*viewer.person_keys)
    return render(request, "credentials/list.html", {"transcripts": rows[:100]})


@entrusted("credentials.issue_transcript")
@never_cache
def issue_transcript(request: HttpRequest) -> HttpResponse:
    """Choose what is certified, and get it."""
    viewer = standing(request)
    seen(request, person_id=viewer.person.pk, what=Reading.What.TRANSCRIPT)
    tables = tables_of(accounts_of(learner_id=viewer.person.pk, keys=viewer.person_keys))
    held = list(dict.fromkeys(row.kind for table in tables for row in table.rows))
    lines = queries.certifiable_lines(learner_ids=viewer.person_keys)
    initial = {"language": get_language(), "kinds": held, "with_card_number": False}
    form = IssueTranscript(
        request.POST or None, held=held, lines=lines, initial=initial, units=covering.units_held(lines),
        qualifications=covering.qualifications(lines, learner_ids=viewer.person_keys, on=clock.today()),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["kinds"]
        try:
            made = services.issue_transcript(
                actor=viewer,
                learner=viewer.person,
                at=clock.now(),
                language=form.cleaned_data["language"],
                kinds=None if set(chosen) == set(held) else chosen,
                entries=form.chosen_entries(),
                unit=form.chosen_unit(),
                qualification=form.chosen_qualification(),
                purpose=form.cleaned_data["purpose"],
                with_card_number=form.cleaned_data["with_card_number"],
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Your transcript is ready."))
            return redirect("credentials:see_transcript", made.code)
    return render(request, "credentials/issue.html", {"form": form, "held": held}, status=422 if form.errors else 200)


@entrusted("credentials.see_transcript")
@never_cache
@readable_offline
def see_transcript(request: HttpRequest, code: str) -> HttpResponse:
    """One's own transcript: download it, see who looked, revoke it."""
    transcript = _visible(request, code)
    return render(
        request,
        "credentials/transcript.html",
        {
            "transcript": transcript,
            "content": queries.content_of(transcript),
            "changes": queries.changes_since(transcript),
            "check_count": transcript.checks.count(),
            "last_checks": transcript.checks.order_by("-at")[:5],
            "prints": transcript.prints.select_related("by").order_by("-at", "-pk")[:10],
            "verify_url": _verify_url(request, transcript),
            "is_own": transcript.learner_id in standing(request).person_keys,
            "history": trace.history_of(transcript),
        },
    )


@entrusted("credentials.see_transcript")
def download_transcript(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of paper, as PDF."""
    transcript = _visible(request, code)
    services.note_print(actor=standing(request), transcript=transcript, at=clock.now())
    response = HttpResponse(
        printing.transcript_pdf(transcript, verify_url=_verify_url(request, transcript)), content_type="application/pdf"
    )
    name = f"{_('transcript')}-{transcript.code}.pdf"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


_CARD_FORMS = {"pdf": "application/pdf", "png": "image/png", "ndef": "application/octet-stream"}


@never_cache
def print_card(request: HttpRequest, public_id: UUID, form: str) -> HttpResponse:
    """A learning card for print, or for an NFC tag: the holder's own, or for the counter that keeps it."""
    card = card_queries.kept_card(standing(request), public_id)
    if card is None or card.state not in (card.State.ACTIVE, card.State.FROZEN) or form not in _CARD_FORMS:
        raise Http404
    seen(request, person_id=card.account_id, what=Reading.What.ACCOUNT)
    addresses = {
        "read_url": request.build_absolute_uri(reverse("account:read_card", args=[card.number])),
        "found_url": request.build_absolute_uri(reverse("cards:report_found")),
        "terms_url": request.build_absolute_uri(reverse("cards:show_terms")),
    }
    if form == "ndef":
        content = ndef_of(addresses["read_url"])
    else:
        draw = cards.card_pdf if form == "pdf" else cards.card_png
        content = draw(card, card_queries.holder_of(card), **addresses)
    response = HttpResponse(content, content_type=_CARD_FORMS[form])
    name = f"{_('learning card')}.{form}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


@never_cache
@require_GET
def print_voucher(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The voucher of what is kept for somebody: for them, or for the counter that hands it out."""
    viewer = standing(request)
    row = redemption.order(viewer, public_id)
    if row is None or row.state != row.State.RESERVED:
        raise Http404
    if row.learner_id not in viewer.person_keys:
        seen(request, person_id=row.learner_id, what=Reading.What.ACCOUNT, thing=row.public_id)
    address = request.build_absolute_uri(f"{reverse('redemption:counter')}?code={row.code}")
    response = HttpResponse(vouchers.voucher_pdf(row, counter_url=address), content_type="application/pdf")
    name = f"{_('voucher')}-{row.code}.pdf"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


@never_cache
def revoke_transcript(request: HttpRequest, code: str) -> HttpResponse:
    """Let the code say that the transcript was revoked."""
    transcript = _visible(request, code)
    require_recent(request)
    form = RevokeTranscript(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.revoke_transcript(
                actor=standing(request), transcript=transcript, at=clock.now(), why=form.cleaned_data["why"]
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The transcript was revoked."))
            return redirect("credentials:see_transcript", transcript.code)
    return render(
        request,
        "credentials/revoke.html",
        {"form": form, "transcript": transcript},
        status=422 if form.errors else 200,
    )


@public
@never_cache
@not_for_search
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Anybody asks what a code certifies.

    An unknown code and a malformed one get the same answer; after five wrong ones a minute the client waits (C-83).
    What is answered was printed on the transcript; who asks is not kept, only that somebody did.
    """
    typed = request.GET.get("code", "")
    if typed and not code:
        return redirect("credentials:verify_code", typed.strip()[:40].replace("/", " ") or " ")
    form = VerifyCode(initial={"code": code})
    if not code:
        return render(request, "credentials/verify.html", {"form": form})
    if wrong_tries.are_too_many(request):
        return _slow_down(request, form)
    answer = services.answer_code(text=code)
    if answer is None:
        if address := elsewhere.address_of(code):
            return redirect(address)
        wrong_tries.note(request)
        return render(request, "credentials/verify.html", {"form": form, "is_unknown": True}, status=404)
    _note_look(request, answer.transcript)
    return render(
        request, "credentials/answer.html", {"answer": answer, "content": queries.content_of(answer.transcript)}
    )


def _slow_down(request: HttpRequest, form: VerifyCode) -> HttpResponse:
    response = render(request, "credentials/verify.html", {"form": form, "must_wait": True}, status=429)
    response["Retry-After"] = str(wrong_tries.WINDOW_S)
    return response


def _note_look(request: HttpRequest, transcript: Transcript) -> None:
    """The holder's own look is not counted, nor one that was counted just now."""
    is_holder = isinstance(request.user, Person) and request.user.pk == transcript.learner_id
    if not is_holder and wrong_tries.is_new_look(request, transcript.code):
        services.note_check(transcript=transcript, at=clock.now())


def _visible(request: HttpRequest, code: str) -> Transcript:
    """The transcript, if it is one's own or an officer may see it; else there is no such page."""
    transcript = Transcript.objects.select_related("learner__territory").filter(code=code).first()
    if transcript is None or not standing(request).may("credentials.see_transcript", scope_of(transcript.learner)):
        raise Http404
    seen(request, person_id=transcript.learner_id, what=Reading.What.TRANSCRIPT, thing=transcript.code)
    return transcript


def _verify_url(request: HttpRequest, transcript: Transcript) -> str:
    return request.build_absolute_uri(reverse("credentials:verify_code", args=[transcript.code]))
