"""Agreements: what was agreed, whose consent is missing, and which hours they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from xuecheng.city.access.queries import scope_of
from xuecheng.city.people.groups import in_group
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.staff.models import Agreement, AgreementHours, Consent, Fee, spans_of
from xuecheng.coordination.staff.rules import EXTENSION_ORDER, ORDER, Form, Party, Period, Span

SIGN, OWN = "staff.sign_agreement", "staff.consent"
COUNTING = (Agreement.State.IN_FORCE, Agreement.State.RECALLED, Agreement.State.ENDED, Agreement.State.EVALUATED)
"""States whose period counts; what ended early has a shorter one."""


@dataclass(frozen=True)
class Step:
    """One party in the order of consents."""

    party: str
    label: str
    name: str
    """The unit or the person whose consent it is."""
    said: Consent | None
    is_next: bool

    @property
    def state(self) -> str:
        """As the timeline draws it."""
        return "done" if self.said else "now" if self.is_next else "later"


@dataclass(frozen=True)
class AgreementFace:
    """An agreement as a page shows it to one viewer."""

    row: Agreement
    first_day: date
    last_day: date
    hours: tuple[Span, ...]
    fees: tuple[Fee, ...]
    steps: tuple[Step, ...]
    earlier: tuple[Consent, ...]
    """Consents of rounds before."""
    turn: str
    """Whose consent is awaited; "" for nobody's."""
    may_consent: bool
    is_person: bool
    is_home: bool
    is_receiver: bool
    is_over: bool


def _all() -> QuerySet[Agreement]:
    return Agreement.objects.select_related(
        "person", "teacher__person", "teacher__home__territory", "home__territory", "receiver__territory", "territory",
        "drafted_by",
    )  # fmt: skip


def _units(viewer: Standing, act: str) -> Q:
    """Agreements of the viewer's unit, on either side; a home unit reads none that was never sent to it."""
    receiving = visible(viewer, act, organisation="receiver", territory="receiver__territory")
    lending = visible(viewer, act, organisation="home", territory="home__territory")
    return receiving | (lending & ~Q(state=Agreement.State.DRAFT))


def agreements(viewer: Standing, *, form: str = "", state: str = "") -> QuerySet[Agreement]:
    """Agreements in which a unit of the viewer takes part, for a list by (-id). One query."""
    found = _all().filter(_units(viewer, SIGN))
    if form:
        found = found.filter(form=form)
    return found.filter(state=state) if state else found


def agreements_waiting(viewer: Standing) -> QuerySet[Agreement]:
    """Agreements of the viewer's units in which somebody's consent is awaited."""
    return agreements(viewer).filter(Q(state=Agreement.State.AWAITING) | Q(extends_to__isnull=False))


def own_agreements(person: Person) -> list[Agreement]:
    """What was sent to the person, the newest first. One query."""
    return list(_all().filter(person__in=in_group(person)).exclude(state=Agreement.State.DRAFT).order_by("-id")[:50])


def agreement(viewer: Standing, public_id: UUID) -> Agreement | None:
    """One agreement that `viewer` may see: as the person, or for a unit that takes part. One query."""
    own = Q(person__in=viewer.own_keys(OWN)) & ~Q(state=Agreement.State.DRAFT)
    return _all().filter(own | _units(viewer, SIGN)).filter(public_id=public_id).first()


def order_of(row: Agreement) -> Sequence[Party]:
    """Whose consents this round needs, in order."""
    return EXTENSION_ORDER if row.extends_to is not None else ORDER[Form(row.form)]


def next_party(row: Agreement, said: Sequence[Consent]) -> Party | None:
    """Whose turn it is; None when nobody's consent is awaited."""
    if row.state != Agreement.State.AWAITING and row.extends_to is None:
        return None
    given = {one.party for one in said if one.round == row.round}
    return next((party for party in order_of(row) if party not in given), None)


def face_of(viewer: Standing, row: Agreement, *, today: date) -> AgreementFace:
    """An agreement with its hours, fees and the state of each consent. Three queries."""
    said = list(row.consents.select_related("by").order_by("id"))
    turn = next_party(row, said)
    this_round = {one.party: one for one in said if one.round == row.round}
    names = {
        Party.HOME: row.home.name if row.home else "",
        Party.PERSON: row.person.name,
        Party.RECEIVER: row.receiver.name,
    }
    parties = order_of(row) if row.round == 0 or row.extends_to is not None else [Party(one) for one in this_round]
    is_home = row.home is not None and viewer.may(SIGN, scope_of(row.home))
    is_receiver = viewer.may(SIGN, scope_of(row.receiver))
    is_person = row.person_id in viewer.own_keys(OWN)
    mine = {
        Party.HOME: is_home and not is_person,
        Party.PERSON: is_person,
        Party.RECEIVER: is_receiver and not is_person,
    }
    return AgreementFace(
        row=row,
        first_day=row.during.lower,
        last_day=row.during.upper - timedelta(days=1),
        hours=spans_of(row.hours.all()),
        fees=tuple(row.fees.order_by("level")),
        steps=tuple(
            Step(
                party=party,
                label=str(Consent.Party(party).label),
                name=names[party],
                said=this_round.get(party),
                is_next=party == turn,
            )
            for party in parties
        ),
        earlier=tuple(one for one in said if one.round != row.round),
        turn=turn or "",
        may_consent=turn is not None
        and mine[turn]
        and not any(one.by_id in viewer.person_keys for one in this_round.values()),
        is_person=is_person,
        is_home=is_home,
        is_receiver=is_receiver,
        is_over=row.during.upper <= today,
    )


def hours_in_force(person_id: int, period: Period, *, without: int | None = None) -> list[tuple[Period, Span]]:
    """The hours that other agreements of a person take on days of a period. One query."""
    rows = AgreementHours.objects.filter(person=person_id, counts=True, during__overlap=period)
    if without is not None:
        rows = rows.exclude(agreement=without)
    return [
        ((row.during.lower, row.during.upper), (row.minutes.lower, row.minutes.upper)) for row in rows.order_by("id")
    ]


def concurrent_of_year(viewer: Standing, year: int) -> list[Agreement]:
    """What people of the viewer's units did beside their post in a year: to be declared in the yearly report (T-07)."""
    mine = visible(viewer, SIGN, organisation="home", territory="home__territory")
    period = (date(year, 1, 1), date(year + 1, 1, 1))
    found = _all().filter(mine, form=Agreement.Form.CONCURRENT, state__in=COUNTING, during__overlap=period)
    return list(found.order_by("person__sort_key", "id")[:200])
