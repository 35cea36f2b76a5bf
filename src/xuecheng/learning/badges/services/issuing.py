"""Verbs of issuing: for who asks, by an officer for a course, by rule; always the same credential for the same line.

Lock order: person → credential → signing key (shared) → status list.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.people.groups import groups_of, keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.trace import Actor
from xuecheng.learning.badges import addresses, news, rules
from xuecheng.learning.badges.models import Achievement, Badge, Batch, SigningKey
from xuecheng.learning.badges.queries.acts import ASK
from xuecheng.learning.badges.queries.held import barred
from xuecheng.learning.badges.queries.lines import Line, lines_of
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.proofs.integrity import Signer, signed

from . import status
from .keys import signer_of

ROBOT = trace.robot("badges")
_State, _How = Badge.State, Badge.How


class NothingToIssue(Refusal):
    message = _("There is no credit for this that a credential could certify.")
    remedy = _(
        "Choose something that stands on the account. What is being looked into waits until it is decided; what an"
        " officer revoked is issued again by an officer only."
    )
    field = "lines"


def ask_badges(
    *, actor: Standing, learner: Person, lines: Collection[UUID], with_name: bool, at: datetime
) -> list[Badge]:
    """Credentials for chosen lines of one's own record (`Line.certifies`). What has one keeps it.

    Right: badges.ask_badge on the learner. Raises `Denied`, `NothingToIssue`.
    """
    require(actor, ASK, on=learner)
    with trace.change(by=actor.person, why=gettext_noop("A credential was asked for")):
        lock_learners(keys_of(learner))
        found = lines_of(keys_of(learner), on=clock.date_of(at))
        chosen = [line for line in found if line.certifies in set(lines)]
        made = issue_lines(chosen, how=_How.ASKED, by=actor.person, with_name=with_name, at=at)
        if not made:
            raise NothingToIssue
        return made


def issue_lines(
    lines: Sequence[Line], *, how: str, by: Actor | None, at: datetime, with_name: bool = False,
    batch: Batch | None = None,
) -> list[Badge]:  # fmt: skip
    """Credentials for lines whose learners are locked; what holds already is answered as it is. In a transaction.

    What an officer revoked is left out: neither asking nor a batch nor a rule brings it back.
    """
    known = {
        row.certifies: row
        for row in Badge.objects.filter(certifies__in=[line.certifies for line in lines]).exclude(state=_State.REVOKED)
    }
    not_again = barred([line.certifies for line in lines])
    fresh = [line for line in lines if line.certifies not in known and line.certifies not in not_again]
    for row in make_rows(fresh, how=how, by=by, at=at, with_name=with_name, batch=batch):
        known[row.certifies] = row
    return [known[line.certifies] for line in lines if line.certifies in known]


def make_rows(
    lines: Sequence[Line], *, how: str, by: Actor | None, at: datetime, with_name: bool, batch: Batch | None = None
) -> list[Badge]:
    """The next version of each line, told to its holder. Every key first, then every list by ascending key."""
    groups: dict[int, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.issuer.pk if line.issuer else 0, []).append(line)
    signers = {issuer: signer_of(groups[issuer][0].issuer, at=at) for issuer in sorted(groups)}
    status.hold([issuer or None for issuer in groups])
    made = [
        row
        for issuer, signer in signers.items()
        for row in _issue_group(groups[issuer], signer, how=how, by=by, at=at, with_name=with_name, batch=batch)
    ]
    news.tell_issued(made, at=at)
    return made


def _issue_group(
    lines: Sequence[Line], signing: tuple[SigningKey, Signer], *, how: str, by: Actor | None, at: datetime,
    with_name: bool, batch: Batch | None,
) -> list[Badge]:  # fmt: skip
    """New rows of one issuer: signed, written in one statement."""
    issuer, (key, signer) = lines[0].issuer, signing
    newest: dict[UUID, Badge] = {}
    for row in Badge.objects.filter(certifies__in=[line.certifies for line in lines]).order_by("version"):
        newest[row.certifies] = row
    achievements = achievements_of(lines, at=at)
    holders = _holders([line.learner_id for line in lines], with_name=with_name)
    places = status.draw(issuer, len(lines), at=at)
    rows = []
    for line, (list_, index) in zip(lines, places, strict=True):
        before = newest.get(line.certifies)
        rows.append(
            Badge(
                public_id=uuid7(), learner_id=line.learner_id, issuer=issuer, achievement=achievements[line.certifies],
                certifies=line.certifies, record_id=line.record.pk, postings=list(line.postings),
                version=before.version + 1 if before else 1, replaces=before, credits=line.credits,
                awarded_on=line.record.ended_on, valid_until=line.valid_until, with_name=with_name, key=key,
                status_list=list_, status_index=index, how=_How.AGAIN if before else how, batch=batch, issued_at=at,
                issued_by=by if isinstance(by, Person) else None, state_since=at,
            )
        )  # fmt: skip
    for row, line in zip(rows, lines, strict=True):
        row.document = document_of(row, signer=signer, holder=holders[line.learner_id], level=_level(line), at=at)
    return Badge.objects.bulk_create(rows)


def sign_again(old: Badge, *, with_name: bool, by: Actor | None, how: str, at: datetime) -> Badge:
    """The next version of a credential that was revoked just now, in the same words. Its learner is locked."""
    key, signer = signer_of(old.issuer, at=at)
    ((list_, index),) = status.draw(old.issuer, 1, at=at)
    row = Badge(
        public_id=uuid7(), learner_id=old.learner_id, issuer=old.issuer, achievement=old.achievement,
        certifies=old.certifies, record_id=old.record_id, postings=old.postings, version=old.version + 1, replaces=old,
        credits=old.credits, awarded_on=old.awarded_on, valid_until=old.valid_until, with_name=with_name, key=key,
        status_list=list_, status_index=index, how=how, issued_at=at,
        issued_by=by if isinstance(by, Person) else None, state_since=at,
    )  # fmt: skip
    holder = _holders([old.learner_id], with_name=with_name)[old.learner_id]
    level = json.loads(old.document)["credentialSubject"].get("narrative", "")
    row.document = document_of(row, signer=signer, holder=holder, level=level, at=at)
    row.save(force_insert=True)
    return row


def document_of(row: Badge, *, signer: Signer, holder: tuple[str, str], level: str, at: datetime) -> str:
    """The signed credential as text: the bytes that people download."""
    identifier, name = holder
    document = rules.badge_document(
        address=addresses.credential(row.public_id),
        issuer=addresses.issuer_of(row.issuer),
        holder=rules.Holder(
            f"urn:uuid:{uuid5(row.public_id, 'subject')}", identifier, secrets.token_hex(16), name
        ),
        said=said_of(row.achievement),
        credits_=row.credits,
        awarded=row.awarded_on,
        issued=at,
        until=None if row.valid_until is None else _end_of(row.valid_until),
        place=addresses.place(row.status_list.number, row.status_index),
        level=level,
    )  # fmt: skip
    return json.dumps(signed(document, by=signer, at=at), ensure_ascii=False)


def _end_of(day: Any) -> datetime:
    """The moment after the last day, in the city."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.zone())


def said_of(row: Achievement) -> rules.Said:
    """An achievement as it is written into credentials and its own page."""
    return rules.Said(
        address=addresses.achievement(row.public_id), kind=row.kind, name=row.title_zh, description=row.about,
        criteria=row.criteria, credits=row.credits, code=row.code, outcomes=row.outcomes,
        creator=addresses.issuer_of(row.creator) if row.creator is not None else None,
        study=row.unit.field if row.unit else "", version=str(row.unit.version) if row.unit else "",
    )  # fmt: skip


def achievements_of(lines: Sequence[Line], *, at: datetime) -> dict[UUID, Achievement]:
    """The achievement of each line by `certifies`, made where nobody named it yet."""
    wanted = {line.certifies: _achievement(line, at=at) for line in lines}
    rows = {row.digest: row for row in wanted.values()}
    Achievement.objects.bulk_create(rows.values(), ignore_conflicts=True)
    found = {
        row.digest: row for row in Achievement.objects.select_related("creator", "unit").filter(digest__in=list(rows))
    }
    return {certifies: found[row.digest] for certifies, row in wanted.items()}


def _achievement(line: Line, *, at: datetime) -> Achievement:
    unit, record = line.unit, line.record
    title = unit.title_zh if unit else record.title
    where = line.issuer.name_zh if line.issuer else ""
    outcomes = [one["zh"] for one in unit.outcomes if one.get("zh")] if unit else []
    if unit:
        about = f"认证单元“{title}”：{line.of.framework_name}，{line.of.kind_name}，{unit.level.label}级。"
    else:
        about = f"{where}的“{title}”：{line.of.framework_name}，{line.of.kind_name}。"
    if line.rule is not None:
        criteria = f"学完并达到要求，按转换规则“{line.rule.name_zh}”（{line.rule}）认定学分。"
    else:
        criteria = "提交学习成果的证据，由评估员评审认定。"
    said = {
        "kind": line.kind, "creator": line.issuer.code if line.issuer else "", "unit": str(unit or ""),
        "class": line.of.unit, "code": record.code, "title": title, "about": about, "criteria": criteria,
        "outcomes": outcomes,
    }  # fmt: skip
    return Achievement(
        public_id=uuid7(), digest=hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(),
        kind=line.kind, creator=line.issuer, unit=unit, credit_class_id=line.of.unit,
        code=unit.code if unit else record.code, title_zh=title, title_en=unit.title_en if unit else "", about=about,
        criteria=criteria, outcomes=outcomes, credits=unit.credits if unit else 0, first_at=at,
    )  # fmt: skip


def _level(line: Line) -> str:
    level = f" {line.of.level_label} 级" if line.of.level_label else ""
    return f"{line.of.framework_name}，{line.of.kind_name}{level}"


def _holders(learners: Sequence[int], *, with_name: bool) -> dict[int, tuple[str, str]]:
    """By learner what is hashed (never a number: the random key of the account), and the name if it is wanted."""
    accounts = dict(LearningAccount.objects.filter(person__in=learners).values_list("person", "public_id"))
    people = Person.objects.only("public_id", "name").in_bulk(set(learners))
    return {
        key: (str(accounts.get(key, person.public_id)), person.name if with_name else "")
        for key, person in people.items()
    }


def lock_learners(learners: Collection[int]) -> list[int]:
    """Whoever issues for the same learner, or moves their credit, queues here.

    Answers every key of those whose data was not erased: merged accounts are locked together.
    """
    keys = {*learners, *(key for group in groups_of(learners).values() for key in group)}
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return [row.pk for row in rows.only("pk", "erased_at") if row.erased_at is None]
