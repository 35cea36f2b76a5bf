"""Whoever may book a room because it is lent may wait for it too (P-03, B-07)."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from xuecheng.coordination.facilities import sql


class Migration(migrations.Migration):
    unsafe_because = {"ban-drop-function": "Only the trigger called it, and calls the new one from the same moment on."}
    dependencies = [
        ("facilities", "0006_loans_stay"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="roomwait",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="roomwait",
            name="update_update",
        ),
        migrations.AddField(
            model_name="roomwait",
            name="loan",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="waits",
                to="facilities.roomloan",
                verbose_name="room lent",
            ),
        ),
        migrations.AddField(
            model_name="roomwaitevent",
            name="loan",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="facilities.roomloan",
                verbose_name="room lent",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="roomwait",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "facilities_roomwaitevent" ("booked_by_id", "booking_id", "during", "group_name", "group_organisation_id", "heads", "id", "is_seasonal", "is_whole", "loan_id", "made_at", "moved_at", "offered_until", "origin_id", "origin_kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "purpose", "space_id", "state", "venue_id") VALUES (NEW."booked_by_id", NEW."booking_id", NEW."during", NEW."group_name", NEW."group_organisation_id", NEW."heads", NEW."id", NEW."is_seasonal", NEW."is_whole", NEW."loan_id", NEW."made_at", NEW."moved_at", NEW."offered_until", NEW."origin_id", NEW."origin_kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."purpose", NEW."space_id", NEW."state", NEW."venue_id"); RETURN NULL;',
                    hash="03268ef8d50da73d760b2e8d96c44cab4330f06d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0d673",
                    table="facilities_roomwait",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="roomwait",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "facilities_roomwaitevent" ("booked_by_id", "booking_id", "during", "group_name", "group_organisation_id", "heads", "id", "is_seasonal", "is_whole", "loan_id", "made_at", "moved_at", "offered_until", "origin_id", "origin_kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "purpose", "space_id", "state", "venue_id") VALUES (NEW."booked_by_id", NEW."booking_id", NEW."during", NEW."group_name", NEW."group_organisation_id", NEW."heads", NEW."id", NEW."is_seasonal", NEW."is_whole", NEW."loan_id", NEW."made_at", NEW."moved_at", NEW."offered_until", NEW."origin_id", NEW."origin_kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."purpose", NEW."space_id", NEW."state", NEW."venue_id"); RETURN NULL;',
                    hash="bde5ec38ba3ab44149188518af62be5baa8e1b23",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_30dea",
                    table="facilities_roomwait",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(sql.text("waits_v2.sql"), sql.text("waits_v2_gone.sql")),
    ]
