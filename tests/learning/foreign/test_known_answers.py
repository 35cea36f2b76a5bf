"""1EdTech's own samples (tests/learning/proofs/data): what is good comes in with its content, what is wrong says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from learning.foreign.situations import NOW
from xuecheng.city.refusals import Refusal
from xuecheng.learning.foreign.reading import read

SAMPLES = Path(__file__).parents[1] / "proofs" / "data" / "1edtech"


@pytest.mark.parametrize("name", ["simple.json", "simple-json.png", "simple-json.svg", "simple-did-key-method.json"])
def test_a_good_badge_comes_in_from_whatever_carries_it(name: str) -> None:
    (found,) = read((SAMPLES / "ob30" / name).read_bytes(), at=NOW).found
    assert found.title
    assert found.is_of_holder
    assert {one.question: one.outcome for one in found.findings}["signature"] != "failed"


def test_each_credential_inside_a_clr_is_a_record_of_its_own() -> None:
    contents = read((SAMPLES / "clr20" / "simple.json").read_bytes(), at=NOW)
    assert [one.place for one in contents.found] == ["1.1"]


def test_what_holds_nothing_says_why() -> None:
    jwt = read((SAMPLES / "ob30" / "simple.jwt").read_bytes(), at=NOW)
    old = read((SAMPLES / "ob20" / "basic-assertion.json").read_bytes(), at=NOW)
    assert [one.refusal.code for one in (*jwt.bad, *old.bad)] == ["nothing_achieved", "content_elsewhere"]


@pytest.mark.parametrize("path", sorted((SAMPLES / "ob30").glob("simple-err-*.json")), ids=lambda path: path.stem)
def test_a_faulty_sample_never_counts_as_verified(path: Path) -> None:
    try:
        contents = read(path.read_bytes(), at=NOW)
    except Refusal:
        return
    assert not any(one.is_verified for one in contents.found)
