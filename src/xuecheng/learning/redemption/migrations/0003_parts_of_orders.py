"""Points of an order on several accounts of one person, and the check that all of it is held (`sql/parts_v1.sql`)."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from xuecheng.learning.redemption import sql


class Migration(migrations.Migration):
    unsafe_because = {
        "ban-drop-function": "Only its own trigger calls it, and that one has its next version in the same migration.",
    }

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("redemption", "0002_holds_together"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.PositiveBigIntegerField(help_text="Hundredths", verbose_name="points")),
                (
                    "taken",
                    models.PositiveBigIntegerField(default=0, help_text="Hundredths", verbose_name="points handed out"),
                ),
                (
                    "back",
                    models.PositiveBigIntegerField(default=0, help_text="Hundredths", verbose_name="points given back"),
                ),
                ("hold", models.UUIDField(verbose_name="set-aside in the ledger")),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="learner",
                    ),
                ),
                (
                    "redemption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="redemption.redemption"
                    ),
                ),
            ],
            options={
                "verbose_name": "part of an order",
            },
        ),
        migrations.CreateModel(
            name="PartEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("points", models.PositiveBigIntegerField(help_text="Hundredths", verbose_name="points")),
                (
                    "taken",
                    models.PositiveBigIntegerField(default=0, help_text="Hundredths", verbose_name="points handed out"),
                ),
                (
                    "back",
                    models.PositiveBigIntegerField(default=0, help_text="Hundredths", verbose_name="points given back"),
                ),
                ("hold", models.UUIDField(verbose_name="set-aside in the ledger")),
                (
                    "learner",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="learner",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="redemption.part",
                    ),
                ),
                (
                    "redemption",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="redemption.redemption",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.UniqueConstraint(fields=("redemption", "learner"), name="redemption_part_account_once"),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.UniqueConstraint(fields=("hold",), name="redemption_part_hold_once"),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("back__lte", models.F("taken")), ("points__gte", 1), ("taken__lte", models.F("points"))
                ),
                name="redemption_part_amounts",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="part",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "redemption_partevent" ("back", "hold", "id", "learner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "redemption_id", "taken") VALUES (NEW."back", NEW."hold", NEW."id", NEW."learner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."points", NEW."redemption_id", NEW."taken"); RETURN NULL;',
                    hash="e8b67901df0831db1eada1618de1e74a134ad603",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b7a33",
                    table="redemption_part",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="part",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "redemption_partevent" ("back", "hold", "id", "learner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "redemption_id", "taken") VALUES (NEW."back", NEW."hold", NEW."id", NEW."learner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."points", NEW."redemption_id", NEW."taken"); RETURN NULL;',
                    hash="24f795d144863624c2038e06739bfa1515cf1f0f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_19b39",
                    table="redemption_part",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="part",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "redemption_partevent" ("back", "hold", "id", "learner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "redemption_id", "taken") VALUES (OLD."back", OLD."hold", OLD."id", OLD."learner_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."points", OLD."redemption_id", OLD."taken"); RETURN NULL;',
                    hash="8dfc1e4893e5fb4228d1bbb74cb27f058300bf98",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_656f3",
                    table="redemption_part",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3652fbd0be5d253008af5476f61caa2ffb48d7fb",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b6949",
                    table="redemption_partevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(sql.text("parts_v1.sql"), sql.text("parts_v1_gone.sql")),
    ]
