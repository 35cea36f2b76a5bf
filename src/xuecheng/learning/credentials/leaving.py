"""What becomes of transcripts when their holder is erased: they answer that they were issued, and name nobody."""

from __future__ import annotations

from xuecheng.city.mydata.erasing import BLANKED, STAYS, Leaver, fate, when_erased

from . import rules
from .models import Transcript


def _leave(leaver: Leaver) -> None:
    """The digest is checked while the name is still there; its finding is kept, and the digest of what is left."""
    for row in Transcript.objects.select_for_update(no_key=True).filter(learner__in=leaver.keys).order_by("pk"):
        row.was_genuine = rules.snapshot_digest(row.snapshot) == row.digest
        row.snapshot = row.snapshot | {"holder": leaver.pseudonym, "card_number": ""}
        row.snapshot.pop("purpose", None)
        row.digest_since = rules.snapshot_digest(row.snapshot)
        row.holder_left_at = leaver.at
        row.revoked_why = leaver.without_words(row.revoked_why)[:200]
        row.save(update_fields=["was_genuine", "snapshot", "digest_since", "holder_left_at", "revoked_why"])


def declare() -> None:
    """Called from `apps.py`."""
    when_erased(_leave)
    fate("credentials.Transcript", "learner", becomes=BLANKED)
    fate("credentials.TranscriptPrint", "by", becomes=STAYS)
