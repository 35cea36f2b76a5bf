"""Work out a published lottery again: python3 verify_lottery.py lottery.json (needs nothing but Python 3.9)."""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any


def sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def verify(d: dict[str, Any]) -> str:
    assert sha(d["secret"]) == d["commitment"], "the secret is not the one that was committed to"
    lines = sorted(d["list"], key=lambda line: line[1])
    assert sha("\n".join(f"{group} {number}" for group, number in lines)) == d["list_hash"], "the list was changed"
    assert sha(":".join([d["secret"], d["list_hash"], d["beacon"].strip()])) == d["seed"], "the seed is wrong"
    order = sorted(lines, key=lambda line: (line[0], sha(d["seed"] + ":" + line[1])))
    assert [number for group, number in order] == d["order"], "the order is wrong"
    assert d["order"][: d["places"]] == d["taken"], "the places went to others"
    return f"The lottery is right: {len(d['taken'])} of {len(d['order'])} have a place."


if __name__ == "__main__":
    try:
        sys.stdout.write(verify(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))) + "\n")
    except AssertionError as wrong:
        sys.exit(f"NOT RIGHT: {wrong}")
