"""Papers and secrets: documents, identity documents, keys, accounts that are one person's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from city.documents.nasty import SOUND, pdf
from city.documents.toy import NAME, Toy
from city.documents.toy import NOW as RECEIVED_AT
from city.realname.numbers import NOW, a_number, claimed, verified
from city.situations import a_person
from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city import clock, rights
from xuecheng.city.documents import places
from xuecheng.city.documents import services as documents
from xuecheng.city.documents.models import Document
from xuecheng.city.ids import uuid7
from xuecheng.city.people import duplicates, merging
from xuecheng.city.people.models import DuplicateCandidate, Person, PersonMerge
from xuecheng.city.realname import outside
from xuecheng.city.realname import services as realname
from xuecheng.city.realname.models import IdentityDocument
from xuecheng.city.vault import services as vault
from xuecheng.city.vault.models import Key
from xuecheng.city.vault.providers import provider

# Documents


class ToyHere(Toy):
    """The toy of documents, in this town."""

    def __init__(self, town: Town) -> None:
        self.things = {}
        self.city, self.college, self.registrar = town.places, town.city.college, town.city.registrar
        self.learner = town.standing("learner", "陈丽华")
        self.officer = town.standing("certification_officer", "林美玲")
        self.place = self.register()
        self.thing = self.a_thing("1")


@contextmanager
def _toy(town: Town) -> Iterator[ToyHere]:
    try:
        yield ToyHere(town)
    finally:
        places._PLACES.pop(NAME, None)


def a_toy(town: Town) -> ToyHere:
    made: ToyHere = town.until_the_end(_toy(town))
    return made


def _document(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


@row("city.documents.add_document")
def _(town: Town) -> Verb:
    toy, public_id = a_toy(town), uuid7()
    return lambda: toy.add(SOUND["pdf"], public_id=public_id)


@row("city.documents.add_version")
def _(town: Town) -> Verb:
    toy, public_id = a_toy(town), uuid7()
    document = toy.add().document
    return lambda: toy.replace(_document(document), pdf(3), public_id=public_id)


@row("city.documents.remove_document")
def _(town: Town) -> Verb:
    toy = a_toy(town)
    document = toy.add().document
    return lambda: documents.remove_document(
        actor=toy.registrar, document=_document(document), place=toy.place, thing=toy.thing, reason=WHY, at=RECEIVED_AT
    )


@row("city.documents.remove_expired")
def _(town: Town) -> Verb:
    a_toy(town).add()
    return lambda: documents.remove_expired(today=date(2029, 11, 23), at=RECEIVED_AT)


@row("city.documents.hold_document")
def _(town: Town) -> Verb:
    toy = a_toy(town)
    document = toy.add().document
    return lambda: documents.hold_document(actor=toy.officer, document=_document(document), thing=toy.thing, reason=WHY)


@row("city.documents.lift_hold")
def _(town: Town) -> Verb:
    toy = a_toy(town)
    document = toy.add().document
    documents.hold_document(actor=toy.officer, document=document, thing=toy.thing, reason=WHY)
    return lambda: documents.lift_hold(actor=toy.officer, document=_document(document), thing=toy.thing, reason=WHY)


# Identity documents


def _claim(town: Town, person: Person | None = None) -> IdentityDocument:
    return claimed(town.clerk, person or town.neighbour("陈嘉敏"), a_number())


def _paper(document: IdentityDocument) -> IdentityDocument:
    return IdentityDocument.objects.select_related("person__territory").get(pk=document.pk)


@row("city.realname.claim_document")
def _(town: Town) -> Verb:
    _claim(town)
    # Somebody else claims the same number: a pair to be looked at.
    person, public_id = town.neighbour("陈嘉敏"), uuid4()
    return lambda: claimed(town.clerk, person, a_number(), public_id=public_id)


@row("city.realname.verify_at_counter")
def _(town: Town) -> Verb:
    document = _claim(town)
    return lambda: verified(town.clerk, _paper(document))


@row("city.realname.refuse_document")
def _(town: Town) -> Verb:
    document = _claim(town)
    return lambda: realname.refuse_document(actor=town.clerk, document=_paper(document), at=NOW, reason=WHY)


@row("city.realname.take_answer")
def _(town: Town) -> Verb:
    document = _claim(town)
    answer = outside.Confirmation(answer=outside.Answer.MATCH, reference="R-1")
    return lambda: realname.take_answer(document=_paper(document), confirmation=answer, at=NOW)


@row("city.realname.expire_due")
def _(town: Town) -> Verb:
    last_day = clock.date_of(NOW) + timedelta(days=30)
    document = claimed(town.clerk, town.neighbour("陈嘉敏"), a_number(), valid_until=last_day)
    verified(town.clerk, document)
    return lambda: realname.expire_due(today=last_day + timedelta(days=1))


@row("city.realname.unmask_number")
def _(town: Town) -> Verb:
    document = _claim(town)
    return lambda: realname.unmask_number(actor=town.clerk, document=_paper(document), at=NOW, reason=WHY)


# Keys


@row("city.vault.replace")
def _(town: Town) -> Verb:
    _claim(town)
    return lambda: vault.replace(actor=rights.OWNER, use="look_up", at=NOW, reason=WHY)


@row("city.vault.rewrap", "city.vault.wrap_all")
def _(town: Town) -> Verb:
    _claim(town)
    # One key: of several each is wrapped anew in a change of its own.
    Key.objects.filter(use="look_up").update(
        state=Key.State.DESTROYED, wrapped=None, retired_at=NOW, drained_at=NOW, destroyed_at=NOW
    )
    keys = provider()
    keys.add()
    return lambda: vault.wrap_all(actor=rights.OWNER, reason=WHY, keys=keys)


@row("city.vault.shred_owner")
def _(town: Town) -> Verb:
    _claim(town)
    return lambda: vault.shred_owner(actor=rights.OWNER, purpose="realname.number", owner="", at=NOW, reason=WHY)


# Accounts that are one person's


def _two(town: Town) -> tuple[Person, Person]:
    pair = [a_person("陈嘉敏", territory=town.places["五山街道"]) for _number in range(2)]
    Person.objects.filter(pk__in=[one.pk for one in pair]).update(birth_year=1958)
    first, second = (Person.objects.select_related("territory").get(pk=one.pk) for one in pair)
    return first, second


def _merged(town: Town, pair: tuple[Person, Person], public_id: Any = None) -> PersonMerge:
    kept, merged = (Person.objects.select_related("territory").get(pk=one.pk) for one in pair)
    return merging.merge_people(
        actor=town.clerk, public_id=public_id or uuid4(), kept=kept, merged=merged, at=NOW, reason=WHY
    )


@row("city.people.merge_people")
def _(town: Town) -> Verb:
    pair, public_id = _two(town), uuid4()
    duplicates.find_for(pair[0], at=NOW)
    return lambda: _merged(town, pair, public_id)


@row("city.people.unmerge_people")
def _(town: Town) -> Verb:
    pair = _two(town)
    duplicates.find_for(pair[0], at=NOW)
    merge = _merged(town, pair)
    return lambda: merging.unmerge_people(
        actor=town.clerk, merge=PersonMerge.objects.get(pk=merge.pk), at=NOW, reason=WHY
    )


@row("city.people.decide_different")
def _(town: Town) -> Verb:
    pair = _two(town)
    duplicates.find_for(pair[0], at=NOW)
    one = DuplicateCandidate.objects.get()
    return lambda: merging.decide_different(
        actor=town.clerk, candidate=DuplicateCandidate.objects.get(pk=one.pk), at=NOW, reason=WHY
    )


@row("city.people.note_pairs")
def _(town: Town) -> Verb:
    first, second = _two(town)
    return lambda: duplicates.note_pairs({(first.pk, second.pk): {"name"}}, at=NOW)


@row("city.people.write_password")
def _(town: Town) -> Verb:
    from xuecheng.city.people import services as people

    person = a_person()
    return lambda: people.write_password(
        by=person, person=Person.objects.get(pk=person.pk), password="learn-for-life-2026", reason=WHY
    )
