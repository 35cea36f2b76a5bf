"""What one can do after a course may be said in English too."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0004_facts_stay"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="courseversion",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="courseversion",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="courseversion",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="courseversion",
            name="outcome_en",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=2000,
                verbose_name="what one can do afterwards, in English",
            ),
        ),
        migrations.AddField(
            model_name="courseversionevent",
            name="outcome_en",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=2000,
                verbose_name="what one can do afterwards, in English",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="courseversion",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "courses_courseversionevent" ("course_id", "decided_at", "decided_by_id", "decision_reason", "drafted_by_id", "entry_reason", "entry_requirement", "fee_fen", "id", "is_assessed", "least_attendance_percent", "level", "levels", "materials", "minutes", "number", "outcome", "outcome_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "seats_least", "seats_most", "sent_at", "sessions", "state", "unit_id", "waivers") VALUES (NEW."course_id", NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."drafted_by_id", NEW."entry_reason", NEW."entry_requirement", NEW."fee_fen", NEW."id", NEW."is_assessed", NEW."least_attendance_percent", NEW."level", NEW."levels", NEW."materials", NEW."minutes", NEW."number", NEW."outcome", NEW."outcome_en", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."seats_least", NEW."seats_most", NEW."sent_at", NEW."sessions", NEW."state", NEW."unit_id", NEW."waivers"); RETURN NULL;',
                    hash="cd73a668958a805dbf251d14f95a7caf7be00534",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b2d38",
                    table="courses_courseversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="courseversion",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "courses_courseversionevent" ("course_id", "decided_at", "decided_by_id", "decision_reason", "drafted_by_id", "entry_reason", "entry_requirement", "fee_fen", "id", "is_assessed", "least_attendance_percent", "level", "levels", "materials", "minutes", "number", "outcome", "outcome_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "seats_least", "seats_most", "sent_at", "sessions", "state", "unit_id", "waivers") VALUES (NEW."course_id", NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."drafted_by_id", NEW."entry_reason", NEW."entry_requirement", NEW."fee_fen", NEW."id", NEW."is_assessed", NEW."least_attendance_percent", NEW."level", NEW."levels", NEW."materials", NEW."minutes", NEW."number", NEW."outcome", NEW."outcome_en", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."seats_least", NEW."seats_most", NEW."sent_at", NEW."sessions", NEW."state", NEW."unit_id", NEW."waivers"); RETURN NULL;',
                    hash="e23a356c65acfb0e0ee5926199257c4e595330ba",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4cada",
                    table="courses_courseversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="courseversion",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "courses_courseversionevent" ("course_id", "decided_at", "decided_by_id", "decision_reason", "drafted_by_id", "entry_reason", "entry_requirement", "fee_fen", "id", "is_assessed", "least_attendance_percent", "level", "levels", "materials", "minutes", "number", "outcome", "outcome_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "seats_least", "seats_most", "sent_at", "sessions", "state", "unit_id", "waivers") VALUES (OLD."course_id", OLD."decided_at", OLD."decided_by_id", OLD."decision_reason", OLD."drafted_by_id", OLD."entry_reason", OLD."entry_requirement", OLD."fee_fen", OLD."id", OLD."is_assessed", OLD."least_attendance_percent", OLD."level", OLD."levels", OLD."materials", OLD."minutes", OLD."number", OLD."outcome", OLD."outcome_en", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."seats_least", OLD."seats_most", OLD."sent_at", OLD."sessions", OLD."state", OLD."unit_id", OLD."waivers"); RETURN NULL;',
                    hash="d8420a9f0ec65b94076b88fa9d1ee2026c2fdb39",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_fbed4",
                    table="courses_courseversion",
                    when="AFTER",
                ),
            ),
        ),
    ]
