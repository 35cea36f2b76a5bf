"""Holds follow bookings, whoever writes them; rooms keep their place in the tree."""

from django.db import migrations

from xuecheng.coordination.facilities import sql


class Migration(migrations.Migration):
    dependencies = [("facilities", "0001_initial")]
    operations = [migrations.RunSQL(sql.text("holds_v1.sql"), sql.text("holds_v1_gone.sql"))]
