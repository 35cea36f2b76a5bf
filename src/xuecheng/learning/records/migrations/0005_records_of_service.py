from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0004_records_lose_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="learningrecord",
            name="source",
            field=models.CharField(
                choices=[
                    ("import", "imported file"),
                    ("entered", "entered by hand"),
                    ("class", "class on this platform"),
                    ("service", "volunteer service on this platform"),
                ],
                max_length=8,
            ),
        ),
    ]
