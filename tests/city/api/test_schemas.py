"""What a body may hold: days and moments as they are written, and true or false as true or false; what an answer is made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from types import SimpleNamespace
from typing import Annotated, Any, ClassVar, get_args

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from xuecheng.city.api.schemas import Day, In, Moment, Out, Page
from xuecheng.config import api as _api  # every router, and with it every body


def bodies(kind: type = In) -> Iterator[type[In]]:
    for one in kind.__subclasses__():
        yield one
        yield from bodies(one)


def kinds_in(annotation: Any) -> set[Any]:
    return {annotation} | {kind for part in get_args(annotation) for kind in kinds_in(part)}


FIELDS: list[tuple[str, FieldInfo]] = [
    (f"{body.__name__}.{name}", field)
    for body in bodies()
    for name, field in body.model_fields.items()
    if kinds_in(field.annotation) & {bool, date, datetime}
]


def test_the_bodies_are_found() -> None:
    assert _api.site
    assert len(FIELDS) > 50


@pytest.mark.parametrize("field", [pytest.param(field, id=name) for name, field in FIELDS])
def test_a_number_is_no_day_no_moment_and_no_yes(field: FieldInfo) -> None:
    adapter = TypeAdapter(Annotated[field.annotation, field, *field.metadata])
    for number in (0, 1, 1_700_000_000):
        with pytest.raises(ValidationError):
            adapter.validate_python(number)


def test_a_moment_names_its_distance_from_utc() -> None:
    assert TypeAdapter(Moment).validate_python("2026-11-30T09:00:00+08:00").isoformat() == "2026-11-30T09:00:00+08:00"
    with pytest.raises(ValidationError):
        TypeAdapter(Moment).validate_python("2026-11-30T09:00:00")


@pytest.mark.parametrize("wrong", ["2026-11-30T00:00:00", "20261130", "1700000000", "", "2026-02-30"])
def test_a_day_is_written_in_one_way(wrong: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(wrong)


class Row(Out):
    KEYS: ClassVar = ("code",)
    code: str
    ended_on: date


def test_an_answer_is_checked_when_it_is_made_and_not_again_by_what_holds_it() -> None:
    made = Row(code="A", ended_on=date(2026, 11, 23))
    assert Page[Row](items=[made]).items[0] is made
    with pytest.raises(ValidationError):
        Page[Row](items=[{"code": "A", "ended_on": "never"}])


def test_an_answer_is_made_of_a_rows_own_fields() -> None:
    row = SimpleNamespace(code="A", ended_on=date(2026, 11, 23), secret="not asked for")
    assert Page[Row].model_validate({"items": [row]}).model_dump() == {
        "items": [{"code": "A", "ended_on": date(2026, 11, 23)}], "next": None,
    }  # fmt: skip
