"""Seats, states, insurance and minutes hold, whoever writes them."""

from django.db import migrations

from xuecheng.coordination.volunteers import sql


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0001_initial")]
    operations = [migrations.RunSQL(sql.text("service_v1.sql"), sql.text("service_v1_gone.sql"))]
