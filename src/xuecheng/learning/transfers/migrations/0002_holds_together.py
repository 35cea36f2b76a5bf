"""Gifts, rules and the ledger agree at every commit (`sql/transfers_v1.sql`)."""

from django.db import migrations

from xuecheng.learning.transfers import sql


class Migration(migrations.Migration):
    dependencies = [("transfers", "0001_initial"), ("creditbank", "0009_collective_accounts_checked")]
    operations = [migrations.RunSQL(sql.text("transfers_v1.sql"), sql.text("transfers_v1_gone.sql"))]
