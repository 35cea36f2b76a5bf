"""Looks at a restored home, in a process that lives in it: `python -m xuecheng.config.cli.look MANIFEST`."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path


def main(manifest: str) -> None:
    """One JSON object a line for each thing that was looked at."""
    from .application import ready

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")
    os.environ.setdefault("XUECHENG_LOG_LEVEL", "ERROR")
    ready()
    from xuecheng.config.backups.looking import look

    for found in look(json.loads(Path(manifest).read_text(encoding="utf-8"))):
        sys.stdout.write(json.dumps(asdict(found), ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
