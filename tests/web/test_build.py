"""What a page loads is small, pinned, and built from what is used."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from xuecheng.web import build as web_build
from xuecheng.web.build import ASSETS, DIST, LOCK, BuildFailed, build, sprite, used_icons

BUDGET_BYTES = 60_000


@pytest.fixture(scope="module", autouse=True)
def built():
    if not LOCK.exists():
        pytest.skip("an installed package has no sources to build from")
    build(report=lambda _line: None)


def test_a_page_loads_at_most_sixty_kilobytes_of_assets():
    sizes = {name: len(gzip.compress((DIST / name).read_bytes(), 9)) for name in ("xc.css", "xc.js", "icons.svg")}
    assert sum(sizes.values()) <= BUDGET_BYTES, sizes


def test_a_second_build_does_nothing_and_so_needs_no_right_to_write(monkeypatch):
    """In a container the program's folder is read-only."""
    monkeypatch.setattr(web_build, "_alone", lambda: pytest.fail("it wrote into the program's folder"))
    said: list[str] = []
    assert build(report=said.append) is False
    assert said == []


def test_the_sprite_holds_what_is_used_and_no_colour_of_its_own():
    text = (DIST / "icons.svg").read_text(encoding="utf-8")
    assert set(re.findall(r'<symbol id="([a-z0-9-]+)"', text)) >= set(used_icons())
    assert not re.search(r"#[0-9a-f]{3,8}\b", text)


def test_an_icon_that_does_not_exist_is_named_with_its_place():
    with pytest.raises(BuildFailed, match=r'web/x\.html names the icon "no-such-thing"'):
        sprite({"no-such-thing": "web/x.html"})


def test_without_sources_and_without_assets_the_message_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(web_build, "LOCK", tmp_path / "package-lock.json")
    monkeypatch.setattr(web_build, "DIST", tmp_path / "dist")
    with pytest.raises(BuildFailed, match="nothing built"):
        build()


def test_the_lock_pins_every_package_and_names_no_place():
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    assert "http" not in LOCK.read_text(encoding="utf-8")
    for name, package in lock["packages"].items():
        assert not name or re.fullmatch(r"\d[\w.-]*", package["version"])
        assert not name or package["integrity"].startswith("sha512-")
    for version in lock["packages"][""]["devDependencies"].values():
        assert re.fullmatch(r"[\d.]+", version)


def test_colours_are_named_in_one_place_only():
    bad = {}
    for file in [*ASSETS.glob("css/*.css"), *ASSETS.glob("css/*.scss")]:
        if file.name in ("_palette.scss", "tokens.scss", "bootstrap.scss"):
            continue
        text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        found = re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsl", text)
        if found:
            bad[file.name] = found
    assert bad == {}


def test_the_style_sheet_needs_no_force_no_ids_and_two_break_points():
    for file in [*ASSETS.glob("css/*.css"), *ASSETS.glob("css/*.scss")]:
        if file.name == "bootstrap.scss":
            continue
        text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert "!important" not in text, file.name
        assert not re.search(r"^\s*#[a-z]", text, re.MULTILINE), file.name
        widths = set(re.findall(r"@media[^{]*(?:min|max)-width: ([\d.]+em)", text))
        assert widths <= {
            "48em",
            "47.99em",
            "62em",
            "61.99em",
            "35.99em",
            "22em",
            "23em",
            "79.99em",
            "74.99em",
            "87.49em",
        }, file.name


def test_every_part_has_its_layer():
    text = (DIST / "xc.css").read_text(encoding="utf-8")
    assert text.startswith("@layer bootstrap, tokens, base, parts, modes;")
    depth = 0
    outside = []
    for piece in re.split(r"([{}])", text.partition(";")[2]):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth -= 1
        elif depth == 0 and piece.strip() and not piece.strip().startswith("@layer"):
            outside.append(piece)
    assert outside == []


def test_scripts_fetch_nothing_from_elsewhere():
    ours = "".join(file.read_text(encoding="utf-8") for file in ASSETS.glob("js/*.js"))
    assert not re.search(r"https?://|eval\(|new Function|innerHTML", ours)
