"""The public home, where to learn, a learner's own home, and help."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from xuecheng.city import clock
from xuecheng.city.access.middleware import public
from xuecheng.city.access.requests import standing
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Installation
from xuecheng.learning.account import pictures as account_pictures
from xuecheng.learning.account import queries as accounts
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.queries.cards import card_of
from xuecheng.web.offline import readable_offline
from xuecheng.web.paging import page_of

from . import pictures, queries
from .forms import FindPlace

GOAL_STEP = 3000
"""The window fills towards the next 30.00 credits: a distance to see, not a demand."""


@public
@require_GET
def show_home(request: HttpRequest) -> HttpResponse:
    """The city's learning today. A fixed number of cheap queries, whatever the size of the city."""
    network = queries.network(today=clock.today())
    bays, per_pane = pictures.bays(network)
    installation = Installation.objects.select_related("city").first()
    drawing = queries.district_map(installation.city.code) if installation else None
    areas, keys = pictures.areas(network, drawing) if drawing else ([], [])
    most = max((one.places for one in network.districts), default=0)
    return render(
        request,
        "network/home.html",
        {
            "network": network,
            "bays": bays,
            "per_pane": per_pane,
            "drawing": drawing,
            "areas": areas,
            "keys": keys,
            "most": most,
            "districts": sorted(network.districts, key=lambda one: (-one.places, one.code)),
            "form": FindPlace(),
            "today": clock.today(),
        },
    )


@public
@require_GET
def list_places(request: HttpRequest) -> HttpResponse:
    """Where people learn: by district and name."""
    form = FindPlace(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.learning_places(district=wanted.get("district", ""), text=wanted.get("text", ""))
    page = page_of(found, order=("code",), after=request.GET.get("after", ""))
    return render(request, "network/places.html", {"form": form, "page": page})


@never_cache
@require_GET
@readable_offline
def show_learner_home(request: HttpRequest) -> HttpResponse:
    """What now? The newest that concerns the learner, the balance, the window, the card."""
    viewer = standing(request)
    person, keys = viewer.person, viewer.person_keys
    if not isinstance(person, Person):
        raise TypeError("only people have a home")
    today = clock.today()
    mine = accounts.accounts_of(learner_id=person.pk, keys=keys)
    tables = accounts.tables_of(mine)
    table = tables[0] if tables else None
    steps = accounts.next_steps(learner_id=person.pk, book=ledger.book_of(person.pk), keys=keys, today=today)
    statement = accounts.statement_of(mine, size=4)
    account = card_of(keys)
    total = table.total if table else 0
    parts = [
        (account_pictures.GLASS[kind], table.of_kind(kind)) for kind in accounts.KINDS if table and table.of_kind(kind)
    ]
    return render(
        request,
        "network/learner_home.html",
        {
            "name": _called(person.name),
            "today": today,
            "hour": clock.now().astimezone(clock.zone()).hour,
            "account": account,
            "table": table,
            "parts": parts,
            "total": total,
            "goal": (total // GOAL_STEP + 1) * GOAL_STEP,
            "kinds": [(kind.label, account_pictures.GLASS[kind], table.of_kind(kind)) for kind in accounts.KINDS]
            if table
            else [],
            "first_step": steps[0] if steps else None,
            "steps": steps[1:],
            "statement": statement,
        },
    )


def _called(name: str) -> str:
    """How a greeting calls somebody: the given name of a Chinese name of three, else the whole name."""
    if get_language() != "en" and len(name) == 3 and all("\u4e00" <= sign <= "\u9fff" for sign in name):
        return name[1:]
    return name


@public
@require_GET
def show_help(request: HttpRequest) -> HttpResponse:
    return render(request, "network/help.html")


@public
@require_GET
def show_accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "network/accessibility.html")


@public
@require_GET
def show_privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "network/privacy.html")
