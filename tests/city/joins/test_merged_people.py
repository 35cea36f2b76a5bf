"""Who has two accounts that were merged sees and keeps what came under either."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.test import RequestFactory

from city.care.test_proxies import NOW, choose
from city.identity.conftest import has_contact
from city.situations import TODAY, a_person, holding, small_city
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.care import queries as care
from xuecheng.city.identity import queries
from xuecheng.city.identity.models import OpenSession
from xuecheng.city.identity.rules.addresses import read_address
from xuecheng.city.identity.services import recovery
from xuecheng.city.identity.views import passkeys
from xuecheng.city.notices import addresses
from xuecheng.city.notices import queries as notices
from xuecheng.city.notices.services import mark_all_read
from xuecheng.city.people import groups, merging

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def pair(city):
    """The kept and the merged account; the latter has a phone, a helper and a notice of that."""
    kept, merged = (a_person("冯国强", territory=city["五山街道"]) for _number in range(2))
    has_contact(merged, PHONE)
    helper = a_person("冯嘉敏")
    proxy = choose(merged, helper)
    officer = a_person("窗口甲")
    holding(officer, "counter_clerk", territory=city["广州市"])
    merging.merge_people(
        actor=standing_of(officer, today=TODAY), public_id=uuid4(), kept=kept, merged=merged, at=NOW, reason="同一人"
    )
    merged.refresh_from_db()
    return SimpleNamespace(kept=kept, merged=merged, helper=helper, proxy=proxy)


def test_contact_points_of_either_account_are_the_persons(pair):
    assert [one.shown for one in queries.contacts_of(pair.kept)] == ["138****8000"]
    contact = queries.contact_of(read_address(PHONE))
    assert contact.person == pair.kept
    assert queries.sign_in_name_of(read_address(PHONE)) == pair.kept.sign_in_name
    assert recovery.person_of(pair.merged.sign_in_name) == pair.kept
    assert addresses.verified([pair.kept.pk]) == {pair.kept.pk: {"sms": "+8613800138000"}}


def test_the_inbox_holds_what_was_told_to_either_in_one_query(pair, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert notices.unread_count(pair.kept) == 1
    assert notices.notices_of(pair.kept).count() == 1
    reader = Standing(person=pair.kept, other_keys=(pair.merged.pk,))
    assert mark_all_read(reader=reader, at=clock.now()) == 1


def test_help_goes_on_and_stands_in_the_place_of_the_kept_account(pair):
    assert [face.helper for face in care.helpers_of(pair.kept, at=NOW)] == [pair.helper]
    standing = care.acting_standing(pair.helper, "proxy", str(pair.proxy.public_id), at=NOW)
    assert standing.person == pair.kept
    assert standing.person_keys == groups.keys_of(pair.kept)


def test_a_code_to_the_merged_accounts_phone_opens_the_kept_one(door, client, pair):
    answer = door.sign_in(client, PHONE)
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(pair.kept.pk)
    assert OpenSession.objects.get().person == pair.kept


def test_a_passkey_of_the_merged_account_opens_the_kept_one(client, pair):
    row = Authenticator.objects.create(user=pair.merged, type=Authenticator.Type.WEBAUTHN, data={"name": "我的手机"})
    request = RequestFactory().post("/passkey/")
    request.session = client.session
    request.session.create()
    view = passkeys.SignIn()
    view.setup(request)
    from allauth.core import context
    from django.contrib.auth.models import AnonymousUser

    request.user = AnonymousUser()
    with context.request_context(request):
        answer = view.form_valid(SimpleNamespace(cleaned_data={"credential": row}))
    assert answer.status_code == 302
    assert request.session["_auth_user_id"] == str(pair.kept.pk)
    row = Authenticator.objects.get(pk=row.pk)
    assert (row.user_id, row.last_used_at is None) == (pair.merged.pk, False), "the row stays the merged account's"
