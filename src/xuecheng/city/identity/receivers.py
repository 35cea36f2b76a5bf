"""What happens at a sign-in, at a failed one, and when passkeys and second factors change."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models.signals import post_delete
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from xuecheng.city import clock
from xuecheng.city.people.models import Person

from . import queries
from .ending import BEGAN, SEEN
from .models import FactorSecret, SignInTry
from .services import sessions
from .services.contacts import warn

_WAYS = {"password": SignInTry.Way.PASSWORD, "code": SignInTry.Way.CODE, "start_code": SignInTry.Way.START_CODE}
_ADDED = gettext_noop("A passkey or second factor was added to your account.")
_REMOVED = gettext_noop("A passkey or second factor was removed from your account.")


def connect() -> None:
    """Called once, when all apps are ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="identity.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="identity.signed_out")
    user_login_failed.connect(_failed, dispatch_uid="identity.failed")
    password_changed.connect(_password_changed, dispatch_uid="identity.password_changed")
    mfa.authenticator_added.connect(_factor_added, dispatch_uid="identity.factor_added")
    mfa.authenticator_reset.connect(_factor_added, dispatch_uid="identity.factor_reset")
    post_delete.connect(_secret_goes, sender=Authenticator, dispatch_uid="identity.secret_goes")
    mfa.authenticator_removed.connect(_factor_removed, dispatch_uid="identity.factor_removed")


def way_of(request: HttpRequest, person: Person) -> SignInTry.Way:
    """How the newest proof of this session was given."""
    records = get_authentication_records(request, person)
    newest = records[-1] if records else {}
    if newest.get("method") == "mfa":
        return SignInTry.Way.PASSKEY if newest.get("passwordless") else SignInTry.Way.SECOND_FACTOR
    return _WAYS.get(str(newest.get("method")), SignInTry.Way.OTHER)


def _signed_in(request: HttpRequest, user: Any, **_more: Any) -> None:
    if not isinstance(user, Person) or not request.session.session_key:
        return
    now = clock.now()
    request.session[SEEN] = request.session[BEGAN] = int(now.timestamp())
    sessions.begin_session(
        person=user,
        key=request.session.session_key,
        way=way_of(request, user),
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
        at=now,
    )


def _signed_out(request: HttpRequest, **_more: Any) -> None:
    """The answer has the browser forget what it kept of this site (`middleware.Sessions`)."""
    request.signed_out = True  # type: ignore[attr-defined]  # kept for this request


def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any) -> None:
    if request is None:
        return
    sessions.note_failure(
        person=Person.objects.filter(sign_in_name=str(credentials.get("username", "")).lower()).first(),
        way=SignInTry.Way.PASSWORD,
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
        at=clock.now(),
    )


def _password_changed(request: HttpRequest, user: Person, **_more: Any) -> None:
    """The other sessions ended with the old password; the one at hand has a new key."""
    key = request.session.session_key or ""
    sessions.end_sessions(person=user, but=key)
    sessions.begin_again(person=user, key=key, user_agent=request.META.get("HTTP_USER_AGENT", ""), at=clock.now())
    _warn(user, gettext_noop("The password of your account was changed."))


def _secret_goes(instance: Authenticator, **_more: Any) -> None:
    names = [instance.data[name] for name in ("secret", "seed") if name in instance.data]
    FactorSecret.objects.filter(public_id__in=names).delete()


def _factor_added(user: Person, **_more: Any) -> None:
    _warn(user, _ADDED)


def _factor_removed(user: Person, **_more: Any) -> None:
    _warn(user, _REMOVED)


def _warn(person: Person, what: str) -> None:
    with transaction.atomic():
        warn(person, queries.contacts_of(person), what, at=clock.now())
