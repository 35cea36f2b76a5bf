"""A search by weekday and part of the day reads an index."""

from django.db import migrations

from xuecheng.coordination.classes import sql


class Migration(migrations.Migration):
    dependencies = [("classes", "0002_classes_move_in_order")]
    operations = [migrations.RunSQL(sql.text("meets_v1.sql"), "drop index class_session_meets")]
