"""Credentials for everybody by the product's job, the bare signing of what it wrote, and revoking among many."""

from __future__ import annotations

import json
import random
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
    held, now, each = _Held(), clock.now(), -(-most // len(batches))
    took = {"job": 0.0, "bare": 0.0}
    done = {"job": 0, "bare": 0}
    # In turn, batch by batch: what else runs on the machine disturbs both alike.
    for batch in batches:
        began = time.perf_counter()
        services.issue_batch(batch, _Hand(), now=clock.now)
        took["job"] += time.perf_counter() - began
        rows = list(Badge.objects.filter(batch=batch).values_list("document", flat=True))
        unsigned = [{name: part for name, part in json.loads(text).items() if name != "proof"} for text in rows[:each]]
        began = time.perf_counter()
        for document in unsigned:
            signed(document, by=held, at=now)
        took["bare"] += time.perf_counter() - began
        done = {"job": done["job"] + len(rows), "bare": done["bare"] + len(unsigned)}
    return {name: done[name] / took[name] for name in took}


def revoke(*, times: int) -> dict[str, Any]:
    """Seconds that one officer takes to revoke one of all credentials and a stranger to read the page that says so."""
    from xuecheng.city import clock
    from xuecheng.learning.badges import services
    from xuecheng.learning.badges.models import Badge, StatusList
    from xuecheng.learning.badges.services import publishing
    from xuecheng.learning.proofs import statuslist

    from .city import _standing

    desk = _standing("huang.xiaotong")
    rows = Badge.objects.select_related("issuer__territory", "status_list").filter(state="valid", document="{}")
    newest = Badge.objects.order_by("-pk").values_list("pk", flat=True)[0]
    oldest = newest - Badge.objects.filter(document="{}").count() + 1
    seconds = 0.0
    for _time in range(times):
        row = rows.filter(pk__gte=random.randint(oldest, newest)).order_by("pk").first() or rows.order_by("pk")[0]
        began = time.perf_counter()
        services.revoke_badge(actor=desk, badge=row, why="bench", at=clock.now())
        found = publishing.status_list_text(row.status_list.number, "revocation", at=clock.now())
        seconds += time.perf_counter() - began
        bits = statuslist.decoded(json.loads(found[0])["credentialSubject"]["encodedList"]) if found else b""
        if not statuslist.bit(bits, row.status_index):
            raise RuntimeError("the page does not tell of the revocation")
    return {"seconds": seconds / times, "lists": StatusList.objects.count()}


def draw(*, times: int) -> dict[str, Any]:
    """Seconds to draw 50 places; they are given back."""
    from django.db import transaction

    from xuecheng.city import clock
    from xuecheng.learning.badges.models import StatusList
    from xuecheng.learning.badges.services import status

    issuer = StatusList.objects.select_related("issuer").order_by("-number")[0].issuer
    began = time.perf_counter()
    for _time in range(times):
        with transaction.atomic():
            status.draw(issuer, 50, at=clock.now())
            transaction.set_rollback(True)
    return {"seconds": (time.perf_counter() - began) / times}
