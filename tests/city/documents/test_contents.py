"""What a file is, its bytes say: every sound type passes, every file of the nasty set is refused with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from city.documents.nasty import NASTY, SOUND, flood_png, picture
from xuecheng.city.documents import rules
from xuecheng.city.documents.contents import TYPES, examine
from xuecheng.city.refusals import Refusal


def judged(folder: Path, content: bytes, allowed: set[str] | None = None) -> str:
    path = folder / "draft"
    path.write_bytes(content)
    try:
        return examine(path, allowed=allowed or set(TYPES)).code
    except Refusal as refusal:
        return refusal.code if str(refusal) else "without a sentence"


@pytest.mark.parametrize("name", SOUND)
def test_sound_files_are_taken_for_what_they_are(tmp_path: Path, name: str) -> None:
    assert judged(tmp_path, SOUND[name]) == name.split(maxsplit=1)[0]


@pytest.mark.parametrize("name", NASTY)
def test_the_nasty_set_is_refused_each_with_its_reason(tmp_path: Path, name: str) -> None:
    content, code = NASTY[name]

    assert judged(tmp_path, content) == code


def test_a_type_that_the_place_does_not_take_is_named(tmp_path: Path) -> None:
    path = tmp_path / "draft"
    path.write_bytes(SOUND["docx"])

    with pytest.raises(rules.TypeNotTaken) as refused:
        examine(path, allowed={"pdf", "jpeg"})

    assert "docx" in str(refused.value.values["found"])
    assert "PDF" in str(refused.value.values["types"])


def test_the_largest_picture_is_taken_to_the_pixel(tmp_path: Path) -> None:
    assert judged(tmp_path, flood_png(10_000, 5_000)) == "png"
    assert judged(tmp_path, flood_png(10_000, 5_001)) == "picture_too_large"


def test_a_telephones_picture_with_something_after_its_end_is_taken(tmp_path: Path) -> None:
    """Some telephones put a short film behind the picture; it is no archive, and our preview does not show it."""
    assert judged(tmp_path, picture("JPEG") + b"\0\0\0\x18ftypmp42" + b"\0" * 500) == "jpeg"
