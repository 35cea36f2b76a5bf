"""Help for each page. An app keeps it beside itself in `help.toml`, in both languages; this reads and finds it.

    [[topic]]
    key = "people"                                      # its address: /help/people/
    section = "staff"                                   # where it stands in the list of all help, and whom to ask
    covers = ["people:list_people", "people:show_*"]    # the pages it is for, by their names
    title = ["人员", "People"]
    about = ["…", "What the page is for."]
    can = [["…", "What one can do there."], …]
    see = ["keep-people"]                               # other topics

Sections (`[[section]]`: key, order, title, ask, guide) and words (`[[word]]`: word, means) stand in such files too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.urls import reverse
from django.utils.translation import get_language

if TYPE_CHECKING:
    from django.http import HttpRequest

FILE = "help.toml"


@dataclass(frozen=True, slots=True)
class Said:
    """The same in Chinese and in English."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Section:
    """Help for one kind of reader: whom they ask, and the guide of their work."""

    key: str
    order: int
    title: Said
    ask: Said
    guide: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the field, and what it means in plain words."""

    word: Said
    means: Said


@dataclass(frozen=True, slots=True)
class Topic:
    """Help for one page, or for a few that belong together."""

    key: str
    section: Section
    covers: tuple[str, ...]
    title_of: Said
    about_of: Said
    can: tuple[Said, ...]
    see: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return str(self.title_of)

    @property
    def about(self) -> str:
        return str(self.about_of)

    @property
    def url(self) -> str:
        return reverse("web:show_help", args=[self.key])

    @property
    def also(self) -> list[Topic]:
        """Other topics to read."""
        return [everything().topics[key] for key in self.see]


@dataclass(frozen=True, slots=True)
class Help:
    """All help of all apps."""

    sections: dict[str, Section]
    topics: dict[str, Topic]
    words: tuple[Word, ...]


def _said(pair: Sequence[str]) -> Said:
    zh, en = pair
    return Said(zh, en)


@cache
def everything() -> Help:
    """What the apps have beside themselves, read once."""
    files = [Path(app.path) / FILE for app in apps.get_app_configs()]
    read: list[dict[str, Any]] = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files if file.is_file()]
    sections = {
        one["key"]: Section(one["key"], one["order"], _said(one["title"]), _said(one["ask"]), one.get("guide", ""))
        for each in read
        for one in each.get("section", ())
    }
    topics: dict[str, Topic] = {}
    for one in (one for each in read for one in each.get("topic", ())):
        if one["key"] in topics:
            raise ValueError(f"two topics of help are called {one['key']}")
        topics[one["key"]] = Topic(
            key=one["key"],
            section=sections[one["section"]],
            covers=tuple(one["covers"]),
            title_of=_said(one["title"]),
            about_of=_said(one["about"]),
            can=tuple(_said(pair) for pair in one["can"]),
            see=tuple(one.get("see", ())),
        )
    words = tuple(Word(_said(one["word"]), _said(one["means"])) for each in read for one in each.get("word", ()))
    return Help(sections, topics, words)


@cache
def topic_of(view_name: str) -> Topic | None:
    """The help for a page: the topic that names it, else the one whose pattern says most of its name."""
    fitting = [
        (len(pattern) + (1000 if pattern == view_name else 0), topic)
        for topic in everything().topics.values()
        for pattern in topic.covers
        if fnmatchcase(view_name, pattern)
    ]
    return max(fitting, key=lambda one: one[0])[1] if fitting else None


def url_for(request: HttpRequest) -> str:
    """Where the help for this page stands; the list of all help where the page has no name."""
    match = request.resolver_match
    if match and match.view_name == "web:show_help":
        return request.path
    topic = topic_of(match.view_name) if match else None
    return topic.url if topic else reverse("web:list_help")


def by_section() -> list[tuple[Section, list[Topic]]]:
    """All topics, section by section."""
    found = everything()
    return [
        (section, [topic for topic in found.topics.values() if topic.section == section])
        for section in sorted(found.sections.values(), key=lambda one: one.order)
    ]


def called(text: str) -> list[Topic]:
    """The topics in which every word stands, in either language; those first whose title has them."""
    words = [word.casefold() for word in text.split()]
    found: list[tuple[bool, Topic]] = []
    for topic in everything().topics.values():
        title = f"{topic.title_of.zh}\n{topic.title_of.en}".casefold()
        whole = "\n".join([title, *(f"{one.zh}\n{one.en}" for one in (topic.about_of, *topic.can))]).casefold()
        if all(word in whole for word in words):
            found.append((not all(word in title for word in words), topic))
    return [topic for _later, topic in sorted(found, key=lambda one: one[0])]
