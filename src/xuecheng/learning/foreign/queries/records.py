"""Outside records: one's own, those at an officer's desk, those whose issuer is asked again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Mod

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Standing, visible
from xuecheng.learning.creditbank.ledger import BOOKS
from xuecheng.learning.exchange.models import Case
from xuecheng.learning.foreign.models import Delivery, ForeignRecord
from xuecheng.learning.recognition.models import Posting

from .acts import BRING, DECIDE

_SHOWN = ("learner", "body__territory", "delivery", "stated_by", "issuer", "rule", "unit", "decided_by", "part_of")


def _rows() -> QuerySet[ForeignRecord]:
    return ForeignRecord.objects.select_related(*_SHOWN)


def deciding(viewer: Standing) -> Q:
    return visible(viewer, DECIDE, organisation="body", territory="body__territory")


def own_records(viewer: Standing) -> QuerySet[ForeignRecord]:
    """One's own, for a list by (-id)."""
    return _rows().filter(visible(viewer, BRING, person="learner"))


def record(viewer: Standing, public_id: UUID) -> ForeignRecord | None:
    """One record as its learner or an officer sees it."""
    own = visible(viewer, BRING, person="learner")
    return _rows().filter(own | deciding(viewer), public_id=public_id).first()


def desk(viewer: Standing, *, state: str = "") -> QuerySet[ForeignRecord]:
    """What waits at the viewer's desk, the oldest first by (waits_since, id); `revoked`: what counts and should not."""
    rows = _rows().filter(deciding(viewer)).exclude(learner__in=viewer.person_keys)
    if state == "revoked":
        return rows.filter(state=ForeignRecord.State.CREDITED).filter(
            Q(revoked_at__isnull=False) | Q(contested_at__isnull=False, contested_at__gt=F("decided_at"))
        )
    return rows.filter(state=state or ForeignRecord.State.WAITING)


def waiting_at_desk(viewer: Standing) -> QuerySet[ForeignRecord]:
    """The same for counting: without what a page shows beside it."""
    rows = ForeignRecord.objects.filter(deciding(viewer), state=ForeignRecord.State.WAITING)
    return rows.exclude(learner__in=viewer.person_keys)


def waiting_of_body(body: Organisation) -> QuerySet[ForeignRecord]:
    """What waits and rules of this body may speak of; not what its learner asked about again, which people decide."""
    rows = ForeignRecord.objects.filter(state=ForeignRecord.State.WAITING, round=1, learner__erased_at=None)
    return rows.filter(Q(body=body) | Q(body__territory__path__startswith=body.territory.path or "-"))


def own_deliveries(viewer: Standing) -> QuerySet[Delivery]:
    """Files that one brought, without their sealed bytes."""
    rows = Delivery.objects.filter(visible(viewer, BRING, person="learner")).defer("sealed")
    return rows.select_related("job", "body__territory")


def delivery(viewer: Standing, public_id: UUID) -> Delivery | None:
    return own_deliveries(viewer).filter(public_id=public_id).first()


def identities_credited(keys: tuple[int, ...]) -> frozenset[str]:
    """Units that these keys were credited, by whatever way, or that are being exchanged (C-25). Three queries."""
    postings = Posting.objects.filter(learner_id__in=keys).exclude(identity="")
    taken_back = set(postings.filter(reverses__isnull=False).values_list("reverses", flat=True))
    standing = postings.filter(reverses__isnull=True).values_list("key", "identity")
    cases = Case.objects.filter(learner__in=keys, state__in=Case.LIVE).exclude(target_unit="")
    return frozenset(
        [*(one for key, one in standing if key not in taken_back), *cases.values_list("target_unit", flat=True)]
    )


def corrected() -> QuerySet[ForeignRecord]:
    """Records that do not say yet what a correction or withdrawal did to their credit. One query."""
    of_book = {"book": Mod(OuterRef("learner_id"), Value(BOOKS))}
    taken_back = Posting.objects.filter(reverses=OuterRef("posting"), **of_book)
    again = Posting.objects.filter(record_id=OuterRef("record_id"), reverses=None, **of_book).exclude(
        Exists(Posting.objects.filter(reverses=OuterRef("key"), book=OuterRef("book")))
    )
    rows = ForeignRecord.objects.filter(state__in=[ForeignRecord.State.CREDITED, ForeignRecord.State.REVERSED])
    return rows.filter(Q(Exists(taken_back), state="credited") | Q(Exists(again), state="reversed")).order_by("pk")


def to_recheck(*, before: datetime, limit: int) -> list[ForeignRecord]:
    """Records whose issuer keeps a list of what is revoked, and was not asked since; those that were asked longest ago
    first, answered or not. What was erased is asked about no more. One query.
    """
    rows = ForeignRecord.objects.filter(
        Q(tried_at=None) | Q(tried_at__lt=before), has_status=True, checked_at__lt=before, revoked_at=None,
        state__in=["waiting", "credited"], delivery__isnull=False, learner__erased_at=None,
    ).exclude(delivery__sealed=b"")  # fmt: skip
    return list(rows.select_related("body__territory").order_by(F("tried_at").asc(nulls_first=True), "pk")[:limit])
