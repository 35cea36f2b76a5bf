from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

from xuecheng.learning.creditbank import sql


class Migration(migrations.Migration):
    dependencies = [("creditbank", "0008_collective_accounts")]
    unsafe_because = {
        "ban-drop-constraint": "The one that takes its place says more, and holds from the same moment on.",
        "constraint-missing-not-valid": "The table of classes of credit has some dozens of rows.",
        "disallowed-unique-constraint": "The table of classes of credit has some dozens of rows.",
    }

    operations = [
        migrations.RunSQL(sql.as_owner("ledger_collectives_v1_checked.sql")),
        ValidateConstraint("creditclass", "credit_class_of_collectives_apart"),
        migrations.RemoveConstraint(model_name="creditclass", name="credit_class_once"),
        migrations.AddConstraint(
            model_name="creditclass",
            constraint=models.UniqueConstraint(
                fields=["framework_code", "kind", "level", "is_collective"], name="credit_class_once"
            ),
        ),
    ]
