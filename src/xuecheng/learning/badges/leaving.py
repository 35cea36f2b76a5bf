"""What becomes of credentials when their holder is erased: the documents go, shares too; bits and numbers stay.

A file that the holder took along still verifies: nothing here says any more whose it was.
"""

from __future__ import annotations

from xuecheng.city.mydata.erasing import BLANKED, GOES, STAYS, Leaver, fate, when_erased

from .models import Badge, Share


def _leave(leaver: Leaver) -> None:
    for row in Badge.objects.select_for_update(no_key=True).filter(learner__in=leaver.keys).order_by("pk"):
        row.document, row.holder_left_at = "", leaver.at
        row.why = leaver.without_words(row.why)[:200]
        row.looks.all().delete()
        row.save(update_fields=["document", "holder_left_at", "why"])
    Share.objects.filter(learner__in=leaver.keys).delete()


def declare() -> None:
    """Called from `apps.py`."""
    when_erased(_leave)
    fate("badges.Badge", "learner", becomes=BLANKED)
    fate("badges.Share", "learner", becomes=GOES)
    for model, field in IN_OFFICE_FIELDS:
        fate(f"badges.{model}", field, becomes=STAYS)


IN_OFFICE_FIELDS = (
    ("Badge", "issued_by"),
    ("Batch", "asked_by"),
    ("IssuingRule", "made_by"),
    ("SigningKey", "made_by"),
)
"""Who did something for an issuer."""
