"""Choosing one of very many by typing its name or code: a field that needs no script and no list of everything.

What is sent is what was typed. A code, or a name that only one thing bears, is taken as it is; else the form comes back
with what was found, to choose from. Where scripts run, what is found appears while one types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

MOST_FOUND = 8
"""More than these nobody reads: one types another word instead."""
LONGEST = 80

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Found:
    """A thing as it is offered: `key` names it for good, `detail` tells it from others of the same name."""

    key: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What came back: the words, and the key that was chosen among what was found for the words `of`."""

    text: str = ""
    key: str = ""
    of: str = ""
    found: Found | None = None
    """The thing itself where the form begins with one."""

    @property
    def chosen(self) -> str:
        """The key, unless the words were changed since."""
        return self.key if self.of == self.text else ""


class PickInput(forms.TextInput):
    """A line to type in, and beneath it what was found."""

    field: PickField[Any]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        del files
        text, key, of = (str(data.get(each) or "") for each in (name, f"{name}_key", f"{name}_of"))
        return Typed(text=text[:LONGEST].replace("\0", ""), key=key.replace("\0", ""), of=of)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        del files
        return name not in data

    def render(
        self, name: str, value: object, attrs: dict[str, Any] | None = None, renderer: object = None
    ) -> SafeString:
        del renderer
        typed = value if isinstance(value, Typed) else Typed()
        found_id = f"{(attrs or {}).get('id', name)}_found"
        given = {
            "hx-get": f"?pick={name}",
            "hx-trigger": "input changed delay:300ms",
            "hx-target": f"#{found_id}",
            "autocomplete": "off",
            "spellcheck": "false",
            "maxlength": str(LONGEST),
        }
        control = super().render(name, typed.text, given | (attrs or {}))
        context = {"control": control, "found_id": found_id, "found": self.found(name, typed)}
        return render_to_string("web/picker.html", context)

    def found(self, name: str, typed: Typed) -> SafeString:
        """Only what was found, as it stands beneath the line."""
        found = self.field.offered(typed)
        context = {
            "name": name,
            "text": typed.text,
            "label": self.field.label,
            "found": found[:MOST_FOUND],
            "more": len(found) > MOST_FOUND,
            "checked": typed.chosen or (found[0].key if len(found) == 1 else ""),
        }
        return mark_safe(render_to_string("web/picker_found.html", context).strip())  # noqa: S308  # escaped there


class PickField(forms.Field, Generic[Thing]):
    """One of very many things, named by typing. Higher floors say how they are looked for."""

    widget = PickInput
    default_error_messages = {
        "unknown": _("Nothing is called so. Type part of the name, or the code."),
        "several": _("Choose which one you mean."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.field = self

    def __deepcopy__(self, memo: dict[int, Any]) -> PickField[Thing]:
        made = super().__deepcopy__(memo)
        made.widget = copy(made.widget)
        made.widget.field = made
        return made

    def look_for(self, text: str) -> Sequence[Thing]:
        """Up to `MOST_FOUND` + 1 things of that name, the likeliest first."""
        raise NotImplementedError

    def by_key(self, key: str) -> Thing | None:
        """The thing of that key or code, if it may be chosen here."""
        raise NotImplementedError

    def describe(self, thing: Thing) -> Found:
        """How it is offered."""
        raise NotImplementedError

    def offered(self, typed: Typed) -> list[Found]:
        """What stands beneath the line: the chosen one alone, else what is found for the words."""
        if typed.found:
            return [typed.found]
        if typed.chosen:
            chosen = self.by_key(typed.chosen)
            return [self.describe(chosen)] if chosen is not None else []
        text = typed.text.strip()
        if not text:
            return []
        exact = self.by_key(text)
        return [self.describe(one) for one in ([exact] if exact is not None else self.look_for(text))]

    def prepare_value(self, value: Any) -> Typed:
        """What the line begins with: the name of the thing that holds now."""
        if isinstance(value, Typed):
            return value
        # A list of few and a line for many stand for one another: both may begin with a key.
        thing = self.by_key(value) if isinstance(value, str) and value else value
        if not thing:
            return Typed(text=value or "")
        found = self.describe(thing)
        return Typed(text=found.name, key=found.key, of=found.name, found=found)

    def clean(self, value: Typed) -> Thing | None:
        """The thing that was meant. Raises where nothing, or several, are called so."""
        text = value.text.strip()
        if not text:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        meant = self.by_key(value.chosen or text)
        if meant is not None:
            return meant
        found = self.look_for(text)
        exact = [one for one in found if self.describe(one).name.casefold() == text.casefold()]
        if len(exact) == 1:
            return exact[0]
        raise ValidationError(
            self.error_messages["several" if found else "unknown"], code="several" if found else "unknown"
        )

    def has_changed(self, initial: object, data: object) -> bool:
        del initial, data
        return True


def found_in(request: HttpRequest, form: forms.BaseForm) -> HttpResponse | None:
    """What a script asks for while somebody types into a field of `form` (`?pick=field`); None asks for the whole page.

    It stands at the page's own address, so that it passes the page's own door and sees what the page's form may offer.
    """
    name = request.GET.get("pick", "") if request.method == "GET" else ""
    field = form.fields.get(name)
    if not isinstance(field, PickField):
        return None
    widget = cast("PickInput", field.widget)
    return HttpResponse(widget.found(name, widget.value_from_datadict(request.GET, {}, name)))
