"""Accounts of kind `collective` in the ledger, and the classes of credit that only they hold (C-91)."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from xuecheng.learning.creditbank import sql


class Migration(migrations.Migration):
    unsafe_because = {"ban-drop-constraint": "The one that takes its place allows one kind of owner more."}
    dependencies = [("creditbank", "0007_points_checked")]

    operations = [
        migrations.RunSQL(sql.as_owner(*sql.COLLECTIVES)),
        migrations.AddField(
            model_name="creditclass", name="is_collective", field=models.BooleanField(default=False, db_default=False)
        ),
        AddConstraintNotValid(
            model_name="creditclass",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("id__gte", 1_000_000), ("is_collective", True)),
                    models.Q(("id__lt", 1_000_000), ("is_collective", False)),
                    _connector="OR",
                ),
                name="credit_class_of_collectives_apart",
            ),
        ),
    ]
