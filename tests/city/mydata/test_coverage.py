"""Every table that names a person is handed out or listed as left out, with a reason. A forgotten one fails here."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import CharField, TextField

from xuecheng.city.mydata import erasing, parts
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
            # A row of something of theirs is reached through it.
            first = field.split("__")[0]
            assert first in {one.name for one in apps.get_model(part)._meta.concrete_fields} | {"id"}, part
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


def test_for_every_field_that_names_a_person_it_is_said_what_an_erasure_makes_of_it():
    said = set(erasing.fates())
    fields = {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Person and not model._meta.label.endswith(HISTORY)
    }
    assert fields - said == set()
    assert said - fields == {("people.Person", "id")}


def test_histories_with_words_in_them_stand_in_the_function_of_the_owner():
    """A tracked table that names a person and holds text is blanked there, or says here why it need not be."""
    known = {
        "access_roleversionevent", "linking_servicekeyevent", "linking_linkedsiteevent", "webhooks_subscriptionevent",
        "creditbank_unitversionevent", "recognition_ruleversionevent", "facilities_bookingevent",
        "facilities_bookingseriesevent", "courses_courseversionevent",  # what somebody did in office
        "colleges_shareofferevent", "facilities_roomwaitevent", "facilities_roomloanevent", "volunteers_activityevent", "facilities_loanrequestevent",
        "colleges_standardevidenceevent", "exchange_agreementevent", "exchange_batchevent", "rollout_accreditationevent",
        "rollout_suspensionevent", "rollout_phaseevent",  # what somebody did in office
        # what somebody did in office
        "cards_cardevent",  # numbers, which name nobody
        "badges_issuingruleevent",  # what somebody did in office
        "badges_batchevent",
        "badges_signingkeyevent",
        "redemption_offerevent",  # what somebody did in office
        "transfers_givingrulesevent",  # what somebody did in office
        "transfers_kinshipevent",  # which document was seen, no words about anybody
        "collectives_collectiveevent",  # the name of a circle, no words about anybody
        "collectives_depositevent",  # what somebody did in office
        # what somebody did in office
        "foreign_foreignissuerevent", "foreign_foreignruleevent",  # what somebody did in office
        "priorlearning_applicationevent", "priorlearning_claimevent",  # a seed and a unit's code, no words of anybody's
        "supervision_auditevent",  # what somebody did in office
        "mydata_archiveevent", "mydata_erasureevent",  # texts of the house, no words of anybody's
    }  # fmt: skip
    sql = Path(parts.__file__).parent.joinpath("sql", "erase_history_v2.sql").read_text(encoding="utf-8")
    forgotten = []
    for model in apps.get_models():
        if not model._meta.label.endswith(HISTORY):
            continue
        own = [one for one in model._meta.concrete_fields if not one.name.startswith("pgh_")]
        words = [one.name for one in own if isinstance(one, CharField | TextField) and not one.choices]
        names = [one for one in own if one.is_relation and one.related_model is Person]
        if words and names and model._meta.db_table not in known and f"update {model._meta.db_table}" not in sql:
            forgotten.append((model._meta.db_table, words))
    assert forgotten == []
