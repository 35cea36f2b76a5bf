"""The owner's function also takes words out of the trace of learning from outside, circles, badges and gifts."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FORWARD = "drop function mydata_erase_history_v2(uuid, jsonb);"
BACKWARD = "drop function mydata_erase_history_v3(uuid, jsonb);"


class Migration(migrations.Migration):
    dependencies = [("mydata", "0004_history_forgets_reasons")]
    unsafe_because = {
        "ban-drop-function": "One way into the history, not two; an erasure that meets the change is tried again by its job."
    }
    operations = [
        migrations.RunSQL((SQL / "erase_history_v3.sql").read_text(encoding="utf-8"), BACKWARD),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
