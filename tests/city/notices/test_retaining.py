"""Old rows go, young ones stay, whatever hangs together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from city.notices.situations import NEWS, NOON, deliver, prefers
from xuecheng.city.notices import retaining
from xuecheng.city.notices.digests import bundle_due
from xuecheng.city.notices.models import Message, Notice
from xuecheng.city.notices.services import tell

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_read_ones_go_before_unread_ones(chen):
    for key in ("read", "unread"):
        tell(chen, NEWS, {"what": key}, key=key, at=NOON)
    Notice.objects.filter(values__what="read").update(read_at=NOON)
    retaining.forget_old(at=NOON + retaining.READ_KEPT)
    assert Notice.objects.count() == 2
    retaining.forget_old(at=NOON + retaining.READ_KEPT + DAY)
    assert Notice.objects.get().values == {"what": "unread"}
    retaining.forget_old(at=NOON + retaining.UNREAD_KEPT + DAY)
    assert not Notice.objects.exists()


def test_messages_that_ended_go_and_open_ones_stay(chen, provider):
    prefers(chen, digest="daily")
    tell(chen, NEWS, {"what": "x"}, key="1", at=NOON)
    nine = NOON + timedelta(hours=21)
    bundle_due(at=nine)
    deliver(nine)
    tell(chen, NEWS, {"what": "x"}, key="2", at=NOON)
    late = nine + retaining.SENT_KEPT + DAY
    assert retaining.forget_old(at=late) >= 2
    assert Message.objects.get().state == Message.State.HELD


def test_slice_by_slice_everything_old_goes(chen, monkeypatch):
    monkeypatch.setattr(retaining, "_AT_ONCE", 3)
    for key in range(8):
        tell(chen, NEWS, {"what": "x"}, key=str(key), at=NOON)
    retaining.forget_old(at=NOON + retaining.UNREAD_KEPT + DAY)
    assert not Notice.objects.exists()
