"""A counter ends a relation, with a reason from a list (`sql/kinships_v2.sql`)."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from xuecheng.learning.transfers import sql


class Migration(migrations.Migration):
    dependencies = [
        ("transfers", "0003_kinships"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="kinship",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="kinship",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="kinship",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="kinship",
            name="ended_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("asked", "one of the two asked for it here"),
                    ("parted", "the marriage or the care is over, as a document shows"),
                    ("mistaken", "it was recorded wrongly"),
                    ("died", "one of the two has died, as a document shows"),
                ],
                db_default="",
                default="",
                max_length=9,
                verbose_name="why it was ended",
            ),
        ),
        migrations.AddField(
            model_name="kinshipevent",
            name="ended_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("asked", "one of the two asked for it here"),
                    ("parted", "the marriage or the care is over, as a document shows"),
                    ("mistaken", "it was recorded wrongly"),
                    ("died", "one of the two has died, as a document shows"),
                ],
                db_default="",
                default="",
                max_length=9,
                verbose_name="why it was ended",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kinship",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "transfers_kinshipevent" ("ended_at", "ended_because", "ended_by_id", "id", "kind", "one_agreed_at", "one_id", "other_agreed_at", "other_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "public_id", "recorded_at", "recorded_by_id") VALUES (NEW."ended_at", NEW."ended_because", NEW."ended_by_id", NEW."id", NEW."kind", NEW."one_agreed_at", NEW."one_id", NEW."other_agreed_at", NEW."other_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proof", NEW."public_id", NEW."recorded_at", NEW."recorded_by_id"); RETURN NULL;',
                    hash="b9fa5fd04b98e0111e8251710ed5bb3eef5833e8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_e7d76",
                    table="transfers_kinship",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kinship",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "transfers_kinshipevent" ("ended_at", "ended_because", "ended_by_id", "id", "kind", "one_agreed_at", "one_id", "other_agreed_at", "other_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "public_id", "recorded_at", "recorded_by_id") VALUES (NEW."ended_at", NEW."ended_because", NEW."ended_by_id", NEW."id", NEW."kind", NEW."one_agreed_at", NEW."one_id", NEW."other_agreed_at", NEW."other_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proof", NEW."public_id", NEW."recorded_at", NEW."recorded_by_id"); RETURN NULL;',
                    hash="25d70776d8e49168ef1eb90948a512e11cd0af74",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6c478",
                    table="transfers_kinship",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kinship",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "transfers_kinshipevent" ("ended_at", "ended_because", "ended_by_id", "id", "kind", "one_agreed_at", "one_id", "other_agreed_at", "other_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "public_id", "recorded_at", "recorded_by_id") VALUES (OLD."ended_at", OLD."ended_because", OLD."ended_by_id", OLD."id", OLD."kind", OLD."one_agreed_at", OLD."one_id", OLD."other_agreed_at", OLD."other_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."proof", OLD."public_id", OLD."recorded_at", OLD."recorded_by_id"); RETURN NULL;',
                    hash="31e22c8a12825e780c6367d90dc92bda4a0e800e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a5637",
                    table="transfers_kinship",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="kinship",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at__isnull", False), ("ended_because", ""), _connector="OR"),
                name="kinship_ended_before_why",
            ),
        ),
        migrations.RunSQL(sql.text("kinships_v2.sql"), sql.text("kinships_v2_gone.sql")),
    ]
