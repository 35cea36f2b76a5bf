"""What institutions may report, day by day: their accreditations less their suspensions (C-13)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

WARNINGS = (180, 60, 14)
"""Days before its end on which an accreditation is warned of; ours, as for credit that expires (C-57)."""
_FIELD = re.compile(r"[0-9]{2,4}")
_ALL_FIELDS = (0, 10_000)

Days = tuple[date, date]


class FieldUnknown(Refusal):
    message = _("“%(field)s” is no field of study: write two to four digits of ISCED-F, such as 09, 091 or 0913.")
    field = "fields"


def field_span(code: str) -> tuple[int, int]:
    """The detailed fields `[first, after the last)` that a code of two to four digits names; "" names all of them.

    A broad field holds its narrow ones, so that "09" and "0913" overlap. Raises `FieldUnknown`.
    """
    if not code:
        return _ALL_FIELDS
    if not _FIELD.fullmatch(code):
        raise FieldUnknown(field=code)
    size = 10 ** (4 - len(code))
    return int(code) * size, (int(code) + 1) * size


@dataclass(frozen=True, slots=True)
class Said:
    """One accreditation as it was decided: kinds of record and labels of levels (empty: all), its days, the days it
    was suspended. `is_carried_over` came with the system and was never asked for."""

    kinds: frozenset[str]
    levels: frozenset[str]
    begins_on: date
    ends_on: date
    suspended: tuple[Days, ...] = ()
    is_carried_over: bool = False


@dataclass(frozen=True, slots=True)
class Permit:
    """What may be reported of learning that ended in `[begins_on, ends_on)`; empty kinds and levels are unlimited."""

    begins_on: date
    ends_on: date
    kinds: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()

    def covers(self, *, kind: str, level: str, on: date) -> bool:
        return (
            self.begins_on <= on < self.ends_on
            and (not self.kinds or kind in self.kinds)
            and (not self.levels or not level or level in self.levels)
        )


def permits_of(
    said: Sequence[Said],
    *,
    active: Iterable[Days],
    needed: Iterable[tuple[date, Collection[str]]],
    kinds: Sequence[str],
) -> list[Permit]:
    """What an institution may report: within its active days, what it is accredited for, less its suspensions.

    Before its first accreditation begins, and for one that has none, nothing was decided: there its active days alone
    count, save for the kinds that an open phase takes from accredited institutions only (`needed`: from a day on, and
    no kinds mean all).
    """
    days = list(active)
    first = min((one.begins_on for one in said), default=date.max)
    since = dict.fromkeys(kinds, first)
    for begins_on, named in needed:
        for kind in named or kinds:
            since[kind] = min(since[kind], begins_on)
    found = [
        Permit(begins, ends, frozenset({kind}))
        for kind, until in since.items()
        for begins, ends in _within(days, (date.min, until))
    ]
    if len(set(since.values())) == 1:
        # Most institutions: one answer for every kind.
        found = [Permit(begins, ends) for begins, ends in _within(days, (date.min, next(iter(since.values()))))]
    for one in said:
        for span in _without((one.begins_on, one.ends_on), one.suspended):
            found += [Permit(begins, ends, one.kinds, one.levels) for begins, ends in _within(days, span)]
    return sorted(found, key=lambda permit: (permit.begins_on, permit.ends_on, sorted(permit.kinds)))


def _within(days: Iterable[Days], span: Days) -> list[Days]:
    cut = [(max(begins, span[0]), min(ends, span[1])) for begins, ends in days]
    return [(begins, ends) for begins, ends in cut if begins < ends]


def _without(span: Days, gaps: Iterable[Days]) -> list[Days]:
    """`span` less the gaps, in order."""
    left, found = span[0], []
    for begins, ends in sorted(gaps):
        if left < min(begins, span[1]):
            found.append((left, min(begins, span[1])))
        left = max(left, ends)
    return [*found, (left, span[1])] if left < span[1] else found


def warned_days(ends_on: date, *, today: date) -> int | None:
    """Of the warnings before `ends_on` the newest that is due today, in days; None while none is, or it has ended."""
    due = [days for days in WARNINGS if ends_on - timedelta(days=days) <= today < ends_on]
    return min(due, default=None)
