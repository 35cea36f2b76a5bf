"""A case whose source is frozen is not accepted; one whose source was withdrawn is voided."""

from django.db import migrations

from xuecheng.learning.exchange import sql


class Migration(migrations.Migration):
    dependencies = [("exchange", "0006_voided_cases"), ("recognition", "0006_credit_withheld")]
    operations = [migrations.RunSQL(sql.text("cases_v2.sql"), sql.text("cases_v2_gone.sql"))]
