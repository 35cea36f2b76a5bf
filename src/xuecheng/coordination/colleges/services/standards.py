"""Verbs of standards: set one, give evidence, review it, renew it; what the network aims at; reminding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.documents.models import Document
from xuecheng.city.people.groups import as_same
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.colleges import evidence, news, rules
from xuecheng.coordination.colleges.models import (
    College,
    CollegeLevel,
    NetworkTargets,
    Standard,
    StandardEvidence,
    StandardItem,
)
from xuecheng.coordination.colleges.queries import KEEP, REVIEW, SET, item_of, still_needed, targets_on

from .network import ClosedAlready, locked

MOST_ITEMS = 30


class BeginsTooEarly(Refusal):
    message = _("It holds from today at the earliest; what counted before stays as it was.")
    field = "begins_on"


class SourceMissing(Refusal):
    message = _("Say where this comes from: the document and its number.")
    field = "source"


class ItemsWrong(Refusal):
    message = _("A standard has 1 to %(most)s requirements, each with a code of its own.")
    remedy = _("A code has 1 to 16 small letters, digits and hyphens, such as rooms or teachers-2.")
    field = "items"


class StandardUsed(Refusal):
    message = _("Evidence was given for the standard of this day already.")
    remedy = _("Let the new one hold from a later day.")
    field = "begins_on"


class MonthsWrong(Refusal):
    message = _("What shows a requirement holds 1 to 120 months; what is counted from premises has no months.")
    field = "items"


class TargetsWrong(Refusal):
    message = _("A number lies outside what makes sense.")
    remedy = _("Shares are 0 to 100 per cent, seats 1 to 1000, days 1 to 365.")


class ItemUnknown(Refusal):
    message = _("The standard in force has no such requirement.")
    remedy = _("Open the unit's page again: the standard may have changed.")


class CountedFromPremises(Refusal):
    message = _("This is counted from its rooms; nobody declares it (N-01).")
    remedy = _("Enter the rooms under “Venues and rooms”.")


class WordsMissing(Refusal):
    message = _("Say in a few words what shows it.")
    field = "words"


class EvidenceWaits(Refusal):
    message = _("Something for this requirement waits for review already.")
    remedy = _("Wait until it is reviewed, or ask the reviewer.")


class OwnEvidence(Refusal):
    message = _("Nobody reviews what they gave.")
    remedy = _("Ask somebody else with this right.")


class ReviewedBefore(Refusal):
    message = _("This was reviewed already.")


class FindingMissing(Refusal):
    message = _("Say what is missing, so that it can be mended.")
    field = "finding"


class FileMissing(Refusal):
    message = _("A document is asked for, and no file is there.")
    remedy = _("Let the unit add the file first.")
    field = "finding"


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One requirement of a standard as somebody sets it; `months` None: what shows it does not expire."""

    code: str
    shown_by: str
    text_zh: str
    text_en: str = ""
    months: int | None = None


def set_standard(
    *,
    actor: Standing,
    city: Territory,
    level: str,
    items: Sequence[Requirement],
    begins_on: date,
    today: date,
    source: str,
    why: str,
) -> Standard:
    """Let a standard hold for units of a level from a day on; of one day the last word counts, unless it was used.

    Right: colleges.set_standard over the city. Raises `Denied`, `BeginsTooEarly`, `SourceMissing`, `ItemsWrong`,
    `StandardUsed`.
    """
    require(actor, SET, on=city)
    if begins_on < today:
        raise BeginsTooEarly
    if not source.strip():
        raise SourceMissing
    _check_items(items)
    if level not in CollegeLevel.values:
        raise ItemsWrong(most=MOST_ITEMS)
    with trace.change(by=actor.person, why=why), refusing(standard_item_months_sound=MonthsWrong):
        made, _is_new = Standard.objects.update_or_create(
            level=level, begins_on=begins_on, defaults={"source": source.strip()}
        )
        standing = list(made.items.order_by("place"))
        if [_as_set(one) for one in standing] == list(items):
            return made
        if StandardEvidence.objects.filter(item__in=standing).exists():
            raise StandardUsed
        made.items.all().delete()
        for place, one in enumerate(items, 1):
            StandardItem.objects.create(standard=made, place=place, **asdict(one))
    return made


def set_targets(
    *, actor: Standing, city: Territory, numbers: rules.Targets, begins_on: date, today: date, why: str
) -> NetworkTargets:
    """Let numbers of the network hold from a day on [K]; of one day the last word counts.

    Right: colleges.set_standard over the city. Raises `Denied`, `BeginsTooEarly`, `SourceMissing`, `TargetsWrong`.
    """
    require(actor, SET, on=city)
    if begins_on < today:
        raise BeginsTooEarly
    if not numbers.source.strip():
        raise SourceMissing
    with trace.change(by=actor.person, why=why), refusing(network_targets_sound=TargetsWrong):
        made, _is_new = NetworkTargets.objects.update_or_create(begins_on=begins_on, defaults=asdict(numbers))
    return made


def give_evidence(
    *, actor: Standing, public_id: UUID, college: College, code: str, words: str, valid_until: date | None, at: datetime
) -> StandardEvidence:
    """Give what shows that a unit meets a requirement, or renew it before it ends: what holds goes on holding.

    Asked again in the same words, return the same one. Right: colleges.keep_college. Raises `Denied`, `WordsMissing`,
    `ItemUnknown`, `CountedFromPremises`, `ExpiryNeeded`, `ExpiredAlready`, `EvidenceWaits`, `ClosedAlready`,
    `FormUsedBefore`.
    """
    require(actor, KEEP, on=college)
    today = clock.date_of(at)
    said = words.strip()
    if not said:
        raise WordsMissing
    with trace.change(by=actor.person, why=said), refusing(standard_evidence_one_waits=EvidenceWaits):
        row = locked(college)
        known = StandardEvidence.objects.filter(public_id=public_id).first()
        if known is not None:
            same = (known.college_id, known.item_code, known.words, known.valid_until, known.given_by_id)
            if same != (row.pk, code, said, valid_until, as_same(actor, known.given_by_id)):
                raise FormUsedBefore
            return known
        if not row.is_open(today):
            raise ClosedAlready
        item = item_of(row, code, on=today)
        if item is None:
            raise ItemUnknown
        if item.shown_by == StandardItem.Shown.PREMISES:
            raise CountedFromPremises
        rules.check_expiry(valid_until, months=item.months, today=today)
        return StandardEvidence.objects.create(
            public_id=public_id,
            college=row,
            item=item,
            item_code=item.code,
            words=said,
            valid_until=valid_until,
            given_by=actor.person,
            given_at=at,
        )


def review_evidence(
    *, actor: Standing, row: StandardEvidence, is_accepted: bool, finding: str, at: datetime
) -> StandardEvidence:
    """Say whether it shows what it should; its giver is told. Said again by the same, it stays.

    Right: colleges.review_evidence, never the giver. Raises `Denied`, `OwnEvidence`, `FindingMissing` for a no without
    words, `FileMissing` where a document is asked, `ExpiredAlready`, `ReviewedBefore`.
    """
    require(actor, REVIEW, on=row)
    said = finding.strip()
    if not is_accepted and not said:
        raise FindingMissing
    with trace.change(by=actor.person, why=said or gettext_noop("Reviewed evidence of a standard")):
        found = StandardEvidence.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "item", "college__organisation", "college__territory"
        )
        kept = found.get(pk=row.pk)
        if as_same(actor, kept.given_by_id) == kept.given_by_id:
            raise OwnEvidence
        wanted = StandardEvidence.State.ACCEPTED if is_accepted else StandardEvidence.State.REFUSED
        if kept.state == wanted and kept.reviewed_by_id in actor.person_keys and kept.finding == said:
            return kept
        if kept.state != StandardEvidence.State.GIVEN:
            raise ReviewedBefore
        if is_accepted:
            _check_shows(kept, today=clock.date_of(at))
        kept.state, kept.finding = wanted, said
        kept.reviewed_by, kept.reviewed_at = actor.person, at
        kept.save(update_fields=["state", "finding", "reviewed_by", "reviewed_at"])
        news.tell_reviewed(kept, at=at)
    return kept


def remind_of_ending(*, at: datetime) -> int:
    """Tell those who keep a unit that evidence ends or has ended; each piece once before and once after its last day.

    Safe at any time and twice. Answers how many notices were written.
    """
    today = clock.date_of(at)
    days = targets_on(today).remind_days
    return news.tell_ending(_ending(today, days), today=today, at=at)


def _ending(today: date, days: int) -> QuerySet[StandardEvidence]:
    rows = StandardEvidence.objects.select_related("college__organisation__territory", "college__territory", "item")
    until = rules.days_later(today, days)
    return still_needed(rows, on=today).filter(valid_until__lte=until).order_by("pk")


def _check_items(items: Sequence[Requirement]) -> None:
    codes = [one.code for one in items]
    sound = all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,15}", code) for code in codes)
    known = all(one.shown_by in StandardItem.Shown.values and one.text_zh.strip() for one in items)
    if not 1 <= len(items) <= MOST_ITEMS or len(set(codes)) != len(codes) or not sound or not known:
        raise ItemsWrong(most=MOST_ITEMS)


def _as_set(item: StandardItem) -> Requirement:
    return Requirement(**{name: getattr(item, name) for name in Requirement.__dataclass_fields__})


def _check_shows(row: StandardEvidence, *, today: date) -> None:
    if row.is_over(today):
        raise rules.ExpiredAlready(at_field="finding")
    if row.item.shown_by == StandardItem.Shown.DOCUMENT:
        files = Document.objects.filter(place=evidence.EVIDENCE, thing_key=str(row.public_id))
        if not files.filter(state=Document.State.STANDING).exists():
            raise FileMissing
