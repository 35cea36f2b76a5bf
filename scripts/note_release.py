"""What a release leaves for those after it: a small fictional city as its database holds it, and the list of its migrations.

Usage: note_release.py VERSION
Writes `tests/upgrades/VERSION.sql.xz`, which the tests of every later release load and upgrade, and adds today's
migrations to `rules/migrations/released.txt`. Takes a minute or two; touches no other database.
"""

from __future__ import annotations

import lzma
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESIDENTS = 60
"""Enough that every table of the demonstration has rows, few enough that the file stays small."""
MOST_BYTES = 300_000

_CITY = """
import django
django.setup()
from xuecheng.config.demo import load, plan
plan.SIZES["small"] = {residents}
load.load(size="small", report=lambda *_words: None)
"""
# What the server that made the dump knows and others do not, and whose it was there.
_LEFT_OUT = re.compile(
    rb"^(?:\\(?:un)?restrict .*|SET transaction_timeout = 0;|ALTER .* OWNER TO postgres;)\n", re.MULTILINE
)


def dump(home: Path) -> bytes:
    """A city made by the code of today, as SQL that any server of version 15 or later takes."""
    environment = os.environ | {
        "XUECHENG_HOME": str(home),
        "XUECHENG_IDENTITY": "owner",
        "DJANGO_SETTINGS_MODULE": "xuecheng.config.settings",
    }
    environment.pop("DATABASE_URL", None)
    os.environ.update(environment)
    from xuecheng.config import embedded

    server = embedded.start(home)
    try:
        subprocess.run([sys.executable, "-m", "xuecheng.config.cli.run", "migrate"], env=environment, check=True)
        made = _CITY.format(residents=RESIDENTS)
        subprocess.run([sys.executable, "-W", "ignore", "-c", made], env=environment, check=True)
        words = ["-h", str(server.socket_folder), "-U", "postgres", "--inserts", "--rows-per-insert=200"]
        words += ["--exclude-table-data=procrastinate_*", "--exclude-table-data=config_cache", "xuecheng"]
        done = subprocess.run([str(server.programs / "pg_dump"), *words], capture_output=True, check=True)
    finally:
        embedded.stop(home)
    return _LEFT_OUT.sub(b"", done.stdout)


def main(version: str) -> int:
    if not re.fullmatch(r"[0-9a-z.]+", version):
        print("A version is of digits, small letters and points.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="xuecheng-release-") as folder:
        # The embedded server has a user of its own where this one is root.
        Path(folder).chmod(0o755)
        packed = lzma.compress(dump(Path(folder)), preset=9 | lzma.PRESET_EXTREME)
    if len(packed) > MOST_BYTES:
        print(f"The dump has {len(packed):,} bytes, more than {MOST_BYTES:,}: make the city smaller.", file=sys.stderr)
        return 1
    target = ROOT / "tests" / "upgrades" / f"{version}.sql.xz"
    target.write_bytes(packed)
    print(f"{target.relative_to(ROOT)}: {len(packed):,} bytes")
    linter = str(ROOT / "scripts" / "lint_migrations.py")
    return subprocess.run([sys.executable, "-W", "ignore", linter, "--release", version], check=False).returncode


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
