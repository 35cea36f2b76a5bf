from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PointState",
            fields=[
                ("what", models.CharField(max_length=40, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("pass", "healthy"), ("warn", "to be watched"), ("fail", "not healthy")], max_length=4
                    ),
                ),
                ("found_zh", models.CharField(max_length=300)),
                ("found_en", models.CharField(max_length=300)),
                ("remedy_zh", models.CharField(blank=True, max_length=300)),
                ("remedy_en", models.CharField(blank=True, max_length=300)),
                ("since", models.DateTimeField()),
                ("looked_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "point looked at",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pass", "warn", "fail"])), name="point_state_is_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("on", models.DateField()),
                ("value", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "number noted on a day",
                "constraints": [models.UniqueConstraint(fields=("name", "on"), name="operations_mark_once")],
            },
        ),
    ]
