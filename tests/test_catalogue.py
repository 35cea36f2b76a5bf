"""Chinese first: every sentence of the product has its Chinese, and no placeholder is lost on the way."""

from __future__ import annotations

import ast
import io
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "xuecheng"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
# What allauth and Django say themselves is translated by them; these are ours.
Message = tuple[str, str | None]


@cache
def sentences() -> dict[Message, tuple[str, str]]:
    """(msgid, context) → its plural ("" if it has none) and where it is used."""
    found: dict[Message, tuple[str, str]] = {}
    for path in sorted(
        [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.txt"), *PACKAGE.rglob("*.typ")]
    ):
        if "migrations" in path.parts or "node_modules" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        if path.suffix in (".html", ".txt"):
            # What Django leaves of a template is no Python by its indentation, which the tokenizer minds.
            source = re.sub(r"(?m)^[ \t]+", "", templatize(source))
        elif path.suffix == ".typ":
            continue
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            text, plural = message if isinstance(message, tuple) else (message, "")
            if text:
                found.setdefault((text, context), (plural, str(path.relative_to(PACKAGE))))
    return found


def used() -> dict[Message, str]:
    """(msgid, context) → where it is used."""
    return {message: where for message, (_plural, where) in sentences().items()}


@cache
def chinese() -> Catalog:
    with (PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale="zh_Hans")


def test_nothing_is_untranslated() -> None:
    catalogue = chinese()
    missing = [
        f"{where}: {text!r} ({context})"
        for (text, context), where in used().items()
        if not (message := catalogue.get(text, context)) or not message.string or not all(message.string)
    ]
    assert missing == []


def test_sentences_of_django_are_said_in_our_words_in_both_languages() -> None:
    with (PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
        english = read_po(file, locale="en")
    of_django = [message.id for message in chinese() if message.id and ("django", None) in message.locations]
    assert len(of_django) >= 20
    assert [text for text in of_django if not (said := english.get(text)) or not said.string] == []


def test_nothing_is_fuzzy() -> None:
    assert [message.id for message in chinese() if message.id and message.fuzzy] == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    wrong = []
    for message in chinese():
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {name for text in ids for name in re.findall(r"%\(\w+\)s", text)}
        for string in strings:
            given = set(re.findall(r"%\(\w+\)s", string))
            # Chinese may leave out nothing but a count that is 1, and invents nothing.
            if given - wanted or (len(ids) == 1 and wanted - given):
                wrong.append((ids[0], string))
    assert wrong == []


def test_chinese_is_written_as_chinese() -> None:
    """Full-width marks between Han characters, and no typed blanks between Han and Latin (look §6)."""
    wrong = []
    for message in chinese():
        for string in message.string if isinstance(message.string, tuple) else (message.string,):
            plain = re.sub(r"%\(\w+\)s|<[^>]+>|https?://\S+", "", string or "")
            if re.search(r"[\u4e00-\u9fff][,;:?!][\u4e00-\u9fff]", plain) or re.search(
                r"[！]|请注意|操作失败|系统异常", plain
            ):
                wrong.append(string)
    assert wrong == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_refusal_can_be_read(language: str) -> None:
    from django.utils.translation import override

    from xuecheng.city.refusals import Refusal

    def every(kind: type[Refusal]) -> list[type[Refusal]]:
        return [one for child in kind.__subclasses__() for one in (child, *every(child))]

    with override(language):
        for kind in every(Refusal):
            text = str(kind.message)
            assert text, kind
            # What only passes on somebody else's sentence has none of its own.
            says_something = re.sub(r"%\(\w+\)s", "", text).strip()
            if language == "zh-hans" and says_something and kind.__module__.startswith("xuecheng."):
                assert re.search(r"[\u4e00-\u9fff]", text), f"{kind.__name__}: {text}"


def completed_early(source: str) -> list[int]:
    """Lines where a sentence is completed while its file is read: in the city's language for every reader."""
    found: list[int] = []

    def look(node: ast.AST) -> None:
        for part in ast.iter_child_nodes(node):
            if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                continue
            if isinstance(part, ast.BinOp) and isinstance(part.left, ast.Call):
                asked = part.left.func
                if isinstance(asked, ast.Name) and asked.id in KEYWORDS:
                    found.append(part.lineno)
            look(part)

    look(ast.parse(source))
    return found


def test_no_sentence_is_completed_before_its_reader_is_known() -> None:
    early = 'class Form:\n    file = Field(help_text=_("At most %(most)s MB.") % {"most": 2})\n'
    assert completed_early(early) == [2]
    found = {
        str(path.relative_to(PACKAGE)): lines
        for path in PACKAGE.rglob("*.py")
        if (lines := completed_early(path.read_text(encoding="utf-8")))
    }
    assert found == {}, "complete it in __init__, where the reader's language is known"


def named_as_times(template: str) -> list[str]:
    """Chips that borrow the name of a moment's column, such as 暂停时间 where 已暂停 is meant."""
    said = re.findall(r"<c-chip[^>]*>\{% translate [\"']([^\"']+)[\"'] %\}", template)
    texts = {one: str(getattr(chinese().get(one), "string", "")) for one in said}
    return [one for one, text in texts.items() if text.endswith(("时间", "日期"))]


def test_a_chip_says_how_it_stands_and_not_the_name_of_a_time() -> None:
    assert named_as_times('<c-chip kind="neutral">{% translate "paused" %}</c-chip>') == ["paused"]
    found = {
        str(path.relative_to(PACKAGE)): wrong
        for path in PACKAGE.rglob("*.html")
        if (wrong := named_as_times(path.read_text(encoding="utf-8")))
    }
    assert found == {}, "give the word a context of its own"
