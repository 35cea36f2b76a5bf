"""Migrations without the rendering that changes nothing: an eighth of the time.

Django renders a model and the hundred around it anew at each of a thousand operations. For a constraint, an index or a
trigger nothing of that comes out otherwise; a new model changes none of those it points at; and a field that nothing
else points at changes its own model alone. For databases that hold nothing yet: the first start of a city, and tests.
Whoever has something to lose is migrated by Django as it is; `make drill` compares what both ways make
(`tests/upgrades`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState

_OF_THE_TABLE = ("constraints", "indexes", "triggers")
"""Options that no other model's class knows of."""


def nothing_is_there() -> bool:
    """Whether no migration has ever run in this database."""
    return not MigrationRecorder(connection).applied_migrations()


@contextmanager
def rendering_what_changed() -> Iterator[None]:
    """Inside, states of migrations render a model anew only if something of its class has changed."""
    render, reload_model = ModelState.render, ProjectState.reload_model

    def rendered(self: ModelState, apps: Any) -> Any:
        made = render(self, apps)
        made._rendered_as = _face(self)
        return made

    def reloaded(
        self: ProjectState,
        app_label: str,
        model_name: str,
        delay: bool = False,  # noqa: FBT001, FBT002  # as Django declares it
    ) -> None:
        if "apps" not in self.__dict__:
            return
        state = self.models[app_label, model_name.lower()]
        known = self.apps.all_models[app_label].get(model_name.lower())
        if known is None:
            self.apps.render_multiple([state])
        elif getattr(known, "_rendered_as", None) == _face(state):
            # What its schema editor looks up of the class; the rest stands in the state.
            known._meta.constraints = [one.clone() for one in state.options.get("constraints", [])]
            known._meta.indexes = [one.clone() for one in state.options.get("indexes", [])]
        elif _others_point_at_it(known, state):
            reload_model(self, app_label, model_name, delay)
        else:
            # The classes around it still point at the old one. A step that walks relations in Python asks first, by
            # `clear_delayed_apps_cache`, and all are then rendered anew.
            self.is_delayed = True
            self.apps.unregister_model(app_label, model_name.lower())
            self.apps.render_multiple([state])

    ModelState.render, ProjectState.reload_model = rendered, reloaded  # type: ignore[method-assign]
    try:
        yield
    finally:
        ModelState.render, ProjectState.reload_model = render, reload_model  # type: ignore[method-assign]


def _face(state: ModelState) -> Any:
    """What a class is made of. A field that changed is another object."""
    options = {name: value for name, value in state.options.items() if name not in _OF_THE_TABLE}
    return {name: id(field) for name, field in state.fields.items()}, state.bases, options, list(state.managers)


def _others_point_at_it(known: Any, state: ModelState) -> bool:
    """Whether a changed field of the class is one that columns of other tables may refer to."""
    fields = known._rendered_as[0]
    return bool(known._meta.many_to_many) or any(
        (field.primary_key or field.unique) and fields.get(field.name) != id(state.fields.get(field.name))
        for field in known._meta.local_fields
    )
