"""Reading rules and rule sets from JSON; every refusal names the field as files write it: "match.min_minutes"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

Chosen = TypeVar("Chosen", bound=StrEnum)


class RuleFieldMissing(Refusal):
    message = _("“%(name)s” is missing.")


class RuleFieldUnknown(Refusal):
    message = _("“%(name)s” is not something a rule says.")
    remedy = _("Check the spelling; what is possible here: %(known)s.")


class RuleFieldNotText(Refusal):
    message = _("“%(name)s” must be a text.")


class RuleFieldNotWhole(Refusal):
    message = _("“%(name)s” must be a whole number from %(least)s to %(most)s.")


class RuleFieldNotYesNo(Refusal):
    message = _("“%(name)s” must be true or false.")


class RuleFieldNotDay(Refusal):
    message = _("“%(name)s” must be a date such as 2026-09-01.")


class RuleFieldNotPeriod(Refusal):
    message = _("“%(name)s” must be two dates, the first day and the day after the last; an open end is null.")


class RuleFieldNotChoice(Refusal):
    message = _("“%(name)s” must be one of: %(choices)s.")


class RuleFieldNotPatterns(Refusal):
    message = _("“%(name)s” must be a list of texts; * stands for any characters.")


class RuleFieldNotParts(Refusal):
    message = _("“%(name)s” must be a list of entries, each with its own fields.")


@dataclass(frozen=True, slots=True)
class Patterns:
    """Texts of which one must match, `*` standing for any characters; upper and lower case differ."""

    texts: tuple[str, ...]
    exact: frozenset[str]
    wild: re.Pattern[str] | None

    @classmethod
    def of(cls, *texts: str) -> Patterns:
        stars = [".*".join(map(re.escape, text.split("*"))) for text in texts if "*" in text]
        wild = re.compile("|".join(stars), re.DOTALL) if stars else None
        return cls(texts, frozenset(text for text in texts if "*" not in text), wild)

    @property
    def binds(self) -> bool:
        """Whether there is any text that does not match."""
        return not any(text and not text.strip("*") for text in self.texts)

    def match(self, value: str) -> bool:
        return value in self.exact or (self.wild is not None and self.wild.fullmatch(value) is not None)


_LARGEST = 10**9
_NOTHING: Any = object()


class Reader:
    """One JSON object being read, field by field; `close` refuses what nobody read."""

    def __init__(self, data: object, path: str = "") -> None:
        if not isinstance(data, Mapping):
            raise RuleFieldNotParts(name=path or "rule", at_field=path)
        self._data: Mapping[str, Any] = data
        self._path = path
        self._read: set[str] = set()

    def where(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def refuse(self, refusal: type[Refusal], name: str, **values: object) -> Refusal:
        return refusal(name=self.where(name), at_field=self.where(name), **values)

    def has(self, name: str) -> bool:
        """Whether the field says something; an explicit null says nothing."""
        self._read.add(name)
        return self._data.get(name) is not None

    def filled(self, name: str) -> bool:
        """Whether the field holds something: an empty list or text holds nothing."""
        return self.has(name) and bool(self._data[name])

    def skip(self, *names: str) -> None:
        """Fields that others read."""
        self._read.update(names)

    def close(self) -> None:
        for name in self._data:
            if name not in self._read:
                raise self.refuse(RuleFieldUnknown, name, known=", ".join(sorted(self._read)))

    def text(self, name: str, default: str = _NOTHING) -> str:
        value = self._value(name, default)
        if not isinstance(value, str):
            raise self.refuse(RuleFieldNotText, name)
        if not value and default is _NOTHING:
            raise self.refuse(RuleFieldMissing, name)
        return value

    def label(self, name: str, default: str = _NOTHING) -> str:
        """A text, or a whole number read as the text that shows it: levels are labels."""
        value = self._value(name, default)
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else self.text(name, default)

    def whole(self, name: str, default: int = _NOTHING, *, least: int = 0, most: int = _LARGEST) -> int:
        value = self._value(name, default)
        # A float is refused even when it is whole: nothing of the field is measured in floats.
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.refuse(RuleFieldNotWhole, name, least=least, most=most)
        return value

    def whole_or_none(self, name: str, *, least: int = 0, most: int = _LARGEST) -> int | None:
        return self.whole(name, least=least, most=most) if self.has(name) else None

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self._value(name, default)
        if not isinstance(value, bool):
            raise self.refuse(RuleFieldNotYesNo, name)
        return value

    def choice(self, name: str, choices: type[Chosen], default: Chosen = _NOTHING) -> Chosen:
        value = self._value(name, default)
        try:
            return choices(value)
        except ValueError:
            raise self.refuse(RuleFieldNotChoice, name, choices=", ".join(choices)) from None

    def period(self, name: str) -> tuple[date, date]:
        """`[first, day after the last)` from a list of two; null or a missing field is without end."""
        if not self.has(name):
            return date.min, date.max
        pair = self._data[name]
        if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
            raise self.refuse(RuleFieldNotPeriod, name)
        first = self._day(name, pair[0]) if pair[0] is not None else date.min
        after = self._day(name, pair[1]) if pair[1] is not None else date.max
        if first >= after:
            raise self.refuse(RuleFieldNotPeriod, name)
        return first, after

    def _day(self, name: str, value: object) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise self.refuse(RuleFieldNotDay, name) from None

    def patterns(self, name: str) -> Patterns | None:
        """A text or a list of texts, labels too; None when the field is missing."""
        if not self.has(name):
            return None
        value = self._data[name]
        texts = value if isinstance(value, list | tuple) else [value]
        if not texts or any(isinstance(text, bool) or not isinstance(text, str | int) or text == "" for text in texts):
            raise self.refuse(RuleFieldNotPatterns, name)
        return Patterns.of(*map(str, texts))

    def names(self, name: str) -> list[str]:
        """The keys of an object under `name`."""
        return list(self._data[name]) if self.has(name) and isinstance(self._data[name], Mapping) else []

    def beginning(self, prefix: str) -> list[str]:
        """The names of the fields that begin with `prefix`."""
        return [name for name in self._data if name.startswith(prefix)]

    def part(self, name: str) -> Reader:
        return Reader(self._data[name] if self.has(name) else {}, self.where(name))

    def parts(self, name: str) -> list[Reader]:
        entries = self._data[name] if self.has(name) else []
        if not isinstance(entries, list | tuple):
            raise self.refuse(RuleFieldNotParts, name)
        return [Reader(entry, f"{self.where(name)}.{at}") for at, entry in enumerate(entries)]

    def _value(self, name: str, default: Any) -> Any:
        if self.has(name):
            return self._data[name]
        if default is _NOTHING:
            raise self.refuse(RuleFieldMissing, name)
        return default
