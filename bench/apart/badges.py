"""Credentials for everybody by the product's job, and the bare signing of what it wrote."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class _Held:
    """A key in memory."""

    verification_method = "did:web:bench.example#key-1"
    key = Ed25519PrivateKey.from_private_bytes(b"\x05" * 32)

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)


def issue(*, most: int) -> dict[str, Any]:
    """Credentials a second: by the job, and of `most` of the same documents signed again without anything else."""
    from xuecheng.city import clock
    from xuecheng.city.ids import uuid7
    from xuecheng.city.organisations.models import Organisation
    from xuecheng.learning.badges import services
    from xuecheng.learning.badges.models import Badge
    from xuecheng.learning.proofs.integrity import signed
    from xuecheng.learning.recognition.models import Posting
    from xuecheng.learning.records.models import LearningRecord

    from .city import COLLEGE, _Hand, _standing

    college = Organisation.objects.select_related("territory").get(code=COLLEGE)
    credited = Posting.objects.filter(institution=college, reverses=None).values("record_id")
    codes = LearningRecord.objects.filter(pk__in=credited).values_list("code", flat=True).distinct().order_by("code")
    today = clock.today()
    batches = [
        services.issue_for_course(
            actor=_standing("huang.xiaotong"), public_id=uuid7(), organisation=college, code=code,
            ended_from=today - timedelta(days=3650), ended_to=today + timedelta(days=1), at=clock.now(),
        )
        for code in codes
    ]  # fmt: skip
    began = time.perf_counter()
    for batch in batches:
        services.issue_batch(batch, _Hand(), now=clock.now)
    job = Badge.objects.filter(batch__in=batches).count() / (time.perf_counter() - began)
    rows = Badge.objects.filter(batch__in=batches).values_list("document", flat=True)[:most]
    unsigned = [{name: part for name, part in json.loads(text).items() if name != "proof"} for text in rows]
    began, held, now = time.perf_counter(), _Held(), clock.now()
    for document in unsigned:
        signed(document, by=held, at=now)
    return {"job": job, "bare": len(unsigned) / (time.perf_counter() - began)}
