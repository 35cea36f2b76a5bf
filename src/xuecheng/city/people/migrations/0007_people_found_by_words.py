"""The index of those words, made while people work."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("people", "0006_words_of_people")]
    operations = [
        AddIndexConcurrently(
            "person",
            django.contrib.postgres.indexes.GinIndex(
                django.db.models.Func(
                    "name",
                    "sort_key",
                    function="people_words_v1",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                name="person_words",
            ),
        ),
    ]
