"""What a decision does: a unit's whole credit, once, of origin `rpl` for ever; a correction reverses (C-25, C-49)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.people.groups import lock_accounts
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import NotPosted
from xuecheng.learning.priorlearning.models import Application, Claim
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.recognition.services.corrections import reverse_postings
from xuecheng.learning.recognition.services.deciding import give_unit
from xuecheng.learning.records.models import LearningRecord
from xuecheng.learning.records.services import enter_decided

from .refusals import NotGranted
from .rows import identities_credited, locked

LEDGER_KIND = 40
"""Kind of the transfer that gives a recognised unit; its `ref` is the number of the record."""


def decide(claim: Claim, row: Application, state: Claim.State, *, words: str, by: Person, at: datetime) -> None:
    """Write what was decided on a unit; a granted one is posted at once. The caller holds the learner's lock."""
    claim.words, claim.decided_by, claim.decided_at = words.strip()[:2000], by, at
    if state in (Claim.State.GRANTED, Claim.State.TASK):
        keys = lock_accounts(row.learner_id)
        if claim.identity in identities_credited(keys, but=row.pk):
            state = Claim.State.HELD
    claim.state = state
    claim.save(update_fields=["state", "words", "decided_by", "decided_at", "task", "task_due_on"])
    if state == Claim.State.GRANTED:
        post_credit(claim, row, actor=by.pk, at=at)


def post_credit(claim: Claim, row: Application, *, actor: int, at: datetime) -> bool:
    """Post a granted unit. What the ledger refuses (a closed account, a spent budget) leaves it granted; `tend` tries
    again. Asked twice, once."""
    if claim.posting is not None:
        return True
    assert claim.decided_at is not None, "only what was decided is posted"
    keys = lock_accounts(row.learner_id)
    try:
        with transaction.atomic():
            ledger.lock_books(books={ledger.book_of(key) for key in keys})
            record = enter_decided(
                learner_id=row.learner_id,
                institution=row.centre.organisation,
                record_key=f"rpl/{claim.public_id}",
                code=claim.unit.code,
                title=claim.unit.title_zh,
                level=claim.unit.level.label,
                decided_at=claim.decided_at,
                decided_by=actor,
                at=at,
            )
            posting = give_unit(
                record=record, unit=claim.unit, identity=claim.identity, ledger_kind=LEDGER_KIND, officer_id=actor,
                at=at,
            )  # fmt: skip
            claim.posting, claim.record_id = posting.key, record.pk
            claim.save(update_fields=["posting", "record_id"])
    except NotPosted:
        claim.posting = claim.record_id = None
        return False
    return True


def follow_corrections(claim: Claim) -> bool:
    """A unit whose credit a correction took back is not recognised any more, and may be asked for again; one that was
    given again after an appeal is recognised as before, by the new posting (C-49, C-73). False where nothing changed.

    The caller holds the learner's lock.
    """
    if claim.posting is None or claim.record_id is None:
        return False
    if claim.state not in (Claim.State.GRANTED, Claim.State.REVERSED):
        return False
    of = Posting.objects.filter(book=claim.learner_id % ledger.BOOKS, record_id=claim.record_id)
    taken_back = set(of.filter(reverses__isnull=False).values_list("reverses", flat=True))
    given = of.filter(reverses=None, identity=claim.identity).order_by("-posted_at", "-key")
    standing = next((key for key in given.values_list("key", flat=True) if key not in taken_back), None)
    if standing is None:
        if claim.state == Claim.State.REVERSED:
            return False
        claim.state = Claim.State.REVERSED
    else:
        if standing == claim.posting and claim.state == Claim.State.GRANTED:
            return False
        others = Claim.objects.filter(learner=claim.learner_id, identity=claim.identity, state__in=Claim.LIVE)
        if others.exclude(pk=claim.pk).exists():
            # Asked for anew meanwhile: that one ends first, since nothing is recognised twice.
            return False
        claim.state, claim.posting = Claim.State.GRANTED, standing
    claim.save(update_fields=["state", "posting"])
    return True


def reverse_grant(*, actor: Standing, claim: Claim, why: str, at: datetime) -> Claim:
    """Take a recognised unit back by a posting of its own, never by an edit; the learner may apply again. Said twice,
    once.

    Right: recognition.reverse_posting for the record. Raises `Denied`, `trace.ReasonMissing`, `NotGranted`,
    `ledger.CreditsSpent`.
    """
    with trace.change(by=actor.person, why=why):
        row = locked(claim.application, may_be_paused=True)
        mine = next(one for one in row.claims.all() if one.pk == claim.pk)
        if mine.state == Claim.State.REVERSED:
            return mine
        if mine.state != Claim.State.GRANTED or mine.record_id is None:
            raise NotGranted
        record = LearningRecord.objects.select_related("institution__territory", "learner").get(
            pk=mine.record_id, book=row.learner_id % ledger.BOOKS
        )
        reverse_postings(actor=actor, record=record, why=why, at=at)
        mine.state = Claim.State.REVERSED
        mine.save(update_fields=["state"])
    return mine
