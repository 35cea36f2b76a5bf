"""A learner looks first: what a file proves and would count, before anything of it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.people.groups import keys_of, lock_accounts
from xuecheng.learning.creditbank.queries import rule_units
from xuecheng.learning.foreign.models import Delivery, ForeignRecord
from xuecheng.learning.foreign.queries import BRING, Law, identities_credited, law
from xuecheng.learning.foreign.reading import Bad, Contents, FileRefusal, Found, NotYetOver, read
from xuecheng.learning.foreign.rules import Wait, in_order
from xuecheng.learning.proofs.fetching import Fetch

from .bringing import READ_JOB, bytes_of, emails_of, refuse_file, start
from .capping import Given
from .crediting import Worth, weigh, within_cap
from .refusals import NotShown
from .taking_in import drafted, holder_of

_State = Delivery.State


def look_into(
    row: Delivery, progress: Progress, *, now: Callable[[], datetime], fetch: Fetch | None = None
) -> Delivery:
    """The job of `bring_file` where its learner looks first. It takes nothing in and asks nobody but issuers; run
    again, it begins anew.
    """
    if row.state != _State.OPENED:
        return row
    try:
        contents = read(bytes_of(row), at=row.brought_at, fetch=fetch)
    except FileRefusal as refusal:
        return refuse_file(row, refusal, progress, at=now())
    at = now()
    lines, bad = _preview(row, contents, at=at)
    with progress.slice():
        # Its learner may have taken it back meanwhile.
        Delivery.objects.filter(pk=row.pk, state=_State.OPENED).update(
            state=_State.SHOWN, read_at=at, kind=contents.kind, preview=lines, problems=[one.kept() for one in bad]
        )
    row.refresh_from_db()
    return row


def _preview(row: Delivery, contents: Contents, *, at: datetime) -> tuple[list[dict[str, Any]], list[Bad]]:
    """Line by line as it would come in. What another person brought is not told: only who sends it learns that."""
    keys, rules = keys_of(row.learner), law(row.body)
    here = {
        bytes(one.claim): one
        for one in ForeignRecord.objects.filter(
            claim__in=[one.claim for one in contents.found], learner__in=keys, state__in=ForeignRecord.LIVE
        )
    }
    parts = _Parts(contents.found)
    had = _Had(set(identities_credited(keys)), Given.of(keys))
    lines: list[dict[str, Any]] = []
    bad = list(contents.bad)
    for found in _in_order(contents.found):
        if found.ended_on is not None and found.ended_on > clock.date_of(at):
            bad.append(Bad(found.place, NotYetOver(title=found.title, day=found.ended_on)))
            continue
        holder = holder_of(found, row.learner, partial(emails_of, row.learner), is_stated=False)
        would = drafted(
            found, learner=row.learner, holder=holder, origin={"delivery": row, "body": row.body}, whole=None, at=at
        )
        known = here.get(found.claim)
        if known is not None:
            parts.note(found.place, counts=known.state == ForeignRecord.State.CREDITED)
            lines.append(_line(would) | {"outcome": "here"})
            continue
        answer = _would_be(would, rules, had, parts, at=at)
        parts.note(found.place, counts=isinstance(answer, Worth))
        lines.append(_line(would) | _told(answer))
    return lines, bad


def _in_order(found: Sequence[Found]) -> list[Found]:
    by_place = {one.place: one for one in found}
    places = in_order(
        list(by_place), whole_of={one.place: one.part_of for one in found if one.part_of},
        ended_on={one.place: one.ended_on for one in found},
    )  # fmt: skip
    return [by_place[place] for place in places]


@dataclass
class _Had:
    """What the learner holds, and would hold line by line."""

    identities: set[str]
    given: Given


def _would_be(row: ForeignRecord, rules: Law, had: _Had, parts: _Parts, *, at: datetime) -> Worth | Wait:
    """As `settle` would answer, were it the learner's turn now; what counts is noted among what they hold."""
    row.issuer = rules.issuer_of(row.issuer_keys)
    answer = weigh(row, rules, at=at)
    if isinstance(answer, Wait):
        return answer
    if parts.would_count_twice(row.place):
        return Wait.PART
    identity = rule_units()[str(answer.rule.unit)].identity
    if identity in had.identities:
        return Wait.HELD
    answer = within_cap(row, answer, had.given)
    if isinstance(answer, Worth):
        had.identities.add(identity)
        had.given.add(row, answer.rule.unit, answer.amount)
    return answer


class _Parts:
    """What of a file is part of what, by places, and which of it would count."""

    def __init__(self, found: Iterable[Found]) -> None:
        self._wholes = {one.place: one.wholes for one in found}
        self._counts: set[str] = set()

    def note(self, place: str, *, counts: bool) -> None:
        if counts:
            self._counts.add(place)

    def would_count_twice(self, place: str) -> bool:
        above = set(self._above(place))
        return bool(above & self._counts) or any(place in self._above(one) for one in self._counts)

    def _above(self, place: str) -> Iterator[str]:
        seen, edge = {place}, [place]
        while edge:
            for whole in self._wholes.get(edge.pop(), ()):
                if whole not in seen:
                    seen.add(whole)
                    edge.append(whole)
                    yield whole


def _line(row: ForeignRecord) -> dict[str, Any]:
    plain = ("place", "title", "issuer_name", "kind", "credits", "scheme", "proof", "holder", "findings")
    day = row.ended_on.isoformat() if row.ended_on else ""
    return {name: getattr(row, name) for name in plain} | {"ended_on": day}


def _told(answer: Worth | Wait) -> dict[str, Any]:
    if isinstance(answer, Wait):
        return {"outcome": "waits", "wait": answer.value}
    unit = answer.rule.unit
    return {"outcome": "counts", "rule": str(answer.rule), "unit": unit.pk, "credits_given": answer.amount}


def send_file(*, actor: Standing, delivery: Delivery, at: datetime) -> Delivery:
    """Send a file that was looked into: it is read once more, and what stands in it comes in. Said twice, once.

    Right: foreign.bring_record, one's own. Raises `Denied`, `NotShown`.
    """
    require(actor, BRING, on=delivery.learner)
    with trace.change(by=actor.person, why=gettext_noop("Brought a file with learning from outside")):
        row = _locked(delivery)
        if row.state in (_State.RECEIVED, _State.READ, _State.REFUSED):
            return row
        if row.state != _State.SHOWN:
            raise NotShown
        row.state, row.preview, row.problems, row.read_at, row.brought_at = _State.RECEIVED, [], [], None, at
        row.save()
        start(READ_JOB, row, at=at)
    return row


def drop_file(*, actor: Standing, delivery: Delivery, at: datetime) -> Delivery:
    """Do not send a file that was looked into: its bytes are gone, and nothing came in. Said twice, once.

    Right: foreign.bring_record, one's own. Raises `Denied`, `NotShown`.
    """
    del at
    require(actor, BRING, on=delivery.learner)
    with trace.change(by=actor.person, why=gettext_noop("Did not send a file with learning from outside")):
        row = _locked(delivery)
        if row.state == _State.DROPPED:
            return row
        if row.state not in (_State.OPENED, _State.SHOWN):
            raise NotShown
        let_go(row)
    return row


def let_go(row: Delivery) -> None:
    """Nothing stays of a file that was not sent but that it was there."""
    row.state, row.sealed, row.preview, row.problems = _State.DROPPED, b"", [], []
    row.save()


def _locked(delivery: Delivery) -> Delivery:
    lock_accounts(delivery.learner_id)
    rows = Delivery.objects.select_for_update(of=("self",), no_key=True).select_related("learner", "body__territory")
    return rows.get(pk=delivery.pk)
