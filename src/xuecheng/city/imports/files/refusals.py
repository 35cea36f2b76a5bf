"""Why a file as a whole cannot be read. Each says what the file is or lacks, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

from .columns import Column


class FileRefusal(Refusal):
    """The file as a whole is refused; nothing of it was taken."""

    field = "file"


class FileEmpty(FileRefusal):
    message = _("This file is empty.")
    remedy = _("Download the template, fill it in, and bring it again.")


class TooLarge(FileRefusal):
    """Values: `size` and `limit`, both in megabytes."""

    message = _("This file has %(size)s MB; at most %(limit)s MB are taken.")
    remedy = _("Split it into several files.")


class NotATable(FileRefusal):
    """Value: `what` it is instead, one of `What`."""

    message = _("This is %(what)s, not a table.")
    remedy = _("Open it in your spreadsheet program and save it as .xlsx or CSV.")


class What:
    """Names of things that are brought in the place of tables."""

    PDF = pgettext_lazy("what a file is", "a PDF document")
    IMAGE = pgettext_lazy("what a file is", "a picture")
    WEB_PAGE = pgettext_lazy("what a file is", "a web page")
    ARCHIVE = pgettext_lazy("what a file is", "a packed archive")
    DOCUMENT = pgettext_lazy("what a file is", "a text document")
    OPEN_DOCUMENT = pgettext_lazy("what a file is", "an OpenDocument file")
    BINARY = pgettext_lazy("what a file is", "a file of another program")
    CHARTS = pgettext_lazy("what a file is", "a workbook without a sheet of cells")


class OldSpreadsheet(NotATable):
    message = _("This is a spreadsheet in the format of before 2007 (.xls).")
    remedy = _("Open it in your spreadsheet program and save it as .xlsx.")


class BinaryWorkbook(NotATable):
    message = _("This is a spreadsheet in the binary format (.xlsb).")
    remedy = _("Open it in your spreadsheet program and save it as .xlsx.")


class SheetEncrypted(FileRefusal):
    message = _("This file is protected by a password.")
    remedy = _("Remove the password in your spreadsheet program, save, and bring it again.")


class EncodingUnknown(FileRefusal):
    """Value: `line`, the first line with bytes that no encoding we take explains."""

    message = _("Line %(line)s holds characters that are neither UTF-8 nor GB18030.")
    remedy = _("Save the file anew as “CSV UTF-8” or as .xlsx.")


class ZipBomb(FileRefusal):
    message = _("Unpacked, this workbook would be far larger than a table ever is.")
    remedy = _("Copy the rows into a new workbook, or save them as CSV.")


class ForbiddenXml(FileRefusal):
    """A document type declaration: no spreadsheet program writes one, attackers do."""

    message = _("This workbook holds definitions that no spreadsheet needs. It was not opened.")
    remedy = _("Copy the rows into a new workbook, or save them as CSV.")


class FileDamaged(FileRefusal):
    message = _("This file is damaged: it ends too early or its parts do not fit together.")
    remedy = _("Save it anew in your spreadsheet program and bring it again.")


class TooManyRows(FileRefusal):
    message = _("This file has more than %(limit)s rows.")
    remedy = _("Split it into several files.")


class TooManyColumns(FileRefusal):
    message = _("Row %(row)s has more than %(limit)s columns.")
    remedy = _("Delete what stands to the right of the table.")


class RowTooLong(FileRefusal):
    message = _("Row %(row)s runs on for more than %(limit)s characters. Perhaps a quotation mark is not closed.")
    remedy = _("Look at row %(row)s, or save the file anew as .xlsx.")


class QuoteBroken(FileRefusal):
    message = _("In row %(row)s a quotation mark is not closed, or text follows it.")
    remedy = _("Look at row %(row)s, or save the file anew as .xlsx.")


class HeaderMissing(FileRefusal):
    message = _("None of the first rows holds the names of the columns.")
    remedy = _("Download the template and keep its first row.")


@dataclass(frozen=True)
class Titles:
    """Names of columns, listed in the reader's language."""

    columns: tuple[Column, ...]

    def __str__(self) -> str:
        joiner = ", " if get_language() == "en" else "、"
        return joiner.join(column.title for column in self.columns)


class ColumnMissing(FileRefusal):
    message = _("These columns are missing: %(columns)s.")
    remedy = _("Add them, or download the template and copy your rows into it.")

    @classmethod
    def of(cls, columns: Iterable[Column]) -> ColumnMissing:
        return cls(columns=Titles(tuple(columns)))


class ColumnTwice(FileRefusal):
    message = _("This column stands there twice: %(column)s.")
    remedy = _("Delete or rename one of the two.")

    @classmethod
    def of(cls, column: Column) -> ColumnTwice:
        return cls(column=Titles((column,)))


class RowsMissing(FileRefusal):
    message = _("This file has the names of the columns, but no row beneath them.")
    remedy = _("Fill in at least one row and bring it again.")
