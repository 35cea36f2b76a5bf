"""Workbooks made by hand, part by part: what no honest program would write."""

from __future__ import annotations

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def relations(*targets: tuple[str, str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="{number}" Type="{DOCUMENT}/{kind}" Target="{target}"/>' for number, kind, target in targets
    )
    return f'{HEAD}<Relationships xmlns="{RELATIONS}">{inner}</Relationships>'


def workbook(
    sheet: str,
    *,
    shared: str | None = None,
    styles: str | None = None,
    head: str = HEAD,
    book: str = '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>',
    more: dict[str, str | bytes] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> io.BytesIO:
    """A workbook of one sheet; `sheet` is what stands in `sheetData`, `shared` in `sst`, `styles` in `styleSheet`."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}">{book}</workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("r1", "worksheet", "worksheets/sheet1.xml"),
            ("r2", "sharedStrings", "sharedStrings.xml"),
            ("r3", "styles", "/xl/styles.xml"),
            ("r4", "worksheet", "worksheets/sheet2.xml"),
            ("r5", "chartsheet", "chartsheets/sheet1.xml"),
        ),
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{MAIN}">{shared or ""}</sst>',
        "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}">{styles or ""}</styleSheet>',
    }
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", compression) as package:
        for name, content in (parts | (more or {})).items():
            package.writestr(name, content)
    sink.seek(0)
    return sink


def text_cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'
