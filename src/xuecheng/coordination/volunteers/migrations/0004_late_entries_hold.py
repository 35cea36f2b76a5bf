"""Hours registered afterwards are confirmed by a second person, whoever writes them (V-08)."""

from django.db import migrations

from xuecheng.coordination.volunteers import sql


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0003_late_entries_and_awards")]
    unsafe_because = {"ban-drop-function": "Only the two triggers called them, which call the newer ones from here on."}
    operations = [migrations.RunSQL(sql.text("late_v1.sql"), sql.text("late_v1_gone.sql"))]
