"""The records that a file brought are found by block ranges."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0002_append_only")]
    operations = [
        migrations.AddIndex(
            model_name="learningrecord",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["import_file_id"], name="learning_record_of_file"
            ),
        ),
    ]
