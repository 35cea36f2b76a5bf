"""An institution hands in files for its people: each achievement once, for whom the file is, or not at all (C-11)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import PurePosixPath
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from xuecheng.city import trace, vault
from xuecheng.city.identity.queries import contact_of
from xuecheng.city.identity.rules.addresses import read_address
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.learning.foreign.models import Delivery, ForeignPart, ForeignRecord
from xuecheng.learning.foreign.queries import body_of_city, law
from xuecheng.learning.foreign.reading import Found
from xuecheng.learning.foreign.reading.bundle import Entry
from xuecheng.learning.foreign.rules import Match
from xuecheng.learning.records.queries.arriving import learners_called

from .bringing import PURPOSE, ROBOT, emails_of
from .crediting import settle
from .refusals import NobodyDecides
from .rows import fresh
from .stating import BroughtByAnother, DayToCome, LearnerUnknown, OtherContent, OwnLearning
from .taking_in import holder_of, take_in


class HolderUnknown(Refusal):
    message = _("Nothing says whose file this is.")
    remedy = _("Put the card number into its name, or name it in people.csv.")
    field = "person_ref"


class HolderDiffers(Refusal):
    message = _("The file names somebody else than the holder of the card.")
    remedy = _("Compare the name, the year of birth and the e-mail address in the file with the card number.")
    field = "person_ref"


class LeftOut(Refusal):
    """Value: `why`, the sentence of the file's own refusal in both languages."""

    message = _("%(why)s")
    field = "file"


@dataclass(frozen=True)
class Belongs:
    """For whom an entry is."""

    person: Person
    keys: tuple[int, ...]


def owners_of(entries: Iterable[Entry]) -> Callable[[Entry], Belongs | None]:
    """For each entry whose it is: by its card number, else by the proved e-mail address that it names. Never by a name.

    Three queries, and four for each file that names an address and no card.
    """
    entries = list(entries)
    learners = learners_called({one.person_ref for one in entries if one.person_ref})
    people = Person.objects.in_bulk({one.id for one in learners.values()})
    keys: dict[int, tuple[int, ...]] = {}
    by_file: dict[str, Belongs | None] = {}

    def owner(entry: Entry) -> Belongs | None:
        if entry.file not in by_file:
            called = learners.get(entry.person_ref)
            person = people.get(called.id) if called is not None else None
            if person is None and not entry.person_ref and entry.found is not None:
                person = _by_address(entry.found)
            if person is not None and person.pk not in keys:
                keys[person.pk] = keys_of(person)
            by_file[entry.file] = Belongs(person, keys[person.pk]) if person is not None else None
        return by_file[entry.file]

    return owner


def _by_address(found: Found) -> Person | None:
    for text in found.holder.emails:
        try:
            contact = contact_of(read_address(text))
        except Refusal:
            continue
        if contact is not None and contact.person.erased_at is None:
            return contact.person
    return None


def judged_entries(entries: Sequence[Entry], *, brought_by: int, today: date) -> list[Refusal | bool]:
    """For each entry why it cannot be taken, or whether it is here already. Four queries, and those of `owners_of`."""
    owner = owners_of(entries)
    claims = {one.found.claim for one in entries if one.found is not None}
    here: dict[bytes, list[ForeignRecord]] = {}
    for row in ForeignRecord.objects.filter(claim__in=claims, state__in=ForeignRecord.LIVE):
        here.setdefault(bytes(row.claim), []).append(row)
    return [_judged(one, owner(one), here, brought_by=brought_by, today=today) for one in entries]


def _judged(
    entry: Entry, to: Belongs | None, here: dict[bytes, list[ForeignRecord]], *, brought_by: int, today: date
) -> Refusal | bool:
    if entry.bad is not None or entry.found is None:
        return entry.bad or HolderUnknown()
    if to is None:
        return LearnerUnknown(person_ref=entry.person_ref) if entry.person_ref else HolderUnknown()
    if brought_by in to.keys:
        return OwnLearning()
    return _compared(entry.found, to, here.get(entry.found.claim, []), today=today)


def _compared(found: Found, to: Belongs, known: Sequence[ForeignRecord], *, today: date) -> Refusal | bool:
    holder = holder_of(found, to.person, partial(emails_of, to.person), is_stated=True)
    if holder is Match.OTHER:
        return HolderDiffers()
    if found.ended_on is not None and found.ended_on > today:
        return DayToCome()
    mine = next((one for one in known if one.learner_id in to.keys), None)
    if mine is not None:
        return OtherContent() if bytes(mine.digest) != found.digest else True
    return BroughtByAnother() if any(one.claims for one in known) else False


def hand_in(
    entries: Sequence[Entry], *, stated_by: Organisation, brought_by: int, import_file_id: int, import_id: UUID,
    at: datetime,
) -> tuple[int, int]:  # fmt: skip
    """Take the entries in, within the slice's transaction; answers how many are new and how many were here. Safe twice.

    Each file is kept sealed with its learner, so that its issuer can be asked again. For the import, which has checked
    the right (foreign.state_record at the institution). Raises `NobodyDecides`.
    """
    if (body := body_of_city()) is None:
        raise NobodyDecides
    owner = owners_of(entries)
    new = known = 0
    with trace.change(by=ROBOT, why=f"import {import_file_id}"):
        people = _locked({key for one in entries if (to := owner(one)) for key in to.keys})
        rules = law(body)
        to_settle: list[tuple[int, tuple[int, ...]]] = []
        for entry in entries:
            to = owner(entry)
            if to is None or entry.found is None or brought_by in to.keys:
                continue
            learner = people[to.person.pk]
            delivery = _kept(entry, learner, stated_by, body, import_id, at=at)
            came = take_in(
                entry.found, learner=learner, keys=to.keys, emails=partial(emails_of, learner), at=at,
                whole=ForeignRecord.objects.filter(delivery=delivery, place=entry.found.part_of).first()
                if entry.found.part_of else None,
                origin={
                    "delivery": delivery, "stated_by": stated_by, "import_file_id": import_file_id, "body": body,
                },
            )  # fmt: skip
            is_new = isinstance(came, ForeignRecord) and came.delivery_id == delivery.pk and came.taken_in_at == at
            new, known = new + is_new, known + (not is_new)
            if is_new and isinstance(came, ForeignRecord):
                Delivery.objects.filter(pk=delivery.pk).update(found_count=came.delivery.records.count())  # type: ignore[union-attr]  # it has one
                to_settle.append((came.pk, to.keys))
        _link(entries, owner)
        for key, keys in to_settle:
            settle(fresh(key), rules, keys=keys, at=at)
    return new, known


def _locked(keys: Collection[int]) -> dict[int, Person]:
    """All of them at once, in the house's order, before any of their rows."""
    rows = Person.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)
    return {one.pk: one for one in rows}


def _kept(
    entry: Entry, learner: Person, stated_by: Organisation, body: Organisation, import_id: UUID, *, at: datetime
) -> Delivery:
    digest = hashlib.sha256(entry.data)
    number = uuid5(import_id, f"{entry.file}\x1f{digest.hexdigest()}")
    known = Delivery.objects.filter(public_id=number).first()
    return known or Delivery.objects.create(
        public_id=number, learner=learner, body=body, stated_by=stated_by,
        file_name=PurePosixPath(entry.file).name[-120:], byte_count=len(entry.data),
        sha256=digest.digest(), brought_at=at, read_at=at, state=Delivery.State.READ,
        sealed=vault.seal(PURPOSE, str(number), base64.b64encode(entry.data).decode()),
    )  # fmt: skip


def _link(entries: Sequence[Entry], owner: Callable[[Entry], Belongs | None]) -> None:
    """What is part of what, also where one of them was here before: told before anything of it is credited."""
    for entry in {one.file: one for one in entries if one.found is not None and owner(one) is not None}.values():
        to = owner(entry)
        assert to is not None, "only those that are somebody's"
        if not any(one.wholes for one in entry.all_found):
            continue
        claims = [one.claim for one in entry.all_found]
        rows = ForeignRecord.objects.filter(claim__in=claims, learner__in=to.keys, state__in=ForeignRecord.LIVE)
        by_claim = {bytes(one.claim): one.pk for one in rows}
        places = {one.place: by_claim[one.claim] for one in entry.all_found if one.claim in by_claim}
        pairs = {
            (places[whole], places[one.place])
            for one in entry.all_found for whole in one.wholes if one.place in places and whole in places
        }  # fmt: skip
        ForeignPart.objects.bulk_create(
            [ForeignPart(whole_id=whole, part_id=part) for whole, part in sorted(pairs) if whole != part],
            ignore_conflicts=True,
        )


__all__ = ["HolderDiffers", "HolderUnknown", "LeftOut", "hand_in", "judged_entries"]
