"""What was agreed of a room that is lent stays; what is booked by it lies within it."""

from django.db import migrations

from xuecheng.coordination.facilities import sql


class Migration(migrations.Migration):
    dependencies = [("facilities", "0005_rooms_lent")]
    operations = [migrations.RunSQL(sql.text("loans_v1.sql"), sql.text("loans_v1_gone.sql"))]
