"""What a course is called stays once a version of it was approved, whoever writes."""

from django.db import migrations

from xuecheng.coordination.courses import sql


class Migration(migrations.Migration):
    dependencies = [("courses", "0003_shared_and_sent")]
    operations = [migrations.RunSQL(sql.text("facts_stay_v1.sql"), sql.text("facts_stay_v1_gone.sql"))]
