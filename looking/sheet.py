"""The contact sheet: all photographs on one page, by address, one row a person and state."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_STYLE = """body{font:16px/1.5 sans-serif;margin:24px;background:#f2f5f1;color:#14262b}
section{border-top:1px solid #74837f;padding:8px 0 24px}h2{font-size:20px}h3{font-size:14px;margin:8px 0 4px;font-weight:400}
.row{display:flex;gap:12px;overflow-x:auto}figure{margin:0}figcaption{font-size:12px}
img{height:280px;width:auto;object-fit:cover;object-position:top;border:1px solid #d2dad4;background:#fff}"""


def write(folder: Path, unseen: list[str]) -> Path:
    """`index.html` over everything that lies in `folder`, a folder for each state."""
    rows: dict[str, dict[tuple[str, str], list[tuple[str, str]]]] = {}
    for file in sorted(folder.glob("*/*.jpg")):
        route, who, view, width = file.stem.split("--")
        rows.setdefault(route, {}).setdefault((file.parent.name, who), []).append(
            (f"{view} {width}", str(file.relative_to(folder)))
        )
    parts = [f"<p>Addresses without a photograph: {escape(', '.join(unseen)) or 'none'}</p>"]
    for route, some in sorted(rows.items()):
        parts.append(f'<section id="{escape(route)}"><h2>{escape(route)}</h2>')
        for (state, who), pictures in sorted(some.items()):
            figures = "".join(
                f'<figure><a href="{escape(path)}"><img loading="lazy" src="{escape(path)}" alt="{escape(label)}"></a>'
                f"<figcaption>{escape(label)}</figcaption></figure>"
                for label, path in sorted(pictures)
            )
            parts.append(f'<h3>{escape(state)}, {escape(who)}</h3><div class="row">{figures}</div>')
        parts.append("</section>")
    folder.mkdir(parents=True, exist_ok=True)
    index = folder / "index.html"
    index.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Photographs</title><style>{_STYLE}</style>'
        f"<h1>Photographs</h1>{''.join(parts)}</html>",
        encoding="utf-8",
    )
    return index
