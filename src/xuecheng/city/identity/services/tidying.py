"""What has served its time goes: codes after a day, sign-ins after half a year, sessions that are over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.identity.models import Allowance, Challenge, OpenSession, Recovery, SignInTry
from xuecheng.city.identity.rules import codes as law


def tidy(*, at: datetime, keep_tries: timedelta) -> None:
    """Delete what nobody needs any more, and close recoveries that nobody took up. Safe to repeat."""
    Challenge.objects.filter(asked_at__lt=at - law.DAY).delete()
    Allowance.objects.filter(ends_at__lt=at).delete()
    # Tries for names that nobody has help nobody to see who knocked at their door.
    SignInTry.objects.filter(person=None, at__lt=at - law.DAY).delete()
    SignInTry.objects.filter(at__lt=at - keep_tries).delete()
    Session.objects.filter(expire_date__lt=at).delete()
    gone = ~Exists(Session.objects.filter(session_key=OuterRef("key")))
    # A session is written after its sign-in: the youngest are left alone.
    OpenSession.objects.filter(gone, began_at__lt=at - timedelta(minutes=5)).delete()
    with (
        trace.change(by=trace.robot("recovery"), why=gettext_noop("Nobody took the recovery up in time")),
        transaction.atomic(),
    ):
        Recovery.objects.filter(state=Recovery.State.ASKED, asked_at__lt=at - law.DAY).update(
            state=Recovery.State.CANCELLED
        )
        Recovery.objects.filter(state=Recovery.State.WAITING, closes_at__lt=at).update(state=Recovery.State.CANCELLED)
