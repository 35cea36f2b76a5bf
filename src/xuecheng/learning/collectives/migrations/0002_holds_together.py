"""Accounts, deposits and the ledger agree at every commit (`sql/collectives_v1.sql`)."""

from django.db import migrations

from xuecheng.learning.collectives import sql


class Migration(migrations.Migration):
    dependencies = [("collectives", "0001_initial"), ("creditbank", "0009_collective_accounts_checked")]
    operations = [migrations.RunSQL(sql.text("collectives_v1.sql"), sql.text("collectives_v1_gone.sql"))]
