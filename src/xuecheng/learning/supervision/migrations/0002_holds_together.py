"""Cases, shortfalls and audits hold together, whoever writes them."""

from django.db import migrations

from xuecheng.learning.supervision import sql


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial"), ("recognition", "0007_withheld_stays")]
    operations = [migrations.RunSQL(sql.text("supervision_v1.sql"), sql.text("supervision_v1_gone.sql"))]
