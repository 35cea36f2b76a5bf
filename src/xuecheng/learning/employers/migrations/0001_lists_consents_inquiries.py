"""Lists that organisations have verified, consents of holders, and who asked about whom."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("jobs", "0007_failed_jobs"),
        ("organisations", "0003_fields_have_names"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CheckedList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(editable=False)),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("file_name", models.CharField(blank=True, max_length=120, verbose_name="file")),
                ("sha256", models.BinaryField(max_length=32)),
                ("sealed", models.BinaryField()),
                ("row_count", models.PositiveSmallIntegerField(verbose_name="rows")),
                (
                    "state",
                    models.CharField(
                        choices=[("checking", "being checked"), ("done", "checked")],
                        default="checking",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                ("removed_at", models.DateTimeField(null=True, verbose_name="removed")),
                ("confirmed", models.PositiveSmallIntegerField(default=0)),
                ("confirmed_but_changed", models.PositiveSmallIntegerField(default=0)),
                ("name_differs", models.PositiveSmallIntegerField(default=0)),
                ("not_confirmed", models.PositiveSmallIntegerField(default=0)),
                ("malformed", models.PositiveSmallIntegerField(default=0)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jobs.job"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "list of credentials",
            },
        ),
        migrations.CreateModel(
            name="CheckedListEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("public_id", models.UUIDField(editable=False)),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("row_count", models.PositiveSmallIntegerField(verbose_name="rows")),
                (
                    "state",
                    models.CharField(
                        choices=[("checking", "being checked"), ("done", "checked")],
                        default="checking",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                ("removed_at", models.DateTimeField(null=True, verbose_name="removed")),
                ("confirmed", models.PositiveSmallIntegerField(default=0)),
                ("confirmed_but_changed", models.PositiveSmallIntegerField(default=0)),
                ("name_differs", models.PositiveSmallIntegerField(default=0)),
                ("not_confirmed", models.PositiveSmallIntegerField(default=0)),
                ("malformed", models.PositiveSmallIntegerField(default=0)),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="jobs.job",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="organisations.organisation",
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
                        to="employers.checkedlist",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(editable=False)),
                ("given_at", models.DateTimeField(verbose_name="given")),
                ("until", models.DateTimeField(verbose_name="until")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
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
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent to an employer",
            },
        ),
        migrations.CreateModel(
            name="ConsentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("public_id", models.UUIDField(editable=False)),
                ("given_at", models.DateTimeField(verbose_name="given")),
                ("until", models.DateTimeField(verbose_name="until")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
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
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="organisations.organisation",
                        verbose_name="organisation",
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
                        to="employers.consent",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list_id", models.UUIDField(help_text="Public id of the list")),
                ("row_no", models.PositiveIntegerField()),
                ("at", models.DateTimeField(verbose_name="asked")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("credential", "credential"),
                            ("transcript", "transcript"),
                            ("certificate", "certificate of completion"),
                        ],
                        max_length=12,
                        verbose_name="what",
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("was_agreed", models.BooleanField(verbose_name="answered with consent")),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("confirmed", "confirmed"),
                            ("confirmed_but_changed", "confirmed, changed since"),
                            ("name_differs", "the name differs"),
                            ("not_confirmed", "not confirmed"),
                            ("malformed", "cannot be read"),
                        ],
                        max_length=24,
                        verbose_name="answer",
                    ),
                ),
                ("told_at", models.DateTimeField(null=True)),
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
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "inquiry of an employer",
            },
        ),
        migrations.CreateModel(
            name="RowAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row_no", models.PositiveIntegerField()),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("confirmed", "confirmed"),
                            ("confirmed_but_changed", "confirmed, changed since"),
                            ("name_differs", "the name differs"),
                            ("not_confirmed", "not confirmed"),
                            ("malformed", "cannot be read"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="employers.checkedlist"
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to an employer",
            },
        ),
        migrations.AddIndex(
            model_name="checkedlist",
            index=models.Index(fields=["organisation", "-id"], name="employers_list_of"),
        ),
        migrations.AddIndex(
            model_name="checkedlist",
            index=models.Index(
                condition=models.Q(("removed_at", None)), fields=["asked_at"], name="employers_list_kept"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkedlist",
            constraint=models.UniqueConstraint(fields=("public_id",), name="employers_list_id_once"),
        ),
        migrations.AddConstraint(
            model_name="checkedlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("row_count__gte", 1), ("row_count__lte", 1000)), name="employers_list_has_rows"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkedlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("state", "checking")),
                    models.Q(("done_at__isnull", False), ("state", "done")),
                    _connector="OR",
                ),
                name="employers_list_done_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkedlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "checking"),
                    (
                        "row_count",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("confirmed"), "+", models.F("confirmed_but_changed")
                                    ),
                                    "+",
                                    models.F("name_differs"),
                                ),
                                "+",
                                models.F("not_confirmed"),
                            ),
                            "+",
                            models.F("malformed"),
                        ),
                    ),
                    _connector="OR",
                ),
                name="employers_list_counts_its_rows",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkedlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("removed_at", None), models.Q(("file_name", ""), ("sealed", b"")), _connector="OR"),
                name="employers_list_removed_is_empty",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkedlist",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "employers_checkedlistevent" ("asked_at", "asked_by_id", "confirmed", "confirmed_but_changed", "done_at", "id", "job_id", "malformed", "name_differs", "not_confirmed", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "removed_at", "row_count", "state") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."confirmed", NEW."confirmed_but_changed", NEW."done_at", NEW."id", NEW."job_id", NEW."malformed", NEW."name_differs", NEW."not_confirmed", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."removed_at", NEW."row_count", NEW."state"); RETURN NULL;',
                    hash="6be96abce8b261c8d5de5b0a06f4705b760229f7",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ee84d",
                    table="employers_checkedlist",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkedlist",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."confirmed" IS DISTINCT FROM (NEW."confirmed") OR OLD."confirmed_but_changed" IS DISTINCT FROM (NEW."confirmed_but_changed") OR OLD."done_at" IS DISTINCT FROM (NEW."done_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."job_id" IS DISTINCT FROM (NEW."job_id") OR OLD."malformed" IS DISTINCT FROM (NEW."malformed") OR OLD."name_differs" IS DISTINCT FROM (NEW."name_differs") OR OLD."not_confirmed" IS DISTINCT FROM (NEW."not_confirmed") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."removed_at" IS DISTINCT FROM (NEW."removed_at") OR OLD."row_count" IS DISTINCT FROM (NEW."row_count") OR OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func='INSERT INTO "employers_checkedlistevent" ("asked_at", "asked_by_id", "confirmed", "confirmed_but_changed", "done_at", "id", "job_id", "malformed", "name_differs", "not_confirmed", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "removed_at", "row_count", "state") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."confirmed", NEW."confirmed_but_changed", NEW."done_at", NEW."id", NEW."job_id", NEW."malformed", NEW."name_differs", NEW."not_confirmed", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."removed_at", NEW."row_count", NEW."state"); RETURN NULL;',
                    hash="af1e71e10fb39908aef776cd1beaf40137e0f947",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ec9a3",
                    table="employers_checkedlist",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkedlist",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "employers_checkedlistevent" ("asked_at", "asked_by_id", "confirmed", "confirmed_but_changed", "done_at", "id", "job_id", "malformed", "name_differs", "not_confirmed", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "removed_at", "row_count", "state") VALUES (OLD."asked_at", OLD."asked_by_id", OLD."confirmed", OLD."confirmed_but_changed", OLD."done_at", OLD."id", OLD."job_id", OLD."malformed", OLD."name_differs", OLD."not_confirmed", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."removed_at", OLD."row_count", OLD."state"); RETURN NULL;',
                    hash="ce29541263942f7da03262497129ae5f04bcaf5f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_acc38",
                    table="employers_checkedlist",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkedlistevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ff9c78fc9c59c8f85e65b2bec4f6a25a3d71c800",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_96ed2",
                    table="employers_checkedlistevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["learner", "-id"], name="employers_consent_of"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(fields=("public_id",), name="employers_consent_id_once"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("learner", "organisation"),
                name="employers_consent_one_runs",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__gt", models.F("given_at")),
                    (
                        "until__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("given_at"), "+", models.Value(datetime.timedelta(days=90))
                        ),
                    ),
                ),
                name="employers_consent_ends",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "employers_consentevent" ("ended_at", "given_at", "id", "learner_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "until") VALUES (NEW."ended_at", NEW."given_at", NEW."id", NEW."learner_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."until"); RETURN NULL;',
                    hash="10054187489ccd6a35482669e891ace659ed1777",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_696af",
                    table="employers_consent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "employers_consentevent" ("ended_at", "given_at", "id", "learner_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "until") VALUES (NEW."ended_at", NEW."given_at", NEW."id", NEW."learner_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."until"); RETURN NULL;',
                    hash="61321ba904cd6b3f04390e82425ba932b2b2538c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_7801c",
                    table="employers_consent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "employers_consentevent" ("ended_at", "given_at", "id", "learner_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "until") VALUES (OLD."ended_at", OLD."given_at", OLD."id", OLD."learner_id", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."until"); RETURN NULL;',
                    hash="1283a4d89118ec0bc3c47ec8f26ed49ca383a1f3",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f9439",
                    table="employers_consent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consentevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="29156ae7150aae14566b482fe59253f34e3a0e8e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_5ee2f",
                    table="employers_consentevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(fields=["learner", "-id"], name="employers_inquiry_of"),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(condition=models.Q(("told_at", None)), fields=["id"], name="employers_inquiry_untold"),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.UniqueConstraint(fields=("list_id", "row_no"), name="employers_inquiry_once"),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(("was_agreed", True), ("answer", "not_confirmed"), _connector="OR"),
                name="employers_inquiry_says_nothing_unagreed",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="inquiry",
            trigger=pgtrigger.compiler.Trigger(
                name="inquiry_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."answer" IS DISTINCT FROM (NEW."answer") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."learner_id" IS DISTINCT FROM (NEW."learner_id") OR OLD."list_id" IS DISTINCT FROM (NEW."list_id") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."row_no" IS DISTINCT FROM (NEW."row_no") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."was_agreed" IS DISTINCT FROM (NEW."was_agreed") OR OLD."what" IS DISTINCT FROM (NEW."what"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c34b07017c0367471ec8a6f9106ef8ff18ead348",
                    operation="UPDATE",
                    pgid="pgtrigger_inquiry_stays_84a5b",
                    table="employers_inquiry",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="rowanswer",
            constraint=models.UniqueConstraint(fields=("list", "row_no"), name="employers_answer_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rowanswer",
            trigger=pgtrigger.compiler.Trigger(
                name="answer_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="8b43b03a7e5c1d22faa5509e56200291c70bab53",
                    operation="UPDATE",
                    pgid="pgtrigger_answer_stays_a4f0e",
                    table="employers_rowanswer",
                    when="BEFORE",
                ),
            ),
        ),
    ]
