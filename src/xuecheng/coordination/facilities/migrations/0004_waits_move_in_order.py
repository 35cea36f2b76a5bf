"""Waits for rooms move in their order, and only the room that was offered is taken."""

from django.db import migrations

from xuecheng.coordination.facilities import sql


class Migration(migrations.Migration):
    dependencies = [("facilities", "0003_rooms_waited_for")]
    operations = [migrations.RunSQL(sql.text("waits_v1.sql"), sql.text("waits_v1_gone.sql"))]
