"""One posting may fill a shortfall in several steps; the key in the ledger keeps each of them from being had twice."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0004_hearings_apart")]
    operations = [migrations.RemoveConstraint(model_name="fill", name="shortfall_fill_posting_once")]
