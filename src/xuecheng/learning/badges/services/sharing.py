"""Verbs of shares: a link that shows chosen credentials until a day, withdrawn at any time."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.learning.badges import addresses, news
from xuecheng.learning.badges.models import Badge, Look, Share, ShareItem
from xuecheng.learning.badges.queries.acts import SHARE
from xuecheng.learning.badges.queries.held import holding

MOST_DAYS: Final = 365
MOST_OPEN: Final = 50


class NothingChosen(Refusal):
    message = _("Choose at least one credential that holds.")
    field = "badges"


class EndWrong(Refusal):
    message = _("A link ends after now, and within a year.")
    remedy = _("Choose another last day; you can make a new link at any time.")
    field = "until"


class TooManyOpen(Refusal):
    message = _("You have fifty links open.")
    remedy = _("Withdraw one that is not needed any more.")


def share_badges(
    *,
    actor: Standing,
    public_id: UUID,
    learner: Person,
    badges: Collection[UUID],
    until: datetime,
    shows_name: bool,
    title: str = "",
    at: datetime,
) -> Share:
    """A link to chosen credentials until a moment. Asked again with the same id, the same link.

    Right: badges.share_badge on the learner. Raises `Denied`, `NothingChosen`, `EndWrong`, `TooManyOpen`.
    """
    require(actor, SHARE, on=learner)
    if not at < until <= at + timedelta(days=MOST_DAYS):
        raise EndWrong
    keys = keys_of(learner)
    with trace.change(by=actor.person, why=gettext_noop("Credentials were shared")):
        list(Person.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))
        known = Share.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.learner_id not in keys:
                raise FormUsedBefore
            return known
        rows = list(
            Badge.objects.filter(
                holding(clock.date_of(at)), learner__in=keys, public_id__in=badges, holder_left_at=None
            )
        )
        if not rows or len(rows) != len(set(badges)):
            raise NothingChosen
        if Share.objects.filter(learner__in=keys, withdrawn_at=None, until__gt=at).count() >= MOST_OPEN:
            raise TooManyOpen
        share = Share.objects.create(
            public_id=public_id, learner=learner, token_hash=hash_of(token_of(public_id)), title=title.strip()[:60],
            shows_name=shows_name, made_at=at, until=until,
        )  # fmt: skip
        ShareItem.objects.bulk_create(ShareItem(share=share, badge=row) for row in rows)
    return share


def withdraw_share(*, actor: Standing, share: Share, at: datetime) -> Share:
    """The link shows nothing any more. Said twice, once. Right: badges.share_badge on the learner. Raises `Denied`."""
    require(actor, SHARE, on=share.learner)
    with trace.change(by=actor.person, why=gettext_noop("A share was withdrawn")):
        row = Share.objects.select_for_update(no_key=True).get(pk=share.pk)
        if row.withdrawn_at is None:
            row.withdrawn_at = at
            row.save(update_fields=["withdrawn_at"])
    return row


def note_share_look(*, share: Share, at: datetime) -> None:
    """Keep that somebody followed the link, and nothing of them."""
    Look.objects.create(share=share, at=at)


def note_look(identifier: str, organisation: Organisation, person: Person, at: datetime) -> None:
    """Keep that an organisation verified a credential, for its holder: who and when, once a day. Not the holder's own
    look, and not of one whose holder left. For `proofs.looked`, in the transaction of whoever looked.

    `identifier` is anybody's word: only the very address of ours is one of ours.
    """
    try:
        public_id = UUID(identifier.rpartition("/credentials/")[2])
    except ValueError:
        return
    if identifier != addresses.credential(public_id):
        return
    # Locked: of two looks at once the second sees the first.
    rows = Badge.objects.select_for_update(no_key=True, of=("self",)).select_related("achievement")
    row = rows.filter(public_id=public_id).first()
    if row is None or row.holder_left_at is not None or person.pk in keys_of(row.learner_id):
        return
    day = datetime.combine(clock.date_of(at), time(), tzinfo=clock.zone())
    if Look.objects.filter(badge=row, by=organisation.name_zh, at__gte=day).exists():
        return
    Look.objects.create(badge=row, at=at, by=organisation.name_zh)
    news.tell_looked(row, organisation.name_zh, at=at)


def token_of(public_id: UUID) -> str:
    """The secret in the link: made anew from the server's key for its owner, so that the database has a hash only."""
    return salted_hmac("xuecheng.badges.share", str(public_id), algorithm="sha256").hexdigest()[:40]


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
