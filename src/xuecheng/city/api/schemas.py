"""The forms of what goes in and out. What comes in names every field; what goes out has a key that is always there."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar
from uuid import UUID

from ninja import Schema
from pydantic import (
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

NO_CONTROL = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]*$"
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"

Line = Annotated[str, StringConstraints(max_length=300, pattern=_PLAIN)]
"""A text of people, without control signs."""
ShortText = Annotated[str, StringConstraints(max_length=80, pattern=_PLAIN)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\u0000-\u001f\u007f]+$")]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PLAIN)]
"""Why something is done; it stays in the history."""
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_.:@*-]+$")]
TerritoryCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
Number = Annotated[int, Field(ge=1, le=9_223_372_036_854_775_807)]
"""The number of a record, dispute or pair."""
Version = Annotated[int, Field(ge=1, le=32_767)]


def _as_written(value: Any) -> Any:
    """Numbers are no days, though the parser would take them for seconds since 1970."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value
    if isinstance(value, date):
        return value
    raise ValueError("a day is written YYYY-MM-DD")


def _text(value: Any) -> Any:
    if isinstance(value, (str, datetime)):
        return value
    raise ValueError("a moment is written YYYY-MM-DDThh:mm:ss+08:00")


Day = Annotated[date, BeforeValidator(_as_written)]
"""A day as it is written, 2026-11-23."""
Moment = Annotated[AwareDatetime, BeforeValidator(_text)]
"""A moment as it is written, with its distance from UTC (RFC 3339)."""
Flag = Annotated[bool, Field(strict=True)]
"""true or false, not 1, 0, "yes" or "no"."""


class In(Schema):
    """A body: a field that nobody asked for is refused (ASVS 15.3.3)."""

    model_config = ConfigDict(extra="forbid")


class Wish(Schema):
    """Filters of a list: one that nobody knows is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


class _Answer(Schema):
    """What goes out. Made of values or of a row's own fields, it is checked once, when it is made.

    The framework would check it again with each thing that holds it, and ask for each field through a reader of its
    own: a third of a list's time.
    """

    @model_validator(mode="wrap")
    @classmethod
    def _run_root_validator(cls, values: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Any:
        del info
        return values if type(values) is cls else handler(values)


class Out(_Answer):
    """An answer. With `?fields=` only the fields in `KEYS` are sure to be there, and the schema says so."""

    KEYS: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> Any:
        schema = handler(core_schema)
        found = handler.resolve_ref_schema(schema)
        if cls.KEYS:
            found["required"] = list(cls.KEYS)
        return schema


Item = TypeVar("Item")


class Page(_Answer, Generic[Item]):
    """Some rows of a list. `next` is the cursor of the page after this one; null on the last page."""

    items: list[Item]
    next: str | None = None


class Named(_Answer):
    """Something by its code, with its names in both languages."""

    code: str
    name_zh: str
    name_en: str


class Started(_Answer):
    """Work that has begun in the background; `job` tells how far it is."""

    id: UUID
    job: UUID | None = None


class ProblemOut(Schema):
    """A problem (RFC 9457). `code` is for programs, `detail` for people in their language."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str | None = None
    fault: str | None = None
    errors: list[ErrorOut] | None = None


class ErrorOut(Schema):
    """One thing wrong: at which field, its code, and how to mend it."""

    field: str
    code: str
    detail: str
    remedy: str


ProblemOut.model_rebuild()
