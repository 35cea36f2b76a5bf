"""What becomes of rows that arrive: new, a correction, already there, or refused with all that is wrong (C-11, C-13).

A slice of rows costs a fixed number of questions, whatever its size: institutions and their periods (two), learners
(one, two where rows name people otherwise than by card), divisions (one where rows name some), and for each institution
which keys are bound and to what (one or two). Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import Standing
from xuecheng.city.people.groups import groups_of
from xuecheng.city.refusals import Refusal
from xuecheng.learning.records import rules
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.queries.arriving import (
    KnownVersion,
    Learner,
    Reporter,
    known_territories,
    known_versions,
    learners_called,
    reporters,
)

from .gates import Around, obstacles, plainly_passes
from .seen import Seen


class OtherInstitution(Refusal):
    message = _("You cannot bring records of “%(institution_code)s”.")
    remedy = _("Write the code of your own institution, or let that one bring them.")
    field = "institution_code"


class KeyTwiceInFile(Refusal):
    message = _("The key “%(record_key)s” stands above in this file with other content.")
    remedy = _("Keep the row that is right, or give this one its own key.")
    field = "record_key"


class NothingToCorrect(Refusal):
    message = _("There is no record “%(record_key)s” that this row could correct.")
    remedy = _("Leave the version empty if the record is new.")
    field = "replaces"


class NotTheLatestVersion(Refusal):
    message = _("Version %(latest)s is the latest of “%(record_key)s”; this row corrects version %(replaces)s.")
    remedy = _("Look at the latest version, then correct that one.")
    field = "replaces"


class CorrectionReasonMissing(Refusal):
    message = _("A correction says why.")
    remedy = _("Write the reason.")
    field = "reason"


class EntryRefused(Refusal):
    """A single row was refused: `refusals` holds everything that is wrong with it."""

    message = _("This record cannot be taken as it stands.")

    def __init__(self, *, refusals: Sequence[Refusal], at_field: str | None = None) -> None:
        super().__init__(at_field=at_field)
        self.refusals = tuple(refusals)

    def __reduce__(self) -> tuple[object, ...]:
        return _refused_again, (self.refusals,)


def _refused_again(refusals: Sequence[Refusal]) -> EntryRefused:
    return EntryRefused(refusals=refusals)


class Outcome(StrEnum):
    NEW = "new"
    CORRECTION = "correction"
    KNOWN = "known"
    REFUSED = "refused"


class Arrival(NamedTuple):
    """One row and what becomes of it. Who reports and whose it is are told where it is to be written."""

    outcome: Outcome
    entry: Entry
    refusals: tuple[Refusal, ...] = ()
    reporter: Reporter | None = None
    learner: Learner | None = None
    digest: bytes = b""
    replaces: KnownVersion | None = None


def judge(
    *, actor: Standing, act: str, entries: Sequence[Entry], today: date, seen: Seen | None = None
) -> list[Arrival]:
    """One answer for each of `entries`, in their order.

    Rows of institutions for which `actor` may not do `act` are refused. `seen` tells of earlier slices of the same
    file; without it each call stands alone.
    """
    seen = seen if seen is not None else Seen()
    institutions = reporters(actor, act, {entry.institution_code for entry in entries})
    learners = learners_called({entry.person_ref for entry in entries})
    places = known_territories({entry.territory_code for entry in entries if entry.territory_code})
    known = known_versions(
        (institutions[entry.institution_code].id, entry.record_key)
        for entry in entries
        if entry.institution_code in institutions
    )
    one_person = _one_person(entries, institutions, learners, known)
    answers = []
    for entry in entries:
        reporter, learner = institutions.get(entry.institution_code), learners.get(entry.person_ref)
        versions = known.get((reporter.id, entry.record_key), ()) if reporter else ()
        is_of_another = bool(versions) and learner is not None and versions[0].learner != learner.id
        if is_of_another and learner is not None and versions[0].learner in one_person.get(learner.id, ()):
            # Merged accounts: the record stays with the one for which it came.
            is_of_another, learner = False, Learner(versions[0].learner, learner.name)
        around = Around(today, places, reporter, learner, is_of_another)
        answers.append(_answer(entry, around, versions, seen))
    return answers


def _one_person(
    entries: Sequence[Entry],
    institutions: Mapping[str, Reporter],
    learners: Mapping[str, Learner],
    known: Mapping[tuple[int, str], Sequence[KnownVersion]],
) -> Mapping[int, tuple[int, ...]]:
    """All keys of those whose known records stand under another key. No query where there are none."""
    doubtful = set()
    for entry in entries:
        reporter, learner = institutions.get(entry.institution_code), learners.get(entry.person_ref)
        versions = known.get((reporter.id, entry.record_key), ()) if reporter else ()
        if versions and learner is not None and versions[0].learner != learner.id:
            doubtful.add(learner.id)
    return groups_of(doubtful)


def _answer(entry: Entry, around: Around, versions: Sequence[KnownVersion], seen: Seen) -> Arrival:
    digest = entry.digest()
    if versions and around.learner and not around.is_of_another and _is_there(entry, versions, digest):
        # Nobody is asked to mend what stands: the gates may have moved since.
        return Arrival(Outcome.KNOWN, entry)
    reporter, learner = around.reporter, around.learner
    if not plainly_passes(entry, around):
        refusals = obstacles(entry, around)
        if reporter is None:
            refusals.insert(0, OtherInstitution(institution_code=entry.institution_code))
        if refusals:
            return Arrival(Outcome.REFUSED, entry, tuple(refusals))
    assert reporter is not None  # the gates are shut for whoever reports or is reported unknown
    assert learner is not None
    try:
        replaced = _replaced(entry, reporter, versions)
        earlier = seen.earlier(reporter, entry, digest)
        if earlier is False:
            raise KeyTwiceInFile(record_key=entry.record_key)
    except Refusal as refusal:
        return Arrival(Outcome.REFUSED, entry, (refusal,))
    if earlier:
        return Arrival(Outcome.KNOWN, entry)
    return Arrival(Outcome.CORRECTION if replaced else Outcome.NEW, entry, (), reporter, learner, digest, replaced)


def _is_there(entry: Entry, versions: Sequence[KnownVersion], digest: bytes) -> bool:
    """Whether the content stands already; of what is no correction, in any version: old files come again (C-11)."""
    return any(version.digest == digest for version in (versions[:1] if entry.replaces is not None else versions))


def _replaced(entry: Entry, reporter: Reporter, versions: Sequence[KnownVersion]) -> KnownVersion | None:
    """The version that a correction takes the place of; None for a new record. Raises what forbids the row (C-11)."""
    if entry.replaces is None:
        if versions:
            raise rules.RecordConflict(institution=reporter.name, record_key=entry.record_key)
        return None
    if not versions:
        raise NothingToCorrect(record_key=entry.record_key)
    latest = versions[0]
    if latest.version != entry.replaces:
        raise NotTheLatestVersion(record_key=entry.record_key, latest=latest.version, replaces=entry.replaces)
    if not entry.reason:
        raise CorrectionReasonMissing
    return latest
