"""A function that says by what a person is found (`sql/words_v1.sql`)."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
BACKWARD = "drop function people_words_v1(text, text);"


class Migration(migrations.Migration):
    dependencies = [("people", "0005_erased_people")]
    operations = [migrations.RunSQL((SQL / "words_v1.sql").read_text(encoding="utf-8"), BACKWARD)]
