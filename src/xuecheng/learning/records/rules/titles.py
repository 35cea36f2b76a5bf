"""Titles in one form, and pairs of records that may report one learning twice (C-12)."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import combinations

from xuecheng.learning.records.rules.record import Record

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_CHINESE_DIGITS = {sign: number for number, sign in enumerate("一二三四五六七八九", 1)}

# An ordinal closes the title, bare or in brackets. A roman one must not be the tail of a word ("taxi"), a number not
# that of a year. 中 counts only when set apart: 高中 is a school, not the middle part of 高.
_ORDINAL = re.compile(
    r"#?(?:"
    r"(?<![0-9])(?P<digits>0?[1-9]|[1-9][0-9])"
    r"|(?<![a-z])(?P<roman>i{1,3}|iv|vi{0,3}|ix|x)"
    r"|(?P<chinese>[二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九上下])"
    r"|(?<=[\s(\[【〔《<#])(?P<middle>中)"
    r")$"
)
_SUFFIXES = ("课程", "课")
_OVERLAP_PERCENT = 80


@lru_cache(maxsize=65_536)
def title_key(title: str, *, first_ordinal_equals_none: bool = False) -> str:
    """The title without what people write differently: width, case, blanks, marks, 课程, and the style of its ordinal.

    "计算机基础（一）", "计算机基础 Ⅰ" and "计算机基础1" become "计算机基础#1". That differs from "计算机基础", except
    where the rule set says that the first part is called by the bare name too (Korea).
    """
    key, shorter = "", title
    while key != shorter:  # one pass can join what the next one reads as an ordinal: "1 0"
        key, shorter = shorter, _pass(shorter)
    if first_ordinal_equals_none and key.endswith("#1"):
        return title_key(key.removesuffix("#1"), first_ordinal_equals_none=True)
    return key


def _pass(title: str) -> str:
    rest, ordinal = _trim(unicodedata.normalize("NFKC", title).lower()), ""
    while True:
        suffix = next((suffix for suffix in _SUFFIXES if rest.endswith(suffix) and rest != suffix), "")
        if suffix:
            rest = _trim(rest.removesuffix(suffix))
            continue
        found = None if ordinal else _ORDINAL.search(rest)
        if found is None or not _bare(rest[: found.start()]):
            break
        ordinal, rest = f"#{_number(found)}", _trim(rest[: found.start()])
    return _bare(rest) + ordinal


def _number(found: re.Match[str]) -> int | str:
    if found["digits"]:
        return int(found["digits"])
    if found["roman"]:
        return _ROMAN[found["roman"]]
    return _chinese_number(found["chinese"]) if found["chinese"] else found["middle"]


def _chinese_number(sign: str) -> int:
    if sign in {"上", "下"}:
        return "上下".index(sign) + 1
    tens, ten, ones = sign.rpartition("十")
    return (_CHINESE_DIGITS.get(tens, 1) * 10 if ten else 0) + _CHINESE_DIGITS.get(ones, 0)


def _is_mark(sign: str) -> bool:
    # "#" stays: C# is not C.
    return sign != "#" and unicodedata.category(sign)[0] in "PZC"


def _trim(text: str) -> str:
    """Without closing marks and blanks; those before an ordinal stay until it is read."""
    end = len(text)
    while end and _is_mark(text[end - 1]):
        end -= 1
    return text[:end]


def _bare(text: str) -> str:
    return "".join(sign for sign in text if not _is_mark(sign))


def may_be_same_learning(one: Record, other: Record) -> bool:
    """Whether two records are candidates for one learning reported twice: a person decides, nothing is merged (C-12).

    Same learner, same title, and the days of the one cover at least 80 % of the days of the shorter.
    """
    if one.learner != other.learner or one.key == other.key or title_key(one.title) != title_key(other.title):
        return False
    spans = [(record.started_on or record.ended_on, record.ended_on) for record in (one, other)]
    common = _days(max(start for start, _end in spans), min(end for _start, end in spans))
    return common * 100 >= _OVERLAP_PERCENT * min(_days(*span) for span in spans)


def double_reports(records: Iterable[Record]) -> list[tuple[Record, Record]]:
    """All pairs of candidates among `records`, in the order of their keys."""
    alike: dict[tuple[int, str], list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda record: (record.key, record.version)):
        alike[record.learner, title_key(record.title)].append(record)
    return [pair for group in alike.values() for pair in combinations(group, 2) if may_be_same_learning(*pair)]


def _days(first: date, last: date) -> int:
    return max(0, last.toordinal() - first.toordinal() + 1)
