"""What happens on the learning floor is written into the outbox of webhooks, by trigger."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("webhooks", "0001_initial"),
        ("records", "0003_records_are_found_by_file"),
        ("recognition", "0003_run_reasons_and_refused"),
    ]
    operations = [
        migrations.RunSQL(
            (_SQL / "announce_v1.sql").read_text(encoding="utf-8"),
            (_SQL / "announce_v1_down.sql").read_text(encoding="utf-8"),
        )
    ]
