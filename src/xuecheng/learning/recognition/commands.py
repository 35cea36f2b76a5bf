"""`xuecheng recognise`: turn pending records into credit, here and now, without a worker."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import click
from django.db import transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person

from .services import runs


@dataclass
class _Hand:
    """Progress of work done here, in the form that jobs' work expects."""

    bar: Any
    done: int = 0
    total: int | None = None
    cursor: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def slice(self) -> Iterator[None]:
        before = self.done
        with transaction.atomic():
            yield
        self.bar.length = self.total or self.bar.length
        self.bar.update(self.done - before)

    def report(self) -> None:
        self.bar.length = self.total or self.bar.length


@click.command()
@click.option("--organisation", "code", default=None, help="Code of the institution; without it the whole city.")
@click.option("--by", "sign_in", required=True, help="Sign-in name of whoever starts it; their rights count.")
@click.option("--again", is_flag=True, help="Also records that got no credit before.")
@click.option("--json", "as_json", is_flag=True, help="One object: seen, credited, kept, refused.")
def recognise(*, code: str | None, sign_in: str, again: bool, as_json: bool) -> None:
    """Turn pending records into credit by the rules in force. Interrupted, the same command goes on."""
    person = Person.objects.filter(sign_in_name=sign_in).first()
    if person is None:
        raise click.BadParameter(f"There is no account {sign_in}.", param_hint="--by")
    organisation = None
    if code is not None:
        organisation = Organisation.objects.select_related("territory").filter(code=code).first()
        if organisation is None:
            raise click.BadParameter(f"There is no organisation {code}.", param_hint="--organisation")
    now = clock.now()
    run = runs.start_recognition(
        actor=standing_of(person, today=clock.date_of(now)),
        public_id=uuid7(),
        at=now,
        organisation=organisation,
        is_again=again,
    )
    with click.progressbar(length=1, label="Records", file=sys.stderr, hidden=as_json) as bar:
        run = runs.recognise_run(run, _Hand(bar), now=clock.now)
    if run.job is not None:
        # What was done here needs no worker: the queued task finds the job ended and leaves it.
        Job.objects.filter(pk=run.job.pk).update(state=Job.State.DONE, began_at=now, ended_at=clock.now())
    found = {
        "seen": run.seen_count,
        "credited": run.credited_count,
        "kept": run.carried_count,
        "refused": run.refused_count,
    }
    if as_json:
        click.echo(json.dumps(found))
    else:
        click.echo(
            f"{found['seen']:,} records: {found['credited']:,} credited, {found['kept']:,} kept for later, "
            f"{found['refused']:,} without credit."
        )
