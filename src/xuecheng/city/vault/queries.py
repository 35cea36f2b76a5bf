"""Questions about keys, for operators."""

from __future__ import annotations

from dataclasses import dataclass

from xuecheng.city.rights import Scope, Standing, require

from . import keyring, usage
from .ciphers import MOST_VALUES
from .models import Key
from .providers import provider
from .refusals import KeyMissing, SealBroken
from .registry import columns

SEE = "vault.see_keys"
WARN_AT = MOST_VALUES // 4


@dataclass(frozen=True)
class KeyFace:
    """A key and how many rows use it now."""

    key: Key
    rows: int

    @property
    def chip(self) -> str:
        return {"active": "done", "retiring": "now", "drained": "wait"}.get(self.key.state, "neutral")


def keys(viewer: Standing) -> list[KeyFace]:
    """Every key but the owners' own, the newest of each purpose first, with its uses. Raises `Denied`."""
    require(viewer, SEE, on=Scope())
    used = usage.uses()
    found = Key.objects.filter(owner="").order_by("purpose", "use", "-id")
    return [KeyFace(key, used[key.pk]) for key in found]


def owners_keys(viewer: Standing) -> dict[str, int]:
    """How many owners have a key of their own, by purpose. One query. Raises `Denied`."""
    require(viewer, SEE, on=Scope())
    found: dict[str, int] = {}
    for purpose in Key.objects.exclude(owner="").exclude(state=Key.State.DESTROYED).values_list("purpose", flat=True):
        found[purpose] = found.get(purpose, 0) + 1
    return found


@dataclass(frozen=True)
class Finding:
    """One thing that `xuecheng keys check` found wrong; `text` is for the operator at the command line."""

    text: str


def check() -> list[Finding]:
    """Every key unwraps, every row's key is there, none has sealed too much, no folder is open. Reads all rows once."""
    found: list[Finding] = []
    for key in Key.objects.exclude(state=Key.State.DESTROYED).order_by("pk"):
        try:
            keyring.key_numbered(key.pk, key.purpose)
        except KeyMissing as missing:
            found.append(Finding(str(missing)))
        except SealBroken as broken:
            found.append(Finding(f"key {key.pk} of {key.purpose}: {broken}"))
    known = dict(Key.objects.values_list("pk", "state"))
    for key_id, rows in sorted(usage.uses().items()):
        if known.get(key_id) in (None, Key.State.DESTROYED):
            found.append(Finding(f"{rows} rows use key {key_id}, which is {known.get(key_id, 'not in this database')}"))
        elif rows > WARN_AT:
            found.append(Finding(f"key {key_id} has sealed {rows} values of at most {MOST_VALUES}: replace it"))
    return found


def unused_keks() -> list[str]:
    """Key-encryption keys that wrap nothing in this database; backups of older days may need them."""
    used = set(Key.objects.exclude(state=Key.State.DESTROYED).values_list("kek", flat=True))
    return [kek for kek in provider().ids() if kek not in used]


def declared() -> list[str]:
    """Purposes that apps have declared, in their order."""
    return [column.purpose for column in columns()]
