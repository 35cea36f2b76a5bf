from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("creditbank", "0006_points")]
    operations = [ValidateConstraint("creditclass", "credit_class_points_have_no_level")]
