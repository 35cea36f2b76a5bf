"""What an officer revoked is marked, so that nothing takes its place by itself."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from xuecheng.learning.badges import sql


class Migration(migrations.Migration):
    unsafe_because = {
        "ban-drop-function": "Only its own trigger calls it, and that one has its next version in the same migration.",
    }

    dependencies = [
        ("badges", "0002_holds_together"),
        ("organisations", "0003_fields_have_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="badge",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="badge",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="badge",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="badge",
            name="by_decision",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Nothing takes its place until an officer issues it anew",
                verbose_name="revoked by decision",
            ),
        ),
        migrations.AddField(
            model_name="badgeevent",
            name="by_decision",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Nothing takes its place until an officer issues it anew",
                verbose_name="revoked by decision",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="badge",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "badges_badgeevent" ("achievement_id", "awarded_on", "batch_id", "by_decision", "case_id", "certifies", "credits", "holder_left_at", "how", "id", "issued_at", "issued_by_id", "issuer_id", "key_id", "learner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postings", "public_id", "record_id", "replaces_id", "state", "state_since", "status_index", "status_list_id", "valid_until", "version", "with_name") VALUES (NEW."achievement_id", NEW."awarded_on", NEW."batch_id", NEW."by_decision", NEW."case_id", NEW."certifies", NEW."credits", NEW."holder_left_at", NEW."how", NEW."id", NEW."issued_at", NEW."issued_by_id", NEW."issuer_id", NEW."key_id", NEW."learner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."postings", NEW."public_id", NEW."record_id", NEW."replaces_id", NEW."state", NEW."state_since", NEW."status_index", NEW."status_list_id", NEW."valid_until", NEW."version", NEW."with_name"); RETURN NULL;',
                    hash="b2fab84b960991c891db64ae6aeb2addc5b3ecfb",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_52681",
                    table="badges_badge",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="badge",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."achievement_id" IS DISTINCT FROM (NEW."achievement_id") OR OLD."awarded_on" IS DISTINCT FROM (NEW."awarded_on") OR OLD."batch_id" IS DISTINCT FROM (NEW."batch_id") OR OLD."by_decision" IS DISTINCT FROM (NEW."by_decision") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."certifies" IS DISTINCT FROM (NEW."certifies") OR OLD."credits" IS DISTINCT FROM (NEW."credits") OR OLD."holder_left_at" IS DISTINCT FROM (NEW."holder_left_at") OR OLD."how" IS DISTINCT FROM (NEW."how") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issued_at" IS DISTINCT FROM (NEW."issued_at") OR OLD."issued_by_id" IS DISTINCT FROM (NEW."issued_by_id") OR OLD."issuer_id" IS DISTINCT FROM (NEW."issuer_id") OR OLD."key_id" IS DISTINCT FROM (NEW."key_id") OR OLD."learner_id" IS DISTINCT FROM (NEW."learner_id") OR OLD."postings" IS DISTINCT FROM (NEW."postings") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."record_id" IS DISTINCT FROM (NEW."record_id") OR OLD."replaces_id" IS DISTINCT FROM (NEW."replaces_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."state_since" IS DISTINCT FROM (NEW."state_since") OR OLD."status_index" IS DISTINCT FROM (NEW."status_index") OR OLD."status_list_id" IS DISTINCT FROM (NEW."status_list_id") OR OLD."valid_until" IS DISTINCT FROM (NEW."valid_until") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."with_name" IS DISTINCT FROM (NEW."with_name"))',
                    func='INSERT INTO "badges_badgeevent" ("achievement_id", "awarded_on", "batch_id", "by_decision", "case_id", "certifies", "credits", "holder_left_at", "how", "id", "issued_at", "issued_by_id", "issuer_id", "key_id", "learner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postings", "public_id", "record_id", "replaces_id", "state", "state_since", "status_index", "status_list_id", "valid_until", "version", "with_name") VALUES (NEW."achievement_id", NEW."awarded_on", NEW."batch_id", NEW."by_decision", NEW."case_id", NEW."certifies", NEW."credits", NEW."holder_left_at", NEW."how", NEW."id", NEW."issued_at", NEW."issued_by_id", NEW."issuer_id", NEW."key_id", NEW."learner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."postings", NEW."public_id", NEW."record_id", NEW."replaces_id", NEW."state", NEW."state_since", NEW."status_index", NEW."status_list_id", NEW."valid_until", NEW."version", NEW."with_name"); RETURN NULL;',
                    hash="6b54adde0b27a2f909063002ddad0a5b67040fb6",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5e029",
                    table="badges_badge",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="badge",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "badges_badgeevent" ("achievement_id", "awarded_on", "batch_id", "by_decision", "case_id", "certifies", "credits", "holder_left_at", "how", "id", "issued_at", "issued_by_id", "issuer_id", "key_id", "learner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postings", "public_id", "record_id", "replaces_id", "state", "state_since", "status_index", "status_list_id", "valid_until", "version", "with_name") VALUES (OLD."achievement_id", OLD."awarded_on", OLD."batch_id", OLD."by_decision", OLD."case_id", OLD."certifies", OLD."credits", OLD."holder_left_at", OLD."how", OLD."id", OLD."issued_at", OLD."issued_by_id", OLD."issuer_id", OLD."key_id", OLD."learner_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."postings", OLD."public_id", OLD."record_id", OLD."replaces_id", OLD."state", OLD."state_since", OLD."status_index", OLD."status_list_id", OLD."valid_until", OLD."version", OLD."with_name"); RETURN NULL;',
                    hash="35080fd57581df3b7bb7c224d63d81ea128e4d4f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_fc6fa",
                    table="badges_badge",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="badge",
            constraint=models.CheckConstraint(
                condition=models.Q(("by_decision", False), ("state", "revoked"), _connector="OR"),
                name="badges_badge_decided_is_revoked",
            ),
        ),
        migrations.RunSQL(sql.text("badges_v2.sql"), sql.text("badges_v2_gone.sql")),
    ]
