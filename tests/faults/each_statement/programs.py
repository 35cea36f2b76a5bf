"""Programs and sites outside: keys, linked sites, links, webhooks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from city.situations import a_person
from city.webhooks.receivers import EVENTS
from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.linking import services as linking
from xuecheng.city.linking.models import Link, LinkedSite, ServiceKey
from xuecheng.city.webhooks import services as webhooks
from xuecheng.city.webhooks.models import Delivery, Subscription

NOW = clock.now()


def _key(town: Town, public_id: Any = None) -> ServiceKey:
    wish = linking.KeyWish(
        name="教务系统", holder=town.desk.registrar.person, scopes=["records.read"], begins_at=NOW,
        ends_at=NOW + timedelta(days=90), organisation=town.desk.college,
    )  # fmt: skip
    made, _secret = linking.make_key(actor=town.operator, public_id=public_id or uuid7(), wish=wish, reason=WHY)
    return made


@row("city.linking.make_key")
def _(town: Town) -> Verb:
    public_id, _desk = uuid7(), town.desk
    return lambda: _key(town, public_id)


@row("city.linking.rotate_key")
def _(town: Town) -> Verb:
    key, public_id = _key(town), uuid7()
    return lambda: linking.rotate_key(
        actor=town.operator, public_id=public_id, key=ServiceKey.objects.get(pk=key.pk), at=NOW + timedelta(hours=1),
        overlap=timedelta(days=1), reason=WHY,
    )  # fmt: skip


@row("city.linking.revoke_key")
def _(town: Town) -> Verb:
    key = _key(town)
    return lambda: linking.revoke_key(
        actor=town.operator, key=ServiceKey.objects.get(pk=key.pk), at=NOW + timedelta(hours=1), reason=WHY
    )


def _site(town: Town, public_id: Any = None) -> LinkedSite:
    wish = linking.SiteWish(
        name_zh="学友网", name_en="Friends", purpose_zh="在一处看到您学过的东西", purpose_en="See",
        organisation=town.desk.college, scopes=["openid", "profile", "records.read"],
        redirect_uris=["https://friends.example/back"],
    )  # fmt: skip
    made, _secret = linking.register_site(
        actor=town.operator, public_id=public_id or uuid7(), wish=wish, at=NOW, reason=WHY
    )
    return made


@row("city.linking.register_site")
def _(town: Town) -> Verb:
    public_id, _desk = uuid7(), town.desk
    return lambda: _site(town, public_id)


@row("city.linking.new_secret")
def _(town: Town) -> Verb:
    site = _site(town)
    return lambda: linking.new_secret(actor=town.operator, site=LinkedSite.objects.get(pk=site.pk), reason=WHY)


def _link(town: Town, site: LinkedSite, person: Any) -> Link:
    return linking.give_link(person=person, client=site.client, scopes=["openid", "records.read"], at=NOW)


@row("city.linking.end_site")
def _(town: Town) -> Verb:
    site = _site(town)
    _link(town, site, a_person())
    return lambda: linking.end_site(
        actor=town.operator, site=LinkedSite.objects.get(pk=site.pk), at=NOW + timedelta(hours=1), reason=WHY
    )


@row("city.linking.give_link")
def _(town: Town) -> Verb:
    site, person = _site(town), a_person()
    return lambda: _link(town, site, person)


@row("city.linking.end_link")
def _(town: Town) -> Verb:
    site, person = _site(town), a_person()
    link = _link(town, site, person)
    return lambda: linking.end_link(person=person, link=Link.objects.get(pk=link.pk), at=NOW + timedelta(hours=1))


def _subscription(town: Town, public_id: Any = None) -> Subscription:
    town.settings.WEBHOOKS_MAY_STAY_INSIDE = True
    made, _secret = webhooks.subscribe(
        actor=town.desk.registrar, public_id=public_id or uuid7(), organisation=town.desk.college,
        url="http://127.0.0.1:9/hook", events=EVENTS, at=NOW, reason=WHY,
    )  # fmt: skip
    return made


@row("city.webhooks.subscribe")
def _(town: Town) -> Verb:
    public_id, _desk = uuid7(), town.desk
    return lambda: _subscription(town, public_id)


@row("city.webhooks.rotate_secret")
def _(town: Town) -> Verb:
    one = _subscription(town)
    return lambda: webhooks.rotate_secret(
        actor=town.desk.registrar, subscription=Subscription.objects.get(pk=one.pk), at=NOW, reason=WHY
    )


@row("city.webhooks.end_subscription")
def _(town: Town) -> Verb:
    one = _subscription(town)
    town.desk.record()
    return lambda: webhooks.end_subscription(
        actor=town.desk.registrar, subscription=Subscription.objects.get(pk=one.pk), at=NOW, reason=WHY
    )


@row("city.webhooks.replay")
def _(town: Town) -> Verb:
    _subscription(town)
    town.desk.record()
    one = Delivery.objects.get()
    Delivery.objects.update(state=Delivery.State.DEAD)
    return lambda: webhooks.replay(
        actor=town.desk.registrar, delivery=Delivery.objects.get(pk=one.pk), at=NOW + timedelta(hours=1)
    )
