"""What a unit asked for stays, and is answered once."""

from django.db import migrations

from xuecheng.coordination.facilities import sql


class Migration(migrations.Migration):
    dependencies = [("facilities", "0009_rooms_asked_for")]
    operations = [migrations.RunSQL(sql.text("requests_v1.sql"), sql.text("requests_v1_gone.sql"))]
