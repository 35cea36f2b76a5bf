"""The order of Chinese lists: a stored key of pinyin with tones, as the database itself orders by code points.

Surnames are read as surnames: 曾 is zeng, not ceng; 单 is shan, not dan (reliability-ux §3.3).
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200

# Only where the reading differs from the one a dictionary gives for the character alone.
_SURNAMES = {
    "曾": "zeng1", "单": "shan4", "解": "xie4", "仇": "qiu2", "区": "ou1", "查": "zha1", "任": "ren2", "盖": "ge3",
    "朴": "piao2", "华": "hua4", "乐": "yue4", "员": "yun4", "召": "shao4", "折": "she2", "黑": "he4", "秘": "bi4",
    "翟": "zhai2", "缪": "miao4", "覃": "qin2", "种": "chong2", "那": "na1", "能": "nai4", "隗": "wei3", "过": "guo1",
    "哈": "ha3", "纪": "ji3", "葛": "ge3", "句": "gou1", "薄": "bo2", "卜": "bu3", "都": "du1", "炅": "gui4",
    "撒": "sa3", "祭": "zhai4", "占": "zhan1", "於": "yu1", "乜": "nie4", "佴": "nai4", "粘": "nian2", "繁": "po2",
    "牟": "mu4", "洗": "xian3", "要": "yao1", "干": "gan1", "少": "shao4", "相": "xiang4", "阚": "kan4", "郇": "xun2",
    "藏": "zang4", "会": "gui4", "颉": "xie2", "长": "chang2", "肖": "xiao1", "蔚": "yu4", "宛": "yuan1",
}  # fmt: skip
# Two characters: those whose reading a dictionary misses, and those whose first is a surname of its own above.
_COMPOUND_SURNAMES = {
    "尉迟": "yu4 chi2", "万俟": "mo4 qi2", "单于": "chan2 yu2", "长孙": "zhang3 sun1", "澹台": "tan2 tai2",
    "令狐": "ling2 hu2", "鲜于": "xian1 yu2", "宰父": "zai3 fu3", "亓官": "qi2 guan1", "乐正": "yue4 zheng4",
    "子车": "zi3 ju1", "段干": "duan4 gan1", "夹谷": "jia1 gu3", "诸葛": "zhu1 ge3", "呼延": "hu1 yan2",
}  # fmt: skip
_FIRST_IS_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_NOT_CHINESE = re.compile(r"[·A-Za-z]")


def order_of_person(name: str) -> str:
    """The key by which lists of people are ordered: surname first, each character with its tone, then the name itself.

    A name with a dot (买买提·吐尔逊) or of a passport has no Chinese surname and is read as it stands.
    """
    if not _FIRST_IS_HAN.match(name) or _NOT_CHINESE.search(name):
        return _key(_syllables(name), name)
    compound = _COMPOUND_SURNAMES.get(name[:2]) if len(name) > 2 else None
    if compound:
        return _key([*compound.split(), *_syllables(name[2:])], name)
    if name[0] in _SURNAMES:
        return _key([_SURNAMES[name[0]], *_syllables(name[1:])], name)
    return _key(_syllables(name), name)


def _syllables(text: str) -> list[str]:
    if not text:
        return []
    # The dictionary takes long to load; commands that order nothing need not wait for it.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  # heavy, and not always needed

    found: list[str] = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)
    return found


def _key(syllables: list[str], text: str) -> str:
    """Latin letters without case or accents. A tab sorts before a blank: 曾明 comes before 曾明华."""
    plain = unicodedata.normalize("NFKD", " ".join(syllables)).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return f"{plain}\t{text}"[:LONGEST]
