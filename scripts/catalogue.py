"""Bring the Chinese catalogue in step with the code: new sentences are added empty, those no longer used go.

`python scripts/catalogue.py` prints what still needs its Chinese. `--fill FILE` takes Chinese from a JSON file of
`[[sentence, context or null, Chinese], …]`.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "src" / "xuecheng" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
sys.path.insert(0, str(ROOT / "tests"))

from test_catalogue import PACKAGE, sentences  # noqa: E402  # the tests' own reading of the code


def read() -> tuple[str, Catalog]:
    text = CATALOGUE.read_text(encoding="utf-8")
    return text[: text.index("\n\n#:") + 2], read_po(io.BytesIO(text.encode()), locale="zh_Hans")


def write(head: str, catalogue: Catalog) -> None:
    sink = io.BytesIO()
    write_po(sink, catalogue, width=110, sort_by_file=True)
    text = sink.getvalue().decode()
    CATALOGUE.write_text(head + text[text.index("\n\n#:") + 2 :], encoding="utf-8")


def main() -> int:
    head, old = read()
    given = {}
    if "--fill" in sys.argv:
        rows = json.loads(Path(sys.argv[sys.argv.index("--fill") + 1]).read_text(encoding="utf-8"))
        given = {(text, context): chinese for text, context, chinese in rows}
    new = Catalog(locale="zh_Hans")
    missing = []
    for (text, context), (plural, where) in sorted(
        sentences().items(), key=lambda one: (one[1][1], one[0][0], one[0][1] or "")
    ):
        known = old.get(text, context)
        chinese = given.get((text, context)) or (known.string if known else "")
        message_id: str | tuple[str, str] = (text, plural) if plural else text
        if plural and isinstance(chinese, str):
            chinese = (chinese,)
        if not chinese or not all(chinese):
            missing.append([text, context, ""])
        new.add(message_id, chinese, [(where, 0)], context=context)
    for message in old:
        # Kept by hand: other libraries' sentences that we say in our own words, and what is put together at run time.
        by_hand = not any((PACKAGE / place).exists() for place, _line in message.locations)
        if message.id and by_hand and (message.id, message.context) not in sentences():
            new.add(message.id, message.string, message.locations, context=message.context)
    write(head, new)
    sys.stdout.write(json.dumps(missing, ensure_ascii=False, indent=1) + "\n")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
