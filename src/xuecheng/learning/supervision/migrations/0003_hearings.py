"""Each hearing of a case stands for itself; the one that was kept so far comes along, as heard until its day's end."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from xuecheng.learning.supervision import sql

_ALONG = """
insert into supervision_hearing (withdrawal_id, held_at, words, by_id, at)
select id, (hearing_on + time '23:59') at time zone 'Asia/Shanghai', hearing_words, opened_by_id,
       (hearing_on + time '23:59') at time zone 'Asia/Shanghai'
from supervision_withdrawal where hearing_on is not null"""


class Migration(migrations.Migration):
    unsafe_because = {
        "data-in-schema": "One row for a case that was heard: a handful a month, however large the city.",
    }
    dependencies = [
        ("supervision", "0002_holds_together"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Hearing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_at", models.DateTimeField(verbose_name="hearing held")),
                ("words", models.CharField(max_length=2000, verbose_name="what was said at the hearing")),
                ("at", models.DateTimeField(verbose_name="written down")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written down by",
                    ),
                ),
                (
                    "withdrawal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hearings",
                        to="supervision.withdrawal",
                    ),
                ),
            ],
            options={
                "verbose_name": "hearing in a withdrawal",
                "constraints": [
                    models.UniqueConstraint(fields=("withdrawal", "held_at"), name="withdrawal_hearing_once"),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="withdrawal_hearing_has_words"
                    ),
                ],
            },
        ),
        migrations.RunSQL(sql.text("hearings_v1.sql"), sql.text("hearings_v1_gone.sql")),
        migrations.RunSQL(_ALONG, migrations.RunSQL.noop),
    ]
