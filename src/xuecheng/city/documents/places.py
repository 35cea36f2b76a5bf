"""Where documents belong: the registry that apps above fill, and how the thing behind a document is found.

    places.register(Place(name="records.evidence", label=_("Evidence"), types=("pdf", "jpeg"), most_bytes=10_000_000,
        add_act="records.attach_evidence", read_act="records.see_record", retention=Retention(…), find=find_record))

Reading is denied unless the place is registered, its `find` answers the thing, and the reader may do `read_act` there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xuecheng.city.access.queries import Standing
from xuecheng.city.refusals import Text
from xuecheng.city.rights import Scope

from .contents import TYPES
from .rules import Retention


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What documents belong to, as the app that owns it describes it."""

    key: str
    """Its name in that app, for ever; plain data of at most 80 characters, without a slash."""
    title: str
    url: str
    """The page that shows it, and its documents with it."""
    scope: Scope
    """Where it belongs: rights are asked there. A personal thing names its person."""
    is_open: bool = True
    """Whether documents may still be added, replaced and removed."""
    kept_by: Sequence[int] = ()
    """Keys of people who add and remove here by no role, as far as the act is one's own: who teaches a class."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Place:
    """One use of documents: what it takes, who adds and reads, how long it is kept."""

    name: str
    label: Text
    explanation: Text = ""
    types: Sequence[str]
    """Codes of `contents.TYPES`."""
    most_bytes: int
    add_act: str
    read_act: str
    remove_act: str = ""
    """Who may remove a document with a reason; by default whoever may add."""
    retention: Retention
    find: Callable[[str], Thing | None]
    """The thing of that key, or None when there is none (any more)."""
    may_read: Callable[[Standing, Thing], bool] | None = None
    """In the place of `read_act` alone, where the owner decides by more than a role. Lists of staff leave it out."""
    most_files: int = 20
    """Standing versions in one thing: nobody fills the disk through one door."""
    is_personal: bool = True
    """Personal documents are stored by no browser or proxy."""

    def allows_reading(self, viewer: Standing, thing: Thing) -> bool:
        return self.may_read(viewer, thing) if self.may_read else viewer.may(self.read_act, thing.scope)

    def may_add(self, viewer: Standing, thing: Thing) -> bool:
        """Whether it is theirs to add, whether or not it is still open."""
        return self._may(viewer, self.add_act, thing)

    def may_remove(self, viewer: Standing, thing: Thing) -> bool:
        """The same of removing."""
        return self._may(viewer, self.remove_act or self.add_act, thing)

    @staticmethod
    def _may(viewer: Standing, act: str, thing: Thing) -> bool:
        return viewer.may(act, thing.scope) or not set(thing.kept_by).isdisjoint(viewer.own_keys(act))

    def allows_adding(self, viewer: Standing, thing: Thing) -> bool:
        return thing.is_open and self.may_add(viewer, thing)

    def allows_removing(self, viewer: Standing, thing: Thing) -> bool:
        return thing.is_open and self.may_remove(viewer, thing)

    @property
    def megabytes(self) -> int:
        return self.most_bytes // 1_000_000

    @property
    def accept(self) -> str:
        """For the file field: a help to the reader, never a check."""
        return ",".join(ending for code in self.types for ending in TYPES[code].extensions)


_PLACES: dict[str, Place] = {}


def register(place: Place) -> None:
    """Make a place known. Called from `apps.py`."""
    if unknown := set(place.types) - set(TYPES):
        raise ValueError(f"place {place.name}: no such types: {sorted(unknown)}")
    _PLACES[place.name] = place


def named(name: str) -> Place | None:
    """The place, or None: what no app vouches for is read by nobody."""
    return _PLACES.get(name)


def everywhere() -> list[Place]:
    """Every place, in the order in which they were registered."""
    return list(_PLACES.values())
