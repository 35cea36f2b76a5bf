"""Programs that measurements run in processes of their own: another library's settings, or the whole product.

Each reads one JSON object a line (`do` names what is wanted, the rest are its arguments) and answers one a line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any


def serve(verbs: Mapping[str, Callable[..., dict[str, Any]]]) -> None:
    """Answer each line until there are no more."""
    # What libraries print must not come between the answers.
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(verbs[asked.pop("do")](**asked)), file=out, flush=True)
