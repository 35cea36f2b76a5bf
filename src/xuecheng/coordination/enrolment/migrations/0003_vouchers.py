from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enrolment", "0002_places_and_money_add_up"),
    ]

    operations = [
        migrations.AlterField(
            model_name="movement",
            name="provider",
            field=models.CharField(
                blank=True,
                choices=[
                    ("cash", "cash desk"),
                    ("test", "trial payment, no money moves"),
                    ("voucher", "voucher for reward points"),
                ],
                max_length=8,
                verbose_name="how",
            ),
        ),
    ]
