"""What came in stays, states follow one another, credit stands only behind a posting."""

from django.db import migrations

from xuecheng.learning.foreign import sql


class Migration(migrations.Migration):
    dependencies = [
        ("foreign", "0001_initial"),
        ("recognition", "0007_withheld_stays"),
        ("records", "0007_records_from_outside"),
    ]
    operations = [migrations.RunSQL(sql.text("states_v1.sql"), sql.text("states_v1_gone.sql"))]
