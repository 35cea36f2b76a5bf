"""Credentials, shares and looks as their holder sees them; credentials as officers find them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Standing, visible
from xuecheng.learning.badges.models import Badge, Batch, IssuingRule, Look, Share, SigningKey

from .acts import ISSUE, KEYS, REVOKE, SEE, SHARE
from .lines import Line, lines_of

_SHOWN = (
    "learner", "issuer__territory", "achievement__creator", "achievement__unit__level", "achievement__credit_class",
    "status_list", "key__issuer",
)  # fmt: skip
# Revoked by an officer, and nothing took its place.
_DECIDED = Q(by_decision=True, replaced_by=None)
# Reversals are few, and each learner's credentials too: nobody's postings are gone through.
_TAKEN_BACK = """
select b.learner_id, array_agg(distinct p.reverses)
from recognition_posting p join badges_badge b on b.learner_id = p.learner_id and p.reverses = any(b.postings)
where p.reverses is not null and b.state <> 'revoked'
group by b.learner_id order by b.learner_id"""


def taken_back() -> list[tuple[int, list[UUID]]]:
    """Learners who have credentials that rest on credit that was taken back, with those postings. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN_BACK)
        return [(learner, list(gone)) for learner, gone in cursor.fetchall()]


def holding(on: date) -> Q:
    """What verifies on a day: `Badge.holds` for the database."""
    not_over = Q(valid_until=None) | Q(valid_until__gte=on)
    return Q(state=Badge.State.VALID) & not_over & ~Q(key__state=SigningKey.State.COMPROMISED)


def own_badges(viewer: Standing) -> QuerySet[Badge]:
    """One's own credentials, for a list by (-id); those that another version followed are left out."""
    rows = Badge.objects.filter(learner__in=viewer.own_keys(SEE) or [-1], replaced_by=None)
    return rows.select_related(*_SHOWN)


def badge(viewer: Standing, public_id: UUID) -> Badge | None:
    """One credential as its holder sees it, or who may see it at its issuer."""
    rows = Badge.objects.filter(_seen_by(viewer), public_id=public_id)
    return rows.select_related(*_SHOWN, "replaces", "issued_by", "batch").first()


def public_badge(public_id: UUID) -> Badge | None:
    """One credential for whoever has its address; pages show nothing of its holder."""
    return Badge.objects.select_related(*_SHOWN).filter(public_id=public_id).first()


def _seen_by(viewer: Standing) -> Q:
    return visible(viewer, SEE, organisation="issuer", territory="issuer__territory", person="learner")


def issued(viewer: Standing, *, q: str = "", state: str = "", issuer: Organisation | None = None) -> QuerySet[Badge]:
    """Credentials of the issuers for which the viewer works, for a list by (-id)."""
    mine = visible(viewer, REVOKE, organisation="issuer", territory="issuer__territory")
    rows = Badge.objects.filter(mine).select_related(*_SHOWN)
    if state:
        rows = rows.filter(state=state)
    if issuer is not None:
        rows = rows.filter(issuer=issuer)
    words = q.strip()
    if words:
        try:
            return rows.filter(public_id=UUID(words.rpartition("/")[2]))
        except ValueError:
            pass
        rows = rows.filter(
            Q(achievement__title_zh__icontains=words) | Q(achievement__code__iexact=words) | Q(learner__name=words)
        )
    return rows


def lines_to_ask(viewer: Standing, *, on: date) -> list[Line]:
    """What of one's own record has no credential on a day and may have one, the newest first."""
    keys = viewer.person_keys
    rows = Badge.objects.filter(learner__in=keys)
    has = set(rows.filter(~Q(state=Badge.State.REVOKED) | _DECIDED).values_list("certifies", flat=True))
    found = [line for line in lines_of(keys, on=on) if line.certifies not in has]
    return sorted(found, key=lambda line: (line.record.ended_on, line.record.pk), reverse=True)


def barred(certifies: Collection[UUID]) -> set[UUID]:
    """Of these what an officer revoked and nobody issued anew: no credential comes by itself or by asking."""
    return set(Badge.objects.filter(_DECIDED, certifies__in=certifies).values_list("certifies", flat=True))


def versions_of(row: Badge) -> list[Badge]:
    """Every version of a credential, the newest first."""
    return list(Badge.objects.filter(certifies=row.certifies).order_by("-version"))


def looks_at(row: Badge) -> list[Look]:
    """The newest organisations that verified a credential."""
    return list(Look.objects.filter(badge=row).order_by("-pk")[:20])


def own_shares(viewer: Standing) -> QuerySet[Share]:
    """One's own links, how often and when last each was followed; for a list by (-id)."""
    rows = Share.objects.filter(learner__in=viewer.own_keys(SHARE) or [-1])
    return rows.annotate(look_count=Count("looks", distinct=True), looked_at=Max("looks__at")).prefetch_related(
        "items__badge__achievement"
    )


def own_share(viewer: Standing, public_id: UUID) -> Share | None:
    return own_shares(viewer).select_related("learner").filter(public_id=public_id).first()


def share_by_hash(token_hash: bytes, *, at: datetime) -> Share | None:
    """The open share of a link; nothing for one that ended, was withdrawn, or never was."""
    rows = Share.objects.select_related("learner").filter(
        token_hash=token_hash, withdrawn_at=None, until__gt=at, learner__erased_at=None
    )
    return rows.first()


def badges_in(share: Share) -> list[Badge]:
    """What a share shows, the newest first. One query."""
    rows = Badge.objects.filter(pk__in=share.items.values("badge"), holder_left_at=None)
    return list(rows.select_related(*_SHOWN).order_by("-awarded_on", "-pk"))


def issuing_bodies(viewer: Standing) -> QuerySet[Organisation]:
    """Institutions for which the viewer issues."""
    mine = visible(viewer, ISSUE, organisation="pk", territory="territory")
    return Organisation.objects.filter(mine, is_active=True).order_by("code")


def batches(viewer: Standing) -> QuerySet[Batch]:
    """For a list by (-id)."""
    mine = visible(viewer, ISSUE, organisation="organisation", territory="organisation__territory")
    return Batch.objects.filter(mine).select_related("organisation__territory", "asked_by", "job")


def batch(viewer: Standing, public_id: UUID) -> Batch | None:
    return batches(viewer).filter(public_id=public_id).first()


def issuing_rules(viewer: Standing) -> QuerySet[IssuingRule]:
    """Standing orders that run, of the viewer's institutions."""
    mine = visible(viewer, ISSUE, organisation="organisation", territory="organisation__territory")
    rows = IssuingRule.objects.filter(mine, ended_at=None).select_related("organisation__territory", "made_by")
    return rows.order_by("organisation__code", "kind")


def signing_keys(viewer: Standing) -> QuerySet[SigningKey]:
    """Keys of the issuers for which the viewer keeps them, with how many credentials each signed; by (-id)."""
    mine = visible(viewer, KEYS, organisation="issuer", territory="issuer__territory")
    return SigningKey.objects.filter(mine).select_related("issuer__territory", "made_by")


def signed_by(keys: Sequence[SigningKey]) -> dict[int, int]:
    """By key how many credentials that hold it signed. One query."""
    rows = Badge.objects.filter(key__in=keys).exclude(state=Badge.State.REVOKED)
    return dict(rows.values_list("key").annotate(Count("pk")))


def counts(viewer: Standing) -> dict[str, Any]:
    """Of the viewer's issuers, how many credentials are in each state. One query."""
    mine = visible(viewer, REVOKE, organisation="issuer", territory="issuer__territory")
    return dict(Badge.objects.filter(mine).values_list("state").annotate(Count("pk")).order_by())
