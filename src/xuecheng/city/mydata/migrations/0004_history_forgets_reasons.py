"""The owner's function also takes words out of why something was taken back, and of the trace of credit and places."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FORWARD = "drop function mydata_erase_history_v1(uuid, jsonb);"
BACKWARD = "drop function mydata_erase_history_v2(uuid, jsonb);"


class Migration(migrations.Migration):
    dependencies = [("mydata", "0003_history_forgets")]
    unsafe_because = {
        "ban-drop-function": "One way into the history, not two; an erasure that meets the change is tried again by its job."
    }
    operations = [
        migrations.RunSQL((SQL / "erase_history_v2.sql").read_text(encoding="utf-8"), BACKWARD),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
