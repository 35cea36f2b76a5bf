"""What somebody holds on a day, and what they may do by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.functional import lazy

from xuecheng.city.access.models import BrokenGlass, RoleHolding, RoleVersion, name_of
from xuecheng.city.access.rules import ACTS, OWN_ACTS, PERSONAL_READS, check_act
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import root_of
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory


@runtime_checkable
class Scoped(Protocol):
    """A thing that knows where it belongs. Rows that do not are asked for by their organisation or person instead."""

    def access_scope(self) -> Scope: ...


@dataclass(frozen=True)
class Holding:
    """A role held today, with what the version in force lets it do."""

    public_id: str
    role: str
    organisation_id: int | None
    organisation_name_zh: str
    organisation_name_en: str
    territory_path: str | None
    territory_name_zh: str = ""
    territory_name_en: str = ""
    acts: frozenset[str] = frozenset()
    role_zh: str = ""
    role_en: str = ""

    @property
    def role_name(self) -> str:
        """What the role is called, in the reader's language."""
        return name_of(self.role, self.role_zh, self.role_en)

    @property
    def label(self) -> object:
        """The same, found out when it is written."""
        return lazy(name_of, str)(self.role, self.role_zh, self.role_en)

    @property
    def place_zh(self) -> str:
        return self.organisation_name_zh or self.territory_name_zh

    @property
    def place_en(self) -> str:
        return self.organisation_name_en or self.territory_name_en

    @property
    def is_over_the_city(self) -> bool:
        """Whether it is held over a whole city: its path `/1/` names one territory only."""
        return self.territory_path is not None and self.territory_path.count("/") == 2

    def covers(self, scope: Scope) -> bool:
        if self.organisation_id is not None:
            return scope.organisation_id == self.organisation_id
        if scope.territory_path is None:
            # What has no place belongs to the city as a whole; what has an organisation has a place.
            return scope.organisation_id is None and self.is_over_the_city
        return scope.territory_path.startswith(self.territory_path or "-")


@dataclass(frozen=True)
class OpenGlass:
    """Broken glass that is open now: whose records may be read."""

    public_id: UUID
    person_id: int | None
    organisation_id: int | None

    def allows(self, act: str) -> bool:
        return act in PERSONAL_READS

    def covers(self, scope: Scope) -> bool:
        if self.person_id is not None:
            return scope.person_id == self.person_id
        return scope.organisation_id == self.organisation_id


@dataclass(frozen=True)
class Entrusted:
    """What a person let a helper do for them, or the law a guardian: named acts, until an instant."""

    via: str
    """"proxy" or "guardian"."""
    public_id: UUID
    helper: Person
    acts: frozenset[str]


@dataclass(frozen=True)
class Standing:
    """A person with everything they hold on a day. One query makes it; pages make it once.

    Whoever acts for somebody else stands in that person's place: `person` is the one who is helped, `entrusted` says
    who really acts and what they may. No role counts then, neither the helper's nor the person's.
    """

    person: Person
    holdings: tuple[Holding, ...] = field(default=())
    glass: OpenGlass | None = None
    entrusted: Entrusted | None = None
    other_keys: tuple[int, ...] = field(default=())
    """Keys of accounts that are one person's with this one (`people.groups`)."""

    @property
    def person_keys(self) -> tuple[int, ...]:
        return (self.person.pk, *self.other_keys)

    def may(self, act: str, scope: Scope) -> bool:
        if self._may_own(act) and scope.person_id is not None and scope.person_id in self.person_keys:
            return True
        if any(act in holding.acts and holding.covers(scope) for holding in self.holdings):
            return True
        return self.glass is not None and self.glass.allows(act) and self.glass.covers(scope)

    def may_somewhere(self, act: str) -> bool:
        """Whether any holding allows the act at all: for menus, never as the check itself."""
        check_act(act)
        by_role = any(act in holding.acts for holding in self.holdings)
        return by_role or (self.glass is not None and self.glass.allows(act))

    def organisation_ids(self, act: str) -> list[int]:
        check_act(act)
        found = [h.organisation_id for h in self.holdings if h.organisation_id is not None and act in h.acts]
        if self.glass is not None and self.glass.organisation_id is not None and self.glass.allows(act):
            found.append(self.glass.organisation_id)
        return found

    def territory_paths(self, act: str) -> list[str]:
        check_act(act)
        return [h.territory_path for h in self.holdings if h.territory_path is not None and act in h.acts]

    def may_city_wide(self, act: str) -> bool:
        """Whether a holding over the whole city allows the act."""
        check_act(act)
        return any(h.is_over_the_city and act in h.acts for h in self.holdings)

    def own_keys(self, act: str) -> tuple[int, ...]:
        """The person's keys if the act is allowed with what is their own."""
        return self.person_keys if self._may_own(act) else ()

    def keys_for(self, act: str) -> tuple[int, ...]:
        """The keys of the persons with whose own things the act is allowed."""
        found = self.own_keys(act)
        if self.glass is not None and self.glass.person_id is not None and self.glass.allows(act):
            found = (*found, self.glass.person_id)
        return found

    def _may_own(self, act: str) -> bool:
        check_act(act)
        return act in OWN_ACTS and (self.entrusted is None or act in self.entrusted.acts)


# Every account that is one person's, what each holds, and the version of the role in force. Written out, because
# every request asks it and building it took five times as long as asking.
_STANDING = """
select p.id, f.acts, f.name_zh, f.name_en, h.public_id, h.role, h.organisation_id, o.name_zh, o.name_en,
    t.path, t.name_zh, t.name_en
from people_person p
left join access_roleholding h on h.person_id = p.id and h.state = 'approved' and h.during @> %(today)s
left join organisations_organisation o on o.id = h.organisation_id
left join territories_territory t on t.id = h.territory_id
left join lateral (
    select v.acts, r.name_zh, r.name_en from access_roleversion v join access_role r on r.id = v.role_id
    where r.code = h.role and v.state = 'approved' and v.begins_on <= %(today)s
    order by v.begins_on desc, v.number desc limit 1
) f on true
where p.id = %(root)s or p.merged_into_id = %(root)s
order by h.id"""


def standing_of(person: Person, *, today: date) -> Standing:
    """Everything `person` holds on `today`, under every key of theirs. One query; an inactive account holds nothing."""
    root = root_of(person)
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"root": root, "today": today})
        rows = cursor.fetchall()
    keys: dict[int, None] = {}
    holdings = []
    for key, acts, *held in rows:
        keys[key] = None
        if acts is not None and person.is_active:
            holdings.append(_holding(acts, held))
    others = tuple(key for key in sorted(keys, key=lambda key: (key != root, key)) if key != person.pk)
    return Standing(person=person, holdings=tuple(holdings), other_keys=others)


def versions_in_force(*, today: date) -> QuerySet[RoleVersion]:
    """Approved versions that began by `today`, the one in force first."""
    return RoleVersion.objects.filter(state=RoleVersion.State.APPROVED, begins_on__lte=today).order_by(
        "-begins_on", "-number"
    )


def _in_force(role: str, *, today: date) -> Subquery:
    """What the role named by the field `role` may do on `today`, and is called; None for a role known no more."""
    in_force = versions_in_force(today=today).filter(role__code=OuterRef(role))
    return Subquery(in_force.values(found=JSONObject(acts="acts", zh="role__name_zh", en="role__name_en"))[:1])


def with_roles(holdings: QuerySet[RoleHolding], *, today: date) -> QuerySet[RoleHolding]:
    """Each holding with what its role may do on `today` and is called (`in_force`)."""
    return holdings.annotate(in_force=_in_force("role", today=today))


def acts_of(row: RoleHolding) -> frozenset[str]:
    """What the role of a row of `with_roles` may do; an act that exists no more allows nothing."""
    found = row.__dict__["in_force"]
    return ACTS.intersection(found["acts"]) if found else frozenset()


def _holding(acts: Sequence[str], held: Sequence[Any]) -> Holding:
    """A row of `_STANDING`; an act that exists no more allows nothing."""
    (role_zh, role_en, public_id, role, organisation_id, organisation_zh, organisation_en, path, territory_zh,
     territory_en) = held  # fmt: skip
    return Holding(
        public_id=str(public_id),
        role=role,
        organisation_id=organisation_id,
        organisation_name_zh=organisation_zh or "",
        organisation_name_en=organisation_en or organisation_zh or "",
        territory_path=path,
        territory_name_zh=territory_zh or "",
        territory_name_en=territory_en or territory_zh or "",
        acts=ACTS.intersection(acts),
        role_zh=role_zh,
        role_en=role_en,
    )


def open_glass(person: Person, public_id: str, *, at: object) -> OpenGlass | None:
    """Glass that `person` broke and that is open at the instant `at`. One query."""
    row = BrokenGlass.objects.filter(public_id=public_id, opened_by=person, opened_at__lte=at, ends_at__gt=at).first()
    if row is None:
        return None
    return OpenGlass(public_id=row.public_id, person_id=row.person_id, organisation_id=row.organisation_id)


def scope_of(thing: object) -> Scope:
    """The scope of a thing: what it says itself, or what an organisation, territory or person is."""
    if isinstance(thing, Scope):
        return thing
    if isinstance(thing, Organisation):
        return Scope(organisation_id=thing.pk, territory_path=thing.territory.path)
    if isinstance(thing, Territory):
        return Scope(territory_path=thing.path)
    if isinstance(thing, Person):
        return Scope(person_id=thing.pk, territory_path=thing.territory.path if thing.territory else None)
    if isinstance(thing, Scoped):
        return thing.access_scope()
    raise TypeError(f"{type(thing).__name__} does not say where it belongs (access_scope)")
