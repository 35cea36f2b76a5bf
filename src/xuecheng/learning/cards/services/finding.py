"""Lost and found: anybody says that a card was found, and its holder is told, if it is anybody's (C-83)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, refusing
from xuecheng.learning.cards import news, queries
from xuecheng.learning.cards.models import Finding, Use
from xuecheng.learning.creditbank.rules import normalise_card_number

_ONCE_IN = timedelta(days=1)
_ROBOT = "cards"


def report_found(*, public_id: UUID, number: str, lies_at: Organisation | None, at: datetime) -> None:
    """Keep what a finder says, for whichever number: nothing is looked up here, so nothing shows whether it is known.

    Anybody may. Said twice, once. Raises `CardNumberWrong`, which says only that the digits cannot be right.
    """
    digits = normalise_card_number(number)
    with (
        trace.change(by=trace.robot(_ROBOT), why=gettext_noop("Somebody says to have found a card")),
        refusing(card_finding_public_id_once=FormUsedBefore),
    ):
        Finding.objects.get_or_create(
            public_id=public_id, defaults={"number": digits, "lies_at": lies_at, "said_at": at}
        )


def pass_on_findings(*, at: datetime) -> int:
    """Tell the holders of cards that were found, each once a day at most; how many were told. Safe twice."""
    told = 0
    for one in queries.findings_waiting():
        with trace.change(by=trace.robot(_ROBOT), why=gettext_noop("The holder of a found card was told")):
            row = Finding.objects.select_for_update(no_key=True).select_related(None).get(pk=one.pk)
            if row.told_at is not None:
                continue
            card = queries.card_numbered(row.number)
            known = queries.told_since(row.number, at - _ONCE_IN, with_place=one.lies_at is not None)
            if card is not None and not known:
                news.tell_found(card, one.lies_at, at=at)
                row.is_passed_on = True
                told += 1
            row.told_at = at
            row.save(update_fields=["told_at", "is_passed_on"])
    return told


def tidy_cards(*, at: datetime) -> None:
    """Drop findings and uses that are older than the city keeps them. Safe twice."""
    terms = queries.terms()
    with trace.change(by=trace.robot(_ROBOT), why=gettext_noop("Old uses of cards dropped")):
        Finding.objects.filter(said_at__lt=at - timedelta(days=terms.found_days)).delete()
        Use.objects.filter(at__lt=at - timedelta(days=max(terms.use_days, 30) + 1)).delete()
