"""One-time codes, start codes and claims of a recovery: how they look, how long they live, how often they are tried.

ASVS 6.5 and 6.6: six digits, single use, ten minutes, five tries, bound to the session that asked, never the only way.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

CODE_DIGITS, CODE_LIFE, MOST_TRIES = 6, timedelta(minutes=10), 5
PROVED_LIFE = timedelta(minutes=30)
"""So long after its code an address counts as proved, to type a name in peace."""
CLOCK_SLACK = timedelta(minutes=1)
"""A clock that was set back by more than this makes codes of its future worthless rather than long-lived."""
START_DIGITS, START_LIFE, START_TRIES = 8, timedelta(days=14), 5
CLAIM_LENGTH = 12
_CLAIM_SIGNS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
RECOVERY_WAIT, RECOVERY_OPEN = timedelta(hours=24), timedelta(days=7)
CLAIM_TRIES = 10

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """At most `most` within `period`."""

    name: str
    most: int
    period: timedelta


CODES_PER_ADDRESS = Limit("address", 5, HOUR)
CODES_PER_ADDRESS_DAY = Limit("address-day", 10, DAY)
CODES_PER_PERSON = Limit("person", 8, HOUR)
CODES_PER_CLIENT = Limit("client", 30, HOUR)
CODES_FAR_AWAY = Limit("far", 60, HOUR)
"""All numbers outside the mainland, Hong Kong, Macao and Taiwan together."""
CHECKS_PER_CLIENT = Limit("checks", 60, HOUR)
STARTS_PER_NAME = Limit("start", 10, HOUR)
RECOVERIES_PER_NAME = Limit("recovery", 5, DAY)
PASSWORDS_AGAIN = Limit("again", 10, HOUR)


class TooManyCodes(Refusal):
    message = _("Too many codes were asked for in a short time.")
    remedy = _("Wait an hour, or sign in another way.")


class TooManyTries(Refusal):
    message = _("Too many tries in a short time.")
    remedy = _("Wait an hour, or ask at a learning place near you.")


class CodeWrong(Refusal):
    message = _("This code is not right.")
    remedy = _("Look at the newest message, or ask for a new code.")
    field = "code"


class CodeOver(Refusal):
    """Expired, tried too often, or used: all the same to whoever types it."""

    message = _("This code no longer counts.")
    remedy = _("Ask for a new one.")
    field = "code"


class ProofOver(Refusal):
    message = _("Too much time has passed since the code.")
    remedy = _("Ask for a new code and go on from there.")


class StartCodeWrong(Refusal):
    message = _("Sign-in name and start code do not fit together, or the code no longer counts.")
    remedy = _("Look at the slip again, or ask for a new slip where you got it.")
    field = "code"


class ClaimWrong(Refusal):
    message = _("Account and claim number do not fit together, or the claim no longer counts.")
    remedy = _("Look at what you wrote down, or ask at a learning place near you.")
    field = "claim"


class ClaimTooEarly(Refusal):
    message = _("The waiting time is not over yet.")
    remedy = _("Come back after %(opens)s. Waiting protects your account from strangers.")
    field = "claim"


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def new_start_code() -> str:
    """Eight random digits, for a slip of paper."""
    return f"{secrets.randbelow(10**START_DIGITS):0{START_DIGITS}}"


def new_claim() -> str:
    """Twelve signs that are not mistaken for one another: about 59 random bits."""
    return "".join(secrets.choice(_CLAIM_SIGNS) for _sign in range(CLAIM_LENGTH))


def new_sign_in_name() -> str:
    """Eight digits, easily typed and read over the counter; the first is no 0 and no 1, so it is no phone number."""
    return f"{secrets.randbelow(8) + 2}{secrets.randbelow(10**7):07}"


def in_fours(text: str) -> str:
    """As it is printed: 4821 7730."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def read_digits(text: str) -> str:
    """A code as it was typed, blanks and hyphens gone, full-width digits made plain."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))[:16]


def read_claim(text: str) -> str:
    """A claim number as it was typed, in capital letters."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()[:32]


def check_code_counts(*, asked_at: datetime, tries: int, is_proved: bool, at: datetime) -> None:
    """Raise `CodeOver` for a code that is used, tried five times before, older than ten minutes, or of the future."""
    if is_proved or tries >= MOST_TRIES or not asked_at - CLOCK_SLACK <= at < asked_at + CODE_LIFE:
        raise CodeOver


def check_proof_counts(*, proved_at: datetime | None, is_spent: bool, at: datetime) -> None:
    """Raise `ProofOver` unless the address was proved within the last half hour and not used since."""
    if proved_at is None or is_spent or not proved_at - CLOCK_SLACK <= at < proved_at + PROVED_LIFE:
        raise ProofOver


def is_recent(stamp: float, *, at: datetime, minutes: int) -> bool:
    """Whether the Unix time `stamp` lies within the last `minutes`; one of the future never counts."""
    age = at.timestamp() - stamp
    return -CLOCK_SLACK.total_seconds() <= age < minutes * 60
