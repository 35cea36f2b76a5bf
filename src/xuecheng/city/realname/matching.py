"""Whether the name on a document is a person's name, written another way: case, dots, blanks, pinyin."""

from __future__ import annotations

import re
import unicodedata
from itertools import permutations

from xuecheng.city.pinyin import order_of_person

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_JOINTS = re.compile(r"[\s\u00b7\u2022\u30fb\uff0e.,'\u2019\-]+")
_MOST_PARTS = 4


def same_name(one: str, other: str) -> bool:
    """Whether two ways to write a name can be the same person's.

    Dots, blanks, case and accents do not count; a Chinese name is also its pinyin, surname first or last (WANG FANG,
    FANG WANG for 王芳). Two Chinese names are compared as they stand: many sound alike.
    """
    if _bare(one) == _bare(other):
        return True
    first, second = bool(_HAN.search(one)), bool(_HAN.search(other))
    if first == second:
        return not first and bool(_orders(one) & _orders(other))
    chinese, latin = (one, other) if first else (other, one)
    return _bare(latin) in _readings(chinese)


def _bare(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return _JOINTS.sub("", "".join(sign for sign in plain if not unicodedata.combining(sign)))


def _orders(name: str) -> set[str]:
    parts = [part for part in _JOINTS.split(name.strip()) if part]
    if len(parts) > _MOST_PARTS:
        return {_bare(name)}
    return {_bare("".join(order)) for order in permutations(parts)}


def _readings(chinese: str) -> set[str]:
    """The name in pinyin without tones, surname first and last; ü as passports write it: v, u or yu."""
    spelled = re.sub(r"[0-9]", "", order_of_person(chinese).split("\t")[0]).split()
    found: set[str] = set()
    for cut in range(min(3, len(spelled))):
        turned = _bare("".join([*spelled[cut:], *spelled[:cut]]))
        found |= {turned, turned.replace("v", "u"), turned.replace("v", "yu")}
    return found
