"""A form is opened, sent as it is, and sent again with more than it asks for: what changed must be the same.

Everything happens twice in savepoints that are rolled back: what differs between two plain sendings (keys, salts,
codes) is no measure, everything else is. Then the third sending, with the names of all columns that the first one
wrote. At last the plain one is kept, so that a walk goes on from form to form as people do.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import time_machine
from django.apps import apps
from django.core.cache import cache
from django.db import models, transaction
from django.test import Client
from django.urls import resolve, reverse

import touched
from xuecheng.city import clock

MARK = "attack-97531"
NUMBER = 97531
ID = "0a77ac00-9753-4000-8000-000000097531"
# What anybody would try first, whatever a form writes.
GENERAL = {
    "id": str(NUMBER), "pk": str(NUMBER), "is_staff": "on", "is_superuser": "on", "is_active": "false", "state": "approved",
    "status": "active", "role": "operator", "approved_by": "1", "granted_by": "1", "by": "1", "actor": "1", "user": "1",
    "owner": "1", "person_id": "1", "organisation_id": "1", "territory_id": "1", "created_at": "1999-09-09T09:09",
    "needs_second": "false", "is_fictional": "on", "permissions": MARK, "acts": MARK,
}  # fmt: skip
# What says that somebody was here, not what they did.
ABOUT_THE_SESSION = {"django_session", "identity_session", "access_reading", "identity_opensession"}

_NOT_OF_THE_HOUSE = {"django_migrations", "config_cache"}
_CACHE = ("_cache", "_expire_info")  # of LocMemCache, which tests use

Rows = dict[str, Counter[str]]
Effects = dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]]


@dataclass
class Field:
    """One control of a form as a page shows it."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form of a page: where it goes, and what a browser would send of it untouched."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)


class FormsOfAPage(HTMLParser):
    """The forms that are posted, with their controls."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: Field | None = None
        self._text: Field | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(said.get("action", ""))
            if said.get("method", "").lower() == "post":
                self.forms.append(self._form)
        elif tag == "option" and self._select is not None:
            value = said.get("value", "")
            self._select.choices.append(value)
            if "selected" in said:
                self._select.values.append(value)
        elif self._form is not None and said.get("name") and "disabled" not in said:
            self._control(tag, said)

    def _control(self, tag: str, said: dict[str, str]) -> None:
        assert self._form is not None
        kind = {"select": "select", "textarea": "textarea", "button": "submit"}.get(tag, said.get("type", "text"))
        if tag not in ("input", "select", "textarea", "button"):
            return
        one = self._form.fields.setdefault(said["name"], Field(said["name"], kind))
        value = said.get("value", "on" if kind in ("checkbox", "radio") else "")
        if kind in ("checkbox", "radio"):
            one.choices.append(value)
            if "checked" in said:
                one.values.append(value)
        elif kind == "submit":
            one.choices.append(value)
        elif tag == "input":
            one.values.append(value)
        self._select = one if tag == "select" else self._select
        self._text = one if tag == "textarea" else self._text

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.values = ["".join(self._text.values) + data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select" and self._select is not None:
            if not self._select.values and self._select.choices:
                self._select.values = self._select.choices[:1]
            self._select = None
        elif tag == "textarea" and self._text is not None:
            self._text.values = ["".join(self._text.values).lstrip("\n")]
            self._text = None


def rows(tables: Iterable[str]) -> Rows:
    """Every row of these tables, as text."""
    found: Rows = {}
    with touched.as_owner() as cursor:
        for name in tables:
            schema, _dot, table = name.partition(".")
            if schema == "public" and table not in _NOT_OF_THE_HOUSE:
                cursor.execute(f"select to_jsonb(t)::text from {name} t")
                found[table] = Counter(row for (row,) in cursor.fetchall())
    return found


def _in_order(texts: Counter[str]) -> list[dict[str, Any]]:
    """By their key where it grows by itself, so that the same row stands at the same place each time."""
    read = [json.loads(text) for text in texts.elements()]

    def place(row: dict[str, Any]) -> tuple[int, int, str]:
        key = next((row[name] for name in ("pgh_id", "id", "pk") if isinstance(row.get(name), int)), 0)
        # One statement writes the history of many rows in an order of its own.
        whose = row.get("pgh_obj_id")
        return whose if isinstance(whose, int) else 0, key, json.dumps(row, sort_keys=True)

    return sorted(read, key=place)


def effects(before: Rows, after: Rows) -> Effects:
    """By table the rows that are gone and those that came; a changed row is both."""
    found: Effects = {}
    for table in after:
        gone, came = before.get(table, Counter()) - after[table], after[table] - before.get(table, Counter())
        if gone or came:
            found[table] = (_in_order(gone), _in_order(came))
    return found


@dataclass
class Sent:
    """What one sending led to."""

    status: int
    location: str
    effects: Effects
    text: str = ""

    def written(self) -> Effects:
        return {table: pair for table, pair in self.effects.items() if table not in ABOUT_THE_SESSION}


MODELS = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def more_than_asked(tables: Iterable[str], *, but: set[str]) -> dict[str, str]:
    """A value for each column that a form could be made to write, under each name that code may give it."""
    found = dict(GENERAL)
    for table in tables:
        model = MODELS.get(table)
        if model is None:
            continue
        for one in model._meta.concrete_fields:
            value = _wrong_value(one)
            found |= {one.name: value, one.attname: value}
    return {name: value for name, value in found.items() if name not in but}


def _wrong_value(one: models.Field[Any, Any]) -> str:  # noqa: PLR0911  # one for each kind of column
    """Something else than the form would write, that the column would take."""
    if one.remote_field is not None:
        last = one.remote_field.model._base_manager.order_by("-pk").values_list("pk", flat=True).first()
        return str(last or NUMBER)
    if isinstance(one, models.BooleanField):
        return "false" if one.get_default() else "on"
    if one.choices:
        return str(list(one.flatchoices)[-1][0])
    if isinstance(one, models.DateTimeField):
        return "1999-09-09T09:09"
    if isinstance(one, models.DateField):
        return "1999-09-09"
    if isinstance(one, models.IntegerField):
        return str(NUMBER)
    if isinstance(one, models.UUIDField):
        return ID
    if isinstance(one, models.JSONField):
        return json.dumps({MARK: NUMBER})
    return MARK[: getattr(one, "max_length", None) or 40]


def differences(  # noqa: C901  # each way in which two sendings may differ
    first: Sent, second: Sent, attacked: Sent, sent: dict[str, str]
) -> list[str]:
    """What an attacked sending did that a plain one does not, in words.

    Columns that two plain ones fill differently are only held to not being what was sent.
    """
    found = []
    if attacked.status != first.status:
        found.append(f"answers {attacked.status} instead of {first.status}: {attacked.text[:300]}")
    if first.location == second.location != attacked.location:
        found.append(f"leads to {attacked.location} instead of {first.location}")
    for table in sorted({*first.effects, *attacked.effects} - {"django_session"}):
        plain, again = first.effects.get(table, ([], [])), second.effects.get(table, ([], []))
        now = attacked.effects.get(table, ([], []))
        for word, old, other, new in zip(("gone", "came"), plain, again, now, strict=True):
            if len(old) != len(new):
                found.append(f"{table}: {len(new)} rows {word} instead of {len(old)}: {new}")
                continue
            for at, row in enumerate(new):
                for column, value in row.items():
                    same = other[at].get(column) if at < len(other) else None
                    if old[at].get(column) == same:
                        if value != same:
                            found.append(f"{table}.{column} {word} as {value!r} instead of {same!r}")
                    elif _counted(old[at].get(column), same, value):
                        continue  # the next three of one sequence; what was sent may be that number by chance
                    elif str(value) == sent.get(column) or MARK in str(value):
                        found.append(f"{table}.{column} took {value!r}")
    return found


def _counted(*three: object) -> bool:
    """Whether three sendings drew one number after the other: keys are not given back when a savepoint is."""
    drawn = [one for one in three if isinstance(one, int)]
    return len(drawn) == 3 and drawn[2] - drawn[1] == drawn[1] - drawn[0] > 0


class Walk:
    """Goes from form to form. `passed` are the addresses whose form was sent with more than it asks for."""

    def __init__(self) -> None:
        self.passed: set[str] = set()

    def post(
        self,
        name: str,
        client: Client,
        data: dict[str, Any] | None = None,
        *,
        page: str | None = None,
        opened: bool = True,
        writes: bool = True,
        make: Callable[[], dict[str, Any]] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Open `page` (the address itself if none is given), fill its form with `data`, and try. The kept answer.

        `opened=False`: it has no form of its own, a button elsewhere posts to it. `make` makes data anew for each
        sending (a file that is read, a code that works once).
        """
        address = reverse(name, kwargs=kwargs)
        form = self._form(client, address, page or address) if opened else Form(address)
        if page and urlsplit(page).path == address:
            address = page  # a form without an address of its own goes to its page's, query and all
        plain = self._filled(form, data or {})
        with time_machine.travel(clock.now(), tick=False):
            first = self._tried(client, address, plain, make)
            assert first.status < 400, f"{name} answers {first.status}: {first.text[:3000]}"
            assert first.written() or not writes, f"{name} wrote nothing"
            second = self._tried(client, address, plain, make)
            extra = more_than_asked(first.effects, but={*form.fields, *plain, *((make and make()) or {})})
            prefixes = {shown.rpartition("-")[0] for shown in form.fields if "-" in shown}
            extra |= {f"{prefix}-{one}": value for prefix in prefixes for one, value in extra.items()}
            extra = {one: value for one, value in extra.items() if one not in form.fields}
            attacked = self._tried(client, address, extra | plain, make)
            found = differences(first, second, attacked, extra)
            assert not found, f"{name} takes more than its form asks for:\n" + "\n".join(found)
            for hidden in form.fields.values():
                if hidden.kind == "hidden" and hidden.name != "csrfmiddlewaretoken" and hidden.name in plain:
                    trial = partial(self._tried, client, address, make=make)
                    _altered(name, hidden, plain, trial, (first, second))
        self.passed.add(name)
        return client.post(address, _rewound(plain) | ((make and make()) or {}))

    def _form(self, client: Client, address: str, page: str) -> Form:
        opened = client.get(page)
        assert opened.status_code == 200, f"{page} answers {opened.status_code} {opened.headers.get('Location', '')}"
        found = [
            one
            for one in FormsOfAPage(opened.content.decode()).forms
            if (urlsplit(one.action).path or urlsplit(page).path) == address
        ]
        assert found, f"{page} has no form that is posted to {address}"
        whole = Form(found[0].action)
        for one in found:
            whole.fields |= one.fields
        return whole

    @staticmethod
    def _filled(form: Form, data: dict[str, Any]) -> dict[str, Any]:
        """What a browser would send: what the page filled in, then what somebody typed."""
        plain: dict[str, Any] = {}
        for one in form.fields.values():
            if one.name == "csrfmiddlewaretoken" or one.kind in ("file", "submit"):
                continue
            if one.kind == "radio" and not one.values:
                one.values = one.choices[:1]
            if one.values:
                plain[one.name] = one.values if len(one.values) > 1 else one.values[0]
        return plain | data

    def _tried(
        self, client: Client, address: str, data: dict[str, Any], make: Callable[[], dict[str, Any]] | None
    ) -> Sent:
        """Send, look, and take it back; the browser forgets it too."""
        kept, remembered = copy.deepcopy(client.cookies), _remembered()
        earlier, point = touched.counts(), transaction.savepoint()
        try:
            answer = client.post(address, _rewound(data) | ((make and make()) or {}))
            text = "" if answer.streaming else answer.content.decode(errors="replace")
            shown = text.partition('class="xc-summary"')[2] or text.partition("<main")[2] or text
            written = touched.since(earlier)
            after = rows(written)
        finally:
            transaction.savepoint_rollback(point)
            client.cookies = kept
            _remember(remembered)
        return Sent(answer.status_code, answer.headers.get("Location", ""), effects(rows(written), after), shown)


def _altered(
    name: str, hidden: Field, plain: dict[str, Any], trial: Callable[[dict[str, Any]], Sent], before: tuple[Sent, Sent]
) -> None:
    """A hidden field with something else in it: refused, or no row is touched that the plain one leaves alone."""
    first, second = before
    for value in _other_values(str(plain[hidden.name]), first.effects):
        attacked = trial(plain | {hidden.name: value})
        assert attacked.status < 500, f"{name} breaks when {hidden.name} is {value}"
        touched = _touched(attacked) - _touched(first)
        assert not touched, f"{name}: {hidden.name}={value} touches {touched}"
        if attacked.written() and not _is_id(value):
            found = differences(first, second, attacked, {})
            assert not found, f"{name} follows {hidden.name}={value}:\n" + "\n".join(found)


def _touched(sent: Sent) -> set[str]:
    """Rows that stood there before and were changed or removed, by table and key."""
    return {
        f"{table} {row.get('id', row.get('key', row.get('public_id', '')))}"
        for table, (gone, _came) in sent.written().items()
        for row in gone
    }


def _remembered() -> list[dict[Any, Any]]:
    """What the cache of this process holds: limits, codes of sites."""
    return [dict(getattr(cache, name)) for name in _CACHE]


def _remember(kept: list[dict[Any, Any]]) -> None:
    for name, held in zip(_CACHE, kept, strict=True):
        getattr(cache, name).clear()
        getattr(cache, name).update(held)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _other_values(value: str, written: Effects) -> list[str]:
    """The key of another row that stands there, else one of nothing."""
    if _is_id(value):
        found = [ID]
        for table in written:
            model = MODELS.get(table)
            if model is None or not any(one.name == "public_id" for one in model._meta.concrete_fields):
                continue
            keys = model._base_manager.order_by("pk").values_list("public_id", flat=True)  # type: ignore[misc]
            found += [str(key) for key in keys[:3] if str(key) != value][:1]
        return found
    if value.isdigit():
        return [str(int(value) + 1), "1", str(NUMBER)]
    return [MARK]


def _rewound(data: dict[str, Any]) -> dict[str, Any]:
    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return data


def name_of(address: str) -> str:
    """The name under which an address is known."""
    return resolve(urlsplit(address).path).view_name
