from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0010_readings_of_volunteers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reading",
            name="what",
            field=models.CharField(
                choices=[
                    ("person", "the entry in the list of people"),
                    ("account", "the learning account"),
                    ("records", "the learning records"),
                    ("record", "one learning record"),
                    ("result", "what became of a record"),
                    ("document", "a document"),
                    ("transcript", "a transcript"),
                    ("export", "a list with this person, taken as a file"),
                    ("readings", "this log"),
                    ("help", "who helps"),
                    ("teaching", "the entry as a teacher"),
                    ("enrolment", "an enrolment in a class"),
                    ("volunteer", "the entry as a volunteer"),
                    ("family", "relations in the family"),
                ],
                max_length=12,
            ),
        ),
    ]
