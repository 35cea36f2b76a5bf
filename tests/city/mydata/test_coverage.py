"""Every table that names a person is handed out or listed as left out, with a reason. A forgotten one fails here."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from xuecheng.city.mydata import parts
from xuecheng.city.people.models import Person

HISTORY = "Event"
NAMES = ("person_id", "learner_id", "owner_id", "user_id", "member_id", "holder_id")


def known(model, field):
    """Whether rows named by this field are handed out or left out; a history goes with the table it tells of."""
    label = model._meta.label
    if label.endswith(HISTORY):
        label, field = label.removesuffix(HISTORY), "id" if field == "pgh_obj" else field
    left = {(one, name) for one, name, _why in parts.left_out()}
    return bool(parts.part_of(label, field)) or (label, field) in left


def test_every_field_that_names_a_person_is_handed_out_or_left_out_with_a_reason():
    forgotten = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Person and not known(model, field.name)
    ]
    assert forgotten == []


def test_what_is_declared_exists():
    """A table or field that was renamed would otherwise be handed out no more, without a word."""
    for part, field in parts._registry.covered:
        if not part.startswith("ledger."):
            assert field in {one.name for one in apps.get_model(part)._meta.concrete_fields} | {"id"}, part
    for model, field, why in parts.left_out():
        assert str(why)
        assert field in {one.name for one in apps.get_model(model)._meta.get_fields()}, model


def test_tables_without_a_model_that_name_a_person_are_known_too(db):
    models = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_schema || '.' || table_name, table_name, column_name from information_schema.columns"
            " where table_schema not in ('pg_catalog', 'information_schema') and column_name = any(%s)",
            [list(NAMES)],
        )
        found = {(whole, column) for whole, name, column in cursor.fetchall() if name not in models}
    # Accounts of the ledger name their owner; all else in it hangs on accounts and is told by the statement.
    assert {name for name, _column in found} <= {"ledger.account"}
    assert parts.part_of("ledger.account", "owner_id") == "statement"


@pytest.mark.parametrize("name", ["password", "key_sealed", "number_sealed", "number_hash", "look_up", "code_hash"])
@pytest.mark.django_db
def test_no_secret_leaves(name):
    for part in parts.all_parts():
        for sheet in part.collect(parts.Subject((0,))):
            assert name not in {field for field, _label in sheet.fields}
