"""`xuecheng ledger`: verify and seal the ledger, list city heads, look up balances."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

import click
from django.db import connection
from django.utils.translation import override

from xuecheng.city import clock
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank import ledger as books
from xuecheng.learning.creditbank import rules
from xuecheng.learning.creditbank.queries import names_of_classes


@click.group()
def ledger() -> None:
    """Verify and seal the ledger, list city heads, look up balances."""


@ledger.command()
@override("en")  # one language for the whole answer: the counts beside the faults are English
@click.option(
    "--book", "chosen", type=click.IntRange(0, books.BOOKS - 1), multiple=True, help="Only this book; repeat."
)
@click.option("--sums/--no-sums", "with_sums", default=True, help="Also that balances are the sums of their postings.")
@click.option("--json", "as_json", is_flag=True, help="One object: is_good, books, blocks, rows, faults, findings.")
def verify(*, chosen: tuple[int, ...], with_sums: bool, as_json: bool) -> None:
    """Verify seals against rows, and balances against sums; name the first bad row of each book.

    Ends with 0 when all is good and with 1 when something is not.
    """
    wanted = sorted(set(chosen)) or list(range(books.BOOKS))
    with _bar(wanted, "Seals", as_json=as_json) as bar:
        found = books.verify(books=wanted, progress=lambda _done, _total: bar.update(1))
    findings: list[books.Finding] = []
    if with_sums:
        with _bar(wanted, "Sums ", as_json=as_json) as bar:
            for book in bar:
                findings += books.reconcile(book=book)
        if not chosen:
            findings += books.reconcile_city(now=clock.now())
    is_good = found.is_good and not findings
    if as_json:
        told = {
            "is_good": is_good,
            "books": found.books,
            "blocks": found.blocks,
            "rows": found.rows,
            "faults": [asdict(fault) for fault in found.faults],
            "findings": [
                {"check": str(one.check), "book": one.book, "values": {k: str(v) for k, v in one.values.items()}}
                for one in findings
            ],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for problem in [*found.faults, *findings]:
            click.secho(f"✗ {problem}", fg="red")
        counted = f"{found.books} books, {found.blocks:,} blocks, {found.rows:,} sealed rows"
        click.secho(f"✓ Good: {counted}." if is_good else f"✗ Not good: {counted}.", fg="green" if is_good else "red")
    sys.exit(0 if is_good else 1)


@ledger.command()
@click.option("--json", "as_json", is_flag=True)
def seal(*, as_json: bool) -> None:
    """Seal everything that was posted, whatever its age, and publish a city head over it."""
    sealed = books.seal_all()
    head = books.publish_city_head()
    if as_json:
        told = {"books": sealed.books, "blocks": sealed.blocks, "rows": sealed.rows, "head": head.n}
        click.echo(json.dumps(told | {"hash": head.hash.hex()}))
    else:
        click.echo(f"Sealed {sealed.rows:,} rows of {sealed.books} books in {sealed.blocks:,} blocks.")
        click.echo(f"City head {head.n}: {head.hash.hex()}")


@ledger.command()
@click.option("--last", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many, the newest first.")
@click.option("--publish", is_flag=True, help="Publish one now.")
@click.option("--anchor", "place", default=None, help="Note that the newest head was made known at this place.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def heads(*, last: int, publish: bool, place: str | None, as_json: bool) -> None:
    """List city heads: the hashes over all books, which are made known outside (anchored) day by day."""
    if publish:
        books.publish_city_head()
    if place is not None:
        books.anchor(head=books.newest_city_head().n, place=place)
    with connection.cursor() as cursor:
        cursor.execute(
            "select h.n, h.at, h.hash, array(select a.place from ledger.anchor a where a.n = h.n order by a.at)"
            " from ledger.city_head h order by h.n desc limit %s",
            [last],
        )
        rows = cursor.fetchall()
    for n, at, digest, places in rows:
        if as_json:
            told = {"n": n, "at": at.isoformat(), "hash": bytes(digest).hex(), "anchored_at": places}
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            anchored = f"  anchored at {', '.join(places)}" if places else ""
            click.echo(f"{n:>8}  {at.astimezone(clock.zone()):%Y-%m-%d %H:%M:%S}  {bytes(digest).hex()}{anchored}")


@ledger.command()
@click.argument("who")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="What counted at the end of this day.")
@click.option("--known", type=click.DateTime(["%Y-%m-%d"]), help="As the books said at the end of this day.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def balance(*, who: str, day: datetime | None, known: datetime | None, as_json: bool) -> None:
    """Balances of a learner by class of credit. WHO is a card number or a sign-in name."""
    person = _learner(who)
    held = books.balances_of(learner_id=person.pk)
    names = names_of_classes({one.unit for one in held})
    for one in held:
        amount = one.balance
        if day is not None:
            amount = books.balance_at_effect(
                account=one.account,
                effective_at=_end_of(day.date()),
                as_recorded_at=_end_of(known.date()) if known else None,
            )
        elif known is not None:
            amount = books.balance_at_record(account=one.account, at=_end_of(known.date())).balance
        name = names.get(one.unit)
        told = {
            "account": one.account,
            "role": one.role.name.lower(),
            "framework": name.framework if name else "",
            "kind": name.kind if name else "",
            "level": name.level_label if name else "",
            "credits": rules.shown_credits(amount),
        }
        if as_json:
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            kind, level = told["kind"], told["level"]
            click.echo(f"{told['credits']:>12}  {told['framework']:8} {kind:12} level {level or '–':6} {told['role']}")
    if not held and not as_json:
        click.echo("No credits yet.")


def _learner(who: str) -> Person:
    person = Person.objects.filter(sign_in_name=who).first()
    if person is None:
        try:
            number = rules.normalise_card_number(who)
        except Refusal:
            number = ""
        person = Person.objects.filter(learning_account__card_number=number).first()
    if person is None:
        raise click.BadParameter("There is no account with this sign-in name or card number.", param_hint="WHO")
    return person


def _end_of(day: date) -> datetime:
    """The last microsecond of the city's day."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.zone()) - timedelta(microseconds=1)


def _bar(wanted: list[int], label: str, *, as_json: bool) -> Any:
    """A progress bar on the terminal; silent where nobody watches or a script reads."""
    hidden = as_json or not sys.stderr.isatty()
    return _Silent(wanted) if hidden else click.progressbar(wanted, label=label, file=sys.stderr)


class _Silent:
    """A progress bar that shows nothing."""

    def __init__(self, wanted: Iterable[int]) -> None:
        self._wanted = wanted

    def __enter__(self) -> _Silent:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def __iter__(self) -> Any:
        return iter(self._wanted)

    def update(self, steps: int) -> None:
        """Nothing to show."""
