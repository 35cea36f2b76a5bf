"""The public page that verifies a credential, ours or anybody's. What is handed over is neither kept nor logged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from xuecheng.city import clock
from xuecheng.city.access.middleware import public
from xuecheng.city.access.requests import standing
from xuecheng.city.people.models import Person

from . import asking, looked, onward, own, pace, shapes
from .asking import HEADINGS, QUESTIONS
from .forms import HandOver
from .verdicts import Outcome, Verdict


@public
@never_cache
def verify_credential(request: HttpRequest) -> HttpResponse:
    """Verify what is handed over. The answer is shown once and kept nowhere."""
    form = HandOver(request.POST, request.FILES) if request.method == "POST" else HandOver()
    if page := own.own_page(request.POST.get("link", "").strip(), here=request.build_absolute_uri("/")):
        return redirect(page)
    if not form.is_valid():
        return render(request, "proofs/verify.html", {"form": form}, status=422 if form.errors else 200)
    given = form.cleaned_data
    size = given["file"].size if given["file"] else len(given["text"]) if given["text"] else pace.OF_A_LINK
    if pace.is_too_fast(request, size):
        response = render(request, "proofs/verify.html", {"form": HandOver(), "must_wait": True}, status=429)
        response["Retry-After"] = str(pace.WINDOW_S)
        return response
    content = None if given["link"] else given["file"].read() if given["file"] else given["text"].encode()
    verdict = (
        asking.of_link(given["link"], at=clock.now()) if content is None else asking.of_bytes(content, at=clock.now())
    )
    if isinstance(request.user, Person):
        looked.note(verdict, by=standing(request), at=clock.now())
    context = {
        "shown": _Shown.of(verdict),
        "heading": HEADINGS[verdict.outcome],
        "onward": onward.steps(
            request, verdict, content, file_name=(given["file"] and given["file"].name) or _("credential.json")
        ),
    }
    return render(request, "proofs/verdict.html", context)


@dataclass(frozen=True)
class _Shown:
    """A verdict for its page."""

    outcome: str
    kind: str
    said: asking.Said | None
    rows: list[tuple[str, str, str]]
    inside: list[_Shown]

    @classmethod
    def of(cls, verdict: Verdict) -> _Shown:
        return cls(
            outcome=verdict.outcome.value,
            kind=shapes.in_words(verdict.kind),
            said=asking.said_by(verdict.credential),
            rows=list(_rows(verdict)),
            inside=[cls.of(one) for one in verdict.inside],
        )


def _rows(verdict: Verdict) -> Iterator[tuple[str, str, str]]:
    """Question, answer, outcome; what failed first."""
    order = [Outcome.FAILED, Outcome.UNPROVEN, Outcome.PROVEN]
    for finding in sorted(verdict.findings, key=lambda one: order.index(one.outcome)):
        yield str(QUESTIONS[finding.question]), str(finding.text), finding.outcome.value
