"""Files of rows, in and out: CSV and XLSX, read and written in constant memory. Knows no database.

with open_table(path, limits=Limits()) as table:
    matched = match(table, columns)
    for row in matched:
        row.row_no, row.values, row.problems
"""

from xuecheng.city.tables import original_cell, safe_cell

from .columns import Choice, Column, Kind, masked
from .detecting import Format
from .limits import Limits
from .matching import Matched, match
from .parsing import ParsedRow, RowParser
from .problems import CellProblem, define, label_of, message_of, remedy_of
from .reading import Table, open_table
from .refusals import FileRefusal
from .templates import RejectedRow, rejected_table, write_rejected, write_template
from .writing import cell_text, csv_lines, write_csv, write_xlsx

__all__ = [
    "CellProblem",
    "Choice",
    "Column",
    "FileRefusal",
    "Format",
    "Kind",
    "Limits",
    "Matched",
    "ParsedRow",
    "RejectedRow",
    "RowParser",
    "Table",
    "cell_text",
    "csv_lines",
    "define",
    "label_of",
    "masked",
    "match",
    "message_of",
    "open_table",
    "original_cell",
    "rejected_table",
    "remedy_of",
    "safe_cell",
    "write_csv",
    "write_rejected",
    "write_template",
    "write_xlsx",
]
