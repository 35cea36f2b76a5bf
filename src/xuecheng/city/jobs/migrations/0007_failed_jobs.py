from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Nobody waits while the index is built.
    atomic = False

    dependencies = [("jobs", "0006_what_gauges_ask")]

    operations = [
        AddIndexConcurrently(
            model_name="job",
            index=models.Index(condition=models.Q(("state", "failed")), fields=["ended_at"], name="job_failed"),
        ),
    ]
