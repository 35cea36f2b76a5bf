"""What a case kept of its one hearing stands in the table of hearings."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0003_hearings")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="withdrawal",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="withdrawal",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="withdrawal",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="withdrawal",
            name="withdrawal_heard_says_what",
        ),
        migrations.RemoveField(
            model_name="withdrawal",
            name="hearing_on",
        ),
        migrations.RemoveField(
            model_name="withdrawal",
            name="hearing_words",
        ),
        migrations.RemoveField(
            model_name="withdrawalevent",
            name="hearing_on",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="withdrawal",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "supervision_withdrawalevent" ("appeal_until", "book", "decided_at", "decided_by_id", "due_on", "ground", "id", "institution_id", "learner_id", "noticed_at", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "record_id", "state", "suspicion_id") VALUES (NEW."appeal_until", NEW."book", NEW."decided_at", NEW."decided_by_id", NEW."due_on", NEW."ground", NEW."id", NEW."institution_id", NEW."learner_id", NEW."noticed_at", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."record_id", NEW."state", NEW."suspicion_id"); RETURN NULL;',
                    hash="f553b2a36cddf09d3086b82e6f46f669154fbc8f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_03d62",
                    table="supervision_withdrawal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="withdrawal",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."appeal_until" IS DISTINCT FROM (NEW."appeal_until") OR OLD."book" IS DISTINCT FROM (NEW."book") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."ground" IS DISTINCT FROM (NEW."ground") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."institution_id" IS DISTINCT FROM (NEW."institution_id") OR OLD."learner_id" IS DISTINCT FROM (NEW."learner_id") OR OLD."noticed_at" IS DISTINCT FROM (NEW."noticed_at") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."opened_by_id" IS DISTINCT FROM (NEW."opened_by_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."record_id" IS DISTINCT FROM (NEW."record_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."suspicion_id" IS DISTINCT FROM (NEW."suspicion_id"))',
                    func='INSERT INTO "supervision_withdrawalevent" ("appeal_until", "book", "decided_at", "decided_by_id", "due_on", "ground", "id", "institution_id", "learner_id", "noticed_at", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "record_id", "state", "suspicion_id") VALUES (NEW."appeal_until", NEW."book", NEW."decided_at", NEW."decided_by_id", NEW."due_on", NEW."ground", NEW."id", NEW."institution_id", NEW."learner_id", NEW."noticed_at", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."record_id", NEW."state", NEW."suspicion_id"); RETURN NULL;',
                    hash="69498a248794461e6be9c33fb7451520242b508b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_bc1d0",
                    table="supervision_withdrawal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="withdrawal",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "supervision_withdrawalevent" ("appeal_until", "book", "decided_at", "decided_by_id", "due_on", "ground", "id", "institution_id", "learner_id", "noticed_at", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "record_id", "state", "suspicion_id") VALUES (OLD."appeal_until", OLD."book", OLD."decided_at", OLD."decided_by_id", OLD."due_on", OLD."ground", OLD."id", OLD."institution_id", OLD."learner_id", OLD."noticed_at", OLD."opened_at", OLD."opened_by_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."record_id", OLD."state", OLD."suspicion_id"); RETURN NULL;',
                    hash="482e2fd1ac91d513b447c0430a35e1b69370c352",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_dffb2",
                    table="supervision_withdrawal",
                    when="AFTER",
                ),
            ),
        ),
    ]
