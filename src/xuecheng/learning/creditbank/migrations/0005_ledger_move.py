"""Two moves of one key at the same instant: the later hears that it stands, instead of an error of the database."""

from django.db import migrations

from xuecheng.learning.creditbank import sql


class Migration(migrations.Migration):
    dependencies = [("creditbank", "0004_ledger_checks")]
    operations = [migrations.RunSQL(sql.as_owner(*sql.SECOND_RELEASE))]
