"""The page of all parts: made-up words for every component in every state. Tests photograph it and run axe on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import get_language

from .context import Shell
from .drawings import Bar
from .forms import DateInput, Described
from .menu import Place
from .paging import Page
from .picking import Found, PickField
from .providers import ActingFor, Capacity, Installation, PersonLabel

if TYPE_CHECKING:
    from django.http import HttpRequest


def say(zh: str, en: str) -> str:
    """The words for the language of the page."""
    return en if (get_language() or "").startswith("en") else zh


say_lazy = lazy(say, str)


class Streets(PickField[Found]):
    """Three streets, two of one name."""

    everything = (Found("1", "桥南街道", "番禺区"), Found("2", "桥南街道", "从化区"), Found("3", "沙面街道", "荔湾区"))

    def look_for(self, text: str) -> list[Found]:
        """Those whose name holds the text."""
        return [one for one in self.everything if text in one.name]

    def by_key(self, key: str) -> Found | None:
        """By number."""
        return next((one for one in self.everything if one.key == key), None)

    def describe(self, thing: Found) -> Found:
        """Each tells of itself."""
        return thing


class EnrolForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label=say_lazy("姓名", "Name"),
        help_text=say_lazy("和证件上一样，间隔号照写。", "As on your identity card, dots included."),
    )
    phone = forms.RegexField(
        r"^\d{11}$", label=say_lazy("手机号码", "Mobile number"), widget=forms.TextInput({"inputmode": "numeric"})
    )
    district = forms.ChoiceField(
        label=say_lazy("住在哪个区", "District you live in"),
        choices=[
            ("", say_lazy("请选择", "Please choose")),
            ("liwan", say_lazy("荔湾", "Liwan")),
            ("yuexiu", say_lazy("越秀", "Yuexiu")),
        ],
    )
    street = Streets(
        label=say_lazy("住在哪条街道", "Street you live in"),
        help_text=say_lazy("输入名称的一部分。", "Part of its name."),
    )
    begins_on = forms.DateField(label=say_lazy("从哪天起", "From when"), widget=DateInput, required=False)
    notice = forms.ChoiceField(
        label=say_lazy("怎么通知您", "How we tell you"),
        widget=forms.RadioSelect,
        choices=[
            ("sms", say_lazy("短信", "Text message")),
            ("call", Described(say_lazy("打电话", "Telephone call"), say_lazy("工作日白天", "On working days"))),
        ],
    )
    days = forms.MultipleChoiceField(
        label=say_lazy("哪几天方便", "Days that suit you"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("tue", say_lazy("周二", "Tuesday")), ("thu", say_lazy("周四", "Thursday"))],
    )
    reason = forms.CharField(
        label=say_lazy("还有什么要告诉我们", "Anything we should know"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    proof = forms.FileField(
        label=say_lazy("证书", "Certificate"),
        required=False,
        help_text=say_lazy("PDF或照片，不超过10 MB。", "PDF or photograph, 10 MB at most."),
    )
    remind = forms.BooleanField(label=say_lazy("开课前一天提醒我", "Remind me the day before"), required=False)


class FilterForm(forms.Form):
    """Four filters, so that the phone folds them."""

    words = forms.CharField(
        label=say_lazy("关键词", "Words"), required=False, widget=forms.TextInput({"type": "search"})
    )
    year = forms.ChoiceField(
        label=say_lazy("年份", "Year"),
        required=False,
        choices=[("", say_lazy("全部年份", "All years")), ("2026", "2026"), ("2025", "2025")],
    )
    kind = forms.ChoiceField(
        label=say_lazy("类别", "Kind"),
        required=False,
        choices=[("", say_lazy("全部类别", "All kinds")), ("community", say_lazy("社区学习", "Community learning"))],
    )
    begins_on = forms.DateField(label=say_lazy("从哪天起", "From when"), required=False, widget=DateInput)


class SearchForm(forms.Form):
    """The public home's three fields."""

    words = forms.CharField(label=say_lazy("想学什么", "What to learn"), required=False)
    district = forms.ChoiceField(
        label=say_lazy("在哪个区", "In which district"), required=False, choices=[("", say_lazy("全市", "Whole city"))]
    )
    when = forms.ChoiceField(
        label=say_lazy("什么时候", "When"), required=False, choices=[("", say_lazy("都可以", "Any time"))]
    )


@dataclass(frozen=True)
class SampleShell(Shell):
    """A shell with a person in it: `frame` is public, resident or staff."""

    frame: str = "public"

    @cached_property
    def person(self) -> PersonLabel | None:
        """Somebody made up, with three hats where staff is shown."""
        if self.frame == "public":
            return None
        capacities = (
            (
                Capacity(
                    key="1",
                    organisation=say("荔湾区社区学院", "Liwan Community College"),
                    label=say("登记员", "Registrar"),
                    is_current=True,
                ),
                Capacity(
                    key="2",
                    organisation=say("广州市学分认证中心", "Guangzhou Credit Certification Centre"),
                    label=say("认证员", "Certification officer"),
                ),
            )
            if self.frame == "staff"
            else ()
        )
        acting = (
            None
            if self.frame == "staff"
            else ActingFor(name="冯国强", until=say("2027年3月", "March 2027"), leave_url="")
        )
        return PersonLabel(
            name="黄晓彤" if self.frame == "staff" else "陈惠芬",
            home_url="/parts/",
            capacities=capacities,
            switch_url="/parts/",
            acting_for=acting,
            is_staff=self.frame == "staff",
        )

    @cached_property
    def installation(self) -> Installation:
        """The demonstration's name."""
        return Installation(city_zh="广州市", city_en="Guangzhou", is_demonstration=True)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The header's places."""
        if self.frame == "public":
            return _places(
                ("search", say("班", "Classes")),
                ("map-pin", say("学习点", "Places")),
                ("coin", say("学分银行", "Credit bank")),
                ("help-circle", say("帮助", "Help")),
            )
        return _places(
            ("home", say("首页", "Home")),
            ("search", say("班", "Classes")),
            ("wallet", say("学习账户", "Account")),
            ("calendar", say("我的课表", "Timetable")),
        )

    @cached_property
    def rail(self) -> tuple[Place, ...]:
        """The registrar's places."""
        today, *records = _places(
            ("home", say("今天", "Today")),
            ("upload", say("导入", "Imports")),
            ("list", say("学习记录", "Learning records")),
            ("alert-triangle", say("待处理", "To settle")),
        )
        heading = say("学习记录", "Learning records")
        return today, *(replace(place, group=heading) for place in records)

    @cached_property
    def bar(self) -> tuple[Place, ...]:
        """Five at the thumb, four in elder mode."""
        if self.frame != "resident":
            return ()
        five = _places(
            ("home", say("首页", "Home")),
            ("search", say("班", "Classes")),
            ("qrcode", say("学习卡", "Card")),
            ("wallet", say("学习账户", "Account")),
            ("user", say("我的", "Me")),
        )
        return five[:4] if self.preferences.is_elder else five


def _places(*named: tuple[str, str]) -> tuple[Place, ...]:
    return tuple(
        Place(
            label=label,
            short=label,
            url="/parts/",
            icon=icon,
            is_current=index == 1,
            count=12 if icon == "alert-triangle" else 0,
        )
        for index, (icon, label) in enumerate(named)
    )


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything the page of all parts shows."""
    frame = request.GET.get("frame", "resident")
    wrong = EnrolForm(
        {"name": "阿依古丽·买买提", "phone": "1380000000", "street": "桥南街道"},
        prefix="wrong",
        use_required_attribute=False,
    )
    wrong.data = {f"wrong-{key}": value for key, value in wrong.data.items()}
    return {
        "shell": SampleShell(request, frame=frame),
        "base": "web/staff.html" if frame == "staff" else "web/base.html",
        "right": EnrolForm(
            initial={"name": "阿依古丽·买买提", "street": Streets.everything[2], "notice": "sms", "remind": True},
            use_required_attribute=False,
        ),
        "wrong": wrong,
        "filter": FilterForm({"year": "2026", "kind": "community"}, prefix=None, auto_id="filter_%s"),
        "search": SearchForm(auto_id="search_%s"),
        "page": Page(rows=("a", "b"), next_cursor="next", is_later=True),
        "today": date(2026, 11, 23),
        "at": datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
        "ends": datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
        "panes": [("blue", 400), ("amber", 600), ("green", 1640)],
        "bars": _bars(),
        "bays": _bays(),
        "counts": [
            {"kind": "done", "label": say("可以写入", "Can be saved"), "count": 1251},
            {"kind": "info", "label": say("早已写入，跳过", "Already there, skipped"), "count": 4},
            {"kind": "no", "label": say("有错", "Need mending"), "count": 31},
        ],
        "entries": _entries(),
        "swatches": ["action", "kapok", "river", "leaf", "amber", "danger", "ink", "soft", "strong", "sunk"],
        "windows": [
            ("diamond", "kapok-green"),
            ("fret", "blue-amber"),
            ("octagon", "green-blue"),
            ("begonia", "kapok-green"),
            ("ice", "amber-kapok"),
            ("sun", "amber-kapok"),
            ("diamond", "clear"),
        ],
        "steps": [
            say("选文件", "Choose a file"),
            say("对列名", "Match the columns"),
            say("看检查结果", "See the result"),
            say("写入", "Save"),
        ],
    }


def _bars() -> list[Bar]:
    quarters = [
        (say("三季", "Q3"), "2025", "7.20", 400, 0, 320),
        (say("四季", "Q4"), "", "9.60", 400, 0, 560),
        (say("一季", "Q1"), "2026", "12.60", 400, 0, 860),
        (say("二季", "Q2"), "", "15.60", 400, 0, 1160),
        (say("三季", "Q3"), "", "23.10", 400, 600, 1310),
        (say("四季", "Q4"), say("至今", "so far"), "26.40", 400, 600, 1640),
    ]
    return [
        Bar(label=label, second=second, text=text, parts=(("blue", blue), ("amber", amber), ("green", green)))
        for label, second, text, blue, amber, green in quarters
    ]


def _bays() -> list[dict[str, Any]]:
    named = [
        (say("越秀", "Yuexiu"), 96, 10),
        (say("荔湾", "Liwan"), 104, 20),
        (say("海珠", "Haizhu"), 128, 20),
        (say("天河", "Tianhe"), 142, 30),
        (say("白云", "Baiyun"), 168, 40),
        (say("黄埔", "Huangpu"), 86, 20),
        (say("番禺", "Panyu"), 132, 30),
        (say("花都", "Huadu"), 74, 10),
        (say("南沙", "Nansha"), 58, 20),
        (say("从化", "Conghua"), 46, 10),
        (say("增城", "Zengcheng"), 92, 20),
    ]
    return [
        {"name": name, "total": total, "parts": [("blue", blue), ("amber", 10), ("green", total - blue - 10)]}
        for name, total, blue in named
    ]


def _entries() -> list[dict[str, Any]]:
    community = say("社区学习", "Community learning")
    return [
        {
            "what": say("太极拳初级：学时更正", "Tai chi for beginners: hours corrected"),
            "amount": -30,
            "where": say("逢源街社区学校更正，少4小时", "Fengyuan community school, 4 hours less"),
            "on": date(2026, 11, 12),
            "kind": say("更正", "Correction"),
            "balance": 2640,
            "rule": "R-0412",
        },
        {
            "what": say("太极拳初级", "Tai chi for beginners"),
            "amount": 150,
            "where": say("逢源街社区学校，24小时", "Fengyuan community school, 24 hours"),
            "on": date(2026, 11, 5),
            "kind": community,
            "balance": 2670,
            "rule": "R-0412",
        },
        {
            "what": say("养老护理员（初级）", "Elderly care worker (elementary)"),
            "amount": 600,
            "where": say("荔湾区职业培训学院", "Liwan vocational training college"),
            "on": date(2025, 7, 10),
            "kind": say("证书", "Certificate"),
            "balance": 2160,
            "rule": "R-0207",
        },
    ]
