"""Records of recognised prior learning have an origin and a source of their own (C-49)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0005_records_of_service")]
    operations = [
        migrations.AlterField(
            model_name="learningrecord",
            name="origin",
            field=models.CharField(
                choices=[
                    ("formal", "course"),
                    ("certificate", "certificate"),
                    ("nonformal", "activity"),
                    ("rpl", "recognised prior learning"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="learningrecord",
            name="source",
            field=models.CharField(
                choices=[
                    ("import", "imported file"),
                    ("entered", "entered by hand"),
                    ("class", "class on this platform"),
                    ("service", "volunteer service on this platform"),
                    ("rpl", "recognition of prior learning on this platform"),
                ],
                max_length=8,
            ),
        ),
    ]
