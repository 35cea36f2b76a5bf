"""Applications: one's own, those of a centre, and those that the clock looks after."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Mod

from xuecheng.city.rights import Standing, visible
from xuecheng.learning.creditbank.ledger import BOOKS
from xuecheng.learning.priorlearning.models import Application, Claim, Group, Member
from xuecheng.learning.recognition.models import Posting

from .acts import APPLY, HANDLE, LODGE
from .seeing import seen_by

_SHOWN = ("learner", "centre__organisation__territory", "group__organisation", "employer")


def _rows() -> QuerySet[Application]:
    return Application.objects.select_related(*_SHOWN).prefetch_related("claims__unit__level__framework")


def whole(key: int) -> Application:
    """An application with what its pages and verbs read."""
    return _rows().get(pk=key)


def own_applications(viewer: Standing) -> QuerySet[Application]:
    """One's own, for a list by (-id)."""
    return _rows().filter(visible(viewer, APPLY, person="learner"))


def own_application(viewer: Standing, public_id: UUID) -> Application | None:
    return own_applications(viewer).filter(public_id=public_id).first()


def application(viewer: Standing, public_id: UUID) -> Application | None:
    """One application as its learner, the centre or its assessors see it."""
    return _rows().filter(seen_by(viewer), public_id=public_id).first()


def handling(viewer: Standing) -> Q:
    return visible(viewer, HANDLE, organisation="centre__organisation", territory="centre__organisation__territory")


def handed_in(viewer: Standing) -> QuerySet[Application]:
    """All that was ever handed in to the viewer's centres, by others than the viewer."""
    return _rows().filter(handling(viewer), submitted_at__isnull=False).exclude(learner__in=viewer.person_keys)


def applications_to_handle(viewer: Standing, *, state: str = "") -> QuerySet[Application]:
    """What the viewer's centres have in hand: what waits to be looked through by default. The oldest clock first."""
    rows = handed_in(viewer)
    if state == "open":
        return rows.filter(state__in=Application.OPEN)
    return rows.filter(state=state or Application.State.SUBMITTED)


def claim_of(row: Application, number: int) -> Claim | None:
    """A unit of the application by its number; no query."""
    found = next((one for one in row.claims.all() if one.number == number), None)
    if found is not None:
        found.application = row
    return found


def to_tend(*, today: date) -> QuerySet[Application]:
    """What the clock may have to move: whatever waits for a draw, is due, was granted and not posted, or whose credit
    was taken back or given again since. An erased learner's cases are over."""
    waits = Q(state=Application.State.SCREENED) | Q(state__in=["assessing", "appealed"])
    due = Q(state__in=["submitted", "decided"], due_on__isnull=False)
    unposted = Q(claims__state=Claim.State.GRANTED, claims__posting=None)
    task = Q(claims__state=Claim.State.TASK, claims__task_due_on__lt=today)
    corrected = Q(pk__in=_corrected().values("application"))
    rows = Application.objects.filter(waits | due | unposted | task | corrected)
    return rows.filter(paused_at=None, learner__erased_at=None).distinct().order_by("due_on", "id")


def _corrected() -> QuerySet[Claim]:
    """Claims that do not say yet what a correction did to their credit, however long ago the case was closed."""
    of_book = {"book": Mod(OuterRef("learner_id"), Value(BOOKS))}
    taken_back = Posting.objects.filter(reverses=OuterRef("posting"), **of_book)
    again = Posting.objects.filter(record_id=OuterRef("record_id"), identity=OuterRef("identity"), **of_book)
    standing = again.filter(reverses=None).exclude(
        Exists(Posting.objects.filter(reverses=OuterRef("key"), book=OuterRef("book")))
    )
    return Claim.objects.filter(
        Q(Exists(taken_back), state=Claim.State.GRANTED) | Q(Exists(standing), state=Claim.State.REVERSED)
    )


def own_memberships(viewer: Standing) -> QuerySet[Member]:
    """Groups that ask the viewer whether they take part."""
    rows = Member.objects.filter(visible(viewer, APPLY, person="person"))
    return rows.select_related("person", "group__organisation", "group__centre__organisation").prefetch_related(
        "group__units"
    )


def visible_groups(viewer: Standing) -> QuerySet[Group]:
    """Groups that the viewer's organisations lodged, with how far their members are."""
    mine = visible(viewer, LODGE, organisation="organisation", territory="organisation__territory")
    rows = Group.objects.filter(mine).select_related("organisation__territory", "centre__organisation")
    done = Q(members__application__state__in=["decided", "closed"])
    return rows.prefetch_related("units").annotate(
        asked=Count("members", distinct=True),
        agreed=Count("members", filter=Q(members__state="agreed"), distinct=True),
        decided=Count("members", filter=done, distinct=True),
    )
