from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID, uuid4

import pghistory
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from pghistory import runtime

from xuecheng.city.refusals import Refusal

BETWEEN_REASONS = " / "
"""Between the reasons of a change and of those within it, as the trace keeps them."""


class Actor(Protocol):
    """Whoever changes something: a person, or a named robot of the house."""

    @property
    def public_id(self) -> UUID: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class _Robot:
    public_id: UUID
    name: str


@dataclass(frozen=True)
class Acting:
    """How somebody acts: in which role and where, or for whom. It goes with the actor and is kept in the trace."""

    role: str = ""
    role_name: object = ""
    """What it is called: a lazy translation, or words where there is one language only."""
    place_zh: str = ""
    place_en: str = ""
    helper: Actor | None = None
    """Who really acts, where the actor is somebody who is being helped."""
    via: str = ""
    """"proxy" or "guardian"."""
    via_id: str = ""
    program_name: str = ""
    """What the program or linked site was called that did it in somebody's name."""

    def words(self) -> dict[str, str]:
        """What the trace keeps of it, in both languages: a role may be renamed or abolished later."""
        names = {}
        for language, name in (("zh-hans", "role_zh"), ("en", "role_en")):
            with override(language):
                names[name] = str(self.role_name)
        kept = {
            "role": self.role,
            **names,
            "place_zh": self.place_zh,
            "place_en": self.place_en,
            "via": self.via,
            "via_id": self.via_id,
            "program_name": self.program_name,
        }
        return {name: value for name, value in kept.items() if value}


def acting(person: Actor) -> Acting | None:
    """How `person` acts now, if it was said."""
    found = getattr(person, "acting", None)
    return found if isinstance(found, Acting) else None


Told = Callable[[Actor, Actor, Acting, str], None]
_told: list[Told] = []


def on_act_for_another(tell: Told) -> None:
    """Let `tell(helper, person, acting, why)` know of each change that one person makes for another.

    It is called inside the change's transaction, last: what it writes holds or falls with the change.
    """
    if tell not in _told:
        _told.append(tell)


ROBOT_VERSION = 8
"""Version of the ids of robots: made of the name itself, so that the same robot has the same id everywhere."""


def robot(name: str) -> Actor:
    """The robot person of background work, by its name in the trace, such as "recognition".

    Pages show it by its translation in the context "robot".
    """
    digits = bytearray(name.encode().ljust(16, b"\0")[:16])
    # Python 3.11 makes no UUID of version 8 by itself.
    digits[6] = ROBOT_VERSION << 4 | digits[6] & 0x0F
    digits[8] = 0x80 | digits[8] & 0x3F
    return _Robot(public_id=UUID(bytes=bytes(digits)), name=name)


class ReasonMissing(Refusal):
    message = _("Say why this is changed.")
    field = "why"


@dataclass
class _Change:
    by: Actor
    reasons: list[str] = field(default_factory=list)


# pghistory keeps its context by thread; so do we, to stay in step with it.
_here = threading.local()


def who() -> Actor | None:
    """Who makes the change that is under way, for what happens above because of it; None outside of one."""
    under_way: _Change | None = getattr(_here, "change", None)
    return under_way.by if under_way is not None else None


@contextmanager
def change(*, by: Actor, why: str) -> Iterator[None]:
    """One change: opens a transaction whose history rows carry `by` and `why`, in which role, and for whom (`Acting`).

    A change within a change joins it: one transaction, one entry in the history, by whoever began it; a new reason is
    kept beside the first.

    Raises:
        ReasonMissing: `why` is blank.
    """
    why = why.strip()
    if not why:
        raise ReasonMissing
    outer: _Change | None = getattr(_here, "change", None)
    if outer is not None:
        if why not in outer.reasons:
            outer.reasons.append(why)
            pghistory.context(why=BETWEEN_REASONS.join(outer.reasons))
        with transaction.atomic():
            yield
        return
    _here.change = _Change(by, [why])
    try:
        with transaction.atomic(), pghistory.context(**_context(by, why)):
            yield
            how = acting(by)
            if how is not None and how.helper is not None:
                for tell in _told:
                    tell(how.helper, by, how, BETWEEN_REASONS.join(_here.change.reasons))
        if transaction.get_connection().in_atomic_block:
            _forget()
    finally:
        _here.change = None


@contextmanager
def following(*, by: Actor, why: str) -> Iterator[None]:
    """What a rule does to others because of the change that is under way: an entry of its own, within its transaction.

    They read in their history that the rule did it. Who set it off, and in which words, is told to those alone whom
    that change is about. Outside of a change it is one by itself.

    Raises:
        ReasonMissing: `why` is blank.
    """
    outer: _Change | None = getattr(_here, "change", None)
    if outer is None:
        with change(by=by, why=why):
            yield
        return
    if not why.strip():
        raise ReasonMissing
    # pghistory writes the context that stands here when a statement runs; whatever is entered later would join it.
    here = runtime._tracker  # noqa: SLF001  # it has no other door
    context = here.value
    here.value = runtime.Context(id=uuid4(), metadata=_context(by, why))
    _here.change = _Change(by, [why])
    try:
        with transaction.atomic():
            yield
    finally:
        _here.change = outer
        here.value = context


def _context(by: Actor, why: str) -> dict[str, str]:
    """Who acts is who does it: where a person is helped, the helper, and the person as the one it is for."""
    how = acting(by)
    if how is None:
        return {"by": str(by.public_id), "by_name": by.name, "why": why}
    if how.helper is None:
        return {"by": str(by.public_id), "by_name": by.name, "why": why, **how.words()}
    return {
        "by": str(how.helper.public_id),
        "by_name": how.helper.name,
        "for": str(by.public_id),
        "for_name": by.name,
        "why": why,
        **how.words(),
    }


def _forget() -> None:
    """In a longer transaction: what is written after this change is not this change's."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            "select set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true)"
        )
