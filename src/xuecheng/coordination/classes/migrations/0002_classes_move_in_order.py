"""Classes move in their order, and open only with everything they need."""

from django.db import migrations

from xuecheng.coordination.classes import sql


class Migration(migrations.Migration):
    dependencies = [("classes", "0001_initial")]
    operations = [migrations.RunSQL(sql.text("classes_v1.sql"), sql.text("classes_v1_gone.sql"))]
