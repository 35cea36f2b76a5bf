"""A posting may stand on the decision of assessors instead of a rule (C-49). Dropping "not null" changes no row."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    unsafe_because = {
        "ban-drop-not-null": "The release before writes a rule always, and reads only what it or rules gave."
    }
    dependencies = [("recognition", "0004_postings_lose_words")]
    operations = [
        migrations.AlterField(
            model_name="posting",
            name="rule",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="Empty: assessors decided it on evidence (C-49)",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="recognition.ruleversion",
            ),
        ),
    ]
