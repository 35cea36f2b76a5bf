"""Roles as pages show them: what each may do, from when, and what a version changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from xuecheng.city.access.models import Role, RoleHolding, RoleVersion
from xuecheng.city.access.rules import ACTS
from xuecheng.city.access.words import word_of

from .standing import Standing


@dataclass(frozen=True)
class RoleFace:
    """A role with the version in force, how many hold it today, and whether a draft waits."""

    role: Role
    version: RoleVersion | None
    holders: int
    draft: RoleVersion | None


@dataclass(frozen=True)
class Difference:
    """What a version lets a role do more and less than the one before it, in words."""

    version: RoleVersion
    more: tuple[str, ...]
    less: tuple[str, ...]
    second_changes: bool


def roles(*, today: date) -> list[RoleFace]:
    """All roles, by code. Three queries."""
    held = dict(
        RoleHolding.objects.filter(during__contains=today, state=RoleHolding.State.APPROVED)
        .values_list("role")
        .annotate(Count("person", distinct=True))
    )
    versions: dict[int, list[RoleVersion]] = {}
    for version in RoleVersion.objects.filter(
        Q(state=RoleVersion.State.DRAFT) | Q(state=RoleVersion.State.APPROVED, begins_on__lte=today)
    ).order_by("-begins_on", "-number"):
        versions.setdefault(version.role_id, []).append(version)
    faces = []
    for role in Role.objects.order_by("code"):
        own = versions.get(role.pk, [])
        faces.append(
            RoleFace(
                role=role,
                version=next((one for one in own if one.state == RoleVersion.State.APPROVED), None),
                holders=held.get(role.code, 0),
                draft=next((one for one in own if one.state == RoleVersion.State.DRAFT), None),
            )
        )
    return faces


def role_named(code: str) -> Role | None:
    """The role of that code. One query."""
    return Role.objects.filter(code=code).first()


def choices(*, held_at: str, today: date) -> list[tuple[str, str]]:
    """Roles that can be granted at an organisation or over a territory: those with a version in force. Two queries."""
    in_force = RoleVersion.objects.filter(
        state=RoleVersion.State.APPROVED, begins_on__lte=today, role__held_at=held_at
    ).values("role")
    return [(role.code, str(role)) for role in Role.objects.filter(pk__in=in_force).order_by("id")]


def versions_of(role: Role) -> list[Difference]:
    """All versions of a role, the newest first, each with what it changes. One query."""
    rows = list(role.versions.select_related("drafted_by", "decided_by").order_by("number"))
    found = []
    before: RoleVersion | None = None
    for row in rows:
        found.append(difference(row, before))
        if row.state == RoleVersion.State.APPROVED:
            before = row
    return found[::-1]


def difference(version: RoleVersion, before: RoleVersion | None) -> Difference:
    """What `version` changes against `before`."""
    had = set(before.acts) if before else set()
    return Difference(
        version=version,
        more=words_of(set(version.acts) - had),
        less=words_of(had - set(version.acts)),
        second_changes=before is not None and before.needs_second != version.needs_second,
    )


def words_of(acts: Iterable[str]) -> tuple[str, ...]:
    """Acts in words, in the order of their codes."""
    return tuple(word_of(act) for act in sorted(acts) if act in ACTS)


def drafts(viewer: Standing) -> list[RoleVersion]:
    """Drafts of roles that wait for another operator; for operators of the whole city only. One query."""
    return list(drafts_waiting(viewer).select_related("role", "drafted_by").order_by("id"))


def drafts_waiting(viewer: Standing) -> QuerySet[RoleVersion]:
    """The same, to be counted."""
    if not viewer.may_city_wide("access.decide_role"):
        return RoleVersion.objects.none()
    return RoleVersion.objects.filter(state=RoleVersion.State.DRAFT)
