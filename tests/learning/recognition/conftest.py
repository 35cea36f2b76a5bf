"""After every test that posted: what stands beside the ledger adds up to what the ledger holds (C-29, pitfall 33)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection

from learning.recognition import situations as so
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.models import Posting


@pytest.fixture
def city(request: pytest.FixtureRequest) -> so.City:
    return so.a_city()


@pytest.fixture(autouse=True)
def postings_add_up(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if request.node.get_closest_marker("django_db") is None or connection.needs_rollback:
        return
    sums: Counter[tuple[int, int]] = Counter()
    for learner_id, class_id, amount in Posting.objects.values_list("learner_id", "credit_class_id", "credits"):
        sums[learner_id, class_id] += amount
    for learner_id in {learner_id for learner_id, _class_id in sums}:
        held = {one.unit: one.balance for one in ledger.balances_of(learner_id=learner_id)}
        mine = {class_id: amount for (whose, class_id), amount in sums.items() if whose == learner_id}
        assert held == mine, "the statement's lines do not add up to the balance"
