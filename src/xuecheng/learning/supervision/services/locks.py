"""The lock under which whatever holds, frees or takes credit of a person queues: all their accounts, in order."""

from __future__ import annotations

from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person


def lock_learner(learner_id: int) -> tuple[int, ...]:
    """Lock every account of a person; answers their keys. As exchange does, so that the two meet at one lock."""
    keys = keys_of(learner_id)
    list(Person.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    return keys
