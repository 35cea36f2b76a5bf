"""Credentials, keys and status lists hold together, whoever writes them."""

from django.db import migrations

from xuecheng.learning.badges import sql


class Migration(migrations.Migration):
    dependencies = [("badges", "0001_initial")]
    operations = [migrations.RunSQL(sql.text("badges_v1.sql"), sql.text("badges_v1_gone.sql"))]
