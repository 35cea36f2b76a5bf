"""Names that share one room in the database are given once."""

from __future__ import annotations

from collections import Counter

from django.apps import apps


def test_no_two_tables_call_a_constraint_or_index_the_same() -> None:
    """An index is a relation of its schema: the second of a name fails only when both tables are made on one server."""
    names = Counter(
        str(one.name) for model in apps.get_models() for one in (*model._meta.constraints, *model._meta.indexes)
    )
    assert [name for name, count in names.items() if count > 1] == []
