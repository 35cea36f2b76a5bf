"""Pages of a learner's account: balance, statement, one line, records, card."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from xuecheng.city import clock
from xuecheng.city.access.middleware import public
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import scope_of
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import entrusted
from xuecheng.city.tables import Cell, csv_response
from xuecheng.learning.cards import queries as cards
from xuecheng.learning.creditbank import ledger, rules
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.queries import rule_frameworks_on
from xuecheng.learning.recognition.queries.rule_pages import names_in
from xuecheng.learning.recognition.words import rows_of
from xuecheng.web.drawings.code import qr_code
from xuecheng.web.offline import readable_offline

from . import pictures, queries
from .forms import RecordFilter, StatementFilter, wish_from
from .queries import KINDS, StatementLine


@entrusted("account.see_account")
@never_cache
@readable_offline
def see_account(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own account."""
    viewer = standing(request)
    return _account(request, viewer.person, is_own=True)


@never_cache
def see_account_of(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A learner's account for an officer who may see it; for everybody else there is no such page."""
    return _account(request, _visible_learner(request, person_id), is_own=False)


def _account(request: HttpRequest, learner: Person, *, is_own: bool) -> HttpResponse:
    now = clock.now()
    seen(request, person_id=learner.pk, what=Reading.What.ACCOUNT)
    wish, before = wish_from(request.GET)
    page = queries.account_page(standing(request), learner=learner, wish=wish, before=before, today=clock.date_of(now))
    return render(
        request,
        "account/account.html",
        {
            "base": "web/base.html" if is_own else "web/staff.html",
            "is_own": is_own,
            "now": now,
            "page": page,
            "filter": StatementFilter(request.GET, page=page),
            "kinds": [(kind, pictures.GLASS[kind], kind.label) for kind in KINDS],
            "short_kinds": pictures.short_kinds(),
            "bars": pictures.bars_of(page.quarters),
            "quarters": [(pictures.quarter_name(quarter), quarter) for quarter in page.quarters],
        },
    )


@entrusted("account.see_account")
@never_cache
@readable_offline
def see_line(request: HttpRequest, key: UUID) -> HttpResponse:
    """One line of one's own statement in full."""
    return _line(request, standing(request).person, key, is_own=True)


@never_cache
def see_line_of(request: HttpRequest, person_id: UUID, key: UUID) -> HttpResponse:
    """One line of a learner's statement, for an officer who may see it."""
    return _line(request, _visible_learner(request, person_id), key, is_own=False)


def _line(request: HttpRequest, learner: Person, key: UUID, *, is_own: bool) -> HttpResponse:
    found = queries.line_page(standing(request), learner=learner, key=key)
    if found is None:
        raise Http404
    seen(request, person_id=learner.pk, what=Reading.What.ACCOUNT)
    return render(
        request,
        "account/line.html",
        {
            "base": "web/base.html" if is_own else "web/staff.html",
            "is_own": is_own,
            "learner": learner,
            "found": found,
            "rule_rows": rows_of(
                found.rule, rule_frameworks_on(clock.today()), names=names_in([found.rule]), for_officers=not is_own
            )
            if found.rule
            else [],
        },
    )


@entrusted("account.see_account")
def export_statement(request: HttpRequest) -> HttpResponseBase:
    """One's own statement as a CSV file, with the filters of the page."""
    viewer = standing(request)
    seen(request, person_id=viewer.person.pk, what=Reading.What.ACCOUNT)
    wish, _before = wish_from(request.GET)
    mine = queries.own_accounts(viewer)
    header: list[Cell] = [
        _("Ended on"),
        _("Posted on"),
        _("What was learnt"),
        _("Framework"),
        _("Kind"),
        _("Level"),
        _("Source"),
        _("Rule"),
        _("Credits"),
        _("Balance"),
        _("Reason"),
    ]
    name = f"{_('statement')}-{clock.today().isoformat()}.csv"
    return csv_response(name, header, _cells(queries.whole_statement(mine, wish=wish)))


def _cells(lines: Iterator[StatementLine]) -> Iterator[list[Cell]]:
    for line in lines:
        behind = line.behind
        yield [
            line.learnt_on.isoformat(),
            line.booked_on.isoformat(),
            behind.title if behind else line.title,
            line.of.framework,
            line.of.kind_name,
            line.of.level_label,
            line.place,
            f"{behind.rule_code} v{behind.rule_version}" if behind and behind.rule_code else "",
            rules.shown_credits(line.amount),
            rules.shown_credits(line.after),
            behind.why if behind else "",
        ]


@entrusted("records.see_record")
@never_cache
def list_records(request: HttpRequest) -> HttpResponse:
    """One's own learning records and what became of each."""
    form = RecordFilter(request.GET)
    origin = form.cleaned_data["origin"] if form.is_valid() else ""
    seen(request, person_id=standing(request).person.pk, what=Reading.What.RECORDS)
    found = queries.own_records(standing(request), origin=origin, after=request.GET.get("after", ""))
    return render(request, "account/records.html", {"found": found, "filter": form})


@never_cache
@readable_offline
def see_card(request: HttpRequest) -> HttpResponse:
    """One's own learning card: the changing code where this phone was set up for it, else the printed number."""
    card = cards.card_of(standing(request).person_keys)
    if card is None or card.state == card.State.RETURNED:
        return render(request, "account/card.html", {"handed_back": card})
    context = {
        "card": card,
        "account": card.account,
        "picture": card_picture(request, card.number),
        "keys": " ".join(str(one.key_version) for one in cards.live_devices(card)),
        "now_ms": int(clock.now().timestamp() * 1000),
    }
    return render(request, "account/card.html", context)


def card_picture(request: HttpRequest, card_number: str) -> SafeString:
    """The QR code of a card: the address of its number's page, black on white."""
    address = request.build_absolute_uri(reverse("account:read_card", args=[card_number]))
    return qr_code(address, label=_("QR code of the learning card"))


@public
@never_cache
def read_card(request: HttpRequest, number: str) -> HttpResponse:
    """The page behind a card's QR code. It tells the public nothing, and the same for every number (C-83).

    An officer who may see the holder's account is led there.
    """
    try:
        digits = rules.normalise_card_number(number)
    except Refusal:
        digits = ""
    if digits and isinstance(request.user, Person):
        viewer = standing(request)
        account = LearningAccount.objects.select_related("person__territory").filter(card_number=digits).first()
        if account is not None and account.person_id in viewer.person_keys:
            return redirect("account:see_card")
        if account is not None and viewer.may("account.see_account", scope_of(account.person)):
            return redirect("account:see_account_of", account.person.public_id)
    return render(request, "account/read_card.html", {"number": digits})


@public
def explain_checks(request: HttpRequest) -> HttpResponse:
    """How anybody can check that nobody rewrote the books."""
    return render(
        request,
        "account/explain_checks.html",
        {"head": ledger.newest_city_head(), "anchor": ledger.newest_anchor()},
    )


def _visible_learner(request: HttpRequest, person_id: UUID) -> Person:
    learner = get_object_or_404(Person.objects.select_related("territory"), public_id=person_id)
    if not standing(request).may("account.see_account", scope_of(learner)):
        raise Http404
    return learner
