"""Issuers outside the city, their files, officers who say what those count, and learners who bring them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from city.identity.conftest import has_contact
from city.situations import TODAY
from city.situations import a_person as somebody
from learning.recognition.situations import NOW, a_city, a_unit
from learning.recognition.situations import City as Bank
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.foreign import services
from xuecheng.learning.foreign.models import Delivery, ForeignIssuer, ForeignRecord, ForeignRule
from xuecheng.learning.proofs.identifiers import multikey
from xuecheng.learning.proofs.integrity import signed

__all__ = ["NOW"]
DAY = timedelta(days=1)
DATA = Path(__file__).parent / "data"
LONG_AGO = date(2000, 1, 1)
ISSUED = datetime(2026, 5, 1, tzinfo=UTC)
WARSAW = "schac:uw.edu.pl"


@dataclass
class Key:
    """An issuer's key, named by itself."""

    private: Ed25519PrivateKey

    @property
    def did(self) -> str:
        return f"did:key:{multikey(self.private.public_key())}"

    @property
    def verification_method(self) -> str:
        return f"{self.did}#{self.did.removeprefix('did:key:')}"

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data)

    def __deepcopy__(self, memo: Any) -> Key:
        return self


@dataclass
class World:
    bank: Bank
    unit: UnitVersion
    other_unit: UnitVersion
    university: ForeignIssuer
    platform: ForeignIssuer
    key: Key

    @property
    def author(self) -> Standing:
        return self.bank.author

    @property
    def officer(self) -> Standing:
        return self.bank.approver


def of(person: Person) -> Standing:
    return standing_of(person, today=TODAY)


EMAIL = "chen.jiamin@mail.example"


def a_person(name: str = "陈嘉敏", *, email: str = "", birth_year: int = 1958) -> Person:
    """Somebody whose year of birth is that of `transcript`; `email`: an address that they proved to have."""
    person = somebody(name)
    person.birth_year = birth_year
    person.save(update_fields=["birth_year"])
    if email:
        has_contact(person, email)
    return person


def a_key() -> Key:
    return Key(Ed25519PrivateKey.from_private_bytes(b"foreign-platform-of-the-tests---"))


def a_world() -> World:
    bank = a_city()
    key = a_key()
    units = a_unit(bank, code="BY101", credits_=400), a_unit(bank, code="BY102")
    university = an_issuer(bank, "华沙大学", WARSAW)
    return World(bank, *units, university, an_issuer(bank, "慕课平台", key.did, kind="platform"), key)


def an_issuer(bank: Bank, name: str, *keys: str, kind: str = "university") -> ForeignIssuer:
    row = services.propose_issuer(
        actor=bank.author, public_id=uuid4(), body=bank.centre, name_zh=name, name_en=name, country="PL", kind=kind,
        keys=keys, why="公开登记的学校", at=NOW,
    )  # fmt: skip
    services.put_in_force(actor=bank.approver, law=row, reason="查过登记", at=NOW)
    row.refresh_from_db()
    return row


def a_text(world: World, **changes: Any) -> services.RuleText:
    plain: dict[str, Any] = {
        "issuer": world.university, "issuer_class": "", "kind": "", "level": "", "achievement": "", "unit": world.unit,
        "num": 0, "den": 1, "most": None, "needs": "unproven", "validity_months": None, "effect_from": LONG_AGO,
        "effect_to": None, "why": "大学课程可以换学分",
    }  # fmt: skip
    return services.RuleText(**(plain | changes))


def a_proposal(world: World, *, code: str = "", **changes: Any) -> ForeignRule:
    return services.draft_rule(
        actor=world.author, public_id=uuid4(), body=world.bank.centre, text=a_text(world, **changes), at=NOW, code=code
    )


def tried(row: ForeignRule, *, at: datetime = NOW) -> ForeignRule:
    """Its dry run is over."""
    trial = row.trials.select_related("rule__body__territory", "rule__unit").order_by("-pk")[0]
    services.run_trial(trial, Hand(), now=lambda: at)  # type: ignore[arg-type]  # as much as it uses
    return row


def a_rule(world: World, *, code: str = "", **changes: Any) -> ForeignRule:
    row = tried(a_proposal(world, code=code, **changes))
    services.put_in_force(actor=world.officer, law=row, reason="同意", at=NOW)
    row.refresh_from_db()
    return row


def transcript(
    *courses: str, given: str = "Jiamin", family: str = "Chen", issuer: str = WARSAW, born: str = "1958-03-04"
) -> bytes:
    """An ELMO file with these specifications (see `course`)."""
    kind, _, value = issuer.partition(":")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<elmo xmlns="https://github.com/emrex-eu/elmo-schemas/tree/v1">
  <generatedDate>2026-10-31T12:00:00+02:00</generatedDate>
  <learner><givenNames>{given}</givenNames><familyName>{family}</familyName><bday>{born}</bday></learner>
  <report>
    <issuer><identifier type="{kind}">{value}</identifier><title>University of Warsaw</title><url>http://x</url></issuer>
    {"".join(courses)}
    <issueDate>2026-10-31T12:00:00+02:00</issueDate>
  </report>
</elmo>""".encode()


def course(
    code: str = "1000-217", title: str = "Compiler construction", *, ects: str = "6", status: str = "passed",
    ended: str = "2025-02-15", parts: str = "", kind: str = "Course",
) -> str:  # fmt: skip
    credit = f"<credit><scheme>ects</scheme><value>{ects}</value></credit>" if ects else ""
    return f"""<learningOpportunitySpecification><identifier type="local">{escape(code)}</identifier>
      <title>{escape(title)}</title><type>{kind}</type><specifies><learningOpportunityInstance>
        <date>{ended}</date><status>{status}</status>{credit}
      </learningOpportunityInstance></specifies>{parts and f"<hasPart>{parts}</hasPart>"}
    </learningOpportunitySpecification>"""


def a_badge(
    key: Key, *, name: str = "Data analysis", holder: str | None = EMAIL, number: str = "", earned: float | None = 3,
    status: str = "", **changes: Any,
) -> bytes:  # fmt: skip
    """A signed Open Badge 3.0."""
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"], "id": "urn:uuid:7e6b9c3a-26e5-4f28-9a6c-6f0b3f4d2a11",
        "achievement": {
            "id": "https://mooc.example/achievements/1", "type": ["Achievement"], "achievementType": "Course",
            "name": name, "description": "Twelve weeks", "humanCode": "DA-1", "criteria": {"narrative": "Exam passed"},
        },
    }  # fmt: skip
    if holder is not None:
        subject["identifier"] = [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": holder,
                "identityType": "emailAddress" if "@" in holder else "name",
            }
        ]
    if earned is not None:
        subject["creditsEarned"] = earned
    document: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/credentials/v2",
                     "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": number or f"urn:uuid:{uuid4()}", "type": ["VerifiableCredential", "OpenBadgeCredential"], "name": name,
        "issuer": {"id": key.did, "type": ["Profile"], "name": "Open courses"},
        "validFrom": "2026-05-01T00:00:00Z", "credentialSubject": subject, **changes,
    }  # fmt: skip
    if status:
        document["@context"].append("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json")
        document["credentialStatus"] = {"id": status, "type": "1EdTechRevocationList"}
    return json.dumps(signed(document, by=key, at=ISSUED)).encode()


class Hand:
    """Holds the work of a job as its progress does; breaks after `stop_after` slices, as a killed worker would."""

    def __init__(self, *, stop_after: int | None = None) -> None:
        self.done = 0
        self.total: int | None = None
        self.cursor: dict[str, Any] = {}
        self._left = stop_after

    @contextmanager
    def slice(self) -> Any:
        from django.db import transaction

        if self._left == 0:
            raise Killed
        kept = dict(self.cursor)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            self.cursor = kept
            raise
        if self._left is not None:
            self._left -= 1

    def report(self) -> None:
        """Nobody looks."""


class Killed(Exception):
    pass


def sent(
    learner: Person, data: bytes, *, public_id: UUID | None = None, at: datetime = NOW, looks_first: bool = False
) -> Delivery:
    return services.bring_file(
        actor=of(learner), public_id=public_id or uuid4(), file_name="transcript.xml", chunks=[data], at=at,
        looks_first=looks_first,
    )  # fmt: skip


def brought(
    learner: Person, data: bytes, *, at: datetime = NOW, fetch: Callable[[str], bytes] | None = None
) -> Delivery:
    """A file that was read to the end."""
    row = sent(learner, data, at=at)
    return services.read_delivery(row, Hand(), now=lambda: at, fetch=fetch)  # type: ignore[arg-type]  # as much as it uses


def records_of(learner: Person) -> list[ForeignRecord]:
    return list(ForeignRecord.objects.filter(learner=learner).order_by("pk"))


def the_record(learner: Person) -> ForeignRecord:
    (row,) = records_of(learner)
    return row


def a_waiting_record(world: World, learner: Person | None = None) -> ForeignRecord:
    """A transcript of a stranger of the same name, of which no rule speaks."""
    del world
    learner = learner or a_person("陈嘉敏")
    brought(learner, transcript(course(title="Old Norse", code=str(uuid4())[:8])))
    return the_record(learner)


def revocations(key: Key, address: str, numbers: Iterable[str]) -> bytes:
    """A platform's list at the address, as 1EdTech says (1EdTechRevocationList)."""
    said = {
        "id": address, "type": ["1EdTechRevocationList"], "issuer": key.did, "revokedCredential": sorted(numbers),
    }  # fmt: skip
    return json.dumps(said).encode()
