import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_turns_and_routines")]

    operations = [
        migrations.CreateModel(
            name="Worker",
            fields=[
                ("name", models.CharField(max_length=120, primary_key=True, serialize=False)),
                (
                    "queues",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("host", models.CharField(max_length=80)),
                ("process", models.PositiveIntegerField()),
                ("release", models.CharField(max_length=20)),
                ("began_at", models.DateTimeField()),
                ("beat_at", models.DateTimeField()),
            ],
            options={"verbose_name": "worker"},
        ),
    ]
