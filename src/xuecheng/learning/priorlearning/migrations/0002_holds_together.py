"""States follow one another, draws and opinions stay, and credit stands only behind what was recognised."""

from django.db import migrations

from xuecheng.learning.priorlearning import sql


class Migration(migrations.Migration):
    dependencies = [
        ("priorlearning", "0001_initial"),
        ("recognition", "0005_credit_without_a_rule"),
        ("records", "0006_recognised_prior_learning"),
    ]
    operations = [
        migrations.RunSQL(sql.text("holds_together_v1.sql"), sql.text("holds_together_v1_gone.sql")),
    ]
