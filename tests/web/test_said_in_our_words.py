"""What Django says of a wrong value, as the house says it: what is wrong and what to write instead."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import translation

from xuecheng.web.forms import codes_in


class Form(forms.Form):
    days = forms.IntegerField(validators=[MinValueValidator(1), MaxValueValidator(60)], required=False)
    credits = forms.DecimalField(decimal_places=2, max_digits=5, required=False)
    words = forms.CharField(min_length=3, max_length=5, required=False)
    link = forms.URLField(assume_scheme="https", required=False)
    mail = forms.EmailField(required=False)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"days": "0"}, "不能小于 1，请重填。"),
        ({"days": "61"}, "不能大于 60，请重填。"),
        ({"credits": "0.005"}, "最多写 2 位小数。"),
        ({"credits": "123456"}, "一共最多写 5 位数字。"),
        ({"words": "一二三四五六"}, "最多写 5 个字，现在有 6 个。"),
        ({"words": "一"}, "至少写 3 个字，现在有 1 个。"),
        ({"link": "javascript:alert(1)"}, "网址不对，请写完整，例如 https://www.example.cn/page。"),
        ({"mail": "hello"}, "邮箱不对，请这样写：name@example.cn。"),
    ],
)
def test_a_wrong_value_is_answered_with_the_remedy(given: dict[str, Any], said: str) -> None:
    with translation.override("zh-hans"):
        form = Form(given)
        (errors,) = form.errors.values()
        assert said in [str(one) for one in errors]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"days": "0"}, "Enter 1 or more."),
        ({"days": "61"}, "Enter 60 or less."),
        ({"credits": "0.005"}, "Write at most 2 decimal places."),
        ({"words": "abcdef"}, "Write at most 5 characters; there are 6 now."),
        ({"link": "javascript:alert(1)"}, "Write the whole address, such as https://www.example.cn/page."),
        ({"mail": "hello"}, "Write the address like this: name@example.cn."),
    ],
)
def test_and_so_in_english(given: dict[str, Any], said: str) -> None:
    with translation.override("en"):
        (errors,) = Form(given).errors.values()
        assert said in [str(one) for one in errors]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("092，1013、 0611", ["092", "1013", "0611"]),
        (" GZ-KFDX;LW-SQXY\n", ["GZ-KFDX", "LW-SQXY"]),
        ("０９２；０６１１", ["092", "0611"]),
        ("092", ["092"]),
        (" ，、 ", []),
        ("", []),
    ],
)
def test_codes_are_read_however_they_are_parted(typed: str, codes: list[str]) -> None:
    assert codes_in(typed) == codes
