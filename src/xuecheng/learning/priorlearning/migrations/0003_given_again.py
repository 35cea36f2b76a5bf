"""A unit whose credit was taken back and given again is recognised as before."""

from django.db import migrations

from xuecheng.learning.priorlearning import sql


class Migration(migrations.Migration):
    dependencies = [("priorlearning", "0002_holds_together")]
    operations = [migrations.RunSQL(sql.text("claims_v2.sql"), sql.text("claims_v2_gone.sql"))]
