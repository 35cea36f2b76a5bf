"""Whose a claim is, parts of wholes that came later, when issuers were asked last; nothing refused is taken back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from xuecheng.learning.foreign import sql


class Migration(migrations.Migration):
    unsafe_because = {
        "ban-drop-function": "Only its own trigger calls it, and that one has its next version in the same migration.",
        "require-concurrent-index-deletion": "The table came with this release: no city has rows in it yet.",
    }

    dependencies = [
        ("creditbank", "0009_collective_accounts_checked"),
        ("foreign", "0002_states"),
        ("organisations", "0003_fields_have_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ForeignPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "verbose_name": "part of an outside record",
            },
        ),
        migrations.RemoveConstraint(
            model_name="foreignrecord",
            name="foreign_record_claimed_once",
        ),
        migrations.RemoveIndex(
            model_name="foreignrecord",
            name="foreign_record_to_recheck",
        ),
        migrations.AddField(
            model_name="foreignrecord",
            name="tried_at",
            field=models.DateTimeField(help_text="When its issuer was asked last, also without an answer", null=True),
        ),
        migrations.AlterField(
            model_name="foreignrecord",
            name="holder",
            field=models.CharField(
                choices=[
                    ("same", "names this learner"),
                    ("named", "names somebody of the learner’s name, and shows nothing more"),
                    ("other", "names another person"),
                    ("unnamed", "names nobody"),
                    ("unknown", "names somebody in a way that cannot be compared"),
                ],
                max_length=8,
                verbose_name="holder",
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
                    ("ledger", "the credit cannot be posted at the moment"),
                    ("asked", "the learner asked again"),
                ],
                max_length=10,
                verbose_name="why it waits",
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
                    ("ledger", "the credit cannot be posted at the moment"),
                    ("asked", "the learner asked again"),
                ],
                max_length=10,
                verbose_name="why it waits",
            ),
        ),
        migrations.AddIndex(
            model_name="foreignrecord",
            index=models.Index(
                condition=models.Q(("has_status", True)), fields=["tried_at", "id"], name="foreign_record_to_ask"
            ),
        ),
        migrations.AddConstraint(
            model_name="foreignrecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["credited", "reversed"]),
                    models.Q(("holder", "same"), ("state", "waiting")),
                    _connector="OR",
                ),
                fields=("claim",),
                name="foreign_record_claimed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="foreignrecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["waiting", "credited", "reversed"])),
                fields=("claim", "learner"),
                name="foreign_record_brought_once",
            ),
        ),
        migrations.AddField(
            model_name="foreignpart",
            name="part",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="foreign.foreignrecord"
            ),
        ),
        migrations.AddField(
            model_name="foreignpart",
            name="whole",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="foreign.foreignrecord"
            ),
        ),
        migrations.AddConstraint(
            model_name="foreignpart",
            constraint=models.UniqueConstraint(fields=("whole", "part"), name="foreign_part_once"),
        ),
        migrations.AddConstraint(
            model_name="foreignpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("whole", models.F("part")), _negated=True), name="foreign_part_of_another"
            ),
        ),
        migrations.RunSQL(sql.text("states_v2.sql"), sql.text("states_v2_gone.sql")),
    ]
