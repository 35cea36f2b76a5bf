"""Issuers and rules: what is in force, what waits for another officer, what everybody may read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.rights import Standing as Viewer
from xuecheng.city.rights import visible
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.foreign.models import ForeignIssuer, ForeignRule, ForeignTrial, IssuerKey
from xuecheng.learning.foreign.models.law import Standing
from xuecheng.learning.foreign.rules import Terms

from .acts import KEEP_RULES


@dataclass(frozen=True)
class Law:
    """All rules that are or were in force, by number, and whose identifiers are recognised."""

    rules: dict[int, ForeignRule]
    terms: tuple[Terms, ...]
    issuers: dict[str, ForeignIssuer]

    def issuer_of(self, keys: Iterable[str]) -> ForeignIssuer | None:
        return next((self.issuers[key] for key in keys if key in self.issuers), None)


def law(body: Organisation) -> Law:
    """What its own officers and those of wider territories put in force; never a narrower body's. Two queries."""
    rows = ForeignRule.objects.filter(state__in=[Standing.IN_FORCE, Standing.ENDED])
    rules = {
        row.pk: row
        for row in rows.select_related("unit__level__framework", "unit__keeper__territory", "body__territory")
        if _binds(row.body, body)
    }
    keys = IssuerKey.objects.filter(is_live=True, issuer__state=Standing.IN_FORCE).select_related(
        "issuer__body__territory"
    )
    issuers = {one.key: one.issuer for one in keys if _binds(one.issuer.body, body)}
    return Law(rules, tuple(map(_terms, rules.values())), issuers)


def law_with(rule: ForeignRule) -> Law:
    """The law as it would be with a proposed rule in force: it ends the version before it. Three queries."""
    found = law(rule.body)
    draft = ForeignRule.objects.select_related(
        "unit__level__framework", "unit__keeper__territory", "body__territory"
    ).get(pk=rule.pk)
    terms = [_ended(one, found.rules[one.key], draft) for one in found.terms]
    return Law({**found.rules, draft.pk: draft}, (*terms, _terms(draft)), found.issuers)


def _ended(terms: Terms, row: ForeignRule, draft: ForeignRule) -> Terms:
    if row.code != draft.code or row.state != Standing.IN_FORCE:
        return terms
    return replace(terms, effect_to=min(terms.effect_to or draft.effect_from, draft.effect_from))


def _binds(giver: Organisation, body: Organisation) -> bool:
    return giver.pk == body.pk or body.territory.path.startswith(giver.territory.path or "-")


def _terms(row: ForeignRule) -> Terms:
    return Terms(
        key=row.pk, version=row.version, issuer=row.issuer_id, issuer_class=row.issuer_class, kind=row.kind,
        level=row.level, achievement=row.achievement, needs=row.needs, num=row.num, den=row.den, most=row.most,
        effect_from=row.effect_from, effect_to=row.effect_to,
    )  # fmt: skip


def body_of_city() -> Organisation | None:
    """The certification body at which outside records wait: the one over the widest territory. One query."""
    rows = Organisation.objects.filter(kind=Kind.CERTIFICATION_BODY, is_active=True).select_related("territory")
    return rows.order_by("territory__path", "pk").first()


def keeping(viewer: Viewer) -> QuerySet[ForeignRule]:
    """Every version that the viewer may propose for or decide on, the newest first by (-id)."""
    mine = visible(viewer, KEEP_RULES, organisation="body", territory="body__territory")
    rows = ForeignRule.objects.filter(mine)
    return rows.select_related("issuer", "unit", "drafted_by", "decided_by", "body__territory")


def rule(viewer: Viewer, public_id: UUID) -> ForeignRule | None:
    return keeping(viewer).filter(public_id=public_id).first()


def keeping_issuers(viewer: Viewer) -> QuerySet[ForeignIssuer]:
    mine = visible(viewer, KEEP_RULES, organisation="body", territory="body__territory")
    rows = ForeignIssuer.objects.filter(mine).select_related("drafted_by", "decided_by", "body__territory")
    return rows.prefetch_related("keys")


def bodies(viewer: Viewer) -> QuerySet[Organisation]:
    """The certification bodies for which the viewer may keep issuers and rules, the widest territory first."""
    mine = visible(viewer, KEEP_RULES, organisation="pk", territory="territory")
    rows = Organisation.objects.filter(mine, kind=Kind.CERTIFICATION_BODY, is_active=True)
    return rows.select_related("territory").order_by("territory__path", "pk")


def recognised_issuers() -> QuerySet[ForeignIssuer]:
    """What everybody may read: who is recognised, and by which identifiers."""
    return ForeignIssuer.objects.filter(state=Standing.IN_FORCE).prefetch_related("keys", "rules__unit")


def newest_trials() -> Prefetch[str]:
    """The dry runs of versions, the newest first, to be fetched with them."""
    return Prefetch("trials", queryset=ForeignTrial.objects.order_by("-pk"))


def waiting_law(viewer: Viewer) -> QuerySet[ForeignRule]:
    """Rules that wait for another officer than the one who wrote them."""
    return keeping(viewer).filter(state=Standing.PROPOSED).exclude(drafted_by__in=viewer.person_keys)


def units() -> QuerySet[UnitVersion]:
    """Units that may be given."""
    rows = UnitVersion.objects.filter(state=UnitVersion.State.PUBLISHED)
    return rows.select_related("level__framework", "keeper__territory").order_by("code", "-version")
