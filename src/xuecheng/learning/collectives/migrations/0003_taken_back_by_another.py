"""After closing, a second person takes a deposit back (`sql/collectives_v2.sql`)."""

from django.db import migrations

from xuecheng.learning.collectives import sql


class Migration(migrations.Migration):
    dependencies = [("collectives", "0002_holds_together")]
    operations = [migrations.RunSQL(sql.text("collectives_v2.sql"), sql.text("collectives_v2_gone.sql"))]
