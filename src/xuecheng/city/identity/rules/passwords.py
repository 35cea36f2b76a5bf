"""Passwords that are guessed first here: words of the place and of the language, in pinyin and digits (ASVS 6.2.11)."""

from __future__ import annotations

import re
import unicodedata

_CONTEXT = {
    "xuecheng", "guangzhou", "canton", "guangdong", "tianhe", "yuexiu", "liwan", "haizhu", "baiyun", "huangpu", "panyu",
    "huadu", "nansha", "conghua", "zengcheng", "shequ", "xueyuan", "xuexi", "xuefen", "zhongguo", "woaini", "iloveyou",
    "wodemima", "mima", "password", "passwd", "qwerty", "qwertyuiop", "asdfghjkl", "zxcvbnm", "admin", "welcome",
    "nihao", "zaijian", "laoshi", "xuesheng", "shouji", "dianhua", "weixin", "wechat", "gongzuo", "jiayou", "mama",
    "baba", "nainai", "yeye", "gonggong", "popo", "baobei", "laopo", "laogong", "wangbadan", "tianya", "a", "aa", "abc",
    "q", "qq", "w", "z", "zxc", "asd", "qwe", "qaz", "wsx",
    "学城", "广州", "广东", "学习", "学分", "密码", "我的密码", "我爱你", "社区", "社区学院", "终身学习", "中国",
    "老师", "学生",
}  # fmt: skip
_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "1qaz2wsx3edc4rfv")
_DATE = re.compile(r"(19|20)\d{2}(0?[1-9]|1[0-2])?(0?[1-9]|[12]\d|3[01])?")


def is_guessed_first(password: str) -> bool:
    """Whether nothing is left of it but words of the place, runs of the keyboard, dates and one repeated sign."""
    plain = unicodedata.normalize("NFKC", password).lower()
    letters = re.sub(r"[\W\d_]+", "", plain)
    digits = re.sub(r"\D+", "", plain)
    if not letters and not digits:
        # Signs alone are no weaker than letters alone (ASVS 6.2.5).
        return len(set(plain)) <= 3 or _is_run(plain)
    words_told = not letters or letters in _CONTEXT or _is_of_words(letters)
    digits_told = len(digits) <= 4 or len(set(digits)) <= 2 or bool(_DATE.fullmatch(digits)) or _is_run(digits)
    return len(set(plain)) <= 3 or _is_run(plain) or (words_told and digits_told) or _is_mobile(plain)


def _is_of_words(letters: str) -> bool:
    """Whether it is two of the words, one after the other, or one twice."""
    return any(letters[:cut] in _CONTEXT and letters[cut:] in _CONTEXT for cut in range(2, len(letters) - 1))


def _is_run(text: str) -> bool:
    return len(text) >= 4 and any(text in run for run in _RUNS)


def _is_mobile(text: str) -> bool:
    return bool(re.fullmatch(r"1[3-9]\d{9}", text))
