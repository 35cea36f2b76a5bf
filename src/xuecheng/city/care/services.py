"""Verbs of help: choosing a helper, recording one at a counter, guardians, and ending any of it at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock, trace
from xuecheng.city.access import hooks
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import check_stands
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.city.rights import Denied

from . import queries, rules
from .models import Deed, Guardianship, Proxy

BOOKS = 256


class HelperIsOneself(Refusal):
    message = _("Nobody is their own helper.")
    field = "helper"


class HelperClosed(Refusal):
    message = _("This person cannot sign in.")
    remedy = _("Choose somebody who can.")
    field = "helper"


class HelpsAlready(Refusal):
    message = _("This person is your helper already, for part of that time.")
    remedy = _("End that first, then choose anew.")
    field = "helper"


class TooManyHelpers(Refusal):
    message = _("%(most)d people help already.")
    remedy = _("End one of them first.")
    field = "helper"


class ChildCannotEntrust(Refusal):
    message = _("Guardians act for a child; a child chooses no helpers.")


class WitnessHelps(Refusal):
    message = _("The clerk at the counter is the witness, and neither helps nor is helped.")
    remedy = _("Ask a colleague to record it.")
    field = "helper"


class PersonNotPresent(Refusal):
    message = _("A helper is chosen at the counter only while the person is there and agrees.")
    field = "is_present"


class ProofMissing(Refusal):
    message = _("Write which document was seen.")
    field = "proof"


class HelpEnded(Refusal):
    message = _("This help has ended already.")


class ConsentedBefore(Refusal):
    message = _("You have agreed already.")


class NothingAsked(Refusal):
    message = _("This was answered already, or nobody asks yet.")


def grant_proxy(
    *, actor: Standing, public_id: UUID, helper: Person, tasks: Collection[str], ends_on: date, at: datetime
) -> Proxy:
    """Let `helper` do named things for the person who acts, until the end of `ends_on`. Asked again, the same one.

    Only the person themselves: a helper can hand nothing on. Raises `Denied`, `NothingEntrusted`, `HelpTooLong`,
    `HelpEndsBeforeItBegins`, `HelperIsOneself`, `HelperClosed`, `HelpsAlready`, `TooManyHelpers`, `ChildCannotEntrust`,
    `AccountErased`, `FormUsedBefore`.
    """
    require(actor, "care.grant_proxy", on=actor.person)
    return _grant(
        by=actor.person, public_id=public_id, person=actor.person, helper=helper, tasks=tasks, ends_on=ends_on, at=at,
        witness=None, why=gettext_noop("Chosen as helper"),
    )  # fmt: skip


def record_proxy(
    *,
    actor: Standing,
    public_id: UUID,
    person: Person,
    helper: Person,
    tasks: Collection[str],
    ends_on: date,
    is_present: bool,
    at: datetime,
) -> Proxy:
    """Record at a counter, in the person's presence, whom they choose; who records it is the witness.

    Raises what `grant_proxy` raises, `PersonNotPresent`, `WitnessHelps`.
    """
    require(actor, "care.record_proxy", on=queries.counter_scope(person))
    if not is_present:
        raise PersonNotPresent
    if actor.person.pk in (person.pk, helper.pk):
        raise WitnessHelps
    return _grant(
        by=actor.person, public_id=public_id, person=person, helper=helper, tasks=tasks, ends_on=ends_on, at=at,
        witness=actor.person, why=gettext_noop("Chosen as helper at the counter"),
    )  # fmt: skip


def _grant(
    *, by: Person, public_id: UUID, person: Person, helper: Person, tasks: Collection[str], ends_on: date, at: datetime,
    witness: Person | None, why: str,
) -> Proxy:  # fmt: skip
    acts = rules.acts_of(tasks)
    rules.check_last_day(ends_on, today=clock.date_of(at), most_days=settings.PROXY_MOST_DAYS)
    if helper.pk == person.pk:
        raise HelperIsOneself
    if not helper.is_active:
        raise HelperClosed
    with trace.change(by=by, why=why):
        # Helpers of one person are chosen one after the other: the count and the overlap are read under the lock.
        _both_stand(person, helper)
        known = Proxy.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.person_id, known.helper_id, sorted(known.acts)) != (person.pk, helper.pk, sorted(acts)):
                raise FormUsedBefore
            return known
        if queries.has_guardian(person, at=at):
            raise ChildCannotEntrust
        period = TimestamptzRange(at, _end_of(ends_on))
        now = Proxy.objects.filter(person=person, during__overlap=period)
        if now.filter(helper=helper).exists():
            raise HelpsAlready
        if now.count() >= rules.MOST_HELPERS:
            raise TooManyHelpers(most=rules.MOST_HELPERS)
        made = Proxy.objects.create(
            public_id=public_id,
            person=person,
            helper=helper,
            acts=sorted(acts),
            during=period,
            how=Proxy.How.COUNTER if witness else Proxy.How.ALONE,
            witness=witness,
        )
        for told in (person, helper):
            hooks.tell(PROXY_CHOSEN, person=told, proxy=made)
    return made


def end_proxy(*, actor: Standing, proxy: Proxy, at: datetime) -> Proxy:
    """End it at once, in open sessions too: the person, the helper, or staff at the residence. Raises `HelpEnded`."""
    _require_side(actor, proxy.person, proxy.helper)
    with trace.change(by=actor.person, why=gettext_noop("The help was ended")):
        row = Proxy.objects.select_for_update(no_key=True).get(pk=proxy.pk)
        row.during, row.ended_by = _cut(row.during, at), actor.person
        row.save(update_fields=["during", "ended_by"])
        for told in (row.person, row.helper):
            hooks.tell(HELP_ENDED, person=told, proxy=row)
    return row


def record_guardian(
    *,
    actor: Standing,
    public_id: UUID,
    child: Person,
    guardian: Person,
    relation: str,
    proof: str,
    child_born_on: date,
    at: datetime,
) -> Guardianship:
    """Record at a counter who acts for a child, with the proof that was seen. It counts once the guardian consents.

    Raises `Denied`, `BornInTheFuture`, `ChildTooOld`, `ProofMissing`, `HelperIsOneself`, `HelperClosed`,
    `WitnessHelps`, `HelpsAlready`, `TooManyHelpers`, `AccountErased`, `FormUsedBefore`.
    """
    require(actor, "care.record_guardian", on=queries.counter_scope(child))
    last = rules.check_child(child_born_on, today=clock.date_of(at), age=settings.GUARDED_UNTIL_AGE)
    if not proof.strip():
        raise ProofMissing
    if guardian.pk == child.pk:
        raise HelperIsOneself
    if not guardian.is_active:
        raise HelperClosed
    if actor.person.pk in (child.pk, guardian.pk):
        raise WitnessHelps
    with trace.change(by=actor.person, why=gettext_noop("Recorded as guardian")):
        _both_stand(child, guardian)
        known = Guardianship.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.child_id, known.guardian_id, known.child_born_on) != (child.pk, guardian.pk, child_born_on):
                raise FormUsedBefore
            return known
        period = TimestamptzRange(at, datetime.combine(last, time(), tzinfo=clock.zone()))
        now = Guardianship.objects.filter(child=child, during__overlap=period)
        if now.filter(guardian=guardian).exists():
            raise HelpsAlready
        if now.count() >= rules.MOST_GUARDIANS:
            raise TooManyHelpers(most=rules.MOST_GUARDIANS)
        made = Guardianship.objects.create(
            public_id=public_id,
            child=child,
            guardian=guardian,
            relation=Guardianship.Relation(relation),
            proof=proof.strip(),
            child_born_on=child_born_on,
            during=period,
            recorded_by=actor.person,
        )
        hooks.tell(GUARDIAN_RECORDED, person=guardian, guardianship=made)
    return made


def consent_as_guardian(*, actor: Standing, guardianship: Guardianship, at: datetime) -> Guardianship:
    """The guardian agrees that the child's learning is kept, and acts for the child from now on (PIPL art. 31).

    Raises `Denied`, `HelpEnded`, `ConsentedBefore`.
    """
    if actor.entrusted is not None or guardianship.guardian_id not in actor.person_keys:
        raise Denied("care.consent")
    with trace.change(by=actor.person, why=gettext_noop("The guardian agrees")):
        row = Guardianship.objects.select_for_update(no_key=True).get(pk=guardianship.pk)
        if row.during.isempty or row.during.upper <= at:
            raise HelpEnded
        if row.consented_at is not None:
            raise ConsentedBefore
        row.consented_at = at
        row.save(update_fields=["consented_at"])
    return row


def end_guardianship(*, actor: Standing, guardianship: Guardianship, at: datetime) -> Guardianship:
    """End it before the birthday: the guardian, or staff at the residence. Raises `Denied`, `HelpEnded`."""
    if actor.entrusted is not None or guardianship.guardian_id not in actor.person_keys:
        require(actor, "care.record_guardian", on=queries.counter_scope(guardianship.child))
    with trace.change(by=actor.person, why=gettext_noop("The help was ended")):
        row = Guardianship.objects.select_for_update(no_key=True).get(pk=guardianship.pk)
        row.during, row.ended_by = _cut(row.during, at), actor.person
        row.save(update_fields=["during", "ended_by"])
        hooks.tell(HELP_ENDED, person=row.guardian, guardianship=row)
    return row


def answer_anew(*, actor: Standing, guardianship: Guardianship, goes_on: bool, at: datetime) -> Guardianship:
    """The young person, asked anew after the birthday, says whether the former guardian may go on helping.

    It goes on only by a proxy that they then choose themselves. Raises `Denied`, `NothingAsked`.
    """
    if actor.entrusted is not None or guardianship.child_id not in actor.person_keys:
        raise Denied("care.answer")
    with trace.change(by=actor.person, why=gettext_noop("Answered anew after the birthday")):
        row = Guardianship.objects.select_for_update(no_key=True).get(pk=guardianship.pk)
        if row.answer or row.ended_by_id is not None or row.during.upper is None or row.during.upper > at:
            raise NothingAsked
        row.answer = Guardianship.Answer.GOES_ON if goes_on else Guardianship.Answer.ENDS
        row.answered_at = at
        row.save(update_fields=["answer", "answered_at"])
    return row


def ask_anew(*, at: datetime) -> int:
    """Tell young people whose guardians have stopped that they decide now, each once; how many."""
    asked = 0
    due = Guardianship.objects.filter(during__endswith__lte=at, ended_by__isnull=True, asked_at__isnull=True)
    for key in due.order_by("id").values_list("pk", flat=True):
        with trace.change(by=trace.robot("calendar"), why=gettext_noop("The birthday came")):
            row = Guardianship.objects.select_for_update(no_key=True).select_related(None).get(pk=key)
            if row.asked_at is None:
                row.asked_at = at
                row.save(update_fields=["asked_at"])
                hooks.tell(ASKED_ANEW, person=row.child, guardianship=row)
                asked += 1
    return asked


def note_deed(helper: trace.Actor, person: trace.Actor, acting: trace.Acting, why: str) -> None:
    """Keep what a helper did for somebody, in the same transaction, and tell the person."""
    if not isinstance(helper, Person) or not isinstance(person, Person):
        raise TypeError("people help people")
    made = Deed.objects.create(
        book=person.pk % BOOKS,
        person=person,
        helper=helper,
        via=acting.via,
        via_id=UUID(acting.via_id),
        why=why[:300],
    )
    hooks.tell(DONE_FOR_YOU, person=person, deed=made)


# What is told by `access.hooks.tell`; the facts are in brackets.
PROXY_CHOSEN = "care.proxy_chosen"
"""Somebody chose a helper (proxy): to both."""
HELP_ENDED = "care.help_ended"
"""It was ended (proxy or guardianship)."""
GUARDIAN_RECORDED = "care.guardian_recorded"
"""A guardian is asked to consent (guardianship)."""
ASKED_ANEW = "care.asked_anew"
"""A young person decides from today on (guardianship)."""
DONE_FOR_YOU = "care.done_for_you"
"""A helper did something (deed): to the person."""


def _both_stand(person: Person, helper: Person) -> None:
    """Lock both accounts, in the order of their keys. Raises `AccountErased` if one was erased meanwhile."""
    keys = (person.pk, helper.pk)
    for row in Person.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"):
        check_stands(row.erased_at)


def _require_side(actor: Standing, person: Person, helper: Person) -> None:
    """Either side ends a proxy, or staff; whoever acts for somebody is neither."""
    if actor.entrusted is None and {person.pk, helper.pk} & {*actor.person_keys}:
        return
    require(actor, "care.end_help", on=queries.counter_scope(person))


def _cut(during: TimestamptzRange, at: datetime) -> TimestamptzRange:
    if during.lower is None or (during.upper is not None and during.upper <= at):
        raise HelpEnded
    return TimestamptzRange(during.lower, max(at, during.lower))


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.zone())
