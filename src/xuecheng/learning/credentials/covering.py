"""What a transcript covers: all that stands, one unit, one qualification, or what its holder chose (C-88)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.redemption.models import Offer, OfferKind, Redemption
from xuecheng.learning.redemption.queries import open_offers

from .queries import CertifiedLine


class UnitNotHeld(Refusal):
    message = _("No credit of this unit stands on the account.")
    remedy = _("Choose one of the units that you hold.")
    field = "about"


class QualificationUnknown(Refusal):
    message = _("There is no such qualification, or no credit that counts towards it stands on the account.")
    remedy = _("Choose one of the qualifications that the list names.")
    field = "about"


@dataclass(frozen=True, slots=True)
class Scope:
    """A unit, or a qualification with the units that it takes, and how many of those are held."""

    title: str
    institution: str
    units: frozenset[str]
    held: frozenset[str]

    def words(self) -> str:
        """What is printed of it, in the language in force."""
        if not self.institution:
            return gettext("Only the credit of the unit “%(title)s” (%(code)s)") % {
                "title": self.title, "code": next(iter(self.units)),
            }  # fmt: skip
        return gettext(
            "Only credit that counts towards the qualification “%(title)s” of %(place)s: %(held)s of its %(all)s units"
        ) % {"title": self.title, "place": self.institution, "held": len(self.held), "all": len(self.units)}


def units_held(lines: Sequence[CertifiedLine]) -> dict[str, str]:
    """The units of which credit stands in the lines: their titles by code. One query."""
    codes = {code for line in lines for code in line.units}
    rows = UnitVersion.objects.filter(code__in=codes).order_by("code", "-version")
    return {one.code: one.title for one in reversed(list(rows))} if codes else {}


def qualifications(lines: Sequence[CertifiedLine], *, learner_ids: Collection[int], on: date) -> list[Offer]:
    """Qualifications towards which something of the lines counts: those that can be asked for, and those that the
    person was granted, by title. Two queries."""
    codes = {code for line in lines for code in line.units}
    if not codes:
        return []
    granted = Redemption.objects.filter(learner__in=learner_ids, state=Redemption.State.FULFILLED, returned=0)
    rows = Offer.objects.filter(kind=OfferKind.QUALIFICATION, needs__unit__code__in=codes)
    rows = rows.filter(pk__in=open_offers(on).values("pk")) | rows.filter(pk__in=granted.values("offer"))
    rows = rows.select_related("organisation").prefetch_related("needs__unit").distinct()
    return sorted(rows, key=lambda one: (one.title, one.pk))


def scope_of_unit(code: str, lines: Sequence[CertifiedLine]) -> Scope:
    """Raises `UnitNotHeld`."""
    title = units_held(lines).get(code)
    if title is None:
        raise UnitNotHeld
    return Scope(title, "", frozenset({code}), frozenset({code}))


def scope_of_qualification(
    offer: UUID, lines: Sequence[CertifiedLine], *, learner_ids: Collection[int], on: date
) -> Scope:
    """Raises `QualificationUnknown`."""
    rows = qualifications(lines, learner_ids=learner_ids, on=on)
    found = next((one for one in rows if one.public_id == offer), None)
    if found is None:
        raise QualificationUnknown
    units = frozenset(need.unit.code for need in found.needs.all())
    held = units & {code for line in lines for code in line.units}
    return Scope(found.title, found.organisation.name, units, held)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a transcript is to cover; `entries` are keys of postings, of which each names its line."""

    unit: str = ""
    qualification: UUID | None = None
    kinds: Collection[str] | None = None
    entries: Collection[UUID] | None = None


def chosen(
    lines: list[CertifiedLine], wish: Wish, *, learner_ids: Collection[int], on: date
) -> tuple[Scope | None, list[CertifiedLine]]:
    """The lines that a wish names. Raises `UnitNotHeld`, `QualificationUnknown`."""
    scope = None
    if wish.unit:
        scope = scope_of_unit(wish.unit, lines)
    elif wish.qualification is not None:
        scope = scope_of_qualification(wish.qualification, lines, learner_ids=learner_ids, on=on)
    if scope is not None:
        lines = [line for line in lines if not scope.units.isdisjoint(line.units)]
    if wish.kinds is not None:
        lines = [line for line in lines if line.of.kind in wish.kinds]
    if wish.entries is not None:
        lines = [line for line in lines if not set(wish.entries).isdisjoint(line.keys)]
    return scope, lines


def words(scope: Scope | None, wish: Wish) -> str:
    """What the transcript says of what it covers, in the language in force."""
    is_chosen = wish.kinds is not None or wish.entries is not None
    if scope is not None:
        return f"{scope.words()}{gettext('; of that what its holder chose')}" if is_chosen else scope.words()
    if is_chosen:
        return gettext("What its holder chose of the credits on the account")
    return gettext("All credits that stood on the account")
