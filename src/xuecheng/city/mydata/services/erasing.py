"""Being erased: ask, open at a counter, confirm, take back; and carrying out what is due.

Who is erased, and who races for it: one change locks all accounts of the person (in the order of their keys), then the
row of the erasure. Whoever comes second finds what the first one did.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop, override

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.care.queries import has_guardian
from xuecheng.city.mydata import erasing, rules
from xuecheng.city.mydata.models import Erasure
from xuecheng.city.mydata.queries import residence_of, scope_of
from xuecheng.city.notices import services as notices
from xuecheng.city.people import rules as names
from xuecheng.city.people.groups import keys_of, root_of
from xuecheng.city.people.models import Person
from xuecheng.city.people.services import take_names_away
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.web.templatetags.xc import day_time

from .own import oneself

log = logging.getLogger(__name__)
ERASE, OPEN, CONFIRM = "mydata.erase_self", "mydata.open_erasure", "mydata.confirm_erasure"
ERASURE_WAITS, ERASURE_TAKEN, ERASURE_REFUSED = (
    "mydata.erasure_waits",
    "mydata.erasure_taken",
    "mydata.erasure_refused",
)
_ASKED = gettext_noop("Asked to be erased")
_TAKEN = gettext_noop("The wish to be erased was taken back")
_CARRIED_OUT = gettext_noop("What identified a person was erased, as they had asked")
_OPEN = [Erasure.State.OPENED, Erasure.State.WAITING]
_State = Erasure.State
# No I, L, O, U: a pseudonym is read aloud, too. 30 random bits tell people who left apart.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 6
_AT_ONCE = 200


def ask_erasure(*, actor: Standing, public_id: UUID, at: datetime) -> Erasure:
    """Have everything that identifies the actor erased after a wait, in which it can be taken back.

    The view has asked for a fresh proof. Asked again with the same id, the same one. Right: mydata.erase_self on
    oneself. Raises `Denied`, `GuardedChild`, `ErasureUnderWay`, what hinders it (`erasing.hindered_by`),
    `FormUsedBefore`.
    """
    person = oneself(actor, ERASE)
    with trace.change(by=actor.person, why=_ASKED), refusing(erasure_one_at_a_time=rules.ErasureUnderWay):
        keys = _locked(person)
        known = _known(public_id, keys)
        if known is not None:
            return known
        if has_guardian(person, at=at):
            raise rules.GuardedChild
        _check(keys, at)
        made = Erasure.objects.create(
            public_id=public_id,
            person=person,
            way=Erasure.Way.ALONE,
            state=_State.WAITING,
            asked_at=at,
            waits_until=rules.waits_until(at, days=settings.MYDATA_ERASURE_DAYS),
        )
        _tell_of_wait(made, at)
    return made


def open_erasure(*, actor: Standing, public_id: UUID, person: Person, reason: str, at: datetime) -> Erasure:
    """Note at a counter that the person stands here, was told what it means, and wants it; a second officer confirms.

    Right: mydata.open_erasure at the residence, and never for oneself. Raises `Denied`, `NobodyErasesThemselves`,
    `AccountErased`, `ErasureUnderWay`, what hinders it, `FormUsedBefore`, `ReasonMissing`.
    """
    officer = _officer(actor, OPEN, person)
    with trace.change(by=actor.person, why=reason), refusing(erasure_one_at_a_time=rules.ErasureUnderWay):
        keys = _locked(person)
        known = _known(public_id, keys)
        if known is not None:
            return known
        _check(keys, at)
        return Erasure.objects.create(
            public_id=public_id,
            person_id=keys[0],
            way=Erasure.Way.COUNTER,
            state=_State.OPENED,
            asked_at=at,
            opened_by=officer,
        )


def confirm_erasure(*, actor: Standing, erasure: Erasure, reason: str, at: datetime) -> Erasure:
    """A second officer heard the person too: the wait begins. Said again by the same officer, nothing changes.

    Right: mydata.confirm_erasure at the residence, by another than who opened it, and never for oneself. Raises
    `Denied`, `NobodyErasesThemselves`, `SecondOfficerNeeded`, `ErasureEnded`, what hinders it, `ReasonMissing`.
    """
    officer = _officer(actor, CONFIRM, erasure.person)
    if erasure.opened_by_id in actor.person_keys:
        raise rules.SecondOfficerNeeded
    with trace.change(by=actor.person, why=reason):
        keys = _locked(erasure.person)
        row = Erasure.objects.select_for_update(no_key=True).get(pk=erasure.pk)
        if row.state == _State.WAITING and row.confirmed_by_id in actor.person_keys:
            return row
        if row.state != _State.OPENED:
            raise rules.ErasureEnded
        _check(keys, at, but=row)
        row.state, row.confirmed_by = _State.WAITING, officer
        row.waits_until = rules.waits_until(at, days=settings.MYDATA_ERASURE_DAYS)
        row.save(update_fields=["state", "confirmed_by", "waits_until"])
        _tell_of_wait(row, at)
    return row


def take_back_erasure(*, actor: Standing, erasure: Erasure, at: datetime) -> Erasure:
    """Take it back before its time: the person, or an officer at the person's word. Again, nothing changes.

    Right: mydata.erase_self on oneself, or mydata.open_erasure at the residence. Raises `Denied`, `ErasureEnded`.
    """
    if not actor.may(ERASE, scope_of(erasure.person)):
        require(actor, OPEN, on=residence_of(erasure.person))
    with trace.change(by=actor.person, why=_TAKEN):
        _locked(erasure.person)
        row = Erasure.objects.select_for_update(no_key=True).get(pk=erasure.pk)
        if row.state == _State.TAKEN:
            return row
        if row.state not in _OPEN or not rules.can_be_taken_back(waits_until=row.waits_until, at=at):
            raise rules.ErasureEnded
        row.state, row.ended_at = _State.TAKEN, at
        row.save(update_fields=["state", "ended_at"])
        notices.tell(row.person, ERASURE_TAKEN, {}, key=str(row.public_id), at=at, about=("mydata:show",))
    return row


def carry_out_due(*, at: datetime) -> int:
    """Routine: carry out what is due, each person in a transaction of its own; answers how many were erased.

    Killed anywhere, it goes on with whoever is still to be erased. One that fails holds up nobody else; the last fault
    is raised in the end, so that operators see it.
    """
    count, fault = 0, None
    due = Erasure.objects.filter(state=_State.WAITING, waits_until__lte=at).order_by("waits_until", "id")
    for erasure in list(due[:_AT_ONCE]):
        try:
            count += carry_out(erasure=erasure, at=at).state == _State.DONE
        except Exception as error:
            log.exception("erasure %s failed", erasure.public_id)
            fault = error
    if fault is not None:
        raise fault
    return count


def carry_out(*, erasure: Erasure, at: datetime) -> Erasure:
    """Erase what identifies the person, once the wait is over; what hinders it now is told to them, and nothing goes.

    All in one transaction. Files and the outside halves of keys go when it is committed; if the process is killed
    before, the routines that look for such find them. Answers the row as it is then.
    """
    with trace.change(by=trace.robot("erasure"), why=_CARRIED_OUT):
        people = _locked_whole(erasure.person)
        row = Erasure.objects.select_for_update(no_key=True).get(pk=erasure.pk)
        if row.state != _State.WAITING or rules.can_be_taken_back(waits_until=row.waits_until, at=at):
            return row
        keys = [person.pk for person in people]
        hindrances = erasing.hindrances(keys, at)
        if hindrances:
            _refuse(row, hindrances[0], at)
            return row
        code = "".join(secrets.choice(_SIGNS) for _sign in range(_CODE_LENGTH))
        leaver = erasing.Leaver(
            keys=tuple(keys),
            public_ids=tuple(person.public_id for person in people),
            pseudonym=names.pseudonym(code),
            words=erasing.words_of(keys),
            at=at,
        )
        erasing.do_all(leaver)
        take_names_away(
            people,
            pseudonyms={person.pk: (leaver.pseudonym, f"~{secrets.token_hex(8)}") for person in people},
            at=at,
        )
        _blank_history(row, leaver)
        # Merged since, the other account may have asked, too.
        others = Erasure.objects.filter(person__in=keys, state__in=_OPEN).exclude(pk=row.pk)
        others.update(state=_State.TAKEN, ended_at=at)
        row.state, row.ended_at = _State.DONE, at
        row.save(update_fields=["state", "ended_at"])
    return row


def _blank_history(row: Erasure, leaver: erasing.Leaver) -> None:
    """The one way into the history: the owner's function, which names each column and writes down that it ran."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select mydata_erase_history_v2(%s, %s::jsonb)",
            [row.public_id, json.dumps(leaver.words, ensure_ascii=False)],
        )


def _refuse(row: Erasure, refusal: Refusal, at: datetime) -> None:
    said = {}
    for name, language in _LANGUAGES:
        with override(language):
            said[name] = str(refusal)[:300]
    row.state, row.ended_at = _State.REFUSED, at
    row.refusal_zh, row.refusal_en = said["zh"], said["en"]
    row.save(update_fields=["state", "ended_at", "refusal_zh", "refusal_en"])
    notices.tell(
        row.person,
        ERASURE_REFUSED,
        {"why": said},
        key=str(row.public_id),
        at=at,
        about=("mydata:show",),
    )


def _tell_of_wait(row: Erasure, at: datetime) -> None:
    notices.tell(
        row.person,
        ERASURE_WAITS,
        {"until": {name: _said(row.waits_until, language) for name, language in _LANGUAGES}},
        key=str(row.public_id),
        at=at,
        about=("mydata:show",),
    )


_LANGUAGES = (("zh", "zh-hans"), ("en", "en"))


def _said(moment: datetime | None, language: str) -> str:
    with override(language):
        return day_time(moment) if moment is not None else ""


def _officer(actor: Standing, act: str, person: Person) -> Person:
    require(actor, act, on=residence_of(person))
    if {person.pk, root_of(person)} & set(actor.person_keys):
        raise rules.NobodyErasesThemselves
    officer = actor.person
    if not isinstance(officer, Person):
        raise TypeError("a person answers for this, no robot")
    return officer


def _locked(person: Person) -> list[int]:
    """The keys of all accounts of the person, the kept one's first, their rows locked. Raises `AccountErased`."""
    keys = keys_of(person)
    rows = list(Person.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    for row in rows:
        names.check_stands(row.erased_at)
    return list(keys)


def _locked_whole(person: Person) -> list[Person]:
    """Every account of the person, the kept one first. The full lock: it waits for whoever writes a row that names one
    of them, and nobody begins to."""
    keys = keys_of(person)
    rows = {row.pk: row for row in Person.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    if set(keys_of(person)) != set(keys):
        raise GroupChanged
    return [rows[key] for key in keys]


class GroupChanged(Exception):
    """Accounts were merged in the same moment: the next run sees them all."""


def _known(public_id: UUID, keys: Sequence[int]) -> Erasure | None:
    found = Erasure.objects.filter(public_id=public_id).first()
    if found is not None and found.person_id not in keys:
        raise FormUsedBefore
    return found


def _check(keys: Sequence[int], at: datetime, *, but: Erasure | None = None) -> None:
    """Raise the first of what hinders it."""
    rivals = Erasure.objects.filter(person__in=keys, state__in=_OPEN)
    if but is not None:
        rivals = rivals.exclude(pk=but.pk)
    if rivals.exists():
        raise rules.ErasureUnderWay
    for refusal in erasing.hindrances(keys, at):
        raise refusal
