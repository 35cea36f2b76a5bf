"""Agreements and cases hold together, whoever writes them."""

from django.db import migrations

from xuecheng.learning.exchange import sql


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("recognition", "0004_postings_lose_words")]
    operations = [
        migrations.RunSQL(sql.text("agreements_v1.sql"), sql.text("agreements_v1_gone.sql")),
        migrations.RunSQL(sql.text("cases_v1.sql"), sql.text("cases_v1_gone.sql")),
    ]
