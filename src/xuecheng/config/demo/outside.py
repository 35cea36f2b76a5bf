"""Learning from outside in the demonstration: two issuers, rules, and a record in every state.

Done through the same services as real ones; in one transaction, so that an interrupted load goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.jobs.models import Job
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.people.models import Person
from xuecheng.learning.foreign import queries, services
from xuecheng.learning.foreign.models import ForeignIssuer, ForeignRecord, ForeignRule
from xuecheng.learning.recognition.models import Posting

from .outside_badges import Platform, bring_badges, rule_text
from .place import NAMESPACE

_DAYS = timedelta(days=1)


def bring(author: Standing, approver: Standing, *, now: datetime) -> None:
    """A university abroad is recognised with a rule; learners bring transcripts, officers decide what the rule leaves."""
    with transaction.atomic():
        body = queries.bodies(author).first()
        if ForeignIssuer.objects.exists() or body is None:
            return
        at = now - 40 * _DAYS
        known = Person.objects.filter(sign_in_name="he.jialin").first()
        held = set(Posting.objects.filter(learner=known).values_list("unit", flat=True))
        unit, *others = [one for one in queries.units() if one.credits >= 200]
        free = [one for one in others if one.pk not in held]
        platform = Platform()
        issuers = []
        for name_zh, name_en, country, kind, keys in (
            ("华沙大学", "University of Warsaw", "PL", "university", ["schac:uw.edu.pl"]),
            ("开放慕课联盟", "Open Courses Alliance", "", "platform", ["did:web:courses.example", platform.did]),
        ):
            row = services.propose_issuer(
                actor=author, public_id=_id(keys[0]), body=body, name_zh=name_zh, name_en=name_en, country=country,
                kind=kind, keys=keys, why="公开登记，标识已逐字核对", at=at,
            )  # fmt: skip
            issuers.append(services.put_in_force(actor=approver, law=row, reason="登记查过，同意", at=at))
        text: dict[str, Any] = {
            "issuer": issuers[0], "issuer_class": "", "kind": "Course", "level": "", "achievement": "", "unit": unit,
            "num": 300, "den": 500, "most": None, "needs": "unproven", "validity_months": None,
            "effect_from": date(2015, 1, 1), "effect_to": None, "why": "欧洲学分五个抵本市三个，成绩单须写明本人姓名",
        }  # fmt: skip
        rule = services.draft_rule(
            actor=author, public_id=_id("rule"), body=body, text=services.RuleText(**text), at=at
        )
        _try(rule, at=at)
        services.put_in_force(actor=approver, law=rule, reason="同意", at=at)
        for of, achievement in zip(free, ("", "统计学基础"), strict=False):
            badges = services.draft_rule(
                actor=author, public_id=_id(f"badges/{achievement}"), body=body, at=at,
                text=rule_text(of, issuers[1], achievement),
            )  # fmt: skip
            _try(badges, at=at)
            services.put_in_force(actor=approver, law=badges, reason="同意", at=at)
        waiting = text | {"issuer": issuers[1], "needs": "verified", "kind": "", "why": "平台课程有数字签名，可以核实"}
        proposal = services.draft_rule(
            actor=author, public_id=_id("proposal"), body=body, text=services.RuleText(**waiting), at=now - 2 * _DAYS
        )
        people = list(
            Person.objects.filter(is_fictional=True, is_active=True, merged_into=None, sign_in_name__startswith="r0")
            .exclude(pk__in=Posting.objects.filter(unit=unit).values("learner"))
            .order_by("sign_in_name")[:7]
        )
        for number, person in enumerate([*([known] if known else []), *people]):
            _one(person, number, unit, author, approver, now=now)
        if known is not None:
            bring_badges(platform, known, approver, now=now, name=_id, here=_Here)
        _try(proposal, at=now - 2 * _DAYS)


def _try(rule: ForeignRule, *, at: datetime) -> None:
    """Its dry run, which nobody puts it in force without."""
    trial = rule.trials.select_related("rule__body__territory", "rule__unit", "job").order_by("-pk")[0]
    assert trial.job is not None
    services.run_trial(trial, _Here(trial.job), now=lambda: at)
    Job.objects.filter(pk=trial.job.pk).update(state=Job.State.DONE, ended_at=at)


def _one(person: Person, number: int, unit: Any, author: Standing, approver: Standing, *, now: datetime) -> None:
    """One learner's transcript, and what became of it: by its number in the row."""
    at = now - (20 - number) * _DAYS
    me = standing_of(person, today=clock.date_of(at))
    is_another = number == 3
    name = ("Maria", "Kowalska") if is_another else (person.name[1:], person.name[:1])
    kind = "Course" if number in (1, 2) else "Certificate"
    row = services.bring_file(
        actor=me, public_id=_id(f"file/{number}"), file_name="成绩单.xml" if number != 6 else "照片.png",
        chunks=[_transcript(*name, kind=kind, year=person.birth_year) if number != 6 else "这不是成绩单".encode()], at=at,
    )  # fmt: skip
    assert row.job is not None
    services.read_delivery(row, _Here(row.job), now=lambda: at)
    Job.objects.filter(pk=row.job.pk).update(state=Job.State.DONE, ended_at=at)
    record = ForeignRecord.objects.filter(delivery=row).first()
    if record is None or number not in (4, 5, 7):
        return
    if number == 7:
        services.credit_record(
            actor=author, record=record, unit=unit, amount=100, words="证书内容与本单元第一部分相当", at=at + _DAYS
        )
        return
    services.refuse_record(actor=approver, record=record, words="证书没有写明学习内容，无法比对。", at=at + _DAYS)
    if number == 5:
        services.ask_again(actor=me, record=record, words="附上课程说明：编译原理，六十学时。", at=at + 2 * _DAYS)


class _Here(Progress):
    """The same work without a worker: within the load's own transaction nobody else has the job."""

    @contextmanager
    def slice(self) -> Iterator[None]:
        with transaction.atomic():
            yield


def _transcript(given: str, family: str, *, kind: str, year: int | None) -> bytes:
    born = f"<bday>{year}-05-01</bday>" if year else ""
    type_of = f"<type>{kind}</type>" if kind == "Course" else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<elmo xmlns="https://github.com/emrex-eu/elmo-schemas/tree/v1"><generatedDate>2026-01-31T12:00:00+01:00</generatedDate>
<learner><givenNames>{given}</givenNames><familyName>{family}</familyName>{born}</learner>
<report><issuer><country>PL</country><identifier type="schac">uw.edu.pl</identifier><title xml:lang="zh">华沙大学</title>
<url>http://www.uw.edu.pl</url></issuer>
<learningOpportunitySpecification><identifier type="local">1000-217bMRJ</identifier><title xml:lang="zh">编译原理</title>
{type_of}<specifies><learningOpportunityInstance><start>2024-10-01</start><date>2025-02-15</date><status>passed</status>
<resultLabel>4.5</resultLabel><credit><scheme>ects</scheme><value>6</value></credit>
</learningOpportunityInstance></specifies></learningOpportunitySpecification>
<issueDate>2026-01-31T12:00:00+01:00</issueDate></report></elmo>""".encode()


def _id(key: str) -> UUID:
    return uuid5(NAMESPACE, f"outside:{key}")
