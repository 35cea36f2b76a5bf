from __future__ import annotations

from django.db import migrations

from xuecheng.coordination.facilities import sql


class Migration(migrations.Migration):
    dependencies = [("facilities", "0007_waits_by_loan")]

    operations = [migrations.RunSQL(sql.text("free_spaces_v1.sql"), sql.text("free_spaces_v1_gone.sql"))]
