"""Two people bring one credential at the same moment: one has it, the other is told, an officer looks at it."""

from __future__ import annotations

import pytest

from learning.foreign.situations import EMAIL, NOW, Hand, a_badge, a_person, a_rule, a_world, course, sent, transcript
from learning.recognition.situations import at_once
from xuecheng.learning.foreign import services
from xuecheng.learning.foreign.models import Delivery, ForeignRecord
from xuecheng.learning.recognition.models import Posting

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_people_at_once_and_one_has_it() -> None:
    a_world()
    badge = transcript(course())
    files = [sent(a_person("陈嘉敏"), badge) for _ in range(2)]
    at_once(*(lambda row=row: services.read_delivery(row, Hand(), now=lambda: NOW) for row in files))
    assert ForeignRecord.objects.count() == 1
    assert sorted(Delivery.objects.get(pk=row.pk).found_count for row in files) == [0, 1]
    assert ForeignRecord.objects.get().contested_at is not None


def test_two_readers_of_one_file_credit_once() -> None:
    world = a_world()
    a_rule(world, issuer=world.platform)
    row = sent(a_person("陈嘉敏", email=EMAIL), a_badge(world.key))
    at_once(*(lambda: services.read_delivery(row, Hand(), now=lambda: NOW) for _ in range(2)))
    assert ForeignRecord.objects.get().state == "credited"
    assert Posting.objects.count() == 1
