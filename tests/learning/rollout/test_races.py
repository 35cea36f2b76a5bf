"""Of two officers who grant the same scope at once, one does."""

from __future__ import annotations

from collections import Counter

import pytest

from city.test_races import at_once
from learning.rollout.situations import NOW, a_town, proposed
from xuecheng.learning.rollout import services
from xuecheng.learning.rollout.models import Accreditation, Line

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_four_proposals_for_one_scope_granted_at_once_one_stands() -> None:
    town = a_town()
    rows = [proposed(town) for _ in range(4)]
    answers = at_once(
        *[lambda row=row: services.grant_accreditation(actor=town.officer, accreditation=row, at=NOW) for row in rows]
    )
    assert Counter(type(one) for one in answers) == {Accreditation: 1, services.AccreditedAlready: 3}
    assert Line.objects.count() == 1
