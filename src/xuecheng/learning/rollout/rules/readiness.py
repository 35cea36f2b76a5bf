"""Who is ready next: what was measured against bounds that are data, with what is missing (C-68)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Measured(StrEnum):
    """What is measured for a kind of record at an institution. Shares are thousandths, so that 99.5 % is 995."""

    VOLUME = "volume"  # records reported
    WAITING = "waiting"  # records without an answer yet
    COVERAGE = "coverage"  # of those answered, thousandths that a rule was for
    IDENTITY = "identity"  # of rows reported, thousandths whose number and name led to the learner
    ERRORS = "errors"  # upper bound of the share found wrong by audits, thousandths (C-78)
    AGREEMENTS = "agreements"  # institutions that accept its credits by an agreement in force
    DISPUTES = "disputes"  # of a thousand records, those disputed


@dataclass(frozen=True, slots=True)
class Bound:
    """What a measure must reach (`least`) or may not pass (`most`) for somebody to be ready."""

    least: int | None = None
    most: int | None = None

    def holds(self, value: int | None) -> bool:
        """Whether it holds; what nobody has measured holds nothing."""
        if value is None:
            return self.least is None and self.most is None
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


class Finding(NamedTuple):
    """Ready or not, and the measures that say no, in the order of `Measured`."""

    is_ready: bool
    missing: tuple[Measured, ...]


def judge(values: Mapping[Measured, int], bounds: Mapping[Measured, Bound]) -> Finding:
    """Hold what was measured against its bounds. A person decides; this only says what is missing (C-68)."""
    missing: Sequence[Measured] = [one for one in Measured if one in bounds and not bounds[one].holds(values.get(one))]
    return Finding(not missing, tuple(missing))
