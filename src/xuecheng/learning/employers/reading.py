"""A file of an organisation, CSV or workbook, as rows; refused as a whole where it is no list of credentials."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from django.utils.translation import gettext_lazy as _

from xuecheng.city.imports.files import Column, Kind, Limits, match, open_table
from xuecheng.city.imports.files.refusals import FileRefusal, TooLarge, TooManyRows

from .models.lists import MOST_ROWS
from .rules import Row

MOST_BYTES: Final = 8_000_000
_ABOVE_THE_HEADING: Final = 12
"""A title and notes that offices put above a table."""


class TooManyInList(FileRefusal):
    message = _("This list has more than %(most)s rows.")
    remedy = _("Split it into several files of at most %(most)s rows.")


COLUMNS: Final = (
    Column(
        name="credential", title_zh="证书", title_en="Credential", required=True, max_length=32_767,
        example="M6SH-CDC2-YJ8J", aliases=("证书编号", "编号", "验证码", "code", "number"),
        hint=_("Its address, its number or its code; or the whole credential as it was issued (JSON or JWT)"),
    ),
    Column(
        name="name", title_zh="姓名", title_en="Name", required=True, max_length=120, example="陈嘉敏",
        hint=_("The whole name of the person, as on their identity document"),
    ),
    Column(
        name="title", title_zh="证书名称", title_en="Title", example="智能手机应用", aliases=("课程", "claimed title"),
        hint=_("What they say it certifies; empty: not compared"),
    ),
    Column(
        name="date", title_zh="日期", title_en="Date", kind=Kind.DATE, example="2026-10-20",
        hint=_("The day of learning or of issue; empty: not compared"),
    ),
    Column(
        name="share", title_zh="共享链接", title_en="Share link", max_length=300,
        hint=_("The link that the person gave you, if any: with their name shown, it counts as their consent"),
    ),
)  # fmt: skip


def rows_of(data: bytes) -> list[Row]:
    """Up to 1,000 rows. A row whose cells cannot be read is kept as broken, so that it gets its answer too.

    Raises the refusals of files: empty, no table, a column missing or there twice, too many rows.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(size=-(-len(data) // 1_000_000), limit=MOST_BYTES // 1_000_000)
    limits = Limits(bytes=MOST_BYTES, rows=MOST_ROWS + _ABOVE_THE_HEADING, unpacked_bytes=100_000_000)
    found: list[Row] = []
    try:
        with open_table(BytesIO(data), limits=limits) as table:
            for one in match(table, COLUMNS):
                if len(found) == MOST_ROWS:
                    raise TooManyInList(most=MOST_ROWS)
                credential, name, title, day, share = one.values
                # What cannot be read is shown as it stood there.
                shown = [cell.strip()[:200] for cell in one.cells]
                found.append(
                    Row(one.row_no, shown[0], shown[1][:120], shown[2], None, "", is_broken=True)
                    if one.problems
                    else Row(one.row_no, credential, name, title, day, share)
                )
    except TooManyRows as many:
        raise TooManyInList(most=MOST_ROWS) from many
    return found
