"""The tree keeps its shape, whoever writes it; coverage bears its unit's level (N-05)."""

from django.db import migrations

from xuecheng.coordination.colleges import sql


class Migration(migrations.Migration):
    dependencies = [("colleges", "0001_initial")]
    operations = [migrations.RunSQL(sql.text("tree_v1.sql"), sql.text("tree_v1_gone.sql"))]
