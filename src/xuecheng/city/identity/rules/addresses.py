"""Phone numbers and e-mail addresses as they are kept, compared and shown.

A phone number is kept in the international form of ITU-T E.164, `+8613800138000`; an e-mail address in small letters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

PHONE, EMAIL = "phone", "email"
LONGEST_EMAIL = 254

MAINLAND, HONG_KONG, MACAO, TAIWAN = "+86", "+852", "+853", "+886"
# National part by country code, as far as the numbering plan is known here; others only by E.164's length.
_PLANS = {
    MAINLAND: re.compile(r"1[3-9]\d{9}"),
    HONG_KONG: re.compile(r"[4-9]\d{7}"),
    MACAO: re.compile(r"6\d{7}"),
    TAIWAN: re.compile(r"9\d{8}"),
}
_ABROAD = re.compile(r"\+[1-9]\d{6,14}")
_BETWEEN_DIGITS = re.compile(r"[\s().\-/·]")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_EMAIL = re.compile(rf"({_LOCAL})@((?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}}))")
_LONGEST_LOCAL = 64


class AddressMissing(Refusal):
    message = _("The phone number or e-mail address is missing.")
    field = "address"


class PhoneWrong(Refusal):
    message = _("This is no mobile number.")
    remedy = _("Write 11 digits; a number from outside the mainland begins with + and its country code, such as +852.")
    field = "address"


class EmailWrong(Refusal):
    message = _("This is no e-mail address.")
    remedy = _("It looks like name@example.com.")
    field = "address"


@dataclass(frozen=True)
class Address:
    """Where a message reaches somebody: `kind` is "phone" or "email", `text` as it is kept.

    It prints as its mask, so that no log and no error page shows it by mistake.
    """

    kind: str
    text: str

    @property
    def masked(self) -> str:
        """As pages show it."""
        return masked(self.kind, self.text)

    @property
    def is_far(self) -> bool:
        """Whether it is a phone number outside the mainland, Hong Kong, Macao and Taiwan: dear, and liked by frauds."""
        return self.kind == PHONE and not self.text.startswith((MAINLAND, HONG_KONG, MACAO, TAIWAN))

    def __repr__(self) -> str:
        return f"<{self.kind} {self.masked}>"

    __str__ = __repr__


def read_address(text: str) -> Address:
    """What was typed, as a phone number or an e-mail address. Raises `AddressMissing`, `PhoneWrong`, `EmailWrong`."""
    plain = unicodedata.normalize("NFKC", text).strip(" \t")
    if not plain:
        raise AddressMissing
    if "@" in plain:
        return Address(EMAIL, normalise_email(plain))
    return Address(PHONE, normalise_phone(plain))


def normalise_phone(text: str) -> str:
    """A mobile number as E.164. Without a country code it is one of the mainland. Raises `PhoneWrong`."""
    typed = unicodedata.normalize("NFKC", text).strip(" \t")
    digits = _BETWEEN_DIGITS.sub("", typed) if "\n" not in typed and "\r" not in typed else ""
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if not re.fullmatch(r"\+?[0-9]{7,17}", digits):
        raise PhoneWrong
    if not digits.startswith("+"):
        national = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
        if not _PLANS[MAINLAND].fullmatch(national):
            raise PhoneWrong
        return f"{MAINLAND}{national}"
    for code, plan in _PLANS.items():
        if digits.startswith(code):
            # The 0 that is dialled within Taiwan and the mainland is no part of the number.
            national = digits[len(code) :].removeprefix("0")
            if not plan.fullmatch(national):
                raise PhoneWrong
            return f"{code}{national}"
    if not _ABROAD.fullmatch(digits):
        raise PhoneWrong
    return digits


def normalise_email(text: str) -> str:
    """An e-mail address in small letters, its domain as the mail system writes it. Raises `EmailWrong`.

    Nothing that could begin another header passes: no line end, no blank, no control.
    """
    local, _at, domain = unicodedata.normalize("NFKC", text).strip(" \t").lower().rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise EmailWrong from error
    if len(plain) > LONGEST_EMAIL or len(local) > _LONGEST_LOCAL or not _EMAIL.fullmatch(plain):
        raise EmailWrong
    return plain


def masked(kind: str, text: str) -> str:
    """Enough for its owner to know it again, too little for anybody else: 138****8000, z***@example.com."""
    if kind == EMAIL:
        local, _at, domain = text.rpartition("@")
        return f"{local[:1]}***@{domain}"
    if text.startswith(MAINLAND):
        national = text.removeprefix(MAINLAND)
        return f"{national[:3]}****{national[-4:]}"
    code = next((code for code in _PLANS if text.startswith(code)), text[:2])
    return f"{code} ****{text[-3:]}"
