"""Verbs of giving within the family: rules by two officers, an offer, its answer, what the clock does (C-42).

Giving is off until rules are in force. Locks: the people of both, by ascending key, then the gift, then the books.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.care.models import Guardianship
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import check_stands
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.rights import Scope
from xuecheng.city.trace import robot
from xuecheng.learning.creditbank.ledger import CreditsInsufficient, NotPosted
from xuecheng.learning.creditbank.models import CreditKind
from xuecheng.learning.creditbank.queries import POINTS
from xuecheng.learning.creditbank.rules import shown_credits
from xuecheng.learning.creditbank.services.classes import credit_class
from xuecheng.learning.transfers import books, news, queries
from xuecheng.learning.transfers.models import Gift, GivingRules, Relation
from xuecheng.learning.transfers.queries import DECIDE, DRAFT, GIVE

logger = logging.getLogger("xuecheng.transfers")

ROBOT = robot("transfers")
"""Acts where the clock does."""

_State = Gift.State
_Law = GivingRules.State


class RelationsMissing(Refusal):
    message = _("Say who may give to whom.")
    field = "relations"


class LimitMissing(Refusal):
    message = _("Say how many points one person may give in a year.")
    field = "most_a_year"


class SourceMissing(Refusal):
    message = _("Say on which decision the rules rest.")
    field = "source"


class DaysWrong(Refusal):
    message = _("The rules must end after they begin.")
    field = "ends_on"


class RulesDecided(Refusal):
    message = _("These rules were decided already.")


class RulesNotApproved(Refusal):
    message = _("These rules are not in force.")


class SecondOfficerNeeded(Refusal):
    message = _("Rules of giving are decided by somebody else than who drafted them.")
    remedy = _("Ask a colleague.")


class OthersInForce(Refusal):
    message = _("Other rules of giving are approved already.")
    remedy = _("End those first.")


class GivingIsOff(Refusal):
    message = _("Points cannot be given to anybody now: no rules allow it.")
    remedy = _("You can redeem them yourself.")


class NotOfTheFamily(Refusal):
    message = _(
        "You can give points only to people of your family whose relation to you is recorded, and as rules say."
    )
    remedy = _("A service counter records relations, with a document; then both agree on this page.")
    field = "tie"


class YearUsedUp(Refusal):
    message = _("One person can give %(most)s points a year; you have given or offered %(used)s.")
    remedy = _("Offer fewer, or wait for the next year.")
    field = "points"


class PointsTooFew(Refusal):
    message = _("You have %(have)s points free.")
    field = "points"


class PointsWrong(Refusal):
    message = _("Say how many points you give.")
    field = "points"


class GiftAnswered(Refusal):
    message = _("This was answered, taken back, or its time is over.")


class RelationOver(Refusal):
    message = _("The relation between you does not count any more, so nothing can be given.")
    remedy = _("Decline; the points go back.")


@dataclass(frozen=True, kw_only=True)
class Law:
    """What rules of giving say. Points in hundredths."""

    relations: Sequence[str]
    most_a_year: int
    answer_days: int
    source: str
    begins_on: date
    ends_on: date | None = None

    def check(self) -> None:
        if not self.relations or not set(self.relations) <= set(Relation.values):
            raise RelationsMissing
        if self.most_a_year < 1:
            raise LimitMissing
        if not self.source.strip():
            raise SourceMissing
        if self.ends_on is not None and self.ends_on <= self.begins_on:
            raise DaysWrong


def draft_rules(*, actor: Standing, public_id: UUID, law: Law, at: datetime) -> GivingRules:
    """Draft rules of giving; they allow nothing before another officer approves. Asked again, the same.

    Right: transfers.draft_rules over the whole city. Raises `Denied`, what `Law.check` raises, `FormUsedBefore`.
    """
    require(actor, DRAFT, on=Scope())
    law.check()
    with (
        trace.change(by=actor.person, why=gettext_noop("Rules of giving drafted")),
        refusing(giving_rules_public_id_once=FormUsedBefore),
    ):
        known = GivingRules.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.drafted_by_id not in actor.person_keys or known.source != law.source.strip():
                raise FormUsedBefore
            return known
        return GivingRules.objects.create(
            public_id=public_id, credit_class=credit_class(framework=POINTS, kind=CreditKind.REWARD, level=0),
            relations=sorted(set(law.relations)), most_a_year=law.most_a_year, answer_days=law.answer_days,
            source=law.source.strip(), begins_on=law.begins_on, ends_on=law.ends_on, drafted_by=actor.person,
            drafted_at=at,
        )  # fmt: skip


def approve_rules(*, actor: Standing, rules: GivingRules, at: datetime) -> GivingRules:
    """Bring rules into force from their first day on. Said twice, once.

    Right: transfers.decide_rules, and not who drafted. Raises `Denied`, `SecondOfficerNeeded`, `RulesDecided`,
    `OthersInForce`.
    """
    return _decide(actor, rules, _Law.APPROVED, why=gettext_noop("Rules of giving approved"), at=at)


def reject_rules(*, actor: Standing, rules: GivingRules, at: datetime) -> GivingRules:
    """Send a draft back for good. Said twice, once. Right and refusals: as for approving."""
    return _decide(actor, rules, _Law.REJECTED, why=gettext_noop("Rules of giving sent back"), at=at)


def end_rules(*, actor: Standing, rules: GivingRules, at: datetime) -> GivingRules:
    """Allow nothing more from today on; offers that wait can still be answered. Said twice, once.

    Right: transfers.decide_rules. Raises `Denied`, `RulesNotApproved`.
    """
    require(actor, DECIDE, on=Scope())
    with trace.change(by=actor.person, why=gettext_noop("Rules of giving ended")):
        row = _locked_rules(rules)
        if row.state == _Law.ENDED:
            return row
        if row.state != _Law.APPROVED:
            raise RulesNotApproved
        row.state, row.ended_by = _Law.ENDED, actor.person
        row.save(update_fields=["state", "ended_by"])
    return row


def offer(*, actor: Standing, public_id: UUID, along: UUID, points: int, at: datetime) -> Gift:
    """Offer points to one of the family `along` a guardianship or kinship (its public id); held until the answer.

    Asked again, the same.

    Right: transfers.give, by oneself. Raises `Denied`, `GivingIsOff`, `PointsWrong`, `NotOfTheFamily`, `YearUsedUp`,
    `PointsTooFew`, `AccountErased`, `FormUsedBefore`, and what the ledger refuses with.
    """
    require(actor, GIVE, on=actor.person)
    if points < 1:
        raise PointsWrong
    today = clock.date_of(at)
    with (
        trace.change(by=actor.person, why=gettext_noop("Points offered to one of the family")),
        refusing(gift_public_id_once=FormUsedBefore, gift_under_rules=GivingIsOff, gift_along_kinship=NotOfTheFamily),
    ):
        known = Gift.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.giver_id not in actor.person_keys or known.points != points:
                raise FormUsedBefore
            return known
        law = queries.rules_in_force(today)
        if law is None:
            raise GivingIsOff
        ties = queries.ties_of(actor.person_keys, law, at=at)
        tie = next((one for one in ties if one.by.public_id == along), None)
        if tie is None:
            raise NotOfTheFamily
        _lock(actor.person.pk, tie.other.pk)
        used = queries.used_of_year(actor.person_keys, law, today.year)
        if used + points > law.most_a_year:
            raise YearUsedUp(most=_shown(law.most_a_year), used=_shown(used))
        row = Gift.objects.create(
            public_id=public_id, rules=law, guardianship=tie.guardianship, kinship=tie.kinship, relation=tie.relation,
            giver=actor.person, receiver=tie.other, points=points, year=today.year, offered_at=at,
            until=at + timedelta(days=law.answer_days), hold=books.key_of(public_id, "hold", at=at),
        )  # fmt: skip
        news.tell_offered(row, at=at)
        try:
            books.hold(row, unit=law.credit_class_id, actor=actor.person.pk, at=at)
        except CreditsInsufficient:
            have = queries.points_free(actor.person.pk, law.credit_class_id)
            raise PointsTooFew(have=_shown(have)) from None
    return row


def accept(*, actor: Standing, gift: Gift, at: datetime) -> Gift:
    """The receiver consents: the points are theirs, in one movement. Said twice, once.

    Right: transfers.give on the receiver. Raises `Denied`, `GiftAnswered`, `RelationOver`, `AccountErased`.
    """
    require(actor, GIVE, on=gift.receiver)
    with (
        trace.change(by=actor.person, why=gettext_noop("Points accepted")),
        refusing(gift_along_kinship=RelationOver),
    ):
        _lock(gift.giver_id, gift.receiver_id)
        row = _locked(gift)
        if row.state == _State.ACCEPTED:
            return row
        if row.state != _State.OFFERED or row.until <= at:
            raise GiftAnswered
        if not _still_counts(row, at):
            raise RelationOver
        row.state, row.ended_at = _State.ACCEPTED, at
        row.posting = books.key_of(row.public_id, "gift", at=row.offered_at)
        row.save(update_fields=["state", "ended_at", "posting"])
        news.tell_answered(row, at=at)
        books.give(row, unit=row.rules.credit_class_id, actor=actor.person.pk, at=at)
    return row


def decline(*, actor: Standing, gift: Gift, at: datetime) -> Gift:
    """The receiver says no: all goes back. Said twice, once. Right: as for accepting. Raises `GiftAnswered`."""
    require(actor, GIVE, on=gift.receiver)
    return _end(gift, _State.DECLINED, by=actor, why=gettext_noop("Points declined"), at=at)


def take_back(*, actor: Standing, gift: Gift, at: datetime) -> Gift:
    """The giver takes an offer back while nobody answered. Said twice, once. Raises `Denied`, `GiftAnswered`."""
    if gift.giver_id not in actor.person_keys:
        raise Denied(GIVE)
    require(actor, GIVE, on=gift.giver)
    return _end(gift, _State.WITHDRAWN, by=actor, why=gettext_noop("Offer of points taken back"), at=at)


def tend(*, at: datetime) -> int:
    """What the clock does: what was not answered in time goes back. Safe at any time, and twice. Answers how many."""
    moved = 0
    late = Gift.objects.filter(state=_State.OFFERED, until__lte=at).order_by("until", "pk")
    for row in list(late.select_related("rules")):
        try:
            _end(row, _State.EXPIRED, by=None, why=gettext_noop("Not answered in time"), at=at)
        except GiftAnswered:
            continue
        except NotPosted as refusal:
            # An account that is closed holds up its own gift, not those after it.
            logger.warning("transfers.not_given_back", extra={"gift": row.pk, "code": refusal.code})
            continue
        moved += 1
    return moved


def _end(gift: Gift, state: str, *, by: Standing | None, why: str, at: datetime) -> Gift:
    with trace.change(by=by.person if by is not None else ROBOT, why=why):
        row = _locked(gift)
        if row.state == state:
            return row
        if row.state != _State.OFFERED:
            raise GiftAnswered
        row.state, row.ended_at = state, at
        row.save(update_fields=["state", "ended_at"])
        if state != _State.WITHDRAWN:
            news.tell_answered(row, at=at)
        books.free(row, unit=row.rules.credit_class_id, actor=by.person.pk if by is not None else 0, at=at)
    return row


def _decide(actor: Standing, rules: GivingRules, state: str, *, why: str, at: datetime) -> GivingRules:
    require(actor, DECIDE, on=Scope())
    with trace.change(by=actor.person, why=why), refusing(giving_rules_one_in_force=OthersInForce):
        row = _locked_rules(rules)
        if row.state == state:
            return row
        if row.state != _Law.DRAFT:
            raise RulesDecided
        if row.drafted_by_id in actor.person_keys:
            raise SecondOfficerNeeded
        row.state, row.decided_by, row.decided_at = state, actor.person, at
        row.save(update_fields=["state", "decided_by", "decided_at"])
    return row


def _still_counts(row: Gift, at: datetime) -> bool:
    if row.kinship is not None:
        return row.kinship.ended_at is None
    assert row.guardianship is not None, "along one or the other"
    return Guardianship.objects.filter(pk=row.guardianship.pk, during__contains=at, ended_by=None).exists()


def _lock(*keys: int) -> None:
    """Both people, by ascending key: whoever gives from or to them queues. Raises `AccountErased`."""
    for person in Person.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True):
        check_stands(person.erased_at)


def _locked(gift: Gift) -> Gift:
    rows = Gift.objects.select_related("rules", "giver", "receiver")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=gift.pk)


def _locked_rules(rules: GivingRules) -> GivingRules:
    return GivingRules.objects.select_for_update(no_key=True).get(pk=rules.pk)


def _shown(points: int) -> str:
    return shown_credits(points).removesuffix(".00")
