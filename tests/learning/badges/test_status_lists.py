"""Places in status lists: given once, drawn from the whole list, and one entry in a badge, as its schema has it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from learning.badges.situations import NOW, World, asked, document, whole
from learning.badges.test_issuing import OB, schema
from xuecheng.learning.badges.services import status
from xuecheng.learning.proofs import statuslist

pytestmark = pytest.mark.django_db


def test_a_place_is_given_once_whoever_writes(world: World) -> None:
    twin = whole(asked(world.learner))
    twin.pk, twin.public_id, twin.certifies = None, uuid4(), uuid4()
    with pytest.raises(IntegrityError, match="badges_badge_status_once"), transaction.atomic():
        twin.save(force_insert=True)


def test_who_draws_a_place_that_is_taken_or_the_same_twice_draws_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = asked(world.learner)
    drawn = iter([taken.status_index, 7, 7, *[taken.status_index] * 12, *range(8, 100)])
    monkeypatch.setattr(status.secrets, "randbelow", lambda _most: next(drawn))
    assert [index for _list, index in status.draw(world.school, 3, at=NOW)] == [7, 8, 9]


def test_places_come_from_the_whole_list_in_no_order(world: World) -> None:
    drawn = [index for _list, index in status.draw(world.school, 512, at=NOW)]
    assert len(set(drawn)) == 512
    # 64 are expected in each eighth, give or take 7.
    in_each = Counter(index * 8 // statuslist.LENGTH for index in drawn)
    assert set(in_each) == set(range(8))
    assert min(in_each.values()) >= 20
    ups = sum(after > before for before, after in pairwise(drawn))
    assert 170 < ups < 341


def test_the_official_schema_has_room_for_one_entry(world: World) -> None:
    """As long as that is so, the entry is the one that every reader looks at (docs/architecture.md)."""
    made = document(asked(world.learner))
    assert made["credentialStatus"]["statusPurpose"] == "revocation"
    both = [made["credentialStatus"], {**made["credentialStatus"], "statusPurpose": "suspension"}]
    assert schema(OB).is_valid(made)
    assert not schema(OB).is_valid({**made, "credentialStatus": both})
