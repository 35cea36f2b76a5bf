"""Verbs of agreements: one side drafts, the others sign, the certification body approves (C-32)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing, scope_of
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.exchange import news
from xuecheng.learning.exchange.models import Agreement, Party, Term
from xuecheng.learning.exchange.queries import DECIDE_AGREEMENT, DRAFT
from xuecheng.learning.rollout import queries as accredited

from .terms import TermNotBetweenParties, TermStandsAlready, TermWish, checked_term


class PartiesTooFew(Refusal):
    message = _("An agreement binds at least two institutions.")
    field = "parties"


class NotADraft(Refusal):
    message = _("What was offered is never edited.")
    remedy = _("Draft a new version.")


class NotOffered(Refusal):
    message = _("This agreement does not wait for a signature.")


class NotSigned(Refusal):
    message = _("Not every side has signed this agreement.")


class SignedAlready(Refusal):
    message = _("Nobody of this institution has to sign any more.")


class TermsMissing(Refusal):
    message = _("An agreement needs at least one line that says what counts as what.")
    remedy = _("Add a line, or bring a table.")


class CapWithoutPeriod(Refusal):
    message = _("A cap per period needs the period, and the other way round.")
    field = "period"


class PeriodWrong(Refusal):
    message = _("It must end after it begins.")
    field = "effect_to"


class NoticeTooShort(Refusal):
    message = _("The agreement asks for %(days)s days of notice: until %(until)s at least.")
    field = "on"


class SecondOfficerNeeded(Refusal):
    message = _("Who drafted or signed an agreement does not approve it.")
    remedy = _("Ask another officer of the certification body.")


class OneSideEach(Refusal):
    message = _("You speak for another side already.")
    remedy = _("Somebody else of this institution answers for it.")


class WhyMissing(Refusal):
    message = _("Say why.")
    field = "why"


class VersionBeginsTooEarly(Refusal):
    message = _("Version %(version)s is in force from %(begins_on)s; a new one must begin later.")
    field = "effect_from"


class PartyNotAccredited(Refusal):
    message = _("%(institutions)s: not accredited today.")
    remedy = _("Approve the agreement once the accreditation stands again, or send it back.")


class NotInForce(Refusal):
    message = _("Only an agreement in force can be ended.")


class DraftExists(Refusal):
    message = _("There is a version of this agreement that is not decided yet.")
    remedy = _("Change that one, or have it decided first.")


class NotItsAgreement(Refusal):
    message = _("Only a side of an agreement that is or was in force drafts its next version.")
    remedy = _("Draft a new agreement.")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an agreement says beside its lines. Caps are hundredths, the price is fen for 1.00 credit."""

    name_zh: str
    name_en: str = ""
    effect_from: date
    effect_to: date | None = None
    is_automatic: bool = False
    answer_days: int = 10
    escalation_days: int = 5
    silence: str = "lapses"
    appeal_days: int = 15
    notice_days: int = 60
    most_per_learner: int | None = None
    most_per_period: int | None = None
    period: str = ""
    evidence: str = ""
    price_fen: int = 0


def draft_agreement(
    *,
    actor: Standing,
    public_id: UUID,
    organisation: Organisation,
    others: Sequence[Organisation],
    wish: Wish,
    at: datetime,
    follows: Agreement | None = None,
) -> Agreement:
    """Begin an agreement for one side, or the next version of one with its lines copied; while a draft, change it.

    Asked again with the same id, the same draft. Right: exchange.draft_agreement at the side it is drafted for. Raises
    `Denied`, `PartiesTooFew`, `NotADraft`, `NotItsAgreement`, `DraftExists`, `PeriodWrong`, `CapWithoutPeriod`,
    `VersionBeginsTooEarly`.
    """
    require(actor, DRAFT, on=organisation)
    parties = {one.pk: one for one in (organisation, *others)}
    if len(parties) < 2:
        raise PartiesTooFew
    _check(wish)
    with (
        trace.change(by=actor.person, why=gettext_noop("Agreement on exchange drafted")),
        refusing(exchange_agreement_public_id_once=FormUsedBefore, exchange_agreement_version_once=DraftExists),
    ):
        row = Agreement.objects.select_for_update(no_key=True, of=("self",)).filter(public_id=public_id).first()
        if row is None:
            row = Agreement(
                public_id=public_id, code=f"HR-{public_id.hex[-8:]}", version=1, drafted_for=organisation,
                drafted_by=actor.person, drafted_at=at,
            )  # fmt: skip
            if follows is not None:
                _follow(row, follows, by=organisation)
        elif row.drafted_for_id != organisation.pk:
            raise FormUsedBefore
        elif row.state != Agreement.State.DRAFT:
            raise NotADraft
        for name in Wish.__dataclass_fields__:
            setattr(row, name, getattr(wish, name))
        row.drafted_by = actor.person
        is_new = row.pk is None
        row.save()
        _bind(row, parties)
        if is_new and follows is not None:
            _copy_terms(row, follows, parties)
    return row


def add_term(*, actor: Standing, agreement: Agreement, wish: TermWish) -> Term:
    """Add a line to a draft. Said twice, once.

    Right: exchange.draft_agreement at the side it is drafted for. Raises `Denied`, `NotADraft`,
    `TermNotBetweenParties`, `TermNotWhole`, `RatioOfPair`, `RatioTooHigh`, `LevelTooHigh`, `UnitNotOfTarget`,
    `GradeNeedsScale`, `GradeNotOfScale`, `TermStandsAlready`.
    """
    require(actor, DRAFT, on=agreement)
    with (
        trace.change(by=actor.person, why=gettext_noop("Line added to an agreement on exchange")),
        refusing(exchange_term_said_once=TermStandsAlready),
    ):
        row = _locked(agreement)
        if row.state != Agreement.State.DRAFT:
            raise NotADraft
        facts = checked_term(row, wish)
        key = {name: facts[name] for name in ("source", "target", "basis", "of_code", "of_kind", "of_level")}
        known = Term.objects.filter(agreement=row, **key).first()
        if known is not None:
            if all(getattr(known, name) == value for name, value in facts.items()):
                return known
            raise TermStandsAlready
        newest = row.terms.order_by("-number").values_list("number", flat=True).first() or 0
        _touch(row, actor)
        return Term.objects.create(agreement=row, number=newest + 1, **facts)


def remove_term(*, actor: Standing, agreement: Agreement, number: int) -> None:
    """Take a line out of a draft; said twice, once. Raises `Denied`, `NotADraft`."""
    require(actor, DRAFT, on=agreement)
    with trace.change(by=actor.person, why=gettext_noop("Line taken out of an agreement on exchange")):
        row = _locked(agreement)
        if row.state != Agreement.State.DRAFT:
            raise NotADraft
        _touch(row, actor)
        row.terms.filter(number=number).delete()


def offer_agreement(*, actor: Standing, agreement: Agreement, at: datetime) -> Agreement:
    """Sign for the side that drafted, and lay it before the others. Said twice, once.

    Right: exchange.draft_agreement at the side it is drafted for. Raises `Denied`, `NotADraft`, `TermsMissing`.
    """
    require(actor, DRAFT, on=agreement)
    with trace.change(by=actor.person, why=gettext_noop("Agreement on exchange offered")):
        row = _locked(agreement)
        if row.state == Agreement.State.OFFERED:
            return row
        if row.state != Agreement.State.DRAFT:
            raise NotADraft
        if not row.terms.exists():
            raise TermsMissing
        row.state = Agreement.State.OFFERED
        row.save(update_fields=["state"])
        row.parties.filter(organisation=row.drafted_for).update(signed_by=actor.person, signed_at=at)
        news.tell_offered(row, at=at)
    return row


def sign_agreement(*, actor: Standing, agreement: Agreement, organisation: Organisation, at: datetime) -> Agreement:
    """Sign for another side; after the last one the certification body decides. Said twice, once.

    Right: exchange.draft_agreement at that institution. Raises `Denied`, `NotOffered`, `SignedAlready`, `OneSideEach`.
    """
    require(actor, DRAFT, on=organisation)
    with (
        trace.change(by=actor.person, why=gettext_noop("Agreement on exchange signed")),
        refusing(exchange_party_speaks_for_one_side=OneSideEach),
    ):
        row = _locked(agreement)
        party = row.parties.filter(organisation=organisation).first()
        if party is not None and party.signed_by_id == actor.person.pk:
            return row
        if row.state != Agreement.State.OFFERED:
            raise NotOffered
        if party is None or party.signed_by_id is not None:
            raise SignedAlready
        signers = row.parties.values_list("signed_by", flat=True)
        if any(key in actor.person_keys for key in (row.drafted_by_id, *signers)):
            raise OneSideEach
        party.signed_by, party.signed_at = actor.person, at
        party.save(update_fields=["signed_by", "signed_at"])
        if not row.parties.filter(signed_by__isnull=True).exists():
            row.state = Agreement.State.SIGNED
            row.save(update_fields=["state"])
            news.tell_signed(row, at=at)
    return row


def approve_agreement(*, actor: Standing, agreement: Agreement, why: str = "", at: datetime) -> Agreement:
    """Put it in force for its period; the version before it takes nothing new from that day on. Said twice, once.

    Right: exchange.decide_agreement where it was drafted; nobody who drafted or signed. Raises `Denied`, `NotSigned`,
    `SecondOfficerNeeded`, `PartyNotAccredited`, `VersionBeginsTooEarly`.
    """
    require(actor, DECIDE_AGREEMENT, on=agreement)
    with (
        trace.change(by=actor.person, why=why or gettext_noop("Agreement on exchange approved")),
        refusing(exchange_agreement_decided_by_another=SecondOfficerNeeded),
    ):
        row = _locked(agreement)
        if row.state == Agreement.State.APPROVED and row.decided_by_id in actor.person_keys:
            return row
        if row.state != Agreement.State.SIGNED:
            raise NotSigned
        signers = row.parties.values_list("signed_by", flat=True)
        if any(key in actor.person_keys for key in (row.drafted_by_id, *signers)):
            raise SecondOfficerNeeded
        sides = Organisation.objects.filter(pk__in=row.parties.values("organisation")).order_by("code")
        if without := accredited.not_accredited(sides, on=clock.date_of(at)):
            raise PartyNotAccredited(institutions=", ".join(one.name for one in without))
        before = list(
            Agreement.objects.select_for_update(no_key=True)
            .filter(code=row.code, state__in=[Agreement.State.APPROVED, Agreement.State.ENDED])
            .order_by("version")
        )
        for one in before:
            _check_later(row, one)
        row.state, row.decided_at, row.decision_reason = Agreement.State.APPROVED, at, why.strip()[:300]
        row.decided_by = actor.person
        row.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        for one in before:
            if one.state == Agreement.State.APPROVED:
                one.state, one.ended_because = Agreement.State.ENDED, str(gettext_noop("A new version follows."))
                if one.effect_to is None or one.effect_to > row.effect_from:
                    one.effect_to = row.effect_from
                one.save(update_fields=["state", "effect_to", "ended_because"])
        news.tell_decided(row, at=at)
    return row


def reject_agreement(*, actor: Standing, agreement: Agreement, why: str, at: datetime) -> Agreement:
    """Send it back for good, with the reason: a side that does not sign, or the certification body. Said twice, once.

    Right: exchange.decide_agreement where it was drafted, or exchange.draft_agreement at a party that has not signed.
    Raises `Denied`, `SecondOfficerNeeded`, `WhyMissing`, `NotSigned`.
    """
    party = next(
        (
            one
            for one in agreement.parties.select_related("organisation__territory").filter(signed_by__isnull=True)
            if actor.may(DRAFT, scope_of(one.organisation))
        ),
        None,
    )
    if party is None or agreement.state != Agreement.State.OFFERED:
        require(actor, DECIDE_AGREEMENT, on=agreement)
    if not why.strip():
        raise WhyMissing
    with (
        trace.change(by=actor.person, why=why),
        refusing(exchange_agreement_decided_by_another=SecondOfficerNeeded),
    ):
        row = _locked(agreement)
        if row.state == Agreement.State.REJECTED:
            return row
        if row.state not in (Agreement.State.OFFERED, Agreement.State.SIGNED):
            raise NotSigned
        if row.drafted_by_id in actor.person_keys:
            raise SecondOfficerNeeded
        row.state, row.decided_by, row.decided_at = Agreement.State.REJECTED, actor.person, at
        row.decision_reason = why.strip()[:300]
        row.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        news.tell_decided(row, at=at)
    return row


def end_agreement(
    *, actor: Standing, agreement: Agreement, organisation: Organisation, on: date, why: str, at: datetime
) -> Agreement:
    """Give notice: from `on` nothing new is asked under it; running cases keep their version (C-32).

    Right: exchange.draft_agreement at a party, or exchange.decide_agreement. Raises `Denied`, `WhyMissing`,
    `NotInForce`, `NoticeTooShort`.
    """
    if not actor.may(DECIDE_AGREEMENT, agreement.access_scope()):
        require(actor, DRAFT, on=organisation)
    if not why.strip():
        raise WhyMissing
    with trace.change(by=actor.person, why=why):
        row = _locked(agreement)
        is_party = row.parties.filter(organisation=organisation).exists()
        if not is_party or row.state not in (Agreement.State.APPROVED, Agreement.State.ENDED):
            raise NotInForce
        if row.effect_to == on:
            return row
        earliest = max(clock.date_of(at), row.effect_from) + timedelta(days=max(row.notice_days, 1))
        if on < earliest:
            raise NoticeTooShort(days=row.notice_days, until=earliest)
        if row.effect_to is not None and on > row.effect_to:
            raise NotInForce
        row.state, row.effect_to, row.ended_because = Agreement.State.ENDED, on, why.strip()[:300]
        row.save(update_fields=["state", "effect_to", "ended_because"])
        news.tell_ended(row, at=at)
    return row


def _check(wish: Wish) -> None:
    if wish.effect_to is not None and wish.effect_to <= wish.effect_from:
        raise PeriodWrong
    if (wish.most_per_period is None) != (wish.period == ""):
        raise CapWithoutPeriod


def _locked(agreement: Agreement) -> Agreement:
    rows = Agreement.objects.select_related("drafted_for__territory").select_for_update(no_key=True, of=("self",))
    return rows.get(pk=agreement.pk)


def _follow(row: Agreement, before: Agreement, *, by: Organisation) -> None:
    # A number of others is no place for one's own draft: theirs could not be written any more.
    stood = (Agreement.State.APPROVED, Agreement.State.ENDED)
    if before.state not in stood or not before.parties.filter(organisation=by).exists():
        raise NotItsAgreement
    rivals = Agreement.objects.select_for_update(no_key=True).filter(code=before.code).order_by("version")
    versions = list(rivals)
    open_states = (Agreement.State.DRAFT, Agreement.State.OFFERED, Agreement.State.SIGNED)
    if any(one.state in open_states for one in versions):
        raise DraftExists
    row.code, row.version = before.code, versions[-1].version + 1


def _check_later(row: Agreement, before: Agreement) -> None:
    if row.effect_from <= before.effect_from:
        raise VersionBeginsTooEarly(version=before.version, begins_on=before.effect_from)


def _bind(row: Agreement, parties: dict[int, Organisation]) -> None:
    """The parties as they are named now. One that a line names stays until the line goes."""
    used = set(row.terms.values_list("source", flat=True)) | set(row.terms.values_list("target", flat=True))
    if not used <= set(parties):
        raise TermNotBetweenParties(at_field="parties")
    row.parties.exclude(organisation__in=parties).delete()
    known = set(row.parties.values_list("organisation", flat=True))
    for key in parties:
        if key not in known:
            Party.objects.create(agreement=row, organisation_id=key)


def _copy_terms(row: Agreement, before: Agreement, parties: dict[int, Organisation]) -> None:
    for term in before.terms.order_by("number"):
        if term.source_id in parties and term.target_id in parties:
            term.pk, term.agreement = None, row
            term.save(force_insert=True)


def _touch(row: Agreement, actor: Standing) -> None:
    """Whoever changed it last counts as its author, and so does not approve it."""
    if row.drafted_by_id != actor.person.pk:
        row.drafted_by = actor.person
        row.save(update_fields=["drafted_by"])
