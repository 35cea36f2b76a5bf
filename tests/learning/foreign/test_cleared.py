"""What two people brought: an officer settles whose it is, and its owner is told."""

from __future__ import annotations

import pytest
from django.urls import reverse

from city.identity.test_sessions_end import at_browser
from learning.foreign.situations import DAY, EMAIL, NOW, World, a_badge, a_person, a_rule, brought, of, the_record
from xuecheng.city.access.services import Denied
from xuecheng.city.notices.models import Notice
from xuecheng.city.people.models import Person
from xuecheng.learning.foreign import services
from xuecheng.learning.foreign.models import ForeignRecord
from xuecheng.learning.foreign.services import refusals

pytestmark = pytest.mark.django_db


def _contested(world: World) -> tuple[Person, ForeignRecord]:
    """The owner's badge, which somebody with the same address brought after them."""
    badge = a_badge(world.key)
    owner = a_person("陈嘉敏", email=EMAIL)
    brought(owner, badge)
    ForeignRecord.objects.filter(learner=owner).update(contested_at=NOW)
    ForeignRecord.objects.filter(learner=owner, state="waiting").update(wait="contested")
    return owner, the_record(owner)


def _told(person: Person) -> int:
    return Notice.objects.filter(person=person, kind="foreign.cleared").count()


def test_what_waits_is_weighed_again_and_its_owner_is_told_once(world: World) -> None:
    owner, row = _contested(world)
    a_rule(world, issuer=world.platform, needs="verified")
    assert row.wait == "contested"
    for _twice in range(2):
        services.clear_contest(actor=world.officer, record=row, words="编号与原件一致", at=NOW + DAY)
    row.refresh_from_db()
    assert (row.state, row.contested_at, _told(owner)) == ("credited", None, 1)


def test_what_counts_goes_on_counting_and_may_be_contested_anew(world: World) -> None:
    a_rule(world, issuer=world.platform, needs="verified")
    owner, row = _contested(world)
    assert row.state == "credited"
    services.clear_contest(actor=world.officer, record=row, words="是本人的", at=NOW)
    row.refresh_from_db()
    assert (row.state, row.contested_at) == ("credited", None)
    ForeignRecord.objects.filter(pk=row.pk).update(contested_at=NOW + DAY)
    services.clear_contest(actor=world.officer, record=row, words="还是本人的", at=NOW + 2 * DAY)
    assert _told(owner) == 2


def test_only_officers_settle_it_with_reasons_and_never_their_own(world: World) -> None:
    owner, row = _contested(world)
    with pytest.raises(Denied):
        services.clear_contest(actor=of(owner), record=row, words="我的", at=NOW)
    with pytest.raises(refusals.ReasonsMissing):
        services.clear_contest(actor=world.officer, record=row, words=" ", at=NOW)
    own = ForeignRecord.objects.filter(pk=row.pk)
    there = reverse("foreign:move_record", args=[row.public_id, "settle"])
    assert at_browser(a_person("路人")).post(there, {"words": "好"}).status_code == 404
    desk = at_browser(world.officer.person)
    assert "查明归这名学员" in desk.get(reverse("foreign:show_record", args=[row.public_id])).content.decode()
    assert desk.post(there, {"words": ""}).status_code == 422
    assert own.get().contested_at == NOW
    assert desk.post(there, {"words": "编号与原件一致"}).status_code == 302
    assert (own.get().contested_at, _told(owner)) == (None, 1)
    services.refuse_record(actor=world.officer, record=row, words="看不出内容", at=NOW)
    with pytest.raises(refusals.NotContested):
        services.clear_contest(actor=world.officer, record=row, words="好", at=NOW)
