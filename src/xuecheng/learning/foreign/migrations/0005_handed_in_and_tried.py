"""Files handed in by institutions; caps and dry runs of rules; that a contest was cleared is kept."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from xuecheng.learning.foreign import sql


class Migration(migrations.Migration):
    unsafe_because = {
        "ban-drop-function": "Only its own triggers call it, and they have their next version in the same migration.",
    }

    dependencies = [
        ("creditbank", "0009_collective_accounts_checked"),
        ("foreign", "0004_looked_into_first"),
        ("jobs", "0007_failed_jobs"),
        ("organisations", "0003_fields_have_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ForeignTrial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(editable=False)),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("waiting_count", models.PositiveIntegerField(default=0, help_text="Records that waited when it ran")),
                (
                    "newest_record_id",
                    models.BigIntegerField(default=0, help_text="What came later is counted from here"),
                ),
                ("result", models.JSONField(default=dict)),
                ("digest", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "verbose_name": "dry run of a rule for outside achievements",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="foreignrecord",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="foreignrecord",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="foreignrecord",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="foreignrule",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="foreignrule",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="foreignrule",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="foreignrecord",
            name="foreign_record_has_origin",
        ),
        migrations.AddField(
            model_name="delivery",
            name="stated_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.organisation",
                verbose_name="brought by",
            ),
        ),
        migrations.AddField(
            model_name="foreignrecordevent",
            name="contested_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="foreignrule",
            name="cap",
            field=models.PositiveIntegerField(
                help_text="At most so much of one learner in a period (C-23); hundredths",
                null=True,
                verbose_name="most in a period",
            ),
        ),
        migrations.AddField(
            model_name="foreignrule",
            name="cap_months",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="months"),
        ),
        migrations.AddField(
            model_name="foreignrule",
            name="cap_per",
            field=models.CharField(
                blank=True,
                choices=[("origin", "everything learnt elsewhere"), ("issuer", "what one issuer issued")],
                max_length=6,
                verbose_name="what is added up",
            ),
        ),
        migrations.AddField(
            model_name="foreignrule",
            name="cap_period",
            field=models.CharField(
                blank=True,
                choices=[
                    ("year", "calendar year"),
                    ("semester", "semester"),
                    ("rolling", "any so many months"),
                    ("life", "lifetime"),
                ],
                max_length=8,
                verbose_name="period",
            ),
        ),
        migrations.AddField(
            model_name="foreignrule",
            name="cap_policy",
            field=models.CharField(
                blank=True,
                choices=[("cut", "what still fits is given"), ("whole", "all or nothing")],
                max_length=5,
                verbose_name="what does not fit",
            ),
        ),
        migrations.AddField(
            model_name="foreignrule",
            name="trial_digest",
            field=models.CharField(
                blank=True, help_text="What the dry run found that the approval rests on (C-31)", max_length=64
            ),
        ),
        migrations.AddField(
            model_name="foreignruleevent",
            name="cap",
            field=models.PositiveIntegerField(
                help_text="At most so much of one learner in a period (C-23); hundredths",
                null=True,
                verbose_name="most in a period",
            ),
        ),
        migrations.AddField(
            model_name="foreignruleevent",
            name="cap_months",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="months"),
        ),
        migrations.AddField(
            model_name="foreignruleevent",
            name="cap_per",
            field=models.CharField(
                blank=True,
                choices=[("origin", "everything learnt elsewhere"), ("issuer", "what one issuer issued")],
                max_length=6,
                verbose_name="what is added up",
            ),
        ),
        migrations.AddField(
            model_name="foreignruleevent",
            name="cap_period",
            field=models.CharField(
                blank=True,
                choices=[
                    ("year", "calendar year"),
                    ("semester", "semester"),
                    ("rolling", "any so many months"),
                    ("life", "lifetime"),
                ],
                max_length=8,
                verbose_name="period",
            ),
        ),
        migrations.AddField(
            model_name="foreignruleevent",
            name="cap_policy",
            field=models.CharField(
                blank=True,
                choices=[("cut", "what still fits is given"), ("whole", "all or nothing")],
                max_length=5,
                verbose_name="what does not fit",
            ),
        ),
        migrations.AddField(
            model_name="foreignruleevent",
            name="trial_digest",
            field=models.CharField(
                blank=True, help_text="What the dry run found that the approval rests on (C-31)", max_length=64
            ),
        ),
        migrations.AlterField(
            model_name="foreignrecord",
            name="wait",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_rule", "no rule speaks of it yet"),
                    ("several", "several rules speak of it"),
                    ("holder", "it names another person"),
                    ("nobody", "it does not show whose it is"),
                    ("proof", "the rule asks for a better proof"),
                    ("no_day", "it does not say when it ended"),
                    ("too_little", "it has too few credits for the rule"),
                    ("unit_ended", "the unit of its rule is not given any more"),
                    ("part", "the whole or a part of it is credited already"),
                    ("held", "the unit is credited already"),
                    ("contested", "another person brought it too"),
                    ("revoked", "its issuer revoked it"),
                    ("expired", "it has expired"),
                    ("cap", "the most that counts in this period is reached"),
                    ("ledger", "the credit cannot be posted at the moment"),
                    ("asked", "the learner asked again"),
                ],
                max_length=10,
                verbose_name="why it waits",
            ),
        ),
        migrations.AlterField(
            model_name="foreignrecordevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="state_wait_round_rule_unit_credits_given_posting_decided_by_revoked_at_contested_at_events",
                to="foreign.foreignrecord",
            ),
        ),
        migrations.AlterField(
            model_name="foreignrecordevent",
            name="wait",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_rule", "no rule speaks of it yet"),
                    ("several", "several rules speak of it"),
                    ("holder", "it names another person"),
                    ("nobody", "it does not show whose it is"),
                    ("proof", "the rule asks for a better proof"),
                    ("no_day", "it does not say when it ended"),
                    ("too_little", "it has too few credits for the rule"),
                    ("unit_ended", "the unit of its rule is not given any more"),
                    ("part", "the whole or a part of it is credited already"),
                    ("held", "the unit is credited already"),
                    ("contested", "another person brought it too"),
                    ("revoked", "its issuer revoked it"),
                    ("expired", "it has expired"),
                    ("cap", "the most that counts in this period is reached"),
                    ("ledger", "the credit cannot be posted at the moment"),
                    ("asked", "the learner asked again"),
                ],
                max_length=10,
                verbose_name="why it waits",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="foreignrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "foreign_foreignrecordevent" ("contested_at", "credits_given", "decided_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posting", "revoked_at", "round", "rule_id", "state", "unit_id", "wait") VALUES (NEW."contested_at", NEW."credits_given", NEW."decided_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."posting", NEW."revoked_at", NEW."round", NEW."rule_id", NEW."state", NEW."unit_id", NEW."wait"); RETURN NULL;',
                    hash="340db47d044d84e8cdd93c84ad164cc0c4086b1c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_bdac0",
                    table="foreign_foreignrecord",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="foreignrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."contested_at" IS DISTINCT FROM (NEW."contested_at") OR OLD."credits_given" IS DISTINCT FROM (NEW."credits_given") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."posting" IS DISTINCT FROM (NEW."posting") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."round" IS DISTINCT FROM (NEW."round") OR OLD."rule_id" IS DISTINCT FROM (NEW."rule_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."wait" IS DISTINCT FROM (NEW."wait"))',
                    func='INSERT INTO "foreign_foreignrecordevent" ("contested_at", "credits_given", "decided_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posting", "revoked_at", "round", "rule_id", "state", "unit_id", "wait") VALUES (NEW."contested_at", NEW."credits_given", NEW."decided_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."posting", NEW."revoked_at", NEW."round", NEW."rule_id", NEW."state", NEW."unit_id", NEW."wait"); RETURN NULL;',
                    hash="5c4392609b3ad987fd29a1df7bdce92a5b14dc07",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0adc2",
                    table="foreign_foreignrecord",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="foreignrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "foreign_foreignrecordevent" ("contested_at", "credits_given", "decided_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posting", "revoked_at", "round", "rule_id", "state", "unit_id", "wait") VALUES (OLD."contested_at", OLD."credits_given", OLD."decided_by_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."posting", OLD."revoked_at", OLD."round", OLD."rule_id", OLD."state", OLD."unit_id", OLD."wait"); RETURN NULL;',
                    hash="1702a3da2c39b612c724223582cac6b45f2fd1a2",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_7fe63",
                    table="foreign_foreignrecord",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="foreignrule",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "foreign_foreignruleevent" ("achievement", "body_id", "cap", "cap_months", "cap_per", "cap_period", "cap_policy", "code", "decided_at", "decided_by_id", "decision_reason", "den", "drafted_at", "drafted_by_id", "effect_from", "effect_to", "id", "issuer_class", "issuer_id", "kind", "level", "most", "needs", "num", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "state", "trial_digest", "unit_id", "validity_months", "version", "why") VALUES (NEW."achievement", NEW."body_id", NEW."cap", NEW."cap_months", NEW."cap_per", NEW."cap_period", NEW."cap_policy", NEW."code", NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."den", NEW."drafted_at", NEW."drafted_by_id", NEW."effect_from", NEW."effect_to", NEW."id", NEW."issuer_class", NEW."issuer_id", NEW."kind", NEW."level", NEW."most", NEW."needs", NEW."num", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."state", NEW."trial_digest", NEW."unit_id", NEW."validity_months", NEW."version", NEW."why"); RETURN NULL;',
                    hash="a04d9b194774307df073da4287f69fecc9e9810b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_04485",
                    table="foreign_foreignrule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="foreignrule",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "foreign_foreignruleevent" ("achievement", "body_id", "cap", "cap_months", "cap_per", "cap_period", "cap_policy", "code", "decided_at", "decided_by_id", "decision_reason", "den", "drafted_at", "drafted_by_id", "effect_from", "effect_to", "id", "issuer_class", "issuer_id", "kind", "level", "most", "needs", "num", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "state", "trial_digest", "unit_id", "validity_months", "version", "why") VALUES (NEW."achievement", NEW."body_id", NEW."cap", NEW."cap_months", NEW."cap_per", NEW."cap_period", NEW."cap_policy", NEW."code", NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."den", NEW."drafted_at", NEW."drafted_by_id", NEW."effect_from", NEW."effect_to", NEW."id", NEW."issuer_class", NEW."issuer_id", NEW."kind", NEW."level", NEW."most", NEW."needs", NEW."num", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."state", NEW."trial_digest", NEW."unit_id", NEW."validity_months", NEW."version", NEW."why"); RETURN NULL;',
                    hash="e0cbe144eb27cb12f08b465280210961eaec24e8",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_119dd",
                    table="foreign_foreignrule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="foreignrule",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "foreign_foreignruleevent" ("achievement", "body_id", "cap", "cap_months", "cap_per", "cap_period", "cap_policy", "code", "decided_at", "decided_by_id", "decision_reason", "den", "drafted_at", "drafted_by_id", "effect_from", "effect_to", "id", "issuer_class", "issuer_id", "kind", "level", "most", "needs", "num", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "state", "trial_digest", "unit_id", "validity_months", "version", "why") VALUES (OLD."achievement", OLD."body_id", OLD."cap", OLD."cap_months", OLD."cap_per", OLD."cap_period", OLD."cap_policy", OLD."code", OLD."decided_at", OLD."decided_by_id", OLD."decision_reason", OLD."den", OLD."drafted_at", OLD."drafted_by_id", OLD."effect_from", OLD."effect_to", OLD."id", OLD."issuer_class", OLD."issuer_id", OLD."kind", OLD."level", OLD."most", OLD."needs", OLD."num", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."state", OLD."trial_digest", OLD."unit_id", OLD."validity_months", OLD."version", OLD."why"); RETURN NULL;',
                    hash="b3656ed75d5501ee513ff3bae1fc043a2fe8672f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_d1070",
                    table="foreign_foreignrule",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="foreignrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("delivery__isnull", False), ("stated_by__isnull", True)),
                    models.Q(("import_file_id__isnull", False), ("stated_by__isnull", False)),
                    _connector="OR",
                ),
                name="foreign_record_has_origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="foreignrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cap__isnull", True),
                        ("cap_months__isnull", True),
                        ("cap_per", ""),
                        ("cap_period", ""),
                        ("cap_policy", ""),
                    ),
                    models.Q(
                        ("cap__gte", 1),
                        ("cap_per__in", ["origin", "issuer"]),
                        ("cap_policy__in", ["cut", "whole"]),
                        models.Q(
                            models.Q(("cap_months__gte", 1), ("cap_period", "rolling")),
                            models.Q(("cap_months__isnull", True), ("cap_period__in", ["year", "semester", "life"])),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="foreign_rule_cap_whole",
            ),
        ),
        migrations.AddField(
            model_name="foreigntrial",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="foreigntrial",
            name="job",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jobs.job"
            ),
        ),
        migrations.AddField(
            model_name="foreigntrial",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="trials", to="foreign.foreignrule"
            ),
        ),
        migrations.AddConstraint(
            model_name="foreigntrial",
            constraint=models.UniqueConstraint(fields=("public_id",), name="foreign_trial_id_once"),
        ),
        migrations.AddConstraint(
            model_name="foreigntrial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finished_at__isnull", True), models.Q(("digest", ""), _negated=True), _connector="OR"
                ),
                name="foreign_trial_finished_has_digest",
            ),
        ),
        migrations.RunSQL(sql.text("states_v3.sql"), sql.text("states_v3_gone.sql")),
    ]
