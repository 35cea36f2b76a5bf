"""Refusal: the one exception that people are meant to read.

A refusal is named after the rule that refused. Pages show it at the field with status 422, the API answers 409 as
problem+json, the command line prints it and ends with 2. Being denied (`city.access.Denied`) and being broken are
other things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import ClassVar

from django.db import IntegrityError
from django.forms import BaseForm
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xuecheng.web.templatetags.xc import date_only

Text = str | Promise


class Refusal(Exception):
    """A rule said no. Subclasses state `message`, and where they apply `field` and `remedy`.

    `message` and `remedy` are lazy translations with named placeholders (`%(name)s`), filled from the keywords given
    to the constructor. `field` names the form or API field at which the message belongs; "" means the whole form.
    """

    message: ClassVar[Text] = _("This cannot be done.")
    remedy: ClassVar[Text] = ""
    field: str = ""
    is_for_now: ClassVar[bool] = False
    """Whether only the time refuses: the same is allowed a little later. Doors answer 429."""

    def __init__(self, *, at_field: str | None = None, **values: object) -> None:
        super().__init__()
        self.values = values
        if at_field is not None:
            self.field = at_field

    @property
    def code(self) -> str:
        """Stable name for machines: the class name in snake case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    def sentence(self) -> str:
        """What is so, in the reader's language."""
        return self._filled(self.message)

    def advice(self) -> str:
        """How to mend it, in the reader's language; may be empty."""
        return self._filled(self.remedy)

    def show_on(self, form: BaseForm, **elsewhere: str) -> None:
        """Say it at its field of a form, or above the form that lacks the field.

        `elsewhere`: the form's name of a field that a service calls otherwise (`begins_at="begins"`).
        """
        names = (self.field, elsewhere.get(self.field))
        form.add_error(next((name for name in names if name in form.fields), None), str(self))

    def _filled(self, text: Text) -> str:
        if not self.values:
            return str(text)
        shown = {name: date_only(value) if isinstance(value, date) else value for name, value in self.values.items()}
        return str(text) % shown

    def __str__(self) -> str:
        # Chinese sentences join without a blank, English ones with it.
        parts = [part for part in (self.sentence(), self.advice()) if part]
        joiner = "" if parts and parts[0].endswith(("。", "！", "？")) else " "
        return joiner.join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.field, self.values)


class FormUsedBefore(Refusal):
    """The id that a form carries, so that sending it twice does one thing, was used for something else."""

    message = _("This form was used before, for something else.")
    remedy = _("Open it anew.")


def _rebuild(kind: type[Refusal], field: str, values: dict[str, object]) -> Refusal:
    return kind(at_field=field, **values)


@contextmanager
def refusing(**refusals: type[Refusal]) -> Iterator[None]:
    """Turn the violation of a named database constraint into its refusal: `refusing(booking_id_once=BookingIdUsed)`.

    Violations of constraints not named here stay faults.
    """
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        name = getattr(diagnosis, "constraint_name", None)
        if name in refusals:
            raise refusals[name] from error
        raise
