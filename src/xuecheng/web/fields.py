"""A bound field taken apart for `<c-field>`: what kind of control, its ids, label, hint and errors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext, pgettext

from .forms import Described

if TYPE_CHECKING:
    from django.forms import BaseForm, BoundField
    from django.http import QueryDict
    from django.utils.safestring import SafeString

_DASHES = forms.ModelChoiceField(queryset=None).empty_label
_SHORT_INPUTS = {"date", "time", "datetime-local", "number"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio button or tick box of a group."""

    control: SafeString
    label: str
    description: str


@dataclass(frozen=True, slots=True)
class FieldParts:
    """Everything a field's template prints. `kind` is line, group, tick or hidden."""

    kind: str
    id: str
    label: str
    hint: str
    errors: tuple[str, ...]
    is_optional: bool
    control: SafeString | str
    choices: tuple[Choice, ...] = ()

    @property
    def hint_id(self) -> str:
        """Id of the hint."""
        return f"{self.id}_hint"

    @property
    def error_id(self) -> str:
        """Id of the errors."""
        return f"{self.id}_error"

    @property
    def described_by(self) -> str:
        """Ids of what a screen reader says after the label: the error first."""
        ids = [self.error_id] if self.errors else []
        return " ".join([*ids, self.hint_id] if self.hint else ids)


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """One line of the error summary; `href` is empty for what concerns the whole form."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter in force, and the address of the same list without it."""

    label: str
    value: str
    url: str


def take_apart(
    field: BoundField, *, hint: str = "", width: str = "", attrs: dict[str, Any] | None = None
) -> FieldParts:
    """`field` as `<c-field>` prints it. `attrs` go to the control over what it has."""
    _say_what_is_not_chosen(field.field)
    widget = field.field.widget
    parts = FieldParts(
        kind=_kind(widget),
        id=field.auto_id or field.html_name,
        label=str(field.label or ""),
        hint=str(hint or field.help_text or ""),
        errors=_errors_of(field),
        is_optional=not field.field.required,
        control="",
    )
    more: dict[str, Any] = dict(attrs or {})
    if parts.kind == "group":
        return _with(parts, choices=_choices(field))
    if parts.kind != "hidden":
        more["class"] = f"{widget.attrs.get('class', '')} {_css(widget, width)}".strip()
        if parts.described_by:
            more["aria-describedby"] = parts.described_by
        if parts.errors:
            more["aria-invalid"] = "true"
    return _with(parts, control=field.as_widget(attrs=more))


def _say_what_is_not_chosen(field: forms.Field) -> None:
    """Django's row of dashes tells nobody anything, and is read aloud dash by dash."""
    if isinstance(field, forms.ModelChoiceField) and field.empty_label == _DASHES:
        field.empty_label = gettext("Choose") if field.required else pgettext("choice", "none chosen")


def _with(parts: FieldParts, **changes: Any) -> FieldParts:
    values = {name: getattr(parts, name) for name in FieldParts.__slots__}
    return FieldParts(**(values | changes))


def _kind(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    return "tick" if isinstance(widget, forms.CheckboxInput) else "line"


def _css(widget: forms.Widget, width: str) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return f"form-select xc-w-{width or 20}"
    short = getattr(widget, "input_type", "") in _SHORT_INPUTS
    return f"form-control xc-w-{width or (10 if short else 40)}"


def _choices(field: BoundField) -> tuple[Choice, ...]:
    found = []
    for option in field.subwidgets:
        label = option.data["label"]
        found.append(
            Choice(
                control=option.tag(wrap_label=False),  # the template wraps it, with the second line inside
                label=str(label),
                description=str(label.description) if isinstance(label, Described) else "",
            )
        )
    return tuple(found)


def error_links(form: BaseForm) -> list[ErrorLink]:
    """What must be mended in `form`, in the order of its fields; the whole form's errors first."""
    links = [ErrorLink(href="", text=str(error)) for error in form.non_field_errors()]
    for field in form:
        group = _kind(field.field.widget) == "group"
        href = f"#{field.auto_id}_0" if group else f"#{field.id_for_label or field.auto_id}"
        links += [ErrorLink(href=href, text=_with_label(str(field.label or ""), error)) for error in _errors_of(field)]
    return links


def _errors_of(field: BoundField) -> tuple[str, ...]:
    """What is wrong with `field`: what stayed empty is called by what is to be done with it."""
    said: list[str] = []
    for error in field.errors.as_data():
        is_empty = error.code == "required" and error.message == forms.Field.default_error_messages["required"]
        said += [_to_do(field.field.widget) or str(error.message)] if is_empty else error.messages
    return tuple(said)


def _to_do(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return gettext("Tick this box.")
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.SelectMultiple):
        return gettext("Choose at least one.")
    if isinstance(widget, forms.Select | forms.RadioSelect):
        return gettext("Choose one.")
    return gettext("Choose a file.") if isinstance(widget, forms.FileInput) else ""


def _with_label(label: str, error: str) -> str:
    """Far from its field an error must name it: "Name: Fill this in." It may be a whole sentence or a question."""
    label = label.rstrip("。.：:")
    if not label or _names(error, label):
        return error
    if label.endswith("？"):
        return label + error
    return label + (" " if label.endswith("?") else gettext(": ")) + error


def _names(error: str, label: str) -> bool:
    """Whether `label` stands in `error` as a word of its own; a single Han sign may be part of any."""
    if label.isascii():
        return re.search(rf"(?<!\w){re.escape(label)}(?!\w)", error, re.IGNORECASE) is not None
    return len(label) > 1 and label in error


def active_filters(form: BaseForm, query: QueryDict, path: str) -> list[ActiveFilter]:
    """The filters of a bound GET form that narrow the list, each with the address of the list without it."""
    if not form.is_bound or not form.is_valid():
        return []
    found = []
    for field in form:
        value = form.cleaned_data.get(field.name)
        if value in (None, "", [], False) or field.is_hidden:
            continue
        rest = [
            (key, each) for key, values in query.lists() if key not in {field.html_name, "after"} for each in values
        ]
        url = f"{path}?{urlencode(rest)}" if rest else path
        found.append(ActiveFilter(label=str(field.label or ""), value=_shown(field, value), url=url))
    return found


def _shown(field: BoundField, value: Any) -> str:
    chosen = {str(each) for each in (value if isinstance(value, list | tuple) else [value])}
    choices = getattr(field.field, "choices", None)
    if choices is None:
        return "" if value is True else str(field.value() or value)
    labels = [str(label) for key, label in _flat(choices) if str(key) in chosen]
    return "、".join(labels) or str(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    flat: list[tuple[Any, Any]] = []
    for key, label in choices:
        flat += list(label) if isinstance(label, list | tuple) else [(key, label)]
    return flat
