"""Numbers, dates and parts of pages, as look.md 6 writes them. Loaded into every template."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any

from django import template
from django.forms import BaseForm
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext

from xuecheng.web import drawings, fields

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.template.context import RequestContext

register = template.Library()

_ICON = (
    '<svg class="xc-icon{}" aria-hidden="true"><use href="{}#{}" /></svg>',
    '<svg class="xc-icon{}" role="img" aria-label="{}"><use href="{}#{}" /></svg>',
)

MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
_AFTER_DATE = re.compile(r"(?<=）)(?=\S)|(?<=\),) ")
_DAYS_ZH = "一二三四五六日"
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def _english() -> bool:
    return (get_language() or "").startswith("en")


# Numbers


def _hundredths(value: int) -> str:
    sign = MINUS if value < 0 else ""
    whole, rest = divmod(abs(value), 100)
    return f"{sign}{whole:,}.{rest:02d}"


@register.filter
def credits(value: int | None) -> str:  # noqa: A001 - the field's word; a filter, never a global of Python's
    """Hundredths of a credit, always two decimals: 2640 → 26.40. Nothing for None."""
    return "" if value is None else _hundredths(value)


@register.filter
def points(value: int | None) -> str:
    """Hundredths of a point, as people say them: 1200 → 12, 1250 → 12.5."""
    return "" if value is None else _hundredths(value).rstrip("0").removesuffix(".")


@register.filter
def signed_credits(value: int | None) -> str:
    """The same with its sign: +1.50, −0.30, 0.00."""
    return "" if value is None else ("+" if value > 0 else "") + _hundredths(value)


@register.filter
def thousands(value: int | None) -> str:
    """1286 → 1,286 and a real minus."""
    return "" if value is None else (MINUS if value < 0 else "") + f"{abs(value):,}"


@register.filter
def signed(value: int | None) -> str:
    """A change: +12, −3, 0."""
    return "" if value is None else ("+" if value > 0 else "") + thousands(value)


@register.filter
def money(value_fen: int | None) -> str:
    """Fen as people say it: ¥60, ¥60.50; CNY 60 in English."""
    if value_fen is None:
        return ""
    text = money_exact(value_fen)
    return text.removesuffix(".00")


@register.filter
def money_exact(value_fen: int | None) -> str:
    """Fen as accounts write it: ¥1,280.00; CNY 1,280.00 in English."""
    if value_fen is None:
        return ""
    sign = MINUS if value_fen < 0 else ""
    unit = "CNY " if _english() else "¥"
    return f"{sign}{unit}{_hundredths(abs(value_fen))}"


@register.filter
def hours(value_minutes: int | None) -> str:
    """Minutes as hours: 1440 → 24小时 / 24 h, 90 → 1.5小时 / 1.5 h; what is no tenth of an hour keeps its minutes."""
    if value_minutes is None:
        return ""
    sign, minutes = (MINUS if value_minutes < 0 else ""), abs(value_minutes)
    hour, minute = (" h", " min") if _english() else ("小时", "分钟")
    whole, rest = divmod(minutes, 60)
    if not rest:
        text = f"{whole:,}{hour}"
    elif minutes < 60:
        text = f"{rest}{minute}"
    elif rest % 6 == 0:
        text = f"{whole:,}.{rest // 6}{hour}"
    else:
        text = f"{whole:,}{hour}{' ' if _english() else ''}{rest}{minute}"
    return sign + text


@register.filter
def percent(value_hundredths: int | None) -> str:
    """Hundredths of a per cent: 9120 → 91.2%, 5000 → 50%."""
    if value_hundredths is None:
        return ""
    whole, rest = divmod(abs(value_hundredths), 100)
    text = f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    return f"{MINUS if value_hundredths < 0 else ''}{text}%"


# Dates and times, all in the city's zone


def _local(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: date | datetime | None, today: date | None = None) -> str:
    """11月23日（周一）, with the year only when it is another than `today`'s; 23 November 2026 (Mon) in English."""
    if value is None:
        return ""
    on = _local(value)
    if _english():
        return f"{on.day} {_MONTHS_EN[on.month - 1]} {on.year} ({_DAYS_EN[on.weekday()]})"
    year = "" if on.year == (today or timezone.localdate()).year else f"{on.year}年"
    return f"{year}{on.month}月{on.day}日（周{_DAYS_ZH[on.weekday()]}）"


@register.filter
def date_only(value: date | datetime | None) -> str:
    """With the year and without the weekday: 2026年11月23日; 23 November 2026. For documents and periods."""
    if value is None:
        return ""
    on = _local(value)
    return f"{on.day} {_MONTHS_EN[on.month - 1]} {on.year}" if _english() else f"{on.year}年{on.month}月{on.day}日"


@register.filter
def month(value: date | datetime | None) -> str:
    """2027年3月; March 2027."""
    if value is None:
        return ""
    on = _local(value)
    return f"{_MONTHS_EN[on.month - 1]} {on.year}" if _english() else f"{on.year}年{on.month}月"


@register.filter
def clock_time(value: datetime | time | None) -> str:
    """上午9:30, 下午2:30, 中午12:00, 晚上7:00; 9:30 am."""
    if value is None:
        return ""
    at = timezone.localtime(value).time() if isinstance(value, datetime) and timezone.is_aware(value) else value
    if _english():
        return f"{(at.hour - 1) % 12 + 1}:{at.minute:02d} {'am' if at.hour < 12 else 'pm'}"
    return f"{_part_of_day(at.hour)}{(at.hour - 1) % 12 + 1 if at.hour else 0}:{at.minute:02d}"


def _part_of_day(hour: int) -> str:
    for before, word in ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午")):
        if hour < before:
            return word
    return "晚上"


@register.filter
def day_time(value: datetime | None, today: date | None = None) -> str:
    """11月23日（周一）上午9:30; 23 November 2026 (Mon), 9:30 am."""
    if value is None:
        return ""
    return f"{day(value, today)}{', ' if _english() else ''}{clock_time(value)}"


@register.filter
def until(begins: datetime | time | None, ends: datetime | time | None) -> str:
    """A range of clock times: 上午9:30–11:00, 上午11:00–中午12:30; 9:30–11:00 am."""
    first, last = clock_time(begins), clock_time(ends)
    if not first or not last:
        return first or last
    if _english():
        return f"{first[:-3] if first[-2:] == last[-2:] else first}{EN_DASH}{last}"
    return f"{first}{EN_DASH}{last[2:] if first[:2] == last[:2] else last}"


@register.filter
def iso(value: date | datetime | None) -> str:
    """For `<time datetime>`, lists and files."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value).isoformat(timespec="minutes")
    return "" if value is None else value.isoformat()


# Words on a page


@register.filter
def nobr(value: object) -> SafeString:
    """Keep on one line: times, dates with weekday, amounts. A date with a time may break between the two."""
    text = conditional_escape(value if isinstance(value, str) else "" if value is None else str(value))
    if "<" in text:  # it has spans of its own
        return text
    spans = (f'<span class="xc-nobr">{part}</span>' for part in _AFTER_DATE.split(text) if part)
    # A blank within what does not break would let nothing break after it.
    return mark_safe((" " if "), " in text else "").join(spans))  # noqa: S308 - escaped above


@register.filter
def card_number(value: object) -> str:
    """Groups of four: 4401234567890131 → 4401 2345 6789 0131."""
    text = str(value or "").replace(" ", "")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@register.filter
def sign_class(value: int | None) -> str:
    """Colour beside the sign, which says it too."""
    return "xc-plus" if value and value > 0 else "xc-minus" if value and value < 0 else ""


# Forms


@register.simple_tag
def field_parts(field: BoundField, hint: str = "", width: str = "", attrs: Any = None) -> fields.FieldParts:
    """A bound field for `<c-field>`."""
    return fields.take_apart(field, hint=hint, width=str(width or ""), attrs=attrs)


@register.simple_tag
def error_links(form: BaseForm) -> list[fields.ErrorLink]:
    """What must be mended."""
    return fields.error_links(form)


@register.simple_tag
def error_count(links: list[fields.ErrorLink]) -> str:
    """The heading of the error summary."""
    return ngettext("%(count)s thing to correct", "%(count)s things to correct", len(links)) % {"count": len(links)}


@register.simple_tag(takes_context=True)
def active_filters(context: RequestContext, form: BaseForm) -> list[fields.ActiveFilter]:
    """The filters in force on this list."""
    request = context["request"]
    return fields.active_filters(form, request.GET, request.path)


@register.simple_tag(takes_context=True)
def has_form_errors(context: RequestContext) -> bool:
    """Whether the page shows a form with errors, under whatever name: its title then begins with Error."""
    # By type: asking a lazy value for its class would fetch it.
    values: list[Any] = [value for layer in context.dicts for value in layer.values()]
    return any(issubclass(type(value), BaseForm) and value.is_bound and bool(value.errors) for value in values)


# Drawings


@register.simple_tag
def draw_panes(parts: list[tuple[str, int]], goal: int) -> drawings.Panes:
    """My window: `parts` as (glass, hundredths reached), `goal` in hundredths."""
    return drawings.panes(parts, goal=goal)


@register.simple_tag
def draw_bars(bars: list[drawings.Bar], width: int, target: int | None = None, unit: int = 100) -> drawings.BarChart:
    """A bar chart of `width` 560 or 311; amounts are in parts of `unit`."""
    return drawings.bar_chart(bars, width=width, target=target, unit=unit)


@register.simple_tag
def draw_bay(parts: list[tuple[str, int]], per_pane: int) -> tuple[drawings.Shape, ...]:
    """The lit panes of one bay of the arcade."""
    return drawings.bay(parts, per_pane=per_pane)


@register.simple_tag
def split_bar(parts: list[dict[str, Any]]) -> tuple[drawings.Slice, ...]:
    """The pieces of a split bar of 100 units, by `count`."""
    return drawings.split([(str(part["kind"]), int(part["count"])) for part in parts])


@register.simple_tag
def per_cent_of(part: int | None, whole: int | None) -> int:
    """Whole per cent, 0 to 100; 0 of nothing is 0."""
    return min(100, max(0, (part or 0) * 100 // whole)) if whole else 0


@register.simple_tag
def seat_row(free: int, total: int) -> list[bool]:
    """One flag a place, the taken first: whether it is free."""
    return [False] * (total - free) + [True] * free


# Icons


@cache
def _sprite() -> str:
    return static("dist/icons.svg")


@cache
def _icon(name: str, css: str) -> SafeString:
    return format_html(_ICON[0], f" {css}" if css else "", _sprite(), name)


@register.simple_tag
def icon(name: str, *, label: str = "", css: str = "") -> SafeString:
    """The icon of that name from the one sprite; without a `label` it is an ornament that nobody hears.

    A tag and no component: a page has seventy of them, and each component costs as much as ten tags.
    """
    if not label:
        return _icon(name, css)
    return format_html(_ICON[1], f" {css}" if css else "", label, _sprite(), name)
