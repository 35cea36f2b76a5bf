"""Background work of real-name proof: asking the outside service, letting documents expire."""

from __future__ import annotations

from typing import Any

from xuecheng.city import clock, vault
from xuecheng.city.jobs.progress import Progress

from . import services
from .models import IdentityDocument
from .outside import verifier


def ask_service(progress: Progress) -> dict[str, Any]:
    """Kind `realname.ask_service`: confirm one document outside. What the job keeps names no number."""
    document = IdentityDocument.objects.select_related("person").get(pk=progress.arguments["document"])
    service = verifier()
    if service is None or document.state != IdentityDocument.State.CLAIMED:
        return {"state": document.state}
    number = vault.open_sealed(services.PURPOSE, str(document.public_id), bytes(document.number_sealed))
    confirmation = service.confirm(kind=document.kind, number=number, name=document.name_on_document)
    taken = services.take_answer(document=document, confirmation=confirmation, at=clock.now())
    return {"state": taken.state}


def expire_documents() -> None:
    """Routine `realname.expire_documents`."""
    services.expire_due(today=clock.today())
