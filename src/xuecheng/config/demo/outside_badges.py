"""Badges of a learning platform in the demonstration: one that counts by rule, one that waits, one refused, one altered,
and one that its learner looks into and has not sent.

The platform's key is made while the demonstration is loaded and thrown away, so nobody can sign in its name later.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.identity.rules.addresses import read_address
from xuecheng.city.identity.services.contacts import keep_contact
from xuecheng.city.jobs.models import Job
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.people.models import Person
from xuecheng.learning.foreign import services
from xuecheng.learning.foreign.models import Delivery, ForeignRecord
from xuecheng.learning.proofs.identifiers import multikey
from xuecheng.learning.proofs.integrity import signed

_DAYS = timedelta(days=1)


@dataclass(frozen=True)
class Platform:
    """A learning platform that signs with a key of its own, named by itself."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def did(self) -> str:
        return f"did:key:{multikey(self.key.public_key())}"

    @property
    def verification_method(self) -> str:
        return f"{self.did}#{self.did.removeprefix('did:key:')}"

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)

    def badge(self, name: str, *, kind: str, email: str, number: UUID, at: datetime) -> bytes:
        """A signed Open Badge 3.0."""
        document: dict[str, Any] = {
            "@context": [
                "https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            ],
            "id": f"urn:uuid:{number}", "type": ["VerifiableCredential", "OpenBadgeCredential"], "name": name,
            "issuer": {"id": self.did, "type": ["Profile"], "name": "开放慕课联盟"},
            "validFrom": f"{at:%Y-%m-%d}T00:00:00Z",
            "credentialSubject": {
                "type": ["AchievementSubject"], "creditsEarned": 3,
                "identifier": [
                    {"type": "IdentityObject", "hashed": False, "identityHash": email, "identityType": "emailAddress"}
                ],
                "achievement": {
                    "id": f"https://courses.example/achievements/{kind.lower()}", "type": ["Achievement"],
                    "achievementType": kind, "name": name, "description": "网上课程，十二周",
                    "criteria": {"narrative": "结业考试合格"},
                },
            },
        }  # fmt: skip
        return json.dumps(signed(document, by=self, at=at), ensure_ascii=False).encode()


def bring_badges(
    platform: Platform, person: Person, approver: Standing, *, now: datetime, name: Callable[[str], UUID],
    here: Callable[[Job], Progress],
) -> None:  # fmt: skip
    """What one learner brought of a recognised platform; `name` makes numbers, `here` does the work of a job."""
    email = f"{person.sign_in_name}@mail.example"
    with trace.change(by=person, why="demonstration"):
        keep_contact(person=person, address=read_address(email), at=now - 60 * _DAYS)
    issued = now - 90 * _DAYS
    rows = []
    for number, (title, kind, file_name) in enumerate(
        [
            ("数据分析入门", "Course", "数据分析入门.json"),
            ("社区志愿服务体验", "Badge", "志愿服务徽章.json"),
            ("摄影速成", "Certificate", "摄影速成.json"),
            ("人工智能导论", "Course", "人工智能导论.json"),
        ]
    ):
        data = platform.badge(title, kind=kind, email=email, number=name(f"badge/{number}"), at=issued)
        if number == 3:
            data = data.replace("十二周".encode(), "二十周".encode())
        rows.append(_brought(person, data, file_name, name(f"badge-file/{number}"), at=now - 9 * _DAYS, here=here))
    refused = ForeignRecord.objects.get(delivery=rows[2])
    services.refuse_record(
        actor=approver, record=refused, words="证书没有写明学时和考核办法，无法认定。", at=now - 5 * _DAYS
    )
    later = platform.badge("统计学基础", kind="Course", email=email, number=name("badge/later"), at=issued)
    _brought(person, later, "统计学基础.json", name("badge-file/later"), at=now - 1 * _DAYS, here=here, sends=False)


def _brought(
    person: Person, data: bytes, file_name: str, number: UUID, *, at: datetime, here: Callable[[Job], Progress],
    sends: bool = True,
) -> Delivery:  # fmt: skip
    row = services.bring_file(
        actor=standing_of(person, today=clock.date_of(at)), public_id=number, file_name=file_name, chunks=[data], at=at,
        looks_first=not sends,
    )  # fmt: skip
    assert row.job is not None
    work = services.read_delivery if sends else services.look_into
    work(row, here(row.job), now=lambda: at)
    Job.objects.filter(pk=row.job.pk).update(state=Job.State.DONE, ended_at=at)
    return row


def rule_text(unit: Any, issuer: Any, achievement: str = "") -> services.RuleText:
    """Courses of the platform whose signature is verified; at most five credits a year from one platform."""
    return services.RuleText(
        issuer=issuer, issuer_class="", kind="Course", level="", achievement=achievement, unit=unit, num=100, den=150, most=None,
        needs="verified", validity_months=None, effect_from=date(2015, 1, 1), effect_to=None,
        why="平台课程有数字签名，可以核实；每年每人最多五个学分", cap=500, cap_per="issuer", cap_period="year",
        cap_policy="cut",
    )  # fmt: skip
