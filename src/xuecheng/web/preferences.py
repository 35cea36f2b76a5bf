"""How a reader wants pages shown: elder mode and size, theme, contrast, language.

Kept in cookies, so that they hold before sign-in, on a shared counter and for people without an account; nothing of
them is personal. What is not chosen is left to the device (theme, contrast) or is Chinese (language).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrOrPromise

YEAR_SECONDS = 365 * 24 * 3600

_Choices = list[tuple[str, "_StrOrPromise"]]

MODES: _Choices = [("standard", _("Standard")), ("elder", _("Large print, fewer things on a page"))]
SIZES: _Choices = [
    ("large", pgettext_lazy("type size", "Large")),
    ("larger", pgettext_lazy("type size", "Larger")),
    ("largest", pgettext_lazy("type size", "Largest")),
]
THEMES: _Choices = [("auto", _("As my device")), ("light", _("Light")), ("dark", _("Dark"))]
CONTRASTS: _Choices = [("auto", _("As my device")), ("high", _("High contrast"))]
# Each language is named in itself, whatever the page speaks.
LANGUAGES: _Choices = [("zh-hans", "中文"), ("en", "English")]

_COOKIES = {"mode": "xc_mode", "size": "xc_size", "theme": "xc_theme", "contrast": "xc_contrast"}
_CHOICES = {"mode": MODES, "size": SIZES, "theme": THEMES, "contrast": CONTRASTS, "language": LANGUAGES}
_REST = {"mode": "standard", "size": "large", "theme": "auto", "contrast": "auto", "language": "zh-hans"}


@dataclass(frozen=True, slots=True)
class Preferences:
    """The choices in force for a request."""

    mode: str = _REST["mode"]
    size: str = _REST["size"]
    theme: str = _REST["theme"]
    contrast: str = _REST["contrast"]
    language: str = _REST["language"]

    @property
    def is_elder(self) -> bool:
        """Whether the page takes things away and makes the rest bigger (UX-01)."""
        return self.mode == "elder"

    @property
    def as_words(self) -> str:
        """The same as a query, for the page that the worker asks for without cookies."""
        return urlencode({name: getattr(self, name) for name in _REST if getattr(self, name) != _REST[name]})

    @property
    def html_lang(self) -> str:
        """The language of the page for `<html lang>`."""
        return "en" if self.language == "en" else "zh-CN"


def of(request: HttpRequest) -> Preferences:
    """What the reader chose; an unknown value in a cookie counts as no choice."""
    found = {name: _known(name, request.COOKIES.get(_cookie(name), "")) for name in _COOKIES}
    return Preferences(**found, language=_known("language", request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")))


def from_words(words: Mapping[str, str]) -> Preferences:
    """The choices that a query names, as `Preferences.as_words` writes them."""
    return Preferences(**{name: _known(name, words.get(name, "")) for name in _REST})


def remember(response: HttpResponse, chosen: dict[str, str]) -> None:
    """Keep `chosen` (name → value, both known) for a year; a return to rest deletes the cookie."""
    for name, value in chosen.items():
        cookie = settings.LANGUAGE_COOKIE_NAME if name == "language" else _cookie(name)
        if value == _REST[name]:
            response.delete_cookie(cookie, samesite="Lax")
        else:
            response.set_cookie(
                cookie,
                value,
                max_age=YEAR_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )


def _cookie(name: str) -> str:
    """The cookie of a choice; by https of a name that binds it to this host."""
    return f"__Host-{_COOKIES[name]}" if settings.SESSION_COOKIE_SECURE else _COOKIES[name]


def _known(name: str, value: str) -> str:
    return value if any(value == choice for choice, _label in _CHOICES[name]) else _REST[name]


class PreferencesForm(forms.Form):
    """Any part of the choices; what is not sent stays as it is."""

    mode = forms.ChoiceField(label=_("How pages look"), choices=MODES, required=False, widget=forms.RadioSelect)
    size = forms.ChoiceField(
        label=_("Size of type in large print"), choices=SIZES, required=False, widget=forms.RadioSelect
    )
    theme = forms.ChoiceField(label=_("Light or dark"), choices=THEMES, required=False, widget=forms.RadioSelect)
    contrast = forms.ChoiceField(label=_("Contrast"), choices=CONTRASTS, required=False, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False, widget=forms.RadioSelect)

    def chosen(self) -> dict[str, str]:
        """The choices that were sent, by name."""
        return {name: value for name, value in self.cleaned_data.items() if value}
