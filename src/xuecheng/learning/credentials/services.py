"""Verbs of transcripts: issuing, revoking, answering who asks for a code (C-88)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.city.territories.models import Installation
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.queries import DEFAULT_FRAMEWORK
from xuecheng.learning.creditbank.queries.cards import card_of
from xuecheng.learning.recognition.models import Posting

from . import covering, news, rules
from .models import Transcript, TranscriptCheck, TranscriptPrint
from .queries import CertifiedLine, Change, certifiable_lines, changes_since, lines_in, transcript_with_code

#: Bytes of randomness that a code is cut from (60 bits of it).
_RANDOM_BYTES = 8
_ATTEMPTS = 5
#: More would be a way to fill the table.
MOST_A_DAY = 20


class NothingToCertify(Refusal):
    message = _("There is no credit to certify.")
    remedy = _("Choose other kinds of credit, or come back when your learning has been recognised.")
    field = "kinds"


class TooManyToday(Refusal):
    message = _("So many transcripts have been issued today that no more can be.")
    remedy = _("Use one of today's, or come back tomorrow.")


class TranscriptRevoked(Refusal):
    message = _("This transcript was revoked already.")


class RevocationReasonMissing(Refusal):
    message = _("Say why it is revoked.")
    field = "why"


class _CodeTaken(Refusal):
    """Never reaches a person: another code is drawn."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a code answers: the transcript, and what of it holds no more."""

    transcript: Transcript
    changes: list[Change]
    is_genuine: bool

    @property
    def is_unchanged(self) -> bool:
        return not self.changes and self.transcript.revoked_at is None and self.is_genuine


def issue_transcript(
    *,
    actor: Standing,
    learner: Person,
    at: datetime,
    language: str,
    kinds: Collection[str] | None = None,
    entries: Collection[UUID] | None = None,
    unit: str = "",
    qualification: UUID | None = None,
    purpose: str = "",
    with_card_number: bool = False,
) -> Transcript:
    """Certify what stands on the learner's account at `at`, in `language`, limited to `kinds` and `entries` if given.

    `entries` are keys of postings, of which each names its line. With the code of a `unit`, or the public id of the
    offer of a `qualification`, what counts for that alone is certified. What is covered, and `purpose`, are printed and
    sealed with the rest.

    The snapshot holds what is printed, and the keys of the postings behind each line; it never changes. Right:
    credentials.issue_transcript on the learner. Raises `Denied`, `NothingToCertify`, `UnitNotHeld`,
    `QualificationUnknown`, `TooManyToday`.
    """
    require(actor, "credentials.issue_transcript", on=learner)
    with trace.change(by=actor.person, why=gettext_noop("A transcript was issued")), override(language):
        # The learner's own row is the lock: twenty at once are still twenty.
        Person.objects.select_for_update(no_key=True).only("pk").get(pk=learner.pk)
        if Transcript.objects.filter(learner=learner, issued_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
            raise TooManyToday
        keys = keys_of(learner)
        wish = covering.Wish(unit, qualification, kinds, entries)
        scope, lines = covering.chosen(
            certifiable_lines(learner_ids=keys), wish, learner_ids=keys, on=clock.date_of(at)
        )
        if not lines:
            raise NothingToCertify
        snapshot = _snapshot(learner, lines, at=at, language=language, with_card_number=with_card_number)
        snapshot["covers"] = covering.words(scope, wish)
        if purpose.strip():
            snapshot["purpose"] = " ".join(purpose.split())[:60]
        if len(keys) > 1:
            snapshot["books"] = sorted({ledger.book_of(key) for key in keys})
        for _attempt in range(_ATTEMPTS):
            try:
                with transaction.atomic(), refusing(transcript_code_once=_CodeTaken):
                    return Transcript.objects.create(
                        code=rules.transcript_code(secrets.token_bytes(_RANDOM_BYTES)),
                        learner=learner,
                        issued_at=at,
                        language=language,
                        snapshot=snapshot,
                        digest=rules.snapshot_digest(snapshot),
                    )
            except _CodeTaken:
                continue
    raise AssertionError("five random codes in a row were taken")


def revoke_transcript(*, actor: Standing, transcript: Transcript, at: datetime, why: str) -> None:
    """Let the code answer from `at` on that the transcript was revoked, with the reason.

    Right: credentials.revoke_transcript on the learner: the holder, or an officer. Raises `Denied`,
    `TranscriptRevoked`, `RevocationReasonMissing`.
    """
    require(actor, "credentials.revoke_transcript", on=transcript.learner)
    if not why.strip():
        raise RevocationReasonMissing
    with trace.change(by=actor.person, why=why):
        changed = Transcript.objects.filter(pk=transcript.pk, revoked_at__isnull=True).update(
            revoked_at=at, revoked_why=why.strip()
        )
        if not changed:
            raise TranscriptRevoked
        if transcript.learner_id != actor.person.pk:
            news.tell_revoked(transcript, at=at)
    transcript.refresh_from_db()


def revoke_resting_on(*, learner_ids: Collection[int], gone: Collection[UUID], at: datetime, why: str) -> int:
    """Revoke transcripts of which nothing holds any more, because all postings behind them were taken back (C-74).

    Of a transcript that holds in part, its code says which lines do not. For verbs that took the postings back and
    hold the learner's lock. Answers how many were revoked.
    """
    lost = {str(key) for key in gone}
    revoked = 0
    rows = Transcript.objects.select_for_update(no_key=True).filter(learner__in=learner_ids, revoked_at__isnull=True)
    for transcript in rows.order_by("pk"):
        keys = {key for line in lines_in(transcript) for key in line["keys"]}
        if keys & lost and not _standing(transcript, keys - lost):
            transcript.revoked_at, transcript.revoked_why = at, why[:200]
            transcript.save(update_fields=["revoked_at", "revoked_why"])
            revoked += 1
            news.tell_revoked(transcript, at=at)
    return revoked


def _standing(transcript: Transcript, keys: Collection[str]) -> set[UUID]:
    """Those of the keys that were not taken back."""
    if not keys:
        return set()
    asked = [UUID(key) for key in keys]
    back = Posting.objects.filter(learner__in=keys_of(transcript.learner_id), reverses__in=asked)
    return set(asked) - set(back.values_list("reverses", flat=True))


def answer_code(*, text: str) -> Answer | None:
    """What a code answers to anybody, or None: for an unknown code as for a malformed one, after the same work.

    Blanks, hyphens, lower case and letters that look like digits are read (C-83, C-88).
    """
    try:
        code = rules.normalise_transcript_code(text)
    except Refusal:
        code = ""
    transcript = transcript_with_code(code)
    if transcript is None:
        return None
    return Answer(
        transcript=transcript,
        changes=changes_since(transcript),
        is_genuine=_is_genuine(transcript),
    )


def _is_genuine(transcript: Transcript) -> bool:
    """Whether what is kept is what was issued. Of a holder who left, what the digest said before the name went counts,
    and that what is left has not changed since."""
    digest = rules.snapshot_digest(transcript.snapshot)
    if transcript.holder_left_at is None:
        return digest == transcript.digest
    return bool(transcript.was_genuine) and digest == transcript.digest_since


def note_check(*, transcript: Transcript, at: datetime) -> None:
    """Keep that somebody looked the transcript up; the holder sees how often. Nothing of the asker is kept."""
    TranscriptCheck.objects.create(transcript=transcript, at=at)


def note_print(*, actor: Standing, transcript: Transcript, at: datetime) -> None:
    """Keep that somebody who may see the transcript took it as a sheet of paper; the holder sees who and when.

    Right: credentials.see_transcript on the learner. Raises `Denied`.
    """
    require(actor, "credentials.see_transcript", on=transcript.learner)
    with trace.change(by=actor.person, why=gettext_noop("A transcript was printed")):
        TranscriptPrint.objects.create(transcript=transcript, at=at, by_id=actor.person_keys[0])


def _snapshot(
    learner: Person, lines: list[CertifiedLine], *, at: datetime, language: str, with_card_number: bool
) -> dict[str, Any]:
    installation = Installation.objects.select_related("city").first()
    account = card_of(keys_of(learner)) if with_card_number else None
    codes = sorted({line.of.framework for line in lines}, key=lambda code: (code != DEFAULT_FRAMEWORK, code))
    return {
        "form": 1,
        "language": language,
        "issued_on": clock.date_of(at).isoformat(),
        "holder": learner.name,
        "card_number": account.card_number if account else "",
        "city": installation.city.name if installation else "",
        "is_demonstration": bool(installation and installation.is_demonstration),
        "frameworks": [_table(code, [line for line in lines if line.of.framework == code]) for code in codes],
    }


def _table(code: str, lines: list[CertifiedLine]) -> dict[str, Any]:
    totals: dict[tuple[str, int], int] = {}
    for line in lines:
        totals[line.of.kind, line.of.level] = totals.get((line.of.kind, line.of.level), 0) + line.credits
    names = {(line.of.kind, line.of.level): line.of for line in lines}
    return {
        "code": code,
        "name": lines[0].of.framework_name,
        "total": sum(line.credits for line in lines),
        "totals": [
            {"kind": names[of].kind_name, "level": names[of].level_label, "credits": totals[of]}
            for of in sorted(totals)
        ],
        "lines": [_line(line) for line in lines],
    }


def _line(line: CertifiedLine) -> dict[str, Any]:
    return {
        "title": line.title,
        "institution": line.institution,
        "ended_on": line.ended_on.isoformat(),
        "kind": line.of.kind_name,
        "level": line.of.level_label,
        "credits": line.credits,
        "rule": line.rule,
        "keys": [str(key) for key in line.keys],
    }


def languages() -> Iterable[tuple[str, Any]]:
    """The languages in which transcripts are issued."""
    return settings.LANGUAGES
