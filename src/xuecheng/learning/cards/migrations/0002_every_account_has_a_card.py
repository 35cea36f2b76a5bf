"""Every account has a card whose number is the account's, whoever writes; the city's terms have their row."""

from django.db import migrations

from xuecheng.learning.cards import sql


class Migration(migrations.Migration):
    unsafe_because = {
        "data-in-schema": "The table is new and nothing reads it yet; while it is filled only the opening of accounts waits."
    }
    dependencies = [("cards", "0001_initial"), ("creditbank", "0005_ledger_move")]
    operations = [migrations.RunSQL(sql.text("cards_v1.sql"), sql.text("cards_v1_gone.sql"))]
