"""What a holder takes along: JWT, comprehensive record, European Learning Model; made when it is asked for."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.learning.badges import addresses, rules
from xuecheng.learning.badges.models import Badge
from xuecheng.learning.badges.queries.acts import SEE
from xuecheng.learning.badges.queries.held import holding
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.proofs.documents import Document
from xuecheng.learning.proofs.integrity import signed

from .keys import jwt_signer_of, signer_of
from .sharing import NothingChosen

MOST_IN_RECORD: Final = 60
"""Credentials in one record: each costs a signature's canonical form again."""


class TooMany(Refusal):
    message = _("A record holds at most sixty credentials.")
    remedy = _("Choose fewer of them.")
    field = "badges"


class NotValid(Refusal):
    message = _("This credential does not hold, so it is not signed anew.")


def jwt_of(row: Badge, *, at: datetime) -> str:
    """A credential as a JWT, RS256 (standards §2.2): the signed document and the claims that repeat it.

    Whoever hands it out has checked who may see it. Raises `NotValid`.
    """
    if not row.holds(clock.date_of(at)) or not row.document:
        raise NotValid
    document: Document = json.loads(row.document)
    payload: dict[str, Any] = {
        **document,
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": _seconds(document["validFrom"]),
    }
    if "validUntil" in document:
        payload["exp"] = _seconds(document["validUntil"])
    with transaction.atomic():
        return jwt_signer_of(row.issuer, at=at).jwt(payload)


def record_of(
    *, actor: Standing, learner: Person, badges: Collection[UUID], with_name: bool, at: datetime
) -> tuple[str, list[Badge]]:
    """A Comprehensive Learner Record 2.0 of chosen credentials, or of all that hold; with the rows that are in it.

    Right: badges.see_badge on the learner. Raises `Denied`, `NothingChosen`, `TooMany`.
    """
    require(actor, SEE, on=learner)
    rows, is_partial = held(learner, badges, on=clock.date_of(at))
    address = f"urn:uuid:{uuid7()}"
    document = rules.clr_document(
        address=address,
        name="综合学习记录",
        issuer=addresses.issuer_of(None),
        holder=_holder(learner, address, with_name=with_name),
        badges=[json.loads(row.document) for row in rows],
        is_partial=is_partial,
        issued=at,
    )
    with transaction.atomic():
        _key, signer = signer_of(None, at=at)
        return json.dumps(signed(document, by=signer, at=at), ensure_ascii=False), rows


def held(learner: Person, badges: Collection[UUID], *, on: date) -> tuple[list[Badge], bool]:
    """The chosen credentials that hold on a day (none chosen: all), and whether others were left out."""
    rows = list(
        Badge.objects.filter(holding(on), learner__in=keys_of(learner), holder_left_at=None)
        .select_related("issuer__territory", "achievement__creator", "achievement__unit", "status_list", "key")
        .order_by("awarded_on", "pk")
    )
    chosen = [row for row in rows if not badges or row.public_id in badges]
    if not chosen:
        raise NothingChosen
    if len(chosen) > MOST_IN_RECORD:
        raise TooMany
    return chosen, len(chosen) < len(rows)


def _holder(learner: Person, address: str, *, with_name: bool) -> rules.Holder:
    account = LearningAccount.objects.filter(person__in=keys_of(learner)).order_by("person").first()
    own = account.public_id if account is not None else learner.public_id
    return rules.Holder(
        f"urn:uuid:{uuid5(own, address)}", str(own), secrets.token_hex(16), learner.name if with_name else ""
    )


def _seconds(stamp: str) -> int:
    return int(datetime.fromisoformat(stamp).timestamp())
