"""Places are never given beyond the seats, states follow one another, charges are the sum of their movements."""

from django.db import migrations

from xuecheng.coordination.enrolment import sql


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0001_initial")]
    operations = [
        migrations.RunSQL(sql.text("enrolment_v1.sql"), sql.text("enrolment_v1_gone.sql")),
        migrations.RunSQL(sql.text("money_v1.sql"), sql.text("money_v1_gone.sql")),
    ]
