"""A place of documents for tests: things of a college and its learners, kept in a dictionary."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from city.documents.nasty import SOUND
from city.situations import TODAY, a_person, a_registrar, an_organisation, holding, small_city
from xuecheng.city.access.queries import standing_of
from xuecheng.city.documents import places, services
from xuecheng.city.documents.models import Document, DocumentVersion
from xuecheng.city.documents.places import Place, Thing
from xuecheng.city.documents.rules import Retention
from xuecheng.city.ids import uuid7
from xuecheng.city.rights import Scope

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NAME = "test.evidence"


@dataclass
class Toy:
    """A college with its registrar, a learner whose thing it is, and the place that their documents belong to."""

    things: dict[str, Thing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.city = small_city()
        self.college = an_organisation(self.city["天河区"], name_zh="天河社区学院")
        self.registrar = a_registrar(self.college)
        self.learner = standing_of(a_person("陈丽华"), today=TODAY)
        officer = a_person("林美玲")
        holding(officer, "certification_officer", territory=self.city["天河区"])
        self.officer = standing_of(officer, today=TODAY)
        self.place = self.register()
        self.thing = self.a_thing("1")

    def register(self, **changes: Any) -> Place:
        wished: dict[str, Any] = {
            "name": NAME, "label": "证明材料", "types": ("pdf", "jpeg", "png", "webp", "docx", "xlsx", "text"),
            "most_bytes": 1_000_000, "add_act": "records.attach_evidence", "read_act": "records.see_record",
            "retention": Retention(3, "测试"), "find": self.things.get, "most_files": 5,
        } | changes  # fmt: skip
        self.place = Place(**wished)
        places.register(self.place)
        return self.place

    def a_thing(self, key: str, **changes: Any) -> Thing:
        scope = Scope(self.college.pk, self.college.territory.path, self.learner.person.pk)
        self.things[key] = Thing(key=key, title="粤语会话", url="/parts/", scope=scope, **changes)
        return self.things[key]

    def close(self) -> Thing:
        self.thing = self.things[self.thing.key] = replace(self.thing, is_open=False)
        return self.thing

    def add(self, content: bytes = SOUND["pdf"], **changes: Any) -> DocumentVersion:
        wished: dict[str, Any] = {
            "actor": self.registrar, "place": self.place, "thing": self.thing, "public_id": uuid7(),
            "title": "结业证书", "file_name": "证书.pdf", "chunks": [content], "at": NOW,
        } | changes  # fmt: skip
        return services.add_document(**wished)

    def replace(self, document: Document, content: bytes, **changes: Any) -> DocumentVersion:
        wished: dict[str, Any] = {
            "actor": self.registrar, "document": document, "place": self.place, "thing": self.thing,
            "public_id": uuid7(), "file_name": "证书.pdf", "chunks": [content], "note": "盖了章", "at": NOW,
        } | changes  # fmt: skip
        return services.add_version(**wished)


def files_under(root: Path) -> list[Path]:
    return sorted(path for path in (root / "documents").rglob("*") if path.is_file())
