from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("creditbank", "0005_ledger_move"),
    ]

    operations = [
        migrations.AlterField(
            model_name="creditclass",
            name="kind",
            field=models.CharField(
                choices=[
                    ("formal", "formal education"),
                    ("certificate", "certificates"),
                    ("community", "community learning"),
                    ("reward", "reward points"),
                ],
                max_length=12,
            ),
        ),
        AddConstraintNotValid(
            model_name="creditclass",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("kind", "reward"), _negated=True), ("level", 0), _connector="OR"),
                name="credit_class_points_have_no_level",
            ),
        ),
    ]
