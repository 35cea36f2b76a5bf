"""What belongs into "everything about me": filled from `apps.py` by each app for its own tables.

parts.register("records", _("Learning records"), [parts.Table("records.LearningRecord", "learner")])
parts.leave_out("records.Dispute", "answered_by", why=parts.IN_OFFICE)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Text

IN_OFFICE = _("What somebody did in office stands with the thing it was done to, and belongs to its history.")
ONLY_TECHNICAL = _(
    "A short-lived technical row or a secret: it says nothing of the person that is not given elsewhere."
)
OF_OTHERS = _("It is about another person, whose own data it is.")


@dataclass(frozen=True)
class Subject:
    """Whose data are collected: every key of the person, the kept account's first."""

    keys: tuple[int, ...]
    with_numbers: bool = False
    """Whether identity numbers are given whole; masked otherwise."""


@dataclass(frozen=True)
class Sheet:
    """One table of a part. `rows` are read as they are written: nobody holds them all."""

    name: str
    label: Text
    fields: Sequence[tuple[str, Text | dict[str, str]]]
    rows: Callable[[], Iterator[dict[str, Any]]]


@dataclass(frozen=True)
class File:
    """A file of the archive beside the tables, by its path in the folder of its part."""

    path: str
    chunks: Callable[[], Iterable[bytes]]


Opened = Callable[[Any, Subject], dict[str, Any]]


@dataclass(frozen=True)
class Table:
    """Rows of a model that are a person's by the fields `by`, with their history where one is kept.

    Secrets never leave: binary columns, passwords, hashes and what `omit` names. `opened` adds what lies sealed.
    """

    model: str
    by: str | tuple[str, ...]
    omit: tuple[str, ...] = ()
    opened: Opened | None = None
    opened_fields: tuple[tuple[str, Text], ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.by,) if isinstance(self.by, str) else self.by


Collect = Callable[[Subject], Iterable[Sheet]]
Files = Callable[[Subject], Iterable[File]]
Lists = Callable[[Subject], Iterable["models.QuerySet[Any]"]]
Count = Callable[[Subject], int]


@dataclass(frozen=True)
class Part:
    """A part of the archive: `collect` answers its tables, `files` what lies beside them.

    What it holds are the rows of its `lists`, counted together with those of all parts, or else what `count` says.
    """

    name: str
    label: Text
    collect: Collect
    lists: Lists
    order: int = 100
    url_name: str = ""
    """The page in the site that shows the same, and where it is corrected."""
    files: Files | None = None
    count: Count | None = None


@dataclass
class _Registry:
    parts: dict[str, Part] = field(default_factory=dict)
    covered: dict[tuple[str, str], str] = field(default_factory=dict)
    left_out: dict[tuple[str, str], Text] = field(default_factory=dict)


_registry = _Registry()


def register(
    name: str,
    label: Text,
    collect: Sequence[Table] | Collect,
    *,
    order: int = 100,
    url_name: str = "",
    files: Files | None = None,
    count: Count | None = None,
    covers: Iterable[tuple[str, str]] = (),
) -> None:
    """Make a part known. `collect` is a list of tables, or a function that declares in `covers` what it reads."""
    from . import rows  # noqa: PLC0415  # it reads models; this module is filled before they are

    if callable(collect):
        made = collect

        def lists(subject: Subject) -> Iterable[models.QuerySet[Any]]:
            del subject
            return ()
    else:
        tables = tuple(collect)
        covers = [*covers, *((table.model, by) for table in tables for by in table.fields)]

        def made(subject: Subject) -> Iterable[Sheet]:
            return (sheet for table in tables for sheet in rows.sheets_of(table, subject))

        def lists(subject: Subject) -> Iterable[models.QuerySet[Any]]:
            return (rows.mine(apps.get_model(table.model), table, subject) for table in tables)

    _registry.parts[name] = Part(name, label, made, lists, order, url_name, files, count)
    for pair in covers:
        _registry.covered[pair] = name


def leave_out(model: str, *fields: str, why: Text) -> None:
    """Say that rows which name a person by these fields are not handed out, and why. It stands in the archive."""
    for name in fields:
        _registry.left_out[model, name] = why


def all_parts() -> list[Part]:
    """Every part, in order."""
    return sorted(_registry.parts.values(), key=lambda part: (part.order, part.name))


def part_of(model: str, name: str) -> str:
    """The part that hands out the rows of `model` named by a field; "" if none does."""
    return _registry.covered.get((model, name), "")


def left_out() -> list[tuple[str, str, Text]]:
    """What is not handed out: model, field, reason."""
    return [(model, name, why) for (model, name), why in sorted(_registry.left_out.items())]


def history_of(model: type[models.Model]) -> type[models.Model] | None:
    """The table in which pghistory keeps the changes of a model."""
    try:
        return apps.get_model(model._meta.app_label, f"{model.__name__}Event")
    except LookupError:
        return None
