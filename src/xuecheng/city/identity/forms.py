"""Forms of signing in, signing up, and of what a person keeps safe."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.refusals import Refusal
from xuecheng.city.territories.models import Level
from xuecheng.city.territories.picking import DivisionField

from . import queries
from .rules.addresses import Address, read_address
from .rules.codes import CODE_DIGITS

_DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code"}
_LONGEST_ANSWER = 20_000
_NEW_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class SignIn(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """allauth's form: one field takes the sign-in name, phone number or e-mail address; no placeholders (look §5)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Phone number, e-mail address or sign-in name"),
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username"}),
        )
        self.order_fields(["login", "password", "remember"])
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean_login(self) -> str:
        """The sign-in name that is meant; what belongs to nobody stays as it was typed, and fails like it."""
        typed = str(self.cleaned_data["login"]).strip()
        try:
            address = read_address(typed)
        except Refusal:
            return typed
        return queries.sign_in_name_of(address) or typed


class ChangePassword(ChangePasswordForm):  # type: ignore[misc]  # allauth ships no types
    """allauth's form: no placeholders; above the fields stands what a password needs, once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = ""
            field.widget.attrs.pop("placeholder", None)


class AskCode(forms.Form):
    """Where the code goes."""

    address = forms.CharField(
        label=_("Phone number or e-mail address"),
        max_length=254,
        help_text=_("A number from outside the mainland begins with + and its country code, such as +852."),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )

    def clean_address(self) -> Address:
        try:
            return read_address(self.cleaned_data["address"])
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class GiveCode(forms.Form):
    """The code that came."""

    code = forms.CharField(
        label=_("Code of six digits"), max_length=CODE_DIGITS + 10, widget=forms.TextInput(attrs=_DIGITS)
    )


class TellName(forms.Form):
    """Who the new account is for; the least that is needed."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=120,
        help_text=_("As the identity document prints it; · between the parts of a name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"), required=False, widget=forms.NumberInput(attrs={"autocomplete": "bday-year"})
    )
    territory = DivisionField(
        label=_("Street or town where you live"), required=False, levels=[Level.DISTRICT, Level.STREET]
    )


class OpenAtCounter(TellName):
    """An account for somebody who stands at the counter."""

    reason = forms.CharField(
        label=_("Which document you saw"),
        max_length=200,
        help_text=_("Its kind only, no number. It stays in the history."),
    )


class GiveStartCode(forms.Form):
    """The name and code of a slip."""

    sign_in_name = forms.CharField(
        label=_("Sign-in name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    code = forms.CharField(label=_("Start code of eight digits"), max_length=20, widget=forms.TextInput(attrs=_DIGITS))


class WithReason(forms.Form):
    """Why staff do what they do."""

    reason = forms.CharField(
        label=_("Which document you saw"),
        max_length=200,
        help_text=_("Its kind only, no number. It stays in the history."),
    )


class ChoosePassword(forms.Form):
    """A new password, typed once: who cannot see it types it twice wrong."""

    password = forms.CharField(
        label=_("New password"),
        max_length=128,
        widget=_NEW_PASSWORD,
        help_text=_("At least 8 characters. A short sentence is easier to remember than a riddle."),
    )


class AskWithRecoveryCode(forms.Form):
    """An account and one of its recovery codes."""

    account = forms.CharField(label=_("Phone number, e-mail address or sign-in name"), max_length=254)
    code = forms.CharField(
        label=_("Recovery code"), max_length=24, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class FinishRecovery(forms.Form):
    """An account, its claim number and a new password."""

    account = forms.CharField(label=_("Phone number, e-mail address or sign-in name"), max_length=254)
    claim = forms.CharField(
        label=_("Claim number"), max_length=24, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("New password"),
        max_length=128,
        widget=_NEW_PASSWORD,
        help_text=_("At least 8 characters. A short sentence is easier to remember than a riddle."),
    )


class ProvePassword(forms.Form):
    """One's own password once more."""

    password = forms.CharField(
        label=_("Password"), max_length=128, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class ProveApp(forms.Form):
    """The six digits of an authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code of the authenticator app, or a recovery code"),
        max_length=24,
        widget=forms.TextInput(attrs=_DIGITS),
    )


class PasskeyAnswer(forms.JSONField):
    """What a device answered, as far as its shape can be told; everything else is no answer, and no fault of ours."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or len(value) > _LONGEST_ANSWER:
            raise forms.ValidationError(self.error_messages["required"])
        try:
            told = super().to_python(value)
        except RecursionError as error:
            raise forms.ValidationError(self.error_messages["required"]) from error
        if not isinstance(told, dict) or not isinstance(told.get("response"), dict):
            raise forms.ValidationError(self.error_messages["required"])
        return told


class _Answered:
    """allauth's forms read an answer as if every device were honest; what they stumble over is a wrong answer here."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = PasskeyAnswer()

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]  # of the form beside us
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise forms.ValidationError(_("The passkey did not answer. Try once more.")) from error


class SignInWithPasskey(_Answered, LoginWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Whoever the passkey belongs to."""


class ProvePasskey(_Answered, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth's classes carry no types
    """The signed-in person's own passkey once more."""


class SecondPasskey(_Answered, AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth's classes carry no types
    """A passkey as the second factor."""


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]  # allauth's classes carry no types
    """A passkey and its name. It is always one that signs in by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)
        self.fields["credential"] = PasskeyAnswer()
        self.fields["name"] = forms.CharField(
            label=_("Name of this passkey"),
            required=False,
            max_length=40,
            help_text=_("Such as: my phone, Lin's phone."),
        )

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean() or {}
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise forms.ValidationError(_("The passkey did not answer. Try once more.")) from error
        return cleaned


class ActivateApp(ActivateTOTPForm):  # type: ignore[misc]  # allauth's classes carry no types
    """The first six digits of an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget = forms.TextInput(attrs=_DIGITS)


class GiveSecondFactor(AuthenticateForm):  # type: ignore[misc]  # allauth's classes carry no types
    """Six digits of the app or a recovery code, after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget = forms.TextInput(attrs=_DIGITS)
