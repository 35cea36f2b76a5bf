"""Every reason can be read, in the reader's language, long after it was found."""

from __future__ import annotations

import json
import re

import pytest
from django.utils.translation import override

from learning.recognition.law import only, record, rule, run
from xuecheng.learning.recognition.rules import REASONS, Reason
from xuecheng.learning.recognition.rules.reasons import CapReached, NoRule


def placeholders(code: str) -> dict[str, str]:
    kind = REASONS[code]
    names = re.findall(r"%\((\w+)\)s", f"{kind.message} {kind.remedy}")
    return dict.fromkeys(names, "7")


@pytest.mark.parametrize("code", REASONS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_reason_says_what_is_so_and_what_can_be_done(code: str, language: str) -> None:
    with override(language):
        refusal = Reason(code, placeholders(code)).refusal()
        assert refusal.sentence()
        assert refusal.advice()
        assert "%(" not in str(refusal)
        assert refusal.code == code


def test_a_reason_survives_being_kept_as_json() -> None:
    (reason,) = only(run([record("a")], rule(match={"origin": "formal"}))).reasons
    kept = json.loads(json.dumps(reason))
    assert Reason(*kept) == reason
    with override("en"):
        assert "2026-05-01" in str(Reason(*kept).refusal())


def test_reasons_are_named_after_their_refusals() -> None:
    assert Reason.of(NoRule).code == "no_rule"
    assert REASONS["cap_reached"] is CapReached
