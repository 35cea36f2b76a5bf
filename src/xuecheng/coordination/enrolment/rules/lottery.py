"""The lottery: public numbers, a seed that nobody could choose, an order that anybody can work out again.

1. Before enrolment closes the hash of a secret is published (`commitment`), and where the second part of the seed will
   come from (`beacon_source`), such as a drawing of the welfare lottery on a named evening.
2. When it has closed, the list of public numbers with their groups is frozen; its hash is published (`list_hash`).
3. The second part (`beacon`) is entered, the secret is opened, the seed is `SHA-256(secret:list_hash:beacon)`.
4. Each number gets the key `SHA-256(seed:number)`. The smaller group comes first, within a group the smaller key.

Whoever runs the lottery cannot choose the secret afterwards (1), nor the list after the beacon (2, 3); nobody knows the
seed before the beacon is drawn. `verify_lottery.py` beside this file says the same in twenty lines, for everybody.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

ALGORITHM = "xuecheng-lottery-1"
USUAL_SOURCE = "报名截止后开奖的第一期双色球号码（六个红球由小到大，再写蓝球）"
"""Where the second part comes from unless a class says otherwise: a drawing that all of China can look up [K]."""
_MOST_RED, _MOST_BLUE = 33, 16
_SEVEN = re.compile(r"[0-9]{1,2}([ ,，、+＋|:：]+[0-9]{1,2}){6}")
_DIGITS = re.compile(r"[0-9]+")
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0, 1, I, L, O: numbers are read out over the telephone."""

Entry = tuple[int, str]
"""Group (0 comes first) and public number of an applicant."""


class LotteryNotClosed(Refusal):
    message = _("The list is frozen when enrolment has ended, not before.")


class LotteryNotFrozen(Refusal):
    message = _("Freeze the list first: its hash must be public before the second part of the seed is known.")


class LotteryFrozen(Refusal):
    message = _("The list is frozen; nobody comes onto it or leaves it before the draw.")
    remedy = _("You can give your place back after the draw.")


class LotteryDrawn(Refusal):
    message = _("The lottery was drawn already; it is drawn once.")


class BeaconMissing(Refusal):
    message = _("Enter the second part of the seed, as its source published it.")
    field = "beacon"


class BeaconWrong(Refusal):
    message = _("The source publishes six numbers from 1 to 33 in ascending order and one from 1 to 16.")
    remedy = _("Enter them like “03 09 17 22 28 31 + 07”. It is drawn once, and what is entered here stays.")
    field = "beacon"


class SourceMissing(Refusal):
    message = _("Say where the second part of the seed will come from, and when.")
    field = "beacon_source"


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def beacon_of(typed: str, *, source: str) -> str:
    """The second part of the seed as it is kept: of the usual source its seven numbers, of any other what was typed.

    Raises `BeaconMissing`, and `BeaconWrong` where the usual source cannot have published it.
    """
    beacon = " ".join(typed.split())
    if not beacon:
        raise BeaconMissing
    if source != USUAL_SOURCE:
        return beacon
    if not _SEVEN.fullmatch(beacon):
        raise BeaconWrong
    *red, blue = (int(one) for one in _DIGITS.findall(beacon))
    if red != sorted(set(red)) or red[0] < 1 or red[-1] > _MOST_RED or not 1 <= blue <= _MOST_BLUE:
        raise BeaconWrong
    return f"{' '.join(f'{one:02}' for one in red)} + {blue:02}"


def new_secret() -> str:
    """32 random bytes in hexadecimal."""
    return secrets.token_hex(32)


def new_number() -> str:
    """A public number that tells nothing about whoever has it, nor when they came: `K7QM-3XWD`."""
    letters = "".join(secrets.choice(_LETTERS) for _each in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def list_text(entries: Iterable[Entry]) -> str:
    """The frozen list as it is hashed: a line for each number, in their order, the group in front."""
    return "\n".join(f"{group} {number}" for group, number in sorted(entries, key=lambda one: one[1]))


def seed_of(*, secret: str, list_hash: str, beacon: str) -> str:
    return digest(f"{secret}:{list_hash}:{beacon.strip()}")


def drawn(entries: Collection[Entry], seed: str) -> list[Entry]:
    """The entries in the order in which they get places."""
    return sorted(entries, key=lambda one: (one[0], digest(f"{seed}:{one[1]}"), one[1]))


def verified(document: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong in a published result, in English words for programs; nothing: it is right."""
    try:
        entries = [(int(group), str(number)) for group, number in document["list"]]
        wrong = []
        if document["algorithm"] != ALGORITHM:
            wrong.append("the algorithm is not this one")
        if digest(document["secret"]) != document["commitment"]:
            wrong.append("the secret is not the one that was committed to")
        if len({number for _group, number in entries}) != len(entries):
            wrong.append("a number stands twice in the list")
        if digest(list_text(entries)) != document["list_hash"]:
            wrong.append("the list is not the one that was frozen")
        seed = seed_of(secret=document["secret"], list_hash=document["list_hash"], beacon=document["beacon"])
        if seed != document["seed"]:
            wrong.append("the seed does not follow from secret, list and beacon")
        order = [number for _group, number in drawn(entries, seed)]
        if order != list(document["order"]):
            wrong.append("the order does not follow from the seed")
        if order[: int(document["places"])] != list(document["taken"]):
            wrong.append("the places do not go to the first of the order")
    except (KeyError, TypeError, ValueError, AttributeError):
        return ["this is no published result of a lottery"]
    return wrong
