"""Accreditations and phases move in order, whoever writes them."""

from django.db import migrations

from xuecheng.learning.rollout import sql


class Migration(migrations.Migration):
    dependencies = [("rollout", "0002_carried_over")]
    operations = [migrations.RunSQL(sql.text("rollout_v1.sql"), sql.text("rollout_v1_gone.sql"))]
