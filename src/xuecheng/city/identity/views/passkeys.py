"""Passkeys, authenticator app and recovery codes: allauth's work behind our doors and in our words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.views.decorators.cache import never_cache

from xuecheng.city.identity import queries
from xuecheng.city.identity.forms import AddPasskey
from xuecheng.city.identity.recent import recently
from xuecheng.city.people.models import Person
from xuecheng.city.rights import public


class SignIn(webauthn.LoginWebAuthnView):  # type: ignore[misc]  # allauth ships no types
    """A passkey of an account that was merged opens the kept one, as its password does."""

    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        # For this request only: what is saved of it is when it was used.
        authenticator.user = queries.kept(authenticator.user)
        response: HttpResponse = super().form_valid(form)
        return response


class Add(webauthn.AddWebAuthnView):  # type: ignore[misc]  # allauth's classes carry no types
    """Always a passkey that signs in by itself: with a screen lock, found without a name."""

    form_class = AddPasskey

    def get_form_class(self) -> type[AddPasskey]:
        return AddPasskey

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if not isinstance(self.request.user, Person):
            raise TypeError("only people have passkeys")
        context["options"] = auth.begin_registration(self.request.user, passwordless=True)
        return context

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes" if self.did_generate_recovery_codes else "mfa_list_webauthn")


class Activate(totp.ActivateTOTPView):  # type: ignore[misc]  # allauth's classes carry no types
    """The authenticator app."""

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes" if self.did_generate_recovery_codes else "identity:show_security")


class Deactivate(totp.DeactivateTOTPView):  # type: ignore[misc]  # allauth's classes carry no types
    """Without the authenticator app."""

    success_url = reverse_lazy("identity:show_security")


sign_in = public(never_cache(SignIn.as_view()))
authenticate = public(base.authenticate)
list_passkeys = never_cache(webauthn.list_webauthn)
add = never_cache(recently()(Add.as_view()))
edit = never_cache(recently()(webauthn.edit_webauthn))
remove = never_cache(recently()(webauthn.remove_webauthn))
activate = never_cache(recently()(Activate.as_view()))
deactivate = never_cache(recently()(Deactivate.as_view()))
view_codes = never_cache(recently()(recovery_codes.view_recovery_codes))
generate_codes = never_cache(recently()(recovery_codes.generate_recovery_codes))


def index(request: HttpRequest) -> HttpResponse:
    """allauth's own page of second factors is part of ours."""
    del request
    return redirect("identity:show_security")
