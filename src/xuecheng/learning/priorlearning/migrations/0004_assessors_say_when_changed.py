"""When an assessor's row was changed last: a draw takes no seal that was known then."""

from datetime import UTC, datetime

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

BEFORE_ALL = datetime(2020, 1, 1, tzinfo=UTC)
"""Of rows from before this was noted: no draw waits for a seal on their account."""


class Migration(migrations.Migration):
    dependencies = [
        ("priorlearning", "0003_given_again"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="assessor",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="assessor",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="assessor",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="assessor",
            name="kept_at",
            field=models.DateTimeField(default=BEFORE_ALL, verbose_name="last changed"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="assessorevent",
            name="kept_at",
            field=models.DateTimeField(default=BEFORE_ALL, verbose_name="last changed"),
            preserve_default=False,
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assessor",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "priorlearning_assessorevent" ("capacity", "centre_id", "employer_id", "fields", "id", "is_active", "kept_at", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id") VALUES (NEW."capacity", NEW."centre_id", NEW."employer_id", NEW."fields", NEW."id", NEW."is_active", NEW."kept_at", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id"); RETURN NULL;',
                    hash="54b040cdc1ebd670b23313c2c6e55078643f5e6f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_e478d",
                    table="priorlearning_assessor",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assessor",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "priorlearning_assessorevent" ("capacity", "centre_id", "employer_id", "fields", "id", "is_active", "kept_at", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id") VALUES (NEW."capacity", NEW."centre_id", NEW."employer_id", NEW."fields", NEW."id", NEW."is_active", NEW."kept_at", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id"); RETURN NULL;',
                    hash="47cc0a5d97b06048d7e3c1e8ad4d25418d82f272",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c3d5f",
                    table="priorlearning_assessor",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assessor",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "priorlearning_assessorevent" ("capacity", "centre_id", "employer_id", "fields", "id", "is_active", "kept_at", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id") VALUES (OLD."capacity", OLD."centre_id", OLD."employer_id", OLD."fields", OLD."id", OLD."is_active", OLD."kept_at", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id"); RETURN NULL;',
                    hash="030e59eadcf2aaf33b2b97296e694e0e83c0c2d0",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_fdb31",
                    table="priorlearning_assessor",
                    when="AFTER",
                ),
            ),
        ),
    ]
