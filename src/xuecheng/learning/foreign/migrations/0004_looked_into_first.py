"""A learner may look at what a file would count before it is sent; what was not sent leaves nothing."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("foreign", "0003_whose_claim"),
        ("jobs", "0007_failed_jobs"),
        ("organisations", "0003_fields_have_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="delivery",
            name="foreign_delivery_read_has_time",
        ),
        migrations.AddField(
            model_name="delivery",
            name="preview",
            field=models.JSONField(
                default=list, help_text="What each achievement would count, as it was shown before it was sent"
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("opened", "being looked into"),
                    ("shown", "not sent yet"),
                    ("dropped", "not sent"),
                    ("received", "being read"),
                    ("read", "read"),
                    ("refused", "cannot be read"),
                ],
                default="received",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["opened", "dropped", "received"]), ("read_at__isnull", False), _connector="OR"
                ),
                name="foreign_delivery_read_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "dropped"), _negated=True),
                    models.Q(("preview", []), ("sealed", b"")),
                    _connector="OR",
                ),
                name="foreign_delivery_dropped_is_gone",
            ),
        ),
    ]
