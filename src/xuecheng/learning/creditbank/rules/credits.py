"""Credits: integer hundredths that know their class; made from minutes (C-19) or from other credits (C-21)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import total_ordering
from typing import NamedTuple


class CreditClass(NamedTuple):
    """What credits must share to be added up: a framework's code, a kind ("learning", "reward"), a level's label."""

    framework: str
    kind: str
    level: str

    def __str__(self) -> str:
        return "/".join(part for part in self if part)


class CreditsDiffer(TypeError):
    """Credits of two classes were added or compared: our own mistake, never a person's."""

    def __init__(self, one: CreditClass, other: CreditClass) -> None:
        super().__init__(f"credits of {one} and of {other} do not add up")


@total_ordering
@dataclass(frozen=True, slots=True)
class Credits:
    """An amount in hundredths of a credit of one class. Adding or comparing two classes raises `CreditsDiffer`."""

    hundredths: int
    of: CreditClass

    def __add__(self, other: Credits) -> Credits:
        if not isinstance(other, Credits):
            return NotImplemented
        return Credits(self.hundredths + self._alike(other), self.of)

    def __sub__(self, other: Credits) -> Credits:
        if not isinstance(other, Credits):
            return NotImplemented
        return Credits(self.hundredths - self._alike(other), self.of)

    def __neg__(self) -> Credits:
        return Credits(-self.hundredths, self.of)

    def __lt__(self, other: Credits) -> bool:
        if not isinstance(other, Credits):
            return NotImplemented
        return self.hundredths < self._alike(other)

    def __bool__(self) -> bool:
        return self.hundredths != 0

    def __str__(self) -> str:
        return f"{shown_credits(self.hundredths)} {self.of}"

    def _alike(self, other: Credits) -> int:
        if other.of != self.of:
            raise CreditsDiffer(self.of, other.of)
        return other.hundredths


def shown_credits(hundredths: int) -> str:
    """`300` as "3.00", `-5` as "-0.05"; the same in every language."""
    whole, part = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{part:02}"


def credits_for_minutes(minutes: int, *, minutes_per_credit: int, step: int) -> int:
    """Hundredths of a credit earned by `minutes`, rounded down to `step` hundredths (C-19)."""
    if minutes < 0:
        raise ValueError("learning time is never negative")
    return minutes * 100 // minutes_per_credit // step * step


def minutes_for_credits(hundredths: int, *, minutes_per_credit: int) -> int:
    """The least minutes worth `hundredths`; what a posting uses up of the minutes that were waiting (C-20)."""
    return -(-hundredths * minutes_per_credit // 100)


def convert(hundredths: int, *, from_minutes: int, to_minutes: int, step: int) -> int:
    """Credits of a framework of `from_minutes` per credit in one of `to_minutes`, rounded down to `step` (C-21).

    Only a rule may call for this. Rounding down means that going there and back never gives more.
    """
    return convert_by_ratio(hundredths, num=from_minutes, den=to_minutes, step=step)


def convert_by_ratio(hundredths: int, *, num: int, den: int, step: int) -> int:
    """`hundredths × num ÷ den` rounded down to `step`; for conventions such as two UK credits for one ECTS (C-21)."""
    if hundredths < 0:
        raise ValueError("credits that are converted are never negative")
    return hundredths * num // den // step * step
