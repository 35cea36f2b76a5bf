from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Nobody waits while the index is built.
    atomic = False

    dependencies = [("jobs", "0005_workers")]

    operations = [
        AddIndexConcurrently(
            model_name="job",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["created_at"], name="job_waiting"),
        ),
    ]
