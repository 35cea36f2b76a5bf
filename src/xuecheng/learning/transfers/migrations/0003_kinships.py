"""Relations in a family beyond guardians, along which points may be given (`sql/kinships_v1.sql`)."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from xuecheng.learning.transfers import sql


class Migration(migrations.Migration):
    dependencies = [
        ("care", "0003_deeds_lose_words"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("transfers", "0002_holds_together"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Kinship",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spouse", "spouses"),
                            ("parent", "parent and child"),
                            ("grandparent", "grandparent and grandchild"),
                            ("sibling", "brothers and sisters"),
                        ],
                        max_length=11,
                        verbose_name="relation",
                    ),
                ),
                ("proof", models.CharField(max_length=120, verbose_name="proof")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("one_agreed_at", models.DateTimeField(null=True, verbose_name="agreed by the one")),
                ("other_agreed_at", models.DateTimeField(null=True, verbose_name="agreed by the other")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
            ],
            options={
                "verbose_name": "relation in a family",
            },
        ),
        migrations.CreateModel(
            name="KinshipEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("public_id", models.UUIDField(editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spouse", "spouses"),
                            ("parent", "parent and child"),
                            ("grandparent", "grandparent and grandchild"),
                            ("sibling", "brothers and sisters"),
                        ],
                        max_length=11,
                        verbose_name="relation",
                    ),
                ),
                ("proof", models.CharField(max_length=120, verbose_name="proof")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("one_agreed_at", models.DateTimeField(null=True, verbose_name="agreed by the one")),
                ("other_agreed_at", models.DateTimeField(null=True, verbose_name="agreed by the other")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="gift",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="gift",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="gift",
            name="delete_delete",
        ),
        migrations.AlterField(
            model_name="gift",
            name="guardianship",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="care.guardianship"
            ),
        ),
        migrations.AlterField(
            model_name="gift",
            name="relation",
            field=models.CharField(
                choices=[
                    ("parent_to_child", "parent to child"),
                    ("child_to_parent", "child to parent"),
                    ("grandparent_to_child", "grandparent to grandchild"),
                    ("child_to_grandparent", "grandchild to grandparent"),
                    ("guardian_to_child", "other guardian to child"),
                    ("child_to_guardian", "child to other guardian"),
                    ("spouse_to_spouse", "between spouses"),
                    ("sibling_to_sibling", "between brothers and sisters"),
                ],
                max_length=20,
                verbose_name="who to whom",
            ),
        ),
        migrations.AlterField(
            model_name="giftevent",
            name="guardianship",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="care.guardianship",
            ),
        ),
        migrations.AlterField(
            model_name="giftevent",
            name="relation",
            field=models.CharField(
                choices=[
                    ("parent_to_child", "parent to child"),
                    ("child_to_parent", "child to parent"),
                    ("grandparent_to_child", "grandparent to grandchild"),
                    ("child_to_grandparent", "grandchild to grandparent"),
                    ("guardian_to_child", "other guardian to child"),
                    ("child_to_guardian", "child to other guardian"),
                    ("spouse_to_spouse", "between spouses"),
                    ("sibling_to_sibling", "between brothers and sisters"),
                ],
                max_length=20,
                verbose_name="who to whom",
            ),
        ),
        migrations.AlterField(
            model_name="givingrules",
            name="relations",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("parent_to_child", "parent to child"),
                        ("child_to_parent", "child to parent"),
                        ("grandparent_to_child", "grandparent to grandchild"),
                        ("child_to_grandparent", "grandchild to grandparent"),
                        ("guardian_to_child", "other guardian to child"),
                        ("child_to_guardian", "child to other guardian"),
                        ("spouse_to_spouse", "between spouses"),
                        ("sibling_to_sibling", "between brothers and sisters"),
                    ],
                    max_length=20,
                ),
                size=None,
                verbose_name="who to whom",
            ),
        ),
        migrations.AlterField(
            model_name="givingrulesevent",
            name="relations",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("parent_to_child", "parent to child"),
                        ("child_to_parent", "child to parent"),
                        ("grandparent_to_child", "grandparent to grandchild"),
                        ("child_to_grandparent", "grandchild to grandparent"),
                        ("guardian_to_child", "other guardian to child"),
                        ("child_to_guardian", "child to other guardian"),
                        ("spouse_to_spouse", "between spouses"),
                        ("sibling_to_sibling", "between brothers and sisters"),
                    ],
                    max_length=20,
                ),
                size=None,
                verbose_name="who to whom",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="gift",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "transfers_giftevent" ("ended_at", "giver_id", "guardianship_id", "hold", "id", "kinship_id", "offered_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "posting", "public_id", "receiver_id", "relation", "rules_id", "state", "until", "year") VALUES (NEW."ended_at", NEW."giver_id", NEW."guardianship_id", NEW."hold", NEW."id", NEW."kinship_id", NEW."offered_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."points", NEW."posting", NEW."public_id", NEW."receiver_id", NEW."relation", NEW."rules_id", NEW."state", NEW."until", NEW."year"); RETURN NULL;',
                    hash="b3d06d9245a8520b051d4903a746b30527f88230",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_fb40d",
                    table="transfers_gift",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="gift",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "transfers_giftevent" ("ended_at", "giver_id", "guardianship_id", "hold", "id", "kinship_id", "offered_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "posting", "public_id", "receiver_id", "relation", "rules_id", "state", "until", "year") VALUES (NEW."ended_at", NEW."giver_id", NEW."guardianship_id", NEW."hold", NEW."id", NEW."kinship_id", NEW."offered_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."points", NEW."posting", NEW."public_id", NEW."receiver_id", NEW."relation", NEW."rules_id", NEW."state", NEW."until", NEW."year"); RETURN NULL;',
                    hash="1c233b86b8dd511138867adc490272c7b04589bf",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_15925",
                    table="transfers_gift",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="gift",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "transfers_giftevent" ("ended_at", "giver_id", "guardianship_id", "hold", "id", "kinship_id", "offered_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "posting", "public_id", "receiver_id", "relation", "rules_id", "state", "until", "year") VALUES (OLD."ended_at", OLD."giver_id", OLD."guardianship_id", OLD."hold", OLD."id", OLD."kinship_id", OLD."offered_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."points", OLD."posting", OLD."public_id", OLD."receiver_id", OLD."relation", OLD."rules_id", OLD."state", OLD."until", OLD."year"); RETURN NULL;',
                    hash="3bfe53829a7e8a1c1f40f2667ecc583d42fe8c04",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f82a0",
                    table="transfers_gift",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="kinship",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ended by",
            ),
        ),
        migrations.AddField(
            model_name="kinship",
            name="one",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="one person",
            ),
        ),
        migrations.AddField(
            model_name="kinship",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="the other person",
            ),
        ),
        migrations.AddField(
            model_name="kinship",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recorded by",
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="kinship",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="transfers.kinship"
            ),
        ),
        migrations.AddField(
            model_name="giftevent",
            name="kinship",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="transfers.kinship",
            ),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("guardianship__isnull", False), ("kinship__isnull", True)),
                    models.Q(("guardianship__isnull", True), ("kinship__isnull", False)),
                    _connector="OR",
                ),
                name="gift_along_one_relation",
            ),
        ),
        migrations.AddField(
            model_name="kinshipevent",
            name="ended_by",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ended by",
            ),
        ),
        migrations.AddField(
            model_name="kinshipevent",
            name="one",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="one person",
            ),
        ),
        migrations.AddField(
            model_name="kinshipevent",
            name="other",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="the other person",
            ),
        ),
        migrations.AddField(
            model_name="kinshipevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="kinshipevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="transfers.kinship",
            ),
        ),
        migrations.AddField(
            model_name="kinshipevent",
            name="recorded_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recorded by",
            ),
        ),
        migrations.AddIndex(
            model_name="kinship",
            index=models.Index(fields=["one", "-id"], name="kinship_of_one"),
        ),
        migrations.AddIndex(
            model_name="kinship",
            index=models.Index(fields=["other", "-id"], name="kinship_of_other"),
        ),
        migrations.AddConstraint(
            model_name="kinship",
            constraint=models.UniqueConstraint(fields=("public_id",), name="kinship_public_id_once"),
        ),
        migrations.AddConstraint(
            model_name="kinship",
            constraint=models.CheckConstraint(
                condition=models.Q(("one", models.F("other")), _negated=True), name="kinship_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="kinship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("recorded_by", models.F("one")), _negated=True),
                    models.Q(("recorded_by", models.F("other")), _negated=True),
                ),
                name="kinship_recorded_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="kinship",
            constraint=models.CheckConstraint(
                condition=models.Q(("proof", ""), _negated=True), name="kinship_has_proof"
            ),
        ),
        migrations.AddConstraint(
            model_name="kinship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="kinship_ended_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="kinship",
            constraint=models.UniqueConstraint(
                django.db.models.functions.comparison.Least("one", "other"),
                django.db.models.functions.comparison.Greatest("one", "other"),
                condition=models.Q(("ended_at__isnull", True)),
                name="kinship_one_at_a_time",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kinship",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "transfers_kinshipevent" ("ended_at", "ended_by_id", "id", "kind", "one_agreed_at", "one_id", "other_agreed_at", "other_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "public_id", "recorded_at", "recorded_by_id") VALUES (NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."kind", NEW."one_agreed_at", NEW."one_id", NEW."other_agreed_at", NEW."other_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proof", NEW."public_id", NEW."recorded_at", NEW."recorded_by_id"); RETURN NULL;',
                    hash="b2a5cb9b0e046ebdb9dc176629d9a20c394fa5c3",
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
                    func='INSERT INTO "transfers_kinshipevent" ("ended_at", "ended_by_id", "id", "kind", "one_agreed_at", "one_id", "other_agreed_at", "other_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "public_id", "recorded_at", "recorded_by_id") VALUES (NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."kind", NEW."one_agreed_at", NEW."one_id", NEW."other_agreed_at", NEW."other_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proof", NEW."public_id", NEW."recorded_at", NEW."recorded_by_id"); RETURN NULL;',
                    hash="95f1c6ff51e6f2bee004a6a08519f5e61fa3e48d",
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
                    func='INSERT INTO "transfers_kinshipevent" ("ended_at", "ended_by_id", "id", "kind", "one_agreed_at", "one_id", "other_agreed_at", "other_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "public_id", "recorded_at", "recorded_by_id") VALUES (OLD."ended_at", OLD."ended_by_id", OLD."id", OLD."kind", OLD."one_agreed_at", OLD."one_id", OLD."other_agreed_at", OLD."other_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."proof", OLD."public_id", OLD."recorded_at", OLD."recorded_by_id"); RETURN NULL;',
                    hash="25b6bed6a7823ed8826348abd96fd955cb3b84a8",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a5637",
                    table="transfers_kinship",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kinshipevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c3c6d18ab256ca20043b1b6c495e87e97b21ce4c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_5ebcc",
                    table="transfers_kinshipevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(sql.text("kinships_v1.sql"), sql.text("kinships_v1_gone.sql")),
    ]
