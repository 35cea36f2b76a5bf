"""A closed clearing period is final, whoever writes."""

from django.db import migrations

from xuecheng.learning.exchange import sql


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_clearing")]
    operations = [migrations.RunSQL(sql.text("clearing_v1.sql"), sql.text("clearing_v1_gone.sql"))]
