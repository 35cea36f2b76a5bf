"""Orders, stock and the ledger hold together, whoever writes them."""

from django.db import migrations

from xuecheng.learning.redemption import sql


class Migration(migrations.Migration):
    dependencies = [("redemption", "0001_initial"), ("exchange", "0004_cleared_stays")]
    operations = [migrations.RunSQL(sql.text("orders_v1.sql"), sql.text("orders_v1_gone.sql"))]
