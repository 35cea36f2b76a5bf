"""The owner's function that takes what identified a person out of the history (`sql/erase_history_v1.sql`).

The two indexes find what somebody did, and what was done for them, in the trace.
"""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
INDEXES = """
create index trace_by_whom on pghistory_context ((metadata ->> 'by'));
create index trace_for_whom on pghistory_context ((metadata ->> 'for')) where metadata ? 'for';
"""
BACKWARD = """
drop function mydata_erase_history_v1(uuid, jsonb);
drop function mydata_without_words_v1(text, text[], text);
drop index trace_for_whom;
drop index trace_by_whom;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mydata", "0002_erasures"),
        ("access", "0006_readings_are_append_only"),
        ("care", "0003_deeds_lose_words"),
        ("documents", "0002_versions_keep"),
        ("identity", "0002_joined_to_vault_and_notices"),
        ("linking", "0001_initial"),
        ("people", "0005_erased_people"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("realname", "0002_looks_outlive_documents"),
    ]
    operations = [
        migrations.RunSQL(INDEXES + (SQL / "erase_history_v1.sql").read_text(encoding="utf-8"), BACKWARD),
    ]
