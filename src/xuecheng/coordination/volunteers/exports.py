"""The list of volunteers as a file: what identifies is masked (V-11), as are whoever's name and number leave the house.

A name keeps its first sign; of contact points only the masked form is kept beside the sealed one, and no other leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import pgettext

from xuecheng.city import clock
from xuecheng.city.identity.models import ContactPoint
from xuecheng.city.imports.files import Column, write_xlsx
from xuecheng.city.mydata.rows import masked_name

from .models import Service, Volunteer

MOST = 5_000
"""So many rows at most: a list for the desk, no copy of the register."""

COLUMNS = (
    Column(name="number", title_zh="编号", title_en="Number"),
    Column(name="name", title_zh="姓名（隐去）", title_en="Name (masked)"),
    Column(name="contact", title_zh="联系方式（隐去）", title_en="Contact (masked)"),
    Column(name="via", title_zh="登记单位", title_en="Registered through"),
    Column(name="registered_on", title_zh="登记日期", title_en="Registered on"),
    Column(name="state", title_zh="状态", title_en="State"),
    Column(name="skills", title_zh="会做什么", title_en="Skills"),
    Column(name="times", title_zh="何时有空", title_en="Times"),
    Column(name="services", title_zh="服务次数", title_en="Times served"),
    Column(name="minutes", title_zh="服务时长（分钟）", title_en="Service (minutes)"),
    Column(name="late_minutes", title_zh="其中补登（分钟）", title_en="Of these registered afterwards (minutes)"),
)


def rows_to_take(found: QuerySet[Volunteer]) -> QuerySet[Volunteer]:
    """With what counts of each, and a masked contact. One query; what stands under a merged account counts there."""
    counted = Service.objects.filter(person=OuterRef("person"), state=Service.State.COUNTED).order_by().values("person")
    contact = ContactPoint.objects.filter(person=OuterRef("person")).order_by("verified_at", "pk").values("shown")[:1]
    return found.select_related("person", "via").annotate(
        counted_times=Subquery(counted.annotate(n=Count("pk")).values("n")),
        counted_minutes=Subquery(counted.annotate(m=Sum("minutes")).values("m")),
        late_minutes=Subquery(counted.annotate(m=Sum("minutes", filter=Q(is_late=True))).values("m")),
        contact=Subquery(contact),
    )  # fmt: skip


def header() -> list[str]:
    return [column.title for column in COLUMNS]


def cells(rows: Iterable[Volunteer]) -> Iterator[Sequence[str]]:
    """A line of text for each."""
    comma = pgettext("list", ", ")
    for row in rows:
        yield [
            str(row.public_id), masked_name(row.person.name), getattr(row, "contact", "") or "",
            row.via.name if row.via else "", clock.date_of(row.registered_at).isoformat(), str(row.get_state_display()),
            comma.join(row.skill_words), comma.join(row.times_words),
            *(str(getattr(row, name, 0) or 0) for name in ("counted_times", "counted_minutes", "late_minutes")),
        ]  # fmt: skip


def workbook(rows: Iterable[Volunteer]) -> bytes:
    """The same as a workbook of one sheet."""
    sink = BytesIO()
    write_xlsx(sink, cells(rows), COLUMNS)
    return sink.getvalue()
