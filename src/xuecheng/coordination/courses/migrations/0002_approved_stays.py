"""An approved version of a course never changes."""

from django.db import migrations

from xuecheng.coordination.courses import sql


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]
    operations = [migrations.RunSQL(sql.text("approved_stays_v1.sql"), sql.text("approved_stays_v1_gone.sql"))]
